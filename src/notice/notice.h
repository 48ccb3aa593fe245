// SPDX-License-Identifier: MIT

// Conditions that somebody should know of: what they are, since when, and what has changed.
#ifndef NOTICE_NOTICE_H
#define NOTICE_NOTICE_H

#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "table/table.h"

// One condition. Host, kind, scope and object are its identity, the same in every console and run.
// All texts are owned and quote foreign text, which is NOT neutralised here.
struct notice {
    enum notice_kind kind;
    enum level level; // LEVEL_WARN or LEVEL_CRIT
    char *host;
    char *scope;      // the pane's name, or CHECKLIST/STEP; "" of a host
    char *object;     // the row; "" : the scope as a whole
    size_t rows;      // that it stands for: more than one when many came at once
    int64_t since_ms; // wall clock
    char *sentence;   // begins with the host's name
    char *detail;     // figures and what the host says beside; ""
};

struct notice notice_copy(const struct notice *notice);
void notice_dispose(struct notice *notice);
bool notice_is_same(const struct notice *a, const struct notice *b); // by identity
// A host before an attack before an alarm …, of the same level: whether a is graver than b.
bool notice_is_graver(const struct notice *a, const struct notice *b);
const char *notice_level_text(enum level level); // "warning", "critical"

// "attacking source", "attacking sources": what rows of this kind are called. Static.
const char *notice_rows_text(enum notice_kind kind, enum level level, size_t count);

enum notice_event {
    NOTICE_RAISED,
    NOTICE_WORSE,    // the level rose
    NOTICE_REWORDED, // it stands for another reason, or for more rows than before
    NOTICE_CLEARED,
};

struct notice_change {
    enum notice_event event;
    bool first;           // it stood already when the watch first looked
    size_t fresh;         // rows that have come with it just now
    struct notice notice; // a copy
};

#endif
