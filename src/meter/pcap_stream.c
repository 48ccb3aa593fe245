// SPDX-License-Identifier: MIT

// The classic pcap format, in either byte order and either time unit, whatever the chunks it comes
// in.
#include "meter/pcap_stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    FILE_HEADER = 24,
    RECORD_HEADER = 16,
    CAPLEN_MAX = 262144, // libpcap's own limit
    BATCH = 64,          // packets given to the meter at once
};

static const uint32_t MAGIC_US = 0xa1b2c3d4, MAGIC_NS = 0xa1b23c4d, MAGIC_PCAPNG = 0x0a0d0d0a;

struct pcap_stream {
    struct meter *meter;
    bool begun; // the file header was read
    bool swapped, nanoseconds;
    bool broken;
    int linktype;
    int64_t packets;
    struct meter_packet batch[BATCH]; // within the bytes that are being fed
    size_t batched;
    uint8_t *buffer; // a part that is not complete yet
    size_t held, cap;
};

struct pcap_stream *pcap_stream_new(struct meter *meter)
{
    struct pcap_stream *stream = mem_alloc(sizeof *stream);
    stream->meter = meter;
    return stream;
}

void pcap_stream_free(struct pcap_stream *stream)
{
    if (stream == NULL)
        return;
    free(stream->buffer);
    free(stream);
}

bool pcap_stream_begun(const struct pcap_stream *stream)
{
    return stream->begun;
}

static uint32_t read_u32(const struct pcap_stream *stream, const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return stream->swapped ? __builtin_bswap32(value) : value;
}

static bool read_file_header(struct pcap_stream *stream, const uint8_t *at, struct err *err)
{
    uint32_t magic = read_u32(stream, at), swapped = __builtin_bswap32(magic);

    if (magic == MAGIC_PCAPNG)
        return err_set(err, "the capture is in pcapng format; tcpdump -w writes the pcap format "
                            "that is needed here");
    stream->swapped = swapped == MAGIC_US || swapped == MAGIC_NS;
    stream->nanoseconds = magic == MAGIC_NS || swapped == MAGIC_NS;
    if (!stream->swapped && magic != MAGIC_US && magic != MAGIC_NS)
        return err_set(err,
                       "what the capture command printed is not a pcap file (it begins with "
                       "%02x %02x %02x %02x)",
                       at[0], at[1], at[2], at[3]);
    stream->linktype = (int)(read_u32(stream, at + 20) & 0x03ffffff);
    stream->begun = true;
    return true;
}

// Bytes that the part which begins here needs to be complete, as far as the `have` bytes tell.
static size_t part_len(const struct pcap_stream *stream, const uint8_t *at, size_t have)
{
    if (!stream->begun)
        return FILE_HEADER;
    return have < RECORD_HEADER ? RECORD_HEADER : RECORD_HEADER + (size_t)read_u32(stream, at + 8);
}

static void flush(struct pcap_stream *stream)
{
    meter_feed_batch(stream->meter, stream->linktype, stream->batch, stream->batched);
    stream->batched = 0;
}

static void read_record(struct pcap_stream *stream, const uint8_t *at)
{
    uint32_t fraction = read_u32(stream, at + 4);
    int64_t us = stream->nanoseconds ? fraction / 1000 : fraction;

    if (us > 999999)
        us = 999999;
    stream->packets++;
    stream->batch[stream->batched++] = (struct meter_packet){
        .time_us = (int64_t)read_u32(stream, at) * 1000000 + us,
        .bytes = at + RECORD_HEADER,
        .caplen = read_u32(stream, at + 8),
        .len = read_u32(stream, at + 12),
    };
    if (stream->batched == BATCH)
        flush(stream);
}

static bool read_part(struct pcap_stream *stream, const uint8_t *at, struct err *err)
{
    if (!stream->begun)
        return read_file_header(stream, at, err);
    read_record(stream, at);
    return true;
}

static bool check_part(const struct pcap_stream *stream, const uint8_t *at, size_t have,
                       struct err *err)
{
    if (!stream->begun || have < RECORD_HEADER || read_u32(stream, at + 8) <= CAPLEN_MAX)
        return true;
    return err_set(err, "the capture stream is damaged: it announces a packet of %u bytes",
                   read_u32(stream, at + 8));
}

static void hold(struct pcap_stream *stream, const uint8_t *bytes, size_t len)
{
    if (stream->held + len > stream->cap) {
        stream->cap = stream->held + len < 4096 ? 4096 : (stream->held + len) * 2;
        stream->buffer = mem_resize(stream->buffer, stream->cap, 1);
    }
    memcpy(stream->buffer + stream->held, bytes, len);
    stream->held += len;
}

// Completes the part that is held, as far as the bytes go; how many were taken.
static bool feed_held(struct pcap_stream *stream, const uint8_t *bytes, size_t len, size_t *taken,
                      struct err *err)
{
    *taken = 0;
    for (;;) {
        if (!check_part(stream, stream->buffer, stream->held, err))
            return false;
        size_t need = part_len(stream, stream->buffer, stream->held);
        if (need == stream->held) {
            stream->held = 0;
            bool done = read_part(stream, stream->buffer, err);
            flush(stream); // before the buffer holds another part
            return done;
        }
        size_t missing = need - stream->held, there = len - *taken;
        size_t take = missing < there ? missing : there;
        if (take == 0)
            return true;
        hold(stream, bytes + *taken, take);
        *taken += take;
    }
}

static bool feed(struct pcap_stream *stream, const uint8_t *at, size_t len, struct err *err)
{
    if (stream->held > 0) {
        size_t taken;
        if (!feed_held(stream, at, len, &taken, err))
            return false;
        at += taken;
        len -= taken;
    }
    while (len > 0) { // parts that lie whole in these bytes are not copied
        if (!check_part(stream, at, len, err))
            return false;
        size_t need = part_len(stream, at, len);
        if (len < need) {
            hold(stream, at, len);
            return true;
        }
        if (!read_part(stream, at, err))
            return false;
        at += need;
        len -= need;
    }
    return true;
}

bool pcap_stream_feed(struct pcap_stream *stream, const void *bytes, size_t len, struct err *err)
{
    if (stream->broken)
        return err_set(err, "the capture stream was damaged before");
    stream->broken = !feed(stream, bytes, len, err);
    flush(stream);
    return !stream->broken;
}

bool pcap_stream_end(const struct pcap_stream *stream, struct err *err)
{
    if (!stream->begun)
        return err_set(err, "it ends before its file header does");
    return stream->held == 0 || err_set(err, "it ends inside a packet");
}

int64_t pcap_stream_packets(const struct pcap_stream *stream)
{
    return stream->packets;
}

bool pcap_stream_reads(const uint8_t *bytes, size_t len)
{
    static const uint8_t version[2][4] = {{2, 0, 4, 0}, {0, 2, 0, 4}};
    uint32_t magic;

    if (len < 8)
        return false;
    memcpy(&magic, bytes, sizeof magic);
    bool swapped = magic == __builtin_bswap32(MAGIC_US) || magic == __builtin_bswap32(MAGIC_NS);
    bool native = magic == MAGIC_US || magic == MAGIC_NS;
    bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    return (swapped || native) && memcmp(bytes + 4, version[swapped != big], 4) == 0;
}
