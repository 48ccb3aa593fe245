// SPDX-License-Identifier: MIT

// A growing byte string.
#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void str_reserve(struct str *str, size_t more)
{
    size_t need = str->len + more + 1;
    if (need <= str->cap)
        return;
    size_t cap = str->cap < 32 ? 32 : str->cap;
    while (cap < need)
        cap *= 2;
    str->text = mem_resize(str->text, cap, 1);
    str->cap = cap;
}

void str_append_bytes(struct str *str, const void *bytes, size_t len)
{
    str_reserve(str, len);
    if (len > 0)
        memcpy(str->text + str->len, bytes, len);
    str->len += len;
    str->text[str->len] = '\0';
}

void str_append(struct str *str, const char *text)
{
    str_append_bytes(str, text, strlen(text));
}

void str_append_char(struct str *str, char c)
{
    str_append_bytes(str, &c, 1);
}

void str_appendf(struct str *str, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    str_vappendf(str, fmt, args);
    va_end(args);
}

void str_vappendf(struct str *str, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    if (len >= 0) {
        str_reserve(str, (size_t)len);
        vsnprintf(str->text + str->len, (size_t)len + 1, fmt, again);
        str->len += (size_t)len;
    }
    va_end(again);
}

void str_append_quoted(struct str *str, const char *text)
{
    str_append_char(str, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            str_append_char(str, '\\');
        str_append_char(str, *text);
    }
    str_append_char(str, '"');
}

void str_clear(struct str *str)
{
    str->len = 0;
    if (str->text != NULL)
        str->text[0] = '\0';
}

void str_dispose(struct str *str)
{
    free(str->text);
    *str = (struct str){0};
}

const char *str_text(const struct str *str)
{
    return str->text == NULL ? "" : str->text;
}

char *str_take(struct str *str)
{
    char *text = str->text == NULL ? mem_strdup("") : str->text;
    *str = (struct str){0};
    return text;
}
