// SPDX-License-Identifier: MIT

// The rows on which a step's verdict rests, as a table in which one can filter, mark and act.
#include <stdlib.h>

#include "base/mem.h"
#include "table/select.h"
#include "tui/guide_state.h"

void guide_evidence_dispose(struct guide_evidence *evidence)
{
    table_unref(evidence->table);
    guide_difference_dispose(&evidence->difference);
    *evidence = (struct guide_evidence){0};
}

// Columns that the step does not name are hidden, but those that name the row.
void guide_evidence_columns(struct table_view *table, const struct step *step)
{
    size_t count = table_view_schema(table)->column_count;
    for (size_t col = 0; col < count; col++) {
        bool wanted = step->column_count == 0;
        for (size_t i = 0; i < step->column_count; i++)
            wanted = wanted || step->columns[i] == col;
        table_view_hide(table, col, !wanted);
    }
}

static void make_evidence(const struct guide_item *item, struct guide_evidence *evidence)
{
    const struct check_step *live = item->live;
    if (evidence->from == live->table && evidence->rows == live->verdict.rows &&
        evidence->row_count == live->verdict.row_count)
        return;
    guide_evidence_dispose(evidence);
    evidence->from = live->table;
    evidence->rows = live->verdict.rows;
    evidence->row_count = live->verdict.row_count;
    if (live->table == NULL || live->step->probe == NULL)
        return;
    size_t count =
        evidence->row_count < GUIDE_EVIDENCE_ROWS ? evidence->row_count : GUIDE_EVIDENCE_ROWS;
    evidence->table = table_select(live->table, evidence->rows, count);
    guide_differ(item, &evidence->difference);
}

// Rows that the run before has not seen.
static size_t add_new(uint64_t *ids, const struct guide_evidence *evidence)
{
    size_t count = table_rows(evidence->table), found = 0;
    for (size_t i = 0; evidence->difference.is_new != NULL && i < count; i++)
        if (evidence->difference.is_new[i])
            ids[found++] = table_row_id(evidence->table, i);
    return found;
}

// Where there is trouble, rows of hosts without it are no evidence.
static bool is_evidence(const struct guide_item *item, bool trouble)
{
    return !trouble || item->state >= STEP_WARNING;
}

void guide_evidence_update(struct guide_view *view, size_t index)
{
    const struct guide_step *step = guide_step(view->guide, index);
    struct table_view *rows = view->panes[index]->rows;
    size_t *order = mem_array(step->item_count + 1, sizeof *order);
    size_t shown = guide_step_order(view->guide, index, order), count = 0;
    struct table_reading *readings = mem_array(shown + 1, sizeof *readings);
    uint64_t *ids = NULL;
    size_t new_count = 0;
    bool trouble = false;
    for (size_t i = 0; i < shown; i++)
        trouble |= step->items[order[i]].state >= STEP_WARNING;
    for (size_t i = 0; i < shown; i++) {
        const struct guide_item *item = &step->items[order[i]];
        struct guide_evidence *evidence = &view->evidence[index][order[i]];
        make_evidence(item, evidence);
        if (evidence->table == NULL || !is_evidence(item, trouble))
            continue;
        bool stands = item->state == STEP_UNKNOWN;
        readings[count++] = (struct table_reading){
            .table = evidence->table, .stale = stands, .age_ms = stands ? 0 : item->live->age_ms};
        ids = mem_resize(ids, new_count + table_rows(evidence->table) + 1, sizeof *ids);
        new_count += add_new(ids + new_count, evidence);
    }
    table_view_hide_host(rows, shown <= 1);
    table_view_set_readings(rows, readings, count);
    table_view_set_new(rows, ids, new_count);
    free(ids);
    free(readings);
    free(order);
}
