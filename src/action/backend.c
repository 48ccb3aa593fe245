// SPDX-License-Identifier: MIT

// The ways to ban, and what they share.
#include "action/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/backend_private.h"
#include "base/mem.h"

#define RESTORE_WAIT_S "5"

const struct backend *const backends[] = {
    &backend_ipset, &backend_nftables, &backend_iptables, &backend_fail2ban, NULL,
};

const struct family families[2] = {
    {.v6 = false,
     .part = "iptables",
     .restore = "iptables-restore",
     .save = "iptables-save",
     .word = "IPv4",
     .tool = TOOL_IPTABLES,
     .restore_tool = TOOL_IPTABLES_RESTORE},
    {.v6 = true,
     .part = "ip6tables",
     .restore = "ip6tables-restore",
     .save = "ip6tables-save",
     .word = "IPv6",
     .tool = TOOL_IP6TABLES,
     .restore_tool = TOOL_IP6TABLES_RESTORE},
};

const struct backend *backend_find(const char *name)
{
    for (size_t i = 0; backends[i] != NULL; i++)
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    return NULL;
}

const struct backend *backend_choose(const struct host_facts *facts, bool v6, struct err *err)
{
    struct str lacks = {0};
    const struct backend *chosen = NULL;
    for (size_t i = 0; backends[i] != NULL && chosen == NULL; i++) {
        struct err why = {0};
        if (facts->host->ban_backend != BAN_AUTO && facts->host->ban_backend != backends[i]->way)
            continue;
        if (backends[i]->usable(facts, v6, &why))
            chosen = backends[i];
        else
            str_appendf(&lacks, "%s%s: %s", lacks.len > 0 ? "; " : "", backends[i]->name, why.text);
    }
    if (chosen == NULL)
        err_set(err, "%s: no way to ban %s addresses here: %s", facts->host->name,
                v6 ? "IPv6" : "IPv4", str_text(&lacks));
    str_dispose(&lacks);
    return chosen;
}

void backend_list_all(const struct host_facts *facts, struct ban_list *out)
{
    for (size_t i = 0; backends[i] != NULL; i++)
        backends[i]->list(facts, out);
    ban_list_sort(out);
}

bool network_is_v6(const struct network *network)
{
    return !address_is_v4(&network->base);
}

size_t family_count(const struct family *family, const struct network *networks, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += network_is_v6(&networks[i]) == family->v6;
    return found;
}

int64_t backend_until_s(const struct ban_order *order, int64_t now_s)
{
    return order->for_s < 0 ? 0 : now_s + order->for_s;
}

bool backend_part(const struct host_facts *facts, const char *name, struct slice *out)
{
    int status;
    return facts_part(facts, name, out, &status) && status == 0;
}

bool backend_version_at_least(const struct tool_fact *tool, int major, int minor, int patch)
{
    const int wanted[3] = {major, minor, patch};
    for (size_t i = 0; i < 3; i++)
        if (tool->version[i] != wanted[i])
            return tool->version[i] > wanted[i];
    return true;
}

const char *backend_what(struct plan_host *out, const struct family *family,
                         const struct network *networks, size_t count)
{
    char text[ADDRESS_TEXT_MAX];
    size_t found = family_count(family, networks, count);
    if (found != 1)
        return plan_text(out, "%zu addresses", found);
    size_t i = 0;
    while (network_is_v6(&networks[i]) != family->v6)
        i++;
    network_print(&networks[i], text);
    return plan_text(out, "%s", text);
}

const char **backend_words(struct plan_host *out, const struct family *family,
                           const struct network *networks, size_t count, const char *const *others,
                           size_t other_count, size_t *word_count)
{
    const char **words = mem_array(count + other_count + 1, sizeof *words);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        char text[ADDRESS_TEXT_MAX];
        if (network_is_v6(&networks[i]) != family->v6)
            continue;
        network_print(&networks[i], text);
        words[used++] = arena_strndup(out->arena, text, strlen(text));
    }
    for (size_t i = 0; i < other_count; i++)
        if (others[i] != NULL)
            words[used++] = others[i];
    *word_count = used;
    return words;
}

const char **backend_undone_words(struct plan_host *out, const struct family *family,
                                  const struct ban_list *earlier, const struct network *networks,
                                  size_t count, size_t *word_count)
{
    const char **words = mem_array(3 * count + 1, sizeof *words);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        char text[ADDRESS_TEXT_MAX];
        if (family != NULL && network_is_v6(&networks[i]) != family->v6)
            continue;
        network_print(&networks[i], text);
        const struct ban *old = ban_list_find(earlier, &networks[i]);
        words[used++] = plan_text(out, "%s%s", old == NULL ? "!" : "", text);
        const char *times = old != NULL ? strstr(old->rule, "nocdesk since=") : NULL;
        long long since_s, until_s;
        if (times == NULL ||
            sscanf(times, "nocdesk since=%lld until=%lld", &since_s, &until_s) != 2)
            continue;
        words[used++] = plan_text(out, "since=%lld", since_s);
        words[used++] = plan_text(out, "until=%lld", until_s);
    }
    *word_count = used;
    return words;
}

bool backend_let_is_over(const struct let_through *each)
{
    return each->ends && each->left_s == 0;
}

enum let_word backend_let_word(const struct host_facts *facts, const char *tool,
                               const struct address *address)
{
    enum let_word word = LET_MISSING;
    for (size_t i = 0; i < facts->let_through_count; i++) {
        const struct let_through *each = &facts->let_through[i];
        if (strcmp(each->tool, tool) != 0 || each->network.prefix != 128 ||
            address_compare(&each->network.base, address) != 0 || backend_let_is_over(each))
            continue;
        if (!each->ends || each->left_s >= CONSOLE_RENEW_S)
            return LET_THROUGH;
        word = LET_OLD;
    }
    return word;
}

bool backend_let_is_old(const struct host_facts *facts, const struct let_through *each)
{
    bool ours = false;
    for (size_t i = 0; i < facts->console_count && !ours; i++)
        ours = each->network.prefix == 128 &&
               address_compare(&facts->console[i], &each->network.base) == 0;
    return ours && each->ends && each->left_s < CONSOLE_RENEW_S;
}

struct plan_call backend_restore(const struct host_facts *facts, const struct family *family,
                                 struct plan_host *out, const char *text)
{
    // iptables itself learned -w earlier; its restore in 1.6.2.
    const struct tool_fact *tool = &facts->tools[family->tool];
    bool waits = facts->iptables_wait && backend_version_at_least(tool, 1, 6, 2);
    return waits ? plan_command(out, text, family->restore, "-n", "-w", RESTORE_WAIT_S, NULL)
                 : plan_command(out, text, family->restore, "-n", NULL);
}

// "line 12 failed" of a text of 12 lines: the rules were right, handing them over failed.
static bool commit_failed(const char *input, const char *errors)
{
    size_t lines = 0;
    for (const char *c = input; *c != '\0'; c++)
        lines += *c == '\n';
    char wanted[48];
    snprintf(wanted, sizeof wanted, "line %zu failed", lines);
    const char *found = strstr(errors, wanted);
    return found != NULL && (found[strlen(wanted)] == '\n' || found[strlen(wanted)] == '\0');
}

static bool is_restore(const struct plan_call *call)
{
    return call->via == PLAN_COMMAND && (strcmp(call->argv[0], families[0].restore) == 0 ||
                                         strcmp(call->argv[0], families[1].restore) == 0);
}

bool backend_is_transaction(const struct plan_call *call)
{
    return is_restore(call) || (call->via == PLAN_COMMAND && strcmp(call->argv[0], "nft") == 0);
}

bool backend_may_retry(const struct plan_call *call, int status, const char *errors)
{
    if (status == 0 || !is_restore(call))
        return false;
    return strstr(errors, "Resource temporarily unavailable") != NULL ||
           strstr(errors, "xtables lock") != NULL || status == 4 ||
           (call->input != NULL && commit_failed(call->input, errors));
}
