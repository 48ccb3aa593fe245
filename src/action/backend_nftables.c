// SPDX-License-Identifier: MIT

// Bans in the sets of an own table of nft, "inet nocdesk", which end by themselves. Every change is
// one transaction that also makes what is missing of the table.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "action/backend_private.h"
#include "base/lang.h"

#define TABLE "inet " BAN_TABLE

// Single addresses and networks have sets of their own: only networks need the costlier intervals.
enum set_kind { HOST4, NET4, HOST6, NET6, SETS };
static const char *const set_names[SETS] = {
    [HOST4] = "host4", [NET4] = "net4", [HOST6] = "host6", [NET6] = "net6"};

struct nft_state {
    bool counts;
    bool endless;         // the sets of consoles cannot say when an element ends
    struct ban_list bans; // sorted
};

static enum set_kind set_of(const struct network *network)
{
    if (network->prefix == 128)
        return network_is_v6(network) ? HOST6 : HOST4;
    return network_is_v6(network) ? NET6 : NET4;
}

static struct nft_state state_read(const struct host_facts *facts)
{
    struct nft_state state = {.counts = backend_version_at_least(&facts->tools[TOOL_NFT], 0, 9, 5)};
    struct slice text;
    if (!backend_part(facts, "nft", &text))
        return state;
    const char *consoles = memmem(text.text, text.len, "set console4", 12);
    if (consoles != NULL) {
        struct slice set = {consoles, text.len - (size_t)(consoles - text.text)};
        const char *brace = memchr(set.text, '}', set.len);
        set.len = brace != NULL ? (size_t)(brace - set.text) : set.len;
        state.endless = !slice_contains(set, "timeout");
    }
    if (slice_contains(text, "set host4"))
        state.counts = slice_contains(text, "\t\tcounter\n");
    ban_list_nft(&state.bans, text, facts_clock_s(facts, facts->read_wall_ms));
    ban_list_sort(&state.bans);
    return state;
}

static bool nftables_usable(const struct host_facts *facts, bool v6, struct err *why)
{
    (void)v6;
    const struct tool_fact *nft = &facts->tools[TOOL_NFT];
    if (!nft->present)
        return err_set(why, "there is no nft");
    if (!backend_version_at_least(nft, 0, 9, 0))
        return err_set(why, "%s is older than 0.9.0", nft->version_text);
    if (!nft->works)
        return err_set(why, "nft did not answer: rights, or the kernel has no nftables");
    return true;
}

// A console's element, with all its time before it.
static void append_console(struct str *out, const struct address *console)
{
    char text[ADDRESS_TEXT_MAX], set = address_is_v4(console) ? '4' : '6';
    address_print(console, text);
    str_appendf(out,
                "add element " TABLE " console%c { %s }\ndelete element " TABLE
                " console%c { %s }\nadd element " TABLE " console%c { %s timeout %ds }\n",
                set, text, set, text, set, text, CONSOLE_LET_S);
}

// Each line says "let there be": it changes nothing where it is so already.
static void append_prelude(struct str *out, const struct host_facts *facts,
                           const struct nft_state *state)
{
    const char *counter = state->counts ? " counter;" : "";
    str_append(out, "add table " TABLE "\n");
    if (state->endless)
        str_append(out, "flush chain " TABLE " input\n"
                        "delete set " TABLE " console4\n"
                        "delete set " TABLE " console6\n");
    str_append(out, "add set " TABLE " console4 { type ipv4_addr; flags timeout; }\n"
                    "add set " TABLE " console6 { type ipv6_addr; flags timeout; }\n");
    for (size_t i = 0; i < SETS; i++)
        str_appendf(out, "add set " TABLE " %s { type %s; flags %stimeout;%s }\n", set_names[i],
                    i >= HOST6 ? "ipv6_addr" : "ipv4_addr",
                    i == NET4 || i == NET6 ? "interval," : "", counter);
    for (size_t i = 0; i < facts->console_count; i++)
        if (state->endless || backend_let_word(facts, "nft", &facts->console[i]) != LET_THROUGH)
            append_console(out, &facts->console[i]);
    str_append(out, "add chain " TABLE " input { type filter hook input priority -10; }\n"
                    "flush chain " TABLE " input\n"
                    "add rule " TABLE " input ip saddr @console4 return\n"
                    "add rule " TABLE " input ip6 saddr @console6 return\n"
                    "add rule " TABLE " input ip saddr @host4 drop\n"
                    "add rule " TABLE " input ip saddr @net4 drop\n"
                    "add rule " TABLE " input ip6 saddr @host6 drop\n"
                    "add rule " TABLE " input ip6 saddr @net6 drop\n");
}

// The elements of one set in one command, each as each() prints it; nothing for none.
struct elements {
    struct str text;
    size_t count;
};

static void element_add(struct elements *list, const struct network *network, int64_t lasts_s,
                        const char *comment)
{
    char text[ADDRESS_TEXT_MAX];
    network_print(network, text);
    str_appendf(&list->text, "%s%s", list->count++ > 0 ? ",\n" : "", text);
    if (lasts_s > 0)
        str_appendf(&list->text, " timeout %" PRId64 "s", lasts_s);
    if (comment[0] != '\0')
        str_appendf(&list->text, " comment \"%s\"", comment);
}

static void append_command(struct str *out, const char *verb, enum set_kind set,
                           struct elements *list)
{
    if (list->count > 0)
        str_appendf(out, "%s element " TABLE " %s {\n%s\n}\n", verb, set_names[set],
                    str_text(&list->text));
    str_dispose(&list->text);
    *list = (struct elements){0};
}

static int64_t left_s(const struct ban *ban, int64_t now_s)
{
    int64_t left = ban->ends_wall_ms / 1000 - now_s;
    return ban->ends_wall_ms <= 0 ? 0 : left < 1 ? 1 : left;
}

static const char *safe_comment(const struct ban *ban)
{
    bool safe = strpbrk(ban->rule, "\"\\\n\r") == NULL && strlen(ban->rule) <= BAN_COMMENT_NFT_MAX;
    return safe ? ban->rule : "";
}

// A single address is deleted whether it is there or not, by adding it first. For a network that
// would overlap; and in interval sets the tool is slow to delete: only those that are there.
static void append_deletes(struct str *out, const struct nft_state *state, enum set_kind set,
                           const struct network *networks, size_t count, bool there)
{
    struct elements add = {0}, del = {0};
    bool interval = set == NET4 || set == NET6;
    for (size_t i = 0; i < count; i++) {
        if (set_of(&networks[i]) != set)
            continue;
        if (!interval)
            element_add(&add, &networks[i], 0, "");
        else if (!there && ban_list_find(&state->bans, &networks[i]) == NULL)
            continue;
        element_add(&del, &networks[i], 0, "");
    }
    append_command(out, "add", set, &add);
    append_command(out, "delete", set, &del);
}

// The bans that the networks have already.
static void append_old(struct str *out, const struct nft_state *state, enum set_kind set,
                       const struct network *networks, size_t count, int64_t now_s)
{
    struct elements list = {0};
    for (size_t i = 0; i < count; i++) {
        const struct ban *old =
            set_of(&networks[i]) == set ? ban_list_find(&state->bans, &networks[i]) : NULL;
        if (old != NULL)
            element_add(&list, &old->network, left_s(old, now_s), safe_comment(old));
    }
    append_command(out, "add", set, &list);
}

// Intervals must not overlap.
static bool overlaps(const struct nft_state *state, const struct ban_order *order,
                     const struct host_facts *facts, struct err *err)
{
    for (size_t i = 0; i < order->count; i++) {
        const struct network *wanted = &order->networks[i];
        for (size_t j = 0; wanted->prefix < 128 && j < state->bans.count; j++) {
            const struct network *there = &state->bans.items[j].network;
            char a[ADDRESS_TEXT_MAX], b[ADDRESS_TEXT_MAX];
            if (there->prefix == 128 || there->prefix == wanted->prefix)
                continue;
            if (!network_contains(there, &wanted->base) && !network_contains(wanted, &there->base))
                continue;
            network_print(wanted, a);
            network_print(there, b);
            err_set(err,
                    "%s: %s overlaps %s, which is banned there, and nft keeps networks apart: "
                    "unban %s first",
                    facts->host->name, a, b, b);
            return true;
        }
    }
    return false;
}

static struct plan_call transaction(struct plan_host *out, const char *text)
{
    return plan_command(out, text, "nft", "-f", "-", NULL);
}

static struct plan_check check(struct plan_host *out, enum plan_expectation expect,
                               const struct network *networks, size_t count,
                               const char *const *marks, size_t mark_count)
{
    size_t used, more;
    const char **six = backend_words(out, &families[1], networks, count, marks, mark_count, &used);
    const char **all = backend_words(out, &families[0], networks, count, six, used, &more);
    struct plan_check made =
        plan_expect(out, plan_command(out, NULL, "nft", "list", "table", "inet", BAN_TABLE, NULL),
                    expect, all, more);
    free(six);
    free(all);
    return made;
}

static const char *what(struct plan_host *out, const struct network *networks, size_t count)
{
    if (count != 1)
        return plan_text(out, "%zu addresses", count);
    return backend_what(out, &families[network_is_v6(&networks[0])], networks, count);
}

static void build_ban(struct str *run, struct str *undo, const struct nft_state *state,
                      const struct ban_order *order, int64_t now_s, int64_t until_s)
{
    struct str comment = {0};
    ban_comment_print(&comment, now_s, until_s, order->by, order->reason, BAN_COMMENT_NFT_MAX);
    for (enum set_kind set = 0; set < SETS; set++) {
        struct elements list = {0};
        append_deletes(run, state, set, order->networks, order->count, false);
        for (size_t i = 0; i < order->count; i++)
            if (set_of(&order->networks[i]) == set)
                element_add(&list, &order->networks[i], until_s == 0 ? 0 : until_s - now_s,
                            str_text(&comment));
        append_command(run, "add", set, &list);
        append_deletes(undo, state, set, order->networks, order->count, true);
        append_old(undo, state, set, order->networks, order->count, now_s);
    }
    str_dispose(&comment);
}

static bool nftables_plan_ban(const struct host_facts *facts, const struct ban_order *order,
                              struct plan_host *out, struct err *err)
{
    int64_t now_s = facts_clock_s(facts, order->now_wall_ms);
    int64_t until_s = backend_until_s(order, now_s);
    struct nft_state state = state_read(facts);
    bool ok = !overlaps(&state, order, facts, err);
    if (ok) {
        struct str run = {0}, undo = {0};
        const char *marks[] = {plan_text(out, "since=%" PRId64, now_s),
                               plan_text(out, "until=%" PRId64, until_s)};
        size_t word_count;
        const char **words = backend_undone_words(out, NULL, &state.bans, order->networks,
                                                  order->count, &word_count);
        append_prelude(&run, facts, &state);
        build_ban(&run, &undo, &state, order, now_s, until_s);
        struct plan_step *step = plan_add_step(out, "add %s to the sets of the nft table " TABLE,
                                               what(out, order->networks, order->count));
        step->run = transaction(out, str_text(&run));
        step->after = check(out, EXPECT_WORDS, order->networks, order->count, marks, 2);
        step->undo = transaction(out, str_text(&undo));
        step->undone = check(out, EXPECT_WORDS, NULL, 0, words, word_count);
        free(words);
        out->ends_wall_ms = order->for_s < 0 ? 0 : order->now_wall_ms + order->for_s * 1000;
        str_dispose(&run);
        str_dispose(&undo);
    }
    ban_list_dispose(&state.bans);
    return ok;
}

static bool nftables_plan_unban(const struct host_facts *facts, const struct network *networks,
                                size_t count, struct plan_host *out, struct err *err)
{
    (void)err;
    int64_t now_s = facts_clock_s(facts, facts->read_wall_ms);
    struct nft_state state = state_read(facts);
    struct network *there = arena_alloc(out->arena, (count + 1) * sizeof *there);
    size_t there_count = 0;
    for (size_t i = 0; i < count; i++)
        if (ban_list_find(&state.bans, &networks[i]) != NULL)
            there[there_count++] = networks[i];
    if (there_count > 0) {
        struct str run = {0}, undo = {0};
        for (enum set_kind set = 0; set < SETS; set++) {
            append_deletes(&run, &state, set, there, there_count, true);
            append_old(&undo, &state, set, there, there_count, now_s);
        }
        struct plan_step *step = plan_add_step(
            out, "take %s out of the sets of the nft table " TABLE, what(out, there, there_count));
        step->run = transaction(out, str_text(&run));
        step->after = check(out, EXPECT_NO_WORDS, there, there_count, NULL, 0);
        step->undo = transaction(out, str_text(&undo));
        step->undone = check(out, EXPECT_WORDS, there, there_count, NULL, 0);
        str_dispose(&run);
        str_dispose(&undo);
    }
    ban_list_dispose(&state.bans);
    return true;
}

// The kernel ends what is over; what is left is to renew the addresses of this console.
static bool nftables_plan_expire(const struct host_facts *facts, int64_t now_wall_ms,
                                 struct plan_host *out, struct err *err)
{
    (void)now_wall_ms;
    (void)err;
    struct str text = {0};
    for (size_t i = 0; i < facts->console_count; i++)
        if (backend_let_word(facts, "nft", &facts->console[i]) == LET_OLD)
            append_console(&text, &facts->console[i]);
    if (text.len > 0) {
        struct plan_step *step =
            plan_add_step(out, "let this console's addresses through for another day (" TABLE ")");
        step->run = transaction(out, str_text(&text));
    }
    str_dispose(&text);
    return true;
}

static void nftables_list(const struct host_facts *facts, struct ban_list *out)
{
    struct slice text;
    if (backend_part(facts, "nft", &text))
        ban_list_nft(out, text, facts_clock_s(facts, facts->read_wall_ms));
}

static bool nftables_in_force(const struct host_facts *facts, bool v6)
{
    struct slice text;
    return backend_part(facts, "nft", &text) && slice_contains(text, "type filter hook input") &&
           slice_contains(text, v6 ? "@host6 drop" : "@host4 drop") &&
           slice_contains(text, v6 ? "@net6 drop" : "@net4 drop");
}

const struct backend backend_nftables = {
    .name = "nftables",
    .way = BAN_NFTABLES,
    .purpose = N_("Sets of an own nft table with time-outs, ahead of the host's own rules."),
    .expires = true,
    .usable = nftables_usable,
    .plan_ban = nftables_plan_ban,
    .plan_unban = nftables_plan_unban,
    .in_force = nftables_in_force,
    .list = nftables_list,
    .plan_expire = nftables_plan_expire,
};
