// SPDX-License-Identifier: MIT

// Reads tables from the host's web interface as [http …] sections say.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "probe/host_state.h"
#include "probe/http_answer.h"
#include "probe/parts.h"
#include "table/filter.h"

// How soon an answer is mapped again, how long one is good for that, and after which pause a look
// is a first one.
#define AGAIN_MS      700
#define KEPT_MS       3000
#define FIRST_LOOK_MS 30000

// One [http …] section, its gaps filled from [http].
struct request {
    struct http_form form;
    const char *path;
    const char *body;
    const char *content_type;
    size_t response_max;
    struct mapping *mapping;
    struct filter *again_when; // NULL: never
    json_t *kept;              // the answer to be mapped again, or NULL
    int64_t kept_ms, mapped_ms;
};

struct http_source {
    struct request *requests;
    size_t count;
    bool compiled;
};

static const char *const section_keys[] = {
    "body",      "rows",         "parts",        "path",    "result",     "result_ok",
    "exception", "content_type", "response_mib", "column.", "again_when", NULL};

static const char *find_value(const struct profile *profile, const struct ini_section *section,
                              const char *key, const char *fallback)
{
    const struct ini_entry *entry = ini_get(section, key);
    return entry != NULL ? entry->value : profile_value(profile, "http", key, fallback);
}

static const char *require(const struct ini_section *section, const char *key,
                           struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, key);
    if (entry != NULL && entry->value[0] != '\0')
        return entry->value;
    err_list_add(errors, "%s:%d: [%s] has no '%s'; write %s = …", section->place.path,
                 section->place.line, section->name, key, key);
    return "";
}

// The last word of the path is the request's name.
static const char *request_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool is_path(const char *text)
{
    return text[0] == '/' && request_name(text)[0] != '\0' &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-") ==
               strlen(text);
}

static int64_t find_number(const struct profile *profile, const struct ini_section *section,
                           const char *key, const char *fallback, struct err_list *errors)
{
    const char *text = find_value(profile, section, key, fallback);
    struct value value = value_of_text(text, strlen(text));
    int64_t number = 0;
    if (!value_int(&value, &number))
        err_list_add(errors, "%s:%d: [%s] %s = %s is no number", section->place.path,
                     section->place.line, section->name, key, text);
    return number;
}

static void check_request(const struct ini_section *section, const struct request *request,
                          struct err_list *errors)
{
    json_error_t error;
    json_t *body = json_loads(request->body, 0, &error);
    if (body == NULL)
        err_list_add(errors, "%s:%d: [%s] body is no JSON: %s; write {} for an empty one",
                     section->place.path, section->place.line, section->name, error.text);
    json_decref(body);
    if (request->path[0] != '\0' && !is_path(request->path))
        err_list_add(errors,
                     "%s:%d: [%s] path = %s is no path of a request; write "
                     "/folder/NAME",
                     section->place.path, section->place.line, section->name, request->path);
}

static struct filter *compile_again(const struct ini_section *section, const struct schema *schema,
                                    struct err_list *errors)
{
    const struct ini_entry *entry = ini_get(section, "again_when");
    struct filter *filter = NULL;
    size_t position = 0;
    struct err err = {0};
    if (entry != NULL && !filter_parse(entry->value, schema, &filter, &position, &err))
        err_list_add(errors, "%s:%d: [%s] again_when, character %zu: %s", entry->place.path,
                     entry->place.line, section->name, position + 1, err.text);
    return filter;
}

static struct request compile_request(const struct profile *profile,
                                      const struct ini_section *section,
                                      const struct schema *schema, struct err_list *errors)
{
    const char *path = require(section, "path", errors);
    struct request request = {
        .path = path,
        .form =
            {
                .request = request_name(path),
                .rows = require(section, "rows", errors),
                .result = find_value(profile, section, "result", ""),
                .exception = find_value(profile, section, "exception", ""),
            },
        .body = find_value(profile, section, "body", "{}"),
        .content_type = find_value(profile, section, "content_type", "application/json"),
    };
    request.form.result_ok = find_number(profile, section, "result_ok", "0", errors);
    int64_t response_mib = find_number(profile, section, "response_mib", "8", errors);
    if (response_mib < 1 || response_mib > 1024)
        err_list_add(errors, "%s:%d: [%s] response_mib is out of range; write 1 to 1024",
                     section->place.path, section->place.line, section->name);
    request.response_max = (size_t)response_mib * 1024 * 1024;
    request.again_when = compile_again(section, schema, errors);
    request.mapping = mapping_compile(profile, section, schema, errors);
    check_request(section, &request, errors);
    return request;
}

static void dispose_source(void *slot)
{
    struct http_source *source = slot;
    for (size_t i = 0; i < source->count; i++) {
        mapping_free(source->requests[i].mapping);
        filter_free(source->requests[i].again_when);
        json_decref(source->requests[i].kept);
    }
    free(source->requests);
}

static void compile_source(struct http_source *out, const struct profile *profile,
                           const struct profile_source *source, const struct schema *schema,
                           struct err_list *errors)
{
    size_t count;
    const struct ini_section **sections = parts_find(profile, source, section_keys, &count, errors);
    out->requests = mem_array(count + 1, sizeof *out->requests);
    for (size_t i = 0; i < count; i++)
        out->requests[out->count++] = compile_request(profile, sections[i], schema, errors);
    free(sections);
}

static void check_source(const struct profile *profile, const struct profile_source *source,
                         const struct probe *probe, struct err_list *errors)
{
    struct http_source compiled = {0};
    compile_source(&compiled, profile, source, probe->schema, errors);
    dispose_source(&compiled);
}

static bool compile_once(struct reading *reading, struct http_source *source, struct err *err)
{
    if (source->compiled)
        return true;
    struct err_list errors = {0};
    dispose_source(source);
    *source = (struct http_source){0};
    compile_source(source, reading->profile, reading->source, reading->probe->schema, &errors);
    source->compiled = parts_are_sound(reading, source->count, &errors, err);
    return source->compiled;
}

// The answer of a moment ago, which is to be mapped again; NULL: there is none.
static json_t *take_kept(struct request *request)
{
    json_t *kept = request->kept;
    request->kept = NULL;
    if (kept != NULL && clock_mono_ms() - request->kept_ms < KEPT_MS)
        return kept;
    json_decref(kept);
    return NULL;
}

// At a first look, what a row is looked up by may have been read only because of this answer.
static void keep_for_again(struct reading *reading, struct request *request, json_t *answer,
                           const struct table *table, size_t first_row)
{
    int64_t now_ms = clock_mono_ms();
    bool first_look = request->mapped_ms == 0 || now_ms - request->mapped_ms > FIRST_LOOK_MS;
    request->mapped_ms = now_ms;
    for (size_t row = first_row; first_look && row < table_rows(table); row++) {
        if (!filter_match(request->again_when, table, row))
            continue;
        request->kept = json_incref(answer);
        request->kept_ms = now_ms;
        reading->settling = true;
        reading->again_ms = AGAIN_MS;
        reading->again_asks_nothing = true;
        return;
    }
}

static bool read_request(struct reading *reading, struct request *request, struct table *table,
                         struct err *err)
{
    struct http_request post = {
        .path = request->path,
        .body = request->body,
        .content_type = request->content_type,
        .response_max = request->response_max,
    };
    json_t *answer = take_kept(request), *object;
    bool fresh = answer == NULL;
    size_t first_row = table_rows(table);
    if (fresh && !reading_post(reading, &post, &answer, err))
        return false;
    mapping_begin(request->mapping, reading);
    bool ok =
        http_answer_check(&request->form, answer, &object, err) &&
        http_answer_rows(&request->form, object, reading->host->name, request->mapping, table, err);
    mapping_end(request->mapping);
    if (ok && fresh && request->again_when != NULL)
        keep_for_again(reading, request, answer, table, first_row);
    json_decref(answer);
    return ok || err_prefix(err, "%s", post.where);
}

static bool read_source(struct reading *reading, struct err *err)
{
    struct http_source *source =
        host_state_slot(reading->state, reading->source, sizeof *source, dispose_source);
    if (!compile_once(reading, source, err))
        return false;
    struct table *table = reading_table(reading);
    for (size_t i = 0; i < source->count; i++) {
        if (!read_request(reading, &source->requests[i], table, err)) {
            table_free_unsealed(table);
            return false;
        }
    }
    reading_label(reading, source->count > 1 ? N_("%s and others") : "%s",
                  source->requests[0].form.request);
    reading_done(reading, 0, table);
    return true;
}

const struct reader reader_http = {
    .name = "http",
    .lane = LANE_HTTP,
    .read = read_source,
    .check = check_source,
};
