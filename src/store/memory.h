// SPDX-License-Identifier: MIT

// The console's way to the store: a thread that writes what it is given, and answers questions, so
// that nobody else waits for the disk.
#ifndef STORE_MEMORY_H
#define STORE_MEMORY_H

#include "store/history.h"
#include "store/runs.h"

// Thread: one thread gives, asks and takes (the UI's). Nothing here waits but memory_stop().
struct memory;

// NULL: no thread could be had. The file is opened by the thread; what goes wrong is told by
// memory_look(). path is copied.
struct memory *memory_new(const char *path);

// Copy the record and put it on the disk soon, in the order given. What cannot be written is tried
// again every few seconds (a full disk, a file that was moved away), and waits meanwhile.
void memory_put_run(struct memory *memory, const struct run_record *record);
void memory_put_step(struct memory *memory, const struct step_record *record);
void memory_put_note(struct memory *memory, const struct note_record *record);
void memory_put_action(struct memory *memory, const struct action_record *record);

// Figures of a minute. What cannot be written waits too, MEMORY_FIGURES_MAX of these at most; then
// the newest are dropped, which is told by memory_look() as long as it lasts.
void memory_put_samples(struct memory *memory, const struct sample *samples, size_t count);
// Drops what is too old, behind what waits.
void memory_prune(struct memory *memory, const struct keep_for *keep);

// Asks for the newest run that the question means, behind what was put before, whether that could
// be written or not. The question is copied; token comes back with the answer.
void memory_ask(struct memory *memory, int token, const struct run_question *question);

struct memory_answer {
    int token;
    struct run_story *story; // NULL: there is none. The taker's
    struct err err;          // set: it could not be read
};
// False: no answer is there (yet).
bool memory_take(struct memory *memory, struct memory_answer *out);

// Readable when an answer came or the state changed; memory_take() drains it.
int memory_wake_fd(const struct memory *memory);

struct memory_state {
    size_t waiting;  // records that are not on the disk yet
    size_t lost;     // records that never will be: refused, or more than MEMORY_WAITING_MAX
    struct err err;  // why nothing is kept now; empty while all is well
    struct err loss; // why the last one was lost
};
void memory_look(struct memory *memory, struct memory_state *out);

#define MEMORY_WAITING_MAX 4096
#define MEMORY_FIGURES_MAX 240

// Writes what waits, as far as it can be written within the time. False: the thread still hangs on
// the disk and was left; then the memory must not be freed. memory_look() tells what is not kept.
bool memory_stop(struct memory *memory, int64_t within_ms);
void memory_free(struct memory *memory); // NULL is allowed

#endif
