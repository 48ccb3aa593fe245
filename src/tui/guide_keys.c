// SPDX-License-Identifier: MIT

// What the keys of the guided checklist do.
#include "tui/guide_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/detail.h"
#include "tui/guide_state.h"

enum next guide_keys_open(struct console *console, int argument)
{
    (void)argument;
    bool away = !guide_view_is_here(console) || guide_view_page(console) == GUIDE_MENU;
    if (away)
        guide_view_open(console);
    else
        guide_view_open_menu(console);
    return NEXT_PAINT;
}

static void say(struct console *console, enum level level, const char *text)
{
    journal_answer(console->journal, level, "", "%s", _(text));
    journal_let_pass(console->journal);
}

// False: nothing can be decided here and now.
static bool may_decide(struct console *console)
{
    if (guide_view_guide(console) == NULL || guide_view_page(console) == GUIDE_MENU)
        return false;
    if (guide_view_recalls(console))
        say(console, LEVEL_INFO,
            N_("a moment: it is being looked whether somebody left this list"));
    return !guide_view_recalls(console);
}

static void go_on(struct console *console)
{
    struct guide *guide = guide_view_guide(console);
    journal_end_answers(console->journal);
    if (!guide_go_next_open(guide) && !guide_is_complete(guide))
        say(console, LEVEL_INFO,
            N_("nothing is open on the hosts that are shown; all-hosts shows the others"));
    guide_view_show(console);
}

static void finish(struct console *console)
{
    struct guide *guide = guide_view_guide(console);
    size_t worse = guide_first_worse(guide);
    if (!guide_is_complete(guide)) {
        go_on(console);
    } else if (worse < guide_step_count(guide)) {
        say(console, LEVEL_WARN,
            N_("this turned worse after it was taken: take it anew or mark it, then end the run"));
        guide_go(guide, worse);
        guide_view_show(console);
    } else {
        guide_view_end(console);
    }
}

static void take(struct console *console)
{
    switch (guide_take(guide_view_guide(console))) {
    case GUIDE_TOOK:
    case GUIDE_HAD:
        go_on(console);
        break;
    case GUIDE_TOOK_PART:
        say(console, LEVEL_INFO, N_("taken where it could be read; the rest is open"));
        guide_view_show(console);
        break;
    case GUIDE_TOOK_NONE:
        say(console, LEVEL_WARN,
            N_("what could not be read is not taken: skip it with a reason, or mark it failed"));
        break;
    case GUIDE_TURNED:
        say(console, LEVEL_WARN, N_("this has just turned worse: look at it first, then take it"));
        break;
    case GUIDE_OLD:
        say(console, LEVEL_INFO,
            N_("this was read more than 10 min ago and is being read now: Enter again in a "
               "moment"));
        break;
    }
}

static void begin_chosen(struct console *console, bool fresh)
{
    char *list = guide_view_chosen(console);
    if (list != NULL)
        guide_view_begin(console, list, fresh);
    free(list);
}

enum next guide_keys_take(struct console *console, int argument)
{
    (void)argument;
    switch (guide_view_page(console)) {
    case GUIDE_MENU:
        begin_chosen(console, false);
        break;
    case GUIDE_STEP:
        if (may_decide(console))
            take(console);
        break;
    case GUIDE_END:
        if (may_decide(console))
            finish(console);
        break;
    }
    return NEXT_PAINT;
}

static bool accept_note(struct console *console, struct prompt *prompt)
{
    const char *text = line_edit_text(&prompt->line);
    if (text[0] != '\0' && guide_view_guide(console) != NULL)
        guide_note(guide_view_guide(console), text);
    return true;
}

static const struct prompt_class note_class = {
    .label = N_("note:"),
    .help = N_("what the next shift should know about this step"),
    .remembers = true,
    .accept = accept_note,
};

enum next guide_keys_note(struct console *console, int argument)
{
    (void)argument;
    if (guide_view_page(console) == GUIDE_MENU)
        begin_chosen(console, true);
    else if (may_decide(console))
        console_open_prompt(console, &note_class, "");
    return NEXT_PAINT;
}

// Without a reason the prompt says what is asked, and stays.
static bool has_reason(struct prompt *prompt, const char *asked)
{
    const char *text = line_edit_text(&prompt->line);
    struct err err;
    if (text[strspn(text, " ")] != '\0')
        return true;
    err_set(&err, "%s", _(asked));
    prompt_error(prompt, SIZE_MAX, &err);
    return false;
}

static const char say_why[] = N_("say why: the next shift reads it");

static void say_left(struct console *console, size_t left)
{
    if (left > 0)
        journal_answer(console->journal, LEVEL_WARN, "",
                       P_("%zu verdict turned worse meanwhile: not skipped, look at it",
                          "%zu verdicts turned worse meanwhile: not skipped, look at them", left),
                       left);
}

static bool accept_mark(struct console *console, struct prompt *prompt, enum guide_choice choice)
{
    struct guide *guide = guide_view_guide(console);
    const char *text = line_edit_text(&prompt->line);
    if (!has_reason(prompt, choice == GUIDE_SKIPPED
                                ? say_why
                                : N_("say what is wrong: the next shift reads it")))
        return false;
    if (guide != NULL) {
        say_left(console, guide_mark(guide, choice, text));
        if (!guide_step_is_open(guide, guide_here(guide)))
            go_on(console);
    }
    return true;
}

static bool accept_failed(struct console *console, struct prompt *prompt)
{
    return accept_mark(console, prompt, GUIDE_FAILED);
}

static bool accept_skipped(struct console *console, struct prompt *prompt)
{
    return accept_mark(console, prompt, GUIDE_SKIPPED);
}

static const struct prompt_class failed_class = {
    .label = N_("failed:"),
    .help = N_("what is wrong, and what was done about it"),
    .remembers = true,
    .accept = accept_failed,
};

static const struct prompt_class skipped_class = {
    .label = N_("skip:"),
    .help = N_("why it is not done now"),
    .remembers = true,
    .accept = accept_skipped,
};

enum next guide_keys_mark(struct console *console, int argument)
{
    struct guide *guide = guide_view_guide(console);
    if (guide_view_page(console) != GUIDE_STEP || !may_decide(console))
        return NEXT_PAINT;
    const struct guide_step *step = guide_step(guide, guide_here(guide));
    size_t *marked = mem_array(step->item_count + 1, sizeof *marked);
    size_t count = guide_aim(guide, marked);
    struct str hosts = {0};
    guide_hosts_words(step, marked, count, &hosts);
    console_open_prompt(console, argument == 0 ? &failed_class : &skipped_class, "");
    if (hosts.len == 0)
        console->prompt->label = mem_strdup(argument == 0 ? _("failed:") : _("skip:"));
    else if (count > 1)
        console->prompt->label = mem_printf(argument == 0 ? _("failed on %s, for one reason:")
                                                          : _("skip on %s, for one reason:"),
                                            str_text(&hosts));
    else
        console->prompt->label =
            mem_printf(argument == 0 ? _("failed on %s:") : _("skip on %s:"), str_text(&hosts));
    str_dispose(&hosts);
    free(marked);
    return NEXT_PAINT;
}

static bool accept_unread(struct console *console, struct prompt *prompt)
{
    struct guide *guide = guide_view_guide(console);
    if (!has_reason(prompt, say_why))
        return false;
    say_left(console, guide_skip_unread(guide, line_edit_text(&prompt->line)));
    if (guide_here(guide) < guide_step_count(guide) &&
        !guide_step_is_open(guide, guide_here(guide)))
        go_on(console);
    return true;
}

static const struct prompt_class unread_class = {
    .label = N_("skip all that is unknown:"),
    .help = N_("why; it is written down for each of them"),
    .remembers = true,
    .accept = accept_unread,
};

enum next guide_keys_unread(struct console *console, int argument)
{
    (void)argument;
    if (!may_decide(console))
        return NEXT_PAINT;
    size_t count = guide_aim_unread(guide_view_guide(console));
    if (count == 0) {
        say(console, LEVEL_INFO, N_("nothing that is open could not be read"));
        return NEXT_PAINT;
    }
    console_open_prompt(console, &unread_class, "");
    console->prompt->label =
        count == 1 ? mem_strdup(_("Skip the step that could not be read:"))
                   : mem_printf(P_("Skip %zu step that could not be read, for one reason:",
                                   "Skip %zu steps that could not be read, for one reason:", count),
                                count);
    return NEXT_PAINT;
}

enum next guide_keys_pass(struct console *console, int argument)
{
    (void)argument;
    struct guide *guide = guide_view_guide(console);
    if (!may_decide(console))
        return NEXT_PAINT;
    struct guide_progress progress;
    size_t closed = guide_pass(guide);
    guide_progress(guide, &progress);
    size_t open = progress.steps - progress.decided;
    char *passed = mem_printf(
        P_("%zu step passed, as it is ok", "%zu steps passed, as they are ok", closed), closed);
    char *rest = mem_printf(P_("%zu needs a person", "%zu need a person", open), open);
    journal_answer(console->journal, LEVEL_OK, "", "%s; %s", passed, rest);
    free(passed);
    free(rest);
    if (guide_here(guide) < guide_step_count(guide) &&
        !guide_step_is_open(guide, guide_here(guide)))
        go_on(console);
    return NEXT_PAINT;
}

enum next guide_keys_visit(struct console *console, int argument)
{
    (void)argument;
    if (guide_view_probe(console) != NULL)
        guide_view_visit(console);
    else
        say(console, LEVEL_INFO, N_("there is no pane to this"));
    return NEXT_PAINT;
}

enum next guide_keys_step(struct console *console, int argument)
{
    struct guide *guide = guide_view_guide(console);
    if (guide == NULL || guide_view_page(console) == GUIDE_MENU)
        return NEXT_PAINT;
    size_t places = guide_step_count(guide) + 1; // the end is one
    guide_go(guide, (guide_here(guide) + places + (size_t)argument) % places);
    guide_view_show(console);
    return NEXT_PAINT;
}

enum next guide_keys_trouble(struct console *console, int argument)
{
    (void)argument;
    struct guide *guide = guide_view_guide(console);
    if (guide == NULL || guide_view_page(console) == GUIDE_MENU)
        return NEXT_PAINT;
    if (!guide_go_next_trouble(guide))
        say(console, LEVEL_INFO, N_("no open step is in trouble"));
    guide_view_show(console);
    return NEXT_PAINT;
}

enum next guide_keys_details(struct console *console, int argument)
{
    (void)argument;
    if (guide_view_page(console) == GUIDE_END)
        guide_view_go_to_row(console);
    else if (guide_view_probe(console) != NULL)
        detail_open_row(console);
    return NEXT_PAINT;
}

// On which pages a command means something, and how it is called there.
static const struct {
    enum next (*run)(struct console *console, int argument);
    const char *hints[GUIDE_END + 1]; // by page; NULL: nothing
} words[] = {
    {guide_keys_take, {N_("begin"), N_("take"), N_("finish")}},
    {guide_keys_note, {N_("new run"), N_("note"), N_("note")}},
    {guide_keys_mark, {NULL, "", NULL}},
    {guide_keys_pass, {NULL, N_("pass ok"), N_("pass ok")}},
    {guide_keys_visit, {NULL, N_("pane"), NULL}},
    {guide_keys_step, {NULL, "", ""}},
    {guide_keys_trouble, {NULL, N_("trouble"), N_("trouble")}},
    {guide_keys_details, {NULL, N_("details"), N_("go to it")}},
};

const char *guide_keys_hint(struct console *console, const struct key_command *command)
{
    for (size_t i = 0; guide_view_is_here(console) && i < sizeof words / sizeof *words; i++) {
        const char *word = words[i].hints[guide_view_page(console)];
        if (words[i].run == command->run)
            return word == NULL || word[0] != '\0' ? word : command->hint;
    }
    return command->hint;
}
