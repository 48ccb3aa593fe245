// SPDX-License-Identifier: MIT

// What runs is told from what is over, with how strong it is or was.
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/lang.h"
#include "meter/verdict_private.h"

// Puts words before a text; what has no room at its end is lost.
static void prefix(char *text, size_t size, const char *words)
{
    size_t len = strlen(words), kept = strlen(text);

    if (len + kept >= size)
        kept = size - len - 1;
    memmove(text + len, text, kept);
    memcpy(text, words, len);
    text[len + kept] = '\0';
}

// Of many sources the rate is what counts: it stands first, where nothing cuts it off.
static void add_strength(struct verdict *verdict)
{
    bool first = verdict->kind == VERDICT_DISTRIBUTED || verdict->kind == VERDICT_SPOOFED;
    size_t len = strlen(verdict->evidence), room = sizeof verdict->evidence - len;
    char rate[96] = "";

    if (verdict->kind == VERDICT_PACKET_FLOOD && !verdict->over)
        return; // it says so itself
    if (!verdict->over && verdict->pps >= 0)
        snprintf(rate, sizeof rate, _("%.1f packets/s"), verdict->pps);
    else if (verdict->over && verdict->peak_pps > 0)
        snprintf(rate, sizeof rate, _("peak %.0f packets/s"), verdict->peak_pps);
    if (rate[0] == '\0')
        return;
    if (!first) {
        snprintf(verdict->evidence + len, room, ", %s", rate);
        return;
    }
    size_t rate_len = strlen(rate);
    snprintf(rate + rate_len, sizeof rate - rate_len, ", ");
    prefix(verdict->evidence, sizeof verdict->evidence, rate);
}

void verdict_settle(struct verdict *verdict, const struct verdict_settings *settings,
                    int64_t now_us)
{
    char when[96], clock[16];
    time_t last = (time_t)(verdict->last_us / 1000000);
    struct tm tm;

    if (!verdict_is_attack(verdict->kind) || verdict->last_us == 0)
        return;
    verdict->over = settings->quiet_ms != 0 && now_us - verdict->last_us > settings->over_ms * 1000;
    add_strength(verdict);
    if (!verdict->over)
        return;
    verdict->level = verdict->lasting ? LEVEL_WARN : LEVEL_INFO;
    localtime_r(&last, &tm);
    strftime(clock, sizeof clock, "%H:%M:%S", &tm);
    snprintf(when, sizeof when, _("over since %s, was: "), clock);
    prefix(verdict->evidence, sizeof verdict->evidence, when);
}
