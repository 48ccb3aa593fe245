// SPDX-License-Identifier: MIT

// The capture on the host as a command: which ports, which arguments, and why it ended, in words.
#ifndef PROBE_CAPTURE_COMMAND_H
#define PROBE_CAPTURE_COMMAND_H

#include "base/err.h"
#include "base/str.h"

#define CAPTURE_PORTS_MAX 32

struct capture_ports {
    int ports[CAPTURE_PORTS_MAX];
    size_t count;
};

// Adds the ports of "5060,6060" or "5060 6060"; what is no port is skipped.
void capture_ports_add(struct capture_ports *ports, const char *text, size_t len);

// Adds the ports that lines such as SIP_PORT=5060,6060 or SS_SIP_PORT="5060" of a softswitch.conf
// name; keys has spaces between.
void capture_ports_from_file(struct capture_ports *ports, const char *file, size_t len,
                             const char *keys);

// The filter of a capture that comes over SSH from this port of the host: the stream never carries
// itself, even where SSH listens on a SIP port. vlan as for capture_filter(); ssh_port 0: none.
// Heap string.
char *capture_stream_filter(const struct capture_ports *ports, bool vlan, int ssh_port);

// What a host's tcpdump turned out not to know.
struct capture_limits {
    bool no_immediate_mode; // before tcpdump 4.7
    bool no_vlan;           // the interface's link type has none
};

// tcpdump's words for the console: the last line that says something, "" when none does.
void capture_complaint(const char *errors, char *out, size_t size);

// Learns from why it ended; true when another attempt should follow at once.
bool capture_learn(struct capture_limits *limits, const char *complaint);

// The sentence for an operator. why: what the link says, may be NULL.
void capture_explain(struct err *err, const char *host, bool sudo, const char *complaint,
                     int exit_status, const char *why);

#endif
