// SPDX-License-Identifier: MIT

// The chain NOCDESK: what is missing of it, as lines of iptables-restore.
#include <stdlib.h>
#include <string.h>

#include "action/backend_private.h"
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

static bool has_return(const struct chain_state *state, const char *address, bool v6)
{
    char wanted[ADDRESS_TEXT_MAX + 32];
    snprintf(wanted, sizeof wanted, "-s %s/%d -j RETURN", address, v6 ? 128 : 32);
    for (size_t i = 0; i < state->rules.count; i++)
        if (in_chain(&state->rules.rules[i], BAN_CHAIN) &&
            slice_is(state->rules.rules[i].text, wanted))
            return true;
    return false;
}

bool chain_prelude(struct str *out, const struct host_facts *facts, const struct family *family,
                   const char *rule)
{
    struct chain_state state = chain_read(facts, family, rule);
    if (!state.chain)
        str_append(out, "-N " BAN_CHAIN "\n");
    for (size_t i = 0; i < facts->console_count; i++) {
        char address[ADDRESS_TEXT_MAX];
        if (address_is_v4(&facts->console[i]) == family->v6)
            continue;
        address_print(&facts->console[i], address);
        if (!has_return(&state, address, family->v6))
            str_appendf(out, "-I " BAN_CHAIN " 1 -s %s -j RETURN\n", address);
    }
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
