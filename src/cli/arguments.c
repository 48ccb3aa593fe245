// SPDX-License-Identifier: MIT

// Options of the command line: what each is, and argv parsed by that table.
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "conf/ini.h"

static bool store_config(struct invocation *to, const char *value, struct err *err)
{
    (void)err;
    to->config_path = value;
    return true;
}

static bool store_host(struct invocation *to, const char *value, struct err *err)
{
    (void)err;
    to->hosts = mem_resize(to->hosts, to->host_count + 1, sizeof *to->hosts);
    to->hosts[to->host_count++] = value;
    return true;
}

static bool store_format(struct invocation *to, const char *value, struct err *err)
{
    return format_parse(value, &to->format) ||
           err_set(err, "--format %s: no such format; text, json, csv, markdown or html", value);
}

static bool store_lang(struct invocation *to, const char *value, struct err *err)
{
    const struct language *language = language_find(value);
    if (language == NULL)
        return err_set(err, "--lang %s: no such language; en, es or zh_CN", value);
    to->language = language->name;
    return true;
}

// "5" is seconds, as the contract says; "500ms" and "2m" are taken too.
static bool parse_seconds(const char *name, const char *value, int64_t *ms, struct err *err)
{
    char *end;
    double seconds = strtod(value, &end);
    if (end != value && *end == '\0' && seconds >= 0.001 && seconds <= 86400) {
        *ms = (int64_t)(seconds * 1000);
        return true;
    }
    if (clock_parse_duration(value, ms) && *ms > 0 && *ms <= 86400000)
        return true;
    return err_set(err, "--%s %s: not a number of seconds from 0.001 to 86400", name, value);
}

static bool store_timeout(struct invocation *to, const char *value, struct err *err)
{
    return parse_seconds("timeout", value, &to->timeout_ms, err);
}

static bool store_watch(struct invocation *to, const char *value, struct err *err)
{
    return parse_seconds("watch", value, &to->watch_ms, err);
}

static bool store_port(struct invocation *to, const char *value, struct err *err)
{
    char *end;
    unsigned long port = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || port == 0 || port > 65535)
        return err_set(err, "--port %s: not a port from 1 to 65535", value);
    to->ports = mem_resize(to->ports, to->port_count + 1, sizeof *to->ports);
    to->ports[to->port_count++] = (int)port;
    return true;
}

static bool store_limit(struct invocation *to, const char *value, struct err *err)
{
    char *end;
    unsigned long limit = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || limit == 0 || limit > 100000000)
        return err_set(err, "--limit %s: not a number of rows from 1 up", value);
    to->limit = limit;
    return true;
}

#define STORE_TEXT(option)                                                                         \
    static bool store_##option(struct invocation *to, const char *value, struct err *err)          \
    {                                                                                              \
        (void)err;                                                                                 \
        to->option = value;                                                                        \
        return true;                                                                               \
    }
#define STORE_SWITCH(option)                                                                       \
    static bool store_##option(struct invocation *to, const char *value, struct err *err)          \
    {                                                                                              \
        (void)value;                                                                               \
        (void)err;                                                                                 \
        return to->option = true;                                                                  \
    }
STORE_TEXT(filter)
STORE_TEXT(sort)
STORE_TEXT(window)
STORE_TEXT(pane)
STORE_TEXT(theme)
STORE_TEXT(keymap)
static bool store_checklist(struct invocation *to, const char *value, struct err *err)
{
    (void)err;
    to->checklists = true;
    to->checklist = value;
    return true;
}
STORE_TEXT(read_path)
STORE_TEXT(interface)
STORE_TEXT(write_path)
STORE_TEXT(source)
STORE_TEXT(reason)
STORE_TEXT(file)
STORE_TEXT(report_path)
STORE_TEXT(from)
STORE_TEXT(to)

static bool store_for(struct invocation *to, const char *value, struct err *err)
{
    if (clock_parse_duration(value, &to->for_ms) && to->for_ms != 0)
        return true;
    return parse_seconds("for", value, &to->for_ms, NULL) ||
           err_set(err, "--for %s: not a time; write 90s, 15m, 1h, 2d or forever", value);
}

STORE_SWITCH(ascii)
STORE_SWITCH(check)
STORE_SWITCH(hooks)
STORE_SWITCH(read_only)
STORE_SWITCH(dry_run)
STORE_SWITCH(yes)
STORE_SWITCH(mask)
STORE_TEXT(at)

static bool store_replay(struct invocation *to, const char *value, struct err *err)
{
    (void)err;
    to->replay = value != NULL ? value : "";
    return true;
}

static bool store_every(struct invocation *to, const char *value, struct err *err)
{
    return parse_seconds("every", value, &to->every_ms, err);
}

static bool store_max_size(struct invocation *to, const char *value, struct err *err)
{
    static const struct {
        const char *unit;
        int64_t bytes;
    } units[] = {{"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"", 1}};
    char *end;
    long long number = strtoll(value, &end, 10);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i].unit) == 0 && value[0] >= '1' && value[0] <= '9' &&
            number <= INT64_MAX / units[i].bytes) {
            to->max_bytes = (int64_t)number * units[i].bytes;
            return to->max_bytes >= 1 << 20 ||
                   err_set(err, "--max-size %s: too little to be of use; at least 1M", value);
        }
    return err_set(err, "--max-size %s: not a size; write 50M or 2G", value);
}
STORE_SWITCH(no_record)

const struct cli_option cli_options[] = {
    {.name = "config",
     .argument = "FILE",
     .values = VALUES_FILE,
     .general = true,
     .store = store_config,
     .help = N_("Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini.")},
    {.name = "host",
     .argument = "NAME",
     .values = VALUES_HOST,
     .general = true,
     .store = store_host,
     .help = N_("Only this host; may be given several times. Default: all configured hosts.")},
    {.name = "format",
     .argument = FORMATS_OF_TABLES,
     .values = VALUES_WORDS,
     .general = true,
     .store = store_format,
     .help = N_("How to print. Data goes to standard output, everything else to standard error.")},
    {.name = "lang",
     .argument = "NAME",
     .values = VALUES_LANGUAGE,
     .general = true,
     .store = store_lang,
     .help = N_("Speak this language: en, es or zh_CN. Default: what LANGUAGE, LC_ALL, LC_MESSAGES "
                "and LANG say. Columns, JSON and the audit trail are the same in all of them.")},
    {.name = "read-only",
     .general = true,
     .store = store_read_only,
     .help = N_("Refuse everything that would change a host.")},
    {.name = "timeout",
     .argument = "SECONDS",
     .general = true,
     .store = store_timeout,
     .help = N_("Give up on a host after this long. Default: 15.")},
    {.name = "filter",
     .argument = "EXPR",
     .store = store_filter,
     .help = N_("Only rows that match, e.g. 'severity=critical' or 'asr_pct<40 attempts>=20'.")},
    {.name = "sort",
     .argument = "COL|-COL",
     .store = store_sort,
     .help = N_("Sort by this column, descending with a dash; a second one after a comma.")},
    {.name = "limit", .argument = "N", .store = store_limit, .help = N_("Print at most N rows.")},
    {.name = "watch",
     .argument = "SECONDS",
     .store = store_watch,
     .help = N_("Print again every so many seconds until interrupted.")},
    {.name = "window",
     .argument = "NAME",
     .values = VALUES_WINDOW,
     .store = store_window,
     .help = N_("The time window of a pane that has several: 5m, 15m, 1h or today for gateways.")},
    {.name = "pane",
     .argument = "NAME",
     .values = VALUES_PANE,
     .store = store_pane,
     .help = N_("Open on this pane.")},
    {.name = "theme",
     .argument = "NAME",
     .values = VALUES_THEME,
     .store = store_theme,
     .help = N_(
         "Colours: default, light, high-contrast, colorblind, mono, nord, gruvbox, solarized-dark, "
         "solarized-light, or your own themes/NAME.ini.")},
    {.name = "keymap",
     .argument = "NAME",
     .values = VALUES_KEYMAP,
     .store = store_keymap,
     .help = N_("Keys: default, vi, emacs, no-fkeys, or your own keymaps/NAME.ini.")},
    {.name = "ascii",
     .store = store_ascii,
     .help = N_("Draw lines, arrows and sparklines with ASCII alone.")},
    {.name = "checklist",
     .argument = "[NAME]",
     .store = store_checklist,
     .help = N_("Open on the guided checklist of this name; without one, on the list of them.")},
    {.name = "check",
     .store = store_check,
     .help = N_("Only validate every file that would be read (configuration, profiles, checklists, "
                "keymaps, themes): all faults with file and line.")},
    {.name = "hooks",
     .store = store_hooks,
     .help =
         N_("Only run each configured hook once, with a test document, and say what came of it.")},
    {.name = "read",
     .letter = 'r',
     .argument = "FILE",
     .values = VALUES_FILE,
     .store = store_read_path,
     .help = N_("Read this capture file, pcap or pcapng; -: standard input.")},
    {.name = "interface",
     .letter = 'i',
     .argument = "NAME",
     .store = store_interface,
     .help = N_("Capture on this interface of this machine; any: on all.")},
    {.name = "port",
     .argument = "N",
     .store = store_port,
     .help = N_(
         "A SIP port; may be given several times. Default: the host's own, else the profile's.")},
    {.name = "write",
     .argument = "FILE",
     .values = VALUES_FILE,
     .store = store_write_path,
     .help = N_("Write the packets that --source sent to this new pcap file, as evidence.")},
    {.name = "source",
     .argument = "ADDRESS",
     .store = store_source,
     .help = N_("The address whose packets --write keeps.")},
    {.name = "for",
     .argument = "TIME",
     .store = store_for,
     .help = N_("For so long: 90s, 15m, 1h, 2d, a number of seconds, or forever. Default of a ban: "
                "ban_for of the configuration, else 1h.")},
    {.name = "report",
     .argument = "FILE",
     .values = VALUES_FILE,
     .store = store_report_path,
     .help =
         N_("Write the report into this file too, in the form that its ending says: .md, .html, "
            ".json; anything else is text.")},
    {.name = "no-record",
     .store = store_no_record,
     .help = N_("Keep nothing of this run in the memory; for a monitoring system that asks each "
                "minute.")},
    {.name = "from",
     .argument = "TIME",
     .store = store_from,
     .help = N_("From this local time on: 2026-11-20, '2026-11-20 22:00', or 22:00 of today.")},
    {.name = "to",
     .argument = "TIME",
     .store = store_to,
     .help =
         N_("Up to this local time, itself left out; a day alone is counted to its end. Default: "
            "now.")},
    {.name = "reason",
     .argument = "TEXT",
     .store = store_reason,
     .help = N_("Why; kept in the audit trail, and with the ban on the host.")},
    {.name = "file",
     .argument = "LIST",
     .values = VALUES_FILE,
     .store = store_file,
     .help =
         N_("Addresses from this file besides, one a line, # begins a comment; -: standard input. "
            "All of them are one transaction on each host.")},
    {.name = "replay",
     .argument = "[DIR]",
     .values = VALUES_FILE,
     .store = store_replay,
     .help =
         N_("Show what nocdesk record kept in DIR in place of the hosts; without DIR the attack "
            "morning that comes with the program. Nothing is reached, nothing is run.")},
    {.name = "at",
     .argument = "TIME",
     .store = store_at,
     .help =
         N_("Where the replay begins: 04:12, 04:12:31, +5m from its beginning, -5m from its end, "
            "start, end, or 2026-11-20T04:12:31Z.")},
    {.name = "max-size",
     .argument = "SIZE",
     .store = store_max_size,
     .help = N_("Keep at most so much, 50M or 2G: the oldest minutes go. Default: no limit.")},
    {.name = "every",
     .argument = "SECONDS",
     .store = store_every,
     .help = N_("Keep each pane's readings at most so often; failures are kept at once. Default: "
                "all of them.")},
    {.name = "mask",
     .store = store_mask,
     .help =
         N_("Write other addresses and numbers in place of the true ones, the same for the same, "
            "networks kept together.")},
    {.name = "dry-run", .store = store_dry_run, .help = N_("Print the plan and touch nothing.")},
    {.name = "yes",
     .store = store_yes,
     .help =
         N_("Answer yes to the question that a risky plan asks. What wants the target typed again "
            "is not answered by it.")},
};
#define COUNT_OF_OPTIONS (sizeof cli_options / sizeof *cli_options)
const size_t cli_option_count = COUNT_OF_OPTIONS;

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
    const char *names[COUNT_OF_OPTIONS];
    for (size_t i = 0; i < cli_option_count; i++)
        names[i] = cli_options[i].name;
    const char *near = ini_nearest(typed + strspn(typed, "-"), names, cli_option_count);
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
static void getopt_letters(char out[2 * COUNT_OF_OPTIONS + 3])
{
    size_t len = 0;
    out[len++] = ':';
    out[len++] = 'h';
    for (size_t i = 0; i < cli_option_count; i++) {
        if (cli_options[i].letter == '\0')
            continue;
        out[len++] = cli_options[i].letter;
        if (cli_options[i].argument != NULL)
            out[len++] = ':';
    }
    out[len] = '\0';
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
    for (const char *at = formats; at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, format_text(in->format), len) == 0 && (at[len] == '|' || at[len] == '\0'))
            return true;
    }
    return err_set(err, "%s: --format is %s, not %s; see nocdesk help %s", in->command.name,
                   formats, format_text(in->format), in->command.name);
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

bool invocation_parse(int argc, char **argv, struct invocation *out, struct err *err)
{
    *out = (struct invocation){0};
    bool given[COUNT_OF_OPTIONS] = {false};
    bool help = false, version = false, ok = true;
    struct option *table = getopt_table();
    char letters[2 * COUNT_OF_OPTIONS + 3];
    getopt_letters(letters);
    opterr = 0;
    optind = 0;
    for (int code; ok && (code = getopt_long(argc, argv, letters, table, NULL)) != -1;) {
        code = code == 'h' ? code : option_of_letter(code);
        if (code == 'h' || code == OPTION_HELP)
            help = true;
        else if (code == OPTION_VERSION)
            version = true;
        else if (code == ':')
            ok = err_set(err, "%s: this option wants a value; see nocdesk help", argv[optind - 1]);
        else if (code == '?')
            ok = unknown_option(argv[optind - 1], err);
        else {
            given[code - OPTION_FIRST] = true;
            const struct cli_option *option = &cli_options[code - OPTION_FIRST];
            ok = option->store(out, optional_value(option, argc, argv), err);
        }
    }
    free(table);
    if (version && ok) {
        out->words = mem_array(2, sizeof *out->words);
        out->command = command_help;
        out->words[0] = "--version";
        out->word_count = 1;
        return true;
    }
    if (!ok)
        guess_command(argc, argv, &out->command);
    ok = ok && take_words(out, argc - optind, argv + optind, help, err) && check_words(out, err);
    ok = ok && (command_is(&out->command, &command_help) || check_format(out, err));
    if (ok && out->for_ms < 0 && out->command.action == NULL)
        ok = err_set(err, "--for forever: only a ban lasts forever; see nocdesk help %s",
                     out->command.name);
    for (size_t i = 0; ok && !command_is(&out->command, &command_help) && i < cli_option_count; i++)
        if (given[i] && !command_takes(&out->command, &cli_options[i]))
            ok = err_set(err, "%s takes no --%s; see nocdesk help %s", out->command.name,
                         cli_options[i].name, out->command.name);
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
