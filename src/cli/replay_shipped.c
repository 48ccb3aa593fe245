// SPDX-License-Identifier: MIT

// Where the recording is that comes with the program.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/cli.h"

// The folder of this program's file; a heap string, or NULL.
static char *program_folder(void)
{
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (len <= 0)
        return NULL;
    path[len] = '\0';
    char *slash = strrchr(path, '/');
    return slash != NULL ? mem_strndup(path, (size_t)(slash - path)) : NULL;
}

char *replay_shipped(void)
{
    // Installed; in build/; in build/san/.
    static const char *const places[] = {"../share/nocdesk/replay/morning", "../replay/morning",
                                         "../../replay/morning"};
    char *folder = program_folder(), *found = NULL;
    for (size_t i = 0; folder != NULL && found == NULL && i < sizeof places / sizeof *places; i++) {
        char *path = mem_printf("%s/%s", folder, places[i]);
        if (access(path, R_OK | X_OK) == 0)
            found = path;
        else
            free(path);
    }
    free(folder);
    return found;
}
