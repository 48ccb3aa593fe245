// SPDX-License-Identifier: MIT

// Times as an operator types them.
#include "cli/span.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/lang.h"

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

// No 31st of February.
static bool is_day(struct tm tm)
{
    int month = tm.tm_mon;
    tm.tm_hour = 12;
    return mktime(&tm) != -1 && tm.tm_mon == month;
}

static bool time_parse(const char *text, bool is_end, struct tm *out, bool *has_day)
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
        if (rest == NULL || *rest != '\0' || !is_day(tm))
            continue;
        tm.tm_mday += is_end && !forms[i].has_time;
        *out = tm;
        *has_day = forms[i].has_day;
        return true;
    }
    return false;
}

bool span_parse(const char *word, const char *from, const char *to, struct report_span *out,
                struct err *err)
{
    const char *right = _("write 2026-11-20, '2026-11-20 22:00' or 22:00");
    *out = (struct report_span){1, clock_wall_ms() + 1};
    if (word != NULL) {
        bool today = strcmp(word, "today") == 0;
        out->from_ms = midnight_ms(today ? 0 : -1);
        out->to_ms = midnight_ms(today ? 1 : 0);
        return true;
    }
    struct tm begin, end;
    bool has_day = true;
    if (to != NULL && !time_parse(to, true, &end, &has_day))
        return err_set(err, "--to %s: not a time; %s", to, right);
    if (to != NULL)
        out->to_ms = local_ms(end);
    if (from != NULL && !time_parse(from, false, &begin, &has_day))
        return err_set(err, "--from %s: not a time; %s", from, right);
    if (from != NULL)
        out->from_ms = local_ms(begin);
    if (from != NULL && !has_day && out->from_ms >= out->to_ms) {
        begin.tm_mday--; // a night shift's
        out->from_ms = local_ms(begin);
    }
    return out->from_ms < out->to_ms ||
           err_set(err, "--from and --to: the end is not after the beginning; %s", right);
}
