// SPDX-License-Identifier: MIT

// [host NAME]: reading, checking, and what a host takes from the rest of the configuration.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "conf/loader.h"
#include "conf/option.h"
#include "conf/section.h"

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

static struct host_config *add_here(struct config *config, const char *name)
{
    struct host_config *host =
        section_add(&config_section_host, name, &config->hosts, &config->host_count);
    host->link = LINK_LOCAL;
    return host;
}

static void finish(struct host_config *host)
{
    host->ssh_password = mem_strdup("");
    loader_fill(&host->address, mem_strdup(host->name));
    loader_fill(&host->mysql_user, loader_login_name());
}

struct host_config *config_add_host(struct config *config, const char *name, struct err *err)
{
    if (!loader_is_name(name) || config_host(config, name) != NULL) {
        err_set(err, "\"%.60s\" is no name for a host, or is one already", name);
        return NULL;
    }
    struct host_config *host = add_here(config, name);
    finish(host);
    return host;
}

bool config_set_host_option(struct host_config *host, const char *option, const char *value,
                            struct err *err)
{
    const struct config_option *found = config_option_find(&config_section_host, option);
    return found != NULL ? option_set(found, host, value, err)
                         : err_set(err, "a host has no option '%s'", option);
}

void loader_host(struct loader *loader, const struct ini_section *from)
{
    struct config *config = loader->config;
    struct host_config *host =
        loader_add(loader, from, &config_section_host, &config->hosts, &config->host_count);
    if (host == NULL)
        return;
    check_host(loader, from, host);
    finish(host);
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

enum accent config_accent(const struct config *config, const struct host_config *host)
{
    for (size_t i = 0; i < config->environment_count; i++)
        if (strcasecmp(config->environments[i].name, host->environment) == 0)
            return config->environments[i].accent;
    return strncasecmp(host->environment, "prod", 4) == 0 ? ACCENT_RED : ACCENT_NONE;
}

void loader_finish_hosts(struct config *config)
{
    if (config->host_count == 0) {
        struct host_config *host = add_here(config, "localhost");
        host->assumed = true;
        finish(host);
    }
    for (size_t i = 0; i < config->host_count; i++) {
        struct host_config *host = &config->hosts[i];
        trust_everywhere(config, host);
        host->accent = config_accent(config, host);
    }
}

static void host_dispose(struct host_config *host)
{
    section_dispose(&config_section_host, host);
    config_wipe(host->ssh_password);
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

void loader_free_hosts(struct config *config)
{
    for (size_t i = 0; i < config->host_count; i++)
        host_dispose(&config->hosts[i]);
    free(config->hosts);
}

const struct host_config *config_host(const struct config *config, const char *name)
{
    return section_find(&config_section_host, config->hosts, config->host_count, name);
}
