// SPDX-License-Identifier: MIT

// A copy of each entry in the system's log, so that one leaves this machine where the log does.
#include <stdlib.h>
#include <syslog.h>

#include "action/audit_line.h"
#include "base/str.h"
#include "base/text.h"

#define SYSLOG_COLUMNS 900 // RFC 3164 allows 1024 bytes a message

static void append_targets(struct str *line, const json_t *entry)
{
    size_t i;
    const json_t *target;
    const json_t *targets = json_object_get(entry, "targets");
    json_array_foreach(targets, i, target)
    {
        if (i == 5) {
            str_appendf(line, " and %zu more", json_array_size(targets) - i);
            break;
        }
        str_appendf(line, " %s", json_is_string(target) ? json_string_value(target) : "?");
    }
}

void audit_syslog(const json_t *entry, const char *hash)
{
    static const char *const members[] = {"operator", "action", "host",  "intent",
                                          "undoes",   "state",  "error", "reason"};
    struct str line = {0};
    str_appendf(&line, "%s %s sha256=%s", audit_entry_text(entry, "id"),
                audit_entry_text(entry, "kind"), hash);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *text = audit_entry_text(entry, members[i]);
        if (text[0] != '\0')
            str_appendf(&line, " %s=%s", members[i], text);
    }
    str_append(&line, " targets:");
    append_targets(&line, entry);
    char clean[4 * SYSLOG_COLUMNS];
    text_clean(clean, sizeof clean, str_text(&line), line.len, SYSLOG_COLUMNS);
    syslog(LOG_AUTHPRIV | LOG_NOTICE, "nocdesk: %s", clean);
    str_dispose(&line);
}
