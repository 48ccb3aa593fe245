// SPDX-License-Identifier: MIT

// A pcap file read incrementally from a byte stream (tcpdump -w - over a link), in any chunks.
#ifndef METER_PCAP_STREAM_H
#define METER_PCAP_STREAM_H

#include "base/err.h"
#include "meter/meter.h"

struct pcap_stream;

struct pcap_stream *pcap_stream_new(struct meter *meter);
void pcap_stream_free(struct pcap_stream *stream);

// False when the bytes are no pcap file (pcapng included) or a record is absurd; the stream is then
// of no more use.
bool pcap_stream_feed(struct pcap_stream *stream, const void *bytes, size_t len, struct err *err);

// False when the stream may not end here: before its header, or inside a packet.
bool pcap_stream_end(const struct pcap_stream *stream, struct err *err);

int64_t pcap_stream_packets(const struct pcap_stream *stream);

// Whether a file that begins with these bytes is one that pcap_stream_feed() reads.
bool pcap_stream_reads(const uint8_t *bytes, size_t len);

// Moments of the packets' own time, on the feeding thread. Zero-initialised: none.
struct pcap_moments {
    int64_t at_us;          // at() is called so often; 0: never
    int64_t for_us;         // a packet so much later than the first is not taken; 0: no bound
    void (*at)(void *user); // may be NULL
    void *user;

    bool over;      // such a packet came
    bool begun;     // the rest is private
    int64_t due_us; // the nearest of the two below
    int64_t next_us, end_us;
};

// Before each packet; false: it is not taken.
bool pcap_moments_reach(struct pcap_moments *moments, int64_t time_us);

// Borrowed until the stream is freed.
void pcap_stream_set_moments(struct pcap_stream *stream, struct pcap_moments *moments);

// Whether the file header came: the other side does capture.
bool pcap_stream_begun(const struct pcap_stream *stream);

#endif
