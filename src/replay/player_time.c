// SPDX-License-Identifier: MIT

// Times of a replay as an operator types them.
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "replay/player.h"

#define DAY_MS INT64_C(86400000)

// A time of day: the first one in the recording that is not before its beginning.
static bool time_of_day(const struct player *player, const char *text, int64_t *wall_ms)
{
    int hour, minute, second = 0, used = 0;
    if (sscanf(text, "%2d:%2d%n", &hour, &minute, &used) != 2)
        return false;
    if (text[used] == ':') {
        int more = 0;
        if (sscanf(text + used, ":%2d%n", &second, &more) != 1)
            return false;
        used += more;
    }
    if (text[used] != '\0' || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 59)
        return false;
    int64_t begin_ms = player_begin_ms(player);
    time_t begin = (time_t)(begin_ms / 1000);
    struct tm tm;
    if (localtime_r(&begin, &tm) == NULL)
        return false;
    tm.tm_hour = hour;
    tm.tm_min = minute;
    tm.tm_sec = second;
    tm.tm_isdst = -1;
    *wall_ms = (int64_t)mktime(&tm) * 1000;
    if (*wall_ms + 1000 <= begin_ms && *wall_ms + DAY_MS <= player_end_ms(player))
        *wall_ms += DAY_MS;
    return true;
}

static bool whole_time(const char *text, int64_t *wall_ms)
{
    struct tm tm = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (end == NULL || strcmp(end, "Z") != 0)
        return false;
    *wall_ms = (int64_t)timegm(&tm) * 1000;
    return true;
}

bool player_parse_time(const struct player *player, const char *text, int64_t *wall_ms,
                       struct err *err)
{
    int64_t step_ms;
    if (strcmp(text, "start") == 0) {
        *wall_ms = player_begin_ms(player);
    } else if (strcmp(text, "end") == 0) {
        *wall_ms = player_end_ms(player);
    } else if ((text[0] == '+' || text[0] == '-') && clock_parse_duration(text + 1, &step_ms) &&
               step_ms >= 0 && step_ms < 3650 * DAY_MS) {
        *wall_ms = player_now_ms(player) + (text[0] == '+' ? step_ms : -step_ms);
    } else if (!time_of_day(player, text, wall_ms) && !whole_time(text, wall_ms)) {
        return err_set(err,
                       "\"%.40s\" is no time: write 04:12, 04:12:31, +5m, -90s, start, end, or "
                       "2026-11-20T04:12:31Z",
                       text);
    }
    return true;
}
