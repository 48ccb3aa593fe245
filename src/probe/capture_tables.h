// SPDX-License-Identifier: MIT

// What reader_capture makes of the meter's counts: one function a probe.
#ifndef PROBE_CAPTURE_TABLES_H
#define PROBE_CAPTURE_TABLES_H

#include "meter/meter.h"
#include "probe/capture_settings.h"
#include "probe/probe.h"

// snapshot->endpoints are in the order of source, then user.
void flood_fill(struct reading *reading, const struct capture_settings *settings,
                const struct meter_snapshot *snapshot, struct table *table);
void suspended_fill(struct reading *reading, const struct capture_settings *settings,
                    const struct meter_snapshot *snapshot, struct table *table);
void flood_story_fill(struct reading *reading, const struct capture_settings *settings,
                      const struct meter_snapshot *snapshot, struct table *table);
void recovered_fill(struct reading *reading, const struct capture_settings *settings,
                    const struct meter_snapshot *snapshot, struct table *table);
void sip_fill(struct reading *reading, const struct capture_settings *settings,
              const struct meter_snapshot *snapshot, struct table *table);

#endif
