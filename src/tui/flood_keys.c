// SPDX-License-Identifier: MIT

// Finds an address in the row under the cursor, and keeps the list of evidence files.
#include "tui/flood_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/xdg.h"
#include "meter/evidence.h"
#include "tui/navigate.h"
#include "tui/related.h"
#include "tui/state.h"

#define MIB 1048576.0

struct flood_evidence {
    struct flood_evidence *next;
    struct evidence *evidence;
    size_t host;
};

// The row that the operator means: of open details, else under the cursor.
static bool row_of(struct console *console, struct row_ref *row, int *column)
{
    if (console->viewer != NULL) {
        *row = (struct row_ref){console->viewer->table, console->viewer->row, console->viewer->id};
        *column = -1;
        return console->viewer->table != NULL;
    }
    *column = table_view_column(console_table(console));
    return table_view_current(console_table(console), row);
}

static bool cell_to_address(const struct cell *cell, struct address *out)
{
    char text[ADDRESS_TEXT_MAX];
    if (!cell->known || cell->len >= sizeof text)
        return false;
    snprintf(text, sizeof text, "%.*s", (int)cell->len, cell->as.text);
    return address_parse_endpoint(text, out, NULL);
}

// Under the cursor, else the first that the row names.
static bool address_of(const struct row_ref *row, int column, struct address *out)
{
    const struct schema *schema = table_schema(row->table);
    if (column >= 0 && schema->columns[column].kind == KIND_ADDRESS &&
        cell_to_address(table_cell(row->table, row->row, (size_t)column), out))
        return true;
    for (size_t col = 0; col < schema->column_count; col++)
        if (schema->columns[col].kind == KIND_ADDRESS &&
            cell_to_address(table_cell(row->table, row->row, col), out))
            return true;
    return false;
}

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
    if (!row_of(console, &row, &column) || !address_of(&row, column, &address)) {
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
    time_t now = (time_t)(clock_wall_ms() / 1000);
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
                    "writing the packets of %s to %s, at most %d MiB and %.4g s", source, path,
                    config->evidence_mib, (double)config->evidence_for_ms / 1000);
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
                 row_of(console, &row, &column) && table_schema(row.table) == probe_flood.schema;
    if (!flood || !address_of(&row, -1, &address)) {
        journal_add(console->journal, LEVEL_INFO, "",
                    "evidence is written of one source in the flood pane");
        return NEXT_PAINT;
    }
    const struct cell *name = table_cell(row.table, row.row, 0);
    size_t host = 0;
    while (host < console->model->host_count &&
           (strlen(console->model->hosts[host].config->name) != name->len ||
            memcmp(console->model->hosts[host].config->name, name->as.text, name->len) != 0))
        host++;
    if (host == console->model->host_count)
        return NEXT_PAINT;
    for (struct flood_evidence *item = console->evidence; item != NULL; item = item->next)
        if (item->host == host && address_compare(evidence_source(item->evidence), &address) == 0) {
            evidence_stop(item->evidence, "it was ended by its key");
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
                "%lld packets of %s in %s (%.1f MiB): %s", (long long)state->packets, source,
                evidence_path(item->evidence), (double)state->bytes / MIB, state->why);
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
        evidence_stop(item->evidence, "the console ended");
        evidence_unref(item->evidence);
        free(item);
    }
}
