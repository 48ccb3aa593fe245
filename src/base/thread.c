// SPDX-License-Identifier: MIT

// Threads, condition variables on the monotonic clock, and wake-up descriptors.
#include "base/thread.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"

#define STACK_BYTES (256 * 1024)

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define THREAD_SANITIZER
#endif
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define THREAD_SANITIZER
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER
#endif

bool thread_start(pthread_t *thread, const char *name, void *(*fn)(void *), void *arg)
{
    sigset_t all, old;
    sigfillset(&all);
    // A fault must reach the handler that restores the terminal, whichever thread it is in.
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&all, faults[i]);
    pthread_attr_t attr;
    if (pthread_attr_init(&attr) != 0)
        return false;
#if !defined(ADDRESS_SANITIZER) && !defined(THREAD_SANITIZER)
    pthread_attr_setstacksize(&attr, STACK_BYTES);
#endif
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int failed = pthread_create(thread, &attr, fn, arg);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    if (failed != 0)
        return false;
    pthread_setname_np(*thread, name);
    return true;
}

bool thread_join_until(pthread_t thread, int64_t deadline_ms)
{
#ifdef THREAD_SANITIZER
    // The sanitizer knows no joins on the monotonic clock. The system's clock goes on where a test
    // holds ours.
    struct timespec now, left = clock_deadline_ts(clock_left_ms(deadline_ms));
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t ns = now.tv_nsec + left.tv_nsec;
    struct timespec ts = {now.tv_sec + left.tv_sec + ns / 1000000000, ns % 1000000000};
    return pthread_timedjoin_np(thread, NULL, &ts) == 0;
#else
    struct timespec ts = clock_deadline_ts(deadline_ms);
    return pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &ts) == 0;
#endif
}

void thread_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attr);
    pthread_condattr_destroy(&attr);
}

bool thread_cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_ms)
{
    struct timespec ts = clock_deadline_ts(deadline_ms);
    return pthread_cond_timedwait(cond, mutex, &ts) != ETIMEDOUT;
}

int wake_new(void)
{
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void wake_signal(int fd)
{
    (void)!write(fd, &(uint64_t){1}, sizeof(uint64_t));
}

void wake_drain(int fd)
{
    uint64_t count;
    (void)!read(fd, &count, sizeof count);
}
