// SPDX-License-Identifier: MIT

// The parser of filter expressions: what is wrong is said where it stands.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "table/cell.h"
#include "table/filter_term.h"

struct parser {
    const char *text;
    size_t at;
    const struct schema *schema;
    struct filter *filter;
    size_t *position;
    struct err *err;
};

// A word or value as written: its text without quotes and escapes.
struct piece {
    struct str text;
    size_t begin; // where its first character stands
    bool quoted;
};

static const struct relation {
    const char *sign;
    enum term_test test;
    bool negated;
    unsigned wanted;
} relations[] = {
    // the longer sign first
    {.sign = "!=", .test = TERM_COMPARE, .wanted = ORDER_EQUAL, .negated = true},
    {.sign = ">=", .test = TERM_COMPARE, .wanted = ORDER_MORE | ORDER_EQUAL},
    {.sign = "<=", .test = TERM_COMPARE, .wanted = ORDER_LESS | ORDER_EQUAL},
    {.sign = ">", .test = TERM_COMPARE, .wanted = ORDER_MORE},
    {.sign = "<", .test = TERM_COMPARE, .wanted = ORDER_LESS},
    {.sign = "=", .test = TERM_COMPARE, .wanted = ORDER_EQUAL},
    {.sign = ":", .test = TERM_CONTAINS},
    {.sign = "~", .test = TERM_PATTERN},
};

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool ends_term(char c)
{
    return c == '\0' || c == '|' || is_blank(c);
}

static void skip_blanks(struct parser *p)
{
    while (is_blank(p->text[p->at]))
        p->at++;
}

// Marks the place of a fault; err_set() follows.
static struct err *fault_at(struct parser *p, size_t position)
{
    *p->position = position;
    return p->err;
}

static const struct relation *relation_at(const char *text)
{
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++)
        if (strncmp(text, relations[i].sign, strlen(relations[i].sign)) == 0)
            return &relations[i];
    return NULL;
}

static bool read_quoted(struct parser *p, struct piece *piece)
{
    size_t opening = p->at++;
    piece->begin = p->at;
    piece->quoted = true;
    for (char c; (c = p->text[p->at]) != '"'; p->at++) {
        if (c == '\0')
            return err_set(fault_at(p, opening), "this quote is not closed: \" is missing");
        char next = p->text[p->at + 1];
        if (c == '\\' && (next == '"' || next == '\\'))
            c = p->text[++p->at];
        str_append_char(&piece->text, c);
    }
    p->at++;
    if (!ends_term(p->text[p->at]))
        return err_set(fault_at(p, p->at), "a space is missing behind the closing quote");
    return true;
}

static bool read_piece(struct parser *p, struct piece *piece)
{
    if (p->text[p->at] == '"')
        return read_quoted(p, piece);
    piece->begin = p->at;
    for (; !ends_term(p->text[p->at]); p->at++) {
        if (p->text[p->at] == '"')
            return err_set(fault_at(p, p->at),
                           "a quote goes around the whole text; inside one write \\\"");
        str_append_char(&piece->text, p->text[p->at]);
    }
    return true;
}

// Where in the expression the index-th byte of the piece stands.
static size_t place_in(const struct parser *p, const struct piece *piece, size_t index)
{
    size_t at = piece->begin;
    for (size_t i = 0; i < index; i++) {
        char next = p->text[at + 1];
        at += piece->quoted && p->text[at] == '\\' && (next == '"' || next == '\\') ? 2 : 1;
    }
    return at;
}

// Whether a printed number or time could contain the text.
static bool may_be_number(const char *text)
{
    return text[strspn(text, "0123456789.:- TtZz")] == '\0';
}

static void set_needle(struct term *term, const struct piece *piece)
{
    needle_init(&term->needle, str_text(&piece->text), piece->text.len);
    term->may_be_number = may_be_number(str_text(&piece->text));
}

static bool refuse_column(struct parser *p, size_t begin, const char *name)
{
    struct err *err = fault_at(p, begin);
    const char *nearest = schema_nearest(p->schema, name);
    if (nearest != NULL)
        return err_set(err,
                       "there is no column \"%s\" in %s; did you mean %s? To search for the text "
                       "itself, quote it",
                       name, p->schema->name, nearest);
    struct str names = {0};
    for (size_t i = 0; i < p->schema->column_count; i++)
        str_appendf(&names, "%s %s", i > 0 ? "," : "", p->schema->columns[i].name);
    err_set(err, "there is no column \"%s\" in %s, only%s; to search for the text itself, quote it",
            name, p->schema->name, str_text(&names));
    str_dispose(&names);
    return false;
}

static bool set_network(struct parser *p, struct term *term, const struct piece *piece)
{
    const char *text = str_text(&piece->text);
    term->is_network = network_parse(text, &term->network);
    if (!term->is_network && strchr(text, '/') != NULL)
        return err_set(fault_at(p, piece->begin),
                       "\"%s\" is no network: write an address and a prefix, such as "
                       "203.0.113.0/24 or 2001:db8::/32",
                       text);
    return true;
}

static bool set_rank(struct parser *p, struct term *term, const struct column *column,
                     const struct piece *piece)
{
    term->rank = column_rank(column, str_text(&piece->text), piece->text.len);
    if (column->ranks[term->rank] != NULL)
        return true;
    struct str words = {0};
    for (size_t i = 0; column->ranks[i] != NULL; i++)
        str_appendf(&words, "%s %s", i > 0 ? "," : "", column->ranks[i]);
    err_set(fault_at(p, piece->begin), "\"%s\" is no value of %s; in rising order they are%s",
            str_text(&piece->text), column->name, str_text(&words));
    str_dispose(&words);
    return false;
}

static bool has_order(const struct column *column)
{
    return kind_holds_text(column->kind) ? column->ranks != NULL : column->kind != KIND_BOOL;
}

static bool set_value(struct parser *p, struct term *term, const struct relation *relation,
                      size_t sign_at, const struct piece *piece)
{
    const struct column *column = &p->schema->columns[term->col];
    if ((relation->wanted & (ORDER_LESS | ORDER_MORE)) != 0 && !has_order(column))
        return err_set(fault_at(p, sign_at),
                       "%s takes %s, which has no order: use %s= or %s:", column->name,
                       kind_values(column->kind), column->name, column->name);
    if (column->ranks != NULL)
        return set_rank(p, term, column, piece);
    if (column->kind == KIND_ADDRESS)
        return set_network(p, term, piece);
    if (kind_holds_text(column->kind) ||
        term_value_parse(&term->value, column->kind, str_text(&piece->text)))
        return true;
    return err_set(fault_at(p, piece->begin), "\"%s\" is no value of %s, which takes %s",
                   str_text(&piece->text), column->name, kind_values(column->kind));
}

static bool set_pattern(struct parser *p, struct term *term, const struct piece *piece)
{
    size_t wrong = 0;
    if (pattern_compile(str_text(&piece->text), piece->text.len, &term->pattern, &wrong, p->err))
        return true;
    *p->position = place_in(p, piece, wrong);
    return false;
}

static bool set_test(struct parser *p, struct term *term, const struct relation *relation,
                     size_t sign_at, const struct piece *piece)
{
    bool empty = piece->text.len == 0;
    if (empty && !piece->quoted && relation->wanted == ORDER_EQUAL) {
        term->test = TERM_UNKNOWN;
        return true;
    }
    if (empty && !(piece->quoted && relation->wanted == ORDER_EQUAL))
        return err_set(
            fault_at(p, piece->begin), "behind %s a value is missing: %s", relation->sign,
            relation->test == TERM_PATTERN ? "a regular expression"
                                           : kind_values(p->schema->columns[term->col].kind));
    set_needle(term, piece);
    if (relation->test == TERM_PATTERN)
        return set_pattern(p, term, piece);
    if (relation->test == TERM_COMPARE)
        return set_value(p, term, relation, sign_at, piece);
    const struct column *column = &p->schema->columns[term->col];
    // A list may hold addresses beside other words.
    if (column->list && column->kind != KIND_ADDRESS)
        term->is_network = network_parse(str_text(&piece->text), &term->network);
    return column->kind != KIND_ADDRESS || set_network(p, term, piece);
}

static bool parse_column_term(struct parser *p, struct term *term, const struct relation *relation)
{
    size_t sign_at = p->at;
    p->at += strlen(relation->sign);
    if (relation->test == TERM_COMPARE && p->text[p->at] != '\0' &&
        strchr("=<>~", p->text[p->at]) != NULL)
        return err_set(fault_at(p, p->at),
                       "there is no relation %s%c; there are : = != > >= < <= ~", relation->sign,
                       p->text[p->at]);
    term->test = relation->test;
    term->wanted = relation->wanted;
    term->negated = term->negated != relation->negated;
    struct piece piece = {0};
    bool fine = read_piece(p, &piece) && set_test(p, term, relation, sign_at, &piece);
    str_dispose(&piece.text);
    return fine;
}

// Refuses what is meant as more than a word, and would find nothing as one.
static bool check_word(struct parser *p, const struct piece *piece)
{
    const char *text = str_text(&piece->text), *slash = strchr(text, '/');
    struct address address;
    char *before = mem_strndup(text, slash != NULL ? (size_t)(slash - text) : 0);
    bool is_prefix = slash != NULL && address_parse(before, &address);
    free(before);
    if (is_prefix)
        return err_set(fault_at(p, piece->begin + (size_t)(slash - text) + 1),
                       "\"%s\" is no network: behind the / stands a prefix of 0 to %d", text,
                       address_is_v4(&address) ? 32 : 128);
    if (text[0] == '(' || (text[0] == ')' && text[1] == '\0'))
        return err_set(fault_at(p, piece->begin),
                       "there are no parentheses here: terms side by side are and, | is or; to "
                       "search for the sign itself, quote it");
    return true;
}

static bool parse_word(struct parser *p, struct term *term)
{
    struct piece piece = {0};
    bool fine = read_piece(p, &piece);
    if (fine && piece.text.len == 0)
        fine = err_set(fault_at(p, piece.begin - 1), "there is nothing between these quotes");
    if (fine) {
        term->test = TERM_WORD;
        set_needle(term, &piece);
        term->is_network = strchr(str_text(&piece.text), '/') != NULL &&
                           network_parse(str_text(&piece.text), &term->network);
        fine = piece.quoted || term->is_network || check_word(p, &piece);
    }
    str_dispose(&piece.text);
    return fine;
}

// What looks like a column and a relation but is a word: 08:15, ::1, fe80::1/64.
static bool is_word_anyway(const char *text, size_t name_len, const struct relation *relation)
{
    if (relation->test == TERM_CONTAINS && (name_len == 0 || strchr("0123456789", text[0]) != NULL))
        return true;
    size_t len = 0;
    while (!ends_term(text[len]))
        len++;
    struct network network;
    char *token = mem_strndup(text, len);
    bool is_network = network_parse(token, &network);
    free(token);
    return is_network;
}

static bool parse_term(struct parser *p, struct term *term)
{
    size_t begin = p->at;
    term->negated = p->text[p->at] == '!';
    p->at += term->negated;
    if (term->negated && (ends_term(p->text[p->at]) || p->text[p->at] == '!'))
        return err_set(fault_at(p, begin), "behind one ! stands the term that must not hold");
    const char *text = p->text + p->at;
    size_t len = 0;
    const struct relation *relation = NULL;
    while (!ends_term(text[len]) && text[len] != '"' &&
           (relation = relation_at(text + len)) == NULL)
        len++;
    if (relation == NULL)
        return parse_word(p, term);
    char *name = mem_strndup(text, len);
    int col = schema_find_typed(p->schema, name);
    bool fine;
    if (col >= 0) {
        term->col = (size_t)col;
        p->at += len;
        fine = parse_column_term(p, term, relation);
    } else if (is_word_anyway(text, len, relation)) {
        fine = parse_word(p, term);
    } else if (len == 0) {
        fine = err_set(fault_at(p, p->at),
                       "before %s the name of a column is missing; to search for "
                       "the text itself, quote it",
                       relation->sign);
    } else {
        fine = refuse_column(p, p->at, name);
    }
    free(name);
    return fine;
}

static bool parse_expression(struct parser *p)
{
    struct filter *filter = p->filter;
    bool term_due = false;
    for (skip_blanks(p); p->text[p->at] != '\0'; skip_blanks(p)) {
        if (p->text[p->at] == '|') {
            if (filter->count == 0 || term_due)
                return err_set(fault_at(p, p->at), "before | a term is missing");
            term_due = true;
            p->at++;
            continue;
        }
        struct term *term = mem_push(&filter->terms, &filter->count, &filter->cap, sizeof *term);
        term->opens_alternative = term_due;
        term_due = false;
        if (!parse_term(p, term))
            return false;
    }
    return !term_due || err_set(fault_at(p, p->at), "behind | a term is missing");
}

bool filter_parse(const char *text, const struct schema *schema, struct filter **out,
                  size_t *position, struct err *err)
{
    struct parser parser = {.text = text == NULL ? "" : text,
                            .schema = schema,
                            .filter = mem_alloc(sizeof *parser.filter),
                            .position = position,
                            .err = err};
    parser.filter->schema = schema;
    *position = 0;
    *out = NULL;
    if (!parse_expression(&parser)) {
        filter_free(parser.filter);
        return false;
    }
    *out = parser.filter;
    return true;
}
