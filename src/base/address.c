// SPDX-License-Identifier: MIT

// Internet addresses and networks.
#include "base/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool address_is_v4(const struct address *address)
{
    return memcmp(address->bytes, v4_prefix, sizeof v4_prefix) == 0;
}

bool address_parse(const char *text, struct address *out)
{
    struct address address;
    memcpy(address.bytes, v4_prefix, sizeof v4_prefix);
    if (inet_pton(AF_INET, text, address.bytes + 12) != 1 &&
        inet_pton(AF_INET6, text, address.bytes) != 1)
        return false;
    *out = address;
    return true;
}

void address_print(const struct address *address, char out[ADDRESS_TEXT_MAX])
{
    if (address_is_v4(address))
        inet_ntop(AF_INET, address->bytes + 12, out, ADDRESS_TEXT_MAX);
    else
        inet_ntop(AF_INET6, address->bytes, out, ADDRESS_TEXT_MAX);
}

static bool parse_port(const char *text, int *port)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 5 || text[digits] != '\0')
        return false;
    *port = atoi(text);
    return *port <= 65535;
}

bool address_parse_endpoint(const char *text, struct address *out, int *port)
{
    int number = -1;
    char host[ADDRESS_TEXT_MAX];
    const char *end;
    bool bracketed = text[0] == '[';
    if (bracketed) {
        end = strchr(++text, ']');
        if (end == NULL || (end[1] != '\0' && (end[1] != ':' || !parse_port(end + 2, &number))))
            return false;
    } else {
        end = strchr(text, ':');
        if (end == NULL || strchr(end + 1, ':') != NULL)
            end = text + strlen(text);
        else if (!parse_port(end + 1, &number))
            return false;
    }
    if ((size_t)(end - text) >= sizeof host)
        return false;
    memcpy(host, text, (size_t)(end - text));
    host[end - text] = '\0';
    if (!address_parse(host, out) || (bracketed && strchr(host, ':') == NULL))
        return false;
    if (port != NULL)
        *port = number;
    return true;
}

static void clear_host_bits(struct network *network)
{
    for (int bit = network->prefix; bit < 128; bit++)
        network->base.bytes[bit / 8] &= (uint8_t) ~(0x80U >> (bit % 8));
}

bool network_parse(const char *text, struct network *out)
{
    char host[ADDRESS_TEXT_MAX];
    const char *slash = strchr(text, '/');
    size_t len = slash == NULL ? strlen(text) : (size_t)(slash - text);
    if (len >= sizeof host)
        return false;
    memcpy(host, text, len);
    host[len] = '\0';
    struct network network;
    if (!address_parse(host, &network.base))
        return false;
    // "::ffff:203.0.113.0/120" is written in the IPv6 form: its prefix counts 128 bits.
    bool v4_form = strchr(host, ':') == NULL;
    network.prefix = 128;
    if (slash != NULL) {
        size_t digits = strspn(slash + 1, "0123456789");
        int bits = atoi(slash + 1);
        if (digits == 0 || digits > 3 || slash[1 + digits] != '\0' || bits > (v4_form ? 32 : 128))
            return false;
        network.prefix = (uint8_t)(v4_form ? bits + 96 : bits);
    }
    clear_host_bits(&network);
    *out = network;
    return true;
}

bool network_contains(const struct network *network, const struct address *address)
{
    int whole = network->prefix / 8;
    int rest = network->prefix % 8;
    if (memcmp(network->base.bytes, address->bytes, (size_t)whole) != 0)
        return false;
    return rest == 0 || ((network->base.bytes[whole] ^ address->bytes[whole]) >> (8 - rest)) == 0;
}

void network_print(const struct network *network, char out[ADDRESS_TEXT_MAX])
{
    address_print(&network->base, out);
    if (network->prefix == 128)
        return;
    bool v4 = address_is_v4(&network->base) && network->prefix >= 96;
    size_t len = strlen(out);
    snprintf(out + len, ADDRESS_TEXT_MAX - len, "/%d", v4 ? network->prefix - 96 : network->prefix);
}
