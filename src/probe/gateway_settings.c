// SPDX-License-Identifier: MIT

// What the product's tables say of its configured gateways: capacity, lock, addresses.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "probe/gateway_settings.h"
#include "probe/sql_number.h"

#define GATEWAYS_MAX       20000
#define CAPACITY_UNLIMITED INT32_MAX // how the product says that there is no limit

enum { FIELD_NAME, FIELD_CAPACITY, FIELD_LOCK, FIELD_ADDRESSES, FIELDS };

struct intake {
    struct gateway_settings *settings;
    enum gateway_kind kind;
};

void gateway_settings_dispose(struct gateway_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        free(settings->items[i].name);
        free(settings->items[i].addresses);
    }
    free(settings->items);
    *settings = (struct gateway_settings){0};
}

static bool take_gateway(void *user, const struct sql_value *values, size_t count)
{
    struct intake *in = user;
    const struct sql_value *name = &values[FIELD_NAME], *addresses = &values[FIELD_ADDRESSES];
    if (count != FIELDS || name->type != SQL_TEXT || name->len == 0)
        return true;
    struct gateway_settings *settings = in->settings;
    struct gateway_setting *gateway =
        mem_push(&settings->items, &settings->count, &settings->cap, sizeof *gateway);
    int64_t capacity, lock;
    gateway->kind = in->kind;
    gateway->name = mem_strndup(name->text, name->len);
    gateway->addresses =
        addresses->type == SQL_TEXT ? mem_strndup(addresses->text, addresses->len) : mem_strdup("");
    bool limited = sql_value_int(&values[FIELD_CAPACITY], &capacity) && capacity >= 0 &&
                   capacity < CAPACITY_UNLIMITED;
    gateway->capacity = limited ? capacity : -1;
    gateway->locked = sql_value_int(&values[FIELD_LOCK], &lock) ? lock != 0 : -1;
    return true;
}

static char *build_select(const struct gateway_tables *tables, const char *table,
                          const struct sql_columns *columns)
{
    const char *const names[FIELDS] = {[FIELD_NAME] = tables->name,
                                       [FIELD_CAPACITY] = tables->capacity,
                                       [FIELD_LOCK] = tables->lock,
                                       [FIELD_ADDRESSES] = tables->addresses};
    struct str text = {0};
    str_append(&text, "SELECT ");
    for (size_t i = 0; i < FIELDS; i++)
        str_appendf(&text, "%s%s", i == 0 ? "" : ", ",
                    sql_columns_have(columns, names[i]) ? names[i] : "NULL");
    str_appendf(&text, " FROM %s LIMIT %d", table, GATEWAYS_MAX);
    return str_take(&text);
}

static bool read_table(struct gateway_settings *settings, const struct gateway_tables *tables,
                       enum gateway_kind kind, struct sql *sql, int64_t deadline_ms,
                       struct err *err)
{
    const char *table = tables->tables[kind];
    struct sql_columns columns = {0};
    if (!sql_table_columns(sql, table, deadline_ms, &columns, err))
        return false;
    bool ok = true;
    if (columns.exists && sql_columns_have(&columns, tables->name)) {
        struct intake in = {.settings = settings, .kind = kind};
        char *select = build_select(tables, table, &columns);
        struct sql_query query = {.text = select, .deadline_ms = deadline_ms};
        ok = sql_run(sql, &query, take_gateway, &in, err);
        settings->known[kind] = ok;
        free(select);
    } else {
        // Said, but no reason to go without the other kind of gateways.
        err_set(err, "table %s is missing or has no column %s", table, tables->name);
    }
    sql_columns_dispose(&columns);
    return ok;
}

bool gateway_settings_read(struct gateway_settings *settings, const struct gateway_tables *tables,
                           struct sql *sql, int64_t deadline_ms, struct err *err)
{
    struct gateway_settings fresh = {0};
    for (enum gateway_kind kind = GATEWAY_ROUTING; kind < GATEWAY_KINDS; kind++) {
        if (tables->tables[kind] == NULL || tables->tables[kind][0] == '\0')
            continue;
        if (!read_table(&fresh, tables, kind, sql, deadline_ms, err)) {
            gateway_settings_dispose(&fresh);
            return false;
        }
    }
    gateway_settings_dispose(settings);
    *settings = fresh;
    return true;
}
