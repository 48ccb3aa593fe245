// SPDX-License-Identifier: MIT

// Live parts of a handover.
#include "checklist/handover.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "checklist/load.h"

#define SECTION_PREFIX "handover "

bool handover_load(const struct profile *profile, struct checklist **out, struct err_list *errors)
{
    size_t faults = errors->count;
    struct checklist *list = mem_alloc(sizeof *list);
    list->name = mem_strdup("handover");
    list->title = mem_strdup(N_("Handover"));
    list->purpose = mem_strdup("");
    list->steps = mem_array(profile->ini.count + 1, sizeof *list->steps);
    for (size_t i = 0; i < profile->ini.count; i++) {
        const struct ini_section *section = &profile->ini.sections[i];
        if (strncmp(section->name, SECTION_PREFIX, strlen(SECTION_PREFIX)) != 0)
            continue;
        struct step *step = &list->steps[list->count++];
        step_read(step, section, errors);
        if (step->probe == NULL)
            ini_fault(errors, &section->place, "[%s] has no pane", section->name);
    }
    *out = list;
    if (errors->count == faults)
        return true;
    checklist_free(list);
    *out = NULL;
    return false;
}

enum { UNREAD_HOST, UNREAD_PART, UNREAD_WHY };
#define COLUMN(column_name, column_title)                                                          \
    {                                                                                              \
        .name = column_name, .title = column_title, .unit = "", .help = "", .kind = KIND_TEXT      \
    }
static const struct column unread_columns[] = {
    [UNREAD_HOST] = COLUMN("host", N_("Host")),
    [UNREAD_PART] = COLUMN("parts", N_("Not known")),
    [UNREAD_WHY] = COLUMN("why", N_("Why")),
};
static const struct schema unread_schema = {
    .columns = unread_columns, .column_count = sizeof unread_columns / sizeof *unread_columns};

static bool same_reason(const struct check_step *a, const struct check_step *b)
{
    return a->host == b->host && strcmp(a->verdict.summary, b->verdict.summary) == 0;
}

// One row for all parts of a host that the same reason keeps from being read.
static void add_unread(struct table *table, const struct check_step *steps, size_t count)
{
    struct str parts = {0};
    for (size_t i = 0; i < count; i++)
        if (steps[i].verdict.state == STEP_UNKNOWN && same_reason(&steps[i], &steps[0]))
            str_appendf(&parts, "%s%s", parts.len > 0 ? ", " : "", _(steps[i].step->title));
    size_t row = table_add_row(table);
    table_set_text(table, row, UNREAD_HOST, steps[0].host_name);
    table_set_text(table, row, UNREAD_PART, str_text(&parts));
    table_set_text(table, row, UNREAD_WHY, steps[0].verdict.summary);
    str_dispose(&parts);
}

static bool add_unread_hosts(struct report *report, const struct check_step *steps, size_t count)
{
    struct table *table = table_new(&unread_schema);
    for (size_t i = 0; i < count; i++) {
        bool told = steps[i].verdict.state != STEP_UNKNOWN;
        for (size_t j = 0; j < i && !told; j++)
            told = same_reason(&steps[j], &steps[i]);
        if (!told)
            add_unread(table, &steps[i], count - i);
    }
    const struct table *sealed = table_seal(table);
    bool any = table_rows(sealed) > 0;
    if (any) {
        struct report_part *part = report_add_before(report, "unread", N_("Not known"));
        report_table_take(&part->table, sealed, &(struct report_slice){0});
    }
    table_unref(sealed);
    return !any;
}

// How the part came out on the hosts together.
struct part_sum {
    enum step_state state;
    size_t rows, read, unread;
    struct str words; // "sw1: 2 critical alarms; sw2: …"
};

static void sum_up(struct part_sum *sum, const struct check_step *step)
{
    enum step_state state = step->verdict.state;
    if (state == STEP_UNKNOWN || state == STEP_SKIPPED) {
        sum->unread += state == STEP_UNKNOWN;
        return;
    }
    sum->read++;
    sum->state = state > sum->state ? state : sum->state;
    if (state > STEP_UNKNOWN)
        str_appendf(&sum->words, "%s%s: %s", sum->words.len > 0 ? "; " : "", step->host_name,
                    step->verdict.summary);
}

// The rows that are told: none where the conditions found no trouble, all where there are none.
static bool tells_rows(const struct check_step *step)
{
    const struct step_outcome *outcomes = step->step->outcomes;
    bool asks =
        outcomes[STEP_CRITICAL].condition != NULL || outcomes[STEP_WARNING].condition != NULL;
    return step->table != NULL && (step->verdict.state > STEP_UNKNOWN || !asks);
}

static void add_rows(struct report_table *to, const struct check_step *step, size_t most,
                     int64_t now_ms)
{
    struct report_table rows;
    struct report_slice slice = {.rows = step->verdict.rows,
                                 .row_count = step->verdict.row_count,
                                 .columns = step->step->columns,
                                 .column_count = step->step->column_count,
                                 .most = most,
                                 .now_ms = now_ms};
    report_table_take(&rows, step->table, &slice);
    report_table_add_host(to, step->host_name, &rows, most);
    report_table_dispose(&rows);
}

static enum step_state add_part(struct report *report, const struct check_step *steps, size_t count,
                                size_t most)
{
    const struct step *what = steps[0].step;
    struct report_part *part = report_add_before(report, what->id, what->title);
    part->pane = what->probe->schema->name;
    struct part_sum sum = {0};
    for (size_t i = 0; i < count; i++)
        if (strcmp(steps[i].step->id, what->id) == 0)
            sum_up(&sum, &steps[i]);
    for (int state = STEP_STATES - 1; state >= 0; state--)
        for (size_t i = 0; i < count; i++)
            if (strcmp(steps[i].step->id, what->id) == 0 && (int)steps[i].verdict.state == state &&
                tells_rows(&steps[i]))
                add_rows(&part->table, &steps[i], most, report->generated_ms);
    char *none = sum.read == 0 && sum.unread == 0
                     ? mem_strdup(_("Switched off on every host by the configuration."))
                 : sum.read == 0
                     ? mem_strdup(_("Not known: no host could be read."))
                     : mem_printf(P_("None on the %zu host that could be read.",
                                     "None on the %zu hosts that could be read.", sum.read),
                                  sum.read);
    report_part_say(part, str_text(&sum.words), none);
    free(none);
    str_dispose(&sum.words);
    return sum.state;
}

bool report_add_handover(struct report *report, const struct check_step *steps, size_t count,
                         size_t most)
{
    bool read = add_unread_hosts(report, steps, count);
    enum step_state worst = read ? STEP_OK : STEP_UNKNOWN;
    for (size_t i = 0; i < count; i++) {
        bool told = false;
        for (size_t j = 0; j < i && !told; j++)
            told = strcmp(steps[j].step->id, steps[i].step->id) == 0;
        if (told)
            continue;
        enum step_state state = add_part(report, &steps[i], count - i, most);
        worst = state > worst ? state : worst;
    }
    report->is_judged = true;
    report->judged = worst;
    return read;
}
