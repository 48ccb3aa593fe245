// SPDX-License-Identifier: MIT

// The clock of a replay, and the fleet that follows it.
#include "replay/player.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "replay/host_options.h"
#include "replay/track.h"

// What is concluded from readings (an hour's line, the journal) is of so much before a place that
// one jumps to; what was earlier is not known there.
#define LEAD_MS INT64_C(1800000)
// A segment may begin so long before. Where nothing was written for longer (the recorder stood
// still, or somebody made it so), it is not gone through second by second.
#define LEAD_MOST_MS (LEAD_MS + INT64_C(600000))
// Of many hosts the lead is shorter: what is read of it before a jump is at its end, compressed.
#define LEAD_BYTES INT64_C(8000000)
// Trouble that begins together is one trouble.
#define TOGETHER_MS   3000
#define LINES_AT_ONCE 8 // of one step

static const int rates[] = {1, 2, 10, 60};
#define RATES (sizeof rates / sizeof *rates)

struct player {
    struct recording *recording;
    struct track *track;
    struct fleet *fleet;
    size_t *place; // of a recorded host in the fleet; SIZE_MAX: it is not there
    bool *dirty;   // host by host, by probe_index(): read in this step
    bool *touched; // hosts of which there is news in this step
    // t of the recording. now_ms was true at since_ms of this machine's monotonic clock.
    int64_t now_ms, since_ms;
    int64_t at_ms; // as far as the fleet has been brought
    enum { STEP_DONE, STEP_FORGETS, STEP_READS, STEP_PUTS } step;
    size_t next_host; // of STEP_FORGETS and STEP_PUTS
    bool jumps;       // since the last seek the fleet has not come to its time
    bool no_lead;
    bool begun;          // the fleet shows a time of the recording
    struct track *scout; // that looks for trouble; NULL: nobody does
    struct player_trouble found;
    bool tells; // found is not given yet
    size_t rate;
    size_t noted;   // notes that were given
    struct err gap; // what is missing at this place of the recording; "": nothing
    bool paused;
    bool anew; // the track is to be taken from its beginning
};

struct player *player_open(const char *folder, struct err_list *notes, struct err *err)
{
    struct recording *recording = recording_open(folder, notes, err);
    if (recording == NULL)
        return NULL;
    struct player *player = mem_alloc(sizeof *player);
    player->recording = recording;
    player->track = track_new(recording);
    player->now_ms = recording_begin_ms(recording);
    player->since_ms = clock_mono_ms();
    return player;
}

void player_free(struct player *player)
{
    if (player == NULL)
        return;
    track_free(player->scout);
    track_free(player->track);
    recording_free(player->recording);
    free(player->dirty);
    free(player->touched);
    free(player->place);
    free(player);
    clock_show_now();
}

bool player_configure(const struct player *player, struct config *config, struct err *err)
{
    const json_t *hosts = json_object_get(recording_header(player->recording), "hosts");
    config_keep_hosts(config, NULL, 0);
    for (size_t i = 0; i < track_host_count(player->track); i++)
        if (!host_options_read(json_array_get(hosts, i), config, err))
            return err_prefix(err, "the recording's hosts");
    return config->host_count > 0 || err_set(err, "the recording has no hosts");
}

const char *player_next_note(struct player *player)
{
    const struct err_list *notes = track_notes(player->track);
    return player->noted < notes->count ? notes->texts[player->noted++] : NULL;
}

static int64_t end_ms(const struct player *player)
{
    return recording_end_ms(player->recording);
}

static int64_t clamped(const struct player *player, int64_t t_ms)
{
    int64_t begin_ms = recording_begin_ms(player->recording);
    return t_ms < begin_ms ? begin_ms : t_ms > end_ms(player) ? end_ms(player) : t_ms;
}

static int64_t t_now_ms(const struct player *player)
{
    if (player->paused || player->jumps || player->scout != NULL)
        return player->now_ms;
    return clamped(player,
                   player->now_ms + (clock_mono_ms() - player->since_ms) * rates[player->rate]);
}

static int64_t wall_of(const struct player *player, int64_t t_ms)
{
    return recording_start_wall_ms(player->recording) + t_ms;
}

static void show_time(const struct player *player, int64_t t_ms, int rate)
{
    clock_show(TRACK_MONO_MS + t_ms, wall_of(player, t_ms), rate);
}

// From now on it is t, and the clock goes on from there.
static void set_now(struct player *player, int64_t t_ms)
{
    player->now_ms = clamped(player, t_ms);
    player->since_ms = clock_mono_ms();
}

static size_t find_place(const struct player *player, size_t host)
{
    const json_t *hosts = json_object_get(recording_header(player->recording), "hosts");
    const char *name = json_string_value(json_object_get(json_array_get(hosts, host), "name"));
    for (size_t i = 0; i < fleet_host_count(player->fleet); i++)
        if (strcmp(fleet_host(player->fleet, i)->name, name) == 0)
            return i;
    return SIZE_MAX;
}

void player_attach(struct player *player, struct fleet *fleet)
{
    player->fleet = fleet;
    player->dirty =
        mem_array(track_host_count(player->track) * probe_count() + 1, sizeof *player->dirty);
    player->touched = mem_array(track_host_count(player->track) + 1, sizeof *player->touched);
    player->place = mem_array(track_host_count(player->track), sizeof *player->place);
    for (size_t host = 0; host < track_host_count(player->track); host++)
        player->place[host] = find_place(player, host);
    fleet_play(fleet);
    player->anew = player->jumps = true;
    set_now(player, player->now_ms);
    show_time(player, player->now_ms, 0);
}

static void put_host(struct player *player, size_t host)
{
    struct host_status status;
    track_status(player->track, host, player->at_ms, &status);
    if (err_is_set(&player->gap)) {
        status.word = HOST_STALE;
        snprintf(status.error, sizeof status.error, "%s", player->gap.text);
    }
    if (player->place[host] != SIZE_MAX)
        fleet_put_status(player->fleet, player->place[host], &status);
}

// Whole steps only, so that jumps and play come by the same places.
static int64_t step_of(int64_t t_ms)
{
    return t_ms - t_ms % PLAYER_STEP_MS;
}

// The place of the last step before the first one that is made.
static int64_t begin_of(const struct player *player, int64_t from_ms)
{
    int64_t least_ms = player->now_ms - (player->no_lead ? 2 * PLAYER_STEP_MS : LEAD_MOST_MS);
    return step_of(from_ms > least_ms ? from_ms : least_ms);
}

static void forget_host(struct player *player, size_t host)
{
    track_forget(player->track, host);
    player->touched[host] = false;
    memset(player->dirty + host * probe_count(), 0, probe_count() * sizeof *player->dirty);
    if (player->place[host] == SIZE_MAX)
        return;
    for (size_t i = 0; probes[i] != NULL; i++)
        fleet_put_snapshot(player->fleet, player->place[host], probes[i], NULL);
    fleet_put_answer(player->fleet, player->place[host], NULL, 0);
}

// The next part of leaving the place where it is for the beginning of a lead.
static enum player_word begin_anew(struct player *player)
{
    if (player->step != STEP_FORGETS)
        player->next_host = 0;
    player->step = STEP_FORGETS;
    if (player->next_host < track_host_count(player->track)) {
        forget_host(player, player->next_host++);
        return PLAYER_GOES_ON;
    }
    int64_t lead_ms =
        player->no_lead ? 0
                        : recording_lead_ms(player->recording, player->now_ms, LEAD_MS, LEAD_BYTES);
    int64_t from_ms = track_rewind(player->track, clamped(player, player->now_ms - lead_ms));
    player->at_ms = begin_of(player, from_ms);
    player->anew = false;
    player->begun = true;
    player->step = STEP_DONE;
    player->gap.text[0] = '\0';
    show_time(player, player->at_ms, 0);
    for (size_t host = 0; host < track_host_count(player->track); host++)
        put_host(player, host);
    return PLAYER_ANEW;
}

static void put_news(struct player *player, size_t host)
{
    if (player->touched[host])
        put_host(player, host);
    player->touched[host] = false;
    for (size_t i = 0; probes[i] != NULL; i++) {
        bool *dirty = &player->dirty[host * probe_count() + i];
        if (*dirty && player->place[host] != SIZE_MAX)
            fleet_put_snapshot(player->fleet, player->place[host], probes[i],
                               track_snapshot(player->track, host, probes[i]));
        *dirty = false;
    }
}

static void put_facts(struct player *player, size_t host)
{
    const char *facts = track_facts(player->track, host);
    if (player->place[host] != SIZE_MAX)
        fleet_put_answer(player->fleet, player->place[host], facts, strlen(facts));
}

// False: there are no more lines of this step.
static bool read_lines(struct player *player)
{
    for (int i = 0; i < LINES_AT_ONCE; i++) {
        struct track_event event = track_next(player->track, player->at_ms);
        if (event.word == TRACK_NOTHING)
            return false;
        if (event.word == TRACK_READING || event.word == TRACK_STATUS)
            player->touched[event.host] = true;
        if (event.word == TRACK_READING)
            player->dirty[event.host * probe_count() + probe_index(event.probe)] = true;
        if (event.word == TRACK_FACTS)
            put_facts(player, event.host);
    }
    return true;
}

// A gap is of all hosts.
static void find_gap(struct player *player)
{
    bool was = err_is_set(&player->gap);
    player->gap.text[0] = '\0';
    bool is = track_in_gap(player->track, player->at_ms, &player->gap);
    for (size_t host = 0; was != is && host < track_host_count(player->track); host++)
        player->touched[host] = true;
}

// The next part of the step that is under way.
static enum player_word go_on(struct player *player)
{
    if (player->step == STEP_READS) {
        if (read_lines(player))
            return PLAYER_GOES_ON;
        find_gap(player);
        player->step = STEP_PUTS;
        player->next_host = 0;
    }
    if (player->next_host < track_host_count(player->track)) {
        put_news(player, player->next_host++);
        return PLAYER_GOES_ON;
    }
    player->step = STEP_DONE;
    return PLAYER_STEPPED;
}

static enum player_word look_for_trouble(struct player *player)
{
    for (int i = 0; i < LINES_AT_ONCE; i++) {
        struct track_event event = track_next(player->scout, INT64_MAX);
        bool found = event.worse && event.t_ms > player->now_ms + TOGETHER_MS;
        if (event.word != TRACK_NOTHING && !found)
            continue;
        track_free(player->scout);
        player->scout = NULL;
        set_now(player, player->now_ms);
        if (!found)
            return PLAYER_NO_TROUBLE;
        // The step after it shows it.
        player_seek(player, wall_of(player, step_of(event.t_ms) + PLAYER_STEP_MS));
        player->found = (struct player_trouble){player->place[event.host],
                                                event.word == TRACK_READING ? event.probe : NULL,
                                                event.critical, event.before};
        player->tells = player->found.host != SIZE_MAX;
        return PLAYER_GOES_ON;
    }
    return PLAYER_GOES_ON;
}

enum player_word player_step(struct player *player)
{
    if (player->scout != NULL)
        return look_for_trouble(player);
    if (player->anew)
        return begin_anew(player);
    if (player->step != STEP_DONE)
        return go_on(player);
    if (player->at_ms + PLAYER_STEP_MS <= t_now_ms(player)) {
        player->at_ms += PLAYER_STEP_MS;
        show_time(player, player->at_ms, 0);
        player->step = STEP_READS;
        return PLAYER_GOES_ON;
    }
    if (player->jumps) {
        player->jumps = false;
        set_now(player, player->now_ms); // getting there took no time
    }
    show_time(player, t_now_ms(player), player_pauses(player) ? 0 : rates[player->rate]);
    return PLAYER_RESTS;
}

void player_hold(struct player *player, int64_t most_ms)
{
    int64_t due_ms = player->at_ms + PLAYER_STEP_MS;
    int64_t behind_ms = (t_now_ms(player) - due_ms) / rates[player->rate];
    if (!player_seeks(player) && !player_pauses(player) && behind_ms > most_ms)
        set_now(player, player->at_ms);
}

void player_skip_lead(struct player *player)
{
    player->no_lead = true;
}

int64_t player_due_ms(const struct player *player)
{
    if (player_seeks(player))
        return 0;
    if (player_pauses(player))
        return INT64_MAX;
    int64_t left_ms = player->at_ms + PLAYER_STEP_MS - t_now_ms(player);
    int64_t wait_ms = left_ms > 0 ? left_ms / rates[player->rate] + 1 : 0;
    return clock_mono_ms() + wait_ms;
}

int64_t player_now_ms(const struct player *player)
{
    return wall_of(player, t_now_ms(player));
}

int64_t player_begin_ms(const struct player *player)
{
    return wall_of(player, recording_begin_ms(player->recording));
}

int64_t player_end_ms(const struct player *player)
{
    return wall_of(player, end_ms(player));
}

bool player_in_gap(const struct player *player)
{
    return err_is_set(&player->gap);
}

int player_beyond(const struct player *player, int64_t wall_ms)
{
    int64_t begin_ms = player_begin_ms(player), last_ms = player_end_ms(player);
    return wall_ms + 1000 <= begin_ms ? -1 : wall_ms >= last_ms + 1000 ? 1 : 0;
}

bool player_at_end(const struct player *player)
{
    bool shown = player->step == STEP_DONE && player->at_ms + PLAYER_STEP_MS > end_ms(player);
    return shown && t_now_ms(player) >= end_ms(player);
}

bool player_pauses(const struct player *player)
{
    return player->paused || player_at_end(player);
}

int player_rate(const struct player *player)
{
    return rates[player->rate];
}

void player_pause(struct player *player, bool on)
{
    set_now(player, t_now_ms(player));
    player->paused = on;
}

void player_faster(struct player *player, int steps)
{
    set_now(player, t_now_ms(player));
    for (; steps > 0 && player->rate + 1 < RATES; steps--)
        player->rate++;
    for (; steps < 0 && player->rate > 0; steps++)
        player->rate--;
}

void player_seek(struct player *player, int64_t wall_ms)
{
    int64_t t_ms = clamped(player, wall_ms - recording_start_wall_ms(player->recording));
    bool sooner = player->jumps && t_ms < player->now_ms; // its lead begins before this one
    track_free(player->scout);
    player->scout = NULL;
    player->tells = false;
    set_now(player, t_ms);
    player->jumps = true;
    // Forward it goes on from here, as far as that is not further than a beginning would be.
    if (sooner || t_ms < player->at_ms || t_ms - player->at_ms > LEAD_MS)
        player->anew = true;
}

void player_seek_trouble(struct player *player)
{
    set_now(player, t_now_ms(player));
    if (player->scout == NULL)
        player->scout = track_new(player->recording);
    track_rewind(player->scout, player->now_ms);
    show_time(player, player->at_ms, 0);
}

bool player_take_trouble(struct player *player, struct player_trouble *out)
{
    *out = player->found;
    bool tells = player->tells;
    player->tells = false;
    return tells;
}

bool player_seeks(const struct player *player)
{
    return player->jumps || player->scout != NULL;
}

void player_stop(struct player *player)
{
    if (!player->begun)
        return;
    track_free(player->scout);
    player->scout = NULL;
    set_now(player, player->at_ms);
    // A place that was left already is gone back to.
    player->anew = player->anew && player->step == STEP_FORGETS;
    player->jumps = player->anew;
}
