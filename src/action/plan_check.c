// SPDX-License-Identifier: MIT

// Whether a check's output is what the plan expects.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/plan.h"
#include "base/hash.h"
#include "base/lang.h"
#include "base/mem.h"

#define BETWEEN   " \t\r\n,{}\"'"
#define SHOWN_MAX 100

// A word's place in a set of words; addresses count as addresses.
struct word {
    char text[ADDRESS_TEXT_MAX];
    const char *whole; // where it is no address
    size_t len;
};

static struct word word_of(const char *text, size_t len)
{
    struct word word = {.whole = text, .len = len};
    struct network network;
    char copy[ADDRESS_TEXT_MAX];
    if (len >= sizeof copy || len < 2)
        return word;
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (strspn(copy, "0123456789abcdefABCDEF.:/") == len && network_parse(copy, &network)) {
        network_print(&network, word.text);
        word.whole = NULL;
        word.len = strlen(word.text);
    }
    return word;
}

static const char *word_text(const struct word *word)
{
    return word->whole != NULL ? word->whole : word->text;
}

// Hashes of all words of the output, open addressing; 0 is free.
struct word_set {
    uint64_t *slots;
    size_t size; // a power of two
};

static uint64_t word_hash(const struct word *word)
{
    uint64_t hash = hash_mix(hash_bytes(HASH_SEED, word_text(word), word->len));
    return hash == 0 ? 1 : hash;
}

static bool set_has(const struct word_set *set, uint64_t hash, bool add)
{
    size_t at = hash & (set->size - 1);
    while (set->slots[at] != 0) {
        if (set->slots[at] == hash)
            return true;
        at = (at + 1) & (set->size - 1);
    }
    if (add)
        set->slots[at] = hash;
    return false;
}

// Behind the reason of one of our comments, which proves nothing whatever it names.
static const char *skip_reason(const char *at)
{
    for (; *at != '\0' && strchr("\"\n\r", *at) == NULL; at++)
        if (at[0] == '*' && at[1] == '/')
            break;
    return at;
}

static struct word_set set_of(const char *out)
{
    struct word_set set = {.size = 64};
    while (set.size < strlen(out))
        set.size *= 2;
    set.slots = mem_array(set.size, sizeof *set.slots);
    for (const char *at = out + strspn(out, BETWEEN); *at != '\0';) {
        size_t len = strcspn(at, BETWEEN);
        if (strncmp(at, "why=", 4) == 0) {
            at = skip_reason(at);
            at += strspn(at, BETWEEN);
            continue;
        }
        struct word word = word_of(at, len);
        set_has(&set, word_hash(&word), true);
        at += len;
        at += strspn(at, BETWEEN);
    }
    return set;
}

// False: it is not there although it must be, or it is.
static bool say_place(const char *text, bool wanted, struct err *err)
{
    if (wanted)
        return err_set(err, "%.*s is not there", SHOWN_MAX, text);
    return err_set(err, "%.*s is still there", SHOWN_MAX, text);
}

static bool words_hold(const struct plan_check *check, const char *out, struct err *err)
{
    bool wanted = check->expect == EXPECT_WORDS;
    struct word_set set = set_of(out);
    bool holds = true;
    for (size_t i = 0; i < check->word_count && holds; i++) {
        const char *text = check->words[i];
        bool there = wanted && text[0] != '!';
        text += wanted && text[0] == '!';
        struct word word = word_of(text, strlen(text));
        holds = set_has(&set, word_hash(&word), false) == there || say_place(text, there, err);
    }
    free(set.slots);
    return holds;
}

bool plan_check_holds(const struct plan_check *check, int exit_status, const char *out,
                      struct err *err)
{
    if (check->expect == EXPECT_FAILURE)
        return exit_status == 1 ||
               err_set(err, "the check ended with status %d, not 1", exit_status);
    if (exit_status != 0)
        return err_set(err, "the check ended with status %d", exit_status);
    if (check->expect == EXPECT_SUCCESS)
        return true;
    if (check->expect != EXPECT_WORDS && check->expect != EXPECT_NO_WORDS)
        return err_set(err, "a command has no members");
    return words_hold(check, out, err);
}

// "infoPhones.0.lockType"
const json_t *plan_member(const json_t *answer, const char *path)
{
    while (answer != NULL && *path != '\0') {
        char key[64];
        size_t len = strcspn(path, ".");
        if (len >= sizeof key)
            return NULL;
        memcpy(key, path, len);
        key[len] = '\0';
        answer = json_is_array(answer) ? json_array_get(answer, (size_t)strtoul(key, NULL, 10))
                                       : json_object_get(answer, key);
        path += len + (path[len] == '.');
    }
    return answer;
}

static bool prints_as(const json_t *value, const char *wanted)
{
    if (json_is_string(value))
        return strcmp(json_string_value(value), wanted) == 0;
    char *text = value != NULL ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    bool same = text != NULL && strcmp(text, wanted) == 0;
    free(text);
    return same;
}

// An answer without the list says nothing of what is in it.
static bool list_holds(const struct plan_check *check, const json_t *answer, struct err *err)
{
    const json_t *list = plan_member(answer, check->words[0]), *item;
    size_t i;
    bool wanted = check->expect == EXPECT_LISTED, found = false;
    if (!json_is_array(list))
        return err_set(err, "the answer has no list %.*s", SHOWN_MAX, check->words[0]);
    json_array_foreach(list, i, item)
    {
        found = found || prints_as(json_object_get(item, check->words[1]), check->words[2]);
    }
    return found == wanted || say_place(check->words[2], wanted, err);
}

int64_t plan_answer_number(const struct plan_check *check, const json_t *answer)
{
    const json_t *member = plan_member(answer, check->words[0]);
    const char *text = json_string_value(member);
    return text != NULL ? strtoll(text, NULL, 10) : json_integer_value(member);
}

// Whether the address of the answer, with or without a port, is one of those that count.
static bool is_from(const struct plan_check *check, const json_t *answer)
{
    struct address from, wanted;
    const char *text = json_string_value(plan_member(answer, check->words[2]));
    if (text == NULL || !address_parse_endpoint(text, &from, NULL))
        return false;
    for (size_t i = 3; i < check->word_count; i++)
        if (address_parse(check->words[i], &wanted) && address_compare(&from, &wanted) == 0)
            return true;
    return false;
}

static bool is_later(const struct plan_check *check, const json_t *answer, struct err *err)
{
    if (plan_answer_number(check, answer) <= strtoll(check->words[1], NULL, 10))
        return err_set(err, "no later %.*s was seen", SHOWN_MAX, check->words[0]);
    return check->word_count < 3 || is_from(check, answer) ||
           err_set(err, "%.*s is later, but from another address", SHOWN_MAX, check->words[0]);
}

bool plan_check_answer_holds(const struct plan_check *check, const json_t *answer, struct err *err)
{
    if (check->expect == EXPECT_WORDS || check->expect == EXPECT_NO_WORDS) {
        char *all = json_dumps(answer, JSON_INDENT(1));
        bool as_expected = words_hold(check, all != NULL ? all : "", err);
        free(all);
        return as_expected;
    }
    if (check->expect == EXPECT_LISTED || check->expect == EXPECT_NOT_LISTED)
        return list_holds(check, answer, err);
    if (check->expect == EXPECT_LATER)
        return is_later(check, answer, err);
    if (check->expect != EXPECT_MEMBER)
        return check->expect == EXPECT_SUCCESS || err_set(err, "an answer has no exit status");
    const json_t *member = plan_member(answer, check->words[0]);
    if (member == NULL)
        return err_set(err, "the answer has no %.*s", SHOWN_MAX, check->words[0]);
    char *text = json_is_string(member) ? mem_strdup(json_string_value(member))
                                        : json_dumps(member, JSON_ENCODE_ANY | JSON_COMPACT);
    bool holds = text != NULL && strcmp(text, check->words[1]) == 0;
    if (!holds)
        err_set(err, "%.*s is %.*s, not %.*s", SHOWN_MAX, check->words[0], SHOWN_MAX,
                text != NULL ? text : "?", SHOWN_MAX, check->words[1]);
    free(text);
    return holds;
}
