// SPDX-License-Identifier: MIT

// The parser of conditions: what is wrong is said where it stands.
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "checklist/condition_term.h"

struct parser {
    const char *text;
    size_t at;
    const struct schema *schema;
    struct condition *condition;
    size_t *position;
    struct err *err;
};

static const char *const aggregates[] = {
    [AGGREGATE_COUNT] = "count", [AGGREGATE_CRITICAL] = "critical", [AGGREGATE_WARNING] = "warning",
    [AGGREGATE_SUM] = "sum",     [AGGREGATE_MIN] = "min",           [AGGREGATE_MAX] = "max",
};

static const struct {
    const char *sign;
    enum relation relation;
} relations[] = {
    // the longer sign first
    {"!=", RELATION_UNEQUAL}, {">=", RELATION_AT_LEAST}, {"<=", RELATION_AT_MOST},
    {"=", RELATION_EQUAL},    {">", RELATION_MORE},      {"<", RELATION_LESS},
};

// Marks the place of a fault; err_set() follows.
static struct err *fault_at(struct parser *p, size_t position)
{
    *p->position = position;
    return p->err;
}

static void skip_blanks(struct parser *p)
{
    while (isspace((unsigned char)p->text[p->at]))
        p->at++;
}

// Where the parenthesis that was opened before p->at is closed; parentheses in quotes are text, and
// those of an unquoted expression are in pairs.
static bool find_closing(struct parser *p, size_t *closing)
{
    int open = 1;
    bool quoted = false;
    for (size_t at = p->at; p->text[at] != '\0'; at++) {
        char c = p->text[at];
        if (quoted && c == '\\' && p->text[at + 1] != '\0')
            at++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == '(')
            open++;
        else if (!quoted && c == ')' && --open == 0) {
            *closing = at;
            return true;
        }
    }
    return err_set(fault_at(p, p->at - 1), "this parenthesis is not closed");
}

static bool take_aggregate(struct parser *p, enum aggregate *out)
{
    size_t len = strcspn(p->text + p->at, "( \t|");
    for (size_t i = 0; i < sizeof aggregates / sizeof *aggregates; i++) {
        if (strlen(aggregates[i]) != len || strncmp(aggregates[i], p->text + p->at, len) != 0)
            continue;
        *out = (enum aggregate)i;
        if (p->text[p->at + len] != '(')
            return err_set(fault_at(p, p->at + len), "behind %s an opening parenthesis is missing",
                           aggregates[i]);
        p->at += len + 1;
        return true;
    }
    return err_set(fault_at(p, p->at),
                   "a figure is due here: count(FILTER), critical(FILTER), warning(FILTER), "
                   "sum(COLUMN), min(COLUMN) or max(COLUMN), then a relation and a number");
}

static bool has_total(enum kind kind)
{
    return kind != KIND_TEXT && kind != KIND_ADDRESS && kind != KIND_BOOL && kind != KIND_TIME &&
           kind != KIND_SERIES;
}

static bool take_column(struct parser *p, struct condition_term *term, size_t closing)
{
    skip_blanks(p);
    size_t len = 0;
    while (p->at + len < closing && p->text[p->at + len] != ',' &&
           !isspace((unsigned char)p->text[p->at + len]))
        len++;
    char *name = mem_strndup(p->text + p->at, len);
    int col = schema_find(p->schema, name);
    const char *nearest = schema_nearest(p->schema, name);
    bool fine = col >= 0;
    if (len == 0)
        err_set(fault_at(p, p->at), "the name of a column is missing");
    else if (!fine && nearest != NULL)
        err_set(fault_at(p, p->at), "there is no column \"%s\" in %s; did you mean %s?", name,
                p->schema->name, nearest);
    else if (!fine)
        err_set(fault_at(p, p->at), "there is no column \"%s\" in %s", name, p->schema->name);
    else if (!has_total(p->schema->columns[col].kind))
        fine = err_set(fault_at(p, p->at), "%s holds no numbers: count its rows", name);
    free(name);
    term->col = fine ? (size_t)col : 0;
    p->at += len;
    skip_blanks(p);
    if (fine && p->at < closing && p->text[p->at] != ',')
        return err_set(fault_at(p, p->at), "between the column and the filter a comma is missing");
    p->at += fine && p->at < closing;
    return fine;
}

static bool take_filter(struct parser *p, struct condition_term *term, size_t closing)
{
    char *text = mem_strndup(p->text + p->at, closing - p->at);
    size_t wrong = 0;
    bool fine = filter_parse(text, p->schema, &term->filter, &wrong, p->err);
    if (!fine)
        *p->position = p->at + wrong;
    free(text);
    p->at = closing + 1;
    return fine;
}

static bool take_relation(struct parser *p, enum relation *out)
{
    skip_blanks(p);
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++) {
        if (strncmp(p->text + p->at, relations[i].sign, strlen(relations[i].sign)) != 0)
            continue;
        *out = relations[i].relation;
        p->at += strlen(relations[i].sign);
        return true;
    }
    return err_set(fault_at(p, p->at), "a relation is due here: = != > >= < <=");
}

static bool parse_count(const char *text, double *out)
{
    char *end;
    if (!isdigit((unsigned char)*text) || strlen(text) > 9)
        return false;
    *out = (double)strtol(text, &end, 10);
    return *end == '\0';
}

// The filter's own parser reads the number, so that it takes the same units as in a filter.
static bool parse_in_unit(struct parser *p, const struct condition_term *term, const char *text,
                          double *out)
{
    char *compared = mem_printf("%s>=%s", p->schema->columns[term->col].name, text);
    struct filter *filter = NULL;
    size_t position;
    bool above;
    bool fine = filter_parse(compared, p->schema, &filter, &position, NULL) &&
                filter_bound(filter, term->col, out, &above);
    filter_free(filter);
    free(compared);
    return fine;
}

static bool take_number(struct parser *p, struct condition_term *term)
{
    skip_blanks(p);
    size_t len = strcspn(p->text + p->at, " \t|\"");
    char *text = mem_strndup(p->text + p->at, len);
    bool counted = !aggregate_takes_column(term->aggregate);
    bool fine = len > 0 && (counted ? parse_count(text, &term->bound)
                                    : parse_in_unit(p, term, text, &term->bound));
    if (!fine && counted)
        err_set(fault_at(p, p->at), "a number of rows is due here");
    else if (!fine)
        err_set(fault_at(p, p->at), "a value of this column is due here: %s",
                p->schema->columns[term->col].name);
    free(text);
    p->at += len;
    return fine;
}

static bool parse_term(struct parser *p, struct condition_term *term)
{
    size_t begin = p->at, closing = 0;
    if (!take_aggregate(p, &term->aggregate) || !find_closing(p, &closing))
        return false;
    term->text = mem_strndup(p->text + begin, closing + 1 - begin);
    if (aggregate_takes_column(term->aggregate) && !take_column(p, term, closing))
        return false;
    return take_filter(p, term, closing) && take_relation(p, &term->relation) &&
           take_number(p, term);
}

static bool parse_condition(struct parser *p)
{
    struct condition *condition = p->condition;
    bool term_due = true;
    for (skip_blanks(p); p->text[p->at] != '\0'; skip_blanks(p)) {
        if (p->text[p->at] == '|') {
            if (term_due)
                return err_set(fault_at(p, p->at), "before | a term is missing");
            term_due = true;
            p->at++;
            continue;
        }
        bool opens = term_due && condition->count > 0;
        struct condition_term *term =
            mem_push(&condition->terms, &condition->count, &condition->cap, sizeof *term);
        term->opens_alternative = opens;
        term_due = false;
        if (!parse_term(p, term))
            return false;
    }
    return !term_due ||
           err_set(fault_at(p, p->at), condition->count > 0 ? N_("behind | a term is missing")
                                                            : N_("the condition is empty"));
}

bool condition_parse(const char *text, const struct schema *schema, struct condition **out,
                     size_t *position, struct err *err)
{
    struct condition *condition = mem_alloc(sizeof *condition);
    condition->schema = schema;
    struct parser parser = {
        .text = text, .schema = schema, .condition = condition, .position = position, .err = err};
    *position = 0;
    *out = NULL;
    if (!parse_condition(&parser)) {
        condition_free(condition);
        return false;
    }
    *out = condition;
    return true;
}
