// SPDX-License-Identifier: MIT

// The one capture of a host that all its SIP probes read from: started when first asked for,
// started again when it ends, its meter kept all the while.
#ifndef PROBE_SIP_CAPTURE_H
#define PROBE_SIP_CAPTURE_H

#include "meter/evidence.h"
#include "meter/meter.h"
#include "probe/capture_settings.h"
#include "probe/probe.h"

// The memory of reader_capture on one host; zeroed is new. Used by the command lane only.
struct sip_capture;

struct sip_capture *sip_capture_get(struct reading *reading);

// The newest counts as sip_capture_read() left them, also while nothing is being captured; NULL:
// none yet.
const struct meter_snapshot *sip_capture_newest(struct host_state *state);

// The packets of the evidence's source go into it from the next reading on, until it ends; when the
// host's capture writes another one then, it ends at once and says so. Takes over the caller's
// reference. Any thread.
void sip_capture_watch(struct host_state *state, struct evidence *evidence);

const struct capture_settings *sip_capture_settings(const struct sip_capture *capture);

// The newest counts, owned by the capture and valid until the next call; endpoints are in the order
// of source, then user. Sets the reading's label, note and settling. False when nothing is being
// captured.
bool sip_capture_read(struct sip_capture *capture, struct reading *reading,
                      const struct meter_snapshot **out, struct err *err);

#endif
