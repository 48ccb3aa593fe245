// SPDX-License-Identifier: MIT

// nocdesk show: one pane's table, once or again and again, for people and scripts.
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/audit_table.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/interrupts.h"
#include "fleet/outcome.h"
#include "replay/player.h"
#include "table/json_text.h"

#define TIMEOUT_MS 15000
#define STOP_MS    800

struct show {
    const char *state_dir;
    const struct invocation *invocation;
    const struct probe *probe;
    struct fleet *fleet;
    struct player *player; // of --replay, or NULL
    struct view *view;
    size_t variant;
    struct outcome *outcomes;
    size_t host_count;
    int interrupts; // a signalfd: readable when the operator wants to end
};

static bool show_check(struct show *show, struct err *err)
{
    const struct invocation *in = show->invocation;
    show->probe = probe_find(in->words[0]);
    if (show->probe == NULL || !show->probe->pane) {
        const char *names[64];
        size_t count = 0;
        for (const struct probe *const *probe = probes; *probe != NULL && count < 64; probe++)
            if ((*probe)->pane)
                names[count++] = (*probe)->schema->name;
        const char *near = ini_nearest(in->words[0], names, count);
        if (near != NULL)
            return err_set(err, "%s: no such pane; did you mean %s? See nocdesk help show",
                           in->words[0], near);
        return err_set(err, "%s: no such pane; see nocdesk help show", in->words[0]);
    }
    const struct schema *schema = show->probe->schema;
    show->variant = schema->variants == NULL ? 0 : (size_t)schema_variant(schema, "15m");
    if (in->window != NULL) {
        long variant = schema->variants == NULL ? -1 : schema_variant(schema, in->window);
        if (variant < 0 && schema->variants == NULL)
            return err_set(err, "--window %s: pane %s has no such window", in->window,
                           schema->name);
        if (variant < 0)
            return err_set(err, "--window %s: pane %s has no such window; 5m, 15m, 1h or today",
                           in->window, schema->name);
        show->variant = (size_t)variant;
    }
    return true;
}

static bool show_all_settled(struct show *show)
{
    bool all = true;
    for (size_t i = 0; i < show->host_count; i++) {
        outcome_update(&show->outcomes[i], show->fleet, i, show->probe);
        all = all && show->outcomes[i].settled;
    }
    return all;
}

// Waits until there is news (where wanted), the time is over, or Ctrl-C. False for Ctrl-C.
static bool show_wait(struct show *show, int64_t until_ms, bool for_news)
{
    struct pollfd fds[] = {
        {.fd = show->interrupts, .events = POLLIN},
        {.fd = for_news ? fleet_wake_fd(show->fleet) : -1, .events = POLLIN},
    };
    int ready;
    do
        ready = poll(fds, 2, clock_left_ms(until_ms));
    while (ready < 0 && errno == EINTR);
    if (fds[1].revents != 0)
        fleet_drain(show->fleet);
    return fds[0].revents == 0;
}

static bool show_collect(struct show *show, int64_t timeout_ms)
{
    int64_t deadline_ms = clock_mono_ms() + timeout_ms;
    while (!show_all_settled(show) && clock_left_ms(deadline_ms) > 0) {
        int64_t until_ms = clock_mono_ms() + 200;
        if (!show_wait(show, until_ms < deadline_ms ? until_ms : deadline_ms, true))
            return false;
    }
    for (size_t i = 0; i < show->host_count; i++)
        outcome_expire(&show->outcomes[i], show->fleet, i, show->variant, timeout_ms);
    return true;
}

static void show_fill_view(struct show *show)
{
    const struct table **tables = mem_array(show->host_count, sizeof *tables);
    size_t count = 0;
    for (size_t i = 0; i < show->host_count; i++) {
        const struct table *table = snapshot_table(show->outcomes[i].snapshot, show->variant);
        if (table != NULL)
            tables[count++] = table;
    }
    view_set_tables(show->view, tables, count);
    free(tables);
}

static json_t *json_host(struct show *show, size_t host)
{
    const struct outcome *outcome = &show->outcomes[host];
    const struct snapshot *snapshot = outcome->snapshot;
    int64_t now_ms = clock_shown_mono_ms();
    bool read = snapshot != NULL && snapshot->table_count > 0;
    const char *state = host_state_text(outcome->status.word);
    if (err_is_set(&outcome->off))
        state = "off";
    else if (outcome->error[0] != '\0' && outcome->status.word == HOST_LIVE)
        state = feed_text(read ? FEED_STALE : FEED_FAILED);
    else if (outcome->error[0] != '\0')
        state = host_state_text(HOST_DOWN);
    json_t *object = json_object();
    json_object_set_new(object, "host", json_string(fleet_host(show->fleet, host)->name));
    json_object_set_new(object, "state", json_string(state));
    json_object_set_new(object, "age_ms",
                        read ? json_integer(now_ms - snapshot->read_mono_ms) : json_null());
    json_object_set_new(object, "error",
                        outcome->error[0] != '\0' ? json_text(outcome->error) : json_null());
    json_object_set_new(object, "took_ms",
                        read ? json_real((double)snapshot->took_us / 1000) : json_null());
    json_object_set_new(object, "source", read ? json_text(snapshot->source) : json_null());
    json_object_set_new(object, "fallback", json_boolean(read && snapshot->fallback));
    json_object_set_new(object, "note",
                        err_is_set(&outcome->off)           ? json_text(outcome->off.text)
                        : read && snapshot->note[0] != '\0' ? json_text(snapshot->note)
                                                            : json_null());
    return object;
}

static void show_print_json(struct show *show, const struct write_options *options)
{
    char generated[CLOCK_RFC3339_MAX];
    clock_rfc3339(options->now_ms / 1000 * 1000, generated);
    json_t *root = json_object();
    json_object_set_new(root, "pane", json_string(show->probe->schema->name));
    json_object_set_new(root, "generated", json_string(generated));
    if (show->probe->schema->variants != NULL)
        json_object_set_new(root, "window",
                            json_string(show->probe->schema->variants[show->variant]));
    json_t *hosts = json_array();
    for (size_t i = 0; i < show->host_count; i++)
        json_array_append_new(hosts, json_host(show, i));
    json_object_set_new(root, "hosts", hosts);
    json_object_set_new(root, "rows", write_json_rows(show->view, options));
    json_dumpf(root, stdout, WRITE_JSON_FLAGS);
    putchar('\n');
    json_decref(root);
}

static void show_print_errors(struct show *show)
{
    for (size_t i = 0; i < show->host_count; i++) {
        const struct outcome *outcome = &show->outcomes[i];
        const struct snapshot *snapshot = outcome->snapshot;
        bool read = snapshot != NULL && snapshot->table_count > 0;
        if (outcome->error[0] != '\0' && read)
            cli_complain("%s (the rows shown are %.0f s old)", outcome->error,
                         (double)(clock_shown_mono_ms() - snapshot->read_mono_ms) / 1000);
        else if (outcome->error[0] != '\0')
            cli_complain("%s", outcome->error);
        else if (err_is_set(&outcome->off))
            cli_complain("%s", outcome->off.text);
        else if (read && snapshot->note[0] != '\0')
            cli_complain("%s: %s", fleet_host(show->fleet, i)->name, snapshot->note);
    }
}

static bool show_any_failed(const struct show *show)
{
    for (size_t i = 0; i < show->host_count; i++)
        if (show->outcomes[i].error[0] != '\0')
            return true;
    return false;
}

// No host has it by its configuration: nothing is neither good nor bad.
static bool show_none_has_it(const struct show *show)
{
    size_t off = 0;
    for (size_t i = 0; i < show->host_count; i++)
        off += err_is_set(&show->outcomes[i].off);
    return show->host_count > 0 && off == show->host_count;
}

// Which of the readings that scroll by this one is.
static void show_print_time(const struct write_options *options)
{
    char time[CLOCK_RFC3339_MAX];
    clock_rfc3339(options->now_ms / 1000 * 1000, time);
    printf("\n# %s\n", time);
}

static void show_print(struct show *show)
{
    struct write_options options = cli_write_options(show->invocation);
    show_fill_view(show);
    switch (show->invocation->format) {
    case FORMAT_JSON:
        show_print_json(show, &options);
        break;
    case FORMAT_CSV:
        write_csv(stdout, show->view, &options);
        break;
    case FORMAT_TEXT:
        if (show->invocation->watch_ms > 0)
            show_print_time(&options);
        if (view_total(show->view) > 0)
            write_text(stdout, show->view, &options);
        else if (!show_any_failed(show) && !show_none_has_it(show))
            puts(_(show->probe->empty));
        break;
    case FORMAT_MARKDOWN: // not among the command's
    case FORMAT_HTML:
        break;
    }
    fflush(stdout);
    show_print_errors(show);
}

// What is on this machine wants no host.
static bool show_read_local(struct show *show, struct err *err)
{
    struct audit_trail trail = {0};
    char *path = audit_default_path(show->state_dir);
    bool ok = audit_load(path, &trail, err);
    for (size_t i = 0; ok && i < show->host_count; i++)
        fleet_publish(show->fleet, i, show->probe,
                      audit_table(&trail, fleet_host(show->fleet, i)->name, 0), path);
    audit_trail_dispose(&trail);
    free(path);
    return ok;
}

// The recording is as it was then: without --at at its end.
static void show_play(struct show *show)
{
    player_pause(show->player, true);
    if (show->invocation->at == NULL)
        player_seek(show->player, player_end_ms(show->player));
    setup_settle(show->player);
}

static bool show_begin(struct show *show)
{
    const struct probe *looked[] = {show->probe, NULL};
    struct err err = {0};
    if (show->player != NULL) {
        show_play(show);
        return true;
    }
    if (show->probe->local) {
        bool ok = show_read_local(show, &err);
        if (!ok)
            cli_complain("%s", err.text);
        return ok;
    }
    fleet_set_idle_reading(show->fleet, false);
    fleet_look(show->fleet, looked);
    fleet_start(show->fleet);
    return true;
}

static int show_loop(struct show *show)
{
    const struct invocation *in = show->invocation;
    int64_t timeout_ms = in->timeout_ms > 0 ? in->timeout_ms : TIMEOUT_MS;
    if (!show_begin(show) || !show_collect(show, timeout_ms))
        return EXIT_FAILED;
    show_print(show);
    if (in->watch_ms == 0)
        return show_any_failed(show) || show_none_has_it(show) ? EXIT_FAILED : EXIT_DONE;
    // Whoever reads may have gone: "show … | head".
    while (!ferror(stdout) && show_wait(show, clock_mono_ms() + in->watch_ms, false)) {
        if (show->probe->local && !show_begin(show))
            return EXIT_FAILED;
        show_all_settled(show);
        show_print(show);
    }
    return EXIT_DONE;
}

static int show_with_fleet(struct show *show, const struct setup *setup)
{
    show->interrupts = interrupts_watch();
    show->fleet = setup_fleet(show->invocation, setup);
    if (show->fleet == NULL)
        return EXIT_USAGE;
    show->player = setup->player;
    show->state_dir = setup->config->state_dir;
    show->host_count = fleet_host_count(show->fleet);
    show->outcomes = mem_array(show->host_count, sizeof *show->outcomes);
    int code = show_loop(show);
    for (size_t i = 0; i < show->host_count; i++)
        outcome_dispose(&show->outcomes[i]);
    free(show->outcomes);
    bool stopped = fleet_stop(show->fleet, STOP_MS);
    if (!stopped && cli_output_lost())
        code = EXIT_FAILED;
    if (!stopped)
        _exit(code);
    fleet_free(show->fleet);
    if (show->interrupts >= 0)
        close(show->interrupts);
    return code;
}

// After the configuration was read, which may declare panes.
static int show_pane(const struct invocation *invocation, struct setup *setup)
{
    struct show show = {.invocation = invocation};
    struct err err = {0};
    if (!show_check(&show, &err)) {
        cli_complain("%s", err.text);
        return EXIT_USAGE;
    }
    show.view = cli_view(invocation, show.probe->schema, show.probe->default_sort);
    if (show.view == NULL)
        return EXIT_USAGE;
    int code = show_with_fleet(&show, setup);
    view_free(show.view);
    return code;
}

static int show_run(const struct invocation *invocation)
{
    struct setup setup;
    int code = EXIT_USAGE;
    if (setup_load(invocation, &setup))
        code = show_pane(invocation, &setup);
    setup_dispose(&setup);
    return code;
}

static const char *const show_options[] = {"filter", "sort",   "limit", "watch",
                                           "window", "replay", "at",    NULL};

const struct command command_show = {
    .name = "show",
    .operands = "PANE",
    .values = VALUES_PANE,
    .summary = N_("Print one pane's table, once, as text, JSON or CSV."),
    .help =
        N_("Reads the pane's facts from every host, waits until each has answered or failed, and "
           "prints what there is. What is unknown is empty (CSV), null (JSON) or a dash; it is "
           "never 0. A host that fails is named on standard error and the exit code is 1.\n\n"
           "Filters: word, !word, col:text, col=value, col!=value, col>10, col~regex; terms side "
           "by side are and, | is or; quotes for spaces; an address column matches a network."),
    .least_words = 1,
    .most_words = 1,
    .options = show_options,
    .run = show_run,
};
