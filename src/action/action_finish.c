// SPDX-License-Identifier: MIT

// Runs an action of the audit trail that a console began and did not end.
#include "action/action.h"
#include "base/lang.h"

static bool plan_finish(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    const char *id = input->entry;
    const struct audit_action *entry = audit_find(input->trail, id);
    if (!entry->open)
        return err_set(err, "%s is not open: it has a result, or its console still runs", id);
    out->reversible = json_is_true(json_object_get(entry->intent, "reversible"));
    return plan_steps_parse(out, json_object_get(entry->intent, "steps"), err);
}

const struct action action_finish = {
    .name = "finish",
    .title = N_("Finish"),
    .done = N_("finished"),
    .already = N_("already done"),
    .help =
        N_("Run an action again that a console began and did not end, by its entry in the audit "
           "trail."),
    .key = "",
    .target = TARGET_ENTRY,
    .danger = DANGER_ASKS,
    .asks_because = N_("It was begun before, and its first steps may have run already."),
    .reversible = true,
    .bare = true,
    .blocks = BLOCKS_NOBODY,
    .plan = plan_finish,
};
