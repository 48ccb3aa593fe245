// SPDX-License-Identifier: MIT

// Takes back bans of this program, whichever console made them.
#include "action/action.h"

#include <stdlib.h>
#include <string.h>

#include "action/backend.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/quote.h"

#define ASK_MS 8000

static bool is_banned_by(const struct ban_list *bans, const struct network *network,
                         const struct backend *backend)
{
    const struct ban *ban = ban_list_find(bans, network);
    while (ban != NULL && strcmp(ban->backend, backend->name) != 0)
        ban = ban_list_next(bans, ban);
    return ban != NULL;
}

// The targets that this backend bans.
static size_t collect(const struct plan_host *host, const struct ban_list *bans,
                      const struct backend *backend, struct network *out)
{
    size_t count = 0;
    for (size_t i = 0; i < host->target_count; i++)
        if (host->targets[i].state == ACTION_PLANNED &&
            is_banned_by(bans, &host->targets[i].network, backend))
            out[count++] = host->targets[i].network;
    return count;
}

static bool plan_backends(const struct plan_input *input, const struct ban_list *bans,
                          struct plan_host *out, struct err *err)
{
    struct network *networks = mem_array(out->target_count + 1, sizeof *networks);
    bool ok = true;
    for (size_t i = 0; ok && backends[i] != NULL; i++) {
        size_t count = collect(out, bans, backends[i], networks);
        if (count == 0)
            continue;
        out->method = out->method[0] == '\0'
                          ? backends[i]->name
                          : plan_text(out, "%s, %s", out->method, backends[i]->name);
        ok = backends[i]->plan_unban(input->facts, networks, count, out, err);
    }
    free(networks);
    return ok;
}

// "@@fail2ban-jail" and "@@fail2ban-in-JAIL", as the facts have the other parts.
static void write_jails_script(struct str *out, const struct host_facts *facts)
{
    const char *sudo = facts->host->sudo ? "sudo -n " : "";
    struct slice rest = slice_of(facts->jails), word;
    while ((word = slice_take_word(&rest)).len > 0) {
        bool ours = slice_is(word, facts->host->ban_jail);
        char *jail = mem_strndup(word.text, word.len);
        char *part = ours ? mem_strdup("fail2ban-jail") : mem_printf("fail2ban-in-%s", jail);
        str_append(out, "echo @@");
        quote_word(out, part);
        str_appendf(out, "; %sfail2ban-client get ", sudo);
        quote_word(out, jail);
        str_appendf(out, " banip%s; s=$?; echo; echo @@", ours ? " --with-time" : "");
        quote_word(out, part);
        str_append(out, "-status; echo $s\n");
        free(jail);
        free(part);
    }
}

static bool all_are_ours(const struct plan_input *input, const struct host_facts *facts)
{
    struct ban_list bans = {0};
    bool all = true;
    backend_list_all(facts, &bans);
    for (size_t i = 0; i < input->request->target_count; i++) {
        struct network network;
        all = all && network_parse(input->request->targets[i], &network) &&
              ban_list_find(&bans, &network) != NULL;
    }
    ban_list_dispose(&bans);
    return all;
}

// fail2ban takes a tenth of a second and more to answer: it is asked only where something is not
// banned by a way of ours.
static bool unban_look(const struct plan_input *input, struct fleet *fleet, size_t host,
                       struct host_facts *facts, int64_t deadline_ms, struct err *err)
{
    (void)err;
    if (!facts->tools[TOOL_FAIL2BAN].works || facts->jails[0] == '\0' || all_are_ours(input, facts))
        return true;
    struct str script = {0};
    struct err why = {0};
    int64_t soon_ms = clock_mono_ms() + ASK_MS;
    write_jails_script(&script, facts);
    struct link_command command = {.script = str_text(&script),
                                   .deadline_ms = soon_ms < deadline_ms ? soon_ms : deadline_ms};
    struct link_result result = {0};
    json_decref(facts->seen);
    if (link_exec(fleet_link(fleet, host), &command, &result, &why)) {
        str_append_bytes(&facts->out, str_text(&result.out), result.out.len);
        facts->seen = json_pack("{s:b}", "jails", true);
    } else {
        facts->seen = json_pack("{s:s}", "jails_why", why.text);
    }
    link_result_dispose(&result);
    str_dispose(&script);
    return true;
}

// The jail of fail2ban, not the one that this program bans by, in which the target stands; or NULL.
// *unread: a jail that did not say.
static const char *jail_of(const struct host_facts *facts, const struct network *network,
                           struct plan_host *out, const char **unread)
{
    struct slice rest = slice_of(facts->jails), word;
    const char *found = NULL;
    while (found == NULL && (word = slice_take_word(&rest)).len > 0) {
        struct ban_list bans = {0};
        struct slice text;
        int status;
        const char *jail = plan_text(out, "%.*s", (int)word.len, word.text);
        bool ours = slice_is(word, facts->host->ban_jail);
        bool there = facts_part(
            facts, ours ? "fail2ban-jail" : plan_text(out, "fail2ban-in-%s", jail), &text, &status);
        if (!there || status != 0) {
            *unread = jail;
            continue;
        }
        ban_list_fail2ban(&bans, text, word, 0);
        ban_list_sort(&bans);
        if (!ours && ban_list_find(&bans, network) != NULL)
            found = jail;
        ban_list_dispose(&bans);
    }
    return found;
}

static bool is_lifted(const struct plan_host *out, const struct ban *ban)
{
    for (size_t i = 0; i < out->target_count; i++)
        if (out->targets[i].state == ACTION_PLANNED &&
            out->targets[i].network.prefix == ban->network.prefix &&
            address_compare(&out->targets[i].network.base, &ban->network.base) == 0)
            return true;
    return false;
}

// What bans of another width keep the target, or part of it, out.
struct other_width {
    const struct ban *around, *inside; // the first that stays; or NULL
    size_t inside_count;               // that stay
    bool lifted;                       // one of them is a target of the same request
};

static struct other_width other_width_read(const struct ban_list *bans, const struct plan_host *out,
                                           const struct network *network)
{
    struct other_width found = {0};
    for (size_t i = 0; i < bans->count; i++) {
        const struct ban *ban = &bans->items[i];
        bool around = ban->network.prefix < network->prefix &&
                      network_contains(&ban->network, &network->base);
        bool inside =
            ban->network.prefix > network->prefix && network_contains(network, &ban->network.base);
        if ((around || inside) && is_lifted(out, ban)) {
            found.lifted = true;
        } else if (around && found.around == NULL) {
            found.around = ban;
        } else if (inside && found.inside_count++ == 0) {
            found.inside = ban;
        }
    }
    return found;
}

// Why there is nothing to unban here by the name that was given.
static void say_not_found(const struct host_facts *facts, const struct ban_list *bans,
                          struct plan_target *target, struct plan_host *out)
{
    char text[ADDRESS_TEXT_MAX];
    const char *unread = NULL;
    struct other_width other = other_width_read(bans, out, &target->network);
    const struct ban *ban = other.around != NULL ? other.around : other.inside;
    const char *jail = ban == NULL ? jail_of(facts, &target->network, out, &unread) : NULL;
    if (ban == NULL && jail == NULL && other.lifted)
        return; // it goes with that one
    target->state = ACTION_REFUSED;
    if (ban != NULL)
        network_print(&ban->network, text);
    if (other.around != NULL) {
        target->error =
            plan_text(out, _("%s is inside the banned network %s: unban that"), target->text, text);
    } else if (ban != NULL) {
        target->error =
            other.inside_count == 1
                ? plan_text(out, _("%s is not banned as a whole, but %s in it is: unban that"),
                            target->text, text)
                : plan_text(out,
                            _("%s is not banned as a whole; %zu bans are inside it, the first is "
                              "%s: unban those"),
                            target->text, other.inside_count, text);
    } else if (jail != NULL) {
        target->error = plan_text(out,
                                  _("%s is banned by fail2ban itself, in its jail %s: "
                                    "fail2ban-client set %s unbanip %s"),
                                  target->text, jail, jail, target->text);
    } else {
        const char *why = json_string_value(json_object_get(facts->seen, "jails_why"));
        const char *silent = facts->seen == NULL ? NULL : why != NULL ? why : unread;
        target->state = ACTION_ALREADY;
        target->error =
            silent != NULL
                ? plan_text(out,
                            _("no ban of this program stands for it; a rule of the host's own may, "
                              "or fail2ban, which did not answer: %s"),
                            silent)
                : _("no ban of this program stands for it; a rule of the host's own may");
    }
}

static bool plan_unban(const struct plan_input *input, struct plan_host *out, struct err *err)
{
    struct ban_list bans = {0};
    backend_list_all(input->facts, &bans);
    for (size_t i = 0; i < out->target_count; i++) {
        struct plan_target *target = &out->targets[i];
        if (target->state == ACTION_PLANNED && ban_list_find(&bans, &target->network) == NULL)
            say_not_found(input->facts, &bans, target, out);
    }
    out->reversible = true;
    bool ok = plan_backends(input, &bans, out, err);
    ban_list_dispose(&bans);
    if (ok && out->step_count > 0 && input->facts->host->firewall_save)
        ok = backend_plan_save(input->facts, out, err);
    return ok;
}

const struct action action_unban = {
    .name = "unban",
    .title = N_("Unban"),
    .done = N_("unbanned"),
    .already = N_("not banned"),
    .help = N_("Take back the ban of an address or network."),
    .key = "u",
    .target = TARGET_NETWORK,
    .danger = DANGER_HARMLESS,
    .batch = true,
    .many_hosts = true,
    .reversible = true,
    .blocks = BLOCKS_WHEN_UNDONE,
    .look = unban_look,
    .plan = plan_unban,
};
