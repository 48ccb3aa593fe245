// SPDX-License-Identifier: MIT

// Bans as nft lists the sets of our table.
#include <string.h>

#include "probe/ban_private.h"

// "1d2h3m4s5ms" in seconds, rounded up.
static int64_t parse_span_s(struct slice text)
{
    int64_t total_ms = 0, number;
    while (text.len > 0 && slice_take_uint(&text, &number)) {
        static const struct {
            const char *unit;
            int64_t ms;
        } units[] = {{"ms", 1}, {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}};
        for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
            size_t len = strlen(units[i].unit);
            if (text.len < len || memcmp(text.text, units[i].unit, len) != 0)
                continue;
            total_ms += number > INT32_MAX ? 0 : number * units[i].ms;
            text = (struct slice){text.text + len, text.len - len};
            break;
        }
    }
    return (total_ms + 999) / 1000;
}

static void add_element(struct ban_list *list, struct slice element, int64_t now_s)
{
    struct network network;
    struct slice rest = element, word;
    if (!ban_slice_network(slice_take_word(&rest), &network)) {
        list->strange++;
        return;
    }
    struct ban *ban = ban_list_add(list, &network, "nftables");
    int64_t left_s = 0;
    while ((word = slice_take_word(&rest)).len > 0 && !slice_is(word, "comment")) {
        if (slice_is(word, "expires"))
            left_s = parse_span_s(slice_take_word(&rest));
        else if (slice_is(word, "packets")) {
            struct slice value = slice_take_word(&rest);
            slice_take_uint(&value, &ban->packets);
        }
    }
    const char *open = memchr(element.text, '"', element.len);
    const char *close = memrchr(element.text, '"', element.len);
    if (open != NULL && close > open) {
        struct slice comment = {open + 1, (size_t)(close - open - 1)};
        ban_set_rule(ban, comment);
        ban_comment_parse(comment, ban);
    }
    ban->ends_wall_ms = left_s > 0 ? (now_s + left_s) * 1000 : 0;
}

// The next element of "{ A timeout 1h comment "x", B … }": up to a comma or brace outside quotes.
static bool take_element(struct slice *text, struct slice *element, bool *last)
{
    bool in_quotes = false;
    size_t i = 0;
    while (i < text->len && (in_quotes || (text->text[i] != ',' && text->text[i] != '}'))) {
        in_quotes ^= text->text[i] == '"';
        i++;
    }
    if (i == text->len)
        return false;
    *last = text->text[i] == '}';
    *element = (struct slice){text->text, i};
    *text = (struct slice){text->text + i + 1, text->len - i - 1};
    while (element->len > 0 && strchr(" \t\r\n", element->text[0]) != NULL) {
        element->text++;
        element->len--;
    }
    return true;
}

static void add_elements(struct ban_list *list, struct slice *text, int64_t now_s)
{
    struct slice element;
    bool last = false;
    while (!last && take_element(text, &element, &last))
        if (element.len > 0)
            add_element(list, element, now_s);
}

static void add_sets(struct ban_list *list, struct slice text, const char *const *sets,
                     size_t set_count, int64_t now_s)
{
    bool ours = false;
    struct slice line;
    while (slice_take_line(&text, &line)) {
        struct slice rest = line;
        struct slice word = slice_take_word(&rest);
        if (slice_is(word, "set") || slice_is(word, "chain")) {
            struct slice name = slice_take_word(&rest);
            ours = false;
            for (size_t i = 0; i < set_count; i++)
                ours = ours || (slice_is(word, "set") && slice_is(name, sets[i]));
        } else if (ours && slice_is(word, "elements")) {
            // Elements run over lines, to the closing brace.
            const char *brace = memchr(line.text, '{', line.len);
            if (brace == NULL)
                continue;
            text.len += (size_t)(text.text - brace - 1);
            text.text = brace + 1;
            add_elements(list, &text, now_s);
        }
    }
}

void ban_list_nft(struct ban_list *list, struct slice text, int64_t now_s)
{
    static const char *const sets[] = {"host4", "net4", "host6", "net6"};
    add_sets(list, text, sets, sizeof sets / sizeof *sets, now_s);
}

void ban_list_nft_consoles(struct ban_list *list, struct slice text, int64_t now_s)
{
    static const char *const sets[] = {"console4", "console6"};
    add_sets(list, text, sets, sizeof sets / sizeof *sets, now_s);
}
