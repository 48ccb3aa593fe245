// SPDX-License-Identifier: MIT

// Mends what keeps an endpoint from registering, as far as there is a way, and watches for the
// proof: a REGISTER answered 200, or the phone's registration renewed.
#include <stdlib.h>
#include <string.h>

#include "action/action_lock.h"
#include "action/backend.h"
#include "action/unsuspend.h"
#include "action/unsuspend_look.h"
#include "base/lang.h"
#include "base/mem.h"

const char *unsuspend_setting(const struct mending *mending, const char *key)
{
    return profile_value(mending->facts->profile, "unsuspend", key, "");
}

static void add_finding(struct mending *mending, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void add_finding(struct mending *mending, const char *fmt, ...)
{
    va_list args;
    if (mending->found.len > 0)
        str_append(&mending->found, "; ");
    va_start(args, fmt);
    str_vappendf(&mending->found, _(fmt), args);
    va_end(args);
}

static bool has_word(const char *list, const char *word)
{
    struct slice rest = slice_of(list), each;
    while ((each = slice_take_word(&rest)).len > 0)
        if (slice_is(each, word))
            return true;
    return false;
}

// Where the lock of KIND is one that refuses a registration: the step that opens it.
static bool mend_lock(struct mending *mending, const char *kind, const char *name,
                      const char *refused_key, struct err *err)
{
    const char *lock = json_string_value(json_object_get(mending->seen, kind));
    if (lock == NULL || !has_word(unsuspend_setting(mending, refused_key), lock))
        return true;
    mending->locked = true;
    if (strcmp(kind, "phone") == 0)
        add_finding(mending, "the phone %s is locked (lockType %s)", name, lock);
    else
        add_finding(mending, "the account %s is locked (lockType %s)", name, lock);
    return lock_plan(mending->facts, plan_text(mending->out, "%s:%s", kind, name), lock, "open",
                     mending->out, err);
}

// Whether one that the network holds, or that holds it, attacks now: what for, and who.
static const char *attack_by(const struct host_facts *facts, const struct network *network,
                             const char **source)
{
    const json_t *list = json_object_get(facts->seen, "attacking"), *item;
    size_t i;
    json_array_foreach(list, i, item)
    {
        struct network from;
        *source = json_string_value(json_object_get(item, "source"));
        if (network_parse(*source, &from) &&
            (network_contains(network, &from.base) || network_contains(&from, &network->base)))
            return json_string_value(json_object_get(item, "verdict"));
    }
    return NULL;
}

static bool hits_source(const struct mending *mending, const struct ban *ban)
{
    for (size_t i = 0; i < mending->source_count; i++)
        if (network_contains(&ban->network, &mending->sources[i]))
            return true;
    return false;
}

// A ban is lifted with the rest only while nobody attacks from behind it: who is asked about a
// phone has not been asked about an attacker.
static bool mend_ban(struct mending *mending, const struct ban *ban, struct err *err)
{
    const struct backend *backend = backend_find(ban->backend);
    struct plan_host *out = mending->out;
    char text[ADDRESS_TEXT_MAX];
    const char *attacker, *verdict = attack_by(mending->facts, &ban->network, &attacker);
    network_print(&ban->network, text);
    if (verdict != NULL) {
        if (strcmp(attacker, text) == 0)
            add_finding(mending,
                        "%s stays banned: it is attacking now (%s); unban it by itself with u",
                        text, _(verdict));
        else
            add_finding(mending,
                        "%s stays banned: %s is attacking now (%s); unban it by itself with u",
                        text, attacker, _(verdict));
        mending->left = true;
        return true;
    }
    const json_t *why = json_object_get(mending->facts->seen, "attacking_why");
    add_finding(mending, "%s is banned (%s)", text, ban->backend);
    if (why != NULL)
        add_finding(mending, "whether it attacks now is not known: %s", json_string_value(why));
    plan_undo_blocks(out, text);
    return backend->plan_unban(mending->facts, &ban->network, 1, out, err);
}

static bool mend_bans(struct mending *mending, struct err *err)
{
    struct ban_list bans = {0};
    bool ok = true;
    backend_list_all(mending->facts, &bans);
    for (size_t i = 0; i < bans.count && ok; i++)
        if (hits_source(mending, &bans.items[i]))
            ok = mend_ban(mending, &bans.items[i], err);
    ban_list_dispose(&bans);
    return ok;
}

static void tell_foreign_rules(struct mending *mending)
{
    for (size_t i = 0; i < mending->source_count; i++) {
        const char *rule = facts_dropped_by(mending->facts, &mending->sources[i]);
        if (rule != NULL)
            add_finding(mending,
                        "the host's own firewall drops it by %s: that is not ours to change", rule);
    }
}

static void tell_attack(struct mending *mending, const char *source)
{
    struct network network = {.prefix = 128};
    const char *attacker;
    const char *verdict = address_parse(source, &network.base)
                              ? attack_by(mending->facts, &network, &attacker)
                              : NULL;
    if (verdict != NULL)
        add_finding(mending, "%s is attacking now (%s)", source, _(verdict));
}

static bool mend_suspensions(struct mending *mending, struct err *err)
{
    const json_t *list = json_object_get(mending->seen, "suspended"), *item;
    size_t i;
    bool ok = true, locked = mending->locked;
    json_array_foreach(list, i, item)
    {
        const char *source = json_string_value(json_object_get(item, "source"));
        double left_s = json_number_value(json_object_get(item, "remaining_s"));
        if (!ok)
            break;
        // Refusals alone are explained by the lock.
        if (locked && !json_is_true(json_object_get(item, "failed")))
            continue;
        add_finding(mending, "suspended from %s: %s; at most %.0f s remain", source,
                    json_string_value(json_object_get(item, "evidence")), left_s);
        tell_attack(mending, source);
        ok = unsuspend_add_recipe(mending, plan_text(mending->out, "%s", source), left_s, err);
    }
    if (ok && json_array_size(list) == 0 && mending->out->step_count == mending->first &&
        mending->written && !mending->left && unsuspend_setting(mending, "argv")[0] != '\0') {
        char source[ADDRESS_TEXT_MAX];
        address_print(&mending->sources[0], source);
        add_finding(mending,
                    "no suspension was seen in the capture; the recipe is run because %s was "
                    "named",
                    source);
        ok = unsuspend_add_recipe(mending, plan_text(mending->out, "%s", source), -1, err);
    }
    return ok;
}

static const char *member(const struct mending *mending, const char *key, const char *fallback)
{
    const char *text = json_string_value(json_object_get(mending->seen, key));
    return text != NULL ? text : fallback;
}

static void say_lock_of_phone(struct str *text, const char *lock, const char *why)
{
    if (lock != NULL)
        str_append(text, _("the phone is not locked"));
    else if (why != NULL)
        str_appendf(text, _("the lock of the phone is not known (%s)"), why);
    else
        str_append(text, _("the phone was not asked for"));
}

static void say_lock_of_account(struct str *text, const char *lock, const char *why)
{
    if (lock != NULL)
        str_append(text, _("the account is not locked"));
    else if (why != NULL)
        str_appendf(text, _("the lock of the account is not known (%s)"), why);
    else
        str_append(text, _("the account was not asked for"));
}

// Nothing was found: says what was looked at, and what could not be.
static void say_nothing_found(struct mending *mending, struct plan_target *target)
{
    const char *phone = member(mending, "phone", NULL), *account = member(mending, "account", NULL);
    struct str text = {0};
    bool online = json_integer_value(json_object_get(mending->seen, "online")) > 0;
    str_appendf(&text, "%s: ",
                online ? _("no cause was found, and the phone is online")
                       : _("no cause was found"));
    say_lock_of_phone(&text, phone, member(mending, "phone_why", NULL));
    str_append(&text, "; ");
    say_lock_of_account(&text, account, member(mending, "account_why", NULL));
    str_appendf(&text, "; %s",
                member(mending, "capture_why", _("no suspension was seen in the capture")));
    if (member(mending, "capture_note", NULL) != NULL)
        str_appendf(&text, " (%s)", member(mending, "capture_note", ""));
    if (mending->source_count == 0) {
        str_append(&text, "; ");
        str_appendf(&text, _("write %s@ADDRESS to have its address's bans looked at"),
                    mending->endpoint);
    }
    if (mending->found.len > 0)
        str_appendf(&text, "; %s", str_text(&mending->found));
    target->error = plan_text(mending->out, "%s", str_text(&text));
    target->state = online ? ACTION_ALREADY : ACTION_REFUSED;
    str_dispose(&text);
}

static size_t collect_sources(const json_t *seen, const struct address *written, bool has_source,
                              struct address *out)
{
    size_t count = 0, i;
    const json_t *item, *list = json_object_get(seen, "suspended");
    if (has_source)
        out[count++] = *written;
    json_array_foreach(list, i, item)
    {
        const char *text = json_string_value(json_object_get(item, "source"));
        if (text != NULL && address_parse(text, &out[count]))
            count++;
    }
    return count;
}

static void mending_begin(struct mending *mending, const struct host_facts *facts,
                          const char *target, struct plan_host *out)
{
    struct address written;
    char *endpoint = unsuspend_split(target, &written, &mending->written);
    mending->facts = facts;
    mending->seen = unsuspend_seen(facts, target);
    mending->endpoint = plan_text(out, "%s", endpoint);
    mending->out = out;
    mending->first = out->step_count;
    size_t most = json_array_size(json_object_get(mending->seen, "suspended")) + 1;
    mending->sources = mem_array(most, sizeof *mending->sources);
    mending->source_count =
        collect_sources(mending->seen, &written, mending->written, mending->sources);
    free(endpoint);
}

static void mending_end(struct mending *mending)
{
    str_dispose(&mending->found);
    free(mending->sources);
}

static bool plan_target(const struct plan_input *input, struct plan_target *target,
                        struct plan_host *out, struct err *err)
{
    struct mending mending = {0};
    mending_begin(&mending, input->facts, target->text, out);
    bool ok = mend_lock(&mending, "phone", mending.endpoint, "phone_refused", err) &&
              mend_lock(&mending, "account", member(&mending, "account_name", ""),
                        "account_refused", err) &&
              mend_bans(&mending, err) && mend_suspensions(&mending, err);
    tell_foreign_rules(&mending);
    if (ok && out->step_count == mending.first && mending.left) {
        target->state = ACTION_REFUSED;
        target->error = plan_text(out, "%s", str_text(&mending.found));
    } else if (ok && out->step_count == mending.first) {
        say_nothing_found(&mending, target);
    }
    if (mending.found.len > 0 && target->state == ACTION_PLANNED)
        out->note = plan_text(out, "%s%s%s: %s", out->note, out->note[0] != '\0' ? "; " : "",
                              target->text, str_text(&mending.found));
    mending_end(&mending);
    return ok;
}

static void watch_target(const struct plan_input *input, const struct plan_target *target,
                         struct plan_host *out)
{
    struct mending mending = {0};
    mending_begin(&mending, input->facts, target->text, out);
    unsuspend_add_watch(&mending);
    mending_end(&mending);
}

// What can be taken back is, though a recipe's step cannot: the plan says which.
static void tell_undo(struct plan_host *out)
{
    size_t one_way = 0, steps = out->step_count;
    const char *what = "";
    for (size_t i = 0; i < steps; i++) {
        const struct plan_step *step = &out->steps[i];
        if (step->undo.via != PLAN_NOTHING)
            out->reversible = true;
        else if (step->run.via != PLAN_NOTHING && one_way++ == 0)
            what = step->what;
    }
    if (out->reversible && one_way > 0)
        out->note = plan_text(out, _("%s; an undo leaves as it is: %s"), out->note, what);
}

static bool plan_unsuspend(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; i < out->target_count && ok; i++)
        if (out->targets[i].state == ACTION_PLANNED)
            ok = plan_target(input, &out->targets[i], out, err);
    if (ok)
        tell_undo(out);
    // All is mended before anything is waited for.
    for (size_t i = 0; i < out->target_count && ok; i++)
        if (out->targets[i].state == ACTION_PLANNED)
            watch_target(input, &out->targets[i], out);
    return ok;
}

const struct action action_unsuspend = {
    .name = "unsuspend",
    .title = N_("Unsuspend"),
    .done = N_("unsuspended"),
    .already = N_("not kept out"),
    .help =
        N_("Find what keeps an endpoint (1003, or 1003@ADDRESS) from registering, mend it as far "
           "as there is a way, and watch for its next login."),
    .key = "U",
    .target = TARGET_ENDPOINT,
    .danger = DANGER_ASKS,
    .asks_because = N_("What keeps it out may be there for a reason: read the cause first."),
    .batch = true,
    .reversible = true,
    .blocks = BLOCKS_NOBODY,
    .look = unsuspend_look,
    .plan = plan_unsuspend,
};
