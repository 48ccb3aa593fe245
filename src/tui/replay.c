// SPDX-License-Identifier: MIT

// A replay in the console.
#include "tui/replay.h"

#include <time.h>

#include "base/clock.h"
#include "base/lang.h"
#include "tui/state.h"

#define CATCH_UP_MS 200  // of a machine that is too slow, or was suspended
#define SLICE_MS    8    // then there are keys to obey
#define PAINTS_MS   100  // at most so often for the replay's own sake
#define SEEKS_MS    500  // and so often while it seeks: what is on the way is not looked at
#define FADED_MS    6000 // what fades on a live console, too
#define JUMP_STEPS  10   // more steps than this at once are a jump: nothing of it is marked as new

static void forget(struct console *console)
{
    model_forget(console->model);
    overview_forget(console->overview);
    journal_forget_hosts(console->journal);
}

static void forget_view(struct table_view *table, bool widths)
{
    table_view_forget_changes(table);
    if (widths)
        table_view_forget_widths(table);
}

// What was seen on the way to a place marks nothing there as new, and makes no room there.
static void forget_way(struct console *console, bool widths)
{
    for (size_t i = 0; i < console->pane_count; i++)
        forget_view(console->panes[i]->rows, widths);
    for (size_t kind = 0; kind < console->overview->kinds; kind++)
        forget_view(console->overview->sections[kind], widths);
}

// False: there is nothing more to do now.
static bool go_step(struct console *console, void (*take)(struct console *console))
{
    enum player_word word = player_step(console->player);
    if (word == PLAYER_NO_TROUBLE)
        journal_answer(console->journal, LEVEL_INFO, "",
                       "no more trouble up to the end of the recording");
    if (word == PLAYER_ANEW)
        forget(console);
    if (word == PLAYER_ANEW || word == PLAYER_STEPPED) {
        take(console);
        console->replay_steps++;
    }
    return word != PLAYER_RESTS;
}

void replay_go_on(struct console *console, void (*take)(struct console *console))
{
    int64_t begun_ms = clock_mono_ms();
    bool more = true;
    console->replay_sought |= replay_seeks(console);
    while (more && clock_mono_ms() - begun_ms <= SLICE_MS)
        more = go_step(console, take);
    console->replay_rests = !more;
    player_hold(console->player, CATCH_UP_MS);
}

// Why the search for trouble has stopped here.
static void say_trouble(struct console *console)
{
    struct player_trouble found;
    if (!player_take_trouble(console->player, &found))
        return;
    const char *host = fleet_host(console->fleet, found.host)->name;
    if (found.probe == NULL)
        journal_answer(console->journal, LEVEL_WARN, "", "%s: the host is lost here", host);
    else
        journal_answer(console->journal, LEVEL_WARN, "", "%s: %s: %zu critical here, %zu before",
                       host, _(found.probe->title), found.critical, found.before);
}

void replay_settle(struct console *console)
{
    for (const char *note; (note = player_next_note(console->player)) != NULL;)
        journal_add(console->journal, LEVEL_WARN, "", "%s", note);
    if (console->replay_steps == 0)
        return;
    bool arrives = console->replay_rests && console->replay_sought;
    if (console->replay_steps > JUMP_STEPS)
        forget_way(console, arrives);
    if (console->replay_rests) {
        say_trouble(console);
        console->replay_steps = 0;
        console->replay_sought = false;
    }
    journal_fade(console->journal, clock_shown_wall_ms() - FADED_MS * player_rate(console->player));
}

bool replay_seeks(const struct console *console)
{
    return console->player != NULL && player_seeks(console->player);
}

bool replay_stop(struct console *console)
{
    if (!replay_seeks(console))
        return false;
    player_stop(console->player);
    return true;
}

int64_t replay_paint_at(const struct console *console, int64_t now_ms, int64_t tick_ms)
{
    int64_t due_ms = player_due_ms(console->player);
    int64_t least_ms = now_ms + (replay_seeks(console) ? SEEKS_MS : PAINTS_MS);
    if (due_ms < least_ms)
        due_ms = least_ms;
    return due_ms < tick_ms ? due_ms : tick_ms;
}

void replay_status(const struct console *console, bool day, struct str *out)
{
    const struct player *player = console->player;
    char time[32];
    bool seeks = player_seeks(player); // it is not there yet
    time_t seconds = (time_t)((seeks ? clock_shown_wall_ms() : player_now_ms(player)) / 1000);
    struct tm tm;
    localtime_r(&seconds, &tm);
    strftime(time, sizeof time, day ? "%Y-%m-%d %H:%M:%S" : "%H:%M:%S", &tm);
    str_appendf(out, _("REPLAY %s x%d %s "), time, player_rate(player),
                seeks                   ? (day ? _("seeking (Esc stops)") : _("seeking"))
                : player_in_gap(player) ? _("gap")
                : player_at_end(player) ? _("end")
                : player_pauses(player) ? _("paused")
                                        : "▶");
}

enum next replay_keys_pause(struct console *console, int argument)
{
    (void)argument;
    struct player *player = console->player;
    if (player_at_end(player))
        journal_answer(console->journal, LEVEL_INFO, "", "the recording ends here");
    else
        player_pause(player, !player_pauses(player));
    return NEXT_PAINT;
}

enum next replay_keys_speed(struct console *console, int argument)
{
    player_faster(console->player, argument);
    return NEXT_PAINT;
}

enum next replay_keys_jump(struct console *console, int argument)
{
    player_seek(console->player,
                player_now_ms(console->player) + (int64_t)argument * PLAYER_STEP_MS);
    return NEXT_PAINT;
}

enum next replay_keys_start(struct console *console, int argument)
{
    (void)argument;
    player_seek(console->player, player_begin_ms(console->player));
    return NEXT_PAINT;
}

static bool accept_time(struct console *console, struct prompt *prompt)
{
    struct err err = {0};
    int64_t wall_ms;
    if (!player_parse_time(console->player, line_edit_text(&prompt->line), &wall_ms, &err)) {
        prompt_error(prompt, SIZE_MAX, &err);
        return false;
    }
    int beyond = player_beyond(console->player, wall_ms);
    player_seek(console->player, wall_ms);
    if (beyond > 0)
        journal_answer(console->journal, LEVEL_INFO, "",
                       "that is after the end of the recording: this is its end");
    else if (beyond < 0)
        journal_answer(console->journal, LEVEL_INFO, "",
                       "that is before the recording: this is its beginning");
    return true;
}

static const struct prompt_class time_class = {
    .label = N_("go to:"),
    .help = N_("04:12   04:12:31   start   end   from the time shown: +5m   -90s"),
    .accept = accept_time,
    .remembers = true,
};

enum next replay_keys_time(struct console *console, int argument)
{
    (void)argument;
    console_open_prompt(console, &time_class, "");
    return NEXT_PAINT;
}

enum next replay_keys_trouble(struct console *console, int argument)
{
    (void)argument;
    player_seek_trouble(console->player);
    return NEXT_PAINT;
}
