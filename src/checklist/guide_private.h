// SPDX-License-Identifier: MIT

// What the sources of the guide share; others use guide.h.
#ifndef CHECKLIST_GUIDE_PRIVATE_H
#define CHECKLIST_GUIDE_PRIVATE_H

#include "checklist/guide.h"

struct guide {
    struct guide_step *steps;
    size_t step_count, step_cap;
    bool *hidden; // by host
    size_t host_count;
    size_t here;
    int64_t here_ms; // monotonic: since when the time is counted; 0: it is not
    char *operator_name;
    guide_keep *keep;
    void *context;
    struct guide_record **records; // in order, owned
    size_t record_count, record_cap;
    struct guide_record **earlier; // of the run before, owned
    size_t earlier_count, earlier_cap;
};

// Adds a record of this run and hands it over. What it points to is copied, but rows are the
// evidence of seen (may be NULL). Its time and operator are filled in.
const struct guide_record *guide_add(struct guide *guide, const struct guide_record *record);

// The item as the step's index-th host, or NULL where it is not shown.
struct guide_item *guide_shown_item(struct guide *guide, size_t step, size_t index);

#endif
