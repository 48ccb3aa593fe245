// SPDX-License-Identifier: MIT

// The text that hosts run, proved by the shells that run it: dash and bash, as the login shell and
// as sh.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "link/command.h"
#include "link_servers.h"

static const char *const shells[] = {"dash", "bash"};
#define SHELLS (sizeof shells / sizeof shells[0])

struct session {
    pid_t pid;
    int in, out, errors;
};

// As sshd does: a session of its own, pipes, and the login shell with -c.
static struct session session_start(const char *login_shell, const char *sh, const char *text)
{
    int in[2], out[2], errors[2];
    assert_int_equal(pipe2(in, O_CLOEXEC) + pipe2(out, O_CLOEXEC) + pipe2(errors, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        char *path = mem_printf("%s/%s-as-sh:%s", servers_dir, sh, getenv("PATH"));
        setenv("PATH", path, 1);
        setsid();
        signal(SIGPIPE, SIG_DFL);
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(errors[1], 2);
        execlp(login_shell, login_shell, "-c", text, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    close(errors[1]);
    return (struct session){.pid = pid, .in = in[1], .out = out[0], .errors = errors[0]};
}

static char *drain(int fd)
{
    struct str text = {0};
    char bytes[4096];
    for (ssize_t got; (got = read(fd, bytes, sizeof bytes)) > 0;)
        str_append_bytes(&text, bytes, (size_t)got);
    close(fd);
    return str_take(&text);
}

static int session_status(const struct session *session)
{
    int status = 0;
    assert_int_equal(waitpid(session->pid, &status, 0), session->pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static void make_sh(const char *shell)
{
    char *folder = mem_printf("%s/%s-as-sh", servers_dir, shell);
    char *link_path = mem_printf("%s/sh", folder), *target = mem_printf("/bin/%s", shell);
    mkdir(folder, 0755);
    assert_int_equal(symlink(target, link_path), 0);
    free(target);
    free(link_path);
    free(folder);
}

static int start(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHELLS; i++)
        make_sh(shells[i]);
    return 0;
}

static char *remote(const char *script, size_t input_len)
{
    static const struct host_config host = {0};
    const struct link_command command = {.script = script};
    char *line = command_line(&host, &command);
    char *text = command_remote(line, input_len);
    free(line);
    return text;
}

// Runs a script while the standard input stays open, as a link keeps it.
static void expect_run(const char *login_shell, const char *sh, const char *script,
                       const char *input, const char *out, const char *errors, int status)
{
    char *text = remote(script, strlen(input));
    struct session session = session_start(login_shell, sh, text);
    assert_int_equal(write(session.in, input, strlen(input)), (ssize_t)strlen(input));
    char *seen_out = drain(session.out);
    assert_string_equal(seen_out, out);
    char *seen_errors = drain(session.errors);
    assert_string_equal(seen_errors, errors);
    assert_int_equal(session_status(&session), status);
    close(session.in);
    free(seen_errors);
    free(seen_out);
    free(text);
}

static void output_errors_and_status_pass_through(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHELLS; i++)
        for (size_t k = 0; k < SHELLS; k++) {
            expect_run(shells[i], shells[k], "echo out; echo bad >&2; exit 3", "", "out\n", "bad\n",
                       3);
            expect_run(shells[i], shells[k], "read -r x; echo \"<$x>\"; exit 4", "in put\n",
                       "<in put>\n", "", 4);
            expect_run(shells[i], shells[k], "cat", "no newline", "no newline", "", 0);
            expect_run(shells[i], shells[k], "cat", "", "", "", 0);
        }
}

static void death_by_signal_is_128_and_says_nothing(void **state)
{
    (void)state;
    for (size_t k = 0; k < SHELLS; k++) {
        expect_run("bash", shells[k], "kill -KILL $$", "", "", "", 128 + SIGKILL);
        expect_run("bash", shells[k], "kill -TERM $$", "x", "", "", 128 + SIGTERM);
    }
}

static void unread_input_does_not_hold_the_end(void **state)
{
    (void)state;
    for (size_t k = 0; k < SHELLS; k++)
        expect_run("dash", shells[k], "echo done", "never read", "done\n", "", 0);
}

static void closed_input_ends_the_command_and_what_it_started(void **state)
{
    (void)state;
    static const char *const inputs[] = {"", "x"};
    for (size_t i = 0; i < SHELLS; i++)
        for (size_t k = 0; k < SHELLS; k++)
            for (size_t n = 0; n < 2; n++) {
                char *text = remote("echo up; sh -c 'sleep 7341; true'; true", strlen(inputs[n]));
                struct session session = session_start(shells[i], shells[k], text);
                char first;
                assert_int_equal(write(session.in, inputs[n], strlen(inputs[n])),
                                 (ssize_t)strlen(inputs[n]));
                assert_int_equal(read(session.out, &first, 1), 1);
                close(session.in);
                free(drain(session.out));
                free(drain(session.errors));
                (void)session_status(&session);
                wait_until_gone("sleep 734[1]");
                free(text);
            }
}

static void nothing_is_left_of_a_command_that_ended(void **state)
{
    (void)state;
    for (size_t k = 0; k < SHELLS; k++) {
        char *text = remote("true", 0);
        struct session session = session_start("bash", shells[k], text);
        free(drain(session.out));
        free(drain(session.errors));
        assert_int_equal(session_status(&session), 0);
        // Its watcher has gone too, although its input is still open: nobody is left in the group.
        int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
        while (kill(-session.pid, 0) == 0)
            assert_true(clock_mono_ms() < deadline_ms);
        close(session.in);
        free(text);
    }
}

static void foreign_words_stay_words(void **state)
{
    (void)state;
    static const struct host_config host = {0};
    const char *const words[] = {"$(reboot)", "'; id; '", "\"`id`\"", "a\nb", "*",
                                 "~",         "-n",       "\\",       "!x",   "%s"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *const argv[] = {"printf", "%s", words[i], NULL};
        const struct link_command command = {.argv = argv};
        char *line = command_line(&host, &command), *text = command_remote(line, 0);
        struct session session = session_start("bash", "bash", text);
        char *out = drain(session.out);
        assert_string_equal(out, words[i]);
        free(out);
        free(drain(session.errors));
        assert_int_equal(session_status(&session), 0);
        close(session.in);
        free(text);
        free(line);
    }
}

static void sudo_comes_first_when_the_host_wants_it(void **state)
{
    (void)state;
    const struct host_config with = {.sudo = true}, without = {.sudo = false};
    const char *const argv[] = {"iptables-save", "-c", NULL};
    const struct link_command plain = {.argv = argv}, privileged = {.argv = argv, .sudo = true};
    const struct link_command script = {.script = "a; b", .sudo = true};
    static const struct {
        bool host_wants, asked, is_script;
        const char *line;
    } cases[] = {
        {true, true, false, "sudo -n iptables-save -c"},
        {true, false, false, "iptables-save -c"},
        {false, true, false, "iptables-save -c"},
        {true, true, true, "sudo -n sh -c 'a; b'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *line =
            command_line(cases[i].host_wants ? &with : &without, cases[i].is_script ? &script
                                                                 : cases[i].asked   ? &privileged
                                                                                    : &plain);
        assert_string_equal(line, cases[i].line);
        free(line);
    }
}

static int tests(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(output_errors_and_status_pass_through),
        cmocka_unit_test(death_by_signal_is_128_and_says_nothing),
        cmocka_unit_test(unread_input_does_not_hold_the_end),
        cmocka_unit_test(closed_input_ends_the_command_and_what_it_started),
        cmocka_unit_test(nothing_is_left_of_a_command_that_ended),
        cmocka_unit_test(foreign_words_stay_words),
        cmocka_unit_test(sudo_comes_first_when_the_host_wants_it),
    };
    return cmocka_run_group_tests(all, start, NULL);
}

int main(void)
{
    return servers_guard(tests);
}
