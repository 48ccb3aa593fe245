// SPDX-License-Identifier: MIT

// Internet addresses and networks: parsed, canonical, comparable.
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ADDRESS_TEXT_MAX 64

// IPv4 addresses are kept in IPv4-mapped form, so that one comparison serves both families.
struct address {
    uint8_t bytes[16];
};

struct network {
    struct address base; // host bits zero
    uint8_t prefix;      // 0..128, counted on the mapped form (an IPv4 /24 is 120)
};

// Accepts "203.0.113.9" and "2001:db8::1" (also ::ffff:203.0.113.9, taken as IPv4); nothing else:
// no port, no zone, no leading zeros, no surrounding space.
bool address_parse(const char *text, struct address *out);
bool address_is_v4(const struct address *address);
void address_print(const struct address *address, char out[ADDRESS_TEXT_MAX]);

// In the order of their bytes: negative, zero or positive.
static inline int address_compare(const struct address *a, const struct address *b)
{
    uint64_t x[2], y[2];

    memcpy(x, a->bytes, sizeof x);
    memcpy(y, b->bytes, sizeof y);
    size_t at = x[0] == y[0]; // the first that differs
    return (be64toh(x[at]) > be64toh(y[at])) - (be64toh(x[at]) < be64toh(y[at]));
}

// Finds the address in "203.0.113.9:5060", "[2001:db8::1]:5060" or a bare address.
bool address_parse_endpoint(const char *text, struct address *out,
                            int *port /* -1: none; may be NULL */);

// Accepts an address (a network of one) or ADDRESS/PREFIX; host bits are cleared.
bool network_parse(const char *text, struct network *out);
bool network_contains(const struct network *network, const struct address *address);
void network_print(const struct network *network, char out[ADDRESS_TEXT_MAX]);

#endif
