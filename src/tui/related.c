// SPDX-License-Identifier: MIT

// Finds related rows by column names and kinds, so that a new pane takes part by naming its columns
// like the others.
#include "tui/related.h"

#include <stdio.h>
#include <string.h>

#include "base/address.h"

static const struct {
    const char *column;
    enum related_family family;
} named[] = {
    {"gateway", RELATED_GATEWAY},         {"mapping_gateway", RELATED_GATEWAY},
    {"routing_gateway", RELATED_GATEWAY}, {"object", RELATED_GATEWAY},
    {"endpoint", RELATED_NUMBER},         {"caller", RELATED_NUMBER},
    {"callee", RELATED_NUMBER},
};

static bool family_of(const struct column *column, enum related_family *family)
{
    if (column->kind == KIND_ADDRESS) {
        *family = RELATED_ADDRESS;
        return true;
    }
    for (size_t i = 0; column->kind == KIND_TEXT && i < sizeof named / sizeof *named; i++) {
        if (strcmp(column->name, named[i].column) != 0)
            continue;
        *family = named[i].family;
        return true;
    }
    return false;
}

// Without the port.
static size_t address_length(const char *text, size_t len)
{
    const char *colon = memchr(text, ':', len);
    bool v4_port = colon != NULL && memchr(text, '.', (size_t)(colon - text)) != NULL;
    return v4_port ? (size_t)(colon - text) : len;
}

static bool key_equals(const struct related_key *key, enum related_family family, const char *text,
                       size_t len)
{
    if (key->family != family)
        return false;
    if (family == RELATED_ADDRESS)
        len = address_length(text, len);
    return key->len == len && memcmp(key->text, text, len) == 0;
}

static void add_key(struct related_keys *keys, enum related_family family, const char *text,
                    size_t len)
{
    for (size_t i = 0; i < keys->count; i++)
        if (key_equals(&keys->keys[i], family, text, len))
            return;
    if (keys->count == RELATED_KEYS_MAX)
        return;
    if (family == RELATED_ADDRESS)
        len = address_length(text, len);
    keys->keys[keys->count++] = (struct related_key){family, text, len};
}

static bool network_has_key(const struct network *network, const struct related_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        char text[ADDRESS_TEXT_MAX];
        struct address address;
        if (keys->keys[i].family != RELATED_ADDRESS || keys->keys[i].len >= sizeof text)
            continue;
        snprintf(text, sizeof text, "%.*s", (int)keys->keys[i].len, keys->keys[i].text);
        if (address_parse(text, &address) && network_contains(network, &address))
            return true;
    }
    return false;
}

static bool is_everything(const struct network *network)
{
    return network->prefix == (address_is_v4(&network->base) ? 96 : 0);
}

// Whether a rule's source or destination, unless negated, contains one of the addresses.
static bool rule_has_key(const struct cell *match, const struct related_keys *keys)
{
    bool negated = false, wanted = false;
    for (size_t at = 0; at < match->len;) {
        const char *word = match->as.text + at;
        const char *space = memchr(word, ' ', match->len - at);
        size_t len = space != NULL ? (size_t)(space - word) : match->len - at;
        at += len + 1;
        char text[ADDRESS_TEXT_MAX];
        struct network network;
        if (wanted && len < sizeof text) {
            memcpy(text, word, len);
            text[len] = '\0';
            if (network_parse(text, &network) && !is_everything(&network) &&
                network_has_key(&network, keys))
                return true;
        }
        wanted = !negated && len == 2 && (memcmp(word, "-s", 2) == 0 || memcmp(word, "-d", 2) == 0);
        negated = len == 1 && word[0] == '!';
    }
    return false;
}

static bool is_rule(const struct schema *schema, size_t col)
{
    return strcmp(schema->name, "firewall") == 0 && strcmp(schema->columns[col].name, "match") == 0;
}

void related_keys_of(const struct table *table, size_t row, struct related_keys *keys)
{
    const struct schema *schema = table_schema(table);
    keys->count = 0;
    for (size_t col = 1; col < schema->column_count; col++) {
        enum related_family family;
        const struct cell *cell = table_cell(table, row, col);
        if (cell->known && family_of(&schema->columns[col], &family) && cell->len > 0)
            add_key(keys, family, cell->as.text, cell->len);
    }
}

// A column that may hold what is looked for.
struct place {
    size_t col;
    enum related_family family;
    bool is_rule;
};

#define PLACES_MAX 32

static size_t places_of(const struct schema *schema, bool addresses_only,
                        struct place out[PLACES_MAX])
{
    size_t count = 0;
    for (size_t col = 1; col < schema->column_count && count < PLACES_MAX; col++) {
        struct place place = {.col = col, .is_rule = is_rule(schema, col)};
        bool fits = family_of(&schema->columns[col], &place.family) &&
                    (!addresses_only || place.family == RELATED_ADDRESS);
        if (fits || place.is_rule)
            out[count++] = place;
    }
    return count;
}

static bool row_matches(const struct related_keys *keys, const struct table *table, size_t row,
                        const struct place *places, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct cell *cell = table_cell(table, row, places[i].col);
        if (!cell->known)
            continue;
        if (places[i].is_rule) {
            if (rule_has_key(cell, keys))
                return true;
            continue;
        }
        for (size_t key = 0; key < keys->count; key++)
            if (key_equals(&keys->keys[key], places[i].family, cell->as.text, cell->len))
                return true;
    }
    return false;
}

bool related_match(const struct related_keys *keys, const struct table *table, size_t row,
                   bool addresses_only)
{
    struct place places[PLACES_MAX];
    size_t count = places_of(table_schema(table), addresses_only, places);
    return row_matches(keys, table, row, places, count);
}

void related_find(const struct model *model, const struct related_keys *keys, size_t host,
                  const struct probe *of, uint64_t self, const struct probe *probe,
                  struct related_rows *out)
{
    out->shown = out->total = 0;
    for (size_t at = 0; keys->count > 0 && at < model->host_count; at++) {
        const struct table *table = model_table(model, at, probe, model_default_variant(probe));
        bool addresses_only = at != host || probe == of;
        if (!model->hosts[at].selected || table == NULL)
            continue;
        struct place places[PLACES_MAX];
        size_t count = places_of(probe->schema, addresses_only, places);
        for (size_t row = 0; row < table_rows(table); row++) {
            if (!row_matches(keys, table, row, places, count))
                continue;
            uint64_t id = table_row_id(table, row);
            if (probe == of && id == self)
                continue;
            out->total++;
            if (out->shown == RELATED_ROWS_MAX)
                continue;
            out->rows[out->shown].host = at;
            out->rows[out->shown++].row = (struct row_ref){table, row, id};
        }
    }
}
