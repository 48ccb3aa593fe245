// SPDX-License-Identifier: MIT

// Which language was asked for, and how the C library is brought to show it.
#include "base/lang.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/mem.h"

#define DOMAIN  "nocdesk"
#define CATALOG "LC_MESSAGES/" DOMAIN ".mo"

const struct language languages[] = {
    {.name = "en", .title = "English"},
    {.name = "es", .title = "Español"},
    {.name = "zh_CN", .title = "简体中文"},
};
const size_t language_count = sizeof languages / sizeof *languages;

const char *lang_of(const char *context, const char *text)
{
    char *key = mem_printf("%s\004%s", context, text);
    const char *found = gettext(key);
    found = found != key ? found : lang_text(text);
    free(key);
    return found;
}

static bool begins_with_word(const char *name, const char *word)
{
    size_t len = strlen(word);
    return strncmp(name, word, len) == 0 && strchr("_.@:", name[len]) != NULL;
}

const struct language *language_find(const char *name)
{
    for (size_t i = 0; i < language_count; i++)
        if (begins_with_word(name, languages[i].name))
            return &languages[i];
    for (size_t i = 0; i < language_count; i++) {
        char word[8];
        size_t len = strcspn(languages[i].name, "_");
        memcpy(word, languages[i].name, len);
        word[len] = '\0';
        bool region_matters = languages[i].name[len] == '_';
        if (region_matters ? strcmp(name, word) == 0 : begins_with_word(name, word))
            return &languages[i];
    }
    return NULL;
}

static const char *set_variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

// The first that is set decides, as everywhere.
static const char *locale_asked_for(const char *category)
{
    const char *all = set_variable("LC_ALL");
    const char *own = set_variable(category);
    const char *lang = set_variable("LANG");
    if (all != NULL)
        return all;
    return own != NULL ? own : lang != NULL ? lang : "C";
}

static bool is_c(const char *name)
{
    return strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0;
}

static bool names_utf8(const char *name)
{
    const char *codeset = strchr(name, '.');
    return codeset != NULL &&
           (strncasecmp(codeset, ".utf-8", 6) == 0 || strncasecmp(codeset, ".utf8", 5) == 0);
}

static bool is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

// An operator's LANG comes along over SSH to machines that have not installed that locale: the
// terminal shows UTF-8 all the same.
static void set_characters(bool foreign)
{
    if (setlocale(LC_CTYPE, "") == NULL)
        setlocale(LC_CTYPE, "C");
    if (!is_utf8() && (foreign || names_utf8(locale_asked_for("LC_CTYPE"))))
        setlocale(LC_CTYPE, "C.UTF-8");
}

// gettext translates nothing in the locale "C", whatever LANGUAGE says; in any other, C.UTF-8
// among them, LANGUAGE decides.
static bool leave_c(void)
{
    static const char *const names[] = {
        "", "C.UTF-8", "en_US.UTF-8", "es_ES.UTF-8", "zh_CN.UTF-8", "en_GB.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        setlocale(LC_MESSAGES, "C"); // what was looked up before is forgotten
        const char *now = setlocale(LC_MESSAGES, names[i]);
        if (now != NULL && !is_c(now))
            return true;
    }
    return false;
}

static bool holds_catalogs(const char *folder)
{
    bool found = false;
    for (size_t i = 1; i < language_count && !found; i++) {
        char *path = mem_printf("%s/%s/" CATALOG, folder, languages[i].name);
        found = access(path, R_OK) == 0;
        free(path);
    }
    return found;
}

// Heap, or NULL.
static char *find_catalogs(void)
{
    // A build's program, a build's tests, an installation.
    static const char *const places[] = {"locale", "../../locale", "../share/locale"};
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    if (len <= 0)
        return NULL;
    program[len] = '\0';
    char *slash = strrchr(program, '/');
    *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *folder = mem_printf("%s/%s", program, places[i]);
        if (holds_catalogs(folder))
            return folder;
        free(folder);
    }
    return NULL;
}

const char *lang_now(void)
{
    static const char nothing[] = "", field[] = "Language: ";
    const char *at = gettext(nothing); // the head of the catalog
    while (at != NULL && strncmp(at, field, sizeof field - 1) != 0) {
        at = strchr(at, '\n');
        at = at != NULL ? at + 1 : NULL;
    }
    for (size_t i = 0; at != NULL && i < language_count; i++) {
        size_t len = strlen(languages[i].name);
        const char *value = at + sizeof field - 1;
        if (strncmp(value, languages[i].name, len) == 0 && value[len] == '\n')
            return languages[i].name;
    }
    return languages[0].name;
}

static const char *asked_by_environment(void)
{
    const char *locale = locale_asked_for("LC_MESSAGES");
    const char *list = set_variable("LANGUAGE");
    return is_c(locale) || list == NULL ? locale : list;
}

static bool bind_catalogs(const char *folder)
{
    char *found = folder != NULL ? mem_strdup(folder) : find_catalogs();
    if (found != NULL)
        bindtextdomain(DOMAIN, found);
    bind_textdomain_codeset(DOMAIN, "UTF-8");
    textdomain(DOMAIN);
    bool holds = found != NULL && holds_catalogs(found);
    free(found);
    return holds;
}

bool lang_begin(const char *choice, const char *folder, struct err *err)
{
    const char *asked = choice != NULL ? choice : asked_by_environment();
    const struct language *language = language_find(asked);
    if (choice != NULL && language == NULL)
        return err_set(err, "%s: no such language; there are en, es and zh_CN", choice);
    bool foreign = language != NULL && language != &languages[0];
    set_characters(choice != NULL && foreign);
    setlocale(LC_MESSAGES, "C");
    bool wanted = choice != NULL ? foreign : !is_c(asked) && strncmp(asked, "C.", 2) != 0;
    bool found = bind_catalogs(folder);
    if (!wanted || (!is_utf8() && choice == NULL && !names_utf8(locale_asked_for("LC_CTYPE"))))
        return true;
    bool left = is_utf8() && leave_c();
    if (choice != NULL || set_variable("LANGUAGE") == NULL)
        setenv("LANGUAGE", language != NULL ? language->name : asked, 1);
    if (!foreign || strcmp(lang_now(), language->name) == 0)
        return true;
    if (!found)
        return err_set(err,
                       "%s: its texts are not installed beside this program; texts are English",
                       language->name);
    if (!left)
        return err_set(err,
                       "%s: this machine has no UTF-8 locale, not even C.UTF-8; install one "
                       "(package locales or libc-bin); texts are English",
                       language->name);
    return err_set(err,
                   "%s: the C library of this machine does not show it; install the locale "
                   "%s.UTF-8; texts are English",
                   language->name, language->name);
}
