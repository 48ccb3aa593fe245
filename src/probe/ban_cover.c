// SPDX-License-Identifier: MIT

// Sorted by prefix, so that one search a prefix length finds who is kept out.
#include "probe/ban_cover.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "probe/bans_columns.h"

#define PREFIX_MAX 128

static int by_width(const void *left, const void *right)
{
    const struct ban_span *a = left, *b = right;
    if (a->network.prefix != b->network.prefix)
        return a->network.prefix > b->network.prefix ? -1 : 1;
    int order = address_compare(&a->network.base, &b->network.base);
    if (order != 0)
        return order;
    if (a->ends != b->ends)
        return a->ends ? 1 : -1;
    return (a->remaining_s < b->remaining_s) - (a->remaining_s > b->remaining_s);
}

static void add(struct ban_cover *cover, const struct table *bans, size_t row)
{
    const struct cell *address = table_cell(bans, row, BANS_ADDRESS);
    const struct cell *remaining = table_cell(bans, row, BANS_REMAINING_S);
    struct network network;
    char text[ADDRESS_TEXT_MAX];
    if (!address->known || address->len >= sizeof text)
        return;
    memcpy(text, address->as.text, address->len);
    text[address->len] = '\0';
    if (network_parse(text, &network))
        *(struct ban_span *)mem_push(&cover->items, &cover->count, &cover->cap,
                                     sizeof *cover->items) =
            (struct ban_span){network, remaining->known, remaining->known ? remaining->as.real : 0};
}

void ban_cover_make(struct ban_cover *cover, const struct table *bans)
{
    *cover = (struct ban_cover){0};
    for (size_t row = 0; bans != NULL && row < table_rows(bans); row++)
        add(cover, bans, row);
    if (cover->count > 0)
        qsort(cover->items, cover->count, sizeof *cover->items, by_width);
    for (size_t i = 0; i < cover->count; i++) {
        cover->any[cover->items[i].network.prefix] = true;
        cover->end[cover->items[i].network.prefix] = i + 1;
    }
}

void ban_cover_dispose(struct ban_cover *cover)
{
    free(cover->items);
    *cover = (struct ban_cover){0};
}

static struct address masked(const struct address *address, size_t prefix)
{
    struct address base = *address;
    size_t whole = prefix / 8;
    if (whole < sizeof base.bytes) {
        base.bytes[whole] &= (uint8_t)(0xff00 >> prefix % 8);
        memset(base.bytes + whole + 1, 0, sizeof base.bytes - whole - 1);
    }
    return base;
}

const struct ban_span *ban_cover_find(const struct ban_cover *cover, const struct network *network)
{
    size_t begin = 0;
    for (size_t prefix = PREFIX_MAX + 1; prefix-- > 0;) {
        if (!cover->any[prefix])
            continue;
        size_t low = begin, high = cover->end[prefix];
        begin = high;
        if (prefix > network->prefix)
            continue;
        struct address base = masked(&network->base, prefix);
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (address_compare(&cover->items[middle].network.base, &base) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < cover->end[prefix] &&
            address_compare(&cover->items[low].network.base, &base) == 0)
            return &cover->items[low];
    }
    return NULL;
}

void ban_span_print(const struct ban_span *span, double age_s, struct str *out)
{
    static const struct {
        double from_s, unit_s;
        const char *word;
    } units[] = {{172800, 86400, "d"}, {7200, 3600, "h"}, {120, 60, "min"}, {0, 1, "s"}};
    double left_s = span->remaining_s - age_s;
    size_t i = 0;
    if (!span->ends) {
        str_append(out, _("for good"));
        return;
    }
    if (left_s < 0) {
        str_append(out, _("over"));
        return;
    }
    while (left_s < units[i].from_s)
        i++;
    str_appendf(out, "%.0f %s", left_s / units[i].unit_s, units[i].word);
}
