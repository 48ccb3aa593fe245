// SPDX-License-Identifier: MIT

// The floor of all meters: a bare pcap_loop() over a capture file that only counts.
#include <stdio.h>

#include <pcap/pcap.h>

struct counts {
    long long packets, bytes;
};

static void count(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct counts *counts = (struct counts *)(void *)user;

    (void)bytes;
    counts->packets++;
    counts->bytes += header->len;
}

int main(int argc, char **argv)
{
    char reason[PCAP_ERRBUF_SIZE] = "usage: pcap_floor FILE";
    struct counts counts = {0};
    pcap_t *pcap = argc == 2 ? pcap_open_offline(argv[1], reason) : NULL;

    if (pcap == NULL || pcap_loop(pcap, -1, count, (u_char *)&counts) < 0) {
        fprintf(stderr, "pcap_floor: %s\n", pcap != NULL ? pcap_geterr(pcap) : reason);
        return 1;
    }
    pcap_close(pcap);
    printf("{\"packets\":%lld,\"bytes\":%lld}\n", counts.packets, counts.bytes);
    return 0;
}
