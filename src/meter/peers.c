// SPDX-License-Identifier: MIT

// Networks in the order of their width, then of their base: each width is searched by halves.
#include "meter/peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

void peers_add(struct verdict_peers *peers, enum known_kind kind, const struct network *network,
               const char *name)
{
    struct known_peer *peer = mem_push(&peers->items, &peers->count, &peers->cap, sizeof *peer);
    *peer = (struct known_peer){.kind = kind, .network = *network};
    snprintf(peer->name, sizeof peer->name, "%s", name);
}

// Whether an eighth of the addresses of a family or more is in one piece: all public IPv6 is
// 2000::/3.
static bool is_everybody(struct address_item range)
{
    struct address four;
    struct network network;

    address_parse("0.0.0.0", &four);
    while (address_item_next_network(&range, &network))
        if (network.prefix <= 3 || (network.prefix <= 99 && (address_is_v4(&network.base) ||
                                                             network_contains(&network, &four))))
            return true;
    return false;
}

static void count_unread(struct verdict_peers *peers, const struct address_item *item,
                         const char *name)
{
    if (peers->unread++ == 0)
        snprintf(peers->first_unread, sizeof peers->first_unread, _("'%.*s' of %s"),
                 (int)(item->len < 48 ? item->len : 48), item->text, name);
}

void peers_add_list(struct verdict_peers *peers, enum known_kind kind, struct address_list list,
                    const char *name)
{
    struct address_item item;
    struct network network;

    while (address_list_next(&list, &item)) {
        if (item.kind != ADDRESS_ITEM_RANGE || is_everybody(item))
            count_unread(peers, &item, name);
        else
            while (address_item_next_network(&item, &network))
                peers_add(peers, kind, &network, name);
    }
}

static int compare_peers(const void *a, const void *b)
{
    const struct known_peer *x = a, *y = b;
    if (x->network.prefix != y->network.prefix)
        return x->network.prefix > y->network.prefix ? -1 : 1;
    int order = address_compare(&x->network.base, &y->network.base);
    return order != 0 ? order : (int)x->kind - (int)y->kind;
}

void peers_seal(struct verdict_peers *peers)
{
    if (peers->count > 1)
        qsort(peers->items, peers->count, sizeof *peers->items, compare_peers);
}

void peers_dispose(struct verdict_peers *peers)
{
    free(peers->items);
    *peers = (struct verdict_peers){0};
}

static struct address masked(const struct address *address, unsigned prefix)
{
    struct address out = *address;
    for (unsigned byte = 0; byte < sizeof out.bytes; byte++) {
        unsigned bits = prefix > byte * 8 ? prefix - byte * 8 : 0;
        if (bits < 8)
            out.bytes[byte] &= (uint8_t)(0xff00u >> bits);
    }
    return out;
}

// The first item behind `from` with another width.
static size_t end_of_width(const struct verdict_peers *peers, size_t from)
{
    unsigned prefix = peers->items[from].network.prefix;
    size_t to = peers->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (peers->items[middle].network.prefix >= prefix)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

// The first of the items [from, to) whose base is not below `base`.
static size_t lower_bound(const struct verdict_peers *peers, size_t from, size_t to,
                          const struct address *base)
{
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (address_compare(&peers->items[middle].network.base, base) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

const struct known_peer *peers_find(const struct verdict_peers *peers,
                                    const struct address *address)
{
    size_t count = peers != NULL ? peers->count : 0;

    for (size_t from = 0, to; from < count; from = to) {
        to = end_of_width(peers, from);
        struct address base = masked(address, peers->items[from].network.prefix);
        size_t at = lower_bound(peers, from, to, &base);
        if (at < to && address_compare(&peers->items[at].network.base, &base) == 0)
            return &peers->items[at];
    }
    return NULL;
}
