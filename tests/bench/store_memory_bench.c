// SPDX-License-Identifier: MIT

// How much room the memory takes, and how long it takes to write a minute and to read a day.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/history.h"
#include "store/runs.h"

#define METRICS 10
#define HOSTS   50
#define HOUR_MS ((int64_t)3600000)
#define BASE_MS (HOUR_MS * 494000)

static char path[] = "/tmp/nocdesk-bench-XXXXXX/memory.db";
static struct sample samples[HOSTS * METRICS];

static void die(const struct err *err)
{
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

static void fill(size_t hosts, int64_t at_ms)
{
    for (size_t i = 0; i < hosts * METRICS; i++) {
        free(samples[i].host);
        free(samples[i].metric);
        samples[i] = (struct sample){mem_printf("host%zu", i / METRICS),
                                     mem_printf("metric%zu", i % METRICS), at_ms,
                                     (double)(i * 7919 % 1000) / 7};
    }
}

static double file_mib(void)
{
    struct stat st;
    return stat(path, &st) == 0 ? (double)st.st_size / 1048576 : 0;
}

static struct store *open_fresh(void)
{
    struct err err = {0};
    unlink(path);
    struct store *store = store_open(path, STORE_WRITE, NULL, &err);
    if (store == NULL)
        die(&err);
    return store;
}

// So many hours of some hosts, one value each: what a row takes does not depend on how many there
// were in its hour.
static double hours_mib(size_t hosts, int hours, bool minutes)
{
    struct err err = {0};
    struct store *store = open_fresh();
    bool fine = true;
    for (int hour = 0; fine && hour < hours; hour++) {
        fill(hosts, BASE_MS + hour * HOUR_MS);
        fine = store_put_samples(store, samples, hosts * METRICS, &err);
        if (fine && !minutes)
            fine = store_prune(store, &(struct keep_for){.minutes_ms = 1},
                               BASE_MS + (hour + 1) * HOUR_MS, &err);
    }
    if (!fine)
        die(&err);
    store_close(store);
    return file_mib();
}

static double minute_ms(void)
{
    struct err err = {0};
    struct store *store = open_fresh();
    int64_t began_us = clock_mono_us();
    for (int minute = 0; minute < 60; minute++) {
        fill(HOSTS, BASE_MS + minute * 60000);
        if (!store_put_samples(store, samples, HOSTS * METRICS, &err))
            die(&err);
    }
    double took_ms = (double)(clock_mono_us() - began_us) / 60 / 1000;
    store_close(store);
    return took_ms;
}

// A run of the morning list on all hosts: 12 steps each, with 2 KiB of evidence.
static double run_kib(void)
{
    struct err err = {0};
    struct store *store = open_fresh();
    char evidence[2049];
    memset(evidence, 'e', sizeof evidence - 1);
    evidence[sizeof evidence - 1] = '\0';
    char key[] = "00000000000000000000000000000001", step_id[16], host[16];
    struct run_record run = {.key = key, .started_ms = BASE_MS};
    bool fine = store_begin(store, &err) && store_put_run(store, &run, &err);
    for (int i = 0; fine && i < 12 * HOSTS; i++) {
        snprintf(step_id, sizeof step_id, "step-%d", i % 12);
        snprintf(host, sizeof host, "host%d", i / 12);
        struct step_record step = {.run = key, .step = step_id, .host = host, .evidence = evidence};
        fine = store_put_step(store, &step, &err);
    }
    if (!fine || !store_end(store, true, &err))
        die(&err);
    store_close(store);
    return file_mib() * 1024;
}

int main(void)
{
    char folder[] = "/tmp/nocdesk-bench-XXXXXX";
    if (mkdtemp(folder) == NULL)
        return 1;
    memcpy(path, folder, strlen(folder));
    double year = hours_mib(5, 400 * 24 / 4, false) * 4 * HOSTS / 5;
    double fortnight = hours_mib(HOSTS, 14 * 24, true);
    printf("memory: %d hosts, %d figures each: 400 days of hours %.0f MiB, 14 days of minutes %.0f "
           "MiB\n",
           HOSTS, METRICS, year, fortnight);
    printf("memory: a minute of %d hosts %.1f ms; a run of 12 steps on %d hosts %.0f KiB\n", HOSTS,
           minute_ms(), HOSTS, run_kib());
    unlink(path);
    rmdir(folder);
    for (size_t i = 0; i < HOSTS * METRICS; i++) {
        free(samples[i].host);
        free(samples[i].metric);
    }
    return 0;
}
