// SPDX-License-Identifier: MIT

// One way with the structs of all sections, by what their section says of them.
#include "conf/section.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/option.h"

static int **lines_of(const struct config_section *section, const void *base)
{
    return (int **)((uintptr_t)base + section->lines);
}

int *section_lines(const struct config_section *section, const void *base)
{
    return *lines_of(section, base);
}

static char **name_of(const void *base)
{
    return (char **)(uintptr_t)base;
}

void section_init(const struct config_section *section, void *base)
{
    *lines_of(section, base) = mem_array(section->option_count, sizeof(int));
    for (size_t i = 0; i < section->option_count; i++)
        option_set(&section->options[i], base, section->options[i].fallback, NULL);
}

void section_dispose(const struct config_section *section, void *base)
{
    for (size_t i = 0; i < section->option_count; i++)
        option_dispose(&section->options[i], base);
    free(*lines_of(section, base));
    if (section->named)
        free(*name_of(base));
}

static void *at(const struct config_section *section, const void *array, size_t index)
{
    return (void *)((uintptr_t)array + index * section->size);
}

void *section_add(const struct config_section *section, const char *name, void *array_ptr,
                  size_t *count)
{
    void *array;
    memcpy(&array, array_ptr, sizeof array);
    array = mem_resize(array, *count + 1, section->size);
    memcpy(array_ptr, &array, sizeof array);
    void *base = at(section, array, (*count)++);
    memset(base, 0, section->size);
    *name_of(base) = mem_strdup(name);
    section_init(section, base);
    return base;
}

void *section_find(const struct config_section *section, const void *array, size_t count,
                   const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(*name_of(at(section, array, i)), name) == 0)
            return at(section, array, i);
    return NULL;
}

void section_free_all(const struct config_section *section, void *array, size_t count)
{
    for (size_t i = 0; i < count; i++)
        section_dispose(section, at(section, array, i));
    free(array);
}

const struct config_option *config_option_find(const struct config_section *section,
                                               const char *name)
{
    for (size_t i = 0; i < section->option_count; i++)
        if (strcmp(section->options[i].name, name) == 0)
            return &section->options[i];
    return NULL;
}

int config_option_line(const struct config_section *section, const void *base, const char *name)
{
    const struct config_option *option = config_option_find(section, name);
    const int *lines = section_lines(section, base);
    return option != NULL && lines != NULL ? lines[option - section->options] : CONFIG_LINE_DEFAULT;
}
