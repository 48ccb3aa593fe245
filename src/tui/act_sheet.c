// SPDX-License-Identifier: MIT

// A plan, or what was left open, as wrapped lines.
#include "tui/act_sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/wrap.h"
#include "tui/accent.h"
#include "tui/act.h"
#include "tui/journal_view.h"
#include "tui/own_commands.h"
#include "tui/state.h"
#include "tui/wrap.h"

#define TARGETS_MAX 200 // named; the rest is counted

static void sheet_add(struct act_sheet *sheet, enum role role, int indent, const char *text)
{
    char *clean = text_clean_dup(text);
    const char *at = clean;
    for (int line = 0; line == 0 || *at != '\0'; line++) {
        const char *rest;
        int left = indent + (line > 0 ? 2 : 0);
        size_t bytes = text_wrap(at, sheet->width - left, &rest);
        struct act_sheet_line *added =
            mem_push(&sheet->lines, &sheet->count, &sheet->cap, sizeof *sheet->lines);
        *added = (struct act_sheet_line){role, left, mem_strndup(at, bytes)};
        at = rest;
    }
    free(clean);
}

void act_sheet_dispose(struct act_sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++)
        free(sheet->lines[i].text);
    free(sheet->lines);
}

// Each line of a call on its own: its input stands below the command.
static void add_call(struct act_sheet *sheet, const char *head, int head_cols,
                     const struct plan_call *call)
{
    struct str text = {0};
    if (call->via == PLAN_NOTHING)
        return;
    str_appendf(&text, "%s%*s", head, text_gap(head, head_cols), "");
    plan_call_print(&text, call);
    char *lines = str_take(&text), *rest;
    int indent = 4;
    for (char *line = strtok_r(lines, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        sheet_add(sheet, ROLE_DIM, indent, line + strspn(line, " "));
        indent = 6;
    }
    free(lines);
}

static void add_host_head(struct act_sheet *sheet, const struct plan_host *host)
{
    struct str text = {0};
    const char *tag = host->config->environment, *method = host->method;
    char ends[LOCAL_TIME_MAX];
    str_appendf(&text, tag[0] != '\0' ? "%s  %s" : "%s%s", host->config->name, tag);
    if (host->ends_wall_ms > 0)
        local_time(host->ends_wall_ms, ends);
    if (host->ends_wall_ms > 0 && method[0] != '\0')
        str_appendf(&text, _(", by %s, until %s"), method, ends);
    else if (host->ends_wall_ms > 0)
        str_appendf(&text, _(", until %s"), ends);
    else if (host->ends_wall_ms == 0 && method[0] != '\0')
        str_appendf(&text, _(", by %s, for good"), method);
    else if (host->ends_wall_ms == 0)
        str_append(&text, _(", for good"));
    else if (method[0] != '\0')
        str_appendf(&text, _(", by %s"), method);
    sheet_add(sheet, accent_badge(host->config->accent), 0, str_text(&text));
    str_dispose(&text);
}

static void add_targets(struct act_sheet *sheet, const struct plan_host *host)
{
    struct str text = {0};
    size_t planned = 0;
    for (size_t i = 0; i < host->target_count; i++) {
        const struct plan_target *target = &host->targets[i];
        if (target->state != ACTION_PLANNED)
            continue;
        if (planned++ < TARGETS_MAX)
            str_appendf(&text, "%s%s", text.len > 0 ? "  " : "", target->text);
    }
    if (planned > TARGETS_MAX)
        str_appendf(&text, _("  … and %zu more"), planned - TARGETS_MAX);
    if (text.len > 0)
        sheet_add(sheet, ROLE_STRONG, 2, str_text(&text));
    for (size_t i = 0; i < host->target_count; i++) {
        const struct plan_target *target = &host->targets[i];
        if (target->state == ACTION_PLANNED)
            continue;
        str_clear(&text);
        str_appendf(&text, _("not %s, %s"), target->text, _(action_state_text(target->state)));
        if (target->opinion.rule != GUARD_NO_RULE)
            str_appendf(&text, ": %s [%s]", target->opinion.text,
                        guard_rule_text(target->opinion.rule));
        else if (target->error != NULL || target->opinion.text[0] != '\0')
            str_appendf(&text, ": %s",
                        target->error != NULL ? target->error : target->opinion.text);
        sheet_add(sheet, ROLE_WARN, 2, str_text(&text));
    }
    str_dispose(&text);
}

// What changes of a diff; what stays as it is need not be read again.
static void add_lines(struct act_sheet *sheet, const char *diff)
{
    char *lines = mem_strdup(diff), *rest;
    for (char *line = strtok_r(lines, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        if (line[0] != ' ' && line[0] != '.')
            sheet_add(sheet,
                      line[0] == '+'   ? ROLE_OK
                      : line[0] == '-' ? ROLE_CRIT
                                       : ROLE_STRONG,
                      2, line);
    free(lines);
}

static void add_host(struct act_sheet *sheet, const struct plan_host *host)
{
    int run_cols = draw_width(C_("the command of a plan", "run")),
        undo_cols = draw_width(_("undo"));
    int head_cols = (run_cols > undo_cols ? run_cols : undo_cols) + 2;
    add_host_head(sheet, host);
    add_targets(sheet, host);
    if (host->note[0] != '\0')
        sheet_add(sheet, ROLE_WARN, 2, host->note);
    if (err_is_set(&host->error))
        sheet_add(sheet, ROLE_WARN, 2, host->error.text);
    add_lines(sheet, host->diff);
    for (size_t i = 0; i < host->step_count; i++) {
        sheet_add(sheet, ROLE_TEXT, 2, host->steps[i].what);
        add_call(sheet, C_("the command of a plan", "run"), head_cols, &host->steps[i].run);
        add_call(sheet, _("undo"), head_cols, &host->steps[i].undo);
    }
}

// All of them in sight at once, however long the plan is.
static void add_hosts(struct act_sheet *sheet, const struct plan *plan, size_t all)
{
    struct str text = {0};
    enum accent accent = ACCENT_NONE;
    if (all > 1)
        str_appendf(&text, _("on %zu of %zu hosts:"), plan->host_count, all);
    for (size_t i = 0; i < plan->host_count; i++) {
        const struct host_config *host = plan->hosts[i]->config;
        str_appendf(&text, "  %s%s%s", host->name, host->environment[0] != '\0' ? " " : "",
                    host->environment);
        accent = accent_stronger(accent, host->accent);
    }
    if (all > 1)
        sheet_add(sheet, accent_badge(accent), 0, str_text(&text));
    str_dispose(&text);
}

static size_t planned_count(const struct plan *plan)
{
    size_t planned = 0;
    for (size_t i = 0; i < plan->host_count; i++)
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++)
            planned += plan->hosts[i]->targets[j].state == ACTION_PLANNED;
    return planned;
}

void act_sheet_make(struct act_sheet *sheet, const struct console *console,
                    const struct act_question *question, int width)
{
    *sheet = (struct act_sheet){.width = width > 20 ? width : 20};
    if (question->plan == NULL) {
        sheet_add(sheet, ROLE_TEXT, 0, question->text);
        return;
    }
    const struct plan *plan = question->plan;
    for (size_t i = 0; i < plan->why_count; i++)
        sheet_add(sheet, ROLE_WARN, 0, plan->why[i]);
    char *titles = own_commands_titles(console->config, plan);
    if (titles != NULL || plan->why_count == 0)
        sheet_add(sheet, ROLE_DIM, 0, titles != NULL ? titles : _(question->action->help));
    free(titles);
    if (plan->question == PLAN_TYPES && draw_width(plan->type_this) > ACT_TYPED_COLS_MAX) {
        struct str text = {0};
        str_appendf(&text, _("Type %s to do it."), plan->type_this);
        sheet_add(sheet, ROLE_WARN, 0, str_text(&text));
        str_dispose(&text);
    }
    add_hosts(sheet, plan, console->model->host_count);
    for (size_t i = 0; i < plan->host_count; i++)
        add_host(sheet, plan->hosts[i]);
    if (plan->reason != NULL && plan->reason[0] != '\0') {
        struct str text = {0};
        size_t targets = planned_count(plan);
        if (targets > 1)
            str_appendf(&text, _("One reason is written down for all %zu: %s"), targets,
                        plan->reason);
        else
            str_appendf(&text, _("Reason: %s"), plan->reason);
        sheet_add(sheet, ROLE_DIM, 0, str_text(&text));
        str_dispose(&text);
    }
}
