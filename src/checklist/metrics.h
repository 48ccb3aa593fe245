// SPDX-License-Identifier: MIT

// The figures that the memory keeps over time: what to count on which pane, as data of the profile.
#ifndef CHECKLIST_METRICS_H
#define CHECKLIST_METRICS_H

#include "checklist/condition.h"
#include "conf/profile.h"
#include "fleet/fleet.h"
#include "store/history.h"

// [metric NAME] of the profile:
//   title = ASR             as reports call it
//   unit = %
//   pane = gateways         whose rows are measured, of the window that `window` names
//   measure = sum(answered,kind=routing)     a measure as in conditions (condition.h)
//   per = sum(attempts,kind=routing)         it is divided by this one; over 0 it is unknown
//   times = 100             and multiplied with this
struct metric {
    char *name, *title, *unit;
    const struct probe *probe;
    size_t variant;
    struct condition *measure, *per; // per may be NULL
    double times;
};
struct metric_list {
    struct metric *metrics; // in the order of the profile
    size_t count;
};

// Every fault is added to errors; false when there was one, and then there are no metrics.
bool metrics_load(const struct profile *profile, struct metric_list *out, struct err_list *errors);
void metrics_dispose(struct metric_list *list);
const struct metric *metrics_find(const struct metric_list *list, const char *name); // or NULL

// False: unknown.
bool metric_value(const struct metric *metric, const struct table *table, double *out);

// Adds the host's figures from what the fleet read lately: a reading that failed or is overdue
// gives none. The samples own their texts: free them with samples_free().
struct sample_list {
    struct sample *samples;
    size_t count, cap;
};
void metrics_sample(const struct metric_list *list, struct fleet *fleet, size_t host, int64_t at_ms,
                    struct sample_list *out);
void samples_dispose(struct sample_list *list);

#endif
