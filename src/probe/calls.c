// SPDX-License-Identifier: MIT

// Calls in progress.
#include "probe/host_column.h"
#include "probe/probe.h"

static const char *const states[] = {"setup", "alerting", "talking", "ending", NULL};

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "caller",
        .title = "Caller",
        .unit = "",
        .help = "The calling number.",
        .kind = KIND_TEXT,
        .width = 16,
    },
    {
        .name = "callee",
        .title = "Callee",
        .unit = "",
        .help = "The called number.",
        .kind = KIND_TEXT,
        .width = 16,
    },
    {
        .name = "account",
        .title = "Account",
        .unit = "",
        .help = "The customer account of the mapping gateway; unknown when the gateway has none or "
                "the database cannot be read.",
        .kind = KIND_TEXT,
        .priority = 4,
        .width = 12,
    },
    {
        .name = "mapping_gateway",
        .title = "From gateway",
        .unit = "",
        .help = "The mapping gateway (customer side) that the call came from.",
        .kind = KIND_TEXT,
        .priority = 1,
        .width = 16,
    },
    {
        .name = "routing_gateway",
        .title = "To gateway",
        .unit = "",
        .help = "The routing gateway (vendor side) that the call was sent to.",
        .kind = KIND_TEXT,
        .priority = 1,
        .width = 16,
    },
    {
        .name = "caller_ip",
        .title = "Caller IP",
        .unit = "",
        .help = "The caller's media address, as the softswitch names it.",
        .kind = KIND_ADDRESS,
        .priority = 3,
    },
    {
        .name = "callee_ip",
        .title = "Callee IP",
        .unit = "",
        .help = "The callee's media address, as the softswitch names it; unknown before media.",
        .kind = KIND_ADDRESS,
        .priority = 3,
    },
    {
        .name = "state",
        .title = "State",
        .unit = "",
        .help = "How far the call is: setup, alerting, talking, or ending.",
        .kind = KIND_TEXT,
        .width = 8,
        .ranks = states,
    },
    {
        .name = "begin",
        .title = "Begin",
        .unit = "",
        .help = "When the call began: its arrival while it is set up; once it is talked, the "
                "softswitch tells only when it was answered.",
        .kind = KIND_TIME,
        .priority = 5,
    },
    {
        .name = "answered",
        .title = "Answered",
        .unit = "",
        .help = "When the call was answered; unknown before that.",
        .kind = KIND_TIME,
        .priority = 5,
    },
    {
        .name = "duration_s",
        .title = "Duration",
        .unit = "",
        .help = "Length of the conversation so far; unknown before the answer.",
        .kind = KIND_DURATION_S,
        .ticks = 1,
    },
    {
        .name = "pdd_ms",
        .title = "PDD",
        .unit = "ms",
        .help = "Time from the INVITE to the first ringing or answer; unknown where the "
                "softswitch does not tell it for calls in progress.",
        .kind = KIND_DURATION_MS,
        .priority = 7,
    },
    {
        .name = "flags",
        .title = "Flags",
        .unit = "",
        .help = "runaway (past the limit of a call's length: the softswitch should have ended it), "
                "long (near it), no media or one-way (relayed calls of 30 s and more); empty when "
                "there is nothing to say, unknown where the limit cannot be read.",
        .kind = KIND_TEXT,
        .unbounded = true,
        .priority = 2,
        .width = 10,
    },
    {
        .name = "codec",
        .title = "Codec",
        .unit = "",
        .help = "The codec in use; unknown before media.",
        .kind = KIND_TEXT,
        .priority = 8,
        .width = 12,
    },
    {
        .name = "caller_device",
        .title = "Caller device",
        .unit = "",
        .help = "What the caller's equipment calls itself.",
        .kind = KIND_TEXT,
        .priority = 9,
        .width = 16,
    },
    {
        .name = "callee_device",
        .title = "Callee device",
        .unit = "",
        .help = "What the callee's equipment calls itself.",
        .kind = KIND_TEXT,
        .priority = 9,
        .width = 16,
    },
    {
        .name = "caller_media_packets",
        .title = "Caller RTP",
        .unit = "packets",
        .help = "Audio packets received from the caller so far.",
        .kind = KIND_INT,
        .priority = 9,
        .width = 10,
    },
    {
        .name = "callee_media_packets",
        .title = "Callee RTP",
        .unit = "packets",
        .help = "Audio packets received from the callee so far.",
        .kind = KIND_INT,
        .priority = 9,
        .width = 10,
    },
    {
        .name = "limit_s",
        .title = "Limit",
        .unit = "",
        .help = "The longest that a call may last on this host: the smaller of "
                "SS_MAX_CALL_DURATION and SS_SIP_NO_TIMER_REINVITE_INTERVAL.",
        .kind = KIND_DURATION_S,
        .priority = 8,
    },
    {
        .name = "limit_pct",
        .title = "Of limit",
        .unit = "%",
        .help = "Duration / limit x 100; unknown before the answer.",
        .kind = KIND_REAL,
        .priority = 6,
        .width = 8,
    },
    {
        .name = "cost",
        .title = "Cost",
        .unit = "",
        .help =
            "What it has cost so far, in the account's currency: begun periods x the rate of the "
            "account's rate group for the longest prefix of the callee, without packages, tax and "
            "surcharges by time; of long calls and those without media only, unknown where "
            "the rate cannot be told.",
        .kind = KIND_REAL,
        .total = true,
        .priority = 6,
        .width = 9,
    },
    {
        .name = "per_hour",
        .title = "Per hour",
        .unit = "",
        .help = "The price of an hour of it by that rate, in the account's currency.",
        .kind = KIND_REAL,
        .priority = 9,
        .width = 9,
    },
    {
        .name = "rate_s",
        .title = "Rate period",
        .unit = "",
        .help = "The seconds that the rate is for; every begun one is paid.",
        .kind = KIND_DURATION_S,
        .priority = 9,
    },
    {
        .name = "relayed",
        .title = "Relayed",
        .unit = "",
        .help = "Whether the host relays the call's media; unknown where it does not tell.",
        .kind = KIND_BOOL,
        .priority = 9,
        .width = 7,
    },
    {
        .name = "call_id",
        .title = "Call id",
        .unit = "",
        .help = "The softswitch's number of this call, by which it is hung up.",
        .kind = KIND_INT,
        .key = true,
        .id = true,
        .priority = 8,
        .width = 10,
    },
};

static const char *const groups[] = {"routing_gateway", "mapping_gateway", "account", "caller",
                                     NULL};

static const struct schema schema = {
    .name = "calls",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

static const char *const needs[] = {"gateway_accounts", "call_limit", "call_rates", NULL};

const struct probe probe_calls = {
    .schema = &schema,
    .title = "Calls",
    .purpose = "Calls in progress, from the INVITE to the hang-up.",
    .default_sort = "-duration_s,begin",
    .groups = groups,
    .pane = true,
    .empty = "no calls in progress",
    .needs = needs,
};
