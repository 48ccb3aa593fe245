// SPDX-License-Identifier: MIT

// What the shield takes from the flood meter's settings: apart, because both know peers.
#include "action/shield_capture.h"

#include "probe/capture_settings.h"

struct shield_capture shield_capture_read(const struct profile *profile)
{
    struct capture_settings settings;
    capture_settings_read(profile, &settings, NULL);
    return (struct shield_capture){settings.ports_file, settings.ports_keys, settings.ports,
                                   settings.verdict.scanner_agents};
}
