// SPDX-License-Identifier: MIT

// Every packet is taken apart, counted for the whole and for its source, and its REGISTER dialogue
// followed.
#include "meter/meter.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "meter/frame.h"
#include "meter/register.h"
#include "meter/sip.h"
#include "meter/talkers.h"
#include "meter/window.h"

enum {
    MEMORY_DEFAULT = 64 << 20,
    SUSPEND_FAILURES_DEFAULT = 6,
    SUSPEND_MS_DEFAULT = 180 * 1000,
    SECOND_US = 1000 * 1000,
    FRAGMENTS = 256, // datagrams whose later fragments are waited for
    CLOCK_BACK_PACKETS =
        100,          // this many in a row from more than a minute ago: the clock was set back
    AGENT_EVERY = 16, // packets of a source between two looks at its User-Agent
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

struct meter {
    uint64_t sip_ports[65536 / 64]; // bits
    struct registers_options suspend;
    struct talkers *talkers;
    struct registers *registers;
    struct window window;

    int64_t began_us, now_us;
    int64_t unbroken_us; // since when nothing was missed; 0: since what comes next
    int64_t shift_us;    // added to packet times, it makes the windows' time that never goes back
    int packets_behind;

    int64_t packets, sip_packets, not_sip, kernel_drops;
    int64_t totals[METER_METHODS];
    int64_t responses[6];
    int64_t failures;
    uint64_t fragment_keys[FRAGMENTS];
};

struct meter *meter_new(const struct meter_options *options)
{
    struct meter *meter = mem_alloc(sizeof *meter);
    size_t memory = options->memory_max != 0 ? options->memory_max : MEMORY_DEFAULT;
    size_t fixed = sizeof *meter + registers_bytes();
    uint64_t seed = 0;

    (void)!getrandom(&seed, sizeof seed, 0);
    for (size_t i = 0; i < options->sip_port_count; i++) {
        uint16_t port = (uint16_t)options->sip_ports[i];
        meter->sip_ports[port / 64] |= UINT64_C(1) << port % 64;
    }
    meter->suspend = (struct registers_options){
        .suspend_failures =
            options->suspend_failures > 0 ? options->suspend_failures : SUSPEND_FAILURES_DEFAULT,
        .suspend_us = (options->suspend_ms > 0 ? options->suspend_ms : SUSPEND_MS_DEFAULT) * 1000,
        .seed = seed,
    };
    meter->registers = registers_new(&meter->suspend);
    meter->talkers = talkers_new(memory > fixed ? memory - fixed : 0, seed);
    meter->kernel_drops = -1;
    return meter;
}

void meter_free(struct meter *meter)
{
    if (meter == NULL)
        return;
    talkers_free(meter->talkers);
    registers_free(meter->registers);
    free(meter);
}

void meter_set_drops(struct meter *meter, int64_t kernel_drops)
{
    meter->kernel_drops = kernel_drops;
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
    } else if (behind_us <= (int64_t)WINDOW_SECONDS * SECOND_US) {
        meter->packets_behind = 0;
    } else if (++meter->packets_behind >= CLOCK_BACK_PACKETS) {
        meter->shift_us += behind_us;
        meter->began_us -= behind_us;
        if (meter->unbroken_us > time_us) // by the clock before
            meter->unbroken_us -= behind_us;
        meter_go_on(meter, time_us);
    }
}

static int64_t window_second(const struct meter *meter, int64_t time_us)
{
    return (time_us + meter->shift_us) / SECOND_US;
}

static bool is_sip_port(const struct meter *meter, uint16_t port)
{
    return (meter->sip_ports[port / 64] >> port % 64 & 1) != 0;
}

static uint64_t *fragment_slot(struct meter *meter, const struct frame *frame)
{
    return &meter->fragment_keys[frame->fragment_key % FRAGMENTS];
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

static struct talker *count_packet(struct meter *meter, const struct frame *frame, int64_t time_us,
                                   uint32_t len)
{
    struct talker *talker = talkers_get(meter->talkers, &frame->source, time_us);
    int64_t second = window_second(meter, time_us);

    talker->packets++;
    talker->bytes += len;
    if (time_us > talker->last_us)
        talker->last_us = time_us;
    if (time_us < talker->first_us)
        talker->first_us = time_us;
    talker->outgoing = talker->outgoing || frame->outgoing;
    window_add(talker->window, second, WINDOW_PACKETS);
    window_add(&meter->window, second, WINDOW_PACKETS);
    return talker;
}

static void take_user_agent(struct talker *talker, struct sip_slice agent)
{
    if (agent.len == 0)
        return;
    size_t len = agent.len < sizeof talker->user_agent ? agent.len : sizeof talker->user_agent - 1;
    memcpy(talker->user_agent, agent.text, len);
    talker->user_agent[len] = '\0';
}

static void count_request(struct meter *meter, struct talker *talker, struct sip_message *request,
                          int64_t time_us)
{
    int64_t second = window_second(meter, time_us);

    meter->totals[request->method]++;
    talker->totals[request->method]++;
    window_add(&meter->window, second, (int)request->method);
    window_add(talker->window, second, (int)request->method);

    bool is_register = request->method == METER_REGISTER;
    if (!is_register && talker->user_agent[0] != '\0' && talker->packets % AGENT_EVERY != 0)
        return;
    sip_parse_headers(request);
    take_user_agent(talker, request->user_agent);
    if (is_register)
        registers_request(meter->registers, request, &talker->source, time_us);
}

static void count_response(struct meter *meter, struct talker *talker, const struct frame *frame,
                           struct sip_message *response, int64_t time_us)
{
    int status = response->status;

    meter->responses[status / 100 - 1]++;
    talker->responses++;
    if (status == 401 || status == 403 || status == 404 || status == 407) {
        meter->failures++;
        struct talker *receiver = talkers_find(meter->talkers, &frame->destination);
        if (receiver != NULL)
            receiver->failures++;
    }
    if (status / 100 != 2 && status != 401 && status != 403 && status != 407)
        return;
    sip_parse_headers(response);
    if (response->cseq_method == METER_REGISTER)
        registers_response(meter->registers, response, &frame->destination, time_us,
                           meter->unbroken_us);
}

void meter_feed(struct meter *meter, int linktype, int64_t time_us, const uint8_t *frame_bytes,
                uint32_t caplen, uint32_t len)
{
    struct frame frame;
    struct sip_message message;

    if (time_us < 1)
        time_us = 1;
    meter_follow(meter, time_us);
    meter->packets++;
    frame_parse(linktype, frame_bytes, caplen, &frame);
    if (!frame_concerns_sip(meter, &frame))
        return;
    struct talker *talker = count_packet(meter, &frame, time_us, len);
    if (frame.kind == FRAME_FRAGMENT)
        return;
    if (!sip_parse_start(frame.payload, frame.payload_len, frame.cut, &message)) {
        // A TCP segment may be the middle of a message; a datagram may not.
        if (frame.kind == FRAME_UDP)
            meter->not_sip++;
        return;
    }
    meter->sip_packets++;
    if (message.kind == SIP_REQUEST)
        count_request(meter, talker, &message, time_us);
    else
        count_response(meter, talker, &frame, &message, time_us);
}

// Events a second in the newest `seconds` buckets. The running bucket is not full yet, and a
// capture that has just begun has not filled the others.
static double rate(const struct meter *meter, const struct window *window, int seconds)
{
    int64_t now_us = meter->now_us + meter->shift_us;
    int64_t began_us = meter->began_us + meter->shift_us;
    int64_t from_us = (now_us / SECOND_US - (seconds - 1)) * SECOND_US;
    int64_t span_us = now_us - (began_us > from_us ? began_us : from_us);

    if (span_us < SECOND_US)
        span_us = SECOND_US;
    return (double)window_sum(window, WINDOW_PACKETS, seconds) * SECOND_US / (double)span_us;
}

static double newest_whole_second(const struct window *window)
{
    return window_sum(window, WINDOW_PACKETS, 2) - window_sum(window, WINDOW_PACKETS, 1);
}

static void copy_seconds(const struct window *window, uint32_t out[METER_SECONDS])
{
    for (int age = 0; age < WINDOW_SECONDS; age++)
        out[WINDOW_SECONDS - 1 - age] = window_sum(window, WINDOW_PACKETS, age + 1) -
                                        (age > 0 ? window_sum(window, WINDOW_PACKETS, age) : 0);
}

static void copy_talker(struct meter *meter, struct talker *talker, struct meter_talker *out)
{
    window_advance(talker->window, window_second(meter, meter->now_us));
    *out = (struct meter_talker){
        .source = talker->source,
        .local = talker->outgoing,
        .packets = talker->packets,
        .bytes = talker->bytes,
        .detailed = true,
        .pps_1s = newest_whole_second(talker->window),
        .pps_10s = rate(meter, talker->window, 10),
        .pps_60s = rate(meter, talker->window, WINDOW_SECONDS),
        .responses = talker->responses,
        .failures = talker->failures,
        .first_us = talker->first_us,
        .last_us = talker->last_us,
    };
    memcpy(out->totals, talker->totals, sizeof out->totals);
    memcpy(out->user_agent, talker->user_agent, sizeof out->user_agent);
    copy_seconds(talker->window, out->per_second);
    for (int method = 0; method < METER_METHODS; method++)
        out->per_minute[method] = window_sum(talker->window, method, WINDOW_SECONDS);
}

struct meter_snapshot *meter_snapshot(struct meter *meter, size_t max_talkers)
{
    struct meter_snapshot *snapshot = mem_alloc(sizeof *snapshot);

    window_advance(&meter->window, window_second(meter, meter->now_us));
    *snapshot = (struct meter_snapshot){
        .now_us = meter->now_us,
        .began_us = meter->began_us,
        .unbroken_us = meter->unbroken_us,
        .packets = meter->packets,
        .sip_packets = meter->sip_packets,
        .not_sip = meter->not_sip,
        .kernel_drops = meter->kernel_drops,
        .failures = meter->failures,
        .pps_1s = newest_whole_second(&meter->window),
        .pps_10s = rate(meter, &meter->window, 10),
        .pps_60s = rate(meter, &meter->window, WINDOW_SECONDS),
        .sources = talkers_seen(meter->talkers),
        .sources_exact = talkers_complete(meter->talkers),
        .talker_count = max_talkers,
    };
    memcpy(snapshot->totals, meter->totals, sizeof snapshot->totals);
    memcpy(snapshot->responses, meter->responses, sizeof snapshot->responses);
    copy_seconds(&meter->window, snapshot->per_second);
    for (int method = 0; method < METER_METHODS; method++)
        snapshot->per_minute[method] = window_sum(&meter->window, method, WINDOW_SECONDS);

    struct talker **top =
        talkers_top(meter->talkers, window_second(meter, meter->now_us), &snapshot->talker_count);
    snapshot->talkers = mem_array(snapshot->talker_count, sizeof *snapshot->talkers);
    for (size_t i = 0; i < snapshot->talker_count; i++)
        copy_talker(meter, top[i], &snapshot->talkers[i]);
    free(top);
    snapshot->endpoints =
        registers_list(meter->registers, meter->now_us, &snapshot->endpoint_count);
    return snapshot;
}

void meter_snapshot_free(struct meter_snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    free(snapshot->talkers);
    free(snapshot->networks);
    free(snapshot->minutes);
    free(snapshot->endpoints);
    free(snapshot);
}

bool meter_talker_of(struct meter *meter, const struct address *source, struct meter_talker *out)
{
    struct talker *talker = talkers_find(meter->talkers, source);
    if (talker != NULL)
        copy_talker(meter, talker, out);
    return talker != NULL;
}
