// SPDX-License-Identifier: MIT

// Hangs up a call by the softswitch's own id of it.
#include "action/action.h"

#include <string.h>

#include "action/template.h"

static bool plan_hangup(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    const struct profile *profile = input->facts->profile;
    const char *id = out->targets[0].text;
    const char *ask = profile_value(profile, "hangup", "ask", NULL);
    const char *set = profile_value(profile, "hangup", "set", NULL);
    if (ask == NULL || set == NULL)
        return err_set(err, "%s: this product has no way to hang up a call", out->config->name);
    if (strspn(id, "0123456789") != strlen(id))
        return err_set(err, "%s: '%.40s' is no call's id; ids are numbers", out->config->name, id);
    struct plan_call asked =
        plan_post(out, ask, profile_value(profile, "hangup", "ask_body", "{}"));
    struct plan_step *step = plan_add_step(out, "hang up call %s", id);
    const char *words[] = {profile_value(profile, "hangup", "list", ""),
                           profile_value(profile, "hangup", "member", ""), id};
    step->before = plan_expect(out, asked, EXPECT_LISTED, words, 3);
    step->before_not = "the call has ended";
    step->run = plan_post(
        out, set, template_fill(out, profile_value(profile, "hangup", "set_body", "{}"), "", id));
    step->after = plan_expect(out, asked, EXPECT_NOT_LISTED, words, 3);
    step->after.wait_ms = 5000;
    return true;
}

const struct action action_hangup = {
    .name = "hangup",
    .title = "Hang up",
    .done = "hung up",
    .help = "End a call that is up, by its id.",
    .key = "K",
    .target = TARGET_CALL,
    .danger = DANGER_ASKS,
    .bare = true,
    .plan = plan_hangup,
};
