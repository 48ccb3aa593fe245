// SPDX-License-Identifier: MIT

// Lists of addresses: items taken off one by one, ranges cut into networks.
#include "base/address_list.h"

// "[ADDRESS]-[ADDRESS]:65535" is the longest that can be read.
#define ITEM_MAX (2 * ADDRESS_TEXT_MAX)

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool separates(char c)
{
    return c != '\0' && strchr(" \t\r\n\v\f,;|", c) != NULL;
}

// The last address of a network.
static struct address last_of(const struct network *network)
{
    struct address last = network->base;
    for (int bit = network->prefix; bit < 128; bit++)
        last.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    return last;
}

static bool read_range(char *text, struct address_item *out)
{
    struct network network;
    if (address_parse_endpoint(text, &out->first, NULL)) {
        out->last = out->first;
        return true;
    }
    if (network_parse(text, &network)) {
        out->first = network.base;
        out->last = last_of(&network);
        return true;
    }
    char *dash = strchr(text, '-');
    if (dash == NULL)
        return false;
    *dash = '\0';
    bool read =
        address_parse(text, &out->first) && address_parse_endpoint(dash + 1, &out->last, NULL);
    *dash = '-';
    return read && address_is_v4(&out->first) == address_is_v4(&out->last) &&
           address_compare(&out->first, &out->last) <= 0;
}

// Letters, digits, dots and dashes, at least one letter, perhaps a port: RFC 1123, and "_".
static bool is_name(const char *text)
{
    size_t len = strspn(text, LETTERS "0123456789.-_");
    const char *end = text + len;
    return strcspn(text, LETTERS) < len &&
           (*end == '\0' || (*end == ':' && end[1 + strspn(end + 1, "0123456789")] == '\0'));
}

static enum address_item_kind kind_of(const char *bytes, size_t len, struct address_item *range)
{
    char text[ITEM_MAX];
    if (len >= sizeof text || memchr(bytes, '\0', len) != NULL)
        return ADDRESS_ITEM_STRANGE;
    memcpy(text, bytes, len);
    text[len] = '\0';
    return read_range(text, range) ? ADDRESS_ITEM_RANGE
           : is_name(text)         ? ADDRESS_ITEM_NAME
                                   : ADDRESS_ITEM_STRANGE;
}

bool address_list_next(struct address_list *list, struct address_item *out)
{
    while (list->len > 0 && separates(*list->text)) {
        list->text++;
        list->len--;
    }
    size_t len = 0;
    while (len < list->len && !separates(list->text[len]))
        len++;
    *out = (struct address_item){.text = list->text, .len = len};
    if (len == 0)
        return false;
    out->kind = kind_of(list->text, len, out);
    list->text += len;
    list->len -= len;
    return true;
}

bool address_item_next_network(struct address_item *range, struct network *out)
{
    if (address_compare(&range->first, &range->last) > 0)
        return false;
    // IPv4 lies inside IPv6's space: a range of one family does not grow into the other.
    int shortest = address_is_v4(&range->first) ? 96 : 0;
    *out = (struct network){range->first, 128};
    while (out->prefix > shortest) {
        uint8_t bit = (uint8_t)(out->prefix - 1);
        struct network wider = {range->first, bit};
        struct address end = last_of(&wider);
        if ((range->first.bytes[bit / 8] & (0x80 >> bit % 8)) != 0 ||
            address_compare(&end, &range->last) > 0)
            break;
        *out = wider;
    }
    struct address last = last_of(out);
    if (address_compare(&last, &range->last) == 0) {
        // Nothing is left: first above last.
        memset(&range->first, 0xff, sizeof range->first);
        memset(&range->last, 0, sizeof range->last);
        return true;
    }
    range->first = last;
    for (size_t i = sizeof range->first.bytes; i-- > 0;)
        if (++range->first.bytes[i] != 0)
            break;
    return true;
}
