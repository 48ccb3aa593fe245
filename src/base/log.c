// SPDX-License-Identifier: MIT

// The program's diary.
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/text.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *file;
static enum log_level threshold = LOG_INFO;

bool log_open(const char *path, enum log_level least)
{
    FILE *opened = fopen(path, "ae");
    if (opened == NULL)
        return false;
    setvbuf(opened, NULL, _IOLBF, 0);
    pthread_mutex_lock(&lock);
    FILE *old = file;
    file = opened;
    threshold = least;
    pthread_mutex_unlock(&lock);
    if (old != NULL)
        fclose(old);
    return true;
}

void log_close(void)
{
    pthread_mutex_lock(&lock);
    FILE *old = file;
    file = NULL;
    pthread_mutex_unlock(&lock);
    if (old != NULL)
        fclose(old);
}

void log_line(enum log_level level, const char *fmt, ...)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    char when[CLOCK_RFC3339_MAX];
    struct str line = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&line, fmt, args);
    va_end(args);
    // A diary is read on a terminal, too.
    char *clean = text_clean_dup(str_text(&line));
    clock_rfc3339(clock_wall_ms(), when);
    pthread_mutex_lock(&lock);
    if (file != NULL && level >= threshold)
        fprintf(file, "%s %s %s\n", when, names[level], clean);
    pthread_mutex_unlock(&lock);
    free(clean);
    str_dispose(&line);
}
