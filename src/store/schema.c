// SPDX-License-Identifier: MIT

// The schema's steps.
#include "store/schema.h"

const char *const schema_steps[] = {
    "CREATE TABLE run ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, list TEXT NOT NULL,"
    " title TEXT NOT NULL, kind INTEGER NOT NULL, profile TEXT NOT NULL, hosts TEXT NOT NULL,"
    " operator TEXT NOT NULL, started_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL,"
    " state INTEGER NOT NULL, outcome TEXT NOT NULL);"
    "CREATE INDEX run_list ON run (list, started_ms);"
    "CREATE INDEX run_started ON run (started_ms);"
    "CREATE TABLE step ("
    " run TEXT NOT NULL REFERENCES run (key) ON DELETE CASCADE, position INTEGER NOT NULL,"
    " step TEXT NOT NULL, host TEXT NOT NULL, title TEXT NOT NULL, why TEXT NOT NULL,"
    " reference TEXT NOT NULL, priority INTEGER NOT NULL, machine_state TEXT NOT NULL,"
    " state TEXT NOT NULL, summary TEXT NOT NULL, advice TEXT NOT NULL,"
    " remark TEXT NOT NULL, reason TEXT NOT NULL, operator TEXT NOT NULL,"
    " decided_ms INTEGER NOT NULL, took_ms INTEGER NOT NULL, evidence TEXT NOT NULL,"
    " PRIMARY KEY (run, step, host));"
    "CREATE TABLE note ("
    " run TEXT NOT NULL REFERENCES run (key) ON DELETE CASCADE, step TEXT NOT NULL,"
    " host TEXT NOT NULL, operator TEXT NOT NULL, at_ms INTEGER NOT NULL, text TEXT NOT NULL,"
    " PRIMARY KEY (run, step, host, at_ms, operator)) WITHOUT ROWID;"
    "CREATE TABLE action ("
    " run TEXT NOT NULL REFERENCES run (key) ON DELETE CASCADE, step TEXT NOT NULL,"
    " host TEXT NOT NULL, entry TEXT NOT NULL, at_ms INTEGER NOT NULL, words TEXT NOT NULL,"
    " PRIMARY KEY (run, step, host, entry)) WITHOUT ROWID;",

    // minutes: 60 little-endian IEEE singles, NaN where nothing was measured; NULL when only the
    // hour is still kept.
    "CREATE TABLE series ("
    " number INTEGER PRIMARY KEY, host TEXT NOT NULL, metric TEXT NOT NULL,"
    " UNIQUE (host, metric));"
    "CREATE TABLE hour ("
    " series INTEGER NOT NULL REFERENCES series (number) ON DELETE CASCADE,"
    " hour INTEGER NOT NULL, least REAL NOT NULL, sum REAL NOT NULL, most REAL NOT NULL,"
    " count INTEGER NOT NULL, minutes BLOB, PRIMARY KEY (series, hour)) WITHOUT ROWID;"
    "CREATE INDEX hour_minutes ON hour (hour) WHERE minutes IS NOT NULL;",

    // An action that was refused has no entry: its time tells it from the next one.
    "CREATE TABLE action_at ("
    " run TEXT NOT NULL REFERENCES run (key) ON DELETE CASCADE, step TEXT NOT NULL,"
    " host TEXT NOT NULL, entry TEXT NOT NULL, at_ms INTEGER NOT NULL, words TEXT NOT NULL,"
    " PRIMARY KEY (run, step, host, entry, at_ms)) WITHOUT ROWID;"
    "INSERT INTO action_at SELECT run, step, host, entry, at_ms, words FROM action;"
    "DROP TABLE action;"
    "ALTER TABLE action_at RENAME TO action;",
};
const size_t schema_version = sizeof schema_steps / sizeof *schema_steps;
