// SPDX-License-Identifier: MIT

// A guided run: its steps, its records, and where the person is.
#include "checklist/guide.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "checklist/guide_private.h"
#include "checklist/rows.h"

static const char *const choices[GUIDE_CHOICES] = {
    [GUIDE_OPEN] = N_("open"),     [GUIDE_PASSED] = N_("passed"),   [GUIDE_TAKEN] = N_("taken"),
    [GUIDE_FAILED] = N_("failed"), [GUIDE_SKIPPED] = N_("skipped"),
};

const char *guide_choice_text(enum guide_choice choice)
{
    return choices[choice];
}

bool guide_choice_parse(const char *text, enum guide_choice *out)
{
    for (size_t i = 0; i < GUIDE_CHOICES; i++) {
        if (strcmp(choices[i], text) == 0) {
            *out = (enum guide_choice)i;
            return true;
        }
    }
    return false;
}

void guide_record_dispose(struct guide_record *record)
{
    for (size_t i = 0; i < record->row_count; i++)
        free(record->rows[i]);
    free(record->rows);
    free(record->operator_name);
    free(record->step);
    free(record->host);
    free(record->summary);
    free(record->text);
    *record = (struct guide_record){0};
}

static char *copy(const char *text)
{
    return mem_strdup(text != NULL ? text : "");
}

static struct guide_record *record_copy(const struct guide_record *from)
{
    struct guide_record *record = mem_alloc(sizeof *record);
    *record = *from;
    record->operator_name = copy(from->operator_name);
    record->step = copy(from->step);
    record->host = copy(from->host);
    record->summary = copy(from->summary);
    record->text = copy(from->text);
    record->rows = mem_array(from->row_count + 1, sizeof *record->rows);
    for (size_t i = 0; i < from->row_count; i++)
        record->rows[i] = mem_strdup(from->rows[i]);
    record->seen = NULL;
    return record;
}

static void push_record(struct guide_record ***records, size_t *count, size_t *cap,
                        const struct guide_record *record)
{
    *(struct guide_record **)mem_push(records, count, cap, sizeof **records) = record_copy(record);
}

static void free_records(struct guide_record **records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        guide_record_dispose(records[i]);
        free(records[i]);
    }
    free(records);
}

static struct guide_step *step_for(struct guide *guide, const struct step *step)
{
    for (size_t i = 0; i < guide->step_count; i++)
        if (guide->steps[i].step == step)
            return &guide->steps[i];
    struct guide_step *fresh =
        mem_push(&guide->steps, &guide->step_count, &guide->step_cap, sizeof *fresh);
    fresh->step = step;
    return fresh;
}

struct guide *guide_new(const struct check_step *steps, size_t count, const char *operator_name,
                        guide_keep *keep, void *context)
{
    struct guide *guide = mem_alloc(sizeof *guide);
    guide->operator_name = mem_strdup(operator_name);
    guide->keep = keep;
    guide->context = context;
    for (size_t i = 0; i < count; i++) {
        struct guide_step *step = step_for(guide, steps[i].step);
        step->items = mem_resize(step->items, step->item_count + 1, sizeof *step->items);
        step->items[step->item_count++] = (struct guide_item){.live = &steps[i]};
        if (steps[i].host >= guide->host_count)
            guide->host_count = steps[i].host + 1;
    }
    guide->hidden = mem_array(guide->host_count + 1, sizeof *guide->hidden);
    guide->here_ms = clock_mono_ms();
    guide_update(guide);
    return guide;
}

void guide_free(struct guide *guide)
{
    if (guide == NULL)
        return;
    for (size_t i = 0; i < guide->step_count; i++)
        free(guide->steps[i].items);
    free(guide->steps);
    free_records(guide->records, guide->record_count);
    free_records(guide->earlier, guide->earlier_count);
    free(guide->hidden);
    free(guide->operator_name);
    free(guide);
}

void guide_update(struct guide *guide)
{
    for (size_t i = 0; i < guide->step_count; i++) {
        for (size_t j = 0; j < guide->steps[i].item_count; j++) {
            struct guide_item *item = &guide->steps[i].items[j];
            enum step_state state = item->live->verdict.state;
            bool known = !item->live->waiting;
            bool came = item->waiting && state > STEP_UNKNOWN;
            if (known && (came || (item->judged && state > item->state)))
                item->worsened_ms = clock_mono_ms();
            item->judged = !item->live->waiting;
            item->waiting = item->live->waiting;
            item->state = state;
        }
    }
}

static struct guide_item *find_item(struct guide *guide, const char *step, const char *host)
{
    for (size_t i = 0; i < guide->step_count; i++) {
        if (strcmp(guide->steps[i].step->id, step) != 0)
            continue;
        for (size_t j = 0; j < guide->steps[i].item_count; j++)
            if (strcmp(guide->steps[i].items[j].live->host_name, host) == 0)
                return &guide->steps[i].items[j];
    }
    return NULL;
}

static void count_time(struct guide *guide, const struct guide_record *record)
{
    for (size_t i = 0; i < guide->step_count; i++) {
        struct guide_step *step = &guide->steps[i];
        if (strcmp(step->step->id, record->step) == 0 && record->used_ms > step->used_ms)
            step->used_ms = record->used_ms;
    }
}

void guide_resume(struct guide *guide, const struct guide_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        push_record(&guide->records, &guide->record_count, &guide->record_cap, &records[i]);
        struct guide_item *item = find_item(guide, records[i].step, records[i].host);
        if (item != NULL && records[i].kind == GUIDE_DECIDED)
            item->decision = guide->records[guide->record_count - 1];
        count_time(guide, &records[i]);
    }
    guide->here = 0;
    if (guide->step_count > 0 && !guide_step_is_open(guide, 0))
        guide_go_next_open(guide);
}

static bool has_record(const struct guide *guide, const struct guide_record *record)
{
    for (size_t i = 0; i < guide->record_count; i++) {
        const struct guide_record *known = guide->records[i];
        if (known->kind == record->kind && known->at_ms == record->at_ms &&
            strcmp(known->step, record->step) == 0 && strcmp(known->host, record->host) == 0 &&
            strcmp(known->text, record->text) == 0)
            return true;
    }
    return false;
}

size_t guide_adopt(struct guide *guide, const struct guide_record *records, size_t count,
                   const char **who)
{
    size_t adopted = 0;
    *who = "";
    for (size_t i = 0; i < count; i++) {
        const struct guide_record *from = &records[i];
        bool decided = from->kind == GUIDE_DECIDED;
        struct guide_item *item = decided ? find_item(guide, from->step, from->host) : NULL;
        bool newer =
            item != NULL && (item->decision == NULL || from->at_ms > item->decision->at_ms);
        if (decided ? !newer : has_record(guide, from))
            continue;
        push_record(&guide->records, &guide->record_count, &guide->record_cap, from);
        if (!decided)
            continue;
        item->decision = guide->records[guide->record_count - 1];
        *who = item->decision->operator_name;
        adopted++;
    }
    return adopted;
}

void guide_compare(struct guide *guide, const struct guide_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct guide_item *item = find_item(guide, records[i].step, records[i].host);
        if (item == NULL || records[i].kind != GUIDE_DECIDED)
            continue;
        push_record(&guide->earlier, &guide->earlier_count, &guide->earlier_cap, &records[i]);
        item->before = guide->earlier[guide->earlier_count - 1];
    }
}

const struct guide_record *const *guide_records(const struct guide *guide, size_t *count)
{
    *count = guide->record_count;
    return (const struct guide_record *const *)guide->records;
}

static void add_rows(struct guide_record *record, const struct check_step *seen)
{
    if (seen == NULL || seen->table == NULL || seen->step->probe == NULL)
        return;
    record->row_total = seen->verdict.row_count;
    record->rows = mem_array(seen->verdict.row_count + 1, sizeof *record->rows);
    for (size_t i = 0; i < seen->verdict.row_count; i++)
        record->rows[record->row_count++] =
            step_row_key(seen->step, seen->table, seen->verdict.rows[i]);
}

const struct guide_record *guide_add(struct guide *guide, const struct guide_record *from)
{
    struct guide_record record = *from;
    record.at_ms = clock_shown_wall_ms();
    record.operator_name = guide->operator_name;
    for (size_t i = 0; i < guide->step_count; i++)
        if (strcmp(guide->steps[i].step->id, from->step) == 0)
            record.used_ms = guide_step_used_ms(guide, i);
    add_rows(&record, from->seen);
    push_record(&guide->records, &guide->record_count, &guide->record_cap, &record);
    for (size_t i = 0; i < record.row_count; i++)
        free(record.rows[i]);
    free(record.rows);
    struct guide_record *kept = guide->records[guide->record_count - 1];
    kept->seen = from->seen;
    if (guide->keep != NULL)
        guide->keep(guide->context, kept);
    kept->seen = NULL;
    return kept;
}

void guide_show_host(struct guide *guide, size_t host, bool shown)
{
    if (host < guide->host_count)
        guide->hidden[host] = !shown;
}

bool guide_shows(const struct guide *guide, const struct guide_item *item)
{
    return !guide->hidden[item->live->host];
}

struct guide_item *guide_shown_item(struct guide *guide, size_t step, size_t index)
{
    struct guide_item *item = &guide->steps[step].items[index];
    return guide_shows(guide, item) ? item : NULL;
}

size_t guide_step_count(const struct guide *guide)
{
    return guide->step_count;
}

const struct guide_step *guide_step(const struct guide *guide, size_t index)
{
    return &guide->steps[index];
}

size_t guide_here(const struct guide *guide)
{
    return guide->here;
}

int64_t guide_step_used_ms(const struct guide *guide, size_t step)
{
    bool counts = step == guide->here && guide->here_ms > 0;
    return guide->steps[step].used_ms + (counts ? clock_mono_ms() - guide->here_ms : 0);
}

void guide_leave(struct guide *guide)
{
    if (guide->here < guide->step_count)
        guide->steps[guide->here].used_ms = guide_step_used_ms(guide, guide->here);
    guide->here_ms = 0;
}

void guide_go(struct guide *guide, size_t index)
{
    guide_leave(guide);
    guide->here = index < guide->step_count ? index : guide->step_count;
    guide->here_ms = clock_mono_ms();
}
