// SPDX-License-Identifier: MIT

// The trail as it is written: one line an entry, under the file's lock, on the disk before
// anything else happens.
#include "action/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "action/audit_line.h"
#include "action/audit_process.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/text.h"
#include "base/xdg.h"

#define TAIL_BYTES 65536
// An entry takes milliseconds; a console that was stopped by force keeps the lock.
#define LOCK_MS       3000
#define LOCK_AGAIN_MS 2
#define RESULT_BYTES  16384 // as long as the result of an action hardly ever is

struct audit {
    char *path;
    int fd, head_fd;
    struct err warning;

    pthread_mutex_t lock; // of what follows, and of the order of entries from this program
    off_t size;           // of the whole entries that are known
    long long count;      // number of the last of them
    char hash[SHA256_HEX_MAX];
    char prev[SHA256_HEX_MAX]; // of the entry before it, as it says itself
    size_t awaited;            // intents of this program that have no result yet
    bool chained;              // every entry taken over followed the one that was known
};

char *audit_default_path(const char *state_dir)
{
    if (state_dir == NULL || state_dir[0] == '\0')
        return xdg_state_path("audit.jsonl");
    char *folder = xdg_expand(state_dir);
    char *path = mem_printf("%s/audit.jsonl", folder);
    free(folder);
    return path;
}

const char *audit_path(const struct audit *audit)
{
    return audit->path;
}

const char *audit_warning(const struct audit *audit)
{
    return audit->warning.text;
}

static bool io_failed(const struct audit *audit, const char *what, struct err *err)
{
    return err_set(err, "%s: the audit trail cannot be %s: %s; mend it before acting", audit->path,
                   what, strerror(errno));
}

// Heap; NULL with errno.
static char *read_range(int fd, off_t from, size_t len)
{
    char *bytes = mem_alloc(len + 1);
    size_t done = 0;
    while (done < len) {
        ssize_t got = pread(fd, bytes + done, len - done, from + (off_t)done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            if (got == 0)
                errno = EIO;
            free(bytes);
            return NULL;
        }
        done += (size_t)got;
    }
    return bytes;
}

static bool write_head(struct audit *audit, struct err *err)
{
    struct audit_head head = {.count = audit->count};
    memcpy(head.hash, audit->hash, sizeof head.hash);
    char text[AUDIT_HEAD_BYTES];
    audit_head_print(&head, text);
    if (pwrite(audit->head_fd, text, sizeof text, 0) != (ssize_t)sizeof text ||
        fdatasync(audit->head_fd) != 0)
        return io_failed(audit, C_("cannot be", "sealed"), err);
    return true;
}

// Takes the line over as the newest entry when it is one.
static bool take_entry(struct audit *audit, const char *line, size_t len, off_t end)
{
    json_t *entry = audit_line_parse(line, len);
    if (entry == NULL)
        return false;
    audit->count = audit_entry_seq(entry);
    audit->size = end;
    snprintf(audit->prev, sizeof audit->prev, "%s", audit_entry_text(entry, "prev"));
    audit->chained = audit->chained && strcmp(audit->prev, audit->hash) == 0;
    sha256_hex(line, len, audit->hash);
    json_decref(entry);
    return true;
}

// The entries of a stretch of the file that begins at a line's beginning; the last is the newest.
static void take_entries(struct audit *audit, const char *bytes, size_t len, off_t at)
{
    const char *rest = bytes, *end = bytes + len;
    while (rest < end) {
        const char *newline = memchr(rest, '\n', (size_t)(end - rest));
        if (newline == NULL)
            return;
        take_entry(audit, rest, (size_t)(newline - rest), at + (newline + 1 - bytes));
        rest = newline + 1;
    }
}

// Finds the last whole entry of the file from its end.
static bool find_newest(struct audit *audit, off_t size, struct err *err)
{
    audit->size = 0;
    audit->count = 0;
    memcpy(audit->hash, AUDIT_NO_HASH, sizeof audit->hash);
    for (size_t want = TAIL_BYTES; size > 0 && audit->size == 0; want *= 4) {
        size_t len = (off_t)want < size ? want : (size_t)size;
        off_t from = size - (off_t)len;
        char *bytes = read_range(audit->fd, from, len);
        if (bytes == NULL)
            return io_failed(audit, C_("cannot be", "read"), err);
        const char *start = from == 0 ? bytes : memchr(bytes, '\n', len);
        if (start != NULL && from > 0)
            start++;
        if (start != NULL)
            take_entries(audit, start, len - (size_t)(start - bytes), from + (start - bytes));
        free(bytes);
        if (from == 0)
            break;
    }
    return true;
}

static bool append_line(struct audit *audit, const char *before, json_t *entry, struct err *err);

// Members that every entry begins with.
static json_t *begin_entry(const struct audit *audit, const char *kind, char id[AUDIT_ID_MAX])
{
    char time[CLOCK_RFC3339_MAX];
    clock_rfc3339(clock_wall_ms(), time);
    audit_entry_id(time, audit->count + 1, id, AUDIT_ID_MAX);
    return json_pack("{s:I, s:s, s:s, s:s, s:s}", "seq", (json_int_t)(audit->count + 1), "id", id,
                     "time", time, "kind", kind, "prev", audit->hash);
}

// What follows the last whole entry was left by a crash: it stays, closed by a newline, and an
// entry says what it was. A whole entry that lacks only its newline becomes one.
static bool close_off(struct audit *audit, off_t size, struct err *err)
{
    size_t len = (size_t)(size - audit->size);
    char *bytes = read_range(audit->fd, audit->size, len);
    if (bytes == NULL)
        return io_failed(audit, C_("cannot be", "read"), err);
    bool ended = bytes[len - 1] == '\n';
    if (!ended && memchr(bytes, '\n', len) == NULL && take_entry(audit, bytes, len, size + 1)) {
        free(bytes);
        return file_write_all(audit->fd, "\n", 1) ||
               io_failed(audit, C_("cannot be", "written"), err);
    }
    size_t torn = ended ? len - 1 : len;
    char hash[SHA256_HEX_MAX], id[AUDIT_ID_MAX];
    sha256_hex(bytes, torn, hash);
    free(bytes);
    json_t *entry = begin_entry(audit, "torn", id);
    json_object_set_new(entry, "bytes", json_integer((json_int_t)torn));
    json_object_set_new(entry, "sha256", json_string(hash));
    return append_line(audit, ended ? "" : "\n", entry, err);
}

// Learns what other consoles have written, and closes off what a crash left.
static bool catch_up(struct audit *audit, struct err *err)
{
    struct stat open_file, named;
    if (fstat(audit->fd, &open_file) != 0)
        return io_failed(audit, C_("cannot be", "read"), err);
    if (stat(audit->path, &named) != 0 || named.st_ino != open_file.st_ino ||
        named.st_dev != open_file.st_dev)
        return err_set(err,
                       "%s: the audit trail was moved or replaced while this console ran; put "
                       "it back or start the console anew",
                       audit->path);
    if (open_file.st_size < audit->size)
        return err_set(err,
                       "%s: the audit trail was cut while this console ran; run `nocdesk audit "
                       "verify`",
                       audit->path);
    if (open_file.st_size > audit->size) {
        off_t from = audit->size;
        size_t len = (size_t)(open_file.st_size - from);
        char *bytes = read_range(audit->fd, from, len);
        if (bytes == NULL)
            return io_failed(audit, C_("cannot be", "read"), err);
        audit->chained = true;
        take_entries(audit, bytes, len, from);
        free(bytes);
        if (!audit->chained)
            return err_set(err,
                           "%s: the audit trail was changed while this console ran; run `nocdesk "
                           "audit verify`",
                           audit->path);
    }
    return open_file.st_size == audit->size || close_off(audit, open_file.st_size, err);
}

static bool is_kind(const json_t *entry, const char *kind)
{
    return strcmp(audit_entry_text(entry, "kind"), kind) == 0;
}

// Takes room for what will come of an intent, and of those before it, together with the intent's
// own, so that a disk that fills up meanwhile swallows none. Filesystems that cannot do so are
// written to as they are.
static bool reserve_room(struct audit *audit, const json_t *entry, size_t len)
{
    off_t room = (off_t)len + (off_t)(audit->awaited + 1) * RESULT_BYTES;
    if (!is_kind(entry, "intent") ||
        fallocate(audit->fd, FALLOC_FL_KEEP_SIZE, audit->size, room) == 0)
        return true;
    return errno != ENOSPC && errno != EDQUOT;
}

static void count_awaited(struct audit *audit, const json_t *entry)
{
    if (is_kind(entry, "intent"))
        audit->awaited++;
    else if (is_kind(entry, "result") && audit->awaited > 0)
        audit->awaited--;
}

// Writes the entry (whose reference is taken over) after the text `before`, onto the disk.
static bool append_line(struct audit *audit, const char *before, json_t *entry, struct err *err)
{
    char *text = json_dumps(entry, JSON_COMPACT | JSON_ENSURE_ASCII);
    if (text == NULL) {
        json_decref(entry);
        return err_set(err,
                       "%s: an entry of the audit trail could not be made; this is a fault of "
                       "nocdesk",
                       audit->path);
    }
    struct str line = {0};
    str_append(&line, before);
    str_append(&line, text);
    str_append_char(&line, '\n');
    struct stat now;
    bool ok = reserve_room(audit, entry, line.len) &&
              file_write_all(audit->fd, line.text, line.len) && fdatasync(audit->fd) == 0 &&
              fstat(audit->fd, &now) == 0;
    if (ok) {
        audit->count = audit_entry_seq(entry);
        audit->size = now.st_size;
        count_awaited(audit, entry);
        sha256_hex(text, strlen(text), audit->hash);
        ok = write_head(audit, err);
        audit_syslog(entry, audit->hash);
    } else {
        io_failed(audit, C_("cannot be", "written"), err);
    }
    str_dispose(&line);
    free(text);
    json_decref(entry);
    return ok;
}

// An entry that was written without its head record is what a crash between the two leaves.
static bool head_agrees(const struct audit *audit, const struct audit_head *head, struct err *why)
{
    // The first entry of all is on the disk before the first record.
    if (!head->present && audit->count <= 1)
        return true;
    if (!head->present || !head->sound)
        return err_set(why, "its head record is %s", head->present ? "damaged" : "missing");
    if (head->count > audit->count)
        return err_set(why, "entries %lld to %lld are missing at its end", audit->count + 1,
                       head->count);
    if (head->count == audit->count)
        return strcmp(head->hash, audit->hash) == 0 ||
               err_set(why, "its last entry %lld was changed", audit->count);
    if (head->count < audit->count - 1)
        return err_set(why, "its head record knows only %lld of %lld entries", head->count,
                       audit->count);
    return strcmp(head->hash, audit->prev) == 0 ||
           err_set(why, "its last entry %lld does not follow the one that its head record knows",
                   audit->count);
}

static bool note_break(struct audit *audit, const struct audit_head *head, const struct err *why,
                       struct err *err)
{
    err_set(&audit->warning,
            "%s: the audit trail was tampered with or damaged: %.200s; run `nocdesk audit "
            "verify`",
            audit->path, why->text);
    // Numbers that were given once are not given again.
    if (head->sound && head->count > audit->count)
        audit->count = head->count;
    char id[AUDIT_ID_MAX];
    json_t *entry = begin_entry(audit, "break", id);
    json_object_set_new(entry, "error", json_string(why->text));
    return append_line(audit, "", entry, err);
}

// At the start, with the file's lock: the newest entry, the head, what a crash left.
static bool settle(struct audit *audit, struct err *err)
{
    struct stat file;
    struct audit_head head;
    struct err why = {0};
    if (fstat(audit->fd, &file) != 0)
        return io_failed(audit, C_("cannot be", "read"), err);
    if (!find_newest(audit, file.st_size, err))
        return false;
    audit_head_read(audit->head_fd, &head);
    long long count = audit->count;
    bool agrees = head_agrees(audit, &head, &why);
    audit->chained = true;
    if (file.st_size > audit->size && !close_off(audit, file.st_size, err))
        return false;
    // A last entry that lacked only its newline was not in the count that the head was held
    // against.
    if (!agrees && audit->count == count + 1 && head.sound && head.count == audit->count)
        agrees = strcmp(head.hash, audit->hash) == 0;
    if (agrees && !audit->chained)
        agrees = err_set(&why, "its last entry %lld does not follow the one before", audit->count);
    if (!agrees)
        return note_break(audit, &head, &why, err);
    return head.count == audit->count || write_head(audit, err);
}

static bool lock_file(struct audit *audit, struct err *err)
{
    int64_t give_up_ms = clock_mono_ms() + LOCK_MS;
    while (flock(audit->fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR && errno != EWOULDBLOCK)
            return io_failed(audit, C_("cannot be", "locked"), err);
        if (clock_mono_ms() >= give_up_ms)
            return err_set(err,
                           "%s: another program has held the audit trail's lock for %d s; see who "
                           "(fuser %s), then try again",
                           audit->path, LOCK_MS / 1000, audit->path);
        usleep(LOCK_AGAIN_MS * 1000);
    }
    return true;
}

static int open_private(const char *path, int flags)
{
    int fd = open(path, flags | O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0 && fchmod(fd, 0600) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool make_folder(const char *path, struct err *err)
{
    char *folder = mem_strndup(path, (size_t)(strrchr(path, '/') - path));
    bool ok = xdg_make_private_dir(folder[0] == '\0' ? "/" : folder, err);
    free(folder);
    return ok;
}

struct audit *audit_open(const char *state_dir, struct err *err)
{
    struct audit *audit = mem_alloc(sizeof *audit);
    audit->path = audit_default_path(state_dir);
    audit->fd = audit->head_fd = -1;
    pthread_mutex_init(&audit->lock, NULL);
    char *head_path = audit_head_path(audit->path);
    bool ok = make_folder(audit->path, err);
    if (ok) {
        audit->fd = open_private(audit->path, O_APPEND);
        audit->head_fd = audit->fd < 0 ? -1 : open_private(head_path, 0);
        ok = audit->head_fd >= 0 || io_failed(audit, C_("cannot be", "opened"), err);
    }
    if (ok && lock_file(audit, err)) {
        ok = settle(audit, err);
        flock(audit->fd, LOCK_UN);
    } else {
        ok = false;
    }
    free(head_path);
    if (ok)
        return audit;
    audit_close(audit);
    return NULL;
}

void audit_close(struct audit *audit)
{
    if (audit == NULL)
        return;
    if (audit->fd >= 0)
        close(audit->fd);
    if (audit->head_fd >= 0)
        close(audit->head_fd);
    pthread_mutex_destroy(&audit->lock);
    free(audit->path);
    free(audit);
}

bool audit_append(struct audit *audit, const char *kind, json_t *members, char id[AUDIT_ID_MAX],
                  struct err *err)
{
    pthread_mutex_lock(&audit->lock);
    bool ok = lock_file(audit, err);
    if (ok) {
        ok = catch_up(audit, err);
        if (ok) {
            json_t *entry = begin_entry(audit, kind, id);
            json_object_update_missing(entry, members);
            if (strcmp(kind, "intent") == 0 && json_object_get(entry, "process") == NULL)
                json_object_set_new(entry, "process", audit_process_self());
            ok = append_line(audit, "", entry, err);
        }
        flock(audit->fd, LOCK_UN);
    }
    pthread_mutex_unlock(&audit->lock);
    json_decref(members);
    if (!ok)
        id[0] = '\0'; // its number is the next entry's
    return ok;
}
