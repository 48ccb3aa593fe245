// SPDX-License-Identifier: MIT

// The end of bans whose back end cannot end them: a job on the host.
#include "action/backend_expiry.h"

#include <inttypes.h>

#include "action/backend_private.h"
#include "base/lang.h"

// The first until= of a comment is ours; the reason comes behind it. A transaction can fail when
// somebody else changes the chain at the same moment: then all is read again.
const char expiry_script[] =
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH\n"
    "for t in iptables ip6tables; do\n"
    "    command -v $t-save >/dev/null 2>&1 || continue\n"
    "    for try in 1 2 3 4 5; do\n"
    "        lines=$($t-save -t filter | awk -v now=\"$(date +%s)\" '\n"
    "            /^:NOCDESK-[0-9]+-[0-9]+ / { split($1, a, \"-\")\n"
    "                if (a[2] + 0 <= now) { c = substr($1, 2); ends = ends \"-F \" c \"\\n-X \" c "
    "\"\\n\" } }\n"
    "            /^-A NOCDESK / && (match($0, /--comment \"nocdesk since=[0-9]+ until=[0-9]+ /) "
    "||\n"
    "                               match($0, / -[gj] NOCDESK-[0-9]+-/)) {\n"
    "                u = substr($0, RSTART, RLENGTH)\n"
    "                sub(/.*(until=|NOCDESK-)/, \"\", u)\n"
    "                if (u + 0 > 0 && u + 0 <= now) { sub(/^-A/, \"-D\"); print } }\n"
    "            END { printf \"%s\", ends }')\n"
    "        [ -n \"$lines\" ] || break\n"
    "        printf '*filter\\n%s\\nCOMMIT\\n' \"$lines\" | $t-restore -n && break\n"
    "        sleep 1\n"
    "    done\n"
    "done\n";

// at counts in minutes and may begin at the full one; the job comes rather late than in vain.
#define AT_MARGIN_S      90
#define SYSTEMD_MARGIN_S 1

const char *expiry_plan_job(const struct host_facts *facts, int64_t lasts_s, struct plan_host *out)
{
    if (facts->tools[TOOL_SYSTEMD_RUN].works) {
        struct plan_step *step =
            plan_add_step(out, "order a job on the host that ends the ban (systemd-run)");
        step->run = plan_command(out, NULL, "systemd-run",
                                 plan_text(out, "--on-active=%" PRId64, lasts_s + SYSTEMD_MARGIN_S),
                                 "/bin/sh", "-c", expiry_script, NULL);
    } else if (facts->tools[TOOL_AT].works) {
        int64_t minutes = (lasts_s + AT_MARGIN_S) / 60;
        struct plan_step *step =
            plan_add_step(out, "order a job on the host that ends the ban (at)");
        step->run = plan_command(out, expiry_script, "at", "now", "+",
                                 plan_text(out, "%" PRId64, minutes), "minutes", NULL);
        return _("a job of at on the host ends the ban");
    }
    return _(
        "this host has neither systemd-run nor at: the ban ends when the next console connects "
        "after its time");
}
