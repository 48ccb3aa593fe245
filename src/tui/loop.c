// SPDX-License-Identifier: MIT

// The console from start to end: one loop that waits for keys, news, signals and the clock.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/thread.h"
#include "base/wrap.h"
#include "tui/flood_keys.h"
#include "tui/kept.h"
#include "tui/mouse.h"
#include "tui/own_commands.h"
#include "tui/replay.h"
#include "tui/saved_check.h"
#include "tui/screen.h"
#include "tui/shield_view.h"
#include "tui/state.h"

// At most 30 paints in any second: one each FRAME_MS, and FRAMES_AT_ONCE of them without waiting,
// so that neither a second key nor news before a key make it wait. News alone are painted less.
#define FRAME_MS       37
#define FRAMES_AT_ONCE 3
#define NEWS_FRAME_MS  250
#define TICK_MS        1000 // ages and clocks go on
#define STOP_MS        400
#define MEMORY_STOP_MS 1000
#define HOOKS_STOP_MS  300
#define KEPT_STOP_MS   100

struct loop {
    struct console *console;
    int signal_fd;
    enum next next;
    bool lost;
    bool key_due;   // to be painted soon
    bool news_due;  // to be painted in their turn
    bool ready_due; // rows that news made necessary are prepared: as soon, but not more often
    int64_t news_painted, ready_painted; // monotonic
    int64_t paced_ms; // monotonic: when all paints so far had been due at an even pace
    int64_t tick_at;
};

static void take_input(struct loop *loop)
{
    for (;;) {
        struct input input = screen_read();
        if (input.kind == INPUT_NONE || loop->next == NEXT_QUIT)
            return;
        loop->key_due = true;
        if (input.kind == INPUT_CHORD && input.chord != -1)
            loop->next = console_press(loop->console, input.chord);
        else if (input.kind == INPUT_PASTED)
            console_paste(loop->console, input.chord);
        else if (input.kind == INPUT_PASTE_END)
            console_end_paste(loop->console);
        else if (input.kind == INPUT_MOUSE)
            loop->next = mouse_take(loop->console, &input.mouse);
        if (loop->next == NEXT_SUSPEND || loop->next == NEXT_REDRAW)
            return;
    }
}

static void take_signals(struct loop *loop)
{
    wake_drain(loop->signal_fd);
    struct screen_signals signals = screen_take_signals();
    if (signals.resize) {
        screen_resize();
        loop->key_due = true;
    }
    if (signals.quit)
        loop->next = NEXT_QUIT;
    else if (signals.suspend)
        loop->next = NEXT_SUSPEND;
}

static int64_t paint_at(const struct loop *loop)
{
    int64_t at = loop->tick_at;
    bool seeks = replay_seeks(loop->console); // then there are news all the time
    if (!seeks && loop->news_due && loop->news_painted + NEWS_FRAME_MS < at)
        at = loop->news_painted + NEWS_FRAME_MS;
    if (!seeks && loop->ready_due && loop->ready_painted + NEWS_FRAME_MS < at)
        at = loop->ready_painted + NEWS_FRAME_MS;
    int64_t free_at = loop->paced_ms - (FRAMES_AT_ONCE - 1) * FRAME_MS;
    if (loop->key_due && free_at < at)
        at = free_at;
    return at;
}

static void paint(struct loop *loop)
{
    int64_t now = clock_mono_ms();
    bool only_news = loop->news_due && !loop->key_due && !loop->ready_due && now < loop->tick_at;
    console_update(loop->console);
    loop->news_due = false;
    if (!loop->key_due)
        loop->news_painted = now;
    if (only_news && console_prepares(loop->console))
        return; // one paint with the rows is enough
    console_paint(loop->console);
    if (loop->ready_due)
        loop->ready_painted = now;
    loop->key_due = loop->ready_due = false;
    loop->paced_ms = (loop->paced_ms > now ? loop->paced_ms : now) + FRAME_MS;
    if (loop->paced_ms > now + FRAMES_AT_ONCE * FRAME_MS) // a clock that stands still
        loop->paced_ms = now + FRAMES_AT_ONCE * FRAME_MS;
    loop->tick_at = now + TICK_MS;
    if (loop->console->player != NULL)
        loop->tick_at = replay_paint_at(loop->console, now, loop->tick_at);
}

static void obey(struct loop *loop)
{
    if (loop->next == NEXT_SUSPEND)
        screen_suspend();
    if (loop->next == NEXT_SUSPEND || loop->next == NEXT_REDRAW) {
        screen_redraw_all();
        loop->next = NEXT_PAINT;
        loop->key_due = true;
    }
}

static int memory_wake(const struct console *console)
{
    return console->memory != NULL ? memory_wake_fd(console->memory) : -1;
}

// What is sought in a replay is gone on with between two keys, and painted when it is found.
static void seek(struct loop *loop)
{
    if (!replay_seeks(loop->console))
        return;
    console_go_on(loop->console);
    loop->key_due |= !replay_seeks(loop->console);
}

// One round: wait, take what came, paint when it is time.
static void turn(struct loop *loop)
{
    bool seeks = replay_seeks(loop->console);
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = loop->signal_fd, .events = POLLIN},
                           {.fd = fleet_wake_fd(loop->console->fleet), .events = POLLIN},
                           {.fd = preparer_wake_fd(loop->console->preparer), .events = POLLIN},
                           {.fd = acts_wake_fd(loop->console->acts), .events = POLLIN},
                           {.fd = alerts_wake_fd(loop->console->alerts), .events = POLLIN},
                           {.fd = memory_wake(loop->console), .events = POLLIN},
                           {.fd = loop->console->appearance.watch_fd, .events = POLLIN}};
    int wait_ms = seeks ? 0 : clock_left_ms(paint_at(loop));
    int ready = poll(fds, sizeof fds / sizeof *fds, wait_ms);
    if (ready > 0 && (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
        loop->lost = true; // the terminal is gone
        loop->next = NEXT_QUIT;
        return;
    }
    take_input(loop);
    if (ready > 0 && (fds[1].revents & POLLIN) != 0)
        take_signals(loop);
    if (ready > 0 && (fds[2].revents & POLLIN) != 0) {
        fleet_drain(loop->console->fleet);
        loop->news_due = true;
    }
    if (ready > 0 && (fds[3].revents & POLLIN) != 0) {
        preparer_drain(loop->console->preparer);
        loop->ready_due = true;
    }
    if (ready > 0 && (fds[4].revents & POLLIN) != 0) {
        acts_update(loop->console);
        loop->key_due = true; // what an operator waits for
    }
    if (ready > 0 && (fds[5].revents & POLLIN) != 0) {
        alerts_take_reports(loop->console->alerts, loop->console->journal);
        loop->news_due = true;
    }
    if (ready > 0 && (fds[6].revents & POLLIN) != 0) {
        guide_view_recall(loop->console);
        loop->key_due = true;
    }
    if (ready > 0 && (fds[7].revents & POLLIN) != 0) {
        appearance_take_changes(loop->console);
        loop->key_due = true;
    }
    obey(loop);
    seek(loop);
    // A time-out is the time having come, also where a test holds the clock.
    if ((ready == 0 && !seeks) || clock_left_ms(paint_at(loop)) == 0)
        paint(loop);
}

static void run_loop(struct loop *loop)
{
    int64_t now = clock_mono_ms();
    loop->paced_ms = now;
    loop->news_painted = loop->ready_painted = now - NEWS_FRAME_MS;
    paint(loop);
    fleet_start(loop->console->fleet);
    acts_start(loop->console);
    while (loop->next != NEXT_QUIT)
        turn(loop);
}

static void add_panes(struct console *console)
{
    console->panes = mem_array(probe_count() + 1, sizeof *console->panes); // one more for the guide
    for (size_t i = 0; probes[i] != NULL; i++)
        if (probes[i]->pane)
            console->panes[console->pane_count++] =
                pane_new(probes[i], probes[i]->default_sort, console->preparer, console->config);
}

static struct keeper *new_keeper(struct console *console)
{
    struct err_list errors = {0};
    struct keeper *keeper = keeper_new(console->fleet, console->config, &errors);
    for (size_t i = 0; i < errors.count; i++)
        journal_add(console->journal, LEVEL_WARN, "", "%s", errors.texts[i]);
    err_list_dispose(&errors);
    return keeper;
}

// What goes beyond the screen: alerts, and the memory.
static void keep(struct console *console)
{
    const struct config *config = console->config;
    console->alerts = alerts_new(config);
    char *path = store_path(config->state_dir);
    console->memory = memory_new(path);
    free(path);
    console->keeper = new_keeper(console);
}

// What is saved under a name and broken is not first said when it is needed.
static void tell_saved(struct console *console)
{
    struct err_list errors = {0};
    saved_check(console->config, &errors);
    for (size_t i = 0; i < errors.count; i++)
        journal_add(console->journal, LEVEL_WARN, "", "%s", errors.texts[i]);
    err_list_dispose(&errors);
}

static struct console *console_new(struct fleet *fleet, const struct config *config,
                                   struct player *player)
{
    struct console *console = mem_alloc(sizeof *console);
    console->fleet = fleet;
    console->player = player;
    console->config = config;
    console->journal = journal_new();
    console->typed = prompt_history_new();
    console->model = model_new(fleet);
    console->acts = acts_new(fleet, config);
    console->preparer = preparer_new();
    if (player == NULL) // what was, is kept and told once
        keep(console);
    console->overview = overview_new(console->model->host_count, config, console->preparer, NULL);
    tell_saved(console);
    console->declined = mem_array(console->model->host_count, sizeof *console->declined);
    console->answered = mem_array(console->model->host_count, sizeof *console->answered);
    console->host_filter = mem_strdup("");
    size_t position;
    filter_parse("", &host_table_schema, &console->hosts_shown, &position, NULL);
    console->here = -1;
    add_panes(console);
    console->guide = guide_view_new(console);
    return console;
}

static void console_free(struct console *console)
{
    flood_keys_end(console);
    guide_view_free(console->guide);
    prompt_free(console->prompt);
    prompt_history_free(console->typed);
    viewer_free(console->viewer);
    for (size_t i = 0; i < console->pane_count; i++)
        pane_free(console->panes[i]);
    free(console->panes);
    preparer_free(console->preparer);
    overview_free(console->overview);
    shield_view_free(console->shield);
    acts_free(console->acts);
    own_output_free(console->output);
    keeper_free(console->keeper);
    memory_free(console->memory);
    alerts_free(console->alerts);
    model_free(console->model);
    journal_free(console->journal);
    keymap_free(console->keymap);
    appearance_dispose(&console->appearance);
    filter_free(console->hosts_shown);
    free(console->host_filter);
    free(console->kept);
    free(console->declined);
    free(console->answered);
    free(console);
}

static void print_error(const char *text)
{
    char *clean = text_clean_dup(text);
    char *line = mem_printf("nocdesk: %s", clean);
    wrap_print(stderr, wrap_columns(stderr), 0, 2, line);
    free(line);
    free(clean);
}

// Keys and colours; all their faults at once.
static bool load_files(struct console *console, const struct console_options *options)
{
    struct err_list errors = {0}, notes = {0};
    bool ok = appearance_load(
        console, options->theme != NULL ? options->theme : console->config->theme,
        options->keymap != NULL ? options->keymap : console->config->keymap, &errors, &notes);
    console->appearance.asked = options->theme != NULL;
    for (size_t i = 0; i < errors.count; i++)
        print_error(errors.texts[i]);
    for (size_t i = 0; i < notes.count; i++)
        journal_add(console->journal, LEVEL_NONE, "", "%s", notes.texts[i]);
    err_list_dispose(&errors);
    err_list_dispose(&notes);
    return ok;
}

static bool find_pane(struct console *console, const char *name, long *out)
{
    *out = -1;
    if (name == NULL || strcmp(name, "overview") == 0)
        return true;
    struct str names = {0};
    for (size_t i = 0; i < console->pane_count; i++) {
        const char *here = console->panes[i]->probe->schema->name;
        if (strcmp(here, name) == 0)
            *out = (long)i;
        str_appendf(&names, " %s", here);
    }
    if (*out < 0)
        fprintf(stderr, _("nocdesk: no pane is called \"%s\"; there are: overview%s\n"), name,
                str_text(&names));
    str_dispose(&names);
    return *out >= 0;
}

// The list to begin with, as far as it can be known before; all its faults at once.
static bool find_checklist(struct console *console, const struct console_options *options)
{
    struct err_list errors = {0};
    bool ok = !options->checklists || guide_view_check(console, options->checklist, &errors);
    for (size_t i = 0; i < errors.count; i++)
        print_error(errors.texts[i]);
    err_list_dispose(&errors);
    return ok;
}

static void go_to_begin(struct console *console, const struct console_options *options, long pane)
{
    if (console->player == NULL)
        kept_load(console);
    if (pane >= 0)
        console->split.on = false; // asked for by name
    if (!console->split.on)
        console->here = -1;
    console_go(console, console->split.on ? console->here : pane);
    if (options->checklists && options->checklist != NULL)
        guide_view_begin(console, options->checklist, false);
    else if (options->checklists)
        guide_view_open_menu(console);
}

// What is kept of checklists gets onto the disk; what does not is said.
static bool memory_end(struct memory *memory)
{
    struct memory_state state;
    if (memory == NULL)
        return true;
    bool ended = memory_stop(memory, MEMORY_STOP_MS);
    memory_look(memory, &state);
    if (state.waiting + state.lost > 0) {
        char *text = mem_printf(
            P_("%zu record of checklist runs is not kept: %s",
               "%zu records of checklist runs are not kept: %s", state.waiting + state.lost),
            state.waiting + state.lost, state.lost > 0 ? state.loss.text : state.err.text);
        print_error(text);
        free(text);
    }
    return ended;
}

// The screen from open to close; the exit code. *started: hosts are watched.
static int show(struct console *console, long pane, const struct console_options *options,
                bool *started)
{
    enum ascii ascii = options->ascii ? ASCII_YES : console->config->ascii;
    struct err err = {0};
    struct loop loop = {.console = console, .signal_fd = wake_new()};
    if (loop.signal_fd < 0)
        err_set(&err, "no descriptor for signals: %s", strerror(errno));
    if (loop.signal_fd < 0 || !screen_open(&console->theme, ascii, loop.signal_fd, &err)) {
        print_error(err.text);
        if (loop.signal_fd >= 0)
            close(loop.signal_fd);
        return 1;
    }
    if (screen_note()[0] != '\0')
        journal_add(console->journal, LEVEL_WARN, "", "%s", screen_note());
    if (options->greeting != NULL)
        journal_add(console->journal, LEVEL_INFO, "", "%s", options->greeting);
    go_to_begin(console, options, pane);
    *started = true;
    run_loop(&loop);
    screen_close();
    if (console->player == NULL && !kept_save(console, &err))
        print_error(err.text);
    kept_writer_free(console->kept_writer, clock_mono_ms() + KEPT_STOP_MS);
    close(loop.signal_fd);
    return loop.lost ? 1 : 0;
}

// All threads, also where nothing was shown. False: one of them hangs.
static bool stop(struct console *console, bool started)
{
    bool ended = acts_stop(console->acts);
    ended = memory_end(console->memory) && ended;
    ended = alerts_stop(console->alerts, HOOKS_STOP_MS) && ended;
    return (!started || fleet_stop(console->fleet, STOP_MS)) && ended;
}

int console_run(struct fleet *fleet, const struct config *config,
                const struct console_options *options)
{
    struct console *console = console_new(fleet, config, options->player);
    long pane;
    bool ok = load_files(console, options);
    ok = find_pane(console, options->pane, &pane) && ok;
    ok = find_checklist(console, options) && ok;
    bool started = false;
    int code = ok ? show(console, pane, options, &started) : 2;
    if (!stop(console, started)) {
        fflush(NULL);
        _exit(code); // a thread that hangs would hang the end as well
    }
    console_free(console);
    return code;
}
