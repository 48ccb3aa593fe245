// SPDX-License-Identifier: MIT

// One line of the audit trail, and the head record. Private to the files of the trail.
#ifndef ACTION_AUDIT_LINE_H
#define ACTION_AUDIT_LINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/sha256.h"

#define AUDIT_NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"

// An entry (a new reference) when the line is a whole one with all that every entry has; else NULL.
json_t *audit_line_parse(const char *line, size_t len);
long long audit_entry_seq(const json_t *entry);
const char *audit_entry_text(const json_t *entry, const char *key); // "" when absent
// "2026-11-20-000017" of the entry's time and number.
void audit_entry_id(const char *time, long long seq, char *out, size_t size);

struct audit_head {
    bool present, sound;
    long long count; // number of the last entry
    char hash[SHA256_HEX_MAX];
};
#define AUDIT_HEAD_BYTES 96 // one sector's part, written in place
void audit_head_print(const struct audit_head *head, char out[AUDIT_HEAD_BYTES]);
void audit_head_read(int fd, struct audit_head *out);
void audit_head_load(const char *trail_path, struct audit_head *out);
char *audit_head_path(const char *trail_path); // heap

// Copies an entry to the system's log (authpriv), made harmless.
void audit_syslog(const json_t *entry, const char *hash);

#endif
