// SPDX-License-Identifier: MIT

// The command of every action: made from the action's registry entry, run by the runner.
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/command_target.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"
#include "cli/acting.h"
#include "cli/interrupts.h"

#define TIMEOUT_MS 15000
#define LOOK_MS    200
#define STOP_MS    800
#define FINISH_MS  15000 // for what runs when the operator interrupts

struct acting {
    const struct invocation *invocation;
    const struct setup *setup;
    struct target_words targets;
    struct fleet *fleet;
    struct audit *audit;
    struct runner *runner;
    struct plan *plan; // what it came to
    uint64_t id;
    int interrupts; // a signalfd: readable when the operator wants to end
    bool interrupted;
};

static void take_audit(struct acting *acting)
{
    struct err err = {0};
    acting->audit = audit_open(acting->setup->config->state_dir, &err);
    if (acting->audit == NULL)
        cli_complain("%s", err.text);
    else if (audit_warning(acting->audit)[0] != '\0')
        cli_complain("%s", audit_warning(acting->audit));
}

// What a console that died left behind is said before anything else is done.
static void tell_open_intents(const struct acting *acting)
{
    struct audit_trail trail;
    struct err err = {0};
    if (acting->audit == NULL || !audit_load(audit_path(acting->audit), &trail, &err))
        return;
    for (size_t i = 0; i < trail.count; i++) {
        const json_t *intent = trail.actions[i].intent;
        if (!trail.actions[i].open)
            continue;
        const char *id = json_string_value(json_object_get(intent, "id"));
        const char *target =
            json_string_value(json_array_get(json_object_get(intent, "targets"), 0));
        const char *action = json_string_value(json_object_get(intent, "action"));
        const char *host = json_string_value(json_object_get(intent, "host"));
        cli_complain("%s: a console began %s %s on %s and wrote no result (it ended, or its disk "
                     "was full), so what came of it is not known; nocdesk finish %s, or nocdesk "
                     "undo %s",
                     id, action, target != NULL ? target : "", host, id, id);
    }
    audit_trail_dispose(&trail);
}

// Nobody is there to answer what a host asks: its part fails, with a sentence that says where.
static void refuse_host_questions(struct acting *acting)
{
    for (size_t i = 0; i < fleet_host_count(acting->fleet); i++) {
        struct host_status status;
        fleet_host_status(acting->fleet, i, &status);
        const struct link_question *question = &status.link.question;
        if (question->kind == LINK_ASK_NONE)
            continue;
        const char *name = fleet_host(acting->fleet, i)->name;
        cli_complain("%s: %.300s (answer it once in the console or with: nocdesk doctor --host %s)",
                     name, question->text, name);
        fleet_answer(acting->fleet, i, question->id, NULL);
    }
}

static void answer(struct acting *acting, const struct plan *plan)
{
    char *text = NULL;
    if (question_can_ask())
        text = question_ask(plan, acting->interrupts);
    else
        question_refuse(plan);
    runner_answer(acting->runner, acting->id, text);
    free(text);
}

// What was unknown of a host is known now.
static void take_outcome(struct plan *plan, const struct run_report *report)
{
    for (size_t i = 0; i < plan->host_count; i++) {
        struct plan_host *host = plan->hosts[i];
        for (size_t j = 0; host->host == report->host && j < host->target_count; j++) {
            if (host->targets[j].state != ACTION_UNKNOWN)
                continue;
            host->targets[j].state = report->state;
            host->targets[j].error =
                report->state == ACTION_FAILED ? plan_text(host, "%s", report->text) : NULL;
        }
    }
}

static void take_report(struct acting *acting, struct run_report *report)
{
    switch (report->word) {
    case RUN_ASKS:
        answer(acting, report->plan);
        break;
    case RUN_DONE:
        acting->plan = report->plan;
        if (acting->plan->host_count == 0)
            cli_complain("%s", report->text);
        break;
    case RUN_LATER:
        cli_complain("%s", report->text);
        if (report->id == acting->id && acting->plan != NULL)
            take_outcome(acting->plan, report);
        break;
    case RUN_PROGRESS:
        break;
    }
}

// Waits until a report or an interruption comes, or the time is over.
static void wait_a_little(struct acting *acting)
{
    struct pollfd fds[] = {{.fd = runner_wake_fd(acting->runner), .events = POLLIN},
                           {.fd = acting->interrupts, .events = POLLIN}};
    int ready;
    do
        ready = poll(fds, 2, LOOK_MS);
    while (ready < 0 && errno == EINTR);
    acting->interrupted = acting->interrupted || fds[1].revents != 0;
}

static void drain(struct acting *acting)
{
    struct run_report report;
    while (runner_next(acting->runner, &report))
        take_report(acting, &report);
}

static void carry_out(struct acting *acting)
{
    while (acting->plan == NULL && !acting->interrupted) {
        drain(acting);
        if (acting->plan != NULL)
            break;
        refuse_host_questions(acting);
        wait_a_little(acting);
    }
    if (acting->plan != NULL)
        return;
    cli_complain("interrupted: what runs is finished, nothing more is begun");
    runner_stop(acting->runner, FINISH_MS);
    drain(acting);
}

// What a step waited for and did not see in its time is as known as it will be.
static bool has_unknown(const struct plan *plan)
{
    for (size_t i = 0; i < plan->host_count; i++)
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++)
            if (plan->hosts[i]->targets[j].state == ACTION_UNKNOWN && !plan->hosts[i]->not_yet)
                return true;
    return false;
}

// A host that was lost in the middle is waited for: when it is back, its outcome is asked about.
static void wait_for_outcomes(struct acting *acting)
{
    if (acting->plan == NULL || !has_unknown(acting->plan))
        return;
    int64_t timeout_ms = acting->invocation->timeout_ms;
    int64_t deadline_ms = clock_mono_ms() + (timeout_ms > 0 ? timeout_ms : TIMEOUT_MS);
    cli_complain("a host was lost while it ran; waiting for it to come back");
    while (has_unknown(acting->plan) && !acting->interrupted && clock_left_ms(deadline_ms) > 0) {
        wait_a_little(acting);
        drain(acting);
    }
}

// A command that only reads, runs on this machine and names no host says the same for each of them.
// What writes stays with its hosts: their guards judge its addresses.
static bool is_once(const struct acting *acting)
{
    if (acting->invocation->command.action->target != TARGET_COMMAND)
        return false;
    const struct command_config *command =
        command_target_config(acting->setup->config, acting->targets.items[0]);
    return command != NULL && command->where == COMMAND_HERE && !command->writes &&
           !command_uses(command, VARIABLE_HOST) && !command_uses(command, VARIABLE_ADDRESS);
}

static void submit(struct acting *acting)
{
    const struct invocation *in = acting->invocation;
    size_t host_count = fleet_host_count(acting->fleet), taken = 0;
    size_t *hosts = mem_array(host_count + 1, sizeof *hosts);
    // Hosts that are switched off are asked for by name only.
    for (size_t i = 0; i < host_count && in->command.action->target != TARGET_ENTRY; i++)
        if (in->host_count > 0 || fleet_host(acting->fleet, i)->enabled)
            hosts[taken++] = i;
    if (taken > 1 && is_once(acting))
        taken = 1;
    struct action_request request = {
        .action = in->command.action,
        .hosts = hosts,
        .host_count = taken,
        .targets = (const char *const *)acting->targets.items,
        .target_count = acting->targets.count,
        .for_ms = in->for_ms,
        .reason = in->reason,
        .evidence = "",
        .dry_run = in->dry_run,
        .yes = in->yes,
        .timeout_ms = in->timeout_ms,
    };
    acting->id = runner_submit(acting->runner, &request);
    free(hosts);
}

static int tell(struct acting *acting)
{
    if (acting->plan == NULL)
        return EXIT_FAILED;
    results_print(acting->invocation, acting->plan);
    int code = results_code(acting->plan);
    if (has_unknown(acting->plan))
        cli_complain("a host was lost while it ran and is not back: its entry stays open in the "
                     "audit trail, and the next command says so");
    plan_free(acting->plan);
    return code;
}

static int act(struct acting *acting)
{
    acting->interrupts = interrupts_watch();
    acting->fleet = fleet_new(acting->setup->config, acting->setup->profiles);
    fleet_set_idle_reading(acting->fleet, false);
    fleet_start(acting->fleet);
    take_audit(acting);
    tell_open_intents(acting);
    acting->runner = runner_new(acting->fleet, acting->setup->config, acting->audit);
    // The hosts are being connected to meanwhile.
    struct err broken = {0};
    if (!runner_check_trail(acting->runner, &broken))
        cli_complain("%s", broken.text);
    submit(acting);
    carry_out(acting);
    wait_for_outcomes(acting);
    int code = tell(acting);
    bool stopped = runner_stop(acting->runner, STOP_MS);
    stopped = fleet_stop(acting->fleet, STOP_MS) && stopped;
    if (!stopped && cli_output_lost())
        code = EXIT_FAILED;
    if (!stopped)
        _exit(code);
    runner_free(acting->runner);
    fleet_free(acting->fleet);
    audit_close(acting->audit);
    if (acting->interrupts >= 0)
        close(acting->interrupts);
    return code;
}

// A wrong name or value is told before any host is asked.
static bool check_command(const struct acting *acting, struct err *err)
{
    const struct config *config = acting->setup->config;
    const char *text = acting->targets.items[0];
    struct command_target target;
    if (!command_target_read(text, &target, err))
        return false;
    const struct command_config *command = config_command(config, target.name);
    bool known = command != NULL;
    const char **names = mem_array(config->command_count + 1, sizeof *names);
    for (size_t i = 0; i < config->command_count; i++)
        names[i] = config->commands[i].name;
    const char *nearest = known ? NULL : ini_nearest(target.name, names, config->command_count);
    if (!known && nearest != NULL)
        err_set(err, "no [command %s] is configured; did you mean %s?", target.name, nearest);
    else if (!known)
        err_set(err, "no [command %s] is configured", target.name);
    free(names);
    bool fits = known && command_target_fits(&target, command, err);
    command_target_dispose(&target);
    return fits;
}

// What is wrong with the command whatever the hosts would say.
static bool check(const struct acting *acting, struct err *err)
{
    const struct action *action = acting->invocation->command.action;
    size_t enabled = 0;
    for (size_t i = 0; i < acting->setup->config->host_count; i++)
        enabled += acting->setup->config->hosts[i].enabled;
    if (!action->many_hosts && action->target != TARGET_ENTRY && enabled > 1)
        return err_set(err, "%s works on one host at a time: say which with --host", action->name);
    if (action->target == TARGET_COMMAND)
        return check_command(acting, err);
    if (action->target != TARGET_ENTRY || acting->targets.count == 0)
        return true;
    char *entry = action_parse_target(TARGET_ENTRY, acting->targets.items[0], err);
    free(entry);
    return entry != NULL;
}

static int run_action(const struct invocation *invocation)
{
    struct setup setup = {0};
    struct acting acting = {.invocation = invocation, .setup = &setup, .interrupts = -1};
    struct err err = {0};
    int code = EXIT_USAGE;
    bool read = targets_read(invocation, &acting.targets, &err);
    if (read && setup_load(invocation, &setup) && check(&acting, &err))
        code = act(&acting);
    else if (err_is_set(&err))
        cli_complain("%s", err.text);
    targets_dispose(&acting.targets);
    setup_dispose(&setup);
    return code;
}

static const struct {
    const char *operand, *operands, *help;
} kinds[] = {
    [TARGET_NONE] = {"", "", "Done on every host, or those of --host."},
    [TARGET_NETWORK] =
        {"ADDRESS", "ADDRESS...",
         "An address or network in canonical form: 203.0.113.9, 203.0.113.0/24, 2001:db8::1. The "
         "guard refuses by rules with names: console-address, local-address, not-an-address, "
         "trusted, too-wide, private, rate, read-only."},
    [TARGET_ENDPOINT] = {"ENDPOINT", "ENDPOINT...", "A phone's number or registration name."},
    [TARGET_GATEWAY] = {"GATEWAY", "GATEWAY...", "A gateway's name."},
    [TARGET_ACCOUNT] = {"ACCOUNT", "ACCOUNT...", "An account."},
    [TARGET_CALL] = {"CALL", "CALL...", "The call's identity on the softswitch."},
    [TARGET_RULE] = {"RULE", "RULE...",
                     "A rule's place as the pane firewall has it: FAMILY/TABLE/CHAIN/NUMBER, such "
                     "as ipv4/filter/INPUT/3. It is shown, and its place is to be typed again; "
                     "`nocdesk undo` puts it back."},
    [TARGET_COMMAND] =
        {"NAME [VARIABLE=VALUE...]", "NAME [VARIABLE=VALUE...]",
         "A [command NAME] of the configuration, with the values of its variables: ip=203.0.113.9 "
         "gateway=CARRIER-A ask=\"the answer\". {host} and {address} are the host's. One that "
         "writes asks, and nothing undoes it."},
    [TARGET_ENTRY] = {"[ENTRY]", "[ENTRY]",
                      "The id of an entry of `nocdesk audit`, such as 2026-11-20-000017. Without "
                      "one it is the last."},
};

static const char *const ban_options[] = {"for", "reason", "file", "dry-run", "yes", NULL};
static const char *const list_options[] = {"reason", "file", "dry-run", "yes", NULL};
static const char *const plain_options[] = {"reason", "dry-run", "yes", NULL};

struct command command_of_action(const struct action *action)
{
    bool none = action->target == TARGET_NONE;
    bool words = action->target == TARGET_COMMAND; // one target
    bool bans = action->target == TARGET_NETWORK && action->blocks == BLOCKS_WHEN_RUN;
    return (struct command){
        .name = action->name,
        .operands = action->batch ? kinds[action->target].operands : kinds[action->target].operand,
        .summary = action->help,
        .help = kinds[action->target].help,
        .most_words = none            ? 0
                      : action->batch ? SIZE_MAX
                                      : 1,
        .options = bans            ? ban_options
                   : words         ? plain_options
                   : action->batch ? list_options
                                   : plain_options,
        .run = run_action,
        .action = action,
    };
}
