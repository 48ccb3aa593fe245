// SPDX-License-Identifier: MIT

// What the steps of a guided run are judged, as conditions: hooks and the bell learn of it as they
// do of rows.
#include "tui/guide_state.h"

void guide_view_notice(struct console *console)
{
    const struct guide_view *view = console->guide;
    size_t count;
    if (view->guide == NULL)
        return;
    const struct check_step *steps = check_steps(view->check, &count);
    for (size_t i = 0; i < count; i++)
        if (!steps[i].waiting)
            notice_watch_step(console->model->hosts[steps[i].host].watch, view->list, steps[i].step,
                              &steps[i].verdict);
}

void guide_notice_forget(struct console *console)
{
    for (size_t i = 0; i < console->model->host_count; i++)
        notice_watch_forget_steps(console->model->hosts[i].watch);
}
