// SPDX-License-Identifier: MIT

// The trail read back: actions with what came of them, bans for the rate.
#include "action_audit_files.h"

#include "action/audit_table.h"
#include "probe/probe.h"
#include "table/filter.h"

static void actions_are_told_with_their_results(void **state)
{
    struct fixture *fixture = *state;
    struct audit *audit = open_trail(fixture);
    char first[AUDIT_ID_MAX], second[AUDIT_ID_MAX], third[AUDIT_ID_MAX], undo[AUDIT_ID_MAX],
        id[AUDIT_ID_MAX];
    append(audit, "intent", ban("203.0.113.1", "ana", false), first);
    append(audit, "result", json_pack("{s:s, s:s}", "intent", first, "state", "done"), id);
    append(audit, "intent", ban("203.0.113.2", "ana", false), second);
    append(audit, "result", json_pack("{s:s, s:s}", "intent", second, "state", "done"), id);
    append(audit, "intent", ban("203.0.113.3", "eva", false), third);
    struct audit_trail trail;
    struct err err = {0};
    assert_true(audit_load(fixture->trail, &trail, &err));
    assert_int_equal(trail.count, 3);
    assert_false(audit_find(&trail, first)->open);
    assert_true(audit_find(&trail, third)->open);
    const struct audit_action *last = audit_last_undoable(&trail, "ana");
    assert_string_equal(json_string_value(json_object_get(last->intent, "id")), second);
    // Begun by a console that is gone.
    assert_string_equal(
        json_string_value(json_object_get(audit_last_undoable(&trail, "eva")->intent, "id")),
        third);
    audit_trail_dispose(&trail);

    append(audit, "intent",
           json_pack("{s:s, s:s, s:s}", "operator", "ana", "action", "undo", "undoes", second),
           undo);
    append(audit, "result", json_pack("{s:s, s:s}", "intent", undo, "state", "done"), id);
    assert_true(audit_load(fixture->trail, &trail, &err));
    assert_string_equal(audit_find(&trail, second)->undone_by, undo);
    last = audit_last_undoable(&trail, "ana");
    assert_string_equal(json_string_value(json_object_get(last->intent, "id")), first);
    audit_trail_dispose(&trail);
    struct audit_verdict verdict;
    assert_true(audit_verify(fixture->trail, &verdict, &err));
    assert_int_equal(verdict.open, 1);
    audit_close(audit);
}

static void a_living_consoles_intent_is_not_called_open(void **state)
{
    struct fixture *fixture = *state;
    struct audit *audit = open_trail(fixture);
    char id[AUDIT_ID_MAX];
    append(audit, "intent", ban("203.0.113.1", "ana", true), id);
    struct audit_trail trail;
    struct err err = {0};
    assert_true(audit_load(fixture->trail, &trail, &err));
    assert_false(trail.actions[0].open);
    assert_null(audit_last_undoable(&trail, "ana")); // it runs
    audit_trail_dispose(&trail);
    audit_close(audit);
}

static size_t bans_since(struct audit *audit, const char *operator_name, int64_t ago_ms)
{
    size_t bans;
    struct err err = {0};
    assert_true(audit_bans_since(audit, operator_name, clock_wall_ms() - ago_ms, &bans, &err));
    return bans;
}

static void bans_of_the_last_minute_are_counted_by_operator(void **state)
{
    struct fixture *fixture = *state;
    clock_freeze(0, 1795132800000);
    struct audit *audit = open_trail(fixture);
    char id[AUDIT_ID_MAX];
    append(audit, "intent", ban("203.0.113.1", "ana", true), id);
    clock_advance(30000);
    append(audit, "intent", ban("203.0.113.2", "ana", true), id);
    append(audit, "intent", ban("203.0.113.3", "eva", true), id);
    clock_advance(40500);
    append(audit, "intent", ban("203.0.113.4", "ana", true), id);
    assert_int_equal(bans_since(audit, "ana", 60000), 2);
    assert_int_equal(bans_since(audit, "eva", 60000), 1);
    assert_int_equal(bans_since(audit, "ana", 120000), 3);
    audit_close(audit);
    clock_release();
}

// Unknown is not none: the guard asks then.
static void bans_that_cannot_be_counted_are_not_none(void **state)
{
    struct fixture *fixture = *state;
    struct audit *audit = open_trail(fixture);
    size_t bans;
    struct err err = {0};
    assert_int_equal(unlink(fixture->trail), 0);
    assert_int_equal(mkdir(fixture->trail, 0700), 0);
    assert_false(audit_bans_since(audit, "ana", clock_wall_ms() - 60000, &bans, &err));
    assert_non_null(strstr(err.text, "cannot be read"));
    assert_int_equal(rmdir(fixture->trail), 0);
    audit_close(audit);
}

static const char *cell_of(const struct table *table, size_t row, const char *column)
{
    const struct cell *cell =
        table_cell(table, row, (size_t)schema_find(probe_audit.schema, column));
    return cell->known ? cell->as.text : "";
}

static size_t rows_of(const struct table *table, const char *words)
{
    struct filter *filter;
    size_t position, count = 0;
    struct err err = {0};
    assert_true(filter_parse(words, probe_audit.schema, &filter, &position, &err));
    for (size_t i = 0; i < table_rows(table); i++)
        count += filter_match(filter, table, i);
    filter_free(filter);
    return count;
}

static void finish(struct audit *audit, json_t *intent, const char *state, char id[AUDIT_ID_MAX])
{
    char result[AUDIT_ID_MAX];
    append(audit, "intent", intent, id);
    append(audit, "result",
           json_pack("{s:s, s:s, s:s}", "intent", id, "state", state, "verification", "proven"),
           result);
}

static json_t *ban_until(const char *address, int64_t ends_wall_ms)
{
    char ends[CLOCK_RFC3339_MAX];
    json_t *intent = ban(address, "ana", false);
    clock_rfc3339(ends_wall_ms, ends);
    json_object_set_new(intent, "ends", json_string(ends));
    return intent;
}

static void the_table_tells_actions_and_refusals_the_newest_first(void **state)
{
    struct fixture *fixture = *state;
    struct audit *audit = open_trail(fixture);
    char over[AUDIT_ID_MAX], stands[AUDIT_ID_MAX], taken[AUDIT_ID_MAX], undo[AUDIT_ID_MAX],
        id[AUDIT_ID_MAX];
    int64_t now_ms = clock_wall_ms() / 1000 * 1000;
    finish(audit, ban_until("203.0.113.1", now_ms - 1000), "done", over);
    finish(audit, ban_until("203.0.113.2", now_ms + 60000), "done", stands);
    finish(audit, ban_until("203.0.113.3", now_ms + 90000), "done", taken);
    finish(audit,
           json_pack("{s:s, s:s, s:s, s:s, s:[s]}", "operator", "ana", "action", "undo", "undoes",
                     taken, "host", "sw1", "targets", "203.0.113.3"),
           "done", undo);
    append(audit, "refusal",
           json_pack("{s:s, s:s, s:[ss], s:s, s:s}", "host", "sw1", "action", "ban", "targets",
                     "10.0.0.1", "10.0.0.2", "rule", "private", "error", "sw1: it is private"),
           id);
    struct audit_trail trail;
    struct err err = {0};
    assert_true(audit_load(fixture->trail, &trail, &err));
    assert_int_equal(audit_next_end(&trail), now_ms + 60000);
    const struct table *table = audit_table(&trail, NULL, 0);
    static const struct {
        const char *target, *state, *undo, *rule;
    } rows[] = {{"10.0.0.1; 10.0.0.2", "refused", "no", "private"},
                {"203.0.113.3", "done", "no", ""},
                {"203.0.113.3", "undone", NULL, ""},
                {"203.0.113.2", "done", "possible", ""},
                {"203.0.113.1", "done", "expired", ""}};
    assert_int_equal(table_rows(table), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(cell_of(table, i, "target"), rows[i].target);
        assert_string_equal(cell_of(table, i, "state"), rows[i].state);
        assert_string_equal(cell_of(table, i, "undo"), rows[i].undo != NULL ? rows[i].undo : undo);
        assert_string_equal(cell_of(table, i, "rule"), rows[i].rule);
        assert_string_equal(cell_of(table, i, "id"), cell_of(table, i, "entry"));
    }
    assert_string_equal(cell_of(table, 0, "result"), "sw1: it is private");
    assert_int_equal(table_row_level(table, 0), LEVEL_NONE); // an answer, no condition
    assert_int_equal(rows_of(table, "target:10.0.0.2"), 1);
    assert_int_equal(rows_of(table, "target:203.0.113.0/24"), 4);
    assert_int_equal(rows_of(table, "target:203.0.113.0/30 state=done"), 3);
    assert_string_equal(cell_of(table, 2, "undone_by"), undo);
    table_unref(table);
    table = audit_table(&trail, "sw1", 2);
    assert_int_equal(table_rows(table), 2);
    assert_string_equal(cell_of(table, 0, "state"), "refused");
    table_unref(table);
    audit_trail_dispose(&trail);
    audit_close(audit);
}

static void what_failed_and_was_done_later_needs_nobody(void **state)
{
    struct fixture *fixture = *state;
    struct audit *audit = open_trail(fixture);
    char id[AUDIT_ID_MAX];
    finish(audit, ban("203.0.113.1", "ana", false), "failed", id);
    finish(audit, ban("203.0.113.2", "ana", false), "failed", id);
    finish(audit, ban("203.0.113.1", "ana", false), "done", id);
    struct audit_trail trail;
    struct err err = {0};
    assert_true(audit_load(fixture->trail, &trail, &err));
    const struct table *table = audit_table(&trail, NULL, 0);
    assert_string_equal(cell_of(table, 1, "state"), "failed");
    assert_int_equal(table_row_level(table, 1), LEVEL_WARN); // .2: nobody did it
    assert_string_equal(cell_of(table, 2, "state"), "failed");
    assert_int_equal(table_row_level(table, 2), LEVEL_NONE); // .1: the newest did
    assert_true(audit_has_failed(&trail.actions[1]));
    assert_false(audit_was_made_good(&trail, 1));
    assert_true(audit_was_made_good(&trail, 0));
    table_unref(table);
    audit_trail_dispose(&trail);
    audit_close(audit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(actions_are_told_with_their_results),
        TEST(a_living_consoles_intent_is_not_called_open),
        TEST(bans_of_the_last_minute_are_counted_by_operator),
        TEST(the_table_tells_actions_and_refusals_the_newest_first),
        TEST(what_failed_and_was_done_later_needs_nobody),
        TEST(bans_that_cannot_be_counted_are_not_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
