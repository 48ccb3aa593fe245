// SPDX-License-Identifier: MIT

// Why an endpoint is kept from registering: asked of the product and of the capture.
#include "action/unsuspend_look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/action_lock.h"
#include "action/backend.h"
#include "action/template.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "link/service.h"

#define SEEN_OLDEST_MS 3000
// A capture that has just begun sees a suspension at the endpoint's next attempt.
#define FIRST_SIGHT_MS 6000
#define LOOK_AGAIN_MS  500
#define ASK_MS         4000

char *unsuspend_split(const char *target, struct address *source, bool *has_source)
{
    const char *at = strrchr(target, '@');
    *has_source = at != NULL && at != target && address_parse(at + 1, source);
    return *has_source ? mem_strndup(target, (size_t)(at - target)) : mem_strdup(target);
}

static const char *setting(const struct host_facts *facts, const char *key)
{
    return profile_value(facts->profile, "unsuspend", key, "");
}

static int64_t soon(int64_t deadline_ms)
{
    int64_t soon_ms = clock_mono_ms() + ASK_MS;
    return soon_ms < deadline_ms ? soon_ms : deadline_ms;
}

// The lock of KIND:NAME into seen[KIND], or why it is not known into seen[KIND_why].
static json_t *ask_lock(struct fleet *fleet, size_t host, struct host_facts *facts,
                        const char *kind, const char *name, int64_t deadline_ms, json_t *seen)
{
    struct err err = {0};
    const char *lock;
    char *target = mem_printf("%s:%s", kind, name), *why = mem_printf("%s_why", kind);
    json_t *answer = lock_ask(fleet, host, facts, target, soon(deadline_ms), &lock, &err);
    if (lock != NULL)
        json_object_set_new(seen, kind, json_string(lock));
    else
        json_object_set_new(seen, why, json_string(err.text));
    free(target);
    free(why);
    return answer;
}

static void ask_locks(struct fleet *fleet, size_t host, struct host_facts *facts,
                      const char *endpoint, int64_t deadline_ms, json_t *seen)
{
    json_t *phone = ask_lock(fleet, host, facts, "phone", endpoint, deadline_ms, seen);
    const json_t *account = plan_member(phone, setting(facts, "account_member"));
    if (json_is_string(account) && json_string_value(account)[0] != '\0') {
        json_object_set_new(seen, "account_name", json_string(json_string_value(account)));
        json_decref(
            ask_lock(fleet, host, facts, "account", json_string_value(account), deadline_ms, seen));
    }
    json_decref(phone);
}

// When the phone's registration was last renewed, by the product's clock; 0: it is not online.
static void ask_online(struct fleet *fleet, size_t host, struct host_facts *facts,
                       const char *endpoint, int64_t deadline_ms, json_t *seen)
{
    struct plan_host scratch = {.arena = facts->arena};
    struct err err = {0};
    char *where = service_http_name(facts->host);
    struct http_request request = {
        .where = where,
        .path = setting(facts, "online"),
        .body = template_fill(&scratch, setting(facts, "online_body"), endpoint, ""),
        .content_type = profile_value(facts->profile, "http", "content_type", "application/json"),
        .deadline_ms = soon(deadline_ms),
    };
    json_t *answer = NULL;
    if (service_post(fleet_link(fleet, host), facts->host, &request, &answer, &err)) {
        const json_t *renewed = plan_member(answer, setting(facts, "online_member"));
        const char *text = json_string_value(renewed);
        json_int_t at = text != NULL ? strtoll(text, NULL, 10) : json_integer_value(renewed);
        json_object_set_new(seen, "online", json_integer(at));
    }
    json_decref(answer);
    free(where);
}

static const char *text_of(const struct table *table, size_t row, const char *column)
{
    int at = schema_find(table_schema(table), column);
    const struct cell *cell = at >= 0 ? table_cell(table, row, (size_t)at) : NULL;
    return cell != NULL && cell->known ? cell->as.text : "";
}

static bool is_row(const struct table *table, size_t row, const char *endpoint,
                   const struct address *source)
{
    struct address seen;
    return strcmp(text_of(table, row, "endpoint"), endpoint) == 0 &&
           (source == NULL || (address_parse(text_of(table, row, "source_ip"), &seen) &&
                               address_compare(&seen, source) == 0));
}

static bool add_suspensions(const struct table *table, const char *endpoint,
                            const struct address *source, json_t *list)
{
    int remaining = schema_find(table_schema(table), "remaining_s");
    for (size_t row = 0; row < table_rows(table); row++) {
        double left_s = -1;
        if (!is_row(table, row, endpoint, source))
            continue;
        int failures = schema_find(table_schema(table), "failures");
        const struct cell *failed = table_cell(table, row, (size_t)failures);
        cell_number(&table_schema(table)->columns[remaining],
                    table_cell(table, row, (size_t)remaining), &left_s);
        json_array_append_new(list, json_pack("{s:s, s:f, s:s, s:b}", "source",
                                              text_of(table, row, "source_ip"), "remaining_s",
                                              left_s, "evidence", text_of(table, row, "evidence"),
                                              "failed", failed->known && failed->as.integer > 0));
    }
    return json_array_size(list) > 0;
}

// Looks until a suspension shows or the time for it is over.
static void look_suspensions(struct fleet *fleet, size_t host, struct host_facts *facts,
                             const char *endpoint, const struct address *source,
                             int64_t deadline_ms, json_t *seen)
{
    int64_t give_up_ms = clock_mono_ms() + FIRST_SIGHT_MS;
    json_t *list = json_array();
    struct fact fact = {.why = ""};
    bool found = false;
    for (;;) {
        const struct snapshot *snapshot = facts_snapshot(fleet, host, &probe_suspended,
                                                         SEEN_OLDEST_MS, deadline_ms, facts, &fact);
        if (snapshot != NULL) {
            found = add_suspensions(snapshot_table(snapshot, 0), endpoint, source, list);
            if (snapshot->note[0] != '\0')
                json_object_set_new(seen, "capture_note", json_string(snapshot->note));
        }
        snapshot_unref(snapshot);
        int64_t now_ms = clock_mono_ms();
        if (found || snapshot == NULL || now_ms >= give_up_ms || now_ms >= deadline_ms - ASK_MS)
            break;
        usleep(LOOK_AGAIN_MS * 1000);
        fleet_refresh(fleet, (long)host, &probe_suspended);
    }
    if (!found && fact.word == FACT_FAILED)
        json_object_set_new(seen, "capture_why", json_string(fact.why));
    json_object_set_new(seen, "suspended", list);
}

// The newest login after a failure that the capture has seen of it, so that only a later one
// counts.
static void look_recovered(struct fleet *fleet, size_t host, struct host_facts *facts,
                           const char *endpoint, const struct address *source, int64_t deadline_ms,
                           json_t *seen)
{
    struct fact fact = {.why = ""};
    const struct snapshot *snapshot =
        facts_snapshot(fleet, host, &probe_recovered, SEEN_OLDEST_MS, deadline_ms, facts, &fact);
    const struct table *table = snapshot_table(snapshot, 0);
    int64_t newest = 0;
    for (size_t row = 0; table != NULL && row < table_rows(table); row++) {
        const struct cell *at =
            table_cell(table, row, (size_t)schema_find(table_schema(table), "at"));
        if (is_row(table, row, endpoint, source) && at->known && at->as.integer > newest)
            newest = at->as.integer;
    }
    if (table != NULL)
        json_object_set_new(seen, "recovered", json_integer(newest));
    snapshot_unref(snapshot);
}

static json_t *look_at(const char *target, struct fleet *fleet, size_t host,
                       struct host_facts *facts, int64_t deadline_ms)
{
    json_t *seen = json_object();
    struct address address;
    bool has_source;
    char *endpoint = unsuspend_split(target, &address, &has_source);
    const struct address *source = has_source ? &address : NULL;
    if (facts->host->http_port != 0) {
        ask_locks(fleet, host, facts, endpoint, deadline_ms, seen);
        ask_online(fleet, host, facts, endpoint, deadline_ms, seen);
    } else {
        json_object_set_new(seen, "phone_why", json_string(_("no web interface is configured")));
    }
    if (strcmp(facts->host->capture, "off") != 0) {
        look_suspensions(fleet, host, facts, endpoint, source, deadline_ms, seen);
        look_recovered(fleet, host, facts, endpoint, source, deadline_ms, seen);
    } else {
        json_object_set_new(seen, "capture_why", json_string(_("the capture is off")));
    }
    free(endpoint);
    return seen;
}

// Whom a capture sees attack at this moment; one whose attack is over, or who is one of ours, has a
// lower severity.
static json_t *attackers_of(const struct table *table)
{
    json_t *list = json_array();
    for (size_t row = 0; row < table_rows(table); row++) {
        const char *severity = text_of(table, row, "severity");
        const char *verdict = text_of(table, row, "verdict");
        if (verdict[0] != '\0' &&
            (strcmp(severity, "warning") == 0 || strcmp(severity, "critical") == 0))
            json_array_append_new(list,
                                  json_pack("{s:s, s:s}", "source", text_of(table, row, "source"),
                                            "verdict", verdict));
    }
    return list;
}

static void look_attackers(struct fleet *fleet, size_t host, struct host_facts *facts,
                           int64_t deadline_ms)
{
    struct fact fact = {.why = _("the capture is off")};
    struct ban_list bans = {0};
    backend_list_all(facts, &bans);
    size_t count = bans.count;
    ban_list_dispose(&bans);
    if (count == 0)
        return;
    const struct snapshot *snapshot = NULL;
    if (strcmp(facts->host->capture, "off") != 0)
        snapshot =
            facts_snapshot(fleet, host, &probe_flood, SEEN_OLDEST_MS, deadline_ms, facts, &fact);
    json_object_set_new(facts->seen, snapshot != NULL ? "attacking" : "attacking_why",
                        snapshot != NULL ? attackers_of(snapshot_table(snapshot, 0))
                                         : json_string(fact.why));
    snapshot_unref(snapshot);
}

const json_t *unsuspend_seen(const struct host_facts *facts, const char *target)
{
    return json_object_get(json_object_get(facts->seen, "targets"), target);
}

bool unsuspend_look(const struct plan_input *input, struct fleet *fleet, size_t host,
                    struct host_facts *facts, int64_t deadline_ms, struct err *err)
{
    if (fleet_is_played(fleet)) // that nothing was seen would be said of what nobody looked at
        return err_set(err, "%s: this is a replay; nothing is run", facts->host->name);
    json_t *targets = json_object();
    json_decref(facts->seen);
    facts->seen = json_pack("{s:o}", "targets", targets);
    for (size_t i = 0; i < input->request->target_count; i++)
        json_object_set_new(targets, input->request->targets[i],
                            look_at(input->request->targets[i], fleet, host, facts, deadline_ms));
    look_attackers(fleet, host, facts, deadline_ms);
    return true;
}
