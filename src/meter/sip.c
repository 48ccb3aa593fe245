// SPDX-License-Identifier: MIT

// SIP start lines; hostile input is the normal case.
#include <string.h>

#include "meter/sip_text.h"

static const struct word version = WORD("SIP/2.0");

static bool slice_is(struct sip_slice slice, const struct word *word)
{
    return slice.len == word->len && memcmp(slice.text, word->text, word->len) == 0;
}

// RFC 3261, 25.1: token.
static const bool token_chars[256] = {
    ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['-'] = true, ['.'] = true,
    ['!'] = true,         ['%'] = true,         ['*'] = true,         ['_'] = true, ['+'] = true,
    ['`'] = true,         ['\''] = true,        ['~'] = true,
};

void sip_take_method(struct sip_slice token, enum meter_method *method,
                     enum meter_other_method *other)
{
    static const struct {
        struct word name;
        enum meter_method method;
        enum meter_other_method other;
    } methods[] = {
        {WORD("OPTIONS"), METER_OPTIONS, METER_UNKNOWN},
        {WORD("REGISTER"), METER_REGISTER, METER_UNKNOWN},
        {WORD("INVITE"), METER_INVITE, METER_UNKNOWN},
        {WORD("ACK"), METER_ACK, METER_UNKNOWN},
        {WORD("BYE"), METER_BYE, METER_UNKNOWN},
        {WORD("CANCEL"), METER_CANCEL, METER_UNKNOWN},
        {WORD("SUBSCRIBE"), METER_OTHER, METER_SUBSCRIBE},
        {WORD("NOTIFY"), METER_OTHER, METER_NOTIFY},
        {WORD("PUBLISH"), METER_OTHER, METER_PUBLISH},
        {WORD("INFO"), METER_OTHER, METER_INFO},
        {WORD("PRACK"), METER_OTHER, METER_PRACK},
        {WORD("UPDATE"), METER_OTHER, METER_UPDATE},
        {WORD("REFER"), METER_OTHER, METER_REFER},
        {WORD("MESSAGE"), METER_OTHER, METER_MESSAGE},
    };

    *method = METER_OTHER;
    *other = METER_UNKNOWN;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (slice_is(token, &methods[i].name)) {
            *method = methods[i].method;
            *other = methods[i].other;
            return;
        }
    }
}

static const char *find_break(const char *at, const char *end)
{
    if (end - at >= BLOCK) { // most start lines are short
        uint64_t bits = breaks_in_block(at);
        if (bits != 0)
            return at + __builtin_ctzll(bits);
        at += BLOCK;
    }
    return memchr(at, '\n', (size_t)(end - at));
}

// "SIP/2.0 401 Unauthorized"
static bool parse_status_line(struct sip_slice line, struct sip_message *out)
{
    const char *code = line.text + version.len + 1;

    if (line.len < version.len + 4 || line.text[version.len] != ' ')
        return false;
    for (int i = 0; i < 3; i++)
        if (code[i] < '0' || code[i] > '9')
            return false;
    if (line.len > version.len + 4 && !is_space(code[3]))
        return false;
    out->status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
    if (out->status < 100 || out->status > 699)
        return false;
    out->kind = SIP_RESPONSE;
    return true;
}

static bool has_uri_scheme(struct sip_slice uri)
{
    static const struct word schemes[] = {WORD("sip:"), WORD("sips:"), WORD("tel:")};

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (slice_begins(uri, &schemes[i]))
            return true;
    return false;
}

// The method's name with the space behind it, eight bytes at once: most packets of a flood.
static size_t known_method(const char *at, size_t len, enum meter_method *method)
{
    static const struct {
        size_t len;
        enum meter_method method;
        char text[9];
    } known[] = {
        {7, METER_OPTIONS, "OPTIONS "}, {6, METER_INVITE, "INVITE  "}, {3, METER_ACK, "ACK     "},
        {3, METER_BYE, "BYE     "},     {6, METER_CANCEL, "CANCEL  "},
    };
    uint64_t word, wanted;

    if (len < 10)
        return 0;
    memcpy(&word, at, sizeof word);
    if (memcmp(at, "REGISTER ", 9) == 0) {
        *method = METER_REGISTER;
        return 8;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        memcpy(&wanted, known[i].text, sizeof wanted);
        // The bytes behind the space are not of the name.
        unsigned beyond = (unsigned)(7 - known[i].len) * 8;
        uint64_t differ = word ^ wanted;
        if ((__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? differ >> beyond : differ << beyond) == 0) {
            *method = known[i].method;
            return known[i].len;
        }
    }
    return 0;
}

// "OPTIONS sip:100@198.18.0.11 SIP/2.0"; whole: the line's end was captured.
static bool parse_request_line(struct sip_slice line, bool whole, struct sip_message *out)
{
    size_t len = known_method(line.text, line.len, &out->method);
    if (len == 0) {
        while (len < line.len && token_chars[(unsigned char)line.text[len]])
            len++;
        if (len == 0 || len > 32 || len == line.len || line.text[len] != ' ')
            return false;
        sip_take_method((struct sip_slice){.text = line.text, .len = len}, &out->method,
                        &out->other);
    } else {
        out->other = METER_UNKNOWN;
    }
    struct sip_slice rest = slice_trim(slice_from(line.text + len, line.text + line.len));

    if (whole) {
        if (rest.len < version.len + 2 || rest.text[rest.len - version.len - 1] != ' ' ||
            memcmp(rest.text + rest.len - version.len, version.text, version.len) != 0)
            return false;
        rest.len -= version.len + 1;
    } else if (!has_uri_scheme(rest)) {
        return false;
    }
    out->kind = SIP_REQUEST;
    out->uri = rest;
    return true;
}

bool sip_parse_start(const uint8_t *payload, size_t len, bool cut, struct sip_message *out)
{
    const char *at = (const char *)payload, *end = at + len;

    out->kind = SIP_NONE;
    out->uri = (struct sip_slice){.len = 0};
    while (at < end && (*at == '\r' || *at == '\n'))
        at++;
    if (at == end)
        return false;
    const char *newline = find_break(at, end);
    if (newline == NULL && !cut)
        return false;
    const char *line_end = newline != NULL ? newline : end;
    struct sip_slice line = slice_from(at, line_end);

    out->text = slice_from(at, end);
    out->headers = newline != NULL ? slice_from(newline + 1, end) : slice_from(end, end);
    if (line.len > version.len && memcmp(line.text, version.text, version.len) == 0)
        return parse_status_line(line, out);
    return parse_request_line(line, newline != NULL, out);
}

bool sip_is_keepalive(const uint8_t *payload, size_t len)
{
    static const uint8_t stun_cookie[] = {0x21, 0x12, 0xa4, 0x42};

    if (len <= 1)
        return true;
    if (len >= 20 && payload[0] < 2 && memcmp(payload + 4, stun_cookie, sizeof stun_cookie) == 0)
        return true;
    for (size_t i = 0; i < len; i++)
        if (payload[i] != '\r' && payload[i] != '\n' && payload[i] != '\0')
            return false;
    return true;
}
