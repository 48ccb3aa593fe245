// SPDX-License-Identifier: MIT

// Link questions as a prompt.
#include "tui/question.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/act_question.h"
#include "tui/question_gone.h"
#include "tui/state.h"
#include "tui/wrap.h"

static const struct link_question *question_of(const struct console *console, size_t host)
{
    return &console->model->hosts[host].status.link.question;
}

// The host's thread takes an answer a moment after it was given.
static bool is_asked(const struct console *console, size_t host)
{
    return console->model->hosts[host].status.word == HOST_ASKING &&
           question_of(console, host)->kind != LINK_ASK_NONE &&
           question_of(console, host)->id != console->answered[host];
}

static void answer(struct console *console, const struct prompt *prompt, const char *text)
{
    console->answered[prompt->host] = prompt->question;
    console->declined[prompt->host] = text == NULL;
    fleet_answer(console->fleet, prompt->host, prompt->question, text);
}

static bool accept(struct console *console, struct prompt *prompt)
{
    const struct link_question *question = question_of(console, prompt->host);
    const char *text = line_edit_text(&prompt->line);
    const char *host = console->model->hosts[prompt->host].config->name;
    bool yes = question->kind != LINK_ASK_HOSTKEY || strcmp(text, "yes") == 0;
    if (!yes && text[0] != '\0' && strcmp(text, "no") != 0) {
        struct err err;
        err_set(&err, "type yes to trust the key, or no");
        prompt_error(prompt, 0, &err);
        return false;
    }
    answer(console, prompt, yes ? text : NULL);
    if (yes)
        journal_add(console->journal, LEVEL_INFO, host, "%s: answered", host);
    else
        journal_add(console->journal, LEVEL_INFO, host, "%s: declined: the key is not trusted",
                    host);
    return true;
}

static void cancel(struct console *console, struct prompt *prompt)
{
    const char *host = console->model->hosts[prompt->host].config->name;
    answer(console, prompt, NULL);
    journal_add(console->journal, LEVEL_INFO, host, "%s: declined", host);
}

static char const *host_tag(const struct console *console, const struct prompt *prompt)
{
    return console->model->hosts[prompt->host].config->environment;
}

static int lines_above(struct console *console, struct prompt *prompt, int width)
{
    return 2 + wrap_lines(question_of(console, prompt->host)->text, width - 4, 0);
}

static int draw_above(struct console *console, struct prompt *prompt, struct area area)
{
    const struct host_config *host = console->model->hosts[prompt->host].config;
    const char *tag = host_tag(console, prompt);
    draw_clear(area);
    draw_rule(area.top, area.left, area.width, ROLE_WARN);
    char *name = mem_printf(tag[0] != '\0' ? "%s %s" : "%s%s", host->name, tag);
    draw_textf(area.top, area.left + 2, area.width - 4, ROLE_TITLE, " %s asks ", name);
    free(name);
    wrap_draw((struct area){area.top + 1, area.left + 2, area.height - 1, area.width - 4},
              ROLE_TEXT, 0, question_of(console, prompt->host)->text);
    return area.height;
}

#define QUESTION_CLASS(words, hint, hidden)                                                        \
    {                                                                                              \
        .label = words, .help = hint, .secret = hidden, .stays = true, .accept = accept,           \
        .cancel = cancel, .draw_above = draw_above, .lines_above = lines_above,                    \
    }

static const struct prompt_class classes[] = {
    [LINK_ASK_NONE] = QUESTION_CLASS(N_("answer:"), NULL, true),
    [LINK_ASK_HOSTKEY] =
        QUESTION_CLASS(N_("trust this key?"), N_("type yes; Enter alone: no"), false),
    [LINK_ASK_PASSPHRASE] = QUESTION_CLASS(N_("passphrase:"), N_("not shown; Esc: none"), true),
    [LINK_ASK_PASSWORD] = QUESTION_CLASS(N_("password:"), N_("not shown; Esc: none"), true),
    [LINK_ASK_PROMPT] = QUESTION_CLASS(N_("answer:"), N_("not shown; Esc: none"), true),
};

static const struct prompt_class echoed = QUESTION_CLASS(N_("answer:"), N_("Esc: none"), false);

static void open_question(struct console *console, size_t host)
{
    const struct link_question *question = question_of(console, host);
    bool echo = question->kind == LINK_ASK_PROMPT && question->echo;
    console_open_prompt(console, echo ? &echoed : &classes[question->kind], "");
    console->prompt->host = host;
    console->prompt->question = question->id;
}

enum next question_open_next(struct console *console, int argument)
{
    (void)argument;
    if (act_question_open_next(console))
        return NEXT_PAINT;
    for (size_t i = 0; i < console->model->host_count; i++) {
        if (is_asked(console, i)) {
            open_question(console, i);
            return NEXT_PAINT;
        }
    }
    journal_add(console->journal, LEVEL_INFO, "", "nothing is asked");
    return NEXT_PAINT;
}

static void withdraw(struct console *console, size_t host)
{
    const struct model_host *it = &console->model->hosts[host];
    char words[STATE_TEXT_MAX];
    model_state(&it->status, words);
    char *why = it->status.error[0] != '\0'
                    ? mem_printf("%s: %s: %s", it->config->name, words, it->status.error)
                    : mem_printf("%s: %s", it->config->name, words);
    question_gone_open(console, why);
    free(why);
}

void question_update(struct console *console)
{
    const struct prompt *prompt = console->prompt;
    if (prompt != NULL && prompt->question != 0 &&
        (!is_asked(console, prompt->host) ||
         question_of(console, prompt->host)->id != prompt->question))
        withdraw(console, prompt->host);
    question_gone_update(console);
    for (size_t i = 0; i < console->model->host_count; i++) {
        if (console->model->hosts[i].status.word == HOST_LIVE)
            console->declined[i] = false;
        if (console->prompt == NULL && console->viewer == NULL && is_asked(console, i) &&
            !console->declined[i])
            open_question(console, i);
    }
}
