// SPDX-License-Identifier: MIT

// [shield] of the profile with its types and limits.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "action/shield.h"
#include "action/shield_capture.h"
#include "base/clock.h"
#include "base/lang.h"

static const struct {
    const char *key;
    size_t offset;
    int64_t fallback, most;
} numbers[] = {
    {"signature_bytes", offsetof(struct shield_settings, signature_bytes), 6, 128},
    {"options_per_minute", offsetof(struct shield_settings, options_pm), 30, 10000},
    {"register_per_minute", offsetof(struct shield_settings, register_pm), 240, 10000},
    {"packets_per_second", offsetof(struct shield_settings, packets_ps), 100, 10000},
    {"packets_burst", offsetof(struct shield_settings, packets_burst), 300, 10000},
    {"tcp_connections", offsetof(struct shield_settings, tcp_connections), 50, 10000},
    {"conntrack_max", offsetof(struct shield_settings, conntrack_max), 1048576, 1 << 28},
    {"conntrack_per_bucket", offsetof(struct shield_settings, conntrack_per_bucket), 4, 64},
};

static const struct {
    const char *key;
    size_t offset;
} policies[] = {
    {"sip_policy", offsetof(struct shield_settings, sip_policy)},
    {"media_policy", offsetof(struct shield_settings, media_policy)},
    {"management_policy", offsetof(struct shield_settings, management_policy)},
};

static bool fault(const struct ini_entry *entry, const char *right, struct err *err)
{
    return err_set(err, "%s:%d: %s = %s is not %s", entry->place.path, entry->place.line,
                   entry->key, entry->value, _(right));
}

static bool read_number(const struct ini_entry *entry, int64_t most, int64_t *out, struct err *err)
{
    char *end;
    if (entry == NULL)
        return true;
    errno = 0;
    *out = strtoll(entry->value, &end, 10);
    if (errno == 0 && end != entry->value && *end == '\0' && *out >= 0 && *out <= most)
        return true;
    return fault(entry, N_("a whole number, or too large"), err);
}

static bool read_policy(const struct ini_entry *entry, enum shield_policy *out, struct err *err)
{
    *out = SHIELD_RETURN;
    if (entry == NULL || strcmp(entry->value, "return") == 0)
        return true;
    if (strcmp(entry->value, "accept") == 0)
        *out = SHIELD_ACCEPT;
    else if (strcmp(entry->value, "drop") == 0)
        *out = SHIELD_DROP;
    else
        return fault(entry, N_("accept, drop or return"), err);
    return true;
}

// Ports and ranges stand in rules as they are.
static bool read_ports(const struct ini_section *section, const char *key, const char **out,
                       struct err *err)
{
    const struct ini_entry *entry = section != NULL ? ini_get(section, key) : NULL;
    *out = "";
    if (entry == NULL)
        return true;
    *out = entry->value;
    return strspn(*out, "0123456789: ,") == strlen(*out) ||
           fault(entry, N_("a list of ports such as 1202 3306 or a range such as 10000:20000"),
                 err);
}

// A key that is mistyped would be a limit that is not there.
static bool check_keys(const struct ini_section *section, struct err *err)
{
    const char *keys[sizeof numbers / sizeof *numbers + sizeof policies / sizeof *policies + 4] = {
        "confirm_within", "media_ports", "management_ports"};
    size_t count = 3;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        keys[count++] = numbers[i].key;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        keys[count++] = policies[i].key;
    struct err_list errors = {0};
    if (section != NULL)
        ini_check_keys(section, keys, &errors);
    bool ok = errors.count == 0 || err_set(err, "%s", errors.texts[0]);
    err_list_dispose(&errors);
    return ok;
}

bool shield_settings_read(const struct profile *profile, struct shield_settings *out,
                          struct err *err)
{
    const struct ini_section *section = ini_section(&profile->ini, "shield");
    const struct ini_entry *entry;
    *out = (struct shield_settings){.confirm_s = 60};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int64_t *field = (int64_t *)(void *)((char *)out + numbers[i].offset);
        *field = numbers[i].fallback;
        entry = section != NULL ? ini_get(section, numbers[i].key) : NULL;
        if (!read_number(entry, numbers[i].most, field, err))
            return false;
    }
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        enum shield_policy *field =
            (enum shield_policy *)(void *)((char *)out + policies[i].offset);
        entry = section != NULL ? ini_get(section, policies[i].key) : NULL;
        if (!read_policy(entry, field, err))
            return false;
    }
    int64_t confirm_ms = 60000;
    entry = section != NULL ? ini_get(section, "confirm_within") : NULL;
    if (entry != NULL && (!clock_parse_duration(entry->value, &confirm_ms) || confirm_ms < 5000 ||
                          confirm_ms > 3600000))
        return fault(entry, N_("a duration from 5s to 1h"), err);
    out->confirm_s = confirm_ms / 1000;
    out->conntrack_per_bucket += out->conntrack_per_bucket == 0;
    struct shield_capture capture = shield_capture_read(profile);
    out->scanner_agents = capture.scanner_agents;
    return check_keys(section, err) && read_ports(section, "media_ports", &out->media_ports, err) &&
           read_ports(section, "management_ports", &out->management_ports, err);
}
