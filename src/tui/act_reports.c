// SPDX-License-Identifier: MIT

// What the runner has to say: outcomes, questions, what is known later.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/act_private.h"
#include "tui/guide_view.h"
#include "tui/own_commands.h"
#include "tui/shield_view.h"
#include "tui/state.h"
#include "tui/table_marks.h"

// What an action on such a target changes is read again at once.
static void read_again(struct console *console, const struct plan *plan)
{
    static const struct probe *const firewall[] = {&probe_bans, &probe_firewall, &probe_flood,
                                                   &probe_suspended, NULL};
    static const struct probe *const product[] = {&probe_gateways, &probe_suspended, &probe_calls,
                                                  NULL};
    for (size_t i = 0; i < plan->host_count; i++) {
        enum target_kind kind = plan->action->target;
        bool any = kind == TARGET_ENTRY || kind == TARGET_NONE;
        for (size_t j = 0; (any || kind == TARGET_NETWORK) && firewall[j] != NULL; j++)
            fleet_refresh(console->fleet, (long)plan->hosts[i]->host, firewall[j]);
        for (size_t j = 0; (any || kind != TARGET_NETWORK) && product[j] != NULL; j++)
            fleet_refresh(console->fleet, (long)plan->hosts[i]->host, product[j]);
    }
}

static bool did_something(const struct plan *plan)
{
    for (size_t i = 0; i < plan->host_count; i++)
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++)
            if (plan->hosts[i]->targets[j].state == ACTION_DONE ||
                plan->hosts[i]->targets[j].state == ACTION_ALREADY)
                return true;
    return false;
}

// What was done must not be part of the next key's plan.
static void unmark(const struct act_pending *pending)
{
    for (size_t i = 0; i < pending->marked_count; i++)
        table_marks_drop(pending->table, pending->marked[i]);
}

static void forget_pending(struct acts *acts, struct act_pending *pending)
{
    free(pending->marked);
    *pending = acts->pending[--acts->pending_count];
}

// A plan that was only made, to be looked at.
static void take_plan(struct console *console, const struct run_report *report)
{
    struct act_pending *pending = act_pending_find(console->acts, report->id);
    shield_view_take(console, report);
    if (pending != NULL)
        forget_pending(console->acts, pending);
    plan_free(report->plan);
}

// Refusals answer a key, and nothing is left to be done about them.
static bool is_only_refused(const struct plan *plan)
{
    size_t refused = 0;
    for (size_t i = 0; i < plan->host_count; i++)
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++) {
            enum action_state state = plan->hosts[i]->targets[j].state;
            if (state == ACTION_FAILED || state == ACTION_UNKNOWN)
                return false;
            refused += state == ACTION_REFUSED;
        }
    return refused > 0;
}

static bool find_key(const struct console *console, const char *command, struct str *out)
{
    return keymap_keys(console->keymap, MODE_PANE, NULL, key_command_find(command), 1, "", out) > 0;
}

// What was done, and the keys that go on from there.
static void tell_done(struct console *console, const struct run_report *report, const char *host,
                      bool again)
{
    struct journal *journal = console->journal;
    enum level level = report->well ? LEVEL_OK : LEVEL_WARN;
    struct str undo = {0}, retry = {0};
    bool undoes = run_is_undoable(report->plan) && find_key(console, "undo", &undo);
    bool retries = again && find_key(console, "retry", &retry);
    if (undoes && retries)
        journal_answer(journal, level, host, "%s; %s undoes it; %s tries again where it failed",
                       report->text, str_text(&undo), str_text(&retry));
    else if (undoes)
        journal_answer(journal, level, host, "%s; %s undoes it", report->text, str_text(&undo));
    else if (retries)
        journal_answer(journal, level, host, "%s; %s tries again where it failed", report->text,
                       str_text(&retry));
    else
        journal_answer(journal, level, host, "%s", report->text);
    if (is_only_refused(report->plan))
        journal_let_pass(journal);
    str_dispose(&undo);
    str_dispose(&retry);
}

static bool has_failed(const struct plan *plan)
{
    bool failed = plan->host_count == 0;
    for (size_t i = 0; i < plan->host_count; i++)
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++)
            failed = failed || plan->hosts[i]->targets[j].state == ACTION_FAILED;
    return failed;
}

// Nothing that a key asks for in a replay has failed or was refused: it is never run.
static void tell_played(struct journal *journal, const struct run_report *report, const char *host,
                        bool declined)
{
    const char *title = _(report->action->title);
    if (declined)
        journal_answer(journal, LEVEL_INFO, host, "%s: this is a replay; nothing was done", title);
    else if (has_failed(report->plan))
        journal_answer(journal, LEVEL_INFO, host,
                       "%s: this is a replay; nothing is run, and no plan can be shown, for it "
                       "begins with questions to the host",
                       title);
    else
        journal_answer(journal, LEVEL_INFO, host, "%s: this is a replay; nothing is run: %s", title,
                       report->text);
}

static void take_done(struct console *console, const struct run_report *report)
{
    struct acts *acts = console->acts;
    struct act_pending *pending = act_pending_find(acts, report->id);
    bool declined = pending != NULL && pending->declined;
    bool again = act_failed_keep(acts, report->plan, pending != NULL ? pending->for_ms : 0);
    const struct plan *plan = report->plan;
    const char *host = plan->host_count == 1 ? plan->hosts[0]->config->name : "";
    if (fleet_is_played(acts->fleet))
        tell_played(console->journal, report, host, declined);
    else if (declined)
        journal_answer(console->journal, LEVEL_INFO, host, "%s: not confirmed; nothing was done",
                       _(report->action->title));
    else
        tell_done(console, report, host, again);
    if (!declined && report->action == &action_run)
        own_commands_take(console, plan);
    if (!declined)
        read_again(console, plan);
    if (acts_question_find(acts, report->id) != NULL)
        memcpy(acts->withdrawn, report->text, sizeof acts->withdrawn);
    act_question_forget(acts, report->id);
    if (pending != NULL && !declined)
        guide_view_acted(console, pending->step, plan, report->text, report->well);
    if (pending != NULL && !declined && did_something(plan))
        unmark(pending);
    if (pending != NULL)
        forget_pending(acts, pending);
    shield_view_acted(console, plan);
    plan_free(report->plan);
    if (acts->trail != NULL)
        act_trail_read(acts->trail);
}

static struct act_question *add_question(struct acts *acts, const struct run_report *report)
{
    struct act_question *question = mem_push(&acts->questions, &acts->question_count,
                                             &acts->question_cap, sizeof *acts->questions);
    *question =
        (struct act_question){.id = report->id, .action = report->action, .plan = report->plan};
    memcpy(question->text, report->text, sizeof question->text);
    return question;
}

static void take_later(struct console *console, const struct run_report *report)
{
    journal_answer(console->journal, report->well ? LEVEL_OK : LEVEL_WARN, "", "%s", report->text);
    if (console->acts->trail != NULL)
        act_trail_read(console->acts->trail);
    if (report->entry[0] == '\0')
        return;
    struct act_question *question = add_question(console->acts, report);
    question->id = ACT_OPEN_IDS + ++console->acts->last_open;
    memcpy(question->entry, report->entry, sizeof question->entry);
}

void acts_update(struct console *console)
{
    struct run_report report;
    while (console->acts->runner != NULL && runner_next(console->acts->runner, &report)) {
        switch (report.word) {
        case RUN_ASKS:
            add_question(console->acts, &report);
            break;
        case RUN_PROGRESS:
            journal_answer(console->journal, LEVEL_INFO, "", "%s", report.text);
            break;
        case RUN_DONE:
            if (report.plan->dry_run)
                take_plan(console, &report);
            else
                take_done(console, &report);
            break;
        case RUN_LATER:
            take_later(console, &report);
            break;
        }
    }
}
