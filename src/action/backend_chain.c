// SPDX-License-Identifier: MIT

// The chain NOCDESK: what is missing of it, as lines of iptables-restore.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "action/backend_private.h"
#include "base/clock.h"
#include "probe/iptables_save.h"

#define JUMP "-j " BAN_CHAIN

// What the host has of it.
struct chain_state {
    bool chain;
    int jump_at;  // the first one's place in INPUT; 0: none
    size_t jumps; // more than one is what consoles made that hooked it in at the same moment
    bool rule;
    struct iptables_rules rules;
};

bool chain_exists(const struct host_facts *facts, const struct family *family, const char *name)
{
    struct slice text, line;
    bool filter = false;
    if (!backend_part(facts, family->part, &text))
        return false;
    while (slice_take_line(&text, &line)) {
        struct slice word = slice_take_word(&line);
        if (word.len > 0 && word.text[0] == '*')
            filter = slice_is(word, "*filter");
        if (filter && word.len > 1 && word.text[0] == ':' &&
            slice_is((struct slice){word.text + 1, word.len - 1}, name))
            return true;
    }
    return false;
}

static bool in_chain(const struct iptables_rule *rule, const char *chain)
{
    return rule->num > 0 && slice_is(rule->table, "filter") && slice_is(rule->chain, chain);
}

static struct chain_state chain_read(const struct host_facts *facts, const struct family *family,
                                     const char *rule)
{
    struct chain_state state = {.chain = chain_exists(facts, family, BAN_CHAIN)};
    struct slice text;
    if (!backend_part(facts, family->part, &text))
        return state;
    iptables_parse(&state.rules, family->v6, text.text, text.len);
    for (size_t i = 0; i < state.rules.count; i++) {
        const struct iptables_rule *each = &state.rules.rules[i];
        bool jump = in_chain(each, "INPUT") && slice_is(each->text, JUMP);
        if (jump && state.jumps++ == 0)
            state.jump_at = each->num;
        if (rule != NULL && in_chain(each, BAN_CHAIN) && slice_is(each->text, rule))
            state.rule = true;
    }
    return state;
}

// How many rules of those that let consoles through are ended and made, and until when.
struct return_count {
    size_t ended, made;
    int64_t until_s;
};

// The rule that lets a console through until then, and the chain that it needs where a comment
// cannot say when it ends.
static void append_return(struct str *out, const struct host_facts *facts, const char *address,
                          int64_t until_s)
{
    if (!facts->iptables_comment) {
        str_appendf(out,
                    ":" BAN_CHAIN "-%" PRId64 "-0 - [0:0]\n-I " BAN_CHAIN " 1 -s %s -g " BAN_CHAIN
                    "-%" PRId64 "-0\n",
                    until_s, address, until_s);
        return;
    }
    struct str comment = {0};
    ban_comment_print(&comment, until_s - CONSOLE_LET_S, until_s, "nocdesk", "console",
                      BAN_COMMENT_MAX);
    str_appendf(out, "-I " BAN_CHAIN " 1 -s %s -m comment --comment \"%s\" -j RETURN\n", address,
                str_text(&comment));
    str_dispose(&comment);
}

// Takes away what is over, and of this console's own what is to be renewed; makes those anew, and
// those that are missing where missing is set.
static struct return_count append_returns(struct str *out, const struct host_facts *facts,
                                          const struct family *family, bool missing)
{
    struct return_count count = {.until_s =
                                     facts_clock_s(facts, clock_shown_wall_ms()) + CONSOLE_LET_S};
    for (size_t i = 0; i < facts->let_through_count; i++) {
        const struct let_through *each = &facts->let_through[i];
        if (strcmp(each->tool, family->part) != 0 ||
            !(backend_let_is_over(each) || backend_let_is_old(facts, each)))
            continue;
        str_appendf(out, "-D " BAN_CHAIN " %s\n", each->rule);
        count.ended++;
    }
    for (size_t i = 0; i < facts->console_count; i++) {
        char address[ADDRESS_TEXT_MAX];
        enum let_word word = backend_let_word(facts, family->part, &facts->console[i]);
        if (address_is_v4(&facts->console[i]) == family->v6 || word == LET_THROUGH ||
            (word == LET_MISSING && !missing))
            continue;
        address_print(&facts->console[i], address);
        append_return(out, facts, address, count.until_s);
        count.made++;
    }
    return count;
}

bool chain_prelude(struct str *out, const struct host_facts *facts, const struct family *family,
                   const char *rule)
{
    struct chain_state state = chain_read(facts, family, rule);
    if (!state.chain)
        str_append(out, "-N " BAN_CHAIN "\n");
    append_returns(out, facts, family, true);
    if (rule != NULL && !state.rule)
        str_appendf(out, "-A " BAN_CHAIN " %s\n", rule);
    bool hooks = state.jump_at != 1 || state.jumps > 1;
    for (size_t i = 0; hooks && i < state.jumps; i++)
        str_append(out, "-D INPUT " JUMP "\n");
    if (hooks)
        str_append(out, "-I INPUT 1 " JUMP "\n");
    iptables_rules_dispose(&state.rules);
    return hooks;
}

// $1 and $2: how the rules are read and written. A transaction that deletes as many jumps as were
// seen and makes one fails as a whole where another console has been quicker.
static const char once_script[] =
    "for try in 1 2 3 4 5; do n=$($1 -t filter | { n=0; while read -r line; do "
    "[ \"$line\" != '-A INPUT " JUMP "' ] || n=$((n + 1)); done; echo $n; }); "
    "[ \"$n\" -gt 1 ] || break; "
    "{ echo '*filter'; while [ $n -gt 0 ]; do echo '-D INPUT " JUMP "'; n=$((n - 1)); done; "
    "echo '-I INPUT 1 " JUMP "'; echo COMMIT; } | $2 -n 2>/dev/null; done; [ \"$n\" -gt 0 ]";

void chain_plan_once(const struct host_facts *facts, const struct family *family,
                     struct plan_host *out)
{
    // The older iptables refuses the second transaction: it cannot make a chain that is there.
    if (strstr(facts->tools[family->tool].version_text, "nf_tables") == NULL)
        return;
    const char *sudo = facts->host->sudo ? "sudo -n " : "";
    struct plan_step *step = plan_add_step(
        out, "see that only one jump to " BAN_CHAIN " stands in INPUT (%s)", family->word);
    step->run = plan_command(out, NULL, "sh", "-c", once_script, "nocdesk",
                             plan_text(out, "%s%s", sudo, family->save),
                             plan_text(out, "%s%s", sudo, family->restore), NULL);
    step->run.privileged = false;
}

bool chain_in_force(const struct host_facts *facts, const struct family *family, const char *rule)
{
    struct chain_state state = chain_read(facts, family, rule);
    iptables_rules_dispose(&state.rules);
    return state.chain && state.jump_at == 1 && (rule == NULL || state.rule);
}

void chain_plan_returns(const struct host_facts *facts, const struct family *family,
                        struct plan_host *out)
{
    struct str lines = {0}, text = {0};
    struct return_count count = append_returns(&lines, facts, family, false);
    if (count.ended + count.made > 0) {
        struct plan_step *step =
            plan_add_step(out, "let consoles through " BAN_CHAIN ": %zu renewed, %zu ended (%s)",
                          count.made, count.ended - count.made, family->word);
        str_appendf(&text, "*filter\n%sCOMMIT\n", str_text(&lines));
        step->run = backend_restore(facts, family, out, str_text(&text));
        const char *mark = facts->iptables_comment
                               ? plan_text(out, "until=%" PRId64, count.until_s)
                               : plan_text(out, BAN_CHAIN "-%" PRId64 "-0", count.until_s);
        step->after = plan_expect(out, plan_command(out, NULL, family->save, "-t", "filter", NULL),
                                  EXPECT_WORDS, &mark, count.made > 0);
    }
    str_dispose(&lines);
    str_dispose(&text);
}
