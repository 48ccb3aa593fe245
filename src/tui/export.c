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
#include "base/lang.h"
#include "base/mem.h"
#include "base/xdg.h"
#include "table/write.h"
#include "tui/state.h"
#include "tui/table_marks.h"
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
    struct write_options options = {.now_ms = clock_shown_wall_ms()};
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

static FILE *open_new(const char *path, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file != NULL)
        return file;
    if (errno == EEXIST)
        err_set(err, "there is a file %s already; choose another name", path);
    else
        err_set(err, "%s cannot be made: %s", path, strerror(errno));
    if (fd >= 0) {
        close(fd);
        unlink(path);
    }
    return NULL;
}

static bool close_written(FILE *file, const char *path, struct err *err)
{
    bool failed = ferror(file) != 0;
    if ((fclose(file) != 0) | failed) {
        unlink(path);
        return err_set(err, "%s could not be written (is the disk full?); nothing was kept", path);
    }
    return true;
}

static bool is_marked(const struct row_ref *row, void *table)
{
    return table_marks_has(table, row->id);
}

bool export_write(struct table_view *table, const char *path, size_t *rows, struct err *err)
{
    enum format format = FORMAT_TEXT;
    if (!format_of_name(path, &format, err))
        return false;
    FILE *file = open_new(path, err);
    if (file == NULL)
        return false;
    size_t marked;
    table_marks_count(table, &marked);
    struct view *some = marked > 0 ? view_select(table->view, is_marked, table) : NULL;
    struct view *view = some != NULL ? some : table->view;
    write_rows(file, view, format);
    *rows = view_count(view);
    view_free(some);
    return close_written(file, path, err);
}

static bool write_lines(const struct viewer *viewer, const char *path, struct err *err)
{
    enum format format = FORMAT_CSV;
    if (!format_of_name(path, &format, err) || format != FORMAT_TEXT)
        return err_set(err, "this is text: end the name in .txt");
    FILE *file = open_new(path, err);
    if (file == NULL)
        return false;
    viewer_write(viewer, file);
    return close_written(file, path, err);
}

static bool accept(struct console *console, struct prompt *prompt)
{
    struct err err = {0};
    const char *typed = line_edit_text(&prompt->line);
    if (typed[0] == '\0')
        return true;
    char *path = xdg_expand(typed);
    size_t count = console->viewer != NULL ? console->viewer->count : 0;
    bool ok = console->viewer != NULL ? write_lines(console->viewer, path, &err)
                                      : export_write(console_table(console), path, &count, &err);
    char *whole = ok ? realpath(path, NULL) : NULL;
    const char *to = whole != NULL ? whole : path;
    if (ok && console->viewer != NULL)
        journal_answer(console->journal, LEVEL_OK, "",
                       P_("%zu line written to %s", "%zu lines written to %s", count), count, to);
    else if (ok)
        journal_answer(console->journal, LEVEL_OK, "",
                       P_("%zu row written to %s", "%zu rows written to %s", count), count, to);
    else
        prompt_error(prompt, SIZE_MAX, &err);
    free(whole);
    free(path);
    return ok;
}

static const struct prompt_class export_class = {
    .label = N_("export to:"),
    .help = N_("a new file; its ending says how: .csv .json .txt"),
    .remembers = true,
    .accept = accept,
};

// Which rows will be written.
static char *label_of(struct table_view *table)
{
    size_t shown, marked = table_marks_count(table, &shown), all = table_view_count(table);
    if (shown == 0)
        return mem_printf(P_("export %zu row to:", "export %zu rows to:", all), all);
    if (shown < marked)
        return mem_printf(_("export %zu marked of %zu (%zu are hidden) to:"), shown, marked,
                          marked - shown);
    return mem_printf(P_("export %zu marked row to:", "export %zu marked rows to:", marked),
                      marked);
}

enum next export_open(struct console *console, int argument)
{
    (void)argument;
    time_t now = (time_t)(clock_shown_wall_ms() / 1000);
    struct tm tm;
    char stamp[32];
    localtime_r(&now, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &tm);
    bool text = console->viewer != NULL;
    struct table_view *table = console_table(console);
    char *name =
        mem_printf("%s-%s.%s", text ? console->viewer->kind->name : table_view_schema(table)->name,
                   stamp, text ? "txt" : "csv");
    console_open_prompt(console, &export_class, name);
    if (!text)
        console->prompt->label = label_of(table);
    free(name);
    return NEXT_PAINT;
}
