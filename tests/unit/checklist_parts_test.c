// SPDX-License-Identifier: MIT

// What a report says beside its runs: open points, differences, actions, notes, figures, handover;
// from records that went through the memory, with text that would like to be more than text.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "action/audit.h"
#include "base/mem.h"
#include "checklist/handover.h"
#include "checklist/metrics.h"
#include "checklist/record.h"
#include "checklist/report_parts.h"
#include "store_folder.h"

#define HOSTILE "<script>alert('x')</script>\x1b[2J|`*_[a](javascript:b)\xff\r\n# h & \"q\" -->"
#define HOUR_MS ((int64_t)3600000)
#define BASE_MS (HOUR_MS * 494000)

struct fixture {
    struct folder *folder;
    struct store *store;
    struct profile *profile;
    struct checklist *list;
    struct check_step steps[4];
    size_t step_count;
    struct report report;
    struct run_story *stories[4];
    size_t story_count;
};

static char *literal(const char *text)
{
    return (char *)(uintptr_t)text;
}

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof *fixture);
    struct err_list errors = {0};
    struct err err = {0};
    void *folder = NULL;
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    setenv("TZ", "UTC", 1);
    assert_int_equal(folder_make(&folder), 0);
    fixture->folder = folder;
    fixture->store = store_open(fixture->folder->path, STORE_WRITE, NULL, &err);
    assert_non_null(fixture->store);
    assert_true(profile_load("vos3000", NULL, &fixture->profile, &errors));
    assert_true(checklist_load("vos3000", "morning", &fixture->list, &errors));
    fixture->report.title = mem_strdup("Report of " HOSTILE);
    fixture->report.generated_ms = BASE_MS;
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    void *folder = fixture->folder;
    report_dispose(&fixture->report);
    for (size_t i = 0; i < fixture->step_count; i++) {
        verdict_dispose(&fixture->steps[i].verdict);
        table_unref(fixture->steps[i].table);
    }
    for (size_t i = 0; i < fixture->story_count; i++)
        run_story_free(fixture->stories[i]);
    checklist_free(fixture->list);
    profile_free(fixture->profile);
    store_close(fixture->store);
    free(fixture);
    return folder_remove(&folder);
}

static const struct table *alarms(const char *const *objects)
{
    struct table *table = table_new(probe_alarms.schema);
    for (size_t i = 0; objects[i] != NULL; i++) {
        size_t row = table_add_row(table);
        table_set_text(table, row, 0, "sw1");
        table_set_text(table, row, (size_t)schema_find(probe_alarms.schema, "severity"),
                       "critical");
        table_set_text(table, row, (size_t)schema_find(probe_alarms.schema, "type"), "ended");
        table_set_text(table, row, (size_t)schema_find(probe_alarms.schema, "object"), objects[i]);
        table_set_int(table, row, (size_t)schema_find(probe_alarms.schema, "alarm_id"),
                      (int64_t)objects[i][0]);
    }
    return table_seal(table);
}

static struct check_step *judge(struct fixture *fixture, const struct step *step, const char *host,
                                size_t host_index, const struct table *table, const char *error)
{
    struct check_step *slot = &fixture->steps[fixture->step_count++];
    *slot = (struct check_step){
        .step = step, .host = host_index, .host_name = host, .table = table, .age_ms = 5};
    struct step_facts facts = {.table = table, .error = error};
    step_judge(step, &facts, &slot->verdict);
    return slot;
}

static const struct step *alarm_step(const struct fixture *fixture)
{
    for (size_t i = 0; i < fixture->list->count; i++)
        if (strcmp(fixture->list->steps[i].id, "current-alarms") == 0)
            return &fixture->list->steps[i];
    fail();
    return NULL;
}

// Keeps a run with one step and reads it back; the step is judged on these alarms.
static struct run_story *keep_run(struct fixture *fixture, const char *key, int64_t at_ms,
                                  const char *const *objects, const char *said, const char *reason)
{
    struct err err = {0};
    struct run_record run = {.key = literal(key),
                             .list = literal("morning"),
                             .title = literal("Morning " HOSTILE),
                             .kind = RUN_GUIDED,
                             .hosts = literal("sw1"),
                             .operator_name = literal("ana " HOSTILE),
                             .started_ms = at_ms,
                             .ended_ms = at_ms + 60000,
                             .state = RUN_FINISHED,
                             .outcome = literal("critical")};
    struct step_record record;
    const struct check_step *step =
        judge(fixture, alarm_step(fixture), "sw1", 0, alarms(objects), NULL);
    step_record_judged(step, 0, 0, &record);
    free(record.run);
    record.run = mem_strdup(key);
    if (said != NULL) {
        free(record.state);
        free(record.reason);
        free(record.operator_name);
        record.state = mem_strdup(said);
        record.reason = mem_strdup(reason);
        record.operator_name = mem_strdup("ana");
    }
    assert_true(store_put_run(fixture->store, &run, &err));
    assert_true(store_put_step(fixture->store, &record, &err));
    step_record_dispose(&record);
    struct note_record note = {.run = literal(key),
                               .step = literal("current-alarms"),
                               .operator_name = literal("ana"),
                               .at_ms = at_ms,
                               .text = literal("note " HOSTILE)};
    assert_true(store_put_note(fixture->store, &note, &err));
    struct run_story **slot = &fixture->stories[fixture->story_count++];
    struct run_question question = {.key = key};
    assert_true(store_story(fixture->store, &question, slot, &err));
    return *slot;
}

static const char *cell(const struct report_part *part, size_t row, const char *column)
{
    for (size_t i = 0; i < part->table.column_count; i++)
        if (strcmp(part->table.columns[i].name, column) == 0)
            return report_table_cell(&part->table, row, i)->text;
    fail_msg("no column %s", column);
    return NULL;
}

static const struct report_part *part_named(const struct report *report, const char *name)
{
    for (size_t i = 0; i < report->before_count; i++)
        if (strcmp(report->before[i].name, name) == 0)
            return &report->before[i];
    for (size_t i = 0; i < report->after_count; i++)
        if (strcmp(report->after[i].name, name) == 0)
            return &report->after[i];
    fail_msg("no part %s", name);
    return NULL;
}

static void the_difference_names_what_came_went_and_stayed(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    static const char *const none[] = {NULL}, *const one[] = {"A-GATE", "B-GATE", NULL},
                             *const other[] = {"B-GATE", "C-GATE", NULL};
    static const struct {
        const char *const *before, *const *now;
        const char *change, *what;
        int64_t since_hours;
    } cases[] = {
        {none, one, "new", "2 critical alarms", 1},
        {one, none, "gone", "no alarms", 0},
        {one, other, "unchanged", "; new: ended C-GATE; gone: ended A-GATE", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run_story *before =
            keep_run(fixture, "before", BASE_MS, cases[i].before, NULL, NULL);
        struct run_story *now =
            keep_run(fixture, "now", BASE_MS + HOUR_MS, cases[i].now, NULL, NULL);
        struct report report = {.title = mem_strdup("")};
        report_add_story(&report, now);
        assert_true(report_add_difference(&report, 0, before, fixture->store, &err));
        const struct report_part *part = part_named(&report, "difference");
        assert_int_equal(part->table.row_count, 1);
        assert_string_equal(cell(part, 0, "change"), cases[i].change);
        if (strstr(cell(part, 0, "what"), cases[i].what) == NULL)
            fail_msg("%s: %s", cases[i].change, cell(part, 0, "what"));
        const char *since = cell(part, 0, "since");
        assert_int_equal(strcmp(since, "–") == 0, strcmp(cases[i].change, "gone") == 0);
        report_dispose(&report);
        for (size_t j = 0; j < 2; j++) {
            run_story_free(fixture->stories[--fixture->story_count]);
            verdict_dispose(&fixture->steps[--fixture->step_count].verdict);
            table_unref(fixture->steps[fixture->step_count].table);
        }
    }
}

static void open_points_are_those_of_the_newest_run_and_say_since_when(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    static const char *const none[] = {NULL}, *const one[] = {"A-GATE", NULL};
    keep_run(fixture, "k1", BASE_MS, none, NULL, NULL);
    keep_run(fixture, "k2", BASE_MS + HOUR_MS, one, NULL, NULL);
    keep_run(fixture, "k3", BASE_MS + 2 * HOUR_MS, one, "failed", "carrier called, ticket 12");
    for (size_t i = 0; i < fixture->story_count; i++)
        report_add_story(&fixture->report, fixture->stories[i]);
    assert_true(report_add_open_points(&fixture->report, &fixture->report, fixture->store, &err));
    const struct report_part *part = part_named(&fixture->report, "open_points");
    assert_int_equal(part->table.row_count, 1);
    assert_string_equal(cell(part, 0, "state"), "failed");
    assert_string_equal(cell(part, 0, "said"),
                        "ana: failed (read: critical), carrier called, ticket 12");
    char since[REPORT_TIME_MAX]; // of k2, the first of the unbroken row
    report_time(BASE_MS + HOUR_MS, since);
    assert_memory_equal(cell(part, 0, "since"), since, 16);
    assert_int_equal(report_state(&fixture->report), STEP_CRITICAL);
}

static void what_a_person_calls_well_is_not_open(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    static const char *const one[] = {"A-GATE", NULL};
    report_add_story(&fixture->report, keep_run(fixture, "k", BASE_MS, one, "ok", "known work"));
    assert_true(report_add_open_points(&fixture->report, &fixture->report, fixture->store, &err));
    assert_int_equal(part_named(&fixture->report, "open_points")->table.row_count, 0);
    keep_run(fixture, "k", BASE_MS, one, "skipped", "no access");
    struct report again = {.title = mem_strdup("")};
    report_add_story(&again, fixture->stories[1]);
    assert_true(report_add_open_points(&again, &again, fixture->store, &err));
    assert_int_equal(part_named(&again, "open_points")->table.row_count, 1);
    report_dispose(&again);
}

static void actions_of_the_time_and_of_the_runs_are_there_with_their_entries(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    char *folder = mem_printf("%s/trail", fixture->folder->name), id[2][AUDIT_ID_MAX];
    struct audit *audit = audit_open(folder, &err);
    assert_non_null(audit);
    for (int i = 0; i < 2; i++)
        assert_true(audit_append(audit, "intent",
                                 json_pack("{s:s, s:s, s:s, s:[s, s], s:s}", "operator", "ana",
                                           "host", "sw1", "action", "ban", "targets", "203.0.113.9",
                                           "203.0.113.10", "reason", "scanner <b>"),
                                 id[i], &err));
    assert_true(audit_append(audit, "result",
                             json_pack("{s:s, s:s}", "intent", id[0], "state", "done"),
                             (char[AUDIT_ID_MAX]){0}, &err));
    static const char *const one[] = {"A-GATE", NULL};
    keep_run(fixture, "k", BASE_MS, one, NULL, NULL);
    struct action_record recorded = {.run = literal("k"),
                                     .step = literal("current-alarms"),
                                     .host = literal("sw1"),
                                     .entry = id[0]};
    assert_true(store_put_action(fixture->store, &recorded, &err));
    assert_true(store_story(fixture->store, &(struct run_question){.key = "k"},
                            &fixture->stories[1], &err));
    fixture->story_count = 2;
    // A time long ago: only what the run recorded.
    struct action_choice choice = {
        .span = {1, 2}, .stories = &fixture->stories[1], .story_count = 1};
    assert_true(report_add_actions(&fixture->report, audit_path(audit), &choice, &err));
    const struct report_part *part = part_named(&fixture->report, "actions");
    assert_int_equal(part->table.row_count, 1);
    assert_string_equal(cell(part, 0, "audit"), id[0]);
    assert_string_equal(cell(part, 0, "step"), "current-alarms");
    assert_string_equal(cell(part, 0, "result"), "done");
    assert_string_equal(cell(part, 0, "target"), "203.0.113.9 and 1 more");
    struct report whole = {.title = mem_strdup("")};
    choice = (struct action_choice){.span = {1, INT64_MAX}};
    assert_true(report_add_actions(&whole, audit_path(audit), &choice, &err));
    assert_int_equal(part_named(&whole, "actions")->table.row_count, 2);
    report_dispose(&whole);
    audit_close(audit);
    static const char *const files[] = {"audit.jsonl", "audit.head"};
    for (size_t i = 0; i < 2; i++) {
        char *path = mem_printf("%s/%s", folder, files[i]);
        unlink(path);
        free(path);
    }
    rmdir(folder);
    free(folder);
}

static void assert_no_control_bytes(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if (((unsigned char)*at < ' ' && *at != '\n') || *at == '\x7f')
            fail_msg("control byte %#x at: %.40s", (unsigned)(unsigned char)*at, at);
}

// Tags are balanced, and their attributes hold what this program writes into them and no more.
static void assert_well_formed(const char *html)
{
    static const char *const empty[] = {"meta", "br", "path", "circle", "!DOCTYPE"};
    char open[64][16];
    size_t depth = 0;
    for (const char *at = strstr(html, "<!DOCTYPE"); (at = strchr(at, '<')) != NULL; at++) {
        char name[16] = {0};
        bool closes = at[1] == '/';
        size_t len = strcspn(at + 1 + closes, " />\n");
        assert_in_range(len, 1, 15);
        memcpy(name, at + 1 + closes, len);
        const char *end = strchr(at, '>');
        assert_non_null(end);
        for (const char *byte = at; byte < end; byte++)
            assert_true(isalnum((unsigned char)*byte) || strchr("</!=\" -+.,#:;_()\n", *byte));
        bool alone = false;
        for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
            alone = alone || strcmp(name, empty[i]) == 0;
        if (closes) {
            assert_true(depth > 0);
            assert_string_equal(open[--depth], name);
        } else if (!alone) {
            assert_true(depth < 64);
            memcpy(open[depth++], name, sizeof name);
        }
    }
    assert_int_equal(depth, 0);
}

static void put_figures(struct fixture *fixture)
{
    struct err err = {0};
    for (int i = 0; i < 90; i++) {
        struct sample samples[] = {
            {literal("sw1"), literal("asr"), BASE_MS + i * 60000, 30 + i % 7},
            {literal("sw\"><script>1"), literal("calls"), BASE_MS + i * 60000, 1e9}};
        if (i < 20 || i > 40)
            assert_true(store_put_samples(fixture->store, samples, 2, &err));
    }
}

static void every_form_is_harmless_with_hostile_text_everywhere(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    struct err_list errors = {0};
    struct metric_list metrics;
    static const char *const signatures[] = {"Operator", NULL};
    static const char *const objects[] = {HOSTILE, "A|B", NULL};
    put_figures(fixture);
    assert_true(metrics_load(fixture->profile, &metrics, &errors));
    struct run_story *before = keep_run(fixture, "k1", BASE_MS, objects, NULL, NULL);
    struct run_story *now = keep_run(fixture, "k2", BASE_MS + HOUR_MS, objects, "failed", HOSTILE);
    struct report *report = &fixture->report;
    report_add_story(report, now);
    assert_true(report_add_open_points(report, report, fixture->store, &err));
    assert_true(report_add_difference(report, 0, before, fixture->store, &err));
    report_add_notes(report, fixture->stories, fixture->story_count);
    struct report_span span = {BASE_MS, BASE_MS + 2 * HOUR_MS};
    assert_true(report_add_trends(report, fixture->store, &span, &metrics, &err));
    report->signatures = signatures;
    struct str text = {0}, markdown = {0}, html = {0};
    report_text(&text, report);
    report_markdown(&markdown, report);
    report_html(&html, report);
    assert_no_control_bytes(str_text(&text));
    assert_no_control_bytes(str_text(&markdown));
    assert_no_control_bytes(str_text(&html));
    assert_well_formed(str_text(&html));
    assert_null(strstr(str_text(&html), "<script"));
    assert_null(strstr(str_text(&html), "http"));
    assert_null(strstr(str_text(&markdown), "<script"));
    assert_null(strstr(str_text(&markdown), "[a]("));
    assert_null(strstr(str_text(&markdown), " `"));
    assert_non_null(strstr(str_text(&html), "<svg class=\"line\""));
    assert_non_null(strstr(str_text(&html), "M3.0 ")); // and goes on behind the gap
    assert_non_null(strstr(str_text(&markdown), "| Operator | | |"));
    json_t *root = report_json(report);
    char *dumped = json_dumps(root, 0);
    assert_non_null(dumped);
    assert_no_control_bytes(dumped);
    assert_int_equal(json_array_size(json_object_get(root, "runs")), 1);
    const json_t *run = json_array_get(json_object_get(root, "runs"), 0);
    const json_t *step = json_array_get(json_object_get(run, "steps"), 0);
    assert_string_equal(json_string_value(json_object_get(step, "state")), "failed");
    assert_string_equal(json_string_value(json_object_get(step, "read")), "critical");
    assert_int_equal(json_array_size(json_object_get(step, "evidence")), 2);
    assert_int_equal(json_array_size(json_object_get(root, "notes")), 2);
    assert_int_equal(json_array_size(json_object_get(root, "trends")), 2);
    json_decref(root);
    free(dumped);
    str_dispose(&text);
    str_dispose(&markdown);
    str_dispose(&html);
    metrics_dispose(&metrics);
}

static void a_handover_says_first_what_is_not_known(void **state)
{
    struct fixture *fixture = *state;
    struct err_list errors = {0};
    struct checklist *list;
    static const char *const one[] = {"A-GATE", NULL};
    assert_true(handover_load(fixture->profile, &list, &errors));
    assert_int_equal(list->count, 5);
    assert_string_equal(list->steps[0].id, "alarms");
    judge(fixture, &list->steps[0], "sw1", 0, alarms(one), NULL);
    judge(fixture, &list->steps[0], "sw2", 1, NULL, "sw2: no route to it");
    judge(fixture, &list->steps[1], "sw2", 1, NULL, "sw2: no route to it");
    struct report *report = &fixture->report;
    assert_false(report_add_handover(report, fixture->steps, fixture->step_count, 10));
    assert_string_equal(report->before[0].name, "unread");
    assert_int_equal(report->before[0].table.row_count, 1); // one reason, one row
    assert_string_equal(cell(&report->before[0], 0, "parts"),
                        "Open alarms, Gateways below their limits");
    const struct report_part *part = part_named(report, "alarms");
    assert_string_equal(cell(part, 0, "host"), "sw1");
    assert_string_equal(cell(part, 0, "object"), "A-GATE");
    assert_string_equal(part->words, "sw1: 1 critical alarm: ended, A-GATE");
    assert_non_null(strstr(part_named(report, "gateways")->empty, "no host could be read"));
    assert_int_equal(report_state(report), STEP_CRITICAL);
    checklist_free(list);
}

static void a_metric_is_unknown_where_its_measure_is(void **state)
{
    struct fixture *fixture = *state;
    struct err_list errors = {0};
    struct metric_list metrics;
    double value;
    assert_true(metrics_load(fixture->profile, &metrics, &errors));
    const struct metric *asr = metrics_find(&metrics, "asr");
    const struct schema *schema = asr->probe->schema;
    struct table *table = table_new(schema);
    for (int i = 0; i < 2; i++) {
        size_t row = table_add_row(table);
        table_set_text(table, row, 0, "sw1");
        table_set_static(table, row, (size_t)schema_find(schema, "kind"), "routing");
        table_set_int(table, row, (size_t)schema_find(schema, "attempts"), i * 40);
        table_set_int(table, row, (size_t)schema_find(schema, "answered"), i * 10);
    }
    const struct table *sealed = table_seal(table);
    assert_true(metric_value(asr, sealed, &value));
    assert_true(value == 25);
    table_unref(sealed);
    const struct table *empty = table_seal(table_new(schema));
    assert_false(metric_value(asr, empty, &value)); // no seizures
    table_unref(empty);
    metrics_dispose(&metrics);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_difference_names_what_came_went_and_stayed),
        TEST(open_points_are_those_of_the_newest_run_and_say_since_when),
        TEST(what_a_person_calls_well_is_not_open),
        TEST(actions_of_the_time_and_of_the_runs_are_there_with_their_entries),
        TEST(every_form_is_harmless_with_hostile_text_everywhere),
        TEST(a_handover_says_first_what_is_not_known),
        TEST(a_metric_is_unknown_where_its_measure_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
