// SPDX-License-Identifier: MIT

// Steps that say what is known of a value elsewhere: in the profile, in another table, in readings
// before.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/seen.h"
#include "probe/step_private.h"

static bool parse_map(struct step *step, struct step_compiler *compiler, char *const words[],
                      size_t count, struct err *err)
{
    if (count != 2)
        return err_set(err, "'map' takes one name");
    char name[128];
    snprintf(name, sizeof name, "map %s", words[1]);
    const struct ini_section *section = ini_section(&compiler->profile->ini, name);
    if (section == NULL)
        return err_set(err, "there is no [%s]", name);
    struct err_list ignored = {0}; // probe_check_profile() reports each map's faults once
    step->map = code_map_compile(section, &ignored);
    err_list_dispose(&ignored);
    return true;
}

static void run_map(const struct step *step, struct step_run *run, struct value *value)
{
    code_map_apply(step->map, value, &run->scratch);
}

// NULL and a member that is left out say no; a column that the host lacks says nothing.
static void run_given(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    int64_t number;
    if (value->lacking)
        return;
    bool given = value->type != VALUE_UNKNOWN && (value->type != VALUE_TEXT || value->len > 0);
    if (given && value_int(value, &number))
        given = number > 0 && number != INT64_MAX;
    *value = value_of_int(given);
}

static bool parse_lookup(struct step *step, struct step_compiler *compiler, char *const words[],
                         size_t count, struct err *err)
{
    (void)compiler;
    if (count != 4)
        return err_set(err, "'lookup' takes a probe, its key column and its wanted column");
    step->lookup = lookup_new(words[1], words[2], words[3], err);
    return step->lookup != NULL;
}

static void run_lookup(const struct step *step, struct step_run *run, struct value *value)
{
    (void)run;
    lookup_apply(step->lookup, value);
}

static bool parse_about(struct step *step, struct step_compiler *compiler, char *const words[],
                        size_t count, struct err *err)
{
    if (count != 3)
        return err_set(err, "'about' takes the first word of a section and a key");
    step->profile = compiler->profile;
    step->kind = mem_strdup(words[1]);
    step->key = mem_strdup(words[2]);
    return true;
}

static void run_about(const struct step *step, struct step_run *run, struct value *value)
{
    (void)run;
    if (value->type != VALUE_TEXT) {
        step_forget(value);
        return;
    }
    char *section = mem_printf("%s %.*s", step->kind, (int)value->len, value->text);
    const char *text = profile_value(step->profile, section, step->key, NULL);
    free(section);
    if (text != NULL)
        *value = value_of_text(text, strlen(text));
    else
        step_forget(value);
}

static bool parse_unseen(struct step *step, struct step_compiler *compiler, char *const words[],
                         size_t count, struct err *err)
{
    step->seen = seen_new();
    return step_parse_alone(step, compiler, words, count, err);
}

static void run_unseen(const struct step *step, struct step_run *run, struct value *value)
{
    (void)run;
    if (value->type == VALUE_TEXT)
        seen_apply(step->seen, value);
    else
        step_forget(value);
}

const struct step_class step_knowledge[] = {
    {.name = "map", .usage = "map NAME", .parse = parse_map, .run = run_map},
    {.name = "given",
     .usage = "given",
     .parse = step_parse_alone,
     .run = run_given,
     .takes_unknown = true},
    {.name = "lookup",
     .usage = "lookup PROBE KEY COLUMN",
     .parse = parse_lookup,
     .run = run_lookup},
    {.name = "about", .usage = "about KIND KEY", .parse = parse_about, .run = run_about},
    {.name = "unseen", .usage = "unseen", .parse = parse_unseen, .run = run_unseen},
    {.name = NULL},
};
