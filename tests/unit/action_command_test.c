// SPDX-License-Identifier: MIT

// A command of the operator's own: its words are what was declared, whatever the values hold; what
// writes asks, and read-only mode refuses it.
#include "action_run_host.h"

#include "action/command_target.h"

static void values_have_types(void **state)
{
    static const struct {
        const char *text, *canonical; // NULL: refused
    } cases[] = {
        {"whois ip=203.0.113.9", "whois ip=203.0.113.9"},
        {"whois  ip=2001:DB8::1", "whois ip=2001:db8::1"},
        {"whois ip=::ffff:203.0.113.9", "whois ip=203.0.113.9"},
        {"n gateway=A network=203.0.113.0/24", "n network=203.0.113.0/24 gateway=A"},
        {"n gateway=\"A B\"", "n \"gateway=A B\""},
        {"n ask=\"it's $(x); `y` & \\\"z\\\"\"", "n \"ask=it's $(x); `y` & \\\"z\\\"\""},
        {"whois ip=203.0.113.0/24", NULL},
        {"whois ip=;reboot", NULL},
        {"whois ip=-rf", NULL},
        {"whois ip=$(x)", NULL},
        {"whois ip=1.2.3", NULL},
        {"whois ip=", NULL},
        {"n gateway=-rf", NULL},
        {"n gateway=", NULL},
        {"n \"gateway=a\nb\"", NULL},
        {"n \"ask=a\x1b[2J\"", NULL},
        {"n \"ask=\xff\"", NULL},
        {"n host=sw1", NULL},
        {"n nothing=1", NULL},
        {"n ip=203.0.113.9 ip=203.0.113.8", NULL},
        {"n more", NULL},
        {"-n", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        char *canonical = action_parse_target(TARGET_COMMAND, cases[i].text, &err);
        if (cases[i].canonical == NULL) {
            if (canonical != NULL || !err_is_set(&err))
                fail_msg("%s was taken", cases[i].text);
            continue;
        }
        if (canonical == NULL)
            fail_msg("%s: %s", cases[i].text, err.text);
        assert_string_equal(canonical, cases[i].canonical);
        char *again = action_parse_target(TARGET_COMMAND, canonical, &err);
        assert_string_equal(again, canonical);
        free(again);
        free(canonical);
    }
}

#define READS                                                                                      \
    "[command say]\nwrite = no\ncommand = printf \"<%s>\" {gateway} \"{host} {address}\"\n"
#define HERE  "[command say]\nwrite = no\nwhere = local\ncommand = printf \"<%s>\" {gateway}\n"
#define MAKES "[command make]\ncommand = touch {ask:File?}\n"

// What a command that reads said of one value.
static void expect_said(const char *declared, const char *target, const char *said)
{
    begin("", declared);
    submit(&action_run, target);
    struct run_report report = next(RUN_DONE);
    if (!report.well)
        fail_msg("%s", report.text);
    assert_string_equal(report.plan->hosts[0]->output, said);
    plan_free(report.plan);
    end();
}

static void hostile_values_are_one_word_and_nothing_else(void **state)
{
    static const char *const hostile[] = {
        ";reboot", "$(touch x)", "`touch x`", "a b",    "'",    "\"",
        "\\",      "|x",         ">x",        "a'b\"c", "{ip}", "*",
    };
    (void)state;
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        struct command_target target = {.name = mem_strdup("say")};
        target.values[VARIABLE_GATEWAY] = mem_strdup(hostile[i]);
        char *text = command_target_text(&target);
        char *on_host = mem_printf("<%s><here here>", hostile[i]);
        char *local = mem_printf("<%s>", hostile[i]);
        expect_said(READS, text, on_host);
        expect_said(HERE, text, local);
        free(on_host);
        free(local);
        free(text);
        command_target_dispose(&target);
    }
}

static void what_writes_asks_and_is_in_the_trail(void **state)
{
    (void)state;
    begin("", MAKES);
    char *target = mem_printf("make ask=%s/made", here.folder);
    uint64_t id = submit(&action_run, target);
    struct run_report report = next(RUN_ASKS);
    assert_int_equal(report.plan->question, PLAN_ASKS);
    assert_non_null(strstr(report.plan->hosts[0]->note, "undo does not take it back"));
    assert_false(exists("made"));
    runner_answer(here.runner, id, "");
    report = next(RUN_DONE);
    assert_false(run_is_undoable(report.plan));
    done_as(report, ACTION_DONE, "run on here");
    assert_true(exists("made"));
    assert_int_equal(entries("intent"), 1);
    assert_int_equal(entries("result"), 1);
    free(target);
    end();
}

// The intent of a console that died behind it: of the target, with the steps of the planned one.
static void leave_open(const char *planned, const char *target, char id[AUDIT_ID_MAX])
{
    struct err err = {0};
    struct action_request request = {.action = &action_run,
                                     .hosts = (const size_t[]){0},
                                     .host_count = 1,
                                     .targets = &planned,
                                     .target_count = 1,
                                     .dry_run = true};
    runner_submit(here.runner, &request);
    struct run_report report = next(RUN_DONE);
    json_t *intent = json_pack("{s:s, s:s, s:s, s:[s], s:b, s:o, s:{s:i, s:i, s:s}}", "operator",
                               "ana", "action", "run", "host", "here", "targets", target,
                               "reversible", 0, "steps", plan_steps_json(report.plan->hosts[0]),
                               "process", "pid", 1, "started", 1, "boot", "another");
    assert_true(audit_append(here.audit, "intent", intent, id, &err));
    plan_free(report.plan);
}

static void what_was_interrupted_is_finished_when_somebody_says_so(void **state)
{
    char id[AUDIT_ID_MAX];
    (void)state;
    begin("", MAKES);
    char *target = mem_printf("make ask=%s/made", here.folder);
    leave_open(target, target, id);
    assert_false(exists("made"));
    uint64_t asked = submit(&action_finish, id);
    struct run_report report = next(RUN_ASKS);
    runner_answer(here.runner, asked, "");
    done_as(next(RUN_DONE), ACTION_DONE, "finished on here");
    assert_true(exists("made"));
    submit(&action_undo, id);
    report = next(RUN_DONE);
    assert_false(report.well);
    plan_free(report.plan);
    free(target);
    end();
}

static void never_is_for_one_target_and_no_host_that_always_asks(void **state)
{
    static const struct {
        const char *global;
        size_t targets;
        enum run_word word;
    } cases[] = {{"", 1, RUN_DONE}, {"", 2, RUN_ASKS}, {"confirm = always", 1, RUN_ASKS}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(cases[i].global, MAKES "confirm = never\n");
        char *one = mem_printf("make ask=%s/a", here.folder);
        char *two = mem_printf("make ask=%s/b", here.folder);
        const char *targets[] = {one, two};
        uint64_t id = submit_many(&action_run, targets, cases[i].targets);
        struct run_report report = next(cases[i].word);
        if (cases[i].word == RUN_ASKS) {
            runner_answer(here.runner, id, NULL);
            report = next(RUN_DONE);
        }
        assert_int_equal(exists("a"), cases[i].word == RUN_DONE);
        plan_free(report.plan);
        free(one);
        free(two);
        end();
    }
}

#define TOUCHES                                                                                    \
    "[command onhost]\nconfirm = never\ncommand = printf %s {ip}\n"                                \
    "[command onhere]\nconfirm = never\nwhere = local\ncommand = printf %s {network}\n"            \
    "[command asked]\nconfirm = never\ncommand = printf %s \"{ask:Whom?}\"\n"                      \
    "[command reads]\nwrite = no\ncommand = printf %s {ip}\n"

// What may cut off the operator or the host is not run, with the guard's rule named, whatever
// confirm says; what only reads is.
static void a_command_that_writes_meets_the_first_rules_of_the_guard(void **state)
{
    static const struct {
        const char *target;
        enum guard_rule rule; // GUARD_NO_RULE: it is run
    } cases[] = {
        {"onhost ip=192.0.2.77", GUARD_CONSOLE_ADDRESS},
        {"onhost ip=::ffff:192.0.2.77", GUARD_CONSOLE_ADDRESS},
        {"onhost ip=198.18.0.11", GUARD_LOCAL_ADDRESS},
        {"onhost ip=127.0.0.1", GUARD_LOCAL_ADDRESS},
        {"onhost ip=::1", GUARD_LOCAL_ADDRESS},
        {"onhost ip=203.0.113.9", GUARD_NO_RULE},
        {"onhost ip=203.0.113.20", GUARD_NO_RULE}, // trusted: not one of the first rules
        {"onhere network=192.0.2.64/26", GUARD_CONSOLE_ADDRESS},
        {"onhere network=127.0.0.0/8", GUARD_LOCAL_ADDRESS},
        {"onhere network=203.0.113.0/24", GUARD_NO_RULE},
        {"asked ask=192.0.2.77", GUARD_CONSOLE_ADDRESS},
        {"asked ask=2001:db8:0::1", GUARD_NOT_AN_ADDRESS},
        {"asked ask=sip-jail", GUARD_NO_RULE},
        {"reads ip=192.0.2.77", GUARD_NO_RULE},
    };
    (void)state;
    setenv("SSH_CONNECTION", "192.0.2.77 50022 192.0.2.1 22", 1);
    begin("", TOUCHES);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        submit(&action_run, cases[i].target);
        struct run_report report = next(RUN_DONE);
        const struct plan_target *target = &report.plan->hosts[0]->targets[0];
        bool runs = cases[i].rule == GUARD_NO_RULE;
        if (target->opinion.rule != cases[i].rule || report.well != runs)
            fail_msg("%s: %s", cases[i].target, report.text);
        assert_int_equal(report.plan->hosts[0]->output[0] != '\0', runs);
        plan_free(report.plan);
    }
    end();
    unsetenv("SSH_CONNECTION");
}

static void of_several_only_what_the_guard_lets_through_is_run(void **state)
{
    static const char *const targets[] = {"onhost ip=192.0.2.77", "onhost ip=203.0.113.9"};
    (void)state;
    begin("", TOUCHES);
    submit_many(&action_run, targets, 2);
    struct run_report report = next(RUN_DONE);
    assert_string_equal(report.plan->hosts[0]->output, "203.0.113.9");
    assert_int_equal(report.plan->hosts[0]->targets[0].state, ACTION_REFUSED);
    plan_free(report.plan);
    assert_int_equal(entries("refusal"), 1);
    end();
}

static void the_finishing_of_a_command_meets_the_guard_as_well(void **state)
{
    char id[AUDIT_ID_MAX];
    (void)state;
    begin("", TOUCHES);
    leave_open("onhost ip=203.0.113.9", "onhost ip=192.0.2.77", id);
    submit(&action_finish, id);
    struct run_report report = next(RUN_DONE);
    assert_int_equal(report.plan->hosts[0]->targets[0].opinion.rule, GUARD_CONSOLE_ADDRESS);
    done_as(report, ACTION_REFUSED, "[console-address]");
    end();
}

static void read_only_mode_refuses_what_writes_and_nothing_else(void **state)
{
    static const char *const ways[][2] = {{"read_only = yes", ""}, {"", "read_only = yes\n"}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char *host = mem_printf("%s%s%s", ways[i][1], MAKES "confirm = never\n", READS);
        begin(ways[i][0], host);
        char *target = mem_printf("make ask=%s/made", here.folder);
        submit(&action_run, target);
        struct run_report report = next(RUN_DONE);
        assert_int_equal(report.plan->hosts[0]->targets[0].opinion.rule, GUARD_READ_ONLY);
        done_as(report, ACTION_REFUSED, "read-only");
        assert_false(exists("made"));
        const char *both[] = {"say gateway=A", target};
        submit_many(&action_run, both, 2);
        report = next(RUN_DONE);
        assert_int_equal(report.plan->hosts[0]->targets[0].state, ACTION_REFUSED);
        plan_free(report.plan);
        submit(&action_run, "say gateway=A");
        done_as(next(RUN_DONE), ACTION_DONE, "run on here");
        free(target);
        free(host);
        end();
    }
}

static void what_is_missing_or_too_much_is_named(void **state)
{
    static const char *const cases[][2] = {
        {"say", "say needs gateway="},
        {"say gateway=A ip=203.0.113.9", "say has no variable {ip}"},
        {"nothing", "no [command NAME]"},
        {"say gateway=-x", "begins with a dash"},
    };
    (void)state;
    begin("", READS);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        submit(&action_run, cases[i][0]);
        struct run_report report = next(RUN_DONE);
        if (report.well || strstr(report.text, cases[i][1]) == NULL)
            fail_msg("%s", report.text);
        plan_free(report.plan);
    }
    end();
}

static void a_command_that_fails_says_why_and_shows_what_it_said(void **state)
{
    (void)state;
    begin("", "[command fail]\nwrite = no\ncommand = ls /nonexistent/folder\n");
    submit(&action_run, "fail");
    struct run_report report = next(RUN_DONE);
    assert_non_null(strstr(report.plan->hosts[0]->output, "/nonexistent/folder"));
    done_as(report, ACTION_FAILED, "/nonexistent/folder");
    end();
}

static void what_is_run_here_is_ended_in_its_time(void **state)
{
    (void)state;
    begin("", "[command wait]\nwrite = no\nwhere = local\ntimeout = 200ms\ncommand = sleep 60\n");
    submit(&action_run, "wait");
    done_as(next(RUN_DONE), ACTION_FAILED, "sleep did not end in its time");
    end();
}

static void what_is_run_on_the_host_is_no_lost_host_when_its_time_is_over(void **state)
{
    (void)state;
    begin("", "[command wait]\nwrite = no\ntimeout = 300ms\ncommand = sleep 60\n");
    submit(&action_run, "wait");
    struct run_report report = next(RUN_DONE);
    json_t *results = plan_json(report.plan);
    char *json = json_dumps(results, 0);
    json_decref(results);
    assert_non_null(strstr(json, "sleep took longer than its timeout (300ms) and was told to end"));
    free(json);
    done_as(report, ACTION_FAILED, "took longer than its timeout (300ms) and was told to end");
    assert_int_equal(entries("result"), 1);
    end();
}

static void a_program_that_says_its_name_says_it_once(void **state)
{
    (void)state;
    begin("", "[command fail]\nwrite = no\ncommand = ls /nonexistent/folder\n");
    submit(&action_run, "fail");
    struct run_report report = next(RUN_DONE);
    const char *why = report.plan->hosts[0]->error.text;
    if (strncmp(why, "here: ls: cannot", strlen("here: ls: cannot")) != 0)
        fail_msg("%s", why);
    plan_free(report.plan);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_types),
        cmocka_unit_test(hostile_values_are_one_word_and_nothing_else),
        cmocka_unit_test(what_writes_asks_and_is_in_the_trail),
        cmocka_unit_test(what_was_interrupted_is_finished_when_somebody_says_so),
        cmocka_unit_test(never_is_for_one_target_and_no_host_that_always_asks),
        cmocka_unit_test(a_command_that_writes_meets_the_first_rules_of_the_guard),
        cmocka_unit_test(of_several_only_what_the_guard_lets_through_is_run),
        cmocka_unit_test(the_finishing_of_a_command_meets_the_guard_as_well),
        cmocka_unit_test(read_only_mode_refuses_what_writes_and_nothing_else),
        cmocka_unit_test(what_is_missing_or_too_much_is_named),
        cmocka_unit_test(a_command_that_fails_says_why_and_shows_what_it_said),
        cmocka_unit_test(what_is_run_here_is_ended_in_its_time),
        cmocka_unit_test(what_is_run_on_the_host_is_no_lost_host_when_its_time_is_over),
        cmocka_unit_test(a_program_that_says_its_name_says_it_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
