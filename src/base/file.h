// SPDX-License-Identifier: MIT

// Files written whole or not at all.
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

// Puts a file with this text (mode 0600) in the place of path: beside it first, to the disk, then
// under its name. Whoever reads meanwhile sees the one before or this one. err says why not,
// without the path.
bool file_replace(const char *path, const char *text, struct err *err);

// Writes all of it, however often it takes. False: errno says why. Async-signal-safe.
bool file_write_all(int fd, const char *bytes, size_t len);

#endif
