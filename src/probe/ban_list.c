// SPDX-License-Identifier: MIT

// Bans as iptables, ipset and fail2ban print them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "probe/ban_private.h"
#include "probe/iptables_save.h"

void ban_list_dispose(struct ban_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].by);
        free(list->items[i].reason);
        free(list->items[i].rule);
    }
    free(list->items);
    *list = (struct ban_list){0};
}

static int network_compare(const struct network *a, const struct network *b)
{
    int order = address_compare(&a->base, &b->base);
    return order != 0 ? order : (int)a->prefix - (int)b->prefix;
}

static int ban_compare(const void *a, const void *b)
{
    const struct ban *left = a, *right = b;
    return network_compare(&left->network, &right->network);
}

void ban_list_sort(struct ban_list *list)
{
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, ban_compare);
}

const struct ban *ban_list_find(const struct ban_list *list, const struct network *network)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (network_compare(&list->items[middle].network, network) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < list->count && network_compare(&list->items[low].network, network) == 0;
    return found ? &list->items[low] : NULL;
}

const struct ban *ban_list_next(const struct ban_list *list, const struct ban *ban)
{
    const struct ban *next = ban + 1;
    bool same =
        next < list->items + list->count && network_compare(&next->network, &ban->network) == 0;
    return same ? next : NULL;
}

bool ban_slice_network(struct slice word, struct network *out)
{
    char text[ADDRESS_TEXT_MAX];
    if (word.len == 0 || word.len >= sizeof text)
        return false;
    memcpy(text, word.text, word.len);
    text[word.len] = '\0';
    return network_parse(text, out);
}

struct ban *ban_list_add(struct ban_list *list, const struct network *network, const char *backend)
{
    struct ban *ban = mem_push(&list->items, &list->count, &list->cap, sizeof *list->items);
    ban->network = *network;
    ban->since_wall_ms = -1;
    ban->ends_wall_ms = 0;
    ban->packets = -1;
    ban->backend = backend;
    ban->by = mem_strdup("");
    ban->reason = mem_strdup("");
    ban->rule = mem_strdup("");
    return ban;
}

void ban_set_rule(struct ban *ban, struct slice rule)
{
    free(ban->rule);
    ban->rule = mem_strndup(rule.text, rule.len);
}

// The value of an option of a rule ("-s", "-j"), as it stands; empty when the rule has none.
static struct slice rule_option(struct slice rule, const char *option)
{
    struct slice word;
    while ((word = slice_take_word(&rule)).len > 0) {
        if (word.text[0] == '"') // what follows is quoted: only comments are, here
            break;
        if (slice_is(word, option))
            return slice_take_word(&rule);
    }
    return (struct slice){"", 0};
}

static void add_rule(struct ban_list *list, const struct iptables_rule *rule,
                     struct iptables_words *words)
{
    struct network network;
    iptables_describe(rule, words);
    const char *target = str_text(&words->target);
    int64_t since_s = -1, until_s = 0;
    bool timed = ban_chain_parse(slice_of(target), &since_s, &until_s);
    if ((!timed && strcmp(target, "DROP") != 0) || since_s == until_s)
        return; // what lets a console through, the rule of a set
    struct slice source = rule_option(rule->text, "-s");
    // A DROP without a source but with a set is the ipset backend's.
    if (source.len == 0 && slice_contains(rule->text, "--match-set"))
        return;
    // A rule that asks for more than the source (a port), or for all but it, bans nobody whole.
    if (!ban_slice_network(source, &network) || words->match.len != source.len + 3 ||
        strncmp(words->match.text, "-s ", 3) != 0) {
        list->strange++;
        return;
    }
    struct ban *ban = ban_list_add(list, &network, "iptables");
    ban->packets = rule->packets;
    ban->since_wall_ms = since_s < 0 ? -1 : since_s * 1000;
    ban->ends_wall_ms = until_s * 1000;
    ban_set_rule(ban, rule->text);
    ban_comment_parse((struct slice){str_text(&words->comment), words->comment.len}, ban);
}

static void add_return(struct ban_list *list, const struct iptables_rule *rule,
                       struct iptables_words *words)
{
    struct network network;
    iptables_describe(rule, words);
    const char *target = str_text(&words->target);
    int64_t since_s = -1, until_s = 0;
    bool timed = ban_chain_parse(slice_of(target), &since_s, &until_s) && since_s == until_s;
    if ((!timed && strcmp(target, "RETURN") != 0) ||
        strstr(str_text(&words->match), "! -s") != NULL ||
        !ban_slice_network(rule_option(rule->text, "-s"), &network))
        return;
    struct ban *ban = ban_list_add(list, &network, "iptables");
    ban->ends_wall_ms = until_s * 1000;
    ban_set_rule(ban, rule->text);
    ban_comment_parse((struct slice){str_text(&words->comment), words->comment.len}, ban);
}

static void add_rules(struct ban_list *list, struct slice text,
                      void (*add)(struct ban_list *, const struct iptables_rule *,
                                  struct iptables_words *))
{
    struct iptables_rules rules = {0};
    struct iptables_words words = {0};
    iptables_parse(&rules, false, text.text, text.len);
    for (size_t i = 0; i < rules.count; i++) {
        const struct iptables_rule *rule = &rules.rules[i];
        if (rule->num > 0 && slice_is(rule->chain, BAN_CHAIN) && slice_is(rule->table, "filter"))
            add(list, rule, &words);
    }
    iptables_words_dispose(&words);
    iptables_rules_dispose(&rules);
}

void ban_list_iptables(struct ban_list *list, struct slice text, int64_t now_s)
{
    (void)now_s;
    add_rules(list, text, add_rule);
}

void ban_list_iptables_consoles(struct ban_list *list, struct slice text)
{
    add_rules(list, text, add_return);
}

// The text between the line's last pair of quotes, which ipset prints around a comment.
static struct slice quoted(struct slice line)
{
    const char *open = memchr(line.text, '"', line.len);
    const char *close = memrchr(line.text, '"', line.len);
    if (open == NULL || close <= open)
        return (struct slice){"", 0};
    return (struct slice){open + 1, (size_t)(close - open - 1)};
}

static void add_member(struct ban_list *list, struct slice line, int64_t now_s)
{
    struct network network;
    struct slice rest = line, word;
    slice_take_word(&rest);
    slice_take_word(&rest);
    if (!ban_slice_network(slice_take_word(&rest), &network)) {
        list->strange++;
        return;
    }
    struct ban *ban = ban_list_add(list, &network, "ipset");
    int64_t left_s = 0;
    while ((word = slice_take_word(&rest)).len > 0 && !slice_is(word, "comment")) {
        struct slice value = slice_take_word(&rest);
        if (slice_is(word, "timeout"))
            slice_take_uint(&value, &left_s);
        else if (slice_is(word, "packets"))
            slice_take_uint(&value, &ban->packets);
    }
    struct slice comment = quoted(line);
    ban_set_rule(ban, comment);
    ban_comment_parse(comment, ban);
    // The kernel's word counts; only a ban that is longer than the kernel can say has it in the
    // comment alone.
    if (left_s > 0 && left_s < INT32_MAX)
        ban->ends_wall_ms = (now_s + left_s) * 1000;
}

void ban_list_ipset(struct ban_list *list, struct slice text, int64_t now_s)
{
    struct slice line;
    while (slice_take_line(&text, &line)) {
        struct slice rest = line;
        if (!slice_is(slice_take_word(&rest), "add"))
            continue;
        struct slice set = slice_take_word(&rest);
        if (slice_is(set, BAN_SET4) || slice_is(set, BAN_SET6))
            add_member(list, line, now_s);
    }
}

int64_t ban_zone_s(struct slice text)
{
    char digits[6] = "";
    int hours, minutes;
    if (text.len != 5 || (text.text[0] != '+' && text.text[0] != '-'))
        return 0;
    memcpy(digits, text.text, 5);
    if (sscanf(digits + 1, "%2d%2d", &hours, &minutes) != 2)
        return 0;
    int64_t seconds = hours * 3600 + minutes * 60;
    return digits[0] == '-' ? -seconds : seconds;
}

// "2026-11-20 23:31:05" in the host's zone.
static bool parse_time(struct slice *text, int64_t zone_s, int64_t *out)
{
    char digits[32];
    struct tm tm = {0};
    struct slice day = slice_take_word(text), hour = slice_take_word(text);
    int len = snprintf(digits, sizeof digits, "%.*s %.*s", (int)(day.len < 12 ? day.len : 12),
                       day.text, (int)(hour.len < 12 ? hour.len : 12), hour.text);
    if (len <= 0 || sscanf(digits, "%4d-%2d-%2d %2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
                           &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    *out = (int64_t)timegm(&tm) - zone_s;
    return true;
}

// "203.0.113.9 \t2026-11-20 23:31:05 + 600 = 2026-11-20 23:41:05"; a ban time of -1 is for good.
static void add_jailed(struct ban_list *list, struct slice line, struct slice jail, int64_t zone_s)
{
    struct network network;
    int64_t since_s, lasts_s;
    if (!ban_slice_network(slice_take_word(&line), &network))
        return;
    struct ban *ban = ban_list_add(list, &network, "fail2ban");
    free(ban->by);
    ban->by = mem_strdup("fail2ban");
    free(ban->reason);
    ban->reason = mem_printf("jail %.*s", (int)jail.len, jail.text);
    ban_set_rule(ban, jail);
    ban->ends_wall_ms = -1;
    if (!parse_time(&line, zone_s, &since_s))
        return;
    ban->since_wall_ms = since_s < 0 ? -1 : since_s * 1000;
    if (!slice_is(slice_take_word(&line), "+"))
        return;
    struct slice lasts = slice_take_word(&line);
    if (lasts.len > 0 && lasts.text[0] == '-')
        ban->ends_wall_ms = 0;
    else if (slice_take_uint(&lasts, &lasts_s) && lasts_s < INT32_MAX)
        ban->ends_wall_ms = (since_s + lasts_s) * 1000;
}

void ban_list_fail2ban(struct ban_list *list, struct slice text, struct slice jail, int64_t zone_s)
{
    struct slice line, word;
    while (slice_take_line(&text, &line)) {
        struct slice rest = line;
        slice_take_word(&rest);
        word = slice_take_word(&rest);
        struct network network;
        if (word.len > 0 && !ban_slice_network(word, &network)) {
            add_jailed(list, line, jail, zone_s);
            continue;
        }
        // Addresses only, side by side.
        rest = line;
        while ((word = slice_take_word(&rest)).len > 0)
            add_jailed(list, word, jail, zone_s);
    }
}
