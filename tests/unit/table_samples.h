// SPDX-License-Identifier: MIT

// A small schema with every kind of column, and short words for filling and asking tables.
#ifndef TABLE_SAMPLES_H
#define TABLE_SAMPLES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "table/view.h"

enum {
    COL_HOST,
    COL_GATEWAY,
    COL_SEVERITY,
    COL_IP,
    COL_ONLINE,
    COL_CALLS,
    COL_LOAD,
    COL_ASR,
    COL_BEGIN,
    COL_DURATION,
    COL_PDD,
    COL_BYTES,
    COL_COUNT
};

static const char *const sample_ranks[] = {"info", "warning", "minor", "major", "critical", NULL};
static const char *const sample_variants[] = {"15m", "1h", "today", NULL};

static const struct column sample_columns[COL_COUNT] = {
    [COL_HOST] = {.name = "host", .title = "Host", .unit = "", .kind = KIND_TEXT, .key = true},
    [COL_GATEWAY] = {.name = "gateway",
                     .title = "Gateway",
                     .unit = "",
                     .kind = KIND_TEXT,
                     .key = true,
                     .unbounded = true},
    [COL_SEVERITY] = {.name = "severity",
                      .title = "Severity",
                      .unit = "",
                      .kind = KIND_TEXT,
                      .ranks = sample_ranks,
                      .priority = 2},
    [COL_IP] = {.name = "ip", .title = "IP", .unit = "", .kind = KIND_ADDRESS, .priority = 3},
    [COL_ONLINE] =
        {.name = "online", .title = "Online", .unit = "", .kind = KIND_BOOL, .priority = 4},
    [COL_CALLS] = {.name = "calls", .title = "Calls", .unit = "", .kind = KIND_INT},
    [COL_LOAD] = {.name = "load", .title = "Load", .unit = "", .kind = KIND_REAL, .priority = 9},
    [COL_ASR] = {.name = "asr_pct", .title = "ASR", .unit = "%", .kind = KIND_PCT, .priority = 1},
    [COL_BEGIN] = {.name = "begin", .title = "Begin", .unit = "", .kind = KIND_TIME, .priority = 5},
    [COL_DURATION] = {.name = "duration_s",
                      .title = "Duration",
                      .unit = "",
                      .kind = KIND_DURATION_S,
                      .priority = 6},
    [COL_PDD] =
        {.name = "pdd_ms", .title = "PDD", .unit = "ms", .kind = KIND_DURATION_MS, .priority = 7},
    [COL_BYTES] =
        {.name = "bytes", .title = "Bytes", .unit = "", .kind = KIND_BYTES, .priority = 8},
};

static const struct schema sample_schema = {.name = "samples",
                                            .columns = sample_columns,
                                            .column_count = COL_COUNT,
                                            .variants = sample_variants};

#define SAMPLE_NOW_MS 1795176000000 // 2026-11-20T12:00:00Z

static inline void sample_use_utc(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
}

static inline size_t sample_add(struct table *table, const char *host, const char *gateway)
{
    size_t row = table_add_row(table);
    table_set_text(table, row, COL_HOST, host);
    table_set_text(table, row, COL_GATEWAY, gateway);
    return row;
}

// The same numbers on every run.
static inline uint32_t sample_random(uint64_t *state, uint32_t below)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*state >> 33) % below;
}

// Fills a row with values that often repeat, a quarter of them unknown.
static inline void sample_fill_randomly(struct table *table, uint64_t *state)
{
    static const char *const words[] = {"",
                                        "a",
                                        "A1",
                                        "carrier-1",
                                        "CARRIER-2",
                                        "carrier-10",
                                        "\xc3\x89T\xc3\x89",
                                        "\xc3\xa9t\xc3\xa9",
                                        "major",
                                        "x\xff\x80y",
                                        "sip:1001@h",
                                        "with space",
                                        "a longer text than eight"};
    static const char *const addresses[] = {"203.0.113.9", "203.0.113.90", "198.51.100.7:5060",
                                            "2001:db8::1", "10.0.0.1",     "not an address"};
    size_t row = table_add_row(table);
    for (size_t col = 0; col < COL_COUNT; col++) {
        uint32_t number = sample_random(state, 40);
        if (sample_random(state, 4) == 0)
            continue;
        switch (sample_columns[col].kind) {
        case KIND_TEXT:
            table_set_text(table, row, col, words[sample_random(state, 13)]);
            if (col == COL_SEVERITY && number < 30)
                table_set_static(table, row, col, sample_ranks[number % 5]);
            break;
        case KIND_ADDRESS:
            table_set_text(table, row, col, addresses[number % 6]);
            break;
        case KIND_TIME:
            table_set_int(table, row, col, SAMPLE_NOW_MS - (int64_t)number * 1800000);
            break;
        case KIND_BYTES:
            table_set_int(table, row, col, (int64_t)number * 512);
            break;
        case KIND_INT:
            table_set_int(table, row, col, (int64_t)number - 10);
            break;
        case KIND_BOOL:
            table_set_int(table, row, col, number % 2);
            break;
        default:
            table_set_real(table, row, col, ((double)number - 5) / 4);
        }
    }
}

#endif
