// SPDX-License-Identifier: MIT

// Events as lines.
#include "tui/journal_view.h"

#include <time.h>

#include "base/clock.h"
#include "base/lang.h"
#include "tui/state.h"

void local_time(int64_t wall_ms, char out[LOCAL_TIME_MAX])
{
    time_t seconds = (time_t)(wall_ms / 1000), now = (time_t)(clock_shown_wall_ms() / 1000);
    struct tm tm, today;
    localtime_r(&seconds, &tm);
    localtime_r(&now, &today);
    bool same_day = tm.tm_yday == today.tm_yday && tm.tm_year == today.tm_year;
    strftime(out, LOCAL_TIME_MAX, same_day ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &tm);
}

static void build(struct console *console, struct viewer *viewer)
{
    size_t count = journal_count(console->journal);
    for (size_t i = 0; i < count; i++) {
        const struct event *event = journal_event(console->journal, i);
        char label[LOCAL_TIME_MAX + 8], time[LOCAL_TIME_MAX];
        struct str text = {0};
        local_time(event->wall_ms, time);
        snprintf(label, sizeof label, "%-2s %s",
                 event->level == LEVEL_CRIT   ? "!!"
                 : event->level == LEVEL_WARN ? " !"
                                              : "",
                 time);
        journal_event_words(event, &text);
        viewer_pair(viewer, ROLE_DIM, label, role_of_level(event->level), str_text(&text));
        str_dispose(&text);
    }
    if (count == 0)
        viewer_text(viewer, ROLE_DIM, _("Nothing has happened yet."));
}

const struct viewer_class journal_viewer = {
    .name = "journal", .title = N_("Journal, newest first"), .build = build};
