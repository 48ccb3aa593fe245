// SPDX-License-Identifier: MIT

// Columns and variants by name, and the name that was probably meant.
#include <string.h>

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

const char *schema_nearest(const struct schema *schema, const char *name)
{
    size_t len = strlen(name);
    if (len == 0)
        return NULL;
    const char *nearest = NULL;
    size_t least =
        (len / 2 < DISTANCE_MAX ? len / 2 : DISTANCE_MAX) + 1; // "xy" is not a mistyped "ip"
    for (size_t i = 0; i < schema->column_count; i++) {
        const char *candidate = schema->columns[i].name;
        size_t distance = nearest_distance(name, candidate);
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
