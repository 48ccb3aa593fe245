// SPDX-License-Identifier: MIT

// Checklists from files: what is wrong is said with file and line, the user's own lies over ours.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "checklist/verdict.h"

struct fixture {
    char root[64];
    char *path;
    struct checklist *list;
    struct err_list errors;
};

static const char *const folders[] = {"nocdesk", "nocdesk/profiles", "nocdesk/profiles/vos3000",
                                      "nocdesk/profiles/vos3000/checklists"};
#define FOLDERS (sizeof folders / sizeof *folders)

static int make_home(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof *fixture);
    strcpy(fixture->root, "/tmp/checklist_load_test.XXXXXX");
    assert_non_null(mkdtemp(fixture->root));
    setenv("XDG_CONFIG_HOME", fixture->root, 1);
    for (size_t i = 0; i < FOLDERS; i++) {
        char *folder = mem_printf("%s/%s", fixture->root, folders[i]);
        assert_int_equal(mkdir(folder, 0700), 0);
        free(folder);
    }
    *state = fixture;
    return 0;
}

static int drop_home(void **state)
{
    struct fixture *fixture = *state;
    checklist_free(fixture->list);
    err_list_dispose(&fixture->errors);
    if (fixture->path != NULL)
        unlink(fixture->path);
    for (size_t i = FOLDERS; i-- > 0;) {
        char *folder = mem_printf("%s/%s", fixture->root, folders[i]);
        rmdir(folder);
        free(folder);
    }
    rmdir(fixture->root);
    free(fixture->path);
    free(fixture);
    return 0;
}

static bool load(struct fixture *fixture, const char *name, const char *text)
{
    fixture->path = mem_printf("%s/%s/%s.ini", fixture->root, folders[FOLDERS - 1], name);
    FILE *file = fopen(fixture->path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return checklist_load("vos3000", name, &fixture->list, &fixture->errors);
}

#define STEP "[step s]\ntitle = T\nwhy = W\n"

// The fault is the only one, stands in this line and says this.
static void refuse(struct fixture *fixture, const char *text, int line, const char *says)
{
    free(fixture->path);
    err_list_dispose(&fixture->errors);
    fixture->errors = (struct err_list){0};
    assert_false(load(fixture, "mine", text));
    char *place = mem_printf("mine.ini:%d: ", line);
    bool fits = fixture->errors.count == 1 && strstr(fixture->errors.texts[0], place) != NULL &&
                strstr(fixture->errors.texts[0], says) != NULL;
    if (!fits)
        fail_msg("%s: %zu faults, %s", text, fixture->errors.count, fixture->errors.texts[0]);
    free(place);
}

static void a_wrong_step_is_a_fault_with_file_and_line(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *text;
        int line;
        const char *says;
    } cases[] = {
        {STEP "pane = alrms\ncritical = count() > 0\n", 4, "did you mean 'alarms'"},
        {STEP "pane = alarms\ncritical = count(severty=x) > 0\n", 5, "critical, character 7"},
        {STEP "pane = alarms\nwarning = count() >\n", 5, "warning, character"},
        {STEP "pane = alarms\nok = count() = 0\nfilter = severty=x\n", 6, "filter, character 1"},
        {STEP "pane = alarms\nok = count() = 0\ncolumns = severity, objct\n", 6,
         "did you mean 'object'"},
        {STEP "pane = alarms\nok = count() = 0\nsort = -objct\n", 6, "sort"},
        {STEP "pane = alarms\nok = count() = 0\nwindow = 15m\n", 6, "no such window"},
        {STEP "pane = gateways\nok = count() > 0\nwindow = 16m\n", 6, "no such window"},
        {STEP "pane = alarms\nok = count() = 0\nok_summary = $objct\n", 6, "$objct"},
        {STEP "pane = alarms\nok = count() = 0\nactions = bann\n", 6, "no action 'bann'"},
        {STEP "pane = alarms\nok = count() = 0\nminutes = 0\n", 6, "1 to 240"},
        {STEP "pane = alarms\nok = count() = 0\npriority = urgent\n", 6, "high, normal or low"},
        {STEP "pane = alarms\nok = count() = 0\nconfirm = maybe\n", 6, "yes or no"},
        {STEP "pane = alarms\nok = count() = 0\ncritcal = count() > 1\n", 6, "critical"},
        {STEP "pane = alarms\nok = count() = 0\nafter = t\n", 1, "no such step"},
        {STEP "pane = alarms\n", 1, "always pass"},
        {STEP, 1, "neither a pane nor confirm"},
        {"[step S]\ntitle = T\nwhy = W\nconfirm = yes\n", 1, "an id is"},
        {"[step s]\nwhy = W\nconfirm = yes\n", 1, "no title"},
        {"[step s]\ntitle = T\nconfirm = yes\n", 1, "no why"},
        {STEP "confirm = yes\n[stop t]\n", 5, "no section of a checklist"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuse(fixture, cases[i].text, cases[i].line, cases[i].says);
}

static void a_list_that_is_not_there_names_those_that_are(void **state)
{
    struct fixture *fixture = *state;
    assert_false(checklist_load("vos3000", "mornin", &fixture->list, &fixture->errors));
    assert_non_null(strstr(fixture->errors.texts[0], "did you mean morning?"));
    assert_non_null(strstr(fixture->errors.texts[0], "billing-dispute"));
    static const char *const wrong[] = {"", "../morning", ".hidden", "a/b"};
    for (size_t i = 0; i < 4; i++)
        assert_false(checklist_load("vos3000", wrong[i], &fixture->list, &fixture->errors));
}

static void the_users_own_list_lies_over_ours(void **state)
{
    struct fixture *fixture = *state;
    assert_true(load(fixture, "morning",
                     "[checklist]\ntitle = Ours\n"
                     "[step balances]\nskip = billing looks at them\n"
                     "[step current-alarms]\nminutes = 9\n"
                     "[step coffee]\ntitle = Coffee\nwhy = W\nconfirm = yes\n"
                     "after = server-status\n"));
    const struct checklist *list = fixture->list;
    assert_string_equal(list->title, "Ours");
    assert_string_equal(list->steps[0].id, "server-status");
    assert_string_equal(list->steps[1].id, "coffee");
    assert_string_equal(list->steps[2].id, "system-log");
    assert_string_equal(list->steps[3].id, "current-alarms");
    assert_int_equal(list->steps[3].minutes, 9);
    assert_non_null(list->steps[3].outcomes[STEP_CRITICAL].condition);
    assert_int_equal(list->count, 13);

    struct verdict verdict;
    struct step_facts facts = {0};
    step_judge(&list->steps[4], &facts, &verdict);
    assert_int_equal(verdict.state, STEP_SKIPPED);
    assert_string_equal(verdict.summary, "billing looks at them");
    verdict_dispose(&verdict);
}

static void a_list_of_the_users_own_is_found_by_its_name(void **state)
{
    struct fixture *fixture = *state;
    assert_true(load(fixture, "night", STEP "pane = alarms\nwarning = count() > 0\n"));
    size_t count;
    char **names = checklist_names("vos3000", &count);
    assert_int_equal(count, 11);
    assert_string_equal(names[9], "night");
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

// Verdicts of one step over hand-made facts.
static void unknown_is_never_ok(void **state)
{
    struct fixture *fixture = *state;
    assert_true(load(fixture, "night",
                     STEP "pane = alarms\ncritical = count(severity=critical) > 0\n"
                          "ok = count(severity=) = 0\n"
                          "critical_summary = $count critical alarm(s): $object\n"));
    const struct step *step = &fixture->list->steps[0];
    const struct schema *schema = step->probe->schema;
    struct table *table = table_new(schema);
    size_t row = table_add_row(table);
    table_set_text(table, row, 0, "sw1");
    table_set_text(table, row, (size_t)schema_find(schema, "object"), "A\x1b[31m|B");
    const struct table *without_severity = table_seal(table);
    table = table_new(schema);
    row = table_add_row(table);
    table_set_static(table, row, (size_t)schema_find(schema, "severity"), "critical");
    table_set_text(table, row, (size_t)schema_find(schema, "object"), "CARRIER-A");
    const struct table *critical = table_seal(table);
    const struct table *empty = table_seal(table_new(schema));
    const struct {
        struct step_facts facts;
        enum step_state state;
        const char *says;
    } cases[] = {
        {{.table = empty}, STEP_OK, "no alarms"},
        {{.table = empty, .partial = true}, STEP_UNKNOWN, "in time"},
        {{.table = empty, .error = "sw1: refused"}, STEP_UNKNOWN, "sw1: refused"},
        {{.table = critical, .error = "sw1: stale"}, STEP_UNKNOWN, "sw1: stale"},
        {{.error = "sw1: refused"}, STEP_UNKNOWN, "sw1: refused"},
        {{0}, STEP_UNKNOWN, "not read yet"},
        {{.table = without_severity}, STEP_UNKNOWN, "not what would be ok"},
        {{.table = critical}, STEP_CRITICAL, "1 critical alarm: CARRIER-A"},
        {{.table = critical, .partial = true}, STEP_CRITICAL, "1 critical alarm: CARRIER-A"},
        {{.table = empty, .blind = "no answers to see"}, STEP_UNKNOWN, "no answers to see"},
        {{.table = critical, .blind = "no answers to see"},
         STEP_CRITICAL,
         "1 critical alarm: CARRIER-A"},
        {{.table = critical, .skipped = "not here"}, STEP_SKIPPED, "not here"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct verdict verdict;
        step_judge(step, &cases[i].facts, &verdict);
        if (verdict.state != cases[i].state || strstr(verdict.summary, cases[i].says) == NULL)
            fail_msg("case %zu: %s, %s", i, step_state_text(verdict.state), verdict.summary);
        verdict_dispose(&verdict);
    }
    table_unref(empty);
    table_unref(critical);
    table_unref(without_severity);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_wrong_step_is_a_fault_with_file_and_line, make_home,
                                        drop_home),
        cmocka_unit_test_setup_teardown(a_list_that_is_not_there_names_those_that_are, make_home,
                                        drop_home),
        cmocka_unit_test_setup_teardown(the_users_own_list_lies_over_ours, make_home, drop_home),
        cmocka_unit_test_setup_teardown(a_list_of_the_users_own_is_found_by_its_name, make_home,
                                        drop_home),
        cmocka_unit_test_setup_teardown(unknown_is_never_ok, make_home, drop_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
