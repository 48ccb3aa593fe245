// SPDX-License-Identifier: MIT

// Failed logins in the system log, counted by address.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "probe/judge.h"

static struct profile *profile;

static int load_profile(void **state)
{
    struct err_list errors = {0};
    (void)state;
    return setenv("XDG_CONFIG_HOME", "/nonexistent", 1) != 0 ||
           !profile_load("vos3000", NULL, &profile, &errors);
}

static int free_profile(void **state)
{
    (void)state;
    profile_free(profile);
    return 0;
}

static size_t col(const char *name)
{
    return (size_t)schema_find(probe_syslog.schema, name);
}

static void add(struct table *table, const char *address, bool failed, double age_s, size_t times)
{
    while (times-- > 0) {
        size_t row = table_add_row(table);
        table_set_text(table, row, col("source_ip"), address);
        table_set_int(table, row, col("failed_login"), failed);
        table_set_real(table, row, col("age_s"), age_s);
        table_set_text(table, row, col("detail"), "x");
    }
}

static void judge(struct table *table)
{
    struct err_list errors = {0};
    struct judge *judge = judge_new(profile, &probe_syslog, &errors);
    assert_int_equal(errors.count, 0);
    judge_apply(judge, table);
    judge_free(judge);
}

static void assert_row(struct table *table, size_t row, int64_t failures, const char *note,
                       enum level level)
{
    const struct cell *count = table_cell(table, row, col("failures"));
    const struct cell *said = table_cell(table, row, col("note"));
    assert_int_equal(count->known ? count->as.integer : -1, failures);
    assert_int_equal(count->level, level);
    assert_int_equal(said->len, strlen(note));
    assert_memory_equal(said->as.text, note, said->len);
}

static void ten_failures_from_one_address_within_a_day_are_brute_force(void **state)
{
    (void)state;
    struct table *table = table_new(probe_syslog.schema);
    add(table, "203.0.113.9", true, 60, 9);
    add(table, "203.0.113.9", false, 60, 1);
    add(table, "203.0.113.9", true, 90000, 3);
    add(table, "203.0.113.66", true, 60, 10);
    add(table, "198.18.0.2", true, 60, 1);
    add(table, NULL, true, 60, 12);
    judge(table);
    assert_row(table, 0, 9, "failed login", LEVEL_WARN);
    assert_row(table, 1, -1, "failed login", LEVEL_NONE);
    assert_row(table, 9, -1, "", LEVEL_NONE);
    assert_row(table, 10, -1, "failed login", LEVEL_NONE);
    assert_row(table, 13, 10, "brute force, failed login", LEVEL_CRIT);
    assert_row(table, 14, -1, "failed login", LEVEL_NONE);
    assert_row(table, 23, 1, "failed login", LEVEL_NONE);
    assert_row(table, 24, -1, "failed login", LEVEL_NONE);
    table_free_unsealed(table);
}

static void the_same_address_written_in_two_ways_is_one(void **state)
{
    (void)state;
    struct table *table = table_new(probe_syslog.schema);
    add(table, "2001:db8::1", true, 60, 5);
    add(table, "2001:DB8:0::1", true, 60, 5);
    judge(table);
    assert_row(table, 0, 10, "brute force, failed login", LEVEL_CRIT);
    table_free_unsealed(table);
}

static void faults_of_tallies_are_named(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"[tally syslog.failures]\nof = sourc_ip\n",
         "n.ini:2: syslog has no column 'sourc_ip'; did you mean 'source_ip'?"},
        {"[tally syslog.detail]\nof = user\nwhere = user=a\n",
         "n.ini:1: the column 'detail' holds no whole number"},
        {"[tally syslog.log_id]\nof = user\n",
         "n.ini:1: [tally syslog.log_id] needs of = COLUMN and where = CONDITION"},
        {"[tally syslgo.log_id]\n", "n.ini:1: there is no probe 'syslgo'; did you mean 'syslog'?"},
        {"[tally syslog.failures]\nby = user\n", "n.ini:2: [tally syslog.failures] has no key "
                                                 "'by'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ini overrides = {0};
        struct err_list errors = {0};
        struct profile *faulty = NULL;
        assert_true(ini_read_text(&overrides, "n.ini", cases[i][0], strlen(cases[i][0]), &errors));
        assert_true(profile_load("vos3000", &overrides, &faulty, &errors));
        probe_check_profile(faulty, &errors);
        assert_int_equal(errors.count, 1);
        assert_memory_equal(errors.texts[0], cases[i][1], strlen(cases[i][1]));
        err_list_dispose(&errors);
        profile_free(faulty);
        ini_dispose(&overrides);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_failures_from_one_address_within_a_day_are_brute_force),
        cmocka_unit_test(the_same_address_written_in_two_ways_is_one),
        cmocka_unit_test(faults_of_tallies_are_named),
    };
    return cmocka_run_group_tests(tests, load_profile, free_profile);
}
