// SPDX-License-Identifier: MIT

// What is kept of one host between readings: its SQL connection, and a slot for every reader that
// wants one.
#include "probe/host_state.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define HTTP_ADDRESS    "127.0.0.1" // as seen from the host
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

static char *describe_sql(const struct host_config *host)
{
    if (host->mysql_socket[0] != '\0')
        return mem_printf("%s: MySQL %s", host->name, host->mysql_socket);
    return mem_printf("%s: MySQL %s:%d", host->name, host->mysql_host, host->mysql_port);
}

struct host_state *host_state_new(const struct host_config *host)
{
    struct host_state *state = mem_alloc(sizeof *state);
    state->host = host;
    state->sql_where = describe_sql(host);
    state->http_where = mem_printf("%s: HTTP %s:%d", host->name, HTTP_ADDRESS, host->http_port);
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

// Fills the endpoint; *through is the host or socket that the tunnel leads to, NULL: no tunnel.
static bool find_endpoint(struct reading *reading, const char **through, int *port,
                          struct link_endpoint *endpoint, struct err *err)
{
    const struct host_config *host = reading->host;
    *port = host->mysql_socket[0] != '\0' ? 0 : host->mysql_port;
    *through = *port == 0 ? host->mysql_socket : host->mysql_host;
    if (!host->mysql_direct)
        return link_tunnel(reading->link, *through, *port, endpoint, err);
    *endpoint = (struct link_endpoint){.port = *port};
    if (*port == 0)
        snprintf(endpoint->socket, sizeof endpoint->socket, "%s", *through);
    else
        snprintf(endpoint->host, sizeof endpoint->host, "%s", *through);
    *through = NULL;
    return true;
}

// A client of a tunnel's socket sees only a closed connection: the tunnel knows why.
static void explain(struct reading *reading, const char *host, int port, struct err *err)
{
    struct err reason = {0};
    link_tunnel_error(reading->link, host, port, &reason);
    if (err_is_set(&reason))
        *err = reason;
}

static bool open_sql(struct reading *reading, struct sql **out, struct err *err)
{
    struct host_state *state = reading->state;
    const struct host_config *host = reading->host;
    struct sql_target target = {
        .where = state->sql_where,
        .database = host->mysql_database,
        .user = host->mysql_user,
        .load = link_load(reading->link),
    };
    const char *through;
    int port;
    if (!find_endpoint(reading, &through, &port, &target.endpoint, err))
        return false;
    char *password;
    if (!config_mysql_password(host, &password, err))
        return false;
    target.password = password;
    int left_ms = clock_left_ms(reading->deadline_ms);
    bool ok = sql_open(&target, left_ms < OPEN_TIMEOUT_MS ? left_ms : OPEN_TIMEOUT_MS, out, err);
    config_wipe(password);
    if (!ok && through != NULL)
        explain(reading, through, port, err);
    return ok;
}

bool reading_sql(struct reading *reading, struct sql **out, struct err *err)
{
    struct host_state *state = reading->state;
    const struct host_config *host = reading->host;
    if (host->mysql_port == 0 && host->mysql_socket[0] == '\0')
        return err_set(err, "%s: no database is configured (mysql_port = 0)", host->name);
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
    if (!open_sql(reading, &sql, &state->open_error)) {
        state->open_failed_ms = clock_mono_ms();
        return err_set(err, "%s", state->open_error.text);
    }
    set_sql(state, sql);
    state->sql_serial++;
    *out = sql;
    return true;
}

bool reading_http(struct reading *reading, struct http_request *request, struct err *err)
{
    const struct host_config *host = reading->host;
    if (host->http_port == 0)
        return err_set(err, "%s: no web interface is configured (http_port = 0)", host->name);
    request->where = reading->state->http_where;
    request->deadline_ms = reading->deadline_ms;
    request->load = link_load(reading->link);
    return link_tunnel(reading->link, HTTP_ADDRESS, host->http_port, &request->endpoint, err);
}

bool reading_post(struct reading *reading, const struct http_request *request, json_t **out,
                  struct err *err)
{
    if (http_post_json(request, out, err))
        return true;
    explain(reading, HTTP_ADDRESS, reading->host->http_port, err);
    return false;
}
