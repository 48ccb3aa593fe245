// SPDX-License-Identifier: MIT

// Commands of the operator's own are read, their variables found and filled, their faults named.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/command.h"

static struct config *read_config(const char *text, struct err_list *errors)
{
    char path[] = "/tmp/nocdesk-command-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    struct config *config = config_read(path, errors);
    unlink(path);
    return config;
}

static void expect_fault(const char *text, const char *expected)
{
    struct err_list errors = {0};
    struct config *config = read_config(text, &errors);
    if (errors.count == 0 || strstr(errors.texts[0], expected) == NULL)
        fail_msg("%s\nis not: %s", errors.count > 0 ? errors.texts[0] : "no fault", expected);
    err_list_dispose(&errors);
    config_free(config);
}

static void a_command_writes_and_runs_on_the_host_unless_it_says_otherwise(void **state)
{
    struct err_list errors = {0};
    struct config *config = read_config("[command a]\ncommand = x {ip}\n"
                                        "[command b]\ncommand = y\nwhere = local\nwrite = no\n"
                                        "show = toast\npanes = flood bans\nconfirm = never\n",
                                        &errors);
    (void)state;
    assert_int_equal(errors.count, 0);
    const struct command_config *a = config_command(config, "a"), *b = config_command(config, "b");
    assert_true(a->writes && a->where == COMMAND_ON_HOST && a->confirm == CONFIRM_AS_GLOBAL);
    assert_true(!a->sudo && a->show == COMMAND_VIEWER && a->panes == NULL);
    assert_true(!b->writes && b->where == COMMAND_HERE && b->confirm == CONFIRM_NEVER);
    assert_string_equal(b->panes[1], "bans");
    assert_null(config_command(config, "c"));
    config_free(config);
}

static void a_value_stays_within_its_word(void **state)
{
    const char *values[VARIABLES] = {[VARIABLE_IP] = "203.0.113.9", [VARIABLE_ASK] = "{ip} $(x)"};
    struct err_list errors = {0};
    struct config *config = read_config(
        "[command a]\ncommand = awk \"{print $1}\" \"host={ip}:{ask:Which port?}\" {{.X}}\n",
        &errors);
    (void)state;
    assert_int_equal(errors.count, 0);
    const struct command_config *command = &config->commands[0];
    assert_true(command_uses(command, VARIABLE_IP) && !command_uses(command, VARIABLE_HOST));
    char *question = command_question(command), *first = command_fill(command->command[1], values);
    char *second = command_fill(command->command[2], values);
    char *third = command_fill(command->command[3], values);
    assert_string_equal(question, "Which port?");
    assert_string_equal(first, "{print $1}");
    assert_string_equal(second, "host=203.0.113.9:{ip} $(x)");
    assert_string_equal(third, "{{.X}}");
    free(question);
    free(first);
    free(second);
    free(third);
    config_free(config);
}

static void faults_are_named_with_their_line(void **state)
{
    (void)state;
    expect_fault("[command a]\ntitle = A\n", ":1: [command a] runs nothing");
    expect_fault("[command a]\n\ncommand = x {gatway}\n",
                 ":3: {gatway} is no variable; did you mean {gateway}?");
    expect_fault("[command a]\ncommand = x {customer}\n", "there are {ip} {network}");
    expect_fault("[command a]\ncommand = {ip} x\n",
                 ":2: the program that is run is written as it is");
    expect_fault("[command a]\ncommand = x {ask:}\n", "{ask} says no question");
    expect_fault("[command a]\ncommand = x {ask:Which port?}\n", "keep it together with quotes");
    expect_fault("[command a]\ncommand = x {ask:A} {ask:B}\n", "a command asks one question");
    expect_fault("[command a]\ncomand = x\n", "did you mean 'command'?");
    expect_fault("[command A]\ncommand = x\n", ":1: [command A]: a command's name is of a-z");
    expect_fault("[command]\ncommand = x\n", "[command] names no command");
    expect_fault("[command a]\ncommand = x\nwhere = there\n", ":3: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_writes_and_runs_on_the_host_unless_it_says_otherwise),
        cmocka_unit_test(a_value_stays_within_its_word),
        cmocka_unit_test(faults_are_named_with_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
