// SPDX-License-Identifier: MIT

// The machine of regular expressions: all ways through the program at once, remembered as states.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "table/fold.h"
#include "table/pattern_program.h"

// Where in the text the machine stands.
struct place {
    bool begin, end;
};

static bool has_step(const struct step_set *set, size_t step)
{
    return set->words[step / 64] >> step % 64 & 1;
}

// Adds a step and all that are reached from it without taking a character.
static void add_step(const struct pattern *pattern, struct step_set *set, size_t first,
                     struct place place)
{
    uint16_t left[2 * PATTERN_STEPS_MAX + 1]; // each step is passed once and leads to two at most
    size_t count = 0;
    left[count++] = (uint16_t)first;
    while (count > 0) {
        size_t at = left[--count];
        if (has_step(set, at))
            continue;
        set->words[at / 64] |= 1ULL << at % 64;
        const struct step *step = &pattern->steps[at];
        bool passes = step->op == STEP_SPLIT || (step->op == STEP_BEGIN && place.begin) ||
                      (step->op == STEP_END && place.end);
        if (passes)
            left[count++] = (uint16_t)(at + 1);
        if (step->op == STEP_SPLIT || step->op == STEP_JUMP)
            left[count++] = (uint16_t)((int)at + step->arg);
    }
}

static bool takes(const struct pattern *pattern, const struct step *step, int code, int folded)
{
    if (step->op == STEP_CHAR)
        return step->arg == folded;
    if (step->op == STEP_ANY)
        return true;
    if (step->op != STEP_SET)
        return false;
    const struct char_set *set = &pattern->sets[step->arg];
    if (code < 128)
        return set->ascii[code / 64] >> code % 64 & 1;
    for (size_t i = 0; i < set->range_count; i++) {
        const struct code_range *range = &set->ranges[i];
        if ((code >= range->first && code <= range->last) ||
            (folded >= range->first && folded <= range->last))
            return !set->negated;
    }
    return set->negated;
}

// The next step of the set at or behind `from`, or step_count.
static size_t next_step(const struct pattern *pattern, const struct step_set *set, size_t from)
{
    for (size_t word = from / 64; word * 64 < pattern->step_count; word++) {
        uint64_t bits = set->words[word];
        if (word == from / 64)
            bits &= ~0ULL << from % 64;
        if (bits != 0)
            return word * 64 + (size_t)__builtin_ctzll(bits);
    }
    return pattern->step_count;
}

static size_t set_bytes(const struct pattern *pattern)
{
    return (pattern->step_count + 63) / 64 * sizeof(uint64_t);
}

static void forget_states(struct pattern *pattern)
{
    pattern->state_count = 0;
}

static int16_t find_state(struct pattern *pattern, const struct step_set *steps)
{
    for (size_t i = 0; i < pattern->state_count; i++)
        if (memcmp(&pattern->states[i].steps, steps, set_bytes(pattern)) == 0)
            return (int16_t)i;
    struct state *state = &pattern->states[pattern->state_count];
    state->steps = *steps;
    state->matches = has_step(steps, pattern->step_count - 1);
    state->matches_at_end = -1;
    for (size_t i = 0; i < 128; i++)
        state->next[i] = STATE_UNSEEN;
    return (int16_t)pattern->state_count++;
}

static int16_t work_out_first(struct pattern *pattern)
{
    struct step_set first = {0};
    add_step(pattern, &first, 0, (struct place){.begin = true});
    return find_state(pattern, &first);
}

// Where a character leads from a state. May forget all states but the one that is returned.
static int16_t work_out_next(struct pattern *pattern, int16_t from, int code)
{
    int folded = fold_code(code);
    struct step_set next = pattern->restart;
    const struct step_set *steps = &pattern->states[from].steps;
    for (size_t i = next_step(pattern, steps, 0); i < pattern->step_count;
         i = next_step(pattern, steps, i + 1))
        if (takes(pattern, &pattern->steps[i], code, folded))
            add_step(pattern, &next, i + 1, (struct place){0});
    bool full = pattern->state_count == PATTERN_STATES_MAX;
    if (full) {
        forget_states(pattern);
        pattern->first_state = work_out_first(pattern);
    }
    int16_t to = find_state(pattern, &next);
    if (!full && code < 128)
        pattern->states[from].next[code] = to;
    return to;
}

static bool matches_at_end(const struct pattern *pattern, const struct step_set *steps,
                           bool also_begin)
{
    struct step_set reached = {0};
    for (size_t i = next_step(pattern, steps, 0); i < pattern->step_count;
         i = next_step(pattern, steps, i + 1))
        if (pattern->steps[i].op == STEP_END)
            add_step(pattern, &reached, i, (struct place){.begin = also_begin, .end = true});
    return has_step(&reached, pattern->step_count - 1);
}

static void prepare(struct pattern *pattern)
{
    pattern->states = mem_array(PATTERN_STATES_MAX, sizeof *pattern->states);
    add_step(pattern, &pattern->restart, 0, (struct place){0});
    pattern->first_state = work_out_first(pattern);
}

bool pattern_match(struct pattern *pattern, const char *text, size_t len)
{
    if (pattern->states == NULL)
        prepare(pattern);
    int16_t at = pattern->first_state;
    for (size_t i = 0, bytes; i < len; i += bytes) {
        if (pattern->states[at].matches)
            return true;
        bytes = 1;
        int code = (unsigned char)text[i];
        if (code >= 128) {
            code = text_decode(text + i, len - i, &bytes);
            if (code < 0)
                code = 0xfffd;
        }
        int16_t next = code < 128 ? pattern->states[at].next[code] : STATE_UNSEEN;
        at = next != STATE_UNSEEN ? next : work_out_next(pattern, at, code);
    }
    struct state *state = &pattern->states[at];
    if (state->matches)
        return true;
    if (len == 0)
        return matches_at_end(pattern, &state->steps, true);
    if (state->matches_at_end < 0)
        state->matches_at_end = matches_at_end(pattern, &state->steps, false);
    return state->matches_at_end;
}
