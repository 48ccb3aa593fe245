// SPDX-License-Identifier: MIT

// nocdesk audit: prints the audit trail, or verifies its chain.
#include <stdlib.h>
#include <string.h>

#include "action/audit.h"
#include "action/audit_table.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "probe/probe.h"
#include "table/filter.h"

static void print_json(const struct invocation *invocation, struct view *view, const char *path)
{
    char generated[CLOCK_RFC3339_MAX];
    struct write_options options = cli_write_options(invocation);
    clock_rfc3339(options.now_ms / 1000 * 1000, generated);
    json_t *root = json_pack("{s:s, s:s, s:o}", "trail", path, "generated", generated, "rows",
                             write_json_rows(view, &options));
    json_dumpf(root, stdout, WRITE_JSON_FLAGS);
    putchar('\n');
    json_decref(root);
}

// How many of the newest rows hold as many as are asked for; 0: all.
static size_t newest_rows(const struct invocation *invocation, const struct table *table)
{
    struct filter *filter;
    size_t position, found = 0, row = 0;
    struct err err = {0};
    // Whoever sorts has another order in mind.
    if (invocation->limit == 0 || invocation->sort != NULL ||
        !filter_parse(invocation->filter, probe_audit.schema, &filter, &position, &err))
        return 0;
    for (; row < table_rows(table) && found < invocation->limit; row++)
        found += filter_match(filter, table, row);
    filter_free(filter);
    return row;
}

static int print_trail(const struct invocation *invocation, const char *path)
{
    struct view *view = cli_view(invocation, probe_audit.schema, "time,entry");
    if (view == NULL)
        return EXIT_USAGE;
    struct err err = {0};
    struct audit_trail trail;
    if (!audit_load(path, &trail, &err)) {
        cli_complain("%s", err.text);
        view_free(view);
        return EXIT_FAILED;
    }
    const struct table *table = audit_table(&trail, NULL, 0);
    size_t newest = newest_rows(invocation, table);
    if (newest > 0) {
        table_unref(table);
        table = audit_table(&trail, NULL, newest);
    }
    audit_trail_dispose(&trail);
    view_set_tables(view, &table, 1);
    struct write_options options = cli_write_options(invocation);
    if (invocation->format == FORMAT_JSON)
        print_json(invocation, view, path);
    else if (invocation->format == FORMAT_CSV)
        write_csv(stdout, view, &options);
    else if (view_total(view) > 0)
        write_text(stdout, view, &options);
    else
        puts(_("nothing has been done yet"));
    view_free(view);
    table_unref(table);
    return EXIT_DONE;
}

static int verify(const struct invocation *invocation, const char *path)
{
    struct audit_verdict verdict = {0};
    struct err err = {0};
    bool whole = audit_verify(path, &verdict, &err);
    if (invocation->format == FORMAT_JSON) {
        json_t *root =
            json_pack("{s:s, s:b, s:I, s:I, s:I, s:b, s:s?}", "trail", path, "whole", whole,
                      "entries", (json_int_t)verdict.entries, "open", (json_int_t)verdict.open,
                      "torn", (json_int_t)verdict.torn, "torn_at_end", verdict.torn_at_end, "error",
                      whole ? NULL : err.text);
        json_dumpf(root, stdout, WRITE_JSON_FLAGS);
        putchar('\n');
        json_decref(root);
    } else if (invocation->format == FORMAT_CSV) {
        printf("trail,whole,entries,open,torn\n\"%s\",%s,%zu,%zu,%zu\n", path, whole ? "yes" : "no",
               verdict.entries, verdict.open, verdict.torn);
    } else if (whole) {
        printf(verdict.torn_at_end
                   ? _("%s is whole: %zu entries, %zu of them open, %zu torn by a crash and closed "
                       "off; the last line is unfinished")
                   : _("%s is whole: %zu entries, %zu of them open, %zu torn by a crash and closed "
                       "off"),
               path, verdict.entries, verdict.open, verdict.torn);
        putchar('\n');
    }
    if (!whole)
        cli_complain("the audit trail is not whole: %s", err.text);
    return whole ? EXIT_DONE : EXIT_FAILED;
}

static int audit_run(const struct invocation *invocation)
{
    bool verifies = invocation->word_count > 0;
    if (verifies && strcmp(invocation->words[0], "verify") != 0) {
        cli_complain("audit %s: no such word; audit prints the trail, audit verify checks it",
                     invocation->words[0]);
        return EXIT_USAGE;
    }
    struct setup setup = {0};
    int code = EXIT_USAGE;
    if (setup_load(invocation, &setup)) {
        char *path = audit_default_path(setup.config->state_dir);
        code = verifies ? verify(invocation, path) : print_trail(invocation, path);
        free(path);
    }
    setup_dispose(&setup);
    return code;
}

static const char *const audit_options[] = {"filter", "sort", "limit", NULL};

const struct command command_audit = {
    .name = "audit",
    .operands = "[verify]",
    .values = VALUES_WORDS,
    .summary = N_("Print the audit trail of actions; verify that nothing in it was changed."),
    .help =
        N_("One row for each action on each host, the oldest first: who, when, what, why, and what "
           "came of it. --limit gives the newest. The "
           "state `open` is an action that a console began and did not end: finish or undo it by "
           "its id. The trail is audit.jsonl in state_dir; each entry holds the SHA-256 of the "
           "one before. `verify` walks the chain and says at which entry it was changed, cut or "
           "reordered; the exit code is 1 then."),
    .most_words = 1,
    .options = audit_options,
    .run = audit_run,
};
