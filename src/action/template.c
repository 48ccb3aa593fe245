// SPDX-License-Identifier: MIT

// Fills the gaps of a request's body; a name is only ever a JSON string in it.
#include "action/template.h"

#include <stdlib.h>

const char *template_fill(struct plan_host *out, const char *text, const char *name,
                          const char *value)
{
    json_t *json = json_string(name);
    char *quoted = json != NULL ? json_dumps(json, JSON_ENCODE_ANY | JSON_ENSURE_ASCII) : NULL;
    struct str filled = {0};
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '$')
            str_append(&filled, quoted != NULL ? quoted : "null");
        else if (*at == '#')
            str_append(&filled, value);
        else
            str_append_char(&filled, *at);
    }
    const char *copied = plan_text(out, "%s", str_text(&filled));
    str_dispose(&filled);
    free(quoted);
    json_decref(json);
    return copied;
}
