// SPDX-License-Identifier: MIT

// Scrollable text.
#include "tui/viewer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/wrap.h"
#include "tui/screen.h"
#include "tui/wrap.h"

#define TEXT_COLS_MAX 100 // longer lines are hard to read
#define LABEL_SHARE   2   // a label takes at most one part in so many

struct viewer *viewer_new(const struct viewer_class *kind)
{
    struct viewer *viewer = mem_alloc(sizeof *viewer);
    viewer->kind = kind;
    viewer->pane = -1;
    viewer->top = kind->from_end ? SIZE_MAX : 0;
    viewer->page = 1;
    viewer->found_line = SIZE_MAX;
    return viewer;
}

static void forget_lines(struct viewer *viewer)
{
    for (size_t i = 0; i < viewer->count; i++) {
        free(viewer->lines[i].label);
        free(viewer->lines[i].text);
    }
    viewer->count = 0;
}

void viewer_free(struct viewer *viewer)
{
    if (viewer == NULL)
        return;
    forget_lines(viewer);
    free(viewer->lines);
    free(viewer->title);
    free(viewer->search);
    free(viewer->related);
    table_unref(viewer->table);
    viewer_free(viewer->under);
    free(viewer);
}

static struct viewer_line *add_line(struct viewer *viewer, enum role role, const char *text,
                                    size_t len)
{
    struct viewer_line *line = mem_push(&viewer->lines, &viewer->count, &viewer->cap, sizeof *line);
    line->role = role;
    line->text = mem_strndup(text, len);
    line->label = mem_strdup("");
    return line;
}

void viewer_text(struct viewer *viewer, enum role role, const char *text)
{
    struct viewer_line *line = add_line(viewer, role, text, strlen(text));
    line->has_label = false;
}

void viewer_pair(struct viewer *viewer, enum role label_role, const char *label, enum role role,
                 const char *text)
{
    struct viewer_line *line = add_line(viewer, role, text, strlen(text));
    free(line->label);
    line->label = mem_strdup(label);
    line->label_role = label_role;
    line->has_label = true;
}

void viewer_link(struct viewer *viewer, enum role label_role, const char *label, enum role role,
                 const char *text, struct viewer_goal goal)
{
    viewer_pair(viewer, label_role, label, role, text);
    viewer->lines[viewer->count - 1].goal = goal;
}

static bool is_chosen(const struct viewer *viewer, const struct viewer_line *line)
{
    const struct viewer_goal *goal = &line->goal, *chosen = &viewer->chosen;
    return goal->kind != GOAL_NONE && goal->kind == chosen->kind && goal->probe == chosen->probe &&
           goal->row == chosen->row && goal->column == chosen->column;
}

static int widest_label(const struct viewer *viewer, int most)
{
    int widest = 0;
    for (size_t i = 0; i < viewer->count; i++) {
        int width = viewer->lines[i].has_label ? draw_width(viewer->lines[i].label) : 0;
        if (width > widest)
            widest = width;
    }
    return widest < most ? widest : most;
}

// Breaks the lines that are too long into several.
static void wrap_all(struct viewer *viewer)
{
    struct viewer_line *whole = viewer->lines;
    size_t count = viewer->count;
    viewer->lines = NULL;
    viewer->count = viewer->cap = 0;
    for (size_t i = 0; i < count; i++) {
        int width = viewer->width - (whole[i].has_label ? viewer->label_width + 2 : 0);
        char *clean = text_clean_dup(whole[i].text);
        const char *at = clean;
        do {
            const char *rest;
            size_t bytes = text_wrap(at, width, &rest);
            struct viewer_line *line = add_line(viewer, whole[i].role, at, bytes);
            line->has_label = whole[i].has_label;
            line->label_role = whole[i].label_role;
            if (at == clean) {
                line->goal = whole[i].goal;
                free(line->label);
                line->label = mem_strdup(whole[i].label);
            }
            at = rest;
        } while (*at != '\0');
        free(clean);
        free(whole[i].label);
        free(whole[i].text);
    }
    free(whole);
}

static void draw_frame(const struct viewer *viewer, struct area area)
{
    const char *title = viewer->title != NULL ? viewer->title : _(viewer->kind->title);
    draw_clear(area);
    draw_rule(area.top, area.left, area.width, ROLE_RULE);
    draw_textf(area.top, area.left + 2, area.width - 4, ROLE_TITLE, " %s ", title);
    if (viewer->count > viewer->page) {
        char place[80];
        snprintf(place, sizeof place, _(" %zu–%zu of %zu "), viewer->top + 1,
                 viewer->top + viewer->page < viewer->count ? viewer->top + viewer->page
                                                            : viewer->count,
                 viewer->count);
        int width = draw_width(place);
        if (draw_width(title) + width + 8 < area.width)
            draw_text(area.top, area.left + area.width - width - 2, width, ROLE_DIM, place);
    }
}

void viewer_lay_out(struct console *console, struct viewer *viewer, struct area area)
{
    int width = area.width - 4;
    viewer->width = width < TEXT_COLS_MAX ? width : TEXT_COLS_MAX;
    viewer->page = area.height > 1 ? (size_t)area.height - 1 : 1;
    forget_lines(viewer);
    viewer->kind->build(console, viewer);
    viewer->label_width = widest_label(viewer, viewer->width / LABEL_SHARE);
    wrap_all(viewer);
    viewer_scroll(viewer, 0);
}

void viewer_draw(struct console *console, struct viewer *viewer, struct area area)
{
    viewer_lay_out(console, viewer, area);
    draw_frame(viewer, area);
    screen_add_zone(&(struct zone){.area = area, .kind = ZONE_TEXT});
    for (size_t i = 0; i < viewer->page && viewer->top + i < viewer->count; i++) {
        const struct viewer_line *line = &viewer->lines[viewer->top + i];
        int row = area.top + 1 + (int)i;
        int col = area.left + 2;
        bool found = viewer->top + i == viewer->found_line || is_chosen(viewer, line);
        if (found)
            draw_fill(row, area.left, area.width, ROLE_CURSOR);
        if (line->has_label) {
            draw_text(row, col, viewer->label_width, found ? ROLE_CURSOR : line->label_role,
                      line->label);
            col += viewer->label_width + 2;
        }
        draw_text(row, col, area.left + area.width - col, found ? ROLE_CURSOR : line->role,
                  line->text);
    }
}

void viewer_scroll(struct viewer *viewer, long lines)
{
    size_t last = viewer->count > viewer->page ? viewer->count - viewer->page : 0;
    size_t top = viewer->top < last ? viewer->top : last;
    if (lines < 0)
        top = top > (size_t)-lines ? top - (size_t)-lines : 0;
    else
        top += (size_t)lines;
    viewer->top = top < last ? top : last;
}

// The chosen line, or -1 when it is not in view.
static long chosen_line(const struct viewer *viewer)
{
    for (size_t i = viewer->top; i < viewer->top + viewer->page && i < viewer->count; i++)
        if (is_chosen(viewer, &viewer->lines[i]))
            return (long)i;
    return -1;
}

void viewer_step(struct viewer *viewer, int direction)
{
    long first = (long)viewer->top, end = (long)(viewer->top + viewer->page);
    long at = chosen_line(viewer);
    end = end < (long)viewer->count ? end : (long)viewer->count;
    if (at < 0)
        at = direction > 0 ? first - 1 : end;
    for (at += direction; at >= first && at < end; at += direction) {
        if (viewer->lines[at].goal.kind == GOAL_NONE)
            continue;
        viewer->chosen = viewer->lines[at].goal;
        return;
    }
    viewer_scroll(viewer, direction);
}

bool viewer_click(struct viewer *viewer, int row)
{
    size_t line = viewer->top + (size_t)(row > 0 ? row - 1 : 0); // below the title
    if (row < 1 || line >= viewer->count || viewer->lines[line].goal.kind == GOAL_NONE)
        return false;
    viewer->chosen = viewer->lines[line].goal;
    return true;
}

struct viewer_goal viewer_chosen(const struct viewer *viewer)
{
    return chosen_line(viewer) >= 0 ? viewer->chosen : (struct viewer_goal){.kind = GOAL_NONE};
}

void viewer_scroll_page(struct viewer *viewer, int pages)
{
    viewer_scroll(viewer, pages * (long)(viewer->page > 1 ? viewer->page - 1 : 1));
}

void viewer_scroll_to_end(struct viewer *viewer, bool last)
{
    viewer->top = last ? SIZE_MAX : 0;
    viewer_scroll(viewer, 0);
}

void viewer_write(const struct viewer *viewer, FILE *out)
{
    for (size_t i = 0; i < viewer->count; i++) {
        const struct viewer_line *line = &viewer->lines[i];
        char *label = text_clean_dup(line->label);
        int gap = viewer->label_width + 2 - draw_width(label);
        if (line->has_label)
            fprintf(out, "%s%*s", label, gap > 2 ? gap : 2, "");
        fprintf(out, "%s\n", line->text);
        free(label);
    }
}

void viewer_set_search(struct viewer *viewer, const char *text)
{
    char *kept = mem_strdup(text);
    free(viewer->search);
    viewer->search = kept;
    viewer->found_line = SIZE_MAX;
}

static void scroll_to_line(struct viewer *viewer, size_t line)
{
    if (line < viewer->top || line >= viewer->top + viewer->page)
        viewer->top = line > viewer->page / 3 ? line - viewer->page / 3 : 0;
    viewer_scroll(viewer, 0);
}

bool viewer_jump(struct viewer *viewer, int direction)
{
    long chosen = chosen_line(viewer), count = (long)viewer->count;
    if (chosen < 0)
        chosen = direction > 0 ? (long)viewer->top - 1 : (long)viewer->top;
    for (long step = 1; step <= count; step++) {
        long at = ((chosen + direction * step) % count + count) % count;
        if (viewer->lines[at].goal.kind != GOAL_ROW)
            continue;
        viewer->chosen = viewer->lines[at].goal;
        scroll_to_line(viewer, (size_t)at);
        return true;
    }
    return false;
}

bool viewer_search(struct viewer *viewer, int direction, size_t from)
{
    if (viewer->search == NULL || viewer->search[0] == '\0')
        return false;
    for (size_t i = 0; i < viewer->count; i++) {
        size_t step = direction < 0 ? viewer->count - i : i;
        size_t at = (from + step) % viewer->count;
        const struct viewer_line *line = &viewer->lines[at];
        if (strcasestr(line->text, viewer->search) == NULL &&
            strcasestr(line->label, viewer->search) == NULL)
            continue;
        viewer->found_line = at;
        scroll_to_line(viewer, at);
        return true;
    }
    return false;
}

size_t viewer_search_from(const struct viewer *viewer, int direction)
{
    if (viewer->count == 0)
        return 0;
    if (viewer->found_line >= viewer->count)
        return viewer->top < viewer->count ? viewer->top : 0;
    return (viewer->found_line + (direction < 0 ? viewer->count - 1 : 1)) % viewer->count;
}
