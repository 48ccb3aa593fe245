// SPDX-License-Identifier: MIT

// Persists a host's firewall by the host's own way, so that it outlives a restart.
#include "action/action.h"
#include "action/backend.h"
#include "base/lang.h"

static bool plan_save(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    return backend_plan_save(input->facts, out, err);
}

const struct action action_save = {
    .name = "firewall save",
    .title = N_("Save firewall"),
    .done = N_("saved"),
    .already = N_("already saved"),
    .help = N_("Persist the host's firewall by its own way, so that it outlives a restart."),
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_ASKS,
    .asks_because = N_("What is saved stands after the next restart of the host as well."),
    .many_hosts = true,
    .blocks = BLOCKS_NOBODY,
    .plan = plan_save,
};
