// SPDX-License-Identifier: MIT

// The console on canned data with a clock that stands still: driver SCENE [CONTROL] [PANE]
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "fake_fleet.h"
#include "tui/console.h"

#define NOON_MONO_MS 1000000000LL
#define NOON_WALL_MS 1795162507000LL // 2026-11-20T08:15:07Z

struct control {
    struct fake *fake;
    const char *path;
};

static void read_lines(struct fake *fake, const char *path)
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

// The test writes lines into a named pipe while the console runs.
static void *follow_control(void *arg)
{
    const struct control *control = arg;
    for (;;)
        read_lines(control->fake, control->path);
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: driver SCENE [CONTROL] [PANE]\n");
        return 2;
    }
    if (getenv("FAKE_LIVE") == NULL) // set for measuring
        clock_freeze(NOON_MONO_MS, NOON_WALL_MS);
    struct fake *fake = fake_new();
    const char *log = getenv("FAKE_LOG");
    fake_log_to(fake, log != NULL ? log : "");
    read_lines(fake, argv[1]);
    static struct control control;
    control = (struct control){fake, argc > 2 ? argv[2] : ""};
    pthread_t thread;
    if (control.path[0] != '\0' && !thread_start(&thread, "control", follow_control, &control))
        return 2;
    struct console_options options = {.pane = argc > 3 ? argv[3] : NULL,
                                      .theme = getenv("FAKE_THEME"),
                                      .keymap = getenv("FAKE_KEYMAP")};
    return console_run(fake_fleet(fake), fake_config(fake), &options);
}
