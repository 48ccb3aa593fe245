// SPDX-License-Identifier: MIT

// The default theme can be read on the backgrounds that operators use, and calm marks stay calm.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "tui/theme.h"

#define LEAST_CONTRAST 3.0 // WCAG 2.1, 1.4.11 and 1.4.3 for large text

struct colour {
    int red, green, blue;
};

static const struct {
    const char *name;
    struct colour colour;
} backgrounds[] = {
    {"black", {0, 0, 0}},
    {"white", {255, 255, 255}},
    {"Solarized dark", {0x00, 0x2b, 0x36}},
    {"Solarized light", {0xfd, 0xf6, 0xe3}},
};
#define BACKGROUNDS (sizeof backgrounds / sizeof *backgrounds)

// xterm's colours from 16 on; those below are the terminal's own and cannot be judged.
static struct colour colour_of(short number)
{
    static const int steps[] = {0, 95, 135, 175, 215, 255};
    if (number >= 232) {
        int grey = 8 + 10 * (number - 232);
        return (struct colour){grey, grey, grey};
    }
    int cube = number - 16;
    return (struct colour){steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6]};
}

static double linear(int part)
{
    double share = part / 255.0;
    return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour colour)
{
    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) +
           0.0722 * linear(colour.blue);
}

static double contrast(struct colour a, struct colour b)
{
    double light = luminance(a), dark = luminance(b);
    if (light < dark) {
        double swap = light;
        light = dark;
        dark = swap;
    }
    return (light + 0.05) / (dark + 0.05);
}

static void load(struct theme *theme)
{
    struct err_list errors = {0};
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    assert_true(theme_load(theme, "default", &errors));
    err_list_dispose(&errors);
}

static size_t judge(enum role role, const char *on, double ratio)
{
    if (ratio >= LEAST_CONTRAST)
        return 0;
    print_error("%s on %s: %.2f\n", role_name(role), on, ratio);
    return 1;
}

static void every_role_can_be_read_on_black_white_and_solarized(void **state)
{
    (void)state;
    struct theme theme;
    load(&theme);
    size_t faint = 0, judged = 0;
    for (int role = 0; role < ROLES; role++) {
        const struct style *style = &theme.styles[PALETTE_256][role];
        if (style->foreground < 0 && style->background < 0)
            continue; // the terminal's own colours
        assert_true(style->foreground >= 16);
        judged++;
        if (style->background >= 0) {
            assert_true(style->background >= 16);
            faint += judge((enum role)role, "its background",
                           contrast(colour_of(style->foreground), colour_of(style->background)));
            continue;
        }
        for (size_t i = 0; i < BACKGROUNDS; i++)
            faint += judge((enum role)role, backgrounds[i].name,
                           contrast(colour_of(style->foreground), backgrounds[i].colour));
    }
    assert_int_equal(faint, 0);
    assert_true(judged > 20);
}

static void no_colour_of_256_is_better_than_this_on_all_four(void **state)
{
    (void)state;
    for (short number = 16; number < 256; number++) {
        double least = INFINITY;
        for (size_t i = 0; i < BACKGROUNDS; i++)
            least = fmin(least, contrast(colour_of(number), backgrounds[i].colour));
        assert_true(least < 4.5);
    }
}

static void a_mark_of_change_is_no_block(void **state)
{
    (void)state;
    static const enum role marks[] = {ROLE_CHANGED, ROLE_CHANGED_WARN, ROLE_CHANGED_CRIT,
                                      ROLE_FADING,  ROLE_WARN,         ROLE_CRIT};
    struct theme theme;
    load(&theme);
    for (int palette = 0; palette < PALETTES; palette++)
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
            const struct style *style = &theme.styles[palette][marks[i]];
            assert_int_equal(style->background, -1);
            assert_int_equal(style->attributes & STYLE_REVERSE, 0);
        }
}

static void grey_that_solarized_makes_its_background_is_not_used(void **state)
{
    (void)state;
    enum { BRIGHT_BLACK = 8 };
    struct theme theme;
    load(&theme);
    for (int role = 0; role < ROLES; role++)
        assert_true(theme.styles[PALETTE_16][role].foreground != BRIGHT_BLACK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role_can_be_read_on_black_white_and_solarized),
        cmocka_unit_test(no_colour_of_256_is_better_than_this_on_all_four),
        cmocka_unit_test(a_mark_of_change_is_no_block),
        cmocka_unit_test(grey_that_solarized_makes_its_background_is_not_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
