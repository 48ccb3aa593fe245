// SPDX-License-Identifier: MIT

// nocdesk handover: what the next operator must know now.
#include <stdlib.h>
#include <string.h>

#include "action/audit.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "checklist/handover.h"
#include "checklist/lists.h"
#include "cli/cli.h"
#include "cli/document.h"
#include "cli/judging.h"
#include "cli/stories.h"

#define LOOKS_BACK_MS ((int64_t)24 * 3600 * 1000)
#define ROWS_MOST     200
#define ROWS_OF_TEXT  5 // the first screen holds every part

struct handing {
    const struct invocation *invocation;
    struct setup setup;
    const struct checklist **lists; // one per host; equal profiles share one
    struct judging judging;
    struct run_story **stories; // of the runs that are looked back on, newest first
    size_t story_count, story_cap;
    struct report runs; // the same, for their open points
    struct report report;
};

static bool load_lists(struct handing *handing)
{
    struct err_list errors = {0};
    size_t count = handing->setup.config->host_count;
    handing->lists = mem_array(count + 1, sizeof *handing->lists);
    for (size_t i = 0; i < count && errors.count == 0; i++) {
        const struct profile *profile = handing->setup.profiles[i];
        for (size_t j = 0; j < i && handing->lists[i] == NULL; j++)
            if (handing->setup.profiles[j] == profile)
                handing->lists[i] = handing->lists[j];
        struct checklist *list = NULL;
        if (handing->lists[i] != NULL)
            continue;
        handover_load(profile, &list, &errors);
        handing->lists[i] = list;
    }
    for (size_t i = 0; i < errors.count; i++)
        cli_complain("%s", errors.texts[i]);
    bool fine = errors.count == 0;
    err_list_dispose(&errors);
    return fine;
}

static bool recall_runs(struct handing *handing, struct store *store, struct err *err)
{
    struct run_record *runs;
    size_t count;
    struct run_question question = {.from_ms = clock_wall_ms() - LOOKS_BACK_MS};
    bool read = store_runs(store, &question, &runs, &count, err);
    for (size_t i = 0; read && i < count; i++) {
        struct run_story *story = NULL;
        struct run_question one = {.key = runs[i].key};
        if (!report_tells_whole(runs, i))
            continue;
        read = store_story(store, &one, &story, err);
        if (story == NULL)
            continue;
        struct run_story **slot = mem_push(&handing->stories, &handing->story_count,
                                           &handing->story_cap, sizeof(struct run_story *));
        *slot = story;
        cli_add_story(&handing->runs, &handing->setup, story);
    }
    run_list_free(runs, count);
    return read;
}

// What the memory and the trail have to say. No memory yet is nothing wrong.
static bool add_past(struct handing *handing)
{
    struct report *report = &handing->report;
    const char *state_dir = handing->setup.config->state_dir;
    struct err err = {0}, trail_err = {0};
    bool absent = false;
    char *path = store_path(state_dir);
    struct store *store = store_open(path, STORE_READ, &absent, &err);
    bool known = absent || (store != NULL && recall_runs(handing, store, &err));
    known = report_add_open_points(report, &handing->runs, store, &err) && known;
    store_close(store);
    free(path);
    if (!known)
        cli_complain("%s", err.text);
    struct report_part *points = &report->before[report->before_count - 1];
    if (!known)
        report_part_say(points, "", _("Not known: the memory could not be read."));
    else if (handing->story_count == 0)
        report_part_say(points, "", _("No checklist was run in the last 24 hours."));
    report_add_notes(report, handing->stories, handing->story_count);
    struct action_choice choice = {
        .span = {report->generated_ms - LOOKS_BACK_MS, report->generated_ms + 1},
        .unsettled = true};
    char *trail = audit_default_path(state_dir);
    bool told = report_add_actions(report, trail, &choice, &trail_err);
    free(trail);
    if (!told)
        cli_complain("%s", trail_err.text);
    return known && told;
}

static void title_report(struct handing *handing)
{
    struct report *report = &handing->report;
    char now[REPORT_TIME_MAX];
    report->generated_ms = clock_wall_ms();
    handing->runs.generated_ms = report->generated_ms;
    report_time(report->generated_ms, now);
    report->title = mem_strdup(_("Handover"));
    size_t hosts = handing->setup.config->host_count;
    report->subtitle =
        mem_printf(P_("%zu host, read %s by %s. Open points, notes and actions of the last 24 "
                      "hours.",
                      "%zu hosts, read %s by %s. Open points, notes and actions of the last 24 "
                      "hours.",
                      hosts),
                   hosts, now, handing->setup.config->operator_name);
}

static void shorten_parts(struct report *report)
{
    for (size_t i = 0; i < report->before_count; i++)
        if (report->before[i].most == 0)
            report->before[i].most = ROWS_OF_TEXT;
    for (size_t i = 0; i < report->after_count; i++)
        report->after[i].most = ROWS_OF_TEXT;
}

static int hand_over(struct handing *handing)
{
    const struct invocation *in = handing->invocation;
    struct report *report = &handing->report;
    int64_t timeout_ms = in->timeout_ms > 0 ? in->timeout_ms : JUDGING_TIMEOUT_MS;
    if (!judging_read(&handing->judging, &handing->setup, handing->lists, timeout_ms))
        return EXIT_FAILED;
    size_t count;
    const struct check_step *steps = check_steps(handing->judging.check, &count);
    title_report(handing);
    bool read = report_add_handover(report, steps, count, ROWS_MOST);
    read = add_past(handing) && read;
    shorten_parts(report);
    if (in->report_path != NULL && !document_save(in->report_path, report))
        read = false;
    document_print(report, in->format);
    return read ? EXIT_DONE : EXIT_FAILED;
}

static int handover_run(const struct invocation *invocation)
{
    struct handing handing = {.invocation = invocation};
    int code = EXIT_USAGE;
    bool ready = setup_load(invocation, &handing.setup) && load_lists(&handing);
    if (ready && handing.setup.config->host_count > 0)
        code = judging_end(&handing.judging, hand_over(&handing), EXIT_FAILED);
    report_dispose(&handing.report);
    report_dispose(&handing.runs);
    for (size_t i = 0; i < handing.story_count; i++)
        run_story_free(handing.stories[i]);
    free(handing.stories);
    checklists_free(handing.lists, handing.lists != NULL ? handing.setup.config->host_count : 0);
    setup_dispose(&handing.setup);
    return code;
}

static const char *const handover_options[] = {"report", NULL};

const struct command command_handover = {
    .name = "handover",
    .operands = "",
    .summary = N_("Say what the next operator must know now."),
    .help =
        N_("Asks all hosts at once, and the memory: hosts that could not be read come first, then "
           "open alarms, gateways below their limits, suspended endpoints, attackers, active bans "
           "and when they end; then the open points of the newest run of each checklist, notes, "
           "and actions that failed or are open, of the last 24 hours. Text shows all open "
           "points, and of each other part the first rows; json, markdown and html show all of "
           "them, and --report FILE writes the "
           "form that its ending says. What could not be read is said to be not known, and the "
           "exit status is 1.\n\n"
           "Which parts there are is data of the profile: the sections [handover NAME]."),
    .options = handover_options,
    .formats = "text|json|markdown|html",
    .run = handover_run,
};
