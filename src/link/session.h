// SPDX-License-Identifier: MIT

// The inside of a link, for the files of this layer only.
#ifndef LINK_SESSION_H
#define LINK_SESSION_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/thread.h"
#include "link/link.h"

#define LINK_RUNNING_MAX  8      // commands at once; sshd's MaxSessions is 10 by default
#define LINK_ASK_MS       100000 // below sshd's LoginGraceTime of 120 s
#define LINK_EXEC_MS      30000  // for a command that names no deadline
#define LINK_OUTPUT_MAX   (16u << 20)
#define LINK_ERRORS_MAX   (16u << 10)
#define LINK_ENDING_MS    3000 // from asking a command to end until it is left alone
#define LINK_SILENCE_MS   4000 // without a word from the host: ask for one
#define LINK_KEEPALIVE_MS 5000 // and this long for the answer
#define LINK_WATCHED_MAX  4

// A command under way: the requester (if any) holds one reference, the session thread another.
enum job_state {
    JOB_WAITING, // for a place among the running
    JOB_RUNNING,
    JOB_ENDING, // answered; its process is being made to end
};

struct job {
    struct job *next;
    unsigned refs; // under link->mutex

    // Set before the job is queued, constant afterwards.
    char *line; // for a Bourne shell
    bool plain; // run the line as it is, without the watcher
    bool stream;
    char *input; // or NULL
    size_t input_len;
    int64_t deadline_ms; // 0: none
    size_t output_max;
    struct link_stream_handlers handlers;

    // Under link->mutex.
    bool done;
    bool ok; // with done: it ran to its end; else err says why not
    bool close_wanted;
    bool muted;   // no callback from now on
    bool calling; // the session thread is inside a callback

    // The session thread's until done, the requester's afterwards.
    struct link_result result;
    struct err err;

    // The session thread's.
    enum job_state state;
    void *run; // the transport's
    size_t input_sent;
    int64_t started_ms;
    int64_t next_tick_ms;
    int64_t ending_until_ms;
    int64_t exited_ms; // when its status became known; 0: not yet
    bool closed;       // nothing more will come
    bool overflow;
    bool failed; // could not be started: err
};

// How a kind of link does its work. All of it on the session thread.
struct transport {
    bool (*open)(struct link *link, struct err *err);
    void (*close)(struct link *link);
    void (*start)(struct link *link, struct job *job);
    void (*end)(struct link *link, struct job *job);  // ask the process to end
    void (*drop)(struct link *link, struct job *job); // forget it, whatever it does
    // Waits for something to happen, at most until then, and lets it happen. False: the connection
    // is lost.
    bool (*turn)(struct link *link, int64_t until_ms, struct err *err);
    bool tunnels;    // false: a target is reached directly
    bool keepalives; // false: cannot be lost
};

extern const struct transport transport_ssh;
extern const struct transport transport_local;

// A target that clients of this machine reach through a listening socket. Never freed before the
// link.
struct tunnel_target {
    struct tunnel_target *next;
    char *host;
    int port; // 0: host is the path of a unix socket
    char path[108];
    int listener;     // -1: closed; under link->mutex
    struct err error; // under link->mutex
};

struct secret_key; // ssh_login.c

struct link {
    const struct host_config *host;
    const char *name; // of the host, for messages
    const struct transport *transport;
    struct link_load load;
    atomic_bool stop, renew;
    int wake;

    pthread_mutex_t mutex;
    pthread_cond_t done; // a job was answered, a callback returned
    struct link_status status;
    struct job *queue; // newest first
    uint64_t answered_id;
    char *answer; // secret
    int watched[LINK_WATCHED_MAX];
    bool session_runs;
    pthread_t session;
    struct tunnel_target *targets;
    char *tunnel_dir;
    unsigned tunnel_count;
    bool played; // set before any other thread has the link
    bool answered;
    struct str recorded; // what `recorded` commands are answered with

    // The session thread's.
    void (*on_change)(void *user);
    void *user;
    struct job *jobs; // waiting, running and ending, oldest first
    struct job *keepalive;
    size_t running_max;
    int64_t heard_ms;        // when the host last said something
    void *wire;              // the transport's
    struct secret_key *keys; // unlocked once, used again when the connection is made anew
    char *password;          // the one that the host took last
};

// link.c: for the session thread.
void link_changed(struct link *link);
void link_set_stage(struct link *link, enum link_stage stage);
void link_set_peer(struct link *link, const char *peer);
void link_set_notes(struct link *link, const char *notes);
// Waits for the descriptor; false with a sentence when the link is stopped or the time is over
// (what, translated: "no answer from … in time").
bool link_wait(struct link *link, int fd, short events, int64_t deadline_ms, const char *what,
               struct err *err);
bool link_is_stopped(struct link *link, struct err *err); // sets err when it is
// A copy of fd is shut down by link_stop(), so that a library call that blocks on it returns. The
// slot, or -1 (stopped).
int link_watch(struct link *link, int fd);
void link_unwatch(struct link *link, int slot);
// Asks the operator and waits. A heap text that the caller wipes, or NULL: declined, stopped, or
// nobody answered.
char *link_ask(struct link *link, enum link_question_kind kind, bool echo, const char *text);
void link_wipe(char *secret); // overwrites and frees; NULL is fine

// session.c
struct job *job_new(const char *line);
void job_unref(struct link *link, struct job *job);
void session_serve(struct link *link, struct err *err);
void session_end(struct link *link, const struct err *why); // answers and drops every job
// From the transports, inside turn() and start():
void job_data(struct job *job, bool is_errors, const void *bytes, size_t len);
void job_exited(struct job *job, int exit_status, int signal);
void job_fail(struct job *job, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// tunnel.c
void tunnel_fail(struct link *link, struct tunnel_target *target, const struct err *why);
int tunnel_accept(int listener);       // -1: nothing there, or a stranger
void tunnels_close(struct link *link); // at the end of a session
void tunnels_free(struct link *link);

// helper.c: runs fn(arg) on a thread of its own, which is left behind when it does not come back in
// time; then, and only then, that thread calls dispose(arg). False with a sentence when left
// behind.
bool helper_run(struct link *link, void (*fn)(void *arg), void *arg, void (*dispose)(void *arg),
                int64_t deadline_ms, const char *what, struct err *err);

#endif
