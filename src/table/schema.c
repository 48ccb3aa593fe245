// SPDX-License-Identifier: MIT

// Columns and variants by name, and the name that was probably meant.
#include <string.h>

#include "table/table.h"

#define DISTANCE_MAX 2
#define NAME_MAX_LEN 64

int schema_find(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->column_count; i++)
        if (strcmp(schema->columns[i].name, name) == 0)
            return (int)i;
    return -1;
}

int schema_variant(const struct schema *schema, const char *name)
{
    for (int i = 0; schema->variants != NULL && schema->variants[i] != NULL; i++)
        if (strcmp(schema->variants[i], name) == 0)
            return i;
    return -1;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Letters to insert, delete or change to make b of a. Both at most NAME_MAX_LEN long.
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[NAME_MAX_LEN + 1];
    size_t b_len = strlen(b);
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = smaller(changed, smaller(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_len];
}

const char *schema_nearest(const struct schema *schema, const char *name)
{
    size_t len = strlen(name);
    if (len == 0 || len > NAME_MAX_LEN)
        return NULL;
    const char *nearest = NULL;
    size_t least = smaller(DISTANCE_MAX, len / 2) + 1; // "xy" is not a mistyped "ip"
    for (size_t i = 0; i < schema->column_count; i++) {
        const char *candidate = schema->columns[i].name;
        if (strlen(candidate) > NAME_MAX_LEN)
            continue;
        size_t distance = edit_distance(name, candidate);
        if (distance < least) {
            least = distance;
            nearest = candidate;
        }
    }
    for (size_t i = 0; nearest == NULL && i < schema->column_count; i++)
        if (strncmp(schema->columns[i].name, name, len) == 0)
            nearest = schema->columns[i].name;
    return nearest;
}
