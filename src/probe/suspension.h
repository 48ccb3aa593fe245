// SPDX-License-Identifier: MIT

// What makes this host suspend a registration, and for how long (reference D.1).
#ifndef PROBE_SUSPENSION_H
#define PROBE_SUSPENSION_H

#include "probe/capture_settings.h"
#include "probe/probe.h"

struct suspension {
    int failures; // failed REGISTERs that suspend
    int64_t ms;   // how long
    bool of_host; // both are the host's own; false: at least one is the profile's
    bool read;    // its parameters could be read
    bool off;     // the host says that it does not suspend at all
    bool silent;  // it does not answer wrong logins: nothing can be seen of them
};

// The probe whose newest table it is read from: for the needs of a probe.
extern const char *const suspension_needs[];

// The host's own parameters where its table has them, else the profile's. With several nodes, the
// values by which most is called suspended.
void suspension_read(struct reading *reading, const struct capture_settings *settings,
                     struct suspension *out);

// Says by which values the endpoints are judged, in the reading's note.
void suspension_say(struct reading *reading, const struct suspension *suspension);

#endif
