// SPDX-License-Identifier: MIT

// Which console wrote an intent, and whether it is still there. Private to the action layer.
#ifndef ACTION_AUDIT_PROCESS_H
#define ACTION_AUDIT_PROCESS_H

#include <jansson.h>
#include <stdbool.h>

// {pid, started, boot}: the kernel's start time tells a number that was given twice apart.
json_t *audit_process_self(void);
bool audit_process_lives(const json_t *process);

#endif
