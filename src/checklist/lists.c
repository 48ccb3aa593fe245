// SPDX-License-Identifier: MIT

// Lists of several hosts.
#include "checklist/lists.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const struct checklist **checklists_load(const char *const *profiles, size_t count,
                                         const char *name, struct err_list *errors)
{
    const struct checklist **lists = mem_array(count + 1, sizeof *lists);
    bool fine = true;
    for (size_t i = 0; i < count && fine; i++) {
        struct checklist *list = NULL;
        for (size_t j = 0; j < i && lists[i] == NULL; j++)
            if (strcmp(profiles[j], profiles[i]) == 0)
                lists[i] = lists[j];
        if (lists[i] != NULL)
            continue;
        fine = checklist_load(profiles[i], name, &list, errors);
        lists[i] = list;
    }
    if (fine)
        return lists;
    checklists_free(lists, count);
    return NULL;
}

void checklists_free(const struct checklist **lists, size_t count)
{
    for (size_t i = 0; lists != NULL && i < count; i++) {
        bool shared = false;
        for (size_t j = 0; j < i; j++)
            shared = shared || lists[j] == lists[i];
        if (!shared && lists[i] != NULL)
            checklist_free((struct checklist *)(uintptr_t)lists[i]);
    }
    free(lists);
}
