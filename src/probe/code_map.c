// SPDX-License-Identifier: MIT

// Words for codes: exact numbers, ranges of numbers, texts, and what is said of all others.
#include "probe/code_map.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct code {
    int64_t low, high; // numbers, inclusive; low > high: text is compared
    char *text;
    char *word;
};

struct code_map {
    struct code *codes;
    size_t count, cap;
    char *other; // NULL: an unlisted code stays as it is
};

static bool parse_number(const char *text, size_t len, int64_t *out)
{
    struct value value = value_of_text(text, len);
    return len > 0 && strspn(text, "+-0123456789") >= len && value_int(&value, out);
}

// "5", "0..", "..-1", "10..19"; false when the key is a text, or (with *bad) a range that is none.
static bool parse_range(const char *key, struct code *code, bool *bad)
{
    const char *dots = strstr(key, "..");
    *bad = false;
    if (dots == NULL) {
        bool number = parse_number(key, strlen(key), &code->low);
        code->high = code->low;
        return number;
    }
    const char *after = dots + 2;
    code->low = INT64_MIN;
    code->high = INT64_MAX;
    *bad = (dots != key && !parse_number(key, (size_t)(dots - key), &code->low)) ||
           (*after != '\0' && !parse_number(after, strlen(after), &code->high)) ||
           code->low > code->high || (dots == key && *after == '\0');
    return !*bad;
}

struct code_map *code_map_compile(const struct ini_section *section, struct err_list *errors)
{
    struct code_map *map = mem_alloc(sizeof *map);
    for (size_t i = 0; i < section->count; i++) {
        const struct ini_entry *entry = &section->entries[i];
        char *word = ini_unquote(entry->value);
        if (strcmp(entry->key, "other") == 0) {
            map->other = word;
            continue;
        }
        struct code code = {.word = word};
        bool bad;
        if (!parse_range(entry->key, &code, &bad)) {
            code.low = 1;
            code.high = 0;
            code.text = mem_strdup(entry->key);
        }
        if (bad)
            err_list_add(errors, "%s:%d: '%s' is no range of codes; write 0.. or ..-1 or 10..19",
                         entry->place.path, entry->place.line, entry->key);
        struct code *slot = mem_push(&map->codes, &map->count, &map->cap, sizeof *slot);
        *slot = code;
    }
    return map;
}

void code_map_free(struct code_map *map)
{
    if (map == NULL)
        return;
    for (size_t i = 0; i < map->count; i++) {
        free(map->codes[i].text);
        free(map->codes[i].word);
    }
    free(map->codes);
    free(map->other);
    free(map);
}

static void set_word(struct value *value, const char *word)
{
    if (word[0] == '\0')
        *value = (struct value){0};
    else
        *value = value_of_text(word, strlen(word));
}

static void append_value(struct str *out, const struct value *value)
{
    if (value->type == VALUE_TEXT)
        str_append_bytes(out, value->text, value->len);
    else if (value->type == VALUE_INT)
        str_appendf(out, "%" PRId64, value->integer);
    else
        str_appendf(out, "%.15g", value->real);
}

static void set_other(const struct code_map *map, struct value *value, struct str *scratch)
{
    const char *hole = strstr(map->other, "{}");
    if (hole == NULL) {
        set_word(value, map->other);
        return;
    }
    struct str word = {0};
    str_append_bytes(&word, map->other, (size_t)(hole - map->other));
    append_value(&word, value);
    str_append(&word, hole + 2);
    str_dispose(scratch); // only now: the value may lie in it
    *scratch = word;
    *value = value_of_text(scratch->text, scratch->len);
}

void code_map_apply(const struct code_map *map, struct value *value, struct str *scratch)
{
    int64_t number = 0;
    bool is_number = value_int(value, &number);
    for (size_t i = 0; i < map->count; i++) {
        const struct code *code = &map->codes[i];
        bool hit = code->text == NULL
                       ? is_number && number >= code->low && number <= code->high
                       : value->type == VALUE_TEXT && strlen(code->text) == value->len &&
                             memcmp(code->text, value->text, value->len) == 0;
        if (hit) {
            set_word(value, code->word);
            return;
        }
    }
    if (map->other != NULL)
        set_other(map, value, scratch);
}
