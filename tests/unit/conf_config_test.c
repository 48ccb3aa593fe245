// SPDX-License-Identifier: MIT

// nocdesk.ini: typed values, defaults, and every fault in the words that an operator reads.
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
#include "conf/config.h"
#include "conf/option.h"
#include "conf/section.h"

struct fixture {
    char folder[64];
    char *path;
    struct config *config;
    struct err_list errors;
    bool ok;
};

static int make_folder(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof *fixture);
    strcpy(fixture->folder, "/tmp/conf_config_test.XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->path = mem_printf("%s/nocdesk.ini", fixture->folder);
    setenv("HOME", "/home/ana", 1);
    setenv("XDG_CONFIG_HOME", fixture->folder, 1);
    setenv("XDG_STATE_HOME", "/var/state", 1);
    *state = fixture;
    return 0;
}

static int drop_folder(void **state)
{
    struct fixture *fixture = *state;
    config_free(fixture->config);
    err_list_dispose(&fixture->errors);
    unlink(fixture->path);
    rmdir(fixture->folder);
    free(fixture->path);
    free(fixture);
    return 0;
}

static void load_mode(struct fixture *fixture, const char *text, mode_t mode)
{
    FILE *file = fopen(fixture->path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    chmod(fixture->path, mode);
    fixture->ok = config_load(fixture->path, &fixture->config, &fixture->errors);
}

static void load(struct fixture *fixture, const char *text)
{
    load_mode(fixture, text, 0600);
}

// The messages without the folder's name.
static void assert_faults(const struct fixture *fixture, const char *const *expected, size_t count)
{
    assert_false(fixture->ok);
    assert_null(fixture->config);
    for (size_t i = 0; i < count && i < fixture->errors.count; i++) {
        const char *text = fixture->errors.texts[i];
        assert_memory_equal(text, fixture->folder, strlen(fixture->folder));
        assert_string_equal(text + strlen(fixture->folder) + 1, expected[i]);
    }
    assert_int_equal(fixture->errors.count, count);
}

#define ASSERT_FAULTS(fixture, ...)                                                                \
    do {                                                                                           \
        const char *const expected[] = {__VA_ARGS__};                                              \
        assert_faults(fixture, expected, sizeof expected / sizeof expected[0]);                    \
    } while (0)

static void without_a_file_there_is_localhost_without_ssh(void **state)
{
    struct fixture *fixture = *state;
    assert_true(config_load(NULL, &fixture->config, &fixture->errors));
    const struct config *config = fixture->config;
    assert_null(config->path);
    assert_int_equal(config->host_count, 1);
    assert_string_equal(config->hosts[0].name, "localhost");
    assert_int_equal(config->hosts[0].link, LINK_LOCAL);
    assert_int_equal(config->hosts[0].mysql_port, 3306);
    assert_int_equal(config->hosts[0].http_port, 8080);
    assert_true(config->hosts[0].enabled);
    assert_string_equal(config->state_dir, "/var/state/nocdesk");
    assert_int_equal(config->ban_for_ms, 3600 * 1000);
    assert_int_equal(config->confirm, CONFIRM_RISKY);
    assert_true(config->operator_name[0] != '\0');
}

static void the_usual_file_is_found(void **state)
{
    struct fixture *fixture = *state;
    char *folder = mem_printf("%s/nocdesk", fixture->folder);
    free(fixture->path);
    fixture->path = mem_printf("%s/nocdesk.ini", folder);
    mkdir(folder, 0700);
    FILE *file = fopen(fixture->path, "w");
    fputs("[nocdesk]\noperator = ana\n", file);
    fclose(file);
    assert_true(config_load(NULL, &fixture->config, &fixture->errors));
    assert_string_equal(fixture->config->operator_name, "ana");
    assert_string_equal(fixture->config->hosts[0].name, "localhost");
    unlink(fixture->path);
    rmdir(folder);
    free(folder);
}

static void a_named_file_that_is_missing_is_a_fault(void **state)
{
    struct fixture *fixture = *state;
    fixture->ok = config_load(fixture->path, &fixture->config, &fixture->errors);
    ASSERT_FAULTS(fixture, "nocdesk.ini: cannot be read: No such file or directory");
}

static void every_option_of_the_contract_is_read(void **state)
{
    struct fixture *fixture = *state;
    load(fixture, "[nocdesk]\n"
                  "operator = ana ; who acts\n"
                  "theme = \"my theme\"\n"
                  "read_only = yes\n"
                  "confirm = always\n"
                  "ban_for = forever\n"
                  "trusted = 198.51.100.0/24 2001:db8::/32\n"
                  "state_dir = ~/state\n"
                  "[host sw1]\n"
                  "address = 198.18.0.11\n"
                  "port = 2222\n"
                  "user = noc\n"
                  "identity = ~/.ssh/id_ed25519\n"
                  "link = ssh\n"
                  "environment = prod\n"
                  "legacy = yes\n"
                  "sudo = on\n"
                  "mysql_socket = /var/lib/mysql/mysql.sock\n"
                  "mysql_user = noc\n"
                  "mysql_password_command = pass show \"soft switch\"\n"
                  "http_port = 0\n"
                  "sip_ports = 5060, 6060\n"
                  "capture = off\n"
                  "trusted = 203.0.113.10 203.0.113.20\n"
                  "retry = 10s\n"
                  "[host sw2]\n");
    assert_true(fixture->ok);
    const struct config *config = fixture->config;
    assert_string_equal(config->operator_name, "ana");
    assert_string_equal(config->theme, "my theme");
    assert_true(config->read_only);
    assert_int_equal(config->confirm, CONFIRM_ALWAYS);
    assert_int_equal(config->ban_for_ms, -1);
    assert_int_equal(config->trusted.count, 2);
    assert_int_equal(config->trusted.items[0].prefix, 120);
    assert_string_equal(config->state_dir, "/home/ana/state");
    assert_int_equal(config->host_count, 2);
    const struct host_config *host = config_host(config, "sw1");
    assert_string_equal(host->address, "198.18.0.11");
    assert_int_equal(host->port, 2222);
    assert_string_equal(host->identity, "/home/ana/.ssh/id_ed25519");
    assert_string_equal(host->known_hosts, "/home/ana/.ssh/known_hosts");
    assert_true(host->legacy && host->sudo && !host->read_only);
    assert_string_equal(host->mysql_socket, "/var/lib/mysql/mysql.sock");
    assert_string_equal(host->mysql_password_command[2], "soft switch");
    assert_null(host->mysql_password_command[3]);
    assert_int_equal(host->http_port, 0);
    assert_int_equal(host->sip_port_count, 2);
    assert_int_equal(host->sip_ports[1], 6060);
    assert_int_equal(host->trusted.count, 4); // two of its own, two of [nocdesk]
    assert_int_equal(host->retry_ms, 10000);
    assert_string_equal(config->hosts[1].address, "sw2");
    assert_int_equal(config->hosts[1].sip_port_count, 0);
    assert_null(config_host(config, "sw3"));
}

static void all_faults_are_reported_at_once_with_what_would_be_right(void **state)
{
    struct fixture *fixture = *state;
    load(fixture, "[nocdesk]\n"
                  "them = x\n"
                  "colour = x\n"
                  "confirm = often\n"
                  "ban_for = 1 hour\n"
                  "ban_for2 = 1h\n"
                  "read_only = maybe\n"
                  "[host sw1]\n"
                  "mysql_prot = 1\n"
                  "mysql_port = 99999\n"
                  "port = ssh\n"
                  "sip_ports = 5060 70000\n"
                  "trusted = 10.0.0.300\n"
                  "retry = 2h\n"
                  "address = -oProxyCommand=x\n"
                  "[hots sw2]\n"
                  "[host bad name]\n"
                  "[thresold alarms.severity]\n"
                  "[whatever]\n");
    ASSERT_FAULTS(
        fixture, "nocdesk.ini:2: [nocdesk] has no option 'them'; did you mean 'theme'?",
        "nocdesk.ini:3: [nocdesk] has no option 'colour'; it has operator, theme, keymap, ascii, "
        "read_only, confirm, ban_for, bans_per_minute, trusted, state_dir, "
        "evidence_mib, evidence_for, bell, notify, notify_by, quiet_hours, title",
        "nocdesk.ini:4: confirm = often is not known; write always, risky or never",
        "nocdesk.ini:5: ban_for = 1 hour is no duration; write 90s, 15m, 1h, 2d or forever",
        "nocdesk.ini:6: [nocdesk] has no option 'ban_for2'; did you mean 'ban_for'?",
        "nocdesk.ini:7: read_only = maybe is neither yes nor no; write yes or no",
        "nocdesk.ini:9: [host sw1] has no option 'mysql_prot'; did you mean 'mysql_port'?",
        "nocdesk.ini:10: mysql_port = 99999 is out of range; write a number from 0 to 65535",
        "nocdesk.ini:11: port = ssh is no number; write a number from 0 to 65535",
        "nocdesk.ini:12: sip_ports = 5060 70000 is no list of ports; write 5060 6060, each from "
        "1 to 65535",
        "nocdesk.ini:13: trusted = 10.0.0.300 is no address and no network; write 203.0.113.10 "
        "or 203.0.113.0/24 (several with spaces between)",
        "nocdesk.ini:14: retry = 2h is out of range; write 1s to 10m",
        "nocdesk.ini:15: address = -oProxyCommand=x may not hold spaces, quotes or a leading "
        "dash; write a host name or an address",
        "nocdesk.ini:16: [hots sw2] is no known section; did you mean [host sw2]?",
        "nocdesk.ini:17: [host bad name] names no host; write [host NAME] with a NAME of "
        "letters, digits and . _ - (at most 40)",
        "nocdesk.ini:18: [thresold alarms.severity] is no known section; did you mean "
        "[threshold alarms.severity]?",
        "nocdesk.ini:19: [whatever] is no known section; there are [nocdesk], [memory], [host "
        "NAME], [hook NAME], [command NAME], [filter NAME], [environment NAME], [overview], "
        "[layout "
        "NAME] and the sections of the profile");
}

static void a_password_stands_only_in_a_private_file(void **state)
{
    struct fixture *fixture = *state;
    static const char text[] = "[host sw1]\nmysql_password = \"geheim ; 1\"\n";
    load_mode(fixture, text, 0644);
    char *message = mem_printf("nocdesk.ini:2: mysql_password stands in a file that others may "
                               "read (mode 0644); run chmod 600 %s, or use "
                               "mysql_password_command",
                               fixture->path);
    ASSERT_FAULTS(fixture, message);
    free(message);
    err_list_dispose(&fixture->errors);
    load_mode(fixture, text, 0600);
    assert_true(fixture->ok);
    char *password;
    struct err err = {0};
    assert_true(config_mysql_password(&fixture->config->hosts[0], &password, &err));
    assert_string_equal(password, "geheim ; 1");
    config_wipe(password);
}

static void a_file_without_a_password_may_be_readable(void **state)
{
    struct fixture *fixture = *state;
    load_mode(fixture, "[host sw1]\nmysql_user = noc\n", 0644);
    assert_true(fixture->ok);
}

static void password_and_password_command_exclude_each_other(void **state)
{
    struct fixture *fixture = *state;
    load(fixture, "[host sw1]\nmysql_password = geheim\nmysql_password_command = pass sw1\n");
    ASSERT_FAULTS(fixture, "nocdesk.ini:3: mysql_password_command and mysql_password (line 2) "
                           "exclude each other; keep one");
}

static void sections_of_the_profile_are_kept_with_their_place(void **state)
{
    struct fixture *fixture = *state;
    load(fixture, "[host sw1]\n\n[threshold alarms.severity]\nwarn = severity=minor\n"
                  "[sql alarms]\nlimit = 10\n[map alarm_type]\n1 = one\n");
    assert_true(fixture->ok);
    const struct ini *overrides = &fixture->config->profile_overrides;
    assert_int_equal(overrides->count, 3);
    const struct ini_entry *warn =
        ini_get(ini_section(overrides, "threshold alarms.severity"), "warn");
    assert_string_equal(warn->value, "severity=minor");
    assert_int_equal(warn->place.line, 4);
    assert_string_equal(warn->place.path, fixture->path);
}

static void only_the_named_hosts_are_kept(void **state)
{
    struct fixture *fixture = *state;
    load(fixture, "[host a]\n[host b]\n[host c]\n");
    static const char *const names[] = {"c", "a"};
    config_keep_hosts(fixture->config, names, 2);
    assert_int_equal(fixture->config->host_count, 2);
    assert_string_equal(fixture->config->hosts[0].name, "a");
    assert_string_equal(fixture->config->hosts[1].name, "c");
}

static void the_fallbacks_in_the_tables_are_valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < config_section_host.option_count; i++) {
        const struct config_option *option = &config_section_host.options[i];
        assert_true(option->help[0] != '\0' && option->help[strlen(option->help) - 1] == '.');
        assert_non_null(option->fallback);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)

static void filters_environments_and_groups_are_read(void **state)
{
    struct fixture *fixture = *state;
    load(fixture, "[host a]\nenvironment = production\ngroups = asia core\n"
                  "[host b]\nenvironment = staging\n[host c]\n[host d]\nenvironment = Prod-2\n"
                  "[environment staging]\naccent = yellow\n[environment prod-2]\naccent = none\n"
                  "[filter low]\npane = gateways\nrows = \"asr_pct<20 ; odd\"\n");
    assert_true(fixture->ok);
    const struct config *config = fixture->config;
    assert_string_equal(config->hosts[0].groups, "asia core");
    assert_int_equal(config->hosts[0].accent, ACCENT_RED);
    assert_int_equal(config->hosts[1].accent, ACCENT_YELLOW);
    assert_int_equal(config->hosts[2].accent, ACCENT_NONE);
    assert_int_equal(config->hosts[3].accent, ACCENT_NONE);
    assert_int_equal(config->filter_count, 1);
    assert_string_equal(config->filters[0].name, "low");
    assert_string_equal(config->filters[0].pane, "gateways");
    assert_string_equal(config->filters[0].expression, "asr_pct<20 ; odd");
}

static void faults_of_filters_and_environments_are_named(void **state)
{
    struct fixture *fixture = *state;
    load(fixture, "[filter]\n[filter low]\npane = gateways\n[environment x]\naccent = pink\n"
                  "[enviroment y]\n");
    static const char *const expected[] = {
        "nocdesk.ini:1: [filter] names no filter; write [filter NAME] with a NAME of letters, "
        "digits and . _ - (at most 40)",
        "nocdesk.ini:2: [filter low] needs pane = PANE and rows = EXPRESSION",
    };
    assert_false(fixture->ok);
    assert_int_equal(fixture->errors.count, 4);
    for (size_t i = 0; i < 2; i++)
        assert_non_null(strstr(fixture->errors.texts[i], expected[i]));
    assert_non_null(strstr(fixture->errors.texts[2], "nocdesk.ini:5:"));
    assert_non_null(strstr(fixture->errors.texts[3], "did you mean [environment y]"));
}

static void a_hook_has_its_words_kinds_and_hosts(void **state)
{
    struct fixture *fixture = *state;
    load(fixture, "[hook pager]\ncommand = /bin/page --team \"noc one\" \"a \\\"b\\\" ;c\" $HOME\n"
                  "on = verdict, attack\nlevel = warning\nhosts = @prod sw2\nquiet = forever\n"
                  "[host sw1]\nenvironment = prod\n[host sw2]\n[host sw3]\nenvironment = lab\n");
    assert_true(fixture->ok);
    const struct hook_config *hook = &fixture->config->hooks[0];
    assert_string_equal(hook->name, "pager");
    static const char *const words[] = {"/bin/page", "--team", "noc one", "a \"b\" ;c", "$HOME"};
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(hook->command[i], words[i]);
    assert_null(hook->command[5]);
    assert_int_equal(hook->on, 1U << NOTICE_ATTACK | 1U << NOTICE_VERDICT);
    assert_int_equal(hook->level, ALERT_WARNING);
    assert_int_equal(hook->quiet_ms, -1);
    assert_int_equal(hook->timeout_ms, 10000);
    assert_true(hook->recovery);
    assert_true(config_hook_hears(hook, &fixture->config->hosts[0]));
    assert_true(config_hook_hears(hook, &fixture->config->hosts[1]));
    assert_false(config_hook_hears(hook, &fixture->config->hosts[2]));
}

static void faults_of_hooks_and_spans_have_their_lines(void **state)
{
    struct fixture *fixture = *state;
    load(fixture, "[nocdesk]\nquiet_hours = 22-6\nbell = loud\n[hook a]\non = alarm fire\n"
                  "hosts = sw9 @x\ntimeout = 10m\n[hook a b]\ncommand = x\n");
    ASSERT_FAULTS(
        fixture, "nocdesk.ini:2: quiet_hours = 22-6 is no span of a day; write 22:00-06:00",
        "nocdesk.ini:3: bell = loud is not known; write critical, warning or never",
        "nocdesk.ini:5: on = fire is not known; write host, attack, alarm, step, reading or "
        "verdict",
        "nocdesk.ini:7: timeout = 10m is out of range; write 100ms to 5m",
        "nocdesk.ini:4: [hook a] runs nothing; write command = /path/to/program and its words",
        "nocdesk.ini:8: [hook a b] names no hook; write [hook NAME] with a NAME of letters, digits "
        "and . _ - (at most 40)",
        "nocdesk.ini:6: hosts = sw9: no [host NAME] has this name",
        "nocdesk.ini:6: hosts = @x: no host has this environment or group");
}

static void spans_are_whole_days_at_most(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool right;
    } spans[] = {
        {"22:00-06:00", true},    {"0:00-24:00", true},   {"", true},
        {"24:01-06:00", false},   {"22:60-06:00", false}, {"22:00-", false},
        {"22:00", false},         {"-1:00-02:00", false}, {"22:00-06:00x", false},
        {"22:00 - 06:00", false}, {"+1:00-02:00", false}, {"1:+5-02:00", false},
        {"1:5-02:00", false},
    };
    const struct config_option *option = NULL;
    for (size_t i = 0; i < config_section_nocdesk.option_count; i++)
        if (config_section_nocdesk.options[i].type == OPTION_SPAN)
            option = &config_section_nocdesk.options[i];
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        struct config config = {0};
        assert_int_equal(option_set(option, &config, spans[i].text, NULL), spans[i].right);
    }
}

// What is printed reads back as the same value, for every option of every section.
static void every_option_is_written_as_it_is_read(void **state)
{
    (void)state;
    static const char *const samples[] = {
        [OPTION_TEXT] = "x1",         [OPTION_PATH] = "/a/b",
        [OPTION_BOOL] = "yes",        [OPTION_INT] = "7",
        [OPTION_DURATION] = "90s",    [OPTION_ARGV] = "/bin/x \"two words\" \"q\\\"q\" \"\"",
        [OPTION_PORTS] = "5060 5080", [OPTION_NETWORKS] = "203.0.113.0/24 2001:db8::1",
        [OPTION_WORDS] = "sw1 @prod", [OPTION_SPAN] = "22:00-06:30",
        [OPTION_SECRET] = "geheim",
    };
    for (size_t i = 0; i < config_section_count; i++) {
        const struct config_section *section = config_sections[i];
        void *base = mem_alloc(section->size);
        section_init(section, base);
        for (size_t j = 0; j < section->option_count; j++) {
            const struct config_option *option = &section->options[j];
            bool has_words = option->type == OPTION_CHOICE || option->type == OPTION_SET;
            const char *sample = has_words ? option->choices[1] : samples[option->type];
            if (option->type == OPTION_DURATION && option->least > 90000)
                sample = "36h";
            struct str first = {0}, second = {0};
            assert_true(option_set(option, base, sample, NULL));
            option_format(&first, option, base);
            if (option->type == OPTION_SECRET) {
                assert_string_equal(str_text(&first), OPTION_MASK);
            } else {
                assert_true(option_set(option, base, str_text(&first), NULL));
                option_format(&second, option, base);
                assert_string_equal(str_text(&first), str_text(&second));
                assert_string_equal(str_text(&first), sample);
            }
            str_dispose(&first);
            str_dispose(&second);
        }
        section_dispose(section, base);
        free(base);
    }
}

static void a_value_knows_the_line_that_set_it(void **state)
{
    struct fixture *fixture = *state;
    load(fixture, "[nocdesk]\n\noperator = ana\n[host sw1]\nport = 22\n");
    assert_true(fixture->ok);
    for (size_t i = 0; i < config_section_nocdesk.option_count; i++)
        assert_int_equal(fixture->config->lines[i],
                         strcmp(config_section_nocdesk.options[i].name, "operator") == 0
                             ? 3
                             : CONFIG_LINE_DEFAULT);
    for (size_t i = 0; i < config_section_host.option_count; i++)
        assert_int_equal(
            fixture->config->hosts[0].lines[i],
            strcmp(config_section_host.options[i].name, "port") == 0 ? 5 : CONFIG_LINE_DEFAULT);
}

static void with_faults_the_rest_can_still_be_read(void **state)
{
    struct fixture *fixture = *state;
    load(fixture, "[nocdesk]\nbell = loud\noperator = ana\n[host sw1]\nprofile = other\n");
    assert_false(fixture->ok);
    struct err_list again = {0};
    fixture->config = config_read(fixture->path, &again);
    assert_int_equal(again.count, 1);
    assert_string_equal(fixture->config->operator_name, "ana");
    assert_string_equal(fixture->config->hosts[0].profile, "other");
    err_list_dispose(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_hook_has_its_words_kinds_and_hosts, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(faults_of_hooks_and_spans_have_their_lines, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(spans_are_whole_days_at_most, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(every_option_is_written_as_it_is_read, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(a_value_knows_the_line_that_set_it, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(with_faults_the_rest_can_still_be_read, make_folder,
                                        drop_folder),
        TEST(without_a_file_there_is_localhost_without_ssh),
        TEST(the_usual_file_is_found),
        TEST(a_named_file_that_is_missing_is_a_fault),
        TEST(every_option_of_the_contract_is_read),
        TEST(all_faults_are_reported_at_once_with_what_would_be_right),
        TEST(a_password_stands_only_in_a_private_file),
        TEST(a_file_without_a_password_may_be_readable),
        TEST(password_and_password_command_exclude_each_other),
        TEST(sections_of_the_profile_are_kept_with_their_place),
        TEST(only_the_named_hosts_are_kept),
        TEST(filters_environments_and_groups_are_read),
        TEST(faults_of_filters_and_environments_are_named),
        cmocka_unit_test(the_fallbacks_in_the_tables_are_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
