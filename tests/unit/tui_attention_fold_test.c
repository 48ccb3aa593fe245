// SPDX-License-Identifier: MIT

// Which trouble stands first, and what is one trouble.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/arena.h"
#include "tui/attention_fold.h"

enum { SW1, SW2, LAB };

static struct arena *texts; // of the findings of one test

static int make_texts(void **state)
{
    (void)state;
    texts = arena_new();
    return 0;
}

static int drop_texts(void **state)
{
    (void)state;
    arena_free(texts);
    return 0;
}

static const char *keep(const char *text)
{
    return arena_strndup(texts, text, strlen(text));
}

// A finding of a pane's row; about: NULL, or the gateway or service.
static struct finding *put(struct findings *findings, size_t host, const struct probe *probe,
                           const char *subject, enum level level, enum harm harm)
{
    struct finding *finding = findings_add(findings, host, probe, level);
    finding->subject = keep(subject);
    finding->row = findings->count;
    finding->production = host != LAB;
    finding->harm = harm;
    finding->beyond = 1;
    return finding;
}

static struct finding *put_gateway(struct findings *findings, size_t host, const char *name,
                                   enum level level, enum route route, double failed)
{
    struct finding *finding = put(findings, host, &probe_gateways, name, level, HARM_CALLS);
    finding->about = keep(name);
    finding->route = route;
    finding->failed = failed;
    finding->rank = failed;
    return finding;
}

static struct finding *put_alarm(struct findings *findings, size_t host, const char *about,
                                 enum level level, enum harm harm)
{
    struct finding *finding = put(findings, host, &probe_alarms, about, level, harm);
    finding->about = keep(about);
    finding->is_report = true;
    return finding;
}

static const struct finding *find(const struct findings *findings, size_t host,
                                  const struct probe *probe, const char *subject)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].host == host && findings->items[i].probe == probe &&
            strcmp(findings->items[i].subject, subject) == 0)
            return &findings->items[i];
    fail();
    return NULL;
}

static size_t alone(const struct findings *findings)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        count += findings->items[i].into == FINDING_ALONE;
    return count;
}

static void by_level_then_production_then_harm_then_rank(void **state)
{
    (void)state;
    struct findings findings = {0};
    static const char *const expected[] = {"lost",   "ended", "attack",  "gateway",  "smaller",
                                           "unread", "disk",  "account", "lab lost", "warning"};
    put(&findings, SW1, &probe_gateways, "warning", LEVEL_WARN, HARM_HOST);
    put(&findings, LAB, NULL, "lab lost", LEVEL_CRIT, HARM_HOST);
    put(&findings, SW1, &probe_gateways, "account", LEVEL_CRIT, HARM_MONEY);
    put(&findings, SW1, &probe_gateways, "disk", LEVEL_CRIT, HARM_MACHINE);
    put(&findings, SW1, &probe_gateways, "unread", LEVEL_CRIT, HARM_SIGHT);
    put(&findings, SW1, &probe_gateways, "smaller", LEVEL_CRIT, HARM_CALLS);
    put(&findings, SW2, &probe_gateways, "gateway", LEVEL_CRIT, HARM_CALLS)->rank = 9;
    put(&findings, SW2, &probe_flood, "attack", LEVEL_CRIT, HARM_ATTACK);
    put(&findings, SW1, &probe_alarms, "ended", LEVEL_CRIT, HARM_SERVICE);
    put(&findings, SW2, NULL, "lost", LEVEL_CRIT, HARM_HOST);
    findings_fold(&findings);
    for (size_t i = 0; i < findings.count; i++)
        assert_string_equal(findings.items[i].subject, expected[i]);
    findings_dispose(&findings);
}

static void one_gateway_on_several_hosts_is_the_row_of_the_worst(void **state)
{
    (void)state;
    struct findings findings = {0};
    put_gateway(&findings, SW1, "CARRIER-A", LEVEL_WARN, ROUTE_OUT, 10);
    put_gateway(&findings, SW2, "CARRIER-A", LEVEL_CRIT, ROUTE_OUT, 30)->age_s = 5;
    put_gateway(&findings, SW2, "CARRIER-B", LEVEL_WARN, ROUTE_OUT, 1);
    findings_fold(&findings);
    assert_int_equal(alone(&findings), 2);
    assert_int_equal(findings.items[0].host, SW2);
    assert_true(findings_are_on(&findings, 0, SW1));
    assert_false(findings_are_on(&findings, 0, LAB));
    assert_int_equal(find(&findings, SW1, &probe_gateways, "CARRIER-A")->fold, FOLD_HOST);
    findings_dispose(&findings);
}

static void what_differs_in_what_is_wrong_stays_apart(void **state)
{
    (void)state;
    struct findings findings = {0};
    put_gateway(&findings, SW1, "CARRIER-A", LEVEL_WARN, ROUTE_NONE, 0)->beyond = 2;
    put_gateway(&findings, SW2, "CARRIER-A", LEVEL_WARN, ROUTE_NONE, 0)->beyond = 4;
    findings_fold(&findings);
    assert_int_equal(alone(&findings), 2);
    findings_dispose(&findings);
}

static void a_gateway_stands_for_the_alarm_about_it(void **state)
{
    (void)state;
    struct findings findings = {0};
    put_gateway(&findings, SW1, "CARRIER-A", LEVEL_WARN, ROUTE_NONE, 1);
    put_alarm(&findings, SW1, "CARRIER-A", LEVEL_CRIT, HARM_CALLS)->age_s = 60;
    put_alarm(&findings, SW2, "CARRIER-A", LEVEL_CRIT, HARM_CALLS);   // there is no row there
    put_alarm(&findings, SW1, "CARRIER-A", LEVEL_CRIT, HARM_MACHINE); // something else
    findings_fold(&findings);
    const struct finding *row = find(&findings, SW1, &probe_gateways, "CARRIER-A");
    assert_ptr_equal(row, &findings.items[0]);
    assert_int_equal(row->level, LEVEL_CRIT);
    assert_true(row->age_s >= 60);
    assert_int_equal(alone(&findings), 3);
    findings_dispose(&findings);
}

static void customers(struct findings *findings, double failed_by_carrier)
{
    put_gateway(findings, SW1, "CARRIER-A", LEVEL_CRIT, ROUTE_OUT, failed_by_carrier);
    put_gateway(findings, SW1, "CUST-A", LEVEL_WARN, ROUTE_IN, 60);
    put_gateway(findings, SW1, "CUST-B", LEVEL_WARN, ROUTE_IN, 40);
    put_gateway(findings, SW2, "CUST-C", LEVEL_WARN, ROUTE_IN, 40); // the carrier is well there
    findings_fold(findings);
}

static void customers_of_a_failing_gateway_stand_behind_it(void **state)
{
    (void)state;
    struct findings findings = {0};
    customers(&findings, 50);
    assert_int_equal(find(&findings, SW1, &probe_gateways, "CUST-A")->fold, FOLD_CUSTOMER);
    assert_int_equal(find(&findings, SW1, &probe_gateways, "CUST-B")->fold, FOLD_CUSTOMER);
    assert_int_equal(find(&findings, SW2, &probe_gateways, "CUST-C")->fold, FOLD_NOT);
    findings_dispose(&findings);
}

static void customers_stand_by_themselves_when_it_fails_too_little(void **state)
{
    (void)state;
    struct findings findings = {0};
    customers(&findings, 49);
    assert_int_equal(alone(&findings), 4);
    findings_dispose(&findings);
}

// An attack on fifty hosts: it is folded at every key that is pressed.
static void many_findings_are_folded_without_comparing_all_with_all(void **state)
{
    (void)state;
    enum { HOSTS = 50, ROWS = 800, ON_ALL = 10 };
    struct findings findings = {0};
    for (size_t host = 0; host < HOSTS; host++)
        for (size_t row = 0; row < ROWS; row++) {
            char name[32];
            snprintf(name, sizeof name, "%zu-%zu", row < ON_ALL ? HOSTS : host, row);
            put_gateway(&findings, host, name, LEVEL_WARN, ROUTE_NONE, 0);
        }
    clock_t begin = clock();
    findings_fold(&findings);
    double spent_s = (double)(clock() - begin) / CLOCKS_PER_SEC;
    assert_int_equal(alone(&findings), HOSTS * (ROWS - ON_ALL) + ON_ALL);
    assert_true(spent_s < 1);
    findings_dispose(&findings);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_texts, drop_texts)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(by_level_then_production_then_harm_then_rank),
        TEST(one_gateway_on_several_hosts_is_the_row_of_the_worst),
        TEST(what_differs_in_what_is_wrong_stays_apart),
        TEST(a_gateway_stands_for_the_alarm_about_it),
        TEST(customers_of_a_failing_gateway_stand_behind_it),
        TEST(customers_stand_by_themselves_when_it_fails_too_little),
        TEST(many_findings_are_folded_without_comparing_all_with_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
