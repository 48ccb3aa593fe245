// SPDX-License-Identifier: MIT

// All actions: one line each.
#include "action/action.h"

const struct action *const actions[] = {
    &action_ban,
    &action_unban,
    &action_unsuspend,
    &action_lock,
    &action_unlock,
    &action_hangup,
    &action_undo,
    &action_finish,
    &action_save,
    &action_rule_delete,
    &action_shield_apply,
    &action_shield_confirm,
    &action_shield_rollback,
    &action_shield_off,
    &action_shield_conntrack,
    &action_run,
    NULL,
};
