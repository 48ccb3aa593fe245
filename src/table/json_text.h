// SPDX-License-Identifier: MIT

// Foreign text as JSON.
#ifndef TABLE_JSON_TEXT_H
#define TABLE_JSON_TEXT_H

#include <jansson.h>

// A string of it, with bytes that are no UTF-8 replaced. A new reference, never NULL.
json_t *json_text(const char *text);
// null where the text is NULL or empty.
json_t *json_text_or_null(const char *text);

#endif
