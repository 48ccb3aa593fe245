// SPDX-License-Identifier: MIT

// A report as one HTML file that needs nothing else, for a browser and for paper.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "checklist/report_private.h"
#include "checklist/report_svg.h"

#define ROWS_SHOWN 20
#define ROWS_OF_OK 6 // of a step without trouble
#define PART_ROWS  500
// In bytes: of a column that is not broken, and of all of them in a table.
#define FIXED_LONGEST 20
#define FIXED_SUM     64
#define WIDE_FROM     9            // columns
#define BESIDE        " \xc2\xb7 " // ·

// Dark on white always: it is made for paper, whatever the browser's theme.
static const char style[] =
    ":root{color-scheme:only light;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--crit:#a40e26;"
    "--warn:#8a5200;--unknown:#5b3aa6;--ok:#1a6b34}\n"
    "*{box-sizing:border-box}\n"
    "body{font:15px/1.5 \"Source Sans 3\",\"Segoe UI\",\"Noto Sans\",\"Liberation Sans\",Arial,"
    "sans-serif;margin:2.2rem auto;max-width:64rem;padding:0 1.5rem;color:var(--ink);"
    "background:#fff}\n"
    "header{border-bottom:2px solid var(--ink);padding-bottom:.6rem;margin-bottom:1.4rem}\n"
    "h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem}\n"
    "h2{font-size:1.2rem;margin:2.2rem 0 .5rem;padding-bottom:.2rem;border-bottom:1px solid "
    "var(--line)}\n"
    "h3{font-size:1.02rem;margin:0 0 .2rem}p{margin:.3rem 0 .5rem;max-width:52rem}\n"
    "table{border-collapse:collapse;margin:.5rem 0 .7rem;font-size:.88rem;width:100%}\n"
    "th,td{text-align:left;vertical-align:top;padding:.28rem .8rem .28rem 0;"
    "border-bottom:1px solid var(--line);overflow-wrap:anywhere;min-width:3.5rem}\n"
    "th{overflow-wrap:normal;font-weight:600;color:var(--soft);border-bottom:1px solid "
    "var(--soft)}\n"
    "td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}td.number{white-space:"
    "nowrap}\n"
    "td.state,.fixed{white-space:nowrap}svg.line{display:block}\n"
    "a{color:inherit;text-decoration:none;border-bottom:1px dotted var(--soft)}\n"
    "section{border-left:4px solid var(--soft);padding:.1rem 0 .1rem 1rem;margin:1.2rem 0}\n"
    ".state{font-weight:700}.small{color:var(--soft);font-size:.87rem}\n"
    ".badge{font-size:.8em;font-weight:700;text-transform:uppercase;letter-spacing:.04em;"
    "padding:.05em .5em;border:2px solid currentColor;border-radius:.3em;white-space:nowrap}\n"
    "tr.critical>.state,.state.critical,.badge.critical{color:var(--crit)}"
    "section.critical{border-color:var(--crit)}\n"
    "tr.warning>.state,.state.warning,.badge.warning{color:var(--warn)}"
    "section.warning{border-color:var(--warn)}\n"
    "tr.unknown>.state,.state.unknown,.badge.unknown{color:var(--unknown)}"
    "section.unknown{border-color:var(--unknown)}\n"
    "tr.ok>.state,.state.ok,.badge.ok{color:var(--ok)}section.ok{border-color:var(--ok)}\n"
    ".signatures{display:flex;gap:2.5rem;margin-top:3.2rem;break-inside:avoid}\n"
    ".signatures div{flex:1;border-top:1px solid var(--ink);padding-top:.3rem;font-size:.85rem}\n"
    "@page{size:A4;margin:16mm 14mm 18mm}\n"
    "@media print{body{margin:0;max-width:none;padding:0;font-size:10pt}h1{font-size:17pt}"
    "h2{font-size:12.5pt}table{font-size:8.5pt}th,td{padding:.2rem .5rem .2rem 0;min-width:2.2rem}"
    "h2,h3,thead{break-after:avoid}thead{display:table-header-group}"
    "table.wide{font-size:7.3pt}.small{font-size:8.5pt}tr,svg{break-inside:avoid}section.short{"
    "break-inside:avoid}"
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n";

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
    str_append(out, " <!-- ");
    for (const char *at = str_text(&line); *at != '\0'; at++) {
        bool risky = strchr("<>", *at) != NULL || (*at == '-' && at[1] == '-');
        str_append_char(out, risky ? ' ' : *at);
    }
    str_append(out, " -->");
    str_dispose(&line);
}

// The colour of a word of a state or severity; "" for one that says neither.
static const char *state_class(const char *word)
{
    static const struct {
        const char *word, *class;
    } classes[] = {
        {"ok", "ok"},           {"warning", "warning"},  {"critical", "critical"},
        {"unknown", "unknown"}, {"open", "unknown"},     {"major", "warning"},
        {"minor", "warning"},   {"missing", "critical"}, {"crashed", "critical"},
        {"failed", "critical"}, {"stopped", "critical"},
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(classes[i].word, word) == 0)
            return classes[i].class;
    return "";
}

static void append_summary_table(struct str *out, const struct report_run *run, size_t number,
                                 const size_t *order)
{
    str_appendf(out,
                "<table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr>"
                "</thead><tbody>\n",
                _("State"), _("Host"), _("Step"), _("What"));
    for (size_t i = 0; i < run->step_count; i++) {
        const struct report_step *step = &run->steps[order[i]];
        str_appendf(out, "<tr class=\"%s\">", step_state_text(step->state));
        append_element(out, "td", " class=\"state\"", _(report_step_word(step)));
        append_element(out, "td", " class=\"fixed\"", step->record.host);
        str_appendf(out, "<td><a href=\"#r%zus%zu\">", number, order[i]);
        append_escaped(out, _(step->record.title));
        str_append(out, "</a></td>");
        append_element(out, "td", "", step->record.summary);
        str_append(out, "</tr>\n");
    }
    str_append(out, "</tbody></table>\n");
}

// Short columns are never broken, as long as all of them leave room for the others.
static void find_fixed(const struct report_table *table, size_t rows, bool *fixed)
{
    size_t sum = 0;
    for (size_t col = 0; col < table->column_count; col++) {
        size_t longest = strlen(table->columns[col].heading);
        for (size_t row = 0; row < rows; row++) {
            size_t len = strlen(report_table_cell(table, row, col)->text);
            longest = len > longest ? len : longest;
        }
        fixed[col] = table->columns[col].kind == REPORT_NUMBER || longest <= FIXED_LONGEST;
        fixed[col] = fixed[col] && sum + longest <= FIXED_SUM;
        sum += fixed[col] ? longest : 0;
    }
}

static void append_cell(struct str *out, const struct report_column *column, bool fixed,
                        const struct report_cell *cell)
{
    const char *class = column->kind == REPORT_NUMBER ? " class=\"number\""
                        : fixed                       ? " class=\"fixed\""
                                                      : "";
    const char *colour = column->kind == REPORT_STATE ? state_class(report_cell_plain(cell)) : "";
    str_appendf(out, "<td%s>", class);
    if (column->kind == REPORT_SERIES) {
        report_svg_line(out, cell->value);
    } else if (colour[0] != '\0') {
        str_appendf(out, "<span class=\"state %s\">", colour);
        append_escaped(out, cell->text);
        str_append(out, "</span>");
    } else {
        append_escaped(out, cell->text);
    }
    str_append(out, "</td>");
}

static void append_rows(struct str *out, const struct report_table *table, size_t rows)
{
    bool *fixed = mem_array(table->column_count + 1, sizeof *fixed);
    find_fixed(table, rows, fixed);
    for (size_t row = 0; row < rows; row++) {
        str_append(out, "<tr>");
        for (size_t i = 0; i < table->column_count; i++)
            append_cell(out, &table->columns[i], fixed[i], report_table_cell(table, row, i));
        str_append(out, "</tr>\n");
    }
    free(fixed);
}

static void append_table(struct str *out, const struct report_table *table, size_t most)
{
    size_t rows = report_rows(table, most), left = report_rows_left(table, most);
    if (rows == 0)
        return;
    str_appendf(out, "<table%s><thead><tr>",
                table->column_count >= WIDE_FROM ? " class=\"wide\"" : "");
    for (size_t i = 0; i < table->column_count; i++)
        append_element(out, "th",
                       table->columns[i].kind == REPORT_NUMBER ? " class=\"number\"" : "",
                       table->columns[i].heading);
    str_append(out, "</tr></thead><tbody>\n");
    append_rows(out, table, rows);
    str_append(out, "</tbody></table>\n");
    if (left > 0)
        str_appendf(out,
                    P_("<p class=\"small\">%zu more row</p>\n",
                       "<p class=\"small\">%zu more rows</p>\n", left),
                    left);
}

static void append_labelled(struct str *out, const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    str_appendf(out, "<p><strong>%s</strong> ", label);
    append_escaped(out, text);
    str_append(out, "</p>\n");
}

static void append_background(struct str *out, const struct report_step *step)
{
    char *offers = report_offers(step);
    str_append(out, "<p class=\"small\">");
    append_escaped(out, _(step->record.why));
    if (step->record.reference[0] != '\0') {
        char *manual = mem_printf(_("Manual %s"), step->record.reference);
        str_append(out, BESIDE);
        append_escaped(out, manual);
        free(manual);
    }
    if (offers[0] != '\0') {
        str_append(out, BESIDE);
        append_escaped(out, offers);
    }
    str_append(out, "</p></section>\n");
    free(offers);
}

static void append_step(struct str *out, const struct report_step *step, size_t run, size_t index)
{
    const char *state = step_state_text(step->state);
    bool is_short = step->evidence.row_count <= 8; // is kept on one page
    char *decision = report_decision(step);
    str_appendf(out, "<section id=\"r%zus%zu\" class=\"%s%s\"><h3>", run, index, state,
                is_short ? " short" : "");
    append_escaped(out, step->record.host);
    str_append(out, ": ");
    append_escaped(out, _(step->record.title));
    str_appendf(out, " <span class=\"state %s\">", state);
    append_escaped(out, _(report_step_word(step)));
    str_append(out, "</span></h3>\n");
    append_element(out, "p", "", step->record.summary);
    str_append_char(out, '\n');
    append_labelled(out, _("Decided by"), decision);
    append_table(out, &step->evidence, step->state >= STEP_UNKNOWN ? ROWS_SHOWN : ROWS_OF_OK);
    if (step->record.remark[0] != '\0')
        append_element(out, "p", " class=\"small\"", step->record.remark);
    append_labelled(out, _("Do:"), _(step->record.advice));
    append_background(out, step);
    free(decision);
}

static void append_badge(struct str *out, enum step_state state)
{
    str_appendf(out, " <span class=\"badge %s\">%s</span>", step_state_text(state),
                _(step_state_text(state)));
}

static void append_run(struct str *out, const struct report *report, size_t number)
{
    const struct report_run *run = &report->runs[number];
    size_t *order = report_order(run);
    if (!report->is_check) {
        char *title = report_run_title(run), *begun = report_begun(run);
        str_append(out, "<h2>");
        append_escaped(out, title);
        append_badge(out, report_run_state(run));
        str_append(out, "</h2>\n<p class=\"small\">");
        report_append_counts(out, run);
        str_append(out, ". ");
        append_escaped(out, begun);
        str_append(out, ".</p>\n");
        free(begun);
        free(title);
    }
    append_summary_table(out, run, number, order);
    for (size_t i = 0; i < run->step_count; i++)
        append_step(out, &run->steps[order[i]], number, order[i]);
    free(order);
}

static void append_part(struct str *out, const struct report_part *part)
{
    append_element(out, "h2", "", _(part->title));
    str_append_char(out, '\n');
    if (part->words[0] != '\0')
        append_element(out, "p", "", part->words);
    if (part->table.row_count > 0)
        append_table(out, &part->table, PART_ROWS);
    else if (part->empty[0] != '\0')
        append_element(out, "p", " class=\"small\"", part->empty);
    str_append_char(out, '\n');
}

static void append_signatures(struct str *out, const char *const *who)
{
    str_append(out, "<div class=\"signatures\">");
    for (size_t i = 0; who[i] != NULL; i++) {
        str_append(out, "<div>");
        append_escaped(out, _(who[i]));
        str_appendf(out, "<br><span class=\"small\">%s</span></div>",
                    _("name, signature, date and time"));
    }
    str_append(out, "</div>\n");
}

void report_html(struct str *out, const struct report *report)
{
    char *subtitle = report_subtitle(report);
    const char *lang = lang_now();
    str_append(out, "<!DOCTYPE html>");
    if (report->is_check)
        append_comment(out, report);
    str_append(out, "\n<html lang=\"");
    for (const char *at = lang; *at != '\0'; at++) // RFC 5646: zh-CN
        str_append_char(out, *at == '_' ? '-' : *at);
    str_append(out, "\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width\">");
    append_element(out, "title", "", report->title);
    str_appendf(out, "<style>\n%s</style></head><body>\n<header><h1>", style);
    append_escaped(out, report->title);
    append_badge(out, report_state(report));
    str_append(out, "</h1>\n");
    append_element(out, "p", " class=\"small\"", subtitle);
    str_append(out, "</header>\n");
    free(subtitle);
    for (size_t i = 0; i < report->before_count; i++)
        append_part(out, &report->before[i]);
    for (size_t i = 0; i < report->run_count; i++)
        append_run(out, report, i);
    for (size_t i = 0; i < report->after_count; i++)
        append_part(out, &report->after[i]);
    if (report->signatures != NULL)
        append_signatures(out, report->signatures);
    str_append(out, "</body></html>\n");
}
