// SPDX-License-Identifier: MIT

// Names of key presses.
#include "tui/chord.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static const struct {
    const char *name;
    int chord;
} named[] = {
    {"Enter", CHORD_ENTER},
    {"Tab", CHORD_TAB},
    {"Esc", CHORD_ESC},
    {"Space", ' '},
    {"Comma", ','},
    {"Backspace", CHORD_BACKSPACE},
    {"Up", CHORD_UP},
    {"Down", CHORD_DOWN},
    {"Left", CHORD_LEFT},
    {"Right", CHORD_RIGHT},
    {"PageUp", CHORD_PAGE_UP},
    {"PageDown", CHORD_PAGE_DOWN},
    {"Home", CHORD_HOME},
    {"End", CHORD_END},
    {"Insert", CHORD_INSERT},
    {"Delete", CHORD_DELETE},
    {"Shift-Tab", CHORD_SHIFT_TAB},
};
#define NAMED_COUNT (sizeof named / sizeof *named)

static bool parse_f_key(const char *name, int *chord)
{
    if (tolower((unsigned char)name[0]) != 'f' || !isdigit((unsigned char)name[1]))
        return false;
    char *end;
    long number = strtol(name + 1, &end, 10);
    if (*end != '\0' || number < 1 || number > CHORD_F_COUNT)
        return false;
    *chord = CHORD_F1 + (int)number - 1;
    return true;
}

static bool parse_plain(const char *name, int *chord)
{
    for (size_t i = 0; i < NAMED_COUNT; i++) {
        if (strcasecmp(name, named[i].name) == 0) {
            *chord = named[i].chord;
            return true;
        }
    }
    if (parse_f_key(name, chord))
        return true;
    size_t len = strlen(name);
    if (len == 0)
        return false;
    size_t bytes;
    int code = text_decode(name, len, &bytes);
    if (bytes != len || code <= ' ' || code == CHORD_BACKSPACE)
        return false;
    *chord = code;
    return true;
}

static const char *after_prefix(const char *name, const char *short_form, const char *long_form)
{
    size_t longer = strlen(long_form);
    if (strncasecmp(name, long_form, longer) == 0 && name[longer] != '\0')
        return name + longer;
    size_t shorter = strlen(short_form);
    if (strncmp(name, short_form, shorter) == 0 && name[shorter] != '\0')
        return name + shorter;
    return NULL;
}

bool chord_parse(const char *name, int *chord)
{
    const char *rest = after_prefix(name, "M-", "Alt-");
    if (rest != NULL) {
        if (!parse_plain(rest, chord))
            return false;
        *chord |= CHORD_ALT;
        return true;
    }
    rest = after_prefix(name, "C-", "Ctrl-");
    if (rest != NULL) {
        int letter = toupper((unsigned char)rest[0]);
        if (rest[1] != '\0' || letter < '@' || letter > '_')
            return false;
        *chord = letter - '@';
        return true;
    }
    return parse_plain(name, chord);
}

void chord_print(int chord, char out[CHORD_NAME_MAX])
{
    char plain[CHORD_NAME_MAX - 4] = "";
    int base = chord & ~CHORD_ALT;
    for (size_t i = 0; i < NAMED_COUNT && plain[0] == '\0'; i++)
        if (named[i].chord == base)
            snprintf(plain, sizeof plain, "%s", named[i].name);
    if (plain[0] == '\0' && base >= CHORD_F1 && base < CHORD_F1 + CHORD_F_COUNT)
        snprintf(plain, sizeof plain, "F%d", base - CHORD_F1 + 1);
    else if (plain[0] == '\0' && base < ' ')
        snprintf(plain, sizeof plain, "Ctrl-%c", base + '@');
    else if (plain[0] == '\0')
        chord_utf8(base, plain);
    snprintf(out, CHORD_NAME_MAX, "%s%s", (chord & CHORD_ALT) != 0 ? "Alt-" : "", plain);
}

bool chord_keys_parse(const char *name, struct chord_keys *keys)
{
    *keys = (struct chord_keys){.count = 0};
    for (const char *part = name;; part++) {
        char one[CHORD_NAME_MAX];
        size_t len = strcspn(part, ",");
        if (len == 0 || len >= sizeof one || keys->count == CHORD_KEYS_MAX)
            return false;
        snprintf(one, sizeof one, "%.*s", (int)len, part);
        if (!chord_parse(one, &keys->items[keys->count++]))
            return false;
        part += len;
        if (*part == '\0')
            return true;
    }
}

void chord_keys_print(const struct chord_keys *keys, char out[CHORD_KEYS_NAME])
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < keys->count; i++) {
        char one[CHORD_NAME_MAX];
        chord_print(keys->items[i], one);
        len += (size_t)snprintf(out + len, CHORD_KEYS_NAME - len, "%s%s", i > 0 ? "," : "", one);
    }
}

bool chord_keys_begin(const struct chord_keys *keys, const struct chord_keys *with)
{
    return with->count <= keys->count &&
           memcmp(keys->items, with->items, with->count * sizeof *with->items) == 0;
}

bool chord_is_text(int chord)
{
    return chord >= ' ' && chord < CHORD_UP && chord != CHORD_BACKSPACE &&
           (chord < 0x80 || chord > 0x9f);
}

int chord_utf8(int code_point, char out[5])
{
    unsigned code = (unsigned)code_point;
    int len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (int i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)(lead[len] | code);
    out[len] = '\0';
    return len;
}
