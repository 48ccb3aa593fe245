// SPDX-License-Identifier: MIT

// Gathers the facts of a host: one read-only command, and the newest gateways and calls.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/facts_phones.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/quote.h"

#define SCRIPT_MS       8000
#define OUTPUT_MAX      (64u << 20)
#define TOOLS_END       "@@tools-end"
#define TOOLS_OLDEST_MS 600000
// Gateways are set up by people; calls come and go.
#define GATEWAYS_OLDEST_MS 120000
#define CALLS_OLDEST_MS    30000
// How long a fresh reading is waited for.
#define FRESH_MS 3000
#define LOOK_MS  20

void facts_cache_dispose(struct facts_cache *cache)
{
    str_dispose(&cache->tools);
    phones_dispose(&cache->phones);
}

static bool is_fresh(const struct facts_cache *cache, struct link *link)
{
    return cache->tools.len > 0 && atomic_load(&link_load(link)->connects) == cache->connects &&
           clock_mono_ms() - cache->read_mono_ms < TOOLS_OLDEST_MS;
}

static void write_script(struct str *out, const struct host_facts *facts, bool tools)
{
    str_appendf(out, "sudo=%s; way=%s; jail=", facts->host->sudo ? "'sudo -n'" : "",
                ban_way_words[facts->host->ban_backend]);
    quote_word(out, facts->host->ban_jail);
    str_appendf(out, "; here=%s; chain=", facts->host->link == LINK_LOCAL ? "yes" : "");
    quote_word(out, profile_value(facts->profile, "facts", "trusted_chain", "SIP_TRUSTED"));
    str_appendf(out, "\n%s\n", profile_value(facts->profile, "facts", "begin", ""));
    if (tools)
        str_appendf(out, "%s\necho; echo " TOOLS_END "\n",
                    profile_value(facts->profile, "facts", "tools", ""));
    str_appendf(out, "%s\n", profile_value(facts->profile, "facts", "script", ""));
}

// Keeps the tools' part of the output for the next time.
static void keep_tools(struct facts_cache *cache, struct link *link, const struct str *out)
{
    const char *end = out->len > 0 ? strstr(out->text, TOOLS_END "\n") : NULL;
    str_clear(&cache->tools);
    if (end == NULL)
        return;
    str_append_bytes(&cache->tools, out->text, (size_t)(end - out->text));
    cache->connects = atomic_load(&link_load(link)->connects);
    cache->read_mono_ms = clock_mono_ms();
}

static bool take_output(struct host_facts *facts, const struct facts_cache *cache, bool tools,
                        const struct link_result *result, struct err *err)
{
    struct str all = {0};
    if (!tools)
        str_append_bytes(&all, str_text(&cache->tools), cache->tools.len);
    str_append_bytes(&all, str_text(&result->out), result->out.len);
    facts_parse(facts, str_text(&all), all.len);
    str_dispose(&all);
    struct slice part;
    int status;
    // What is cut short would hide the rest.
    return facts_part(facts, "end", &part, &status) ||
           err_set(
               err,
               "%s: what must be known of the host before it is changed could not be read: %.200s",
               facts->host->name,
               result->err.len > 0 ? str_text(&result->err) : _("the command ended early"));
}

static bool run_script(struct link *link, int64_t deadline_ms, struct facts_cache *cache,
                       struct host_facts *facts, struct err *err)
{
    bool tools = !is_fresh(cache, link);
    struct str whole = {0};
    write_script(&whole, facts, tools);
    struct link_command command = {
        .script = str_text(&whole),
        .recorded = true,
        .deadline_ms = deadline_ms,
        .output_max = OUTPUT_MAX,
    };
    struct link_result result = {0};
    bool ok =
        link_exec(link, &command, &result, err) && take_output(facts, cache, tools, &result, err);
    if (ok && tools)
        keep_tools(cache, link, &result.out);
    link_result_dispose(&result);
    str_dispose(&whole);
    return ok;
}

const struct snapshot *facts_snapshot(struct fleet *fleet, size_t host, const struct probe *probe,
                                      int64_t oldest_ms, int64_t deadline_ms,
                                      struct host_facts *facts, struct fact *fact)
{
    // What a recording does not hold does not come.
    int64_t give_up_ms = clock_mono_ms() + (fleet_is_played(fleet) ? 0 : FRESH_MS);
    if (give_up_ms > deadline_ms)
        give_up_ms = deadline_ms;
    bool asked = false;
    for (;;) {
        const struct snapshot *snapshot = fleet_snapshot(fleet, host, probe);
        bool read = snapshot_table(snapshot, 0) != NULL;
        if (read && snapshot->error[0] == '\0' &&
            clock_shown_mono_ms() - snapshot->read_mono_ms <= oldest_ms) {
            // The next one need not wait for it.
            if (!asked && clock_shown_mono_ms() - snapshot->read_mono_ms > oldest_ms / 2)
                fleet_refresh(fleet, (long)host, probe);
            return snapshot;
        }
        const char *why = snapshot != NULL && snapshot->error[0] != '\0' ? snapshot->error
                                                                         : _("not read in time");
        bool failed = asked && snapshot != NULL && snapshot->error[0] != '\0';
        if (failed || clock_mono_ms() >= give_up_ms) {
            *fact = (struct fact){FACT_FAILED, facts_text(facts, "%s", why)};
            snapshot_unref(snapshot);
            return NULL;
        }
        snapshot_unref(snapshot);
        if (!asked)
            fleet_refresh(fleet, (long)host, probe);
        asked = true;
        usleep(LOOK_MS * 1000);
    }
}

static void gather_peers(struct fleet *fleet, size_t host, int64_t deadline_ms,
                         struct facts_cache *cache, struct host_facts *facts)
{
    const struct host_config *config = facts->host;
    struct fact *gateways = &facts->peer_facts[PEER_GATEWAY];
    struct fact *calls = &facts->peer_facts[PEER_CALL];
    bool database = config->mysql_port != 0 || config->mysql_socket[0] != '\0';
    const struct snapshot *snapshot;
    if (!database && config->http_port == 0) {
        *gateways =
            (struct fact){FACT_FAILED, _("neither a database nor a web interface is configured")};
    } else if ((snapshot = facts_snapshot(fleet, host, &probe_gateways, GATEWAYS_OLDEST_MS,
                                          deadline_ms, facts, gateways)) != NULL) {
        facts_take_gateways(facts, snapshot_table(snapshot, 0));
        snapshot_unref(snapshot);
    }
    if (config->http_port == 0) {
        *calls = (struct fact){FACT_FAILED, _("no web interface is configured")};
    } else if ((snapshot = facts_snapshot(fleet, host, &probe_calls, CALLS_OLDEST_MS, deadline_ms,
                                          facts, calls)) != NULL) {
        facts_take_calls(facts, snapshot_table(snapshot, 0));
        snapshot_unref(snapshot);
    }
    if (config->http_port == 0)
        facts->peer_facts[PEER_PHONE] =
            (struct fact){FACT_FAILED, _("no web interface is configured")};
    else
        facts_add_phones(fleet, host, deadline_ms, &cache->phones, facts);
}

bool facts_gather(struct fleet *fleet, size_t host, bool peers, int64_t deadline_ms,
                  struct facts_cache *cache, struct host_facts **out, struct err *err)
{
    struct host_facts *facts = facts_new(fleet_host(fleet, host), fleet_profile(fleet, host));
    int64_t script_ms = clock_mono_ms() + SCRIPT_MS;
    if (!run_script(fleet_link(fleet, host), script_ms < deadline_ms ? script_ms : deadline_ms,
                    cache, facts, err)) {
        facts_free(facts);
        return false;
    }
    if (!fleet_is_played(fleet)) // who looks at a recording is not who was connected then
        facts_add_here(facts);
    if (peers)
        gather_peers(fleet, host, deadline_ms, cache, facts);
    *out = facts;
    return true;
}
