// SPDX-License-Identifier: MIT

// Probes: what each kind of fact looks like, and the readers that bring it from a host as one
// table.
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include <stdatomic.h>

#include "conf/config.h"
#include "conf/profile.h"
#include "link/http.h"
#include "link/link.h"
#include "link/sql.h"
#include "table/table.h"

// A probe is a declaration: the shape of the table and what is said about it. How it is read is the
// profile's business ([probe NAME] sources = …); with which code, the readers'. One file a probe,
// one line in registry.c.
struct probe {
    const struct schema *schema; // schema->name is the probe's and the pane's name
    const char *title;           // "Gateways"
    const char *purpose;         // one sentence for help
    const char *default_sort;    // "-severity,begin"
    bool pane;                   // false: read by other probes and the overview only
    // Words of an empty table: "no alarms", said only when the reading succeeded.
    const char *empty;
    // Names of probes whose newest tables the readers of this one join (NULL-terminated), or NULL.
    const char *const *needs;
    // The same, but looking at this one does not have them read more often: NULL, or such names.
    const char *const *needs_idle;
    // Names of probes whose newest tables its pane shows beside the rows (NULL-terminated), or
    // NULL: they are read with it.
    const char *const *beside;
    bool local;     // of this machine: nothing is read from the hosts, fleet_publish() brings it
    bool on_demand; // read at full speed only while such a pane is shown
    // Columns by which the rows can be counted in groups (NULL-terminated), or NULL.
    const char *const *groups;
    bool user; // the first member of a struct user_pane
    // As in config_names_host(); NULL: all hosts. On the others it has no rows and asks nothing.
    const char *const *hosts;
};

extern const struct probe probe_balances, probe_users, probe_payments, probe_revenue,
    probe_blacklist, probe_access, probe_parameters, probe_maintenance;
extern const struct probe probe_alarms, probe_calls, probe_gateways, probe_suspended,
    probe_firewall, probe_flood, probe_bans, probe_health, probe_audit, probe_processes,
    probe_syslog, probe_cdrs;
// Hidden: read for the overview and for other probes.
extern const struct probe probe_performance, probe_gateway_online, probe_gateway_accounts,
    probe_sip, probe_flood_story, probe_sip_peers, probe_accounts, probe_table_ages,
    probe_call_limit, probe_recovered, probe_cdr_search, probe_call_rates;

// Pane order, then the hidden ones, then the operator's; NULL-terminated. It grows at start-up
// only.
extern const struct probe *const *const probes;
// Joins the panes that a profile declares ([pane NAME]); one that has joined already, from the same
// place, is left. Before any other thread starts, and before what is sized by probe_count().
void probe_join_panes(const struct profile *profile, struct err_list *errors);
bool probe_is_for(const struct probe *probe, const struct host_config *host);
// Services of a host that nobody configured and where nothing listens.
struct absent_services {
    bool database, web;
};

// Whether a host leaves no source of the plan: no database (mysql_port = 0), no web interface
// (http_port = 0), no flood meter (capture = off), or services that are absent. The sentence, with
// the host's name, is in why.
bool probe_is_off(const struct profile_probe *plan, const struct host_config *host,
                  struct absent_services absent, struct err *why);
const struct probe *probe_find(const char *name);
size_t probe_index(const struct probe *probe); // its place in probes[]
size_t probe_count(void);

// Threads of a host among which readings are spread, so that a source that hangs delays only its
// own kind.
enum lane { LANE_COMMAND, LANE_SQL, LANE_HTTP, LANES };

// Where a reading works. Belongs to one lane thread of one host for the reading's time.
struct reading {
    const struct host_config *host;
    const struct profile *profile;
    const struct probe *probe;
    const struct profile_probe *plan;    // periods and sources
    const struct profile_source *source; // the one to read now
    struct link *link;
    int64_t deadline_ms;     // monotonic; every wait of the reader honours it
    const atomic_bool *stop; // true: give up soon
    bool asked; // by the operator, or because something was changed: nothing kept is good enough
    struct host_state *state; // what readers keep between readings; see below
    void *fleet;              // for the callbacks

    // The newest table of another probe of this host, with a reference, or NULL.
    const struct table *(*latest)(struct reading *reading, const char *probe_name, size_t variant,
                                  int64_t *age_ms);
    // Says how far a long first reading is; pct -1 when unknown. Shown to the operator.
    void (*progress)(struct reading *reading, int pct, const char *text);

    // Filled by the reader, through reading_done, reading_label and reading_note.
    const struct table **tables; // NULL at first; then one per variant of the schema (one when it
                                 // has none), sealed
    char label[96];              // the source in words: "GetAlarmCurrent", "MySQL e_alarm_current"
    char note[256];   // something the operator should know beside the facts: "HTTP down: no live
                      // columns"; ""
    char blind[256];  // why what is not in the tables may be there all the same; ""
    bool settling;    // rates need a second sample
    int64_t again_ms; // > 0: read again this soon, whatever the period …
    bool again_asks_nothing; // … and whatever the product's least period: it will not be asked
};

// A reader: code that knows one kind of source.
struct reader {
    const char *name; // first word of the source in the profile
    enum lane lane;
    bool (*read)(struct reading *reading, struct err *err);
    // Checks the section once at start (missing keys, unknown columns): faults in errors with file
    // and line. May be NULL.
    void (*check)(const struct profile *profile, const struct profile_source *source,
                  const struct probe *probe, struct err_list *errors);
};

extern const struct reader reader_sql, reader_http, reader_cdr, reader_firewall, reader_capture,
    reader_health, reader_bans, reader_processes, reader_cdrs, reader_rates, reader_lines;

extern const struct reader *const readers[]; // NULL-terminated
const struct reader *reader_find(const char *name);

// Checks every probe, source and threshold of a profile against the registries (unknown names,
// columns, readers).
void probe_check_profile(const struct profile *profile, struct err_list *errors);

// What the readers of one host keep between readings: the SQL connection of the SQL lane, the
// samples, aggregates, the meter. Made by the fleet with the host; freed after its lanes ended and
// before its link is.
struct host_state;
struct host_state *host_state_new(const struct host_config *host);
void host_state_free(struct host_state *state);
// The link was lost or stopped: forget what hangs on it. Called from the session thread; only sets
// flags and cancels waits.
void host_state_link_lost(struct host_state *state);

// A reader's own memory on this host: zeroed when first asked for, afterwards the same memory for
// the same key, until host_state_free() calls dispose(slot) (may be NULL; it frees what hangs on
// the slot, not the slot) and frees it. The key is any address that is unique to the purpose and
// outlives the host: the reader itself (one slot a host, shared by all probes that it serves),
// reading->source (one a source) or reading->probe. Any lane may ask at any time; what is in the
// slot belongs to the lane of the reader that made it, so that no lock is needed unless its own
// threads share it.
void *host_state_slot(struct host_state *state, const void *key, size_t size,
                      void (*dispose)(void *slot));

// How often the link was lost so far. What hangs on the link (a stream, a remote file's offset) is
// stale when this differs from what it was when made. Any thread.
uint64_t host_state_link_losses(const struct host_state *state);

// The SQL connection for this reading (opened when there is none); LANE_SQL only.
bool reading_sql(struct reading *reading, struct sql **out, struct err *err);
// Posts to the host's web interface: all but path, body, content_type and response_max is filled in
// here. The error is the tunnel's own where the tunnel is what failed. LANE_HTTP only.
bool reading_post(struct reading *reading, struct http_request *request, json_t **out,
                  struct err *err);

// Allocates the table of a variant for the reader to fill (0 when the probe has none).
struct table *reading_table(struct reading *reading);
// Judges levels by the profile's thresholds, seals and stores it. The table is the reading's
// afterwards.
void reading_done(struct reading *reading, size_t variant, struct table *table);
// Releases reading->tables (a heap array of references), where nobody has taken it.
void reading_dispose(struct reading *reading);

// The reading of a host that the probe is not for: no rows.
void reading_nothing(struct reading *reading);
void reading_label(struct reading *reading, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
// Adds a sentence to the note; several are joined by "; ".
void reading_note(struct reading *reading, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
// The same, and nothing that is absent from the tables is known to be absent. One a reading.
void reading_blind(struct reading *reading, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
// A value of the source's own section, or fallback.
const char *reading_value(const struct reading *reading, const char *key, const char *fallback);

#endif
