// SPDX-License-Identifier: MIT

// The probe of the SIP flood meter: who sends how much of what, and what that looks like.
#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "probe/capture_tables.h"
#include "probe/flood_peers.h"
#include "probe/flood_private.h"
#include "probe/host_column.h"

#define BANS_PROBE "bans"

static const char *const severities[] = {N_("info"), N_("warning"), N_("critical"), NULL};

static const struct column columns[FLOOD_COLUMNS] = {
    [FLOOD_HOST] = COLUMN_HOST,
    [FLOOD_SOURCE] = {.name = "source",
                      .title = N_("Source"),
                      .unit = "",
                      .help = N_("The address that sends; a network or many sources where only "
                                 "together they attack."),
                      .kind = KIND_ADDRESS,
                      .key = true,
                      .priority = 0,
                      .width = 15},
    [FLOOD_PACKETS] = {.name = "packets",
                       .title = N_("Packets"),
                       .unit = "",
                       .help = N_(
                           "Packets from or to a SIP port that it sent since the capture began."),
                       .kind = KIND_INT,
                       .priority = 1,
                       .width = 10},
    [FLOOD_PPS] = {.name = "pps",
                   .title = N_("Packets/s"),
                   .unit = "1/s",
                   .help = N_("Packets a second over the last 10 seconds."),
                   .kind = KIND_REAL,
                   .priority = 0,
                   .width = 9},
    [FLOOD_OPTIONS_PM] = {.name = "options_pm",
                          .title = N_("OPTIONS/m"),
                          .unit = "1/min",
                          .help = N_("OPTIONS requests in the last 60 seconds."),
                          .kind = KIND_INT,
                          .priority = 2,
                          .width = 9},
    [FLOOD_REGISTER_PM] = {.name = "register_pm",
                           .title = N_("REGISTER/m"),
                           .unit = "1/min",
                           .help = N_("REGISTER requests in the last 60 seconds."),
                           .kind = KIND_INT,
                           .priority = 2,
                           .width = 10},
    [FLOOD_INVITE_PM] = {.name = "invite_pm",
                         .title = N_("INVITE/m"),
                         .unit = "1/min",
                         .help = N_("INVITE requests in the last 60 seconds."),
                         .kind = KIND_INT,
                         .priority = 2,
                         .width = 8},
    [FLOOD_RESPONSES] = {.name = "responses",
                         .title = N_("Responses"),
                         .unit = "",
                         .help = N_("Responses that it sent since the capture began."),
                         .kind = KIND_INT,
                         .priority = 5,
                         .width = 9},
    [FLOOD_FAILURES] = {.name = "failures",
                        .title = N_("Failures"),
                        .unit = "",
                        .help = N_(
                            "Responses 401, 403, 404 and 407 sent back to it since the capture "
                            "began; the first 401 of every login is among them, and an answer that "
                            "is sent again counts again."),
                        .kind = KIND_INT,
                        .priority = 2,
                        .width = 8},
    [FLOOD_USER_AGENT] = {.name = "user_agent",
                          .title = N_("User agent"),
                          .unit = "",
                          .help = N_("What it calls itself in its requests."),
                          .kind = KIND_TEXT,
                          .priority = 3,
                          .width = 20},
    [FLOOD_FIRST_SEEN] = {.name = "first_seen",
                          .title = N_("First seen"),
                          .unit = "",
                          .help = N_("Its first packet, by the capturing machine's clock."),
                          .kind = KIND_TIME,
                          .priority = 6,
                          .width = 8},
    [FLOOD_LAST_SEEN] = {.name = "last_seen",
                         .title = N_("Last seen"),
                         .unit = "",
                         .help = N_("Its newest packet, by the capturing machine's clock."),
                         .kind = KIND_TIME,
                         .priority = 4,
                         .width = 8},
    [FLOOD_VERDICT] = {.name = "verdict",
                       .title = N_("Verdict"),
                       .unit = "",
                       .help = N_(
                           "What its traffic looks like; empty: nothing striking. An attack that "
                           "is over keeps its word with severity info; unusual is said of who is "
                           "known. Limits are in the profile, [capture flood]."),
                       .kind = KIND_TEXT,
                       .words = true,
                       .priority = 0,
                       .width = 20},
    [FLOOD_BANNED] = {.name = "banned",
                      .title = N_("Banned"),
                      .unit = "",
                      .help =
                          N_("How long a ban still keeps it out, its own or that of a network "
                             "around it: what arrives is dropped. Empty: no ban of it is known. "
                             "The evidence begins with it."),
                      .kind = KIND_TEXT,
                      .sparse = true,
                      .priority = 2,
                      .width = 8},
    [FLOOD_PEER] = {.name = "peer",
                    .title = N_("Peer"),
                    .unit = "",
                    .help =
                        N_("What a legitimate source is to the host: gateway, trusted, customer "
                           "or the host itself; empty: a stranger."),
                    .kind = KIND_TEXT,
                    .words = true,
                    .priority = 3,
                    .width = 9},
    [FLOOD_EVIDENCE] = {.name = "evidence",
                        .title = N_("Evidence"),
                        .unit = "",
                        .help =
                            N_("What the verdict rests on, and since when an attack is over; of a "
                               "legitimate source who it is."),
                        .kind = KIND_TEXT,
                        .unbounded = true,
                        .priority = 1,
                        .width = 32},
    [FLOOD_SEVERITY] = {.name = "severity",
                        .title = N_("Severity"),
                        .unit = "",
                        .help =
                            N_("How grave the verdict is now. Info: an attack that is over, a "
                               "source whose network is shown as an attacker, or a known source "
                               "with something unusual."),
                        .kind = KIND_TEXT,
                        .words = true,
                        .priority = 9,
                        .width = 8,
                        .ranks = severities},
    [FLOOD_KIND] = {.name = "kind",
                    .title = N_("Kind"),
                    .unit = "",
                    .help = N_("source: one address; network: a /24 or /64 whose sources attack "
                               "together; all: forged addresses from everywhere."),
                    .kind = KIND_TEXT,
                    .words = true,
                    .priority = 9,
                    .width = 7},
    [FLOOD_MINUTE] = {.name = "pps_minute",
                      .title = N_("Packets 60 s"),
                      .unit = "1/s",
                      .help =
                          N_("Packets of each of the last whole seconds, a block four of them; the "
                             "number is that of a full block, the source's own peak."),
                      .kind = KIND_SERIES,
                      .series_of = KIND_INT,
                      .priority = 4,
                      .width = 20},
    [FLOOD_PEAK_PPS] = {.name = "peak_pps",
                        .title = N_("Peak/s"),
                        .unit = "1/s",
                        .help = N_("The most packets of one second."),
                        .kind = KIND_REAL,
                        .priority = 5,
                        .width = 7},
    [FLOOD_PEAK] = {.name = "peak",
                    .title = N_("Peak at"),
                    .unit = "",
                    .help = N_("When that second began, by the capturing machine's clock."),
                    .kind = KIND_TIME,
                    .priority = 8,
                    .width = 8},
    [FLOOD_USERS] = {.name = "users",
                     .title = N_("Users"),
                     .unit = "",
                     .help =
                         N_("Different users that it tried: To of REGISTER, request URI of INVITE "
                            "and OPTIONS. Large numbers are estimates."),
                     .kind = KIND_INT,
                     .priority = 5,
                     .width = 6},
    [FLOOD_SOURCES] = {.name = "sources",
                       .title = N_("Sources"),
                       .unit = "",
                       .help = N_("Addresses that this row stands for."),
                       .kind = KIND_INT,
                       .priority = 9,
                       .width = 7},
    [FLOOD_NOT_SIP] = {.name = "not_sip",
                       .title = N_("Not SIP"),
                       .unit = "",
                       .help = N_("Packets to a SIP port that are neither SIP nor a keep-alive."),
                       .kind = KIND_INT,
                       .priority = 7,
                       .width = 7},
    [FLOOD_ERROR] = {.name = "packets_error",
                     .title = N_("Error"),
                     .unit = "",
                     .help = N_("It may have sent up to so many packets fewer, because the meter's "
                                "memory is full; 0: exact."),
                     .kind = KIND_INT,
                     .priority = 9,
                     .width = 6},
    [FLOOD_BYTES] = {.name = "bytes",
                     .title = N_("Bytes"),
                     .unit = "",
                     .help = N_("Bytes of its packets on the wire."),
                     .kind = KIND_BYTES,
                     .priority = 8,
                     .width = 9},
};

static const struct schema schema = {
    .name = "flood", .columns = columns, .column_count = FLOOD_COLUMNS};

static const char *const beside[] = {"sip", "flood_story", NULL};
static const char *const needs[] = {FLOOD_PEERS_NEEDS, BANS_PROBE, NULL};
static const char *const needs_idle[] = {FLOOD_PEERS_NEEDS_IDLE, NULL};

const struct probe probe_flood = {
    .schema = &schema,
    .title = N_("SIP flood"),
    .purpose = N_("Every source of SIP packets with its rates and what they look like, from a live "
                  "capture."),
    .default_sort = "-severity,-pps",
    .pane = true,
    .empty = N_("no SIP packets seen"),
    .beside = beside,
    .needs = needs,
    .needs_idle = needs_idle,
};

static void memory_dispose(void *slot)
{
    struct flood_memory *memory = slot;
    verdict_memory_free(memory->verdicts);
}

void flood_fill_verdict(struct table *table, size_t row, const struct verdict *verdict)
{
    static const char *const words[] = {
        [LEVEL_INFO] = "info", [LEVEL_WARN] = "warning", [LEVEL_CRIT] = "critical"};

    table_set_text(table, row, FLOOD_VERDICT, verdict->word);
    table_set_text(table, row, FLOOD_PEER, verdict->peer);
    table_set_text(table, row, FLOOD_EVIDENCE, verdict->evidence);
    table_set_level(table, row, FLOOD_VERDICT, verdict->level);
    if (verdict->level >= LEVEL_INFO)
        table_set_static(table, row, FLOOD_SEVERITY, words[verdict->level]);
}

void flood_fill_minute(struct table *table, size_t row, const int64_t per_minute[METER_METHODS])
{
    table_set_int(table, row, FLOOD_OPTIONS_PM, per_minute[METER_OPTIONS]);
    table_set_int(table, row, FLOOD_REGISTER_PM, per_minute[METER_REGISTER]);
    table_set_int(table, row, FLOOD_INVITE_PM, per_minute[METER_INVITE]);
}

// The running second is left out: it would always look like an end.
void flood_fill_seconds(struct table *table, size_t row, const uint32_t per_second[METER_SECONDS])
{
    float values[METER_SECONDS - 1];

    for (size_t i = 0; i < METER_SECONDS - 1; i++)
        values[i] = (float)per_second[i];
    table_set_series(table, row, FLOOD_MINUTE, values, METER_SECONDS - 1);
}

void flood_fill_ban(const struct judging *judging, struct table *table, size_t row,
                    const struct network *network, const char *evidence)
{
    const struct ban_span *span = ban_cover_find(judging->bans, network);
    struct str text = {0};

    if (span == NULL)
        return;
    ban_span_print(span, judging->bans_age_s, &text);
    table_set_text(table, row, FLOOD_BANNED, str_text(&text));
    str_clear(&text);
    str_append(&text, _("banned "));
    ban_span_print(span, judging->bans_age_s, &text);
    str_appendf(&text, "%s%s", evidence[0] != '\0' ? "; " : "", evidence);
    table_set_text(table, row, FLOOD_EVIDENCE, str_text(&text));
    str_dispose(&text);
}

static void fill_talker(const struct judging *judging, struct table *table,
                        const struct meter_talker *talker, const struct verdict *verdict)
{
    size_t row = table_add_row(table);
    char source[ADDRESS_TEXT_MAX];

    address_print(&talker->source, source);
    table_set_static(table, row, FLOOD_HOST, judging->host);
    table_set_text(table, row, FLOOD_SOURCE, source);
    table_set_static(table, row, FLOOD_KIND, N_("source"));
    table_set_int(table, row, FLOOD_PACKETS, talker->packets);
    table_set_int(table, row, FLOOD_ERROR, talker->error);
    table_set_int(table, row, FLOOD_BYTES, talker->bytes);
    table_set_real(table, row, FLOOD_PPS, talker->pps_10s);
    flood_fill_minute(table, row, talker->per_minute);
    table_set_int(table, row, FLOOD_RESPONSES, talker->responses);
    table_set_int(table, row, FLOOD_FAILURES, talker->failures);
    table_set_int(table, row, FLOOD_NOT_SIP, talker->not_sip);
    table_set_int(table, row, FLOOD_USERS, talker->users);
    if (talker->detailed)
        flood_fill_seconds(table, row, talker->per_second);
    if (talker->peak_us > 0) {
        table_set_real(table, row, FLOOD_PEAK_PPS, talker->peak_pps);
        table_set_int(table, row, FLOOD_PEAK, talker->peak_us / 1000);
    }
    if (talker->user_agent[0] != '\0')
        table_set_text(table, row, FLOOD_USER_AGENT, talker->user_agent);
    table_set_int(table, row, FLOOD_FIRST_SEEN, talker->first_us / 1000);
    table_set_int(table, row, FLOOD_LAST_SEEN, talker->last_us / 1000);
    flood_fill_verdict(table, row, verdict);
    flood_fill_ban(judging, table, row, &(struct network){talker->source, 128}, verdict->evidence);
}

// Its network's row stands for it.
static bool is_represented(const struct judging *judging, const struct address *source)
{
    for (size_t i = 0; i < judging->attacking_count; i++)
        if (network_contains(&judging->attacking[i], source))
            return true;
    return false;
}

static void add_talkers(struct judging *judging, struct table *table)
{
    const struct meter_snapshot *snapshot = judging->snapshot;

    for (size_t i = 0; i < snapshot->talker_count; i++) {
        const struct meter_talker *talker = &snapshot->talkers[i];
        struct network alone = {.base = talker->source, .prefix = 128};
        struct verdict verdict;
        verdict_talker(judging->settings, judging->peers, snapshot, talker, &verdict);
        verdict_memory_apply(judging->memory->verdicts, judging->settings, snapshot->now_us, &alone,
                             &verdict);
        if (verdict_is_attack(verdict.kind) && is_represented(judging, &talker->source))
            verdict.level = LEVEL_INFO;
        fill_talker(judging, table, talker, &verdict);
    }
}

void flood_fill(struct reading *reading, const struct capture_settings *settings,
                const struct meter_snapshot *snapshot, struct table *table)
{
    struct flood_memory *memory =
        host_state_slot(reading->state, &probe_flood, sizeof *memory, memory_dispose);
    struct verdict_peers peers;

    if (memory->verdicts == NULL)
        memory->verdicts = verdict_memory_new();
    flood_peers_gather(reading, settings, &peers);
    int64_t bans_age_ms = 0;
    const struct table *bans =
        reading->latest != NULL ? reading->latest(reading, BANS_PROBE, 0, &bans_age_ms) : NULL;
    struct ban_cover cover;
    ban_cover_make(&cover, bans);
    table_unref(bans);
    struct judging judging = {.host = reading->host->name,
                              .bans = &cover,
                              .bans_age_s = (double)bans_age_ms / 1000,
                              .settings = &settings->verdict,
                              .peers = &peers,
                              .snapshot = snapshot,
                              .memory = memory};
    table_reserve(table, snapshot->talker_count);
    flood_add_whole(&judging, table);
    flood_add_networks(&judging, table);
    add_talkers(&judging, table);
    free(judging.attacking);
    ban_cover_dispose(&cover);
    peers_dispose(&peers);
}
