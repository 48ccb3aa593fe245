// SPDX-License-Identifier: MIT

// A line that the operator types on the terminal.
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

// Writes the prompt to out and reads one line from a terminal; a heap string without its end, or
// NULL: nobody answered within wait_ms (-1: no bound), the input ended, or the operator wants to
// end (a signal, which is delivered on return). hide: without echo, for secrets; what was typed
// before the prompt is then thrown away, and what is typed once it stands is not.
char *terminal_ask(int tty, int out, const char *prompt, bool hide, int64_t wait_ms);

// The same for whoever watches for signals already (a signalfd, -1: nobody does).
char *terminal_take_line(int tty, int interrupts, int64_t wait_ms);

#endif
