// SPDX-License-Identifier: MIT

// A look at all hosts, judged.
#include "cli/judging.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/interrupts.h"

#define STOP_MS 800

// Waits until there is news or the time is over. False for Ctrl-C.
static bool wait_for_news(const struct judging *judging, int64_t until_ms)
{
    struct pollfd fds[] = {
        {.fd = judging->interrupts, .events = POLLIN},
        {.fd = fleet_wake_fd(judging->fleet), .events = POLLIN},
    };
    int ready;
    do
        ready = poll(fds, 2, clock_left_ms(until_ms));
    while (ready < 0 && errno == EINTR);
    if (fds[1].revents != 0)
        fleet_drain(judging->fleet);
    return fds[0].revents == 0;
}

static bool collect(const struct judging *judging, int64_t timeout_ms)
{
    int64_t deadline_ms = clock_mono_ms() + timeout_ms;
    fleet_set_idle_reading(judging->fleet, false);
    fleet_look(judging->fleet, check_probes(judging->check));
    fleet_start(judging->fleet);
    while (!check_update(judging->check) && clock_left_ms(deadline_ms) > 0) {
        int64_t until_ms = clock_mono_ms() + 200;
        if (!wait_for_news(judging, until_ms < deadline_ms ? until_ms : deadline_ms))
            return false;
    }
    return true;
}

bool judging_read(struct judging *judging, const struct setup *setup,
                  const struct checklist *const *lists, int64_t timeout_ms)
{
    judging->interrupts = interrupts_watch();
    judging->fleet = fleet_new(setup->config, setup->profiles);
    judging->check = check_new(judging->fleet, lists);
    if (!collect(judging, timeout_ms)) {
        cli_complain("interrupted before all hosts were read");
        return false;
    }
    check_judge(judging->check, timeout_ms);
    return true;
}

int judging_end(struct judging *judging, int code, int unwritten)
{
    check_free(judging->check);
    if (cli_output_lost()) {
        cli_complain("standard output: the rest could not be written");
        code = code == 0 ? unwritten : code;
    }
    if (!fleet_stop(judging->fleet, STOP_MS))
        _exit(code);
    fleet_free(judging->fleet);
    if (judging->interrupts >= 0)
        close(judging->interrupts);
    return code;
}
