// SPDX-License-Identifier: MIT

// A guided run without a terminal: what is taken, what is not, what a later run makes of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "checklist/guide.h"
#include "checklist/guide_story.h"

#define NOON_MS 1795162507000

enum { ALARMS, BALANCES, HANDOVER, STEPS };
static const char *const ids[STEPS] = {"current-alarms", "balances-night", "handover"};
static const char *const hosts[] = {"sw1", "sw2"};

struct fixture {
    struct checklist *list;
    struct check_step steps[STEPS * 2];
    struct guide *guide;
    size_t kept;
    struct step_record last; // what the store would have got
};

static struct check_step *slot(struct fixture *fixture, size_t step, size_t host)
{
    return &fixture->steps[step * 2 + host];
}

static void judge(struct check_step *slot, const struct table *table, const char *error)
{
    struct step_facts facts = {.table = table, .error = error};
    table_unref(slot->table);
    verdict_dispose(&slot->verdict);
    slot->table = table;
    slot->age_ms = table != NULL ? 5 : -1;
    slot->waiting = false;
    step_judge(slot->step, &facts, &slot->verdict);
}

// A table of alarms with these objects, all critical; NULL: none.
static const struct table *alarms(const char *one, const char *two)
{
    const struct schema *schema = probe_alarms.schema;
    struct table *table = table_new(schema);
    const char *const objects[] = {one, two};
    for (size_t i = 0; i < 2; i++) {
        if (objects[i] == NULL)
            continue;
        size_t row = table_add_row(table);
        table_set_static(table, row, 0, "sw1");
        table_set_static(table, row, (size_t)schema_find(schema, "severity"), "critical");
        table_set_static(table, row, (size_t)schema_find(schema, "type"), "offline");
        table_set_text(table, row, (size_t)schema_find(schema, "object"), objects[i]);
        table_set_int(table, row, (size_t)schema_find(schema, "alarm_id"), (int64_t)i);
    }
    return table_seal(table);
}

static const struct table *accounts(double headroom)
{
    const struct schema *schema = probe_balances.schema;
    struct table *table = table_new(schema);
    size_t row = table_add_row(table);
    table_set_static(table, row, 0, "sw1");
    table_set_static(table, row, (size_t)schema_find(schema, "account"), "1001");
    table_set_real(table, row, (size_t)schema_find(schema, "headroom"), headroom);
    table_set_real(table, row, (size_t)schema_find(schema, "hours_left"), headroom < 0 ? 0 : 500);
    table_set_real(table, row, (size_t)schema_find(schema, "today"), 12);
    table_set_level(table, row, (size_t)schema_find(schema, "headroom"),
                    headroom < 0 ? LEVEL_CRIT : LEVEL_NONE);
    return table_seal(table);
}

static void keep(void *context, const struct guide_record *record)
{
    struct fixture *fixture = context;
    fixture->kept++;
    if (record->kind != GUIDE_DECIDED)
        return;
    assert_non_null(record->seen);
    step_record_dispose(&fixture->last);
    guide_story_step(fixture->guide, record, &fixture->last);
}

static struct guide *new_guide(struct fixture *fixture, const char *operator_name)
{
    return guide_new(fixture->steps, STEPS * 2, operator_name, keep, fixture);
}

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof *fixture);
    struct err_list errors = {0};
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    setenv("TZ", "UTC", 1);
    clock_freeze(1000000, NOON_MS);
    assert_true(checklist_load("vos3000", "evening", &fixture->list, &errors));
    for (size_t step = 0; step < STEPS; step++)
        for (size_t i = 0; i < fixture->list->count; i++)
            for (size_t host = 0; host < 2; host++)
                if (strcmp(fixture->list->steps[i].id, ids[step]) == 0)
                    *slot(fixture, step, host) = (struct check_step){
                        .step = &fixture->list->steps[i], .host = host, .host_name = hosts[host]};
    for (size_t host = 0; host < 2; host++) {
        judge(slot(fixture, ALARMS, host), alarms(NULL, NULL), NULL);
        judge(slot(fixture, BALANCES, host), accounts(5000), NULL);
        judge(slot(fixture, HANDOVER, host), NULL, NULL);
    }
    fixture->guide = new_guide(fixture, "ana");
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    guide_free(fixture->guide);
    step_record_dispose(&fixture->last);
    for (size_t i = 0; i < STEPS * 2; i++) {
        table_unref(fixture->steps[i].table);
        verdict_dispose(&fixture->steps[i].verdict);
    }
    checklist_free(fixture->list);
    free(fixture);
    clock_release();
    return 0;
}

static const struct guide_item *item(struct fixture *fixture, size_t step, size_t host)
{
    return &guide_step(fixture->guide, step)->items[host];
}

static enum guide_face face(struct fixture *fixture, size_t step)
{
    return guide_step_face(fixture->guide, step);
}

static void update(struct fixture *fixture)
{
    guide_update(fixture->guide);
    clock_advance(2000); // a person needs a moment to look
}

static void steps_are_led_for_all_hosts_at_once(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(guide_step_count(fixture->guide), STEPS);
    assert_int_equal(guide_step(fixture->guide, ALARMS)->item_count, 2);
    judge(slot(fixture, ALARMS, 1), alarms("CARRIER-A", NULL), NULL);
    update(fixture);
    size_t order[2];
    assert_int_equal(guide_step_order(fixture->guide, ALARMS, order), 2);
    assert_int_equal(order[0], 1); // trouble first
    assert_int_equal(face(fixture, ALARMS), FACE_CRITICAL);
    assert_int_equal(face(fixture, BALANCES), FACE_OK);
    assert_int_equal(face(fixture, HANDOVER), FACE_PERSON);
}

static void enter_takes_the_verdict_of_each_host(void **state)
{
    struct fixture *fixture = *state;
    judge(slot(fixture, ALARMS, 1), alarms("CARRIER-A", NULL), NULL);
    update(fixture);
    assert_int_equal(guide_take(fixture->guide), GUIDE_TOOK);
    assert_int_equal(guide_item_face(item(fixture, ALARMS, 0)), FACE_DONE);
    assert_int_equal(guide_item_face(item(fixture, ALARMS, 1)), FACE_NOTED);
    assert_string_equal(item(fixture, ALARMS, 1)->decision->operator_name, "ana");
    assert_int_equal(fixture->kept, 2);
    assert_string_equal(fixture->last.state, "critical");
    assert_int_equal(guide_take(fixture->guide), GUIDE_HAD);
    assert_int_equal(fixture->kept, 2);
    assert_true(guide_go_next_open(fixture->guide));
    assert_int_equal(guide_here(fixture->guide), BALANCES);
}

static void what_could_not_be_read_is_never_ok(void **state)
{
    struct fixture *fixture = *state;
    judge(slot(fixture, ALARMS, 1), NULL, "sw2: connection refused");
    update(fixture);
    assert_int_equal(guide_take(fixture->guide), GUIDE_TOOK_PART);
    assert_int_equal(guide_take(fixture->guide), GUIDE_TOOK_NONE);
    assert_null(item(fixture, ALARMS, 1)->decision);
    assert_int_equal(face(fixture, ALARMS), FACE_UNKNOWN);
    assert_int_equal(guide_pass(fixture->guide), 1); // balances
    assert_null(item(fixture, ALARMS, 1)->decision);
    size_t marked[2];
    assert_int_equal(guide_aim(fixture->guide, marked), 1);
    assert_int_equal(marked[0], 1);
    guide_mark(fixture->guide, GUIDE_SKIPPED, "being rebuilt");
    assert_int_equal(face(fixture, ALARMS), FACE_SKIPPED);
    assert_string_equal(fixture->last.state, "skipped");
    assert_string_equal(fixture->last.machine_state, "unknown");
    assert_string_equal(fixture->last.reason, "being rebuilt");
}

static void a_mark_is_about_what_was_seen_when_it_was_begun(void **state)
{
    struct fixture *fixture = *state;
    size_t aimed[2];
    judge(slot(fixture, ALARMS, 0), alarms("CARRIER-A", NULL), NULL);
    update(fixture);
    assert_int_equal(guide_aim(fixture->guide, aimed), 1);
    judge(slot(fixture, ALARMS, 1), alarms("CARRIER-B", NULL), NULL); // while the person types
    update(fixture);
    assert_int_equal(guide_mark(fixture->guide, GUIDE_SKIPPED, "A is in maintenance"), 0);
    assert_int_equal(guide_item_face(item(fixture, ALARMS, 0)), FACE_SKIPPED);
    assert_int_equal(guide_item_face(item(fixture, ALARMS, 1)), FACE_CRITICAL);
    assert_int_equal(guide_mark(fixture->guide, GUIDE_FAILED, "nothing is aimed at"), 0);
    assert_int_equal(guide_item_face(item(fixture, ALARMS, 1)), FACE_CRITICAL);
}

static void trouble_that_comes_while_a_reason_is_typed_is_not_skipped(void **state)
{
    struct fixture *fixture = *state;
    for (size_t step = ALARMS; step <= BALANCES; step++)
        judge(slot(fixture, step, 1), NULL, "sw2: connection refused");
    update(fixture);
    assert_int_equal(guide_aim_unread(fixture->guide), 2);
    judge(slot(fixture, ALARMS, 1), alarms("CARRIER-A", NULL), NULL);
    judge(slot(fixture, BALANCES, 0), NULL, "sw1: connection refused");
    update(fixture);
    assert_int_equal(guide_skip_unread(fixture->guide, "power cut on sw2"), 1);
    assert_int_equal(guide_item_face(item(fixture, ALARMS, 1)), FACE_CRITICAL);
    assert_int_equal(guide_item_face(item(fixture, BALANCES, 1)), FACE_SKIPPED);
    assert_int_equal(guide_item_face(item(fixture, BALANCES, 0)), FACE_UNKNOWN);
}

static void a_first_reading_is_waited_for(void **state)
{
    struct fixture *fixture = *state;
    judge(slot(fixture, ALARMS, 0), NULL, NULL);
    slot(fixture, ALARMS, 0)->waiting = true;
    update(fixture);
    assert_int_equal(face(fixture, ALARMS), FACE_WAITING);
    assert_int_equal(guide_take(fixture->guide), GUIDE_TOOK_PART);
    assert_int_equal(guide_aim_unread(fixture->guide), 0);
}

static void a_host_that_is_away_is_skipped_in_all_steps(void **state)
{
    struct fixture *fixture = *state;
    for (size_t step = ALARMS; step <= BALANCES; step++)
        judge(slot(fixture, step, 1), NULL, "sw2: connection refused");
    update(fixture);
    assert_int_equal(guide_aim_unread(fixture->guide), 2);
    guide_skip_unread(fixture->guide, "power cut");
    assert_int_equal(guide_aim_unread(fixture->guide), 0);
    assert_int_equal(guide_item_face(item(fixture, BALANCES, 1)), FACE_SKIPPED);
    assert_int_equal(guide_item_face(item(fixture, BALANCES, 0)), FACE_OK);
}

static void only_what_needs_nobody_passes_by_itself(void **state)
{
    struct fixture *fixture = *state;
    judge(slot(fixture, ALARMS, 0), alarms("CARRIER-A", NULL), NULL);
    slot(fixture, BALANCES, 1)->age_ms = GUIDE_PASS_AGE_MS + 1;
    update(fixture);
    assert_int_equal(guide_pass(fixture->guide), 0); // alarms and balances are open on one host
    assert_int_equal(guide_item_face(item(fixture, ALARMS, 1)), FACE_DONE);
    assert_int_equal(guide_item_face(item(fixture, ALARMS, 0)), FACE_CRITICAL);
    assert_int_equal(guide_item_face(item(fixture, BALANCES, 1)), FACE_OK);
    assert_int_equal(face(fixture, HANDOVER), FACE_PERSON);
    assert_string_equal(fixture->last.operator_name, "");
}

static void a_verdict_that_turns_worse_is_told_and_not_taken_unseen(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(guide_take(fixture->guide), GUIDE_TOOK);
    judge(slot(fixture, ALARMS, 0), alarms("CARRIER-A", NULL), NULL);
    guide_update(fixture->guide);
    assert_true(guide_item_is_worse(item(fixture, ALARMS, 0)));
    assert_int_equal(guide_first_worse(fixture->guide), ALARMS);
    assert_int_equal(item(fixture, ALARMS, 0)->decision->state, STEP_OK); // it stands
    assert_int_equal(guide_take(fixture->guide), GUIDE_TURNED);
    clock_advance(2000);
    assert_int_equal(guide_take(fixture->guide), GUIDE_TOOK);
    assert_int_equal(item(fixture, ALARMS, 0)->decision->state, STEP_CRITICAL);
    assert_false(guide_item_is_worse(item(fixture, ALARMS, 0)));
    assert_int_equal(guide_first_worse(fixture->guide), STEPS);
}

static void a_first_verdict_of_trouble_is_not_taken_unseen(void **state)
{
    struct fixture *fixture = *state;
    judge(slot(fixture, ALARMS, 0), NULL, NULL);
    slot(fixture, ALARMS, 0)->waiting = true;
    update(fixture);
    judge(slot(fixture, ALARMS, 0), alarms("CARRIER-A", NULL), NULL);
    guide_update(fixture->guide);
    assert_int_equal(guide_take(fixture->guide), GUIDE_TURNED);
    clock_advance(2000);
    assert_int_equal(guide_take(fixture->guide), GUIDE_TOOK);
}

static void an_old_verdict_is_read_anew_before_it_is_taken(void **state)
{
    struct fixture *fixture = *state;
    struct check_step *old = slot(fixture, ALARMS, 1);
    old->late = true;
    old->age_ms = GUIDE_PASS_AGE_MS + 1;
    assert_int_equal(guide_take(fixture->guide), GUIDE_OLD);
    assert_null(item(fixture, ALARMS, 0)->decision);
    old->age_ms = 60000; // nobody looked at it for a while
    assert_int_equal(guide_take(fixture->guide), GUIDE_TOOK);
}

static void a_persons_step_is_done_by_enter(void **state)
{
    struct fixture *fixture = *state;
    guide_go(fixture->guide, HANDOVER);
    assert_int_equal(guide_take(fixture->guide), GUIDE_TOOK);
    assert_int_equal(face(fixture, HANDOVER), FACE_DONE);
    assert_string_equal(fixture->last.state, "ok");
}

static void hidden_hosts_are_left_alone(void **state)
{
    struct fixture *fixture = *state;
    guide_show_host(fixture->guide, 1, false);
    assert_int_equal(guide_take(fixture->guide), GUIDE_TOOK);
    assert_null(item(fixture, ALARMS, 1)->decision);
    guide_pass(fixture->guide);
    guide_go(fixture->guide, HANDOVER);
    guide_take(fixture->guide);
    assert_false(guide_go_next_open(fixture->guide));
    assert_false(guide_is_complete(fixture->guide));
    guide_show_host(fixture->guide, 1, true);
    assert_true(guide_go_next_open(fixture->guide));
}

static void the_worst_open_step_is_found_first(void **state)
{
    struct fixture *fixture = *state;
    assert_false(guide_go_next_trouble(fixture->guide));
    judge(slot(fixture, ALARMS, 0), NULL, "sw1: no answer");
    judge(slot(fixture, BALANCES, 1), accounts(-1), NULL);
    update(fixture);
    assert_true(guide_go_next_trouble(fixture->guide));
    assert_true(face(fixture, guide_here(fixture->guide)) >= FACE_WARNING);
}

static void time_is_counted_where_one_is(void **state)
{
    struct fixture *fixture = *state;
    struct guide_progress progress;
    clock_advance(60000);
    guide_go(fixture->guide, BALANCES);
    clock_advance(5000);
    guide_leave(fixture->guide);
    clock_advance(3600000);
    guide_progress(fixture->guide, &progress);
    assert_int_equal(guide_step(fixture->guide, ALARMS)->used_ms, 60000);
    assert_int_equal(progress.step_used_ms, 5000);
    assert_int_equal(progress.used_ms, 65000);
}

// What the store gives back of the records of a guide.
static void take_story(struct fixture *fixture, struct run_story *story)
{
    size_t count;
    const struct guide_record *const *records = guide_records(fixture->guide, &count);
    *story = (struct run_story){0};
    story->steps = mem_array(count + 1, sizeof *story->steps);
    story->notes = mem_array(count + 1, sizeof *story->notes);
    for (size_t i = 0; i < count; i++) {
        struct guide_record record = *records[i];
        if (record.kind == GUIDE_NOTED) {
            story->notes[story->note_count++] =
                (struct note_record){.step = record.step,
                                     .host = record.host,
                                     .operator_name = record.operator_name,
                                     .at_ms = record.at_ms,
                                     .text = record.text};
            continue;
        }
        for (size_t j = 0; j < STEPS * 2; j++)
            if (strcmp(fixture->steps[j].step->id, record.step) == 0 &&
                strcmp(fixture->steps[j].host_name, record.host) == 0)
                record.seen = &fixture->steps[j];
        guide_story_step(fixture->guide, &record, &story->steps[story->step_count++]);
    }
}

static void story_dispose(struct run_story *story)
{
    for (size_t i = 0; i < story->step_count; i++)
        step_record_dispose(&story->steps[i]);
    free(story->steps);
    free(story->notes);
}

static void a_run_is_gone_on_with_by_another(void **state)
{
    struct fixture *fixture = *state;
    judge(slot(fixture, ALARMS, 1), alarms("CARRIER-A", NULL), NULL);
    judge(slot(fixture, BALANCES, 1), NULL, "sw2: no database");
    update(fixture);
    guide_take(fixture->guide);
    guide_go(fixture->guide, BALANCES);
    guide_aim(fixture->guide, (size_t[2]){0});
    guide_mark(fixture->guide, GUIDE_FAILED, "database down, called ben");
    guide_note(fixture->guide, "ben is on it");
    struct run_story story;
    take_story(fixture, &story);
    size_t count, before = fixture->kept;
    struct guide *next = new_guide(fixture, "ben");
    struct guide_record *records = guide_story_records(&story, next, &count);
    guide_resume(next, records, count);
    assert_int_equal(fixture->kept, before); // nothing is kept twice
    assert_int_equal(guide_here(next), HANDOVER);
    const struct guide_item *failed = &guide_step(next, BALANCES)->items[1];
    assert_int_equal(guide_item_face(failed), FACE_FAILED);
    assert_string_equal(failed->decision->text, "database down, called ben");
    assert_int_equal(failed->decision->state, STEP_UNKNOWN);
    assert_string_equal(guide_step(next, ALARMS)->items[1].decision->operator_name, "ana");
    assert_int_equal(guide_item_face(&guide_step(next, ALARMS)->items[1]), FACE_NOTED);
    assert_int_equal(guide_outcome(next), STEP_CRITICAL);
    guide_records_free(records, count);
    guide_free(next);
    story_dispose(&story);
}

static void check_decided(const struct fixture *fixture, const struct run_story *story,
                          size_t decided)
{
    struct guide_progress progress;
    guide_progress(fixture->guide, &progress);
    assert_int_equal(progress.decided, decided);
    assert_int_equal(guide_story_decided(story), decided);
}

static void a_step_is_decided_when_it_is_on_every_host(void **state)
{
    struct fixture *fixture = *state;
    struct guide_progress progress;
    struct run_story story;
    judge(slot(fixture, ALARMS, 0), alarms("CARRIER-A", NULL), NULL);
    judge(slot(fixture, ALARMS, 1), NULL, "sw2: no web interface");
    update(fixture);
    guide_take(fixture->guide); // what could not be read is not taken
    take_story(fixture, &story);
    story.run.hosts = (char *)(uintptr_t) "sw1 sw2";
    check_decided(fixture, &story, 0);
    story_dispose(&story);
    guide_go(fixture->guide, ALARMS);
    guide_aim(fixture->guide, (size_t[2]){0});
    guide_mark(fixture->guide, GUIDE_SKIPPED, "power cut");
    take_story(fixture, &story);
    story.run.hosts = (char *)(uintptr_t) "sw1 sw2";
    check_decided(fixture, &story, 1);
    guide_progress(fixture->guide, &progress);
    assert_int_equal(progress.faces[FACE_NOTED], 1);
    assert_int_equal(progress.partly_skipped, 1);
    story_dispose(&story);
}

static void rows_that_the_run_before_had_not_are_new(void **state)
{
    struct fixture *fixture = *state;
    judge(slot(fixture, ALARMS, 0), alarms("CARRIER-A", "CARRIER-B"), NULL);
    update(fixture);
    guide_take(fixture->guide);
    struct run_story story;
    take_story(fixture, &story);
    judge(slot(fixture, ALARMS, 0), alarms("CARRIER-B", "CARRIER-C"), NULL);
    struct guide *next = new_guide(fixture, "ben");
    size_t count;
    struct guide_record *records = guide_story_records(&story, next, &count);
    guide_compare(next, records, count);
    struct guide_difference difference;
    guide_differ(&guide_step(next, ALARMS)->items[0], &difference);
    assert_int_equal(difference.come, 1);
    assert_int_equal(difference.gone, 1);
    const struct check_step *live = slot(fixture, ALARMS, 0);
    int object = schema_find(probe_alarms.schema, "object");
    for (size_t i = 0; i < live->verdict.row_count; i++) {
        const struct cell *cell = table_cell(live->table, live->verdict.rows[i], (size_t)object);
        assert_int_equal(difference.is_new[i], strcmp(cell->as.text, "CARRIER-C") == 0);
    }
    guide_difference_dispose(&difference);
    guide_differ(&guide_step(next, ALARMS)->items[1], &difference);
    assert_int_equal(difference.come, 0);
    guide_difference_dispose(&difference);
    struct step_facts facts = {.table = live->table, .error = "sw1: connection lost"};
    verdict_dispose(&slot(fixture, ALARMS, 0)->verdict);
    step_judge(live->step, &facts, &slot(fixture, ALARMS, 0)->verdict);
    guide_differ(&guide_step(next, ALARMS)->items[0], &difference);
    assert_int_equal(difference.gone, 0); // it is not known what is there
    guide_difference_dispose(&difference);
    guide_records_free(records, count);
    guide_free(next);
    story_dispose(&story);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(steps_are_led_for_all_hosts_at_once),
        TEST(enter_takes_the_verdict_of_each_host),
        TEST(what_could_not_be_read_is_never_ok),
        TEST(a_first_reading_is_waited_for),
        TEST(a_mark_is_about_what_was_seen_when_it_was_begun),
        TEST(trouble_that_comes_while_a_reason_is_typed_is_not_skipped),
        TEST(a_host_that_is_away_is_skipped_in_all_steps),
        TEST(a_step_is_decided_when_it_is_on_every_host),
        TEST(only_what_needs_nobody_passes_by_itself),
        TEST(a_verdict_that_turns_worse_is_told_and_not_taken_unseen),
        TEST(a_first_verdict_of_trouble_is_not_taken_unseen),
        TEST(an_old_verdict_is_read_anew_before_it_is_taken),
        TEST(a_persons_step_is_done_by_enter),
        TEST(hidden_hosts_are_left_alone),
        TEST(the_worst_open_step_is_found_first),
        TEST(time_is_counted_where_one_is),
        TEST(a_run_is_gone_on_with_by_another),
        TEST(rows_that_the_run_before_had_not_are_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
