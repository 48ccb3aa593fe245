// SPDX-License-Identifier: MIT

// The command line: subcommands and options as declarations, from which parsing, help and manual
// are made.
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "conf/config.h"
#include "conf/profile.h"
#include "table/write.h"

// Exit codes of the contract (docs/cli.md).
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_REFUSED = 3 };

// What the operator typed, parsed and checked.
struct invocation {
    const struct command *command;
    const char *config_path; // NULL: the default place
    const char **hosts;      // of --host, in order
    size_t host_count;
    enum format format;
    bool read_only;
    int64_t timeout_ms; // 0: the command's own
    const char *filter;
    const char *sort;
    size_t limit;
    int64_t watch_ms; // 0: once
    const char *window;
    const char *pane;
    const char *theme;
    const char *keymap;
    int64_t for_ms; // 0: not given
    const char *read_path, *interface;
    int *ports; // of --port, in order
    size_t port_count;
    const char *write_path, *source; // of --write and --source
    const char **words; // operands after the command's name
    size_t word_count;
};

struct command {
    const char *name;
    const char *operands; // as in the usage line: "PANE"
    const char *summary;  // one line
    const char *help;     // paragraphs for `help COMMAND`; may be ""
    size_t least_words, most_words;
    const char *const *options; // NULL-terminated names beyond the general ones, or NULL
    int (*run)(const struct invocation *invocation);
};

struct cli_option {
    const char *name;     // without the dashes
    char letter;          // the short form; '\0': none
    const char *argument; // NULL: a switch
    const char *help;
    bool general; // taken by every command
    // Stores the value; false and err for a wrong one.
    bool (*store)(struct invocation *invocation, const char *value, struct err *err);
};

extern const struct command
    *const commands[]; // in the order of help; NULL-terminated; [0] runs without a name
extern const struct cli_option cli_options[];
extern const size_t cli_option_count;

const struct command *command_find(const char *name);
bool command_takes(const struct command *command, const struct cli_option *option);

// Parses argv; on success runs the command. Returns the exit code.
int cli_main(int argc, char **argv);

// Fills *out; false and err with the sentence (a usage error). Its arrays are freed by
// invocation_dispose().
bool invocation_parse(int argc, char **argv, struct invocation *out, struct err *err);
void invocation_dispose(struct invocation *invocation);

void help_print_overview(FILE *out);
void help_print_command(FILE *out, const struct command *command);

// The configuration with --host and --read-only applied, and each host's profile, checked. Faults
// are printed to standard error; then false, and the exit code is EXIT_USAGE.
struct setup {
    struct config *config;
    const struct profile **profiles; // one per host; equal names share one
};
bool setup_load(const struct invocation *invocation, struct setup *out);
void setup_dispose(struct setup *setup);

// A sentence on standard error, neutralised.
void cli_complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

extern const struct command command_console, command_show, command_meter, command_doctor,
    command_help;

#endif
