// SPDX-License-Identifier: MIT

// SHA-256 (FIPS 180-4) of bytes in memory, by libcrypto.
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

#define SHA256_HEX_MAX 65

// Lower-case hexadecimal digits.
void sha256_hex(const void *bytes, size_t len, char out[SHA256_HEX_MAX]);

#endif
