// SPDX-License-Identifier: MIT

// nocdesk.ini to typed structs, with every fault named by its place.
#include "conf/config.h"

#include <ctype.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/xdg.h"
#include "conf/loader.h"
#include "conf/option.h"
#include "conf/profile.h"

#define HOST_NAME_MAX_BYTES 40

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
        ini_fault(loader->errors, &entry->place, "[%s] has no option '%s'; did you mean '%s'?",
                  section->name, entry->key, nearest);
    else
        ini_fault(loader->errors, &entry->place, "[%s] has no option '%s'; it has %s",
                  section->name, entry->key, str_text(&all));
    str_dispose(&all);
    free(names);
}

void loader_options(struct loader *loader, const struct ini_section *section,
                    const struct config_option *options, size_t count, void *base, int *lines)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct ini_entry *entry = &section->entries[i];
        const struct config_option *option = find_option(options, count, entry->key);
        struct err err = {0};
        if (option == NULL)
            fault_unknown_option(loader, section, entry, options, count);
        else if (!option_set(option, base, entry->value, &err))
            ini_fault(loader->errors, &entry->place, "%s", err.text);
        else
            lines[option - options] = entry->place.line;
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
    ini_fault(loader->errors, entry != NULL ? &entry->place : &section->place,
              "%s = %s may not hold spaces, quotes or a leading dash; write %s", key, value,
              _(right));
}

static void check_password_file(struct loader *loader, const struct ini_entry *entry)
{
    struct stat info;
    const char *path = entry->place.path;
    if (stat(path, &info) != 0)
        ini_fault(loader->errors, &entry->place,
                  "mysql_password: the file vanished while it was read");
    else if (info.st_uid != geteuid())
        ini_fault(loader->errors, &entry->place,
                  "mysql_password stands in a file of another user; own the file, or use "
                  "mysql_password_command");
    else if ((info.st_mode & 077) != 0)
        ini_fault(loader->errors, &entry->place,
                  "mysql_password stands in a file that others may read (mode %04o); run "
                  "chmod 600 %s, or use mysql_password_command",
                  (unsigned)info.st_mode & 07777, path);
}

static void check_host(struct loader *loader, const struct ini_section *section,
                       const struct host_config *host)
{
    check_word(loader, section, "address", host->address, N_("a host name or an address"));
    check_word(loader, section, "user", host->user, N_("a login name"));
    check_word(loader, section, "mysql_host", host->mysql_host, N_("a host name or an address"));
    check_word(loader, section, "environment", host->environment, N_("one word, such as prod"));
    check_word(loader, section, "profile", host->profile, N_("the name of a profile"));
    check_word(loader, section, "capture", host->capture, N_("an interface, any, or off"));
    const struct ini_entry *password = ini_get(section, "mysql_password");
    if (password == NULL || host->mysql_password[0] == '\0')
        return;
    check_password_file(loader, password);
    const struct ini_entry *command = ini_get(section, "mysql_password_command");
    if (command != NULL && host->mysql_password_command != NULL)
        ini_fault(
            loader->errors, &command->place,
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
    host->lines = mem_array(config_host_option_count, sizeof *host->lines);
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

const char *loader_name(struct loader *loader, const struct ini_section *section, const char *word)
{
    const char *name = section->name + strlen(word);
    name += strspn(name, " \t");
    if (is_host_name(name))
        return name;
    ini_fault(loader->errors, &section->place,
              "[%s] names no %s; write [%s NAME] with a NAME of letters, digits and . _ - "
              "(at most %d)",
              section->name, word, word, HOST_NAME_MAX_BYTES);
    return NULL;
}

static void load_host(struct loader *loader, const struct ini_section *section)
{
    const char *name = loader_name(loader, section, "host");
    if (name == NULL)
        return;
    if (config_host(loader->config, name) != NULL) {
        ini_fault(loader->errors, &section->place, "the host '%s' has a section already; keep one",
                  name);
        return;
    }
    struct host_config *host = add_host(loader->config, name);
    loader_options(loader, section, config_host_options, config_host_option_count, host,
                   host->lines);
    check_host(loader, section, host);
    finish_host(host);
}

static void load_filter(struct loader *loader, const struct ini_section *section)
{
    const char *name = loader_name(loader, section, "filter");
    struct config *config = loader->config;
    if (name == NULL)
        return;
    config->filters =
        mem_resize(config->filters, config->filter_count + 1, sizeof *config->filters);
    struct filter_config *filter = &config->filters[config->filter_count++];
    *filter = (struct filter_config){.name = mem_strdup(name)};
    filter->lines = mem_array(config_filter_option_count, sizeof *filter->lines);
    option_set_fallbacks(config_filter_options, config_filter_option_count, filter);
    loader_options(loader, section, config_filter_options, config_filter_option_count, filter,
                   filter->lines);
    if (filter->pane[0] == '\0' || filter->expression[0] == '\0')
        ini_fault(loader->errors, &section->place, "[%s] needs pane = PANE and rows = EXPRESSION",
                  section->name);
}

static void load_layout(struct loader *loader, const struct ini_section *section)
{
    const char *name = loader_name(loader, section, "layout");
    struct config *config = loader->config;
    if (name == NULL)
        return;
    config->layouts =
        mem_resize(config->layouts, config->layout_count + 1, sizeof *config->layouts);
    struct layout_config *layout = &config->layouts[config->layout_count++];
    *layout = (struct layout_config){.name = mem_strdup(name)};
    layout->lines = mem_array(config_layout_option_count, sizeof *layout->lines);
    option_set_fallbacks(config_layout_options, config_layout_option_count, layout);
    loader_options(loader, section, config_layout_options, config_layout_option_count, layout,
                   layout->lines);
    if (layout->tiles[0] == '\0')
        ini_fault(loader->errors, &section->place, "[%s] needs tiles = hosts attention …",
                  section->name);
}

static void load_environment(struct loader *loader, const struct ini_section *section)
{
    const char *name = loader_name(loader, section, "environment");
    struct config *config = loader->config;
    if (name == NULL)
        return;
    config->environments = mem_resize(config->environments, config->environment_count + 1,
                                      sizeof *config->environments);
    struct environment_config *environment = &config->environments[config->environment_count++];
    *environment = (struct environment_config){.name = mem_strdup(name)};
    environment->lines = mem_array(config_environment_option_count, sizeof *environment->lines);
    loader_options(loader, section, config_environment_options, config_environment_option_count,
                   environment, environment->lines);
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
    size_t own = config_section_count, count = loader->profile_word_count + own;
    const char **names = mem_array(count, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = i < own ? config_sections[i].word : loader->profile_words[i - own];
    const char *nearest = ini_nearest(word, names, count);
    if (nearest != NULL)
        ini_fault(loader->errors, &section->place, "[%s] is no known section; did you mean [%s%s]?",
                  section->name, nearest, section->name + strlen(word));
    else
        ini_fault(
            loader->errors, &section->place,
            "[%s] is no known section; there are [nocdesk], [memory], [host NAME], [hook NAME], "
            "[command NAME], [filter NAME], [environment NAME], [overview], [layout NAME] and the "
            "sections of the profile",
            section->name);
    free(names);
}

static void load_section(struct loader *loader, const struct ini_section *section)
{
    char *word = mem_strndup(section->name, strcspn(section->name, " \t"));
    if (strcmp(section->name, "nocdesk") == 0)
        loader_options(loader, section, config_global_options, config_global_option_count,
                       loader->config, loader->config->lines);
    else if (strcmp(section->name, "memory") == 0)
        loader_options(loader, section, config_memory_options, config_memory_option_count,
                       &loader->config->memory, loader->config->memory.lines);
    else if (strcmp(word, "host") == 0)
        load_host(loader, section);
    else if (strcmp(word, "hook") == 0)
        loader_hook(loader, section);
    else if (strcmp(word, "command") == 0)
        loader_command(loader, section);
    else if (strcmp(word, "filter") == 0)
        load_filter(loader, section);
    else if (strcmp(section->name, "overview") == 0)
        loader_options(loader, section, config_overview_options, config_overview_option_count,
                       &loader->config->overview, loader->config->overview.lines);
    else if (strcmp(word, "layout") == 0)
        load_layout(loader, section);
    else if (strcmp(word, "environment") == 0)
        load_environment(loader, section);
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
    loader_check_hooks(config, &ini, errors);
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

static bool has_network(const struct network_list *list, const struct network *network)
{
    char wanted[ADDRESS_TEXT_MAX], text[ADDRESS_TEXT_MAX];
    network_print(network, wanted);
    for (size_t i = 0; i < list->count; i++) {
        network_print(&list->items[i], text);
        if (strcmp(text, wanted) == 0)
            return true;
    }
    return false;
}

// What [nocdesk] trusts, every host trusts.
static void trust_everywhere(const struct config *config, struct host_config *host)
{
    struct network_list *own = &host->trusted;
    size_t count = own->count + config->trusted.count;
    own->items = mem_resize(own->items, count, sizeof *own->items);
    for (size_t i = 0; i < config->trusted.count; i++)
        if (!has_network(own, &config->trusted.items[i]))
            own->items[own->count++] = config->trusted.items[i];
}

struct config *config_read(const char *path, struct err_list *errors)
{
    struct config *config = mem_alloc(sizeof *config);
    config->lines = mem_array(config_global_option_count, sizeof *config->lines);
    config->memory.lines = mem_array(config_memory_option_count, sizeof *config->memory.lines);
    config->overview.lines =
        mem_array(config_overview_option_count, sizeof *config->overview.lines);
    option_set_fallbacks(config_overview_options, config_overview_option_count, &config->overview);
    option_set_fallbacks(config_global_options, config_global_option_count, config);
    option_set_fallbacks(config_memory_options, config_memory_option_count, &config->memory);
    config->path = find_file(path);
    if (config->path != NULL)
        load_file(config, errors);
    fill_empty(&config->operator_name, login_name());
    fill_empty(&config->state_dir, xdg_state_path(""));
    if (config->host_count == 0) {
        struct host_config *host = add_host(config, "localhost");
        host->link = LINK_LOCAL;
        host->assumed = true;
        finish_host(host);
    }
    for (size_t i = 0; i < config->host_count; i++)
        trust_everywhere(config, &config->hosts[i]);
    for (size_t i = 0; i < config->host_count; i++)
        config->hosts[i].accent = config_accent(config, &config->hosts[i]);
    return config;
}

bool config_load(const char *path, struct config **out, struct err_list *errors)
{
    size_t faults_before = errors->count;
    struct config *config = config_read(path, errors);
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
    free(host->lines);
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
    for (size_t i = 0; i < config->filter_count; i++) {
        option_dispose_all(config_filter_options, config_filter_option_count, &config->filters[i]);
        free(config->filters[i].name);
        free(config->filters[i].lines);
    }
    free(config->filters);
    for (size_t i = 0; i < config->layout_count; i++) {
        option_dispose_all(config_layout_options, config_layout_option_count, &config->layouts[i]);
        free(config->layouts[i].name);
        free(config->layouts[i].lines);
    }
    free(config->layouts);
    for (size_t i = 0; i < config->environment_count; i++) {
        free(config->environments[i].name);
        free(config->environments[i].lines);
    }
    free(config->environments);
    for (size_t i = 0; i < config->hook_count; i++)
        hook_dispose(&config->hooks[i]);
    free(config->hooks);
    for (size_t i = 0; i < config->command_count; i++)
        command_dispose(&config->commands[i]);
    free(config->commands);
    free(config->lines);
    free(config->memory.lines);
    free(config->overview.lines);
    option_dispose_all(config_overview_options, config_overview_option_count, &config->overview);
    option_dispose_all(config_global_options, config_global_option_count, config);
    ini_dispose(&config->profile_overrides);
    free(config->path);
    free(config);
}

enum accent config_accent(const struct config *config, const struct host_config *host)
{
    for (size_t i = 0; i < config->environment_count; i++)
        if (strcasecmp(config->environments[i].name, host->environment) == 0)
            return config->environments[i].accent;
    return strncasecmp(host->environment, "prod", 4) == 0 ? ACCENT_RED : ACCENT_NONE;
}

const struct host_config *config_host(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->host_count; i++) {
        if (strcmp(config->hosts[i].name, name) == 0)
            return &config->hosts[i];
    }
    return NULL;
}

const struct command_config *config_command(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->command_count; i++)
        if (strcmp(config->commands[i].name, name) == 0)
            return &config->commands[i];
    return NULL;
}
