// SPDX-License-Identifier: MIT

// Reads the rates of calls in progress: of those that the profile's condition picks, each account
// and called number once in a while, by one statement for all that are new.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "probe/host_state.h"
#include "probe/rates_columns.h"
#include "table/filter.h"

#define CALLS_PROBE  "calls"
#define KEEP_MS      (10 * 60 * 1000) // rates change seldom
#define NEW_MAX      200              // asked for at once
#define PREFIX_MAX   20
#define FIRST_TRIES  10
#define FIRST_TRY_MS 300

// What one account pays for one number; NaN: its rates do not say.
struct rate {
    char *account, *callee;
    size_t prefix_len; // of the rate found so far
    double fee, period_s;
    int64_t read_ms;
};

struct rates_memory {
    struct rate *items;
    size_t count, cap;
    struct filter *when;
    bool compiled;
    int tries; // without any calls to look at
};

static const char *const section_keys[] = {"when", "statement", NULL};

static void dispose_rate(struct rate *rate)
{
    free(rate->account);
    free(rate->callee);
}

static void dispose_memory(void *slot)
{
    struct rates_memory *memory = slot;
    for (size_t i = 0; i < memory->count; i++)
        dispose_rate(&memory->items[i]);
    free(memory->items);
    filter_free(memory->when);
}

static void forget_old(struct rates_memory *memory, int64_t now_ms)
{
    for (size_t i = memory->count; i-- > 0;) {
        if (now_ms - memory->items[i].read_ms < KEEP_MS)
            continue;
        dispose_rate(&memory->items[i]);
        memory->items[i] = memory->items[--memory->count];
    }
}

static bool is_known(const struct rates_memory *memory, const char *account, const char *callee)
{
    for (size_t i = 0; i < memory->count; i++)
        if (strcmp(memory->items[i].callee, callee) == 0 &&
            strcmp(memory->items[i].account, account) == 0)
            return true;
    return false;
}

static const char *known_text(const struct table *table, size_t row, const char *column)
{
    int at = schema_find(table_schema(table), column);
    const struct cell *cell = at < 0 ? NULL : table_cell(table, row, (size_t)at);
    return cell != NULL && cell->known && cell->len > 0 ? cell->as.text : NULL;
}

// Remembers the calls whose rate is to be asked for; the number of the first of them.
static size_t add_wanted(struct rates_memory *memory, const struct table *calls, int64_t now_ms)
{
    size_t first = memory->count;
    for (size_t row = 0; row < table_rows(calls) && memory->count - first < NEW_MAX; row++) {
        const char *account = known_text(calls, row, "account");
        const char *callee = known_text(calls, row, "callee");
        if (account == NULL || callee == NULL || !filter_match(memory->when, calls, row) ||
            is_known(memory, account, callee))
            continue;
        struct rate *rate =
            mem_push(&memory->items, &memory->count, &memory->cap, sizeof *memory->items);
        *rate = (struct rate){.account = mem_strdup(account),
                              .callee = mem_strdup(callee),
                              .fee = NAN,
                              .period_s = NAN,
                              .read_ms = now_ms};
    }
    return first;
}

// A statement's text and parameters, as far as they are written.
struct writing {
    struct str text;
    struct sql_value *params;
    size_t count, cap;
};

static void write_param(struct writing *out, const char *text, size_t len)
{
    struct sql_value *param = mem_push(&out->params, &out->count, &out->cap, sizeof *param);
    *param = (struct sql_value){.type = SQL_TEXT, .text = text, .len = len};
    str_append(&out->text, out->text.text[out->text.len - 1] == '(' ? "?" : ", ?");
}

static void write_accounts(struct writing *out, const struct rate *rates, size_t count)
{
    for (size_t i = 0; i < count; i++)
        write_param(out, rates[i].account, strlen(rates[i].account));
}

// Every beginning of every number: so the database finds them by its index.
static void write_prefixes(struct writing *out, const struct rate *rates, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t len = 1; len <= PREFIX_MAX && len <= strlen(rates[i].callee); len++)
            write_param(out, rates[i].callee, len);
}

static void write_statement(struct writing *out, const char *statement, const struct rate *rates,
                            size_t count)
{
    static const struct {
        const char *mark;
        void (*write)(struct writing *out, const struct rate *rates, size_t count);
    } lists[] = {{"{accounts}", write_accounts}, {"{prefixes}", write_prefixes}};
    while (*statement != '\0') {
        size_t len = strcspn(statement, "{");
        str_append_bytes(&out->text, statement, len);
        statement += len;
        for (size_t i = 0; i < sizeof lists / sizeof *lists && *statement != '\0'; i++) {
            size_t mark_len = strlen(lists[i].mark);
            if (strncmp(statement, lists[i].mark, mark_len) != 0)
                continue;
            lists[i].write(out, rates, count);
            statement += mark_len;
        }
    }
}

static double real_of(const struct sql_value *value)
{
    return value->type == SQL_INT    ? (double)value->integer
           : value->type == SQL_REAL ? value->real
                                     : (double)NAN;
}

struct asked {
    struct rate *rates;
    size_t count;
};

// account, prefix, fee, period. The longest prefix counts; two of the same length that differ say
// nothing.
static bool take_rate(void *user, const struct sql_value *values, size_t count)
{
    const struct asked *asked = user;
    if (count < 4 || values[0].type != SQL_TEXT || values[1].type != SQL_TEXT)
        return true;
    double fee = real_of(&values[2]), period_s = real_of(&values[3]);
    for (size_t i = 0; i < asked->count; i++) {
        struct rate *rate = &asked->rates[i];
        size_t len = values[1].len;
        if (strcmp(rate->account, values[0].text) != 0 || len < rate->prefix_len ||
            strncmp(rate->callee, values[1].text, len) != 0)
            continue;
        bool twice = len == rate->prefix_len && len > 0;
        bool differs = twice && (rate->fee != fee || rate->period_s != period_s);
        rate->prefix_len = len;
        rate->fee = differs || !(period_s > 0) ? NAN : fee;
        rate->period_s = period_s;
    }
    return true;
}

// A database without these tables leaves the rates unknown.
static bool ask(struct reading *reading, struct rate *rates, size_t count, struct err *err)
{
    struct sql *sql;
    if (!reading_sql(reading, &sql, err))
        return false;
    struct writing writing = {0};
    struct asked asked = {rates, count};
    struct err fault = {0};
    write_statement(&writing, reading_value(reading, "statement", ""), rates, count);
    struct sql_query query = {.text = str_text(&writing.text),
                              .params = writing.params,
                              .param_count = writing.count,
                              .deadline_ms = reading->deadline_ms};
    bool ok = sql_run(sql, &query, take_rate, &asked, &fault);
    if (!ok && sql_is_usable(sql))
        reading_note(reading, "the rates are unknown: %s", fault.text);
    str_dispose(&writing.text);
    free(writing.params);
    return ok || sql_is_usable(sql) || err_set(err, "%s", fault.text);
}

static void fill_table(struct reading *reading, const struct rates_memory *memory)
{
    struct table *table = reading_table(reading);
    for (size_t i = 0; i < memory->count; i++) {
        const struct rate *rate = &memory->items[i];
        size_t row = table_add_row(table);
        char *call = mem_printf("%s %s", rate->account, rate->callee);
        table_set_text(table, row, RATES_HOST, reading->host->name);
        table_set_text(table, row, RATES_CALL, call);
        table_set_real(table, row, RATES_FEE, rate->fee);
        table_set_real(table, row, RATES_PERIOD, rate->period_s);
        free(call);
    }
    reading_done(reading, 0, table);
}

static bool compile_when(const struct profile_source *source, struct filter **out, struct err *err)
{
    const struct ini_entry *when =
        source->section != NULL ? ini_get(source->section, "when") : NULL;
    size_t position = 0;
    struct err fault = {0};
    if (when == NULL || filter_parse(when->value, probe_calls.schema, out, &position, &fault))
        return when != NULL ||
               err_set(err, "the source '%s' needs a section with when = …", source->reader);
    return err_set(err, "%s:%d: when, character %zu: %s", when->place.path, when->place.line,
                   position + 1, fault.text);
}

static bool rates_read(struct reading *reading, struct err *err)
{
    struct rates_memory *memory =
        host_state_slot(reading->state, reading->source, sizeof *memory, dispose_memory);
    if (!memory->compiled && !compile_when(reading->source, &memory->when, err))
        return err_prefix(err, "%s", reading->host->name);
    memory->compiled = true;
    reading_label(reading, "MySQL e_feerate");
    int64_t now_ms = clock_mono_ms();
    forget_old(memory, now_ms);
    const struct table *calls = reading->latest(reading, CALLS_PROBE, 0, NULL);
    bool ok = true;
    if (calls != NULL) {
        size_t first = add_wanted(memory, calls, now_ms);
        if (memory->count > first)
            ok = ask(reading, &memory->items[first], memory->count - first, err);
        while (!ok && memory->count > first) // to be asked for again
            dispose_rate(&memory->items[--memory->count]);
    } else if (memory->tries++ < FIRST_TRIES) {
        reading->again_ms = FIRST_TRY_MS;
    }
    table_unref(calls);
    if (ok)
        fill_table(reading, memory);
    return ok;
}

static void rates_check(const struct profile *profile, const struct profile_source *source,
                        const struct probe *probe, struct err_list *errors)
{
    (void)profile;
    (void)probe;
    struct filter *when = NULL;
    struct err err = {0};
    if (!compile_when(source, &when, &err))
        err_list_add(errors, "%s", err.text);
    filter_free(when);
    if (source->section == NULL)
        return;
    ini_check_keys(source->section, section_keys, errors);
    const struct ini_entry *statement = ini_get(source->section, "statement");
    if (statement == NULL || strstr(statement->value, "({accounts})") == NULL ||
        strstr(statement->value, "({prefixes})") == NULL)
        err_list_add(errors, "%s:%d: [%s] needs a statement with ({accounts}) and ({prefixes})",
                     source->section->place.path, source->section->place.line,
                     source->section->name);
}

const struct reader reader_rates = {
    .name = "rates", .lane = LANE_SQL, .read = rates_read, .check = rates_check};
