// SPDX-License-Identifier: MIT

// One list of gateways out of settings, live figures and call records: what is unknown stays
// unknown.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "probe/gateway_join.h"
#include "probe/gateways_columns.h"
#include "probe/probe.h"

#define NOW_MS 1795161637000LL

struct fixture {
    struct gateway_settings settings;
    struct cdr_follow_state records;
    struct cdr_buckets *buckets;
    const struct table *online;
};

static void add_attempt(struct fixture *fixture, const char *gateway, int64_t age_ms,
                        int64_t talk_s, int64_t pdd_ms, int64_t reason)
{
    struct cdr_attempt attempt = {
        .stop_ms = NOW_MS - age_ms, .talk_s = talk_s, .pdd_ms = pdd_ms, .reason = reason};
    cdr_buckets_add(fixture->buckets, GATEWAY_ROUTING, gateway, strlen(gateway), &attempt);
}

static void add_online(struct table *table, const char *gateway, const char *kind, int64_t calls,
                       const char *node)
{
    const struct schema *schema = table_schema(table);
    size_t row = table_add_row(table);
    table_set_text(table, row, 0, "sw1");
    table_set_text(table, row, (size_t)schema_find(schema, "gateway"), gateway);
    table_set_text(table, row, (size_t)schema_find(schema, "kind"), kind);
    table_set_text(table, row, (size_t)schema_find(schema, "ip"), "198.51.100.20");
    table_set_int(table, row, (size_t)schema_find(schema, "calls"), calls);
    table_set_text(table, row, (size_t)schema_find(schema, "node"), node);
}

// CARRIER-A configured, online on two nodes and called; CARRIER-B configured only, and locked;
// CUST-A a mapping gateway of its own; GHOST known to the call records only, before the last hour.
static int set_up(void **state)
{
    static char names[][16] = {"CARRIER-B", "CARRIER-A", "CUST-A"};
    static char addresses[][48] = {" 198.51.100.21:5080, 198.51.100.22", "", "not an address"};
    static struct gateway_setting items[] = {
        {GATEWAY_ROUTING, names[0], addresses[0], -1, 1},
        {GATEWAY_ROUTING, names[1], addresses[1], 100, 0},
        {GATEWAY_MAPPING, names[2], addresses[2], 30, 0},
    };
    static const int64_t effective[] = {17};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->settings = (struct gateway_settings){.items = items, .count = 3};
    fixture->buckets = cdr_buckets_new(effective, 1);
    cdr_buckets_set_time(fixture->buckets, NOW_MS, NOW_MS - 8 * 3600000);
    add_attempt(fixture, "CARRIER-A", 1000, 120, 1500, 16);
    add_attempt(fixture, "CARRIER-A", 2000, 0, 2500, 17);
    add_attempt(fixture, "CARRIER-A", 3000, 0, -1, 503);
    add_attempt(fixture, "CARRIER-A", 400000, 60, 2000, 16);
    add_attempt(fixture, "GHOST", 7200000, 10, 900, 16);
    struct table *online = table_new(probe_gateway_online.schema);
    add_online(online, "CARRIER-A", "routing", 7, "MBX1");
    add_online(online, "CARRIER-A", "routing", 5, "MBX2");
    add_online(online, "CUST-A", "mapping", 3, "MBX1");
    fixture->online = table_seal(online);
    fixture->records = (struct cdr_follow_state){.buckets = fixture->buckets,
                                                 .any_table = true,
                                                 .today_exists = true,
                                                 .complete = {true, true, true, true}};
    memset(fixture->records.has, true, sizeof fixture->records.has);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    table_unref(fixture->online);
    cdr_buckets_free(fixture->buckets);
    free(fixture);
    return 0;
}

static const struct table *join(const struct fixture *fixture, enum cdr_window window)
{
    struct gateway_sources sources = {.host = "sw1",
                                      .settings = &fixture->settings,
                                      .records = &fixture->records,
                                      .online = fixture->online};
    struct gateway_join *joined = gateway_join_new(&sources);
    struct table *table = table_new(probe_gateways.schema);
    gateway_join_fill(joined, window, table);
    gateway_join_free(joined);
    return table_seal(table);
}

static const struct cell *cell(const struct table *table, const char *gateway,
                               enum gateways_column column)
{
    for (size_t row = 0; row < table_rows(table); row++) {
        if (strcmp(table_cell(table, row, GATEWAYS_GATEWAY)->as.text, gateway) == 0)
            return table_cell(table, row, column);
    }
    fail_msg("no row %s", gateway);
    return NULL;
}

static void expect_real(const struct table *table, const char *gateway, enum gateways_column column,
                        double value)
{
    const struct cell *got = cell(table, gateway, column);
    assert_true(got->known);
    assert_true(fabs(got->as.real - value) < 0.001);
}

static void expect_int(const struct table *table, const char *gateway, enum gateways_column column,
                       int64_t value)
{
    const struct cell *got = cell(table, gateway, column);
    assert_true(got->known);
    assert_int_equal(got->as.integer, value);
}

static void expect_text(const struct table *table, const char *gateway, enum gateways_column column,
                        const char *value)
{
    const struct cell *got = cell(table, gateway, column);
    assert_true(got->known);
    assert_string_equal(got->as.text, value);
}

static void figures_and_live_state_are_joined(void **state)
{
    const struct table *table = join(*state, CDR_15M);
    assert_int_equal(table_rows(table), 3);
    expect_int(table, "CARRIER-A", GATEWAYS_ATTEMPTS, 4);
    expect_int(table, "CARRIER-A", GATEWAYS_ANSWERED, 2);
    expect_real(table, "CARRIER-A", GATEWAYS_ASR, 50);
    expect_real(table, "CARRIER-A", GATEWAYS_NER, 75);
    expect_real(table, "CARRIER-A", GATEWAYS_ACD, 90);
    expect_real(table, "CARRIER-A", GATEWAYS_PDD, 2000);
    expect_real(table, "CARRIER-A", GATEWAYS_TALK, 180);
    expect_real(table, "CARRIER-A", GATEWAYS_CPS, 3.0 / 67);
    // Two nodes carry the gateway: their calls add up.
    expect_int(table, "CARRIER-A", GATEWAYS_CALLS, 12);
    expect_int(table, "CARRIER-A", GATEWAYS_CAPACITY, 100);
    expect_real(table, "CARRIER-A", GATEWAYS_USED, 12);
    expect_int(table, "CARRIER-A", GATEWAYS_ONLINE, 1);
    expect_text(table, "CARRIER-A", GATEWAYS_KIND, "routing");
    expect_text(table, "CUST-A", GATEWAYS_KIND, "mapping");
    expect_text(table, "CUST-A", GATEWAYS_IP, "198.51.100.20");
    table_unref(table);
}

static void a_gateway_without_calls_has_unknown_ratios(void **state)
{
    const struct table *table = join(*state, CDR_15M);
    expect_int(table, "CARRIER-B", GATEWAYS_ATTEMPTS, 0);
    assert_false(cell(table, "CARRIER-B", GATEWAYS_ASR)->known);
    assert_false(cell(table, "CARRIER-B", GATEWAYS_NER)->known);
    assert_false(cell(table, "CARRIER-B", GATEWAYS_ACD)->known);
    assert_false(cell(table, "CARRIER-B", GATEWAYS_PDD)->known);
    assert_false(cell(table, "CARRIER-B", GATEWAYS_CPS)->known);
    assert_false(cell(table, "CARRIER-B", GATEWAYS_CALLS)->known);
    assert_false(cell(table, "CARRIER-B", GATEWAYS_CAPACITY)->known);
    expect_int(table, "CARRIER-B", GATEWAYS_ONLINE, 0);
    expect_int(table, "CARRIER-B", GATEWAYS_LOCKED, 1);
    expect_text(table, "CARRIER-B", GATEWAYS_IP, "198.51.100.21");
    table_unref(table);
}

static void gateways_that_only_records_name_appear_in_their_windows(void **state)
{
    const struct table *table = join(*state, CDR_TODAY);
    assert_int_equal(table_rows(table), 4);
    expect_int(table, "GHOST", GATEWAYS_ATTEMPTS, 1);
    assert_false(cell(table, "GHOST", GATEWAYS_LOCKED)->known);
    table_unref(table);
}

static void without_live_figures_nobody_is_offline(void **state)
{
    struct fixture fixture = *(struct fixture *)*state;
    fixture.online = NULL;
    const struct table *table = join(&fixture, CDR_5M);
    assert_false(cell(table, "CARRIER-A", GATEWAYS_ONLINE)->known);
    assert_false(cell(table, "CARRIER-A", GATEWAYS_CALLS)->known);
    expect_int(table, "CARRIER-A", GATEWAYS_ATTEMPTS, 3);
    expect_int(table, "CARRIER-A", GATEWAYS_CAPACITY, 100);
    table_unref(table);
}

static void what_is_not_read_yet_or_not_there_is_unknown(void **state)
{
    struct fixture fixture = *(struct fixture *)*state;
    fixture.records.complete[CDR_TODAY] = false;
    const struct table *loading = join(&fixture, CDR_TODAY);
    assert_false(cell(loading, "CARRIER-A", GATEWAYS_ATTEMPTS)->known);
    assert_false(cell(loading, "CARRIER-A", GATEWAYS_ASR)->known);
    assert_true(cell(loading, "CARRIER-A", GATEWAYS_CALLS)->known);
    table_unref(loading);

    fixture.records.complete[CDR_TODAY] = true;
    fixture.records.has[CDR_TALK] = false;
    const struct table *table = join(&fixture, CDR_TODAY);
    expect_int(table, "CARRIER-A", GATEWAYS_ATTEMPTS, 4);
    expect_real(table, "CARRIER-A", GATEWAYS_PDD, 2000);
    assert_false(cell(table, "CARRIER-A", GATEWAYS_ANSWERED)->known);
    assert_false(cell(table, "CARRIER-A", GATEWAYS_ASR)->known);
    assert_false(cell(table, "CARRIER-A", GATEWAYS_NER)->known);
    table_unref(table);

    fixture.records.any_table = false;
    const struct table *none = join(&fixture, CDR_15M);
    assert_false(cell(none, "CARRIER-B", GATEWAYS_ATTEMPTS)->known);
    table_unref(none);
}

static void the_last_hour_has_gaps_where_nothing_was_tried(void **state)
{
    const struct table *table = join(*state, CDR_15M);
    const struct cell *asr = cell(table, "CARRIER-A", GATEWAYS_ASR_HOUR);
    const struct cell *attempts = cell(table, "CARRIER-A", GATEWAYS_ATTEMPTS_HOUR);
    assert_true(asr->known && attempts->known);
    assert_int_equal(asr->len, CDR_HOUR_MINUTES);
    // 400 s before now: six whole minutes and 37 s of the running one.
    assert_true(asr->as.series[53] == 100 && attempts->as.series[53] == 1);
    assert_true(isnan(asr->as.series[52]) && attempts->as.series[52] == 0);
    // Configured, complete records, not one attempt: zero attempts, unknown ASR.
    assert_false(cell(table, "CARRIER-B", GATEWAYS_ASR_HOUR)->known);
    assert_true(cell(table, "CARRIER-B", GATEWAYS_ATTEMPTS_HOUR)->as.series[0] == 0);
    table_unref(table);
}

static void minutes_whose_records_are_not_read_are_unknown(void **state)
{
    struct fixture fixture = *(struct fixture *)*state;
    fixture.records.complete[CDR_1H] = fixture.records.complete[CDR_TODAY] = false;
    const struct table *table = join(&fixture, CDR_5M);
    const struct cell *attempts = cell(table, "CARRIER-A", GATEWAYS_ATTEMPTS_HOUR);
    assert_true(isnan(attempts->as.series[45]) && !isnan(attempts->as.series[46]));
    assert_false(cell(table, "CARRIER-B", GATEWAYS_ATTEMPTS_HOUR)->known);
    table_unref(table);
}

static void end_reasons_are_counted_largest_first(void **state)
{
    const struct table *table = join(*state, CDR_15M);
    expect_text(table, "CARRIER-A", GATEWAYS_REASONS,
                "code 16: 2, 50.0 %; code 17: 1, 25.0 %; code 503: 1, 25.0 %");
    assert_false(cell(table, "CARRIER-B", GATEWAYS_REASONS)->known);
    table_unref(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(figures_and_live_state_are_joined, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gateway_without_calls_has_unknown_ratios, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(gateways_that_only_records_name_appear_in_their_windows,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_live_figures_nobody_is_offline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_read_yet_or_not_there_is_unknown, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_last_hour_has_gaps_where_nothing_was_tried, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(minutes_whose_records_are_not_read_are_unknown, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(end_reasons_are_counted_largest_first, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
