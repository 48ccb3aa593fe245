// SPDX-License-Identifier: MIT

// Reports from what was judged just now, and from what the memory kept.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "checklist/record.h"
#include "checklist/report.h"

static void step_dispose(struct report_step *step)
{
    step_record_dispose(&step->record);
    json_decref(step->facts);
    report_table_dispose(&step->evidence);
}

static void dispose_parts(struct report_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(parts[i].words);
        free(parts[i].empty);
        report_table_dispose(&parts[i].table);
    }
    free(parts);
}

void report_dispose(struct report *report)
{
    for (size_t i = 0; i < report->run_count; i++) {
        struct report_run *run = &report->runs[i];
        for (size_t j = 0; j < run->step_count; j++)
            step_dispose(&run->steps[j]);
        free(run->steps);
        run_record_dispose(&run->run);
    }
    free(report->runs);
    dispose_parts(report->before, report->before_count);
    dispose_parts(report->after, report->after_count);
    free(report->title);
    free(report->line);
    free(report->subtitle);
    *report = (struct report){0};
}

enum step_state report_word_state(const char *word)
{
    for (int i = 0; i < STEP_STATES; i++)
        if (strcmp(word, step_state_text((enum step_state)i)) == 0)
            return (enum step_state)i;
    return strcmp(word, "failed") == 0 ? STEP_CRITICAL : STEP_UNKNOWN;
}

// What the record's words mean; takes the record over.
static void read_step(struct report_step *out, const struct step_record *record)
{
    out->record = *record;
    out->state = report_word_state(record->state);
    out->facts = json_loads(record->evidence, 0, NULL);
    if (!json_is_object(out->facts)) {
        json_decref(out->facts);
        out->facts = json_object();
    }
    report_table_parse(&out->evidence, json_object_get(out->facts, "table"));
}

static struct report_run *add_run(struct report *report, const struct run_record *record,
                                  size_t steps)
{
    struct report_run *run =
        mem_push(&report->runs, &report->run_count, &report->run_cap, sizeof *run);
    run_record_copy(&run->run, record);
    run->steps = mem_array(steps + 1, sizeof *run->steps);
    run->step_count = steps;
    return run;
}

void report_add_check(struct report *report, const struct run_record *record, int64_t took_ms,
                      const struct check_step *steps, size_t count)
{
    struct report_run *run = add_run(report, record, count);
    run->took_ms = took_ms;
    for (size_t i = 0; i < count; i++) {
        struct step_record judged;
        step_record_judged(&steps[i], (int)i, 0, &judged);
        read_step(&run->steps[i], &judged);
    }
}

void report_add_story(struct report *report, const struct run_story *story)
{
    const struct run_record *record = &story->run;
    struct report_run *run = add_run(report, record, story->step_count);
    run->took_ms = record->ended_ms > 0 ? record->ended_ms - record->started_ms : -1;
    run->took_ms = run->took_ms < 0 ? -1 : run->took_ms; // the clock was set back
    for (size_t i = 0; i < story->step_count; i++) {
        struct step_record kept;
        step_record_copy(&kept, &story->steps[i]);
        read_step(&run->steps[i], &kept);
    }
}

static bool has_step(const struct report_run *run, const char *id, const char *host)
{
    for (size_t i = 0; i < run->step_count; i++)
        if (strcmp(run->steps[i].record.step, id) == 0 &&
            strcmp(run->steps[i].record.host, host) == 0)
            return true;
    return false;
}

static char *text_of(const char *text)
{
    return (char *)(uintptr_t)text; // is copied
}

void report_add_undecided(struct report *report, const struct checklist *list, const char *host)
{
    struct report_run *run = &report->runs[report->run_count - 1];
    for (size_t i = 0; i < list->count; i++) {
        const struct step *step = &list->steps[i];
        if (step->skip[0] != '\0' || has_step(run, step->id, host))
            continue;
        struct step_record record, open = {.run = run->run.key,
                                           .position = (int)i,
                                           .step = step->id,
                                           .host = text_of(host),
                                           .title = step->title,
                                           .why = step->why,
                                           .reference = step->ref,
                                           .priority = (int)step->priority,
                                           .summary = text_of(_("nobody decided this step"))};
        step_record_copy(&record, &open);
        run->steps = mem_resize(run->steps, run->step_count + 1, sizeof *run->steps);
        run->steps[run->step_count] = (struct report_step){0};
        read_step(&run->steps[run->step_count++], &record);
    }
}

static struct report_part *name_part(struct report_part *part, const char *name, const char *title)
{
    part->name = name;
    part->title = title;
    part->words = mem_strdup("");
    part->empty = mem_strdup("");
    return part;
}

struct report_part *report_add_before(struct report *report, const char *name, const char *title)
{
    return name_part(mem_push(&report->before, &report->before_count, &report->before_cap,
                              sizeof *report->before),
                     name, title);
}

struct report_part *report_add_after(struct report *report, const char *name, const char *title)
{
    return name_part(
        mem_push(&report->after, &report->after_count, &report->after_cap, sizeof *report->after),
        name, title);
}

void report_part_say(struct report_part *part, const char *words, const char *empty)
{
    free(part->words);
    free(part->empty);
    part->words = mem_strdup(words);
    part->empty = mem_strdup(empty);
}
