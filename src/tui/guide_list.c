// SPDX-License-Identifier: MIT

// The steps of the guided checklist as a list or a strip, and how far the run is.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "tui/guide_state.h"

#define BAR_COLS  12
#define USED_COLS 7

const char *guide_face_sign(enum guide_face face)
{
    static const char *const signs[FACES] = {
        [FACE_DONE] = " ✓",    [FACE_SKIPPED] = " –", [FACE_OK] = "",       [FACE_PERSON] = "",
        [FACE_WAITING] = "",   [FACE_NOTED] = " ✓",   [FACE_FAILED] = " ✗", [FACE_UNKNOWN] = " ?",
        [FACE_WARNING] = " !", [FACE_CRITICAL] = "!!"};
    return signs[face];
}

enum role guide_face_role(enum guide_face face)
{
    static const enum role roles[FACES] = {
        [FACE_DONE] = ROLE_DIM,     [FACE_SKIPPED] = ROLE_DIM,  [FACE_OK] = ROLE_OK,
        [FACE_PERSON] = ROLE_INFO,  [FACE_WAITING] = ROLE_DIM,  [FACE_NOTED] = ROLE_WARN,
        [FACE_FAILED] = ROLE_CRIT,  [FACE_UNKNOWN] = ROLE_WARN, [FACE_WARNING] = ROLE_WARN,
        [FACE_CRITICAL] = ROLE_CRIT};
    return roles[face];
}

void guide_hosts_words(const struct guide_step *step, const size_t *items, size_t count,
                       struct str *out)
{
    if (step->item_count <= 1)
        return;
    if (count > 3) {
        str_appendf(out, P_("%zu host", "%zu hosts", count), count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        str_appendf(out, "%s%s", i > 0 ? ", " : "", step->items[items[i]].live->host_name);
}

// "0:12", "1:02:03".
void guide_time_words(int64_t ms, char out[24])
{
    long long s = ms / 1000;
    if (s >= 3600)
        snprintf(out, 24, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(out, 24, "%lld:%02lld", s / 60, s % 60);
}

static bool any_worse(const struct guide *guide, size_t index)
{
    const struct guide_step *step = guide_step(guide, index);
    for (size_t i = 0; i < step->item_count; i++)
        if (guide_shows(guide, &step->items[i]) && guide_item_is_worse(&step->items[i]))
            return true;
    return false;
}

// "critical sw1", "critical on 2": the word for a step in the list.
static void face_words(const struct guide *guide, size_t index, struct str *out)
{
    const struct guide_step *step = guide_step(guide, index);
    enum guide_face face = guide_step_face(guide, index);
    size_t such = guide_step_faces(guide, index, face), shown = 0;
    const char *name = "";
    for (size_t i = 0; i < step->item_count; i++) {
        shown += guide_shows(guide, &step->items[i]);
        if (guide_shows(guide, &step->items[i]) && guide_item_face(&step->items[i]) == face)
            name = step->items[i].live->host_name;
    }
    if (any_worse(guide, index))
        str_append(out, _("worse now"));
    else
        str_append(out, _(guide_face_text(face)));
    if (such < shown && such == 1)
        str_appendf(out, " %s", name);
    else if (such < shown)
        str_appendf(out, _(" %zu of %zu"), such, shown);
}

static enum role list_role(const struct guide *guide, size_t index)
{
    return any_worse(guide, index) ? ROLE_CRIT : guide_face_role(guide_step_face(guide, index));
}

// The time that the step has taken, at the line's end; returns the columns kept for it.
static int draw_used(const struct guide *guide, size_t index, struct area line, enum role role)
{
    char text[24];
    int64_t used_ms = guide_step_used_ms(guide, index);
    guide_time_words(used_ms, text);
    if (used_ms >= 1000)
        draw_field(line.top, line.left + line.width - USED_COLS, USED_COLS - 1, role, text, true);
    return USED_COLS;
}

static void draw_entry(const struct guide *guide, size_t index, struct area line)
{
    struct str words = {0};
    bool end = index == guide_step_count(guide), here = index == guide_here(guide);
    enum guide_face face = end ? FACE_OK : guide_step_face(guide, index);
    enum role plain = here                              ? ROLE_CURSOR_AWAY
                      : end || guide_face_is_open(face) ? ROLE_TEXT
                                                        : ROLE_DIM;
    draw_fill(line.top, line.left, line.width, plain);
    if (here)
        draw_text(line.top, line.left, 1, plain, "▸");
    if (end) {
        draw_text(line.top, line.left + 7, line.width - 8, plain, _("Summary"));
        return;
    }
    face_words(guide, index, &words);
    if (line.width >= GUIDE_LIST_WIDE)
        line.width -= draw_used(guide, index, line, plain);
    int width = draw_width(str_text(&words)), room = line.width - 8 - width - 2;
    draw_text(line.top, line.left + 1, 2,
              face == FACE_CRITICAL ? ROLE_ALERT
              : here                ? plain
                                    : list_role(guide, index),
              any_worse(guide, index) ? "!!" : guide_face_sign(face));
    draw_textf(line.top, line.left + 4, 2, plain, "%2zu", index + 1);
    draw_text(line.top, line.left + 7, room, plain, _(guide_step(guide, index)->step->title));
    draw_text(line.top, line.left + line.width - width - 1, width,
              here ? plain : list_role(guide, index), str_text(&words));
    str_dispose(&words);
}

// The steps one below the other, the one where one is always among them.
void guide_draw_list(const struct guide *guide, struct area area)
{
    size_t entries = guide_step_count(guide) + 1, here = guide_here(guide);
    size_t lines = (size_t)area.height, first = 0;
    if (entries > lines && here + 2 > lines)
        first = here + 2 > entries ? entries - lines : here + 2 - lines;
    for (size_t i = 0; i < lines && first + i < entries; i++)
        draw_entry(guide, first + i, (struct area){area.top + (int)i, area.left, 1, area.width});
}

// "3!!": a step in a line; returns its columns, and draws nothing with row < 0.
static int draw_short(const struct guide *guide, size_t index, int row, int col, int end)
{
    char text[24];
    enum guide_face face = guide_step_face(guide, index);
    const char *sign = any_worse(guide, index) ? "!!" : guide_face_sign(face);
    const char *word = face == FACE_OK        ? _("ok")
                       : face == FACE_PERSON  ? C_("a step that a person must do", "do")
                       : face == FACE_WAITING ? "…"
                                              : sign + strspn(sign, " ");
    snprintf(text, sizeof text, " %zu%s ", index + 1, word);
    int width = draw_width(text);
    if (row < 0 || col + width > end)
        return width;
    bool here = index == guide_here(guide);
    draw_text(row, col, width, here ? ROLE_BAR_CURRENT : list_role(guide, index), text);
    return width;
}

// All steps in as few lines as they need; returns how many.
int guide_draw_strip(const struct guide *guide, struct area area)
{
    int line = 0, col = area.left, end = area.left + area.width;
    for (size_t i = 0; i < guide_step_count(guide); i++) {
        int width = draw_short(guide, i, -1, 0, 0);
        if (col + width > end) {
            line++;
            col = area.left;
        }
        if (line >= area.height)
            return area.height;
        col += draw_short(guide, i, area.top + line, col, end);
    }
    int room = draw_width(_("Summary")) + 2;
    if (col + room <= end)
        draw_textf(area.top + line, col, room,
                   guide_here(guide) == guide_step_count(guide) ? ROLE_BAR_CURRENT : ROLE_TEXT,
                   " %s ", _("Summary"));
    return line + 1;
}

// "2 critical, 1 unknown" of the faces that there are.
static void add_faces(const struct guide_progress *progress, const enum guide_face *told,
                      size_t count, struct str *out)
{
    for (size_t i = 0; i < count; i++)
        if (progress->faces[told[i]] > 0)
            str_appendf(out, "%s%zu %s", out->len > 0 ? ", " : "", progress->faces[told[i]],
                        told[i] == FACE_NOTED ? _("taken with trouble")
                                              : _(guide_face_text(told[i])));
    if (out->len == 0)
        str_append(out, _("nothing"));
}

void guide_open_words(const struct guide_progress *progress, struct str *out)
{
    static const enum guide_face told[] = {FACE_CRITICAL, FACE_WARNING, FACE_UNKNOWN,
                                           FACE_WAITING,  FACE_PERSON,  FACE_OK};
    add_faces(progress, told, sizeof told / sizeof *told, out);
}

void guide_decided_words(const struct guide_progress *progress, struct str *out)
{
    static const enum guide_face told[] = {FACE_FAILED, FACE_NOTED, FACE_SKIPPED, FACE_DONE};
    add_faces(progress, told, sizeof told / sizeof *told, out);
    size_t partly = progress->partly_skipped;
    if (partly > 0)
        str_appendf(out,
                    P_("; %zu of them is skipped on some hosts",
                       "; %zu of them are skipped on some hosts", partly),
                    partly);
}

// Where one is, what is open, time used and expected.
void guide_draw_progress(const struct guide_view *view, struct area area)
{
    struct guide_progress progress;
    struct str open = {0};
    char run[24];
    guide_progress(view->guide, &progress);
    guide_open_words(&progress, &open);
    guide_time_words(progress.used_ms, run);
    int col = area.left + 1, end = area.left + area.width - 1;
    col += draw_text(area.top, col, end - col, ROLE_TITLE, _(view->title));
    size_t here = guide_here(view->guide);
    if (here < progress.steps)
        col += draw_textf(area.top, col + 2, end - col, ROLE_STRONG, "step %zu of %zu", here + 1,
                          progress.steps);
    else
        col += draw_text(area.top, col + 2, end - col, ROLE_STRONG, _("summary"));
    col += 2;
    char *times = mem_printf(area.width >= GUIDE_BESIDE_COLS ? _("used %s of %d min expected")
                                                             : _("%s of %d min"),
                             run, progress.minutes);
    int width = draw_width(times);
    if (area.width >= GUIDE_BESIDE_COLS) {
        int full = (int)(progress.decided * BAR_COLS / (progress.steps > 0 ? progress.steps : 1));
        for (int i = 0; i < BAR_COLS; i++)
            draw_text(area.top, col + 2 + i, 1, i < full ? ROLE_OK : ROLE_DIM,
                      i < full ? "█" : "░");
        col += BAR_COLS + 2;
        col +=
            draw_textf(area.top, col + 2, end - col, ROLE_TEXT, "%zu done", progress.decided) + 2;
    }
    int room = end - width - 2 - col - 2;
    if (room > 10)
        draw_textf(area.top, col + 2, room, ROLE_TEXT, "open: %s", str_text(&open));
    bool late = progress.used_ms > (int64_t)progress.minutes * 60000;
    if (end - width > col)
        draw_text(area.top, end - width, width, late ? ROLE_WARN : ROLE_DIM, times);
    free(times);
    str_dispose(&open);
}
