// SPDX-License-Identifier: MIT

// The configuration that `nocdesk init` writes, with the registry of options as its comments.
#ifndef CLI_INIT_TEXT_H
#define CLI_INIT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "conf/option.h"

// What was answered for one host.
struct init_answers {
    char *name;    // of [host NAME]; owned
    char **values; // by option of config_section_host; NULL: the default. Owned, wiped
};

void init_answers_make(struct init_answers *answers);
void init_answers_dispose(struct init_answers *answers);
// The value of an option as it stands: what was answered, else its default.
const char *init_answers_value(const struct init_answers *answers, const char *option);
// Where the answer of an option of config_section_host is kept.
char **init_answers_place(const struct init_answers *answers, const struct config_option *option);

// Only the section [host NAME] and what was answered. masked: a secret is not shown.
void init_append_host(struct str *out, const struct init_answers *answers, bool masked);
// What the option means and takes, one line in the operator's language.
void init_append_meaning(struct str *out, const struct config_option *option);
// The whole file: every option with its meaning, what was not answered commented out.
void init_append_file(struct str *out, const struct init_answers *answers);

#endif
