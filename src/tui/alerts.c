// SPDX-License-Identifier: MIT

// Changes of conditions to the terminal and to hooks.
#include "tui/alerts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "tui/screen.h"

#define SUBMIT_EVERY_MS                                                                            \
    60000 // also when nothing has changed: what is over may have been told by others
#define CALM_MS    600000 // one condition does not ring twice within it
#define RECENT_MAX 64

// A condition that rang.
struct recent {
    struct notice notice;
    int64_t at_ms; // monotonic
};

struct alerts {
    const struct config *config;
    struct hooks *hooks; // NULL: none are configured
    int64_t submitted_ms;
    bool submitted;
    struct recent recent[RECENT_MAX]; // a ring
    size_t next;
};

struct alerts *alerts_new(const struct config *config)
{
    struct alerts *alerts = mem_alloc(sizeof *alerts);
    alerts->config = config;
    alerts->hooks = hooks_new(config);
    return alerts;
}

void alerts_free(struct alerts *alerts)
{
    if (alerts == NULL)
        return;
    for (size_t i = 0; i < RECENT_MAX; i++)
        notice_dispose(&alerts->recent[i].notice);
    hooks_free(alerts->hooks);
    free(alerts);
}

bool alerts_is_quiet(const struct day_span *span, int minute)
{
    if (span->begin <= span->end)
        return minute >= span->begin && minute < span->end;
    return minute >= span->begin || minute < span->end;
}

static bool is_quiet_now(const struct config *config)
{
    time_t now = (time_t)(clock_wall_ms() / 1000);
    struct tm local;
    return localtime_r(&now, &local) != NULL &&
           alerts_is_quiet(&config->quiet_hours, local.tm_hour * 60 + local.tm_min);
}

static bool reaches(enum alert least, enum level level)
{
    return least != ALERT_NEVER && level >= (least == ALERT_WARNING ? LEVEL_WARN : LEVEL_CRIT);
}

// Whether it rang not long ago; from now on it did.
static bool rang(struct alerts *alerts, const struct notice *notice)
{
    int64_t now_ms = clock_mono_ms();
    for (size_t i = 0; i < RECENT_MAX; i++) {
        struct recent *recent = &alerts->recent[i];
        if (recent->notice.host == NULL || !notice_is_same(&recent->notice, notice))
            continue;
        bool lately = now_ms - recent->at_ms < CALM_MS && notice->level <= recent->notice.level;
        recent->at_ms = lately ? recent->at_ms : now_ms;
        recent->notice.level = lately ? recent->notice.level : notice->level;
        return lately;
    }
    struct recent *slot = &alerts->recent[alerts->next++ % RECENT_MAX];
    notice_dispose(&slot->notice);
    *slot = (struct recent){notice_copy(notice), now_ms};
    return false;
}

// What is rung and notified of one update: the gravest, and how many more.
struct ringing {
    bool bell;
    const struct notice *worst; // to be notified
    size_t count;
};

static void hear(struct alerts *alerts, const struct model_host *host, struct ringing *ringing)
{
    const struct config *config = alerts->config;
    const struct host_config *own = host->config;
    enum alert bell = own->bell == ALERT_AS_GLOBAL ? config->bell : own->bell;
    enum alert notify = own->notify == ALERT_AS_GLOBAL ? config->notify : own->notify;
    size_t count;
    const struct notice_change *changes = notice_watch_changes(host->watch, &count);
    for (size_t i = 0; i < count; i++) {
        const struct notice *notice = &changes[i].notice;
        bool is_new = changes[i].event == NOTICE_RAISED || changes[i].event == NOTICE_WORSE;
        bool rings = reaches(bell, notice->level), notifies = reaches(notify, notice->level);
        if (!is_new || changes[i].first || (!rings && !notifies) || rang(alerts, notice))
            continue;
        ringing->bell |= rings;
        ringing->count += notifies;
        if (notifies && (ringing->worst == NULL || notice_is_graver(notice, ringing->worst)))
            ringing->worst = notice;
    }
}

static void ring(const struct alerts *alerts, const struct ringing *ringing)
{
    if (is_quiet_now(alerts->config))
        return;
    struct str text = {0}, sequence = {0};
    if (ringing->worst != NULL) {
        str_append(&text, ringing->worst->sentence);
        if (ringing->count > 1)
            str_appendf(&text, _(" (and %zu more)"), ringing->count - 1);
        osc_notify(&sequence, screen_terminal(), alerts->config->notify_by, str_text(&text));
    }
    if (ringing->bell)
        str_append(&sequence, "\a");
    if (sequence.len > 0)
        screen_send(str_text(&sequence));
    str_dispose(&text);
    str_dispose(&sequence);
}

// "sw1 attack", "sw1 gateways CARRIER-A"
static void add_worst(struct str *out, const struct notice *notice)
{
    static const char *const words[NOTICE_KINDS] = {
        [NOTICE_HOST] = N_("lost"),
        [NOTICE_ATTACK] = N_("attack"),
        [NOTICE_STEP] = N_("checklist"),
    };
    str_appendf(out, "%s ", notice->host);
    if (notice->kind == NOTICE_HOST && notice->level < LEVEL_CRIT)
        str_append(out, _("silent"));
    else if (notice->kind == NOTICE_READING)
        str_appendf(out, _("%s not read"), notice->scope);
    else if (notice->kind == NOTICE_ALARM)
        str_append(out, P_("alarm", "alarms", 1));
    else
        str_append(out, words[notice->kind] != NULL ? _(words[notice->kind]) : notice->scope);
    bool named = notice->kind == NOTICE_ALARM || notice->kind == NOTICE_VERDICT;
    if (named && notice->rows == 1)
        str_appendf(out, " %s", notice->object);
}

void alerts_title(struct str *out, const struct notice_watch *const *watches, size_t count,
                  const char *worst)
{
    const struct notice *gravest = NULL;
    size_t rows[LEVEL_CRIT + 1] = {0};
    for (size_t i = 0; i < count; i++) {
        size_t standing;
        const struct notice *const *notices = notice_watch_standing(watches[i], &standing);
        for (size_t j = 0; j < standing; j++) {
            rows[notices[j]->level] += notices[j]->rows;
            if (gravest == NULL || notice_is_graver(notices[j], gravest))
                gravest = notices[j];
        }
    }
    if (gravest == NULL) {
        str_append(out, "nocdesk");
        return;
    }
    size_t grave = rows[gravest->level];
    str_appendf(out,
                gravest->level >= LEVEL_CRIT
                    ? P_("nocdesk: %zu critical – ", "nocdesk: %zu critical – ", grave)
                    : P_("nocdesk: %zu warning – ", "nocdesk: %zu warnings – ", grave),
                grave);
    if (worst != NULL)
        str_append(out, worst);
    else
        add_worst(out, gravest);
}

static const struct notice_watch **watches_of(const struct model *model)
{
    const struct notice_watch **watches = mem_array(model->host_count + 1, sizeof *watches);
    for (size_t i = 0; i < model->host_count; i++)
        watches[i] = model->hosts[i].watch;
    return watches;
}

static void tell_hooks(struct alerts *alerts, const struct model *model, bool changed)
{
    if (alerts->hooks == NULL)
        return;
    int64_t now_ms = clock_mono_ms();
    if (alerts->submitted && !changed && now_ms - alerts->submitted_ms < SUBMIT_EVERY_MS)
        return;
    struct notice_sheet sheet = {0};
    for (size_t i = 0; i < model->host_count; i++)
        notice_sheet_add(&sheet, model->hosts[i].watch);
    hooks_submit(alerts->hooks, &sheet);
    alerts->submitted = true;
    alerts->submitted_ms = now_ms;
}

void alerts_update(struct alerts *alerts, const struct model *model, const char *worst)
{
    struct ringing ringing = {0};
    bool changed = false;
    if (alerts == NULL)
        return;
    for (size_t i = 0; i < model->host_count; i++) {
        size_t count;
        notice_watch_changes(model->hosts[i].watch, &count);
        changed |= count > 0;
        hear(alerts, &model->hosts[i], &ringing);
    }
    ring(alerts, &ringing);
    tell_hooks(alerts, model, changed);
    if (!alerts->config->title)
        return;
    struct str title = {0};
    const struct notice_watch **watches = watches_of(model);
    alerts_title(&title, watches, model->host_count, worst);
    screen_title(str_text(&title));
    str_dispose(&title);
    free(watches);
}

void alerts_take_reports(struct alerts *alerts, struct journal *journal)
{
    struct hook_report report;
    while (hooks_take_report(alerts->hooks, &report)) {
        journal_add(journal, report.level, "", "%s", report.text);
        free(report.text);
    }
}

int alerts_wake_fd(const struct alerts *alerts)
{
    return alerts != NULL ? hooks_wake_fd(alerts->hooks) : -1;
}

bool alerts_stop(struct alerts *alerts, int64_t within_ms)
{
    return alerts == NULL || hooks_stop(alerts->hooks, within_ms);
}
