// SPDX-License-Identifier: MIT

// One list of gateways out of what is configured, what is online and what the call records name:
// all names sorted once, equal ones folded into one row.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/address_list.h"
#include "base/lang.h"
#include "base/mem.h"
#include "probe/gateway_join.h"
#include "probe/gateways_columns.h"

struct joined {
    enum gateway_kind kind;
    const char *name;
    size_t name_len;
    const struct gateway_setting *setting; // NULL: not configured
    bool online;
    int64_t calls, capacity;    // live; -1: unknown
    const struct cell *live_ip; // NULL: none
    bool counted;               // named by call records
    size_t number;              // of the counted one in the records' buckets
    struct cdr_figures figures[CDR_WINDOWS];
    uint64_t last_minute;
    double last_minute_s;
};

#define REASONS_SHOWN 16 // of a gateway; the others are told in one

// The last hour, minute by minute; NaN: unknown.
struct hour {
    float asr_pct[CDR_HOUR_MINUTES], attempts[CDR_HOUR_MINUTES];
};

struct gateway_join {
    struct gateway_sources sources;
    struct hour *hours; // by number in the buckets
    struct joined *rows;
    size_t count, cap;
};

// Where the probe gateway_online keeps what is joined.
struct online_columns {
    int gateway, kind, ip, calls, capacity;
};

static struct joined *add(struct gateway_join *join, enum gateway_kind kind, const char *name,
                          size_t len)
{
    struct joined *row = mem_push(&join->rows, &join->count, &join->cap, sizeof *row);
    *row =
        (struct joined){.kind = kind, .name = name, .name_len = len, .calls = -1, .capacity = -1};
    return row;
}

static int compare(const void *a, const void *b)
{
    const struct joined *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    size_t len = x->name_len < y->name_len ? x->name_len : y->name_len;
    int order = len == 0 ? 0 : memcmp(x->name, y->name, len);
    return order != 0 ? order : (x->name_len > y->name_len) - (x->name_len < y->name_len);
}

static void add_settings(struct gateway_join *join)
{
    const struct gateway_settings *settings = join->sources.settings;
    for (size_t i = 0; i < settings->count; i++) {
        const struct gateway_setting *setting = &settings->items[i];
        add(join, setting->kind, setting->name, strlen(setting->name))->setting = setting;
    }
}

// How many of the newest minutes are known, every record of them read.
static size_t known_minutes(const struct cdr_follow_state *records)
{
    return records->complete[CDR_1H]    ? 60
           : records->complete[CDR_15M] ? 14
           : records->complete[CDR_5M]  ? 4
                                        : 0;
}

static void fill_hour(const struct cdr_follow_state *records, size_t number, struct hour *hour)
{
    struct cdr_figures minutes[CDR_HOUR_MINUTES];
    size_t known = known_minutes(records);
    cdr_buckets_hour(records->buckets, number, minutes);
    for (size_t i = 0; i < CDR_HOUR_MINUTES; i++) {
        const struct cdr_figures *minute = &minutes[i];
        bool read = i + known >= CDR_HOUR_MINUTES;
        hour->attempts[i] = read ? (float)minute->attempts : NAN;
        hour->asr_pct[i] = read && minute->attempts > 0 && records->has[CDR_TALK]
                               ? 100 * (float)minute->answered / (float)minute->attempts
                               : NAN;
    }
}

static void add_counted(struct gateway_join *join)
{
    const struct cdr_buckets *buckets = join->sources.records->buckets;
    join->hours = mem_array(cdr_buckets_count(buckets) + 1, sizeof *join->hours);
    for (size_t i = 0; i < cdr_buckets_count(buckets); i++) {
        enum gateway_kind kind;
        const char *name = cdr_buckets_name(buckets, i, &kind);
        struct joined *row = add(join, kind, name, strlen(name));
        row->counted = true;
        row->number = i;
        fill_hour(join->sources.records, i, &join->hours[i]);
        cdr_buckets_figures(buckets, i, row->figures, &row->last_minute, &row->last_minute_s);
    }
}

static const struct cell *known_cell(const struct table *table, size_t row, int column)
{
    const struct cell *cell = column < 0 ? NULL : table_cell(table, row, (size_t)column);
    return cell != NULL && cell->known ? cell : NULL;
}

static void add_online(struct gateway_join *join)
{
    const struct table *online = join->sources.online;
    if (online == NULL)
        return;
    const struct schema *schema = table_schema(online);
    struct online_columns columns = {.gateway = schema_find(schema, "gateway"),
                                     .kind = schema_find(schema, "kind"),
                                     .ip = schema_find(schema, "ip"),
                                     .calls = schema_find(schema, "calls"),
                                     .capacity = schema_find(schema, "capacity")};
    for (size_t i = 0; i < table_rows(online); i++) {
        const struct cell *name = known_cell(online, i, columns.gateway);
        const struct cell *kind = known_cell(online, i, columns.kind);
        if (name == NULL || kind == NULL)
            continue;
        bool mapping = kind->len == 7 && memcmp(kind->as.text, "mapping", 7) == 0;
        struct joined *row =
            add(join, mapping ? GATEWAY_MAPPING : GATEWAY_ROUTING, name->as.text, name->len);
        const struct cell *calls = known_cell(online, i, columns.calls);
        const struct cell *capacity = known_cell(online, i, columns.capacity);
        row->online = true;
        row->live_ip = known_cell(online, i, columns.ip);
        row->calls = calls == NULL ? -1 : calls->as.integer;
        row->capacity = capacity == NULL ? -1 : capacity->as.integer;
    }
}

// What two sources, or two nodes of the softswitch, say of one gateway.
static void fold(struct joined *into, const struct joined *from)
{
    if (into->setting == NULL)
        into->setting = from->setting;
    into->online = into->online || from->online;
    if (from->calls >= 0)
        into->calls = (into->calls < 0 ? 0 : into->calls) + from->calls;
    if (from->capacity > into->capacity)
        into->capacity = from->capacity;
    if (into->live_ip == NULL)
        into->live_ip = from->live_ip;
    if (from->counted) {
        into->counted = true;
        into->number = from->number;
        memcpy(into->figures, from->figures, sizeof into->figures);
        into->last_minute = from->last_minute;
        into->last_minute_s = from->last_minute_s;
    }
}

struct gateway_join *gateway_join_new(const struct gateway_sources *sources)
{
    struct gateway_join *join = mem_alloc(sizeof *join);
    join->sources = *sources;
    add_settings(join);
    add_online(join);
    add_counted(join);
    if (join->count == 0)
        return join;
    qsort(join->rows, join->count, sizeof *join->rows, compare);
    size_t last = 0;
    for (size_t i = 1; i < join->count; i++) {
        if (compare(&join->rows[last], &join->rows[i]) == 0)
            fold(&join->rows[last], &join->rows[i]);
        else
            join->rows[++last] = join->rows[i];
    }
    join->count = last + 1;
    return join;
}

void gateway_join_free(struct gateway_join *join)
{
    free(join->hours);
    free(join->rows);
    free(join);
}

// The first address that the list names; unknown for one of host names only.
static void fill_first_address(struct table *table, size_t row, const char *addresses)
{
    struct address_list list = address_list_of(addresses);
    struct address_item item;
    char text[ADDRESS_TEXT_MAX];
    while (address_list_next(&list, &item)) {
        if (item.kind != ADDRESS_ITEM_RANGE)
            continue;
        address_print(&item.first, text);
        table_set_text(table, row, GATEWAYS_IP, text);
        return;
    }
}

static void fill_live(const struct gateway_join *join, const struct joined *joined,
                      struct table *table, size_t row)
{
    const struct gateway_setting *setting = joined->setting;
    int64_t capacity = joined->capacity;
    if (capacity < 0 && setting != NULL)
        capacity = setting->capacity;
    if (joined->live_ip != NULL)
        table_set_bytes(table, row, GATEWAYS_IP, joined->live_ip->as.text, joined->live_ip->len);
    else if (setting != NULL)
        fill_first_address(table, row, setting->addresses);
    if (setting != NULL && setting->addresses[0] != '\0')
        table_set_text(table, row, GATEWAYS_ADDRESSES, setting->addresses);
    if (setting != NULL && setting->locked >= 0)
        table_set_int(table, row, GATEWAYS_LOCKED, setting->locked);
    if (join->sources.online != NULL)
        table_set_int(table, row, GATEWAYS_ONLINE, joined->online);
    if (joined->calls >= 0)
        table_set_int(table, row, GATEWAYS_CALLS, joined->calls);
    if (capacity >= 0)
        table_set_int(table, row, GATEWAYS_CAPACITY, capacity);
    if (joined->calls >= 0 && capacity > 0)
        table_set_real(table, row, GATEWAYS_USED, 100.0 * (double)joined->calls / (double)capacity);
}

static void set_ratio(struct table *table, size_t row, enum gateways_column column, double scale,
                      uint64_t part, uint64_t whole)
{
    if (whole > 0)
        table_set_real(table, row, column, scale * (double)part / (double)whole);
}

static void append_reason(struct str *out, const struct code_map *words, int64_t code,
                          struct str *scratch)
{
    struct value value = value_of_int(code);
    if (words != NULL)
        code_map_apply(words, &value, scratch);
    if (code == CDR_REASON_UNKNOWN)
        str_append(out, _("not said, or one of many others"));
    else if (value.type == VALUE_TEXT)
        str_appendf(out, "%.*s (%lld)", (int)value.len, value.text, (long long)code);
    else
        str_appendf(out, _("code %lld"), (long long)code);
}

// "no answer (-43): 120, 30.1 %; user busy (-39): 40, 10.0 %".
static void fill_reasons(const struct gateway_join *join, const struct joined *joined,
                         enum cdr_window window, struct table *table, size_t row)
{
    struct cdr_reason reasons[CDR_REASONS_MAX + 1];
    struct str text = {0}, scratch = {0};
    uint64_t all = 0, rest = 0;
    size_t count =
        cdr_buckets_reasons(join->sources.records->buckets, joined->number, window, reasons);
    for (size_t i = 0; i < count; i++)
        all += reasons[i].count;
    for (size_t i = 0; i < count; i++) {
        if (i >= REASONS_SHOWN) {
            rest += reasons[i].count;
            continue;
        }
        str_append(&text, i > 0 ? "; " : "");
        append_reason(&text, join->sources.reason_words, reasons[i].code, &scratch);
        str_appendf(&text, ": %llu, %.1f %%", (unsigned long long)reasons[i].count,
                    100 * (double)reasons[i].count / (double)all);
    }
    if (rest > 0)
        str_appendf(&text, _("; %zu other reasons: %llu, %.1f %%"), count - REASONS_SHOWN,
                    (unsigned long long)rest, 100 * (double)rest / (double)all);
    if (text.len > 0)
        table_set_bytes(table, row, GATEWAYS_REASONS, text.text, text.len);
    str_dispose(&text);
    str_dispose(&scratch);
}

static void fill_figures(const struct gateway_join *join, const struct joined *joined,
                         enum cdr_window window, struct table *table, size_t row)
{
    const struct cdr_follow_state *records = join->sources.records;
    const struct cdr_figures *figures = &joined->figures[window];
    bool routing = joined->kind == GATEWAY_ROUTING;
    if (!records->any_table || !records->has[routing ? CDR_ROUTING : CDR_MAPPING])
        return;
    if (joined->last_minute > 0 && records->complete[CDR_5M])
        table_set_real(table, row, GATEWAYS_CPS,
                       (double)joined->last_minute / joined->last_minute_s);
    static const float idle[CDR_HOUR_MINUTES];
    const struct hour *hour = joined->counted ? &join->hours[joined->number] : NULL;
    if (hour != NULL)
        table_set_series(table, row, GATEWAYS_ASR_HOUR, hour->asr_pct, CDR_HOUR_MINUTES);
    if (hour != NULL || records->complete[CDR_1H])
        table_set_series(table, row, GATEWAYS_ATTEMPTS_HOUR, hour != NULL ? hour->attempts : idle,
                         CDR_HOUR_MINUTES);
    if (!records->complete[window])
        return;
    if (joined->counted && records->has[CDR_REASON])
        fill_reasons(join, joined, window, table, row);
    table_set_int(table, row, GATEWAYS_ATTEMPTS, (int64_t)figures->attempts);
    if (records->has[routing ? CDR_ROUTING_PDD : CDR_MAPPING_PDD])
        set_ratio(table, row, GATEWAYS_PDD, 1, figures->pdd_ms, figures->pdd_calls);
    if (!records->has[CDR_TALK])
        return;
    table_set_int(table, row, GATEWAYS_ANSWERED, (int64_t)figures->answered);
    table_set_real(table, row, GATEWAYS_TALK, (double)figures->talk_s);
    set_ratio(table, row, GATEWAYS_ASR, 100, figures->answered, figures->attempts);
    set_ratio(table, row, GATEWAYS_ACD, 1, figures->talk_s, figures->answered);
    if (records->has[CDR_REASON])
        set_ratio(table, row, GATEWAYS_NER, 100, figures->effective, figures->attempts);
}

void gateway_join_fill(const struct gateway_join *join, enum cdr_window window, struct table *table)
{
    table_reserve(table, join->count);
    for (size_t i = 0; i < join->count; i++) {
        const struct joined *joined = &join->rows[i];
        if (joined->setting == NULL && !joined->online && joined->figures[window].attempts == 0)
            continue;
        size_t row = table_add_row(table);
        table_set_text(table, row, GATEWAYS_HOST, join->sources.host);
        table_set_bytes(table, row, GATEWAYS_GATEWAY, joined->name, joined->name_len);
        table_set_static(table, row, GATEWAYS_KIND,
                         joined->kind == GATEWAY_ROUTING ? N_("routing") : N_("mapping"));
        fill_live(join, joined, table, row);
        fill_figures(join, joined, window, table, row);
    }
}
