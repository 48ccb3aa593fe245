// SPDX-License-Identifier: MIT

// Accents of environments.
#include "tui/accent.h"

#include <string.h>

enum role accent_role(enum accent accent)
{
    static const enum role roles[] = {
        [ACCENT_NONE] = ROLE_TEXT,
        [ACCENT_RED] = ROLE_ACCENT_RED,
        [ACCENT_YELLOW] = ROLE_ACCENT_YELLOW,
        [ACCENT_GREEN] = ROLE_ACCENT_GREEN,
        [ACCENT_BLUE] = ROLE_ACCENT_BLUE,
    };
    return roles[accent];
}

enum role accent_badge(enum accent accent)
{
    static const enum role roles[] = {
        [ACCENT_NONE] = ROLE_STRONG,         [ACCENT_RED] = ROLE_BADGE_RED,
        [ACCENT_YELLOW] = ROLE_BADGE_YELLOW, [ACCENT_GREEN] = ROLE_BADGE_GREEN,
        [ACCENT_BLUE] = ROLE_BADGE_BLUE,
    };
    return roles[accent];
}

// The enum goes from the strongest to the weakest, but for none.
enum accent accent_stronger(enum accent one, enum accent other)
{
    if (one == ACCENT_NONE || other == ACCENT_NONE)
        return one == ACCENT_NONE ? other : one;
    return one < other ? one : other;
}

enum accent accent_of_host(const struct config *config, const char *host, size_t len)
{
    for (size_t i = 0; i < config->host_count; i++) {
        const char *name = config->hosts[i].name;
        if (strncmp(name, host, len) == 0 && name[len] == '\0')
            return config->hosts[i].accent;
    }
    return ACCENT_NONE;
}
