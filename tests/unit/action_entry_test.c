// SPDX-License-Identifier: MIT

// Undo and finish: by whichever console it was begun, and only what the guard allows now.
#include "action_run_host.h"

// As a ban does: what is there already needs no step.
static bool plan_missing(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    for (size_t i = 0; i < out->target_count; i++)
        if (exists(out->targets[i].text))
            out->targets[i].state = ACTION_ALREADY;
    return plan_touch(input, out, err);
}

static const struct action touch_missing = TEST_ACTION(plan_missing);

static void a_harmless_action_goes_at_once_and_is_undone(void **state)
{
    (void)state;
    begin("", "");
    submit(&touch, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_DONE, "203.0.113.9 made on here until ");
    assert_true(exists("203.0.113.9"));
    assert_int_equal(entries("intent"), 1);
    assert_int_equal(entries("result"), 1);
    submit_asked(&action_undo, NULL);
    done_as(next(RUN_DONE), ACTION_DONE, "test 203.0.113.9 undone on here");
    assert_false(exists("203.0.113.9"));
    assert_int_equal(entries("intent"), 2);
    submit_many(&action_undo, NULL, 0);
    struct run_report report = next(RUN_DONE);
    assert_false(report.well);
    assert_non_null(strstr(report.text, "there is nothing of ana to undo"));
    plan_free(report.plan);
    struct audit_verdict verdict;
    struct err err = {0};
    assert_true(audit_verify(audit_path(here.audit), &verdict, &err));
    assert_int_equal(verdict.open, 0);
    end();
}

static void an_undo_runs_only_while_the_state_is_as_it_was_left(void **state)
{
    (void)state;
    begin("", "");
    submit(&touch, "203.0.113.9");
    struct run_report report = next(RUN_DONE);
    char id[40];
    strcpy(id, report.plan->hosts[0]->audit);
    plan_free(report.plan);
    char *path = mem_printf("%s/203.0.113.9", here.folder);
    assert_int_equal(unlink(path), 0); // somebody else took it back
    free(path);
    submit_asked(&action_undo, id);
    done_as(next(RUN_DONE), ACTION_ALREADY, "already undone");
    submit(&action_undo, id);
    report = next(RUN_DONE);
    assert_non_null(strstr(report.text, "was undone already"));
    plan_free(report.plan);
    end();
}

// A console that was killed after its intent: the next one says so, and finishes or undoes it.
static void an_open_intent_is_found_and_ended(void **state)
{
    (void)state;
    begin("confirm = never", "");
    char id[AUDIT_ID_MAX];
    struct err err = {0};
    struct plan *plan = plan_new(&touch);
    struct plan_host *out = plan_add_host(plan, 0, &here.config->hosts[0]);
    plan_one(out, "203.0.113.9");
    json_t *intent = json_pack("{s:s, s:s, s:s, s:[s], s:b, s:o, s:{s:i, s:i, s:s}}", "operator",
                               "ana", "action", "ban", "host", "here", "targets", "203.0.113.9",
                               "reversible", 1, "steps", plan_steps_json(out), "process", "pid", 1,
                               "started", 1, "boot", "another");
    assert_true(audit_append(here.audit, "intent", intent, id, &err));
    plan_free(plan);
    runner_recall(here.runner);
    struct run_report report = next(RUN_LATER);
    assert_non_null(strstr(report.text, id));
    submit_asked(&action_finish, id);
    done_as(next(RUN_DONE), ACTION_DONE, "203.0.113.9 finished on here");
    assert_true(exists("203.0.113.9"));
    submit(&action_undo, id);
    done_as(next(RUN_DONE), ACTION_DONE, "undone");
    assert_false(exists("203.0.113.9"));
    struct audit_verdict verdict;
    assert_true(audit_verify(audit_path(here.audit), &verdict, &err));
    assert_int_equal(verdict.open, 0);
    end();
}

// An intent as a console that is gone wrote it.
static void write_intent(json_t *members, const struct action *action, const char *const *targets,
                         size_t count, char id[AUDIT_ID_MAX])
{
    struct err err = {0};
    struct plan *plan = plan_new(action);
    struct plan_host *out = plan_add_host(plan, 0, &here.config->hosts[0]);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        plan_one(out, targets[i]);
        json_array_append_new(list, json_string(targets[i]));
    }
    json_t *intent =
        json_pack("{s:s, s:s, s:s, s:o, s:b, s:o, s:{s:i, s:i, s:s}}", "operator", "ana", "action",
                  action->name, "host", "here", "targets", list, "reversible", 1, "steps",
                  plan_steps_json(out), "process", "pid", 1, "started", 1, "boot", "another");
    json_object_update(intent, members);
    json_decref(members);
    assert_true(audit_append(here.audit, "intent", intent, id, &err));
    plan_free(plan);
}

static void write_done(const char *intent)
{
    char id[AUDIT_ID_MAX];
    struct err err = {0};
    assert_true(audit_append(here.audit, "result",
                             json_pack("{s:s, s:s}", "intent", intent, "state", "done"), id, &err));
}

static void the_undo_of_an_undo_is_judged_like_the_ban_that_it_is(void **state)
{
    (void)state;
    static const char *const console[] = {"192.0.2.77"};
    char ban[AUDIT_ID_MAX], undo[40], open_undo[AUDIT_ID_MAX];
    begin("confirm = never", "");
    write_file(console[0], "");
    write_intent(json_object(), &action_ban, console, 1, ban);
    write_done(ban);
    submit(&action_undo, ban); // it lets in: nothing is judged
    struct run_report report = next(RUN_DONE);
    assert_int_equal(report.plan->hosts[0]->targets[0].state, ACTION_DONE);
    snprintf(undo, sizeof undo, "%s", report.plan->hosts[0]->audit);
    plan_free(report.plan);
    submit(&action_undo, undo);
    done_as(next(RUN_DONE), ACTION_REFUSED, "[console-address]");
    assert_false(exists(console[0]));
    // The undo of an unban that a console left open.
    write_intent(json_object(), &action_unban, console, 1, ban);
    write_done(ban);
    write_intent(json_pack("{s:s}", "undoes", ban), &action_undo, console, 1, open_undo);
    submit(&action_finish, open_undo);
    done_as(next(RUN_DONE), ACTION_REFUSED, "[console-address]");
    // And an undo of an entry that the trail does not have.
    write_intent(json_pack("{s:s}", "undoes", "2020-01-01-000001"), &action_undo, console, 1, undo);
    submit(&action_undo, undo);
    done_as(next(RUN_DONE), ACTION_REFUSED, "[console-address]");
    assert_false(exists(console[0]));
    end();
}

static void a_finish_does_not_repeat_what_was_done(void **state)
{
    (void)state;
    static const char *const list[] = {"203.0.113.9", "203.0.113.10"};
    char id[AUDIT_ID_MAX];
    begin("confirm = never", "");
    write_file(list[0], "as it was");
    write_intent(json_object(), &action_ban, list, 1, id);
    submit_asked(&action_finish, id);
    done_as(next(RUN_DONE), ACTION_ALREADY, "already done");
    write_intent(json_object(), &action_ban, list, 2, id);
    submit_asked(&action_finish, id);
    struct run_report report = next(RUN_DONE);
    assert_int_equal(report.plan->hosts[0]->targets[0].state, ACTION_DONE);
    plan_free(report.plan);
    assert_true(exists(list[1]));
    submit(&action_undo, id);
    report = next(RUN_DONE);
    assert_true(report.well);
    plan_free(report.plan);
    assert_false(exists(list[0]));
    end();
}

// The steps of an entry are run whole: with one target refused none may be.
static void an_entry_with_a_refused_target_is_refused_whole(void **state)
{
    (void)state;
    static const char *const console[] = {"203.0.113.9", "192.0.2.77"};
    static const char *const trusted[] = {"203.0.113.9", "203.0.113.20"};
    const char *const *const lists[] = {console, trusted};
    static const char *const rules[] = {"[console-address]", "[trusted]"};
    for (size_t i = 0; i < 2; i++) {
        char ban[AUDIT_ID_MAX], unban[40];
        begin("confirm = never", "");
        write_file(lists[i][0], "");
        write_file(lists[i][1], "");
        write_intent(json_object(), &action_ban, lists[i], 2, ban);
        write_done(ban);
        submit(&action_undo, ban);
        struct run_report report = next(RUN_DONE);
        assert_true(report.well);
        snprintf(unban, sizeof unban, "%s", report.plan->hosts[0]->audit);
        plan_free(report.plan);
        submit(&action_undo, unban);
        report = next(RUN_DONE);
        assert_int_equal(report.plan->hosts[0]->targets[0].state, ACTION_REFUSED);
        assert_int_equal(report.plan->hosts[0]->targets[1].state, ACTION_REFUSED);
        assert_int_equal(report.plan->hosts[0]->step_count, 0);
        assert_non_null(strstr(report.text, rules[i]));
        plan_free(report.plan);
        // The finishing of the same batch.
        write_intent(json_object(), &action_ban, lists[i], 2, ban);
        submit(&action_finish, ban);
        done_as(next(RUN_DONE), ACTION_REFUSED, rules[i]);
        assert_false(exists(lists[i][0]));
        assert_false(exists(lists[i][1]));
        end();
    }
}

// An unsuspend's targets are endpoints; whom its undo keeps out is in the entry.
static void the_undo_of_an_unsuspend_is_judged_by_the_ban_that_it_lifted(void **state)
{
    (void)state;
    static const char *const phone[] = {"1003"};
    static const char *const lifted[] = {"192.0.2.77", "203.0.113.20"};
    static const char *const rules[] = {"[console-address]", "[trusted]"};
    char id[AUDIT_ID_MAX];
    begin("confirm = never", "");
    write_file(phone[0], "");
    for (size_t i = 0; i < 2; i++) {
        write_intent(json_pack("{s:[s]}", "undo_blocks", lifted[i]), &action_unsuspend, phone, 1,
                     id);
        write_done(id);
        submit(&action_undo, id);
        done_as(next(RUN_DONE), ACTION_REFUSED, rules[i]);
        assert_true(exists(phone[0]));
    }
    write_intent(json_pack("{s:[s]}", "undo_blocks", "203.0.113.9"), &action_unsuspend, phone, 1,
                 id);
    write_done(id);
    submit_asked(&action_undo, id);
    done_as(next(RUN_DONE), ACTION_DONE, "1003 undone");
    // It keeps somebody out: it counts for the rate.
    char *command = mem_printf("grep -c '\"blocks\":true' %s/audit.jsonl >/dev/null", here.folder);
    assert_int_equal(system(command), 0);
    free(command);
    end();
}

static void the_last_action_is_undone_though_a_target_was_so_already(void **state)
{
    (void)state;
    static const char *const both[] = {"203.0.113.9", "203.0.113.10"};
    begin("confirm = never", "");
    submit(&touch_missing, both[0]);
    done_as(next(RUN_DONE), ACTION_DONE, "made");
    submit_many(&touch_missing, both, 2);
    done_as(next(RUN_DONE), ACTION_ALREADY, "so already");
    submit_asked(&action_undo, NULL);
    done_as(next(RUN_DONE), ACTION_DONE, "203.0.113.10 undone");
    assert_true(exists(both[0]));
    assert_false(exists(both[1]));
    end();
}

static void an_action_on_a_trail_that_was_changed_asks(void **state)
{
    (void)state;
    begin("confirm = never", "");
    submit(&touch, "203.0.113.9");
    done_as(next(RUN_DONE), ACTION_DONE, "made");
    char *command = mem_printf(
        "cd %s && sed 's/\"rm\"/\"ls\"/' audit.jsonl >new && cat new >audit.jsonl", here.folder);
    assert_int_equal(system(command), 0);
    free(command);
    struct err err = {0};
    assert_false(runner_check_trail(here.runner, &err));
    assert_non_null(strstr(err.text, "the audit trail is not whole"));
    uint64_t id = submit(&touch, "203.0.113.10");
    struct run_report report = next(RUN_ASKS);
    assert_non_null(strstr(report.plan->why[report.plan->why_count - 1], "not whole"));
    assert_false(exists("203.0.113.10"));
    runner_answer(here.runner, id, "");
    done_as(next(RUN_DONE), ACTION_DONE, "made");
    end();
}

static void nothing_is_run_from_a_trail_that_was_changed(void **state)
{
    (void)state;
    begin("", "");
    submit(&touch, "203.0.113.9");
    plan_free(next(RUN_DONE).plan);
    char *command = mem_printf("sed -i 's/\"rm\"/\"ls\"/' %s/audit.jsonl", here.folder);
    assert_int_equal(system(command), 0);
    free(command);
    submit_many(&action_undo, NULL, 0);
    struct run_report report = next(RUN_DONE);
    assert_non_null(strstr(report.text, "the audit trail is not whole"));
    plan_free(report.plan);
    assert_true(exists("203.0.113.9"));
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_harmless_action_goes_at_once_and_is_undone),
        cmocka_unit_test(an_undo_runs_only_while_the_state_is_as_it_was_left),
        cmocka_unit_test(an_open_intent_is_found_and_ended),
        cmocka_unit_test(the_undo_of_an_undo_is_judged_like_the_ban_that_it_is),
        cmocka_unit_test(a_finish_does_not_repeat_what_was_done),
        cmocka_unit_test(an_entry_with_a_refused_target_is_refused_whole),
        cmocka_unit_test(the_undo_of_an_unsuspend_is_judged_by_the_ban_that_it_lifted),
        cmocka_unit_test(the_last_action_is_undone_though_a_target_was_so_already),
        cmocka_unit_test(an_action_on_a_trail_that_was_changed_asks),
        cmocka_unit_test(nothing_is_run_from_a_trail_that_was_changed),
    };
    return !sql_library_init() || !http_library_init() ||
           cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
