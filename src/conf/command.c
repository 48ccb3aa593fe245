// SPDX-License-Identifier: MIT

// [command NAME]: reading, checking, filling.
#include "conf/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "conf/loader.h"
#include "conf/section.h"

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789-_"
#define ASK          "ask:"

const struct command_variable command_variables[VARIABLES] = {
    [VARIABLE_IP] = {"ip", NULL, false, "the address of the row, one address"},
    [VARIABLE_NETWORK] = {"network", NULL, false, "the address or network of the row"},
    [VARIABLE_GATEWAY] = {"gateway", "gateway", false, "the gateway's name"},
    [VARIABLE_ENDPOINT] = {"endpoint", "endpoint", false, "the phone's number or name"},
    [VARIABLE_ACCOUNT] = {"account", "account", false, "the account"},
    [VARIABLE_CALL] = {"call", "call_id", false, "the call's id"},
    [VARIABLE_ASK] = {"ask", NULL, false, "what is typed when it asks; {ask:QUESTION}"},
    [VARIABLE_HOST] = {"host", NULL, true, "the host's name"},
    [VARIABLE_ADDRESS] = {"address", NULL, true, "the host's address"},
};

enum variable command_variable_find(const char *name, size_t len)
{
    for (size_t i = 0; i < VARIABLES; i++)
        if (strlen(command_variables[i].name) == len &&
            memcmp(command_variables[i].name, name, len) == 0)
            return (enum variable)i;
    return VARIABLES;
}

// A variable in a word: "{ip}", "{ask:Which port?}".
struct hole {
    const char *begin, *end; // of its braces; end behind them
    const char *name;
    size_t name_len;
    const char *question; // of {ask:…}; NULL: none
    size_t question_len;
};

// The next one from here on. Braces around anything but a name are no variable.
static bool next_hole(const char *at, struct hole *out)
{
    for (; (at = strchr(at, '{')) != NULL; at++) {
        *out = (struct hole){.begin = at, .name = at + 1};
        if (strncmp(out->name, ASK, strlen(ASK)) == 0) {
            out->name_len = strlen(ASK) - 1;
            out->question = at + 1 + strlen(ASK);
            out->question_len = strcspn(out->question, "}");
            out->end = out->question + out->question_len;
        } else {
            out->name_len = strspn(out->name, "abcdefghijklmnopqrstuvwxyz_");
            out->end = out->name + out->name_len;
        }
        if (out->name_len > 0 && *out->end == '}') {
            out->end++;
            return true;
        }
    }
    return false;
}

// The command's first hole of this variable; false: there is none.
static bool find_hole(const struct command_config *command, enum variable variable,
                      struct hole *out)
{
    for (char **word = command->command; word != NULL && *word != NULL; word++)
        for (const char *at = *word; next_hole(at, out); at = out->end)
            if (command_variable_find(out->name, out->name_len) == variable)
                return true;
    return false;
}

bool command_uses(const struct command_config *command, enum variable variable)
{
    struct hole hole;
    return find_hole(command, variable, &hole);
}

char *command_question(const struct command_config *command)
{
    struct hole hole;
    return find_hole(command, VARIABLE_ASK, &hole) ? mem_strndup(hole.question, hole.question_len)
                                                   : NULL;
}

char *command_fill(const char *word, const char *const values[VARIABLES])
{
    struct str out = {0};
    struct hole hole;
    for (; next_hole(word, &hole); word = hole.end) {
        enum variable variable = command_variable_find(hole.name, hole.name_len);
        str_appendf(&out, "%.*s", (int)(hole.begin - word), word);
        if (variable != VARIABLES)
            str_append(&out, values[variable]);
    }
    str_append(&out, word);
    return str_take(&out);
}

static void fault_unknown(struct err_list *errors, const struct ini_place *place,
                          const struct hole *hole)
{
    const char *names[VARIABLES];
    struct str all = {0};
    for (size_t i = 0; i < VARIABLES; i++) {
        names[i] = command_variables[i].name;
        str_appendf(&all, " {%s}", names[i]);
    }
    char *typed = mem_strndup(hole->name, hole->name_len);
    const char *nearest = ini_nearest(typed, names, VARIABLES);
    if (nearest != NULL)
        ini_fault(errors, place, "{%s} is no variable; did you mean {%s}?", typed, nearest);
    else
        ini_fault(errors, place, "{%s} is no variable; there are%s", typed, str_text(&all));
    free(typed);
    str_dispose(&all);
}

static void check_hole(const struct command_config *command, const struct hole *hole,
                       const struct ini_place *place, struct err_list *errors)
{
    struct hole first;
    enum variable variable = command_variable_find(hole->name, hole->name_len);
    if (variable == VARIABLES)
        fault_unknown(errors, place, hole);
    else if (variable == VARIABLE_ASK && (hole->question == NULL || hole->question_len == 0))
        ini_fault(errors, place, "{ask} says no question; write {ask:Which port?}");
    else if (variable == VARIABLE_ASK && find_hole(command, VARIABLE_ASK, &first) &&
             (first.question_len != hole->question_len ||
              memcmp(first.question, hole->question, hole->question_len) != 0))
        ini_fault(errors, place, "a command asks one question; keep one {ask:…}");
}

static void check_words(const struct command_config *command, const struct ini_section *section,
                        struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "command");
    const struct ini_place *place = entry != NULL ? &entry->place : &section->place;
    struct hole hole;
    if (command->command == NULL) {
        ini_fault(errors, place, "[%s] runs nothing; write command = PROGRAM and its words",
                  section->name);
        return;
    }
    if (next_hole(command->command[0], &hole) || command->command[0][0] == '-')
        ini_fault(errors, place, "the program that is run is written as it is: '%s' is no program",
                  command->command[0]);
    for (char **word = command->command + 1; *word != NULL; word++) {
        const char *open = strstr(*word, "{" ASK);
        if (open != NULL && strchr(open, '}') == NULL)
            ini_fault(errors, place,
                      "%s has no }; keep it together with quotes: \"{ask:Which "
                      "port?}\"",
                      open);
        for (const char *at = *word; next_hole(at, &hole); at = hole.end)
            check_hole(command, &hole, place, errors);
    }
}

void loader_command(struct loader *loader, const struct ini_section *from)
{
    struct config *config = loader->config;
    const char *name = loader_name(loader, from, &config_section_command);
    if (name == NULL)
        return;
    if (name[0] < 'a' || name[0] > 'z' || name[strspn(name, NAME_LETTERS)] != '\0') {
        ini_fault(loader->errors, &from->place,
                  "[%s]: a command's name is of a-z, 0-9, - and _, and begins with a letter",
                  from->name);
        return;
    }
    struct command_config *command = loader_add(loader, from, &config_section_command,
                                                &config->commands, &config->command_count);
    if (command == NULL)
        return;
    command->line = from->place.line;
    check_words(command, from, loader->errors);
}

const struct command_config *config_command(const struct config *config, const char *name)
{
    return section_find(&config_section_command, config->commands, config->command_count, name);
}

int config_command_line(const struct command_config *command, const char *option)
{
    int line = config_option_line(&config_section_command, command, option);
    return line > 0 ? line : command->line;
}
