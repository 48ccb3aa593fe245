// SPDX-License-Identifier: MIT

// nocdesk meter: who sends how much SIP, from a file, an interface or a host.
#include "cli/meter.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/xdg.h"
#include "cli/meter_terminal.h"

enum { LOOK_MS = 500, REACH_MS = 15000, EVIDENCE_MIB = 1 << 20 };

struct meter_run {
    struct meter_plan plan;
    struct setup setup;
    struct verdict_settings judging;
    struct verdict_peers peers;
    struct attackers *attackers;
    const struct meter_source_class *kind;
    struct meter_source *source;
    struct meter_terminal *terminal; // NULL: nothing is redrawn
    int signals;                     // a signalfd
    bool interrupted;
};

// What is asked for, as far as the options alone tell.
static bool check_options(const struct invocation *in, struct err *err)
{
    struct address address;
    if (in->read_path != NULL && in->interface != NULL)
        return err_set(err, "meter reads a file (-r) or an interface (-i), not both");
    if (in->host_count > 1)
        return err_set(err, "meter takes one host at a time");
    if ((in->write_path == NULL) != (in->source == NULL))
        return err_set(err, "--write FILE and --source ADDRESS go together");
    if (in->source != NULL && !address_parse(in->source, &address))
        return err_set(err, "--source %s: not an address", in->source);
    return true;
}

static const struct host_config *only_host(const struct config *config, struct err *err)
{
    if (config->host_count == 1)
        return &config->hosts[0];
    struct str names = {0};
    for (size_t i = 0; i < config->host_count; i++)
        str_appendf(&names, "%s%s", i > 0 ? ", " : "", config->hosts[i].name);
    err_set(err, "meter wants one source: -r FILE, -i INTERFACE, or --host NAME (%.300s)",
            str_text(&names));
    str_dispose(&names);
    return NULL;
}

static bool choose_source(struct meter_run *run, struct err *err)
{
    const struct invocation *in = run->plan.invocation;
    const struct config *config = run->setup.config;
    struct meter_plan *plan = &run->plan;
    if (in->read_path != NULL) {
        plan->kind = METER_FILE;
        plan->name = in->read_path;
        run->kind = &meter_file_source;
    } else if (in->interface != NULL) {
        plan->kind = METER_INTERFACE;
        plan->name = in->interface;
        run->kind = &meter_interface_source;
    } else {
        plan->host = only_host(config, err);
        if (plan->host == NULL)
            return false;
        if (strcmp(plan->host->capture, "off") == 0)
            return err_set(err, "%s: the flood meter is off here (capture = off)",
                           plan->host->name);
        bool local = plan->host->link == LINK_LOCAL && !plan->host->sudo;
        plan->kind = local ? METER_INTERFACE : METER_HOST;
        plan->name = local ? plan->host->capture : plan->host->name;
        run->kind = local ? &meter_interface_source : &meter_host_source;
    }
    return true;
}

static void add_ports(struct capture_ports *ports, const int *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[16];
        int len = snprintf(text, sizeof text, "%d", from[i]);
        capture_ports_add(ports, text, (size_t)len);
    }
}

// The ports that this machine's own softswitch names.
static void add_local_ports(struct meter_plan *plan)
{
    FILE *file =
        plan->settings.ports_file[0] != '\0' ? fopen(plan->settings.ports_file, "re") : NULL;
    char text[1 << 16];
    if (file == NULL)
        return;
    size_t len = fread(text, 1, sizeof text, file);
    fclose(file);
    capture_ports_from_file(&plan->ports, text, len, plan->settings.ports_keys);
}

// --port, else what the configuration says of the host (of any, where none is named), else this
// machine's softswitch, else the profile. A host over SSH reads its own.
static void find_ports(struct meter_run *run)
{
    struct meter_plan *plan = &run->plan;
    const struct config *config = run->setup.config;
    add_ports(&plan->ports, plan->invocation->ports, plan->invocation->port_count);
    for (size_t i = 0; plan->ports.count == 0 && plan->kind != METER_HOST && i < config->host_count;
         i++)
        add_ports(&plan->ports, config->hosts[i].sip_ports, config->hosts[i].sip_port_count);
    if (plan->ports.count == 0 && plan->kind == METER_INTERFACE)
        add_local_ports(plan);
    if (plan->ports.count == 0 && plan->kind != METER_HOST)
        capture_ports_add(&plan->ports, plan->settings.ports, strlen(plan->settings.ports));
}

// Trusted by the host, and without one by any.
static void add_peers(struct meter_run *run)
{
    const struct config *config = run->setup.config;
    for (size_t i = 0; i < config->host_count; i++)
        for (size_t j = 0; j < config->hosts[i].trusted.count; j++)
            peers_add(&run->peers, KNOWN_TRUSTED, &config->hosts[i].trusted.items[j],
                      _("the configuration"));
    peers_seal(&run->peers);
    run->judging = run->plan.settings.verdict;
    if (run->plan.kind == METER_FILE) // judged as a whole
        run->judging.quiet_ms = 0;
}

static bool open_evidence(struct meter_run *run, struct err *err)
{
    const struct invocation *in = run->plan.invocation;
    if (in->write_path == NULL)
        return true;
    struct evidence_options options = {
        .path = in->write_path,
        .bytes_max = run->setup.config->evidence_mib * (int64_t)EVIDENCE_MIB,
    };
    address_parse(in->source, &options.source);
    run->plan.evidence = evidence_new(&options, err);
    return run->plan.evidence != NULL;
}

static bool is_for_a_person(const struct meter_run *run)
{
    return run->plan.invocation->format == FORMAT_TEXT && isatty(STDOUT_FILENO);
}

static void print(struct meter_run *run, const struct meter_snapshot *now)
{
    static const struct meter_snapshot nothing = {.kernel_drops = -1, .sources_exact = true};
    struct meter_report report = {.plan = &run->plan,
                                  .snapshot = now != NULL ? now : &nothing,
                                  .attackers = run->attackers,
                                  .problem = run->kind->problem(run->source),
                                  .whole = true};
    if (run->plan.invocation->format == FORMAT_JSON)
        meter_print_json(stdout, &report);
    else if (run->plan.invocation->format == FORMAT_CSV)
        meter_print_csv(stdout, &report);
    else {
        struct meter_screen screen = {
            .width = meter_terminal_width(),
            .colour = meter_terminal_has_colour(),
            .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
        };
        struct str text = {0};
        meter_print_text(&text, &report, &screen);
        fwrite(str_text(&text), 1, text.len, stdout);
        str_dispose(&text);
    }
    fflush(stdout);
}

static void redraw(struct meter_run *run, const struct meter_snapshot *now)
{
    if (run->terminal == NULL || now == NULL)
        return;
    struct meter_report report = {.plan = &run->plan, .snapshot = now, .attackers = run->attackers};
    meter_terminal_draw(run->terminal, &report);
}

// True: it is time to end.
static bool take_signals(struct meter_run *run)
{
    struct signalfd_siginfo info;
    while (read(run->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGTSTP && run->terminal != NULL)
            meter_terminal_suspend(run->terminal);
        else if (info.ssi_signo == SIGTSTP)
            raise(SIGSTOP);
        else if (info.ssi_signo != SIGWINCH)
            run->interrupted = true;
    }
    return run->interrupted;
}

static void wait_for_news(struct meter_run *run, int64_t until_ms)
{
    struct pollfd fds[] = {{.fd = run->signals, .events = POLLIN},
                           {.fd = run->kind->wake_fd(run->source), .events = POLLIN}};
    int64_t look_ms = clock_mono_ms() + LOOK_MS;
    int64_t wait_ms = until_ms != 0 && until_ms < look_ms ? until_ms : look_ms;
    poll(fds, 2, clock_left_ms(wait_ms));
}

// Until the source ends, --for is over, or Ctrl-C.
static const struct meter_snapshot *watch(struct meter_run *run, bool *failed)
{
    const struct invocation *in = run->plan.invocation;
    bool bounded =
        in->for_ms > 0 && (run->plan.kind != METER_FILE || strcmp(run->plan.name, "-") == 0);
    // A host has to be reached first.
    bool reached = run->plan.kind != METER_HOST;
    int64_t reach_ms = in->timeout_ms > 0 ? in->timeout_ms : REACH_MS;
    int64_t until_ms = bounded ? clock_mono_ms() + (reached ? in->for_ms : reach_ms) : 0;
    bool ended = false;
    const struct meter_snapshot *last = NULL;
    while (!ended && !take_signals(run) && (!bounded || clock_left_ms(until_ms) > 0)) {
        wait_for_news(run, until_ms);
        const struct meter_snapshot *now = run->kind->look(run->source, &ended, failed);
        if (now != NULL && now != last)
            attackers_judge(run->attackers, now);
        if (!reached && now != NULL) {
            reached = true;
            until_ms = bounded ? clock_mono_ms() + in->for_ms : 0;
        }
        last = now;
        redraw(run, now);
    }
    bool failed_late = false;
    last = run->kind->stop(run->source, &failed_late);
    *failed = *failed || failed_late;
    if (last != NULL)
        attackers_judge(run->attackers, last);
    // cppcheck-suppress returnDanglingLifetime ; it is the source's, and not the flag above
    return last;
}

static void tell_evidence(const struct meter_run *run)
{
    struct evidence_state state;
    if (run->plan.evidence == NULL)
        return;
    evidence_stop(run->plan.evidence, _("the meter ended"));
    evidence_get(run->plan.evidence, &state);
    cli_complain("%s: %lld packets of %s, %lld bytes; %s", evidence_path(run->plan.evidence),
                 (long long)state.packets, run->plan.invocation->source, (long long)state.bytes,
                 state.why);
}

static void block_signals(struct meter_run *run)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGWINCH);
    sigaddset(&set, SIGTSTP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    run->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int run_meter(struct meter_run *run)
{
    struct err err = {0};
    bool failed = false;
    if (!open_evidence(run, &err)) {
        cli_complain("%s", err.text);
        return EXIT_FAILED;
    }
    block_signals(run);
    run->source = run->kind->open(&run->plan, run->attackers, &err);
    if (run->source == NULL) {
        cli_complain("%s", err.text);
        return EXIT_FAILED;
    }
    bool live = run->plan.kind != METER_FILE || strcmp(run->plan.name, "-") == 0;
    if (live && is_for_a_person(run))
        run->terminal = meter_terminal_open();
    const struct meter_snapshot *last = watch(run, &failed);
    meter_terminal_close(run->terminal);
    if (last != NULL || !failed)
        print(run, last);
    tell_evidence(run);
    run->kind->free(run->source);
    return failed ? EXIT_FAILED : EXIT_DONE;
}

static int meter_run(const struct invocation *invocation)
{
    struct meter_run run = {.plan.invocation = invocation};
    struct err err = {0};
    if (!check_options(invocation, &err)) {
        cli_complain("%s", err.text);
        return EXIT_USAGE;
    }
    int code = EXIT_USAGE;
    if (setup_load(invocation, &run.setup)) {
        run.plan.profile = run.setup.profiles[0];
        capture_settings_read(run.plan.profile, &run.plan.settings, NULL);
        if (choose_source(&run, &err)) {
            find_ports(&run);
            add_peers(&run);
            run.attackers = attackers_new(&run.judging, &run.peers);
            code = run_meter(&run);
            attackers_free(run.attackers);
            peers_dispose(&run.peers);
        } else {
            cli_complain("%s", err.text);
        }
    }
    evidence_unref(run.plan.evidence);
    setup_dispose(&run.setup);
    return code;
}

static const char *const meter_options[] = {"read", "interface", "for",    "limit",
                                            "port", "write",     "source", NULL};

const struct command command_meter = {
    .name = "meter",
    .operands = "",
    .summary = N_("Show who sends how much SIP, and who attacks: a file, an interface, a host."),
    .help = N_(
        "Reads a capture file (-r FILE, -r - for standard input), an interface of this machine "
        "(-i NAME), or a configured host over SSH (--host NAME), and names attackers with what "
        "shows it. On a terminal a live source is a table that is redrawn twice a second; Ctrl-C "
        "or "
        "--for ends it and prints the summary, whose rates are means over the whole run (one that "
        "is shorter than a minute counts as a minute).\n\n"
        "Files need no rights and no configuration. Where there is one, its trusted addresses and "
        "thresholds hold. An interface needs the right to capture (CAP_NET_RAW) only; all others "
        "are given up once it is open.\n\n"
        "SIP ports: --port, else sip_ports of the configuration, else what the softswitch's own "
        "file says, else the profile's."),
    .options = meter_options,
    .run = meter_run,
};
