// SPDX-License-Identifier: MIT

// The mapping language: what each step makes of good and of strange values, and what a wrong entry
// is told.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "probe/mapping.h"

static const struct column columns[] = {
    {.name = "host", .kind = KIND_TEXT, .key = true},
    {.name = "text", .kind = KIND_TEXT},
    {.name = "number", .kind = KIND_INT},
    {.name = "real", .kind = KIND_REAL},
    {.name = "time", .kind = KIND_TIME},
    {.name = "truth", .kind = KIND_BOOL},
    {.name = "ip", .kind = KIND_ADDRESS},
};
static const struct schema schema = {.name = "things", .columns = columns, .column_count = 7};

static const char maps[] = "[map state]\n0.. = talking\n-1 = setup\n-20..-10 = ending\n"
                           "gone = vanished\n9 = never reached\n"
                           "[map other]\n1 = one\nother = code {} of many\n"
                           "[map quiet]\n1 = one\nother =\n";

struct fixture {
    struct profile profile;
    struct err_list errors;
    struct mapping *mapping;
    struct table *table;
};

static void compile(struct fixture *fixture, const char *entries)
{
    *fixture = (struct fixture){0};
    char *text = mem_printf("%s[x y]\n%s\n", maps, entries);
    assert_true(
        ini_read_text(&fixture->profile.ini, "p.ini", text, strlen(text), &fixture->errors));
    fixture->mapping = mapping_compile(&fixture->profile, ini_section(&fixture->profile.ini, "x y"),
                                       &schema, &fixture->errors);
    free(text);
}

static void drop(struct fixture *fixture)
{
    table_free_unsealed(fixture->table);
    mapping_free(fixture->mapping);
    ini_dispose(&fixture->profile.ini);
    err_list_dispose(&fixture->errors);
}

// The cell that "column.NAME = steps" makes of one field's value.
static const struct cell *run(struct fixture *fixture, const char *entry, struct value value)
{
    compile(fixture, entry);
    assert_non_null(fixture->mapping);
    fixture->table = table_new(&schema);
    table_add_row(fixture->table);
    mapping_begin(fixture->mapping, NULL);
    mapping_row(fixture->mapping, &value, fixture->table, 0);
    mapping_end(fixture->mapping);
    size_t name = strlen("column.");
    for (size_t i = 1; i < schema.column_count; i++) {
        if (strncmp(entry + name, columns[i].name, strlen(columns[i].name)) == 0)
            return table_cell(fixture->table, 0, i);
    }
    fail_msg("no column in %s", entry);
    return NULL;
}

static struct value text(const char *words)
{
    return value_of_text(words, strlen(words));
}

static void assert_text(const char *entry, struct value value, const char *expected)
{
    struct fixture fixture;
    const struct cell *cell = run(&fixture, entry, value);
    assert_true(cell->known);
    assert_int_equal(cell->len, strlen(expected));
    assert_memory_equal(cell->as.text, expected, cell->len);
    drop(&fixture);
}

static void assert_int(const char *entry, struct value value, int64_t expected)
{
    struct fixture fixture;
    const struct cell *cell = run(&fixture, entry, value);
    assert_true(cell->known);
    assert_true(cell->as.integer == expected);
    drop(&fixture);
}

static void assert_real(const char *entry, struct value value, double expected)
{
    struct fixture fixture;
    const struct cell *cell = run(&fixture, entry, value);
    assert_true(cell->known);
    assert_float_equal(cell->as.real, expected, 1e-9);
    drop(&fixture);
}

static void assert_unknown(const char *entry, struct value value)
{
    struct fixture fixture;
    assert_false(run(&fixture, entry, value)->known);
    drop(&fixture);
}

static void assert_fault(const char *entry, const char *expected)
{
    struct fixture fixture;
    compile(&fixture, entry);
    assert_null(fixture.mapping);
    assert_int_equal(fixture.errors.count, 1);
    assert_string_equal(fixture.errors.texts[0], expected);
    drop(&fixture);
}

static void numbers_may_arrive_as_text(void **state)
{
    (void)state;
    assert_int("column.number = f", text("412"), 412);
    assert_int("column.number = f", text(" -7 "), -7);
    assert_int("column.number = f", text("12.0"), 12);
    assert_int("column.number = f", text("9223372036854775807"), INT64_MAX);
    assert_real("column.real = f", text("18.5"), 18.5);
    assert_real("column.real = f", value_of_int(3), 3);
    assert_int("column.number = f", value_of_real(2.6), 3);
    assert_text("column.text = f", value_of_int(15550100123), "15550100123");
    assert_text("column.text = f", value_of_real(0.5), "0.5");
    assert_int("column.truth = f", text("true"), 1);
    assert_int("column.truth = f", text("0"), 0);
}

static void what_is_no_number_is_unknown_not_zero(void **state)
{
    (void)state;
    assert_unknown("column.number = f", text("12x"));
    assert_unknown("column.number = f", text(""));
    assert_unknown("column.number = f", text("9223372036854775808999"));
    assert_unknown("column.real = f", text("nan"));
    assert_unknown("column.real = f", text("0x10"));
    assert_unknown("column.truth = f", text("perhaps"));
    assert_unknown("column.number = f", (struct value){0});
    assert_unknown("column.text = f", text(""));
}

static void maps_know_codes_ranges_and_texts(void **state)
{
    (void)state;
    assert_text("column.text = f | map state", value_of_int(65230), "talking");
    assert_text("column.text = f | map state", value_of_int(9), "talking");
    assert_text("column.text = f | map state", text("-1"), "setup");
    assert_text("column.text = f | map state", value_of_int(-13), "ending");
    assert_text("column.text = f | map state", text("gone"), "vanished");
    assert_text("column.text = f | map state", value_of_int(-3), "-3");
    assert_text("column.text = f | map other", value_of_int(20008), "code 20008 of many");
    assert_text("column.text = f | map other | map other", value_of_int(7),
                "code code 7 of many of many");
    assert_unknown("column.text = f | map quiet", value_of_int(2));
}

static void extremes_that_mean_not_set_are_unknown(void **state)
{
    (void)state;
    assert_unknown("column.real = f | limit", value_of_int(INT32_MAX));
    assert_unknown("column.real = f | limit", value_of_real(-2147483648.0));
    assert_unknown("column.real = f | limit", text("9223372036854775807"));
    assert_real("column.real = f | limit", value_of_real(-12.5), -12.5);
    assert_unknown("column.time = f | epoch_ms", value_of_int(INT64_MAX));
    assert_unknown("column.time = f | epoch_ms", value_of_int(0));
    assert_int("column.number = f | epoch_ms | given", value_of_int(1768471190500), 1);
    assert_int("column.number = f | epoch_ms | given", value_of_int(0), 0);
    assert_int("column.number = f | given", (struct value){0}, 0);
    assert_unknown("column.number = f | given", (struct value){.lacking = true});
    assert_unknown("column.number = f | epoch_ms | given", (struct value){.lacking = true});
    clock_freeze(0, 1768471200000);
    assert_real("column.real = f | epoch_ms | since", value_of_int(1768471190500), 9);
    assert_real("column.real = f | epoch_ms | since", value_of_int(1768471209000), 0);
    clock_release();
    assert_int("column.time = f | epoch_ms", text("1768471200000"), 1768471200000);
}

static void steps_scale_and_keep(void **state)
{
    (void)state;
    assert_real("column.real = f | keep >= 0 | scale 0.001", value_of_int(65230), 65.23);
    assert_unknown("column.real = f | keep >= 0 | scale 0.001", value_of_int(-11));
    assert_unknown("column.number = f | keep > 0", value_of_int(0));
    assert_int("column.number = f | keep != 0", value_of_int(-1), -1);
    assert_int("column.time = f | when f >= 0", value_of_int(5), 5);
    assert_unknown("column.time = f | when f < 0", value_of_int(5));
}

static void addresses_lose_their_port(void **state)
{
    (void)state;
    assert_text("column.ip = f | address", text("198.51.100.10:14022"), "198.51.100.10");
    assert_text("column.ip = f | address", text("[2001:db8::1]:5060"), "2001:db8::1");
    assert_text("column.ip = f | first | address", text("203.0.113.9:5060, 203.0.113.10"),
                "203.0.113.9");
    assert_text("column.ip = f | address", text("sbc.example.net"), "sbc.example.net");
    assert_text("column.ip = f | address_in", text("login of ana from 203.0.113.9:5060."),
                "203.0.113.9");
    assert_text("column.ip = f | address_in", text("fee 12.50, [2001:DB8::1] refused"),
                "2001:db8::1");
    assert_unknown("column.ip = f | address_in", text("at 10:15 facade: 1.2.3 said 300.1.1.1"));
    assert_unknown("column.ip = f | first", text(" , "));
}

static void the_first_known_field_counts(void **state)
{
    (void)state;
    struct fixture fixture;
    compile(&fixture, "column.text = a, b, c\ncolumn.number = b\ncolumn.real = \"1.5\"\n"
                      "column.ip = \"\"");
    assert_int_equal(mapping_field_count(fixture.mapping), 3);
    assert_string_equal(mapping_field(fixture.mapping, 1), "b");
    const struct value values[] = {text(""), value_of_int(7), text("c")};
    fixture.table = table_new(&schema);
    table_add_row(fixture.table);
    mapping_row(fixture.mapping, values, fixture.table, 0);
    assert_string_equal(table_cell(fixture.table, 0, 1)->as.text, "7");
    assert_true(table_cell(fixture.table, 0, 2)->as.integer == 7);
    assert_float_equal(table_cell(fixture.table, 0, 3)->as.real, 1.5, 1e-9);
    assert_true(table_cell(fixture.table, 0, 6)->known); // a constant may be empty
    drop(&fixture);
}

static const struct table *latest_accounts(struct reading *reading, const char *name,
                                           size_t variant, int64_t *age_ms)
{
    (void)variant;
    (void)age_ms;
    assert_string_equal(name, "gateway_accounts");
    return table_ref(reading->fleet);
}

static void a_lookup_joins_another_probe_s_newest_table(void **state)
{
    (void)state;
    const struct probe *accounts = &probe_gateway_accounts;
    struct table *fresh = table_new(accounts->schema);
    for (int i = 0; i < 100; i++) {
        char name[32];
        size_t row = table_add_row(fresh);
        snprintf(name, sizeof name, "CUST-%d", i);
        table_set_text(fresh, row, (size_t)schema_find(accounts->schema, "gateway"), name);
        snprintf(name, sizeof name, "1555%d", i);
        table_set_text(fresh, row, (size_t)schema_find(accounts->schema, "account"), name);
    }
    const struct table *sealed = table_seal(fresh);
    struct reading reading = {.latest = latest_accounts, .fleet = (void *)(uintptr_t)sealed};
    struct fixture fixture;
    compile(&fixture, "column.text = f | lookup gateway_accounts gateway account");
    fixture.table = table_new(&schema);
    const struct value present = text("CUST-42"), absent = text("CUST-420");
    mapping_begin(fixture.mapping, &reading);
    mapping_row(fixture.mapping, &present, fixture.table, table_add_row(fixture.table));
    mapping_row(fixture.mapping, &absent, fixture.table, table_add_row(fixture.table));
    mapping_end(fixture.mapping);
    mapping_row(fixture.mapping, &present, fixture.table, table_add_row(fixture.table));
    assert_string_equal(table_cell(fixture.table, 0, 1)->as.text, "155542");
    assert_false(table_cell(fixture.table, 1, 1)->known);
    assert_false(table_cell(fixture.table, 2, 1)->known);
    drop(&fixture);
    table_unref(sealed);
}

static void wrong_entries_are_told_what_would_be_right(void **state)
{
    (void)state;
    assert_fault("column.txt = f",
                 "p.ini:14: column.txt: things has no column 'txt'; did you mean 'text'?");
    assert_fault("column.host = f", "p.ini:14: column.host: the host column is filled by the "
                                    "program; take it out");
    assert_fault("column.text = f | mop state",
                 "p.ini:14: column.text: there is no step 'mop'; did you mean 'map'?");
    assert_fault("column.text = f | map nothing",
                 "p.ini:14: column.text: there is no [map nothing]; it is written 'map NAME'");
    assert_fault("column.real = f | scale fast",
                 "p.ini:14: column.real: 'scale' takes one number; it is written 'scale 0.001'");
    assert_fault("column.real = f | keep => 0",
                 "p.ini:14: column.real: 'keep' takes a comparison and a number; it is written "
                 "'keep >= 0'");
    assert_fault("column.text = f || address",
                 "p.ini:14: column.text: an empty step; write FIELD | STEP | STEP");
    assert_fault("column.text = a b",
                 "p.ini:14: column.text: 'a b' is no field; write a member or column, or a "
                 "constant in quotes");
    assert_fault("column.text = f | lookup gateway_accounts gatway account",
                 "p.ini:14: column.text: the probe 'gateway_accounts' has no column 'gatway'; did "
                 "you mean 'gateway'?; it is written 'lookup PROBE KEY COLUMN'");
    assert_fault("other = f", "p.ini:13: [x y] fills no column; write column.NAME = FIELD");
}

// One row whose only field is value; the mapping and the table are in the fixture.
static void run_row(struct fixture *fixture, struct value value)
{
    size_t row = table_add_row(fixture->table);
    mapping_begin(fixture->mapping, NULL);
    mapping_row(fixture->mapping, &value, fixture->table, row);
    mapping_end(fixture->mapping);
}

static void sums_take_fields_numbers_and_columns_above(void **state)
{
    (void)state;
    assert_real("column.real = f | plus f", value_of_real(1.5), 3);
    assert_real("column.real = f | minus 0.5", text("2"), 1.5);
    assert_real("column.real = f | times f | over 2", value_of_int(3), 4.5);
    assert_real("column.real = f | at_least 0", value_of_int(-3), 0);
    assert_real("column.real = f | at_least 0", value_of_int(3), 3);
    assert_unknown("column.real = f | over 0", value_of_int(3));
    assert_real("column.real = f | over 2 | ceil", value_of_int(3), 2);
    assert_real("column.real = f | over 2 | ceil", value_of_int(4), 2);
    assert_unknown("column.real = f | ceil", value_of_text("six", 3));
    assert_unknown("column.real = f | plus 1", text("many"));
    struct fixture fixture;
    compile(&fixture, "column.number = f\ncolumn.real = this.number | over 4\n"
                      "column.text = this.number | map other");
    assert_non_null(fixture.mapping);
    fixture.table = table_new(&schema);
    run_row(&fixture, value_of_int(10));
    assert_float_equal(table_cell(fixture.table, 0, 3)->as.real, 2.5, 1e-9);
    assert_memory_equal(table_cell(fixture.table, 0, 1)->as.text, "code 10 of many", 15);
    run_row(&fixture, (struct value){0});
    assert_false(table_cell(fixture.table, 1, 3)->known);
    drop(&fixture);
    assert_fault("column.real = this.number",
                 "p.ini:14: column.real: 'this.number' is no column that an entry above fills");
    assert_fault("column.real = f | plus",
                 "p.ini:14: column.real: 'plus' takes one field or number; it is written 'plus "
                 "FIELD'");
}

static void a_section_tells_about_a_name(void **state)
{
    (void)state;
    assert_text("column.text = f | about map gone", text("state"), "vanished");
    assert_unknown("column.text = f | about map gone", text("other"));
    assert_unknown("column.text = f | about map gone", text("nothing"));
    assert_text("column.text = f | join f", text("ana"), "ana ana");
    assert_unknown("column.text = f | join f", value_of_int(1));
    assert_int("column.truth = f | equals 6", text("6.0"), 1);
    assert_int("column.truth = f | equals 6", text("60"), 0);
    assert_int("column.truth = f | equals f", text("Auto"), 1);
    assert_unknown("column.truth = f | equals 6", text("Auto"));
}

static void what_came_after_the_first_reading_is_unseen_for_a_day(void **state)
{
    (void)state;
    struct fixture fixture;
    clock_freeze(1000, 1768471200000);
    compile(&fixture, "column.truth = f | unseen");
    fixture.table = table_new(&schema);
    run_row(&fixture, text("old"));
    run_row(&fixture, text("new"));
    run_row(&fixture, text("old"));
    clock_advance(INT64_C(86400001));
    run_row(&fixture, text("new"));
    assert_false(table_cell(fixture.table, 0, 5)->known);
    assert_int_equal(table_cell(fixture.table, 1, 5)->as.integer, 1);
    assert_false(table_cell(fixture.table, 2, 5)->known);
    assert_true(table_cell(fixture.table, 3, 5)->known);
    assert_int_equal(table_cell(fixture.table, 3, 5)->as.integer, 0);
    clock_release();
    drop(&fixture);
}

static void secrets_are_never_fields(void **state)
{
    (void)state;
    assert_fault("column.text = password", "p.ini:14: column.text: 'password' is a secret and is "
                                           "never read; take it out");
    assert_fault("column.text = name, customerPassword",
                 "p.ini:14: column.text: 'customerPassword' is a secret and is never read; take "
                 "it out");
    assert_true(mapping_is_secret("gateway.onetimepassword"));
    assert_false(mapping_is_secret("lastmodifypassword"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_may_arrive_as_text),
        cmocka_unit_test(what_is_no_number_is_unknown_not_zero),
        cmocka_unit_test(maps_know_codes_ranges_and_texts),
        cmocka_unit_test(extremes_that_mean_not_set_are_unknown),
        cmocka_unit_test(steps_scale_and_keep),
        cmocka_unit_test(addresses_lose_their_port),
        cmocka_unit_test(the_first_known_field_counts),
        cmocka_unit_test(a_lookup_joins_another_probe_s_newest_table),
        cmocka_unit_test(wrong_entries_are_told_what_would_be_right),
        cmocka_unit_test(sums_take_fields_numbers_and_columns_above),
        cmocka_unit_test(a_section_tells_about_a_name),
        cmocka_unit_test(what_came_after_the_first_reading_is_unseen_for_a_day),
        cmocka_unit_test(secrets_are_never_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
