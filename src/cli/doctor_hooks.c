// SPDX-License-Identifier: MIT

// Each hook tried once, before the night in which it is needed.
#include "cli/doctor_hooks.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/doctor.h"
#include "notice/hook_due.h"
#include "notice/hook_run.h"

static char *test_document(const struct hook_config *hook, const struct config *config)
{
    struct hook_task task = {
        .hook = hook,
        .event = HOOK_TEST,
        .notice = {.kind = NOTICE_HOST,
                   .level = LEVEL_CRIT,
                   .host = mem_strdup(config->hosts[0].name),
                   .scope = mem_strdup(""),
                   .object = mem_strdup(""),
                   .rows = 1,
                   .since_ms = clock_wall_ms(),
                   .sentence = mem_printf("%s: a test of the hook %s by nocdesk doctor; nothing is "
                                          "wrong",
                                          config->hosts[0].name, hook->name),
                   .detail = mem_strdup("")},
        .times = 1,
    };
    char *document = hook_document(&task, config, clock_wall_ms());
    notice_dispose(&task.notice);
    return document;
}

static bool try_hook(const struct hook_config *hook, const struct config *config, char **said)
{
    struct hook_run run;
    struct err err = {0};
    bool ended = !hook_run_start(&run, hook, test_document(hook, config), &err);
    int64_t began_ms = clock_mono_ms();
    while (!ended)
        ended = hook_run_step(&run, 100, &err);
    *said = err_is_set(&err) ? mem_strdup(err.text)
                             : mem_printf(_("%s took the test document, %lld ms"), hook->command[0],
                                          (long long)(clock_mono_ms() - began_ms));
    return !err_is_set(&err);
}

bool doctor_hooks(const struct config *config, enum format format)
{
    bool all_well = true;
    json_t *rows = json_array();
    signal(SIGPIPE, SIG_IGN); // a hook need not read its document
    if (config->hook_count == 0 && format == FORMAT_TEXT)
        puts(_("no hook is configured: write a section [hook NAME] (docs/notifications.md)"));
    if (format == FORMAT_CSV)
        puts("hook,state,text");
    for (size_t i = 0; i < config->hook_count; i++) {
        const struct hook_config *hook = &config->hooks[i];
        char *said;
        bool well = try_hook(hook, config, &said);
        char *clean = text_clean_dup(said);
        const char *word = well ? _("ok") : _("FAILED");
        if (format == FORMAT_TEXT)
            printf("%s%*s %s%*s %s\n", hook->name, text_gap(hook->name, 10), "", word,
                   text_gap(word, 8), "", clean);
        else if (format == FORMAT_CSV) {
            printf("%s,%s,", hook->name, well ? "ok" : "failed");
            doctor_print_csv_text(clean);
        } else
            json_array_append_new(rows, json_pack("{s:s, s:s, s:s}", "hook", hook->name, "state",
                                                  well ? "ok" : "failed", "text", clean));
        fflush(stdout);
        all_well = all_well && well;
        free(clean);
        free(said);
    }
    if (format == FORMAT_JSON) {
        json_t *root = json_pack("{s:b, s:O}", "healthy", (int)all_well, "hooks", rows);
        json_dumpf(root, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(root);
    }
    json_decref(rows);
    return all_well;
}
