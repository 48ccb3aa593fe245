// SPDX-License-Identifier: MIT

// Figures over time: minutes, hours, and what is forgotten.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/history.h"
#include "store/runs.h"
#include "store_folder.h"

#define MINUTE_MS 60000
#define HOUR_MS   (60 * (int64_t)MINUTE_MS)
#define BASE_MS   (HOUR_MS * 494000)

static char *literal(const char *text)
{
    return (char *)(uintptr_t)text;
}

static struct store *open_store(const struct folder *folder)
{
    struct err err = {0};
    struct store *store = store_open(folder->path, STORE_WRITE, NULL, &err);
    if (store == NULL)
        fail_msg("%s", err.text);
    return store;
}

static void put(struct store *store, int64_t at_ms, double value)
{
    struct err err = {0};
    struct sample sample = {literal("sw1"), literal("calls"), at_ms, value};
    if (!store_put_samples(store, &sample, 1, &err))
        fail_msg("%s", err.text);
}

static struct figure_history read_history(struct store *store, int64_t from_ms, int64_t to_ms,
                                          size_t points)
{
    struct figure_history history;
    struct err err = {0};
    struct history_series series = {literal("sw1"), literal("calls")};
    if (!store_history(store, &series, from_ms, to_ms, points, &history, &err))
        fail_msg("%s", err.text);
    return history;
}

static void minutes_come_back_in_their_places(void **state)
{
    struct store *store = open_store(*state);
    put(store, BASE_MS, 10);
    put(store, BASE_MS + MINUTE_MS, 20);
    put(store, BASE_MS + 5 * MINUTE_MS, 60);
    put(store, BASE_MS + 3 * HOUR_MS, 1000); // behind the time asked for
    struct figure_history history = read_history(store, BASE_MS, BASE_MS + 6 * MINUTE_MS, 3);
    assert_true(history.values[0] == 15);
    assert_true(isnan(history.values[1]));
    assert_true(history.values[2] == 60);
    assert_int_equal(history.measured, 3);
    assert_true(history.least == 10 && history.most == 60 && history.mean == 30);
    assert_true(history.newest == 60);
    free(history.values);
    store_close(store);
}

static void the_first_value_of_a_minute_counts_once(void **state)
{
    struct store *store = open_store(*state);
    put(store, BASE_MS + 1000, 7);
    put(store, BASE_MS + 2000, 900); // another console
    put(store, BASE_MS + MINUTE_MS, NAN);
    struct figure_history history = read_history(store, BASE_MS, BASE_MS + HOUR_MS, 1);
    assert_int_equal(history.measured, 1);
    assert_true(history.most == 7);
    free(history.values);
    store_close(store);
}

static void nothing_measured_is_unknown_and_not_zero(void **state)
{
    struct store *store = open_store(*state);
    struct figure_history history = read_history(store, BASE_MS, BASE_MS + HOUR_MS, 4);
    assert_int_equal(history.measured, 0);
    for (size_t i = 0; i < 4; i++)
        assert_true(isnan(history.values[i]));
    free(history.values);
    store_close(store);
}

static void hours_stay_when_minutes_are_forgotten(void **state)
{
    struct store *store = open_store(*state);
    struct err err = {0};
    for (int i = 0; i < 120; i++)
        put(store, BASE_MS + i * MINUTE_MS, i);
    struct keep_for keep = {.minutes_ms = HOUR_MS, .hours_ms = 100 * HOUR_MS};
    assert_true(store_prune(store, &keep, BASE_MS + 2 * HOUR_MS + 1, &err));
    struct figure_history history = read_history(store, BASE_MS, BASE_MS + 2 * HOUR_MS, 120);
    assert_true(fabs((double)history.values[0] - 29.5) < 0.01); // the mean of its hour
    assert_true(isnan(history.values[1]));
    assert_true(history.values[61] == 61); // the hour after it still has its minutes
    assert_true(history.least == 0 && history.most == 119);
    assert_int_equal(history.measured, 120);
    assert_true(fabs(history.mean - 59.5) < 0.01);
    free(history.values);
    keep.hours_ms = HOUR_MS;
    assert_true(store_prune(store, &keep, BASE_MS + 2 * HOUR_MS + 1, &err));
    history = read_history(store, BASE_MS, BASE_MS + 2 * HOUR_MS, 2);
    assert_int_equal(history.measured, 60);
    free(history.values);
    store_close(store);
}

static void old_runs_go_with_their_steps_by_their_kind(void **state)
{
    struct store *store = open_store(*state);
    struct err err = {0};
    for (int i = 0; i < 4; i++) {
        char *key = mem_printf("k%d", i);
        struct run_record run = {.key = key,
                                 .kind = i % 2 == 0 ? RUN_GUIDED : RUN_UNATTENDED,
                                 .started_ms = i < 2 ? BASE_MS : BASE_MS + 50 * HOUR_MS};
        struct step_record step = {.run = key, .step = literal("a"), .host = literal("b")};
        assert_true(store_put_run(store, &run, &err));
        assert_true(store_put_step(store, &step, &err));
        free(key);
    }
    struct keep_for keep = {.unattended_ms = 10 * HOUR_MS};
    assert_true(store_prune(store, &keep, BASE_MS + 51 * HOUR_MS, &err));
    static const bool stays[] = {true, false, true, true};
    for (int i = 0; i < 4; i++) {
        char *key = mem_printf("k%d", i);
        struct run_story *story;
        assert_true(store_story(store, &(struct run_question){.key = key}, &story, &err));
        assert_int_equal(story != NULL, stays[i]);
        assert_true(story == NULL || story->step_count == 1);
        run_story_free(story);
        free(key);
    }
    store_close(store);
}

static void series_are_listed(void **state)
{
    struct store *store = open_store(*state);
    struct err err = {0};
    struct sample samples[] = {{literal("sw2"), literal("calls"), BASE_MS, 1},
                               {literal("sw1"), literal("'; DROP TABLE hour"), BASE_MS, 1},
                               {literal("sw1"), literal("asr"), BASE_MS, 1}};
    assert_true(store_put_samples(store, samples, 3, &err));
    struct history_series *series;
    size_t count;
    assert_true(store_history_series(store, &series, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(series[0].metric, "'; DROP TABLE hour");
    assert_string_equal(series[1].metric, "asr");
    assert_string_equal(series[2].host, "sw2");
    history_series_free(series, count);
    store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(minutes_come_back_in_their_places),
        TEST(the_first_value_of_a_minute_counts_once),
        TEST(nothing_measured_is_unknown_and_not_zero),
        TEST(hours_stay_when_minutes_are_forgotten),
        TEST(old_runs_go_with_their_steps_by_their_kind),
        TEST(series_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
