// SPDX-License-Identifier: MIT

// The field's layers as rules: consoles, trusted peers, scanner signatures, limits, policy.
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/backend_private.h"
#include "action/shield.h"
#include "base/lang.h"
#include "base/mem.h"
#include "probe/iptables_save.h"

#define SIP_CHAIN     SHIELD_CHAIN "-SIP"
#define TRUSTED_CHAIN SHIELD_CHAIN "-TRUSTED"
#define ADMIN_CHAIN   SHIELD_CHAIN "-ADMIN"
#define CONSOLE_MARK  "nocdesk console"
// As many as the multiport match takes.
#define PORTS_A_RULE 15
// What xt_recent remembers of a source unless it was loaded otherwise.
#define RECENT_HITS_MAX 20
// Wider than this nobody is a peer.
#define WIDEST_V4 (96 + 8)
#define WIDEST_V6 16

// The next item of a list, or false.
static bool next_item(const char **list, const char *separators, const char **item, size_t *len)
{
    *list += strspn(*list, separators);
    *item = *list;
    *len = strcspn(*list, separators);
    *list += *len;
    return *len > 0;
}

static const char *const policy_targets[] = {
    [SHIELD_RETURN] = "RETURN", [SHIELD_ACCEPT] = "ACCEPT", [SHIELD_DROP] = "DROP"};

// One family while it is built.
struct builder {
    const struct host_facts *facts;
    const struct shield_settings *settings;
    const struct shield_host *host;
    const struct family *family;
    const bool *has;
    struct shield_rules *rules;
    struct str *notes;
};

void shield_rules_dispose(struct shield_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        free(rules->lines[i]);
    free(rules->lines);
    *rules = (struct shield_rules){0};
}

void shield_set_dispose(struct shield_set *set)
{
    shield_rules_dispose(&set->family[0]);
    shield_rules_dispose(&set->family[1]);
    str_dispose(&set->notes);
}

// "-A CHAIN RULE -m comment --comment "WHY" -j TARGET"; why NULL: none.
static void add(struct builder *b, const char *chain, const char *rule, const char *why,
                const char *jump)
{
    struct str line = {0};
    str_appendf(&line, "-A %s%s%s", chain, rule[0] != '\0' ? " " : "", rule);
    if (why != NULL && b->has[SHIELD_COMMENT])
        str_appendf(&line, " -m comment --comment \"%s\"", why);
    str_appendf(&line, " %s", jump);
    *(char **)mem_push(&b->rules->lines, &b->rules->count, &b->rules->cap,
                       sizeof *b->rules->lines) = str_take(&line);
}

// What both families lack is said once.
static void leave_out(struct builder *b, const char *what, const char *why)
{
    char *said = mem_printf(_("left out: %s (%s)"), what, why);
    const char *families_word = b->family->word;
    if (b->family->v6 && strstr(str_text(b->notes), said) != NULL)
        families_word = NULL;
    if (families_word != NULL)
        str_appendf(b->notes, "%s%s: %s", b->notes->len > 0 ? "; " : "", families_word, said);
    free(said);
}

static void add_console(struct builder *b, const char *address)
{
    char rule[ADDRESS_TEXT_MAX + 64];
    snprintf(rule, sizeof rule, "-s %s -p tcp -m tcp --dport %d", address, b->host->ssh_port);
    for (size_t i = 0; i < b->rules->count; i++)
        if (strstr(b->rules->lines[i], rule) != NULL)
            return;
    add(b, SHIELD_CHAIN, rule, CONSOLE_MARK, "-j ACCEPT");
}

// Consoles of other operators that are accepted already stay: no other rule of the chain has a
// source.
static void keep_consoles(struct builder *b)
{
    struct iptables_rules now = {0};
    struct slice text;
    if (backend_part(b->facts, b->family->part, &text))
        iptables_parse(&now, b->family->v6, text.text, text.len);
    for (size_t i = 0; i < now.count; i++) {
        struct slice rest = now.rules[i].text;
        if (!slice_is(now.rules[i].chain, SHIELD_CHAIN) || !slice_is(now.rules[i].table, "filter"))
            continue;
        if (!slice_is(slice_take_word(&rest), "-s"))
            continue;
        struct slice source = slice_take_word(&rest);
        char address[ADDRESS_TEXT_MAX], canonical[ADDRESS_TEXT_MAX];
        struct network network;
        snprintf(address, sizeof address, "%.*s", (int)source.len, source.text);
        if (!network_parse(address, &network) || network.prefix != 128)
            continue;
        address_print(&network.base, canonical);
        add_console(b, canonical);
    }
    iptables_rules_dispose(&now);
}

static void add_consoles(struct builder *b)
{
    add(b, SHIELD_CHAIN, "-i lo", NULL, "-j RETURN");
    if (b->facts->console_fact.word == FACT_KNOWN && b->facts->console_count > 0 &&
        address_is_v4(&b->facts->console[0]) != b->family->v6) {
        char address[ADDRESS_TEXT_MAX];
        address_print(&b->facts->console[0], address);
        add_console(b, address);
    }
    keep_consoles(b);
    const char *state = b->has[SHIELD_CONNTRACK] ? "-m conntrack --ctstate ESTABLISHED"
                        : b->has[SHIELD_STATE]   ? "-m state --state ESTABLISHED"
                                                 : NULL;
    if (state == NULL) {
        leave_out(b, _("SSH sessions that are up"), _("neither the conntrack nor the state match"));
        return;
    }
    char rule[128];
    snprintf(rule, sizeof rule, "-p tcp -m tcp --dport %d %s", b->host->ssh_port, state);
    add(b, SHIELD_CHAIN, rule, "SSH sessions that are up", "-j ACCEPT");
}

// A rule for each 15 ports, or for each where there is no multiport match.
static void add_for_ports(struct builder *b, const char *protocol,
                          const struct capture_ports *ports, const char *more, const char *why,
                          const char *jump)
{
    for (size_t i = 0; i < ports->count;) {
        struct str rule = {0};
        size_t taken = b->has[SHIELD_MULTIPORT] ? ports->count - i : 1;
        taken = taken > PORTS_A_RULE ? PORTS_A_RULE : taken;
        if (taken == 1)
            str_appendf(&rule, "-p %s -m %s --dport %d", protocol, protocol, ports->ports[i]);
        else
            str_appendf(&rule, "-p %s -m multiport --dports ", protocol);
        for (size_t j = 0; taken > 1 && j < taken; j++)
            str_appendf(&rule, "%s%d", j > 0 ? "," : "", ports->ports[i + j]);
        str_append(&rule, more);
        add(b, SHIELD_CHAIN, str_text(&rule), why, jump);
        str_dispose(&rule);
        i += taken;
    }
}

static void add_media(struct builder *b)
{
    const char *list = b->settings->media_ports, *item;
    size_t len;
    while (b->settings->media_policy != SHIELD_RETURN && next_item(&list, " ,", &item, &len)) {
        char rule[64], jump[16];
        snprintf(rule, sizeof rule, "-p udp -m udp --dport %.*s", (int)len, item);
        snprintf(jump, sizeof jump, "-j %s", policy_targets[b->settings->media_policy]);
        add(b, SHIELD_CHAIN, rule, "media", jump);
    }
}

static void add_management(struct builder *b)
{
    struct capture_ports ports = {0};
    if (b->settings->management_policy == SHIELD_RETURN)
        return;
    if (!b->has[SHIELD_CONNTRACK]) {
        leave_out(b, _("the policy of the management ports"), _("no conntrack match"));
        return;
    }
    if (b->facts->host->http_port > 0)
        ports.ports[ports.count++] = b->facts->host->http_port;
    capture_ports_add(&ports, b->settings->management_ports, strlen(b->settings->management_ports));
    add_for_ports(b, "tcp", &ports, " -m conntrack --ctstate NEW", "web, GUI, database",
                  "-g " ADMIN_CHAIN);
}

// Letters, digits and a few marks; the names of gateways are foreign.
static const char *harmless(const char *name, char out[48])
{
    size_t len = 0;
    for (; *name != '\0' && len < 47; name++)
        out[len++] = isalnum((unsigned char)*name) || strchr(" _.:-", *name) != NULL ? *name : '?';
    out[len] = '\0';
    return out;
}

struct source {
    struct network network;
    const char *name;
};

static int by_network(const void *left, const void *right)
{
    const struct source *a = left, *b = right;
    int order = address_compare(&a->network.base, &b->network.base);
    return order != 0 ? order : (int)a->network.prefix - (int)b->network.prefix;
}

static bool same_network(const struct source *a, const struct source *b)
{
    return by_network(a, b) == 0;
}

static void add_source(struct builder *b, const char *chain, const struct source *source)
{
    char text[ADDRESS_TEXT_MAX], name[48], rule[ADDRESS_TEXT_MAX + 8];
    network_print(&source->network, text);
    if (source->network.prefix < (b->family->v6 ? WIDEST_V6 : WIDEST_V4)) {
        leave_out(b, text, _("so wide a network is no peer"));
        return;
    }
    snprintf(rule, sizeof rule, "-s %s", text);
    add(b, chain, rule, harmless(source->name, name), "-j ACCEPT");
}

// In one order whatever order the host's tables gave, so that equal sets are equal.
static void add_trusted(struct builder *b, const char *chain, bool peers)
{
    const struct host_facts *facts = b->facts;
    struct source *sources =
        mem_array(facts->peer_count + facts->host->trusted.count + 1, sizeof *sources);
    size_t count = 0;
    for (size_t i = 0; i < facts->host->trusted.count; i++)
        sources[count++] = (struct source){facts->host->trusted.items[i], "nocdesk.ini"};
    for (size_t i = 0; peers && i < facts->peer_count; i++)
        if (facts->peers[i].kind == PEER_GATEWAY || facts->peers[i].kind == PEER_CHAIN)
            sources[count++] = (struct source){facts->peers[i].network, facts->peers[i].name};
    // Of equal ones any name will do, but always the same.
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i && count <= 64; j++)
            if (same_network(&sources[i], &sources[j]) &&
                strcmp(sources[i].name, sources[j].name) < 0)
                sources[j].name = sources[i].name;
    qsort(sources, count, sizeof *sources, by_network);
    for (size_t i = 0; i < count; i++)
        if (network_is_v6(&sources[i].network) == b->family->v6 &&
            (i == 0 || !same_network(&sources[i], &sources[i - 1])))
            add_source(b, chain, &sources[i]);
    free(sources);
}

static void add_signatures(struct builder *b)
{
    const char *list = b->settings->scanner_agents, *item;
    size_t len;
    if (!b->has[SHIELD_STRING]) {
        leave_out(b, _("scanner signatures"), _("no string match"));
        return;
    }
    while (next_item(&list, ",", &item, &len)) {
        while (len > 0 && *item == ' ')
            item++, len--;
        while (len > 0 && item[len - 1] == ' ')
            len--;
        bool plain = len > 0;
        for (size_t i = 0; i < len; i++)
            plain = plain && isprint((unsigned char)item[i]) && strchr("\"\\'", item[i]) == NULL;
        char text[160];
        snprintf(text, sizeof text, "%.*s", len < 128 ? (int)len : 128, item);
        if (!plain || len > 120 || (int64_t)len < b->settings->signature_bytes) {
            leave_out(b, text, plain ? _("too short a signature") : _("not a plain text"));
            continue;
        }
        char rule[200];
        snprintf(rule, sizeof rule, "-m string --string \"%s\" --algo bm", text);
        add(b, SIP_CHAIN, rule, "scanner", "-j DROP");
    }
}

// Requests of one method a minute from one source: hashlimit, or recent where there is none.
static void add_method_limit(struct builder *b, const char *method, const char *list,
                             int64_t per_minute)
{
    char match[64], rule[320], why[64], said[192]; // why: a comment on the host
    if (per_minute <= 0)
        return;
    snprintf(why, sizeof why, "%s above %" PRId64 " a minute", method, per_minute);
    snprintf(match, sizeof match, "-m string --string \"%s sip:\" --algo bm", method);
    snprintf(said, sizeof said, _("%s above %" PRId64 " a minute"), method, per_minute);
    if (!b->has[SHIELD_STRING]) {
        leave_out(b, said, _("no string match"));
    } else if (b->has[SHIELD_HASHLIMIT]) {
        snprintf(rule, sizeof rule,
                 "%s -m hashlimit --hashlimit-above %" PRId64 "/min --hashlimit-burst %" PRId64
                 " --hashlimit-mode srcip --hashlimit-name nocdesk-%s%s",
                 match, per_minute, per_minute, list,
                 b->family->v6 ? " --hashlimit-srcmask 64" : "");
        add(b, SIP_CHAIN, rule, why, "-j DROP");
    } else if (b->has[SHIELD_RECENT] && per_minute <= RECENT_HITS_MAX) {
        const char *which = b->family->v6 ? "6" : "4";
        snprintf(rule, sizeof rule,
                 "%s -m recent --update --seconds 60 --hitcount %" PRId64 " --name nocdesk-%.4s%s",
                 match, per_minute, list, which);
        add(b, SIP_CHAIN, rule, why, "-j DROP");
        snprintf(rule, sizeof rule, "%s -m recent --set --name nocdesk-%.4s%s", match, list, which);
        add(b, SIP_CHAIN, rule, NULL, "-j RETURN");
    } else {
        leave_out(b, said,
                  b->has[SHIELD_RECENT] ? _("no hashlimit match, and recent counts to 20 only")
                                        : _("neither a hashlimit nor a recent match"));
    }
}

static void add_packet_limits(struct builder *b)
{
    char rule[240], why[64], said[192]; // why: a comment on the host
    const struct shield_settings *s = b->settings;
    snprintf(why, sizeof why, "above %" PRId64 " packets/s", s->packets_ps);
    if (s->packets_ps > 0 && b->has[SHIELD_HASHLIMIT]) {
        snprintf(rule, sizeof rule,
                 "-m hashlimit --hashlimit-above %" PRId64 "/sec --hashlimit-burst %" PRId64
                 " --hashlimit-mode srcip --hashlimit-name nocdesk-packets%s",
                 s->packets_ps, s->packets_burst > 0 ? s->packets_burst : s->packets_ps,
                 b->family->v6 ? " --hashlimit-srcmask 64" : "");
        add(b, SIP_CHAIN, rule, why, "-j DROP");
    } else if (s->packets_ps > 0) {
        snprintf(said, sizeof said, _("above %" PRId64 " packets/s"), s->packets_ps);
        leave_out(b, said, _("no hashlimit match"));
    }
    snprintf(why, sizeof why, "above %" PRId64 " connections", s->tcp_connections);
    if (s->tcp_connections > 0 && b->has[SHIELD_CONNLIMIT]) {
        snprintf(rule, sizeof rule,
                 "-p tcp -m connlimit --connlimit-above %" PRId64 " --connlimit-mask %d",
                 s->tcp_connections, b->family->v6 ? 64 : 32);
        add(b, SIP_CHAIN, rule, why, "-j DROP");
    } else if (s->tcp_connections > 0) {
        snprintf(said, sizeof said, _("above %" PRId64 " connections"), s->tcp_connections);
        leave_out(b, said, _("no connlimit match"));
    }
}

static void build_family(struct builder *b)
{
    char jump[16];
    add_consoles(b);
    add_for_ports(b, "udp", &b->host->sip, "", "SIP", "-g " SIP_CHAIN);
    add_for_ports(b, "tcp", &b->host->sip, "", "SIP", "-g " SIP_CHAIN);
    add_media(b);
    add_management(b);
    if (b->settings->management_policy != SHIELD_RETURN && b->has[SHIELD_CONNTRACK]) {
        add_trusted(b, ADMIN_CHAIN, false);
        for (size_t i = 0; i < b->facts->console_count; i++) {
            struct source console = {{b->facts->console[i], 128}, CONSOLE_MARK};
            if (address_is_v4(&b->facts->console[i]) != b->family->v6)
                add_source(b, ADMIN_CHAIN, &console);
        }
        snprintf(jump, sizeof jump, "-j %s", policy_targets[b->settings->management_policy]);
        add(b, ADMIN_CHAIN, "", "everybody else", jump);
    }
    add(b, SIP_CHAIN, "", "trusted peers and gateways", "-j " TRUSTED_CHAIN);
    add_signatures(b);
    add_method_limit(b, "OPTIONS", "options", b->settings->options_pm);
    add_method_limit(b, "REGISTER", "register", b->settings->register_pm);
    add_packet_limits(b);
    snprintf(jump, sizeof jump, "-j %s", policy_targets[b->settings->sip_policy]);
    add(b, SIP_CHAIN, "", "everybody else", jump);
    add_trusted(b, TRUSTED_CHAIN, true);
}

bool shield_build(const struct host_facts *facts, const struct shield_settings *settings,
                  const struct shield_host *host, struct shield_set *out, struct err *err)
{
    *out = (struct shield_set){0};
    const struct fact *gateways = &facts->peer_facts[PEER_GATEWAY];
    const struct fact *chain = &facts->peer_facts[PEER_CHAIN];
    const struct fact *bad = gateways->word == FACT_FAILED || gateways->word == FACT_UNREAD
                                 ? gateways
                             : chain->word == FACT_FAILED ? chain
                                                          : NULL;
    if (bad != NULL)
        return err_set(err, "%s: %s could not be read, and would be limited like strangers: %.200s",
                       facts->host->name,
                       bad == gateways ? _("the gateways' addresses") : _("the trusted peers"),
                       bad->why);
    if (gateways->word == FACT_ABSENT)
        str_appendf(&out->notes, _("no gateways are known here: %s"), gateways->why);
    for (size_t i = 0; i < 2; i++) {
        struct builder b = {facts,        settings,        host,       &families[i],
                            host->has[i], &out->family[i], &out->notes};
        const struct tool_fact *tools = facts->tools;
        if (tools[families[i].tool].works && tools[families[i].restore_tool].present)
            build_family(&b);
        else
            leave_out(&b, _("all of it"), _("this host has no such iptables that answers"));
    }
    return true;
}

// A ban that covers the console: before the shield, in the chain NOCDESK.
static bool is_banned(const struct host_facts *facts, const struct address *console)
{
    struct ban_list bans = {0};
    bool banned = false;
    backend_list_all(facts, &bans);
    for (size_t i = 0; i < bans.count; i++)
        banned = banned || network_contains(&bans.items[i].network, console);
    ban_list_dispose(&bans);
    return banned;
}

bool shield_may_change(const struct host_facts *facts, struct err *err)
{
    const char *name = facts->host->name;
    if (facts->console_fact.word == FACT_ABSENT)
        return true;
    if (facts->console_fact.word != FACT_KNOWN || facts->console_count == 0)
        return err_set(
            err,
            "%s: the address from which the host sees this console is not known, so that "
            "it may be cut off: %.200s",
            name, facts->console_fact.why);
    char text[ADDRESS_TEXT_MAX];
    address_print(&facts->console[0], text);
    bool v6 = !address_is_v4(&facts->console[0]);
    if (is_banned(facts, &facts->console[0]))
        return err_set(err,
                       "%s: a ban there covers %s, from where this console comes: unban it "
                       "first",
                       name, text);
    if (!facts->tools[families[v6].tool].works)
        return err_set(err, "%s: this console comes from %s, and %s does not answer there", name,
                       text, families[v6].part);
    return true;
}
