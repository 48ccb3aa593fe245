// SPDX-License-Identifier: MIT

// The operator's language: how it is chosen, and what the C library makes of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"

// Catalogs are written here as msgfmt does, so that the test needs none of its own tools: sorted
// pairs.
struct pair {
    const char *id;
    size_t id_len; // 0: strlen(id)
    const char *text;
    size_t text_len;
};

#define HEAD(language, plurals)                                                                    \
    {                                                                                              \
        "", 0,                                                                                     \
            "Language: " language                                                                  \
            "\nContent-Type: text/plain; charset=UTF-8\nPlural-Forms: " plurals "\n",              \
            0                                                                                      \
    }
#define PLURAL(id, text)                                                                           \
    {                                                                                              \
        id, sizeof(id) - 1, text, sizeof(text) - 1                                                 \
    }

static const struct pair spanish[] = {
    HEAD("es", "nplurals=2; plural=n != 1;"),
    PLURAL("%lu call\0%lu calls", "%lu llamada\0%lu llamadas"),
    {"Open", 0, "Abierta", 0},
    {"host %s: %d", 0, "%2$d en el equipo %1$s", 0},
    {"verb\004Open", 0, "Abrir", 0},
};
static const struct pair chinese[] = {
    HEAD("zh_CN", "nplurals=1; plural=0;"),
    PLURAL("%lu call\0%lu calls", "%lu 个通话"),
    {"Open", 0, "未结", 0},
};

static char folder[] = "/tmp/nocdesk-lang-XXXXXX";

static uint32_t write_texts(FILE *file, const struct pair *pairs, size_t count, uint32_t at,
                            bool ids)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = ids ? pairs[i].id : pairs[i].text;
        size_t len = ids ? pairs[i].id_len : pairs[i].text_len;
        const uint32_t entry[] = {(uint32_t)(len > 0 ? len : strlen(text)), at};
        fwrite(entry, sizeof entry, 1, file);
        at += entry[0] + 1;
    }
    return at;
}

static void write_catalog(const char *language, const struct pair *pairs, size_t count)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, language);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/LC_MESSAGES", folder, language);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/LC_MESSAGES/nocdesk.mo", folder, language);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    const uint32_t n = (uint32_t)count;
    const uint32_t head[] = {0x950412de, 0, n, 28, 28 + 8 * n, 0, 28 + 16 * n};
    fwrite(head, sizeof head, 1, file);
    uint32_t at = write_texts(file, pairs, count, 28 + 16 * n, true);
    write_texts(file, pairs, count, at, false);
    for (int ids = 1; ids >= 0; ids--)
        for (size_t i = 0; i < count; i++) {
            const char *text = ids ? pairs[i].id : pairs[i].text;
            size_t len = ids ? pairs[i].id_len : pairs[i].text_len;
            fwrite(text, (len > 0 ? len : strlen(text)) + 1, 1, file);
        }
    fclose(file);
}

static int write_catalogs(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    write_catalog("es", spanish, sizeof spanish / sizeof *spanish);
    write_catalog("zh_CN", chinese, sizeof chinese / sizeof *chinese);
    return 0;
}

static int remove_catalogs(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "%s/es/LC_MESSAGES/nocdesk.mo",    "%s/es/LC_MESSAGES",    "%s/es",
        "%s/zh_CN/LC_MESSAGES/nocdesk.mo", "%s/zh_CN/LC_MESSAGES", "%s/zh_CN"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char path[200];
        const char *rest = parts[i] + 2;
        snprintf(path, sizeof path, "%s%s", folder, rest);
        remove(path);
    }
    return rmdir(folder);
}

// "NAME=VALUE" each; the other variables of language are unset.
static void begin(const char *choice, const char *first, const char *second)
{
    static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
    const char *const given[] = {first, second};
    for (size_t i = 0; i < 2; i++) {
        if (given[i] == NULL)
            continue;
        char *name = mem_strdup(given[i]);
        name[strcspn(name, "=")] = '\0';
        setenv(name, strchr(given[i], '=') + 1, 1);
        free(name);
    }
    struct err err = {0};
    bool shown = lang_begin(choice, folder, &err);
    assert_string_equal(err.text, "");
    assert_true(shown);
}

static void nothing_set_is_english(void **state)
{
    (void)state;
    begin(NULL, NULL, NULL);
    assert_string_equal(_("Open"), "Open");
    begin(NULL, "LC_ALL=C.UTF-8", NULL);
    assert_string_equal(_("Open"), "Open");
    begin(NULL, "LANG=fr_FR.UTF-8", NULL);
    assert_string_equal(_("Open"), "Open");
    assert_string_equal(lang_now(), "en");
}

static void the_environment_chooses_though_its_locale_is_not_installed(void **state)
{
    (void)state;
    begin(NULL, "LANG=es_MX.UTF-8", NULL);
    assert_string_equal(_("Open"), "Abierta");
    assert_string_equal(lang_now(), "es");
    assert_string_equal(nl_langinfo(CODESET), "UTF-8");
    begin(NULL, "LANG=es_ES.UTF-8", "LC_MESSAGES=zh_CN.utf8");
    assert_string_equal(_("Open"), "未结");
    begin(NULL, "LANG=zh_CN.UTF-8", "LC_ALL=es_ES.UTF-8");
    assert_string_equal(_("Open"), "Abierta");
}

// What the C library does with the two plain locales: C.UTF-8 listens to LANGUAGE, C never.
static void language_is_heard_in_c_utf8_and_not_in_c(void **state)
{
    (void)state;
    begin(NULL, "LC_ALL=C.UTF-8", "LANGUAGE=es:en");
    assert_string_equal(_("Open"), "Abierta");
    begin(NULL, "LC_ALL=C", "LANGUAGE=es");
    assert_string_equal(_("Open"), "Open");
}

static void a_choice_goes_before_the_environment(void **state)
{
    (void)state;
    begin("zh_CN", "LC_ALL=C", NULL);
    assert_string_equal(_("Open"), "未结");
    assert_string_equal(nl_langinfo(CODESET), "UTF-8");
    begin("en", "LANG=es_ES.UTF-8", NULL);
    assert_string_equal(_("Open"), "Open");
    begin("es", "LANG=C.UTF-8", "LANGUAGE=zh_CN");
    assert_string_equal(_("Open"), "Abierta");
}

static void names_are_taken_as_operators_write_them(void **state)
{
    (void)state;
    assert_string_equal(language_find("es_MX.UTF-8")->name, "es");
    assert_string_equal(language_find("zh")->name, "zh_CN");
    assert_string_equal(language_find("zh_CN.GB18030")->name, "zh_CN");
    assert_string_equal(language_find("en_GB")->name, "en");
    assert_null(language_find("zh_TW"));
    assert_null(language_find("est"));
    assert_null(language_find("C"));
    assert_null(language_find(""));
}

static void plurals_contexts_and_order_are_the_languages_own(void **state)
{
    (void)state;
    char text[80];
    begin("es", NULL, NULL);
    snprintf(text, sizeof text, P_("%lu call", "%lu calls", 1UL), 1UL);
    assert_string_equal(text, "1 llamada");
    snprintf(text, sizeof text, P_("%lu call", "%lu calls", 3UL), 3UL);
    assert_string_equal(text, "3 llamadas");
    assert_string_equal(C_("verb", "Open"), "Abrir");
    assert_string_equal(C_("other", "Open"), "Open");
    assert_string_equal(_(""), "");
    begin("zh_CN", NULL, NULL);
    snprintf(text, sizeof text, P_("%lu call", "%lu calls", 1UL), 1UL);
    assert_string_equal(text, "1 个通话");
}

static void an_error_is_said_in_the_language(void **state)
{
    (void)state;
    struct err err = {0};
    begin("es", NULL, NULL);
    assert_false(err_set(&err, "host %s: %d", "sw1", 7));
    assert_string_equal(err.text, "7 en el equipo sw1");
}

static void numbers_keep_their_point(void **state)
{
    (void)state;
    begin("es", "LC_ALL=es_ES.UTF-8", NULL);
    assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
    assert_string_equal(setlocale(LC_TIME, NULL), "C");
}

static void what_cannot_be_shown_is_told(void **state)
{
    (void)state;
    struct err err = {0};
    assert_false(lang_begin("tlh", folder, &err));
    assert_string_equal(err.text, "tlh: no such language; there are en, es and zh_CN");
    assert_false(lang_begin("es", "/nonexistent", &err));
    assert_non_null(strstr(err.text, "es: its texts are not installed"));
    assert_string_equal(_("Open"), "Open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_set_is_english),
        cmocka_unit_test(the_environment_chooses_though_its_locale_is_not_installed),
        cmocka_unit_test(language_is_heard_in_c_utf8_and_not_in_c),
        cmocka_unit_test(a_choice_goes_before_the_environment),
        cmocka_unit_test(names_are_taken_as_operators_write_them),
        cmocka_unit_test(plurals_contexts_and_order_are_the_languages_own),
        cmocka_unit_test(an_error_is_said_in_the_language),
        cmocka_unit_test(numbers_keep_their_point),
        cmocka_unit_test(what_cannot_be_shown_is_told),
    };
    return cmocka_run_group_tests(tests, write_catalogs, remove_catalogs);
}
