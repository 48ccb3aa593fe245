// SPDX-License-Identifier: MIT

// What is known of a host: its lists and texts.
#include "action/facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

struct host_facts *facts_new(const struct host_config *host, const struct profile *profile)
{
    struct host_facts *facts = mem_alloc(sizeof *facts);
    facts->arena = arena_new();
    facts->host = host;
    facts->profile = profile;
    facts->read_wall_ms = clock_shown_wall_ms();
    facts->route_facts[0].why = facts->route_facts[1].why = "";
    facts->console_fact.why = facts->local_fact.why = facts->chain6_fact.why = "";
    for (int kind = 0; kind < PEER_KINDS; kind++)
        facts->peer_facts[kind].why = "";
    for (int tool = 0; tool < TOOLS; tool++)
        facts->tools[tool].version_text = "";
    facts->jails = facts->save = "";
    return facts;
}

void facts_free(struct host_facts *facts)
{
    if (facts == NULL)
        return;
    free(facts->console);
    free(facts->local);
    free(facts->peers);
    free(facts->let_through);
    str_dispose(&facts->out);
    json_decref(facts->seen);
    arena_free(facts->arena);
    free(facts);
}

const char *facts_text(const struct host_facts *facts, const char *fmt, ...)
{
    struct str text = {0};
    va_list args;
    va_start(args, fmt);
    str_vappendf(&text, fmt, args);
    va_end(args);
    const char *copy = arena_strndup(facts->arena, str_text(&text), text.len);
    str_dispose(&text);
    return copy;
}

void facts_add_console(struct host_facts *facts, const struct address *address)
{
    for (size_t i = 0; i < facts->console_count; i++)
        if (address_compare(&facts->console[i], address) == 0)
            return;
    struct address *added = mem_push(&facts->console, &facts->console_count, &facts->console_cap,
                                     sizeof *facts->console);
    *added = *address;
}

void facts_add_local(struct host_facts *facts, const struct network *network)
{
    struct network *added =
        mem_push(&facts->local, &facts->local_count, &facts->local_cap, sizeof *facts->local);
    *added = *network;
}

void facts_add_peer(struct host_facts *facts, const struct network *network, enum peer_kind kind,
                    const char *name, size_t calls)
{
    struct peer *peer =
        mem_push(&facts->peers, &facts->peer_count, &facts->peer_cap, sizeof *facts->peers);
    *peer = (struct peer){*network, kind, facts_text(facts, "%s", name), calls};
}

bool facts_part(const struct host_facts *facts, const char *name, struct slice *out, int *status)
{
    struct slice text = {str_text(&facts->out), facts->out.len}, line, number;
    char status_name[64];
    snprintf(status_name, sizeof status_name, "%s-status", name);
    *status = -1;
    int64_t value;
    if (slice_marked_part(text, status_name, &number) && slice_take_line(&number, &line) &&
        slice_take_uint(&line, &value))
        *status = (int)value;
    return slice_marked_part(text, name, out);
}

int64_t facts_clock_s(const struct host_facts *facts, int64_t wall_ms)
{
    struct slice part, line;
    int64_t now_s;
    int status;
    if (facts_part(facts, "clock", &part, &status) && slice_take_line(&part, &line)) {
        struct slice word = slice_take_word(&line);
        if (slice_take_uint(&word, &now_s) && word.len == 0)
            return now_s + (wall_ms - facts->read_wall_ms) / 1000;
    }
    return wall_ms / 1000;
}
