// SPDX-License-Identifier: MIT

// Checks of the call records: from what the reader of the gateways has counted already, and, for
// checks that must search, with the profile's own statements over the newest records.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "probe/cdrs_columns.h"
#include "probe/reader_cdr.h"
#include "probe/sql_number.h"

#define CHECK_PREFIX "cdr_check "
#define TODAY        "{today}"
// A search older than this is not shown any more.
#define SEARCH_STALE_MS (15 * 60 * INT64_C(1000))
#define REASONS_TOLD    3

enum origin { FROM_NEWEST, FROM_QUEUE, FROM_QUIET, FROM_REASONS, FROM_STATEMENT, ORIGINS };
static const char *const origin_words[ORIGINS] = {[FROM_NEWEST] = "newest",
                                                  [FROM_QUEUE] = "queue",
                                                  [FROM_QUIET] = "quiet",
                                                  [FROM_REASONS] = "reasons",
                                                  [FROM_STATEMENT] = "statement"};

// One check at work.
struct check {
    struct reading *reading;
    const struct ini_section *section;
    double value; // NaN: unknown
    bool judged;  // false: too little happens for any judgement, which is ok
    struct str detail;
};

// What the cheap checks look at.
struct facts {
    bool counted; // the call records are followed
    struct cdr_follow_state state;
    const struct code_map *words;
    double calls, queue; // of the performance figures; NaN: unknown
};

static bool is_check(const struct ini_section *section)
{
    return strncmp(section->name, CHECK_PREFIX, strlen(CHECK_PREFIX)) == 0;
}

static const char *check_value(const struct ini_section *section, const char *key)
{
    const struct ini_entry *entry = ini_get(section, key);
    return entry != NULL ? entry->value : NULL;
}

static double check_number(const struct ini_section *section, const char *key, double fallback)
{
    const char *text = check_value(section, key);
    double number;
    struct value value = value_of_text(text, text != NULL ? strlen(text) : 0);
    return text != NULL && value_real(&value, &number) ? number : fallback;
}

// ORIGINS for a word that is none.
static enum origin origin_of(const struct ini_section *section)
{
    const char *word = check_value(section, "from");
    enum origin origin = FROM_NEWEST;
    while (origin < ORIGINS && (word == NULL || strcmp(word, origin_words[origin]) != 0))
        origin++;
    return origin;
}

static void check_say(struct check *check, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void check_say(struct check *check, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    str_vappendf(&check->detail, _(fmt), args);
    va_end(args);
}

static const char *state_of(const struct check *check, double warn, double crit)
{
    if (!check->judged)
        return N_("ok");
    if (isnan(check->value))
        return N_("unknown");
    return check->value >= crit ? N_("critical") : check->value >= warn ? N_("warning") : N_("ok");
}

static void add_row(struct table *table, const struct check *check)
{
    const struct ini_section *section = check->section;
    double warn = check_number(section, "warn", NAN), crit = check_number(section, "crit", NAN);
    size_t row = table_add_row(table);
    table_set_text(table, row, CDRS_HOST, check->reading->host->name);
    table_set_text(table, row, CDRS_CHECK, section->name + strlen(CHECK_PREFIX));
    table_set_text(table, row, CDRS_WHAT, check_value(section, "title"));
    table_set_text(table, row, CDRS_UNIT, check_value(section, "unit"));
    table_set_real(table, row, CDRS_VALUE, check->value);
    table_set_real(table, row, CDRS_WARN, warn);
    table_set_real(table, row, CDRS_CRIT, crit);
    table_set_static(table, row, CDRS_STATE, state_of(check, warn, crit));
    table_set_text(table, row, CDRS_DETAIL, str_text(&check->detail));
}

// ---- from what is counted already ----

static bool take_first(void *user, const struct sql_value *values, size_t count)
{
    struct value *out = user;
    int64_t number;
    if (count > 0 && sql_value_int(&values[0], &number))
        *out = value_of_int(number);
    return false;
}

// The greatest value of an indexed column is found without reading the table. After midnight it is
// in the table of the day before.
static bool find_newest(struct check *check, const struct facts *facts, struct sql *sql,
                        int64_t *newest_ms, struct err *err)
{
    char tables[sizeof facts->state.tables], *save;
    bool ok = true;
    *newest_ms = 0;
    memcpy(tables, facts->state.tables, sizeof tables);
    for (char *table = strtok_r(tables, ", ", &save); table != NULL && ok;
         table = strtok_r(NULL, ", ", &save)) {
        struct value newest = {0};
        int64_t found_ms;
        char *text =
            mem_printf("SELECT MAX(%s) FROM %s", reading_value(check->reading, "stop", ""), table);
        struct sql_query query = {.text = text, .deadline_ms = check->reading->deadline_ms};
        ok = sql_run(sql, &query, take_first, &newest, err);
        free(text);
        if (ok && value_int(&newest, &found_ms) && found_ms > *newest_ms)
            *newest_ms = found_ms;
    }
    return ok;
}

static bool check_newest(struct check *check, const struct facts *facts, struct sql *sql,
                         struct err *err)
{
    int64_t newest_ms = 0;
    if (facts->counted && !find_newest(check, facts, sql, &newest_ms, err))
        return false;
    check->judged = !(facts->calls < check_number(check->section, "least", 1));
    if (newest_ms > 0)
        check->value = fmax((double)(facts->state.host_now_ms - newest_ms) / 1000, 0);
    else
        check_say(check, facts->counted ? N_("no record in the newest tables; ")
                                        : N_("call records are not read yet; "));
    if (isnan(facts->calls))
        check_say(check, "how many calls are up is unknown");
    else
        check_say(check, P_("%.0f call up", "%.0f calls up", (unsigned long)facts->calls),
                  facts->calls);
    return true;
}

static void check_queue(struct check *check, const struct facts *facts)
{
    check->value = facts->queue;
    if (isnan(facts->queue))
        check_say(check, "the web interface does not tell it");
}

// Whether the last hour is counted; says why not.
static bool hour_is_counted(struct check *check, const struct facts *facts)
{
    if (facts->counted && facts->state.complete[CDR_1H])
        return true;
    check_say(check, "the last hour's call records are not all read yet");
    check->reading->settling = true;
    check->reading->again_ms = 500;
    return false;
}

static bool is_mapping(const struct cdr_buckets *buckets, size_t gateway)
{
    enum gateway_kind kind;
    cdr_buckets_name(buckets, gateway, &kind);
    return kind == GATEWAY_MAPPING;
}

// The longest run of minutes of the last hour in which no call ended.
static void check_quiet(struct check *check, const struct facts *facts)
{
    uint64_t minutes[CDR_HOUR_MINUTES] = {0}, attempts = 0;
    int run = 0, longest = 0;
    if (!hour_is_counted(check, facts))
        return;
    for (size_t i = 0; i < cdr_buckets_count(facts->state.buckets); i++) {
        struct cdr_figures hour[CDR_HOUR_MINUTES];
        if (!is_mapping(facts->state.buckets, i))
            continue;
        cdr_buckets_hour(facts->state.buckets, i, hour);
        for (size_t m = 0; m < CDR_HOUR_MINUTES; m++)
            minutes[m] += hour[m].attempts;
    }
    for (size_t m = 0; m < CDR_HOUR_MINUTES; m++) {
        attempts += minutes[m];
        // Before the first record there is no gap: the host may have been started.
        run = minutes[m] > 0 || attempts == 0 ? 0 : run + 1;
        longest = run > longest ? run : longest;
    }
    double least = check_number(check->section, "least", 0);
    check->value = longest;
    check->judged = (double)attempts >= least;
    check_say(check,
              check->judged ? N_("%llu records in the last hour")
                            : N_("%llu records in the last hour: too few to tell a gap"),
              (unsigned long long)attempts);
}

static bool has_code(const char *codes, int64_t code)
{
    char *end;
    for (const char *at = codes; *at != '\0'; at = end) {
        long long listed = strtoll(at, &end, 10);
        if (end == at)
            break;
        if (listed == code)
            return true;
    }
    return false;
}

struct reason_sum {
    struct cdr_reason items[CDR_REASONS_MAX];
    size_t count;
    uint64_t attempts, matched;
};

static void add_reason(struct reason_sum *sum, const struct cdr_reason *reason)
{
    size_t i = 0;
    sum->matched += reason->count;
    while (i < sum->count && sum->items[i].code != reason->code)
        i++;
    if (i == CDR_REASONS_MAX)
        return;
    if (i == sum->count)
        sum->items[sum->count++] = (struct cdr_reason){.code = reason->code};
    sum->items[i].count += reason->count;
}

static int compare_reasons(const void *a, const void *b)
{
    const struct cdr_reason *left = a, *right = b;
    return left->count > right->count ? -1 : left->count < right->count;
}

static void sum_reasons(struct reason_sum *sum, const struct cdr_buckets *buckets,
                        const char *codes)
{
    struct cdr_reason reasons[CDR_REASONS_MAX + 1];
    for (size_t i = 0; i < cdr_buckets_count(buckets); i++) {
        if (!is_mapping(buckets, i))
            continue;
        size_t count = cdr_buckets_reasons(buckets, i, CDR_1H, reasons);
        for (size_t k = 0; k < count; k++) {
            sum->attempts += reasons[k].count;
            if (has_code(codes, reasons[k].code))
                add_reason(sum, &reasons[k]);
        }
    }
    qsort(sum->items, sum->count, sizeof *sum->items, compare_reasons);
}

static void say_reasons(struct check *check, const struct reason_sum *sum,
                        const struct code_map *words)
{
    struct str scratch = {0};
    check_say(check, "%llu of %llu calls in the last hour", (unsigned long long)sum->matched,
              (unsigned long long)sum->attempts);
    for (size_t i = 0; i < sum->count && i < REASONS_TOLD; i++) {
        struct value word = value_of_int(sum->items[i].code);
        if (words != NULL)
            code_map_apply(words, &word, &scratch);
        check_say(check, "%s %llu ", i == 0 ? ":" : ",", (unsigned long long)sum->items[i].count);
        if (word.type == VALUE_TEXT)
            check_say(check, "%.*s", (int)word.len, word.text);
        else
            check_say(check, "code %lld", (long long)sum->items[i].code);
    }
    str_dispose(&scratch);
}

static void check_reasons(struct check *check, const struct facts *facts)
{
    struct reason_sum sum = {.count = 0};
    if (!hour_is_counted(check, facts))
        return;
    const char *codes = check_value(check->section, "codes");
    sum_reasons(&sum, facts->state.buckets, codes != NULL ? codes : "");
    if (sum.attempts > 0)
        check->value = 100.0 * (double)sum.matched / (double)sum.attempts;
    check->judged = (double)sum.attempts >= check_number(check->section, "least", 0);
    say_reasons(check, &sum, facts->words);
}

// ---- searched for ----

static bool take_found(void *user, const struct sql_value *values, size_t count)
{
    struct check *check = user;
    if (count > 0 && values[0].type == SQL_INT)
        check->value = (double)values[0].integer;
    else if (count > 0 && values[0].type == SQL_REAL)
        check->value = values[0].real;
    if (count > 1 && values[1].type == SQL_TEXT)
        str_append_bytes(&check->detail, values[1].text, values[1].len);
    return false;
}

static char *statement_text(const char *statement, const char *today)
{
    struct str text = {0};
    for (const char *at; (at = strstr(statement, TODAY)) != NULL; statement = at + strlen(TODAY)) {
        str_append_bytes(&text, statement, (size_t)(at - statement));
        str_append(&text, today);
    }
    str_append(&text, statement);
    return str_take(&text);
}

// A statement that this host's tables cannot answer leaves its check unknown, not the others.
static bool check_statement(struct check *check, const struct facts *facts, struct sql *sql,
                            struct err *err)
{
    const char *statement = check_value(check->section, "statement");
    if (statement == NULL || !facts->counted || !facts->state.today_exists) {
        check_say(check, "today's table of call records is not there or not read yet");
        return true;
    }
    struct err fault = {0};
    char *text = statement_text(statement, facts->state.today);
    struct sql_query query = {.text = text, .deadline_ms = check->reading->deadline_ms};
    bool ok = sql_run(sql, &query, take_found, check, &fault);
    free(text);
    if (!ok && !sql_is_usable(sql)) {
        *err = fault;
        return false;
    }
    if (!ok)
        check_say(check, "%s", fault.text);
    else if (isnan(check->value) && check->detail.len == 0)
        check_say(check, "there is nothing to compare with");
    return true;
}

static bool run_check(struct check *check, const struct facts *facts, struct sql *sql,
                      struct err *err)
{
    switch (origin_of(check->section)) {
    case FROM_NEWEST:
        return check_newest(check, facts, sql, err);
    case FROM_QUEUE:
        check_queue(check, facts);
        return true;
    case FROM_QUIET:
        check_quiet(check, facts);
        return true;
    case FROM_REASONS:
        check_reasons(check, facts);
        return true;
    case FROM_STATEMENT:
        return check_statement(check, facts, sql, err);
    case ORIGINS:
        break;
    }
    return true;
}

// ---- the reading ----

static double performance_figure(struct reading *reading, const char *column)
{
    int64_t age_ms = 0;
    double number = NAN;
    const struct table *table = reading->latest(reading, "performance", 0, &age_ms);
    int at = table != NULL ? schema_find(table_schema(table), column) : -1;
    if (at >= 0 && table_rows(table) > 0 && age_ms < SEARCH_STALE_MS)
        cell_number(&table_schema(table)->columns[at], table_cell(table, 0, (size_t)at), &number);
    table_unref(table);
    return number;
}

static void copy_search(struct reading *reading, struct table *out)
{
    int64_t age_ms = 0;
    const struct table *table = reading->latest(reading, "cdr_search", 0, &age_ms);
    bool fresh = table != NULL && age_ms < SEARCH_STALE_MS;
    for (size_t row = 0; fresh && row < table_rows(table); row++) {
        size_t to = table_add_row(out);
        for (size_t col = 0; col < CDRS_COLUMNS; col++) {
            const struct column *column = &table_schema(table)->columns[col];
            struct value value = value_of_cell(column, table_cell(table, row, col));
            value_store(&value, out, to, col);
        }
    }
    table_unref(table);
}

static bool fill_table(struct reading *reading, struct table *table, bool search, struct sql *sql,
                       struct err *err)
{
    struct facts facts = {.calls = performance_figure(reading, "calls"),
                          .queue = performance_figure(reading, "cdr_queue")};
    facts.counted = reader_cdr_state(reading, &facts.state, &facts.words);
    reading_label(reading, "MySQL %s", facts.counted ? facts.state.today : "call records");
    bool ok = true;
    for (size_t i = 0; i < reading->profile->ini.count && ok; i++) {
        const struct ini_section *section = &reading->profile->ini.sections[i];
        if (!is_check(section) || (origin_of(section) == FROM_STATEMENT) != search)
            continue;
        struct check check = {.reading = reading, .section = section, .value = NAN, .judged = true};
        ok = run_check(&check, &facts, sql, err);
        if (ok)
            add_row(table, &check);
        str_dispose(&check.detail);
        if (atomic_load(reading->stop))
            ok = err_set(err, "%s: stopped", reading->host->name);
    }
    return ok;
}

static bool cdrs_read(struct reading *reading, struct err *err)
{
    struct sql *sql;
    bool search = reading->probe == &probe_cdr_search;
    if (!reading_sql(reading, &sql, err))
        return false;
    struct table *table = reading_table(reading);
    if (!fill_table(reading, table, search, sql, err)) {
        table_free_unsealed(table);
        return false;
    }
    if (!search)
        copy_search(reading, table);
    reading_done(reading, 0, table);
    return true;
}

static void check_section(const struct ini_section *section, struct err_list *errors)
{
    static const char *const keys[] = {"title", "from", "codes", "statement", "unit",
                                       "warn",  "crit", "least", NULL};
    static const char *const numbers[] = {"warn", "crit", "least"};
    ini_check_keys(section, keys, errors);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const struct ini_entry *entry = ini_get(section, numbers[i]);
        if (entry != NULL && isnan(check_number(section, numbers[i], NAN)))
            err_list_add(errors, "%s:%d: %s = %s is no number", entry->place.path,
                         entry->place.line, entry->key, entry->value);
    }
    enum origin origin = origin_of(section);
    if (origin == ORIGINS)
        err_list_add(errors, "%s:%d: [%s] needs from = newest, queue, quiet, reasons or statement",
                     section->place.path, section->place.line, section->name);
    if (origin == FROM_REASONS && check_value(section, "codes") == NULL)
        err_list_add(errors, "%s:%d: [%s] needs codes = the end reasons that it counts",
                     section->place.path, section->place.line, section->name);
    if (origin == FROM_STATEMENT && check_value(section, "statement") == NULL)
        err_list_add(errors, "%s:%d: [%s] needs statement = SELECT …", section->place.path,
                     section->place.line, section->name);
}

static void cdrs_check(const struct profile *profile, const struct profile_source *source,
                       const struct probe *probe, struct err_list *errors)
{
    if (probe != &probe_cdrs) // once for both
        return;
    if (source->section == NULL || ini_get(source->section, "stop") == NULL)
        err_list_add(errors, "the source 'cdrs' needs a section [cdrs] with stop = COLUMN");
    const struct ini_entry *stop =
        source->section != NULL ? ini_get(source->section, "stop") : NULL;
    if (stop != NULL && !sql_is_identifier(stop->value))
        err_list_add(errors, "%s:%d: stop = %s is no name of a column", stop->place.path,
                     stop->place.line, stop->value);
    for (size_t i = 0; i < profile->ini.count; i++)
        if (is_check(&profile->ini.sections[i]))
            check_section(&profile->ini.sections[i], errors);
}

const struct reader reader_cdrs = {
    .name = "cdrs", .lane = LANE_SQL, .read = cdrs_read, .check = cdrs_check};
