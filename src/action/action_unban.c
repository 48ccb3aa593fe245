// SPDX-License-Identifier: MIT

// Takes back bans of this program, whichever console made them.
#include "action/action.h"

#include <stdlib.h>
#include <string.h>

#include "action/backend.h"
#include "base/mem.h"

static bool is_banned_by(const struct ban_list *bans, const struct network *network,
                         const struct backend *backend)
{
    const struct ban *ban = ban_list_find(bans, network);
    while (ban != NULL && strcmp(ban->backend, backend->name) != 0)
        ban = ban_list_next(bans, ban);
    return ban != NULL;
}

// The targets that this backend bans.
static size_t collect(const struct plan_host *host, const struct ban_list *bans,
                      const struct backend *backend, struct network *out)
{
    size_t count = 0;
    for (size_t i = 0; i < host->target_count; i++)
        if (host->targets[i].state == ACTION_PLANNED &&
            is_banned_by(bans, &host->targets[i].network, backend))
            out[count++] = host->targets[i].network;
    return count;
}

static bool plan_backends(const struct plan_input *input, const struct ban_list *bans,
                          struct plan_host *out, struct err *err)
{
    struct network *networks = mem_array(out->target_count + 1, sizeof *networks);
    bool ok = true;
    for (size_t i = 0; ok && backends[i] != NULL; i++) {
        size_t count = collect(out, bans, backends[i], networks);
        if (count == 0)
            continue;
        out->method = out->method[0] == '\0'
                          ? backends[i]->name
                          : plan_text(out, "%s, %s", out->method, backends[i]->name);
        ok = backends[i]->plan_unban(input->facts, networks, count, out, err);
    }
    free(networks);
    return ok;
}

// A ban of a network around it, or NULL.
static const struct ban *ban_around(const struct ban_list *bans, const struct network *network)
{
    for (size_t i = 0; i < bans->count; i++)
        if (bans->items[i].network.prefix < network->prefix &&
            network_contains(&bans->items[i].network, &network->base))
            return &bans->items[i];
    return NULL;
}

// Why there is nothing to take back.
static const char *not_banned(const struct ban_list *bans, const struct network *network,
                              struct plan_host *out)
{
    const struct ban *around = ban_around(bans, network);
    char text[ADDRESS_TEXT_MAX];
    if (around == NULL)
        return "no ban of this program stands for it; a rule of the host's own may";
    network_print(&around->network, text);
    return plan_text(out, "it is kept out by the ban of %s: unban that", text);
}

static bool plan_unban(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    struct ban_list bans = {0};
    backend_list_all(input->facts, &bans);
    for (size_t i = 0; i < out->target_count; i++) {
        struct plan_target *target = &out->targets[i];
        if (target->state != ACTION_PLANNED || ban_list_find(&bans, &target->network) != NULL)
            continue;
        target->state = ACTION_ALREADY;
        target->error = not_banned(&bans, &target->network, out);
    }
    out->reversible = true;
    bool ok = plan_backends(input, &bans, out, err);
    ban_list_dispose(&bans);
    if (ok && out->step_count > 0 && input->facts->host->firewall_save)
        ok = backend_plan_save(input->facts, out, err);
    return ok;
}

const struct action action_unban = {
    .name = "unban",
    .title = "Unban",
    .done = "unbanned",
    .already = "not banned",
    .help = "Take back the ban of an address or network.",
    .key = "u",
    .target = TARGET_NETWORK,
    .danger = DANGER_HARMLESS,
    .batch = true,
    .many_hosts = true,
    .reversible = true,
    .blocks = BLOCKS_WHEN_UNDONE,
    .plan = plan_unban,
};
