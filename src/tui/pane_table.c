// SPDX-License-Identifier: MIT

// Panes as a table.
#include "tui/pane_table.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/lang.h"
#include "tui/feeds.h"
#include "tui/table_view.h"

enum {
    PANE_HOST,
    PANE_KEY,
    PANE_NAME,
    PANE_ROWS,
    PANE_CRIT,
    PANE_WARN,
    PANE_STATE,
    PANE_PURPOSE,
    PANE_COLUMNS
};

static const struct column columns[PANE_COLUMNS] = {
    [PANE_HOST] =
        {.name = "host", .title = N_("Host"), .kind = KIND_TEXT, .key = true, .help = N_("All.")},
    [PANE_KEY] = {.name = "key", .title = N_("Key"), .kind = KIND_TEXT, .help = N_("Opens it.")},
    [PANE_NAME] = {.name = "pane",
                   .title = N_("Pane"),
                   .kind = KIND_TEXT,
                   .words = true,
                   .key = true,
                   .help = N_("The pane's name.")},
    [PANE_ROWS] = {.name = "rows",
                   .title = N_("Rows"),
                   .kind = KIND_INT,
                   .priority = 1,
                   .help = N_("Rows on all chosen hosts.")},
    [PANE_CRIT] = {.name = "critical",
                   .title = "!!",
                   .kind = KIND_INT,
                   .priority = 3,
                   .help = N_("Rows beyond a critical threshold.")},
    [PANE_WARN] = {.name = "warning",
                   .title = "!",
                   .kind = KIND_INT,
                   .priority = 4,
                   .help = N_("Rows beyond a warning threshold.")},
    [PANE_STATE] = {.name = "state",
                    .title = N_("State"),
                    .kind = KIND_TEXT,
                    .words = true,

                    .priority = 2,
                    .help = N_("The worst of the chosen hosts' feeds.")},
    [PANE_PURPOSE] = {.name = "purpose",
                      .title = N_("Shows"),
                      .kind = KIND_TEXT,
                      .words = true,
                      .priority = 5,
                      .width = 12,
                      .unbounded = true,
                      .help = N_("What the pane shows.")},
};

const struct schema pane_table_schema = {
    .name = "panes", .columns = columns, .column_count = PANE_COLUMNS};

const struct probe *pane_table_probe(size_t row)
{
    for (size_t i = 0; probes[i] != NULL; i++)
        if (probes[i]->pane && row-- == 0)
            return probes[i];
    return NULL;
}

static void count_rows(const struct model *model, const struct probe *probe,
                       size_t counts[LEVEL_CRIT + 1])
{
    for (size_t host = 0; host < model->host_count; host++) {
        for (int level = 0; model->hosts[host].selected && level <= LEVEL_CRIT; level++)
            counts[level] += model->hosts[host].levels[probe_index(probe)].rows[level];
    }
}

static void add_key(struct table *table, size_t row, const struct keymap *keymap, int number)
{
    char name[40];
    struct str key = {0};
    snprintf(name, sizeof name, "pane-%d", number);
    const struct key_command *command = key_command_find(name);
    if (command != NULL && keymap_keys(keymap, MODE_OVERVIEW, NULL, command, 1, "", &key) > 0)
        table_set_text(table, row, PANE_KEY, str_text(&key));
    str_dispose(&key);
}

// The worst of the feeds of hosts that are reached (those that are not stand among the hosts), in
// words.
static enum feed_word worst_feed(const struct model *model, const struct probe *probe,
                                 struct str *words)
{
    static const int badness[] = {
        [FEED_OFF] = 0,     [FEED_LIVE] = 1,  [FEED_WAITING] = 2,
        [FEED_LOADING] = 3, [FEED_STALE] = 4, [FEED_FAILED] = 5,
    };
    enum feed_word worst = FEED_OFF;
    size_t reached = 0, such = 0, last = 0, off = 0;
    for (size_t host = 0; host < model->host_count; host++) {
        if (!model->hosts[host].selected || !model_host_is_well(&model->hosts[host]))
            continue;
        enum feed_word word = feeds_word_resting(model, host, probe);
        off += feeds_word(model, host, probe) == FEED_OFF;
        reached++;
        if (badness[word] > badness[worst])
            such = 0;
        worst = badness[word] >= badness[worst] ? word : worst;
        such += word == worst;
        last = word == worst ? host : last;
    }
    if (reached == 0)
        worst = FEED_WAITING;
    const char *word = worst == FEED_OFF && off < reached ? N_("when opened") : feed_text(worst);
    if (worst != FEED_LIVE && such == 1 && reached > 1)
        // TRANSLATORS: state of a reading and host: "stale on sw1"
        str_appendf(words, _("%s on %s"), _(word), model->hosts[last].config->name);
    else if (worst != FEED_LIVE && such < reached)
        str_appendf(words, P_("%s on %zu host", "%s on %zu hosts", such), _(word), such);
    else
        str_append(words, word);
    return worst;
}

enum level pane_table_level(const struct model *model, const struct probe *probe)
{
    size_t counts[LEVEL_CRIT + 1] = {0};
    struct str words = {0};
    enum level feed = model_feed_level(worst_feed(model, probe, &words));
    str_dispose(&words);
    count_rows(model, probe, counts);
    enum level rows = counts[LEVEL_CRIT] > 0   ? LEVEL_CRIT
                      : counts[LEVEL_WARN] > 0 ? LEVEL_WARN
                                               : LEVEL_OK;
    return rows > feed ? rows : feed;
}

static bool was_read(const struct model *model, const struct probe *probe)
{
    for (size_t host = 0; host < model->host_count; host++)
        if (model->hosts[host].selected && model_table(model, host, probe, 0) != NULL)
            return true;
    return false;
}

static void add_pane(struct table *table, const struct model *model, const struct probe *probe,
                     const struct keymap *keymap)
{
    size_t row = table_add_row(table);
    size_t counts[LEVEL_CRIT + 1] = {0}, rows = 0;
    struct str words = {0};
    enum feed_word word = worst_feed(model, probe, &words);
    add_key(table, row, keymap, (int)row + 1);
    table_set_static(table, row, PANE_NAME, probe->title);
    table_set_text(table, row, PANE_STATE, str_text(&words));
    str_dispose(&words);
    table_set_level(table, row, PANE_STATE, model_feed_level(word));
    table_set_static(table, row, PANE_PURPOSE, probe->purpose);
    count_rows(model, probe, counts);
    for (int level = 0; level <= LEVEL_CRIT; level++)
        rows += counts[level];
    if (!was_read(model, probe))
        return;
    table_set_int(table, row, PANE_ROWS, (int64_t)rows);
    table_set_int(table, row, PANE_CRIT, (int64_t)counts[LEVEL_CRIT]);
    table_set_level(table, row, PANE_CRIT, counts[LEVEL_CRIT] > 0 ? LEVEL_CRIT : LEVEL_NONE);
    table_set_int(table, row, PANE_WARN, (int64_t)counts[LEVEL_WARN]);
    table_set_level(table, row, PANE_WARN, counts[LEVEL_WARN] > 0 ? LEVEL_WARN : LEVEL_NONE);
}

const struct table *pane_table_build(const struct model *model, const struct keymap *keymap)
{
    struct table *table = table_new(&pane_table_schema);
    for (size_t i = 0; probes[i] != NULL; i++)
        if (probes[i]->pane)
            add_pane(table, model, probes[i], keymap);
    return table_seal(table);
}
