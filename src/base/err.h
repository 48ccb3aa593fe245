// SPDX-License-Identifier: MIT

// Errors as values: one sentence for an operator that says what, where, and what to do. All of
// these translate their format (docs/languages.md).
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#define ERR_TEXT_MAX 512

// A zeroed struct err is "no error". The text may quote foreign bytes (a server's answer): it goes
// to a terminal only through text_clean().
struct err {
    char text[ERR_TEXT_MAX];
};

// Writes the sentence and returns false, so that `return err_set(err, …)` reads well. err may be
// NULL.
bool err_set(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// Puts "PREFIX: " before the sentence that is there; returns false.
bool err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline bool err_is_set(const struct err *err)
{
    return err != NULL && err->text[0] != '\0';
}

// A list of messages, for input whose faults are reported all at once (configuration files).
struct err_list {
    char **texts; // owned
    size_t count;
};

void err_list_add(struct err_list *list, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void err_list_dispose(struct err_list *list);

#endif
