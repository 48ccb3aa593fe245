// SPDX-License-Identifier: MIT

// What of an ssh_config file is read beside libssh, and what is said to have no effect.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "link/ssh_config.h"

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/nocdesk-test-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static char *path_of(const char *name)
{
    return mem_printf("%s/%s", folder, name);
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"config", "one.conf", "two.conf", "loop.conf", "fifo"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = path_of(names[i]);
        unlink(path);
        free(path);
    }
    return rmdir(folder);
}

static void write_text(const char *name, const char *text)
{
    char *path = path_of(name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    free(path);
}

static void read_text(struct ssh_config *config, const char *text, const char *alias)
{
    write_text("config", text);
    char *path = path_of("config");
    *config = (struct ssh_config){0};
    ssh_config_read(config, path, alias);
    free(path);
}

static void expect_notes(const char *text, const char *notes)
{
    struct ssh_config config;
    read_text(&config, text, "sw1");
    assert_string_equal(str_text(&config.notes), notes);
    ssh_config_dispose(&config);
}

static void keys_of_matching_blocks_are_kept_in_order(void **state)
{
    (void)state;
    struct ssh_config config;
    read_text(&config,
              "IdentityFile ~/.ssh/first\n# IdentityFile no\nHost other\n IdentityFile no\n"
              "host sw?\n\tidentityfile = \"/keys/my key\"\nHost * !sw1\n IdentityFile no\n"
              "Host \"sw1\"\n IdentityFile=/keys/last\r\nMatch all\nIdentityAgent "
              "/agent\nIdentityAgent /second\n",
              "sw1");
    assert_int_equal(config.identity_count, 3);
    assert_string_equal(config.identities[0], "~/.ssh/first");
    assert_string_equal(config.identities[1], "/keys/my key");
    assert_string_equal(config.identities[2], "/keys/last");
    assert_string_equal(config.agent, "/agent");
    assert_string_equal(str_text(&config.notes), "");
    ssh_config_dispose(&config);
}

static void jump_and_timeout_are_read_once(void **state)
{
    (void)state;
    struct ssh_config config;
    read_text(&config,
              "Match host sw1,sw2\n ProxyJump a,b:2222\n ConnectTimeout 7s\nHost *\n ProxyJump c\n "
              "ConnectTimeout 9\n",
              "sw1");
    assert_string_equal(config.jump, "a,b:2222");
    assert_int_equal(config.connect_ms, 7000);
    ssh_config_dispose(&config);
}

static void what_has_no_effect_is_said_once_and_only_for_this_host(void **state)
{
    (void)state;
    expect_notes("Host other\n IdentitiesOnly yes\n", "");
    expect_notes("IdentitiesOnly yes\nHost sw1\nIdentitiesOnly yes\n",
                 "IdentitiesOnly has no effect here");
    expect_notes("IdentitiesOnly no\nAddressFamily any\n", "");
    expect_notes("AddressFamily inet\nHostKeyAlias x\n",
                 "AddressFamily has no effect here; HostKeyAlias has no effect here");
    expect_notes("Ciphers +3des-cbc\n",
                 "Ciphers +3des-cbc has no effect here (write the whole list)");
    expect_notes("Ciphers aes128-ctr\nStrictHostKeyChecking yes\nUserKnownHostsFile a\n", "");
    expect_notes("StrictHostKeyChecking no\n",
                 "StrictHostKeyChecking no has no effect: host keys are always checked");
    expect_notes("UserKnownHostsFile a b\n", "only the first file of UserKnownHostsFile is used");
    expect_notes("Compression yes\nServerAliveInterval 5\nForwardAgent yes\n", "");
}

static void blocks_that_libssh_judges_otherwise_are_said(void **state)
{
    (void)state;
    struct ssh_config config;
    read_text(&config, "Host sw1\n HostName 198.18.0.11\nHost sw*\n User noc\nHost *\n", "sw1");
    assert_non_null(
        strstr(str_text(&config.notes), "config:3: this Host block follows a HostName"));
    ssh_config_dispose(&config);
    read_text(&config, "Host sw1\n HostName 198.18.0.11\nHost *\n User noc\n", "sw1");
    assert_string_equal(str_text(&config.notes), "");
    ssh_config_dispose(&config);
    read_text(&config, "Match originalhost sw1\n IdentityFile x\n", "sw1");
    assert_non_null(strstr(str_text(&config.notes), "config:1: Match originalhost"));
    assert_int_equal(config.identity_count, 0);
    ssh_config_dispose(&config);
}

static void included_files_are_read_in_their_block(void **state)
{
    (void)state;
    write_text("one.conf", "IdentityFile one\nHost other\nIdentityFile no\n");
    write_text("two.conf", "IdentityFile two\n");
    char *text = mem_printf(
        "Include %s/*.conf\nIdentityFile own\nHost other\nInclude %s/two.conf\n", folder, folder);
    struct ssh_config config;
    read_text(&config, text, "sw1");
    assert_int_equal(config.identity_count, 3);
    assert_string_equal(config.identities[0], "one");
    assert_string_equal(config.identities[1], "two");
    assert_string_equal(config.identities[2], "own");
    ssh_config_dispose(&config);
    free(text);
}

static void file_that_includes_itself_ends(void **state)
{
    (void)state;
    char *text = mem_printf("Include %s/loop.conf\nConnectTimeout 3\n", folder);
    write_text("loop.conf", text);
    struct ssh_config config = {0};
    char *path = path_of("loop.conf");
    ssh_config_read(&config, path, "sw1");
    assert_int_equal(config.connect_ms, 3000);
    ssh_config_dispose(&config);
    free(path);
    free(text);
}

static void pipe_and_missing_file_say_nothing(void **state)
{
    (void)state;
    struct ssh_config config = {0};
    char *path = path_of("fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
    ssh_config_read(&config, path, "sw1");
    ssh_config_read(&config, "/nonexistent/config", "sw1");
    assert_int_equal(config.identity_count, 0);
    assert_string_equal(str_text(&config.notes), "");
    ssh_config_dispose(&config);
    free(path);
}

static void odd_lines_do_no_harm(void **state)
{
    (void)state;
    struct ssh_config config;
    read_text(&config,
              "IdentityFile\nIdentityFile \n=\n= x\nHost\nHost \nMatch\n\"\"\nIdentityFile "
              "\"\nHost sw1\nIdentityFile \"a\"b\"\n",
              "sw1");
    ssh_config_dispose(&config);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(keys_of_matching_blocks_are_kept_in_order),
        cmocka_unit_test(jump_and_timeout_are_read_once),
        cmocka_unit_test(what_has_no_effect_is_said_once_and_only_for_this_host),
        cmocka_unit_test(blocks_that_libssh_judges_otherwise_are_said),
        cmocka_unit_test(included_files_are_read_in_their_block),
        cmocka_unit_test(file_that_includes_itself_ends),
        cmocka_unit_test(pipe_and_missing_file_say_nothing),
        cmocka_unit_test(odd_lines_do_no_harm),
    };
    return cmocka_run_group_tests(all, make_folder, remove_folder);
}
