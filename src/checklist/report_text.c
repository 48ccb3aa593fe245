// SPDX-License-Identifier: MIT

// A report for a terminal, a log or a mail: one line a step, trouble with its rows and advice.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/wrap.h"
#include "checklist/report_private.h"

#define ROWS_SHOWN 5
#define PART_ROWS  20
#define CELL_COLS  40 // of one line of a cell
#define LAST_COLS  60 // of a table's last column
#define INDENT     10
#define LINE_COLS  100

static void append_padded(struct str *out, const char *clean, int cols)
{
    str_appendf(out, "%s%*s", clean, text_gap(clean, cols), "");
}

// A paragraph in lines that a terminal can show.
static void append_wrapped(struct str *out, int indent, const char *label, const char *text)
{
    char *clean = text_clean_dup(text), *rest = NULL;
    int used = 0;
    for (char *word = strtok_r(clean, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest)) {
        int width = text_width(word);
        if (used == 0 || used + 1 + width > LINE_COLS - indent) {
            str_appendf(out, "%s%*s%s", used > 0 ? "\n" : "", indent, "", used > 0 ? "" : label);
            used = used > 0 ? 0 : text_width(label);
        } else {
            str_append_char(out, ' ');
            used++;
        }
        str_append(out, word);
        used += width;
    }
    str_append_char(out, '\n');
    free(clean);
}

static void append_clean(struct str *out, const char *text)
{
    char *clean = text_clean_dup(text);
    str_append(out, clean);
    free(clean);
}

// One cell of a table, or the heading (row NULL): clean.
static const char *cell_text(const struct report_table *table, const size_t *row, size_t column)
{
    return row == NULL ? table->columns[column].heading
                       : report_table_cell(table, *row, column)->text;
}

static int most_cols(const struct report_table *table, size_t column)
{
    return column + 1 == table->column_count ? LAST_COLS : CELL_COLS;
}

// A row in as many lines as its longest cell needs: nothing is cut.
static void append_row(struct str *out, const struct report_table *table, const size_t *row,
                       const int *widths, int indent)
{
    const char **left = mem_array(table->column_count + 1, sizeof *left);
    for (size_t i = 0; i < table->column_count; i++)
        left[i] = cell_text(table, row, i);
    for (bool more = true; more;) {
        more = false;
        str_appendf(out, "%*s", indent, "");
        for (size_t i = 0; i < table->column_count; i++) {
            const char *rest;
            size_t len = text_wrap(left[i], widths[i], &rest);
            char *line = mem_strndup(left[i], len);
            int gap = text_gap(line, widths[i]);
            bool right = row != NULL && table->columns[i].kind == REPORT_NUMBER;
            str_appendf(out, "%*s%s%*s  ", right ? gap : 0, "", line, right ? 0 : gap, "");
            more = more || *rest != '\0';
            left[i] = rest;
            free(line);
        }
        while (out->len > 0 && out->text[out->len - 1] == ' ')
            out->text[--out->len] = '\0';
        str_append_char(out, '\n');
    }
    free(left);
}

static void append_table(struct str *out, const struct report_table *table, size_t rows, int indent)
{
    int *widths = mem_array(table->column_count + 1, sizeof *widths);
    for (size_t i = 0; i < table->column_count; i++) {
        for (size_t row = 0; row <= rows; row++) {
            size_t at = row - 1;
            int width = text_width(cell_text(table, row == 0 ? NULL : &at, i));
            widths[i] = width > widths[i] ? width : widths[i];
        }
        widths[i] = widths[i] < most_cols(table, i) ? widths[i] : most_cols(table, i);
    }
    append_row(out, table, NULL, widths, indent);
    for (size_t row = 0; row < rows; row++)
        append_row(out, table, &row, widths, indent);
    free(widths);
}

static void append_evidence(struct str *out, const struct report_step *step)
{
    size_t rows = report_rows(&step->evidence, ROWS_SHOWN);
    size_t left = report_rows_left(&step->evidence, ROWS_SHOWN);
    if (rows == 0)
        return;
    append_table(out, &step->evidence, rows, INDENT);
    if (left == 0)
        return;
    char *more = mem_printf(
        P_("%zu more: nocdesk show %s --host %s", "%zu more: nocdesk show %s --host %s", left),
        left, report_fact(step, "pane"), step->record.host);
    append_wrapped(out, INDENT, "", more);
    free(more);
}

static void append_trouble(struct str *out, const struct report_step *step)
{
    const char *reference = step->record.reference;
    char *offers = report_offers(step);
    append_evidence(out, step);
    if (step->record.remark[0] != '\0')
        append_wrapped(out, INDENT, _("Note: "), step->record.remark);
    if (step->record.advice[0] != '\0')
        append_wrapped(out, INDENT, _("Do: "), _(step->record.advice));
    if (reference[0] != '\0' || offers[0] != '\0') {
        struct str also = {0};
        if (reference[0] != '\0')
            str_appendf(&also, _("Manual %s"), reference);
        str_appendf(&also, "%s%s", also.len > 0 && offers[0] != '\0' ? "; " : "", offers);
        append_wrapped(out, INDENT, "", str_text(&also));
        str_dispose(&also);
    }
    free(offers);
}

// The state in capitals, where its language has them in ASCII; else as it is.
static char *state_word(const struct report_step *step)
{
    char *word = text_clean_dup(_(report_step_word(step)));
    bool ascii = true;
    for (const char *at = word; *at != '\0'; at++)
        ascii = ascii && isascii((unsigned char)*at);
    for (char *at = word; ascii && *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    return word;
}

static void append_step(struct str *out, const struct report_step *step, int state_cols,
                        int host_cols, int title_cols)
{
    char *word = state_word(step), *decision = report_decision(step);
    char *host = text_clean_dup(step->record.host), *title = text_clean_dup(_(step->record.title));
    append_padded(out, word, state_cols);
    append_padded(out, host, host_cols + 2);
    append_padded(out, title, title_cols + 2);
    append_clean(out, step->record.summary);
    str_append_char(out, '\n');
    if (decision[0] != '\0')
        append_wrapped(out, INDENT, "", decision);
    if (step->state >= STEP_UNKNOWN)
        append_trouble(out, step);
    free(title);
    free(host);
    free(decision);
    free(word);
}

static void append_run(struct str *out, const struct report_run *run)
{
    int state_cols = INDENT, host_cols = 0, title_cols = 0;
    size_t *order = report_order(run);
    for (size_t i = 0; i < run->step_count; i++) {
        const struct step_record *record = &run->steps[i].record;
        int host = text_width(record->host), title = text_width(_(record->title));
        int state = text_width(_(report_step_word(&run->steps[i]))) + 2;
        state_cols = state > state_cols ? state : state_cols;
        host_cols = host > host_cols ? host : host_cols;
        title_cols = title > title_cols ? title : title_cols;
    }
    for (size_t i = 0; i < run->step_count; i++)
        append_step(out, &run->steps[order[i]], state_cols, host_cols, title_cols);
    free(order);
}

static void append_run_heading(struct str *out, const struct report_run *run)
{
    char *title = report_run_title(run), *begun = report_begun(run);
    str_append(out, "== ");
    append_clean(out, title);
    str_append(out, ": ");
    report_append_counts(out, run);
    str_append(out, ". ");
    append_clean(out, begun);
    str_append(out, "\n");
    free(begun);
    free(title);
}

// How many rows are left out, and what shows them.
static void append_left(struct str *out, const struct report_part *part, size_t left)
{
    char *more =
        part->pane != NULL
            ? mem_printf(P_("%zu more: nocdesk show %s", "%zu more: nocdesk show %s", left), left,
                         part->pane)
            : mem_printf(P_("%zu more: --format markdown shows them",
                            "%zu more: --format markdown shows them", left),
                         left);
    append_wrapped(out, 0, "", more);
    free(more);
}

static void append_part(struct str *out, const struct report_part *part)
{
    size_t most = part->most > 0 ? part->most : PART_ROWS;
    size_t rows = report_rows(&part->table, most), left = report_rows_left(&part->table, most);
    if (rows == 0 && part->words[0] == '\0') {
        str_appendf(out, "== %s: %s\n\n", _(part->title), part->empty);
        return;
    }
    str_appendf(out, "== %s\n", _(part->title));
    if (part->words[0] != '\0')
        append_wrapped(out, 0, "", part->words);
    if (rows > 0)
        append_table(out, &part->table, rows, 0);
    else if (part->empty[0] != '\0')
        append_wrapped(out, 0, "", part->empty);
    if (left > 0)
        append_left(out, part, left);
    str_append_char(out, '\n');
}

void report_text(struct str *out, const struct report *report)
{
    if (report->is_check) {
        report_line(out, report);
        str_append(out, "\n\n");
        for (size_t i = 0; i < report->run_count; i++)
            append_run(out, &report->runs[i]);
        return;
    }
    char *subtitle = report_subtitle(report);
    append_clean(out, report->title);
    str_append(out, ": ");
    str_append(out, _(step_state_text(report_state(report))));
    str_append_char(out, '\n');
    append_wrapped(out, 0, "", subtitle);
    str_append_char(out, '\n');
    free(subtitle);
    for (size_t i = 0; i < report->before_count; i++)
        append_part(out, &report->before[i]);
    for (size_t i = 0; i < report->run_count; i++) {
        append_run_heading(out, &report->runs[i]);
        append_run(out, &report->runs[i]);
        str_append_char(out, '\n');
    }
    for (size_t i = 0; i < report->after_count; i++)
        append_part(out, &report->after[i]);
    for (size_t i = 0; report->signatures != NULL && report->signatures[i] != NULL; i++) {
        append_padded(out, _(report->signatures[i]), 16);
        str_append(out, " ______________________________  ____________________\n");
    }
}
