// SPDX-License-Identifier: MIT

// What a row is to an action. Each appends the target as action_parse_target() takes it; false: the
// row names none.
#ifndef TUI_ACT_TARGET_H
#define TUI_ACT_TARGET_H

#include "base/str.h"
#include "table/view.h"

// The address or network of the column, or the row's first.
bool act_target_network(const struct row_ref *row, int column, struct str *out);
bool act_target_endpoint(const struct row_ref *row, int column, struct str *out);
// A gateway by its kind, else a phone, else an account.
bool act_target_lock(const struct row_ref *row, int column, struct str *out);
bool act_target_call(const struct row_ref *row, int column, struct str *out);
bool act_target_entry(const struct row_ref *row, int column, struct str *out);
// "ipv4/filter/INPUT/3"; a policy is no rule.
bool act_target_rule(const struct row_ref *row, int column, struct str *out);

#endif
