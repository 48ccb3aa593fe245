// SPDX-License-Identifier: MIT

// Typing a line.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/wrap.h"
#include "tui/chord.h"
#include "tui/line_edit.h"
#include "tui/wrap.h"

static void characters_are_whole(void **state)
{
    (void)state;
    struct line_edit line = {0};
    line_edit_insert(&line, 'a');
    line_edit_insert(&line, 0x6f22); // three bytes
    line_edit_insert(&line, 'b');
    assert_string_equal(line_edit_text(&line), "a漢b");
    assert_true(line_edit_move(&line, -1));
    assert_true(line_edit_delete(&line, true));
    assert_string_equal(line_edit_text(&line), "ab");
    line_edit_move_to_end(&line, false);
    assert_false(line_edit_delete(&line, true));
    assert_true(line_edit_delete(&line, false));
    assert_string_equal(line_edit_text(&line), "b");
    line_edit_dispose(&line);
}

static void control_characters_are_no_text(void **state)
{
    (void)state;
    struct line_edit line = {0};
    for (int code = 0; code < ' '; code++)
        line_edit_insert(&line, code);
    line_edit_insert(&line, 0x7f);
    line_edit_insert(&line, 0x9b);
    line_edit_insert(&line, CHORD_UP);
    assert_string_equal(line_edit_text(&line), "");
    line_edit_dispose(&line);
}

static void words_and_rests_are_deleted(void **state)
{
    (void)state;
    struct line_edit line = {0};
    line_edit_set(&line, "kind=routing asr_pct<20 ");
    line_edit_delete_word(&line);
    assert_string_equal(line_edit_text(&line), "kind=routing ");
    line_edit_move_to_end(&line, false);
    line_edit_move(&line, 1);
    line_edit_delete_rest(&line, false);
    assert_string_equal(line_edit_text(&line), "k");
    line_edit_delete_rest(&line, true);
    assert_string_equal(line_edit_text(&line), "");
    line_edit_dispose(&line);
}

static void a_line_has_an_end(void **state)
{
    (void)state;
    struct line_edit line = {0};
    for (int i = 0; i < 10000; i++)
        line_edit_insert(&line, 'x');
    assert_int_equal(strlen(line_edit_text(&line)), 4096);
    line_edit_dispose(&line);
}

static void key_names_are_read_as_they_are_printed(void **state)
{
    (void)state;
    static const char *const names[] = {"q",     "/",  "Enter",  "Tab",   "Shift-Tab", "Esc",
                                        "Space", "F1", "Ctrl-L", "Alt-x", "PageDown",  "é"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int chord;
        char out[CHORD_NAME_MAX];
        assert_true(chord_parse(names[i], &chord));
        chord_print(chord, out);
        assert_string_equal(out, names[i]);
    }
    static const char *const wrong[] = {"",      "Hyper-q", "qq",   "F0",  "F13",
                                        "Ctrl-", "Ctrl-ab", "\x01", "\xff"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int chord;
        assert_false(chord_parse(wrong[i], &chord));
    }
}

static void sentences_break_at_words_and_long_words_anywhere(void **state)
{
    (void)state;
    const char *rest;
    assert_int_equal(text_wrap("no answer from sw1", 12, &rest), strlen("no answer"));
    assert_string_equal(rest, "from sw1");
    assert_int_equal(text_wrap("unbreakable", 4, &rest), 4);
    assert_string_equal(rest, "eakable");
    assert_int_equal(text_wrap("漢字漢字", 3, &rest), 3); // two columns each
    assert_int_equal(text_wrap("看 漢字，漢字", 7, &rest),
                     7);                                  // beside a wide one, not at the blank
    assert_int_equal(text_wrap("漢字，漢", 4, &rest), 3); // no line begins with a comma
    assert_int_equal(wrap_lines("one two three", 3, 0), 4);
    assert_int_equal(wrap_lines("x", 0, 0), 1); // ends, however little room
}

static void text_is_printed_in_lines_that_end_at_words(void **state)
{
    (void)state;
    char got[128] = "";
    FILE *file = fmemopen(got, sizeof got, "w");
    assert_non_null(file);
    wrap_print(file, 16, 0, 2, "Nothing is written before the end.\n\nNext");
    wrap_print(file, 16, 12, 3, "one two three four");
    wrap_print(file, 0, 0, 2, "not wrapped at all, it is no terminal");
    fclose(file);
    assert_string_equal(got, "Nothing is\n  written before\n  the end.\n\n  Next\n"
                             "one\n   two three\n   four\n"
                             "not wrapped at all, it is no terminal\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_whole),
        cmocka_unit_test(control_characters_are_no_text),
        cmocka_unit_test(words_and_rests_are_deleted),
        cmocka_unit_test(a_line_has_an_end),
        cmocka_unit_test(key_names_are_read_as_they_are_printed),
        cmocka_unit_test(sentences_break_at_words_and_long_words_anywhere),
        cmocka_unit_test(text_is_printed_in_lines_that_end_at_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
