// SPDX-License-Identifier: MIT

// A copy of what several watches know, to be handed to another thread.
#ifndef NOTICE_SHEET_H
#define NOTICE_SHEET_H

#include "notice/watch.h"

struct sheet_scope {
    enum notice_kind kind;
    char *host, *name;
};

struct sheet {
    struct notice *standing;
    size_t count, cap;
    struct sheet_scope *covered; // where what does not stand is over
    size_t covered_count, covered_cap;
};

// Adds what the watch knows now.
void sheet_add(struct sheet *sheet, const struct notice_watch *watch);
void sheet_dispose(struct sheet *sheet);

const struct notice *sheet_find(const struct sheet *sheet, const struct notice *like); // or NULL
bool sheet_covers(const struct sheet *sheet, const struct notice *notice);

#endif
