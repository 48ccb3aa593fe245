// SPDX-License-Identifier: MIT

// JSON answers of a web interface: whether they are answers at all, and their rows.
#ifndef PROBE_HTTP_ANSWER_H
#define PROBE_HTTP_ANSWER_H

#include <jansson.h>

#include "base/err.h"
#include "probe/mapping.h"

// How a product answers; all borrowed from the profile.
struct http_form {
    const char *request;   // for messages: "GetAlarmCurrent"
    const char *rows;      // the member with the rows
    const char *result;    // the member with the result code; "" when there is none
    int64_t result_ok;     // its value when the request was done
    const char *exception; // the member with the reason when it was not
};

// Whether the answer says that the request was done. An array of one object counts as that object;
// *object (borrowed from answer) is what holds the members.
bool http_answer_check(const struct http_form *form, json_t *answer, json_t **object,
                       struct err *err);

// Adds the rows of the answer to the table. No member, null, or an empty array: none.
bool http_answer_rows(const struct http_form *form, const json_t *object, const char *host,
                      struct mapping *mapping, struct table *table, struct err *err);

#endif
