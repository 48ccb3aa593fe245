// SPDX-License-Identifier: MIT

// Export to CSV, JSON and text.
#include "tui/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/xdg.h"
#include "table/write.h"
#include "tui/state.h"
#include "tui/table_state.h"

static bool format_of_name(const char *path, enum format *format, struct err *err)
{
    static const struct {
        const char *ending;
        enum format format;
    } endings[] = {{".csv", FORMAT_CSV}, {".json", FORMAT_JSON}, {".txt", FORMAT_TEXT}};
    size_t len = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i].ending);
        if (len > ending && strcasecmp(path + len - ending, endings[i].ending) == 0) {
            *format = endings[i].format;
            return true;
        }
    }
    return err_set(err, "end the name in .csv, .json or .txt");
}

static void write_rows(FILE *file, struct view *view, enum format format)
{
    struct write_options options = {.now_ms = clock_wall_ms()};
    if (format == FORMAT_CSV) {
        write_csv(file, view, &options);
    } else if (format == FORMAT_TEXT) {
        write_text(file, view, &options);
    } else {
        json_t *rows = write_json_rows(view, &options);
        json_dumpf(rows, file, WRITE_JSON_FLAGS | JSON_INDENT(1));
        json_decref(rows);
        fputc('\n', file);
    }
}

bool export_write(struct table_view *table, const char *path, struct err *err)
{
    enum format format = FORMAT_TEXT;
    if (!format_of_name(path, &format, err))
        return false;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err,
                       errno == EEXIST ? "there is a file %s already; choose another name"
                                       : "%s cannot be made: %s",
                       path, strerror(errno));
    FILE *file = fdopen(fd, "w");
    if (file == NULL) {
        close(fd);
        unlink(path);
        return err_set(err, "%s: %s", path, strerror(errno));
    }
    write_rows(file, table->view, format);
    bool failed = ferror(file) != 0;
    if ((fclose(file) != 0) | failed) {
        unlink(path);
        return err_set(err, "%s could not be written (is the disk full?); nothing was kept", path);
    }
    return true;
}

static bool accept(struct console *console, struct prompt *prompt)
{
    struct table_view *table = console_table(console);
    struct err err = {0};
    const char *typed = line_edit_text(&prompt->line);
    if (typed[0] == '\0')
        return true;
    char *path = xdg_expand(typed);
    bool ok = export_write(table, path, &err);
    if (ok)
        journal_add(console->journal, LEVEL_OK, "", "%zu rows written to %s",
                    table_view_count(table), path);
    else
        prompt_error(prompt, SIZE_MAX, &err);
    free(path);
    return ok;
}

static const struct prompt_class export_class = {
    .label = "export to:",
    .help = "a new file; its ending says how: .csv .json .txt",
    .remembers = true,
    .accept = accept,
};

enum next export_open(struct console *console, int argument)
{
    (void)argument;
    time_t now = (time_t)(clock_wall_ms() / 1000);
    struct tm tm;
    char stamp[32];
    localtime_r(&now, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &tm);
    char *name = mem_printf("%s-%s.csv", table_view_schema(console_table(console))->name, stamp);
    console_open_prompt(console, &export_class, name);
    free(name);
    return NEXT_PAINT;
}
