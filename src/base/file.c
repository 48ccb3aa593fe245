// SPDX-License-Identifier: MIT

// Files written whole or not at all.
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

bool file_write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t wrote = write(fd, bytes, len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return false;
        bytes += wrote;
        len -= (size_t)wrote;
    }
    return true;
}

bool file_replace(const char *path, const char *text, struct err *err)
{
    char *beside = mem_printf("%s.XXXXXX", path);
    int fd = mkstemp(beside);
    bool ok = fd >= 0 && file_write_all(fd, text, strlen(text)) && fsync(fd) == 0;
    int fault = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        fault = errno;
        ok = false;
    }
    if (ok && rename(beside, path) != 0) {
        fault = errno;
        ok = false;
    }
    if (!ok && fd >= 0)
        unlink(beside);
    free(beside);
    return ok || err_set(err, "%s", strerror(fault));
}
