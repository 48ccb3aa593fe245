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
#include "store_folder.h"
#include "tui/guide_memory.h"

static char *literal(const char *text)
{
    return (char *)(uintptr_t)text;
}

// Gives all answers until so many were taken; returns the run that was gone on with, or NULL.
static const struct run_record *take(struct guide_memory *it, size_t count)
{
    const struct run_record *resumed = NULL, *one;
    struct memory_answer answer;
    struct pollfd told = {.fd = memory_wake_fd(it->memory), .events = POLLIN};
    while (count > 0 && poll(&told, 1, 5000) > 0) {
        while (memory_take(it->memory, &answer)) {
            assert_false(err_is_set(&answer.err));
            guide_memory_answer(it, answer.token, answer.story, &one);
            resumed = one != NULL ? one : resumed;
            count--;
        }
    }
    assert_int_equal(count, 0);
    return resumed;
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
    assert_null(take(&it, 4));
    assert_string_equal(it.run.list, "evening");
    assert_string_not_equal(it.run.key, "k1");
    assert_false(it.recalling);
    guide_memory_begin(&it, guide, morning, "sw1", "ben", false);
    const struct run_record *resumed = take(&it, 2);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers_of_a_list_that_was_left_again_are_not_the_next_ones,
                                        folder_make, folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
