// SPDX-License-Identifier: MIT

// The registry of extras.
#include "tui/pane_extra.h"

#include "tui/flood_story.h"
#include "tui/flood_strip.h"

static const struct pane_extra extras[] = {
    {.probe = &probe_flood, .strip = flood_strip_draw, .story = flood_story_add},
};

const struct pane_extra *pane_extra_of(const struct probe *probe)
{
    for (size_t i = 0; i < sizeof extras / sizeof *extras; i++)
        if (extras[i].probe == probe)
            return &extras[i];
    return NULL;
}
