// SPDX-License-Identifier: MIT

// What a meter found, for a person: who attacks first, then the totals, then who sends most.
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/text.h"
#include "cli/meter.h"

#define WIDTH_UNKNOWN    100 // of what is no terminal
#define SUMMARY_TALKERS  20
#define VERDICT_LINES    10 // where the height has no bound
#define LINE_BYTES       1024
#define SOURCE_WIDTH_MIN 15

enum text_style { STYLE_PLAIN, STYLE_STRONG, STYLE_DIM, STYLE_CRIT, STYLE_WARN };

static const char *const style_codes[] = {[STYLE_PLAIN] = "",
                                          [STYLE_STRONG] = "\x1b[1m",
                                          [STYLE_DIM] = "\x1b[2m",
                                          [STYLE_CRIT] = "\x1b[1;31m",
                                          [STYLE_WARN] = "\x1b[33m"};

struct text_page {
    struct str *out;
    const struct meter_report *report;
    const struct meter_screen *screen;
    int width;
    size_t lines;
};

// One line of the page; foreign text is made harmless here and cut at the width.
static void add_line(struct text_page *page, enum text_style style, const char *text)
{
    char clean[LINE_BYTES];
    bool coloured = page->screen->colour && style != STYLE_PLAIN;
    size_t len = strlen(text);
    int needed = text_clean(clean, sizeof clean, text, len, -1);
    if (needed > page->width) {
        text_clean(clean, sizeof clean - 4, text, len, page->width - 1);
        size_t kept = strlen(clean);
        snprintf(clean + kept, sizeof clean - kept, "%s", page->screen->utf8 ? "…" : ">");
    }
    if (coloured)
        str_append(page->out, style_codes[style]);
    str_append(page->out, clean);
    if (coloured)
        str_append(page->out, "\x1b[0m");
    str_append_char(page->out, '\n');
    page->lines++;
}

static void take_line(struct text_page *page, enum text_style style, struct str *line)
{
    add_line(page, style, str_text(line));
    str_clear(line);
}

// "38,211", and where that is too wide "38.2k", "1.2M", "3.4G".
static const char *count_text(char out[32], int64_t value, int width)
{
    static const struct {
        double size;
        char unit;
    } units[] = {{1e3, 'k'}, {1e6, 'M'}, {1e9, 'G'}, {1e12, 'T'}};
    struct str text = {0};
    static const struct column column = {.name = "count", .kind = KIND_INT};
    struct cell cell = {.known = true, .as.integer = value};
    cell_format(&text, &column, &cell, 0);
    snprintf(out, 32, "%s", str_text(&text));
    str_dispose(&text);
    for (size_t i = 0; (int)strlen(out) > width && i < sizeof units / sizeof *units; i++) {
        double scaled = (double)value / units[i].size;
        if (scaled < 1000)
            snprintf(out, 32, scaled < 100 ? "%.1f%c" : "%.0f%c", scaled, units[i].unit);
    }
    return out;
}

static const char *rate_text(char out[32], double pps, int width)
{
    if (pps < 1000)
        snprintf(out, 32, "%.1f", pps);
    if (pps >= 1000 || (int)strlen(out) > width)
        count_text(out, (int64_t)(pps + 0.5), width);
    return out;
}

static const char *clock_text(char out[32], int64_t us, int64_t now_us)
{
    time_t at = (time_t)(us / 1000000), now = (time_t)(now_us / 1000000);
    struct tm tm, today;
    localtime_r(&at, &tm);
    localtime_r(&now, &today);
    bool same_day = tm.tm_yday == today.tm_yday && tm.tm_year == today.tm_year;
    strftime(out, 32, same_day ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &tm);
    return out;
}

static void add_count(struct str *line, const char *word, int64_t value)
{
    char text[32];
    str_appendf(line, "%s%s %s", line->len > 0 ? "  " : "", word, count_text(text, value, 13));
}

static void add_head(struct text_page *page)
{
    const struct meter_plan *plan = page->report->plan;
    const struct meter_snapshot *now = page->report->snapshot;
    int64_t wall_us = clock_wall_ms() * 1000;
    char from[32], to[32];
    struct str line = {0};

    const char *name = strcmp(plan->name, "-") == 0 ? _("(standard input)") : plan->name;
    str_appendf(&line,
                plan->kind == METER_FILE        ? _("SIP flood meter  file %s")
                : plan->kind == METER_INTERFACE ? _("SIP flood meter  interface %s")
                                                : _("SIP flood meter  host %s"),
                name);
    if (now->began_us != 0)
        str_appendf(&line, _("  %s to %s, %.1f s"), clock_text(from, now->began_us, wall_us),
                    clock_text(to, now->now_us, wall_us), meter_report_seconds(page->report));
    take_line(page, STYLE_STRONG, &line);
    str_dispose(&line);
}

static void add_rates(struct text_page *page, struct str *line)
{
    const struct meter_snapshot *now = page->report->snapshot;
    double seconds = meter_report_seconds(page->report);
    double pps =
        page->report->whole ? (double)now->packets / (seconds < 1 ? 1 : seconds) : now->pps_10s;
    char text[32], when[32];

    add_count(line, _("packets"), now->packets);
    str_appendf(line, now->lossy ? _("  at least %s/s") : "  %s/s", rate_text(text, pps, 9));
    if (now->peak_us != 0)
        str_appendf(line, now->lossy ? _("  peak at least %s/s at %s") : _("  peak %s/s at %s"),
                    rate_text(text, meter_report_peak(page->report, NULL), 9),
                    clock_text(when, now->peak_us, clock_wall_ms() * 1000));
    if (page->report->plan->kind != METER_FILE && now->kernel_drops < 0)
        str_append(line, _("  drops unknown"));
    else if (page->report->plan->kind != METER_FILE || now->kernel_drops > 0)
        add_count(line, _("drops"), now->kernel_drops);
    take_line(page, now->lossy ? STYLE_WARN : STYLE_PLAIN, line);
}

static void add_totals(struct text_page *page)
{
    const struct meter_snapshot *now = page->report->snapshot;
    bool whole = page->report->whole;
    const int64_t *methods = whole ? now->totals : now->per_minute;
    struct str line = {0};

    add_rates(page, &line);
    add_count(&line, "SIP", now->sip_packets);
    add_count(&line, _("not SIP"), now->not_sip);
    add_count(&line, _("keep-alives"), now->keepalives);
    add_count(&line, now->sources_exact ? _("sources") : _("sources about"), (int64_t)now->sources);
    if (!now->sources_exact && now->sources_error_pct > 0)
        str_appendf(&line, " (±%.1f %%)", now->sources_error_pct);
    take_line(page, STYLE_PLAIN, &line);
    for (int method = 0; method < METER_METHODS; method++)
        add_count(&line, _(meter_method_name((enum meter_method)method)), methods[method]);
    if (!whole)
        str_append(&line, _("  a minute"));
    take_line(page, STYLE_PLAIN, &line);
    str_append(&line, _("answers"));
    for (int class = 0; class < METER_CLASSES; class ++) {
        const char name[] = {(char)('1' + class), 'x', 'x', '\0'};
        add_count(&line, name, now->responses[class]);
    }
    add_count(&line, "401/403/404/407", now->failures);
    take_line(page, STYLE_PLAIN, &line);
    str_dispose(&line);
}

static void add_sparkline(struct text_page *page)
{
    const struct meter_snapshot *now = page->report->snapshot;
    float seconds[METER_SECONDS];
    int64_t lasted = (int64_t)meter_report_seconds(page->report) + 1;
    struct str line = {0};

    for (int i = 0; i < METER_SECONDS; i++)
        seconds[i] = METER_SECONDS - i <= lasted ? (float)now->per_second[i] : NAN;
    if (page->screen->utf8 && now->began_us != 0 &&
        series_append(&line, seconds, METER_SECONDS, METER_SECONDS, 0)) {
        str_append(&line, _("  packets/s, 60 s"));
        take_line(page, STYLE_PLAIN, &line);
    }
    str_dispose(&line);
}

static const char *about_text(char out[ADDRESS_TEXT_MAX], const struct network *about)
{
    if (about->prefix == 0)
        return _("many sources");
    if (about->prefix == 128)
        address_print(&about->base, out);
    else
        network_print(about, out);
    return out;
}

static void add_verdicts(struct text_page *page, size_t room)
{
    static const char *const marks[] = {
        [LEVEL_INFO] = "- ", [LEVEL_WARN] = "! ", [LEVEL_CRIT] = "!!"};
    static const enum text_style styles[] = {
        [LEVEL_INFO] = STYLE_DIM, [LEVEL_WARN] = STYLE_WARN, [LEVEL_CRIT] = STYLE_CRIT};
    size_t count;
    struct remembered *list = attackers_list(
        page->report->attackers, page->report->whole ? 0 : page->report->snapshot->now_us, &count);
    size_t shown = count <= room ? count : room > 0 ? room - 1 : 0;
    struct str line = {0};
    char about[ADDRESS_TEXT_MAX];

    if (count == 0)
        add_line(page, STYLE_PLAIN, _("No attack seen."));
    for (size_t i = 0; i < shown; i++) {
        enum level level = list[i].verdict.level;
        const char *who = about_text(about, &list[i].about);
        str_appendf(&line, "%s %s%*s %s: %s", marks[level], who, text_gap(who, 18), "",
                    _(list[i].verdict.word), list[i].verdict.evidence);
        take_line(page, styles[level], &line);
    }
    if (shown < count) {
        str_appendf(&line, _("   and %zu more"), count - shown);
        take_line(page, STYLE_DIM, &line);
    }
    str_dispose(&line);
    free(list);
}

static int source_width(const struct meter_snapshot *now, size_t count)
{
    int width = SOURCE_WIDTH_MIN;
    for (size_t i = 0; i < count; i++) {
        char source[ADDRESS_TEXT_MAX];
        address_print(&now->talkers[i].source, source);
        if ((int)strlen(source) > width)
            width = (int)strlen(source);
    }
    return width;
}

static void add_talker(struct text_page *page, const struct meter_talker *talker, int width)
{
    char source[ADDRESS_TEXT_MAX], text[32];
    struct verdict verdict;
    struct str line = {0};
    bool wide = page->width >= 100;

    address_print(&talker->source, source);
    attackers_source(page->report->attackers, page->report->snapshot, talker, &verdict);
    str_appendf(&line, "%-*s %s%9s", width, source, talker->error > 0 ? "<" : " ",
                count_text(text, talker->packets, 9));
    str_appendf(&line, " %8s", rate_text(text, meter_report_pps(page->report, talker), 8));
    if (wide)
        str_appendf(&line, " %8s", rate_text(text, meter_report_peak(page->report, talker), 8));
    str_appendf(&line, " %6s",
                count_text(text, meter_report_pm(page->report, talker, METER_OPTIONS), 6));
    str_appendf(&line, " %6s",
                count_text(text, meter_report_pm(page->report, talker, METER_REGISTER), 6));
    str_appendf(&line, " %6s",
                count_text(text, meter_report_pm(page->report, talker, METER_INVITE), 6));
    str_appendf(&line, " %6s", count_text(text, talker->failures, 6));
    const char *peer = _(verdict.peer);
    if (wide)
        str_appendf(&line, "  %s%*s", peer, text_gap(peer, 9), "");
    str_appendf(&line, "  %s", _(verdict.word));
    if (wide && talker->user_agent[0] != '\0')
        str_appendf(&line, "%s%s", verdict.word[0] != '\0' ? "  " : "", talker->user_agent);
    enum text_style style = verdict.level >= LEVEL_CRIT   ? STYLE_CRIT
                            : verdict.level >= LEVEL_WARN ? STYLE_WARN
                                                          : STYLE_PLAIN;
    take_line(page, style, &line);
    str_dispose(&line);
}

static void add_right(struct str *line, const char *text, int cols)
{
    str_appendf(line, " %*s%s", text_gap(text, cols), "", text);
}

static void add_titles(struct text_page *page, int width)
{
    struct str line = {0};
    const char *source = _("Source"), *peer = _("Peer");
    bool wide = page->width >= 100;

    str_appendf(&line, "%s%*s", source, text_gap(source, width), "");
    add_right(&line, _("Packets"), 10);
    add_right(&line, "/s", 8);
    if (wide)
        add_right(&line, _("Peak/s"), 8);
    add_right(&line, "OPT/m", 6);
    add_right(&line, "REG/m", 6);
    add_right(&line, "INV/m", 6);
    add_right(&line, _("Fail"), 6);
    if (wide)
        str_appendf(&line, "  %s%*s  %s", peer, text_gap(peer, 9), "", _("Verdict, user agent"));
    else
        str_appendf(&line, "  %s", _("Verdict"));
    take_line(page, STYLE_STRONG, &line);
    str_dispose(&line);
}

static void add_talkers(struct text_page *page, size_t room)
{
    const struct meter_snapshot *now = page->report->snapshot;
    size_t limit = page->report->plan->invocation->limit;
    size_t count = now->talker_count;

    if (limit > 0 && count > limit)
        count = limit;
    if (count > room)
        count = room;
    if (now->talker_count == 0) {
        add_line(page, STYLE_DIM,
                 page->report->whole ? _("No SIP packets.") : _("No SIP packets yet."));
        return;
    }
    int width = source_width(now, count);
    add_titles(page, width);
    for (size_t i = 0; i < count; i++)
        add_talker(page, &now->talkers[i], width);
    if (count < now->talker_count || (size_t)now->talker_count < now->sources) {
        struct str line = {0};
        str_appendf(&line, _("%zu of %zu sources"), count, now->sources);
        take_line(page, STYLE_DIM, &line);
        str_dispose(&line);
    }
}

void meter_print_text(struct str *out, const struct meter_report *report,
                      const struct meter_screen *screen)
{
    struct text_page page = {.out = out,
                             .report = report,
                             .screen = screen,
                             .width = screen->width > 0 ? screen->width : WIDTH_UNKNOWN};
    size_t height = screen->height > 0 ? (size_t)screen->height : SIZE_MAX;
    size_t limit = report->plan->invocation->limit;
    size_t talkers = limit > 0 ? limit : SUMMARY_TALKERS;

    add_head(&page);
    add_verdicts(&page, screen->height > 0 ? height / 3 : VERDICT_LINES);
    add_totals(&page);
    add_sparkline(&page);
    if (screen->height > 0)
        talkers = height > page.lines + 3 ? height - page.lines - 3 : 1;
    add_talkers(&page, talkers);
    if (report->problem != NULL)
        add_line(&page, STYLE_WARN, report->problem);
}
