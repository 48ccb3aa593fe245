// SPDX-License-Identifier: MIT

// SGR mouse reports.
#include "tui/mouse_report.h"

#include <stdio.h>

enum { BUTTON_LEFT = 0, BUTTON_WHEEL_UP = 64, BUTTON_WHEEL_DOWN = 65 };

// "BUTTON;COL;ROW"; false: it means nothing here.
static bool parse(const char *text, struct mouse_event *event)
{
    int button, col, row;
    if (sscanf(text, "%4d;%4d;%4d", &button, &col, &row) != 3 || row < 1 || col < 1)
        return false;
    event->row = row - 1;
    event->col = col - 1;
    event->kind = button == BUTTON_WHEEL_UP     ? MOUSE_WHEEL_UP
                  : button == BUTTON_WHEEL_DOWN ? MOUSE_WHEEL_DOWN
                                                : MOUSE_CLICK;
    return button == BUTTON_LEFT || button == BUTTON_WHEEL_UP || button == BUTTON_WHEEL_DOWN;
}

bool mouse_report_take(struct mouse_report *report, int code, struct mouse_event *event)
{
    bool part = code == ';' || (code >= '0' && code <= '9');
    if (part && report->len < MOUSE_REPORT_MAX - 1)
        report->text[report->len++] = (char)code;
    if (part)
        return false;
    report->text[report->len] = '\0';
    report->open = false;
    report->len = 0;
    return code == 'M' && parse(report->text, event); // m: the button was let go
}
