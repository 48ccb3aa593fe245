// SPDX-License-Identifier: MIT

// The operator's configuration (nocdesk.ini) as typed structs; immutable once loaded, any thread
// may read it.
#ifndef CONF_CONFIG_H
#define CONF_CONFIG_H

#include <stdint.h>

#include "base/address.h"
#include "conf/ini.h"

enum confirm { CONFIRM_ALWAYS, CONFIRM_RISKY, CONFIRM_NEVER, CONFIRM_AS_GLOBAL };
enum ban_way { BAN_AUTO, BAN_IPSET, BAN_NFTABLES, BAN_IPTABLES, BAN_FAIL2BAN };
extern const char *const ban_way_words[]; // "auto", …, NULL
enum link_kind { LINK_SSH, LINK_LOCAL };

// A colour by which an environment is known at a glance.
enum accent { ACCENT_NONE, ACCENT_RED, ACCENT_YELLOW, ACCENT_GREEN, ACCENT_BLUE };
// Kinds of conditions that are worth telling, the gravest first.
enum notice_kind {
    NOTICE_HOST,    // a host is lost, or does not answer readings
    NOTICE_ATTACK,  // the flood meter accuses a source
    NOTICE_ALARM,   // a row of the product's own alarms
    NOTICE_STEP,    // a step of a checklist
    NOTICE_READING, // a pane cannot be read
    NOTICE_VERDICT, // any other row beyond a threshold of the profile
    NOTICE_KINDS,
};
extern const char *const notice_kind_words[NOTICE_KINDS + 1]; // "host", …, NULL

// From which level on something is told, and nothing milder.
enum alert { ALERT_CRITICAL, ALERT_WARNING, ALERT_NEVER, ALERT_AS_GLOBAL };
// How a terminal is asked for a desktop notification.
enum notify_way { NOTIFY_AUTO, NOTIFY_OSC9, NOTIFY_OSC777 };

// Minutes of the local day; begin == end: none. A span over midnight has end < begin.
struct day_span {
    int begin, end;
};

struct network_list {
    struct network *items;
    size_t count;
};

struct host_config {
    char *name; // of [host NAME]: ^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$
    char *address;
    char *user;        // "" : from ~/.ssh/config, else the login name
    char *identity;    // "" : agent and ~/.ssh/config
    char *known_hosts; // "" : ~/.ssh/known_hosts
    int port;          // 0: from ~/.ssh/config, else 22
    enum link_kind link;
    char *profile;
    char *environment;
    enum accent accent; // of its environment
    char *groups;       // words with spaces between
    bool legacy;
    bool read_only;
    bool sudo;
    bool enabled;
    bool assumed;       // nobody configured it: this machine, for want of any host
    char *mysql_host;   // as seen from the host
    int mysql_port;     // 0: this host has no database
    char *mysql_socket; // "" : use mysql_host and mysql_port
    char *mysql_database;
    char *mysql_user;
    char *mysql_password;          // secret
    char **mysql_password_command; // argv, NULL-terminated, or NULL
    char *ssh_password; // always "" from files; filled by the console after asking. secret
    int http_port;      // 0: no web interface
    int *sip_ports;     // from the configuration; sip_port_count 0: read from the host
    size_t sip_port_count;
    char *capture;               // interface, "any" or "off"
    struct network_list trusted; // of the host and of [nocdesk]
    enum confirm confirm;        // CONFIRM_AS_GLOBAL: as [nocdesk] says
    enum ban_way ban_backend;
    char *ban_jail;     // of fail2ban
    bool mysql_direct;  // connect from here without the link's tunnel
    bool ban_private;   // private addresses may be banned
    bool firewall_save; // persist the firewall after every change
    int64_t retry_ms;   // longest pause between two attempts to reach the host
    int64_t period_ms;  // 0: the profile's periods; else the period of the live panes
    enum alert bell;    // ALERT_AS_GLOBAL: as [nocdesk] says
    enum alert notify;
    int *lines; // see struct config
};

// [hook NAME]: a command of this machine that is told of conditions.
struct hook_config {
    char *name;
    char **command;   // argv, NULL-terminated
    unsigned on;      // of 1 << enum notice_kind
    enum alert level; // ALERT_CRITICAL or ALERT_WARNING
    char **hosts;     // as in config_names_host(); NULL: all hosts
    bool recovery;    // is told when a condition is over, too
    int64_t quiet_ms; // -1: forever
    int64_t timeout_ms;
    int *lines; // see struct config
};

enum command_where { COMMAND_ON_HOST, COMMAND_HERE };
// Its output: the first line as a message, or all of it as a text.
enum command_show { COMMAND_TOAST, COMMAND_VIEWER };

// [command NAME]: a command of the operator's own, run on a host or here when it is asked for.
struct command_config {
    char *name;
    char *title;
    char **command; // argv, NULL-terminated; variables in it are not filled (conf/command.h)
    enum command_where where;
    char *key;    // keys as in a keymap; "": none
    char **panes; // where it is offered; NULL: everywhere
    bool writes;  // read-only mode refuses it
    bool sudo;
    enum confirm confirm; // CONFIRM_AS_GLOBAL: as the host says
    int64_t timeout_ms;
    enum command_show show;
    int line;   // where its section begins
    int *lines; // see struct config
};

// How long the memory keeps what; -1: for good.
struct memory_config {
    int64_t minutes_ms, hours_ms, runs_ms, unattended_ms;
    int *lines; // see struct config
};

// Whether the console draws lines, arrows and sparklines with ASCII alone.
enum ascii { ASCII_AUTO, ASCII_YES, ASCII_NO };

// [filter NAME]: offered where a filter of that pane is typed.
struct filter_config {
    char *name;
    char *pane;
    char *expression;
    int *lines; // see struct config
};

// [overview]: what the overview's tiles are at the start.
struct overview_config {
    char *layout;
    char *tiles; // "": those of the layout
    int *lines;  // see struct config
};

// [layout NAME]: an arrangement of the overview's tiles.
struct layout_config {
    char *name;
    char *tiles;
    int *lines; // see struct config
};

// [environment NAME]
struct environment_config {
    char *name;
    enum accent accent;
    int *lines; // see struct config
};

struct config {
    char *path; // the file read, or NULL: none, defaults
    char *operator_name;
    char *theme;
    char *keymap;
    enum ascii ascii;
    bool read_only;
    enum confirm confirm;
    int64_t ban_for_ms;  // -1: forever
    int bans_per_minute; // of one operator, without a question
    struct network_list trusted;
    char *state_dir;
    int evidence_mib;        // of one evidence file
    int64_t evidence_for_ms; // how long the console writes one
    struct memory_config memory;
    enum alert bell;
    enum alert notify;
    enum notify_way notify_by;
    struct day_span quiet_hours; // neither bell nor notification
    bool title;                  // the terminal's title shows the worst state
    struct host_config *hosts;
    size_t host_count;
    struct filter_config *filters;
    size_t filter_count;
    struct overview_config overview;
    struct layout_config *layouts;
    size_t layout_count;
    struct environment_config *environments;
    size_t environment_count;
    struct hook_config *hooks;
    size_t hook_count;
    struct command_config *commands;
    size_t command_count;
    // By option of the registry: the line of the file that set it, CONFIG_LINE_DEFAULT where none
    // did, CONFIG_LINE_COMMAND for the command line.
    int *lines;
    struct ini profile_overrides; // sections that belong to the profile, laid over it
};

#define CONFIG_LINE_DEFAULT 0
#define CONFIG_LINE_COMMAND (-1)

// path NULL: $XDG_CONFIG_HOME/nocdesk/nocdesk.ini, and when that does not exist the one host
// `localhost`, link local. Every fault is in errors ("file:line: what is wrong, what would be
// right"); false when there is one. A file that holds mysql_password must be 0600 and the user's
// own.
bool config_load(const char *path, struct config **out, struct err_list *errors);
// The same, but what could be read is given back whatever the faults: never NULL. For whoever looks
// for more faults; nothing may be done to hosts with it.
struct config *config_read(const char *path, struct err_list *errors);
void config_free(struct config *config);

// Drops all hosts but the named ones (before anything refers to them); the order stays.
void config_keep_hosts(struct config *config, const char *const *names, size_t count);

// For hosts that stand in no file, as those of a recording: a host with every option as by default,
// over this machine's link; NULL and err for a name that is none or is there already. Pointers to
// the other hosts end.
struct host_config *config_add_host(struct config *config, const char *name, struct err *err);
bool config_set_host_option(struct host_config *host, const char *option, const char *value,
                            struct err *err);

const struct host_config *config_host(const struct config *config, const char *name);
const struct command_config *config_command(const struct config *config, const char *name);

// What config_load() gives a host: as its environment's section says; without one, what begins with
// "prod" is red.
enum accent config_accent(const struct config *config, const struct host_config *host);
// Whether a word of a list of hosts means this one: its name, or @NAME for all of an environment or
// a group.
bool config_names_host(const char *word, const struct host_config *host);
// Whether a hook is for this host.
bool config_hook_hears(const struct hook_config *hook, const struct host_config *host);

// Runs mysql_password_command where there is one (argv, no shell, 10 s) and returns the password as
// a heap string that the caller wipes with config_wipe(); the error never quotes the output.
bool config_mysql_password(const struct host_config *host, char **out, struct err *err);
void config_wipe(char *secret); // overwrites and frees

// The registry of options: what config_load accepts, and what documents are made from.
enum option_type {
    OPTION_TEXT,
    OPTION_PATH,
    OPTION_BOOL,
    OPTION_INT,
    OPTION_DURATION,
    OPTION_CHOICE,
    OPTION_ARGV,
    OPTION_WORDS, // char **, NULL-terminated, or NULL: none
    OPTION_SET,   // unsigned: 1 << the index of each choice that is named
    OPTION_SPAN,  // struct day_span
    OPTION_PORTS,
    OPTION_NETWORKS,
    OPTION_SECRET,
};

struct config_option {
    const char *name;
    enum option_type type;
    const char *fallback;       // the default, as it would be written
    const char *const *choices; // OPTION_CHOICE, OPTION_SET: NULL-terminated
    int64_t least, most;        // OPTION_INT, OPTION_DURATION (ms; INT64_MAX: "forever" is allowed)
    size_t offset;              // in the struct of its section
    const char *help;           // one sentence
};

// A section that has options, [WORD] or [WORD NAME], and the struct that it is read into; the
// struct of a named one begins with its char *name.
struct config_section {
    const char *word; // before the NAME
    bool named;       // has a NAME
    const char *help; // one sentence
    const struct config_option *options;
    size_t option_count;
    size_t size;  // of the struct
    size_t lines; // where in it `lines` is
};

extern const struct config_section config_section_nocdesk, config_section_memory,
    config_section_host, config_section_hook, config_section_command, config_section_filter,
    config_section_environment, config_section_overview, config_section_layout;
// All of them, in the order of documents.
extern const struct config_section *const config_sections[];
extern const size_t config_section_count;

// NULL: the section has no option of this name.
const struct config_option *config_option_find(const struct config_section *section,
                                               const char *name);
// Which line set the option in the section's struct at base, as in struct config;
// CONFIG_LINE_DEFAULT also where the struct was read from no file.
int config_option_line(const struct config_section *section, const void *base, const char *name);

#endif
