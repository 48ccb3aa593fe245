// SPDX-License-Identifier: MIT

// Takes away the bans whose time is over and that nobody else ends. The runner's own: no operator
// asks for it.
#include "action/action.h"

#include "action/backend.h"
#include "base/lang.h"

static bool plan_expire(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    for (size_t i = 0; backends[i] != NULL; i++)
        if (backends[i]->plan_expire != NULL &&
            !backends[i]->plan_expire(input->facts, input->now_wall_ms, out, err))
            return false;
    if (out->step_count == 0)
        for (size_t i = 0; i < out->target_count; i++)
            out->targets[i].state = ACTION_ALREADY;
    return true;
}

const struct action action_expire = {
    .name = "expire",
    .title = N_("Expire"),
    .done = N_("expired"),
    .already = N_("already gone"),
    .help = N_("Take away the bans whose time is over."),
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_ASKS,
    .blocks = BLOCKS_NOBODY,
    .plan = plan_expire,
};
