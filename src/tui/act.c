// SPDX-License-Identifier: MIT

// The console's side of the runner.
#include "base/lang.h"
#include "tui/act_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/guide_view.h"
#include "tui/state.h"

#define RUNNING_MS   5000 // that quitting waits for what is running
#define STOP_MS      1000
#define READ_ONLY    N_("this console is read-only; nothing was done")
#define WAIT_SAID_MS 2000 // an action that is waited for longer says for whom

struct acts *acts_new(struct fleet *fleet, const struct config *config)
{
    struct acts *acts = mem_alloc(sizeof *acts);
    struct err err = {0};
    acts->fleet = fleet;
    acts->config = config;
    if (fleet_is_played(fleet)) { // nothing of it is in this machine's trail
        acts->runner = runner_new(fleet, config, NULL);
        return acts;
    }
    acts->audit = audit_open(config->state_dir, &err);
    if (acts->audit == NULL)
        snprintf(acts->fault, sizeof acts->fault,
                 _("no audit trail, so nothing can be done: %.300s"), err.text);
    else
        acts->runner = runner_new(fleet, config, acts->audit);
    return acts;
}

void acts_start(struct console *console)
{
    struct acts *acts = console->acts;
    if (fleet_is_played(acts->fleet))
        return;
    if (acts->audit == NULL) {
        journal_add(console->journal, LEVEL_WARN, "", "%s", acts->fault);
        return;
    }
    if (audit_warning(acts->audit)[0] != '\0')
        journal_add(console->journal, LEVEL_WARN, "", "%s", audit_warning(acts->audit));
    acts->trail = act_trail_new(acts->fleet, audit_path(acts->audit));
    if (acts->runner != NULL && !acts->config->read_only)
        runner_recall(acts->runner);
}

int acts_wake_fd(const struct acts *acts)
{
    return acts->runner != NULL ? runner_wake_fd(acts->runner) : -1;
}

static size_t asking(const struct acts *acts)
{
    size_t count = 0;
    for (size_t i = 0; i < acts->question_count; i++)
        count += acts->questions[i].plan != NULL;
    return count;
}

size_t acts_running(struct acts *acts)
{
    size_t pending = acts->runner != NULL ? runner_pending(acts->runner) : 0;
    size_t asks = asking(acts);
    return pending > asks ? pending - asks : 0;
}

bool acts_waits(struct console *console, struct str *out)
{
    struct acts *acts = console->acts;
    struct run_wait wait;
    if (acts->runner == NULL || !runner_waits(acts->runner, &wait) || wait.waited_ms < WAIT_SAID_MS)
        return false;
    const char *host = fleet_host(acts->fleet, wait.host)->name;
    long long waited_s = (long long)wait.waited_ms / 1000;
    struct str key = {0};
    if (wait.connecting &&
        keymap_keys(console->keymap, MODE_PANE, NULL, key_command_find("back"), 1, "", &key) > 0)
        str_appendf(out, _("waiting for %s, %lld s; %s stops waiting"), host, waited_s,
                    str_text(&key));
    else
        str_appendf(out, _("waiting for the answer of %s, %lld s"), host, waited_s);
    str_dispose(&key);
    return true;
}

bool acts_stop_waiting(struct acts *acts)
{
    struct run_wait wait;
    bool waits = acts->runner != NULL && runner_waits(acts->runner, &wait) && wait.connecting &&
                 wait.waited_ms >= WAIT_SAID_MS;
    if (waits)
        runner_stop_waiting(acts->runner);
    return waits;
}

size_t acts_question_count(const struct acts *acts)
{
    return acts->question_count;
}

struct act_question *acts_question(struct acts *acts, size_t index)
{
    return &acts->questions[index];
}

struct act_question *acts_question_find(struct acts *acts, uint64_t id)
{
    for (size_t i = 0; i < acts->question_count; i++)
        if (acts->questions[i].id == id)
            return &acts->questions[i];
    return NULL;
}

const char *acts_withdrawn(const struct acts *acts)
{
    return acts->withdrawn;
}

void act_question_forget(struct acts *acts, uint64_t id)
{
    size_t kept = 0;
    for (size_t i = 0; i < acts->question_count; i++)
        if (acts->questions[i].id != id)
            acts->questions[kept++] = acts->questions[i];
    acts->question_count = kept;
}

struct act_pending *act_pending_find(struct acts *acts, uint64_t id)
{
    for (size_t i = 0; i < acts->pending_count; i++)
        if (acts->pending[i].id == id)
            return &acts->pending[i];
    return NULL;
}

static bool writes(const struct acts *acts, const struct action_request *request)
{
    return action_nature(acts->config, request->action, request->targets, request->target_count)
        .writes;
}

static bool writes_nowhere(const struct acts *acts, const struct action_request *request)
{
    bool all = request->host_count > 0;
    for (size_t i = 0; i < request->host_count; i++)
        all = all && fleet_host(acts->fleet, request->hosts[i])->read_only;
    return all && writes(acts, request);
}

const char *acts_fault(const struct acts *acts)
{
    return acts->fault[0] == '\0' && acts->config->read_only ? _(READ_ONLY) : acts->fault;
}

uint64_t acts_submit(struct console *console, const struct action_request *request)
{
    return acts_submit_marked(console, request, NULL, NULL, 0);
}

uint64_t acts_submit_marked(struct console *console, const struct action_request *request,
                            struct table_view *table, const uint64_t *marked, size_t marked_count)
{
    struct acts *acts = console->acts;
    if (acts->runner == NULL) {
        journal_answer(console->journal, LEVEL_WARN, "", "%s: %s", _(request->action->title),
                       acts->fault);
        return 0;
    }
    if (acts->config->read_only && writes(acts, request)) {
        journal_answer(console->journal, LEVEL_WARN, "", "%s: %s", _(request->action->title),
                       _(READ_ONLY));
        return 0;
    }
    if (writes_nowhere(acts, request)) {
        const char *host = fleet_host(acts->fleet, request->hosts[0])->name;
        journal_answer(console->journal, LEVEL_WARN, host,
                       "%s: this host is read-only; nothing was done [read-only]", host);
        return 0;
    }
    struct action_request whole = *request;
    whole.renews_link = request->action->proves_way;
    uint64_t id = runner_submit(acts->runner, &whole);
    struct act_pending *pending =
        mem_push(&acts->pending, &acts->pending_count, &acts->pending_cap, sizeof *acts->pending);
    *pending = (struct act_pending){.id = id,
                                    .for_ms = request->for_ms,
                                    .table = table,
                                    .marked = mem_array(marked_count + 1, sizeof *marked),
                                    .marked_count = marked_count,
                                    .step = guide_view_step(console)};
    if (marked_count > 0)
        memcpy(pending->marked, marked, marked_count * sizeof *marked);
    return id;
}

void acts_leave_steps(struct acts *acts)
{
    for (size_t i = 0; i < acts->pending_count; i++) {
        struct act_pending *pending = &acts->pending[i];
        pending->marked_count = pending->step != SIZE_MAX ? 0 : pending->marked_count;
        pending->step = SIZE_MAX;
    }
}

void acts_answer(struct console *console, uint64_t id, const char *text)
{
    struct acts *acts = console->acts;
    struct act_pending *pending = act_pending_find(acts, id);
    if (pending != NULL && text == NULL)
        pending->declined = true;
    act_question_forget(acts, id);
    if (id < ACT_OPEN_IDS)
        runner_answer(acts->runner, id, text);
}

static void await_running(struct acts *acts)
{
    int64_t deadline_ms = clock_mono_ms() + RUNNING_MS;
    struct run_report report;
    size_t running = runner_pending(acts->runner);
    if (running == 0)
        return;
    fprintf(stderr,
            P_("nocdesk: waiting for %zu action under way\n",
               "nocdesk: waiting for %zu actions under way\n", running),
            running);
    while (runner_pending(acts->runner) > 0 && runner_wait(acts->runner, deadline_ms, &report)) {
        if (report.word == RUN_ASKS)
            runner_answer(acts->runner, report.id, NULL);
        if (report.word != RUN_DONE)
            continue;
        char *clean = text_clean_dup(report.text);
        fprintf(stderr, "nocdesk: %s\n", clean);
        free(clean);
        plan_free(report.plan);
    }
    if (runner_pending(acts->runner) > 0)
        fprintf(stderr,
                _("nocdesk: %zu not ended in %d s; the next start of the console says what "
                  "came of it\n"),
                runner_pending(acts->runner), RUNNING_MS / 1000);
}

// The console's screen is gone, and with it the question.
static void tell_unanswered(const struct act_question *question)
{
    const struct plan *plan = question->plan;
    const struct plan_host *first = plan->host_count > 0 ? plan->hosts[0] : NULL;
    const char *target = first != NULL && first->target_count > 0 ? first->targets[0].text : "";
    size_t more = plan->host_count > 0 ? plan->host_count - 1 : 0;
    size_t targets = first != NULL ? first->target_count : 0;
    const char *where = first != NULL ? first->config->name : "";
    struct str line = {0};
    if (targets > 1)
        str_appendf(&line, _("%s: %s of %zu targets"), where, plan->action->name, targets);
    else
        str_appendf(&line, "%s: %s %s", where, plan->action->name, target);
    if (more > 0)
        str_appendf(&line, P_(" (and on %zu more host)", " (and on %zu more hosts)", more), more);
    char *clean = text_clean_dup(str_text(&line));
    fprintf(stderr, _("nocdesk: %s: the question was not answered; nothing was done\n"), clean);
    free(clean);
    str_dispose(&line);
}

bool acts_stop(struct acts *acts)
{
    bool stopped = act_trail_stop(acts->trail, STOP_MS);
    if (acts->runner == NULL)
        return stopped;
    for (size_t i = 0; i < acts->question_count; i++)
        if (acts->questions[i].plan != NULL) {
            tell_unanswered(&acts->questions[i]);
            runner_answer(acts->runner, acts->questions[i].id, NULL);
        }
    await_running(acts);
    return runner_stop(acts->runner, STOP_MS) && stopped;
}

void acts_free(struct acts *acts)
{
    if (acts->runner != NULL)
        runner_free(acts->runner);
    act_trail_free(acts->trail);
    if (acts->audit != NULL)
        audit_close(acts->audit);
    act_failed_forget(acts);
    for (size_t i = 0; i < acts->pending_count; i++)
        free(acts->pending[i].marked);
    free(acts->pending);
    free(acts->questions);
    free(acts);
}
