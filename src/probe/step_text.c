// SPDX-License-Identifier: MIT

// Steps that cut, join and compare texts, and find addresses in them.
#include <string.h>
#include <strings.h>

#include "probe/step_private.h"

static void run_address(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    char text[ADDRESS_TEXT_MAX + 16];
    struct address address;
    if (value->type != VALUE_TEXT || value->len >= sizeof text) {
        step_forget(value);
        return;
    }
    memcpy(text, value->text, value->len);
    text[value->len] = '\0';
    if (!address_parse_endpoint(text, &address, NULL))
        return; // a name: shown as it is
    address_print(&address, text);
    str_clear(&run->scratch);
    str_append(&run->scratch, text);
    *value = value_of_text(run->scratch.text, run->scratch.len);
}

static bool is_address_char(char c)
{
    return strchr("0123456789abcdefABCDEF.:", c) != NULL && c != '\0';
}

// Of each run of letters that addresses consist of, without the points and colons of the sentence.
static bool take_address(const char *text, size_t len, struct address *out)
{
    char word[ADDRESS_TEXT_MAX + 16];
    while (len > 0 && text[len - 1] == '.')
        len--;
    if (len == 0 || len >= sizeof word)
        return false;
    memcpy(word, text, len);
    word[len] = '\0';
    return (strchr(word, '.') != NULL || strchr(word, ':') != NULL) &&
           address_parse_endpoint(word, out, NULL);
}

static void run_address_in(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    struct address address;
    struct value text = *value;
    step_forget(value);
    for (size_t at = 0, end; text.type == VALUE_TEXT && at < text.len; at = end + 1) {
        for (end = at; end < text.len && is_address_char(text.text[end]);)
            end++;
        if (!take_address(text.text + at, end - at, &address))
            continue;
        char found[ADDRESS_TEXT_MAX];
        address_print(&address, found);
        str_clear(&run->scratch);
        str_append(&run->scratch, found);
        *value = value_of_text(run->scratch.text, run->scratch.len);
        return;
    }
}

static void run_first(const struct step *step, struct step_run *run, struct value *value)
{
    (void)step;
    (void)run;
    if (value->type != VALUE_TEXT)
        return;
    while (value->len > 0 && strchr(" ,;\t", value->text[0]) != NULL) {
        value->text++;
        value->len--;
    }
    size_t len = 0;
    while (len < value->len && strchr(" ,;\t", value->text[len]) == NULL)
        len++;
    value->len = len;
    if (len == 0)
        step_forget(value);
}

static void run_join(const struct step *step, struct step_run *run, struct value *value)
{
    struct value other = operand_value(&step->operand, run);
    if (value->type != VALUE_TEXT || other.type != VALUE_TEXT) {
        step_forget(value);
        return;
    }
    struct str joined = {0};
    str_append_bytes(&joined, value->text, value->len);
    str_append_char(&joined, ' ');
    str_append_bytes(&joined, other.text, other.len);
    str_clear(&run->scratch);
    str_append_bytes(&run->scratch, joined.text, joined.len);
    str_dispose(&joined);
    *value = value_of_text(run->scratch.text, run->scratch.len);
}

// As numbers where both are numbers, else as texts without case.
static void run_equals(const struct step *step, struct step_run *run, struct value *value)
{
    double a, b;
    struct value other = operand_value(&step->operand, run);
    bool numbers = value_real(value, &a) && value_real(&other, &b);
    bool texts = value->type == VALUE_TEXT && other.type == VALUE_TEXT;
    if (numbers)
        *value = value_of_int(a == b);
    else if (texts)
        *value = value_of_int(value->len == other.len &&
                              strncasecmp(value->text, other.text, value->len) == 0);
    else
        step_forget(value);
}

const struct step_class step_texts[] = {
    {.name = "address", .usage = "address", .parse = step_parse_alone, .run = run_address},
    {.name = "address_in", .usage = "address_in", .parse = step_parse_alone, .run = run_address_in},
    {.name = "first", .usage = "first", .parse = step_parse_alone, .run = run_first},
    {.name = "join", .usage = "join FIELD", .parse = step_parse_operand, .run = run_join},
    {.name = "equals", .usage = "equals FIELD", .parse = step_parse_operand, .run = run_equals},
    {.name = NULL},
};
