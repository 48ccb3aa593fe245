// SPDX-License-Identifier: MIT

// Runs in the store and through the memory's thread: what was put comes back.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "store/memory.h"
#include "store_folder.h"

static char *literal(const char *text)
{
    return (char *)(uintptr_t)text;
}

static struct run_record a_run(const char *key, const char *list, int64_t started_ms)
{
    return (struct run_record){.key = literal(key),
                               .list = literal(list),
                               .title = literal("Morning check"),
                               .kind = RUN_GUIDED,
                               .hosts = literal("sw1 sw2"),
                               .operator_name = literal("ana"),
                               .started_ms = started_ms};
}

static struct step_record a_step(const char *run, const char *step, const char *host, int position)
{
    return (struct step_record){.run = literal(run),
                                .step = literal(step),
                                .host = literal(host),
                                .position = position,
                                .machine_state = literal("critical"),
                                .state = literal("ok"),
                                .summary = literal("2 critical \xff alarms; DROP TABLE run; '"),
                                .decided_ms = 1700,
                                .evidence = literal("{\"rows\":[]}")};
}

static struct store *open_fresh(const struct folder *folder)
{
    struct err err = {0};
    struct store *store = store_open(folder->path, STORE_WRITE, NULL, &err);
    if (store == NULL)
        fail_msg("%s", err.text);
    return store;
}

static void put_sample_run(struct store *store)
{
    struct err err = {0};
    struct run_record run = a_run("k1", "morning", 1000);
    struct step_record second = a_step("k1", "balances", "sw1", 1);
    struct step_record first = a_step("k1", "alarms", "sw2", 0);
    struct note_record note = {.run = literal("k1"), .text = literal("carrier told"), .at_ms = 5};
    struct action_record action = {.run = literal("k1"),
                                   .step = literal("alarms"),
                                   .host = literal("sw2"),
                                   .entry = literal("2026-11-20-000017"),
                                   .words = literal("ban 203.0.113.9")};
    assert_true(store_put_run(store, &run, &err));
    assert_true(store_put_step(store, &second, &err));
    assert_true(store_put_step(store, &first, &err));
    assert_true(store_put_note(store, &note, &err));
    assert_true(store_put_action(store, &action, &err));
}

static void each_action_without_an_entry_is_kept(void **state)
{
    struct folder *folder = *state;
    struct store *store = open_fresh(folder);
    struct run_record run = a_run("k1", "morning", 1000);
    struct action_record refused = {.run = literal("k1"),
                                    .step = literal("alarms"),
                                    .host = literal("sw1"),
                                    .entry = literal(""),
                                    .at_ms = 1700};
    struct run_story *story;
    struct err err = {0};
    assert_true(store_put_run(store, &run, &err));
    assert_true(store_put_action(store, &refused, &err));
    refused.at_ms = 1800;
    assert_true(store_put_action(store, &refused, &err));
    assert_true(store_story(store, &(struct run_question){.key = "k1"}, &story, &err));
    assert_int_equal(story->action_count, 2);
    run_story_free(story);
    store_close(store);
}

static void a_run_comes_back_whole(void **state)
{
    struct store *store = open_fresh(*state);
    put_sample_run(store);
    struct run_story *story;
    struct err err = {0};
    assert_true(
        store_story(store, &(struct run_question){.list = "morning", .open = true}, &story, &err));
    assert_non_null(story);
    assert_int_equal(story->run.number, 1);
    assert_string_equal(story->run.hosts, "sw1 sw2");
    assert_string_equal(story->run.profile, "");
    assert_int_equal(story->run.kind, RUN_GUIDED);
    assert_int_equal(story->step_count, 2);
    assert_string_equal(story->steps[0].step, "alarms");
    assert_string_equal(story->steps[1].summary, "2 critical \xff alarms; DROP TABLE run; '");
    assert_int_equal(story->steps[1].decided_ms, 1700);
    assert_int_equal(story->note_count, 1);
    assert_string_equal(story->notes[0].text, "carrier told");
    assert_int_equal(story->action_count, 1);
    assert_string_equal(story->actions[0].entry, "2026-11-20-000017");
    run_story_free(story);
    store_close(store);
}

static void the_later_word_on_a_step_stands(void **state)
{
    struct store *store = open_fresh(*state);
    put_sample_run(store);
    struct step_record again = a_step("k1", "alarms", "sw2", 0);
    again.state = literal("skipped");
    again.reason = literal("known work");
    struct err err = {0};
    assert_true(store_put_step(store, &again, &err));
    struct run_record ended = a_run("k1", "morning", 1000);
    ended.ended_ms = 9000;
    ended.state = RUN_FINISHED;
    ended.outcome = literal("critical");
    assert_true(store_put_run(store, &ended, &err));
    struct run_story *story;
    assert_true(store_story(store, &(struct run_question){.key = "k1"}, &story, &err));
    assert_int_equal(story->step_count, 2); // putting the run again took nothing away
    assert_string_equal(story->steps[0].reason, "known work");
    assert_int_equal(story->run.number, 1);
    assert_int_equal(story->run.state, RUN_FINISHED);
    run_story_free(story);
    assert_true(
        store_story(store, &(struct run_question){.list = "morning", .open = true}, &story, &err));
    assert_null(story);
    store_close(store);
}

static void a_question_finds_its_runs_and_no_others(void **state)
{
    struct store *store = open_fresh(*state);
    struct err err = {0};
    static const char *const lists[] = {"morning", "evening", "morning", "morning"};
    for (size_t i = 0; i < 4; i++) {
        char *key = mem_printf("k%zu", i);
        struct run_record run = a_run(key, lists[i], 1000 * (int64_t)(i + 1));
        run.state = i == 3 ? RUN_OPEN : RUN_FINISHED;
        run.kind = i == 2 ? RUN_UNATTENDED : RUN_GUIDED;
        assert_true(store_put_run(store, &run, &err));
        free(key);
    }
    static const struct {
        struct run_question question;
        const char *keys;
    } cases[] = {
        {{.list = "morning"}, "k3 k2 k0 "},
        {{.list = "morning", .ended = true}, "k2 k0 "},
        {{.list = "morning", .guided = true}, "k3 k0 "},
        {{.from_ms = 2000, .to_ms = 4000}, "k2 k1 "},
        {{.list = "morning", .to_ms = 3000, .most = 1}, "k0 "},
        {{.open = true}, "k3 "},
        {{.number = 2}, "k1 "},
        {{.list = "morning", .before = 4, .most = 1}, "k2 "},
        {{.list = "none"}, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run_record *runs;
        size_t count;
        struct str keys = {0};
        assert_true(store_runs(store, &cases[i].question, &runs, &count, &err));
        for (size_t j = 0; j < count; j++)
            str_appendf(&keys, "%s ", runs[j].key);
        assert_string_equal(str_text(&keys), cases[i].keys);
        str_dispose(&keys);
        run_list_free(runs, count);
    }
    store_close(store);
}

// After a clock that was a year ahead was put right, the newest run is the one that was kept last.
static void a_clock_that_is_set_back_hides_no_run(void **state)
{
    struct store *store = open_fresh(*state);
    struct err err = {0};
    struct run_story *story;
    struct step_moment *moments;
    size_t count;
    static const int64_t starts_ms[] = {1000, 9000, 2000};
    for (size_t i = 0; i < 3; i++) {
        char *key = mem_printf("k%zu", i);
        struct run_record run = a_run(key, "morning", starts_ms[i]);
        struct step_record step = a_step(key, "balances", "sw1", 0);
        run.state = RUN_FINISHED;
        assert_true(store_put_run(store, &run, &err) && store_put_step(store, &step, &err));
        free(key);
    }
    struct run_question question = {.list = "morning", .ended = true};
    assert_true(store_story(store, &question, &story, &err));
    assert_string_equal(story->run.key, "k2");
    question.before = story->run.number;
    assert_true(store_step_moments(store, story->steps, "morning", question.before, 9, &moments,
                                   &count, &err));
    run_story_free(story);
    assert_int_equal(count, 3);
    assert_int_equal(moments[0].started_ms, 2000);
    assert_int_equal(moments[1].started_ms, 9000);
    step_moments_free(moments, count);
    assert_true(store_story(store, &question, &story, &err));
    assert_string_equal(story->run.key, "k1");
    run_story_free(story);
    store_close(store);
}

static void a_step_without_its_run_is_refused(void **state)
{
    struct store *store = open_fresh(*state);
    struct step_record step = a_step("nobody", "alarms", "sw1", 0);
    struct err err = {0};
    assert_false(store_put_step(store, &step, &err));
    assert_true(store_refused(store));
    assert_true(err_is_set(&err));
    store_close(store);
}

static void the_file_and_what_stands_beside_it_are_private(void **state)
{
    struct folder *folder = *state;
    struct store *store = open_fresh(folder);
    put_sample_run(store);
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        struct stat st;
        char *path = mem_printf("%s%s", folder->path, endings[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        free(path);
    }
    store_close(store);
}

static void wait_for_answer(struct memory *memory, struct memory_answer *answer)
{
    struct pollfd told = {.fd = memory_wake_fd(memory), .events = POLLIN};
    for (int tries = 0; tries < 100 && !memory_take(memory, answer); tries++)
        poll(&told, 1, 100);
}

static void the_thread_keeps_and_answers(void **state)
{
    struct folder *folder = *state;
    struct memory *memory = memory_new(folder->path);
    struct run_record run = a_run("k1", "morning", 1000);
    struct step_record step = a_step("k1", "alarms", "sw1", 0);
    memory_put_run(memory, &run);
    memory_put_step(memory, &step);
    memory_ask(memory, 7, &(struct run_question){.list = "morning", .open = true});
    struct memory_answer answer = {0};
    wait_for_answer(memory, &answer);
    assert_int_equal(answer.token, 7);
    assert_non_null(answer.story);
    assert_int_equal(answer.story->step_count, 1);
    run_story_free(answer.story);
    struct memory_state told;
    memory_look(memory, &told);
    assert_int_equal(told.waiting + told.lost, 0);
    assert_string_equal(told.err.text, "");
    assert_true(memory_stop(memory, 5000));
    memory_free(memory);
}

static void what_waits_is_written_before_the_end(void **state)
{
    struct folder *folder = *state;
    struct memory *memory = memory_new(folder->path);
    struct run_record run = a_run("k1", "morning", 1000);
    memory_put_run(memory, &run);
    for (int i = 0; i < 200; i++) {
        char *id = mem_printf("step-%d", i);
        struct step_record step = a_step("k1", id, "sw1", i);
        memory_put_step(memory, &step);
        free(id);
    }
    assert_true(memory_stop(memory, 10000));
    memory_free(memory);
    struct store *store = open_fresh(folder);
    struct run_story *story;
    struct err err = {0};
    assert_true(store_story(store, &(struct run_question){.key = "k1"}, &story, &err));
    assert_int_equal(story->step_count, 200);
    run_story_free(story);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_action_without_an_entry_is_kept, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(a_run_comes_back_whole, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(the_later_word_on_a_step_stands, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(a_question_finds_its_runs_and_no_others, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(a_clock_that_is_set_back_hides_no_run, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(a_step_without_its_run_is_refused, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(the_file_and_what_stands_beside_it_are_private, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(the_thread_keeps_and_answers, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(what_waits_is_written_before_the_end, folder_make,
                                        folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
