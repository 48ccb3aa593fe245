// SPDX-License-Identifier: MIT

// Lines inflated a chunk at a time.
#include "replay/lines.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"

#define CHUNK_BYTES 65536
#define FILE_MOST   (UINT64_C(4) << 30) // inflated; what is more is no five minutes of any fleet

struct lines {
    gzFile file;
    char *text; // inflated: what was not given yet stands in [at, len)
    size_t at, len, cap;
    size_t line_most;
    uint64_t inflated;
    bool ended, damaged;
};

// A pipe in the folder of a stranger would be waited for.
static gzFile open_file(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool file = fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    gzFile opened = file ? gzdopen(fd, "rb") : NULL;
    if (opened == NULL && fd >= 0)
        close(fd);
    return opened;
}

struct lines *lines_open(const char *path, size_t line_most)
{
    struct lines *lines = mem_alloc(sizeof *lines);
    lines->line_most = line_most;
    lines->file = open_file(path);
    lines->ended = lines->damaged = lines->file == NULL;
    return lines;
}

void lines_close(struct lines *lines)
{
    if (lines == NULL)
        return;
    if (lines->file != NULL)
        gzclose_r(lines->file);
    free(lines->text);
    free(lines);
}

// What was given makes room; what is left of a line moves to the beginning.
static void make_room(struct lines *lines)
{
    lines->len -= lines->at;
    if (lines->at > 0)
        memmove(lines->text, lines->text + lines->at, lines->len);
    lines->at = 0;
    if (lines->len + CHUNK_BYTES <= lines->cap)
        return;
    lines->cap =
        lines->cap * 2 > lines->len + CHUNK_BYTES ? lines->cap * 2 : lines->len + CHUNK_BYTES;
    lines->text = mem_resize(lines->text, lines->cap, 1);
}

static bool read_more(struct lines *lines)
{
    make_room(lines);
    int got = gzread(lines->file, lines->text + lines->len, CHUNK_BYTES);
    if (got > 0) {
        lines->len += (size_t)got;
        lines->inflated += (uint64_t)got;
    }
    return got > 0;
}

const char *lines_next(struct lines *lines, size_t *len)
{
    size_t seen = lines->at; // up to here there is no end of a line
    while (!lines->ended) {
        char *end = lines->len > seen ? memchr(lines->text + seen, '\n', lines->len - seen) : NULL;
        if (end != NULL) {
            char *line = lines->text + lines->at;
            *end = '\0';
            *len = (size_t)(end - line);
            lines->at += *len + 1;
            return line;
        }
        size_t begun = lines->len - lines->at;
        lines->damaged = begun > lines->line_most || lines->inflated > FILE_MOST;
        lines->ended = lines->damaged || !read_more(lines);
        seen = lines->at + begun;
    }
    return NULL;
}

void lines_give_up(struct lines *lines)
{
    lines->ended = lines->damaged = true;
}

enum lines_end lines_end(const struct lines *lines)
{
    int fault = Z_ERRNO;
    if (lines->damaged)
        return LINES_DAMAGED;
    gzerror(lines->file, &fault);
    return fault == Z_BUF_ERROR                     ? LINES_CUT_OFF
           : fault == Z_OK || fault == Z_STREAM_END ? LINES_WHOLE
                                                    : LINES_DAMAGED;
}
