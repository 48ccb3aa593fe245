// SPDX-License-Identifier: MIT

// Capture files and standard input, read on the caller's thread: pcap by our own reader, all else
// by libpcap. What may have to be waited for (a pipe) is waited for in poll(), so that ticks go on
// and a wake-up ends it.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "base/clock.h"
#include "base/mem.h"
#include "meter/capture.h"
#include "meter/pcap_stream.h"

enum {
    BATCH = 4096,      // packets between two looks at the clock
    CHUNK = 256 << 10, // it stays in the cache
    FORMAT_BYTES = 24, // that tell what format a file has
};

// A file of which the first bytes were read already.
struct file_reader {
    struct meter *meter;
    const struct capture_file_handlers *handlers;
    const char *name; // in messages
    int fd;
    bool waits;     // no regular file
    uint8_t *bytes; // CHUNK of them
    size_t held;
    int64_t next_tick_ms;
    bool stopped; // asked to

    // Through libpcap.
    pcap_t *pcap;
    int linktype;
    int64_t fed;
    struct pcap_moments moments;
};

static void tick_when_due(struct file_reader *reader)
{
    const struct capture_file_handlers *handlers = reader->handlers;
    if (handlers->tick == NULL || clock_mono_ms() < reader->next_tick_ms)
        return;
    handlers->tick(handlers->user);
    reader->next_tick_ms = clock_mono_ms() + handlers->tick_ms;
}

// Until there is something to read; false: asked to stop.
static bool wait_for_bytes(struct file_reader *reader)
{
    struct pollfd fds[] = {{.fd = reader->handlers->wake_fd, .events = POLLIN},
                           {.fd = reader->fd, .events = POLLIN}};
    while (!reader->stopped) {
        int wait_ms = reader->handlers->tick != NULL ? clock_left_ms(reader->next_tick_ms) : -1;
        int ready = poll(fds, reader->waits ? 2 : 1, reader->waits ? wait_ms : 0);
        reader->stopped = ready > 0 && fds[0].revents != 0;
        if (!reader->waits || (ready > 0 && fds[1].revents != 0))
            break;
        tick_when_due(reader);
    }
    return !reader->stopped;
}

// As read(); 0 too when asked to stop.
static ssize_t read_some(struct file_reader *reader, void *out, size_t size)
{
    ssize_t got;
    tick_when_due(reader);
    do {
        if (!wait_for_bytes(reader))
            return 0;
        got = read(reader->fd, out, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

// What was read first, then the rest of the file: a FILE for libpcap.
static ssize_t give(void *cookie, char *out, size_t size)
{
    struct file_reader *reader = cookie;
    size_t given = reader->held < size ? reader->held : size;

    if (given == 0)
        return read_some(reader, out, size);
    memcpy(out, reader->bytes, given);
    reader->held -= given;
    memmove(reader->bytes, reader->bytes + given, reader->held);
    return (ssize_t)given;
}

static void feed_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct file_reader *reader = (struct file_reader *)(void *)user;
    int64_t time_us = (int64_t)header->ts.tv_sec * 1000000 + header->ts.tv_usec;

    if (!pcap_moments_reach(&reader->moments, time_us)) {
        reader->stopped = true;
        pcap_breakloop(reader->pcap);
        return;
    }
    reader->fed++;
    meter_feed(reader->meter, reader->linktype, time_us, bytes, header->caplen, header->len);
}

static bool tell_damage(const struct file_reader *reader, int64_t packets, const char *why,
                        struct err *err)
{
    return err_set(err, "%s is damaged or cut off after %lld packets: %s", reader->name,
                   (long long)packets, why);
}

// pcapng, and what other formats libpcap knows.
static bool read_by_libpcap(struct file_reader *reader, struct err *err)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    FILE *file = fopencookie(reader, "r", (cookie_io_functions_t){.read = give});
    reader->pcap = file != NULL ? pcap_fopen_offline(file, reason) : NULL;

    if (reader->pcap == NULL) {
        if (file != NULL)
            fclose(file);
        return reader->stopped || err_set(err, "%s cannot be read as a capture: %s", reader->name,
                                          file != NULL ? reason : strerror(errno));
    }
    reader->linktype = pcap_datalink(reader->pcap);
    int got;
    do
        got = pcap_dispatch(reader->pcap, BATCH, feed_packet, (u_char *)reader);
    while (got > 0 && !reader->stopped);
    bool whole = got >= 0 || reader->stopped ||
                 tell_damage(reader, reader->fed, pcap_geterr(reader->pcap), err);
    pcap_close(reader->pcap);
    return whole;
}

static bool read_by_stream(struct file_reader *reader, struct err *err)
{
    struct pcap_stream *stream = pcap_stream_new(reader->meter);
    struct err why = {0};
    ssize_t got = (ssize_t)reader->held;
    bool whole = true;

    pcap_stream_set_moments(stream, &reader->moments);
    for (; whole && got > 0 && !reader->moments.over; got = read_some(reader, reader->bytes, CHUNK))
        whole = pcap_stream_feed(stream, reader->bytes, (size_t)got, &why);
    if (whole && got < 0)
        whole = err_set(&why, "%s", strerror(errno));
    if (whole && !reader->stopped && !reader->moments.over)
        whole = pcap_stream_end(stream, &why);
    if (!whole)
        tell_damage(reader, pcap_stream_packets(stream), why.text, err);
    pcap_stream_free(stream);
    return whole;
}

static bool read_file(struct file_reader *reader, struct err *err)
{
    ssize_t got = 1;

    // A pipe may give a few bytes at a time.
    while (got > 0 && reader->held < FORMAT_BYTES) {
        got = read_some(reader, reader->bytes + reader->held, CHUNK - reader->held);
        if (got < 0)
            return err_set(err, "%s cannot be read: %s", reader->name, strerror(errno));
        reader->held += (size_t)got;
    }
    if (pcap_stream_reads(reader->bytes, reader->held))
        return read_by_stream(reader, err);
    return read_by_libpcap(reader, err);
}

bool capture_file_watched(struct meter *meter, const char *path,
                          const struct capture_file_handlers *handlers, struct err *err)
{
    bool standard = strcmp(path, "-") == 0;
    struct stat stat;
    struct file_reader reader = {
        .meter = meter,
        .handlers = handlers,
        .name = standard ? "standard input" : path,
        .next_tick_ms = clock_mono_ms() + handlers->tick_ms,
        .moments = {.at_us = handlers->at_us,
                    .for_us = handlers->for_us,
                    .at = handlers->at,
                    .user = handlers->user},
    };

    reader.fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (reader.fd < 0)
        return err_set(err, "%s cannot be opened: %s", path, strerror(errno));
    reader.waits = fstat(reader.fd, &stat) != 0 || !S_ISREG(stat.st_mode);
    (void)posix_fadvise(reader.fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    reader.bytes = mem_map(CHUNK);
    bool whole = read_file(&reader, err);
    mem_unmap(reader.bytes, CHUNK);
    if (!standard)
        close(reader.fd);
    return whole;
}

bool capture_file(struct meter *meter, const char *path, struct err *err)
{
    static const struct capture_file_handlers none = {.wake_fd = -1};
    return capture_file_watched(meter, path, &none, err);
}
