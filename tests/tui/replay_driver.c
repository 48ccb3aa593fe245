// SPDX-License-Identifier: MIT

// The console on a recording with a clock that stands still: replay_driver DIR TIME. With
// REPLAY_RUNS set the clock runs, so many times as fast as it would.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/thread.h"
#include "conf/profile.h"
#include "replay/player.h"
#include "tui/console.h"

#define NOON_MONO_MS 1000000000000LL // longer than any machine is up: deadlines are ahead
#define NOON_WALL_MS 1795162507000LL
#define RUN_MS       2

static void *run_clock(void *arg)
{
    const char *times = arg;
    for (;;) {
        usleep(RUN_MS * 1000);
        clock_advance(RUN_MS * strtoll(times, NULL, 10));
    }
    return NULL;
}

static int play(struct player *player, const char *time)
{
    struct config *config;
    struct profile *profile;
    struct err_list errors = {0};
    struct err err = {0};
    int64_t wall_ms;
    pthread_t thread;
    if (!config_load(NULL, &config, &errors) || !player_configure(player, config, &err) ||
        !profile_load("vos3000", NULL, &profile, &errors) ||
        !player_parse_time(player, time, &wall_ms, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    free(config->operator_name);
    config->operator_name = mem_strdup("ana");
    const struct profile **profiles = calloc(config->host_count, sizeof *profiles);
    for (size_t i = 0; i < config->host_count; i++)
        profiles[i] = profile;
    struct fleet *fleet = fleet_new(config, profiles);
    player_attach(player, fleet);
    player_seek(player, wall_ms);
    if (getenv("REPLAY_RUNS") != NULL)
        thread_start(&thread, "clock", run_clock, getenv("REPLAY_RUNS"));
    int code = console_run(fleet, config, &(struct console_options){.player = player});
    fleet_free(fleet);
    free(profiles);
    profile_free(profile);
    config_free(config);
    return code;
}

int main(int argc, char **argv)
{
    struct err_list notes = {0};
    struct err err = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: replay_driver DIR TIME\n");
        return 2;
    }
    if (!lang_begin(NULL, NULL, &err))
        fprintf(stderr, "%s\n", err.text);
    clock_freeze(NOON_MONO_MS, NOON_WALL_MS);
    struct player *player = player_open(argv[1], &notes, &err);
    if (player == NULL) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    int code = play(player, argv[2]);
    player_free(player);
    err_list_dispose(&notes);
    return code;
}
