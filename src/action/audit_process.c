// SPDX-License-Identifier: MIT

// The identity of a running program, from proc(5).
#include "action/audit_process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_file(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    size_t len = fread(out, 1, size - 1, file);
    out[len] = '\0';
    fclose(file);
    return len > 0;
}

// Field 22 of /proc/PID/stat, counted after the name, which may hold anything; 0: no such process.
static long long start_time(long long pid)
{
    char path[64], text[2048];
    snprintf(path, sizeof path, "/proc/%lld/stat", pid);
    if (!read_file(path, text, sizeof text))
        return 0;
    char *at = strrchr(text, ')');
    for (int field = 2; at != NULL && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at != NULL ? strtoll(at + 1, NULL, 10) : 0;
}

static void boot_id(char out[64])
{
    if (!read_file("/proc/sys/kernel/random/boot_id", out, 64))
        out[0] = '\0';
    out[strcspn(out, "\n")] = '\0';
}

json_t *audit_process_self(void)
{
    char boot[64];
    boot_id(boot);
    long long pid = getpid();
    return json_pack("{s:I, s:I, s:s}", "pid", (json_int_t)pid, "started",
                     (json_int_t)start_time(pid), "boot", boot);
}

bool audit_process_lives(const json_t *process)
{
    char boot[64];
    boot_id(boot);
    const char *then = json_string_value(json_object_get(process, "boot"));
    long long pid = json_integer_value(json_object_get(process, "pid"));
    long long started = json_integer_value(json_object_get(process, "started"));
    return then != NULL && strcmp(then, boot) == 0 && pid > 0 && started != 0 &&
           start_time(pid) == started;
}
