// SPDX-License-Identifier: MIT

// A host of one's own for tests of the back ends: a network namespace with this machine's real
// iptables, ipset and nft, of the flavour that is wanted. Needs root.
#ifndef TESTS_ACTION_BACKEND_HOST_H
#define TESTS_ACTION_BACKEND_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "action/action.h"
#include "action/backend.h"
#include "base/clock.h"
#include "base/mem.h"

enum flavour { FLAVOUR_NFT, FLAVOUR_LEGACY, FLAVOUR_OLD };
static const char *const flavour_names[] = {"iptables-nft", "iptables-legacy", "old iptables"};

// Stands in for iptables 1.3.5: it knows no -w, -C and no comments.
static const char old_tool[] =
    "#!/bin/sh\n"
    "name=${0##*/}\n"
    "case $name in *-save) exec xtables-legacy-multi $name \"$@\" ;; esac\n"
    "for word; do case $word in -w*|--wait*|-C|--check|comment) echo \"$name: no $word\" >&2; exit "
    "2 ;;\n"
    "    -V|--version) echo \"$name v1.3.5\"; exit 0 ;; esac; done\n"
    "case $name in *-restore) text=$(cat)\n"
    "    case $text in *comment*) echo \"$name: no comment match\" >&2; exit 2 ;; esac\n"
    "    printf '%s\\n' \"$text\" | xtables-legacy-multi $name \"$@\"; exit ;; esac\n"
    "[ \"$1\" != -h ] || { echo usage; exit 0; }\n"
    "exec xtables-legacy-multi $name \"$@\"\n";

struct test_host {
    char folder[64];
    struct profile *profile;
    struct host_config config;
};

static void write_tool(const struct test_host *host, enum flavour flavour, const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", host->folder, name);
    if (flavour != FLAVOUR_OLD) {
        const char *real = flavour == FLAVOUR_LEGACY ? "/usr/sbin/xtables-legacy-multi"
                                                     : "/usr/sbin/xtables-nft-multi";
        assert_int_equal(symlink(real, path), 0);
        return;
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(old_tool, file);
    fclose(file);
    assert_int_equal(chmod(path, 0755), 0);
}

static const char *test_jail(void)
{
    return getenv("NOCDESK_TEST_JAIL") != NULL ? getenv("NOCDESK_TEST_JAIL") : "nocdesk";
}

static void load_profile(struct test_host *host)
{
    static char name[] = "sw1";
    host->config.name = name;
    host->config.ban_jail = mem_strdup(test_jail());
    struct err_list errors = {0};
    assert_true(profile_load("vos3000", NULL, &host->profile, &errors));
}

// The very machine that the test runs on, with the tools that it has.
__attribute__((unused)) static void test_host_here(struct test_host *host)
{
    *host = (struct test_host){.folder = ""};
    load_profile(host);
}

static void test_host_up(struct test_host *host, enum flavour flavour)
{
    static const char *const names[] = {"iptables",  "iptables-save",  "iptables-restore",
                                        "ip6tables", "ip6tables-save", "ip6tables-restore"};
    *host = (struct test_host){.folder = "/tmp/nocdesk-backend-XXXXXX"};
    if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) {
        fprintf(stderr, "NOT RUN: needs root and network namespaces; nothing is proved here\n");
        skip();
    }
    assert_non_null(mkdtemp(host->folder));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        write_tool(host, flavour, names[i]);
    char path[200];
    snprintf(path, sizeof path, "%s:/usr/sbin:/usr/bin:/sbin:/bin", host->folder);
    setenv("PATH", path, 1);
    load_profile(host);
}

static void test_host_down(struct test_host *host)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", host->folder);
    if (host->folder[0] != '\0')
        assert_int_equal(system(command), 0);
    free(host->config.ban_jail);
    profile_free(host->profile);
}

static char *read_whole(int fd, size_t *len)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char *text = mem_alloc((size_t)end + 1);
    assert_int_equal(pread(fd, text, (size_t)end, 0), end);
    *len = (size_t)end;
    close(fd);
    return text;
}

static int scratch(void)
{
    char path[] = "/tmp/nocdesk-scratch-XXXXXX";
    int fd = mkostemp(path, O_CLOEXEC);
    assert_true(fd >= 0);
    unlink(path);
    return fd;
}

struct outcome {
    int status;
    char *out, *err;
};

static struct outcome run_argv(const char *const *argv, const char *input)
{
    int in = scratch(), out = scratch(), err = scratch();
    if (input != NULL)
        assert_int_equal(write(in, input, strlen(input)), (ssize_t)strlen(input));
    lseek(in, 0, SEEK_SET);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(in, 0);
        dup2(out, 1);
        dup2(err, 2);
        char *words[32] = {0};
        for (size_t i = 0; argv[i] != NULL && i < 31; i++)
            words[i] = mem_strdup(argv[i]);
        execvp(words[0], words);
        _exit(127);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    close(in);
    size_t len;
    struct outcome outcome = {.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1};
    outcome.out = read_whole(out, &len);
    outcome.err = read_whole(err, &len);
    return outcome;
}

static void outcome_free(struct outcome *outcome)
{
    free(outcome->out);
    free(outcome->err);
}

__attribute__((unused)) static bool run_well(const struct plan_call *call)
{
    struct outcome outcome = run_argv(call->argv, call->input);
    if (outcome.status != 0)
        print_message("%s ended with %d: %s\n%.2000s\n", call->argv[0], outcome.status, outcome.err,
                      call->input != NULL ? call->input : "");
    bool well = outcome.status == 0;
    outcome_free(&outcome);
    return well;
}

__attribute__((unused)) static bool check_well(const struct plan_check *check, struct err *err)
{
    if (check->call.via == PLAN_NOTHING)
        return true;
    struct outcome outcome = run_argv(check->call.argv, check->call.input);
    bool well = plan_check_holds(check, outcome.status, outcome.out, err);
    outcome_free(&outcome);
    return well;
}

__attribute__((unused)) static struct host_facts *test_host_facts(const struct test_host *host)
{
    char *script =
        mem_printf("sudo= jail=%s way=%s\nSSH_CONNECTION='192.0.2.77 1 192.0.2.1 22'\n"
                   "%s\n%s\n%s\n",
                   test_jail(), getenv("NOCDESK_TEST_JAIL") != NULL ? "fail2ban" : "auto",
                   profile_value(host->profile, "facts", "begin", ""),
                   profile_value(host->profile, "facts", "tools", ""),
                   profile_value(host->profile, "facts", "script", ""));
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    struct outcome outcome = run_argv(argv, NULL);
    struct host_facts *facts = facts_new(&host->config, host->profile);
    facts_parse(facts, outcome.out, strlen(outcome.out));
    struct address six;
    assert_true(address_parse("2001:db8:77::1", &six));
    facts_add_console(facts, &six);
    outcome_free(&outcome);
    free(script);
    return facts;
}

#endif
