// SPDX-License-Identifier: MIT

// A judged check as conditions, and the hooks that are told of them.
#include "cli/check_hooks.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "notice/hooks.h"
#include "tui/model.h"

#define BESIDE_MS 4000 // of a time-out: locks and files
#define STOP_MS   500

// Nobody is there to wait on: a host that did not answer until now is lost.
static struct host_status status_of(const struct outcome *outcome)
{
    struct host_status status = outcome->status;
    if (!status.link.up && outcome->error[0] != '\0' &&
        (status.word == HOST_CONNECTING || status.word == HOST_ASKING)) {
        status.word = HOST_DOWN;
        snprintf(status.error, sizeof status.error, "%s", outcome->error);
    }
    return status;
}

// Each outcome holds the state of its host when it was settled: one that was lost is lost.
static void take_host(struct notice_watch *watch, const struct check *check, size_t host)
{
    const struct probe *const *probe = check_probes(check);
    struct host_status worst = {.word = HOST_DISABLED};
    for (size_t i = 0; probe[i] != NULL; i++) {
        const struct outcome *outcome = check_outcome(check, host, i);
        if (outcome == NULL || probe[i]->local)
            continue;
        struct host_status status = status_of(outcome);
        if (status.word > worst.word)
            worst = status;
    }
    notice_watch_host(watch, &worst);
}

static void take_readings(struct notice_watch *watch, const struct check *check,
                          struct fleet *fleet, size_t host)
{
    const struct probe *const *probe = check_probes(check);
    for (size_t i = 0; probe[i] != NULL; i++) {
        const struct outcome *outcome = check_outcome(check, host, i);
        const struct snapshot *snapshot = outcome != NULL ? outcome->snapshot : NULL;
        if (snapshot == NULL || outcome->status.word == HOST_DISABLED)
            continue;
        notice_watch_reading(
            watch, probe[i], fleet_profile(fleet, host),
            snapshot->settling ? NULL : snapshot_table(snapshot, model_default_variant(probe[i])),
            snapshot->error);
    }
}

static void find_conditions(struct notice_sheet *sheet, const struct check *check,
                            struct fleet *fleet, const char *checklist)
{
    size_t count;
    const struct check_step *steps = check_steps(check, &count);
    for (size_t host = 0; host < fleet_host_count(fleet); host++) {
        struct notice_watch *watch = notice_watch_new(fleet_host(fleet, host)->name);
        take_host(watch, check, host);
        take_readings(watch, check, fleet, host);
        for (size_t i = 0; i < count; i++)
            if (steps[i].host == host)
                notice_watch_step(watch, checklist, steps[i].step, &steps[i].verdict);
        notice_sheet_add(sheet, watch);
        notice_watch_free(watch);
    }
}

static int64_t longest_ms(const struct config *config)
{
    int64_t longest = 0;
    for (size_t i = 0; i < config->hook_count; i++)
        if (config->hooks[i].timeout_ms > longest)
            longest = config->hooks[i].timeout_ms;
    return longest;
}

void check_tell_hooks(const struct check *check, struct fleet *fleet, const struct config *config,
                      const char *checklist)
{
    struct hooks *hooks = hooks_new(config);
    if (hooks == NULL)
        return;
    struct notice_sheet sheet = {0};
    find_conditions(&sheet, check, fleet, checklist);
    hooks_submit(hooks, &sheet);
    if (!hooks_finish(hooks, longest_ms(config) + BESIDE_MS))
        cli_complain("hooks: not all were told in time; the next check or console tells the rest");
    struct hook_report report;
    bool stopped = hooks_stop(hooks, STOP_MS);
    while (hooks_take_report(hooks, &report)) {
        if (report.level >= LEVEL_OK)
            cli_complain("%s", report.text);
        free(report.text);
    }
    if (stopped)
        hooks_free(hooks);
}
