// SPDX-License-Identifier: MIT

// A plan as text for people and as the JSON of the command line.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "action/action.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/quote.h"
#include "base/text.h"
#include "table/json_text.h"

#define INPUT_LINES 4

static void print_input(struct str *out, const char *input)
{
    size_t lines = 0;
    for (const char *at = input; *at != '\0'; lines++) {
        size_t len = strcspn(at, "\n");
        if (lines < INPUT_LINES)
            str_appendf(out, "\n        %.*s", (int)len, at);
        at += len + (at[len] == '\n');
    }
    if (lines > INPUT_LINES)
        str_appendf(
            out, P_("\n        … %zu more line", "\n        … %zu more lines", lines - INPUT_LINES),
            lines - INPUT_LINES);
}

static void print_line(struct str *out, const struct plan_call *call)
{
    if (call->via == PLAN_COMMAND)
        quote_argv(out, call->argv);
    else if (call->via == PLAN_HTTP)
        str_appendf(out, "POST %s %s", call->path, call->body);
    else if (call->via == PLAN_READING)
        str_appendf(out, "look into %s", call->path);
}

void plan_call_print(struct str *out, const struct plan_call *call)
{
    print_line(out, call);
    if (call->via == PLAN_COMMAND && call->input != NULL)
        print_input(out, call->input);
}

static int head_cols(void)
{
    const char *const heads[] = {C_("the command of a plan", "run"), _("check"), _("or"),
                                 _("undo")};
    int cols = 0;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        cols = text_width(heads[i]) > cols ? text_width(heads[i]) : cols;
    return cols;
}

static void print_call(struct str *out, const char *head, const struct plan_call *call)
{
    if (call->via == PLAN_NOTHING)
        return;
    str_appendf(out, "    %s%*s ", head, text_gap(head, head_cols()), "");
    plan_call_print(out, call);
    str_append_char(out, '\n');
}

static void print_until(struct str *out, int64_t ends_wall_ms)
{
    char until[CLOCK_RFC3339_MAX];
    clock_rfc3339(ends_wall_ms - ends_wall_ms % 1000, until);
    str_appendf(out, _(", until %s"), until);
}

static void print_targets(struct str *out, const struct plan_host *host)
{
    for (size_t i = 0; i < host->target_count; i++) {
        const struct plan_target *target = &host->targets[i];
        if (i == 20 && host->target_count > 24) {
            str_appendf(out, P_("  … and %zu more\n", "  … and %zu more\n", host->target_count - i),
                        host->target_count - i);
            return;
        }
        str_appendf(out, "  %s: %s", target->text, _(action_state_text(target->state)));
        if (target->stands_until_wall_ms > 0)
            print_until(out, target->stands_until_wall_ms);
        const char *why = target->error != NULL ? target->error : target->opinion.text;
        if (why[0] != '\0')
            str_appendf(out, ": %s", why);
        if (target->opinion.rule != GUARD_NO_RULE)
            str_appendf(out, " [%s]", guard_rule_text(target->opinion.rule));
        str_append_char(out, '\n');
    }
}

static void print_host(struct str *out, const struct plan_host *host)
{
    str_append(out, host->config->name);
    if (host->config->environment != NULL && host->config->environment[0] != '\0')
        str_appendf(out, " [%s]", host->config->environment);
    if (host->method[0] != '\0')
        str_appendf(out, _(", by %s"), host->method);
    if (host->ends_wall_ms > 0) {
        print_until(out, host->ends_wall_ms);
    } else if (host->ends_wall_ms == 0) {
        str_append(out, _(", for good"));
    }
    str_append_char(out, '\n');
    print_targets(out, host);
    if (host->note[0] != '\0')
        str_appendf(out, "  %s\n", host->note);
    if (err_is_set(&host->error))
        str_appendf(out, "  %s\n", host->error.text);
    for (size_t i = 0; i < host->step_count; i++) {
        const struct plan_step *step = &host->steps[i];
        str_appendf(out, "  %zu. %s\n", i + 1, step->what);
        print_call(out, C_("the command of a plan", "run"), &step->run);
        print_call(out, _("check"), &step->after.call);
        if (step->after.or_else != NULL)
            print_call(out, _("or"), &step->after.or_else->call);
        print_call(out, _("undo"), &step->undo);
    }
}

void plan_print(struct str *out, const struct plan *plan)
{
    for (size_t i = 0; i < plan->host_count; i++)
        print_host(out, plan->hosts[i]);
    for (size_t i = 0; i < plan->why_count; i++)
        str_appendf(out, "%s\n", plan->why[i]);
}

// A command's standard input stands behind it as a shell's here-document, a long one by its first
// lines.
static void print_here(struct str *out, const char *input)
{
    size_t lines = 0;
    str_append(out, " <<'END'");
    for (const char *at = input; *at != '\0'; lines++) {
        size_t len = strcspn(at, "\n");
        if (lines < INPUT_LINES)
            str_appendf(out, "\n%.*s", (int)len, at);
        at += len + (at[len] == '\n');
    }
    if (lines > INPUT_LINES)
        str_appendf(out, P_("\n… %zu more line", "\n… %zu more lines", lines - INPUT_LINES),
                    lines - INPUT_LINES);
    str_append(out, "\nEND");
}

// The commands as text; the undo goes from the last step to the first.
static json_t *calls_json(const struct plan_host *host, bool undo)
{
    json_t *list = json_array();
    for (size_t i = 0; i < host->step_count; i++) {
        const struct plan_step *step = &host->steps[undo ? host->step_count - 1 - i : i];
        const struct plan_call *call = undo ? &step->undo : &step->run;
        if (call->via == PLAN_NOTHING)
            continue;
        struct str line = {0};
        print_line(&line, call);
        if (call->via == PLAN_COMMAND && call->input != NULL)
            print_here(&line, call->input);
        json_array_append_new(list, json_text_or_null(str_text(&line)));
        str_dispose(&line);
    }
    return list;
}

const char *plan_target_error(const struct plan_host *host, const struct plan_target *target)
{
    bool bad = target->state == ACTION_FAILED || target->state == ACTION_UNKNOWN;
    bool refused = target->state == ACTION_REFUSED;
    if (target->error != NULL)
        return target->error;
    if (refused && target->opinion.text[0] != '\0')
        return target->opinion.text;
    if ((bad || refused) && err_is_set(&host->error))
        return host->error.text;
    return !refused && err_is_set(&host->unwritten) ? host->unwritten.text : NULL;
}

// The host's commands are printed once and shared by its targets: of a long list both are long.
static json_t *target_json(const struct plan_host *host, const struct plan_target *target,
                           json_t *commands, json_t *undo)
{
    bool ran = target->state == ACTION_PLANNED || target->state == ACTION_DONE ||
               target->state == ACTION_UNKNOWN || target->state == ACTION_FAILED;
    json_t *result = json_object();
    json_object_set_new(result, "host", json_text_or_null(host->config->name));
    json_object_set_new(result, "target", json_text_or_null(target->text));
    json_object_set_new(result, "state", json_string(action_state_text(target->state)));
    json_object_set_new(result, "commands", ran ? json_incref(commands) : json_array());
    json_object_set_new(result, "undo", ran ? json_incref(undo) : json_array());
    json_object_set_new(result, "audit", json_text_or_null(host->audit));
    json_object_set_new(result, "error", json_text_or_null(plan_target_error(host, target)));
    if (target->opinion.rule != GUARD_NO_RULE)
        json_object_set_new(result, "rule", json_string(guard_rule_text(target->opinion.rule)));
    json_object_set_new(result, "method", json_text_or_null(host->method));
    json_object_set_new(result, "note", json_text_or_null(host->note));
    if (host->tells)
        json_object_set_new(result, "output", json_text_or_null(host->output));
    return result;
}

json_t *plan_json(const struct plan *plan)
{
    json_t *results = json_array();
    for (size_t i = 0; i < plan->host_count; i++) {
        const struct plan_host *host = plan->hosts[i];
        json_t *commands = calls_json(host, false), *undo = calls_json(host, true);
        for (size_t j = 0; j < host->target_count; j++)
            json_array_append_new(results, target_json(host, &host->targets[j], commands, undo));
        json_decref(commands);
        json_decref(undo);
    }
    return json_pack("{s:s, s:b, s:o}", "action", plan->action->name, "dry_run", plan->dry_run,
                     "results", results);
}
