// SPDX-License-Identifier: MIT

// The few SIP headers that tell who tried what; hostile input is the normal case.
#include <string.h>

#include "meter/sip_text.h"

// "314159 INVITE"
static void parse_cseq(struct sip_slice value, struct sip_message *message)
{
    uint64_t number = 0;
    size_t i = 0;

    for (; i < value.len && value.text[i] >= '0' && value.text[i] <= '9'; i++)
        if ((number = number * 10 + (uint64_t)(value.text[i] - '0')) > UINT32_MAX)
            return;
    if (i == 0 || i == value.len || !is_space(value.text[i]))
        return;
    message->has_cseq = true;
    message->cseq = (uint32_t)number;
    enum meter_other_method other;
    sip_take_method(slice_trim(slice_from(value.text + i, value.text + value.len)),
                    &message->cseq_method, &other);
}

enum { WORD_BYTES = sizeof(uint64_t) };

// Eight bytes at once as lower() does one.
static uint64_t lower_bytes(uint64_t bytes)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t low = bytes & each * 0x7f;
    uint64_t from_a = low + each * (0x80 - 'A'), beyond_z = low + each * (0x7f - 'Z');
    return bytes | ((from_a ^ beyond_z) & ~bytes & each * 0x80) >> 2;
}

// The bytes of a word that come first in memory.
static uint64_t first_bytes(size_t count)
{
    if (count >= WORD_BYTES)
        return UINT64_MAX;
    uint64_t bits = (UINT64_C(1) << 8 * count) - 1;
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? bits << 8 * (WORD_BYTES - count) : bits;
}

static uint64_t lower_start(const char *at, const char *end)
{
    uint64_t bytes = 0;
    char few[WORD_BYTES] = {0};

    if (end - at >= WORD_BYTES) {
        memcpy(&bytes, at, sizeof bytes);
    } else {
        for (int i = 0; at + i < end; i++)
            few[i] = at[i];
        memcpy(&bytes, few, sizeof bytes);
    }
    return lower_bytes(bytes);
}

// What "sip:" or "sips:" takes of the beginning; 0: it is something else.
static size_t sip_scheme(const char *at, const char *end)
{
    uint64_t start = lower_start(at, end), sip, sips;

    memcpy(&sip, "sip:\0\0\0", sizeof sip);
    memcpy(&sips, "sips:\0\0", sizeof sips);
    return (start & first_bytes(4)) == sip ? 4 : (start & first_bytes(5)) == sips ? 5 : 0;
}

// "sip:1001:secret@198.18.0.11;transport=udp" up to the end or what ends a URI
static struct sip_slice uri_user(const char *at, const char *end)
{
    struct sip_slice none = {0};
    const char *user = at + sip_scheme(at, end), *user_end = NULL;

    if (user == at)
        return none;
    for (at = user; at < end && *at != '>' && !is_space(*at); at++) {
        if (*at == ':' && user_end == NULL)
            user_end = at;
        if (*at == '@')
            return slice_from(user, user_end != NULL ? user_end : at);
    }
    return none;
}

// "\"Ana\" <sip:1001@198.18.0.11>;tag=1" or "sip:1001@198.18.0.11"
static struct sip_slice address_user(struct sip_slice value)
{
    const char *at = value.text, *end = at + value.len;

    if (at < end && *at == '"') {
        for (at++; at < end && *at != '"'; at++)
            if (*at == '\\' && at + 1 < end)
                at++;
        if (at == end)
            return (struct sip_slice){0};
    }
    const char *open = at < end ? memchr(at, '<', (size_t)(end - at)) : NULL;
    return uri_user(open != NULL ? open + 1 : at, end);
}

struct sip_slice sip_request_user(const struct sip_message *request)
{
    return uri_user(request->uri.text, request->uri.text + request->uri.len);
}

static bool slice_contains(struct sip_slice slice, const struct word *needle)
{
    for (; slice.len >= needle->len; slice.text++, slice.len--)
        if (slice_begins(slice, needle))
            return true;
    return false;
}

static void take_call_id(struct sip_message *message, struct sip_slice value)
{
    if (message->call_id.len == 0)
        message->call_id = value;
}

// ;branch=TOKEN of the first of the Vias on this line.
static void take_via(struct sip_message *message, struct sip_slice value)
{
    static const struct word branch = WORD(";branch=");

    if (message->branch.len > 0)
        return;
    const char *at = value.text, *end = at + value.len;
    const char *comma = memchr(at, ',', value.len);
    if (comma != NULL)
        end = comma;
    while ((at = memchr(at, ';', (size_t)(end - at))) != NULL) {
        if (slice_begins(slice_from(at, end), &branch)) {
            at += branch.len;
            const char *token = at;
            while (at < end && *at != ';' && *at != ' ' && *at != '\t')
                at++;
            message->branch = slice_from(token, at);
            return;
        }
        at++;
    }
}

static void take_to(struct sip_message *message, struct sip_slice value)
{
    if (message->to_user.len == 0)
        message->to_user = address_user(value);
}

static void take_cseq(struct sip_message *message, struct sip_slice value)
{
    if (!message->has_cseq)
        parse_cseq(value, message);
}

static void take_user_agent(struct sip_message *message, struct sip_slice value)
{
    if (message->user_agent.len == 0)
        message->user_agent = value;
}

static void take_authorization(struct sip_message *message, struct sip_slice value)
{
    (void)value;
    message->authorized = true;
}

static void take_challenge(struct sip_message *message, struct sip_slice value)
{
    static const struct word plain = WORD("stale=true"), quoted = WORD("stale=\"true\"");

    if (slice_contains(value, &plain) || slice_contains(value, &quoted))
        message->stale = true;
}

struct header {
    char name[24]; // lower case
    size_t len;
    void (*take)(struct sip_message *message, struct sip_slice value);
};

#define HEADER(name, take)                                                                         \
    {                                                                                              \
        name, sizeof(name) - 1, take                                                               \
    }

static const struct header headers[] = {
    HEADER("authorization", take_authorization),
    HEADER("call-id", take_call_id),
    HEADER("cseq", take_cseq),
    HEADER("i", take_call_id),
    HEADER("proxy-authorization", take_authorization),
    HEADER("proxy-authenticate", take_challenge),
    HEADER("t", take_to),
    HEADER("to", take_to),
    HEADER("user-agent", take_user_agent),
    HEADER("v", take_via),
    HEADER("via", take_via),
    HEADER("www-authenticate", take_challenge),
};

enum { HEADERS = sizeof headers / sizeof *headers };

// Where the headers of a first letter begin, plus one: other lines are passed over at once.
static const uint8_t headers_from[256] = {
    ['a'] = 1, ['A'] = 1, ['c'] = 2, ['C'] = 2, ['i'] = 4,  ['I'] = 4,  ['p'] = 5,  ['P'] = 5,
    ['t'] = 7, ['T'] = 7, ['u'] = 9, ['U'] = 9, ['v'] = 10, ['V'] = 10, ['w'] = 12, ['W'] = 12,
};

static bool header_begins(const struct header *header, uint64_t start, const char *at,
                          const char *end)
{
    uint64_t name;

    memcpy(&name, header->name, sizeof name);
    if ((start & first_bytes(header->len)) != name || (size_t)(end - at) < header->len)
        return false;
    for (size_t i = WORD_BYTES; i < header->len; i++)
        if (lower(at[i]) != header->name[i])
            return false;
    return true;
}

// One whose first letter is that of headers[first].
static void parse_header(struct sip_message *message, size_t first, const char *at, const char *end)
{
    uint64_t start = lower_start(at, end);
    char letter = headers[first].name[0];

    for (size_t i = first; i < HEADERS && headers[i].name[0] == letter; i++) {
        const struct header *header = &headers[i];
        if (!header_begins(header, start, at, end))
            continue;
        const char *colon = at + header->len;
        while (colon < end && is_space(*colon))
            colon++;
        if (colon == end || *colon != ':')
            continue;
        header->take(message, slice_trim(slice_from(colon + 1, end)));
        return;
    }
}

static void forget_headers(struct sip_message *message)
{
    const struct sip_slice none = {.len = 0};

    message->call_id = message->branch = message->to_user = message->user_agent = none;
    message->has_cseq = message->authorized = message->stale = false;
    message->cseq = 0;
    message->cseq_method = METER_OTHER;
}

// Finds the line breaks of a text one after the other.
struct breaks {
    const char *from; // of the block whose breaks are in bits
    const char *end;
    uint64_t bits;
};

static void breaks_load(struct breaks *breaks)
{
    char last[BLOCK] = {0};
    size_t left = (size_t)(breaks->end - breaks->from);

    if (left >= BLOCK) {
        breaks->bits = breaks_in_block(breaks->from);
    } else {
        memcpy(last, breaks->from, left);
        breaks->bits = breaks_in_block(last);
    }
}

// NULL: there are no more.
static const char *breaks_next(struct breaks *breaks)
{
    while (breaks->bits == 0) {
        if (breaks->end - breaks->from <= BLOCK)
            return NULL;
        breaks->from += BLOCK;
        breaks_load(breaks);
    }
    const char *found = breaks->from + __builtin_ctzll(breaks->bits);
    breaks->bits &= breaks->bits - 1;
    return found;
}

// The end of the header that begins in this line: the first line break that no space follows.
static const char *header_end(struct breaks *breaks)
{
    const char *newline;
    do
        newline = breaks_next(breaks);
    while (newline != NULL && newline + 1 < breaks->end &&
           (newline[1] == ' ' || newline[1] == '\t'));
    return newline;
}

void sip_parse_headers(struct sip_message *message)
{
    const char *at = message->headers.text, *end = at + message->headers.len, *newline;
    struct breaks breaks = {.from = at, .end = end};

    forget_headers(message);
    breaks_load(&breaks);
    for (; at < end && *at != '\r' && *at != '\n'; at = newline + 1) {
        size_t from = headers_from[(unsigned char)*at];
        newline = from == 0 ? breaks_next(&breaks) : header_end(&breaks);
        if (newline != NULL && from != 0)
            parse_header(message, from - 1, at, newline);
        if (newline != NULL)
            continue;
        if (from == 0)
            return;
        struct sip_slice call_id = message->call_id;
        bool has_cseq = message->has_cseq;
        parse_header(message, from - 1, at, end);
        message->call_id = call_id; // cut: half an identity is none, but an Authorization is there
        message->has_cseq = has_cseq;
        return;
    }
}
