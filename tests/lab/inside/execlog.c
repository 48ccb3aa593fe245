// SPDX-License-Identifier: MIT

// Follows processes and all that come from them, and appends every program that they run to a file:
// one JSON object a line with the exact argument vector, taken while the new program is still held
// at its first instruction.
//
// usage: execlog FILE PID...
// {"time":"2026-11-20T23:00:00.123Z","pid":7,"ppid":5,"exe":"/usr/bin/id","argv":["id","-u"]}
// A byte outside of printable ASCII is written as the escape of its value, so that the text decoded
// as Latin-1 is the bytes.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIDS_MAX = 1024, ARGV_BYTES_MAX = 4 << 20 };

static const long options =
    PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;

static void print_bytes(FILE *out, const char *bytes, size_t count)
{
    putc('"', out);
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c > 0x7e)
            fprintf(out, "\\u%04x", c);
        else
            putc(c, out);
    }
    putc('"', out);
}

static size_t read_proc(pid_t pid, const char *name, char *bytes, size_t size)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    size_t used = 0;
    ssize_t got;
    while (used < size && (got = read(fd, bytes + used, size - used)) > 0)
        used += (size_t)got;
    close(fd);
    return used;
}

static pid_t parent_of(pid_t pid)
{
    char stat[512];
    size_t used = read_proc(pid, "stat", stat, sizeof(stat) - 1);
    stat[used] = '\0';
    const char *end = strrchr(stat, ')');
    int parent = 0;
    if (end == NULL || sscanf(end + 1, " %*c %d", &parent) != 1)
        return 0;
    return (pid_t)parent;
}

static void print_time(FILE *out)
{
    struct timespec now;
    struct tm utc;
    char text[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
    fprintf(out, "{\"time\":\"%s.%03ldZ\"", text, now.tv_nsec / 1000000);
}

static void print_exec(FILE *out, pid_t pid, char *bytes)
{
    char path[64];
    char exe[PATH_MAX];
    snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
    ssize_t exe_len = readlink(path, exe, sizeof(exe));
    size_t used = read_proc(pid, "cmdline", bytes, ARGV_BYTES_MAX);

    print_time(out);
    fprintf(out, ",\"pid\":%d,\"ppid\":%d,\"exe\":", (int)pid, (int)parent_of(pid));
    print_bytes(out, exe, exe_len > 0 ? (size_t)exe_len : 0);
    fputs(",\"argv\":[", out);
    for (size_t at = 0; at < used;) {
        size_t length = strnlen(bytes + at, used - at);
        if (at > 0)
            putc(',', out);
        print_bytes(out, bytes + at, length);
        at += length + 1;
    }
    fputs(used == ARGV_BYTES_MAX ? "],\"cut\":true}\n" : "]}\n", out);
    fflush(out);
}

struct followed {
    pid_t pids[PIDS_MAX];
    int count;
};

static bool followed_has(const struct followed *all, pid_t pid)
{
    for (int i = 0; i < all->count; i++)
        if (all->pids[i] == pid)
            return true;
    return false;
}

// A child that was made before its parent was followed is found by going through /proc until
// nothing new is there.
static bool follow(struct followed *all, pid_t pid)
{
    if (all->count == PIDS_MAX || ptrace(PTRACE_SEIZE, pid, 0, options) != 0)
        return false;
    all->pids[all->count++] = pid;
    return true;
}

static bool follow_children(struct followed *all)
{
    bool found = false;
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    while (proc != NULL && (entry = readdir(proc)) != NULL) {
        pid_t pid = (pid_t)atoi(entry->d_name);
        if (pid > 0 && !followed_has(all, pid) && followed_has(all, parent_of(pid)) &&
            follow(all, pid))
            found = true;
    }
    if (proc != NULL)
        closedir(proc);
    return found;
}

static bool is_group_stop(int signal)
{
    return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static void go_on(FILE *out, pid_t pid, int status, char *bytes)
{
    int signal = WSTOPSIG(status), event = status >> 16;
    if (event == PTRACE_EVENT_STOP && is_group_stop(signal)) {
        ptrace(PTRACE_LISTEN, pid, 0, 0);
        return;
    }
    if (event == PTRACE_EVENT_EXEC)
        print_exec(out, pid, bytes);
    ptrace(PTRACE_CONT, pid, 0, event != 0 ? 0L : (long)signal);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: execlog FILE PID...\n", stderr);
        return 2;
    }
    FILE *out = fopen(argv[1], "ae");
    struct followed *all = calloc(1, sizeof(*all));
    char *bytes = malloc(ARGV_BYTES_MAX);
    if (out == NULL || all == NULL || bytes == NULL) {
        perror("execlog");
        return 1;
    }
    for (int i = 2; i < argc; i++)
        if (!follow(all, (pid_t)atoi(argv[i])))
            fprintf(stderr, "execlog: cannot follow %s: %s\n", argv[i], strerror(errno));
    if (all->count == 0)
        return 1;
    while (follow_children(all))
        continue;
    fputs("execlog: following\n", stderr);
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid < 0 && errno != EINTR)
            break;
        if (pid > 0 && WIFSTOPPED(status))
            go_on(out, pid, status, bytes);
    }
    free(bytes);
    free(all);
    return fclose(out) == 0 ? 0 : 1;
}
