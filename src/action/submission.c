// SPDX-License-Identifier: MIT

// A submission's own copy of what was asked for.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/run_private.h"
#include "base/clock.h"
#include "base/mem.h"

static char *copy_text(const char *text)
{
    return mem_strdup(text != NULL ? text : "");
}

struct submission *submission_new(const struct action_request *request)
{
    struct submission *submission = mem_alloc(sizeof *submission);
    submission->request = *request;
    size_t *hosts = mem_array(request->host_count + 1, sizeof *hosts);
    char **targets = mem_array(request->target_count + 1, sizeof *targets);
    for (size_t i = 0; i < request->host_count; i++)
        hosts[i] = request->hosts[i];
    for (size_t i = 0; i < request->target_count; i++)
        targets[i] = mem_strdup(request->targets[i]);
    submission->request.hosts = hosts;
    submission->request.targets = (const char *const *)targets;
    submission->request.reason = copy_text(request->reason);
    submission->request.evidence = copy_text(request->evidence);
    submission->plan = plan_new(request->action);
    submission->plan->reason = copy_text(request->reason);
    submission->plan->evidence = copy_text(request->evidence);
    submission->plan->dry_run = request->dry_run;
    return submission;
}

// What is const for its readers was allocated by submission_new().
static void free_const(const void *memory)
{
    free((void *)(uintptr_t)memory);
}

void submission_free(struct submission *submission)
{
    for (size_t i = 0; i < submission->part_count; i++) {
        facts_free(submission->parts[i].facts);
        free(submission->parts[i].entry);
        json_decref(submission->parts[i].outputs);
    }
    free(submission->parts);
    for (size_t i = 0; i < submission->request.target_count; i++)
        free_const(submission->request.targets[i]);
    free_const(submission->request.targets);
    free_const(submission->request.hosts);
    free_const(submission->request.reason);
    free_const(submission->request.evidence);
    if (submission->has_trail)
        audit_trail_dispose(&submission->trail);
    plan_free(submission->plan);
    free(submission);
}

struct part *submission_add_part(struct submission *submission, struct runner *runner, size_t host)
{
    submission->parts =
        mem_resize(submission->parts, submission->part_count + 1, sizeof *submission->parts);
    struct part *part = &submission->parts[submission->part_count++];
    *part = (struct part){.submission = submission, .host = host};
    part->out = plan_add_host(submission->plan, host, fleet_host(runner->fleet, host));
    return part;
}

static void take_target(struct part *part, struct plan_target *target, const char *text)
{
    enum target_kind kind = part->submission->request.action->target;
    struct err err = {0};
    char *canonical = action_parse_target(kind, text, &err);
    target->text = plan_text(part->out, "%s", canonical != NULL ? canonical : text);
    target->state = canonical != NULL ? ACTION_PLANNED : ACTION_REFUSED;
    if (canonical == NULL) {
        target->error = plan_text(part->out, "%s", err.text);
        target->opinion = (struct guard_opinion){.verdict = GUARD_REFUSE};
        if (kind == TARGET_NETWORK)
            target->opinion.rule = GUARD_NOT_AN_ADDRESS;
        snprintf(target->opinion.text, sizeof target->opinion.text, "%.200s", err.text);
    } else if (kind == TARGET_NETWORK) {
        network_parse(canonical, &target->network);
    }
    free(canonical);
}

void submission_add_targets(struct part *part, const char *const *targets, size_t count)
{
    struct plan_host *out = part->out;
    out->targets = mem_array(count, sizeof *out->targets);
    for (size_t i = 0; i < count; i++)
        take_target(part, &out->targets[out->target_count++], targets[i]);
}
