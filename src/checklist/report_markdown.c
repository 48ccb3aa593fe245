// SPDX-License-Identifier: MIT

// A report as Markdown, with every foreign character that Markdown would act on escaped.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "checklist/report_private.h"

#define ROWS_SHOWN 20

static void append_escaped(struct str *out, const char *text)
{
    char *clean = text_clean_dup(text);
    for (const char *at = clean; *at != '\0'; at++) {
        if (*at == '<')
            str_append(out, "&lt;");
        else if (*at == '>')
            str_append(out, "&gt;");
        else if (*at == '&')
            str_append(out, "&amp;");
        else if (strchr("\\`*_{}[]()#+-.!|~", *at) != NULL)
            str_appendf(out, "\\%c", *at);
        else
            str_append_char(out, *at);
    }
    free(clean);
}

static void append_summary_table(struct str *out, const struct report *report, const size_t *order)
{
    str_append(out, "| State | Host | Step | What |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < report->step_count; i++) {
        const struct check_step *step = &report->steps[order[i]];
        bool trouble = step->verdict.state >= STEP_UNKNOWN;
        str_appendf(out, "| %s%s%s | ", trouble ? "**" : "", step_state_text(step->verdict.state),
                    trouble ? "**" : "");
        append_escaped(out, step->host_name);
        str_append(out, " | ");
        append_escaped(out, step->step->title);
        str_append(out, " | ");
        append_escaped(out, step->verdict.summary);
        str_append(out, " |\n");
    }
}

static void append_evidence(struct str *out, const struct report *report,
                            const struct check_step *step)
{
    size_t rows = report_rows(step, ROWS_SHOWN);
    if (rows == 0)
        return;
    str_append(out, "\n|");
    for (size_t i = 0; i < step->step->column_count; i++) {
        char *text = report_heading(&step->step->probe->schema->columns[step->step->columns[i]]);
        str_append_char(out, ' ');
        append_escaped(out, text);
        str_append(out, " |");
        free(text);
    }
    str_append(out, "\n|");
    for (size_t i = 0; i < step->step->column_count; i++)
        str_append(out, " --- |");
    for (size_t row = 0; row < rows; row++) {
        str_append(out, "\n|");
        for (size_t i = 0; i < step->step->column_count; i++) {
            char *text = report_cell(report, step, step->verdict.rows[row], step->step->columns[i]);
            str_append_char(out, ' ');
            append_escaped(out, text);
            str_append(out, " |");
            free(text);
        }
    }
    str_append_char(out, '\n');
    if (step->verdict.row_count > rows)
        str_appendf(out, "\n%zu more rows.\n", step->verdict.row_count - rows);
}

static void append_paragraph(struct str *out, const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    str_appendf(out, "\n%s", label);
    append_escaped(out, text);
    str_append_char(out, '\n');
}

static void append_step(struct str *out, const struct report *report, const struct check_step *step)
{
    str_append(out, "\n### ");
    append_escaped(out, step->host_name);
    str_append(out, ": ");
    append_escaped(out, step->step->title);
    str_appendf(out, " – %s\n", step_state_text(step->verdict.state));
    append_paragraph(out, "", step->verdict.summary);
    append_evidence(out, report, step);
    char *offers = report_offers(step->step);
    append_paragraph(out, "Note: ", step->note);
    append_paragraph(out, "**Do:** ", step->verdict.advice);
    append_paragraph(out, "Why it matters: ", step->step->why);
    append_paragraph(out, "Manual: ", step->step->ref);
    append_paragraph(out, "", offers);
    free(offers);
}

void report_markdown(struct str *out, const struct report *report)
{
    size_t *order = report_order(report);
    char started[CLOCK_RFC3339_MAX];
    clock_rfc3339(report->started_ms / 1000 * 1000, started);
    report_line(out, report);
    str_append(out, "\n\n# ");
    append_escaped(out, report->title);
    str_append(out, "\n\n");
    report_append_counts(out, report);
    str_appendf(out, ". Begun %s, took %.1f s.\n\n", started, (double)report->took_ms / 1000);
    append_summary_table(out, report, order);
    str_append(out, "\n## Steps\n");
    for (size_t i = 0; i < report->step_count; i++)
        append_step(out, report, &report->steps[order[i]]);
    free(order);
}
