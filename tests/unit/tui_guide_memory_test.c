// SPDX-License-Identifier: MIT

// Which run a console goes on with, from the store through the memory's thread.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "checklist/guide_story.h"
#include "store_folder.h"
#include "tui/guide_memory.h"

static char *literal(const char *text)
{
    return (char *)(uintptr_t)text;
}

// Gives all answers until so many were taken; returns what came of the last that brought news.
static struct guide_news take(struct guide_memory *it, size_t count)
{
    struct guide_news news = {0}, one;
    struct memory_answer answer;
    struct pollfd told = {.fd = memory_wake_fd(it->memory), .events = POLLIN};
    while (count > 0 && poll(&told, 1, 5000) > 0) {
        while (memory_take(it->memory, &answer)) {
            assert_false(err_is_set(&answer.err));
            guide_memory_answer(it, answer.token, answer.story, &one);
            news = one.resumed != NULL || one.adopted > 0 || one.ended ? one : news;
            count--;
        }
    }
    assert_int_equal(count, 0);
    return news;
}

static void answers_of_a_list_that_was_left_again_are_not_the_next_ones(void **state)
{
    struct folder *folder = *state;
    struct checklist *morning, *evening;
    struct err_list errors = {0};
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    assert_true(checklist_load("vos3000", "morning", &morning, &errors));
    assert_true(checklist_load("vos3000", "evening", &evening, &errors));
    struct guide *guide = guide_new(NULL, 0, "ben", NULL, NULL);
    struct guide_memory it = {.memory = memory_new(folder->path)};
    struct run_record left = {.key = literal("k1"),
                              .list = literal("morning"),
                              .hosts = literal("sw1"),
                              .operator_name = literal("ana"),
                              .started_ms = clock_wall_ms()};
    memory_put_run(it.memory, &left);
    guide_memory_begin(&it, guide, morning, "sw1", "ben", false);
    guide_memory_begin(&it, guide, evening, "sw1", "ben", false);
    assert_null(take(&it, 4).resumed);
    assert_string_equal(it.run.list, "evening");
    assert_string_not_equal(it.run.key, "k1");
    assert_false(it.recalling);
    guide_memory_begin(&it, guide, morning, "sw1", "ben", false);
    const struct run_record *resumed = take(&it, 2).resumed;
    assert_non_null(resumed);
    assert_string_equal(resumed->key, "k1");
    assert_string_equal(it.run.operator_name, "ana");
    guide_memory_close(&it);
    assert_true(memory_stop(it.memory, 5000));
    memory_free(it.memory);
    guide_free(guide);
    checklist_free(morning);
    checklist_free(evening);
}

// A clock that was ahead by a year does not make its last run today's for a year.
static void a_run_of_another_shift_is_not_gone_on_with(void **state)
{
    (void)state;
    static const struct {
        int64_t last_h;
        bool fresh;
    } cases[] = {{-13, false}, {-11, true}, {0, true}, {1, true}, {24 * 365, false}};
    int64_t now_ms = INT64_C(1800000000000);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run_story story = {.run = {.operator_name = literal("ana"),
                                          .started_ms = now_ms + cases[i].last_h * 3600000}};
        assert_int_equal(guide_story_is_fresh(&story, now_ms), cases[i].fresh);
    }
}

struct place {
    struct check_step step; // of all that the two are at
    struct guide *guide;
    struct guide_memory it;
};

static void sit_down(struct place *place, struct memory *memory, const struct checklist *list,
                     const char *operator_name)
{
    *place = (struct place){.step = {.step = &list->steps[0], .host_name = "sw1"}};
    struct step_facts facts = {.error = "sw1: connection refused"};
    step_judge(place->step.step, &facts, &place->step.verdict);
    place->it.memory = memory;
    place->guide = guide_new(&place->step, 1, operator_name, guide_memory_keep, &place->it);
    guide_memory_begin(&place->it, place->guide, list, "sw1", operator_name, false);
    take(&place->it, 2);
}

static struct guide_news look(struct place *place)
{
    clock_advance(10000);
    guide_memory_look(&place->it);
    return take(&place->it, 1);
}

static void mark(struct place *place, const char *text)
{
    size_t aimed[1];
    clock_advance(10);
    guide_go(place->guide, 0);
    guide_aim(place->guide, aimed);
    guide_mark(place->guide, GUIDE_FAILED, text);
}

static void get_up(struct place *place)
{
    guide_memory_close(&place->it);
    guide_free(place->guide);
    verdict_dispose(&place->step.verdict);
}

static void two_at_the_same_run_see_what_the_other_decides(void **state)
{
    struct folder *folder = *state;
    struct checklist *list;
    struct err_list errors = {0};
    struct place ana, ben;
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    clock_freeze(1000000, 1795162507000);
    assert_true(checklist_load("vos3000", "morning", &list, &errors));
    struct memory *memory = memory_new(folder->path);
    sit_down(&ana, memory, list, "ana");
    sit_down(&ben, memory, list, "ben");
    assert_string_equal(ben.it.run.key, ana.it.run.key);
    mark(&ben, "sw1 is down");
    struct guide_news news = look(&ana);
    assert_int_equal(news.adopted, 1);
    assert_string_equal(news.who, "ben");
    assert_int_equal(guide_outcome(ana.guide), STEP_CRITICAL);
    assert_int_equal(look(&ana).adopted, 0); // once
    mark(&ana, "sw1 is up, its database is not");
    assert_int_equal(look(&ben).adopted, 1);
    assert_int_equal(look(&ana).adopted, 0); // its own
    guide_memory_end(&ben.it);
    assert_true(look(&ana).ended);
    assert_false(look(&ana).ended);
    get_up(&ana);
    get_up(&ben);
    clock_release();
    assert_true(memory_stop(memory, 5000));
    memory_free(memory);
    checklist_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers_of_a_list_that_was_left_again_are_not_the_next_ones,
                                        folder_make, folder_remove),
        cmocka_unit_test(a_run_of_another_shift_is_not_gone_on_with),
        cmocka_unit_test_setup_teardown(two_at_the_same_run_see_what_the_other_decides, folder_make,
                                        folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
