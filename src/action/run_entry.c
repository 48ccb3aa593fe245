// SPDX-License-Identifier: MIT

// What the runner writes into the audit trail, and what it takes from it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/run_private.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "table/json_text.h"

#define FAILED_LATELY_MS (INT64_C(12) * 3600000) // that the next start speaks of

static void set_text(json_t *entry, const char *key, const char *text)
{
    json_object_set_new(entry, key, json_text(text != NULL ? text : ""));
}

static json_t *targets_json(const struct plan_host *out, enum action_state state)
{
    json_t *targets = json_array();
    for (size_t i = 0; i < out->target_count; i++)
        if (out->targets[i].state == state)
            json_array_append_new(targets, json_text(out->targets[i].text));
    return targets;
}

static json_t *begin_entry(const struct runner *runner, const struct action *action,
                           const struct host_config *host)
{
    json_t *entry = json_object();
    set_text(entry, "operator", runner->operator_name);
    set_text(entry, "login", runner->login);
    set_text(entry, "version", NOCDESK_VERSION);
    set_text(entry, "host", host->name);
    set_text(entry, "environment", host->environment);
    set_text(entry, "action", action->name);
    return entry;
}

// Whether the intent counts for the rate: it keeps somebody out.
static bool counts(const struct part *part)
{
    const struct submission *submission = part->submission;
    const struct plan_input input = {
        .request = &submission->request,
        .trail = submission->has_trail ? &submission->trail : NULL,
        .entry = part->entry,
    };
    return action_blocks(&input);
}

static json_t *texts_json(const char *const *texts, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_text(texts[i]));
    return list;
}

bool run_write_intent(struct runner *runner, struct part *part, struct err *err)
{
    struct plan_host *out = part->out;
    const struct action *action = part->submission->request.action;
    if (action->reads_only)
        return true;
    json_t *entry = begin_entry(runner, action, out->config);
    json_object_set_new(entry, "targets", targets_json(out, ACTION_PLANNED));
    set_text(entry, "reason", part->submission->request.reason);
    set_text(entry, "evidence", part->submission->request.evidence);
    set_text(entry, "method", out->method);
    set_text(entry, "group", part->submission->group);
    json_object_set_new(entry, "reversible", json_boolean(out->reversible));
    json_object_set_new(entry, "blocks", json_boolean(counts(part)));
    if (out->undo_block_count > 0)
        json_object_set_new(entry, "undo_blocks",
                            texts_json(out->undo_blocks, out->undo_block_count));
    if (out->ends_wall_ms > 0) {
        char ends[CLOCK_RFC3339_MAX];
        clock_rfc3339(out->ends_wall_ms, ends);
        set_text(entry, "ends", ends);
    }
    if (part->entry != NULL)
        set_text(entry, action == &action_undo ? "undoes" : "finishes", part->entry);
    json_object_set_new(entry, "steps", plan_steps_json(out));
    return audit_append(runner->audit, "intent", entry, out->audit, err);
}

static json_t *results_json(const struct plan_host *out)
{
    json_t *results = json_array();
    for (size_t i = 0; i < out->target_count; i++) {
        const struct plan_target *target = &out->targets[i];
        json_t *result = json_object();
        set_text(result, "target", target->text);
        set_text(result, "state", action_state_text(target->state));
        if (target->error != NULL)
            set_text(result, "error", target->error);
        json_array_append_new(results, result);
    }
    return results;
}

// What was done is done, and its intent stays open: somebody must know why.
static void tell_unwritten(struct runner *runner, struct plan_host *out, enum action_state state,
                           const struct err *why)
{
    struct run_report report = {.word = RUN_LATER};
    if (state == ACTION_DONE)
        err_set(&out->unwritten,
                "%s: what was done stands, but its result is not in the audit trail: %.250s; "
                "after that, and when this program has ended, `nocdesk finish %s` writes it",
                out->config->name, why->text, out->audit);
    else
        err_set(&out->unwritten, "%s: what came of %s is not in the audit trail: %.300s",
                out->config->name, out->audit, why->text);
    snprintf(report.text, sizeof report.text, "%s", out->unwritten.text);
    runner_report(runner, &report);
}

void run_write_result(struct runner *runner, const struct part *part, json_t *outputs,
                      int64_t took_ms)
{
    struct plan_host *out = part->out;
    if (out->audit[0] == '\0') {
        json_decref(outputs);
        return;
    }
    enum action_state state = part->state;
    json_t *entry = json_object();
    set_text(entry, "intent", out->audit);
    set_text(entry, "host", out->config->name);
    set_text(entry, "state", action_state_text(state));
    json_object_set_new(entry, "results", results_json(out));
    json_object_set_new(entry, "outputs", outputs);
    set_text(entry, "verification",
             out->not_yet              ? N_("not yet")
             : state == ACTION_DONE    ? N_("proven")
             : state == ACTION_ALREADY ? N_("it was so already")
                                       : out->error.text);
    json_object_set_new(entry, "took_ms", json_integer(took_ms));
    char id[AUDIT_ID_MAX];
    struct err err = {0};
    if (!audit_append(runner->audit, "result", entry, id, &err))
        tell_unwritten(runner, out, state, &err);
}

void run_write_not_begun(struct runner *runner, const struct action *action,
                         const struct plan_host *out, enum action_state state)
{
    const struct plan_target *first = NULL;
    for (size_t i = 0; i < out->target_count && first == NULL; i++)
        if (out->targets[i].state == state)
            first = &out->targets[i];
    if (first == NULL || runner->audit == NULL)
        return;
    const char *why = first->error != NULL      ? first->error
                      : err_is_set(&out->error) ? out->error.text
                                                : first->opinion.text;
    json_t *entry = begin_entry(runner, action, out->config);
    json_object_set_new(entry, "targets", targets_json(out, state));
    if (state != ACTION_FAILED)
        set_text(entry, "rule", guard_rule_text(first->opinion.rule));
    set_text(entry, "error", why);
    char id[AUDIT_ID_MAX];
    struct err ignored = {0}; // nothing is run
    audit_append(runner->audit, state == ACTION_FAILED ? "failure" : "refusal", entry, id,
                 &ignored);
}

void run_take_targets(struct plan_host *out, const json_t *intent)
{
    const json_t *targets = json_object_get(intent, "targets");
    size_t i;
    const json_t *text;
    out->targets = mem_array(json_array_size(targets) + 1, sizeof *out->targets);
    json_array_foreach(targets, i, text)
    {
        struct plan_target *target = &out->targets[out->target_count++];
        target->text = plan_text(out, "%s", json_is_string(text) ? json_string_value(text) : "");
        if (!network_parse(target->text, &target->network))
            target->network = (struct network){0};
    }
}

static const char *member(const struct audit_action *action, const char *key)
{
    const char *text = json_string_value(json_object_get(action->intent, key));
    return text != NULL ? text : "";
}

static bool add_entry(struct runner *runner, struct submission *submission,
                      const struct audit_action *action, struct err *err)
{
    for (size_t host = 0; host < fleet_host_count(runner->fleet); host++) {
        if (strcmp(fleet_host(runner->fleet, host)->name, member(action, "host")) != 0)
            continue;
        struct part *part = submission_add_part(submission, runner, host);
        part->entry = mem_strdup(member(action, "id"));
        run_take_targets(part->out, action->intent);
        return true;
    }
    return err_set(err, "%s was done on %s, which is not among the hosts of this console",
                   member(action, "id"), member(action, "host"));
}

// The newest one that was left open, for a finish without a name.
static const struct audit_action *last_open(const struct audit_trail *trail)
{
    for (size_t i = trail->count; i-- > 0;)
        if (trail->actions[i].open)
            return &trail->actions[i];
    return NULL;
}

// The last submission of this operator as a whole: all its hosts.
static bool expand_last(struct runner *runner, struct submission *submission, struct err *err)
{
    bool undo = submission->request.action == &action_undo;
    const struct audit_action *last =
        undo ? audit_last_undoable(&submission->trail, runner->operator_name)
             : last_open(&submission->trail);
    if (last == NULL && undo)
        return err_set(err, "there is nothing of %s to undo", runner->operator_name);
    if (last == NULL)
        return err_set(err, "no action is open, %s", runner->operator_name);
    if (!undo)
        return add_entry(runner, submission, last, err);
    char *group = mem_strdup(member(last, "group"));
    bool ok = true;
    for (size_t i = 0; i < submission->trail.count && ok; i++) {
        const struct audit_action *action = &submission->trail.actions[i];
        if (action == last || (audit_may_stand(action) && group[0] != '\0' &&
                               strcmp(member(action, "group"), group) == 0))
            ok = add_entry(runner, submission, action, err);
    }
    free(group);
    return ok;
}

// Whether what the submission is about is in the stretch of the trail that was read.
static bool is_found(const struct runner *runner, const struct submission *submission,
                     const char *id)
{
    const struct audit_trail *trail = &submission->trail;
    if (id[0] != '\0')
        return audit_find(trail, id) != NULL;
    return submission->request.action == &action_undo
               ? audit_last_undoable(trail, runner->operator_name) != NULL
               : last_open(trail) != NULL;
}

// Reads back an hour, a day, all, until it is found.
static bool load_trail(struct runner *runner, struct submission *submission, const char *id,
                       struct err *err)
{
    static const int64_t reaches_ms[] = {3600000, 86400000, 0};
    for (size_t i = 0; i < sizeof reaches_ms / sizeof *reaches_ms; i++) {
        char since[CLOCK_RFC3339_MAX];
        int64_t from_ms = clock_wall_ms() - reaches_ms[i];
        clock_rfc3339(from_ms - from_ms % 1000, since);
        if (submission->has_trail)
            audit_trail_dispose(&submission->trail);
        submission->has_trail = audit_load_since(
            audit_path(runner->audit), reaches_ms[i] > 0 ? since : NULL, &submission->trail, err);
        if (!submission->has_trail)
            return false;
        if (is_found(runner, submission, id))
            break;
    }
    return true;
}

bool run_expand(struct runner *runner, struct submission *submission, struct err *err)
{
    if (fleet_is_played(runner->fleet))
        return err_set(err,
                       "this is a replay: nothing is asked of the host, so this cannot be planned");
    if (runner->audit == NULL)
        return err_set(err, "there is no audit trail");
    struct err why = {0};
    // What is run comes out of this file.
    if (!audit_verify_more(audit_path(runner->audit), &runner->walked, &why))
        return err_set(err, "the audit trail is not whole, so that nothing is run from it: %.300s",
                       why.text);
    const char *id = submission->request.target_count > 0 ? submission->request.targets[0] : "";
    if (!load_trail(runner, submission, id, err))
        return false;
    if (id[0] == '\0')
        return expand_last(runner, submission, err);
    if (submission->request.target_count > 1)
        return err_set(err, "%s takes one entry at a time", submission->request.action->name);
    const struct audit_action *action = audit_find(&submission->trail, id);
    if (action == NULL)
        return err_set(err, "the audit trail has no action %.40s; see `nocdesk audit`", id);
    return add_entry(runner, submission, action, err);
}

static void report_open(struct runner *runner, const struct audit_action *action)
{
    const json_t *first = json_array_get(json_object_get(action->intent, "targets"), 0);
    const char *target = json_string_value(first);
    struct run_report report = {.word = RUN_LATER, .action = action_find(member(action, "action"))};
    snprintf(report.entry, sizeof report.entry, "%s", member(action, "id"));
    snprintf(report.text, sizeof report.text,
             _("%.40s: a console began %.40s %.80s on %.40s and wrote no result (it ended, or its "
               "disk was full); what came of it is not known: finish it or undo it by this id"),
             member(action, "id"), member(action, "action"), target != NULL ? target : "",
             member(action, "host"));
    runner_report(runner, &report);
}

// What failed lately and was not done since: one sentence, about the newest of them.
static void report_failed(struct runner *runner, const struct audit_trail *trail)
{
    char since[CLOCK_RFC3339_MAX];
    clock_rfc3339(clock_wall_ms() - FAILED_LATELY_MS, since);
    const struct audit_action *newest = NULL;
    size_t count = 0;
    for (size_t i = trail->count; i-- > 0 && strcmp(member(&trail->actions[i], "time"), since) > 0;)
        if (audit_has_failed(&trail->actions[i]) && !audit_was_made_good(trail, i)) {
            newest = newest != NULL ? newest : &trail->actions[i];
            count++;
        }
    if (newest == NULL)
        return;
    const json_t *targets = json_object_get(newest->intent, "targets");
    const char *target = json_string_value(json_array_get(targets, 0));
    const char *why = newest->result != NULL
                          ? json_string_value(json_object_get(newest->result, "verification"))
                          : member(newest, "error");
    struct run_report report = {.word = RUN_LATER};
    if (count == 1)
        snprintf(report.text, sizeof report.text,
                 _("%.40s: %.40s %.80s failed on %.40s and was not done since: %.250s"),
                 member(newest, "id"), member(newest, "action"), target != NULL ? target : "",
                 member(newest, "host"), why != NULL ? why : "");
    else
        snprintf(
            report.text, sizeof report.text,
            _("%zu actions failed within the last 12 h and were not done since; the audit pane "
              "has all of them, the newest is %.40s %.80s on %.40s: %.200s"),
            count, member(newest, "action"), target != NULL ? target : "", member(newest, "host"),
            why != NULL ? why : "");
    runner_report(runner, &report);
}

void run_recall(struct runner *runner)
{
    struct audit_trail trail;
    struct err err = {0};
    if (runner->audit == NULL)
        return;
    bool read = audit_load(audit_path(runner->audit), &trail, &err);
    if (!runner_check_trail(runner, &err) || !read) {
        struct run_report report = {.word = RUN_LATER};
        snprintf(report.text, sizeof report.text, "%s", err.text);
        runner_report(runner, &report);
    }
    if (!read) {
        audit_trail_dispose(&trail);
        return;
    }
    report_failed(runner, &trail);
    for (size_t i = 0; i < trail.count; i++)
        if (trail.actions[i].open)
            report_open(runner, &trail.actions[i]);
    audit_trail_dispose(&trail);
}
