// SPDX-License-Identifier: MIT

// A fleet of canned data behind fleet/fleet.h: what hosts say comes from lines of text.
#ifndef TESTS_TUI_FAKE_FLEET_H
#define TESTS_TUI_FAKE_FLEET_H

#include "fleet/fleet.h"

// Lines, each a word and NAME=VALUE pairs; VALUE may stand in double quotes with \" \\ \n \t \r and
// \xHH. # begins a comment.
//   host NAME [env=TAG]                                   only before fake_fleet_new()
//   state NAME WORD [retry_ms=] [age_ms=] [error=] [peer=] [notes=]
//   ask NAME id=N kind=hostkey|passphrase|password|prompt text= [echo=1]
//   row HOST PROBE [times=N] COLUMN=VALUE …               %d in a value: the count; COLUMN!=:
//   warning, COLUMN!!=:
//                                                         critical, COLUMN+=: ok; of a time:
//                                                         seconds from now
//   publish HOST PROBE [source=] [age_ms=] [fallback=1] [note=] [error=] [keep=1] [settling=1]
//   [loading=1] [pct=]
//           [progress=]                                   hands out the rows since the last time
//           (keep: those before)
//   act HOST [error=]                                     what it answers to actions; no error:
//   done advance MS                                            moves the clock stop slow
//   fleet_stop() says that a thread was left behind crash SIGNAL raises it in a thread of its own
struct fake;

struct fake *fake_new(void);
// False: the line was not understood; err says why. Any thread.
bool fake_say(struct fake *fake, const char *line, struct err *err);
const struct config *fake_config(struct fake *fake);
// The [command NAME] and read_only of the user's nocdesk.ini, where there is one.
void fake_take_commands(struct fake *fake);
struct fleet *fake_fleet(struct fake *fake);

// Where answers and refreshes are written, a line each; "" : nowhere.
void fake_log_to(struct fake *fake, const char *path);

#endif
