// SPDX-License-Identifier: MIT

// Signals and the terminal: what a crash, a kill, a hang-up and Ctrl-Z leave behind. Part of the
// screen.
#ifndef TUI_RESCUE_H
#define TUI_RESCUE_H

#include <stdbool.h>

// Before the terminal's modes change: remembers them, keeps standard error away from the screen,
// and makes crash signals of any thread restore the terminal before they end the process as usual.
void rescue_arm(void);
// After they were restored: undoes all of it and prints what was written to standard error
// meanwhile.
void rescue_disarm(void);

// Whether the terminal's title was saved, and has to be restored after a crash.
void rescue_title(bool saved);

// SIGTERM, SIGHUP, SIGINT, SIGTSTP and SIGWINCH only set a flag and wake the descriptor.
void rescue_watch_signals(int wake_fd);
bool rescue_take_quit(void); // stays true once asked
bool rescue_take_suspend(void);
bool rescue_take_resize(void);

// Stops the whole process group, as Ctrl-Z does, so that a parent such as make stops too.
void rescue_stop_process(void);

#endif
