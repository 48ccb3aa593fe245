// SPDX-License-Identifier: MIT

// A prompt that answers nothing.
#include "tui/question_gone.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "tui/state.h"
#include "tui/wrap.h"

#define PAUSE_MS  3000 // without a key: who was typing has looked up
#define LINES_MAX 6

static void swallow(struct console *console, struct prompt *prompt)
{
    (void)console;
    line_edit_dispose(&prompt->line);
    prompt->until_ms = clock_mono_ms() + PAUSE_MS;
}

static int lines_above(struct console *console, struct prompt *prompt, int width)
{
    (void)console;
    int lines = wrap_lines(prompt->said, width - 4, 0);
    return 1 + (lines < LINES_MAX ? lines : LINES_MAX);
}

static int draw_above(struct console *console, struct prompt *prompt, struct area area)
{
    (void)console;
    draw_clear(area);
    draw_rule(area.top, area.left, area.width, ROLE_WARN);
    wrap_draw((struct area){area.top + 1, area.left + 2, area.height - 1, area.width - 4},
              ROLE_WARN, 0, prompt->said);
    return area.height;
}

static const struct prompt_class gone_class = {
    .label = N_("the question is gone:"),
    .help = N_("nothing was answered; Enter or Esc goes back"),
    .secret = true,
    .stays = true,
    .changed = swallow,
    .draw_above = draw_above,
    .lines_above = lines_above,
};

void question_gone_open(struct console *console, const char *why)
{
    console_open_prompt(console, &gone_class, "");
    console->prompt->said = mem_printf(_("The question is gone: %s"), why);
    console->prompt->until_ms = clock_mono_ms() + PAUSE_MS;
}

void question_gone_update(struct console *console)
{
    struct prompt *prompt = console->prompt;
    if (prompt == NULL || prompt->kind != &gone_class || clock_left_ms(prompt->until_ms) > 0)
        return;
    prompt_free(prompt);
    console->prompt = NULL;
}
