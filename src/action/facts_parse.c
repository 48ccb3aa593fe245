// SPDX-License-Identifier: MIT

// The gathering script's output as facts: addresses, tools, the firewall's trusted peers.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/facts.h"
#include "action/facts_let_through.h"
#include "base/lang.h"
#include "probe/iptables_save.h"

// "203.0.113.9", "fe80::1%eth0", "203.0.113.0/24" as a network; the prefix is left away when bare.
static bool slice_network(struct slice word, bool bare, struct network *out)
{
    char text[ADDRESS_TEXT_MAX];
    size_t len = 0;
    while (len < word.len && word.text[len] != '%' && !(bare && word.text[len] == '/'))
        len++;
    if (len == 0 || len >= sizeof text)
        return false;
    memcpy(text, word.text, len);
    text[len] = '\0';
    return network_parse(text, out);
}

// From where people are logged in here, as a local console's environment may not say (sudo, cron)
// or not say any more (tmux): the peers of sshd's connections, and what `who` has.
static void parse_operators(struct host_facts *facts, struct fact *fact)
{
    struct slice part, line;
    int status;
    bool asked = facts_part(facts, "operators", &part, &status) && status == 0;
    while (asked && slice_take_line(&part, &line)) {
        struct slice word = slice_take_word(&line);
        struct network from = {.prefix = 128};
        char text[ADDRESS_TEXT_MAX + 8];
        snprintf(text, sizeof text, "%.*s",
                 (int)(word.len < sizeof text ? word.len : sizeof text - 1), word.text);
        text[strcspn(text, "%")] = '\0';
        if (!slice_network(word, true, &from) && !address_parse_endpoint(text, &from.base, NULL))
            continue;
        facts_add_console(facts, &from.base);
        fact->word = FACT_KNOWN;
    }
    if (!asked && fact->word != FACT_KNOWN)
        *fact = (struct fact){FACT_FAILED, _("SSH_CONNECTION is empty, and neither ss nor netstat "
                                             "said from where operators are logged in")};
}

static void parse_console(struct host_facts *facts)
{
    struct slice part, line = {0};
    int status;
    struct network from;
    struct fact *fact = &facts->console_fact;
    bool here = facts->host->link == LINK_LOCAL;
    if (facts_part(facts, "console", &part, &status) && slice_take_line(&part, &line) &&
        slice_network(slice_take_word(&line), true, &from)) {
        facts_add_console(facts, &from.base);
        fact->word = FACT_KNOWN;
    } else {
        fact->word = here ? FACT_ABSENT : FACT_FAILED;
        fact->why = here ? _("this machine is reached without a network")
                         : _("the host's SSH_CONNECTION is empty");
    }
    if (here)
        parse_operators(facts, fact);
}

// The word that follows each of "inet", "inet6", "brd", "peer" (ip addr) or "via" (ip route).
static void take_after(struct host_facts *facts, struct slice line, const char *const *before)
{
    struct slice word;
    while ((word = slice_take_word(&line)).len > 0) {
        bool wanted = false;
        for (const char *const *key = before; *key != NULL; key++)
            wanted = wanted || slice_is(word, *key);
        struct network network;
        if (wanted && slice_network(slice_take_word(&line), true, &network))
            facts_add_local(facts, &network);
    }
}

// A kernel without IPv6 has no routes of it, and says so by failing.
static bool lacks_ipv6(struct slice said)
{
    return slice_contains(said, "not supported") || slice_contains(said, "table does not exist");
}

static void parse_addresses(struct host_facts *facts)
{
    static const char *const own[] = {"inet", "inet6", "brd", "peer", NULL};
    static const char *const hop[] = {"via", NULL};
    struct slice part, line;
    int status;
    if (facts_part(facts, "addresses", &part, &status) && status == 0)
        while (slice_take_line(&part, &line))
            take_after(facts, line, own);
    facts->local_fact.word = facts->local_count > 0 ? FACT_KNOWN : FACT_FAILED;
    if (facts->local_count == 0)
        facts->local_fact.why = _("`ip -o addr show` did not answer");
    for (size_t i = 0; i < 2; i++) {
        struct fact *fact = &facts->route_facts[i];
        if (!facts_part(facts, i == 0 ? "routes4" : "routes6", &part, &status)) {
            *fact = (struct fact){FACT_FAILED, _("it was not asked")};
            continue;
        }
        fact->word = FACT_KNOWN;
        if (status != 0 && !(i == 1 && lacks_ipv6(part)))
            *fact = (struct fact){FACT_FAILED, facts_text(facts,
                                                          _("`ip -%c route` ended with "
                                                            "status %d"),
                                                          i == 0 ? '4' : '6', status)};
        while (slice_take_line(&part, &line)) {
            struct slice rest = line;
            if (slice_is(slice_take_word(&rest), "default"))
                take_after(facts, rest, hop);
        }
    }
}

// The first "1.8.9" of a text.
static void parse_version(struct host_facts *facts, struct slice text, struct tool_fact *tool)
{
    struct slice line;
    if (!slice_take_line(&text, &line))
        return;
    tool->version_text =
        facts_text(facts, "%.*s", (int)(line.len < 100 ? line.len : 100), line.text);
    const char *digits = tool->version_text + strcspn(tool->version_text, "0123456789");
    sscanf(digits, "%d.%d.%d", &tool->version[0], &tool->version[1], &tool->version[2]);
}

static bool says(const struct host_facts *facts, const char *part_name, const char *words)
{
    struct slice part;
    int status;
    return facts_part(facts, part_name, &part, &status) && slice_contains(part, words);
}

static bool ended_well(const struct host_facts *facts, const char *part_name)
{
    struct slice part;
    int status;
    return facts_part(facts, part_name, &part, &status) && status == 0;
}

static void parse_tool(struct host_facts *facts, enum tool tool, const char *version_part,
                       bool works)
{
    struct slice part;
    int status;
    struct tool_fact *fact = &facts->tools[tool];
    fact->present = facts_part(facts, version_part, &part, &status);
    if (fact->present)
        parse_version(facts, part, fact);
    fact->works = fact->present && works;
}

static void parse_tools(struct host_facts *facts)
{
    // A set or table that is not there yet is an answer too; "Operation not permitted" is none.
    bool ipset = ended_well(facts, "ipset4") || says(facts, "ipset4", "does not exist");
    bool nft = ended_well(facts, "nft") || says(facts, "nft", "No such file or directory");
    parse_tool(facts, TOOL_IPTABLES, "iptables-version", ended_well(facts, "iptables"));
    parse_tool(facts, TOOL_IP6TABLES, "ip6tables-version", ended_well(facts, "ip6tables"));
    parse_tool(facts, TOOL_IPTABLES_RESTORE, "iptables-restore", true);
    parse_tool(facts, TOOL_IP6TABLES_RESTORE, "ip6tables-restore", true);
    parse_tool(facts, TOOL_IPSET, "ipset-version", ipset);
    parse_tool(facts, TOOL_NFT, "nft-version", nft);
    parse_tool(facts, TOOL_FAIL2BAN, "fail2ban", ended_well(facts, "fail2ban"));
    parse_tool(facts, TOOL_AT, "at", true);
    parse_tool(facts, TOOL_SYSTEMD_RUN, "systemd-run", true);
    facts->iptables_wait = says(facts, "iptables-help", "--wait");
    facts->iptables_check = says(facts, "iptables-help", "--check");
    facts->iptables_comment = says(facts, "iptables-comment", "--comment");
}

static void parse_words(struct host_facts *facts)
{
    struct slice part, line;
    int status;
    if (facts_part(facts, "save", &part, &status) && slice_take_line(&part, &line))
        facts->save = facts_text(facts, "%.*s", (int)line.len, line.text);
    if (!facts_part(facts, "fail2ban", &part, &status) || status != 0)
        return;
    while (slice_take_line(&part, &line)) {
        const char *list = memmem(line.text, line.len, "Jail list:", 10);
        if (list == NULL)
            continue;
        char *jails =
            arena_strndup(facts->arena, list + 10, line.len - (size_t)(list + 10 - line.text));
        for (char *c = jails; *c != '\0'; c++)
            *c = *c == ',' || *c == '\t' ? ' ' : *c;
        facts->jails = jails;
    }
}

// The source of a rule that accepts: "-s 198.51.100.0/24". False when it has none, or takes all
// but that one.
static bool rule_source(struct slice rule, struct network *out)
{
    struct slice word, before = {0};
    while ((word = slice_take_word(&rule)).len > 0) {
        if (slice_is(word, "-s") || slice_is(word, "--source"))
            return !slice_is(before, "!") && slice_network(slice_take_word(&rule), false, out);
        before = word;
    }
    return false;
}

static void take_trusted(struct host_facts *facts, const struct iptables_rule *rule,
                         struct iptables_words *words, const char *chain)
{
    struct fact *fact = &facts->peer_facts[PEER_CHAIN];
    iptables_describe(rule, words);
    if (strcmp(str_text(&words->target), "ACCEPT") != 0)
        return;
    struct network source;
    if (!rule_source(rule->text, &source)) {
        fact->word = FACT_FAILED;
        fact->why = facts_text(facts, _("rule %d of %s accepts by something else than a source"),
                               rule->num, chain);
        return;
    }
    const char *name = words->comment.len > 0
                           ? facts_text(facts, "%s: %s", chain, str_text(&words->comment))
                           : chain;
    facts_add_peer(facts, &source, PEER_CHAIN, name, 0);
}

// Takes the source off an nft rule: "ip saddr 198.51.100.7", "ip6 saddr { A, B }". False when it
// has none that can be read (a named set, all but one).
static bool take_nft_sources(struct host_facts *facts, struct slice rule, const char *chain)
{
    struct slice word = {0};
    while (!slice_is(word, "saddr"))
        if ((word = slice_take_word(&rule)).len == 0)
            return false;
    word = slice_take_word(&rule);
    bool set = slice_is(word, "{");
    if (set)
        word = slice_take_word(&rule);
    for (; word.len > 0 && !slice_is(word, "}"); word = slice_take_word(&rule)) {
        struct network source;
        if (word.text[word.len - 1] == ',')
            word.len--;
        if (!slice_network(word, false, &source))
            return false;
        facts_add_peer(facts, &source, PEER_CHAIN, chain, 0);
        if (!set)
            break;
    }
    return word.len > 0;
}

static void take_nft_rule(struct host_facts *facts, struct slice rule, const char *chain)
{
    const char *quote = memchr(rule.text, '"', rule.len);
    struct slice bare = {rule.text, quote != NULL ? (size_t)(quote - rule.text) : rule.len};
    struct slice rest = bare, word;
    bool accepts = false;
    while ((word = slice_take_word(&rest)).len > 0)
        accepts = accepts || slice_is(word, "accept");
    if (accepts && !take_nft_sources(facts, bare, chain))
        facts->peer_facts[PEER_CHAIN] = (struct fact){
            FACT_FAILED,
            facts_text(facts,
                       _("a rule of the nft chain %s accepts by something else than a source"),
                       chain)};
}

// On a host without iptables: `nft list ruleset` shortened to the chains of that name.
static void parse_nft_chain(struct host_facts *facts, const char *chain)
{
    struct fact *fact = &facts->peer_facts[PEER_CHAIN];
    struct slice text, line;
    int status;
    if (!facts_part(facts, "nft-chain", &text, &status) || status != 0) {
        *fact = (struct fact){FACT_FAILED, _("`nft list ruleset` did not answer")};
        return;
    }
    fact->word = FACT_KNOWN;
    struct str rule = {0};
    while (slice_take_line(&text, &line)) {
        struct slice rest = line, first = slice_take_word(&rest);
        if (slice_is(first, "chain") || slice_is(first, "}"))
            continue;
        str_append_bytes(&rule, line.text, line.len);
        str_append_char(&rule, ' ');
        // Sets run over lines.
        const char *open = strrchr(rule.text, '{');
        if (open != NULL && strchr(open, '}') == NULL)
            continue;
        take_nft_rule(facts, (struct slice){rule.text, rule.len}, chain);
        str_clear(&rule);
    }
    str_dispose(&rule);
}

static void parse_trusted_chain(struct host_facts *facts)
{
    struct fact *fact = &facts->peer_facts[PEER_CHAIN];
    const char *chain = profile_value(facts->profile, "facts", "trusted_chain", "SIP_TRUSTED");
    if (!facts->tools[TOOL_IPTABLES].present && facts->tools[TOOL_NFT].present) {
        parse_nft_chain(facts, chain);
        return;
    }
    if (!facts->tools[TOOL_IPTABLES].present) {
        *fact = (struct fact){FACT_ABSENT, _("this host has no iptables")};
        return;
    }
    if (!facts->tools[TOOL_IPTABLES].works) {
        *fact = (struct fact){FACT_FAILED, _("iptables-save did not answer")};
        return;
    }
    fact->word = FACT_KNOWN;
    facts->chain6_fact = *fact;
    if (facts->tools[TOOL_IP6TABLES].present && !facts->tools[TOOL_IP6TABLES].works)
        facts->chain6_fact = (struct fact){FACT_FAILED, _("ip6tables-save did not answer")};
    struct iptables_rules rules = {0};
    struct slice part;
    int status;
    if (facts_part(facts, "iptables", &part, &status))
        iptables_parse(&rules, false, part.text, part.len);
    if (facts_part(facts, "ip6tables", &part, &status))
        iptables_parse(&rules, true, part.text, part.len);
    struct iptables_words words = {0};
    for (size_t i = 0; i < rules.count; i++)
        if (rules.rules[i].num > 0 && slice_is(rules.rules[i].chain, chain))
            take_trusted(facts, &rules.rules[i], &words, chain);
    iptables_words_dispose(&words);
    iptables_rules_dispose(&rules);
}

static const char *dropped_by(const struct host_facts *facts, const char *part_name, bool v6,
                              const struct address *address)
{
    struct iptables_rules rules = {0};
    struct iptables_words words = {0};
    struct slice part;
    int status;
    const char *found = NULL;
    if (facts_part(facts, part_name, &part, &status))
        iptables_parse(&rules, v6, part.text, part.len);
    for (size_t i = 0; i < rules.count && found == NULL; i++) {
        const struct iptables_rule *rule = &rules.rules[i];
        struct network source;
        if (rule->num <= 0 || (rule->chain.len >= 7 && memcmp(rule->chain.text, "NOCDESK", 7) == 0))
            continue;
        iptables_describe(rule, &words);
        bool drops = strcmp(str_text(&words.target), "DROP") == 0 ||
                     strcmp(str_text(&words.target), "REJECT") == 0;
        if (drops && rule_source(rule->text, &source) && network_contains(&source, address))
            found = facts_text(facts, _("rule %d of %.*s: %.*s"), rule->num, (int)rule->chain.len,
                               rule->chain.text, (int)rule->text.len, rule->text.text);
    }
    iptables_words_dispose(&words);
    iptables_rules_dispose(&rules);
    return found;
}

const char *facts_dropped_by(const struct host_facts *facts, const struct address *address)
{
    bool v4 = address_is_v4(address);
    return dropped_by(facts, v4 ? "iptables" : "ip6tables", !v4, address);
}

void facts_parse(struct host_facts *facts, const char *out, size_t len)
{
    str_clear(&facts->out);
    str_append_bytes(&facts->out, out, len);
    parse_console(facts);
    parse_addresses(facts);
    parse_tools(facts);
    parse_words(facts);
    parse_trusted_chain(facts);
    facts_parse_let_through(facts);
}
