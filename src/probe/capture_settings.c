// SPDX-License-Identifier: MIT

// The keys of [capture flood] and [capture suspended] with their types, limits and defaults.
#include "probe/capture_settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { KEYS_MAX = 64 };

enum setting_type { SETTING_TEXT, SETTING_NUMBER, SETTING_DURATION };

struct setting {
    const char *key;
    enum setting_type type;
    size_t offset; // in struct capture_settings
    const char *text;
    int64_t fallback, least, most;
};

#define AT(field) offsetof(struct capture_settings, field)
#define TEXT(name, field, value)                                                                   \
    {                                                                                              \
        .key = name, .type = SETTING_TEXT, .offset = AT(field), .text = value                      \
    }
#define NUMBER(name, field, value, low, high)                                                      \
    {                                                                                              \
        .key = name, .type = SETTING_NUMBER, .offset = AT(field), .fallback = value, .least = low, \
        .most = high                                                                               \
    }
#define DURATION(name, field, value, low, high)                                                    \
    {                                                                                              \
        .key = name, .type = SETTING_DURATION, .offset = AT(field), .fallback = value,             \
        .least = low, .most = high                                                                 \
    }

static const struct setting flood_settings[] = {
    TEXT("ports_file", ports_file, ""),
    TEXT("ports_keys", ports_keys, "SIP_PORT"),
    TEXT("ports", ports, "5060"),
    NUMBER("snaplen", snaplen, 1024, 128, 65535),
    NUMBER("ring_mib", ring_mib, 32, 1, 1024),
    NUMBER("memory_mib", memory_mib, 64, 8, 4096),
    NUMBER("talkers", talkers, 1000, 10, 100000),
    DURATION("retry", retry_ms, 2000, 1000, 60000),
    TEXT("trusted_chains", trusted_chains, "SIP_TRUSTED"),
    TEXT("scanner_agents", verdict.scanner_agents, ""),
    TEXT("forged_agents", verdict.forged_agents, ""),
    NUMBER("options_per_minute", verdict.options_pm, 50, 1, 1000000),
    NUMBER("packets_per_second", verdict.packets_ps, 100, 1, 1000000),
    NUMBER("refused_requests", verdict.requests, 20, 1, 1000000),
    NUMBER("register_failures", verdict.register_failures, 5, 1, 1000000),
    DURATION("register_within", verdict.register_within_ms, 600000, 1000, 86400000),
    NUMBER("spray_users", verdict.spray_users, 6, 2, 1000000),
    NUMBER("harvest_users", verdict.harvest_users, 20, 2, 1000000),
    NUMBER("harvest_sequence", verdict.harvest_sequence, 10, 2, 1000000),
    NUMBER("invites_refused", verdict.invites_refused, 10, 1, 1000000),
    NUMBER("network_sources", verdict.network_sources, 10, 2, 256),
    NUMBER("spoofed_sources", verdict.spoofed_sources, 1000, 10, 1000000000),
    DURATION("over_after", verdict.over_ms, 30000, 1000, 86400000),
    DURATION("quiet", verdict.quiet_ms, 600000, 1000, 86400000),
};

enum { FLOOD_SETTINGS = sizeof flood_settings / sizeof *flood_settings };

static const struct setting suspended_settings[] = {
    NUMBER("failures", suspend_failures, 6, 1, 100),
    DURATION("suspended_for", suspend_ms, 180000, 1000, 86400000),
};

static bool parse_number(const struct setting *setting, const char *text, int64_t *out)
{
    char *end;

    if (setting->type == SETTING_DURATION)
        return clock_parse_duration(text, out);
    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

static void report(const struct setting *setting, const struct ini_entry *entry,
                   struct err_list *errors)
{
    if (errors == NULL)
        return;
    if (setting->type == SETTING_DURATION)
        err_list_add(errors,
                     "%s:%d: %s = %s is no duration from %lld s to %lld s, such as 90s or 5m",
                     entry->place.path, entry->place.line, entry->key, entry->value,
                     (long long)setting->least / 1000, (long long)setting->most / 1000);
    else
        err_list_add(errors, "%s:%d: %s = %s is no whole number from %lld to %lld",
                     entry->place.path, entry->place.line, entry->key, entry->value,
                     (long long)setting->least, (long long)setting->most);
}

static void read_setting(const struct setting *setting, const struct ini_section *section,
                         struct capture_settings *out, struct err_list *errors)
{
    const struct ini_entry *entry = section != NULL ? ini_get(section, setting->key) : NULL;
    void *field = (char *)out + setting->offset;
    int64_t value = setting->fallback;

    if (setting->type == SETTING_TEXT) {
        const char *text = entry != NULL ? entry->value : setting->text;
        memcpy(field, &text, sizeof text);
        return;
    }
    if (entry != NULL && (!parse_number(setting, entry->value, &value) || value < setting->least ||
                          value > setting->most)) {
        report(setting, entry, errors);
        value = setting->fallback;
    }
    memcpy(field, &value, sizeof value);
}

static void read_section(const struct profile *profile, const char *name,
                         const struct setting *settings, size_t count, struct capture_settings *out,
                         struct err_list *errors)
{
    const struct ini_section *section = ini_section(&profile->ini, name);
    const char *keys[KEYS_MAX] = {NULL};

    for (size_t i = 0; i < count; i++) {
        read_setting(&settings[i], section, out, errors);
        keys[i] = settings[i].key;
    }
    if (section != NULL && errors != NULL)
        ini_check_keys(section, keys, errors);
}

void capture_settings_read(const struct profile *profile, struct capture_settings *out,
                           struct err_list *errors)
{
    _Static_assert(FLOOD_SETTINGS + VERDICT_KINDS < KEYS_MAX, "read_section() has room");
    // Kinds of verdict are registered once, and their words with them.
    struct setting settings[FLOOD_SETTINGS + VERDICT_KINDS];
    size_t count = FLOOD_SETTINGS;
    memcpy(settings, flood_settings, sizeof flood_settings);
    out->verdict.words[VERDICT_NONE] = "";
    for (size_t kind = VERDICT_NONE + 1; kind < VERDICT_KINDS; kind++)
        settings[count++] =
            (struct setting){.key = verdict_words[kind].key,
                             .type = SETTING_TEXT,
                             .offset = AT(verdict.words) + kind * sizeof out->verdict.words[0],
                             .text = verdict_words[kind].word};
    read_section(profile, "capture flood", settings, count, out, errors);
    read_section(profile, "capture suspended", suspended_settings,
                 sizeof suspended_settings / sizeof *suspended_settings, out, errors);
}

bool capture_next_item(const char **list, const char *separators, const char **item, size_t *len)
{
    *list += strspn(*list, separators);
    *item = *list;
    *len = strcspn(*list, separators);
    *list += *len;
    return *len > 0;
}
