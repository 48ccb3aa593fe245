// SPDX-License-Identifier: MIT

// nocdesk shield [show]: the layered firewall that each host should have, as a diff against what
// runs; whether a change waits to be confirmed; conntrack's sizes. Reads only.
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/action.h"
#include "action/shield.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"
#include "table/json_text.h"

#define TIMEOUT_MS 15000
#define LOOK_MS    20
#define STOP_MS    800

// What is known of one host; error set: nothing else is.
struct shown {
    struct err error;
    struct shield_settings settings;
    struct shield_host host;
    struct shield_diff diff[2];
    struct str notes;
    struct err refused; // why it may not be changed from here
};

static bool reach(struct fleet *fleet, size_t host, int64_t deadline_ms, struct err *err)
{
    for (;;) {
        struct link_status link;
        struct host_status status;
        link_get_status(fleet_link(fleet, host), &link);
        if (link.up)
            return true;
        fleet_host_status(fleet, host, &status);
        const char *name = fleet_host(fleet, host)->name;
        if (status.link.question.kind != LINK_ASK_NONE) {
            fleet_answer(fleet, host, status.link.question.id, NULL);
            return err_set(err, "%s: %.300s (answer it once with: nocdesk doctor --host %s)", name,
                           status.link.question.text, name);
        }
        if (status.word == HOST_DISABLED)
            return err_set(err, "%s: this host is disabled in nocdesk.ini", name);
        if (status.error[0] != '\0')
            return err_set(err, "%s", status.error);
        if (clock_left_ms(deadline_ms) == 0)
            return err_set(err, "%s: not connected in time", name);
        usleep(LOOK_MS * 1000);
    }
}

static bool compare(struct fleet *fleet, size_t host, struct host_facts *facts, int64_t deadline_ms,
                    struct shown *out, struct err *err)
{
    struct shield_set set = {0};
    shield_may_change(facts, &out->refused);
    bool ok = shield_settings_read(facts->profile, &out->settings, err) &&
              shield_ask(fleet, host, facts, deadline_ms, err) &&
              shield_read(facts, &out->host, err) &&
              shield_build(facts, &out->settings, &out->host, &set, err) &&
              shield_test(fleet, host, facts, &set, deadline_ms, err);
    for (size_t i = 0; ok && i < 2; i++)
        shield_diff_make(facts, i == 1, &set.family[i], &out->diff[i]);
    str_append(&out->notes, str_text(&set.notes));
    shield_set_dispose(&set);
    return ok;
}

static void read_host(struct fleet *fleet, size_t host, int64_t deadline_ms, struct shown *out)
{
    struct facts_cache cache = {0};
    struct host_facts *facts = NULL;
    if (reach(fleet, host, deadline_ms, &out->error) &&
        facts_gather(fleet, host, true, deadline_ms, &cache, &facts, &out->error))
        compare(fleet, host, facts, deadline_ms, out, &out->error);
    facts_free(facts);
    facts_cache_dispose(&cache);
}

static void print_line(FILE *out, const char *prefix, const char *text)
{
    char *clean = text_clean_dup(text);
    fprintf(out, "%s%s\n", prefix, clean);
    free(clean);
}

static const char *const marks[] = {
    [SHIELD_SAME] = "same",
    [SHIELD_ADDED] = "added",
    [SHIELD_REMOVED] = "removed",
    [SHIELD_FOREIGN] = "foreign",
};

static void print_diff(const char *title, const struct shield_diff *diff)
{
    struct str text = {0};
    shield_diff_print(title, diff, &text);
    char *lines = str_take(&text), *rest;
    for (char *line = strtok_r(lines, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        print_line(stdout, "", line);
    free(lines);
}

static void print_size(const char *what, int64_t now, int64_t wanted)
{
    if (now < 0)
        printf(_("  %s unknown\n"), what);
    else if (now < wanted)
        printf(_("  %s %" PRId64 ", too small\n"), what, now);
    else
        printf("  %s %" PRId64 "\n", what, now);
}

static void print_conntrack(const struct shown *shown, const char *name)
{
    const struct shield_host *host = &shown->host;
    int64_t buckets = shown->settings.conntrack_max / shown->settings.conntrack_per_bucket;
    puts("conntrack:");
    if (host->conntrack >= 0 && host->conntrack_max > 0)
        printf(_("  entries %" PRId64 ", %.1f %% of the most\n"), host->conntrack,
               100.0 * (double)host->conntrack / (double)host->conntrack_max);
    else
        puts(_("  entries unknown"));
    print_size(_("most"), host->conntrack_max, shown->settings.conntrack_max);
    print_size(_("buckets"), host->buckets, buckets);
    printf(_("  recommended: most %" PRId64 ", buckets %" PRId64), shown->settings.conntrack_max,
           buckets);
    if ((host->conntrack_max >= 0 && host->conntrack_max < shown->settings.conntrack_max) ||
        (host->buckets >= 0 && host->buckets < buckets))
        printf("; nocdesk shield conntrack --host %s", name);
    putchar('\n');
}

static void print_text(const struct host_config *config, const struct shown *shown)
{
    printf("%s%s%s%s\n", config->name, config->environment[0] != '\0' ? " [" : "",
           config->environment, config->environment[0] != '\0' ? "]" : "");
    if (err_is_set(&shown->error)) {
        print_line(stdout, "", shown->error.text);
        return;
    }
    print_diff("IPv4", &shown->diff[0]);
    print_diff("IPv6", &shown->diff[1]);
    if (shown->notes.len > 0)
        print_line(stdout, _("note: "), str_text(&shown->notes));
    if (err_is_set(&shown->refused))
        print_line(stdout, _("cannot be changed from here: "), shown->refused.text);
    if (shown->host.left_s >= 0)
        printf(_("waiting: the host takes its last change back in %" PRId64
                 " s; nocdesk shield confirm --host %s\n"),
               shown->host.left_s, config->name);
    else if (shown->host.state[0] != '\0')
        printf(_("last change: %s\n"), shown->host.state);
    print_conntrack(shown, config->name);
}

static json_t *number_or_null(int64_t value)
{
    return value >= 0 ? json_integer(value) : json_null();
}

static json_t *diff_json(const struct shown *shown)
{
    json_t *lines = json_array();
    for (size_t family = 0; family < 2; family++)
        for (size_t i = 0; i < shown->diff[family].count; i++) {
            const struct shield_line *line = &shown->diff[family].lines[i];
            json_array_append_new(
                lines, json_pack("{s:s, s:s, s:o}", "family", family == 0 ? "ipv4" : "ipv6", "mark",
                                 marks[line->mark], "rule", json_text(line->rule)));
        }
    return lines;
}

static json_t *host_json(const struct host_config *config, const struct shown *shown)
{
    if (err_is_set(&shown->error))
        return json_pack("{s:s, s:o}", "host", config->name, "error", json_text(shown->error.text));
    const struct shield_host *host = &shown->host;
    json_t *conntrack = json_pack(
        "{s:o, s:o, s:o, s:I, s:I}", "entries", number_or_null(host->conntrack), "max",
        number_or_null(host->conntrack_max), "buckets", number_or_null(host->buckets),
        "recommended_max", (json_int_t)shown->settings.conntrack_max, "recommended_buckets",
        (json_int_t)(shown->settings.conntrack_max / shown->settings.conntrack_per_bucket));
    return json_pack(
        "{s:s, s:n, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "host", config->name, "error", "changes",
        (json_int_t)shown->diff[0].changes + (json_int_t)shown->diff[1].changes, "state",
        host->state[0] != '\0' ? json_text(host->state) : json_null(), "left_s",
        number_or_null(host->left_s), "notes", json_text(str_text(&shown->notes)), "refused",
        err_is_set(&shown->refused) ? json_text(shown->refused.text) : json_null(), "diff",
        diff_json(shown), "conntrack", conntrack);
}

static void print_json(struct fleet *fleet, const struct shown *shown)
{
    char generated[CLOCK_RFC3339_MAX];
    json_t *hosts = json_array();
    clock_rfc3339(clock_wall_ms() / 1000 * 1000, generated);
    for (size_t i = 0; i < fleet_host_count(fleet); i++)
        json_array_append_new(hosts, host_json(fleet_host(fleet, i), &shown[i]));
    json_t *root = json_pack("{s:s, s:o}", "generated", generated, "hosts", hosts);
    json_dumpf(root, stdout, WRITE_JSON_FLAGS);
    putchar('\n');
    json_decref(root);
}

static int show(const struct invocation *invocation, const struct setup *setup)
{
    struct fleet *fleet = fleet_new(setup->config, setup->profiles);
    size_t count = fleet_host_count(fleet);
    struct shown *shown = mem_array(count + 1, sizeof *shown);
    int64_t timeout_ms = invocation->timeout_ms > 0 ? invocation->timeout_ms : TIMEOUT_MS;
    int code = EXIT_DONE;
    fleet_set_idle_reading(fleet, false);
    fleet_start(fleet);
    for (size_t i = 0; i < count; i++) {
        read_host(fleet, i, clock_mono_ms() + timeout_ms, &shown[i]);
        code = err_is_set(&shown[i].error) ? EXIT_FAILED : code;
    }
    for (size_t i = 0; i < count && invocation->format != FORMAT_JSON; i++) {
        if (i > 0)
            putchar('\n');
        print_text(fleet_host(fleet, i), &shown[i]);
    }
    if (invocation->format == FORMAT_JSON)
        print_json(fleet, shown);
    for (size_t i = 0; i < count; i++) {
        shield_diff_dispose(&shown[i].diff[0]);
        shield_diff_dispose(&shown[i].diff[1]);
        str_dispose(&shown[i].notes);
    }
    free(shown);
    if (!fleet_stop(fleet, STOP_MS))
        _exit(cli_output_lost() ? EXIT_FAILED : code);
    fleet_free(fleet);
    return code;
}

static int shield_run(const struct invocation *invocation)
{
    struct setup setup = {0};
    int code = EXIT_USAGE;
    if (invocation->word_count > 0 && strcmp(invocation->words[0], "show") != 0)
        cli_complain("shield %s: there is show, apply, confirm, rollback, off and conntrack",
                     invocation->words[0]);
    else if (invocation->format == FORMAT_CSV)
        cli_complain("shield show: --format text or json");
    else if (setup_load(invocation, &setup))
        code = show(invocation, &setup);
    setup_dispose(&setup);
    return code;
}

const struct command command_shield = {
    .name = "shield",
    .operands = "[show]",
    .values = VALUES_WORDS,
    .summary = N_("Show the layered firewall that each host should have, as a diff."),
    .help = N_(
        "+ would be added, - taken away, a line without a mark is so already, . is a rule of the "
        "host's own, which is never changed. Behind it: whether a change waits to be "
        "confirmed, and conntrack's sizes. Nothing is changed by it; see shield apply."),
    .most_words = 1,
    .run = shield_run,
};
