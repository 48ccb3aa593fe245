// SPDX-License-Identifier: MIT

// The steps of a mapping.
#include "probe/mapping_step.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/mem.h"
#include "probe/seen.h"

static const char *const comparison_words[] = {
    [COMPARE_EQ] = "=",  [COMPARE_NE] = "!=", [COMPARE_LT] = "<",
    [COMPARE_LE] = "<=", [COMPARE_GT] = ">",  [COMPARE_GE] = ">=",
};

static bool parse_comparison(const char *word, enum comparison *out)
{
    for (size_t i = 0; i < sizeof comparison_words / sizeof comparison_words[0]; i++) {
        if (strcmp(word, comparison_words[i]) == 0) {
            *out = (enum comparison)i;
            return true;
        }
    }
    return false;
}

static bool parse_real(const char *word, double *out)
{
    struct value value = value_of_text(word, strlen(word));
    return value_real(&value, out);
}

static bool holds(enum comparison comparison, double a, double b)
{
    switch (comparison) {
    case COMPARE_EQ:
        return a == b;
    case COMPARE_NE:
        return a != b;
    case COMPARE_LT:
        return a < b;
    case COMPARE_LE:
        return a <= b;
    case COMPARE_GT:
        return a > b;
    case COMPARE_GE:
        return a >= b;
    }
    return false;
}

static void forget(struct value *value)
{
    *value = (struct value){0};
}

static bool parse_alone(struct step *step, struct step_compiler *compiler, char *const words[],
                        size_t count, struct err *err)
{
    (void)step;
    (void)compiler;
    return count == 1 || err_set(err, "'%s' takes nothing after it", words[0]);
}

static bool parse_map(struct step *step, struct step_compiler *compiler, char *const words[],
                      size_t count, struct err *err)
{
    if (count != 2)
        return err_set(err, "'map' takes one name");
    char name[128];
    snprintf(name, sizeof name, "map %s", words[1]);
    const struct ini_section *section = ini_section(&compiler->profile->ini, name);
    if (section == NULL)
        return err_set(err, "there is no [%s]", name);
    struct err_list ignored = {0}; // probe_check_profile() reports each map's faults once
    step->map = code_map_compile(section, &ignored);
    err_list_dispose(&ignored);
    return true;
}

static void run_map(const struct step *step, struct step_run *run, struct value *value)
{
    code_map_apply(step->map, value, &run->scratch);
}

static bool parse_scale(struct step *step, struct step_compiler *compiler, char *const words[],
                        size_t count, struct err *err)
{
    (void)compiler;
    return (count == 2 && parse_real(words[1], &step->number)) ||
           err_set(err, "'%s' takes one number", words[0]);
}

static void run_scale(const struct step *step, struct step_run *run, struct value *value)
{
    (void)run;
    double number;
    if (value_real(value, &number))
        *value = value_of_real(number * step->number);
    else
        forget(value);
}

// The product says "not set" by the extremes of 32 and of 64 bits.
static void run_limit(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    double number;
    if (!value_real(value, &number) || number == INT32_MIN || number == INT32_MAX ||
        fabs(number) >= (double)INT64_MAX)
        forget(value);
}

static void run_at_least(const struct step *step, struct step_run *run, struct value *value)
{
    (void)run;
    double number;
    if (!value_real(value, &number))
        forget(value);
    else if (number < step->number)
        *value = value_of_real(step->number);
}

static bool parse_keep(struct step *step, struct step_compiler *compiler, char *const words[],
                       size_t count, struct err *err)
{
    (void)compiler;
    return (count == 3 && parse_comparison(words[1], &step->comparison) &&
            parse_real(words[2], &step->number)) ||
           err_set(err, "'keep' takes a comparison and a number");
}

static void run_keep(const struct step *step, struct step_run *run, struct value *value)
{
    (void)run;
    double number;
    if (!value_real(value, &number) || !holds(step->comparison, number, step->number))
        forget(value);
}

static bool parse_when(struct step *step, struct step_compiler *compiler, char *const words[],
                       size_t count, struct err *err)
{
    if (count != 4 || !parse_comparison(words[2], &step->comparison) ||
        !parse_real(words[3], &step->number))
        return err_set(err, "'when' takes a field, a comparison and a number");
    return operand_parse(compiler, words[1], &step->operand, err);
}

static void run_when(const struct step *step, struct step_run *run, struct value *value)
{
    double number;
    struct value other = operand_value(&step->operand, run);
    if (!value_real(&other, &number) || !holds(step->comparison, number, step->number))
        forget(value);
}

static void run_epoch_ms(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    int64_t ms;
    if (value_int(value, &ms) && ms > 0 && ms != INT64_MAX)
        *value = value_of_int(ms);
    else
        forget(value);
}

// NULL and a member that is left out say no; a column that the host lacks says nothing.
static void run_given(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    int64_t number;
    if (value->lacking)
        return;
    bool given = value->type != VALUE_UNKNOWN && (value->type != VALUE_TEXT || value->len > 0);
    if (given && value_int(value, &number))
        given = number > 0 && number != INT64_MAX;
    *value = value_of_int(given);
}

static void run_since(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    int64_t ms;
    if (!value_int(value, &ms)) {
        forget(value);
        return;
    }
    int64_t passed_ms = clock_wall_ms() - ms;
    *value = value_of_real(passed_ms > 0 ? floor((double)passed_ms / 1000) : 0);
}

static void run_address(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    char text[ADDRESS_TEXT_MAX + 16];
    struct address address;
    if (value->type != VALUE_TEXT || value->len >= sizeof text) {
        forget(value);
        return;
    }
    memcpy(text, value->text, value->len);
    text[value->len] = '\0';
    if (!address_parse_endpoint(text, &address, NULL))
        return; // a name: shown as it is
    address_print(&address, text);
    str_clear(&run->scratch);
    str_append(&run->scratch, text);
    *value = value_of_text(run->scratch.text, run->scratch.len);
}

static bool is_address_char(char c)
{
    return strchr("0123456789abcdefABCDEF.:", c) != NULL && c != '\0';
}

// Of each run of letters that addresses consist of, without the points and colons of the sentence.
static bool take_address(const char *text, size_t len, struct address *out)
{
    char word[ADDRESS_TEXT_MAX + 16];
    while (len > 0 && text[len - 1] == '.')
        len--;
    if (len == 0 || len >= sizeof word)
        return false;
    memcpy(word, text, len);
    word[len] = '\0';
    return (strchr(word, '.') != NULL || strchr(word, ':') != NULL) &&
           address_parse_endpoint(word, out, NULL);
}

static void run_address_in(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    struct address address;
    struct value text = *value;
    forget(value);
    for (size_t at = 0, end; text.type == VALUE_TEXT && at < text.len; at = end + 1) {
        for (end = at; end < text.len && is_address_char(text.text[end]);)
            end++;
        if (!take_address(text.text + at, end - at, &address))
            continue;
        char found[ADDRESS_TEXT_MAX];
        address_print(&address, found);
        str_clear(&run->scratch);
        str_append(&run->scratch, found);
        *value = value_of_text(run->scratch.text, run->scratch.len);
        return;
    }
}

static void run_first(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    if (value->type != VALUE_TEXT)
        return;
    while (value->len > 0 && strchr(" ,;\t", value->text[0]) != NULL) {
        value->text++;
        value->len--;
    }
    size_t len = 0;
    while (len < value->len && strchr(" ,;\t", value->text[len]) == NULL)
        len++;
    value->len = len;
    if (len == 0)
        forget(value);
}

static bool parse_lookup(struct step *step, struct step_compiler *compiler, char *const words[],
                         size_t count, struct err *err)
{
    (void)compiler;
    if (count != 4)
        return err_set(err, "'lookup' takes a probe, its key column and its wanted column");
    step->lookup = lookup_new(words[1], words[2], words[3], err);
    return step->lookup != NULL;
}

static void run_lookup(const struct step *step, struct step_run *run, struct value *value)
{
    (void)run;
    lookup_apply(step->lookup, value);
}

static bool parse_operand(struct step *step, struct step_compiler *compiler, char *const words[],
                          size_t count, struct err *err)
{
    if (count != 2)
        return err_set(err, "'%s' takes one field or number", words[0]);
    return operand_parse(compiler, words[1], &step->operand, err);
}

static void calculate(const struct step *step, struct step_run *run, struct value *value,
                      double (*sum)(double a, double b))
{
    double a, b;
    struct value other = operand_value(&step->operand, run);
    *value = value_real(value, &a) && value_real(&other, &b) ? value_of_real(sum(a, b))
                                                             : (struct value){0};
}

static double sum_plus(double a, double b)
{
    return a + b;
}

static double sum_minus(double a, double b)
{
    return a - b;
}

static double sum_times(double a, double b)
{
    return a * b;
}

// By zero: no number, and what is none stays unknown.
static double sum_over(double a, double b)
{
    return b != 0 ? a / b : NAN;
}

static void run_plus(const struct step *step, struct step_run *run, struct value *value)
{
    calculate(step, run, value, sum_plus);
}

static void run_minus(const struct step *step, struct step_run *run, struct value *value)
{
    calculate(step, run, value, sum_minus);
}

static void run_times(const struct step *step, struct step_run *run, struct value *value)
{
    calculate(step, run, value, sum_times);
}

static void run_over(const struct step *step, struct step_run *run, struct value *value)
{
    calculate(step, run, value, sum_over);
}

static void run_join(const struct step *step, struct step_run *run, struct value *value)
{
    struct value other = operand_value(&step->operand, run);
    if (value->type != VALUE_TEXT || other.type != VALUE_TEXT) {
        forget(value);
        return;
    }
    struct str joined = {0};
    str_append_bytes(&joined, value->text, value->len);
    str_append_char(&joined, ' ');
    str_append_bytes(&joined, other.text, other.len);
    str_clear(&run->scratch);
    str_append_bytes(&run->scratch, joined.text, joined.len);
    str_dispose(&joined);
    *value = value_of_text(run->scratch.text, run->scratch.len);
}

// As numbers where both are numbers, else as texts without case.
static void run_equals(const struct step *step, struct step_run *run, struct value *value)
{
    double a, b;
    struct value other = operand_value(&step->operand, run);
    bool numbers = value_real(value, &a) && value_real(&other, &b);
    bool texts = value->type == VALUE_TEXT && other.type == VALUE_TEXT;
    if (numbers)
        *value = value_of_int(a == b);
    else if (texts)
        *value = value_of_int(value->len == other.len &&
                              strncasecmp(value->text, other.text, value->len) == 0);
    else
        forget(value);
}

static bool parse_about(struct step *step, struct step_compiler *compiler, char *const words[],
                        size_t count, struct err *err)
{
    if (count != 3)
        return err_set(err, "'about' takes the first word of a section and a key");
    step->profile = compiler->profile;
    step->kind = mem_strdup(words[1]);
    step->key = mem_strdup(words[2]);
    return true;
}

static void run_about(const struct step *step, struct step_run *run, struct value *value)
{
    (void)run;
    if (value->type != VALUE_TEXT) {
        forget(value);
        return;
    }
    char *section = mem_printf("%s %.*s", step->kind, (int)value->len, value->text);
    const char *text = profile_value(step->profile, section, step->key, NULL);
    free(section);
    if (text != NULL)
        *value = value_of_text(text, strlen(text));
    else
        forget(value);
}

static bool parse_unseen(struct step *step, struct step_compiler *compiler, char *const words[],
                         size_t count, struct err *err)
{
    step->seen = seen_new();
    return parse_alone(step, compiler, words, count, err);
}

static void run_unseen(const struct step *step, struct step_run *run, struct value *value)
{
    (void)run;
    if (value->type == VALUE_TEXT)
        seen_apply(step->seen, value);
    else
        forget(value);
}

static const struct step_class classes[] = {
    {.name = "map", .usage = "map NAME", .parse = parse_map, .run = run_map},
    {.name = "scale", .usage = "scale 0.001", .parse = parse_scale, .run = run_scale},
    {.name = "at_least", .usage = "at_least 0", .parse = parse_scale, .run = run_at_least},
    {.name = "limit", .usage = "limit", .parse = parse_alone, .run = run_limit},
    {.name = "keep", .usage = "keep >= 0", .parse = parse_keep, .run = run_keep},
    {.name = "when", .usage = "when FIELD >= 0", .parse = parse_when, .run = run_when},
    {.name = "epoch_ms", .usage = "epoch_ms", .parse = parse_alone, .run = run_epoch_ms},
    {.name = "given",
     .usage = "given",
     .parse = parse_alone,
     .run = run_given,
     .takes_unknown = true},
    {.name = "since", .usage = "since", .parse = parse_alone, .run = run_since},
    {.name = "address", .usage = "address", .parse = parse_alone, .run = run_address},
    {.name = "address_in", .usage = "address_in", .parse = parse_alone, .run = run_address_in},
    {.name = "first", .usage = "first", .parse = parse_alone, .run = run_first},
    {.name = "lookup",
     .usage = "lookup PROBE KEY COLUMN",
     .parse = parse_lookup,
     .run = run_lookup},
    {.name = "plus", .usage = "plus FIELD", .parse = parse_operand, .run = run_plus},
    {.name = "minus", .usage = "minus FIELD", .parse = parse_operand, .run = run_minus},
    {.name = "times", .usage = "times FIELD", .parse = parse_operand, .run = run_times},
    {.name = "over", .usage = "over FIELD", .parse = parse_operand, .run = run_over},
    {.name = "join", .usage = "join FIELD", .parse = parse_operand, .run = run_join},
    {.name = "equals", .usage = "equals FIELD", .parse = parse_operand, .run = run_equals},
    {.name = "about", .usage = "about KIND KEY", .parse = parse_about, .run = run_about},
    {.name = "unseen", .usage = "unseen", .parse = parse_unseen, .run = run_unseen},
};

#define CLASS_COUNT (sizeof classes / sizeof classes[0])

bool step_parse(struct step *step, struct step_compiler *compiler, char *const words[],
                size_t count, struct err *err)
{
    const char *names[CLASS_COUNT];
    *step = (struct step){0};
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        names[i] = classes[i].name;
        if (strcmp(words[0], classes[i].name) != 0)
            continue;
        step->class = &classes[i];
        if (step->class->parse(step, compiler, words, count, err))
            return true;
        return err_set(err, "%s; it is written '%s'", err->text, step->class->usage);
    }
    const char *nearest = ini_nearest(words[0], names, CLASS_COUNT);
    return err_set(err, "there is no step '%s'; %s%s%s", words[0],
                   nearest != NULL
                       ? "did you mean '"
                       : "the steps are map, scale, limit, keep, "
                         "when, epoch_ms, given, since, address, first, lookup, "
                         "at_least, plus, minus, times, over, join, equals, about, unseen",
                   nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

void step_dispose(struct step *step)
{
    code_map_free(step->map);
    lookup_free(step->lookup);
    seen_free(step->seen);
    free(step->kind);
    free(step->key);
}

void step_begin(struct step *step, struct reading *reading)
{
    if (step->lookup != NULL)
        lookup_begin(step->lookup, reading);
}

void step_end(struct step *step)
{
    if (step->lookup != NULL)
        lookup_end(step->lookup);
    if (step->seen != NULL)
        seen_end(step->seen);
}
