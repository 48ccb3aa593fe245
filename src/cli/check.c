// SPDX-License-Identifier: MIT

// nocdesk check: a checklist unattended, for monitoring systems, cron and reports.
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "checklist/lists.h"
#include "checklist/metrics.h"
#include "checklist/record.h"
#include "checklist/report.h"
#include "cli/check_hooks.h"
#include "cli/cli.h"
#include "cli/document.h"
#include "cli/judging.h"

#define DEFAULT    "morning"
#define ROWS_OF_OK 3

struct run {
    const struct invocation *invocation;
    const char *name; // of the checklist
    struct setup setup;
    const struct checklist **lists; // one per host; equal profiles share one
    struct judging judging;
};

// What ends the program as this state, by the convention of monitoring plug-ins.
static int exit_code(enum step_state state)
{
    static const int codes[STEP_STATES] = {
        [STEP_OK] = CHECK_OK,
        [STEP_SKIPPED] = CHECK_UNKNOWN,
        [STEP_UNKNOWN] = CHECK_UNKNOWN,
        [STEP_WARNING] = CHECK_WARNING,
        [STEP_CRITICAL] = CHECK_CRITICAL,
    };
    return codes[state];
}

static bool load_lists(struct run *run)
{
    struct err_list errors = {0};
    size_t count = run->setup.config->host_count;
    const char **profiles = mem_array(count + 1, sizeof *profiles);
    for (size_t i = 0; i < count; i++)
        profiles[i] = run->setup.profiles[i]->name;
    run->lists = checklists_load(profiles, count, run->name, &errors);
    free(profiles);
    for (size_t i = 0; i < errors.count; i++)
        cli_complain("%s", errors.texts[i]);
    err_list_dispose(&errors);
    return run->lists != NULL;
}

static int print_report(const struct run *run, const struct report *report)
{
    enum step_state state = report_state(report);
    const char *path = run->invocation->report_path;
    if (path != NULL && !document_save(path, report) && state < STEP_UNKNOWN)
        state = STEP_UNKNOWN;
    document_print(report, run->invocation->format);
    return exit_code(state);
}

static char *join_hosts(const struct check *check)
{
    struct str names = {0};
    size_t count;
    const char *const *hosts = check_hosts(check, &count);
    for (size_t i = 0; i < count; i++)
        str_appendf(&names, "%s%s", i > 0 ? " " : "", hosts[i]);
    return str_take(&names);
}

// The figures of what was read, and what is too old by now.
static bool record_figures(const struct run *run, struct store *store, struct err *err)
{
    const struct memory_config *memory = &run->setup.config->memory;
    struct keep_for keep = {memory->minutes_ms, memory->hours_ms, memory->runs_ms,
                            memory->unattended_ms};
    struct sample_list samples = {0};
    int64_t now_ms = clock_wall_ms();
    bool known = true;
    for (size_t i = 0; known && i < fleet_host_count(run->judging.fleet); i++) {
        struct metric_list metrics;
        struct err_list errors = {0};
        known = metrics_load(run->setup.profiles[i], &metrics, &errors);
        if (known)
            metrics_sample(&metrics, run->judging.fleet, i, now_ms, &samples);
        else
            err_set(err, "%s", errors.texts[0]);
        metrics_dispose(&metrics);
        err_list_dispose(&errors);
    }
    known = known && store_put_samples(store, samples.samples, samples.count, err) &&
            store_prune(store, &keep, now_ms, err);
    samples_dispose(&samples);
    return known;
}

// Of a step without trouble a few rows are enough: cron may run this often.
static bool record_step(struct store *store, const struct run_record *run,
                        const struct report_step *step, struct err *err)
{
    struct step_record record;
    step_record_copy(&record, &step->record);
    free(record.run);
    record.run = mem_strdup(run->key);
    record.decided_ms = run->ended_ms;
    if (step->state == STEP_OK)
        step_record_trim(&record, ROWS_OF_OK);
    bool kept = store_put_step(store, &record, err);
    step_record_dispose(&record);
    return kept;
}

// What the memory keeps of it; a check is as good without.
static void record_run(const struct run *run, const struct report_run *done)
{
    struct err err = {0};
    char *path = store_path(run->setup.config->state_dir);
    struct store *store = store_open(path, STORE_WRITE, NULL, &err);
    bool kept = store != NULL && store_begin(store, &err);
    if (kept) {
        kept = store_put_run(store, &done->run, &err);
        for (size_t i = 0; kept && i < done->step_count; i++)
            kept = record_step(store, &done->run, &done->steps[i], &err);
        kept = store_end(store, kept, &err) && kept;
    }
    kept = kept && record_figures(run, store, &err);
    if (!kept)
        cli_complain("the run was not recorded: %s", err.text);
    store_close(store);
    free(path);
}

static int check_and_report(struct run *run)
{
    int64_t timeout_ms =
        run->invocation->timeout_ms > 0 ? run->invocation->timeout_ms : JUDGING_TIMEOUT_MS;
    int64_t began_ms = clock_mono_ms(), started_ms = clock_wall_ms();
    if (!judging_read(&run->judging, &run->setup, run->lists, timeout_ms))
        return CHECK_UNKNOWN;
    struct run_record record = {
        .key = run_key_new(),
        .list = mem_strdup(run->name),
        .title = mem_strdup(run->lists[0]->title),
        .kind = RUN_UNATTENDED,
        .profile = mem_strdup(run->setup.profiles[0]->name),
        .hosts = join_hosts(run->judging.check),
        .operator_name = mem_strdup(run->setup.config->operator_name),
        .started_ms = started_ms,
        .ended_ms = clock_wall_ms(),
        .state = RUN_FINISHED,
    };
    struct report report = {
        .title = mem_strdup(record.title), .generated_ms = record.ended_ms, .is_check = true};
    size_t count;
    const struct check_step *steps = check_steps(run->judging.check, &count);
    report_add_check(&report, &record, clock_mono_ms() - began_ms, steps, count);
    free(report.runs[0].run.outcome);
    report.runs[0].run.outcome = mem_strdup(step_state_text(report_state(&report)));
    int code = print_report(run, &report);
    fflush(stdout); // what reads it need not wait for hooks
    check_tell_hooks(run->judging.check, run->judging.fleet, run->setup.config, run->name);
    if (!run->invocation->no_record)
        record_run(run, &report.runs[0]);
    report_dispose(&report);
    run_record_dispose(&record);
    return code;
}

static int check_run(const struct invocation *invocation)
{
    struct run run = {.invocation = invocation,
                      .name = invocation->word_count > 0 ? invocation->words[0] : DEFAULT};
    int code = CHECK_UNKNOWN;
    bool ready = setup_load(invocation, &run.setup) && load_lists(&run);
    if (ready && run.setup.config->host_count > 0)
        code = judging_end(&run.judging, check_and_report(&run), CHECK_UNKNOWN);
    else if (invocation->format == FORMAT_TEXT)
        printf("UNKNOWN - %s\n",
               _("nothing was checked: the configuration or the checklist has faults"));
    checklists_free(run.lists, run.lists != NULL ? run.setup.config->host_count : 0);
    setup_dispose(&run.setup);
    return code;
}

static const char *const check_options[] = {"report", "no-record", NULL};

const struct command command_check = {
    .name = "check",
    .operands = "[NAME]",
    .values = VALUES_CHECKLIST,
    .summary = N_("Run a checklist unattended: for cron, monitoring systems and reports."),
    .help =
        N_("Runs every step of the checklist (default: morning) on all hosts at once and prints "
           "what it found, trouble first. The first line and the exit code are those of "
           "monitoring plug-ins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; --format json prints one "
           "document. What could not be read is unknown, never ok; a step that only a person can "
           "do is skipped. A wrong checklist, configuration or option is 3 too. The run is kept "
           "in the "
           "memory for `nocdesk report` and `nocdesk handover`, unless --no-record is given.\n\n"
           "Checklists are INI files of the profile; your own are in "
           "~/.config/nocdesk/profiles/PROFILE/checklists/ (docs/checklists.md). The program has "
           "morning, midday, evening, weekly, monthly, incident-fraud, incident-attack, "
           "gateway-down, call-quality and billing-dispute."),
    .most_words = 1,
    .options = check_options,
    .formats = "text|json|markdown|html",
    .usage_exit = CHECK_UNKNOWN,
    .run = check_run,
};
