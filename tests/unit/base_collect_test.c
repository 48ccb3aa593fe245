// SPDX-License-Identifier: MIT

// Commands of this machine are run to their end, or ended at theirs.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/collect.h"

static enum collect_end run(char *script, int64_t within_ms, size_t max, struct collected *out,
                            struct err *err)
{
    char sh[] = "sh", c[] = "-c";
    char *argv[] = {sh, c, script, NULL};
    *err = (struct err){0};
    return collect(argv, clock_mono_ms() + within_ms, max, NULL, out, err);
}

static void both_outputs_and_the_status_are_kept(void **state)
{
    struct collected out;
    struct err err;
    char script[] = "echo said; echo wrong >&2; cat; exit 3";
    (void)state;
    assert_int_equal(run(script, 10000, 1000, &out, &err), COLLECT_ENDED);
    assert_int_equal(out.exit_status, 3);
    assert_string_equal(str_text(&out.out), "said\n");
    assert_string_equal(str_text(&out.errors), "wrong\n");
    collected_dispose(&out);
}

static void more_than_the_most_is_dropped_and_does_not_stop_it(void **state)
{
    struct collected out;
    struct err err;
    char script[] = "head -c 1000000 /dev/zero | tr '\\0' x; exit 0";
    (void)state;
    assert_int_equal(run(script, 10000, 100, &out, &err), COLLECT_ENDED);
    assert_int_equal(out.out.len, 100);
    assert_int_equal(out.exit_status, 0);
    collected_dispose(&out);
}

static void what_does_not_end_is_ended_with_all_that_it_started(void **state)
{
    struct collected out;
    struct err err;
    char script[] = "echo begun; sleep 60 & sleep 60";
    int64_t began_ms = clock_mono_ms();
    (void)state;
    assert_int_equal(run(script, 300, 1000, &out, &err), COLLECT_KILLED);
    assert_true(clock_mono_ms() - began_ms < 5000);
    assert_string_equal(str_text(&out.out), "begun\n");
    assert_true(err_is_set(&err));
    collected_dispose(&out);
}

static void what_never_stops_writing_is_ended_in_time(void **state)
{
    struct collected out;
    struct err err;
    char runs[] = "exec yes", leaves[] = "yes & echo $!; exit 0";
    int64_t began_ms = clock_mono_ms();
    (void)state;
    assert_int_equal(run(runs, 300, 1000, &out, &err), COLLECT_KILLED);
    assert_int_equal(out.out.len, 1000);
    collected_dispose(&out);
    assert_int_equal(run(leaves, 10000, 1000, &out, &err), COLLECT_ENDED);
    assert_true(clock_mono_ms() - began_ms < 5000);
    collected_dispose(&out); // "yes" ends with the pipe that nobody reads
}

static void a_program_that_is_not_there_is_named(void **state)
{
    struct collected out;
    struct err err = {0};
    char name[] = "/nonexistent/program";
    char *argv[] = {name, NULL};
    (void)state;
    assert_int_equal(collect(argv, clock_mono_ms() + 1000, 10, NULL, &out, &err),
                     COLLECT_NOT_STARTED);
    assert_string_equal(err.text,
                        "/nonexistent/program cannot be run here: No such file or directory");
    collected_dispose(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_outputs_and_the_status_are_kept),
        cmocka_unit_test(more_than_the_most_is_dropped_and_does_not_stop_it),
        cmocka_unit_test(what_does_not_end_is_ended_with_all_that_it_started),
        cmocka_unit_test(what_never_stops_writing_is_ended_in_time),
        cmocka_unit_test(a_program_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
