// SPDX-License-Identifier: MIT

// Arrangements of the overview's tiles, and how they share lines.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/saved_check.h"
#include "tui/tiles.h"

static void refuses(const char *text, const char *because)
{
    struct tiles tiles = {.count = 77};
    struct err err = {0};
    assert_false(tiles_parse(text, &tiles, &err));
    assert_non_null(strstr(err.text, because));
    assert_int_equal(tiles.count, 77);
}

static void says(const struct tiles *tiles, const char *text)
{
    struct str words = {0};
    tiles_format(tiles, &words);
    assert_string_equal(str_text(&words), text);
    str_dispose(&words);
}

static void an_arrangement_is_read_and_written_alike(void **state)
{
    (void)state;
    struct tiles tiles;
    assert_true(tiles_parse("hosts  attention:5 +flood +bans:12", &tiles, NULL));
    assert_int_equal(tiles.count, 4);
    assert_int_equal(tiles.items[1].rows, 5);
    assert_true(tiles.items[2].beside);
    says(&tiles, "hosts attention:5 +flood +bans:12");
    assert_true(tiles_parse("+attention hosts", &tiles, NULL)); // the first is beside nothing
    says(&tiles, "attention hosts");
}

static void what_needs_a_person_is_the_last_tile_where_nobody_names_it(void **state)
{
    (void)state;
    struct tiles tiles;
    assert_true(tiles_parse("hosts flood", &tiles, NULL));
    says(&tiles, "hosts flood attention");
}

static void a_wrong_arrangement_says_what_would_be_right(void **state)
{
    (void)state;
    refuses("attention flod", "did you mean flood?");
    refuses("attention zzzzzzzzz", "there are hosts, attention, panes");
    refuses("attention flood:0", "a number from 1 to 99");
    refuses("attention flood:5x", "a number from 1 to 99");
    refuses("attention flood flood:3", "named twice");
    refuses("", "no tile is named");
    refuses("hosts attention panes alarms calls gateways suspended firewall flood health bans "
            "audit balances",
            "at most 12");
    refuses("hosts panes alarms calls gateways suspended firewall flood health bans audit balances",
            "at most 12");
}

static void every_shipped_layout_can_be_had(void **state)
{
    (void)state;
    struct config config = {0};
    struct layout layout;
    struct tiles tiles;
    size_t count = 0;
    for (; layout_at(&config, count, &layout); count++)
        assert_true(tiles_parse(layout.tiles, &tiles, NULL));
    assert_int_equal(count, 5);
    assert_true(layout_configured(&config, &tiles, NULL));
    says(&tiles, "hosts attention +panes");
}

static void tiles_are_moved_shown_and_hidden(void **state)
{
    (void)state;
    struct tiles tiles;
    size_t flood = (size_t)tile_find("flood"), bans = (size_t)tile_find("bans");
    assert_true(tiles_parse("hosts attention +panes", &tiles, NULL));
    assert_true(tiles_show(&tiles, flood));
    assert_true(tiles_move(&tiles, flood, -1));
    says(&tiles, "hosts attention +flood panes"); // places stay beside each other
    assert_true(tiles_move(&tiles, flood, -2));
    says(&tiles, "flood attention +hosts panes");
    assert_false(tiles_move(&tiles, flood, -1));
    assert_false(tiles_hide(&tiles, bans));
    assert_false(tiles_hide(&tiles, SECTION_ATTENTION));
    assert_true(tiles_hide(&tiles, flood));
    says(&tiles, "attention +hosts panes");
}

static void expect_lines(const struct tile_band *bands, size_t count, int height, const int *lines)
{
    int got[TILES_MAX], sum = 0;
    tiles_share(bands, count, height, got);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(got[i], lines[i]);
        sum += got[i];
    }
    assert_int_equal(sum, height);
}

static void lines_that_are_left_show_more_rows_then_go_to_the_heir(void **state)
{
    (void)state;
    const struct tile_band bands[] = {{.wanted = 5, .whole = 5, .least = 4, .focus = true},
                                      {.wanted = 6, .whole = 10, .least = 4},
                                      {.wanted = 7, .whole = 7, .least = 4, .heir = true}};
    expect_lines(bands, 3, 20, (const int[]){5, 8, 7});
    expect_lines(bands, 3, 30, (const int[]){5, 10, 15});
}

static void
where_there_is_too_little_room_the_last_gives_first_and_the_keyboards_tile_last(void **state)
{
    (void)state;
    struct tile_band bands[] = {{.wanted = 8, .whole = 8, .least = 4, .heir = true},
                                {.wanted = 8, .whole = 8, .least = 4, .focus = true},
                                {.wanted = 8, .whole = 8, .least = 4}};
    expect_lines(bands, 3, 21, (const int[]){8, 8, 5});
    expect_lines(bands, 3, 17, (const int[]){5, 8, 4});
    expect_lines(bands, 3, 12, (const int[]){4, 5, 3});
    expect_lines(bands, 3, 9, (const int[]){4, 5, 0});
    expect_lines(bands, 3, 7, (const int[]){0, 7, 0}); // no title without a row
    expect_lines(bands, 3, 2, (const int[]){0, 2, 0});
    bands[2].yields = true;
    expect_lines(bands, 3, 16, (const int[]){8, 8, 0});
}

static void what_is_saved_and_broken_is_told_with_its_line(void **state)
{
    (void)state;
    char path[] = "/tmp/nocdesk-tiles-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    fputs("[filter good]\npane = gateways\nrows = asr_pct<40\n"
          "[filter too]\npane = hosts\nrows = state!=live\n"
          "[filter bad]\npane = gateways\nrows = nosuch<4\n"
          "[filter nowhere]\npane = gatways\nrows = a\n"
          "[layout mine]\ntiles = hots\n"
          "[overview]\nlayout = yours\n",
          file);
    fclose(file);
    struct err_list errors = {0};
    struct config *config = config_read(path, &errors);
    unlink(path);
    saved_check(config, &errors);
    assert_int_equal(errors.count, 4);
    assert_non_null(strstr(errors.texts[0], ":9: [filter bad]: "));
    assert_non_null(strstr(errors.texts[1], ":11: [filter nowhere]: no pane is called gatways"));
    assert_non_null(strstr(errors.texts[2], ":14: [layout mine]: no tile is called \"hots\""));
    assert_non_null(strstr(errors.texts[3], ":16: [overview]: no layout is called \"yours\""));
    err_list_dispose(&errors);
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arrangement_is_read_and_written_alike),
        cmocka_unit_test(what_needs_a_person_is_the_last_tile_where_nobody_names_it),
        cmocka_unit_test(a_wrong_arrangement_says_what_would_be_right),
        cmocka_unit_test(every_shipped_layout_can_be_had),
        cmocka_unit_test(tiles_are_moved_shown_and_hidden),
        cmocka_unit_test(lines_that_are_left_show_more_rows_then_go_to_the_heir),
        cmocka_unit_test(
            where_there_is_too_little_room_the_last_gives_first_and_the_keyboards_tile_last),
        cmocka_unit_test(what_is_saved_and_broken_is_told_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
