// SPDX-License-Identifier: MIT

// Finds in a row what can be acted on, by column names and kinds.
#include "tui/subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/state.h"

#define WORDS_MAX 600 // bytes of one row in words

static bool row_of(const struct console *console, const struct overview_target *target,
                   struct row_ref *row)
{
    if (target->row == 0 || target->probe == NULL)
        return false;
    const struct table *table = model_table(console->model, target->host, target->probe,
                                            model_default_variant(target->probe));
    size_t at;
    if (table == NULL || !table_find(table, target->row, &at))
        return false;
    *row = (struct row_ref){table, at, target->row};
    return true;
}

// A row that needs a person stands for the row of the pane that it leads to.
static bool overview_row(struct console *console, struct row_ref *row)
{
    struct overview_target target;
    return overview_target(console->overview, console->model, &target) &&
           row_of(console, &target, row);
}

bool subject_row_elsewhere(struct console *console, size_t index, struct row_ref *row)
{
    struct overview_target target;
    return console->viewer == NULL && console->here < 0 &&
           overview_target_elsewhere(console->overview, index, &target) &&
           row_of(console, &target, row);
}

bool subject_row(struct console *console, struct row_ref *row, int *column)
{
    if (console->viewer != NULL) {
        *row = (struct row_ref){console->viewer->table, console->viewer->row, console->viewer->id};
        *column = -1;
        return console->viewer->table != NULL;
    }
    if (console->here < 0 && console->overview->focus == SECTION_ATTENTION) {
        *column = -1;
        return overview_row(console, row);
    }
    *column = table_view_column(console_table(console));
    return table_view_current(console_table(console), row);
}

size_t subject_host(const struct console *console, const struct row_ref *row)
{
    const struct cell *name = table_cell(row->table, row->row, 0);
    for (size_t host = 0; host < console->model->host_count; host++) {
        const char *here = console->model->hosts[host].config->name;
        if (name->known && strlen(here) == name->len && memcmp(here, name->as.text, name->len) == 0)
            return host;
    }
    return SUBJECT_NO_HOST;
}

static bool cell_text(const struct cell *cell, char out[ADDRESS_TEXT_MAX])
{
    if (!cell->known || cell->len == 0 || cell->len >= ADDRESS_TEXT_MAX)
        return false;
    snprintf(out, ADDRESS_TEXT_MAX, "%.*s", (int)cell->len, cell->as.text);
    return true;
}

static bool cell_to_network(const struct cell *cell, struct network *out)
{
    char text[ADDRESS_TEXT_MAX];
    struct address address;
    if (!cell_text(cell, text))
        return false;
    if (strchr(text, '/') != NULL)
        return network_parse(text, out);
    if (!address_parse_endpoint(text, &address, NULL))
        return false;
    *out = (struct network){address, 128};
    return true;
}

// What stands behind -s.
static bool rule_source(const struct cell *match, struct network *out)
{
    bool negated = false, wanted = false;
    for (size_t at = 0; match->known && at < match->len;) {
        const char *word = match->as.text + at;
        const char *space = memchr(word, ' ', match->len - at);
        size_t len = space != NULL ? (size_t)(space - word) : match->len - at;
        struct cell source = {.known = true, .len = (uint32_t)len, .as.text = word};
        at += len + 1;
        if (wanted && cell_to_network(&source, out))
            return true;
        wanted = !negated && len == 2 && memcmp(word, "-s", 2) == 0;
        negated = len == 1 && word[0] == '!';
    }
    return false;
}

bool subject_network(const struct row_ref *row, int column, struct network *out)
{
    const struct schema *schema = table_schema(row->table);
    if (column >= 0 && schema->columns[column].kind == KIND_ADDRESS &&
        cell_to_network(table_cell(row->table, row->row, (size_t)column), out))
        return true;
    for (size_t col = 0; col < schema->column_count; col++)
        if (schema->columns[col].kind == KIND_ADDRESS &&
            cell_to_network(table_cell(row->table, row->row, col), out))
            return true;
    int target = strcmp(schema->name, "audit") == 0 ? schema_find(schema, "target") : -1;
    if (target >= 0 && cell_to_network(table_cell(row->table, row->row, (size_t)target), out))
        return true;
    int match = strcmp(schema->name, "firewall") == 0 ? schema_find(schema, "match") : -1;
    return match >= 0 && rule_source(table_cell(row->table, row->row, (size_t)match), out);
}

bool subject_address(const struct row_ref *row, int column, struct address *out)
{
    struct network network;
    if (!subject_network(row, column, &network) || network.prefix != 128)
        return false;
    *out = network.base;
    return true;
}

bool subject_cell(const struct row_ref *row, const char *column, struct str *out)
{
    const struct schema *schema = table_schema(row->table);
    int col = schema_find(schema, column);
    const struct cell *cell = col >= 0 ? table_cell(row->table, row->row, (size_t)col) : NULL;
    size_t before = out->len;
    if (cell != NULL && cell->known)
        cell_plain(out, &schema->columns[col], cell);
    return out->len > before;
}

void subject_words(const struct row_ref *row, struct str *out)
{
    const struct schema *schema = table_schema(row->table);
    struct str words = {0};
    str_append(&words, schema->name);
    for (size_t col = 0; col < schema->column_count && words.len < WORDS_MAX; col++) {
        const struct cell *cell = table_cell(row->table, row->row, col);
        if (!cell->known || schema->columns[col].kind == KIND_SERIES)
            continue;
        str_appendf(&words, "%s %s ", words.len == strlen(schema->name) ? ":" : ",",
                    schema->columns[col].name);
        cell_plain(&words, &schema->columns[col], cell);
    }
    char *clean = text_clean_dup(str_text(&words));
    str_append(out, clean);
    free(clean);
    str_dispose(&words);
}
