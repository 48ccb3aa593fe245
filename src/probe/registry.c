// SPDX-License-Identifier: MIT

// What there is to read, and the code that can read it.
#include <string.h>

#include "probe/user_pane.h"

#define PROBES_MAX 64

// Written by probe_join_panes() at start-up and by nobody else.
static const struct probe *list[PROBES_MAX + 1] = {
    &probe_alarms,
    &probe_calls,
    &probe_gateways,
    &probe_suspended,
    &probe_firewall,
    &probe_flood,
    &probe_health,
    &probe_bans,
    &probe_audit,
    &probe_balances,
    &probe_processes,
    &probe_syslog,
    &probe_cdrs,
    &probe_users,
    &probe_payments,
    &probe_revenue,
    &probe_blacklist,
    &probe_access,
    &probe_parameters,
    &probe_maintenance,
    // Hidden.
    &probe_performance,
    &probe_gateway_online,
    &probe_gateway_accounts,
    &probe_sip,
    &probe_flood_story,
    &probe_sip_peers,
    &probe_accounts,
    &probe_table_ages,
    &probe_call_limit,
    &probe_recovered,
    &probe_call_rates,
    &probe_cdr_search,
};

const struct probe *const *const probes = list;

const struct reader *const readers[] = {
    &reader_http,    &reader_sql,    &reader_cdr,   &reader_firewall,
    &reader_capture, &reader_health, &reader_bans,  &reader_processes,
    &reader_cdrs,    &reader_rates,  &reader_lines, NULL,
};

bool probe_is_for(const struct probe *probe, const struct host_config *host)
{
    for (const char *const *word = probe->hosts; word != NULL && *word != NULL; word++)
        if (config_names_host(*word, host))
            return true;
    return probe->hosts == NULL;
}

// What the host's configuration switches off for a reader.
enum lack { LACKS_NOTHING, LACKS_DATABASE, LACKS_WEB, LACKS_BOTH, LACKS_CAPTURE };

static enum lack lack_of(const struct reader *reader, const struct host_config *host,
                         struct absent_services absent)
{
    if (reader == &reader_capture && strcmp(host->capture, "off") == 0)
        return LACKS_CAPTURE;
    bool no_database = host->mysql_port == 0 && host->mysql_socket[0] == '\0';
    if (reader != NULL && reader->lane == LANE_SQL && (no_database || absent.database))
        return LACKS_DATABASE;
    bool no_web = host->http_port == 0;
    if (reader != NULL && reader->lane == LANE_HTTP && (no_web || absent.web))
        return LACKS_WEB;
    return LACKS_NOTHING;
}

static void say_absent(enum lack all, const struct host_config *host, struct err *why)
{
    if (all == LACKS_DATABASE)
        err_set(why,
                "%s: no database listens on %s:%d here, and no host is configured: run nocdesk "
                "init",
                host->name, host->mysql_host, host->mysql_port);
    else if (all == LACKS_WEB)
        err_set(why,
                "%s: no web interface listens on port %d here, and no host is configured: run "
                "nocdesk init",
                host->name, host->http_port);
    else
        err_set(why,
                "%s: neither a database (port %d) nor a web interface (port %d) listens here, "
                "and no host is configured: run nocdesk init",
                host->name, host->mysql_port, host->http_port);
}

bool probe_is_off(const struct profile_probe *plan, const struct host_config *host,
                  struct absent_services absent, struct err *why)
{
    enum lack all = LACKS_NOTHING;
    for (size_t i = 0; i < plan->source_count; i++) {
        enum lack lack = lack_of(reader_find(plan->sources[i].reader), host, absent);
        if (lack == LACKS_NOTHING)
            return false;
        all = all == LACKS_NOTHING || all == lack ? lack : LACKS_BOTH;
    }
    if (host->assumed && all != LACKS_NOTHING && all != LACKS_CAPTURE)
        say_absent(all, host, why);
    else if (all == LACKS_DATABASE)
        err_set(why, "%s: no database is configured (mysql_port = 0)", host->name);
    else if (all == LACKS_WEB)
        err_set(why, "%s: no web interface is configured (http_port = 0)", host->name);
    else if (all == LACKS_CAPTURE)
        err_set(why, "%s: the flood meter is off here (capture = off)", host->name);
    else if (all == LACKS_BOTH)
        err_set(why,
                "%s: neither a database nor a web interface is configured (mysql_port = 0, "
                "http_port = 0)",
                host->name);
    return all != LACKS_NOTHING;
}

const struct probe *probe_find(const char *name)
{
    for (size_t i = 0; probes[i] != NULL; i++) {
        if (strcmp(probes[i]->schema->name, name) == 0)
            return probes[i];
    }
    return NULL;
}

size_t probe_index(const struct probe *probe)
{
    size_t index = 0;
    while (probes[index] != probe)
        index++;
    return index;
}

size_t probe_count(void)
{
    size_t count = 0;
    while (list[count] != NULL)
        count++;
    return count;
}

static void join_pane(const struct ini_section *section, struct err_list *errors)
{
    struct user_pane *pane = user_pane_read(section, errors);
    if (pane == NULL)
        return;
    const struct probe *before = probe_find(pane->schema.name);
    const struct user_pane *same =
        before != NULL && before->user ? (const struct user_pane *)before : NULL;
    size_t count = probe_count();
    // A file that is read for several hosts, or to be checked, declares the same pane again.
    bool again = same != NULL && strcmp(same->place.path, pane->place.path) == 0 &&
                 same->place.line == pane->place.line;
    if (before == NULL && count < PROBES_MAX) {
        list[count] = &pane->probe;
        return;
    }
    if (same != NULL && !again)
        err_list_add(errors, "%s:%d: [%s] stands in %s:%d already; keep one of the two",
                     pane->place.path, pane->place.line, section->name, same->place.path,
                     same->place.line);
    else if (before != NULL && !again)
        err_list_add(errors,
                     "%s:%d: [%s]: the program has a pane or probe of this name; take "
                     "another",
                     pane->place.path, pane->place.line, section->name);
    else if (!again)
        err_list_add(errors, "%s:%d: [%s] is one pane too many", pane->place.path, pane->place.line,
                     section->name);
    user_pane_free(pane);
}

void probe_join_panes(const struct profile *profile, struct err_list *errors)
{
    for (size_t i = 0; i < profile->ini.count; i++)
        if (strncmp(profile->ini.sections[i].name, "pane ", 5) == 0)
            join_pane(&profile->ini.sections[i], errors);
}

const struct reader *reader_find(const char *name)
{
    for (size_t i = 0; readers[i] != NULL; i++) {
        if (strcmp(readers[i]->name, name) == 0)
            return readers[i];
    }
    return NULL;
}
