// SPDX-License-Identifier: MIT

// The output of the profile's script of services, as facts about each. Pure.
#ifndef PROBE_PROCESSES_PARSE_H
#define PROBE_PROCESSES_PARSE_H

#include "probe/slice.h"

// What was found of one service. All texts lie in the output.
struct process_report {
    struct slice name;   // the first of the names that were asked for
    struct slice script; // the one that is installed; empty: none is
    int exit_status;     // of `service NAME status`; -1: it told none
    bool has_process;    // the figures of /proc below are known
    int64_t pid, cpu_ticks, start_ticks;
    int64_t rss_kb; // -1: unknown
};

struct process_reports {
    struct process_report *items; // owned
    size_t count, cap;
    double uptime_s;        // of the host; < 0: unknown
    double ticks_per_s;     // 0: unknown
    struct slice in_kernel; // lines: services that run inside the kernel
};
void process_reports_dispose(struct process_reports *reports);

void process_reports_read(struct slice output, struct process_reports *out);

// Whether the kernel itself says that the service runs.
bool process_is_in_kernel(const struct process_reports *reports, const char *name);

// The state in the word of the table: exit statuses of the product's init scripts (0 running,
// 1 exited abnormally, 2 stopped by hand, 3 does not exist). Anything else is "unknown".
const char *process_state(const struct process_report *report);

#endif
