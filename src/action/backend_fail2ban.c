// SPDX-License-Identifier: MIT

// Bans handed to a jail of fail2ban, which decides by its own settings how and how long.
#include <stdlib.h>
#include <string.h>

#include "action/backend_private.h"
#include "base/lang.h"

// fail2ban runs its action once an address, 8 ms each with iptables.
#define EACH_MS 20
#define BASE_MS 10000

static const char *jail_of(const struct host_facts *facts)
{
    return facts->host->ban_jail;
}

// fail2ban passes what it is given to a shell of its own: nothing but names of jails, and canonical
// addresses.
static bool is_jail_name(const char *name)
{
    return name != NULL && name[0] != '\0' && name[0] != '-' && strlen(name) <= 64 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
               strlen(name);
}

static bool fail2ban_usable(const struct host_facts *facts, bool v6, struct err *why)
{
    (void)v6;
    const struct tool_fact *tool = &facts->tools[TOOL_FAIL2BAN];
    const char *jail = jail_of(facts);
    if (!tool->present)
        return err_set(why, "there is no fail2ban");
    if (!tool->works)
        return err_set(why, "fail2ban did not answer: rights, or it does not run");
    if (!is_jail_name(jail))
        return err_set(why, "ban_jail is not the name of a jail");
    struct slice rest = slice_of(facts->jails != NULL ? facts->jails : ""), word;
    while ((word = slice_take_word(&rest)).len > 0)
        if (slice_is(word, jail))
            return true;
    return err_set(why, "fail2ban has no jail %s; write ban_jail = one of: %s", jail,
                   facts->jails != NULL ? facts->jails : "");
}

static void fail2ban_list(const struct host_facts *facts, struct ban_list *out)
{
    struct slice text, clock, line;
    int status;
    int64_t zone_s = 0;
    if (!backend_part(facts, "fail2ban-jail", &text) || !is_jail_name(jail_of(facts)))
        return;
    if (facts_part(facts, "clock", &clock, &status) && slice_take_line(&clock, &line)) {
        slice_take_word(&line);
        zone_s = ban_zone_s(slice_take_word(&line));
    }
    ban_list_fail2ban(out, text, slice_of(jail_of(facts)), zone_s);
}

static struct plan_check check(const struct host_facts *facts, struct plan_host *out,
                               enum plan_expectation expect, const struct network *networks,
                               size_t count)
{
    size_t used, all;
    const char **six = backend_words(out, &families[1], networks, count, NULL, 0, &used);
    const char **words = backend_words(out, &families[0], networks, count, six, used, &all);
    struct plan_check made =
        plan_expect(out, plan_command(out, NULL, "fail2ban-client", "status", jail_of(facts), NULL),
                    expect, words, all);
    free(six);
    free(words);
    return made;
}

// xargs splits a list that is longer than a command line may be.
static struct plan_call command(const struct host_facts *facts, struct plan_host *out,
                                const char *verb, const struct network *networks, size_t count)
{
    struct str list = {0};
    for (size_t i = 0; i < count; i++) {
        char text[ADDRESS_TEXT_MAX];
        network_print(&networks[i], text);
        str_appendf(&list, "%s\n", text);
    }
    struct plan_call call = plan_command(out, str_text(&list), "xargs", "fail2ban-client", "set",
                                         jail_of(facts), verb, NULL);
    call.timeout_ms = BASE_MS + (int64_t)count * EACH_MS;
    str_dispose(&list);
    return call;
}

static void add_step(const struct host_facts *facts, const struct network *networks, size_t count,
                     bool ban, struct plan_host *out)
{
    const char *what = count == 1
                           ? backend_what(out, &families[network_is_v6(networks)], networks, count)
                           : plan_text(out, "%zu addresses", count);
    struct plan_step *step =
        ban ? plan_add_step(out, "ban %s in the jail %s", what, jail_of(facts))
            : plan_add_step(out, "take %s out of the jail %s", what, jail_of(facts));
    step->run = command(facts, out, ban ? "banip" : "unbanip", networks, count);
    step->after = check(facts, out, ban ? EXPECT_WORDS : EXPECT_NO_WORDS, networks, count);
    step->undo = command(facts, out, ban ? "unbanip" : "banip", networks, count);
    step->undone = check(facts, out, ban ? EXPECT_NO_WORDS : EXPECT_WORDS, networks, count);
}

// Those that the jail holds (or not), so that an undo takes nothing that was there before.
static bool plan_those(const struct host_facts *facts, const struct network *networks, size_t count,
                       bool ban, struct plan_host *out)
{
    struct ban_list bans = {0};
    struct network *chosen = arena_alloc(out->arena, (count + 1) * sizeof *chosen);
    size_t chosen_count = 0;
    fail2ban_list(facts, &bans);
    ban_list_sort(&bans);
    for (size_t i = 0; i < count; i++)
        if ((ban_list_find(&bans, &networks[i]) == NULL) == ban)
            chosen[chosen_count++] = networks[i];
    if (chosen_count > 0)
        add_step(facts, chosen, chosen_count, ban, out);
    ban_list_dispose(&bans);
    return true;
}

static bool fail2ban_plan_ban(const struct host_facts *facts, const struct ban_order *order,
                              struct plan_host *out, struct err *err)
{
    (void)err;
    out->ends_wall_ms = -1;
    out->note =
        _("fail2ban ends the ban after the bantime of its jail, whatever was asked for, and "
          "keeps no reason");
    return plan_those(facts, order->networks, order->count, true, out);
}

static bool fail2ban_plan_unban(const struct host_facts *facts, const struct network *networks,
                                size_t count, struct plan_host *out, struct err *err)
{
    (void)err;
    return plan_those(facts, networks, count, false, out);
}

const struct backend backend_fail2ban = {
    .name = "fail2ban",
    .way = BAN_FAIL2BAN,
    .purpose = N_("A jail of fail2ban, with that jail's own time and rules."),
    .expires = true,
    .usable = fail2ban_usable,
    .plan_ban = fail2ban_plan_ban,
    .plan_unban = fail2ban_plan_unban,
    .list = fail2ban_list,
};
