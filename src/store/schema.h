// SPDX-License-Identifier: MIT

// The tables of the memory, as steps from one version to the next.
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stddef.h>

// SQL that leads from version i to i + 1; PRAGMA user_version says which one a file has. A step
// that has been released is never changed.
extern const char *const schema_steps[];
extern const size_t schema_version; // the newest

#endif
