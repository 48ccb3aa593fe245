// SPDX-License-Identifier: MIT

// What the files of the probe flood share.
#ifndef PROBE_FLOOD_PRIVATE_H
#define PROBE_FLOOD_PRIVATE_H

#include "meter/verdict_memory.h"
#include "probe/ban_cover.h"
#include "probe/probe.h"

enum flood_column {
    FLOOD_HOST,
    FLOOD_SOURCE,
    FLOOD_PACKETS,
    FLOOD_PPS,
    FLOOD_OPTIONS_PM,
    FLOOD_REGISTER_PM,
    FLOOD_INVITE_PM,
    FLOOD_RESPONSES,
    FLOOD_FAILURES,
    FLOOD_USER_AGENT,
    FLOOD_FIRST_SEEN,
    FLOOD_LAST_SEEN,
    FLOOD_VERDICT,
    FLOOD_BANNED,
    FLOOD_PEER,
    FLOOD_EVIDENCE,
    FLOOD_SEVERITY,
    FLOOD_KIND,
    FLOOD_MINUTE,
    FLOOD_PEAK_PPS,
    FLOOD_PEAK,
    FLOOD_USERS,
    FLOOD_SOURCES,
    FLOOD_NOT_SIP,
    FLOOD_BYTES,
    FLOOD_ERROR,
    FLOOD_COLUMNS,
};

// What is remembered of a host between readings.
struct flood_memory {
    struct verdict_memory *verdicts;
    struct flood_forged {  // a flood from forged addresses; zeroed: none
        int64_t counted_s; // the newest second that is counted, epoch
        int64_t packets;   // as many sources: each sent one
        int64_t peak, peak_s;
        int64_t first_s;
    } forged;
};

// What a snapshot is judged with.
struct judging {
    const char *host;
    const struct verdict_settings *settings;
    const struct verdict_peers *peers;
    const struct meter_snapshot *snapshot;
    const struct ban_cover *bans;
    double bans_age_s; // since they were read
    struct flood_memory *memory;
    struct network *attacking; // networks that have a row
    size_t attacking_count, attacking_cap;
};

// How long the source, or the whole network, is kept out; after its verdict.
void flood_fill_ban(const struct judging *judging, struct table *table, size_t row,
                    const struct network *network, const char *evidence);
void flood_fill_verdict(struct table *table, size_t row, const struct verdict *verdict);
void flood_fill_minute(struct table *table, size_t row, const int64_t per_minute[METER_METHODS]);
void flood_fill_seconds(struct table *table, size_t row, const uint32_t per_second[METER_SECONDS]);

// Rows of attacks that no single source shows.
void flood_add_whole(struct judging *judging, struct table *table);
void flood_add_networks(struct judging *judging, struct table *table);

#endif
