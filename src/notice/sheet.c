// SPDX-License-Identifier: MIT

// Watches as a value.
#include "notice/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "notice/watch_private.h"

void notice_sheet_add(struct notice_sheet *sheet, const struct notice_watch *watch)
{
    for (size_t i = 0; i < watch->standing_count; i++) {
        struct notice *slot = mem_push(&sheet->standing, &sheet->count, &sheet->cap, sizeof *slot);
        *slot = notice_copy(watch->standing[i]);
    }
    for (size_t i = 0; i < watch->scope_count; i++) {
        const struct watch_scope *scope = watch->scopes[i];
        if (!scope->covered)
            continue;
        struct sheet_scope *slot =
            mem_push(&sheet->covered, &sheet->covered_count, &sheet->covered_cap, sizeof *slot);
        *slot = (struct sheet_scope){scope->kind, mem_strdup(watch->host), mem_strdup(scope->name)};
    }
}

void notice_sheet_dispose(struct notice_sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++)
        notice_dispose(&sheet->standing[i]);
    for (size_t i = 0; i < sheet->covered_count; i++) {
        free(sheet->covered[i].host);
        free(sheet->covered[i].name);
    }
    free(sheet->standing);
    free(sheet->covered);
    *sheet = (struct notice_sheet){0};
}

const struct notice *notice_sheet_find(const struct notice_sheet *sheet, const struct notice *like)
{
    for (size_t i = 0; i < sheet->count; i++)
        if (notice_is_same(&sheet->standing[i], like))
            return &sheet->standing[i];
    return NULL;
}

bool notice_sheet_covers(const struct notice_sheet *sheet, const struct notice *notice)
{
    for (size_t i = 0; i < sheet->covered_count; i++) {
        const struct sheet_scope *scope = &sheet->covered[i];
        if (scope->kind == notice->kind && strcmp(scope->host, notice->host) == 0 &&
            strcmp(scope->name, notice->scope) == 0)
            return true;
    }
    return false;
}
