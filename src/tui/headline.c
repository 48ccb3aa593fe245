// SPDX-License-Identifier: MIT

// A sentence that is an alert, and the way on below it.
#include "tui/headline.h"

#include <stdlib.h>

#include "base/lang.h"
#include "base/str.h"
#include "base/text.h"
#include "tui/wrap.h"

#define WORDS_ROWS  12 // that an overview has before the sentence takes a second line ...
#define ADVICE_ROWS 16 // ... and what to do takes one, too
#define LINES_MAX   2  // of each

char *headline_key(const struct keymap *keymap)
{
    struct str key = {0};
    keymap_keys(keymap, MODE_OVERVIEW, NULL, key_command_find("worst"), 1, "", &key);
    return key.len > 0 ? str_take(&key) : NULL;
}

static int draw_words(struct area area, enum role role, const char *text, int lines)
{
    char *clean = text_clean_dup(text);
    struct area room = {area.top, area.left + 1, lines, area.width - 2};
    int used = wrap_draw(room, role, 3, clean);
    free(clean);
    return used;
}

int headline_draw(const struct attention *attention, const char *key, struct area area)
{
    struct str words = {0};
    if (attention->worst == NULL || area.height < 1)
        return 0;
    bool critical = attention->worst_level == LEVEL_CRIT;
    str_append(&words, critical ? "!! " : " ! ");
    if (attention->worst_age_s >= 0) { // not unknown
        char age[AGE_TEXT_MAX];
        model_age((int64_t)(attention->worst_age_s * 1000), age);
        // TRANSLATORS: what is wrong, and for how long: "sw1 is not reached, for 3 min"
        str_appendf(&words, _("%s, for %s"), attention->worst, age);
    } else {
        str_append(&words, attention->worst);
    }
    int used = draw_words(area, critical ? ROLE_ALERT : ROLE_WARN, str_text(&words),
                          area.height < WORDS_ROWS ? 1 : LINES_MAX);
    str_clear(&words);
    if (key != NULL)
        str_appendf(&words, _("   %s opens it."), key);
    if (attention->worst_advice != NULL) {
        str_append(&words, words.len > 0 ? " " : "   ");
        str_appendf(&words, _("To do: %s"), attention->worst_advice);
    }
    if (area.height >= ADVICE_ROWS && words.len > 0) {
        area.top += used;
        used += draw_words(area, ROLE_STRONG, str_text(&words), LINES_MAX);
    }
    str_dispose(&words);
    return used;
}
