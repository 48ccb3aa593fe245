// SPDX-License-Identifier: MIT

// Finds an address in the row under the cursor, and keeps the list of evidence files.
#include "tui/flood_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/xdg.h"
#include "meter/evidence.h"
#include "tui/navigate.h"
#include "tui/state.h"
#include "tui/subject.h"

#define MIB 1048576.0

struct flood_evidence {
    struct flood_evidence *next;
    struct evidence *evidence;
    size_t host;
};

// A source, or the network that attacks in its place.
static bool row_is_of(const struct table *table, size_t row, size_t col,
                      const struct address *address, bool networks)
{
    char text[ADDRESS_TEXT_MAX];
    struct network network;
    const struct cell *cell = table_cell(table, row, col);
    if (!cell->known || cell->len >= sizeof text)
        return false;
    snprintf(text, sizeof text, "%.*s", (int)cell->len, cell->as.text);
    bool is_network = strchr(text, '/') != NULL;
    return is_network == networks && network_parse(text, &network) &&
           network_contains(&network, address);
}

static bool find_talker(const struct console *console, const struct address *address, bool networks,
                        uint64_t *id)
{
    size_t col = (size_t)schema_find(probe_flood.schema, "source");
    for (size_t host = 0; host < console->model->host_count; host++) {
        const struct table *table = model_table(console->model, host, &probe_flood, 0);
        if (table == NULL || !console->model->hosts[host].selected)
            continue;
        for (size_t row = 0; row < table_rows(table); row++)
            if (row_is_of(table, row, col, address, networks)) {
                *id = table_row_id(table, row);
                return true;
            }
    }
    return false;
}

enum next flood_keys_talker(struct console *console, int argument)
{
    struct row_ref row;
    struct address address;
    int column;
    uint64_t id;
    (void)argument;
    if (!subject_row(console, &row, &column) || !subject_address(&row, column, &address)) {
        journal_add(console->journal, LEVEL_INFO, "", "there is no address in this row");
        return NEXT_PAINT;
    }
    char text[ADDRESS_TEXT_MAX];
    address_print(&address, text);
    if (find_talker(console, &address, false, &id) || find_talker(console, &address, true, &id)) {
        navigate_to(console, &probe_flood, id);
        return NEXT_PAINT;
    }
    size_t heard = 0;
    for (size_t host = 0; host < console->model->host_count; host++)
        heard += console->model->hosts[host].selected &&
                 model_table(console->model, host, &probe_flood, 0) != NULL;
    if (heard == 0)
        journal_add(console->journal, LEVEL_WARN, "",
                    "%s: whether it sends SIP is not known: no capture could be read", text);
    else
        journal_add(console->journal, LEVEL_INFO, "",
                    "%s is not among the talkers: it has sent no SIP since the capture began",
                    text);
    return NEXT_PAINT;
}

// STATE_DIR/evidence/HOST-ADDRESS-TIME.pcap; a heap string, or NULL and err.
static char *evidence_name(const struct console *console, size_t host,
                           const struct address *address, struct err *err)
{
    char source[ADDRESS_TEXT_MAX], stamp[32];
    time_t now = (time_t)(clock_shown_wall_ms() / 1000);
    struct tm tm;
    address_print(address, source);
    for (char *colon = source; (colon = strchr(colon, ':')) != NULL;)
        *colon = '_'; // names with colons trouble scp
    localtime_r(&now, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &tm);
    char *folder = mem_printf("%s/evidence", console->config->state_dir);
    char *path = NULL;
    if (xdg_make_private_dir(folder, err))
        path = mem_printf("%s/%s-%s-%s.pcap", folder, console->model->hosts[host].config->name,
                          source, stamp);
    free(folder);
    return path;
}

static void begin(struct console *console, size_t host, const struct address *address)
{
    const struct config *config = console->config;
    const char *name = console->model->hosts[host].config->name;
    struct err err = {0};
    char source[ADDRESS_TEXT_MAX];
    struct evidence_options options = {
        .source = *address,
        .bytes_max = config->evidence_mib * (int64_t)MIB,
        .for_ms = config->evidence_for_ms,
    };
    char *path = evidence_name(console, host, address, &err);
    options.path = path;
    struct evidence *evidence = path != NULL ? evidence_new(&options, &err) : NULL;
    address_print(address, source);
    if (evidence == NULL) {
        journal_add(console->journal, LEVEL_WARN, name, "no evidence of %s: %s", source, err.text);
    } else {
        struct flood_evidence *item = mem_alloc(sizeof *item);
        *item = (struct flood_evidence){console->evidence, evidence, host};
        console->evidence = item;
        fleet_watch(console->fleet, host, evidence_ref(evidence));
        journal_add(console->journal, LEVEL_INFO, name,
                    "writing the packets of %s, at most %d MiB and %.4g s: %s", source,
                    config->evidence_mib, (double)config->evidence_for_ms / 1000, path);
    }
    free(path);
}

enum next flood_keys_evidence(struct console *console, int argument)
{
    struct row_ref row;
    struct address address;
    int column;
    (void)argument;
    bool flood = console->here >= 0 && console->panes[console->here]->probe == &probe_flood &&
                 subject_row(console, &row, &column) &&
                 table_schema(row.table) == probe_flood.schema;
    if (!flood || !subject_address(&row, -1, &address)) {
        journal_add(console->journal, LEVEL_INFO, "",
                    "evidence is written of one source in the flood pane");
        return NEXT_PAINT;
    }
    size_t host = subject_host(console, &row);
    if (host == SUBJECT_NO_HOST)
        return NEXT_PAINT;
    for (struct flood_evidence *item = console->evidence; item != NULL; item = item->next)
        if (item->host == host && address_compare(evidence_source(item->evidence), &address) == 0) {
            evidence_stop(item->evidence, _("it was ended by its key"));
            flood_keys_update(console);
            return NEXT_PAINT;
        }
    begin(console, host, &address);
    return NEXT_PAINT;
}

static void tell(struct console *console, const struct flood_evidence *item,
                 const struct evidence_state *state)
{
    char source[ADDRESS_TEXT_MAX];
    address_print(evidence_source(item->evidence), source);
    journal_add(console->journal, state->failed ? LEVEL_WARN : LEVEL_OK,
                console->model->hosts[item->host].config->name,
                P_("%lld packet of %s written (%.1f MiB), %s: %s",
                   "%lld packets of %s written (%.1f MiB), %s: %s", (unsigned long)state->packets),
                (long long)state->packets, source, (double)state->bytes / MIB, state->why,
                evidence_path(item->evidence));
}

void flood_keys_update(struct console *console)
{
    for (struct flood_evidence **at = &console->evidence; *at != NULL;) {
        struct flood_evidence *item = *at;
        struct evidence_state state;
        evidence_tick(item->evidence);
        evidence_get(item->evidence, &state);
        if (!state.ended) {
            at = &item->next;
            continue;
        }
        tell(console, item, &state);
        *at = item->next;
        evidence_unref(item->evidence);
        free(item);
    }
}

void flood_keys_end(struct console *console)
{
    while (console->evidence != NULL) {
        struct flood_evidence *item = console->evidence;
        console->evidence = item->next;
        evidence_stop(item->evidence, _("the console ended"));
        evidence_unref(item->evidence);
        free(item);
    }
}
