// SPDX-License-Identifier: MIT

// Reads what is banned on a host with one command a period.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "probe/ban_list.h"
#include "probe/bans_columns.h"
#include "probe/firewall_tool.h"
#include "probe/profile_script.h"

// What was printed, and the bans that were found in it.
struct ban_reading {
    struct slice out, errors;
    int64_t now_s, zone_s;
    struct ban_list list;
    size_t answered; // tools that could be asked
    struct err first_error;
};

// The part of a tool, if the host has it and it answered; "there is no such set" is an answer too.
static bool take_part(struct reading *reading, struct ban_reading *bans, const char *name,
                      const char *mark, const char *absent, struct slice *out)
{
    struct slice part;
    if (!slice_marked_part(bans->out, mark, &part))
        return false;
    struct firewall_tool tool = firewall_tool_find(bans->out, bans->errors, name, mark);
    struct err err = {0};
    if (tool.status > 0 && absent != NULL && slice_contains(tool.errors, absent)) {
        bans->answered++;
        return false;
    }
    if (!firewall_tool_check(&tool, reading->host, &err)) {
        if (bans->first_error.text[0] == '\0')
            bans->first_error = err;
        reading_note(reading, "incomplete: %s", err.text);
        return false;
    }
    bans->answered++;
    *out = tool.rules;
    return true;
}

static void take_clock(struct ban_reading *bans)
{
    struct slice part, line;
    bans->now_s = clock_wall_ms() / 1000;
    if (!slice_marked_part(bans->out, "clock", &part) || !slice_take_line(&part, &line))
        return;
    struct slice seconds = slice_take_word(&line);
    int64_t now_s;
    if (slice_take_uint(&seconds, &now_s) && seconds.len == 0)
        bans->now_s = now_s;
    bans->zone_s = ban_zone_s(slice_take_word(&line));
}

static void take_jails(struct reading *reading, struct ban_reading *bans)
{
    static const char prefix[] = "@@jail-";
    const size_t len = sizeof prefix - 1;
    struct slice rest = bans->out, line, part;
    while (slice_take_line(&rest, &line)) {
        if (line.len <= len || memcmp(line.text, prefix, len) != 0)
            continue;
        struct slice jail = {line.text + len, line.len - len};
        char *mark = mem_strndup(line.text + 2, line.len - 2);
        struct firewall_tool tool =
            firewall_tool_find(bans->out, bans->errors, "fail2ban-client", mark);
        if (tool.status == 0)
            ban_list_fail2ban(&bans->list, tool.rules, jail, bans->zone_s);
        else if (tool.status > 0)
            reading_note(reading, "incomplete: the jail %.*s of fail2ban did not answer",
                         (int)jail.len, jail.text);
        free(mark);
    }
    take_part(reading, bans, "fail2ban-client", "fail2ban", "Failed to access socket", &part);
}

static void take_all(struct reading *reading, struct ban_reading *bans)
{
    static const char *const saves[] = {"iptables", "ip6tables"};
    static const char *const sets[] = {"ipset4", "ipset6"};
    struct slice part;
    take_clock(bans);
    for (size_t i = 0; i < 2; i++)
        if (take_part(reading, bans, saves[i], saves[i], NULL, &part))
            ban_list_iptables(&bans->list, part, bans->now_s);
    for (size_t i = 0; i < 2; i++)
        if (take_part(reading, bans, "ipset", sets[i], "does not exist", &part))
            ban_list_ipset(&bans->list, part, bans->now_s);
    if (take_part(reading, bans, "nft", "nft", "No such file or directory", &part))
        ban_list_nft(&bans->list, part, bans->now_s);
    take_jails(reading, bans);
}

static void fill_row(struct table *table, const char *host, const struct ban *ban, int64_t now_s)
{
    char address[ADDRESS_TEXT_MAX];
    size_t row = table_add_row(table);
    network_print(&ban->network, address);
    table_set_static(table, row, BANS_HOST, host);
    table_set_text(table, row, BANS_ADDRESS, address);
    if (ban->since_wall_ms >= 0)
        table_set_int(table, row, BANS_SINCE, ban->since_wall_ms);
    if (ban->ends_wall_ms > 0)
        table_set_real(table, row, BANS_REMAINING_S,
                       (double)ban->ends_wall_ms / 1000 - (double)now_s);
    if (ban->by[0] != '\0')
        table_set_text(table, row, BANS_BY, ban->by);
    if (ban->reason[0] != '\0')
        table_set_text(table, row, BANS_REASON, ban->reason);
    table_set_static(table, row, BANS_BACKEND, ban->backend);
    if (ban->packets >= 0)
        table_set_int(table, row, BANS_PACKETS, ban->packets);
}

static bool bans_fill(struct reading *reading, struct ban_reading *bans, struct err *err)
{
    take_all(reading, bans);
    if (bans->answered == 0 && bans->first_error.text[0] != '\0')
        return err_set(err, "%s", bans->first_error.text);
    if (bans->answered == 0)
        return err_set(err,
                       "%s: there is no iptables, ipset, nft or fail2ban on this host; install "
                       "one of them, or write sources = none under [probe bans]",
                       reading->host->name);
    if (bans->list.strange > 0)
        reading_note(reading, "%zu entries of the console's own objects were not understood",
                     bans->list.strange);
    struct table *table = reading_table(reading);
    table_reserve(table, bans->list.count);
    for (size_t i = 0; i < bans->list.count; i++)
        fill_row(table, reading->host->name, &bans->list.items[i], bans->now_s);
    reading_done(reading, 0, table);
    return true;
}

static bool bans_read(struct reading *reading, struct err *err)
{
    struct profile_script script;
    reading_label(reading, "iptables-save, ipset, nft, fail2ban");
    bool ok = profile_script_run(reading, NULL, &script, err);
    if (ok) {
        struct ban_reading bans = {.out = script.out, .errors = script.errors};
        ok = bans_fill(reading, &bans, err);
        ban_list_dispose(&bans.list);
    }
    profile_script_dispose(&script);
    return ok;
}

static void bans_check(const struct profile *profile, const struct profile_source *source,
                       const struct probe *probe, struct err_list *errors)
{
    (void)profile;
    (void)probe;
    profile_script_check(source, errors);
}

const struct reader reader_bans = {
    .name = "bans", .lane = LANE_COMMAND, .read = bans_read, .check = bans_check};
