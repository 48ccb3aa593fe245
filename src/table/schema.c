// SPDX-License-Identifier: MIT

// Columns and variants by name, and the name that was probably meant.
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "table/table.h"

#define DISTANCE_MAX 2

int schema_find(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->column_count; i++)
        if (strcmp(schema->columns[i].name, name) == 0)
            return (int)i;
    return -1;
}

// Letters and digits alone, without case.
static bool is_alike(const char *a, size_t a_len, const char *b)
{
    size_t at = 0;
    for (;;) {
        while (at < a_len && !isalnum((unsigned char)a[at]))
            at++;
        while (*b != '\0' && !isalnum((unsigned char)*b))
            b++;
        if (at == a_len || *b == '\0')
            return at == a_len && *b == '\0';
        if (tolower((unsigned char)a[at++]) != tolower((unsigned char)*b++))
            return false;
    }
}

static bool is_unit(const char *suffix)
{
    static const char *const units[] = {"_pct", "_s", "_ms", "_kb", "_pm", "_pps"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i], suffix) == 0)
            return true;
    return false;
}

static bool is_meant(const struct column *column, const char *typed)
{
    const char *last = strrchr(column->name, '_');
    return is_alike(column->name, strlen(column->name), typed) ||
           is_alike(column->title, strlen(column->title), typed) ||
           (last != NULL && is_unit(last) &&
            is_alike(column->name, (size_t)(last - column->name), typed));
}

int schema_find_typed(const struct schema *schema, const char *typed)
{
    int found = schema_find(schema, typed);
    bool has_letter = false;
    for (const char *at = typed; *at != '\0'; at++)
        has_letter |= isalnum((unsigned char)*at) != 0;
    for (size_t i = 0; found < 0 && has_letter && i < schema->column_count; i++) {
        if (!is_meant(&schema->columns[i], typed))
            continue;
        for (size_t other = i + 1; other < schema->column_count; other++)
            if (is_meant(&schema->columns[other], typed))
                return -1;
        found = (int)i;
    }
    return found;
}

int schema_variant(const struct schema *schema, const char *name)
{
    for (int i = 0; schema->variants != NULL && schema->variants[i] != NULL; i++)
        if (strcmp(schema->variants[i], name) == 0)
            return i;
    return -1;
}

// The column whose name begins with what was typed, or count.
static size_t find_begun(const struct schema *schema, const char *typed, size_t len)
{
    size_t i = 0;
    while (i < schema->column_count && strncasecmp(schema->columns[i].name, typed, len) != 0)
        i++;
    return i;
}

const char *schema_nearest(const struct schema *schema, const char *name)
{
    size_t len = strlen(name), nearest = schema->column_count;
    if (len == 0)
        return NULL;
    // "xy" is not a mistyped "ip"
    size_t least = (len / 2 < DISTANCE_MAX ? len / 2 : DISTANCE_MAX) + 1;
    for (size_t i = 0; i < schema->column_count; i++) {
        size_t distance = nearest_distance(name, schema->columns[i].name);
        if (distance < least) {
            least = distance;
            nearest = i;
        }
    }
    if (nearest == schema->column_count)
        nearest = find_begun(schema, name, len);
    return nearest < schema->column_count ? schema->columns[nearest].name : NULL;
}
