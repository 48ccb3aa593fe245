// SPDX-License-Identifier: MIT

// Random filters on random tables against an evaluator that is too simple to be wrong.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <regex.h>
#include <strings.h>

#include "table_samples.h"

#include "base/address.h"
#include "base/clock.h"

// A term as it was meant, before it was written down.
struct meant {
    int col; // -1: a word
    const char *relation;
    const char *value;
    bool negated, opens_alternative;
};

static void lower(char *text)
{
    for (char *at = text; *at != '\0'; at++) {
        if (at > text && at[-1] == '\xc3' && *at == '\x89')
            *at = '\xa9';
        else if ((unsigned char)*at < 0x80)
            *at = (char)tolower((unsigned char)*at);
    }
}

static char *lower_plain(const struct column *column, const struct cell *cell)
{
    struct str out = {0};
    cell_plain(&out, column, cell);
    char *text = str_take(&out);
    lower(text);
    return text;
}

static bool naive_contains(const struct column *column, const struct cell *cell, const char *value)
{
    char *text = lower_plain(column, cell), *wanted = mem_strdup(value);
    lower(wanted);
    bool found = strstr(text, wanted) != NULL;
    if (!found && column->kind == KIND_TIME) {
        text[strlen("2026-11-20")] = ' ';
        text[strlen("2026-11-20 08:15:07")] = '\0';
        found = strstr(text, wanted) != NULL;
    }
    free(text);
    free(wanted);
    return found;
}

static bool naive_in_network(const struct cell *cell, const char *value, bool *is_network)
{
    struct network network;
    struct address address;
    *is_network = network_parse(value, &network);
    return *is_network && address_parse_endpoint(cell->as.text, &address, NULL) &&
           network_contains(&network, &address);
}

static int naive_rank(const char *text)
{
    int rank = 0;
    while (sample_ranks[rank] != NULL && strcasecmp(sample_ranks[rank], text) != 0)
        rank++;
    return rank;
}

static int naive_order(const struct column *column, const struct cell *cell, const char *value)
{
    double number;
    if (column->ranks != NULL)
        return naive_rank(cell->as.text) - naive_rank(value);
    if (column->kind != KIND_TIME && cell_number(column, cell, &number)) {
        double wanted = column->kind == KIND_BOOL ? strcmp(value, "yes") == 0 : atof(value);
        return (number > wanted) - (number < wanted);
    }
    char *text = lower_plain(column, cell), *wanted = mem_strdup(value);
    lower(wanted);
    int order = strcmp(text, wanted);
    free(text);
    free(wanted);
    return order;
}

static bool naive_matches(const struct column *column, const struct cell *cell, const char *value)
{
    regex_t regex;
    assert_int_equal(regcomp(&regex, value, REG_EXTENDED | REG_ICASE | REG_NOSUB), 0);
    char *text = lower_plain(column, cell);
    bool found = regexec(&regex, text, 0, NULL, 0) == 0;
    free(text);
    regfree(&regex);
    return found;
}

static bool naive_relation(const struct meant *term, const struct column *column,
                           const struct cell *cell)
{
    bool is_network = false;
    if (column->kind == KIND_ADDRESS && strchr(":=!", *term->relation) != NULL) {
        bool inside = naive_in_network(cell, term->value, &is_network);
        if (is_network)
            return inside != (*term->relation == '!');
    }
    if (strcmp(term->relation, ":") == 0)
        return naive_contains(column, cell, term->value);
    if (strcmp(term->relation, "~") == 0)
        return naive_matches(column, cell, term->value);
    int order = naive_order(column, cell, term->value);
    if (strcmp(term->relation, "=") == 0)
        return order == 0;
    if (strcmp(term->relation, "!=") == 0)
        return order != 0;
    bool equal_too = term->relation[1] == '=';
    return *term->relation == '<' ? order < equal_too : order > -equal_too;
}

static bool naive_term(const struct meant *term, const struct table *table, size_t row)
{
    if (term->col < 0) {
        bool found = false, is_network;
        for (size_t col = 0; col < COL_COUNT; col++) {
            const struct cell *cell = table_cell(table, row, col);
            if (!cell->known)
                continue;
            found = found || naive_contains(&sample_columns[col], cell, term->value);
            if (sample_columns[col].kind == KIND_ADDRESS && strchr(term->value, '/') != NULL)
                found = found || naive_in_network(cell, term->value, &is_network);
        }
        return found != term->negated;
    }
    const struct cell *cell = table_cell(table, row, (size_t)term->col);
    if (*term->value == '\0')
        return cell->known != (strcmp(term->relation, "=") == 0) ? !term->negated : term->negated;
    return cell->known && naive_relation(term, &sample_columns[term->col], cell) != term->negated;
}

static bool naive_filter(const struct meant *terms, size_t count, const struct table *table,
                         size_t row)
{
    bool any = count == 0;
    for (size_t i = 0; i < count;) {
        bool all = true;
        do
            all = naive_term(&terms[i++], table, row) && all;
        while (i < count && !terms[i].opens_alternative);
        any = any || all;
    }
    return any;
}

static const char *pick(uint64_t *random, const char *const *words, uint32_t count)
{
    return words[sample_random(random, count)];
}

static const char *random_value(uint64_t *random, const struct column *column, const char *relation)
{
    static const char *const words[] = {"a",     "A1",  "carr",  "1",    "\xc3\x89",
                                        "major", "h s", "2026",  "-11-", "8:3",
                                        "203.0", "no",  "x\xff", "00z",  "2.5"};
    static const char *const patterns[] = {"^a", "[0-9]$", "ca?r+",  "\xc3\xa9",       "a|b",
                                           "^$", "1[0-9]", "(x|y)+", "2026-11-(19|20)"};
    static const char *const networks[] = {"203.0.113.0/24", "203.0.113.9", "2001:db8::/32",
                                           "0.0.0.0/0",      "203.0",       "10.0.0.0/8"};
    static const char *const numbers[] = {"0", "-2.5", "7.25", "3", "1.5", "5120", "20"};
    static const char *const texts[] = {"a", "CARRIER-1", "\xc3\xa9T\xc3\xa9", "with space", "b"};
    static const char *const times[] = {"2026-11-20T12:00:00Z", "2026-11-20T08:30:00Z"};
    static const char *const truths[] = {"yes", "no"};
    if (*relation == '~')
        return pick(random, patterns, 9);
    if (column == NULL || *relation == ':')
        return column != NULL && column->kind == KIND_ADDRESS ? pick(random, networks, 6)
                                                              : pick(random, words, 15);
    if (column->ranks != NULL)
        return sample_ranks[sample_random(random, 5)];
    switch (column->kind) {
    case KIND_TEXT:
        return pick(random, texts, 5);
    case KIND_ADDRESS:
        return pick(random, networks, 6);
    case KIND_BOOL:
        return pick(random, truths, 2);
    case KIND_TIME:
        return pick(random, times, 2);
    default:
        return pick(random, numbers, 7);
    }
}

static struct meant random_term(uint64_t *random)
{
    static const char *const relations[] = {":", "~", "=", "!=", "<", "<=", ">", ">="};
    struct meant term = {.col = (int)sample_random(random, COL_COUNT + 4) - 4,
                         .negated = sample_random(random, 3) == 0,
                         .opens_alternative = sample_random(random, 3) == 0};
    if (term.col < 0) {
        term.col = -1;
        term.relation = "";
        term.value =
            sample_random(random, 8) == 0 ? "203.0.113.0/24" : random_value(random, NULL, "");
        return term;
    }
    const struct column *column = &sample_columns[term.col];
    bool ordered =
        column->ranks != NULL ||
        (column->kind != KIND_TEXT && column->kind != KIND_ADDRESS && column->kind != KIND_BOOL);
    term.relation = pick(random, relations, ordered ? 8 : 4);
    term.value = random_value(random, column, term.relation);
    if (strchr("=!", *term.relation) != NULL && sample_random(random, 5) == 0)
        term.value = "";
    return term;
}

static void write_value(struct str *out, const struct meant *term, uint64_t *random)
{
    bool quoted =
        term->value[strcspn(term->value, " |<>=~!:/\"")] != '\0' || sample_random(random, 4) == 0;
    if (*term->value == '\0' || !quoted) {
        str_append(out, term->value);
        return;
    }
    str_append_char(out, '"');
    for (const char *at = term->value; *at != '\0'; at++)
        str_appendf(out, "%s%c", *at == '"' || *at == '\\' ? "\\" : "", *at);
    str_append_char(out, '"');
}

static char *write_filter(const struct meant *terms, size_t count, uint64_t *random)
{
    struct str out = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            str_append(&out, !terms[i].opens_alternative     ? "  "
                             : sample_random(random, 2) == 0 ? "|"
                                                             : " | ");
        str_appendf(&out, "%s%s%s", terms[i].negated ? "!" : "",
                    terms[i].col < 0 ? "" : sample_columns[terms[i].col].name, terms[i].relation);
        write_value(&out, &terms[i], random);
    }
    return str_take(&out);
}

static void random_filters_agree_with_the_simple_evaluator(void **state)
{
    (void)state;
    uint64_t random = 42;
    size_t seen[2] = {0};
    for (size_t turn = 0; turn < 60; turn++) {
        struct table *table = table_new(&sample_schema);
        for (size_t i = 0; i < 25; i++)
            sample_fill_randomly(table, &random);
        table_seal(table);
        for (size_t i = 0; i < 100; i++) {
            struct meant terms[4];
            size_t count = 1 + sample_random(&random, 4);
            for (size_t k = 0; k < count; k++)
                terms[k] = random_term(&random);
            terms[0].opens_alternative = false;
            char *text = write_filter(terms, count, &random);
            struct filter *filter;
            size_t position;
            struct err err = {0};
            if (!filter_parse(text, &sample_schema, &filter, &position, &err))
                fail_msg("%s: at %zu: %s", text, position, err.text);
            for (size_t row = 0; row < table_rows(table); row++) {
                bool right = naive_filter(terms, count, table, row);
                if (filter_match(filter, table, row) != right)
                    fail_msg("%s: row %zu should%s match", text, row, right ? "" : " not");
                seen[right]++;
            }
            filter_free(filter);
            free(text);
        }
        table_unref(table);
    }
    assert_true(seen[0] > 10000 && seen[1] > 10000);
}

static void random_text_never_breaks_the_parser(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "calls",    "gateway", "severity", "ip", "begin", "asr_pct", "online",
        ":",        "=",       "!=",       ">",  "<=",    "~",       "!",
        "|",        " ",       "\"",       "\\", "10",    "90s",     "203.0.113.0/24",
        "critical", "08:15",   "a",        "(",  "[",     "\xff",    "\xc3\xa9",
        "{2}",      "/"};
    struct table *table = table_new(&sample_schema);
    uint64_t random = 5;
    for (size_t i = 0; i < 10; i++)
        sample_fill_randomly(table, &random);
    table_seal(table);
    size_t parsed = 0;
    for (size_t i = 0; i < 30000; i++) {
        struct str text = {0};
        for (uint32_t k = sample_random(&random, 8); k > 0; k--)
            str_append(&text, pieces[sample_random(&random, 30)]);
        struct filter *filter;
        size_t position = 0;
        struct err err = {0};
        if (filter_parse(str_text(&text), &sample_schema, &filter, &position, &err)) {
            for (size_t row = 0; row < table_rows(table); row++)
                filter_match(filter, table, row);
            filter_free(filter);
            parsed++;
        } else if (position > text.len || !err_is_set(&err)) {
            fail_msg("%s: position %zu, \"%s\"", str_text(&text), position, err.text);
        }
        str_dispose(&text);
    }
    table_unref(table);
    assert_true(parsed > 1000);
}

int main(void)
{
    sample_use_utc();
    clock_freeze(0, SAMPLE_NOW_MS);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_filters_agree_with_the_simple_evaluator),
        cmocka_unit_test(random_text_never_breaks_the_parser),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
