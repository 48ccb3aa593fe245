// SPDX-License-Identifier: MIT

// The kernel's messages of trouble within the last day. Pure.
#include <string.h>

#include "base/lang.h"
#include "probe/health_private.h"

#define DAY_S 86400.0

// "[12345.678901] text": the host's uptime then; false for a line without.
static bool take_stamp(struct slice *line, double *time_s)
{
    const char *end =
        line->len > 0 && line->text[0] == '[' ? memchr(line->text, ']', line->len) : NULL;
    if (end == NULL)
        return false;
    struct slice stamp = {line->text + 1, (size_t)(end - line->text - 1)};
    line->len -= (size_t)(end + 1 - line->text);
    line->text = end + 1;
    while (line->len > 0 && line->text[0] == ' ') {
        line->text++;
        line->len--;
    }
    return slice_real(stamp, time_s);
}

// "Nov 21 01:02:11 host kernel: text" without what stands before the text.
static struct slice without_head(struct slice line)
{
    static const char kernel[] = " kernel: ";
    const char *at = memmem(line.text, line.len, kernel, sizeof kernel - 1);
    if (at == NULL)
        return line;
    at += sizeof kernel - 1;
    return (struct slice){at, (size_t)(line.text + line.len - at)};
}

void health_measure_messages(struct reading_parts *parts)
{
    struct slice text, line, newest = {"", 0};
    double time_s, count = 0;
    bool file = slice_marked_part(parts->output, "messages-file", &text);
    if (!file && !slice_marked_part(parts->output, "messages-dmesg", &text)) {
        health_add_unknown(parts, "kernel_messages", "",
                           N_("neither /var/log/messages nor dmesg can be read by this account"));
        return;
    }
    while (slice_take_line(&text, &line)) {
        struct slice said = file ? without_head(line) : line;
        bool stamped = take_stamp(&said, &time_s);
        // The file's lines were chosen by date; what of dmesg has no time stays in question.
        if (said.len == 0 ||
            (!file && stamped && parts->now->has_time && time_s < parts->now->time_s - DAY_S))
            continue;
        count++;
        newest = said;
    }
    struct health_metric *metric = health_add_known(parts, "kernel_messages", "", count);
    metric->text = newest;
    metric->reason = count == 0 ? N_("none of trouble within a day") : NULL;
}
