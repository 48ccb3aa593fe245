// SPDX-License-Identifier: MIT

// Every packet is taken apart, counted for the whole and for its source, and its REGISTER dialogue
// followed.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "meter/meter_private.h"

enum {
    MEMORY_DEFAULT = 64 << 20,
    DETAIL_DEFAULT = 8192,
    SUSPEND_FAILURES_DEFAULT = 6,
    SUSPEND_MS_DEFAULT = 180 * 1000,
    CLOCK_BACK_PACKETS =
        100, // this many in a row from more than a minute ago: the clock was set back
};

static const char *const method_names[METER_METHODS] = {
    [METER_OPTIONS] = "OPTIONS", [METER_REGISTER] = "REGISTER", [METER_INVITE] = "INVITE",
    [METER_ACK] = "ACK",         [METER_BYE] = "BYE",           [METER_CANCEL] = "CANCEL",
    [METER_OTHER] = "other",
};

static const char *const other_method_names[METER_OTHER_METHODS] = {
    [METER_SUBSCRIBE] = "SUBSCRIBE", [METER_NOTIFY] = "NOTIFY",   [METER_PUBLISH] = "PUBLISH",
    [METER_INFO] = "INFO",           [METER_PRACK] = "PRACK",     [METER_UPDATE] = "UPDATE",
    [METER_REFER] = "REFER",         [METER_MESSAGE] = "MESSAGE", [METER_UNKNOWN] = "unknown",
};

const int meter_failure_codes[METER_FAILURE_CODES] = {401, 403, 404, 407};

const char *meter_method_name(enum meter_method method)
{
    return method_names[method];
}

const char *meter_other_method_name(enum meter_other_method method)
{
    return other_method_names[method];
}

static int suspend_failures_or_default(int failures)
{
    return failures > 0 ? failures : SUSPEND_FAILURES_DEFAULT;
}

static int64_t suspend_us_or_default(int64_t ms)
{
    return (ms > 0 ? ms : SUSPEND_MS_DEFAULT) * 1000;
}

struct meter *meter_new(const struct meter_options *options)
{
    struct meter *meter = mem_alloc(sizeof *meter);
    size_t memory = options->memory_max != 0 ? options->memory_max : MEMORY_DEFAULT;
    size_t own = memory / 16 * 11; // the rest is for snapshots and the program
    size_t fixed = sizeof *meter + registers_bytes() + METER_MINUTES * sizeof(struct meter_minute);
    uint64_t seeds[3] = {0};

    (void)!getrandom(seeds, sizeof seeds, 0);
    for (size_t i = 0; i < options->sip_port_count; i++) {
        uint16_t port = (uint16_t)options->sip_ports[i];
        meter->sip_ports[port / 64] |= UINT64_C(1) << port % 64;
    }
    meter->seed = seeds[2];
    meter->suspend = (struct registers_options){
        .suspend_failures = suspend_failures_or_default(options->suspend_failures),
        .suspend_us = suspend_us_or_default(options->suspend_ms),
        .seed = seeds[2],
    };
    meter->registers = registers_new(&meter->suspend);
    meter->talkers = talkers_new(&(struct talkers_options){
        .memory_max = own > fixed ? own - fixed : 0,
        .detail_max = options->detail_max != 0 ? options->detail_max : DETAIL_DEFAULT,
        .seeds = {seeds[0], seeds[1]}});
    meter->minutes = mem_array(METER_MINUTES, sizeof *meter->minutes);
    meter->minute = meter->minutes;
    meter->kernel_drops = -1;
    return meter;
}

void meter_free(struct meter *meter)
{
    if (meter == NULL)
        return;
    talkers_free(meter->talkers);
    registers_free(meter->registers);
    free(meter->minutes);
    evidence_unref(atomic_load(&meter->evidence));
    free(meter);
}

bool meter_watch(struct meter *meter, struct evidence *evidence)
{
    struct evidence *none = NULL;
    return atomic_compare_exchange_strong(&meter->evidence, &none, evidence);
}

static void drop_evidence(struct meter *meter)
{
    evidence_unref(atomic_exchange(&meter->evidence, NULL));
}

// The minute of this time, emptied when its place held another one.
static struct meter_minute *minute_at(struct meter *meter, int64_t time_us)
{
    int64_t number = time_us / (60 * METER_SECOND_US);

    if (meter->minute->minute == number)
        return meter->minute;
    struct meter_minute *minute = &meter->minutes[number % METER_MINUTES];
    if (minute->minute != number)
        *minute = (struct meter_minute){.minute = number};
    return meter->minute = minute;
}

void meter_set_drops(struct meter *meter, int64_t kernel_drops)
{
    int64_t before = meter->kernel_drops > 0 ? meter->kernel_drops : 0;

    meter->kernel_drops = kernel_drops;
    if (kernel_drops <= before)
        return;
    // Before the first packet there is no time: the next ones will show what is lost from then on.
    if (meter->now_us == 0)
        return;
    series_add(&meter->drops, meter_second(meter, meter->now_us), kernel_drops - before);
    minute_at(meter, meter->now_us)->drops += kernel_drops - before;
}

void meter_set_suspension(struct meter *meter, int suspend_failures, int64_t suspend_ms)
{
    registers_set_suspension(meter->registers, suspend_failures_or_default(suspend_failures),
                             suspend_us_or_default(suspend_ms));
}

void meter_break(struct meter *meter)
{
    meter->unbroken_us = 0;
}

int64_t meter_now_us(const struct meter *meter)
{
    return meter->now_us;
}

static void meter_go_on(struct meter *meter, int64_t now_us)
{
    if (meter->began_us == 0)
        meter->began_us = now_us;
    meter->now_us = now_us;
    meter->packets_behind = 0;
}

void meter_tick(struct meter *meter, int64_t now_us)
{
    struct evidence *evidence = atomic_load(&meter->evidence);

    if (evidence != NULL && !evidence_tick(evidence))
        drop_evidence(meter);
    if (now_us <= meter->now_us)
        return;
    if (meter->unbroken_us == 0)
        meter->unbroken_us = now_us;
    meter_go_on(meter, now_us);
}

static void meter_follow(struct meter *meter, int64_t time_us)
{
    int64_t behind_us = meter->now_us - time_us;

    if (meter->unbroken_us == 0)
        meter->unbroken_us = time_us;
    if (behind_us <= 0) {
        meter_go_on(meter, time_us);
    } else if (behind_us <= (int64_t)WINDOW_SECONDS * METER_SECOND_US) {
        meter->packets_behind = 0;
    } else if (++meter->packets_behind >= CLOCK_BACK_PACKETS) {
        meter->shift_us += behind_us;
        meter->began_us -= behind_us;
        if (meter->unbroken_us > time_us) // by the clock before
            meter->unbroken_us -= behind_us;
        meter_go_on(meter, time_us);
    }
}

static bool is_sip_port(const struct meter *meter, uint16_t port)
{
    return (meter->sip_ports[port / 64] >> port % 64 & 1) != 0;
}

static uint64_t *fragment_slot(struct meter *meter, const struct frame *frame)
{
    return &meter->fragment_keys[frame->fragment_key % METER_FRAGMENTS];
}

// True for what belongs to SIP by its ports, or by the ports of the first fragment.
static bool frame_concerns_sip(struct meter *meter, const struct frame *frame)
{
    if (frame->kind == FRAME_OTHER)
        return false;
    if (frame->kind == FRAME_FRAGMENT)
        return *fragment_slot(meter, frame) == frame->fragment_key;
    if (!is_sip_port(meter, frame->source_port) && !is_sip_port(meter, frame->destination_port))
        return false;
    if (frame->first_fragment)
        *fragment_slot(meter, frame) = frame->fragment_key;
    return true;
}

static void count_request(struct meter *meter, struct talker *talker, const struct arrival *arrival,
                          struct sip_message *request)
{
    bool is_register = request->method == METER_REGISTER;
    bool headers =
        talker != NULL ? talker_wants_headers(talker, request, arrival->time_us) : is_register;

    meter->totals[request->method]++;
    meter->minute->methods[request->method]++;
    if (request->method == METER_OTHER)
        meter->other_methods[request->other]++;
    if (headers)
        sip_parse_headers(request);
    if (talker != NULL)
        talker_request(talker, request, headers, arrival->time_us, meter->seed);
    if (is_register)
        registers_request(meter->registers, request, &arrival->key.address);
}

static bool is_failure(int status)
{
    for (int i = 0; i < METER_FAILURE_CODES; i++)
        if (status == meter_failure_codes[i])
            return true;
    return false;
}

static void count_response(struct meter *meter, struct talker *talker,
                           const struct arrival *arrival, const struct address *destination,
                           struct sip_message *response)
{
    struct source_key key;
    int class = response->status / 100 - 1;

    meter->responses[class]++;
    series_add(&meter->answers, arrival->second, 1);
    meter->minute->responses++;
    if (talker != NULL) {
        talker->responses++;
        talker->response_classes[class]++;
    }
    if (is_failure(response->status)) {
        meter->failures++;
        meter->minute->failures++;
    }
    if (response->status < 200)
        return;
    sip_parse_headers(response);
    talkers_key(meter->talkers, destination, &key);
    struct talker *receiver = talkers_find(meter->talkers, &key);
    if (receiver != NULL)
        talker_answered(receiver, response, arrival->second, meter->seed);
    if (response->cseq_method == METER_REGISTER)
        registers_response(meter->registers, response, destination, arrival->time_us,
                           meter->unbroken_us);
}

// Anything that is no SIP message: only a datagram must be one.
static void count_other(struct meter *meter, struct talker *talker, const struct frame *frame,
                        int64_t second)
{
    bool tells = frame->kind == FRAME_UDP && (frame->payload_len > 0 || !frame->cut);

    if (!tells)
        return;
    if (sip_is_keepalive(frame->payload, frame->payload_len)) {
        meter->keepalives++;
        series_add(&meter->pings, second, 1);
        if (talker != NULL)
            talker->keepalives++;
        return;
    }
    meter->not_sip++;
    meter->minute->not_sip++;
    series_add(&meter->not_sips, second, 1);
    if (talker != NULL)
        talker->not_sip++;
}

static void count_packet(struct meter *meter, const struct arrival *arrival,
                         const struct frame *frame)
{
    struct talker *talker = talkers_count(meter->talkers, arrival);
    struct sip_message message;
    int method = METER_METHODS;

    minute_at(meter, arrival->time_us)->packets++;
    message.kind = SIP_NONE;
    if (frame->kind != FRAME_FRAGMENT) {
        if (sip_parse_start(frame->payload, frame->payload_len, frame->cut, &message))
            meter->sip_packets++;
        else
            count_other(meter, talker, frame, arrival->second);
    }
    if (message.kind == SIP_REQUEST)
        method = (int)message.method;
    window_add(&meter->window, arrival->second, method);
    if (talker != NULL)
        window_add(&talker->window, arrival->second, method);
    if (message.kind == SIP_REQUEST)
        count_request(meter, talker, arrival, &message);
    else if (message.kind == SIP_RESPONSE)
        count_response(meter, talker, arrival, &frame->destination, &message);
}

struct batch {
    struct frame frames[METER_BATCH];
    struct arrival arrivals[METER_BATCH];
    size_t count;
};

static void batch_add(struct meter *meter, struct batch *batch, int linktype,
                      const struct meter_packet *packet)
{
    int64_t time_us = packet->time_us < 1 ? 1 : packet->time_us;
    struct frame *frame = &batch->frames[batch->count];
    struct arrival *arrival = &batch->arrivals[batch->count];

    meter_follow(meter, time_us);
    meter->packets++;
    frame_parse(linktype, packet->bytes, packet->caplen, frame);
    if (!frame_concerns_sip(meter, frame))
        return;
    struct evidence *evidence = atomic_load_explicit(&meter->evidence, memory_order_acquire);
    if (evidence != NULL && address_compare(evidence_source(evidence), &frame->source) == 0 &&
        !evidence_feed(evidence, linktype, time_us, packet->bytes, packet->caplen, packet->len))
        drop_evidence(meter);
    talkers_key(meter->talkers, &frame->source, &arrival->key);
    talkers_prefetch(meter->talkers, &arrival->key);
    arrival->time_us = time_us;
    arrival->second = meter_second(meter, time_us);
    arrival->len = packet->len;
    arrival->outgoing = frame->outgoing;
    batch->count++;
}

void meter_feed_batch(struct meter *meter, int linktype, const struct meter_packet *packets,
                      size_t count)
{
    struct batch batch;

    while (count > 0) {
        size_t taken = count < METER_BATCH ? count : METER_BATCH;
        batch.count = 0;
        for (size_t i = 0; i < taken; i++)
            batch_add(meter, &batch, linktype, &packets[i]);
        if (batch.count > 1)
            for (size_t i = 0; i < batch.count; i++)
                talkers_prefetch_detail(meter->talkers, &batch.arrivals[i]);
        for (size_t i = 0; i < batch.count; i++)
            count_packet(meter, &batch.arrivals[i], &batch.frames[i]);
        packets += taken;
        count -= taken;
    }
}

void meter_feed(struct meter *meter, int linktype, int64_t time_us, const uint8_t *frame,
                uint32_t caplen, uint32_t len)
{
    struct meter_packet packet = {.time_us = time_us, .bytes = frame, .caplen = caplen, .len = len};
    meter_feed_batch(meter, linktype, &packet, 1);
}
