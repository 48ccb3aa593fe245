// SPDX-License-Identifier: MIT

// Calls over a host's link and web interface, and what came of them.
#include "action/run_call.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "action/backend.h"
#include "base/clock.h"
#include "base/collect.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/text.h"
#include "link/service.h"
#include "probe/http_answer.h"

#define OUTPUT_MAX (64u << 20)
#define KEPT_BYTES 2000 // of what a command said, in the audit trail
#define AGAIN_MS   1000
#define TRIES      5
#define RETRY_MS   50

static json_t *kept_json(const char *text, size_t len)
{
    char *valid = text_valid_utf8(text, len < KEPT_BYTES ? len : KEPT_BYTES);
    json_t *json = json_string(valid);
    free(valid);
    return json;
}

static void keep(const struct call_place *place, const struct plan_call *call, int status,
                 const char *out, const char *errors)
{
    if (place->outputs == NULL)
        return;
    struct str line = {0};
    plan_call_print(&line, call);
    json_array_append_new(place->outputs, json_pack("{s:o, s:i, s:o, s:o}", "command",
                                                    kept_json(str_text(&line), line.len), "status",
                                                    status, "out", kept_json(out, strlen(out)),
                                                    "err", kept_json(errors, strlen(errors))));
    str_dispose(&line);
}

static bool is_up(const struct call_place *place, struct err *err)
{
    struct link_status status;
    link_get_status(fleet_link(place->fleet, place->host), &status);
    return status.up || err_set(err, "%s: not connected; nothing was sent",
                                fleet_host(place->fleet, place->host)->name);
}

static int64_t deadline_of(const struct plan_call *call)
{
    return clock_mono_ms() + plan_call_timeout_ms(call);
}

// A command's own words of why it failed: its first line, or its status.
static void explain(const struct call_place *place, const struct plan_call *call,
                    const struct link_result *result, struct err *err)
{
    const char *said = result->err.len > 0 ? str_text(&result->err) : str_text(&result->out);
    size_t len = strcspn(said, "\r\n");
    const char *host = fleet_host(place->fleet, place->host)->name;
    size_t name_len = strlen(call->argv[0]);
    // Most programs begin with their own name.
    if (len > name_len && strncmp(said, call->argv[0], name_len) == 0 && said[name_len] == ':')
        err_set(err, "%s: %.*s", host, (int)(len < 200 ? len : 200), said);
    else if (len > 0)
        err_set(err, "%s: %s: %.*s", host, call->argv[0], (int)(len < 200 ? len : 200), said);
    else
        err_set(err, "%s: %s ended with status %d", host, call->argv[0], result->exit_status);
}

// On this machine: whatever came of it is known.
static enum call_outcome exec_here(const struct call_place *place, const struct plan_call *call,
                                   struct link_result *result, struct err *err)
{
    struct collected said;
    union {
        const char *const *in;
        char *const *out;
    } words = {.in = call->argv};
    enum collect_end end =
        collect(words.out, deadline_of(call), OUTPUT_MAX, place->stop, &said, err);
    *result =
        (struct link_result){.out = said.out, .err = said.errors, .exit_status = said.exit_status};
    keep(place, call, said.exit_status, str_text(&result->out),
         end == COLLECT_ENDED ? str_text(&result->err) : err->text);
    return end == COLLECT_ENDED         ? CALL_WELL
           : end == COLLECT_NOT_STARTED ? CALL_NOT_SENT
                                        : CALL_BADLY;
}

static enum call_outcome exec_call(const struct call_place *place, const struct plan_call *call,
                                   struct link_result *result, struct err *err)
{
    struct link_command command = {
        .argv = call->argv,
        .input = call->input,
        .sudo = call->privileged,
        .deadline_ms = deadline_of(call),
        .output_max = OUTPUT_MAX,
    };
    if (call->here)
        return exec_here(place, call, result, err);
    if (!is_up(place, err))
        return CALL_NOT_SENT;
    bool ran = link_exec(fleet_link(place->fleet, place->host), &command, result, err);
    keep(place, call, ran ? result->exit_status : -1, str_text(&result->out),
         ran ? str_text(&result->err) : err->text);
    return ran ? CALL_WELL : CALL_LOST;
}

// *object is borrowed from *answer (a new reference).
static enum call_outcome post_call(const struct call_place *place, const struct plan_call *call,
                                   json_t **answer, json_t **object, struct err *err)
{
    const struct host_config *config = fleet_host(place->fleet, place->host);
    const struct profile *profile = fleet_profile(place->fleet, place->host);
    const char *slash = strrchr(call->path, '/');
    struct http_form form = {
        .request = slash != NULL ? slash + 1 : call->path,
        .rows = "",
        .result = profile_value(profile, "http", "result", ""),
        .result_ok = strtoll(profile_value(profile, "http", "result_ok", "0"), NULL, 10),
        .exception = profile_value(profile, "http", "exception", ""),
    };
    char *where = service_http_name(config);
    struct http_request request = {
        .where = where,
        .path = call->path,
        .body = call->body,
        .content_type = profile_value(profile, "http", "content_type", "application/json"),
        .deadline_ms = deadline_of(call),
    };
    enum call_outcome outcome = CALL_NOT_SENT;
    if (is_up(place, err)) {
        bool answered =
            service_post(fleet_link(place->fleet, place->host), config, &request, answer, err);
        outcome = !answered                                        ? CALL_LOST
                  : http_answer_check(&form, *answer, object, err) ? CALL_WELL
                                                                   : CALL_BADLY;
        if (outcome == CALL_BADLY)
            err_prefix(err, "%s", where);
        // An answer may hold passwords: only whether it was well is kept.
        keep(place, call, outcome == CALL_WELL ? 0 : -1, "", outcome == CALL_WELL ? "" : err->text);
    }
    free(where);
    return outcome;
}

// Two consoles at one firewall at once: what says that it changed nothing is run again.
static enum call_outcome exec_retrying(const struct call_place *place, const struct plan_call *call,
                                       struct err *err)
{
    for (int try = 1;; try++) {
        struct link_result result = {0};
        *err = (struct err){0};
        enum call_outcome outcome = exec_call(place, call, &result, err);
        bool again = false;
        if (outcome == CALL_WELL && result.exit_status != 0) {
            again = try < TRIES && !atomic_load(place->stop) &&
                    backend_may_retry(call, result.exit_status, str_text(&result.err));
            explain(place, call, &result, err);
            outcome = CALL_BADLY;
        }
        if (!again && place->told != NULL) {
            str_append_bytes(place->told, str_text(&result.out), result.out.len);
            str_append_bytes(place->told, str_text(&result.err), result.err.len);
        }
        link_result_dispose(&result);
        if (!again)
            return outcome;
        usleep((useconds_t)try * RETRY_MS * 1000);
    }
}

enum call_outcome run_call(const struct call_place *place, const struct plan_call *call,
                           struct err *err)
{
    if (call->via == PLAN_NOTHING)
        return CALL_WELL;
    if (call->via == PLAN_COMMAND)
        return exec_retrying(place, call, err);
    json_t *answer = NULL, *object = NULL;
    enum call_outcome outcome = post_call(place, call, &answer, &object, err);
    json_decref(answer);
    return outcome;
}

// What was said between two marks, and the status behind the second; false when it is not there.
static bool take_said(char **rest, const char *mark, char **said, int *status)
{
    char *end = strstr(*rest, mark);
    if (end == NULL)
        return false;
    *said = *rest;
    *end = '\0';
    *status = (int)strtol(end + strlen(mark), rest, 10);
    *rest += **rest == '\n';
    return true;
}

// "RUN; then CHECK", with a mark that no output can know in advance behind each of the two.
static void write_pair(struct str *out, const struct call_place *place,
                       const struct plan_step *step, const char *mark)
{
    bool sudo = fleet_host(place->fleet, place->host)->sudo;
    const struct plan_call *check = &step->after.call;
    str_append(out, sudo && step->run.privileged ? "sudo -n " : "");
    quote_argv(out, step->run.argv);
    str_appendf(out, "; s=$?; printf '%s%%d\\n' $s; [ $s = 0 ] || exit 0; ", mark);
    str_append(out, sudo && check->privileged ? "sudo -n " : "");
    quote_argv(out, check->argv);
    str_appendf(out, " </dev/null; printf '%s%%d\\n' $?", mark);
}

// What the two have said; rest is the output of both.
static enum call_outcome judge_pair(const struct call_place *place, const struct plan_step *step,
                                    struct link_result *result, const char *mark, bool *ran,
                                    bool *again, struct err *err)
{
    const char *host = fleet_host(place->fleet, place->host)->name;
    char *rest = result->out.text, *said = NULL;
    int status = -1;
    if (rest == NULL || !take_said(&rest, mark, &said, &status)) {
        keep(place, &step->run, -1, "", str_text(&result->err));
        err_set(err, "%s: the host's shell did not run %s to its end", host, step->run.argv[0]);
        return CALL_LOST;
    }
    keep(place, &step->run, status, said, str_text(&result->err));
    if (status != 0) {
        struct link_result alone = {.err = result->err, .exit_status = status};
        str_append(&alone.out, said);
        *again = backend_may_retry(&step->run, status, str_text(&result->err));
        explain(place, &step->run, &alone, err);
        str_dispose(&alone.out);
        return CALL_BADLY;
    }
    *ran = true;
    if (!take_said(&rest, mark, &said, &status)) {
        err_set(err, "%s: the host's shell did not run the check to its end", host);
        return CALL_LOST;
    }
    keep(place, &step->after.call, status, said, "");
    if (plan_check_holds(&step->after, status, said, err))
        return CALL_WELL;
    err_prefix(err, "%s", host);
    return CALL_BADLY;
}

// One command of the host instead of two. What they say is kept as if they had been run apart.
static enum call_outcome exec_pair(const struct call_place *place, const struct plan_step *step,
                                   bool *ran, bool *again, struct err *err)
{
    if (!is_up(place, err))
        return CALL_NOT_SENT;
    uint64_t nonce = 0;
    if (getrandom(&nonce, sizeof nonce, 0) != (ssize_t)sizeof nonce)
        nonce = (uint64_t)clock_mono_us();
    char printed[64], mark[64];
    snprintf(printed, sizeof printed, "\\n@@nocdesk-%016" PRIx64 " ", nonce);
    snprintf(mark, sizeof mark, "\n@@nocdesk-%016" PRIx64 " ", nonce);
    struct str script = {0};
    write_pair(&script, place, step, printed);
    struct link_command command = {
        .script = str_text(&script),
        .input = step->run.input != NULL ? step->run.input : "",
        .deadline_ms = deadline_of(&step->run) + step->after.call.timeout_ms,
        .output_max = OUTPUT_MAX,
    };
    struct link_result result = {0};
    enum call_outcome outcome = CALL_LOST;
    if (link_exec(fleet_link(place->fleet, place->host), &command, &result, err))
        outcome = judge_pair(place, step, &result, mark, ran, again, err);
    else
        keep(place, &step->run, -1, str_text(&result.out), err->text);
    link_result_dispose(&result);
    str_dispose(&script);
    return outcome;
}

enum call_outcome run_proven(const struct call_place *place, const struct plan_step *step,
                             bool *ran, struct err *err)
{
    bool pair = step->run.via == PLAN_COMMAND && step->after.call.via == PLAN_COMMAND &&
                step->after.wait_ms == 0 && step->after.or_else == NULL &&
                step->after.call.input == NULL;
    for (int try = 1; pair; try++) {
        bool again = false;
        *err = (struct err){0};
        enum call_outcome outcome = exec_pair(place, step, ran, &again, err);
        if (!again || try == TRIES || atomic_load(place->stop))
            return outcome;
        usleep((useconds_t)try * RETRY_MS * 1000);
    }
    enum call_outcome outcome = run_call(place, &step->run, err);
    *ran = outcome == CALL_WELL;
    if (*ran && step->after.wait_ms == 0)
        outcome = run_check_once(place, &step->after, err);
    return outcome;
}

bool run_number(const struct call_place *place, const struct plan_check *check, int64_t *number,
                struct err *err)
{
    if (check->expect == EXPECT_ROW)
        return run_reading_number(place, check, number, err);
    json_t *answer = NULL, *object = NULL;
    bool well = post_call(place, &check->call, &answer, &object, err) == CALL_WELL;
    if (well)
        *number = plan_answer_number(check, object);
    json_decref(answer);
    return well;
}

static enum call_outcome check_alone(const struct call_place *place, const struct plan_check *check,
                                     struct err *err)
{
    const char *host = fleet_host(place->fleet, place->host)->name;
    enum call_outcome outcome;
    bool holds = false;
    if (check->call.via == PLAN_COMMAND) {
        struct link_result result = {0};
        outcome = exec_call(place, &check->call, &result, err);
        if (outcome == CALL_WELL)
            holds = plan_check_holds(check, result.exit_status, str_text(&result.out), err);
        link_result_dispose(&result);
    } else if (check->call.via == PLAN_READING) {
        outcome = CALL_WELL;
        holds = run_reading_holds(place, check, err);
    } else {
        json_t *answer = NULL, *object = NULL;
        outcome = post_call(place, &check->call, &answer, &object, err);
        if (outcome == CALL_WELL)
            holds = plan_check_answer_holds(check, object, err);
        json_decref(answer);
    }
    if (outcome == CALL_WELL && !holds) {
        err_prefix(err, "%s", host);
        outcome = CALL_BADLY;
    }
    return outcome;
}

enum call_outcome run_check_once(const struct call_place *place, const struct plan_check *check,
                                 struct err *err)
{
    if (check->call.via == PLAN_NOTHING)
        return CALL_WELL;
    enum call_outcome outcome = check_alone(place, check, err);
    if (outcome == CALL_WELL || check->or_else == NULL)
        return outcome;
    struct err other = {0};
    enum call_outcome second = check_alone(place, check->or_else, &other);
    if (second == CALL_WELL || (second == CALL_BADLY && outcome != CALL_BADLY)) {
        *err = other;
        return second;
    }
    return outcome;
}

enum call_outcome run_check(const struct call_place *place, const struct plan_check *check,
                            struct err *err)
{
    if (check->call.via == PLAN_NOTHING)
        return CALL_WELL;
    int64_t began_ms = clock_mono_ms();
    for (;;) {
        struct err said = {0};
        enum call_outcome outcome = run_check_once(place, check, &said);
        int64_t waited_ms = clock_mono_ms() - began_ms;
        if (outcome != CALL_BADLY || waited_ms + AGAIN_MS > check->wait_ms ||
            atomic_load(place->stop)) {
            if (outcome == CALL_BADLY && check->wait_ms > 0)
                err_set(err, "%s (waited %lld s)", said.text, (long long)(waited_ms / 1000));
            else
                *err = said;
            return outcome;
        }
        usleep(AGAIN_MS * 1000);
    }
}
