// SPDX-License-Identifier: MIT

// The compiled form of a regular expression, between its compiler and its machine.
#ifndef TABLE_PATTERN_PROGRAM_H
#define TABLE_PATTERN_PROGRAM_H

#include <stdint.h>

#include "table/pattern.h"

#define PATTERN_STEPS_MAX  1024
#define PATTERN_STATES_MAX 256
#define PATTERN_WORDS_MAX  (PATTERN_STEPS_MAX / 64)

// One step of the program. Offsets are relative, so that a stretch of steps can be moved and
// repeated.
enum step_op {
    STEP_CHAR,  // takes the folded code point arg
    STEP_ANY,   // takes any character
    STEP_SET,   // takes a character of sets[arg]
    STEP_SPLIT, // goes on at the next step and at arg steps from here
    STEP_JUMP,  // goes on at arg steps from here
    STEP_BEGIN, // holds at the beginning of the text
    STEP_END,   // holds at its end
    STEP_MATCH,
};

struct step {
    enum step_op op;
    int arg;
};

struct code_range {
    int first, last;
};

struct char_set {
    uint64_t ascii[2]; // the answer for ASCII, case and negation settled
    bool negated;
    struct code_range *ranges; // owned
    size_t range_count, range_cap;
};

struct step_set {
    uint64_t words[PATTERN_WORDS_MAX];
};

// A set of steps that the machine can be at, and where characters lead from it. States are found
// when a text first leads to them; when there are too many, all are forgotten.
struct state {
    struct step_set steps;
    int16_t next[128]; // by ASCII character; STATE_UNSEEN
    bool matches;
    int8_t matches_at_end; // 1, 0, or -1: not worked out yet
};

#define STATE_UNSEEN (-1)

struct pattern {
    struct step steps[PATTERN_STEPS_MAX];
    size_t step_count;
    struct char_set *sets;
    size_t set_count, set_cap;

    struct state *states; // owned; made at the first match
    size_t state_count;
    int16_t first_state;
    struct step_set restart; // where a match may begin behind the beginning
};

#endif
