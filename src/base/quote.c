// SPDX-License-Identifier: MIT

// Words quoted for a Bourne shell.
#include "base/quote.h"

#include <stdbool.h>
#include <string.h>

static bool word_is_plain(const char *word)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "_@%+=:,./-";
    return word[0] != '\0' && word[strspn(word, plain)] == '\0';
}

void quote_word(struct str *out, const char *word)
{
    if (word_is_plain(word)) {
        str_append(out, word);
        return;
    }
    str_append_char(out, '\'');
    for (const char *at = word; *at != '\0'; at++) {
        if (*at == '\'')
            str_append(out, "'\\''");
        else
            str_append_char(out, *at);
    }
    str_append_char(out, '\'');
}

void quote_argv(struct str *out, const char *const argv[])
{
    for (size_t i = 0; argv[i] != NULL; i++) {
        if (i > 0)
            str_append_char(out, ' ');
        quote_word(out, argv[i]);
    }
}
