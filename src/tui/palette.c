// SPDX-License-Identifier: MIT

// Finds by name what can be done here.
#include "tui/palette.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "action/action.h"
#include "base/lang.h"
#include "base/mem.h"
#include "tui/act_words.h"
#include "tui/own_commands.h"
#include "tui/state.h"

#define LINES_MAX 10

enum entry_kind {
    ENTRY_PANE,
    ENTRY_HOST,
    ENTRY_COMMAND,
    ENTRY_CHECKLIST,
    ENTRY_ACTION,
    ENTRY_FILTER,
    ENTRY_OWN,
};

struct entry {
    enum entry_kind kind;
    const char *name;
    const char *help;
    size_t index; // of the pane, host, command, checklist or filter
    int rank;     // how well it matches: 0 best
};

struct entries {
    struct entry *items;
    size_t count, cap;
};

// The steps of how well a name fits: the whole name before all others; what has the letters only
// here and there comes last, the closer together the sooner.
enum { RANK_EXACT, RANK_BEGINS, RANK_WORD_BEGINS, RANK_CONTAINS, RANK_SCATTERED };

// How far apart the letters of the text stand in the name, in their order and without case; -1:
// they do not. Blanks are passed over.
static int scatter(const char *name, const char *text)
{
    int gaps = 0;
    const char *last = NULL;
    for (; *text != '\0'; text++) {
        if (*text == ' ')
            continue;
        while (*name != '\0' && tolower((unsigned char)*name) != tolower((unsigned char)*text))
            name++;
        if (*name == '\0')
            return -1;
        gaps += last != NULL ? (int)(name - last - 1) : 0;
        last = name++;
    }
    return gaps;
}

// -1: it does not fit.
static int match(const char *name, const char *text)
{
    const char *found = strcasestr(name, text);
    if (strcasecmp(name, text) == 0)
        return RANK_EXACT;
    if (found == name)
        return RANK_BEGINS;
    if (found != NULL)
        return strchr(" -_.", found[-1]) != NULL ? RANK_WORD_BEGINS : RANK_CONTAINS;
    int gaps = scatter(name, text);
    return gaps >= 0 ? RANK_SCATTERED + gaps : -1;
}

// title: another name that is looked at too, or NULL.
static void offer(struct entries *entries, const char *text, enum entry_kind kind, size_t index,
                  const char *name, const char *title, const char *help)
{
    int rank = match(name, text);
    int other = title != NULL ? match(title, text) : -1;
    other = other == RANK_EXACT ? RANK_BEGINS : other; // a name is exact, a title is not
    if (rank < 0 || (other >= 0 && other < rank))
        rank = other;
    if (rank < 0)
        return;
    struct entry *entry = mem_push(&entries->items, &entries->count, &entries->cap, sizeof *entry);
    *entry = (struct entry){kind, name, help, index, rank};
}

static int compare(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    if (left->rank != right->rank)
        return left->rank - right->rank;
    if (left->kind != right->kind)
        return (int)left->kind - (int)right->kind;
    return left->index < right->index ? -1 : left->index > right->index;
}

static struct entries find(struct console *console, const struct prompt *prompt)
{
    struct entries entries = {0};
    const char *text = line_edit_text(&prompt->line);
    unsigned mode = guide_view_is_here(console) ? MODE_GUIDE
                    : console->here >= 0        ? MODE_PANE
                                                : MODE_OVERVIEW;
    for (size_t i = 0; i < console->pane_count; i++)
        offer(&entries, text, ENTRY_PANE, i, console->panes[i]->probe->schema->name,
              _(console->panes[i]->probe->title), _(console->panes[i]->probe->purpose));
    for (size_t i = 0; i < console->model->host_count; i++)
        offer(&entries, text, ENTRY_HOST, i, console->model->hosts[i].config->name,
              console->model->hosts[i].config->groups, _("show only this host"));
    for (size_t i = 0; i < key_command_count; i++)
        if ((key_commands[i].modes & mode) != 0 &&
            (console->player != NULL || (key_commands[i].modes & MODE_REPLAY) == 0) &&
            strncmp(key_commands[i].name, "pane-", 5) != 0)
            offer(&entries, text, ENTRY_COMMAND, i, key_commands[i].name, NULL,
                  _(key_commands[i].help));
    const char *list;
    for (size_t i = 0; (list = guide_view_list(console, i)) != NULL; i++)
        offer(&entries, text, ENTRY_CHECKLIST, i, list, NULL,
              _("the guided checklist of this name: begin it, or go on where it was left"));
    // The others are commands.
    for (size_t i = 0; actions[i] != NULL; i++)
        if (key_command_find(actions[i]->name) == NULL)
            offer(&entries, text, ENTRY_ACTION, i, actions[i]->name, _(actions[i]->title),
                  _(actions[i]->help));
    for (size_t i = 0; i < console->config->filter_count; i++)
        offer(&entries, text, ENTRY_FILTER, i, console->config->filters[i].name, NULL,
              console->config->filters[i].expression);
    for (size_t i = 0; i < console->config->command_count; i++)
        if (own_commands_offered(console, &console->config->commands[i]))
            offer(&entries, text, ENTRY_OWN, i, console->config->commands[i].name,
                  console->config->commands[i].title, keymap_own(console->keymap, i)->help);
    if (entries.count > 0)
        qsort(entries.items, entries.count, sizeof *entries.items, compare);
    return entries;
}

// The entry chosen with the arrow keys, kept within the list.
static size_t chosen(struct prompt *prompt, const struct entries *entries)
{
    int count = (int)entries->count;
    if (prompt->chosen >= count)
        prompt->chosen = count - 1;
    if (prompt->chosen < 0)
        prompt->chosen = 0;
    return (size_t)prompt->chosen;
}

// Goes to the pane of a saved filter and filters it.
static void show_filter(struct console *console, const struct filter_config *filter)
{
    struct err err = {0};
    bool done = false;
    if (strcmp(filter->pane, host_table_schema.name) == 0)
        done = console_choose_hosts(console, filter->expression, NULL, &err);
    else
        err_set(&err, "no pane is called %s", filter->pane);
    for (size_t i = 0; i < console->pane_count && !done; i++) {
        if (strcmp(console->panes[i]->probe->schema->name, filter->pane) != 0)
            continue;
        console_go(console, (long)i);
        pane_show_all(console->panes[i]);
        err = (struct err){0};
        done = table_view_set_filter(console->panes[i]->rows, filter->expression, NULL, &err);
        break;
    }
    if (!done)
        journal_answer(console->journal, LEVEL_WARN, "", "[filter %s]: %s", filter->name, err.text);
}

static void run(struct console *console, const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_PANE:
        console_go(console, (long)entry->index);
        break;
    case ENTRY_HOST: {
        char *filter = mem_printf("host=%s", entry->name);
        console_choose_hosts(console, filter, NULL, NULL);
        free(filter);
        break;
    }
    case ENTRY_COMMAND:
        console->next =
            key_commands[entry->index].run(console, key_commands[entry->index].argument);
        break;
    case ENTRY_CHECKLIST: {
        char *list = mem_strdup(guide_view_list(console, entry->index)); // the menu reads them anew
        guide_view_begin(console, list, false);
        free(list);
        break;
    }
    case ENTRY_FILTER:
        show_filter(console, &console->config->filters[entry->index]);
        break;
    case ENTRY_OWN:
        console->next = own_commands_press(console, (int)entry->index);
        break;
    case ENTRY_ACTION:
        break;
    }
}

static const struct action *action_of(const struct prompt *prompt, const char **rest)
{
    return act_words_action(line_edit_text(&prompt->line), rest);
}

static bool wants_name(const struct console *console, const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_COMMAND:
        return key_command_wants_name(&key_commands[entry->index]);
    case ENTRY_OWN:
        return console->config->commands[entry->index].writes;
    case ENTRY_ACTION:
        return !actions[entry->index]->reads_only;
    case ENTRY_PANE:
    case ENTRY_HOST:
    case ENTRY_CHECKLIST:
    case ENTRY_FILTER:
        break;
    }
    return false;
}

// Puts the name of what was only guessed from the letters typed into the line, to be read before it
// is run.
static void take_guess(struct prompt *prompt, const struct entry *entry)
{
    struct err err;
    err_set(&err, "nothing here is called \"%s\": Enter again runs \"%s\", Esc cancels",
            line_edit_text(&prompt->line), entry->name);
    line_edit_set(&prompt->line, entry->name);
    prompt_error(prompt, SIZE_MAX, &err);
}

static bool accept(struct console *console, struct prompt *prompt)
{
    const char *rest;
    const struct action *action = action_of(prompt, &rest);
    if (action != NULL)
        return act_words_run(console, prompt, action, rest);
    struct entries entries = find(console, prompt);
    bool found = entries.count > 0;
    if (found) {
        const struct entry *entry = &entries.items[chosen(prompt, &entries)];
        bool guessed = prompt->chosen == 0 && entry->rank > RANK_BEGINS; // not by an arrow key
        if (guessed && wants_name(console, entry)) {
            take_guess(prompt, entry);
            free(entries.items);
            return false;
        }
        line_edit_set(&prompt->line, entry->name); // so that it is remembered whole
        if (entry->kind == ENTRY_ACTION)
            found = act_words_run(console, prompt, actions[entry->index], "");
        else
            run(console, entry);
    } else {
        struct err err;
        err_set(&err, "nothing here is called \"%s\"", line_edit_text(&prompt->line));
        prompt_error(prompt, 0, &err);
    }
    free(entries.items);
    return found;
}

static char *complete(struct console *console, struct prompt *prompt)
{
    char *name = act_words_complete(console, line_edit_text(&prompt->line));
    if (name != NULL)
        return name;
    struct entries entries = find(console, prompt);
    if (entries.count > 0)
        name = mem_strdup(entries.items[chosen(prompt, &entries)].name);
    free(entries.items);
    return name;
}

static int lines_above(struct console *console, struct prompt *prompt, int width)
{
    (void)width;
    const char *rest;
    if (action_of(prompt, &rest) != NULL)
        return 1;
    struct entries entries = find(console, prompt);
    free(entries.items);
    return entries.count < LINES_MAX ? (int)entries.count : LINES_MAX;
}

static void draw_entry(struct console *console, const struct entry *entry, struct area line,
                       bool here)
{
    struct str keys = {0};
    enum role role = here ? ROLE_CURSOR : ROLE_TEXT;
    draw_fill(line.top, line.left, line.width, role);
    draw_text(line.top, line.left + 2, 18, role, entry->name);
    draw_text(line.top, line.left + 21, line.width - 33, here ? ROLE_CURSOR : ROLE_HINT,
              entry->help);
    if (entry->kind == ENTRY_COMMAND || entry->kind == ENTRY_OWN)
        keymap_keys(console->keymap, guide_view_is_here(console) ? MODE_GUIDE : MODE_PANE,
                    console_pane_name(console),
                    entry->kind == ENTRY_OWN ? keymap_own(console->keymap, entry->index)
                                             : &key_commands[entry->index],
                    1, "", &keys);
    if (keys.len > 0)
        draw_text(line.top, line.left + line.width - 10, 10, here ? ROLE_CURSOR : ROLE_KEY,
                  str_text(&keys));
    str_dispose(&keys);
}

static int draw_usage(struct console *console, const struct action *action, struct area area)
{
    struct str usage = {0};
    char *question = own_commands_question(console, line_edit_text(&console->prompt->line));
    if (question != NULL)
        str_append(&usage, question);
    else
        act_words_usage(console, action, &usage);
    free(question);
    draw_fill(area.top, area.left, area.width, ROLE_TEXT);
    draw_text(area.top, area.left + 2, area.width - 4, ROLE_HINT, str_text(&usage));
    str_dispose(&usage);
    return 1;
}

static int draw_above(struct console *console, struct prompt *prompt, struct area area)
{
    const char *rest;
    const struct action *action = action_of(prompt, &rest);
    if (action != NULL)
        return draw_usage(console, action, area);
    struct entries entries = find(console, prompt);
    size_t at = entries.count > 0 ? chosen(prompt, &entries) : 0;
    size_t first = at >= (size_t)area.height ? at - (size_t)area.height + 1 : 0;
    for (int line = 0; line < area.height && first + (size_t)line < entries.count; line++)
        draw_entry(console, &entries.items[first + (size_t)line],
                   (struct area){area.top + line, area.left, 1, area.width},
                   first + (size_t)line == at);
    free(entries.items);
    return area.height;
}

static const struct prompt_class palette_class = {
    .label = N_("command:"),
    .help = N_("a command, a pane or a host; ban ADDRESS 2h REASON"),
    .accept = accept,
    .remembers = true,
    .complete = complete,
    .lists = true,
    .draw_above = draw_above,
    .lines_above = lines_above,
};

void palette_open_with(struct console *console, const char *text)
{
    console_open_prompt(console, &palette_class, text);
}

enum next palette_open(struct console *console, int argument)
{
    (void)argument;
    console_open_prompt(console, &palette_class, "");
    return NEXT_PAINT;
}
