// SPDX-License-Identifier: MIT

// Lines of the audit trail as entries, and the record of its head.
#include "action/audit_line.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

json_t *audit_line_parse(const char *line, size_t len)
{
    static const char *const texts[] = {"id", "time", "kind", "prev"};
    json_t *entry = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
    bool whole = json_is_object(entry) && json_is_integer(json_object_get(entry, "seq"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        whole = whole && json_is_string(json_object_get(entry, texts[i]));
    if (whole)
        return entry;
    json_decref(entry);
    return NULL;
}

long long audit_entry_seq(const json_t *entry)
{
    return json_integer_value(json_object_get(entry, "seq"));
}

const char *audit_entry_text(const json_t *entry, const char *key)
{
    const char *text = json_string_value(json_object_get(entry, key));
    return text != NULL ? text : "";
}

void audit_entry_id(const char *time, long long seq, char *out, size_t size)
{
    snprintf(out, size, "%.10s-%06lld", time, seq);
}

char *audit_head_path(const char *trail_path)
{
    size_t len = strlen(trail_path);
    static const char ending[] = "jsonl";
    size_t stem = len > strlen(ending) ? len - strlen(ending) : len;
    return mem_printf("%.*shead", (int)stem, trail_path);
}

// "COUNT HASH", spaces, a newline at the end.
void audit_head_print(const struct audit_head *head, char out[AUDIT_HEAD_BYTES])
{
    char text[AUDIT_HEAD_BYTES];
    int len = snprintf(text, sizeof text, "%lld %s", head->count, head->hash);
    memset(out, ' ', AUDIT_HEAD_BYTES);
    memcpy(out, text, (size_t)len);
    out[AUDIT_HEAD_BYTES - 1] = '\n';
}

void audit_head_read(int fd, struct audit_head *out)
{
    char text[AUDIT_HEAD_BYTES + 1] = "";
    *out = (struct audit_head){.hash = AUDIT_NO_HASH};
    ssize_t len = pread(fd, text, AUDIT_HEAD_BYTES, 0);
    out->present = len > 0;
    int end = 0;
    if (len != AUDIT_HEAD_BYTES ||
        sscanf(text, "%lld %64[0-9a-f] %n", &out->count, out->hash, &end) != 2)
        return;
    out->sound = strlen(out->hash) == 64 && out->count >= 0 && end == AUDIT_HEAD_BYTES;
}

void audit_head_load(const char *trail_path, struct audit_head *out)
{
    char *path = audit_head_path(trail_path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    free(path);
    *out = (struct audit_head){.hash = AUDIT_NO_HASH};
    if (fd < 0)
        return;
    audit_head_read(fd, out);
    close(fd);
}
