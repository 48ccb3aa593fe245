// SPDX-License-Identifier: MIT

// The program's own diary: lines in a file of the state folder, never on the screen.
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

// Without log_open every line is dropped. Secrets are never passed here. Any thread.
bool log_open(const char *path, enum log_level least);
void log_close(void);
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
