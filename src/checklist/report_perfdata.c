// SPDX-License-Identifier: MIT

// Performance data of monitoring plug-ins: 'label'=value[UOM];warn;crit.
#include "checklist/report_private.h"

static const char *unit_of(const struct measure *measure)
{
    if (measure->column == NULL)
        return "";
    switch (measure->column->kind) {
    case KIND_PCT:
        return "%";
    case KIND_DURATION_S:
        return "s";
    case KIND_DURATION_MS:
        return "ms";
    case KIND_BYTES:
        return "B";
    default:
        return "";
    }
}

// The range outside of which is trouble, in the plug-ins' notation.
static void append_range(struct str *out, enum relation relation, double bound, bool counted)
{
    switch (relation) {
    case RELATION_MORE:
        str_appendf(out, counted ? "%.10g" : "~:%.10g", bound);
        break;
    case RELATION_AT_LEAST: // of counts the whole number before it is the last good one
        str_appendf(out, counted ? "%.10g" : "~:%.10g", counted && bound > 0 ? bound - 1 : bound);
        break;
    case RELATION_LESS:
        str_appendf(out, "%.10g:", bound);
        break;
    case RELATION_AT_MOST:
        str_appendf(out, "%.10g:", counted ? bound + 1 : bound);
        break;
    case RELATION_EQUAL:
        str_appendf(out, "@%.10g:%.10g", bound, bound);
        break;
    case RELATION_UNEQUAL:
        str_appendf(out, "%.10g:%.10g", bound, bound);
        break;
    }
}

void report_append_figure(struct str *out, const struct check_step *step)
{
    struct step_figure figure;
    bool judged = step->verdict.state == STEP_OK || step->verdict.state > STEP_UNKNOWN;
    if (!judged || !step_figure(step->step, step->table, &figure))
        return;
    bool counted = figure.measure.column == NULL;
    str_appendf(out, " '%s %s'=%.10g%s;", step->host_name, step->step->id, figure.measure.value,
                unit_of(&figure.measure));
    if (figure.has_warn)
        append_range(out, figure.warn_relation, figure.warn, counted);
    str_append_char(out, ';');
    if (figure.has_crit)
        append_range(out, figure.crit_relation, figure.crit, counted);
}

void report_perfdata(struct str *out, const struct report_run *run)
{
    str_appendf(out, "'time'=%.3fs;;;0", (double)run->took_ms / 1000);
    for (size_t i = 0; i < run->step_count; i++)
        str_append(out, report_fact(&run->steps[i], "perfdata"));
}
