// SPDX-License-Identifier: MIT

// The registry of commands. Its order is the order of help and hints.
#include "tui/command.h"

#include <string.h>

#include "base/lang.h"
#include "conf/ini.h"
#include "tui/act.h"
#include "tui/act_keys.h"
#include "tui/appearance.h"
#include "tui/clipboard.h"
#include "tui/columns_menu.h"
#include "tui/explain.h"
#include "tui/export.h"
#include "tui/filter_prompt.h"
#include "tui/flood_keys.h"
#include "tui/guide_keys.h"
#include "tui/kept.h"
#include "tui/mark_keys.h"
#include "tui/mouse.h"
#include "tui/navigate.h"
#include "tui/own_commands.h"
#include "tui/palette.h"
#include "tui/prompt.h"
#include "tui/question.h"
#include "tui/replay.h"
#include "tui/search.h"
#include "tui/shield_view.h"
#include "tui/split.h"
#include "tui/table_keys.h"
#include "tui/tiles_menu.h"

#define ANY_PANE  (MODE_OVERVIEW | MODE_PANE)
#define ANY_TABLE (ANY_PANE | MODE_GUIDE)
#define ANY_ROWS  (MODE_PANE | MODE_GUIDE)
#define SCROLLING (ANY_TABLE | MODE_VIEWER)
#define IN_REPLAY (SCROLLING | MODE_REPLAY)

const struct key_command key_commands[] = {
    {"take", N_("take the verdict of this step and go on; what could not be read is never taken"),
     N_("take"), MODE_GUIDE, 0, guide_keys_take},
    {"note", N_("add a note to this step; in the menu: begin anew"), N_("note"), MODE_GUIDE, 0,
     guide_keys_note},
    {"failed", N_("mark this step failed, and say what is wrong"), N_("failed"), MODE_GUIDE, 0,
     guide_keys_mark},
    {"skip", N_("skip this step, and say why"), N_("skip"), MODE_GUIDE, 1, guide_keys_mark},
    {"skip-unread",
     N_("skip all steps that could not be read, with one reason: of a host that is away"), NULL,
     MODE_GUIDE, 0, guide_keys_unread},
    {"pass", N_("pass all steps that are ok and need nobody"), N_("pass ok"), MODE_GUIDE, 0,
     guide_keys_pass},
    {"full-pane", N_("the whole pane of this step, with its filter; Esc comes back"), N_("pane"),
     MODE_GUIDE, 0, guide_keys_visit},
    {"next-step", N_("the next step; behind the last one what is open"), N_("step"), MODE_GUIDE, 1,
     guide_keys_step},
    {"previous-step", N_("the step before"), NULL, MODE_GUIDE, -1, guide_keys_step},
    {"next-trouble", N_("the open step that is in the worst trouble"), N_("trouble"), MODE_GUIDE, 0,
     guide_keys_trouble},
    {"details", N_("the details of the row under the cursor; of the summary its step"),
     N_("details"), MODE_GUIDE, 0, guide_keys_details},
    {"help", N_("show what the keys do here"), N_("help"), SCROLLING, 0, navigate_help},
    {"enter", N_("open what the cursor is on: a pane, a row's details, a host"), NC_("key", "open"),
     ANY_PANE | MODE_VIEWER, 0, navigate_enter},
    {"back", N_("go back: close, clear the filter, return to the overview"), N_("back"), SCROLLING,
     0, navigate_back},
    {"way-back", N_("the place where one was before"), NULL, SCROLLING, -1, navigate_way},
    {"way-forth", N_("forth again to where one came back from"), NULL, SCROLLING, 1, navigate_way},
    {"replay-pause", N_("stop the replay's clock, and let it go on"), N_("pause"), IN_REPLAY, 0,
     replay_keys_pause},
    {"replay-trouble", N_("go to when something more was critical, or a host was lost"),
     N_("next trouble"), IN_REPLAY, 0, replay_keys_trouble},
    {"replay-faster", N_("play faster: x2, x10, x60"), N_("faster"), IN_REPLAY, 1,
     replay_keys_speed},
    {"replay-slower", N_("play slower"), NULL, IN_REPLAY, -1, replay_keys_speed},
    {"replay-forward", N_("a minute on"), NULL, IN_REPLAY, 60, replay_keys_jump},
    {"replay-back", N_("a minute back"), NULL, IN_REPLAY, -60, replay_keys_jump},
    {"replay-far-forward", N_("ten minutes on"), NULL, IN_REPLAY, 600, replay_keys_jump},
    {"replay-far-back", N_("ten minutes back"), NULL, IN_REPLAY, -600, replay_keys_jump},
    {"replay-start", N_("to the beginning of the recording"), NULL, IN_REPLAY, 0,
     replay_keys_start},
    {"replay-time", N_("to a time: 04:12, start, end; from the time shown: +5m, -90s"),
     N_("go to time"), IN_REPLAY, 0, replay_keys_time},
    {"filter", N_("show only rows that match an expression"), N_("filter"), ANY_TABLE, 0,
     filter_prompt_open},
    {"sort", N_("sort by the column under the cursor; again: the other way round"), N_("sort"),
     ANY_TABLE, 0, table_keys_sort},
    {"sort-by", N_("sort by columns that you name"), NULL, ANY_TABLE, 0, filter_prompt_open_sort},
    {"ban", N_("ban the address of this row on its host, or of the marked rows"), N_("ban"),
     SCROLLING, ACT_BAN, act_keys_press},
    {"ban-everywhere", N_("ban the address of this row on all hosts that are shown"), NULL,
     SCROLLING, ACT_BAN_EVERYWHERE, act_keys_press},
    {"unban", N_("let the address of this row in again"), N_("unban"), SCROLLING, ACT_UNBAN,
     act_keys_press},
    {"unsuspend", N_("find why this endpoint cannot register, and mend it"), N_("unsuspend"),
     SCROLLING, ACT_UNSUSPEND, act_keys_press},
    {"lock", N_("lock this gateway, phone or account; unlock a gateway that is locked"), N_("lock"),
     SCROLLING, ACT_LOCK, act_keys_press},
    {"hangup", N_("hang up this call"), N_("hang up"), SCROLLING, ACT_HANGUP, act_keys_press},
    {"undo", N_("undo the last action; in bans and audit that of this row"), N_("undo"), SCROLLING,
     ACT_UNDO, act_keys_press},
    {"retry", N_("try the last action again on the hosts where it failed"), NULL, SCROLLING, 0,
     acts_retry},
    {"shield",
     N_("the layered firewall that this host should have, as a diff; there: apply, confirm"),
     N_("shield"), SCROLLING, 0, shield_view_press},
    {"window", N_("the next time window of the figures"), N_("window"), MODE_PANE, 0,
     navigate_window},
    {"group", N_("count the rows in groups: by gateway, account, caller; then all again"), NULL,
     MODE_PANE, 0, navigate_group},
    {"split", N_("two panes on the screen; again: one"), NULL, ANY_PANE, 0, split_toggle},
    {"zoom", N_("of two panes only this one; again: both"), NULL, ANY_PANE, 0, split_zoom},
    {"next-pane", N_("the next pane; of two panes the other one"), N_("next pane"), ANY_PANE, 1,
     navigate_step},
    {"previous-pane", N_("the pane before"), NULL, ANY_PANE, -1, navigate_step},
    {"next-related", N_("the next related row, which Enter opens"), NULL, MODE_VIEWER, 1,
     navigate_related},
    {"previous-related", N_("the related row before"), NULL, MODE_VIEWER, -1, navigate_related},
    {"refresh", N_("read again now; try lost hosts at once"), N_("refresh"), ANY_TABLE, 0,
     navigate_refresh},
    {"checklist", N_("the guided checklist: where one was in it; there: the list of them"),
     N_("checklists"), ANY_TABLE, 0, guide_keys_open},
    {"hosts", N_("choose hosts by an expression: sw1|sw2, environment=prod, state!=live"),
     N_("hosts"), ANY_TABLE, 0, filter_prompt_open_hosts},
    {"worst", N_("open what needs a person most"), NULL, ANY_PANE, 0, navigate_worst},
    {"only-host", N_("show only the host of this row"), NULL, ANY_TABLE, 0, navigate_only_host},
    {"all-hosts", N_("show all hosts"), NULL, ANY_TABLE, 0, navigate_all_hosts},
    {"filter-with", N_("show only rows with the value under the cursor"), NULL, ANY_TABLE, 1,
     table_keys_filter_cell},
    {"filter-without", N_("hide rows with the value under the cursor"), NULL, ANY_TABLE, 0,
     table_keys_filter_cell},
    {"talker", N_("open the talker of the address under the cursor"), NULL, SCROLLING, 0,
     flood_keys_talker},
    {"evidence", N_("write the packets of this source to a pcap file; again: end it"), NULL,
     MODE_PANE | MODE_VIEWER, 0, flood_keys_evidence},
    {"up", N_("one row up"), NULL, SCROLLING, -1, table_keys_move},
    {"down", N_("one row down"), NULL, SCROLLING, 1, table_keys_move},
    {"page-up", N_("one page up"), NULL, SCROLLING, -1, table_keys_page},
    {"page-down", N_("one page down"), NULL, SCROLLING, 1, table_keys_page},
    {"first", N_("the first row"), NULL, SCROLLING, 0, table_keys_end},
    {"last", N_("the last row"), NULL, SCROLLING, 1, table_keys_end},
    {"column-left", N_("the column to the left"), NULL, ANY_TABLE, -1, table_keys_column},
    {"column-right", N_("the column to the right; scrolls to those that did not fit"), NULL,
     ANY_TABLE, 1, table_keys_column},
    {"answer", N_("answer what a host or an action asks"), NULL, ANY_TABLE, 0, question_open_next},
    {"journal", N_("what happened: messages with time and host"), N_("journal"), SCROLLING, 0,
     navigate_journal},
    {"output", N_("what the command of your own said that was run last"), NULL, SCROLLING, 0,
     own_commands_output},
    {"command", N_("run a command, open a pane or choose a host by name"), N_("command"), SCROLLING,
     0, palette_open},
    {"search", N_("go to a row (or a line of text) that matches, without hiding the others"),
     N_("search"), SCROLLING, 0, search_open},
    {"search-next", N_("the next match of the search"), NULL, SCROLLING, 1, search_again},
    {"search-previous", N_("the match before"), NULL, SCROLLING, -1, search_again},
    {"mark", N_("mark the row, or take its mark away"), N_("mark"), ANY_ROWS, 0, mark_keys_toggle},
    {"mark-range", N_("mark from the row marked last to this one"), NULL, ANY_ROWS, 0,
     mark_keys_range},
    {"mark-matching", N_("mark the rows that match an expression"), NULL, ANY_ROWS, 0,
     mark_keys_matching},
    {"mark-invert", N_("mark the rows that are not marked, and the other way round"), NULL,
     ANY_ROWS, 0, mark_keys_invert},
    {"mark-none", N_("take all marks away"), NULL, ANY_ROWS, 0, mark_keys_clear},
    {"explain", N_("explain the value under the cursor: formula, source, age, thresholds"),
     N_("explain"), SCROLLING, 0, explain_open},
    {"copy-cell", N_("copy the value under the cursor to the terminal's clipboard"), NULL, ANY_ROWS,
     0, clipboard_copy_cell},
    {"copy-rows", N_("copy the marked rows, or the row under the cursor"), NULL, ANY_ROWS, 0,
     clipboard_copy_rows},
    {"export", N_("write the marked rows, or all that are shown, to a file: CSV, JSON or text"),
     NULL, ANY_ROWS | MODE_VIEWER, 0, export_open},
    {"columns", N_("choose which columns are shown"), NULL, ANY_ROWS, 0, columns_menu_open},
    {"column-earlier", N_("move the column under the cursor to the left"), NULL, ANY_TABLE, -1,
     table_keys_move_column},
    {"column-later", N_("move the column under the cursor to the right"), NULL, ANY_TABLE, 1,
     table_keys_move_column},
    {"column-narrower", N_("make the column under the cursor narrower"), NULL, ANY_TABLE, -1,
     table_keys_widen},
    {"column-wider", N_("make the column under the cursor wider"), NULL, ANY_TABLE, 1,
     table_keys_widen},
    {"layout", N_("choose what the overview shows from a list, each shown as you come to it"), NULL,
     ANY_PANE, 0, tiles_menu_open_layouts},
    {"tiles", N_("choose the overview's tiles: show, hide, move, more or fewer rows"), NULL,
     ANY_PANE, 0, tiles_menu_open},
    {"next-tile", N_("the next tile of the overview"), NULL, MODE_OVERVIEW, 1, tiles_menu_step},
    {"previous-tile", N_("the tile before"), NULL, MODE_OVERVIEW, -1, tiles_menu_step},
    {"tile-earlier", N_("move this tile to an earlier place"), NULL, MODE_OVERVIEW, -1,
     tiles_menu_move},
    {"tile-later", N_("move this tile to a later place"), NULL, MODE_OVERVIEW, 1, tiles_menu_move},
    {"tile-taller", N_("one row more for this tile"), NULL, MODE_OVERVIEW, 1, tiles_menu_resize},
    {"tile-lower", N_("one row less for this tile, while others need room"), NULL, MODE_OVERVIEW,
     -1, tiles_menu_resize},
    {"hide-tile", N_("hide this tile"), NULL, MODE_OVERVIEW, 0, tiles_menu_hide},
    {"totals", N_("sums below the rows: of the marked ones, or of all that are shown"), NULL,
     ANY_ROWS, 0, table_keys_totals},
    {"numbers", N_("a number before each row"), NULL, ANY_ROWS, 0, table_keys_numbers},
    {"overview", N_("the overview of all hosts"), NULL, SCROLLING, 0, navigate_pane},
    {"pane-1", N_("the first pane"), NULL, SCROLLING, 1, navigate_pane},
    {"pane-2", N_("the second pane"), NULL, SCROLLING, 2, navigate_pane},
    {"pane-3", N_("the third pane"), NULL, SCROLLING, 3, navigate_pane},
    {"pane-4", N_("the fourth pane"), NULL, SCROLLING, 4, navigate_pane},
    {"pane-5", N_("the fifth pane"), NULL, SCROLLING, 5, navigate_pane},
    {"pane-6", N_("the sixth pane"), NULL, SCROLLING, 6, navigate_pane},
    {"pane-7", N_("the seventh pane"), NULL, SCROLLING, 7, navigate_pane},
    {"pane-8", N_("the eighth pane"), NULL, SCROLLING, 8, navigate_pane},
    {"pane-9", N_("the ninth pane"), NULL, SCROLLING, 9, navigate_pane},
    {"mouse", N_("turn the mouse on, and off again"), NULL, SCROLLING, 0, mouse_toggle},
    {"theme", N_("choose colours from a list, each shown as you come to it"), NULL, SCROLLING, 0,
     appearance_choose_theme},
    {"reload", N_("read theme and keys again, as by itself when your own files change"), NULL,
     SCROLLING, 0, appearance_reload},
    {"reset-state",
     N_("sort, columns, filters, hosts, panes, tiles and theme as at the first start"), NULL,
     SCROLLING, 0, kept_reset},
    {"redraw", N_("draw the screen anew"), NULL, SCROLLING, 0, navigate_redraw},
    {"suspend", N_("back to the shell; fg returns"), NULL, SCROLLING, 0, navigate_suspend},
    {"quit", N_("leave the console"), N_("quit"), SCROLLING, 0, navigate_quit},

    {"accept", N_("take what was typed"), N_("take"), MODE_PROMPT, 0, prompt_accept},
    {"cancel", N_("leave without a change"), N_("cancel"), MODE_PROMPT, 0, prompt_cancel},
    {"complete", N_("complete the word"), NULL, MODE_PROMPT, 0, prompt_complete},
    {"choose-up", N_("the entry above; above the first: what was typed before"), NULL, MODE_PROMPT,
     -1, prompt_choose},
    {"choose-down", N_("the entry below, or what was typed after"), NULL, MODE_PROMPT, 1,
     prompt_choose},
    {"cursor-left", N_("one character left"), NULL, MODE_PROMPT, -1, prompt_move},
    {"cursor-right", N_("one character right"), NULL, MODE_PROMPT, 1, prompt_move},
    {"cursor-begin", N_("the begin of the line"), NULL, MODE_PROMPT, 0, prompt_move_to_end},
    {"cursor-end", N_("the end of the line"), NULL, MODE_PROMPT, 1, prompt_move_to_end},
    {"delete-before", N_("delete the character before the cursor"), NULL, MODE_PROMPT, -1,
     prompt_delete},
    {"delete-under", N_("delete the character under the cursor"), NULL, MODE_PROMPT, 1,
     prompt_delete},
    {"delete-word", N_("delete the word before the cursor"), NULL, MODE_PROMPT, 0,
     prompt_delete_word},
    {"delete-to-begin", N_("delete all before the cursor"), NULL, MODE_PROMPT, -1,
     prompt_delete_rest},
    {"delete-to-end", N_("delete all after the cursor"), NULL, MODE_PROMPT, 1, prompt_delete_rest},
};

const size_t key_command_count = sizeof key_commands / sizeof *key_commands;

bool key_command_writes(const struct key_command *command)
{
    return command->run == act_keys_press || command->run == acts_retry ||
           command->run == shield_view_press || command->run == own_commands_press;
}

bool key_command_wants_name(const struct key_command *command)
{
    return key_command_writes(command) || command->run == navigate_quit ||
           command->run == navigate_suspend || command->run == kept_reset;
}

const struct key_command *key_command_find(const char *name)
{
    for (size_t i = 0; i < key_command_count; i++)
        if (strcmp(key_commands[i].name, name) == 0)
            return &key_commands[i];
    return NULL;
}

const char *key_command_nearest(const char *name)
{
    const char *names[sizeof key_commands / sizeof *key_commands];
    for (size_t i = 0; i < key_command_count; i++)
        names[i] = key_commands[i].name;
    return ini_nearest(name, names, key_command_count);
}
