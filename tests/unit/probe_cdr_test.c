// SPDX-License-Identifier: MIT

// The aggregator of call records against plain counting over the same records, and the memory of
// record numbers against a plain set.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/cdr_buckets.h"
#include "probe/cdr_tail.h"

#define MINUTE_MS 60000LL
#define HOUR_MS   (60 * MINUTE_MS)
#define NOW_MS    1795161637123LL // 2026-11-20 08:00:37.123 UTC
#define DAY_MS    (1795161600000LL - 8 * HOUR_MS)
#define RECORDS   20000
#define GATEWAYS  12

static const int64_t effective_reasons[] = {17, 486, -39, 19, 480};

struct record {
    enum gateway_kind kind;
    int gateway;
    struct cdr_attempt attempt;
};

// xorshift: the same records in every run.
static uint64_t random_state;

static int64_t random_below(int64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int64_t)(random_state % (uint64_t)limit);
}

// NULL in a column is -1 (PDD), 0 (talk) or CDR_REASON_UNKNOWN, as the reader hands it on.
static struct record random_record(int64_t newest_ms, int64_t reach_ms)
{
    static const int64_t reasons[] = {16, 17, 486, -39, 34, 503, -7, 404, CDR_REASON_UNKNOWN};
    struct record record = {
        .kind = (enum gateway_kind)random_below(GATEWAY_KINDS),
        .gateway = (int)random_below(GATEWAYS),
        .attempt = {.stop_ms = newest_ms - random_below(reach_ms),
                    .talk_s = random_below(10) < 4 ? random_below(4000) : 0,
                    .pdd_ms = random_below(10) < 7 ? random_below(20000) : -1,
                    .reason = reasons[random_below(sizeof reasons / sizeof reasons[0])]}};
    return record;
}

static void name_of(int gateway, char out[32])
{
    snprintf(out, 32, "CARRIER-%d", gateway);
}

static void add(struct cdr_buckets *buckets, const struct record *record)
{
    char name[32];
    name_of(record->gateway, name);
    cdr_buckets_add(buckets, record->kind, name, strlen(name), &record->attempt);
}

static bool is_effective(const struct cdr_attempt *attempt)
{
    for (size_t i = 0; i < sizeof effective_reasons / sizeof effective_reasons[0]; i++) {
        if (attempt->reason == effective_reasons[i])
            return true;
    }
    return attempt->talk_s > 0;
}

// SELECT COUNT(*), SUM(talk > 0), … WHERE stop >= begin AND stop < end AND gateway = …
static struct cdr_figures count_plainly(const struct record *records, size_t count,
                                        enum gateway_kind kind, int gateway, int64_t begin_ms,
                                        int64_t end_ms)
{
    struct cdr_figures figures = {0};
    for (size_t i = 0; i < count; i++) {
        const struct cdr_attempt *attempt = &records[i].attempt;
        if (records[i].kind != kind || records[i].gateway != gateway ||
            attempt->stop_ms < begin_ms || attempt->stop_ms >= end_ms)
            continue;
        figures.attempts++;
        figures.answered += attempt->talk_s > 0;
        figures.effective += is_effective(attempt);
        figures.talk_s += (uint64_t)attempt->talk_s;
        figures.pdd_calls += attempt->pdd_ms >= 0;
        figures.pdd_ms += attempt->pdd_ms >= 0 ? (uint64_t)attempt->pdd_ms : 0;
    }
    return figures;
}

static void expect_figures(struct cdr_figures got, struct cdr_figures want)
{
    assert_int_equal(got.attempts, want.attempts);
    assert_int_equal(got.answered, want.answered);
    assert_int_equal(got.effective, want.effective);
    assert_int_equal(got.talk_s, want.talk_s);
    assert_int_equal(got.pdd_calls, want.pdd_calls);
    assert_int_equal(got.pdd_ms, want.pdd_ms);
}

static void expect_truth(const struct cdr_buckets *buckets, const struct record *records,
                         size_t count, int64_t now_ms)
{
    int64_t fine_end_ms = now_ms - now_ms % 10000 + 10000;
    int64_t day_end_ms = now_ms - now_ms % MINUTE_MS + MINUTE_MS;
    for (enum gateway_kind kind = GATEWAY_ROUTING; kind < GATEWAY_KINDS; kind++) {
        for (int gateway = 0; gateway < GATEWAYS; gateway++) {
            char name[32];
            name_of(gateway, name);
            long index = cdr_buckets_find(buckets, kind, name, strlen(name));
            assert_true(index >= 0);
            struct cdr_figures got[CDR_WINDOWS];
            uint64_t last_minute;
            double last_minute_s;
            cdr_buckets_figures(buckets, (size_t)index, got, &last_minute, &last_minute_s);
            for (enum cdr_window window = CDR_5M; window < CDR_WINDOWS; window++)
                expect_figures(got[window],
                               count_plainly(records, count, kind, gateway,
                                             cdr_buckets_window_begin(buckets, window),
                                             window == CDR_TODAY ? day_end_ms : fine_end_ms));
            assert_int_equal(last_minute,
                             count_plainly(records, count, kind, gateway,
                                           fine_end_ms - 10000 - MINUTE_MS, fine_end_ms)
                                 .attempts);
            assert_true(last_minute_s >= 60 && last_minute_s < 70);
        }
    }
}

static struct cdr_buckets *new_buckets(void)
{
    struct cdr_buckets *buckets =
        cdr_buckets_new(effective_reasons, sizeof effective_reasons / sizeof effective_reasons[0]);
    cdr_buckets_set_time(buckets, NOW_MS, DAY_MS);
    return buckets;
}

static void windows_equal_plain_counting(void **state)
{
    (void)state;
    random_state = 42;
    struct record *records = calloc(RECORDS, sizeof *records);
    struct cdr_buckets *buckets = new_buckets();
    for (size_t i = 0; i < RECORDS; i++) {
        // Half of them in the last two hours, and in no order at all.
        records[i] = random_record(NOW_MS, i % 2 == 0 ? 2 * HOUR_MS : 26 * HOUR_MS);
        add(buckets, &records[i]);
    }
    assert_int_equal(cdr_buckets_count(buckets), GATEWAYS * GATEWAY_KINDS);
    expect_truth(buckets, records, RECORDS, NOW_MS);
    cdr_buckets_free(buckets);
    free(records);
}

static void windows_begin_when_they_should(void **state)
{
    (void)state;
    struct cdr_buckets *buckets = new_buckets();
    assert_int_equal(cdr_buckets_window_begin(buckets, CDR_5M), 1795161330000LL);
    assert_int_equal(cdr_buckets_window_begin(buckets, CDR_15M), 1795160730000LL);
    assert_int_equal(cdr_buckets_window_begin(buckets, CDR_1H), 1795158030000LL);
    assert_int_equal(cdr_buckets_window_begin(buckets, CDR_TODAY), DAY_MS);
    cdr_buckets_free(buckets);
}

// The figures are right at any moment while time goes on over midnight and records come in.
static void windows_slide_over_midnight(void **state)
{
    (void)state;
    random_state = 7;
    struct record *records = calloc(RECORDS, sizeof *records);
    struct cdr_buckets *buckets = new_buckets();
    size_t count = 0;
    int64_t midnight_ms = DAY_MS + 24 * HOUR_MS, now_ms = midnight_ms - 3 * HOUR_MS;
    for (int step = 0; count + 50 < RECORDS; step++) {
        now_ms += 17 * 1000 + random_below(60000);
        cdr_buckets_set_time(buckets, now_ms, now_ms >= midnight_ms ? midnight_ms : DAY_MS);
        for (int i = 0; i < 40; i++) {
            // Some come late by up to two hours.
            records[count] = random_record(now_ms, random_below(10) == 0 ? 2 * HOUR_MS : 30000);
            add(buckets, &records[count++]);
        }
        if (step > 20 && step % 40 == 0)
            expect_truth(buckets, records, count, now_ms);
    }
    assert_true(now_ms > midnight_ms + HOUR_MS);
    expect_truth(buckets, records, count, now_ms);
    cdr_buckets_free(buckets);
    free(records);
}

// The windows are the host's: this machine's clock has no say.
static void windows_follow_the_hosts_clock(void **state)
{
    (void)state;
    clock_freeze(1000, NOW_MS + 3 * HOUR_MS);
    struct cdr_buckets *buckets = new_buckets();
    struct cdr_attempt attempt = {.stop_ms = NOW_MS - 1000, .talk_s = 60, .pdd_ms = 900};
    cdr_buckets_add(buckets, GATEWAY_ROUTING, "A", 1, &attempt);
    struct cdr_figures figures[CDR_WINDOWS];
    uint64_t minute;
    double minute_s;
    cdr_buckets_figures(buckets, 0, figures, &minute, &minute_s);
    clock_release();
    assert_int_equal(figures[CDR_5M].attempts, 1);
    assert_int_equal(minute, 1);
    cdr_buckets_free(buckets);
}

static void records_outside_all_windows_do_no_harm(void **state)
{
    (void)state;
    struct cdr_buckets *buckets = new_buckets();
    struct cdr_attempt now = {.stop_ms = NOW_MS, .pdd_ms = -1, .reason = 16};
    struct cdr_attempt wild[] = {{.stop_ms = NOW_MS + 11 * MINUTE_MS},
                                 {.stop_ms = INT64_MAX},
                                 {.stop_ms = NOW_MS - 27 * HOUR_MS},
                                 {.stop_ms = 1},
                                 {.stop_ms = INT64_MIN / 2}};
    cdr_buckets_add(buckets, GATEWAY_ROUTING, "A", 1, &now);
    for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++)
        cdr_buckets_add(buckets, GATEWAY_ROUTING, "A", 1, &wild[i]);
    struct cdr_figures figures[CDR_WINDOWS];
    uint64_t minute;
    double minute_s;
    cdr_buckets_figures(buckets, 0, figures, &minute, &minute_s);
    assert_int_equal(figures[CDR_5M].attempts, 1);
    assert_int_equal(figures[CDR_TODAY].attempts, 1);
    assert_int_equal(cdr_buckets_left_out(buckets).future, 2);
    cdr_buckets_set_time(buckets, NOW_MS + 24 * HOUR_MS, DAY_MS + 24 * HOUR_MS);
    assert_int_equal(cdr_buckets_left_out(buckets).future, 0);
    cdr_buckets_free(buckets);
}

// A day with the end of summer time has 25 hours.
static void a_day_of_25_hours_is_whole(void **state)
{
    (void)state;
    struct cdr_buckets *buckets = new_buckets();
    int64_t now_ms = DAY_MS + 25 * HOUR_MS - MINUTE_MS;
    for (int minute = 0; minute < 25 * 60 - 1; minute++) {
        struct cdr_attempt attempt = {.stop_ms = DAY_MS + minute * MINUTE_MS};
        cdr_buckets_set_time(buckets, attempt.stop_ms, DAY_MS);
        cdr_buckets_add(buckets, GATEWAY_MAPPING, "A", 1, &attempt);
    }
    cdr_buckets_set_time(buckets, now_ms, DAY_MS);
    struct cdr_figures figures[CDR_WINDOWS];
    uint64_t last;
    double last_s;
    cdr_buckets_figures(buckets, 0, figures, &last, &last_s);
    assert_int_equal(figures[CDR_TODAY].attempts, 25 * 60 - 1);
    cdr_buckets_free(buckets);
}

static uint64_t reason_count(const struct cdr_buckets *buckets, enum cdr_window window,
                             int64_t code)
{
    struct cdr_reason reasons[CDR_REASONS_MAX + 1];
    size_t count = cdr_buckets_reasons(buckets, 0, window, reasons);
    for (size_t i = 0; i < count; i++) {
        if (reasons[i].code == code)
            return reasons[i].count;
    }
    return 0;
}

static void end_reasons_are_of_the_day_and_bounded(void **state)
{
    (void)state;
    struct cdr_buckets *buckets = new_buckets();
    for (int i = 0; i < 200; i++) {
        struct cdr_attempt attempt = {.stop_ms = NOW_MS, .reason = i < 100 ? 16 : i};
        cdr_buckets_add(buckets, GATEWAY_ROUTING, "A", 1, &attempt);
    }
    struct cdr_attempt yesterday = {.stop_ms = DAY_MS - 1, .reason = 16};
    cdr_buckets_add(buckets, GATEWAY_ROUTING, "A", 1, &yesterday);
    struct cdr_reason reasons[CDR_REASONS_MAX + 1];
    assert_true(cdr_buckets_reasons(buckets, 0, CDR_TODAY, reasons) <= 49);
    assert_int_equal(reason_count(buckets, CDR_TODAY, 16), 100);
    assert_int_equal(reason_count(buckets, CDR_TODAY, 100), 1);
    assert_int_equal(reason_count(buckets, CDR_TODAY, CDR_REASON_UNKNOWN), 100 - 47);
    cdr_buckets_set_time(buckets, DAY_MS + 24 * HOUR_MS, DAY_MS + 24 * HOUR_MS);
    assert_int_equal(reason_count(buckets, CDR_TODAY, 16), 0);
    cdr_buckets_free(buckets);
}

static void end_reasons_are_of_their_window(void **state)
{
    (void)state;
    struct cdr_buckets *buckets = new_buckets();
    static const int64_t ages_min[] = {1, 4, 10, 30, 50, 90};
    for (size_t i = 0; i < sizeof ages_min / sizeof *ages_min; i++) {
        struct cdr_attempt attempt = {.stop_ms = NOW_MS - ages_min[i] * 60000, .reason = 17};
        cdr_buckets_add(buckets, GATEWAY_ROUTING, "A", 1, &attempt);
    }
    struct cdr_attempt other = {.stop_ms = NOW_MS, .reason = -43};
    cdr_buckets_add(buckets, GATEWAY_ROUTING, "A", 1, &other);
    assert_int_equal(reason_count(buckets, CDR_5M, 17), 2);
    assert_int_equal(reason_count(buckets, CDR_15M, 17), 3);
    assert_int_equal(reason_count(buckets, CDR_1H, 17), 5);
    assert_int_equal(reason_count(buckets, CDR_TODAY, 17), 6);
    struct cdr_reason reasons[CDR_REASONS_MAX + 1];
    assert_int_equal(cdr_buckets_reasons(buckets, 0, CDR_15M, reasons), 2);
    assert_int_equal(reasons[0].code, 17); // the most frequent first
    assert_int_equal(reasons[1].code, -43);
    cdr_buckets_set_time(buckets, NOW_MS + 5 * 60000, DAY_MS);
    assert_int_equal(reason_count(buckets, CDR_5M, 17), 0);
    assert_int_equal(reason_count(buckets, CDR_15M, 17), 3);
    cdr_buckets_free(buckets);
}

static void the_last_hour_is_told_by_whole_minutes(void **state)
{
    (void)state;
    struct cdr_buckets *buckets = new_buckets();
    int64_t minute_ms = NOW_MS / 60000 * 60000;
    const int64_t stops_ms[] = {
        minute_ms,         minute_ms - 1,          minute_ms - 60000,
        minute_ms - 60001, minute_ms - 60 * 60000, minute_ms - 60 * 60000 - 1};
    for (size_t i = 0; i < sizeof stops_ms / sizeof *stops_ms; i++) {
        struct cdr_attempt attempt = {.stop_ms = stops_ms[i], .talk_s = i == 1 ? 10 : 0};
        cdr_buckets_add(buckets, GATEWAY_ROUTING, "A", 1, &attempt);
    }
    struct cdr_figures minutes[CDR_HOUR_MINUTES];
    cdr_buckets_hour(buckets, 0, minutes);
    assert_int_equal(minutes[59].attempts, 2); // the running minute is not among them
    assert_int_equal(minutes[59].answered, 1);
    assert_int_equal(minutes[58].attempts, 1);
    assert_int_equal(minutes[57].attempts, 0);
    assert_int_equal(minutes[0].attempts, 1);
    cdr_buckets_free(buckets);
}

// Names come from the network: a flood of them is bounded, and said.
static void gateway_names_are_bounded(void **state)
{
    (void)state;
    struct cdr_buckets *buckets = new_buckets();
    struct cdr_attempt attempt = {.stop_ms = NOW_MS};
    for (int i = 0; i < 6000; i++) {
        char name[32];
        name_of(i, name);
        cdr_buckets_add(buckets, GATEWAY_MAPPING, name, strlen(name), &attempt);
    }
    assert_int_equal(cdr_buckets_count(buckets), 5000);
    assert_int_equal(cdr_buckets_left_out(buckets).gateways, 1000);
    cdr_buckets_free(buckets);
}

// Names that no window shows any more make room for others at the next midnight.
static void gateways_without_calls_are_forgotten(void **state)
{
    (void)state;
    struct cdr_buckets *buckets = new_buckets();
    struct cdr_attempt attempt = {.stop_ms = NOW_MS};
    for (int i = 0; i < 100; i++) {
        char name[32];
        name_of(i, name);
        cdr_buckets_add(buckets, GATEWAY_MAPPING, name, strlen(name), &attempt);
    }
    size_t bytes = cdr_buckets_bytes(buckets);
    attempt.stop_ms = DAY_MS + 30 * HOUR_MS;
    cdr_buckets_set_time(buckets, attempt.stop_ms, DAY_MS + 24 * HOUR_MS);
    cdr_buckets_add(buckets, GATEWAY_MAPPING, "CARRIER-42", 10, &attempt);
    assert_int_equal(cdr_buckets_count(buckets), 100); // yesterday's calls may still be asked for
    cdr_buckets_set_time(buckets, attempt.stop_ms + 24 * HOUR_MS, DAY_MS + 48 * HOUR_MS);
    assert_int_equal(cdr_buckets_count(buckets), 1);
    assert_int_equal(cdr_buckets_find(buckets, GATEWAY_MAPPING, "CARRIER-42", 10), 0);
    assert_int_equal(cdr_buckets_find(buckets, GATEWAY_MAPPING, "CARRIER-41", 10), -1);
    assert_true(cdr_buckets_bytes(buckets) < bytes / 10);
    cdr_buckets_free(buckets);
}

// 400 gateways with calls in every minute of a day stay within 80 kB each.
static void memory_stays_small(void **state)
{
    (void)state;
    struct cdr_buckets *buckets = new_buckets();
    for (int64_t at_ms = NOW_MS - 24 * HOUR_MS; at_ms <= NOW_MS; at_ms += MINUTE_MS) {
        struct cdr_attempt attempt = {.stop_ms = at_ms};
        for (int i = 0; i < 400; i++) {
            char name[32];
            name_of(i, name);
            cdr_buckets_add(buckets, GATEWAY_ROUTING, name, strlen(name), &attempt);
        }
    }
    print_message("400 busy gateways: %zu kB\n", cdr_buckets_bytes(buckets) / 1024);
    assert_true(cdr_buckets_bytes(buckets) < 400 * 80 * 1024);
    cdr_buckets_free(buckets);
}

static void numbers_are_new_once(void **state)
{
    (void)state;
    enum { LIMIT = 3000 };
    bool seen[LIMIT] = {false};
    random_state = 99;
    struct cdr_tail tail = {0};
    cdr_tail_reset(&tail, 99);
    for (int i = 0; i < 20000; i++) {
        // Mostly rising, as numbers do.
        int64_t number = i * LIMIT / 20000 + random_below(200) - 100;
        if (number < 0 || number >= LIMIT)
            continue;
        bool fresh = number > tail.floor && !seen[number];
        assert_int_equal(cdr_tail_add(&tail, number), fresh);
        seen[number] = true;
    }
    for (size_t i = 1; i < tail.count; i++)
        assert_true(tail.seen[i - 1] < tail.seen[i]);
    cdr_tail_dispose(&tail);
}

static void numbers_settle_after_a_while(void **state)
{
    (void)state;
    struct cdr_tail tail = {0};
    cdr_tail_reset(&tail, 0);
    int64_t number = 0;
    for (int64_t now_ms = 0; now_ms <= 400000; now_ms += 1000) {
        number += 2; // every other number is missing
        assert_true(cdr_tail_add(&tail, number));
        cdr_tail_age(&tail, now_ms, 180000);
    }
    assert_true(cdr_tail_has_gap(&tail));
    // What came within the last three minutes is remembered, and not much more.
    assert_true(tail.floor >= number - 2 * 190 && tail.floor <= number - 2 * 180);
    assert_int_equal(cdr_tail_high(&tail), number);
    assert_true(cdr_tail_add(&tail, number - 2 * 170 - 1));
    assert_false(cdr_tail_add(&tail, number - 2 * 170 - 1));
    assert_false(cdr_tail_add(&tail, number - 2 * 200 - 1));
    cdr_tail_dispose(&tail);
}

static void dense_numbers_have_no_gap(void **state)
{
    (void)state;
    struct cdr_tail tail = {0};
    cdr_tail_reset(&tail, 1000);
    assert_false(cdr_tail_has_gap(&tail));
    cdr_tail_add(&tail, 1001);
    cdr_tail_add(&tail, 1003);
    assert_true(cdr_tail_has_gap(&tail));
    cdr_tail_add(&tail, 1002);
    assert_false(cdr_tail_has_gap(&tail));
    cdr_tail_dispose(&tail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_equal_plain_counting),
        cmocka_unit_test(windows_begin_when_they_should),
        cmocka_unit_test(windows_slide_over_midnight),
        cmocka_unit_test(windows_follow_the_hosts_clock),
        cmocka_unit_test(records_outside_all_windows_do_no_harm),
        cmocka_unit_test(a_day_of_25_hours_is_whole),
        cmocka_unit_test(end_reasons_are_of_the_day_and_bounded),
        cmocka_unit_test(end_reasons_are_of_their_window),
        cmocka_unit_test(the_last_hour_is_told_by_whole_minutes),
        cmocka_unit_test(gateway_names_are_bounded),
        cmocka_unit_test(gateways_without_calls_are_forgotten),
        cmocka_unit_test(memory_stays_small),
        cmocka_unit_test(numbers_are_new_once),
        cmocka_unit_test(numbers_settle_after_a_while),
        cmocka_unit_test(dense_numbers_have_no_gap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
