// SPDX-License-Identifier: MIT

// When a ban began, when it ends, by whom and why: as the text that the host's firewall keeps.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/ban_list.h"

#define BY_MAX 32
// The year 9999; what is beyond it is no time of ours.
#define TIME_MAX_S INT64_C(253402300799)

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_.:/@+,-", c) != NULL);
}

// Runs of anything else become one '_'; blanks too unless they may stay, "=" unless words may.
static void append_plain(struct str *out, const char *text, size_t max, bool sentence)
{
    size_t begin = out->len;
    bool gap = false;
    for (const char *c = text != NULL ? text : ""; *c != '\0' && out->len - begin < max; c++) {
        bool keep = is_plain(*c) || (sentence && (*c == ' ' || *c == '='));
        if (keep || !gap)
            str_append_char(out, keep ? *c : '_');
        gap = !keep;
    }
    while (out->len > begin && out->text[out->len - 1] == ' ')
        out->text[--out->len] = '\0';
}

void ban_comment_print(struct str *out, int64_t since_s, int64_t until_s, const char *by,
                       const char *reason, size_t max)
{
    size_t begin = out->len;
    str_appendf(out, "nocdesk since=%" PRId64 " until=%" PRId64 " by=", since_s, until_s);
    append_plain(out, by, BY_MAX, false);
    str_append(out, " why=");
    size_t used = out->len - begin;
    append_plain(out, reason, max > used ? max - used : 0, true);
}

static bool take_number(struct slice *text, const char *name, int64_t *out)
{
    struct slice word = slice_take_word(text);
    size_t len = strlen(name);
    if (word.len <= len || memcmp(word.text, name, len) != 0)
        return false;
    word = (struct slice){word.text + len, word.len - len};
    return slice_take_uint(&word, out) && word.len == 0 && *out <= TIME_MAX_S;
}

bool ban_comment_parse(struct slice comment, struct ban *out)
{
    int64_t since_s, until_s;
    if (!slice_is(slice_take_word(&comment), "nocdesk") ||
        !take_number(&comment, "since=", &since_s) || !take_number(&comment, "until=", &until_s))
        return false;
    struct slice by = slice_take_word(&comment);
    if (by.len < 3 || memcmp(by.text, "by=", 3) != 0)
        return false;
    while (comment.len > 0 && comment.text[0] == ' ') {
        comment.text++;
        comment.len--;
    }
    if (comment.len < 4 || memcmp(comment.text, "why=", 4) != 0)
        return false;
    free(out->by);
    free(out->reason);
    out->since_wall_ms = since_s * 1000;
    out->ends_wall_ms = until_s * 1000;
    out->by = mem_strndup(by.text + 3, by.len - 3);
    out->reason = mem_strndup(comment.text + 4, comment.len - 4);
    return true;
}

bool ban_chain_print(int64_t since_s, int64_t until_s, char out[BAN_CHAIN_NAME_MAX])
{
    int len = snprintf(out, BAN_CHAIN_NAME_MAX, BAN_CHAIN "-%" PRId64 "-%" PRId64, until_s,
                       until_s - since_s);
    return until_s > since_s && len > 0 && len < BAN_CHAIN_NAME_MAX;
}

bool ban_chain_parse(struct slice name, int64_t *since_s, int64_t *until_s)
{
    static const char prefix[] = BAN_CHAIN "-";
    const size_t len = sizeof prefix - 1;
    int64_t until, lasts;
    if (name.len <= len || memcmp(name.text, prefix, len) != 0)
        return false;
    name = (struct slice){name.text + len, name.len - len};
    if (!slice_take_uint(&name, &until) || name.len == 0 || name.text[0] != '-')
        return false;
    name = (struct slice){name.text + 1, name.len - 1};
    if (!slice_take_uint(&name, &lasts) || name.len != 0 || lasts > until || until > TIME_MAX_S)
        return false;
    *until_s = until;
    *since_s = until - lasts;
    return true;
}
