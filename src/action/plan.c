// SPDX-License-Identifier: MIT

// Plans made: hosts, steps, calls and checks in the arena of their host.
#include "action/plan.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

#define CALL_MS 10000 // of a call that names no time

static const char *const state_texts[] = {
    [ACTION_PLANNED] = N_("planned"), [ACTION_DONE] = N_("done"),
    [ACTION_ALREADY] = N_("already"), [ACTION_REFUSED] = N_("refused"),
    [ACTION_FAILED] = N_("failed"),   [ACTION_UNKNOWN] = N_("unknown"),
};

const char *action_state_text(enum action_state state)
{
    return state_texts[state];
}

int64_t plan_call_timeout_ms(const struct plan_call *call)
{
    return call->timeout_ms > 0 ? call->timeout_ms : CALL_MS;
}

struct plan *plan_new(const struct action *action)
{
    struct plan *plan = mem_alloc(sizeof *plan);
    plan->action = action;
    return plan;
}

void plan_free(struct plan *plan)
{
    if (plan == NULL)
        return;
    for (size_t i = 0; i < plan->host_count; i++) {
        free(plan->hosts[i]->targets);
        free(plan->hosts[i]->steps);
        free(plan->hosts[i]->undo_blocks);
        arena_free(plan->hosts[i]->arena);
        free(plan->hosts[i]);
    }
    for (size_t i = 0; i < plan->why_count; i++)
        free(plan->why[i]);
    free(plan->hosts);
    free(plan->why);
    free(plan->type_this);
    free(plan->reason);
    free(plan->evidence);
    free(plan);
}

struct plan_host *plan_add_host(struct plan *plan, size_t host, const struct host_config *config)
{
    plan->hosts = mem_resize(plan->hosts, plan->host_count + 1, sizeof(struct plan_host *));
    struct plan_host *added = mem_alloc(sizeof *added);
    plan->hosts[plan->host_count++] = added;
    added->arena = arena_new();
    added->host = host;
    added->config = config;
    added->method = added->undoes = added->note = added->diff = added->output = "";
    added->confirm = CONFIRM_AS_GLOBAL;
    added->left_s = -1;
    added->ends_wall_ms = -1;
    added->waited_s = -1;
    return added;
}

static const char *copy(struct plan_host *host, const char *text)
{
    return text == NULL ? NULL : arena_strndup(host->arena, text, strlen(text));
}

static const char *print(struct plan_host *host, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));

static const char *print(struct plan_host *host, const char *fmt, va_list args)
{
    struct str text = {0};
    str_vappendf(&text, fmt, args);
    const char *copied = arena_strndup(host->arena, str_text(&text), text.len);
    str_dispose(&text);
    return copied;
}

const char *plan_text(struct plan_host *host, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const char *text = print(host, fmt, args);
    va_end(args);
    return text;
}

struct plan_step *plan_add_step(struct plan_host *host, const char *what_fmt, ...)
{
    va_list args;
    va_start(args, what_fmt);
    struct plan_step *step =
        mem_push(&host->steps, &host->step_count, &host->step_cap, sizeof *step);
    step->what = print(host, what_fmt, args);
    va_end(args);
    return step;
}

static const char *const *copy_words(struct plan_host *host, const char *const *words, size_t count)
{
    const char **copied = arena_alloc(host->arena, (count + 1) * sizeof *copied);
    for (size_t i = 0; i < count; i++)
        copied[i] = copy(host, words[i]);
    return copied;
}

struct plan_call plan_command_argv(struct plan_host *host, const char *input,
                                   const char *const argv[])
{
    size_t count = 0;
    while (argv[count] != NULL)
        count++;
    return (struct plan_call){.via = PLAN_COMMAND,
                              .argv = copy_words(host, argv, count),
                              .input = copy(host, input),
                              .privileged = true};
}

void plan_undo_blocks(struct plan_host *host, const char *network)
{
    *(const char **)mem_push(&host->undo_blocks, &host->undo_block_count, &host->undo_block_cap,
                             sizeof *host->undo_blocks) = copy(host, network);
}

void plan_check_raise(struct plan_host *host, struct plan_check *check, int64_t number)
{
    size_t at = check->expect == EXPECT_ROW ? 3 : 1;
    const char **words = arena_alloc(host->arena, (check->word_count + 1) * sizeof *words);
    memcpy(words, check->words, check->word_count * sizeof *words);
    if (number > strtoll(words[at], NULL, 10))
        words[at] = plan_text(host, "%" PRId64, number);
    check->words = words;
}

struct plan_call plan_post(struct plan_host *host, const char *path, const char *body)
{
    return (struct plan_call){.via = PLAN_HTTP, .path = copy(host, path), .body = copy(host, body)};
}

struct plan_call plan_reading(struct plan_host *host, const char *probe)
{
    return (struct plan_call){.via = PLAN_READING, .path = copy(host, probe)};
}

struct plan_check plan_expect(struct plan_host *host, struct plan_call call,
                              enum plan_expectation expect, const char *const *words, size_t count)
{
    return (struct plan_check){.call = call,
                               .expect = expect,
                               .words = copy_words(host, words, count),
                               .word_count = count};
}
