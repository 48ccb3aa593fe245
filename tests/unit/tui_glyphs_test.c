// SPDX-License-Identifier: MIT

// When the console draws with ASCII alone, and what stands for its lines, arrows and blocks then.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "table/cell.h"
#include "tui/glyphs.h"

static bool automatic(const char *terminal, bool utf8)
{
    return glyphs_are_ascii(ASCII_AUTO, utf8, glyph_terminal(terminal));
}

static void terminals_that_have_the_glyphs_get_them(void **state)
{
    (void)state;
    static const char *const able[] = {"xterm-256color", "screen-256color", "tmux-256color",
                                       "putty",          "screen",          "rxvt-unicode"};
    for (size_t i = 0; i < sizeof able / sizeof *able; i++) {
        assert_false(automatic(able[i], true));
        assert_true(automatic(able[i], false));
        assert_true(glyph_terminal(able[i]).utf8);
    }
}

static void the_linux_console_takes_utf8_but_has_few_glyphs(void **state)
{
    (void)state;
    assert_true(automatic("linux", true));
    assert_true(automatic("linux-16color", true));
    assert_true(glyph_terminal("linux").utf8);
}

static void a_vt100_knows_no_utf8_whatever_the_locale(void **state)
{
    (void)state;
    assert_true(automatic("vt100", true));
    assert_false(glyph_terminal("vt220").utf8);
    assert_false(glyph_terminal(NULL).utf8);
}

static void the_operator_has_the_last_word_where_utf8_is_possible(void **state)
{
    (void)state;
    assert_true(glyphs_are_ascii(ASCII_YES, true, glyph_terminal("xterm-256color")));
    assert_false(glyphs_are_ascii(ASCII_NO, true, glyph_terminal("linux")));
    assert_true(glyphs_are_ascii(ASCII_NO, false, glyph_terminal("linux")));
}

static void every_block_of_a_sparkline_has_a_like_of_its_own(void **state)
{
    (void)state;
    const float rising[] = {0, 1, 2, 3, 4, 5, 6, 7};
    struct str line = {0};
    char likes[9] = "";
    size_t count = 0, bytes;
    assert_true(series_append(&line, rising, 8, 8, 7));
    for (size_t at = 0; at < line.len; at += bytes) {
        char like = glyph_ascii(text_decode(str_text(&line) + at, line.len - at, &bytes));
        assert_int_not_equal(like, '\0');
        assert_null(strchr(likes, like));
        likes[count++] = like;
    }
    assert_int_equal(count, 8);
    str_dispose(&line);
}

static void letters_of_names_are_no_glyphs(void **state)
{
    (void)state;
    assert_int_equal(glyph_ascii(0xe9), '\0');   // é
    assert_int_equal(glyph_ascii(0x4e2d), '\0'); // 中
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terminals_that_have_the_glyphs_get_them),
        cmocka_unit_test(the_linux_console_takes_utf8_but_has_few_glyphs),
        cmocka_unit_test(a_vt100_knows_no_utf8_whatever_the_locale),
        cmocka_unit_test(the_operator_has_the_last_word_where_utf8_is_possible),
        cmocka_unit_test(every_block_of_a_sparkline_has_a_like_of_its_own),
        cmocka_unit_test(letters_of_names_are_no_glyphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
