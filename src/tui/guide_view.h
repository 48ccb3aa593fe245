// SPDX-License-Identifier: MIT

// The guided checklist on the screen: one more place of the console, which shows the menu of the
// lists, a step with its evidence, or what is open at the end. UI thread only.
#ifndef TUI_GUIDE_VIEW_H
#define TUI_GUIDE_VIEW_H

#include "action/plan.h"
#include "base/err.h"
#include "checklist/guide.h"
#include "tui/pane.h"

struct console;
struct guide_view;

struct guide_view *guide_view_new(struct console *console);
void guide_view_free(struct guide_view *view);

// The index of its place: behind the panes; console->panes has it while something is shown there.
long guide_view_place(const struct console *console);
bool guide_view_is_here(const struct console *console);

// Whether such a list can be run on all hosts of the fleet; its faults, or the names that there
// are, in errors. NULL is the menu.
bool guide_view_check(struct console *console, const char *list, struct err_list *errors);

// The names of the lists that there are, by index; NULL: there are no more. Good until the menu is
// opened.
const char *guide_view_list(const struct console *console, size_t index);

// Goes to the run that is open; without one to the menu.
void guide_view_open(struct console *console);
void guide_view_open_menu(struct console *console);
// Begins a run, or goes on with one that was left unless fresh; says what is wrong in the journal.
void guide_view_begin(struct console *console, const char *list, bool fresh);
// What is shown, after something was decided or another step was chosen.
void guide_view_show(struct console *console);
// Leaves the run; it can be resumed.
void guide_view_leave(struct console *console);
// The run is over: what is open is said in the journal, and the menu is shown.
void guide_view_end(struct console *console);

// Takes what the memory has to say.
void guide_view_recall(struct console *console);
// With every update of the console, before changes are told: the verdicts that there were.
void guide_view_notice(struct console *console);
// With every update of the console: verdicts; and what is shown, when it is here.
void guide_view_update(struct console *console);
void guide_view_draw(struct console *console, struct area area);
// The console has come here, or has gone.
void guide_view_looked(struct console *console, bool here);
// Whether the probe is to be read at full speed for what is shown, or for the first verdicts.
bool guide_view_looks(const struct console *console, const struct probe *probe);

// What the overview's tile shows of the run that is open, else of the last one, which the memory is
// asked for. The table is the caller's; its rows are those of guide_end_probe.
struct guide_tile {
    const struct table *table; // NULL: no run is known
    char words[160];           // "Morning check 3/12: 2 critical"; "" where there is none
    enum level level;          // how grave that is
    const char *empty;         // said where there is no row; static, to be translated
};
void guide_view_tile(struct console *console, struct guide_tile *out);
// To the step of a row of the tile (NULL: none) while the run is open, else to the menu.
void guide_view_enter_tile(struct console *console, const struct row_ref *row);
// What is left at the end of a run, or was not well: one row a step and host.
extern const struct probe guide_end_probe;

enum guide_page { GUIDE_MENU, GUIDE_STEP, GUIDE_END };
enum guide_page guide_view_page(const struct console *console);
struct guide *guide_view_guide(const struct console *console); // NULL: no run is open
// Whether a run that was left is still being looked for: nothing is decided until that is known.
bool guide_view_recalls(const struct console *console);
// "c Morning 3/12" and how grave what is open there is; false: no run is open.
bool guide_view_tab(const struct console *console, char *out, size_t size, enum level *level);
// The real pane of the step's evidence, or NULL.
const struct probe *guide_view_probe(const struct console *console);
// The name of the list under the menu's cursor, or NULL; heap.
char *guide_view_chosen(struct console *console);
// Goes to the step of the row under the cursor of the end's table; false: there is none.
bool guide_view_go_to_row(struct console *console);

// The step's pane, whole, with its filter and window; Esc comes back.
void guide_view_visit(struct console *console);
// Comes back from there, and leaves the pane as it was; false: it was not visited.
bool guide_view_return(struct console *console);

// The step that an action asked for now belongs to; SIZE_MAX: none.
size_t guide_view_step(const struct console *console);
// An action of that step has ended.
void guide_view_acted(struct console *console, size_t step, const struct plan *plan,
                      const char *text, bool well);

#endif
