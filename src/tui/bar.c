// SPDX-License-Identifier: MIT

// Top and bottom lines.
#include "tui/bar.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/accent.h"
#include "tui/act_keys.h"
#include "tui/guide_keys.h"
#include "tui/journal_view.h"
#include "tui/pane_table.h"
#include "tui/replay.h"
#include "tui/screen.h"
#include "tui/shield_view.h"
#include "tui/state.h"
#include "tui/wrap.h"

#define TAB_MAX          96
#define ANSWER_LINES_MAX 4
#define HINT_RANKS       4

// How much of the tabs is shown: titles; keys, with the title of what is here; the same of what is
// in trouble alone; only their keys.
enum tabs { TABS_TITLED, TABS_COMPACT, TABS_TROUBLED, TABS_KEYS };

// "3 Gateways !!"; compact: "3!!".
static void tab_text(struct console *console, long place, enum tabs tabs, char out[TAB_MAX],
                     enum role *role)
{
    char name[40];
    struct str key = {0};
    enum level level = LEVEL_NONE;
    snprintf(name, sizeof name, place < 0 ? "overview" : "pane-%ld", place + 1);
    const struct key_command *command = key_command_find(name);
    if (command != NULL)
        keymap_keys(console->keymap, MODE_PANE, console_pane_name(console), command, 1, "", &key);
    if (place >= 0)
        level = pane_table_level(console->model, console->panes[place]->probe);
    const char *sign = level == LEVEL_CRIT ? "!!" : level == LEVEL_WARN ? "!" : "";
    const char *title = place < 0 ? _("Overview") : _(console->panes[place]->probe->title);
    bool here = place == console->here;
    if (tabs == TABS_KEYS || (tabs != TABS_TITLED && !here))
        snprintf(out, TAB_MAX, " %s%s ", key.len > 0 ? str_text(&key) : "·", sign);
    else
        snprintf(out, TAB_MAX, " %s%s%s%s%s ", str_text(&key), key.len > 0 ? " " : "", title,
                 sign[0] != '\0' ? " " : "", sign);
    *role = here                  ? ROLE_BAR_CURRENT
            : level == LEVEL_CRIT ? ROLE_BAR_CRIT
            : level == LEVEL_WARN ? ROLE_BAR_WARN
                                  : ROLE_BAR;
    str_dispose(&key);
}

static bool has_key(struct console *console, long place)
{
    char name[40];
    struct str key = {0};
    snprintf(name, sizeof name, "pane-%ld", place + 1);
    const struct key_command *command = key_command_find(name);
    if (command != NULL)
        keymap_keys(console->keymap, MODE_PANE, console_pane_name(console), command, 1, "", &key);
    bool has = key.len > 0;
    str_dispose(&key);
    return has;
}

// "+7!!" for the panes that have no key, but the one that is here; false: there is none.
static bool rest_text(struct console *console, char out[TAB_MAX], enum role *role)
{
    size_t count = 0;
    enum level worst = LEVEL_NONE;
    for (long place = 0; place < (long)console->pane_count; place++) {
        if (place == console->here || has_key(console, place))
            continue;
        enum level level = pane_table_level(console->model, console->panes[place]->probe);
        worst = level > worst ? level : worst;
        count++;
    }
    const char *sign = worst == LEVEL_CRIT ? "!!" : worst == LEVEL_WARN ? "!" : "";
    snprintf(out, TAB_MAX, " +%zu%s ", count, sign);
    *role = worst == LEVEL_CRIT ? ROLE_BAR_CRIT : worst == LEVEL_WARN ? ROLE_BAR_WARN : ROLE_BAR;
    return count > 0;
}

// "c Morning 3/12!!" of a run that is open, "Checklists" of the menu; false: neither.
static bool guide_text(struct console *console, char out[TAB_MAX], enum role *role)
{
    struct str key = {0};
    char words[TAB_MAX - 12];
    enum level level = LEVEL_NONE;
    bool here = guide_view_is_here(console);
    bool runs = guide_view_tab(console, words, sizeof words, &level);
    if (!runs)
        snprintf(words, sizeof words, "%s", _("Checklists"));
    keymap_keys(console->keymap, MODE_PANE, NULL, key_command_find("checklist"), 1, "", &key);
    snprintf(out, TAB_MAX, " %.4s%s%s%s ", str_text(&key), key.len > 0 ? " " : "", words,
             level == LEVEL_CRIT   ? " !!"
             : level == LEVEL_WARN ? " !"
                                   : "");
    *role = here                  ? ROLE_BAR_CURRENT
            : level == LEVEL_CRIT ? ROLE_BAR_CRIT
            : level == LEVEL_WARN ? ROLE_BAR_WARN
                                  : ROLE_BAR;
    str_dispose(&key);
    return runs || here;
}

// Draws the tabs from col on, with row < 0 none; returns the column behind them.
static int put_tabs(struct console *console, enum tabs tabs, int row, int col, int width)
{
    for (long place = -2; place <= (long)console->pane_count; place++) {
        char text[TAB_MAX];
        enum role role;
        if (place == -2) {
            if (!guide_text(console, text, &role))
                continue;
        } else if (place == (long)console->pane_count) {
            if (!rest_text(console, text, &role))
                continue;
        } else if (place < 0 || place == console->here || has_key(console, place)) {
            tab_text(console, place, tabs, text, &role);
        } else {
            continue;
        }
        int from = col;
        if (tabs >= TABS_TROUBLED && (role == ROLE_BAR || col + draw_width(text) > width))
            continue;
        if (row < 0)
            col += draw_width(text);
        else if (col < width)
            col += draw_text(row, col, width - col, role, text);
        if (row >= 0)
            screen_add_zone(
                &(struct zone){.area = {row, from, 1, col - from},
                               .kind = place == (long)console->pane_count ? ZONE_COMMAND : ZONE_TAB,
                               .place = place == -2 ? guide_view_place(console) : place,
                               .command = key_command_find("command")});
    }
    return col;
}

// What all hosts that are shown have in common, or "".
static const char *shown_environment(const struct model *model)
{
    const char *environment = NULL;
    for (size_t i = 0; i < model->host_count; i++) {
        const char *its = model->hosts[i].config->environment;
        if (!model->hosts[i].selected)
            continue;
        if (environment != NULL && strcmp(environment, its) != 0)
            return "";
        environment = its;
    }
    return environment != NULL ? environment : "";
}

// Which hosts are shown; of several with one environment its name, so that its colour is not taken
// for theirs.
static void hosts_text(const struct console *console, struct str *out)
{
    const struct model *model = console->model;
    const char *environment = shown_environment(model);
    bool filtered = console->host_filter[0] != '\0', named = environment[0] != '\0';
    if (filtered && named)
        // TRANSLATORS: environment (prod), so many of so many hosts, the filter
        str_appendf(out, _("%s hosts %zu of %zu: %s"), environment, model->selected_count,
                    model->host_count, console->host_filter);
    else if (filtered)
        str_appendf(out, _("hosts %zu of %zu: %s"), model->selected_count, model->host_count,
                    console->host_filter);
    else if (model->host_count > 1 && named)
        // TRANSLATORS: so many hosts, environment: "2 prod hosts"
        str_appendf(out, P_("%zu %s host", "%zu %s hosts", model->host_count), model->host_count,
                    environment);
    else if (model->host_count > 1)
        str_appendf(out, P_("%zu host", "%zu hosts", model->host_count), model->host_count);
    else if (model->host_count == 1)
        str_appendf(out, "%s%s%s", model->hosts[0].config->name, named ? " " : "", environment);
}

// The hosts that are shown, in the accent of the one that must not be overlooked; *from and *len
// are where that stands in the text.
static void right_text(struct console *console, struct str *out, size_t *from, size_t *len)
{
    char time[LOCAL_TIME_MAX];
    local_time(clock_shown_wall_ms(), time);
    size_t running = acts_running(console->acts), asks = acts_question_count(console->acts);
    char shield[SHIELD_WORDS_MAX];
    shield_view_words(console, shield);
    if (shield[0] != '\0')
        str_appendf(out, "%s  ", shield);
    if (running > 0)
        str_appendf(out, _("%zu under way"), running);
    str_append(out, running > 0 ? "  " : "");
    // TRANSLATORS: so many questions wait for an answer.
    if (console->player != NULL)
        asks = 0; // a plan that is shown asks nothing
    if (asks > 0)
        str_appendf(out, P_("%zu asks", "%zu ask", asks), asks);
    str_append(out, asks > 0 ? "  " : "");
    *from = out->len;
    hosts_text(console, out);
    *len = out->len - *from;
    str_append(out, *len > 0 ? "  " : "");
    if (console->player != NULL)
        replay_status(console, true, out);
    else
        str_appendf(out, "%s ", time);
}

// What is left out as the line gets shorter: the program's name, the hosts, the panes' titles.
struct top_plan {
    bool name, compact;
    const char *right;
};

static struct top_plan plan_top(struct console *console, const char *right, int width)
{
    const char *time = strrchr(right, ' ') != NULL ? strstr(right, "  ") : NULL;
    bool filtered = console->host_filter[0] != '\0'; // which hosts are left out must be said
    const char *shorter = time != NULL && !filtered ? time + 2 : right;
    int name = draw_width(" nocdesk ");
    for (int compact = 0; compact < 2; compact++) {
        int tabs = put_tabs(console, compact != 0 ? TABS_COMPACT : TABS_TITLED, -1, 0, width);
        if (name + tabs + 1 + draw_width(right) <= width)
            return (struct top_plan){true, compact != 0, right};
        if (tabs + 1 + draw_width(right) <= width)
            return (struct top_plan){false, compact != 0, right};
        if (tabs + 1 + draw_width(shorter) <= width)
            return (struct top_plan){false, compact != 0, shorter};
    }
    return (struct top_plan){false, true, filtered && console->player == NULL ? right : ""};
}

static enum accent accent_of_shown(const struct model *model)
{
    enum accent accent = ACCENT_NONE;
    for (size_t i = 0; i < model->host_count; i++)
        if (model->hosts[i].selected)
            accent = accent_stronger(accent, model->hosts[i].config->accent);
    return accent;
}

// The replay's badge where the line has no room for more, and what room it leaves for tabs.
static enum tabs shorten_replay(struct console *console, int width, struct str *badge)
{
    str_clear(badge);
    replay_status(console, false, badge);
    int cols = draw_width(str_text(badge)) + 1;
    for (enum tabs tabs = TABS_COMPACT; tabs <= TABS_KEYS; tabs++)
        if (put_tabs(console, tabs, -1, 0, width) + cols <= width)
            return tabs;
    str_clear(badge);
    str_append(badge, _("REPLAY"));
    return TABS_KEYS;
}

void bar_draw_top(struct console *console, int row, int width)
{
    struct str right = {0};
    size_t hosts_at, hosts_len;
    right_text(console, &right, &hosts_at, &hosts_len);
    struct top_plan plan = plan_top(console, str_text(&right), width);
    draw_fill(row, 0, width, ROLE_BAR);
    int col = plan.name ? draw_text(row, 0, width, ROLE_BAR, " nocdesk ") : 0;
    enum tabs tabs = plan.compact ? TABS_COMPACT : TABS_TITLED;
    int tabs_end = width;
    if (plan.right[0] == '\0' && console->player != NULL) { // never to be taken for now
        hosts_len = 0;
        tabs = shorten_replay(console, width, &right);
        plan.right = str_text(&right);
        tabs_end = width - draw_width(plan.right) - 1;
    }
    col = put_tabs(console, tabs, row, col, tabs_end);
    int need = draw_width(plan.right), room = width - col - 1;
    if (need > 0 && room > 0)
        draw_text(row, need < room ? width - need : col + 1, room,
                  console->player != NULL ? ROLE_BAR_WARN : ROLE_BAR, plan.right);
    enum accent accent = accent_of_shown(console->model);
    if (accent != ACCENT_NONE && hosts_len > 0 && plan.right == str_text(&right) && need < room) {
        char *before = mem_strndup(plan.right, hosts_at);
        char *hosts = mem_strndup(plan.right + hosts_at, hosts_len);
        draw_text(row, width - need + draw_width(before), room, accent_badge(accent), hosts);
        free(before);
        free(hosts);
    }
    str_dispose(&right);
}

// An answer is shown whole, over the last rows of the pane; false: one line is enough.
static bool draw_answer(int row, int width, enum role role, const char *sign, const char *text)
{
    struct str whole = {0};
    str_appendf(&whole, "%s%s", sign, text);
    char *clean = text_clean_dup(str_text(&whole));
    int lines = wrap_lines(clean, width - 2, 2);
    lines = lines < ANSWER_LINES_MAX ? lines : ANSWER_LINES_MAX;
    bool several = lines > 1 && row - lines > 2;
    for (int i = 0; several && i < lines; i++)
        draw_fill(row - i, 0, width, role);
    if (several)
        wrap_draw((struct area){row - lines + 1, 1, lines, width - 2}, role, 2, clean);
    free(clean);
    str_dispose(&whole);
    return several;
}

// An action that does not get on, for as long as it does not.
static bool draw_wait(struct console *console, int row, int width)
{
    struct str text = {0};
    bool waits = acts_waits(console, &text);
    if (waits) {
        draw_fill(row, 0, width, ROLE_TEXT);
        draw_text(row, 1, width - 2, ROLE_WARN, str_text(&text));
    }
    str_dispose(&text);
    return waits;
}

// Of troubles that stand above anyway, only that there is something to read; false: there is not.
static bool draw_unseen(struct console *console, int row, int width)
{
    size_t unseen = journal_unseen(console->journal);
    struct str key = {0}, words = {0};
    if (unseen == 0)
        return false;
    if (unseen == 1)
        str_append(&words, _("One message in the journal has not been seen."));
    else
        str_appendf(&words,
                    P_("%zu message in the journal has not been seen.",
                       "%zu messages in the journal have not been seen.", unseen),
                    unseen);
    if (keymap_keys(console->keymap, MODE_OVERVIEW, NULL, key_command_find("journal"), 1, "",
                    &key) > 0)
        str_appendf(&words, _(" %s opens it."), str_text(&key));
    draw_fill(row, 0, width, ROLE_TEXT);
    draw_text(row, 1, width - 2, ROLE_DIM, str_text(&words));
    str_dispose(&key);
    str_dispose(&words);
    return true;
}

static bool draw_toast(struct console *console, int row, int width)
{
    bool overview = console->here < 0 && console->viewer == NULL;
    const struct event *event = journal_toast(console->journal, !overview);
    if (event == NULL)
        return overview && draw_unseen(console, row, width);
    const char *sign = event->level == LEVEL_CRIT ? "!! " : event->level == LEVEL_WARN ? "! " : "";
    size_t unseen = journal_unseen(console->journal);
    char more[96] = "";
    if (event->level >= LEVEL_WARN && unseen > 1 && !event->answer)
        snprintf(more, sizeof more, _(" (and %zu more in the journal)"), unseen - 1);
    int room = width - 2 - draw_width(more);
    draw_fill(row, 0, width, ROLE_TEXT);
    enum role role = event->level == LEVEL_CRIT ? ROLE_ALERT : role_of_level(event->level);
    if (event->answer && draw_answer(row, width, role, sign, event->text))
        return true;
    int used = draw_textf(row, 1, room, role, "%s%s", sign, event->text);
    if (more[0] != '\0')
        draw_text(row, 1 + used, width - 1 - used, ROLE_DIM, more);
    return true;
}

// What "q quit" takes, with the gap before it; 0 where no key quits.
static int quit_cols(struct console *console)
{
    const struct key_command *quit = key_command_find("quit");
    struct str key = {0};
    int cols = 0;
    if (keymap_keys(console->keymap, console_mode(console), console_pane_name(console), quit, 1, "",
                    &key) > 0)
        cols = draw_width(str_text(&key)) + 1 + draw_width(lang_of("key", quit->hint)) + 2;
    str_dispose(&key);
    return cols;
}

// What the key is called here, or NULL: it means nothing here.
static const char *hint_of(struct console *console, const struct key_command *command)
{
    if (command->hint == NULL || (command->modes & (unsigned)console_mode(console)) == 0)
        return NULL;
    if (command->modes == MODE_PANE && strcmp(command->name, "window") == 0 &&
        console->panes[console->here]->probe->schema->variants == NULL)
        return NULL;
    if (command->run == shield_view_press && !shield_view_means(console))
        return NULL;
    if (command->run != act_keys_press)
        return guide_keys_hint(console, command);
    return act_keys_means(console, (enum act_key)command->argument)
               ? act_keys_hint(console, command)
               : NULL;
}

// Where one is led, what decides stands first, then what can be done with the row.
static int rank_of(const struct console *console, const struct key_command *command)
{
    if (!guide_view_is_here(console))
        return 0;
    if (command->run == guide_keys_take || command->run == guide_keys_note ||
        command->run == guide_keys_mark)
        return 0;
    if (command->run == act_keys_press && command->argument != ACT_UNDO)
        return 1;
    return command->modes == MODE_GUIDE ? 2 : HINT_RANKS - 1;
}

static int draw_hint(struct console *console, const struct key_command *command, int row, int col,
                     int width)
{
    const char *hint = hint_of(console, command);
    struct str key = {0};
    if (hint == NULL)
        return col;
    hint = lang_of("key", hint);
    if (keymap_keys(console->keymap, console_mode(console), console_pane_name(console), command, 1,
                    "", &key) > 0 &&
        col + draw_width(str_text(&key)) + 1 + draw_width(hint) <= width) {
        int from = col;
        col += draw_text(row, col, width - col, ROLE_KEY, str_text(&key)) + 1;
        col += draw_text(row, col, width - col, ROLE_HINT, hint) + 2;
        if (!key_command_writes(command)) // nobody bans by a slip of the mouse
            screen_add_zone(&(struct zone){
                .area = {row, from, 1, col - from - 2}, .kind = ZONE_COMMAND, .command = command});
    }
    str_dispose(&key);
    return col;
}

static void draw_hints(struct console *console, int row, int width)
{
    const struct key_command *quit = key_command_find("quit");
    int col = 1, quit_room = quit_cols(console); // the way out is always said
    for (int rank = 0; rank < HINT_RANKS; rank++)
        for (size_t i = 0; i < key_command_count; i++)
            if (rank_of(console, &key_commands[i]) == rank && &key_commands[i] != quit)
                col = draw_hint(console, &key_commands[i], row, col, width - quit_room);
    draw_hint(console, quit, row, col, width);
}

// After the first of several keys: those that may follow.
static void draw_following(struct console *console, int row, int width)
{
    enum mode mode = console->pressed_in;
    const struct keymap_binding *binding;
    char name[CHORD_KEYS_NAME];
    chord_keys_print(&console->pressed, name);
    int col = 1 + draw_text(row, 1, width - 1, ROLE_KEY, name);
    col += draw_text(row, col, width - col, ROLE_HINT, ",…") + 2;
    for (size_t i = 0; (binding = keymap_binding(console->keymap, i)) != NULL; i++) {
        if (!chord_keys_begin(&binding->keys, &console->pressed) ||
            !keymap_holds(console->keymap, mode, console_pane_name(console), binding))
            continue;
        struct chord_keys rest = {.count = binding->keys.count - console->pressed.count};
        memcpy(rest.items, binding->keys.items + console->pressed.count,
               rest.count * sizeof *rest.items);
        chord_keys_print(&rest, name);
        if (col + draw_width(name) + 1 + draw_width(binding->command->name) > width)
            break;
        col += draw_text(row, col, width - col, ROLE_KEY, name) + 1;
        col += draw_text(row, col, width - col, ROLE_HINT, binding->command->name) + 2;
    }
}

void bar_draw_bottom(struct console *console, int row, int lines, int width)
{
    bool toast = draw_wait(console, row, width) || draw_toast(console, row, width);
    bool follows = console->pressed.count > 0 && console->pressed_in == console_mode(console);
    if (follows && (lines > 1 || !toast))
        draw_following(console, row + lines - 1, width);
    else if (lines > 1 || !toast)
        draw_hints(console, row + lines - 1, width);
}
