// SPDX-License-Identifier: MIT

// The options of [command NAME].
#include <stddef.h>

#include "base/lang.h"
#include "conf/config.h"

static const char *const where_words[] = {"host", "local", NULL};
static const char *const show_words[] = {"toast", "viewer", NULL};
// The order of enum confirm.
static const char *const confirm_words[] = {
    [CONFIRM_ALWAYS] = "always",
    [CONFIRM_RISKY] = "risky",
    [CONFIRM_NEVER] = "never",
    [CONFIRM_AS_GLOBAL] = "as_host",
    NULL,
};

static const struct config_option command_options[] = {
    {
        .name = "title",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct command_config, title),
        .help = N_("One line for help and lists; empty: the command itself."),
    },
    {
        .name = "command",
        .type = OPTION_ARGV,
        .fallback = "",
        .offset = offsetof(struct command_config, command),
        .help = N_("The program and its words, run without a shell. Double quotes keep a word "
                   "together. A variable is part of its word, whatever its value."),
    },
    {
        .name = "where",
        .type = OPTION_CHOICE,
        .fallback = "host",
        .choices = where_words,
        .offset = offsetof(struct command_config, where),
        .help = N_("On the host of the row, or here: on the machine of the console."),
    },
    {
        .name = "key",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct command_config, key),
        .help = N_("Keys as in a keymap (`Alt-w`, `x,w`), several with spaces between."),
    },
    {
        .name = "panes",
        .type = OPTION_WORDS,
        .fallback = "",
        .offset = offsetof(struct command_config, panes),
        .help = N_("The panes in which it is offered; empty: all of them."),
    },
    {
        .name = "write",
        .type = OPTION_BOOL,
        .fallback = "yes",
        .offset = offsetof(struct command_config, writes),
        .help = N_("Whether it may change something: read-only mode refuses it then, and it asks. "
                   "Say no of what only reads."),
    },
    {
        .name = "confirm",
        .type = OPTION_CHOICE,
        .fallback = "as_host",
        .choices = confirm_words,
        .offset = offsetof(struct command_config, confirm),
        .help = N_(
            "When it asks. risky: when it writes, has several targets or several hosts; as_host: "
            "as the host says. A host that always asks goes on asking."),
    },
    {
        .name = "sudo",
        .type = OPTION_BOOL,
        .fallback = "no",
        .offset = offsetof(struct command_config, sudo),
        .help = N_("With `sudo -n` on hosts with `sudo = yes`."),
    },
    {
        .name = "timeout",
        .type = OPTION_DURATION,
        .fallback = "10s",
        .least = 100,
        .most = 600 * 1000,
        .offset = offsetof(struct command_config, timeout_ms),
        .help = N_("How long it may run before it is ended."),
    },
    {
        .name = "show",
        .type = OPTION_CHOICE,
        .fallback = "viewer",
        .choices = show_words,
        .offset = offsetof(struct command_config, show),
        .help = N_("Its output as a text to scroll in, or only its first line as a message."),
    },
};

const struct config_section config_section_command = {
    .word = "command",
    .named = true,
    .help = N_("A command of your own with variables from the row under the cursor (see own.md). "
               "`nocdesk run NAME` and `:NAME` in the console run it."),
    .options = command_options,
    .option_count = sizeof command_options / sizeof *command_options,
    .size = sizeof(struct command_config),
    .lines = offsetof(struct command_config, lines),
};
