// SPDX-License-Identifier: MIT

// Real servers for tests of the layer link: sshd and mariadbd of this machine on high loopback
// ports in a folder of their own. A guardian process above the test ends whatever the test started,
// also when the test crashes.
#ifndef LINK_SERVERS_H
#define LINK_SERVERS_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/thread.h"
#include "link/link.h"

#define WAIT_MS 20000 // for anything that is bound to come
// For all tests of a program: one that failed while it held a lock may hang in its teardown.
#define TESTS_S 180

static char servers_dir[64];

static inline void servers_remove_dir(void)
{
    const char *argv[] = {"rm", "-rf", servers_dir, NULL};
    pid_t pid = fork();
    if (pid == 0) {
        execvp("rm", (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
}

// Ends every process that is left below this one; orphans come to us because we are their
// subreaper.
static inline void servers_end_all(void)
{
    for (;;) {
        FILE *file = fopen("/proc/thread-self/children", "re");
        int pid;
        while (file != NULL && fscanf(file, "%d", &pid) == 1)
            kill(pid, SIGKILL);
        if (file != NULL)
            fclose(file);
        if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD)
            return;
    }
}

static inline void servers_forward(int number)
{
    (void)number; // interrupts the guardian's wait
}

// Runs the tests in a child and cleans up after it. To be called first in main().
static inline int servers_guard(int (*tests)(void))
{
    snprintf(servers_dir, sizeof servers_dir, "/tmp/nocdesk-test-XXXXXX");
    if (mkdtemp(servers_dir) == NULL)
        return 99;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t guardian = getpid();
    struct sigaction action = {.sa_handler = servers_forward};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGPIPE, SIG_IGN);
        signal(SIGTERM, SIG_DFL);
        signal(SIGINT, SIG_DFL);
        setenv("HOME", servers_dir, 1);
        setenv("XDG_RUNTIME_DIR", servers_dir, 1);
        unsetenv("SSH_AUTH_SOCK");
        if (getppid() != guardian)
            _exit(98);
        alarm(TESTS_S);
        exit(tests());
    }
    int status = 0;
    pid_t gone;
    do
        gone = waitpid(-1, &status, 0); // orphans too: they are ours to reap
    while (gone > 0 && gone != child);
    bool ended = gone == child;
    servers_end_all();
    servers_remove_dir();
    return !ended ? 97 : WIFEXITED(status) ? WEXITSTATUS(status) : 96;
}

// Runs a program to its end; its exit status.
static inline int run_program(const char *const argv[])
{
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static inline pid_t start_program(const char *const argv[], const char *log)
{
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDONLY);
        int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        signal(SIGPIPE, SIG_DFL);
        dup2(null, 0);
        dup2(out, 1);
        dup2(out, 2);
        close_range(3, ~0U, 0);
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    return pid;
}

static inline char *in_dir(const char *name)
{
    return mem_printf("%s/%s", servers_dir, name);
}

static inline void write_file(const char *name, const char *text)
{
    char *path = in_dir(name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    free(path);
}

static inline char *read_file(const char *name)
{
    char *path = in_dir(name);
    struct str text = {0};
    char bytes[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    for (ssize_t got; fd >= 0 && (got = read(fd, bytes, sizeof bytes)) > 0;)
        str_append_bytes(&text, bytes, (size_t)got);
    if (fd >= 0)
        close(fd);
    free(path);
    return str_take(&text);
}

// A port that is free at the moment.
static inline int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static inline bool port_answers(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answers = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return answers;
}

static inline void wait_for_port(int port)
{
    int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    while (!port_answers(port)) {
        assert_true(clock_mono_ms() < deadline_ms);
        poll(NULL, 0, 5);
    }
}

static inline void make_key(const char *name, const char *passphrase)
{
    char *path = in_dir(name);
    const char *argv[] = {"ssh-keygen", "-q",   "-t", "ed25519", "-N", passphrase,
                          "-C",         "test", "-f", path,      NULL};
    assert_int_equal(run_program(argv), 0);
    free(path);
}

struct sshd {
    int port;
    pid_t pid;
};

static inline void sshd_launch(struct sshd *sshd, const char *host_key, const char *options)
{
    mkdir("/run/sshd", 0755);
    char *config = mem_printf(
        "Port %d\nListenAddress 127.0.0.1\nHostKey %s/%s\n%s\nUsePAM no\nStrictModes no\n"
        "PermitRootLogin yes\nMaxStartups 200\nPidFile none\n"
        "AuthorizedKeysFile %s/authorized\nUseDNS no\nLogLevel ERROR\n"
        "SetEnv HOME=%s\n", // the user's own start files may be slow
        sshd->port, servers_dir, host_key, options, servers_dir, servers_dir);
    char *name = mem_printf("sshd-%d", sshd->port);
    write_file(name, config);
    char *path = in_dir(name), *log = in_dir("sshd.log");
    const char *argv[] = {"/usr/sbin/sshd", "-D", "-e", "-f", path, NULL};
    sshd->pid = start_program(argv, log);
    wait_for_port(sshd->port);
    free(log);
    free(path);
    free(name);
    free(config);
}

// A server of its own, whose options come before ours (the first value wins).
static inline void sshd_start(struct sshd *sshd, const char *options)
{
    sshd->port = free_port();
    sshd_launch(sshd, "host_key", options);
}

static inline void sshd_stop(struct sshd *sshd)
{
    if (sshd->pid > 0) {
        kill(sshd->pid, SIGCONT);
        kill(sshd->pid, SIGTERM);
        waitpid(sshd->pid, NULL, 0);
    }
    sshd->pid = 0;
}

// Keys and folders that every test uses: host_key, user_key (authorized), other_key (not),
// locked_key ("open sesame", authorized).
static inline void servers_prepare(void)
{
    char *ssh = in_dir(".ssh");
    mkdir(ssh, 0700);
    free(ssh);
    chmod(servers_dir, 0755);
    make_key("host_key", "");
    make_key("new_host_key", "");
    make_key("user_key", "");
    make_key("other_key", "");
    make_key("locked_key", "open sesame");
    char *user = read_file("user_key.pub"), *locked = read_file("locked_key.pub");
    char *both = mem_printf("%s%s", user, locked);
    write_file("authorized", both);
    free(both);
    free(locked);
    free(user);
}

// A link with its session thread.
struct run {
    struct host_config host;
    struct link *link;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned changes;
    bool ended, stopped;
    struct err err;
    const char *answers[LINK_ASK_PROMPT + 1]; // by kind of question; NULL: declined
    unsigned asked[LINK_ASK_PROMPT + 1];
    char question[400];
    uint64_t answered;
    char *strings[8];
};

static inline void run_on_change(void *user)
{
    struct run *run = user;
    struct link_status status;
    link_get_status(run->link, &status);
    enum link_question_kind kind = status.question.kind;
    pthread_mutex_lock(&run->mutex);
    run->changes++;
    bool ask = kind != LINK_ASK_NONE && run->answered != status.question.id;
    if (ask) {
        run->answered = status.question.id;
        run->asked[kind]++;
        memcpy(run->question, status.question.text, sizeof run->question);
    }
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->mutex);
    if (ask)
        link_answer(run->link, status.question.id, run->answers[kind]);
}

static inline void *run_main(void *arg)
{
    struct run *run = arg;
    struct err err = {0};
    bool stopped = link_run(run->link, run_on_change, run, &err);
    pthread_mutex_lock(&run->mutex);
    run->stopped = stopped;
    run->err = err;
    run->ended = true;
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->mutex);
    return NULL;
}

// A host on this machine's sshd, whose key is known after the first question.
static inline void run_init(struct run *run, int port)
{
    *run = (struct run){0};
    char *identity = in_dir("user_key"), *known = in_dir("known_hosts");
    run->strings[0] = identity;
    run->strings[1] = known;
    static char name[] = "sw1", address[] = "127.0.0.1", empty[] = "", user[] = "root";
    run->host = (struct host_config){.name = name,
                                     .address = address,
                                     .port = port,
                                     .user = user,
                                     .identity = identity,
                                     .known_hosts = known,
                                     .ssh_password = empty,
                                     .link = LINK_SSH};
    run->answers[LINK_ASK_HOSTKEY] = "yes";
    pthread_mutex_init(&run->mutex, NULL);
    thread_cond_init(&run->changed);
}

static inline void run_start(struct run *run)
{
    if (run->link == NULL)
        run->link = link_new(&run->host);
    run->ended = false;
    run->err = (struct err){0};
    assert_true(thread_start(&run->thread, "session", run_main, run));
}

// Waits until the link is up (or has ended: false).
static inline bool run_wait_up(struct run *run)
{
    int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    bool up = false;
    pthread_mutex_lock(&run->mutex);
    while (!up && !run->ended) {
        struct link_status status;
        pthread_mutex_unlock(&run->mutex);
        link_get_status(run->link, &status);
        pthread_mutex_lock(&run->mutex);
        up = status.up;
        if (!up && !run->ended &&
            !thread_cond_wait_until(&run->changed, &run->mutex, clock_mono_ms() + 50))
            assert_true(clock_mono_ms() < deadline_ms);
    }
    pthread_mutex_unlock(&run->mutex);
    return up;
}

static inline void run_wait_ended(struct run *run)
{
    int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    pthread_mutex_lock(&run->mutex);
    while (!run->ended)
        assert_true(thread_cond_wait_until(&run->changed, &run->mutex, deadline_ms) ||
                    clock_mono_ms() < deadline_ms);
    pthread_mutex_unlock(&run->mutex);
    pthread_join(run->thread, NULL);
}

static inline void run_up(struct run *run, int port)
{
    run_init(run, port);
    run_start(run);
    if (!run_wait_up(run))
        fail_msg("not connected: %s", run->err.text);
}

static inline void run_dispose(struct run *run)
{
    link_free(run->link);
    for (size_t i = 0; i < sizeof run->strings / sizeof run->strings[0]; i++)
        free(run->strings[i]);
    pthread_cond_destroy(&run->changed);
    pthread_mutex_destroy(&run->mutex);
}

static inline void run_stop(struct run *run)
{
    link_stop(run->link);
    run_wait_ended(run);
    assert_true(run->stopped);
    run_dispose(run);
}

// Runs a script over the link with 10 s to do it.
static inline bool run_script(struct run *run, const char *script, struct link_result *result,
                              struct err *err)
{
    const struct link_command command = {.script = script, .deadline_ms = clock_mono_ms() + 10000};
    return link_exec(run->link, &command, result, err);
}

// Waits until no process has this word in its command line.
static inline void wait_until_gone(const char *word)
{
    int64_t deadline_ms = clock_mono_ms() + 6000;
    const char *argv[] = {"pgrep", "-f", word, NULL};
    while (run_program(argv) == 0) {
        assert_true(clock_mono_ms() < deadline_ms);
        poll(NULL, 0, 20);
    }
}

#endif
