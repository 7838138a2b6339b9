/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onnx/apart.h"

#include "base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Bytes of memory the other process may take beyond what we have; a damaged size can ask for any. */
#define MOST_MEMORY ((rlim_t)8 << 30)

#ifndef __SANITIZE_ADDRESS__
static void limit_memory(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file)
        return;
    if (fscanf(file, "%lu", &pages) == 1) {
        rlim_t most = MOST_MEMORY + (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
        const struct rlimit memory = {most, most};
        setrlimit(RLIMIT_AS, &memory);
    }
    fclose(file);
}
#endif

/* No dump of a process that crashed, no messages of OpenCV's, the usual end on every signal. The sanitizers
 * reserve more memory than any limit allows. */
static void settle(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
    limit_memory();
#endif
    static const int signals[] = {SIGINT, SIGTERM, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGPIPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], signals[i] == SIGINT ? SIG_IGN : SIG_DFL);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0) {
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
    }
}

enum mien_status mien_apart_start(struct mien_apart *apart, mien_apart_work *work, void *context,
                                  struct mien_error *error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return mien_fail(error, MIEN_ERR_IO, "no pipe to a process of its own: %s", strerror(errno));
    pid_t process = fork();
    if (process == 0) {
        close(ends[0]);
        settle();
        work(context, ends[1]);
        _exit(0);
    }
    int problem = errno;
    close(ends[1]);
    if (process < 0) {
        close(ends[0]);
        return mien_fail(error, MIEN_ERR_MEMORY, "no process of its own: %s", strerror(problem));
    }
    *apart = (struct mien_apart){ends[0], process};
    return MIEN_OK;
}

bool mien_apart_write(int pipe, const void *bytes, size_t size)
{
    const uint8_t *next = bytes;
    while (size > 0) {
        ssize_t written = write(pipe, next, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        next += written;
        size -= (size_t)written;
    }
    return true;
}

static enum mien_status ended_early(struct mien_apart *apart, struct mien_error *error)
{
    int status = 0;
    pid_t process = apart->process;
    apart->process = 0;
    if (waitpid(process, &status, 0) == process && WIFSIGNALED(status))
        return mien_fail(error, MIEN_ERR_MODEL,
                         "OpenCV broke off (%s): the file is damaged, or asks for what "
                         "OpenCV cannot do",
                         strsignal(WTERMSIG(status)));
    return mien_fail(error, MIEN_ERR_MODEL,
                     "OpenCV broke off: the file is damaged, or asks for what OpenCV "
                     "cannot do");
}

enum mien_status mien_apart_read(struct mien_apart *apart, void *bytes, size_t size, struct mien_error *error)
{
    uint8_t *next = bytes;
    while (size > 0) {
        struct pollfd ready = {.fd = apart->pipe, .events = POLLIN};
        int found = poll(&ready, 1, 100);
        if (mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        if (found <= 0)
            continue;
        ssize_t got = read(apart->pipe, next, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return ended_early(apart, error);
        next += got;
        size -= (size_t)got;
    }
    return MIEN_OK;
}

void mien_apart_end(struct mien_apart *apart)
{
    close(apart->pipe);
    if (apart->process > 0) {
        kill(apart->process, SIGKILL);
        while (waitpid(apart->process, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    *apart = (struct mien_apart){-1, 0};
}
