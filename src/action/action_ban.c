// SPDX-License-Identifier: MIT

// Bans addresses and networks for a time.
#include "action/action.h"

#include <stdlib.h>
#include <string.h>

#include "action/backend.h"
#include "base/lang.h"
#include "base/mem.h"

#define BACKENDS_MAX 8
#define LASTING_S    86400

static int64_t time_of(const struct plan_input *input)
{
    int64_t for_ms =
        input->request->for_ms != 0 ? input->request->for_ms : input->config->ban_for_ms;
    return for_ms < 0 ? -1 : (for_ms + 999) / 1000;
}

// A ban that still has nine tenths of the asked time to go is that ban, asked for twice.
#define RENEWED_BELOW_PCT 90

// When a ban that stands must end at the earliest for nothing to be left to do. 0: never.
static int64_t least_end(const struct plan_input *input)
{
    int64_t for_s = time_of(input);
    return for_s < 0 ? 0 : input->now_wall_ms + for_s * 10 * RENEWED_BELOW_PCT;
}

// Which back ends' bans are met by packets: a chain may have been taken out of INPUT.
struct in_force {
    bool of[BACKENDS_MAX][2]; // by the order of backends, IPv4 and IPv6
};

static struct in_force in_force_read(const struct host_facts *facts)
{
    struct in_force in_force = {0};
    for (size_t i = 0; i < BACKENDS_MAX && backends[i] != NULL; i++)
        for (int v6 = 0; v6 < 2; v6++)
            in_force.of[i][v6] =
                backends[i]->in_force == NULL || backends[i]->in_force(facts, v6 == 1);
    return in_force;
}

static bool is_met(const struct in_force *in_force, const struct ban *ban)
{
    for (size_t i = 0; i < BACKENDS_MAX && backends[i] != NULL; i++)
        if (strcmp(backends[i]->name, ban->backend) == 0)
            return in_force->of[i][!address_is_v4(&ban->network.base)];
    return false;
}

// What stands as long as is asked for, or longer, is not made shorter. least_ms 0: for good.
// *until_ms: when the longest of it ends; 0: never.
static bool stands(const struct ban_list *bans, const struct network *network, int64_t least_ms,
                   const struct in_force *in_force, int64_t *until_ms)
{
    bool found = false;
    for (const struct ban *ban = ban_list_find(bans, network); ban != NULL;
         ban = ban_list_next(bans, ban)) {
        bool long_enough =
            ban->ends_wall_ms == 0 || (least_ms != 0 && ban->ends_wall_ms >= least_ms);
        if (!long_enough || !is_met(in_force, ban))
            continue;
        bool longer = ban->ends_wall_ms == 0 || (*until_ms != 0 && ban->ends_wall_ms > *until_ms);
        *until_ms = !found || longer ? ban->ends_wall_ms : *until_ms;
        found = true;
    }
    return found;
}

// The networks that are left to ban, in *out (heap); false when IPv6 is not among them.
static bool collect(const struct plan_input *input, struct plan_host *host,
                    const struct ban_list *bans, struct network **out, size_t *count)
{
    struct in_force in_force = in_force_read(input->facts);
    int64_t least_ms = least_end(input);
    bool v6 = false;
    *out = mem_array(host->target_count + 1, sizeof **out);
    *count = 0;
    for (size_t i = 0; i < host->target_count; i++) {
        struct plan_target *target = &host->targets[i];
        if (target->state != ACTION_PLANNED)
            continue;
        if (stands(bans, &target->network, least_ms, &in_force, &target->stands_until_wall_ms)) {
            target->state = ACTION_ALREADY;
            continue;
        }
        v6 = v6 || !address_is_v4(&target->network.base);
        (*out)[(*count)++] = target->network;
    }
    return v6;
}

// A ban that is meant to last is gone with the next restart of a host that keeps none.
static void note_restart(const struct plan_input *input, const struct backend *backend,
                         int64_t for_s, struct plan_host *out)
{
    bool lasts = for_s < 0 || for_s >= LASTING_S;
    if (!lasts || backend == &backend_fail2ban ||
        (input->facts->host->firewall_save && backend != &backend_ipset))
        return;
    out->note =
        plan_text(out, "%s%s%s", out->note, out->note[0] != '\0' ? "; " : "",
                  backend == &backend_ipset
                      ? _("a restart of the host ends it: sets are not saved")
                      : _("a restart of the host ends it unless it is saved: firewall save"));
}

static bool plan_networks(const struct plan_input *input, const struct network *networks,
                          size_t count, bool v6, struct plan_host *out, struct err *err)
{
    int64_t for_s = time_of(input);
    const struct backend *backend = backend_choose(input->facts, v6, err);
    if (backend == NULL)
        return false;
    struct ban_order order = {
        .networks = networks,
        .count = count,
        .for_s = for_s,
        .by = input->operator_name,
        .reason = input->request->reason,
        .now_wall_ms = input->now_wall_ms,
    };
    out->method = backend->name;
    out->ends_wall_ms = for_s < 0 ? 0 : input->now_wall_ms + for_s * 1000;
    out->reversible = true;
    if (!backend->expires && for_s >= 0)
        out->note =
            _("this host ends no bans by itself: a console must be there when the time is over");
    if (!backend->plan_ban(input->facts, &order, out, err))
        return false;
    note_restart(input, backend, for_s, out);
    return !input->facts->host->firewall_save || backend_plan_save(input->facts, out, err);
}

static bool plan_ban(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    struct ban_list bans = {0};
    struct network *networks;
    size_t count;
    backend_list_all(input->facts, &bans);
    bool v6 = collect(input, out, &bans, &networks, &count);
    bool ok = count == 0 || plan_networks(input, networks, count, v6, out, err);
    free(networks);
    ban_list_dispose(&bans);
    return ok;
}

const struct action action_ban = {
    .name = "ban",
    .title = N_("Ban"),
    .done = N_("banned"),
    .already = N_("already banned"),
    .help = N_("Drop everything that comes from an address or network, for a time."),
    .key = "b",
    .target = TARGET_NETWORK,
    .danger = DANGER_HARMLESS,
    .batch = true,
    .many_hosts = true,
    .reversible = true,
    .blocks = BLOCKS_WHEN_RUN,
    .plan = plan_ban,
};
