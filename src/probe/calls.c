// SPDX-License-Identifier: MIT

// Calls in progress.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const char *const states[] = {N_("setup"), N_("alerting"), N_("talking"), N_("ending"),
                                     NULL};

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "caller",
        .title = N_("Caller"),
        .unit = "",
        .help = N_("The calling number."),
        .kind = KIND_TEXT,
        .width = 16,
    },
    {
        .name = "callee",
        .title = N_("Callee"),
        .unit = "",
        .help = N_("The called number."),
        .kind = KIND_TEXT,
        .width = 16,
    },
    {
        .name = "account",
        .title = N_("Account"),
        .unit = "",
        .help =
            N_("The customer account of the mapping gateway; unknown when the gateway has none or "
               "the database cannot be read."),
        .kind = KIND_TEXT,
        .priority = 4,
        .width = 12,
    },
    {
        .name = "mapping_gateway",
        .title = N_("From gateway"),
        .unit = "",
        .help = N_("The mapping gateway (customer side) that the call came from."),
        .kind = KIND_TEXT,
        .priority = 1,
        .width = 16,
    },
    {
        .name = "routing_gateway",
        .title = N_("To gateway"),
        .unit = "",
        .help = N_("The routing gateway (vendor side) that the call was sent to."),
        .kind = KIND_TEXT,
        .priority = 1,
        .width = 16,
    },
    {
        .name = "caller_ip",
        .title = N_("Caller IP"),
        .unit = "",
        .help = N_("The caller's media address, as the softswitch names it."),
        .kind = KIND_ADDRESS,
        .priority = 3,
    },
    {
        .name = "callee_ip",
        .title = N_("Callee IP"),
        .unit = "",
        .help = N_("The callee's media address, as the softswitch names it; unknown before media."),
        .kind = KIND_ADDRESS,
        .priority = 3,
    },
    {
        .name = "state",
        .title = N_("State"),
        .unit = "",
        .help = N_("How far the call is: setup, alerting, talking, or ending."),
        .kind = KIND_TEXT,
        .words = true,
        .width = 8,
        .ranks = states,
    },
    {
        .name = "begin",
        .title = N_("Begin"),
        .unit = "",
        .help = N_("When the call began: its arrival while it is set up; once it is talked, the "
                   "softswitch tells only when it was answered."),
        .kind = KIND_TIME,
        .priority = 5,
    },
    {
        .name = "answered",
        .title = N_("Answered"),
        .unit = "",
        .help = N_("When the call was answered; unknown before that."),
        .kind = KIND_TIME,
        .priority = 5,
    },
    {
        .name = "duration_s",
        .title = N_("Duration"),
        .unit = "",
        .help = N_("Length of the conversation so far; unknown before the answer."),
        .kind = KIND_DURATION_S,
        .ticks = 1,
    },
    {
        .name = "pdd_ms",
        .title = N_("PDD"),
        .unit = "ms",
        .help = N_("Time from the INVITE to the first ringing or answer; unknown where the "
                   "softswitch does not tell it for calls in progress."),
        .kind = KIND_DURATION_MS,
        .priority = 7,
    },
    {
        .name = "flags",
        .title = N_("Flags"),
        .unit = "",
        .help =
            N_("runaway (past the limit of a call's length: the softswitch should have ended it), "
               "long (near it), no media or one-way (relayed calls of 30 s and more); empty when "
               "there is nothing to say, unknown where the limit cannot be read."),
        .kind = KIND_TEXT,
        .words = true,
        .unbounded = true,
        .priority = 2,
        .width = 10,
    },
    {
        .name = "codec",
        .title = N_("Codec"),
        .unit = "",
        .help = N_("The codec in use; unknown before media."),
        .kind = KIND_TEXT,
        .priority = 8,
        .width = 12,
    },
    {
        .name = "caller_device",
        .title = N_("Caller device"),
        .unit = "",
        .help = N_("What the caller's equipment calls itself."),
        .kind = KIND_TEXT,
        .priority = 9,
        .width = 16,
    },
    {
        .name = "callee_device",
        .title = N_("Callee device"),
        .unit = "",
        .help = N_("What the callee's equipment calls itself."),
        .kind = KIND_TEXT,
        .priority = 9,
        .width = 16,
    },
    {
        .name = "caller_media_packets",
        .title = N_("Caller RTP"),
        .unit = N_("packets"),
        .help = N_("Audio packets received from the caller so far."),
        .kind = KIND_INT,
        .priority = 9,
        .width = 10,
    },
    {
        .name = "callee_media_packets",
        .title = N_("Callee RTP"),
        .unit = N_("packets"),
        .help = N_("Audio packets received from the callee so far."),
        .kind = KIND_INT,
        .priority = 9,
        .width = 10,
    },
    {
        .name = "limit_s",
        .title = N_("Limit"),
        .unit = "",
        .help = N_("The longest that a call may last on this host: the smaller of "
                   "SS_MAX_CALL_DURATION and SS_SIP_NO_TIMER_REINVITE_INTERVAL."),
        .kind = KIND_DURATION_S,
        .priority = 8,
    },
    {
        .name = "limit_pct",
        .title = N_("Of limit"),
        .unit = "%",
        .help = N_("Duration / limit x 100; unknown before the answer."),
        .kind = KIND_REAL,
        .priority = 6,
        .width = 8,
    },
    {
        .name = "cost",
        .title = N_("Cost"),
        .unit = "",
        .help = N_(
            "What it has cost so far, in the account's currency: begun periods x the rate of the "
            "account's rate group for the longest prefix of the callee, without packages, tax and "
            "surcharges by time; of long calls and those without media only, unknown where "
            "the rate cannot be told."),
        .kind = KIND_REAL,
        .total = true,
        .priority = 6,
        .width = 9,
    },
    {
        .name = "per_hour",
        .title = N_("Per hour"),
        .unit = "",
        .help = N_("The price of an hour of it by that rate, in the account's currency."),
        .kind = KIND_REAL,
        .priority = 9,
        .width = 9,
    },
    {
        .name = "rate_s",
        .title = N_("Rate period"),
        .unit = "",
        .help = N_("The seconds that the rate is for; every begun one is paid."),
        .kind = KIND_DURATION_S,
        .priority = 9,
    },
    {
        .name = "relayed",
        .title = N_("Relayed"),
        .unit = "",
        .help = N_("Whether the host relays the call's media; unknown where it does not tell."),
        .kind = KIND_BOOL,
        .priority = 9,
        .width = 7,
    },
    {
        .name = "call_id",
        .title = N_("Call id"),
        .unit = "",
        .help = N_("The softswitch's number of this call, by which it is hung up."),
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
    .title = N_("Calls"),
    .purpose = N_("Calls in progress, from the INVITE to the hang-up."),
    .default_sort = "-duration_s,begin",
    .groups = groups,
    .pane = true,
    .empty = N_("no calls in progress"),
    .needs = needs,
};
