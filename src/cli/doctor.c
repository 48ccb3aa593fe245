// SPDX-License-Identifier: MIT

// nocdesk doctor: tries each step of the way to each host and says what to mend.
#include "cli/doctor.h"

#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/thread.h"
#include "base/wrap.h"
#include "cli/cli.h"
#include "cli/doctor_hooks.h"
#include "cli/files.h"
#include "cli/terminal.h"

#define STEP_TIMEOUT_MS 10000
#define ANSWER_MS       60000
#define STOP_MS         800

// The thread in which the link lives while the steps are taken.
struct link_runner {
    struct patient *patient;
    pthread_t thread;
    atomic_bool ended;
    struct err err;
};

static void *runner_main(void *argument)
{
    struct link_runner *runner = argument;
    link_run(runner->patient->link, NULL, NULL, &runner->err);
    atomic_store(&runner->ended, true);
    return NULL;
}

// Asks on the terminal, wherever the output goes. NULL: there is none, or nobody answered.
static char *ask_terminal(const struct link_question *question)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (tty < 0)
        return NULL;
    bool hostkey = question->kind == LINK_ASK_HOSTKEY;
    char *clean = text_clean_dup(question->text);
    FILE *out = fdopen(tty, "w");
    if (out == NULL) {
        close(tty);
        free(clean);
        return NULL;
    }
    if (hostkey)
        wrap_print(out, wrap_columns(out), 0, 0, clean);
    fflush(out);
    // TRANSLATORS: y and yes are what is taken, in every language.
    char *prompt = hostkey ? mem_strdup(_("Trust it? [y/N] ")) : mem_printf("%s ", clean);
    char *answer = terminal_ask(tty, tty, prompt, !question->echo && !hostkey, ANSWER_MS);
    free(prompt);
    free(clean);
    fclose(out);
    return answer;
}

static void answer_question(struct patient *patient, const struct link_question *question)
{
    char *answer = ask_terminal(question);
    if (answer != NULL && question->kind == LINK_ASK_HOSTKEY && strcasecmp(answer, "y") != 0 &&
        strcasecmp(answer, "yes") != 0) {
        free(answer);
        answer = NULL;
    }
    link_answer(patient->link, question->id,
                answer != NULL && question->kind == LINK_ASK_HOSTKEY ? "yes" : answer);
    config_wipe(answer);
}

// Waits until the link is up or has failed; what was reached is in the patient.
static void wait_for_link(struct patient *patient, struct link_runner *runner)
{
    int64_t began_ms = clock_mono_ms();
    int64_t deadline_ms = began_ms + patient->timeout_ms;
    struct link_status status;
    enum link_stage reached = LINK_STAGE_CONFIG;
    for (;;) {
        link_get_status(patient->link, &status);
        if (status.stage > reached && status.stage != LINK_STAGE_IDLE)
            reached = status.stage;
        if (status.up || atomic_load(&runner->ended) || clock_left_ms(deadline_ms) == 0)
            break;
        if (status.question.kind != LINK_ASK_NONE) {
            answer_question(patient, &status.question);
            deadline_ms = clock_mono_ms() + patient->timeout_ms;
        }
        poll(NULL, 0, 10);
    }
    patient->connected_in_ms = clock_mono_ms() - began_ms;
    patient->lost = status.up ? LINK_STAGE_READY : reached;
    if (status.up)
        return;
    if (atomic_load(&runner->ended))
        patient->link_error = runner->err;
    else
        err_set(&patient->link_error,
                "%s: no answer within %lld s; is the host up and the way open?",
                patient->host->name, (long long)patient->timeout_ms / 1000);
}

static const char *const state_words[] = {[FINDING_OK] = N_("ok"),
                                          [FINDING_WARNING] = N_("warning"),
                                          [FINDING_FAILED] = N_("FAILED"),
                                          [FINDING_SKIPPED] = N_("skipped")};
static const char *const state_json[] = {[FINDING_OK] = "ok",
                                         [FINDING_WARNING] = "warning",
                                         [FINDING_FAILED] = "failed",
                                         [FINDING_SKIPPED] = "skipped"};

void doctor_print_csv_text(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    puts("\"");
}

static void print_finding(enum format format, json_t *steps, const struct patient *patient,
                          const struct doctor_step *step, const struct finding *finding)
{
    char *clean = text_clean_dup(finding->text);
    // Sentences begin with their host's name, which the line has already.
    size_t name = strlen(patient->host->name);
    bool named = strncmp(clean, patient->host->name, name) == 0 && clean[name] == ':';
    const char *state = _(state_words[finding->state]), *title = _(step->title);
    if (format == FORMAT_TEXT)
        printf("%s%*s %s%*s %s%*s %s\n", patient->host->name, text_gap(patient->host->name, 10), "",
               state, text_gap(state, 8), "", title, text_gap(title, 14), "",
               clean + (named ? name + 1 + strspn(clean + name + 1, " ") : 0));
    else if (format == FORMAT_CSV) {
        printf("%s,%s,%s,", patient->host->name, step->id, state_json[finding->state]);
        doctor_print_csv_text(clean);
    } else
        json_array_append_new(steps, json_pack("{s:s, s:s, s:s}", "id", step->id, "state",
                                               state_json[finding->state], "text", clean));
    fflush(stdout);
    free(clean);
}

static bool take_steps(struct patient *patient, enum format format, json_t *steps)
{
    bool healthy = true;
    for (size_t i = 0; i < doctor_step_count; i++) {
        const struct doctor_step *step = &doctor_steps[i];
        struct finding finding = {0};
        if (step->needs_link && patient->lost != LINK_STAGE_READY)
            finding_set(&finding, FINDING_SKIPPED, "not reached");
        else
            step->examine(patient, &finding);
        healthy = healthy && finding.state != FINDING_FAILED;
        print_finding(format, steps, patient, step, &finding);
    }
    return healthy;
}

bool doctor_examine(const struct host_config *host, const struct profile *profile,
                    const struct invocation *invocation, json_t *hosts, bool *left_behind)
{
    struct patient *patient = mem_alloc(sizeof *patient);
    struct link_runner *runner = mem_alloc(sizeof *runner);
    patient->host = host;
    patient->profile = profile;
    patient->timeout_ms = invocation->timeout_ms > 0 ? invocation->timeout_ms : STEP_TIMEOUT_MS;
    patient->link = link_new(host);
    runner->patient = patient;
    atomic_init(&runner->ended, false);
    json_t *steps = json_array();
    bool healthy = false;
    bool started = thread_start(&runner->thread, "doctor link", runner_main, runner);
    if (started) {
        wait_for_link(patient, runner);
        healthy = take_steps(patient, invocation->format, steps);
        link_stop(patient->link);
        *left_behind =
            !thread_join_until(runner->thread, clock_mono_ms() + STOP_MS) || *left_behind;
    } else {
        cli_complain("%s: this machine starts no more threads", host->name);
    }
    if (!*left_behind) {
        link_free(patient->link);
        free(runner);
        free(patient);
    }
    json_array_append_new(hosts, json_pack("{s:s, s:o}", "host", host->name, "steps", steps));
    return healthy;
}

static enum files_state examine_files(const struct invocation *invocation)
{
    struct files files;
    files_check(&files, invocation);
    files_complain(&files);
    enum files_state state = files.state;
    files_dispose(&files);
    return state;
}

static int doctor_run(const struct invocation *invocation)
{
    struct setup setup;
    enum files_state state = examine_files(invocation);
    if (state == FILES_UNUSABLE)
        return EXIT_USAGE;
    if (!setup_load(invocation, &setup)) {
        setup_dispose(&setup);
        return EXIT_USAGE;
    }
    if (invocation->hooks) {
        bool well = doctor_hooks(setup.config, invocation->format);
        setup_dispose(&setup);
        return state == FILES_FAULTY ? EXIT_USAGE : well ? EXIT_DONE : EXIT_FAILED;
    }
    bool healthy = true, left_behind = false;
    json_t *hosts = json_array();
    if (invocation->format == FORMAT_TEXT && setup.config->path != NULL)
        printf(_("configuration: %s\n"), setup.config->path);
    else if (invocation->format == FORMAT_TEXT)
        puts(_("configuration: none; this machine without SSH (nocdesk init writes one)"));
    else if (invocation->format == FORMAT_CSV)
        puts("host,step,state,text");
    for (size_t i = 0; i < setup.config->host_count; i++)
        if (setup.config->hosts[i].enabled)
            healthy = doctor_examine(&setup.config->hosts[i], setup.profiles[i], invocation, hosts,
                                     &left_behind) &&
                      healthy;
    if (invocation->format == FORMAT_JSON) {
        json_t *root = json_pack("{s:b, s:O}", "healthy", healthy, "hosts", hosts);
        json_dumpf(root, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(root);
    }
    json_decref(hosts);
    fflush(stdout);
    int code = state == FILES_FAULTY ? EXIT_USAGE : healthy ? EXIT_DONE : EXIT_FAILED;
    if (left_behind)
        _exit(code);
    setup_dispose(&setup);
    return code;
}

static const char *const doctor_options[] = {"hooks", NULL};

const struct command command_doctor = {
    .name = "doctor",
    .operands = "",
    .summary = N_("Check the configuration and the way to every host; say what to mend."),
    .help = N_(
        "Tries in order, on each host: configuration, name, connection, host key, login, tools, "
        "MySQL, web interface, capture, clock, firewall. An unknown host key is shown and can be "
        "accepted here once. Nothing is changed on a host. Exit code 1 when a step failed. "
        "--timeout is for each step (default: 10). Before the hosts every file is validated that "
        "the program would read, as nocdesk --check does; exit code 2 when one has a fault.\n\n"
        "--hooks visits no host: each hook of the configuration runs once with a test document, "
        "and what came of it is said."),
    .options = doctor_options,
    .run = doctor_run,
};
