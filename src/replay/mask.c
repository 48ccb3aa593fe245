// SPDX-License-Identifier: MIT

// Secrets by the words before them; pseudonyms by a keyed hash of what stands before each bit.
#include "replay/mask.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/address.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/str.h"
#include "conf/config.h"

#define KEY_BYTES     32
#define LEAST_DIGITS  5
#define MOST_DIGITS   64 // of one number that is looked at as a whole
#define LEAST_SECRET  3  // a shorter password would take letters out of every word
#define HIDDEN        "***"
#define V4_FIRST_BIT  96
#define ADDRESS_BITS  128
#define MAPPED_PREFIX 96

struct mask {
    bool pseudonyms;
    unsigned char key[KEY_BYTES];
    char **secrets;
    size_t secret_count;
};

static void add_secret(struct mask *mask, const char *text)
{
    if (text == NULL || strlen(text) < LEAST_SECRET)
        return;
    mask->secrets = mem_resize(mask->secrets, mask->secret_count + 1, sizeof *mask->secrets);
    mask->secrets[mask->secret_count++] = mem_strdup(text);
}

struct mask *mask_new(const struct config *config, bool pseudonyms, struct err *err)
{
    struct mask *mask = mem_alloc(sizeof *mask);
    mask->pseudonyms = pseudonyms;
    if (getrandom(mask->key, sizeof mask->key, 0) != (ssize_t)sizeof mask->key) {
        err_set(err, "this machine gives no random bytes: %s", strerror(errno));
        free(mask);
        return NULL;
    }
    for (size_t i = 0; config != NULL && i < config->host_count; i++)
        add_secret(mask, config->hosts[i].mysql_password);
    return mask;
}

void mask_free(struct mask *mask)
{
    for (size_t i = 0; mask != NULL && i < mask->secret_count; i++)
        config_wipe(mask->secrets[i]);
    if (mask != NULL)
        free(mask->secrets);
    free(mask);
}

// A number below 2^32 that only the key and these bytes decide.
static unsigned keyed(const struct mask *mask, char kind, const void *bytes, size_t len)
{
    unsigned char input[KEY_BYTES + 1 + MOST_DIGITS + 2];
    char hex[SHA256_HEX_MAX];
    memcpy(input, mask->key, KEY_BYTES);
    input[KEY_BYTES] = (unsigned char)kind;
    memcpy(input + KEY_BYTES + 1, bytes, len);
    sha256_hex(input, KEY_BYTES + 1 + len, hex);
    hex[8] = '\0';
    return (unsigned)strtoul(hex, NULL, 16);
}

static bool is_nobody(const struct address *address)
{
    static const struct address any6 = {{0}}, loop6 = {{[15] = 1}};
    const uint8_t *v4 = address->bytes + 12;
    if (!address_is_v4(address))
        return address_compare(address, &any6) == 0 || address_compare(address, &loop6) == 0;
    return v4[0] == 0 || v4[0] == 127 || v4[0] == 255;
}

// Bits from `first` to `last`, each turned over or not by the bits before it.
static void mask_address(const struct mask *mask, struct address *address, int last)
{
    struct address seen = {{0}}, out = *address;
    int first = address_is_v4(address) ? V4_FIRST_BIT : 0;
    memcpy(seen.bytes, address->bytes, (size_t)first / 8);
    for (int bit = first; bit < ADDRESS_BITS; bit++) {
        unsigned char input[sizeof seen.bytes + 1];
        size_t byte = (size_t)bit / 8;
        uint8_t here = (uint8_t)(0x80u >> (bit % 8));
        memcpy(input, seen.bytes, sizeof seen.bytes);
        input[sizeof seen.bytes] = (unsigned char)bit;
        if (bit >= last)
            out.bytes[byte] &= (uint8_t)~here;
        else if ((keyed(mask, 'a', input, sizeof input) & 1) != 0)
            out.bytes[byte] ^= here;
        seen.bytes[byte] |= address->bytes[byte] & here;
    }
    *address = out;
}

static bool is_address_byte(char c, bool v6)
{
    return v6 ? isxdigit((unsigned char)c) || c == ':' || c == '.'
              : isdigit((unsigned char)c) || c == '.';
}

// The address at the beginning of the text: its bytes, 0 when there is none.
static size_t address_at(const char *text, size_t len, struct address *out)
{
    for (int v6 = 1; v6 >= 0; v6--) {
        char word[ADDRESS_TEXT_MAX];
        size_t count = 0;
        while (count < len && count < sizeof word && is_address_byte(text[count], v6 != 0))
            count++;
        while (count > 0 && count < sizeof word &&
               (text[count - 1] == '.' || text[count - 1] == ':')) {
            memcpy(word, text, count);
            word[count] = '\0';
            if (address_parse(word, out)) // "2001:db8::" ends like that
                return count;
            count--;
        }
        if (count < 2 || count >= sizeof word)
            continue;
        memcpy(word, text, count);
        word[count] = '\0';
        if (address_parse(word, out))
            return count;
    }
    return 0;
}

// The prefix length behind an address, in bits of the mapped form; ADDRESS_BITS where there is
// none.
static int prefix_behind(const char *text, size_t len, bool v4)
{
    int prefix = 0;
    size_t at = 1;
    if (len < 2 || text[0] != '/' || !isdigit((unsigned char)text[1]))
        return ADDRESS_BITS;
    for (; at < len && at < 4 && isdigit((unsigned char)text[at]); at++)
        prefix = prefix * 10 + (text[at] - '0');
    prefix += v4 ? MAPPED_PREFIX : 0;
    return prefix < ADDRESS_BITS ? prefix : ADDRESS_BITS;
}

static size_t put_address(const struct mask *mask, const char *text, size_t len, struct str *out)
{
    struct address address;
    char printed[ADDRESS_TEXT_MAX];
    size_t used = address_at(text, len, &address);
    if (used == 0)
        return 0;
    if (is_nobody(&address)) {
        str_append_bytes(out, text, used);
        return used;
    }
    mask_address(mask, &address, prefix_behind(text + used, len - used, address_is_v4(&address)));
    address_print(&address, printed);
    str_append(out, printed);
    return used;
}

static size_t put_number(const struct mask *mask, const char *text, size_t len, struct str *out)
{
    size_t count = 0;
    while (count < len && isdigit((unsigned char)text[count]))
        count++;
    if (count < LEAST_DIGITS)
        return 0;
    for (size_t i = 0; i < count; i++) {
        size_t before = i < MOST_DIGITS ? i : MOST_DIGITS;
        unsigned turn = keyed(mask, 'n', text + i - before, before);
        str_append_char(out, (char)('0' + ((unsigned)(text[i] - '0') + turn) % 10));
    }
    return count;
}

static const char *const secret_words[] = {"pass",   "pwd",     "secret", "token",
                                           "apikey", "api_key", "api-key"};

bool mask_names_secret(const char *name, size_t len)
{
    for (size_t at = 0; at < len; at++)
        for (size_t i = 0; i < sizeof secret_words / sizeof *secret_words; i++)
            if (len - at >= strlen(secret_words[i]) &&
                strncasecmp(name + at, secret_words[i], strlen(secret_words[i])) == 0)
                return true;
    return false;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static size_t word_len(const char *text, size_t len)
{
    size_t count = 0;
    while (count < len && is_word(text[count]))
        count++;
    return count;
}

static bool word_is(const char *text, size_t len, const char *word)
{
    return len == strlen(word) && strncasecmp(text, word, len) == 0;
}

// SQL's IDENTIFIED BY '…': the same; 0: it is not that.
static size_t gap_to_identified(const char *text, size_t word)
{
    size_t gap = strspn(text + word, " \t");
    if (gap > 0 && strncasecmp(text + word + gap, "with ", 5) == 0) { // IDENTIFIED WITH plugin BY
        gap += 5 + strspn(text + word + gap + 5, " \t");
        gap += strcspn(text + word + gap, " \t\n;");
        gap += strspn(text + word + gap, " \t");
    }
    if (gap == 0 || strncasecmp(text + word + gap, "by", 2) != 0)
        return 0;
    gap += strcspn(text + word + gap, "'\"\n;");
    return text[word + gap] == '\'' || text[word + gap] == '"' ? gap : 0;
}

// How many bytes stand between the word and the value that it keeps secret; 0: it keeps none.
static size_t gap_to_secret(const char *text, size_t word, size_t len)
{
    size_t at = word;
    if (at < len && (text[at] == '"' || text[at] == '\''))
        at++;
    size_t blanks = strspn(text + at, " \t");
    at += at + blanks <= len ? blanks : 0;
    if (at < len && (text[at] == '=' || text[at] == ':')) {
        at++;
        while (at < len && (text[at] == ' ' || text[at] == '\t'))
            at++;
        return at - word;
    }
    if (at + 1 < len && text[at] == '(' && (text[at + 1] == '\'' || text[at + 1] == '"'))
        return at + 1 - word; // PASSWORD('…')
    bool option = text[0] == '-';
    return (option || word_is(text, word, "authorization")) && blanks > 0 ? at - word : 0;
}

static size_t value_len(const char *text, size_t len)
{
    char quote = len > 0 && (text[0] == '"' || text[0] == '\'') ? text[0] : '\0';
    size_t count = quote != '\0';
    while (count < len &&
           (quote != '\0' ? text[count] != quote : strchr(" \t\n&;,\"'", text[count]) == NULL))
        count += quote != '\0' && text[count] == '\\' && count + 1 < len ? 2 : 1;
    return count + (quote != '\0' && count < len);
}

// MySQL's "(using password: YES)" is what one wants to know.
static bool is_yes_or_no(const char *text)
{
    return strncmp(text, "YES)", 4) == 0 || strncmp(text, "NO)", 3) == 0;
}

// Programs whose options of one letter keep a value secret, as far as the text names them.
enum { TELLS_MYSQL = 1, TELLS_SSHPASS = 2, TELLS_CURL = 4 };

static unsigned programs_of(const char *text, size_t len)
{
    static const struct {
        const char *name;
        unsigned program;
    } names[] = {{"mysql", TELLS_MYSQL},
                 {"maria", TELLS_MYSQL},
                 {"sshpass", TELLS_MYSQL | TELLS_SSHPASS},
                 {"curl", TELLS_CURL}};
    unsigned programs = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (memmem(text, len, names[i].name, strlen(names[i].name)) != NULL)
            programs |= names[i].program;
    return programs;
}

// "-pPASSWORD", "-p PASSWORD", "-u user:PASSWORD" at the text's beginning; 0: there is none.
static size_t put_option(const char *text, size_t len, unsigned programs, struct str *out)
{
    size_t word = word_len(text, len);
    bool letter = word == 2 && text[0] == '-';
    bool joined = word > 2 && text[0] == '-' && text[1] == 'p' && text[2] != '-' &&
                  !word_is(text, word, "-protocol") && !word_is(text, word, "-port");
    bool user = (programs & TELLS_CURL) != 0 && word > 1 && text[0] == '-' &&
                (text[1] == 'u' || word_is(text, word, "--user"));
    size_t at = user && word_is(text, word, "--user") ? word : 2;
    if (joined && (programs & TELLS_MYSQL) != 0)
        at = 2;
    else if (!user && !(letter && text[1] == 'p' && (programs & TELLS_SSHPASS) != 0))
        return 0;
    while (at < len && (text[at] == ' ' || text[at] == '=' || text[at] == '\t'))
        at++;
    size_t value = at < len ? value_len(text + at, len - at) : 0;
    const char *colon = user ? memchr(text + at, ':', value) : NULL;
    if (value == 0 || (user && colon == NULL))
        return 0;
    str_append_bytes(out, text, user ? (size_t)(colon - text) + 1 : at);
    str_append(out, HIDDEN);
    return at + value;
}

// A word at the text's beginning that keeps a value secret, with that value; 0: there is none.
static size_t put_secret(const char *text, size_t len, struct str *out)
{
    size_t word = word_len(text, len), gap = 0;
    bool header =
        word_is(text, word, "authorization") || word_is(text, word, "proxy-authorization");
    bool identified = word_is(text, word, "identified");
    if (word == 0 || (!mask_names_secret(text, word) && !header && !identified))
        return 0;
    gap = identified ? gap_to_identified(text, word) : gap_to_secret(text, word, len);
    if (gap == 0 || word + gap >= len || is_yes_or_no(text + word + gap))
        return 0;
    size_t value = header ? strcspn(text + word + gap, "\r\n")
                          : value_len(text + word + gap, len - word - gap);
    if (value > len - word - gap)
        value = len - word - gap;
    str_append_bytes(out, text, word + gap);
    str_append(out, HIDDEN);
    return word + gap + value;
}

// "://user:PASSWORD@", "sip:user:PASSWORD@"
static size_t put_credentials(const char *text, size_t len, struct str *out)
{
    bool sip = strncasecmp(text, "sip:", 4) == 0 || strncasecmp(text, "sips:", 5) == 0;
    if (len < 4 || (!sip && strncmp(text, "://", 3) != 0))
        return 0;
    size_t colon = sip ? strcspn(text, ":") + 1 : 3;
    while (colon < len && strchr(":/@ \t\n", text[colon]) == NULL)
        colon++;
    size_t end = colon;
    while (end < len && strchr("/@ \t\n", text[end]) == NULL)
        end++;
    if (colon >= len || text[colon] != ':' || end >= len || text[end] != '@')
        return 0;
    str_append_bytes(out, text, colon + 1);
    str_append(out, HIDDEN);
    return end;
}

static size_t put_known(const struct mask *mask, const char *text, size_t len, struct str *out)
{
    for (size_t i = 0; i < mask->secret_count; i++) {
        size_t count = strlen(mask->secrets[i]);
        if (count <= len && memcmp(text, mask->secrets[i], count) == 0) {
            str_append(out, HIDDEN);
            return count;
        }
    }
    return 0;
}

static void hide_secrets(const struct mask *mask, const char *text, size_t len, struct str *out)
{
    unsigned programs = programs_of(text, len);
    for (size_t at = 0; at < len;) {
        bool begins = at == 0 || !is_word(text[at - 1]);
        size_t used = put_known(mask, text + at, len - at, out);
        if (used == 0 && begins)
            used = put_option(text + at, len - at, programs, out);
        if (used == 0 && begins)
            used = put_secret(text + at, len - at, out);
        if (used == 0)
            used = put_credentials(text + at, len - at, out);
        if (used == 0) {
            used = 1;
            str_append_char(out, text[at]);
        }
        at += used;
    }
}

static void put_pseudonyms(const struct mask *mask, unsigned what, const char *text, size_t len,
                           struct str *out)
{
    for (size_t at = 0; at < len;) {
        bool begins = at == 0 || (!isalnum((unsigned char)text[at - 1]) && text[at - 1] != '.');
        size_t used = 0;
        if (begins && (what & MASK_ADDRESSES) != 0)
            used = put_address(mask, text + at, len - at, out);
        if (used == 0 && (what & MASK_NUMBERS) != 0 &&
            (at == 0 || !isdigit((unsigned char)text[at - 1])))
            used = put_number(mask, text + at, len - at, out);
        if (used == 0) {
            used = 1;
            str_append_char(out, text[at]);
        }
        at += used;
    }
}

char *mask_text(const struct mask *mask, unsigned what, const char *text, size_t len)
{
    struct str safe = {0}, out = {0};
    char *whole = mem_strndup(text, len); // what looks for the end of a word ends at the NUL
    hide_secrets(mask, whole, strlen(whole), &safe);
    free(whole);
    if (!mask->pseudonyms || (what & (MASK_ADDRESSES | MASK_NUMBERS)) == 0)
        return str_take(&safe);
    put_pseudonyms(mask, what, str_text(&safe), safe.len, &out);
    str_dispose(&safe);
    return str_take(&out);
}
