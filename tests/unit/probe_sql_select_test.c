// SPDX-License-Identifier: MIT

// [sql …] sections: the SELECT is made of what a host has, and of nothing that must not be read.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/sql_select.h"

static const struct column columns[] = {
    {.name = "host", .kind = KIND_TEXT, .key = true},
    {.name = "number", .kind = KIND_INT},
    {.name = "name", .kind = KIND_TEXT},
    {.name = "account", .kind = KIND_TEXT},
    {.name = "note", .kind = KIND_TEXT},
};
static const struct schema schema = {.name = "things", .columns = columns, .column_count = 5};

static const char good[] = "table = e_thing\n"
                           "join.customer = e_customer ON customer.id = e_thing.customer_id\n"
                           "need = id, name\n"
                           "where = time >= :now_ms - 60000 AND note <> ':now_ms?' AND time < "
                           ":now_ms\n"
                           "order = level DESC, name\n"
                           "limit = 50\n"
                           "column.number = id\n"
                           "column.name = name\n"
                           "column.account = customer.account\n"
                           "column.note = memo, oldmemo\n";

struct fixture {
    struct profile profile;
    struct err_list errors;
    struct sql_select *select;
};

static void compile(struct fixture *fixture, const char *entries)
{
    *fixture = (struct fixture){0};
    char *text = mem_printf("[sql things]\n%s", entries);
    assert_true(
        ini_read_text(&fixture->profile.ini, "p.ini", text, strlen(text), &fixture->errors));
    fixture->select =
        sql_select_compile(&fixture->profile, ini_section(&fixture->profile.ini, "sql things"),
                           &schema, &fixture->errors);
    free(text);
}

static void drop(struct fixture *fixture)
{
    sql_select_free(fixture->select);
    ini_dispose(&fixture->profile.ini);
    err_list_dispose(&fixture->errors);
}

// "a b c" as the columns of a table; NULL: the table is missing.
static struct sql_columns host_columns(const char *names)
{
    struct sql_columns out = {.exists = names != NULL};
    if (names == NULL)
        return out;
    char *text = mem_strdup(names), *save;
    for (char *name = strtok_r(text, " ", &save); name != NULL; name = strtok_r(NULL, " ", &save)) {
        out.names = mem_resize(out.names, out.count + 1, sizeof *out.names);
        out.names[out.count++] = mem_strdup(name);
    }
    free(text);
    return out;
}

static void assert_built(const char *own, const char *joined, const char *expected,
                         const int positions[5], size_t params)
{
    struct fixture fixture;
    compile(&fixture, good);
    assert_non_null(fixture.select);
    struct sql_columns tables[] = {host_columns(own), host_columns(joined)};
    struct sql_statement statement;
    struct err err = {0};
    assert_true(sql_select_build(fixture.select, tables, &statement, &err));
    assert_string_equal(statement.text, expected);
    assert_int_equal(statement.position_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(statement.positions[i], positions[i]);
    assert_int_equal(statement.param_count, params);
    sql_statement_dispose(&statement);
    sql_columns_dispose(&tables[0]);
    sql_columns_dispose(&tables[1]);
    drop(&fixture);
}

static void assert_not_built(const char *own, const char *message)
{
    struct fixture fixture;
    compile(&fixture, good);
    struct sql_columns tables[] = {host_columns(own), host_columns("id account")};
    struct sql_statement statement;
    struct err err = {0};
    assert_false(sql_select_build(fixture.select, tables, &statement, &err));
    assert_string_equal(err.text, message);
    sql_columns_dispose(&tables[0]);
    sql_columns_dispose(&tables[1]);
    drop(&fixture);
}

static void a_host_with_everything_is_asked_for_everything(void **state)
{
    (void)state;
    static const int positions[] = {0, 1, 2, 3, 4};
    assert_built("id name customer_id memo oldmemo level time", "id account",
                 "SELECT `e_thing`.`id`, `e_thing`.`name`, `customer`.`account`, "
                 "`e_thing`.`memo`, `e_thing`.`oldmemo` FROM `e_thing` LEFT JOIN `e_customer` "
                 "`customer` ON customer.id = e_thing.customer_id WHERE time >= ? - 60000 AND "
                 "note <> ':now_ms?' AND time < ? ORDER BY `e_thing`.`level` DESC, "
                 "`e_thing`.`name` LIMIT 50",
                 positions, 2);
}

static void what_an_older_host_lacks_is_left_out(void **state)
{
    (void)state;
    static const int positions[] = {0, 1, -1, -1, 2};
    assert_built("id name customer_id oldmemo time", NULL,
                 "SELECT `e_thing`.`id`, `e_thing`.`name`, `e_thing`.`oldmemo` FROM `e_thing` "
                 "WHERE time >= ? - 60000 AND note <> ':now_ms?' AND time < ? ORDER BY "
                 "`e_thing`.`name` LIMIT 50",
                 positions, 2);
}

static void a_missing_table_or_needed_column_is_named(void **state)
{
    (void)state;
    assert_not_built(NULL, "the database has no table e_thing; is mysql_database right, and may "
                           "this account read it?");
    assert_not_built("id level", "the table e_thing has no column name, which is needed");
}

static char *build(const char *entries, const char *own, struct err *err)
{
    struct fixture fixture;
    compile(&fixture, entries);
    if (fixture.select == NULL)
        fail_msg("%s", fixture.errors.texts[0]);
    struct sql_columns table = host_columns(own);
    struct sql_statement statement = {0};
    char *text = NULL;
    if (sql_select_build(fixture.select, &table, &statement, err))
        text = mem_strdup(statement.text);
    sql_statement_dispose(&statement);
    sql_columns_dispose(&table);
    drop(&fixture);
    return text;
}

static const char sums[] = "table = e_fee\n"
                           "value.total = SUM(IF({time} >= :now_ms, {fee}, 0))\n"
                           "value.kind = IF({name} LIKE '{x}%', 'x', 'other')\n"
                           "group = account, kind\n"
                           "column.number = total\n"
                           "column.name = kind\n"
                           "column.account = account\n";

static void values_are_sums_over_groups(void **state)
{
    (void)state;
    struct err err = {0};
    char *text = build(sums, "time fee name account", &err);
    assert_string_equal(text, "SELECT SUM(IF(`e_fee`.`time` >= ?, `e_fee`.`fee`, 0)), "
                              "IF(`e_fee`.`name` LIKE '{x}%', 'x', 'other'), `e_fee`.`account` "
                              "FROM `e_fee` GROUP BY `e_fee`.`account`, IF(`e_fee`.`name` LIKE "
                              "'{x}%', 'x', 'other') LIMIT 10000");
    free(text);
    // A value of a column that the host lacks is left out; a group is needed.
    text = build(sums, "time name account", &err);
    assert_string_equal(text, "SELECT IF(`e_fee`.`name` LIKE '{x}%', 'x', 'other'), "
                              "`e_fee`.`account` FROM `e_fee` GROUP BY `e_fee`.`account`, "
                              "IF(`e_fee`.`name` LIKE '{x}%', 'x', 'other') LIMIT 10000");
    free(text);
    assert_null(build(sums, "time fee account", &err));
    assert_string_equal(err.text, "the table e_fee has no column name, which is needed");
}

static void the_catalogue_may_be_read(void **state)
{
    (void)state;
    struct err err = {0};
    char *text = build("table = information_schema.TABLES\ncolumn.name = TABLE_NAME\n"
                       "where = TABLE_SCHEMA = DATABASE()\n",
                       "TABLE_NAME", &err);
    assert_string_equal(text, "SELECT `TABLES`.`TABLE_NAME` FROM information_schema.`TABLES` "
                              "WHERE TABLE_SCHEMA = DATABASE() LIMIT 10000");
    free(text);
}

static void assert_fault(const char *entries, const char *message)
{
    struct fixture fixture;
    compile(&fixture, entries);
    assert_null(fixture.select);
    assert_true(fixture.errors.count > 0);
    assert_string_equal(fixture.errors.texts[0], message);
    drop(&fixture);
}

static void secrets_cannot_be_selected_ordered_or_compared(void **state)
{
    (void)state;
    assert_fault("table = e_phone\ncolumn.name = password\n",
                 "p.ini:3: column.name: 'password' is a secret and is never read; take it out");
    assert_fault("table = e_phone\ncolumn.name = name\norder = CustomerPassword\n",
                 "p.ini:4: [sql things] order: 'CustomerPassword' is a secret and is never read; "
                 "take it out");
    assert_fault("table = e_phone\ncolumn.name = name\nwhere = `onetimepassword` LIKE 'a%'\n",
                 "p.ini:4: [sql things] where: 'onetimepassword' is a secret and is never read; "
                 "take it out");
}

static void conditions_hold_one_condition_and_nothing_else(void **state)
{
    (void)state;
    assert_fault("table = t\ncolumn.name = name\nwhere = 1;DROP TABLE x\n",
                 "p.ini:4: [sql things] where: ';D' may not stand here; write one condition and "
                 "no comment");
    assert_fault("table = t\ncolumn.name = name\nwhere = 1 -- x\n",
                 "p.ini:4: [sql things] where: '--' may not stand here; write one condition and "
                 "no comment");
    assert_fault("table = t\ncolumn.name = name\nwhere = id = ?\n",
                 "p.ini:4: [sql things] where: '?' may not stand here; write :now_ms for the "
                 "time");
    assert_fault("table = t\ncolumn.name = name\nwhere = id = :nwo\n",
                 "p.ini:4: [sql things] where: there is no parameter ':nwo'; there is :now_ms");
    assert_fault("table = t\ncolumn.name = name\nwhere = name = 'x\n",
                 "p.ini:4: [sql things] where: a quote is not closed");
}

static void wrong_sections_are_told_what_would_be_right(void **state)
{
    (void)state;
    assert_fault("column.name = name\n",
                 "p.ini:1: [sql things] table: names no table; write table = NAME");
    assert_fault("table = a b\ncolumn.name = name\n",
                 "p.ini:2: [sql things] table: names no table; write table = NAME");
    assert_fault("table = t\njoin.c = e_customer\ncolumn.name = name\n",
                 "p.ini:3: [sql things] join.c: is no join; write join.NAME = TABLE ON "
                 "NAME.COLUMN = …");
    assert_fault("table = t\ncolumn.name = c.name\n",
                 "p.ini:1: [sql things] column: 'c.name' names no table or join of this section");
    assert_fault("table = t\ncolumn.name = name\norder = name SIDEWAYS\n",
                 "p.ini:4: [sql things] order: is no list of columns; write a, b DESC");
    assert_fault("table = t\ncolumn.name = name\nvalue.name = SUM({a)\n",
                 "p.ini:4: [sql things] value.name: a { is not closed; write {COLUMN}");
    assert_fault("table = t\ncolumn.name = name\nvalue.name = MAX({password})\n",
                 "p.ini:4: [sql things] value.name: 'password' is a secret and is never read; "
                 "take it out");
    assert_fault("table = t\ncolumn.name = name\nsections = limit by size\n",
                 "p.ini:4: [sql things] sections: is not understood; write sections = KIND by "
                 "FIELD, with a FIELD that fills a column");
    assert_fault("table = t\ncolumn.name = name\noptional = perhaps\n",
                 "p.ini:4: [sql things] optional: 'perhaps' is neither yes nor no");
    assert_fault("table = t\ncolumn.name = name\nlimit = all\n",
                 "p.ini:4: [sql things] limit: all is no number of rows; write 1 to 100000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_with_everything_is_asked_for_everything),
        cmocka_unit_test(what_an_older_host_lacks_is_left_out),
        cmocka_unit_test(a_missing_table_or_needed_column_is_named),
        cmocka_unit_test(values_are_sums_over_groups),
        cmocka_unit_test(the_catalogue_may_be_read),
        cmocka_unit_test(secrets_cannot_be_selected_ordered_or_compared),
        cmocka_unit_test(conditions_hold_one_condition_and_nothing_else),
        cmocka_unit_test(wrong_sections_are_told_what_would_be_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
