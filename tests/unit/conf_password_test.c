// SPDX-License-Identifier: MIT

// The command that prints the password: what it may print, and that its words never reach a
// message.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "conf/config.h"

static bool ask(char *program, char *argument, char *second, char **out, struct err *err)
{
    char *argv[] = {program, argument, second, NULL};
    const struct host_config host = {
        .name = (char[]){"sw1"}, .mysql_password_command = argv, .mysql_password = (char[]){""}};
    return config_mysql_password(&host, out, err);
}

#define WORD(text) ((char[]){text})

static void the_first_line_is_the_password(void **state)
{
    (void)state;
    char *password;
    struct err err = {0};
    assert_true(ask(WORD("printf"), WORD("a b; $(x)\\nsecond line\\n"), NULL, &password, &err));
    assert_string_equal(password, "a b; $(x)");
    config_wipe(password);
}

static void no_shell_reads_the_words(void **state)
{
    (void)state;
    char *password;
    struct err err = {0};
    assert_true(ask(WORD("echo"), WORD("$HOME;id"), WORD("`id`"), &password, &err));
    assert_string_equal(password, "$HOME;id `id`");
    config_wipe(password);
}

static void what_it_leaves_running_does_not_hold_it_up(void **state)
{
    (void)state;
    char *password;
    struct err err = {0};
    assert_true(ask(WORD("sh"), WORD("-c"), WORD("sleep 3 & echo pw"), &password, &err));
    assert_string_equal(password, "pw");
    config_wipe(password);
}

static void assert_fails(char *script, const char *message)
{
    char *password;
    struct err err = {0};
    assert_false(ask(WORD("sh"), WORD("-c"), script, &password, &err));
    assert_null(password);
    assert_string_equal(err.text, message);
}

static void failures_say_why_and_never_what_was_printed(void **state)
{
    (void)state;
    assert_fails(WORD("echo geheim; exit 3"),
                 "sw1: mysql_password_command failed (exit status 3); try it in a shell");
    assert_fails(WORD("kill -TERM $$"),
                 "sw1: mysql_password_command was ended by signal 15; try it in a shell");
    assert_fails(WORD("echo; echo geheim"),
                 "sw1: mysql_password_command printed no password; try it in a shell");
    assert_fails(WORD("printf 'a\\0b\\n'"),
                 "sw1: mysql_password_command printed a NUL byte; it must print the password as a "
                 "line of text");
    assert_fails(WORD("head -c 2000 /dev/zero | tr '\\0' x"),
                 "sw1: mysql_password_command printed more than 1024 bytes; it must print the "
                 "password alone");
}

static void a_missing_program_is_named(void **state)
{
    (void)state;
    char *password;
    struct err err = {0};
    assert_false(ask(WORD("/nonexistent/pass"), NULL, NULL, &password, &err));
    assert_string_equal(err.text, "sw1: mysql_password_command '/nonexistent/pass' cannot be run: "
                                  "No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line_is_the_password),
        cmocka_unit_test(no_shell_reads_the_words),
        cmocka_unit_test(what_it_leaves_running_does_not_hold_it_up),
        cmocka_unit_test(failures_say_why_and_never_what_was_printed),
        cmocka_unit_test(a_missing_program_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
