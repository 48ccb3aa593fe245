// SPDX-License-Identifier: MIT

// Sources are counted exactly within the memory bound, and beyond it the heavy ones stay.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "meter/talkers.h"
#include "meter_packets.h"

static struct address source_of(uint32_t number)
{
    struct address address = {.bytes = {[10] = 0xff, [11] = 0xff}};
    for (int i = 0; i < 4; i++)
        address.bytes[12 + i] = (uint8_t)(number >> (24 - 8 * i));
    return address;
}

static struct talker *hear(struct talkers *talkers, uint32_t number)
{
    struct address source = source_of(number);
    struct talker *talker = talkers_get(talkers, &source, 1);
    talker->packets++;
    return talker;
}

static void counts_are_exact_within_the_bound(void **state)
{
    enum { SOURCES = 5000, PACKETS = 100000 };
    static int64_t truth[SOURCES];
    struct talkers *talkers = talkers_new(64 << 20, 42);
    uint64_t random = 1;
    size_t seen = 0;
    (void)state;

    for (int i = 0; i < PACKETS; i++) {
        uint32_t number = random_next(&random) % SOURCES;
        seen += truth[number]++ == 0;
        hear(talkers, number);
    }
    assert_true(talkers_complete(talkers));
    assert_int_equal(talkers_seen(talkers), seen);
    for (uint32_t number = 0; number < SOURCES; number++) {
        struct address source = source_of(number);
        struct talker *talker = talkers_find(talkers, &source);
        assert_int_equal(talker != NULL ? talker->packets : 0, truth[number]);
    }
    talkers_free(talkers);
}

static void the_heaviest_are_listed_by_packets_then_address(void **state)
{
    struct talkers *talkers = talkers_new(1 << 20, 1);
    (void)state;
    for (uint32_t number = 0; number < 200; number++)
        for (uint32_t i = 0; i <= number % 50; i++)
            hear(talkers, number);
    for (size_t wanted = 0; wanted <= 300; wanted += 7) {
        size_t count = wanted;
        struct talker **top = talkers_top(talkers, 0, &count);
        assert_int_equal(count, wanted == 0 || wanted > 200 ? 200 : wanted);
        for (size_t i = 0; i < count; i++) { // four sources of each weight
            struct address expected = source_of((uint32_t)(49 - i / 4 + i % 4 * 50));
            assert_int_equal(address_compare(&top[i]->source, &expected), 0);
        }
        free(top);
    }
    talkers_free(talkers);
}

static void who_sends_now_is_listed_beside_who_was_heard_for_days(void **state)
{
    enum { PHONES = 200, LISTED = 50, NOW_S = 100000 };
    struct talkers *talkers = talkers_new(1 << 20, 1);
    struct address scanner = source_of(1000);
    size_t count = LISTED;
    (void)state;

    for (uint32_t number = 0; number < PHONES; number++)
        for (int i = 0; i < 100; i++)
            hear(talkers, number);
    struct talker *newcomer = hear(talkers, 1000);
    window_add(newcomer->window, NOW_S, WINDOW_PACKETS);

    struct talker **top = talkers_top(talkers, NOW_S + 59, &count);
    assert_int_equal(count, LISTED + 1);
    assert_int_equal(address_compare(&top[LISTED]->source, &scanner), 0); // by packets: last
    free(top);

    count = LISTED;
    top = talkers_top(talkers, NOW_S + 60, &count);
    assert_int_equal(count, LISTED);
    free(top);
    talkers_free(talkers);
}

static void beyond_the_bound_the_heavy_stay_and_all_are_still_found(void **state)
{
    struct talkers *talkers = talkers_new(1 << 20, 99);
    size_t capacity = talkers_capacity(talkers);
    uint64_t random = 5;
    (void)state;

    for (uint32_t heavy = 0; heavy < 10; heavy++)
        for (int i = 0; i < 1000; i++)
            hear(talkers, heavy);
    for (int i = 0; i < 200000; i++)
        assert_int_equal(hear(talkers, 0x10000 + random_next(&random))->source.bytes[10], 0xff);
    assert_false(talkers_complete(talkers));
    assert_true(talkers_seen(talkers) > capacity);

    size_t count = 0;
    struct talker **top = talkers_top(talkers, 0, &count);
    assert_int_equal(count, capacity);
    for (uint32_t heavy = 0; heavy < 10; heavy++)
        assert_int_equal(top[heavy]->packets, 1000);
    for (size_t i = 0; i < count; i++) // the index still leads to every one of them
        assert_ptr_equal(talkers_find(talkers, &top[i]->source), top[i]);
    free(top);
    talkers_free(talkers);
}

static void a_newcomer_starts_from_nothing(void **state)
{
    struct talkers *talkers = talkers_new(0, 3);
    (void)state;
    for (uint32_t number = 0; number < 10000; number++) {
        struct talker *talker = hear(talkers, number);
        assert_int_equal(talker->packets, 1);
        assert_int_equal(talker->window->second, 0);
        window_add(talker->window, 100, WINDOW_PACKETS);
        memset(talker->user_agent, 'x', 3);
    }
    struct address source = source_of(10001);
    assert_string_equal(talkers_get(talkers, &source, 1)->user_agent, "");
    talkers_free(talkers);
}

static void the_memory_stays_within_its_bound(void **state)
{
    static const size_t bounds[] = {1 << 20, 3 << 20, 64 << 20};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct talkers *talkers = talkers_new(bounds[i], 0);
        size_t each = sizeof(struct talker) + sizeof(struct window);
        size_t capacity = talkers_capacity(talkers);
        assert_true(capacity * each < bounds[i]);
        assert_true(capacity * each > bounds[i] * 8 / 10); // and most of it is used
        talkers_free(talkers);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_exact_within_the_bound),
        cmocka_unit_test(the_heaviest_are_listed_by_packets_then_address),
        cmocka_unit_test(who_sends_now_is_listed_beside_who_was_heard_for_days),
        cmocka_unit_test(beyond_the_bound_the_heavy_stay_and_all_are_still_found),
        cmocka_unit_test(a_newcomer_starts_from_nothing),
        cmocka_unit_test(the_memory_stays_within_its_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
