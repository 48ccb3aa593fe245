// SPDX-License-Identifier: MIT

// How long a ban takes from the key to the proof on a host, and a list of addresses as one
// transaction: action_ban_bench CONFIG [HOST [SINGLES [LIST [STATE_DIR]]]]. Needs a lab
// (tests/lab/lab up).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/run.h"
#include "base/clock.h"
#include "base/mem.h"
#include "link/http.h"
#include "link/sql.h"

#define WITHIN_MS 60000

struct bench {
    struct runner *runner;
    size_t host;
};

static int64_t act(struct bench *bench, const struct action *action, const char *const *targets,
                   size_t count)
{
    struct action_request request = {
        .action = action,
        .hosts = &bench->host,
        .host_count = 1,
        .targets = targets,
        .target_count = count,
        .for_ms = 600000,
        .reason = "bench",
        .yes = true,
    };
    int64_t began_us = clock_mono_us();
    runner_submit(bench->runner, &request);
    struct run_report report;
    while (runner_wait(bench->runner, clock_mono_ms() + WITHIN_MS, &report)) {
        if (report.word != RUN_DONE) {
            printf("  %s\n", report.text);
            if (report.word == RUN_ASKS)
                exit(1);
            continue;
        }
        int64_t took_us = clock_mono_us() - began_us;
        bool well = report.well;
        if (!well || getenv("SHOW") != NULL) {
            struct str text = {0};
            plan_print(&text, report.plan);
            printf("%s%s\n", count < 10 ? str_text(&text) : "", report.text);
            str_dispose(&text);
        }
        plan_free(report.plan);
        return well ? took_us : -1;
    }
    printf("no answer\n");
    return -1;
}

static int compare(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static void print_singles(const char *what, int64_t *us, size_t count)
{
    qsort(us, count, sizeof *us, compare);
    printf("%s: p50 %.1f ms, p99 %.1f ms, %zu times\n", what, (double)us[count / 2] / 1000,
           (double)us[count * 99 / 100] / 1000, count);
}

static bool bench_singles(struct bench *bench, size_t count)
{
    int64_t *ban = mem_array(count + 1, sizeof *ban), *undo = mem_array(count + 1, sizeof *undo);
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        char text[32];
        snprintf(text, sizeof text, "45.1.%zu.%zu", i / 250, i % 250 + 1);
        const char *target = text;
        ban[i] = act(bench, &action_ban, &target, 1);
        undo[i] = act(bench, &action_undo, NULL, 0);
        ok = ban[i] >= 0 && undo[i] >= 0;
    }
    if (ok && count > 0) {
        print_singles("ban, key to proof", ban, count);
        print_singles("undo, key to proof", undo, count);
    }
    free(ban);
    free(undo);
    return ok;
}

static bool bench_list(struct bench *bench, size_t count)
{
    char **targets = mem_array(count + 1, sizeof *targets);
    for (size_t i = 0; i < count; i++)
        targets[i] = mem_printf("45.2.%zu.%zu", i / 250, i % 250 + 1);
    int64_t ban_us = act(bench, &action_ban, (const char *const *)targets, count);
    int64_t undo_us = act(bench, &action_undo, NULL, 0);
    printf("%zu addresses: ban %.2f s, undo %.2f s\n", count, (double)ban_us / 1e6,
           (double)undo_us / 1e6);
    for (size_t i = 0; i < count; i++)
        free(targets[i]);
    free(targets);
    return ban_us >= 0 && undo_us >= 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        printf("action_ban_bench: needs a configuration of a lab; left out\n");
        return 0;
    }
    struct config *config;
    struct profile *profile;
    struct err_list errors = {0};
    struct err err = {0};
    if (!sql_library_init() || !http_library_init() || !config_load(argv[1], &config, &errors)) {
        printf("%s\n", errors.count > 0 ? errors.texts[0] : "no libraries");
        return 1;
    }
    if (argc > 2)
        config_keep_hosts(config, (const char *const[]){argv[2]}, 1);
    config->bans_per_minute = 1000000;
    config->confirm = CONFIRM_NEVER;
    const struct profile *profiles[64];
    for (size_t i = 0; i < config->host_count; i++) {
        if (!profile_load(config->hosts[i].profile, NULL, &profile, &errors))
            return 1;
        profiles[i] = profile;
    }
    struct fleet *fleet = fleet_new(config, profiles);
    fleet_start(fleet);
    struct audit *audit = audit_open(argc > 5 ? argv[5] : "/tmp/nocdesk-bench-state", &err);
    if (audit == NULL) {
        printf("%s\n", err.text);
        return 1;
    }
    struct bench bench = {.runner = runner_new(fleet, config, audit)};
    bool ok = bench_singles(&bench, argc > 3 ? strtoul(argv[3], NULL, 10) : 20) &&
              bench_list(&bench, argc > 4 ? strtoul(argv[4], NULL, 10) : 1000);
    runner_stop(bench.runner, 2000);
    fleet_stop(fleet, 2000);
    fflush(stdout);
    _Exit(ok ? 0 : 1);
}
