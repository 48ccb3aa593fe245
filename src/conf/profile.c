// SPDX-License-Identifier: MIT

// Profiles: the embedded INI files of a product, the user's own laid over them, and the typed parts
// that all layers need.
#include "conf/profile.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/xdg.h"

#define EMBEDDED_ROOT   "src/profiles/"
#define PERIOD_LEAST_MS 250
#define PERIOD_MOST_MS  (24 * 3600 * 1000)
#define TIMEOUT_MOST_MS (600 * 1000)
#define LIST_SEPARATORS ","

// "src/profiles/NAME/FILE.ini": the length of NAME; 0 for other files and those of its folders.
static size_t embedded_profile(const struct embedded *file, const char **name)
{
    if (strncmp(file->path, EMBEDDED_ROOT, strlen(EMBEDDED_ROOT)) != 0)
        return 0;
    *name = file->path + strlen(EMBEDDED_ROOT);
    size_t len = strcspn(*name, "/");
    return strchr(*name + len + 1, '/') == NULL ? len : 0;
}

// A section may stand in one of the product's files only.
static void join_file(struct ini *all, const struct ini *file, struct err_list *errors)
{
    for (size_t i = 0; i < file->count; i++) {
        const struct ini_section *section = &file->sections[i];
        const struct ini_section *before = ini_section(all, section->name);
        if (before != NULL)
            ini_fault(errors, &section->place, "[%s] stands in %s:%d already; keep one of the two",
                      section->name, before->place.path, before->place.line);
        else
            ini_lay_section(all, section);
    }
}

static size_t read_embedded(const char *name, struct ini *all, struct err_list *errors)
{
    size_t found = 0;
    for (size_t i = 0; i < embedded_file_count; i++) {
        const struct embedded *file = &embedded_files[i];
        const char *owner;
        size_t len = embedded_profile(file, &owner);
        if (len == 0 || strlen(name) != len || strncmp(owner, name, len) != 0)
            continue;
        struct ini ini = {0};
        ini_read_text(&ini, file->path, file->text, file->len, errors);
        join_file(all, &ini, errors);
        ini_dispose(&ini);
        found++;
    }
    return found;
}

static int is_ini_name(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return entry->d_name[0] != '.' && len > 4 && strcmp(entry->d_name + len - 4, ".ini") == 0;
}

// In the user's files a first word that the product's files do not use is a mistyped one.
static void check_words(const struct ini *ini, struct err_list *errors)
{
    size_t count;
    char **words = profile_section_words(&count);
    for (size_t i = 0; i < ini->count; i++) {
        const struct ini_section *section = &ini->sections[i];
        char *word = mem_strndup(section->name, strcspn(section->name, " \t"));
        bool known = false;
        for (size_t j = 0; j < count; j++)
            known = known || strcmp(words[j], word) == 0;
        const char *nearest = known ? NULL : ini_nearest(word, (const char *const *)words, count);
        if (nearest != NULL)
            ini_fault(errors, &section->place, "[%s] is no known section; did you mean [%s%s]?",
                      section->name, nearest, section->name + strlen(word));
        else if (!known)
            ini_fault(errors, &section->place, "[%s] is no known section", section->name);
        free(word);
    }
    for (size_t i = 0; i < count; i++)
        free(words[i]);
    free(words);
}

// The user's folder for this product; a missing folder is usual.
static size_t read_folder(const char *name, struct ini *all, struct err_list *errors)
{
    char *relative = mem_printf("profiles/%s", name);
    char *folder = xdg_config_path(relative);
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_ini_name, alphasort);
    if (count < 0 && errno != ENOENT && errno != ENOTDIR) // HOME may be /dev/null
        err_list_add(errors, "%s: cannot be read: %s", folder, strerror(errno));
    struct ini mine = {0};
    for (int i = 0; i < count; i++) {
        char *path = mem_printf("%s/%s", folder, entries[i]->d_name);
        struct ini ini = {0};
        ini_read_file(&ini, path, errors);
        join_file(&mine, &ini, errors);
        ini_dispose(&ini);
        free(path);
        free(entries[i]);
    }
    free(entries);
    check_words(&mine, errors);
    ini_overlay(all, &mine);
    ini_dispose(&mine);
    free(folder);
    free(relative);
    return count > 0 ? (size_t)count : 0;
}

static int64_t read_duration(const struct ini_section *section, const char *key, int64_t fallback,
                             int64_t least, int64_t most, struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, key);
    int64_t value;
    if (entry == NULL)
        return fallback;
    if (!clock_parse_duration(entry->value, &value) || value < 0)
        ini_fault(errors, &entry->place, "%s = %s is no duration; write 500ms, 5s, 1m or 1h", key,
                  entry->value);
    else if (value < least || value > most)
        ini_fault(errors, &entry->place, "%s = %s is out of range; write %gs to %gs", key,
                  entry->value, (double)least / 1000, (double)most / 1000);
    else
        return value;
    return fallback;
}

static void add_source(struct profile *profile, struct profile_probe *probe, const char *text,
                       size_t len)
{
    struct profile_source *source;
    probe->sources = mem_resize(probe->sources, probe->source_count + 1, sizeof *probe->sources);
    source = &probe->sources[probe->source_count++];
    char *words = mem_strndup(text, len);
    size_t reader_len = strcspn(words, " \t");
    const char *rest = words + reader_len;
    rest += strspn(rest, " \t");
    source->reader = mem_strndup(words, reader_len);
    source->name = mem_strdup(rest);
    char *section = rest[0] == '\0' ? mem_strdup(source->reader)
                                    : mem_printf("%s %s", source->reader, source->name);
    source->section = ini_section(&profile->ini, section);
    free(section);
    free(words);
}

static void read_sources(struct profile *profile, struct profile_probe *probe,
                         const struct ini_section *section, struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "sources");
    if (entry == NULL) {
        ini_fault(errors, &section->place,
                  "[%s] does not say where it is read; write sources = READER NAME, … or none",
                  section->name);
        return;
    }
    if (strcmp(entry->value, "none") == 0)
        return;
    for (const char *at = entry->value;; at++) {
        at += strspn(at, " \t");
        size_t len = strcspn(at, LIST_SEPARATORS), trimmed = len;
        while (trimmed > 0 && (at[trimmed - 1] == ' ' || at[trimmed - 1] == '\t'))
            trimmed--;
        if (trimmed == 0)
            ini_fault(errors, &entry->place,
                      "an empty source in sources; write READER NAME, READER NAME");
        else
            add_source(profile, probe, at, trimmed);
        at += len;
        if (*at == '\0')
            break;
    }
}

static void read_probe(struct profile *profile, const struct ini_section *section, const char *name,
                       struct err_list *errors)
{
    static const char *const keys[] = {"sources",      "period",  "idle_period",
                                       "least_period", "timeout", NULL};
    ini_check_keys(section, keys, errors);
    profile->probes =
        mem_resize(profile->probes, profile->probe_count + 1, sizeof *profile->probes);
    struct profile_probe *probe = &profile->probes[profile->probe_count++];
    *probe = (struct profile_probe){.name = mem_strdup(name)};
    probe->least_period_ms =
        read_duration(section, "least_period", PERIOD_LEAST_MS, 0, PERIOD_MOST_MS, errors);
    int64_t least = probe->least_period_ms;
    probe->period_ms = read_duration(section, "period", least > 5000 ? least : 5000, least,
                                     PERIOD_MOST_MS, errors);
    const struct ini_entry *idle = ini_get(section, "idle_period");
    if (idle != NULL && strcmp(idle->value, "never") == 0)
        probe->idle_period_ms = -1;
    else
        probe->idle_period_ms =
            read_duration(section, "idle_period", probe->period_ms, least, PERIOD_MOST_MS, errors);
    probe->timeout_ms = read_duration(section, "timeout", 10000, 100, TIMEOUT_MOST_MS, errors);
    read_sources(profile, probe, section, errors);
}

static char *entry_text(const struct ini_section *section, const char *key)
{
    const struct ini_entry *entry = ini_get(section, key);
    return entry != NULL && entry->value[0] != '\0' ? mem_strdup(entry->value) : NULL;
}

static void read_threshold(struct profile *profile, const struct ini_section *section,
                           const char *name, struct err_list *errors)
{
    static const char *const keys[] = {"warn", "crit", "word", NULL};
    ini_check_keys(section, keys, errors);
    const char *dot = strchr(name, '.');
    if (dot == NULL || dot == name || dot[1] == '\0') {
        ini_fault(errors, &section->place, "[%s] names no cell; write [threshold PANE.COLUMN]",
                  section->name);
        return;
    }
    profile->thresholds =
        mem_resize(profile->thresholds, profile->threshold_count + 1, sizeof *profile->thresholds);
    const struct ini_entry *word = ini_get(section, "word");
    profile->thresholds[profile->threshold_count++] = (struct profile_threshold){
        .probe = mem_strndup(name, (size_t)(dot - name)),
        .column = mem_strdup(dot + 1),
        .warn = entry_text(section, "warn"),
        .crit = entry_text(section, "crit"),
        .word = ini_unquote(word != NULL ? word->value : ""),
        .place = section->place,
    };
}

static void read_typed_parts(struct profile *profile, struct err_list *errors)
{
    static const char *const profile_keys[] = {"title", NULL};
    for (size_t i = 0; i < profile->ini.count; i++) {
        const struct ini_section *section = &profile->ini.sections[i];
        size_t word = strcspn(section->name, " \t");
        const char *name = section->name + word;
        name += strspn(name, " \t");
        if (strcmp(section->name, "profile") == 0)
            ini_check_keys(section, profile_keys, errors);
        else if (strncmp(section->name, "probe ", 6) == 0)
            read_probe(profile, section, name, errors);
        else if (strncmp(section->name, "threshold ", 10) == 0)
            read_threshold(profile, section, name, errors);
    }
}

static void fault_unknown_profile(const char *name, struct err_list *errors)
{
    struct str known = {0};
    const char *last = "";
    size_t last_len = 0;
    for (size_t i = 0; i < embedded_file_count; i++) {
        const char *owner;
        size_t len = embedded_profile(&embedded_files[i], &owner);
        if (len == 0 || (len == last_len && strncmp(owner, last, len) == 0))
            continue;
        str_appendf(&known, "%s%.*s", last_len == 0 ? "" : ", ", (int)len, owner);
        last = owner;
        last_len = len;
    }
    err_list_add(errors, "there is no profile '%s'; known: %s", name, str_text(&known));
    str_dispose(&known);
}

struct profile *profile_read(const char *name, const struct ini *overrides, struct err_list *errors)
{
    struct profile *profile = mem_alloc(sizeof *profile);
    profile->name = mem_strdup(name);
    size_t found = 0;
    if (name[0] != '.' && strchr(name, '/') == NULL) {
        found = read_embedded(name, &profile->ini, errors);
        found += read_folder(name, &profile->ini, errors);
    }
    if (found == 0)
        fault_unknown_profile(name, errors);
    if (overrides != NULL)
        ini_overlay(&profile->ini, overrides);
    profile->title = mem_strdup(profile_value(profile, "profile", "title", name));
    if (found > 0)
        read_typed_parts(profile, errors);
    return profile;
}

bool profile_load(const char *name, const struct ini *overrides, struct profile **out,
                  struct err_list *errors)
{
    size_t faults_before = errors->count;
    struct profile *profile = profile_read(name, overrides, errors);
    bool ok = errors->count == faults_before;
    *out = ok ? profile : NULL;
    if (!ok)
        profile_free(profile);
    return ok;
}

void profile_free(struct profile *profile)
{
    if (profile == NULL)
        return;
    for (size_t i = 0; i < profile->probe_count; i++) {
        struct profile_probe *probe = &profile->probes[i];
        for (size_t j = 0; j < probe->source_count; j++) {
            free(probe->sources[j].reader);
            free(probe->sources[j].name);
        }
        free(probe->sources);
        free(probe->name);
    }
    for (size_t i = 0; i < profile->threshold_count; i++) {
        struct profile_threshold *threshold = &profile->thresholds[i];
        free(threshold->probe);
        free(threshold->column);
        free(threshold->warn);
        free(threshold->crit);
        free(threshold->word);
    }
    free(profile->probes);
    free(profile->thresholds);
    free(profile->title);
    free(profile->name);
    ini_dispose(&profile->ini);
    free(profile);
}

const struct profile_probe *profile_probe(const struct profile *profile, const char *name)
{
    for (size_t i = 0; i < profile->probe_count; i++) {
        if (strcmp(profile->probes[i].name, name) == 0)
            return &profile->probes[i];
    }
    return NULL;
}

const char *profile_value(const struct profile *profile, const char *section, const char *key,
                          const char *fallback)
{
    const struct ini_section *found = ini_section(&profile->ini, section);
    const struct ini_entry *entry = found != NULL ? ini_get(found, key) : NULL;
    return entry != NULL ? entry->value : fallback;
}

static void add_word(char ***words, size_t *count, size_t *cap, const char *name)
{
    size_t len = strcspn(name, " \t");
    for (size_t i = 0; i < *count; i++) {
        if (strlen((*words)[i]) == len && strncmp((*words)[i], name, len) == 0)
            return;
    }
    char **slot = mem_push(words, count, cap, sizeof *slot);
    *slot = mem_strndup(name, len);
}

char **profile_section_words(size_t *count)
{
    char **words = NULL;
    size_t cap = 0;
    *count = 0;
    static const char *const always[] = {"profile", "pane",  "probe", "threshold",
                                         "words",   "tally", "map",   "lines"};
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        add_word(&words, count, &cap, always[i]);
    for (size_t i = 0; i < embedded_file_count; i++) {
        const char *owner;
        if (embedded_profile(&embedded_files[i], &owner) == 0)
            continue;
        struct err_list ignored = {0}; // profile_load() complains of them
        struct ini ini = {0};
        ini_read_text(&ini, embedded_files[i].path, embedded_files[i].text, embedded_files[i].len,
                      &ignored);
        for (size_t j = 0; j < ini.count; j++)
            add_word(&words, count, &cap, ini.sections[j].name);
        ini_dispose(&ini);
        err_list_dispose(&ignored);
    }
    return words;
}
