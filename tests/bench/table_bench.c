// SPDX-License-Identifier: MIT

// How long filters, sorts and JSON take on a table of 100,000 rows: medians in milliseconds.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "table/view.h"
#include "table/write.h"

#define ROWS 100000
#define RUNS 9

enum { HOST, GATEWAY, IP, KIND, ONLINE, CALLS, PACKETS, ASR, ACD, PDD, BEGIN, AGENT, COLUMNS };

static const char *const kinds[] = {"routing", "mapping", NULL};

static const struct column columns[COLUMNS] = {
    [HOST] = {.name = "host", .title = "Host", .kind = KIND_TEXT, .key = true},
    [GATEWAY] = {.name = "gateway", .title = "Gateway", .kind = KIND_TEXT, .key = true},
    [IP] = {.name = "ip", .title = "IP", .kind = KIND_ADDRESS},
    [KIND] = {.name = "kind", .title = "Kind", .kind = KIND_TEXT, .ranks = kinds},
    [ONLINE] = {.name = "online", .title = "Online", .kind = KIND_BOOL},
    [CALLS] = {.name = "calls", .title = "Calls", .kind = KIND_INT},
    [PACKETS] = {.name = "packets", .title = "Packets", .kind = KIND_INT},
    [ASR] = {.name = "asr_pct", .title = "ASR", .unit = "%", .kind = KIND_PCT},
    [ACD] = {.name = "acd_s", .title = "ACD", .kind = KIND_DURATION_S},
    [PDD] = {.name = "pdd_ms", .title = "PDD", .unit = "ms", .kind = KIND_DURATION_MS},
    [BEGIN] = {.name = "begin", .title = "Begin", .kind = KIND_TIME},
    [AGENT] = {.name = "user_agent", .title = "User agent", .kind = KIND_TEXT},
};

static const struct schema schema = {.name = "bench", .columns = columns, .column_count = COLUMNS};

static uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*state >> 33);
}

static const struct table *build_table(void)
{
    static const char *const agents[] = {"friendly-scanner", "Asterisk PBX 18.9", "VOS3000 V2.1.9",
                                         "Yealink SIP-T46S 66.86.0.15",
                                         "FreeSWITCH-mod_sofia/1.10"};
    struct table *table = table_new(&schema);
    uint64_t state = 1;
    table_reserve(table, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        size_t row = table_add_row(table);
        char text[64];
        snprintf(text, sizeof text, "CARRIER-%05" PRIu32 "-%c", next_random(&state) % ROWS,
                 (char)('A' + next_random(&state) % 26));
        table_set_static(table, row, HOST, i % 2 ? "sw1" : "sw2");
        table_set_text(table, row, GATEWAY, text);
        snprintf(text, sizeof text, "203.%u.%u.%u", next_random(&state) % 256,
                 next_random(&state) % 256, next_random(&state) % 256);
        table_set_text(table, row, IP, text);
        table_set_static(table, row, KIND, kinds[next_random(&state) % 2]);
        table_set_int(table, row, ONLINE, next_random(&state) % 2);
        table_set_int(table, row, CALLS, next_random(&state) % 500);
        table_set_int(table, row, PACKETS, next_random(&state));
        if (next_random(&state) % 10 != 0)
            table_set_real(table, row, ASR, next_random(&state) % 100000 / 1000.0);
        table_set_real(table, row, ACD, next_random(&state) % 60000 / 100.0);
        table_set_real(table, row, PDD, next_random(&state) % 9000);
        table_set_int(table, row, BEGIN, 1790000000000 + next_random(&state) % 86400000);
        table_set_static(table, row, AGENT, agents[next_random(&state) % 5]);
    }
    return table_seal(table);
}

static double now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int compare_doubles(const void *a, const void *b)
{
    const double *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static double median(double times[RUNS])
{
    qsort(times, RUNS, sizeof *times, compare_doubles);
    return times[RUNS / 2];
}

static struct filter *parse_filter(const char *text)
{
    struct filter *filter;
    size_t position;
    struct err err = {0};
    if (filter_parse(text, &schema, &filter, &position, &err))
        return filter;
    fprintf(stderr, "%s: %s\n", text, err.text);
    exit(1);
}

static void bench_view(const char *name, const struct table *table, const char *filter,
                       const char *sort)
{
    struct sort_key keys[VIEW_SORT_LEVELS] = {{.column = -1}, {.column = -1}};
    if (sort != NULL && !sort_parse(sort, &schema, keys, NULL))
        exit(1);
    double times[RUNS];
    size_t count = 0;
    for (size_t i = 0; i < RUNS; i++) {
        struct view *view = view_new(&schema);
        view_set_tables(view, &table, 1);
        view_set_sort(view, keys);
        double begin = now_ms();
        if (filter != NULL)
            view_set_filter(view, parse_filter(filter));
        count = view_count(view);
        times[i] = now_ms() - begin;
        view_free(view);
    }
    printf("%-34s %8.1f ms   %zu rows\n", name, median(times), count);
}

static void bench_json(const struct table *table)
{
    double times[RUNS];
    struct write_options options = {0};
    struct view *view = view_new(&schema);
    view_set_tables(view, &table, 1);
    for (size_t i = 0; i < RUNS; i++) {
        FILE *sink = fopen("/dev/null", "w");
        if (sink == NULL)
            exit(1);
        double begin = now_ms();
        json_t *rows = write_json_rows(view, &options);
        json_dumpf(rows, sink, WRITE_JSON_FLAGS);
        json_decref(rows);
        times[i] = now_ms() - begin;
        fclose(sink);
    }
    printf("%-34s %8.1f ms\n", "JSON rows, built and written", median(times));
    view_free(view);
}

static void bench_find(const struct table *table)
{
    double times[RUNS];
    for (size_t i = 0; i < RUNS; i++) {
        struct view *view = view_new(&schema);
        view_set_tables(view, &table, 1);
        view_count(view);
        double begin = now_ms();
        for (size_t row = 0; row < ROWS; row++)
            if (view_find(view, table_row_id(table, row)) != (long)row)
                exit(1);
        times[i] = now_ms() - begin;
        view_free(view);
    }
    printf("%-34s %8.1f ms\n", "find every row by its identity", median(times));
}

int main(void)
{
    double begin = now_ms();
    const struct table *table = build_table();
    printf("table of %d rows and %d columns\n", ROWS, COLUMNS);
    printf("%-34s %8.1f ms   %zu KiB\n", "build and seal", now_ms() - begin,
           table_bytes(table) / 1024);
    bench_view("filter by word (scanner)", table, "scanner", NULL);
    bench_view("filter by word (digits: 1234)", table, "1234", NULL);
    bench_view("filter by word (not ASCII)", table, "\xc3\xa9t\xc3\xa9", NULL);
    bench_view("filter by column (gateway:r-77)", table, "gateway:r-77", NULL);
    bench_view("filter by network", table, "ip:203.0.0.0/10", NULL);
    bench_view("filter by number (asr_pct<40)", table, "asr_pct<40 calls>100", NULL);
    bench_view("regex", table, "gateway~\"^carrier-[0-9]*7[0-9]*-[a-f]$\"", NULL);
    bench_view("regex of very many states", table, "ip~\"(.*)[1-5].{9}x\"", NULL);
    bench_view("sort by text", table, NULL, "gateway");
    bench_view("sort by number", table, NULL, "-packets");
    bench_view("sort by address", table, NULL, "ip");
    bench_view("sort by two (kind, -asr_pct)", table, NULL, "kind,-asr_pct");
    bench_view("sort by two (user_agent, gateway)", table, NULL, "user_agent,gateway");
    bench_view("filter by word and sort by text", table, "carrier", "gateway");
    bench_find(table);
    bench_json(table);
    table_unref(table);
    return 0;
}
