// SPDX-License-Identifier: MIT

// Where the last action failed, to be tried again by a key.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/act_private.h"
#include "tui/state.h"

void act_failed_dispose(struct act_failed *failed)
{
    for (size_t i = 0; i < failed->target_count; i++)
        free(failed->targets[i]);
    free(failed->targets);
    free(failed->hosts);
    free(failed->reason);
    free(failed->evidence);
    *failed = (struct act_failed){0};
}

static void add_failed_target(struct act_failed *failed, const char *text)
{
    for (size_t i = 0; i < failed->target_count; i++)
        if (strcmp(failed->targets[i], text) == 0)
            return;
    *(char **)mem_push(&failed->targets, &failed->target_count, &failed->target_cap,
                       sizeof *failed->targets) = mem_strdup(text);
}

bool act_failed_keep(struct acts *acts, const struct plan *plan, int64_t for_ms)
{
    struct act_failed *failed = &acts->failed;
    act_failed_dispose(failed);
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
    if (failed->host_count == 0)
        return false;
    failed->action = plan->action;
    failed->for_ms = for_ms;
    failed->reason = mem_strdup(plan->reason != NULL ? plan->reason : "");
    failed->evidence = plan->evidence != NULL ? mem_strdup(plan->evidence) : NULL;
    return true;
}

enum next acts_retry(struct console *console, int argument)
{
    struct act_failed failed = console->acts->failed;
    (void)argument;
    if (failed.action == NULL) {
        journal_answer(console->journal, LEVEL_INFO, "", "no action has failed");
        return NEXT_PAINT;
    }
    console->acts->failed = (struct act_failed){0};
    struct action_request request = {
        .action = failed.action,
        .hosts = failed.hosts,
        .host_count = failed.host_count,
        .targets = (const char *const *)failed.targets,
        .target_count = failed.target_count,
        .for_ms = failed.for_ms,
        .reason = failed.reason,
        .evidence = failed.evidence,
    };
    acts_submit(console, &request);
    act_failed_dispose(&failed);
    return NEXT_PAINT;
}
