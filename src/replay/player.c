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
// Trouble that begins together is one trouble.
#define TOGETHER_MS 3000

static const int rates[] = {1, 2, 10, 60};
#define RATES (sizeof rates / sizeof *rates)

struct player {
    struct recording *recording;
    struct track *track;
    struct fleet *fleet;
    size_t *place; // of a recorded host in the fleet; SIZE_MAX: it is not there
    bool *dirty;   // host by host, by probe_index(): read in this step
    // t of the recording. now_ms was true at since_ms of this machine's monotonic clock.
    int64_t now_ms, since_ms;
    int64_t at_ms; // as far as the fleet has been brought
    size_t rate;
    size_t noted; // notes that were given
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
    track_free(player->track);
    recording_free(player->recording);
    free(player->dirty);
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
    if (player->paused)
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
    player->place = mem_array(track_host_count(player->track), sizeof *player->place);
    for (size_t host = 0; host < track_host_count(player->track); host++)
        player->place[host] = find_place(player, host);
    fleet_play(fleet);
    player->anew = true;
    set_now(player, player->now_ms);
    show_time(player, player->now_ms, 0);
}

static void put_host(struct player *player, size_t host)
{
    struct host_status status;
    track_status(player->track, host, player->at_ms, &status);
    if (player->place[host] != SIZE_MAX)
        fleet_put_status(player->fleet, player->place[host], &status);
}

// Whole steps only, so that jumps and play come by the same places.
static int64_t step_of(int64_t t_ms)
{
    return t_ms - t_ms % PLAYER_STEP_MS;
}

static void begin_anew(struct player *player)
{
    int64_t lead_ms = player->now_ms - LEAD_MS;
    int64_t from_ms = track_rewind(player->track, clamped(player, lead_ms));
    int64_t least_ms = player->now_ms - LEAD_MOST_MS;
    player->at_ms = step_of(from_ms > least_ms ? from_ms : least_ms);
    player->anew = false;
    show_time(player, player->at_ms, 0);
    for (size_t host = 0; host < track_host_count(player->track); host++) {
        if (player->place[host] == SIZE_MAX)
            continue;
        for (size_t i = 0; probes[i] != NULL; i++)
            fleet_put_snapshot(player->fleet, player->place[host], probes[i], NULL);
        fleet_put_answer(player->fleet, player->place[host], NULL, 0);
        put_host(player, host);
    }
}

static void put_readings(struct player *player, size_t host)
{
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

static void follow_step(struct player *player)
{
    struct track_event event;
    while ((event = track_next(player->track, player->at_ms)).word != TRACK_NOTHING) {
        if (event.word == TRACK_READING)
            player->dirty[event.host * probe_count() + probe_index(event.probe)] = true;
        if (event.word == TRACK_FACTS)
            put_facts(player, event.host);
    }
    for (size_t host = 0; host < track_host_count(player->track); host++) {
        put_host(player, host);
        put_readings(player, host);
    }
}

enum player_word player_step(struct player *player)
{
    int64_t now_ms = t_now_ms(player);
    if (player->anew) {
        begin_anew(player);
        return PLAYER_ANEW;
    }
    if (player->at_ms + PLAYER_STEP_MS <= now_ms) {
        player->at_ms += PLAYER_STEP_MS;
        show_time(player, player->at_ms, 0);
        follow_step(player);
        return PLAYER_STEPPED;
    }
    show_time(player, now_ms, player_pauses(player) ? 0 : rates[player->rate]);
    return PLAYER_RESTS;
}

void player_hold(struct player *player)
{
    bool jumps = player->anew || player->at_ms + PLAYER_STEP_MS <= player->now_ms;
    if (!jumps && !player_pauses(player))
        set_now(player, player->at_ms);
}

int64_t player_due_ms(const struct player *player)
{
    if (player_pauses(player))
        return player->anew ? 0 : INT64_MAX;
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

bool player_at_end(const struct player *player)
{
    return t_now_ms(player) >= end_ms(player);
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
    set_now(player, t_ms);
    // Forward it goes on from here, as far as that is not further than a beginning would be.
    if (t_ms < player->at_ms || t_ms - player->at_ms > LEAD_MS)
        player->anew = true;
}

bool player_next_trouble(struct player *player, int64_t *wall_ms)
{
    struct track *scout = track_new(player->recording);
    int64_t now_ms = t_now_ms(player), found_ms = -1;
    struct track_event event;
    track_rewind(scout, now_ms);
    while (found_ms < 0 && (event = track_next(scout, INT64_MAX)).word != TRACK_NOTHING)
        if (event.worse && event.t_ms > now_ms + TOGETHER_MS)
            found_ms = event.t_ms;
    track_free(scout);
    if (found_ms < 0)
        return false;
    // The step after it shows it.
    *wall_ms = wall_of(player, clamped(player, step_of(found_ms) + PLAYER_STEP_MS));
    return true;
}
