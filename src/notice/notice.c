// SPDX-License-Identifier: MIT

// Notices as values.
#include "notice/notice.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

struct notice notice_copy(const struct notice *notice)
{
    struct notice copy = *notice;
    copy.host = mem_strdup(notice->host);
    copy.scope = mem_strdup(notice->scope);
    copy.object = mem_strdup(notice->object);
    copy.sentence = mem_strdup(notice->sentence);
    copy.detail = mem_strdup(notice->detail);
    return copy;
}

void notice_dispose(struct notice *notice)
{
    free(notice->host);
    free(notice->scope);
    free(notice->object);
    free(notice->sentence);
    free(notice->detail);
    *notice = (struct notice){0};
}

bool notice_is_same(const struct notice *a, const struct notice *b)
{
    return a->kind == b->kind && strcmp(a->host, b->host) == 0 && strcmp(a->scope, b->scope) == 0 &&
           strcmp(a->object, b->object) == 0;
}

bool notice_is_graver(const struct notice *a, const struct notice *b)
{
    return a->level != b->level ? a->level > b->level : a->kind < b->kind;
}

const char *notice_level_text(enum level level)
{
    return level >= LEVEL_CRIT ? N_("critical") : level == LEVEL_WARN ? N_("warning") : N_("ok");
}

const char *notice_rows_text(enum notice_kind kind, enum level level, size_t count)
{
    if (kind == NOTICE_ATTACK)
        return P_("attacking source", "attacking sources", count);
    if (kind == NOTICE_ALARM && level >= LEVEL_CRIT)
        return P_("critical alarm", "critical alarms", count);
    if (kind == NOTICE_ALARM)
        return P_("alarm", "alarms", count);
    return P_("row beyond its threshold", "rows beyond their thresholds", count);
}
