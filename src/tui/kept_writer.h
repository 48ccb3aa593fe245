// SPDX-License-Identifier: MIT

// Writes the file of what was arranged, or removes it, on a thread of its own: the disk may be
// slow, or far away.
#ifndef TUI_KEPT_WRITER_H
#define TUI_KEPT_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

// Thread: the UI's calls all of these. They wait for the disk only where it is said.
struct kept_writer;

// path is copied. NULL: no thread could be had.
struct kept_writer *kept_writer_new(const char *path);
// Has the file hold this text soon; of several that wait only the newest is written.
void kept_writer_put(struct kept_writer *writer, const char *text);
// Has the file be gone soon, whatever waits to be written.
void kept_writer_remove(struct kept_writer *writer);
// Waits until nothing is left to be done; false: not within that time (monotonic).
bool kept_writer_wait(struct kept_writer *writer, int64_t deadline_ms);
// Why the last text was not written or the file not removed, once; false: it was, or that was told.
bool kept_writer_take_fault(struct kept_writer *writer, struct err *err);
// Ends it, what waits first; what a disk that hangs keeps busy is left alone.
void kept_writer_free(struct kept_writer *writer, int64_t deadline_ms);

// Removes the file at once, on the thread that calls; a file that is not there is no fault.
// *was_there may be NULL.
bool kept_file_remove(const char *path, bool *was_there, struct err *err);

#endif
