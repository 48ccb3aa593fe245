// SPDX-License-Identifier: MIT

// What all forms of a report have in common: order, counts, the first line.
#include "checklist/report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "checklist/report_private.h"

#define NAMED_STEPS 3 // in the first line
#define NAMED_COLS  100

static int compare_steps(const void *a, const void *b, void *context)
{
    const struct report *report = context;
    const size_t *left_at = a, *right_at = b;
    const struct check_step *left = &report->steps[*left_at];
    const struct check_step *right = &report->steps[*right_at];
    if (left->verdict.state != right->verdict.state)
        return left->verdict.state < right->verdict.state ? 1 : -1;
    if (left->step->priority != right->step->priority)
        return left->step->priority < right->step->priority ? -1 : 1;
    return (*left_at > *right_at) - (*left_at < *right_at);
}

enum step_state report_state(const struct report *report)
{
    enum step_state worst = STEP_SKIPPED;
    bool any_ok = false;
    for (size_t i = 0; i < report->step_count; i++) {
        enum step_state state = report->steps[i].verdict.state;
        worst = state > worst ? state : worst;
        any_ok = any_ok || state == STEP_OK;
    }
    if (worst > STEP_SKIPPED)
        return worst;
    return any_ok ? STEP_OK : STEP_UNKNOWN;
}

size_t *report_order(const struct report *report)
{
    size_t count = report->step_count;
    size_t *order = mem_array(count + 1, sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    struct report copy = *report;
    qsort_r(order, count, sizeof *order, compare_steps, &copy);
    return order;
}

size_t report_count(const struct report *report, enum step_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < report->step_count; i++)
        count += report->steps[i].verdict.state == state;
    return count;
}

void report_append_counts(struct str *out, const struct report *report)
{
    size_t hosts = report->host_count;
    str_appendf(out, "%zu host%s: ", hosts, hosts == 1 ? "" : "s");
    bool first = true;
    for (int state = STEP_STATES - 1; state >= 0; state--) {
        size_t count = report_count(report, (enum step_state)state);
        if (count == 0)
            continue;
        str_appendf(out, "%s%zu %s", first ? "" : ", ", count,
                    step_state_text((enum step_state)state));
        first = false;
    }
}

static void append_upper(struct str *out, const char *text)
{
    for (; *text != '\0'; text++)
        str_append_char(out, (char)toupper((unsigned char)*text));
}

// The bar would begin the performance data.
static void append_without_bars(struct str *out, const char *text)
{
    char clean[NAMED_COLS * 4 + 1];
    text_clean(clean, sizeof clean, text, strlen(text), NAMED_COLS);
    for (const char *at = clean; *at != '\0'; at++)
        str_append_char(out, *at == '|' ? '/' : *at);
}

// A host's sentence begins with its name already.
static void append_named(struct str *out, const struct check_step *step)
{
    size_t len = strlen(step->host_name);
    const char *summary = step->verdict.summary;
    if (strncmp(summary, step->host_name, len) == 0 && summary[len] == ':')
        summary += len + 1 + (summary[len + 1] == ' ');
    str_appendf(out, "%s %s: ", step->host_name, step->step->id);
    append_without_bars(out, summary);
}

void report_line(struct str *out, const struct report *report)
{
    size_t *order = report_order(report);
    append_upper(out, step_state_text(report_state(report)));
    str_appendf(out, " - %s on ", report->name);
    report_append_counts(out, report);
    for (size_t i = 0; i < report->step_count && i < NAMED_STEPS; i++) {
        const struct check_step *step = &report->steps[order[i]];
        if (step->verdict.state < STEP_UNKNOWN)
            break;
        str_append(out, "; ");
        append_named(out, step);
    }
    free(order);
    str_append(out, " | ");
    report_perfdata(out, report);
}

char *report_cell(const struct report *report, const struct check_step *step, size_t row,
                  size_t column)
{
    struct str raw = {0};
    cell_format(&raw, &step->step->probe->schema->columns[column],
                table_cell(step->table, row, column), report->started_ms);
    char *clean = text_clean_dup(str_text(&raw));
    str_dispose(&raw);
    return clean;
}

char *report_heading(const struct column *column)
{
    return mem_printf("%s%s%s", column->title, column->unit[0] != '\0' ? " " : "", column->unit);
}

size_t report_rows(const struct check_step *step, size_t most)
{
    if (step->table == NULL)
        return 0;
    return step->verdict.row_count < most ? step->verdict.row_count : most;
}

char *report_offers(const struct step *step)
{
    struct str out = {0};
    if (step->confirm)
        str_append(&out, "a person must confirm");
    for (size_t i = 0; i < step->action_count; i++)
        str_appendf(&out, "%s%s",
                    i > 0         ? ", "
                    : out.len > 0 ? "; can help: "
                                  : "can help: ",
                    step->actions[i]->name);
    return str_take(&out);
}
