// SPDX-License-Identifier: MIT

// Persists a host's firewall by the host's own way.
#include <string.h>

#include "action/backend_private.h"

// A saved rule that names a set fails the whole file at the next start of the host, because the
// sets are not saved: such rules of ours are left out. Bans in sets do not outlive a restart.
#define WITHOUT_SETS "sed -i '/--match-set nocdesk[46] /d'"

static const struct {
    const char *way, *what, *script;
} ways[] = {
    {"service", "service iptables save",
     "service iptables save && " WITHOUT_SETS " /etc/sysconfig/iptables || exit 1\n"
     "[ ! -x /etc/init.d/ip6tables ] && [ ! -e /usr/libexec/iptables/ip6tables.init ] && exit 0\n"
     "service ip6tables save && " WITHOUT_SETS " /etc/sysconfig/ip6tables\n"},
    {"netfilter-persistent", "netfilter-persistent save",
     "netfilter-persistent save || exit 1\n"
     "for f in /etc/iptables/rules.v4 /etc/iptables/rules.v6; do\n"
     "    [ ! -e $f ] || " WITHOUT_SETS " $f || exit 1\n"
     "done\n"},
    {"nft", "nft list ruleset to /etc/nftables.conf",
     "f=/etc/nftables.conf; umask 077\n"
     "{ echo '#!/usr/sbin/nft -f'; echo; echo 'flush ruleset'; nft -s list ruleset; } >$f.nocdesk "
     "&&\n"
     "    nft -c -f $f.nocdesk && { [ -e $f.before-nocdesk ] || cp -p $f $f.before-nocdesk; } &&\n"
     "    chmod --reference=$f $f.nocdesk && mv $f.nocdesk $f || { rm -f $f.nocdesk; exit 1; }\n"},
};

bool backend_plan_save(const struct host_facts *facts, struct plan_host *out, struct err *err)
{
    const char *save = facts->save != NULL ? facts->save : "";
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (strcmp(ways[i].way, save) != 0)
            continue;
        struct plan_step *step = plan_add_step(out, "save the firewall: %s", ways[i].what);
        step->run = plan_command(out, NULL, "sh", "-c", ways[i].script, NULL);
        return true;
    }
    return err_set(err,
                   "%s: there is neither an iptables service, nor netfilter-persistent, nor "
                   "/etc/nftables.conf: install one of them to keep the firewall over a restart",
                   facts->host->name);
}
