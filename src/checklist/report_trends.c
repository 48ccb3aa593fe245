// SPDX-License-Identifier: MIT

// Figures over time in a report.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "checklist/metrics.h"
#include "checklist/report_parts.h"

#define POINTS 96 // of a line: a quarter of an hour each, over a day

enum { TREND_HOST, TREND_FIGURE, TREND_LINE, TREND_LEAST, TREND_MEAN, TREND_MOST, TREND_NEWEST };
#define COLUMN(column_name, column_title, column_kind)                                             \
    {                                                                                              \
        .name = column_name, .title = column_title, .unit = "", .help = "", .kind = column_kind    \
    }
static const struct column columns[] = {
    [TREND_HOST] = COLUMN("host", N_("Host"), KIND_TEXT),
    [TREND_FIGURE] = COLUMN("figure", N_("Figure"), KIND_TEXT),
    [TREND_LINE] = {.name = "line",
                    .title = N_("Over the time"),
                    .unit = "",
                    .help = "",
                    .kind = KIND_SERIES,
                    .width = 32},
    [TREND_LEAST] = COLUMN("least", N_("Least"), KIND_REAL),
    [TREND_MEAN] = COLUMN("mean", N_("Mean"), KIND_REAL),
    [TREND_MOST] = COLUMN("most", N_("Most"), KIND_REAL),
    [TREND_NEWEST] = COLUMN("newest", N_("Newest"), KIND_REAL),
};
static const struct schema schema = {.columns = columns,
                                     .column_count = sizeof columns / sizeof *columns};

static void add_row(struct table *table, const struct history_series *series,
                    const struct metric *metric, const struct figure_history *history)
{
    size_t row = table_add_row(table);
    char *figure = mem_printf("%s%s%s", _(metric->title), metric->unit[0] != '\0' ? ", " : "",
                              _(metric->unit));
    table_set_text(table, row, TREND_HOST, series->host);
    table_set_text(table, row, TREND_FIGURE, figure);
    table_set_series(table, row, TREND_LINE, history->values, history->points);
    table_set_real(table, row, TREND_LEAST, history->least);
    table_set_real(table, row, TREND_MEAN, history->mean);
    table_set_real(table, row, TREND_MOST, history->most);
    table_set_real(table, row, TREND_NEWEST, history->newest);
    free(figure);
}

bool report_add_trends(struct report *report, struct store *store, const struct report_span *span,
                       const struct metric_list *metrics, struct err *err)
{
    struct history_series *series;
    size_t count;
    struct table *table = table_new(&schema);
    bool read = store_history_series(store, &series, &count, err);
    for (size_t i = 0; read && i < count; i++) {
        struct figure_history history;
        const struct metric *metric = metrics_find(metrics, series[i].metric);
        if (metric == NULL)
            continue;
        read = store_history(store, &series[i], span->from_ms, span->to_ms, POINTS, &history, err);
        if (read && history.measured > 0)
            add_row(table, &series[i], metric, &history);
        free(history.values);
    }
    history_series_free(series, count);
    struct report_part *part = report_add_after(report, "trends", N_("Figures"));
    report_part_say(part, "",
                    _("Nothing was measured in this time: the console or a check by cron "
                      "must run."));
    const struct table *sealed = table_seal(table);
    report_table_take(&part->table, sealed, &(struct report_slice){0});
    table_unref(sealed);
    return read;
}
