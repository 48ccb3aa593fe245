// SPDX-License-Identifier: MIT

// Giving up rights that are no longer needed.
#ifndef BASE_PRIVILEGE_H
#define BASE_PRIVILEGE_H

#include <sys/types.h>

#include "base/err.h"

// Who the process should be once it needs no more rights: the caller of sudo, else the real user,
// else nobody. False when it is that already.
bool privilege_target(uid_t *uid, gid_t *gid);

// For good and for all threads started later: no supplementary groups and the target's identity
// where the process is root, no capability, no rights through programs that are run
// (PR_SET_NO_NEW_PRIVS). Call it before threads are started. False when a right is left.
bool privilege_drop(struct err *err);

#endif
