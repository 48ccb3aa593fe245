// SPDX-License-Identifier: MIT

// What a host keeps between readings, asked for by several lanes at once.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "probe/probe.h"

static const struct host_config host = {.name = (char[]){"sw1"},
                                        .mysql_host = (char[]){"127.0.0.1"},
                                        .mysql_socket = (char[]){""},
                                        .mysql_port = 3306,
                                        .http_port = 8080};

struct counter {
    int value;
    int *freed;
};

static void count_freed(void *slot)
{
    struct counter *counter = slot;
    ++*counter->freed;
}

static void a_slot_is_the_same_memory_until_the_end(void **state)
{
    (void)state;
    struct host_state *kept = host_state_new(&host);
    int freed = 0;
    struct counter *one = host_state_slot(kept, &reader_http, sizeof *one, count_freed);
    assert_int_equal(one->value, 0);
    one->value = 7;
    one->freed = &freed;
    static const char keys[100];
    for (size_t i = 0; i < sizeof keys; i++) // other slots do not move it
        assert_ptr_not_equal(host_state_slot(kept, &keys[i], sizeof *one, NULL), one);
    assert_ptr_equal(host_state_slot(kept, &reader_http, sizeof *one, count_freed), one);
    assert_int_equal(one->value, 7);
    host_state_link_lost(kept);
    assert_int_equal(freed, 0);
    host_state_free(kept);
    assert_int_equal(freed, 1);
}

#define LANE_COUNT 4
#define ROUNDS     500

struct lane_work {
    struct host_state *kept;
    const char *keys; // ROUNDS of its own
};

static void *work_as_a_lane(void *arg)
{
    struct lane_work *work = arg;
    for (int i = 0; i < ROUNDS; i++) {
        int *own = host_state_slot(work->kept, work->keys + i % 20, sizeof *own, NULL);
        ++*own;
        if (i % 100 == 0)
            host_state_link_lost(work->kept);
        host_state_link_losses(work->kept);
    }
    return NULL;
}

static void lanes_keep_their_own_slots_at_the_same_time(void **state)
{
    (void)state;
    static const char keys[LANE_COUNT][ROUNDS];
    struct host_state *kept = host_state_new(&host);
    struct lane_work works[LANE_COUNT];
    pthread_t threads[LANE_COUNT];
    for (int i = 0; i < LANE_COUNT; i++) {
        works[i] = (struct lane_work){kept, keys[i]};
        assert_int_equal(pthread_create(&threads[i], NULL, work_as_a_lane, &works[i]), 0);
    }
    for (int i = 0; i < LANE_COUNT; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < LANE_COUNT; i++) {
        int sum = 0;
        for (int k = 0; k < 20; k++)
            sum += *(int *)host_state_slot(kept, &keys[i][k], sizeof(int), NULL);
        assert_int_equal(sum, ROUNDS);
    }
    assert_int_equal(host_state_link_losses(kept), LANE_COUNT * ROUNDS / 100);
    host_state_free(kept);
}

static void what_is_not_configured_is_said(void **state)
{
    (void)state;
    struct host_config bare = host;
    bare.mysql_port = bare.http_port = 0;
    struct link *link = link_new(&bare);
    struct reading reading = {.host = &bare, .link = link, .state = host_state_new(&bare)};
    struct err err = {0};
    struct sql *sql;
    struct http_request request = {0};
    json_t *answer;
    assert_false(reading_sql(&reading, &sql, &err));
    assert_string_equal(err.text, "sw1: no database is configured (mysql_port = 0)");
    assert_false(reading_post(&reading, &request, &answer, &err));
    assert_string_equal(err.text, "sw1: no web interface is configured (http_port = 0)");
    host_state_free(reading.state);
    link_free(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slot_is_the_same_memory_until_the_end),
        cmocka_unit_test(lanes_keep_their_own_slots_at_the_same_time),
        cmocka_unit_test(what_is_not_configured_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
