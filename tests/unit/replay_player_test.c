// SPDX-License-Identifier: MIT

// Proves that what was recorded is played: the same tables at the same times, by playing through or
// by jumping, however the recording ended.
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <zlib.h>

#include "replay/recorder.h"
#include "replay_stage.h"

#define SECONDS 1200

static struct snapshot *reading(const struct probe *probe, const char *host, int second)
{
    struct snapshot *snapshot = snapshot_new();
    struct table *table = table_new(probe->schema);
    size_t severity = (size_t)schema_find(probe->schema, "severity");
    size_t object = (size_t)schema_find(probe->schema, "object");
    size_t value = (size_t)schema_find(probe->schema, "value");
    for (int i = 0; i < 5 + second / 60 % 3; i++) {
        size_t row = table_add_row(table);
        char name[16];
        snprintf(name, sizeof name, "GW-%d", i);
        table_set_text(table, row, 0, host);
        table_set_text(table, row, severity, i == 0 ? "critical" : "minor");
        table_set_text(table, row, object, name);
        table_set_real(table, row, value, i == 1 ? second : i);
        bool critical = i == 0 && second >= 700;
        table_set_level(table, row, severity, critical ? LEVEL_CRIT : LEVEL_WARN);
    }
    snapshot->tables = mem_array(1, sizeof *snapshot->tables);
    snapshot->tables[0] = table_seal(table);
    snapshot->table_count = 1;
    snapshot->read_mono_ms = clock_mono_ms();
    snapshot->read_wall_ms = clock_wall_ms();
    snapshot->period_ms = 5000;
    snapshot->attempts = (uint64_t)second + 1;
    snprintf(snapshot->source, sizeof snapshot->source, "GetAlarmCurrent");
    if (second % 100 == 50)
        snprintf(snapshot->error, sizeof snapshot->error, "%s: the web interface says no", host);
    return snapshot;
}

static void put_second(struct fleet *fleet, int second)
{
    struct host_status status = {.word = HOST_LIVE, .newest_age_ms = 0, .link.rtt_ms = 2};
    if (second >= 300 && second < 330) {
        status.word = HOST_RETRYING;
        status.retry_in_ms = 5000;
        snprintf(status.error, sizeof status.error, "sw2: connection lost");
    }
    fleet_put_status(fleet, 1, &status);
    status.word = HOST_LIVE;
    status.error[0] = '\0';
    fleet_put_status(fleet, 0, &status);
    if (second % 5 == 0)
        fleet_put_snapshot(fleet, 0, &probe_alarms, reading(&probe_alarms, "sw1", second));
    if (second % 7 == 0 && second >= 20)
        fleet_put_snapshot(fleet, 1, &probe_alarms, reading(&probe_alarms, "sw2", second));
}

static struct recorder *begin(struct stage *stage, const struct recorder_options *options)
{
    clock_freeze(START_MONO_MS, START_WALL_MS);
    stage_set(stage, NULL);
    fleet_play(stage->fleet);
    struct err err = {0};
    struct recorder *recorder = recorder_open(folder, stage->config, stage->fleet, options, &err);
    if (recorder == NULL)
        fail_msg("%s", err.text);
    return recorder;
}

static void record_seconds(struct stage *stage, struct recorder *recorder, int seconds)
{
    for (int second = 0; second < seconds; second++) {
        struct err err = {0};
        put_second(stage->fleet, second);
        if (second == 10)
            recorder_take_facts(recorder, 0, "@@end\n", 6);
        if (!recorder_take(recorder, &err))
            fail_msg("%s", err.text);
        clock_advance(1000);
    }
}

static void record_all(void)
{
    struct stage stage;
    struct recorder *recorder = begin(&stage, &(struct recorder_options){0});
    record_seconds(&stage, recorder, SECONDS);
    assert_true(recorder_end(recorder, NULL));
    recorder_free(recorder);
    stage_strike(&stage);
}

// All that a screen is made of.
static void describe(struct show *show, struct str *out)
{
    for (size_t host = 0; host < 2; host++) {
        struct host_status status;
        fleet_host_status(show->stage.fleet, host, &status);
        str_appendf(out, "%s %s retry %lld age %lld\n", host_state_text(status.word), status.error,
                    (long long)status.retry_in_ms, (long long)status.newest_age_ms);
        const struct snapshot *snapshot = fleet_snapshot(show->stage.fleet, host, &probe_alarms);
        if (snapshot == NULL)
            continue;
        str_appendf(out, "%s %lld %s %s\n", snapshot->source,
                    (long long)(clock_shown_mono_ms() - snapshot->read_mono_ms), snapshot->error,
                    feed_text(snapshot_word(snapshot, clock_shown_mono_ms())));
        const struct table *table = snapshot_table(snapshot, 0);
        for (size_t row = 0; table != NULL && row < table_rows(table); row++) {
            for (size_t col = 0; col < probe_alarms.schema->column_count; col++) {
                cell_plain(out, &probe_alarms.schema->columns[col], table_cell(table, row, col));
                str_appendf(out, " %d|", table_cell(table, row, col)->level);
            }
            str_append(out, "\n");
        }
        snapshot_unref(snapshot);
    }
}

static double value_of_second(struct show *show, size_t host)
{
    const struct snapshot *snapshot = fleet_snapshot(show->stage.fleet, host, &probe_alarms);
    assert_non_null(snapshot);
    size_t value = (size_t)schema_find(probe_alarms.schema, "value");
    double out = table_cell(snapshot_table(snapshot, 0), 1, value)->as.real;
    snapshot_unref(snapshot);
    return out;
}

static void test_what_was_published_is_played_at_its_time(void **state)
{
    (void)state;
    struct show show;
    record_all();
    show_open(&show);
    assert_string_equal(fleet_host(show.stage.fleet, 1)->environment, "prod");
    assert_int_equal(fleet_host(show.stage.fleet, 1)->trusted.count, 1);
    assert_int_equal(player_begin_ms(show.player), START_WALL_MS);
    assert_int_equal(player_end_ms(show.player), START_WALL_MS + SECONDS * 1000);
    for (int second = 30; second < SECONDS; second += 97) {
        go_to(&show, 1000 * (int64_t)second);
        assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + (int64_t)second * 1000);
        assert_true(value_of_second(&show, 0) == second - second % 5);
        assert_true(value_of_second(&show, 1) == second - second % 7);
    }
    struct host_status status;
    go_to(&show, 310000);
    fleet_host_status(show.stage.fleet, 1, &status);
    assert_int_equal(status.word, HOST_RETRYING);
    assert_string_equal(status.error, "sw2: connection lost");
    show_close(&show);
}

static void test_a_jump_shows_what_playing_through_shows(void **state)
{
    (void)state;
    static const int places[] = {1100, 40, 333, 701, 250, 699, 15, 1199, 600, 0};
    struct show through, jumps;
    record_all();
    show_open(&jumps);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct str played = {0}, jumped = {0};
        show_open(&through);
        go_on(&through);
        for (int second = 0; second < places[i]; second++) {
            clock_advance(1000); // at x1
            go_on(&through);
        }
        player_pause(through.player, true);
        go_on(&through);
        describe(&through, &played);
        size_t steps = through.steps;
        show_close(&through);
        player_pause(jumps.player, true);
        go_to(&jumps, 1000 * (int64_t)places[i]);
        describe(&jumps, &jumped);
        assert_string_equal(str_text(&jumped), str_text(&played));
        assert_true(steps >= (size_t)places[i]);
        str_dispose(&played);
        str_dispose(&jumped);
    }
    show_close(&jumps);
}

static void test_the_clock_pauses_and_goes_faster(void **state)
{
    (void)state;
    struct show show;
    record_all();
    show_open(&show);
    go_on(&show);
    clock_advance(10000);
    go_on(&show);
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + 10000);
    player_pause(show.player, true);
    clock_advance(5000);
    go_on(&show);
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + 10000);
    assert_int_equal(player_due_ms(show.player), INT64_MAX);
    player_pause(show.player, false);
    player_faster(show.player, 2);
    assert_int_equal(player_rate(show.player), 10);
    clock_advance(2000);
    go_on(&show);
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + 30000);
    player_faster(show.player, 5);
    assert_int_equal(player_rate(show.player), 60);
    clock_advance(60000);
    go_on(&show);
    assert_true(player_at_end(show.player));
    assert_true(player_pauses(show.player));
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + SECONDS * 1000);
    clock_advance(1000);
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + SECONDS * 1000);
    show_close(&show);
    assert_int_equal(clock_shown_wall_ms(), clock_wall_ms());
}

static void test_what_was_missed_is_not_caught_up_but_a_jump_is_ended(void **state)
{
    (void)state;
    struct show show;
    record_all();
    show_open(&show);
    go_on(&show);
    clock_advance(600000); // suspended
    while (player_step(show.player) != PLAYER_STEPPED)
        continue;
    player_hold(show.player, 0);
    go_on(&show);
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + 1000);
    clock_advance(1000);
    go_on(&show);
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + 2000);
    player_seek(show.player, START_WALL_MS + 300000);
    while (player_step(show.player) != PLAYER_RESTS)
        player_hold(show.player, 0);
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + 300000);
    player_seek(show.player, START_WALL_MS + 60000);
    while (player_step(show.player) != PLAYER_RESTS)
        player_hold(show.player, 0);
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + 60000);
    show_close(&show);
}

static void test_trouble_is_found(void **state)
{
    (void)state;
    struct show show;
    struct player_trouble found;
    record_all();
    show_open(&show);
    player_pause(show.player, true);
    go_on(&show);
    player_seek_trouble(show.player);
    assert_true(player_seeks(show.player));
    assert_false(player_take_trouble(show.player, &found));
    assert_true(go_on(&show));
    assert_true(player_take_trouble(show.player, &found));
    assert_true(found.probe == NULL || found.critical > found.before);
    assert_false(player_take_trouble(show.player, &found));
    assert_in_range(clock_shown_wall_ms(), START_WALL_MS + 300000, START_WALL_MS + 302000);
    player_seek_trouble(show.player);
    assert_true(go_on(&show));
    assert_in_range(clock_shown_wall_ms(), START_WALL_MS + 700000, START_WALL_MS + 702000);
    go_to(&show, 710000);
    player_seek_trouble(show.player);
    assert_false(go_on(&show));
    assert_false(player_seeks(show.player));
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + 710000);
    show_close(&show);
}

// The clock of a replay stands while something is sought, also where it would run.
static void test_seeking_takes_no_time_of_the_recording(void **state)
{
    (void)state;
    struct show show;
    record_all();
    show_open(&show);
    go_to(&show, 720000);
    player_seek(show.player, START_WALL_MS + 60000);
    while (player_step(show.player) != PLAYER_RESTS)
        clock_advance(50);
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + 60000);
    player_seek_trouble(show.player);
    while (player_step(show.player) != PLAYER_RESTS)
        clock_advance(50);
    assert_in_range(clock_shown_wall_ms(), START_WALL_MS + 300000, START_WALL_MS + 302000);
    clock_advance(3000);
    go_on(&show);
    assert_in_range(clock_shown_wall_ms(), START_WALL_MS + 303000, START_WALL_MS + 305000);
    show_close(&show);
}

static void test_what_is_sought_can_be_given_up(void **state)
{
    (void)state;
    struct show show;
    record_all();
    show_open(&show);
    player_pause(show.player, true);
    player_stop(show.player); // nothing is shown yet that one could stay at
    go_to(&show, 720000);
    player_seek(show.player, START_WALL_MS + 60000);
    player_stop(show.player); // not left yet
    assert_false(player_seeks(show.player));
    go_on(&show);
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + 720000);
    assert_true(value_of_second(&show, 0) == 720);
    player_seek(show.player, START_WALL_MS + 600000);
    while (clock_shown_wall_ms() != START_WALL_MS + 200000)
        assert_int_not_equal(player_step(show.player), PLAYER_RESTS);
    player_stop(show.player);
    go_on(&show);
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + 200000);
    assert_true(value_of_second(&show, 0) == 200);
    player_seek_trouble(show.player);
    player_step(show.player);
    player_stop(show.player);
    go_on(&show);
    assert_int_equal(clock_shown_wall_ms(), START_WALL_MS + 200000);
    show_close(&show);
}

static void test_without_a_lead_a_jump_reads_what_stands_there(void **state)
{
    (void)state;
    struct show show, led;
    struct str without = {0}, with = {0};
    record_all();
    show_open(&led);
    player_pause(led.player, true);
    go_to(&led, 1100000);
    describe(&led, &with);
    assert_true(led.steps >= 1000);
    show_close(&led);
    show_open(&show);
    player_pause(show.player, true);
    player_skip_lead(show.player);
    go_to(&show, 1100000);
    describe(&show, &without);
    assert_in_range(show.steps, 1, 3);
    assert_string_equal(str_text(&without), str_text(&with));
    str_dispose(&without);
    str_dispose(&with);
    show_close(&show);
}

static void test_times_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int second; // -1: wrong
    } cases[] = {
        {"start", 0},
        {"end", SECONDS},
        {"+5m", 300},
        {"-90s", -90},
        {"2026-11-20T08:20:07Z", 300},
        {"08:20:07", 300},
        {"08:16", 53},
        {"25:00", -1},
        {"8", -1},
        {"", -1},
        {"+", -1},
        {"08:20:07x", -1},
        {"+5", -1},
        {"2026-11-20", -1},
    };
    struct show show;
    setenv("TZ", "UTC", 1);
    record_all();
    show_open(&show);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t at_ms = 0;
        bool ok = player_parse_time(show.player, cases[i].text, &at_ms, NULL);
        bool wrong = cases[i].second == -1;
        if (ok == wrong || (ok && at_ms != START_WALL_MS + (int64_t)cases[i].second * 1000))
            fail_msg("%s: %d %lld", cases[i].text, ok, (long long)(at_ms - START_WALL_MS));
    }
    show_close(&show);
}

static char *newest_segment(void)
{
    char *found = NULL;
    for (unsigned number = 1;; number++) {
        char *path = mem_printf("%s/%06u.jsonl.gz", folder, number);
        if (access(path, F_OK) != 0) {
            free(path);
            return found;
        }
        free(found);
        found = path;
    }
}

// Whatever is torn off the end, what stands before it plays.
static void test_a_torn_recording_plays_up_to_where_it_is_torn(void **state)
{
    (void)state;
    record_all();
    char *path = newest_segment();
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    int64_t last_ms = INT64_MAX;
    for (off_t size = info.st_size; size >= 0; size -= size > 400 ? 97 : 23) {
        struct err_list notes = {0};
        struct err err = {0};
        assert_int_equal(truncate(path, size), 0);
        struct player *player = player_open(folder, &notes, &err);
        if (player == NULL)
            fail_msg("%s", err.text);
        assert_true(player_end_ms(player) <= last_ms);
        last_ms = player_end_ms(player);
        err_list_dispose(&notes);
        player_free(player);
    }
    assert_true(last_ms > START_WALL_MS + 600000); // the segments before it
    free(path);
}

static void test_a_killed_recorder_leaves_what_it_wrote(void **state)
{
    (void)state;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct stage stage;
        struct recorder *recorder = begin(&stage, &(struct recorder_options){0});
        record_seconds(&stage, recorder, 400);
        raise(SIGKILL);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    clock_freeze(START_MONO_MS, START_WALL_MS);
    struct show show;
    show_open(&show);
    assert_true(player_end_ms(show.player) >= START_WALL_MS + 395000);
    go_to(&show, 390000);
    assert_true(value_of_second(&show, 0) == 390);
    show_close(&show);
}

// All that a segment says; a heap string.
static char *read_segment(unsigned number)
{
    struct str text = {0};
    char *path = mem_printf("%s/%06u.jsonl.gz", folder, number), part[4096];
    gzFile file = gzopen(path, "rb");
    int got;
    assert_non_null(file);
    while ((got = gzread(file, part, sizeof part)) > 0)
        str_append_bytes(&text, part, (size_t)got);
    gzclose(file);
    free(path);
    return str_take(&text);
}

static void test_no_password_is_in_a_recording(void **state)
{
    (void)state;
    static const char said[] = "@@x\nmysqld --password=Word-2 -u x\nthe database wants Word-1\n"
                               "http://noc:Word-3@198.18.0.11/ \"auth_token\": \"Word-4\"\n@@end\n";
    struct stage stage;
    struct err err = {0};
    clock_freeze(START_MONO_MS, START_WALL_MS);
    stage_set(&stage, NULL);
    assert_true(config_set_host_option(&stage.config->hosts[0], "mysql_password", "Word-1", &err));
    fleet_play(stage.fleet);
    struct recorder_options options = {0};
    struct recorder *recorder = recorder_open(folder, stage.config, stage.fleet, &options, &err);
    assert_non_null(recorder);
    struct snapshot *snapshot = reading(&probe_alarms, "mysql -unoc -pWord-5 sw1", 0);
    snprintf(snapshot->error, sizeof snapshot->error, "sw1: 'Word-1' was refused");
    snprintf(snapshot->note, sizeof snapshot->note, "secret=Word-6");
    struct host_status status = {.word = HOST_RETRYING};
    snprintf(status.error, sizeof status.error, "sw1: pwd:Word-7");
    fleet_put_status(stage.fleet, 0, &status);
    fleet_put_snapshot(stage.fleet, 0, &probe_alarms, snapshot);
    recorder_take_facts(recorder, 0, said, strlen(said));
    assert_true(recorder_take(recorder, &err));
    assert_true(recorder_end(recorder, &err));
    recorder_free(recorder);
    char *text = read_segment(1);
    assert_non_null(strstr(text, "was refused"));
    assert_non_null(strstr(text, "the database wants"));
    assert_non_null(strstr(text, "GW-0"));
    if (strstr(text, "Word-") != NULL)
        fail_msg("%.200s", strstr(text, "Word-") - 40);
    free(text);
    stage_strike(&stage);
}

static void test_a_limited_recording_drops_its_oldest_minutes(void **state)
{
    (void)state;
    struct stage stage;
    struct recorder_options options = {.most_bytes = 6000};
    struct recorder *recorder = begin(&stage, &options);
    record_seconds(&stage, recorder, SECONDS);
    assert_true(recorder_progress(recorder).dropped > 0);
    assert_true(recorder_progress(recorder).bytes <= 6000);
    assert_true(recorder_end(recorder, NULL));
    recorder_free(recorder);
    stage_strike(&stage);
    struct show show;
    show_open(&show);
    assert_true(player_begin_ms(show.player) > START_WALL_MS);
    go_to(&show, 1000 * (int64_t)(SECONDS - 1));
    assert_true(value_of_second(&show, 0) == SECONDS - 5);
    show_close(&show);
}

static void test_a_folder_with_a_recording_is_not_written_over(void **state)
{
    (void)state;
    struct stage stage;
    struct err err = {0};
    record_all();
    stage_set(&stage, NULL);
    assert_null(
        recorder_open(folder, stage.config, stage.fleet, &(struct recorder_options){0}, &err));
    assert_non_null(strstr(err.text, "holds a recording already"));
    stage_strike(&stage);
}

static void test_a_missing_file_is_a_gap_that_is_told(void **state)
{
    (void)state;
    struct show show;
    struct host_status status;
    record_all();
    char *path = mem_printf("%s/000002.jsonl.gz", folder);
    assert_int_equal(unlink(path), 0);
    free(path);
    show_open(&show);
    go_to(&show, 290000);
    assert_false(player_in_gap(show.player));
    go_to(&show, 450000);
    assert_true(player_in_gap(show.player));
    fleet_host_status(show.stage.fleet, 0, &status);
    assert_int_equal(status.word, HOST_STALE);
    assert_non_null(strstr(status.error, "the recording has a gap"));
    const char *note = player_next_note(show.player);
    assert_non_null(note);
    assert_non_null(strstr(note, "the recording has a gap: nothing is kept from "));
    go_to(&show, 460000);
    assert_null(player_next_note(show.player));
    go_to(&show, 700000);
    assert_false(player_in_gap(show.player));
    fleet_host_status(show.stage.fleet, 0, &status);
    assert_int_equal(status.word, HOST_LIVE);
    assert_int_equal(player_beyond(show.player, START_WALL_MS + 3600000), 1);
    assert_int_equal(player_beyond(show.player, START_WALL_MS - 3600000), -1);
    assert_int_equal(player_beyond(show.player, START_WALL_MS + 600000), 0);
    show_close(&show);
}

static void test_nothing_is_reached_from_a_recording(void **state)
{
    (void)state;
    struct show show;
    record_all();
    show_open(&show);
    fleet_start(show.stage.fleet);
    go_to(&show, 60000);
    struct link *link = fleet_link(show.stage.fleet, 0);
    const char *const argv[] = {"/bin/true", NULL};
    struct link_command command = {.argv = argv};
    struct link_result result = {0};
    struct err err = {0};
    assert_false(link_exec(link, &command, &result, &err));
    assert_non_null(strstr(err.text, "this is a replay"));
    command.recorded = true;
    assert_true(link_exec(link, &command, &result, &err));
    assert_string_equal(str_text(&result.out), "@@end\n");
    link_result_dispose(&result);
    go_to(&show, 5000); // before the host was asked
    assert_false(link_exec(link, &command, &result, &err));
    assert_non_null(strstr(err.text, "the recording does not hold it at this time"));
    struct link_endpoint endpoint;
    assert_false(link_tunnel(link, "127.0.0.1", 3306, &endpoint, &err));
    assert_true(fleet_stop(show.stage.fleet, 100));
    show_close(&show);
}

int main(void)
{
    if (!load_profile())
        return 1;
    const struct CMUnitTest tests[] = {
        in_folder(test_what_was_published_is_played_at_its_time),
        in_folder(test_a_jump_shows_what_playing_through_shows),
        in_folder(test_the_clock_pauses_and_goes_faster),
        in_folder(test_what_was_missed_is_not_caught_up_but_a_jump_is_ended),
        in_folder(test_trouble_is_found),
        in_folder(test_without_a_lead_a_jump_reads_what_stands_there),
        in_folder(test_seeking_takes_no_time_of_the_recording),
        in_folder(test_what_is_sought_can_be_given_up),
        in_folder(test_times_are_understood),
        in_folder(test_a_torn_recording_plays_up_to_where_it_is_torn),
        in_folder(test_a_killed_recorder_leaves_what_it_wrote),
        in_folder(test_no_password_is_in_a_recording),
        in_folder(test_a_limited_recording_drops_its_oldest_minutes),
        in_folder(test_a_folder_with_a_recording_is_not_written_over),
        in_folder(test_a_missing_file_is_a_gap_that_is_told),
        in_folder(test_nothing_is_reached_from_a_recording),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    profile_free(profile);
    return failed;
}
