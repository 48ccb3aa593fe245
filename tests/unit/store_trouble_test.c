// SPDX-License-Identifier: MIT

// The memory when things go wrong: kill -9, a full disk, damage, other versions, other owners.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/mem.h"
#include "store/memory.h"
#include "store/schema.h"
#include "store_folder.h"

static char *literal(const char *text)
{
    return (char *)(uintptr_t)text;
}

static struct store *open_store(const char *path)
{
    struct err err = {0};
    struct store *store = store_open(path, STORE_WRITE, NULL, &err);
    if (store == NULL)
        fail_msg("%s", err.text);
    return store;
}

static struct run_record the_run(void)
{
    return (struct run_record){.key = literal("k1"), .list = literal("morning"), .started_ms = 1};
}

static struct step_record numbered_step(int number, char name[16], const char *evidence)
{
    snprintf(name, 16, "step-%d", number);
    return (struct step_record){.run = literal("k1"),
                                .step = name,
                                .host = literal("sw1"),
                                .position = number,
                                .state = literal("ok"),
                                .evidence = literal(evidence)};
}

static size_t steps_in(const char *path)
{
    struct store *store = open_store(path);
    struct run_story *story;
    struct err err = {0};
    if (!store_story(store, &(struct run_question){.key = "k1"}, &story, &err))
        fail_msg("%s", err.text);
    size_t count = story != NULL ? story->step_count : 0;
    run_story_free(story);
    store_close(store);
    return count;
}

static void assert_sound(const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *check;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &check, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(check), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(check, 0), "ok");
    sqlite3_finalize(check);
    sqlite3_close(db);
}

static void nap_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

// Puts steps for ever, and says each one that was kept.
static void put_until_killed(const char *path, int told)
{
    struct err err = {0};
    struct store *store = store_open(path, STORE_WRITE, NULL, &err);
    struct run_record run = the_run();
    if (store == NULL || !store_put_run(store, &run, &err))
        _exit(1);
    for (int i = 0;; i++) {
        char name[16];
        struct step_record step = numbered_step(i, name, "{}");
        if (!store_put_step(store, &step, &err) || write(told, ".", 1) != 1)
            _exit(1);
    }
}

static void nothing_that_was_kept_is_lost_by_kill_9(void **state)
{
    struct folder *folder = *state;
    for (int round = 0; round < 12; round++) {
        int told[2];
        assert_int_equal(pipe(told), 0);
        pid_t child = fork();
        if (child == 0)
            put_until_killed(folder->path, told[1]);
        close(told[1]);
        char first;
        assert_int_equal(read(told[0], &first, 1), 1);
        nap_ms(round * 3 + 1);
        kill(child, SIGKILL);
        size_t kept = 1;
        for (char bytes[512];;) {
            ssize_t got = read(told[0], bytes, sizeof bytes);
            if (got <= 0)
                break;
            kept += (size_t)got;
        }
        close(told[0]);
        int status;
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        assert_true(steps_in(folder->path) >= kept);
        assert_sound(folder->path);
    }
}

// So that the limit is nobody else's.
static void in_a_child(int (*does)(const char *path), const char *path)
{
    pid_t child = fork();
    if (child == 0)
        _exit(does(path));
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int fill_the_disk(const char *path)
{
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {.rlim_cur = 400 * 1024, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    struct err err = {0};
    struct store *store = store_open(path, STORE_WRITE, NULL, &err);
    struct run_record run = the_run();
    char *evidence = mem_alloc(20001);
    memset(evidence, 'x', 20000);
    if (store == NULL || !store_put_run(store, &run, &err))
        return 1;
    int kept = 0;
    char name[16];
    struct step_record step = numbered_step(kept, name, evidence);
    while (kept < 1000 && store_put_step(store, &step, &err)) {
        kept++;
        step = numbered_step(kept, name, evidence);
    }
    if (kept == 0 || kept == 1000 || strstr(err.text, path) == NULL ||
        strstr(err.text, "disk is full") == NULL)
        return 2;
    struct run_story *story; // what was kept can still be read
    if (!store_story(store, &(struct run_question){.key = "k1"}, &story, &err) || story == NULL ||
        story->step_count < (size_t)kept)
        return 3;
    run_story_free(story);
    limit.rlim_cur = RLIM_INFINITY; // room again
    setrlimit(RLIMIT_FSIZE, &limit);
    bool again = store_put_step(store, &step, &err);
    store_close(store);
    free(evidence);
    return again ? 0 : 4;
}

// The file can be made, and nothing fits into it but its first page.
static int meet_a_full_disk_at_first(const char *path)
{
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {.rlim_cur = 9000, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    struct err err = {0};
    if (store_open(path, STORE_WRITE, NULL, &err) != NULL ||
        strstr(err.text, "disk is full") == NULL)
        return 1;
    limit.rlim_cur = RLIM_INFINITY;
    setrlimit(RLIMIT_FSIZE, &limit);
    if (store_open(path, STORE_READ, NULL, &err) != NULL ||
        strstr(err.text, "begun and never made") == NULL)
        return 2;
    struct store *store = store_open(path, STORE_WRITE, NULL, &err);
    struct run_record run = the_run();
    if (store == NULL || !store_put_run(store, &run, &err))
        return 3;
    store_close(store);
    store = store_open(path, STORE_READ, NULL, &err);
    store_close(store);
    return store != NULL ? 0 : 4;
}

static void a_memory_that_a_full_disk_let_nobody_make_is_made_when_there_is_room(void **state)
{
    struct folder *folder = *state;
    in_a_child(meet_a_full_disk_at_first, folder->path);
    assert_sound(folder->path);
}

static void a_full_disk_is_said_and_mended(void **state)
{
    struct folder *folder = *state;
    in_a_child(fill_the_disk, folder->path);
    assert_true(steps_in(folder->path) > 0);
    assert_sound(folder->path);
}

static void assert_refused(const char *path, enum store_mode mode, const char *part)
{
    struct err err = {0};
    struct store *store = store_open(path, mode, NULL, &err);
    assert_null(store);
    if (strstr(err.text, part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, part);
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void what_is_no_memory_is_refused_with_a_sentence(void **state)
{
    struct folder *folder = *state;
    assert_refused(folder->path, STORE_READ, "there is no memory yet");
    write_file(folder->path, "this is not a database, it is a letter to somebody, and quite long");
    assert_refused(folder->path, STORE_WRITE, "damaged");
    assert_refused(folder->path, STORE_READ, "damaged");
    unlink(folder->path);
    assert_int_equal(symlink("/etc/passwd", folder->path), 0);
    assert_refused(folder->path, STORE_WRITE, "not a file");
    unlink(folder->path);
    store_close(open_store(folder->path));
    chmod(folder->path, 0644);
    assert_refused(folder->path, STORE_WRITE, "chmod 600");
}

static void damage_within_is_said_and_nothing_crashes(void **state)
{
    struct folder *folder = *state;
    for (unsigned seed = 0; seed < 40; seed++) {
        struct store *store = open_store(folder->path);
        struct run_record run = the_run();
        struct err err = {0};
        store_put_run(store, &run, &err);
        for (int i = 0; i < 40; i++) {
            char name[16];
            struct step_record step = numbered_step(i, name, "{\"a\":1}");
            store_put_step(store, &step, &err);
        }
        store_close(store);
        int fd = open(folder->path, O_RDWR);
        off_t size = lseek(fd, 0, SEEK_END);
        srand(seed);
        for (int i = 0; i < 200; i++) {
            char byte = (char)rand();
            assert_int_equal(pwrite(fd, &byte, 1, rand() % size), 1);
        }
        close(fd);
        err = (struct err){0};
        store = store_open(folder->path, STORE_WRITE, NULL, &err);
        struct run_story *story = NULL;
        bool read =
            store != NULL && store_story(store, &(struct run_question){.key = "k1"}, &story, &err);
        assert_true(read || err_is_set(&err));
        run_story_free(story);
        store_close(store);
        unlink(folder->path);
    }
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s", why);
    sqlite3_close(db);
}

// The write version in the file's header (sqlite.org/fileformat.html, 1.3): 1 legacy, 2 WAL.
static int journal_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 18, SEEK_SET), 0);
    int version = fgetc(file);
    fclose(file);
    return version;
}

static void a_newer_memory_is_left_alone(void **state)
{
    struct folder *folder = *state;
    store_close(open_store(folder->path));
    run_sql(folder->path, "PRAGMA journal_mode = DELETE; PRAGMA user_version = 99");
    assert_refused(folder->path, STORE_WRITE, "newer nocdesk");
    assert_refused(folder->path, STORE_READ, "newer nocdesk");
    assert_int_equal(journal_of(folder->path), 1);
}

static void every_older_memory_is_brought_up_to_date(void **state)
{
    struct folder *folder = *state;
    for (size_t version = 0; version < schema_version; version++) {
        write_file(folder->path, "");
        for (size_t i = 0; i < version; i++)
            run_sql(folder->path, schema_steps[i]);
        char *pragma = mem_printf("PRAGMA user_version = %zu", version);
        run_sql(folder->path, pragma);
        free(pragma);
        if (version > 0)
            run_sql(folder->path,
                    "INSERT INTO run VALUES (7, 'k1', 'morning', 'Morning', 0, 'vos3000', 'sw1', "
                    "'ana', 5, 0, 0, '')");
        if (version > 0)
            run_sql(folder->path,
                    "INSERT INTO action VALUES ('k1', 'alarms', 'sw1', '17', 6, 'ban')");
        if (version > 0)
            assert_refused(folder->path, STORE_READ, "older nocdesk");
        struct store *store = open_store(folder->path);
        struct run_story *story;
        struct err err = {0};
        assert_true(store_story(store, &(struct run_question){.key = "k1"}, &story, &err));
        assert_int_equal(story != NULL ? story->run.number : 0, version > 0 ? 7 : 0);
        assert_int_equal(story != NULL ? story->action_count : 0, version > 0 ? 1 : 0);
        run_story_free(story);
        struct sample sample = {literal("sw1"), literal("calls"), 60000, 1};
        assert_true(store_put_samples(store, &sample, 1, &err));
        store_close(store);
        unlink(folder->path);
    }
}

#define NOBODY 65534

static int refusal_as_nobody(const struct folder *folder, const char *part)
{
    struct err err = {0};
    if (getuid() == 0 && setresuid(NOBODY, NOBODY, NOBODY) != 0)
        return 1;
    struct store *store = store_open(folder->path, STORE_WRITE, NULL, &err);
    return store == NULL && strstr(err.text, part) != NULL ? 0 : 2;
}

static void assert_refused_to_nobody(const struct folder *folder, const char *part)
{
    pid_t child = fork();
    if (child == 0)
        _exit(refusal_as_nobody(folder, part));
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static void a_folder_that_cannot_be_written_is_said(void **state)
{
    struct folder *folder = *state;
    if (getuid() == 0) {
        assert_refused_to_nobody(folder, "must be yours");
        assert_int_equal(chown(folder->name, NOBODY, NOBODY), 0);
    }
    chmod(folder->name, 0500);
    assert_refused_to_nobody(folder, "cannot be made");
    chmod(folder->name, 0700);
}

static void a_memory_that_cannot_be_kept_says_so_and_catches_up(void **state)
{
    struct folder *folder = *state;
    write_file(folder->path, "this is not a database, it is a letter to somebody, and quite long");
    struct memory *memory = memory_new(folder->path);
    struct run_record run = the_run();
    struct memory_state told = {0};
    memory_put_run(memory, &run);
    for (int i = 0; i < 100 && !err_is_set(&told.err); i++) {
        nap_ms(20);
        memory_look(memory, &told);
    }
    assert_non_null(strstr(told.err.text, "damaged"));
    assert_int_equal(told.waiting, 1);
    unlink(folder->path); // the operator does what the sentence says
    for (int i = 0; i < 500 && (told.waiting > 0 || err_is_set(&told.err)); i++) {
        nap_ms(20);
        memory_look(memory, &told);
    }
    assert_int_equal(told.waiting + told.lost, 0);
    assert_string_equal(told.err.text, "");
    assert_true(memory_stop(memory, 5000));
    memory_free(memory);
    struct store *store = open_store(folder->path);
    struct run_record *runs;
    size_t count;
    struct err err = {0};
    assert_true(store_runs(store, &(struct run_question){0}, &runs, &count, &err));
    assert_int_equal(count, 1);
    run_list_free(runs, count);
    store_close(store);
}

static void steps_of_a_run_are_kept_in_the_file_that_is_made_again(void **state)
{
    struct folder *folder = *state;
    struct memory *memory = memory_new(folder->path);
    struct memory_state told = {.waiting = 1};
    struct run_record run = the_run();
    memory_put_run(memory, &run);
    for (int i = 0; i < 500 && told.waiting > 0; i++) {
        nap_ms(20);
        memory_look(memory, &told);
    }
    unlink(folder->path);
    struct step_record step = {.run = run.key,
                               .step = (char *)(uintptr_t) "alarms",
                               .host = (char *)(uintptr_t) "sw1",
                               .decided_ms = 1};
    memory_put_step(memory, &step);
    assert_true(memory_stop(memory, 5000));
    memory_look(memory, &told);
    assert_int_equal(told.waiting + told.lost, 0);
    memory_free(memory);
    struct err err = {0};
    struct run_story *story;
    struct store *store = open_store(folder->path);
    assert_true(store_story(store, &(struct run_question){.key = run.key}, &story, &err));
    assert_non_null(story);
    assert_int_equal(story->step_count, 1);
    run_story_free(story);
    store_close(store);
}

static void a_file_that_is_removed_is_made_again(void **state)
{
    struct folder *folder = *state;
    struct memory *memory = memory_new(folder->path);
    struct memory_state told;
    for (int i = 0; i < 100 && access(folder->path, F_OK) != 0; i++)
        nap_ms(20);
    nap_ms(100);
    unlink(folder->path);
    struct run_record run = the_run();
    memory_put_run(memory, &run);
    assert_true(memory_stop(memory, 5000));
    memory_look(memory, &told);
    assert_int_equal(told.waiting + told.lost, 0);
    memory_free(memory);
    assert_int_equal(access(folder->path, F_OK), 0);
    struct err err = {0};
    struct run_story *story;
    struct store *store = open_store(folder->path);
    assert_true(store_story(store, &(struct run_question){.key = "k1"}, &story, &err));
    assert_non_null(story);
    run_story_free(story);
    store_close(store);
}

static void two_programs_write_at_once(void **state)
{
    struct folder *folder = *state;
    struct store *store = open_store(folder->path);
    struct run_record run = the_run();
    struct err err = {0};
    assert_true(store_put_run(store, &run, &err));
    store_close(store);
    pid_t children[2];
    for (int child = 0; child < 2; child++) {
        children[child] = fork();
        if (children[child] != 0)
            continue;
        struct store *own = store_open(folder->path, STORE_WRITE, NULL, &err);
        bool kept = own != NULL;
        for (int i = 0; kept && i < 100; i++) {
            char name[16];
            struct step_record step = numbered_step(child * 100 + i, name, "{}");
            kept = store_put_step(own, &step, &err);
        }
        _exit(kept ? 0 : 1);
    }
    for (int child = 0; child < 2; child++) {
        int status;
        waitpid(children[child], &status, 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(steps_in(folder->path), 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_that_was_kept_is_lost_by_kill_9),
        TEST(a_full_disk_is_said_and_mended),
        TEST(a_memory_that_a_full_disk_let_nobody_make_is_made_when_there_is_room),
        TEST(what_is_no_memory_is_refused_with_a_sentence),
        TEST(damage_within_is_said_and_nothing_crashes),
        TEST(a_newer_memory_is_left_alone),
        TEST(every_older_memory_is_brought_up_to_date),
        TEST(a_folder_that_cannot_be_written_is_said),
        TEST(a_memory_that_cannot_be_kept_says_so_and_catches_up),
        TEST(steps_of_a_run_are_kept_in_the_file_that_is_made_again),
        TEST(a_file_that_is_removed_is_made_again),
        TEST(two_programs_write_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
