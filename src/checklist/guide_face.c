// SPDX-License-Identifier: MIT

// How steps stand, which one is next, and how far the run is.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "checklist/guide_private.h"
#include "checklist/rows.h"

const char *guide_face_text(enum guide_face face)
{
    static const char *const words[FACES] = {
        [FACE_DONE] = N_("done"),       [FACE_SKIPPED] = N_("skipped"),
        [FACE_OK] = N_("ok"),           [FACE_PERSON] = N_("to do"),
        [FACE_WAITING] = N_("reading"), [FACE_NOTED] = N_("taken"),
        [FACE_FAILED] = N_("failed"),   [FACE_UNKNOWN] = N_("unknown"),
        [FACE_WARNING] = N_("warning"), [FACE_CRITICAL] = N_("critical")};
    return words[face];
}

bool guide_face_is_open(enum guide_face face)
{
    return face == FACE_OK || face == FACE_PERSON || face == FACE_WAITING || face >= FACE_UNKNOWN;
}

static bool is_for_a_person(const struct guide_item *item)
{
    return item->live->step->probe == NULL && item->live->step->skip[0] == '\0';
}

static enum guide_face open_face(const struct guide_item *item)
{
    static const enum guide_face faces[STEP_STATES] = {
        [STEP_OK] = FACE_OK,
        [STEP_SKIPPED] = FACE_SKIPPED,
        [STEP_UNKNOWN] = FACE_UNKNOWN,
        [STEP_WARNING] = FACE_WARNING,
        [STEP_CRITICAL] = FACE_CRITICAL,
    };
    if (is_for_a_person(item))
        return FACE_PERSON;
    return item->waiting ? FACE_WAITING : faces[item->state];
}

enum guide_face guide_item_face(const struct guide_item *item)
{
    if (item->decision == NULL)
        return open_face(item);
    switch (item->decision->choice) {
    case GUIDE_FAILED:
        return FACE_FAILED;
    case GUIDE_SKIPPED:
        return FACE_SKIPPED;
    case GUIDE_OPEN:
        return open_face(item);
    default:
        return item->decision->state == STEP_OK        ? FACE_DONE
               : item->decision->state == STEP_SKIPPED ? FACE_SKIPPED
                                                       : FACE_NOTED;
    }
}

// The greater, the sooner it needs a person.
static int urgency(enum guide_face face)
{
    static const int urgencies[FACES] = {
        [FACE_DONE] = 0,    [FACE_SKIPPED] = 1, [FACE_NOTED] = 2,   [FACE_FAILED] = 3,
        [FACE_OK] = 4,      [FACE_PERSON] = 5,  [FACE_WAITING] = 6, [FACE_UNKNOWN] = 7,
        [FACE_WARNING] = 8, [FACE_CRITICAL] = 9};
    return urgencies[face];
}

enum guide_face guide_step_face(const struct guide *guide, size_t index)
{
    const struct guide_step *step = &guide->steps[index];
    enum guide_face worst = FACE_DONE;
    for (size_t i = 0; i < step->item_count; i++) {
        enum guide_face face = guide_item_face(&step->items[i]);
        if (guide_shows(guide, &step->items[i]) && urgency(face) > urgency(worst))
            worst = face;
    }
    return worst;
}

size_t guide_step_faces(const struct guide *guide, size_t index, enum guide_face face)
{
    const struct guide_step *step = &guide->steps[index];
    size_t count = 0;
    for (size_t i = 0; i < step->item_count; i++)
        count += guide_shows(guide, &step->items[i]) && guide_item_face(&step->items[i]) == face;
    return count;
}

bool guide_step_is_open(const struct guide *guide, size_t index)
{
    return guide_face_is_open(guide_step_face(guide, index));
}

// Skipping is no verdict; what cannot be read now tells nothing about what was.
bool guide_item_is_worse(const struct guide_item *item)
{
    const struct guide_record *decision = item->decision;
    return decision != NULL &&
           (decision->choice == GUIDE_TAKEN || decision->choice == GUIDE_PASSED) &&
           !is_for_a_person(item) && !item->waiting && item->state > STEP_UNKNOWN &&
           item->state > decision->state;
}

size_t guide_first_worse(const struct guide *guide)
{
    for (size_t i = 0; i < guide->step_count; i++)
        for (size_t j = 0; j < guide->steps[i].item_count; j++)
            if (guide_shows(guide, &guide->steps[i].items[j]) &&
                guide_item_is_worse(&guide->steps[i].items[j]))
                return i;
    return guide->step_count;
}

bool guide_item_may_be_taken(const struct guide_item *item)
{
    return is_for_a_person(item) || (!item->waiting && item->state != STEP_UNKNOWN);
}

size_t guide_step_order(const struct guide *guide, size_t index, size_t *out)
{
    const struct guide_step *step = &guide->steps[index];
    size_t count = 0;
    for (size_t i = 0; i < step->item_count; i++) {
        if (!guide_shows(guide, &step->items[i]))
            continue;
        size_t at = count++;
        int here = urgency(guide_item_face(&step->items[i]));
        for (; at > 0 && urgency(guide_item_face(&step->items[out[at - 1]])) < here; at--)
            out[at] = out[at - 1];
        out[at] = i;
    }
    return count;
}

bool guide_go_next_open(struct guide *guide)
{
    for (size_t i = 1; i <= guide->step_count + 1; i++) {
        size_t index = (guide->here + i) % (guide->step_count + 1);
        if (index == guide->step_count || !guide_step_is_open(guide, index))
            continue;
        guide_go(guide, index);
        return true;
    }
    guide_go(guide, guide->step_count);
    return false;
}

bool guide_go_next_trouble(struct guide *guide)
{
    size_t best = guide->step_count;
    int worst = urgency(FACE_WAITING);
    for (size_t i = 1; i <= guide->step_count + 1; i++) {
        size_t index = (guide->here + i) % (guide->step_count + 1);
        if (index == guide->step_count)
            continue;
        int here = urgency(guide_step_face(guide, index));
        if (here <= worst)
            continue;
        worst = here;
        best = index;
    }
    if (best == guide->step_count)
        return false;
    guide_go(guide, best);
    return true;
}

void guide_progress(const struct guide *guide, struct guide_progress *out)
{
    *out = (struct guide_progress){.steps = guide->step_count};
    for (size_t i = 0; i < guide->step_count; i++) {
        enum guide_face face = guide_step_face(guide, i);
        bool open = guide_face_is_open(face);
        out->faces[face]++;
        out->decided += !open;
        out->partly_skipped +=
            !open && face != FACE_SKIPPED && guide_step_faces(guide, i, FACE_SKIPPED) > 0;
        out->minutes += guide->steps[i].step->minutes;
        out->minutes_left += open ? guide->steps[i].step->minutes : 0;
        out->used_ms += guide_step_used_ms(guide, i);
    }
    if (guide->here < guide->step_count)
        out->step_used_ms = guide_step_used_ms(guide, guide->here);
}

bool guide_is_complete(const struct guide *guide)
{
    for (size_t i = 0; i < guide->step_count; i++)
        for (size_t j = 0; j < guide->steps[i].item_count; j++)
            if (guide_face_is_open(guide_item_face(&guide->steps[i].items[j])))
                return false;
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void guide_differ(const struct guide_item *item, struct guide_difference *out)
{
    const struct guide_record *before = item->before;
    const struct check_step *live = item->live;
    *out = (struct guide_difference){0};
    if (before == NULL || live->table == NULL || before->state == STEP_UNKNOWN ||
        live->verdict.state == STEP_UNKNOWN || before->row_count < before->row_total)
        return;
    char **known = mem_array(before->row_count + 1, sizeof *known);
    for (size_t i = 0; i < before->row_count; i++)
        known[i] = before->rows[i];
    qsort(known, before->row_count, sizeof *known, compare_texts);
    out->is_new = mem_array(live->verdict.row_count + 1, sizeof *out->is_new);
    for (size_t i = 0; i < live->verdict.row_count; i++) {
        char *key = step_row_key(live->step, live->table, live->verdict.rows[i]);
        out->is_new[i] =
            bsearch(&key, known, before->row_count, sizeof *known, compare_texts) == NULL;
        out->come += out->is_new[i];
        free(key);
    }
    size_t stayed = live->verdict.row_count - out->come;
    out->gone = before->row_count > stayed ? before->row_count - stayed : 0;
    free(known);
}

void guide_difference_dispose(struct guide_difference *difference)
{
    free(difference->is_new);
    *difference = (struct guide_difference){0};
}
