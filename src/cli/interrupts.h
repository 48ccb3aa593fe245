// SPDX-License-Identifier: MIT

// Ctrl-C and its like as something to wait for.
#ifndef CLI_INTERRUPTS_H
#define CLI_INTERRUPTS_H

// From now on SIGINT, SIGTERM and SIGHUP end a wait and nothing else, so that what runs can end in
// order: a descriptor that is readable when one came, or -1. Close it.
int interrupts_watch(void);

#endif
