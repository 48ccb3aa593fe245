// SPDX-License-Identifier: MIT

// What the overview's tile tells of the checklists: the open run, else the one that was last.
#include <stdlib.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "tui/guide_state.h"

#define ASK_EVERY_MS 30000 // another console, or cron, may have run one

void guide_tile_take(struct guide_view *view, struct run_story *story)
{
    run_story_free(view->last);
    view->last = story;
}

// The newest run of any list that a person led; what this console has just left is among them.
static void ask(struct guide_view *view)
{
    int64_t now_ms = clock_mono_ms();
    bool due = view->last_asked_ms == 0 || now_ms - view->last_asked_ms >= ASK_EVERY_MS;
    if (view->memory.memory == NULL || !due)
        return;
    view->last_asked_ms = now_ms;
    memory_ask(view->memory.memory, GUIDE_ASK_LAST, &(struct run_question){.guided = true});
}

static void tell_open(const struct console *console, struct guide_tile *out)
{
    const struct guide *guide = guide_view_guide(console);
    struct guide_progress progress;
    struct str open = {0};
    char name[sizeof out->words / 2];
    guide_view_tab(console, name, sizeof name, &out->level);
    guide_progress(guide, &progress);
    guide_open_words(&progress, &open);
    snprintf(out->words, sizeof out->words, "%s%s%s", name, open.len > 0 ? ": " : "",
             str_text(&open));
    str_dispose(&open);
    out->table = guide_end_build(guide);
    out->empty = guide_end_probe.empty;
}

static void tell_last(const struct run_story *story, struct guide_tile *out)
{
    struct guide_past past = {0};
    struct run_story copy = *story; // lent
    struct str words = {0};
    bool left = story->run.state == RUN_OPEN;
    *(left ? &past.left : &past.ended) = &copy;
    if (left)
        guide_past_left(&past, clock_wall_ms(), &words);
    else
        guide_past_ended(&past, &words);
    snprintf(out->words, sizeof out->words, left ? _("%s, not finished: %s") : "%s: %s",
             _(story->run.title), str_text(&words));
    str_dispose(&words);
    out->level = left ? LEVEL_WARN : LEVEL_NONE;
    out->table = guide_end_build_last(story);
    out->empty = left ? N_("What was decided was ok; the rest is open.") : guide_end_probe.empty;
}

void guide_view_tile(struct console *console, struct guide_tile *out)
{
    struct guide_view *view = console->guide;
    *out = (struct guide_tile){.empty = N_("No checklist was run yet.")};
    if (view->guide != NULL) {
        view->last_asked_ms = 0; // once it is left or ended it is the last one
        tell_open(console, out);
        return;
    }
    ask(view);
    if (view->last != NULL)
        tell_last(view->last, out);
}

void guide_view_enter_tile(struct console *console, const struct row_ref *row)
{
    struct guide *guide = console->guide->guide;
    if (guide != NULL && row != NULL)
        guide_go(guide, guide_end_step(guide, row->table, row->row));
    guide_view_open(console);
}
