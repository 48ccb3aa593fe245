// SPDX-License-Identifier: MIT

// The terminal is given back whatever happens.
#include "tui/rescue.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/thread.h"
#include "tui/osc.h"

#define STACK_BYTES   65536
#define KEPT_LINE_MAX 2048

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
static const int asked_signals[] = {SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGWINCH};
#define CRASH_COUNT (sizeof crash_signals / sizeof *crash_signals)
#define ASKED_COUNT (sizeof asked_signals / sizeof *asked_signals)

// Signal handlers can reach only what is static.
static struct {
    struct termios modes;
    struct sigaction before_crash[CRASH_COUNT];
    struct sigaction before_asked[ASKED_COUNT];
    int wake_fd;
    int real_stderr; // -1: standard error was left alone
    int kept_stderr;
    volatile sig_atomic_t quit, suspend, resize, title;
} rescue = {.wake_fd = -1, .real_stderr = -1, .kept_stderr = -1};

static _Alignas(16) char crash_stack[STACK_BYTES];

// Ends mouse and paste modes, styles, line drawing, keypad mode, hidden cursor, and the second
// screen.
static const char restore[] =
    "\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?2004l\033[0m\033(B\017"
    "\033[?1l\033>\033[?25h\033[?7h\033[?1049l\r\n";

// Line by line and neutralised: it may quote a server's words. Async-signal-safe.
static void print_kept_stderr(void)
{
    char line[KEPT_LINE_MAX];
    static char clean[KEPT_LINE_MAX * 3 + 2];
    size_t len = 0;
    off_t at = 0;
    for (;;) {
        ssize_t got = pread(rescue.kept_stderr, line + len, sizeof line - len, at);
        if (got <= 0 && len == 0)
            return;
        at += got > 0 ? got : 0;
        len += got > 0 ? (size_t)got : 0;
        const char *newline = memchr(line, '\n', len);
        size_t taken = newline != NULL ? (size_t)(newline - line) : len;
        text_clean(clean, sizeof clean - 1, line, taken, -1);
        size_t clean_len = strlen(clean);
        clean[clean_len++] = '\n';
        file_write_all(rescue.real_stderr, clean, clean_len);
        taken += newline != NULL;
        memmove(line, line + taken, len - taken);
        len -= taken;
    }
}

static void release_stderr(void)
{
    if (rescue.real_stderr < 0)
        return;
    dup2(rescue.real_stderr, STDERR_FILENO);
    print_kept_stderr();
    close(rescue.real_stderr);
    close(rescue.kept_stderr);
    rescue.real_stderr = rescue.kept_stderr = -1;
}

static void on_crash(int number)
{
    file_write_all(STDOUT_FILENO, restore, sizeof restore - 1);
    if (rescue.title != 0)
        file_write_all(STDOUT_FILENO, OSC_TITLE_RESTORE, sizeof OSC_TITLE_RESTORE - 1);
    tcsetattr(STDIN_FILENO, TCSANOW, &rescue.modes);
    release_stderr();
    for (size_t i = 0; i < CRASH_COUNT; i++)
        if (crash_signals[i] == number)
            sigaction(number, &rescue.before_crash[i], NULL);
    raise(number);
}

static void on_asked(int number)
{
    if (number == SIGTSTP)
        rescue.suspend = 1;
    else if (number == SIGWINCH)
        rescue.resize = 1;
    else
        rescue.quit = 1;
    wake_signal(rescue.wake_fd);
}

static void keep_stderr(void)
{
    if (!isatty(STDERR_FILENO))
        return;
    rescue.kept_stderr = memfd_create("stderr", MFD_CLOEXEC);
    if (rescue.kept_stderr < 0)
        return;
    rescue.real_stderr = dup(STDERR_FILENO);
    dup2(rescue.kept_stderr, STDERR_FILENO);
}

void rescue_arm(void)
{
    tcgetattr(STDIN_FILENO, &rescue.modes);
    rescue.quit = rescue.suspend = rescue.resize = 0;
    keep_stderr();
    stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof crash_stack};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < CRASH_COUNT; i++)
        sigaction(crash_signals[i], &action, &rescue.before_crash[i]);
    for (size_t i = 0; i < ASKED_COUNT; i++)
        sigaction(asked_signals[i], NULL, &rescue.before_asked[i]);
}

void rescue_watch_signals(int wake_fd)
{
    rescue.wake_fd = wake_fd;
    struct sigaction action = {.sa_handler = on_asked};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ASKED_COUNT; i++)
        sigaction(asked_signals[i], &action, NULL);
}

void rescue_disarm(void)
{
    for (size_t i = 0; i < ASKED_COUNT; i++)
        sigaction(asked_signals[i], &rescue.before_asked[i], NULL);
    for (size_t i = 0; i < CRASH_COUNT; i++)
        sigaction(crash_signals[i], &rescue.before_crash[i], NULL);
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    tcsetattr(STDIN_FILENO, TCSANOW, &rescue.modes);
    release_stderr();
}

void rescue_title(bool saved)
{
    rescue.title = saved;
}

bool rescue_take_quit(void)
{
    return rescue.quit != 0;
}

bool rescue_take_suspend(void)
{
    bool asked = rescue.suspend != 0;
    rescue.suspend = 0;
    return asked;
}

bool rescue_take_resize(void)
{
    bool asked = rescue.resize != 0;
    rescue.resize = 0;
    return asked;
}

void rescue_stop_process(void)
{
    struct sigaction ours, normal = {.sa_handler = SIG_DFL};
    sigemptyset(&normal.sa_mask);
    sigaction(SIGTSTP, &normal, &ours);
    kill(0, SIGTSTP);
    sigaction(SIGTSTP, &ours, NULL);
}
