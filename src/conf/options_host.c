// SPDX-License-Identifier: MIT

// The options of [host NAME] as data.
#include <stddef.h>

#include "base/lang.h"
#include "conf/config.h"

static const char *const host_confirm_words[] = {
    [CONFIRM_ALWAYS] = "always",
    [CONFIRM_RISKY] = "risky",
    [CONFIRM_NEVER] = "never",
    [CONFIRM_AS_GLOBAL] = "as_nocdesk",
    NULL,
};

const char *const ban_way_words[] = {
    [BAN_AUTO] = "auto",         [BAN_IPSET] = "ipset",       [BAN_NFTABLES] = "nftables",
    [BAN_IPTABLES] = "iptables", [BAN_FAIL2BAN] = "fail2ban", NULL,
};

static const char *const host_alert_words[] = {
    [ALERT_CRITICAL] = "critical",
    [ALERT_WARNING] = "warning",
    [ALERT_NEVER] = "never",
    [ALERT_AS_GLOBAL] = "as_nocdesk",
    NULL,
};

static const char *const link_words[] = {
    [LINK_SSH] = "ssh",
    [LINK_LOCAL] = "local",
    NULL,
};

static const struct config_option host_options[] = {
    {
        .name = "address",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct host_config, address),
        .help =
            N_("A name, an address, or a Host of ~/.ssh/config; empty: the name of the section."),
    },
    {
        .name = "port",
        .type = OPTION_INT,
        .fallback = "0",
        .least = 0,
        .most = 65535,
        .offset = offsetof(struct host_config, port),
        .help = N_("The SSH port; 0: from ~/.ssh/config, else 22."),
    },
    {
        .name = "user",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct host_config, user),
        .help = N_("The SSH user; empty: from ~/.ssh/config, else the login name."),
    },
    {
        .name = "identity",
        .type = OPTION_PATH,
        .fallback = "",
        .offset = offsetof(struct host_config, identity),
        .help = N_("A private key file; empty: the agent and ~/.ssh/config."),
    },
    {
        .name = "known_hosts",
        .type = OPTION_PATH,
        .fallback = "~/.ssh/known_hosts",
        .offset = offsetof(struct host_config, known_hosts),
        .help = N_("The file of known host keys."),
    },
    {
        .name = "link",
        .type = OPTION_CHOICE,
        .fallback = "ssh",
        .choices = link_words,
        .offset = offsetof(struct host_config, link),
        .help = N_("How the host is reached: over SSH, or because it is this machine."),
    },
    {
        .name = "profile",
        .type = OPTION_TEXT,
        .fallback = "vos3000",
        .offset = offsetof(struct host_config, profile),
        .help = N_("The softswitch product of this host."),
    },
    {
        .name = "environment",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct host_config, environment),
        .help =
            N_("A tag shown with the host everywhere, such as prod or lab; its colour is that of "
               "[environment NAME]."),
    },
    {
        .name = "groups",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct host_config, groups),
        .help = N_("Words by which hosts are chosen together, with spaces: hosts groups:asia."),
    },
    {
        .name = "legacy",
        .type = OPTION_BOOL,
        .fallback = "no",
        .offset = offsetof(struct host_config, legacy),
        .help = N_("Allow the old SSH algorithms of EL5 and EL6 hosts."),
    },
    {
        .name = "read_only",
        .type = OPTION_BOOL,
        .fallback = "no",
        .offset = offsetof(struct host_config, read_only),
        .help = N_("Refuse every action that changes something on this host."),
    },
    {
        .name = "sudo",
        .type = OPTION_BOOL,
        .fallback = "no",
        .offset = offsetof(struct host_config, sudo),
        .help = N_("Prefix privileged commands with sudo -n."),
    },
    {
        .name = "enabled",
        .type = OPTION_BOOL,
        .fallback = "yes",
        .offset = offsetof(struct host_config, enabled),
        .help = N_("Whether this host is connected to at all."),
    },
    {
        .name = "mysql_host",
        .type = OPTION_TEXT,
        .fallback = "127.0.0.1",
        .offset = offsetof(struct host_config, mysql_host),
        .help = N_("Where the database is, as seen from the host."),
    },
    {
        .name = "mysql_port",
        .type = OPTION_INT,
        .fallback = "3306",
        .least = 0,
        .most = 65535,
        .offset = offsetof(struct host_config, mysql_port),
        .help = N_("The database's port; 0 without mysql_socket: this host has no database."),
    },
    {
        .name = "mysql_socket",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct host_config, mysql_socket),
        .help = N_("The database's unix socket on the host, instead of mysql_host and mysql_port."),
    },
    {
        .name = "mysql_direct",
        .type = OPTION_BOOL,
        .fallback = "no",
        .offset = offsetof(struct host_config, mysql_direct),
        .help = N_("Connect to mysql_host from here, not through the SSH link (unencrypted)."),
    },
    {
        .name = "mysql_database",
        .type = OPTION_TEXT,
        .fallback = "vos3000",
        .offset = offsetof(struct host_config, mysql_database),
        .help = N_("The name of the database."),
    },
    {
        .name = "mysql_user",
        .type = OPTION_TEXT,
        .fallback = "",
        .offset = offsetof(struct host_config, mysql_user),
        .help =
            N_("The database account, which needs SELECT and nothing more; empty: the login name."),
    },
    {
        .name = "mysql_password",
        .type = OPTION_SECRET,
        .fallback = "",
        .offset = offsetof(struct host_config, mysql_password),
        .help = N_("Its password; only from a file of mode 0600."),
    },
    {
        .name = "mysql_password_command",
        .type = OPTION_ARGV,
        .fallback = "",
        .offset = offsetof(struct host_config, mysql_password_command),
        .help = N_("A command on this machine that prints the password; run without a shell."),
    },
    {
        .name = "http_port",
        .type = OPTION_INT,
        .fallback = "8080",
        .least = 0,
        .most = 65535,
        .offset = offsetof(struct host_config, http_port),
        .help = N_("The port of the web interface on the host; 0: it has none."),
    },
    {
        .name = "sip_ports",
        .type = OPTION_PORTS,
        .fallback = "",
        .offset = offsetof(struct host_config, sip_ports),
        .help = N_("The SIP ports for the flood meter; empty: read from the host."),
    },
    {
        .name = "capture",
        .type = OPTION_TEXT,
        .fallback = "any",
        .offset = offsetof(struct host_config, capture),
        .help = N_("The host's interface for the flood meter, any, or off."),
    },
    {
        .name = "trusted",
        .type = OPTION_NETWORKS,
        .fallback = "",
        .offset = offsetof(struct host_config, trusted),
        .help =
            N_("Addresses and networks that are never attackers and never banned, on this host."),
    },
    {
        .name = "confirm",
        .type = OPTION_CHOICE,
        .fallback = "as_nocdesk",
        .choices = host_confirm_words,
        .offset = offsetof(struct host_config, confirm),
        .help =
            N_("Which actions ask before they run on this host; as_nocdesk: as [nocdesk] says."),
    },
    {
        .name = "ban_backend",
        .type = OPTION_CHOICE,
        .fallback = "auto",
        .choices = ban_way_words,
        .offset = offsetof(struct host_config, ban_backend),
        .help =
            N_("How addresses are banned: auto takes the first of ipset, nftables, iptables and "
               "fail2ban that the host can."),
    },
    {
        .name = "ban_jail",
        .type = OPTION_TEXT,
        .fallback = "nocdesk",
        .offset = offsetof(struct host_config, ban_jail),
        .help = N_("The fail2ban jail that bans go to, where fail2ban is the way."),
    },
    {
        .name = "ban_private",
        .type = OPTION_BOOL,
        .fallback = "no",
        .offset = offsetof(struct host_config, ban_private),
        .help = N_("Whether private addresses (RFC 1918, 6598, 4193, link-local) may be banned."),
    },
    {
        .name = "firewall_save",
        .type = OPTION_BOOL,
        .fallback = "no",
        .offset = offsetof(struct host_config, firewall_save),
        .help = N_("Persist the host's firewall by its own way after every change."),
    },
    {
        .name = "retry",
        .type = OPTION_DURATION,
        .fallback = "4s",
        .least = 1000,
        .most = 600 * 1000,
        .offset = offsetof(struct host_config, retry_ms),
        .help = N_("The longest pause between two attempts to reach the host."),
    },
    {
        .name = "period",
        .type = OPTION_DURATION,
        .fallback = "0s",
        .least = 0,
        .most = 3600 * 1000,
        .offset = offsetof(struct host_config, period_ms),
        .help = N_("How often the panes on the screen are read; 0s: as the profile says for each."),
    },
    {
        .name = "bell",
        .type = OPTION_CHOICE,
        .fallback = "as_nocdesk",
        .choices = host_alert_words,
        .offset = offsetof(struct host_config, bell),
        .help = N_("From which level on this host rings the bell; as_nocdesk: as [nocdesk] says."),
    },
    {
        .name = "notify",
        .type = OPTION_CHOICE,
        .fallback = "as_nocdesk",
        .choices = host_alert_words,
        .offset = offsetof(struct host_config, notify),
        .help = N_("From which level on this host notifies the desktop; as_nocdesk: as [nocdesk] "
                   "says."),
    },
};

const struct config_section config_section_host = {
    .word = "host",
    .named = true,
    .help = N_("One section a host. NAME is what the console and `--host` call it."),
    .options = host_options,
    .option_count = sizeof host_options / sizeof *host_options,
    .size = sizeof(struct host_config),
    .lines = offsetof(struct host_config, lines),
};
