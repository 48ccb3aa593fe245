// SPDX-License-Identifier: MIT

// Runs a command of the operator's own ([command NAME]) with its variables. What it changes is
// neither checked nor undone by this program, so that it asks when it writes.
#include <stdlib.h>
#include <string.h>

#include "action/action.h"
#include "action/command_target.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/words.h"

static struct action_nature nature(const struct config *config, const char *target)
{
    const struct command_config *command = command_target_config(config, target);
    return (struct action_nature){.writes = command == NULL || command->writes,
                                  .here = command != NULL && command->where == COMMAND_HERE};
}

// False, and err with the host's name, when it lacks a value or has one too many.
static bool fill_in(struct command_target *target, const struct command_config *command,
                    const struct host_config *host, struct err *err)
{
    free(target->values[VARIABLE_HOST]);
    free(target->values[VARIABLE_ADDRESS]);
    target->values[VARIABLE_HOST] = mem_strdup(host->name);
    target->values[VARIABLE_ADDRESS] = mem_strdup(host->address);
    return command_target_fits(target, command, err) || err_prefix(err, "%s", host->name);
}

static void add_step(const struct command_config *command, const struct command_target *target,
                     struct plan_host *out)
{
    size_t count = 0;
    while (command->command[count] != NULL)
        count++;
    char **argv = mem_array(count + 1, sizeof *argv);
    for (size_t i = 0; i < count; i++)
        argv[i] = command_fill(command->command[i], (const char *const *)target->values);
    struct plan_step *step =
        command->where == COMMAND_HERE
            ? plan_add_step(out, "run %s on this machine, not on %s", command->name,
                            out->config->name)
            : plan_add_step(out, "run %s on %s", command->name, out->config->name);
    step->run = plan_command_argv(out, NULL, (const char *const *)argv);
    step->run.here = command->where == COMMAND_HERE;
    step->run.privileged = command->sudo;
    step->run.timeout_ms = command->timeout_ms;
    words_free(argv);
}

static bool plan_one(const struct plan_input *input, const char *text, struct plan_host *out,
                     struct err *err)
{
    const struct command_config *command = command_target_config(input->config, text);
    struct command_target target;
    if (command == NULL)
        return err_set(err, "%s: no [command NAME] of the configuration has the name of '%.60s'",
                       out->config->name, text);
    if (!command_target_read(text, &target, err))
        return false;
    bool ok = fill_in(&target, command, out->config, err);
    if (ok) {
        add_step(command, &target, out);
        out->changes_nothing = out->changes_nothing && !command->writes;
        // Of several the one that asks most.
        if (out->confirm == CONFIRM_AS_GLOBAL || command->confirm < out->confirm)
            out->confirm = command->confirm;
    }
    command_target_dispose(&target);
    return ok;
}

static bool plan_run(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    bool ok = true;
    out->tells = true;
    out->changes_nothing = true;
    for (size_t i = 0; i < out->target_count && ok; i++)
        if (out->targets[i].state == ACTION_PLANNED)
            ok = plan_one(input, out->targets[i].text, out, err);
    if (!out->changes_nothing)
        out->note = _("it may change something: nothing checks what came of it, and undo does not "
                      "take it back");
    return ok;
}

const struct action action_run = {
    .name = "run",
    .title = N_("Run"),
    .done = N_("run"),
    .already = N_("already run"),
    .help = N_("Run a command of your own ([command NAME] of the configuration)."),
    .key = "",
    .target = TARGET_COMMAND,
    .danger = DANGER_HARMLESS,
    .batch = true,
    .many_hosts = true,
    .bare = true,
    .blocks = BLOCKS_NOBODY,
    .nature = nature,
    .plan = plan_run,
};
