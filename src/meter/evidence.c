// SPDX-License-Identifier: MIT

// A pcap file that the feeding thread writes and any thread may end, without a lock: who moves it
// from idle to busy owns the file for that moment.
#include "meter/evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"

enum {
    FILE_HEADER = 24,
    RECORD_HEADER = 16,
    BUFFER_BYTES = 64 << 10,
    LINKTYPE_RAW = 101,
    SNAPLEN = 262144, // in the file's header: the frames are what they are
};

enum evidence_phase { PHASE_IDLE, PHASE_BUSY, PHASE_ENDED };

struct evidence {
    atomic_uint refs;
    _Atomic(enum evidence_phase) phase;
    atomic_bool asked; // to end, while another thread was busy
    char *path;
    struct address source;
    int64_t bytes_max;
    int64_t until_ms; // monotonic; 0: no bound
    int64_t for_ms;
    atomic_llong packets, bytes;

    // The owner's of the moment.
    FILE *file;
    pcap_t *shape;         // the link type, as libpcap wants it
    pcap_dumper_t *dumper; // NULL: no frame came yet
    int linktype;
    bool failed;
    char why[128]; // written once, before the phase is ENDED
};

struct evidence *evidence_new(const struct evidence_options *options, struct err *err)
{
    int fd = open(options->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        if (errno == EEXIST)
            err_set(err, "%s: there is such a file already; choose another name", options->path);
        else
            err_set(err, "%s cannot be made: %s", options->path, strerror(errno));
        return NULL;
    }
    FILE *file = fdopen(fd, "wb");
    if (file == NULL) {
        err_set(err, "%s cannot be written: %s", options->path, strerror(errno));
        close(fd);
        unlink(options->path);
        return NULL;
    }
    setvbuf(file, NULL, _IOFBF, BUFFER_BYTES);
    struct evidence *evidence = mem_alloc(sizeof *evidence);
    atomic_init(&evidence->refs, 1);
    atomic_init(&evidence->phase, PHASE_IDLE);
    evidence->file = file;
    evidence->path = mem_strdup(options->path);
    evidence->source = options->source;
    evidence->bytes_max = options->bytes_max;
    evidence->for_ms = options->for_ms;
    evidence->until_ms = options->for_ms > 0 ? clock_mono_ms() + options->for_ms : 0;
    return evidence;
}

struct evidence *evidence_ref(struct evidence *evidence)
{
    atomic_fetch_add(&evidence->refs, 1);
    return evidence;
}

const char *evidence_path(const struct evidence *evidence)
{
    return evidence->path;
}

const struct address *evidence_source(const struct evidence *evidence)
{
    return &evidence->source;
}

static bool take(struct evidence *evidence)
{
    enum evidence_phase idle = PHASE_IDLE;
    return atomic_compare_exchange_strong(&evidence->phase, &idle, PHASE_BUSY);
}

static bool begin_file(struct evidence *evidence, int linktype)
{
    evidence->linktype = linktype;
    // A stream's header has the one number for raw IP, libpcap here the other.
    evidence->shape = pcap_open_dead(linktype == LINKTYPE_RAW ? DLT_RAW : linktype, SNAPLEN);
    if (evidence->shape != NULL)
        evidence->dumper = pcap_dump_fopen(evidence->shape, evidence->file);
    atomic_store(&evidence->bytes, FILE_HEADER);
    return evidence->dumper != NULL;
}

// The owner ends the file for good.
static void finish(struct evidence *evidence, const char *why)
{
    if (evidence->dumper == NULL) // without a packet it is a capture file all the same
        begin_file(evidence, DLT_EN10MB);
    bool bad = evidence->dumper == NULL || ferror(evidence->file) != 0;
    bad = fclose(evidence->file) != 0 || bad; // the dumper is this FILE, and nothing else
    if (evidence->shape != NULL)
        pcap_close(evidence->shape);
    evidence->failed = evidence->failed || bad;
    snprintf(evidence->why, sizeof evidence->why, "%s",
             bad ? _("it could not be written to its end; is the disk full?") : why);
    atomic_store(&evidence->phase, PHASE_ENDED);
}

void evidence_unref(struct evidence *evidence)
{
    if (evidence == NULL || atomic_fetch_sub(&evidence->refs, 1) != 1)
        return;
    if (take(evidence))
        finish(evidence, _("it was ended"));
    free(evidence->path);
    free(evidence);
}

static bool is_over(const struct evidence *evidence)
{
    return evidence->until_ms != 0 && clock_mono_ms() >= evidence->until_ms;
}

// Gives the file back, or ends it when somebody asked for that meanwhile.
static bool release(struct evidence *evidence)
{
    char why[128];
    if (atomic_load(&evidence->asked))
        snprintf(why, sizeof why, "%s", _("it was ended"));
    else if (is_over(evidence))
        snprintf(why, sizeof why, _("%.4g s are over"), (double)evidence->for_ms / 1000);
    else {
        atomic_store(&evidence->phase, PHASE_IDLE);
        return true;
    }
    finish(evidence, why);
    return false;
}

static bool fits(struct evidence *evidence, uint32_t caplen)
{
    int64_t bytes = atomic_load(&evidence->bytes) + RECORD_HEADER + caplen;
    return evidence->bytes_max == 0 || bytes <= evidence->bytes_max;
}

static void finish_full(struct evidence *evidence)
{
    char why[128];
    double mib = (double)evidence->bytes_max / (1 << 20);
    if (mib >= 0.1)
        snprintf(why, sizeof why, _("the limit of %.4g MiB is reached"), mib);
    else
        snprintf(why, sizeof why, _("the limit of %lld bytes is reached"),
                 (long long)evidence->bytes_max);
    finish(evidence, why);
}

bool evidence_feed(struct evidence *evidence, int linktype, int64_t time_us, const uint8_t *frame,
                   uint32_t caplen, uint32_t len)
{
    if (!take(evidence)) // another thread ends it just now
        return atomic_load(&evidence->phase) != PHASE_ENDED;
    bool begun = evidence->dumper != NULL || begin_file(evidence, linktype);
    if (!begun || evidence->linktype != linktype) {
        finish(evidence, _("the capture went on with another link type"));
        return false;
    }
    if (!fits(evidence, caplen)) {
        finish_full(evidence);
        return false;
    }
    struct pcap_pkthdr header = {
        .ts = {.tv_sec = time_us / 1000000, .tv_usec = time_us % 1000000},
        .caplen = caplen,
        .len = len,
    };
    pcap_dump((u_char *)evidence->dumper, &header, frame);
    atomic_fetch_add(&evidence->packets, 1);
    atomic_fetch_add(&evidence->bytes, RECORD_HEADER + (int64_t)caplen);
    if (ferror(evidence->file) != 0) {
        finish(evidence, "");
        return false;
    }
    return release(evidence);
}

bool evidence_tick(struct evidence *evidence)
{
    bool due = is_over(evidence) || atomic_load(&evidence->asked);
    if (!due || !take(evidence)) // the feeding thread loses no frame to a mere look
        return atomic_load(&evidence->phase) != PHASE_ENDED;
    return release(evidence);
}

void evidence_stop(struct evidence *evidence, const char *why)
{
    atomic_store(&evidence->asked, true);
    if (take(evidence))
        finish(evidence, why);
}

void evidence_get(struct evidence *evidence, struct evidence_state *out)
{
    *out = (struct evidence_state){.ended = atomic_load(&evidence->phase) == PHASE_ENDED,
                                   .packets = atomic_load(&evidence->packets),
                                   .bytes = atomic_load(&evidence->bytes)};
    if (!out->ended)
        return;
    out->failed = evidence->failed;
    memcpy(out->why, evidence->why, sizeof out->why);
}
