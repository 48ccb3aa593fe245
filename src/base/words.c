// SPDX-License-Identifier: MIT

// Lines to words, and back.
#include "base/words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char **words_split(const char *line)
{
    char **words = NULL;
    size_t count = 0, cap = 0;
    const char *at = line + strspn(line, " \t");
    while (*at != '\0') {
        struct str word = {0};
        bool quoted = false;
        for (; *at != '\0' && (quoted || strchr(" \t", *at) == NULL); at++) {
            if (quoted && *at == '\\' && (at[1] == '"' || at[1] == '\\'))
                str_append_char(&word, *++at);
            else if (*at == '"')
                quoted = !quoted;
            else
                str_append_char(&word, *at);
        }
        char **slot = mem_push(&words, &count, &cap, sizeof *slot);
        *slot = str_take(&word);
        at += strspn(at, " \t");
    }
    if (count > 0) {
        char **last = mem_push(&words, &count, &cap, sizeof *last);
        *last = NULL;
    }
    return words;
}

void words_free(char **words)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        free(words[i]);
    free(words);
}

void words_append(struct str *out, const char *word)
{
    str_append(out, out->len > 0 ? " " : "");
    if (word[0] != '\0' && strpbrk(word, " \t\"") == NULL) {
        str_append(out, word);
        return;
    }
    str_append_char(out, '"');
    for (const char *at = word; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            str_append_char(out, '\\');
        str_append_char(out, *at);
    }
    str_append_char(out, '"');
}
