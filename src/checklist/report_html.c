// SPDX-License-Identifier: MIT

// A report as one HTML file that needs nothing else, for a browser and for paper.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "checklist/report_private.h"

#define ROWS_SHOWN 20

static const char style[] =
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;"
    "color:#1b1f24;background:#fff}\n"
    "h1{font-size:1.5rem;margin:0 0 .3rem}h2{font-size:1.05rem;margin:0 0 .3rem}\n"
    "table{border-collapse:collapse;margin:.6rem 0;font-size:.9rem}\n"
    "th,td{text-align:left;vertical-align:top;padding:.25rem .7rem;border-bottom:1px solid #d8dee4;"
    "overflow-wrap:anywhere}\n"
    "th{font-weight:600;white-space:nowrap}td.number{text-align:right;white-space:nowrap}\n"
    "section{border-left:4px solid #57606a;padding:.1rem 0 .1rem 1rem;margin:1.3rem 0}\n"
    ".state{font-weight:700;white-space:nowrap}.small{color:#57606a;font-size:.85rem}\n"
    ".critical .state,.state.critical{color:#b3001b}section.critical{border-color:#b3001b}\n"
    ".warning .state,.state.warning{color:#8a5200}section.warning{border-color:#c77700}\n"
    ".unknown .state,.state.unknown{color:#6a3fb5}section.unknown{border-color:#6a3fb5}\n"
    ".ok .state,.state.ok{color:#1a6b34}section.ok{border-color:#1a6b34}\n"
    "@media print{body{margin:0;max-width:none;font-size:11px}section{break-inside:avoid}}\n";

static void append_escaped(struct str *out, const char *text)
{
    char *clean = text_clean_dup(text);
    for (const char *at = clean; *at != '\0'; at++) {
        switch (*at) {
        case '&':
            str_append(out, "&amp;");
            break;
        case '<':
            str_append(out, "&lt;");
            break;
        case '>':
            str_append(out, "&gt;");
            break;
        case '"':
            str_append(out, "&quot;");
            break;
        case '\'':
            str_append(out, "&#39;");
            break;
        default:
            str_append_char(out, *at);
        }
    }
    free(clean);
}

static void append_element(struct str *out, const char *name, const char *attributes,
                           const char *text)
{
    str_appendf(out, "<%s%s>", name, attributes);
    append_escaped(out, text);
    str_appendf(out, "</%s>", name);
}

// Two dashes would end the comment.
static void append_comment(struct str *out, const struct report *report)
{
    struct str line = {0};
    report_line(&line, report);
    str_append(out, "<!-- ");
    for (const char *at = str_text(&line); *at != '\0'; at++) {
        bool risky = strchr("<>", *at) != NULL || (*at == '-' && at[1] == '-');
        str_append_char(out, risky ? ' ' : *at);
    }
    str_append(out, " -->\n");
    str_dispose(&line);
}

static void append_summary_table(struct str *out, const struct report *report, const size_t *order)
{
    str_append(out, "<table><thead><tr><th>State</th><th>Host</th><th>Step</th><th>What</th></tr>"
                    "</thead><tbody>\n");
    for (size_t i = 0; i < report->step_count; i++) {
        const struct check_step *step = &report->steps[order[i]];
        const char *state = step_state_text(step->verdict.state);
        str_appendf(out, "<tr class=\"%s\"><td class=\"state\">%s</td>", state, state);
        append_element(out, "td", "", step->host_name);
        str_appendf(out, "<td><a href=\"#s%zu\">", order[i]);
        append_escaped(out, step->step->title);
        str_append(out, "</a></td>");
        append_element(out, "td", "", step->verdict.summary);
        str_append(out, "</tr>\n");
    }
    str_append(out, "</tbody></table>\n");
}

static bool is_number(const struct column *column)
{
    return column->kind != KIND_TEXT && column->kind != KIND_ADDRESS && column->kind != KIND_BOOL &&
           column->kind != KIND_TIME;
}

static void append_evidence(struct str *out, const struct report *report,
                            const struct check_step *step)
{
    size_t rows = report_rows(step, ROWS_SHOWN);
    if (rows == 0)
        return;
    str_append(out, "<table><thead><tr>");
    for (size_t i = 0; i < step->step->column_count; i++) {
        char *text = report_heading(&step->step->probe->schema->columns[step->step->columns[i]]);
        append_element(out, "th", "", text);
        free(text);
    }
    str_append(out, "</tr></thead><tbody>\n");
    for (size_t row = 0; row < rows; row++) {
        str_append(out, "<tr>");
        for (size_t i = 0; i < step->step->column_count; i++) {
            size_t col = step->step->columns[i];
            char *text = report_cell(report, step, step->verdict.rows[row], col);
            bool number = is_number(&step->step->probe->schema->columns[col]);
            append_element(out, "td", number ? " class=\"number\"" : "", text);
            free(text);
        }
        str_append(out, "</tr>\n");
    }
    str_append(out, "</tbody></table>\n");
    if (step->verdict.row_count > rows)
        str_appendf(out, "<p class=\"small\">%zu more rows</p>\n", step->verdict.row_count - rows);
}

static void append_step(struct str *out, const struct report *report, size_t index)
{
    const struct check_step *step = &report->steps[index];
    const char *state = step_state_text(step->verdict.state);
    str_appendf(out, "<section id=\"s%zu\" class=\"%s\"><h2>", index, state);
    append_escaped(out, step->host_name);
    str_append(out, ": ");
    append_escaped(out, step->step->title);
    str_appendf(out, " <span class=\"state\">%s</span></h2>\n", state);
    append_element(out, "p", "", step->verdict.summary);
    str_append_char(out, '\n');
    append_evidence(out, report, step);
    if (step->note[0] != '\0')
        append_element(out, "p", " class=\"small\"", step->note);
    if (step->verdict.advice[0] != '\0') {
        str_append(out, "<p><strong>Do:</strong> ");
        append_escaped(out, step->verdict.advice);
        str_append(out, "</p>\n");
    }
    char *offers = report_offers(step->step);
    str_append(out, "<p class=\"small\">");
    append_escaped(out, step->step->why);
    if (step->step->ref[0] != '\0') {
        str_append(out, " Manual ");
        append_escaped(out, step->step->ref);
        str_append_char(out, '.');
    }
    if (offers[0] != '\0') {
        str_append_char(out, ' ');
        append_escaped(out, offers);
        str_append_char(out, '.');
    }
    str_append(out, "</p></section>\n");
    free(offers);
}

void report_html(struct str *out, const struct report *report)
{
    size_t *order = report_order(report);
    const char *state = step_state_text(report_state(report));
    char started[CLOCK_RFC3339_MAX];
    clock_rfc3339(report->started_ms / 1000 * 1000, started);
    append_comment(out, report);
    str_append(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width\">");
    append_element(out, "title", "", report->title);
    str_appendf(out, "<style>\n%s</style></head><body>\n<h1>", style);
    append_escaped(out, report->title);
    str_appendf(out, ": <span class=\"state %s\">%s</span></h1>\n<p class=\"small\">", state,
                state);
    report_append_counts(out, report);
    str_appendf(out, ". Begun %s, took %.1f s.</p>\n", started, (double)report->took_ms / 1000);
    append_summary_table(out, report, order);
    for (size_t i = 0; i < report->step_count; i++)
        append_step(out, report, order[i]);
    str_append(out, "</body></html>\n");
    free(order);
}
