// SPDX-License-Identifier: MIT

// A folder of its own for each test of the store.
#ifndef STORE_FOLDER_H
#define STORE_FOLDER_H

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

struct folder {
    char name[32];
    char *path; // of the memory in it
};

static inline int folder_make(void **state)
{
    struct folder *folder = mem_alloc(sizeof *folder);
    strcpy(folder->name, "/tmp/nocdesk-store-XXXXXX");
    if (mkdtemp(folder->name) == NULL)
        return -1;
    folder->path = mem_printf("%s/memory.db", folder->name);
    *state = folder;
    return 0;
}

static inline int folder_remove(void **state)
{
    struct folder *folder = *state;
    DIR *dir = opendir(folder->name);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    int removed = rmdir(folder->name);
    free(folder->path);
    free(folder);
    return removed;
}

#endif
