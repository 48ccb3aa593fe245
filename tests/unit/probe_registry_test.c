// SPDX-License-Identifier: MIT

// The registries and the embedded profile fit each other, and a profile's faults are named.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "probe/probe.h"
#include "table/view.h"

static int no_user_files(void **state)
{
    (void)state;
    return setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
}

// Loads the embedded profile with overrides, and checks it.
static struct err_list check(const char *overrides_text)
{
    struct ini overrides = {0};
    struct err_list errors = {0};
    struct profile *profile = NULL;
    assert_true(
        ini_read_text(&overrides, "n.ini", overrides_text, strlen(overrides_text), &errors));
    assert_true(profile_load("vos3000", &overrides, &profile, &errors));
    probe_check_profile(profile, &errors);
    profile_free(profile);
    ini_dispose(&overrides);
    return errors;
}

static void the_embedded_profile_has_no_faults(void **state)
{
    (void)state;
    struct err_list errors = check("");
    for (size_t i = 0; i < errors.count; i++)
        print_error("%s\n", errors.texts[i]);
    assert_int_equal(errors.count, 0);
}

static void every_pane_is_read_somehow(void **state)
{
    (void)state;
    struct err_list errors = {0};
    struct profile *profile = NULL;
    assert_true(profile_load("vos3000", NULL, &profile, &errors));
    for (size_t i = 0; probes[i] != NULL; i++) {
        if (probes[i]->local)
            continue;
        const struct profile_probe *plan = profile_probe(profile, probes[i]->schema->name);
        if (plan == NULL)
            fail_msg("no [probe %s]", probes[i]->schema->name);
        assert_true(plan->source_count > 0);
        assert_true(plan->period_ms >= plan->least_period_ms);
    }
    profile_free(profile);
}

static void every_probe_is_a_whole_declaration(void **state)
{
    (void)state;
    for (size_t i = 0; probes[i] != NULL; i++) {
        const struct probe *probe = probes[i];
        assert_ptr_equal(probe_find(probe->schema->name), probe);
        assert_int_equal(probe_index(probe), i);
        assert_true(probe->title[0] != '\0' && probe->empty[0] != '\0');
        assert_int_equal(probe->purpose[strlen(probe->purpose) - 1], '.');
        struct sort_key keys[VIEW_SORT_LEVELS];
        struct err err = {0};
        if (!sort_parse(probe->default_sort, probe->schema, keys, &err))
            fail_msg("%s: %s", probe->schema->name, err.text);
        for (const char *const *need = probe->needs; need != NULL && *need != NULL; need++)
            assert_non_null(probe_find(*need));
        for (const char *const *need = probe->needs_idle; need != NULL && *need != NULL; need++)
            assert_non_null(probe_find(*need));
    }
    assert_null(probes[probe_count()]);
}

static void every_column_explains_itself(void **state)
{
    (void)state;
    for (size_t i = 0; probes[i] != NULL; i++) {
        const struct schema *schema = probes[i]->schema;
        size_t unbounded = 0;
        assert_string_equal(schema->columns[0].name, "host");
        for (size_t c = 0; c < schema->column_count; c++) {
            const struct column *column = &schema->columns[c];
            assert_int_equal(schema_find(schema, column->name), c); // no name twice
            assert_int_equal(column->help[strlen(column->help) - 1], '.');
            assert_true(column->title[0] != '\0' && column->unit != NULL);
            unbounded += column->unbounded;
        }
        assert_true(unbounded <= 1);
    }
}

static void the_columns_of_the_contract_are_there_in_order(void **state)
{
    (void)state;
    static const char *const contract[][16] = {
        {"alarms", "host", "severity", "type", "object", "begin", "value", "lower", "upper",
         "information"},
        {"calls", "host", "caller", "callee", "account", "mapping_gateway", "routing_gateway",
         "caller_ip", "callee_ip", "state", "begin", "answered", "duration_s", "pdd_ms", "flags"},
        {"balances", "host", "account", "name", "kind", "balance", "credit_limit", "headroom",
         "state"},
        {"users", "host", "user", "source_ip", "since", "note"},
        {"cdrs", "host", "check", "value", "unit", "warn", "crit", "state", "detail"},
        {"syslog", "host", "time", "type", "severity", "user", "source_ip", "event", "detail"},
        {"processes", "host", "process", "expected", "running", "cpu_pct", "rss_kb", "uptime_s",
         "state"},
    };
    for (size_t i = 0; i < sizeof contract / sizeof contract[0]; i++) {
        const struct schema *schema = probe_find(contract[i][0])->schema;
        for (size_t c = 0; contract[i][c + 1] != NULL; c++)
            assert_int_equal(schema_find(schema, contract[i][c + 1]), c);
    }
}

static void assert_only_fault(const char *overrides, const char *message)
{
    struct err_list errors = check(overrides);
    assert_int_equal(errors.count, 1);
    assert_string_equal(errors.texts[0], message);
    err_list_dispose(&errors);
}

static void faults_of_an_override_are_named_with_the_nearest(void **state)
{
    (void)state;
    assert_only_fault("[probe alrams]\nsources = firewall\n",
                      "n.ini:2: there is no probe 'alrams'; did you mean 'alarms'?");
    assert_only_fault("[probe alarms]\nsources = sqll alarms, http alarms, sql alarms\n",
                      "n.ini:2: there is no reader 'sqll'; did you mean 'sql'?");
    assert_only_fault("[probe alarms]\nsources = sql alarms, http alarm, http alarms\n",
                      "n.ini:2: there is no [http alarm]");
    assert_only_fault("[sql alarmz]\ntable = x\n",
                      "n.ini:1: no probe reads [sql alarmz]; did you mean 'alarms'?");
    assert_only_fault("[threshold alarm.severity]\nwarn = severity=minor\n",
                      "n.ini:1: there is no probe 'alarm'; did you mean 'alarms'?");
    assert_only_fault("[threshold alarms.sevrity]\nwarn = severity=minor\n",
                      "n.ini:1: alarms has no column 'sevrity'; did you mean 'severity'?");
    assert_only_fault("[sql alarms]\ncolumn.objct = name\n",
                      "n.ini:2: column.objct: alarms has no column 'objct'; did you mean "
                      "'object'?");
    assert_only_fault("[http alarms]\nbdoy = {}\n",
                      "n.ini:2: [http alarms] has no key 'bdoy'; did you mean 'body'?");
    assert_only_fault("[map alarm_typ]\n1 = x\n",
                      "n.ini:1: no column uses [map alarm_typ]; write column.NAME = FIELD | map "
                      "alarm_typ");
    assert_only_fault("[http gateway_online]\npath = /x\n",
                      "n.ini:2: [http gateway_online] has no key 'path'; did you mean 'parts'?");
    assert_only_fault("[map alarm_type]\n9..1 = x\n",
                      "n.ini:2: '9..1' is no range of codes; write 0.. or ..-1 or 10..19");
}

static void faults_of_checks_are_named(void **state)
{
    (void)state;
    assert_only_fault("[cdr_check x]\ntitle = a\n", "n.ini:1: [cdr_check x] needs from = newest, "
                                                    "queue, quiet, reasons or statement");
    assert_only_fault("[cdr_check x]\nfrom = reasons\n",
                      "n.ini:1: [cdr_check x] needs codes = the end reasons that it counts");
    assert_only_fault("[cdr_check x]\nfrom = statement\n",
                      "n.ini:1: [cdr_check x] needs statement = SELECT …");
    assert_only_fault("[cdr_check queue]\nwarn = many\n", "n.ini:2: warn = many is no number");
    assert_only_fault("[cdrs]\nstop = stop time\n",
                      "n.ini:2: stop = stop time is no name of a column");
}

static void a_wrong_condition_points_at_the_character(void **state)
{
    (void)state;
    struct err_list errors = check("[threshold alarms.value]\n\nwarn = value>lots\n");
    assert_int_equal(errors.count, 1);
    static const char begin[] = "n.ini:1: [threshold alarms.value] warn, character 7: ";
    assert_memory_equal(errors.texts[0], begin, sizeof begin - 1);
    err_list_dispose(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_embedded_profile_has_no_faults),
        cmocka_unit_test(every_pane_is_read_somehow),
        cmocka_unit_test(every_probe_is_a_whole_declaration),
        cmocka_unit_test(every_column_explains_itself),
        cmocka_unit_test(the_columns_of_the_contract_are_there_in_order),
        cmocka_unit_test(faults_of_an_override_are_named_with_the_nearest),
        cmocka_unit_test(faults_of_checks_are_named),
        cmocka_unit_test(a_wrong_condition_points_at_the_character),
    };
    return cmocka_run_group_tests(tests, no_user_files, NULL);
}
