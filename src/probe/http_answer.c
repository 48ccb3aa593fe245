// SPDX-License-Identifier: MIT

// Rows out of JSON answers.
#include "probe/http_answer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "link/http.h"

bool http_answer_check(const struct http_form *form, json_t *answer, json_t **object,
                       struct err *err)
{
    *object = answer;
    if (json_is_array(answer) && json_array_size(answer) == 1)
        *object = json_array_get(answer, 0);
    if (!json_is_object(*object))
        return err_set(err, "%s was answered with JSON that is no object", form->request);
    if (form->result[0] == '\0')
        return true;
    int64_t result;
    if (!json_member_int(*object, form->result, &result))
        return err_set(err, "%s was answered without %s; does this port belong to another program?",
                       form->request, form->result);
    if (result == form->result_ok)
        return true;
    const char *why = json_string_value(json_object_get(*object, form->exception));
    return err_set(err, "%s was refused (%s %" PRId64 "): %.200s", form->request, form->result,
                   result, why != NULL && why[0] != '\0' ? why : "no reason given");
}

static struct value value_of_json(const json_t *json)
{
    switch (json != NULL ? json_typeof(json) : JSON_NULL) {
    case JSON_INTEGER:
        return value_of_int(json_integer_value(json));
    case JSON_REAL:
        return value_of_real(json_real_value(json));
    case JSON_STRING:
        return value_of_text(json_string_value(json), json_string_length(json));
    case JSON_TRUE:
        return value_of_int(1);
    case JSON_FALSE:
        return value_of_int(0);
    case JSON_NULL:
    case JSON_OBJECT:
    case JSON_ARRAY:
        break;
    }
    return (struct value){0};
}

// "member" or "member.member".
static struct value find_value(const json_t *row, const char *path)
{
    char name[64];
    for (const char *dot; (dot = strchr(path, '.')) != NULL; path = dot + 1) {
        size_t len = (size_t)(dot - path);
        if (len >= sizeof name)
            return (struct value){0};
        memcpy(name, path, len);
        name[len] = '\0';
        row = json_object_get(row, name); // NULL for what is no object
    }
    return value_of_json(json_object_get(row, path));
}

static bool add_row(const struct http_form *form, const json_t *json, const char *host,
                    struct mapping *mapping, struct value *values, struct table *table,
                    struct err *err)
{
    if (!json_is_object(json))
        return err_set(err, "%s was answered with %s that hold no objects", form->request,
                       form->rows);
    for (size_t i = 0; i < mapping_field_count(mapping); i++)
        values[i] = find_value(json, mapping_field(mapping, i));
    size_t row = table_add_row(table);
    table_set_text(table, row, 0, host);
    mapping_row(mapping, values, table, row);
    return true;
}

bool http_answer_rows(const struct http_form *form, const json_t *object, const char *host,
                      struct mapping *mapping, struct table *table, struct err *err)
{
    const json_t *rows = json_object_get(object, form->rows);
    if (rows == NULL || json_is_null(rows))
        return true;
    struct value *values = mem_array(mapping_field_count(mapping) + 1, sizeof *values);
    bool ok = true;
    if (json_is_array(rows)) {
        table_reserve(table, table_rows(table) + json_array_size(rows));
        for (size_t i = 0; ok && i < json_array_size(rows); i++)
            ok = add_row(form, json_array_get(rows, i), host, mapping, values, table, err);
    } else {
        ok = add_row(form, rows, host, mapping, values, table, err);
    }
    free(values);
    return ok;
}
