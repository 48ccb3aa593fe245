// SPDX-License-Identifier: MIT

// Columns and variants by name, and the name that was probably meant.
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
