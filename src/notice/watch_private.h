// SPDX-License-Identifier: MIT

// What the files of a watch share.
#ifndef NOTICE_WATCH_PRIVATE_H
#define NOTICE_WATCH_PRIVATE_H

#include "notice/watch.h"

// A row that is worth telling, in the order of identities.
struct watch_row {
    uint64_t id;     // table_row_id
    int64_t seen_ms; // monotonic: when it was last there
    enum level level;
    struct notice *own; // its notice among the standing ones; NULL: told with many others
    size_t row;         // in the newest table; SIZE_MAX: not there
    bool fresh;         // has come with the newest table
};

// Everything of one kind in one pane or checklist.
struct watch_scope {
    enum notice_kind kind;
    char *name;
    bool begun;   // something was taken before
    bool covered; // what does not stand is over
    struct watch_row *rows;
    size_t row_count;
    struct notice *many[LEVEL_CRIT + 1]; // of rows without a notice of their own, or NULL
};

struct notice_watch {
    char *host;
    bool lost;
    struct watch_scope **scopes;
    size_t scope_count, scope_cap;
    struct notice **standing;
    size_t standing_count, standing_cap;
    struct notice_change *changes;
    size_t change_count, change_cap;
};

// How a condition is told; the texts (heap) are taken over.
struct watch_wording {
    enum level level;
    char *sentence;
    char *detail; // NULL: ""
    size_t rows;  // 0: 1
    size_t fresh;
    int64_t age_ms; // how long it has been so
    bool first;
};

struct watch_scope *watch_scope(struct notice_watch *watch, enum notice_kind kind,
                                const char *name);
struct notice *watch_raise(struct notice_watch *watch, const struct watch_scope *scope,
                           const char *object, struct watch_wording *wording);
// say: another sentence is a change.
void watch_reword(struct notice_watch *watch, struct notice *notice, struct watch_wording *wording,
                  bool say);
void watch_clear(struct notice_watch *watch, struct notice *notice);

// watch_rows.c
void watch_take_rows(struct notice_watch *watch, const struct probe *probe,
                     const struct profile *profile, const struct table *table);

#endif
