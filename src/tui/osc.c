// SPDX-License-Identifier: MIT

// Sequences beside the screen, by what terminals are known to understand.
#include "tui/osc.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define TITLE_COLS  80
#define NOTICE_COLS 200

// These would print the text, or do worse with it.
static const char *const without[] = {"linux", "vt", "dumb", "ansi", "cons", "wy"};

// By an environment variable that begins so; the first that fits. VTE's terminals and xterm itself
// notify of nothing by default.
static const struct {
    const char *variable, *begin;
    enum notify_way way;
} known[] = {
    {"TERM", "xterm-kitty", NOTIFY_OSC9},
    {"TERM", "xterm-ghostty", NOTIFY_OSC9},
    {"TERM", "foot", NOTIFY_OSC777},
    {"TERM", "rxvt-unicode", NOTIFY_OSC777},
    {"TERM", "wezterm", NOTIFY_OSC777},
    {"TERM_PROGRAM", "iTerm.app", NOTIFY_OSC9},
    {"TERM_PROGRAM", "WezTerm", NOTIFY_OSC777},
    {"TERM_PROGRAM", "ghostty", NOTIFY_OSC9},
};

static bool begins(const char *text, const char *with)
{
    return text != NULL && strncmp(text, with, strlen(with)) == 0;
}

struct osc_terminal osc_terminal(const char *term, bool utf8, char *(*variable)(const char *name))
{
    struct osc_terminal terminal = {.understands = term != NULL, .utf8 = utf8};
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        terminal.understands = terminal.understands && !begins(term, without[i]);
    // A multiplexer's own environment says nothing of the terminal that it is shown on now.
    if (variable("TMUX") != NULL)
        terminal.wrap = OSC_TMUX;
    else if (variable("STY") != NULL)
        terminal.wrap = OSC_SCREEN;
    for (size_t i = 0; i < sizeof known / sizeof *known && !terminal.notifies; i++) {
        bool of_term = strcmp(known[i].variable, "TERM") == 0;
        terminal.notifies = terminal.wrap == OSC_PLAIN &&
                            begins(of_term ? term : variable(known[i].variable), known[i].begin);
        terminal.way = known[i].way;
    }
    return terminal;
}

// Into ASCII where that is all the terminal has.
static void clean(const struct osc_terminal *terminal, const char *text, char *out, size_t size,
                  int cols)
{
    text_clean(out, size, text, strlen(text), cols);
    for (char *at = out; !terminal->utf8 && *at != '\0'; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
}

bool osc_title(const struct osc_terminal *terminal, const char *text, char out[OSC_TITLE_MAX])
{
    char shown[OSC_TITLE_MAX - 8];
    if (!terminal->understands)
        return false;
    clean(terminal, text, shown, sizeof shown, TITLE_COLS);
    snprintf(out, OSC_TITLE_MAX, "\033]2;%s\a", shown);
    return true;
}

// The text of OSC 777 ends at a semicolon in some terminals, and OSC 9 takes numbers before one for
// commands of its own.
static void without_semicolons(char *text)
{
    for (; *text != '\0'; text++)
        if (*text == ';')
            *text = ',';
}

bool osc_notify(struct str *out, const struct osc_terminal *terminal, enum notify_way way,
                const char *text)
{
    static const char *const opens[] = {
        [OSC_PLAIN] = "", [OSC_TMUX] = "\033Ptmux;\033", [OSC_SCREEN] = "\033P"};
    char shown[NOTICE_COLS * 4 + 1];
    if (!terminal->understands || (way == NOTIFY_AUTO && !terminal->notifies))
        return false;
    clean(terminal, text, shown, sizeof shown, NOTICE_COLS);
    without_semicolons(shown);
    if (way == NOTIFY_AUTO)
        way = terminal->way;
    str_append(out, opens[terminal->wrap]);
    str_appendf(out, way == NOTIFY_OSC9 ? "\033]9;nocdesk: %s\a" : "\033]777;notify;nocdesk;%s\a",
                shown);
    str_append(out, terminal->wrap == OSC_PLAIN ? "" : "\033\\");
    return true;
}
