// SPDX-License-Identifier: MIT

// The layered firewall put in place, confirmed, taken back, taken away; conntrack's size.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "action/action.h"
#include "action/backend.h"
#include "action/shield.h"
#include "base/clock.h"
#include "base/lang.h"

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

// The change rule by rule, for people.
static void show_diff(const struct host_facts *facts, const struct shield_rules *const wanted[2],
                      struct plan_host *out)
{
    static const char *const titles[2] = {"IPv4", "IPv6"};
    struct str text = {0};
    for (size_t i = 0; i < 2; i++) {
        struct shield_diff diff;
        shield_diff_make(facts, i == 1, wanted[i], &diff);
        shield_diff_print(titles[i], &diff, &text);
        shield_diff_dispose(&diff);
    }
    out->diff = plan_text(out, "%s", str_text(&text));
    str_dispose(&text);
}

static bool plan_set(const struct plan_input *input, const struct shield_settings *settings,
                     const struct shield_set *set, struct plan_host *out)
{
    const struct shield_rules *const wanted[2] = {&set->family[0], &set->family[1]};
    struct err why = {0};
    show_diff(input->facts, wanted, out);
    if (!shield_may_change(input->facts, &why))
        refuse(out, &why);
    else if (!shield_plan_change(input->facts, settings, wanted, input->now_wall_ms, out))
        set_targets(out, ACTION_ALREADY);
    if (set->notes.len > 0)
        out->note = plan_text(out, "%s%s%s", out->note, out->note[0] != '\0' ? "; " : "",
                              str_text(&set->notes));
    return true;
}

static void show_size(struct str *text, const char *what, int64_t now, int64_t wanted)
{
    if (now < 0)
        str_appendf(text, _("  %s unknown, recommended %" PRId64 "\n"), _(what), wanted);
    else if (now < wanted)
        str_appendf(
            text, _("  %s %" PRId64 ", recommended %" PRId64 ": too small, see shield conntrack\n"),
            _(what), now, wanted);
    else
        str_appendf(text, _("  %s %" PRId64 ", recommended %" PRId64 "\n"), _(what), now, wanted);
}

// Beside the rules, and changed by an action of its own only.
static void show_conntrack(const struct shield_settings *settings, const struct shield_host *known,
                           struct plan_host *out)
{
    struct str text = {0};
    str_appendf(&text, "%s# conntrack\n", out->diff);
    show_size(&text, N_("most entries"), known->conntrack_max, settings->conntrack_max);
    show_size(&text, N_("buckets"), known->buckets,
              settings->conntrack_max / settings->conntrack_per_bucket);
    out->diff = plan_text(out, "%s", str_text(&text));
    str_dispose(&text);
}

static bool plan_apply(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    const struct host_facts *facts = input->facts;
    struct shield_settings settings;
    struct shield_host known = {.left_s = -1};
    struct shield_set set = {0};
    struct err why = {0};
    out->method = "iptables";
    bool built = shield_settings_read(facts->profile, &settings, err) &&
                 shield_read(facts, &known, err) &&
                 shield_build(facts, &settings, &known, &set, err);
    out->left_s = known.left_s;
    if (built) {
        plan_set(input, &settings, &set, out);
        show_conntrack(&settings, &known, out);
    } else if (!shield_may_change(facts, &why))
        refuse(out, &why);
    shield_set_dispose(&set);
    return built || err_is_set(&why);
}

static bool plan_off(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    static const struct shield_rules *const none[2] = {NULL, NULL};
    struct shield_settings settings;
    struct err why = {0};
    if (!shield_settings_read(input->facts->profile, &settings, err))
        return false;
    out->method = "iptables";
    show_diff(input->facts, none, out);
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
    if (known.left_s < 0 && known.state[0] != '\0')
        return err_set(err, "%s: no change of the shield waits to be confirmed: the last was %s",
                       input->facts->host->name, known.state);
    if (known.left_s < 0)
        return err_set(err, "%s: no change of the shield waits to be confirmed",
                       input->facts->host->name);
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
        out->note = _("it lasts until the host restarts; /etc/sysctl.conf keeps it");
    return true;
}

const struct action action_shield_apply = {
    .name = "shield apply",
    .title = N_("Apply shield"),
    .done = N_("shielded"),
    .already = N_("already shielded"),
    .help = N_("Put the layered firewall in place; the host takes it back unless it is confirmed."),
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_ASKS,
    .asks_because = N_("It changes what the host lets in."),
    .many_hosts = true,
    .reversible = true,
    .provisional = true,
    .needs_peers = true,
    .blocks = BLOCKS_NOBODY,
    .look = look_apply,
    .plan = plan_apply,
};

const struct action action_shield_confirm = {
    .name = "shield confirm",
    .title = N_("Confirm shield"),
    .done = N_("shield confirmed"),
    .already = N_("shield already confirmed"),
    .help =
        N_("Keep the change of the shield; from a new connection only, which proves the way in."),
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_HARMLESS,
    .many_hosts = true,
    .reversible = true,
    .proves_way = true,
    .blocks = BLOCKS_NOBODY,
    .look = look_host,
    .plan = plan_confirm,
};

const struct action action_shield_rollback = {
    .name = "shield rollback",
    .title = N_("Roll shield back"),
    .done = N_("shield rolled back"),
    .already = N_("shield already rolled back"),
    .help = N_("Put the shield as it was before its last change."),
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_ASKS,
    .asks_because = N_("The rules of the last change are taken away."),
    .many_hosts = true,
    .blocks = BLOCKS_NOBODY,
    .look = look_host,
    .plan = plan_rollback,
};

const struct action action_shield_off = {
    .name = "shield off",
    .title = N_("Take shield away"),
    .done = N_("unshielded"),
    .already = N_("not shielded"),
    .help = N_("Take the shield's own chains away, and nothing else; to be confirmed as well."),
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_ASKS,
    .asks_because = N_("What the shield keeps out comes in again."),
    .many_hosts = true,
    .reversible = true,
    .provisional = true,
    .blocks = BLOCKS_NOBODY,
    .plan = plan_off,
};

const struct action action_shield_conntrack = {
    .name = "shield conntrack",
    .title = N_("Raise conntrack"),
    .done = N_("conntrack raised"),
    .already = N_("conntrack already that large"),
    .help = N_("Raise the host's conntrack sizes to the recommended ones."),
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_ASKS,
    .asks_because = N_("It changes a setting of the host's kernel."),
    .many_hosts = true,
    .reversible = true,
    .blocks = BLOCKS_NOBODY,
    .look = look_host,
    .plan = plan_conntrack,
};
