// SPDX-License-Identifier: MIT

// Reports in every form, over cells that would like to be more than text.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "checklist/report_parts.h"

#define HOSTILE "<script>alert('x')</script>\x1b[2J|`*_[a](javascript:b)\xff\r\n# h & \"q\" -->"

static const char *const hosts[] = {"sw1", "sw2"};

struct fixture {
    struct checklist *list;
    const struct table *table;
    struct check_step steps[6];
    size_t step_count;
    struct report report;
};

static const struct step *step_named(const struct checklist *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->steps[i].id, id) == 0)
            return &list->steps[i];
    fail_msg("no step %s", id);
    return NULL;
}

static const struct table *hostile_alarms(void)
{
    struct table *table = table_new(probe_alarms.schema);
    for (size_t i = 0; i < 30; i++) {
        size_t row = table_add_row(table);
        table_set_text(table, row, 0, "sw1");
        table_set_static(table, row, (size_t)schema_find(probe_alarms.schema, "severity"),
                         "critical");
        table_set_text(table, row, (size_t)schema_find(probe_alarms.schema, "object"), HOSTILE);
        table_set_text(table, row, (size_t)schema_find(probe_alarms.schema, "type"), HOSTILE);
    }
    return table_seal(table);
}

static char *text_of(const char *text)
{
    return (char *)(uintptr_t)text;
}

static void add(struct fixture *fixture, const char *id, size_t host, const struct table *table,
                const char *error)
{
    struct check_step *slot = &fixture->steps[fixture->step_count++];
    *slot = (struct check_step){.step = step_named(fixture->list, id),
                                .host = host,
                                .host_name = hosts[host],
                                .table = table,
                                .age_ms = table != NULL ? 5 : -1};
    struct step_facts facts = {.table = table, .error = error};
    step_judge(slot->step, &facts, &slot->verdict);
}

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof *fixture);
    struct err_list errors = {0};
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    setenv("TZ", "UTC", 1);
    assert_true(checklist_load("vos3000", "morning", &fixture->list, &errors));
    fixture->table = hostile_alarms();
    add(fixture, "online-users", 0, NULL, "sw1: MySQL says " HOSTILE);
    add(fixture, "current-alarms", 0, fixture->table, NULL);
    const struct table *none = table_seal(table_new(probe_alarms.schema));
    add(fixture, "current-alarms", 1, none, NULL);
    struct run_record run = {.list = text_of("morning"),
                             .title = text_of("Morning"),
                             .kind = RUN_UNATTENDED,
                             .hosts = text_of("sw1 sw2"),
                             .started_ms = 1795176000000};
    fixture->report = (struct report){.title = mem_strdup("Morning"), .is_check = true};
    report_add_check(&fixture->report, &run, 1234, fixture->steps, fixture->step_count);
    table_unref(none);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    report_dispose(&fixture->report);
    for (size_t i = 0; i < fixture->step_count; i++)
        verdict_dispose(&fixture->steps[i].verdict);
    table_unref(fixture->table);
    checklist_free(fixture->list);
    free(fixture);
    return 0;
}

static void assert_harmless(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if (((unsigned char)*at < ' ' && *at != '\n') || *at == '\x7f')
            fail_msg("control byte %#x at: %.40s", (unsigned)(unsigned char)*at, at);
}

static void the_first_line_is_a_plugins(void **state)
{
    struct fixture *fixture = *state;
    struct str out = {0};
    report_line(&out, &fixture->report);
    regex_t form;
    assert_int_equal(regcomp(&form,
                             "^CRITICAL - morning on 2 hosts: 1 critical, 1 unknown, 1 ok; sw1 "
                             "current-alarms: 30 critical alarms: [^|]* \\| "
                             "('[^'=]+'=-?[0-9.]+(s|%|ms|B)?;[0-9.:@~]*;[0-9.:@~]*(;[0-9]*)? ?)+$",
                             REG_EXTENDED | REG_NOSUB),
                     0);
    if (regexec(&form, str_text(&out), 0, NULL, 0) != 0)
        fail_msg("%s", str_text(&out));
    assert_harmless(str_text(&out));
    assert_null(strchr(str_text(&out), '\n'));
    assert_non_null(strstr(str_text(&out), " | 'time'=1.234s;;;0 'sw1 current-alarms'=30;;0"));
    regfree(&form);
    str_dispose(&out);
}

static void text_is_neutral_and_begins_with_trouble(void **state)
{
    struct fixture *fixture = *state;
    struct str out = {0};
    report_text(&out, &fixture->report);
    const char *text = str_text(&out);
    assert_harmless(text);
    const char *critical = strstr(text, "\nCRITICAL  sw1  Current alarms");
    const char *unknown = strstr(text, "\nUNKNOWN   sw1  Online users");
    const char *ok = strstr(text, "\nOK        sw2  Current alarms");
    assert_true(critical != NULL && unknown > critical && ok > unknown);
    assert_non_null(strstr(text, "25 more: nocdesk show alarms --host sw1"));
    assert_non_null(strstr(text, "Do: "));
    assert_non_null(strstr(text, "Manual 2.11.2"));
    str_dispose(&out);
}

// Seven rows "sw1 | a long sentence | ana".
static void add_points(struct report_part *part)
{
    json_t *cells = json_array(), *root;
    for (int i = 0; i < 7; i++)
        json_array_append_new(cells,
                              json_pack("[s, s, s]", "sw1",
                                        "1 critical alarm: process ended, callserver on the node "
                                        "that answers 203.0.113.10",
                                        "ana"));
    root = json_pack("{s:[{s:s}, {s:s}, {s:s}], s:o}", "columns", "heading", "Host", "heading",
                     "What", "heading", "Said", "cells", cells);
    report_table_parse(&part->table, root);
    json_decref(root);
}

static size_t times(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

static void text_cuts_no_cell_and_says_where_the_rest_is(void **state)
{
    (void)state;
    struct report report = {.title = mem_strdup("Handover"), .subtitle = mem_strdup("")};
    struct str out = {0};
    add_points(report_add_before(&report, "points", "Points"));
    add_points(report_add_after(&report, "alarms", "Alarms"));
    add_points(report_add_after(&report, "notes", "Notes"));
    report.before[0].most = SIZE_MAX;
    report.after[0].most = report.after[1].most = 5;
    report.after[0].pane = "alarms";
    report_text(&out, &report);
    const char *text = str_text(&out);
    assert_null(strstr(text, "…"));
    assert_int_equal(times(text, "\nsw1   1 critical alarm: process ended,          ana\n"
                                 "      callserver on the node that answers\n"
                                 "      203.0.113.10\n"),
                     7 + 5 + 5);
    assert_non_null(strstr(text, "\n2 more: nocdesk show alarms\n"));
    assert_non_null(strstr(text, "\n2 more: --format markdown shows them\n"));
    str_dispose(&out);
    report_dispose(&report);
}

static void markdown_acts_on_nothing_foreign(void **state)
{
    struct fixture *fixture = *state;
    struct str out = {0};
    report_markdown(&out, &fixture->report);
    assert_harmless(str_text(&out));
    const char *document = strstr(str_text(&out), "\n\n# Morning");
    assert_non_null(document); // behind the line
    assert_null(strstr(document, "<script"));
    assert_null(strstr(document, "[a]("));
    assert_null(strstr(document, " `"));
    assert_non_null(strstr(document, "&lt;script&gt;"));
    assert_non_null(strstr(document, "\\|\\`\\*\\_\\[a\\]\\(javascript"));
    str_dispose(&out);
}

static void html_holds_no_foreign_element(void **state)
{
    struct fixture *fixture = *state;
    struct str out = {0};
    report_html(&out, &fixture->report);
    const char *text = str_text(&out);
    assert_harmless(text);
    assert_int_equal(strncmp(text, "<!DOCTYPE html> <!-- CRITICAL - morning", 39), 0);
    const char *end = strstr(text, "-->");
    assert_true(end != NULL && strncmp(end, "-->\n<html ", 10) == 0);
    assert_null(strstr(end + 3, "-->"));
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "http"));
    assert_non_null(strstr(text, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
    assert_non_null(strstr(text, "<p class=\"small\">10 more rows</p>"));
    str_dispose(&out);
}

static void json_is_as_the_contract_says(void **state)
{
    struct fixture *fixture = *state;
    json_t *root = report_json(&fixture->report);
    assert_string_equal(json_string_value(json_object_get(root, "checklist")), "morning");
    assert_string_equal(json_string_value(json_object_get(root, "started")),
                        "2026-11-20T12:00:00Z");
    assert_string_equal(json_string_value(json_object_get(root, "state")), "critical");
    assert_true(json_real_value(json_object_get(root, "seconds")) > 1.2);
    assert_int_equal(json_array_size(json_object_get(root, "hosts")), 2);
    json_t *steps = json_object_get(root, "steps");
    json_t *users = json_array_get(steps, 0), *alarms = json_array_get(steps, 1);
    assert_string_equal(json_string_value(json_object_get(users, "state")), "unknown");
    assert_int_equal(json_array_size(json_object_get(users, "evidence")), 0);
    assert_string_equal(json_string_value(json_object_get(alarms, "id")), "current-alarms");
    assert_string_equal(json_string_value(json_object_get(alarms, "host")), "sw1");
    assert_string_equal(json_string_value(json_object_get(alarms, "title")), "Current alarms");
    assert_string_equal(json_string_value(json_object_get(alarms, "ref")), "2.11.2");
    assert_int_equal(json_integer_value(json_object_get(alarms, "evidence_rows")), 30);
    json_t *row = json_array_get(json_object_get(alarms, "evidence"), 0);
    assert_string_equal(json_string_value(json_object_get(row, "severity")), "critical");
    assert_true(json_is_null(json_object_get(row, "value")));
    char *text = json_dumps(root, 0);
    assert_harmless(text);
    free(text);
    json_decref(root);
}

static void the_gravest_step_decides(void **state)
{
    (void)state;
    static const struct {
        enum step_state states[3], whole;
    } cases[] = {
        {{STEP_OK, STEP_OK, STEP_OK}, STEP_OK},
        {{STEP_OK, STEP_SKIPPED, STEP_OK}, STEP_OK},
        {{STEP_SKIPPED, STEP_SKIPPED, STEP_SKIPPED}, STEP_UNKNOWN},
        {{STEP_OK, STEP_UNKNOWN, STEP_OK}, STEP_UNKNOWN},
        {{STEP_WARNING, STEP_UNKNOWN, STEP_OK}, STEP_WARNING},
        {{STEP_WARNING, STEP_UNKNOWN, STEP_CRITICAL}, STEP_CRITICAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct report_step steps[3] = {0};
        for (size_t j = 0; j < 3; j++)
            steps[j].state = cases[i].states[j];
        struct report_run run = {.run.kind = RUN_UNATTENDED, .steps = steps, .step_count = 3};
        assert_int_equal(report_run_state(&run), cases[i].whole);
    }
    assert_int_equal(report_state(&(struct report){0}), STEP_UNKNOWN);
}

#define DECIDED(step_id, step_state)                                                               \
    {                                                                                              \
        .run = text_of("k"), .step = text_of(step_id), .host = text_of("sw1"),                     \
        .title = text_of(step_id), .why = text_of(""), .reference = text_of(""),                   \
        .machine_state = text_of(step_state), .state = text_of(step_state),                        \
        .summary = text_of("s"), .advice = text_of(""), .remark = text_of(""),                     \
        .reason = text_of(""), .operator_name = text_of("ana"), .evidence = text_of("")            \
    }

static struct run_record guided(enum run_state progress, const char *outcome)
{
    return (struct run_record){.number = 7,
                               .key = text_of("k"),
                               .list = text_of("morning"),
                               .title = text_of("Morning check"),
                               .kind = RUN_GUIDED,
                               .profile = text_of(""),
                               .hosts = text_of("sw1"),
                               .operator_name = text_of("ana"),
                               .started_ms = 1795176000000,
                               .state = (int)progress,
                               .outcome = text_of(outcome)};
}

static const char *part_cell(const struct report_part *part, size_t row, const char *column)
{
    for (size_t i = 0; i < part->table.column_count; i++)
        if (strcmp(part->table.columns[i].name, column) == 0)
            return report_table_cell(&part->table, row, i)->text;
    fail_msg("no column %s", column);
    return NULL;
}

static void a_run_that_was_left_is_not_well(void **state)
{
    (void)state;
    struct step_record steps[] = {DECIDED("current-alarms", "ok")};
    struct run_story story = {.run = guided(RUN_OPEN, ""), .steps = steps, .step_count = 1};
    struct report report = {0};
    struct err err = {0};
    report_add_story(&report, &story);
    assert_int_equal(report_state(&report), STEP_UNKNOWN);
    assert_true(report_add_open_points(&report, &report, NULL, &err));
    assert_int_equal(report.before[0].table.row_count, 1);
    assert_string_equal(part_cell(&report.before[0], 0, "state"), "open");
    assert_non_null(strstr(part_cell(&report.before[0], 0, "what"), "not finished"));
    report_dispose(&report);
    story.run.state = RUN_FINISHED;
    report_add_story(&report, &story);
    assert_int_equal(report_state(&report), STEP_OK);
    assert_true(report_add_open_points(&report, &report, NULL, &err));
    assert_int_equal(report.before[0].table.row_count, 0);
    report_dispose(&report);
}

static void a_step_that_nobody_decided_is_named(void **state)
{
    (void)state;
    struct step asked[] = {
        {.id = text_of("current-alarms"), .title = text_of("Current alarms"), .skip = text_of("")},
        {.id = text_of("processes"), .title = text_of("Processes"), .skip = text_of("")},
        {.id = text_of("bans"), .title = text_of("Bans"), .skip = text_of("not here")}};
    struct checklist list = {.steps = asked, .count = 3};
    struct step_record steps[] = {DECIDED("current-alarms", "ok")},
                       was[] = {DECIDED("processes", "critical"), DECIDED("bans", "ok")};
    struct run_story story = {.run = guided(RUN_OPEN, ""), .steps = steps, .step_count = 1};
    struct run_story before = {.run = guided(RUN_FINISHED, "ok"), .steps = was, .step_count = 2};
    struct report report = {0};
    struct err err = {0};
    report_add_story(&report, &story);
    report_add_undecided(&report, &list, steps[0].host);
    assert_int_equal(report.runs[0].step_count, 2);
    assert_true(report_add_open_points(&report, &report, NULL, &err));
    assert_int_equal(report.before[0].table.row_count, 2);
    assert_non_null(strstr(part_cell(&report.before[0], 0, "what"), "1 verdict"));
    assert_string_equal(part_cell(&report.before[0], 1, "state"), "open");
    assert_string_equal(part_cell(&report.before[0], 1, "step"), "Processes");
    assert_true(report_add_difference(&report, 0, &before, NULL, &err));
    assert_int_equal(report.before[1].table.row_count, 1);
    assert_string_equal(part_cell(&report.before[1], 0, "change"), "unread");
    report_dispose(&report);
}

static void a_run_without_outcome_is_graver_than_ok(void **state)
{
    (void)state;
    struct run_record runs[] = {guided(RUN_FINISHED, "ok"), guided(RUN_OPEN, ""),
                                guided(RUN_FINISHED, "ok")};
    struct report report = {0};
    report_add_runs(&report, runs, 3);
    assert_string_equal(part_cell(&report.before[0], 0, "state"), "open");
    report_dispose(&report);
}

static void what_is_not_known_now_is_not_better_and_not_gone(void **state)
{
    (void)state;
    static const char one_row[] =
        "{\"table\":{\"columns\":[{\"name\":\"gateway\",\"heading\":\"Gateway\","
        "\"kind\":\"text\",\"key\":true}],\"cells\":[[\"CARRIER-A\"]],"
        "\"values\":[[\"CARRIER-A\"]],\"total\":1}}";
    static const struct {
        const char *was, *is, *change; // NULL: none
    } cases[] = {
        {"ok", "critical", "new"},
        {"critical", "ok", "gone"},
        {"critical", "skipped", "skipped"},
        {"critical", "unknown", "unread"},
        {"failed", "unknown", "unread"},
        {"unknown", "critical", "worse"},
        {"critical", "warning", "better"},
        {"unknown", "unknown", "unchanged"},
        {"skipped", "ok", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct step_record was[] = {DECIDED("a", cases[i].was)};
        struct step_record is[] = {DECIDED("a", cases[i].is)};
        was[0].evidence = text_of(one_row);
        struct run_story before = {
            .run = guided(RUN_FINISHED, "ok"), .steps = was, .step_count = 1};
        struct run_story now = {.run = guided(RUN_FINISHED, "ok"), .steps = is, .step_count = 1};
        struct report report = {0};
        struct err err = {0};
        report_add_story(&report, &now);
        assert_true(report_add_difference(&report, 0, &before, NULL, &err));
        const struct report_part *part = &report.before[0];
        assert_int_equal(part->table.row_count, cases[i].change != NULL);
        if (cases[i].change != NULL)
            assert_string_equal(part_cell(part, 0, "change"), cases[i].change);
        if (strcmp(cases[i].is, "unknown") == 0)
            assert_string_equal(part_cell(part, 0, "what"), "s");
        report_dispose(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_line_is_a_plugins, set_up, tear_down),
        cmocka_unit_test_setup_teardown(text_is_neutral_and_begins_with_trouble, set_up, tear_down),
        cmocka_unit_test(text_cuts_no_cell_and_says_where_the_rest_is),
        cmocka_unit_test_setup_teardown(markdown_acts_on_nothing_foreign, set_up, tear_down),
        cmocka_unit_test_setup_teardown(html_holds_no_foreign_element, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_is_as_the_contract_says, set_up, tear_down),
        cmocka_unit_test(the_gravest_step_decides),
        cmocka_unit_test(a_run_that_was_left_is_not_well),
        cmocka_unit_test(a_step_that_nobody_decided_is_named),
        cmocka_unit_test(a_run_without_outcome_is_graver_than_ok),
        cmocka_unit_test(what_is_not_known_now_is_not_better_and_not_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
