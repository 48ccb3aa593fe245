// SPDX-License-Identifier: MIT

// Errors as sentences.
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

bool err_set(struct err *err, const char *fmt, ...)
{
    if (err == NULL)
        return false;
    // The arguments may quote err itself, so the sentence is made aside.
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, _(fmt), args);
    va_end(args);
    memcpy(err->text, text, sizeof text);
    return false;
}

bool err_prefix(struct err *err, const char *fmt, ...)
{
    if (err == NULL)
        return false;
    char prefix[ERR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    vsnprintf(prefix, sizeof prefix, _(fmt), args);
    va_end(args);
    return err_set(err, "%s: %s", prefix, err->text);
}

void err_list_add(struct err_list *list, const char *fmt, ...)
{
    char *text;
    va_list args;
    va_start(args, fmt);
    if (vasprintf(&text, _(fmt), args) < 0)
        text = mem_strdup(_("an error whose message could not be made"));
    va_end(args);
    list->texts = mem_resize(list->texts, list->count + 1, sizeof *list->texts);
    list->texts[list->count++] = text;
}

void err_list_dispose(struct err_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->texts[i]);
    free(list->texts);
    *list = (struct err_list){0};
}
