// SPDX-License-Identifier: MIT

// The profile's own checklists: they load, each condition can be true, false and unknown, and each
// step can come out in every way that it says.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "checklist/rows.h"
#include "checklist/verdict.h"

#define TRIES_MAX  60000
#define VALUES_MAX 64
#define CELLS_MAX  3

static const char *const names[] = {"billing-dispute", "call-quality",   "evening", "gateway-down",
                                    "incident-attack", "incident-fraud", "midday",  "monthly",
                                    "morning",         "weekly"};
#define NAME_COUNT (sizeof names / sizeof *names)

static const enum step_state judged[] = {STEP_CRITICAL, STEP_WARNING, STEP_OK};

// Values that a step's conditions and filter compare a column with.
struct pool {
    char *words[VALUES_MAX];
    size_t columns[VALUES_MAX];
    size_t count;
};

// What was seen of a step over many tables.
struct seen {
    bool truths[STEP_STATES][TRUTH_TRUE + 1];
    bool states[STEP_STATES];
};

static uint32_t random_below(uint64_t *state, uint32_t below)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*state >> 33) % below;
}

static struct checklist *load(const char *name)
{
    struct checklist *list;
    struct err_list errors = {0};
    if (!checklist_load("vos3000", name, &list, &errors))
        fail_msg("%s", errors.texts[0]);
    return list;
}

// "name REL value" of a text into the pool.
static void mine(struct pool *pool, const struct schema *schema, const char *text)
{
    for (size_t col = 0; col < schema->column_count; col++) {
        const char *name = schema->columns[col].name;
        for (const char *at = text; (at = strstr(at, name)) != NULL; at += strlen(name)) {
            const char *value = at + strlen(name);
            if ((at > text && (at[-1] == '_' || at[-1] == '$')) || strchr("=!<>:~", *value) == NULL)
                continue;
            value += strspn(value, "=!<>:~");
            size_t quoted = *value == '"';
            size_t len = strcspn(value + quoted, quoted ? "\"" : " )|");
            assert_true(pool->count < VALUES_MAX);
            pool->columns[pool->count] = col;
            pool->words[pool->count++] = mem_strndup(value + quoted, len);
        }
    }
}

static void pool_fill(struct pool *pool, const struct checklist *list, const struct step *step)
{
    char *name = mem_printf("step %s", step->id);
    const struct ini_section *section = ini_section(&list->ini, name);
    static const char *const keys[] = {"critical", "warning", "ok", "filter"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (ini_get(section, keys[i]) != NULL)
            mine(pool, step->probe->schema, ini_get(section, keys[i])->value);
    free(name);
}

static void pool_dispose(struct pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        free(pool->words[i]);
}

// A word of the pool for the column, or NULL.
static const char *pick(const struct pool *pool, size_t col, uint64_t *random)
{
    size_t mine[VALUES_MAX], count = 0;
    for (size_t i = 0; i < pool->count; i++)
        if (pool->columns[i] == col)
            mine[count++] = i;
    return count > 0 ? pool->words[mine[random_below(random, (uint32_t)count)]] : NULL;
}

// In a calm table nothing is worse than the lowest rank.
static void set_rank(struct table *table, size_t row, size_t col, bool calm, uint64_t *random)
{
    const char *const *ranks = table_schema(table)->columns[col].ranks;
    size_t count = 0;
    while (ranks[count] != NULL)
        count++;
    table_set_static(table, row, col, ranks[calm ? 0 : random_below(random, (uint32_t)count)]);
}

static void set_cell(struct table *table, size_t row, size_t col, const char *word, bool calm,
                     uint64_t *random)
{
    const struct column *column = &table_schema(table)->columns[col];
    switch (column->kind) {
    case KIND_TEXT:
        table_set_text(table, row, col, word != NULL && random_below(random, 4) ? word : "other");
        if (column->ranks != NULL && (calm || random_below(random, 2)))
            set_rank(table, row, col, calm, random);
        break;
    case KIND_ADDRESS:
        table_set_text(table, row, col, "203.0.113.9");
        break;
    case KIND_BOOL:
        table_set_int(table, row, col, random_below(random, 2));
        break;
    case KIND_SERIES:
        break;
    default: {
        double value = word != NULL ? strtod(word, NULL) : 0;
        double off[] = {-1, 0, 1, 1000};
        table_set_real(table, row, col, value + off[random_below(random, 4)]);
    }
    }
}

static const struct table *random_table(const struct step *step, const struct pool *pool,
                                        uint64_t *random)
{
    static const size_t counts[] = {0, 1, 1, 2, 3, 12, 30};
    struct table *table = table_new(step->probe->schema);
    size_t count = counts[random_below(random, 7)];
    bool alike = random_below(random, 2) > 0, calm = random_below(random, 2) > 0;
    uint64_t same = *random;
    for (size_t i = 0; i < count; i++) {
        uint64_t *source = random, copy = same;
        if (alike)
            source = &copy;
        size_t row = table_add_row(table);
        for (size_t col = 0; col < step->probe->schema->column_count; col++)
            if (random_below(source, 4) > 0)
                set_cell(table, row, col, pick(pool, col, source), calm, source);
        static const enum level levels[] = {LEVEL_NONE, LEVEL_NONE, LEVEL_WARN, LEVEL_CRIT};
        table_set_level(table, row, 0, levels[calm ? 0 : random_below(source, 4)]);
    }
    random_below(random, 2);
    return table_seal(table);
}

static void look(const struct step *step, const struct table *table, struct seen *seen)
{
    struct row_list rows;
    step_rows(step, table, &rows);
    for (size_t i = 0; i < sizeof judged / sizeof *judged; i++) {
        const struct condition *condition = step->outcomes[judged[i]].condition;
        if (condition != NULL)
            seen->truths[judged[i]][condition_evaluate(condition, &rows)] = true;
    }
    step_rows_dispose(&rows);
    struct verdict verdict;
    struct step_facts facts = {.table = table};
    step_judge(step, &facts, &verdict);
    assert_non_null(verdict.summary);
    assert_true(strchr(verdict.summary, '$') == NULL);
    seen->states[verdict.state] = true;
    verdict_dispose(&verdict);
}

// Everything that there is to see was seen.
static bool seen_all(const struct step *step, const struct seen *seen)
{
    bool all = seen->states[STEP_OK];
    for (size_t i = 0; i < sizeof judged / sizeof *judged; i++)
        if (step->outcomes[judged[i]].condition != NULL)
            all = all && seen->truths[judged[i]][TRUTH_TRUE] &&
                  seen->truths[judged[i]][TRUTH_FALSE] && seen->states[judged[i]];
    return all;
}

static void check_step(const struct checklist *list, const struct step *step)
{
    struct pool pool = {0};
    struct seen seen = {0};
    uint64_t random = 1;
    pool_fill(&pool, list, step);
    for (size_t i = 0; i < TRIES_MAX && !seen_all(step, &seen); i++) {
        const struct table *table = random_table(step, &pool, &random);
        look(step, table, &seen);
        table_unref(table);
    }
    for (size_t i = 0; i < sizeof judged / sizeof *judged; i++) {
        if (step->outcomes[judged[i]].condition == NULL)
            continue;
        const bool *truths = seen.truths[judged[i]];
        if (!truths[TRUTH_TRUE] || !truths[TRUTH_FALSE] || !seen.states[judged[i]])
            fail_msg("%s %s: the condition for %s is never %s", list->name, step->id,
                     step_state_text(judged[i]),
                     !truths[TRUTH_TRUE]    ? "true"
                     : !truths[TRUTH_FALSE] ? "false"
                                            : "what decides");
    }
    if (!seen.states[STEP_OK])
        fail_msg("%s %s: it is never ok", list->name, step->id);
    seen = (struct seen){0};
    look(step, NULL, &seen);
    assert_true(seen.states[STEP_UNKNOWN]);
    for (size_t i = 0; i < sizeof judged / sizeof *judged; i++)
        assert_true(step->outcomes[judged[i]].condition == NULL ||
                    seen.truths[judged[i]][TRUTH_UNKNOWN]);
    pool_dispose(&pool);
}

static void the_ten_lists_are_there(void **state)
{
    (void)state;
    size_t count;
    char **found = checklist_names("vos3000", &count);
    assert_int_equal(count, NAME_COUNT);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(found[i], names[i]);
        free(found[i]);
    }
    free(found);
}

static void the_morning_has_the_fields_order(void **state)
{
    (void)state;
    static const char *const ids[] = {"server-status",     "system-log",     "current-alarms",
                                      "balances",          "gateway-status", "suspended-endpoints",
                                      "firewall-counters", "sip-flood",      "processes",
                                      "online-users",      "cdr-health",     "security-parameters"};
    struct checklist *list = load("morning");
    assert_int_equal(list->count, sizeof ids / sizeof *ids);
    for (size_t i = 0; i < list->count; i++)
        assert_string_equal(list->steps[i].id, ids[i]);
    checklist_free(list);
}

static void every_condition_can_be_true_false_and_unknown(void **state)
{
    (void)state;
    for (size_t i = 0; i < NAME_COUNT; i++) {
        struct checklist *list = load(names[i]);
        for (size_t j = 0; j < list->count; j++)
            if (list->steps[j].probe != NULL)
                check_step(list, &list->steps[j]);
        checklist_free(list);
    }
}

// A step is worth its place in the list: somebody can act on it.
static void every_step_says_why_and_what_to_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < NAME_COUNT; i++) {
        struct checklist *list = load(names[i]);
        assert_true(list->purpose[0] != '\0');
        for (size_t j = 0; j < list->count; j++) {
            const struct step *step = &list->steps[j];
            bool advised = step->outcomes[STEP_OK].advice[0] != '\0';
            for (size_t k = 0; k < 2; k++) {
                const struct step_outcome *outcome = &step->outcomes[judged[k]];
                if (outcome->condition != NULL && outcome->advice[0] == '\0')
                    fail_msg("%s %s: no advice for %s", names[i], step->id,
                             step_state_text(judged[k]));
                if (outcome->condition != NULL && outcome->summary == NULL && step->probe != NULL)
                    fail_msg("%s %s: no summary for %s", names[i], step->id,
                             step_state_text(judged[k]));
                advised = advised || outcome->advice[0] != '\0';
            }
            if (!advised)
                fail_msg("%s %s: no advice", names[i], step->id);
        }
        checklist_free(list);
    }
}

// A row with these cells, "effect=drops", and what is key.
static const struct table *sparse_table(const struct schema *schema, const char *const *cells)
{
    struct table *table = table_new(schema);
    size_t row = table_add_row(table);
    for (size_t col = 0; col < schema->column_count; col++) {
        const struct column *column = &schema->columns[col];
        size_t len = strlen(column->name);
        if (column->kind == KIND_TEXT && (col == 0 || column->key))
            table_set_text(table, row, col, "name");
        for (size_t i = 0; i < CELLS_MAX && cells[i] != NULL; i++)
            if (strncmp(cells[i], column->name, len) == 0 && cells[i][len] == '=') {
                if (column->kind == KIND_TEXT)
                    table_set_text(table, row, col, cells[i] + len + 1);
                else
                    table_set_int(table, row, col, strtol(cells[i] + len + 1, NULL, 10));
            }
    }
    return table_seal(table);
}

static void what_the_figures_do_not_say_is_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *list, *step, *cells[CELLS_MAX];
    } cases[] = {
        {"morning", "current-alarms", {NULL}},
        {"midday", "current-calls", {NULL}},
        {"evening", "runaway-calls", {NULL}},
        {"weekly", "revenue", {NULL}},
        {"weekly", "maintenance", {NULL}},
        {"monthly", "retention", {NULL}},
        {"call-quality", "setup-time", {NULL}},
        {"call-quality", "short-calls", {NULL}},
        {"call-quality", "media", {"state=talking"}},
        {"gateway-down", "firewall", {"table=filter", "effect=drops", "num=1"}},
        {"gateway-down", "bans", {NULL}},
        {"incident-fraud", "calls-now", {NULL}},
        {"incident-attack", "fraud", {NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct checklist *list = load(cases[i].list);
        size_t at = 0;
        while (strcmp(list->steps[at].id, cases[i].step) != 0)
            assert_true(++at < list->count);
        const struct step *step = &list->steps[at];
        struct verdict verdict;
        struct step_facts facts = {.table = sparse_table(step->probe->schema, cases[i].cells)};
        step_judge(step, &facts, &verdict);
        if (verdict.state != STEP_UNKNOWN)
            fail_msg("%s %s: %s", cases[i].list, cases[i].step, verdict.summary);
        verdict_dispose(&verdict);
        table_unref(facts.table);
        checklist_free(list);
    }
}

static void only_what_is_past_its_limit_is_called_so(void **state)
{
    (void)state;
    static const char *const lists[] = {"morning",      "midday",       "evening",        "monthly",
                                        "call-quality", "gateway-down", "incident-attack"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct checklist *list = load(lists[i]);
        size_t at = 0;
        while (list->steps[at].probe != &probe_health ||
               strstr(list->steps[at].outcomes[STEP_CRITICAL].summary, "past") == NULL)
            assert_true(++at < list->count);
        struct table *table = table_new(probe_health.schema);
        static const char *const rows[][3] = {{"cpu_pct", "processor use", "critical"},
                                              {"load_1m", "load over 1 min", "warning"}};
        for (size_t j = 0; j < 2; j++) {
            size_t row = table_add_row(table);
            table_set_text(table, row, 0, "sw1");
            table_set_text(table, row, (size_t)schema_find(probe_health.schema, "metric"),
                           rows[j][0]);
            table_set_text(table, row, (size_t)schema_find(probe_health.schema, "what"),
                           rows[j][1]);
            table_set_text(table, row, (size_t)schema_find(probe_health.schema, "state"),
                           rows[j][2]);
        }
        struct step_facts facts = {.table = table_seal(table)};
        struct verdict verdict;
        step_judge(&list->steps[at], &facts, &verdict);
        assert_int_equal(verdict.state, STEP_CRITICAL);
        if (strncmp(verdict.summary, "past its limit: processor use; ", 31) != 0)
            fail_msg("%s: %s", lists[i], verdict.summary);
        assert_non_null(strstr(verdict.summary + 31, "load over 1 min"));
        verdict_dispose(&verdict);
        table_unref(facts.table);
        checklist_free(list);
    }
}

int main(void)
{
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ten_lists_are_there),
        cmocka_unit_test(the_morning_has_the_fields_order),
        cmocka_unit_test(every_condition_can_be_true_false_and_unknown),
        cmocka_unit_test(what_the_figures_do_not_say_is_unknown),
        cmocka_unit_test(only_what_is_past_its_limit_is_called_so),
        cmocka_unit_test(every_step_says_why_and_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
