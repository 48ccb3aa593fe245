// SPDX-License-Identifier: MIT

// The configuration that `nocdesk init` writes, with the registry of options as its comments.
#include "cli/init_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

void init_answers_make(struct init_answers *answers)
{
    answers->name = NULL;
    answers->values = mem_array(config_section_host.option_count, sizeof *answers->values);
}

void init_answers_dispose(struct init_answers *answers)
{
    for (size_t i = 0; i < config_section_host.option_count; i++)
        config_wipe(answers->values[i]);
    free(answers->values);
    free(answers->name);
}

char **init_answers_place(const struct init_answers *answers, const struct config_option *option)
{
    return &answers->values[option - config_section_host.options];
}

const char *init_answers_value(const struct init_answers *answers, const char *option)
{
    const struct config_option *found = config_option_find(&config_section_host, option);
    const char *value = *init_answers_place(answers, found);
    return value != NULL ? value : found->fallback;
}

static void append_option(struct str *out, const struct config_option *option, const char *value,
                          bool masked)
{
    str_appendf(out, "%s%s = ", value != NULL ? "" : ";", option->name);
    if (masked && option->type == OPTION_SECRET)
        str_appendf(out, "%s ; %s", OPTION_MASK, _("write it here: it is not shown"));
    else
        option_append_value(out, value != NULL ? value : option->fallback);
    while (out->len > 0 && out->text[out->len - 1] == ' ')
        out->text[--out->len] = '\0';
    str_append_char(out, '\n');
}

void init_append_meaning(struct str *out, const struct config_option *option)
{
    struct str choices = {0};
    str_append(out, _(option->help));
    for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL; i++)
        str_appendf(&choices, "%s%s", i == 0 ? "" : ", ", option->choices[i]);
    if (choices.len > 0) {
        str_append_char(out, ' ');
        str_appendf(out, _("One of: %s"), str_text(&choices));
    }
    str_dispose(&choices);
}

void init_append_host(struct str *out, const struct init_answers *answers, bool masked)
{
    str_appendf(out, "[host %s]\n", answers->name);
    for (size_t i = 0; i < config_section_host.option_count; i++)
        if (answers->values[i] != NULL)
            append_option(out, &config_section_host.options[i], answers->values[i], masked);
}

// values: by option, or NULL: none is set.
static void append_options(struct str *out, const struct config_section *section,
                           char *const *values)
{
    for (size_t i = 0; i < section->option_count; i++) {
        const struct config_option *option = &section->options[i];
        str_append(out, "\n; ");
        init_append_meaning(out, option);
        str_append_char(out, '\n');
        append_option(out, option, values != NULL ? values[i] : NULL, false);
    }
}

void init_append_file(struct str *out, const struct init_answers *answers)
{
    str_append(out,
               _("; The configuration of nocdesk, made by nocdesk init. It is yours: the program "
                 "never changes it.\n"
                 "; A line that begins with ; is a comment; those with an option show its "
                 "default. nocdesk --check validates\n"
                 "; the file, nocdesk config prints what is in force, nocdesk doctor tries the "
                 "way to each host.\n"));
    for (size_t i = 0; i < config_section_count; i++) {
        const struct config_section *section = config_sections[i];
        bool host = section == &config_section_host;
        if (section->named && !host)
            continue;
        str_appendf(out, "\n; %s\n[%s%s%s]\n", _(section->help), section->word, host ? " " : "",
                    host ? answers->name : "");
        append_options(out, section, host ? answers->values : NULL);
    }
}
