// SPDX-License-Identifier: MIT

// Pieces of SQL from a profile.
#include "probe/sql_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const parameter_names[] = {[SQL_PARAMETER_NOW_MS] = "now_ms"};

#define PARAMETER_COUNT (sizeof parameter_names / sizeof parameter_names[0])

static size_t word_len(const char *text)
{
    size_t len = 0;
    while (isalnum((unsigned char)text[len]) || text[len] == '_')
        len++;
    return len;
}

static bool find_parameter(const char *name, size_t len, enum sql_parameter *out)
{
    for (size_t i = 0; i < PARAMETER_COUNT; i++) {
        if (strlen(parameter_names[i]) == len && strncmp(parameter_names[i], name, len) == 0) {
            *out = (enum sql_parameter)i;
            return true;
        }
    }
    return false;
}

// The length of the quoted part at text, with its quotes; 0 when it is not closed.
static size_t quoted_len(const char *text)
{
    for (size_t i = 1; text[i] != '\0'; i++) {
        if (text[i] == '\\' && text[i + 1] != '\0')
            i++;
        else if (text[i] == text[0])
            return i + 1;
    }
    return 0;
}

static bool check_word(const char *text, size_t len, struct err *err)
{
    char *word = mem_strndup(text, len);
    bool secret = mapping_is_secret(word);
    if (secret)
        err_set(err, "'%s' is a secret and is never read; take it out", word);
    free(word);
    return !secret;
}

bool sql_text_check(const char *text, struct err *err)
{
    enum sql_parameter ignored;
    for (const char *at = text; *at != '\0';) {
        size_t len = 1;
        if (*at == '\'' || *at == '"' || *at == '`') {
            len = quoted_len(at);
            if (len == 0)
                return err_set(err, "a quote is not closed");
            if (*at == '`' && !check_word(at + 1, len - 2, err))
                return false;
        } else if (*at == ';' || *at == '#' || strncmp(at, "--", 2) == 0 ||
                   strncmp(at, "/*", 2) == 0) {
            return err_set(err, "'%.2s' may not stand here; write one condition and no comment",
                           at);
        } else if (*at == '{' && strchr(at, '}') == NULL) {
            return err_set(err, "a { is not closed; write {COLUMN}");
        } else if (*at == '?') {
            return err_set(err, "'?' may not stand here; write :now_ms for the time");
        } else if (*at == ':') {
            len += word_len(at + 1);
            if (!find_parameter(at + 1, len - 1, &ignored))
                return err_set(err, "there is no parameter '%.*s'; there is :now_ms", (int)len, at);
        } else if (word_len(at) > 0) {
            len = word_len(at);
            if (!check_word(at, len, err))
                return false;
        }
        at += len;
    }
    return true;
}

const char *sql_text_find_column(const char *text, size_t *len)
{
    while (*text != '\0' && *text != '{')
        text += *text == '\'' || *text == '"' || *text == '`' ? quoted_len(text) : 1;
    if (*text == '\0')
        return NULL;
    *len = strcspn(text + 1, "}");
    return text + 1;
}

void sql_text_append(struct str *out, const char *text, struct sql_statement *statement)
{
    for (const char *at = text; *at != '\0';) {
        size_t len = 1;
        if (*at == ':') {
            len += word_len(at + 1);
            statement->params = mem_resize(statement->params, statement->param_count + 1,
                                           sizeof *statement->params);
            find_parameter(at + 1, len - 1, &statement->params[statement->param_count++]);
            str_append_char(out, '?');
        } else {
            if (*at == '\'' || *at == '"' || *at == '`')
                len = quoted_len(at);
            str_append_bytes(out, at, len);
        }
        at += len;
    }
}

void sql_text_append_name(struct str *out, const char *name)
{
    str_appendf(out, "`%s`", name);
}
