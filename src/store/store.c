// SPDX-License-Identifier: MIT

// One connection to the memory: opening, migration, sentences for what goes wrong.
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/xdg.h"
#include "store/schema.h"
#include "store/store_private.h"

char *store_path(const char *state_dir)
{
    return mem_printf("%s/memory.db", state_dir);
}

// Quotas and limits of files are a full disk to whom they stop.
static bool is_full(int code, int system)
{
    int primary = code & 0xff;
    bool of_system = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN;
    return primary == SQLITE_FULL ||
           (of_system && (system == ENOSPC || system == EDQUOT || system == EFBIG));
}

bool store_fail(struct store *store, int code, struct err *err)
{
    int last = errno; // SQLite forgets it where a commit failed
    int system = store->db != NULL ? sqlite3_system_errno(store->db) : last;
    const char *path = store->path;
    store->refused = false;
    if (is_full(code, system != 0 ? system : last))
        return err_set(err, "%s: the disk is full; make room: nothing is remembered until then",
                       path);
    switch (code & 0xff) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return err_set(err, "%s: the memory is damaged; move the file away (a new one is made)",
                       path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, "%s: another program has been writing for %d s; is one hung?", path,
                       STORE_WAIT_MS / 1000);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return err_set(err, "%s: cannot be written; the file and its folder must be yours: %s",
                       path, system != 0 ? strerror(system) : sqlite3_errstr(code));
    case SQLITE_IOERR:
        return err_set(err, "%s: the disk gave an error: %s", path,
                       system != 0 ? strerror(system) : sqlite3_errstr(code));
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
        store->refused = true;
        return err_set(err, "%s: the memory refuses the entry: %s", path,
                       sqlite3_errmsg(store->db));
    default:
        return err_set(err, "%s: %s", path,
                       store->db != NULL ? sqlite3_errmsg(store->db) : sqlite3_errstr(code));
    }
}

sqlite3_stmt *store_prepare(struct store *store, const char *sql, struct err *err)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
    if (code != SQLITE_OK)
        store_fail(store, code, err);
    return statement;
}

bool store_execute(struct store *store, const char *sql, struct err *err)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || store_fail(store, code, err);
}

bool store_run(struct store *store, sqlite3_stmt *statement, struct err *err)
{
    int code = sqlite3_step(statement);
    bool done = code == SQLITE_DONE || code == SQLITE_ROW || store_fail(store, code, err);
    sqlite3_reset(statement);
    return done;
}

bool store_row(struct store *store, sqlite3_stmt *statement, struct err *err)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        store_fail(store, code, err);
    return false;
}

void store_bind_text(sqlite3_stmt *statement, const char *name, const char *text)
{
    int slot = sqlite3_bind_parameter_index(statement, name);
    if (slot > 0)
        sqlite3_bind_text(statement, slot, text, -1, SQLITE_TRANSIENT);
}

void store_bind_number(sqlite3_stmt *statement, const char *name, int64_t number)
{
    int slot = sqlite3_bind_parameter_index(statement, name);
    if (slot > 0)
        sqlite3_bind_int64(statement, slot, number);
}

bool store_begin(struct store *store, struct err *err)
{
    return store_execute(store, "BEGIN IMMEDIATE", err);
}

bool store_end(struct store *store, bool keep, struct err *err)
{
    if (keep && store_execute(store, "COMMIT", err))
        return true;
    if (!sqlite3_get_autocommit(store->db)) // a full disk has rolled back already
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return !keep;
}

static bool read_version(struct store *store, int *version, struct err *err)
{
    sqlite3_stmt *statement = store_prepare(store, "PRAGMA user_version", err);
    if (statement == NULL)
        return false;
    bool found = store_row(store, statement, err);
    *version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return found;
}

static bool refuse_newer(struct store *store, int version, struct err *err)
{
    if (version <= (int)schema_version)
        return true;
    return err_set(err,
                   "%s: written by a newer nocdesk (version %d of the memory, this one knows %zu); "
                   "run that one, or move the file away",
                   store->path, version, schema_version);
}

// Another program may migrate at the same time: the version counts that is seen under the lock.
static bool migrate(struct store *store, struct err *err)
{
    int version = 0;
    if (!read_version(store, &version, err) || !refuse_newer(store, version, err))
        return false;
    if (version == (int)schema_version)
        return true;
    if (!store_begin(store, err))
        return false;
    bool fine = read_version(store, &version, err) && refuse_newer(store, version, err);
    for (size_t i = (size_t)version; fine && i < schema_version; i++)
        fine = store_execute(store, schema_steps[i], err);
    if (fine) {
        char *pragma = mem_printf("PRAGMA user_version = %zu", schema_version);
        fine = store_execute(store, pragma, err);
        free(pragma);
    }
    return store_end(store, fine, err) && fine;
}

// SQLite gives its side files the mode of this one. Only a file that nobody can have open yet is
// opened here: closing a second descriptor would drop SQLite's locks.
static bool make_file(const char *path, struct err *err)
{
    char *folder = mem_strdup(path);
    char *slash = strrchr(folder, '/');
    bool made = true;
    if (slash != NULL && slash != folder) {
        *slash = '\0';
        made = xdg_make_private_dir(folder, err);
    }
    free(folder);
    if (!made)
        return false;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0)
        close(fd);
    else if (errno != EEXIST)
        return err_set(err, "%s: cannot be made: %s", path, strerror(errno));
    return true;
}

static bool check_file(const char *path, bool *absent, struct err *err)
{
    struct stat st;
    if (lstat(path, &st) != 0) {
        *absent = errno == ENOENT;
        if (errno == ENOENT)
            return err_set(err, "%s: there is no memory yet: nothing was ever recorded", path);
        return err_set(err, "%s: cannot be read: %s", path, strerror(errno));
    }
    if (!S_ISREG(st.st_mode))
        return err_set(err, "%s: not a file; remove it", path);
    if (st.st_uid != geteuid() || (st.st_mode & 077) != 0)
        return err_set(err, "%s: must be yours and closed to others (chown, chmod 600)", path);
    return true;
}

static bool prepare_connection(struct store *store, enum store_mode mode, struct err *err)
{
    sqlite3_busy_timeout(store->db, STORE_WAIT_MS);
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    int version = 0;
    if (!read_version(store, &version, err) || !refuse_newer(store, version, err))
        return false;
    if (mode == STORE_WRITE)
        return store_execute(store, "PRAGMA page_size = 8192",
                             err) && // for rows with evidence
               store_execute(store, "PRAGMA journal_mode = WAL", err) &&
               store_execute(store, "PRAGMA synchronous = FULL", err) &&
               store_execute(store, "PRAGMA foreign_keys = ON", err) && migrate(store, err);
    if (version == 0)
        return err_set(err,
                       "%s: the memory was begun and never made (was the disk full?): nothing is "
                       "recorded in it; any command that records makes it, once there is room",
                       store->path);
    return version == (int)schema_version ||
           err_set(err, "%s: of an older nocdesk; any command that records brings it up to date",
                   store->path);
}

struct store *store_open(const char *path, enum store_mode mode, bool *absent, struct err *err)
{
    bool missing = false;
    bool fit = (mode == STORE_READ || make_file(path, err)) && check_file(path, &missing, err);
    if (absent != NULL)
        *absent = missing;
    if (!fit)
        return NULL;
    struct store *store = mem_alloc(sizeof *store);
    store->path = mem_strdup(path);
    int flags = mode == STORE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    int code = sqlite3_open_v2(path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    bool opened = code == SQLITE_OK || store_fail(store, code, err);
    if (opened && prepare_connection(store, mode, err))
        return store;
    store_close(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    for (size_t i = 0; i < RECORD_KINDS; i++)
        sqlite3_finalize(store->put[i]);
    sqlite3_close(store->db);
    free(store->path);
    free(store);
}

bool store_refused(const struct store *store)
{
    return store->refused;
}

bool store_has_moved(struct store *store)
{
    int moved = 0;
    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved != 0;
}

bool store_put(struct store *store, enum record_kind kind, const void *record, struct err *err)
{
    if (store->put[kind] == NULL) {
        struct str sql = {0};
        record_sql_put(&sql, kind);
        store->put[kind] = store_prepare(store, str_text(&sql), err);
        str_dispose(&sql);
        if (store->put[kind] == NULL)
            return false;
    }
    record_bind(store->put[kind], kind, record);
    bool kept = store_run(store, store->put[kind], err);
    sqlite3_clear_bindings(store->put[kind]);
    return kept;
}

bool store_put_run(struct store *store, const struct run_record *record, struct err *err)
{
    return store_put(store, RECORD_RUN, record, err);
}

bool store_put_step(struct store *store, const struct step_record *record, struct err *err)
{
    return store_put(store, RECORD_STEP, record, err);
}

bool store_put_note(struct store *store, const struct note_record *record, struct err *err)
{
    return store_put(store, RECORD_NOTE, record, err);
}

bool store_put_action(struct store *store, const struct action_record *record, struct err *err)
{
    return store_put(store, RECORD_ACTION, record, err);
}
