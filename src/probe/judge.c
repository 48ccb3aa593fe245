// SPDX-License-Identifier: MIT

// Tallies, words and thresholds as compiled filter expressions.
#include "probe/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/tally.h"
#include "probe/wording.h"
#include "table/filter.h"

#define WORDS_PREFIX "words "
#define TALLY_PREFIX "tally "

struct rule {
    size_t column;
    struct filter *warn, *crit; // NULL: none
};

struct judge {
    struct rule *rules;
    size_t count, cap;
    struct wording **wordings;
    size_t wording_count, wording_cap;
    struct tally **tallies;
    size_t tally_count, tally_cap;
};

static struct filter *compile(const struct profile_threshold *threshold, const char *which,
                              const char *text, const struct schema *schema,
                              struct err_list *errors)
{
    struct filter *filter = NULL;
    struct err err = {0};
    size_t position = 0;
    if (text == NULL || filter_parse(text, schema, &filter, &position, &err))
        return filter;
    err_list_add(errors, "%s:%d: [threshold %s.%s] %s, character %zu: %s", threshold->place.path,
                 threshold->place.line, threshold->probe, threshold->column, which, position + 1,
                 err.text);
    return NULL;
}

// The column of a section "PREFIX PANE.COLUMN" of this pane; NULL: it is another section.
static const char *column_of(const struct ini_section *section, const char *prefix,
                             const struct schema *schema)
{
    size_t prefix_len = strlen(prefix), name_len = strlen(schema->name);
    const char *name = section->name + prefix_len;
    bool ours = strncmp(section->name, prefix, prefix_len) == 0 &&
                strncmp(name, schema->name, name_len) == 0 && name[name_len] == '.';
    return ours ? name + name_len + 1 : NULL;
}

static void add_wordings(struct judge *judge, const struct profile *profile,
                         const struct schema *schema, struct err_list *errors)
{
    for (size_t i = 0; i < profile->ini.count; i++) {
        const struct ini_section *section = &profile->ini.sections[i];
        const char *column = column_of(section, WORDS_PREFIX, schema);
        struct wording *wording =
            column != NULL ? wording_compile(section, column, schema, errors) : NULL;
        if (wording == NULL)
            continue;
        struct wording **slot = mem_push(&judge->wordings, &judge->wording_count,
                                         &judge->wording_cap, sizeof(struct wording *));
        *slot = wording;
    }
}

static void add_tallies(struct judge *judge, const struct profile *profile,
                        const struct schema *schema, struct err_list *errors)
{
    for (size_t i = 0; i < profile->ini.count; i++) {
        const struct ini_section *section = &profile->ini.sections[i];
        const char *column = column_of(section, TALLY_PREFIX, schema);
        struct tally *tally =
            column != NULL ? tally_compile(section, column, schema, errors) : NULL;
        if (tally == NULL)
            continue;
        struct tally **slot = mem_push(&judge->tallies, &judge->tally_count, &judge->tally_cap,
                                       sizeof(struct tally *));
        *slot = tally;
    }
}

struct judge *judge_new(const struct profile *profile, const struct probe *probe,
                        struct err_list *errors)
{
    struct judge *judge = mem_alloc(sizeof *judge);
    const struct schema *schema = probe->schema;
    add_tallies(judge, profile, schema, errors);
    add_wordings(judge, profile, schema, errors);
    for (size_t i = 0; i < profile->threshold_count; i++) {
        const struct profile_threshold *threshold = &profile->thresholds[i];
        if (strcmp(threshold->probe, schema->name) != 0)
            continue;
        int column = schema_find(schema, threshold->column);
        if (column < 0) {
            const char *nearest = schema_nearest(schema, threshold->column);
            err_list_add(errors, "%s:%d: %s has no column '%s'%s%s%s", threshold->place.path,
                         threshold->place.line, schema->name, threshold->column,
                         nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                         nearest != NULL ? "'?" : "");
            continue;
        }
        struct rule *rule = mem_push(&judge->rules, &judge->count, &judge->cap, sizeof *rule);
        rule->column = (size_t)column;
        rule->warn = compile(threshold, "warn", threshold->warn, schema, errors);
        rule->crit = compile(threshold, "crit", threshold->crit, schema, errors);
    }
    return judge;
}

void judge_free(struct judge *judge)
{
    if (judge == NULL)
        return;
    for (size_t i = 0; i < judge->count; i++) {
        filter_free(judge->rules[i].warn);
        filter_free(judge->rules[i].crit);
    }
    for (size_t i = 0; i < judge->wording_count; i++)
        wording_free(judge->wordings[i]);
    for (size_t i = 0; i < judge->tally_count; i++)
        tally_free(judge->tallies[i]);
    free(judge->tallies);
    free(judge->wordings);
    free(judge->rules);
    free(judge);
}

void judge_apply(const struct judge *judge, struct table *table)
{
    size_t rows = table_rows(table);
    for (size_t i = 0; i < judge->tally_count; i++)
        tally_apply(judge->tallies[i], table);
    for (size_t i = 0; i < judge->wording_count; i++)
        wording_apply(judge->wordings[i], table);
    for (size_t i = 0; i < judge->count; i++) {
        const struct rule *rule = &judge->rules[i];
        for (size_t row = 0; row < rows; row++) {
            if (rule->crit != NULL && filter_match(rule->crit, table, row))
                table_set_level(table, row, rule->column, LEVEL_CRIT);
            else if (rule->warn != NULL && filter_match(rule->warn, table, row))
                table_set_level(table, row, rule->column, LEVEL_WARN);
        }
    }
}
