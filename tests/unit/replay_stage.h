// SPDX-License-Identifier: MIT

// What the tests of replays share: a folder for a recording, a fleet that shows what is put into
// it, and a player with such a fleet.
#ifndef TESTS_REPLAY_STAGE_H
#define TESTS_REPLAY_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "conf/config.h"
#include "conf/profile.h"
#include "replay/player.h"

#define START_MONO_MS INT64_C(500000000)
#define START_WALL_MS INT64_C(1795162507000) // 2026-11-20T08:15:07Z

static char folder[64];
static struct profile *profile;

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/replay-test-%d", (int)getpid());
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    DIR *dir = opendir(folder);
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    rmdir(folder);
    clock_release();
    return 0;
}

#define in_folder(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

static bool load_profile(void)
{
    struct err_list errors = {0};
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    return profile_load("vos3000", NULL, &profile, &errors);
}

struct stage {
    struct config *config;
    const struct profile **profiles;
    struct fleet *fleet;
};

// The hosts of the recording, or sw1 and sw2.
static void stage_set(struct stage *stage, const struct player *player)
{
    struct err_list errors = {0};
    struct err err = {0};
    assert_true(config_load(NULL, &stage->config, &errors));
    if (player != NULL) {
        if (!player_configure(player, stage->config, &err))
            fail_msg("%s", err.text);
    } else {
        config_keep_hosts(stage->config, NULL, 0);
        assert_non_null(config_add_host(stage->config, "sw1", NULL));
        struct host_config *host = config_add_host(stage->config, "sw2", NULL);
        assert_true(config_set_host_option(host, "environment", "prod", NULL));
        assert_true(config_set_host_option(host, "trusted", "198.51.100.0/24", NULL));
    }
    stage->profiles = mem_array(stage->config->host_count, sizeof *stage->profiles);
    for (size_t i = 0; i < stage->config->host_count; i++)
        stage->profiles[i] = profile;
    stage->fleet = fleet_new(stage->config, stage->profiles);
}

static void stage_strike(struct stage *stage)
{
    fleet_free(stage->fleet);
    free(stage->profiles);
    config_free(stage->config);
}

// A player on the recording with a fleet of its own.
struct show {
    struct player *player;
    struct stage stage;
    size_t anew, steps;
};

static void show_open(struct show *show)
{
    struct err_list notes = {0};
    struct err err = {0};
    *show = (struct show){.player = player_open(folder, &notes, &err)};
    err_list_dispose(&notes);
    if (show->player == NULL)
        fail_msg("%s", err.text);
    stage_set(&show->stage, show->player);
    player_attach(show->player, show->stage.fleet);
}

static void show_close(struct show *show)
{
    stage_strike(&show->stage);
    player_free(show->player);
}

// False: a search for trouble found none.
static bool go_on(struct show *show)
{
    enum player_word word;
    bool found = true;
    while ((word = player_step(show->player)) != PLAYER_RESTS) {
        show->anew += word == PLAYER_ANEW;
        show->steps += word == PLAYER_STEPPED;
        found = found && word != PLAYER_NO_TROUBLE;
    }
    return found;
}

static void go_to(struct show *show, int64_t t_ms)
{
    player_seek(show->player, START_WALL_MS + t_ms);
    go_on(show);
}

#endif
