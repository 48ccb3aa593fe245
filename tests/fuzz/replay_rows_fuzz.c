// SPDX-License-Identifier: MIT

// libFuzzer target: whatever the lines of a recording say, they are followed or passed over.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "replay/mask.h"
#include "replay/track.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static char folder[64], path[96];

static void remove_folder(void)
{
    unlink(path);
    rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    snprintf(folder, sizeof folder, "/dev/shm/replay-fuzz-XXXXXX");
    if (mkdtemp(folder) == NULL)
        abort();
    snprintf(path, sizeof path, "%s/000001.jsonl.gz", folder);
    atexit(remove_folder);
    return 0;
}

// Uncompressed text is what zlib reads as it is, so that the fuzzer sees the lines.
static void write_segment(const uint8_t *data, size_t size)
{
    static const char header[] =
        "{\"nocdesk\":\"recording\",\"version\":1,\"t\":0,\"start_ms\":1795162507000,"
        "\"hosts\":[{\"name\":\"sw1\"},{\"name\":\"sw2\"}]}\n";
    FILE *file = fopen(path, "w");
    if (file == NULL)
        abort();
    fwrite(header, 1, sizeof header - 1, file);
    fwrite(data, 1, size, file);
    fclose(file);
}

static void look(const struct track *track)
{
    for (size_t host = 0; host < track_host_count(track); host++) {
        struct host_status status;
        track_status(track, host, 5000, &status);
        for (size_t i = 0; probes[i] != NULL; i++)
            snapshot_unref(track_snapshot(track, host, probes[i]));
    }
}

static void follow(void)
{
    struct err_list notes = {0};
    struct err err = {0};
    struct recording *recording = recording_open(folder, &notes, &err);
    if (recording != NULL) {
        struct track *track = track_new(recording);
        while (track_next(track, INT64_MAX).word != TRACK_NOTHING)
            continue;
        look(track);
        track_free(track);
    }
    recording_free(recording);
    err_list_dispose(&notes);
}

static void fuzz_mask(const uint8_t *data, size_t size)
{
    static struct mask *mask;
    if (mask == NULL)
        mask = mask_new(NULL, true, NULL);
    free(mask_text(mask, MASK_ALL, (const char *)data, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    write_segment(data, size);
    follow();
    fuzz_mask(data, size);
    return 0;
}
