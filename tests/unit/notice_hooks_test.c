// SPDX-License-Identifier: MIT

// Hooks are told once a condition and quiet period, by one program of several, and never forever.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "notice/hooks.h"

#define NOW 1795162507000LL

struct desk {
    char folder[64];
    struct config *config;
    struct hook_book book;
    struct notice_sheet sheet;
    struct hook_tasks tasks;
    int64_t now_ms;
};

static void write_file(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    chmod(path, mode);
}

// Everything but the hook's options.
static void configure(struct desk *desk, const char *hook)
{
    struct err_list errors = {0};
    char *path = mem_printf("%s/nocdesk.ini", desk->folder);
    char *text = mem_printf("[nocdesk]\nstate_dir = %s/state\n"
                            "[host sw1]\nenvironment = prod\n[host sw2]\n%s",
                            desk->folder, hook);
    write_file(path, text, 0600);
    config_free(desk->config);
    bool ok = config_load(path, &desk->config, &errors);
    for (size_t i = 0; i < errors.count; i++)
        print_message("%s\n", errors.texts[i]);
    err_list_dispose(&errors);
    free(text);
    free(path);
    assert_true(ok);
}

static int begin(void **state)
{
    struct desk *desk = mem_alloc(sizeof *desk);
    strcpy(desk->folder, "/tmp/notice_hooks_test.XXXXXX");
    assert_non_null(mkdtemp(desk->folder));
    configure(desk, "[hook pager]\ncommand = page\nquiet = 15m\n");
    hook_book_init(&desk->book, desk->config->state_dir);
    desk->now_ms = NOW;
    *state = desk;
    return 0;
}

static int end(void **state)
{
    struct desk *desk = *state;
    char *remove = mem_printf("rm -r %s", desk->folder);
    hook_book_dispose(&desk->book);
    hook_tasks_dispose(&desk->tasks);
    notice_sheet_dispose(&desk->sheet);
    config_free(desk->config);
    assert_int_equal(system(remove), 0);
    free(remove);
    free(desk);
    return 0;
}

static struct notice alarm_of(const char *host, const char *object, enum level level)
{
    return (struct notice){
        .kind = NOTICE_ALARM,
        .level = level,
        .host = mem_strdup(host),
        .scope = mem_strdup("alarms"),
        .object = mem_strdup(object),
        .rows = 1,
        .since_ms = NOW - 60000,
        .sentence = mem_printf("%s: critical alarm: %s", host, object),
        .detail = mem_strdup("41.5 % below 100"),
    };
}

static void stands(struct desk *desk, const char *host, const char *object, enum level level)
{
    struct notice *slot =
        mem_push(&desk->sheet.standing, &desk->sheet.count, &desk->sheet.cap, sizeof *slot);
    *slot = alarm_of(host, object, level);
}

static void covers(struct desk *desk, const char *host)
{
    struct sheet_scope *slot = mem_push(&desk->sheet.covered, &desk->sheet.covered_count,
                                        &desk->sheet.covered_cap, sizeof *slot);
    *slot = (struct sheet_scope){NOTICE_ALARM, mem_strdup(host), mem_strdup("alarms")};
}

// What is due now; each is then told, well or not.
static size_t due(struct desk *desk, bool succeeds)
{
    struct err err = {0};
    hook_tasks_dispose(&desk->tasks);
    assert_true(hook_book_open(&desk->book, 100, &err));
    hook_due(&desk->tasks, &desk->book, desk->config, &desk->sheet, desk->now_ms);
    for (size_t i = 0; i < desk->tasks.count; i++)
        hook_done(&desk->book, &desk->tasks.items[i], succeeds, desk->now_ms);
    assert_true(hook_book_close(&desk->book, &err));
    return desk->tasks.count;
}

#define ASSERT_DUE(desk, kind)                                                                     \
    do {                                                                                           \
        assert_int_equal(due(desk, true), 1);                                                      \
        assert_int_equal((desk)->tasks.items[0].event, kind);                                      \
    } while (0)

static void a_condition_is_told_once_in_its_quiet_period_and_again_after_it(void **state)
{
    struct desk *desk = *state;
    stands(desk, "sw1", "CARRIER-A", LEVEL_CRIT);
    ASSERT_DUE(desk, HOOK_RAISED);
    desk->now_ms += 899000;
    assert_int_equal(due(desk, true), 0);
    assert_int_equal(desk->tasks.next_ms, NOW + 900000);
    desk->now_ms += 1000;
    ASSERT_DUE(desk, HOOK_AGAIN);
    assert_int_equal(desk->tasks.items[0].times, 2);
}

static void what_was_told_is_told_to_be_over_only_where_that_was_seen(void **state)
{
    struct desk *desk = *state;
    stands(desk, "sw1", "CARRIER-A", LEVEL_CRIT);
    ASSERT_DUE(desk, HOOK_RAISED);
    notice_sheet_dispose(&desk->sheet);
    assert_int_equal(due(desk, true), 0); // its host could not be read
    covers(desk, "sw2");
    assert_int_equal(due(desk, true), 0);
    covers(desk, "sw1");
    ASSERT_DUE(desk, HOOK_CLEARED);
    assert_string_equal(desk->tasks.items[0].notice.sentence,
                        "sw1: critical alarm: CARRIER-A: over");
    assert_int_equal(due(desk, true), 0);
}

static void one_that_comes_back_within_the_quiet_period_is_not_told_before_it_ends(void **state)
{
    struct desk *desk = *state;
    stands(desk, "sw1", "CARRIER-A", LEVEL_CRIT);
    ASSERT_DUE(desk, HOOK_RAISED);
    struct notice_sheet kept = desk->sheet;
    desk->sheet = (struct notice_sheet){0};
    covers(desk, "sw1");
    desk->now_ms += 60000;
    ASSERT_DUE(desk, HOOK_CLEARED);
    struct notice_sheet without = desk->sheet;
    desk->sheet = kept;
    desk->now_ms += 60000;
    assert_int_equal(due(desk, true), 0);
    desk->sheet = without;
    assert_int_equal(due(desk, true), 0); // never told, so not over either
    notice_sheet_dispose(&kept);
    notice_sheet_dispose(&desk->sheet);
    desk->sheet = (struct notice_sheet){0};
    stands(desk, "sw1", "CARRIER-A", LEVEL_CRIT);
    desk->now_ms += 780000;
    ASSERT_DUE(desk, HOOK_RAISED);
}

static void one_that_grows_worse_is_told_at_once(void **state)
{
    struct desk *desk = *state;
    configure(desk, "[hook chat]\ncommand = chat\nlevel = warning\n");
    stands(desk, "sw1", "CARRIER-A", LEVEL_WARN);
    ASSERT_DUE(desk, HOOK_RAISED);
    desk->now_ms += 1000;
    desk->sheet.standing[0].level = LEVEL_CRIT;
    ASSERT_DUE(desk, HOOK_WORSE);
    desk->sheet.standing[0].level = LEVEL_WARN;
    assert_int_equal(due(desk, true), 0);
    desk->sheet.standing[0].level = LEVEL_CRIT;
    assert_int_equal(due(desk, true), 0);
}

static void a_hook_hears_its_kinds_levels_and_hosts(void **state)
{
    struct desk *desk = *state;
    configure(desk, "[hook a]\ncommand = a\nhosts = @prod\n[hook b]\ncommand = b\non = host\n"
                    "[hook c]\ncommand = c\nhosts = sw2\nlevel = warning\n");
    stands(desk, "sw1", "CARRIER-A", LEVEL_CRIT);
    stands(desk, "sw2", "CARRIER-B", LEVEL_WARN);
    assert_int_equal(due(desk, true), 2);
    assert_string_equal(desk->tasks.items[0].hook->name, "a");
    assert_string_equal(desk->tasks.items[0].notice.host, "sw1");
    assert_string_equal(desk->tasks.items[1].hook->name, "c");
    assert_string_equal(desk->tasks.items[1].notice.host, "sw2");
}

static void a_critical_hook_hears_that_a_condition_is_milder(void **state)
{
    struct desk *desk = *state;
    stands(desk, "sw1", "CARRIER-A", LEVEL_CRIT);
    ASSERT_DUE(desk, HOOK_RAISED);
    desk->sheet.standing[0].level = LEVEL_WARN;
    ASSERT_DUE(desk, HOOK_CLEARED);
}

static void a_failure_is_tried_again_after_a_minute_and_counts_as_not_told(void **state)
{
    struct desk *desk = *state;
    stands(desk, "sw1", "CARRIER-A", LEVEL_CRIT);
    assert_int_equal(due(desk, false), 1);
    desk->now_ms += 59000;
    assert_int_equal(due(desk, false), 0);
    desk->now_ms += 1000;
    assert_int_equal(due(desk, false), 1);
    assert_int_equal(desk->tasks.items[0].event, HOOK_RAISED);
    notice_sheet_dispose(&desk->sheet);
    covers(desk, "sw1");
    desk->now_ms += 60000;
    assert_int_equal(due(desk, true), 0);
}

static void two_programs_share_one_book(void **state)
{
    struct desk *desk = *state;
    struct hook_book other;
    struct hook_tasks tasks = {0};
    struct err err = {0};
    struct stat info;
    stands(desk, "sw1", "CARRIER-A", LEVEL_CRIT);
    assert_true(hook_book_open(&desk->book, 100, &err));
    hook_due(&desk->tasks, &desk->book, desk->config, &desk->sheet, NOW);
    assert_int_equal(desk->tasks.count, 1);
    assert_true(hook_book_close(&desk->book, &err));
    assert_int_equal(stat(desk->book.path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    // The other one sees the claim, until its owner must have died.
    hook_book_init(&other, desk->config->state_dir);
    assert_true(hook_book_open(&other, 100, &err));
    hook_due(&tasks, &other, desk->config, &desk->sheet, NOW + 5000);
    assert_int_equal(tasks.count, 0);
    hook_due(&tasks, &other, desk->config, &desk->sheet, NOW + 20000);
    assert_int_equal(tasks.count, 1);
    assert_true(hook_book_close(&other, &err));
    hook_tasks_dispose(&tasks);
    hook_book_dispose(&other);
}

static void a_lock_that_is_held_costs_two_moments_and_no_hook(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    stands(desk, "sw1", "CARRIER-A", LEVEL_CRIT);
    assert_int_equal(due(desk, true), 1);
    char *path = mem_printf("%s.lock", desk->book.path);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    int64_t began_ms = clock_mono_ms();
    assert_false(hook_book_open(&desk->book, 100, &err));
    assert_true(clock_mono_ms() - began_ms < 2000);
    assert_non_null(strstr(err.text, "another program holds it"));
    struct hook_tasks tasks = {0};
    stands(desk, "sw2", "CARRIER-B", LEVEL_CRIT);
    hook_due(&tasks, &desk->book, desk->config, &desk->sheet, NOW);
    assert_int_equal(tasks.count, 1); // the new one only: memory knows the other
    assert_true(hook_book_close(&desk->book, &err));
    assert_true(desk->book.unsaved);
    hook_tasks_dispose(&tasks);
    close(fd);
    free(path);
}

static void a_damaged_book_is_said_and_begun_anew(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    assert_int_equal(due(desk, true), 0);
    write_file(desk->book.path, "{\"version\":1,\"entries\":[{\"hook\":3", 0600);
    assert_false(hook_book_open(&desk->book, 100, &err));
    assert_non_null(strstr(err.text, "begun anew"));
    struct err none = {0};
    assert_true(hook_book_close(&desk->book, &none));
    assert_true(hook_book_open(&desk->book, 100, &none));
    assert_true(hook_book_close(&desk->book, &none));
}

static void the_document_is_one_line_of_clean_json(void **state)
{
    struct desk *desk = *state;
    stands(desk, "sw1", "CARRIER-A \x1b[31m\n\xff", LEVEL_CRIT);
    assert_int_equal(due(desk, true), 1);
    char *line = hook_document(&desk->tasks.items[0], desk->config, NOW);
    json_t *root = json_loads(line, 0, NULL);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "event")), "raised");
    assert_string_equal(json_string_value(json_object_get(root, "environment")), "prod");
    assert_string_equal(json_string_value(json_object_get(root, "since")), "2026-11-20T08:14:07Z");
    assert_int_equal(json_integer_value(json_object_get(root, "times")), 1);
    assert_null(strpbrk(json_string_value(json_object_get(root, "object")), "\x1b\n"));
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    json_decref(root);
    free(line);
}

static char *contents(const struct desk *desk, const char *name)
{
    static char text[8192];
    char *path = mem_printf("%s/%s", desk->folder, name);
    FILE *file = fopen(path, "r");
    free(path);
    size_t len = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    text[len] = '\0';
    if (file != NULL)
        fclose(file);
    return text;
}

static void submit(struct desk *desk, struct hooks *hooks, const char *object)
{
    struct desk fresh = {0};
    if (object != NULL)
        stands(&fresh, "sw1", object, LEVEL_CRIT);
    covers(&fresh, "sw1");
    hooks_submit(hooks, &fresh.sheet);
    (void)desk;
    assert_true(hooks_finish(hooks, 10000));
}

static void a_hook_runs_once_with_the_document_and_without_a_shell(void **state)
{
    struct desk *desk = *state;
    char *script = mem_printf("%s/page", desk->folder);
    write_file(script, "#!/bin/sh\necho \"$# $1 $2\" >>\"${0%/*}/args\"\ncat >>\"${0%/*}/told\"\n",
               0700);
    char *section = mem_printf("[hook pager]\ncommand = %s \"two words\" $HOME;ls\n", script);
    configure(desk, section);
    struct hooks *hooks = hooks_new(desk->config);
    submit(desk, hooks, "CARRIER-A");
    submit(desk, hooks, "CARRIER-A");
    assert_string_equal(contents(desk, "args"), "2 two words $HOME;ls\n");
    submit(desk, hooks, NULL);
    const char *told = contents(desk, "told");
    assert_non_null(strstr(told, "\"event\":\"raised\""));
    assert_non_null(strstr(told, "\"event\":\"cleared\""));
    assert_non_null(strstr(told, "CARRIER-A"));
    assert_true(hooks_stop(hooks, 1000));
    hooks_free(hooks);
    free(section);
    free(script);
}

static size_t take_reports(struct hooks *hooks, const char *like, char **last)
{
    struct hook_report report;
    size_t count = 0;
    while (hooks_take_report(hooks, &report)) {
        if (report.level >= LEVEL_WARN && strstr(report.text, like) != NULL) {
            count++;
            free(*last);
            *last = mem_strdup(report.text);
        }
        free(report.text);
    }
    return count;
}

static void a_hook_that_hangs_is_killed_with_what_it_started(void **state)
{
    struct desk *desk = *state;
    char *script = mem_printf("%s/page", desk->folder);
    write_file(script, "#!/bin/sh\nsleep 60 &\necho $! >\"${0%/*}/pid\"\nwait\n", 0700);
    char *section = mem_printf("[hook pager]\ncommand = %s\ntimeout = 300ms\n", script);
    configure(desk, section);
    struct hooks *hooks = hooks_new(desk->config);
    int64_t began_ms = clock_mono_ms();
    submit(desk, hooks, "CARRIER-A");
    assert_true(clock_mono_ms() - began_ms < 5000);
    char *last = NULL;
    assert_int_equal(take_reports(hooks, "did not end within 0.3 s and was killed", &last), 1);
    pid_t child = atoi(contents(desk, "pid"));
    assert_true(child > 0);
    for (int tries = 0; tries < 100 && kill(child, 0) == 0; tries++)
        usleep(20000); // until init has reaped it
    char path[64], stat_text[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)child);
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        assert_true(fread(stat_text, 1, sizeof stat_text - 1, file) > 0);
        fclose(file);
        assert_non_null(strstr(stat_text, ") Z")); // dead, not reaped yet
    }
    assert_true(hooks_stop(hooks, 1000));
    hooks_free(hooks);
    free(last);
    free(section);
    free(script);
}

static void a_failure_is_said_once_with_the_hooks_last_words(void **state)
{
    struct desk *desk = *state;
    char *script = mem_printf("%s/page", desk->folder);
    write_file(script,
               "#!/bin/sh\ncat >/dev/null\necho first >&2\necho 'no route to pager' >&2\nexit 7\n",
               0700);
    char *section = mem_printf("[hook pager]\ncommand = %s\n", script);
    configure(desk, section);
    struct hooks *hooks = hooks_new(desk->config);
    submit(desk, hooks, "CARRIER-A");
    submit(desk, hooks, "CARRIER-B");
    char *last = NULL;
    assert_int_equal(take_reports(hooks, "hook pager: exit status 7: no route to pager", &last), 1);
    assert_non_null(strstr(last, "not told: sw1: critical alarm: CARRIER-A"));
    assert_true(hooks_stop(hooks, 1000));
    hooks_free(hooks);
    // Nor by the next program.
    hooks = hooks_new(desk->config);
    submit(desk, hooks, "CARRIER-C");
    assert_int_equal(take_reports(hooks, "exit status 7", &last), 0);
    assert_true(hooks_stop(hooks, 1000));
    hooks_free(hooks);
    free(last);
    free(section);
    free(script);
}

static void a_command_that_is_not_there_is_said(void **state)
{
    struct desk *desk = *state;
    configure(desk, "[hook pager]\ncommand = /nonexistent/page\n");
    struct hooks *hooks = hooks_new(desk->config);
    submit(desk, hooks, "CARRIER-A");
    char *last = NULL;
    assert_int_equal(
        take_reports(hooks, "hook pager: /nonexistent/page cannot be run: No such file", &last), 1);
    assert_true(hooks_stop(hooks, 1000));
    hooks_free(hooks);
    free(last);
}

static void at_most_four_run_at_once_and_all_are_told(void **state)
{
    struct desk *desk = *state;
    char *script = mem_printf("%s/page", desk->folder);
    write_file(script,
               "#!/bin/sh\nd=${0%/*}\n: >\"$d/runs.$$\"\nls \"$d\" | grep -c ^runs >>\"$d/most\"\n"
               "sleep 0.1\nrm \"$d/runs.$$\"\necho told >>\"$d/told\"\n",
               0700);
    char *section = mem_printf("[hook pager]\ncommand = %s\n", script);
    configure(desk, section);
    struct hooks *hooks = hooks_new(desk->config);
    struct desk many = {0};
    for (int i = 0; i < 12; i++) {
        char object[24];
        snprintf(object, sizeof object, "CARRIER-%d", i);
        stands(&many, "sw1", object, LEVEL_CRIT);
    }
    hooks_submit(hooks, &many.sheet);
    assert_true(hooks_finish(hooks, 20000));
    assert_int_equal(strlen(contents(desk, "told")), 12 * strlen("told\n"));
    for (char *at = strtok(contents(desk, "most"), "\n"); at != NULL; at = strtok(NULL, "\n"))
        assert_true(atoi(at) <= 4);
    assert_true(hooks_stop(hooks, 1000));
    hooks_free(hooks);
    free(section);
    free(script);
}

static void one_that_runs_at_the_end_is_given_back(void **state)
{
    struct desk *desk = *state;
    configure(desk, "[hook pager]\ncommand = sleep 60\ntimeout = 2m\n");
    struct hooks *hooks = hooks_new(desk->config);
    struct desk fresh = {0};
    stands(&fresh, "sw1", "CARRIER-A", LEVEL_CRIT);
    hooks_submit(hooks, &fresh.sheet);
    assert_false(hooks_finish(hooks, 300));
    int64_t began_ms = clock_mono_ms();
    assert_true(hooks_stop(hooks, 600));
    assert_true(clock_mono_ms() - began_ms < 2000);
    hooks_free(hooks);
    stands(desk, "sw1", "CARRIER-A", LEVEL_CRIT);
    desk->now_ms = clock_wall_ms();
    ASSERT_DUE(desk, HOOK_RAISED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_condition_is_told_once_in_its_quiet_period_and_again_after_it),
        TEST(what_was_told_is_told_to_be_over_only_where_that_was_seen),
        TEST(one_that_comes_back_within_the_quiet_period_is_not_told_before_it_ends),
        TEST(one_that_grows_worse_is_told_at_once),
        TEST(a_hook_hears_its_kinds_levels_and_hosts),
        TEST(a_critical_hook_hears_that_a_condition_is_milder),
        TEST(a_failure_is_tried_again_after_a_minute_and_counts_as_not_told),
        TEST(two_programs_share_one_book),
        TEST(a_lock_that_is_held_costs_two_moments_and_no_hook),
        TEST(a_damaged_book_is_said_and_begun_anew),
        TEST(the_document_is_one_line_of_clean_json),
        TEST(a_hook_runs_once_with_the_document_and_without_a_shell),
        TEST(a_hook_that_hangs_is_killed_with_what_it_started),
        TEST(a_failure_is_said_once_with_the_hooks_last_words),
        TEST(a_command_that_is_not_there_is_said),
        TEST(at_most_four_run_at_once_and_all_are_told),
        TEST(one_that_runs_at_the_end_is_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
