// SPDX-License-Identifier: MIT

// libFuzzer target: whatever a frame, a SIP message or a capture stream holds, nothing is read
// beyond its end.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "meter/frame.h"
#include "meter/meter.h"
#include "meter/pcap_stream.h"
#include "meter/sip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void touch(struct sip_slice slice)
{
    static volatile char sink;
    for (size_t i = 0; i < slice.len; i++)
        sink = slice.text[i];
    (void)sink;
}

static void fuzz_sip(const uint8_t *payload, size_t len, bool cut)
{
    struct sip_message message;
    sip_is_keepalive(payload, len);
    if (!sip_parse_start(payload, len, cut, &message))
        return;
    touch(message.text);
    touch(sip_request_user(&message));
    sip_parse_headers(&message);
    touch(message.call_id);
    touch(message.to_user);
    touch(message.user_agent);
    if (message.kind == SIP_RESPONSE && (message.status < 100 || message.status > 699))
        abort();
}

static void fuzz_frame(int linktype, const uint8_t *bytes, size_t len)
{
    struct frame frame;
    frame_parse(linktype, bytes, len, &frame);
    if (frame.payload_len > len)
        abort();
    if (frame.kind == FRAME_UDP || frame.kind == FRAME_TCP)
        fuzz_sip(frame.payload, frame.payload_len, frame.cut);
}

static struct meter *small_meter(void)
{
    static const int ports[] = {5060};
    return meter_new(
        &(struct meter_options){.sip_ports = ports, .sip_port_count = 1, .memory_max = 1 << 20});
}

// The first byte chooses: a link type, a bare SIP message, or a stream fed in chunks of that size.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int linktypes[] = {0, 1, 12, 101, 108, 113, 276};
    enum { LINKTYPES = sizeof linktypes / sizeof *linktypes };

    if (size == 0)
        return 0;
    uint8_t choice = *data++;
    size--;
    if (choice < LINKTYPES) {
        fuzz_frame(linktypes[choice], data, size);
    } else if (choice < 2 * LINKTYPES) {
        fuzz_sip(data, size, choice % 2);
    } else {
        struct meter *meter = small_meter();
        struct pcap_stream *stream = pcap_stream_new(meter);
        for (size_t at = 0; at < size; at += choice)
            if (!pcap_stream_feed(stream, data + at, size - at < choice ? size - at : choice, NULL))
                break;
        meter_snapshot_free(meter_snapshot(meter, 4));
        pcap_stream_free(stream);
        meter_free(meter);
    }
    return 0;
}
