// SPDX-License-Identifier: MIT

// Walks the audit trail from its first line to its head record, and finds whatever does not fit.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "action/audit.h"
#include "action/audit_line.h"
#include "base/str.h"

struct walk {
    const char *path;
    long long line;
    long long count; // number of the last entry
    char hash[SHA256_HEX_MAX];
    char hash_before[SHA256_HEX_MAX]; // of the entry before the last
    struct str torn;                  // lines that are no entries, since the last entry
    long long torn_line;
    struct audit_verdict *verdict;
    bool ended; // the last line by its newline
};

static bool check_torn(struct walk *walk, const json_t *entry, struct err *err)
{
    bool is_torn = strcmp(audit_entry_text(entry, "kind"), "torn") == 0;
    if (walk->torn_line == 0)
        return !is_torn || err_set(err,
                                   "%s:%lld: entry %lld speaks of an unfinished line that is "
                                   "not there any more",
                                   walk->path, walk->line, audit_entry_seq(entry));
    char hash[SHA256_HEX_MAX];
    sha256_hex(str_text(&walk->torn), walk->torn.len, hash);
    if (!is_torn || strcmp(audit_entry_text(entry, "sha256"), hash) != 0)
        return err_set(err, "%s:%lld: this line was changed: it is no entry any more", walk->path,
                       walk->torn_line);
    walk->verdict->torn++;
    walk->torn_line = 0;
    str_clear(&walk->torn);
    return true;
}

static bool check_entry(struct walk *walk, const json_t *entry, struct err *err)
{
    long long seq = audit_entry_seq(entry);
    bool is_break = strcmp(audit_entry_text(entry, "kind"), "break") == 0;
    if (is_break)
        return err_set(err, "%s:%lld: when entry %s was written, %s", walk->path, walk->line,
                       audit_entry_text(entry, "id"), audit_entry_text(entry, "error"));
    if (seq > walk->count + 1)
        return err_set(err, "%s:%lld: entries %lld to %lld are missing before this one", walk->path,
                       walk->line, walk->count + 1, seq - 1);
    if (seq <= walk->count)
        return err_set(err, "%s:%lld: entry %lld is out of order after %lld", walk->path,
                       walk->line, seq, walk->count);
    if (strcmp(audit_entry_text(entry, "prev"), walk->hash) != 0)
        return err_set(err, "%s:%lld: entry %lld, the one before this, was changed", walk->path,
                       walk->line, walk->count);
    char id[AUDIT_ID_MAX];
    audit_entry_id(audit_entry_text(entry, "time"), seq, id, sizeof id);
    if (strcmp(audit_entry_text(entry, "id"), id) != 0)
        return err_set(err, "%s:%lld: entry %lld has the id of another", walk->path, walk->line,
                       seq);
    return check_torn(walk, entry, err);
}

static bool walk_line(struct walk *walk, const char *line, size_t len, struct err *err)
{
    json_t *entry = audit_line_parse(line, len);
    if (entry == NULL) {
        if (walk->torn_line != 0)
            str_append_char(&walk->torn, '\n');
        else
            walk->torn_line = walk->line;
        str_append_bytes(&walk->torn, line, len);
        return true;
    }
    bool ok = check_entry(walk, entry, err);
    memcpy(walk->hash_before, walk->hash, sizeof walk->hash);
    sha256_hex(line, len, walk->hash);
    walk->count = audit_entry_seq(entry);
    walk->verdict->entries++;
    json_decref(entry);
    return ok;
}

static bool check_end(struct walk *walk, bool ended, struct err *err)
{
    struct audit_head head;
    audit_head_load(walk->path, &head);
    if (walk->torn_line != 0 && ended)
        return err_set(err, "%s:%lld: this line was changed: it is no entry any more", walk->path,
                       walk->torn_line);
    walk->verdict->torn_at_end = !ended;
    // The first entry of all is on the disk before the first record.
    if (!head.present && walk->count <= 1)
        return true;
    if (!head.present)
        return err_set(err,
                       "%s: the head record beside it is missing, so that a cut at the end would "
                       "not show",
                       walk->path);
    if (!head.sound)
        return err_set(err,
                       "%s: the head record beside it is damaged, so that a cut at the end would "
                       "not show",
                       walk->path);
    if (head.count > walk->count)
        return err_set(err, "%s: entries %lld to %lld were cut off at the end", walk->path,
                       walk->count + 1, head.count);
    // A crash between an entry and its head record leaves the one before.
    bool behind = head.count == walk->count - 1 && strcmp(head.hash, walk->hash_before) == 0;
    if (behind || (head.count == walk->count && strcmp(head.hash, walk->hash) == 0))
        return true;
    if (head.count == walk->count)
        return err_set(err, "%s:%lld: the last entry, %lld, was changed", walk->path, walk->line,
                       walk->count);
    return err_set(err,
                   "%s: the head record knows %lld of %lld entries; one of the two was put in "
                   "place of another",
                   walk->path, head.count, walk->count);
}

static bool walk_file(struct walk *walk, FILE *file, struct err *err)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    bool ok = true, ended = true;
    walk->ended = true;
    while (ok && (len = getline(&line, &size, file)) > 0) {
        walk->line++;
        ended = line[len - 1] == '\n';
        if (ended)
            ok = walk_line(walk, line, (size_t)len - 1, err);
        else
            walk->torn_line = walk->line;
    }
    if (ok && ferror(file))
        ok = err_set(err, "%s: cannot be read: %s", walk->path, strerror(errno));
    free(line);
    walk->ended = ended;
    return ok && check_end(walk, ended, err);
}

static size_t count_open(const char *path)
{
    struct audit_trail trail = {0};
    struct err ignored = {0};
    size_t open = 0;
    if (audit_load(path, &trail, &ignored))
        for (size_t i = 0; i < trail.count; i++)
            open += trail.actions[i].open;
    audit_trail_dispose(&trail);
    return open;
}

bool audit_verify(const char *path, struct audit_verdict *out, struct err *err)
{
    *out = (struct audit_verdict){0};
    struct walk walk = {
        .path = path, .hash = AUDIT_NO_HASH, .hash_before = AUDIT_NO_HASH, .verdict = out};
    FILE *file = fopen(path, "re");
    if (file == NULL && errno != ENOENT)
        return err_set(err, "%s: cannot be read: %s", path, strerror(errno));
    bool ok = file == NULL ? check_end(&walk, true, err) : walk_file(&walk, file, err);
    if (file != NULL)
        fclose(file);
    str_dispose(&walk.torn);
    out->open = count_open(path);
    return ok;
}

// Begins where the walk ended, if that is still the same file.
static void take_up(const struct audit_walked *walked, FILE *file, struct walk *walk)
{
    struct stat now;
    if (walked->size == 0 || fstat(fileno(file), &now) != 0 || now.st_size < walked->size ||
        (uint64_t)now.st_ino != walked->file || (uint64_t)now.st_dev != walked->device ||
        fseek(file, (long)walked->size, SEEK_SET) != 0)
        return;
    walk->line = walked->line;
    walk->count = walked->count;
    memcpy(walk->hash, walked->hash, sizeof walk->hash);
    memcpy(walk->hash_before, walked->hash_before, sizeof walk->hash_before);
    *walk->verdict = walked->verdict;
}

static void keep_walked(struct audit_walked *walked, FILE *file, const struct walk *walk)
{
    struct stat now;
    *walked = (struct audit_walked){0};
    if (walk->torn_line != 0 || !walk->ended || fstat(fileno(file), &now) != 0)
        return;
    *walked = (struct audit_walked){.size = ftell(file),
                                    .file = (uint64_t)now.st_ino,
                                    .device = (uint64_t)now.st_dev,
                                    .line = walk->line,
                                    .count = walk->count,
                                    .verdict = *walk->verdict};
    memcpy(walked->hash, walk->hash, sizeof walked->hash);
    memcpy(walked->hash_before, walk->hash_before, sizeof walked->hash_before);
}

bool audit_verify_more(const char *path, struct audit_walked *walked, struct err *err)
{
    struct audit_verdict verdict = {0};
    struct walk walk = {
        .path = path, .hash = AUDIT_NO_HASH, .hash_before = AUDIT_NO_HASH, .verdict = &verdict};
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return errno == ENOENT ? check_end(&walk, true, err)
                               : err_set(err, "%s: cannot be read: %s", path, strerror(errno));
    take_up(walked, file, &walk);
    bool ok = walk_file(&walk, file, err);
    if (ok)
        keep_walked(walked, file, &walk);
    else
        *walked = (struct audit_walked){0};
    str_dispose(&walk.torn);
    fclose(file);
    return ok;
}
