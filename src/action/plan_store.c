// SPDX-License-Identifier: MIT

// Steps as the audit trail keeps them, so that any later console can undo them.
#include <stdlib.h>
#include <string.h>

#include "action/plan.h"
#include "base/text.h"
#include "table/json_text.h"

static json_t *words_json(const char *const *words, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_text(words[i]));
    return list;
}

static size_t word_count(const char *const *words)
{
    size_t count = 0;
    while (words[count] != NULL)
        count++;
    return count;
}

static json_t *call_json(const struct plan_call *call)
{
    if (call->via == PLAN_NOTHING)
        return json_null();
    json_t *json = json_object();
    if (call->via == PLAN_COMMAND) {
        json_object_set_new(json, "argv", words_json(call->argv, word_count(call->argv)));
        if (call->input != NULL)
            json_object_set_new(json, "input", json_text(call->input));
        json_object_set_new(json, "privileged", json_boolean(call->privileged));
        if (call->here)
            json_object_set_new(json, "here", json_true());
    } else if (call->via == PLAN_READING) {
        json_object_set_new(json, "reading", json_text(call->path));
    } else {
        json_object_set_new(json, "path", json_text(call->path));
        json_object_set_new(json, "body", json_text(call->body));
    }
    if (call->timeout_ms != 0)
        json_object_set_new(json, "timeout_ms", json_integer(call->timeout_ms));
    return json;
}

static const char *const expectations[] = {
    [EXPECT_SUCCESS] = "success",       [EXPECT_WORDS] = "words", [EXPECT_NO_WORDS] = "no words",
    [EXPECT_MEMBER] = "member",         [EXPECT_LATER] = "later", [EXPECT_LISTED] = "listed",
    [EXPECT_NOT_LISTED] = "not listed", [EXPECT_ROW] = "row",     [EXPECT_FAILURE] = "failure",
};

static json_t *check_json(const struct plan_check *check)
{
    if (check->call.via == PLAN_NOTHING)
        return json_null();
    json_t *json =
        json_pack("{s:o, s:s, s:o, s:I}", "call", call_json(&check->call), "expect",
                  expectations[check->expect], "words", words_json(check->words, check->word_count),
                  "wait_ms", (json_int_t)check->wait_ms);
    if (check->or_else != NULL)
        json_object_set_new(json, "or", check_json(check->or_else));
    return json;
}

json_t *plan_steps_json(const struct plan_host *host)
{
    json_t *steps = json_array();
    for (size_t i = 0; i < host->step_count; i++) {
        const struct plan_step *step = &host->steps[i];
        json_array_append_new(
            steps, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "what", json_text(step->what),
                             "before", check_json(&step->before), "run", call_json(&step->run),
                             "after", check_json(&step->after), "undo", call_json(&step->undo),
                             "undone", check_json(&step->undone)));
    }
    return steps;
}

static bool parse_words(struct plan_host *host, const json_t *list, const char *const **words,
                        size_t *count)
{
    if (!json_is_array(list))
        return false;
    *count = json_array_size(list);
    const char **copied = arena_alloc(host->arena, (*count + 1) * sizeof *copied);
    size_t i;
    const json_t *word;
    json_array_foreach(list, i, word)
    {
        if (!json_is_string(word))
            return false;
        copied[i] = arena_strndup(host->arena, json_string_value(word), json_string_length(word));
    }
    *words = copied;
    return true;
}

static const char *parse_text(struct plan_host *host, const json_t *object, const char *key)
{
    const json_t *text = json_object_get(object, key);
    return json_is_string(text) ? plan_text(host, "%s", json_string_value(text)) : NULL;
}

static bool parse_call(struct plan_host *host, const json_t *json, struct plan_call *out)
{
    *out = (struct plan_call){0};
    if (json == NULL || json_is_null(json))
        return true;
    out->timeout_ms = json_integer_value(json_object_get(json, "timeout_ms"));
    size_t count = 0;
    const json_t *argv = json_object_get(json, "argv");
    if (argv != NULL) {
        out->via = PLAN_COMMAND;
        out->here = json_is_true(json_object_get(json, "here"));
        out->privileged = json_is_true(json_object_get(json, "privileged"));
        out->input = parse_text(host, json, "input");
        return parse_words(host, argv, &out->argv, &count) && count > 0;
    }
    if (json_object_get(json, "reading") != NULL) {
        out->via = PLAN_READING;
        out->path = parse_text(host, json, "reading");
        return out->path != NULL;
    }
    out->via = PLAN_HTTP;
    out->path = parse_text(host, json, "path");
    out->body = parse_text(host, json, "body");
    return out->path != NULL && out->body != NULL;
}

static const struct {
    size_t least, most; // 0 and 0: any number
} words_wanted[sizeof expectations / sizeof *expectations] = {
    [EXPECT_MEMBER] = {2, 2},       [EXPECT_LISTED] = {3, 3},     [EXPECT_NOT_LISTED] = {3, 3},
    [EXPECT_LATER] = {2, SIZE_MAX}, [EXPECT_ROW] = {5, SIZE_MAX},
};

static bool parse_one_check(struct plan_host *host, const json_t *json, struct plan_check *out)
{
    *out = (struct plan_check){0};
    if (json == NULL || json_is_null(json))
        return true;
    const char *expect = json_string_value(json_object_get(json, "expect"));
    size_t word = 0, words = sizeof expectations / sizeof *expectations;
    while (expect != NULL && word < words && strcmp(expectations[word], expect) != 0)
        word++;
    if (expect == NULL || word == words)
        return false;
    out->expect = (enum plan_expectation)word;
    out->wait_ms = json_integer_value(json_object_get(json, "wait_ms"));
    return parse_call(host, json_object_get(json, "call"), &out->call) &&
           out->call.via != PLAN_NOTHING &&
           parse_words(host, json_object_get(json, "words"), &out->words, &out->word_count) &&
           (words_wanted[word].most == 0 || (out->word_count >= words_wanted[word].least &&
                                             out->word_count <= words_wanted[word].most)) &&
           (out->call.via == PLAN_READING) == (out->expect == EXPECT_ROW);
}

static bool parse_check(struct plan_host *host, const json_t *json, struct plan_check *out)
{
    const json_t *other = json_object_get(json, "or");
    if (!parse_one_check(host, json, out))
        return false;
    if (other == NULL)
        return true;
    struct plan_check *or_else = arena_alloc(host->arena, sizeof *or_else);
    out->or_else = or_else;
    return parse_one_check(host, other, or_else);
}

bool plan_steps_parse(struct plan_host *host, const json_t *steps, struct err *err)
{
    bool ok = json_is_array(steps);
    size_t i;
    const json_t *json;
    json_array_foreach(steps, i, json)
    {
        const char *what = parse_text(host, json, "what");
        struct plan_step *step = plan_add_step(host, "%s", what != NULL ? what : "");
        ok = ok && what != NULL && parse_call(host, json_object_get(json, "run"), &step->run) &&
             parse_call(host, json_object_get(json, "undo"), &step->undo) &&
             parse_check(host, json_object_get(json, "before"), &step->before) &&
             parse_check(host, json_object_get(json, "after"), &step->after) &&
             parse_check(host, json_object_get(json, "undone"), &step->undone);
    }
    return ok || err_set(err, "the steps of this entry in the audit trail cannot be read");
}
