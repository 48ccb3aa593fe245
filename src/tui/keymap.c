// SPDX-License-Identifier: MIT

// Keymap files to bindings, and keys to commands.
#include "tui/keymap.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/probe.h"
#include "tui/own_keys.h"
#include "tui/resource.h"

#define ALL_MODES (MODE_OVERVIEW | MODE_PANE | MODE_GUIDE | MODE_VIEWER | MODE_PROMPT | MODE_REPLAY)

enum { SCOPE_REPLAY }; // holds only while a recording is played
// Scopes by name, the narrower ones first, and the modes in which their bindings hold.
static const struct {
    const char *name;
    unsigned modes;
} scopes[] = {
    [SCOPE_REPLAY] = {"replay", MODE_REPLAY | MODE_OVERVIEW | MODE_PANE | MODE_GUIDE | MODE_VIEWER},
    {"overview", MODE_OVERVIEW},
    {"pane", MODE_PANE},
    {"checklist", MODE_GUIDE},
    {"viewer", MODE_VIEWER},
    {"prompt", MODE_PROMPT},
    {"table", MODE_OVERVIEW | MODE_PANE | MODE_GUIDE},
    {"global", MODE_OVERVIEW | MODE_PANE | MODE_GUIDE | MODE_VIEWER},
};
#define PANE        "pane "
#define SCOPE_COUNT (sizeof scopes / sizeof *scopes)

struct keymap {
    struct ini ini; // scopes and places lie in it
    struct keymap_binding *bindings;
    size_t count, cap;
    struct key_command *own; // run-NAME of the configuration
    size_t own_count;
    bool replay;
};

// What a file is read into.
struct keymap_reading {
    struct keymap *keymap;
    struct err_list *errors, *notes;
    const char *own_path; // of the configuration, with the keys of the operator's own commands
    bool own;             // they are read now, behind all others
};

static unsigned scope_modes(const char *name)
{
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (strcmp(name, scopes[i].name) == 0)
            return scopes[i].modes;
    if (strncmp(name, "pane ", 5) == 0) {
        const struct probe *probe = probe_find(name + 5);
        return probe != NULL && probe->pane ? MODE_PANE : 0;
    }
    return 0;
}

static const char *words_of(const struct key_command *command)
{
    return command != NULL ? command->name : "nothing";
}

// The binding of a scope that cannot stand beside these keys: the same ones, or the begin of one
// another.
static struct keymap_binding *find_rival(const struct keymap *keymap, const char *scope,
                                         const struct chord_keys *keys)
{
    for (size_t i = 0; i < keymap->count; i++) {
        struct keymap_binding *old = &keymap->bindings[i];
        if (strcmp(old->scope, scope) == 0 &&
            (chord_keys_begin(&old->keys, keys) || chord_keys_begin(keys, &old->keys)))
            return old;
    }
    return NULL;
}

static void complain(struct err_list *errors, const struct keymap_binding *now,
                     const struct keymap_binding *old)
{
    char keys[CHORD_KEYS_NAME], others[CHORD_KEYS_NAME];
    chord_keys_print(&now->keys, keys);
    chord_keys_print(&old->keys, others);
    if (strcmp(keys, others) == 0)
        err_list_add(errors, "%s:%d: %s does %s here and %s on line %d; keep one", now->place.path,
                     now->place.line, keys, words_of(now->command), words_of(old->command),
                     old->place.line);
    else
        err_list_add(
            errors,
            "%s:%d: %s for %s and %s for %s on line %d begin alike, so that only one could "
            "be reached; keep one",
            now->place.path, now->place.line, keys, words_of(now->command), others,
            words_of(old->command), old->place.line);
}

static void tell_loser(struct err_list *notes, const struct keymap_binding *winner,
                       const struct keymap_binding *loser)
{
    char keys[CHORD_KEYS_NAME], others[CHORD_KEYS_NAME];
    chord_keys_print(&winner->keys, keys);
    chord_keys_print(&loser->keys, others);
    if (strcmp(keys, others) == 0)
        err_list_add(notes, "%s:%d: %s does %s, not %s (%s:%d)", winner->place.path,
                     winner->place.line, keys, words_of(winner->command), words_of(loser->command),
                     loser->place.path, loser->place.line);
    else
        err_list_add(notes, "%s:%d: %s does %s, and so %s no longer does %s (%s:%d)",
                     winner->place.path, winner->place.line, keys, words_of(winner->command),
                     others, words_of(loser->command), loser->place.path, loser->place.line);
}

// What a compiled-in key set changes of the default is its purpose; what the user's file takes away
// is said.
static bool is_users(const struct keymap_binding *binding)
{
    return strncmp(binding->place.path, "keymaps/", strlen("keymaps/")) != 0;
}

static void drop(struct keymap *keymap, struct keymap_binding *binding)
{
    size_t index = (size_t)(binding - keymap->bindings);
    memmove(binding, binding + 1, (keymap->count - index - 1) * sizeof *binding);
    keymap->count--;
}

static void add_binding(struct keymap_reading *reading, const struct keymap_binding *binding)
{
    struct keymap *keymap = reading->keymap;
    struct keymap_binding *old;
    while ((old = find_rival(keymap, binding->scope, &binding->keys)) != NULL) {
        if (old->layer == binding->layer) {
            complain(reading->errors, binding, old);
            return;
        }
        bool wins = old->layer < binding->layer;
        if (is_users(wins ? binding : old))
            tell_loser(reading->notes, wins ? binding : old, wins ? old : binding);
        if (!wins)
            return;
        drop(keymap, old);
    }
    struct keymap_binding *slot =
        mem_push(&keymap->bindings, &keymap->count, &keymap->cap, sizeof *slot);
    *slot = *binding;
}

static bool check_keys(const struct keymap_binding *binding, const char *word,
                       struct err_list *errors)
{
    if (strcmp(binding->scope, "prompt") != 0 || !chord_is_text(binding->keys.items[0]))
        return true;
    err_list_add(errors,
                 "%s:%d: %s in [prompt] begins with a key that types text; take Ctrl-, Alt- or a "
                 "named key",
                 binding->place.path, binding->place.line, word);
    return false;
}

// Files were laid over one another in the order of their paths.
static size_t layer_of(const struct ini *ini, const char *path)
{
    for (size_t i = 0; i < ini->path_count; i++)
        if (strcmp(ini->paths[i], path) == 0)
            return i;
    return 0;
}

// What these keys of an operator's own command do already where it is meant for. Narrower scopes
// than its own hide it there and lose nothing; [pane] would hide it in all of them.
static const struct keymap_binding *find_taken(const struct keymap *keymap,
                                               const struct keymap_binding *own)
{
    unsigned modes = scope_modes(own->scope);
    const char *pane =
        strncmp(own->scope, PANE, strlen(PANE)) == 0 ? own->scope + strlen(PANE) : NULL;
    for (size_t i = 0; i < keymap->count; i++) {
        const struct keymap_binding *old = &keymap->bindings[i];
        bool wide = strcmp(old->scope, own->scope) == 0 || strcmp(old->scope, "global") == 0 ||
                    strcmp(old->scope, "table") == 0 || strcmp(old->scope, "pane") == 0;
        if (!wide || old->layer == own->layer ||
            !(chord_keys_begin(&old->keys, &own->keys) || chord_keys_begin(&own->keys, &old->keys)))
            continue;
        for (unsigned mode = 1; mode <= ALL_MODES; mode <<= 1)
            if ((modes & mode) != 0 && keymap_holds(keymap, (enum mode)mode, pane, old))
                return old;
    }
    return NULL;
}

static void tell_taken(struct err_list *errors, const struct keymap_binding *own,
                       const struct keymap_binding *old)
{
    char keys[CHORD_KEYS_NAME], others[CHORD_KEYS_NAME];
    chord_keys_print(&own->keys, keys);
    chord_keys_print(&old->keys, others);
    err_list_add(errors,
                 "%s:%d: %s for %s: %s is the key of %s (%s:%d); take another, or give %s another "
                 "first, in [%s] of a keymap of your own",
                 own->place.path, own->place.line, keys, own->command->name, others,
                 old->command->name, old->place.path, old->place.line, old->command->name,
                 old->scope);
}

static void read_keys(struct keymap_reading *reading, const char *scope,
                      const struct ini_entry *entry, const struct key_command *command)
{
    struct keymap_binding binding = {.scope = scope, .command = command, .place = entry->place};
    binding.layer = layer_of(&reading->keymap->ini, entry->place.path);
    const struct keymap_binding *taken;
    char *words = mem_strdup(entry->value);
    char *rest;
    for (char *word = strtok_r(words, " \t", &rest); word != NULL;
         word = strtok_r(NULL, " \t", &rest)) {
        if (!chord_keys_parse(word, &binding.keys))
            err_list_add(reading->errors,
                         "%s:%d: \"%s\" is no key; keys are written q, /, Enter, Tab, Shift-Tab, "
                         "Esc, Space, Comma, Up, PageDown, F1, Ctrl-L, Alt-x; several one after "
                         "the other with commas, up to %d: g,g",
                         entry->place.path, entry->place.line, word, CHORD_KEYS_MAX);
        else if (reading->own && (taken = find_taken(reading->keymap, &binding)) != NULL)
            tell_taken(reading->errors, &binding, taken);
        else if (check_keys(&binding, word, reading->errors))
            add_binding(reading, &binding);
    }
    free(words);
}

static const struct key_command *find_command(const struct keymap *keymap, const char *name)
{
    for (size_t i = 0; i < keymap->own_count; i++)
        if (strcmp(keymap->own[i].name, name) == 0)
            return &keymap->own[i];
    return key_command_find(name);
}

static const struct key_command *check_command(const struct keymap *keymap,
                                               const struct ini_entry *entry, const char *scope,
                                               unsigned modes, struct err_list *errors)
{
    const struct key_command *command = find_command(keymap, entry->key);
    if (command == NULL) {
        const char *near = key_command_nearest(entry->key);
        if (near != NULL)
            err_list_add(errors, "%s:%d: no command is called \"%s\"; did you mean \"%s\"?",
                         entry->place.path, entry->place.line, entry->key, near);
        else
            err_list_add(errors, "%s:%d: no command is called \"%s\"", entry->place.path,
                         entry->place.line, entry->key);
        return NULL;
    }
    if ((command->modes & modes) == 0) {
        err_list_add(errors, "%s:%d: %s means nothing in [%s]", entry->place.path,
                     entry->place.line, entry->key, scope);
        return NULL;
    }
    return command;
}

static bool is_own(const struct keymap_reading *reading, const struct ini_entry *entry)
{
    return reading->own_path != NULL && strcmp(entry->place.path, reading->own_path) == 0;
}

static void read_scope(struct keymap_reading *reading, const struct ini_section *section)
{
    unsigned modes = scope_modes(section->name);
    if (modes == 0 && reading->own)
        return; // told before
    if (modes == 0) {
        err_list_add(reading->errors,
                     "%s:%d: [%s] is no part of a keymap; there are [global] [table] [overview] "
                     "[pane] [pane NAME] [checklist] [viewer] [prompt] [replay]",
                     section->place.path, section->place.line, section->name);
        return;
    }
    for (size_t i = 0; i < section->count; i++) {
        const struct ini_entry *entry = &section->entries[i];
        const struct key_command *command = NULL;
        if (is_own(reading, entry) != reading->own)
            continue;
        bool unbinds = strcmp(entry->key, "unbind") == 0;
        if (!unbinds)
            command = check_command(reading->keymap, entry, section->name, modes, reading->errors);
        if (unbinds || command != NULL)
            read_keys(reading, section->name, entry, command);
    }
}

// The binding of a narrower scope because of which these keys do not do this in any mode of theirs;
// NULL: they do it somewhere.
static const struct keymap_binding *find_hider(const struct keymap *keymap,
                                               const struct keymap_binding *binding)
{
    for (unsigned mode = 1; mode <= ALL_MODES; mode <<= 1)
        if ((scope_modes(binding->scope) & mode) != 0 &&
            keymap_holds(keymap, (enum mode)mode, NULL, binding))
            return NULL;
    for (size_t i = 0; i < keymap->count; i++) {
        const struct keymap_binding *other = &keymap->bindings[i];
        if (strcmp(other->scope, binding->scope) != 0 &&
            strcmp(other->scope, scopes[SCOPE_REPLAY].name) != 0 &&
            strncmp(other->scope, "pane ", 5) != 0 &&
            (scope_modes(other->scope) & scope_modes(binding->scope)) != 0 &&
            chord_keys_begin(&binding->keys, &other->keys))
            return other;
    }
    return NULL;
}

static void tell_hidden(const struct keymap *keymap, struct err_list *notes)
{
    for (size_t i = 0; i < keymap->count; i++) {
        const struct keymap_binding *binding = &keymap->bindings[i];
        if (!is_users(binding) || binding->command == NULL)
            continue;
        const struct keymap_binding *hider = find_hider(keymap, binding);
        char keys[CHORD_KEYS_NAME];
        chord_keys_print(&binding->keys, keys);
        if (hider != NULL)
            err_list_add(notes, "%s:%d: %s never does %s: [%s] is narrower than [%s] (%s:%d)",
                         binding->place.path, binding->place.line, keys, binding->command->name,
                         hider->scope, binding->scope, hider->place.path, hider->place.line);
    }
}

bool keymap_load(struct keymap **out, const char *name, const struct config *config,
                 struct err_list *errors, struct err_list *notes)
{
    size_t faults = errors->count;
    struct keymap *keymap = mem_alloc(sizeof *keymap);
    resource_load(&keymap->ini, "keymaps", name, errors);
    if (config != NULL) {
        keymap->own = own_keys_new(config);
        keymap->own_count = config->command_count;
        own_keys_lay(&keymap->ini, config, errors);
    }
    struct keymap_reading reading = {
        .keymap = keymap,
        .errors = errors,
        .notes = notes,
        .own_path = config != NULL ? config->path : NULL,
    };
    for (size_t i = 0; i < keymap->ini.count; i++)
        read_scope(&reading, &keymap->ini.sections[i]);
    reading.own = true;
    for (size_t i = 0; i < keymap->ini.count; i++)
        read_scope(&reading, &keymap->ini.sections[i]);
    tell_hidden(keymap, notes);
    *out = keymap;
    return errors->count == faults;
}

void keymap_free(struct keymap *keymap)
{
    if (keymap == NULL)
        return;
    ini_dispose(&keymap->ini);
    own_keys_free(keymap->own, keymap->own_count);
    free(keymap->bindings);
    free(keymap);
}

const struct key_command *keymap_own(const struct keymap *keymap, size_t index)
{
    return index < keymap->own_count ? &keymap->own[index] : NULL;
}

void keymap_set_replay(struct keymap *keymap, bool on)
{
    keymap->replay = on;
}

const char *keymap_shipped(size_t index)
{
    return resource_shipped("keymaps", index);
}

// What one scope says of keys.
static enum keymap_answer look_in(const struct keymap *keymap, const char *scope, unsigned mode,
                                  const struct chord_keys *keys, const struct key_command **command)
{
    for (size_t i = 0; i < keymap->count; i++) {
        const struct keymap_binding *binding = &keymap->bindings[i];
        if (strcmp(binding->scope, scope) != 0 || !chord_keys_begin(&binding->keys, keys) ||
            (binding->command != NULL && (binding->command->modes & mode) == 0))
            continue;
        if (binding->keys.count > keys->count)
            return KEYMAP_BEGINS;
        *command = binding->command;
        return KEYMAP_COMMAND;
    }
    return KEYMAP_NOTHING;
}

enum keymap_answer keymap_look(const struct keymap *keymap, enum mode mode, const char *pane,
                               const struct chord_keys *keys, const struct key_command **command)
{
    char own[80];
    *command = NULL;
    enum keymap_answer answer = KEYMAP_NOTHING;
    if (mode == MODE_PANE && pane != NULL) {
        snprintf(own, sizeof own, "pane %s", pane);
        answer = look_in(keymap, own, mode, keys, command);
    }
    for (size_t i = 0; i < SCOPE_COUNT && answer == KEYMAP_NOTHING; i++)
        if ((scopes[i].modes & mode) != 0 &&
            (i != SCOPE_REPLAY || mode == MODE_REPLAY || keymap->replay))
            answer = look_in(keymap, scopes[i].name, mode, keys, command);
    return answer == KEYMAP_COMMAND && *command == NULL ? KEYMAP_NOTHING : answer;
}

const struct keymap_binding *keymap_binding(const struct keymap *keymap, size_t index)
{
    return index < keymap->count ? &keymap->bindings[index] : NULL;
}

// Every key before the last must lead on, or the last is never reached.
bool keymap_holds(const struct keymap *keymap, enum mode mode, const char *pane,
                  const struct keymap_binding *binding)
{
    char own[80] = "";
    if (mode == MODE_PANE && pane != NULL)
        snprintf(own, sizeof own, "pane %s", pane);
    bool elsewhere = strncmp(binding->scope, "pane ", 5) == 0 && strcmp(binding->scope, own) != 0;
    if (elsewhere || binding->command == NULL || (scope_modes(binding->scope) & mode) == 0)
        return false;
    struct chord_keys typed = {.count = 0};
    const struct key_command *command = NULL;
    while (typed.count < binding->keys.count) {
        typed.items[typed.count] = binding->keys.items[typed.count];
        typed.count++;
        bool last = typed.count == binding->keys.count;
        if (keymap_look(keymap, mode, pane, &typed, &command) !=
            (last ? KEYMAP_COMMAND : KEYMAP_BEGINS))
            return false;
    }
    return command == binding->command;
}

size_t keymap_keys(const struct keymap *keymap, enum mode mode, const char *pane,
                   const struct key_command *command, size_t limit, const char *separator,
                   struct str *out)
{
    size_t found = 0;
    for (size_t i = 0; i < keymap->count && found < limit; i++) {
        const struct keymap_binding *binding = &keymap->bindings[i];
        if (binding->command != command || !keymap_holds(keymap, mode, pane, binding))
            continue;
        bool repeated = false; // the same keys in another scope
        for (size_t j = 0; j < i; j++)
            repeated |= keymap->bindings[j].command == command &&
                        keymap->bindings[j].keys.count == binding->keys.count &&
                        chord_keys_begin(&keymap->bindings[j].keys, &binding->keys) &&
                        keymap_holds(keymap, mode, pane, &keymap->bindings[j]);
        if (repeated)
            continue;
        char name[CHORD_KEYS_NAME];
        chord_keys_print(&binding->keys, name);
        str_appendf(out, "%s%s", found > 0 ? separator : "", name);
        found++;
    }
    return found;
}
