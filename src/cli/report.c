// SPDX-License-Identifier: MIT

// nocdesk report: what checklists found and what was done, from the memory.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "action/audit.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "checklist/metrics.h"
#include "checklist/report_parts.h"
#include "cli/cli.h"
#include "cli/document.h"
#include "cli/span.h"
#include "cli/stories.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)

// What is being reported.
struct reporting {
    const struct invocation *invocation;
    struct setup setup;
    struct store *store;
    struct metric_list metrics;
    struct report_span span;
    struct run_record *runs; // of the span, newest first
    size_t run_count;
    struct run_story **stories; // those that are shown whole, newest first
    size_t story_count, story_cap;
    struct run_story *before; // of the one run
    struct report report;
    const char *signatures[4]; // of it
};

static bool add_story(struct reporting *reporting, const struct run_question *question,
                      struct err *err)
{
    struct run_story *story;
    if (!store_story(reporting->store, question, &story, err))
        return false;
    if (story == NULL)
        return true;
    struct run_story **slot = mem_push(&reporting->stories, &reporting->story_count,
                                       &reporting->story_cap, sizeof(struct run_story *));
    *slot = story;
    return true;
}

// The figures of the day up to the run's end go with it.
static bool take_run(struct reporting *reporting, const struct run_question *question,
                     struct err *err)
{
    if (reporting->story_count == 0 && !add_story(reporting, question, err))
        return false;
    if (reporting->story_count == 0)
        return err_set(err, "there is no such run; nocdesk report --from 2026-01-01 lists all");
    const struct run_record *run = &reporting->stories[0]->run;
    int64_t end_ms = run->ended_ms > 0 ? run->ended_ms : clock_wall_ms();
    bool set_back = end_ms < run->started_ms; // the clock
    reporting->span = (struct report_span){set_back ? end_ms : run->started_ms,
                                           (set_back ? run->started_ms : end_ms) + 1};
    struct run_question before = {.list = run->list, .ended = true, .before = run->number};
    return store_story(reporting->store, &before, &reporting->before, err);
}

static bool take_span(struct reporting *reporting, struct err *err)
{
    struct run_question question = {.from_ms = reporting->span.from_ms,
                                    .to_ms = reporting->span.to_ms};
    if (!store_runs(reporting->store, &question, &reporting->runs, &reporting->run_count, err))
        return false;
    for (size_t i = 0; i < reporting->run_count; i++) {
        struct run_question one = {.key = reporting->runs[i].key};
        if (report_tells_whole(reporting->runs, i) && !add_story(reporting, &one, err))
            return false;
    }
    return true;
}

// What a person has led in the last day comes before what cron has checked since. list may be NULL.
static bool take_shift(struct reporting *reporting, const char *list, struct err *err)
{
    struct run_question question = {
        .list = list, .guided = true, .from_ms = clock_wall_ms() - DAY_MS};
    return add_story(reporting, &question, err);
}

static bool is_number(const char *word)
{
    return word[0] != '\0' && strspn(word, "0123456789") == strlen(word) && strlen(word) < 18;
}

// Which runs the words mean. *usage: the words are wrong.
static bool choose(struct reporting *reporting, bool *usage, struct err *err)
{
    const struct invocation *in = reporting->invocation;
    const char *word = in->word_count > 0 ? in->words[0] : NULL;
    bool is_span = in->from != NULL || in->to != NULL;
    if (word != NULL && is_span) {
        *usage = true;
        return err_set(err, "%s and --from, --to exclude each other", word);
    }
    if (is_span || (word != NULL && span_is_word(word))) {
        *usage = !span_parse(word, in->from, in->to, &reporting->span, err);
        return !*usage && take_span(reporting, err);
    }
    struct run_question question = {0};
    if (word != NULL && is_number(word))
        question.number = strtoll(word, NULL, 10);
    else if (!take_shift(reporting, word, err))
        return false;
    question.list = question.number == 0 ? word : NULL;
    return take_run(reporting, &question, err);
}

static void title_report(struct reporting *reporting)
{
    struct report *report = &reporting->report;
    bool one = reporting->runs == NULL;
    char from[REPORT_TIME_MAX], to[REPORT_TIME_MAX], now[REPORT_TIME_MAX];
    report_time(reporting->span.from_ms, from);
    report_time(reporting->span.to_ms, to);
    report->generated_ms = clock_wall_ms();
    report_time(report->generated_ms, now);
    if (one) {
        const struct run_record *run = &reporting->stories[0]->run;
        report->title = mem_printf(_("%s, run %lld"), _(run->title), (long long)run->number);
        report->subtitle =
            mem_printf(_("%s to %s on %s; %s run by %s. Written %s."), from, to, run->hosts,
                       _(run_kind_text((enum run_kind)run->kind)), run->operator_name, now);
    } else {
        report->title = mem_strdup(_("Operations report"));
        report->subtitle = mem_printf(_("%s to %s. Written %s by %s."), from, to, now,
                                      reporting->setup.config->operator_name);
    }
}

// Of one run: what was done since the run before, of a day at most.
static struct report_span actions_span(const struct reporting *reporting)
{
    struct report_span span = reporting->span;
    if (reporting->runs != NULL || reporting->before == NULL)
        return span;
    int64_t before_ms = reporting->before->run.started_ms;
    span.from_ms = span.to_ms - before_ms < DAY_MS ? before_ms : span.to_ms - DAY_MS;
    return span;
}

static bool fill(struct reporting *reporting, struct err *err)
{
    struct report *report = &reporting->report;
    struct store *store = reporting->store;
    bool one = reporting->runs == NULL && reporting->story_count > 0;
    title_report(reporting);
    for (size_t i = 0; i < reporting->story_count; i++)
        cli_add_story(report, &reporting->setup, reporting->stories[i]);
    bool whole = report_add_open_points(report, report, store, err);
    if (one)
        whole = report_add_difference(report, 0, reporting->before, store, err) && whole;
    else
        report_add_runs(report, reporting->runs, reporting->run_count);
    char *trail = audit_default_path(reporting->setup.config->state_dir);
    struct action_choice choice = {.span = actions_span(reporting),
                                   .stories = reporting->stories,
                                   .story_count = reporting->story_count};
    whole = report_add_actions(report, trail, &choice, err) && whole;
    free(trail);
    report_add_notes(report, reporting->stories, reporting->story_count);
    struct report_span figures = reporting->span;
    if (one)
        figures.from_ms = figures.to_ms - DAY_MS;
    whole = report_add_trends(report, store, &figures, &reporting->metrics, err) && whole;
    reporting->signatures[0] = _("Operator");
    reporting->signatures[1] = _("Taken over by");
    reporting->signatures[2] = _("Seen by");
    report->signatures = reporting->signatures;
    return whole;
}

static int write_it(struct reporting *reporting)
{
    struct err err = {0};
    int code = EXIT_DONE;
    if (!fill(reporting, &err)) {
        cli_complain("%s", err.text);
        code = EXIT_FAILED;
    }
    const char *path = reporting->invocation->report_path;
    if (path != NULL && !document_save(path, &reporting->report))
        code = EXIT_FAILED;
    document_print(&reporting->report, reporting->invocation->format);
    return code;
}

static void reporting_dispose(struct reporting *reporting)
{
    report_dispose(&reporting->report);
    run_list_free(reporting->runs, reporting->run_count);
    for (size_t i = 0; i < reporting->story_count; i++)
        run_story_free(reporting->stories[i]);
    free(reporting->stories);
    run_story_free(reporting->before);
    metrics_dispose(&reporting->metrics);
    store_close(reporting->store);
    setup_dispose(&reporting->setup);
}

static bool load(struct reporting *reporting)
{
    struct err_list errors = {0};
    bool fine = setup_load(reporting->invocation, &reporting->setup);
    if (fine && reporting->setup.config->host_count > 0)
        fine = metrics_load(reporting->setup.profiles[0], &reporting->metrics, &errors);
    for (size_t i = 0; i < errors.count; i++)
        cli_complain("%s", errors.texts[i]);
    err_list_dispose(&errors);
    return fine;
}

static int report_run(const struct invocation *invocation)
{
    struct reporting reporting = {.invocation = invocation};
    struct err err = {0};
    int code = EXIT_USAGE;
    if (load(&reporting)) {
        bool usage = false;
        char *path = store_path(reporting.setup.config->state_dir);
        reporting.store = store_open(path, STORE_READ, NULL, &err);
        free(path);
        if (reporting.store != NULL && choose(&reporting, &usage, &err)) {
            code = write_it(&reporting);
        } else {
            cli_complain("%s", err.text);
            code = usage ? EXIT_USAGE : EXIT_FAILED;
        }
    }
    reporting_dispose(&reporting);
    return code;
}

static const char *const report_options[] = {"from", "to", "report", NULL};

const struct command command_report = {
    .name = "report",
    .operands = "[RUN|CHECKLIST|today|yesterday]",
    .summary =
        N_("Write what checklists found and what was done, for the next shift and for auditors."),
    .help = N_(
        "Writes a report from the memory: one run by its number, the newest run of a checklist, "
        "or (today, yesterday, --from, --to) a time with all its runs; without anything the "
        "newest run. A guided run of the last 24 hours comes before unattended ones. It holds the "
        "open points, the difference to the run before of the same "
        "checklist, every step with its evidence, the actions of the time with their entries "
        "in the audit trail, notes, figures with their lines, and places to sign. No host is "
        "asked.\n\n"
        "--format html is one file for a browser and for paper; --report FILE writes the form "
        "that the ending says. A time shows guided runs whole, and of unattended ones the "
        "newest of each checklist."),
    .most_words = 1,
    .options = report_options,
    .formats = "text|json|markdown|html",
    .run = report_run,
};
