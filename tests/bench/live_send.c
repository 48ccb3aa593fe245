// SPDX-License-Identifier: MIT

// Replays the frames of a capture into an interface, at a given rate or as fast as the kernel takes
// them.
//
// usage: live_send INTERFACE FILE [RATE_PPS [SECONDS]]     RATE_PPS 0: as fast as possible; SECONDS
// default 10 FILE: pcap, Ethernet, little-endian; it is sent from its beginning again when it is
// over. Prints what was sent:
// {"packets":5400000,"bytes":2592000000,"seconds":10.000,"pps":540000,"cpu_pct":99.1,"refused":0}
// refused counts what the kernel would not take at first (no buffer) and took later.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BATCH_MAX = 256, PACKETS_MAX = 4 << 20, SLICES_PER_S = 1000 };
enum { MAGIC_US = 0xa1b2c3d4, MAGIC_NS = 0xa1b23c4d, ETHERNET = 1 };

struct pcap_file_header {
    uint32_t magic, version, zone, accuracy, snaplen, link;
};

struct pcap_record {
    uint32_t seconds, fraction, captured, length;
};

struct frames {
    struct iovec *items;
    size_t count;
};

struct sender {
    int fd;
    struct frames frames;
    size_t next;
    struct mmsghdr messages[BATCH_MAX];
    uint64_t packets, bytes, refused;
};

static void die(const char *what)
{
    fprintf(stderr, "live_send: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cpu_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// The frames stay in the mapped file.
static void load(const char *path, struct frames *out)
{
    struct stat stat;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &stat) != 0)
        die(path);
    size_t size = (size_t)stat.st_size;
    char *file = size < sizeof(struct pcap_file_header)
                     ? MAP_FAILED
                     : mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (file == MAP_FAILED)
        die(path);
    close(fd);

    struct pcap_file_header header;
    memcpy(&header, file, sizeof(header));
    errno = EINVAL;
    if ((header.magic != MAGIC_US && header.magic != MAGIC_NS) || header.link != ETHERNET)
        die("not a little-endian pcap file of Ethernet frames");
    out->items = calloc(PACKETS_MAX, sizeof(*out->items));
    if (out->items == NULL)
        die("memory");
    for (size_t at = sizeof(header);
         at + sizeof(struct pcap_record) <= size && out->count < PACKETS_MAX;) {
        struct pcap_record record;
        memcpy(&record, file + at, sizeof(record));
        at += sizeof(record);
        if (record.captured > size - at)
            break;
        out->items[out->count++] = (struct iovec){file + at, record.captured};
        at += record.captured;
    }
    if (out->count == 0)
        die("no frames");
}

static int open_interface(const char *name)
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    int one = 1, buffer = 8 << 20;

    address.sll_ifindex = (int)if_nametoindex(name);
    if (fd < 0 || address.sll_ifindex == 0)
        die(name);
    // Nothing is to be received here, and nothing queued on the way out.
    address.sll_protocol = 0;
    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one));
    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof(buffer));
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        die(name);
    return fd;
}

// Sends the next count frames; waits while the kernel has no room.
static void send_batch(struct sender *sender, unsigned count)
{
    const struct frames *frames = &sender->frames;
    unsigned done = 0;

    for (unsigned i = 0; i < count; i++) {
        sender->messages[i].msg_hdr.msg_iov = &frames->items[sender->next];
        sender->messages[i].msg_hdr.msg_iovlen = 1;
        sender->bytes += frames->items[sender->next].iov_len;
        sender->next = sender->next + 1 == frames->count ? 0 : sender->next + 1;
    }
    while (done < count) {
        int took = sendmmsg(sender->fd, sender->messages + done, count - done, 0);
        if (took > 0)
            done += (unsigned)took;
        else if (errno == ENOBUFS || errno == EAGAIN || errno == EINTR)
            sender->refused++;
        else
            die("send");
    }
    sender->packets += count;
}

// As many as are due by now, at most one batch; then sleeps to the next slice of the second.
static unsigned due_now(double elapsed_s, double rate_pps, uint64_t packets)
{
    double due = elapsed_s * rate_pps - (double)packets;
    if (due >= 1)
        return due > BATCH_MAX ? BATCH_MAX : (unsigned)due;
    double wait_s = (1 - due) / rate_pps;
    if (wait_s < 1.0 / SLICES_PER_S)
        wait_s = 1.0 / SLICES_PER_S;
    struct timespec wait = {.tv_sec = (time_t)wait_s,
                            .tv_nsec = (long)((wait_s - (double)(time_t)wait_s) * 1e9)};
    nanosleep(&wait, NULL);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 5) {
        fputs("usage: live_send INTERFACE FILE [RATE_PPS [SECONDS]]\n", stderr);
        return 2;
    }
    double rate_pps = argc > 3 ? strtod(argv[3], NULL) : 0;
    double seconds = argc > 4 ? strtod(argv[4], NULL) : 10;
    struct sender *sender = calloc(1, sizeof(*sender));
    if (sender == NULL)
        die("memory");
    load(argv[2], &sender->frames);
    sender->fd = open_interface(argv[1]);

    double began = now_s(), elapsed;
    while ((elapsed = now_s() - began) < seconds) {
        unsigned count = rate_pps > 0 ? due_now(elapsed, rate_pps, sender->packets) : BATCH_MAX;
        if (count > 0)
            send_batch(sender, count);
    }
    printf("{\"packets\":%llu,\"bytes\":%llu,\"seconds\":%.3f,\"pps\":%.0f,\"cpu_pct\":%.1f,"
           "\"refused\":%llu}\n",
           (unsigned long long)sender->packets, (unsigned long long)sender->bytes, elapsed,
           (double)sender->packets / elapsed, 100 * cpu_s() / elapsed,
           (unsigned long long)sender->refused);
    free(sender->frames.items);
    free(sender);
    return 0;
}
