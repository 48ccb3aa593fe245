// SPDX-License-Identifier: MIT

// nocdesk check: a checklist unattended, for monitoring systems, cron and reports.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "checklist/lists.h"
#include "checklist/report.h"
#include "cli/cli.h"
#include "cli/document.h"

#define TIMEOUT_MS 15000
#define STOP_MS    800
#define DEFAULT    "morning"

struct run {
    const struct invocation *invocation;
    const char *name; // of the checklist
    struct setup setup;
    const struct checklist **lists; // one per host; equal profiles share one
    struct fleet *fleet;
    struct check *check;
    int interrupts; // a signalfd: readable when the operator wants to end
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

// Waits until there is news or the time is over. False for Ctrl-C.
static bool wait_for_news(const struct run *run, int64_t until_ms)
{
    struct pollfd fds[] = {
        {.fd = run->interrupts, .events = POLLIN},
        {.fd = fleet_wake_fd(run->fleet), .events = POLLIN},
    };
    int ready;
    do
        ready = poll(fds, 2, clock_left_ms(until_ms));
    while (ready < 0 && errno == EINTR);
    if (fds[1].revents != 0)
        fleet_drain(run->fleet);
    return fds[0].revents == 0;
}

static bool collect(const struct run *run, int64_t timeout_ms)
{
    int64_t deadline_ms = clock_mono_ms() + timeout_ms;
    fleet_set_idle_reading(run->fleet, false);
    fleet_look(run->fleet, check_probes(run->check));
    fleet_start(run->fleet);
    while (!check_update(run->check) && clock_left_ms(deadline_ms) > 0) {
        int64_t until_ms = clock_mono_ms() + 200;
        if (!wait_for_news(run, until_ms < deadline_ms ? until_ms : deadline_ms))
            return false;
    }
    return true;
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

// What the memory keeps of it; a check is as good without.
static void record_run(const struct run *run, const struct report_run *done)
{
    struct err err = {0};
    char *path = store_path(run->setup.config->state_dir);
    struct store *store = store_open(path, STORE_WRITE, NULL, &err);
    bool kept = store != NULL && store_begin(store, &err);
    if (kept) {
        kept = store_put_run(store, &done->run, &err);
        for (size_t i = 0; kept && i < done->step_count; i++) {
            struct step_record step = done->steps[i].record;
            step.run = done->run.key;
            step.decided_ms = done->run.ended_ms;
            kept = store_put_step(store, &step, &err);
        }
        kept = store_end(store, kept, &err) && kept;
    }
    if (!kept)
        cli_complain("the run was not recorded: %s", err.text);
    store_close(store);
    free(path);
}

static int check_and_report(struct run *run)
{
    int64_t timeout_ms = run->invocation->timeout_ms > 0 ? run->invocation->timeout_ms : TIMEOUT_MS;
    int64_t began_ms = clock_mono_ms(), started_ms = clock_wall_ms();
    if (!collect(run, timeout_ms)) {
        cli_complain("interrupted before all hosts were read");
        return CHECK_UNKNOWN;
    }
    check_judge(run->check, timeout_ms);
    struct run_record record = {
        .key = run_key_new(),
        .list = mem_strdup(run->name),
        .title = mem_strdup(run->lists[0]->title),
        .kind = RUN_UNATTENDED,
        .profile = mem_strdup(run->setup.profiles[0]->name),
        .hosts = join_hosts(run->check),
        .operator_name = mem_strdup(run->setup.config->operator_name),
        .started_ms = started_ms,
        .ended_ms = clock_wall_ms(),
        .state = RUN_FINISHED,
    };
    struct report report = {
        .title = mem_strdup(record.title), .generated_ms = record.ended_ms, .is_check = true};
    size_t count;
    const struct check_step *steps = check_steps(run->check, &count);
    report_add_check(&report, &record, clock_mono_ms() - began_ms, steps, count);
    free(report.runs[0].run.outcome);
    report.runs[0].run.outcome = mem_strdup(step_state_text(report_state(&report)));
    int code = print_report(run, &report);
    if (!run->invocation->no_record)
        record_run(run, &report.runs[0]);
    report_dispose(&report);
    run_record_dispose(&record);
    return code;
}

static int check_with_fleet(struct run *run)
{
    // Ctrl-C ends a wait and nothing else, so that the links end in order.
    sigset_t interrupts;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    sigaddset(&interrupts, SIGTERM);
    sigaddset(&interrupts, SIGHUP);
    run->interrupts = signalfd(-1, &interrupts, SFD_CLOEXEC | SFD_NONBLOCK);
    if (run->interrupts >= 0)
        sigprocmask(SIG_BLOCK, &interrupts, NULL);
    run->fleet = fleet_new(run->setup.config, run->setup.profiles);
    run->check = check_new(run->fleet, run->lists);
    int code = check_and_report(run);
    check_free(run->check);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        cli_complain("standard output: the rest could not be written");
        code = code == CHECK_OK ? CHECK_UNKNOWN : code;
    }
    if (!fleet_stop(run->fleet, STOP_MS))
        _exit(code);
    fleet_free(run->fleet);
    if (run->interrupts >= 0)
        close(run->interrupts);
    return code;
}

static int check_run(const struct invocation *invocation)
{
    struct run run = {.invocation = invocation,
                      .name = invocation->word_count > 0 ? invocation->words[0] : DEFAULT};
    int code = CHECK_UNKNOWN;
    bool ready = setup_load(invocation, &run.setup) && load_lists(&run);
    if (ready && run.setup.config->host_count > 0)
        code = check_with_fleet(&run);
    else if (invocation->format == FORMAT_TEXT)
        puts("UNKNOWN - nothing was checked: the configuration or the checklist has faults");
    checklists_free(run.lists, run.lists != NULL ? run.setup.config->host_count : 0);
    setup_dispose(&run.setup);
    return code;
}

static const char *const check_options[] = {"report", "no-record", NULL};

const struct command command_check = {
    .name = "check",
    .operands = "[NAME]",
    .summary = "Run a checklist unattended: for cron, monitoring systems and reports.",
    .help = "Runs every step of the checklist (default: morning) on all hosts at once and prints "
            "what it found, trouble first. The first line and the exit code are those of "
            "monitoring plug-ins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; --format json prints one "
            "document. What could not be read is unknown, never ok; a step that only a person can "
            "do is skipped. A wrong checklist, configuration or option is 3 too. The run is kept "
            "in the "
            "memory for `nocdesk report` and `nocdesk handover`, unless --no-record is given.\n\n"
            "Checklists are INI files of the profile; your own are in "
            "~/.config/nocdesk/profiles/PROFILE/checklists/ (docs/checklists.md). The program has "
            "morning, midday, evening, weekly, monthly, incident-fraud, incident-attack, "
            "gateway-down, call-quality and billing-dispute.",
    .most_words = 1,
    .options = check_options,
    .formats = "text|json|markdown|html",
    .usage_exit = CHECK_UNKNOWN,
    .run = check_run,
};
