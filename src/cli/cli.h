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
// Those of `check` are the monitoring plug-ins'.
enum { CHECK_OK = 0, CHECK_WARNING = 1, CHECK_CRITICAL = 2, CHECK_UNKNOWN = 3 };

#define FORMATS_OF_TABLES "text|json|csv"

struct action;
struct fleet;
struct invocation;
struct player;

// What a shell offers for a value or an operand.
enum cli_values {
    VALUES_NONE,  // nothing: a number, a time, a text
    VALUES_WORDS, // the words between | of the argument or operands
    VALUES_FILE,
    VALUES_HOST,
    VALUES_PANE,
    VALUES_WINDOW, // of panes that have several
    VALUES_CHECKLIST,
    VALUES_THEME,
    VALUES_KEYMAP,
    VALUES_LANGUAGE,
    VALUES_COMMAND, // and panes
    VALUES_SECTION, // of the configuration
    VALUES_KINDS,
};

struct command {
    const char *name;     // two words where it is a part of something: "firewall save"
    const char *operands; // as in the usage line: "PANE"
    const char *summary;  // one line
    const char *help;     // paragraphs for `help COMMAND`; may be ""
    size_t least_words, most_words;
    const char *const *options; // NULL-terminated names beyond the general ones, or NULL
    const char *formats;        // of --format; NULL: FORMATS_OF_TABLES
    enum cli_values values;     // of the operands
    int usage_exit;             // of a usage error; 0: EXIT_USAGE
    int (*run)(const struct invocation *invocation);
    const struct action *action; // whose command it is, or NULL
};

// What the operator typed, parsed and checked.
struct invocation {
    struct command command;
    const char *config_path; // NULL: the default place
    const char **hosts;      // of --host, in order
    size_t host_count;
    const char *language; // of languages[]; NULL: the environment's
    enum format format;
    const char *format_word; // as it was typed; NULL: it was not given
    bool knows_format;       // it is one
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
    bool ascii;
    bool checklists;       // --checklist was given …
    const char *checklist; // … with this name, or NULL
    bool check;            // only validate files
    bool hooks;            // only try the hooks
    int64_t for_ms;        // 0: not given, -1: forever
    const char *read_path, *interface;
    int *ports; // of --port, in order
    size_t port_count;
    const char *write_path, *source; // of --write and --source
    const char *report_path;
    const char *from, *to; // as typed
    const char *reason;
    const char *file;   // of targets
    const char *replay; // NULL: not given; "": the recording that ships
    const char *at;     // of it
    int64_t max_bytes;  // 0: no limit
    int64_t every_ms;   // 0: as it comes
    bool no_record;
    bool mask;
    bool dry_run;
    bool yes;
    const char **words; // operands after the command's name
    size_t word_count;
};

struct cli_option {
    const char *name;     // without the dashes
    const char *argument; // NULL: a switch; in brackets: it may be left out
    const char *help;
    // Stores the value; false and err for a wrong one.
    bool (*store)(struct invocation *invocation, const char *value, struct err *err);
    enum cli_values values; // of the argument
    char letter;            // the short form; '\0': none
    bool general;           // taken by every command
};

// All commands in the order of help: those that are written down one by one (the first runs without
// a name), then one for each action of the registry. False: there are no more.
bool command_at(size_t index, struct command *out);
// False: no command has this name.
bool command_find(const char *name, struct command *out);
bool command_is(const struct command *command, const struct command *fixed);

extern const struct cli_option cli_options[];
extern const size_t cli_option_count;

bool command_takes(const struct command *command, const struct cli_option *option);

// Parses argv; on success runs the command. Returns the exit code.
int cli_main(int argc, char **argv);

// Fills *out; false and err with the sentence (a usage error). Its arrays are freed by
// invocation_dispose().
bool invocation_parse(int argc, char **argv, struct invocation *out, struct err *err);
void invocation_dispose(struct invocation *invocation);
// The value of --lang, needed before anything is said; NULL: not given, or one that parsing
// refuses.
const char *invocation_language(int argc, char **argv);

void help_print_overview(FILE *out);
void help_print_command(FILE *out, const struct command *command);

// The configuration with --host and --read-only applied, and each host's profile, checked. Faults
// are printed to standard error; then false, and the exit code is EXIT_USAGE.
struct setup {
    struct config *config;
    const struct profile **profiles; // one per host; equal names share one
    struct player *player;           // of --replay, whose hosts these are; or NULL
};
bool setup_load(const struct invocation *invocation, struct setup *out);
void setup_dispose(struct setup *setup);
// The fleet of the setup: live, or that of --replay at its --at. NULL: --at was wrong, and printed.
struct fleet *setup_fleet(const struct invocation *invocation, const struct setup *setup);
// Brings the fleet to the time that a player which stands is at, and says what of the recording is
// damaged or not known.
void setup_settle(struct player *player);

// The recording that ships: share/nocdesk/replay/morning beside this program's folder, or
// replay/morning of the sources that it was built in. A heap string, or NULL: it is not there.
char *replay_shipped(void);

// An empty view of the schema with --filter and --sort applied, default_sort where there is none.
// NULL when one of them is wrong: it was printed, and the exit code is EXIT_USAGE.
struct view *cli_view(const struct invocation *invocation, const struct schema *schema,
                      const char *default_sort);
struct write_options cli_write_options(const struct invocation *invocation);

// Flushes standard output. Whether some of it was lost; not where its reader has gone (| head),
// who has what it wanted.
bool cli_output_lost(void);

// A sentence on standard error, neutralised.
void cli_complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

extern const struct command command_console, command_init, command_show, command_check,
    command_report, command_handover, command_meter, command_doctor, command_audit, command_shield,
    command_record, command_config, command_keys, command_reset_state, command_help;

// The command of an action, made from its registry entry.
struct command command_of_action(const struct action *action);

#endif
