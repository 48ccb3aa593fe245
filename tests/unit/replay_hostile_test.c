// SPDX-License-Identifier: MIT

// Proves that recordings which somebody made up, or which are very large, are played or refused,
// and that neither takes longer than it may.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "conf/config.h"
#include "conf/profile.h"
#include "replay/player.h"

#define START_WALL_MS INT64_C(1795162507000) // 2026-11-20T08:15:07Z
#define DAY_MS        INT64_C(86400000)
#define MANY_HOSTS    1000
#define ANEW_MOST     3000 // steps: half an hour, and what a segment may begin before

static char folder[64], path[96];
static struct profile *profile;

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/replay-hostile-%d", (int)getpid());
    snprintf(path, sizeof path, "%s/000001.jsonl.gz", folder);
    return mkdir(folder, 0700);
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

// Uncompressed text is what zlib reads as it is.
static void write_segment(const char *start_ms, size_t hosts, const char *lines)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "{\"nocdesk\":\"recording\",\"version\":1,\"t\":0,\"start_ms\":%s,\"hosts\":[",
            start_ms);
    for (size_t i = 0; i < hosts; i++)
        fprintf(file,
                "%s{\"name\":\"sw%zu\",\"options\":{\"profile\":\"vos3000\","
                "\"trusted\":\"198.51.100.0/24 203.0.113.0/24 192.0.2.0/24\"}}",
                i > 0 ? "," : "", i);
    fprintf(file, "]}\n%s", lines);
    assert_int_equal(fclose(file), 0);
}

static struct player *open_player(void)
{
    struct err_list notes = {0};
    struct err err = {0};
    struct player *player = player_open(folder, &notes, &err);
    err_list_dispose(&notes);
    return player;
}

static void test_a_header_of_a_thousand_hosts_is_read(void **state)
{
    struct err_list errors = {0};
    struct err err = {0};
    struct config *config;
    (void)state;
    write_segment("1795162507000", MANY_HOSTS, "{\"t\":9000,\"end\":true}\n");
    struct player *player = open_player();
    assert_non_null(player);
    assert_true(config_load(NULL, &config, &errors));
    assert_true(player_configure(player, config, &err));
    assert_int_equal(config->host_count, MANY_HOSTS);
    assert_int_equal(player_end_ms(player), START_WALL_MS + 9000);
    player_free(player);
    config_free(config);
}

static void test_a_beginning_outside_of_time_is_refused(void **state)
{
    static const char *const starts[] = {"9223372036854775807", "-1", "253402300800000", "1e3"};
    (void)state;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        write_segment(starts[i], 1, "{\"t\":9000,\"end\":true}\n");
        assert_null(open_player());
    }
}

static struct fleet *attach(struct player *player, struct config **config)
{
    struct err_list errors = {0};
    struct err err = {0};
    assert_true(config_load(NULL, config, &errors));
    assert_true(player_configure(player, *config, &err));
    const struct profile *profiles[] = {profile};
    struct fleet *fleet = fleet_new(*config, profiles);
    player_attach(player, fleet);
    player_pause(player, true);
    return fleet;
}

static size_t steps_to(struct player *player, int64_t t_ms)
{
    size_t steps = 0;
    player_seek(player, START_WALL_MS + t_ms);
    while (player_step(player) != PLAYER_RESTS)
        steps++;
    return steps;
}

static void test_years_without_a_line_are_not_gone_through(void **state)
{
    struct config *config;
    (void)state;
    write_segment("1795162507000", 1,
                  "{\"t\":1000,\"h\":0,\"state\":\"live\"}\n"
                  "{\"t\":300000000000,\"h\":0,\"state\":\"down\",\"error\":\"gone\"}\n"
                  "{\"t\":300000001000,\"end\":true}\n");
    struct player *player = open_player();
    assert_non_null(player);
    struct fleet *fleet = attach(player, &config);
    struct host_status status;
    assert_in_range(steps_to(player, 3000 * DAY_MS), 1, ANEW_MOST);
    fleet_host_status(fleet, 0, &status);
    assert_int_equal(status.word, HOST_LIVE);
    assert_in_range(steps_to(player, INT64_C(300000001000)), 1, ANEW_MOST);
    fleet_host_status(fleet, 0, &status);
    assert_int_equal(status.word, HOST_DOWN);
    assert_in_range(steps_to(player, 2000), 1, ANEW_MOST);
    fleet_host_status(fleet, 0, &status);
    assert_int_equal(status.word, HOST_LIVE);
    fleet_free(fleet);
    config_free(config);
    player_free(player);
}

static void test_what_is_not_known_is_said_so_often_and_no_more(void **state)
{
    struct config *config;
    struct str lines = {0};
    (void)state;
    for (int i = 0; i < 5000; i++)
        str_appendf(&lines, "{\"t\":1,\"h\":0,\"p\":\"pane %d\",\"tables\":[]}\n", i);
    str_append(&lines, "{\"t\":9000,\"end\":true}\n");
    write_segment("1795162507000", 1, str_text(&lines));
    str_dispose(&lines);
    struct player *player = open_player();
    assert_non_null(player);
    struct fleet *fleet = attach(player, &config);
    steps_to(player, 9000);
    size_t notes = 0;
    while (player_next_note(player) != NULL)
        notes++;
    assert_in_range(notes, 1, 100);
    fleet_free(fleet);
    config_free(config);
    player_free(player);
}

static void test_changes_to_a_reading_that_did_not_follow_are_not_shown(void **state)
{
    struct config *config;
    (void)state;
    write_segment(
        "1795162507000", 1,
        "{\"t\":1000,\"h\":0,\"p\":\"alarms\",\"read\":1000,\"tables\":[{\"cols\":[\"host\","
        "\"object\"],\"rows\":[[\"sw0\",\"GW\"]]}]}\n"
        "{\"t\":2000,\"h\":0,\"p\":\"alarms\",\"read\":2000,\"tables\":[{\"ops\":[7]}]}\n"
        "{\"t\":3000,\"h\":0,\"p\":\"alarms\",\"read\":3000,\"tables\":[{\"ops\":[1]}]}\n"
        "{\"t\":9000,\"end\":true}\n");
    struct player *player = open_player();
    assert_non_null(player);
    struct fleet *fleet = attach(player, &config);
    steps_to(player, 1000);
    const struct snapshot *snapshot = fleet_snapshot(fleet, 0, &probe_alarms);
    assert_non_null(snapshot);
    snapshot_unref(snapshot);
    steps_to(player, 9000);
    assert_null(fleet_snapshot(fleet, 0, &probe_alarms));
    fleet_free(fleet);
    config_free(config);
    player_free(player);
}

static void write_compressed(const char *at, int t_ms, const char *lines, size_t cut_off)
{
    char *text = mem_printf("{\"nocdesk\":\"recording\",\"version\":1,\"t\":%d,\"start_ms\":"
                            "1795162507000,\"hosts\":[{\"name\":\"sw0\"}]}\n%s",
                            t_ms, lines);
    gzFile file = gzopen(at, "wb");
    struct stat info;
    assert_non_null(file);
    assert_int_equal(gzwrite(file, text, (unsigned)strlen(text)), (int)strlen(text));
    assert_int_equal(gzflush(file, Z_SYNC_FLUSH), Z_OK);
    for (int i = 0; cut_off > 0 && i < 4096; i++) // what is cut off
        gzprintf(file, "{\"t\":5000,\"more\":%d}\n", i * 7919);
    assert_int_equal(gzclose(file), Z_OK);
    assert_int_equal(stat(at, &info), 0);
    assert_int_equal(truncate(at, info.st_size - (off_t)cut_off), 0);
    free(text);
}

static size_t notes_of(size_t cut_first, size_t cut_last)
{
    struct config *config;
    char *second = mem_printf("%s/000002.jsonl.gz", folder);
    write_compressed(path, 0, "{\"t\":1000,\"h\":0,\"state\":\"live\"}\n", cut_first);
    write_compressed(second, 2000, "{\"t\":9000,\"h\":0,\"state\":\"down\"}\n", cut_last);
    struct player *player = open_player();
    assert_non_null(player);
    struct fleet *fleet = attach(player, &config);
    player_seek(player, player_end_ms(player));
    while (player_step(player) != PLAYER_RESTS)
        continue;
    size_t notes = 0;
    while (player_next_note(player) != NULL)
        notes++;
    fleet_free(fleet);
    config_free(config);
    player_free(player);
    unlink(second);
    free(second);
    return notes;
}

static void test_damage_is_told_and_the_end_of_a_killed_recorder_is_none(void **state)
{
    (void)state;
    assert_int_equal(notes_of(0, 0), 0);
    assert_int_equal(notes_of(0, 100), 0);
    assert_int_equal(notes_of(100, 0), 1);
}

int main(void)
{
    struct err_list errors = {0};
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    if (!profile_load("vos3000", NULL, &profile, &errors))
        return 1;
#define test(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        test(test_a_header_of_a_thousand_hosts_is_read),
        test(test_a_beginning_outside_of_time_is_refused),
        test(test_years_without_a_line_are_not_gone_through),
        test(test_damage_is_told_and_the_end_of_a_killed_recorder_is_none),
        test(test_what_is_not_known_is_said_so_often_and_no_more),
        test(test_changes_to_a_reading_that_did_not_follow_are_not_shown),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    profile_free(profile);
    return failed;
}
