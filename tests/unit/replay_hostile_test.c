// SPDX-License-Identifier: MIT

// Proves that recordings which somebody made up, or which are very large, are played or refused,
// and that neither takes longer than it may.
#include <sys/stat.h>
#include <zlib.h>

#include "replay_stage.h"

#define DAY_MS        INT64_C(86400000)
#define MANY_HOSTS    1000
#define ANEW_MOST     3000 // steps: half an hour, and what a segment may begin before
#define SEGMENT_START "{\"nocdesk\":\"recording\",\"version\":1,\"t\":0,\"start_ms\":1795162507000,"
#define ONE_HOST      "\"hosts\":[{\"name\":\"sw1\",\"options\":{}}]}\n"

// cut_off: so many bytes of the file are missing at its end.
static void write_segment(unsigned number, const char *text, size_t cut_off)
{
    struct stat info;
    mkdir(folder, 0700);
    char *path = mem_printf("%s/%06u.jsonl.gz", folder, number);
    gzFile file = gzopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, text, (unsigned)strlen(text)), (int)strlen(text));
    assert_int_equal(gzflush(file, Z_SYNC_FLUSH), Z_OK);
    for (int i = 0; cut_off > 0 && i < 4096; i++) // what is cut off
        gzprintf(file, "{\"t\":5000,\"more\":%d}\n", i * 7919);
    assert_int_equal(gzclose(file), Z_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(truncate(path, info.st_size - (off_t)cut_off), 0);
    free(path);
}

// How many there are that were not asked for yet.
static size_t count_notes(struct show *show)
{
    size_t notes = 0;
    while (player_next_note(show->player) != NULL)
        notes++;
    return notes;
}

static void write_hosts(const char *start_ms, size_t hosts)
{
    struct str text = {0};
    str_appendf(&text,
                "{\"nocdesk\":\"recording\",\"version\":1,\"t\":0,\"start_ms\":%s,\"hosts\":[",
                start_ms);
    for (size_t i = 0; i < hosts; i++)
        str_appendf(&text,
                    "%s{\"name\":\"sw%zu\",\"options\":{\"profile\":\"vos3000\","
                    "\"trusted\":\"198.51.100.0/24 203.0.113.0/24 192.0.2.0/24\"}}",
                    i > 0 ? "," : "", i);
    str_append(&text, "]}\n{\"t\":9000,\"end\":true}\n");
    write_segment(1, str_text(&text), 0);
    str_dispose(&text);
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
    struct show show;
    (void)state;
    write_hosts("1795162507000", MANY_HOSTS);
    show_open(&show);
    assert_int_equal(show.stage.config->host_count, MANY_HOSTS);
    assert_int_equal(player_end_ms(show.player), START_WALL_MS + 9000);
    show_close(&show);
}

static void test_a_beginning_outside_of_time_is_refused(void **state)
{
    static const char *const starts[] = {"9223372036854775807", "-1", "253402300800000", "1e3"};
    (void)state;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        write_hosts(starts[i], 1);
        assert_null(open_player());
    }
}

// A recording of one host whose lines are these, standing at its beginning.
static void open_lines(struct show *show, const char *lines)
{
    char *text = mem_printf("%s%s", SEGMENT_START ONE_HOST, lines);
    write_segment(1, text, 0);
    free(text);
    show_open(show);
    player_pause(show->player, true);
}

static size_t steps_to(struct show *show, int64_t t_ms)
{
    size_t before = show->steps;
    go_to(show, t_ms);
    return show->steps - before;
}

static enum host_state_word state_at(struct show *show, int64_t t_ms)
{
    struct host_status status;
    assert_in_range(steps_to(show, t_ms), 1, ANEW_MOST);
    fleet_host_status(show->stage.fleet, 0, &status);
    return status.word;
}

static void test_years_without_a_line_are_not_gone_through(void **state)
{
    struct show show;
    (void)state;
    open_lines(&show, "{\"t\":1000,\"h\":0,\"state\":\"live\"}\n"
                      "{\"t\":300000000000,\"h\":0,\"state\":\"down\",\"error\":\"gone\"}\n"
                      "{\"t\":300000001000,\"end\":true}\n");
    assert_int_equal(state_at(&show, 3000 * DAY_MS), HOST_STALE);
    assert_int_equal(state_at(&show, INT64_C(300000001000)), HOST_DOWN);
    assert_int_equal(state_at(&show, 2000), HOST_LIVE);
    show_close(&show);
}

static void test_what_is_not_known_is_said_so_often_and_no_more(void **state)
{
    struct show show;
    struct str lines = {0};
    (void)state;
    for (int i = 0; i < 5000; i++)
        str_appendf(&lines, "{\"t\":1,\"h\":0,\"p\":\"pane %d\",\"tables\":[]}\n", i);
    str_append(&lines, "{\"t\":9000,\"end\":true}\n");
    open_lines(&show, str_text(&lines));
    str_dispose(&lines);
    go_to(&show, 9000);
    assert_in_range(count_notes(&show), 1, 100);
    show_close(&show);
}

static void test_changes_to_a_reading_that_did_not_follow_are_not_shown(void **state)
{
    struct show show;
    (void)state;
    open_lines(&show,
               "{\"t\":1000,\"h\":0,\"p\":\"alarms\",\"read\":1000,\"tables\":[{\"cols\":[\"host\","
               "\"object\"],\"rows\":[[\"sw1\",\"GW\"]]}]}\n"
               "{\"t\":2000,\"h\":0,\"p\":\"alarms\",\"read\":2000,\"tables\":[{\"ops\":[7]}]}\n"
               "{\"t\":3000,\"h\":0,\"p\":\"alarms\",\"read\":3000,\"tables\":[{\"ops\":[1]}]}\n"
               "{\"t\":9000,\"end\":true}\n");
    go_to(&show, 1000);
    const struct snapshot *snapshot = fleet_snapshot(show.stage.fleet, 0, &probe_alarms);
    assert_non_null(snapshot);
    snapshot_unref(snapshot);
    go_to(&show, 9000);
    assert_null(fleet_snapshot(show.stage.fleet, 0, &probe_alarms));
    show_close(&show);
}

#define SECOND_SEGMENT                                                                             \
    "{\"nocdesk\":\"recording\",\"version\":1,\"t\":2000,\"start_ms\":%s,"                         \
    "\"hosts\":[{\"name\":\"sw1\"}]}\n{\"t\":9000,\"h\":0,\"state\":\"down\"}\n"

static size_t notes_of(size_t cut_first, size_t cut_last)
{
    struct show show;
    char *second = mem_printf(SECOND_SEGMENT, "1795162507000");
    write_segment(1, SEGMENT_START ONE_HOST "{\"t\":1000,\"h\":0,\"state\":\"live\"}\n", cut_first);
    write_segment(2, second, cut_last);
    free(second);
    show_open(&show);
    go_to(&show, 9000);
    size_t notes = count_notes(&show);
    show_close(&show);
    return notes;
}

static void test_damage_is_told_and_the_end_of_a_killed_recorder_is_none(void **state)
{
    (void)state;
    assert_int_equal(notes_of(0, 0), 0);
    assert_int_equal(notes_of(0, 100), 0);
    assert_int_equal(notes_of(100, 0), 1);
}

// Two recordings copied into one folder: the first is played, the other is said.
static void test_files_of_another_recording_are_left_out(void **state)
{
    struct err_list notes = {0};
    struct err err = {0};
    (void)state;
    char *second = mem_printf(SECOND_SEGMENT, "1795162999000");
    write_segment(1, SEGMENT_START ONE_HOST "{\"t\":4000,\"h\":0,\"state\":\"live\"}\n", 0);
    write_segment(2, second, 0);
    free(second);
    struct player *player = player_open(folder, &notes, &err);
    assert_non_null(player);
    assert_int_equal(notes.count, 1);
    assert_non_null(strstr(notes.texts[0], "000002.jsonl.gz is of another recording"));
    assert_int_equal(player_end_ms(player), START_WALL_MS + 4000);
    player_free(player);
    err_list_dispose(&notes);
}

// What one line may need is bounded, and the file is not read past what can be a recording.
static void test_a_line_without_an_end_is_damage(void **state)
{
    struct show show;
    (void)state;
    write_segment(1, SEGMENT_START ONE_HOST "{\"t\":1000,\"h\":0,\"state\":\"live\"}\n", 0);
    char *path = mem_printf("%s/000002.jsonl.gz", folder),
         *second = mem_printf(SECOND_SEGMENT, "1795162507000");
    static char blanks[1 << 20];
    gzFile file = gzopen(path, "wb1");
    memset(blanks, ' ', sizeof blanks);
    gzprintf(file, "%s", second);
    for (int i = 0; i < 300; i++)
        assert_int_equal(gzwrite(file, blanks, sizeof blanks), (int)sizeof blanks);
    gzclose(file);
    free(path);
    free(second);
    show_open(&show);
    go_to(&show, 9000);
    assert_int_equal(count_notes(&show), 1);
    show_close(&show);
}

// A few kilobytes that are many millions of empty lines hold nobody up.
static void test_lines_that_say_nothing_are_damage(void **state)
{
    struct show show;
    (void)state;
    static char ends[1 << 20];
    memset(ends, '\n', sizeof ends - 1);
    char *text = mem_printf(SEGMENT_START ONE_HOST "{\"t\":1000,\"h\":0,\"state\":\"live\"}\n"
                                                   "%s{\"t\":9000,\"h\":0,\"state\":\"down\"}\n",
                            ends);
    write_segment(1, text, 0);
    free(text);
    show_open(&show);
    assert_int_equal(player_end_ms(show.player), START_WALL_MS + 1000);
    go_to(&show, 9000);
    assert_int_equal(count_notes(&show), 1);
    show_close(&show);
}

// A line of values that no recorder writes: the reading is not followed.
static void test_a_line_of_values_beyond_measure_is_not_held(void **state)
{
    struct show show;
    struct str lines = {0};
    (void)state;
    str_append(&lines, "{\"t\":1000,\"h\":0,\"p\":\"flood\",\"read\":1000,\"tables\":[{\"cols\":"
                       "[\"pps_minute\"],\"rows\":[[[1");
    for (int i = 0; i < 5000; i++)
        str_append(&lines, ",1");
    str_append(&lines, "]]]}]}\n{\"t\":9000,\"end\":true}\n");
    open_lines(&show, str_text(&lines));
    go_to(&show, 9000);
    assert_null(fleet_snapshot(show.stage.fleet, 0, &probe_flood));
    show_close(&show);
    str_dispose(&lines);
}

static void test_a_later_version_is_refused_and_nothing_is_no_recording(void **state)
{
    (void)state;
    struct err_list notes = {0};
    struct err err = {0};
    write_segment(
        1, "{\"nocdesk\":\"recording\",\"version\":2,\"t\":0,\"start_ms\":1,\"hosts\":[]}\n", 0);
    assert_null(player_open(folder, &notes, &err));
    assert_non_null(strstr(err.text, "later nocdesk"));
    write_segment(1, "nothing of the kind\n", 0);
    assert_null(player_open(folder, &notes, &err));
    assert_int_equal(notes.count, 1);
    assert_null(player_open("/nonexistent", &notes, &err));
    err_list_dispose(&notes);
}

static void test_what_is_not_understood_is_passed_over(void **state)
{
    struct show show;
    (void)state;
    clock_freeze(START_MONO_MS, START_WALL_MS);
    write_segment(
        1,
        SEGMENT_START ONE_HOST
        "not json\n[]\n{\"t\":-5}\n{\"t\":\"x\"}\n{\"t\":1,\"h\":7,\"p\":\"alarms\"}\n"
        "{\"t\":1,\"h\":0,\"p\":\"of tomorrow\",\"tables\":[]}\n"
        "{\"t\":1,\"h\":0,\"p\":\"alarms\",\"tables\":[{\"ops\":[3]}]}\n"
        "{\"t\":1,\"h\":0,\"state\":\"singing\"}\n{\"t\":1,\"h\":0,\"facts\":5}\n"
        "{\"t\":2,\"h\":0,\"p\":\"alarms\",\"read\":1e99,\"pct\":[],\"tables\":[{\"cols\":"
        "[\"host\",\"object\",\"new\"],\"rows\":[[\"sw1\",\"GW\",1]]}]}\n"
        "{\"t\":9000,\"end\":true}\n{\"t\":9999,\"h\":0,\"p\":\"al",
        0);
    show_open(&show);
    assert_int_equal(player_end_ms(show.player), START_WALL_MS + 9000);
    player_pause(show.player, true);
    go_to(&show, 5000);
    const struct snapshot *snapshot = fleet_snapshot(show.stage.fleet, 0, &probe_alarms);
    assert_non_null(snapshot);
    assert_int_equal(table_rows(snapshot_table(snapshot, 0)), 1);
    snapshot_unref(snapshot);
    for (int i = 0; i < 3; i++)
        assert_non_null(player_next_note(show.player));
    show_close(&show);
}

static void test_hostile_hosts_are_refused(void **state)
{
    static const char *const hosts[] = {
        "\"hosts\":[]}\n",
        "\"hosts\":[{}]}\n",
        "\"hosts\":[{\"name\":\"../x\"}]}\n",
        "\"hosts\":[{\"name\":\"a\"},{\"name\":\"a\"}]}\n",
        "\"hosts\":[{\"name\":\"a\",\"options\":{\"trusted\":\"x y z\"}}]}\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct err_list notes = {0}, errors = {0};
        struct err err = {0};
        struct config *config;
        char *text = mem_printf("%s%s", SEGMENT_START, hosts[i]);
        write_segment(1, text, 0);
        free(text);
        struct player *player = player_open(folder, &notes, &err);
        assert_non_null(player);
        assert_true(config_load(NULL, &config, &errors));
        assert_false(player_configure(player, config, &err));
        assert_true(err_is_set(&err));
        config_free(config);
        player_free(player);
        err_list_dispose(&notes);
    }
}

int main(void)
{
    if (!load_profile())
        return 1;
    const struct CMUnitTest tests[] = {
        in_folder(test_a_header_of_a_thousand_hosts_is_read),
        in_folder(test_a_beginning_outside_of_time_is_refused),
        in_folder(test_years_without_a_line_are_not_gone_through),
        in_folder(test_damage_is_told_and_the_end_of_a_killed_recorder_is_none),
        in_folder(test_files_of_another_recording_are_left_out),
        in_folder(test_a_line_without_an_end_is_damage),
        in_folder(test_lines_that_say_nothing_are_damage),
        in_folder(test_a_line_of_values_beyond_measure_is_not_held),
        in_folder(test_what_is_not_known_is_said_so_often_and_no_more),
        in_folder(test_changes_to_a_reading_that_did_not_follow_are_not_shown),
        in_folder(test_a_later_version_is_refused_and_nothing_is_no_recording),
        in_folder(test_what_is_not_understood_is_passed_over),
        in_folder(test_hostile_hosts_are_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    profile_free(profile);
    return failed;
}
