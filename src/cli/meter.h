// SPDX-License-Identifier: MIT

// What the files of `nocdesk meter` share: where packets come from, what was found, how it is
// printed.
#ifndef CLI_METER_H
#define CLI_METER_H

#include <pthread.h>

#include "cli/cli.h"
#include "cli/meter_attackers.h"
#include "meter/evidence.h"
#include "meter/meter.h"
#include "probe/capture_command.h"
#include "probe/capture_settings.h"

enum meter_kind { METER_FILE, METER_INTERFACE, METER_HOST };

// Everything the command knows before packets come.
struct meter_plan {
    const struct invocation *invocation;
    enum meter_kind kind;
    const char *name;               // the file, the interface or the host
    const struct host_config *host; // of METER_HOST, or whose ports are taken; NULL: none
    const struct profile *profile;
    struct capture_settings settings;
    struct capture_ports ports; // count 0: the host's, read there
    struct evidence *evidence;  // NULL: none asked for
};

// Snapshots from the thread that feeds a meter to the one that prints.
struct meter_mailbox {
    pthread_mutex_t lock; // held for moments only
    int wake;             // readable: something new
    struct meter_snapshot *fresh;
    bool ended;
    bool failed;
    struct err why; // once failed
};

void mailbox_init(struct meter_mailbox *mailbox);
void mailbox_dispose(struct meter_mailbox *mailbox);
void mailbox_put(struct meter_mailbox *mailbox, struct meter_snapshot *snapshot); // takes it over
void mailbox_end(struct meter_mailbox *mailbox, const struct err *why);           // NULL: all well

// Where packets come from. A source keeps its newest snapshot; all functions are called on the main
// thread.
struct meter_source;
struct meter_source_class {
    struct meter_source *(*open)(const struct meter_plan *plan, struct attackers *attackers,
                                 struct err *err);
    int (*wake_fd)(const struct meter_source *source); // -1: look every 500 ms
    // The newest counts, valid until the next call; NULL: none yet. *ended: no more will come.
    // What is to be said on the way (a host lost, found again) is said on standard error.
    const struct meter_snapshot *(*look)(struct meter_source *source, bool *ended, bool *failed);
    // The sentence of what failed last, already said; NULL: nothing did.
    const char *(*problem)(const struct meter_source *source);
    // Ends it; the last counts as look() gives them.
    const struct meter_snapshot *(*stop)(struct meter_source *source, bool *failed);
    void (*free)(struct meter_source *source);
};

extern const struct meter_source_class meter_file_source, meter_interface_source, meter_host_source;

struct meter *meter_plan_meter(const struct meter_plan *plan);

// What is printed.
struct meter_report {
    const struct meter_plan *plan;
    const struct meter_snapshot *snapshot;
    struct attackers *attackers;
    bool whole;          // the summary of a run: rates are over all of it
    const char *problem; // a sentence, or NULL
};

void meter_print_json(FILE *out, const struct meter_report *report);
void meter_print_csv(FILE *out, const struct meter_report *report);

struct meter_screen {
    int width;  // 0: as wide as needed
    int height; // lines at most; 0: no bound
    bool colour, utf8;
};
// Lines, each with its newline.
void meter_print_text(struct str *out, const struct meter_report *report,
                      const struct meter_screen *screen);

double meter_report_seconds(const struct meter_report *report);
// Packets a second: over the last ten seconds, or over all that was seen.
double meter_report_pps(const struct meter_report *report, const struct meter_talker *talker);
// Requests a minute: in the last one, or over all that was seen (less than a minute counts as one).
// The most packets of one second of a talker (NULL: of all).
double meter_report_peak(const struct meter_report *report, const struct meter_talker *talker);
int64_t meter_report_pm(const struct meter_report *report, const struct meter_talker *talker,
                        enum meter_method method);

#endif
