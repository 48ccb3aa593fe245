// SPDX-License-Identifier: MIT

// Profiles: the embedded files, the user's folder over them, nocdesk.ini over that.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "conf/profile.h"

struct fixture {
    char root[64];
    char *file; // the user's own
    struct ini overrides;
    struct profile *profile;
    struct err_list errors;
};

static int make_home(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof *fixture);
    strcpy(fixture->root, "/tmp/conf_profile_test.XXXXXX");
    assert_non_null(mkdtemp(fixture->root));
    setenv("XDG_CONFIG_HOME", fixture->root, 1);
    *state = fixture;
    return 0;
}

static int drop_home(void **state)
{
    struct fixture *fixture = *state;
    profile_free(fixture->profile);
    ini_dispose(&fixture->overrides);
    err_list_dispose(&fixture->errors);
    if (fixture->file != NULL)
        unlink(fixture->file);
    static const char *const folders[] = {"nocdesk/profiles/vos3000", "nocdesk/profiles", "nocdesk",
                                          ""};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char *folder = mem_printf("%s/%s", fixture->root, folders[i]);
        rmdir(folder);
        free(folder);
    }
    free(fixture->file);
    free(fixture);
    return 0;
}

static void write_user_file(struct fixture *fixture, const char *text)
{
    static const char *const folders[] = {"nocdesk", "nocdesk/profiles",
                                          "nocdesk/profiles/vos3000"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char *folder = mem_printf("%s/%s", fixture->root, folders[i]);
        mkdir(folder, 0700);
        free(folder);
    }
    fixture->file = mem_printf("%s/nocdesk/profiles/vos3000/mine.ini", fixture->root);
    FILE *file = fopen(fixture->file, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void override(struct fixture *fixture, const char *text)
{
    assert_true(ini_read_text(&fixture->overrides, "n.ini", text, strlen(text), &fixture->errors));
}

static bool load(struct fixture *fixture)
{
    return profile_load("vos3000", &fixture->overrides, &fixture->profile, &fixture->errors);
}

static void assert_faults(struct fixture *fixture, const char *const *expected, size_t count)
{
    assert_false(load(fixture));
    assert_null(fixture->profile);
    for (size_t i = 0; i < count && i < fixture->errors.count; i++)
        assert_string_equal(fixture->errors.texts[i], expected[i]);
    assert_int_equal(fixture->errors.count, count);
}

#define ASSERT_FAULTS(fixture, ...)                                                                \
    do {                                                                                           \
        const char *const expected[] = {__VA_ARGS__};                                              \
        assert_faults(fixture, expected, sizeof expected / sizeof expected[0]);                    \
    } while (0)

static void the_embedded_profile_loads_without_faults(void **state)
{
    struct fixture *fixture = *state;
    bool ok = load(fixture);
    for (size_t i = 0; i < fixture->errors.count; i++)
        print_error("%s\n", fixture->errors.texts[i]);
    assert_true(ok);
    const struct profile_probe *alarms = profile_probe(fixture->profile, "alarms");
    assert_non_null(alarms);
    assert_int_equal(alarms->source_count, 2);
    assert_string_equal(alarms->sources[0].reader, "http");
    assert_string_equal(alarms->sources[0].name, "alarms");
    assert_string_equal(alarms->sources[1].section->name, "sql alarms");
    assert_true(strncmp(fixture->profile->title, "VOS3000", 7) == 0);
}

static void the_product_s_limits_on_requests_are_kept(void **state)
{
    struct fixture *fixture = *state;
    assert_true(load(fixture));
    const struct profile_probe *calls = profile_probe(fixture->profile, "calls");
    assert_int_equal(calls->least_period_ms, 10000);
    assert_int_equal(calls->idle_period_ms, -1);
    assert_int_equal(profile_probe(fixture->profile, "performance")->least_period_ms, 5000);
    assert_int_equal(profile_probe(fixture->profile, "gateway_online")->least_period_ms, 10000);
}

static void the_user_s_files_and_then_the_configuration_lie_over_it(void **state)
{
    struct fixture *fixture = *state;
    write_user_file(fixture, "[probe alarms]\nperiod = 7s\nidle_period = never\n"
                             "[threshold alarms.value]\nwarn = value>10\nword = \"too much\"\n");
    override(fixture, "[probe alarms]\nperiod = 9s\nsources = sql alarms, firewall\n"
                      "[probe calls]\nsources = none\n");
    assert_true(load(fixture));
    const struct profile_probe *alarms = profile_probe(fixture->profile, "alarms");
    assert_int_equal(alarms->period_ms, 9000);
    assert_int_equal(alarms->idle_period_ms, -1);
    assert_int_equal(alarms->timeout_ms, 8000);
    assert_int_equal(alarms->source_count, 2);
    assert_string_equal(alarms->sources[1].reader, "firewall");
    assert_string_equal(alarms->sources[1].name, "");
    assert_int_equal(profile_probe(fixture->profile, "calls")->source_count, 0);
    const struct profile_threshold *mine = NULL;
    for (size_t i = 0; i < fixture->profile->threshold_count; i++) {
        if (strcmp(fixture->profile->thresholds[i].column, "value") == 0)
            mine = &fixture->profile->thresholds[i];
    }
    assert_non_null(mine);
    assert_string_equal(mine->word, "too much");
    assert_string_equal(mine->warn, "value>10");
    assert_null(mine->crit);
    assert_string_equal(mine->place.path, fixture->file);
}

static void faults_name_the_place_of_the_override(void **state)
{
    struct fixture *fixture = *state;
    override(fixture, "[probe alarms]\nperoid = 5s\nperiod = soon\n"
                      "[probe calls]\nperiod = 2s\n"
                      "[probe mine]\nperiod = 5s\n"
                      "[probe other]\nsources = http a,,sql b\n"
                      "[threshold alarms]\nwarn = x\n"
                      "[threshold alarms.value]\nwran = x\n"
                      "[profile]\ntitel = x\n");
    ASSERT_FAULTS(
        fixture, "n.ini:2: [probe alarms] has no key 'peroid'; did you mean 'period'?",
        "n.ini:3: period = soon is no duration; write 500ms, 5s, 1m or 1h",
        "n.ini:5: period = 2s is out of range; write 10s to 86400s",
        "n.ini:15: [profile] has no key 'titel'; did you mean 'title'?",
        "n.ini:6: [probe mine] does not say where it is read; write sources = READER NAME, … or "
        "none",
        "n.ini:9: an empty source in sources; write READER NAME, READER NAME",
        "n.ini:10: [threshold alarms] names no cell; write [threshold PANE.COLUMN]",
        "n.ini:13: [threshold alarms.value] has no key 'wran'; did you mean 'warn'?");
}

static void an_unknown_section_of_the_user_s_file_is_a_fault(void **state)
{
    struct fixture *fixture = *state;
    write_user_file(fixture, "[prob alarms]\nperiod = 5s\n");
    char *message = mem_printf(
        "%s:1: [prob alarms] is no known section; did you mean [probe alarms]?", fixture->file);
    ASSERT_FAULTS(fixture, message);
    free(message);
}

static void an_unknown_profile_names_the_known_ones(void **state)
{
    struct fixture *fixture = *state;
    assert_false(profile_load("vos2000", NULL, &fixture->profile, &fixture->errors));
    assert_string_equal(fixture->errors.texts[0], "there is no profile 'vos2000'; known: vos3000");
    assert_false(profile_load("../../etc", NULL, &fixture->profile, &fixture->errors));
    assert_int_equal(fixture->errors.count, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_home, drop_home)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_embedded_profile_loads_without_faults),
        TEST(the_product_s_limits_on_requests_are_kept),
        TEST(the_user_s_files_and_then_the_configuration_lie_over_it),
        TEST(faults_name_the_place_of_the_override),
        TEST(an_unknown_section_of_the_user_s_file_is_a_fault),
        TEST(an_unknown_profile_names_the_known_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
