// SPDX-License-Identifier: MIT

// What proves that an endpoint is let in again: a login in the capture, or the product's own word.
#include "action/unsuspend.h"

#include <stdlib.h>
#include <string.h>

#include "action/template.h"
#include "base/lang.h"
#include "base/mem.h"

static const char *number_text(struct plan_host *out, const json_t *seen, const char *key)
{
    return plan_text(out, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(seen, key)));
}

// The words of a check with the endpoint's own addresses behind them. A heap array.
static const char **with_sources(struct mending *mending, const char *const *words, size_t *count)
{
    const char **all = mem_array(*count + mending->source_count + 1, sizeof *all);
    memcpy(all, words, *count * sizeof *all);
    for (size_t i = 0; i < mending->source_count; i++) {
        char text[ADDRESS_TEXT_MAX];
        address_print(&mending->sources[i], text);
        all[(*count)++] = plan_text(mending->out, "%s", text);
    }
    return all;
}

static struct plan_check capture_check(struct mending *mending)
{
    struct plan_host *out = mending->out;
    const char *words[] = {"endpoint", mending->endpoint, "at",
                           number_text(out, mending->seen, "recovered"), "source_ip"};
    size_t count = sizeof words / sizeof *words;
    const char **all = with_sources(mending, words, &count);
    struct plan_check check =
        plan_expect(out, plan_reading(out, "recovered"), EXPECT_ROW, all, count);
    free(all);
    return check;
}

static struct plan_check online_check(struct mending *mending)
{
    struct plan_host *out = mending->out;
    const char *words[] = {unsuspend_setting(mending, "online_member"),
                           number_text(out, mending->seen, "online"),
                           unsuspend_setting(mending, "online_source")};
    size_t count = mending->source_count > 0 ? 3 : 2;
    const char **all = with_sources(mending, words, &count);
    const char *body =
        template_fill(out, unsuspend_setting(mending, "online_body"), mending->endpoint, "");
    struct plan_check check = plan_expect(
        out, plan_post(out, unsuspend_setting(mending, "online"), body), EXPECT_LATER, all, count);
    free(all);
    return check;
}

// Where it registers from is known, and the product does not say where a phone is online from: that
// it is online may be another one's doing.
static bool can_ask_online(const struct mending *mending)
{
    return json_object_get(mending->seen, "online") != NULL &&
           (mending->source_count == 0 || unsuspend_setting(mending, "online_source")[0] != '\0');
}

// The proof: what the capture or the product's tables must show that they do not show when the
// first step begins, of this endpoint and from its own address where that is known.
void unsuspend_add_watch(struct mending *mending)
{
    struct plan_host *out = mending->out;
    struct plan_check checks[2];
    size_t count = 0;
    if (json_object_get(mending->seen, "recovered") != NULL)
        checks[count++] = capture_check(mending);
    if (can_ask_online(mending))
        checks[count++] = online_check(mending);
    if (count == 0) {
        out->note = plan_text(
            out, _("%s; neither the capture nor the web interface can prove it here"), out->note);
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
    step->after.wait_ms = strtoll(unsuspend_setting(mending, "wait_s"), NULL, 10) * 1000;
}
