// SPDX-License-Identifier: MIT

// The XDG base directories.
#include "base/xdg.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

static char *home_dir(void)
{
    const char *home = getenv("HOME");
    if (home != NULL && home[0] == '/')
        return mem_strdup(home);
    struct passwd entry, *found = NULL;
    char buffer[4096];
    if (getpwuid_r(getuid(), &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
        return mem_strdup(found->pw_dir);
    return mem_strdup("/");
}

static char *join(const char *folder, const char *name)
{
    return name[0] == '\0' ? mem_printf("%s/nocdesk", folder)
                           : mem_printf("%s/nocdesk/%s", folder, name);
}

static char *xdg_path(const char *variable, const char *below_home, const char *name)
{
    const char *base = getenv(variable);
    if (base != NULL && base[0] == '/')
        return join(base, name);
    char *home = home_dir();
    char *folder = mem_printf("%s/%s", home, below_home);
    char *path = join(folder, name);
    free(folder);
    free(home);
    return path;
}

char *xdg_config_path(const char *name)
{
    return xdg_path("XDG_CONFIG_HOME", ".config", name);
}

char *xdg_state_path(const char *name)
{
    return xdg_path("XDG_STATE_HOME", ".local/state", name);
}

char *xdg_runtime_path(const char *name)
{
    const char *base = getenv("XDG_RUNTIME_DIR");
    if (base != NULL && base[0] == '/')
        return join(base, name);
    return name[0] == '\0' ? mem_printf("/tmp/nocdesk-%u", (unsigned)getuid())
                           : mem_printf("/tmp/nocdesk-%u/%s", (unsigned)getuid(), name);
}

char *xdg_expand(const char *path)
{
    if (strncmp(path, "~/", 2) != 0)
        return mem_strdup(path);
    char *home = home_dir();
    char *expanded = mem_printf("%s/%s", home, path + 2);
    free(home);
    return expanded;
}

bool xdg_make_private_dir(const char *path, struct err *err)
{
    struct str part = {0};
    for (const char *at = path; *at != '\0';) {
        size_t len = strcspn(at + 1, "/") + 1;
        str_append_bytes(&part, at, len);
        at += len;
        if (mkdir(str_text(&part), 0700) != 0 && errno != EEXIST) {
            err_set(err, "%s: the folder cannot be made: %s", str_text(&part), strerror(errno));
            str_dispose(&part);
            return false;
        }
    }
    str_dispose(&part);
    struct stat st;
    if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return err_set(err, "%s: not a folder; remove it", path);
    if (st.st_uid != getuid() || (st.st_mode & 022) != 0)
        return err_set(err,
                       "%s: the folder must be yours and not writable by others (chown, chmod 700)",
                       path);
    return true;
}
