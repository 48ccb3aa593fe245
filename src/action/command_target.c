// SPDX-License-Identifier: MIT

// Words to typed values.
#include "action/command_target.h"

#include <stdlib.h>
#include <string.h>

#include "action/action.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/words.h"

static char *network_value(const char *text, bool one, struct err *err)
{
    struct network network;
    char out[ADDRESS_TEXT_MAX];
    if (!guard_parse(text, &network, err))
        return NULL;
    if (one && network.prefix != 128) {
        err_set(err, "%.60s is a network; {ip} is one address", text);
        return NULL;
    }
    network_print(&network, out);
    return mem_strdup(out);
}

static char *typed_value(enum variable variable, const char *text, struct err *err)
{
    if (variable == VARIABLE_IP || variable == VARIABLE_NETWORK)
        return network_value(text, variable == VARIABLE_IP, err);
    const char *fault = action_name_fault(text);
    if (fault == NULL)
        return mem_strdup(text);
    err_set(err, "%s '%.60s' %s", command_variables[variable].name, text, _(fault));
    return NULL;
}

// "ip=203.0.113.9"
static bool take_value(struct command_target *target, const char *word, struct err *err)
{
    size_t len = strcspn(word, "=");
    enum variable variable = command_variable_find(word, len);
    if (word[len] != '=')
        return err_set(err, "'%.60s' is no VARIABLE=VALUE", word);
    if (variable == VARIABLES)
        return err_set(err, "'%.*s' is no variable", (int)(len < 60 ? len : 60), word);
    if (command_variables[variable].of_host)
        return err_set(err, "%s is the host's: choose the host", command_variables[variable].name);
    if (target->values[variable] != NULL)
        return err_set(err, "%s is given twice", command_variables[variable].name);
    target->values[variable] = typed_value(variable, word + len + 1, err);
    return target->values[variable] != NULL;
}

bool command_target_read(const char *text, struct command_target *out, struct err *err)
{
    *out = (struct command_target){0};
    char **words = words_split(text);
    if (words == NULL)
        return err_set(err, "the command's name is missing");
    bool ok = true;
    const char *fault = action_name_fault(words[0]);
    if (fault != NULL)
        ok = err_set(err, "the command '%.60s' %s", words[0], _(fault));
    if (ok)
        out->name = mem_strdup(words[0]);
    for (size_t i = 1; ok && words[i] != NULL; i++)
        ok = take_value(out, words[i], err);
    words_free(words);
    if (!ok)
        command_target_dispose(out);
    return ok;
}

void command_target_dispose(struct command_target *target)
{
    free(target->name);
    for (size_t i = 0; i < VARIABLES; i++)
        free(target->values[i]);
}

char *command_target_text(const struct command_target *target)
{
    struct str text = {0};
    words_append(&text, target->name);
    for (size_t i = 0; i < VARIABLES; i++) {
        if (target->values[i] == NULL)
            continue;
        char *word = mem_printf("%s=%s", command_variables[i].name, target->values[i]);
        words_append(&text, word);
        free(word);
    }
    return str_take(&text);
}

char *command_target_parse(const char *text, struct err *err)
{
    struct command_target target;
    if (!command_target_read(text, &target, err))
        return NULL;
    char *canonical = command_target_text(&target);
    command_target_dispose(&target);
    return canonical;
}

bool command_target_fits(const struct command_target *target, const struct command_config *command,
                         struct err *err)
{
    for (size_t i = 0; i < VARIABLES; i++) {
        const struct command_variable *variable = &command_variables[i];
        bool uses = command_uses(command, (enum variable)i);
        if (variable->of_host)
            continue;
        if (uses && target->values[i] == NULL)
            return err_set(err, "%s needs %s=…: %s", command->name, variable->name, variable->help);
        if (!uses && target->values[i] != NULL)
            return err_set(err, "%s has no variable {%s}", command->name, variable->name);
    }
    return true;
}

const struct command_config *command_target_config(const struct config *config, const char *text)
{
    char **words = words_split(text);
    const struct command_config *command =
        words != NULL && config != NULL ? config_command(config, words[0]) : NULL;
    words_free(words);
    return command;
}
