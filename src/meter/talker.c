// SPDX-License-Identifier: MIT

// What a message says of its sender, kept in a few hundred bytes.
#include "meter/talker.h"

#include <string.h>

#include "base/hash.h"

enum {
    CURIOUS = 16,          // first packets of a source whose headers are all read
    LOOK_EVERY = 64,       // and one in so many of the others
    LOOK_US = 1000 * 1000, // or after so long
    KEEP_US = 5 * LOOK_US, // age of the request that is kept when another one comes
    NUMBER_DIGITS = 17,
    RUN_GAP = 3, // users one after the other: as close as this
};

static bool is_due(int64_t last_us, int64_t time_us, int64_t after_us)
{
    return time_us - last_us >= after_us || time_us < last_us;
}

bool talker_wants_headers(const struct talker *talker, const struct sip_message *request,
                          int64_t time_us)
{
    return request->method == METER_REGISTER || request->method == METER_INVITE ||
           talker->packets <= CURIOUS || talker->packets % LOOK_EVERY == 0 ||
           is_due(talker->looked_us, time_us, LOOK_US);
}

static void copy_foreign(char *out, size_t size, struct sip_slice slice)
{
    size_t len = slice.len < size ? slice.len : size - 1;

    memcpy(out, slice.text, len);
    out[len] = '\0';
    for (char *nul = out; (nul = memchr(nul, '\0', (size_t)(out + len - nul))) != NULL;)
        *nul = '?';
}

// Users tried one after the other: 1000, 1001, 1002, also with retransmissions and small gaps.
static void follow_numbers(struct talker *talker, struct sip_slice user)
{
    uint64_t number = 0;

    if (user.len == 0 || user.len > NUMBER_DIGITS)
        return;
    for (size_t i = 0; i < user.len; i++) {
        if (user.text[i] < '0' || user.text[i] > '9')
            return;
        number = number * 10 + (uint64_t)(user.text[i] - '0');
    }
    // last_number is one more than the newest, 0 when there is none.
    uint64_t next = talker->last_number;
    if (next > 0 && number >= next && number < next + RUN_GAP)
        talker->run++;
    else if (next != number + 1)
        talker->run = 1;
    talker->last_number = number + 1;
    if (talker->run > talker->longest_run)
        talker->longest_run = talker->run;
}

// Most users are short: their bytes are the number that is hashed.
static uint64_t user_hash(struct sip_slice user, uint64_t seed)
{
    uint64_t word = 0;

    if (user.len > sizeof word)
        return hash_bytes(seed, user.text, user.len);
    for (size_t i = 0; i < user.len; i++)
        word = word << 8 | (unsigned char)user.text[i];
    return hash_mix(word ^ seed);
}

static void take_user(struct talker *talker, struct sip_slice user, uint64_t seed)
{
    if (user.len == 0)
        return;
    uint64_t hash = user_hash(user, seed);
    if (hash == talker->last_user)
        return;
    talker->last_user = hash;
    follow_numbers(talker, user);
    int64_t known = talker->users.few;
    if (distinct_add(&talker->users, hash) && known < METER_USERS_SAMPLE)
        copy_foreign(talker->users_sample[known], sizeof talker->users_sample[known], user);
}

static void take_agent(struct talker *talker, struct sip_slice agent, uint64_t seed)
{
    if (agent.len == 0)
        return;
    uint64_t hash = hash_bytes(seed, agent.text, agent.len);
    if (hash == talker->last_agent)
        return;
    talker->last_agent = hash;
    distinct_add(&talker->agents, hash);
    copy_foreign(talker->user_agent, sizeof talker->user_agent, agent);
}

// What names an attempt in its request and in the response to it.
static uint32_t attempt_hash(const struct sip_message *message, uint64_t seed)
{
    struct sip_slice name = message->branch.len > 0 ? message->branch : message->call_id;
    uint32_t hash = (uint32_t)hash_bytes(seed ^ message->cseq, name.text, name.len);
    return hash != 0 ? hash : 1;
}

static uint32_t *attempt_find(struct talker *talker, uint32_t hash)
{
    for (int i = 0; i < TALKER_ATTEMPTS; i++)
        if (talker->attempts[i] == hash)
            return &talker->attempts[i];
    return NULL;
}

static void take_attempt(struct talker *talker, const struct sip_message *request, uint64_t seed)
{
    uint32_t hash = attempt_hash(request, seed);

    if (attempt_find(talker, hash) == NULL)
        talker->attempts[talker->attempt++ % TALKER_ATTEMPTS] = hash;
}

static void keep_request(struct talker *talker, const struct sip_message *request, int64_t time_us)
{
    struct sip_slice text = request->text;
    const char *end = NULL;

    if (text.len > 4 && memcmp(text.text + text.len - 4, "\r\n\r\n", 4) != 0) // it has a body
        end = memmem(text.text, text.len, "\r\n\r\n", 4);
    if (end != NULL)
        text.len = (size_t)(end - text.text);
    talker->request_us = time_us;
    copy_foreign(talker->last_request, sizeof talker->last_request, text);
}

void talker_request(struct talker *talker, const struct sip_message *request, bool headers_read,
                    int64_t time_us, uint64_t seed)
{
    talker->totals[request->method]++;
    if (talker->packets <= CURIOUS || is_due(talker->request_us, time_us, KEEP_US))
        keep_request(talker, request, time_us);
    if (request->method == METER_INVITE || request->method == METER_OPTIONS)
        take_user(talker, sip_request_user(request), seed);
    if (!headers_read)
        return;
    talker->looked_us = time_us;
    take_agent(talker, request->user_agent, seed);
    if (request->method == METER_REGISTER)
        take_user(talker, request->to_user, seed);
    if (request->authorized && request->has_cseq)
        take_attempt(talker, request, seed);
}

static void count_failure(struct talker *talker, const struct sip_message *response, int64_t second,
                          uint64_t seed)
{
    for (int i = 0; i < METER_FAILURE_CODES; i++) {
        if (response->status != meter_failure_codes[i])
            continue;
        talker->failures++;
        talker->failures_by_code[i]++;
        series_add(&talker->failures_lately, second, 1);
    }
    if (response->status != 401 && response->status != 407)
        return;
    uint32_t *attempt = attempt_find(talker, attempt_hash(response, seed));
    if (attempt != NULL && response->has_cseq) {
        talker->failures_authorized++;
        *attempt = 0;
    }
}

void talker_answered(struct talker *talker, const struct sip_message *response, int64_t second,
                     uint64_t seed)
{
    int status = response->status;

    count_failure(talker, response, second, seed);
    if (status < 200 || !response->has_cseq)
        return;
    // Responses are sent again until they are acknowledged.
    uint64_t answer = (uint64_t)attempt_hash(response, seed) << 10 | (uint64_t)status;
    if (answer == talker->last_answer)
        return;
    talker->last_answer = answer;
    if (response->cseq_method == METER_REGISTER) {
        talker->registers_ok += status < 300;
    } else if (response->cseq_method == METER_INVITE) {
        talker->invites_answered += status < 300;
        talker->invites_refused += status >= 400 && status != 401 && status != 407 && status != 487;
    }
}
