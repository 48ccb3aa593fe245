// SPDX-License-Identifier: MIT

// A command of this machine run to its end, with what it says.
#ifndef BASE_COLLECT_H
#define BASE_COLLECT_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct collected {
    struct str out, errors;
    int exit_status; // -1: ended by a signal
};
void collected_dispose(struct collected *collected);

enum collect_end {
    COLLECT_ENDED,       // with exit_status
    COLLECT_NOT_STARTED, // err says why
    COLLECT_KILLED,      // at the deadline, or because *stop became true: with all it had started
};
// Runs argv without a shell, without a terminal and with nothing on its standard input. Of each
// output at most max bytes are kept, the rest is read and dropped. stop may be NULL.
enum collect_end collect(char *const argv[], int64_t deadline_ms, size_t max,
                         const atomic_bool *stop, struct collected *out, struct err *err);

#endif
