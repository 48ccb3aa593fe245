// SPDX-License-Identifier: MIT

// nocdesk.ini to typed structs, with every fault named by its place.
#include "conf/config.h"

#include <ctype.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/xdg.h"
#include "conf/option.h"
#include "conf/profile.h"

#define HOST_NAME_MAX_BYTES 40

struct loader {
    struct config *config;
    struct err_list *errors;
    char **profile_words; // first words of the sections that belong to the profile
    size_t profile_word_count;
};

static void fault(struct loader *loader, const struct ini_place *place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void fault(struct loader *loader, const struct ini_place *place, const char *fmt, ...)
{
    struct str text = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&text, fmt, args);
    va_end(args);
    err_list_add(loader->errors, "%s:%d: %s", place->path, place->line, str_text(&text));
    str_dispose(&text);
}

static const struct config_option *find_option(const struct config_option *options, size_t count,
                                               const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(options[i].name, name) == 0)
            return &options[i];
    }
    return NULL;
}

static void fault_unknown_option(struct loader *loader, const struct ini_section *section,
                                 const struct ini_entry *entry, const struct config_option *options,
                                 size_t count)
{
    const char **names = mem_array(count, sizeof *names);
    struct str all = {0};
    for (size_t i = 0; i < count; i++) {
        names[i] = options[i].name;
        str_appendf(&all, "%s%s", i == 0 ? "" : ", ", options[i].name);
    }
    const char *nearest = ini_nearest(entry->key, names, count);
    if (nearest != NULL)
        fault(loader, &entry->place, "[%s] has no option '%s'; did you mean '%s'?", section->name,
              entry->key, nearest);
    else
        fault(loader, &entry->place, "[%s] has no option '%s'; it has %s", section->name,
              entry->key, str_text(&all));
    str_dispose(&all);
    free(names);
}

static void load_options(struct loader *loader, const struct ini_section *section,
                         const struct config_option *options, size_t count, void *base)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct ini_entry *entry = &section->entries[i];
        const struct config_option *option = find_option(options, count, entry->key);
        struct err err = {0};
        if (option == NULL)
            fault_unknown_option(loader, section, entry, options, count);
        else if (!option_set(option, base, entry->value, &err))
            fault(loader, &entry->place, "%s", err.text);
    }
}

static bool is_host_name(const char *name)
{
    if (!isalnum((unsigned char)name[0]) || strlen(name) > HOST_NAME_MAX_BYTES)
        return false;
    for (; *name != '\0'; name++) {
        if (!isalnum((unsigned char)*name) && strchr("_.-", *name) == NULL)
            return false;
    }
    return true;
}

// A word that goes to other programs' parsers as it is: no spaces, no leading dash.
static bool is_plain_word(const char *text)
{
    if (text[0] == '-')
        return false;
    for (; *text != '\0'; text++) {
        if (!isalnum((unsigned char)*text) && strchr("_.-:@%+/\\", *text) == NULL &&
            (unsigned char)*text < 0x80)
            return false;
    }
    return true;
}

static void check_word(struct loader *loader, const struct ini_section *section, const char *key,
                       const char *value, const char *right)
{
    if (is_plain_word(value))
        return;
    const struct ini_entry *entry = ini_get(section, key);
    fault(loader, entry != NULL ? &entry->place : &section->place,
          "%s = %s may not hold spaces, quotes or a leading dash; write %s", key, value, right);
}

static void check_password_file(struct loader *loader, const struct ini_entry *entry)
{
    struct stat info;
    const char *path = entry->place.path;
    if (stat(path, &info) != 0)
        fault(loader, &entry->place, "mysql_password: the file vanished while it was read");
    else if (info.st_uid != geteuid())
        fault(loader, &entry->place,
              "mysql_password stands in a file of another user; own the file, or use "
              "mysql_password_command");
    else if ((info.st_mode & 077) != 0)
        fault(loader, &entry->place,
              "mysql_password stands in a file that others may read (mode %04o); run "
              "chmod 600 %s, or use mysql_password_command",
              (unsigned)info.st_mode & 07777, path);
}

static void check_host(struct loader *loader, const struct ini_section *section,
                       const struct host_config *host)
{
    check_word(loader, section, "address", host->address, "a host name or an address");
    check_word(loader, section, "user", host->user, "a login name");
    check_word(loader, section, "mysql_host", host->mysql_host, "a host name or an address");
    check_word(loader, section, "environment", host->environment, "one word, such as prod");
    check_word(loader, section, "profile", host->profile, "the name of a profile");
    check_word(loader, section, "capture", host->capture, "an interface, any, or off");
    const struct ini_entry *password = ini_get(section, "mysql_password");
    if (password == NULL)
        return;
    check_password_file(loader, password);
    const struct ini_entry *command = ini_get(section, "mysql_password_command");
    if (command != NULL)
        fault(loader, &command->place,
              "mysql_password_command and mysql_password (line %d) exclude each other; keep one",
              password->place.line);
}

static char *login_name(void)
{
    struct passwd entry, *found = NULL;
    char buffer[4096];
    if (getpwuid_r(getuid(), &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
        return mem_strdup(found->pw_name);
    return mem_printf("uid%u", (unsigned)getuid());
}

// Takes fresh (heap) where *place is empty.
static void fill_empty(char **place, char *fresh)
{
    if ((*place)[0] != '\0') {
        free(fresh);
        return;
    }
    free(*place);
    *place = fresh;
}

static struct host_config *add_host(struct config *config, const char *name)
{
    config->hosts = mem_resize(config->hosts, config->host_count + 1, sizeof *config->hosts);
    struct host_config *host = &config->hosts[config->host_count++];
    memset(host, 0, sizeof *host);
    host->name = mem_strdup(name);
    host->ssh_password = mem_strdup("");
    option_set_fallbacks(config_host_options, config_host_option_count, host);
    return host;
}

static void finish_host(struct host_config *host)
{
    fill_empty(&host->address, mem_strdup(host->name));
    fill_empty(&host->mysql_user, login_name());
}

struct host_config *config_add_host(struct config *config, const char *name, struct err *err)
{
    if (!is_host_name(name) || config_host(config, name) != NULL) {
        err_set(err, "\"%.60s\" is no name for a host, or is one already", name);
        return NULL;
    }
    struct host_config *host = add_host(config, name);
    host->link = LINK_LOCAL;
    finish_host(host);
    return host;
}

bool config_set_host_option(struct host_config *host, const char *option, const char *value,
                            struct err *err)
{
    const struct config_option *found =
        find_option(config_host_options, config_host_option_count, option);
    return found != NULL ? option_set(found, host, value, err)
                         : err_set(err, "a host has no option '%s'", option);
}

static void load_host(struct loader *loader, const struct ini_section *section)
{
    const char *name = section->name + strlen("host");
    name += strspn(name, " \t");
    if (!is_host_name(name)) {
        fault(loader, &section->place,
              "[%s] names no host; write [host NAME] with a NAME of letters, digits and . _ - "
              "(at most %d)",
              section->name, HOST_NAME_MAX_BYTES);
        return;
    }
    if (config_host(loader->config, name) != NULL) {
        fault(loader, &section->place, "the host '%s' has a section already; keep one", name);
        return;
    }
    struct host_config *host = add_host(loader->config, name);
    load_options(loader, section, config_host_options, config_host_option_count, host);
    check_host(loader, section, host);
    finish_host(host);
}

static bool belongs_to_profile(const struct loader *loader, const char *word)
{
    for (size_t i = 0; i < loader->profile_word_count; i++) {
        if (strcmp(loader->profile_words[i], word) == 0)
            return true;
    }
    return false;
}

static void fault_unknown_section(struct loader *loader, const struct ini_section *section,
                                  const char *word)
{
    size_t count = loader->profile_word_count + 2;
    const char **names = mem_array(count, sizeof *names);
    names[0] = "nocdesk";
    names[1] = "host";
    for (size_t i = 2; i < count; i++)
        names[i] = loader->profile_words[i - 2];
    const char *nearest = ini_nearest(word, names, count);
    if (nearest != NULL)
        fault(loader, &section->place, "[%s] is no known section; did you mean [%s%s]?",
              section->name, nearest, section->name + strlen(word));
    else
        fault(loader, &section->place,
              "[%s] is no known section; there are [nocdesk], [host NAME] and the sections of the "
              "profile",
              section->name);
    free(names);
}

static void load_section(struct loader *loader, const struct ini_section *section)
{
    char *word = mem_strndup(section->name, strcspn(section->name, " \t"));
    if (strcmp(section->name, "nocdesk") == 0)
        load_options(loader, section, config_global_options, config_global_option_count,
                     loader->config);
    else if (strcmp(word, "host") == 0)
        load_host(loader, section);
    else if (belongs_to_profile(loader, word))
        ini_lay_section(&loader->config->profile_overrides, section);
    else
        fault_unknown_section(loader, section, word);
    free(word);
}

static void load_file(struct config *config, struct err_list *errors)
{
    struct loader loader = {.config = config, .errors = errors};
    struct ini ini = {0};
    loader.profile_words = profile_section_words(&loader.profile_word_count);
    ini_read_file(&ini, config->path, errors);
    for (size_t i = 0; i < ini.count; i++)
        load_section(&loader, &ini.sections[i]);
    for (size_t i = 0; i < loader.profile_word_count; i++)
        free(loader.profile_words[i]);
    free(loader.profile_words);
    ini_dispose(&ini);
}

// The file to read, or NULL: there is none, and none was asked for.
static char *find_file(const char *path)
{
    if (path != NULL)
        return mem_strdup(path);
    char *usual = xdg_config_path("nocdesk.ini");
    if (access(usual, F_OK) == 0)
        return usual;
    free(usual);
    return NULL;
}

// What [nocdesk] trusts, every host trusts.
static void trust_everywhere(const struct config *config, struct host_config *host)
{
    struct network_list *own = &host->trusted;
    size_t count = own->count + config->trusted.count;
    own->items = mem_resize(own->items, count, sizeof *own->items);
    for (size_t i = 0; i < config->trusted.count; i++)
        own->items[own->count++] = config->trusted.items[i];
}

bool config_load(const char *path, struct config **out, struct err_list *errors)
{
    size_t faults_before = errors->count;
    struct config *config = mem_alloc(sizeof *config);
    option_set_fallbacks(config_global_options, config_global_option_count, config);
    config->path = find_file(path);
    if (config->path != NULL)
        load_file(config, errors);
    fill_empty(&config->operator_name, login_name());
    fill_empty(&config->state_dir, xdg_state_path(""));
    if (config->host_count == 0) {
        struct host_config *host = add_host(config, "localhost");
        host->link = LINK_LOCAL;
        finish_host(host);
    }
    for (size_t i = 0; i < config->host_count; i++)
        trust_everywhere(config, &config->hosts[i]);
    bool ok = errors->count == faults_before;
    *out = ok ? config : NULL;
    if (!ok)
        config_free(config);
    return ok;
}

static void host_dispose(struct host_config *host)
{
    option_dispose_all(config_host_options, config_host_option_count, host);
    config_wipe(host->ssh_password);
    free(host->name);
}

void config_keep_hosts(struct config *config, const char *const *names, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < config->host_count; i++) {
        bool named = false;
        for (size_t j = 0; j < count; j++)
            named = named || strcmp(config->hosts[i].name, names[j]) == 0;
        if (named)
            config->hosts[kept++] = config->hosts[i];
        else
            host_dispose(&config->hosts[i]);
    }
    config->host_count = kept;
}

void config_free(struct config *config)
{
    if (config == NULL)
        return;
    for (size_t i = 0; i < config->host_count; i++)
        host_dispose(&config->hosts[i]);
    free(config->hosts);
    option_dispose_all(config_global_options, config_global_option_count, config);
    ini_dispose(&config->profile_overrides);
    free(config->path);
    free(config);
}

const struct host_config *config_host(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->host_count; i++) {
        if (strcmp(config->hosts[i].name, name) == 0)
            return &config->hosts[i];
    }
    return NULL;
}
