// SPDX-License-Identifier: MIT

// Prints the texts of INI files that operators read, as a template for translators: ini_texts
// FILE...
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/ini.h"

// Keys of a kind of section that hold a text. "*" stands for any run of characters; a key that
// begins with "=" holds it in its name, behind the dot.
static const struct rule {
    const char *section; // its first word
    const char *keys[5];
} rules[] = {
    {.section = "checklist", .keys = {"title", "purpose"}},
    {.section = "step", .keys = {"title", "why", "*_summary", "*_advice"}},
    {.section = "handover", .keys = {"title", "why", "*_summary"}},
    {.section = "metric", .keys = {"title", "unit"}},
    {.section = "parameter", .keys = {"meaning", "unit"}},
    {.section = "advice", .keys = {"do"}},
    {.section = "threshold", .keys = {"word"}},
    {.section = "words", .keys = {"=word.*", "else"}},
    {.section = "map", .keys = {"*"}},
    {.section = "service", .keys = {"title"}},
    {.section = "cdr_check", .keys = {"title", "unit"}},
    {.section = "capture", .keys = {"word_*"}},
    {.section = "lock", .keys = {"word", "value.*"}},
};

static bool matches(const char *pattern, const char *key)
{
    const char *star = strchr(pattern, '*');
    if (star == NULL)
        return strcmp(pattern, key) == 0;
    size_t before = (size_t)(star - pattern), after = strlen(star + 1), len = strlen(key);
    return len >= before + after && strncmp(pattern, key, before) == 0 &&
           strcmp(star + 1, key + len - after) == 0;
}

// A unit such as "%" and a number need no translator.
static bool has_words(const char *text)
{
    for (; *text != '\0'; text++)
        if (isalpha((unsigned char)*text) || (unsigned char)*text >= 0x80)
            return true;
    return false;
}

static void print_text(const struct ini_section *section, const struct ini_entry *entry,
                       const char *text)
{
    if (!has_words(text))
        return;
    printf("#. [%s] %s\n#: %s:%d\nmsgid \"", section->name, entry->key, entry->place.path,
           entry->place.line);
    for (; *text != '\0'; text++)
        printf(*text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    printf("\"\nmsgstr \"\"\n\n");
}

static void print_entry(const struct rule *rule, const struct ini_section *section,
                        const struct ini_entry *entry)
{
    for (size_t i = 0; i < sizeof rule->keys / sizeof *rule->keys && rule->keys[i] != NULL; i++) {
        const char *pattern = rule->keys[i];
        bool in_key = pattern[0] == '=';
        if (!matches(pattern + in_key, entry->key))
            continue;
        char *text = ini_unquote(in_key ? strchr(entry->key, '.') + 1 : entry->value);
        print_text(section, entry, text);
        free(text);
        return;
    }
}

static void print_section(const struct ini_section *section)
{
    size_t len = strcspn(section->name, " ");
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        for (size_t j = 0; strlen(rules[i].section) == len &&
                           strncmp(rules[i].section, section->name, len) == 0 && j < section->count;
             j++)
            print_entry(&rules[i], section, &section->entries[j]);
}

int main(int argc, char **argv)
{
    struct err_list faults = {0};
    printf("msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n");
    for (int i = 1; i < argc; i++) {
        struct ini ini = {0};
        ini_read_file(&ini, argv[i], &faults);
        for (size_t j = 0; j < ini.count; j++)
            print_section(&ini.sections[j]);
        ini_dispose(&ini);
    }
    for (size_t i = 0; i < faults.count; i++)
        fprintf(stderr, "%s\n", faults.texts[i]);
    int status = faults.count > 0;
    err_list_dispose(&faults);
    return status;
}
