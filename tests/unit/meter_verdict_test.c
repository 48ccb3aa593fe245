// SPDX-License-Identifier: MIT

// Which traffic is called what, with which evidence, and which traffic is not accused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "meter/verdict.h"
#include "meter/verdict_memory.h"

#define SECOND INT64_C(1000000)
#define NOW    (10000 * SECOND)

enum { CODE_401, CODE_403, CODE_404, CODE_407 };

static struct address address_of(const char *text)
{
    struct address address;
    assert_true(address_parse(text, &address));
    return address;
}

// A snapshot of talkers and endpoints, with a peer of each kind.
struct scene {
    struct verdict_settings settings;
    struct verdict_peers peers;
    struct meter_talker talkers[64];
    struct meter_endpoint endpoints[64];
    struct meter_snapshot snapshot;
};

static void scene_open(struct scene *scene)
{
    *scene = (struct scene){0};
    verdict_settings_default(&scene->settings);
    peers_add_list(&scene->peers, KNOWN_SELF, address_list_of("198.18.0.11"), "");
    peers_add_list(&scene->peers, KNOWN_TRUSTED, address_list_of("192.0.2.0/28"),
                   "trusted by the configuration");
    peers_add_list(&scene->peers, KNOWN_GATEWAY, address_list_of("198.51.100.20"),
                   "gateway CARRIER-A");
    peers_seal(&scene->peers);
    scene->snapshot = (struct meter_snapshot){.now_us = NOW,
                                              .began_us = NOW - 3600 * SECOND,
                                              .unbroken_us = NOW - 3600 * SECOND,
                                              .kernel_drops = -1,
                                              .talkers = scene->talkers,
                                              .endpoints = scene->endpoints};
}

// A stranger that has sent for a minute and does so still.
static struct meter_talker *add_talker(struct scene *scene, const char *source)
{
    struct meter_talker *talker = &scene->talkers[scene->snapshot.talker_count++];
    *talker = (struct meter_talker){.source = address_of(source),
                                    .detailed = true,
                                    .users_exact = true,
                                    .first_us = NOW - 60 * SECOND,
                                    .last_us = NOW - SECOND};
    snprintf(talker->users_sample[0], sizeof talker->users_sample[0], "1000");
    return talker;
}

static struct meter_endpoint *add_guesses(struct scene *scene, const char *source, const char *user,
                                          int64_t guesses, int64_t peak_pm)
{
    struct meter_endpoint *endpoint = &scene->endpoints[scene->snapshot.endpoint_count++];
    *endpoint = (struct meter_endpoint){.source = address_of(source),
                                        .failures = guesses,
                                        .guesses = guesses,
                                        .guesses_pm = peak_pm,
                                        .guesses_peak_pm = peak_pm,
                                        .first_guess_us = NOW - 41 * SECOND,
                                        .last_us = NOW - SECOND,
                                        .authorized = true};
    snprintf(endpoint->user, sizeof endpoint->user, "%s", user);
    return endpoint;
}

static struct verdict judge(const struct scene *scene, const struct meter_talker *talker)
{
    struct verdict verdict;
    verdict_talker(&scene->settings, &scene->peers, &scene->snapshot, talker, &verdict);
    return verdict;
}

static void assert_verdict(const struct verdict *verdict, enum verdict_kind kind,
                           const char *evidence)
{
    if (verdict->kind != kind || strcmp(verdict->evidence, evidence) != 0)
        fail_msg("\"%s\" (%s), not \"%s\" (%s)", verdict->word, verdict->evidence,
                 verdict_words[kind].word, evidence);
    bool peer = kind > VERDICT_NONE && kind < VERDICT_UNUSUAL;
    assert_string_equal(verdict->peer, peer ? verdict_words[kind].word : "");
    if (peer) // striking only where something is odd
        assert_string_equal(verdict->word, verdict->level == LEVEL_INFO ? "unusual" : "");
    else
        assert_string_equal(verdict->word, verdict_words[kind].word);
    assert_int_equal(verdict_is_attack(kind), verdict->level >= LEVEL_WARN);
}

#define ASSERT_TALKER(scene, talker, kind, evidence)                                               \
    do {                                                                                           \
        struct verdict verdict_ = judge(scene, talker);                                            \
        assert_verdict(&verdict_, kind, evidence);                                                 \
    } while (0)

static void a_scanner_is_known_by_its_user_agent(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    snprintf(talker->user_agent, sizeof talker->user_agent, "Friendly-Scanner/2");
    ASSERT_TALKER(&scene, talker, VERDICT_SCANNER, "Friendly-Scanner/2");
    snprintf(talker->user_agent, sizeof talker->user_agent, "scannerless phone");
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    snprintf(talker->user_agent, sizeof talker->user_agent, "eyeBeam release 3015c");
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    talker->failures = 20;
    talker->totals[METER_REGISTER] = 20;
    ASSERT_TALKER(&scene, talker, VERDICT_SCANNER,
                  "eyeBeam release 3015c (often forged), 20 requests refused; 20 REGISTER in 60 s");
    talker->registers_ok = 1;
    ASSERT_TALKER(&scene, talker, VERDICT_CUSTOMER, "");
    peers_dispose(&scene.peers);
}

static void guessing_one_users_password_is_brute_force(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    struct meter_endpoint *endpoint = add_guesses(&scene, "203.0.113.9", "1001", 5, 5);
    scene.snapshot.endpoints = scene.endpoints;
    ASSERT_TALKER(&scene, talker, VERDICT_REGISTER_BRUTE_FORCE,
                  "5 failed REGISTERs for 1001 in 40 s");
    endpoint->guesses_peak_pm = 4;
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    endpoint->guesses_peak_pm = 5;
    add_guesses(&scene, "203.0.113.9", "1002", 3, 3);
    ASSERT_TALKER(&scene, talker, VERDICT_REGISTER_BRUTE_FORCE,
                  "8 failed REGISTERs for 2 users, 5 for 1001 in 40 s");
    peers_dispose(&scene.peers);
}

static void a_password_that_was_found_is_said(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    struct meter_endpoint *endpoint = add_guesses(&scene, "203.0.113.9", "1001", 15, 15);
    endpoint->accepted_us = NOW;
    talker->registers_ok = 1; // who guesses in is no customer
    ASSERT_TALKER(&scene, talker, VERDICT_REGISTER_BRUTE_FORCE,
                  "15 failed REGISTERs for 1001 in 40 s; then 1001 was let in: its password may be "
                  "known");
    peers_dispose(&scene.peers);
}

static void a_phone_with_a_wrong_password_is_no_attacker(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    talker->failures = 2000; // each attempt is challenged first, all night
    talker->failures_by_code[CODE_401] = 2000;
    talker->failures_authorized = 1000;
    talker->failures_pm = 4;
    talker->totals[METER_REGISTER] = 2000;
    talker->users = 1;
    add_guesses(&scene, "203.0.113.9", "1001", 1000, 4);
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    peers_dispose(&scene.peers);
}

static void one_password_for_many_users_is_spraying(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    char user[16];
    for (int i = 0; i < 5; i++) {
        snprintf(user, sizeof user, "%d", 200 + i);
        add_guesses(&scene, "203.0.113.9", user, 1, 1);
    }
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    add_guesses(&scene, "203.0.113.9", "300", 2, 2);
    ASSERT_TALKER(&scene, talker, VERDICT_PASSWORD_SPRAY,
                  "7 failed REGISTERs for 6 users, 300 among them");
    peers_dispose(&scene.peers);
}

static void old_failures_are_forgotten(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    add_guesses(&scene, "203.0.113.9", "1001", 50, 50)->last_us = NOW - 700 * SECOND;
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    scene.settings.quiet_ms = 0; // a file is judged as a whole
    assert_int_equal(judge(&scene, talker).kind, VERDICT_REGISTER_BRUTE_FORCE);
    peers_dispose(&scene.peers);
}

static void an_office_behind_nat_is_a_customer_whatever_fails(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    talker->registers_ok = 40;
    talker->users = 40;
    talker->users_sequential = 40;
    talker->totals[METER_REGISTER] = 80;
    talker->failures = 52;
    talker->failures_by_code[CODE_401] = 52;
    talker->failures_authorized = 12;
    ASSERT_TALKER(&scene, talker, VERDICT_CUSTOMER, "");
    add_guesses(&scene, "203.0.113.9", "1007", 12, 6);
    ASSERT_TALKER(&scene, talker, VERDICT_CUSTOMER,
                  "logins accepted: 12 failed REGISTERs, for 1007 among others");
    talker->per_minute[METER_OPTIONS] = 80; // a keep-alive of each phone
    ASSERT_TALKER(&scene, talker, VERDICT_CUSTOMER,
                  "logins accepted: sends 80 OPTIONS a minute, 12 failed REGISTERs, for 1007 among "
                  "others");
    peers_dispose(&scene.peers);
}

static void trying_users_in_sequence_is_harvesting(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    talker->users = 214;
    talker->users_sequential = 214;
    talker->totals[METER_REGISTER] = 214;
    talker->failures = 214;
    talker->failures_by_code[CODE_404] = 210;
    talker->failures_by_code[CODE_401] = 4;
    ASSERT_TALKER(&scene, talker, VERDICT_EXTENSION_HARVEST,
                  "214 users tried, 214 in sequence, 1000 among them; 214 requests refused");
    talker->users_sequential = 2;
    talker->users_exact = false;
    ASSERT_TALKER(&scene, talker, VERDICT_EXTENSION_HARVEST,
                  "about 214 users tried, 1000 among them; 214 requests refused");
    peers_dispose(&scene.peers);
}

static void phones_that_begin_to_log_in_are_no_harvesters(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    talker->first_us = NOW - 2 * SECOND;
    talker->users = talker->users_sequential = 30;
    talker->totals[METER_REGISTER] = 30;
    talker->failures = talker->failures_by_code[CODE_401] = 30; // the challenges
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    // and an office whose accounts are locked: refused after the password, again and again
    talker->first_us = NOW - 600 * SECOND;
    talker->failures_by_code[CODE_403] = 300;
    talker->totals[METER_REGISTER] = 600;
    talker->failures = 330;
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    peers_dispose(&scene.peers);
}

static void a_stranger_whose_calls_are_all_refused_probes(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    talker->totals[METER_INVITE] = 30;
    talker->invites_refused = 9;
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    talker->invites_refused = 10;
    ASSERT_TALKER(&scene, talker, VERDICT_INVITE_PROBE,
                  "10 calls refused, none answered, no login");
    talker->invites_refused = 0;
    talker->failures = talker->failures_by_code[CODE_407] = 24;
    ASSERT_TALKER(&scene, talker, VERDICT_INVITE_PROBE,
                  "30 INVITEs, 24 times asked for a password, no call since");
    peers_dispose(&scene.peers);
}

static void answers_that_are_repeated_refuse_no_more_requests(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    talker->totals[METER_INVITE] = 2; // busy, and the ACK is lost on the way
    talker->invites_refused = 22;
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    talker->invites_refused = 0;
    talker->failures = talker->failures_pm = talker->failures_by_code[CODE_404] = 22;
    talker->users = talker->users_sequential = 2;
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    peers_dispose(&scene.peers);
}

static void a_call_centre_whose_calls_are_answered_is_a_customer(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    talker->totals[METER_INVITE] = 9000; // numbers in sequence, one in ten answered
    talker->per_minute[METER_INVITE] = 3000;
    talker->users = 4500;
    talker->users_sequential = 900;
    talker->invites_refused = 3000;
    talker->invites_answered = 450;
    talker->failures = talker->failures_by_code[CODE_407] = 4500;
    talker->packets = 30000;
    talker->pps_10s = 250;
    ASSERT_TALKER(&scene, talker, VERDICT_CUSTOMER, "");
    talker->invites_answered = 1;
    assert_true(verdict_is_attack(judge(&scene, talker).kind));
    peers_dispose(&scene.peers);
}

static void too_many_options_are_a_flood(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    talker->per_minute[METER_OPTIONS] = 49;
    talker->totals[METER_OPTIONS] = 49;
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    talker->per_minute[METER_OPTIONS] = 63;
    ASSERT_TALKER(&scene, talker, VERDICT_OPTIONS_FLOOD, "63 OPTIONS within a minute, limit 50");
    scene.snapshot.lossy = true;
    ASSERT_TALKER(&scene, talker, VERDICT_OPTIONS_FLOOD,
                  "at least 63 OPTIONS within a minute, limit 50");
    talker->per_minute[METER_OPTIONS] = 0; // a burst, minutes ago
    talker->totals[METER_OPTIONS] = 412;
    talker->first_us = NOW - 300 * SECOND;
    talker->last_us = NOW - 227 * SECOND;
    ASSERT_TALKER(&scene, talker, VERDICT_OPTIONS_FLOOD, "412 OPTIONS in 74 s, limit 50 a minute");
    peers_dispose(&scene.peers);
}

static void an_unknown_gateways_keep_alives_are_no_flood(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    talker->first_us = NOW - 86400 * SECOND;
    talker->totals[METER_OPTIONS] = 43200; // every two seconds, for a day
    talker->per_minute[METER_OPTIONS] = 30;
    talker->packets = 43200;
    talker->users = 1;
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    peers_dispose(&scene.peers);
}

static void too_many_packets_are_a_flood_unless_they_answer(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    talker->packets = 3000;
    talker->pps_10s = 99;
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    talker->pps_10s = 140.2;
    ASSERT_TALKER(&scene, talker, VERDICT_PACKET_FLOOD, "140 packets/s over 10 s, limit 100");
    talker->responses = 1500;
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    talker->pps_10s = 1400;
    assert_int_equal(judge(&scene, talker).kind, VERDICT_PACKET_FLOOD);
    peers_dispose(&scene.peers);
}

static void requests_that_are_refused_again_and_again_are_brute_force(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    talker->per_minute[METER_REGISTER] = talker->totals[METER_REGISTER] = 27;
    talker->users = 1;
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, ""); // unanswered: the host may be down
    talker->failures = talker->failures_pm = talker->failures_by_code[CODE_401] = 26;
    ASSERT_TALKER(&scene, talker, VERDICT_REGISTER_BRUTE_FORCE,
                  "27 REGISTERs within a minute, 26 requests refused, no login");
    peers_dispose(&scene.peers);
}

static void whoever_is_known_is_never_an_attacker(void **state)
{
    static const struct {
        const char *source;
        enum verdict_kind kind;
        const char *evidence;
    } cases[] = {
        {"198.18.0.11", VERDICT_LOCAL, "the host itself"},
        {"192.0.2.7", VERDICT_TRUSTED,
         "trusted by the configuration: sends 140 OPTIONS a minute, 40 failed REGISTERs, for 1 "
         "among others, sends 2000 packets/s"},
        {"198.51.100.20", VERDICT_GATEWAY,
         "gateway CARRIER-A: sends 140 OPTIONS a minute, sends 2000 packets/s"},
    };
    struct scene scene;
    (void)state;
    scene_open(&scene);
    add_guesses(&scene, "192.0.2.7", "1", 40, 40);
    for (size_t i = 0; i < 3; i++) {
        struct meter_talker *talker = add_talker(&scene, cases[i].source);
        snprintf(talker->user_agent, sizeof talker->user_agent, "friendly-scanner");
        talker->per_minute[METER_OPTIONS] = talker->totals[METER_OPTIONS] = 140;
        talker->users = talker->users_sequential = 300;
        talker->failures = talker->failures_by_code[CODE_404] = 300;
        talker->pps_10s = 2000;
        ASSERT_TALKER(&scene, talker, cases[i].kind, cases[i].evidence);
    }
    struct meter_talker *calm = add_talker(&scene, "198.51.100.20");
    ASSERT_TALKER(&scene, calm, VERDICT_GATEWAY, "gateway CARRIER-A");
    peers_dispose(&scene.peers);
}

static void a_silent_source_loses_its_verdict(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    snprintf(talker->user_agent, sizeof talker->user_agent, "sipvicious");
    talker->last_us = NOW - 600 * SECOND;
    assert_int_equal(judge(&scene, talker).kind, VERDICT_SCANNER);
    talker->last_us = NOW - 601 * SECOND;
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    scene.settings.quiet_ms = 0;
    assert_int_equal(judge(&scene, talker).kind, VERDICT_SCANNER);
    peers_dispose(&scene.peers);
}

static struct meter_network network_of(const char *text, int64_t sources)
{
    struct meter_network network = {
        .sources = sources, .first_us = NOW - 60 * SECOND, .last_us = NOW};
    assert_true(network_parse(text, &network.network));
    return network;
}

static void add_scan(struct scene *scene, int sources, int64_t options_pm)
{
    for (int i = 0; i < sources; i++) {
        char source[32];
        snprintf(source, sizeof source, "203.0.113.%d", 10 + i);
        struct meter_talker *talker = add_talker(scene, source);
        talker->per_minute[METER_OPTIONS] = talker->totals[METER_OPTIONS] = options_pm;
    }
}

static void many_sources_below_the_limit_are_a_distributed_scan(void **state)
{
    struct scene scene;
    struct verdict verdict;
    struct meter_network network = network_of("203.0.113.0/24", 38);
    (void)state;
    scene_open(&scene);
    add_scan(&scene, 38, 10);
    verdict_network(&scene.settings, &scene.peers, &scene.snapshot, &network, &verdict);
    assert_verdict(&verdict, VERDICT_DISTRIBUTED,
                   "38 sources of 203.0.113.0/24, each below the limit, together 380 OPTIONS "
                   "within a minute");
    for (size_t i = 0; i < 38; i++)
        ASSERT_TALKER(&scene, &scene.talkers[i], VERDICT_NONE, "");
    scene.talkers[3].user_agent[0] = '\0';
    snprintf(scene.talkers[3].user_agent, 64, "pplsip");
    verdict_network(&scene.settings, &scene.peers, &scene.snapshot, &network, &verdict);
    assert_verdict(&verdict, VERDICT_DISTRIBUTED,
                   "38 sources of 203.0.113.0/24, together 380 OPTIONS within a minute");
    peers_dispose(&scene.peers);
}

static void a_providers_network_is_no_scan(void **state)
{
    struct scene scene;
    struct verdict verdict;
    struct meter_network network = network_of("203.0.113.0/24", 40);
    (void)state;
    scene_open(&scene);
    add_scan(&scene, 40, 4); // keep-alives
    for (size_t i = 0; i < 9; i++)
        scene.talkers[i].registers_ok = 1; // the others were registered before the capture
    verdict_network(&scene.settings, &scene.peers, &scene.snapshot, &network, &verdict);
    assert_verdict(&verdict, VERDICT_NONE, "");
    scene.snapshot.talker_count = 9; // few sources
    network.sources = 9;
    verdict_network(&scene.settings, &scene.peers, &scene.snapshot, &network, &verdict);
    assert_verdict(&verdict, VERDICT_NONE, "");
    peers_dispose(&scene.peers);
}

static void a_host_that_refuses_everybody_makes_no_scans(void **state)
{
    struct scene scene;
    struct verdict verdict;
    struct meter_network network = network_of("203.0.113.0/24", 30);
    (void)state;
    scene_open(&scene);
    add_scan(&scene, 30, 0);
    for (size_t i = 0; i < 30; i++) {
        struct meter_talker *talker = &scene.talkers[i];
        talker->totals[METER_REGISTER] = talker->per_minute[METER_REGISTER] = 4;
        talker->users = 1;
        talker->failures = talker->failures_pm = talker->failures_by_code[CODE_401] = 4;
        talker->failures_authorized = 2;
    }
    verdict_network(&scene.settings, &scene.peers, &scene.snapshot, &network, &verdict);
    assert_verdict(&verdict, VERDICT_NONE, "");
    for (size_t i = 0; i < 30; i++)
        ASSERT_TALKER(&scene, &scene.talkers[i], VERDICT_NONE, "");
    peers_dispose(&scene.peers);
}

static void very_many_sources_seen_once_are_a_spoofed_flood(void **state)
{
    struct scene scene;
    struct verdict verdict;
    (void)state;
    scene_open(&scene);
    scene.snapshot.new_sources_pm = 20000;
    scene.snapshot.once_sources_pm = 19990;
    verdict_whole(&scene.settings, &scene.snapshot, &verdict);
    assert_verdict(&verdict, VERDICT_SPOOFED,
                   "20000 new sources within a minute, 19990 of them sent once, limit 1000");
    scene.snapshot.keepalives_pm = 19900; // phones behind NAT, after the host came back
    verdict_whole(&scene.settings, &scene.snapshot, &verdict);
    assert_verdict(&verdict, VERDICT_NONE, "");
    scene.snapshot.keepalives_pm = 0;
    scene.snapshot.new_sources_pm = scene.snapshot.once_sources_pm = 3000;
    scene.snapshot.unbroken_us = NOW - 30 * SECOND; // all phones are new to a young capture
    verdict_whole(&scene.settings, &scene.snapshot, &verdict);
    assert_verdict(&verdict, VERDICT_NONE, "");
    peers_dispose(&scene.peers);
}

static struct network alone_of(const char *text)
{
    struct network alone;
    assert_true(network_parse(text, &alone));
    return alone;
}

static struct verdict flood_until(int64_t last_us, const char *evidence)
{
    struct verdict verdict = {.kind = VERDICT_OPTIONS_FLOOD,
                              .word = "OPTIONS flood",
                              .peer = "",
                              .level = LEVEL_CRIT,
                              .last_us = last_us,
                              .pps = 1.5,
                              .peak_pps = 9};
    snprintf(verdict.evidence, sizeof verdict.evidence, "%s", evidence);
    return verdict;
}

static void a_verdict_is_remembered_while_the_source_pauses(void **state)
{
    struct verdict_memory *memory = verdict_memory_new();
    struct verdict_settings settings;
    const struct verdict none = {.word = "", .peer = ""};
    struct verdict verdict = flood_until(NOW, "63 OPTIONS");
    struct network alone = alone_of("203.0.113.9"), other = alone_of("203.0.113.0/24");
    (void)state;
    verdict_settings_default(&settings);
    verdict_memory_apply(memory, &settings, NOW, &alone, &verdict);
    assert_string_equal(verdict.evidence, "63 OPTIONS, 1.5 packets/s");
    verdict = none;
    verdict_memory_apply(memory, &settings, NOW, &other, &verdict);
    assert_int_equal(verdict.kind, VERDICT_NONE);
    verdict_memory_apply(memory, &settings, NOW + 20 * SECOND, &alone, &verdict);
    assert_int_equal(verdict.level, LEVEL_CRIT);
    verdict = none;
    verdict_memory_apply(memory, &settings, NOW + 601 * SECOND, &alone, &verdict);
    assert_int_equal(verdict.kind, VERDICT_NONE);
    verdict_memory_free(memory);
}

static void an_attack_that_is_over_says_since_when_and_is_calm(void **state)
{
    struct verdict_memory *memory = verdict_memory_new();
    struct verdict_settings settings;
    struct verdict verdict = flood_until(NOW, "630 OPTIONS");
    struct network alone = alone_of("203.0.113.9");
    (void)state;
    verdict_settings_default(&settings);
    verdict_memory_apply(memory, &settings, NOW, &alone, &verdict);
    verdict = flood_until(NOW, "51 OPTIONS"); // the window empties
    verdict_memory_apply(memory, &settings, NOW + 58 * SECOND, &alone, &verdict);
    assert_true(verdict.over);
    assert_int_equal(verdict.level, LEVEL_INFO);
    assert_int_equal(verdict.last_us, NOW);
    assert_string_equal(verdict.word, "OPTIONS flood");
    // 1970-01-01 02:46:40 UTC
    assert_string_equal(verdict.evidence,
                        "over since 02:46:40, was: 630 OPTIONS, peak 9 packets/s");
    verdict = flood_until(NOW + 90 * SECOND, "52 OPTIONS"); // it begins again
    verdict_memory_apply(memory, &settings, NOW + 90 * SECOND, &alone, &verdict);
    assert_int_equal(verdict.level, LEVEL_CRIT);
    assert_string_equal(verdict.evidence, "52 OPTIONS, 1.5 packets/s");
    verdict_memory_free(memory);
}

static void a_guessed_password_stays_a_warning(void **state)
{
    struct verdict_settings settings;
    struct verdict verdict = flood_until(NOW, "15 failed REGISTERs");
    (void)state;
    verdict_settings_default(&settings);
    verdict.lasting = true;
    verdict_settle(&verdict, &settings, NOW + 31 * SECOND);
    assert_int_equal(verdict.level, LEVEL_WARN);
    verdict = flood_until(NOW, "15 failed REGISTERs");
    settings.quiet_ms = 0; // a file is judged as a whole: nothing is over
    verdict_settle(&verdict, &settings, NOW + 31 * SECOND);
    assert_int_equal(verdict.level, LEVEL_CRIT);
}

static void a_scanners_evidence_tells_what_it_does(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    snprintf(talker->user_agent, sizeof talker->user_agent, "friendly-scanner");
    talker->totals[METER_OPTIONS] = 12;
    ASSERT_TALKER(&scene, talker, VERDICT_SCANNER, "friendly-scanner; 12 OPTIONS in 60 s");
    add_guesses(&scene, "203.0.113.9", "15550102", 190, 190);
    ASSERT_TALKER(&scene, talker, VERDICT_SCANNER,
                  "friendly-scanner; 190 failed REGISTERs for 15550102 in 40 s");
    peers_dispose(&scene.peers);
}

static void a_flood_that_was_is_none_while_little_comes(void **state)
{
    struct scene scene;
    (void)state;
    scene_open(&scene);
    struct meter_talker *talker = add_talker(&scene, "203.0.113.9");
    talker->first_us = NOW - 100 * SECOND;
    talker->packets = talker->totals[METER_OPTIONS] = 20000;
    talker->per_minute[METER_OPTIONS] = 3; // of 20,000
    ASSERT_TALKER(&scene, talker, VERDICT_NONE, "");
    peers_dispose(&scene.peers);
}

static void the_end_of_a_spoofed_flood_is_known(void **state)
{
    struct scene scene;
    struct verdict verdict;
    (void)state;
    scene_open(&scene);
    scene.snapshot.new_sources_pm = scene.snapshot.once_sources_pm = 8000;
    for (int i = 10; i < 18; i++) // 42 to 50 s ago
        scene.snapshot.new_per_second[i] = 1000;
    scene.snapshot.new_per_second[50] = 2; // a phone or two
    verdict_whole(&scene.settings, &scene.snapshot, &verdict);
    assert_int_equal(verdict.kind, VERDICT_SPOOFED);
    assert_int_equal(verdict.last_us, NOW - 41 * SECOND);
    verdict_settle(&verdict, &scene.settings, NOW);
    assert_true(verdict.over);
    assert_int_equal(verdict.level, LEVEL_INFO);
    peers_dispose(&scene.peers);
}

static void a_source_that_becomes_known_is_no_longer_accused(void **state)
{
    struct verdict_memory *memory = verdict_memory_new();
    struct verdict_settings settings;
    struct verdict verdict = flood_until(NOW, "63 OPTIONS");
    struct network alone;
    (void)state;
    verdict_settings_default(&settings);
    assert_true(network_parse("203.0.113.9", &alone));
    verdict_memory_apply(memory, &settings, NOW, &alone, &verdict);
    verdict = (struct verdict){.kind = VERDICT_GATEWAY, .word = "", .peer = "gateway"};
    verdict_memory_apply(memory, &settings, NOW + SECOND, &alone, &verdict);
    verdict = (struct verdict){.word = "", .peer = ""};
    verdict_memory_apply(memory, &settings, NOW + 2 * SECOND, &alone, &verdict);
    assert_int_equal(verdict.kind, VERDICT_NONE);
    verdict_memory_free(memory);
}

int main(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scanner_is_known_by_its_user_agent),
        cmocka_unit_test(guessing_one_users_password_is_brute_force),
        cmocka_unit_test(a_password_that_was_found_is_said),
        cmocka_unit_test(a_phone_with_a_wrong_password_is_no_attacker),
        cmocka_unit_test(one_password_for_many_users_is_spraying),
        cmocka_unit_test(old_failures_are_forgotten),
        cmocka_unit_test(an_office_behind_nat_is_a_customer_whatever_fails),
        cmocka_unit_test(trying_users_in_sequence_is_harvesting),
        cmocka_unit_test(phones_that_begin_to_log_in_are_no_harvesters),
        cmocka_unit_test(a_stranger_whose_calls_are_all_refused_probes),
        cmocka_unit_test(answers_that_are_repeated_refuse_no_more_requests),
        cmocka_unit_test(a_call_centre_whose_calls_are_answered_is_a_customer),
        cmocka_unit_test(too_many_options_are_a_flood),
        cmocka_unit_test(an_unknown_gateways_keep_alives_are_no_flood),
        cmocka_unit_test(too_many_packets_are_a_flood_unless_they_answer),
        cmocka_unit_test(requests_that_are_refused_again_and_again_are_brute_force),
        cmocka_unit_test(whoever_is_known_is_never_an_attacker),
        cmocka_unit_test(a_silent_source_loses_its_verdict),
        cmocka_unit_test(many_sources_below_the_limit_are_a_distributed_scan),
        cmocka_unit_test(a_providers_network_is_no_scan),
        cmocka_unit_test(a_host_that_refuses_everybody_makes_no_scans),
        cmocka_unit_test(very_many_sources_seen_once_are_a_spoofed_flood),
        cmocka_unit_test(a_verdict_is_remembered_while_the_source_pauses),
        cmocka_unit_test(an_attack_that_is_over_says_since_when_and_is_calm),
        cmocka_unit_test(a_guessed_password_stays_a_warning),
        cmocka_unit_test(a_scanners_evidence_tells_what_it_does),
        cmocka_unit_test(a_flood_that_was_is_none_while_little_comes),
        cmocka_unit_test(the_end_of_a_spoofed_flood_is_known),
        cmocka_unit_test(a_source_that_becomes_known_is_no_longer_accused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
