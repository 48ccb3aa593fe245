// SPDX-License-Identifier: MIT

// What all forms of a report have in common: order, counts, the first line.
#include "checklist/report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "checklist/report_private.h"

#define NAMED_STEPS 3 // in the first line
#define NAMED_COLS  100

static int compare_steps(const void *a, const void *b, void *context)
{
    const struct report_step *steps = context;
    const size_t *left_at = a, *right_at = b;
    const struct report_step *left = &steps[*left_at], *right = &steps[*right_at];
    if (left->state != right->state)
        return left->state < right->state ? 1 : -1;
    if (left->record.priority != right->record.priority)
        return left->record.priority < right->record.priority ? -1 : 1;
    return (*left_at > *right_at) - (*left_at < *right_at);
}

// Of states that were put together so far; STEP_STATES: of none.
static enum step_state graver(enum step_state so_far, enum step_state state)
{
    static const int gravity[STEP_STATES] = {
        [STEP_SKIPPED] = 0, [STEP_OK] = 1,       [STEP_UNKNOWN] = 2,
        [STEP_WARNING] = 3, [STEP_CRITICAL] = 4,
    };
    return so_far == STEP_STATES || gravity[state] > gravity[so_far] ? state : so_far;
}

bool report_run_is_left(const struct report_run *run)
{
    return run->run.kind == RUN_GUIDED && run->run.state != RUN_FINISHED;
}

enum step_state report_run_state(const struct report_run *run)
{
    enum step_state state = report_run_is_left(run) ? STEP_UNKNOWN : STEP_STATES;
    for (size_t i = 0; i < run->step_count; i++)
        state = graver(state, run->steps[i].state);
    return state == STEP_STATES || state == STEP_SKIPPED ? STEP_UNKNOWN : state;
}

enum step_state report_state(const struct report *report)
{
    if (report->is_judged)
        return report->judged;
    enum step_state state = STEP_STATES;
    for (size_t i = 0; i < report->run_count; i++)
        state = graver(state, report_run_state(&report->runs[i]));
    return state == STEP_STATES ? STEP_UNKNOWN : state;
}

size_t *report_order(const struct report_run *run)
{
    size_t *order = mem_array(run->step_count + 1, sizeof *order);
    for (size_t i = 0; i < run->step_count; i++)
        order[i] = i;
    qsort_r(order, run->step_count, sizeof *order, compare_steps, run->steps);
    return order;
}

size_t report_count(const struct report_run *run, enum step_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < run->step_count; i++)
        count += run->steps[i].state == state;
    return count;
}

// "1 critical, 22 ok"
static void append_states(struct str *out, const struct report_run *run)
{
    for (int state = STEP_STATES - 1; state >= 0; state--) {
        size_t count = report_count(run, (enum step_state)state);
        if (count == 0)
            continue;
        str_appendf(out, "%s%zu %s", out->len > 0 ? ", " : "", count,
                    _(step_state_text((enum step_state)state)));
    }
    if (report_run_is_left(run))
        str_appendf(out, "%s%s", out->len > 0 ? ", " : "", _("not finished"));
}

void report_append_counts(struct str *out, const struct report_run *run)
{
    size_t hosts = run_record_host_count(&run->run);
    struct str states = {0};
    append_states(&states, run);
    str_appendf(out, P_("%zu host: %s", "%zu hosts: %s", hosts), hosts, str_text(&states));
    str_dispose(&states);
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
static void append_named(struct str *out, const struct report_step *step)
{
    const char *host = step->record.host, *summary = step->record.summary;
    size_t len = strlen(host);
    if (strncmp(summary, host, len) == 0 && summary[len] == ':')
        summary += len + 1 + (summary[len + 1] == ' ');
    append_without_bars(out, host);
    str_append_char(out, ' ');
    append_without_bars(out, step->record.step);
    str_append(out, ": ");
    append_without_bars(out, summary);
}

void report_line(struct str *out, const struct report *report)
{
    append_upper(out, step_state_text(report_state(report)));
    str_append(out, " - ");
    if (report->line != NULL || report->run_count == 0) {
        append_without_bars(out, report->line != NULL ? report->line : _("nothing was run"));
        return;
    }
    const struct report_run *run = &report->runs[0];
    size_t *order = report_order(run);
    struct str counts = {0};
    report_append_counts(&counts, run);
    // TRANSLATORS: a checklist's name, then "2 hosts: 1 critical, 22 ok".
    char *said = mem_printf(_("%s on %s"), run->run.list, str_text(&counts));
    append_without_bars(out, said);
    free(said);
    str_dispose(&counts);
    for (size_t i = 0; i < run->step_count && i < NAMED_STEPS; i++) {
        const struct report_step *step = &run->steps[order[i]];
        if (step->state < STEP_UNKNOWN)
            break;
        str_append(out, "; ");
        append_named(out, step);
    }
    free(order);
    str_append(out, " | ");
    report_perfdata(out, run);
}

void report_time(int64_t wall_ms, char out[REPORT_TIME_MAX])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm;
    localtime_r(&seconds, &tm);
    if (strftime(out, REPORT_TIME_MAX, "%Y-%m-%d %H:%M %Z", &tm) == 0)
        out[0] = '\0';
}

char *report_begun(const struct report_run *run)
{
    struct str out = {0};
    char started[REPORT_TIME_MAX];
    report_time(run->run.started_ms, started);
    if (run->run.kind == RUN_GUIDED)
        str_appendf(&out, _("Begun %s by %s"), started, run->run.operator_name);
    else
        str_appendf(&out, _("Begun %s"), started);
    bool ended = run->took_ms >= 0 || run->run.ended_ms > 0;
    str_append(&out, run->took_ms >= 0 || !ended ? ", " : "");
    if (!ended)
        str_append(&out, _("not ended"));
    else if (run->took_ms >= 60000)
        str_appendf(&out, _("took %lld min"), (long long)(run->took_ms / 60000));
    else if (run->took_ms >= 0)
        str_appendf(&out, _("took %.1f s"), (double)run->took_ms / 1000);
    if (run->run.state == RUN_ABANDONED)
        str_appendf(&out, ", %s", _("abandoned"));
    return str_take(&out);
}

char *report_run_title(const struct report_run *run)
{
    return mem_printf(_("Run %lld: %s"), (long long)run->run.number, _(run->run.title));
}

char *report_subtitle(const struct report *report)
{
    if (report->subtitle != NULL || report->run_count != 1)
        return mem_strdup(report->subtitle != NULL ? report->subtitle : "");
    struct str out = {0};
    char *begun = report_begun(&report->runs[0]);
    report_append_counts(&out, &report->runs[0]);
    str_appendf(&out, ". %s.", begun);
    free(begun);
    return str_take(&out);
}

size_t report_rows(const struct report_table *table, size_t most)
{
    return table->row_count < most ? table->row_count : most;
}

size_t report_rows_left(const struct report_table *table, size_t most)
{
    return table->total - report_rows(table, most);
}

const char *report_step_word(const struct report_step *step)
{
    return step->record.state[0] != '\0' ? step->record.state : N_("open");
}

char *report_decision(const struct report_step *step)
{
    const struct step_record *record = &step->record;
    struct str out = {0};
    if (record->operator_name[0] != '\0')
        str_appendf(&out, "%s: %s", record->operator_name, _(report_step_word(step)));
    if (out.len > 0 && strcmp(record->machine_state, record->state) != 0)
        str_appendf(&out, _(" (read: %s)"), _(record->machine_state));
    if (record->reason[0] != '\0')
        str_appendf(&out, "%s%s", out.len > 0 ? ", " : "", record->reason);
    return str_take(&out);
}

char *report_offers(const struct report_step *step)
{
    struct str names = {0};
    const json_t *offered = json_object_get(step->facts, "actions");
    for (size_t i = 0; i < json_array_size(offered); i++) {
        const char *name = json_string_value(json_array_get(offered, i));
        str_appendf(&names, "%s%s", i > 0 ? ", " : "", name != NULL ? name : "");
    }
    struct str out = {0};
    if (json_is_true(json_object_get(step->facts, "confirm")))
        str_append(&out, _("a person must confirm"));
    if (json_array_size(offered) > 0) {
        str_append(&out, out.len > 0 ? "; " : "");
        str_appendf(&out, _("can help: %s"), str_text(&names));
    }
    str_dispose(&names);
    return str_take(&out);
}

const char *report_fact(const struct report_step *step, const char *name)
{
    const char *text = json_string_value(json_object_get(step->facts, name));
    return text != NULL ? text : "";
}
