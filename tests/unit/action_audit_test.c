// SPDX-License-Identifier: MIT

// The audit trail: whole after crashes and among several writers, and no change to it goes unseen.
#include "action_audit_files.h"

#include <fcntl.h>
#include <sys/file.h>

static void write_some(const struct fixture *fixture, int count)
{
    struct audit *audit = open_trail(fixture);
    char id[AUDIT_ID_MAX];
    for (int i = 0; i < count; i++) {
        char address[32];
        snprintf(address, sizeof address, "203.0.113.%d", i + 1);
        append(audit, "intent", ban(address, "ana", false), id);
    }
    audit_close(audit);
}

static struct str load(const char *path)
{
    struct str text = {0};
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    int c;
    while ((c = fgetc(file)) != EOF)
        str_append_char(&text, (char)c);
    fclose(file);
    return text;
}

static void store(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void add_bytes(const char *path, const char *text)
{
    FILE *file = fopen(path, "ae");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void is_whole(const struct fixture *fixture, size_t entries, size_t torn)
{
    struct audit_verdict verdict;
    struct err err = {0};
    if (!audit_verify(fixture->trail, &verdict, &err))
        fail_msg("%s", err.text);
    assert_int_equal(verdict.entries, entries);
    assert_int_equal(verdict.torn, torn);
}

static void is_broken(const struct fixture *fixture, const char *words)
{
    struct audit_verdict verdict;
    struct err err = {0};
    assert_false(audit_verify(fixture->trail, &verdict, &err));
    if (strstr(err.text, words) == NULL)
        fail_msg("'%s' does not say '%s'", err.text, words);
}

static void entries_are_chained_and_private(void **state)
{
    struct fixture *fixture = *state;
    is_whole(fixture, 0, 0); // none yet
    write_some(fixture, 3);
    write_some(fixture, 2);
    is_whole(fixture, 5, 0);
    struct stat file;
    assert_int_equal(stat(fixture->trail, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    assert_int_equal(stat(fixture->head, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
}

static void ids_are_the_day_and_the_number(void **state)
{
    struct fixture *fixture = *state;
    clock_freeze(0, 1795132800000); // 2026-11-20T00:00:00Z
    struct audit *audit = open_trail(fixture);
    char id[AUDIT_ID_MAX];
    append(audit, "intent", ban("203.0.113.1", "ana", true), id);
    assert_string_equal(id, "2026-11-20-000001");
    audit_close(audit);
    clock_release();
}

// A disk that fills up between the two would leave what was done without a result.
static void intents_take_the_room_of_their_results(void **state)
{
    struct fixture *fixture = *state;
    struct audit *audit = open_trail(fixture);
    int trail = open(fixture->trail, O_RDWR | O_CLOEXEC);
    bool can = fallocate(trail, FALLOC_FL_KEEP_SIZE, 0, 1) == 0;
    char id[AUDIT_ID_MAX];
    append(audit, "intent", ban("203.0.113.1", "ana", false), id);
    append(audit, "intent", ban("203.0.113.2", "ana", false), id);
    struct stat file;
    assert_int_equal(fstat(trail, &file), 0);
    close(trail);
    audit_close(audit);
    is_whole(fixture, 2, 0);
    if (!can)
        skip();
    assert_true((int64_t)file.st_blocks * 512 >= file.st_size + 2 * 16384);
}

static void hostile_text_stays_one_line(void **state)
{
    struct fixture *fixture = *state;
    struct audit *audit = open_trail(fixture);
    char id[AUDIT_ID_MAX];
    json_t *entry = ban("203.0.113.1", "ana", false);
    json_object_set_new(entry, "reason", json_string("a\nb\"}\x1b[2J\xe2\x80\xae\x7f{\"seq\":9}"));
    append(audit, "intent", entry, id);
    append(audit, "intent", ban("203.0.113.2", "ana", false), id);
    audit_close(audit);
    is_whole(fixture, 2, 0);
    struct str text = load(fixture->trail);
    for (size_t i = 0; i < text.len; i++)
        assert_true((text.text[i] >= 0x20 && text.text[i] < 0x7f) || text.text[i] == '\n' ||
                    text.text[i] == 0x7f);
    str_dispose(&text);
}

// Every length at which the writing of the last entry can have stopped.
static void a_torn_last_line_is_closed_off_wherever_it_was_torn(void **state)
{
    struct fixture *fixture = *state;
    write_some(fixture, 2);
    struct str two = load(fixture->trail), head = load(fixture->head);
    write_some(fixture, 1);
    struct str three = load(fixture->trail);
    for (size_t len = two.len + 1; len < three.len; len++) {
        store(fixture->trail, three.text, len);
        store(fixture->head, head.text, head.len);
        struct audit_verdict verdict;
        struct err err = {0};
        assert_true(audit_verify(fixture->trail, &verdict, &err));
        assert_true(verdict.torn_at_end);
        struct audit *audit = open_trail(fixture);
        assert_string_equal(audit_warning(audit), "");
        audit_close(audit);
        bool whole = len == three.len - 1; // only the newline was missing
        is_whole(fixture, 3, whole ? 0 : 1);
        write_some(fixture, 1);
        is_whole(fixture, 4, whole ? 0 : 1);
        struct str text = load(fixture->trail);
        assert_memory_equal(text.text, three.text, len); // nothing was deleted
        str_dispose(&text);
    }
    str_dispose(&two);
    str_dispose(&three);
    str_dispose(&head);
}

static void a_running_console_closes_off_what_another_left(void **state)
{
    struct fixture *fixture = *state;
    struct audit *audit = open_trail(fixture);
    char id[AUDIT_ID_MAX];
    append(audit, "intent", ban("203.0.113.1", "ana", true), id);
    add_bytes(fixture->trail, "{\"seq\":2,\"id\":\"2026");
    append(audit, "intent", ban("203.0.113.2", "ana", true), id);
    audit_close(audit);
    is_whole(fixture, 3, 1);
    // And a repair that was itself torn.
    add_bytes(fixture->trail, "{\"seq\":4,\"i\n{\"seq\":4,\"kind\":\"to");
    write_some(fixture, 1);
    is_whole(fixture, 5, 2);
}

static void a_crash_between_entry_and_head_record_is_no_fault(void **state)
{
    struct fixture *fixture = *state;
    write_some(fixture, 2);
    struct str head = load(fixture->head);
    write_some(fixture, 1);
    store(fixture->head, head.text, head.len);
    is_whole(fixture, 3, 0);
    write_some(fixture, 1);
    is_whole(fixture, 4, 0);
    str_dispose(&head);
}

// Every byte of the trail, changed.
static void any_changed_byte_is_found(void **state)
{
    struct fixture *fixture = *state;
    write_some(fixture, 4);
    struct str text = load(fixture->trail);
    for (size_t i = 0; i < text.len; i++) {
        char was = text.text[i];
        text.text[i] = was == '1' ? '2' : was == '\n' ? ' ' : '1';
        store(fixture->trail, text.text, text.len);
        struct audit_verdict verdict;
        struct err err = {0};
        bool last_newline = i == text.len - 1;
        if (audit_verify(fixture->trail, &verdict, &err) && !(last_newline && verdict.torn_at_end))
            fail_msg("byte %zu of %zu: nothing was found", i, text.len);
        text.text[i] = was;
    }
    str_dispose(&text);
}

static char *line_at(struct str *text, int number)
{
    char *at = text->text;
    for (int i = 0; i < number; i++)
        at = strchr(at, '\n') + 1;
    return at;
}

static void a_removed_line_is_found(void **state)
{
    struct fixture *fixture = *state;
    for (int removed = 0; removed < 4; removed++) {
        tear_down(state);
        set_up(state);
        fixture = *state;
        write_some(fixture, 4);
        struct str text = load(fixture->trail);
        char *from = line_at(&text, removed), *to = line_at(&text, removed + 1);
        memmove(from, to, strlen(to) + 1);
        store(fixture->trail, text.text, strlen(text.text));
        is_broken(fixture, removed == 3 ? "entries 4 to 4 were cut off at the end" : "are missing");
        str_dispose(&text);
    }
}

static void lines_in_another_order_are_found(void **state)
{
    struct fixture *fixture = *state;
    write_some(fixture, 3);
    struct str text = load(fixture->trail), other = {0};
    char *second = line_at(&text, 1), *third = line_at(&text, 2);
    str_append_bytes(&other, text.text, (size_t)(second - text.text));
    str_append(&other, third);
    str_append_bytes(&other, second, (size_t)(third - second));
    store(fixture->trail, other.text, other.len);
    is_broken(fixture, "missing");
    str_dispose(&text);
    str_dispose(&other);
}

static void a_cut_tail_is_found_and_said_for_ever(void **state)
{
    struct fixture *fixture = *state;
    write_some(fixture, 5);
    struct str text = load(fixture->trail);
    store(fixture->trail, text.text, (size_t)(line_at(&text, 3) - text.text));
    is_broken(fixture, "entries 4 to 5 were cut off");
    struct audit *audit = open_trail(fixture);
    assert_non_null(strstr(audit_warning(audit), "entries 4 to 5 are missing"));
    char id[AUDIT_ID_MAX];
    append(audit, "intent", ban("203.0.113.9", "ana", true), id);
    audit_close(audit);
    assert_non_null(strstr(id, "-000007")); // 4 and 5 are not given again; 6 tells of the break
    is_broken(fixture, "entries 4 to 5 are missing at its end");
    str_dispose(&text);
}

// Puts other entries in the place of those behind the kept ones, chained as true ones would be:
// what somebody does who can write the trail and knows how it is chained.
static void forge_tail(const struct fixture *fixture, int kept, int more)
{
    char folder[] = "/tmp/nocdesk-forger-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct fixture forger = {0};
    snprintf(forger.folder, sizeof forger.folder, "%s", folder);
    snprintf(forger.trail, sizeof forger.trail, "%s/audit.jsonl", folder);
    snprintf(forger.head, sizeof forger.head, "%s/audit.head", folder);
    struct str text = load(fixture->trail);
    store(forger.trail, text.text, (size_t)(line_at(&text, kept) - text.text));
    char *last = line_at(&text, kept - 1);
    struct audit_head head = {.count = kept};
    sha256_hex(last, strcspn(last, "\n"), head.hash);
    char record[AUDIT_HEAD_BYTES];
    audit_head_print(&head, record);
    store(forger.head, record, sizeof record);
    str_dispose(&text);
    struct audit *audit = open_trail(&forger);
    char id[AUDIT_ID_MAX];
    for (int i = 0; i < more; i++)
        append(audit, "intent", ban("198.51.100.99", "eva", false), id);
    audit_close(audit);
    text = load(forger.trail);
    store(fixture->trail, text.text, text.len);
    str_dispose(&text);
    unlink(forger.trail);
    unlink(forger.head);
    rmdir(folder);
}

static void a_forged_tail_is_not_sealed_by_the_next_opening(void **state)
{
    struct fixture *fixture = *state;
    write_some(fixture, 4);
    forge_tail(fixture, 2, 3); // 3 and 4 rewritten, one appended
    is_broken(fixture, "in place of another");
    struct audit *audit = open_trail(fixture);
    assert_non_null(strstr(audit_warning(audit), "entry 5 does not follow"));
    audit_close(audit);
    is_broken(fixture, "");
    write_some(fixture, 1);
    is_broken(fixture, "");
}

static void a_trail_forged_under_a_running_console_takes_no_more(void **state)
{
    struct fixture *fixture = *state;
    write_some(fixture, 4);
    struct audit *audit = open_trail(fixture);
    forge_tail(fixture, 2, 3);
    char id[AUDIT_ID_MAX];
    struct err err = {0};
    assert_false(audit_append(audit, "intent", ban("203.0.113.9", "ana", true), id, &err));
    assert_non_null(strstr(err.text, "was changed while"));
    is_broken(fixture, "");
    audit_close(audit);
}

static void a_missing_or_damaged_head_record_is_found(void **state)
{
    struct fixture *fixture = *state;
    write_some(fixture, 2);
    unlink(fixture->head);
    is_broken(fixture, "missing");
    store(fixture->head, "rubbish", 7);
    is_broken(fixture, "damaged");
}

static void a_trail_cut_under_a_running_console_takes_no_more(void **state)
{
    struct fixture *fixture = *state;
    struct audit *audit = open_trail(fixture);
    char id[AUDIT_ID_MAX];
    append(audit, "intent", ban("203.0.113.1", "ana", true), id);
    assert_int_equal(truncate(fixture->trail, 10), 0);
    struct err err = {0};
    assert_false(audit_append(audit, "intent", ban("203.0.113.2", "ana", true), id, &err));
    assert_non_null(strstr(err.text, "was cut"));
    unlink(fixture->trail);
    assert_false(audit_append(audit, "intent", ban("203.0.113.2", "ana", true), id, &err));
    assert_non_null(strstr(err.text, "moved or replaced"));
    audit_close(audit);
}

static void several_consoles_write_one_chain(void **state)
{
    struct fixture *fixture = *state;
    enum { WRITERS = 4, EACH = 50 };
    pid_t children[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct err err = {0};
            struct audit *audit = audit_open(fixture->folder, &err);
            char id[AUDIT_ID_MAX];
            bool ok = audit != NULL;
            for (int j = 0; j < EACH && ok; j++)
                ok = audit_append(audit, "intent", ban("203.0.113.1", "ana", true), id, &err);
            _exit(ok ? 0 : 1);
        }
    }
    for (int i = 0; i < WRITERS; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    is_whole(fixture, (size_t)WRITERS * EACH, 0);
}

// A writer killed at any moment leaves a trail that the next one can go on with.
static void killed_writers_leave_a_trail_that_goes_on(void **state)
{
    struct fixture *fixture = *state;
    for (int round = 0; round < 20; round++) {
        pid_t child = fork();
        if (child == 0) {
            struct err err = {0};
            struct audit *audit = audit_open(fixture->folder, &err);
            char id[AUDIT_ID_MAX];
            while (audit != NULL)
                audit_append(audit, "intent", ban("203.0.113.1", "ana", true), id, &err);
            _exit(1);
        }
        usleep((useconds_t)(3000 + round * 700));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        struct audit_verdict verdict;
        struct err err = {0};
        if (!audit_verify(fixture->trail, &verdict, &err))
            fail_msg("%s", err.text);
        write_some(fixture, 1);
    }
    struct audit_verdict verdict;
    struct err err = {0};
    assert_true(audit_verify(fixture->trail, &verdict, &err));
    assert_true(verdict.entries >= 20);
}

static void a_lock_that_is_held_is_not_waited_for_for_ever(void **state)
{
    struct fixture *fixture = *state;
    struct audit *audit = open_trail(fixture);
    int other = open(fixture->trail, O_RDONLY);
    assert_int_equal(flock(other, LOCK_EX), 0);
    char id[AUDIT_ID_MAX];
    struct err err = {0};
    int64_t began_ms = clock_mono_ms();
    assert_false(audit_append(audit, "intent", ban("203.0.113.1", "ana", true), id, &err));
    assert_true(clock_mono_ms() - began_ms < 6000);
    assert_non_null(strstr(err.text, "has held the audit trail's lock"));
    close(other);
    append(audit, "intent", ban("203.0.113.1", "ana", true), id);
    audit_close(audit);
    is_whole(fixture, 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(entries_are_chained_and_private),
        TEST(ids_are_the_day_and_the_number),
        TEST(intents_take_the_room_of_their_results),
        TEST(hostile_text_stays_one_line),
        TEST(a_torn_last_line_is_closed_off_wherever_it_was_torn),
        TEST(a_running_console_closes_off_what_another_left),
        TEST(a_crash_between_entry_and_head_record_is_no_fault),
        TEST(any_changed_byte_is_found),
        TEST(a_removed_line_is_found),
        TEST(lines_in_another_order_are_found),
        TEST(a_cut_tail_is_found_and_said_for_ever),
        TEST(a_forged_tail_is_not_sealed_by_the_next_opening),
        TEST(a_trail_forged_under_a_running_console_takes_no_more),
        TEST(a_missing_or_damaged_head_record_is_found),
        TEST(a_trail_cut_under_a_running_console_takes_no_more),
        TEST(several_consoles_write_one_chain),
        TEST(a_lock_that_is_held_is_not_waited_for_for_ever),
        TEST(killed_writers_leave_a_trail_that_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
