// SPDX-License-Identifier: MIT

// A report as Markdown, with every foreign character that Markdown would act on escaped.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/text.h"
#include "checklist/report_private.h"

#define ROWS_SHOWN 20
#define PART_ROWS  200

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

static void append_summary_table(struct str *out, const struct report_run *run, const size_t *order)
{
    str_appendf(out, "| %s | %s | %s | %s |\n| --- | --- | --- | --- |\n", _("State"), _("Host"),
                _("Step"), _("What"));
    for (size_t i = 0; i < run->step_count; i++) {
        const struct report_step *step = &run->steps[order[i]];
        const char *strong = step->state >= STEP_UNKNOWN ? "**" : "";
        str_appendf(out, "| %s", strong);
        append_escaped(out, _(report_step_word(step)));
        str_appendf(out, "%s | ", strong);
        append_escaped(out, step->record.host);
        str_append(out, " | ");
        append_escaped(out, _(step->record.title));
        str_append(out, " | ");
        append_escaped(out, step->record.summary);
        str_append(out, " |\n");
    }
}

static void append_table(struct str *out, const struct report_table *table, size_t most)
{
    size_t rows = report_rows(table, most), left = report_rows_left(table, most);
    if (rows == 0)
        return;
    str_append(out, "\n|");
    for (size_t i = 0; i < table->column_count; i++) {
        str_append_char(out, ' ');
        append_escaped(out, table->columns[i].heading);
        str_append(out, " |");
    }
    str_append(out, "\n|");
    for (size_t i = 0; i < table->column_count; i++)
        str_append(out, table->columns[i].kind == REPORT_NUMBER ? " ---: |" : " --- |");
    for (size_t row = 0; row < rows; row++) {
        str_append(out, "\n|");
        for (size_t i = 0; i < table->column_count; i++) {
            str_append_char(out, ' ');
            append_escaped(out, report_table_cell(table, row, i)->text);
            str_append(out, " |");
        }
    }
    str_append_char(out, '\n');
    if (left > 0)
        str_appendf(out, P_("\n%zu more row.\n", "\n%zu more rows.\n", left), left);
}

static void append_paragraph(struct str *out, const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    str_appendf(out, "\n%s", label);
    append_escaped(out, text);
    str_append_char(out, '\n');
}

static void append_step(struct str *out, const struct report_step *step)
{
    const struct step_record *record = &step->record;
    char *offers = report_offers(step), *decision = report_decision(step);
    str_append(out, "\n### ");
    append_escaped(out, record->host);
    str_append(out, ": ");
    append_escaped(out, _(record->title));
    str_append(out, " – ");
    append_escaped(out, _(report_step_word(step)));
    str_append_char(out, '\n');
    append_paragraph(out, "", record->summary);
    append_paragraph(out, _("Decided by "), decision);
    append_table(out, &step->evidence, ROWS_SHOWN);
    append_paragraph(out, _("Note: "), record->remark);
    append_paragraph(out, _("**Do:** "), _(record->advice));
    append_paragraph(out, _("Why it matters: "), _(record->why));
    append_paragraph(out, _("Manual: "), record->reference);
    append_paragraph(out, "", offers);
    free(decision);
    free(offers);
}

static void append_run(struct str *out, const struct report_run *run, bool is_check)
{
    size_t *order = report_order(run);
    if (!is_check) {
        char *title = report_run_title(run), *begun = report_begun(run);
        str_append(out, "\n## ");
        append_escaped(out, title);
        str_append(out, "\n\n");
        report_append_counts(out, run);
        append_paragraph(out, "", begun);
        str_append_char(out, '\n');
        free(begun);
        free(title);
    }
    append_summary_table(out, run, order);
    if (is_check)
        str_appendf(out, "\n## %s\n", _("Steps"));
    for (size_t i = 0; i < run->step_count; i++)
        append_step(out, &run->steps[order[i]]);
    free(order);
}

static void append_part(struct str *out, const struct report_part *part)
{
    str_appendf(out, "\n## %s\n", _(part->title));
    append_paragraph(out, "", part->words);
    if (part->table.row_count > 0)
        append_table(out, &part->table, PART_ROWS);
    else
        append_paragraph(out, "", part->empty);
}

void report_markdown(struct str *out, const struct report *report)
{
    char *subtitle = report_subtitle(report);
    if (report->is_check) {
        report_line(out, report);
        str_append(out, "\n\n");
    }
    str_append(out, "# ");
    append_escaped(out, report->title);
    str_append(out, report->is_check ? "" : ": ");
    str_append(out, report->is_check ? "" : _(step_state_text(report_state(report))));
    str_append(out, "\n");
    append_paragraph(out, "", subtitle);
    str_append_char(out, '\n');
    free(subtitle);
    for (size_t i = 0; i < report->before_count; i++)
        append_part(out, &report->before[i]);
    for (size_t i = 0; i < report->run_count; i++)
        append_run(out, &report->runs[i], report->is_check);
    for (size_t i = 0; i < report->after_count; i++)
        append_part(out, &report->after[i]);
    if (report->signatures != NULL)
        str_appendf(out, "\n## %s\n\n| %s | %s | %s |\n| --- | --- | --- |\n", _("Signatures"),
                    _("Who"), _("Name, signature"), _("Date, time"));
    for (size_t i = 0; report->signatures != NULL && report->signatures[i] != NULL; i++)
        str_appendf(out, "| %s | | |\n", _(report->signatures[i]));
}
