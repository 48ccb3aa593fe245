// SPDX-License-Identifier: MIT

// SHA-256 of bytes in memory.
#include "base/sha256.h"

#include <openssl/evp.h>
#include <stdlib.h>

void sha256_hex(const void *bytes, size_t len, char out[SHA256_HEX_MAX])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    // Fails only where the library is broken or forbids SHA-256: nothing could be proven there.
    if (EVP_Digest(bytes, len, digest, &size, EVP_sha256(), NULL) != 1 || size != 32)
        abort();
    for (unsigned int i = 0; i < size; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[64] = '\0';
}
