// SPDX-License-Identifier: MIT

// Foreign text as JSON.
#include "table/json_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

json_t *json_text(const char *text)
{
    char *valid = text_valid_utf8(text, strlen(text));
    json_t *json = json_string(valid);
    free(valid);
    return json;
}

json_t *json_text_or_null(const char *text)
{
    return text != NULL && text[0] != '\0' ? json_text(text) : json_null();
}
