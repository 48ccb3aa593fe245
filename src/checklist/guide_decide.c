// SPDX-License-Identifier: MIT

// What a person decides about the step where they are.
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "checklist/guide_private.h"

// A key that was meant for the verdict before must not take this one.
#define UNSEEN_MS 700

// What a person did, or what the list leaves out, has no verdict that could be wrong.
static enum step_state state_of(const struct guide_item *item)
{
    bool person = item->live->step->probe == NULL && item->live->step->skip[0] == '\0';
    return person ? STEP_OK : item->state;
}

static void decide(struct guide *guide, struct guide_item *item, enum guide_choice choice,
                   const char *text)
{
    struct guide_record record = {
        .kind = GUIDE_DECIDED,
        .step = item->live->step->id,
        .host = (char *)(uintptr_t)item->live->host_name,
        .choice = choice,
        .state = choice == GUIDE_FAILED || choice == GUIDE_SKIPPED ? item->state : state_of(item),
        .summary = item->live->verdict.summary,
        .text = (char *)(uintptr_t)text,
        .seen = item->live,
    };
    item->decision = guide_add(guide, &record);
}

static bool is_open(const struct guide_item *item)
{
    return guide_face_is_open(guide_item_face(item));
}

static bool wants_taking(const struct guide_item *item)
{
    return is_open(item) || guide_item_is_worse(item) ||
           (item->decision == NULL && item->state == STEP_SKIPPED);
}

static bool has_just_turned(const struct guide_item *item)
{
    return item->worsened_ms > 0 && clock_mono_ms() - item->worsened_ms < UNSEEN_MS;
}

static bool is_old(const struct guide_item *item)
{
    return item->live->late && item->live->age_ms > GUIDE_PASS_AGE_MS &&
           item->state != STEP_UNKNOWN && !item->waiting;
}

enum guide_took guide_take(struct guide *guide)
{
    size_t took = 0, left = 0;
    if (guide->here >= guide->step_count)
        return GUIDE_HAD;
    size_t count = guide->steps[guide->here].item_count;
    for (size_t i = 0; i < count; i++) {
        struct guide_item *item = guide_shown_item(guide, guide->here, i);
        if (item == NULL || !wants_taking(item))
            continue;
        if (has_just_turned(item) || is_old(item))
            return is_old(item) ? GUIDE_OLD : GUIDE_TURNED;
    }
    for (size_t i = 0; i < count; i++) {
        struct guide_item *item = guide_shown_item(guide, guide->here, i);
        if (item == NULL || !wants_taking(item))
            continue;
        bool may = guide_item_may_be_taken(item);
        took += may;
        left += !may;
        if (may)
            decide(guide, item, GUIDE_TAKEN, "");
    }
    if (left > 0)
        return took > 0 ? GUIDE_TOOK_PART : GUIDE_TOOK_NONE;
    return took > 0 ? GUIDE_TOOK : GUIDE_HAD;
}

static bool needs_nobody(const struct guide_item *item)
{
    const struct step *step = item->live->step;
    if (item->decision != NULL || item->waiting)
        return false;
    if (item->state == STEP_SKIPPED)
        return step->probe != NULL || step->skip[0] != '\0';
    return item->state == STEP_OK && !step->confirm && item->live->age_ms <= GUIDE_PASS_AGE_MS;
}

size_t guide_pass(struct guide *guide)
{
    size_t closed = 0;
    for (size_t i = 0; i < guide->step_count; i++) {
        size_t passed = 0;
        for (size_t j = 0; j < guide->steps[i].item_count; j++) {
            struct guide_item *item = guide_shown_item(guide, i, j);
            if (item == NULL || !needs_nobody(item))
                continue;
            decide(guide, item, GUIDE_PASSED, "");
            passed++;
        }
        closed += passed > 0 && !guide_step_is_open(guide, i);
    }
    return closed;
}

// Which of the shown items a mark is about, by rising breadth.
static bool is_trouble(const struct guide_item *item)
{
    return guide_item_face(item) >= FACE_UNKNOWN || guide_item_is_worse(item);
}

static bool is_any(const struct guide_item *item)
{
    (void)item;
    return true;
}

static void aim(struct guide_item *item)
{
    item->aimed = true;
    item->aimed_state = item->state;
}

static void aim_at_nothing(struct guide *guide)
{
    for (size_t i = 0; i < guide->step_count; i++)
        for (size_t j = 0; j < guide->steps[i].item_count; j++)
            guide->steps[i].items[j].aimed = false;
}

size_t guide_aim(struct guide *guide, size_t *out)
{
    static bool (*const wanted[])(const struct guide_item *) = {is_trouble, is_open, is_any};
    size_t count = 0;
    aim_at_nothing(guide);
    if (guide->here >= guide->step_count)
        return 0;
    struct guide_step *step = &guide->steps[guide->here];
    for (size_t breadth = 0; count == 0 && breadth < sizeof wanted / sizeof *wanted; breadth++)
        for (size_t i = 0; i < step->item_count; i++)
            if (guide_shows(guide, &step->items[i]) && wanted[breadth](&step->items[i]))
                out[count++] = i;
    for (size_t i = 0; i < count; i++)
        aim(&step->items[out[i]]);
    return count;
}

// Skipping must not hide what nobody has seen. Returns how many are left open for that.
static size_t mark_aimed(struct guide *guide, struct guide_step *step, enum guide_choice choice,
                         const char *text)
{
    size_t left = 0;
    for (size_t i = 0; i < step->item_count; i++) {
        struct guide_item *item = &step->items[i];
        bool turned = choice == GUIDE_SKIPPED && !item->waiting && item->state > STEP_UNKNOWN &&
                      item->state > item->aimed_state;
        if (!item->aimed)
            continue;
        item->aimed = false;
        left += turned;
        if (!turned)
            decide(guide, item, choice, text);
    }
    return left;
}

size_t guide_mark(struct guide *guide, enum guide_choice choice, const char *text)
{
    if (guide->here >= guide->step_count)
        return 0;
    struct guide_step *step = &guide->steps[guide->here];
    size_t left = mark_aimed(guide, step, choice, text);
    // The person has looked at the step: where it is ok it is taken with it.
    for (size_t i = 0; i < step->item_count; i++)
        if (guide_shows(guide, &step->items[i]) && guide_item_face(&step->items[i]) == FACE_OK)
            decide(guide, &step->items[i], GUIDE_TAKEN, "");
    return left;
}

size_t guide_aim_unread(struct guide *guide)
{
    size_t steps = 0;
    aim_at_nothing(guide);
    for (size_t i = 0; i < guide->step_count; i++) {
        steps += guide_step_faces(guide, i, FACE_UNKNOWN) > 0;
        for (size_t j = 0; j < guide->steps[i].item_count; j++) {
            struct guide_item *item = guide_shown_item(guide, i, j);
            if (item != NULL && guide_item_face(item) == FACE_UNKNOWN)
                aim(item);
        }
    }
    return steps;
}

size_t guide_skip_unread(struct guide *guide, const char *text)
{
    size_t left = 0;
    for (size_t i = 0; i < guide->step_count; i++)
        left += mark_aimed(guide, &guide->steps[i], GUIDE_SKIPPED, text);
    return left;
}

void guide_note(struct guide *guide, const char *text)
{
    bool end = guide->here >= guide->step_count;
    struct guide_record record = {
        .kind = GUIDE_NOTED,
        .step = end ? (char *)(uintptr_t) "" : guide->steps[guide->here].step->id,
        .text = (char *)(uintptr_t)text,
    };
    guide_add(guide, &record);
}

void guide_acted(struct guide *guide, size_t step, const char *host, const char *entry,
                 const char *summary, bool well)
{
    bool end = step >= guide->step_count;
    struct guide_record record = {
        .kind = GUIDE_ACTED,
        .step = end ? (char *)(uintptr_t) "" : guide->steps[step].step->id,
        .host = (char *)(uintptr_t)host,
        .state = well ? STEP_OK : STEP_WARNING,
        .summary = (char *)(uintptr_t)summary,
        .text = (char *)(uintptr_t)entry,
    };
    guide_add(guide, &record);
}
