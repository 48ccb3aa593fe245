// SPDX-License-Identifier: MIT

// The probe of the SIP flood meter: who sends how much of what, and what that looks like.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link/link.h"
#include "probe/capture_tables.h"

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
    FLOOD_EVIDENCE,
    FLOOD_BYTES,
    FLOOD_COLUMNS,
};

static const struct column columns[FLOOD_COLUMNS] = {
    [FLOOD_HOST] = {.name = "host",
                    .title = "Host",
                    .unit = "",
                    .help = "The host, as the configuration names it.",
                    .kind = KIND_TEXT,
                    .key = true,
                    .priority = 1,
                    .width = 10},
    [FLOOD_SOURCE] = {.name = "source",
                      .title = "Source",
                      .unit = "",
                      .help = "The address that sends.",
                      .kind = KIND_ADDRESS,
                      .key = true,
                      .priority = 0,
                      .width = 15},
    [FLOOD_PACKETS] = {.name = "packets",
                       .title = "Packets",
                       .unit = "",
                       .help =
                           "Packets from or to a SIP port that it sent since the capture began.",
                       .kind = KIND_INT,
                       .total = true,
                       .priority = 1,
                       .width = 10},
    [FLOOD_PPS] = {.name = "pps",
                   .title = "Packets/s",
                   .unit = "1/s",
                   .help = "Packets a second over the last 10 seconds.",
                   .kind = KIND_REAL,
                   .total = true,
                   .priority = 0,
                   .width = 9},
    [FLOOD_OPTIONS_PM] = {.name = "options_pm",
                          .title = "OPTIONS/m",
                          .unit = "1/min",
                          .help = "OPTIONS requests in the last 60 seconds.",
                          .kind = KIND_INT,
                          .total = true,
                          .priority = 2,
                          .width = 9},
    [FLOOD_REGISTER_PM] = {.name = "register_pm",
                           .title = "REGISTER/m",
                           .unit = "1/min",
                           .help = "REGISTER requests in the last 60 seconds.",
                           .kind = KIND_INT,
                           .total = true,
                           .priority = 2,
                           .width = 10},
    [FLOOD_INVITE_PM] = {.name = "invite_pm",
                         .title = "INVITE/m",
                         .unit = "1/min",
                         .help = "INVITE requests in the last 60 seconds.",
                         .kind = KIND_INT,
                         .total = true,
                         .priority = 2,
                         .width = 8},
    [FLOOD_RESPONSES] = {.name = "responses",
                         .title = "Responses",
                         .unit = "",
                         .help = "Responses that it sent since the capture began.",
                         .kind = KIND_INT,
                         .total = true,
                         .priority = 5,
                         .width = 9},
    [FLOOD_FAILURES] = {.name = "failures",
                        .title = "Failures",
                        .unit = "",
                        .help = "Responses 401, 403, 404 and 407 sent back to it since the capture "
                                "began; the first 401 of every login is among them.",
                        .kind = KIND_INT,
                        .total = true,
                        .priority = 2,
                        .width = 8},
    [FLOOD_USER_AGENT] = {.name = "user_agent",
                          .title = "User agent",
                          .unit = "",
                          .help = "What it calls itself in its requests.",
                          .kind = KIND_TEXT,
                          .unbounded = true,
                          .priority = 3,
                          .width = 20},
    [FLOOD_FIRST_SEEN] = {.name = "first_seen",
                          .title = "First seen",
                          .unit = "",
                          .help = "Its first packet, by the capturing machine's clock.",
                          .kind = KIND_TIME,
                          .priority = 6,
                          .width = 8},
    [FLOOD_LAST_SEEN] = {.name = "last_seen",
                         .title = "Last seen",
                         .unit = "",
                         .help = "Its newest packet, by the capturing machine's clock.",
                         .kind = KIND_TIME,
                         .priority = 4,
                         .width = 8},
    [FLOOD_VERDICT] = {.name = "verdict",
                       .title = "Verdict",
                       .unit = "",
                       .help =
                           "What its traffic looks like; empty: nothing striking. Limits are in "
                           "the profile, [capture flood].",
                       .kind = KIND_TEXT,
                       .priority = 0,
                       .width = 20},
    [FLOOD_EVIDENCE] = {.name = "evidence",
                        .title = "Evidence",
                        .unit = "",
                        .help = "What the verdict rests on.",
                        .kind = KIND_TEXT,
                        .priority = 7,
                        .width = 32},
    [FLOOD_BYTES] = {.name = "bytes",
                     .title = "Bytes",
                     .unit = "",
                     .help = "Bytes of its packets on the wire.",
                     .kind = KIND_BYTES,
                     .priority = 8,
                     .width = 9},
};

static const struct schema schema = {
    .name = "flood", .columns = columns, .column_count = FLOOD_COLUMNS};

const struct probe probe_flood = {
    .schema = &schema,
    .title = "SIP flood",
    .purpose = "Every source of SIP packets with its rates and what they look like, from a live "
               "capture.",
    .default_sort = "-pps,-packets",
    .pane = true,
    .empty = "no SIP packets seen",
};

// What is known beside a talker's own counts.
struct judging {
    const struct capture_settings *settings;
    const struct network_list *trusted;
    const struct meter_snapshot *snapshot;
    bool has_self;
    struct address self;
};

struct verdict {
    const char *word; // "" : none
    char evidence[160];
};

static bool is_trusted(const struct network_list *trusted, const struct address *source)
{
    for (size_t i = 0; i < trusted->count; i++)
        if (network_contains(&trusted->items[i], source))
            return true;
    return false;
}

// Whether the user agent contains one of the names, whatever the case.
static bool is_scanner_agent(const char *names, const char *user_agent)
{
    const char *name;
    size_t len;

    while (capture_next_item(&names, ",", &name, &len)) {
        char wanted[64];
        while (len > 0 && *name == ' ') {
            name++;
            len--;
        }
        while (len > 0 && name[len - 1] == ' ')
            len--;
        snprintf(wanted, sizeof wanted, "%.*s", (int)(len < 63 ? len : 63), name);
        if (wanted[0] != '\0' && strcasestr(user_agent, wanted) != NULL)
            return true;
    }
    return false;
}

static int compare_source(const void *source, const void *endpoint)
{
    return address_compare(source, &((const struct meter_endpoint *)endpoint)->source);
}

// Guessed passwords of all users from one source, of those that are still of interest. A locked
// phone's 403 is no guess.
static int64_t register_failures(const struct judging *judging, const struct address *source)
{
    const struct meter_snapshot *snapshot = judging->snapshot;
    const struct meter_endpoint *end = snapshot->endpoints + snapshot->endpoint_count;
    int64_t since_us = snapshot->now_us - judging->settings->register_within_ms * 1000;
    int64_t failures = 0;

    if (snapshot->endpoint_count == 0)
        return 0;
    const struct meter_endpoint *endpoint = bsearch(
        source, snapshot->endpoints, snapshot->endpoint_count, sizeof *endpoint, compare_source);
    while (endpoint != NULL && endpoint > snapshot->endpoints &&
           compare_source(source, endpoint - 1) == 0)
        endpoint--;
    for (; endpoint != NULL && endpoint < end && compare_source(source, endpoint) == 0; endpoint++)
        if (endpoint->last_us >= since_us)
            failures += endpoint->guesses;
    return failures;
}

static struct verdict judge_talker(const struct judging *judging, const struct meter_talker *talker)
{
    const struct capture_settings *settings = judging->settings;
    struct verdict verdict = {.word = ""};
    bool is_self = talker->local ||
                   (judging->has_self && address_compare(&talker->source, &judging->self) == 0);

    if (is_self) {
        verdict.word = settings->word_local;
        return verdict;
    }
    if (is_trusted(judging->trusted, &talker->source)) {
        verdict.word = settings->word_trusted;
        return verdict;
    }
    if (judging->snapshot->now_us - talker->last_us > settings->quiet_ms * 1000)
        return verdict;
    int64_t failures = register_failures(judging, &talker->source);
    if (is_scanner_agent(settings->scanner_agents, talker->user_agent)) {
        verdict.word = settings->word_scanner;
        snprintf(verdict.evidence, sizeof verdict.evidence, "user agent %s", talker->user_agent);
    } else if (failures >= settings->register_failures) {
        verdict.word = settings->word_register;
        snprintf(verdict.evidence, sizeof verdict.evidence, "%lld failed REGISTERs",
                 (long long)failures);
    } else if (talker->per_minute[METER_OPTIONS] >= settings->options_pm) {
        verdict.word = settings->word_options;
        snprintf(verdict.evidence, sizeof verdict.evidence, "%lld OPTIONS in the last minute",
                 (long long)talker->per_minute[METER_OPTIONS]);
    }
    return verdict;
}

static void fill_row(struct table *table, const char *host, const struct meter_talker *talker,
                     const struct verdict *verdict)
{
    size_t row = table_add_row(table);
    char source[ADDRESS_TEXT_MAX];

    address_print(&talker->source, source);
    table_set_static(table, row, FLOOD_HOST, host);
    table_set_text(table, row, FLOOD_SOURCE, source);
    table_set_int(table, row, FLOOD_PACKETS, talker->packets);
    table_set_int(table, row, FLOOD_BYTES, talker->bytes);
    table_set_real(table, row, FLOOD_PPS, talker->pps_10s);
    table_set_int(table, row, FLOOD_OPTIONS_PM, talker->per_minute[METER_OPTIONS]);
    table_set_int(table, row, FLOOD_REGISTER_PM, talker->per_minute[METER_REGISTER]);
    table_set_int(table, row, FLOOD_INVITE_PM, talker->per_minute[METER_INVITE]);
    table_set_int(table, row, FLOOD_RESPONSES, talker->responses);
    table_set_int(table, row, FLOOD_FAILURES, talker->failures);
    if (talker->user_agent[0] != '\0')
        table_set_text(table, row, FLOOD_USER_AGENT, talker->user_agent);
    table_set_int(table, row, FLOOD_FIRST_SEEN, talker->first_us / 1000);
    table_set_int(table, row, FLOOD_LAST_SEEN, talker->last_us / 1000);
    table_set_text(table, row, FLOOD_VERDICT, verdict->word);
    table_set_text(table, row, FLOOD_EVIDENCE, verdict->evidence);
}

void flood_fill(struct reading *reading, const struct capture_settings *settings,
                const struct meter_snapshot *snapshot, struct table *table)
{
    struct judging judging = {
        .settings = settings, .trusted = &reading->host->trusted, .snapshot = snapshot};
    struct link_status status;

    // A capture on Ethernet does not tell which packets the host itself sent.
    link_get_status(reading->link, &status);
    judging.has_self = address_parse_endpoint(status.peer, &judging.self, NULL);
    table_reserve(table, snapshot->talker_count);
    for (size_t i = 0; i < snapshot->talker_count; i++) {
        struct verdict verdict = judge_talker(&judging, &snapshot->talkers[i]);
        fill_row(table, reading->host->name, &snapshot->talkers[i], &verdict);
    }
}
