// SPDX-License-Identifier: MIT

// Theme files to styles.
#include "tui/theme.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/ini.h"
#include "tui/resource.h"

static const char *const role_names[ROLES + 1] = {
    [ROLE_TEXT] = "text",
    [ROLE_DIM] = "dim",
    [ROLE_STRONG] = "strong",
    [ROLE_BAR] = "bar",
    [ROLE_BAR_CURRENT] = "bar-current",
    [ROLE_BAR_WARN] = "bar-warn",
    [ROLE_BAR_CRIT] = "bar-crit",
    [ROLE_TITLE] = "title",
    [ROLE_RULE] = "rule",
    [ROLE_HEADING] = "heading",
    [ROLE_HEADING_HERE] = "heading-here",
    [ROLE_OK] = "ok",
    [ROLE_INFO] = "info",
    [ROLE_WARN] = "warn",
    [ROLE_CRIT] = "crit",
    [ROLE_ALERT] = "alert",
    [ROLE_CHANGED] = "changed",
    [ROLE_CHANGED_WARN] = "changed-warn",
    [ROLE_CHANGED_CRIT] = "changed-crit",
    [ROLE_FADING] = "fading",
    [ROLE_CURSOR] = "cursor",
    [ROLE_CURSOR_CELL] = "cursor-cell",
    [ROLE_CURSOR_OK] = "cursor-ok",
    [ROLE_CURSOR_INFO] = "cursor-info",
    [ROLE_CURSOR_WARN] = "cursor-warn",
    [ROLE_CURSOR_CRIT] = "cursor-crit",
    [ROLE_CURSOR_AWAY] = "cursor-away",
    [ROLE_KEY] = "key",
    [ROLE_HINT] = "hint",
    [ROLE_PROMPT] = "prompt",
    [ROLE_ERROR] = "error",
    [ROLE_ACCENT_RED] = "accent-red",
    [ROLE_ACCENT_YELLOW] = "accent-yellow",
    [ROLE_ACCENT_GREEN] = "accent-green",
    [ROLE_ACCENT_BLUE] = "accent-blue",
    [ROLE_BADGE_RED] = "badge-red",
    [ROLE_BADGE_YELLOW] = "badge-yellow",
    [ROLE_BADGE_GREEN] = "badge-green",
    [ROLE_BADGE_BLUE] = "badge-blue",
};

static const char *const palette_names[PALETTES + 1] = {
    [PALETTE_NONE] = "none", [PALETTE_8] = "8",       [PALETTE_16] = "16",
    [PALETTE_256] = "256",   [PALETTE_TRUE] = "true",
};

static const char *const colour_names[] = {
    "black",        "red",           "green",       "yellow",         "blue",
    "magenta",      "cyan",          "white",       "bright-black",   "bright-red",
    "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
    "bright-white",
};

static const int palette_colours[PALETTES] = {
    [PALETTE_NONE] = 0,  [PALETTE_8] = 8,      [PALETTE_16] = 16,
    [PALETTE_256] = 256, [PALETTE_TRUE] = 256,
};

const char *role_name(enum role role)
{
    return role < ROLES ? role_names[role] : NULL;
}

enum role role_of_level(enum level level)
{
    static const enum role roles[] = {
        [LEVEL_NONE] = ROLE_TEXT, [LEVEL_OK] = ROLE_OK,     [LEVEL_INFO] = ROLE_INFO,
        [LEVEL_WARN] = ROLE_WARN, [LEVEL_CRIT] = ROLE_CRIT,
    };
    return roles[level];
}

enum role role_of_cursor_level(enum level level)
{
    static const enum role roles[] = {
        [LEVEL_NONE] = ROLE_CURSOR,      [LEVEL_OK] = ROLE_CURSOR_OK,
        [LEVEL_INFO] = ROLE_CURSOR_INFO, [LEVEL_WARN] = ROLE_CURSOR_WARN,
        [LEVEL_CRIT] = ROLE_CURSOR_CRIT,
    };
    return roles[level];
}

// The steps of a part in xterm's cube of 6 × 6 × 6 colours, which begins at 16; its greys at 232.
static const int cube_steps[] = {0, 95, 135, 175, 215, 255};
#define GREYS_FROM 232

static int rgb(int red, int green, int blue)
{
    return red << 16 | green << 8 | blue;
}

int colour_rgb(int colour)
{
    if (colour >= COLOUR_RGB)
        return colour & 0xffffff;
    if (colour >= GREYS_FROM) {
        int grey = 8 + 10 * (colour - GREYS_FROM);
        return rgb(grey, grey, grey);
    }
    int cube = colour - 16;
    return cube < 0 ? 0
                    : rgb(cube_steps[cube / 36], cube_steps[cube / 6 % 6], cube_steps[cube % 6]);
}

static int distance(int a, int b)
{
    int sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
        int difference = (a >> shift & 0xff) - (b >> shift & 0xff);
        sum += difference * difference;
    }
    return sum;
}

int colour_of_256(int colour)
{
    int best = 16;
    for (int i = 17; i < 256; i++)
        if (distance(colour_rgb(colour), colour_rgb(i)) <
            distance(colour_rgb(colour), colour_rgb(best)))
            best = i;
    return best;
}

// "#rrggbb"
static bool parse_rgb(const char *word, int *out)
{
    char *end;
    if (word[0] != '#' || strlen(word) != 7 || strspn(word + 1, "0123456789abcdefABCDEF") != 6)
        return false;
    *out = COLOUR_RGB | (int)strtol(word + 1, &end, 16);
    return true;
}

static bool parse_colour(const char *word, int colours, int *out)
{
    if (strcmp(word, "default") == 0) {
        *out = COLOUR_OWN;
        return true;
    }
    if (colours == 256 && parse_rgb(word, out))
        return true;
    for (int i = 0; i < (int)(sizeof colour_names / sizeof *colour_names); i++) {
        if (strcmp(word, colour_names[i]) == 0) {
            *out = i;
            return i < colours;
        }
    }
    char *end;
    long number = strtol(word, &end, 10);
    if (end == word || *end != '\0' || number < 0 || number >= colours)
        return false;
    *out = (int)number;
    return true;
}

static unsigned parse_attribute(const char *word)
{
    static const struct {
        const char *name;
        unsigned bit;
    } attributes[] = {{"bold", STYLE_BOLD},
                      {"underline", STYLE_UNDERLINE},
                      {"reverse", STYLE_REVERSE},
                      {"dim", STYLE_DIM}};
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (strcmp(word, attributes[i].name) == 0)
            return attributes[i].bit;
    return 0;
}

// "[COLOUR] [on COLOUR] [bold] [underline] [reverse] [dim]"; on failure *wrong is the word.
static bool parse_style(char *value, int colours, struct style *style, const char **wrong)
{
    *style = (struct style){COLOUR_OWN, COLOUR_OWN, 0};
    bool background = false;
    char *rest;
    for (char *word = strtok_r(value, " \t", &rest); word != NULL;
         word = strtok_r(NULL, " \t", &rest)) {
        unsigned bit = parse_attribute(word);
        *wrong = word;
        if (bit != 0)
            style->attributes |= bit;
        else if (strcmp(word, "on") == 0 && !background)
            background = true;
        else if (!parse_colour(word, colours, background ? &style->background : &style->foreground))
            return false;
    }
    return true;
}

static long index_of(const char *name, const char *const *names)
{
    for (long i = 0; names[i] != NULL; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return -1;
}

static void read_entry(struct style *styles, bool *given, const struct ini_entry *entry,
                       int colours, struct err_list *errors)
{
    long role = index_of(entry->key, role_names);
    if (role < 0) {
        const char *near = ini_nearest(entry->key, role_names, ROLES);
        if (near != NULL)
            err_list_add(errors, "%s:%d: no role is called \"%s\"; did you mean \"%s\"?",
                         entry->place.path, entry->place.line, entry->key, near);
        else
            err_list_add(errors, "%s:%d: no role is called \"%s\"", entry->place.path,
                         entry->place.line, entry->key);
        return;
    }
    char *value = mem_strdup(entry->value);
    const char *wrong = "";
    if (!parse_style(value, colours, &styles[role], &wrong))
        err_list_add(errors,
                     "%s:%d: \"%s\" is no colour here; a style is written: COLOUR on COLOUR bold "
                     "underline reverse dim, a colour is a name such as bright-red, a number "
                     "below %d,%s or default",
                     entry->place.path, entry->place.line, wrong, colours,
                     colours == 256 ? " #rrggbb," : "");
    given[role] = true;
    free(value);
}

static void read_palette(struct theme *theme, const struct ini *ini, enum palette palette,
                         struct err_list *errors)
{
    struct style *styles = theme->styles[palette];
    bool given[ROLES] = {false};
    const struct ini_section *section = ini_section(ini, palette_names[palette]);
    for (size_t i = 0; section != NULL && i < section->count; i++)
        read_entry(styles, given, &section->entries[i], palette_colours[palette], errors);
    for (int role = 0; role < ROLES; role++)
        if (!given[role])
            styles[role] = palette == PALETTE_NONE ? (struct style){COLOUR_OWN, COLOUR_OWN, 0}
                                                   : theme->styles[palette - 1][role];
}

// Where a role says nothing of a colour it is that of text.
static void settle(struct theme *theme, enum palette palette)
{
    struct style *styles = theme->styles[palette];
    for (int role = 0; role < ROLES; role++) {
        struct style *style = &styles[role];
        if ((style->attributes & STYLE_REVERSE) != 0)
            continue;
        if (style->foreground == COLOUR_OWN)
            style->foreground = styles[ROLE_TEXT].foreground;
        if (style->background == COLOUR_OWN)
            style->background = styles[ROLE_TEXT].background;
        if (palette == PALETTE_TRUE)
            continue;
        if (style->foreground >= COLOUR_RGB)
            style->foreground = colour_of_256(style->foreground);
        if (style->background >= COLOUR_RGB)
            style->background = colour_of_256(style->background);
    }
}

// [theme] colours = none: no terminal gets more than that palette, whatever it offers.
static int read_most(const struct ini *ini, struct err_list *errors)
{
    static const char *const keys[] = {"colours", NULL};
    const struct ini_section *section = ini_section(ini, "theme");
    const struct ini_entry *entry = section != NULL ? ini_get(section, "colours") : NULL;
    if (section != NULL)
        ini_check_keys(section, keys, errors);
    if (entry == NULL)
        return PALETTE_TRUE;
    long palette = index_of(entry->value, palette_names);
    if (palette >= 0)
        return (int)palette;
    err_list_add(errors, "%s:%d: \"%s\" is none of: none 8 16 256 true", entry->place.path,
                 entry->place.line, entry->value);
    return PALETTE_TRUE;
}

static void check_sections(const struct ini *ini, struct err_list *errors)
{
    for (size_t i = 0; i < ini->count; i++) {
        const struct ini_section *section = &ini->sections[i];
        if (index_of(section->name, palette_names) < 0 && strcmp(section->name, "theme") != 0)
            err_list_add(errors,
                         "%s:%d: [%s] is no section of a theme; there are [theme] [true] [256] "
                         "[16] [8] [none]",
                         section->place.path, section->place.line, section->name);
    }
}

bool theme_load(struct theme *theme, const char *name, struct err_list *errors)
{
    size_t faults = errors->count;
    struct ini ini = {0};
    resource_load(&ini, "themes", name, errors);
    check_sections(&ini, errors);
    int most = read_most(&ini, errors);
    for (int palette = 0; palette < PALETTES; palette++)
        read_palette(theme, &ini, (enum palette)palette, errors);
    for (int palette = 0; palette < PALETTES; palette++)
        settle(theme, (enum palette)palette);
    for (int palette = most + 1; palette < PALETTES; palette++)
        memcpy(theme->styles[palette], theme->styles[most], sizeof theme->styles[palette]);
    ini_dispose(&ini);
    return errors->count == faults;
}

const char *theme_shipped(size_t index)
{
    return resource_shipped("themes", index);
}
