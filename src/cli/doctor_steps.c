// SPDX-License-Identifier: MIT

// The steps of doctor: name, TCP, host key, login, tools, MySQL, web interface, capture, clock,
// firewall.
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/doctor.h"
#include "link/service.h"

void finding_set(struct finding *finding, enum finding_state state, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(finding->text, sizeof finding->text, _(fmt), args);
    va_end(args);
    finding->state = state;
}

// A stage of the connection: what the link reached, or why it did not get past here.
static bool stage_passed(struct patient *patient, enum link_stage stage, struct finding *finding)
{
    if (patient->lost == LINK_STAGE_READY || patient->lost > stage)
        return true;
    if (patient->lost == stage)
        finding_set(finding, FINDING_FAILED, "%s", patient->link_error.text);
    else
        finding_set(finding, FINDING_SKIPPED, "not reached");
    return false;
}

static void examine_configuration(struct patient *patient, struct finding *finding)
{
    struct link_status status;
    link_get_status(patient->link, &status);
    if (!stage_passed(patient, LINK_STAGE_CONFIG, finding))
        return;
    if (status.notes[0] != '\0')
        finding_set(finding, FINDING_WARNING, "%s", status.notes);
    else
        finding_set(finding, FINDING_OK, "profile %s, link %s", patient->host->profile,
                    patient->host->link == LINK_LOCAL ? "local" : "ssh");
}

static void examine_name(struct patient *patient, struct finding *finding)
{
    if (stage_passed(patient, LINK_STAGE_RESOLVE, finding))
        finding_set(finding, FINDING_OK, "%s", patient->host->address);
}

static void examine_connection(struct patient *patient, struct finding *finding)
{
    struct link_status status;
    link_get_status(patient->link, &status);
    if (!stage_passed(patient, LINK_STAGE_CONNECT, finding))
        return;
    if (patient->host->link == LINK_LOCAL)
        finding_set(finding, FINDING_OK, "this machine, without SSH");
    else
        finding_set(finding, FINDING_OK, "%s answers", status.peer);
}

static void examine_host_key(struct patient *patient, struct finding *finding)
{
    if (!stage_passed(patient, LINK_STAGE_HOSTKEY, finding))
        return;
    if (patient->host->link == LINK_LOCAL)
        finding_set(finding, FINDING_SKIPPED, "this machine");
    else
        finding_set(finding, FINDING_OK, "known");
}

static void examine_login(struct patient *patient, struct finding *finding)
{
    if (!stage_passed(patient, LINK_STAGE_LOGIN, finding))
        return;
    if (patient->host->link == LINK_LOCAL)
        finding_set(finding, FINDING_SKIPPED, "this machine");
    else if (patient->host->user[0] != '\0')
        finding_set(finding, FINDING_OK, "%s logged in, %lld ms since the start",
                    patient->host->user, (long long)patient->connected_in_ms);
    else
        finding_set(finding, FINDING_OK, "logged in, %lld ms since the start",
                    (long long)patient->connected_in_ms);
}

static bool run(struct patient *patient, const struct link_command *how, struct link_result *result,
                struct finding *finding)
{
    struct link_command command = *how;
    struct err err = {0};
    command.deadline_ms = clock_mono_ms() + patient->timeout_ms;
    *result = (struct link_result){0};
    if (link_exec(patient->link, &command, result, &err))
        return true;
    finding_set(finding, FINDING_FAILED, "%s", err.text);
    return false;
}

static const char *first_line(struct str *str)
{
    if (str->text != NULL)
        str->text[strcspn(str->text, "\n")] = '\0';
    return str_text(str);
}

static void examine_tools(struct patient *patient, struct finding *finding)
{
    // The names are the profile's own words, not foreign text; each is checked by the shell as one
    // word.
    char *tools = mem_strdup(profile_value(patient->profile, "doctor", "tools", ""));
    const char *argv[40] = {"sh", "-c",
                            "for t; do command -v \"$t\" >/dev/null || echo \"$t\"; done", "sh"};
    size_t count = 4;
    char *rest = NULL;
    for (char *tool = strtok_r(tools, " ", &rest); tool != NULL && count < 39;
         tool = strtok_r(NULL, " ", &rest))
        argv[count++] = tool;
    struct link_result result;
    bool ran = run(patient, &(struct link_command){.argv = argv}, &result, finding);
    free(tools);
    if (!ran)
        return;
    for (char *at = result.out.text; at != NULL && *at != '\0'; at++)
        if (*at == '\n')
            *at = at[1] == '\0' ? '\0' : ' ';
    if (result.out.len == 0)
        finding_set(finding, FINDING_OK, "%s",
                    profile_value(patient->profile, "doctor", "tools", ""));
    else
        finding_set(finding, FINDING_WARNING,
                    "missing on the host: %s; install them, or the panes that need them stay empty",
                    str_text(&result.out));
    link_result_dispose(&result);
}

// Names in *missing what of one table the panes want and the host does not have.
static bool find_missing(struct patient *patient, struct sql *sql, const struct ini_entry *wanted,
                         struct str *missing, struct err *err)
{
    struct sql_columns columns;
    if (!sql_table_columns(sql, wanted->key, clock_mono_ms() + patient->timeout_ms, &columns, err))
        return false;
    char *names = mem_strdup(wanted->value), *rest = NULL;
    if (!columns.exists)
        str_appendf(missing, _(" table %s;"), wanted->key);
    else
        for (char *name = strtok_r(names, " ", &rest); name != NULL;
             name = strtok_r(NULL, " ", &rest))
            if (!sql_columns_have(&columns, name))
                str_appendf(missing, " %s.%s;", wanted->key, name);
    free(names);
    sql_columns_dispose(&columns);
    return true;
}

static void examine_mysql(struct patient *patient, struct finding *finding)
{
    if (patient->host->mysql_port == 0 && patient->host->mysql_socket[0] == '\0') {
        finding_set(finding, FINDING_SKIPPED, "mysql_port = 0: this host has no database");
        return;
    }
    struct sql *sql;
    struct err err = {0};
    char *where = service_sql_name(patient->host);
    bool opened =
        service_open_sql(patient->link, patient->host, where, patient->timeout_ms, &sql, &err);
    free(where);
    if (!opened) {
        finding_set(finding, FINDING_FAILED, "%s", err.text);
        return;
    }
    const struct ini_section *tables = ini_section(&patient->profile->ini, "doctor tables");
    struct str missing = {0};
    bool ok = true;
    for (size_t i = 0; ok && tables != NULL && i < tables->count; i++)
        ok = find_missing(patient, sql, &tables->entries[i], &missing, &err);
    if (!ok)
        finding_set(finding, FINDING_FAILED, "%s", err.text);
    else if (missing.len > 0)
        finding_set(finding, FINDING_WARNING,
                    "%s, database %s, but missing:%s the panes leave it out",
                    sql_server_version(sql), patient->host->mysql_database, str_text(&missing));
    else
        finding_set(finding, FINDING_OK, "%s, database %s, all tables and columns",
                    sql_server_version(sql), patient->host->mysql_database);
    str_dispose(&missing);
    sql_close(sql);
}

static void judge_http(struct patient *patient, const struct http_request *request,
                       const json_t *answer, struct finding *finding)
{
    const char *result = profile_value(patient->profile, "http", "result", "retCode");
    int64_t code, ok = strtoll(profile_value(patient->profile, "http", "result_ok", "0"), NULL, 10);
    if (json_member_int(answer, result, &code) && code == ok)
        finding_set(finding, FINDING_OK, "port %d answers %s", patient->host->http_port,
                    request->path);
    else
        finding_set(finding, FINDING_FAILED,
                    "%s: %s was refused by the product (%s not %lld); allow 127.0.0.1 in its web "
                    "access control",
                    request->where, request->path, result, (long long)ok);
}

static void examine_http(struct patient *patient, struct finding *finding)
{
    const struct host_config *host = patient->host;
    if (host->http_port == 0) {
        finding_set(finding, FINDING_SKIPPED, "http_port = 0: this host has no web interface");
        return;
    }
    char section[100];
    snprintf(section, sizeof section, "http %s",
             profile_value(patient->profile, "doctor", "http", "performance"));
    char *where = service_http_name(host);
    struct http_request request = {
        .where = where,
        .path = profile_value(patient->profile, section, "path", "/"),
        .body = profile_value(patient->profile, section, "body", "{}"),
        .content_type = profile_value(patient->profile, "http", "content_type", "application/json"),
        .deadline_ms = clock_mono_ms() + patient->timeout_ms,
    };
    json_t *answer;
    struct err err = {0};
    if (service_post(patient->link, host, &request, &answer, &err)) {
        judge_http(patient, &request, answer, finding);
        json_decref(answer);
    } else {
        finding_set(finding, FINDING_FAILED, "%s", err.text);
    }
    free(where);
}

static void examine_capture(struct patient *patient, struct finding *finding)
{
    const char *interface = patient->host->capture;
    if (strcmp(interface, "off") == 0) {
        finding_set(finding, FINDING_SKIPPED, "capture = off");
        return;
    }
    // -d opens the interface, as a capture does, prints the filter and ends. (Nothing but tcpdump
    // itself need be allowed by sudo, so there is no "timeout" before it.)
    const char *argv[] = {"tcpdump", "-i", interface, "-n", "-p", "-d", "udp", NULL};
    struct link_result result;
    if (!run(patient, &(struct link_command){.argv = argv, .sudo = true}, &result, finding))
        return;
    if (result.exit_status == 0)
        finding_set(finding, FINDING_OK, "tcpdump may capture on %s", interface);
    else if (result.exit_status == 127)
        finding_set(finding, FINDING_FAILED,
                    "tcpdump is not installed on the host: flood and suspended stay empty");
    else
        finding_set(
            finding, FINDING_FAILED,
            "tcpdump may not capture on %s: %s; log in as root, set sudo = yes, or give tcpdump "
            "cap_net_raw",
            interface, first_line(&result.err));
    link_result_dispose(&result);
}

static void examine_clock(struct patient *patient, struct finding *finding)
{
    const char *argv[] = {"date", "+%s.%N", NULL};
    struct link_result result;
    int64_t before_ms = clock_wall_ms();
    if (!run(patient, &(struct link_command){.argv = argv}, &result, finding))
        return;
    int64_t after_ms = clock_wall_ms();
    char *end;
    double seconds = strtod(str_text(&result.out), &end);
    int64_t warn_ms = 2000;
    clock_parse_duration(profile_value(patient->profile, "doctor", "clock_warn", "2s"), &warn_ms);
    double offset_ms = seconds * 1000 - (double)(before_ms + after_ms) / 2;
    if (end == str_text(&result.out))
        finding_set(finding, FINDING_FAILED, "date answered %s", first_line(&result.out));
    else if (offset_ms > (double)warn_ms || offset_ms < -(double)warn_ms)
        finding_set(finding, FINDING_WARNING,
                    offset_ms < 0
                        ? N_("the host's clock is %.1f s behind this machine's; run NTP on both")
                        : N_("the host's clock is %.1f s ahead of this machine's; run NTP on both"),
                    fabs(offset_ms) / 1000);
    else
        finding_set(finding, FINDING_OK, "off by %.0f ms (half of %lld ms round trip unsure)",
                    offset_ms, (long long)(after_ms - before_ms));
    link_result_dispose(&result);
}

static size_t count_rules(const char *saved)
{
    size_t rules = 0;
    for (const char *line = saved; line != NULL && *line != '\0';) {
        rules += *line == '[' && strstr(line, "] -A ") != NULL;
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return rules;
}

static void examine_firewall(struct patient *patient, struct finding *finding)
{
    const char *version[] = {"iptables", "--version", NULL};
    const char *save[] = {"iptables-save", "-c", NULL};
    struct link_result named, saved;
    if (!run(patient, &(struct link_command){.argv = version}, &named, finding))
        return;
    if (run(patient, &(struct link_command){.argv = save, .sudo = true}, &saved, finding)) {
        if (saved.exit_status == 127)
            finding_set(finding, FINDING_FAILED, "iptables-save is not installed on the host");
        else if (saved.exit_status != 0)
            finding_set(finding, FINDING_FAILED,
                        "iptables-save is not permitted: %s; log in as root or set sudo = yes",
                        first_line(&saved.err));
        else
            finding_set(finding, FINDING_OK, "%s, %zu rules", first_line(&named.out),
                        count_rules(str_text(&saved.out)));
        link_result_dispose(&saved);
    }
    link_result_dispose(&named);
}

const struct doctor_step doctor_steps[] = {
    {.id = "configuration", .title = N_("configuration"), .examine = examine_configuration},
    {.id = "name", .title = N_("name"), .examine = examine_name},
    {.id = "connection", .title = N_("connection"), .examine = examine_connection},
    {.id = "host-key", .title = N_("host key"), .examine = examine_host_key},
    {.id = "login", .title = N_("login"), .examine = examine_login},
    {.id = "tools", .title = N_("tools"), .needs_link = true, .examine = examine_tools},
    {.id = "mysql", .title = N_("MySQL"), .needs_link = true, .examine = examine_mysql},
    {.id = "http", .title = N_("web interface"), .needs_link = true, .examine = examine_http},
    {.id = "capture", .title = N_("capture"), .needs_link = true, .examine = examine_capture},
    {.id = "clock", .title = N_("clock"), .needs_link = true, .examine = examine_clock},
    {.id = "firewall", .title = N_("firewall"), .needs_link = true, .examine = examine_firewall},
};
const size_t doctor_step_count = sizeof doctor_steps / sizeof *doctor_steps;
