// SPDX-License-Identifier: MIT

// Local packet sources for a meter: a live interface or a capture file, through libpcap.
#ifndef METER_CAPTURE_H
#define METER_CAPTURE_H

#include "base/err.h"
#include "meter/meter.h"

// The BPF expression that lets SIP on these ports through, and later fragments of datagrams. vlan:
// with VLAN and QinQ tags too, which only compiles for Ethernet. Heap string.
char *capture_filter(const int *ports, size_t count, bool vlan);

// Reads a whole pcap or pcapng file ("-": standard input) into the meter, every frame of it. False
// when it could not be read to its end; what came before counts.
bool capture_file(struct meter *meter, const char *path, struct err *err);

// The same with news of it, all on the caller's thread.
struct capture_file_handlers {
    void (*tick)(void *user); // about every tick_ms, packets or not; may be NULL
    void (*at)(void *user);   // every at_us of the packets' own time; may be NULL
    int64_t tick_ms, at_us;
    int64_t for_us; // packets so much later than the first end it; 0: none
    int wake_fd;    // readable: end as if the file did; -1: none
    void *user;
};
bool capture_file_watched(struct meter *meter, const char *path,
                          const struct capture_file_handlers *handlers, struct err *err);

// A live capture in its own thread. handlers run on that thread; tick about every tick_ms.
struct capture;
struct capture_handlers {
    // On the caller's thread once the interface is open, before the capture's thread begins: where
    // rights are given up. May be NULL; false: the capture does not begin.
    bool (*opened)(void *user, struct err *err);
    void (*tick)(void *user);                 // may snapshot the meter
    void (*end)(void *user, const char *why); // once; NULL: stopped
    int64_t tick_ms;
    bool *denied; // set by capture_start: whether this account may not capture. May be NULL
    int ring_mib; // of the kernel's buffer; 0: 32, that is 100 ms of 550,000 packets a second
    void *user;
};
struct capture *capture_start(struct meter *meter, const char *interface, const int *ports,
                              size_t port_count, const struct capture_handlers *handlers,
                              struct err *err);
// At most 500 ms. False in the rare case that the thread did not end: the meter and what the
// handlers use must then stay. NULL is allowed.
bool capture_stop(struct capture *capture);

#endif
