// SPDX-License-Identifier: MIT

// Which of a host's options a recording keeps: what a screen shows and a plan is judged by, nothing
// of how it is reached.
#ifndef REPLAY_HOST_OPTIONS_H
#define REPLAY_HOST_OPTIONS_H

#include <jansson.h>

#include "conf/config.h"
#include "replay/mask.h"

json_t *host_options_write(const struct host_config *host, const struct mask *mask);
// Puts the host that a recording names into the configuration.
bool host_options_read(const json_t *recorded, struct config *config, struct err *err);

#endif
