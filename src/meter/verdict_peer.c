// SPDX-License-Identifier: MIT

// What is odd about the traffic of somebody who is known, in words that accuse nobody.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/lang.h"
#include "meter/verdict_private.h"

enum {
    BUSY_FACTOR = 10, // a busy gateway sends more than a stranger may
    CALLS_FACTOR = 5,
};

// Appends "; what" to the evidence.
__attribute__((format(printf, 2, 3))) static void add_peculiarity(struct verdict *out,
                                                                  const char *fmt, ...)
{
    size_t len = strlen(out->evidence);
    va_list args;

    snprintf(out->evidence + len, sizeof out->evidence - len, "%s", len > 0 ? ": " : "");
    if (out->level != LEVEL_NONE)
        snprintf(out->evidence + len, sizeof out->evidence - len, ", ");
    len = strlen(out->evidence);
    va_start(args, fmt);
    vsnprintf(out->evidence + len, sizeof out->evidence - len, _(fmt), args);
    va_end(args);
    out->level = LEVEL_INFO;
}

void verdict_give_peer(struct verdict *out, const struct verdict_settings *settings,
                       enum verdict_kind kind, const char *who)
{
    verdict_give(out, settings, kind, LEVEL_NONE, "%s", who);
    out->peer = out->word;
    out->word = "";
}

void verdict_peculiarity(const struct verdict_case *it, struct verdict *out)
{
    const struct verdict_settings *settings = it->settings;
    const struct meter_talker *talker = it->talker;
    const struct meter_endpoint *worst = it->logins.worst;
    const char *lossy = verdict_at_least(it->snapshot);

    if (talker->per_minute[METER_OPTIONS] >= settings->options_pm)
        add_peculiarity(out, "sends %s%lld OPTIONS a minute", lossy,
                        (long long)talker->per_minute[METER_OPTIONS]);
    if (worst != NULL && it->logins.guesses >= settings->register_failures)
        add_peculiarity(out, "%s%lld failed REGISTERs, for %s among others", lossy,
                        (long long)it->logins.guesses, worst->user);
    if (talker->pps_10s >= (double)(settings->packets_ps * BUSY_FACTOR))
        add_peculiarity(out, "sends %s%.0f packets/s", lossy, talker->pps_10s);
    if (talker->invites_refused >= settings->invites_refused * CALLS_FACTOR &&
        talker->invites_answered == 0)
        add_peculiarity(out, "%s%lld calls refused, none answered", lossy,
                        (long long)talker->invites_refused);
    if (out->level != LEVEL_NONE)
        out->word = settings->words[VERDICT_UNUSUAL];
}
