// SPDX-License-Identifier: MIT

// A report for a terminal, a log or a mail: one line a step, trouble with its rows and advice.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "checklist/report_private.h"

#define ROWS_SHOWN 5
#define CELL_COLS  40
#define INDENT     10
#define LINE_COLS  100

static void append_padded(struct str *out, const char *clean, int cols)
{
    str_append(out, clean);
    for (int width = text_width(clean); width < cols; width++)
        str_append_char(out, ' ');
}

// A paragraph in lines that a terminal can show.
static void append_wrapped(struct str *out, const char *label, const char *text)
{
    char *clean = text_clean_dup(text), *rest = NULL;
    int used = 0;
    for (char *word = strtok_r(clean, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest)) {
        int width = text_width(word);
        if (used == 0 || used + 1 + width > LINE_COLS - INDENT) {
            str_appendf(out, "%s%*s%s", used > 0 ? "\n" : "", INDENT, "", used > 0 ? "" : label);
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

// One line of the evidence: the cells of row, or the headings (row NULL).
static char *cell_text(const struct report *report, const struct check_step *step,
                       const size_t *row, size_t column)
{
    char cut[CELL_COLS * 4 + 1];
    char *whole = row == NULL ? report_heading(&step->step->probe->schema->columns[column])
                              : report_cell(report, step, *row, column);
    text_clean(cut, sizeof cut, whole, strlen(whole), CELL_COLS);
    free(whole);
    return mem_strdup(cut);
}

static void append_line(struct str *out, const struct report *report, const struct check_step *step,
                        const size_t *row, const int *widths)
{
    str_appendf(out, "%*s", INDENT, "");
    for (size_t i = 0; i < step->step->column_count; i++) {
        bool last = i + 1 == step->step->column_count;
        char *text = cell_text(report, step, row, step->step->columns[i]);
        append_padded(out, text, last ? 0 : widths[i] + 2);
        free(text);
    }
    while (out->len > 0 && out->text[out->len - 1] == ' ')
        out->text[--out->len] = '\0';
    str_append_char(out, '\n');
}

static void append_evidence(struct str *out, const struct report *report,
                            const struct check_step *step)
{
    size_t rows = report_rows(step, ROWS_SHOWN);
    if (rows == 0)
        return;
    int *widths = mem_array(step->step->column_count + 1, sizeof *widths);
    for (size_t i = 0; i < step->step->column_count; i++) {
        for (size_t row = 0; row <= rows; row++) {
            char *text = cell_text(report, step, row == 0 ? NULL : &step->verdict.rows[row - 1],
                                   step->step->columns[i]);
            int width = text_width(text);
            widths[i] = width > widths[i] ? width : widths[i];
            free(text);
        }
    }
    append_line(out, report, step, NULL, widths);
    for (size_t row = 0; row < rows; row++)
        append_line(out, report, step, &step->verdict.rows[row], widths);
    if (step->verdict.row_count > rows)
        str_appendf(out, "%*s%zu more: nocdesk show %s --host %s\n", INDENT, "",
                    step->verdict.row_count - rows, step->step->probe->schema->name,
                    step->host_name);
    free(widths);
}

static void append_step(struct str *out, const struct report *report, const struct check_step *step,
                        int host_cols, int title_cols)
{
    char *word = mem_strdup(step_state_text(step->verdict.state));
    for (char *at = word; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    append_padded(out, word, INDENT);
    append_padded(out, step->host_name, host_cols + 2);
    append_padded(out, step->step->title, title_cols + 2);
    append_clean(out, step->verdict.summary);
    str_append_char(out, '\n');
    free(word);
    if (step->verdict.state < STEP_UNKNOWN)
        return;
    append_evidence(out, report, step);
    char *offers = report_offers(step->step);
    if (step->note[0] != '\0')
        append_wrapped(out, "Note: ", step->note);
    if (step->verdict.advice[0] != '\0')
        append_wrapped(out, "Do: ", step->verdict.advice);
    if (step->step->ref[0] != '\0' || offers[0] != '\0')
        str_appendf(out, "%*s%s%s%s%s\n", INDENT, "", step->step->ref[0] != '\0' ? "Manual " : "",
                    step->step->ref, step->step->ref[0] != '\0' && offers[0] != '\0' ? "; " : "",
                    offers);
    free(offers);
}

void report_text(struct str *out, const struct report *report)
{
    int host_cols = 0, title_cols = 0;
    size_t count = report->step_count;
    size_t *order = report_order(report);
    report_line(out, report);
    str_append(out, "\n\n");
    for (size_t i = 0; i < count; i++) {
        const struct check_step *step = &report->steps[i];
        int host = text_width(step->host_name), title = text_width(step->step->title);
        host_cols = host > host_cols ? host : host_cols;
        title_cols = title > title_cols ? title : title_cols;
    }
    for (size_t i = 0; i < count; i++)
        append_step(out, report, &report->steps[order[i]], host_cols, title_cols);
    free(order);
}
