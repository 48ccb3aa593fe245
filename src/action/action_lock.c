// SPDX-License-Identifier: MIT

// Locks and unlocks phones, accounts and gateways through the product's web interface. A target is
// KIND:NAME, a KIND being a section [lock KIND] of the profile.
#include "action/action.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/action_lock.h"
#include "action/template.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "link/service.h"

#define SECTION_MAX     64
#define CALLS_OLDEST_MS 15000 // of the calls that the question counts

// The section of a target and its name; false with err when there is no such kind.
static bool split(const struct host_facts *facts, const char *target, char section[SECTION_MAX],
                  const char **name, struct err *err)
{
    size_t len = strcspn(target, ":");
    *name = target + len + (target[len] == ':');
    snprintf(section, SECTION_MAX, "lock %.*s", (int)(len < 40 ? len : 40), target);
    return ((*name)[0] != '\0' && profile_value(facts->profile, section, "set", NULL) != NULL) ||
           err_set(err,
                   "%s: '%.60s' names nothing that can be locked: write phone:NUMBER, "
                   "account:NAME, mapping:GATEWAY or routing:GATEWAY",
                   facts->host->name, target);
}

static const char *value_of(const struct host_facts *facts, const char *section, const char *key)
{
    return profile_value(facts->profile, section, key, "");
}

json_t *lock_ask(struct fleet *fleet, size_t host, struct host_facts *facts, const char *target,
                 int64_t deadline_ms, const char **lock, struct err *err)
{
    char section[SECTION_MAX];
    const char *name;
    *lock = NULL;
    if (!split(facts, target, section, &name, err))
        return NULL;
    struct plan_host scratch = {.arena = facts->arena};
    char *where = service_http_name(facts->host);
    struct http_request request = {
        .where = where,
        .path = value_of(facts, section, "ask"),
        .body = template_fill(&scratch, value_of(facts, section, "ask_body"), name, ""),
        .content_type = profile_value(facts->profile, "http", "content_type", "application/json"),
        .deadline_ms = deadline_ms,
    };
    json_t *answer = NULL;
    bool ok = service_post(fleet_link(fleet, host), facts->host, &request, &answer, err);
    const json_t *found = ok ? plan_member(answer, value_of(facts, section, "member")) : NULL;
    char *text = json_is_string(found) ? mem_strdup(json_string_value(found))
                                       : json_dumps(found, JSON_ENCODE_ANY);
    if (text != NULL && text[0] != '\0' && strspn(text, "0123456789") == strlen(text))
        *lock = facts_text(facts, "%s", text);
    else if (ok)
        err_set(err, "%s: %.60s was not found, or its lock could not be read", facts->host->name,
                target);
    free(text);
    free(where);
    return answer;
}

// Whether any of the columns ("caller callee") says the name in this row.
static bool names(const struct table *table, size_t row, const char *columns_of, const char *name)
{
    const struct schema *schema = table_schema(table);
    struct slice rest = slice_of(columns_of), word;
    while ((word = slice_take_word(&rest)).len > 0)
        for (size_t col = 0; col < schema->column_count; col++) {
            const struct cell *cell = table_cell(table, row, col);
            if (slice_is(word, schema->columns[col].name) && cell->known &&
                strcmp(cell->as.text, name) == 0)
                return true;
        }
    return false;
}

// "12 calls up now", or why their number is not known.
static const char *count_calls(struct host_facts *facts, const struct snapshot *snapshot,
                               const struct fact *fact, const char *target)
{
    char section[SECTION_MAX];
    const char *name;
    struct err ignored;
    const struct table *table = snapshot_table(snapshot, 0);
    if (table == NULL || !split(facts, target, section, &name, &ignored))
        return facts_text(facts, "how many calls it has up is not known: %s", fact->why);
    size_t count = 0;
    for (size_t row = 0; row < table_rows(table); row++)
        count += names(table, row, value_of(facts, section, "calls"), name);
    long long age_s = (long long)(clock_shown_mono_ms() - snapshot->read_mono_ms) / 1000;
    if (age_s <= 2)
        return facts_text(facts, "%zu call%s up now", count, count == 1 ? "" : "s");
    return facts_text(facts, "%zu call%s up %lld s ago", count, count == 1 ? "" : "s", age_s);
}

static void look_calls(const struct plan_input *input, struct fleet *fleet, size_t host,
                       struct host_facts *facts, int64_t deadline_ms)
{
    struct fact fact = {FACT_KNOWN, ""};
    json_t *calls = json_object();
    const struct snapshot *snapshot =
        facts_snapshot(fleet, host, &probe_calls, CALLS_OLDEST_MS, deadline_ms, facts, &fact);
    for (size_t i = 0; i < input->request->target_count; i++) {
        const char *target = input->request->targets[i];
        json_object_set_new(calls, target,
                            json_string(count_calls(facts, snapshot, &fact, target)));
    }
    snapshot_unref(snapshot);
    json_object_set_new(facts->seen, "calls", calls);
}

static bool look_locks(const struct plan_input *input, struct fleet *fleet, size_t host,
                       struct host_facts *facts, int64_t deadline_ms, struct err *err)
{
    facts->seen = json_object();
    for (size_t i = 0; i < input->request->target_count; i++) {
        const char *target = input->request->targets[i];
        const char *lock;
        json_decref(lock_ask(fleet, host, facts, target, deadline_ms, &lock, err));
        if (lock == NULL)
            return false;
        json_object_set_new(facts->seen, target, json_string(lock));
    }
    if (input->request->action == &action_lock)
        look_calls(input, fleet, host, facts, deadline_ms);
    return true;
}

static struct plan_check expect_lock(const struct host_facts *facts, const char *section,
                                     const char *name, const char *lock, struct plan_host *out)
{
    const char *words[] = {value_of(facts, section, "member"), lock};
    const char *body = template_fill(out, value_of(facts, section, "ask_body"), name, "");
    return plan_expect(out, plan_post(out, value_of(facts, section, "ask"), body), EXPECT_MEMBER,
                       words, 2);
}

static struct plan_call set_lock(const struct host_facts *facts, const char *section,
                                 const char *name, const char *lock, struct plan_host *out)
{
    const char *body = template_fill(out, value_of(facts, section, "set_body"), name, lock);
    return plan_post(out, value_of(facts, section, "set"), body);
}

// "3 (all calls locked)"; of a value that the profile has no words for, the value alone.
static const char *in_words(const struct host_facts *facts, const char *section, const char *value,
                            struct plan_host *out)
{
    char key[32];
    snprintf(key, sizeof key, "value.%.20s", value);
    const char *words = profile_value(facts->profile, section, key, NULL);
    return words != NULL ? plan_text(out, "%s (%s)", value, words) : value;
}

bool lock_plan(const struct host_facts *facts, const char *target, const char *now,
               const char *wanted_key, struct plan_host *out, struct err *err)
{
    char section[SECTION_MAX];
    const char *name;
    if (!split(facts, target, section, &name, err))
        return false;
    const char *wanted = value_of(facts, section, wanted_key);
    if (now == NULL)
        return err_set(err, "%s: the lock of %.60s is not known", facts->host->name, target);
    if (strcmp(now, wanted) == 0)
        return true;
    const char *calls =
        json_string_value(json_object_get(json_object_get(facts->seen, "calls"), target));
    struct plan_step *step = plan_add_step(
        out, "set the lock of %s %s from %s to %s%s%s",
        profile_value(facts->profile, section, "word", section + strlen("lock ")), name,
        in_words(facts, section, now, out), in_words(facts, section, wanted, out),
        calls != NULL ? "; " : "", calls != NULL ? calls : "");
    step->before = expect_lock(facts, section, name, now, out);
    step->before_not = N_("somebody else has changed the lock meanwhile");
    step->run = set_lock(facts, section, name, wanted, out);
    step->after = expect_lock(facts, section, name, wanted, out);
    step->undo = set_lock(facts, section, name, now, out);
    step->undone = step->before;
    return true;
}

static bool plan_target(const struct host_facts *facts, struct plan_target *target,
                        const char *wanted_key, struct plan_host *out, struct err *err)
{
    size_t before = out->step_count;
    const char *now = json_string_value(json_object_get(facts->seen, target->text));
    bool ok = lock_plan(facts, target->text, now, wanted_key, out, err);
    if (ok && out->step_count == before)
        target->state = ACTION_ALREADY;
    return ok;
}

static bool plan_locks(const struct plan_input *input, const char *wanted_key,
                       struct plan_host *out, struct err *err)
{
    out->reversible = true;
    bool ok = true;
    for (size_t i = 0; i < out->target_count && ok; i++)
        if (out->targets[i].state == ACTION_PLANNED)
            ok = plan_target(input->facts, &out->targets[i], wanted_key, out, err);
    return ok;
}

static bool plan_lock(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    return plan_locks(input, "locked", out, err);
}

static bool plan_unlock(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    return plan_locks(input, "open", out, err);
}

const struct action action_lock = {
    .name = "lock",
    .title = N_("Lock"),
    .done = N_("locked"),
    .already = N_("already locked"),
    .help = N_("Lock a phone, an account or a gateway: phone:1001, account:acme, mapping:GATEWAY, "
               "routing:GATEWAY."),
    .key = "L",
    .target = TARGET_ENDPOINT,
    .danger = DANGER_ASKS,
    .asks_because = N_("Whoever uses it cannot call any more until it is unlocked."),
    .batch = true,
    .reversible = true,
    .bare = true,
    .blocks = BLOCKS_NOBODY,
    .look = look_locks,
    .plan = plan_lock,
};

const struct action action_unlock = {
    .name = "unlock",
    .title = N_("Unlock"),
    .done = N_("unlocked"),
    .already = N_("not locked"),
    .help =
        N_("Unlock a phone, an account or a gateway: phone:1001, account:acme, mapping:GATEWAY, "
           "routing:GATEWAY."),
    .key = "L",
    .target = TARGET_ENDPOINT,
    .danger = DANGER_HARMLESS,
    .batch = true,
    .reversible = true,
    .bare = true,
    .blocks = BLOCKS_NOBODY,
    .look = look_locks,
    .plan = plan_unlock,
};
