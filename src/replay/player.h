// SPDX-License-Identifier: MIT

// Plays a recording into a fleet, in steps of a second of its time, however fast: so a screen is
// the same whether one played up to it or jumped there. It has no thread: who shows the fleet asks
// it to go on (player_step), and what is shown goes by its clock (clock_shown_mono_ms). One thread.
#ifndef REPLAY_PLAYER_H
#define REPLAY_PLAYER_H

#include "fleet/fleet.h"

#define PLAYER_STEP_MS 1000

struct player;

// NULL and err: the folder holds nothing that can be played. What of it cannot is in notes.
struct player *player_open(const char *folder, struct err_list *notes, struct err *err);
void player_free(struct player *player); // what is shown is of this machine's clock again

// Puts the recorded hosts in place of the configured ones: before profiles are loaded for them.
bool player_configure(const struct player *player, struct config *config, struct err *err);
// Plays into a fleet of these hosts (not started yet) from now on, at the beginning and at once.
// The fleet must outlive the playing.
void player_attach(struct player *player, struct fleet *fleet);

enum player_word {
    PLAYER_RESTS,      // the fleet shows the time that it is
    PLAYER_GOES_ON,    // a part of a step, or of a search; ask again
    PLAYER_STEPPED,    // a step further; ask again
    PLAYER_ANEW,       // somewhere else: what was concluded from readings is to be forgotten
    PLAYER_NO_TROUBLE, // the search has come to the end of the recording; the time is as it was
};
// A few milliseconds' work at most, however many hosts there are.
enum player_word player_step(struct player *player);
// What has been missed is not caught up where it is more than most_ms of this machine's time: from
// now on it is the time that the fleet shows. A jump that is not at its end yet goes on.
void player_hold(struct player *player, int64_t most_ms);
// Nobody concludes anything from the readings before a place that is jumped to: jumps read what
// stands there, and no more.
void player_skip_lead(struct player *player);
// Monotonic: when the next step is due; INT64_MAX: it stands.
int64_t player_due_ms(const struct player *player);

// Times are those of the wall then, epoch ms.
int64_t player_now_ms(const struct player *player);
int64_t player_begin_ms(const struct player *player);
int64_t player_end_ms(const struct player *player);

bool player_pauses(const struct player *player); // also where the recording is at its end
bool player_at_end(const struct player *player);
bool player_in_gap(const struct player *player); // nothing was kept of this time
// -1: the time is before the beginning; 1: after the end; 0: within the recording.
int player_beyond(const struct player *player, int64_t wall_ms);
int player_rate(const struct player *player); // 1, 2, 10, 60
void player_pause(struct player *player, bool on);
void player_faster(struct player *player, int steps); // < 0: slower
// Goes there, or to the nearest end, with the steps from now on.
void player_seek(struct player *player, int64_t wall_ms);
// Looks for the next time from now on at which something more is critical, or a host is lost, and
// goes there; while it looks the clock stands.
void player_seek_trouble(struct player *player);
// What the last search has found, given once.
struct player_trouble {
    size_t host;               // of the fleet
    const struct probe *probe; // NULL: the host is lost
    size_t critical, before;   // rows of it that are critical, and that were
};
bool player_take_trouble(struct player *player, struct player_trouble *out);
bool player_seeks(const struct player *player); // a jump or a search is not at its end yet
// It is the time that the fleet shows; what was looked for is given up.
void player_stop(struct player *player);

// "04:12", "04:12:31" (the same day, local), "+5m", "-90s", "start", "end", or RFC 3339 in UTC.
bool player_parse_time(const struct player *player, const char *text, int64_t *wall_ms,
                       struct err *err);

// What of the recording is damaged or not known to this version, as far as it was read: each is
// given once. NULL: nothing more.
const char *player_next_note(struct player *player);

#endif
