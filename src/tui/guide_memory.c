// SPDX-License-Identifier: MIT

// Keeps a guided run as it happens, and finds the run that was left and the one before.
#include "tui/guide_memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "checklist/guide_story.h"
#include "tui/journal_view.h"

#define RECALL_MS 3000 // that a run waits for what is known of its list

#define LOOK_MS 4000 // between looks at what others decide

enum { ASK_OPEN = 1, ASK_BEFORE, ASK_NOW, QUESTIONS };

static int token_of(const struct guide_memory *it, int question)
{
    return -(QUESTIONS * it->round + question);
}

void guide_memory_begin(struct guide_memory *it, struct guide *guide, const struct checklist *list,
                        const char *hosts, const char *operator_name, bool fresh)
{
    guide_memory_close(it);
    it->guide = guide;
    it->fresh = fresh;
    it->run = (struct run_record){.key = run_key_new(),
                                  .list = mem_strdup(list->name),
                                  .title = mem_strdup(list->title),
                                  .kind = RUN_GUIDED,
                                  .profile = mem_strdup(""),
                                  .hosts = mem_strdup(hosts),
                                  .operator_name = mem_strdup(operator_name),
                                  .started_ms = clock_shown_wall_ms(),
                                  .state = RUN_OPEN,
                                  .outcome = mem_strdup("")};
    it->recalling = it->memory != NULL;
    it->looking = false;
    it->looked_ms = clock_mono_ms();
    it->asked_ms = clock_mono_ms();
    it->answers = 0;
    it->round++;
    if (it->memory == NULL)
        return;
    memory_ask(it->memory, token_of(it, ASK_OPEN),
               &(struct run_question){.list = list->name, .open = true});
    memory_ask(it->memory, token_of(it, ASK_BEFORE),
               &(struct run_question){.list = list->name, .ended = true});
}

// From here on the store has the run.
static void put_run(struct guide_memory *it)
{
    it->recalling = false;
    if (it->memory != NULL)
        memory_put_run(it->memory, &it->run);
}

static void abandon(struct guide_memory *it)
{
    it->open->run.state = RUN_ABANDONED;
    it->open->run.ended_ms = clock_shown_wall_ms();
    memory_put_run(it->memory, &it->open->run);
}

static bool may_resume(const struct guide_memory *it)
{
    return !it->fresh && guide_story_is_fresh(it->open, clock_wall_ms()) &&
           strcmp(it->open->run.hosts, it->run.hosts) == 0;
}

static void resume(struct guide_memory *it)
{
    size_t count;
    struct guide_record *records = guide_story_records(it->open, it->guide, &count);
    guide_resume(it->guide, records, count);
    guide_records_free(records, count);
    run_record_dispose(&it->run);
    run_record_copy(&it->run, &it->open->run);
    put_run(it);
}

static void settle(struct guide_memory *it, struct guide_news *out)
{
    if (it->open != NULL && may_resume(it)) {
        resume(it);
        out->resumed = &it->open->run;
        return;
    }
    // A run of other hosts is another operator's matter.
    if (it->open != NULL && strcmp(it->open->run.hosts, it->run.hosts) == 0)
        abandon(it);
    put_run(it);
}

static void compare(struct guide_memory *it, const struct run_story *story)
{
    size_t count;
    struct guide_record *records = guide_story_records(story, it->guide, &count);
    guide_compare(it->guide, records, count);
    guide_records_free(records, count);
}

void guide_memory_look(struct guide_memory *it)
{
    int64_t now_ms = clock_mono_ms();
    if (it->memory == NULL || it->guide == NULL || it->recalling || it->looking ||
        now_ms - it->looked_ms < LOOK_MS)
        return;
    it->looking = true;
    it->looked_ms = now_ms;
    memory_ask(it->memory, token_of(it, ASK_NOW), &(struct run_question){.key = it->run.key});
}

static void adopt(struct guide_memory *it, const struct run_story *story, struct guide_news *out)
{
    size_t count;
    struct guide_record *records = guide_story_records(story, it->guide, &count);
    out->adopted = guide_adopt(it->guide, records, count, &out->who);
    guide_records_free(records, count);
    out->ended = story->run.state != RUN_OPEN && it->run.state == RUN_OPEN;
    it->run.state = story->run.state;
}

static void recall(struct guide_memory *it, bool is_open, struct run_story **story,
                   struct guide_news *out)
{
    it->answers++;
    if (is_open) {
        it->open = *story;
        *story = NULL;
    } else if (*story != NULL) {
        compare(it, *story);
    }
    if (it->answers == 2)
        settle(it, out);
}

void guide_memory_answer(struct guide_memory *it, int token, struct run_story *story,
                         struct guide_news *out)
{
    *out = (struct guide_news){.who = ""};
    bool is_open = token == token_of(it, ASK_OPEN);
    if (it->guide != NULL && token == token_of(it, ASK_NOW)) {
        it->looking = false;
        if (story != NULL)
            adopt(it, story, out);
    } else if (it->guide != NULL && it->recalling &&
               (is_open || token == token_of(it, ASK_BEFORE))) {
        recall(it, is_open, &story, out);
    }
    run_story_free(story);
}

bool guide_memory_expire(struct guide_memory *it)
{
    if (!it->recalling || clock_mono_ms() - it->asked_ms < RECALL_MS)
        return false;
    put_run(it);
    return true;
}

static void keep_step(struct guide_memory *it, const struct guide_record *record)
{
    struct step_record step;
    if (record->seen == NULL)
        return;
    guide_story_step(it->guide, record, &step);
    free(step.run);
    step.run = mem_strdup(it->run.key);
    memory_put_step(it->memory, &step);
    step_record_dispose(&step);
}

void guide_memory_keep(void *context, const struct guide_record *record)
{
    struct guide_memory *it = context;
    if (it->memory == NULL || it->run.key == NULL)
        return;
    if (record->kind == GUIDE_DECIDED)
        keep_step(it, record);
    else if (record->kind == GUIDE_NOTED)
        memory_put_note(it->memory, &(struct note_record){.run = it->run.key,
                                                          .step = record->step,
                                                          .host = record->host,
                                                          .operator_name = record->operator_name,
                                                          .at_ms = record->at_ms,
                                                          .text = record->text});
    else
        memory_put_action(it->memory, &(struct action_record){.run = it->run.key,
                                                              .step = record->step,
                                                              .host = record->host,
                                                              .entry = record->text,
                                                              .at_ms = record->at_ms,
                                                              .words = record->summary});
}

void guide_memory_end(struct guide_memory *it)
{
    if (it->run.key == NULL)
        return;
    free(it->run.outcome);
    it->run.outcome = mem_strdup(step_state_text(guide_outcome(it->guide)));
    it->run.ended_ms = clock_shown_wall_ms();
    it->run.state = RUN_FINISHED;
    put_run(it);
}

void guide_memory_close(struct guide_memory *it)
{
    run_record_dispose(&it->run);
    it->run = (struct run_record){0};
    run_story_free(it->open);
    it->open = NULL;
    it->guide = NULL;
    it->recalling = false;
}

void guide_memory_ask_menu(struct guide_memory *it, size_t index, const char *list)
{
    if (it->memory == NULL)
        return;
    int token = GUIDE_ASK_MENU + 2 * (int)index;
    memory_ask(it->memory, token, &(struct run_question){.list = list, .open = true});
    memory_ask(it->memory, token + 1, &(struct run_question){.list = list, .ended = true});
}

bool guide_story_is_fresh(const struct run_story *story, int64_t now_ms)
{
    const char *who;
    int64_t age_ms = now_ms - guide_story_last_ms(story, &who);
    return age_ms < GUIDE_RESUME_MS &&
           age_ms > -GUIDE_RESUME_MS; // the clock may have been set back
}

static void add_when(struct str *out, int64_t at_ms)
{
    char time[LOCAL_TIME_MAX];
    local_time(at_ms, time);
    time[strlen(time) - 3] = '\0'; // without the seconds
    str_append(out, time);
}

void guide_past_left(const struct guide_past *past, int64_t now_ms, struct str *out)
{
    if (past->left == NULL)
        return;
    const char *who;
    int64_t last_ms = guide_story_last_ms(past->left, &who);
    str_appendf(out, _("%zu decided, %s "), guide_story_decided(past->left), who);
    add_when(out, last_ms);
    if (!guide_story_is_fresh(past->left, now_ms))
        str_append(out, _(", too old"));
}

void guide_past_ended(const struct guide_past *past, struct str *out)
{
    if (past->ended == NULL)
        return;
    const struct run_record *run = &past->ended->run;
    str_appendf(out, "%s, ", _(run->outcome));
    add_when(out, run->ended_ms > 0 ? run->ended_ms : run->started_ms);
    if (run->operator_name[0] != '\0')
        str_appendf(out, ", %s", run->operator_name);
}

void guide_past_dispose(struct guide_past *past)
{
    run_story_free(past->left);
    run_story_free(past->ended);
    *past = (struct guide_past){0};
}
