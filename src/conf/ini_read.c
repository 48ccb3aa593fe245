// SPDX-License-Identifier: MIT

// The line reader between INI text and inih: it joins, trims and cuts lines itself, because inih
// would cut long ones, take an indented key for a continuation, and find comments inside quotes,
// all without a word.
#include "conf/ini.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"

#define LINE_MAX_BYTES    (64 * 1024)
#define FILE_MAX_BYTES    (4 * 1024 * 1024)
#define NAME_MAX_BYTES    49 // what inih keeps of a section's name
#define QUOTED_IN_MESSAGE 60

struct ini_reader {
    struct ini *ini;
    const char *path;
    struct err_list *errors;
    size_t faults;
    const char *text;
    size_t len, at;
    int line;       // the last one read
    int begin_line; // where the joined line in `joined` began
    struct str joined;
    size_t section;    // index of the current one; SIZE_MAX: none, or a faulty one
    bool in_faulty;    // keys belong to a section that has been complained of
    const char *value; // of the key that inih is about to deliver
};

static void reader_fault(struct ini_reader *reader, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void reader_fault(struct ini_reader *reader, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    struct str text = {0};
    str_vappendf(&text, _(fmt), args);
    va_end(args);
    err_list_add(reader->errors, "%s:%d: %s", reader->path, reader->begin_line, str_text(&text));
    str_dispose(&text);
    reader->faults++;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

// Appends one physical line without its comment and end; *quoted is whether a quote is open.
// Returns whether the line ends with a backslash.
static bool take_line(struct ini_reader *reader, bool *quoted)
{
    const char *begin = reader->text + reader->at;
    const char *newline = memchr(begin, '\n', reader->len - reader->at);
    size_t len = newline != NULL ? (size_t)(newline - begin) : reader->len - reader->at;
    reader->at += len + (newline != NULL);
    reader->line++;
    while (len > 0 && is_space(begin[0])) {
        begin++;
        len--;
    }
    bool first = reader->joined.len == 0;
    if (len > 0 && (begin[0] == ';' || (first && begin[0] == '#')) && !*quoted)
        len = 0;
    for (size_t i = 0; i < len; i++) {
        if (*quoted && begin[i] == '\\' && i + 1 < len && strchr("\"\\", begin[i + 1]) != NULL)
            i++;
        else if (begin[i] == '"')
            *quoted = !*quoted;
        else if (begin[i] == ';' && !*quoted && i > 0 && is_space(begin[i - 1]))
            len = i;
    }
    while (len > 0 && is_space(begin[len - 1]))
        len--;
    bool continues = len > 0 && begin[len - 1] == '\\';
    if (continues)
        len--;
    while (continues && len > 0 && is_space(begin[len - 1]))
        len--;
    if (!first && len > 0)
        str_append_char(&reader->joined, ' ');
    str_append_bytes(&reader->joined, begin, len);
    return continues;
}

// Reads the next line that says something into reader->joined; false at the end.
static bool next_line(struct ini_reader *reader)
{
    while (reader->at < reader->len) {
        bool quoted = false, continues = true;
        str_clear(&reader->joined);
        reader->begin_line = reader->line + 1;
        while (continues && reader->at < reader->len)
            continues = take_line(reader, &quoted);
        const char *text = str_text(&reader->joined);
        if (continues)
            reader_fault(reader,
                         "the last line ends with a backslash, but none follows; remove it");
        else if (strlen(text) != reader->joined.len)
            reader_fault(reader, "a NUL byte; is this a text file?");
        else if (reader->joined.len > LINE_MAX_BYTES)
            reader_fault(reader, "longer than %d KiB; divide it", LINE_MAX_BYTES / 1024);
        else if (quoted)
            reader_fault(reader,
                         "a quote is not closed; close it, or write \"…\\\"…\" for a value that "
                         "holds a quote");
        else if (reader->joined.len > 0)
            return true;
    }
    return false;
}

static void begin_section(struct ini_reader *reader, char *out, size_t size)
{
    char *line = reader->joined.text;
    char *close = strchr(line, ']');
    reader->in_faulty = true;
    reader->section = SIZE_MAX;
    if (close == NULL || close[1] != '\0') {
        reader_fault(reader, "'%.*s' is no section heading; write [name] and nothing after it",
                     QUOTED_IN_MESSAGE, line);
        return;
    }
    *close = '\0';
    char *name = line + 1 + strspn(line + 1, " \t");
    for (char *end = close; end > name && is_space(end[-1]);)
        *--end = '\0';
    if (name[0] == '\0' || strpbrk(name, "[\";=") != NULL) {
        reader_fault(reader, "[%.*s] is no section name; use letters, digits, spaces and . _ - :",
                     QUOTED_IN_MESSAGE, name);
        return;
    }
    if (strlen(name) > NAME_MAX_BYTES) {
        reader_fault(reader, "the section name [%.*s…] is longer than %d bytes; shorten it",
                     QUOTED_IN_MESSAGE, name, NAME_MAX_BYTES);
        return;
    }
    const struct ini_section *before = ini_section(reader->ini, name);
    if (before != NULL) {
        reader_fault(reader, "[%s] stands in line %d already; write its keys there", name,
                     before->place.line);
        return;
    }
    ini_add_section(reader->ini, name, (struct ini_place){reader->path, reader->begin_line});
    reader->section = reader->ini->count - 1;
    reader->in_faulty = false;
    snprintf(out, size, "[%s]\n", name);
}

// Hands inih the key with a stand-in for the value, which it would cut; the value waits in the
// reader.
static void begin_key(struct ini_reader *reader, char *out, size_t size)
{
    char *line = reader->joined.text;
    char *equals = strchr(line, '=');
    size_t key_len = equals != NULL ? (size_t)(equals - line) : 0;
    while (key_len > 0 && is_space(line[key_len - 1]))
        key_len--;
    if (key_len == 0 || memchr(line, ':', key_len) != NULL || memchr(line, '"', key_len) != NULL) {
        // Without a key nothing is quoted: the line may be a mistyped secret.
        reader_fault(reader, "neither [section] nor a comment nor key = value; write key = value");
        return;
    }
    if (key_len > NAME_MAX_BYTES) {
        reader_fault(reader, "the key '%.*s…' is longer than %d bytes; shorten it",
                     QUOTED_IN_MESSAGE, line, NAME_MAX_BYTES);
        return;
    }
    if (reader->section == SIZE_MAX) {
        if (!reader->in_faulty)
            reader_fault(reader,
                         "the key '%.*s' stands before the first [section]; move it into one",
                         (int)key_len, line);
        return;
    }
    reader->value = equals + 1 + strspn(equals + 1, " \t");
    snprintf(out, size, "%.*s = value\n", (int)key_len, line);
}

// inih's fgets. Comments, blank and faulty lines never reach it.
static char *feed_inih(char *out, int size, void *user)
{
    struct ini_reader *reader = user;
    out[0] = '\0';
    while (out[0] == '\0') {
        if (!next_line(reader))
            return NULL;
        if (reader->joined.text[0] == '[')
            begin_section(reader, out, (size_t)size);
        else
            begin_key(reader, out, (size_t)size);
    }
    return out;
}

static int take_pair(void *user, const char *section_name, const char *key, const char *value)
{
    struct ini_reader *reader = user;
    (void)section_name; // the one that begin_section found
    (void)value;        // the stand-in
    struct ini_section *section = &reader->ini->sections[reader->section];
    const struct ini_entry *before = ini_get(section, key);
    if (before != NULL)
        reader_fault(reader, "'%s' is set in line %d already; keep one of the two", key,
                     before->place.line);
    else
        ini_set(reader->ini, section, key, reader->value,
                (struct ini_place){reader->path, reader->begin_line});
    return 1;
}

bool ini_read_text(struct ini *ini, const char *path, const char *text, size_t len,
                   struct err_list *errors)
{
    struct ini_reader reader = {
        .ini = ini, .path = path, .errors = errors, .text = text, .len = len, .section = SIZE_MAX};
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        reader.at = 3;
    int status = ini_parse_stream(feed_inih, &reader, take_pair, &reader);
    if (status != 0) // not for lines that begin_section and begin_key let through
        reader_fault(&reader, "not understood (inih: %d); write [section] or key = value", status);
    if (reader.joined.text != NULL)
        explicit_bzero(reader.joined.text, reader.joined.cap);
    str_dispose(&reader.joined);
    return reader.faults == 0;
}

static bool read_fd(int fd, struct str *out, struct err *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return err_set(err, "cannot be read: %s", strerror(errno));
    if (!S_ISREG(info.st_mode))
        return err_set(err, "is not a regular file; name an INI file");
    if (info.st_size > FILE_MAX_BYTES)
        return err_set(err, "is larger than %d MiB; is this the right file?",
                       FILE_MAX_BYTES / 1024 / 1024);
    char buffer[8192];
    ssize_t got;
    while ((got = read(fd, buffer, sizeof buffer)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, "cannot be read: %s", strerror(errno));
        str_append_bytes(out, buffer, (size_t)got);
    }
    explicit_bzero(buffer, sizeof buffer);
    return true;
}

bool ini_read_file(struct ini *ini, const char *path, struct err_list *errors)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        err_list_add(errors, "%s: cannot be read: %s", path, strerror(errno));
        return false;
    }
    struct str text = {0};
    struct err err = {0};
    bool ok = read_fd(fd, &text, &err);
    close(fd);
    if (ok)
        ok = ini_read_text(ini, path, str_text(&text), text.len, errors);
    else
        err_list_add(errors, "%s: %s", path, err.text);
    if (text.text != NULL)
        explicit_bzero(text.text, text.cap);
    str_dispose(&text);
    return ok;
}
