// SPDX-License-Identifier: MIT

// Between the guided checklist and the store of runs: what is asked, what is kept. UI thread only.
#ifndef TUI_GUIDE_MEMORY_H
#define TUI_GUIDE_MEMORY_H

#include <limits.h>

#include "checklist/guide.h"
#include "store/memory.h"

// A run that is older than this is not gone on with by itself: it was another shift's.
#define GUIDE_RESUME_MS (12 * INT64_C(3600000))

// What is being done with a run's record in the store.
struct guide_memory {
    struct memory *memory;  // the console's, or NULL: nothing is kept
    struct run_record run;  // of the run that is open; key NULL: none
    struct guide *guide;    // whose records are kept
    bool recalling;         // what there is of the list is not known yet
    bool fresh;             // what was left is not gone on with
    int64_t asked_ms;       // monotonic
    struct run_story *open; // answers so far
    size_t answers;
    bool looking;      // what others decided was asked for, and the answer is not there yet
    int64_t looked_ms; // monotonic: when that was
    int round; // counts the beginnings: an answer to an earlier one's question is not this run's
    char said[ERR_TEXT_MAX]; // why nothing was kept, as last written into the journal
};

// What the menu tells of a list: newest runs, or NULL.
struct guide_past {
    struct run_story *left, *ended;
};

// A run begins: asks what there is of it. The guide keeps its records by guide_memory_keep().
void guide_memory_begin(struct guide_memory *it, struct guide *guide, const struct checklist *list,
                        const char *hosts, const char *operator_name, bool fresh);
// The record of a run, a guide_keep; context is the guide_memory.
void guide_memory_keep(void *context, const struct guide_record *record);
// It has ended, or was closed unfinished.
void guide_memory_end(struct guide_memory *it);
void guide_memory_close(struct guide_memory *it);
// Asks now and then what others have decided in the same run.
void guide_memory_look(struct guide_memory *it);

// What came of an answer.
struct guide_news {
    const struct run_record *resumed; // the run that was gone on with, lent until the next call
    size_t adopted;                   // decisions of others …
    const char *who;                  // … and who made the last one, the guide's
    bool ended;                       // somebody has ended the run
};
// An answer to a question of guide_memory_begin() or guide_memory_look(), perhaps of a run that is
// over. Takes the story.
void guide_memory_answer(struct guide_memory *it, int token, struct run_story *story,
                         struct guide_news *out);
// Begins anew where no answer comes in time, or none can. True: it did.
bool guide_memory_expire(struct guide_memory *it);

// Tokens from here on are of the menu: two a list, its open run and its ended one. Those below are
// for guide_memory_answer().
#define GUIDE_ASK_MENU 0
#define GUIDE_ASK_LAST INT_MAX // of the overview's tile
// Asks for what the menu tells of its index-th list.
void guide_memory_ask_menu(struct guide_memory *it, size_t index, const char *list);

// "5 of 24, ana 08:12" and "critical, ben Fri 06:12"; nothing where there was none.
void guide_past_left(const struct guide_past *past, int64_t now_ms, struct str *out);
void guide_past_ended(const struct guide_past *past, struct str *out);
void guide_past_dispose(struct guide_past *past);
bool guide_story_is_fresh(const struct run_story *story, int64_t now_ms);

#endif
