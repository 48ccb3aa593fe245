// SPDX-License-Identifier: MIT

// The questions of actions: how each is put, and what an answer to it does.
#include "tui/act_question.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/accent.h"
#include "tui/act.h"
#include "tui/act_sheet.h"
#include "tui/question_gone.h"
#include "tui/screen.h"
#include "tui/state.h"

#define LINES_MIN 2

static struct act_question *question_of(struct console *console, const struct prompt *prompt)
{
    return acts_question_find(console->acts, prompt->ask);
}

static int lines_above(struct console *console, struct prompt *prompt, int width)
{
    const struct act_question *question = question_of(console, prompt);
    struct act_sheet sheet;
    if (question == NULL)
        return 0;
    act_sheet_make(&sheet, console, question, width - 4);
    int lines = 1 + (int)sheet.count, most = screen_rows() * 2 / 3; // the data stay in sight
    act_sheet_dispose(&sheet);
    lines = lines < most ? lines : most;
    return lines > LINES_MIN ? lines : LINES_MIN;
}

// What is to be done to what, and where.
struct titled {
    bool whole;         // to the host itself
    const char *target; // NULL: there are several
    size_t count, hosts;
    bool each; // so many on each of the hosts
};

static void write_asked(const struct titled *it, const char *title, const char *where,
                        struct str *out)
{
    // TRANSLATORS: an action ("Ban", "Lock"), its target or the number of its targets, a host.
    if (it->hosts == 1 && it->whole)
        str_appendf(out, _("%s on %s?"), title, where);
    else if (it->hosts == 1 && it->target != NULL)
        str_appendf(out, _("%s %s on %s?"), title, it->target, where);
    else if (it->hosts == 1)
        str_appendf(out, _("%s %zu on %s?"), title, it->count, where);
    else if (it->whole)
        str_appendf(out, P_("%s on %zu host?", "%s on %zu hosts?", it->hosts), title, it->hosts);
    else if (it->target != NULL)
        str_appendf(out, P_("%s %s on %zu host?", "%s %s on %zu hosts?", it->hosts), title,
                    it->target, it->hosts);
    else if (it->each)
        str_appendf(out, _("%s %zu on each of %zu hosts?"), title, it->count, it->hosts);
    else
        str_appendf(out, _("%s %zu on %zu hosts?"), title, it->count, it->hosts);
}

// Of a replay: nothing is asked.
static void write_shown(const struct titled *it, const char *title, const char *where,
                        struct str *out)
{
    // TRANSLATORS: what an action would do; its title, its target or their number, a host.
    if (it->hosts == 1 && it->whole)
        str_appendf(out, _("Plan: %s on %s"), title, where);
    else if (it->hosts == 1 && it->target != NULL)
        str_appendf(out, _("Plan: %s %s on %s"), title, it->target, where);
    else if (it->hosts == 1)
        str_appendf(out, _("Plan: %s %zu on %s"), title, it->count, where);
    else if (it->whole)
        str_appendf(out, _("Plan: %s on %zu hosts"), title, it->hosts);
    else if (it->target != NULL)
        str_appendf(out, _("Plan: %s %s on %zu hosts"), title, it->target, it->hosts);
    else if (it->each)
        str_appendf(out, _("Plan: %s %zu on each of %zu hosts"), title, it->count, it->hosts);
    else
        str_appendf(out, _("Plan: %s %zu on %zu hosts"), title, it->count, it->hosts);
}

static void add_title(const struct act_question *question, enum accent *accent, struct str *out)
{
    const struct plan *plan = question->plan;
    *accent = ACCENT_NONE;
    if (plan == NULL) {
        str_append(out, _("An action was left open"));
        return;
    }
    size_t planned = 0, hosts = 0, of_each = 0;
    const char *target = NULL;
    bool same = true;
    const struct host_config *host = NULL;
    for (size_t i = 0; i < plan->host_count; i++) {
        size_t here = 0;
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++)
            if (plan->hosts[i]->targets[j].state == ACTION_PLANNED) {
                const char *text = plan->hosts[i]->targets[j].text;
                same = same && (target == NULL || strcmp(target, text) == 0);
                target = text;
                here++;
            }
        if (here == 0)
            continue;
        planned += here;
        hosts++;
        of_each = hosts == 1 || here == of_each ? here : 0;
        host = plan->hosts[i]->config;
        *accent = accent_stronger(*accent, host->accent);
    }
    struct titled titled = {.count = of_each > 0 ? of_each : planned, .hosts = hosts};
    titled.whole = question->action->target == TARGET_NONE;
    titled.target = same ? target : NULL;
    titled.each = of_each > 1;
    struct str where = {0};
    if (hosts == 1)
        str_appendf(&where, host->environment[0] != '\0' ? "%s %s" : "%s%s", host->name,
                    host->environment);
    if (plan->question == PLAN_SHOWN)
        write_shown(&titled, _(question->action->title), str_text(&where), out);
    else
        write_asked(&titled, _(question->action->title), str_text(&where), out);
    str_dispose(&where);
}

static void draw_title(const struct act_question *question, struct area area, const char *place)
{
    struct str title = {0};
    enum accent accent;
    add_title(question, &accent, &title);
    bool plain = accent == ACCENT_NONE;
    draw_rule(area.top, area.left, area.width, plain ? ROLE_WARN : accent_role(accent));
    draw_textf(area.top, area.left + 2, area.width - 4, plain ? ROLE_TITLE : accent_badge(accent),
               " %s ", str_text(&title));
    int width = draw_width(place);
    if (width > 0 && draw_width(str_text(&title)) + width + 8 < area.width)
        draw_text(area.top, area.left + area.width - width - 2, width, ROLE_DIM, place);
    str_dispose(&title);
}

// prompt->chosen is the first line that is shown.
static int draw_above(struct console *console, struct prompt *prompt, struct area area)
{
    const struct act_question *question = question_of(console, prompt);
    struct act_sheet sheet;
    char place[60] = "";
    if (question == NULL)
        return 0;
    act_sheet_make(&sheet, console, question, area.width - 4);
    int room = area.height - 1, last = (int)sheet.count > room ? (int)sheet.count - room : 0;
    prompt->chosen = prompt->chosen < 0 ? 0 : prompt->chosen > last ? last : prompt->chosen;
    if (last > 0)
        snprintf(place, sizeof place, _(" ↑↓ %d–%d of %zu "), prompt->chosen + 1,
                 prompt->chosen + room, sheet.count);
    draw_clear(area);
    draw_title(question, area, place);
    for (int i = 0; i < room && (size_t)prompt->chosen + (size_t)i < sheet.count; i++) {
        const struct act_sheet_line *line = &sheet.lines[prompt->chosen + i];
        draw_text(area.top + 1 + i, area.left + 2 + line->indent, area.width - 4 - line->indent,
                  line->role, line->text);
    }
    act_sheet_dispose(&sheet);
    return area.height;
}

static bool wrong(struct prompt *prompt, const char *what)
{
    struct err err;
    err_set(&err, "%s", what);
    prompt_error(prompt, SIZE_MAX, &err);
    return false;
}

// The other questions of the same action, from the same key press.
static void answer_all(struct console *console, const struct action *action)
{
    for (size_t i = acts_question_count(console->acts); i-- > 0;) {
        const struct act_question *question = acts_question(console->acts, i);
        if (question->plan != NULL && question->action == action &&
            question->plan->question == PLAN_ASKS)
            acts_answer(console, question->id, "");
    }
}

static bool accept_yes(struct console *console, struct prompt *prompt)
{
    const struct act_question *question = question_of(console, prompt);
    const char *text = line_edit_text(&prompt->line);
    if (question == NULL)
        return true;
    if (strcasecmp(text, "all") == 0)
        answer_all(console, question->action);
    else if (strcasecmp(text, "yes") == 0 || strcasecmp(text, "y") == 0)
        acts_answer(console, prompt->ask, "");
    else if (text[0] == '\0' || strcasecmp(text, "no") == 0 || strcasecmp(text, "n") == 0)
        acts_answer(console, prompt->ask, NULL);
    else
        return wrong(prompt, _("Nothing was done: type yes to do it, or press Esc to leave it."));
    return true;
}

static bool accept_typed(struct console *console, struct prompt *prompt)
{
    const struct act_question *question = question_of(console, prompt);
    const char *text = line_edit_text(&prompt->line);
    if (question != NULL && text[0] != '\0' && strcmp(text, question->plan->type_this) != 0)
        return wrong(prompt, _("Nothing was done: that is not the target. Type it as it stands "
                               "above, or press Esc to leave it."));
    if (question != NULL)
        acts_answer(console, prompt->ask, text[0] != '\0' ? text : NULL);
    return true;
}

static void cancel(struct console *console, struct prompt *prompt)
{
    acts_answer(console, prompt->ask, NULL);
}

static void postpone(struct console *console, struct prompt *prompt)
{
    struct act_question *question = question_of(console, prompt);
    if (question != NULL)
        question->postponed = true;
    journal_answer(console->journal, LEVEL_INFO, "",
                   "It is left open: the audit pane shows it, and the key for answers asks again.");
}

static bool accept_open(struct console *console, struct prompt *prompt)
{
    const struct act_question *question = question_of(console, prompt);
    const char *text = line_edit_text(&prompt->line);
    const struct action *action = strcasecmp(text, "finish") == 0 ? &action_finish
                                  : strcasecmp(text, "undo") == 0 ? &action_undo
                                                                  : NULL;
    if (question == NULL)
        return true;
    if (action == NULL && text[0] != '\0' && strcasecmp(text, "later") != 0)
        return wrong(prompt, _("Type finish or undo, or press Esc to leave it for later."));
    if (action == NULL) {
        postpone(console, prompt);
        return true;
    }
    char *entry = mem_strdup(question->entry);
    const char *target = entry;
    acts_answer(console, prompt->ask, "");
    acts_submit(console,
                &(struct action_request){.action = action, .targets = &target, .target_count = 1});
    free(entry);
    return true;
}

static const struct prompt_class yes_class = {
    .label = N_("Type yes to do it:"),
    .help = N_("Esc leaves everything as it is"),
    .stays = true,
    .accept = accept_yes,
    .cancel = cancel,
    .draw_above = draw_above,
    .lines_above = lines_above,
};

static bool accept_shown(struct console *console, struct prompt *prompt)
{
    cancel(console, prompt);
    return true;
}

static const struct prompt_class shown_class = {
    .label = N_("a replay: nothing is run."),
    .help = N_("Enter or Esc closes the plan"),
    .accept = accept_shown,
    .cancel = cancel,
    .draw_above = draw_above,
    .lines_above = lines_above,
};

static const struct prompt_class typed_class = {
    .label = N_("Type the target to do it:"),
    .help = N_("Esc leaves everything as it is"),
    .stays = true,
    .accept = accept_typed,
    .cancel = cancel,
    .draw_above = draw_above,
    .lines_above = lines_above,
};

static const struct prompt_class open_class = {
    .label = N_("Type finish or undo:"),
    .help = N_("finish runs it again, undo takes it back, Esc leaves it for later"),
    .stays = true,
    .accept = accept_open,
    .cancel = postpone,
    .draw_above = draw_above,
    .lines_above = lines_above,
};

static void open_question(struct console *console, const struct act_question *question)
{
    bool typed = question->plan != NULL && question->plan->question == PLAN_TYPES;
    bool shown = question->plan != NULL && question->plan->question == PLAN_SHOWN;
    console_open_prompt(console,
                        question->plan == NULL ? &open_class
                        : typed                ? &typed_class
                        : shown                ? &shown_class
                                               : &yes_class,
                        "");
    console->prompt->ask = question->id;
    size_t same = 0;
    for (size_t i = 0; i < acts_question_count(console->acts); i++)
        same += acts_question(console->acts, i)->plan != NULL &&
                acts_question(console->acts, i)->action == question->action;
    if (typed && draw_width(question->plan->type_this) <= ACT_TYPED_COLS_MAX)
        console->prompt->label = mem_printf(_("Type %s to do it:"), question->plan->type_this);
    else if (question->plan != NULL && !shown && same > 1)
        console->prompt->label = mem_printf(_("Type yes to do this one, all to do all %zu:"), same);
}

bool act_question_open_next(struct console *console)
{
    if (acts_question_count(console->acts) == 0)
        return false;
    open_question(console, acts_question(console->acts, 0));
    return true;
}

void act_question_update(struct console *console)
{
    const struct prompt *prompt = console->prompt;
    if (prompt != NULL && prompt->ask != 0 && question_of(console, prompt) == NULL)
        question_gone_open(console, acts_withdrawn(console->acts));
    for (size_t i = 0; i < acts_question_count(console->acts) && console->prompt == NULL; i++) {
        const struct act_question *question = acts_question(console->acts, i);
        if (!question->postponed)
            open_question(console, question);
    }
}
