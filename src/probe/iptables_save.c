// SPDX-License-Identifier: MIT

// The text of iptables-save -c and ip6tables-save -c as rules with counters. Pure.
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "probe/iptables_save.h"

// Where the parser stands in one family's text.
struct place {
    struct iptables_rules *rules;
    bool v6;
    bool nft; // the text is of the nft back end
    struct slice table, chain;
    int num; // of the last rule of the chain
};

// "[packets:bytes]"
static bool parse_counters(struct slice word, struct iptables_rule *rule)
{
    int64_t packets, bytes;
    if (word.len < 5 || word.text[0] != '[' || word.text[word.len - 1] != ']')
        return false;
    struct slice inner = {word.text + 1, word.len - 2};
    if (!slice_take_uint(&inner, &packets) || inner.len == 0 || inner.text[0] != ':')
        return false;
    inner.text++;
    inner.len--;
    if (!slice_take_uint(&inner, &bytes) || inner.len != 0)
        return false;
    rule->packets = packets;
    rule->bytes = bytes;
    return true;
}

static struct iptables_rule *add_rule(struct place *place)
{
    struct iptables_rules *rules = place->rules;
    struct iptables_rule *rule =
        mem_push(&rules->rules, &rules->count, &rules->cap, sizeof *rules->rules);
    rule->v6 = place->v6;
    rule->table = place->table;
    rule->packets = rule->bytes = -1;
    return rule;
}

// ":CHAIN POLICY [packets:bytes]"; the policy of a chain made by somebody is "-", and counts
// nothing.
static bool parse_chain(struct place *place, struct slice line)
{
    line.text++;
    line.len--;
    struct slice chain = slice_take_word(&line), policy = slice_take_word(&line);
    if (chain.len == 0 || policy.len == 0)
        return false;
    if (slice_is(policy, "-"))
        return true;
    struct iptables_rule *rule = add_rule(place);
    rule->chain = chain;
    rule->policy = policy;
    parse_counters(slice_take_word(&line), rule);
    // The nft back end does not count at policies, and prints zeros.
    if (place->nft && rule->packets == 0)
        rule->packets = rule->bytes = -1;
    return true;
}

// "[packets:bytes] -A CHAIN …" or "-A CHAIN …"
static bool parse_rule(struct place *place, struct slice line)
{
    struct iptables_rule counted = {.packets = -1, .bytes = -1};
    struct slice word = slice_take_word(&line);
    if (word.len > 0 && word.text[0] == '[') {
        if (!parse_counters(word, &counted))
            return false;
        word = slice_take_word(&line);
    }
    if (!slice_is(word, "-A"))
        return false;
    struct slice whole = {word.text, (size_t)(line.text + line.len - word.text)};
    struct slice chain = slice_take_word(&line);
    if (chain.len == 0)
        return false;
    if (!slice_equal(chain, place->chain)) {
        place->chain = chain;
        place->num = 0;
    }
    struct iptables_rule *rule = add_rule(place);
    rule->chain = chain;
    rule->line = whole;
    rule->text = line;
    if (line.len > 0)
        rule->text = (struct slice){line.text + 1, line.len - 1};
    rule->packets = counted.packets;
    rule->bytes = counted.bytes;
    rule->num = ++place->num;
    return true;
}

static bool parse_line(struct place *place, struct slice line)
{
    static const char hidden[] = "# Table `";
    switch (line.text[0]) {
    case '#':
        if (line.len > sizeof hidden && memcmp(line.text, hidden, sizeof hidden - 1) == 0)
            place->rules->hidden_tables++;
        if (slice_contains(line, "(nf_tables)"))
            place->nft = true;
        return true;
    case '*':
        place->table = (struct slice){line.text + 1, line.len - 1};
        place->chain = (struct slice){"", 0};
        return true;
    case ':':
        return place->table.len > 0 && parse_chain(place, line);
    case '[':
    case '-':
        return place->table.len > 0 && parse_rule(place, line);
    default:
        return slice_is(line, "COMMIT");
    }
}

void iptables_parse(struct iptables_rules *rules, bool v6, const char *text, size_t len)
{
    struct place place = {.rules = rules, .v6 = v6, .table = {"", 0}, .chain = {"", 0}};
    const char *end = text + len;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        struct slice line = {text, (size_t)((newline == NULL ? end : newline) - text)};
        text = newline == NULL ? end : newline + 1;
        while (line.len > 0 && (line.text[line.len - 1] == '\r' || line.text[line.len - 1] == ' '))
            line.len--;
        if (line.len > 0 && !parse_line(&place, line))
            rules->strange_lines++;
    }
}

// How often a hash was met so far; a table of a power of two places, at most half full.
struct tally {
    uint64_t hash;
    uint64_t count;
};

static uint64_t tally_count(struct tally *tallies, size_t mask, uint64_t hash)
{
    size_t slot = hash & mask;
    while (tallies[slot].count != 0 && tallies[slot].hash != hash)
        slot = (slot + 1) & mask;
    tallies[slot].hash = hash;
    return tallies[slot].count++;
}

void iptables_identify(struct iptables_rules *rules)
{
    size_t size = 64;
    while (size < rules->count * 2)
        size *= 2;
    struct tally *tallies = mem_array(size, sizeof *tallies);
    for (size_t i = 0; i < rules->count; i++) {
        struct iptables_rule *rule = &rules->rules[i];
        uint64_t hash = hash_bytes(HASH_SEED + rule->v6, rule->table.text, rule->table.len);
        hash = hash_bytes(hash, rule->chain.text, rule->chain.len);
        hash = hash_bytes(hash + (rule->num > 0), rule->text.text, rule->text.len);
        rule->identity = hash_mix(hash + tally_count(tallies, size - 1, hash));
    }
    free(tallies);
}

void iptables_rules_dispose(struct iptables_rules *rules)
{
    free(rules->rules);
    *rules = (struct iptables_rules){0};
}

// Takes the next word as iptables-save quotes it: in "…" with \" and \\ inside when it holds
// spaces.
static struct slice take_token(struct slice *rest)
{
    while (rest->len > 0 && rest->text[0] == ' ') {
        rest->text++;
        rest->len--;
    }
    if (rest->len == 0 || rest->text[0] != '"')
        return slice_take_word(rest);
    size_t end = 1;
    while (end < rest->len && rest->text[end] != '"')
        end += rest->text[end] == '\\' ? 2 : 1;
    size_t len = end < rest->len ? end + 1 : rest->len;
    struct slice token = {rest->text, len};
    *rest = (struct slice){rest->text + len, rest->len - len};
    return token;
}

static void append_unquoted(struct str *out, struct slice token)
{
    if (token.len < 2 || token.text[0] != '"' || token.text[token.len - 1] != '"') {
        str_append_bytes(out, token.text, token.len);
        return;
    }
    for (size_t i = 1; i + 1 < token.len; i++) {
        if (token.text[i] == '\\' && i + 2 < token.len)
            i++;
        str_append_char(out, token.text[i]);
    }
}

__attribute__((nonnull)) static void append_word(struct str *out, struct slice word)
{
    if (word.len == 0)
        return;
    if (out->len > 0)
        str_append_char(out, ' ');
    str_append_bytes(out, word.text, word.len);
}

// The str that holds what this option names, or NULL.
static struct str *option_place(struct slice option, struct slice module,
                                struct iptables_words *words)
{
    if (slice_is(option, "--name") && slice_is(module, "recent"))
        return &words->recent;
    if (slice_is(option, "--hashlimit-name"))
        return &words->hashlimit;
    return NULL;
}

void iptables_describe(const struct iptables_rule *rule, struct iptables_words *words)
{
    str_clear(&words->target);
    str_clear(&words->match);
    str_clear(&words->comment);
    str_clear(&words->recent);
    str_clear(&words->hashlimit);
    if (rule->num == 0) {
        str_append_bytes(&words->target, rule->policy.text, rule->policy.len);
        str_append(&words->match, "policy");
        return;
    }
    struct slice rest = rule->text, protocol = {"", 0}, module = {"", 0};
    while (rest.len > 0) {
        struct slice word = take_token(&rest);
        struct str *name;
        if (slice_is(word, "-j") || slice_is(word, "-g")) {
            struct slice target = take_token(&rest);
            str_append_bytes(&words->target, target.text, target.len);
        } else if (slice_is(word, "-p")) {
            append_word(&words->match, word);
            protocol = take_token(&rest);
            append_word(&words->match, protocol);
        } else if (slice_is(word, "-m")) {
            module = take_token(&rest);
            if (!slice_is(module, "comment") && !slice_equal(module, protocol)) {
                append_word(&words->match, word);
                append_word(&words->match, module);
            }
        } else if (slice_is(word, "--comment") && slice_is(module, "comment")) {
            if (words->comment.len > 0)
                str_append_char(&words->comment, ' ');
            append_unquoted(&words->comment, take_token(&rest));
        } else {
            append_word(&words->match, word);
            if ((name = option_place(word, module, words)) != NULL) {
                struct slice list = take_token(&rest);
                append_word(&words->match, list);
                str_clear(name);
                append_unquoted(name, list);
            }
        }
    }
}

void iptables_words_dispose(struct iptables_words *words)
{
    str_dispose(&words->target);
    str_dispose(&words->match);
    str_dispose(&words->comment);
    str_dispose(&words->recent);
    str_dispose(&words->hashlimit);
}
