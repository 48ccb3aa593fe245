// SPDX-License-Identifier: MIT

// How a suspension is cleared where the host's configuration says a way: its recipe.
#include "action/unsuspend.h"

#include <stdlib.h>
#include <string.h>

#include "action/template.h"

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
                          template_fill(mending->out, unsuspend_setting(mending, "body"),
                                        mending->endpoint, quoted != NULL ? quoted : "\"\""));
    free(quoted);
    json_decref(json);
}

bool unsuspend_add_recipe(struct mending *mending, const char *source, double remaining_s,
                          struct err *err)
{
    const char *argv = unsuspend_setting(mending, "argv"),
               *path = unsuspend_setting(mending, "path");
    if (argv[0] != '\0')
        return add_argv(mending, argv, source, err);
    if (path[0] != '\0') {
        add_post(mending, path, source);
        return true;
    }
    if (remaining_s >= 0)
        plan_add_step(mending->out, "by hand: %s; it ends by itself in at most %.0f s",
                      unsuspend_setting(mending, "steps"), remaining_s);
    else
        plan_add_step(mending->out, "by hand: %s", unsuspend_setting(mending, "steps"));
    return true;
}
