// SPDX-License-Identifier: MIT

// Bans as rules of the chain NOCDESK: what every host can. The rule's comment says when it ends;
// where there are no comments, the name of the chain that it jumps to.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "action/backend_expiry.h"
#include "action/backend_private.h"
#include "base/lang.h"

// A transaction and its inverse.
struct change {
    struct str run, undo;
};

static void change_add_step(struct change *change, const struct host_facts *facts,
                            const struct family *family, struct plan_step *step,
                            struct plan_host *out)
{
    struct str text = {0};
    str_appendf(&text, "*filter\n%sCOMMIT\n", str_text(&change->run));
    step->run = backend_restore(facts, family, out, str_text(&text));
    if (change->undo.len > 0) {
        str_clear(&text);
        str_appendf(&text, "*filter\n%sCOMMIT\n", str_text(&change->undo));
        step->undo = backend_restore(facts, family, out, str_text(&text));
    }
    str_dispose(&text);
    str_dispose(&change->run);
    str_dispose(&change->undo);
}

// The chain alone: an address may stand in other chains, which are not ours.
static struct plan_check check(const struct host_facts *facts, struct plan_host *out,
                               const struct family *family, enum plan_expectation expect,
                               const char *const *words, size_t count)
{
    struct plan_call list =
        facts->iptables_wait
            ? plan_command(out, NULL, family->part, "-w", "-n", "-L", BAN_CHAIN, NULL)
            : plan_command(out, NULL, family->part, "-n", "-L", BAN_CHAIN, NULL);
    return plan_expect(out, list, expect, words, count);
}

static struct ban_list bans_read(const struct host_facts *facts, const struct family *family)
{
    struct ban_list bans = {0};
    struct slice text;
    if (backend_part(facts, family->part, &text))
        ban_list_iptables(&bans, text, facts_clock_s(facts, facts->read_wall_ms));
    ban_list_sort(&bans);
    return bans;
}

static bool iptables_usable(const struct host_facts *facts, bool v6, struct err *why)
{
    const struct family *family = &families[v6];
    if (!facts->tools[family->tool].present)
        return err_set(why, "there is no %s", family->part);
    if (!facts->tools[family->restore_tool].present)
        return err_set(why, "there is no %s", family->restore);
    if (!facts->tools[family->tool].works)
        return err_set(why, "%s did not answer: rights, or another program holds its lock",
                       family->save);
    return true;
}

// How the rules of one order end: "-m comment … -j DROP", "-j NOCDESK-1763683200-3600", "-j DROP".
struct ending {
    const char *rule;
    const char *marks[2]; // words that the check looks for, or NULL
};

static struct ending ending_of(const struct host_facts *facts, const struct ban_order *order,
                               int64_t now_s, int64_t until_s, struct plan_host *out)
{
    struct ending ending = {.rule = "-j DROP"};
    char chain[BAN_CHAIN_NAME_MAX];
    if (facts->iptables_comment) {
        struct str comment = {0};
        ban_comment_print(&comment, now_s, until_s, order->by, order->reason, BAN_COMMENT_MAX);
        ending.rule = plan_text(out, "-m comment --comment \"%s\" -j DROP", str_text(&comment));
        ending.marks[0] = plan_text(out, "since=%" PRId64, now_s);
        ending.marks[1] = plan_text(out, "until=%" PRId64, until_s);
        str_dispose(&comment);
    } else if (until_s > 0 && ban_chain_print(now_s, until_s, chain)) {
        ending.rule = plan_text(out, "-j %s", chain);
        ending.marks[0] = plan_text(out, "%s", chain);
    }
    return ending;
}

// The chain that a rule jumps to, where it names its end: made, or made anew, as it always is. It
// goes when its time is over, not with its rules.
static void append_ending_chain(struct str *out, const char *rule)
{
    const char *blank = strrchr(rule, ' ');
    int64_t since_s, until_s;
    if (blank != NULL && ban_chain_parse(slice_of(blank + 1), &since_s, &until_s))
        str_appendf(out, ":%s - [0:0]\n-A %s -j DROP\n", blank + 1, blank + 1);
}

static void append_removal(struct change *change, const struct ban *ban)
{
    str_appendf(&change->run, "-D " BAN_CHAIN " %s\n", ban->rule);
    append_ending_chain(&change->undo, ban->rule);
    str_appendf(&change->undo, "-A " BAN_CHAIN " %s\n", ban->rule);
}

static void build_ban(struct change *change, const struct family *family,
                      const struct ban_order *order, const struct ending *ending,
                      const struct ban_list *bans)
{
    append_ending_chain(&change->run, ending->rule);
    for (size_t i = 0; i < order->count; i++) {
        const struct network *network = &order->networks[i];
        char text[ADDRESS_TEXT_MAX];
        if (network_is_v6(network) != family->v6)
            continue;
        network_print(network, text);
        str_appendf(&change->undo, "-D " BAN_CHAIN " -s %s %s\n", text, ending->rule);
        for (const struct ban *old = ban_list_find(bans, network); old != NULL;
             old = ban_list_next(bans, old)) {
            append_removal(change, old);
        }
        str_appendf(&change->run, "-A " BAN_CHAIN " -s %s %s\n", text, ending->rule);
    }
}

static void add_ban_step(const struct host_facts *facts, const struct family *family,
                         const struct ban_order *order, int64_t now_s, int64_t until_s,
                         struct plan_host *out)
{
    struct change change = {0};
    struct ban_list bans = bans_read(facts, family);
    struct ending ending = ending_of(facts, order, now_s, until_s, out);
    bool hooks = chain_prelude(&change.run, facts, family, NULL);
    build_ban(&change, family, order, &ending, &bans);

    size_t count, bare_count;
    const char **words =
        backend_words(out, family, order->networks, order->count, ending.marks, 2, &count);
    const char **bare =
        backend_undone_words(out, family, &bans, order->networks, order->count, &bare_count);
    struct plan_step *step =
        plan_add_step(out, "drop %s in the chain " BAN_CHAIN " (%s)",
                      backend_what(out, family, order->networks, order->count), family->word);
    change_add_step(&change, facts, family, step, out);
    step->after = check(facts, out, family, EXPECT_WORDS, words, count);
    step->undone = check(facts, out, family, EXPECT_WORDS, bare, bare_count);
    if (hooks)
        chain_plan_once(facts, family, out);
    free(words);
    free(bare);
    ban_list_dispose(&bans);
}

static bool iptables_plan_ban(const struct host_facts *facts, const struct ban_order *order,
                              struct plan_host *out, struct err *err)
{
    (void)err;
    int64_t now_s = facts_clock_s(facts, order->now_wall_ms);
    int64_t until_s = backend_until_s(order, now_s);
    for (int v6 = 0; v6 < 2; v6++)
        if (family_count(&families[v6], order->networks, order->count) > 0)
            add_ban_step(facts, &families[v6], order, now_s, until_s, out);
    out->ends_wall_ms = until_s == 0 ? 0 : order->now_wall_ms + order->for_s * 1000;
    out->note = until_s > 0 ? expiry_plan_job(facts, order->for_s, out) : "";
    if (!facts->iptables_comment)
        out->note = plan_text(out, "%s%s%s", out->note, until_s > 0 ? "; " : "",
                              _("this host's iptables has no comments: who banned and why is in "
                                "the audit trail only"));
    return true;
}

static void add_removal_step(const struct host_facts *facts, const struct family *family,
                             struct change *change, const struct network *gone, size_t count,
                             bool undoable, struct plan_host *out)
{
    size_t word_count;
    const char **words = backend_words(out, family, gone, count, NULL, 0, &word_count);
    struct plan_step *step = plan_add_step(out, "take %s out of the chain " BAN_CHAIN " (%s)",
                                           backend_what(out, family, gone, count), family->word);
    if (!undoable)
        str_clear(&change->undo);
    change_add_step(change, facts, family, step, out);
    step->after = check(facts, out, family, EXPECT_NO_WORDS, words, word_count);
    if (undoable)
        step->undone = check(facts, out, family, EXPECT_WORDS, words, word_count);
    free(words);
}

static bool iptables_plan_unban(const struct host_facts *facts, const struct network *networks,
                                size_t count, struct plan_host *out, struct err *err)
{
    (void)err;
    for (int v6 = 0; v6 < 2; v6++) {
        struct change change = {0};
        struct ban_list bans = bans_read(facts, &families[v6]);
        struct network *gone = arena_alloc(out->arena, (count + 1) * sizeof *gone);
        size_t gone_count = 0;
        for (size_t i = 0; i < count; i++) {
            const struct ban *ban = ban_list_find(&bans, &networks[i]);
            if (ban != NULL)
                gone[gone_count++] = networks[i];
            for (; ban != NULL; ban = ban_list_next(&bans, ban))
                append_removal(&change, ban);
        }
        if (gone_count > 0)
            add_removal_step(facts, &families[v6], &change, gone, gone_count, true, out);
        ban_list_dispose(&bans);
    }
    return true;
}

static void iptables_list(const struct host_facts *facts, struct ban_list *out)
{
    struct slice text;
    for (size_t i = 0; i < 2; i++)
        if (backend_part(facts, families[i].part, &text))
            ban_list_iptables(out, text, facts_clock_s(facts, facts->read_wall_ms));
}

static bool iptables_in_force(const struct host_facts *facts, bool v6)
{
    return chain_in_force(facts, &families[v6], NULL);
}

// Ending chains that are over and stay behind when their rules are gone.
static void append_dead_chains(struct change *change, const struct host_facts *facts,
                               const struct family *family, int64_t now_s)
{
    struct slice text, line;
    bool filter = false;
    if (!backend_part(facts, family->part, &text))
        return;
    while (slice_take_line(&text, &line)) {
        struct slice word = slice_take_word(&line);
        int64_t since_s, until_s;
        if (word.len > 0 && word.text[0] == '*')
            filter = slice_is(word, "*filter");
        if (!filter || word.len < 2 || word.text[0] != ':')
            continue;
        struct slice name = {word.text + 1, word.len - 1};
        if (ban_chain_parse(name, &since_s, &until_s) && until_s <= now_s)
            str_appendf(&change->run, "-F %.*s\n-X %.*s\n", (int)name.len, name.text, (int)name.len,
                        name.text);
    }
}

static bool iptables_plan_expire(const struct host_facts *facts, int64_t now_wall_ms,
                                 struct plan_host *out, struct err *err)
{
    (void)err;
    int64_t now_s = facts_clock_s(facts, now_wall_ms);
    for (int v6 = 0; v6 < 2; v6++) {
        struct change change = {0};
        struct ban_list bans = bans_read(facts, &families[v6]);
        struct network *gone = arena_alloc(out->arena, (bans.count + 1) * sizeof *gone);
        size_t count = 0;
        for (size_t i = 0; i < bans.count; i++) {
            const struct ban *ban = &bans.items[i];
            if (ban->ends_wall_ms <= 0 || ban->ends_wall_ms / 1000 > now_s)
                continue;
            append_removal(&change, ban);
            gone[count++] = ban->network;
        }
        chain_plan_returns(facts, &families[v6], out);
        append_dead_chains(&change, facts, &families[v6], now_s);
        if (change.run.len > 0)
            add_removal_step(facts, &families[v6], &change, gone, count, false, out);
        ban_list_dispose(&bans);
    }
    return true;
}

const struct backend backend_iptables = {
    .name = "iptables",
    .way = BAN_IPTABLES,
    .purpose = N_("Rules of an own chain; they are ended by a job on the host or by a console."),
    .expires = false,
    .usable = iptables_usable,
    .plan_ban = iptables_plan_ban,
    .plan_unban = iptables_plan_unban,
    .in_force = iptables_in_force,
    .list = iptables_list,
    .plan_expire = iptables_plan_expire,
};
