// SPDX-License-Identifier: MIT

// What must not leave the house: passwords always, addresses and numbers where that is wanted.
#ifndef REPLAY_MASK_H
#define REPLAY_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct config;
struct mask;

// pseudonyms: addresses and numbers of five digits and more get others in their place, the same
// for the same throughout; what two addresses (or numbers) have in common at their beginning, their
// pseudonyms have in common too, so that networks and prefixes stay together. The key is made here
// and kept nowhere. NULL and err: no random bytes.
struct mask *mask_new(const struct config *config, bool pseudonyms, struct err *err);
void mask_free(struct mask *mask);

enum mask_what {
    MASK_SECRETS = 1,   // values behind words such as password, and the configuration's own
    MASK_ADDRESSES = 2, // where pseudonyms are wanted
    MASK_NUMBERS = 4,   // the same
};
#define MASK_ALL (MASK_SECRETS | MASK_ADDRESSES | MASK_NUMBERS)

// The text as it may be written down. A heap string.
char *mask_text(const struct mask *mask, unsigned what, const char *text, size_t len);
// Whether a name says that its value is a secret: "web_password", "AuthToken".
bool mask_names_secret(const char *name, size_t len);

#endif
