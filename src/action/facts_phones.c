// SPDX-License-Identifier: MIT

// Which phones are registered, and from where: from the product's table of phones that are online.
#include "action/facts_phones.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "link/service.h"

// Numbers in one question (reference C.4), and phones in all: more would be a load on the product.
#define BATCH      200
#define PHONES_MAX 4000
#define OLDEST_MS  60000
#define ASK_MS     3000

// Who asks, and until when.
struct asking {
    struct fleet *fleet;
    size_t host;
    const struct host_facts *facts;
    int64_t deadline_ms;
};

void phones_dispose(struct phones *phones)
{
    json_decref(phones->rows);
    *phones = (struct phones){0};
}

static const char *setting(const struct host_facts *facts, const char *key)
{
    return profile_value(facts->profile, "phones", key, "");
}

// A new reference, or NULL and err.
static json_t *ask(const struct asking *asking, const char *path, const char *body, struct err *err)
{
    const struct host_facts *facts = asking->facts;
    char *where = service_http_name(facts->host);
    struct http_request request = {
        .where = where,
        .path = path,
        .body = body,
        .content_type = profile_value(facts->profile, "http", "content_type", "application/json"),
        .deadline_ms = asking->deadline_ms,
    };
    json_t *answer = NULL;
    if (!service_post(fleet_link(asking->fleet, asking->host), facts->host, &request, &answer, err))
        answer = NULL;
    free(where);
    return answer;
}

static bool ask_batch(const struct asking *asking, const json_t *numbers, size_t first,
                      json_t *rows, struct err *err)
{
    json_t *body = json_object(), *batch = json_array(), *row;
    for (size_t i = first; i < json_array_size(numbers) && i < first + BATCH; i++)
        json_array_append(batch, json_array_get(numbers, i));
    json_object_set_new(body, setting(asking->facts, "batch"), batch);
    char *text = json_dumps(body, JSON_COMPACT);
    json_t *answer = ask(asking, setting(asking->facts, "each"), text, err);
    const json_t *list = json_object_get(answer, setting(asking->facts, "rows"));
    bool ok = json_is_array(list);
    size_t i;
    json_array_foreach(list, i, row)
    {
        json_array_append(rows, row);
    }
    if (!ok && answer != NULL)
        err_set(err, "%s: the answer about the phones has no list", asking->facts->host->name);
    json_decref(answer);
    json_decref(body);
    free(text);
    return ok;
}

static bool read_phones(const struct asking *asking, struct phones *phones, struct err *err)
{
    const char *host = asking->facts->host->name;
    json_t *answer = ask(asking, setting(asking->facts, "all"), "{}", err);
    const json_t *numbers = json_object_get(answer, setting(asking->facts, "numbers"));
    size_t count = json_array_size(numbers);
    json_t *rows = json_array();
    bool ok = json_is_array(numbers);
    if (!ok && answer != NULL)
        err_set(err, "%s: the answer about the phones has no numbers", host);
    if (count > PHONES_MAX)
        ok = err_set(err, "%s: %zu phones are online, too many to ask for their addresses", host,
                     count);
    for (size_t i = 0; i < count && ok; i += BATCH)
        ok = ask_batch(asking, numbers, i, rows, err);
    json_decref(answer);
    if (ok) {
        phones_dispose(phones);
        phones->rows = json_incref(rows);
        phones->read_mono_ms = clock_mono_ms();
    }
    json_decref(rows);
    return ok;
}

void facts_add_phones(struct fleet *fleet, size_t host, int64_t deadline_ms, struct phones *phones,
                      struct host_facts *facts)
{
    struct fact *fact = &facts->peer_facts[PEER_PHONE];
    int64_t now_ms = clock_mono_ms();
    struct asking asking = {fleet, host, facts, deadline_ms};
    struct err err = {0};
    if (asking.deadline_ms > now_ms + ASK_MS)
        asking.deadline_ms = now_ms + ASK_MS;
    bool young = phones->rows != NULL && now_ms - phones->read_mono_ms < OLDEST_MS;
    if (setting(facts, "all")[0] == '\0') {
        *fact = (struct fact){FACT_ABSENT, _("this product does not tell which phones are online")};
        return;
    }
    if (!young && !read_phones(&asking, phones, &err)) {
        *fact = (struct fact){FACT_FAILED, facts_text(facts, "%s", err.text)};
        return;
    }
    const json_t *row;
    size_t i;
    json_array_foreach(phones->rows, i, row)
    {
        const char *from = json_string_value(json_object_get(row, setting(facts, "address")));
        const char *number = json_string_value(json_object_get(row, setting(facts, "name")));
        struct network network = {.prefix = 128};
        if (from != NULL && address_parse_endpoint(from, &network.base, NULL))
            facts_add_peer(facts, &network, PEER_PHONE, number != NULL ? number : "?", 0);
    }
    *fact = (struct fact){FACT_KNOWN, ""};
}
