// SPDX-License-Identifier: MIT

// The order of cells and their values as numbers.
#include "table/cell.h"

#include <string.h>

#include "base/address.h"
#include "table/fold.h"

int column_rank(const struct column *column, const char *text, size_t len)
{
    int rank = 0;
    for (const char *word; (word = column->ranks[rank]) != NULL; rank++)
        if (fold_compare(word, strlen(word), text, len) == 0)
            break;
    return rank;
}

bool cell_number(const struct column *column, const struct cell *cell, double *out)
{
    if (!cell->known || kind_holds_text(column->kind))
        return false;
    if (column->kind == KIND_SERIES)
        *out = series_newest(cell);
    else
        *out = kind_holds_real(column->kind) ? cell->as.real : (double)cell->as.integer;
    return true;
}

// An address cell taken apart. IPv4 stands before IPv6, and both before what is no address.
struct endpoint {
    enum { ENDPOINT_V4, ENDPOINT_V6, ENDPOINT_OTHER } family;
    struct address address;
    int port; // -1: none
};

static struct endpoint endpoint_of(const struct cell *cell)
{
    struct endpoint endpoint = {.family = ENDPOINT_OTHER, .port = -1};
    bool whole = strlen(cell->as.text) == cell->len; // no NUL inside
    if (whole && address_parse_endpoint(cell->as.text, &endpoint.address, &endpoint.port))
        endpoint.family = address_is_v4(&endpoint.address) ? ENDPOINT_V4 : ENDPOINT_V6;
    return endpoint;
}

bool cell_address(const struct cell *cell, struct address *out)
{
    struct endpoint endpoint = endpoint_of(cell);
    *out = endpoint.address;
    return endpoint.family != ENDPOINT_OTHER;
}

static int text_compare(const struct cell *a, const struct cell *b)
{
    return fold_compare(a->as.text, a->len, b->as.text, b->len);
}

static int address_cell_compare(const struct cell *a, const struct cell *b)
{
    struct endpoint left = endpoint_of(a), right = endpoint_of(b);
    if (left.family != right.family)
        return left.family < right.family ? -1 : 1;
    if (left.family == ENDPOINT_OTHER)
        return text_compare(a, b);
    int order = address_compare(&left.address, &right.address);
    return order != 0 ? order : (left.port > right.port) - (left.port < right.port);
}

static int ranked_compare(const struct column *column, const struct cell *a, const struct cell *b)
{
    int left = column_rank(column, a->as.text, a->len);
    int right = column_rank(column, b->as.text, b->len);
    if (left == right && column->ranks[left] == NULL)
        return text_compare(a, b);
    return (left > right) - (left < right);
}

int cell_compare(const struct column *column, const struct cell *a, const struct cell *b)
{
    if (!a->known || !b->known)
        return (int)b->known - (int)a->known;
    if (kind_holds_real(column->kind) || column->kind == KIND_SERIES) {
        double left, right;
        cell_number(column, a, &left);
        cell_number(column, b, &right);
        return (left > right) - (left < right);
    }
    if (!kind_holds_text(column->kind))
        return (a->as.integer > b->as.integer) - (a->as.integer < b->as.integer);
    if (column->ranks != NULL)
        return ranked_compare(column, a, b);
    return column->kind == KIND_ADDRESS ? address_cell_compare(a, b) : text_compare(a, b);
}

static uint64_t real_key(double real)
{
    uint64_t bits;
    real += 0.0; // -0 is 0
    memcpy(&bits, &real, sizeof bits);
    return bits >> 63 ? ~bits : bits | 1ULL << 63;
}

static uint64_t address_key(const struct cell *cell, bool *exact)
{
    struct endpoint endpoint = endpoint_of(cell);
    *exact = endpoint.family == ENDPOINT_V4;
    if (endpoint.family == ENDPOINT_OTHER)
        return UINT64_MAX;
    uint64_t number = 0;
    for (size_t i = 0; i < 8; i++)
        number = number << 8 | endpoint.address.bytes[*exact ? 8 + i : i];
    if (!*exact)
        return 1ULL << 63 | number >> 1;
    return (number & UINT32_MAX) << 17 | (uint64_t)(endpoint.port + 1);
}

static uint64_t text_key(const struct cell *cell, size_t skip, bool *exact)
{
    const char *text = cell->as.text + skip;
    size_t len = cell->len - skip;
    uint64_t key = 0;
    *exact = len <= 8;
    for (size_t i = 0; i < 8 && i < len; i++) {
        unsigned char byte = (unsigned char)text[i];
        int shift = 56 - 8 * (int)i;
        if (byte >= 0x80) { // 0xff stands for all of them, and nothing behind it counts
            *exact = false;
            return key | 0xffULL << shift;
        }
        *exact = *exact && byte != 0;
        key |= (uint64_t)fold_code(byte) << shift;
    }
    return key;
}

uint64_t cell_sort_key(const struct column *column, const struct cell *cell, size_t skip,
                       bool *exact)
{
    *exact = true;
    if (column->kind == KIND_SERIES)
        return real_key(series_newest(cell));
    if (kind_holds_real(column->kind))
        return real_key(cell->as.real);
    if (!kind_holds_text(column->kind))
        return (uint64_t)cell->as.integer ^ 1ULL << 63;
    if (column->ranks != NULL) {
        int rank = column_rank(column, cell->as.text, cell->len);
        *exact = column->ranks[rank] != NULL;
        return (uint64_t)rank;
    }
    if (column->kind == KIND_ADDRESS)
        return address_key(cell, exact);
    return text_key(cell, skip, exact);
}
