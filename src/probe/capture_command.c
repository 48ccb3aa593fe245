// SPDX-License-Identifier: MIT

// Ports out of a softswitch.conf, and tcpdump's complaints made into advice.
#include "probe/capture_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "meter/capture.h"
#include "probe/capture_settings.h"
#include "probe/slice.h"

void capture_ports_add(struct capture_ports *ports, const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t start = i;
        int port = 0;
        for (; i < len && text[i] >= '0' && text[i] <= '9'; i++)
            port = port > 65535 ? port : port * 10 + (text[i] - '0');
        bool known = port < 1 || port > 65535 || ports->count == CAPTURE_PORTS_MAX;
        for (size_t j = 0; j < ports->count; j++)
            known = known || ports->ports[j] == port;
        if (i > start && !known)
            ports->ports[ports->count++] = port;
        i += i == start;
    }
}

char *capture_stream_filter(const struct capture_ports *ports, bool vlan, int ssh_port)
{
    char *sip = capture_filter(ports->ports, ports->count, vlan);
    bool shared = false;

    for (size_t i = 0; i < ports->count; i++)
        shared = shared || ports->ports[i] == ssh_port;
    if (!shared)
        return sip;
    // First, because `vlan` shifts the offsets of what follows it.
    char *filter = mem_printf("not tcp port %d and (%s)", ssh_port, sip);
    free(sip);
    return filter;
}

static struct slice trim(struct slice slice)
{
    while (slice.len > 0 && strchr(" \t\r\"'", slice.text[0]) != NULL) {
        slice.text++;
        slice.len--;
    }
    while (slice.len > 0 && strchr(" \t\r\"'", slice.text[slice.len - 1]) != NULL)
        slice.len--;
    return slice;
}

static bool is_one_of(struct slice name, const char *keys)
{
    const char *item;
    size_t len;
    while (capture_next_item(&keys, " ,", &item, &len))
        if (slice_equal(name, (struct slice){item, len}))
            return true;
    return false;
}

void capture_ports_from_file(struct capture_ports *ports, const char *file, size_t len,
                             const char *keys)
{
    struct slice rest = {file, len}, line;
    while (slice_take_line(&rest, &line)) {
        const char *equals = memchr(line.text, '=', line.len);
        if (equals == NULL)
            continue;
        struct slice name = {line.text, (size_t)(equals - line.text)};
        struct slice value = {equals + 1, line.len - name.len - 1};
        const char *comment = memchr(value.text, '#', value.len);
        if (comment != NULL)
            value.len = (size_t)(comment - value.text);
        value = trim(value);
        if (is_one_of(trim(name), keys))
            capture_ports_add(ports, value.text, value.len);
    }
}

static bool contains_any(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strstr(text, *words) != NULL)
            return true;
    return false;
}

void capture_complaint(const char *errors, char *out, size_t size)
{
    static const char *const noise[] = {"listening on",
                                        "packets captured",
                                        "packet captured",
                                        "by filter",
                                        "dropped by kernel",
                                        "dropped by interface",
                                        "data link type",
                                        "output suppressed",
                                        "Warning:",
                                        "Usage:",
                                        "[ -",
                                        " version ",
                                        "OpenSSL",
                                        NULL};
    struct slice rest = {errors, strlen(errors)}, line;

    out[0] = '\0';
    while (slice_take_line(&rest, &line)) {
        char text[256];
        snprintf(text, sizeof text, "%.*s", line.len < 255 ? (int)line.len : 255, line.text);
        bool goes_on = text[0] == '(' || text[strspn(text, " \t\r")] == '\0';
        if (!goes_on && !contains_any(text, noise))
            snprintf(out, size, "%s", text);
    }
}

bool capture_learn(struct capture_limits *limits, const char *complaint)
{
    static const char *const options[] = {"immediate-mode", "unrecognized option", "invalid option",
                                          NULL};
    static const char *const vlan[] = {"VLAN", "vlan", NULL};

    if (!limits->no_immediate_mode && contains_any(complaint, options))
        return limits->no_immediate_mode = true;
    if (!limits->no_vlan && contains_any(complaint, vlan))
        return limits->no_vlan = true;
    return false;
}

void capture_explain(struct err *err, const char *host, bool sudo, const char *complaint,
                     int exit_status, const char *why)
{
    static const char *const no_device[] = {"No such device", "SIOCGIFHWADDR", NULL};
    static const char *const absent[] = {"not found", "No such file", NULL};
    static const char *const denied[] = {"ermission",
                                         "not permitted",
                                         "password is required",
                                         "must have a tty",
                                         "not allowed",
                                         "sudo:",
                                         NULL};

    if (contains_any(complaint, no_device))
        err_set(err, "%s: there is no such interface to capture on; set capture = any (%s)", host,
                complaint);
    else if (contains_any(complaint, absent) || (complaint[0] == '\0' && exit_status == 127))
        err_set(err, "%s: there is no tcpdump on this host; install it there, or set capture = off",
                host);
    else if (contains_any(complaint, denied))
        err_set(
            err,
            sudo ? N_("%s: sudo does not let this account run tcpdump; allow it in the host's "
                      "sudoers with NOPASSWD (%s)")
                 : N_("%s: this account may not capture; allow tcpdump by sudo on the host and set "
                      "sudo = yes (%s)"),
            host, complaint);
    else if (complaint[0] != '\0')
        err_set(err, "%s: the capture ended and is started again (%s)", host, complaint);
    else if (why != NULL && strncmp(why, host, strlen(host)) == 0)
        err_set(err, "%s", why);
    else
        err_set(err, "%s: the capture ended and is started again (%s)", host,
                why != NULL ? why : "tcpdump gave no reason");
}
