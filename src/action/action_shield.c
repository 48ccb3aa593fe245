// SPDX-License-Identifier: MIT

// The layered firewall put in place, confirmed, taken back, taken away; conntrack's size.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/action.h"
#include "action/backend.h"
#include "action/shield.h"
#include "base/clock.h"

static void set_targets(struct plan_host *out, enum action_state state)
{
    for (size_t i = 0; i < out->target_count; i++)
        if (out->targets[i].state == ACTION_PLANNED)
            out->targets[i].state = state;
}

// Refused by the guard's first rule: nothing overrides it.
static void refuse(struct plan_host *out, const struct err *why)
{
    for (size_t i = 0; i < out->target_count; i++) {
        struct plan_target *target = &out->targets[i];
        if (target->state != ACTION_PLANNED)
            continue;
        target->state = ACTION_REFUSED;
        target->opinion.verdict = GUARD_REFUSE;
        target->opinion.rule = GUARD_CONSOLE_ADDRESS;
        snprintf(target->opinion.text, sizeof target->opinion.text, "%.*s", GUARD_TEXT_MAX - 1,
                 why->text);
        target->error = plan_text(out, "%s", why->text);
    }
}

bool shield_ask(struct fleet *fleet, size_t host, struct host_facts *facts, int64_t deadline_ms,
                struct err *err)
{
    struct str script = {0};
    shield_look_script(&script, facts);
    struct link_command command = {.script = str_text(&script), .deadline_ms = deadline_ms};
    struct link_result result = {0};
    bool ok = link_exec(fleet_link(fleet, host), &command, &result, err);
    if (ok && strstr(str_text(&result.out), "@@end\n") == NULL)
        ok = err_set(err, "%s: what its iptables knows could not be read: %.200s",
                     facts->host->name, str_text(&result.err));
    if (ok) {
        json_decref(facts->seen);
        facts->seen = json_pack("{s:s%}", "shield", str_text(&result.out), result.out.len);
        if (facts->seen == NULL)
            ok = err_set(err, "%s: the file of its SIP ports is no text", facts->host->name);
    }
    link_result_dispose(&result);
    str_dispose(&script);
    return ok;
}

bool shield_read(const struct host_facts *facts, struct shield_host *host, struct err *err)
{
    const char *text = json_string_value(json_object_get(facts->seen, "shield"));
    if (text == NULL)
        return err_set(err, "%s: it was not asked what its iptables knows", facts->host->name);
    return shield_host_parse(facts, text, strlen(text), host, err);
}

// The honest proof that the host takes the rules: its own iptables-restore --test.
bool shield_test(struct fleet *fleet, size_t host, const struct host_facts *facts,
                 const struct shield_set *set, int64_t deadline_ms, struct err *err)
{
    static const char *const tools[2] = {"iptables-restore", "ip6tables-restore"};
    for (size_t i = 0; i < 2; i++) {
        if (set->family[i].count == 0)
            continue;
        char *text = shield_restore_text(facts, i == 1, &set->family[i]);
        const char *const argv[] = {tools[i], "-n", "-t", NULL};
        struct link_command command = {
            .argv = argv, .input = text, .sudo = true, .deadline_ms = deadline_ms};
        struct link_result result = {0};
        bool ok = link_exec(fleet_link(fleet, host), &command, &result, err);
        if (ok && result.exit_status != 0)
            ok = err_set(err, "%s: %s does not take the rules, nothing was changed: %.200s",
                         facts->host->name, tools[i], str_text(&result.err));
        link_result_dispose(&result);
        free(text);
        if (!ok)
            return false;
    }
    return true;
}

static bool look_apply(const struct plan_input *input, struct fleet *fleet, size_t host,
                       struct host_facts *facts, int64_t deadline_ms, struct err *err)
{
    struct shield_settings settings;
    struct shield_host known = {0};
    struct shield_set set = {0};
    (void)input;
    bool ok = shield_settings_read(facts->profile, &settings, err) &&
              shield_ask(fleet, host, facts, deadline_ms, err) && shield_read(facts, &known, err) &&
              shield_build(facts, &settings, &known, &set, err) &&
              shield_test(fleet, host, facts, &set, deadline_ms, err);
    shield_set_dispose(&set);
    return ok;
}

static bool plan_apply(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    const struct host_facts *facts = input->facts;
    struct shield_settings settings;
    struct shield_host known = {0};
    struct shield_set set = {0};
    struct err why = {0};
    if (!shield_may_change(facts, &why)) {
        refuse(out, &why);
        return true;
    }
    if (!shield_settings_read(facts->profile, &settings, err) || !shield_read(facts, &known, err) ||
        !shield_build(facts, &settings, &known, &set, err)) {
        shield_set_dispose(&set);
        return false;
    }
    const struct shield_rules *const wanted[2] = {&set.family[0], &set.family[1]};
    out->method = "iptables";
    if (!shield_plan_change(facts, &settings, wanted, input->now_wall_ms, out))
        set_targets(out, ACTION_ALREADY);
    if (set.notes.len > 0) {
        const char *before = out->note != NULL ? out->note : "";
        out->note =
            plan_text(out, "%s%s%s", before, before[0] != '\0' ? "; " : "", str_text(&set.notes));
    }
    shield_set_dispose(&set);
    return true;
}

static bool plan_off(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    static const struct shield_rules *const none[2] = {NULL, NULL};
    struct shield_settings settings;
    struct err why = {0};
    if (!shield_settings_read(input->facts->profile, &settings, err))
        return false;
    out->method = "iptables";
    if (!shield_may_change(input->facts, &why))
        refuse(out, &why);
    else if (!shield_plan_change(input->facts, &settings, none, input->now_wall_ms, out))
        set_targets(out, ACTION_ALREADY);
    return true;
}

static bool look_host(const struct plan_input *input, struct fleet *fleet, size_t host,
                      struct host_facts *facts, int64_t deadline_ms, struct err *err)
{
    (void)input;
    return shield_ask(fleet, host, facts, deadline_ms, err);
}

static bool plan_confirm(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    struct shield_host known = {0};
    if (!shield_read(input->facts, &known, err))
        return false;
    if (known.left_s < 0 && strcmp(known.state, "confirmed") == 0) {
        set_targets(out, ACTION_ALREADY);
        return true;
    }
    if (known.left_s < 0)
        return err_set(err, "%s: no change of the shield waits to be confirmed%s%s",
                       input->facts->host->name, known.state[0] != '\0' ? ": the last was " : "",
                       known.state);
    struct plan_step *step =
        plan_add_step(out, "disarm the job that takes the change back; the host allows it to a new "
                           "connection only");
    const char *id = plan_text(out, "%s", known.id);
    step->run = shield_job_call(out, "confirm", id);
    step->after = shield_job_state(out, "confirmed", id);
    step->undo = shield_job_call(out, "rollback", id);
    step->undone = shield_job_state(out, "rolled-back", id);
    out->ends_wall_ms = -1;
    out->reversible = true;
    return !input->facts->host->firewall_save || backend_plan_save(input->facts, out, err);
}

static bool plan_rollback(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    struct shield_host known = {0};
    if (!shield_read(input->facts, &known, err))
        return false;
    if (known.state[0] == '\0')
        return err_set(err, "%s: there is no change of the shield to take back",
                       input->facts->host->name);
    if (strcmp(known.state, "rolled-back") == 0) {
        set_targets(out, ACTION_ALREADY);
        return true;
    }
    const char *id = plan_text(out, "%s", known.id);
    struct plan_step *step =
        plan_add_step(out, "put the shield as it was before the last change of it");
    step->run = shield_job_call(out, "rollback", id);
    step->after = shield_job_state(out, "rolled-back", id);
    out->ends_wall_ms = -1;
    return true;
}

static void plan_size(struct plan_host *out, const char *what, const char *path, int64_t now,
                      int64_t wanted)
{
    const char *now_text = plan_text(out, "%" PRId64, now);
    const char *text = plan_text(out, "%" PRId64, wanted);
    struct plan_step *step =
        plan_add_step(out, "raise %s from %" PRId64 " to %" PRId64, what, now, wanted);
    struct plan_call ask = plan_command(out, NULL, "cat", path, NULL);
    step->before = plan_expect(out, ask, EXPECT_WORDS, (const char *const[]){now_text}, 1);
    step->run = plan_command(out, text, "tee", path, NULL);
    step->after = plan_expect(out, ask, EXPECT_WORDS, (const char *const[]){text}, 1);
    step->undo = plan_command(out, now_text, "tee", path, NULL);
    step->undone = step->before;
}

static bool plan_conntrack(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    struct shield_settings settings;
    struct shield_host known = {0};
    if (!shield_settings_read(input->facts->profile, &settings, err) ||
        !shield_read(input->facts, &known, err))
        return false;
    if (known.conntrack_max < 0)
        return err_set(err, "%s: the kernel's conntrack does not say its size",
                       input->facts->host->name);
    int64_t buckets = settings.conntrack_max / settings.conntrack_per_bucket;
    out->ends_wall_ms = -1;
    out->reversible = true;
    if (known.buckets >= 0 && known.buckets < buckets)
        plan_size(out, "conntrack's buckets", known.buckets_path, known.buckets, buckets);
    if (known.conntrack_max < settings.conntrack_max)
        plan_size(out, "conntrack's most entries", known.conntrack_max_path, known.conntrack_max,
                  settings.conntrack_max);
    if (out->step_count == 0)
        set_targets(out, ACTION_ALREADY);
    else
        out->note = "it lasts until the host restarts; /etc/sysctl.conf keeps it";
    return true;
}

const struct action action_shield_apply = {
    .name = "shield apply",
    .title = "Apply shield",
    .done = "shielded",
    .already = "already shielded",
    .help = "Put the layered firewall in place; the host takes it back unless it is confirmed.",
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_ASKS,
    .many_hosts = true,
    .reversible = true,
    .needs_peers = true,
    .look = look_apply,
    .plan = plan_apply,
};

const struct action action_shield_confirm = {
    .name = "shield confirm",
    .title = "Confirm shield",
    .done = "confirmed",
    .already = "already confirmed",
    .help = "Keep the change of the shield; from a new connection only, which proves the way in.",
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_HARMLESS,
    .many_hosts = true,
    .reversible = true,
    .look = look_host,
    .plan = plan_confirm,
};

const struct action action_shield_rollback = {
    .name = "shield rollback",
    .title = "Roll shield back",
    .done = "rolled back",
    .already = "already rolled back",
    .help = "Put the shield as it was before its last change.",
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_ASKS,
    .many_hosts = true,
    .look = look_host,
    .plan = plan_rollback,
};

const struct action action_shield_off = {
    .name = "shield off",
    .title = "Take shield away",
    .done = "unshielded",
    .already = "not shielded",
    .help = "Take the shield's own chains away, and nothing else; to be confirmed as well.",
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_ASKS,
    .many_hosts = true,
    .reversible = true,
    .plan = plan_off,
};

const struct action action_shield_conntrack = {
    .name = "shield conntrack",
    .title = "Raise conntrack",
    .done = "raised",
    .already = "already that large",
    .help = "Raise the host's conntrack sizes to the recommended ones.",
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_ASKS,
    .many_hosts = true,
    .reversible = true,
    .look = look_host,
    .plan = plan_conntrack,
};
