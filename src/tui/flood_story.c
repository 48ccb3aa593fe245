// SPDX-License-Identifier: MIT

// Rates over time, methods, users tried, the last request, and what the host answered. What
// firewall rules match it and other panes know of it is among the related rows.
#include "tui/flood_story.h"

#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "tui/state.h"

// The row of the hidden table about the same source.
struct story {
    const struct table *table;
    size_t row;
};

static const struct cell *cell_of(const struct story *story, const char *name)
{
    int at = schema_find(table_schema(story->table), name);
    return table_cell(story->table, story->row, (size_t)at);
}

static bool find_story(const struct console *console, const struct viewer *viewer,
                       struct story *out)
{
    int flood_at = schema_find(probe_flood.schema, "source");
    int story_at = schema_find(probe_flood_story.schema, "source");
    const struct cell *source = table_cell(viewer->table, viewer->row, (size_t)flood_at);
    out->table = model_table(console->model, viewer->host, &probe_flood_story, 0);
    for (out->row = 0; out->table != NULL && out->row < table_rows(out->table); out->row++) {
        const struct cell *cell = table_cell(out->table, out->row, (size_t)story_at);
        if (cell->known && source->known && cell->len == source->len &&
            memcmp(cell->as.text, source->as.text, cell->len) == 0)
            return true;
    }
    return false;
}

static void add_words(struct str *out, const struct story *story, const char *word,
                      const char *name)
{
    int at = schema_find(table_schema(story->table), name);
    const struct column *column = &table_schema(story->table)->columns[at];
    str_appendf(out, "%s%s ", out->len > 0 ? ", " : "", word != NULL ? word : _(column->title));
    cell_format(out, column, cell_of(story, name), clock_shown_wall_ms());
}

static void take_pair(struct viewer *viewer, const char *label, enum role role, struct str *text)
{
    if (text->len > 0)
        viewer_pair(viewer, ROLE_DIM, label, role, str_text(text));
    str_clear(text);
}

static const struct cell *row_cell(const struct viewer *viewer, const char *name)
{
    return table_cell(viewer->table, viewer->row,
                      (size_t)schema_find(table_schema(viewer->table), name));
}

// "scanner: friendly-scanner; 12 OPTIONS in 3 s"; of who is known: "Peer gateway: gateway
// CARRIER-A".
static void add_verdict(struct viewer *viewer, struct str *text)
{
    const struct cell *verdict = row_cell(viewer, "verdict"), *peer = row_cell(viewer, "peer");
    const struct cell *evidence = row_cell(viewer, "evidence");
    bool striking = verdict->known && verdict->len > 0;
    const struct cell *word = striking ? verdict : peer;
    const struct schema *schema = table_schema(viewer->table);
    int at = schema_find(schema, striking ? "verdict" : "peer");
    if (!word->known || word->len == 0)
        return;
    cell_format(text, &schema->columns[at], word, clock_shown_wall_ms());
    if (evidence->known && evidence->len > 0) {
        str_append(text, ": ");
        str_append_bytes(text, evidence->as.text, evidence->len);
    }
    take_pair(viewer, striking ? _("Verdict") : _("Peer"), role_of_level((enum level)word->level),
              text);
}

static void add_rates(struct viewer *viewer, const struct story *story, struct str *text)
{
    const struct cell *seconds = cell_of(story, "per_second");
    size_t cols = viewer->width >= 80 ? seconds->len : seconds->len / 3;
    const struct cell *detailed = cell_of(story, "detailed");
    if (detailed->known && detailed->as.integer == 0)
        viewer_text(viewer, ROLE_WARN,
                    _("Followed in detail only lately: what stands here are lower bounds."));
    if (seconds->known && series_append(text, seconds->as.series, seconds->len, cols, 0))
        take_pair(viewer, _("Last 60 s"), ROLE_INFO, text);
    int at = schema_find(table_schema(viewer->table), "pps");
    add_words(text, story, "1 s", "pps_1s");
    str_append(text, ", 10 s ");
    cell_format(text, &table_schema(viewer->table)->columns[at],
                table_cell(viewer->table, viewer->row, (size_t)at), clock_shown_wall_ms());
    add_words(text, story, "60 s", "pps_60s");
    add_words(text, story, _("peak"), "peak_pps");
    if (cell_of(story, "peak")->known) {
        int peak = schema_find(table_schema(story->table), "peak");
        struct str time = {0};
        cell_format(&time, &table_schema(story->table)->columns[peak], cell_of(story, "peak"),
                    clock_shown_wall_ms());
        // TRANSLATORS: follows a peak; a time.
        str_appendf(text, _(" at %s"), str_text(&time));
        str_dispose(&time);
    }
    take_pair(viewer, _("Packets/s over"), ROLE_TEXT, text);
}

// Those of these columns that are not zero.
static void add_counts(struct viewer *viewer, const struct story *story, const char *label,
                       const char *const names[], struct str *text)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        const struct cell *cell = cell_of(story, names[i]);
        if (cell->known && cell->as.integer != 0)
            add_words(text, story, NULL, names[i]);
    }
    if (text->len == 0)
        str_append(text, _("none"));
    take_pair(viewer, label, ROLE_TEXT, text);
}

static void add_users(struct viewer *viewer, const struct story *story, struct str *text)
{
    const struct cell *users = cell_of(story, "users"), *sample = cell_of(story, "users_sample");
    const struct cell *exact = cell_of(story, "users_exact");
    const struct cell *run = cell_of(story, "users_sequential");
    if (!users->known || users->as.integer == 0)
        return;
    str_appendf(text, exact->known && exact->as.integer == 0 ? _("about %lld") : "%lld",
                (long long)users->as.integer);
    if (run->known && run->as.integer > 1)
        str_appendf(text, _(", %lld of them in sequence"), (long long)run->as.integer);
    if (sample->known && sample->len > 0) {
        str_append(text, _(", such as "));
        for (size_t i = 0; i < sample->len; i++) {
            if (sample->as.text[i] == '\n')
                str_append(text, ", ");
            else
                str_append_char(text, sample->as.text[i]);
        }
    }
    take_pair(viewer, _("Users tried"), ROLE_TEXT, text);
}

static void add_agents(struct viewer *viewer, const struct story *story, struct str *text)
{
    const struct cell *agents = cell_of(story, "user_agents");
    if (agents->known && agents->as.integer > 1) {
        str_appendf(text, _("%lld different ones"), (long long)agents->as.integer);
        take_pair(viewer, _("User agents"), ROLE_WARN, text);
    }
}

static void add_request(struct viewer *viewer, const struct story *story, struct str *text)
{
    const struct cell *request = cell_of(story, "last_request");
    const char *label = _("Last request");
    for (size_t at = 0; request->known && at < request->len;) {
        const char *line = request->as.text + at;
        const char *end = memchr(line, '\n', request->len - at);
        size_t len = end != NULL ? (size_t)(end - line) : request->len - at;
        at += len + 1;
        if (len > 0 && line[len - 1] == '\r')
            len--;
        str_append_bytes(text, line, len);
        if (len > 0) {
            take_pair(viewer, label, ROLE_TEXT, text);
            label = "";
        }
    }
}

void flood_story_add(struct console *console, struct viewer *viewer)
{
    static const char *const methods[] = {"options", "register", "invite",  "ack",        "bye",
                                          "cancel",  "other",    "not_sip", "keepalives", NULL};
    static const char *const refusals[] = {"failures_401",
                                           "failures_403",
                                           "failures_404",
                                           "failures_407",
                                           "failures_authorized",
                                           "invites_refused",
                                           NULL};
    static const char *const fates[] = {"registers_ok", "invites_answered", NULL};
    struct story story;
    struct str text = {0};
    if (!find_story(console, viewer, &story))
        return;
    add_verdict(viewer, &text);
    add_rates(viewer, &story, &text);
    add_counts(viewer, &story, _("It sent"), methods, &text);
    add_users(viewer, &story, &text);
    add_agents(viewer, &story, &text);
    add_counts(viewer, &story, _("It was refused"), refusals, &text);
    add_counts(viewer, &story, _("It was granted"), fates, &text);
    add_request(viewer, &story, &text);
    struct str key = {0};
    if (keymap_keys(console->keymap, MODE_VIEWER, NULL, key_command_find("evidence"), 1, "", &key) >
        0) {
        str_appendf(&text, _("%s writes its packets to a pcap file"), str_text(&key));
        take_pair(viewer, _("Evidence file"), ROLE_DIM, &text);
    }
    viewer_text(viewer, ROLE_TEXT, "");
    viewer_text(viewer, ROLE_TITLE, _("Its row"));
    str_dispose(&key);
    str_dispose(&text);
}
