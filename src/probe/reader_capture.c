// SPDX-License-Identifier: MIT

// Turns the newest counts of a host's SIP capture into the tables of the probes that live on it.
#include "probe/capture_tables.h"
#include "probe/sip_capture.h"

static const struct {
    const struct probe *probe;
    void (*fill)(struct reading *reading, const struct capture_settings *settings,
                 const struct meter_snapshot *snapshot, struct table *table);
} fillers[] = {
    {&probe_flood, flood_fill},         {&probe_flood_story, flood_story_fill},
    {&probe_suspended, suspended_fill}, {&probe_sip, sip_fill},
    {&probe_recovered, recovered_fill},
};

enum { FILLERS = sizeof fillers / sizeof *fillers };

static size_t filler_of(const struct probe *probe)
{
    size_t i = 0;
    while (i < FILLERS && fillers[i].probe != probe)
        i++;
    return i;
}

static bool capture_read(struct reading *reading, struct err *err)
{
    struct sip_capture *capture = sip_capture_get(reading);
    size_t filler = filler_of(reading->probe);
    const struct meter_snapshot *snapshot;

    if (filler == FILLERS)
        return err_set(err, "%s: the capture knows nothing of %s", reading->host->name,
                       reading->probe->schema->name);
    if (!sip_capture_read(capture, reading, &snapshot, err))
        return false;
    struct table *table = reading_table(reading);
    fillers[filler].fill(reading, sip_capture_settings(capture), snapshot, table);
    reading_done(reading, 0, table);
    return true;
}

static void capture_check(const struct profile *profile, const struct profile_source *source,
                          const struct probe *probe, struct err_list *errors)
{
    const struct profile_probe *plan = profile_probe(profile, probe->schema->name);
    struct capture_settings settings;

    if (filler_of(probe) == FILLERS)
        err_list_add(errors,
                     "the source 'capture' knows nothing of %s; it serves flood, suspended "
                     "and sip",
                     probe->schema->name);
    // One capture serves several probes: its sections are checked with the first of them.
    if (probe == fillers[0].probe && plan != NULL && plan->sources == source)
        capture_settings_read(profile, &settings, errors);
}

const struct reader reader_capture = {
    .name = "capture", .lane = LANE_COMMAND, .read = capture_read, .check = capture_check};
