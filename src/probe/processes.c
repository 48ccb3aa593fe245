// SPDX-License-Identifier: MIT

// The probe of the services that make up a softswitch host.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"
#include "probe/processes_columns.h"

static const char *const states[] = {N_("running"), N_("missing"), N_("down"), N_("stopped"),
                                     N_("unknown"), N_("crashed"), NULL};

static const struct column columns[PROCESSES_COLUMNS] = {
    [PROCESSES_HOST] = COLUMN_HOST,
    [PROCESSES_PROCESS] = {.name = "process",
                           .title = N_("Process"),
                           .unit = "",
                           .help = N_("The service, as the profile names it: [service NAME]."),
                           .kind = KIND_TEXT,
                           .key = true,
                           .width = 14},
    [PROCESSES_EXPECTED] = {.name = "expected",
                            .title = N_("Expected"),
                            .unit = "",
                            .help =
                                N_("Whether it should run here: always, where it is installed, or "
                                   "(optional components) where it was started."),
                            .kind = KIND_BOOL,
                            .priority = 3,
                            .width = 8},
    [PROCESSES_RUNNING] = {.name = "running",
                           .title = N_("Running"),
                           .unit = "",
                           .help = N_("Whether it runs; unknown where its status script did not "
                                      "answer."),
                           .kind = KIND_BOOL,
                           .priority = 4,
                           .width = 7},
    [PROCESSES_CPU_PCT] = {.name = "cpu_pct",
                           .title = N_("CPU"),
                           .unit = "%",
                           .help = N_("Processor time of its main process between two readings, in "
                                      "percent of one processor."),
                           .kind = KIND_REAL,
                           .priority = 1,
                           .width = 6},
    [PROCESSES_RSS_KB] = {.name = "rss_kb",
                          .title = N_("Memory"),
                          .unit = "kB",
                          .help = N_("Memory that its main process occupies (VmRSS)."),
                          .kind = KIND_INT,
                          .priority = 2,
                          .width = 11},
    [PROCESSES_UPTIME_S] = {.name = "uptime_s",
                            .title = N_("Runs for"),
                            .unit = "",
                            .help = N_("How long its main process has run."),
                            .kind = KIND_DURATION_S,
                            .priority = 0,
                            .ticks = 1},
    [PROCESSES_STATE] = {.name = "state",
                         .title = N_("State"),
                         .unit = "",
                         .help =
                             N_("running, crashed (its pid file is there, the process is not), "
                                "stopped (by hand), down (not running), missing (not installed), "
                                "or unknown."),
                         .kind = KIND_TEXT,
                         .words = true,
                         .priority = 0,
                         .width = 8,
                         .ranks = states},
    [PROCESSES_NOTE] = {.name = "note",
                        .title = N_("Note"),
                        .unit = "",
                        .help = N_("What there is to say: how it ended, restarts that were seen, a "
                                   "start later than the others'."),
                        .kind = KIND_TEXT,
                        .words = true,
                        .unbounded = true,
                        .priority = 1,
                        .width = 28},
    [PROCESSES_WHAT] = {.name = "what",
                        .title = N_("What"),
                        .unit = "",
                        .help = N_("What it is."),
                        .kind = KIND_TEXT,
                        .words = true,
                        .priority = 2,
                        .width = 22},
    [PROCESSES_RESTARTS] = {.name = "restarts",
                            .title = N_("Restarts"),
                            .unit = "",
                            .help = N_("How often a younger process than at the look before was "
                                       "found in its place, since the first look; a start of the "
                                       "whole host does not count."),
                            .kind = KIND_INT,
                            .total = true,
                            .priority = 4,
                            .width = 8},
    [PROCESSES_LATER_S] = {.name = "later_s",
                           .title = N_("Later"),
                           .unit = "",
                           .help =
                               N_("How much later it was started than the first of the processes "
                                  "of this table."),
                           .kind = KIND_DURATION_S,
                           .priority = 6},
    [PROCESSES_PID] = {.name = "pid",
                       .title = N_("Pid"),
                       .unit = "",
                       .help = N_("The number of its main process."),
                       .kind = KIND_INT,
                       .id = true,
                       .priority = 5,
                       .width = 7},
    [PROCESSES_VITAL] = {.name = "vital",
                         .title = N_("Vital"),
                         .unit = "",
                         .help =
                             N_("Whether a host without it is in trouble: [service NAME] expected "
                                "= always."),
                         .kind = KIND_BOOL,
                         .priority = 6,
                         .width = 5},
    [PROCESSES_SCRIPT] = {.name = "script",
                          .title = N_("Script"),
                          .unit = "",
                          .help =
                              N_("The name under which it is installed on this host: service NAME "
                                 "status; unknown where it is not."),
                          .kind = KIND_TEXT,
                          .priority = 7,
                          .width = 14},
};

static const char *const groups[] = {"state", NULL};

static const struct schema schema = {
    .name = "processes", .columns = columns, .column_count = PROCESSES_COLUMNS};

const struct probe probe_processes = {
    .schema = &schema,
    .title = N_("Processes"),
    .purpose = N_("The services of the product, its database and its web interface: which of them "
                  "should run and which do."),
    .default_sort = "-state,-expected",
    .pane = true,
    .empty = N_("no services: the profile names none"),
    .groups = groups,
};
