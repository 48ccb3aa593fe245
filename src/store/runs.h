// SPDX-License-Identifier: MIT

// Reading runs back: which there are, and one whole.
#ifndef STORE_RUNS_H
#define STORE_RUNS_H

#include "store/store.h"

// Which runs; what is left out (zero, NULL) asks for nothing.
struct run_question {
    const char *list;
    const char *key;        // the one run
    int64_t number;         // the one run
    bool open;              // that can be resumed
    bool ended;             // finished ones
    bool guided;            // not those of `nocdesk check`
    int64_t before;         // kept before the run of this number
    int64_t from_ms, to_ms; // begun in [from, to)
    size_t most;            // 0: all
};

// One run with all that belongs to it.
struct run_story {
    struct run_record run;
    struct step_record *steps; // by position, then host
    size_t step_count;
    struct note_record *notes; // by time
    size_t note_count;
    struct action_record *actions; // by time
    size_t action_count;
};

// The runs, newest first in the order in which they were kept, whatever the clock said: a heap
// array to be freed with run_list_free(). False: err is set.
bool store_runs(struct store *store, const struct run_question *question, struct run_record **out,
                size_t *count, struct err *err);
void run_list_free(struct run_record *runs, size_t count);

// The newest run that the question asks for, whole, into a heap object; *out is NULL when there is
// none. False: err is set.
bool store_story(struct store *store, const struct run_question *question, struct run_story **out,
                 struct err *err);
void run_story_free(struct run_story *story); // NULL is allowed

// What a step on a host came to in the runs of a list.
struct step_moment {
    int64_t number; // of the run
    int64_t started_ms;
    char *state;
};
// The newest most ones up to the run of that number, newest first; to be freed with
// step_moments_free().
bool store_step_moments(struct store *store, const struct step_record *step, const char *list,
                        int64_t number, size_t most, struct step_moment **out, size_t *count,
                        struct err *err);
void step_moments_free(struct step_moment *moments, size_t count);

#endif
