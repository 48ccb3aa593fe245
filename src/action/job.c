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

struct job *job_new(const struct action_request *request)
{
    struct job *job = mem_alloc(sizeof *job);
    job->request = *request;
    size_t *hosts = mem_array(request->host_count + 1, sizeof *hosts);
    char **targets = mem_array(request->target_count + 1, sizeof *targets);
    for (size_t i = 0; i < request->host_count; i++)
        hosts[i] = request->hosts[i];
    for (size_t i = 0; i < request->target_count; i++)
        targets[i] = mem_strdup(request->targets[i]);
    job->request.hosts = hosts;
    job->request.targets = (const char *const *)targets;
    job->request.reason = copy_text(request->reason);
    job->request.evidence = copy_text(request->evidence);
    job->plan = plan_new(request->action);
    job->plan->reason = copy_text(request->reason);
    job->plan->evidence = copy_text(request->evidence);
    job->plan->dry_run = request->dry_run;
    return job;
}

// What is const for its readers was allocated by job_new().
static void free_const(const void *memory)
{
    free((void *)(uintptr_t)memory);
}

void job_free(struct job *job)
{
    for (size_t i = 0; i < job->part_count; i++) {
        facts_free(job->parts[i].facts);
        free(job->parts[i].entry);
    }
    free(job->parts);
    for (size_t i = 0; i < job->request.target_count; i++)
        free_const(job->request.targets[i]);
    free_const(job->request.targets);
    free_const(job->request.hosts);
    free_const(job->request.reason);
    free_const(job->request.evidence);
    if (job->has_trail)
        audit_trail_dispose(&job->trail);
    plan_free(job->plan);
    free(job);
}

struct part *job_add_part(struct job *job, struct runner *runner, size_t host)
{
    job->parts = mem_resize(job->parts, job->part_count + 1, sizeof *job->parts);
    struct part *part = &job->parts[job->part_count++];
    *part = (struct part){.job = job, .host = host};
    part->out = plan_add_host(job->plan, host, fleet_host(runner->fleet, host));
    return part;
}

static void take_target(struct part *part, struct plan_target *target, const char *text)
{
    enum target_kind kind = part->job->request.action->target;
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

void job_add_targets(struct part *part, const char *const *targets, size_t count)
{
    struct plan_host *out = part->out;
    out->targets = mem_array(count, sizeof *out->targets);
    for (size_t i = 0; i < count; i++)
        take_target(part, &out->targets[out->target_count++], targets[i]);
}
