// SPDX-License-Identifier: MIT

// How the host takes a change back by itself, and the steps of a change around it.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "action/backend_private.h"
#include "action/shield.h"
#include "base/lang.h"

// It runs on every shell since EL5. `decided` is made once, by whoever is first: the confirmation
// or the roll-back. The roll-back puts our own objects as they were; only where that fails five
// times the whole saved copy. A connection may confirm when its sshd began after the change.
const char shield_job_script[] =
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH; umask 077; d=" SHIELD_FOLDER "\n"
    "say() { echo \"$*\" >&2; exit 1; }\n"
    "now() { read up rest </proc/uptime; echo ${up%%.*}; }\n"
    "began() { sed 's/.*) //' /proc/$1/stat 2>/dev/null | cut -d' ' -f20; }\n"
    "pending() { [ -s $d/pid ] && [ ! -e $d/decided ] && kill -0 $(cat $d/pid) 2>/dev/null; }\n"
    "own() { awk '/^\\*/ { f = $1 == \"*filter\" } !f { next }\n"
    "    /^:NOCDESK-SHIELD[ -]/ { print $1, \"- [0:0]\" } /^-A NOCDESK-SHIELD[ -]/ { print }\n"
    "    /^-A INPUT / { n++; if (/ -[jg] NOCDESK-SHIELD$/) { sub(/^-A INPUT/, \"-I INPUT \" n); "
    "print } }'; }\n"
    "gone() { awk '/^\\*/ { f = $1 == \"*filter\" } !f { next }\n"
    "    /^-A INPUT .*-[jg] NOCDESK-SHIELD$/ { sub(/^-A/, \"-D\"); j = j $0 \"\\n\" }\n"
    "    /^:NOCDESK-SHIELD[ -]/ { c = substr($1, 2); a = a \"-F \" c \"\\n\"; x = x \"-X \" c "
    "\"\\n\" }\n"
    "    END { printf \"%s%s%s\", j, a, x }'; }\n"
    "back() {\n"
    "    for t in iptables ip6tables; do\n"
    "        [ -e $d/own-$t ] || continue\n"
    "        ok=; for try in 1 2 3 4 5; do\n"
    "            { echo '*filter'; $t-save -t filter | gone; cat $d/own-$t; echo COMMIT; } "
    ">$d/text "
    "&&\n"
    "                $t-restore -n <$d/text && ok=yes && break\n"
    "            sleep 1\n"
    "        done\n"
    "        [ -n \"$ok\" ] || $t-restore <$d/before-$t || failed=yes\n"
    "    done\n"
    "    if [ -z \"$failed\" ]; then echo rolled-back; else echo failed; fi >$d/state\n"
    "}\n"
    "same() { [ -z \"$1\" ] || [ \"$1\" = \"$(cat $d/id)\" ] || say 'another change of the shield "
    "came after it'; }\n"
    "case $1 in\n"
    "arm)\n"
    "    pending && say 'an earlier change of the shield is not confirmed yet'\n"
    "    rm -rf $d/decided $d/pid $d/applied $d/own-* $d/before-* $d/now-*\n"
    "    for t in iptables ip6tables; do\n"
    "        command -v $t-restore >/dev/null && $t-save -t filter >$d/before-$t 2>/dev/null ||\n"
    "            { rm -f $d/before-$t; continue; }\n"
    "        own <$d/before-$t >$d/own-$t || say 'the rules could not be saved'\n"
    "    done\n"
    "    [ -e $d/own-iptables ] || say 'iptables-save does not answer: nothing could be saved'\n"
    "    echo $(($(now) + $2)) >$d/until; echo \"$4\" >$d/id; echo armed "
    ">$d/state\n"
    "    case $3 in\n"
    "    systemd-run) systemd-run /bin/sh $d/job wait >/dev/null 2>&1 ;;\n"
    "    at) echo \"/bin/sh $d/job wait\" | at now 2>/dev/null ;;\n"
    "    *) setsid /bin/sh $d/job wait </dev/null >/dev/null 2>&1 & ;;\n"
    "    esac\n"
    "    for i in 1 2 3 4 5; do pending && exit 0; sleep 1; done\n"
    "    say \"the job that rolls back did not begin ($3)\" ;;\n"
    "wait)\n"
    "    trap '' HUP; read until <$d/until; echo $$ >$d/pid.new; mv $d/pid.new $d/pid\n"
    "    while [ $(now) -lt $until ]; do sleep 1; [ ! -e $d/decided ] || exit 0; done\n"
    "    [ \"$(cat $d/pid)\" = $$ ] && mkdir $d/decided 2>/dev/null && back ;;\n"
    "applied)\n"
    "    pending || say 'the host has rolled it back meanwhile'\n"
    "    for t in iptables ip6tables; do\n"
    "        [ ! -e $d/own-$t ] || $t-save -t filter | own >$d/now-$t || say 'it cannot be read'\n"
    "    done\n"
    "    began $$ >$d/applied; echo waiting >$d/state ;;\n"
    "stands)\n"
    "    same \"$2\"\n"
    "    grep -q -e waiting -e confirmed $d/state || say \"it is $(cat $d/state)\"\n"
    "    for t in iptables ip6tables; do\n"
    "        [ ! -e $d/now-$t ] || $t-save -t filter | own | cmp -s - $d/now-$t ||\n"
    "            say \"the shield was changed since ($t)\"\n"
    "    done ;;\n"
    "confirm)\n"
    "    same \"$2\"\n"
    "    [ -s $d/applied ] && pending || say \"nothing waits for it here: $(cat $d/state)\"\n"
    "    p=$$; sshd=\n"
    "    while [ \"${p:-0}\" -gt 1 ]; do\n"
    "        case $(cat /proc/$p/stat) in *\"(sshd\"*|*\"(dropbear\"*) sshd=$p; break ;; esac\n"
    "        p=$(sed 's/.*) //' /proc/$p/stat | cut -d' ' -f2)\n"
    "    done\n"
    "    [ -z \"$sshd\" ] || [ $(began $sshd) -gt $(cat $d/applied) ] ||\n"
    "        say 'this connection is older than the change: only a new one proves the way in'\n"
    "    mkdir $d/decided 2>/dev/null || say 'too late: the host rolls it back'\n"
    "    echo confirmed >$d/state; kill $(cat $d/pid) ;;\n"
    "rollback)\n"
    "    same \"$2\"\n"
    "    [ -e $d/own-iptables ] || say 'there is nothing to roll back to'\n"
    "    mkdir $d/decided 2>/dev/null && kill $(cat $d/pid) 2>/dev/null; back; cat $d/state ;;\n"
    "state)\n"
    "    echo $(cat $d/state) $(cat $d/id); [ ! -s $d/until ] || ! pending || echo left=$(($(cat "
    "$d/until) - $(now))) "
    ";;\n"
    "esac\n";

// $1 how long, $2 the launcher, $3 the change's name; the script comes on standard input. Who holds
// the lock saves what was before and begins the job; a second one would save the first one's rules.
// A lock whose holder is gone is taken over, by one of those who try.
static const char arm_script[] =
    "d=" SHIELD_FOLDER "; umask 077; mkdir -p $d && cat >$d/job.$$ || exit 1\n"
    "if ! mkdir $d/lock 2>/dev/null; then\n"
    "    p=$(cat $d/lock/pid 2>/dev/null)\n"
    "    if [ -n \"$p\" ] && ! kill -0 $p 2>/dev/null ||\n"
    "        [ -z \"$p\" -a -n \"$(find $d/lock -mmin +1 2>/dev/null)\" ]; then\n"
    "        mv $d/lock $d/lock.$$ 2>/dev/null && rm -rf $d/lock.$$ && mkdir $d/lock 2>/dev/null\n"
    "    else false; fi || {\n"
    "        rm -f $d/job.$$\n"
    "        echo 'another console changes the shield at this moment' >&2; exit 1; }\n"
    "fi\n"
    "echo $$ >$d/lock/pid; trap 'rm -rf $d/lock $d/job.$$' EXIT\n"
    "if sh $d/job state 2>/dev/null | grep -q left=; then\n"
    "    echo 'an earlier change of the shield is not confirmed yet' >&2; exit 1\n"
    "fi\n"
    "mv $d/job.$$ $d/job && sh $d/job arm \"$1\" \"$2\" \"$3\"\n";

struct plan_call shield_job_call(struct plan_host *out, const char *word, const char *id)
{
    struct plan_call call = plan_command(out, NULL, "sh", SHIELD_JOB, word, id, NULL);
    call.timeout_ms = 15000; // a roll-back tries five times
    return call;
}

struct plan_check shield_job_state(struct plan_host *out, const char *state, const char *id)
{
    return plan_expect(out, shield_job_call(out, "state", NULL), EXPECT_WORDS,
                       (const char *const[]){state, id}, id != NULL ? 2 : 1);
}

static void plan_arm(const struct host_facts *facts, int64_t seconds, const char *id,
                     struct plan_host *out)
{
    const char *launcher = facts->tools[TOOL_SYSTEMD_RUN].works ? "systemd-run"
                           : facts->tools[TOOL_AT].works        ? "at"
                                                                : "setsid";
    struct plan_step *step =
        plan_add_step(out,
                      "order the job on the host that takes the change back after %" PRId64
                      " s unless it is confirmed (%s)",
                      seconds, launcher);
    step->run = plan_command(out, shield_job_script, "sh", "-c", arm_script, "nocdesk-shield",
                             plan_text(out, "%" PRId64, seconds), launcher, id, NULL);
    step->run.timeout_ms = 15000;
    step->after = shield_job_state(out, "armed", id);
}

static void plan_family(const struct host_facts *facts, bool v6, const struct shield_rules *wanted,
                        size_t changes, struct plan_host *out)
{
    char *text = shield_restore_text(facts, v6, wanted);
    struct plan_step *step =
        plan_add_step(out, "put the chains of " SHIELD_CHAIN " in place (%s, %zu rules change)",
                      families[v6].word, changes);
    step->run = backend_restore(facts, &families[v6], out, text);
    bool want = wanted != NULL && wanted->count > 0;
    static const char *const words[] = {SHIELD_CHAIN};
    step->after = plan_expect(out, plan_command(out, NULL, families[v6].save, "-t", "filter", NULL),
                              want ? EXPECT_WORDS : EXPECT_NO_WORDS, words, 1);
    free(text);
}

bool shield_plan_change(const struct host_facts *facts, const struct shield_settings *settings,
                        const struct shield_rules *const wanted[2], int64_t now_wall_ms,
                        struct plan_host *out)
{
    size_t changes[2];
    for (size_t i = 0; i < 2; i++) {
        struct shield_diff diff;
        shield_diff_make(facts, i == 1, wanted[i], &diff);
        changes[i] = diff.changes;
        shield_diff_dispose(&diff);
    }
    out->ends_wall_ms = -1;
    out->reversible = true;
    if (changes[0] + changes[1] == 0)
        return false;
    const char *id = plan_text(out, "%" PRId64, now_wall_ms);
    plan_arm(facts, settings->confirm_s, id, out);
    for (size_t i = 0; i < 2; i++)
        if (changes[i] > 0)
            plan_family(facts, i == 1, wanted[i], changes[i], out);
    struct plan_step *step = plan_add_step(
        out, "note on the host that all is applied: from here on a new connection may "
             "confirm");
    step->run = shield_job_call(out, "applied", id);
    step->after = plan_expect(out, shield_job_call(out, "stands", id), EXPECT_SUCCESS, NULL, 0);
    step->undo = shield_job_call(out, "rollback", id);
    step->undone = shield_job_state(out, "rolled-back", id);
    out->note = plan_text(out,
                          _("the host takes it back after %" PRId64
                            " s unless it is confirmed over a new connection: "
                            "S in the console, or nocdesk shield confirm --host %s"),
                          settings->confirm_s, facts->host->name);
    return true;
}
