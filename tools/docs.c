// SPDX-License-Identifier: MIT

// Writes docs/config.md, docs/keys.md, docs/panes.md, docs/checklist-steps.md and docs/nocdesk.1
// from the registries and the profile's checklists: docs NAME prints one of them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checklist/checklist.h"
#include "cli/cli.h"
#include "probe/probe.h"
#include "tui/keymap.h"

#define MADE "made by `make docs` from the program's own tables; edit those."

static const char *type_words(const struct config_option *option, char *out, size_t size)
{
    static const char *const words[] = {
        [OPTION_TEXT] = "text",
        [OPTION_PATH] = "path (`~/` is the home folder)",
        [OPTION_BOOL] = "yes or no",
        [OPTION_INT] = "number",
        [OPTION_DURATION] = "duration: 90s, 15m, 1h30m, 2d",
        [OPTION_CHOICE] = "one of",
        [OPTION_ARGV] = "a command and its arguments, without a shell",
        [OPTION_PORTS] = "ports, with spaces",
        [OPTION_NETWORKS] = "addresses and networks, with spaces",
        [OPTION_SECRET] = "secret; only from a 0600 file",
    };
    int len = snprintf(out, size, "%s", words[option->type]);
    if (option->type == OPTION_INT)
        snprintf(out + len, size - (size_t)len, ", %lld to %lld", (long long)option->least,
                 (long long)option->most);
    for (size_t i = 0; option->type == OPTION_CHOICE && option->choices[i] != NULL; i++)
        len += snprintf(out + len, size - (size_t)len, " `%s`", option->choices[i]);
    return out;
}

static void print_options(const struct config_option *options, size_t count)
{
    puts("| option | value | default | meaning |\n| --- | --- | --- | --- |");
    for (size_t i = 0; i < count; i++) {
        char type[200];
        printf("| `%s` | %s | %s%s%s | %s |\n", options[i].name,
               type_words(&options[i], type, sizeof type), options[i].fallback[0] ? "`" : "",
               options[i].fallback, options[i].fallback[0] ? "`" : "", options[i].help);
    }
}

static int print_config(void)
{
    puts("# Configuration\n\nThis page is " MADE "\n\n"
         "`$XDG_CONFIG_HOME/nocdesk/nocdesk.ini` (usually `~/.config/nocdesk/nocdesk.ini`), or "
         "`--config FILE`. A `;` after a space "
         "begins a comment; quotes protect it. Unknown sections and keys are errors that name the "
         "nearest known one. Sections "
         "of the profile (`[probe alarms]`, `[threshold gateways.asr_pct]` …, see "
         "`src/profiles/vos3000/`) may stand here "
         "too and override it key by key.\n\n## [nocdesk]\n");
    print_options(config_global_options, config_global_option_count);
    puts("\n## [host NAME]\nOne section a host. NAME is what the console and `--host` call it.\n");
    print_options(config_host_options, config_host_option_count);
    return 0;
}

static void print_keys_of(const struct keymap *keymap, const char *title, enum mode mode)
{
    printf("\n## %s\n| key | command | what it does |\n| --- | --- | --- |\n", title);
    for (size_t i = 0; i < key_command_count; i++) {
        const struct key_command *command = &key_commands[i];
        struct str keys = {0};
        if ((command->modes & (unsigned)mode) != 0 &&
            keymap_keys(keymap, mode, NULL, command, 8, "` `", &keys) > 0)
            printf("| `%s` | %s | %s |\n",
                   strcmp(str_text(&keys), "|") == 0 ? "\\|" : str_text(&keys), command->name,
                   command->help);
        str_dispose(&keys);
    }
}

static int print_keys(void)
{
    struct keymap *keymap;
    struct err_list errors = {0}, notes = {0};
    if (!keymap_load(&keymap, "default", &errors, &notes))
        return 1;
    puts("# Keys\n\nThe keys of `keymaps/default.ini`. This page is " MADE
         " In the console, `?` shows the keys that work where you "
         "are, with your own changes.");
    print_keys_of(keymap, "On the overview", MODE_OVERVIEW);
    print_keys_of(keymap, "In a pane", MODE_PANE);
    print_keys_of(keymap, "In help, journal and details", MODE_VIEWER);
    print_keys_of(keymap, "While a line is typed", MODE_PROMPT);
    print_keys_of(keymap, "In a replay, besides", MODE_REPLAY);
    keymap_free(keymap);
    return 0;
}

static int print_panes(void)
{
    puts("# Panes and columns\n\nThis page is " MADE " `nocdesk help PANE` prints the same.");
    for (const struct probe *const *probe = probes; *probe != NULL; probe++) {
        if (!(*probe)->pane)
            continue;
        const struct schema *schema = (*probe)->schema;
        printf(
            "\n## %s\n%s\n\n| column | heading | unit | what it is |\n| --- | --- | --- | --- |\n",
            schema->name, (*probe)->purpose);
        for (size_t i = 0; i < schema->column_count; i++)
            printf("| `%s` | %s | %s | %s |\n", schema->columns[i].name, schema->columns[i].title,
                   schema->columns[i].unit != NULL ? schema->columns[i].unit : "",
                   schema->columns[i].help);
    }
    return 0;
}

static void print_checklist(const struct checklist *list)
{
    printf("\n## %s\n%s About %d minutes by hand.\n\n| step | title | pane | manual | why |\n"
           "| --- | --- | --- | --- | --- |\n",
           list->name, list->purpose, checklist_minutes(list));
    for (size_t i = 0; i < list->count; i++) {
        const struct step *step = &list->steps[i];
        const char *pane = step->probe != NULL ? step->probe->schema->name : "(a person)";
        printf("| `%s` | %s | %s | %s | %s |\n", step->id, step->title, pane, step->ref, step->why);
    }
}

static int print_checklists(void)
{
    static const char profile[] = "vos3000";
    puts("# Steps of the checklists\n\nThis page is " MADE
         " How they are written is in [checklists.md](checklists.md).\n\n"
         "## Keys of [step ID]\n\n| key | meaning |\n| --- | --- |");
    for (size_t i = 0; i < step_key_count; i++)
        printf("| `%s` | %s |\n", step_keys[i].name, step_keys[i].help);
    int status = 0;
    size_t count;
    char **names = checklist_names(profile, &count);
    for (size_t i = 0; i < count; i++) {
        struct checklist *list;
        struct err_list errors = {0};
        if (checklist_load(profile, names[i], &list, &errors))
            print_checklist(list);
        else
            status = 1;
        for (size_t j = 0; j < errors.count; j++)
            fprintf(stderr, "%s\n", errors.texts[j]);
        checklist_free(list);
        err_list_dispose(&errors);
        free(names[i]);
    }
    free(names);
    return status;
}

// Text for roff: no line begins with a control character, and dashes stay dashes.
static void print_roff(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\\')
            fputs("\\e", stdout);
        else if (*at == '-')
            fputs("\\-", stdout);
        else if (*at == '\n')
            fputs("\n.sp\n", stdout);
        else
            putchar(*at);
        if (*at == '\n' && at[1] == '\n')
            at++;
    }
    putchar('\n');
}

static void print_roff_option(const struct cli_option *option)
{
    puts(".TP");
    if (option->letter != '\0')
        printf(".B \\-%c\\fR,\n", option->letter);
    printf(".B \\-\\-%s%s%s\n", option->name, option->argument != NULL ? " " : "",
           option->argument != NULL ? option->argument : "");
    print_roff(option->help);
}

static int print_man(void)
{
    puts(".\\\" Made by `make docs` from the program's own tables; edit those.\n.TH NOCDESK 1 \"\" "
         "\"nocdesk " NOCDESK_VERSION "\"\n"
         ".SH NAME\nnocdesk \\- terminal operations console for VoIP softswitch hosts\n"
         ".SH SYNOPSIS\n.B nocdesk\n[command] [options]\n.SH COMMANDS");
    struct command command;
    for (size_t i = 0; command_at(i, &command); i++) {
        printf(".TP\n.B %s %s\n", command.name, command.operands);
        print_roff(command.summary);
        if (command.help[0] != '\0')
            print_roff(command.help);
    }
    puts(".SH OPTIONS");
    for (size_t i = 0; i < cli_option_count; i++)
        print_roff_option(&cli_options[i]);
    puts(".SH PANES");
    for (const struct probe *const *probe = probes; *probe != NULL; probe++) {
        if (!(*probe)->pane)
            continue;
        printf(".TP\n.B %s\n", (*probe)->schema->name);
        print_roff((*probe)->purpose);
    }
    puts(".SH EXIT STATUS\n0 done; 1 something failed or a host could not be reached; 2 usage or "
         "configuration error; "
         "3 refused by the guard or by read\\-only mode.\n.SH FILES\n.I "
         "~/.config/nocdesk/nocdesk.ini\n.br\n.I "
         "~/.config/nocdesk/keymaps/, "
         "themes/, profiles/\n.br\n.I ~/.local/state/nocdesk/nocdesk.log");
    return 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*print)(void);
    } pages[] = {{"config.md", print_config},
                 {"keys.md", print_keys},
                 {"panes.md", print_panes},
                 {"checklist-steps.md", print_checklists},
                 {"nocdesk.1", print_man}};
    for (size_t i = 0; argc == 2 && i < sizeof pages / sizeof *pages; i++)
        if (strcmp(argv[1], pages[i].name) == 0)
            return pages[i].print();
    fputs("usage: docs config.md | keys.md | panes.md | checklist-steps.md | nocdesk.1\n", stderr);
    return 2;
}
