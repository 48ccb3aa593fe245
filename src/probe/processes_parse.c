// SPDX-License-Identifier: MIT

// The output of the profile's script of services, as facts about each. Pure.
#include "probe/processes_parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

// Fields of /proc/PID/stat behind the program's name in parentheses, counted from the state.
enum { STAT_UTIME = 11, STAT_STIME = 12, STAT_START = 19 };

void process_reports_dispose(struct process_reports *reports)
{
    free(reports->items);
    *reports = (struct process_reports){0};
}

static struct slice until_comma(struct slice names)
{
    const char *comma = memchr(names.text, ',', names.len);
    if (comma != NULL)
        names.len = (size_t)(comma - names.text);
    return names;
}

static bool whole_uint(struct slice word, int64_t *out)
{
    return slice_take_uint(&word, out) && word.len == 0;
}

// "PID (NAME) STATE …": the name may hold spaces and parentheses.
static void take_stat(struct process_report *report, struct slice line)
{
    int64_t utime = -1, stime = -1;
    const char *end = memrchr(line.text, ')', line.len);
    if (end == NULL || !whole_uint(slice_take_word(&line), &report->pid))
        return;
    struct slice rest = {end + 1, (size_t)(line.text + line.len - end - 1)};
    for (int field = 0; field <= STAT_START; field++) {
        struct slice word = slice_take_word(&rest);
        if (field == STAT_UTIME && !whole_uint(word, &utime))
            return;
        if (field == STAT_STIME && !whole_uint(word, &stime))
            return;
        if (field == STAT_START && !whole_uint(word, &report->start_ticks))
            return;
    }
    report->cpu_ticks = utime + stime;
    report->has_process = true;
}

static void take_line(struct process_reports *reports, struct slice line)
{
    struct slice word = slice_take_word(&line);
    int64_t number;
    if (slice_is(word, "service")) {
        struct process_report *report =
            mem_push(&reports->items, &reports->count, &reports->cap, sizeof *reports->items);
        *report = (struct process_report){
            .name = until_comma(slice_take_word(&line)), .exit_status = -1, .rss_kb = -1};
        report->script = slice_take_word(&line);
        return;
    }
    if (reports->count == 0)
        return;
    struct process_report *report = &reports->items[reports->count - 1];
    if (slice_is(word, "exit") && whole_uint(slice_take_word(&line), &number) && number < 256)
        report->exit_status = (int)number;
    else if (slice_is(word, "stat"))
        take_stat(report, line);
    else if (slice_is(word, "VmRSS:") && whole_uint(slice_take_word(&line), &number))
        report->rss_kb = number;
}

void process_reports_read(struct slice output, struct process_reports *out)
{
    struct slice part, line;
    double number;
    *out = (struct process_reports){.uptime_s = -1, .in_kernel = {"", 0}};
    if (slice_marked_part(output, "uptime", &part) && slice_real(slice_take_word(&part), &number))
        out->uptime_s = number;
    if (slice_marked_part(output, "ticks", &part) && slice_take_line(&part, &line) &&
        slice_real(line, &number) && number > 0)
        out->ticks_per_s = number;
    slice_marked_part(output, "loaded", &out->in_kernel);
    if (slice_marked_part(output, "services", &part))
        while (slice_take_line(&part, &line))
            take_line(out, line);
}

bool process_is_in_kernel(const struct process_reports *reports, const char *name)
{
    struct slice rest = reports->in_kernel, line;
    while (slice_take_line(&rest, &line))
        if (slice_is(line, name))
            return true;
    return false;
}

const char *process_state(const struct process_report *report)
{
    static const char *const words[] = {N_("running"), N_("crashed"), N_("stopped"), N_("down")};
    if (report->script.len == 0)
        return N_("missing");
    bool told =
        report->exit_status >= 0 && (size_t)report->exit_status < sizeof words / sizeof words[0];
    return told ? words[report->exit_status] : N_("unknown");
}
