// SPDX-License-Identifier: MIT

// Mends what keeps an endpoint from registering, as far as there is a way, and watches for the
// proof: a REGISTER answered 200, or the phone's registration renewed.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "action/action_lock.h"
#include "action/backend.h"
#include "action/template.h"
#include "action/unsuspend_look.h"
#include "base/mem.h"

// One target's planning.
struct mending {
    const struct host_facts *facts;
    const json_t *seen;
    const char *endpoint;
    const struct address *sources; // seen or written
    size_t source_count;
    struct plan_host *out;
    struct str found; // the causes, as a sentence
    bool locked, irreversible;
};

static const char *setting(const struct mending *mending, const char *key)
{
    return profile_value(mending->facts->profile, "unsuspend", key, "");
}

static void note(struct mending *mending, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void note(struct mending *mending, const char *fmt, ...)
{
    va_list args;
    if (mending->found.len > 0)
        str_append(&mending->found, "; ");
    va_start(args, fmt);
    str_vappendf(&mending->found, fmt, args);
    va_end(args);
}

static bool has_word(const char *list, const char *word)
{
    struct slice rest = slice_of(list), each;
    while ((each = slice_take_word(&rest)).len > 0)
        if (slice_is(each, word))
            return true;
    return false;
}

// Where the lock of KIND is one that refuses a registration: the step that opens it.
static bool mend_lock(struct mending *mending, const char *kind, const char *name,
                      const char *refused_key, struct err *err)
{
    const char *lock = json_string_value(json_object_get(mending->seen, kind));
    if (lock == NULL || !has_word(setting(mending, refused_key), lock))
        return true;
    mending->locked = true;
    note(mending, "the %s %s is locked (lockType %s)", kind, name, lock);
    return lock_plan(mending->facts, plan_text(mending->out, "%s:%s", kind, name), lock, "open",
                     mending->out, err);
}

static bool mend_bans(struct mending *mending, struct err *err)
{
    struct ban_list bans = {0};
    bool ok = true;
    backend_list_all(mending->facts, &bans);
    for (size_t i = 0; i < bans.count && ok; i++) {
        const struct ban *ban = &bans.items[i];
        char text[ADDRESS_TEXT_MAX];
        bool hits = false;
        for (size_t j = 0; j < mending->source_count; j++)
            hits = hits || network_contains(&ban->network, &mending->sources[j]);
        if (!hits)
            continue;
        const struct backend *backend = backend_find(ban->backend);
        size_t first = mending->out->step_count;
        network_print(&ban->network, text);
        note(mending, "%s is banned (%s)", text, ban->backend);
        ok = backend->plan_unban(mending->facts, &ban->network, 1, mending->out, err);
        // Taken back it would be a ban, which the guard has not judged: `ban` is for that.
        for (size_t j = first; j < mending->out->step_count; j++)
            mending->out->steps[j].undo = (struct plan_call){.via = PLAN_NOTHING};
        mending->irreversible = true;
    }
    ban_list_dispose(&bans);
    return ok;
}

static void tell_foreign_rules(struct mending *mending)
{
    for (size_t i = 0; i < mending->source_count; i++) {
        const char *rule = facts_dropped_by(mending->facts, &mending->sources[i]);
        if (rule != NULL)
            note(mending, "the host's own firewall drops it by %s: that is not ours to change",
                 rule);
    }
}

// A recipe's program may be a script of the host's: nothing but what a SIP user of the field
// consists of.
static bool is_plain(const char *endpoint)
{
    return strspn(endpoint,
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+*#@-") ==
           strlen(endpoint);
}

static const char *fill_word(struct mending *mending, struct slice word, const char *source)
{
    if (slice_is(word, "{endpoint}"))
        return mending->endpoint;
    if (slice_is(word, "{source}"))
        return source;
    return plan_text(mending->out, "%.*s", (int)word.len, word.text);
}

static bool add_argv(struct mending *mending, const char *recipe, const char *source,
                     struct err *err)
{
    const char *words[32] = {NULL};
    struct slice rest = slice_of(recipe), word;
    size_t count = 0;
    if (!is_plain(mending->endpoint))
        return err_set(err, "%s: '%.60s' holds what no recipe is given", mending->out->config->name,
                       mending->endpoint);
    while ((word = slice_take_word(&rest)).len > 0) {
        if (count + 1 == sizeof words / sizeof *words)
            return err_set(err, "%s: [unsuspend] argv has too many words",
                           mending->out->config->name);
        if (source == NULL && slice_is(word, "{source}"))
            return err_set(err,
                           "%s: it is not known from which address %.60s registers: write "
                           "%.60s@ADDRESS",
                           mending->out->config->name, mending->endpoint, mending->endpoint);
        words[count++] = fill_word(mending, word, source);
    }
    struct plan_step *step = plan_add_step(
        mending->out, "clear the suspension of %s%s%s by the host's recipe", mending->endpoint,
        source != NULL ? " from " : "", source != NULL ? source : "");
    step->run = plan_command_argv(mending->out, NULL, words);
    return true;
}

static void add_post(struct mending *mending, const char *path, const char *source)
{
    json_t *json = json_string(source != NULL ? source : "");
    char *quoted = json_dumps(json, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    struct plan_step *step = plan_add_step(
        mending->out, "clear the suspension of %s by the host's recipe", mending->endpoint);
    step->run = plan_post(mending->out, path,
                          template_fill(mending->out, setting(mending, "body"), mending->endpoint,
                                        quoted != NULL ? quoted : "\"\""));
    free(quoted);
    json_decref(json);
}

// By the configured recipe: a command, a request, or what a person does.
static bool add_recipe(struct mending *mending, const char *source, double remaining_s,
                       struct err *err)
{
    const char *argv = setting(mending, "argv"), *path = setting(mending, "path");
    mending->irreversible = true;
    if (argv[0] != '\0')
        return add_argv(mending, argv, source, err);
    if (path[0] != '\0') {
        add_post(mending, path, source);
        return true;
    }
    if (remaining_s >= 0)
        plan_add_step(mending->out, "by hand: %s; it ends by itself in at most %.0f s",
                      setting(mending, "steps"), remaining_s);
    else
        plan_add_step(mending->out, "by hand: %s", setting(mending, "steps"));
    return true;
}

static bool mend_suspensions(struct mending *mending, bool written, struct err *err)
{
    const json_t *list = json_object_get(mending->seen, "suspended"), *item;
    size_t i;
    bool ok = true, locked = mending->locked;
    json_array_foreach(list, i, item)
    {
        const char *source = json_string_value(json_object_get(item, "source"));
        double left_s = json_number_value(json_object_get(item, "remaining_s"));
        if (!ok)
            break;
        // Refusals alone are explained by the lock.
        if (locked && !json_is_true(json_object_get(item, "failed")))
            continue;
        note(mending, "suspended from %s: %s; at most %.0f s remain", source,
             json_string_value(json_object_get(item, "evidence")), left_s);
        ok = add_recipe(mending, plan_text(mending->out, "%s", source), left_s, err);
    }
    if (ok && json_array_size(list) == 0 && mending->out->step_count == 0 && written &&
        setting(mending, "argv")[0] != '\0') {
        char source[ADDRESS_TEXT_MAX];
        address_print(&mending->sources[0], source);
        note(mending,
             "no suspension was seen in the capture; the recipe is run because %s was "
             "named",
             source);
        ok = add_recipe(mending, plan_text(mending->out, "%s", source), -1, err);
    }
    return ok;
}

static const char *number_text(struct plan_host *out, const json_t *seen, const char *key)
{
    return plan_text(out, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(seen, key)));
}

// The proof: what the capture or the product's tables must show that they do not show now.
static void add_watch(struct mending *mending)
{
    struct plan_host *out = mending->out;
    struct plan_check checks[2];
    size_t count = 0;
    if (json_object_get(mending->seen, "recovered") != NULL) {
        const char *words[] = {"endpoint",  mending->endpoint,
                               "source_ip", "",
                               "at",        number_text(out, mending->seen, "recovered")};
        checks[count++] = plan_expect(out, plan_reading(out, "recovered"), EXPECT_ROW, words, 6);
    }
    if (json_object_get(mending->seen, "online") != NULL) {
        const char *words[] = {setting(mending, "online_member"),
                               number_text(out, mending->seen, "online")};
        const char *body =
            template_fill(out, setting(mending, "online_body"), mending->endpoint, "");
        checks[count++] = plan_expect(out, plan_post(out, setting(mending, "online"), body),
                                      EXPECT_LATER, words, 2);
    }
    if (count == 0) {
        out->note = plan_text(
            out, "%s; neither the capture nor the web interface can prove it here", out->note);
        return;
    }
    struct plan_step *step =
        plan_add_step(out, "watch for %s: a REGISTER answered 200, or its registration renewed",
                      mending->endpoint);
    step->after = checks[0];
    if (count > 1) {
        struct plan_check *other = arena_alloc(out->arena, sizeof *other);
        *other = checks[1];
        step->after.or_else = other;
    }
    step->after.wait_ms = strtoll(setting(mending, "wait_s"), NULL, 10) * 1000;
}

static const char *member(const struct mending *mending, const char *key, const char *fallback)
{
    const char *text = json_string_value(json_object_get(mending->seen, key));
    return text != NULL ? text : fallback;
}

// Nothing was found: says what was looked at, and what could not be.
static void say_nothing_found(struct mending *mending, struct plan_target *target)
{
    const char *phone = member(mending, "phone", NULL), *account = member(mending, "account", NULL);
    struct str text = {0};
    bool online = json_integer_value(json_object_get(mending->seen, "online")) > 0;
    str_appendf(&text, "no cause was found%s: the phone %s; the account %s; %s",
                online ? ", and the phone is online" : "",
                phone != NULL ? "is not locked" : member(mending, "phone_why", "was not asked for"),
                account != NULL ? "is not locked"
                                : member(mending, "account_why", "was not asked for"),
                member(mending, "capture_why", "no suspension was seen in the capture"));
    if (member(mending, "capture_note", NULL) != NULL)
        str_appendf(&text, " (%s)", member(mending, "capture_note", ""));
    if (mending->source_count == 0)
        str_appendf(&text, "; write %s@ADDRESS to have its address's bans looked at",
                    mending->endpoint);
    if (mending->found.len > 0)
        str_appendf(&text, "; %s", str_text(&mending->found));
    target->error = plan_text(mending->out, "%s", str_text(&text));
    target->state = online ? ACTION_ALREADY : ACTION_REFUSED;
    str_dispose(&text);
}

static size_t collect_sources(const json_t *seen, const struct address *written, bool has_source,
                              struct address *out)
{
    size_t count = 0, i;
    const json_t *item, *list = json_object_get(seen, "suspended");
    if (has_source)
        out[count++] = *written;
    json_array_foreach(list, i, item)
    {
        const char *text = json_string_value(json_object_get(item, "source"));
        if (text != NULL && address_parse(text, &out[count]))
            count++;
    }
    return count;
}

static bool plan_target(const struct plan_input *input, struct plan_target *target,
                        struct plan_host *out, bool *irreversible, struct err *err)
{
    struct address written;
    bool has_source;
    char *endpoint = unsuspend_split(target->text, &written, &has_source);
    const json_t *seen = json_object_get(input->facts->seen, target->text);
    size_t most = json_array_size(json_object_get(seen, "suspended")) + 1;
    struct address *sources = mem_array(most, sizeof *sources);
    struct mending mending = {.facts = input->facts,
                              .seen = seen,
                              .endpoint = plan_text(out, "%s", endpoint),
                              .sources = sources,
                              .out = out,
                              .irreversible = *irreversible};
    mending.source_count = collect_sources(seen, &written, has_source, sources);
    size_t first = out->step_count;
    bool ok = mend_lock(&mending, "phone", mending.endpoint, "phone_refused", err) &&
              mend_lock(&mending, "account", member(&mending, "account_name", ""),
                        "account_refused", err) &&
              mend_bans(&mending, err) && mend_suspensions(&mending, has_source, err);
    tell_foreign_rules(&mending);
    if (ok && out->step_count == first)
        say_nothing_found(&mending, target);
    if (mending.found.len > 0 && target->state == ACTION_PLANNED)
        out->note = plan_text(out, "%s%s%s: %s", out->note, out->note[0] != '\0' ? "; " : "",
                              target->text, str_text(&mending.found));
    *irreversible = mending.irreversible;
    str_dispose(&mending.found);
    free(sources);
    free(endpoint);
    return ok;
}

static void watch_target(const struct plan_input *input, const struct plan_target *target,
                         struct plan_host *out)
{
    struct address written;
    bool has_source;
    char *endpoint = unsuspend_split(target->text, &written, &has_source);
    struct mending mending = {.facts = input->facts,
                              .seen = json_object_get(input->facts->seen, target->text),
                              .endpoint = plan_text(out, "%s", endpoint),
                              .out = out};
    add_watch(&mending);
    free(endpoint);
}

static bool plan_unsuspend(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    bool irreversible = false, ok = true;
    for (size_t i = 0; i < out->target_count && ok; i++)
        if (out->targets[i].state == ACTION_PLANNED)
            ok = plan_target(input, &out->targets[i], out, &irreversible, err);
    // All is mended before anything is waited for.
    for (size_t i = 0; i < out->target_count && ok; i++)
        if (out->targets[i].state == ACTION_PLANNED)
            watch_target(input, &out->targets[i], out);
    out->reversible = ok && !irreversible;
    return ok;
}

const struct action action_unsuspend = {
    .name = "unsuspend",
    .title = "Unsuspend",
    .done = "unsuspended",
    .already = "not kept out",
    .help = "Find what keeps an endpoint (1003, or 1003@ADDRESS) from registering, mend it as far "
            "as there is a way, and watch for its next login.",
    .key = "U",
    .target = TARGET_ENDPOINT,
    .danger = DANGER_ASKS,
    .batch = true,
    .reversible = true,
    .look = unsuspend_look,
    .plan = plan_unsuspend,
};
