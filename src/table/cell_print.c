// SPDX-License-Identifier: MIT

// Cells as operators and as machines read them; the same in every locale.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "table/cell.h"

#define UNKNOWN_TEXT "\xe2\x80\x93" // –
#define SCALE_COLS   4              // of a full block's value, behind the blocks
#define SCALED_MAX   9e15           // beyond it a double has no thousandths

// Prints number / 10^decimals, decimals < 20; returns the length.
static size_t print_scaled(char out[CELL_PLAIN_MAX], int64_t number, size_t decimals)
{
    char digits[32];
    size_t at = sizeof digits, behind = 0;
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
        if (++behind == decimals)
            digits[--at] = '.';
    } while (left > 0 || behind <= decimals);
    if (number < 0)
        digits[--at] = '-';
    size_t len = sizeof digits - at;
    memcpy(out, digits + at, len);
    out[len] = '\0';
    return len;
}

// Prints value with exactly `decimals` digits behind the point; a zero has no sign.
static size_t print_fixed(char out[CELL_PLAIN_MAX], double value, size_t decimals)
{
    static const double powers[] = {1, 10, 100, 1000};
    double scaled = value * powers[decimals];
    if (fabs(scaled) > SCALED_MAX)
        return (size_t)snprintf(out, CELL_PLAIN_MAX, "%.0f", value);
    return print_scaled(out, llround(scaled), decimals);
}

// At most three digits behind the point, none of them needless.
static size_t print_real(char out[CELL_PLAIN_MAX], double value)
{
    if (fabs(value) < SCALED_MAX && value == (double)(int64_t)value)
        return print_scaled(out, (int64_t)value, 0);
    size_t len = print_fixed(out, value, 3);
    if (strchr(out, '.') == NULL)
        return len;
    while (out[len - 1] == '0')
        len--;
    if (out[len - 1] == '.')
        len--;
    out[len] = '\0';
    return len;
}

size_t cell_print_plain(char out[CELL_PLAIN_MAX], const struct column *column,
                        const struct cell *cell)
{
    if (column->kind == KIND_SERIES)
        return print_real(out, series_newest(cell));
    if (kind_holds_real(column->kind))
        return print_real(out, cell->as.real);
    if (column->kind == KIND_BOOL)
        return (size_t)snprintf(out, CELL_PLAIN_MAX, "%s", cell->as.integer ? "yes" : "no");
    if (column->kind == KIND_TIME) {
        clock_rfc3339(cell->as.integer, out);
        return strlen(out);
    }
    return print_scaled(out, cell->as.integer, 0);
}

static void append_series(struct str *out, const struct cell *cell)
{
    char number[CELL_PLAIN_MAX];
    for (size_t i = 0; i < cell->len; i++) {
        str_append(out, i > 0 ? " " : "");
        if (isnan(cell->as.series[i]))
            str_append_char(out, '-');
        else
            str_append_bytes(out, number, print_real(number, (double)cell->as.series[i]));
    }
}

void cell_plain(struct str *out, const struct column *column, const struct cell *cell)
{
    if (!cell->known)
        return;
    if (kind_holds_text(column->kind)) {
        str_append_bytes(out, cell->as.text, cell->len);
        return;
    }
    if (column->kind == KIND_SERIES) {
        append_series(out, cell);
        return;
    }
    char plain[CELL_PLAIN_MAX];
    str_append_bytes(out, plain, cell_print_plain(plain, column, cell));
}

static void append_grouped(struct str *out, const char *number)
{
    if (*number == '-')
        str_append_char(out, *number++);
    size_t whole = strspn(number, "0123456789");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            str_append_char(out, ',');
        str_append_char(out, number[i]);
    }
    str_append(out, number + whole);
}

// One digit behind the point; more when there is only a zero before it, none where it would only
// distract.
static size_t decimals_for(enum kind kind, double value)
{
    double size = fabs(value);
    if (kind == KIND_DURATION_MS && size >= 10)
        return 0;
    return size >= 1 || size == 0 ? 1 : size >= 0.1 ? 2 : 3;
}

static void format_fixed(struct str *out, double value, size_t decimals)
{
    char number[CELL_PLAIN_MAX];
    print_fixed(number, value, decimals);
    append_grouped(out, number);
}

static void format_integer(struct str *out, int64_t value)
{
    char number[CELL_PLAIN_MAX];
    print_scaled(number, value, 0);
    append_grouped(out, number);
}

// "0:42", "2:03", "1:02:03", "3d 04:05:06"; less than a second is said as such.
static void format_seconds(struct str *out, double seconds)
{
    double size = fabs(seconds);
    if ((size > 0 && size < 1) || size > SCALED_MAX) {
        format_fixed(out, seconds, size < 1 ? decimals_for(KIND_DURATION_S, seconds) : 0);
        str_append(out, "s");
        return;
    }
    int64_t whole = llround(size);
    int64_t days = whole / 86400, hours = whole / 3600 % 24, minutes = whole / 60 % 60;
    if (seconds < 0)
        str_append_char(out, '-');
    if (days > 0)
        str_appendf(out, "%lldd %02d:%02d", (long long)days, (int)hours, (int)minutes);
    else if (hours > 0)
        str_appendf(out, "%d:%02d", (int)hours, (int)minutes);
    else
        str_appendf(out, "%d", (int)minutes);
    str_appendf(out, ":%02d", (int)(whole % 60));
}

// "20 min", "2.6 h", "8.4 d": what an operator would say of an estimate.
static void format_hours(struct str *out, double hours)
{
    double size = fabs(hours);
    if (size < 2) {
        format_integer(out, llround(hours * 60));
        str_appendf(out, " %s", _("min"));
    } else if (size < 48) {
        format_fixed(out, hours, 1);
        str_appendf(out, " %s", _("h"));
    } else {
        format_fixed(out, hours / 24, size < 2400 ? 1 : 0);
        str_appendf(out, " %s", _("d"));
    }
}

static void format_bytes(struct str *out, int64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = (double)bytes;
    size_t unit = 0;
    for (; fabs(value) >= 1023.95 && unit + 1 < sizeof units / sizeof *units; unit++)
        value /= 1024;
    if (unit == 0)
        format_integer(out, bytes);
    else
        format_fixed(out, value, 1);
    str_appendf(out, " %s", units[unit]);
}

static bool local_time(int64_t wall_ms, struct tm *out)
{
    int64_t seconds = wall_ms / 1000 - (wall_ms % 1000 < 0);
    time_t time = (time_t)seconds;
    return localtime_r(&time, out) != NULL && out->tm_year >= -1900 && out->tm_year <= 9999 - 1900;
}

static char *put_digits(char *out, int value, size_t count)
{
    for (size_t i = count; i > 0; i--, value /= 10)
        out[i - 1] = (char)('0' + value % 10);
    return out + count;
}

// Filters print the times of every row, for which strftime() would be too slow.
size_t local_time_print(char out[LOCAL_TIME_MAX], int64_t wall_ms)
{
    struct tm tm;
    char *at = out;
    if (local_time(wall_ms, &tm)) {
        at = put_digits(at, tm.tm_year + 1900, 4);
        *at++ = '-';
        at = put_digits(at, tm.tm_mon + 1, 2);
        *at++ = '-';
        at = put_digits(at, tm.tm_mday, 2);
        *at++ = ' ';
        at = put_digits(at, tm.tm_hour, 2);
        *at++ = ':';
        at = put_digits(at, tm.tm_min, 2);
        *at++ = ':';
        at = put_digits(at, tm.tm_sec, 2);
    }
    *at = '\0';
    return (size_t)(at - out);
}

static void format_time(struct str *out, int64_t wall_ms, int64_t now_ms)
{
    char text[LOCAL_TIME_MAX], today[LOCAL_TIME_MAX];
    const size_t date_len = sizeof "2026-11-20 " - 1;
    if (local_time_print(text, wall_ms) == 0) {
        format_integer(out, wall_ms);
        return;
    }
    local_time_print(today, now_ms);
    str_append(out, strncmp(text, today, date_len) == 0 ? text + date_len : text);
}

// The whole, or its items one by one.
static void append_words(struct str *out, const struct cell *cell)
{
    char *text = mem_strndup(cell->as.text, cell->len);
    const char *said = _(text);
    if (said != text)
        str_append(out, said);
    for (char *at = text; said == text && *at != '\0';) {
        size_t len = strcspn(at, ",;");
        size_t gap = at[len] != '\0' ? 1 + strspn(at + len + 1, " ") : 0;
        char *item = mem_strndup(at, len);
        str_append(out, _(item));
        str_append_bytes(out, at + len, gap);
        free(item);
        at += len + gap;
    }
    free(text);
}

// "7.5", "147", "12k": four columns for all that a host counts.
static void format_short(struct str *out, double value)
{
    static const char units[] = {'k', 'M', 'G', 'T'};
    size_t unit = 0;
    for (; fabs(value) >= (unit == 0 ? 9999.5 : 999.5) && unit < sizeof units; unit++)
        value /= 1000;
    char number[CELL_PLAIN_MAX];
    bool small = unit == 0 && fabs(value) < 9.95 && value != floor(value);
    str_append_bytes(out, number, print_fixed(number, value, small ? 1 : 0));
    if (unit > 0)
        str_append_char(out, units[unit - 1]);
}

// Blocks, behind them what a full block is, where the column does not say it.
static void format_series(struct str *out, const struct column *column, const struct cell *cell)
{
    size_t cols = column->width > 0 ? column->width : cell->len;
    struct series_range range;
    struct str scale = {0};
    if (column->series_top == 0 && column->width >= 3 * SCALE_COLS &&
        series_range(cell->as.series, cell->len, &range)) {
        if (column->series_of == KIND_DURATION_S)
            format_seconds(&scale, range.most);
        else
            format_short(&scale, range.most);
        size_t room = 1 + (scale.len > SCALE_COLS ? scale.len : SCALE_COLS);
        if (cols > 2 * room)
            cols -= room;
        else
            str_clear(&scale); // figures beyond all measure
    }
    series_append(out, cell->as.series, cell->len, cols, column->series_top);
    if (scale.len > 0)
        str_appendf(out, " %*s", SCALE_COLS, str_text(&scale));
    str_dispose(&scale);
}

void cell_format(struct str *out, const struct column *column, const struct cell *cell,
                 int64_t now_ms)
{
    if (!cell->known) {
        str_append(out, UNKNOWN_TEXT);
        return;
    }
    switch (column->kind) {
    case KIND_TEXT:
    case KIND_ADDRESS:
        if (column->words)
            append_words(out, cell);
        else
            cell_plain(out, column, cell);
        break;
    case KIND_BOOL:
        str_append(out, cell->as.integer ? _("yes") : _("no"));
        break;
    case KIND_INT:
        if (column->id)
            cell_plain(out, column, cell);
        else
            format_integer(out, cell->as.integer);
        break;
    case KIND_REAL:
    case KIND_DURATION_MS:
        if (column_is_hours(column))
            format_hours(out, cell->as.real);
        else
            format_fixed(out, cell->as.real, decimals_for(column->kind, cell->as.real));
        break;
    case KIND_PCT:
        format_fixed(out, cell->as.real, 1);
        break;
    case KIND_TIME:
        format_time(out, cell->as.integer, now_ms);
        break;
    case KIND_DURATION_S:
        format_seconds(out, cell->as.real);
        break;
    case KIND_BYTES:
        format_bytes(out, cell->as.integer);
        break;
    case KIND_SERIES:
        format_series(out, column, cell);
        break;
    }
}
