// SPDX-License-Identifier: MIT

// INI text: what is kept, what is joined, and that every fault is named by its line.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "conf/ini.h"

struct fixture {
    struct ini ini;
    struct err_list errors;
    bool ok;
};

static struct fixture read_text(const char *text)
{
    struct fixture fixture = {0};
    fixture.ok = ini_read_text(&fixture.ini, "x.ini", text, strlen(text), &fixture.errors);
    return fixture;
}

static void drop(struct fixture *fixture)
{
    ini_dispose(&fixture->ini);
    err_list_dispose(&fixture->errors);
}

static const char *value_of(const struct fixture *fixture, const char *section, const char *key)
{
    const struct ini_section *found = ini_section(&fixture->ini, section);
    const struct ini_entry *entry = found != NULL ? ini_get(found, key) : NULL;
    return entry != NULL ? entry->value : NULL;
}

// The value of [a] k in a text of one key, which must be read without a fault.
static void assert_value(const char *line, const char *expected)
{
    char *text = mem_printf("[a]\nk = %s\n", line);
    struct fixture fixture = read_text(text);
    assert_true(fixture.ok);
    assert_string_equal(value_of(&fixture, "a", "k"), expected);
    drop(&fixture);
    free(text);
}

static void assert_faults(const char *text, const char *const *expected, size_t count)
{
    struct fixture fixture = read_text(text);
    assert_false(fixture.ok);
    for (size_t i = 0; i < count && i < fixture.errors.count; i++)
        assert_string_equal(fixture.errors.texts[i], expected[i]);
    assert_int_equal(fixture.errors.count, count);
    drop(&fixture);
}

#define ASSERT_FAULTS(text, ...)                                                                   \
    do {                                                                                           \
        const char *const expected[] = {__VA_ARGS__};                                              \
        assert_faults(text, expected, sizeof expected / sizeof expected[0]);                       \
    } while (0)

static void comments_are_cut_only_outside_quotes(void **state)
{
    (void)state;
    assert_value("SELECT 1 ; a comment", "SELECT 1");
    assert_value("\"a ; b\" ; c", "\"a ; b\"");
    assert_value("a;b", "a;b");
    assert_value("a # b", "a # b");
    assert_value("{\"type\":1}", "{\"type\":1}");
    assert_value("\"a\\\" ; b\"", "\"a\\\" ; b\"");
    assert_value("\"a\\\\\" ; b", "\"a\\\\\"");
    assert_value("; nothing", "");
    assert_value("", "");
    assert_value("a = b : c", "a = b : c");
}

static void lines_longer_than_inih_allows_are_kept_whole(void **state)
{
    (void)state;
    struct str text = {0};
    for (int i = 0; i < 6000; i++)
        str_appendf(&text, "%d,", i);
    assert_value(str_text(&text), str_text(&text));
    str_dispose(&text);
}

static void a_backslash_joins_lines_and_faults_name_the_first(void **state)
{
    (void)state;
    assert_value("SELECT a, \\\n   b ; columns\n", "SELECT a, b");
    struct fixture fixture = read_text("[a]\nk = 1 \\\n  \\\n  2\nj = 3\n");
    assert_true(fixture.ok);
    assert_string_equal(value_of(&fixture, "a", "k"), "1 2");
    assert_int_equal(ini_get(ini_section(&fixture.ini, "a"), "k")->place.line, 2);
    assert_int_equal(ini_get(ini_section(&fixture.ini, "a"), "j")->place.line, 5);
    drop(&fixture);
    ASSERT_FAULTS("[a]\nk = 1 \\", "x.ini:2: the last line ends with a backslash, but none "
                                   "follows; remove it");
}

static void an_indented_key_is_a_key(void **state)
{
    (void)state;
    struct fixture fixture =
        read_text("\xEF\xBB\xBF[a]\r\n  one = 1\r\n\ttwo = 2\r\n\r\n[ empty ]");
    assert_true(fixture.ok);
    assert_string_equal(value_of(&fixture, "a", "one"), "1");
    assert_string_equal(value_of(&fixture, "a", "two"), "2");
    assert_non_null(ini_section(&fixture.ini, "empty"));
    drop(&fixture);
}

static void every_fault_is_reported_with_its_line(void **state)
{
    (void)state;
    ASSERT_FAULTS("early = 1\n"
                  "[a]\n"
                  "just words\n"
                  "k = 1\n"
                  "k = 2\n"
                  "[b\n"
                  "lost = 1\n"
                  "[a]\n"
                  "[c] d\n"
                  "[]\n"
                  "[d]\n"
                  "k: v\n"
                  "k = \"open\n",
                  "x.ini:1: the key 'early' stands before the first [section]; move it into one",
                  "x.ini:3: neither [section] nor a comment nor key = value; write key = value",
                  "x.ini:5: 'k' is set in line 4 already; keep one of the two",
                  "x.ini:6: '[b' is no section heading; write [name] and nothing after it",
                  "x.ini:8: [a] stands in line 2 already; write its keys there",
                  "x.ini:9: '[c] d' is no section heading; write [name] and nothing after it",
                  "x.ini:10: [] is no section name; use letters, digits, spaces and . _ - :",
                  "x.ini:12: neither [section] nor a comment nor key = value; write key = value",
                  "x.ini:13: a quote is not closed; close it, or write \"…\\\"…\" for a value "
                  "that holds a quote");
}

static void names_that_inih_would_cut_are_refused(void **state)
{
    (void)state;
    struct fixture fixture = read_text("[s2345678901234567890123456789012345678901234567890]\n[a]\n"
                                       "k2345678901234567890123456789012345678901234567890 = 1\n");
    assert_false(fixture.ok);
    assert_int_equal(fixture.errors.count, 2);
    drop(&fixture);
}

static void a_nul_byte_is_a_fault_not_an_end(void **state)
{
    (void)state;
    static const char text[] = "[a]\nk = 1\0 2\nj = 3\n";
    struct fixture fixture = {0};
    fixture.ok = ini_read_text(&fixture.ini, "x.ini", text, sizeof text - 1, &fixture.errors);
    assert_false(fixture.ok);
    assert_string_equal(fixture.errors.texts[0], "x.ini:2: a NUL byte; is this a text file?");
    assert_string_equal(value_of(&fixture, "a", "j"), "3");
    drop(&fixture);
}

static void a_folder_and_a_missing_file_are_faults(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    assert_false(ini_read_file(&fixture.ini, "/", &fixture.errors));
    assert_false(ini_read_file(&fixture.ini, "/nonexistent.ini", &fixture.errors));
    assert_string_equal(fixture.errors.texts[0], "/: is not a regular file; name an INI file");
    assert_string_equal(fixture.errors.texts[1],
                        "/nonexistent.ini: cannot be read: No such file or directory");
    drop(&fixture);
}

static void an_overlay_replaces_keys_with_their_places(void **state)
{
    (void)state;
    struct fixture base = read_text("[a]\none = 1\ntwo = 2\n");
    struct ini over = {0};
    static const char text[] = "[b]\nx = y\n[a]\ntwo = II\nthree = III\n";
    assert_true(ini_read_text(&over, "mine.ini", text, strlen(text), &base.errors));
    ini_overlay(&base.ini, &over);
    ini_dispose(&over);
    assert_string_equal(value_of(&base, "a", "one"), "1");
    assert_string_equal(value_of(&base, "a", "two"), "II");
    assert_string_equal(value_of(&base, "a", "three"), "III");
    assert_string_equal(value_of(&base, "b", "x"), "y");
    const struct ini_entry *two = ini_get(ini_section(&base.ini, "a"), "two");
    assert_string_equal(two->place.path, "mine.ini");
    assert_int_equal(two->place.line, 4);
    assert_int_equal(ini_section(&base.ini, "a")->count, 3);
    drop(&base);
}

static void assert_unquoted(const char *value, const char *expected)
{
    char *plain = ini_unquote(value);
    assert_string_equal(plain, expected);
    free(plain);
}

static void unquoting_takes_one_pair_off(void **state)
{
    (void)state;
    assert_unquoted("plain", "plain");
    assert_unquoted("\"in quotes\"", "in quotes");
    assert_unquoted("\"a \\\" b \\\\\"", "a \" b \\");
    assert_unquoted("\"a\" \"b\"", "\"a\" \"b\"");
    assert_unquoted("\"", "\"");
}

static void the_nearest_name_is_found_or_none(void **state)
{
    (void)state;
    static const char *const names[] = {"mysql_port", "http_port", "port", "user"};
    assert_string_equal(ini_nearest("mysql_prot", names, 4), "mysql_port");
    assert_string_equal(ini_nearest("htp_port", names, 4), "http_port");
    assert_string_equal(ini_nearest("usr", names, 4), "user");
    assert_null(ini_nearest("colour", names, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comments_are_cut_only_outside_quotes),
        cmocka_unit_test(lines_longer_than_inih_allows_are_kept_whole),
        cmocka_unit_test(a_backslash_joins_lines_and_faults_name_the_first),
        cmocka_unit_test(an_indented_key_is_a_key),
        cmocka_unit_test(every_fault_is_reported_with_its_line),
        cmocka_unit_test(names_that_inih_would_cut_are_refused),
        cmocka_unit_test(a_nul_byte_is_a_fault_not_an_end),
        cmocka_unit_test(a_folder_and_a_missing_file_are_faults),
        cmocka_unit_test(an_overlay_replaces_keys_with_their_places),
        cmocka_unit_test(unquoting_takes_one_pair_off),
        cmocka_unit_test(the_nearest_name_is_found_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
