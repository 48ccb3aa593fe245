// SPDX-License-Identifier: MIT

// Hangs up a call by the softswitch's own id of it.
#include "action/action.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/template.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "link/service.h"

#define ASK_MS     5000
#define ANSWER_MAX (64u << 20) // about 1 KiB a call

static const char *setting(const struct host_facts *facts, const char *key)
{
    return profile_value(facts->profile, "hangup", key, "");
}

// A member of the call as text: a number or a string. "" when there is none.
static const char *member_of(const json_t *call, const char *name, struct host_facts *facts)
{
    const json_t *member = json_object_get(call, name);
    if (json_is_integer(member))
        return facts_text(facts, "%lld", (long long)json_integer_value(member));
    return json_is_string(member) ? json_string_value(member) : "";
}

// "1001 to 442079460000, from CUST-1 to CARRIER-B, talking for 3:31".
static json_t *in_words(const json_t *call, struct host_facts *facts)
{
    struct str text = {0};
    int64_t talked_ms;
    const char *caller = member_of(call, setting(facts, "caller"), facts);
    const char *callee = member_of(call, setting(facts, "callee"), facts);
    const char *mapping = member_of(call, setting(facts, "mapping"), facts);
    const char *routing = member_of(call, setting(facts, "routing"), facts);
    str_appendf(&text, "%s to %s", caller[0] != '\0' ? caller : "an unknown caller",
                callee[0] != '\0' ? callee : "an unknown number");
    if (mapping[0] != '\0')
        str_appendf(&text, ", mapping gateway %s", mapping);
    if (routing[0] != '\0')
        str_appendf(&text, ", routing gateway %s", routing);
    if (!json_member_int(call, setting(facts, "talked_ms"), &talked_ms))
        str_append(&text, ", for how long is not known");
    else if (talked_ms < 0)
        str_append(&text, ", no conversation yet");
    else
        str_appendf(&text, ", talking for %lld:%02lld", (long long)talked_ms / 60000,
                    (long long)talked_ms / 1000 % 60);
    json_t *words = json_string(str_text(&text));
    str_dispose(&text);
    return words;
}

static const json_t *find_call(const json_t *list, const char *id, struct host_facts *facts)
{
    size_t i;
    const json_t *call;
    json_array_foreach(list, i, call)
    {
        if (strcmp(member_of(call, setting(facts, "member"), facts), id) == 0)
            return call;
    }
    return NULL;
}

// Whose call it is, as the host says now, into seen["call"].
static bool look_call(const struct plan_input *input, struct fleet *fleet, size_t host,
                      struct host_facts *facts, int64_t deadline_ms, struct err *err)
{
    int64_t soon_ms = clock_mono_ms() + ASK_MS;
    if (setting(facts, "ask")[0] == '\0' || input->request->target_count != 1)
        return true; // the plan says so
    char *where = service_http_name(facts->host);
    struct http_request request = {
        .where = where,
        .path = setting(facts, "ask"),
        .body = profile_value(facts->profile, "hangup", "ask_body", "{}"),
        .content_type = profile_value(facts->profile, "http", "content_type", "application/json"),
        .deadline_ms = soon_ms < deadline_ms ? soon_ms : deadline_ms,
        .response_max = ANSWER_MAX,
    };
    json_t *answer = NULL;
    bool ok = service_post(fleet_link(fleet, host), facts->host, &request, &answer, err);
    const json_t *list = ok ? plan_member(answer, setting(facts, "list")) : NULL;
    if (ok && !json_is_array(list))
        ok = err_set(err, "%s: the answer has no list of calls", where);
    const json_t *call = ok ? find_call(list, input->request->targets[0], facts) : NULL;
    facts->seen = json_object();
    if (call != NULL)
        json_object_set_new(facts->seen, "call", in_words(call, facts));
    // A row that was on the operator's screen was a call.
    if (input->request->evidence != NULL && input->request->evidence[0] != '\0')
        json_object_set_new(facts->seen, "was_up", json_true());
    json_decref(answer);
    free(where);
    return ok;
}

static bool plan_hangup(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    const struct profile *profile = input->facts->profile;
    const char *id = out->targets[0].text;
    const char *ask = profile_value(profile, "hangup", "ask", NULL);
    const char *set = profile_value(profile, "hangup", "set", NULL);
    const char *call = json_string_value(json_object_get(input->facts->seen, "call"));
    if (ask == NULL || set == NULL)
        return err_set(err, "%s: this product has no way to hang up a call", out->config->name);
    if (strspn(id, "0123456789") != strlen(id))
        return err_set(err, "%s: '%.40s' is no call's id; ids are numbers", out->config->name, id);
    if (call == NULL && json_object_get(input->facts->seen, "was_up") == NULL)
        return err_set(err, "%s: no call has the id %.40s now; the pane calls has their ids",
                       out->config->name, id);
    if (call == NULL) {
        out->targets[0].state = ACTION_ALREADY;
        return true;
    }
    struct plan_call asked =
        plan_post(out, ask, profile_value(profile, "hangup", "ask_body", "{}"));
    struct plan_step *step = plan_add_step(out, "hang up call %s: %s", id, call);
    const char *words[] = {setting(input->facts, "list"), setting(input->facts, "member"), id};
    step->before = plan_expect(out, asked, EXPECT_LISTED, words, 3);
    step->before_not = N_("the call has ended");
    step->run = plan_post(
        out, set, template_fill(out, profile_value(profile, "hangup", "set_body", "{}"), "", id));
    step->after = plan_expect(out, asked, EXPECT_NOT_LISTED, words, 3);
    step->after.wait_ms = 5000;
    return true;
}

const struct action action_hangup = {
    .name = "hangup",
    .title = N_("Hang up"),
    .done = N_("hung up"),
    .already = N_("already ended"),
    .help = N_("End a call that is up, by its id."),
    .key = "K",
    .target = TARGET_CALL,
    .danger = DANGER_ASKS,
    .asks_because = N_("The call is cut off at once, and that cannot be taken back."),
    .bare = true,
    .blocks = BLOCKS_NOBODY,
    .look = look_call,
    .plan = plan_hangup,
};
