// SPDX-License-Identifier: MIT

// Compares the rules of each chain with one another.
#include "probe/firewall_chain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

// Matches that count, keep time or roll dice: the same words need not match the same packet twice.
static const char *const uncertain[] = {"limit",     "hashlimit", "recent", "statistic",
                                        "connlimit", "connbytes", "quota",  "quota2",
                                        "nth",       "random",    "time",   "u32"};
static const char *const ending[] = {"ACCEPT", "DROP", "REJECT", "RETURN"};

struct member {
    const struct iptables_rule *rule;
    size_t index;
    uint64_t conditions; // hash
    bool any;            // no conditions at all
    bool certain;        // ends the way of every packet that its conditions match
};

static bool is_one_of(struct slice word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_is(word, words[i]))
            return true;
    return false;
}

// The next word, quotes and all; a quoted one may hold spaces.
static struct slice take_word(struct slice *text)
{
    bool quoted = false;
    size_t begin = 0;
    while (begin < text->len && text->text[begin] == ' ')
        begin++;
    size_t end = begin;
    for (; end < text->len && (quoted || text->text[end] != ' '); end++) {
        if (text->text[end] == '\\' && end + 1 < text->len)
            end++;
        else if (text->text[end] == '"')
            quoted = !quoted;
    }
    struct slice word = {text->text + begin, end - begin};
    *text = (struct slice){text->text + end, text->len - end};
    return word;
}

static void read_conditions(struct member *member)
{
    struct slice rest = member->rule->text, word, before = {"", 0};
    bool fixed = true, ends = false;
    member->any = true;
    member->conditions = HASH_SEED;
    while ((word = take_word(&rest)).len > 0) {
        if (slice_is(word, "-j") || slice_is(word, "-g")) {
            ends = slice_is(word, "-g");
            ends |= is_one_of(take_word(&rest), ending, sizeof ending / sizeof *ending);
            break; // what follows are the target's options
        }
        bool module = slice_is(before, "-m");
        before = word;
        if (slice_is(word, "--comment")) {
            take_word(&rest);
            continue;
        }
        if (slice_is(word, "-m") || (module && slice_is(word, "comment")))
            continue;
        fixed &= !module || !is_one_of(word, uncertain, sizeof uncertain / sizeof *uncertain);
        member->any = false;
        member->conditions = hash_bytes(member->conditions, word.text, word.len);
        member->conditions = hash_bytes(member->conditions, "", 1);
    }
    member->certain = ends && fixed;
}

static int compare_slices(struct slice a, struct slice b)
{
    int order = memcmp(a.text, b.text, a.len < b.len ? a.len : b.len);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_chains(const struct iptables_rule *a, const struct iptables_rule *b)
{
    int order = a->v6 - b->v6;
    order = order != 0 ? order : compare_slices(a->table, b->table);
    return order != 0 ? order : compare_slices(a->chain, b->chain);
}

static int by_place(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    int order = compare_chains(a->rule, b->rule);
    return order != 0 ? order : a->rule->num - b->rule->num;
}

static int by_conditions(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    int order = (a->conditions > b->conditions) - (a->conditions < b->conditions);
    return order != 0 ? order : a->rule->num - b->rule->num;
}

static void find_shares(const struct member *members, size_t count, struct firewall_place *places)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += members[i].rule->packets > 0 ? (double)members[i].rule->packets : 0;
    for (size_t i = 0; i < count; i++) {
        int64_t packets = members[i].rule->packets;
        places[members[i].index].share_pct =
            packets >= 0 && sum > 0 ? (double)packets / sum * 100 : (double)NAN;
    }
}

static void shadow(const struct member *member, int by, struct firewall_place *places)
{
    int *at = &places[member->index].shadowed_by;
    if (member->rule->num > by && (*at == 0 || by < *at))
        *at = by;
}

// Reorders the members.
static void find_shadows(struct member *members, size_t count, struct firewall_place *places)
{
    int end = 0; // the first rule that lets nothing pass
    for (size_t i = 0; i < count && end == 0; i++)
        if (members[i].any && members[i].certain && members[i].rule->num > 0)
            end = members[i].rule->num;
    for (size_t i = 0; end > 0 && i < count; i++)
        shadow(&members[i], end, places);
    qsort(members, count, sizeof *members, by_conditions);
    const struct member *first = NULL;
    for (size_t i = 0; i < count; i++) {
        if (members[i].rule->num == 0)
            continue;
        if (first != NULL && first->conditions == members[i].conditions &&
            first->any == members[i].any)
            shadow(&members[i], first->rule->num, places);
        else
            first = members[i].certain ? &members[i] : NULL;
    }
}

void firewall_chain_judge(const struct iptables_rules *rules, struct firewall_place *places)
{
    struct member *members = mem_array(rules->count + 1, sizeof *members);
    for (size_t i = 0; i < rules->count; i++) {
        members[i] = (struct member){.rule = &rules->rules[i], .index = i};
        places[i] = (struct firewall_place){.share_pct = (double)NAN};
        read_conditions(&members[i]);
    }
    qsort(members, rules->count, sizeof *members, by_place);
    for (size_t begin = 0, end; begin < rules->count; begin = end) {
        end = begin + 1;
        while (end < rules->count && compare_chains(members[begin].rule, members[end].rule) == 0)
            end++;
        find_shares(members + begin, end - begin, places);
        find_shadows(members + begin, end - begin, places);
    }
    free(members);
}
