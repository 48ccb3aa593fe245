// SPDX-License-Identifier: MIT

// What is kept of one host between readings: its SQL connection, and a slot for every reader that
// wants one.
#include "probe/host_state.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "link/service.h"

#define OPEN_TIMEOUT_MS 5000
// After a failure the probes that come next get the same answer, not each its own wait.
#define OPEN_PAUSE_MS 1500

struct slot {
    const void *key;
    void *memory;
    void (*dispose)(void *slot);
};

struct host_state {
    const struct host_config *host;
    char *sql_where, *http_where; // for messages
    atomic_ullong link_losses;

    pthread_mutex_t lock; // of what follows; never held over I/O
    struct slot *slots;
    size_t slot_count, slot_cap;
    struct sql *sql; // written by the SQL lane only; others may cancel it

    // The SQL lane's own.
    uint64_t sql_link_losses; // when it was opened
    uint64_t sql_serial;
    int64_t open_failed_ms; // monotonic; 0: did not fail
    struct err open_error;

    struct judge **judges; // by probe_index, each its probe's lane's own
};

struct host_state *host_state_new(const struct host_config *host)
{
    struct host_state *state = mem_alloc(sizeof *state);
    state->host = host;
    state->sql_where = service_sql_name(host);
    state->http_where = service_http_name(host);
    state->judges = mem_array(probe_count(), sizeof(struct judge *));
    atomic_init(&state->link_losses, 0);
    pthread_mutex_init(&state->lock, NULL);
    return state;
}

void host_state_free(struct host_state *state)
{
    if (state == NULL)
        return;
    for (size_t i = state->slot_count; i-- > 0;) {
        if (state->slots[i].dispose != NULL)
            state->slots[i].dispose(state->slots[i].memory);
        free(state->slots[i].memory);
    }
    free(state->slots);
    if (state->sql != NULL)
        sql_close(state->sql);
    for (size_t i = 0; i < probe_count(); i++)
        judge_free(state->judges[i]);
    free(state->judges);
    pthread_mutex_destroy(&state->lock);
    free(state->sql_where);
    free(state->http_where);
    free(state);
}

void *host_state_slot(struct host_state *state, const void *key, size_t size,
                      void (*dispose)(void *slot))
{
    void *memory = NULL;
    pthread_mutex_lock(&state->lock);
    for (size_t i = 0; i < state->slot_count && memory == NULL; i++) {
        if (state->slots[i].key == key)
            memory = state->slots[i].memory;
    }
    if (memory == NULL) {
        struct slot *slot =
            mem_push(&state->slots, &state->slot_count, &state->slot_cap, sizeof *slot);
        memory = mem_alloc(size);
        *slot = (struct slot){key, memory, dispose};
    }
    pthread_mutex_unlock(&state->lock);
    return memory;
}

uint64_t host_state_link_losses(const struct host_state *state)
{
    return atomic_load(&state->link_losses);
}

void host_state_link_lost(struct host_state *state)
{
    atomic_fetch_add(&state->link_losses, 1);
    pthread_mutex_lock(&state->lock);
    if (state->sql != NULL)
        sql_cancel(state->sql);
    pthread_mutex_unlock(&state->lock);
}

uint64_t host_state_sql_serial(const struct host_state *state)
{
    return state->sql_serial;
}

const struct judge *host_state_judge(struct reading *reading)
{
    struct judge **judge = &reading->state->judges[probe_index(reading->probe)];
    if (*judge == NULL) {
        struct err_list ignored = {0}; // probe_check_profile() has reported them
        *judge = judge_new(reading->profile, reading->probe, &ignored);
        err_list_dispose(&ignored);
    }
    return *judge;
}

static void set_sql(struct host_state *state, struct sql *sql)
{
    pthread_mutex_lock(&state->lock);
    struct sql *old = state->sql;
    state->sql = sql;
    pthread_mutex_unlock(&state->lock);
    if (old != NULL)
        sql_close(old);
}

void host_state_drop_sql(struct host_state *state)
{
    set_sql(state, NULL);
}

bool reading_sql(struct reading *reading, struct sql **out, struct err *err)
{
    struct host_state *state = reading->state;
    uint64_t losses = host_state_link_losses(state);
    if (state->sql != NULL && sql_is_usable(state->sql) && state->sql_link_losses == losses) {
        *out = state->sql;
        return true;
    }
    set_sql(state, NULL);
    int64_t now_ms = clock_mono_ms();
    if (state->open_failed_ms != 0 && state->sql_link_losses == losses &&
        now_ms - state->open_failed_ms < OPEN_PAUSE_MS)
        return err_set(err, "%s", state->open_error.text);
    struct sql *sql = NULL;
    state->sql_link_losses = losses;
    state->open_failed_ms = 0;
    int left_ms = clock_left_ms(reading->deadline_ms);
    if (!service_open_sql(reading->link, reading->host, state->sql_where,
                          left_ms < OPEN_TIMEOUT_MS ? left_ms : OPEN_TIMEOUT_MS, &sql,
                          &state->open_error)) {
        state->open_failed_ms = clock_mono_ms();
        return err_set(err, "%s", state->open_error.text);
    }
    set_sql(state, sql);
    state->sql_serial++;
    *out = sql;
    return true;
}

bool reading_post(struct reading *reading, struct http_request *request, json_t **out,
                  struct err *err)
{
    request->where = reading->state->http_where;
    request->deadline_ms = reading->deadline_ms;
    return service_post(reading->link, reading->host, request, out, err);
}
