// SPDX-License-Identifier: MIT

// One option's text to its typed place in a struct, by the table of options.
#ifndef CONF_OPTION_H
#define CONF_OPTION_H

#include "base/str.h"
#include "conf/config.h"

// Parses text and puts it where the option says in the struct at base, in place of what was there.
// On false the place is unchanged and err says what is wrong and what would be right, without ever
// quoting a secret.
bool option_set(const struct config_option *option, void *base, const char *text, struct err *err);

// Appends the value of the option in the struct at base as it would be written; a secret that is
// set is OPTION_MASK.
#define OPTION_MASK "********"
void option_format(struct str *out, const struct config_option *option, const void *base);

// Appends a text as the value of a key: in quotes where a configuration file would cut it or take
// it for a comment. NULL is nothing.
void option_append_value(struct str *out, const char *text);

// "90s", "15m", "1h", "forever"
void option_append_duration(struct str *out, int64_t ms);

// Frees what the option owns in the struct at base.
void option_dispose(const struct config_option *option, void *base);

#endif
