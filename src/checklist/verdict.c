// SPDX-License-Identifier: MIT

// How a step comes out: its conditions in the order of gravity.
#include "checklist/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "checklist/rows.h"

void verdict_dispose(struct verdict *verdict)
{
    free(verdict->summary);
    free(verdict->rows);
    *verdict = (struct verdict){0};
}

static enum truth evaluate(const struct step *step, enum step_state state,
                           const struct row_list *rows)
{
    const struct condition *condition = step->outcomes[state].condition;
    return condition == NULL ? TRUTH_FALSE : condition_evaluate(condition, rows);
}

static bool is_blind(const struct step_facts *facts)
{
    return facts->blind != NULL && facts->blind[0] != '\0';
}

// Why a step is unknown although its table was read.
static const char *doubt(const struct step *step, const struct row_list *rows,
                         const struct step_facts *facts)
{
    if (is_blind(facts))
        return facts->blind;
    if (facts->partial)
        return _("not everything could be read in time; what was read shows no trouble");
    if (evaluate(step, STEP_CRITICAL, rows) == TRUTH_UNKNOWN ||
        evaluate(step, STEP_WARNING, rows) == TRUTH_UNKNOWN ||
        evaluate(step, STEP_OK, rows) == TRUTH_UNKNOWN)
        return _("figures that the verdict needs are unknown");
    return _("nothing that is known to be wrong, but not what would be ok either");
}

static enum step_state decide(const struct step *step, const struct row_list *rows,
                              const struct step_facts *facts)
{
    enum truth critical = evaluate(step, STEP_CRITICAL, rows);
    enum truth warning = evaluate(step, STEP_WARNING, rows);
    if (critical == TRUTH_TRUE)
        return STEP_CRITICAL;
    if (warning == TRUTH_TRUE)
        return STEP_WARNING;
    if (is_blind(facts) || facts->partial || critical == TRUTH_UNKNOWN || warning == TRUTH_UNKNOWN)
        return STEP_UNKNOWN;
    if (step->outcomes[STEP_OK].condition != NULL && evaluate(step, STEP_OK, rows) != TRUTH_TRUE)
        return STEP_UNKNOWN;
    return STEP_OK;
}

// The rows that make a condition true, as marks; false: it does not hold, or asks for absence.
static bool mark(const struct step *step, enum step_state state, const struct row_list *seen,
                 bool *marks)
{
    const struct condition *condition = step->outcomes[state].condition;
    if (condition == NULL)
        return false;
    condition_mark(condition, seen, marks);
    for (size_t i = 0; i < seen->count; i++)
        if (marks[i])
            return true;
    return false;
}

static void add_rows(struct verdict *out, const struct row_list *seen, const bool *wanted,
                     const bool *unwanted)
{
    for (size_t i = 0; i < seen->count; i++)
        if (wanted[i] && !unwanted[i])
            out->rows[out->row_count++] = seen->rows[i];
}

// The rows that made the state's condition true, behind them those of a warning beside it; without
// any, all that are seen. The number of the first ones is in *deciding.
static void take_evidence(const struct step *step, const struct row_list *seen, struct verdict *out,
                          size_t *deciding)
{
    bool *marks = mem_array(seen->count + 1, sizeof *marks);
    bool *beside = mem_array(seen->count + 1, sizeof *beside);
    bool *none = mem_array(seen->count + 1, sizeof *none);
    out->rows = mem_array(seen->count + 1, sizeof *out->rows);
    bool marked = out->state > STEP_UNKNOWN && mark(step, out->state, seen, marks);
    add_rows(out, seen, marks, none);
    *deciding = out->row_count;
    if (marked && out->state == STEP_CRITICAL && mark(step, STEP_WARNING, seen, beside))
        add_rows(out, seen, beside, marks);
    if (!marked) {
        memcpy(out->rows, seen->rows, seen->count * sizeof *out->rows);
        *deciding = out->row_count = seen->count;
    }
    free(none);
    free(beside);
    free(marks);
}

// The first figure of the state's condition that says what the state says.
static bool deciding_measure(const struct step *step, enum step_state state,
                             const struct row_list *rows, struct measure *out)
{
    const struct condition *condition = step->outcomes[state].condition;
    for (size_t i = 0; condition != NULL && condition_measure(condition, rows, i, out); i++)
        if (out->truth == TRUTH_TRUE)
            return true;
    return false;
}

static char *made_up_summary(const struct step *step, const struct verdict *verdict,
                             const struct measure *measure)
{
    const char *empty = step->probe->empty != NULL ? step->probe->empty : N_("nothing");
    if (measure != NULL && verdict->state > STEP_UNKNOWN)
        return mem_printf(_("%s is %.10g"), measure->text, measure->value);
    if (verdict->seen == 0)
        return mem_strdup(_(empty));
    return mem_printf(P_("%zu row, nothing wrong", "%zu rows, nothing wrong", verdict->seen),
                      verdict->seen);
}

static char *say(const struct step *step, enum step_state state, const struct row_list *seen,
                 const struct row_list *evidence, const struct verdict *verdict)
{
    struct measure measure;
    bool measured = deciding_measure(step, state, seen, &measure);
    const char *words = step->outcomes[state].summary;
    if (words != NULL)
        return summary_expand(step, _(words), evidence, seen->count, measured ? &measure : NULL);
    return made_up_summary(step, verdict, measured ? &measure : NULL);
}

static void summarise(const struct step *step, const struct row_list *seen, size_t deciding,
                      const struct step_facts *facts, struct verdict *out)
{
    struct row_list first = {seen->table, out->rows, deciding};
    struct row_list beside = {seen->table, out->rows + deciding, out->row_count - deciding};
    if (out->state == STEP_UNKNOWN) {
        out->summary = mem_strdup(doubt(step, seen, facts));
        return;
    }
    out->summary = say(step, out->state, seen, &first, out);
    if (beside.count == 0 || step->outcomes[STEP_WARNING].summary == NULL)
        return;
    char *grave = out->summary, *less = say(step, STEP_WARNING, seen, &beside, out);
    out->summary = mem_printf("%s; %s", grave, less);
    free(grave);
    free(less);
}

static void settle(struct verdict *out, enum step_state state, char *summary)
{
    out->state = state;
    out->summary = summary;
}

// A step that nobody has to read anything for, or can.
static bool judge_without_rows(const struct step *step, const struct step_facts *facts,
                               struct verdict *out)
{
    bool has_error = facts->error != NULL && facts->error[0] != '\0';
    if (facts->skipped != NULL)
        settle(out, STEP_SKIPPED, mem_strdup(facts->skipped));
    else if (step->skip[0] != '\0')
        settle(out, STEP_SKIPPED, mem_strdup(step->skip));
    else if (step->probe == NULL)
        settle(out, STEP_SKIPPED, mem_strdup(_("a person must do this")));
    else if (has_error)
        settle(out, STEP_UNKNOWN, mem_strdup(facts->error));
    else if (facts->table == NULL)
        settle(out, STEP_UNKNOWN, mem_strdup(_("not read yet")));
    return out->summary != NULL;
}

void step_judge(const struct step *step, const struct step_facts *facts, struct verdict *out)
{
    *out = (struct verdict){0};
    if (!judge_without_rows(step, facts, out)) {
        struct row_list seen;
        step_rows(step, facts->table, &seen);
        out->seen = seen.count;
        out->state = decide(step, &seen, facts);
        size_t deciding = 0;
        take_evidence(step, &seen, out, &deciding);
        summarise(step, &seen, deciding, facts, out);
        step_rows_dispose(&seen);
    }
    const char *advice = step->outcomes[out->state].advice;
    out->advice = advice != NULL ? advice : "";
}

bool step_figure(const struct step *step, const struct table *table, struct step_figure *out)
{
    const struct condition *critical = step->outcomes[STEP_CRITICAL].condition;
    const struct condition *warning = step->outcomes[STEP_WARNING].condition;
    struct measure crit = {0}, warn = {0};
    struct row_list seen;
    if (step->probe == NULL || table == NULL)
        return false;
    step_rows(step, table, &seen);
    *out = (struct step_figure){0};
    out->has_crit = critical != NULL && condition_measure(critical, &seen, 0, &crit);
    out->has_warn = warning != NULL && condition_measure(warning, &seen, 0, &warn);
    out->measure = out->has_crit ? crit : warn;
    bool same = out->has_crit && out->has_warn && strcmp(crit.text, warn.text) == 0;
    out->has_warn = out->has_warn && (same || !out->has_crit);
    out->crit = crit.bound;
    out->crit_relation = crit.relation;
    out->warn = warn.bound;
    out->warn_relation = warn.relation;
    step_rows_dispose(&seen);
    return (out->has_crit || out->has_warn) && out->measure.known;
}
