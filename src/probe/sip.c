// SPDX-License-Identifier: MIT

// The hidden probe of all SIP traffic of a host in one row, for the overview.
#include "probe/capture_tables.h"

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
    SIP_COLUMNS,
};

#define PER_MINUTE(json, method)                                                                   \
    {                                                                                              \
        .name = json, .title = method "/m", .unit = "1/min",                                       \
        .help = method " requests in the last 60 seconds.", .kind = KIND_INT                       \
    }

static const struct column columns[SIP_COLUMNS] = {
    [SIP_HOST] = {.name = "host",
                  .title = "Host",
                  .unit = "",
                  .help = "The host, as the configuration names it.",
                  .kind = KIND_TEXT,
                  .key = true,
                  .width = 10},
    [SIP_PPS] = {.name = "pps",
                 .title = "Packets/s",
                 .unit = "1/s",
                 .help = "Packets from or to a SIP port, a second, over the last 10 seconds.",
                 .kind = KIND_REAL},
    [SIP_OPTIONS_PM] = PER_MINUTE("options_pm", "OPTIONS"),
    [SIP_REGISTER_PM] = PER_MINUTE("register_pm", "REGISTER"),
    [SIP_INVITE_PM] = PER_MINUTE("invite_pm", "INVITE"),
    [SIP_ACK_PM] = PER_MINUTE("ack_pm", "ACK"),
    [SIP_BYE_PM] = PER_MINUTE("bye_pm", "BYE"),
    [SIP_CANCEL_PM] = PER_MINUTE("cancel_pm", "CANCEL"),
    [SIP_OTHER_PM] = PER_MINUTE("other_pm", "Other"),
    [SIP_PACKETS] = {.name = "packets",
                     .title = "Packets",
                     .unit = "",
                     .help = "Packets read since the capture began.",
                     .kind = KIND_INT},
    [SIP_RESPONSES] = {.name = "responses",
                       .title = "Responses",
                       .unit = "",
                       .help = "SIP responses of all classes since the capture began.",
                       .kind = KIND_INT},
    [SIP_FAILURES] = {.name = "failures",
                      .title = "Failures",
                      .unit = "",
                      .help = "Responses 401, 403, 404 and 407 since the capture began.",
                      .kind = KIND_INT},
    [SIP_NOT_SIP] = {.name = "not_sip",
                     .title = "Not SIP",
                     .unit = "",
                     .help = "Datagrams on a SIP port that are no SIP message (keep-alives, "
                             "garbage) since the capture began.",
                     .kind = KIND_INT},
    [SIP_KERNEL_DROPS] = {.name = "kernel_drops",
                          .title = "Lost",
                          .unit = "",
                          .help = "Packets that the kernel lost before they were read; unknown "
                                  "over SSH. Counts are lower bounds when it is not 0.",
                          .kind = KIND_INT},
    [SIP_SOURCES] = {.name = "sources",
                     .title = "Sources",
                     .unit = "",
                     .help = "Addresses that sent something since the capture began.",
                     .kind = KIND_INT},
    [SIP_SOURCES_EXACT] = {.name = "sources_exact",
                           .title = "Exact",
                           .unit = "",
                           .help = "No: more sources than the meter's memory holds; their number "
                                   "is an upper bound.",
                           .kind = KIND_BOOL},
};

static const struct schema schema = {
    .name = "sip", .columns = columns, .column_count = SIP_COLUMNS};

const struct probe probe_sip = {
    .schema = &schema,
    .title = "SIP",
    .purpose = "All SIP packets of a host in one row, from a live capture.",
    .default_sort = "host",
    .empty = "no capture",
};

// A capture that is younger than a minute has seen only a part of what a minute brings.
static int64_t a_minute_of(const struct meter_snapshot *snapshot, int64_t seen)
{
    const int64_t minute_us = 60000000;
    int64_t age_us = snapshot->now_us - snapshot->began_us;
    return age_us <= 0 || age_us >= minute_us ? seen : seen * minute_us / age_us;
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
    if (snapshot->kernel_drops >= 0)
        table_set_int(table, row, SIP_KERNEL_DROPS, snapshot->kernel_drops);
    table_set_int(table, row, SIP_SOURCES, (int64_t)snapshot->sources);
    table_set_int(table, row, SIP_SOURCES_EXACT, snapshot->sources_exact);
}
