// SPDX-License-Identifier: MIT

// Checklists as data: the steps of a shift or an incident, read from INI files of the profile.
#ifndef CHECKLIST_CHECKLIST_H
#define CHECKLIST_CHECKLIST_H

#include "action/action.h"
#include "checklist/condition.h"
#include "conf/ini.h"
#include "probe/probe.h"
#include "table/view.h"

// How a step came out; in rising order of worry, as monitoring systems combine states.
enum step_state { STEP_OK, STEP_SKIPPED, STEP_UNKNOWN, STEP_WARNING, STEP_CRITICAL, STEP_STATES };
const char *step_state_text(enum step_state state); // "ok", "critical"

enum step_priority { STEP_PRIORITY_HIGH, STEP_PRIORITY_NORMAL, STEP_PRIORITY_LOW };
const char *step_priority_text(enum step_priority priority);

// What is said and advised when the step comes out so.
struct step_outcome {
    struct condition *condition; // NULL: none
    char *summary;               // with $count, $rows, $figure and $COLUMN; NULL: made up
    char *advice;                // ""
};

struct step {
    char *id; // ^[a-z][a-z0-9-]*$
    char *title;
    char *why;
    char *ref; // section of the product's manual, or ""
    int minutes;
    enum step_priority priority;
    const struct probe *probe; // NULL: a person does it
    size_t variant;            // of the probe's tables
    struct filter *filter;     // which rows the step sees …
    char *filter_text;         // … as written, or ""
    size_t *columns;           // shown as evidence, in this order
    size_t column_count;
    struct sort_key sort[VIEW_SORT_LEVELS];
    struct step_outcome outcomes[STEP_STATES];
    const struct action **actions; // offered on the evidence rows
    size_t action_count;
    bool confirm; // a person must confirm the verdict
    char *skip;   // why it is not done here, or ""
    char *after;  // id of the step that it was put behind, or ""
    struct ini_place place;
};

struct checklist {
    char *name; // "morning"
    char *title;
    char *purpose;
    struct step *steps;
    size_t count;
    struct ini ini; // whose paths the places name
};

// src/profiles/PROFILE/checklists/NAME.ini of the program, laid over by the user's
// $XDG_CONFIG_HOME/nocdesk/profiles/PROFILE/checklists/NAME.ini; either is enough. Every fault of
// it is in errors as "path:line: …"; false when there was one.
bool checklist_load(const char *profile, const char *name, struct checklist **out,
                    struct err_list *errors);
void checklist_free(struct checklist *checklist);

// The names of the profile's checklists, the user's own among them, in alphabetical order; a heap
// array of heap strings.
char **checklist_names(const char *profile, size_t *count);

int checklist_minutes(const struct checklist *checklist); // expected, of all steps

// The keys of [step ID], from which the loader's check and the handbook are made.
struct step_key {
    const char *name;
    const char *help;
};
extern const struct step_key step_keys[];
extern const size_t step_key_count;

#endif
