// SPDX-License-Identifier: MIT

// Reads the services of a host with one command a period and remembers their processes, to tell
// processor use and restarts.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/processes_columns.h"
#include "probe/processes_parse.h"
#include "probe/profile_script.h"

#define SERVICE_PREFIX "service "

enum expectation { EXPECT_ALWAYS, EXPECT_INSTALLED, EXPECT_STARTED, EXPECTATIONS };
static const char *const expectation_words[EXPECTATIONS] = {
    [EXPECT_ALWAYS] = "always", [EXPECT_INSTALLED] = "installed", [EXPECT_STARTED] = "started"};

// One service as the look before found it.
struct remembered {
    char *name;
    bool has_process; // figures below
    int64_t cpu_ticks, start_ticks;
    double time_s; // the host's uptime then
    int64_t restarts;
};

struct process_memory {
    struct remembered *items;
    size_t count, cap;
    double time_s; // the host's uptime at the look before; 0: none
};

static void memory_clear(struct process_memory *memory)
{
    for (size_t i = 0; i < memory->count; i++)
        free(memory->items[i].name);
    free(memory->items);
    *memory = (struct process_memory){0};
}

static void memory_dispose(void *slot)
{
    memory_clear(slot);
}

static struct remembered *memory_find(struct process_memory *memory, const char *name)
{
    for (size_t i = 0; i < memory->count; i++)
        if (strcmp(memory->items[i].name, name) == 0)
            return &memory->items[i];
    struct remembered *item =
        mem_push(&memory->items, &memory->count, &memory->cap, sizeof *memory->items);
    *item = (struct remembered){.name = mem_strdup(name)};
    return item;
}

static bool is_service(const struct ini_section *section)
{
    return strncmp(section->name, SERVICE_PREFIX, strlen(SERVICE_PREFIX)) == 0;
}

static const char *service_name(const struct ini_section *section)
{
    return section->name + strlen(SERVICE_PREFIX);
}

// EXPECTATIONS for a word that is none.
static enum expectation expectation_of(const struct ini_section *section)
{
    const struct ini_entry *entry = ini_get(section, "expected");
    enum expectation expectation = EXPECT_ALWAYS;
    if (entry == NULL)
        return EXPECT_INSTALLED;
    while (expectation < EXPECTATIONS && strcmp(entry->value, expectation_words[expectation]) != 0)
        expectation++;
    return expectation;
}

static void append_names(struct str *out, const struct ini_section *section)
{
    const struct ini_entry *also = ini_get(section, "also");
    str_appendf(out, "%s", service_name(section));
    char *names = mem_strdup(also != NULL ? also->value : ""), *save;
    for (char *name = strtok_r(names, " ,\t", &save); name != NULL;
         name = strtok_r(NULL, " ,\t", &save))
        str_appendf(out, ",%s", name);
    free(names);
    str_append_char(out, ' ');
}

// Names are checked when the profile is: letters, digits and signs that mean nothing to a shell.
static char *names_to_ask(const struct profile *profile)
{
    struct str text = {0};
    str_append(&text, "services='");
    for (size_t i = 0; i < profile->ini.count; i++)
        if (is_service(&profile->ini.sections[i]))
            append_names(&text, &profile->ini.sections[i]);
    str_append_char(&text, '\'');
    return str_take(&text);
}

// Notes restarts and gives the use of a processor since the look before; NaN: unknown.
static double follow_process(struct remembered *before, const struct process_reports *reports,
                             const struct process_report *report)
{
    double cpu_pct = NAN;
    if (!report->has_process)
        return cpu_pct;
    bool same = before->has_process && before->start_ticks == report->start_ticks;
    double seconds = reports->uptime_s - before->time_s;
    if (before->has_process && report->start_ticks > before->start_ticks)
        before->restarts++;
    if (same && seconds > 0 && reports->ticks_per_s > 0 && report->cpu_ticks >= before->cpu_ticks)
        cpu_pct = 100.0 * (double)(report->cpu_ticks - before->cpu_ticks) / reports->ticks_per_s /
                  seconds;
    before->has_process = true;
    before->cpu_ticks = report->cpu_ticks;
    before->start_ticks = report->start_ticks;
    before->time_s = reports->uptime_s;
    return cpu_pct;
}

static double started_s(const struct process_reports *reports, const struct process_report *report)
{
    return report->has_process && reports->ticks_per_s > 0
               ? (double)report->start_ticks / reports->ticks_per_s
               : (double)NAN;
}

static double first_start_s(const struct process_reports *reports)
{
    double first = NAN;
    for (size_t i = 0; i < reports->count; i++)
        first = fmin(first, started_s(reports, &reports->items[i]));
    return first;
}

static void fill_process(struct table *table, size_t row, const struct process_reports *reports,
                         const struct process_report *report, struct remembered *before)
{
    table_set_real(table, row, PROCESSES_CPU_PCT, follow_process(before, reports, report));
    table_set_int(table, row, PROCESSES_RESTARTS, before->restarts);
    if (!report->has_process)
        return;
    double start_s = started_s(reports, report);
    table_set_int(table, row, PROCESSES_PID, report->pid);
    if (report->rss_kb >= 0)
        table_set_int(table, row, PROCESSES_RSS_KB, report->rss_kb);
    if (reports->uptime_s >= 0)
        table_set_real(table, row, PROCESSES_UPTIME_S, fmax(reports->uptime_s - start_s, 0));
    table_set_real(table, row, PROCESSES_LATER_S, start_s - first_start_s(reports));
}

static void fill_row(struct reading *reading, struct table *table,
                     const struct ini_section *section, const struct process_reports *reports,
                     const struct process_report *report)
{
    const char *name = service_name(section);
    const struct ini_entry *title = ini_get(section, "title");
    enum expectation expectation = expectation_of(section);
    const char *state = process_state(report);
    if (strcmp(state, "running") != 0 && process_is_in_kernel(reports, name))
        state = "running";
    bool installed = strcmp(state, "missing") != 0;
    bool expected = expectation == EXPECT_ALWAYS ||
                    (expectation == EXPECT_INSTALLED && installed) || strcmp(state, "crashed") == 0;
    // An optional component that is not there is nothing to tell of.
    if (!installed && !expected)
        return;
    struct process_memory *memory =
        host_state_slot(reading->state, &reader_processes, sizeof *memory, memory_dispose);
    size_t row = table_add_row(table);
    table_set_text(table, row, PROCESSES_HOST, reading->host->name);
    table_set_text(table, row, PROCESSES_PROCESS, name);
    table_set_text(table, row, PROCESSES_WHAT, title != NULL ? title->value : NULL);
    table_set_static(table, row, PROCESSES_STATE, state);
    table_set_int(table, row, PROCESSES_EXPECTED, expected);
    table_set_int(table, row, PROCESSES_VITAL, expectation == EXPECT_ALWAYS);
    if (strcmp(state, "unknown") != 0)
        table_set_int(table, row, PROCESSES_RUNNING, strcmp(state, "running") == 0);
    if (report->script.len > 0)
        table_set_bytes(table, row, PROCESSES_SCRIPT, report->script.text, report->script.len);
    fill_process(table, row, reports, report, memory_find(memory, name));
}

static void fill_table(struct reading *reading, const struct process_reports *reports)
{
    struct process_memory *memory =
        host_state_slot(reading->state, &reader_processes, sizeof *memory, memory_dispose);
    if (reports->uptime_s < memory->time_s) // the host was started since
        memory_clear(memory);
    if (memory->time_s <= 0) {
        reading->settling = true;
        reading->again_ms = 1000;
    }
    memory->time_s = reports->uptime_s;
    struct table *table = reading_table(reading);
    for (size_t i = 0; i < reports->count; i++) {
        struct slice name = reports->items[i].name;
        char *whole = mem_printf(SERVICE_PREFIX "%.*s", (int)name.len, name.text);
        const struct ini_section *section = ini_section(&reading->profile->ini, whole);
        if (section != NULL)
            fill_row(reading, table, section, reports, &reports->items[i]);
        free(whole);
    }
    reading_done(reading, 0, table);
}

static bool processes_read(struct reading *reading, struct err *err)
{
    char *services = names_to_ask(reading->profile);
    struct profile_script script;
    struct process_reports reports;
    reading_label(reading, "service NAME status, /proc");
    bool ok = profile_script_run(reading, services, &script, err);
    if (ok) {
        process_reports_read(script.out, &reports);
        fill_table(reading, &reports);
        process_reports_dispose(&reports);
    }
    profile_script_dispose(&script);
    free(services);
    return ok;
}

static bool is_name_list(const char *text)
{
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@-"
                             " ,\t")] == '\0';
}

static void check_service(const struct ini_section *section, struct err_list *errors)
{
    static const char *const keys[] = {"also", "title", "expected", NULL};
    const char *path = section->place.path;
    const struct ini_entry *also = ini_get(section, "also"), *expected;
    ini_check_keys(section, keys, errors);
    if (!is_name_list(service_name(section)) || strpbrk(service_name(section), " ,\t") != NULL)
        err_list_add(errors, "%s:%d: [%s] is no name of a service: letters, digits, _ . @ - only",
                     path, section->place.line, section->name);
    if (also != NULL && !is_name_list(also->value))
        err_list_add(errors, "%s:%d: also = %s: names of services, with spaces between", path,
                     also->place.line, also->value);
    if (expectation_of(section) == EXPECTATIONS && (expected = ini_get(section, "expected")))
        err_list_add(errors, "%s:%d: expected = %s is none of always, installed and started", path,
                     expected->place.line, expected->value);
}

static void processes_check(const struct profile *profile, const struct profile_source *source,
                            const struct probe *probe, struct err_list *errors)
{
    (void)probe;
    profile_script_check(source, errors);
    for (size_t i = 0; i < profile->ini.count; i++)
        if (is_service(&profile->ini.sections[i]))
            check_service(&profile->ini.sections[i], errors);
}

const struct reader reader_processes = {
    .name = "processes", .lane = LANE_COMMAND, .read = processes_read, .check = processes_check};
