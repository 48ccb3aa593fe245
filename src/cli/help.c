// SPDX-License-Identifier: MIT

// nocdesk help and --version, made from the tables of commands, options and panes.
#include <string.h>

#include "base/lang.h"
#include "cli/cli.h"
#include "probe/probe.h"

// Prints text in lines of at most 78 columns, each after so many spaces; newlines in it stay.
static void print_wrapped(FILE *out, int indent, const char *text)
{
    for (const char *at = text; *at != '\0';) {
        size_t room = (size_t)(78 - indent);
        size_t line = strcspn(at, "\n");
        size_t take = line;
        if (take > room) {
            take = room;
            while (take > 0 && at[take] != ' ')
                take--;
            if (take == 0)
                take = room;
        }
        fprintf(out, "%*s%.*s\n", take > 0 ? indent : 0, "", (int)take, at);
        at += take;
        while (*at == ' ')
            at++;
        if (*at == '\n')
            at++;
    }
}

static void print_option(FILE *out, const struct cli_option *option)
{
    fputs("  ", out);
    if (option->letter != '\0')
        fprintf(out, "-%c, ", option->letter);
    fprintf(out, "--%s%s%s\n", option->name, option->argument != NULL ? " " : "",
            option->argument != NULL ? option->argument : "");
    print_wrapped(out, 6, option->help);
}

static void print_panes(FILE *out)
{
    fputs("\nPanes:\n", out);
    for (const struct probe *const *probe = probes; *probe != NULL; probe++)
        if ((*probe)->pane)
            fprintf(out, "  %-11s %s\n", (*probe)->schema->name, _((*probe)->purpose));
}

void help_print_overview(FILE *out)
{
    fputs("nocdesk watches VoIP softswitch hosts from one terminal.\n\nCommands:\n", out);
    struct command command;
    for (size_t i = 0; command_at(i, &command); i++) {
        char usage[64];
        snprintf(usage, sizeof usage, "%s %s", command.name, command.operands);
        fprintf(out, "  %-22s %s\n", usage, command.summary);
    }
    fputs("\nOptions of every command:\n", out);
    for (size_t i = 0; i < cli_option_count; i++)
        if (cli_options[i].general)
            print_option(out, &cli_options[i]);
    print_panes(out);
    fputs("\nnocdesk help COMMAND tells more. Without a command the console opens. Without a\n"
          "configuration file the one host is this machine.\n",
          out);
}

static void print_columns(FILE *out, const struct probe *probe)
{
    fprintf(out, "%s: %s\n\nColumns:\n", probe->schema->name, _(probe->purpose));
    for (size_t i = 0; i < probe->schema->column_count; i++) {
        const struct column *column = &probe->schema->columns[i];
        fprintf(out, "  %-16s %s\n", column->name, _(column->help));
    }
}

void help_print_command(FILE *out, const struct command *command)
{
    fprintf(out, "nocdesk %s%s%s [options]\n\n", command->name,
            command->operands[0] != '\0' ? " " : "", command->operands);
    print_wrapped(out, 0, command->summary);
    if (command->help[0] != '\0') {
        fputc('\n', out);
        print_wrapped(out, 0, command->help);
    }
    if (command->options != NULL) {
        fputs("\nOptions:\n", out);
        for (size_t i = 0; i < cli_option_count; i++)
            if (!cli_options[i].general && command_takes(command, &cli_options[i]))
                print_option(out, &cli_options[i]);
    }
    fputs("\nOptions of every command:\n", out);
    for (size_t i = 0; i < cli_option_count; i++)
        if (cli_options[i].general)
            print_option(out, &cli_options[i]);
    if (command_is(command, &command_show))
        print_panes(out);
}

// Also one that the configuration declares.
static const struct probe *find_pane(const struct invocation *invocation, const char *name)
{
    struct setup setup;
    if (probe_find(name) == NULL) {
        setup_load(invocation, &setup);
        setup_dispose(&setup);
    }
    return probe_find(name);
}

static int help_run(const struct invocation *invocation)
{
    if (invocation->word_count == 0) {
        help_print_overview(stdout);
        return EXIT_DONE;
    }
    const char *topic = invocation->words[0];
    char both[64];
    if (invocation->word_count > 1) {
        snprintf(both, sizeof both, "%s %s", invocation->words[0], invocation->words[1]);
        topic = both;
    }
    if (strcmp(topic, "--version") == 0) {
        puts("nocdesk " NOCDESK_VERSION);
        return EXIT_DONE;
    }
    struct command command;
    bool found = command_find(topic, &command);
    const struct probe *probe = found ? NULL : find_pane(invocation, topic);
    if (found)
        help_print_command(stdout, &command);
    else if (probe != NULL)
        print_columns(stdout, probe);
    else {
        cli_complain("%s: neither a command nor a pane; see nocdesk help", topic);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

const struct command command_help = {
    .name = "help",
    .operands = "[COMMAND|PANE]",
    .values = VALUES_COMMAND,
    .summary = "Explain the program, a command, or the columns of a pane.",
    .help = "",
    .most_words = 2,
    .run = help_run,
};
