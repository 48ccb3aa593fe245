// SPDX-License-Identifier: MIT

// A copy of what several watches know, to be handed to another thread.
#ifndef NOTICE_SHEET_H
#define NOTICE_SHEET_H

#include "notice/watch.h"

struct sheet_scope {
    enum notice_kind kind;
    char *host, *name;
};

struct notice_sheet {
    struct notice *standing;
    size_t count, cap;
    struct sheet_scope *covered; // where what does not stand is over
    size_t covered_count, covered_cap;
};

// Adds what the watch knows now.
void notice_sheet_add(struct notice_sheet *sheet, const struct notice_watch *watch);
void notice_sheet_dispose(struct notice_sheet *sheet);

const struct notice *notice_sheet_find(const struct notice_sheet *sheet,
                                       const struct notice *like); // or NULL
bool notice_sheet_covers(const struct notice_sheet *sheet, const struct notice *notice);

#endif
