// SPDX-License-Identifier: MIT

// A way to reach one host: run a command, stream a command's output, open a tunnel to one of its
// ports.
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/config.h"

// One link belongs to one session thread, which spends its life in link_run(); everything else here
// may be called from any thread and reaches that thread through a queue. No lock is held over I/O,
// every wait has a deadline.
struct link;

// How far a connection got; doctor reports each stage, an error is an error of its stage.
enum link_stage {
    LINK_STAGE_IDLE,
    LINK_STAGE_CONFIG,  // ~/.ssh/config, keys
    LINK_STAGE_RESOLVE, // the name
    LINK_STAGE_CONNECT, // TCP
    LINK_STAGE_HOSTKEY,
    LINK_STAGE_LOGIN,
    LINK_STAGE_READY,
};

// Something only the operator can answer. The session thread waits for it (until ask_timeout_ms)
// without holding anything; the console or doctor shows it and calls link_answer().
enum link_question_kind {
    LINK_ASK_NONE,
    LINK_ASK_HOSTKEY,    // yes/no: the text holds the SHA256 fingerprint
    LINK_ASK_PASSPHRASE, // secret
    LINK_ASK_PASSWORD,   // secret
    LINK_ASK_PROMPT,     // keyboard-interactive; secret unless echo
};

struct link_question {
    uint64_t id;
    enum link_question_kind kind;
    bool echo;
    char text[400]; // neutralise before showing: may hold a server's words
};

struct link_status {
    enum link_stage stage;
    bool up;
    struct link_question question; // kind LINK_ASK_NONE: nothing is asked
    char peer[96];                 // "198.18.0.11:22" once connected
    char notes[400]; // what of ~/.ssh/config is not honoured here, and the like; "" when nothing
    int64_t rtt_ms;  // of the last keepalive; -1 unknown
};

struct link *link_new(const struct host_config *host);
void link_free(struct link *link); // only when link_run() has returned (or never ran)

// Connects, then serves requests until the connection is lost or link_stop() is called. True only
// when stopped; otherwise err is the sentence. Blocks the calling thread, which becomes the session
// thread. on_change (may be NULL) is called from this thread whenever link_status would answer
// differently.
bool link_run(struct link *link, void (*on_change)(void *user), void *user, struct err *err);

// Makes link_run() return within 200 ms, hung peer or not. Pending requests fail with "stopped".
void link_stop(struct link *link);

// Has an open connection closed, so that link_run() returns as if it was lost. Any thread.
void link_renew(struct link *link);

void link_get_status(struct link *link, struct link_status *out);

// What this console has asked of the host since the start. Lives as long as the link.
struct link_load {
    atomic_ullong commands, statements, requests, connects;
};
struct link_load *link_load(struct link *link);

// Answers the question with this id (NULL text: declined). For secrets the text is wiped after use.
void link_answer(struct link *link, uint64_t id, const char *text);

// One command: argv (quoted by the link; never pasted text), or script: constant text from the
// profile, run by "sh -c". The environment is LC_ALL=C and PATH=/usr/sbin:/usr/bin:/sbin:/bin (plus
// what follows).
struct link_command {
    const char *const *argv; // NULL-terminated; or NULL and script set
    const char *script;
    const char *input;   // sent to its standard input, then closed; may be NULL
    bool recorded;       // reads only, and recordings keep what it said: see link_play()
    bool sudo;           // prefix with sudo -n when the host's configuration says so
    int64_t deadline_ms; // monotonic; 0: in 30 s (of a stream: none)
    size_t output_max; // more than this ends the command with an error; 0: 16 MiB; not for streams
};

struct link_result {
    struct str out;  // standard output
    struct str err;  // standard error, at most 16 KiB kept
    int exit_status; // -1: ended by a signal (a shell's 128 + signal counts as that)
    int signal;
};

void link_result_dispose(struct link_result *result);

// Runs a command and waits. True when it ran to its end, whatever its exit status. Errors are
// sentences that begin with the host's name: not connected, deadline passed (the remote command is
// ended too), too much output.
bool link_exec(struct link *link, const struct link_command *command, struct link_result *result,
               struct err *err);

// A link that is never run: a recording's. It refuses every command, stream and tunnel, but for
// commands that are `recorded`, which it answers with what was put into it last. NULL: with
// nothing, as it is not known.
void link_play(struct link *link);
void link_put_answer(struct link *link, const char *text, size_t len);

// A command whose output is consumed as it comes. All callbacks run on the session thread and must
// not block.
struct link_stream_handlers {
    void (*data)(void *user, const void *bytes, size_t len);
    // About every tick_ms while the stream lives, data or not; may be NULL.
    void (*tick)(void *user);
    // Once, when it has ended: why NULL means link_stream_close() was called. errors is what it
    // wrote to standard error.
    void (*end)(void *user, int exit_status, const char *errors, const char *why);
    int64_t tick_ms;
    void *user;
};

struct link_stream;

// The remote process is made to end when the link does (its standard input closes). NULL and err
// when the link is not up.
struct link_stream *link_stream_open(struct link *link, const struct link_command *command,
                                     const struct link_stream_handlers *handlers, struct err *err);
// Ends it; returns when no further callback will run (at most 500 ms, or at once when the link is
// down).
void link_stream_close(struct link_stream *stream);

// A private unix socket (0600 in a 0700 folder) that reaches HOST:PORT, or the unix socket PATH
// (port 0), as seen from the host; the same target gives the same socket. It works for as long as
// the link lives; connections made through it end when the link does. For a local link the answer
// is direct (out->host, out->port or out->socket).
struct link_endpoint {
    char socket[108]; // "" : use host and port
    char host[128];
    int port;
};
bool link_tunnel(struct link *link, const char *host, int port, struct link_endpoint *out,
                 struct err *err);
// The last reason why the tunnel to this target could not be opened ("" when it could): what a
// client of the socket sees is only a closed connection.
void link_tunnel_error(struct link *link, const char *host, int port, struct err *out);

#endif
