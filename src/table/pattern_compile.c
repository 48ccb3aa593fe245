// SPDX-License-Identifier: MIT

// The compiler of regular expressions: one pass over the text, errors with their place.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "table/fold.h"
#include "table/pattern_program.h"

#define REPEAT_MAX 255
#define CODE_LAST  0x10ffff

struct compiler {
    const char *text;
    size_t len, at;
    size_t begin; // of the character or repetition at hand
    struct pattern *pattern;
    size_t *position;
    struct err *err;
};

static bool compile_choice(struct compiler *c);

static bool pattern_refuse(struct compiler *c, size_t position, const char *sentence)
{
    *c->position = position;
    return err_set(c->err, "%s", _(sentence));
}

static bool at_char(const struct compiler *c, char wanted)
{
    return c->at < c->len && c->text[c->at] == wanted;
}

static bool emit(struct compiler *c, enum step_op op, int arg)
{
    struct pattern *pattern = c->pattern;
    if (pattern->step_count == PATTERN_STEPS_MAX - 1) // one is kept for STEP_MATCH
        return pattern_refuse(c, c->begin, "the pattern becomes too large here: repeat less");
    pattern->steps[pattern->step_count++] = (struct step){.op = op, .arg = arg};
    return true;
}

static bool emit_split_before(struct compiler *c, size_t start, int arg)
{
    if (!emit(c, STEP_SPLIT, arg))
        return false;
    struct step *steps = c->pattern->steps;
    struct step split = steps[c->pattern->step_count - 1];
    memmove(steps + start + 1, steps + start, (c->pattern->step_count - 1 - start) * sizeof *steps);
    steps[start] = split;
    return true;
}

static void set_add(struct char_set *set, int first, int last)
{
    struct code_range *range =
        mem_push(&set->ranges, &set->range_count, &set->range_cap, sizeof *range);
    *range = (struct code_range){.first = first, .last = last};
    // Text is folded before it is looked up, so the lower case of a range belongs to it.
    int lower_first = fold_code(first), lower_last = fold_code(last);
    if (lower_first != first && lower_last - lower_first == last - first)
        set_add(set, lower_first, lower_last);
}

static bool set_has(const struct char_set *set, int code)
{
    for (size_t i = 0; i < set->range_count; i++)
        if (code >= set->ranges[i].first && code <= set->ranges[i].last)
            return true;
    return false;
}

static int ascii_upper(int code)
{
    return code >= 'a' && code <= 'z' ? code - 'a' + 'A' : code;
}

static void set_finish(struct char_set *set, bool negated)
{
    set->negated = negated;
    for (int code = 0; code < 128; code++) {
        bool inside =
            set_has(set, fold_code(code)) || set_has(set, ascii_upper(code)) || set_has(set, code);
        if (inside != negated)
            set->ascii[code / 64] |= 1ULL << code % 64;
    }
}

static struct char_set *set_begin(struct compiler *c)
{
    struct pattern *pattern = c->pattern;
    struct char_set *set =
        mem_push(&pattern->sets, &pattern->set_count, &pattern->set_cap, sizeof *set);
    return set;
}

// Classes by name; every character beyond ASCII counts as a letter.
static const struct {
    const char *name;
    struct code_range ranges[4]; // ends with {0, 0}
    bool letters;
} classes[] = {
    {.name = "alpha", .ranges = {{'a', 'z'}}, .letters = true},
    {.name = "upper", .ranges = {{'a', 'z'}}, .letters = true},
    {.name = "lower", .ranges = {{'a', 'z'}}, .letters = true},
    {.name = "alnum", .ranges = {{'a', 'z'}, {'0', '9'}}, .letters = true},
    {.name = "word", .ranges = {{'a', 'z'}, {'0', '9'}, {'_', '_'}}, .letters = true},
    {.name = "digit", .ranges = {{'0', '9'}}},
    {.name = "xdigit", .ranges = {{'0', '9'}, {'a', 'f'}}},
    {.name = "space", .ranges = {{'\t', '\r'}, {' ', ' '}}},
    {.name = "blank", .ranges = {{'\t', '\t'}, {' ', ' '}}},
    {.name = "punct", .ranges = {{'!', '/'}, {':', '@'}, {'[', '`'}}},
    {.name = "print", .ranges = {{' ', '~'}}, .letters = true},
    {.name = "graph", .ranges = {{'!', '~'}}, .letters = true},
    {.name = "cntrl", .ranges = {{1, 31}, {127, 127}}},
};

static bool set_add_class(struct char_set *set, const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strlen(classes[i].name) != len || memcmp(classes[i].name, name, len) != 0)
            continue;
        for (const struct code_range *range = classes[i].ranges; range->last != 0; range++)
            set_add(set, range->first, range->last);
        if (strcmp(classes[i].name, "punct") == 0)
            set_add(set, '{', '~');
        if (classes[i].letters)
            set_add(set, 0x80, CODE_LAST);
        return true;
    }
    return false;
}

static int take_code(struct compiler *c)
{
    size_t bytes;
    int code = text_decode(c->text + c->at, c->len - c->at, &bytes);
    c->at += bytes;
    return code < 0 ? 0xfffd : code;
}

// Behind "[:" of a class inside brackets.
static bool compile_class(struct compiler *c, struct char_set *set, size_t begin)
{
    const char *name = c->text + c->at;
    const char *end = memmem(name, c->len - c->at, ":]", 2);
    if (end == NULL || !set_add_class(set, name, (size_t)(end - name)))
        return pattern_refuse(
            c, begin,
            "this is no class of characters; there are [:alpha:] [:digit:] [:alnum:] "
            "[:space:] [:punct:] [:xdigit:]");
    c->at += (size_t)(end - name) + 2;
    return true;
}

static bool compile_range(struct compiler *c, struct char_set *set)
{
    size_t begin = c->at;
    if (at_char(c, '[') && c->at + 1 < c->len && strchr(".:=", c->text[c->at + 1]) != NULL) {
        c->at += 2;
        return compile_class(c, set, begin);
    }
    if (at_char(c, '\\') && c->at + 1 < c->len && strchr("dwsDWS", c->text[c->at + 1]) != NULL)
        return pattern_refuse(c, begin, "inside brackets write [:digit:], [:alnum:] or [:space:]");
    int first = take_code(c), last = first;
    if (at_char(c, '-') && c->at + 1 < c->len && c->text[c->at + 1] != ']') {
        c->at++;
        last = take_code(c);
        if (last < first)
            return pattern_refuse(c, begin,
                                  "this range runs backwards: the smaller character goes first");
    }
    set_add(set, first, last);
    return true;
}

static bool compile_brackets(struct compiler *c)
{
    size_t begin = c->at++;
    struct char_set *set = set_begin(c);
    bool negated = at_char(c, '^');
    c->at += negated;
    for (bool first = true; first || !at_char(c, ']'); first = false) {
        if (c->at >= c->len)
            return pattern_refuse(c, begin, "this [ is not closed: ] is missing");
        if (!compile_range(c, set))
            return false;
    }
    c->at++;
    set_finish(set, negated);
    return emit(c, STEP_SET, (int)c->pattern->set_count - 1);
}

static bool compile_escape(struct compiler *c)
{
    static const char letters[] = "dDwWsS";
    static const char *const names[] = {"digit", "word", "space"};
    size_t begin = c->at++;
    if (c->at >= c->len)
        return pattern_refuse(c, begin, "after \\ a character is missing; \\\\ is a backslash");
    char sign = c->text[c->at];
    const char *letter = sign == '\0' ? NULL : strchr(letters, sign);
    if (letter != NULL) {
        struct char_set *set = set_begin(c);
        const char *name = names[(letter - letters) / 2];
        set_add_class(set, name, strlen(name));
        set_finish(set, (letter - letters) % 2 == 1);
        c->at++;
        return emit(c, STEP_SET, (int)c->pattern->set_count - 1);
    }
    if (sign >= '0' && sign <= '9')
        return pattern_refuse(c, begin, "back-references are not supported; write the text itself");
    if ((sign | 0x20) >= 'a' && (sign | 0x20) <= 'z')
        return pattern_refuse(
            c, begin,
            "this escape is not known; there are \\d \\w \\s \\D \\W \\S, and \\ before a sign");
    return emit(c, STEP_CHAR, fold_code(take_code(c)));
}

static bool compile_group(struct compiler *c)
{
    size_t begin = c->at++;
    if (!compile_choice(c))
        return false;
    if (!at_char(c, ')'))
        return pattern_refuse(c, begin,
                              "this ( is not closed: ) is missing; \\( is the character itself");
    c->at++;
    return true;
}

static bool compile_atom(struct compiler *c)
{
    c->begin = c->at;
    switch (c->text[c->at]) {
    case '(':
        return compile_group(c);
    case '[':
        return compile_brackets(c);
    case '\\':
        return compile_escape(c);
    case '*':
    case '+':
    case '?':
    case '{':
        return pattern_refuse(
            c, c->at, "there is nothing here to repeat; write \\ before the sign for itself");
    case '.':
        c->at++;
        return emit(c, STEP_ANY, 0);
    case '^':
        c->at++;
        return emit(c, STEP_BEGIN, 0);
    case '$':
        c->at++;
        return emit(c, STEP_END, 0);
    default:
        return emit(c, STEP_CHAR, fold_code(take_code(c)));
    }
}

// Repeats the steps from start to the end: `least` times at least, `most` times at most (-1: any
// number).
static bool repeat(struct compiler *c, size_t start, int least, int most)
{
    struct pattern *pattern = c->pattern;
    struct step once[PATTERN_STEPS_MAX];
    size_t len = pattern->step_count - start;
    memcpy(once, pattern->steps + start, len * sizeof *once);
    pattern->step_count = start;
    int copies = most < 0 ? least + (least == 0) : most;
    for (int copy = 0; copy < copies; copy++) {
        bool skippable = copy >= least;
        if (skippable && !emit(c, STEP_SPLIT, (int)len + (most < 0 ? 2 : 1)))
            return false;
        for (size_t i = 0; i < len; i++)
            if (!emit(c, once[i].op, once[i].arg))
                return false;
        if (most < 0 && copy == copies - 1 &&
            !(skippable ? emit(c, STEP_JUMP, -(int)len - 1) : emit(c, STEP_SPLIT, -(int)len)))
            return false;
    }
    return true;
}

static int take_number(struct compiler *c)
{
    int number = -1;
    for (; c->at < c->len && c->text[c->at] >= '0' && c->text[c->at] <= '9'; c->at++)
        if (number <= REPEAT_MAX)
            number = (number < 0 ? 0 : number) * 10 + c->text[c->at] - '0';
    return number;
}

static bool compile_count(struct compiler *c, size_t start)
{
    size_t begin = c->at++;
    int least = take_number(c), most = least;
    bool comma = at_char(c, ',');
    if (comma) {
        c->at++;
        most = take_number(c);
    }
    if (!at_char(c, '}') || (least < 0 && most < 0))
        return pattern_refuse(c, begin,
                              "a repetition is {3}, {2,} or {2,5}; \\{ is the character itself");
    c->at++;
    if (least < 0)
        least = 0;
    if (least > REPEAT_MAX || most > REPEAT_MAX)
        return pattern_refuse(c, begin, "at most 255 repetitions can be asked for");
    if (most >= 0 && most < least)
        return pattern_refuse(c, begin, "the smaller number of repetitions goes first");
    return repeat(c, start, least, most);
}

static bool compile_repeats(struct compiler *c, size_t start)
{
    while (c->at < c->len) {
        char sign = c->text[c->at];
        c->begin = c->at;
        if (sign == '{') {
            if (!compile_count(c, start))
                return false;
            continue;
        }
        if (sign != '*' && sign != '+' && sign != '?')
            return true;
        c->at++;
        if (!repeat(c, start, sign == '+', sign == '?' ? 1 : -1))
            return false;
    }
    return true;
}

static bool compile_sequence(struct compiler *c)
{
    while (c->at < c->len && !at_char(c, '|') && !at_char(c, ')')) {
        size_t start = c->pattern->step_count;
        if (!compile_atom(c) || !compile_repeats(c, start))
            return false;
    }
    return true;
}

static bool compile_choice(struct compiler *c)
{
    struct pattern *pattern = c->pattern;
    size_t start = pattern->step_count;
    if (!compile_sequence(c))
        return false;
    if (!at_char(c, '|'))
        return true;
    c->at++;
    if (!emit_split_before(c, start, (int)(pattern->step_count - start) + 2))
        return false;
    size_t jump = pattern->step_count;
    if (!emit(c, STEP_JUMP, 0) || !compile_choice(c))
        return false;
    pattern->steps[jump].arg = (int)(pattern->step_count - jump);
    return true;
}

bool pattern_compile(const char *text, size_t len, struct pattern **out, size_t *position,
                     struct err *err)
{
    struct compiler c = {.text = text, .len = len, .position = position, .err = err};
    *out = NULL;
    if (len > PATTERN_LEN_MAX)
        return pattern_refuse(&c, PATTERN_LEN_MAX, "a pattern has at most 256 bytes");
    c.pattern = mem_alloc(sizeof *c.pattern);
    bool fine = compile_choice(&c);
    if (fine && c.at < len)
        fine = pattern_refuse(&c, c.at, "this ) closes nothing; \\) is the character itself");
    if (!fine) {
        pattern_free(c.pattern);
        return false;
    }
    c.pattern->steps[c.pattern->step_count++] = (struct step){.op = STEP_MATCH};
    *out = c.pattern;
    return true;
}

void pattern_free(struct pattern *pattern)
{
    if (pattern == NULL)
        return;
    for (size_t i = 0; i < pattern->set_count; i++)
        free(pattern->sets[i].ranges);
    free(pattern->sets);
    free(pattern->states);
    free(pattern);
}
