// SPDX-License-Identifier: MIT

// The configuration and profiles as a command needs them, with every fault reported at once.
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/cli.h"
#include "fleet/fleet.h"
#include "probe/probe.h"
#include "replay/player.h"

static bool report(struct err_list *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        cli_complain("%s", errors->texts[i]);
    bool none = errors->count == 0;
    err_list_dispose(errors);
    return none;
}

static void complain_unknown_hosts(const struct config *config, const struct invocation *invocation,
                                   struct err_list *errors)
{
    const char **names = mem_array(config->host_count, sizeof *names);
    struct str all = {0};
    for (size_t i = 0; i < config->host_count; i++) {
        names[i] = config->hosts[i].name;
        str_appendf(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    for (size_t i = 0; i < invocation->host_count; i++) {
        const char *typed = invocation->hosts[i];
        if (config_host(config, typed) != NULL)
            continue;
        const char *near = ini_nearest(typed, names, config->host_count);
        const char *where = config->path != NULL ? config->path : _("the default configuration");
        if (invocation->replay != NULL)
            err_list_add(errors, "--host %s: no such host in the recording; it has %s", typed,
                         str_text(&all));
        else if (near != NULL)
            err_list_add(errors, "--host %s: no such host in %s; did you mean %s?", typed, where,
                         near);
        else
            err_list_add(errors, "--host %s: no such host in %s", typed, where);
    }
    str_dispose(&all);
    free(names);
}

static const struct profile *profile_for(const struct setup *setup, size_t index,
                                         struct err_list *errors)
{
    const struct config *config = setup->config;
    for (size_t i = 0; i < index; i++)
        if (setup->profiles[i] != NULL &&
            strcmp(config->hosts[i].profile, config->hosts[index].profile) == 0)
            return setup->profiles[i];
    struct profile *profile = NULL;
    if (profile_load(config->hosts[index].profile, &config->profile_overrides, &profile, errors)) {
        probe_join_panes(profile, errors);
        probe_check_profile(profile, errors);
    }
    return profile;
}

// The recorded hosts in place of the configured ones.
static bool load_replay(const struct invocation *invocation, struct setup *out,
                        struct err_list *errors)
{
    struct err_list notes = {0};
    struct err err = {0};
    char *shipped = invocation->replay[0] == '\0' ? replay_shipped() : NULL;
    const char *folder = shipped != NULL ? shipped : invocation->replay;
    if (folder[0] == '\0')
        err_set(&err, "--replay: the recording that comes with nocdesk is not installed here; name "
                      "the folder of one");
    else
        out->player = player_open(folder, &notes, &err);
    for (size_t i = 0; i < notes.count; i++)
        cli_complain("%s", notes.texts[i]);
    err_list_dispose(&notes);
    free(shipped);
    if (out->player != NULL && player_configure(out->player, out->config, &err))
        return true;
    err_list_add(errors, "%s", err.text);
    return false;
}

struct fleet *setup_fleet(const struct invocation *invocation, const struct setup *setup)
{
    struct fleet *fleet = fleet_new(setup->config, setup->profiles);
    if (setup->player == NULL)
        return fleet;
    struct err err = {0};
    int64_t wall_ms;
    player_attach(setup->player, fleet);
    if (invocation->at == NULL)
        return fleet;
    if (invocation->at[0] == '-') // of a recording that has not begun to play: from its end
        player_seek(setup->player, player_end_ms(setup->player));
    if (!player_parse_time(setup->player, invocation->at, &wall_ms, &err)) {
        cli_complain("--at: %s", err.text);
        fleet_free(fleet);
        return NULL;
    }
    int beyond = player_beyond(setup->player, wall_ms);
    if (beyond > 0)
        cli_complain("--at %s is after the end of the recording: this is its end", invocation->at);
    else if (beyond < 0)
        cli_complain("--at %s is before the recording: this is its beginning", invocation->at);
    player_seek(setup->player, wall_ms);
    return fleet;
}

void setup_settle(struct player *player)
{
    player_skip_lead(player);
    while (player_step(player) != PLAYER_RESTS)
        continue;
    for (const char *note; (note = player_next_note(player)) != NULL;)
        cli_complain("%s", note);
}

bool setup_load(const struct invocation *invocation, struct setup *out)
{
    *out = (struct setup){0};
    struct err_list errors = {0};
    if (!config_load(invocation->config_path, &out->config, &errors))
        return report(&errors);
    if (invocation->at != NULL && invocation->replay == NULL)
        err_list_add(&errors, "--at is a time of a recording: it goes with --replay");
    if (invocation->replay != NULL && !load_replay(invocation, out, &errors))
        return report(&errors);
    complain_unknown_hosts(out->config, invocation, &errors);
    if (invocation->host_count > 0)
        config_keep_hosts(out->config, invocation->hosts, invocation->host_count);
    out->config->read_only = out->config->read_only || invocation->read_only;
    out->profiles = mem_array(out->config->host_count, sizeof *out->profiles);
    for (size_t i = 0; i < out->config->host_count && errors.count == 0; i++)
        out->profiles[i] = profile_for(out, i, &errors);
    return report(&errors);
}

void setup_dispose(struct setup *setup)
{
    for (size_t i = 0; setup->profiles != NULL && i < setup->config->host_count; i++) {
        const struct profile *profile = setup->profiles[i];
        bool shared = false;
        for (size_t j = 0; j < i; j++)
            shared = shared || setup->profiles[j] == profile;
        if (!shared)
            profile_free((struct profile *)(uintptr_t)profile);
    }
    free(setup->profiles);
    player_free(setup->player);
    config_free(setup->config);
}
