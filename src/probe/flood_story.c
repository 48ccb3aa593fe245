// SPDX-License-Identifier: MIT

// The hidden probe of what is known of each talker beyond its row in the flood pane: for its story.
#include <stdio.h>
#include <string.h>

#include "base/lang.h"
#include "probe/capture_tables.h"
#include "probe/host_column.h"

enum story_column {
    STORY_HOST,
    STORY_SOURCE,
    STORY_PPS_1S,
    STORY_PPS_60S,
    STORY_PEAK_PPS,
    STORY_PEAK,
    STORY_PER_SECOND,
    STORY_OPTIONS, // the methods, in the meter's order
    STORY_REGISTER,
    STORY_INVITE,
    STORY_ACK,
    STORY_BYE,
    STORY_CANCEL,
    STORY_OTHER,
    STORY_NOT_SIP,
    STORY_KEEPALIVES,
    STORY_401, // in the order of meter_failure_codes
    STORY_403,
    STORY_404,
    STORY_407,
    STORY_AUTHORIZED,
    STORY_REFUSED,
    STORY_ANSWERED,
    STORY_REGISTERED,
    STORY_USERS,
    STORY_USERS_EXACT,
    STORY_USERS_SEQUENTIAL,
    STORY_USERS_SAMPLE,
    STORY_USER_AGENTS,
    STORY_LAST_REQUEST,
    STORY_DETAILED,
    STORY_COLUMNS,
};

#define COLUMN(json, heading, what, sort)                                                          \
    {                                                                                              \
        .name = json, .title = heading, .unit = "", .help = what, .kind = sort                     \
    }

static const struct column columns[STORY_COLUMNS] = {
    [STORY_HOST] = COLUMN_HOST,
    [STORY_SOURCE] = {.name = "source",
                      .title = N_("Source"),
                      .unit = "",
                      .help = N_("The address that sends."),
                      .kind = KIND_ADDRESS,
                      .key = true},
    [STORY_PPS_1S] =
        COLUMN("pps_1s", N_("1 s"), N_("Packets of the newest whole second."), KIND_REAL),
    [STORY_PPS_60S] =
        COLUMN("pps_60s", N_("60 s"), N_("Packets a second over 60 seconds."), KIND_REAL),
    [STORY_PEAK_PPS] =
        COLUMN("peak_pps", N_("Peak"), N_("The most packets of one second."), KIND_REAL),
    [STORY_PEAK] = COLUMN("peak", N_("Peak at"), N_("When that second began."), KIND_TIME),
    [STORY_PER_SECOND] =
        COLUMN("per_second", N_("Last 60 s"),
               N_("Packets of each of the last 60 seconds, the newest last."), KIND_SERIES),
    [STORY_OPTIONS] = COLUMN("options", N_("OPTIONS"), N_("Requests so far."), KIND_INT),
    [STORY_REGISTER] = COLUMN("register", N_("REGISTER"), N_("Requests so far."), KIND_INT),
    [STORY_INVITE] = COLUMN("invite", N_("INVITE"), N_("Requests so far."), KIND_INT),
    [STORY_ACK] = COLUMN("ack", N_("ACK"), N_("Requests so far."), KIND_INT),
    [STORY_BYE] = COLUMN("bye", N_("BYE"), N_("Requests so far."), KIND_INT),
    [STORY_CANCEL] = COLUMN("cancel", N_("CANCEL"), N_("Requests so far."), KIND_INT),
    [STORY_OTHER] = COLUMN("other", N_("other"), N_("Requests so far."), KIND_INT),
    [STORY_NOT_SIP] = COLUMN("not_sip", N_("not SIP"), N_("On a SIP port, but not SIP."), KIND_INT),
    [STORY_KEEPALIVES] =
        COLUMN("keepalives", N_("keep-alives"), N_("CRLF, empty datagrams, STUN."), KIND_INT),
    [STORY_401] = COLUMN("failures_401", N_("401"), N_("Answers 401 to it."), KIND_INT),
    [STORY_403] = COLUMN("failures_403", N_("403"), N_("Answers 403 to it."), KIND_INT),
    [STORY_404] = COLUMN("failures_404", N_("404"), N_("Answers 404 to it."), KIND_INT),
    [STORY_407] = COLUMN("failures_407", N_("407"), N_("Answers 407 to it."), KIND_INT),
    [STORY_AUTHORIZED] =
        COLUMN("failures_authorized", N_("Wrong passwords"),
               N_("401 and 407 that answered a request with Authorization."), KIND_INT),
    [STORY_REFUSED] = COLUMN("invites_refused", N_("Calls refused"),
                             N_("Final 4xx to 6xx but 401, 407 and 487 to its INVITEs."), KIND_INT),
    [STORY_ANSWERED] =
        COLUMN("invites_answered", N_("Calls answered"), N_("200 to its INVITEs."), KIND_INT),
    [STORY_REGISTERED] =
        COLUMN("registers_ok", N_("Logins"), N_("200 to its REGISTERs."), KIND_INT),
    [STORY_USERS] =
        COLUMN("users", N_("Users tried"), N_("Different users that it tried."), KIND_INT),
    [STORY_USERS_EXACT] =
        COLUMN("users_exact", N_("Users exact"), N_("No: their number is an estimate."), KIND_BOOL),
    [STORY_USERS_SEQUENTIAL] =
        COLUMN("users_sequential", N_("In sequence"),
               N_("The longest run of numbers tried one after the other."), KIND_INT),
    [STORY_USERS_SAMPLE] =
        COLUMN("users_sample", N_("Such as"), N_("Some of the users, a line each."), KIND_TEXT),
    [STORY_USER_AGENTS] =
        COLUMN("user_agents", N_("User agents"), N_("How many different ones."), KIND_INT),
    [STORY_LAST_REQUEST] = COLUMN("last_request", N_("Last request"),
                                  N_("Its request line and headers as captured, cut."), KIND_TEXT),
    [STORY_DETAILED] =
        COLUMN("detailed", N_("Detailed"),
               N_("No: followed in detail only lately; counts are lower bounds."), KIND_BOOL),
};

static const struct schema schema = {
    .name = "flood_story", .columns = columns, .column_count = STORY_COLUMNS};

const struct probe probe_flood_story = {
    .schema = &schema,
    .title = N_("Talkers"),
    .purpose = N_("What is known of each source of SIP packets beyond its row."),
    .default_sort = "source",
    .on_demand = true,
    .empty = N_("no SIP packets seen"),
};

static void fill_seconds(struct table *table, size_t row, const uint32_t seconds[METER_SECONDS])
{
    float values[METER_SECONDS];
    for (int i = 0; i < METER_SECONDS; i++)
        values[i] = (float)seconds[i];
    table_set_series(table, row, STORY_PER_SECOND, values, METER_SECONDS);
}

static void fill_users(struct table *table, size_t row, const struct meter_talker *talker)
{
    char text[sizeof talker->users_sample + METER_USERS_SAMPLE] = "";
    size_t len = 0;
    for (int i = 0; i < METER_USERS_SAMPLE; i++)
        if (talker->users_sample[i][0] != '\0')
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", len > 0 ? "\n" : "",
                                    talker->users_sample[i]);
    table_set_int(table, row, STORY_USERS, talker->users);
    table_set_int(table, row, STORY_USERS_EXACT, talker->users_exact);
    table_set_int(table, row, STORY_USERS_SEQUENTIAL, talker->users_sequential);
    if (len > 0)
        table_set_text(table, row, STORY_USERS_SAMPLE, text);
    table_set_int(table, row, STORY_USER_AGENTS, (int64_t)talker->user_agents);
}

static void fill_answers(struct table *table, size_t row, const struct meter_talker *talker)
{
    for (size_t i = 0; i < METER_FAILURE_CODES; i++)
        table_set_int(table, row, STORY_401 + i, talker->failures_by_code[i]);
    table_set_int(table, row, STORY_AUTHORIZED, talker->failures_authorized);
    table_set_int(table, row, STORY_REFUSED, talker->invites_refused);
    table_set_int(table, row, STORY_ANSWERED, talker->invites_answered);
    table_set_int(table, row, STORY_REGISTERED, talker->registers_ok);
}

static void fill_talker(struct table *table, const char *host, const struct meter_talker *talker)
{
    size_t row = table_add_row(table);
    char source[ADDRESS_TEXT_MAX];

    address_print(&talker->source, source);
    table_set_static(table, row, STORY_HOST, host);
    table_set_text(table, row, STORY_SOURCE, source);
    table_set_real(table, row, STORY_PPS_1S, talker->pps_1s);
    table_set_real(table, row, STORY_PPS_60S, talker->pps_60s);
    if (talker->peak_us > 0) {
        table_set_real(table, row, STORY_PEAK_PPS, talker->peak_pps);
        table_set_int(table, row, STORY_PEAK, talker->peak_us / 1000);
    }
    fill_seconds(table, row, talker->per_second);
    for (size_t method = 0; method < METER_METHODS; method++)
        table_set_int(table, row, STORY_OPTIONS + method, talker->totals[method]);
    table_set_int(table, row, STORY_NOT_SIP, talker->not_sip);
    table_set_int(table, row, STORY_KEEPALIVES, talker->keepalives);
    fill_answers(table, row, talker);
    fill_users(table, row, talker);
    if (talker->last_request[0] != '\0')
        table_set_text(table, row, STORY_LAST_REQUEST, talker->last_request);
    table_set_int(table, row, STORY_DETAILED, talker->detailed);
}

void flood_story_fill(struct reading *reading, const struct capture_settings *settings,
                      const struct meter_snapshot *snapshot, struct table *table)
{
    (void)settings;
    table_reserve(table, snapshot->talker_count);
    for (size_t i = 0; i < snapshot->talker_count; i++)
        fill_talker(table, reading->host->name, &snapshot->talkers[i]);
}
