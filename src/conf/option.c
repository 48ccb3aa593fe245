// SPDX-License-Identifier: MIT

// Parsing of option values by type.
#include "conf/option.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/words.h"
#include "base/xdg.h"

#define QUOTED_IN_MESSAGE 60
#define LIST_SEPARATORS   ", \t"

_Static_assert(offsetof(struct host_config, sip_port_count) ==
                   offsetof(struct host_config, sip_ports) + sizeof(int *),
               "OPTION_PORTS writes the count behind the list");

static bool wrong(const struct config_option *option, const char *text, const char *what,
                  const char *right, struct err *err)
{
    return err_set(err, "%s = %.*s %s; write %s", option->name, QUOTED_IN_MESSAGE, text, _(what),
                   _(right));
}

static void *place_of(const struct config_option *option, void *base)
{
    return (char *)base + option->offset;
}

static void replace_text(void *place, char *fresh)
{
    char **slot = place;
    free(*slot);
    *slot = fresh;
}

static bool has_control_bytes(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return true;
    }
    return false;
}

static bool set_text(const struct config_option *option, void *place, const char *text,
                     struct err *err)
{
    if (has_control_bytes(text))
        return err_set(err, "%s holds control characters; write plain text", option->name);
    char *plain = ini_unquote(text);
    if (option->type == OPTION_PATH) {
        char *expanded = xdg_expand(plain);
        free(plain);
        plain = expanded;
    }
    replace_text(place, plain);
    return true;
}

static bool set_secret(const struct config_option *option, void *place, const char *text,
                       struct err *err)
{
    (void)option;
    (void)err;
    char **slot = place;
    config_wipe(*slot);
    *slot = ini_unquote(text);
    return true;
}

static bool set_bool(const struct config_option *option, void *place, const char *text,
                     struct err *err)
{
    static const char *const yes[] = {"yes", "true", "on", "1"};
    static const char *const no[] = {"no", "false", "off", "0"};
    bool *slot = place;
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
            *slot = strcmp(text, yes[i]) == 0;
            return true;
        }
    }
    return wrong(option, text, N_("is neither yes nor no"), N_("yes or no"), err);
}

static bool set_int(const struct config_option *option, void *place, const char *text,
                    struct err *err)
{
    char range[160];
    snprintf(range, sizeof range, _("a number from %lld to %lld"), (long long)option->least,
             (long long)option->most);
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (text[0] == '\0' || *end != '\0')
        return wrong(option, text, N_("is no number"), range, err);
    if (errno == ERANGE || value < option->least || value > option->most)
        return wrong(option, text, N_("is out of range"), range, err);
    int *slot = place;
    *slot = (int)value; // every range in the tables is within int
    return true;
}

void option_append_duration(struct str *out, int64_t ms)
{
    if (ms < 0)
        str_append(out, "forever");
    else if (ms % (3600 * 1000) == 0 && ms != 0)
        str_appendf(out, "%lldh", (long long)(ms / 3600 / 1000));
    else if (ms % (60 * 1000) == 0 && ms != 0)
        str_appendf(out, "%lldm", (long long)(ms / 60 / 1000));
    else if (ms % 1000 == 0)
        str_appendf(out, "%llds", (long long)(ms / 1000));
    else
        str_appendf(out, "%lldms", (long long)ms);
}

static bool set_duration(const struct config_option *option, void *place, const char *text,
                         struct err *err)
{
    bool endless = option->most == INT64_MAX;
    int64_t value = 0;
    if (!clock_parse_duration(text, &value) || (value < 0 && !endless))
        return wrong(option, text, N_("is no duration"),
                     endless ? N_("90s, 15m, 1h, 2d or forever") : N_("90s, 15m, 1h or 2d"), err);
    if (value >= 0 && (value < option->least || value > option->most)) {
        struct str range = {0};
        struct str least = {0}, most = {0};
        option_append_duration(&least, option->least);
        option_append_duration(&most, option->most);
        if (endless)
            str_appendf(&range, _("%s or more"), str_text(&least));
        else
            str_appendf(&range, _("%s to %s"), str_text(&least), str_text(&most));
        str_dispose(&least);
        str_dispose(&most);
        wrong(option, text, N_("is out of range"), str_text(&range), err);
        str_dispose(&range);
        return false;
    }
    int64_t *slot = place;
    *slot = value;
    return true;
}

static bool set_choice(const struct config_option *option, void *place, const char *text,
                       struct err *err)
{
    struct str known = {0};
    for (int i = 0; option->choices[i] != NULL; i++) {
        if (strcmp(text, option->choices[i]) == 0) {
            memcpy(place, &i, sizeof i); // an enum whose values are the indexes
            str_dispose(&known);
            return true;
        }
        str_appendf(&known, "%s%s",
                    i == 0                           ? ""
                    : option->choices[i + 1] == NULL ? _(" or ")
                                                     : ", ",
                    option->choices[i]);
    }
    wrong(option, text, N_("is not known"), str_text(&known), err);
    str_dispose(&known);
    return false;
}

static bool set_argv(const struct config_option *option, void *place, const char *text,
                     struct err *err)
{
    if (has_control_bytes(text))
        return err_set(err, "%s holds control characters; write plain text", option->name);
    char ***slot = place;
    words_free(*slot);
    *slot = words_split(text);
    if (*slot != NULL) {
        char *expanded = xdg_expand((*slot)[0]);
        free((*slot)[0]);
        (*slot)[0] = expanded;
    }
    return true;
}

// Without the folding of "~/".
static bool set_words(const struct config_option *option, void *place, const char *text,
                      struct err *err)
{
    if (has_control_bytes(text))
        return err_set(err, "%s holds control characters; write plain text", option->name);
    char **words = NULL;
    size_t count = 0, cap = 0;
    for (const char *at = text; at += strspn(at, LIST_SEPARATORS), *at != '\0';) {
        size_t len = strcspn(at, LIST_SEPARATORS);
        char **slot = mem_push(&words, &count, &cap, sizeof *slot);
        *slot = mem_strndup(at, len);
        at += len;
    }
    if (count > 0) {
        char **last = mem_push(&words, &count, &cap, sizeof *last);
        *last = NULL;
    }
    char ***slot = place;
    words_free(*slot);
    *slot = words;
    return true;
}

static bool set_set(const struct config_option *option, void *place, const char *text,
                    struct err *err)
{
    struct config_option one = *option;
    unsigned set = 0;
    for (const char *at = text; at += strspn(at, LIST_SEPARATORS), *at != '\0';) {
        size_t len = strcspn(at, LIST_SEPARATORS);
        char *word = mem_strndup(at, len);
        int index = 0;
        bool known = set_choice(&one, &index, word, err);
        free(word);
        if (!known)
            return false;
        set |= 1U << index;
        at += len;
    }
    memcpy(place, &set, sizeof set);
    return set != 0 || err_set(err, "%s names nothing; write one or more words", option->name);
}

// "22:00" or "6:30" to minutes; the end of it, or NULL.
static const char *parse_minutes(const char *text, int *out)
{
    static const char digits[] = "0123456789";
    size_t len = strspn(text, digits);
    if (len < 1 || len > 2 || text[len] != ':' || strspn(text + len + 1, digits) != 2)
        return NULL;
    int hours = atoi(text), minutes = atoi(text + len + 1);
    if (minutes > 59 || hours * 60 + minutes > 24 * 60)
        return NULL;
    *out = hours * 60 + minutes;
    return text + len + 3;
}

static bool set_span(const struct config_option *option, void *place, const char *text,
                     struct err *err)
{
    struct day_span span = {0};
    const char *at = text[0] != '\0' ? parse_minutes(text, &span.begin) : text;
    if (at != NULL && text[0] != '\0')
        at = *at == '-' ? parse_minutes(at + 1, &span.end) : NULL;
    if (at == NULL || *at != '\0')
        return wrong(option, text, N_("is no span of a day"), "22:00-06:00", err);
    memcpy(place, &span, sizeof span);
    return true;
}

static bool set_ports(const struct config_option *option, void *place, const char *text,
                      struct err *err)
{
    int *ports = NULL;
    size_t count = 0, cap = 0;
    for (const char *at = text; at += strspn(at, LIST_SEPARATORS), *at != '\0';) {
        char *end;
        long port = strtol(at, &end, 10);
        size_t len = strcspn(at, LIST_SEPARATORS);
        if (end != at + len || port < 1 || port > 65535) {
            free(ports);
            return wrong(option, text, N_("is no list of ports"),
                         N_("5060 6060, each from 1 to 65535"), err);
        }
        int *slot = mem_push(&ports, &count, &cap, sizeof *slot);
        *slot = (int)port;
        at = end;
    }
    int **list = place;
    free(*list);
    *list = ports;
    memcpy((char *)place + sizeof(int *), &count, sizeof count);
    return true;
}

static bool set_networks(const struct config_option *option, void *place, const char *text,
                         struct err *err)
{
    struct network *items = NULL;
    size_t count = 0, cap = 0;
    for (const char *at = text; at += strspn(at, LIST_SEPARATORS), *at != '\0';) {
        size_t len = strcspn(at, LIST_SEPARATORS);
        char *word = mem_strndup(at, len);
        struct network *slot = mem_push(&items, &count, &cap, sizeof *slot);
        if (!network_parse(word, slot)) {
            wrong(option, word, N_("is no address and no network"),
                  N_("203.0.113.10 or 203.0.113.0/24 (several with spaces between)"), err);
            free(word);
            free(items);
            return false;
        }
        free(word);
        at += len;
    }
    struct network_list *list = place;
    free(list->items);
    *list = (struct network_list){items, count};
    return true;
}

typedef bool set_fn(const struct config_option *option, void *place, const char *text,
                    struct err *err);

static set_fn *const setters[] = {
    [OPTION_TEXT] = set_text,         [OPTION_PATH] = set_text,
    [OPTION_BOOL] = set_bool,         [OPTION_INT] = set_int,
    [OPTION_DURATION] = set_duration, [OPTION_CHOICE] = set_choice,
    [OPTION_ARGV] = set_argv,         [OPTION_PORTS] = set_ports,
    [OPTION_NETWORKS] = set_networks, [OPTION_SECRET] = set_secret,
    [OPTION_WORDS] = set_words,       [OPTION_SET] = set_set,
    [OPTION_SPAN] = set_span,
};

bool option_set(const struct config_option *option, void *base, const char *text, struct err *err)
{
    return setters[option->type](option, place_of(option, base), text, err);
}

void option_dispose(const struct config_option *option, void *base)
{
    void *place = place_of(option, base);
    switch (option->type) {
    case OPTION_TEXT:
    case OPTION_PATH:
    case OPTION_PORTS:
    case OPTION_NETWORKS: // the list's items come first
        free(*(void **)place);
        break;
    case OPTION_ARGV:
    case OPTION_WORDS:
        words_free(*(char ***)place);
        break;
    case OPTION_SECRET:
        config_wipe(*(char **)place);
        break;
    case OPTION_BOOL:
    case OPTION_INT:
    case OPTION_DURATION:
    case OPTION_CHOICE:
    case OPTION_SET:
    case OPTION_SPAN:
        break;
    }
}
