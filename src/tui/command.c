// SPDX-License-Identifier: MIT

// The registry of commands. Its order is the order of help and hints.
#include "tui/command.h"

#include <string.h>

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
    {"take", "take the verdict of this step and go on; what could not be read is never taken",
     "take", MODE_GUIDE, 0, guide_keys_take},
    {"note", "add a note to this step; in the menu: begin anew", "note", MODE_GUIDE, 0,
     guide_keys_note},
    {"failed", "mark this step failed, and say what is wrong", "failed", MODE_GUIDE, 0,
     guide_keys_mark},
    {"skip", "skip this step, and say why", "skip", MODE_GUIDE, 1, guide_keys_mark},
    {"skip-unread",
     "skip all steps that could not be read, with one reason: of a host that is away", NULL,
     MODE_GUIDE, 0, guide_keys_unread},
    {"pass", "pass all steps that are ok and need nobody", "pass ok", MODE_GUIDE, 0,
     guide_keys_pass},
    {"full-pane", "the whole pane of this step, with its filter; Esc comes back", "pane",
     MODE_GUIDE, 0, guide_keys_visit},
    {"next-step", "the next step; behind the last one what is open", "step", MODE_GUIDE, 1,
     guide_keys_step},
    {"previous-step", "the step before", NULL, MODE_GUIDE, -1, guide_keys_step},
    {"next-trouble", "the open step that is in the worst trouble", "trouble", MODE_GUIDE, 0,
     guide_keys_trouble},
    {"details", "the details of the row under the cursor; of the summary its step", "details",
     MODE_GUIDE, 0, guide_keys_details},
    {"help", "show what the keys do here", "help", SCROLLING, 0, navigate_help},
    {"enter", "open what the cursor is on: a pane, a row's details, a host", "open",
     ANY_PANE | MODE_VIEWER, 0, navigate_enter},
    {"back", "go back: close, clear the filter, return to the overview", "back", SCROLLING, 0,
     navigate_back},
    {"way-back", "the place where one was before", NULL, SCROLLING, -1, navigate_way},
    {"way-forth", "forth again to where one came back from", NULL, SCROLLING, 1, navigate_way},
    {"replay-pause", "stop the replay's clock, and let it go on", "pause", IN_REPLAY, 0,
     replay_keys_pause},
    {"replay-trouble", "go to when something more was critical, or a host was lost", "next trouble",
     IN_REPLAY, 0, replay_keys_trouble},
    {"replay-faster", "play faster: x2, x10, x60", "faster", IN_REPLAY, 1, replay_keys_speed},
    {"replay-slower", "play slower", NULL, IN_REPLAY, -1, replay_keys_speed},
    {"replay-forward", "a minute on", NULL, IN_REPLAY, 60, replay_keys_jump},
    {"replay-back", "a minute back", NULL, IN_REPLAY, -60, replay_keys_jump},
    {"replay-far-forward", "ten minutes on", NULL, IN_REPLAY, 600, replay_keys_jump},
    {"replay-far-back", "ten minutes back", NULL, IN_REPLAY, -600, replay_keys_jump},
    {"replay-start", "to the beginning of the recording", NULL, IN_REPLAY, 0, replay_keys_start},
    {"replay-time", "to a time: 04:12, +5m, -90s, start, end", "go to time", IN_REPLAY, 0,
     replay_keys_time},
    {"filter", "show only rows that match an expression", "filter", ANY_TABLE, 0,
     filter_prompt_open},
    {"sort", "sort by the column under the cursor; again: the other way round", "sort", ANY_TABLE,
     0, table_keys_sort},
    {"sort-by", "sort by columns that you name", NULL, ANY_TABLE, 0, filter_prompt_open_sort},
    {"ban", "ban the address of this row on its host, or of the marked rows", "ban", SCROLLING,
     ACT_BAN, act_keys_press},
    {"ban-everywhere", "ban the address of this row on all hosts that are shown", NULL, SCROLLING,
     ACT_BAN_EVERYWHERE, act_keys_press},
    {"unban", "let the address of this row in again", "unban", SCROLLING, ACT_UNBAN,
     act_keys_press},
    {"unsuspend", "find why this endpoint cannot register, and mend it", "unsuspend", SCROLLING,
     ACT_UNSUSPEND, act_keys_press},
    {"lock", "lock this gateway, phone or account; unlock a gateway that is locked", "lock",
     SCROLLING, ACT_LOCK, act_keys_press},
    {"hangup", "hang up this call", "hang up", SCROLLING, ACT_HANGUP, act_keys_press},
    {"undo", "undo the last action; in bans and audit that of this row", "undo", SCROLLING,
     ACT_UNDO, act_keys_press},
    {"retry", "try the last action again on the hosts where it failed", NULL, SCROLLING, 0,
     acts_retry},
    {"shield", "the layered firewall that this host should have, as a diff; there: apply, confirm",
     "shield", SCROLLING, 0, shield_view_press},
    {"window", "the next time window of the figures", "window", MODE_PANE, 0, navigate_window},
    {"group", "count the rows in groups: by gateway, account, caller; then all again", NULL,
     MODE_PANE, 0, navigate_group},
    {"split", "two panes on the screen; again: one", NULL, ANY_PANE, 0, split_toggle},
    {"zoom", "of two panes only this one; again: both", NULL, ANY_PANE, 0, split_zoom},
    {"next-pane", "the next pane; of two panes the other one", "next pane", ANY_PANE, 1,
     navigate_step},
    {"previous-pane", "the pane before", NULL, ANY_PANE, -1, navigate_step},
    {"next-related", "the next related row, which Enter opens", NULL, MODE_VIEWER, 1,
     navigate_related},
    {"previous-related", "the related row before", NULL, MODE_VIEWER, -1, navigate_related},
    {"refresh", "read again now; try lost hosts at once", "refresh", ANY_TABLE, 0,
     navigate_refresh},
    {"checklist", "the guided checklist: where one was in it; there: the list of them",
     "checklists", ANY_TABLE, 0, guide_keys_open},
    {"hosts", "choose hosts by an expression: sw1|sw2, environment=prod, state!=live", "hosts",
     ANY_TABLE, 0, filter_prompt_open_hosts},
    {"worst", "open what needs a person most", NULL, ANY_PANE, 0, navigate_worst},
    {"only-host", "show only the host of this row", NULL, ANY_TABLE, 0, navigate_only_host},
    {"all-hosts", "show all hosts", NULL, ANY_TABLE, 0, navigate_all_hosts},
    {"filter-with", "show only rows with the value under the cursor", NULL, ANY_TABLE, 1,
     table_keys_filter_cell},
    {"filter-without", "hide rows with the value under the cursor", NULL, ANY_TABLE, 0,
     table_keys_filter_cell},
    {"talker", "open the talker of the address under the cursor", NULL, SCROLLING, 0,
     flood_keys_talker},
    {"evidence", "write the packets of this source to a pcap file; again: end it", NULL,
     MODE_PANE | MODE_VIEWER, 0, flood_keys_evidence},
    {"up", "one row up", NULL, SCROLLING, -1, table_keys_move},
    {"down", "one row down", NULL, SCROLLING, 1, table_keys_move},
    {"page-up", "one page up", NULL, SCROLLING, -1, table_keys_page},
    {"page-down", "one page down", NULL, SCROLLING, 1, table_keys_page},
    {"first", "the first row", NULL, SCROLLING, 0, table_keys_end},
    {"last", "the last row", NULL, SCROLLING, 1, table_keys_end},
    {"column-left", "the column to the left", NULL, ANY_TABLE, -1, table_keys_column},
    {"column-right", "the column to the right; scrolls to those that did not fit", NULL, ANY_TABLE,
     1, table_keys_column},
    {"answer", "answer what a host or an action asks", NULL, ANY_TABLE, 0, question_open_next},
    {"journal", "what happened: messages with time and host", "journal", SCROLLING, 0,
     navigate_journal},
    {"output", "what the command of your own said that was run last", NULL, SCROLLING, 0,
     own_commands_output},
    {"command", "run a command, open a pane or choose a host by name", "command", SCROLLING, 0,
     palette_open},
    {"search", "go to a row (or a line of text) that matches, without hiding the others", "search",
     SCROLLING, 0, search_open},
    {"search-next", "the next match of the search", NULL, SCROLLING, 1, search_again},
    {"search-previous", "the match before", NULL, SCROLLING, -1, search_again},
    {"mark", "mark the row, or take its mark away", "mark", ANY_ROWS, 0, mark_keys_toggle},
    {"mark-range", "mark from the row marked last to this one", NULL, ANY_ROWS, 0, mark_keys_range},
    {"mark-matching", "mark the rows that match an expression", NULL, ANY_ROWS, 0,
     mark_keys_matching},
    {"mark-invert", "mark the rows that are not marked, and the other way round", NULL, ANY_ROWS, 0,
     mark_keys_invert},
    {"mark-none", "take all marks away", NULL, ANY_ROWS, 0, mark_keys_clear},
    {"explain", "explain the value under the cursor: formula, source, age, thresholds", "explain",
     SCROLLING, 0, explain_open},
    {"copy-cell", "copy the value under the cursor to the terminal's clipboard", NULL, ANY_ROWS, 0,
     clipboard_copy_cell},
    {"copy-rows", "copy the marked rows, or the row under the cursor", NULL, ANY_ROWS, 0,
     clipboard_copy_rows},
    {"export", "write the marked rows, or all that are shown, to a file: CSV, JSON or text", NULL,
     ANY_ROWS | MODE_VIEWER, 0, export_open},
    {"columns", "choose which columns are shown", NULL, ANY_ROWS, 0, columns_menu_open},
    {"column-earlier", "move the column under the cursor to the left", NULL, ANY_TABLE, -1,
     table_keys_move_column},
    {"column-later", "move the column under the cursor to the right", NULL, ANY_TABLE, 1,
     table_keys_move_column},
    {"column-narrower", "make the column under the cursor narrower", NULL, ANY_TABLE, -1,
     table_keys_widen},
    {"column-wider", "make the column under the cursor wider", NULL, ANY_TABLE, 1,
     table_keys_widen},
    {"layout", "choose what the overview shows from a list, each shown as you come to it", NULL,
     ANY_PANE, 0, tiles_menu_open_layouts},
    {"tiles", "choose the overview's tiles: show, hide, move, more or fewer rows", NULL, ANY_PANE,
     0, tiles_menu_open},
    {"next-tile", "the next tile of the overview", NULL, MODE_OVERVIEW, 1, tiles_menu_step},
    {"previous-tile", "the tile before", NULL, MODE_OVERVIEW, -1, tiles_menu_step},
    {"tile-earlier", "move this tile to an earlier place", NULL, MODE_OVERVIEW, -1,
     tiles_menu_move},
    {"tile-later", "move this tile to a later place", NULL, MODE_OVERVIEW, 1, tiles_menu_move},
    {"tile-taller", "one row more for this tile", NULL, MODE_OVERVIEW, 1, tiles_menu_resize},
    {"tile-lower", "one row less for this tile, while others need room", NULL, MODE_OVERVIEW, -1,
     tiles_menu_resize},
    {"hide-tile", "hide this tile", NULL, MODE_OVERVIEW, 0, tiles_menu_hide},
    {"totals", "sums below the rows: of the marked ones, or of all that are shown", NULL, ANY_ROWS,
     0, table_keys_totals},
    {"numbers", "a number before each row", NULL, ANY_ROWS, 0, table_keys_numbers},
    {"overview", "the overview of all hosts", NULL, SCROLLING, 0, navigate_pane},
    {"pane-1", "the first pane", NULL, SCROLLING, 1, navigate_pane},
    {"pane-2", "the second pane", NULL, SCROLLING, 2, navigate_pane},
    {"pane-3", "the third pane", NULL, SCROLLING, 3, navigate_pane},
    {"pane-4", "the fourth pane", NULL, SCROLLING, 4, navigate_pane},
    {"pane-5", "the fifth pane", NULL, SCROLLING, 5, navigate_pane},
    {"pane-6", "the sixth pane", NULL, SCROLLING, 6, navigate_pane},
    {"pane-7", "the seventh pane", NULL, SCROLLING, 7, navigate_pane},
    {"pane-8", "the eighth pane", NULL, SCROLLING, 8, navigate_pane},
    {"pane-9", "the ninth pane", NULL, SCROLLING, 9, navigate_pane},
    {"mouse", "turn the mouse on, and off again", NULL, SCROLLING, 0, mouse_toggle},
    {"theme", "choose colours from a list, each shown as you come to it", NULL, SCROLLING, 0,
     appearance_choose_theme},
    {"reload", "read theme and keys again, as by itself when your own files change", NULL,
     SCROLLING, 0, appearance_reload},
    {"reset-state", "sort, columns, filters, hosts, panes, tiles and theme as at the first start",
     NULL, SCROLLING, 0, kept_reset},
    {"redraw", "draw the screen anew", NULL, SCROLLING, 0, navigate_redraw},
    {"suspend", "back to the shell; fg returns", NULL, SCROLLING, 0, navigate_suspend},
    {"quit", "leave the console", "quit", SCROLLING, 0, navigate_quit},

    {"accept", "take what was typed", "take", MODE_PROMPT, 0, prompt_accept},
    {"cancel", "leave without a change", "cancel", MODE_PROMPT, 0, prompt_cancel},
    {"complete", "complete the word", NULL, MODE_PROMPT, 0, prompt_complete},
    {"choose-up", "the entry above; above the first: what was typed before", NULL, MODE_PROMPT, -1,
     prompt_choose},
    {"choose-down", "the entry below, or what was typed after", NULL, MODE_PROMPT, 1,
     prompt_choose},
    {"cursor-left", "one character left", NULL, MODE_PROMPT, -1, prompt_move},
    {"cursor-right", "one character right", NULL, MODE_PROMPT, 1, prompt_move},
    {"cursor-begin", "the begin of the line", NULL, MODE_PROMPT, 0, prompt_move_to_end},
    {"cursor-end", "the end of the line", NULL, MODE_PROMPT, 1, prompt_move_to_end},
    {"delete-before", "delete the character before the cursor", NULL, MODE_PROMPT, -1,
     prompt_delete},
    {"delete-under", "delete the character under the cursor", NULL, MODE_PROMPT, 1, prompt_delete},
    {"delete-word", "delete the word before the cursor", NULL, MODE_PROMPT, 0, prompt_delete_word},
    {"delete-to-begin", "delete all before the cursor", NULL, MODE_PROMPT, -1, prompt_delete_rest},
    {"delete-to-end", "delete all after the cursor", NULL, MODE_PROMPT, 1, prompt_delete_rest},
};

const size_t key_command_count = sizeof key_commands / sizeof *key_commands;

bool key_command_writes(const struct key_command *command)
{
    return command->run == act_keys_press || command->run == acts_retry ||
           command->run == shield_view_press || command->run == own_commands_press;
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
