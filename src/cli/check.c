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
#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/text.h"
#include "checklist/report.h"
#include "cli/cli.h"
#include "table/write.h"

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

static const struct checklist *list_for(struct run *run, size_t host, struct err_list *errors)
{
    const struct profile *profile = run->setup.profiles[host];
    for (size_t i = 0; i < host; i++)
        if (run->setup.profiles[i] == profile)
            return run->lists[i];
    struct checklist *list = NULL;
    checklist_load(profile->name, run->name, &list, errors);
    return list;
}

static bool load_lists(struct run *run)
{
    struct err_list errors = {0};
    size_t count = run->setup.config->host_count;
    run->lists = mem_array(count + 1, sizeof *run->lists);
    for (size_t i = 0; i < count && errors.count == 0; i++)
        run->lists[i] = list_for(run, i, &errors);
    for (size_t i = 0; i < errors.count; i++)
        cli_complain("%s", errors.texts[i]);
    bool fine = errors.count == 0;
    err_list_dispose(&errors);
    return fine;
}

static void free_lists(struct run *run)
{
    for (size_t i = 0; run->lists != NULL && i < run->setup.config->host_count; i++) {
        bool shared = false;
        for (size_t j = 0; j < i; j++)
            shared = shared || run->lists[j] == run->lists[i];
        if (!shared)
            checklist_free((struct checklist *)(uintptr_t)run->lists[i]);
    }
    free(run->lists);
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

static void write_report(struct str *out, const struct report *report, enum format format)
{
    char *document;
    json_t *root;
    switch (format) {
    case FORMAT_JSON:
        root = report_json(report);
        document = json_dumps(root, WRITE_JSON_FLAGS);
        str_append(out, document != NULL ? document : "");
        str_append_char(out, '\n');
        free(document);
        json_decref(root);
        break;
    case FORMAT_MARKDOWN:
        report_markdown(out, report);
        break;
    case FORMAT_HTML:
        report_html(out, report);
        break;
    default:
        report_text(out, report);
    }
}

// The form that a file's name asks for.
static enum format format_of_file(const char *path)
{
    static const struct {
        const char *ending;
        enum format format;
    } endings[] = {
        {".json", FORMAT_JSON},
        {".md", FORMAT_MARKDOWN},
        {".html", FORMAT_HTML},
        {".htm", FORMAT_HTML},
    };
    size_t len = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i].ending);
        if (len > ending && strcmp(path + len - ending, endings[i].ending) == 0)
            return endings[i].format;
    }
    return FORMAT_TEXT;
}

static bool save_report(const char *path, const struct report *report)
{
    struct str text = {0};
    struct err err = {0};
    write_report(&text, report, format_of_file(path));
    bool written = file_replace(path, str_text(&text), &err);
    if (!written)
        cli_complain("--report %s: cannot be written: %s", path, err.text);
    str_dispose(&text);
    return written;
}

static int print_report(const struct run *run, const struct report *report)
{
    enum step_state state = report_state(report);
    const char *path = run->invocation->report_path;
    if (path != NULL && !save_report(path, report) && state < STEP_UNKNOWN)
        state = STEP_UNKNOWN;
    struct str out = {0};
    write_report(&out, report, run->invocation->format);
    fputs(str_text(&out), stdout);
    str_dispose(&out);
    return exit_code(state);
}

static int check_and_report(struct run *run)
{
    int64_t timeout_ms = run->invocation->timeout_ms > 0 ? run->invocation->timeout_ms : TIMEOUT_MS;
    int64_t began_ms = clock_mono_ms();
    struct report report = {
        .name = run->name, .title = run->lists[0]->title, .started_ms = clock_wall_ms()};
    if (!collect(run, timeout_ms)) {
        cli_complain("interrupted before all hosts were read");
        return CHECK_UNKNOWN;
    }
    check_judge(run->check, timeout_ms);
    report.steps = check_steps(run->check, &report.step_count);
    report.hosts = check_hosts(run->check, &report.host_count);
    report.took_ms = clock_mono_ms() - began_ms;
    return print_report(run, &report);
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
    free_lists(&run);
    setup_dispose(&run.setup);
    return code;
}

static const char *const check_options[] = {"report", NULL};

const struct command command_check = {
    .name = "check",
    .operands = "[NAME]",
    .summary = "Run a checklist unattended: for cron, monitoring systems and reports.",
    .help = "Runs every step of the checklist (default: morning) on all hosts at once and prints "
            "what it found, trouble first. The first line and the exit code are those of "
            "monitoring plug-ins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; --format json prints one "
            "document. What could not be read is unknown, never ok; a step that only a person can "
            "do is skipped. A wrong checklist, configuration or option is 3 too.\n\n"
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
