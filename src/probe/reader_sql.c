// SPDX-License-Identifier: MIT

// Reads tables from the host's database as [sql …] sections say.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "probe/host_state.h"
#include "probe/parts.h"
#include "probe/sql_select.h"

struct part {
    struct sql_select *select;
    struct sql_statement statement; // text NULL: not built for this connection
};

struct sql_source {
    struct part *parts;
    size_t count;
    bool compiled;
    uint64_t serial; // of the connection that the statements were built for
};

static const char *const section_keys[] = {"table",    "need",    "where", "order",  "limit",
                                           "optional", "group",   "parts", "value.", "sections",
                                           "join.",    "column.", NULL};

static void forget_statements(struct sql_source *source)
{
    for (size_t i = 0; i < source->count; i++)
        sql_statement_dispose(&source->parts[i].statement);
}

static void dispose_source(void *slot)
{
    struct sql_source *source = slot;
    forget_statements(source);
    for (size_t i = 0; i < source->count; i++)
        sql_select_free(source->parts[i].select);
    free(source->parts);
}

static void compile_source(struct sql_source *out, const struct profile *profile,
                           const struct profile_source *source, const struct schema *schema,
                           struct err_list *errors)
{
    size_t count;
    const struct ini_section **sections = parts_find(profile, source, section_keys, &count, errors);
    out->parts = mem_array(count + 1, sizeof *out->parts);
    for (size_t i = 0; i < count; i++)
        out->parts[out->count++].select = sql_select_compile(profile, sections[i], schema, errors);
    free(sections);
}

static void check_source(const struct profile *profile, const struct profile_source *source,
                         const struct probe *probe, struct err_list *errors)
{
    struct sql_source compiled = {0};
    compile_source(&compiled, profile, source, probe->schema, errors);
    dispose_source(&compiled);
}

static bool compile_once(struct reading *reading, struct sql_source *source, struct err *err)
{
    if (source->compiled)
        return true;
    struct err_list errors = {0};
    dispose_source(source);
    *source = (struct sql_source){0};
    compile_source(source, reading->profile, reading->source, reading->probe->schema, &errors);
    source->compiled = parts_are_sound(reading, source->count, &errors, err);
    return source->compiled;
}

// Learns which columns this host has and builds the statement from them. *there: false where an
// optional table is missing.
static bool build_statement(struct reading *reading, struct sql *sql, struct part *part,
                            bool *there, struct err *err)
{
    size_t tables = sql_select_table_count(part->select);
    struct sql_columns *columns = mem_array(tables, sizeof *columns);
    bool ok = true;
    for (size_t i = 0; ok && i < tables; i++)
        ok = sql_table_columns(sql, sql_select_table(part->select, i), reading->deadline_ms,
                               &columns[i], err);
    *there = !ok || columns[0].exists || !sql_select_is_optional(part->select);
    if (ok && *there && !sql_select_build(part->select, columns, &part->statement, err)) {
        err_prefix(err, "%s: MySQL database %s", reading->host->name,
                   reading->host->mysql_database);
        ok = false;
    }
    for (size_t i = 0; i < tables; i++)
        sql_columns_dispose(&columns[i]);
    free(columns);
    return ok;
}

struct row_taker {
    struct reading *reading;
    const struct part *part;
    struct table *table;
    struct value *values; // one per field of the mapping
    int64_t rows;
    bool *met; // for each section of the profile: whether a row was of it
};

static struct value value_of_sql(const struct sql_value *sql)
{
    switch (sql->type) {
    case SQL_NULL:
        break;
    case SQL_INT:
        return value_of_int(sql->integer);
    case SQL_REAL:
        return value_of_real(sql->real);
    case SQL_TEXT:
        return value_of_text(sql->text, sql->len);
    }
    return (struct value){0};
}

// The profile's section that a row is about; SIZE_MAX: none.
static size_t find_section(const struct row_taker *taker, const char *kind,
                           const struct value *name)
{
    const struct ini *ini = &taker->reading->profile->ini;
    char *wanted = name->type == VALUE_TEXT
                       ? mem_printf("%s %.*s", kind, (int)name->len, name->text)
                       : mem_strdup("");
    size_t found = 0;
    while (found < ini->count && strcmp(ini->sections[found].name, wanted) != 0)
        found++;
    free(wanted);
    return found < ini->count ? found : SIZE_MAX;
}

static void add_row(const struct row_taker *taker)
{
    size_t row = table_add_row(taker->table);
    table_set_text(taker->table, row, 0, taker->reading->host->name);
    mapping_row(sql_select_mapping(taker->part->select), taker->values, taker->table, row);
}

// The sections that no row was about.
static void add_unmet(const struct row_taker *taker, const char *kind, size_t field)
{
    const struct ini *ini = &taker->reading->profile->ini;
    size_t len = strlen(kind);
    for (size_t i = 0; i < taker->part->statement.position_count; i++)
        taker->values[i] = (struct value){0};
    for (size_t i = 0; i < ini->count; i++) {
        const char *name = ini->sections[i].name;
        if (taker->met[i] || strncmp(name, kind, len) != 0 || name[len] != ' ')
            continue;
        taker->values[field] = value_of_text(name + len + 1, strlen(name + len + 1));
        add_row(taker);
    }
}

static bool take_row(void *user, const struct sql_value *cells, size_t count)
{
    struct row_taker *taker = user;
    const struct sql_statement *statement = &taker->part->statement;
    for (size_t i = 0; i < statement->position_count; i++) {
        int position = statement->positions[i];
        taker->values[i] = position >= 0 && (size_t)position < count
                               ? value_of_sql(&cells[position])
                               : (struct value){.lacking = true};
    }
    size_t field, section = SIZE_MAX;
    const char *kind = sql_select_sections(taker->part->select, &field);
    if (kind != NULL)
        section = find_section(taker, kind, &taker->values[field]);
    if (section != SIZE_MAX)
        taker->met[section] = true;
    if (kind == NULL || section != SIZE_MAX)
        add_row(taker);
    taker->rows++;
    return !atomic_load(taker->reading->stop);
}

static struct sql_value parameter_value(enum sql_parameter parameter)
{
    switch (parameter) {
    case SQL_PARAMETER_NOW_MS:
        return (struct sql_value){.type = SQL_INT, .integer = clock_wall_ms()};
    }
    return (struct sql_value){0};
}

static bool run_statement(struct reading *reading, struct sql *sql, const struct part *part,
                          struct table *table, struct err *err)
{
    const struct sql_statement *statement = &part->statement;
    struct mapping *mapping = sql_select_mapping(part->select);
    struct sql_value *params = mem_array(statement->param_count + 1, sizeof *params);
    for (size_t i = 0; i < statement->param_count; i++)
        params[i] = parameter_value(statement->params[i]);
    struct row_taker taker = {
        .reading = reading,
        .part = part,
        .table = table,
        .values = mem_array(statement->position_count + 1, sizeof(struct value)),
        .met = mem_array(reading->profile->ini.count + 1, sizeof(bool)),
    };
    size_t section_field;
    const char *sections = sql_select_sections(part->select, &section_field);
    struct sql_query query = {
        .text = statement->text,
        .params = params,
        .param_count = statement->param_count,
        .deadline_ms = reading->deadline_ms,
    };
    mapping_begin(mapping, reading);
    bool ok = sql_run(sql, &query, take_row, &taker, err);
    if (ok && sections != NULL)
        add_unmet(&taker, sections, section_field);
    mapping_end(mapping);
    if (ok && atomic_load(reading->stop))
        ok = err_set(err, "%s: stopped", reading->host->name);
    if (ok && taker.rows >= sql_select_limit(part->select))
        reading_note(reading, "only the first %lld rows of %s",
                     (long long)sql_select_limit(part->select), sql_select_table(part->select, 0));
    free(taker.met);
    free(taker.values);
    free(params);
    return ok;
}

static bool read_part(struct reading *reading, struct sql *sql, struct part *part,
                      struct table *table, struct err *err)
{
    bool there = true;
    if (part->statement.text == NULL && !build_statement(reading, sql, part, &there, err))
        return false;
    if (!there)
        return true;
    if (run_statement(reading, sql, part, table, err))
        return true;
    host_state_drop_sql(reading->state); // the tables may have changed since it was opened
    return false;
}

static bool read_source(struct reading *reading, struct err *err)
{
    struct sql_source *source =
        host_state_slot(reading->state, reading->source, sizeof *source, dispose_source);
    struct sql *sql;
    if (!compile_once(reading, source, err) || !reading_sql(reading, &sql, err))
        return false;
    uint64_t serial = host_state_sql_serial(reading->state);
    if (source->serial != serial)
        forget_statements(source);
    source->serial = serial;
    struct table *table = reading_table(reading);
    for (size_t i = 0; i < source->count; i++) {
        if (!read_part(reading, sql, &source->parts[i], table, err)) {
            table_free_unsealed(table);
            return false;
        }
    }
    reading_label(reading, source->count > 1 ? N_("MySQL %s and others") : "MySQL %s",
                  sql_select_table(source->parts[0].select, 0));
    reading_done(reading, 0, table);
    return true;
}

const struct reader reader_sql = {
    .name = "sql",
    .lane = LANE_SQL,
    .read = read_source,
    .check = check_source,
};
