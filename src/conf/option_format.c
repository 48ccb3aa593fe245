// SPDX-License-Identifier: MIT

// Option values as they would be written, by type.
#include <string.h>

#include "conf/option.h"

static void append_quoted(struct str *out, const char *text)
{
    str_append_char(out, '"');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            str_append_char(out, '\\');
        str_append_char(out, *at);
    }
    str_append_char(out, '"');
}

void option_append_value(struct str *out, const char *text)
{
    size_t len = text != NULL ? strlen(text) : 0;
    if (len == 0)
        return;
    if (strpbrk(text, ";\"") != NULL || text[0] == ' ' || text[len - 1] == ' ' ||
        text[len - 1] == '\\')
        append_quoted(out, text);
    else
        str_append(out, text);
}

static void format_text(struct str *out, const struct config_option *option, const void *place)
{
    (void)option;
    option_append_value(out, *(const char *const *)place);
}

static void format_secret(struct str *out, const struct config_option *option, const void *place)
{
    (void)option;
    const char *const *text = place;
    str_append(out, *text != NULL && (*text)[0] != '\0' ? OPTION_MASK : "");
}

static void format_bool(struct str *out, const struct config_option *option, const void *place)
{
    (void)option;
    str_append(out, *(const bool *)place ? "yes" : "no");
}

static void format_int(struct str *out, const struct config_option *option, const void *place)
{
    (void)option;
    str_appendf(out, "%d", *(const int *)place);
}

static void format_duration(struct str *out, const struct config_option *option, const void *place)
{
    (void)option;
    option_append_duration(out, *(const int64_t *)place);
}

static void format_choice(struct str *out, const struct config_option *option, const void *place)
{
    int index;
    memcpy(&index, place, sizeof index);
    str_append(out, option->choices[index]);
}

static void format_set(struct str *out, const struct config_option *option, const void *place)
{
    unsigned set;
    memcpy(&set, place, sizeof set);
    size_t before = out->len;
    for (size_t i = 0; option->choices[i] != NULL; i++)
        if ((set & 1U << i) != 0)
            str_appendf(out, "%s%s", out->len > before ? " " : "", option->choices[i]);
}

// A word that split_argv() would not read back as it is stands in quotes.
static void format_words(struct str *out, const struct config_option *option, const void *place)
{
    (void)option;
    const char *const *words = *(const char *const *const *)place;
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
        str_append(out, i > 0 ? " " : "");
        if (words[i][0] == '\0' || strpbrk(words[i], " \t\";\\") != NULL)
            append_quoted(out, words[i]);
        else
            str_append(out, words[i]);
    }
}

static void format_span(struct str *out, const struct config_option *option, const void *place)
{
    (void)option;
    const struct day_span *span = place;
    if (span->begin != span->end)
        str_appendf(out, "%02d:%02d-%02d:%02d", span->begin / 60, span->begin % 60, span->end / 60,
                    span->end % 60);
}

static void format_ports(struct str *out, const struct config_option *option, const void *place)
{
    (void)option;
    const int *ports = *(const int *const *)place;
    size_t count;
    memcpy(&count, (const char *)place + sizeof(int *), sizeof count);
    for (size_t i = 0; i < count; i++)
        str_appendf(out, "%s%d", i > 0 ? " " : "", ports[i]);
}

static void format_networks(struct str *out, const struct config_option *option, const void *place)
{
    (void)option;
    const struct network_list *list = place;
    for (size_t i = 0; i < list->count; i++) {
        char text[ADDRESS_TEXT_MAX];
        network_print(&list->items[i], text);
        str_appendf(out, "%s%s", i > 0 ? " " : "", text);
    }
}

typedef void format_fn(struct str *out, const struct config_option *option, const void *place);

static format_fn *const formats[] = {
    [OPTION_TEXT] = format_text,         [OPTION_PATH] = format_text,
    [OPTION_BOOL] = format_bool,         [OPTION_INT] = format_int,
    [OPTION_DURATION] = format_duration, [OPTION_CHOICE] = format_choice,
    [OPTION_ARGV] = format_words,        [OPTION_WORDS] = format_words,
    [OPTION_SET] = format_set,           [OPTION_SPAN] = format_span,
    [OPTION_PORTS] = format_ports,       [OPTION_NETWORKS] = format_networks,
    [OPTION_SECRET] = format_secret,
};

void option_format(struct str *out, const struct config_option *option, const void *base)
{
    formats[option->type](out, option, (const char *)base + option->offset);
}
