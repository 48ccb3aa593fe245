// SPDX-License-Identifier: MIT

// nocdesk config: the effective configuration, and where each value came from.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"
#include "conf/option.h"

#define EMBEDDED_ROOT "src/profiles/"

struct value {
    const char *name;
    const char *text;
    const char *from; // marked for _(): "default", "file", "profile", "command line"
    char *place;      // "path:line", owned; NULL: none
};

struct printer {
    const struct config *config;
    enum format format;
    const char *wanted; // NULL: all that is the operator's; "all"; a word; a section's name
    json_t *sections, *values;
    size_t printed;
};

static char *clean_json(const char *text)
{
    return text_valid_utf8(text, strlen(text));
}

static void print_value(struct printer *printer, const struct value *value)
{
    if (printer->format == FORMAT_JSON) {
        char *text = clean_json(value->text);
        json_array_append_new(printer->values,
                              json_pack("{s:s, s:s, s:s, s:s?}", "option", value->name, "value",
                                        text, "from", value->from, "place", value->place));
        free(text);
        return;
    }
    char *line = mem_printf("%s = %s", value->name, value->text);
    char *clean = text_clean_dup(line);
    printf("%s%*s ; %s\n", clean, text_gap(clean, 44), "",
           value->place != NULL ? value->place : _(value->from));
    free(clean);
    free(line);
}

static void begin_section(struct printer *printer, const char *name, const char *profile)
{
    if (printer->format == FORMAT_JSON) {
        printer->values = json_array();
        json_array_append_new(printer->sections,
                              json_pack("{s:s, s:s?, s:o}", "section", name, "profile", profile,
                                        "options", printer->values));
    } else {
        printf("%s[%s]", printer->printed > 0 ? "\n" : "", name);
        if (profile != NULL)
            printf(_(" ; profile %s"), profile);
        putchar('\n');
    }
    printer->printed++;
}

static bool is_wanted(const struct printer *printer, const char *section, bool own)
{
    const char *wanted = printer->wanted;
    size_t word = strcspn(section, " ");
    if (wanted == NULL)
        return own;
    return strcmp(wanted, "all") == 0 || strcmp(wanted, section) == 0 ||
           (strlen(wanted) == word && strncmp(wanted, section, word) == 0);
}

static void set_origin(const struct printer *printer, int line, struct value *value)
{
    value->from = line == CONFIG_LINE_COMMAND   ? N_("command line")
                  : line == CONFIG_LINE_DEFAULT ? N_("default")
                                                : N_("file");
    value->place = line > 0 ? mem_printf("%s:%d", printer->config->path, line) : NULL;
}

// What [nocdesk] trusts is every host's: where the host adds nothing, that line is the origin.
static int line_of(const struct config *config, const struct config_option *option, int line)
{
    if (line != CONFIG_LINE_DEFAULT || option->type != OPTION_NETWORKS)
        return line;
    return config_option_line(&config_section_nocdesk, config, option->name);
}

static void print_options(struct printer *printer, const struct config_section *section,
                          const void *base)
{
    char *title = section->named ? mem_printf("%s %s", section->word, *(char *const *)base)
                                 : mem_strdup(section->word);
    if (is_wanted(printer, title, true)) {
        begin_section(printer, title, NULL);
        for (size_t i = 0; i < section->option_count; i++) {
            const struct config_option *option = &section->options[i];
            int line = config_option_line(section, base, option->name);
            struct str text = {0};
            option_format(&text, option, base);
            struct value value = {.name = option->name, .text = str_text(&text)};
            set_origin(printer, line_of(printer->config, option, line), &value);
            print_value(printer, &value);
            free(value.place);
            str_dispose(&text);
        }
    }
    free(title);
}

static void print_each(struct printer *printer, const struct config_section *section,
                       const void *array, size_t count)
{
    for (size_t i = 0; i < count; i++)
        print_options(printer, section, (const char *)array + i * section->size);
}

static bool is_embedded(const struct ini_place *place)
{
    return strncmp(place->path, EMBEDDED_ROOT, strlen(EMBEDDED_ROOT)) == 0;
}

static void print_profile_section(struct printer *printer, const struct profile *profile,
                                  const struct ini_section *section)
{
    bool own = false;
    for (size_t i = 0; i < section->count; i++)
        own = own || !is_embedded(&section->entries[i].place);
    if (!is_wanted(printer, section->name, own))
        return;
    begin_section(printer, section->name, profile->name);
    for (size_t i = 0; i < section->count; i++) {
        const struct ini_entry *entry = &section->entries[i];
        struct value value = {
            .name = entry->key,
            .text = entry->value,
            .from = is_embedded(&entry->place) ? N_("profile") : N_("file"),
            .place = mem_printf("%s:%d", entry->place.path, entry->place.line),
        };
        print_value(printer, &value);
        free(value.place);
    }
}

static void print_profiles(struct printer *printer, const struct setup *setup)
{
    for (size_t i = 0; i < setup->config->host_count; i++) {
        const struct profile *profile = setup->profiles[i];
        bool seen = false;
        for (size_t j = 0; j < i; j++)
            seen = seen || setup->profiles[j] == profile;
        for (size_t j = 0; !seen && j < profile->ini.count; j++)
            print_profile_section(printer, profile, &profile->ini.sections[j]);
    }
}

static void print_all(struct printer *printer, const struct setup *setup)
{
    const struct config *config = setup->config;
    print_options(printer, &config_section_nocdesk, config);
    print_options(printer, &config_section_memory, &config->memory);
    print_each(printer, &config_section_host, config->hosts, config->host_count);
    print_each(printer, &config_section_hook, config->hooks, config->hook_count);
    print_each(printer, &config_section_command, config->commands, config->command_count);
    print_each(printer, &config_section_filter, config->filters, config->filter_count);
    print_each(printer, &config_section_environment, config->environments,
               config->environment_count);
    print_options(printer, &config_section_overview, &config->overview);
    print_each(printer, &config_section_layout, config->layouts, config->layout_count);
    print_profiles(printer, setup);
}

// What the command line says in place of the file.
static void overrule(struct config *config, const char *name, const char *text)
{
    const struct config_option *option = config_option_find(&config_section_nocdesk, name);
    if (text != NULL && option_set(option, config, text, NULL))
        config->lines[option - config_section_nocdesk.options] = CONFIG_LINE_COMMAND;
}

static void complain_unknown(const char *wanted)
{
    struct str words = {0};
    for (size_t i = 0; i < config_section_count; i++)
        str_appendf(&words, "%s%s", i > 0 ? ", " : "", config_sections[i]->word);
    cli_complain("%s: no such section; there are %s, the sections of the profile, and all", wanted,
                 str_text(&words));
    str_dispose(&words);
}

static int config_run(const struct invocation *invocation)
{
    struct setup setup;
    if (!setup_load(invocation, &setup)) {
        setup_dispose(&setup);
        return EXIT_USAGE;
    }
    overrule(setup.config, "theme", invocation->theme);
    overrule(setup.config, "keymap", invocation->keymap);
    overrule(setup.config, "ascii", invocation->ascii ? "yes" : NULL);
    overrule(setup.config, "read_only", invocation->read_only ? "yes" : NULL);
    // "host sw1" may be one word of the command line or two.
    char *wanted = invocation->word_count == 0 ? NULL
                   : invocation->word_count == 1
                       ? mem_strdup(invocation->words[0])
                       : mem_printf("%s %s", invocation->words[0], invocation->words[1]);
    struct printer printer = {
        .config = setup.config,
        .format = invocation->format,
        .wanted = wanted,
        .sections = json_array(),
    };
    print_all(&printer, &setup);
    int code = EXIT_DONE;
    if (printer.printed == 0) {
        complain_unknown(wanted);
        code = EXIT_USAGE;
    } else if (printer.format == FORMAT_JSON) {
        json_t *root =
            json_pack("{s:s?, s:O}", "file", setup.config->path, "sections", printer.sections);
        json_dumpf(root, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(root);
    }
    json_decref(printer.sections);
    free(wanted);
    setup_dispose(&setup);
    return code;
}

static const char *const config_options[] = {"theme", "keymap", "ascii", NULL};

const struct command command_config = {
    .name = "config",
    .operands = "[SECTION]",
    .values = VALUES_SECTION,
    .summary = N_("Print the effective configuration and where each value came from."),
    .help =
        N_("Prints every option of the configuration as it is in force, as INI, "
           "and behind it where it came from: file and line, default, or command line; then the "
           "sections of the profile that files of your own change. A SECTION shows only those: "
           "\"host sw1\", or a word such as threshold or probe for all that begin so, the "
           "profile's own among them; all shows everything. Secrets are masked."),
    .most_words = 2,
    .options = config_options,
    .formats = "text|json",
    .run = config_run,
};
