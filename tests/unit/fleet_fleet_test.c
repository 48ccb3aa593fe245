// SPDX-License-Identifier: MIT

// The schedule of a fleet: periods, fallbacks, the product's least interval, looks, and the end.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "fleet/fleet.h"
#include "fleet/outcome.h"
#include "link/http.h"
#include "link/sql.h"

#define WITHIN_MS 10000

// One local host whose health is read by scripts that note each reading in a file of the folder. A
// reading fails when its script ends early.
struct fixture {
    char folder[40];
    struct config *config;
    struct profile *profile;
    struct fleet *fleet;
    const struct probe *health;
};

#define NOTE(source)  "echo " source " $(cut -d' ' -f1 /proc/uptime) >> %1$s/readings; "
#define ANSWER        "echo @@uptime; cat /proc/uptime; echo @@end"
#define HANG          "[ ! -e %1$s/hanging ] || sleep 60; "
#define FAIL_IF(file) "[ ! -e %1$s/" file " ] || exit 0; "

static const char config_text[] =
    "[host here]\nlink = local\n"
    "[probe health]\nsources = health first, health second\n%2$s\n"
    "[health first]\nscript = " NOTE("first") HANG FAIL_IF("broken") ANSWER
    "\n"
    "[health second]\nscript = " NOTE("second") FAIL_IF("broken-too") ANSWER "\n";

static void write_file(const struct fixture *fixture, const char *name, const char *text)
{
    char *path = mem_printf("%s/%s", fixture->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    free(path);
}

static void remove_file(const struct fixture *fixture, const char *name)
{
    char *path = mem_printf("%s/%s", fixture->folder, name);
    unlink(path);
    free(path);
}

// The schedule is the profile's: "period = 1s\nidle_period = never".
static void begin(struct fixture *fixture, const char *schedule)
{
    *fixture = (struct fixture){.folder = "/tmp/nocdesk-fleet-XXXXXX"};
    assert_non_null(mkdtemp(fixture->folder));
    char *text = mem_printf(config_text, fixture->folder, schedule);
    write_file(fixture, "nocdesk.ini", text);
    free(text);
    char *path = mem_printf("%s/nocdesk.ini", fixture->folder);
    struct err_list errors = {0};
    bool ok =
        config_load(path, &fixture->config, &errors) &&
        profile_load("vos3000", &fixture->config->profile_overrides, &fixture->profile, &errors);
    free(path);
    if (!ok)
        fail_msg("%s", errors.texts[0]);
    const struct profile *profiles[] = {fixture->profile};
    fixture->fleet = fleet_new(fixture->config, profiles);
    fixture->health = probe_find("health");
    fleet_set_idle_reading(fixture->fleet, false);
}

static void look(struct fixture *fixture, const struct probe *probe)
{
    const struct probe *looked[] = {probe, NULL};
    fleet_look(fixture->fleet, looked);
}

static void end(struct fixture *fixture)
{
    assert_true(fleet_stop(fixture->fleet, 1000));
    fleet_free(fixture->fleet);
    profile_free(fixture->profile);
    config_free(fixture->config);
    static const char *const files[] = {"nocdesk.ini", "readings", "broken", "broken-too",
                                        "hanging"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        remove_file(fixture, files[i]);
    assert_int_equal(rmdir(fixture->folder), 0);
}

// How often a source was read; *gap_ms is the shortest time between two readings of it.
static size_t readings(const struct fixture *fixture, const char *source, int64_t *gap_ms)
{
    char *path = mem_printf("%s/readings", fixture->folder);
    FILE *file = fopen(path, "r");
    free(path);
    char name[20];
    double at_s, before_s = -1;
    size_t count = 0;
    int64_t least_ms = INT64_MAX;
    while (file != NULL && fscanf(file, "%19s %lf", name, &at_s) == 2) {
        if (strcmp(name, source) != 0)
            continue;
        if (before_s >= 0 && (int64_t)((at_s - before_s) * 1000) < least_ms)
            least_ms = (int64_t)((at_s - before_s) * 1000);
        before_s = at_s;
        count++;
    }
    if (file != NULL)
        fclose(file);
    if (gap_ms != NULL)
        *gap_ms = least_ms;
    return count;
}

// Waits for news of the fleet, or a little.
static void wait_a_little(struct fixture *fixture)
{
    struct pollfd fd = {.fd = fleet_wake_fd(fixture->fleet), .events = POLLIN};
    if (poll(&fd, 1, 20) > 0)
        fleet_drain(fixture->fleet);
}

static void wait_for_readings(struct fixture *fixture, const char *source, size_t count)
{
    int64_t deadline_ms = clock_mono_ms() + WITHIN_MS;
    while (readings(fixture, source, NULL) < count) {
        assert_true(clock_left_ms(deadline_ms) > 0);
        wait_a_little(fixture);
    }
}

enum wanted { FROM_FIRST, FROM_FALLBACK, WITH_ERROR };

static bool is_as_wanted(const struct snapshot *snapshot, enum wanted wanted)
{
    if (snapshot == NULL || (wanted != WITH_ERROR && snapshot_table(snapshot, 0) == NULL))
        return false;
    return wanted == WITH_ERROR
               ? snapshot->error[0] != '\0'
               : snapshot->error[0] == '\0' && snapshot->fallback == (wanted == FROM_FALLBACK);
}

// The snapshot, with a reference, and how long it took to come.
static const struct snapshot *wait_for(struct fixture *fixture, enum wanted wanted,
                                       int64_t *took_ms)
{
    int64_t began_ms = clock_mono_ms();
    for (;;) {
        const struct snapshot *snapshot = fleet_snapshot(fixture->fleet, 0, fixture->health);
        *took_ms = clock_mono_ms() - began_ms;
        if (is_as_wanted(snapshot, wanted))
            return snapshot;
        snapshot_unref(snapshot);
        assert_true(*took_ms < WITHIN_MS);
        wait_a_little(fixture);
    }
}

static void what_is_looked_at_is_read_every_period(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, "period = 500ms\nleast_period = 500ms\nidle_period = never");
    look(&fixture, fixture.health);
    fleet_start(fixture.fleet);
    int64_t began_ms = clock_mono_ms(), gap_ms;
    wait_for_readings(&fixture, "first", 5);
    assert_in_range(clock_mono_ms() - began_ms, 1900, 6000);
    assert_int_equal(readings(&fixture, "second", &gap_ms), 0);
    readings(&fixture, "first", &gap_ms);
    assert_true(gap_ms >= 300);
    struct host_status status;
    fleet_host_status(fixture.fleet, 0, &status);
    assert_int_equal(status.word, HOST_LIVE);
    assert_string_equal(status.error, "");
    end(&fixture);
}

static void a_failing_first_choice_is_replaced_and_returned_to(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, "period = 500ms\nidle_period = never");
    write_file(&fixture, "broken", "");
    look(&fixture, fixture.health);
    fleet_start(fixture.fleet);
    int64_t took_ms;
    const struct snapshot *snapshot = wait_for(&fixture, FROM_FALLBACK, &took_ms);
    assert_non_null(strstr(snapshot->note, "was cut short"));
    snapshot_unref(snapshot);
    size_t tried = readings(&fixture, "first", NULL);
    wait_for_readings(&fixture, "second", 4);
    assert_true(readings(&fixture, "first", NULL) <= tried + 1); // it rests
    remove_file(&fixture, "broken");
    snapshot = wait_for(&fixture, FROM_FIRST, &took_ms);
    assert_true(took_ms < 5000);
    assert_string_equal(snapshot->note, "");
    snapshot_unref(snapshot);
    end(&fixture);
}

static void a_failure_leaves_the_last_table_and_ends_within_five_seconds(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, "period = 500ms\nidle_period = never");
    look(&fixture, fixture.health);
    fleet_start(fixture.fleet);
    int64_t took_ms;
    snapshot_unref(wait_for(&fixture, FROM_FIRST, &took_ms));
    write_file(&fixture, "broken", "");
    write_file(&fixture, "broken-too", "");
    const struct snapshot *snapshot = wait_for(&fixture, WITH_ERROR, &took_ms);
    assert_non_null(snapshot_table(snapshot, 0));
    assert_int_equal(snapshot_word(snapshot, clock_mono_ms()), FEED_STALE);
    assert_memory_equal(snapshot->error, "here: ", 6);
    snapshot_unref(snapshot);
    remove_file(&fixture, "broken");
    remove_file(&fixture, "broken-too");
    snapshot_unref(wait_for(&fixture, FROM_FIRST, &took_ms));
    assert_true(took_ms < 5000);
    end(&fixture);
}

static void neither_keys_nor_looks_ask_more_often_than_the_product_allows(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, "period = 1s\nleast_period = 1s\nidle_period = never");
    look(&fixture, fixture.health);
    fleet_start(fixture.fleet);
    wait_for_readings(&fixture, "first", 1);
    int64_t deadline_ms = clock_mono_ms() + WITHIN_MS, gap_ms;
    while (readings(&fixture, "first", &gap_ms) < 4) {
        assert_true(clock_left_ms(deadline_ms) > 0);
        fleet_refresh(fixture.fleet, -1, fixture.health);
        look(&fixture, NULL);
        look(&fixture, fixture.health);
        fleet_refresh(fixture.fleet, 0, NULL);
        wait_a_little(&fixture);
    }
    assert_in_range(gap_ms, 700, 5000);
    end(&fixture);
}

static void a_refresh_does_not_wait_for_the_period(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, "period = 1m\nidle_period = never");
    look(&fixture, fixture.health);
    fleet_start(fixture.fleet);
    // The first two: a rate wants a second sample.
    wait_for_readings(&fixture, "first", 2);
    int64_t took_ms;
    snapshot_unref(wait_for(&fixture, FROM_FIRST, &took_ms));
    uint64_t attempts = 0;
    for (int64_t deadline_ms = clock_mono_ms() + WITHIN_MS; attempts < 3;) {
        assert_true(clock_left_ms(deadline_ms) > 0);
        fleet_refresh(fixture.fleet, -1, fixture.health);
        const struct snapshot *snapshot = fleet_snapshot(fixture.fleet, 0, fixture.health);
        attempts = snapshot->attempts;
        snapshot_unref(snapshot);
        wait_a_little(&fixture);
    }
    end(&fixture);
}

static void what_nobody_looks_at_is_not_read(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, "period = 250ms\nidle_period = never");
    fleet_start(fixture.fleet);
    struct host_status status;
    int64_t deadline_ms = clock_mono_ms() + WITHIN_MS;
    do {
        wait_a_little(&fixture);
        fleet_host_status(fixture.fleet, 0, &status);
        assert_true(clock_left_ms(deadline_ms) > 0);
    } while (!status.link.up);
    assert_null(fleet_snapshot(fixture.fleet, 0, fixture.health));
    look(&fixture, fixture.health);
    wait_for_readings(&fixture, "first", 2);
    look(&fixture, NULL);
    // At most the reading that was under way; several periods would show more.
    size_t before = readings(&fixture, "first", NULL);
    for (int64_t until_ms = clock_mono_ms() + 1000; clock_left_ms(until_ms) > 0;)
        wait_a_little(&fixture);
    assert_true(readings(&fixture, "first", NULL) <= before + 1);
    end(&fixture);
}

static void a_command_that_hangs_does_not_hold_up_the_end(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, "period = 1s\nidle_period = never\ntimeout = 1m");
    write_file(&fixture, "hanging", "");
    look(&fixture, fixture.health);
    fleet_start(fixture.fleet);
    wait_for_readings(&fixture, "first", 1);
    assert_null(fleet_snapshot(fixture.fleet, 0, fixture.health));
    int64_t began_ms = clock_mono_ms();
    end(&fixture);
    assert_true(clock_mono_ms() - began_ms < 1000);
}

static void what_the_configuration_switches_off_is_no_failure(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, "period = 1s\nidle_period = never");
    struct host_config *host = &fixture.config->hosts[0];
    const struct probe *accounts = probe_find("accounts"), *alarms = probe_find("alarms");
    struct err why = {0};
    assert_false(fleet_is_off(fixture.fleet, 0, accounts, &why));
    host->mysql_port = 0;
    assert_true(fleet_is_off(fixture.fleet, 0, accounts, &why));
    assert_string_equal(why.text, "here: no database is configured (mysql_port = 0)");
    assert_false(fleet_is_off(fixture.fleet, 0, alarms, &why)); // its first source is HTTP
    host->http_port = 0;
    assert_true(fleet_is_off(fixture.fleet, 0, alarms, &why));
    assert_non_null(strstr(why.text, "neither a database nor a web interface"));
    assert_false(fleet_is_off(fixture.fleet, 0, fixture.health, &why));
    struct outcome outcome = {0};
    outcome_update(&outcome, fixture.fleet, 0, alarms);
    assert_true(outcome.settled);
    assert_string_equal(outcome.error, "");
    assert_string_equal(outcome.off.text, why.text);
    outcome_dispose(&outcome);
    end(&fixture);
}

// A port of this machine's loopback that is nobody else's; it refuses until the descriptor listens.
static int take_port(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static void wait_until_off(struct fixture *fixture, const struct probe *probe, bool off)
{
    int64_t until_ms = clock_mono_ms() + WITHIN_MS;
    while (fleet_is_off(fixture->fleet, 0, probe, NULL) != off) {
        assert_true(clock_left_ms(until_ms) > 0);
        wait_a_little(fixture);
    }
}

static void what_nobody_configured_and_nobody_listens_to_is_not_on_the_host(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, "period = 1s\nidle_period = never");
    struct host_config *host = &fixture.config->hosts[0];
    const struct probe *alarms = probe_find("alarms");
    int web = take_port(&host->http_port), database = take_port(&host->mysql_port);
    host->assumed = true;
    look(&fixture, alarms);
    fleet_start(fixture.fleet);
    wait_until_off(&fixture, alarms, true);
    struct err why = {0};
    assert_true(fleet_is_off(fixture.fleet, 0, alarms, &why));
    assert_non_null(strstr(why.text, "no host is configured"));
    const struct snapshot *snapshot = fleet_snapshot(fixture.fleet, 0, alarms);
    assert_true(snapshot == NULL || snapshot->error[0] == '\0');
    snapshot_unref(snapshot);
    // Whoever asks for it unattended is told that it is missing.
    struct outcome outcome = {0};
    outcome_update(&outcome, fixture.fleet, 0, alarms);
    assert_true(outcome.settled);
    assert_string_equal(outcome.error, why.text);
    outcome_dispose(&outcome);
    // What listens and does not answer as it should is a failure like any other.
    assert_int_equal(listen(web, 8), 0);
    wait_until_off(&fixture, alarms, false);
    close(web);
    close(database);
    end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_looked_at_is_read_every_period),
        cmocka_unit_test(a_failing_first_choice_is_replaced_and_returned_to),
        cmocka_unit_test(a_failure_leaves_the_last_table_and_ends_within_five_seconds),
        cmocka_unit_test(neither_keys_nor_looks_ask_more_often_than_the_product_allows),
        cmocka_unit_test(a_refresh_does_not_wait_for_the_period),
        cmocka_unit_test(what_nobody_looks_at_is_not_read),
        cmocka_unit_test(what_the_configuration_switches_off_is_no_failure),
        cmocka_unit_test(what_nobody_configured_and_nobody_listens_to_is_not_on_the_host),
        cmocka_unit_test(a_command_that_hangs_does_not_hold_up_the_end),
    };
    return !sql_library_init() || !http_library_init() ||
           cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
