// SPDX-License-Identifier: MIT

// What a host's iptables knows, its SIP ports and its conntrack: asked without changing anything.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/backend_private.h"
#include "action/shield.h"
#include "action/shield_capture.h"
#include "base/quote.h"

// A rule of each feature as the shield uses it.
static const struct {
    const char *name, *rule;
} features[SHIELD_FEATURES] = {
    [SHIELD_STRING] = {"string", "-m string --string x --algo bm"},
    [SHIELD_HASHLIMIT] = {"hashlimit", "-m hashlimit --hashlimit-above 10/sec --hashlimit-burst 10 "
                                       "--hashlimit-mode srcip --hashlimit-name nocdesk-test"},
    [SHIELD_CONNLIMIT] = {"connlimit", "-p tcp -m connlimit --connlimit-above 9"},
    [SHIELD_RECENT] = {"recent", "-m recent --update --seconds 60 --hitcount 20 --name nocdesk"},
    [SHIELD_MULTIPORT] = {"multiport", "-p udp -m multiport --dports 5060,6060"},
    [SHIELD_CONNTRACK] = {"conntrack", "-m conntrack --ctstate ESTABLISHED"},
    [SHIELD_STATE] = {"state", "-m state --state ESTABLISHED"},
    [SHIELD_COMMENT] = {"comment", "-m comment --comment x"},
};

static const char *const conntrack_paths[][3] = {
    {"/proc/sys/net/netfilter/nf_conntrack_count", "/proc/sys/net/netfilter/nf_conntrack_max",
     "/sys/module/nf_conntrack/parameters/hashsize"},
    {"/proc/sys/net/ipv4/netfilter/ip_conntrack_count",
     "/proc/sys/net/ipv4/netfilter/ip_conntrack_max",
     "/sys/module/ip_conntrack/parameters/hashsize"},
};

void shield_look_script(struct str *out, const struct host_facts *facts)
{
    struct shield_capture capture = shield_capture_read(facts->profile);
    str_appendf(out, "sudo=%s\n", facts->host->sudo ? "'sudo -n'" : "");
    str_append(out,
               "try() { printf '*filter\\n:" SHIELD_CHAIN " - [0:0]\\n-A " SHIELD_CHAIN
               " %s -j DROP\\nCOMMIT\\n' \"$3\" | $sudo \"$1-restore\" -n -t >/dev/null 2>&1 "
               "&& echo \"has $1 $2\"; }\n"
               "for t in iptables ip6tables; do command -v $t-restore >/dev/null || continue\n");
    for (size_t i = 0; i < SHIELD_FEATURES; i++) {
        str_appendf(out, "try $t %s ", features[i].name);
        quote_word(out, features[i].rule);
        str_append_char(out, '\n');
    }
    str_append(out, "done\n");
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 3; j++)
            str_appendf(out, "[ -r %s ] && echo \"%s $(cat %s)\"\n", conntrack_paths[i][j],
                        conntrack_paths[i][j], conntrack_paths[i][j]);
    if (capture.ports_file[0] != '\0') {
        str_append(out, "echo @@ports; cat ");
        quote_word(out, capture.ports_file);
        str_append(out, " 2>/dev/null; echo\n");
    }
    str_append(out, "echo @@job; $sudo sh " SHIELD_JOB " state 2>/dev/null\necho @@end; exit 0\n");
}

static void take_feature(struct shield_host *host, struct slice line)
{
    struct slice tool = slice_take_word(&line), name = slice_take_word(&line);
    for (size_t i = 0; i < SHIELD_FEATURES; i++)
        if (slice_is(name, features[i].name))
            host->has[slice_is(tool, "ip6tables")][i] = true;
}

static void take_size(struct shield_host *host, struct slice path, struct slice line)
{
    int64_t value;
    struct slice word = slice_take_word(&line);
    if (!slice_take_uint(&word, &value))
        return;
    for (size_t i = 0; i < 2; i++) {
        if (slice_is(path, conntrack_paths[i][0]))
            host->conntrack = value;
        if (slice_is(path, conntrack_paths[i][1])) {
            host->conntrack_max = value;
            snprintf(host->conntrack_max_path, sizeof host->conntrack_max_path, "%s",
                     conntrack_paths[i][1]);
        }
        if (slice_is(path, conntrack_paths[i][2])) {
            host->buckets = value;
            snprintf(host->buckets_path, sizeof host->buckets_path, "%s", conntrack_paths[i][2]);
        }
    }
}

static void take_ports(const struct host_facts *facts, struct slice file, struct shield_host *host)
{
    struct shield_capture capture = shield_capture_read(facts->profile);
    for (size_t i = 0; i < facts->host->sip_port_count && host->sip.count < CAPTURE_PORTS_MAX; i++)
        host->sip.ports[host->sip.count++] = facts->host->sip_ports[i];
    if (host->sip.count == 0)
        capture_ports_from_file(&host->sip, file.text, file.len, capture.ports_keys);
    if (host->sip.count == 0)
        capture_ports_add(&host->sip, capture.ports, strlen(capture.ports));
}

// The fourth word of SSH_CONNECTION.
static int ssh_port_of(const struct host_facts *facts)
{
    struct slice part, line, word = {"", 0};
    int64_t port;
    int status;
    if (facts_part(facts, "console", &part, &status) && slice_take_line(&part, &line))
        for (int i = 0; i < 4; i++)
            word = slice_take_word(&line);
    if (slice_take_uint(&word, &port) && port > 0 && port < 65536)
        return (int)port;
    return facts->host->port > 0 ? facts->host->port : 22;
}

static void take_job(struct slice text, struct shield_host *host)
{
    static const char left[] = "left=";
    struct slice part, line;
    host->left_s = -1;
    if (!slice_marked_part(text, "job", &part) || !slice_take_line(&part, &line))
        return;
    struct slice word = slice_take_word(&line);
    snprintf(host->state, sizeof host->state, "%.*s", (int)(word.len < 23 ? word.len : 23),
             word.text);
    word = slice_take_word(&line);
    snprintf(host->id, sizeof host->id, "%.*s", (int)(word.len < 23 ? word.len : 23), word.text);
    if (!slice_take_line(&part, &line) || line.len < sizeof left)
        return;
    line.text += sizeof left - 1;
    line.len -= sizeof left - 1;
    if (!slice_take_uint(&line, &host->left_s))
        host->left_s = -1;
}

bool shield_host_parse(const struct host_facts *facts, const char *out, size_t len,
                       struct shield_host *host, struct err *err)
{
    struct slice text = {out, len}, line, file = {"", 0};
    *host = (struct shield_host){.conntrack = -1, .conntrack_max = -1, .buckets = -1};
    slice_marked_part(text, "ports", &file);
    take_ports(facts, file, host);
    take_job(text, host);
    host->ssh_port = ssh_port_of(facts);
    while (slice_take_line(&text, &line) && (line.len < 2 || memcmp(line.text, "@@", 2) != 0)) {
        struct slice word = slice_take_word(&line);
        if (slice_is(word, "has"))
            take_feature(host, line);
        else
            take_size(host, word, line);
    }
    const struct tool_fact *tools = facts->tools;
    if (!tools[TOOL_IPTABLES].works || !tools[TOOL_IPTABLES_RESTORE].present)
        return err_set(err,
                       "%s: the shield is made of iptables, and there is none here that "
                       "answers (iptables-save, iptables-restore)",
                       facts->host->name);
    return true;
}
