// SPDX-License-Identifier: MIT

// Readings of a fleet to verdicts of a checklist.
#include "checklist/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"

// A look that has just begun may find what is overdue: it is being read.
#define LOOKED_MS 8000

// What a verdict was made of.
struct ground {
    const struct table *table;
    bool partial;
    char error[ERR_TEXT_MAX];
};

struct check {
    struct fleet *fleet;
    const struct checklist *const *lists;
    const char **host_names;
    size_t host_count;
    const struct probe **probes; // NULL-terminated
    size_t probe_count;
    struct outcome *outcomes; // of host h and probe p: [h * probe_count + p]
    struct check_step *steps;
    size_t step_count, step_cap;
    struct ground *grounds; // parallel to the steps
    const struct probe *looked;
    int64_t looked_ms; // monotonic
    bool attended;
};

static void add_probe(struct check *check, const struct probe *probe)
{
    for (size_t i = 0; i < check->probe_count; i++)
        if (check->probes[i] == probe)
            return;
    check->probes = mem_resize(check->probes, check->probe_count + 2, sizeof(const struct probe *));
    check->probes[check->probe_count++] = probe;
    check->probes[check->probe_count] = NULL;
}

static void add_step(struct check *check, const struct checklist *list, const struct step *step)
{
    for (size_t host = 0; host < check->host_count; host++) {
        if (check->lists[host] != list)
            continue;
        struct check_step *slot =
            mem_push(&check->steps, &check->step_count, &check->step_cap, sizeof *slot);
        slot->step = step;
        slot->host = host;
        slot->host_name = fleet_host(check->fleet, host)->name;
        slot->age_ms = -1;
    }
    if (step->probe != NULL && step->skip[0] == '\0')
        add_probe(check, step->probe);
}

struct check *check_new(struct fleet *fleet, const struct checklist *const *lists)
{
    struct check *check = mem_alloc(sizeof *check);
    check->fleet = fleet;
    check->lists = lists;
    check->host_count = fleet_host_count(fleet);
    check->host_names = mem_array(check->host_count + 1, sizeof(const char *));
    for (size_t host = 0; host < check->host_count; host++)
        check->host_names[host] = fleet_host(fleet, host)->name;
    check->probes = mem_array(1, sizeof *check->probes);
    for (size_t host = 0; host < check->host_count; host++) {
        bool seen = false;
        for (size_t i = 0; i < host; i++)
            seen = seen || lists[i] == lists[host];
        for (size_t i = 0; !seen && i < lists[host]->count; i++)
            add_step(check, lists[host], &lists[host]->steps[i]);
    }
    check->outcomes =
        mem_array(check->host_count * check->probe_count + 1, sizeof *check->outcomes);
    check->grounds = mem_array(check->step_count + 1, sizeof *check->grounds);
    return check;
}

void check_attend(struct check *check)
{
    check->attended = true;
    for (size_t i = 0; i < check->host_count * check->probe_count; i++)
        check->outcomes[i].attended = true;
}

void check_look(struct check *check, const struct probe *probe)
{
    if (check->looked != probe)
        check->looked_ms = clock_mono_ms();
    check->looked = probe;
}

void check_free(struct check *check)
{
    if (check == NULL)
        return;
    for (size_t i = 0; i < check->step_count; i++) {
        verdict_dispose(&check->steps[i].verdict);
        table_unref(check->steps[i].table);
    }
    for (size_t i = 0; i < check->host_count * check->probe_count; i++)
        outcome_dispose(&check->outcomes[i]);
    free(check->steps);
    free(check->grounds);
    free(check->outcomes);
    free(check->probes);
    free(check->host_names);
    free(check);
}

const struct probe *const *check_probes(const struct check *check)
{
    return check->probes;
}

static struct outcome *outcome_of(const struct check *check, size_t host, const struct probe *probe)
{
    for (size_t i = 0; i < check->probe_count; i++)
        if (check->probes[i] == probe)
            return &check->outcomes[host * check->probe_count + i];
    return NULL;
}

// Whether the host's own list asks of the probe.
static bool host_needs(const struct check *check, size_t host, const struct probe *probe)
{
    const struct checklist *list = check->lists[host];
    for (size_t i = 0; i < list->count; i++)
        if (list->steps[i].probe == probe && list->steps[i].skip[0] == '\0')
            return true;
    return false;
}

// What nobody looks at is read seldom, or not at all.
static bool may_be_late(const struct check *check, const struct probe *probe)
{
    return check->attended &&
           (probe != check->looked || clock_mono_ms() - check->looked_ms < LOOKED_MS);
}

const struct outcome *check_outcome(const struct check *check, size_t host, size_t probe)
{
    return host_needs(check, host, check->probes[probe])
               ? &check->outcomes[host * check->probe_count + probe]
               : NULL;
}

bool check_update(struct check *check)
{
    bool settled = true;
    for (size_t host = 0; host < check->host_count; host++) {
        for (size_t i = 0; i < check->probe_count; i++) {
            struct outcome *outcome = &check->outcomes[host * check->probe_count + i];
            if (!host_needs(check, host, check->probes[i]))
                continue;
            outcome_update(outcome, check->fleet, host, check->probes[i]);
            if (outcome->late && may_be_late(check, check->probes[i]))
                outcome->error[0] = '\0';
            settled = settled && outcome->settled;
        }
    }
    return settled;
}

// What is there for a step, in facts, and beside the verdict in its slot.
static void gather(struct check *check, struct check_step *slot, int64_t timeout_ms,
                   struct step_facts *facts)
{
    const struct step *step = slot->step;
    struct outcome *outcome = outcome_of(check, slot->host, step->probe);
    slot->note[0] = '\0';
    slot->age_ms = -1;
    slot->waiting = slot->late = false;
    if (outcome == NULL)
        return;
    if (!check->attended)
        outcome_expire(outcome, check->fleet, slot->host, step->variant, timeout_ms);
    const struct snapshot *snapshot = outcome->snapshot;
    facts->table = snapshot_table(snapshot, step->variant);
    if (facts->table != NULL) {
        slot->age_ms = clock_shown_mono_ms() - snapshot->read_mono_ms;
        snprintf(slot->note, sizeof slot->note, "%s", snapshot->note);
    }
    facts->error = outcome->error;
    slot->late = check->attended && outcome->late;
    facts->blind = facts->table != NULL ? snapshot->blind : NULL;
    facts->partial = facts->table != NULL && snapshot->settling;
    if (outcome->status.word == HOST_DISABLED)
        facts->skipped = _("the configuration says enabled = no");
    else if (err_is_set(&outcome->off))
        facts->skipped = outcome->off.text;
    slot->waiting = check->attended && facts->skipped == NULL && outcome->error[0] == '\0' &&
                    (facts->table == NULL || facts->partial) && step->skip[0] == '\0';
}

static void judge(struct check *check, size_t index, int64_t timeout_ms)
{
    struct check_step *slot = &check->steps[index];
    struct ground *ground = &check->grounds[index];
    struct step_facts facts = {0};
    gather(check, slot, timeout_ms, &facts);
    const char *error = facts.skipped != NULL ? facts.skipped
                        : facts.error != NULL ? facts.error
                                              : "";
    if (slot->verdict.summary != NULL && ground->table == facts.table &&
        ground->partial == facts.partial && strcmp(ground->error, error) == 0) {
        slot->waiting = slot->waiting && slot->verdict.state == STEP_UNKNOWN;
        return;
    }
    const struct table *table = facts.table != NULL ? table_ref(facts.table) : NULL;
    table_unref(slot->table);
    slot->table = ground->table = table;
    ground->partial = facts.partial;
    snprintf(ground->error, sizeof ground->error, "%s", error);
    verdict_dispose(&slot->verdict);
    step_judge(slot->step, &facts, &slot->verdict);
    slot->waiting = slot->waiting && slot->verdict.state == STEP_UNKNOWN;
}

void check_judge(struct check *check, int64_t timeout_ms)
{
    for (size_t i = 0; i < check->step_count; i++)
        judge(check, i, timeout_ms);
}

const struct check_step *check_steps(const struct check *check, size_t *count)
{
    *count = check->step_count;
    return check->steps;
}

const char *const *check_hosts(const struct check *check, size_t *count)
{
    *count = check->host_count;
    return check->host_names;
}
