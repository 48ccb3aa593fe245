// SPDX-License-Identifier: MIT

// Sort orders as operators write them: "-severity,begin".
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "table/view.h"

static bool refuse_column(const struct schema *schema, const char *name, struct err *err)
{
    if (*name == '\0')
        return err_set(err, "the name of a column is missing; to sort by two write first,second");
    const char *nearest = schema_nearest(schema, name);
    if (nearest != NULL)
        return err_set(err, "there is no column \"%s\" in %s to sort by; did you mean %s?", name,
                       schema->name, nearest);
    struct str names = {0};
    for (size_t i = 0; i < schema->column_count; i++)
        str_appendf(&names, "%s %s", i > 0 ? "," : "", schema->columns[i].name);
    err_set(err, "there is no column \"%s\" in %s to sort by, only%s", name, schema->name,
            str_text(&names));
    str_dispose(&names);
    return false;
}

static bool parse_key(const char *text, size_t len, const struct schema *schema,
                      struct sort_key *key, struct err *err)
{
    while (len > 0 && *text == ' ')
        text++, len--;
    while (len > 0 && text[len - 1] == ' ')
        len--;
    key->descending = len > 0 && *text == '-';
    char *name = mem_strndup(text + key->descending, len - key->descending);
    key->column = schema_find_typed(schema, name);
    bool fine = key->column >= 0 || refuse_column(schema, name, err);
    free(name);
    return fine;
}

bool sort_parse(const char *text, const struct schema *schema,
                struct sort_key keys[VIEW_SORT_LEVELS], struct err *err)
{
    struct sort_key parsed[VIEW_SORT_LEVELS];
    for (size_t i = 0; i < VIEW_SORT_LEVELS; i++)
        parsed[i] = (struct sort_key){.column = -1};
    for (size_t i = 0;; i++) {
        size_t len = strcspn(text, ",");
        if (i == VIEW_SORT_LEVELS)
            return err_set(err, "at most %d columns can be sorted by, written first,second",
                           VIEW_SORT_LEVELS);
        if (!parse_key(text, len, schema, &parsed[i], err))
            return false;
        if (text[len] == '\0')
            break;
        text += len + 1;
    }
    memcpy(keys, parsed, sizeof parsed);
    return true;
}
