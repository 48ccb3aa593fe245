// SPDX-License-Identifier: MIT

// Local packet sources for a meter: a live interface or a capture file, through libpcap.
#ifndef METER_CAPTURE_H
#define METER_CAPTURE_H

#include "base/err.h"
#include "meter/meter.h"

// The BPF expression that lets SIP on these ports through, with IP fragments and, where the link
// type has them, VLANs. Heap string. See docs and libraries reference: vlan terms come last and not
// at all on cooked captures.
char *capture_filter(const int *ports, size_t count, bool vlan);

// Reads a whole pcap or pcapng file into the meter.
bool capture_file(struct meter *meter, const char *path, const int *ports, size_t port_count,
                  struct err *err);

// A live capture in its own thread. handlers run on that thread; tick about every tick_ms.
struct capture;
struct capture_handlers {
    void (*tick)(void *user);                 // may snapshot the meter
    void (*end)(void *user, const char *why); // once; NULL: stopped
    int64_t tick_ms;
    void *user;
};
struct capture *capture_start(struct meter *meter, const char *interface, const int *ports,
                              size_t port_count, const struct capture_handlers *handlers,
                              struct err *err);
void capture_stop(struct capture *capture); // at most 500 ms; frees

#endif
