// SPDX-License-Identifier: MIT

// Vital figures of hosts as a table.
#include "tui/host_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "tui/feeds.h"
#include "tui/figures.h"

#define HOUR_COLS 20

enum {
    HOST_NAME,
    HOST_STATE,
    HOST_AGE,
    HOST_CALLS,
    HOST_CAPACITY,
    HOST_CPS,
    HOST_ASR,
    HOST_ACD,
    HOST_CRITICAL,
    HOST_MAJOR,
    HOST_MINOR,
    HOST_SUSPENDED,
    HOST_SIP,
    HOST_OPTIONS,
    HOST_REGISTER,
    HOST_INVITE,
    HOST_DROPS,
    HOST_BANS,
    HOST_LOST,
    HOST_HEALTH,
    HOST_CALLS_HOUR,
    HOST_ASR_HOUR,
    HOST_SIP_HOUR,
    HOST_CPS_HOUR,
    HOST_ACD_HOUR,
    HOST_ENVIRONMENT,
    HOST_GROUPS,
    HOST_PROBLEM,
    HOST_COLUMNS,
};

static const struct column columns[HOST_COLUMNS] = {
    [HOST_NAME] = {.name = "host",
                   .title = N_("Host"),
                   .kind = KIND_TEXT,
                   .key = true,
                   .help = N_("The host's name in the configuration.")},
    [HOST_STATE] = {.name = "state",
                    .title = N_("State"),
                    .kind = KIND_TEXT,
                    .words = true,
                    .ranks = model_host_words,
                    .width = 25,
                    .help =
                        N_("live: readings succeed; no database, no web: nothing could be read "
                           "there; stale: connected, but no reading succeeds; retrying and down: "
                           "not reached.")},
    [HOST_AGE] = {.name = "age_s",
                  .title = N_("Age"),
                  .kind = KIND_DURATION_S,
                  .priority = 19,
                  .help = N_("Time since the newest reading that succeeded.")},
    [HOST_CALLS] =
        {.name = "calls",
         .title = N_("Calls"),
         .kind = KIND_INT,
         .priority = 1,
         .help =
             N_("Calls up now, as the softswitch tells; else the sum of its routing gateways.")},
    [HOST_CAPACITY] = {.name = "capacity",
                       .title = N_("Cap"),
                       .kind = KIND_INT,
                       .priority = 11,
                       .help = N_("Lines of all routing gateways.")},
    [HOST_CPS] = {.name = "cps",
                  .title = N_("CPS"),
                  .kind = KIND_REAL,
                  .priority = 5,
                  .help = N_("Call attempts a second over the routing gateways.")},
    [HOST_ASR] = {.name = "asr_pct",
                  .title = N_("ASR"),
                  .unit = "%",
                  .kind = KIND_PCT,
                  .priority = 2,
                  .help =
                      N_("Answered / seizures × 100 over all routing gateways, last 15 minutes.")},
    [HOST_ACD] = {.name = "acd_s",
                  .title = N_("ACD"),
                  .kind = KIND_DURATION_S,
                  .priority = 10,
                  .help =
                      N_("Talk time / answered calls over all routing gateways, last 15 minutes.")},
    [HOST_CRITICAL] = {.name = "critical",
                       .title = N_("Crit"),
                       .kind = KIND_INT,
                       .priority = 3,
                       .help = N_("Current alarms of severity critical.")},
    [HOST_MAJOR] = {.name = "major",
                    .title = N_("Maj"),
                    .kind = KIND_INT,
                    .priority = 6,
                    .help = N_("Current alarms of severity major.")},
    [HOST_MINOR] = {.name = "minor",
                    .title = N_("Min"),
                    .kind = KIND_INT,
                    .priority = 13,
                    .help = N_("Current alarms of severity minor or warning.")},
    [HOST_SUSPENDED] = {.name = "suspended",
                        .title = N_("Susp"),
                        .kind = KIND_INT,
                        .priority = 4,
                        .help = N_("Endpoints whose registration is suspended.")},
    [HOST_SIP] = {.name = "sip_pps",
                  .title = N_("SIP/s"),
                  .kind = KIND_REAL,
                  .priority = 7,
                  .help = N_("SIP packets a second.")},
    [HOST_OPTIONS] = {.name = "options_pps",
                      .title = N_("OPT/s"),
                      .kind = KIND_REAL,
                      .priority = 24,
                      .help = N_("OPTIONS requests a second.")},
    [HOST_REGISTER] = {.name = "register_pps",
                       .title = N_("REG/s"),
                       .kind = KIND_REAL,
                       .priority = 25,
                       .help = N_("REGISTER requests a second.")},
    [HOST_INVITE] = {.name = "invite_pps",
                     .title = N_("INV/s"),
                     .kind = KIND_REAL,
                     .priority = 26,
                     .help = N_("INVITE requests a second.")},
    [HOST_DROPS] = {.name = "drops_pps",
                    .title = N_("Drop/s"),
                    .kind = KIND_REAL,
                    .priority = 8,
                    .help = N_("Packets a second that firewall rules drop or reject.")},
    [HOST_BANS] = {.name = "bans",
                   .title = N_("Bans"),
                   .kind = KIND_INT,
                   .priority = 8,
                   .help = N_("Addresses that are banned now.")},
    [HOST_LOST] = {.name = "kernel_drops",
                   .title = N_("Lost"),
                   .kind = KIND_INT,
                   .priority = 27,
                   .help =
                       N_("SIP packets that the kernel lost before the capture read them; rates "
                          "are lower bounds when it is not 0. Unknown over SSH.")},
    [HOST_HEALTH] = {.name = "health",
                     .title = N_("Health"),
                     .kind = KIND_TEXT,
                     .priority = 9,
                     .width = 24,
                     .help = N_("The worst figure of the health pane.")},
    [HOST_ENVIRONMENT] = {.name = "environment",
                          .title = N_("Env"),
                          .kind = KIND_TEXT,
                          .priority = 17,
                          .help = N_("The host's tag in the configuration.")},
    [HOST_GROUPS] = {.name = "groups",
                     .title = N_("Groups"),
                     .kind = KIND_TEXT,
                     .priority = 28,
                     .help = N_("The host's groups in the configuration.")},
    [HOST_PROBLEM] = {.name = "problem",
                      .title = N_("Problem"),
                      .kind = KIND_TEXT,
                      .priority = 18,
                      .width = 12,
                      .unbounded = true,
                      .help = N_("Why the host is not live, and what to do.")},
    [HOST_CALLS_HOUR] = {.name = "calls_hour",
                         .title = N_("Calls 60 min"),
                         .kind = KIND_SERIES,
                         .series_of = KIND_INT,
                         .priority = 13,
                         .width = HOUR_COLS,
                         .help =
                             N_("Calls over the last hour, each block four minutes; the number is "
                                "that of a full block, its peak; a gap is unknown.")},
    [HOST_ASR_HOUR] = {.name = "asr_hour",
                       .title = N_("ASR 60 min"),
                       .kind = KIND_SERIES,
                       .priority = 20,
                       .series_top = 100,
                       .series_of = KIND_PCT,
                       .width = HOUR_COLS,
                       .help = N_("ASR over the last hour; a full block is 100 %.")},
    [HOST_SIP_HOUR] = {.name = "sip_hour",
                       .title = N_("SIP/s 60 min"),
                       .kind = KIND_SERIES,
                       .priority = 21,
                       .width = HOUR_COLS,
                       .help =
                           N_("SIP packets a second over the last hour; the number is that of a "
                              "full block, its peak.")},
    [HOST_CPS_HOUR] = {.name = "cps_hour",
                       .title = N_("CPS 60 min"),
                       .kind = KIND_SERIES,
                       .priority = 22,
                       .width = HOUR_COLS,
                       .help =
                           N_("Call attempts a second over the last hour; the number is that of a "
                              "full block, its peak.")},
    [HOST_ACD_HOUR] = {.name = "acd_hour",
                       .title = N_("ACD 60 min"),
                       .kind = KIND_SERIES,
                       .priority = 23,
                       .width = HOUR_COLS,
                       .series_of = KIND_DURATION_S,
                       .help = N_("ACD over the last hour; the number is that of a full block, "
                                  "its peak.")},
};

const struct schema host_table_schema = {
    .name = "hosts", .columns = columns, .column_count = HOST_COLUMNS};

struct host_figures {
    uint64_t changes; // model's, when they were counted
    bool counted;
    struct figure values[HOST_COLUMNS];
    enum level health_level;
    char health[80];
    struct history history;
};

struct host_figures *host_figures_new(void)
{
    return mem_alloc(sizeof(struct host_figures));
}

void host_figures_free(struct host_figures *figures)
{
    free(figures);
}

const struct history *host_figures_history(const struct host_figures *figures)
{
    return &figures->history;
}

static struct figure ratio(struct figure part, struct figure whole, double scale)
{
    if (!part.known || !whole.known || whole.value <= 0)
        return (struct figure){false, 0};
    return (struct figure){true, part.value / whole.value * scale};
}

static struct figure plus(struct figure a, struct figure b)
{
    return (struct figure){a.known || b.known, a.value + b.value};
}

static void count_calls(struct host_figures *figures, const struct model *model, size_t host)
{
    struct figure *values = figures->values;
    const struct table *gateways = figure_table(model, host, "gateways");
    values[HOST_CALLS] = figure_sum(figure_table(model, host, "performance"), "calls");
    if (!values[HOST_CALLS].known)
        values[HOST_CALLS] = figure_sum_where(gateways, "calls", "kind", "routing");
    if (!values[HOST_CALLS].known)
        values[HOST_CALLS] = figure_rows(figure_table(model, host, "calls"));
    values[HOST_CAPACITY] = figure_sum_where(gateways, "capacity", "kind", "routing");
    values[HOST_CPS] = figure_sum_where(gateways, "cps", "kind", "routing");
    struct figure answered = figure_sum_where(gateways, "answered", "kind", "routing");
    values[HOST_ASR] =
        ratio(answered, figure_sum_where(gateways, "attempts", "kind", "routing"), 100);
    values[HOST_ACD] = ratio(figure_sum_where(gateways, "talk_s", "kind", "routing"), answered, 1);
}

static void count_alarms(struct host_figures *figures, const struct model *model, size_t host)
{
    const struct table *alarms = figure_table(model, host, "alarms");
    figures->values[HOST_CRITICAL] = figure_count(alarms, "severity", "critical");
    figures->values[HOST_MAJOR] = figure_count(alarms, "severity", "major");
    figures->values[HOST_MINOR] = plus(figure_count(alarms, "severity", "minor"),
                                       figure_count(alarms, "severity", "warning"));
}

static void count_packets(struct host_figures *figures, const struct model *model, size_t host)
{
    struct figure *values = figures->values;
    const struct table *sip = figure_table(model, host, "sip");
    static const struct figure minute = {true, 60};
    values[HOST_SIP] = figure_sum(sip, "pps");
    values[HOST_OPTIONS] = ratio(figure_sum(sip, "options_pm"), minute, 1);
    values[HOST_REGISTER] = ratio(figure_sum(sip, "register_pm"), minute, 1);
    values[HOST_INVITE] = ratio(figure_sum(sip, "invite_pm"), minute, 1);
    const struct table *firewall = figure_table(model, host, "firewall");
    values[HOST_DROPS] = plus(figure_sum_where(firewall, "pps", "target", "DROP"),
                              figure_sum_where(firewall, "pps", "target", "REJECT"));
    values[HOST_BANS] = figure_rows(figure_table(model, host, "bans"));
    values[HOST_LOST] = figure_sum(sip, "kernel_drops");
    values[HOST_SUSPENDED] = figure_rows(figure_table(model, host, "suspended"));
}

// "disk / 96 %": the worst row's key, value and unit.
static void find_health(struct host_figures *figures, const struct model *model, size_t host)
{
    const struct table *health = figure_table(model, host, "health");
    size_t row;
    figures->health[0] = '\0';
    figures->health_level = LEVEL_NONE;
    if (health == NULL || table_rows(health) == 0)
        return;
    figures->health_level = LEVEL_OK;
    snprintf(figures->health, sizeof figures->health, "ok");
    if (!figure_worst(health, &row, &figures->health_level))
        return;
    struct str words = {0};
    const char *const parts[] = {schema_find(table_schema(health), "what") >= 0 ? "what" : "metric",
                                 "object", "value", "unit"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        int column = schema_find(table_schema(health), parts[i]);
        const struct cell *cell = column >= 0 ? table_cell(health, row, (size_t)column) : NULL;
        if (cell == NULL || !cell->known)
            continue;
        str_append(&words, words.len > 0 ? " " : "");
        cell_format(&words, &table_schema(health)->columns[column], cell, clock_shown_wall_ms());
    }
    snprintf(figures->health, sizeof figures->health, "%s", str_text(&words));
    str_dispose(&words);
}

// What feeds each line: a figure counts only while its source is live, else its minutes are gaps.
static const struct {
    enum history_figure which;
    size_t value, hour; // columns
    const char *sources[4];
} lines[HISTORY_FIGURES] = {
    {HISTORY_CALLS, HOST_CALLS, HOST_CALLS_HOUR, {"performance", "gateways", "calls", NULL}},
    {HISTORY_CPS, HOST_CPS, HOST_CPS_HOUR, {"gateways", NULL}},
    {HISTORY_ASR, HOST_ASR, HOST_ASR_HOUR, {"gateways", NULL}},
    {HISTORY_ACD, HOST_ACD, HOST_ACD_HOUR, {"gateways", NULL}},
    {HISTORY_SIP, HOST_SIP, HOST_SIP_HOUR, {"sip", NULL}},
};

static bool is_fed(const struct model *model, size_t host, const char *const *sources)
{
    for (; *sources != NULL; sources++) {
        const struct probe *probe = probe_find(*sources);
        if (probe != NULL && figure_table(model, host, *sources) != NULL)
            return feeds_word(model, host, probe) == FEED_LIVE;
    }
    return false;
}

static void remember(struct host_figures *figures, const struct model *model, size_t host)
{
    for (size_t i = 0; i < HISTORY_FIGURES; i++)
        if (is_fed(model, host, lines[i].sources))
            history_add(&figures->history, lines[i].which, clock_shown_mono_ms(),
                        figures->values[lines[i].value]);
}

static void set_hours(struct table *table, const struct host_figures *figures)
{
    struct history_line line;
    for (size_t i = 0; i < HISTORY_FIGURES; i++) {
        history_line(&figures->history, lines[i].which, clock_shown_mono_ms(), &line);
        table_set_series(table, 0, lines[i].hour, line.minutes, HISTORY_MINUTES);
    }
}

static void set_figures(struct table *table, const struct host_figures *figures)
{
    for (size_t col = 0; col < HOST_COLUMNS; col++) {
        if (!figures->values[col].known)
            continue;
        if (columns[col].kind == KIND_INT)
            table_set_int(table, 0, col, (int64_t)figures->values[col].value);
        else
            table_set_real(table, 0, col, figures->values[col].value);
    }
    if (figures->values[HOST_CRITICAL].known && figures->values[HOST_CRITICAL].value > 0)
        table_set_level(table, 0, HOST_CRITICAL, LEVEL_CRIT);
    if (figures->values[HOST_MAJOR].known && figures->values[HOST_MAJOR].value > 0)
        table_set_level(table, 0, HOST_MAJOR, LEVEL_WARN);
    if (figures->values[HOST_SUSPENDED].known && figures->values[HOST_SUSPENDED].value > 0)
        table_set_level(table, 0, HOST_SUSPENDED, LEVEL_WARN);
    if (figures->values[HOST_LOST].known && figures->values[HOST_LOST].value > 0)
        table_set_level(table, 0, HOST_LOST, LEVEL_WARN);
    if (figures->health[0] != '\0')
        table_set_text(table, 0, HOST_HEALTH, figures->health);
    table_set_level(table, 0, HOST_HEALTH, figures->health_level);
}

static void set_state(struct table *table, const struct model_host *host, const char *word)
{
    const struct host_status *status = &host->status;
    table_set_text(table, 0, HOST_NAME, host->config->name);
    if (host->config->environment[0] != '\0')
        table_set_text(table, 0, HOST_ENVIRONMENT, host->config->environment);
    if (host->config->groups != NULL && host->config->groups[0] != '\0')
        table_set_text(table, 0, HOST_GROUPS, host->config->groups);
    table_set_static(table, 0, HOST_STATE, word);
    bool partial = status->word == HOST_LIVE && strcmp(word, host_state_text(HOST_LIVE)) != 0;
    table_set_level(table, 0, HOST_STATE, partial ? LEVEL_WARN : model_state_level(status->word));
    int64_t age_s = status->newest_age_ms / 1000;
    if (status->newest_age_ms >= 0)
        table_set_real(table, 0, HOST_AGE, (double)age_s);
    table_set_text(table, 0, HOST_PROBLEM, status->error);
}

const struct table *host_table_build(const struct model *model, size_t host,
                                     struct host_figures *figures)
{
    if (!figures->counted || figures->changes != model->hosts[host].changes) {
        memset(figures->values, 0, sizeof figures->values);
        count_calls(figures, model, host);
        count_alarms(figures, model, host);
        count_packets(figures, model, host);
        find_health(figures, model, host);
        figures->changes = model->hosts[host].changes;
        figures->counted = true;
    }
    remember(figures, model, host);
    struct table *table = table_new(&host_table_schema);
    table_add_row(table);
    set_state(table, &model->hosts[host], model_host_word(model, host));
    set_figures(table, figures);
    set_hours(table, figures);
    return table_seal(table);
}
