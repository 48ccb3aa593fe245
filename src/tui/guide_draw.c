// SPDX-License-Identifier: MIT

// A page of the guided checklist: a step, the end, the menu.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "tui/guide_state.h"
#include "tui/journal_view.h"
#include "tui/wrap.h"

#define LIST_COLS   42
#define WIDE_COLS   160
#define TABLE_LINES 7 // that the evidence has at least

// Lines from the top down, as long as there is room.
struct pen {
    struct area left; // what is not used yet
};

static void put(struct pen *pen, int indent, int lines_max, enum role role, const char *text)
{
    struct area area = pen->left;
    area.left += indent;
    area.width -= indent;
    area.height = area.height < lines_max ? area.height : lines_max;
    if (area.height < 1 || area.width < 1 || text[0] == '\0')
        return;
    int used = wrap_draw(area, role, 0, text);
    pen->left.top += used;
    pen->left.height -= used;
}

static void decision_words(const struct guide_item *item, struct str *out)
{
    const struct guide_record *decision = item->decision;
    char time[LOCAL_TIME_MAX];
    bool person = item->live->step->probe == NULL;
    local_time(decision->at_ms, time);
    const char *who = decision->operator_name;
    if (decision->choice == GUIDE_FAILED)
        str_appendf(out, _("failed by %s at %s"), who, time);
    else if (decision->choice == GUIDE_SKIPPED)
        str_appendf(out, _("skipped by %s at %s"), who, time);
    else if (decision->choice == GUIDE_PASSED)
        str_appendf(out, _("passed by itself at %s"), time);
    else if (person)
        str_appendf(out, _("done by %s at %s"), who, time);
    else
        // TRANSLATORS: state (ok, warning, …), operator, time
        str_appendf(out, _("taken as %s by %s at %s"), _(step_state_text(decision->state)), who,
                    time);
    if (decision->text[0] != '\0')
        str_appendf(out, ": %s", decision->text);
}

// What the run before had come to.
static void before_words(const struct guide_item *item, const struct guide_difference *difference,
                         struct str *out)
{
    const struct guide_record *before = item->before;
    char time[LOCAL_TIME_MAX];
    if (before == NULL)
        return;
    local_time(before->at_ms, time);
    str_appendf(out, _("last run: %s"),
                before->choice == GUIDE_FAILED ? _("failed") : _(step_state_text(before->state)));
    if (difference->come > 0)
        str_appendf(out, P_(", %zu new row (+)", ", %zu new rows (+)", difference->come),
                    difference->come);
    if (difference->gone > 0)
        str_appendf(out, _(", %zu gone"), difference->gone);
    if (before->operator_name[0] != '\0')
        str_appendf(out, " (%s, %s)", time, before->operator_name);
    else
        str_appendf(out, " (%s)", time);
}

static void put_item(struct pen *pen, const struct guide_step *step, const struct guide_item *item,
                     const struct guide_difference *difference, int lines)
{
    enum guide_face face = guide_item_face(item);
    struct str words = {0};
    int indent = 3, row = pen->left.top;
    if (pen->left.height < 1)
        return;
    const char *sign = guide_face_sign(face);
    draw_text(row, pen->left.left, 2, face == FACE_CRITICAL ? ROLE_ALERT : guide_face_role(face),
              sign);
    if (step->item_count > 1)
        indent += draw_textf(row, pen->left.left + 3, pen->left.width - 3, ROLE_STRONG, "%s ",
                             item->live->host_name);
    indent += draw_textf(row, pen->left.left + indent, pen->left.width - indent,
                         guide_face_role(face), "%s  ", _(guide_face_text(face)));
    if (item->decision != NULL) {
        decision_words(item, &words);
        if (item->decision->summary[0] != '\0' && item->live->step->probe != NULL)
            str_appendf(&words, " (%s)", item->decision->summary);
    } else {
        str_append(&words, face == FACE_PERSON    ? _("a person must do this: do it, then Enter")
                           : face == FACE_WAITING ? _("waiting for the first reading")
                                                  : item->live->verdict.summary);
    }
    put(pen, indent, lines, guide_face_is_open(face) ? ROLE_TEXT : ROLE_DIM, str_text(&words));
    str_clear(&words);
    if (guide_item_is_worse(item)) {
        str_appendf(&words, _("worse since then, now %s: %s"), _(step_state_text(item->state)),
                    item->live->verdict.summary);
        put(pen, 3, lines, ROLE_CRIT, str_text(&words));
        str_clear(&words);
    }
    before_words(item, difference, &words);
    if (words.len > 0)
        put(pen, 3, 1, difference->come > 0 ? ROLE_INFO : ROLE_DIM, str_text(&words));
    str_dispose(&words);
}

// Those that have no line of their own.
static void put_others(struct pen *pen, const struct guide_step *step, const size_t *order,
                       size_t count)
{
    struct str words = {0};
    size_t faces[FACES] = {0};
    for (size_t i = 0; i < count; i++)
        faces[guide_item_face(&step->items[order[i]])]++;
    for (size_t face = FACES; face-- > 0;)
        if (faces[face] > 0)
            str_appendf(&words, "%s%zu %s", words.len > 0 ? ", " : "", faces[face],
                        _(guide_face_text((enum guide_face)face)));
    char *line = mem_printf(P_("and %zu more host: %s", "and %zu more hosts: %s", count), count,
                            str_text(&words));
    put(pen, 3, 1, ROLE_DIM, line);
    free(line);
    str_dispose(&words);
}

static void put_items(struct pen *pen, const struct guide_view *view, size_t index)
{
    const struct guide_step *step = guide_step(view->guide, index);
    size_t *order = mem_array(step->item_count + 1, sizeof *order);
    size_t count = guide_step_order(view->guide, index, order);
    size_t room = (size_t)(pen->left.height > 9 ? pen->left.height / 3 : 3);
    size_t shown = count > room ? room - 1 : count;
    int lines = count <= 1 ? 3 : count == 2 || pen->left.height > 20 ? 2 : 1;
    for (size_t i = 0; i < shown; i++)
        put_item(pen, step, &step->items[order[i]], &view->evidence[index][order[i]].difference,
                 lines);
    if (shown < count)
        put_others(pen, step, order + shown, count - shown);
    free(order);
}

// What the worst host's verdict advises, and what the operator can do where it is not plain.
static void put_advice(struct pen *pen, const struct guide_view *view, size_t index)
{
    const struct guide_step *step = guide_step(view->guide, index);
    size_t *order = mem_array(step->item_count + 1, sizeof *order);
    size_t count = guide_step_order(view->guide, index, order);
    const struct guide_item *worst = count > 0 ? &step->items[order[0]] : NULL;
    enum guide_face face = worst != NULL ? guide_item_face(worst) : FACE_DONE;
    bool asks = worst != NULL && (guide_face_is_open(face) || guide_item_is_worse(worst));
    if (asks && worst->live->verdict.advice[0] != '\0' && face != FACE_WAITING) {
        char *line = mem_printf("→ %s", _(worst->live->verdict.advice));
        put(pen, 0, 4, ROLE_TEXT, line);
        free(line);
    }
    if (face == FACE_UNKNOWN)
        put(pen, 0, 2, ROLE_INFO,
            _("What could not be read is not taken. It is tried again by itself; s skips it with a "
              "reason (S in all steps), f marks it failed."));
    else if (worst != NULL && guide_item_is_worse(worst))
        put(pen, 0, 1, ROLE_INFO, _("Enter takes it anew, as it is now."));
    free(order);
}

static void put_record(struct pen *pen, const struct guide_record *record)
{
    char time[LOCAL_TIME_MAX];
    struct str line = {0};
    local_time(record->at_ms, time);
    if (record->kind == GUIDE_NOTED)
        str_appendf(&line, _("note, %s %s: %s"), record->operator_name, time, record->text);
    else
        str_appendf(&line, _("done, %s %s: %s%s%s%s"), record->operator_name, time, record->summary,
                    record->text[0] != '\0' ? " [" : "", record->text,
                    record->text[0] != '\0' ? "]" : "");
    put(pen, 0, 2, record->kind == GUIDE_NOTED ? ROLE_INFO : ROLE_OK, str_text(&line));
    str_dispose(&line);
}

// Notes and actions of the step, the newest ones.
static void put_records(struct pen *pen, const struct guide *guide, const char *step, size_t most)
{
    size_t count, shown = 0, first;
    const struct guide_record *const *records = guide_records(guide, &count);
    for (first = count; first > 0 && shown < most; first--)
        shown += records[first - 1]->kind != GUIDE_DECIDED &&
                 strcmp(records[first - 1]->step, step) == 0;
    for (size_t i = first; i < count; i++)
        if (records[i]->kind != GUIDE_DECIDED && strcmp(records[i]->step, step) == 0)
            put_record(pen, records[i]);
}

static void put_title(struct pen *pen, const struct guide *guide, size_t index)
{
    const struct step *step = guide_step(guide, index)->step;
    struct guide_progress progress;
    char used[24];
    struct str right = {0};
    guide_progress(guide, &progress);
    guide_time_words(progress.step_used_ms, used);
    if (pen->left.height < 1)
        return;
    if (step->ref[0] != '\0')
        // TRANSLATORS: a section of the softswitch's manual
        str_appendf(&right, _("manual %s  "), step->ref);
    str_appendf(&right, _("%s of %d min"), used, step->minutes);
    int width = draw_width(str_text(&right)), row = pen->left.top;
    draw_text(row, pen->left.left, pen->left.width - width - 1, ROLE_TITLE, _(step->title));
    bool late = progress.step_used_ms > (int64_t)step->minutes * 60000;
    draw_text(row, pen->left.left + pen->left.width - width, width, late ? ROLE_WARN : ROLE_DIM,
              str_text(&right));
    str_dispose(&right);
    pen->left.top++;
    pen->left.height--;
}

// "row 1 of 3, 1 marked, filter …" over the evidence.
static void put_rows_line(struct pen *pen, struct pane *pane)
{
    struct str words = {0};
    pane_count_words(pane, &words);
    const char *filter = table_view_filter(pane->rows);
    if (filter[0] != '\0')
        str_appendf(&words, _("  filter %s"), filter);
    int beyond = table_view_columns_beyond(pane->rows);
    if (beyond > 0)
        str_appendf(&words, P_("  %d more column →", "  %d more columns →", (unsigned long)beyond),
                    beyond);
    put(pen, 0, 1, ROLE_DIM, str_text(&words));
    str_dispose(&words);
}

static void draw_rows(struct pen *pen, struct pane *pane)
{
    bool none = table_view_count(pane->rows) == 0;
    if (none && table_view_filter(pane->rows)[0] != '\0')
        put(pen, 3, 1, ROLE_DIM, _("No row matches the filter."));
    if (none || pen->left.height < 3)
        return;
    struct pen line = {{pen->left.top, pen->left.left, 1, pen->left.width}};
    pen->left.top++;
    pen->left.height--;
    table_view_draw(pane->rows, pen->left, clock_shown_wall_ms(), true);
    put_rows_line(&line, pane); // the table knows now what fits
}

static void draw_step(const struct guide_view *view, struct area area)
{
    size_t index = guide_here(view->guide);
    const struct guide_step *step = guide_step(view->guide, index);
    struct pane *pane = view->panes[index];
    bool tall = area.height >= 28;
    size_t count = table_view_count(pane->rows);
    int rows = count == 0 ? 0 : count + 2 < TABLE_LINES ? (int)count + 2 : TABLE_LINES;
    rows = rows < area.height / 2 ? rows : area.height / 2;
    struct pen pen = {{area.top, area.left + 1, area.height - rows, area.width - 2}};
    put_title(&pen, view->guide, index);
    put(&pen, 0, tall ? 3 : 1, ROLE_DIM, _(step->step->why));
    if (tall)
        pen.left.top++, pen.left.height--;
    put_items(&pen, view, index);
    put_advice(&pen, view, index);
    put_records(&pen, view->guide, step->step->id, tall ? 5 : 2);
    if (tall)
        pen.left.top++, pen.left.height--;
    pen.left = (struct area){pen.left.top, area.left + 1, area.top + area.height - pen.left.top,
                             area.width - 1};
    draw_rows(&pen, pane);
}

static void draw_end(const struct guide_view *view, struct area area)
{
    struct guide_progress progress;
    struct str open = {0}, decided = {0};
    struct pane *pane = view->panes[view->pane_count - 1];
    struct pen pen = {{area.top, area.left + 1, area.height, area.width - 2}};
    guide_progress(view->guide, &progress);
    guide_open_words(&progress, &open);
    guide_decided_words(&progress, &decided);
    put(&pen, 0, 1, ROLE_TITLE, _("Summary"));
    size_t left = progress.steps - progress.decided;
    char *line = left > 0
                     ? mem_printf(P_("%zu of %zu steps is open: %s. About %d min are left.",
                                     "%zu of %zu steps are open: %s. About %d min are left.", left),
                                  left, progress.steps, str_text(&open), progress.minutes_left)
                     : mem_printf(P_("All %zu step is decided: %s.",
                                     "All %zu steps are decided: %s.", progress.steps),
                                  progress.steps, str_text(&decided));
    put(&pen, 0, 2, left > 0 ? ROLE_WARN : ROLE_STRONG, line);
    free(line);
    put(&pen, 0, 2, ROLE_INFO,
        guide_is_complete(view->guide) &&
                guide_first_worse(view->guide) < guide_step_count(view->guide)
            ? _("Enter goes to what is worse since it was taken: take it anew or mark it, then end")
        : guide_is_complete(view->guide)
            ? _("Enter ends the run. The report: nocdesk report")
            : _("Enter goes to the first open step, d to the step of a row. The report of what is "
                "there: nocdesk report"));
    put_records(&pen, view->guide, "", 3);
    pen.left.top++, pen.left.height--;
    pen.left.left--, pen.left.width++;
    if (table_view_count(pane->rows) == 0)
        put(&pen, 1, 1, ROLE_OK, _("Nothing is open, and everything was ok."));
    else
        table_view_draw(pane->rows, pen.left, clock_shown_wall_ms(), true);
    str_dispose(&decided);
    str_dispose(&open);
}

static void draw_menu(const struct guide_view *view, struct area area)
{
    struct pen pen = {{area.top, area.left + 1, area.height, area.width - 2}};
    put(&pen, 0, 1, ROLE_TITLE, _("Checklists"));
    put(&pen, 0, 2, ROLE_DIM,
        view->guide != NULL
            ? _("Enter begins the list under the cursor; the run that is open is left, and can be "
                "gone on with.")
            : _("Enter begins the list under the cursor, or goes on with a run of it that was "
                "left."));
    pen.left.left--, pen.left.width += 2;
    table_view_draw(view->menu->rows, pen.left, clock_shown_wall_ms(), true);
}

void guide_view_draw(struct console *console, struct area area)
{
    const struct guide_view *view = console->guide;
    if (view->page == GUIDE_MENU || view->guide == NULL) {
        draw_menu(view, area);
        return;
    }
    guide_draw_progress(view, area);
    area.top++;
    area.height--;
    if (view->memory.recalling) {
        draw_text(area.top, area.left + 1, area.width - 2, ROLE_DIM,
                  _("looking whether somebody left this list …"));
        area.top++;
        area.height--;
    } else if (view->memory.said[0] != '\0') {
        draw_textf(area.top, area.left + 1, area.width - 2, ROLE_WARN, "! not kept: %s",
                   view->memory.said);
        area.top++;
        area.height--;
    }
    if (area.width >= GUIDE_BESIDE_COLS) {
        int width = area.width >= WIDE_COLS ? GUIDE_LIST_WIDE : LIST_COLS;
        guide_draw_list(view->guide, (struct area){area.top, area.left, area.height, width});
        for (int row = 0; row < area.height; row++)
            draw_text(area.top + row, area.left + width, 1, ROLE_RULE, "│");
        area.left += width + 1;
        area.width -= width + 1;
    } else {
        int used = guide_draw_strip(view->guide, (struct area){area.top, area.left, 3, area.width});
        area.top += used;
        area.height -= used;
    }
    if (view->page == GUIDE_STEP)
        draw_step(view, area);
    else
        draw_end(view, area);
}
