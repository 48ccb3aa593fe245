// SPDX-License-Identifier: MIT

// Prints what shells complete from the registries: completions shell (the tables that bash and zsh
// share), completions fish.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/quote.h"
#include "checklist/checklist.h"
#include "cli/cli.h"
#include "probe/probe.h"

#define PROFILE "vos3000"

static const char *const kind_words[VALUES_KINDS] = {
    [VALUES_NONE] = "none",       [VALUES_FILE] = "file",         [VALUES_HOST] = "host",
    [VALUES_PANE] = "pane",       [VALUES_WINDOW] = "window",     [VALUES_CHECKLIST] = "checklist",
    [VALUES_THEME] = "theme",     [VALUES_KEYMAP] = "keymap",     [VALUES_COMMAND] = "command",
    [VALUES_SECTION] = "section", [VALUES_LANGUAGE] = "language",
};

static char *quoted(const char *text)
{
    struct str out = {0};
    quote_word(&out, text);
    return str_take(&out);
}

// The first sentence, without its full stop.
static char *first_sentence(const char *text)
{
    const char *end = strpbrk(text, ".:;");
    while (end != NULL && end[1] != ' ' && end[1] != '\0')
        end = strpbrk(end + 1, ".:;");
    return end != NULL ? mem_strndup(text, (size_t)(end - text)) : mem_strdup(text);
}

static void add_word(struct str *out, const char *word, size_t len)
{
    str_append(out, out->len > 0 ? "\n" : "");
    str_append_bytes(out, word, len);
}

// "[verify]", "text|json|csv": the words, one a line.
static void add_choices(struct str *out, const char *text)
{
    for (const char *at = text; at += strspn(at, "[|]"), *at != '\0';) {
        size_t len = strcspn(at, "[|]");
        add_word(out, at, len);
        at += len;
    }
}

static void add_embedded(struct str *out, const char *folder)
{
    size_t len = strlen(folder);
    for (size_t i = 0; i < embedded_file_count; i++) {
        const char *path = embedded_files[i].path;
        if (strncmp(path, folder, len) == 0 && strchr(path + len, '/') == NULL)
            add_word(out, path + len, strcspn(path + len, "."));
    }
}

static void add_panes(struct str *out)
{
    for (size_t i = 0; probes[i] != NULL; i++)
        if (probes[i]->pane)
            add_word(out, probes[i]->schema->name, strlen(probes[i]->schema->name));
}

static void add_windows(struct str *out)
{
    for (size_t i = 0; probes[i] != NULL; i++)
        for (const char *const *name = probes[i]->pane ? probes[i]->schema->variants : NULL;
             name != NULL && *name != NULL; name++)
            add_word(out, *name, strlen(*name));
}

static void add_commands(struct str *out)
{
    struct command command;
    for (size_t i = 0; command_at(i, &command); i++)
        add_word(out, command.name, strlen(command.name));
}

static void add_sections(struct str *out)
{
    size_t count;
    char **words = profile_section_words(&count);
    for (size_t i = 0; i < config_section_count; i++)
        add_word(out, config_sections[i]->word, strlen(config_sections[i]->word));
    for (size_t i = 0; i < count; i++) {
        add_word(out, words[i], strlen(words[i]));
        free(words[i]);
    }
    free(words);
    add_word(out, "all", strlen("all"));
}

// The words that are the same for every operator, one a line.
static char *words_of(enum cli_values values)
{
    struct str out = {0};
    switch (values) {
    case VALUES_PANE:
        add_panes(&out);
        break;
    case VALUES_WINDOW:
        add_windows(&out);
        break;
    case VALUES_CHECKLIST:
        add_embedded(&out, "src/profiles/" PROFILE "/checklists/");
        break;
    case VALUES_THEME:
        add_embedded(&out, "themes/");
        break;
    case VALUES_KEYMAP:
        add_embedded(&out, "keymaps/");
        break;
    case VALUES_LANGUAGE:
        for (size_t i = 0; i < language_count; i++)
            add_word(&out, languages[i].name, strlen(languages[i].name));
        break;
    case VALUES_COMMAND:
        add_commands(&out);
        add_panes(&out);
        break;
    case VALUES_SECTION:
        add_sections(&out);
        break;
    case VALUES_NONE:
    case VALUES_WORDS:
    case VALUES_FILE:
    case VALUES_HOST:
    case VALUES_KINDS:
        break;
    }
    return str_take(&out);
}

static char *operand_words(const struct command *command)
{
    struct str out = {0};
    if (command->values == VALUES_WORDS)
        add_choices(&out, command->operands);
    return command->values == VALUES_WORDS ? str_take(&out) : words_of(command->values);
}

static char *formats_of(const struct command *command)
{
    struct str out = {0};
    add_choices(&out, command->formats != NULL ? command->formats : FORMATS_OF_TABLES);
    return str_take(&out);
}

static const char *kind_of_option(const struct cli_option *option)
{
    // The one option whose words are the command's.
    return option->values == VALUES_WORDS ? "format" : kind_words[option->values];
}

static void print_lines(const char *pattern, const char *lines)
{
    char *words = quoted(lines);
    printf("    %s) printf '%%s\\n' %s ;;\n", pattern, words);
    free(words);
}

// The first word of a command that has two; NULL for others. A heap string.
static char *first_word(const struct command *command)
{
    const char *space = strchr(command->name, ' ');
    return space != NULL ? mem_strndup(command->name, (size_t)(space - command->name)) : NULL;
}

static bool has_line(const struct str *lines, const char *first)
{
    size_t len = strlen(first);
    for (const char *at = str_text(lines); at != NULL; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (strncmp(at, first, len) == 0 && (at[len] == '\t' || at[len] == '\0'))
            return true;
    }
    return false;
}

static void print_commands(void)
{
    struct command command;
    struct str lines = {0};
    for (size_t i = 0; command_at(i, &command); i++) {
        char *help = first_sentence(command.summary), *first = first_word(&command);
        const char *name = first != NULL ? first : command.name;
        if (!has_line(&lines, name))
            str_appendf(&lines, "%s%s\t%s", lines.len > 0 ? "\n" : "", name, help);
        free(first);
        free(help);
    }
    char *words = quoted(str_text(&lines));
    printf("_nocdesk_commands() {\n    printf '%%s\\n' %s\n}\n\n", words);
    free(words);
    str_dispose(&lines);
}

// All second words behind this first one; "" where a command before it has printed them.
static char *second_words(size_t index, const char *first)
{
    struct command command;
    struct str lines = {0};
    size_t len = strlen(first);
    for (size_t i = 0; command_at(i, &command); i++) {
        if (strncmp(command.name, first, len) != 0 || command.name[len] != ' ')
            continue;
        if (i < index) {
            str_clear(&lines);
            break;
        }
        char *help = first_sentence(command.summary);
        str_appendf(&lines, "%s%s\t%s", lines.len > 0 ? "\n" : "", command.name + len + 1, help);
        free(help);
    }
    return str_take(&lines);
}

static void print_seconds(void)
{
    struct command command;
    puts("# The second words of commands that have two.\n_nocdesk_second() {\n    case $1 in");
    for (size_t i = 0; command_at(i, &command); i++) {
        char *first = first_word(&command);
        char *lines = first != NULL ? second_words(i, first) : mem_strdup("");
        if (lines[0] != '\0')
            print_lines(first, lines);
        free(lines);
        free(first);
    }
    puts("    esac\n}\n");
}

static void print_options(void)
{
    struct command command;
    puts("_nocdesk_options() {\n    case $1 in");
    for (size_t i = 0; command_at(i, &command); i++) {
        struct str lines = {0};
        for (size_t j = 0; j < cli_option_count; j++) {
            if (!command_takes(&command, &cli_options[j]))
                continue;
            char *help = first_sentence(cli_options[j].help);
            str_appendf(&lines, "%s--%s\t%s", lines.len > 0 ? "\n" : "", cli_options[j].name, help);
            free(help);
        }
        // Without a command, the console's.
        char *pattern = mem_printf("'%s'%s", command.name, i == 0 ? " | ''" : "");
        print_lines(pattern, str_text(&lines));
        free(pattern);
        str_dispose(&lines);
    }
    puts("    esac\n}\n");
}

static void print_kinds(void)
{
    struct command command;
    puts("# The kind of an option's value; nothing for a switch.\n_nocdesk_kind() {\n    case $1 "
         "in");
    for (size_t i = 0; i < cli_option_count; i++) {
        const struct cli_option *option = &cli_options[i];
        if (option->argument == NULL)
            continue;
        char *pattern = option->letter != '\0'
                            ? mem_printf("--%s | -%c", option->name, option->letter)
                            : mem_printf("--%s", option->name);
        print_lines(pattern, kind_of_option(option));
        free(pattern);
    }
    puts("    esac\n}\n\n_nocdesk_formats() {\n    case $1 in");
    for (size_t i = 0; command_at(i, &command); i++) {
        char *pattern = mem_printf("'%s'", command.name), *formats = formats_of(&command);
        if (command.formats != NULL)
            print_lines(pattern, formats);
        free(formats);
        free(pattern);
    }
    struct command general = {0};
    char *formats = formats_of(&general);
    print_lines("*", formats);
    free(formats);
    puts(
        "    esac\n}\n\n# The kind of a command's operands.\n_nocdesk_operand() {\n    case $1 in");
    for (size_t i = 0; command_at(i, &command); i++) {
        char *pattern = mem_printf("'%s'", command.name);
        if (command.values == VALUES_WORDS)
            print_lines(pattern, command.name);
        else if (command.values != VALUES_NONE)
            print_lines(pattern, kind_words[command.values]);
        free(pattern);
    }
    puts("    *) echo none ;;\n    esac\n}\n");
}

static void print_words(void)
{
    struct command command;
    puts("_nocdesk_words() {\n    case $1 in");
    for (int i = 0; i < VALUES_KINDS; i++) {
        char *words = words_of((enum cli_values)i);
        if (words[0] != '\0')
            print_lines(kind_words[i], words);
        free(words);
    }
    for (size_t i = 0; command_at(i, &command); i++) {
        char *words = operand_words(&command);
        if (command.values == VALUES_WORDS)
            print_lines(command.name, words);
        free(words);
    }
    puts("    esac\n}");
}

static int print_shell(void)
{
    print_commands();
    print_seconds();
    print_options();
    print_kinds();
    print_words();
    return 0;
}

// In single quotes, as fish reads them.
static void print_fish_text(const char *text)
{
    putchar('\'');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'' || *at == '\\')
            putchar('\\');
        putchar(*at == '\n' ? ' ' : *at);
    }
    putchar('\'');
}

// What follows -a for values of this kind; nothing for none.
static void print_fish_values(enum cli_values values, const char *words)
{
    static const char *const calls[VALUES_KINDS] = {
        [VALUES_HOST] = "(__nocdesk_hosts)",
        [VALUES_THEME] = " (__nocdesk_own themes)",
        [VALUES_KEYMAP] = " (__nocdesk_own keymaps)",
        [VALUES_CHECKLIST] = " (__nocdesk_own profiles/" PROFILE "/checklists)",
    };
    char *all = mem_printf("%s%s", words, calls[values] != NULL ? calls[values] : "");
    if (all[0] != '\0') {
        fputs(" -a ", stdout);
        print_fish_text(all);
    }
    free(all);
}

static void print_fish_option(const struct command *command, const char *condition,
                              const struct cli_option *option)
{
    char *help = first_sentence(option->help), *words = words_of(option->values);
    printf("complete -c nocdesk -n ");
    print_fish_text(condition);
    printf(" -l %s", option->name);
    if (option->letter != '\0')
        printf(" -s %c", option->letter);
    if (option->argument != NULL)
        printf(option->values == VALUES_FILE ? " -r -F" : " -x");
    if (option->values == VALUES_WORDS) {
        free(words);
        words = formats_of(command);
    }
    print_fish_values(option->values, words);
    printf(" -d ");
    print_fish_text(help);
    putchar('\n');
    free(words);
    free(help);
}

// The first word of "firewall save", where it is no command of its own.
static void print_fish_first(size_t index, const struct command *command)
{
    struct command own;
    char *first = first_word(command);
    char *seconds = first != NULL && !command_find(first, &own) ? second_words(index, first) : NULL;
    if (seconds != NULL && seconds[0] != '\0')
        printf("complete -c nocdesk -n '__nocdesk_is' -a %s\n", first);
    free(seconds);
    free(first);
}

static void print_fish_command(const struct command *command, bool first)
{
    char *help = first_sentence(command->summary), *words = operand_words(command);
    char *condition = mem_printf("__nocdesk_is %s", command->name);
    char *of_none = mem_printf("__nocdesk_is; or __nocdesk_is %s", command->name);
    const char *second = strchr(command->name, ' ');
    if (second != NULL)
        printf("complete -c nocdesk -n '__nocdesk_is %.*s' -a %s -d ",
               (int)(second - command->name), command->name, second + 1);
    else
        printf("complete -c nocdesk -n '__nocdesk_is' -a %s -d ", command->name);
    print_fish_text(help);
    putchar('\n');
    if (words[0] != '\0' || command->values == VALUES_HOST) {
        printf("complete -c nocdesk -n ");
        print_fish_text(condition);
        print_fish_values(command->values, words);
        putchar('\n');
    }
    for (size_t i = 0; i < cli_option_count; i++)
        if (command_takes(command, &cli_options[i]))
            print_fish_option(command, first ? of_none : condition, &cli_options[i]);
    free(of_none);
    free(condition);
    free(words);
    free(help);
}

static int print_fish(void)
{
    struct command command;
    printf(
        "# SPDX-License-Identifier: MIT\n# Made by `make docs` from the program's own tables; edit "
        "those, or tools/completions.c.\n\n"
        "function __nocdesk_own\n"
        "    set -l base $XDG_CONFIG_HOME\n"
        "    test -n \"$base\"; or set base ~/.config\n"
        "    for file in $base/nocdesk/$argv[1]/*.ini\n"
        "        string replace -r '.*/(.*)\\.ini$' '$1' -- $file\n"
        "    end\n"
        "end\n\n"
        "function __nocdesk_hosts\n"
        "    set -l base $XDG_CONFIG_HOME\n"
        "    test -n \"$base\"; or set base ~/.config\n"
        "    set -l file $base/nocdesk/nocdesk.ini\n"
        "    set -l words (commandline -opc)\n"
        "    set -l at (contains -i -- --config $words); and set file $words[(math $at + 1)]\n"
        "    string match -rg '^\\s*\\[\\s*host\\s+([A-Za-z0-9_.-]+)\\s*\\]' <$file 2>/dev/null\n"
        "end\n\n"
        "# Whether the words so far name this command; without words: no command yet.\n"
        "function __nocdesk_is\n"
        "    set -l words\n"
        "    set -l skip 0\n"
        "    for word in (commandline -opc)[2..]\n"
        "        if test $skip = 1\n"
        "            set skip 0\n"
        "        else if string match -q -- '--*=*' $word\n"
        "            continue\n"
        "        else if string match -q -- '-?*' $word\n"
        "            contains -- $word");
    for (size_t i = 0; i < cli_option_count; i++) {
        if (cli_options[i].argument == NULL)
            continue;
        printf(" --%s", cli_options[i].name);
        if (cli_options[i].letter != '\0')
            printf(" -%c", cli_options[i].letter);
    }
    printf("; and set skip 1\n"
           "        else\n"
           "            set -a words $word\n"
           "        end\n"
           "    end\n"
           "    test (count $argv) -gt 0; or begin\n"
           "        test (count $words) -eq 0\n"
           "        return\n"
           "    end\n"
           "    set -l count (count $argv)\n"
           "    test (count $words) -ge $count; and test \"$words[1..$count]\" = \"$argv\"\n"
           "end\n\n"
           "complete -c nocdesk -f\n");
    for (size_t i = 0; command_at(i, &command); i++) {
        print_fish_first(i, &command);
        print_fish_command(&command, i == 0);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "shell") == 0)
        return print_shell();
    if (argc == 2 && strcmp(argv[1], "fish") == 0)
        return print_fish();
    fputs("usage: completions shell | fish\n", stderr);
    return 2;
}
