// SPDX-License-Identifier: MIT

// One source is tried by rules, the surest first; the first that holds is the verdict.
#include "meter/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "meter/verdict_private.h"

enum {
    MINUTE_S = 60,
    GUESSES_PER_LOGIN = 20, // more wrong passwords for each right one are no customer's
    REFUSED_PER_ANSWER = 20,
    HANDSHAKE_US = 10 * 1000 * 1000, // a login that was challenged has been tried again by then
    FLOOD_LEAST_S = 10,
    TRIES_PER_USER = 6, // more are of phones that go on trying, not of somebody who looks around
    GUESSES_PER_USER = 10,
    REFUSED_PER_USER = 10,
    ANSWERING_FACTOR = 10, // who answers requests may send so much more than the limit
};

const struct verdict_word verdict_words[VERDICT_KINDS] = {
    [VERDICT_NONE] = {"", "", N_("Nothing striking.")},
    [VERDICT_LOCAL] = {"word_local", N_("this host"), N_("The host itself.")},
    [VERDICT_TRUSTED] = {"word_trusted", N_("trusted"),
                         N_("Trusted by the configuration or accepted by the firewall.")},
    [VERDICT_GATEWAY] = {"word_gateway", N_("gateway"), N_("A configured gateway of the host.")},
    [VERDICT_CUSTOMER] = {"word_customer", N_("customer"),
                          N_("A source whose logins or calls the host accepts.")},
    [VERDICT_UNUSUAL] = {"word_unusual", N_("unusual"),
                         N_("Traffic of one of these that is out of the ordinary.")},
    [VERDICT_SCANNER] = {"word_scanner", N_("scanner"), N_("Calls itself like a known scanner.")},
    [VERDICT_REGISTER_BRUTE_FORCE] = {"word_register", N_("REGISTER brute force"),
                                      N_("Guesses the password of a user.")},
    [VERDICT_PASSWORD_SPRAY] = {"word_spray", N_("password spraying"),
                                N_("Guesses passwords of many users.")},
    [VERDICT_EXTENSION_HARVEST] = {"word_harvest", N_("extension harvesting"),
                                   N_("Tries which users exist.")},
    [VERDICT_INVITE_PROBE] = {"word_invite", N_("INVITE probing"),
                              N_("A stranger whose calls are all refused.")},
    [VERDICT_OPTIONS_FLOOD] = {"word_options", N_("OPTIONS flood"),
                               N_("Too many OPTIONS a minute.")},
    [VERDICT_PACKET_FLOOD] = {"word_packets", N_("packet flood"), N_("Too many packets a second.")},
    [VERDICT_DISTRIBUTED] = {"word_distributed", N_("distributed scan"),
                             N_("Many sources of one network, each below the limits.")},
    [VERDICT_SPOOFED] = {"word_spoofed", N_("spoofed flood"),
                         N_("Very many sources that each send once: forged addresses.")},
};

void verdict_settings_default(struct verdict_settings *out)
{
    *out = (struct verdict_settings){
        .scanner_agents = "friendly-scanner, sipvicious, VaxSIPUserAgent, SIPScan, sipcli, sipsak, "
                          "pplsip, sundayddr, sip-scan",
        .forged_agents = "eyeBeam, X-Lite",
        .options_pm = 50,
        .packets_ps = 100,
        .requests = 20,
        .register_failures = 5,
        .register_within_ms = INT64_C(600000),
        .spray_users = 6,
        .harvest_users = 20,
        .harvest_sequence = 10,
        .invites_refused = 10,
        .network_sources = 10,
        .spoofed_sources = 1000,
        .over_ms = INT64_C(30000),
        .quiet_ms = INT64_C(600000),
    };
    for (int kind = 0; kind < VERDICT_KINDS; kind++)
        out->words[kind] = verdict_words[kind].word;
}

bool verdict_is_attack(enum verdict_kind kind)
{
    return kind >= VERDICT_SCANNER;
}

void verdict_give(struct verdict *out, const struct verdict_settings *settings,
                  enum verdict_kind kind, enum level level, const char *fmt, ...)
{
    va_list args;

    *out = (struct verdict){
        .kind = kind, .word = settings->words[kind], .peer = "", .level = level, .pps = -1};
    va_start(args, fmt);
    vsnprintf(out->evidence, sizeof out->evidence, _(fmt), args);
    va_end(args);
}

const char *verdict_at_least(const struct meter_snapshot *snapshot)
{
    return snapshot->lossy ? _("at least ") : "";
}

bool verdict_is_active(const struct verdict_settings *settings,
                       const struct meter_snapshot *snapshot, int64_t last_us)
{
    return settings->quiet_ms == 0 || snapshot->now_us - last_us <= settings->quiet_ms * 1000;
}

static int compare_source(const void *source, const void *endpoint)
{
    return address_compare(source, &((const struct meter_endpoint *)endpoint)->source);
}

static void add_login(struct verdict_logins *logins, const struct meter_endpoint *endpoint)
{
    logins->guesses += endpoint->guesses;
    logins->users += endpoint->guesses > 0;
    logins->refused++;
    logins->authorized += endpoint->authorized;
    if (endpoint->guesses > 0 &&
        (logins->worst == NULL || endpoint->guesses_peak_pm > logins->worst->guesses_peak_pm))
        logins->worst = endpoint;
    if (endpoint->accepted_us != 0)
        logins->found = endpoint;
}

void verdict_case_open(struct verdict_case *out, const struct verdict_settings *settings,
                       const struct meter_snapshot *snapshot, const struct meter_talker *talker)
{
    const struct meter_endpoint *end = snapshot->endpoints + snapshot->endpoint_count, *at = NULL;
    int64_t since_us = snapshot->now_us - settings->register_within_ms * 1000;

    *out = (struct verdict_case){.settings = settings, .snapshot = snapshot, .talker = talker};
    if (snapshot->endpoint_count > 0)
        at = bsearch(&talker->source, snapshot->endpoints, snapshot->endpoint_count, sizeof *at,
                     compare_source);
    while (at != NULL && at > snapshot->endpoints && compare_source(&talker->source, at - 1) == 0)
        at--;
    for (; at != NULL && at < end && compare_source(&talker->source, at) == 0; at++)
        if (at->last_us >= since_us || settings->quiet_ms == 0)
            add_login(&out->logins, at);
}

bool verdict_is_customer(const struct verdict_case *it)
{
    const struct meter_talker *talker = it->talker;
    bool logs_in = talker->registers_ok > 0 && it->logins.found == NULL &&
                   it->logins.guesses <= talker->registers_ok * GUESSES_PER_LOGIN;
    bool calls = talker->invites_answered > 0 &&
                 talker->invites_refused <= talker->invites_answered * REFUSED_PER_ANSWER;
    return logs_in || calls;
}

static int64_t lifetime_s(const struct meter_talker *talker)
{
    return (talker->last_us - talker->first_us) / 1000000 + 1;
}

int64_t verdict_requests(const struct meter_talker *talker)
{
    int64_t sum = 0;
    for (int method = 0; method < METER_METHODS; method++)
        sum += talker->totals[method];
    return sum;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

// A final answer that nobody acknowledges is sent again and counted again: there are no more
// refusals than requests.
static int64_t refused_calls(const struct meter_talker *talker)
{
    return least(talker->invites_refused, talker->totals[METER_INVITE]);
}

static int64_t refused_requests(const struct meter_talker *talker)
{
    return least(talker->failures + talker->invites_refused, verdict_requests(talker));
}

// Whether the user agent contains one of the names, whatever the case.
static bool is_agent_of(const char *names, const char *user_agent)
{
    for (names += strspn(names, " ,"); *names != '\0'; names += strspn(names, " ,")) {
        char wanted[64];
        size_t len = strcspn(names, ","), kept = len;
        while (kept > 0 && names[kept - 1] == ' ')
            kept--;
        snprintf(wanted, sizeof wanted, "%.*s", (int)kept, names);
        if (strcasestr(user_agent, wanted) != NULL)
            return true;
        names += len;
    }
    return false;
}

// Refused without ever having been let in.
static bool is_turned_away(const struct verdict_case *it)
{
    const struct meter_talker *talker = it->talker;
    return refused_requests(talker) >= it->settings->requests && talker->registers_ok == 0 &&
           talker->invites_answered == 0;
}

static int64_t guess_seconds(const struct meter_endpoint *endpoint)
{
    return (endpoint->last_us - endpoint->first_guess_us + 999999) / 1000000;
}

static bool try_passwords(const struct verdict_case *it, struct verdict *out)
{
    const struct verdict_settings *settings = it->settings;
    const struct verdict_logins *logins = &it->logins;
    const struct meter_endpoint *worst = logins->worst;
    const char *lossy = verdict_at_least(it->snapshot);

    if (worst == NULL || logins->guesses < settings->register_failures)
        return false;
    bool hard = worst->guesses_peak_pm >= settings->register_failures;
    bool wide = logins->users >= settings->spray_users;
    if (wide && (hard || logins->guesses <= logins->users * GUESSES_PER_USER)) {
        verdict_give(out, settings, VERDICT_PASSWORD_SPRAY, LEVEL_CRIT,
                     "%s%lld failed REGISTERs for %lld users, %s among them", lossy,
                     (long long)logins->guesses, (long long)logins->users, worst->user);
    } else if (hard) {
        verdict_give(out, settings, VERDICT_REGISTER_BRUTE_FORCE, LEVEL_CRIT,
                     "%s%lld failed REGISTERs for %s in %lld s", lossy, (long long)worst->guesses,
                     worst->user, (long long)guess_seconds(worst));
        if (logins->users > 1)
            verdict_give(out, settings, VERDICT_REGISTER_BRUTE_FORCE, LEVEL_CRIT,
                         "%s%lld failed REGISTERs for %lld users, %lld for %s in %lld s", lossy,
                         (long long)logins->guesses, (long long)logins->users,
                         (long long)worst->guesses, worst->user, (long long)guess_seconds(worst));
    } else {
        return false;
    }
    if (logins->found != NULL) {
        size_t len = strlen(out->evidence);
        out->lasting = true;
        snprintf(out->evidence + len, sizeof out->evidence - len,
                 _("; then %s was let in: its password may be known"), logins->found->user);
    }
    return true;
}

// Requests that were turned away and not tried again with a password. A challenge alone is none: it
// begins every login.
static int64_t turned_away(const struct verdict_case *it)
{
    const struct meter_talker *talker = it->talker;
    bool settled =
        it->settings->quiet_ms == 0 || it->snapshot->now_us - talker->first_us > HANDSHAKE_US;
    int64_t refused = talker->failures_by_code[1] + talker->failures_by_code[2];
    int64_t challenged = talker->failures - refused - talker->failures_authorized;

    return least(refused + (settled && challenged > 0 ? challenged : 0), verdict_requests(talker));
}

// Users one after the other, or very many, a few times each, without a password.
static bool try_harvest(const struct verdict_case *it, struct verdict *out)
{
    const struct verdict_settings *settings = it->settings;
    const struct meter_talker *talker = it->talker;
    int64_t refused = turned_away(it), requests = verdict_requests(talker);
    bool calls = talker->totals[METER_INVITE] * 2 > requests;
    bool in_sequence = talker->users_sequential >= settings->harvest_sequence;
    char sequence[96] = "";

    if (refused < settings->requests || refused * 2 < talker->users ||
        requests > talker->users * TRIES_PER_USER || it->logins.authorized * 2 > it->logins.refused)
        return false;
    if (!in_sequence && (calls || talker->users < settings->harvest_users))
        return false;
    if (in_sequence)
        snprintf(sequence, sizeof sequence, _(", %lld in sequence"),
                 (long long)talker->users_sequential);
    verdict_give(out, settings, VERDICT_EXTENSION_HARVEST, LEVEL_CRIT,
                 "%s%lld users tried%s, %s among them; %lld requests refused",
                 talker->users_exact ? "" : _("about "), (long long)talker->users, sequence,
                 talker->users_sample[0], (long long)refused);
    return true;
}

// One user, again and again, without a password that could be wrong.
static bool try_refused(const struct verdict_case *it, struct verdict *out)
{
    const struct meter_talker *talker = it->talker;
    int64_t refused = least(talker->failures_pm, talker->per_minute[METER_REGISTER]);

    if (refused < it->settings->requests || talker->registers_ok > 0 ||
        talker->invites_answered > 0 || refused < talker->users * REFUSED_PER_USER)
        return false;
    verdict_give(out, it->settings, VERDICT_REGISTER_BRUTE_FORCE, LEVEL_CRIT,
                 "%s%lld REGISTERs within a minute, %lld requests refused, no login",
                 verdict_at_least(it->snapshot), (long long)talker->per_minute[METER_REGISTER],
                 (long long)refused);
    return true;
}

static bool try_invites(const struct verdict_case *it, struct verdict *out)
{
    const struct verdict_settings *settings = it->settings;
    const struct meter_talker *talker = it->talker;
    int64_t challenged = least(talker->failures_by_code[0] + talker->failures_by_code[3],
                               talker->totals[METER_INVITE]);

    if (talker->registers_ok > 0 || talker->invites_answered > 0)
        return false;
    if (refused_calls(talker) >= settings->invites_refused) {
        verdict_give(out, settings, VERDICT_INVITE_PROBE, LEVEL_CRIT,
                     "%s%lld calls refused, none answered, no login",
                     verdict_at_least(it->snapshot), (long long)refused_calls(talker));
        return true;
    }
    // Whoever may call comes back with a password, and then his call ends somehow.
    if (talker->totals[METER_INVITE] * 2 > verdict_requests(talker) &&
        challenged - talker->failures_authorized >= settings->requests &&
        talker->invites_refused == 0 && talker->failures_authorized == 0) {
        verdict_give(out, settings, VERDICT_INVITE_PROBE, LEVEL_CRIT,
                     "%s%lld INVITEs, %lld times asked for a password, no call since",
                     verdict_at_least(it->snapshot), (long long)talker->totals[METER_INVITE],
                     (long long)challenged);
        return true;
    }
    return false;
}

// Whether the rates of the last minute are still of what it did: else all that it did is looked at.
static bool is_silent(const struct verdict_case *it)
{
    return it->settings->quiet_ms == 0 || !it->talker->detailed ||
           it->snapshot->now_us - it->talker->last_us > (int64_t)MINUTE_S * 1000000;
}

static bool try_options(const struct verdict_case *it, struct verdict *out)
{
    const struct meter_talker *talker = it->talker;
    int64_t limit = it->settings->options_pm, life_s = lifetime_s(talker);
    int64_t now = talker->per_minute[METER_OPTIONS], ever = talker->totals[METER_OPTIONS];

    if (now >= limit)
        verdict_give(out, it->settings, VERDICT_OPTIONS_FLOOD, LEVEL_WARN,
                     "%s%lld OPTIONS within a minute, limit %lld", verdict_at_least(it->snapshot),
                     (long long)now, (long long)limit);
    else if (is_silent(it) && ever >= limit && ever * MINUTE_S >= limit * life_s)
        verdict_give(out, it->settings, VERDICT_OPTIONS_FLOOD, LEVEL_WARN,
                     "%lld OPTIONS in %lld s, limit %lld a minute", (long long)ever,
                     (long long)life_s, (long long)limit);
    else
        return false;
    return true;
}

static bool try_packets(const struct verdict_case *it, struct verdict *out)
{
    const struct meter_talker *talker = it->talker;
    bool answers = talker->responses * 3 >= talker->packets;
    int64_t limit = it->settings->packets_ps * (answers ? ANSWERING_FACTOR : 1);
    int64_t life_s = lifetime_s(talker), sure = talker->packets - talker->error;

    if (talker->pps_10s >= (double)limit)
        verdict_give(out, it->settings, VERDICT_PACKET_FLOOD, LEVEL_CRIT,
                     "%s%.0f packets/s over 10 s, limit %lld", verdict_at_least(it->snapshot),
                     talker->pps_10s, (long long)limit);
    else if (is_silent(it) && sure >= limit * FLOOD_LEAST_S && sure >= limit * life_s)
        verdict_give(out, it->settings, VERDICT_PACKET_FLOOD, LEVEL_CRIT,
                     "%lld packets in %lld s, limit %lld a second", (long long)sure,
                     (long long)life_s, (long long)limit);
    else
        return false;
    return true;
}

// The evidence for a known peer: who it is, and what is odd about it.
static void judge_peer(const struct verdict_case *it, const struct known_peer *peer,
                       struct verdict *out)
{
    enum verdict_kind kind = peer->kind == KNOWN_GATEWAY ? VERDICT_GATEWAY : VERDICT_TRUSTED;

    verdict_give_peer(out, it->settings, kind, peer->name);
    if (verdict_is_active(it->settings, it->snapshot, it->talker->last_us))
        verdict_peculiarity(it, out);
}

static void judge_customer(const struct verdict_case *it, struct verdict *out)
{
    struct verdict odd;

    verdict_give_peer(&odd, it->settings, VERDICT_CUSTOMER,
                      it->talker->registers_ok > 0 ? _("logins accepted") : _("calls answered"));
    verdict_peculiarity(it, &odd);
    if (odd.level == LEVEL_NONE)
        odd.evidence[0] = '\0';
    *out = odd;
}

// Surest first; floods last, because the others say what the flood is for.
static bool (*const rules[])(const struct verdict_case *, struct verdict *) = {
    try_passwords, try_harvest, try_invites, try_refused, try_options, try_packets,
};

static bool try_rules(const struct verdict_case *it, struct verdict *out)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i](it, out))
            return true;
    return false;
}

// What it does that passes no limit: "38 OPTIONS in 6 s"; "" where it asked for nothing.
static void describe(const struct verdict_case *it, char *out, size_t size)
{
    const struct meter_talker *talker = it->talker;
    int most = 0;

    for (int method = 1; method < METER_METHODS; method++)
        if (talker->totals[method] > talker->totals[most])
            most = method;
    out[0] = '\0';
    if (talker->totals[most] > 0)
        snprintf(out, size, _("%lld %s in %lld s"), (long long)talker->totals[most],
                 meter_method_name((enum meter_method)most), (long long)lifetime_s(talker));
}

static bool try_scanner(const struct verdict_case *it, struct verdict *out)
{
    const char *agent = it->talker->user_agent;
    bool forged = is_agent_of(it->settings->forged_agents, agent) && is_turned_away(it);
    struct verdict does;

    if (!forged && !is_agent_of(it->settings->scanner_agents, agent))
        return false;
    verdict_give(&does, it->settings, VERDICT_SCANNER, LEVEL_CRIT, "%s", "");
    if (!try_rules(it, &does))
        describe(it, does.evidence, sizeof does.evidence);
    verdict_give(out, it->settings, VERDICT_SCANNER, LEVEL_CRIT, "%s", agent);
    size_t len = strlen(out->evidence), room = sizeof out->evidence - len;
    if (forged)
        len +=
            (size_t)snprintf(out->evidence + len, room, _(" (often forged), %lld requests refused"),
                             (long long)refused_requests(it->talker));
    if (does.evidence[0] != '\0')
        snprintf(out->evidence + len, sizeof out->evidence - len, "; %s", does.evidence);
    out->lasting = does.lasting;
    return true;
}

// A stranger, or one who only seems to be known.
static void judge_stranger(const struct verdict_case *it, struct verdict *out)
{
    if (!verdict_is_active(it->settings, it->snapshot, it->talker->last_us))
        return;
    if (!try_scanner(it, out) && verdict_is_customer(it))
        judge_customer(it, out);
    else if (out->kind == VERDICT_NONE)
        try_rules(it, out);
    out->last_us = it->talker->last_us;
    out->pps = it->talker->detailed ? it->talker->pps_10s : -1;
    out->peak_pps = it->talker->peak_pps;
}

void verdict_talker(const struct verdict_settings *settings, const struct verdict_peers *peers,
                    const struct meter_snapshot *snapshot, const struct meter_talker *talker,
                    struct verdict *out)
{
    const struct known_peer *peer = peers_find(peers, &talker->source);
    struct verdict_case it;

    verdict_give(out, settings, VERDICT_NONE, LEVEL_NONE, "%s", "");
    if (talker->local || (peer != NULL && peer->kind == KNOWN_SELF)) {
        verdict_give_peer(out, settings, VERDICT_LOCAL, _("the host itself"));
        return;
    }
    verdict_case_open(&it, settings, snapshot, talker);
    if (peer != NULL)
        judge_peer(&it, peer, out);
    else
        judge_stranger(&it, out);
}
