// SPDX-License-Identifier: MIT

// Reads the gateways: figures from the day's call records, followed by their numbers, joined with
// the gateways' settings and with what is online.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "probe/cdr_follow.h"
#include "probe/gateway_join.h"
#include "probe/probe.h"
#include "probe/reader_cdr.h"

// The keys of [cdr NAME] that name columns of the call records.
static const char *const column_keys[CDR_COLUMNS] = {
    [CDR_NUMBER] = "number",
    [CDR_STOP] = "stop",
    [CDR_TALK] = "talk",
    [CDR_REASON] = "reason",
    [CDR_ROUTING] = "routing_gateway",
    [CDR_MAPPING] = "mapping_gateway",
    [CDR_ROUTING_PDD] = "routing_pdd",
    [CDR_MAPPING_PDD] = "mapping_pdd",
};

// Keys that name other SQL identifiers.
static const char *const table_keys[] = {"table_prefix",     "routing_table",    "mapping_table",
                                         "gateway_name",     "gateway_capacity", "gateway_lock",
                                         "gateway_addresses"};

// Keys that are durations, with what they are when not said.
static const struct duration_key {
    const char *name, *fallback;
} late_key = {"late", "3m"}, budget_key = {"load_budget", "1s"},
  settings_key = {"settings_period", "1m"}, online_key = {"online_stale", "90s"};

#define SLICE_LEAST    100
#define SLICE_MOST     1000000
#define SLICE_FALLBACK 50000

// Kept between readings of one host.
struct cdr_memory {
    struct cdr_layout layout;
    struct gateway_tables tables;
    struct cdr_follow *follow;
    struct code_map *reason_words; // NULL: codes are shown as they are
    struct gateway_settings settings;
    int64_t settings_ms; // monotonic: when they were read; 0: never
    struct err settings_err;
};

static void memory_dispose(void *slot)
{
    struct cdr_memory *memory = slot;
    cdr_follow_free(memory->follow);
    if (memory->reason_words != NULL)
        code_map_free(memory->reason_words);
    gateway_settings_dispose(&memory->settings);
}

static int64_t duration_ms(const struct reading *reading, struct duration_key key)
{
    int64_t ms;
    if (!clock_parse_duration(reading_value(reading, key.name, key.fallback), &ms) || ms < 0)
        clock_parse_duration(key.fallback, &ms);
    return ms;
}

static int slice_rows(const struct reading *reading)
{
    char *end;
    long rows = strtol(reading_value(reading, "slice", ""), &end, 10);
    return *end != '\0' || rows < SLICE_LEAST || rows > SLICE_MOST ? SLICE_FALLBACK : (int)rows;
}

// Takes the next whole number off a list with spaces or commas; false at its end or at what is
// none.
static bool take_code(const char **list, int64_t *code)
{
    char *end;
    *list += strspn(*list, " ,\t");
    *code = strtoll(*list, &end, 10);
    bool found = end != *list && strchr(" ,\t", *end) != NULL;
    if (found)
        *list = end;
    return found;
}

static const struct ini_section *words_section(const struct profile *profile,
                                               const struct ini_section *section)
{
    const struct ini_entry *words = ini_get(section, "reason_words");
    return words != NULL ? ini_section(&profile->ini, words->value) : NULL;
}

static struct code_map *open_words(const struct reading *reading)
{
    const struct ini_section *section = words_section(reading->profile, reading->source->section);
    struct err_list ignored = {0}; // probe_check_profile() reports each map's faults once
    struct code_map *words = section != NULL ? code_map_compile(section, &ignored) : NULL;
    err_list_dispose(&ignored);
    return words;
}

static void memory_open(struct cdr_memory *memory, const struct reading *reading)
{
    struct cdr_layout *layout = &memory->layout;
    layout->table_prefix = reading_value(reading, "table_prefix", "e_cdr_");
    for (size_t i = 0; i < CDR_COLUMNS; i++)
        layout->columns[i] = reading_value(reading, column_keys[i], "");
    layout->slice_rows = slice_rows(reading);
    layout->late_ms = duration_ms(reading, late_key);
    layout->pace = (struct cdr_pace)CDR_PACE;
    memory->tables =
        (struct gateway_tables){.tables = {reading_value(reading, "routing_table", ""),
                                           reading_value(reading, "mapping_table", "")},
                                .name = reading_value(reading, "gateway_name", ""),
                                .capacity = reading_value(reading, "gateway_capacity", ""),
                                .lock = reading_value(reading, "gateway_lock", ""),
                                .addresses = reading_value(reading, "gateway_addresses", "")};
    int64_t *reasons = NULL, code;
    size_t count = 0, cap = 0;
    for (const char *at = reading_value(reading, "effective_reasons", ""); take_code(&at, &code);) {
        int64_t *place = mem_push(&reasons, &count, &cap, sizeof *reasons);
        *place = code;
    }
    memory->follow = cdr_follow_new(layout, reasons, count);
    free(reasons);
    memory->reason_words = open_words(reading);
}

static void read_settings(struct cdr_memory *memory, struct reading *reading, struct sql *sql)
{
    int64_t now_ms = clock_mono_ms();
    if (memory->settings_ms == 0 || reading->asked || err_is_set(&memory->settings_err) ||
        now_ms - memory->settings_ms >= duration_ms(reading, settings_key)) {
        memory->settings_err = (struct err){0};
        gateway_settings_read(&memory->settings, &memory->tables, sql, reading->deadline_ms,
                              &memory->settings_err);
        memory->settings_ms = now_ms;
    }
    if (err_is_set(&memory->settings_err))
        reading_note(reading, "settings of the gateways: %s", memory->settings_err.text);
}

// The newest table of gateway_online where it is new enough to be called live; with a reference.
static const struct table *live_table(struct reading *reading)
{
    int64_t age_ms = 0;
    const struct table *online = reading->latest(reading, "gateway_online", 0, &age_ms);
    if (online == NULL) {
        reading_note(reading, "no live figures: gateway_online was not read");
        return NULL;
    }
    if (age_ms <= duration_ms(reading, online_key))
        // cppcheck-suppress returnDanglingLifetime ; the age is only written through its address
        return online;
    reading_note(reading, "no live figures: gateway_online was last read %lld s ago",
                 (long long)(age_ms / 1000));
    table_unref(online);
    return NULL;
}

static void say_progress(void *user, int pct, uint64_t records)
{
    struct reading *reading = user;
    char *text = mem_printf(_("%llu call records read"), (unsigned long long)records);
    reading->progress(reading, pct, text);
    free(text);
}

static void say_state(struct reading *reading, const struct cdr_follow_state *state)
{
    static const char *const meaning[CDR_COLUMNS] = {
        [CDR_TALK] = "answered, ASR, NER, ACD", [CDR_REASON] = "NER",
        [CDR_ROUTING] = "routing gateways",     [CDR_MAPPING] = "mapping gateways",
        [CDR_ROUTING_PDD] = "routing PDD",      [CDR_MAPPING_PDD] = "mapping PDD",
    };
    reading_label(reading, "MySQL %s", state->any_table ? state->tables : state->today);
    if (!state->any_table)
        reading_note(reading,
                     "no CDR table: neither %s nor its neighbours exist, so nothing is known of "
                     "past calls",
                     state->today);
    else if (!state->today_exists)
        reading_note(reading, "today's CDR table %s does not exist yet", state->today);
    for (size_t i = 0; i < CDR_COLUMNS; i++) {
        if (state->any_table && !state->has[i] && meaning[i] != NULL)
            reading_note(reading, "the CDR tables have no column for %s", meaning[i]);
    }
    if (!state->complete[CDR_TODAY])
        reading_note(reading,
                     state->complete[CDR_1H]
                         ? N_("today: %d %% of the call records read so far")
                         : N_("1h and today: %d %% of the call records read so far"),
                     state->loaded_pct);
    struct cdr_left_out left_out = cdr_buckets_left_out(state->buckets);
    if (left_out.gateways > 0)
        reading_note(reading, "too many gateway names in the call records: not all are counted");
    if (left_out.future > 0)
        reading_note(reading, "%llu call records end in the host's future and are not counted",
                     (unsigned long long)left_out.future);
}

static void fill_tables(struct reading *reading, const struct cdr_memory *memory)
{
    struct cdr_follow_state state;
    cdr_follow_get_state(memory->follow, &state);
    say_state(reading, &state);
    const struct table *online = live_table(reading);
    struct gateway_sources sources = {.host = reading->host->name,
                                      .settings = &memory->settings,
                                      .records = &state,
                                      .reason_words = memory->reason_words,
                                      .online = online};
    struct gateway_join *join = gateway_join_new(&sources);
    for (enum cdr_window window = CDR_5M; window < CDR_WINDOWS; window++) {
        struct table *table = reading_table(reading);
        gateway_join_fill(join, window, table);
        reading_done(reading, window, table);
    }
    gateway_join_free(join);
    table_unref(online);
    if (!state.complete[CDR_TODAY]) {
        reading->settling = true;
        reading->again_ms = 100;
    }
}

static bool cdr_read(struct reading *reading, struct err *err)
{
    struct cdr_memory *memory =
        host_state_slot(reading->state, reading->source, sizeof *memory, memory_dispose);
    struct sql *sql;
    if (memory->follow == NULL)
        memory_open(memory, reading);
    if (!reading_sql(reading, &sql, err))
        return false;
    struct cdr_turn turn = {.sql = sql,
                            .host = reading->host->name,
                            .deadline_ms = reading->deadline_ms,
                            .budget_ms = duration_ms(reading, budget_key),
                            .stop = reading->stop,
                            .progress = say_progress,
                            .user = reading};
    if (!cdr_follow_read(memory->follow, &turn, err))
        return false;
    read_settings(memory, reading, sql);
    fill_tables(reading, memory);
    return true;
}

bool reader_cdr_state(struct reading *reading, struct cdr_follow_state *out,
                      const struct code_map **words)
{
    const struct profile_probe *plan = profile_probe(reading->profile, "gateways");
    for (size_t i = 0; plan != NULL && i < plan->source_count; i++) {
        if (reader_find(plan->sources[i].reader) != &reader_cdr)
            continue;
        struct cdr_memory *memory =
            host_state_slot(reading->state, &plan->sources[i], sizeof *memory, memory_dispose);
        if (memory->follow == NULL)
            continue;
        cdr_follow_get_state(memory->follow, out);
        *words = memory->reason_words;
        return true;
    }
    return false;
}

static void check_identifier(const struct ini_section *section, const char *key, bool needed,
                             struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, key);
    if (entry == NULL && needed)
        err_list_add(errors, "%s:%d: [%s] does not say %s; write %s = COLUMN", section->place.path,
                     section->place.line, section->name, key, key);
    else if (entry != NULL && !sql_is_identifier(entry->value))
        err_list_add(errors,
                     "%s:%d: %s = %s is no name of a column or table; letters, digits and _ only",
                     entry->place.path, entry->place.line, key, entry->value);
}

static void check_duration(const struct ini_section *section, struct duration_key key,
                           struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, key.name);
    int64_t ms;
    if (entry != NULL && (!clock_parse_duration(entry->value, &ms) || ms < 0))
        err_list_add(errors, "%s:%d: %s = %s is no duration; write 1s, 3m or 1h", entry->place.path,
                     entry->place.line, key.name, entry->value);
}

static void check_numbers(const struct ini_section *section, struct err_list *errors)
{
    const struct ini_entry *slice = ini_get(section, "slice");
    if (slice != NULL) {
        char *end;
        long rows = strtol(slice->value, &end, 10);
        if (*end != '\0' || rows < SLICE_LEAST || rows > SLICE_MOST)
            err_list_add(errors, "%s:%d: slice = %s is out of range; write %d to %d",
                         slice->place.path, slice->place.line, slice->value, SLICE_LEAST,
                         SLICE_MOST);
    }
    const struct ini_entry *reasons = ini_get(section, "effective_reasons");
    if (reasons == NULL)
        return;
    const char *at = reasons->value;
    int64_t code;
    while (take_code(&at, &code))
        ;
    if (at[strspn(at, " ,\t")] != '\0')
        err_list_add(errors, "%s:%d: effective_reasons: '%s' is no list of whole numbers",
                     reasons->place.path, reasons->place.line, at);
}

static bool is_known_key(const char *key)
{
    static const char *const others[] = {"slice",       "effective_reasons", "late",
                                         "load_budget", "settings_period",   "online_stale",
                                         "reason_words"};
    bool known = false;
    for (size_t i = 0; i < CDR_COLUMNS; i++)
        known = known || strcmp(key, column_keys[i]) == 0;
    for (size_t i = 0; i < sizeof table_keys / sizeof table_keys[0]; i++)
        known = known || strcmp(key, table_keys[i]) == 0;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        known = known || strcmp(key, others[i]) == 0;
    return known;
}

static void cdr_check(const struct profile *profile, const struct profile_source *source,
                      const struct probe *probe, struct err_list *errors)
{
    (void)probe;
    const struct ini_section *section = source->section;
    if (section == NULL) {
        err_list_add(errors, "the source 'cdr %s' needs a section [cdr %s]", source->name,
                     source->name);
        return;
    }
    for (size_t i = 0; i < section->count; i++) {
        const struct ini_entry *entry = &section->entries[i];
        if (!is_known_key(entry->key))
            err_list_add(errors, "%s:%d: [%s] has no key '%s'", entry->place.path,
                         entry->place.line, section->name, entry->key);
    }
    for (size_t i = 0; i < CDR_COLUMNS; i++)
        check_identifier(section, column_keys[i], true, errors);
    for (size_t i = 0; i < sizeof table_keys / sizeof table_keys[0]; i++)
        check_identifier(section, table_keys[i], false, errors);
    check_duration(section, late_key, errors);
    check_duration(section, budget_key, errors);
    check_duration(section, settings_key, errors);
    check_duration(section, online_key, errors);
    check_numbers(section, errors);
    const struct ini_entry *words = ini_get(section, "reason_words");
    if (words != NULL && words_section(profile, section) == NULL)
        err_list_add(errors,
                     "%s:%d: reason_words = %s: there is no [%s]; write reason_words = map NAME",
                     words->place.path, words->place.line, words->value, words->value);
}

const struct reader reader_cdr = {
    .name = "cdr", .lane = LANE_SQL, .read = cdr_read, .check = cdr_check};
