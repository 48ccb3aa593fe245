// SPDX-License-Identifier: MIT

// A checklist led by a person: what was decided about each step on each host, and on what. Knows
// neither terminal nor fleet.
#ifndef CHECKLIST_GUIDE_H
#define CHECKLIST_GUIDE_H

#include "checklist/check.h"

enum guide_choice {
    GUIDE_OPEN,    // nothing was decided
    GUIDE_PASSED,  // by itself: nobody was needed
    GUIDE_TAKEN,   // a person has taken the verdict, or done what only a person can do
    GUIDE_FAILED,  // a person says that this is not as it should be
    GUIDE_SKIPPED, // with a reason
    GUIDE_CHOICES
};
const char *guide_choice_text(enum guide_choice choice); // "open", "taken"
bool guide_choice_parse(const char *text, enum guide_choice *out);

// What was done in a run, one thing at a time. A run is its records in order: of decisions about
// one step on one host the last one counts.
struct guide_record {
    enum guide_kind { GUIDE_DECIDED, GUIDE_NOTED, GUIDE_ACTED } kind;
    int64_t at_ms;   // wall clock
    int64_t used_ms; // that the step had taken by then
    char *operator_name;
    char *step;               // id
    char *host;               // "": of all hosts
    enum guide_choice choice; // of a decision
    enum step_state state;    // the verdict that it was taken on; of an action whether it went well
    char *summary;            // of that verdict; of an action what came of it
    char *text;               // the reason, the note, the action's entry in the audit trail; ""
    char **rows;              // keys of the evidence rows, as step_row_key() makes them
    size_t row_count, row_total;   // those that are there, of how many there were
    const struct check_step *seen; // the evidence itself while the record is handed over, else NULL
};
void guide_record_dispose(struct guide_record *record);

// A step on a host.
struct guide_item {
    const struct check_step *live;
    const struct guide_record *decision; // NULL: open
    const struct guide_record *before;   // of the run before, or NULL
    enum step_state state;               // the newest verdict …
    bool waiting;                        // … nothing was read yet
    bool judged;                         // there was a verdict before
    int64_t
        worsened_ms; // monotonic: when it turned worse, or a first one came as trouble; 0: never
    bool aimed;      // a person is asked what to say of it …
    enum step_state aimed_state; // … and has seen this
};

struct guide_step {
    const struct step *step;
    struct guide_item *items; // one a host, in the fleet's order
    size_t item_count;
    int64_t used_ms; // without the time since it was gone to last
};

// What is handed over as it happens; must not wait. The record is lent.
typedef void guide_keep(void *context, const struct guide_record *record);

struct guide;

// The steps (of check_steps()) must outlive the guide. operator_name is copied.
struct guide *guide_new(const struct check_step *steps, size_t count, const char *operator_name,
                        guide_keep *keep, void *context);
void guide_free(struct guide *guide);

// Takes over the verdicts as they are now.
void guide_update(struct guide *guide);

// What a run that was left (by whomever) had come to; goes to the first step that is open. Records
// of steps and hosts that are not there are kept and count for nothing. Not handed to keep again.
void guide_resume(struct guide *guide, const struct guide_record *records, size_t count);
// What is newer among all records of this run, as they were kept by now: another operator may be at
// the same run. Not handed to keep again. Returns how many decisions that were; *who made the last
// one, the guide's.
size_t guide_adopt(struct guide *guide, const struct guide_record *records, size_t count,
                   const char **who);
// The records of an earlier run, with which this one is compared.
void guide_compare(struct guide *guide, const struct guide_record *records, size_t count);
const struct guide_record *const *guide_records(const struct guide *guide, size_t *count);

// Hosts that are left out of what is shown and decided for now; at first none is.
void guide_show_host(struct guide *guide, size_t host, bool shown);
bool guide_shows(const struct guide *guide, const struct guide_item *item);

size_t guide_step_count(const struct guide *guide);
const struct guide_step *guide_step(const struct guide *guide, size_t index);
int64_t guide_step_used_ms(const struct guide *guide, size_t index); // until now
// The step where one is; guide_step_count() is the end, behind the last one.
size_t guide_here(const struct guide *guide);
void guide_go(struct guide *guide, size_t index);
bool guide_go_next_open(struct guide *guide); // false: none is open, one is at the end
// The gravest open step, of several the next one in the list's order; false: no open trouble.
bool guide_go_next_trouble(struct guide *guide);
void guide_leave(struct guide *guide); // nobody looks from now on: no time is counted

// How a step, or one of its hosts, stands.
enum guide_face {
    FACE_DONE,    // taken or passed, and it was ok
    FACE_SKIPPED, // by a person, the list or the configuration
    FACE_OK,      // open, the verdict is ok
    FACE_PERSON,  // open, a person must do it
    FACE_WAITING, // open, not read yet
    FACE_NOTED,   // taken although it was not ok
    FACE_FAILED,
    FACE_UNKNOWN, // open, could not be read
    FACE_WARNING, // open
    FACE_CRITICAL,
    FACES
};
const char *guide_face_text(enum guide_face face); // "ok", "to do", "critical"
enum guide_face guide_item_face(const struct guide_item *item);
// The first that needs a person among the shown hosts, worst first; then the worst of what was
// decided.
enum guide_face guide_step_face(const struct guide *guide, size_t index);
// Shown hosts of the step that stand so.
size_t guide_step_faces(const struct guide *guide, size_t index, enum guide_face face);
bool guide_step_is_open(const struct guide *guide, size_t index);
bool guide_face_is_open(enum guide_face face);
// Decided on something better than what is there now.
bool guide_item_is_worse(const struct guide_item *item);
// The first step with such a host among the shown ones; guide_step_count(): none.
size_t guide_first_worse(const struct guide *guide);
// The verdict may be taken: it was read, or a person has to say so.
bool guide_item_may_be_taken(const struct guide_item *item);
// Places in the step's items of the shown hosts, trouble first; out holds item_count. Returns how
// many.
size_t guide_step_order(const struct guide *guide, size_t index, size_t *out);

// What came of Enter.
enum guide_took {
    GUIDE_TOOK,      // and nothing of the step is open now
    GUIDE_TOOK_PART, // hosts that could not be read, or were not yet, are open still
    GUIDE_TOOK_NONE, // the same, and there was nothing else
    GUIDE_HAD,       // it was decided before
    GUIDE_TURNED,    // a verdict has turned worse just now: it is not taken unseen
    GUIDE_OLD,       // one is older than GUIDE_PASS_AGE_MS and is being read anew: the same
};
// Takes the verdicts of the step where one is, on the shown hosts; those that were taken before and
// are worse now, anew. One that is unknown is never taken.
enum guide_took guide_take(struct guide *guide);
// Passes all steps of the shown hosts whose verdict is ok and needs nobody, if it is not older than
// GUIDE_PASS_AGE_MS; returns how many steps this closed.
#define GUIDE_PASS_AGE_MS 600000
size_t guide_pass(struct guide *guide);
// Aims at what the next mark is about, of the step where one is, on the shown hosts: what is in
// trouble and not taken; else what is open; else all of them. Places in the step's items; returns
// how many. What turns while the person types is not aimed at.
size_t guide_aim(struct guide *guide, size_t *out);
// GUIDE_FAILED or GUIDE_SKIPPED for what was aimed at, with what is wrong or why it is skipped
// (copied). Hosts where the step is ok are taken with it. Returns how many stay open, as they are
// worse now than what is to be skipped.
size_t guide_mark(struct guide *guide, enum guide_choice choice, const char *text);
// Aims at all on the shown hosts that is open because it could not be read; returns in how many
// steps. And skips it, but what is in trouble by now, of which it returns how many.
size_t guide_aim_unread(struct guide *guide);
size_t guide_skip_unread(struct guide *guide, const char *text);
void guide_note(struct guide *guide, const char *text);
// What came of an action that was asked for at a step: entry in the audit trail, or "".
void guide_acted(struct guide *guide, size_t step, const char *host, const char *entry,
                 const char *summary, bool well);

// How a step on a host differs from the run before.
struct guide_difference {
    size_t come, gone; // evidence rows
    bool *is_new;      // parallel to the verdict's rows; NULL: there is nothing to compare with
};
void guide_differ(const struct guide_item *item, struct guide_difference *out);
void guide_difference_dispose(struct guide_difference *difference);

struct guide_progress {
    size_t steps, decided; // on the shown hosts
    size_t faces[FACES];   // steps
    size_t partly_skipped; // decided, and not skipped on all of these hosts but on some
    int minutes;           // expected of all steps
    int minutes_left;      // of those that are open
    int64_t used_ms;       // of all steps
    int64_t step_used_ms;  // of the one where one is
};
void guide_progress(const struct guide *guide, struct guide_progress *out);
// Nothing is open on any host, shown or not.
bool guide_is_complete(const struct guide *guide);

#endif
