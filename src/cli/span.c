// SPDX-License-Identifier: MIT

// Times as an operator types them.
#include "cli/span.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"

bool span_is_word(const char *word)
{
    return strcmp(word, "today") == 0 || strcmp(word, "yesterday") == 0;
}

static struct tm local_now(void)
{
    time_t now = (time_t)(clock_wall_ms() / 1000);
    struct tm tm;
    localtime_r(&now, &tm);
    return tm;
}

static int64_t local_ms(struct tm tm)
{
    tm.tm_isdst = -1;
    return (int64_t)mktime(&tm) * 1000;
}

// Midnight so many days from today.
static int64_t midnight_ms(int days)
{
    struct tm tm = local_now();
    tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
    tm.tm_mday += days;
    return local_ms(tm);
}

static bool time_parse(const char *text, bool is_end, int64_t *ms)
{
    static const struct {
        const char *form;
        bool has_day, has_time;
    } forms[] = {
        {"%Y-%m-%d %H:%M", true, true},
        {"%Y-%m-%dT%H:%M", true, true},
        {"%Y-%m-%d", true, false},
        {"%H:%M", false, true},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct tm tm = {0};
        if (!forms[i].has_day)
            tm = local_now();
        tm.tm_sec = 0;
        const char *rest = strptime(text, forms[i].form, &tm);
        if (rest == NULL || *rest != '\0')
            continue;
        tm.tm_mday += is_end && !forms[i].has_time;
        *ms = local_ms(tm);
        return true;
    }
    return false;
}

bool span_parse(const char *word, const char *from, const char *to, struct report_span *out,
                struct err *err)
{
    static const char *const right = "write 2026-11-20, '2026-11-20 22:00' or 22:00";
    *out = (struct report_span){1, clock_wall_ms() + 1};
    if (word != NULL) {
        bool today = strcmp(word, "today") == 0;
        out->from_ms = midnight_ms(today ? 0 : -1);
        out->to_ms = midnight_ms(today ? 1 : 0);
        return true;
    }
    if (from != NULL && !time_parse(from, false, &out->from_ms))
        return err_set(err, "--from %s: not a time; %s", from, right);
    if (to != NULL && !time_parse(to, true, &out->to_ms))
        return err_set(err, "--to %s: not a time; %s", to, right);
    return out->from_ms < out->to_ms ||
           err_set(err, "--from and --to: the end is not after the beginning");
}
