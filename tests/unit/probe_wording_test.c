// SPDX-License-Identifier: MIT

// [words …]: all words whose conditions hold, and nothing said where nothing is known.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "probe/wording.h"

static const struct column columns[] = {
    {.name = "host", .kind = KIND_TEXT, .key = true},
    {.name = "state", .kind = KIND_TEXT},
    {.name = "money", .kind = KIND_REAL},
    {.name = "locked", .kind = KIND_BOOL},
};
static const struct schema schema = {.name = "things", .columns = columns, .column_count = 4};

static const char good[] = "[words things.state]\nword.no money = money<=0\n"
                           "word.locked = locked=yes\nelse = ok\nknown = money\n";

static struct wording *compile(const char *text, const char *column, struct ini *ini,
                               struct err_list *errors)
{
    *ini = (struct ini){0};
    *errors = (struct err_list){0};
    assert_true(ini_read_text(ini, "p.ini", text, strlen(text), errors));
    return wording_compile(&ini->sections[0], column, &schema, errors);
}

static void words_are_joined_and_unknown_is_not_ok(void **state)
{
    (void)state;
    static const struct {
        double money; // NAN: unknown
        int locked;   // -1: unknown
        const char *expected;
    } cases[] = {
        {-1, 1, "no money, locked"},
        {-1, 0, "no money"},
        {5, 1, "locked"},
        {5, 0, "ok"},
        {5, -1, "ok"},
        {NAN, 1, "locked"},
        {NAN, 0, NULL},
    };
    struct ini ini;
    struct err_list errors;
    struct wording *wording = compile(good, "state", &ini, &errors);
    struct table *table = table_new(&schema);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t row = table_add_row(table);
        table_set_real(table, row, 2, cases[i].money);
        if (cases[i].locked >= 0)
            table_set_int(table, row, 3, cases[i].locked);
    }
    wording_apply(wording, table);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct cell *cell = table_cell(table, i, 1);
        assert_int_equal(cell->known, cases[i].expected != NULL);
        if (cell->known) {
            assert_int_equal(cell->len, strlen(cases[i].expected));
            assert_memory_equal(cell->as.text, cases[i].expected, cell->len);
        }
    }
    table_free_unsealed(table);
    wording_free(wording);
    ini_dispose(&ini);
}

static void assert_fault(const char *text, const char *column, const char *message)
{
    struct ini ini;
    struct err_list errors;
    wording_free(compile(text, column, &ini, &errors));
    assert_int_equal(errors.count, 1);
    assert_string_equal(errors.texts[0], message);
    err_list_dispose(&errors);
    ini_dispose(&ini);
}

static void faults_are_told_with_their_place(void **state)
{
    (void)state;
    assert_fault("[words things.stat]\nelse = ok\n", "stat",
                 "p.ini:1: things has no column 'stat'; did you mean 'state'?");
    assert_fault("[words things.money]\nelse = ok\n", "money",
                 "p.ini:1: the column 'money' holds no text");
    assert_fault("[words things.state]\nelse = ok\nknown = mony\n", "state",
                 "p.ini:3: things has no column 'mony'; did you mean 'money'?");
    assert_fault("[words things.state]\nesle = ok\n", "state",
                 "p.ini:2: [words things.state] has no key 'esle'; did you mean 'else'?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_joined_and_unknown_is_not_ok),
        cmocka_unit_test(faults_are_told_with_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
