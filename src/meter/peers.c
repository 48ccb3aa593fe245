// SPDX-License-Identifier: MIT

// Networks in the order of their width, then of their base: each width is searched by halves.
#include "meter/peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void peers_add(struct verdict_peers *peers, enum peer_kind kind, const struct network *network,
               const char *name)
{
    struct peer *peer = mem_push(&peers->items, &peers->count, &peers->cap, sizeof *peer);
    *peer = (struct peer){.kind = kind, .network = *network};
    snprintf(peer->name, sizeof peer->name, "%s", name);
}

static bool parse_item(const char *text, struct network *out)
{
    char whole[ADDRESS_TEXT_MAX];
    struct address address;

    if (network_parse(text, out))
        return true;
    if (!address_parse_endpoint(text, &address, NULL))
        return false;
    address_print(&address, whole);
    return network_parse(whole, out);
}

void peers_add_list(struct verdict_peers *peers, enum peer_kind kind, const char *list,
                    const char *name)
{
    static const char separators[] = " \t\r\n,;|";

    for (list += strspn(list, separators); *list != '\0'; list += strspn(list, separators)) {
        size_t len = strcspn(list, separators);
        char text[ADDRESS_TEXT_MAX];
        struct network network;
        snprintf(text, sizeof text, "%.*s", (int)len, list);
        // A network that is everybody says nothing about anybody.
        if (len < sizeof text && parse_item(text, &network) && network.prefix > 0 &&
            !(address_is_v4(&network.base) && network.prefix <= 96))
            peers_add(peers, kind, &network, name);
        list += len;
    }
}

static int compare_peers(const void *a, const void *b)
{
    const struct peer *x = a, *y = b;
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

const struct peer *peers_find(const struct verdict_peers *peers, const struct address *address)
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
