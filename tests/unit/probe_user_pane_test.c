// SPDX-License-Identifier: MIT

// Panes of the operator's own join the registry, and their faults are named by file and line.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "probe/probe.h"

static int no_user_files(void **state)
{
    (void)state;
    return setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
}

static struct err_list join(const char *path, const char *text)
{
    struct ini overrides = {0};
    struct err_list errors = {0};
    struct profile *profile = NULL;
    assert_true(ini_read_text(&overrides, path, text, strlen(text), &errors));
    assert_true(profile_load("vos3000", &overrides, &profile, &errors));
    probe_join_panes(profile, &errors);
    probe_check_profile(profile, &errors);
    profile_free(profile);
    ini_dispose(&overrides);
    return errors;
}

static void expect_fault(const char *text, const char *expected)
{
    struct err_list errors = join("n.ini", text);
    assert_true(errors.count > 0);
    if (strstr(errors.texts[0], expected) == NULL)
        fail_msg("%s\nis not: %s", errors.texts[0], expected);
    err_list_dispose(&errors);
}

static const char mine[] = "[pane mine]\ntitle = My pane\nsort = -used\ngroups = mount\n"
                           "column.mount = Mounted on | text\n"
                           "column.used = Used | pct total | % | How full.\n"
                           "[probe mine]\nsources = lines mine\nperiod = 30s\n"
                           "[lines mine]\ncommand = df -P\nfields = a b mount\n"
                           "column.mount = mount\n"
                           "[threshold mine.used]\nwarn = used>80\n";

static void a_declared_pane_is_a_probe_like_any_other(void **state)
{
    (void)state;
    size_t before = probe_count();
    struct err_list errors = join("n.ini", mine);
    for (size_t i = 0; i < errors.count; i++)
        print_error("%s\n", errors.texts[i]);
    assert_int_equal(errors.count, 0);
    const struct probe *probe = probe_find("mine");
    assert_non_null(probe);
    assert_true(probe->pane);
    assert_int_equal(probe_count(), before + 1);
    assert_int_equal(probe_index(probe), before);
    assert_string_equal(probe->title, "My pane");
    assert_string_equal(probe->groups[0], "mount");
    assert_int_equal(probe->schema->column_count, 3);
    assert_string_equal(probe->schema->columns[0].name, "host");
    const struct column *used = &probe->schema->columns[2];
    assert_int_equal(used->kind, KIND_PCT);
    assert_true(used->total);
    assert_false(used->key);
    assert_true(probe->schema->columns[1].key); // nothing said so: the first is
    assert_string_equal(used->unit, "%");
    assert_string_equal(used->help, "How full.");
}

static void the_same_declaration_joins_once_and_another_is_a_fault(void **state)
{
    (void)state;
    size_t before = probe_count();
    struct err_list errors = join("n.ini", mine);
    assert_int_equal(errors.count, 0);
    assert_int_equal(probe_count(), before);
    errors = join("other.ini", mine);
    assert_int_equal(errors.count, 1);
    assert_string_equal(errors.texts[0],
                        "other.ini:1: [pane mine] stands in n.ini:1 already; keep one of the two");
    err_list_dispose(&errors);
}

static void faults_are_named_with_file_and_line(void **state)
{
    (void)state;
    size_t before = probe_count();
    expect_fault("[pane gateways]\ncolumn.a = A\n", "n.ini:1: [pane gateways]: the program has");
    expect_fault("[pane Bad-Name]\ncolumn.a = A\n", "n.ini:1: [pane Bad-Name] names no pane");
    expect_fault("[pane p]\ntitle = P\n", "n.ini:1: [pane p] has no column");
    expect_fault("[pane p]\ncolumn.a = A | textt\n", "n.ini:2: column.a: 'textt' is no kind");
    expect_fault("[pane p]\ncolumn.host = A | text\n", "n.ini:2: column.host: a column needs");
    expect_fault("[pane p]\ncolumn.a = A\nsort = b\n", "n.ini:3: sort = b: ");
    expect_fault("[pane p]\ncolumn.a = A\ngroups = b\n", "n.ini:3: groups = b: ");
    expect_fault("[pane p]\ncolumn.a = A | wide\ncolumn.b = B | wide\n", "n.ini:1: [pane p]: one");
    expect_fault("[pane p]\ncolumn.a = A\ntitel = P\n", "n.ini:3: ");
    assert_int_equal(probe_count(), before);
    assert_null(probe_find("p"));
}

static void faults_of_the_lines_reader_are_named(void **state)
{
    (void)state;
    // Each declares a pane of its own at the same place: the first stays registered.
    static const char head[] = "[pane q]\ncolumn.a = A\n[probe q]\nsources = lines q\n[lines q]\n";
    static const struct {
        const char *rest, *expected;
    } cases[] = {
        {"fields = x\ncolumn.a = x\n", "n.ini:5: [lines q] runs nothing"},
        {"command = df\ncolumn.a = x\n", "n.ini:5: [lines q] names no fields"},
        {"command = df\nfields = y\ncolumn.a = x\n", "[lines q]: 'x' is not among its fields"},
        {"command = df\nfields = x\nskip = many\ncolumn.a = x\n", "n.ini:8: skip = many"},
        {"command = df\nfields = x\nseparator = ab\ncolumn.a = x\n", "n.ini:8: separator = ab"},
        {"command = df\nfields = x\nsudo = 2\ncolumn.a = x\n", "n.ini:8: sudo = 2"},
        {"command = df\nfields = x\ncolumn.b = x\n", "n.ini:8: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        strcpy(stpcpy(text, head), cases[i].rest);
        expect_fault(text, cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_declared_pane_is_a_probe_like_any_other),
        cmocka_unit_test(the_same_declaration_joins_once_and_another_is_a_fault),
        cmocka_unit_test(faults_are_named_with_file_and_line),
        cmocka_unit_test(faults_of_the_lines_reader_are_named),
    };
    return cmocka_run_group_tests(tests, no_user_files, NULL);
}
