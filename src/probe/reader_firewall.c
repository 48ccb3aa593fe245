// SPDX-License-Identifier: MIT

// Reads the firewall with one command a period: iptables-save and ip6tables-save with counters, the
// host's uptime as the clock of the rates, and how many addresses the rules' lists hold.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "probe/firewall_chain.h"
#include "probe/firewall_columns.h"
#include "probe/firewall_sample.h"
#include "probe/firewall_tool.h"
#include "probe/profile_script.h"

// Counters from longer ago say nothing about now; closer ones are too coarse.
#define SAMPLE_OLDEST_S 300.0
#define SAMPLE_LEAST_S  0.5

// Kept between readings of one host.
struct firewall_memory {
    struct firewall_sample *before;
};

static void memory_dispose(void *slot)
{
    struct firewall_memory *memory = slot;
    firewall_sample_free(memory->before);
}

// The host's uptime in seconds, or this machine's clock where it cannot be had.
static double sample_time_s(struct slice out)
{
    struct slice uptime;
    double seconds;
    if (slice_marked_part(out, "uptime", &uptime)) {
        struct slice line;
        if (slice_take_line(&uptime, &line) && slice_real(slice_take_word(&line), &seconds))
            return seconds;
    }
    return (double)clock_mono_ms() / 1000.0;
}

// How many addresses each list of xt_recent and hashlimit holds: lines "PATH:COUNT" as grep -c
// prints them.
struct lists {
    struct slice text;
};

// The members of the list NAME under a folder whose path contains `kind`; -1: unknown.
static int64_t list_members(const struct lists *lists, const char *kind, const struct str *name)
{
    struct slice rest = lists->text, line;
    while (name->len > 0 && slice_take_line(&rest, &line)) {
        const char *colon = memrchr(line.text, ':', line.len);
        if (colon == NULL)
            continue;
        struct slice path = {line.text, (size_t)(colon - line.text)};
        struct slice count = {colon + 1, line.len - path.len - 1};
        const char *slash = memrchr(path.text, '/', path.len);
        int64_t members;
        if (slash == NULL || !slice_take_uint(&count, &members))
            continue;
        struct slice folder = {path.text, (size_t)(slash - path.text)};
        struct slice file = {slash + 1, path.len - folder.len - 1};
        if (slice_contains(folder, kind) && slice_is(file, str_text(name)))
            return members;
    }
    return -1;
}

static void set_str(struct table *table, size_t row, enum firewall_column column,
                    const struct str *text)
{
    if (text->len > 0)
        table_set_bytes(table, row, column, text->text, text->len);
}

static void set_slice(struct table *table, size_t row, enum firewall_column column,
                      struct slice text)
{
    table_set_bytes(table, row, column, text.text, text.len);
}

static const char *effect_of(struct slice target)
{
    static const char *const dropping[] = {"DROP", "REJECT", "TARPIT"};
    for (size_t i = 0; i < sizeof dropping / sizeof *dropping; i++)
        if (slice_is(target, dropping[i]))
            return N_("drops");
    if (slice_is(target, "ACCEPT"))
        return N_("accepts");
    // The tools' own targets are written in capitals too: these let the packet go on.
    static const char *const others[] = {
        "",       "RETURN", "LOG",   "NFLOG",   "ULOG", "MARK", "CONNMARK",   "NOTRACK", "CT",
        "TCPMSS", "SET",    "QUEUE", "NFQUEUE", "DNAT", "SNAT", "MASQUERADE", "REDIRECT"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (slice_is(target, others[i]))
            return N_("other");
    return N_("jumps");
}

static void fill_words(struct table *table, size_t row, const struct iptables_rule *rule,
                       const struct lists *lists, struct iptables_words *words)
{
    iptables_describe(rule, words);
    struct slice target = {str_text(&words->target), words->target.len};
    set_str(table, row, FIREWALL_TARGET, &words->target);
    table_set_static(table, row, FIREWALL_EFFECT, effect_of(target));
    table_set_bytes(table, row, FIREWALL_MATCH, str_text(&words->match), words->match.len);
    set_str(table, row, FIREWALL_COMMENT, &words->comment);
    if (lists->text.len == 0)
        return;
    int64_t members = list_members(lists, "_recent", &words->recent);
    if (members < 0)
        members =
            list_members(lists, rule->v6 ? "ip6t_hashlimit" : "ipt_hashlimit", &words->hashlimit);
    if (members >= 0)
        table_set_int(table, row, FIREWALL_MEMBERS, members);
}

static void fill_row(struct table *table, const char *host, const struct iptables_rule *rule)
{
    size_t row = table_add_row(table);
    table_set_text(table, row, FIREWALL_HOST, host);
    table_set_static(table, row, FIREWALL_FAMILY, rule->v6 ? "ipv6" : "ipv4");
    set_slice(table, row, FIREWALL_TABLE, rule->table);
    set_slice(table, row, FIREWALL_CHAIN, rule->chain);
    table_set_int(table, row, FIREWALL_NUM, rule->num);
    if (rule->packets >= 0) {
        table_set_int(table, row, FIREWALL_PACKETS, rule->packets);
        table_set_int(table, row, FIREWALL_BYTES, rule->bytes);
    }
    // A policy keeps its identity when it changes.
    if (rule->num == 0)
        table_set_static(table, row, FIREWALL_RULE, "policy");
    else
        set_slice(table, row, FIREWALL_RULE, rule->line);
}

// Shares and what the chain's order does to a rule.
static void fill_places(struct table *table, const struct iptables_rules *rules)
{
    struct firewall_place *places = mem_array(rules->count + 1, sizeof *places);
    firewall_chain_judge(rules, places);
    for (size_t i = 0; i < rules->count; i++) {
        char text[32] = "";
        if (places[i].shadowed_by > 0)
            snprintf(text, sizeof text, "after %d", places[i].shadowed_by);
        else if (rules->rules[i].packets == 0 && rules->rules[i].num > 0)
            snprintf(text, sizeof text, N_("no hits"));
        table_set_real(table, i, FIREWALL_SHARE, places[i].share_pct);
        if (text[0] == '\0')
            continue;
        table_set_text(table, i, FIREWALL_REMARK, text);
        table_set_level(table, i, FIREWALL_REMARK, LEVEL_INFO);
    }
    free(places);
}

// Rates against the sample before; the new sample takes its place unless both are too close.
static void fill_rates(struct reading *reading, struct table *table,
                       const struct iptables_rules *rules, double now_s)
{
    struct firewall_memory *memory =
        host_state_slot(reading->state, &reader_firewall, sizeof *memory, memory_dispose);
    const struct firewall_sample *before = memory->before;
    double passed_s = before == NULL ? NAN : now_s - firewall_sample_time_s(before);
    bool usable = passed_s >= SAMPLE_LEAST_S && passed_s <= SAMPLE_OLDEST_S;
    for (size_t i = 0; usable && i < rules->count; i++) {
        double pps;
        if (firewall_sample_rate(before, &rules->rules[i], now_s, &pps))
            table_set_real(table, i, FIREWALL_PPS, pps);
    }
    if (!usable) {
        reading->settling = true;
        reading->again_ms = 1000;
    }
    if (before != NULL && passed_s >= 0 && passed_s < SAMPLE_LEAST_S)
        return;
    firewall_sample_free(memory->before);
    memory->before = firewall_sample_new(rules, now_s);
}

static void add_notes(struct reading *reading, struct slice errors,
                      const struct iptables_rules *rules)
{
    if (slice_contains(errors, "legacy tables present"))
        reading_note(reading, "rules of iptables-legacy are in force too and not shown");
    if (rules->hidden_tables > 0)
        reading_note(reading, "%zu nft tables are not of iptables and not shown",
                     rules->hidden_tables);
    if (rules->strange_lines > 0)
        reading_note(reading, "%zu lines were not understood and left out", rules->strange_lines);
}

static bool firewall_fill(struct reading *reading, const struct profile_script *script,
                          struct err *err)
{
    struct firewall_tool v4 =
        firewall_tool_find(script->out, script->errors, "iptables-save", "ipv4");
    struct firewall_tool v6 =
        firewall_tool_find(script->out, script->errors, "ip6tables-save", "ipv6");
    if (!firewall_tool_check(&v4, reading->host, err))
        return false;
    struct iptables_rules rules = {0};
    struct err v6_err = {0};
    iptables_parse(&rules, false, v4.rules.text, v4.rules.len);
    if (firewall_tool_check(&v6, reading->host, &v6_err))
        iptables_parse(&rules, true, v6.rules.text, v6.rules.len);
    else
        reading_note(reading, "IPv6 rules are unknown: %s", v6_err.text);
    iptables_identify(&rules);

    struct lists lists = {{"", 0}};
    slice_marked_part(script->out, "lists", &lists.text);
    struct iptables_words words = {0};
    struct table *table = reading_table(reading);
    table_reserve(table, rules.count);
    for (size_t i = 0; i < rules.count; i++) {
        fill_row(table, reading->host->name, &rules.rules[i]);
        fill_words(table, i, &rules.rules[i], &lists, &words);
    }
    iptables_words_dispose(&words);
    fill_places(table, &rules);
    fill_rates(reading, table, &rules, sample_time_s(script->out));
    add_notes(reading, script->errors, &rules);
    iptables_rules_dispose(&rules);
    reading_done(reading, 0, table);
    return true;
}

static bool firewall_read(struct reading *reading, struct err *err)
{
    struct profile_script script;
    reading_label(reading, "iptables-save, ip6tables-save");
    bool ok =
        profile_script_run(reading, NULL, &script, err) && firewall_fill(reading, &script, err);
    profile_script_dispose(&script);
    return ok;
}

static void firewall_check(const struct profile *profile, const struct profile_source *source,
                           const struct probe *probe, struct err_list *errors)
{
    (void)profile;
    (void)probe;
    profile_script_check(source, errors);
}

const struct reader reader_firewall = {
    .name = "firewall", .lane = LANE_COMMAND, .read = firewall_read, .check = firewall_check};
