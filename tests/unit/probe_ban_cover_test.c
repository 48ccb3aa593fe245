// SPDX-License-Identifier: MIT

// Who is kept out by which ban.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probe/ban_cover.h"
#include "probe/bans_columns.h"
#include "probe/probe.h"

static void ban(struct table *table, const char *address, double remaining_s)
{
    size_t row = table_add_row(table);
    table_set_text(table, row, BANS_ADDRESS, address);
    if (remaining_s > 0)
        table_set_real(table, row, BANS_REMAINING_S, remaining_s);
}

static struct ban_cover cover_of_some(void)
{
    struct ban_cover cover;
    struct table *table = table_new(probe_bans.schema);
    ban(table, "203.0.113.9", 60);
    ban(table, "203.0.113.0/24", 3120);
    ban(table, "203.0.113.9", 7200);
    ban(table, "198.51.100.7", 0);
    ban(table, "2001:db8:1::/48", 172800);
    ban(table, "10.0.0.0/8", 30);
    ban(table, "nonsense", 30);
    const struct table *sealed = table_seal(table);
    ban_cover_make(&cover, sealed);
    table_unref(sealed);
    return cover;
}

static void covered_by(const struct ban_cover *cover, const char *target, const char *by,
                       const char *words)
{
    struct network network;
    char text[ADDRESS_TEXT_MAX];
    struct str left = {0};
    assert_true(network_parse(target, &network));
    const struct ban_span *span = ban_cover_find(cover, &network);
    if (by == NULL) {
        assert_null(span);
        return;
    }
    assert_non_null(span);
    network_print(&span->network, text);
    assert_string_equal(text, by);
    ban_span_print(span, 0, &left);
    assert_string_equal(str_text(&left), words);
    str_dispose(&left);
}

static void the_narrowest_and_longest_ban_is_found(void **state)
{
    (void)state;
    struct ban_cover cover = cover_of_some();
    covered_by(&cover, "203.0.113.9", "203.0.113.9", "2 h");
    covered_by(&cover, "203.0.113.8", "203.0.113.0/24", "52 min");
    covered_by(&cover, "198.51.100.7", "198.51.100.7", "for good");
    covered_by(&cover, "198.51.100.8", NULL, NULL);
    covered_by(&cover, "2001:db8:1:2::3", "2001:db8:1::/48", "2 d");
    covered_by(&cover, "2001:db8:2::1", NULL, NULL);
    covered_by(&cover, "10.200.0.1", "10.0.0.0/8", "30 s");
    ban_cover_dispose(&cover);
}

static void a_network_is_banned_only_when_all_of_it_is(void **state)
{
    (void)state;
    struct ban_cover cover = cover_of_some();
    covered_by(&cover, "203.0.113.0/25", "203.0.113.0/24", "52 min");
    covered_by(&cover, "203.0.112.0/23", NULL, NULL);
    covered_by(&cover, "198.51.100.0/24", NULL, NULL);
    ban_cover_dispose(&cover);
}

static void time_goes_on_after_the_reading(void **state)
{
    (void)state;
    struct ban_span span = {.ends = true, .remaining_s = 130};
    struct str text = {0};
    ban_span_print(&span, 30, &text);
    assert_string_equal(str_text(&text), "100 s");
    str_clear(&text);
    ban_span_print(&span, 131, &text);
    assert_string_equal(str_text(&text), "over");
    str_dispose(&text);
}

static void without_bans_all_are_let_in(void **state)
{
    (void)state;
    struct ban_cover cover;
    ban_cover_make(&cover, NULL);
    covered_by(&cover, "203.0.113.9", NULL, NULL);
    ban_cover_dispose(&cover);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_narrowest_and_longest_ban_is_found),
        cmocka_unit_test(a_network_is_banned_only_when_all_of_it_is),
        cmocka_unit_test(time_goes_on_after_the_reading),
        cmocka_unit_test(without_bans_all_are_let_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
