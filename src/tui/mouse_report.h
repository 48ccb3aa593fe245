// SPDX-License-Identifier: MIT

// What a terminal says of its mouse, byte by byte: SGR reports (xterm's private mode 1006).
#ifndef TUI_MOUSE_REPORT_H
#define TUI_MOUSE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct mouse_event {
    enum { MOUSE_CLICK, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN } kind;
    int row, col; // from 0
};

#define MOUSE_REPORT_MAX 24

struct mouse_report {
    bool open; // its begin (ESC [ <) was read
    char text[MOUSE_REPORT_MAX];
    size_t len;
};

// Takes one character behind the begin; true: the report is whole, and *event is what it says.
bool mouse_report_take(struct mouse_report *report, int code, struct mouse_event *event);

#endif
