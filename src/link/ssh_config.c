// SPDX-License-Identifier: MIT

// A reading of ssh_config files beside libssh's own.
#include "link/ssh_config.h"

#include <ctype.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/xdg.h"

#define INCLUDE_DEPTH 8
#define FILE_MAX      (1 << 20)

enum effect {
    EFFECT_NONE,       // has no effect here: said
    EFFECT_ALGORITHMS, // has, unless it begins with + - ^
    EFFECT_STRICT,     // has none, because checking is always strict
    EFFECT_FIRST_WORD, // only its first word has
    EFFECT_IDENTITY,
    EFFECT_AGENT,
    EFFECT_JUMP,
    EFFECT_TIMEOUT,
    EFFECT_HOSTNAME,
};

static const struct {
    const char *name;
    enum effect effect;
} keywords[] = {
    {"AddressFamily", EFFECT_NONE},
    {"BindAddress", EFFECT_NONE},
    {"BindInterface", EFFECT_NONE},
    {"CanonicalizeHostname", EFFECT_NONE},
    {"CertificateFile", EFFECT_NONE},
    {"HostKeyAlias", EFFECT_NONE},
    {"IdentitiesOnly", EFFECT_NONE},
    {"KnownHostsCommand", EFFECT_NONE},
    {"PKCS11Provider", EFFECT_NONE},
    {"PreferredAuthentications", EFFECT_NONE},
    {"RemoteCommand", EFFECT_NONE},
    {"RevokedHostKeys", EFFECT_NONE},
    {"SecurityKeyProvider", EFFECT_NONE},
    {"VerifyHostKeyDNS", EFFECT_NONE},
    {"Ciphers", EFFECT_ALGORITHMS},
    {"HostKeyAlgorithms", EFFECT_ALGORITHMS},
    {"KexAlgorithms", EFFECT_ALGORITHMS},
    {"MACs", EFFECT_ALGORITHMS},
    {"PubkeyAcceptedAlgorithms", EFFECT_ALGORITHMS},
    {"PubkeyAcceptedKeyTypes", EFFECT_ALGORITHMS},
    {"StrictHostKeyChecking", EFFECT_STRICT},
    {"UserKnownHostsFile", EFFECT_FIRST_WORD},
    {"IdentityFile", EFFECT_IDENTITY},
    {"IdentityAgent", EFFECT_AGENT},
    {"ProxyJump", EFFECT_JUMP},
    {"ConnectTimeout", EFFECT_TIMEOUT},
    {"HostName", EFFECT_HOSTNAME},
};

struct reader {
    struct ssh_config *config;
    const char *alias;
    const char *path;
    bool applies;      // the block that is being read
    bool renamed;      // a HostName applied: libssh matches later blocks against the address
    bool renamed_said; // that was said
};

static void add_note(struct ssh_config *config, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void add_note(struct ssh_config *config, const char *fmt, ...)
{
    struct str text = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&text, _(fmt), args);
    va_end(args);
    if (strstr(str_text(&config->notes), text.text) == NULL)
        str_appendf(&config->notes, "%s%s", config->notes.len > 0 ? "; " : "", text.text);
    str_dispose(&text);
}

// OpenSSH's pattern list: any match, and no match of a pattern with "!".
static bool host_matches(char *patterns, const char *alias)
{
    bool any = false;
    char *rest = NULL;
    for (char *word = strtok_r(patterns, " \t,", &rest); word != NULL;
         word = strtok_r(NULL, " \t,", &rest)) {
        size_t len = strlen(word);
        if (len > 1 && word[0] == '"' && word[len - 1] == '"') {
            word[len - 1] = '\0';
            word++;
        }
        if (word[0] == '!') {
            if (fnmatch(word + 1, alias, FNM_CASEFOLD) == 0)
                return false;
        } else if (fnmatch(word, alias, FNM_CASEFOLD) == 0) {
            any = true;
        }
    }
    return any;
}

static void read_host(struct reader *reader, char *value, int line)
{
    reader->applies = host_matches(value, reader->alias);
    bool general = strcmp(value, "*") == 0;
    if (reader->applies && reader->renamed && !reader->renamed_said && !general) {
        add_note(reader->config,
                 "%s:%d: this Host block follows a HostName and is not applied; put HostName last",
                 reader->path, line);
        reader->renamed_said = true;
    }
}

// Only what can be judged without running anything; libssh judges the rest for its own reading.
static void read_match(struct reader *reader, char *value, int line)
{
    reader->applies = strcasecmp(value, "all") == 0;
    static const char by_host[] = "host ";
    if (strncasecmp(value, by_host, sizeof by_host - 1) == 0 && strpbrk(value, "!\"") == NULL)
        reader->applies = host_matches(value + sizeof by_host - 1, reader->alias);
    else if (strcasestr(value, "originalhost") != NULL || strcasestr(value, "final") != NULL ||
             strcasestr(value, "canonical") != NULL)
        add_note(reader->config,
                 "%s:%d: Match originalhost, canonical and final have no effect here", reader->path,
                 line);
}

static void keep_first(char **field, const char *value)
{
    if (*field == NULL)
        *field = mem_strdup(value);
}

static void add_identity(struct ssh_config *config, const char *value)
{
    size_t count = config->identity_count;
    config->identities = mem_resize(config->identities, count + 1, sizeof *config->identities);
    config->identities[count] = mem_strdup(value);
    config->identity_count = count + 1;
}

// "10", or a duration such as "1m"; in ms, 0 for anything else.
static int64_t seconds(const char *value)
{
    char *with_unit = mem_printf("%ss", value);
    int64_t ms = 0;
    if (!clock_parse_duration(with_unit, &ms) && !clock_parse_duration(value, &ms))
        ms = 0;
    free(with_unit);
    return ms > 0 ? ms : 0;
}

static void apply(struct reader *reader, enum effect effect, const char *name, const char *value)
{
    struct ssh_config *config = reader->config;
    switch (effect) {
    case EFFECT_NONE:
        if (strcasecmp(value, "no") != 0 && strcasecmp(value, "any") != 0)
            add_note(config, "%s has no effect here", name);
        break;
    case EFFECT_ALGORITHMS:
        if (strchr("+-^", value[0]) != NULL)
            add_note(config, "%s %s has no effect here (write the whole list)", name, value);
        break;
    case EFFECT_STRICT:
        if (strcasecmp(value, "yes") != 0 && strcasecmp(value, "ask") != 0)
            add_note(config, "%s %s has no effect: host keys are always checked", name, value);
        break;
    case EFFECT_FIRST_WORD:
        if (strpbrk(value, " \t") != NULL && value[0] != '"')
            add_note(config, "only the first file of %s is used", name);
        break;
    case EFFECT_IDENTITY:
        add_identity(config, value);
        break;
    case EFFECT_AGENT:
        keep_first(&config->agent, value);
        break;
    case EFFECT_JUMP:
        keep_first(&config->jump, value);
        break;
    case EFFECT_TIMEOUT:
        if (config->connect_ms == 0)
            config->connect_ms = seconds(value);
        break;
    case EFFECT_HOSTNAME:
        reader->renamed = true;
        break;
    }
}

static void read_file(struct reader *reader, const char *path, int depth);

static void read_include(struct reader *reader, const char *value, int depth)
{
    char *copy = mem_strdup(value), *rest = NULL;
    for (char *word = strtok_r(copy, " \t", &rest); word != NULL;
         word = strtok_r(NULL, " \t", &rest)) {
        char *pattern =
            word[0] == '/' || word[0] == '~' ? mem_strdup(word) : mem_printf("~/.ssh/%s", word);
        char *path = xdg_expand(pattern);
        glob_t found;
        if (glob(path, 0, NULL, &found) == 0) {
            for (size_t i = 0; i < found.gl_pathc; i++)
                read_file(reader, found.gl_pathv[i], depth + 1);
            globfree(&found);
        }
        free(path);
        free(pattern);
    }
    free(copy);
}

// Cuts "Keyword value", "Keyword=value", "Keyword \"value\"" in place; false for an empty line or a
// comment.
static bool split(char *line, char **name, char **value)
{
    line += strspn(line, " \t\r\n");
    size_t len = strlen(line);
    while (len > 0 && strchr(" \t\r\n", line[len - 1]) != NULL)
        line[--len] = '\0';
    if (line[0] == '\0' || line[0] == '#')
        return false;
    *name = line;
    line += strcspn(line, " \t=");
    if (*line == '\0')
        return false;
    char *end = line;
    line += strspn(line, " \t");
    if (*line == '=')
        line++;
    line += strspn(line, " \t");
    *end = '\0';
    len = strlen(line);
    if (len > 1 && line[0] == '"' && strchr(line + 1, '"') == line + len - 1) {
        line[len - 1] = '\0';
        line++;
    }
    *value = line;
    return true;
}

static void read_line(struct reader *reader, char *line, int number, int depth)
{
    char *name, *value;
    if (!split(line, &name, &value))
        return;
    if (strcasecmp(name, "Host") == 0) {
        read_host(reader, value, number);
    } else if (strcasecmp(name, "Match") == 0) {
        read_match(reader, value, number);
    } else if (!reader->applies) {
        return;
    } else if (strcasecmp(name, "Include") == 0) {
        read_include(reader, value, depth);
    } else {
        for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
            if (strcasecmp(name, keywords[i].name) == 0)
                apply(reader, keywords[i].effect, keywords[i].name, value);
    }
}

static void read_file(struct reader *reader, const char *path, int depth)
{
    struct stat st;
    if (depth > INCLUDE_DEPTH || stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
        st.st_size > FILE_MAX)
        return;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return;
    bool outer = reader->applies;
    const char *outer_path = reader->path;
    reader->path = path;
    char *line = NULL;
    size_t cap = 0;
    for (int number = 1; getline(&line, &cap, file) >= 0; number++)
        read_line(reader, line, number, depth);
    free(line);
    fclose(file);
    reader->applies = outer;
    reader->path = outer_path;
}

void ssh_config_read(struct ssh_config *config, const char *path, const char *alias)
{
    struct reader reader = {.config = config, .alias = alias, .applies = true};
    read_file(&reader, path, 0);
}

void ssh_config_dispose(struct ssh_config *config)
{
    for (size_t i = 0; i < config->identity_count; i++)
        free(config->identities[i]);
    free(config->identities);
    free(config->agent);
    free(config->jump);
    str_dispose(&config->notes);
    *config = (struct ssh_config){0};
}
