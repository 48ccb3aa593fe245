// SPDX-License-Identifier: MIT

// The probe of the services that make up a softswitch host.
#include "probe/host_column.h"
#include "probe/probe.h"
#include "probe/processes_columns.h"

static const char *const states[] = {"running", "missing", "down", "stopped",
                                     "unknown", "crashed", NULL};

static const struct column columns[PROCESSES_COLUMNS] = {
    [PROCESSES_HOST] = COLUMN_HOST,
    [PROCESSES_PROCESS] = {.name = "process",
                           .title = "Process",
                           .unit = "",
                           .help = "The service, as the profile names it: [service NAME].",
                           .kind = KIND_TEXT,
                           .key = true,
                           .width = 14},
    [PROCESSES_EXPECTED] = {.name = "expected",
                            .title = "Expected",
                            .unit = "",
                            .help = "Whether it should run here: always, where it is installed, or "
                                    "(optional components) where it was started.",
                            .kind = KIND_BOOL,
                            .priority = 3,
                            .width = 8},
    [PROCESSES_RUNNING] = {.name = "running",
                           .title = "Running",
                           .unit = "",
                           .help = "Whether it runs; unknown where its status script did not "
                                   "answer.",
                           .kind = KIND_BOOL,
                           .priority = 4,
                           .width = 7},
    [PROCESSES_CPU_PCT] = {.name = "cpu_pct",
                           .title = "CPU",
                           .unit = "%",
                           .help = "Processor time of its main process between two readings, in "
                                   "percent of one processor.",
                           .kind = KIND_REAL,
                           .priority = 1,
                           .width = 6},
    [PROCESSES_RSS_KB] = {.name = "rss_kb",
                          .title = "Memory",
                          .unit = "kB",
                          .help = "Memory that its main process occupies (VmRSS).",
                          .kind = KIND_INT,
                          .priority = 2,
                          .width = 11},
    [PROCESSES_UPTIME_S] = {.name = "uptime_s",
                            .title = "Runs for",
                            .unit = "",
                            .help = "How long its main process has run.",
                            .kind = KIND_DURATION_S,
                            .priority = 0,
                            .ticks = 1},
    [PROCESSES_STATE] = {.name = "state",
                         .title = "State",
                         .unit = "",
                         .help = "running, crashed (its pid file is there, the process is not), "
                                 "stopped (by hand), down (not running), missing (not installed), "
                                 "or unknown.",
                         .kind = KIND_TEXT,
                         .priority = 0,
                         .width = 8,
                         .ranks = states},
    [PROCESSES_NOTE] = {.name = "note",
                        .title = "Note",
                        .unit = "",
                        .help = "What there is to say: how it ended, restarts that were seen, a "
                                "start later than the others'.",
                        .kind = KIND_TEXT,
                        .unbounded = true,
                        .priority = 1,
                        .width = 28},
    [PROCESSES_WHAT] = {.name = "what",
                        .title = "What",
                        .unit = "",
                        .help = "What it is.",
                        .kind = KIND_TEXT,
                        .priority = 2,
                        .width = 22},
    [PROCESSES_RESTARTS] = {.name = "restarts",
                            .title = "Restarts",
                            .unit = "",
                            .help = "How often a younger process than at the look before was "
                                    "found in its place, since the first look; a start of the "
                                    "whole host does not count.",
                            .kind = KIND_INT,
                            .total = true,
                            .priority = 4,
                            .width = 8},
    [PROCESSES_LATER_S] = {.name = "later_s",
                           .title = "Later",
                           .unit = "",
                           .help = "How much later it was started than the first of the processes "
                                   "of this table.",
                           .kind = KIND_DURATION_S,
                           .priority = 6},
    [PROCESSES_PID] = {.name = "pid",
                       .title = "Pid",
                       .unit = "",
                       .help = "The number of its main process.",
                       .kind = KIND_INT,
                       .id = true,
                       .priority = 5,
                       .width = 7},
    [PROCESSES_VITAL] = {.name = "vital",
                         .title = "Vital",
                         .unit = "",
                         .help = "Whether a host without it is in trouble: [service NAME] expected "
                                 "= always.",
                         .kind = KIND_BOOL,
                         .priority = 6,
                         .width = 5},
    [PROCESSES_SCRIPT] = {.name = "script",
                          .title = "Script",
                          .unit = "",
                          .help = "The name under which it is installed on this host: service NAME "
                                  "status; unknown where it is not.",
                          .kind = KIND_TEXT,
                          .priority = 7,
                          .width = 14},
};

static const char *const groups[] = {"state", NULL};

static const struct schema schema = {
    .name = "processes", .columns = columns, .column_count = PROCESSES_COLUMNS};

const struct probe probe_processes = {
    .schema = &schema,
    .title = "Processes",
    .purpose = "The services of the product, its database and its web interface: which of them "
               "should run and which do.",
    .default_sort = "-state,-expected",
    .pane = true,
    .empty = "no services: the profile names none",
    .groups = groups,
};
