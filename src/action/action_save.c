// SPDX-License-Identifier: MIT

// Persists a host's firewall by the host's own way, so that it outlives a restart.
#include "action/save.h"

#include <string.h>

#include "action/action.h"

// nft has no command for it: the file that its service loads is written anew and put in place
// whole.
#define NFT_SAVE                                                                                   \
    "umask 077 && { echo '#!/usr/sbin/nft -f'; echo 'flush ruleset'; nft list ruleset; } > "       \
    "/etc/nftables.conf.new && mv /etc/nftables.conf.new /etc/nftables.conf"

bool save_add_step(const struct host_facts *facts, struct plan_host *out, struct err *err)
{
    struct plan_call call;
    if (strcmp(facts->save, "service") == 0)
        call = plan_command(out, NULL, "service", "iptables", "save", NULL);
    else if (strcmp(facts->save, "netfilter-persistent") == 0)
        call = plan_command(out, NULL, "netfilter-persistent", "save", NULL);
    else if (strcmp(facts->save, "nft") == 0)
        call = plan_command(out, NULL, "sh", "-c", NFT_SAVE, NULL);
    else
        return err_set(err,
                       "%s: no way to persist the firewall was found (service iptables, "
                       "netfilter-persistent, /etc/nftables.conf)",
                       facts->host->name);
    struct plan_step *step = plan_add_step(out, "persist the firewall (%s)", facts->save);
    step->run = call;
    return true;
}

static bool plan_save(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    return save_add_step(input->facts, out, err);
}

const struct action action_save = {
    .name = "save",
    .title = "Save firewall",
    .done = "saved",
    .help = "Persist the host's firewall by its own way, so that it outlives a restart.",
    .key = "",
    .target = TARGET_NONE,
    .danger = DANGER_ASKS,
    .many_hosts = true,
    .plan = plan_save,
};
