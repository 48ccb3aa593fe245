// SPDX-License-Identifier: MIT

// The audit trail: append-only JSON Lines in the state folder, chained by SHA-256, written by any
// number of consoles at once.
#ifndef ACTION_AUDIT_H
#define ACTION_AUDIT_H

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"

#define AUDIT_ID_MAX 32 // "2026-11-20-000017": UTC day and the number of the entry in the trail

// Files: audit.jsonl (0600, O_APPEND) and audit.head (count and hash of the last entry, so that a
// cut at the end shows), in a folder of mode 0700. Every entry is one line with the members
//   seq, id, time, kind, prev (SHA-256 of the line before, without its newline), and
//   kind "intent":  operator, login, version, host, environment, action, targets, reason, evidence,
//                   method, steps (as plan_steps_json), reversible, ends, undoes (id; of an undo),
//                   process (so that a living console's intents are not called open)
//   kind "result":  intent (id), state, results [{target, state, error}], outputs [{command,
//   status,
//                   out, err}], verification (the sentence), took_ms
//   kind "refusal": host, action, targets, rule, error – what the guard refused
//   kind "failure": host, action, targets, error – what could not even be begun
//   kind "torn":    bytes, sha256 – what a crash left unfinished before this entry, closed off
//   kind "break":   error – the end of the trail did not agree with its head record; audit_verify()
//                   speaks of it for ever, actions go on
struct audit;

// Opens (and makes) the trail in the folder; closes off a torn last line. state_dir NULL or "":
// $XDG_STATE_HOME/nocdesk. A trail whose end does not agree with its head record is opened, an
// entry of kind "break" says so in it, and audit_warning() to the operator. Any thread may use it
// afterwards.
struct audit *audit_open(const char *state_dir, struct err *err);
const char *audit_warning(const struct audit *audit); // "" when all was well
void audit_close(struct audit *audit);
const char *audit_path(const struct audit *audit);

// Appends one entry (a reference is taken over; seq, id, time, prev are added) under the file's
// lock (waited for 3 s), with one fsync, and copies a line to syslog (authpriv). With an intent the
// room for its result is taken, where the filesystem can. False: it is not on the disk, id is "",
// and what it announces must not be run.
bool audit_append(struct audit *audit, const char *kind, json_t *members, char id[AUDIT_ID_MAX],
                  struct err *err);

// Reads the trail from its beginning, entry by entry, until each() says false. Lines that are no
// entries are left out (audit_verify() speaks of them). A missing trail has no entries.
bool audit_each(const char *path, bool (*each)(void *user, const json_t *entry), void *user,
                struct err *err);

// The same from the newest stretch of the trail that reaches back to this time
// ("2026-11-20T08:00"), so that a long trail is not read whole; some older entries come too.
bool audit_each_recent(const char *path, const char *since,
                       bool (*each)(void *user, const json_t *entry), void *user, struct err *err);

// An action as its entries tell it: the intent, what came of it, and what undid it.
struct audit_action {
    json_t *intent; // a reference; the entry of kind "refusal" or "failure" where nothing was begun
    json_t *result; // a reference to the newest result, or NULL: none
    char *undone_by; // id of the entry whose undo succeeded, or NULL
    bool open;       // no result, and the console that began it is gone
};
struct audit_trail {
    struct audit_action *actions; // oldest first
    size_t count, cap;
};
bool audit_load(const char *path, struct audit_trail *out, struct err *err);
// The same of the newest stretch that reaches back to this time (as audit_each_recent(); NULL:
// all).
bool audit_load_since(const char *path, const char *since, struct audit_trail *out,
                      struct err *err);
void audit_trail_dispose(struct audit_trail *trail);
const struct audit_action *audit_find(const struct audit_trail *trail, const char *id);
// Whether what was done may stand: it was done, run without its proof showing in time, or begun by
// a console that ended in the middle; and nobody has undone it.
bool audit_may_stand(const struct audit_action *action);
// The newest one that may stand and can be undone; NULL: none. operator_name NULL: anybody's.
const struct audit_action *audit_last_undoable(const struct audit_trail *trail,
                                               const char *operator_name);

// Whether it failed, with nothing begun or in the middle.
bool audit_has_failed(const struct audit_action *action);
// Whether the same was done on the same host after the action of this index.
bool audit_was_made_good(const struct audit_trail *trail, size_t index);

// Addresses banned by this operator (all consoles; undone unbans and finished bans are bans) since
// this time, for the guard's rate. False and err: not known.
bool audit_bans_since(struct audit *audit, const char *operator_name, int64_t wall_ms, size_t *bans,
                      struct err *err);

// Walks the whole chain. True when it is whole (a torn and closed-off line is; it is counted);
// otherwise err says at which entry and what: changed, missing, out of order, cut at the end, head
// record missing or damaged.
struct audit_verdict {
    size_t entries;
    size_t torn;      // lines left unfinished by a crash, closed off
    bool torn_at_end; // the last line is unfinished: closed off at the next start
    size_t open;      // intents without a result
};
bool audit_verify(const char *path, struct audit_verdict *out, struct err *err);

// How far a trail has been walked and found whole by this program. Zero-initialised: not at all.
struct audit_walked {
    int64_t size; // bytes
    uint64_t file, device;
    long long line, count;
    char hash[65], hash_before[65];
    struct audit_verdict verdict;
};
// audit_verify() of what was appended since (without the count of open intents): all of it where
// nothing has been walked, or where the file is another one or shorter. What was changed before the
// walked end since then is left to audit_verify().
bool audit_verify_more(const char *path, struct audit_walked *walked, struct err *err);

// $state_dir/audit.jsonl; heap.
char *audit_default_path(const char *state_dir);

#endif
