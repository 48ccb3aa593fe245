// SPDX-License-Identifier: MIT

// The way to a host over real SSH servers: name, connection, host key, login, and losing it all
// again.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <netdb.h>
#include <semaphore.h>

#include "link_servers.h"

static struct sshd sshd;
static sem_t lookup_release;

// The link's name lookups, so that they can fail and hang.
int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict found)
{
    if (name != NULL && strcmp(name, "unknown.test") == 0)
        return EAI_NONAME;
    if (name != NULL && strcmp(name, "hangs.test") == 0) {
        sem_wait(&lookup_release);
        return EAI_AGAIN;
    }
    union {
        void *symbol;
        int (*function)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    } real = {.symbol = dlsym(RTLD_NEXT, "getaddrinfo")};
    return real.function(name, service, hints, found);
}

static int start(void **state)
{
    (void)state;
    sem_init(&lookup_release, 0, 0);
    servers_prepare();
    sshd_start(&sshd, "");
    return 0;
}

static int end(void **state)
{
    (void)state;
    sshd_stop(&sshd);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    const char *const files[] = {"known_hosts", ".ssh/config", ".ssh/known_hosts"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = in_dir(files[i]);
        unlink(path);
        free(path);
    }
    unsetenv("SSH_AUTH_SOCK");
    return 0;
}

static char *set_string(struct run *run, size_t slot, char *text)
{
    run->strings[slot] = text;
    return text;
}

// The link must not come up; its sentence is then in run->err.
static enum link_stage expect_failure(struct run *run)
{
    run_start(run);
    assert_false(run_wait_up(run));
    run_wait_ended(run);
    assert_false(run->stopped);
    struct link_status status;
    link_get_status(run->link, &status);
    assert_false(status.up);
    return status.stage;
}

static void expect_words(const struct run *run, const char *words)
{
    if (strstr(run->err.text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, run->err.text);
    assert_int_equal(strncmp(run->err.text, "sw1: ", 5), 0);
}

static void expect_stop_within_200_ms(struct run *run)
{
    int64_t began_ms = clock_mono_ms();
    link_stop(run->link);
    run_wait_ended(run);
    assert_in_range(clock_mono_ms() - began_ms, 0, 200);
    assert_true(run->stopped);
}

static void wait_for_stage(struct run *run, enum link_stage stage)
{
    struct link_status status = {0};
    int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    while (status.stage != stage) {
        link_get_status(run->link, &status);
        assert_true(clock_mono_ms() < deadline_ms);
        poll(NULL, 0, 1);
    }
}

static void unknown_name_is_said(void **state)
{
    (void)state;
    struct run run;
    run_init(&run, sshd.port);
    run.host.address = set_string(&run, 2, mem_strdup("unknown.test"));
    assert_int_equal(expect_failure(&run), LINK_STAGE_RESOLVE);
    expect_words(&run, "the name \"unknown.test\" is not known");
    run_dispose(&run);
}

static void stop_does_not_wait_for_a_name_server(void **state)
{
    (void)state;
    struct run run;
    run_init(&run, sshd.port);
    run.host.address = set_string(&run, 2, mem_strdup("hangs.test"));
    run_start(&run);
    wait_for_stage(&run, LINK_STAGE_RESOLVE);
    expect_stop_within_200_ms(&run);
    run_dispose(&run);
    sem_post(&lookup_release);
}

static void refused_connection_is_said(void **state)
{
    (void)state;
    struct run run;
    int port = free_port();
    run_init(&run, port);
    assert_int_equal(expect_failure(&run), LINK_STAGE_CONNECT);
    char *words = mem_printf("connection refused by 127.0.0.1:%d", port);
    expect_words(&run, words);
    free(words);
    run_dispose(&run);
}

// A listening socket that accepts nobody; with a full queue connections to it hang.
static int silent_port(int *fd, bool full, int clients[4])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(*fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(*fd, full ? 0 : 8), 0);
    assert_int_equal(getsockname(*fd, (struct sockaddr *)&address, &size), 0);
    for (int i = 0; i < 4; i++) {
        clients[i] = full ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
        if (full)
            (void)connect(clients[i], (struct sockaddr *)&address, sizeof address);
    }
    return ntohs(address.sin_port);
}

static void silent_close(int fd, const int clients[4])
{
    close(fd);
    for (int i = 0; i < 4; i++)
        if (clients[i] >= 0)
            close(clients[i]);
}

static void connection_that_hangs_times_out_as_configured(void **state)
{
    (void)state;
    struct run run;
    int fd, clients[4];
    run_init(&run, silent_port(&fd, true, clients));
    write_file(".ssh/config", "Host *\n  ConnectTimeout 1\n");
    int64_t began_ms = clock_mono_ms();
    assert_int_equal(expect_failure(&run), LINK_STAGE_CONNECT);
    assert_in_range(clock_mono_ms() - began_ms, 900, 2500);
    expect_words(&run, "connection timed out: 127.0.0.1:");
    run_dispose(&run);
    silent_close(fd, clients);
}

static void port_that_says_nothing_is_told_from_one_that_refuses(void **state)
{
    (void)state;
    struct run run;
    int fd, clients[4];
    run_init(&run, silent_port(&fd, false, clients));
    write_file(".ssh/config", "ConnectTimeout=1\n");
    expect_failure(&run);
    expect_words(&run, "connected, but no SSH answer");
    run_dispose(&run);
    silent_close(fd, clients);
}

static void stop_ends_a_hanging_handshake(void **state)
{
    (void)state;
    struct run run;
    int fd, clients[4];
    run_init(&run, silent_port(&fd, false, clients));
    run_start(&run);
    struct link_status status = {0};
    while (status.peer[0] == '\0')
        link_get_status(run.link, &status);
    expect_stop_within_200_ms(&run);
    run_dispose(&run);
    silent_close(fd, clients);
}

static void unknown_host_key_is_asked_once_and_remembered(void **state)
{
    (void)state;
    struct run run;
    run_up(&run, sshd.port);
    assert_int_equal(run.asked[LINK_ASK_HOSTKEY], 1);
    assert_non_null(strstr(run.question, "ed25519 SHA256:"));
    char *known = read_file("known_hosts"),
         *name = mem_printf("[127.0.0.1]:%d ssh-ed25519 ", sshd.port);
    assert_int_equal(strncmp(known, name, strlen(name)), 0);
    run_stop(&run);
    run_init(&run, sshd.port);
    run.answers[LINK_ASK_HOSTKEY] = NULL;
    run_start(&run);
    assert_true(run_wait_up(&run));
    assert_int_equal(run.asked[LINK_ASK_HOSTKEY], 0);
    run_stop(&run);
    free(name);
    free(known);
}

static void declined_host_key_is_not_remembered(void **state)
{
    (void)state;
    struct run run;
    run_init(&run, sshd.port);
    run.answers[LINK_ASK_HOSTKEY] = NULL;
    assert_int_equal(expect_failure(&run), LINK_STAGE_HOSTKEY);
    expect_words(&run, "host key unknown");
    expect_words(&run, "SHA256:");
    char *known = read_file("known_hosts");
    assert_string_equal(known, "");
    free(known);
    run_dispose(&run);
}

static void changed_host_key_is_refused_whatever_the_ssh_configuration_says(void **state)
{
    (void)state;
    struct run run;
    char *other = read_file("new_host_key.pub");
    char *line = mem_printf("[127.0.0.1]:%d %s", sshd.port, other);
    write_file("known_hosts", line);
    write_file(".ssh/config", "StrictHostKeyChecking no\n");
    run_init(&run, sshd.port);
    assert_int_equal(expect_failure(&run), LINK_STAGE_HOSTKEY);
    expect_words(&run, "HOST KEY CHANGED");
    expect_words(&run, "ssh-keygen -R");
    expect_words(&run, run.host.known_hosts);
    assert_int_equal(run.asked[LINK_ASK_HOSTKEY], 0);
    char *after = read_file("known_hosts");
    assert_string_equal(after, line);
    struct link_status status;
    link_get_status(run.link, &status);
    assert_non_null(strstr(status.notes, "StrictHostKeyChecking no has no effect"));
    run_dispose(&run);
    free(after);
    free(line);
    free(other);
}

static void revoked_host_key_is_refused_without_asking(void **state)
{
    (void)state;
    struct run run;
    char *own = read_file("host_key.pub");
    char *line = mem_printf("@revoked * %s", own);
    write_file("known_hosts", line);
    run_init(&run, sshd.port);
    assert_int_equal(expect_failure(&run), LINK_STAGE_HOSTKEY);
    expect_words(&run, "HOST KEY REVOKED");
    assert_int_equal(run.asked[LINK_ASK_HOSTKEY], 0);
    run_dispose(&run);
    free(line);
    free(own);
}

static void remembered_key_does_not_join_an_unfinished_line(void **state)
{
    (void)state;
    struct run run;
    write_file("known_hosts", "# no newline");
    run_up(&run, sshd.port);
    run_stop(&run);
    char *known = read_file("known_hosts");
    assert_int_equal(strncmp(known, "# no newline\n[127.0.0.1]:", 25), 0);
    free(known);
}

static void host_key_that_cannot_be_remembered_is_said(void **state)
{
    (void)state;
    struct run run;
    run_init(&run, sshd.port);
    free(run.strings[1]);
    run.host.known_hosts = set_string(&run, 1, mem_strdup("/proc/known_hosts"));
    assert_int_equal(expect_failure(&run), LINK_STAGE_HOSTKEY);
    expect_words(&run, "cannot be written to /proc/known_hosts");
    run_dispose(&run);
}

static void unanswered_question_does_not_hold_the_stop(void **state)
{
    (void)state;
    struct run run;
    run_init(&run, sshd.port);
    run.answered = 1; // as if somebody else were to answer
    run_start(&run);
    struct link_status status = {0};
    while (status.question.kind != LINK_ASK_HOSTKEY)
        link_get_status(run.link, &status);
    expect_stop_within_200_ms(&run);
    link_get_status(run.link, &status);
    assert_int_equal(status.question.kind, LINK_ASK_NONE);
    run_dispose(&run);
}

static void wrong_key_is_denied_with_what_was_tried(void **state)
{
    (void)state;
    struct run run;
    struct sshd keys_only;
    sshd_start(&keys_only, "PasswordAuthentication no\nKbdInteractiveAuthentication no");
    run_init(&run, keys_only.port);
    free(run.strings[0]);
    run.host.identity = set_string(&run, 0, in_dir("other_key"));
    assert_int_equal(expect_failure(&run), LINK_STAGE_LOGIN);
    expect_words(&run, "login denied for root: tried ");
    expect_words(&run, "other_key; the server takes publickey");
    run_dispose(&run);
    run_init(&run, keys_only.port);
    free(run.strings[0]);
    run.host.identity = set_string(&run, 0, in_dir("no_such_key"));
    assert_int_equal(expect_failure(&run), LINK_STAGE_LOGIN);
    expect_words(&run, "no_such_key (no such file); the server takes publickey");
    run_dispose(&run);
    sshd_stop(&keys_only);
}

static void passphrase_is_asked_once_for_many_connections(void **state)
{
    (void)state;
    struct run run;
    run_init(&run, sshd.port);
    free(run.strings[0]);
    run.host.identity = set_string(&run, 0, in_dir("locked_key"));
    run.answers[LINK_ASK_PASSPHRASE] = "open sesame";
    run_start(&run);
    assert_true(run_wait_up(&run));
    assert_non_null(strstr(run.question, "locked_key"));
    struct link_result result;
    struct err err = {0};
    (void)run_script(&run, "kill -KILL $(ps -o ppid= -p $(ps -o ppid= -p $$))", &result, &err);
    run_wait_ended(&run);
    run_start(&run);
    assert_true(run_wait_up(&run));
    assert_int_equal(run.asked[LINK_ASK_PASSPHRASE], 1);
    run_stop(&run);
}

static void wrong_passphrase_and_wrong_password_are_asked_three_times_each(void **state)
{
    (void)state;
    struct run run;
    run_init(&run, sshd.port);
    free(run.strings[0]);
    run.host.identity = set_string(&run, 0, in_dir("locked_key"));
    run.answers[LINK_ASK_PASSPHRASE] = "not this";
    run.answers[LINK_ASK_PASSWORD] = "nor that";
    run.answers[LINK_ASK_PROMPT] = "nor that";
    expect_failure(&run);
    expect_words(&run, "sw1: ");
    assert_int_equal(run.asked[LINK_ASK_PASSPHRASE], 3);
    assert_in_range(run.asked[LINK_ASK_PASSWORD] + run.asked[LINK_ASK_PROMPT], 2, 6);
    assert_null(strstr(run.err.text, "nor that"));
    assert_null(strstr(run.err.text, "not this"));
    run_dispose(&run);
}

static pid_t start_agent(char **path)
{
    *path = in_dir("agent");
    unlink(*path);
    char *log = in_dir("agent.log");
    const char *argv[] = {"ssh-agent", "-D", "-a", *path, NULL};
    pid_t pid = start_program(argv, log);
    int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    while (access(*path, F_OK) != 0) {
        assert_true(clock_mono_ms() < deadline_ms);
        poll(NULL, 0, 2);
    }
    setenv("SSH_AUTH_SOCK", *path, 1);
    char *key = in_dir("user_key");
    const char *add[] = {"ssh-add", "-q", key, NULL};
    assert_int_equal(run_program(add), 0);
    free(key);
    free(log);
    return pid;
}

static void end_process(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void agent_logs_in(void **state)
{
    (void)state;
    struct run run;
    char *path;
    pid_t agent = start_agent(&path);
    run_init(&run, sshd.port);
    free(run.strings[0]);
    run.host.identity = set_string(&run, 0, in_dir("no_such_key"));
    run_start(&run);
    assert_true(run_wait_up(&run));
    run_stop(&run);
    end_process(agent);
    free(path);
}

static void frozen_agent_is_passed_by(void **state)
{
    (void)state;
    struct run run;
    char *path;
    pid_t agent = start_agent(&path);
    kill(agent, SIGSTOP);
    run_up(&run, sshd.port);
    run_stop(&run);
    run_init(&run, sshd.port);
    run_start(&run);
    wait_for_stage(&run, LINK_STAGE_LOGIN);
    expect_stop_within_200_ms(&run);
    run_dispose(&run);
    end_process(agent);
    free(path);
}

static void old_algorithms_are_used_only_where_allowed(void **state)
{
    (void)state;
    char *key = in_dir("rsa_host_key");
    const char *argv[] = {"ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", key, NULL};
    assert_int_equal(run_program(argv), 0);
    struct sshd old = {.port = free_port()};
    sshd_launch(
        &old, "rsa_host_key",
        "KexAlgorithms diffie-hellman-group14-sha1\nHostKeyAlgorithms ssh-rsa\nCiphers aes128-cbc\n"
        "MACs hmac-sha1");
    struct run run;
    run_init(&run, old.port);
    expect_failure(&run);
    expect_words(&run, "`legacy = yes`");
    run_dispose(&run);
    run_init(&run, old.port);
    run.host.legacy = true;
    run_start(&run);
    assert_true(run_wait_up(&run));
    run_stop(&run);
    sshd_stop(&old);
    free(key);
}

static void ssh_config_gives_name_port_user_and_key(void **state)
{
    (void)state;
    struct run run;
    char *config = mem_printf(
        "Host sw-alias\n  Port %d\n  User root\n  IdentityFile %s/user_key\n"
        "  UserKnownHostsFile %s/known_hosts\n  IdentitiesOnly yes\n  HostName 127.0.0.1\n",
        sshd.port, servers_dir, servers_dir);
    write_file(".ssh/config", config);
    run_init(&run, 0);
    static char empty[] = "";
    run.host.address = set_string(&run, 2, mem_strdup("sw-alias"));
    run.host.user = run.host.identity = run.host.known_hosts = empty;
    run_start(&run);
    assert_true(run_wait_up(&run));
    struct link_status status;
    link_get_status(run.link, &status);
    assert_string_equal(status.notes, "IdentitiesOnly has no effect here");
    char *peer = mem_printf("127.0.0.1:%d", sshd.port);
    assert_string_equal(status.peer, peer);
    run_stop(&run);
    free(peer);
    free(config);
}

static void match_exec_that_hangs_does_not_hold_the_stop(void **state)
{
    (void)state;
    struct run run;
    write_file(".ssh/config", "Match exec \"sleep 3\"\n  Port 1\n");
    run_init(&run, sshd.port);
    run_start(&run);
    wait_for_stage(&run, LINK_STAGE_CONFIG);
    expect_stop_within_200_ms(&run);
    run_dispose(&run);
    wait_until_gone("sleep [3]");
}

static void proxy_jump_goes_through_the_jump_host(void **state)
{
    (void)state;
    struct sshd jump;
    struct run run;
    sshd_start(&jump, "");
    char *config = mem_printf(
        "Host jump\n  HostName 127.0.0.1\n  Port %d\n  User root\n  IdentityFile %s/user_key\n"
        "  UserKnownHostsFile %s/jump_known\n  StrictHostKeyChecking no\n"
        "Host behind\n  ProxyJump jump\n  HostName 127.0.0.1\n",
        jump.port, servers_dir, servers_dir);
    write_file(".ssh/config", config);
    run_init(&run, sshd.port);
    run.host.address = set_string(&run, 2, mem_strdup("behind"));
    run_start(&run);
    if (!run_wait_up(&run))
        fail_msg("%s", run.err.text);
    struct link_result result;
    struct err err = {0};
    assert_true(run_script(&run, "echo $SSH_CONNECTION", &result, &err));
    assert_non_null(strstr(str_text(&result.out), "127.0.0.1"));
    link_result_dispose(&result);
    run_stop(&run);
    sshd_stop(&jump);
    run_init(&run, sshd.port);
    run.host.address = set_string(&run, 2, mem_strdup("behind"));
    expect_failure(&run);
    expect_words(&run, "the proxy said: ");
    expect_words(&run, "refused");
    run_dispose(&run);
    free(config);
}

// The process that serves this connection.
static pid_t server_of(struct run *run)
{
    struct link_result result;
    struct err err = {0};
    assert_true(run_script(run, "ps -o ppid= -p $(ps -o ppid= -p $$)", &result, &err));
    pid_t pid = (pid_t)atoi(str_text(&result.out));
    assert_in_range(pid, 2, 1 << 23);
    link_result_dispose(&result);
    return pid;
}

static void frozen_server_is_noticed_within_ten_seconds(void **state)
{
    (void)state;
    struct run run;
    run_up(&run, sshd.port);
    pid_t server = server_of(&run);
    kill(server, SIGSTOP);
    int64_t began_ms = clock_mono_ms();
    run_wait_ended(&run);
    assert_in_range(clock_mono_ms() - began_ms, 1000, 10000);
    assert_false(run.stopped);
    expect_words(&run, "no answer for 9 s");
    kill(server, SIGKILL);
    run_dispose(&run);
}

static void *call_frozen(void *arg)
{
    struct run *run = arg;
    struct link_result result;
    struct err err = {0};
    const struct link_command command = {.script = "true", .deadline_ms = clock_mono_ms() + 60000};
    bool ok = link_exec(run->link, &command, &result, &err);
    return !ok && strcmp(err.text, "sw1: stopped") == 0 ? run : NULL;
}

static void stop_does_not_wait_for_a_frozen_server(void **state)
{
    (void)state;
    struct run run;
    pthread_t caller;
    run_up(&run, sshd.port);
    pid_t server = server_of(&run);
    kill(server, SIGSTOP);
    unsigned long long before = atomic_load(&link_load(run.link)->commands);
    assert_true(thread_start(&caller, "caller", call_frozen, &run));
    while (atomic_load(&link_load(run.link)->commands) == before)
        poll(NULL, 0, 1);
    expect_stop_within_200_ms(&run);
    void *right = NULL;
    pthread_join(caller, &right);
    assert_ptr_equal(right, &run);
    kill(server, SIGKILL);
    run_dispose(&run);
}

static void silent_connection_is_measured(void **state)
{
    (void)state;
    struct run run;
    run_up(&run, sshd.port);
    struct link_status status = {.rtt_ms = -1};
    int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    while (status.rtt_ms < 0) {
        assert_true(clock_mono_ms() < deadline_ms);
        poll(NULL, 0, 20);
        link_get_status(run.link, &status);
    }
    assert_in_range(status.rtt_ms, 0, 2000);
    run_stop(&run);
}

static int tests(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test_teardown(unknown_name_is_said, forget),
        cmocka_unit_test_teardown(stop_does_not_wait_for_a_name_server, forget),
        cmocka_unit_test_teardown(refused_connection_is_said, forget),
        cmocka_unit_test_teardown(connection_that_hangs_times_out_as_configured, forget),
        cmocka_unit_test_teardown(port_that_says_nothing_is_told_from_one_that_refuses, forget),
        cmocka_unit_test_teardown(stop_ends_a_hanging_handshake, forget),
        cmocka_unit_test_teardown(unknown_host_key_is_asked_once_and_remembered, forget),
        cmocka_unit_test_teardown(declined_host_key_is_not_remembered, forget),
        cmocka_unit_test_teardown(changed_host_key_is_refused_whatever_the_ssh_configuration_says,
                                  forget),
        cmocka_unit_test_teardown(revoked_host_key_is_refused_without_asking, forget),
        cmocka_unit_test_teardown(remembered_key_does_not_join_an_unfinished_line, forget),
        cmocka_unit_test_teardown(host_key_that_cannot_be_remembered_is_said, forget),
        cmocka_unit_test_teardown(unanswered_question_does_not_hold_the_stop, forget),
        cmocka_unit_test_teardown(wrong_key_is_denied_with_what_was_tried, forget),
        cmocka_unit_test_teardown(passphrase_is_asked_once_for_many_connections, forget),
        cmocka_unit_test_teardown(wrong_passphrase_and_wrong_password_are_asked_three_times_each,
                                  forget),
        cmocka_unit_test_teardown(agent_logs_in, forget),
        cmocka_unit_test_teardown(frozen_agent_is_passed_by, forget),
        cmocka_unit_test_teardown(old_algorithms_are_used_only_where_allowed, forget),
        cmocka_unit_test_teardown(ssh_config_gives_name_port_user_and_key, forget),
        cmocka_unit_test_teardown(match_exec_that_hangs_does_not_hold_the_stop, forget),
        cmocka_unit_test_teardown(proxy_jump_goes_through_the_jump_host, forget),
        cmocka_unit_test_teardown(frozen_server_is_noticed_within_ten_seconds, forget),
        cmocka_unit_test_teardown(stop_does_not_wait_for_a_frozen_server, forget),
        cmocka_unit_test_teardown(silent_connection_is_measured, forget),
    };
    return cmocka_run_group_tests(all, start, end);
}

int main(void)
{
    return servers_guard(tests);
}
