// SPDX-License-Identifier: MIT

// One step of a checklist from its section: every key checked, with file and line.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "checklist/load.h"
#include "table/filter.h"

#define MINUTES_MOST  240
#define NAMES_MAX     64
#define COLUMNS_SHOWN 6 // where the step names none

const struct step_key step_keys[] = {
    {"title", "what the step is called; must be there"},
    {"why", "why it matters; must be there"},
    {"ref", "section of the product's manual"},
    {"minutes", "how long it takes a person, 1 to 240; default 1"},
    {"priority", "high, normal (the default) or low: among steps that came out alike"},
    {"pane", "whose rows are the evidence; without one a person does the step (confirm = yes)"},
    {"window", "of a pane that has several: 5m, 15m, 1h or today"},
    {"filter", "a filter expression: the rows that the step sees; default all"},
    {"columns", "columns of the evidence, with commas; default the pane's first ones"},
    {"sort", "order of the evidence, such as -severity,begin; default the pane's own"},
    {"critical", "the condition for critical"},
    {"warning", "the condition for warning"},
    {"ok", "the condition for ok; where it is given and nothing holds, the step is unknown"},
    {"critical_summary", "one line of what is wrong: see \"Summaries\""},
    {"warning_summary", "the same for warning"},
    {"ok_summary", "the same for ok"},
    {"critical_advice", "what to do"},
    {"warning_advice", "what to do"},
    {"ok_advice", "what to do"},
    {"unknown_advice", "what to do where nothing could be read"},
    {"actions", "actions offered on the evidence, with commas: ban, lock, hangup, …"},
    {"confirm", "yes: a person must confirm the verdict; default no"},
    {"skip", "why the step is not done here: it is skipped, and the reason is reported"},
    {"after", "id of the step behind which this one comes"},
};
const size_t step_key_count = sizeof step_keys / sizeof *step_keys;

static void check_keys(const struct ini_section *section, struct err_list *errors)
{
    const char *names[sizeof step_keys / sizeof *step_keys + 1] = {0};
    for (size_t i = 0; i < step_key_count; i++)
        names[i] = step_keys[i].name;
    ini_check_keys(section, names, errors);
}

static char *text_of(const struct ini_section *section, const char *key)
{
    const struct ini_entry *entry = ini_get(section, key);
    return entry != NULL ? ini_unquote(entry->value) : mem_strdup("");
}

static char *needed_text(const struct ini_section *section, const char *key,
                         struct err_list *errors)
{
    char *text = text_of(section, key);
    if (text[0] == '\0')
        ini_fault(errors, &section->place, "[%s] has no %s", section->name, key);
    return text;
}

static bool is_id(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return text[0] >= 'a' && text[0] <= 'z' && text[len] == '\0' && len <= 40;
}

static int read_minutes(const struct ini_section *section, struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "minutes");
    if (entry == NULL)
        return 1;
    char *end;
    long minutes = strtol(entry->value, &end, 10);
    if (isdigit((unsigned char)entry->value[0]) && *end == '\0' && minutes >= 1 &&
        minutes <= MINUTES_MOST)
        return (int)minutes;
    ini_fault(errors, &entry->place, "minutes = %s: not a number from 1 to %d", entry->value,
              MINUTES_MOST);
    return 1;
}

static enum step_priority read_priority(const struct ini_section *section, struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "priority");
    for (int i = STEP_PRIORITY_HIGH; entry != NULL && i <= STEP_PRIORITY_LOW; i++)
        if (strcmp(entry->value, step_priority_text((enum step_priority)i)) == 0)
            return (enum step_priority)i;
    if (entry != NULL)
        ini_fault(errors, &entry->place, "priority = %s: write high, normal or low", entry->value);
    return STEP_PRIORITY_NORMAL;
}

static bool read_confirm(const struct ini_section *section, struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "confirm");
    if (entry != NULL && strcmp(entry->value, "yes") != 0 && strcmp(entry->value, "no") != 0)
        ini_fault(errors, &entry->place, "confirm = %s: write yes or no", entry->value);
    return entry != NULL && strcmp(entry->value, "yes") == 0;
}

static void read_pane(struct step *step, const struct ini_section *section, struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "pane");
    if (entry == NULL) {
        if (!step->confirm)
            ini_fault(errors, &section->place,
                      "[%s] has neither a pane nor confirm = yes: nobody would do it",
                      section->name);
        return;
    }
    step->probe = probe_find(entry->value);
    bool local = step->probe != NULL && step->probe->local;
    if (local)
        ini_fault(errors, &entry->place, "pane = %s: it is this machine's, a step asks hosts",
                  entry->value);
    if (step->probe != NULL && step->probe->pane)
        return;
    step->probe = NULL;
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (size_t i = 0; probes[i] != NULL && count < NAMES_MAX; i++)
        if (probes[i]->pane)
            names[count++] = probes[i]->schema->name;
    const char *nearest = ini_nearest(entry->value, names, count);
    if (nearest != NULL)
        ini_fault(errors, &entry->place, "there is no pane '%s'; did you mean '%s'?", entry->value,
                  nearest);
    else
        ini_fault(errors, &entry->place, "there is no pane '%s'", entry->value);
}

static void read_window(struct step *step, const struct ini_section *section,
                        struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "window");
    const struct schema *schema = step->probe->schema;
    int standard = schema->variants == NULL ? -1 : schema_variant(schema, "15m");
    step->variant = standard < 0 ? 0 : (size_t)standard;
    if (entry == NULL)
        return;
    int variant = schema->variants == NULL ? -1 : schema_variant(schema, entry->value);
    if (variant < 0)
        ini_fault(errors, &entry->place, "window = %s: pane %s has no such window", entry->value,
                  schema->name);
    else
        step->variant = (size_t)variant;
}

static void read_filter(struct step *step, const struct ini_section *section,
                        struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "filter");
    struct err err = {0};
    size_t position;
    step->filter_text = text_of(section, "filter");
    if (entry != NULL &&
        !filter_parse(entry->value, step->probe->schema, &step->filter, &position, &err))
        ini_fault(errors, &entry->place, "filter, character %zu: %s", position + 1, err.text);
}

static void add_column(struct step *step, size_t column)
{
    step->columns = mem_resize(step->columns, step->column_count + 1, sizeof *step->columns);
    step->columns[step->column_count++] = column;
}

// The host is said beside the step.
static void take_first_columns(struct step *step)
{
    for (size_t i = 1; i < step->probe->schema->column_count; i++)
        if (step->column_count < COLUMNS_SHOWN &&
            step->probe->schema->columns[i].kind != KIND_SERIES)
            add_column(step, i);
}

static void read_columns(struct step *step, const struct ini_section *section,
                         struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "columns");
    if (entry == NULL) {
        take_first_columns(step);
        return;
    }
    char *rest = NULL, *words = mem_strdup(entry->value);
    for (char *word = strtok_r(words, ", \t", &rest); word != NULL;
         word = strtok_r(NULL, ", \t", &rest)) {
        int column = schema_find(step->probe->schema, word);
        const char *nearest = column < 0 ? schema_nearest(step->probe->schema, word) : NULL;
        if (column >= 0)
            add_column(step, (size_t)column);
        else if (nearest != NULL)
            ini_fault(errors, &entry->place, "columns: %s has no column '%s'; did you mean '%s'?",
                      step->probe->schema->name, word, nearest);
        else
            ini_fault(errors, &entry->place, "columns: %s has no column '%s'",
                      step->probe->schema->name, word);
    }
    free(words);
}

static void read_sort(struct step *step, const struct ini_section *section, struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "sort");
    struct err err = {0};
    const char *text = entry != NULL ? entry->value : step->probe->default_sort;
    if (!sort_parse(text, step->probe->schema, step->sort, &err))
        ini_fault(errors, entry != NULL ? &entry->place : &section->place, "sort: %s", err.text);
}

static void read_outcome(struct step *step, const struct ini_section *section,
                         enum step_state state, struct err_list *errors)
{
    struct step_outcome *outcome = &step->outcomes[state];
    const char *word = step_state_text(state);
    char *summary = mem_printf("%s_summary", word), *advice = mem_printf("%s_advice", word);
    const struct ini_entry *condition = ini_get(section, word);
    const struct ini_entry *says = ini_get(section, summary);
    struct err err = {0};
    size_t position;
    if (condition != NULL && step->probe != NULL &&
        !condition_parse(condition->value, step->probe->schema, &outcome->condition, &position,
                         &err))
        ini_fault(errors, &condition->place, "%s, character %zu: %s", word, position + 1, err.text);
    if (says != NULL) {
        outcome->summary = ini_unquote(says->value);
        if (step->probe != NULL)
            summary_check(step, says, errors);
    }
    outcome->advice = text_of(section, advice);
    free(advice);
    free(summary);
}

static void check_conditions(const struct step *step, const struct ini_section *section,
                             struct err_list *errors)
{
    bool judged = ini_get(section, "critical") != NULL || ini_get(section, "warning") != NULL ||
                  ini_get(section, "ok") != NULL;
    bool has_pane = ini_get(section, "pane") != NULL;
    if (judged && !has_pane)
        ini_fault(errors, &section->place, "[%s] has a condition but no pane to ask",
                  section->name);
    if (!judged && has_pane && !step->confirm)
        ini_fault(errors, &section->place,
                  "[%s] has no critical, warning or ok, and no confirm = yes: it would always "
                  "pass",
                  section->name);
}

static void read_actions(struct step *step, const struct ini_section *section,
                         struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "actions");
    char *rest = NULL, *words = mem_strdup(entry != NULL ? entry->value : "");
    for (char *word = strtok_r(words, ",", &rest); word != NULL;
         word = strtok_r(NULL, ",", &rest)) {
        while (*word == ' ')
            word++;
        const struct action *action = action_find(word);
        if (action == NULL) {
            ini_fault(errors, &entry->place, "actions: there is no action '%s'; see nocdesk help",
                      word);
            continue;
        }
        step->actions =
            mem_resize(step->actions, step->action_count + 1, sizeof(const struct action *));
        step->actions[step->action_count++] = action;
    }
    free(words);
}

void step_read(struct step *step, const struct ini_section *section, struct err_list *errors)
{
    static const enum step_state judged[] = {STEP_CRITICAL, STEP_WARNING, STEP_OK, STEP_UNKNOWN};
    check_keys(section, errors);
    step->place = section->place;
    step->id = mem_strdup(section->name + strcspn(section->name, " ") + 1);
    if (!is_id(step->id))
        ini_fault(errors, &section->place,
                  "[%s]: an id is of a-z, 0-9 and -, begins with a letter and has at most 40",
                  section->name);
    step->title = needed_text(section, "title", errors);
    step->why = needed_text(section, "why", errors);
    step->ref = text_of(section, "ref");
    step->skip = text_of(section, "skip");
    step->after = text_of(section, "after");
    step->minutes = read_minutes(section, errors);
    step->priority = read_priority(section, errors);
    step->confirm = read_confirm(section, errors);
    read_pane(step, section, errors);
    if (step->probe != NULL) {
        read_window(step, section, errors);
        read_filter(step, section, errors);
        read_columns(step, section, errors);
        read_sort(step, section, errors);
    }
    for (size_t i = 0; i < sizeof judged / sizeof *judged; i++)
        read_outcome(step, section, judged[i], errors);
    check_conditions(step, section, errors);
    read_actions(step, section, errors);
}
