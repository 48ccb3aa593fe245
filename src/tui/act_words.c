// SPDX-License-Identifier: MIT

// Requests from words.
#include "tui/act_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "action/command_target.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/words.h"
#include "tui/act.h"
#include "tui/act_keys.h"
#include "tui/state.h"
#include "tui/subject.h"

static const char *const operands[] = {
    [TARGET_NONE] = "",
    [TARGET_NETWORK] = N_("ADDRESS…"),
    [TARGET_ENDPOINT] = N_("ENDPOINT"),
    [TARGET_GATEWAY] = N_("GATEWAY"),
    [TARGET_ACCOUNT] = N_("ACCOUNT"),
    [TARGET_CALL] = N_("CALL"),
    [TARGET_ENTRY] = N_("[ENTRY]"),
    [TARGET_RULE] = N_("RULE"),
    [TARGET_COMMAND] = N_("NAME [VARIABLE=VALUE…]"),
};

// What is written, taken apart.
struct words {
    const struct action *action;
    size_t *hosts;
    size_t host_count;
    const char **targets;
    size_t target_count;
    int64_t for_ms;
    struct str reason;
    struct str row_target, evidence; // of the row under the cursor, where no target was written
};

// The action whose name the text begins with; of "shield apply" both words. *len: of the name.
static const struct action *named(const char *text, size_t *len)
{
    const struct action *found = NULL;
    *len = 0;
    for (size_t i = 0; actions[i] != NULL; i++) {
        size_t name = strlen(actions[i]->name);
        if (name <= *len || strncmp(text, actions[i]->name, name) != 0 ||
            (text[name] != ' ' && text[name] != '\0'))
            continue;
        found = actions[i];
        *len = name;
    }
    return found;
}

const struct action *act_words_action(const char *text, const char **rest)
{
    size_t len;
    const struct action *action = named(text, &len);
    *rest = text + len + strspn(text + len, " ");
    // Alone it is the key's command, where there is one.
    bool alone = **rest == '\0';
    return action != NULL && alone && key_command_find(action->name) != NULL ? NULL : action;
}

// Where the row under the cursor is, else the only host there is to choose.
static size_t default_host(struct console *console)
{
    struct row_ref row;
    int column;
    size_t host = SUBJECT_NO_HOST, last = SUBJECT_NO_HOST;
    if (subject_row(console, &row, &column))
        host = subject_host(console, &row);
    for (size_t i = 0; i < console->model->host_count; i++)
        if (console->model->hosts[i].selected)
            last = i;
    return host != SUBJECT_NO_HOST               ? host
           : console->model->selected_count == 1 ? last
                                                 : SUBJECT_NO_HOST;
}

static bool add_host(struct console *console, const char *name, struct words *words,
                     struct err *err)
{
    bool all = strcmp(name, "all") == 0, found = false;
    for (size_t i = 0; i < console->model->host_count; i++) {
        const struct model_host *host = &console->model->hosts[i];
        if (all ? !host->selected || !host->config->enabled : strcmp(host->config->name, name) != 0)
            continue;
        words->hosts[words->host_count++] = i;
        found = true;
    }
    return found || err_set(err,
                            "no host is called \"%s\"; @all are all that are shown. A reason "
                            "begins with a letter",
                            name);
}

static bool is_target(const struct words *words, const char *word)
{
    struct network network;
    struct err ignored;
    if (words->target_count == 0)
        return words->action->target != TARGET_NONE;
    return words->action->target == TARGET_NETWORK && guard_parse(word, &network, &ignored);
}

static bool take_host(struct console *console, struct words *words, const char *name,
                      struct err *err)
{
    return words->host_count + 1 <= console->model->host_count
               ? add_host(console, name, words, err)
               : err_set(err, "every host is named already");
}

// A time or an address with a slip in it would be a reason, and so would what stands behind it.
static bool begins_reason(const struct words *words, const char *word, struct err *err)
{
    if (words->action->target != TARGET_NETWORK || !isdigit((unsigned char)word[0]))
        return true;
    if (words->action != &action_ban)
        return err_set(err, "\"%.60s\" is no address, and a reason begins with a letter", word);
    return err_set(err,
                   "\"%.60s\" is neither an address nor a time (30m, 2h, 1d, forever), and a "
                   "reason begins with a letter",
                   word);
}

static bool take_time(struct words *words, int64_t ms, const char *word, struct err *err)
{
    if (words->for_ms != 0)
        return err_set(err, "\"%.60s\" is a second time; keep one", word);
    if (ms == 0)
        return err_set(err, "\"%.60s\" is no time to ban for; write 30m, 2h, 1d or forever", word);
    words->for_ms = ms;
    return true;
}

static bool take_word(struct console *console, struct words *words, const char *word,
                      struct err *err)
{
    int64_t ms;
    bool in_reason = words->reason.len > 0;
    if (word[0] == '@' && in_reason)
        return err_set(err,
                       "\"%.60s\" stands behind the reason, where it names no host: write hosts "
                       "before the reason, and no word of a reason with @",
                       word);
    if (word[0] == '@')
        return take_host(console, words, word + 1, err);
    if (!in_reason && is_target(words, word)) {
        words->targets[words->target_count++] = word;
        return true;
    }
    if (!in_reason && words->action == &action_ban && clock_parse_duration(word, &ms))
        return take_time(words, ms, word, err);
    if (!in_reason && !begins_reason(words, word, err))
        return false;
    str_appendf(&words->reason, "%s%s", in_reason ? " " : "", word);
    return true;
}

static bool settle_hosts(struct console *console, struct words *words, struct err *err)
{
    if (words->action->target == TARGET_ENTRY || words->host_count > 0)
        return true;
    size_t host = default_host(console);
    if (host == SUBJECT_NO_HOST)
        return err_set(err, "say where: @HOST, or @all for all that are shown");
    words->hosts[words->host_count++] = host;
    return true;
}

// The rule under the cursor, as it is now.
static void take_row(struct console *console, struct words *words)
{
    struct row_ref row;
    int column;
    if (subject_row(console, &row, &column) &&
        act_keys_target(words->action->name, &row, column, &words->row_target)) {
        words->targets[words->target_count++] = str_text(&words->row_target);
        subject_words(&row, &words->evidence);
    }
}

// A command and its variables are one target; what is asked goes to the end of the line.
static bool take_command(struct console *console, struct words *words, char *text, struct err *err)
{
    char *ask = strstr(text, " ask=");
    if (ask != NULL)
        *ask = '\0';
    char **list = words_split(text);
    bool ok = true;
    for (char **word = list; ok && word != NULL && *word != NULL; word++) {
        if (**word == '@')
            ok = take_host(console, words, *word + 1, err);
        else
            words_append(&words->row_target, *word);
    }
    words_free(list);
    if (ask != NULL) {
        char *answer = mem_printf("%s", ask + 1);
        words_append(&words->row_target, answer);
        free(answer);
    }
    if (!ok)
        return false;
    if (words->row_target.len == 0)
        return err_set(err, "run: %s is missing", _(operands[TARGET_COMMAND]));
    const char *target = str_text(&words->row_target);
    words->targets[words->target_count++] = target;
    struct command_target read;
    if (!command_target_read(target, &read, err))
        return false;
    const struct command_config *command = config_command(console->config, read.name);
    ok = command != NULL ? command_target_fits(&read, command, err)
                         : err_set(err, "no [command %s] is configured", read.name);
    command_target_dispose(&read);
    return ok && settle_hosts(console, words, err);
}

static bool take_words(struct console *console, struct words *words, char *text, struct err *err)
{
    char *rest;
    if (words->action->target == TARGET_COMMAND)
        return take_command(console, words, text, err);
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        if (!take_word(console, words, word, err))
            return false;
    if (words->target_count == 0 && words->action->target == TARGET_RULE)
        take_row(console, words);
    if (words->target_count == 0 && words->action->target != TARGET_NONE &&
        words->action->target != TARGET_ENTRY)
        return err_set(err, "%s: %s is missing", words->action->name,
                       _(operands[words->action->target]));
    return settle_hosts(console, words, err);
}

bool act_words_run(struct console *console, struct prompt *prompt, const struct action *action,
                   const char *rest)
{
    struct err err = {0};
    char *text = mem_strdup(rest);
    struct words words = {.action = action};
    words.hosts = mem_array(console->model->host_count * 2 + 1, sizeof *words.hosts);
    words.targets = mem_array(strlen(text) + 1, sizeof *words.targets);
    bool ok = take_words(console, &words, text, &err);
    if (ok)
        acts_submit(console,
                    &(struct action_request){
                        .action = action,
                        .hosts = words.hosts,
                        .host_count = words.host_count,
                        .targets = words.targets,
                        .target_count = words.target_count,
                        .for_ms = words.for_ms,
                        .reason = words.reason.len > 0 ? str_text(&words.reason) : NULL,
                        .evidence = words.evidence.len > 0 ? str_text(&words.evidence) : NULL,
                    });
    else
        prompt_error(prompt, SIZE_MAX, &err);
    str_dispose(&words.reason);
    str_dispose(&words.row_target);
    str_dispose(&words.evidence);
    free(words.targets);
    free(words.hosts);
    free(text);
    return ok;
}

void act_words_usage(struct console *console, const struct action *action, struct str *out)
{
    str_appendf(out, "%s %s", action->name, _(operands[action->target]));
    if (action == &action_ban)
        str_append(out, " [1h|forever]");
    if (action->target == TARGET_ENTRY)
        return;
    str_append(out, _(" [@HOST] [REASON]"));
    size_t host = default_host(console);
    if (host == SUBJECT_NO_HOST)
        return;
    const struct host_config *config = console->model->hosts[host].config;
    char *where = mem_printf(config->environment[0] != '\0' ? "%s %s" : "%s%s", config->name,
                             config->environment);
    str_appendf(out, _("   without @HOST: on %s"), where);
    free(where);
}

char *act_words_complete(struct console *console, const char *text)
{
    struct row_ref row;
    int column;
    struct str target = {0};
    size_t len;
    char *whole = NULL;
    const struct action *action = named(text, &len);
    bool bare = text[len + strspn(text + len, " ")] == '\0';
    if (bare && action != NULL && subject_row(console, &row, &column) &&
        act_keys_target(action->name, &row, column, &target))
        whole = mem_printf("%s %s ", action->name, str_text(&target));
    str_dispose(&target);
    return whole;
}
