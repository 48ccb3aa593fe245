// SPDX-License-Identifier: MIT

// A viewer over plans that are only made, never run.
#include "tui/shield_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "tui/state.h"
#include "tui/subject.h"

#define AGAIN_MS 2000 // between readings while the host is taking a change back

struct shield_view {
    size_t host;
    uint64_t reading;    // the submission under way, or 0
    bool known, differs; // what the last reading said …
    char *diff, *note;   // … "" until there is one
    char fault[ERR_TEXT_MAX];
    int64_t read_ms; // monotonic
    int64_t back_ms; // monotonic: when the host takes the change back; 0: none waits
};

void shield_view_free(struct shield_view *shield)
{
    if (shield == NULL)
        return;
    free(shield->diff);
    free(shield->note);
    free(shield);
}

static const char *host_name(const struct console *console)
{
    return console->model->hosts[console->shield->host].config->name;
}

static void read_host(struct console *console)
{
    struct shield_view *shield = console->shield;
    shield->read_ms = clock_mono_ms();
    shield->reading = acts_submit(console, &(struct action_request){.action = &action_shield_apply,
                                                                    .hosts = &shield->host,
                                                                    .host_count = 1,
                                                                    .dry_run = true});
    if (shield->reading == 0)
        snprintf(shield->fault, sizeof shield->fault, "%s", acts_fault(console->acts));
}

static int64_t left_s(const struct shield_view *shield)
{
    return shield->back_ms > 0 ? (clock_left_ms(shield->back_ms) + 999) / 1000 : -1;
}

// What the key does now, first of all.
static void build_head(struct console *console, struct viewer *viewer)
{
    const struct shield_view *shield = console->shield;
    struct str key = {0}, text = {0};
    keymap_keys(console->keymap, MODE_VIEWER, NULL, key_command_find("shield"), 1, "", &key);
    const char *press = key.len > 0 ? str_text(&key) : ":shield";
    if (left_s(shield) >= 0) {
        str_appendf(&text,
                    _("%s takes the change back in %lld s. %s confirms it, over a new connection "
                      "that proves the way in; without a word it goes back as it was."),
                    host_name(console), (long long)left_s(shield), press);
        viewer_text(viewer, ROLE_CRIT, str_text(&text));
    } else if (shield->known && shield->differs) {
        str_appendf(&text,
                    _("%s puts this in place, after a question; the host takes it back unless "
                      "it is confirmed."),
                    press);
        viewer_text(viewer, ROLE_STRONG, str_text(&text));
    } else if (shield->known && shield->fault[0] == '\0') {
        viewer_text(viewer, ROLE_OK, _("The shield is as it should be."));
    }
    if (shield->reading != 0)
        viewer_text(viewer, ROLE_DIM, _("Reading the host …"));
    if (shield->fault[0] != '\0')
        viewer_text(viewer, ROLE_WARN, shield->fault);
    if (shield->note != NULL && shield->note[0] != '\0')
        viewer_text(viewer, ROLE_DIM, shield->note);
    viewer_text(viewer, ROLE_TEXT, "");
    str_dispose(&key);
    str_dispose(&text);
}

static enum role role_of_line(const char *line)
{
    switch (line[0]) {
    case '+':
        return ROLE_OK;
    case '-':
        return ROLE_CRIT;
    case ' ':
        return ROLE_TEXT;
    case '.':
        return ROLE_DIM;
    default:
        return ROLE_TITLE;
    }
}

static void build(struct console *console, struct viewer *viewer)
{
    const struct shield_view *shield = console->shield;
    build_head(console, viewer);
    char *lines = mem_strdup(shield->diff != NULL ? shield->diff : ""), *rest;
    for (char *line = strtok_r(lines, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        viewer_text(viewer, role_of_line(line), line);
    free(lines);
    if (!shield->known)
        return;
    viewer_text(viewer, ROLE_TEXT, "");
    viewer_text(
        viewer, ROLE_DIM,
        _("+ is added, - taken away, a line without a mark is so already, . is a rule of the "
          "host's own, which is never changed. :shield off, :shield rollback and :shield "
          "conntrack do the rest."));
}

static const struct viewer_class shield_class = {
    .name = "shield", .title = N_("Shield"), .build = build};

static bool is_open(const struct console *console)
{
    return console->viewer != NULL && console->viewer->kind == &shield_class;
}

bool shield_view_means(const struct console *console)
{
    return is_open(console) || (console->viewer == NULL && console->here >= 0 &&
                                console->panes[console->here]->probe == &probe_firewall);
}

// The row's host, else the only one that is shown.
static size_t host_meant(struct console *console)
{
    struct row_ref row;
    int column;
    size_t host = SUBJECT_NO_HOST;
    if (subject_row(console, &row, &column))
        host = subject_host(console, &row);
    for (size_t i = 0; host == SUBJECT_NO_HOST && console->model->selected_count == 1 &&
                       i < console->model->host_count;
         i++)
        if (console->model->hosts[i].selected)
            host = i;
    return host;
}

static enum next open_shield(struct console *console)
{
    size_t host = host_meant(console);
    if (host == SUBJECT_NO_HOST) {
        journal_answer(console->journal, LEVEL_INFO, "",
                       "of which host? go to a row of it, or show only that host");
        return NEXT_PAINT;
    }
    if (console->shield == NULL || console->shield->host != host) {
        shield_view_free(console->shield);
        console->shield = mem_alloc(sizeof *console->shield);
        console->shield->host = host;
    }
    console->shield->fault[0] = '\0';
    read_host(console);
    struct viewer *viewer = console_push_viewer(console, &shield_class);
    const char *tag = console->model->hosts[host].config->environment;
    viewer->title =
        mem_printf(_("Shield of %s%s%s"), host_name(console), tag[0] != '\0' ? " " : "", tag);
    return NEXT_PAINT;
}

enum next shield_view_press(struct console *console, int argument)
{
    (void)argument;
    if (!is_open(console))
        return open_shield(console);
    struct shield_view *shield = console->shield;
    struct action_request request = {.hosts = &shield->host, .host_count = 1};
    if (left_s(shield) >= 0)
        request.action = &action_shield_confirm;
    else if (shield->reading != 0)
        journal_answer(console->journal, LEVEL_INFO, "", "%s is still being read",
                       host_name(console));
    else if (shield->differs)
        request.action = &action_shield_apply;
    else
        read_host(console);
    if (request.action != NULL)
        acts_submit(console, &request);
    return NEXT_PAINT;
}

static bool has_target(const struct plan_host *host, enum action_state state)
{
    for (size_t i = 0; i < host->target_count; i++)
        if (host->targets[i].state == state)
            return true;
    return false;
}

static const char *fault_of(const struct plan_host *host)
{
    for (size_t i = 0; i < host->target_count; i++)
        if (host->targets[i].state == ACTION_REFUSED)
            return host->targets[i].opinion.text;
    return host->error.text;
}

bool shield_view_take(struct console *console, const struct run_report *report)
{
    struct shield_view *shield = console->shield;
    if (shield == NULL || report->id != shield->reading)
        return false;
    shield->reading = 0;
    shield->read_ms = clock_mono_ms();
    if (report->plan->host_count != 1)
        return true;
    const struct plan_host *host = report->plan->hosts[0];
    free(shield->diff);
    free(shield->note);
    shield->diff = mem_strdup(host->diff);
    shield->note = mem_strdup(host->note);
    shield->differs = has_target(host, ACTION_PLANNED);
    shield->known = host->diff[0] != '\0';
    shield->back_ms = host->left_s >= 0 ? clock_mono_ms() + host->left_s * 1000 : 0;
    snprintf(shield->fault, sizeof shield->fault, "%s", fault_of(host));
    return true;
}

void shield_view_acted(struct console *console, const struct plan *plan)
{
    bool here = false,
         ours = plan->action->target == TARGET_NONE || plan->action->target == TARGET_ENTRY;
    for (size_t i = 0; console->shield != NULL && i < plan->host_count; i++)
        here = here || plan->hosts[i]->host == console->shield->host;
    if (here && ours)
        read_host(console);
}

void shield_view_update(struct console *console)
{
    struct shield_view *shield = console->shield;
    if (shield == NULL || shield->back_ms == 0 || shield->reading != 0 || left_s(shield) > 0 ||
        clock_mono_ms() - shield->read_ms < AGAIN_MS)
        return;
    read_host(console); // it has been taken back, or is about to be
}

void shield_view_words(const struct console *console, char out[SHIELD_WORDS_MAX])
{
    out[0] = '\0';
    if (console->shield != NULL && left_s(console->shield) >= 0)
        snprintf(out, SHIELD_WORDS_MAX, _("%.40s takes the shield back in %lld s"),
                 host_name(console), (long long)left_s(console->shield));
}
