// SPDX-License-Identifier: MIT

// What the memory keeps of checklist runs, as plain records: it knows no checklist, only words.
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stddef.h>
#include <stdint.h>

// All text is owned by its record, UTF-8 or not, never NULL once it was read from a store; NULL is
// written as "". Times are wall clock in ms; 0: not yet. States of steps are the words of the
// checklist ("ok", "critical"), "failed" where a person said so, "" where nobody decided yet.

enum run_kind { RUN_GUIDED, RUN_UNATTENDED };
enum run_state {
    RUN_OPEN,      // can be resumed
    RUN_FINISHED,  // every step was decided, or the operator closed it
    RUN_ABANDONED, // another run of the list was begun instead
};
const char *run_kind_text(enum run_kind kind);
const char *run_state_text(enum run_state state);

struct run_record {
    int64_t number;      // counted by the store, for people; 0: not stored yet
    char *key;           // of run_key_new(): made before the store has seen the run
    char *list;          // "morning"
    char *title;         // "Morning check"
    int kind;            // enum run_kind
    char *profile;       // of the list
    char *hosts;         // names with a space between
    char *operator_name; // who began it
    int64_t started_ms;
    int64_t ended_ms;
    int state;     // enum run_state
    char *outcome; // the gravest state of its steps; "" before its end
};

// One step on one host; what is put twice is the later word.
struct step_record {
    char *run;    // key
    int position; // in the list, from 0
    char *step;   // id
    char *host;   // "" for a step that is not of one host
    char *title;
    char *why;           // why it matters
    char *reference;     // section of the product's manual, or ""
    int priority;        // 0 is the highest
    char *machine_state; // what was judged
    char *state;         // what the person said; as machine_state where nobody was asked
    char *summary;       // one line; quotes foreign text
    char *advice;
    char *remark;        // what the reading says beside the facts
    char *reason;        // why it was skipped or marked failed
    char *operator_name; // who decided; "" for a machine
    int64_t decided_ms;
    int64_t took_ms; // the person's time
    char *evidence;  // JSON; "" when there is none
};

struct note_record {
    char *run;
    char *step; // "" : of the whole run
    char *host; // "" : of all hosts
    char *operator_name;
    int64_t at_ms;
    char *text;
};

// An action that was taken on a step's evidence.
struct action_record {
    char *run;
    char *step;
    char *host;
    char *entry; // id in the audit trail; "" where nothing was run
    int64_t at_ms;
    char *words; // "ban 203.0.113.9 --for 1h"
};

// A heap string that no other run has.
char *run_key_new(void);

size_t run_record_host_count(const struct run_record *record);
// Deep copies, and the end of what a record owns (not of itself).
void run_record_copy(struct run_record *to, const struct run_record *from);
void step_record_copy(struct step_record *to, const struct step_record *from);
void run_record_dispose(struct run_record *record);
void step_record_dispose(struct step_record *record);
void note_record_dispose(struct note_record *record);
void action_record_dispose(struct action_record *record);

#endif
