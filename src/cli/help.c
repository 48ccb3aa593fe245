// SPDX-License-Identifier: MIT

// nocdesk help and --version, made from the tables of commands, options and panes.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/wrap.h"
#include "cli/cli.h"
#include "probe/probe.h"

#define COLS 78

// Prints text in lines of at most COLS columns, each after so many spaces; newlines in it stay.
static void print_wrapped(FILE *out, int indent, const char *text)
{
    fprintf(out, "%*s", indent, "");
    wrap_print(out, COLS, indent, indent, text);
}

// A name and what it means beside it, from the column on; below it where the name is too long.
static void print_beside(FILE *out, int column, const char *name, const char *text)
{
    int len = (int)strlen(name);
    if (len + 3 > column)
        fprintf(out, "  %s\n%*s", name, column, "");
    else
        fprintf(out, "  %s%*s", name, column - len - 2, "");
    wrap_print(out, COLS, column, column, text);
}

// command: whose formats are meant; NULL: no certain one's.
static void print_option(FILE *out, const struct cli_option *option, const struct command *command)
{
    bool own = command != NULL && command->formats != NULL && strcmp(option->name, "format") == 0;
    const char *argument = own ? command->formats : option->argument;
    fputs("  ", out);
    if (option->letter != '\0')
        fprintf(out, "-%c, ", option->letter);
    fprintf(out, "--%s%s%s\n", option->name, argument != NULL ? " " : "",
            argument != NULL ? argument : "");
    print_wrapped(out, 6, _(option->help));
}

static void print_panes(FILE *out)
{
    fprintf(out, "\n%s\n", _("Panes:"));
    for (const struct probe *const *probe = probes; *probe != NULL; probe++)
        if ((*probe)->pane)
            print_beside(out, 16, (*probe)->schema->name, _((*probe)->purpose));
}

void help_print_overview(FILE *out)
{
    fprintf(out, "%s\n\n%s\n", _("nocdesk watches VoIP softswitch hosts from one terminal."),
            _("Commands:"));
    struct command command;
    for (size_t i = 0; command_at(i, &command); i++) {
        char usage[64];
        snprintf(usage, sizeof usage, "%s %s", command.name, command.operands);
        print_beside(out, 25, usage, _(command.summary));
    }
    fprintf(out, "\n%s\n", _("Options of every command:"));
    for (size_t i = 0; i < cli_option_count; i++)
        if (cli_options[i].general)
            print_option(out, &cli_options[i], NULL);
    print_panes(out);
    fputc('\n', out);
    print_wrapped(out, 0,
                  _("nocdesk help COMMAND tells more. Without a command the console opens. Without "
                    "a configuration file the one host is this machine."));
}

static void print_columns(FILE *out, const struct probe *probe)
{
    fprintf(out, "%s: %s\n\n%s\n", probe->schema->name, _(probe->purpose), _("Columns:"));
    for (size_t i = 0; i < probe->schema->column_count; i++) {
        const struct column *column = &probe->schema->columns[i];
        print_beside(out, 19, column->name, _(column->help));
    }
}

void help_print_command(FILE *out, const struct command *command)
{
    fprintf(out, "nocdesk %s%s%s %s\n\n", command->name, command->operands[0] != '\0' ? " " : "",
            command->operands, _("[options]"));
    print_wrapped(out, 0, _(command->summary));
    if (command->help[0] != '\0') {
        fputc('\n', out);
        print_wrapped(out, 0, _(command->help));
    }
    if (command->options != NULL) {
        fprintf(out, "\n%s\n", _("Options:"));
        for (size_t i = 0; i < cli_option_count; i++)
            if (!cli_options[i].general && command_takes(command, &cli_options[i]))
                print_option(out, &cli_options[i], command);
    }
    fprintf(out, "\n%s\n", _("Options of every command:"));
    for (size_t i = 0; i < cli_option_count; i++)
        if (cli_options[i].general)
            print_option(out, &cli_options[i], command);
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
    .summary = N_("Explain the program, a command, or the columns of a pane."),
    .help = "",
    .most_words = 2,
    .run = help_run,
};
