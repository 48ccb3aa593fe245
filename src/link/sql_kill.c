// SPDX-License-Identifier: MIT

// Deadlines that the server feels: closing a connection does not stop its query, a KILL from a
// second connection does.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"
#include "link/session.h"
#include "link/sql_private.h"

#define KILL_CONNECT_MS 2000
#define KILL_GRACE_MS   1000 // for the killed query to say so; then its connection is cut

enum guard_state {
    GUARD_IDLE,
    GUARD_RUNNING,
    GUARD_KILLING, // the guard's thread is at it
    GUARD_KILLED,  // waiting for the query to notice
};

struct sql_guard {
    struct sql_login login;
    unsigned long connection_id;
    int socket; // a copy: cutting it never hits another connection
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t mutex;
    pthread_cond_t changed;
    enum guard_state state;
    int64_t deadline_ms;
    bool killed, cancelled, quit;
    bool left_behind; // the thread frees the guard
};

static void guard_destroy(struct sql_guard *guard)
{
    sql_login_dispose(&guard->login);
    if (guard->socket >= 0)
        close(guard->socket);
    pthread_cond_destroy(&guard->changed);
    pthread_mutex_destroy(&guard->mutex);
    free(guard);
}

static void kill_query(const struct sql_guard *guard)
{
    MYSQL *mysql = NULL;
    char text[48];
    if (!sql_connect(&guard->login, KILL_CONNECT_MS, &mysql, NULL))
        return;
    snprintf(text, sizeof text, "KILL QUERY %lu", guard->connection_id);
    (void)mysql_query(mysql, text);
    mysql_close(mysql);
}

// What is due now, with the mutex held; it is released while the server is spoken to.
static void guard_act(struct sql_guard *guard)
{
    if (guard->state == GUARD_RUNNING) {
        guard->state = GUARD_KILLING;
        guard->killed = true;
        pthread_mutex_unlock(&guard->mutex);
        kill_query(guard);
        pthread_mutex_lock(&guard->mutex);
        guard->state = GUARD_KILLED;
        guard->deadline_ms = clock_mono_ms() + KILL_GRACE_MS;
        pthread_cond_broadcast(&guard->changed);
    } else {
        shutdown(guard->socket, SHUT_RDWR);
        guard->state = GUARD_IDLE;
    }
}

static void *guard_main(void *arg)
{
    struct sql_guard *guard = arg;
    mysql_thread_init();
    pthread_mutex_lock(&guard->mutex);
    while (!guard->quit) {
        if (guard->state == GUARD_IDLE)
            pthread_cond_wait(&guard->changed, &guard->mutex);
        else if (clock_mono_ms() < guard->deadline_ms)
            thread_cond_wait_until(&guard->changed, &guard->mutex, guard->deadline_ms);
        else
            guard_act(guard);
    }
    bool left_behind = guard->left_behind;
    pthread_mutex_unlock(&guard->mutex);
    mysql_thread_end();
    if (left_behind)
        guard_destroy(guard);
    return NULL;
}

struct sql_guard *sql_guard_new(const struct sql_target *target, MYSQL *mysql)
{
    struct sql_guard *guard = mem_alloc(sizeof *guard);
    sql_login_copy(&guard->login, target);
    guard->connection_id = mysql_thread_id(mysql);
    guard->socket = fcntl(sql_socket(mysql), F_DUPFD_CLOEXEC, 3);
    pthread_mutex_init(&guard->mutex, NULL);
    thread_cond_init(&guard->changed);
    guard->has_thread =
        guard->socket >= 0 && thread_start(&guard->thread, "sql guard", guard_main, guard);
    if (guard->has_thread)
        return guard;
    guard_destroy(guard);
    return NULL;
}

void sql_guard_free(struct sql_guard *guard)
{
    if (guard == NULL)
        return;
    pthread_mutex_lock(&guard->mutex);
    guard->quit = true;
    guard->left_behind = guard->state == GUARD_KILLING;
    bool left_behind = guard->left_behind;
    pthread_t thread = guard->thread;
    pthread_cond_broadcast(&guard->changed);
    pthread_mutex_unlock(&guard->mutex);
    if (left_behind) {
        pthread_detach(thread);
        return;
    }
    pthread_join(thread, NULL);
    guard_destroy(guard);
}

void sql_guard_begin(struct sql_guard *guard, int64_t deadline_ms)
{
    pthread_mutex_lock(&guard->mutex);
    guard->state = GUARD_RUNNING;
    guard->deadline_ms = deadline_ms;
    pthread_cond_broadcast(&guard->changed);
    pthread_mutex_unlock(&guard->mutex);
}

enum sql_guard_end sql_guard_end(struct sql_guard *guard)
{
    pthread_mutex_lock(&guard->mutex);
    // While it is killing, the guard's thread may hold the server for KILL_CONNECT_MS; it is not
    // waited for: a connection that a KILL is on its way to is not used again.
    if (guard->state != GUARD_KILLING)
        guard->state = GUARD_IDLE;
    enum sql_guard_end end = guard->cancelled ? SQL_CANCELLED
                             : guard->killed  ? SQL_KILLED
                                              : SQL_IN_TIME;
    pthread_mutex_unlock(&guard->mutex);
    return end;
}

void sql_guard_cancel(struct sql_guard *guard)
{
    pthread_mutex_lock(&guard->mutex);
    guard->cancelled = true;
    shutdown(guard->socket, SHUT_RDWR);
    pthread_mutex_unlock(&guard->mutex);
}
