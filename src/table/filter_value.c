// SPDX-License-Identifier: MIT

// Values of filter terms: numbers with the units that operators type, and times.
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/lang.h"
#include "table/cell.h"
#include "table/filter_term.h"

#define REAL_REACH 0.0005 // values are shown to machines with three decimals

const char *kind_values(enum kind kind)
{
    static const char *const values[] = {
        [KIND_TEXT] = N_("a text"),
        [KIND_ADDRESS] = N_("an address or a network such as 203.0.113.0/24"),
        [KIND_INT] = N_("a number such as 10"),
        [KIND_REAL] = N_("a number such as 2.5"),
        [KIND_PCT] = N_("a percentage such as 40 or 40%"),
        [KIND_BOOL] = N_("yes or no"),
        [KIND_TIME] = N_("a time such as 08:15, 2026-11-20 or 2026-11-20T08:15:00Z"),
        [KIND_DURATION_S] = N_("seconds, or a duration such as 90s, 5m or 1h30m"),
        [KIND_DURATION_MS] = N_("milliseconds, or a duration such as 250ms or 2s"),
        [KIND_SERIES] = N_("a number such as 2.5, which its newest value is compared with"),
        [KIND_BYTES] = N_("bytes, or a size such as 10K, 1.5M or 2GiB"),
    };
    return _(values[kind]);
}

// A decimal number with an optional sign, fraction and commas between thousands. Returns what
// stands behind it, or NULL. strtod() would follow the locale and take "inf", "nan" and "0x10".
static const char *take_number(const char *text, double *out)
{
    bool negative = *text == '-';
    if (*text == '-' || *text == '+')
        text++;
    if (!isdigit((unsigned char)*text))
        return NULL;
    double whole = 0, fraction = 0, power = 1;
    for (;; text++) {
        bool comma = *text == ',' && isdigit((unsigned char)text[1]) &&
                     isdigit((unsigned char)text[2]) && isdigit((unsigned char)text[3]);
        if (isdigit((unsigned char)*text))
            whole = whole * 10 + (*text - '0');
        else if (!comma)
            break;
    }
    if (*text == '.' && isdigit((unsigned char)text[1])) {
        for (text++; isdigit((unsigned char)*text); text++) {
            if (power > 1e15)
                continue;
            fraction = fraction * 10 + (*text - '0');
            power *= 10;
        }
    }
    *out = whole + fraction / power;
    if (negative)
        *out = -*out;
    return isfinite(*out) ? text : NULL;
}

// Integers that a double cannot hold. False when it is not plain digits that fit.
static bool parse_integer(const char *text, int64_t *out)
{
    bool negative = *text == '-';
    int64_t number = 0;
    text += negative;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        int digit = *text - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, negative ? -digit : digit, &number))
            return false;
    }
    *out = number;
    return true;
}

static bool is_one_of(const char *text, const char *const words[])
{
    for (; *words != NULL; words++)
        if (strcasecmp(text, *words) == 0)
            return true;
    return false;
}

static bool parse_bool(const char *text, double *out)
{
    static const char *const yes[] = {"yes", "true", "on", "1", NULL};
    static const char *const no[] = {"no", "false", "off", "0", NULL};
    *out = is_one_of(text, yes);
    return *out > 0 || is_one_of(text, no);
}

static bool parse_bytes(const char *unit, double *number)
{
    static const char letters[] = "kmgtp";
    const char *letter = *unit == '\0' ? NULL : strchr(letters, tolower((unsigned char)*unit));
    if (letter != NULL) {
        *number = ldexp(*number, 10 * (int)(letter - letters + 1));
        unit++;
    }
    static const char *const rest[] = {"", "B", NULL};
    return is_one_of(unit, rest) || (letter != NULL && strcasecmp(unit, "iB") == 0);
}

// "90s", "1.5h", "1h30m", "-5s" as milliseconds.
static bool parse_duration(const char *text, double number, const char *unit, double *ms)
{
    int64_t whole;
    char one[8]; // of the unit
    bool single = snprintf(one, sizeof one, "1%s", unit) < (int)sizeof one;
    if (single && clock_parse_duration(one, &whole)) {
        *ms = number * (double)whole;
        return true;
    }
    bool negative = *text == '-';
    if (!clock_parse_duration(text + negative, &whole) || whole < 0)
        return false;
    *ms = negative ? -(double)whole : (double)whole;
    return true;
}

static bool take_digits(const char **text, size_t count, int least, int most, int *out)
{
    *out = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isdigit((unsigned char)(*text)[i]))
            return false;
        *out = *out * 10 + (*text)[i] - '0';
    }
    *text += count;
    return *out >= least && *out <= most;
}

static bool take_sign(const char **text, char sign)
{
    bool there = **text == sign;
    *text += there;
    return there;
}

static bool take_date(const char **text, struct tm *tm)
{
    int year, month;
    if (!take_digits(text, 4, 1970, 9998, &year) || !take_sign(text, '-') ||
        !take_digits(text, 2, 1, 12, &month) || !take_sign(text, '-') ||
        !take_digits(text, 2, 1, 31, &tm->tm_mday))
        return false;
    tm->tm_year = year - 1900;
    tm->tm_mon = month - 1;
    return true;
}

// Sets how long the written time lasts: a minute, a second or a millisecond.
static bool take_clock(const char **text, struct tm *tm, int *ms, int64_t *lasts_ms)
{
    *lasts_ms = 60000;
    if (!take_digits(text, 2, 0, 23, &tm->tm_hour) || !take_sign(text, ':') ||
        !take_digits(text, 2, 0, 59, &tm->tm_min))
        return false;
    if (!take_sign(text, ':'))
        return true;
    *lasts_ms = 1000;
    if (!take_digits(text, 2, 0, 60, &tm->tm_sec))
        return false;
    if (!take_sign(text, '.'))
        return true;
    *lasts_ms = 1;
    return take_digits(text, 3, 0, 999, ms);
}

static bool time_ms(const struct tm *tm, bool utc, int64_t *out)
{
    struct tm given = *tm, made = *tm;
    made.tm_isdst = -1;
    time_t seconds = utc ? timegm(&made) : mktime(&made);
    *out = (int64_t)seconds * 1000;
    return made.tm_mday == given.tm_mday && made.tm_mon == given.tm_mon; // not 30 February
}

static bool parse_time(struct term_value *out, const char *text)
{
    time_t now = (time_t)(clock_shown_wall_ms() / 1000);
    struct tm tm;
    if (localtime_r(&now, &tm) == NULL)
        return false;
    tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
    int ms = 0;
    int64_t lasts_ms = 0;
    bool dated = strlen(text) >= 10 && text[4] == '-';
    if (dated && !take_date(&text, &tm))
        return false;
    bool clocked = !dated || take_sign(&text, 'T') || take_sign(&text, ' ');
    if (clocked && !take_clock(&text, &tm, &ms, &lasts_ms))
        return false;
    bool utc = dated && clocked && take_sign(&text, 'Z');
    if (*text != '\0' || !time_ms(&tm, utc, &out->low))
        return false;
    out->low += ms;
    out->high = out->low + lasts_ms - 1;
    if (!clocked) { // the whole day, be it 23, 24 or 25 hours long
        struct tm next = {.tm_year = tm.tm_year, .tm_mon = tm.tm_mon, .tm_mday = tm.tm_mday + 1};
        next.tm_isdst = -1;
        out->high = (int64_t)mktime(&next) * 1000 - 1;
    }
    return true;
}

static bool parse_number(double *out, enum kind kind, const char *text)
{
    if (kind == KIND_BOOL)
        return parse_bool(text, out);
    const char *unit = take_number(text, out);
    if (unit == NULL)
        return false;
    if (kind == KIND_BYTES)
        return parse_bytes(unit, out);
    if (*unit == '\0' || (kind == KIND_PCT && strcmp(unit, "%") == 0))
        return true;
    if (kind != KIND_DURATION_S && kind != KIND_DURATION_MS)
        return false;
    if (!parse_duration(text, *out, unit, out))
        return false;
    if (kind == KIND_DURATION_S)
        *out /= 1000;
    return true;
}

bool term_value_parse(struct term_value *out, enum kind kind, const char *text)
{
    if (kind == KIND_TIME)
        return parse_time(out, text);
    double number;
    if (!parse_number(&number, kind, text))
        return false;
    out->real_low = number - REAL_REACH;
    out->real_high = number + REAL_REACH;
    if (kind_holds_real(kind) || kind == KIND_SERIES)
        return true;
    if (parse_integer(text, &out->low)) {
        out->high = out->low;
        return true;
    }
    if (fabs(number) >= 9.2e18)
        return false;
    out->low = (int64_t)ceil(number); // 10.5 lies between: nothing equals it
    out->high = (int64_t)floor(number);
    return true;
}
