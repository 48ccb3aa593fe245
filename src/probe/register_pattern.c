// SPDX-License-Identifier: MIT

// Endpoints grouped by source, and by user.
#include "probe/register_pattern.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    SEVERAL_USERS = 2,
    SEVERAL_SOURCES = 3,
    IN_A_ROW = 3,
    DIGITS_MAX = 18,
};

const char *register_pattern_word(enum register_pattern pattern)
{
    static const char *const words[] = {
        [PATTERN_REPEATED] = "repeated",
        [PATTERN_ONE_SOURCE] = "one-source",
        [PATTERN_SEQUENTIAL] = "sequential",
        [PATTERN_DISTRIBUTED] = "distributed",
    };
    return words[pattern];
}

static bool user_number(const char *user, int64_t *out)
{
    size_t len = strspn(user, "0123456789");
    if (len == 0 || len > DIGITS_MAX || user[len] != '\0')
        return false;
    *out = strtoll(user, NULL, 10);
    return true;
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool has_row(const struct meter_endpoint *endpoints, size_t count, int64_t *numbers)
{
    size_t found = 0, row = 1;

    for (size_t i = 0; i < count; i++)
        found += user_number(endpoints[i].user, &numbers[found]);
    qsort(numbers, found, sizeof *numbers, compare_numbers);
    for (size_t i = 1; i < found; i++) {
        if (numbers[i] == numbers[i - 1])
            continue; // 007 and 7
        row = numbers[i] == numbers[i - 1] + 1 ? row + 1 : 1;
        if (row >= IN_A_ROW)
            return true;
    }
    return false;
}

static void patterns_by_source(const struct meter_endpoint *endpoints, size_t count,
                               enum register_pattern *out)
{
    int64_t *numbers = mem_array(count, sizeof *numbers);

    for (size_t from = 0, to; from < count; from = to) {
        enum register_pattern pattern = PATTERN_REPEATED;
        for (to = from + 1; to < count; to++)
            if (address_compare(&endpoints[from].source, &endpoints[to].source) != 0)
                break;
        if (to - from >= SEVERAL_USERS)
            pattern = has_row(endpoints + from, to - from, numbers) ? PATTERN_SEQUENTIAL
                                                                    : PATTERN_ONE_SOURCE;
        for (size_t i = from; i < to; i++)
            out[i] = pattern;
    }
    free(numbers);
}

static int compare_users(const void *a, const void *b)
{
    const struct meter_endpoint *x = *(const struct meter_endpoint *const *)a;
    const struct meter_endpoint *y = *(const struct meter_endpoint *const *)b;
    return strcmp(x->user, y->user);
}

static void patterns_by_user(const struct meter_endpoint *endpoints, size_t count,
                             enum register_pattern *out)
{
    const struct meter_endpoint **by_user = mem_array(count, sizeof *by_user);

    for (size_t i = 0; i < count; i++)
        by_user[i] = &endpoints[i];
    qsort(by_user, count, sizeof *by_user, compare_users);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count; to++)
            if (strcmp(by_user[from]->user, by_user[to]->user) != 0)
                break;
        for (size_t i = from; to - from >= SEVERAL_SOURCES && i < to; i++)
            out[by_user[i] - endpoints] = PATTERN_DISTRIBUTED;
    }
    free(by_user);
}

void register_patterns(const struct meter_endpoint *endpoints, size_t count,
                       enum register_pattern *out)
{
    patterns_by_source(endpoints, count, out);
    patterns_by_user(endpoints, count, out);
}
