// SPDX-License-Identifier: MIT

// What the shield asks of a host before it is planned.
#include <stdlib.h>
#include <string.h>

#include "action/shield.h"
#include "fleet/fleet.h"

bool shield_ask(struct fleet *fleet, size_t host, struct host_facts *facts, int64_t deadline_ms,
                struct err *err)
{
    struct str script = {0};
    shield_look_script(&script, facts);
    struct link_command command = {.script = str_text(&script), .deadline_ms = deadline_ms};
    struct link_result result = {0};
    bool ok = link_exec(fleet_link(fleet, host), &command, &result, err);
    if (ok && strstr(str_text(&result.out), "@@end\n") == NULL)
        ok = err_set(err, "%s: what its iptables knows could not be read: %.200s",
                     facts->host->name, str_text(&result.err));
    if (ok) {
        json_decref(facts->seen);
        facts->seen = json_pack("{s:s%}", "shield", str_text(&result.out), result.out.len);
        if (facts->seen == NULL)
            ok = err_set(err, "%s: the file of its SIP ports is no text", facts->host->name);
    }
    link_result_dispose(&result);
    str_dispose(&script);
    return ok;
}

bool shield_read(const struct host_facts *facts, struct shield_host *host, struct err *err)
{
    const char *text = json_string_value(json_object_get(facts->seen, "shield"));
    if (text == NULL)
        return err_set(err, "%s: it was not asked what its iptables knows", facts->host->name);
    return shield_host_parse(facts, text, strlen(text), host, err);
}

// The honest proof that the host takes the rules: its own iptables-restore --test.
bool shield_test(struct fleet *fleet, size_t host, const struct host_facts *facts,
                 const struct shield_set *set, int64_t deadline_ms, struct err *err)
{
    static const char *const tools[2] = {"iptables-restore", "ip6tables-restore"};
    for (size_t i = 0; i < 2; i++) {
        if (set->family[i].count == 0)
            continue;
        char *text = shield_restore_text(facts, i == 1, &set->family[i]);
        const char *const argv[] = {tools[i], "-n", "-t", NULL};
        struct link_command command = {
            .argv = argv, .input = text, .sudo = true, .deadline_ms = deadline_ms};
        struct link_result result = {0};
        bool ok = link_exec(fleet_link(fleet, host), &command, &result, err);
        if (ok && result.exit_status != 0)
            ok = err_set(err, "%s: %s does not take the rules, nothing was changed: %.200s",
                         facts->host->name, tools[i], str_text(&result.err));
        link_result_dispose(&result);
        free(text);
        if (!ok)
            return false;
    }
    return true;
}
