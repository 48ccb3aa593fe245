// SPDX-License-Identifier: MIT

// A softswitch product as data: probes and their sources, queries, requests, commands, maps,
// thresholds.
#ifndef CONF_PROFILE_H
#define CONF_PROFILE_H

#include <stdint.h>

#include "conf/ini.h"

// One way to read a probe's facts, e.g. "http alarms": the reader that knows how, and the section
// [READER NAME] that tells it what.
struct profile_source {
    char *reader;                      // http, sql, cdr, firewall, capture, health, …
    char *name;                        // "" when the section has no second word
    const struct ini_section *section; // [READER NAME]; NULL when there is none
};

struct profile_probe {
    char *name;
    int64_t period_ms;              // while somebody looks
    int64_t idle_period_ms;         // while nobody does; -1: not read at all then
    int64_t least_period_ms;        // the product's limit: never read more often, whoever asks
    int64_t timeout_ms;             // for one reading
    struct profile_source *sources; // [0] is the first choice, the others are fallbacks in order
    size_t source_count;
};

// [threshold PANE.COLUMN]: conditions in the filter language over the row.
struct profile_threshold {
    char *probe;
    char *column;
    char *warn; // NULL: none
    char *crit;
    char *word; // "low ASR"; may be ""
    struct ini_place place;
};

struct profile {
    char *name;
    char *title;
    struct ini ini; // everything, after overlays
    struct profile_probe *probes;
    size_t probe_count;
    struct profile_threshold *thresholds;
    size_t threshold_count;
};

// Embedded INI files of profile NAME, laid over by $XDG_CONFIG_HOME/nocdesk/profiles/NAME/*.ini,
// laid over by overrides (sections of nocdesk.ini; may be NULL). Faults in errors as in conf/ini.h.
bool profile_load(const char *name, const struct ini *overrides, struct profile **out,
                  struct err_list *errors);
// The same, but what could be read is given back whatever the faults: never NULL.
struct profile *profile_read(const char *name, const struct ini *overrides,
                             struct err_list *errors);
void profile_free(struct profile *profile);

const struct profile_probe *profile_probe(const struct profile *profile, const char *name);
// A value of any section, or fallback.
const char *profile_value(const struct profile *profile, const char *section, const char *key,
                          const char *fallback);

// First words of the sections that profiles consist of ("probe", "sql", …), so that nocdesk.ini may
// override them. A heap array of heap strings.
char **profile_section_words(size_t *count);

// Files compiled into the program (profiles, themes, keymaps), made by the Makefile from the files
// themselves.
struct embedded {
    const char *path; // relative to the top, e.g. "src/profiles/vos3000/profile.ini"
    const char *text; // NUL-terminated
    size_t len;
};
extern const struct embedded embedded_files[];
extern const size_t embedded_file_count;

#endif
