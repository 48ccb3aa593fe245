// SPDX-License-Identifier: MIT

// From a step to the whole pane and back.
#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/guide_state.h"

void guide_visit_forget(struct guide_view *view)
{
    free(view->visit_filter);
    view->visit_filter = NULL;
    view->visit = -1;
}

static void set_variant(struct pane *pane, size_t variant)
{
    if (pane->variant != variant)
        table_view_forget_changes(pane->rows);
    pane->variant = variant;
}

void guide_view_visit(struct console *console)
{
    struct guide_view *view = console->guide;
    const struct probe *probe = guide_view_probe(console);
    for (size_t i = 0; probe != NULL && i < console->pane_count; i++) {
        struct pane *pane = console->panes[i];
        if (pane->probe != probe)
            continue;
        const struct step *step = guide_step(view->guide, guide_here(view->guide))->step;
        pane_show_all(pane);
        view->visit = (long)i;
        view->visit_filter = mem_strdup(table_view_filter(pane->rows));
        view->visit_variant = pane->variant;
        set_variant(pane, step->variant);
        table_view_set_filter(pane->rows, step->filter_text, NULL, NULL);
        struct row_ref row;
        bool at_row = table_view_current(guide_pane(view)->rows, &row);
        console_go(console, (long)i);
        if (at_row)
            table_view_go(pane->rows, row.id);
        journal_answer(console->journal, LEVEL_INFO, "",
                       "all of %s for the step %s; Esc comes back", _(probe->title),
                       _(step->title));
        journal_let_pass(console->journal);
        return;
    }
}

void guide_visit_end(struct console *console)
{
    struct guide_view *view = console->guide;
    if (view->visit < 0)
        return;
    struct pane *pane = console->panes[view->visit];
    pane_show_all(pane);
    table_view_set_filter(pane->rows, view->visit_filter, NULL, NULL);
    set_variant(pane, view->visit_variant);
    guide_visit_forget(view);
}

bool guide_view_return(struct console *console)
{
    struct guide_view *view = console->guide;
    if (view->visit < 0 || console->here != view->visit)
        return false;
    journal_end_answers(console->journal); // that Esc comes back
    guide_view_open(console);
    return true;
}
