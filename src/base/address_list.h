// SPDX-License-Identifier: MIT

// Lists of addresses as people and products write them: "203.0.113.10, 203.0.113.20:5060".
#ifndef BASE_ADDRESS_LIST_H
#define BASE_ADDRESS_LIST_H

#include "base/address.h"

enum address_item_kind {
    ADDRESS_ITEM_RANGE,   // an address, one with a port, a network, "192.0.2.10-192.0.2.20"
    ADDRESS_ITEM_NAME,    // may be a host's name: which addresses it has is not known here
    ADDRESS_ITEM_STRANGE, // none of these
};

struct address_item {
    enum address_item_kind kind;
    struct address first, last; // ADDRESS_ITEM_RANGE: the same family, first not above last
    const char *text;           // as written, inside the list; foreign bytes, not NUL-terminated
    size_t len;                 // at least 1
};

// What is left of a list; begins as all of it. The text is borrowed.
struct address_list {
    const char *text;
    size_t len;
};

static inline struct address_list address_list_of(const char *text)
{
    return (struct address_list){text, strlen(text)};
}

// Takes the next item off the list; they stand between spaces, line ends, "," ";" and "|". False
// at its end. Every byte that separates nothing belongs to an item: nothing is passed over.
bool address_list_next(struct address_list *list, struct address_item *out);

// Takes the widest network that the rest of the range begins with off it, in rising order; false
// when nothing is left. The item is of kind ADDRESS_ITEM_RANGE; at most 254 networks make a range.
bool address_item_next_network(struct address_item *range, struct network *out);

#endif
