// SPDX-License-Identifier: MIT

// A host's options as words, as they stand in nocdesk.ini.
#include "replay/host_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/text.h"

// Only these are taken from a recording.
static const char *const kept[] = {
    "environment", "profile",  "http_port",   "mysql_port", "sip_ports", "mysql_socket", "capture",
    "ban_backend", "ban_jail", "ban_private", "sudo",       "trusted",   "groups"};

static void put(json_t *options, const struct mask *mask, unsigned what, const char *name,
                const char *text)
{
    if (text[0] == '\0')
        return;
    char *safe = mask_text(mask, what, text, strlen(text));
    char *valid = text_valid_utf8(safe, strlen(safe));
    json_object_set_new(options, name, json_string(valid));
    free(valid);
    free(safe);
}

static void put_number(json_t *options, const char *name, int number)
{
    char *text = mem_printf("%d", number);
    json_object_set_new(options, name, json_string(text));
    free(text);
}

static void put_networks(json_t *options, const struct mask *mask, const struct network_list *list)
{
    struct str text = {0};
    for (size_t i = 0; i < list->count; i++) {
        char printed[ADDRESS_TEXT_MAX];
        network_print(&list->items[i], printed);
        str_appendf(&text, "%s%s", i == 0 ? "" : " ", printed);
    }
    put(options, mask, MASK_ADDRESSES, "trusted", str_text(&text));
    str_dispose(&text);
}

json_t *host_options_write(const struct host_config *host, const struct mask *mask)
{
    json_t *out = json_object(), *options = json_object();
    struct str ports = {0};
    for (size_t i = 0; i < host->sip_port_count; i++)
        str_appendf(&ports, "%s%d", i == 0 ? "" : " ", host->sip_ports[i]);
    json_object_set_new(out, "name", json_string(host->name));
    put(options, mask, MASK_SECRETS, "environment", host->environment);
    put(options, mask, MASK_SECRETS, "groups", host->groups);
    put(options, mask, MASK_SECRETS, "profile", host->profile);
    put(options, mask, MASK_SECRETS, "sip_ports", str_text(&ports));
    put(options, mask, MASK_SECRETS, "ban_backend", ban_way_words[host->ban_backend]);
    put(options, mask, MASK_SECRETS, "ban_jail", host->ban_jail);
    put(options, mask, MASK_SECRETS, "capture", host->capture);
    put(options, mask, MASK_SECRETS, "mysql_socket", host->mysql_socket);
    put_number(options, "http_port", host->http_port);
    put_number(options, "mysql_port", host->mysql_port);
    json_object_set_new(options, "ban_private", json_string(host->ban_private ? "yes" : "no"));
    json_object_set_new(options, "sudo", json_string(host->sudo ? "yes" : "no"));
    put_networks(options, mask, &host->trusted);
    json_object_set_new(out, "options", options);
    str_dispose(&ports);
    return out;
}

bool host_options_read(const json_t *recorded, struct config *config, struct err *err)
{
    const char *name = json_string_value(json_object_get(recorded, "name"));
    const json_t *options = json_object_get(recorded, "options");
    struct host_config *host = config_add_host(config, name != NULL ? name : "", err);
    for (size_t i = 0; host != NULL && i < sizeof kept / sizeof *kept; i++) {
        const char *value = json_string_value(json_object_get(options, kept[i]));
        if (value != NULL && !config_set_host_option(host, kept[i], value, err))
            return false;
    }
    if (host != NULL)
        host->accent = config_accent(config, host);
    return host != NULL;
}
