// SPDX-License-Identifier: MIT

// A probe's feeds in words.
#include "tui/feeds.h"

#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "tui/accent.h"
#include "tui/wrap.h"

enum feed_word feeds_word(const struct model *model, size_t host, const struct probe *probe)
{
    const struct snapshot *snapshot = model_snapshot(model, host, probe);
    bool none = snapshot == NULL || snapshot->table_count == 0;
    if (none && fleet_is_off(model->fleet, host, probe, NULL))
        return FEED_OFF;
    enum feed_word word = snapshot_word(snapshot, clock_shown_mono_ms());
    if (probe->local || model_host_is_well(&model->hosts[host]))
        return word;
    if (word == FEED_LIVE || word == FEED_LOADING)
        return none ? FEED_WAITING : FEED_STALE;
    return word;
}

char *feeds_stale_words(const struct model *model, size_t host, const struct probe *probe)
{
    char age[AGE_TEXT_MAX];
    const struct snapshot *snapshot = model_snapshot(model, host, probe);
    if (snapshot == NULL || feeds_word(model, host, probe) != FEED_STALE)
        return NULL;
    model_age(clock_shown_mono_ms() - snapshot->read_mono_ms, age);
    return mem_printf(_("read %s ago"), age);
}

enum feed_word feeds_word_resting(const struct model *model, size_t host, const struct probe *probe)
{
    const struct snapshot *snapshot = model_snapshot(model, host, probe);
    enum feed_word word = feeds_word(model, host, probe);
    bool failed = snapshot != NULL && snapshot->error[0] != '\0';
    bool rests = word == FEED_WAITING || (word == FEED_STALE && !failed);
    return probe->on_demand && rests ? FEED_OFF : word;
}

// "live 2 s", "retrying in 4 s, read 3 min ago"
static void add_state(const struct model *model, size_t host, const struct probe *probe,
                      struct str *out)
{
    const struct model_host *it = &model->hosts[host];
    const struct snapshot *snapshot = model_snapshot(model, host, probe);
    enum feed_word word = feeds_word(model, host, probe);
    if (probe->local || model_host_is_well(it) || it->status.word == HOST_DISABLED) {
        str_append(out, !probe->local && it->status.word == HOST_DISABLED ? _("disabled")
                                                                          : _(feed_text(word)));
    } else {
        char state[STATE_TEXT_MAX];
        model_state(&it->status, state);
        str_append(out, state);
    }
    if (snapshot == NULL || word == FEED_OFF)
        return;
    if (word == FEED_LOADING && snapshot->progress_pct >= 0)
        str_appendf(out, " %d %%", snapshot->progress_pct);
    if (word == FEED_LOADING && snapshot->progress[0] != '\0')
        str_appendf(out, ", %s", snapshot->progress);
    if (snapshot->table_count > 0 && !probe->local) {
        char age[AGE_TEXT_MAX];
        model_age(clock_shown_mono_ms() - snapshot->read_mono_ms, age);
        str_appendf(out, model_host_is_well(it) ? " %s" : _(", read %s ago"), age);
    }
}

// ", MySQL e_cdr_20261121", ", audit.jsonl"
static void add_source(const struct model *model, size_t host, const struct probe *probe,
                       struct str *out)
{
    const struct snapshot *snapshot = model_snapshot(model, host, probe);
    enum feed_word word = feeds_word(model, host, probe);
    if (snapshot == NULL || word == FEED_OFF)
        return;
    if (snapshot->source[0] != '\0' && word != FEED_FAILED)
        str_appendf(out, ", %s", snapshot->source);
    if (snapshot->settling && word == FEED_LIVE)
        str_append(out, _(", rates from the next reading on"));
}

void feeds_words(const struct model *model, size_t host, const struct probe *probe, struct str *out)
{
    add_state(model, host, probe, out);
    add_source(model, host, probe, out);
}

static enum level feed_level(const struct model *model, size_t host, const struct probe *probe)
{
    enum feed_word word = feeds_word(model, host, probe);
    enum level feed = model_feed_level(word);
    enum level state = model_state_level(model->hosts[host].status.word);
    if (word == FEED_OFF && state == LEVEL_OK)
        return LEVEL_NONE;
    return state > feed ? state : feed;
}

struct feed_pen {
    struct area area;
    int line, col;
};

static void put(struct feed_pen *pen, enum role role, const char *text)
{
    int room = pen->area.width - pen->col;
    if (room > 0)
        pen->col +=
            draw_text(pen->area.top + pen->line, pen->area.left + pen->col, room, role, text);
}

// Puts "sw1 live 2 s, source" behind what stands there, on the next line when it does not fit;
// false: no room left.
static bool draw_feed(const struct model *model, size_t host, const struct probe *probe,
                      struct feed_pen *pen)
{
    struct str words = {0}, source = {0};
    const struct snapshot *snapshot = model_snapshot(model, host, probe);
    const struct host_config *config = model->hosts[host].config;
    add_state(model, host, probe, &words);
    add_source(model, host, probe, &source);
    bool fallback = snapshot != NULL && snapshot->fallback && snapshot->table_count > 0;
    int name_cols = draw_width(config->name) + 1;
    int tag_cols = config->environment[0] != '\0' ? draw_width(config->environment) + 1 : 0;
    int need = name_cols + tag_cols + draw_width(str_text(&words)) + draw_width(str_text(&source)) +
               (fallback ? draw_width(_(" (fallback)")) : 0);
    if (pen->col > 0 && pen->col + need > pen->area.width) {
        pen->line++;
        pen->col = 0;
    }
    bool room = pen->line < pen->area.height;
    if (room) {
        enum level level = feed_level(model, host, probe);
        put(pen, ROLE_STRONG, config->name);
        put(pen, ROLE_TEXT, " ");
        if (tag_cols > 0) {
            put(pen, config->accent != ACCENT_NONE ? accent_role(config->accent) : ROLE_DIM,
                config->environment);
            put(pen, ROLE_TEXT, " ");
        }
        put(pen, level == LEVEL_NONE ? ROLE_DIM : role_of_level(level), str_text(&words));
        put(pen, ROLE_DIM, str_text(&source));
        if (fallback)
            put(pen, ROLE_WARN, _(" (fallback)"));
        pen->col += 3;
    }
    str_dispose(&words);
    str_dispose(&source);
    return room;
}

static int wanted_cols(const struct model *model, const struct probe *probe)
{
    int cols = 0;
    for (size_t i = 0; i < model->host_count; i++) {
        struct str words = {0};
        if (!model->hosts[i].selected)
            continue;
        feeds_words(model, i, probe, &words);
        cols += draw_width(model->hosts[i].config->name) + draw_width(str_text(&words)) + 8;
        str_dispose(&words);
    }
    return cols;
}

// "live from 9 of 10 hosts", for when there is no room for each.
static void draw_summary(const struct model *model, const struct probe *probe, struct feed_pen *pen)
{
    size_t live = 0, wanted = 0;
    for (size_t i = 0; i < model->host_count; i++) {
        enum level level = feed_level(model, i, probe);
        bool off = level == LEVEL_NONE && feeds_word(model, i, probe) == FEED_OFF;
        wanted += model->hosts[i].selected && !off;
        live += model->hosts[i].selected && level == LEVEL_OK;
    }
    enum role role = live == wanted ? ROLE_OK : ROLE_WARN;
    pen->col += draw_textf(pen->area.top, pen->area.left, pen->area.width, role,
                           "live from %zu of %zu hosts", live, wanted);
    pen->col += 3;
}

static const char *sentence_of(const struct model *model, size_t host, const struct probe *probe,
                               enum role *role, struct err *off)
{
    const struct model_host *it = &model->hosts[host];
    const struct snapshot *snapshot = model_snapshot(model, host, probe);
    *role = ROLE_CRIT;
    if (!probe->local && !model_host_is_well(it) && it->status.error[0] != '\0')
        return it->status.error;
    *role = ROLE_DIM;
    if (feeds_word(model, host, probe) == FEED_OFF && fleet_is_off(model->fleet, host, probe, off))
        return off->text;
    *role = ROLE_WARN;
    if (snapshot != NULL && snapshot->error[0] != '\0')
        return snapshot->error;
    *role = ROLE_INFO;
    return snapshot != NULL ? snapshot->note : "";
}

// Sentences often begin with their host's name; a note may not.
static void add_host(struct str *out, const char *host, const char *sentence)
{
    size_t len = strlen(host);
    if (strncmp(sentence, host, len) != 0 || sentence[len] != ':')
        str_appendf(out, "%s: ", host);
    str_append(out, sentence);
}

static int draw_sentences(const struct model *model, const struct probe *probe, struct area area)
{
    int used = 0;
    for (size_t i = 0; i < model->host_count && used < area.height; i++) {
        enum role role;
        struct err off;
        const char *sentence = sentence_of(model, i, probe, &role, &off);
        if (!model->hosts[i].selected || sentence[0] == '\0')
            continue;
        struct str text = {0};
        add_host(&text, model->hosts[i].config->name, sentence);
        int room = area.height - used < 3 ? area.height - used : 3;
        used += wrap_draw((struct area){area.top + used, area.left, room, area.width}, role, 2,
                          str_text(&text));
        str_dispose(&text);
    }
    return used;
}

int feeds_draw(const struct model *model, const struct probe *probe, struct area area)
{
    struct feed_pen pen = {.area = area};
    int most = area.height > 3 ? 2 : 1;
    pen.area.height = most;
    bool all = wanted_cols(model, probe) <= area.width * most;
    if (!all)
        draw_summary(model, probe, &pen);
    for (size_t i = 0; i < model->host_count; i++) {
        if (!model->hosts[i].selected || (!all && feed_level(model, i, probe) == LEVEL_OK))
            continue;
        if (!draw_feed(model, i, probe, &pen))
            break;
    }
    int used = pen.line < most ? pen.line + 1 : most;
    area.top += used;
    area.height -= used;
    return used + (area.height > 0 ? draw_sentences(model, probe, area) : 0);
}
