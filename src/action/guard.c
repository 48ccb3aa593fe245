// SPDX-License-Identifier: MIT

// The rules of the guard.
#include "action/guard.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "action/facts.h"
#include "base/lang.h"
#include "conf/config.h"

#define WIDEST_V4 (96 + 24)
#define WIDEST_V6 48
#define SHOWN_MAX 60 // of a target that is none

static const char *const rule_texts[GUARD_RULES] = {
    [GUARD_NO_RULE] = "",
    [GUARD_CONSOLE_ADDRESS] = "console-address",
    [GUARD_LOCAL_ADDRESS] = "local-address",
    [GUARD_NOT_AN_ADDRESS] = "not-an-address",
    [GUARD_TRUSTED] = "trusted",
    [GUARD_TOO_WIDE] = "too-wide",
    [GUARD_PRIVATE] = "private",
    [GUARD_RATE] = "rate",
    [GUARD_READ_ONLY] = "read-only",
    [GUARD_FOREIGN_RULE] = "foreign-rule",
};

const char *guard_rule_text(enum guard_rule rule)
{
    return rule_texts[rule];
}

// Networks that stand for something else than a machine somewhere.
struct special {
    const char *network;
    const char *what;
};

// RFC 6890, RFC 5771, RFC 4291.
static const struct special locals[] = {
    {"0.0.0.0/8", N_("the unspecified address")},
    {"127.0.0.0/8", N_("loopback")},
    {"224.0.0.0/4", N_("multicast")},
    {"255.255.255.255", N_("broadcast")},
    {"::", N_("the unspecified address")},
    {"::1", N_("loopback")},
    {"ff00::/8", N_("multicast")},
};

// RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291.
static const struct special privates[] = {
    {"10.0.0.0/8", "RFC 1918"},      {"172.16.0.0/12", "RFC 1918"},  {"192.168.0.0/16", "RFC 1918"},
    {"100.64.0.0/10", "RFC 6598"},   {"169.254.0.0/16", "RFC 3927"}, {"fc00::/7", "RFC 4193"},
    {"fe80::/10", N_("link-local")},
};

static bool overlap(const struct network *a, const struct network *b)
{
    return a->prefix <= b->prefix ? network_contains(a, &b->base) : network_contains(b, &a->base);
}

// Whether the target meets an IPv4 address in the forms that it takes in IPv6: 64:ff9b::/96 (NAT64,
// RFC 6052) and 2002::/16 (6to4, RFC 3056).
static bool meets_translated(const struct network *target, const struct network *v4)
{
    struct network nat64 = {{{0x00, 0x64, 0xff, 0x9b}}, v4->prefix};
    struct network six_to_four = {{{0x20, 0x02}}, (uint8_t)(v4->prefix - 80)};
    if (!address_is_v4(&v4->base) || v4->prefix < 96)
        return false;
    memcpy(nat64.base.bytes + 12, v4->base.bytes + 12, 4);
    memcpy(six_to_four.base.bytes + 2, v4->base.bytes + 12, 4);
    return overlap(target, &nat64) || overlap(target, &six_to_four);
}

static const struct special *find_special(const struct special *list, size_t count,
                                          const struct network *target)
{
    for (size_t i = 0; i < count; i++) {
        struct network network;
        if (network_parse(list[i].network, &network) && overlap(&network, target))
            return &list[i];
    }
    return NULL;
}

static bool equal_but_case(const char *a, const char *b)
{
    while (*a != '\0' && tolower((unsigned char)*a) == tolower((unsigned char)*b))
        a++, b++;
    return *a == *b;
}

// An IPv4 network as "::ffff:203.0.113.0/120": the mapped form, which has its own way of counting.
static void print_mapped(const struct network *network, bool with_prefix, char *out, size_t size)
{
    char base[ADDRESS_TEXT_MAX];
    address_print(&network->base, base);
    if (with_prefix)
        snprintf(out, size, "::ffff:%s/%d", base, network->prefix);
    else
        snprintf(out, size, "::ffff:%s", base);
}

// Whether the text is one of the forms that are taken for this network.
static bool is_canonical(const char *text, const struct network *network)
{
    char want[2 * ADDRESS_TEXT_MAX], base[ADDRESS_TEXT_MAX];
    bool v4 = address_is_v4(&network->base) && network->prefix >= 96;
    bool with_prefix = strchr(text, '/') != NULL;
    if (v4 && strchr(text, ':') != NULL) {
        print_mapped(network, with_prefix, want, sizeof want);
    } else {
        address_print(&network->base, base);
        if (with_prefix)
            snprintf(want, sizeof want, "%s/%d", base, v4 ? network->prefix - 96 : network->prefix);
        else
            snprintf(want, sizeof want, "%s", base);
    }
    return equal_but_case(text, want);
}

// ::203.0.113.9 (RFC 4291, deprecated) and all else that shares its first 96 zero bits.
static bool is_v4_compatible(const struct network *network)
{
    static const struct network compatible = {.prefix = 96};
    return network->prefix >= 96 && network_contains(&compatible, &network->base) &&
           find_special(locals, sizeof locals / sizeof *locals, network) == NULL;
}

bool guard_parse(const char *text, struct network *out, struct err *err)
{
    struct network network;
    if (!network_parse(text, &network))
        return err_set(err,
                       "'%.*s' is no address: write 203.0.113.9, 203.0.113.0/24, 2001:db8::1 or "
                       "2001:db8::/48",
                       SHOWN_MAX, text);
    if (is_v4_compatible(&network))
        return err_set(err, "'%.*s' is an IPv4-compatible form that no network carries", SHOWN_MAX,
                       text);
    if (!is_canonical(text, &network)) {
        char want[ADDRESS_TEXT_MAX];
        network_print(&network, want);
        return err_set(err, "'%.*s' is not in canonical form: write %s if that is what is meant",
                       SHOWN_MAX, text, want);
    }
    *out = network;
    return true;
}

static struct guard_opinion give_opinion(enum guard_verdict verdict, enum guard_rule rule,
                                         const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static struct guard_opinion give_opinion(enum guard_verdict verdict, enum guard_rule rule,
                                         const char *fmt, ...)
{
    struct guard_opinion said = {.verdict = verdict, .rule = rule};
    va_list args;
    va_start(args, fmt);
    vsnprintf(said.text, sizeof said.text, _(fmt), args);
    va_end(args);
    return said;
}

// What a rule is asked about.
struct judged {
    const struct network *network;
    const char *text;
    const struct host_facts *facts;
    const struct config *config;
    const struct guard_history *history;
    const char *host;
};

static const struct guard_opinion allowed = {.verdict = GUARD_ALLOW};

static struct guard_opinion say_let_through(const struct judged *judged,
                                            const struct let_through *each)
{
    if (!each->ends)
        return give_opinion(GUARD_REFUSE, GUARD_CONSOLE_ADDRESS,
                            "%s: %s is let through before all bans, as a console's address; if it "
                            "is none any more: %.190s",
                            judged->host, judged->text, each->removal);
    return give_opinion(GUARD_REFUSE, GUARD_CONSOLE_ADDRESS,
                        "%s: %s is let through before all bans, as a console's address, for %d h "
                        "%d min more; if it is none any more: %.190s",
                        judged->host, judged->text, (int)(each->left_s / 3600 % 10000),
                        (int)(each->left_s / 60 % 60), each->removal);
}

// A ban behind a rule that lets its target through would be done and drop nothing.
static struct guard_opinion judge_let_through(const struct judged *judged)
{
    struct guard_opinion worst = allowed;
    for (size_t i = 0; i < judged->facts->let_through_count; i++) {
        const struct let_through *each = &judged->facts->let_through[i];
        char text[ADDRESS_TEXT_MAX];
        bool over = each->ends && each->left_s == 0; // the ban takes it away
        if (over || !overlap(judged->network, &each->network))
            continue;
        network_print(&each->network, text);
        if (each->network.prefix <= judged->network->prefix)
            return say_let_through(judged, each);
        worst = give_opinion(GUARD_ASK, GUARD_CONSOLE_ADDRESS,
                             "%s: %s of %s is let through before all bans, as a console's address",
                             judged->host, text, judged->text);
    }
    return worst;
}

static struct guard_opinion judge_console(const struct judged *judged)
{
    const struct host_facts *facts = judged->facts;
    bool here = facts->host->link == LINK_LOCAL;
    if (facts->console_fact.word != FACT_KNOWN &&
        !(here && facts->console_fact.word == FACT_ABSENT))
        return give_opinion(
            GUARD_REFUSE, GUARD_CONSOLE_ADDRESS,
            "%s: it is not known from which address this console reaches the host%s%s",
            judged->host, facts->console_fact.why[0] != '\0' ? ": " : "", facts->console_fact.why);
    for (size_t i = 0; i < facts->console_count; i++) {
        char mine[ADDRESS_TEXT_MAX];
        struct network console = {facts->console[i], 128};
        if (!overlap(judged->network, &console) && !meets_translated(judged->network, &console))
            continue;
        address_print(&facts->console[i], mine);
        return give_opinion(
            GUARD_REFUSE, GUARD_CONSOLE_ADDRESS,
            "%s: %s is or holds %s, an address of this console; it would lock itself "
            "out",
            judged->host, judged->text, mine);
    }
    return judge_let_through(judged);
}

// Which the host's router is, is asked of the host for each family; one without a family says so
// with an answer that has no lines.
static struct guard_opinion judge_router(const struct judged *judged)
{
    const struct fact *routes = &judged->facts->route_facts[!address_is_v4(&judged->network->base)];
    if (routes->word == FACT_KNOWN || routes->word == FACT_ABSENT)
        return allowed;
    return give_opinion(GUARD_ASK, GUARD_LOCAL_ADDRESS,
                        "%s: the host's default routes could not be read, so that %s may be its "
                        "router%s%.100s",
                        judged->host, judged->text, routes->why[0] != '\0' ? ": " : "",
                        routes->why);
}

static struct guard_opinion judge_local(const struct judged *judged)
{
    const struct host_facts *facts = judged->facts;
    const struct special *special =
        find_special(locals, sizeof locals / sizeof *locals, judged->network);
    if (judged->network->prefix == 0 ||
        (judged->network->prefix == 96 && address_is_v4(&judged->network->base)))
        return give_opinion(GUARD_REFUSE, GUARD_LOCAL_ADDRESS, "%s: %s is every address there is",
                            judged->host, judged->text);
    if (special != NULL)
        return give_opinion(GUARD_REFUSE, GUARD_LOCAL_ADDRESS, "%s: %s is or holds %s (%s)",
                            judged->host, judged->text, _(special->what), special->network);
    if (facts->local_fact.word != FACT_KNOWN && facts->local_fact.word != FACT_ABSENT)
        return give_opinion(GUARD_REFUSE, GUARD_LOCAL_ADDRESS,
                            "%s: the host's own addresses are not known%s%s", judged->host,
                            facts->local_fact.why[0] != '\0' ? ": " : "", facts->local_fact.why);
    for (size_t i = 0; i < facts->local_count; i++) {
        char own[ADDRESS_TEXT_MAX];
        if (!overlap(judged->network, &facts->local[i]) &&
            !meets_translated(judged->network, &facts->local[i]))
            continue;
        network_print(&facts->local[i], own);
        return give_opinion(
            GUARD_REFUSE, GUARD_LOCAL_ADDRESS,
            "%s: %s is or holds %s, an address of the host itself or of its own router",
            judged->host, judged->text, own);
    }
    struct network configured = {.prefix = 128};
    if (facts->host->address != NULL && address_parse(facts->host->address, &configured.base) &&
        (overlap(judged->network, &configured) || meets_translated(judged->network, &configured)))
        return give_opinion(GUARD_REFUSE, GUARD_LOCAL_ADDRESS,
                            "%s: %s is or holds %s, the host's address in nocdesk.ini",
                            judged->host, judged->text, facts->host->address);
    return judge_router(judged);
}

static const struct network *find_trusted(const struct network_list *list,
                                          const struct network *target)
{
    for (size_t i = 0; i < list->count; i++) {
        if (overlap(&list->items[i], target))
            return &list->items[i];
    }
    return NULL;
}

static struct guard_opinion judge_configured(const struct judged *judged)
{
    const struct network *trusted = find_trusted(&judged->config->trusted, judged->network);
    if (trusted == NULL)
        trusted = find_trusted(&judged->facts->host->trusted, judged->network);
    if (trusted == NULL)
        return allowed;
    char text[ADDRESS_TEXT_MAX];
    network_print(trusted, text);
    return give_opinion(GUARD_TYPE, GUARD_TRUSTED,
                        "%s: %s is trusted (trusted = %s in nocdesk.ini)", judged->host,
                        judged->text, text);
}

static struct guard_opinion judge_peer(const struct judged *judged, const struct peer *peer)
{
    switch (peer->kind) {
    case PEER_CHAIN:
        return give_opinion(GUARD_TYPE, GUARD_TRUSTED, "%s: %s is trusted by the firewall (%.80s)",
                            judged->host, judged->text, peer->name);
    case PEER_GATEWAY:
        return give_opinion(GUARD_TYPE, GUARD_TRUSTED, "%s: %s is the gateway %.80s", judged->host,
                            judged->text, peer->name);
    case PEER_CALL:
        return give_opinion(
            GUARD_TYPE, GUARD_TRUSTED,
            P_("%s: %s has %zu call up now", "%s: %s has %zu calls up now", peer->calls),
            judged->host, judged->text, peer->calls);
    case PEER_PHONE:
        return give_opinion(GUARD_ASK, GUARD_TRUSTED, "%s: the phone %.80s is registered from %s",
                            judged->host, peer->name, judged->text);
    case PEER_CONFIGURED:
    case PEER_KINDS:
        break;
    }
    return give_opinion(GUARD_TYPE, GUARD_TRUSTED, "%s: %s is trusted", judged->host, judged->text);
}

static const char *const source_words[PEER_KINDS] = {
    [PEER_CHAIN] = N_("the firewall's trusted peers"),
    [PEER_GATEWAY] = N_("the gateways' addresses"),
    [PEER_CALL] = N_("the calls in progress"),
    [PEER_PHONE] = N_("the registered phones"),
};

// Which list of peers could not be read: unknown is not the same as "not trusted".
static struct guard_opinion judge_unknown_peers(const struct judged *judged)
{
    for (int kind = 0; kind < PEER_KINDS; kind++) {
        const struct fact *fact = &judged->facts->peer_facts[kind];
        if (source_words[kind] == NULL || fact->word == FACT_KNOWN || fact->word == FACT_ABSENT)
            continue;
        size_t len = strlen(judged->host);
        bool named =
            strncmp(fact->why, judged->host, len) == 0 && strncmp(fact->why + len, ": ", 2) == 0;
        return give_opinion(GUARD_ASK, GUARD_TRUSTED,
                            "%s: %s could not be read, so that %s may be one of them%s%.100s",
                            judged->host, _(source_words[kind]), judged->text,
                            fact->why[0] != '\0' ? ": " : "", fact->why + (named ? len + 2 : 0));
    }
    const struct fact *six = &judged->facts->chain6_fact;
    if (six->word == FACT_FAILED && !address_is_v4(&judged->network->base))
        return give_opinion(
            GUARD_ASK, GUARD_TRUSTED,
            "%s: %s could not be read for IPv6, so that %s may be one of them: %.100s",
            judged->host, _(source_words[PEER_CHAIN]), judged->text, six->why);
    return allowed;
}

static struct guard_opinion judge_trusted(const struct judged *judged)
{
    struct guard_opinion worst = judge_configured(judged);
    for (size_t i = 0; i < judged->facts->peer_count && worst.verdict < GUARD_TYPE; i++) {
        const struct peer *peer = &judged->facts->peers[i];
        if (!overlap(&peer->network, judged->network))
            continue;
        struct guard_opinion said = judge_peer(judged, peer);
        if (said.verdict > worst.verdict)
            worst = said;
    }
    return worst.verdict == GUARD_ALLOW ? judge_unknown_peers(judged) : worst;
}

static struct guard_opinion judge_width(const struct judged *judged)
{
    bool v4 = address_is_v4(&judged->network->base) && judged->network->prefix >= 96;
    if (judged->network->prefix >= (v4 ? WIDEST_V4 : WIDEST_V6))
        return allowed;
    return give_opinion(GUARD_TYPE, GUARD_TOO_WIDE, "%s: %s is wider than %s", judged->host,
                        judged->text, v4 ? "/24" : "/48");
}

static struct guard_opinion judge_private(const struct judged *judged)
{
    const struct special *special =
        find_special(privates, sizeof privates / sizeof *privates, judged->network);
    if (special == NULL || judged->facts->host->ban_private)
        return allowed;
    return give_opinion(
        GUARD_REFUSE, GUARD_PRIVATE,
        "%s: %s is or holds private addresses (%s, %s); ban_private = yes allows it", judged->host,
        judged->text, special->network, _(special->what));
}

static struct guard_opinion judge_rate(const struct judged *judged)
{
    size_t most = (size_t)judged->config->bans_per_minute;
    size_t bans = judged->history->bans_last_minute + judged->history->bans_now;
    if (judged->history->unread)
        return give_opinion(
            GUARD_ASK, GUARD_RATE,
            "%s: how many addresses were banned within the last minute could not be "
            "read: %.120s",
            judged->host, judged->history->why.text);
    if (bans <= most)
        return allowed;
    return give_opinion(GUARD_ASK, GUARD_RATE,
                        "%s: this would be %zu addresses banned within a minute, more than %zu "
                        "(bans_per_minute)",
                        judged->host, bans, most);
}

struct guard_opinion guard_write(const struct host_facts *facts, const struct config *config)
{
    if (config->read_only)
        return give_opinion(GUARD_REFUSE, GUARD_READ_ONLY, "%s: this console is read-only",
                            facts->host->name);
    if (facts->host->read_only)
        return give_opinion(GUARD_REFUSE, GUARD_READ_ONLY,
                            "%s: this host is read-only (nocdesk.ini)", facts->host->name);
    return allowed;
}

// In their order; the first of them must not be overridden.
static struct guard_opinion (*const rules[])(const struct judged *judged) = {
    judge_console, judge_local, judge_trusted, judge_width, judge_private, judge_rate,
};
#define FIRST_RULES 2 // behind the first of all, that it is an address

static struct guard_opinion judge(const char *target, const struct judged *by, size_t rule_count)
{
    struct network network = {0};
    struct err err = {0};
    if (!guard_parse(target, &network, &err))
        return give_opinion(GUARD_REFUSE, GUARD_NOT_AN_ADDRESS, "%s: %s", by->host, err.text);
    char text[ADDRESS_TEXT_MAX];
    network_print(&network, text);
    struct judged judged = *by;
    judged.network = &network;
    judged.text = text;
    struct guard_opinion worst = allowed;
    for (size_t i = 0; i < rule_count; i++) {
        struct guard_opinion said = rules[i](&judged);
        if (said.verdict > worst.verdict)
            worst = said;
    }
    return worst;
}

struct guard_opinion guard_touch(const char *target, const struct host_facts *facts,
                                 const struct config *config)
{
    struct judged by = {.facts = facts, .config = config, .host = facts->host->name};
    return judge(target, &by, FIRST_RULES);
}

struct guard_opinion guard_block(const char *target, const struct host_facts *facts,
                                 const struct config *config, const struct guard_history *history)
{
    struct judged by = {
        .facts = facts, .config = config, .history = history, .host = facts->host->name};
    struct guard_opinion worst = judge(target, &by, sizeof rules / sizeof *rules);
    struct guard_opinion write = guard_write(facts, config);
    return write.verdict > worst.verdict ? write : worst;
}
