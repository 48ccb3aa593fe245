// SPDX-License-Identifier: MIT

// The sections of nocdesk.ini as data: options with types, defaults, ranges, and where they go.
// [host NAME] and [command NAME] have files of their own.
#include <stddef.h>

#include "base/lang.h"
#include "conf/config.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const confirm_words[] = {
    [CONFIRM_ALWAYS] = "always",
    [CONFIRM_RISKY] = "risky",
    [CONFIRM_NEVER] = "never",
    NULL,
};

static const char *const ascii_words[] = {
    [ASCII_AUTO] = "auto",
    [ASCII_YES] = "yes",
    [ASCII_NO] = "no",
    NULL,
};

static const char *const alert_words[] = {
    [ALERT_CRITICAL] = "critical",
    [ALERT_WARNING] = "warning",
    [ALERT_NEVER] = "never",
    NULL,
};

// A hook that is never told of anything is none.
static const char *const hook_level_words[] = {
    [ALERT_CRITICAL] = "critical",
    [ALERT_WARNING] = "warning",
    NULL,
};

static const char *const notify_words[] = {
    [NOTIFY_AUTO] = "auto",
    [NOTIFY_OSC9] = "osc9",
    [NOTIFY_OSC777] = "osc777",
    NULL,
};

const char *const notice_kind_words[NOTICE_KINDS + 1] = {
    [NOTICE_HOST] = "host", [NOTICE_ATTACK] = "attack",   [NOTICE_ALARM] = "alarm",
    [NOTICE_STEP] = "step", [NOTICE_READING] = "reading", [NOTICE_VERDICT] = "verdict",
    [NOTICE_KINDS] = NULL,
};

static const struct config_option nocdesk_options[] = {
    {
        .name = "operator",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct config, operator_name),
        .help = N_("Who acts, as the audit trail names it; empty: the login name."),
    },
    {
        .name = "theme",
        .type = OPTION_TEXT,
        .fallback = "default",
        .offset = offsetof(struct config, theme),
        .help = N_("The theme of the console: a file in themes/."),
    },
    {
        .name = "keymap",
        .type = OPTION_TEXT,
        .fallback = "default",
        .offset = offsetof(struct config, keymap),
        .help = N_("The key set of the console: a file in keymaps/."),
    },
    {
        .name = "ascii",
        .type = OPTION_CHOICE,
        .fallback = "auto",
        .choices = ascii_words,
        .offset = offsetof(struct config, ascii),
        .help = N_(
            "Draw lines, arrows and sparklines with ASCII alone; auto: where the terminal (linux, "
            "vt100 …) or a locale without UTF-8 cannot show them."),
    },
    {
        .name = "read_only",
        .type = OPTION_BOOL,
        .fallback = "no",
        .offset = offsetof(struct config, read_only),
        .help = N_("Refuse every action that changes something, on all hosts."),
    },
    {
        .name = "confirm",
        .type = OPTION_CHOICE,
        .fallback = "risky",
        .choices = confirm_words,
        .offset = offsetof(struct config, confirm),
        .help = N_("Which actions ask before they run."),
    },
    {
        .name = "ban_for",
        .type = OPTION_DURATION,
        .fallback = "1h",
        .least = 1000,
        .most = INT64_MAX,
        .offset = offsetof(struct config, ban_for_ms),
        .help = N_("How long a ban lasts when nothing else is said, or forever."),
    },
    {
        .name = "bans_per_minute",
        .type = OPTION_INT,
        .fallback = "200",
        .least = 1,
        .most = 1000000,
        .offset = offsetof(struct config, bans_per_minute),
        .help = N_("How many addresses an operator bans within a minute before a ban asks."),
    },
    {
        .name = "trusted",
        .type = OPTION_NETWORKS,
        .fallback = "",
        .offset = offsetof(struct config, trusted),
        .help =
            N_("Addresses and networks that are never attackers and never banned, on all hosts."),
    },
    {
        .name = "state_dir",
        .type = OPTION_PATH,
        .fallback = "",
        .offset = offsetof(struct config, state_dir),
        .help = N_("Folder of the audit trail and other state; empty: $XDG_STATE_HOME/nocdesk."),
    },
    {
        .name = "evidence_mib",
        .type = OPTION_INT,
        .fallback = "10",
        .least = 1,
        .most = 10240,
        .offset = offsetof(struct config, evidence_mib),
        .help = N_("MiB at most of one evidence file, a pcap file of what one source sent."),
    },
    {
        .name = "evidence_for",
        .type = OPTION_DURATION,
        .fallback = "60s",
        .least = 1000,
        .most = 86400000,
        .offset = offsetof(struct config, evidence_for_ms),
        .help = N_("How long the console writes an evidence file."),
    },
    {
        .name = "bell",
        .type = OPTION_CHOICE,
        .fallback = "critical",
        .choices = alert_words,
        .offset = offsetof(struct config, bell),
        .help = N_("From which level on a new condition rings the terminal's bell."),
    },
    {
        .name = "notify",
        .type = OPTION_CHOICE,
        .fallback = "critical",
        .choices = alert_words,
        .offset = offsetof(struct config, notify),
        .help = N_("From which level on a new condition is a notification on the desktop."),
    },
    {
        .name = "notify_by",
        .type = OPTION_CHOICE,
        .fallback = "auto",
        .choices = notify_words,
        .offset = offsetof(struct config, notify_by),
        .help = N_("The sequence that asks the terminal for a notification; auto: the one that the "
                   "terminal is known to understand, else none. Inside tmux name it, and allow "
                   "pass-through there."),
    },
    {
        .name = "quiet_hours",
        .type = OPTION_SPAN,
        .fallback = "",
        .offset = offsetof(struct config, quiet_hours),
        .help =
            N_("When the console neither rings nor notifies, in local time; the screen, the title "
               "and hooks go on. Empty: never quiet."),
    },
    {
        .name = "title",
        .type = OPTION_BOOL,
        .fallback = "yes",
        .offset = offsetof(struct config, title),
        .help = N_("Whether the terminal's title shows the worst state."),
    },
};

const struct config_section config_section_nocdesk = {
    .word = "nocdesk",
    .help = N_("The program as a whole."),
    .options = nocdesk_options,
    .option_count = COUNT_OF(nocdesk_options),
    .size = sizeof(struct config),
    .lines = offsetof(struct config, lines),
};

static const struct config_option memory_options[] = {
    {
        .name = "minutes",
        .type = OPTION_DURATION,
        .fallback = "14d",
        .least = 3600000,
        .most = INT64_MAX,
        .offset = offsetof(struct memory_config, minutes_ms),
        .help = N_("How long figures are kept by the minute."),
    },
    {
        .name = "hours",
        .type = OPTION_DURATION,
        .fallback = "400d",
        .least = 3600000,
        .most = INT64_MAX,
        .offset = offsetof(struct memory_config, hours_ms),
        .help = N_("How long figures are kept by the hour: least, mean, most, how many."),
    },
    {
        .name = "runs",
        .type = OPTION_DURATION,
        .fallback = "forever",
        .least = 86400000,
        .most = INT64_MAX,
        .offset = offsetof(struct memory_config, runs_ms),
        .help = N_("How long guided runs of checklists are kept, with notes and evidence."),
    },
    {
        .name = "unattended",
        .type = OPTION_DURATION,
        .fallback = "31d",
        .least = 86400000,
        .most = INT64_MAX,
        .offset = offsetof(struct memory_config, unattended_ms),
        .help = N_("How long runs of `nocdesk check` are kept."),
    },
};

const struct config_section config_section_memory = {
    .word = "memory",
    .help = N_("How long the memory (`memory.db` in `state_dir`) keeps what. `forever`: for good."),
    .options = memory_options,
    .option_count = COUNT_OF(memory_options),
    .size = sizeof(struct memory_config),
    .lines = offsetof(struct memory_config, lines),
};

static const struct config_option hook_options[] = {
    {
        .name = "command",
        .type = OPTION_ARGV,
        .fallback = "",
        .offset = offsetof(struct hook_config, command),
        .help =
            N_("The command on this machine, run without a shell, that gets the condition as JSON "
               "on its standard input."),
    },
    {
        .name = "on",
        .type = OPTION_SET,
        .fallback = "host attack alarm verdict",
        .choices = notice_kind_words,
        .offset = offsetof(struct hook_config, on),
        .help = N_("Which kinds of conditions it is told of."),
    },
    {
        .name = "level",
        .type = OPTION_CHOICE,
        .fallback = "critical",
        .choices = hook_level_words,
        .offset = offsetof(struct hook_config, level),
        .help = N_("From which level on."),
    },
    {
        .name = "hosts",
        .type = OPTION_WORDS,
        .fallback = "",
        .offset = offsetof(struct hook_config, hosts),
        .help =
            N_("Names of hosts, and @NAME for all of an environment or a group; empty: all hosts."),
    },
    {
        .name = "quiet",
        .type = OPTION_DURATION,
        .fallback = "1h",
        .least = 1000,
        .most = INT64_MAX,
        .offset = offsetof(struct hook_config, quiet_ms),
        .help =
            N_("How long nothing more is said of a condition that was told, unless it grows "
               "worse; one that still stands then is told again. forever: once until it is over."),
    },
    {
        .name = "recovery",
        .type = OPTION_BOOL,
        .fallback = "yes",
        .offset = offsetof(struct hook_config, recovery),
        .help = N_("Whether it is told when a condition is over."),
    },
    {
        .name = "timeout",
        .type = OPTION_DURATION,
        .fallback = "10s",
        .least = 100,
        .most = 300 * 1000,
        .offset = offsetof(struct hook_config, timeout_ms),
        .help = N_("How long it may run before it is killed with all that it has started."),
    },
};

const struct config_section config_section_hook = {
    .word = "hook",
    .named = true,
    .help = N_("One section a command that is told of lost hosts, attacks, alarms and verdicts "
               "(see notifications.md)."),
    .options = hook_options,
    .option_count = COUNT_OF(hook_options),
    .size = sizeof(struct hook_config),
    .lines = offsetof(struct hook_config, lines),
};

static const struct config_option filter_options[] = {
    {
        .name = "pane",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct filter_config, pane),
        .help = N_("The pane whose rows it is for, such as gateways; hosts: a choice of hosts."),
    },
    {
        .name = "rows",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct filter_config, expression),
        .help = N_("The filter expression, in quotes where it holds a semicolon: asr_pct<40 "
                   "attempts>=20."),
    },
};

const struct config_section config_section_filter = {
    .word = "filter",
    .named = true,
    .help = N_("A filter that is offered by its name where filters are typed (Tab) and in the "
               "command prompt."),
    .options = filter_options,
    .option_count = COUNT_OF(filter_options),
    .size = sizeof(struct filter_config),
    .lines = offsetof(struct filter_config, lines),
};

static const struct config_option overview_options[] = {
    {
        .name = "layout",
        .type = OPTION_TEXT,
        .fallback = "standard",
        .offset = offsetof(struct overview_config, layout),
        .help =
            N_("The tiles to begin with: standard, attack, calls, fleet, calm, or the NAME of a "
               "[layout NAME]."),
    },
    {
        .name = "tiles",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct overview_config, tiles),
        .help =
            N_("Tiles of your own instead of a layout's, as in [layout NAME]; empty: those of the "
               "layout."),
    },
};

const struct config_section config_section_overview = {
    .word = "overview",
    .help = N_("What the overview shows at the start. What is arranged while the console runs "
               "(keys.md) is kept apart, and wins until `nocdesk reset-state`."),
    .options = overview_options,
    .option_count = COUNT_OF(overview_options),
    .size = sizeof(struct overview_config),
    .lines = offsetof(struct overview_config, lines),
};

static const struct config_option layout_options[] = {
    {
        .name = "tiles",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct layout_config, tiles),
        .help =
            N_("From top to bottom: hosts, attention (what needs a person; the last where "
               "it is not named), "
               "panes (the list of panes), journal (what happened, newest first), checklist (the "
               "open run or the last one), or the name of any pane. flood:5 shows five rows of it "
               "while others need room; +bans stands beside the tile before on a screen of 160 "
               "columns or more."),
    },
};

const struct config_section config_section_layout = {
    .word = "layout",
    .named = true,
    .help =
        N_("An arrangement of the overview's tiles, to be chosen by its name, e.g. [layout night] "
           "with `tiles = hosts attention +panes flood:5 bans:4`."),
    .options = layout_options,
    .option_count = COUNT_OF(layout_options),
    .size = sizeof(struct layout_config),
    .lines = offsetof(struct layout_config, lines),
};

static const char *const accent_words[] = {
    [ACCENT_NONE] = "none",   [ACCENT_RED] = "red",   [ACCENT_YELLOW] = "yellow",
    [ACCENT_GREEN] = "green", [ACCENT_BLUE] = "blue", NULL,
};

static const struct config_option environment_options[] = {
    {
        .name = "accent",
        .type = OPTION_CHOICE,
        .fallback = "none",
        .choices = accent_words,
        .offset = offsetof(struct environment_config, accent),
        .help = N_("Its colour in the top line, in rows and in every question before something is "
                   "written."),
    },
};

const struct config_section config_section_environment = {
    .word = "environment",
    .named = true,
    .help = N_("How an environment of hosts is shown. Without a section, one whose name begins "
               "with prod is red."),
    .options = environment_options,
    .option_count = COUNT_OF(environment_options),
    .size = sizeof(struct environment_config),
    .lines = offsetof(struct environment_config, lines),
};

const struct config_section *const config_sections[] = {
    &config_section_nocdesk,     &config_section_memory,   &config_section_host,
    &config_section_hook,        &config_section_command,  &config_section_filter,
    &config_section_environment, &config_section_overview, &config_section_layout,
};
const size_t config_section_count = COUNT_OF(config_sections);
