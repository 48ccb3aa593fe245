// SPDX-License-Identifier: MIT

// Undoes an action of the audit trail, by whichever console it was done.
#include "action/action.h"
#include "base/lang.h"

#include <stdlib.h>

// The steps of the entry, the last first, each run by its undo: allowed only while what it left is
// still there.
static bool plan_undo(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    const struct audit_action *entry = audit_find(input->trail, input->entry);
    if (entry->undone_by != NULL)
        return err_set(err, "%s was undone already by %s", input->entry, entry->undone_by);
    if (!json_is_true(json_object_get(entry->intent, "reversible")))
        return err_set(err, "%s cannot be undone", input->entry);
    const char *action = json_string_value(json_object_get(entry->intent, "action"));
    out->undoes = plan_text(out, "%s", action != NULL ? action : "");
    struct plan_host done = {.arena = out->arena, .config = out->config};
    bool ok = plan_steps_parse(&done, json_object_get(entry->intent, "steps"), err);
    for (size_t i = done.step_count; ok && i-- > 0;) {
        const struct plan_step *was = &done.steps[i];
        if (was->undo.via == PLAN_NOTHING)
            continue;
        struct plan_step *step = plan_add_step(out, "undo: %s", was->what);
        step->before = was->after;
        step->before_not = N_("it is not as the action left it any more; nothing was changed");
        step->run = was->undo;
        step->after = was->undone;
        step->undo = was->run;
        step->undone = was->after;
    }
    free(done.steps);
    if (ok && out->step_count == 0)
        ok = err_set(err, "%s has no step that can be undone", input->entry);
    out->reversible = true;
    return ok;
}

const struct action action_undo = {
    .name = "undo",
    .title = N_("Undo"),
    .done = N_("undone"),
    .already = N_("already undone"),
    .help = N_("Take back the last action, or the one named by its entry in the audit trail."),
    .key = "z",
    .target = TARGET_ENTRY,
    .danger = DANGER_HARMLESS,
    .many_hosts = true,
    .reversible = true,
    .bare = true,
    .blocks = BLOCKS_NOBODY,
    .plan = plan_undo,
};
