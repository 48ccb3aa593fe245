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

// Whether the file header came: the other side does capture.
bool pcap_stream_begun(const struct pcap_stream *stream);

#endif
