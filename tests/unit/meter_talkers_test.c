// SPDX-License-Identifier: MIT

// Sources are counted exactly within the memory bound, and with a stated error beyond it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "meter/rank.h"
#include "meter/talkers.h"
#include "meter_packets.h"

static struct talkers *fresh(size_t memory_max, size_t detail_max)
{
    return talkers_new(&(struct talkers_options){
        .memory_max = memory_max, .detail_max = detail_max, .seeds = {1, 99}});
}

// Every third is an IPv6 one.
static struct address source_of(uint32_t number)
{
    struct address address = {.bytes = {[10] = 0xff, [11] = 0xff}};
    if (number % 3 == 0)
        address = (struct address){.bytes = {0x20, 0x01, 0x0d, 0xb8}};
    memcpy(address.bytes + 12, &number, sizeof number);
    return address;
}

static struct talker *hear(struct talkers *talkers, uint32_t number, int64_t time_us)
{
    struct address source = source_of(number);
    struct arrival arrival = {.time_us = time_us, .second = time_us / 1000000, .len = 100};

    talkers_key(talkers, &source, &arrival.key);
    struct talker *talker = talkers_count(talkers, &arrival);
    if (talker != NULL)
        window_add(&talker->window, arrival.second, METER_OPTIONS);
    return talker;
}

static const int64_t NOW = INT64_C(1700000000) * 1000000;

static void counts_are_exact_within_the_bound(void **state)
{
    enum { SOURCES = 50000, PACKETS = 400000 };
    static int64_t truth[SOURCES];
    struct talkers *talkers = fresh(16 << 20, 500);
    struct ranked *ranked;
    uint64_t random = 5;
    size_t different = 0;
    (void)state;

    memset(truth, 0, sizeof truth);
    for (int i = 0; i < PACKETS; i++) {
        uint32_t number = random_next(&random) % SOURCES;
        different += truth[number]++ == 0;
        hear(talkers, number, NOW + i);
    }
    assert_true(talkers_exact(talkers));
    assert_int_equal(talkers_seen(talkers), different);
    assert_true(talkers_bytes(talkers) <= 16 << 20);
    size_t count = rank_talkers(talkers, NOW / 1000000, 0, NULL, &ranked);
    assert_int_equal(count, different);
    for (size_t i = 0; i < count; i++) {
        uint32_t number;
        memcpy(&number, ranked[i].source.bytes + 12, sizeof number);
        assert_int_equal(ranked[i].weight, truth[number]);
        assert_true(i == 0 || ranked[i - 1].weight >= ranked[i].weight);
        if (ranked[i].talker == NULL) {
            assert_int_equal(ranked[i].light.bytes, truth[number] * 100);
            assert_int_equal(ranked[i].light.error, 0);
        }
    }
    free(ranked);
    talkers_free(talkers);
}

static void the_heaviest_are_listed_by_packets_then_address(void **state)
{
    struct talkers *talkers = fresh(1 << 20, 50);
    struct ranked *all, *some;
    (void)state;
    for (uint32_t number = 0; number < 200; number++)
        for (uint32_t i = 0; i <= number % 50; i++)
            hear(talkers, number, NOW);
    assert_int_equal(rank_talkers(talkers, NOW / 1000000 + 100, 0, NULL, &all), 200);
    for (size_t i = 1; i < 200; i++)
        assert_true(all[i - 1].weight > all[i].weight ||
                    (all[i - 1].weight == all[i].weight &&
                     address_compare(&all[i - 1].source, &all[i].source) < 0));
    for (size_t wanted = 1; wanted <= 300; wanted += 7) {
        size_t count = rank_talkers(talkers, NOW / 1000000 + 100, wanted, NULL, &some);
        assert_int_equal(count, wanted > 200 ? 200 : wanted);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(address_compare(&some[i].source, &all[i].source), 0);
        free(some);
    }
    free(all);
    talkers_free(talkers);
}

static void who_sends_now_is_listed_beside_who_was_heard_for_days(void **state)
{
    enum { PHONES = 200, LISTED = 50, LATER = 100000 };
    struct talkers *talkers = fresh(4 << 20, 500);
    struct address scanner = source_of(1000);
    struct ranked *ranked;
    int64_t later = NOW + LATER * INT64_C(1000000);
    (void)state;

    for (uint32_t number = 0; number < PHONES; number++)
        for (int i = 0; i < 100; i++)
            hear(talkers, number, NOW);
    hear(talkers, 1000, later);

    assert_int_equal(rank_talkers(talkers, later / 1000000 + 59, LISTED, NULL, &ranked),
                     LISTED + 1);
    assert_int_equal(address_compare(&ranked[LISTED].source, &scanner), 0); // by packets: last
    free(ranked);
    assert_int_equal(rank_talkers(talkers, later / 1000000 + 60, LISTED, NULL, &ranked), LISTED);
    free(ranked);
    talkers_free(talkers);
}

static void beyond_the_bound_the_heavy_stay_exact_and_all_state_their_error(void **state)
{
    enum { HEAVY = 10, LIGHT = 400000 };
    struct talkers *talkers = fresh(1 << 20, 100);
    struct ranked *ranked;
    uint64_t random = 5;
    (void)state;

    for (int i = 0; i < LIGHT; i++) {
        hear(talkers, 0x1000000 + random_next(&random) % 0x1000000, NOW + i * 1000);
        if (i % 40 == 0)
            hear(talkers, (uint32_t)(i / 40) % HEAVY, NOW + i * 1000);
    }
    assert_false(talkers_exact(talkers));
    assert_true(talkers_bytes(talkers) <= 1 << 20);
    size_t count = rank_talkers(talkers, NOW / 1000000 + LIGHT / 1000, 0, NULL, &ranked);
    for (size_t heavy = 0; heavy < HEAVY; heavy++) {
        assert_int_equal(ranked[heavy].weight, LIGHT / 40 / HEAVY);
        assert_non_null(ranked[heavy].talker);
    }
    for (size_t i = HEAVY; i < count; i++) {
        int64_t error = ranked[i].talker != NULL ? ranked[i].talker->error : ranked[i].light.error;
        assert_true(ranked[i].weight > error);
        assert_true(ranked[i].weight - error < 20);
        struct source_key key; // the table still leads to every one of them
        struct light light;
        talkers_key(talkers, &ranked[i].source, &key);
        if (ranked[i].talker == NULL)
            assert_true(talkers_light(talkers, &key, &light));
        else
            assert_ptr_equal(talkers_find(talkers, &key), ranked[i].talker);
    }
    free(ranked);
    talkers_free(talkers);
}

static void the_number_of_sources_beyond_the_bound_is_close(void **state)
{
    enum { SOURCES = 300000 };
    struct talkers *talkers = fresh(1 << 20, 100);
    (void)state;
    for (uint32_t number = 0; number < SOURCES; number++)
        hear(talkers, number, NOW + number);
    assert_false(talkers_exact(talkers));
    double error_pct = 100.0 * ((double)talkers_seen(talkers) - SOURCES) / SOURCES;
    assert_true(error_pct < 4 * talkers_seen_error_pct(talkers));
    assert_true(error_pct > -4 * talkers_seen_error_pct(talkers));
    talkers_free(talkers);
}

static void upper_bounds_hold_for_whoever_comes_back(void **state)
{
    enum { SOURCES = 60000, PACKETS = 600000 };
    static int64_t truth[SOURCES];
    struct talkers *talkers = fresh(1 << 20, 100);
    struct ranked *ranked;
    uint64_t random = 11;
    (void)state;

    memset(truth, 0, sizeof truth);
    for (int i = 0; i < PACKETS; i++) { // the lower the number, the more often
        uint64_t a = random_next(&random) % SOURCES, b = random_next(&random) % SOURCES;
        uint32_t number = (uint32_t)(a * b / SOURCES);
        truth[number]++;
        hear(talkers, number, NOW + i * 100);
    }
    assert_false(talkers_exact(talkers));
    size_t count = rank_talkers(talkers, NOW / 1000000 + 60, 0, NULL, &ranked);
    for (size_t i = 0; i < count; i++) {
        uint32_t number;
        memcpy(&number, ranked[i].source.bytes + 12, sizeof number);
        int64_t error = ranked[i].talker != NULL ? ranked[i].talker->error : ranked[i].light.error;
        assert_true(truth[number] <= ranked[i].weight);
        assert_true(truth[number] >= ranked[i].weight - error);
    }
    free(ranked);
    talkers_free(talkers);
}

static void sources_new_in_the_last_minute_are_told(void **state)
{
    struct talkers *talkers = fresh(4 << 20, 20);
    int64_t fresh_sources, once;
    (void)state;
    for (uint32_t number = 0; number < 100; number++) {
        hear(talkers, number, NOW);
        if (number % 4 == 0)
            hear(talkers, number, NOW + 2000000);
        if (number % 8 == 0)
            hear(talkers, number, NOW + 3000000);
    }
    talkers_fresh(talkers, NOW / 1000000 + 59, &fresh_sources, &once);
    assert_int_equal(fresh_sources, 100);
    assert_int_equal(once, 75);
    talkers_fresh(talkers, NOW / 1000000 + 60, &fresh_sources, &once);
    assert_int_equal(fresh_sources, 0);
    assert_int_equal(once, 0);
    talkers_free(talkers);
}

static void who_becomes_heavy_late_is_followed_in_detail(void **state)
{
    struct talkers *talkers = fresh(4 << 20, 50);
    struct talker *talker = NULL;
    (void)state;
    for (uint32_t number = 0; number < 1000; number++)
        hear(talkers, number, NOW);
    for (int i = 0; i < 100; i++)
        talker = hear(talkers, 5000, NOW + 70000000 + i);
    assert_non_null(talker);
    assert_int_equal(talker->packets, 100);
    assert_false(talker->whole);
    assert_true(window_sum(&talker->window, WINDOW_PACKETS, 60) > 80);
    talkers_free(talkers);
}

static void the_memory_stays_within_its_bound(void **state)
{
    static const size_t bounds[] = {1 << 20, 3 << 20, 64 << 20};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct talkers *talkers = fresh(bounds[i], 8192);
        for (uint32_t number = 0; number < 2000000; number++)
            hear(talkers, number, NOW);
        assert_true(talkers_bytes(talkers) <= bounds[i]);
        assert_true(talkers_bytes(talkers) > bounds[i] * 7 / 10); // and most of it is used
        talkers_free(talkers);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_exact_within_the_bound),
        cmocka_unit_test(the_heaviest_are_listed_by_packets_then_address),
        cmocka_unit_test(who_sends_now_is_listed_beside_who_was_heard_for_days),
        cmocka_unit_test(beyond_the_bound_the_heavy_stay_exact_and_all_state_their_error),
        cmocka_unit_test(the_number_of_sources_beyond_the_bound_is_close),
        cmocka_unit_test(upper_bounds_hold_for_whoever_comes_back),
        cmocka_unit_test(sources_new_in_the_last_minute_are_told),
        cmocka_unit_test(who_becomes_heavy_late_is_followed_in_detail),
        cmocka_unit_test(the_memory_stays_within_its_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
