// SPDX-License-Identifier: MIT

// nocdesk [console]: the full-screen console.
#include <unistd.h>

#include "base/log.h"
#include "base/xdg.h"
#include "cli/cli.h"
#include "fleet/fleet.h"
#include "tui/console.h"

// The diary is a help, not a condition: a state folder that cannot be written is said, and the
// console opens.
static void open_diary(const struct config *config)
{
    struct err err = {0};
    if (!xdg_make_private_dir(config->state_dir, &err)) {
        cli_complain("%s", err.text);
        return;
    }
    struct str path = {0};
    str_appendf(&path, "%s/nocdesk.log", config->state_dir);
    if (!log_open(str_text(&path), LOG_INFO))
        cli_complain("%s: the diary cannot be written", str_text(&path));
    str_dispose(&path);
}

static int console_command_run(const struct invocation *invocation)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        cli_complain("the console needs a terminal; for scripts there is: nocdesk show PANE");
        return EXIT_USAGE;
    }
    struct setup setup;
    if (!setup_load(invocation, &setup)) {
        setup_dispose(&setup);
        return EXIT_USAGE;
    }
    open_diary(setup.config);
    struct fleet *fleet = setup_fleet(invocation, &setup);
    if (fleet == NULL) {
        setup_dispose(&setup);
        return EXIT_USAGE;
    }
    struct console_options options = {.pane = invocation->pane,
                                      .theme = invocation->theme,
                                      .keymap = invocation->keymap,
                                      .ascii = invocation->ascii,
                                      .player = setup.player};
    int code = console_run(fleet, setup.config, &options);
    log_close();
    fleet_free(fleet);
    setup_dispose(&setup);
    return code;
}

static const char *const console_command_options[] = {"pane",   "theme", "keymap", "ascii",
                                                      "replay", "at",    NULL};

const struct command command_console = {
    .name = "console",
    .operands = "",
    .summary = "Open the full-screen console (also without a command).",
    .help = "Opens on the overview of all hosts. Press ? for the keys that work where you are.",
    .options = console_command_options,
    .run = console_command_run,
};
