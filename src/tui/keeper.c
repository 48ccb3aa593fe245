// SPDX-License-Identifier: MIT

// Figures from the console's fleet to the memory.
#include "tui/keeper.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "checklist/metrics.h"

#define MINUTE_MS    60000
#define FORGET_EVERY 60 // minutes

struct keeper {
    struct fleet *fleet;
    struct keep_for keep;
    struct metric_list *metrics; // one per host; conditions are parsed for each
    size_t host_count;
    int64_t minute; // that was taken last, wall clock
    int64_t forgot; // when the last forgetting was, in the same minutes
};

struct keeper *keeper_new(struct fleet *fleet, const struct config *config, struct err_list *errors)
{
    struct keeper *keeper = mem_alloc(sizeof *keeper);
    const struct memory_config *memory = &config->memory;
    keeper->fleet = fleet;
    keeper->keep = (struct keep_for){memory->minutes_ms, memory->hours_ms, memory->runs_ms,
                                     memory->unattended_ms};
    keeper->host_count = fleet_host_count(fleet);
    keeper->metrics = mem_array(keeper->host_count + 1, sizeof *keeper->metrics);
    for (size_t i = 0; i < keeper->host_count; i++)
        metrics_load(fleet_profile(fleet, i), &keeper->metrics[i], errors);
    keeper->minute = clock_wall_ms() / MINUTE_MS; // the first one is whole when it is taken
    return keeper;
}

void keeper_tick(struct keeper *keeper, struct memory *memory)
{
    int64_t now_ms = clock_wall_ms(), minute = now_ms / MINUTE_MS;
    if (memory == NULL || minute == keeper->minute)
        return;
    struct sample_list samples = {0};
    for (size_t i = 0; i < keeper->host_count; i++)
        metrics_sample(&keeper->metrics[i], keeper->fleet, i, now_ms, &samples);
    if (samples.count > 0)
        memory_put_samples(memory, samples.samples, samples.count);
    samples_dispose(&samples);
    if (minute - keeper->forgot >= FORGET_EVERY) {
        memory_prune(memory, &keeper->keep);
        keeper->forgot = minute;
    }
    keeper->minute = minute;
}

void keeper_free(struct keeper *keeper)
{
    if (keeper == NULL)
        return;
    for (size_t i = 0; i < keeper->host_count; i++)
        metrics_dispose(&keeper->metrics[i]);
    free(keeper->metrics);
    free(keeper);
}
