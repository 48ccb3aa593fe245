// SPDX-License-Identifier: MIT

// nocdesk [console]: the full-screen console.
#include <unistd.h>

#include "base/lang.h"
#include "base/log.h"
#include "base/xdg.h"
#include "cli/cli.h"
#include "cli/files.h"
#include "fleet/fleet.h"
#include "tui/console.h"

#define GREETING                                                                                   \
    N_("no configuration: this is this machine; nocdesk init asks for a host and writes one")

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

static int validate(const struct invocation *invocation)
{
    struct files files;
    files_check(&files, invocation);
    files_complain(&files);
    if (files.state == FILES_SOUND) {
        struct str paths = {0};
        for (size_t i = 0; i < files.count; i++)
            str_appendf(&paths, "%s%s", i > 0 ? ", " : "", files.paths[i]);
        if (files.count == 0)
            puts(_("0 files are sound: there are none of your own"));
        else
            printf(P_("%zu file is sound: %s\n", "%zu files are sound: %s\n", files.count),
                   files.count, str_text(&paths));
        str_dispose(&paths);
    }
    int code = files.state == FILES_SOUND ? EXIT_DONE : EXIT_USAGE;
    files_dispose(&files);
    return code;
}

static int console_command_run(const struct invocation *invocation)
{
    if (invocation->check)
        return validate(invocation);
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
    bool own_machine = setup.config->path == NULL && setup.player == NULL;
    struct console_options options = {.pane = invocation->pane,
                                      .theme = invocation->theme,
                                      .keymap = invocation->keymap,
                                      .ascii = invocation->ascii,
                                      .checklists = invocation->checklists,
                                      .checklist = invocation->checklist,
                                      .greeting = own_machine ? _(GREETING) : NULL,
                                      .player = setup.player};
    int code = console_run(fleet, setup.config, &options);
    log_close();
    fleet_free(fleet);
    setup_dispose(&setup);
    return code;
}

static const char *const console_command_options[] = {
    "pane", "theme", "keymap", "ascii", "checklist", "check", "replay", "at", NULL};

const struct command command_console = {
    .name = "console",
    .operands = "",
    .summary = N_("Open the full-screen console (also without a command)."),
    .help =
        N_("Opens on the overview of all hosts. Press ? for the keys that work where you are. "
           "With --checklist NAME it opens on the guided checklist of that name, and goes on with "
           "a run that was left; with --checklist alone, on the list of checklists. With --check "
           "nothing is opened: every file that would be read is validated, all faults are printed "
           "with file and line, and the exit code is 2; 0 where all are sound."),
    .options = console_command_options,
    .run = console_command_run,
};
