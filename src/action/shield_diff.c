// SPDX-License-Identifier: MIT

// What runs and what should, rule by rule, and the transaction between them.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "action/backend_private.h"
#include "action/shield.h"
#include "base/address.h"
#include "base/lang.h"
#include "base/mem.h"
#include "probe/iptables_save.h"

#define JUMP "-j " SHIELD_CHAIN
// Beyond this the middle of a chain is shown as removed and added whole.
#define COMPARED_MAX 2000

// The next word, quotes taken off.
static bool take_token(struct slice *rest, struct str *out)
{
    str_clear(out);
    while (rest->len > 0 && rest->text[0] == ' ')
        rest->text++, rest->len--;
    if (rest->len == 0)
        return false;
    bool quoted = false;
    size_t i = 0;
    for (; i < rest->len && (quoted || rest->text[i] != ' '); i++) {
        if (rest->text[i] == '"')
            quoted = !quoted;
        else if (rest->text[i] == '\\' && i + 1 < rest->len)
            str_append_char(out, rest->text[++i]);
        else
            str_append_char(out, rest->text[i]);
    }
    rest->text += i;
    rest->len -= i;
    return true;
}

// "120/min" and "2/sec" are the same rate.
static void append_rate(struct str *out, const char *text)
{
    static const struct {
        char unit;
        int64_t a_day;
    } units[] = {{'s', 86400}, {'m', 1440}, {'h', 24}, {'d', 1}};
    char *end;
    int64_t count = strtoll(text, &end, 10);
    for (size_t i = 0; *end == '/' && i < sizeof units / sizeof *units; i++) {
        if (end[1] != units[i].unit)
            continue;
        str_appendf(out, " %" PRId64 "/day", count * units[i].a_day);
        return;
    }
    str_appendf(out, " %s", text);
}

static void append_network(struct str *out, const char *text)
{
    struct network network;
    char canonical[ADDRESS_TEXT_MAX];
    if (!network_parse(text, &network)) {
        str_appendf(out, " %s", text);
        return;
    }
    network_print(&network, canonical);
    str_appendf(out, " %s", canonical);
}

// Options that say what goes without saying, with how many words follow.
static const struct {
    const char *option, *value; // value NULL: whatever it is; "": it has none
} defaults[] = {
    {"--to", "65535"},
    {"--from", "0"},
    {"--mask", "255.255.255.255"},
    {"--mask", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"--rsource", ""},
    {"--connlimit-saddr", ""},
    {"--connlimit-mask", "32"},
    {"--hashlimit-srcmask", "32"},
    {"--hashlimit-srcmask", "128"},
    {"--hashlimit-htable-expire", NULL},
    {"--hashlimit-htable-size", NULL},
    {"--hashlimit-htable-max", NULL},
    {"--hashlimit-htable-gcinterval", NULL},
};

static bool is_default(const char *option, struct slice *rest, struct str *value)
{
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        struct slice after = *rest;
        if (strcmp(option, defaults[i].option) != 0)
            continue;
        if (defaults[i].value != NULL && defaults[i].value[0] == '\0')
            return true;
        if (!take_token(&after, value) ||
            (defaults[i].value != NULL && strcmp(str_text(value), defaults[i].value) != 0))
            continue;
        *rest = after;
        return true;
    }
    return false;
}

void shield_canonical(struct str *out, const char *rule, size_t len)
{
    struct slice rest = {rule, len};
    struct str word = {0}, value = {0};
    str_clear(out);
    while (take_token(&rest, &word)) {
        const char *option = str_text(&word);
        // The options that follow name their match.
        if (strcmp(option, "-m") == 0) {
            take_token(&rest, &value);
            continue;
        }
        if (is_default(option, &rest, &value))
            continue;
        str_appendf(out, "%s%s", out->len > 0 ? " " : "",
                    strcmp(option, "--state") == 0 ? "--ctstate" : option);
        bool source = strcmp(option, "-s") == 0 || strcmp(option, "-d") == 0;
        bool rate = strcmp(option, "--hashlimit-above") == 0;
        if ((source || rate) && take_token(&rest, &value)) {
            if (source)
                append_network(out, str_text(&value));
            else
                append_rate(out, str_text(&value));
        }
    }
    str_dispose(&word);
    str_dispose(&value);
}

static bool is_ours(struct slice chain)
{
    size_t len = sizeof SHIELD_CHAIN - 1;
    return chain.len >= len && memcmp(chain.text, SHIELD_CHAIN, len) == 0 &&
           (chain.len == len || chain.text[len] == '-');
}

static bool is_jump(const struct iptables_rule *rule)
{
    struct slice text = rule->text;
    size_t len = sizeof JUMP - 1;
    return text.len >= len && memcmp(text.text + text.len - len, JUMP, len) == 0;
}

static struct iptables_rules read_now(const struct host_facts *facts, bool v6)
{
    struct iptables_rules rules = {0};
    struct slice text;
    if (backend_part(facts, families[v6].part, &text))
        iptables_parse(&rules, v6, text.text, text.len);
    return rules;
}

static bool in_filter(const struct iptables_rule *rule)
{
    return rule->num > 0 && slice_is(rule->table, "filter");
}

// Where the jump belongs: behind the bans, before all else.
static int place_of_jump(const struct iptables_rules *now)
{
    for (size_t i = 0; i < now->count; i++)
        if (in_filter(&now->rules[i]) && slice_is(now->rules[i].chain, "INPUT") &&
            now->rules[i].num == 1)
            return slice_is(now->rules[i].text, "-j " BAN_CHAIN) ? 2 : 1;
    return 1;
}

// The one jump stands where it belongs, and no other.
static bool jump_is_right(const struct iptables_rules *now)
{
    size_t found = 0;
    bool right = false;
    for (size_t i = 0; i < now->count; i++) {
        const struct iptables_rule *rule = &now->rules[i];
        if (!in_filter(rule) || !slice_is(rule->chain, "INPUT") || !is_jump(rule))
            continue;
        found++;
        right = slice_is(rule->text, JUMP) && rule->num == place_of_jump(now);
    }
    return found == 1 && right;
}

static void add_line(struct shield_diff *diff, enum shield_mark mark, const char *text, size_t len)
{
    struct shield_line *line =
        mem_push(&diff->lines, &diff->count, &diff->cap, sizeof *diff->lines);
    line->mark = mark;
    line->rule = mem_strndup(text, len);
    diff->changes += mark == SHIELD_ADDED || mark == SHIELD_REMOVED;
}

// INPUT with its foreign rules, and where the jump stands and will stand.
static void diff_input(const struct iptables_rules *now, bool wanted, struct shield_diff *out)
{
    static const char jump[] = "-A INPUT " JUMP;
    bool keep = wanted && jump_is_right(now), placed = !wanted || keep;
    int place = place_of_jump(now), foreign = 0;
    for (size_t i = 0; i < now->count; i++) {
        const struct iptables_rule *rule = &now->rules[i];
        if (!in_filter(rule) || !slice_is(rule->chain, "INPUT"))
            continue;
        bool ours = is_jump(rule);
        if (!placed && foreign + 1 == place && !ours) {
            add_line(out, SHIELD_ADDED, jump, sizeof jump - 1);
            placed = true;
        }
        foreign += !ours;
        add_line(out,
                 !ours  ? SHIELD_FOREIGN
                 : keep ? SHIELD_SAME
                        : SHIELD_REMOVED,
                 rule->line.text, rule->line.len);
    }
    if (!placed)
        add_line(out, SHIELD_ADDED, jump, sizeof jump - 1);
    out->jump_moves = wanted && !keep;
}

// A list of rules in canonical form beside what they say.
struct side {
    char **canonical;
    struct slice *text;
    size_t count, cap, text_cap;
};

static void side_add(struct side *side, const char *text, size_t len)
{
    struct str canonical = {0};
    size_t count = side->count;
    shield_canonical(&canonical, text, len);
    *(char **)mem_push(&side->canonical, &side->count, &side->cap, sizeof *side->canonical) =
        str_take(&canonical);
    *(struct slice *)mem_push(&side->text, &count, &side->text_cap, sizeof *side->text) =
        (struct slice){text, len};
}

static void side_dispose(struct side *side)
{
    for (size_t i = 0; i < side->count; i++)
        free(side->canonical[i]);
    free(side->canonical);
    free(side->text);
}

static bool same(const struct side *a, size_t i, const struct side *b, size_t j)
{
    return strcmp(a->canonical[i], b->canonical[j]) == 0;
}

static void mark_lines(struct shield_diff *out, enum shield_mark mark, const struct side *side,
                       size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        add_line(out, mark, side->text[i].text, side->text[i].len);
}

// Longest common subsequence of the middles.
static void diff_middle(const struct side *a, size_t a0, size_t a1, const struct side *b, size_t b0,
                        size_t b1, struct shield_diff *out)
{
    size_t n = a1 - a0, m = b1 - b0;
    if (n == 0 || m == 0 || n > COMPARED_MAX || m > COMPARED_MAX) {
        mark_lines(out, SHIELD_REMOVED, a, a0, a1);
        mark_lines(out, SHIELD_ADDED, b, b0, b1);
        return;
    }
    uint16_t *common = mem_array((n + 1) * (m + 1), sizeof *common);
#define COMMON(i, j) common[(i) * (m + 1) + (j)]
    for (size_t i = n; i-- > 0;)
        for (size_t j = m; j-- > 0;) {
            uint16_t skip_a = COMMON(i + 1, j), skip_b = COMMON(i, j + 1);
            uint16_t both = (uint16_t)(COMMON(i + 1, j + 1) + 1);
            COMMON(i, j) = same(a, a0 + i, b, b0 + j) ? both : skip_a > skip_b ? skip_a : skip_b;
        }
    size_t i = 0, j = 0;
    while (i < n || j < m) {
        if (i < n && j < m && same(a, a0 + i, b, b0 + j)) {
            mark_lines(out, SHIELD_SAME, a, a0 + i, a0 + i + 1);
            i++, j++;
        } else if (i < n && (j == m || COMMON(i + 1, j) >= COMMON(i, j + 1))) {
            mark_lines(out, SHIELD_REMOVED, a, a0 + i, a0 + i + 1);
            i++;
        } else {
            mark_lines(out, SHIELD_ADDED, b, b0 + j, b0 + j + 1);
            j++;
        }
    }
#undef COMMON
    free(common);
}

static void diff_sides(const struct side *a, const struct side *b, struct shield_diff *out)
{
    size_t head = 0, tail = 0;
    while (head < a->count && head < b->count && same(a, head, b, head))
        head++;
    while (tail < a->count - head && tail < b->count - head &&
           same(a, a->count - 1 - tail, b, b->count - 1 - tail))
        tail++;
    mark_lines(out, SHIELD_SAME, a, 0, head);
    diff_middle(a, head, a->count - tail, b, head, b->count - tail, out);
    mark_lines(out, SHIELD_SAME, a, a->count - tail, a->count);
}

static struct slice chain_of(const char *line)
{
    struct slice rest = slice_of(line);
    slice_take_word(&rest);
    return slice_take_word(&rest);
}

// Rules of one chain on both sides.
static void diff_chain(const struct iptables_rules *now, const struct shield_rules *wanted,
                       struct slice chain, struct shield_diff *out)
{
    struct side a = {0}, b = {0};
    for (size_t i = 0; i < now->count; i++)
        if (in_filter(&now->rules[i]) && slice_equal(now->rules[i].chain, chain))
            side_add(&a, now->rules[i].line.text, now->rules[i].line.len);
    for (size_t i = 0; wanted != NULL && i < wanted->count; i++)
        if (slice_equal(chain_of(wanted->lines[i]), chain))
            side_add(&b, wanted->lines[i], strlen(wanted->lines[i]));
    diff_sides(&a, &b, out);
    side_dispose(&a);
    side_dispose(&b);
}

// The chains of both sides, each once; those that are wanted first. Heap.
static struct slice *chains_of(const struct host_facts *facts, bool v6,
                               const struct shield_rules *wanted, size_t *count,
                               size_t *wanted_count)
{
    struct slice *chains = NULL, text, line;
    size_t cap = 0;
    bool filter = false;
    *count = *wanted_count = 0;
    for (size_t i = 0; wanted != NULL && i < wanted->count; i++) {
        // A chain that is jumped to may have no rule yet.
        struct slice names[2] = {chain_of(wanted->lines[i]), {"", 0}};
        const char *last = strrchr(wanted->lines[i], ' ');
        names[1] = slice_of(last != NULL ? last + 1 : "");
        for (size_t k = 0; k < 2; k++) {
            bool known = !is_ours(names[k]);
            for (size_t j = 0; j < *count && !known; j++)
                known = slice_equal(chains[j], names[k]);
            if (!known)
                *(struct slice *)mem_push(&chains, count, &cap, sizeof *chains) = names[k];
        }
    }
    *wanted_count = *count;
    if (!backend_part(facts, families[v6].part, &text))
        return chains;
    while (slice_take_line(&text, &line)) {
        struct slice word = slice_take_word(&line);
        if (word.len > 0 && word.text[0] == '*')
            filter = slice_is(word, "*filter");
        if (!filter || word.len < 2 || word.text[0] != ':')
            continue;
        struct slice name = {word.text + 1, word.len - 1};
        bool known = !is_ours(name);
        for (size_t j = 0; j < *count && !known; j++)
            known = slice_equal(chains[j], name);
        if (!known)
            *(struct slice *)mem_push(&chains, count, &cap, sizeof *chains) = name;
    }
    return chains;
}

void shield_diff_make(const struct host_facts *facts, bool v6, const struct shield_rules *wanted,
                      struct shield_diff *out)
{
    *out = (struct shield_diff){0};
    struct iptables_rules now = read_now(facts, v6);
    size_t count, wanted_count;
    struct slice *chains = chains_of(facts, v6, wanted, &count, &wanted_count);
    diff_input(&now, wanted != NULL && wanted->count > 0, out);
    for (size_t i = 0; i < count; i++)
        diff_chain(&now, wanted, chains[i], out);
    // A chain without rules is something that is ours all the same.
    for (size_t i = wanted_count; i < count; i++) {
        char *line = mem_printf(":%.*s -", (int)chains[i].len, chains[i].text);
        add_line(out, SHIELD_REMOVED, line, strlen(line));
        free(line);
    }
    free(chains);
    iptables_rules_dispose(&now);
}

void shield_diff_dispose(struct shield_diff *diff)
{
    for (size_t i = 0; i < diff->count; i++)
        free(diff->lines[i].rule);
    free(diff->lines);
    *diff = (struct shield_diff){0};
}

char *shield_restore_text(const struct host_facts *facts, bool v6,
                          const struct shield_rules *wanted)
{
    struct str text = {0};
    struct iptables_rules now = read_now(facts, v6);
    size_t count, wanted_count;
    struct slice *chains = chains_of(facts, v6, wanted, &count, &wanted_count);
    bool want = wanted != NULL && wanted->count > 0, keep = want && jump_is_right(&now);
    str_append(&text, "*filter\n");
    for (size_t i = 0; i < now.count && !keep; i++)
        if (in_filter(&now.rules[i]) && slice_is(now.rules[i].chain, "INPUT") &&
            is_jump(&now.rules[i]))
            str_appendf(&text, "-D INPUT %.*s\n", (int)now.rules[i].text.len,
                        now.rules[i].text.text);
    // Declared, a chain that exists is emptied.
    for (size_t i = 0; i < count; i++)
        str_appendf(&text, ":%.*s - [0:0]\n", (int)chains[i].len, chains[i].text);
    for (size_t i = wanted_count; i < count; i++)
        str_appendf(&text, "-X %.*s\n", (int)chains[i].len, chains[i].text);
    for (size_t i = 0; want && i < wanted->count; i++)
        str_appendf(&text, "%s\n", wanted->lines[i]);
    if (want && !keep)
        str_appendf(&text, "-I INPUT %d " JUMP "\n", place_of_jump(&now));
    str_append(&text, "COMMIT\n");
    free(chains);
    iptables_rules_dispose(&now);
    return str_take(&text);
}

void shield_diff_print(const char *title, const struct shield_diff *diff, struct str *out)
{
    static const char *const signs[] = {[SHIELD_SAME] = "  ",
                                        [SHIELD_ADDED] = "+ ",
                                        [SHIELD_REMOVED] = "- ",
                                        [SHIELD_FOREIGN] = ". "};
    if (diff->changes == 0)
        str_appendf(out, _("%s: as it should be\n"), title);
    else
        str_appendf(out, P_("%s: %zu change\n", "%s: %zu changes\n", diff->changes), title,
                    diff->changes);
    for (size_t i = 0; i < diff->count; i++)
        str_appendf(out, "%s%s\n", signs[diff->lines[i].mark], diff->lines[i].rule);
}
