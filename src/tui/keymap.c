// SPDX-License-Identifier: MIT

// Keymap files to bindings, and keys to commands.
#include "tui/keymap.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/ini.h"
#include "probe/probe.h"
#include "tui/chord.h"
#include "tui/resource.h"

#define SCOPES_PER_MODE 4

// Scopes by name, and the modes in which their bindings hold.
static const struct {
    const char *name;
    unsigned modes;
} scopes[] = {
    {"global", MODE_OVERVIEW | MODE_PANE | MODE_VIEWER},
    {"table", MODE_OVERVIEW | MODE_PANE},
    {"overview", MODE_OVERVIEW},
    {"pane", MODE_PANE},
    {"viewer", MODE_VIEWER},
    {"prompt", MODE_PROMPT},
    {"replay", MODE_REPLAY | MODE_OVERVIEW | MODE_PANE | MODE_VIEWER},
};
#define SCOPE_COUNT (sizeof scopes / sizeof *scopes)

struct binding {
    char *scope; // "pane", "pane gateways"
    int chord;
    const struct key_command *command;
    struct ini_place place;
};

struct keymap {
    struct binding *bindings;
    size_t count, cap;
    bool replay;
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

static struct binding *find_binding(const struct keymap *keymap, const char *scope, int chord)
{
    for (size_t i = 0; i < keymap->count; i++)
        if (keymap->bindings[i].chord == chord && strcmp(keymap->bindings[i].scope, scope) == 0)
            return &keymap->bindings[i];
    return NULL;
}

// A key that two commands of one scope want: the user's file wins over the compiled-in one; in one
// file it is a fault.
static bool settle_conflict(struct binding *old, const struct key_command *command, const char *key,
                            const struct ini_place *place, struct err_list *errors,
                            struct err_list *notes)
{
    if (strcmp(old->place.path, place->path) == 0) {
        err_list_add(errors, "%s:%d: %s is bound to %s here and to %s on line %d; keep one",
                     place->path, place->line, key, command->name, old->command->name,
                     old->place.line);
        return false;
    }
    bool old_is_default = strcmp(old->place.path, "keymaps/default.ini") == 0;
    const struct ini_place *winner = old_is_default ? place : &old->place;
    const struct ini_place *loser = old_is_default ? &old->place : place;
    err_list_add(notes, "%s:%d: %s does %s, not %s (%s:%d)", winner->path, winner->line, key,
                 old_is_default ? command->name : old->command->name,
                 old_is_default ? old->command->name : command->name, loser->path, loser->line);
    return old_is_default;
}

static void bind(struct keymap *keymap, const char *scope, const char *key,
                 const struct key_command *command, const struct ini_place *place,
                 struct err_list *errors, struct err_list *notes)
{
    int chord;
    if (!chord_parse(key, &chord)) {
        err_list_add(errors,
                     "%s:%d: \"%s\" is no key; keys are written q, /, Enter, Tab, Shift-Tab, Esc, "
                     "Space, Up, PageDown, F1, Ctrl-L, Alt-x",
                     place->path, place->line, key);
        return;
    }
    struct binding *old = find_binding(keymap, scope, chord);
    if (old != NULL) {
        if (settle_conflict(old, command, key, place, errors, notes)) {
            old->command = command;
            old->place = *place;
        }
        return;
    }
    struct binding *binding =
        mem_push(&keymap->bindings, &keymap->count, &keymap->cap, sizeof *binding);
    binding->scope = mem_strdup(scope);
    binding->chord = chord;
    binding->command = command;
    binding->place = *place;
}

static const struct key_command *check_command(const struct ini_entry *entry, const char *scope,
                                               unsigned modes, struct err_list *errors)
{
    const struct key_command *command = key_command_find(entry->key);
    if (command == NULL) {
        const char *near = key_command_nearest(entry->key);
        err_list_add(errors, "%s:%d: no command is called \"%s\"%s%s%s", entry->place.path,
                     entry->place.line, entry->key, near != NULL ? "; did you mean \"" : "",
                     near != NULL ? near : "", near != NULL ? "\"?" : "");
        return NULL;
    }
    if ((command->modes & modes) == 0) {
        err_list_add(errors, "%s:%d: %s means nothing in [%s]", entry->place.path,
                     entry->place.line, entry->key, scope);
        return NULL;
    }
    return command;
}

static void read_scope(struct keymap *keymap, const struct ini_section *section,
                       struct err_list *errors, struct err_list *notes)
{
    unsigned modes = scope_modes(section->name);
    if (modes == 0) {
        err_list_add(errors,
                     "%s:%d: [%s] is no part of a keymap; there are [global] [table] [overview] "
                     "[pane] [pane NAME] [viewer] [prompt] [replay]",
                     section->place.path, section->place.line, section->name);
        return;
    }
    for (size_t i = 0; i < section->count; i++) {
        const struct ini_entry *entry = &section->entries[i];
        const struct key_command *command = check_command(entry, section->name, modes, errors);
        char *keys = mem_strdup(entry->value);
        char *rest;
        for (char *key = strtok_r(keys, " \t", &rest); key != NULL && command != NULL;
             key = strtok_r(NULL, " \t", &rest))
            bind(keymap, section->name, key, command, &entry->place, errors, notes);
        free(keys);
    }
}

bool keymap_load(struct keymap **out, const char *name, struct err_list *errors,
                 struct err_list *notes)
{
    size_t faults = errors->count;
    struct ini ini = {0};
    resource_load(&ini, "keymaps", name, errors);
    struct keymap *keymap = mem_alloc(sizeof *keymap);
    for (size_t i = 0; i < ini.count; i++)
        read_scope(keymap, &ini.sections[i], errors, notes);
    ini_dispose(&ini);
    *out = keymap;
    return errors->count == faults;
}

void keymap_free(struct keymap *keymap)
{
    if (keymap == NULL)
        return;
    for (size_t i = 0; i < keymap->count; i++)
        free(keymap->bindings[i].scope);
    free(keymap->bindings);
    free(keymap);
}

void keymap_set_replay(struct keymap *keymap, bool on)
{
    keymap->replay = on;
}

const struct key_command *keymap_find(const struct keymap *keymap, enum mode mode, const char *pane,
                                      int chord)
{
    char own[80] = "";
    if (mode == MODE_PANE && pane != NULL)
        snprintf(own, sizeof own, "pane %s", pane);
    // Most specific first.
    const char *replay = keymap->replay || mode == MODE_REPLAY ? "replay" : "";
    const char *const names[] = {replay,   own,      "overview", "pane",
                                 "viewer", "prompt", "table",    "global"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i][0] == '\0' || (scope_modes(names[i]) & mode) == 0)
            continue;
        const struct binding *binding = find_binding(keymap, names[i], chord);
        if (binding != NULL && (binding->command->modes & mode) != 0)
            return binding->command;
    }
    return NULL;
}

size_t keymap_keys(const struct keymap *keymap, enum mode mode, const char *pane,
                   const struct key_command *command, size_t limit, const char *separator,
                   struct str *out)
{
    size_t found = 0;
    for (size_t i = 0; i < keymap->count && found < limit; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (binding->command != command ||
            keymap_find(keymap, mode, pane, binding->chord) != command)
            continue;
        bool repeated = false; // the same key in another scope
        for (size_t j = 0; j < i; j++)
            repeated |= keymap->bindings[j].command == command &&
                        keymap->bindings[j].chord == binding->chord;
        if (repeated)
            continue;
        char name[CHORD_NAME_MAX];
        chord_print(binding->chord, name);
        str_appendf(out, "%s%s", found > 0 ? separator : "", name);
        found++;
    }
    return found;
}
