// SPDX-License-Identifier: MIT

// Requests wait in a bounded table for their response, paired by Call-ID, CSeq and address; what a
// response says is kept per user and source in another. Both are set-associative: a full set
// forgets its oldest entry.
#include "meter/register.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { SETS = 1024, WAYS = 8 };

// The last minute of guesses, in steps of five seconds.
enum { STEPS = 12, STEP_US = 5 * 1000 * 1000 };

static const int64_t PAUSE_US = METER_GUESS_PAUSE_MS * INT64_C(1000);

// Requests in the order of their coming, `next` is the oldest. The keys share a cache line.
struct pair_set {
    _Alignas(64) uint64_t keys[WAYS]; // 0: free
    bool authorized[WAYS], answered[WAYS];
    uint8_t next;
    char users[WAYS][64];
};

struct endpoint {
    struct meter_endpoint told; // last_us 0: free
    int64_t step;               // of the newest count
    uint32_t steps[STEPS];      // guesses, by step modulo STEPS
};

struct registers {
    struct pair_set pairs[SETS]; // each begins a cache line
    struct endpoint endpoints[SETS][WAYS];
    struct meter_recovery recoveries[METER_RECOVERIES]; // a ring
    size_t recovered;                                   // so far
    struct registers_options options;
};

struct registers *registers_new(const struct registers_options *options)
{
    struct registers *registers = mem_map(sizeof *registers);
    registers->options = *options;
    return registers;
}

void registers_free(struct registers *registers)
{
    if (registers != NULL)
        mem_unmap(registers, sizeof *registers);
}

size_t registers_bytes(void)
{
    return sizeof(struct registers);
}

void registers_set_suspension(struct registers *registers, int suspend_failures, int64_t suspend_us)
{
    registers->options.suspend_failures = suspend_failures;
    registers->options.suspend_us = suspend_us;
}

static uint64_t pair_key(const struct registers *registers, const struct sip_message *message,
                         const struct address *peer)
{
    uint64_t key = hash_bytes(registers->options.seed ^ message->cseq, message->call_id.text,
                              message->call_id.len);
    // Password guessers repeat Call-ID and CSeq: only the branch tells their attempts apart.
    key = hash_bytes(key, message->branch.text, message->branch.len);
    key = hash_bytes(key, peer->bytes, sizeof peer->bytes);
    return key != 0 ? key : 1;
}

static struct pair_set *pair_set(struct registers *registers, uint64_t key)
{
    return &registers->pairs[key % SETS];
}

// WAYS: not there.
static int pair_find(const struct pair_set *set, uint64_t key)
{
    int way = 0;
    while (way < WAYS && set->keys[way] != key)
        way++;
    return way;
}

void registers_request(struct registers *registers, const struct sip_message *request,
                       const struct address *source)
{
    const struct sip_slice *user = &request->to_user;

    if (request->call_id.len == 0 || !request->has_cseq || user->len == 0)
        return;
    uint64_t key = pair_key(registers, request, source);
    struct pair_set *set = pair_set(registers, key);
    if (pair_find(set, key) < WAYS)
        return; // sent again
    int way = set->next;
    size_t len = user->len < sizeof set->users[way] ? user->len : sizeof set->users[way] - 1;
    set->next = (uint8_t)((way + 1) % WAYS);
    set->keys[way] = key;
    set->authorized[way] = request->authorized;
    set->answered[way] = false;
    memcpy(set->users[way], user->text, len);
    set->users[way][len] = '\0';
}

// The entry of this endpoint, or, when it has none and one may be made, a new one.
static struct endpoint *endpoint_get(struct registers *registers, const char *user,
                                     const struct address *source, int64_t now_us, bool make)
{
    uint64_t hash = hash_bytes(registers->options.seed, user, strlen(user));
    hash = hash_bytes(hash, source->bytes, sizeof source->bytes);
    struct endpoint *set = registers->endpoints[hash % SETS], *oldest = set;

    for (int way = 0; way < WAYS; way++) {
        const struct meter_endpoint *told = &set[way].told;
        if (told->last_us != 0 && strcmp(told->user, user) == 0 &&
            address_compare(&told->source, source) == 0)
            return &set[way];
        if (told->last_us < oldest->told.last_us)
            oldest = &set[way];
    }
    if (!make)
        return NULL;
    *oldest = (struct endpoint){.told = {.source = *source, .last_us = now_us}};
    memcpy(oldest->told.user, user, strlen(user));
    return oldest;
}

// An unsuspended endpoint is challenged again: whatever it was refused for is over.
static void endpoint_failed(struct meter_endpoint *endpoint)
{
    if (endpoint->since_us != 0) {
        endpoint->since_us = 0;
        endpoint->failures = 0;
        endpoint->refused = 0;
    }
    endpoint->failures++;
}

static bool is_suspended(const struct registers *registers, const struct meter_endpoint *endpoint,
                         int64_t now_us)
{
    return endpoint->since_us != 0 && now_us < endpoint->since_us + registers->options.suspend_us;
}

static void endpoint_refused(const struct registers *registers, struct meter_endpoint *endpoint,
                             int64_t now_us, int64_t unbroken_us)
{
    endpoint->refused++;
    if (is_suspended(registers, endpoint, now_us))
        return;
    // Refused without a failure, though the failures would have been seen: locked, or not allowed
    // from there.
    if (endpoint->failures == 0 && now_us - unbroken_us > registers->options.suspend_us)
        return;
    endpoint->since_us = now_us;
    endpoint->enough_failures_seen = endpoint->failures >= registers->options.suspend_failures;
}

// Guesses in the minute that ends with the step of now.
static int64_t guesses_of_minute(const struct endpoint *endpoint, int64_t now_us)
{
    int64_t sum = 0, step = now_us / STEP_US;
    for (int64_t at = endpoint->step; at > endpoint->step - STEPS && at > step - STEPS; at--)
        sum += at >= 0 ? endpoint->steps[at % STEPS] : 0;
    return sum;
}

static void count_guess(struct endpoint *endpoint, int64_t now_us)
{
    struct meter_endpoint *told = &endpoint->told;
    int64_t step = now_us / STEP_US;

    if (told->guesses == 0)
        told->first_guess_us = now_us;
    told->guesses++;
    if (step < endpoint->step) // out of order
        step = endpoint->step;
    if (step - endpoint->step >= STEPS)
        memset(endpoint->steps, 0, sizeof endpoint->steps);
    else
        for (int64_t at = endpoint->step + 1; at <= step; at++)
            endpoint->steps[at % STEPS] = 0;
    endpoint->step = step;
    endpoint->steps[step % STEPS]++;
    int64_t sum = guesses_of_minute(endpoint, now_us);
    if (sum > told->guesses_peak_pm)
        told->guesses_peak_pm = sum;
}

static void note_recovery(struct registers *registers, const struct meter_endpoint *endpoint,
                          int64_t now_us)
{
    struct meter_recovery *noted = &registers->recoveries[registers->recovered % METER_RECOVERIES];
    *noted = (struct meter_recovery){.source = endpoint->source, .time_us = now_us};
    memcpy(noted->user, endpoint->user, sizeof noted->user);
    registers->recovered++;
}

// A success ends what failed; that a password may have been found by guessing is kept.
static void endpoint_accepted(struct registers *registers, struct endpoint *endpoint,
                              int64_t now_us)
{
    struct meter_endpoint *told = &endpoint->told;

    note_recovery(registers, told, now_us);
    if (told->guesses < METER_GUESSES_KEPT || now_us - told->last_us > PAUSE_US) {
        memset(endpoint, 0, sizeof *endpoint);
        return;
    }
    told->failures = 0;
    told->refused = 0;
    told->since_us = 0;
    if (told->accepted_us == 0)
        told->accepted_us = now_us;
}

static void endpoint_turned_down(const struct registers *registers, struct endpoint *endpoint,
                                 bool failed, int64_t now_us, int64_t unbroken_us)
{
    struct meter_endpoint *told = &endpoint->told;

    if (now_us - told->last_us > PAUSE_US) {
        told->guesses = 0;
        told->guesses_peak_pm = 0;
        told->accepted_us = 0;
    }
    if (failed)
        endpoint_failed(told);
    else
        endpoint_refused(registers, told, now_us, unbroken_us);
    if (failed || is_suspended(registers, told, now_us))
        count_guess(endpoint, now_us);
    told->last_us = now_us;
}

void registers_response(struct registers *registers, const struct sip_message *response,
                        const struct address *destination, int64_t now_us, int64_t unbroken_us)
{
    if (response->call_id.len == 0 || !response->has_cseq || response->status < 200)
        return;
    uint64_t key = pair_key(registers, response, destination);
    struct pair_set *set = pair_set(registers, key);
    int way = pair_find(set, key);
    if (way == WAYS || set->answered[way])
        return;
    set->answered[way] = true;

    bool authorized = set->authorized[way];
    bool failed =
        (response->status == 401 || response->status == 407) && authorized && !response->stale;
    bool refused = response->status == 403;
    if (response->status >= 300 && !failed && !refused)
        return;
    struct endpoint *endpoint =
        endpoint_get(registers, set->users[way], destination, now_us, failed || refused);
    if (endpoint == NULL)
        return;
    if (response->status < 300)
        endpoint_accepted(registers, endpoint, now_us);
    else
        endpoint_turned_down(registers, endpoint, failed, now_us, unbroken_us);
    if (failed || refused)
        endpoint->told.authorized |= authorized;
}

static int compare_endpoints(const void *a, const void *b)
{
    const struct meter_endpoint *x = a, *y = b;
    int order = address_compare(&x->source, &y->source);
    return order != 0 ? order : strcmp(x->user, y->user);
}

struct meter_endpoint *registers_list(const struct registers *registers, int64_t now_us,
                                      size_t *count)
{
    struct meter_endpoint *list = NULL;
    size_t cap = 0;

    *count = 0;
    for (int set = 0; set < SETS; set++) {
        for (int way = 0; way < WAYS; way++) {
            const struct endpoint *endpoint = &registers->endpoints[set][way];
            if (endpoint->told.last_us == 0)
                continue;
            struct meter_endpoint *copy = mem_push(&list, count, &cap, sizeof *list);
            *copy = endpoint->told;
            copy->guesses_pm = guesses_of_minute(endpoint, now_us);
            copy->suspended = is_suspended(registers, copy, now_us);
        }
    }
    if (*count > 1)
        qsort(list, *count, sizeof *list, compare_endpoints);
    return list;
}

size_t registers_recoveries(const struct registers *registers,
                            struct meter_recovery out[METER_RECOVERIES])
{
    size_t count =
        registers->recovered < METER_RECOVERIES ? registers->recovered : METER_RECOVERIES;
    memcpy(out, registers->recoveries, count * sizeof *out);
    return count;
}
