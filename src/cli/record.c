// SPDX-License-Identifier: MIT

// nocdesk record: keeps what the probes read, for nocdesk --replay.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "cli/cli.h"
#include "cli/record_facts.h"
#include "fleet/fleet.h"
#include "replay/player.h"
#include "replay/recorder.h"

#define STOP_MS 800
#define TELL_MS 1000
#define TAKE_MS 250 // news come in handfuls
#define MIB     1048576.0

struct record_run {
    const struct invocation *invocation;
    struct fleet *fleet;
    struct player *player; // of --replay, or NULL
    struct recorder *recorder;
    struct record_facts *facts;
    int interrupts;
    int64_t told_ms;
};

static void tell(struct record_run *run)
{
    int64_t now_ms = clock_mono_ms();
    if (!isatty(STDERR_FILENO) || now_ms - run->told_ms < TELL_MS)
        return;
    struct recorder_progress progress = recorder_progress(run->recorder);
    fputc('\r', stderr);
    fprintf(stderr, _("%lld s, %llu readings, %.1f MiB"), (long long)progress.for_ms / 1000,
            (unsigned long long)progress.readings, (double)progress.bytes / MIB);
    fputs(" \033[K", stderr);
    run->told_ms = now_ms;
}

// False: Ctrl-C, or another signal that ends.
static bool wait_for_news(struct record_run *run, int64_t until_ms)
{
    struct pollfd fds[] = {{.fd = run->interrupts, .events = POLLIN},
                           {.fd = fleet_wake_fd(run->fleet), .events = POLLIN}};
    int ready;
    do
        ready = poll(fds, 2, clock_left_ms(until_ms));
    while (ready < 0 && errno == EINTR);
    // What comes together is written together.
    if (fds[0].revents == 0 && fds[1].revents != 0)
        poll(fds, 1, TAKE_MS);
    fleet_drain(run->fleet);
    return fds[0].revents == 0;
}

static bool record(struct record_run *run, struct err *err)
{
    int64_t for_ms = run->invocation->for_ms;
    int64_t until_ms = for_ms > 0 ? clock_mono_ms() + for_ms : INT64_MAX;
    bool ok = true, goes_on = true;
    while (ok && goes_on && clock_left_ms(until_ms) > 0) {
        int64_t look_ms = clock_mono_ms() + TELL_MS;
        goes_on = wait_for_news(run, look_ms < until_ms ? look_ms : until_ms);
        record_facts_take(run->facts, run->recorder);
        ok = recorder_take(run->recorder, err);
        tell(run);
    }
    return recorder_end(run->recorder, ok ? err : NULL) && ok;
}

static void tell_end(const struct record_run *run, const char *folder)
{
    struct recorder_progress progress = recorder_progress(run->recorder);
    size_t hosts = fleet_host_count(run->fleet);
    if (isatty(STDERR_FILENO))
        fputc('\r', stderr);
    cli_complain(P_("%lld:%02lld min of %zu host in %s: %llu readings, %.2f MiB; "
                    "nocdesk --replay %s plays it%s",
                    "%lld:%02lld min of %zu hosts in %s: %llu readings, %.2f MiB; "
                    "nocdesk --replay %s plays it%s",
                    hosts),
                 (long long)progress.for_ms / 60000, (long long)progress.for_ms / 1000 % 60, hosts,
                 folder, (unsigned long long)progress.readings, (double)progress.bytes / MIB,
                 folder,
                 progress.dropped > 0 ? _(" (the oldest minutes went, to keep --max-size)") : "");
}

// Everything that a pane may show, at full speed.
static void look_at_all(struct fleet *fleet)
{
    const struct probe *looked[128];
    size_t count = 0;
    for (size_t i = 0; probes[i] != NULL && count + 1 < sizeof looked / sizeof *looked; i++)
        if (!probes[i]->local)
            looked[count++] = probes[i];
    looked[count] = NULL;
    fleet_look(fleet, looked);
}

// What the hosts of a recording said to the script of [facts].
static void take_recorded_facts(struct record_run *run)
{
    for (size_t i = 0; i < fleet_host_count(run->fleet); i++) {
        const struct link_command command = {.script = "", .recorded = true};
        struct link_result result;
        if (link_exec(fleet_link(run->fleet, i), &command, &result, NULL))
            recorder_take_facts(run->recorder, i, str_text(&result.out), result.out.len);
        link_result_dispose(&result);
    }
}

// From one recording another one, shorter, sparser or masked: as fast as it can be read.
static bool record_again(struct record_run *run, struct err *err)
{
    struct player *player = run->player;
    player_pause(player, true);
    int64_t from_ms = player_now_ms(player), for_ms = run->invocation->for_ms;
    int64_t to_ms = player_end_ms(player);
    if (for_ms > 0 && from_ms + for_ms < to_ms)
        to_ms = from_ms + for_ms;
    bool ok = true;
    for (int64_t at_ms = from_ms; ok && at_ms <= to_ms; at_ms += PLAYER_STEP_MS) {
        player_seek(player, at_ms);
        setup_settle(player);
        take_recorded_facts(run);
        ok = recorder_take(run->recorder, err);
    }
    return recorder_end(run->recorder, ok ? err : NULL) && ok;
}

static int record_live(struct record_run *run, const struct config *config, struct err *err)
{
    look_at_all(run->fleet);
    fleet_start(run->fleet);
    run->facts = record_facts_new(run->fleet, config);
    bool ok = record(run, err);
    if (!record_facts_stop(run->facts)) {
        cli_complain("%s", ok ? _("a host does not let go; what was read is kept") : err->text);
        _exit(ok ? EXIT_DONE : EXIT_FAILED);
    }
    record_facts_free(run->facts);
    return ok ? EXIT_DONE : EXIT_FAILED;
}

static int record_with(struct record_run *run, const struct config *config, const char *folder)
{
    struct err err = {0};
    struct recorder_options options = {.mask = run->invocation->mask,
                                       .most_bytes = run->invocation->max_bytes,
                                       .every_ms = run->invocation->every_ms};
    run->recorder = recorder_open(folder, config, run->fleet, &options, &err);
    if (run->recorder == NULL) {
        cli_complain("%s", err.text);
        return EXIT_FAILED;
    }
    int code = run->player != NULL ? (record_again(run, &err) ? EXIT_DONE : EXIT_FAILED)
                                   : record_live(run, config, &err);
    if (recorder_progress(run->recorder).bytes > 0)
        tell_end(run, folder);
    if (code != EXIT_DONE)
        cli_complain("%s", err.text);
    if (!fleet_stop(run->fleet, STOP_MS))
        _exit(code);
    recorder_free(run->recorder);
    return code;
}

static int record_run(const struct invocation *invocation)
{
    struct record_run run = {.invocation = invocation};
    struct setup setup;
    if (!setup_load(invocation, &setup)) {
        setup_dispose(&setup);
        return EXIT_USAGE;
    }
    sigset_t interrupts;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    sigaddset(&interrupts, SIGTERM);
    sigaddset(&interrupts, SIGHUP);
    run.interrupts = signalfd(-1, &interrupts, SFD_CLOEXEC | SFD_NONBLOCK);
    if (run.interrupts >= 0)
        sigprocmask(SIG_BLOCK, &interrupts, NULL);
    run.player = setup.player;
    run.fleet = setup_fleet(invocation, &setup);
    int code = EXIT_USAGE;
    if (run.fleet != NULL) {
        if (run.player != NULL) {
            player_pause(run.player, true);
            setup_settle(run.player);
        }
        code = record_with(&run, setup.config, invocation->words[0]);
        fleet_free(run.fleet);
    }
    setup_dispose(&setup);
    if (run.interrupts >= 0)
        close(run.interrupts);
    return code;
}

static const char *const record_options[] = {"for",    "max-size", "every", "mask",
                                             "replay", "at",       NULL};

const struct command command_record = {
    .name = "record",
    .operands = "DIR",
    .summary = N_("Keep what the probes read, for nocdesk --replay DIR."),
    .help =
        N_("Reads every pane of every host as the console would that looks at all of them, and "
           "writes each reading into DIR (made, 0700) until Ctrl-C, or for --for. Passwords are "
           "never written. With --mask, addresses and numbers of five digits and more get others "
           "in their place, so that the folder can be sent to somebody: names of hosts, gateways "
           "and accounts stay. What was written survives the death of this program.\n\n"
           "With --replay the hosts are those of another recording, from --at on: to mask it, to "
           "cut a piece out of it, or to thin it out with --every."),
    .least_words = 1,
    .most_words = 1,
    .options = record_options,
    .run = record_run,
};
