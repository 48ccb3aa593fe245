// SPDX-License-Identifier: MIT

// Waiting for a host's table without a person: errors where a console would show a state.
#include "fleet/outcome.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"

// Where nobody is there to answer, a question is an error that says where it can be answered.
static void meet_question(struct outcome *outcome, struct fleet *fleet, size_t host)
{
    const struct link_question *question = &outcome->status.link.question;
    if (outcome->attended) {
        snprintf(outcome->error, sizeof outcome->error, _("%s waits for an answer: %.300s"),
                 fleet_host(fleet, host)->name, question->text);
        return;
    }
    snprintf(outcome->error, sizeof outcome->error,
             _("%s: %.300s (answer it once in the console or with: nocdesk doctor --host %s)"),
             fleet_host(fleet, host)->name, question->text, fleet_host(fleet, host)->name);
    fleet_answer(fleet, host, question->id, NULL);
    outcome->settled = true;
}

void outcome_update(struct outcome *outcome, struct fleet *fleet, size_t host,
                    const struct probe *probe)
{
    const struct host_config *config = fleet_host(fleet, host);
    snapshot_unref(outcome->snapshot);
    outcome->snapshot = fleet_snapshot(fleet, host, probe);
    fleet_host_status(fleet, host, &outcome->status);
    const struct snapshot *snapshot = outcome->snapshot;
    if (!outcome->attended && outcome->settled && snapshot == NULL)
        return;
    outcome->error[0] = outcome->off.text[0] = '\0';
    outcome->late = false;
    outcome->settled = probe->local || fleet_is_played(fleet);
    bool none = snapshot == NULL || snapshot->table_count == 0;
    if (none && outcome->status.word != HOST_DISABLED &&
        fleet_is_off(fleet, host, probe, &outcome->off)) {
        outcome->settled = true;
        // What nobody configured was not switched off either: for whoever asks for it, it is
        // missing.
        if (config->assumed) {
            memcpy(outcome->error, outcome->off.text, sizeof outcome->error);
            outcome->off.text[0] = '\0';
        }
        return;
    }
    if (fleet_is_played(fleet) && none && outcome->status.error[0] == '\0') {
        snprintf(outcome->error, sizeof outcome->error,
                 "%s: the recording holds no reading of %s at this time", config->name,
                 probe->schema->name);
        return;
    }
    if (probe->local) {
        outcome->status.word = HOST_LIVE;
    } else if (outcome->status.link.question.kind != LINK_ASK_NONE) {
        meet_question(outcome, fleet, host);
    } else if (outcome->status.error[0] != '\0') {
        snprintf(outcome->error, sizeof outcome->error, "%s", outcome->status.error);
        outcome->settled = true;
    } else if (outcome->status.word == HOST_DISABLED) {
        outcome->settled = true;
    } else if (profile_probe(fleet_profile(fleet, host), probe->schema->name) == NULL) {
        snprintf(outcome->error, sizeof outcome->error,
                 _("%s: the profile %s has no source for %s"), config->name, config->profile,
                 probe->schema->name);
        outcome->settled = true;
    } else if (snapshot != NULL && snapshot->error[0] != '\0') {
        snprintf(outcome->error, sizeof outcome->error, "%s", snapshot->error);
        outcome->settled = true;
    } else if (snapshot != NULL && snapshot->table_count > 0) {
        outcome->settled = !snapshot->settling;
        outcome->late = snapshot_word(snapshot, clock_shown_mono_ms()) == FEED_STALE;
        if (outcome->late)
            snprintf(outcome->error, sizeof outcome->error, _("%s: %s has not answered for %lld s"),
                     config->name, snapshot->source,
                     (long long)(clock_shown_mono_ms() - snapshot->read_mono_ms) / 1000);
    }
}

// What a host that has given nothing is waited for.
static const char *waited_for(const struct host_status *status)
{
    static const char *const words[] = {
        [LINK_STAGE_RESOLVE] = N_("the name server does not answer"),
        [LINK_STAGE_CONNECT] = N_("the host does not answer"),
        [LINK_STAGE_HOSTKEY] = N_("the host key is not checked yet"),
        [LINK_STAGE_LOGIN] = N_("the login is not through"),
    };
    const struct link_status *link = &status->link;
    if (link->stage == LINK_STAGE_CONNECT && link->peer[0] != '\0')
        return _("the host takes connections, but its sshd does not answer");
    if (link->up || link->stage >= sizeof words / sizeof *words || words[link->stage] == NULL)
        return _(host_state_text(status->word));
    return _(words[link->stage]);
}

void outcome_expire(struct outcome *outcome, struct fleet *fleet, size_t host, size_t variant,
                    int64_t timeout_ms)
{
    bool empty = snapshot_table(outcome->snapshot, variant) == NULL;
    if (outcome->error[0] != '\0' || !empty || outcome->status.word == HOST_DISABLED ||
        err_is_set(&outcome->off))
        return;
    snprintf(outcome->error, sizeof outcome->error,
             _("%s: nothing within %.1f s (%s)%s%s; --timeout allows more"),
             fleet_host(fleet, host)->name, (double)timeout_ms / 1000, waited_for(&outcome->status),
             outcome->snapshot != NULL ? ": " : "",
             outcome->snapshot != NULL ? outcome->snapshot->progress : "");
}

void outcome_dispose(struct outcome *outcome)
{
    snapshot_unref(outcome->snapshot);
    *outcome = (struct outcome){0};
}
