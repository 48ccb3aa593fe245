// SPDX-License-Identifier: MIT

// argv to an invocation, by the tables of commands and options.
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/cli.h"
#include "conf/ini.h"

bool command_takes(const struct command *command, const struct cli_option *option)
{
    if (option->general)
        return true;
    for (const char *const *name = command->options; name != NULL && *name != NULL; name++)
        if (strcmp(*name, option->name) == 0)
            return true;
    return false;
}

// What getopt_long() returns for long options; below are the letters.
enum { OPTION_HELP = 256, OPTION_VERSION, OPTION_FIRST };

static bool unknown_option(const char *typed, struct err *err)
{
    // getopt_long() names a long option that it knows by its value, and a letter by itself.
    if (optopt >= OPTION_FIRST)
        return err_set(err, "%s: --%s takes no value; see nocdesk help", typed,
                       cli_options[optopt - OPTION_FIRST].name);
    if (optopt > ' ' && optopt < 0x7f)
        return err_set(err, "-%c: no such option; see nocdesk help", optopt);
    const char **names = mem_array(cli_option_count, sizeof *names);
    for (size_t i = 0; i < cli_option_count; i++)
        names[i] = cli_options[i].name;
    const char *near = ini_nearest(typed + strspn(typed, "-"), names, cli_option_count);
    free(names);
    if (near != NULL)
        return err_set(err, "%s: no such option; did you mean --%s? See nocdesk help", typed, near);
    return err_set(err, "%s: no such option; see nocdesk help", typed);
}

static bool unknown_command(const char *typed, struct err *err)
{
    const char *names[64];
    size_t count = 0;
    struct command command;
    for (; count < 64 && command_at(count, &command); count++)
        names[count] = command.name;
    const char *near = ini_nearest(typed, names, count);
    if (near != NULL)
        return err_set(err, "%s: no such command; did you mean %s? See nocdesk help", typed, near);
    return err_set(err, "%s: no such command; see nocdesk help", typed);
}

static int argument_kind(const struct cli_option *option)
{
    if (option->argument == NULL)
        return no_argument;
    return option->argument[0] == '[' ? optional_argument : required_argument;
}

// getopt_long() takes a value that may be left out behind "=" only; a next word is one too, unless
// it is an option or names a command.
static const char *optional_value(const struct cli_option *option, int argc, char **argv)
{
    struct command command;
    if (optarg != NULL || argument_kind(option) != optional_argument || optind >= argc ||
        argv[optind][0] == '-' || command_find(argv[optind], &command))
        return optarg;
    return argv[optind++];
}

static struct option *getopt_table(void)
{
    struct option *table = mem_array(cli_option_count + 3, sizeof *table);
    for (size_t i = 0; i < cli_option_count; i++)
        table[i] = (struct option){.name = cli_options[i].name,
                                   .has_arg = argument_kind(&cli_options[i]),
                                   .val = OPTION_FIRST + (int)i};
    table[cli_option_count] = (struct option){.name = "help", .val = OPTION_HELP};
    table[cli_option_count + 1] = (struct option){.name = "version", .val = OPTION_VERSION};
    return table;
}

// As getopt() wants the short forms; ":" first: a missing value is told apart.
static void getopt_letters(struct str *out)
{
    str_append(out, ":h");
    for (size_t i = 0; i < cli_option_count; i++)
        if (cli_options[i].letter != '\0')
            str_appendf(out, "%c%s", cli_options[i].letter,
                        cli_options[i].argument != NULL ? ":" : "");
}

static int option_of_letter(int code)
{
    for (size_t i = 0; code < OPTION_HELP && i < cli_option_count; i++)
        if (cli_options[i].letter == code)
            return OPTION_FIRST + (int)i;
    return code;
}

// How many words name the command: the two of "firewall save", or one; 0: there is none.
static size_t find_command(char **words, size_t count, struct command *out)
{
    char *both = count > 1 ? mem_printf("%s %s", words[0], words[1]) : NULL;
    bool found = both != NULL && command_find(both, out);
    free(both);
    return found ? 2 : command_find(words[0], out) ? 1 : 0;
}

// The operands: the first names the command, unless there is none.
static bool take_words(struct invocation *out, int count, char **words, bool help, struct err *err)
{
    size_t first = count > 0 ? find_command(words, (size_t)count, &out->command) : 0;
    if (count == 0)
        command_at(0, &out->command);
    else if (first == 0)
        return unknown_command(words[0], err);
    out->word_count = (size_t)count - first;
    out->words = mem_array(out->word_count + 1, sizeof *out->words);
    for (size_t i = 0; i < out->word_count; i++)
        out->words[i] = words[first + i];
    if (help && !command_is(&out->command, &command_help)) {
        out->words[0] = count > 0 ? out->command.name : NULL;
        out->word_count = count > 0 ? 1 : 0;
        out->command = command_help;
    }
    return true;
}

// Of a command line that could not be parsed: the first word that names a command.
static void guess_command(int argc, char **argv, struct command *out)
{
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != '-' && command_find(argv[i], out))
            return;
    *out = (struct command){0};
}

static bool check_format(const struct invocation *in, struct err *err)
{
    const char *formats = in->command.formats != NULL ? in->command.formats : FORMATS_OF_TABLES;
    size_t len = strlen(format_text(in->format));
    if (in->format_word == NULL)
        return true;
    for (const char *at = formats; at != NULL && in->knows_format; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, format_text(in->format), len) == 0 && (at[len] == '|' || at[len] == '\0'))
            return true;
    }
    return err_set(err, "%s: --format is %s, not %s; see nocdesk help %s", in->command.name,
                   formats, in->format_word, in->command.name);
}

static bool check_words(const struct invocation *in, struct err *err)
{
    const struct command *command = &in->command;
    if (in->word_count < command->least_words)
        return err_set(err, "%s: %s is missing; see nocdesk help %s", command->name,
                       command->operands, command->name);
    if (in->word_count > command->most_words)
        return err_set(err, "%s: %s is one word too many; see nocdesk help %s", command->name,
                       in->words[command->most_words], command->name);
    return true;
}

// Which options were given, beside their values.
struct seen {
    bool *options; // by option of cli_options
    bool help, version;
};

static bool read_options(int argc, char **argv, struct invocation *out, struct seen *seen,
                         struct err *err)
{
    bool ok = true;
    struct option *table = getopt_table();
    struct str letters = {0};
    getopt_letters(&letters);
    opterr = 0;
    optind = 0;
    for (int code; ok && (code = getopt_long(argc, argv, str_text(&letters), table, NULL)) != -1;) {
        code = code == 'h' ? code : option_of_letter(code);
        if (code == 'h' || code == OPTION_HELP)
            seen->help = true;
        else if (code == OPTION_VERSION)
            seen->version = true;
        else if (code == ':')
            ok = err_set(err, "%s: this option wants a value; see nocdesk help", argv[optind - 1]);
        else if (code == '?')
            ok = unknown_option(argv[optind - 1], err);
        else {
            seen->options[code - OPTION_FIRST] = true;
            const struct cli_option *option = &cli_options[code - OPTION_FIRST];
            ok = option->store(out, optional_value(option, argc, argv), err);
        }
    }
    free(table);
    str_dispose(&letters);
    return ok;
}

static void take_version(struct invocation *out)
{
    out->words = mem_array(2, sizeof *out->words);
    out->command = command_help;
    out->words[0] = "--version";
    out->word_count = 1;
}

// Whether the command takes what was given.
static bool check_options(const struct invocation *in, const struct seen *seen, struct err *err)
{
    if (!command_is(&in->command, &command_help) && !check_format(in, err))
        return false;
    if (in->for_ms < 0 && in->command.action == NULL)
        return err_set(err, "--for forever: only a ban lasts forever; see nocdesk help %s",
                       in->command.name);
    for (size_t i = 0; !command_is(&in->command, &command_help) && i < cli_option_count; i++)
        if (seen->options[i] && !command_takes(&in->command, &cli_options[i]))
            return err_set(err, "%s takes no --%s; see nocdesk help %s", in->command.name,
                           cli_options[i].name, in->command.name);
    return true;
}

bool invocation_parse(int argc, char **argv, struct invocation *out, struct err *err)
{
    *out = (struct invocation){0};
    struct seen seen = {.options = mem_array(cli_option_count, sizeof *seen.options)};
    bool ok = read_options(argc, argv, out, &seen, err);
    if (!ok)
        guess_command(argc, argv, &out->command);
    else if (seen.version)
        take_version(out);
    else
        ok = take_words(out, argc - optind, argv + optind, seen.help, err) &&
             check_words(out, err) && check_options(out, &seen, err);
    free(seen.options);
    return ok;
}

const char *invocation_language(int argc, char **argv)
{
    static const char option[] = "--lang";
    const char *found = NULL;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *value = NULL;
        if (strncmp(argv[i], option, sizeof option - 1) != 0)
            continue;
        if (argv[i][sizeof option - 1] == '=')
            value = argv[i] + sizeof option;
        else if (argv[i][sizeof option - 1] == '\0' && i + 1 < argc)
            value = argv[++i];
        const struct language *language = value != NULL ? language_find(value) : NULL;
        found = language != NULL ? language->name : found;
    }
    return found;
}

void invocation_dispose(struct invocation *invocation)
{
    free(invocation->hosts);
    free(invocation->ports);
    free(invocation->words);
}
