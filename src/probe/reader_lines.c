// SPDX-License-Identifier: MIT

// Reads what a command of the host prints, a row a line, as [lines NAME] sections say.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/option.h"
#include "probe/host_state.h"
#include "probe/mapping.h"
#include "probe/parts.h"
#include "probe/slice.h"

#define FIELDS_MAX 32
#define ROWS_MAX   20000

static const struct config_option command_option = {.name = "command", .type = OPTION_ARGV};

struct lines_source {
    bool compiled;
    struct mapping *mapping;
    char **argv; // the command's words: never a shell's
    char *fields[FIELDS_MAX];
    size_t field_count;
    char separator; // '\0': any blanks
    long skip;      // lines of heading
    bool sudo;
};

static void dispose_source(void *slot)
{
    struct lines_source *source = slot;
    mapping_free(source->mapping);
    option_dispose(&command_option, &source->argv);
    for (size_t i = 0; i < source->field_count; i++)
        free(source->fields[i]);
    *source = (struct lines_source){0};
}

static void take_fields(struct lines_source *out, const struct ini_section *section,
                        struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "fields");
    char *copy = mem_strdup(entry != NULL ? entry->value : ""), *save = NULL;
    for (char *name = strtok_r(copy, " ,\t", &save); name != NULL;
         name = strtok_r(NULL, " ,\t", &save)) {
        if (out->field_count < FIELDS_MAX)
            out->fields[out->field_count++] = mem_strdup(name);
        else
            err_list_add(errors, "%s:%d: [%s]: more than %d fields", section->place.path,
                         section->place.line, section->name, FIELDS_MAX);
    }
    if (out->field_count == 0)
        err_list_add(errors,
                     "%s:%d: [%s] names no fields; write fields = NAME NAME …, as they "
                     "stand in a line",
                     section->place.path, section->place.line, section->name);
    free(copy);
}

static void take_command(struct lines_source *out, const struct ini_section *section,
                         struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "command");
    struct err err = {0};
    if (entry == NULL)
        err_list_add(errors, "%s:%d: [%s] runs nothing; write command = PROGRAM and its words",
                     section->place.path, section->place.line, section->name);
    else if (!option_set(&command_option, &out->argv, entry->value, &err) || out->argv == NULL)
        err_list_add(errors, "%s:%d: %s", entry->place.path, entry->place.line,
                     err_is_set(&err) ? err.text : "command is empty; write a program");
}

static void take_form(struct lines_source *out, const struct ini_section *section,
                      struct err_list *errors)
{
    const struct ini_entry *separator = ini_get(section, "separator");
    const struct ini_entry *skip = ini_get(section, "skip"), *sudo = ini_get(section, "sudo");
    char *text = ini_unquote(separator != NULL ? separator->value : "blanks"), *end = NULL;
    if (strcmp(text, "tab") == 0)
        out->separator = '\t';
    else if (strlen(text) == 1)
        out->separator = text[0];
    else if (separator != NULL && strcmp(text, "blanks") != 0)
        err_list_add(errors, "%s:%d: separator = %s: write one sign, tab or blanks",
                     separator->place.path, separator->place.line, text);
    free(text);
    if (skip != NULL)
        out->skip = strtol(skip->value, &end, 10);
    if (skip != NULL && (*end != '\0' || out->skip < 0 || out->skip > 1000))
        err_list_add(errors, "%s:%d: skip = %s: a number of lines, 0 to 1000", skip->place.path,
                     skip->place.line, skip->value);
    out->sudo = sudo != NULL && strcmp(sudo->value, "yes") == 0;
    if (sudo != NULL && !out->sudo && strcmp(sudo->value, "no") != 0)
        err_list_add(errors, "%s:%d: sudo = %s: write yes or no", sudo->place.path,
                     sudo->place.line, sudo->value);
}

static size_t find_field(const struct lines_source *source, const char *name)
{
    size_t index = 0;
    while (index < source->field_count && strcmp(source->fields[index], name) != 0)
        index++;
    return index;
}

static void compile_source(struct lines_source *out, const struct profile *profile,
                           const struct profile_source *source, const struct schema *schema,
                           struct err_list *errors)
{
    static const char *const keys[] = {"command", "fields",  "separator", "skip",
                                       "sudo",    "column.", NULL};
    const struct ini_section *section = source->section;
    if (section == NULL) {
        err_list_add(errors, "the source 'lines' needs a NAME and a section [lines NAME]");
        return;
    }
    ini_check_keys(section, keys, errors);
    take_command(out, section, errors);
    take_fields(out, section, errors);
    take_form(out, section, errors);
    out->mapping = mapping_compile(profile, section, schema, errors);
    for (size_t i = 0; out->mapping != NULL && i < mapping_field_count(out->mapping); i++) {
        const char *name = mapping_field(out->mapping, i);
        if (find_field(out, name) == out->field_count)
            err_list_add(errors, "%s:%d: [%s]: '%s' is not among its fields", section->place.path,
                         section->place.line, section->name, name);
    }
}

static void check_source(const struct profile *profile, const struct profile_source *source,
                         const struct probe *probe, struct err_list *errors)
{
    struct lines_source compiled = {0};
    compile_source(&compiled, profile, source, probe->schema, errors);
    dispose_source(&compiled);
}

// The values of a line in the order of the fields; the last one is the rest of the line.
static void split_line(const struct lines_source *source, struct slice line, struct value *out)
{
    const char blanks[] = {source->separator != '\0' ? source->separator : ' ',
                           source->separator != '\0' ? source->separator : '\t'};
    const char *at = line.text, *end = line.text + line.len;
    for (size_t i = 0; i < source->field_count; i++) {
        out[i] = (struct value){0};
        while (source->separator == '\0' && at < end && (*at == blanks[0] || *at == blanks[1]))
            at++;
        const char *begin = at;
        bool last = i + 1 == source->field_count;
        while (at < end && (last || (*at != blanks[0] && *at != blanks[1])))
            at++;
        if (at > begin)
            out[i] = value_of_text(begin, (size_t)(at - begin));
        at += at < end;
    }
}

// Nothing is lost in silence.
static void note_lost(struct reading *reading, struct slice rest)
{
    struct slice line;
    size_t lost = 0;
    while (slice_take_line(&rest, &line))
        lost += line.len > 0;
    if (lost > 0)
        reading_note(reading, "partial: %zu lines beyond the first %d rows are left out", lost,
                     ROWS_MAX);
}

static void take_lines(struct reading *reading, const struct lines_source *source,
                       struct slice rest, struct table *table)
{
    size_t fields = mapping_field_count(source->mapping);
    struct value *values = mem_array(fields + 1, sizeof *values);
    struct value *all = mem_array(FIELDS_MAX, sizeof *all);
    struct slice line;
    long skip = source->skip;
    mapping_begin(source->mapping, reading);
    while (table_rows(table) < ROWS_MAX && slice_take_line(&rest, &line)) {
        if (skip-- > 0 || line.len == 0)
            continue;
        split_line(source, line, all);
        for (size_t i = 0; i < fields; i++)
            values[i] = all[find_field(source, mapping_field(source->mapping, i))];
        size_t row = table_add_row(table);
        table_set_text(table, row, 0, reading->host->name);
        mapping_row(source->mapping, values, table, row);
    }
    mapping_end(source->mapping);
    note_lost(reading, rest);
    free(all);
    free(values);
}

static bool run_command(struct reading *reading, const struct lines_source *source,
                        struct link_result *result, struct err *err)
{
    const char *program = source->argv != NULL ? source->argv[0] : "";
    struct link_command command = {
        .argv = (const char *const *)source->argv,
        .sudo = source->sudo,
        .deadline_ms = reading->deadline_ms,
    };
    if (!link_exec(reading->link, &command, result, err))
        return false;
    if (result->exit_status == 0)
        return true;
    struct slice errors = {str_text(&result->err), result->err.len}, first = {"", 0};
    slice_take_line(&errors, &first);
    if (result->exit_status == 127)
        return err_set(err, "%s: %s is not installed on the host", reading->host->name, program);
    return err_set(err, "%s: %s ended with %d%s%.*s", reading->host->name, program,
                   result->exit_status, first.len > 0 ? ": " : "",
                   (int)(first.len < 200 ? first.len : 200), first.text);
}

static bool compile_once(struct reading *reading, struct lines_source *source, struct err *err)
{
    struct err_list errors = {0};
    if (source->compiled)
        return true;
    dispose_source(source);
    compile_source(source, reading->profile, reading->source, reading->probe->schema, &errors);
    source->compiled = parts_are_sound(reading, 1, &errors, err);
    return source->compiled;
}

static bool read_source(struct reading *reading, struct err *err)
{
    struct lines_source *source =
        host_state_slot(reading->state, reading->source, sizeof *source, dispose_source);
    struct link_result result = {0};
    if (!compile_once(reading, source, err))
        return false;
    bool ok = run_command(reading, source, &result, err);
    if (ok) {
        struct table *table = reading_table(reading);
        take_lines(reading, source, (struct slice){str_text(&result.out), result.out.len}, table);
        reading_label(reading, "%s", reading->source->name);
        reading_done(reading, 0, table);
    }
    link_result_dispose(&result);
    return ok;
}

const struct reader reader_lines = {
    .name = "lines",
    .lane = LANE_COMMAND,
    .read = read_source,
    .check = check_source,
};
