// SPDX-License-Identifier: MIT

// Layers of INI files by name.
#include "tui/resource.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/xdg.h"
#include "conf/profile.h"

static bool overlay_embedded(struct ini *ini, const char *path, struct err_list *errors)
{
    for (size_t i = 0; i < embedded_file_count; i++) {
        if (strcmp(embedded_files[i].path, path) != 0)
            continue;
        struct ini layer = {0};
        ini_read_text(&layer, path, embedded_files[i].text, embedded_files[i].len, errors);
        ini_overlay(ini, &layer);
        ini_dispose(&layer);
        return true;
    }
    return false;
}

const char *resource_shipped(const char *folder, size_t index)
{
    size_t len = strlen(folder);
    for (size_t i = 0; i < embedded_file_count; i++) {
        const char *path = embedded_files[i].path;
        if (strncmp(path, folder, len) == 0 && path[len] == '/' && index-- == 0)
            return path + len + 1;
    }
    return NULL;
}

char *resource_user_path(const char *folder, const char *name)
{
    char *path = mem_printf("%s/%s.ini", folder, name);
    char *user = xdg_config_path(path);
    free(path);
    return user;
}

static void name_choices(const char *folder, const char *name, struct err_list *errors)
{
    struct str names = {0};
    const char *file;
    for (size_t i = 0; (file = resource_shipped(folder, i)) != NULL; i++)
        str_appendf(&names, "%s%.*s", i > 0 ? ", " : "", (int)strcspn(file, "."), file);
    char *user = xdg_config_path(folder);
    if (strcmp(folder, "themes") == 0)
        err_list_add(errors,
                     "theme \"%s\" not found; there are: %s; your own belong in %s/NAME.ini", name,
                     str_text(&names), user);
    else
        err_list_add(errors,
                     "keymap \"%s\" not found; there are: %s; your own belong in %s/NAME.ini", name,
                     str_text(&names), user);
    free(user);
    str_dispose(&names);
}

// A name is a file's name, not a path.
static bool is_plain_name(const char *name)
{
    return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}

bool resource_load(struct ini *ini, const char *folder, const char *name, struct err_list *errors)
{
    size_t faults = errors->count;
    char *base = mem_printf("%s/default.ini", folder);
    overlay_embedded(ini, base, errors);
    free(base);
    bool found = strcmp(name, "default") == 0;
    if (is_plain_name(name)) {
        char *embedded = mem_printf("%s/%s.ini", folder, name);
        if (!found)
            found = overlay_embedded(ini, embedded, errors);
        char *user = resource_user_path(folder, name);
        if (access(user, F_OK) == 0) {
            struct ini layer = {0};
            ini_read_file(&layer, user, errors);
            ini_overlay(ini, &layer);
            ini_dispose(&layer);
            found = true;
        }
        free(user);
        free(embedded);
    }
    if (!found)
        name_choices(folder, name, errors);
    return errors->count == faults;
}
