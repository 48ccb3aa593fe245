// SPDX-License-Identifier: MIT

// The console on canned data with a clock that stands still: driver SCENE [CONTROL] [PANE]
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/thread.h"
#include "fake_fleet.h"
#include "tui/console.h"

#define NOON_MONO_MS 1000000000000LL // longer than any machine is up: deadlines are ahead
#define NOON_WALL_MS 1795162507000LL // 2026-11-20T08:15:07Z

struct control {
    struct fake *fake;
    const char *path;
};

static void read_scene(struct fake *fake, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(2);
    }
    char *line = NULL;
    size_t size = 0;
    for (int number = 1; getline(&line, &size, file) >= 0; number++) {
        struct err err = {0};
        if (!fake_say(fake, line, &err))
            fprintf(stderr, "%s:%d: %s\n", path, number, err.text);
    }
    free(line);
    fclose(file);
}

// The test writes lines into a named pipe while the console runs. It is open for writing too, so
// that it never ends and no writer meets a reader that is just leaving; and it is no FILE, whose
// lock would hang exit().
static void *follow_control(void *arg)
{
    const struct control *control = arg;
    int fd = open(control->path, O_RDWR | O_CLOEXEC);
    char line[4096];
    size_t len = 0;
    while (fd >= 0 && len < sizeof line - 1 && read(fd, line + len, 1) == 1) {
        if (line[len++] != '\n')
            continue;
        line[len] = '\0';
        len = 0;
        struct err err = {0};
        if (!fake_say(control->fake, line, &err))
            fprintf(stderr, "%s: %s\n", control->path, err.text);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: driver SCENE [CONTROL] [PANE]\n");
        return 2;
    }
    struct err err = {0};
    if (!lang_begin(NULL, NULL, &err))
        fprintf(stderr, "%s\n", err.text);
    if (getenv("FAKE_LIVE") == NULL) // set for measuring
        clock_freeze(NOON_MONO_MS, NOON_WALL_MS);
    struct fake *fake = fake_new();
    const char *log = getenv("FAKE_LOG");
    fake_log_to(fake, log != NULL ? log : "");
    read_scene(fake, argv[1]);
    fake_take_commands(fake);
    static struct control control;
    control = (struct control){fake, argc > 2 ? argv[2] : ""};
    pthread_t thread;
    if (control.path[0] != '\0' && !thread_start(&thread, "control", follow_control, &control))
        return 2;
    const char *checklist = getenv("FAKE_CHECKLIST"); // "": the menu
    struct console_options options = {
        .pane = argc > 3 ? argv[3] : NULL,
        .theme = getenv("FAKE_THEME"),
        .keymap = getenv("FAKE_KEYMAP"),
        .ascii = getenv("FAKE_ASCII") != NULL,
        .checklists = checklist != NULL,
        .checklist = checklist != NULL && checklist[0] != '\0' ? checklist : NULL};
    return console_run(fake_fleet(fake), fake_config(fake), &options);
}
