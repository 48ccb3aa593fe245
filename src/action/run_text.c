// SPDX-License-Identifier: MIT

// What came of a submission, in one sentence.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "action/run_private.h"
#include "base/lang.h"
#include "base/str.h"

bool run_went_well(const struct plan *plan)
{
    size_t targets = 0;
    for (size_t i = 0; i < plan->host_count; i++) {
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++) {
            enum action_state state = plan->hosts[i]->targets[j].state;
            bool planned = plan->dry_run && state == ACTION_PLANNED;
            if (err_is_set(&plan->hosts[i]->unwritten))
                return false;
            if (state != ACTION_DONE && state != ACTION_ALREADY && !planned)
                return false;
            targets++;
        }
    }
    return targets > 0;
}

static const struct plan_target *first_of(const struct plan *plan, enum action_state state,
                                          const struct plan_host **host)
{
    for (size_t i = 0; i < plan->host_count; i++)
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++)
            if (plan->hosts[i]->targets[j].state == state) {
                *host = plan->hosts[i];
                return &plan->hosts[i]->targets[j];
            }
    return NULL;
}

static size_t count_of(const struct plan *plan, enum action_state state, size_t *hosts)
{
    size_t count = 0;
    *hosts = 0;
    for (size_t i = 0; i < plan->host_count; i++) {
        size_t here = 0;
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++)
            here += plan->hosts[i]->targets[j].state == state;
        count += here;
        *hosts += here > 0;
    }
    return count;
}

// Each adds to the sentence as a whole, so that another language may put it elsewhere.
static void extend_said(struct str *text, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void extend_said(struct str *text, const char *fmt, ...)
{
    struct str whole = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&whole, _(fmt), args);
    va_end(args);
    str_dispose(text);
    *text = whole;
}

static void tell_until(struct str *text, int64_t ends_wall_ms)
{
    time_t ends = (time_t)(ends_wall_ms / 1000);
    struct tm local;
    char clock[32] = "";
    bool soon = ends - time(NULL) < 20 * 3600;
    if (localtime_r(&ends, &local) != NULL)
        strftime(clock, sizeof clock, soon ? "%H:%M" : "%d %b %H:%M", &local);
    extend_said(text, "%s until %s", str_text(text), clock);
}

static void tell_end(struct str *text, const struct plan_host *host)
{
    if (host->ends_wall_ms > 0) {
        tell_until(text, host->ends_wall_ms);
    } else if (host->ends_wall_ms == 0) {
        extend_said(text, "%s for good", str_text(text));
    }
    if (host->method[0] != '\0')
        extend_said(text, "%s (%s)", str_text(text), host->method);
}

static const char *words_of(const struct action *action, enum action_state state)
{
    switch (state) {
    case ACTION_DONE:
        return action->done;
    case ACTION_ALREADY:
        return action->already != NULL ? action->already : N_("so already");
    case ACTION_REFUSED:
        return N_("refused");
    case ACTION_FAILED:
        return N_("failed");
    case ACTION_UNKNOWN:
        return N_("unknown");
    case ACTION_PLANNED:
        break;
    }
    return N_("planned");
}

// The text without the host's name before it, which the sentence has said.
static const char *without_host(const struct plan_host *host, const char *text)
{
    size_t len = strlen(host->config->name);
    bool named = strncmp(text, host->config->name, len) == 0 && strncmp(text + len, ": ", 2) == 0;
    return named ? text + len + 2 : text;
}

// Why the target did not get there.
static const char *reason_of(const struct plan_host *host, const struct plan_target *target)
{
    const char *why = host->error.text;
    if (target->error != NULL)
        why = target->error;
    else if (target->state == ACTION_REFUSED && target->opinion.text[0] != '\0')
        why = target->opinion.text;
    return without_host(host, why);
}

// What it was about, and where: "203.0.113.9 banned on sw1".
static void tell_subject(struct str *text, const struct plan *plan, enum action_state state,
                         const struct plan_host *host, const struct plan_target *first)
{
    size_t hosts, count = count_of(plan, state, &hosts);
    const char *name = host->config->name, *undoes = host->undoes;
    const char *words =
        _(state == ACTION_UNKNOWN && host->not_yet ? N_("not yet") : words_of(plan->action, state));
    // TRANSLATORS: of an action: what it was about, what was done (Banned, already banned, failed),
    // on which host: "203.0.113.9 banned on sw1", "undo: 3 undone on sw1".
    if (count == 1 && undoes[0] != '\0')
        str_appendf(text, _("%s %s %s on %s"), undoes, first->text, words, name);
    else if (count == 1 && plan->action->target == TARGET_CALL)
        str_appendf(text, _("call %s %s on %s"), first->text, words, name);
    else if (count == 1)
        str_appendf(text, _("%s %s on %s"), first->text, words, name);
    else if (hosts == 1 && undoes[0] != '\0')
        str_appendf(text, _("%s: %zu %s on %s"), undoes, count, words, name);
    else if (hosts == 1)
        str_appendf(text, _("%zu %s on %s"), count, words, name);
    else if (undoes[0] != '\0')
        str_appendf(text, _("%s: %zu %s on %zu hosts"), undoes, count, words, hosts);
    else
        str_appendf(text, _("%zu %s on %zu hosts"), count, words, hosts);
}

static void tell_done(struct str *text, const struct plan *plan, const struct plan_host *host)
{
    tell_end(text, host);
    if (plan->action->provisional)
        extend_said(
            text,
            "%s, not kept yet: the host takes it back unless it is confirmed (S, or :shield "
            "confirm)",
            str_text(text));
    if (host->waited_s == 0)
        extend_said(text, "%s, proven at once", str_text(text));
    else if (host->waited_s > 0)
        extend_said(text, "%s, proven after %lld s", str_text(text), (long long)host->waited_s);
    if (err_is_set(&host->unwritten))
        extend_said(text, "%s; %s", str_text(text), without_host(host, host->unwritten.text));
}

static void tell_state(struct str *out, const struct plan *plan, enum action_state state)
{
    const struct plan_host *host = NULL;
    const struct plan_target *first = first_of(plan, state, &host);
    struct str text = {0};
    if (first == NULL)
        return;
    tell_subject(&text, plan, state, host, first);
    if (state == ACTION_DONE)
        tell_done(&text, plan, host);
    size_t hosts;
    if (state == ACTION_ALREADY && first->stands_until_wall_ms > 0 &&
        count_of(plan, state, &hosts) == 1)
        tell_until(&text, first->stands_until_wall_ms);
    const char *why = reason_of(host, first);
    if (state != ACTION_DONE && state != ACTION_PLANNED && why[0] != '\0')
        extend_said(&text, "%s: %.300s", str_text(&text), why);
    if (state == ACTION_REFUSED && first->opinion.rule != GUARD_NO_RULE)
        extend_said(&text, "%s [%s]", str_text(&text), guard_rule_text(first->opinion.rule));
    if (out->len > 0)
        extend_said(out, "%s; %s", str_text(out), str_text(&text));
    else
        str_append(out, str_text(&text));
    str_dispose(&text);
}

bool run_is_undoable(const struct plan *plan)
{
    const struct plan_host *host = NULL;
    return plan->action->target != TARGET_ENTRY && first_of(plan, ACTION_DONE, &host) != NULL &&
           host->reversible && !err_is_set(&host->unwritten);
}

void run_describe(const struct plan *plan, char *out, size_t size)
{
    static const enum action_state order[] = {ACTION_DONE,   ACTION_ALREADY, ACTION_UNKNOWN,
                                              ACTION_FAILED, ACTION_REFUSED, ACTION_PLANNED};
    struct str text = {0};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        tell_state(&text, plan, order[i]);
    if (text.len == 0)
        str_append(&text, plan->why_count > 0 ? plan->why[0] : _("nothing was asked for"));
    snprintf(out, size, "%s", str_text(&text));
    str_dispose(&text);
}

void run_describe_host(const struct action *action, const struct plan_host *host, char *out,
                       size_t size)
{
    bool failed = err_is_set(&host->error) || host->target_count == 0;
    snprintf(out, size, "%s: %.400s", host->config->name,
             failed ? without_host(host, host->error.text)
                    : _(words_of(action, host->targets[0].state)));
}
