// SPDX-License-Identifier: MIT

// Keys from codes of ncurses, and from sequences that no terminal description tells.
#include "tui/keyboard.h"

#include <stdlib.h>

#include "tui/chord.h"

#define ESCAPE_DELAY_MS 25
#define PASTE_BEGIN     0x2001 // codes that neither ncurses nor a terminal description uses
#define PASTE_END       0x2002
#define MOUSE_BEGIN     0x2003
#define ALT_LEFT        0x2004
#define ALT_RIGHT       0x2005

static int escape_delay(void)
{
    const char *text = getenv("ESCDELAY");
    int delay = text != NULL ? atoi(text) : 0;
    return delay > 0 && delay <= 1000 ? delay : ESCAPE_DELAY_MS;
}

// Both forms of the cursor keys, whatever the terminal description says: terminals and multiplexers
// send either.
static void define_cursor_keys(void)
{
    static const struct {
        char final;
        int code;
    } keys[] = {{'A', KEY_UP},   {'B', KEY_DOWN}, {'C', KEY_RIGHT},
                {'D', KEY_LEFT}, {'H', KEY_HOME}, {'F', KEY_END}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        define_key((const char[]){27, '[', keys[i].final, '\0'}, keys[i].code);
        define_key((const char[]){27, 'O', keys[i].final, '\0'}, keys[i].code);
    }
}

void keyboard_open(struct keyboard *keyboard)
{
    *keyboard = (struct keyboard){.keys = newpad(1, 1)};
    keypad(keyboard->keys, TRUE);
    nodelay(keyboard->keys, TRUE);
    set_escdelay(escape_delay());
    define_cursor_keys();
    define_key("\033[200~", PASTE_BEGIN);
    define_key("\033[201~", PASTE_END);
    define_key("\033[<", MOUSE_BEGIN);
    define_key("\033[1;3D", ALT_LEFT); // xterm, and most others
    define_key("\033[1;3C", ALT_RIGHT);
}

void keyboard_close(struct keyboard *keyboard)
{
    delwin(keyboard->keys);
}

static const struct {
    int code;
    int chord;
} key_codes[] = {
    {KEY_UP, CHORD_UP},
    {KEY_DOWN, CHORD_DOWN},
    {KEY_LEFT, CHORD_LEFT},
    {KEY_RIGHT, CHORD_RIGHT},
    {KEY_PPAGE, CHORD_PAGE_UP},
    {KEY_NPAGE, CHORD_PAGE_DOWN},
    {KEY_HOME, CHORD_HOME},
    {KEY_END, CHORD_END},
    {KEY_IC, CHORD_INSERT},
    {KEY_DC, CHORD_DELETE},
    {KEY_BTAB, CHORD_SHIFT_TAB},
    {KEY_ENTER, CHORD_ENTER},
    {KEY_BACKSPACE, CHORD_BACKSPACE},
    {KEY_FIND, CHORD_HOME},
    {KEY_SELECT, CHORD_END},
    {ALT_LEFT, CHORD_LEFT | CHORD_ALT},
    {ALT_RIGHT, CHORD_RIGHT | CHORD_ALT},
};

static int chord_of_code(wint_t code)
{
    for (size_t i = 0; i < sizeof key_codes / sizeof *key_codes; i++)
        if (key_codes[i].code == (int)code)
            return key_codes[i].chord;
    if (code >= KEY_F(1) && code <= KEY_F(CHORD_F_COUNT))
        return CHORD_F1 + (int)code - KEY_F(1);
    return CHORD_NONE;
}

static int chord_of_char(wint_t code)
{
    if (code == '\n')
        return CHORD_ENTER;
    if (code == '\b')
        return CHORD_BACKSPACE;
    return (int)code;
}

// After ESC: a key with Alt, or a sequence that no terminal description knows, which is dropped.
static int chord_after_escape(WINDOW *keys)
{
    wint_t code;
    int got = wget_wch(keys, &code);
    if (got == ERR)
        return CHORD_ESC;
    if (got == KEY_CODE_YES) { // rxvt and PuTTY: ESC before the whole key
        int chord = chord_of_code(code);
        return chord == CHORD_NONE ? CHORD_NONE : chord | CHORD_ALT;
    }
    if (code != '[' && code != 'O')
        return code == CHORD_ESC ? CHORD_ESC : chord_of_char(code) | CHORD_ALT;
    bool empty = true;
    while (wget_wch(keys, &code) == OK) {
        empty = false;
        if (code >= '@' && code <= '~')
            break;
    }
    return empty ? (CHORD_ALT | '[') : CHORD_NONE;
}

static struct input input_of_char(const struct keyboard *keyboard, wint_t code)
{
    if (keyboard->pasting)
        return (struct input){.kind = INPUT_PASTED, .chord = (int)code};
    int chord = code == CHORD_ESC ? chord_after_escape(keyboard->keys) : chord_of_char(code);
    return (struct input){.kind = INPUT_CHORD, .chord = chord};
}

struct input keyboard_read(struct keyboard *keyboard, bool mouse)
{
    for (;;) {
        wint_t code = 0;
        struct input input;
        int got = wget_wch(keyboard->keys, &code);
        if (got == ERR)
            return (struct input){.kind = INPUT_NONE, .chord = CHORD_NONE};
        if (got == OK && keyboard->report.open) {
            input = (struct input){.kind = INPUT_MOUSE, .chord = CHORD_NONE};
            if (mouse_report_take(&keyboard->report, (int)code, &input.mouse) && mouse)
                return input;
            continue;
        }
        if (got == OK)
            return input_of_char(keyboard, code);
        if (code == MOUSE_BEGIN && !keyboard->pasting) {
            keyboard->report.open = true;
            continue;
        }
        if (code == PASTE_BEGIN || code == PASTE_END) {
            bool ends = keyboard->pasting && code == PASTE_END;
            keyboard->pasting = code == PASTE_BEGIN;
            if (ends)
                return (struct input){.kind = INPUT_PASTE_END, .chord = CHORD_NONE};
            continue;
        }
        int chord = chord_of_code(code);
        if (chord != CHORD_NONE && !keyboard->pasting)
            return (struct input){.kind = INPUT_CHORD, .chord = chord};
    }
}
