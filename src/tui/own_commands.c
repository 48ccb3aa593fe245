// SPDX-License-Identifier: MIT

// Rows to commands, and output to a text.
#include "tui/own_commands.h"

#include <stdlib.h>
#include <string.h>

#include "action/action.h"
#include "action/command_target.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/words.h"
#include "probe/user_pane.h"
#include "tui/act_keys.h"
#include "tui/act_words.h"
#include "tui/state.h"
#include "tui/subject.h"

struct own_output {
    char *title;
    char *text;
};

static const struct probe *pane_of(const char *name)
{
    const struct probe *probe = probe_find(name);
    return probe != NULL && probe->pane ? probe : NULL;
}

void own_commands_check(const struct config *config, struct err_list *errors)
{
    for (size_t i = 0; i < config->command_count; i++) {
        const struct command_config *command = &config->commands[i];
        struct ini_place place = {config->path, command->line};
        const char *what = action_find(command->name) != NULL        ? _("an action")
                           : key_command_find(command->name) != NULL ? _("a command")
                           : pane_of(command->name) != NULL          ? _("a pane")
                                                                     : NULL;
        if (what != NULL)
            ini_fault(errors, &place, "[command %s]: %s of the program has this name; take another",
                      command->name, what);
        place.line = config_command_line(command, "panes");
        for (char **pane = command->panes; pane != NULL && *pane != NULL; pane++)
            if (pane_of(*pane) == NULL)
                ini_fault(errors, &place, "panes = %s: no pane has this name", *pane);
    }
}

static void check_pane_hosts(const struct config *config, const struct probe *probe,
                             const struct ini_place *place, struct err_list *errors)
{
    for (const char *const *word = probe->hosts; word != NULL && *word != NULL; word++) {
        bool known = false;
        for (size_t i = 0; i < config->host_count; i++)
            known = known || config_names_host(*word, &config->hosts[i]);
        if (!known)
            ini_fault(errors, place, "[pane %s]: hosts = %s: no host is meant by it",
                      probe->schema->name, *word);
    }
}

void own_panes_check(const struct config *config, struct err_list *errors)
{
    for (size_t i = 0; probes[i] != NULL; i++) {
        if (!probes[i]->user)
            continue;
        const char *name = probes[i]->schema->name;
        const struct ini_place *place = &((const struct user_pane *)probes[i])->place;
        const char *what = action_find(name) != NULL        ? _("an action")
                           : key_command_find(name) != NULL ? _("a command")
                                                            : NULL;
        if (what != NULL)
            ini_fault(errors, place, "[pane %s]: %s of the program has this name; take another",
                      name, what);
        check_pane_hosts(config, probes[i], place, errors);
    }
}

bool own_commands_offered(const struct console *console, const struct command_config *command)
{
    const char *here = console_pane_name(console);
    bool offered = command->panes == NULL;
    for (char **pane = command->panes; pane != NULL && *pane != NULL; pane++)
        offered = offered || (here != NULL && strcmp(*pane, here) == 0);
    return offered;
}

static bool row_value(enum variable variable, const struct row_ref *row, int column,
                      struct str *out)
{
    struct network network;
    char text[ADDRESS_TEXT_MAX];
    if (command_variables[variable].column != NULL)
        return subject_cell(row, command_variables[variable].column, out);
    if (!subject_network(row, column, &network) ||
        (variable == VARIABLE_IP && network.prefix != 128))
        return false;
    network_print(&network, text);
    str_append(out, text);
    return true;
}

static const char *const lacks[VARIABLES] = {
    [VARIABLE_IP] = N_("this row has no address for {ip}"),
    [VARIABLE_NETWORK] = N_("this row has no address or network for {network}"),
    [VARIABLE_GATEWAY] = N_("this row has no gateway for {gateway}"),
    [VARIABLE_ENDPOINT] = N_("this row has no phone for {endpoint}"),
    [VARIABLE_ACCOUNT] = N_("this row has no account for {account}"),
    [VARIABLE_CALL] = N_("this row has no call with an id for {call}"),
};

bool own_commands_target(const struct command_config *command, const struct row_ref *row,
                         int column, struct str *out, struct err *err)
{
    struct str line = {0};
    bool has = true;
    words_append(&line, command->name);
    for (size_t i = 0; i < VARIABLES && has; i++) {
        struct str word = {0};
        if (i == VARIABLE_ASK || command_variables[i].of_host ||
            !command_uses(command, (enum variable)i))
            continue;
        str_appendf(&word, "%s=", command_variables[i].name);
        has = row_value((enum variable)i, row, column, &word) ||
              err_set(err, "%s: %s", command->name, _(lacks[i]));
        words_append(&line, str_text(&word));
        str_dispose(&word);
    }
    char *target = has ? command_target_parse(str_text(&line), err) : NULL;
    if (target != NULL)
        str_append(out, target);
    else if (has)
        err_prefix(err, "%s", command->name);
    free(target);
    str_dispose(&line);
    return target != NULL;
}

enum next own_commands_press(struct console *console, int index)
{
    const struct command_config *command = &console->config->commands[index];
    if (own_commands_offered(console, command))
        act_keys_run(console, command);
    else
        journal_answer(console->journal, LEVEL_INFO, "", "%s is not for this pane", command->name);
    return NEXT_PAINT;
}

char *own_commands_question(const struct console *console, const char *line)
{
    const char *rest;
    if (act_words_action(line, &rest) != &action_run || strstr(line, " ask=") == NULL)
        return NULL;
    char **words = words_split(rest), **word = words;
    while (word != NULL && *word != NULL && **word == '@')
        word++;
    const struct command_config *command =
        word != NULL && *word != NULL ? config_command(console->config, *word) : NULL;
    words_free(words);
    return command != NULL ? command_question(command) : NULL;
}

char *own_commands_titles(const struct config *config, const struct plan *plan)
{
    struct str titles = {0};
    const struct plan_host *host = plan->host_count > 0 ? plan->hosts[0] : NULL;
    bool runs = host != NULL && plan->action == &action_run;
    for (size_t i = 0; i < config->command_count && runs; i++) {
        const struct command_config *command = &config->commands[i];
        bool there = false;
        for (size_t j = 0; j < host->target_count; j++)
            there = there || command_target_config(config, host->targets[j].text) == command;
        if (there && command->title[0] != '\0')
            str_appendf(&titles, "%s%s", titles.len > 0 ? "; " : "", command->title);
    }
    return titles.len > 0 ? str_take(&titles) : NULL;
}

void own_output_free(struct own_output *output)
{
    if (output == NULL)
        return;
    free(output->title);
    free(output->text);
    free(output);
}

static void build(struct console *console, struct viewer *viewer)
{
    const char *at = console->output->text;
    while (*at != '\0') {
        size_t len = strcspn(at, "\n");
        char *line = mem_strndup(at, len);
        viewer_text(viewer, strncmp(line, "$ ", 2) == 0 ? ROLE_TITLE : ROLE_TEXT, line);
        free(line);
        at += len + (at[len] == '\n');
    }
}

static const struct viewer_class output_viewer = {
    .name = "output", .title = N_("Output"), .build = build};

static struct own_output *output_of(const struct plan *plan)
{
    struct str text = {0}, title = {0};
    for (size_t i = 0; i < plan->host_count; i++) {
        const struct plan_host *host = plan->hosts[i];
        if (plan->host_count > 1)
            str_appendf(&text, "%s$ %s\n", i > 0 ? "\n" : "", host->config->name);
        str_append(&text, host->output[0] != '\0' ? host->output : _("(it said nothing)\n"));
        if (err_is_set(&host->error))
            str_appendf(&text, "\n%s\n", host->error.text);
    }
    const struct plan_host *first = plan->hosts[0];
    const char *what = first->target_count > 0 ? first->targets[0].text : "";
    size_t more = first->target_count > 1 ? first->target_count - 1 : 0;
    if (more > 0 && plan->host_count == 1)
        str_appendf(&title, P_("%s and %zu more on %s", "%s and %zu more on %s", more), what, more,
                    first->config->name);
    else if (more > 0)
        str_appendf(&title, P_("%s and %zu more", "%s and %zu more", more), what, more);
    else if (plan->host_count == 1)
        str_appendf(&title, _("%s on %s"), what, first->config->name);
    else
        str_append(&title, what);
    struct own_output *output = mem_alloc(sizeof *output);
    *output = (struct own_output){str_take(&title), str_take(&text)};
    return output;
}

static void open_output(struct console *console)
{
    struct viewer *viewer = console_push_viewer(console, &output_viewer);
    viewer->title = text_clean_dup(console->output->title);
}

// Behind the message that it has run: its first line.
static void tell_first_line(struct console *console, const struct plan_host *host)
{
    size_t len = strcspn(host->output, "\n");
    if (len > 0)
        journal_answer(console->journal, LEVEL_OK, host->config->name, "%s: %.*s",
                       host->config->name, (int)(len < 300 ? len : 300), host->output);
}

void own_commands_take(struct console *console, const struct plan *plan)
{
    bool said = false;
    for (size_t i = 0; i < plan->host_count; i++)
        said = said || plan->hosts[i]->output[0] != '\0';
    if (!said || plan->hosts[0]->target_count == 0)
        return;
    const struct command_config *command =
        command_target_config(console->config, plan->hosts[0]->targets[0].text);
    own_output_free(console->output);
    console->output = output_of(plan);
    if (command == NULL || command->show == COMMAND_TOAST)
        tell_first_line(console, plan->hosts[0]);
    else if (console->prompt != NULL)
        journal_answer(console->journal, LEVEL_INFO, "", ":output shows what %s said",
                       command->name);
    else
        open_output(console);
}

enum next own_commands_output(struct console *console, int argument)
{
    (void)argument;
    if (console->output == NULL)
        journal_answer(console->journal, LEVEL_INFO, "",
                       "no command of your own has said anything");
    else if (console->viewer != NULL && console->viewer->kind == &output_viewer)
        console_close_viewer(console);
    else
        open_output(console);
    return NEXT_PAINT;
}
