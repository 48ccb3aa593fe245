// SPDX-License-Identifier: MIT

// All steps of a mapping, and a step's life.
#include "probe/mapping_step.h"

#include <stdlib.h>
#include <string.h>

#include "probe/seen.h"
#include "probe/step_private.h"

#define STEPS_MAX 64

bool step_parse_alone(struct step *step, struct step_compiler *compiler, char *const words[],
                      size_t count, struct err *err)
{
    (void)step;
    (void)compiler;
    return count == 1 || err_set(err, "'%s' takes nothing after it", words[0]);
}

bool step_parse_operand(struct step *step, struct step_compiler *compiler, char *const words[],
                        size_t count, struct err *err)
{
    if (count != 2)
        return err_set(err, "'%s' takes one field or number", words[0]);
    return operand_parse(compiler, words[1], &step->operand, err);
}

static const struct step_class *const families[] = {step_numbers, step_texts, step_knowledge};

// The step of this name, or NULL; names gets all there are.
static const struct step_class *find_class(const char *name, const char *names[STEPS_MAX],
                                           size_t *count)
{
    const struct step_class *found = NULL;
    *count = 0;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        for (const struct step_class *class = families[i]; class->name != NULL; class ++) {
            if (*count < STEPS_MAX)
                names[(*count)++] = class->name;
            if (strcmp(name, class->name) == 0)
                found = class;
        }
    return found;
}

static bool refuse_unknown(const char *word, const char *const names[], size_t count,
                           struct err *err)
{
    const char *nearest = ini_nearest(word, names, count);
    if (nearest != NULL)
        return err_set(err, "there is no step '%s'; did you mean '%s'?", word, nearest);
    struct str all = {0};
    for (size_t i = 0; i < count; i++)
        str_appendf(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    err_set(err, "there is no step '%s'; the steps are %s", word, str_text(&all));
    str_dispose(&all);
    return false;
}

bool step_parse(struct step *step, struct step_compiler *compiler, char *const words[],
                size_t count, struct err *err)
{
    const char *names[STEPS_MAX];
    size_t name_count;
    *step = (struct step){.class = find_class(words[0], names, &name_count)};
    if (step->class == NULL)
        return refuse_unknown(words[0], names, name_count, err);
    return step->class->parse(step, compiler, words, count, err) ||
           err_set(err, "%s; it is written '%s'", err->text, step->class->usage);
}

void step_dispose(struct step *step)
{
    code_map_free(step->map);
    lookup_free(step->lookup);
    seen_free(step->seen);
    free(step->kind);
    free(step->key);
}

void step_begin(struct step *step, struct reading *reading)
{
    if (step->lookup != NULL)
        lookup_begin(step->lookup, reading);
}

void step_end(struct step *step)
{
    if (step->lookup != NULL)
        lookup_end(step->lookup);
    if (step->seen != NULL)
        seen_end(step->seen);
}
