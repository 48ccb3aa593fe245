// SPDX-License-Identifier: MIT

// Where the last action that failed did so, to be tried again by a key.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tui/act_private.h"
#include "tui/state.h"

#define TOGETHER_MS 120000 // what failed longer ago is not tried again with the newest

static void failed_dispose(struct act_failed *failed)
{
    for (size_t i = 0; i < failed->target_count; i++)
        free(failed->targets[i]);
    free(failed->targets);
    free(failed->hosts);
    free(failed->reason);
    free(failed->evidence);
}

void act_failed_forget(struct acts *acts)
{
    for (size_t i = 0; i < acts->failed_count; i++)
        failed_dispose(&acts->failed[i]);
    free(acts->failed);
    acts->failed = NULL;
    acts->failed_count = acts->failed_cap = 0;
}

static void add_failed_target(struct act_failed *failed, const char *text)
{
    for (size_t i = 0; i < failed->target_count; i++)
        if (strcmp(failed->targets[i], text) == 0)
            return;
    *(char **)mem_push(&failed->targets, &failed->target_count, &failed->target_cap,
                       sizeof *failed->targets) = mem_strdup(text);
}

// The failed targets of the plan and their hosts; false: there are none.
static bool take_failed(struct act_failed *failed, const struct plan *plan)
{
    failed->hosts = mem_array(plan->host_count + 1, sizeof *failed->hosts);
    for (size_t i = 0; i < plan->host_count && plan->action->target != TARGET_ENTRY; i++) {
        bool here = false;
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++) {
            const struct plan_target *target = &plan->hosts[i]->targets[j];
            if (target->state != ACTION_FAILED)
                continue;
            add_failed_target(failed, target->text);
            here = true;
        }
        if (here)
            failed->hosts[failed->host_count++] = plan->hosts[i]->host;
    }
    return failed->host_count > 0;
}

static bool went_well(const struct plan_host *host, const char *text)
{
    for (size_t i = 0; i < host->target_count; i++) {
        enum action_state state = host->targets[i].state;
        if (strcmp(host->targets[i].text, text) == 0)
            return state == ACTION_DONE || state == ACTION_ALREADY;
    }
    return false;
}

static bool all_went_well(const struct act_failed *failed, const struct plan *plan, size_t host)
{
    for (size_t i = 0; i < plan->host_count; i++) {
        if (plan->hosts[i]->host != host)
            continue;
        size_t done = 0;
        while (done < failed->target_count && went_well(plan->hosts[i], failed->targets[done]))
            done++;
        return done == failed->target_count;
    }
    return false;
}

// What has failed and was done since is not done once more.
static void drop_done(struct acts *acts, const struct plan *plan)
{
    size_t kept = 0;
    for (size_t i = 0; i < acts->failed_count; i++) {
        struct act_failed *failed = &acts->failed[i];
        size_t hosts = 0;
        for (size_t j = 0; j < failed->host_count; j++)
            if (failed->action != plan->action || !all_went_well(failed, plan, failed->hosts[j]))
                failed->hosts[hosts++] = failed->hosts[j];
        failed->host_count = hosts;
        if (hosts > 0)
            acts->failed[kept++] = *failed;
        else
            failed_dispose(failed);
    }
    acts->failed_count = kept;
}

bool act_failed_keep(struct acts *acts, const struct plan *plan, int64_t for_ms)
{
    drop_done(acts, plan);
    struct act_failed failed = {.action = plan->action, .at_ms = clock_mono_ms(), .for_ms = for_ms};
    if (!take_failed(&failed, plan)) {
        failed_dispose(&failed);
        return false;
    }
    failed.reason = mem_strdup(plan->reason != NULL ? plan->reason : "");
    failed.evidence = plan->evidence != NULL ? mem_strdup(plan->evidence) : NULL;
    const struct act_failed *newest =
        acts->failed_count > 0 ? &acts->failed[acts->failed_count - 1] : NULL;
    if (newest != NULL &&
        (newest->action != failed.action || failed.at_ms - newest->at_ms > TOGETHER_MS))
        act_failed_forget(acts);
    *(struct act_failed *)mem_push(&acts->failed, &acts->failed_count, &acts->failed_cap,
                                   sizeof *acts->failed) = failed;
    return true;
}

static void submit_again(struct console *console, const struct act_failed *failed)
{
    acts_submit(console, &(struct action_request){
                             .action = failed->action,
                             .hosts = failed->hosts,
                             .host_count = failed->host_count,
                             .targets = (const char *const *)failed->targets,
                             .target_count = failed->target_count,
                             .for_ms = failed->for_ms,
                             .reason = failed->reason,
                             .evidence = failed->evidence,
                         });
}

enum next acts_retry(struct console *console, int argument)
{
    struct acts *acts = console->acts;
    (void)argument;
    if (acts->failed_count == 0)
        journal_answer(console->journal, LEVEL_INFO, "", "no action has failed");
    for (size_t i = 0; i < acts->failed_count; i++)
        submit_again(console, &acts->failed[i]);
    act_failed_forget(acts);
    return NEXT_PAINT;
}
