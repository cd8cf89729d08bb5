/*
 * LD_PRELOAD: the clock of a program is ahead of the real one by what a file says (8 bytes, 100 ns each).
 * Wall clock and monotonic clock are moved; the coarse monotonic clock, by which .NET runs its timers, is not.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const int64_t SECOND = 1000000000;
static volatile int64_t *ahead;

__attribute__((constructor)) static void open_shift(void)
{
    const char *path = getenv("SHIFTED_CLOCK_FILE");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file >= 0)
    {
        void *map = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
        ahead = map == MAP_FAILED ? NULL : map;
        close(file);
    }
}

static void add(struct timespec *to, int64_t nanoseconds)
{
    int64_t rest = to->tv_nsec + nanoseconds % SECOND;
    to->tv_sec += nanoseconds / SECOND + (rest >= SECOND) - (rest < 0);
    to->tv_nsec = rest + (rest < 0 ? SECOND : 0) - (rest >= SECOND ? SECOND : 0);
}

static int64_t shift(void)
{
    return ahead ? *ahead * 100 : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
    {
        real = dlsym(RTLD_NEXT, "clock_gettime");
    }

    int result = real(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC))
    {
        add(now, shift());
    }

    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    (void)zone;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    now->tv_sec = time.tv_sec;
    now->tv_usec = time.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *into)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into)
    {
        *into = now.tv_sec;
    }

    return now.tv_sec;
}

/* The end of a wait was reckoned by the moved clock; the kernel reads the real one. */
int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict end)
{
    static int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    if (!real)
    {
        real = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    }

    struct timespec until = *end;
    add(&until, -shift());
    return real(condition, mutex, &until);
}
