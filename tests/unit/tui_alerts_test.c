// SPDX-License-Identifier: MIT

// Sequences for the terminal, quiet hours, and the title of what stands.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tui/alerts.h"
#include "tui/osc.h"

static char *no_variable(const char *name)
{
    (void)name;
    return NULL;
}

static char *in_tmux(const char *name)
{
    static char tmux[] = "/tmp/tmux-0/default,1,0", program[] = "iTerm.app";
    return strcmp(name, "TMUX") == 0 ? tmux : strcmp(name, "TERM_PROGRAM") == 0 ? program : NULL;
}

static void quiet_hours_may_go_over_midnight(void **state)
{
    (void)state;
    struct day_span night = {22 * 60, 6 * 60}, noon = {12 * 60, 13 * 60}, none = {0, 0};
    struct day_span evening = {22 * 60, 24 * 60};
    assert_true(alerts_is_quiet(&night, 22 * 60));
    assert_true(alerts_is_quiet(&night, 23 * 60 + 59));
    assert_true(alerts_is_quiet(&night, 5 * 60 + 59));
    assert_false(alerts_is_quiet(&night, 6 * 60));
    assert_false(alerts_is_quiet(&night, 21 * 60 + 59));
    assert_true(alerts_is_quiet(&noon, 12 * 60 + 30));
    assert_false(alerts_is_quiet(&noon, 13 * 60));
    assert_true(alerts_is_quiet(&evening, 23 * 60 + 59));
    for (int minute = 0; minute < 24 * 60; minute++)
        assert_false(alerts_is_quiet(&none, minute));
}

static void terminals_that_would_print_them_get_no_sequences(void **state)
{
    (void)state;
    static const char *const dumb[] = {"linux", "vt100",  "vt220", "dumb",
                                       "ansi",  "cons25", "wyse60"};
    char title[OSC_TITLE_MAX];
    struct str out = {0};
    for (size_t i = 0; i < sizeof dumb / sizeof *dumb; i++) {
        struct osc_terminal terminal = osc_terminal(dumb[i], true, no_variable);
        assert_false(osc_title(&terminal, "x", title));
        assert_false(osc_notify(&out, &terminal, NOTIFY_OSC9, "x"));
    }
    struct osc_terminal none = osc_terminal(NULL, true, no_variable);
    assert_false(osc_title(&none, "x", title));
    assert_int_equal(out.len, 0);
}

static void a_multiplexer_hides_what_the_terminal_is(void **state)
{
    (void)state;
    struct osc_terminal terminal = osc_terminal("tmux-256color", true, in_tmux);
    struct str out = {0};
    assert_false(osc_notify(&out, &terminal, NOTIFY_AUTO, "x"));
    assert_true(osc_notify(&out, &terminal, NOTIFY_OSC9, "x"));
    assert_string_equal(str_text(&out), "\033Ptmux;\033\033]9;nocdesk: x\a\033\\");
    str_dispose(&out);
}

static void no_text_can_end_its_sequence(void **state)
{
    (void)state;
    struct osc_terminal terminal = osc_terminal("foot", true, no_variable);
    struct osc_terminal ascii = osc_terminal("foot", false, no_variable);
    struct str out = {0};
    char title[OSC_TITLE_MAX], byte[8], longest[4096];
    for (int c = 1; c < 256; c++) {
        snprintf(byte, sizeof byte, "a%cb", c);
        str_clear(&out);
        assert_true(osc_notify(&out, &terminal, NOTIFY_AUTO, byte));
        assert_ptr_equal(strpbrk(str_text(&out) + 1, "\033\a"), str_text(&out) + out.len - 1);
        assert_true(osc_title(&terminal, byte, title));
        assert_ptr_equal(strpbrk(title + 1, "\033\a"), title + strlen(title) - 1);
        assert_true(osc_title(&ascii, byte, title));
        for (const char *at = title; *at != '\0'; at++)
            assert_true((unsigned char)*at < 0x80);
    }
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_true(osc_title(&terminal, longest, title));
    assert_int_equal(title[strlen(title) - 1], '\a');
    str_dispose(&out);
}

static void lose(struct notice_watch *watch)
{
    struct host_status status = {.word = HOST_DOWN, .error = "lost"};
    notice_watch_host(watch, &status);
}

static void read_in_vain(struct notice_watch *watch, const struct table *table)
{
    notice_watch_reading(watch, &probe_alarms, NULL, table, "no answer");
}

static void the_title_names_the_gravest_of_all_hosts(void **state)
{
    (void)state;
    struct notice_watch *watches[] = {notice_watch_new("sw1"), notice_watch_new("sw2")};
    const struct notice_watch *const all[] = {watches[0], watches[1]};
    const struct table *empty = table_seal(table_new(probe_alarms.schema));
    struct str title = {0};
    alerts_title(&title, all, 2, NULL);
    assert_string_equal(str_text(&title), "nocdesk");
    read_in_vain(watches[0], empty);
    str_clear(&title);
    alerts_title(&title, all, 2, NULL);
    assert_string_equal(str_text(&title), "nocdesk: 1 warning – sw1 alarms not read");
    read_in_vain(watches[1], NULL);
    lose(watches[1]);
    str_clear(&title);
    alerts_title(&title, all, 2, NULL);
    assert_string_equal(str_text(&title), "nocdesk: 2 critical – sw2 lost");
    str_clear(&title);
    alerts_title(&title, all, 2, "sw2: connection refused");
    assert_string_equal(str_text(&title), "nocdesk: 2 critical – sw2: connection refused");
    str_dispose(&title);
    table_unref(empty);
    notice_watch_free(watches[0]);
    notice_watch_free(watches[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quiet_hours_may_go_over_midnight),
        cmocka_unit_test(terminals_that_would_print_them_get_no_sequences),
        cmocka_unit_test(a_multiplexer_hides_what_the_terminal_is),
        cmocka_unit_test(no_text_can_end_its_sequence),
        cmocka_unit_test(the_title_names_the_gravest_of_all_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
