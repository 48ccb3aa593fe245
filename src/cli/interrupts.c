// SPDX-License-Identifier: MIT

// Signals of the operator as a descriptor.
#include "cli/interrupts.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>

int interrupts_watch(void)
{
    sigset_t interrupts;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    sigaddset(&interrupts, SIGTERM);
    sigaddset(&interrupts, SIGHUP);
    int fd = signalfd(-1, &interrupts, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd >= 0)
        sigprocmask(SIG_BLOCK, &interrupts, NULL);
    return fd;
}
