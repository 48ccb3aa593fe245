// SPDX-License-Identifier: MIT

// Threads with signals blocked and small stacks, wake-up descriptors, and locks on the monotonic
// clock.
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

// Starts fn(arg) with every signal but faults blocked and a 256 KiB stack; name is shown by ps -L
// (15 characters).
bool thread_start(pthread_t *thread, const char *name, void *(*fn)(void *), void *arg);

// Joins until the deadline; false when the thread still runs (it is then left alone).
bool thread_join_until(pthread_t thread, int64_t deadline_ms);

// Condition variables that wait on the monotonic clock.
void thread_cond_init(pthread_cond_t *cond);
// false on time-out. The mutex is held before and after.
bool thread_cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_ms);

// An eventfd: many wakes become one readable event.
int wake_new(void); // -1 with errno
void wake_signal(int fd);
void wake_drain(int fd);

#endif
