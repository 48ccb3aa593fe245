// SPDX-License-Identifier: MIT

// A profile against the registries, before anything runs.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/advice.h"
#include "probe/code_map.h"
#include "probe/judge.h"
#include "probe/parts.h"
#include "probe/probe.h"

#define NAMES_MAX 64

static size_t probe_names(const char *names[NAMES_MAX])
{
    size_t count = 0;
    for (; count < NAMES_MAX && probes[count] != NULL; count++)
        names[count] = probes[count]->schema->name;
    return count;
}

static void fault_unknown(const struct ini_place *place, const char *what, const char *name,
                          const char *const *names, size_t count, struct err_list *errors)
{
    const char *nearest = ini_nearest(name, names, count);
    err_list_add(errors, "%s:%d: there is no %s '%s'%s%s%s", place->path, place->line, what, name,
                 nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                 nearest != NULL ? "'?" : "");
}

// Where the sources of a probe are written.
static struct ini_place place_of_probe(const struct profile *profile, const char *name)
{
    char *section_name = mem_printf("probe %s", name);
    const struct ini_section *section = ini_section(&profile->ini, section_name);
    free(section_name);
    const struct ini_entry *sources = section != NULL ? ini_get(section, "sources") : NULL;
    if (sources != NULL)
        return sources->place;
    return section != NULL ? section->place : (struct ini_place){profile->name, 0};
}

static void check_source(const struct profile *profile, const struct profile_source *source,
                         const struct probe *probe, const struct ini_place *place,
                         struct err_list *errors)
{
    const struct reader *reader = reader_find(source->reader);
    if (reader == NULL) {
        const char *names[NAMES_MAX];
        size_t count = 0;
        for (; count < NAMES_MAX && readers[count] != NULL; count++)
            names[count] = readers[count]->name;
        fault_unknown(place, "reader", source->reader, names, count, errors);
    } else if (source->section == NULL && source->name[0] != '\0') {
        err_list_add(errors, "%s:%d: there is no [%s %s]", place->path, place->line, source->reader,
                     source->name);
    } else if (reader->check != NULL) {
        reader->check(profile, source, probe, errors);
    }
}

static void check_probe(const struct profile *profile, const struct profile_probe *plan,
                        struct err_list *errors)
{
    struct ini_place place = place_of_probe(profile, plan->name);
    const struct probe *probe = probe_find(plan->name);
    if (probe == NULL) {
        const char *names[NAMES_MAX];
        fault_unknown(&place, "probe", plan->name, names, probe_names(names), errors);
        return;
    }
    for (size_t i = 0; i < plan->source_count; i++)
        check_source(profile, &plan->sources[i], probe, &place, errors);
}

static void check_thresholds(const struct profile *profile, struct err_list *errors)
{
    for (size_t i = 0; probes[i] != NULL; i++)
        judge_free(judge_new(profile, probes[i], errors));
    for (size_t i = 0; i < profile->threshold_count; i++) {
        const struct profile_threshold *threshold = &profile->thresholds[i];
        if (probe_find(threshold->probe) != NULL)
            continue;
        const char *names[NAMES_MAX];
        fault_unknown(&threshold->place, "probe", threshold->probe, names, probe_names(names),
                      errors);
    }
}

// [words PANE.COLUMN] or [tally PANE.COLUMN] of a pane that does not exist; those of panes are
// checked with the judge.
static void check_pane_of(const struct ini_section *section, struct err_list *errors)
{
    const char *name = strchr(section->name, ' ') + 1;
    char *pane = mem_strndup(name, strcspn(name, "."));
    const char *names[NAMES_MAX];
    if (probe_find(pane) == NULL)
        fault_unknown(&section->place, "probe", pane, names, probe_names(names), errors);
    free(pane);
}

static bool source_reads(const struct profile *profile, const struct profile_source *source,
                         const struct ini_section *section)
{
    struct err_list ignored = {0};
    size_t count;
    const struct ini_section **parts = parts_find(profile, source, NULL, &count, &ignored);
    bool found = source->section == section;
    for (size_t i = 0; i < count; i++)
        found = found || parts[i] == section;
    free(parts);
    err_list_dispose(&ignored);
    return found;
}

// A query or request that nothing reads is a mistyped name, most likely in an override.
static void check_used(const struct profile *profile, const struct ini_section *section,
                       struct err_list *errors)
{
    const char *names[NAMES_MAX];
    size_t name_count = 0;
    char *reader = mem_strndup(section->name, strcspn(section->name, " "));
    for (size_t i = 0; i < profile->probe_count; i++) {
        for (size_t j = 0; j < profile->probes[i].source_count; j++) {
            const struct profile_source *source = &profile->probes[i].sources[j];
            if (source_reads(profile, source, section)) {
                free(reader);
                return;
            }
            if (strcmp(source->reader, reader) == 0 && name_count < NAMES_MAX)
                names[name_count++] = source->name;
        }
    }
    const char *name = section->name + strlen(reader) + 1;
    const char *nearest = ini_nearest(name, names, name_count);
    err_list_add(errors, "%s:%d: no probe reads [%s]; %s%s%s", section->place.path,
                 section->place.line, section->name,
                 nearest != NULL ? "did you mean '" : "name it in the sources of a [probe NAME]",
                 nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
    free(reader);
}

// Columns take a map as a step, readers as the whole value of a key for words.
static bool may_name_map(const char *key)
{
    size_t len = strlen(key);
    return strncmp(key, "column.", 7) == 0 || (len > 6 && strcmp(key + len - 6, "_words") == 0);
}

// Whether "map NAME" stands in any section.
static bool is_map_used(const struct profile *profile, const char *step)
{
    size_t len = strlen(step);
    for (size_t i = 0; i < profile->ini.count; i++) {
        const struct ini_section *section = &profile->ini.sections[i];
        for (size_t j = 0; j < section->count; j++) {
            const char *found = strstr(section->entries[j].value, step);
            if (may_name_map(section->entries[j].key) && found != NULL &&
                strchr(" \t|", found[len]) != NULL)
                return true;
        }
    }
    return false;
}

static void check_map(const struct profile *profile, const struct ini_section *section,
                      struct err_list *errors)
{
    code_map_free(code_map_compile(section, errors));
    if (!is_map_used(profile, section->name))
        err_list_add(errors, "%s:%d: no column uses [%s]; write column.NAME = FIELD | %s",
                     section->place.path, section->place.line, section->name, section->name);
}

void probe_check_profile(const struct profile *profile, struct err_list *errors)
{
    for (size_t i = 0; i < profile->probe_count; i++)
        check_probe(profile, &profile->probes[i], errors);
    check_thresholds(profile, errors);
    advice_check(profile, errors);
    for (size_t i = 0; i < profile->ini.count; i++) {
        const struct ini_section *section = &profile->ini.sections[i];
        if (strncmp(section->name, "http ", 5) == 0 || strncmp(section->name, "sql ", 4) == 0)
            check_used(profile, section, errors);
        if (strncmp(section->name, "words ", 6) == 0 || strncmp(section->name, "tally ", 6) == 0)
            check_pane_of(section, errors);
        if (strncmp(section->name, "map ", 4) == 0)
            check_map(profile, section, errors);
    }
}
