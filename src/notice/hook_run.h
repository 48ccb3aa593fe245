// SPDX-License-Identifier: MIT

// One run of a hook's command: the document goes in, what it says on standard error is kept.
#ifndef NOTICE_HOOK_RUN_H
#define NOTICE_HOOK_RUN_H

#include <sys/types.h>

#include "base/str.h"
#include "conf/config.h"

struct hook_run {
    const struct hook_config *hook;
    char *document;
    size_t written, len;
    pid_t pid;
    int in, errors; // -1: closed
    int64_t began_ms, deadline_ms;
    char tail[400]; // the end of its standard error
    size_t tail_len;
};

// Starts the command in a session of its own, without a terminal; standard output goes nowhere.
// Takes over the document, also where it fails. The thread must have SIGPIPE blocked.
bool hook_run_start(struct hook_run *run, const struct hook_config *hook, char *document,
                    struct err *err);
// Waits at most wait_ms for it. True: it has ended or was killed, with its process group, at its
// deadline; err (empty when it succeeded) says what came of it, and everything is released. What
// it left running in the background after it ended is left alone.
bool hook_run_step(struct hook_run *run, int wait_ms, struct err *err);
// Kills it now.
void hook_run_kill(struct hook_run *run);

#endif
