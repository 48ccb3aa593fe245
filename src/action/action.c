// SPDX-License-Identifier: MIT

// What is decided for all actions in one place: which targets are admitted, and whether to ask.
#include "action/action.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/command_guard.h"
#include "action/command_target.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

#define NAME_BYTES_MAX 128

const struct action *action_find(const char *name)
{
    for (size_t i = 0; actions[i] != NULL; i++)
        if (strcmp(actions[i]->name, name) == 0)
            return actions[i];
    return NULL;
}

// Valid UTF-8 without control bytes: what text_clean() would leave as it is.
static bool is_clean(const char *text)
{
    char *clean = text_clean_dup(text);
    bool same = strcmp(clean, text) == 0;
    free(clean);
    return same;
}

static const char *const kind_words[] = {
    [TARGET_NONE] = N_("the host"),         [TARGET_NETWORK] = N_("the address"),
    [TARGET_ENDPOINT] = N_("the endpoint"), [TARGET_GATEWAY] = N_("the gateway"),
    [TARGET_ACCOUNT] = N_("the account"),   [TARGET_CALL] = N_("the call"),
    [TARGET_ENTRY] = N_("the entry"),       [TARGET_RULE] = N_("the rule"),
    [TARGET_COMMAND] = N_("the command"),
};

const char *action_name_fault(const char *text)
{
    return text[0] == '\0'                 ? N_("is empty")
           : strlen(text) > NAME_BYTES_MAX ? N_("is longer than 128 bytes")
           : text[0] == '-'                ? N_("begins with a dash")
           : !is_clean(text)               ? N_("holds control bytes or broken UTF-8")
                                           : NULL;
}

char *action_parse_target(enum target_kind kind, const char *text, struct err *err)
{
    if (kind == TARGET_NETWORK) {
        struct network network;
        char out[ADDRESS_TEXT_MAX];
        if (!guard_parse(text, &network, err))
            return NULL;
        network_print(&network, out);
        return mem_strdup(out);
    }
    if (kind == TARGET_COMMAND)
        return command_target_parse(text, err);
    bool may_be_empty = kind == TARGET_NONE || kind == TARGET_ENTRY;
    const char *fault = may_be_empty && text[0] == '\0' ? NULL : action_name_fault(text);
    if (fault == NULL && kind == TARGET_ENTRY && strspn(text, "0123456789-") != strlen(text))
        fault = N_("is no id like 2026-11-20-000017");
    if (fault == NULL)
        return mem_strdup(text);
    // TRANSLATORS: "the entry 'x' is empty"
    err_set(err, "%s '%.60s' %s", _(kind_words[kind]), text, _(fault));
    return NULL;
}

// The entry that an undo or a finish is about, on this host; NULL where there is none.
static const struct audit_action *entry_of(const struct plan_input *input)
{
    bool about_one = input->trail != NULL && input->entry != NULL;
    return about_one ? audit_find(input->trail, input->entry) : NULL;
}

static const struct action *action_of(const struct audit_action *entry)
{
    const char *name = json_string_value(json_object_get(entry->intent, "action"));
    return name != NULL ? action_find(name) : NULL;
}

// An entry that is itself an undo or a finish is followed to the action that it was about; *undone:
// whether running it here undoes that one. NULL: it is not known any more.
static const struct audit_action *root_of(const struct plan_input *input, bool *undone)
{
    const struct audit_action *entry = entry_of(input);
    *undone = input->request->action == &action_undo;
    for (size_t i = 0; entry != NULL && i < input->trail->count; i++) {
        const struct action *action = action_of(entry);
        if (action == NULL || action->target != TARGET_ENTRY)
            return action != NULL ? entry : NULL;
        bool is_undo = action == &action_undo;
        *undone = *undone != is_undo;
        const char *id =
            json_string_value(json_object_get(entry->intent, is_undo ? "undoes" : "finishes"));
        entry = id != NULL ? audit_find(input->trail, id) : NULL;
    }
    return NULL;
}

// Whom the undo of an action keeps out beside its targets: the ban that an unsuspend has lifted.
static const json_t *undo_blocks(const struct audit_action *root, bool undone)
{
    return undone ? json_object_get(root->intent, "undo_blocks") : NULL;
}

// What is not known any more is judged as the worst.
static bool entry_blocks(const struct plan_input *input)
{
    bool undone;
    const struct audit_action *root = root_of(input, &undone);
    if (root == NULL)
        return true;
    return action_of(root)->blocks == (undone ? BLOCKS_WHEN_UNDONE : BLOCKS_WHEN_RUN) ||
           json_array_size(undo_blocks(root, undone)) > 0;
}

// A ban, the undo of an unban, the finishing of a ban, the undo of a ban's undo.
bool action_blocks(const struct plan_input *input)
{
    const struct action *action = input->request->action;
    if (action->target != TARGET_ENTRY)
        return action->blocks == BLOCKS_WHEN_RUN;
    return entry_of(input) != NULL && entry_blocks(input);
}

// A command of the operator's own, or the finishing of one.
static bool runs_commands(const struct plan_input *input)
{
    bool undone = false;
    const struct action *action = input->request->action;
    if (action->target != TARGET_ENTRY)
        return action->target == TARGET_COMMAND;
    const struct audit_action *root = entry_of(input) != NULL ? root_of(input, &undone) : NULL;
    return root != NULL && !undone && action_of(root)->target == TARGET_COMMAND;
}

bool action_guards_commands(const struct plan_input *input, const struct plan_host *out)
{
    bool guards = false;
    for (size_t i = 0; i < out->target_count && !guards && runs_commands(input); i++)
        guards = out->targets[i].state == ACTION_PLANNED &&
                 command_is_guarded(input->config, out->targets[i].text);
    return guards;
}

static void refuse(struct plan_target *target, const struct guard_opinion *opinion)
{
    target->state = ACTION_REFUSED;
    target->opinion = *opinion;
}

static void refuse_all(struct plan_host *out, const struct guard_opinion *opinion)
{
    for (size_t i = 0; i < out->target_count; i++)
        if (out->targets[i].state == ACTION_PLANNED)
            refuse(&out->targets[i], opinion);
}

static struct guard_opinion beyond_scope(const struct plan_input *input, size_t targets)
{
    struct guard_opinion said = {0};
    const struct action *action = input->request->action;
    bool many_targets = targets > 1 && !action->batch && action->target != TARGET_ENTRY;
    if (!many_targets && (input->request->host_count <= 1 || action->many_hosts))
        return said;
    said.verdict = GUARD_REFUSE;
    snprintf(said.text, sizeof said.text,
             many_targets ? _("%s: %s takes one target at a time")
                          : _("%s: %s takes one host at a time"),
             input->facts->host->name, action->name);
    return said;
}

static struct guard_opinion wants_one_at_a_time(const struct guard_opinion *opinion)
{
    struct guard_opinion said = *opinion;
    said.verdict = GUARD_REFUSE;
    snprintf(said.text, sizeof said.text, _("%s; it is taken alone only"), opinion->text);
    return said;
}

// The addresses that an entry keeps out and that are none of its targets: nobody can type them.
static void judge_others(const struct plan_input *input, const json_t *list, struct plan_host *out)
{
    const json_t *text;
    size_t i;
    json_array_foreach(list, i, text)
    {
        const char *address = json_is_string(text) ? json_string_value(text) : "";
        struct guard_opinion said =
            guard_block(address, input->facts, input->config, &input->history);
        if (said.verdict == GUARD_TYPE)
            said = wants_one_at_a_time(&said);
        for (size_t j = 0; j < out->target_count; j++)
            if (said.verdict > out->targets[j].opinion.verdict)
                out->targets[j].opinion = said;
    }
    for (size_t j = 0; j < out->target_count; j++)
        if (out->targets[j].opinion.verdict == GUARD_REFUSE)
            out->targets[j].state = ACTION_REFUSED;
}

static void judge_blocked(const struct plan_input *input, struct plan_host *out)
{
    bool undone;
    const struct audit_action *root = entry_of(input) != NULL ? root_of(input, &undone) : NULL;
    const json_t *others = root != NULL ? undo_blocks(root, undone) : NULL;
    if (others != NULL) {
        judge_others(input, others, out);
        return;
    }
    for (size_t i = 0; i < out->target_count; i++) {
        struct plan_target *target = &out->targets[i];
        if (target->state != ACTION_PLANNED)
            continue;
        target->opinion = guard_block(target->text, input->facts, input->config, &input->history);
        if (target->opinion.verdict == GUARD_TYPE && out->target_count > 1)
            target->opinion = wants_one_at_a_time(&target->opinion);
        if (target->opinion.verdict == GUARD_REFUSE)
            target->state = ACTION_REFUSED;
    }
}

static void judge_commands(const struct plan_input *input, struct plan_host *out)
{
    for (size_t i = 0; i < out->target_count; i++) {
        struct plan_target *target = &out->targets[i];
        if (target->state != ACTION_PLANNED)
            continue;
        target->opinion = command_guard(input->config, input->facts, target->text);
        if (target->opinion.verdict == GUARD_REFUSE)
            target->state = ACTION_REFUSED;
    }
}

static const struct guard_opinion *first_refused(const struct plan_host *out)
{
    for (size_t i = 0; i < out->target_count; i++)
        if (out->targets[i].state == ACTION_REFUSED)
            return &out->targets[i].opinion;
    return NULL;
}

static bool has_planned(const struct plan_host *out)
{
    for (size_t i = 0; i < out->target_count; i++)
        if (out->targets[i].state == ACTION_PLANNED)
            return true;
    return false;
}

static struct guard_opinion whole_entry_refused(const struct plan_input *input,
                                                const struct guard_opinion *because)
{
    struct guard_opinion said = {.verdict = GUARD_REFUSE, .rule = because->rule};
    snprintf(said.text, sizeof said.text, _("%.24s is run whole or not at all: %.180s"),
             input->entry, because->text);
    return said;
}

struct action_nature action_nature(const struct config *config, const struct action *action,
                                   const char *const *targets, size_t count)
{
    struct action_nature all = {.writes = !action->reads_only};
    for (size_t i = 0; i < count && action->nature != NULL; i++) {
        struct action_nature one = action->nature(config, targets[i]);
        all = i == 0 ? one : (struct action_nature){all.writes || one.writes, all.here && one.here};
    }
    return all;
}

bool action_admit(const struct plan_input *input, struct plan_host *out)
{
    const struct action_request *request = input->request;
    const struct action *action = request->action;
    struct guard_opinion said = {0};
    if (action_nature(input->config, action, request->targets, request->target_count).writes)
        said = guard_write(input->facts, input->config);
    if (said.verdict == GUARD_ALLOW)
        said = beyond_scope(input, out->target_count);
    if (said.verdict != GUARD_ALLOW) {
        refuse_all(out, &said);
        return false;
    }
    if (action_blocks(input))
        judge_blocked(input, out);
    else if (runs_commands(input))
        judge_commands(input, out);
    else
        return has_planned(out);
    const struct guard_opinion *refused = first_refused(out);
    // An entry's steps are one transaction, whoever of its targets they are about.
    if (action->target == TARGET_ENTRY && refused != NULL) {
        said = whole_entry_refused(input, refused);
        refuse_all(out, &said);
    }
    return has_planned(out);
}

static void add_why(struct plan *plan, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void add_why(struct plan *plan, const char *fmt, ...)
{
    struct str text = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&text, _(fmt), args);
    va_end(args);
    *(char **)mem_push(&plan->why, &plan->why_count, &plan->why_cap, sizeof *plan->why) =
        str_take(&text);
}

static void raise(struct plan *plan, enum plan_question question)
{
    if (question > plan->question)
        plan->question = question;
}

// What the targets of one host ask for; how many of them may run.
static size_t judge_targets(struct plan *plan, const struct plan_host *host)
{
    size_t planned = 0;
    for (size_t i = 0; i < host->target_count; i++) {
        const struct plan_target *target = &host->targets[i];
        if (target->state != ACTION_PLANNED)
            continue;
        planned++;
        if (target->opinion.verdict == GUARD_ALLOW)
            continue;
        add_why(plan, "%s [%s]", target->opinion.text, guard_rule_text(target->opinion.rule));
        raise(plan, target->opinion.verdict == GUARD_TYPE ? PLAN_TYPES : PLAN_ASKS);
        if (target->opinion.verdict == GUARD_TYPE && plan->type_this == NULL)
            plan->type_this = mem_strdup(target->text);
    }
    return planned;
}

static enum confirm confirm_of(const struct config *config, const struct host_config *host)
{
    return host->confirm == CONFIRM_AS_GLOBAL ? config->confirm : host->confirm;
}

// A host that always asks is not talked out of it by what changes something there.
static enum confirm confirm_here(const struct plan_host *host, enum confirm of_host)
{
    bool own =
        host->confirm != CONFIRM_AS_GLOBAL && (of_host != CONFIRM_ALWAYS || host->changes_nothing);
    return own ? host->confirm : of_host;
}

static void judge_risk(struct plan *plan, const struct plan_host *host, enum confirm confirm)
{
    if (confirm == CONFIRM_NEVER)
        return;
    if (plan->action->danger == DANGER_ASKS || confirm == CONFIRM_ALWAYS)
        raise(plan, PLAN_ASKS);
    for (size_t i = 0; i < host->target_count; i++) {
        const struct plan_target *target = &host->targets[i];
        if (plan->action->target == TARGET_NETWORK && target->state == ACTION_PLANNED &&
            target->network.prefix != 128) {
            add_why(plan, "%s: %s is a network", host->config->name, target->text);
            raise(plan, PLAN_ASKS);
        }
    }
    if (!host->reversible && plan->action->reversible)
        add_why(plan, "%s: it cannot be undone", host->config->name);
    if (!host->reversible && !host->changes_nothing)
        raise(plan, PLAN_ASKS);
    if (host->ends_wall_ms == 0) {
        add_why(plan, "%s: it does not end by itself", host->config->name);
        raise(plan, PLAN_ASKS);
    }
}

// of_each 0: they are not as many on each host.
static void add_count(struct plan *plan, size_t planned, size_t hosts, size_t of_each)
{
    if (hosts > 1 && of_each == 1)
        add_why(plan, "one target on each of %zu hosts", hosts);
    else if (hosts > 1 && of_each > 1)
        add_why(plan, "%zu targets on each of %zu hosts", of_each, hosts);
    else if (hosts > 1)
        add_why(plan, "%zu targets on %zu hosts", planned, hosts);
    else
        add_why(plan, "%zu targets on one host", planned);
}

void action_judge(const struct config *config, struct plan *plan)
{
    size_t planned = 0, hosts = 0, already = 0, of_each = 0;
    bool asks_many = false;
    plan->question = PLAN_GOES;
    for (size_t i = 0; i < plan->host_count; i++) {
        struct plan_host *host = plan->hosts[i];
        size_t here = judge_targets(plan, host);
        for (size_t j = 0; j < host->target_count; j++)
            already += host->targets[j].state == ACTION_ALREADY;
        planned += here;
        hosts += here > 0;
        if (here == 0)
            continue;
        of_each = hosts == 1 || here == of_each ? here : 0;
        enum confirm confirm = confirm_of(config, host->config);
        asks_many = asks_many || confirm != CONFIRM_NEVER;
        judge_risk(plan, host, confirm_here(host, confirm));
    }
    if (planned == 0) {
        plan->question = already > 0 ? PLAN_GOES : PLAN_REFUSED;
        return;
    }
    if (asks_many && (planned > 1 || hosts > 1)) {
        add_count(plan, planned, hosts, of_each);
        raise(plan, PLAN_ASKS);
    }
    if (plan->question == PLAN_ASKS && plan->why_count == 0 && plan->action->asks_because != NULL)
        add_why(plan, "%s", _(plan->action->asks_because));
}
