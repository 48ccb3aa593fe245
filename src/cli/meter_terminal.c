// SPDX-License-Identifier: MIT

// Through terminfo: the second screen, home, clear to the end of a line and of the screen.
#include "cli/meter_terminal.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

// term.h's macros have names such as `lines`: included last.
#include <curses.h>
#include <term.h>

#define WRITE_MS 1000 // a terminal that takes nothing for so long is not waited for

static const char *capability(const char *name)
{
    char *text = tigetstr(name);
    return text == NULL || text == (char *)-1 ? "" : text;
}

#undef lines
#undef columns

#include "base/clock.h"
#include "base/mem.h"

struct meter_terminal {
    const char *enter, *leave, *home, *end_of_line, *end_of_screen, *hide_cursor, *show_cursor;
};

static bool terminal_size(int *rows, int *cols)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return false;
    *rows = size.ws_row;
    *cols = size.ws_col;
    return true;
}

int meter_terminal_width(void)
{
    int rows, cols;
    return terminal_size(&rows, &cols) ? cols : 0;
}

bool meter_terminal_has_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && (no_colour == NULL || no_colour[0] == '\0');
}

// All of it, unless the terminal hangs.
static void send(const char *text, size_t len)
{
    int64_t deadline_ms = clock_mono_ms() + WRITE_MS;
    while (len > 0) {
        struct pollfd fd = {.fd = STDOUT_FILENO, .events = POLLOUT};
        if (poll(&fd, 1, clock_left_ms(deadline_ms)) <= 0)
            return;
        ssize_t sent = write(STDOUT_FILENO, text, len);
        if (sent < 0 && errno != EINTR && errno != EAGAIN)
            return;
        if (sent > 0) {
            text += sent;
            len -= (size_t)sent;
        }
    }
}

static void send_two(const char *first, const char *second)
{
    send(first, strlen(first));
    send(second, strlen(second));
}

struct meter_terminal *meter_terminal_open(void)
{
    int rows, cols, status;
    if (!terminal_size(&rows, &cols) || setupterm(NULL, STDOUT_FILENO, &status) != OK)
        return NULL;
    struct meter_terminal *terminal = mem_alloc(sizeof *terminal);
    *terminal = (struct meter_terminal){.enter = capability("smcup"),
                                        .leave = capability("rmcup"),
                                        .home = capability("home"),
                                        .end_of_line = capability("el"),
                                        .end_of_screen = capability("ed"),
                                        .hide_cursor = capability("civis"),
                                        .show_cursor = capability("cnorm")};
    if (terminal->home[0] == '\0' || terminal->end_of_screen[0] == '\0') {
        free(terminal);
        return NULL;
    }
    send_two(terminal->enter, terminal->hide_cursor);
    return terminal;
}

void meter_terminal_close(struct meter_terminal *terminal)
{
    if (terminal == NULL)
        return;
    struct str text = {0};
    str_append(&text, terminal->home);
    str_append(&text, terminal->end_of_screen);
    send(str_text(&text), text.len);
    str_dispose(&text);
    send_two(terminal->leave, terminal->show_cursor);
    free(terminal);
}

// The page's lines, each cleared behind its end, and what is below them cleared: no flicker.
static void put_page(const struct meter_terminal *terminal, const struct str *page, int rows,
                     struct str *out)
{
    const char *at = str_text(page);
    str_append(out, terminal->home);
    for (int row = 0; row < rows && *at != '\0'; row++) {
        size_t len = strcspn(at, "\n");
        if (row > 0)
            str_append(out, "\r\n");
        str_append_bytes(out, at, len);
        str_append(out, terminal->end_of_line);
        at += len + (at[len] == '\n');
    }
    str_append(out, terminal->end_of_screen);
}

void meter_terminal_draw(struct meter_terminal *terminal, const struct meter_report *report)
{
    int rows, cols;
    struct str page = {0}, out = {0};
    if (!terminal_size(&rows, &cols))
        return;
    struct meter_screen screen = {.width = cols,
                                  .height = rows,
                                  .colour = meter_terminal_has_colour(),
                                  .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0};
    meter_print_text(&page, report, &screen);
    put_page(terminal, &page, rows, &out);
    send(str_text(&out), out.len);
    str_dispose(&page);
    str_dispose(&out);
}

void meter_terminal_suspend(struct meter_terminal *terminal)
{
    send_two(terminal->leave, terminal->show_cursor);
    raise(SIGSTOP);
    send_two(terminal->enter, terminal->hide_cursor);
}
