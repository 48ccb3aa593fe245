// SPDX-License-Identifier: MIT

// nocdesk reset-state: forgets what was arranged in the console.
#include "base/lang.h"
#include "cli/cli.h"

#include <stdlib.h>

#include "tui/kept.h"

static int reset_state_run(const struct invocation *invocation)
{
    struct setup setup = {0};
    struct err err = {0};
    bool was_there;
    int code = EXIT_USAGE;
    if (setup_load(invocation, &setup)) {
        char *path = kept_path(setup.config);
        code = kept_remove(setup.config, &was_there, &err) ? EXIT_DONE : EXIT_FAILED;
        if (code != EXIT_DONE)
            cli_complain("%s", err.text);
        else if (was_there)
            cli_complain("%s is removed; the console begins as at the first start", path);
        else
            cli_complain("%s: nothing was kept", path);
        free(path);
    }
    setup_dispose(&setup);
    return code;
}

const struct command command_reset_state = {
    .name = "reset-state",
    .operands = "",
    .summary = N_("Forget what was arranged in the console: sort, columns, filters, hosts, panes."),
    .help = N_("It is kept in console.ini of state_dir, apart from the configuration, which the "
               "program never writes. In the console `:reset-state` does the same at once."),
    .run = reset_state_run,
};
