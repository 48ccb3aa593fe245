// SPDX-License-Identifier: MIT

// The default theme can be read on the backgrounds that operators use, the others on their own;
// severities stay apart for eyes without red, green or blue cones; calm marks stay calm.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

static struct colour colour_of(int number)
{
    int rgb = colour_rgb(number);
    return (struct colour){rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff};
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

static void load_named(struct theme *theme, const char *name)
{
    struct err_list errors = {0};
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    theme_load(theme, name, &errors);
    for (size_t i = 0; i < errors.count; i++)
        print_error("%s\n", errors.texts[i]);
    assert_int_equal(errors.count, 0);
    err_list_dispose(&errors);
}

static void load(struct theme *theme)
{
    load_named(theme, "default");
}

// The theme files that come with the program, by name; false: there are no more.
static bool load_shipped(size_t index, struct theme *theme, char name[40])
{
    const char *file = theme_shipped(index);
    if (file == NULL)
        return false;
    snprintf(name, 40, "%.*s", (int)strcspn(file, "."), file);
    load_named(theme, name);
    return true;
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
    for (int number = 16; number < 256; number++) {
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

// 4.5:1 for text (WCAG 2.1, 1.4.3), 3:1 for lines (1.4.11), 7:1 where a theme promises it (1.4.6).
static double least_contrast(const char *theme, enum role role)
{
    if (role == ROLE_RULE)
        return 3.0;
    return strcmp(theme, "high-contrast") == 0 ? 7.0 : 4.5;
}

static void every_pair_of_colours_of_every_theme_can_be_read(void **state)
{
    (void)state;
    struct theme theme;
    char name[40];
    size_t faint = 0, judged = 0;
    for (size_t i = 0; load_shipped(i, &theme, name); i++)
        for (int palette = PALETTE_256; palette < PALETTES; palette++)
            for (int role = 0; role < ROLES; role++) {
                const struct style *style = &theme.styles[palette][role];
                if (style->background < 16 || style->foreground < 16)
                    continue; // the terminal's own
                double ratio = contrast(colour_of(style->foreground), colour_of(style->background));
                if (ratio < least_contrast(name, (enum role)role)) {
                    print_error("%s, palette %d: %s %.2f\n", name, palette,
                                role_name((enum role)role), ratio);
                    faint++;
                }
                judged++;
            }
    assert_int_equal(faint, 0);
    assert_true(judged > 400);
}

static void a_theme_with_a_background_leaves_no_role_without(void **state)
{
    (void)state;
    struct theme theme;
    char name[40];
    size_t with = 0;
    for (size_t i = 0; load_shipped(i, &theme, name); i++) {
        if (theme.styles[PALETTE_256][ROLE_TEXT].background == COLOUR_OWN)
            continue;
        with++;
        for (int palette = PALETTE_256; palette < PALETTES; palette++)
            for (int role = 0; role < ROLES; role++) {
                const struct style *style = &theme.styles[palette][role];
                if (style->background < 16 || style->foreground < 16)
                    fail_msg("%s: %s has a colour of the terminal's own", name,
                             role_name((enum role)role));
            }
    }
    assert_true(with >= 7);
}

struct triple {
    double a, b, c;
};

static struct triple product(const double m[9], struct triple v)
{
    return (struct triple){m[0] * v.a + m[1] * v.b + m[2] * v.c,
                           m[3] * v.a + m[4] * v.b + m[5] * v.c,
                           m[6] * v.a + m[7] * v.b + m[8] * v.c};
}

// On linear RGB, of dichromats (severity 1.0): G. M. Machado, M. M. Oliveira, L. A. F. Fernandes,
// "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE Transactions on
// Visualization and Computer Graphics 15(6), 2009, table 1.
static const struct {
    const char *name;
    double matrix[9];
} eyes[] = {
    {"all cones", {1, 0, 0, 0, 1, 0, 0, 0, 1}},
    {"protanopia",
     {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998}},
    {"deuteranopia",
     {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881}},
    {"tritanopia",
     {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900}},
};
#define EYES (sizeof eyes / sizeof *eyes)

static double lab_part(double share)
{
    return share > 216.0 / 24389 ? cbrt(share) : (24389.0 / 27 * share + 16) / 116;
}

static double clamp(double share)
{
    return share < 0 ? 0 : share > 1 ? 1 : share;
}

// CIE L*a*b* (D65) of what an eye sees; sRGB to XYZ of IEC 61966-2-1.
static struct triple lab_of(struct colour colour, size_t eye)
{
    static const double to_xyz[9] = {0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522,
                                     0.0721750, 0.0193339, 0.1191920, 0.9503041};
    struct triple light = {linear(colour.red), linear(colour.green), linear(colour.blue)};
    struct triple seen = product(eyes[eye].matrix, light);
    seen = (struct triple){clamp(seen.a), clamp(seen.b), clamp(seen.c)};
    struct triple xyz = product(to_xyz, seen);
    double x = lab_part(xyz.a / 0.95047), y = lab_part(xyz.b), z = lab_part(xyz.c / 1.08883);
    return (struct triple){116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

// CIE 1976: 2.3 is just noticeable.
static double difference(struct colour one, struct colour other, size_t eye)
{
    struct triple a = lab_of(one, eye), b = lab_of(other, eye);
    return sqrt((a.a - b.a) * (a.a - b.a) + (a.b - b.b) * (a.b - b.b) + (a.c - b.c) * (a.c - b.c));
}

#define LEAST_DIFFERENCE            15.0
#define LEAST_DIFFERENCE_COLORBLIND 20.0 // and between all severities, not only neighbours

static size_t judge_severities(const struct theme *theme, const char *name, enum palette palette)
{
    static const enum role severities[] = {ROLE_OK, ROLE_INFO, ROLE_WARN, ROLE_CRIT};
    bool strict = strcmp(name, "colorblind") == 0;
    size_t alike = 0;
    for (size_t one = 0; one < 4; one++)
        for (size_t other = one + 1; other < (strict ? 4 : one + 2) && other < 4; other++)
            for (size_t eye = 0; eye < EYES; eye++) {
                const struct style *styles = theme->styles[palette];
                double far = difference(colour_of(styles[severities[one]].foreground),
                                        colour_of(styles[severities[other]].foreground), eye);
                if (far >= (strict ? LEAST_DIFFERENCE_COLORBLIND : LEAST_DIFFERENCE))
                    continue;
                print_error("%s, palette %d, %s: %s and %s are %.1f apart\n", name, palette,
                            eyes[eye].name, role_name(severities[one]),
                            role_name(severities[other]), far);
                alike++;
            }
    return alike;
}

static void neighbouring_severities_stay_apart_for_every_eye(void **state)
{
    (void)state;
    struct theme theme;
    char name[40];
    size_t alike = 0, judged = 0;
    for (size_t i = 0; load_shipped(i, &theme, name); i++)
        for (int palette = PALETTE_256; palette < PALETTES; palette++) {
            if (theme.styles[palette][ROLE_CRIT].foreground < 16)
                continue; // without colours
            alike += judge_severities(&theme, name, (enum palette)palette);
            judged++;
        }
    assert_int_equal(alike, 0);
    assert_int_equal(judged, 16);
}

static void mono_has_no_colour_on_any_terminal(void **state)
{
    (void)state;
    struct theme theme;
    load_named(&theme, "mono");
    for (int palette = 0; palette < PALETTES; palette++)
        for (int role = 0; role < ROLES; role++) {
            const struct style *style = &theme.styles[palette][role];
            assert_int_equal(style->foreground, COLOUR_OWN);
            assert_int_equal(style->background, COLOUR_OWN);
        }
}

static void with_256_colours_the_nearest_is_taken(void **state)
{
    (void)state;
    struct theme theme;
    load_named(&theme, "gruvbox");
    assert_int_equal(theme.styles[PALETTE_TRUE][ROLE_TEXT].background, COLOUR_RGB | 0x282828);
    assert_int_equal(theme.styles[PALETTE_256][ROLE_TEXT].background, 235);
    assert_int_equal(colour_of_256(COLOUR_RGB | 0xff0000), 196);
    assert_int_equal(colour_of_256(231), 231);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role_can_be_read_on_black_white_and_solarized),
        cmocka_unit_test(no_colour_of_256_is_better_than_this_on_all_four),
        cmocka_unit_test(a_mark_of_change_is_no_block),
        cmocka_unit_test(every_pair_of_colours_of_every_theme_can_be_read),
        cmocka_unit_test(a_theme_with_a_background_leaves_no_role_without),
        cmocka_unit_test(neighbouring_severities_stay_apart_for_every_eye),
        cmocka_unit_test(mono_has_no_colour_on_any_terminal),
        cmocka_unit_test(with_256_colours_the_nearest_is_taken),
        cmocka_unit_test(grey_that_solarized_makes_its_background_is_not_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
