// SPDX-License-Identifier: MIT

// Takes away one rule of the host's own firewall: the only way in which the console touches what is
// not its own. The operator types the rule's place, and is shown it as iptables prints it.
#include "action/action.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/backend_private.h"
#include "base/lang.h"
#include "probe/iptables_save.h"

// "ipv4/filter/INPUT/3", taken apart.
struct rule_place {
    const struct family *family;
    struct slice table, chain;
    int64_t num;
};

static bool place_parse(const char *text, struct rule_place *out)
{
    const char *first = strchr(text, '/'), *last = strrchr(text, '/');
    const char *second = first != NULL ? strchr(first + 1, '/') : NULL;
    if (second == NULL || last == second)
        return false;
    struct slice family = {text, (size_t)(first - text)}, num = slice_of(last + 1);
    out->family = slice_is(family, "ipv4")   ? &families[0]
                  : slice_is(family, "ipv6") ? &families[1]
                                             : NULL;
    out->table = (struct slice){first + 1, (size_t)(second - first - 1)};
    out->chain = (struct slice){second + 1, (size_t)(last - second - 1)};
    return out->family != NULL && out->table.len > 0 && out->chain.len > 0 &&
           slice_take_uint(&num, &out->num) && num.len == 0 && out->num > 0;
}

static bool same(struct slice a, struct slice b)
{
    return a.len == b.len && memcmp(a.text, b.text, a.len) == 0;
}

static bool is_ours(struct slice name)
{
    return (name.len >= strlen(BAN_CHAIN) && memcmp(name.text, BAN_CHAIN, strlen(BAN_CHAIN)) == 0);
}

// The rule at the place, and how many of its chain are the same; NULL: there is none.
static const struct iptables_rule *rule_find(const struct iptables_rules *rules,
                                             const struct rule_place *place, size_t *equal)
{
    const struct iptables_rule *found = NULL;
    *equal = 0;
    for (size_t i = 0; i < rules->count; i++) {
        const struct iptables_rule *rule = &rules->rules[i];
        if (rule->num == place->num && same(rule->table, place->table) &&
            same(rule->chain, place->chain))
            found = rule;
    }
    for (size_t i = 0; found != NULL && i < rules->count; i++)
        *equal += rules->rules[i].num > 0 && same(rules->rules[i].table, found->table) &&
                  same(rules->rules[i].line, found->line);
    return found;
}

static void refuse(struct plan_target *target, const char *host, const char *why)
{
    target->state = ACTION_REFUSED;
    target->opinion = (struct guard_opinion){.verdict = GUARD_REFUSE, .rule = GUARD_FOREIGN_RULE};
    snprintf(target->opinion.text, sizeof target->opinion.text, "%s: %.100s: %s", host,
             target->text, why);
}

// iptables can delete by number, or a rule that is the same as given, but not both at once.
// $1 the command, $2 table, $3 chain, $4 number, $5 the rule as it must stand there.
static const char delete_script[] =
    "r=$($1 -t \"$2\" -S \"$3\" \"$4\") || exit 1; "
    "[ \"$r\" = \"$5\" ] || { echo \"another rule stands there by now: $r\" >&2; exit 1; }; "
    "exec $1 -t \"$2\" -D \"$3\" \"$4\"";

// $4 the rule, $5 how often it must stand in the chain.
static const char count_script[] =
    "n=$($1 -t \"$2\" -S \"$3\" | grep -cFx -e \"$4\"); [ \"$n\" = \"$5\" ] || { "
    "echo \"it stands $n times in the chain, not $5\" >&2; exit 1; }";

struct deletion {
    const struct host_facts *facts;
    const struct rule_place *place;
    const struct iptables_rule *rule;
    size_t equal;
};

static struct plan_check counted(const struct deletion *deletion, const char *command,
                                 size_t wanted, struct plan_host *out)
{
    const struct iptables_rule *rule = deletion->rule;
    struct plan_call call =
        plan_command(out, NULL, "sh", "-c", count_script, "nocdesk", command,
                     plan_text(out, "%.*s", (int)rule->table.len, rule->table.text),
                     plan_text(out, "%.*s", (int)rule->chain.len, rule->chain.text),
                     plan_text(out, "%.*s", (int)rule->line.len, rule->line.text),
                     plan_text(out, "%zu", wanted), NULL);
    call.privileged = false;
    return plan_expect(out, call, EXPECT_SUCCESS, NULL, 0);
}

static void plan_deletion(const struct deletion *deletion, struct plan_host *out)
{
    const struct family *family = deletion->place->family;
    const struct iptables_rule *rule = deletion->rule;
    const char *table = plan_text(out, "%.*s", (int)rule->table.len, rule->table.text);
    const char *chain = plan_text(out, "%.*s", (int)rule->chain.len, rule->chain.text);
    const char *line = plan_text(out, "%.*s", (int)rule->line.len, rule->line.text);
    const char *command = plan_text(out, "%s%s%s", deletion->facts->host->sudo ? "sudo -n " : "",
                                    family->part, deletion->facts->iptables_wait ? " -w" : "");
    struct plan_step *step = plan_add_step(out, "delete rule %d of %s (%s, table %s): %s",
                                           rule->num, chain, family->word, table, line);
    step->run = plan_command(out, NULL, "sh", "-c", delete_script, "nocdesk", command, table, chain,
                             plan_text(out, "%d", rule->num), line, NULL);
    step->run.privileged = false;
    step->after = counted(deletion, command, deletion->equal - 1, out);
    step->undo = backend_restore(deletion->facts, family, out,
                                 plan_text(out, "*%s\n-I %s %d %.*s\nCOMMIT\n", table, chain,
                                           rule->num, (int)rule->text.len, rule->text.text));
    step->undone = counted(deletion, command, deletion->equal, out);
    out->reversible = true;
}

static void plan_target(const struct plan_input *input, struct plan_target *target,
                        struct plan_host *out)
{
    const struct host_facts *facts = input->facts;
    const char *host = facts->host->name;
    struct rule_place place;
    struct slice text;
    if (!place_parse(target->text, &place)) {
        refuse(target, host, _("a rule's place is written as ipv4/filter/INPUT/3"));
        return;
    }
    if (!backend_part(facts, place.family->part, &text)) {
        refuse(target, host, _("iptables did not answer, and only its rules can be deleted here"));
        return;
    }
    struct iptables_rules rules = {0};
    size_t equal;
    iptables_parse(&rules, place.family->v6, text.text, text.len);
    const struct iptables_rule *rule = rule_find(&rules, &place, &equal);
    struct iptables_words words = {0};
    if (rule != NULL)
        iptables_describe(rule, &words);
    if (rule == NULL) {
        refuse(target, host, _("there is no such rule; the pane may be older than the host"));
    } else if (is_ours(rule->chain) || is_ours(slice_of(str_text(&words.target)))) {
        refuse(target, host, _("the rule is this console's own: see unban, and shield off"));
    } else {
        struct deletion deletion = {facts, &place, rule, equal};
        plan_deletion(&deletion, out);
        target->opinion = (struct guard_opinion){.verdict = GUARD_TYPE, .rule = GUARD_FOREIGN_RULE};
        snprintf(target->opinion.text, sizeof target->opinion.text,
                 strcmp(str_text(&words.target), "ACCEPT") == 0
                     ? _("%s: %.100s is a rule of the host's own firewall; what it lets in may be "
                         "kept out without it, this console too")
                     : _("%s: %.100s is a rule of the host's own firewall"),
                 host, target->text);
    }
    iptables_words_dispose(&words);
    iptables_rules_dispose(&rules);
}

static bool plan_rule(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < out->target_count; i++)
        if (out->targets[i].state == ACTION_PLANNED)
            plan_target(input, &out->targets[i], out);
    return true;
}

const struct action action_rule_delete = {
    .name = "rule delete",
    .title = N_("Delete rule"),
    .done = N_("deleted"),
    .already = N_("already gone"),
    .help = N_("Take one rule of the host's own firewall away, as FAMILY/TABLE/CHAIN/NUMBER: "
               "ipv4/filter/INPUT/3."),
    .key = "",
    .target = TARGET_RULE,
    .danger = DANGER_ASKS,
    .asks_because = N_("It is a rule of the host's own firewall, which this program did not make."),
    .reversible = true,
    .blocks = BLOCKS_NOBODY,
    .plan = plan_rule,
};
