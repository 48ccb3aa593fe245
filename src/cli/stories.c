// SPDX-License-Identifier: MIT

// Runs of the memory in a report, with what they leave open.
#include "cli/stories.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "checklist/lists.h"

// Whether it is among the names, which have a blank between them.
static bool is_among(const char *names, const char *host)
{
    size_t len = strlen(host);
    for (const char *at = names; *at != '\0'; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");
        if (word == len && memcmp(at, host, len) == 0)
            return true;
        at += word;
    }
    return false;
}

static void add_undecided(struct report *report, const struct setup *setup,
                          const struct run_record *run)
{
    size_t count = setup->config->host_count;
    struct err_list errors = {0};
    const char **profiles = mem_array(count + 1, sizeof *profiles);
    for (size_t i = 0; i < count; i++)
        profiles[i] = setup->profiles[i]->name;
    const struct checklist **lists = checklists_load(profiles, count, run->list, &errors);
    for (size_t i = 0; lists != NULL && i < count; i++)
        if (is_among(run->hosts, setup->config->hosts[i].name))
            report_add_undecided(report, lists[i], setup->config->hosts[i].name);
    for (size_t i = 0; i < errors.count; i++)
        cli_complain("%s", errors.texts[i]);
    checklists_free(lists, count);
    err_list_dispose(&errors);
    free(profiles);
}

void cli_add_story(struct report *report, const struct setup *setup, const struct run_story *story)
{
    report_add_story(report, story);
    if (report_run_is_left(&report->runs[report->run_count - 1]))
        add_undecided(report, setup, &story->run);
}
