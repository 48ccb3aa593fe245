// SPDX-License-Identifier: MIT

// Runs the script that the profile has for a source: one command a reading.
#ifndef PROBE_PROFILE_SCRIPT_H
#define PROBE_PROFILE_SCRIPT_H

#include "probe/probe.h"
#include "probe/slice.h"

// What a script printed, in parts (see slice_marked_part). The slices lie in the result.
struct profile_script {
    struct link_result result;
    struct slice out, errors;
};

// Runs `script` of the source's section with $sudo set to the host's prefix for commands that need
// rights, after `prelude` (shell text of the reader's own, or NULL). False and a sentence when it
// did not come to its end: the last line that a script prints is "@@end". Dispose of out either
// way.
bool profile_script_run(struct reading *reading, const char *prelude, struct profile_script *out,
                        struct err *err);
void profile_script_dispose(struct profile_script *script);

// For a reader's check(): a source without a section, or one without a script.
void profile_script_check(const struct profile_source *source, struct err_list *errors);

#endif
