// SPDX-License-Identifier: MIT

// Options of the command line: what each is, and how its value is stored.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "cli/cli.h"

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
    (void)err;
    to->format_word = value;
    to->knows_format = format_parse(value, &to->format);
    return true; // which there are depends on the command
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
     .values = VALUES_CHECKLIST,
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
const size_t cli_option_count = sizeof cli_options / sizeof *cli_options;
