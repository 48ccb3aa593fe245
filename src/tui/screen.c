// SPDX-License-Identifier: MIT

// The terminal through ncurses: modes, colours, what is put and sent.
#include "tui/screen.h"

#include <curses.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/glyphs.h"
#include "tui/keyboard.h"
#include "tui/rescue.h"

#define NOTE_MAX 200

// The terminal is the one thing of this process that exists once.
static struct {
    bool open;
    bool utf8;
    bool ascii;
    bool cursor_shown, cursor_wanted;
    int cursor_row, cursor_col;
    SCREEN *terminal;
    enum palette palette;
    struct keyboard keyboard;
    attr_t attributes[ROLES];
    short pairs[ROLES];
    char note[NOTE_MAX];
    bool mouse;
    struct zone zones[ZONES_MAX];
    size_t zone_count;
    struct osc_terminal osc;
    char title[OSC_TITLE_MAX]; // the sequence last sent; "": the title is the terminal's own
} screen;

static void send(const char *sequence)
{
    fputs(sequence, stdout);
    fflush(stdout);
}

static void set_paste_mode(bool on)
{
    // A terminal without it ignores the private mode; the dumbest ones would print it.
    if (tigetstr("kmous") != (char *)-1 && tigetstr("kmous") != NULL)
        send(on ? "\033[?2004h" : "\033[?2004l");
}

// SGR reports (xterm's 1006) of buttons and the wheel (1000).
static void send_mouse_mode(bool on)
{
    if (screen.mouse)
        send(on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l");
}

void screen_set_mouse(bool on)
{
    send_mouse_mode(false);
    screen.mouse = on;
    send_mouse_mode(true);
}

bool screen_has_mouse(void)
{
    return screen.mouse;
}

void screen_add_zone(const struct zone *zone)
{
    if (screen.zone_count < ZONES_MAX)
        screen.zones[screen.zone_count++] = *zone;
}

struct zone screen_zone_at(int row, int col)
{
    for (size_t i = screen.zone_count; i > 0; i--) {
        const struct area *area = &screen.zones[i - 1].area;
        if (row >= area->top && row < area->top + area->height && col >= area->left &&
            col < area->left + area->width)
            return screen.zones[i - 1];
    }
    return (struct zone){.kind = ZONE_NOTHING};
}

static enum palette choose_palette(void)
{
    const char *no_colour = getenv("NO_COLOR");
    if ((no_colour != NULL && no_colour[0] != '\0') || !has_colors() || start_color() == ERR)
        return PALETTE_NONE;
    use_default_colors();
    if (tigetflag("RGB") > 0)
        return PALETTE_TRUE;
    if (COLORS >= 256)
        return PALETTE_256;
    return COLORS >= 16 ? PALETTE_16 : COLORS >= 8 ? PALETTE_8 : PALETTE_NONE;
}

static attr_t curses_attributes(unsigned style)
{
    attr_t attributes = A_NORMAL;
    attributes |= (style & STYLE_BOLD) != 0 ? A_BOLD : 0;
    attributes |= (style & STYLE_UNDERLINE) != 0 ? A_UNDERLINE : 0;
    attributes |= (style & STYLE_REVERSE) != 0 ? A_REVERSE : 0;
    attributes |= (style & STYLE_DIM) != 0 ? A_DIM : 0;
    return attributes;
}

// A terminal that takes red, green and blue for a number takes the numbers below 8 for its own
// colours.
static int curses_colour(int colour)
{
    if (screen.palette != PALETTE_TRUE || (colour >= 0 && colour < 8) || colour == COLOUR_OWN)
        return colour;
    static const int bright[] = {0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
                                 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};
    int value = colour >= 16 ? colour_rgb(colour) : bright[colour - 8];
    return value >= 8 ? value : 8;
}

// One colour pair a role: fewer than the 64 that the poorest colour terminal has.
void screen_set_theme(const struct theme *theme)
{
    enum palette palette = screen.palette;
    for (int role = 0; role < ROLES; role++) {
        short pair = (short)(role + 1);
        const struct style *style = &theme->styles[palette][role];
        screen.attributes[role] = curses_attributes(style->attributes);
        screen.pairs[role] = 0;
        if (palette != PALETTE_NONE && (style->foreground >= 0 || style->background >= 0) &&
            init_extended_pair(pair, curses_colour(style->foreground),
                               curses_colour(style->background)) != ERR)
            screen.pairs[role] = pair;
    }
    // What nothing is drawn on has the background of text.
    bkgdset(' ' | COLOR_PAIR(screen.pairs[ROLE_TEXT]));
    clearok(curscr, TRUE);
}

// The same terminal's description with 24 bits of colour, where the terminal says that it has them.
static SCREEN *open_true_colour(const char *name)
{
    static const char plain[] = "-256color";
    const char *says = getenv("COLORTERM");
    const char *end = name != NULL ? strstr(name, plain) : NULL;
    if (says == NULL || (strcmp(says, "truecolor") != 0 && strcmp(says, "24bit") != 0) ||
        end == NULL || end[strlen(plain)] != '\0')
        return NULL;
    char *direct = mem_printf("%.*s-direct", (int)(end - name), name);
    SCREEN *terminal = newterm(direct, stdout, stdin);
    free(direct);
    return terminal;
}

static SCREEN *open_terminal(struct err *err)
{
    const char *name = getenv("TERM");
    SCREEN *terminal = open_true_colour(name);
    if (terminal == NULL)
        terminal = newterm(NULL, stdout, stdin);
    if (terminal == NULL) {
        const char *stand_in = "xterm-256color";
        terminal = newterm(stand_in, stdout, stdin);
        snprintf(
            screen.note, sizeof screen.note,
            _("this machine does not know the terminal \"%s\": shown as %s; install its terminfo "
              "entry (ncurses-term)"),
            name != NULL ? name : "", stand_in);
    }
    if (terminal == NULL) {
        err_set(err, "the terminal \"%s\" is unknown here; set TERM to xterm-256color or vt100",
                name != NULL ? name : "");
        return NULL;
    }
    const char *place = tigetstr("cup");
    if (place == NULL || place == (const char *)-1) {
        endwin();
        delscreen(terminal);
        err_set(err,
                "the terminal \"%s\" cannot place the cursor; set TERM to what it is, or use "
                "nocdesk show PANE",
                name != NULL ? name : "");
        return NULL;
    }
    return terminal;
}

static void set_modes(void)
{
    raw(); // Ctrl-S, Ctrl-Q, Ctrl-C and Ctrl-Z are keys here
    noecho();
    nonl();
    curs_set(0);
    leaveok(stdscr, TRUE);
    typeahead(-1);
    keyboard_open(&screen.keyboard);
    set_paste_mode(true);
}

bool screen_open(const struct theme *theme, enum ascii ascii, int signal_fd, struct err *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(err, "the console needs a terminal on standard input and output; for "
                            "scripts there is: nocdesk show PANE");
    memset(&screen, 0, sizeof screen);
    struct glyph_terminal terminal = glyph_terminal(getenv("TERM"));
    screen.utf8 = terminal.utf8 && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    screen.osc = osc_terminal(getenv("TERM"), screen.utf8, getenv);
    screen.ascii = glyphs_are_ascii(ascii, screen.utf8, terminal);
    rescue_arm();
    screen.terminal = open_terminal(err);
    if (screen.terminal == NULL) {
        rescue_disarm();
        return false;
    }
    rescue_watch_signals(signal_fd);
    set_modes();
    screen.palette = choose_palette();
    screen_set_theme(theme);
    screen.open = true;
    return true;
}

static void give_title_back(void)
{
    if (screen.title[0] != '\0')
        send(OSC_TITLE_RESTORE);
    rescue_title(false);
}

void screen_close(void)
{
    if (!screen.open)
        return;
    screen.open = false;
    send_mouse_mode(false);
    give_title_back();
    set_paste_mode(false);
    curs_set(1);
    if (tigetstr("rmcup") == NULL)
        clear(); // no second screen to leave: what was shown goes away
    move(LINES - 1, 0);
    leaveok(stdscr, FALSE);
    refresh();
    keyboard_close(&screen.keyboard);
    endwin();
    delscreen(screen.terminal);
    rescue_disarm();
}

const char *screen_note(void)
{
    return screen.note;
}

bool screen_is_utf8(void)
{
    return screen.utf8;
}

bool screen_is_ascii(void)
{
    return screen.ascii;
}

int screen_rows(void)
{
    return LINES;
}

int screen_cols(void)
{
    return COLS;
}

struct screen_signals screen_take_signals(void)
{
    return (struct screen_signals){.quit = rescue_take_quit(),
                                   .suspend = rescue_take_suspend(),
                                   .resize = rescue_take_resize()};
}

void screen_begin(void)
{
    erase();
    screen.zone_count = 0;
    screen.cursor_wanted = false;
}

void screen_put(int row, int col, enum role role, const char *clean)
{
    attr_set(screen.attributes[role], screen.pairs[role], NULL);
    // The corner's ERR means only that the cursor could not move on.
    (void)mvaddstr(row, col, clean);
}

void screen_show_cursor(int row, int col)
{
    screen.cursor_wanted = true;
    screen.cursor_row = row;
    screen.cursor_col = col;
}

void screen_end(void)
{
    if (screen.cursor_wanted != screen.cursor_shown) {
        screen.cursor_shown = screen.cursor_wanted;
        leaveok(stdscr, screen.cursor_shown ? FALSE : TRUE);
        curs_set(screen.cursor_shown ? 1 : 0);
    }
    if (screen.cursor_shown)
        move(screen.cursor_row, screen.cursor_col);
    wnoutrefresh(stdscr);
    doupdate();
}

void screen_redraw_all(void)
{
    clearok(curscr, TRUE);
}

bool screen_copy(const char *base64)
{
    if (!screen.osc.understands)
        return false;
    send("\033]52;c;");
    send(base64);
    send("\a");
    return true;
}

const struct osc_terminal *screen_terminal(void)
{
    return &screen.osc;
}

void screen_send(const char *sequence)
{
    if (screen.open)
        send(sequence);
}

void screen_title(const char *text)
{
    char sequence[OSC_TITLE_MAX];
    if (!screen.open || !osc_title(&screen.osc, text, sequence) ||
        strcmp(sequence, screen.title) == 0)
        return;
    if (screen.title[0] == '\0') {
        rescue_title(true);
        send(OSC_TITLE_SAVE);
    }
    send(sequence);
    memcpy(screen.title, sequence, sizeof screen.title);
}

struct input screen_read(void)
{
    return keyboard_read(&screen.keyboard, screen.mouse);
}

void screen_resize(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(size.ws_row, size.ws_col);
    clearok(curscr, TRUE);
}

void screen_suspend(void)
{
    send_mouse_mode(false);
    give_title_back();
    set_paste_mode(false);
    curs_set(1);
    def_prog_mode();
    endwin();
    rescue_stop_process();
    reset_prog_mode();
    screen_resize();
    refresh();
    curs_set(0);
    screen.cursor_shown = false;
    leaveok(stdscr, TRUE);
    set_paste_mode(true);
    send_mouse_mode(true);
    if (screen.title[0] != '\0') {
        rescue_title(true);
        send(OSC_TITLE_SAVE);
        send(screen.title);
    }
}
