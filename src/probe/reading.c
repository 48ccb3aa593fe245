// SPDX-License-Identifier: MIT

// What every reader does to a reading: tables made and handed in, words about the source.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "probe/host_state.h"

static size_t variant_count(const struct schema *schema)
{
    size_t count = 0;
    while (schema->variants != NULL && schema->variants[count] != NULL)
        count++;
    return count > 0 ? count : 1;
}

struct table *reading_table(struct reading *reading)
{
    return table_new(reading->probe->schema);
}

void reading_done(struct reading *reading, size_t variant, struct table *table)
{
    if (reading->tables == NULL)
        reading->tables = mem_array(variant_count(reading->probe->schema), sizeof *reading->tables);
    judge_apply(host_state_judge(reading), table);
    table_unref(reading->tables[variant]);
    reading->tables[variant] = table_seal(table);
}

void reading_dispose(struct reading *reading)
{
    if (reading->tables == NULL)
        return;
    for (size_t i = 0; i < variant_count(reading->probe->schema); i++)
        table_unref(reading->tables[i]);
    free(reading->tables);
    reading->tables = NULL;
}

void reading_nothing(struct reading *reading)
{
    reading_label(reading, "not for this host");
    reading_done(reading, 0, reading_table(reading));
}

void reading_label(struct reading *reading, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(reading->label, sizeof reading->label, _(fmt), args);
    va_end(args);
}

static void append_note(struct reading *reading, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));
static void append_note(struct reading *reading, const char *fmt, va_list args)
{
    size_t len = strlen(reading->note);
    if (len > 0 && len + 2 < sizeof reading->note) {
        memcpy(reading->note + len, "; ", 2);
        len += 2;
    }
    vsnprintf(reading->note + len, sizeof reading->note - len, _(fmt), args);
}

void reading_note(struct reading *reading, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    append_note(reading, fmt, args);
    va_end(args);
}

void reading_blind(struct reading *reading, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    vsnprintf(reading->blind, sizeof reading->blind, _(fmt), args);
    append_note(reading, fmt, again);
    va_end(again);
    va_end(args);
}

const char *reading_value(const struct reading *reading, const char *key, const char *fallback)
{
    const struct ini_section *section = reading->source->section;
    const struct ini_entry *entry = section != NULL ? ini_get(section, key) : NULL;
    return entry != NULL ? entry->value : fallback;
}
