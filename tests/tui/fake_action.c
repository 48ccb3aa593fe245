// SPDX-License-Identifier: MIT

// Takes the places of src/action/facts_gather.c, run_call.c and shield_ask.c.
#include "fake_action.h"

#include <stdlib.h>
#include <string.h>

#include "action/facts.h"
#include "action/run_call.h"
#include "action/shield.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

static const char said[] =
    "@@clock\n1795162507 +0000\n"
    "@@console\n192.0.2.250 50022 198.18.0.11 22\n"
    "@@addresses\n2: eth0    inet 198.18.0.11/24 brd 198.18.0.255 scope global eth0\n\n"
    "@@addresses-status\n0\n"
    "@@routes4\ndefault via 198.18.0.1 dev eth0\n\n@@routes4-status\n0\n"
    "@@iptables-version\niptables v1.8.9\n\n@@iptables-version-status\n0\n"
    "@@iptables-help\n  --check -C --wait -w\n\n@@iptables-help-status\n0\n"
    "@@iptables-restore\n"
    "@@iptables\n*filter\n:INPUT ACCEPT [0:0]\n:NOCDESK - [0:0]\n:SIP_TRUSTED - [0:0]\n"
    "[0:0] -A INPUT -j NOCDESK\n[0:0] -A NOCDESK -s 192.0.2.250/32 -j RETURN\n"
    "[0:0] -A NOCDESK -m set --match-set nocdesk4 src -j DROP\n"
    "[0:0] -A SIP_TRUSTED -s 192.0.2.10/32 -m comment --comment \"CARRIER-A\" -j ACCEPT\n"
    "COMMIT\n\n@@iptables-status\n0\n"
    "@@ipset-version\nipset v7.17, protocol version: 7\n\n@@ipset-version-status\n0\n"
    "@@ipset\ncreate nocdesk4 hash:net family inet timeout 0 counters "
    "comment\n\n@@ipset-status\n0\n"
    "@@ipset4\ncreate nocdesk4 hash:net family inet timeout 0 counters comment\n\n"
    "@@ipset4-status\n0\n"
    "@@save\nservice\n@@end\n";

static void *keep_up(void *link)
{
    struct err err;
    link_run(link, NULL, NULL, &err);
    return NULL;
}

struct link *fake_link(void)
{
    static char name[] = "here", none[] = "";
    static struct host_config here = {.name = name,
                                      .address = none,
                                      .user = none,
                                      .identity = none,
                                      .known_hosts = none,
                                      .environment = none,
                                      .link = LINK_LOCAL};
    struct link *link = link_new(&here);
    pthread_t thread;
    if (!thread_start(&thread, "link", keep_up, link))
        exit(2);
    return link;
}

void facts_cache_dispose(struct facts_cache *cache)
{
    str_dispose(&cache->tools);
}

const struct snapshot *facts_snapshot(struct fleet *fleet, size_t host, const struct probe *probe,
                                      int64_t oldest_ms, int64_t deadline_ms,
                                      struct host_facts *facts, struct fact *fact)
{
    (void)oldest_ms;
    (void)deadline_ms;
    (void)facts;
    (void)fact;
    return fleet_snapshot(fleet, host, probe);
}

bool facts_gather(struct fleet *fleet, size_t host, bool peers, int64_t deadline_ms,
                  struct facts_cache *cache, struct host_facts **out, struct err *err)
{
    (void)peers;
    (void)deadline_ms;
    (void)cache;
    (void)err;
    *out = facts_new(fleet_host(fleet, host), fleet_profile(fleet, host));
    facts_parse(*out, said, strlen(said));
    for (size_t i = 0; i < PEER_KINDS; i++)
        (*out)->peer_facts[i].word = FACT_KNOWN;
    return true;
}

bool shield_ask(struct fleet *fleet, size_t host, struct host_facts *facts, int64_t deadline_ms,
                struct err *err)
{
    (void)deadline_ms;
    facts->seen = json_pack("{s:s}", "shield", fake_shield(fleet, host));
    return facts->seen != NULL || err_set(err, "no shield");
}

bool shield_read(const struct host_facts *facts, struct shield_host *host, struct err *err)
{
    const char *text = json_string_value(json_object_get(facts->seen, "shield"));
    return shield_host_parse(facts, text, strlen(text), host, err);
}

bool shield_test(struct fleet *fleet, size_t host, const struct host_facts *facts,
                 const struct shield_set *set, int64_t deadline_ms, struct err *err)
{
    (void)fleet;
    (void)host;
    (void)facts;
    (void)set;
    (void)deadline_ms;
    (void)err;
    return true;
}

enum call_outcome run_call(const struct call_place *place, const struct plan_call *call,
                           struct err *err)
{
    struct str text = {0};
    plan_call_print(&text, call);
    bool well = fake_runs(place->fleet, place->host, str_text(&text), err);
    if (place->told != NULL)
        str_appendf(place->told, "%s said one line\nand another\n", str_text(&text));
    str_dispose(&text);
    return well ? CALL_WELL : CALL_BADLY;
}

enum call_outcome run_check(const struct call_place *place, const struct plan_check *check,
                            struct err *err)
{
    (void)check;
    return fake_runs(place->fleet, place->host, "check", err) ? CALL_WELL : CALL_BADLY;
}

enum call_outcome run_check_once(const struct call_place *place, const struct plan_check *check,
                                 struct err *err)
{
    return run_check(place, check, err);
}

bool run_number(const struct call_place *place, const struct plan_check *check, int64_t *number,
                struct err *err)
{
    (void)place;
    (void)check;
    (void)err;
    *number = 0;
    return true;
}

enum call_outcome run_proven(const struct call_place *place, const struct plan_step *step,
                             bool *ran, struct err *err)
{
    enum call_outcome outcome = run_call(place, &step->run, err);
    *ran = outcome == CALL_WELL;
    return outcome;
}
