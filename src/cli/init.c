// SPDX-License-Identifier: MIT

// nocdesk init: asks for a host, tests the way to it as doctor does, and writes the first
// configuration.
#include <errno.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/wrap.h"
#include "base/xdg.h"
#include "cli/cli.h"
#include "cli/doctor.h"
#include "cli/init_text.h"
#include "cli/terminal.h"

// What is asked, in order: options of [host NAME], with the words of the registry.
static const struct {
    const char *option;
    const char *unless, *is; // not asked when that option has this value; NULL: always asked
} questions[] = {
    {.option = "link"},
    {.option = "address", .unless = "link", .is = "local"},
    {.option = "port", .unless = "link", .is = "local"},
    {.option = "user", .unless = "link", .is = "local"},
    {.option = "identity", .unless = "link", .is = "local"},
    {.option = "known_hosts", .unless = "link", .is = "local"},
    {.option = "legacy", .unless = "link", .is = "local"},
    {.option = "sudo"},
    {.option = "mysql_port"},
    {.option = "mysql_database", .unless = "mysql_port", .is = "0"},
    {.option = "mysql_user", .unless = "mysql_port", .is = "0"},
    {.option = "mysql_password", .unless = "mysql_port", .is = "0"},
    {.option = "http_port"},
    {.option = "trusted"},
    {.option = "environment"},
    {.option = "read_only"},
};

struct init {
    const struct invocation *invocation;
    char *path;
    struct config *before; // what stands in path already, or NULL: the file is new
    struct init_answers answers;
    bool left_behind; // a link thread: nothing may be freed
};

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *fmt, ...)
{
    struct str text = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&text, fmt, args);
    va_end(args);
    char *clean = text_clean_dup(str_text(&text));
    size_t indent = strspn(clean, " ");
    wrap_print(stdout, wrap_columns(stdout), 0, (int)indent, clean);
    free(clean);
    str_dispose(&text);
}

// NULL: the operator wants to end.
static char *ask(const char *label, const char *standing, bool hide)
{
    char *clean = text_clean_dup(standing);
    char *prompt = mem_printf("  %s [%s]: ", label, clean);
    fflush(stdout);
    char *answer = terminal_ask(STDIN_FILENO, STDOUT_FILENO, prompt, hide, -1);
    free(prompt);
    free(clean);
    return answer;
}

// The answers as the text of a file that lives in memory alone: a descriptor, or -1.
static int open_draft(const struct init_answers *answers)
{
    struct str text = {0};
    init_append_host(&text, answers, false);
    int fd = memfd_create("nocdesk.ini", MFD_CLOEXEC);
    if (fd >= 0 &&
        (fchmod(fd, 0600) != 0 || write(fd, str_text(&text), text.len) != (ssize_t)text.len)) {
        close(fd);
        fd = -1;
    }
    explicit_bzero(text.text, text.len);
    str_dispose(&text);
    return fd;
}

// A fault without the draft's path and line before it.
static const char *without_place(const char *fault, const char *path)
{
    size_t len = strlen(path);
    if (strncmp(fault, path, len) != 0 || fault[len] != ':')
        return fault;
    const char *rest = fault + len + 1;
    size_t digits = strspn(rest, "0123456789");
    rest += digits > 0 && rest[digits] == ':' ? digits + 1 : 0;
    return rest + strspn(rest, " ");
}

// Whether the configuration's own reader takes the answers; says what is wrong.
static bool is_sound(const struct init_answers *answers)
{
    int fd = open_draft(answers);
    char *path = mem_printf("/proc/self/fd/%d", fd);
    struct err_list faults = {0};
    struct config *config = NULL;
    bool sound = config_load(path, &config, &faults);
    if (!sound)
        say("    %s", without_place(faults.texts[0], path));
    config_free(config);
    err_list_dispose(&faults);
    free(path);
    if (fd >= 0)
        close(fd);
    return sound;
}

static bool ask_name(struct init *init)
{
    struct init_answers *answers = &init->answers;
    printf("\n%s\n", _("What the console and --host call it."));
    for (;;) {
        const char *standing = answers->name != NULL ? answers->name : "sw1";
        char *typed = ask(_("name"), standing, false);
        if (typed == NULL)
            return false;
        char *name = typed[0] != '\0' ? typed : mem_strdup(standing);
        if (name != typed)
            free(typed);
        free(answers->name);
        answers->name = name;
        bool taken = init->before != NULL && config_host(init->before, name) != NULL;
        if (taken)
            say(_("    %s has a section [host %s] already; take another name"), init->path, name);
        else if (is_sound(answers))
            return true;
        answers->name = NULL;
        free(name);
    }
}

static bool ask_option(struct init_answers *answers, const struct config_option *option)
{
    char **value = init_answers_place(answers, option);
    bool secret = option->type == OPTION_SECRET;
    struct str meaning = {0};
    init_append_meaning(&meaning, option);
    printf("\n%s\n", str_text(&meaning));
    str_dispose(&meaning);
    for (;;) {
        const char *standing = init_answers_value(answers, option->name);
        char *typed = ask(option->name,
                          secret && standing[0] != '\0' ? _("as typed before") : standing, secret);
        if (typed == NULL)
            return false;
        if (typed[0] == '\0') {
            config_wipe(typed);
            return true;
        }
        char *old = *value;
        bool empties = strcmp(typed, "-") == 0;
        *value = empties ? NULL : typed;
        if (empties)
            free(typed);
        if (is_sound(answers)) {
            config_wipe(old);
            return true;
        }
        config_wipe(*value);
        *value = old;
    }
}

static bool ask_all(struct init *init)
{
    struct init_answers *answers = &init->answers;
    if (!ask_name(init))
        return false;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        const char *unless = questions[i].unless;
        if (unless != NULL && strcmp(init_answers_value(answers, unless), questions[i].is) == 0)
            continue;
        if (!ask_option(answers, config_option_find(&config_section_host, questions[i].option)))
            return false;
    }
    return true;
}

// The steps of doctor, on what would be written.
static bool examine(struct init *init)
{
    int fd = open_draft(&init->answers);
    char *path = mem_printf("/proc/self/fd/%d", fd);
    struct invocation invocation = *init->invocation;
    invocation.config_path = path;
    invocation.hosts = NULL;
    invocation.host_count = 0;
    struct setup setup;
    bool healthy = false;
    printf("\n%s\n", _("The way to the host, as nocdesk doctor tries it:"));
    if (setup_load(&invocation, &setup))
        healthy = doctor_examine(&setup.config->hosts[0], setup.profiles[0], &invocation, NULL,
                                 &init->left_behind);
    if (!init->left_behind)
        setup_dispose(&setup);
    free(path);
    if (fd >= 0)
        close(fd);
    return healthy;
}

enum decision { DECISION_WRITE, DECISION_AGAIN, DECISION_QUIT };

static enum decision decide(const struct init *init, bool healthy)
{
    static const char letters[] = {
        [DECISION_WRITE] = 'w', [DECISION_AGAIN] = 'a', [DECISION_QUIT] = 'q'};
    printf("\n%s\n", healthy ? _("Every step passed, or needs no mending now.")
                             : _("A step FAILED: what to mend stands behind it."));
    // TRANSLATORS: w, a and q are what is taken, in every language.
    const char *label = init->before != NULL ? _("w: print the section, a: answer again, q: quit")
                                             : _("w: write the file, a: answer again, q: quit");
    enum decision decision = DECISION_QUIT;
    for (bool known = false; !known;) {
        char *typed = ask(label, healthy ? "w" : "a", false);
        if (typed == NULL)
            break;
        char letter = typed[0] != '\0' ? typed[0] : healthy ? 'w' : 'a';
        for (size_t i = 0; i < sizeof letters; i++)
            if (letter == letters[i] && (typed[0] == '\0' || typed[1] == '\0')) {
                decision = (enum decision)i;
                known = true;
            }
        free(typed);
    }
    return decision;
}

// Writes beside the place first; a file that came to the place meanwhile is left as it is.
static bool create(const char *path, const struct str *text, struct err *err)
{
    char *beside = mem_printf("%s.XXXXXX", path);
    int fd = mkstemp(beside); // mode 0600
    bool written = fd >= 0 && write(fd, str_text(text), text->len) == (ssize_t)text->len &&
                   fsync(fd) == 0 && link(beside, path) == 0;
    if (!written)
        err_set(err, "%s: cannot be written: %s; nothing was written", path, strerror(errno));
    if (fd >= 0) {
        close(fd);
        unlink(beside);
    }
    free(beside);
    return written;
}

static bool write_new(const struct init *init)
{
    struct str text = {0};
    struct err err = {0};
    char *copy = mem_strdup(init->path);
    // The usual folder may not be there yet; one that was named must.
    bool written =
        init->invocation->config_path != NULL || xdg_make_private_dir(dirname(copy), &err);
    init_append_file(&text, &init->answers);
    written = written && create(init->path, &text, &err);
    explicit_bzero(text.text, text.len);
    str_dispose(&text);
    free(copy);
    if (!written)
        cli_complain("%s", err.text);
    return written;
}

static void say_next(const struct init *init)
{
    if (init->invocation->config_path != NULL)
        say(_("Next: nocdesk --config %s   (every pane: nocdesk help; every option: "
              "docs/config.md)"),
            init->path);
    else
        say(_("Next: nocdesk   (every pane: nocdesk help; every option: docs/config.md)"));
}

static int finish(const struct init *init)
{
    if (init->before == NULL) {
        if (!write_new(init))
            return EXIT_FAILED;
        puts("");
        say(_("%s is written (mode 0600)."), init->path);
        say_next(init);
        return EXIT_DONE;
    }
    struct str text = {0};
    init_append_host(&text, &init->answers, true);
    puts("");
    say(_("%s is yours and stays as it is. Add to it:"), init->path);
    puts("");
    fputs(str_text(&text), stdout); // every value was checked for control bytes
    str_dispose(&text);
    puts("");
    say_next(init);
    return EXIT_DONE;
}

static int converse(struct init *init)
{
    say("%s", _("Enter takes what stands in the brackets, - takes the default again. Nothing is "
                "written before the end; Ctrl-C or Ctrl-D leaves."));
    if (init->before != NULL)
        say(_("%s exists and is not changed: at the end the section to add to it is printed."),
            init->path);
    enum decision decision = DECISION_AGAIN;
    while (decision == DECISION_AGAIN)
        decision = ask_all(init) ? decide(init, examine(init)) : DECISION_QUIT;
    if (decision == DECISION_WRITE)
        return finish(init);
    puts("");
    cli_complain("nothing was written");
    return EXIT_FAILED;
}

static int init_run(const struct invocation *invocation)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        cli_complain("init asks on the terminal, and this is none; write the file by hand "
                     "(docs/config.md), then run nocdesk doctor");
        return EXIT_USAGE;
    }
    struct init init = {.invocation = invocation};
    init.path = invocation->config_path != NULL ? mem_strdup(invocation->config_path)
                                                : xdg_config_path("nocdesk.ini");
    struct err_list faults = {0};
    if (access(init.path, F_OK) == 0)
        init.before = config_read(init.path, &faults);
    err_list_dispose(&faults); // nocdesk --check tells them
    init_answers_make(&init.answers);
    int code = converse(&init);
    if (init.left_behind) {
        fflush(stdout);
        _exit(code);
    }
    init_answers_dispose(&init.answers);
    config_free(init.before);
    free(init.path);
    return code;
}

const struct command command_init = {
    .name = "init",
    .operands = "",
    .summary = N_("Ask for a first host, test the way to it, and write the configuration."),
    .help =
        N_("Asks on the terminal how a host is reached, tries each step of the way as nocdesk "
           "doctor does (an unknown host key is shown with its fingerprint and can be accepted), "
           "and writes a configuration of mode 0600 in which every option stands with its meaning. "
           "Where the file exists it is not touched: the section [host NAME] to add is printed, "
           "without its password. Ctrl-C or Ctrl-D at any question leaves, and nothing is "
           "written. Exit code 1 when nothing was written, 2 where there is no terminal."),
    .formats = "text",
    .run = init_run,
};
