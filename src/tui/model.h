// SPDX-License-Identifier: MIT

// What the console knows now of every host: its state and the newest snapshots. UI thread only.
#ifndef TUI_MODEL_H
#define TUI_MODEL_H

#include "fleet/fleet.h"
#include "notice/watch.h"
#include "probe/advice.h"
#include "tui/attention_rows.h"
#include "tui/journal.h"

// Rows by their worst cell.
struct level_counts {
    size_t rows[LEVEL_CRIT + 1];
};

struct model_host {
    const struct host_config *config;
    struct host_status status;
    bool selected;                     // by the operator's choice of hosts
    uint64_t changes;                  // grows with every new snapshot or change of state
    bool met;                          // was live once
    const struct snapshot **snapshots; // by probe_index(), each with a reference; NULL: none yet
    struct level_counts *levels;       // by probe_index(): of the newest table's rows
    struct notice_watch *watch;        // its changes are those of the last model_update()
    // By probe_index(), of the panes: what the host's profile says of their rows, made once.
    struct advice **advice;
    struct attention_scale *scales;
    struct attention_rows *attention; // by probe_index(): of the newest table
};

struct model {
    struct fleet *fleet;
    struct model_host *hosts;
    size_t host_count;
    size_t selected_count;
};

struct model *model_new(struct fleet *fleet);
void model_free(struct model *model);
// Nothing was read or concluded yet; which hosts are selected stays.
void model_forget(struct model *model);

// Fetches states and snapshots, and tells the journal what has changed, once.
void model_update(struct model *model, struct journal *journal);

const struct snapshot *model_snapshot(const struct model *model, size_t host,
                                      const struct probe *probe);
// The table to show of a probe with variants; NULL when it was never read.
const struct table *model_table(const struct model *model, size_t host, const struct probe *probe,
                                size_t variant);

// Another number whenever there are other snapshots, or other hosts are chosen.
uint64_t model_stamp(const struct model *model);

// The variant that is shown first: 15 minutes where there is one.
size_t model_default_variant(const struct probe *probe);

// Whether what the host last said still holds: it is connected and readings succeed.
bool model_host_is_well(const struct model_host *host);
// A red accent, or no environment said.
bool model_is_production(const struct model_host *host);
enum level model_state_level(enum host_state_word word);
enum level model_feed_level(enum feed_word word);

// What of a live host does not answer: "live, no database". Static; host_state_text() where all
// does, or nothing.
const char *model_host_word(const struct model *model, size_t host);
extern const char *const model_host_words[]; // all of them in rising order, NULL-terminated

// "820 ms", "4 s", "3 min", "2 h", "5 d"; "–" for a negative age.
#define AGE_TEXT_MAX 24
void model_age(int64_t age_ms, char out[AGE_TEXT_MAX]);

// "live", "retrying in 4 s" …
#define STATE_TEXT_MAX 48
void model_state(const struct host_status *status, char out[STATE_TEXT_MAX]);

#endif
