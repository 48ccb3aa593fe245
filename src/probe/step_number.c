// SPDX-License-Identifier: MIT

// Steps that calculate with numbers, compare them, and read times.
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "probe/step_private.h"

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
        step_forget(value);
}

// The product says "not set" by the extremes of 32 and of 64 bits.
static void run_limit(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    double number;
    if (!value_real(value, &number) || number == INT32_MIN || number == INT32_MAX ||
        fabs(number) >= (double)INT64_MAX)
        step_forget(value);
}

static void run_at_least(const struct step *step, struct step_run *run, struct value *value)
{
    (void)run;
    double number;
    if (!value_real(value, &number))
        step_forget(value);
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
        step_forget(value);
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
        step_forget(value);
}

static void run_epoch_ms(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    int64_t ms;
    if (value_int(value, &ms) && ms > 0 && ms != INT64_MAX)
        *value = value_of_int(ms);
    else
        step_forget(value);
}

static void run_since(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    int64_t ms;
    if (!value_int(value, &ms)) {
        step_forget(value);
        return;
    }
    int64_t passed_ms = clock_wall_ms() - ms;
    *value = value_of_real(passed_ms > 0 ? floor((double)passed_ms / 1000) : 0);
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

static void run_ceil(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    double number;
    if (value_real(value, &number))
        *value = value_of_real(ceil(number));
    else
        step_forget(value);
}

const struct step_class step_numbers[] = {
    {.name = "ceil", .usage = "ceil", .parse = step_parse_alone, .run = run_ceil},
    {.name = "scale", .usage = "scale 0.001", .parse = parse_scale, .run = run_scale},
    {.name = "at_least", .usage = "at_least 0", .parse = parse_scale, .run = run_at_least},
    {.name = "limit", .usage = "limit", .parse = step_parse_alone, .run = run_limit},
    {.name = "keep", .usage = "keep >= 0", .parse = parse_keep, .run = run_keep},
    {.name = "when", .usage = "when FIELD >= 0", .parse = parse_when, .run = run_when},
    {.name = "epoch_ms", .usage = "epoch_ms", .parse = step_parse_alone, .run = run_epoch_ms},
    {.name = "since", .usage = "since", .parse = step_parse_alone, .run = run_since},
    {.name = "plus", .usage = "plus FIELD", .parse = step_parse_operand, .run = run_plus},
    {.name = "minus", .usage = "minus FIELD", .parse = step_parse_operand, .run = run_minus},
    {.name = "times", .usage = "times FIELD", .parse = step_parse_operand, .run = run_times},
    {.name = "over", .usage = "over FIELD", .parse = step_parse_operand, .run = run_over},
    {.name = NULL},
};
