// SPDX-License-Identifier: MIT

// What iptables-save or ip6tables-save printed, and whether it may be believed. Pure.
#include <stdio.h>

#include "probe/firewall_tool.h"

#include "base/lang.h"

struct firewall_tool firewall_tool_find(struct slice out, struct slice errors, const char *name,
                                        const char *mark)
{
    struct firewall_tool tool = {.name = name, .rules = {"", 0}, .errors = {"", 0}, .status = -1};
    struct slice status;
    char status_mark[64];
    snprintf(status_mark, sizeof status_mark, "%s-status", mark);
    struct slice user;
    int64_t id = -1;
    tool.is_root = slice_marked_part(out, "user", &user) && slice_take_uint(&user, &id) && id == 0;
    slice_marked_part(out, mark, &tool.rules);
    slice_marked_part(errors, mark, &tool.errors);
    if (slice_marked_part(out, status_mark, &status))
        slice_take_uint(&status, &tool.status);
    return tool;
}

// The first line of what the tool complained about that is no mere warning.
static struct slice tool_complaint(const struct firewall_tool *tool)
{
    struct slice rest = tool->errors, line;
    while (slice_take_line(&rest, &line)) {
        if (line.len > 0 && line.text[0] != '#' && !slice_contains(line, "Warning"))
            return line;
    }
    return (struct slice){"", 0};
}

static bool is_denied(struct slice text)
{
    static const char *const words[] = {"must be root",    "Permission denied",
                                        "not permitted",   "password is required",
                                        "must have a tty", "not allowed to"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (slice_contains(text, words[i]))
            return true;
    }
    return false;
}

// Some versions print nothing, complain, and still exit with 0.
bool firewall_tool_check(const struct firewall_tool *tool, const struct host_config *config,
                         struct err *err)
{
    const char *host = config->name;
    struct slice complaint = tool_complaint(tool);
    if (tool->status == 0 && (tool->rules.len > 1 || complaint.len == 0))
        return true;
    if (tool->status == -1)
        return err_set(err, "%s: %s did not get its turn; the firewall command was cut short", host,
                       tool->name);
    if (slice_contains(complaint, "must have a tty"))
        return err_set(err,
                       "%s: sudo wants a terminal for %s; write 'Defaults:ACCOUNT !requiretty' for "
                       "this account into the host's sudoers",
                       host, tool->name);
    if (is_denied(complaint) && tool->is_root)
        return err_set(err,
                       "%s: %s is denied to root itself: %.*s; the host is a container without "
                       "CAP_NET_ADMIN, or SELinux or AppArmor forbids it",
                       host, tool->name, (int)(complaint.len > 200 ? 200 : complaint.len),
                       complaint.text);
    if (is_denied(complaint))
        return err_set(err,
                       config->sudo
                           ? N_("%s: sudo does not let this account run %s; allow it in the "
                                "host's sudoers with NOPASSWD")
                           : N_("%s: this account may not run %s; allow it by sudo on the host "
                                "and set sudo = yes"),
                       host, tool->name);
    if (slice_contains(complaint, "xtables lock"))
        return err_set(err,
                       "%s: another program holds the xtables lock, so %s gave up; this is tried "
                       "again by itself",
                       host, tool->name);
    if (tool->status == 127 || slice_contains(complaint, "command not found"))
        return err_set(err,
                       "%s: there is no %s on this host; install iptables there, or write sources "
                       "= none under [probe firewall]",
                       host, tool->name);
    return err_set(err, "%s: %s failed with status %d: %.*s", host, tool->name, (int)tool->status,
                   (int)(complaint.len > 300 ? 300 : complaint.len), complaint.text);
}
