// SPDX-License-Identifier: MIT

// From rows to requests. Targets and hosts are bound here, at the key press.
#include "tui/act_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "conf/command.h"
#include "probe/ban_cover.h"
#include "tui/act.h"
#include "tui/act_target.h"
#include "tui/own_commands.h"
#include "tui/palette.h"
#include "tui/state.h"
#include "tui/subject.h"
#include "tui/table_marks.h"
#include "tui/table_state.h"

#define EVIDENCE_MAX 16000 // of all rows in words; the rest is counted

static const struct {
    const char *action;
    bool everywhere; // on all chosen hosts, not the row's
    bool singly;     // one request for each target
    bool (*target)(const struct row_ref *row, int column, struct str *out);
    const char *none; // what is said when the row has no target
} keys[ACT_KEYS] = {
    [ACT_BAN] = {.action = "ban",
                 .target = act_target_network,
                 .none = N_("there is no address in this row to ban")},
    [ACT_BAN_EVERYWHERE] = {.action = "ban",
                            .everywhere = true,
                            .target = act_target_network,
                            .none = N_("there is no address in this row to ban")},
    [ACT_UNBAN] = {.action = "unban",
                   .target = act_target_network,
                   .none = N_("there is no address in this row to unban")},
    [ACT_UNSUSPEND] = {.action = "unsuspend",
                       .target = act_target_endpoint,
                       .none = N_("there is no endpoint in this row to unsuspend")},
    [ACT_LOCK] = {.action = "lock",
                  .target = act_target_lock,
                  .none = N_("there is no gateway, phone or account in this row to lock")},
    [ACT_HANGUP] = {.action = "hangup",
                    .singly = true,
                    .target = act_target_call,
                    .none = N_("there is no call with an id in this row to hang up")},
    [ACT_UNDO] = {.action = "undo", .singly = true, .target = act_target_entry},
    [ACT_RUN] = {.action = "run"}, // own_commands_target() says what it lacks
};

const char *act_keys_action(enum act_key key)
{
    return keys[key].action;
}

bool act_keys_means(struct console *console, enum act_key key)
{
    struct row_ref row;
    int column;
    struct str target = {0};
    bool means = key == ACT_UNDO ||
                 (action_find(keys[key].action) != NULL && subject_row(console, &row, &column) &&
                  keys[key].target(&row, column, &target));
    str_dispose(&target);
    return means;
}

bool act_keys_target(const char *action, const struct row_ref *row, int column, struct str *out)
{
    for (size_t i = 0; i < ACT_KEYS; i++)
        if (strcmp(keys[i].action, action) == 0)
            return keys[i].target != NULL && keys[i].target(row, column, out);
    if (strcmp(action, action_rule_delete.name) == 0)
        return act_target_rule(row, column, out);
    return strcmp(action, "unlock") == 0 && act_target_lock(row, column, out);
}

// What a key press is about, gathered before anything is asked for.
struct gathered {
    const struct action *action;
    const struct command_config *command; // of ACT_RUN
    struct bound {
        size_t host;
        char *target;
        char *evidence; // the row in words; NULL: there are too many of them
    } * items;
    size_t count, cap;
    size_t evidence_len; // of all of them
    struct str reason;
    struct err lack;          // of ACT_RUN: what the first row without a target has not
    size_t hostless;          // rows of no host, or of several
    struct table_view *table; // where they are marked; NULL: the row under the cursor
    uint64_t *marked;
    size_t marked_count, marked_cap;
};

// The ban that keeps the target out may be that of a network around it: that one is lifted.
static void widen_to_ban(const struct console *console, size_t host, struct str *target)
{
    struct ban_cover cover;
    struct network network;
    char text[ADDRESS_TEXT_MAX];
    ban_cover_make(&cover, model_table(console->model, host, &probe_bans, 0));
    const struct ban_span *span =
        network_parse(str_text(target), &network) ? ban_cover_find(&cover, &network) : NULL;
    if (span != NULL) {
        network_print(&span->network, text);
        str_clear(target);
        str_append(target, text);
    }
    ban_cover_dispose(&cover);
}

static bool target_of(enum act_key key, struct gathered *gathered, const struct row_ref *row,
                      int column, struct str *out)
{
    struct err lack = {0};
    if (key != ACT_RUN)
        return keys[key].target(row, column, out);
    bool has = own_commands_target(gathered->command, row, column, out, &lack);
    if (!has && !err_is_set(&gathered->lack))
        gathered->lack = lack;
    return has;
}

// What the row shows when the key is pressed; NULL: enough is kept.
static char *row_evidence(struct gathered *gathered, const struct row_ref *row)
{
    struct str words = {0};
    if (gathered->evidence_len >= EVIDENCE_MAX)
        return NULL;
    subject_words(row, &words);
    gathered->evidence_len += words.len;
    return str_take(&words);
}

static void take_reason(enum act_key key, struct gathered *gathered, const struct row_ref *row)
{
    bool bans = key == ACT_BAN || key == ACT_BAN_EVERYWHERE;
    if (bans && gathered->reason.len == 0 && !subject_cell(row, "verdict", &gathered->reason))
        subject_cell(row, "pattern", &gathered->reason);
}

static void gather(struct console *console, enum act_key key, const struct row_ref *row, int column,
                   struct gathered *out)
{
    struct str target = {0};
    size_t host = subject_host(console, row);
    if (target_of(key, out, row, column, &target)) {
        if (key == ACT_UNBAN && host != SUBJECT_NO_HOST)
            widen_to_ban(console, host, &target);
        out->hostless += host == SUBJECT_NO_HOST;
        if (host != SUBJECT_NO_HOST || keys[key].everywhere)
            *(struct bound *)mem_push(&out->items, &out->count, &out->cap, sizeof *out->items) =
                (struct bound){host, mem_strdup(str_text(&target)), row_evidence(out, row)};
        take_reason(key, out, row);
    }
    str_dispose(&target);
}

static void gather_rows(struct console *console, enum act_key key, struct gathered *out)
{
    struct row_ref row;
    int column;
    struct table_view *table = console_table(console);
    size_t shown = 0;
    if (console->viewer == NULL && console->here >= 0)
        table_marks_count(table, &shown);
    for (size_t at = 0; shown > 0 && at < view_count(table->view); at++) {
        row = view_row(table->view, at);
        if (!table_marks_has(table, row.id))
            continue;
        gather(console, key, &row, table_view_column(table), out);
        out->table = table;
        *(uint64_t *)mem_push(&out->marked, &out->marked_count, &out->marked_cap,
                              sizeof *out->marked) = row.id;
    }
    if (shown == 0 && subject_row(console, &row, &column)) {
        gather(console, key, &row, column, out);
        for (size_t i = 0; subject_row_elsewhere(console, i, &row); i++)
            gather(console, key, &row, -1, out);
    }
}

static void gathered_dispose(struct gathered *gathered)
{
    for (size_t i = 0; i < gathered->count; i++)
        free(gathered->items[i].target);
    for (size_t i = 0; i < gathered->count; i++)
        free(gathered->items[i].evidence);
    free(gathered->items);
    free(gathered->marked);
    str_dispose(&gathered->reason);
}

// The rows that a request is about.
struct chosen {
    size_t host;        // SUBJECT_NO_HOST: of any
    const char *target; // NULL: any
};

static const struct chosen all_rows = {SUBJECT_NO_HOST, NULL};

static bool is_chosen(const struct chosen *chosen, const struct bound *bound)
{
    return (chosen->host == SUBJECT_NO_HOST || chosen->host == bound->host) &&
           (chosen->target == NULL || strcmp(chosen->target, bound->target) == 0);
}

// Each row's own words, behind its target where there are several.
static void append_evidence(const struct gathered *gathered, const struct chosen *chosen,
                            struct str *out)
{
    size_t rows = 0, left_out = 0;
    for (size_t i = 0; i < gathered->count; i++)
        rows += is_chosen(chosen, &gathered->items[i]);
    for (size_t i = 0; i < gathered->count; i++) {
        const struct bound *bound = &gathered->items[i];
        if (!is_chosen(chosen, bound))
            continue;
        left_out += bound->evidence == NULL;
        if (bound->evidence != NULL && rows > 1)
            str_appendf(out, "%s%s - ", out->len > 0 ? "; " : "", bound->target);
        if (bound->evidence != NULL)
            str_append(out, bound->evidence);
    }
    if (left_out > 0)
        str_appendf(out, "%s%zu rows more", out->len > 0 ? "; and " : "", left_out);
}

static void submit(struct console *console, const struct gathered *gathered,
                   const struct chosen *chosen, const size_t *hosts, size_t host_count,
                   const char *const *targets, size_t target_count)
{
    struct str evidence = {0};
    append_evidence(gathered, chosen, &evidence);
    struct action_request request = {
        .action = gathered->action,
        .hosts = hosts,
        .host_count = host_count,
        .targets = targets,
        .target_count = target_count,
        // What the console has judged; the operator's own words come by the prompt.
        .reason = gathered->reason.len > 0 ? str_text(&gathered->reason) : NULL,
        .evidence = evidence.len > 0 ? str_text(&evidence) : NULL,
    };
    acts_submit_marked(console, &request, gathered->table, gathered->marked,
                       gathered->marked_count);
    str_dispose(&evidence);
}

static void add_once(const char **list, size_t *count, const char *text)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(list[i], text) == 0)
            return;
    list[(*count)++] = text;
}

// One request a host, with the host's targets.
static void submit_by_host(struct console *console, enum act_key key,
                           const struct gathered *gathered)
{
    const char **targets = mem_array(gathered->count + 1, sizeof *targets);
    for (size_t host = 0; host < console->model->host_count; host++) {
        size_t count = 0;
        for (size_t i = 0; i < gathered->count; i++)
            if (gathered->items[i].host == host)
                add_once(targets, &count, gathered->items[i].target);
        for (size_t i = 0; keys[key].singly && i < count; i++)
            submit(console, gathered, &(struct chosen){host, targets[i]}, &host, 1, &targets[i], 1);
        if (!keys[key].singly && count > 0)
            submit(console, gathered, &(struct chosen){host, NULL}, &host, 1, targets, count);
    }
    free(targets);
}

// One target that is so on several hosts: one question for all of them.
static bool is_one_on_many(const struct gathered *gathered)
{
    bool same = gathered->count > 1 && gathered->action->many_hosts && gathered->table == NULL;
    for (size_t i = 1; i < gathered->count && same; i++)
        same = strcmp(gathered->items[i].target, gathered->items[0].target) == 0;
    return same;
}

static void submit_one_on_many(struct console *console, const struct gathered *gathered)
{
    const char *target = gathered->items[0].target;
    size_t *hosts = mem_array(gathered->count, sizeof *hosts);
    for (size_t i = 0; i < gathered->count; i++)
        hosts[i] = gathered->items[i].host;
    submit(console, gathered, &all_rows, hosts, gathered->count, &target, 1);
    free(hosts);
}

static void submit_everywhere(struct console *console, const struct gathered *gathered)
{
    const char **targets = mem_array(gathered->count + 1, sizeof *targets);
    size_t *hosts = mem_array(console->model->host_count + 1, sizeof *hosts);
    size_t count = 0, host_count = 0;
    for (size_t i = 0; i < gathered->count; i++)
        add_once(targets, &count, gathered->items[i].target);
    for (size_t i = 0; i < console->model->host_count; i++)
        if (console->model->hosts[i].selected && console->model->hosts[i].config->enabled)
            hosts[host_count++] = i;
    submit(console, gathered, &all_rows, hosts, host_count, targets, count);
    free(targets);
    free(hosts);
}

// A gateway that is locked is opened.
static const struct action *action_of(struct console *console, enum act_key key)
{
    struct row_ref row;
    int column;
    struct str locked = {0};
    const char *name = keys[key].action;
    if (key == ACT_LOCK && subject_row(console, &row, &column) &&
        subject_cell(&row, "locked", &locked) &&
        (strcmp(str_text(&locked), "true") == 0 || strcmp(str_text(&locked), "yes") == 0))
        name = "unlock";
    str_dispose(&locked);
    return action_find(name);
}

const char *act_keys_hint(struct console *console, const struct key_command *command)
{
    bool locks = command->run == act_keys_press && command->argument == ACT_LOCK;
    return locks && action_of(console, ACT_LOCK) == &action_unlock ? N_("unlock") : command->hint;
}

// The entry in the audit trail that banned this address here, and can be undone; heap or NULL.
static char *entry_of_ban(const struct console *console, const struct bound *ban)
{
    const struct table *table = model_table(console->model, ban->host, &probe_audit, 0);
    for (size_t i = 0; table != NULL && i < table_rows(table); i++) {
        struct row_ref row = {table, i, 0};
        struct str action = {0}, target = {0}, undo = {0}, entry = {0};
        bool found = subject_cell(&row, "action", &action) && subject_cell(&row, "undo", &undo) &&
                     subject_cell(&row, "target", &target) && subject_cell(&row, "entry", &entry) &&
                     strcmp(str_text(&action), "ban") == 0 &&
                     strcmp(str_text(&undo), "possible") == 0 &&
                     strcmp(str_text(&target), ban->target) == 0;
        str_dispose(&action);
        str_dispose(&target);
        str_dispose(&undo);
        if (found)
            return str_take(&entry);
        str_dispose(&entry);
    }
    return NULL;
}

// In the pane of bans the row's own entry is undone; a ban without one is lifted.
static enum next undo_ban(struct console *console)
{
    struct gathered bans = {0};
    gather_rows(console, ACT_UNBAN, &bans);
    for (size_t i = 0; i < bans.count; i++) {
        char *entry = entry_of_ban(console, &bans.items[i]);
        const char *target = entry != NULL ? entry : bans.items[i].target;
        bans.action = entry != NULL ? &action_undo : &action_unban;
        submit(console, &bans, &(struct chosen){bans.items[i].host, bans.items[i].target},
               &bans.items[i].host, entry != NULL ? 0 : 1, &target, 1);
        free(entry);
    }
    gathered_dispose(&bans);
    return NEXT_PAINT;
}

static bool is_pane(const struct console *console, const struct probe *probe)
{
    return console->here >= 0 && console->panes[console->here]->probe == probe;
}

static enum next undo(struct console *console)
{
    struct gathered entries = {.action = &action_undo};
    if (is_pane(console, &probe_bans))
        return undo_ban(console);
    if (is_pane(console, &probe_audit))
        gather_rows(console, ACT_UNDO, &entries);
    for (size_t i = 0; i < entries.count; i++) {
        const char *target = entries.items[i].target;
        submit(console, &entries, &(struct chosen){SUBJECT_NO_HOST, target}, NULL, 0, &target, 1);
    }
    if (entries.count == 0)
        submit(console, &entries, &all_rows, NULL, 0, NULL, 0);
    gathered_dispose(&entries);
    return NEXT_PAINT;
}

// A command that asks something is written out, with what it was bound to, for the answer.
static void ask(struct console *console, const struct gathered *gathered)
{
    if (gathered->count > 1) {
        journal_answer(console->journal, LEVEL_INFO, "",
                       "%s asks a question: it takes one row at a time", gathered->command->name);
        return;
    }
    const struct bound *bound = &gathered->items[0];
    char *line = mem_printf("run @%s %s ask=", console->model->hosts[bound->host].config->name,
                            bound->target);
    palette_open_with(console, line);
    free(line);
}

static void run_rows(struct console *console, enum act_key key, struct gathered *gathered)
{
    gather_rows(console, key, gathered);
    const char *none = keys[key].none != NULL        ? _(keys[key].none)
                       : err_is_set(&gathered->lack) ? gathered->lack.text
                                                     : _("no row is chosen");
    if (gathered->count == 0)
        journal_answer(console->journal, LEVEL_INFO, "", "%s",
                       gathered->hostless > 0 ? _("this row counts several hosts: open it first")
                                              : none);
    else if (gathered->command != NULL && command_uses(gathered->command, VARIABLE_ASK))
        ask(console, gathered);
    else if (keys[key].everywhere)
        submit_everywhere(console, gathered);
    else if (is_one_on_many(gathered))
        submit_one_on_many(console, gathered);
    else
        submit_by_host(console, key, gathered);
    gathered_dispose(gathered);
}

enum next act_keys_press(struct console *console, int argument)
{
    enum act_key key = (enum act_key)argument;
    if (key == ACT_UNDO)
        return undo(console);
    struct gathered gathered = {.action = action_of(console, key)};
    run_rows(console, key, &gathered);
    return NEXT_PAINT;
}

void act_keys_run(struct console *console, const struct command_config *command)
{
    struct gathered gathered = {.action = &action_run, .command = command};
    run_rows(console, ACT_RUN, &gathered);
}
