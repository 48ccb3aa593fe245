// SPDX-License-Identifier: MIT

// Segments through zlib, flushed so that what was written can be read back whatever happens.
#include "replay/segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/xdg.h"
#include "replay/format.h"

#define NUMBERS (JSON_COMPACT | JSON_REAL_PRECISION(12))

struct segments {
    char *folder;
    int64_t most_bytes;
    unsigned number; // of the open segment; 0: none was begun
    unsigned oldest; // that is still there
    unsigned dropped;
    gzFile file; // NULL: none is open
    int fd;      // of the same file, for its size; -1: none
    int64_t open_bytes, ended_bytes;
};

static bool holds_recording(const char *folder)
{
    DIR *dir = opendir(folder);
    bool found = false;
    for (const struct dirent *entry; !found && dir != NULL && (entry = readdir(dir)) != NULL;)
        found = strstr(entry->d_name, ".jsonl.gz") != NULL;
    if (dir != NULL)
        closedir(dir);
    return found;
}

struct segments *segments_open(const char *folder, int64_t most_bytes, struct err *err)
{
    if (!xdg_make_private_dir(folder, err))
        return NULL;
    if (holds_recording(folder)) {
        err_set(err, "%s holds a recording already; name another folder", folder);
        return NULL;
    }
    struct segments *segments = mem_alloc(sizeof *segments);
    segments->folder = mem_strdup(folder);
    segments->most_bytes = most_bytes;
    segments->oldest = 1;
    segments->fd = -1;
    return segments;
}

static char *segment_path(const struct segments *segments, unsigned number)
{
    struct str path = {0};
    str_appendf(&path, "%s/", segments->folder);
    str_appendf(&path, FORMAT_SEGMENT, number);
    return str_take(&path);
}

static bool cannot_write(const struct segments *segments, struct err *err)
{
    return err_set(err, "%s: the recording cannot be written: %s", segments->folder,
                   errno != 0 ? strerror(errno) : _("compression failed"));
}

static void drop_oldest(struct segments *segments)
{
    struct stat info;
    while (segments->most_bytes > 0 && segments->oldest < segments->number &&
           segments_size(segments) > segments->most_bytes) {
        char *path = segment_path(segments, segments->oldest++);
        if (stat(path, &info) == 0 && unlink(path) == 0) {
            segments->ended_bytes -= info.st_size;
            segments->dropped++;
        }
        free(path);
    }
}

bool segments_next(struct segments *segments, struct err *err)
{
    if (!segments_end(segments, err))
        return false;
    errno = 0;
    char *path = segment_path(segments, ++segments->number);
    segments->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    free(path);
    int other = segments->fd >= 0 ? fcntl(segments->fd, F_DUPFD_CLOEXEC, 3) : -1;
    segments->file = other >= 0 ? gzdopen(other, "wb9") : NULL;
    if (segments->file != NULL)
        return true;
    cannot_write(segments, err);
    if (other >= 0)
        close(other);
    return false;
}

bool segments_write(struct segments *segments, json_t *line, struct err *err)
{
    char *text = json_dumps(line, NUMBERS);
    json_decref(line);
    errno = 0;
    size_t len = text != NULL ? strlen(text) : 0;
    bool ok = text != NULL && gzwrite(segments->file, text, (unsigned)len) == (int)len &&
              gzputc(segments->file, '\n') == '\n';
    free(text);
    return ok || cannot_write(segments, err);
}

static void measure(struct segments *segments)
{
    struct stat info;
    if (segments->fd >= 0 && fstat(segments->fd, &info) == 0)
        segments->open_bytes = info.st_size;
}

bool segments_flush(struct segments *segments, struct err *err)
{
    errno = 0;
    if (segments->file == NULL)
        return true;
    if (gzflush(segments->file, Z_SYNC_FLUSH) != Z_OK)
        return cannot_write(segments, err);
    measure(segments);
    drop_oldest(segments);
    return true;
}

bool segments_end(struct segments *segments, struct err *err)
{
    if (segments->file == NULL)
        return true;
    errno = 0;
    bool ok = gzclose(segments->file) == Z_OK || cannot_write(segments, err);
    measure(segments);
    segments->file = NULL;
    close(segments->fd);
    segments->fd = -1;
    segments->ended_bytes += segments->open_bytes;
    segments->open_bytes = 0;
    drop_oldest(segments);
    return ok;
}

void segments_free(struct segments *segments)
{
    if (segments == NULL)
        return;
    segments_end(segments, NULL);
    free(segments->folder);
    free(segments);
}

int64_t segments_size(const struct segments *segments)
{
    return segments->ended_bytes + segments->open_bytes;
}

int64_t segments_open_size(const struct segments *segments)
{
    return segments->open_bytes;
}

unsigned segments_dropped(const struct segments *segments)
{
    return segments->dropped;
}
