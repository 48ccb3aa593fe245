// SPDX-License-Identifier: MIT

// What came of an action, for people and scripts.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/acting.h"

enum result_column {
    RESULT_HOST,
    RESULT_TARGET,
    RESULT_STATE,
    RESULT_METHOD,
    RESULT_ENDS,
    RESULT_AUDIT,
    RESULT_RULE,
    RESULT_ERROR,
    RESULT_COLUMNS,
};

static const struct column columns[RESULT_COLUMNS] = {
    [RESULT_HOST] = {.name = "host", .title = N_("Host"), .kind = KIND_TEXT, .key = true},
    [RESULT_TARGET] = {.name = "target", .title = N_("Target"), .kind = KIND_ADDRESS, .key = true},
    [RESULT_STATE] = {.name = "state", .title = N_("State"), .kind = KIND_TEXT, .words = true},
    [RESULT_METHOD] = {.name = "method", .title = N_("By"), .kind = KIND_TEXT, .priority = 4},
    [RESULT_ENDS] = {.name = "ends", .title = N_("Until"), .kind = KIND_TIME, .priority = 2},
    [RESULT_AUDIT] = {.name = "audit", .title = N_("Entry"), .kind = KIND_TEXT, .priority = 1},
    [RESULT_RULE] = {.name = "rule", .title = N_("Rule"), .kind = KIND_TEXT, .priority = 1},
    [RESULT_ERROR] = {.name = "error", .title = N_("Why"), .kind = KIND_TEXT, .unbounded = true},
};

static const struct schema schema = {
    .name = "results", .columns = columns, .column_count = RESULT_COLUMNS};

static enum level level_of(enum action_state state)
{
    switch (state) {
    case ACTION_DONE:
        return LEVEL_OK;
    case ACTION_FAILED:
    case ACTION_UNKNOWN:
        return LEVEL_CRIT;
    case ACTION_REFUSED:
        return LEVEL_WARN;
    case ACTION_ALREADY:
    case ACTION_PLANNED:
        break;
    }
    return LEVEL_NONE;
}

static void set_text(struct table *table, size_t row, size_t col, const char *text)
{
    table_set_text(table, row, col, text == NULL || text[0] == '\0' ? NULL : text);
}

static void add_row(struct table *table, const struct plan_host *host,
                    const struct plan_target *target)
{
    size_t row = table_add_row(table);
    enum action_state state = target->state;
    bool bad = state == ACTION_FAILED || state == ACTION_UNKNOWN;
    const char *why = plan_target_error(host, target);
    if (why == NULL && !bad && state != ACTION_REFUSED)
        why = host->note;
    set_text(table, row, RESULT_HOST, host->config->name);
    set_text(table, row, RESULT_TARGET, target->text);
    set_text(table, row, RESULT_STATE, action_state_text(state));
    table_set_level(table, row, RESULT_STATE, level_of(state));
    set_text(table, row, RESULT_METHOD, host->method);
    if (host->ends_wall_ms > 0 && (state == ACTION_DONE || state == ACTION_PLANNED))
        table_set_int(table, row, RESULT_ENDS, host->ends_wall_ms / 1000 * 1000);
    else if (target->stands_until_wall_ms > 0)
        table_set_int(table, row, RESULT_ENDS, target->stands_until_wall_ms / 1000 * 1000);
    set_text(table, row, RESULT_AUDIT, host->audit);
    set_text(table, row, RESULT_RULE, guard_rule_text(target->opinion.rule));
    set_text(table, row, RESULT_ERROR, why);
}

static void print_table(const struct invocation *invocation, const struct plan *plan)
{
    struct table *table = table_new(&schema);
    for (size_t i = 0; i < plan->host_count; i++)
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++)
            add_row(table, plan->hosts[i], &plan->hosts[i]->targets[j]);
    const struct table *sealed = table_seal(table);
    struct view *view = view_new(&schema);
    view_set_tables(view, &sealed, 1);
    struct write_options options = cli_write_options(invocation);
    if (invocation->format == FORMAT_CSV)
        write_csv(stdout, view, &options);
    else if (view_total(view) > 0)
        write_text(stdout, view, &options);
    view_free(view);
    table_unref(sealed);
}

// Line by line, neutralised.
static void print_lines(const char *text)
{
    for (const char *line = text, *end; *line != '\0'; line = end) {
        end = line + strcspn(line, "\n");
        char *one = mem_strndup(line, (size_t)(end - line));
        char *clean = text_clean_dup(one);
        puts(clean);
        free(clean);
        free(one);
        end += *end == '\n';
    }
}

static void print_plan(const struct plan *plan)
{
    struct str text = {0};
    plan_print(&text, plan);
    if (plan->question == PLAN_TYPES)
        str_appendf(&text,
                    _("When it is run, %s must be typed again on a terminal; --yes does not answer "
                      "it.\n"),
                    plan->type_this);
    print_lines(str_text(&text));
    str_dispose(&text);
}

// What the commands said, where that is what they were run for.
static void print_output(const struct plan *plan)
{
    for (size_t i = 0; i < plan->host_count; i++) {
        const struct plan_host *host = plan->hosts[i];
        if (host->output[0] == '\0')
            continue;
        if (plan->host_count > 1)
            printf("== %s ==\n", host->config->name);
        print_lines(host->output);
        putchar('\n');
    }
}

void results_print(const struct invocation *invocation, const struct plan *plan)
{
    if (invocation->format == FORMAT_JSON) {
        json_t *json = plan_json(plan);
        json_dumpf(json, stdout, WRITE_JSON_FLAGS);
        putchar('\n');
        json_decref(json);
    } else if (invocation->format == FORMAT_TEXT && plan->dry_run) {
        print_plan(plan);
    } else {
        if (invocation->format == FORMAT_TEXT)
            print_output(plan);
        print_table(invocation, plan);
    }
    fflush(stdout);
}

int results_code(const struct plan *plan)
{
    bool failed = plan->host_count == 0, refused = false;
    for (size_t i = 0; i < plan->host_count; i++) {
        failed = failed || err_is_set(&plan->hosts[i]->unwritten);
        for (size_t j = 0; j < plan->hosts[i]->target_count; j++) {
            enum action_state state = plan->hosts[i]->targets[j].state;
            failed = failed || state == ACTION_FAILED || state == ACTION_UNKNOWN ||
                     (state == ACTION_PLANNED && !plan->dry_run);
            refused = refused || state == ACTION_REFUSED;
        }
    }
    return failed ? EXIT_FAILED : refused ? EXIT_REFUSED : EXIT_DONE;
}
