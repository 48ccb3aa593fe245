// SPDX-License-Identifier: MIT

// A page of text that is drawn again and again in place on standard output.
#ifndef CLI_METER_TERMINAL_H
#define CLI_METER_TERMINAL_H

#include "cli/meter.h"

// NULL: standard output is no terminal that can place a cursor. One at a time.
struct meter_terminal;
struct meter_terminal *meter_terminal_open(void);
void meter_terminal_close(struct meter_terminal *terminal); // the screen as it was; NULL allowed

// At the size that the terminal has by now.
void meter_terminal_draw(struct meter_terminal *terminal, const struct meter_report *report);

// Gives the screen back, stops the process, and takes it again when the process goes on.
void meter_terminal_suspend(struct meter_terminal *terminal);

// Columns of standard output; 0: no terminal.
int meter_terminal_width(void);

// NO_COLOR is not set, and standard output is a terminal.
bool meter_terminal_has_colour(void);

#endif
