// SPDX-License-Identifier: MIT

// The prompt line: drawing, and what its keys do.
#include "tui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "tui/prompt_history.h"
#include "tui/screen.h"
#include "tui/state.h"
#include "tui/wrap.h"

#define ERROR_LINES_MAX 4

struct prompt *prompt_new(const struct prompt_class *kind, const char *text)
{
    struct prompt *prompt = mem_alloc(sizeof *prompt);
    prompt->kind = kind;
    prompt->before = mem_strdup(text);
    prompt->error_at = SIZE_MAX;
    if (text[0] != '\0')
        line_edit_set(&prompt->line, text);
    return prompt;
}

void prompt_free(struct prompt *prompt)
{
    if (prompt == NULL)
        return;
    line_edit_dispose(&prompt->line);
    free(prompt->label);
    free(prompt->said);
    free(prompt->before);
    free(prompt->own);
    free(prompt->stem);
    free(prompt);
}

void prompt_error(struct prompt *prompt, size_t at, const struct err *err)
{
    prompt->error = *err;
    prompt->error_at = at;
}

// Columns of the first bytes of what is typed; a secret shows nothing.
static int cols_before(const struct prompt *prompt, size_t bytes)
{
    if (prompt->kind->secret)
        return 0;
    char *part = mem_strndup(line_edit_text(&prompt->line), bytes);
    int cols = draw_width(part);
    free(part);
    return cols;
}

// Skips whole characters from the left until the cursor is within the room.
static size_t first_shown(const struct prompt *prompt, int room)
{
    const char *text = line_edit_text(&prompt->line);
    size_t first = 0;
    while (cols_before(prompt, prompt->line.cursor) - cols_before(prompt, first) >= room &&
           first < prompt->line.cursor) {
        first++;
        while (((unsigned char)text[first] & 0xc0) == 0x80)
            first++;
    }
    return first;
}

// An arrow over the wrong character; the sentence beside it, or above where there is too little
// room. Returns the lines.
static int draw_error(const struct prompt *prompt, struct area area, int row, int text_col,
                      size_t first)
{
    const char *sentence = prompt->error.text;
    bool pointed = prompt->error_at <= prompt->line.text.len && prompt->error_at >= first;
    int width = area.width - 2, lines = 0;
    int at = text_col +
             (pointed ? cols_before(prompt, prompt->error_at) - cols_before(prompt, first) : 0);
    bool beside = pointed && at + 2 + draw_width(sentence) <= area.left + width;
    if (pointed) {
        draw_fill(row, area.left, area.width, ROLE_ERROR);
        draw_text(row, at, 1, ROLE_ERROR, "▼");
        lines = 1;
    }
    if (beside) {
        draw_text(row, at + 2, width - at, ROLE_ERROR, sentence);
        return lines;
    }
    int more = wrap_lines(sentence, width, 0);
    more = more < ERROR_LINES_MAX ? more : ERROR_LINES_MAX;
    more = more < row - lines - area.top ? more : row - lines - area.top;
    int top = row - lines - more + 1;
    for (int i = 0; i < more; i++)
        draw_fill(top + i, area.left, area.width, ROLE_ERROR);
    wrap_draw((struct area){top, area.left + 1, more, width}, ROLE_ERROR, 0, sentence);
    return lines + more;
}

// For the mouse: "Enter take  Esc leave". Returns the columns used.
static int draw_buttons(struct console *console, int row, struct area area)
{
    static const char *const names[] = {"cancel", "accept"};
    int end = area.left + area.width - 1;
    if (!screen_has_mouse() || area.width < 60)
        return 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct key_command *command = key_command_find(names[i]);
        struct str text = {0};
        str_append_char(&text, ' ');
        keymap_keys(console->keymap, MODE_PROMPT, NULL, command, 1, "", &text);
        str_appendf(&text, " %s ", lang_of("key", command->hint));
        int width = draw_width(str_text(&text));
        end -= width + 1;
        draw_text(row, end + 1, width, ROLE_CURSOR, str_text(&text));
        screen_add_zone(&(struct zone){
            .area = {row, end + 1, 1, width}, .kind = ZONE_COMMAND, .command = command});
        str_dispose(&text);
    }
    return area.left + area.width - 1 - end;
}

void prompt_draw(struct console *console, struct prompt *prompt, struct area area)
{
    int row = area.top + area.height - 1;
    draw_fill(row, area.left, area.width, ROLE_PROMPT);
    int col = area.left + 1;
    col += draw_text(row, col, area.width * 2 / 3, ROLE_KEY,
                     prompt->label != NULL ? prompt->label : _(prompt->kind->label)) +
           1;
    int room = area.left + area.width - col - 1 - draw_buttons(console, row, area);
    size_t first = prompt->kind->secret ? 0 : first_shown(prompt, room);
    if (prompt->line.text.len == 0 && prompt->kind->help != NULL)
        draw_text(row, col, room, ROLE_HINT, _(prompt->kind->help));
    else if (!prompt->kind->secret)
        draw_text(row, col, room, ROLE_PROMPT, line_edit_text(&prompt->line) + first);
    else if (prompt->line.text.len > 0)
        draw_text(row, col, room, ROLE_HINT, _("(typed; not shown)"));
    screen_show_cursor(row,
                       col + cols_before(prompt, prompt->line.cursor) - cols_before(prompt, first));
    if (err_is_set(&prompt->error))
        row -= draw_error(prompt, area, row - 1, col, first);
    if (prompt->kind->draw_above == NULL)
        return;
    int wish = prompt->kind->lines_above(console, prompt, area.width);
    int lines = wish < row - area.top ? wish : row - area.top;
    struct area above = {row - lines, area.left, lines, area.width};
    if (lines > 0)
        prompt->kind->draw_above(console, prompt, above);
    if (lines > 0 && prompt->kind->lists)
        screen_add_zone(&(struct zone){.area = above, .kind = ZONE_ENTRIES});
}

static void text_changed(struct console *console, struct prompt *prompt)
{
    prompt->error = (struct err){0};
    prompt->error_at = SIZE_MAX;
    if (prompt->stem == NULL)
        prompt->chosen = 0;
    if (prompt->kind->changed != NULL)
        prompt->kind->changed(console, prompt);
}

static void forget_stem(struct prompt *prompt)
{
    free(prompt->stem);
    prompt->stem = NULL;
}

bool prompt_show_hint(struct console *console, struct prompt *prompt)
{
    line_edit_set(&prompt->line, "");
    forget_stem(prompt);
    text_changed(console, prompt);
    return true;
}

void prompt_insert(struct console *console, struct prompt *prompt, int code_point)
{
    if (prompt->kind->typed != NULL && prompt->kind->typed(console, prompt, code_point))
        return;
    bool fits = line_edit_insert(&prompt->line, code_point);
    forget_stem(prompt);
    text_changed(console, prompt);
    struct err full = {0};
    if (!fits) {
        err_set(&full, _("the line is full: it holds %d bytes"), LINE_EDIT_BYTES_MAX);
        prompt_error(prompt, SIZE_MAX, &full);
    }
}

void prompt_paste(struct prompt *prompt, int code_point)
{
    if (!prompt->pasting) {
        prompt->pasting = prompt->pasted_fits = true;
        prompt->pasted_at = prompt->line.cursor;
    }
    prompt->pasted_fits = prompt->pasted_fits && line_edit_insert(&prompt->line, code_point);
}

void prompt_end_paste(struct console *console, struct prompt *prompt)
{
    if (!prompt->pasting)
        return;
    prompt->pasting = false;
    if (!prompt->pasted_fits) // half of an address is another address
        line_edit_cut(&prompt->line, prompt->pasted_at);
    forget_stem(prompt);
    text_changed(console, prompt);
    struct err full = {0};
    if (!prompt->pasted_fits) {
        err_set(&full,
                _("what was pasted is longer than a line, which holds %d bytes; nothing of it was "
                  "taken"),
                LINE_EDIT_BYTES_MAX);
        prompt_error(prompt, SIZE_MAX, &full);
    }
}

static void close_prompt(struct console *console)
{
    prompt_free(console->prompt);
    console->prompt = NULL;
}

enum next prompt_accept(struct console *console, int argument)
{
    (void)argument;
    struct prompt *prompt = console->prompt;
    console->prompt = NULL; // what is accepted may open the next one
    enum next next = NEXT_PAINT;
    if (prompt->kind->accept == NULL || prompt->kind->accept(console, prompt)) {
        if (prompt->kind->remembers)
            prompt_history_add(console->typed, prompt->kind, line_edit_text(&prompt->line));
        prompt_free(prompt);
        next = console->next;
        console->next = NEXT_PAINT;
    } else {
        console->prompt = prompt;
    }
    return next;
}

enum next prompt_cancel(struct console *console, int argument)
{
    (void)argument;
    if (console->prompt->kind->cancel != NULL)
        console->prompt->kind->cancel(console, console->prompt);
    close_prompt(console);
    return NEXT_PAINT;
}

enum next prompt_complete(struct console *console, int argument)
{
    (void)argument;
    struct prompt *prompt = console->prompt;
    char *text = prompt->kind->complete != NULL ? prompt->kind->complete(console, prompt) : NULL;
    if (text != NULL) {
        line_edit_set(&prompt->line, text);
        text_changed(console, prompt);
    }
    free(text);
    return NEXT_PAINT;
}

// Puts an older or newer text into the line, past those that are what stands there.
static void recall(struct console *console, struct prompt *prompt, int direction)
{
    size_t back = prompt->back;
    const char *text;
    do {
        if (direction > 0 && back == 0)
            return;
        back = direction < 0 ? back + 1 : back - 1;
        text = back > 0              ? prompt_history_get(console->typed, prompt->kind, back - 1)
               : prompt->own != NULL ? prompt->own
                                     : "";
    } while (text != NULL && strcmp(text, line_edit_text(&prompt->line)) == 0);
    if (text == NULL)
        return;
    if (prompt->back == 0) {
        free(prompt->own);
        prompt->own = mem_strdup(line_edit_text(&prompt->line));
    }
    prompt->back = back;
    line_edit_set(&prompt->line, text);
    forget_stem(prompt);
    text_changed(console, prompt);
}

enum next prompt_choose(struct console *console, int argument)
{
    struct prompt *prompt = console->prompt;
    bool list =
        prompt->kind->lists || (!prompt->kind->remembers && prompt->kind->draw_above != NULL);
    // Above the first entry of a list lies what was typed before.
    bool beyond = !list || (argument < 0 && prompt->chosen == 0) || prompt->back > 0;
    if (prompt->kind->remembers && beyond)
        recall(console, prompt, argument);
    else if (list)
        prompt->chosen += argument;
    if (list && prompt->kind->chose != NULL)
        prompt->kind->chose(console, prompt);
    return NEXT_PAINT;
}

enum next prompt_move(struct console *console, int argument)
{
    line_edit_move(&console->prompt->line, argument);
    return NEXT_PAINT;
}

enum next prompt_move_to_end(struct console *console, int argument)
{
    line_edit_move_to_end(&console->prompt->line, argument > 0);
    return NEXT_PAINT;
}

enum next prompt_delete(struct console *console, int argument)
{
    struct prompt *prompt = console->prompt;
    // Deleting in an empty line leaves it, as in vi and less; a question is not left by accident.
    if (!line_edit_delete(&prompt->line, argument < 0) && prompt->line.text.len == 0 &&
        argument < 0 && !prompt->kind->stays)
        return prompt_cancel(console, 0);
    forget_stem(console->prompt);
    text_changed(console, prompt);
    return NEXT_PAINT;
}

enum next prompt_delete_word(struct console *console, int argument)
{
    (void)argument;
    line_edit_delete_word(&console->prompt->line);
    forget_stem(console->prompt);
    text_changed(console, console->prompt);
    return NEXT_PAINT;
}

enum next prompt_delete_rest(struct console *console, int argument)
{
    line_edit_delete_rest(&console->prompt->line, argument < 0);
    forget_stem(console->prompt);
    text_changed(console, console->prompt);
    return NEXT_PAINT;
}
