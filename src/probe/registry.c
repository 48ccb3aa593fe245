// SPDX-License-Identifier: MIT

// What there is to read, and the code that can read it.
#include <string.h>

#include "probe/probe.h"

const struct probe *const probes[] = {
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
    NULL,
};

const struct reader *const readers[] = {
    &reader_http,    &reader_sql,    &reader_cdr,  &reader_firewall,
    &reader_capture, &reader_health, &reader_bans, &reader_processes,
    &reader_cdrs,    &reader_rates,  NULL,
};

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
    return sizeof probes / sizeof probes[0] - 1;
}

const struct reader *reader_find(const char *name)
{
    for (size_t i = 0; readers[i] != NULL; i++) {
        if (strcmp(readers[i]->name, name) == 0)
            return readers[i];
    }
    return NULL;
}
