// SPDX-License-Identifier: MIT

// What the shield takes from the flood meter's settings. Private to the shield.
#ifndef ACTION_SHIELD_CAPTURE_H
#define ACTION_SHIELD_CAPTURE_H

#include "conf/profile.h"

// Texts are borrowed from the profile.
struct shield_capture {
    const char *ports_file, *ports_keys, *ports; // as in struct capture_settings
    const char *scanner_agents;
};
struct shield_capture shield_capture_read(const struct profile *profile);

#endif
