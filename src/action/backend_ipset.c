// SPDX-License-Identifier: MIT

// Bans in the kernel's sets nocdesk4 and nocdesk6, which end by themselves.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "action/backend_private.h"
#include "base/lang.h"

// The kernel's longest time-out: 24 days 20 hours.
#define TIMEOUT_MAX_S 2147483
#define MEMBERS_MAX   "1048576"
#define SET_RULE      "-m set --match-set %s src -j DROP"

struct set {
    const struct family *family;
    const char *name, *part, *inet;
    bool there, counts, comments;
    struct ban_list bans; // sorted
};

static struct set set_read(const struct host_facts *facts, bool v6)
{
    struct set set = {.family = &families[v6],
                      .name = v6 ? BAN_SET6 : BAN_SET4,
                      .part = v6 ? "ipset6" : "ipset4",
                      .inet = v6 ? "inet6" : "inet"};
    struct slice text, line;
    bool new_enough = backend_version_at_least(&facts->tools[TOOL_IPSET], 6, 20, 0);
    set.counts = set.comments = new_enough;
    if (!backend_part(facts, set.part, &text))
        return set;
    ban_list_ipset(&set.bans, text, facts_clock_s(facts, facts->read_wall_ms));
    ban_list_sort(&set.bans);
    while (slice_take_line(&text, &line)) {
        if (line.len < 7 || memcmp(line.text, "create ", 7) != 0)
            continue;
        set.there = true;
        set.counts = slice_contains(line, " counters");
        set.comments = slice_contains(line, " comment");
    }
    return set;
}

static bool ipset_usable(const struct host_facts *facts, bool v6, struct err *why)
{
    const struct tool_fact *ipset = &facts->tools[TOOL_IPSET];
    const struct family *family = &families[v6];
    if (!ipset->present)
        return err_set(why, "there is no ipset");
    if (!backend_version_at_least(ipset, 6, 0, 0))
        return err_set(why, "%s is older than 6.0", ipset->version_text);
    if (!ipset->works)
        return err_set(why, "ipset did not answer: rights, or the kernel has no sets");
    if (!facts->tools[family->tool].works || !facts->tools[family->restore_tool].present)
        return err_set(why, "%s does not answer, and a set needs a rule", family->part);
    return true;
}

// "add SET NETWORK timeout N comment "…"": of a ban as it stands, or as it is to be.
static void append_add(struct str *out, const struct set *set, const struct network *network,
                       int64_t lasts_s, const char *comment)
{
    char text[ADDRESS_TEXT_MAX];
    network_print(network, text);
    str_appendf(out, "add %s %s timeout %" PRId64, set->name, text,
                lasts_s > TIMEOUT_MAX_S ? 0 : lasts_s);
    if (set->comments && comment[0] != '\0')
        str_appendf(out, " comment \"%s\"", comment);
    str_append_char(out, '\n');
}

static void append_del(struct str *out, const struct set *set, const struct network *network)
{
    char text[ADDRESS_TEXT_MAX];
    network_print(network, text);
    str_appendf(out, "del %s %s\n", set->name, text);
}

static int64_t left_s(const struct ban *ban, int64_t now_s)
{
    int64_t left = ban->ends_wall_ms / 1000 - now_s;
    return ban->ends_wall_ms <= 0 ? 0 : left < 1 ? 1 : left;
}

// The comment as it stands, if it cannot break a line (others could have written it).
static const char *safe_comment(const struct ban *ban)
{
    return strpbrk(ban->rule, "\"\\\n\r") == NULL ? ban->rule : "";
}

static struct plan_call restore(struct plan_host *out, const char *text)
{
    return plan_command(out, text, "ipset", "-exist", "restore", NULL);
}

static struct plan_check check(struct plan_host *out, const struct set *set,
                               enum plan_expectation expect, const char *const *words, size_t count)
{
    return plan_expect(out, plan_command(out, NULL, "ipset", "save", set->name, NULL), expect,
                       words, count);
}

// The rule that hangs the set into the chain, where it is missing.
static void add_chain_step(const struct host_facts *facts, const struct set *set,
                           struct plan_host *out)
{
    struct str lines = {0}, text = {0};
    const char *rule = plan_text(out, SET_RULE, set->name);
    bool hooks = chain_prelude(&lines, facts, set->family, rule);
    if (lines.len > 0) {
        str_appendf(&text, "*filter\n%sCOMMIT\n", str_text(&lines));
        struct plan_step *step =
            plan_add_step(out, "hang the set %s into INPUT by the chain " BAN_CHAIN " (%s)",
                          set->name, set->family->word);
        const char *words[] = {BAN_CHAIN, set->name};
        step->run = backend_restore(facts, set->family, out, str_text(&text));
        step->after =
            plan_expect(out, plan_command(out, NULL, set->family->save, "-t", "filter", NULL),
                        EXPECT_WORDS, words, 2);
    }
    if (hooks)
        chain_plan_once(facts, set->family, out);
    str_dispose(&lines);
    str_dispose(&text);
}

static void add_ban_step(const struct set *set, const struct ban_order *order, int64_t now_s,
                         int64_t until_s, struct plan_host *out)
{
    struct str run = {0}, undo = {0}, comment = {0};
    if (!set->there)
        str_appendf(&run, "create %s hash:net family %s timeout 0 maxelem " MEMBERS_MAX "%s%s\n",
                    set->name, set->inet, set->counts ? " counters" : "",
                    set->comments ? " comment" : "");
    ban_comment_print(&comment, now_s, until_s, order->by, order->reason, BAN_COMMENT_MAX);
    for (size_t i = 0; i < order->count; i++) {
        const struct network *network = &order->networks[i];
        if (network_is_v6(network) != set->family->v6)
            continue;
        const struct ban *old = ban_list_find(&set->bans, network);
        append_add(&run, set, network, until_s == 0 ? 0 : until_s - now_s, str_text(&comment));
        if (old != NULL)
            append_add(&undo, set, network, left_s(old, now_s), safe_comment(old));
        else
            append_del(&undo, set, network);
    }
    // What makes the bans ours and this one's: an undo must not take another operator's.
    const char *marks[2] = {NULL, NULL};
    if (set->comments) {
        marks[0] = plan_text(out, "since=%" PRId64, now_s);
        marks[1] = plan_text(out, "until=%" PRId64, until_s);
    }
    size_t words_count, bare_count;
    const char **words =
        backend_words(out, set->family, order->networks, order->count, marks, 2, &words_count);
    const char **bare = backend_undone_words(out, set->family, &set->bans, order->networks,
                                             order->count, &bare_count);
    struct plan_step *step =
        plan_add_step(out, "add %s to the set %s",
                      backend_what(out, set->family, order->networks, order->count), set->name);
    step->run = restore(out, str_text(&run));
    step->after = check(out, set, EXPECT_WORDS, words, words_count);
    step->undo = restore(out, str_text(&undo));
    step->undone = check(out, set, EXPECT_WORDS, bare, bare_count);
    free(words);
    free(bare);
    str_dispose(&run);
    str_dispose(&undo);
    str_dispose(&comment);
}

static bool ipset_plan_ban(const struct host_facts *facts, const struct ban_order *order,
                           struct plan_host *out, struct err *err)
{
    (void)err;
    int64_t now_s = facts_clock_s(facts, order->now_wall_ms);
    int64_t until_s = backend_until_s(order, now_s);
    int64_t lasts_s = order->for_s;
    for (int v6 = 0; v6 < 2; v6++) {
        if (family_count(&families[v6], order->networks, order->count) == 0)
            continue;
        struct set set = set_read(facts, v6);
        if (lasts_s > TIMEOUT_MAX_S && !set.comments) {
            lasts_s = TIMEOUT_MAX_S;
            until_s = now_s + lasts_s;
            out->note = _("this host's ipset cannot say longer than 24 days 20 hours: the ban ends "
                          "then");
        } else if (lasts_s > TIMEOUT_MAX_S) {
            out->note = _("the kernel's sets cannot say longer than 24 days 20 hours: this ban has "
                          "no time-out there; a console that connects after its end takes it away");
        }
        add_ban_step(&set, order, now_s, until_s, out);
        add_chain_step(facts, &set, out);
        ban_list_dispose(&set.bans);
    }
    out->ends_wall_ms = lasts_s < 0 ? 0 : order->now_wall_ms + lasts_s * 1000;
    return true;
}

// Takes away the bans of the list that are wanted (networks NULL: those that ended by now_s).
static void add_unban_step(const struct set *set, const struct network *networks, size_t count,
                           int64_t now_s, struct plan_host *out)
{
    struct str run = {0}, undo = {0};
    struct network *gone = NULL;
    size_t gone_count = 0;
    size_t candidates = networks != NULL ? count : set->bans.count;
    gone = arena_alloc(out->arena, (candidates + 1) * sizeof *gone);
    for (size_t i = 0; i < candidates; i++) {
        const struct ban *ban =
            networks != NULL ? ban_list_find(&set->bans, &networks[i]) : &set->bans.items[i];
        if (ban == NULL ||
            (networks == NULL && (ban->ends_wall_ms <= 0 || ban->ends_wall_ms / 1000 > now_s)))
            continue;
        append_del(&run, set, &ban->network);
        append_add(&undo, set, &ban->network, left_s(ban, now_s), safe_comment(ban));
        gone[gone_count++] = ban->network;
    }
    if (gone_count > 0) {
        size_t words_count;
        const char **words =
            backend_words(out, set->family, gone, gone_count, NULL, 0, &words_count);
        struct plan_step *step =
            plan_add_step(out, "take %s out of the set %s",
                          backend_what(out, set->family, gone, gone_count), set->name);
        step->run = restore(out, str_text(&run));
        step->after = check(out, set, EXPECT_NO_WORDS, words, words_count);
        if (networks != NULL) {
            step->undo = restore(out, str_text(&undo));
            step->undone = check(out, set, EXPECT_WORDS, words, words_count);
        }
        free(words);
    }
    str_dispose(&run);
    str_dispose(&undo);
}

static bool ipset_plan_unban(const struct host_facts *facts, const struct network *networks,
                             size_t count, struct plan_host *out, struct err *err)
{
    (void)err;
    for (int v6 = 0; v6 < 2; v6++) {
        struct set set = set_read(facts, v6);
        add_unban_step(&set, networks, count, facts_clock_s(facts, facts->read_wall_ms), out);
        ban_list_dispose(&set.bans);
    }
    return true;
}

static void ipset_list(const struct host_facts *facts, struct ban_list *out)
{
    static const char *const parts[] = {"ipset4", "ipset6"};
    struct slice text;
    for (size_t i = 0; i < 2; i++)
        if (backend_part(facts, parts[i], &text))
            ban_list_ipset(out, text, facts_clock_s(facts, facts->read_wall_ms));
}

// Only those that are longer than a time-out can say.
static bool ipset_plan_expire(const struct host_facts *facts, int64_t now_wall_ms,
                              struct plan_host *out, struct err *err)
{
    (void)err;
    for (int v6 = 0; v6 < 2; v6++) {
        struct set set = set_read(facts, v6);
        add_unban_step(&set, NULL, 0, facts_clock_s(facts, now_wall_ms), out);
        ban_list_dispose(&set.bans);
    }
    return true;
}

static bool ipset_in_force(const struct host_facts *facts, bool v6)
{
    char rule[80];
    snprintf(rule, sizeof rule, SET_RULE, v6 ? BAN_SET6 : BAN_SET4);
    return chain_in_force(facts, &families[v6], rule);
}

const struct backend backend_ipset = {
    .name = "ipset",
    .way = BAN_IPSET,
    .purpose = N_("Sets of the kernel with time-outs, behind one rule of iptables."),
    .expires = true,
    .usable = ipset_usable,
    .plan_ban = ipset_plan_ban,
    .plan_unban = ipset_plan_unban,
    .in_force = ipset_in_force,
    .list = ipset_list,
    .plan_expire = ipset_plan_expire,
};
