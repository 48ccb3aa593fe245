// SPDX-License-Identifier: MIT

// What the memory says of runs, to the guided checklist and to the journal.
#include <stdio.h>
#include <string.h>

#include "base/lang.h"
#include "tui/guide_state.h"
#include "tui/journal_view.h"

static void say_resumed(struct console *console, const struct run_record *run)
{
    struct guide_view *view = console->guide;
    struct guide_progress progress;
    char time[LOCAL_TIME_MAX];
    guide_progress(view->guide, &progress);
    local_time(run->started_ms, time);
    journal_answer(console->journal, LEVEL_INFO, "",
                   "%s goes on: begun by %s at %s, %zu of %zu steps decided", _(view->title),
                   run->operator_name, time, progress.decided, progress.steps);
}

static void say_news(struct console *console, const struct guide_news *news)
{
    const char *title = _(console->guide->title);
    if (news->adopted > 0 && news->who[0] != '\0')
        journal_add(console->journal, LEVEL_INFO, "",
                    P_("%s: %zu verdict decided in another console, by %s",
                       "%s: %zu verdicts decided in another console, by %s", news->adopted),
                    title, news->adopted, news->who);
    else if (news->adopted > 0)
        journal_add(console->journal, LEVEL_INFO, "",
                    P_("%s: %zu verdict decided in another console",
                       "%s: %zu verdicts decided in another console", news->adopted),
                    title, news->adopted);
    if (news->ended)
        journal_add(console->journal, LEVEL_WARN, "",
                    "%s was ended in another console; what is decided here is still kept in it",
                    title);
}

static void take_answer(struct console *console, struct memory_answer *answer)
{
    struct guide_view *view = console->guide;
    struct guide_news news;
    if (answer->token < GUIDE_ASK_MENU) {
        if (err_is_set(&answer->err))
            journal_add(console->journal, LEVEL_WARN, "",
                        "what others did of this list is not known: %s", answer->err.text);
        guide_memory_answer(&view->memory, answer->token, answer->story, &news);
        say_news(console, &news);
        if (news.resumed != NULL) {
            say_resumed(console, news.resumed);
            guide_put_in_place(console);
            console_look(console);
        }
        return;
    }
    if (answer->token == GUIDE_ASK_LAST) {
        guide_tile_take(view, answer->story);
        return;
    }
    size_t index = (size_t)(answer->token - GUIDE_ASK_MENU) / 2;
    if (index >= view->menu_count) {
        run_story_free(answer->story);
        return;
    }
    struct guide_past *past = &view->menu_pasts[index];
    struct run_story **slot = answer->token % 2 == 0 ? &past->left : &past->ended;
    run_story_free(*slot);
    *slot = answer->story;
    guide_make_menu(console);
}

// What the memory says: answers, and that it cannot keep anything, which is told once.
void guide_view_recall(struct console *console)
{
    struct guide_view *view = console->guide;
    struct memory_answer answer;
    struct memory_state state;
    if (console->memory == NULL)
        return;
    while (memory_take(console->memory, &answer))
        take_answer(console, &answer);
    guide_memory_expire(&view->memory);
    guide_memory_look(&view->memory);
    memory_look(console->memory, &state);
    bool stands = err_is_set(&state.err); // what is wrong now comes before what is lost for good
    const char *why = stands ? state.err.text : state.lost > 0 ? state.loss.text : "";
    if (strcmp(why, view->memory.said) == 0)
        return;
    snprintf(view->memory.said, sizeof view->memory.said, "%s", why);
    if (stands)
        journal_add(console->journal, LEVEL_WARN, "", "checklist runs are not kept: %s", why);
    else if (state.lost > 0)
        journal_add(console->journal, LEVEL_WARN, "",
                    P_("%zu record of checklist runs lost, the others are kept: %s",
                       "%zu records of checklist runs lost, the others are kept: %s", state.lost),
                    state.lost, why);
    else
        journal_add(console->journal, LEVEL_OK, "", "checklist runs are kept again");
}
