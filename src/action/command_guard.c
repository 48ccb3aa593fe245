// SPDX-License-Identifier: MIT

// The addresses of a command of the operator's own, before the guard.
#include "action/command_guard.h"

#include "action/command_target.h"

static const enum variable variables[] = {VARIABLE_IP, VARIABLE_NETWORK, VARIABLE_ASK};
#define ADDRESSES (sizeof variables / sizeof *variables)

// What is asked for is any text; one that is an address is taken for one.
static size_t take_addresses(const struct command_target *target, const char *out[ADDRESSES])
{
    size_t count = 0;
    for (size_t i = 0; i < ADDRESSES; i++) {
        struct network network;
        const char *value = target->values[variables[i]];
        if (value != NULL && (variables[i] != VARIABLE_ASK || network_parse(value, &network)))
            out[count++] = value;
    }
    return count;
}

bool command_is_guarded(const struct config *config, const char *text)
{
    const struct command_config *command = command_target_config(config, text);
    struct command_target target;
    struct err ignored = {0};
    const char *addresses[ADDRESSES];
    if ((command != NULL && !command->writes) || !command_target_read(text, &target, &ignored))
        return false;
    bool guarded = take_addresses(&target, addresses) > 0;
    command_target_dispose(&target);
    return guarded;
}

struct guard_opinion command_guard(const struct config *config, const struct host_facts *facts,
                                   const char *text)
{
    struct guard_opinion worst = {.verdict = GUARD_ALLOW};
    struct command_target target;
    struct err ignored = {0};
    const char *addresses[ADDRESSES];
    if (!command_is_guarded(config, text) || !command_target_read(text, &target, &ignored))
        return worst;
    size_t count = take_addresses(&target, addresses);
    for (size_t i = 0; i < count; i++) {
        struct guard_opinion said = guard_touch(addresses[i], facts, config);
        if (said.verdict > worst.verdict)
            worst = said;
    }
    command_target_dispose(&target);
    return worst;
}
