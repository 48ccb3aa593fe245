// SPDX-License-Identifier: MIT

// The operator's language: texts through GNU gettext. Rules for texts are in docs/languages.md.
#ifndef BASE_LANG_H
#define BASE_LANG_H

#include <libintl.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

// A text in the operator's language, or itself. It lives as long as the program does. The argument
// is a literal that xgettext finds, or one that was marked with N_() where it is written. Any
// thread, after lang_begin().
#define _(text) lang_text(text)
// Marks a literal of a table; what shows it calls _() on it.
#define N_(text) text
// One text that needs two translations: the context tells them apart, C_("verb", "Open").
#define C_(context, text) lang_text_of(context "\004" text, text)
// The same for a literal of a table; what shows it calls lang_of() with that context.
#define NC_(context, text) text
// Both forms are whole sentences; the count is an argument of the format too.
#define P_(one, many, count) lang_plural(one, many, count)

// gettext("") would be the head of the catalog.
__attribute__((format_arg(1))) static inline const char *lang_text(const char *text)
{
    return text[0] != '\0' ? gettext(text) : text;
}

// In this context, or where the text has no translation of its own there, without one.
const char *lang_of(const char *context, const char *text);

__attribute__((format_arg(2))) static inline const char *lang_text_of(const char *key,
                                                                      const char *text)
{
    const char *found = gettext(key);
    return found != key ? found : text;
}

__attribute__((format_arg(1), format_arg(2))) static inline const char *
lang_plural(const char *one, const char *many, unsigned long count)
{
    return ngettext(one, many, count);
}

struct language {
    const char *name;  // as --lang takes it
    const char *title; // in itself
};
// Those that are complete; English, which the sources are written in, comes first.
extern const struct language languages[];
extern const size_t language_count;

// The language for a name as an operator may write it ("es", "es_MX.UTF-8", "zh"); NULL: none.
const struct language *language_find(const char *name);

// Sets the character set and the language of messages, and nothing else: numbers and dates stay as
// they are. choice is the name of one of languages[], or NULL: what LANGUAGE, LC_ALL, LC_MESSAGES
// and LANG say. folder holds LANGUAGE/LC_MESSAGES/nocdesk.mo; NULL: beside the program (a build),
// or ../share/locale from it (an installation). False and err where a language was asked for that
// cannot be shown; texts are then English. Call it once, before the first thread.
bool lang_begin(const char *choice, const char *folder, struct err *err);

// The name of the language in force.
const char *lang_now(void);

#endif
