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
        [OPTION_ARGV] =
            "a command and its arguments, without a shell: words between spaces; double "
            "quotes hold a word together, inside them `\\\"` and `\\\\` stand for a "
            "quote and a backslash",
        [OPTION_WORDS] = "words, with spaces",
        [OPTION_SET] = "any of",
        [OPTION_SPAN] = "a span of the day such as 22:00-06:00",
        [OPTION_PORTS] = "ports, with spaces",
        [OPTION_NETWORKS] = "addresses and networks, with spaces",
        [OPTION_SECRET] = "secret; only from a 0600 file",
    };
    int len = snprintf(out, size, "%s", words[option->type]);
    if (option->type == OPTION_INT)
        snprintf(out + len, size - (size_t)len, ", %lld to %lld", (long long)option->least,
                 (long long)option->most);
    bool has_words = option->type == OPTION_CHOICE || option->type == OPTION_SET;
    for (size_t i = 0; has_words && option->choices[i] != NULL; i++)
        len += snprintf(out + len, size - (size_t)len, " `%s`", option->choices[i]);
    return out;
}

static void print_options(const struct config_option *options, size_t count)
{
    puts("| option | value | default | meaning |\n| --- | --- | --- | --- |");
    for (size_t i = 0; i < count; i++) {
        char type[300];
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
         "too and override it key by key.");
    for (size_t i = 0; i < config_section_count; i++) {
        const struct config_section *section = config_sections[i];
        printf("\n## [%s%s]\n%s\n\n", section->word, section->named ? " NAME" : "", section->help);
        print_options(section->options, section->option_count);
    }
    return 0;
}

#define KEY_SETS_MAX 8

struct key_sets {
    struct keymap *items[KEY_SETS_MAX];
    char names[KEY_SETS_MAX][40];
    size_t count;
};

// Backquotes around keys, and | as a table takes it.
static void print_cell_of_keys(const struct keymap *keymap, enum mode mode,
                               const struct key_command *command)
{
    struct str keys = {0};
    size_t count = keymap_keys(keymap, mode, NULL, command, 8, "` `", &keys);
    fputs(count > 0 ? "`" : "", stdout);
    for (const char *at = str_text(&keys); *at != '\0'; at++)
        printf("%s%c", *at == '|' ? "\\" : "", *at);
    fputs(count > 0 ? "` | " : " | ", stdout);
    str_dispose(&keys);
}

static bool has_keys(const struct key_sets *sets, enum mode mode, const struct key_command *command)
{
    struct str keys = {0};
    size_t count = 0;
    for (size_t i = 0; i < sets->count; i++)
        count += keymap_keys(sets->items[i], mode, NULL, command, 1, "", &keys);
    str_dispose(&keys);
    return count > 0;
}

static void print_keys_of(const struct key_sets *sets, const char *title, enum mode mode)
{
    printf("\n## %s\n| command | ", title);
    for (size_t i = 0; i < sets->count; i++)
        printf("%s | ", sets->names[i]);
    printf("what it does |\n| --- |");
    for (size_t i = 0; i < sets->count; i++)
        printf(" --- |");
    puts(" --- |");
    for (size_t i = 0; i < key_command_count; i++) {
        const struct key_command *command = &key_commands[i];
        if ((command->modes & (unsigned)mode) == 0 || !has_keys(sets, mode, command))
            continue;
        printf("| %s | ", command->name);
        for (size_t set = 0; set < sets->count; set++)
            print_cell_of_keys(sets->items[set], mode, command);
        printf("%s |\n", command->help);
    }
}

static int print_keys(void)
{
    struct key_sets sets = {.count = 0};
    const char *file;
    for (size_t i = 0; (file = keymap_shipped(i)) != NULL && i < KEY_SETS_MAX; i++) {
        struct err_list errors = {0}, notes = {0};
        snprintf(sets.names[i], sizeof sets.names[i], "%.*s", (int)strcspn(file, "."), file);
        if (!keymap_load(&sets.items[i], sets.names[i], NULL, &errors, &notes))
            return 1;
        sets.count++;
    }
    puts("# Keys\n\nThe key sets of `keymaps/`. This page is " MADE
         " In the console, `?` shows the keys that work where you are, and `nocdesk keys` prints "
         "them all, with your own changes.\n\n"
         "Choose a set with `keymap = NAME` or `--keymap NAME`. Your own "
         "`~/.config/nocdesk/keymaps/NAME.ini` is laid over the set of that name (over `default` "
         "where there is none): `command = KEYS KEYS …` replaces the keys of that command, "
         "`command =` takes them away, `unbind = KEYS …` makes keys do nothing there. The sections "
         "are where it holds, the narrower first: `[pane NAME]`, `[pane]` `[overview]` "
         "`[checklist]` "
         "`[viewer]` `[prompt]`, `[table]` (overview, panes and checklist), `[global]`. `g,g` is "
         "pressed one after the "
         "other; the comma itself is `Comma`. No write action lies on a Ctrl-letter, nor on a key "
         "that the users of a set know as movement.");
    print_keys_of(&sets, "On the overview", MODE_OVERVIEW);
    print_keys_of(&sets, "In a pane", MODE_PANE);
    print_keys_of(&sets, "In the guided checklist", MODE_GUIDE);
    print_keys_of(&sets, "In help, journal and details", MODE_VIEWER);
    print_keys_of(&sets, "While a line is typed", MODE_PROMPT);
    print_keys_of(&sets, "In a replay, besides", MODE_REPLAY);
    for (size_t i = 0; i < sets.count; i++)
        keymap_free(sets.items[i]);
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
