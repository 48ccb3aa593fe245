// SPDX-License-Identifier: MIT

// The memory of the program: one SQLite file in the state folder.
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/err.h"
#include "store/record.h"

// One connection. Thread: one at a time; every call may wait for the disk and, STORE_WAIT_MS at
// most, for another program that writes. What was put is on the disk when the call returns true
// (journal WAL, synchronous FULL), and survives kill -9 and a power cut from then on.
struct store;

#define STORE_WAIT_MS 2000

enum store_mode {
    STORE_WRITE, // makes the file and its folder where there are none
    STORE_READ,  // changes nothing; a file of an older version is read after STORE_WRITE only
};

char *store_path(const char *state_dir); // of the file; a heap string

// NULL: err says why and what to do. A file of a newer program is refused, not touched.
// *absent, where given, tells that there is no file yet (STORE_READ only).
struct store *store_open(const char *path, enum store_mode mode, bool *absent, struct err *err);
void store_close(struct store *store); // NULL is allowed

// What is between begin and end is kept whole or not at all. end with keep false undoes it, as
// does any call between that failed.
bool store_begin(struct store *store, struct err *err);
bool store_end(struct store *store, bool keep, struct err *err);

// Put a record, or the later word on it. A step, note or action needs its run put before.
bool store_put_run(struct store *store, const struct run_record *record, struct err *err);
bool store_put_step(struct store *store, const struct step_record *record, struct err *err);
bool store_put_note(struct store *store, const struct note_record *record, struct err *err);
bool store_put_action(struct store *store, const struct action_record *record, struct err *err);

// What the last failure was: true when the record itself was refused (its run was never put), so
// that trying it again is no use.
bool store_refused(const struct store *store);
// The file was moved or removed under the connection: what is put now would be lost.
bool store_has_moved(struct store *store);

#endif
