// SPDX-License-Identifier: MIT

// The hidden probe of all SIP traffic of a host in one row, for the overview.
#include <math.h>

#include "base/lang.h"
#include "probe/capture_tables.h"
#include "probe/host_column.h"

enum sip_column {
    SIP_HOST,
    SIP_PPS,
    SIP_OPTIONS_PM,
    SIP_REGISTER_PM,
    SIP_INVITE_PM,
    SIP_ACK_PM,
    SIP_BYE_PM,
    SIP_CANCEL_PM,
    SIP_OTHER_PM,
    SIP_PACKETS,
    SIP_RESPONSES,
    SIP_FAILURES,
    SIP_NOT_SIP,
    SIP_KERNEL_DROPS,
    SIP_SOURCES,
    SIP_SOURCES_EXACT,
    SIP_OPTIONS,
    SIP_REGISTER,
    SIP_INVITE,
    SIP_ACK,
    SIP_BYE,
    SIP_CANCEL,
    SIP_OTHER,
    SIP_PPS_1S,
    SIP_PEAK_PPS,
    SIP_PEAK,
    SIP_NOT_SIP_PM,
    SIP_KEEPALIVES,
    SIP_KEEPALIVES_PM,
    SIP_LOWER_BOUND,
    SIP_NEW_SOURCES_PM,
    SIP_OPTIONS_PPS, // the parts of SIP_PPS, the methods in the meter's order
    SIP_REGISTER_PPS,
    SIP_INVITE_PPS,
    SIP_ACK_PPS,
    SIP_BYE_PPS,
    SIP_CANCEL_PPS,
    SIP_OTHER_PPS,
    SIP_RESPONSES_PPS,
    SIP_NOT_SIP_PPS,
    SIP_KEEPALIVES_PPS,
    SIP_FRAGMENTS_PPS,
    SIP_MINUTE,
    SIP_HOUR,
    SIP_DAY,
    SIP_COLUMNS,
};

#define PER_MINUTE(json, method)                                                                   \
    {                                                                                              \
        .name = json, .title = method "/m", .unit = "1/min",                                       \
        .help = method " requests in the last 60 seconds.", .kind = KIND_INT                       \
    }

#define EVER(json, method)                                                                         \
    {                                                                                              \
        .name = json, .title = method, .unit = "",                                                 \
        .help = method " requests since the capture began.", .kind = KIND_INT                      \
    }

#define A_SECOND(json, heading, what)                                                              \
    {                                                                                              \
        .name = json, .title = heading, .unit = "1/s", .help = what, .kind = KIND_REAL             \
    }

enum { HOUR_MINUTES = 60, DAY_STEPS = 96, STEP_MINUTES = METER_MINUTES / DAY_STEPS };

static const struct column columns[SIP_COLUMNS] = {
    [SIP_HOST] = COLUMN_HOST,
    [SIP_PPS] = {.name = "pps",
                 .title = N_("Packets/s"),
                 .unit = "1/s",
                 .help = N_("Packets from or to a SIP port, a second, over the last 10 seconds."),
                 .kind = KIND_REAL},
    [SIP_OPTIONS_PM] = PER_MINUTE("options_pm", "OPTIONS"),
    [SIP_REGISTER_PM] = PER_MINUTE("register_pm", "REGISTER"),
    [SIP_INVITE_PM] = PER_MINUTE("invite_pm", "INVITE"),
    [SIP_ACK_PM] = PER_MINUTE("ack_pm", "ACK"),
    [SIP_BYE_PM] = PER_MINUTE("bye_pm", "BYE"),
    [SIP_CANCEL_PM] = PER_MINUTE("cancel_pm", "CANCEL"),
    [SIP_OTHER_PM] = PER_MINUTE("other_pm", "Other"),
    [SIP_PACKETS] = {.name = "packets",
                     .title = N_("Packets"),
                     .unit = "",
                     .help = N_("Packets read since the capture began."),
                     .kind = KIND_INT},
    [SIP_RESPONSES] = {.name = "responses",
                       .title = N_("Responses"),
                       .unit = "",
                       .help = N_("SIP responses of all classes since the capture began."),
                       .kind = KIND_INT},
    [SIP_FAILURES] = {.name = "failures",
                      .title = N_("Failures"),
                      .unit = "",
                      .help = N_("Responses 401, 403, 404 and 407 since the capture began."),
                      .kind = KIND_INT},
    [SIP_NOT_SIP] = {.name = "not_sip",
                     .title = N_("Not SIP"),
                     .unit = "",
                     .help =
                         N_("Packets on a SIP port that are neither SIP nor a keep-alive, since "
                            "the capture began."),
                     .kind = KIND_INT},
    [SIP_KERNEL_DROPS] = {.name = "kernel_drops",
                          .title = N_("Lost"),
                          .unit = "",
                          .help = N_("Packets that the kernel lost before they were read; unknown "
                                     "over SSH. Counts are lower bounds when it is not 0."),
                          .kind = KIND_INT},
    [SIP_SOURCES] = {.name = "sources",
                     .title = N_("Sources"),
                     .unit = "",
                     .help = N_("Addresses that sent something since the capture began."),
                     .kind = KIND_INT},
    [SIP_SOURCES_EXACT] = {.name = "sources_exact",
                           .title = N_("Exact"),
                           .unit = "",
                           .help =
                               N_("No: more sources than the meter's memory holds; their number "
                                  "is an upper bound."),
                           .kind = KIND_BOOL},
    [SIP_OPTIONS] = EVER("options", "OPTIONS"),
    [SIP_REGISTER] = EVER("register", "REGISTER"),
    [SIP_INVITE] = EVER("invite", "INVITE"),
    [SIP_ACK] = EVER("ack", "ACK"),
    [SIP_BYE] = EVER("bye", "BYE"),
    [SIP_CANCEL] = EVER("cancel", "CANCEL"),
    [SIP_OTHER] = EVER("other", "Other"),
    [SIP_PPS_1S] = {.name = "pps_1s",
                    .title = N_("Packets/s now"),
                    .unit = "1/s",
                    .help = N_("Packets of the newest whole second."),
                    .kind = KIND_REAL},
    [SIP_PEAK_PPS] = {.name = "peak_pps",
                      .title = N_("Peak/s"),
                      .unit = "1/s",
                      .help = N_("The most packets of one second since the capture began."),
                      .kind = KIND_REAL},
    [SIP_PEAK] = {.name = "peak",
                  .title = N_("Peak at"),
                  .unit = "",
                  .help = N_("When that second began, by the capturing machine's clock."),
                  .kind = KIND_TIME},
    [SIP_NOT_SIP_PM] = {.name = "not_sip_pm",
                        .title = N_("Not SIP/m"),
                        .unit = "1/min",
                        .help =
                            N_("Packets on a SIP port that are neither SIP nor a keep-alive, in "
                               "the last 60 seconds."),
                        .kind = KIND_INT},
    [SIP_KEEPALIVES] = {.name = "keepalives",
                        .title = N_("Keep-alives"),
                        .unit = "",
                        .help = N_("Empty, CRLF and STUN packets since the capture began."),
                        .kind = KIND_INT},
    [SIP_KEEPALIVES_PM] = {.name = "keepalives_pm",
                           .title = N_("Keep-alives/m"),
                           .unit = "1/min",
                           .help = N_("Empty, CRLF and STUN packets in the last 60 seconds."),
                           .kind = KIND_INT},
    [SIP_LOWER_BOUND] = {.name = "lower_bound",
                         .title = N_("Lower bound"),
                         .unit = "",
                         .help = N_("Yes: packets were lost in the last minute, there were more. "
                                    "Unknown where losses are."),
                         .kind = KIND_BOOL},
    [SIP_NEW_SOURCES_PM] = {.name = "new_sources_pm",
                            .title = N_("New/m"),
                            .unit = "1/min",
                            .help = N_("Sources first seen in the last 60 seconds."),
                            .kind = KIND_INT},
    [SIP_OPTIONS_PPS] =
        A_SECOND("options_pps", N_("OPTIONS/s"),
                 N_("OPTIONS requests a second over the last 10 seconds: a part of pps.")),
    [SIP_REGISTER_PPS] =
        A_SECOND("register_pps", N_("REGISTER/s"),
                 N_("REGISTER requests a second over the last 10 seconds: a part of pps.")),
    [SIP_INVITE_PPS] =
        A_SECOND("invite_pps", N_("INVITE/s"),
                 N_("INVITE requests a second over the last 10 seconds: a part of pps.")),
    [SIP_ACK_PPS] = A_SECOND("ack_pps", N_("ACK/s"),
                             N_("ACK requests a second over the last 10 seconds: a part of pps.")),
    [SIP_BYE_PPS] = A_SECOND("bye_pps", N_("BYE/s"),
                             N_("BYE requests a second over the last 10 seconds: a part of pps.")),
    [SIP_CANCEL_PPS] =
        A_SECOND("cancel_pps", N_("CANCEL/s"),
                 N_("CANCEL requests a second over the last 10 seconds: a part of pps.")),
    [SIP_OTHER_PPS] =
        A_SECOND("other_pps", N_("Other/s"),
                 N_("Requests of other methods a second over the last 10 seconds: a part of pps.")),
    [SIP_RESPONSES_PPS] =
        A_SECOND("responses_pps", N_("Responses/s"),
                 N_("Responses of all classes a second over the last 10 seconds: a part of pps.")),
    [SIP_NOT_SIP_PPS] =
        A_SECOND("not_sip_pps", N_("Not SIP/s"),
                 N_("Packets that are not SIP a second over the last 10 seconds: a part of pps.")),
    [SIP_KEEPALIVES_PPS] =
        A_SECOND("keepalives_pps", N_("Keep-alives/s"),
                 N_("Keep-alive packets a second over the last 10 seconds: a part of pps.")),
    [SIP_FRAGMENTS_PPS] = A_SECOND("fragments_pps", N_("Fragments/s"),
                                   N_("Later fragments and parts of TCP messages a second over the "
                                      "last 10 seconds: a part of pps.")),
    [SIP_MINUTE] = {.name = "pps_minute",
                    .title = N_("SIP/s 60 s"),
                    .unit = "1/s",
                    .help = N_("Packets of each of the last whole seconds."),
                    .kind = KIND_SERIES,
                    .series_of = KIND_INT,
                    .width = 20},
    [SIP_HOUR] = {.name = "pps_hour",
                  .title = N_("SIP/s 60 min"),
                  .unit = "1/s",
                  .help = N_("Packets a second over each of the last 60 whole minutes; a gap: no "
                             "capture."),
                  .kind = KIND_SERIES,
                  .width = 20},
    [SIP_DAY] = {.name = "pps_day",
                 .title = N_("SIP/s 24 h"),
                 .unit = "1/s",
                 .help = N_("Packets a second over each quarter of an hour of the last day; a gap: "
                            "no capture."),
                 .kind = KIND_SERIES,
                 .width = 24},
};

static const struct schema schema = {
    .name = "sip", .columns = columns, .column_count = SIP_COLUMNS};

const struct probe probe_sip = {
    .schema = &schema,
    .title = N_("SIP"),
    .purpose = N_("All SIP packets of a host in one row, from a live capture."),
    .default_sort = "host",
    .empty = N_("no capture"),
};

// A capture that is younger than a minute has seen only a part of what a minute brings.
static int64_t a_minute_of(const struct meter_snapshot *snapshot, int64_t seen)
{
    const int64_t minute_us = 60000000;
    int64_t age_us = snapshot->now_us - snapshot->began_us;
    return age_us <= 0 || age_us >= minute_us ? seen : seen * minute_us / age_us;
}

// Packets a second over steps of so many minutes, the newest step ending before the running minute.
// values: of `steps`.
static void minutes_to_series(const struct meter_snapshot *snapshot, int64_t step_minutes,
                              size_t steps, float *values)
{
    int64_t end = snapshot->now_us / 60000000; // the running minute
    int64_t begin = end - step_minutes * (int64_t)steps;
    int seen[DAY_STEPS] = {0};

    for (size_t i = 0; i < steps; i++)
        values[i] = NAN;
    for (size_t i = 0; i < snapshot->minute_count; i++) {
        const struct meter_minute *minute = &snapshot->minutes[i];
        if (minute->minute < begin || minute->minute >= end)
            continue;
        size_t step = (size_t)((minute->minute - begin) / step_minutes);
        float before = seen[step] > 0 ? values[step] * (float)seen[step] : 0;
        seen[step]++;
        values[step] = (before + (float)minute->packets / 60) / (float)seen[step];
    }
}

static void fill_history(const struct meter_snapshot *snapshot, struct table *table, size_t row)
{
    float seconds[METER_SECONDS - 1], hour[HOUR_MINUTES], day[DAY_STEPS];

    for (size_t i = 0; i < METER_SECONDS - 1; i++)
        seconds[i] = (float)snapshot->per_second[i];
    minutes_to_series(snapshot, 1, HOUR_MINUTES, hour);
    minutes_to_series(snapshot, STEP_MINUTES, DAY_STEPS, day);
    table_set_series(table, row, SIP_MINUTE, seconds, METER_SECONDS - 1);
    table_set_series(table, row, SIP_HOUR, hour, HOUR_MINUTES);
    table_set_series(table, row, SIP_DAY, day, DAY_STEPS);
}

static void fill_totals(const struct meter_snapshot *snapshot, struct table *table, size_t row)
{
    for (int method = 0; method < METER_METHODS; method++)
        table_set_int(table, row, (size_t)SIP_OPTIONS + (size_t)method, snapshot->totals[method]);
    table_set_real(table, row, SIP_PPS_1S, snapshot->pps_1s);
    // A rate above it comes of the second under way: the most is not known before that is whole.
    if (snapshot->peak_us > 0 && snapshot->peak_pps >= snapshot->pps_10s) {
        table_set_real(table, row, SIP_PEAK_PPS, snapshot->peak_pps);
        table_set_int(table, row, SIP_PEAK, snapshot->peak_us / 1000);
    }
    table_set_int(table, row, SIP_NOT_SIP_PM, snapshot->not_sip_pm);
    table_set_int(table, row, SIP_KEEPALIVES, snapshot->keepalives);
    table_set_int(table, row, SIP_KEEPALIVES_PM, snapshot->keepalives_pm);
    table_set_int(table, row, SIP_NEW_SOURCES_PM, snapshot->new_sources_pm);
}

// What is no part of its own is the rest.
static void fill_parts(const struct meter_snapshot *snapshot, struct table *table, size_t row)
{
    double rest = snapshot->pps_10s - snapshot->responses_10s - snapshot->not_sip_10s -
                  snapshot->keepalives_10s;

    for (int method = 0; method < METER_METHODS; method++) {
        rest -= snapshot->methods_10s[method];
        table_set_real(table, row, (size_t)SIP_OPTIONS_PPS + (size_t)method,
                       snapshot->methods_10s[method]);
    }
    table_set_real(table, row, SIP_RESPONSES_PPS, snapshot->responses_10s);
    table_set_real(table, row, SIP_NOT_SIP_PPS, snapshot->not_sip_10s);
    table_set_real(table, row, SIP_KEEPALIVES_PPS, snapshot->keepalives_10s);
    table_set_real(table, row, SIP_FRAGMENTS_PPS, rest > 0 ? rest : 0);
}

void sip_fill(struct reading *reading, const struct capture_settings *settings,
              const struct meter_snapshot *snapshot, struct table *table)
{
    static const enum sip_column per_minute[METER_METHODS] = {
        [METER_OPTIONS] = SIP_OPTIONS_PM, [METER_REGISTER] = SIP_REGISTER_PM,
        [METER_INVITE] = SIP_INVITE_PM,   [METER_ACK] = SIP_ACK_PM,
        [METER_BYE] = SIP_BYE_PM,         [METER_CANCEL] = SIP_CANCEL_PM,
        [METER_OTHER] = SIP_OTHER_PM,
    };
    _Static_assert(SIP_OTHER - SIP_OPTIONS == (int)METER_OTHER, "totals are in the meter's order");
    _Static_assert(SIP_OTHER_PPS - SIP_OPTIONS_PPS == (int)METER_OTHER, "and so are rates");
    size_t row = table_add_row(table);
    int64_t responses = 0;

    (void)settings;
    table_set_static(table, row, SIP_HOST, reading->host->name);
    if (reading->settling) // nothing that was counted can be told from nothing counted yet
        return;
    for (int method = 0; method < METER_METHODS; method++)
        table_set_int(table, row, per_minute[method],
                      a_minute_of(snapshot, snapshot->per_minute[method]));
    for (int class = 0; class < 6; class ++)
        responses += snapshot->responses[class];
    table_set_real(table, row, SIP_PPS, snapshot->pps_10s);
    table_set_int(table, row, SIP_PACKETS, snapshot->packets);
    table_set_int(table, row, SIP_RESPONSES, responses);
    table_set_int(table, row, SIP_FAILURES, snapshot->failures);
    table_set_int(table, row, SIP_NOT_SIP, snapshot->not_sip);
    fill_totals(snapshot, table, row);
    fill_parts(snapshot, table, row);
    fill_history(snapshot, table, row);
    if (snapshot->kernel_drops >= 0) {
        table_set_int(table, row, SIP_KERNEL_DROPS, snapshot->kernel_drops);
        table_set_int(table, row, SIP_LOWER_BOUND, snapshot->lossy);
    }
    table_set_int(table, row, SIP_SOURCES, (int64_t)snapshot->sources);
    table_set_int(table, row, SIP_SOURCES_EXACT, snapshot->sources_exact);
}
