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
enum link_kind { LINK_SSH, LINK_LOCAL };

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
    bool legacy;
    bool read_only;
    bool sudo;
    bool enabled;
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
};

// Whether the console draws lines, arrows and sparklines with ASCII alone.
enum ascii { ASCII_AUTO, ASCII_YES, ASCII_NO };

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
    struct host_config *hosts;
    size_t host_count;
    struct ini profile_overrides; // sections that belong to the profile, laid over it
};

// path NULL: $XDG_CONFIG_HOME/nocdesk/nocdesk.ini, and when that does not exist the one host
// `localhost`, link local. Every fault is in errors ("file:line: what is wrong, what would be
// right"); false when there is one. A file that holds mysql_password must be 0600 and the user's
// own.
bool config_load(const char *path, struct config **out, struct err_list *errors);
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
    OPTION_PORTS,
    OPTION_NETWORKS,
    OPTION_SECRET,
};

struct config_option {
    const char *name;
    enum option_type type;
    const char *fallback;       // the default, as it would be written
    const char *const *choices; // OPTION_CHOICE: NULL-terminated
    int64_t least, most;        // OPTION_INT, OPTION_DURATION (ms; INT64_MAX: "forever" is allowed)
    size_t offset;              // in struct config or struct host_config
    const char *help;           // one sentence
};

extern const struct config_option config_global_options[];
extern const size_t config_global_option_count;
extern const struct config_option config_host_options[];
extern const size_t config_host_option_count;

#endif
