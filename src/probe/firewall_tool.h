// SPDX-License-Identifier: MIT

// What iptables-save or ip6tables-save printed, and whether it may be believed. Pure.
#ifndef PROBE_FIREWALL_TOOL_H
#define PROBE_FIREWALL_TOOL_H

#include "conf/config.h"
#include "probe/slice.h"

struct firewall_tool {
    const char *name; // "iptables-save"
    struct slice rules, errors;
    int64_t status; // -1: it did not get its turn
    bool is_root;
};

// The part of one tool in the standard output and error of the profile's script: "@@MARK" begins it
// in both, "@@MARK-status" its exit status.
struct firewall_tool firewall_tool_find(struct slice out, struct slice errors, const char *name,
                                        const char *mark);

// Whether the tool read the rules; if not, a sentence that says why and what to do. Warnings are no
// failure.
bool firewall_tool_check(const struct firewall_tool *tool, const struct host_config *config,
                         struct err *err);

#endif
