// SPDX-License-Identifier: MIT

// What the profile says about the capture and its verdicts: [capture flood] and [capture
// suspended].
#ifndef PROBE_CAPTURE_SETTINGS_H
#define PROBE_CAPTURE_SETTINGS_H

#include "conf/profile.h"
#include "meter/verdict.h"

struct capture_settings {
    const char *ports_file; // on the host; "" : none
    const char *ports_keys; // names in it, with spaces between
    const char *ports;      // when neither the configuration nor the file names any
    int64_t snaplen;        // bytes of a packet
    int64_t ring_mib;       // of the kernel's buffer of a capture on this machine
    int64_t memory_mib;     // of the meter
    int64_t talkers;        // rows: the heaviest ever, and as many of the last minute
    int64_t retry_ms;       // between two attempts to capture

    struct verdict_settings verdict;
    const char *trusted_chains; // of the firewall, with spaces or commas between

    int64_t suspend_failures;
    int64_t suspend_ms;
};

// Texts are borrowed from the profile. Values that are wrong are reported and take their default;
// errors may be NULL.
void capture_settings_read(const struct profile *profile, struct capture_settings *out,
                           struct err_list *errors);

// The next item of a list whose items stand between any of these separators, or false.
bool capture_next_item(const char **list, const char *separators, const char **item, size_t *len);

#endif
