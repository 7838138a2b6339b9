/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/gnuplot.h"

#include "base/interrupt.h"
#include "base/paths.h"
#include "plot/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- Starting ---- */

/* Looks through $PATH by itself: an empty entry means the working folder, from which nothing shall be run. */
static bool find_program(char path[MIEN_PATH_SIZE])
{
    const char *folders = getenv("PATH");
    if (!folders)
        folders = "/usr/local/bin:/usr/bin:/bin";
    while (*folders) {
        size_t length = strcspn(folders, ":");
        struct stat status;
        if (folders[0] == '/' &&
            snprintf(path, MIEN_PATH_SIZE, "%.*s/gnuplot", (int)length, folders) < MIEN_PATH_SIZE &&
            access(path, X_OK) == 0 && stat(path, &status) == 0 && S_ISREG(status.st_mode))
            return true;
        folders += length + (folders[length] == ':');
    }
    return false;
}

/* The caller's environment with a locale in which numbers have points and text is UTF-8, and with a time zone
 * that is the same everywhere and all year, because a PDF tells it. The array is malloc'ed, its texts are
 * borrowed. */
static char **child_environment(void)
{
    static char locale[] = "LC_ALL=C.UTF-8", zone[] = "TZ=UTC0";
    size_t count = 0;
    while (environ[count])
        count++;
    char **environment = mien_array_new(count + 3, sizeof *environment);
    if (!environment)
        return NULL;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "LC_ALL=", 7) != 0 && strncmp(environ[i], "TZ=", 3) != 0)
            environment[kept++] = environ[i];
    environment[kept++] = locale;
    environment[kept] = zone;
    return environment;
}

struct pipes {
    int input[2], output[2], errors[2]; /* [0] ours, [1] gnuplot's. */
};

static void close_pair(int pair[2])
{
    for (int i = 0; i < 2; i++)
        if (pair[i] >= 0)
            close(pair[i]);
}

/* Keeps clear of the standard descriptors, which may be closed in a batch job. */
static int lift(int *descriptor)
{
    if (*descriptor > 2)
        return 0;
    int lifted = fcntl(*descriptor, F_DUPFD_CLOEXEC, 3);
    if (lifted < 0)
        return -1;
    close(*descriptor);
    *descriptor = lifted;
    return 0;
}

static int open_pipes(struct pipes *pipes)
{
    *pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pipes->input) != 0 ||
        pipe2(pipes->output, O_CLOEXEC) != 0 || pipe2(pipes->errors, O_CLOEXEC) != 0)
        return -1;
    int failed = 0;
    for (int i = 0; i < 2; i++)
        failed |= lift(&pipes->input[i]) | lift(&pipes->output[i]) | lift(&pipes->errors[i]);
    fcntl(pipes->input[0], F_SETFL, O_NONBLOCK);
    fcntl(pipes->output[0], F_SETFL, O_NONBLOCK);
    fcntl(pipes->errors[0], F_SETFL, O_NONBLOCK);
    return failed ? -1 : 0;
}

static int spawn(const char *program, char **environment, const struct pipes *pipes, pid_t *process)
{
    static char name[] = "gnuplot", no_files[] = "-d";
    char *arguments[] = {name, no_files, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, pipes->input[1], 0);
    posix_spawn_file_actions_adddup2(&actions, pipes->output[1], 1);
    posix_spawn_file_actions_adddup2(&actions, pipes->errors[1], 2);
    posix_spawn_file_actions_addchdir_np(&actions, "/");
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int problem = posix_spawn(process, program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return problem;
}

static enum mien_status launch(struct mien_gnuplot *gnuplot, struct mien_error *error)
{
    char program[MIEN_PATH_SIZE];
    struct pipes pipes;
    if (!find_program(program))
        return mien_fail(error, MIEN_ERR_TOOL,
                         "gnuplot was not found; install it with: apt install gnuplot-nox");
    enum mien_status status = MIEN_OK;
    char **environment = child_environment();
    int problem = open_pipes(&pipes) != 0 ? errno : environment ? 0 : ENOMEM;
    if (problem == 0)
        problem = spawn(program, environment, &pipes, &gnuplot->process);
    free(environment);
    if (problem != 0) {
        gnuplot->process = 0;
        close_pair(pipes.input);
        close_pair(pipes.output);
        close_pair(pipes.errors);
        return mien_fail(error, MIEN_ERR_TOOL, "gnuplot (%s) does not start: %s", program, strerror(problem));
    }
    gnuplot->input = pipes.input[0];
    gnuplot->output = pipes.output[0];
    gnuplot->errors = pipes.errors[0];
    close(pipes.input[1]);
    close(pipes.output[1]);
    close(pipes.errors[1]);
    return status;
}

void mien_gnuplot_stop(struct mien_gnuplot *gnuplot)
{
    if (gnuplot->process > 0) {
        close(gnuplot->input);
        close(gnuplot->output);
        close(gnuplot->errors);
        /* With windows it ends by itself at the end of its input and leaves them to the user. */
        if (!gnuplot->has_windows) {
            kill(gnuplot->process, SIGKILL);
            while (waitpid(gnuplot->process, NULL, 0) < 0 && errno == EINTR)
                continue;
        }
    }
    free(gnuplot->terminals);
    *gnuplot = (struct mien_gnuplot){0};
}

/* ---- Talking ---- */

struct talk {
    struct mien_gnuplot *gnuplot;
    struct mien_text to_send, output, errors;
    size_t sent;
    char mark[48]; /* The line that ends both streams. */
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* 1 when something came, 0 when nothing is there, -1 at the end of the stream or without memory. */
static int receive(int descriptor, struct mien_text *text)
{
    char block[4096];
    ssize_t got = read(descriptor, block, sizeof block);
    if (got > 0)
        return mien_text_add(text, block, (size_t)got) == 0 ? 1 : -1;
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static bool has_mark(const struct mien_text *text, const char *mark)
{
    return text->bytes && strstr(text->bytes, mark);
}

static bool send_some(struct talk *talk)
{
    ssize_t sent = send(talk->gnuplot->input, talk->to_send.bytes + talk->sent,
                        talk->to_send.length - talk->sent, MSG_NOSIGNAL);
    if (sent > 0)
        talk->sent += (size_t)sent;
    return sent >= 0 || errno == EAGAIN || errno == EINTR;
}

/* Sends everything and reads both streams until each has ended with the mark. */
static enum mien_status converse(struct talk *talk, double seconds, struct mien_error *error)
{
    double until = now() + seconds;
    struct pollfd wait[3] = {{talk->gnuplot->input, POLLOUT, 0},
                             {talk->gnuplot->output, POLLIN, 0},
                             {talk->gnuplot->errors, POLLIN, 0}};
    while (!has_mark(&talk->output, talk->mark) || !has_mark(&talk->errors, talk->mark)) {
        if (mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        if (now() > until)
            return mien_fail(error, MIEN_ERR_TOOL, "gnuplot gave no answer for %g s and was stopped",
                             seconds);
        wait[0].fd = talk->sent < talk->to_send.length ? talk->gnuplot->input : -1;
        if (poll(wait, 3, 50) < 0 && errno != EINTR)
            return mien_fail(error, MIEN_ERR_TOOL, "gnuplot: %s", strerror(errno));
        bool alive = true;
        if (wait[0].fd >= 0 && wait[0].revents)
            alive = send_some(talk);
        if (wait[1].revents && receive(talk->gnuplot->output, &talk->output) < 0)
            alive = false;
        if (wait[2].revents && receive(talk->gnuplot->errors, &talk->errors) < 0)
            alive = false;
        if (!alive)
            return mien_fail(error, MIEN_ERR_TOOL, "gnuplot ended unexpectedly");
    }
    return MIEN_OK;
}

static enum mien_status exchange(struct talk *talk, const char *folder, const char *script, double seconds,
                                 struct mien_error *error)
{
    snprintf(talk->mark, sizeof talk->mark, "##mien %lu##\n", ++talk->gnuplot->runs);
    int length = (int)strlen(talk->mark) - 1;
    int failed = mien_text_print(&talk->to_send, "reset session\ncd ");
    failed |= mien_plot_quote(&talk->to_send, folder, MIEN_PATH_SIZE);
    failed |= mien_text_print(&talk->to_send, "\n");
    failed |= mien_text_add(&talk->to_send, script, strlen(script));
    failed |= mien_text_print(&talk->to_send, "\nset print '-'\nprint '%.*s'\nset print\nprint '%.*s'\n",
                              length, talk->mark, length, talk->mark);
    if (failed)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for a script for gnuplot");
    return converse(talk, seconds, error);
}

static void end_talk(struct talk *talk)
{
    free(talk->to_send.bytes);
    free(talk->output.bytes);
    free(talk->errors.bytes);
}

bool mien_gnuplot_complaint(const char *errors, char *complaint, size_t size)
{
    bool found = false;
    for (const char *line = errors; line && *line;) {
        size_t length = strcspn(line, "\n");
        const char *place = memmem(line, length, "line ", 5);
        const char *colon = place ? memmem(place, length - (size_t)(place - line), ": ", 2) : NULL;
        if (colon && strspn(place + 5, "0123456789") == (size_t)(colon - place - 5)) {
            const char *text = colon + 2;
            text += strspn(text, " ");
            int rest = (int)(line + length - text);
            if (rest > 0 && strncasecmp(text, "warning", 7) != 0) {
                snprintf(complaint, size, "%.*s", rest, text);
                found = true;
            }
        }
        line += length + (line[length] == '\n');
    }
    return found;
}

/* gnuplot reads its standard input byte by byte, which takes seconds for a long recording, but a file in
 * blocks. */
static enum mien_status put_script(const char *folder, const char *script, struct mien_error *error)
{
    char path[MIEN_PATH_SIZE + 16];
    snprintf(path, sizeof path, "%s/figure.gp", folder);
    FILE *file = fopen(path, "wbe");
    if (!file)
        return mien_fail_errno(error, path);
    bool failed = fputs(script, file) < 0;
    int reason = errno;
    if (fclose(file) != 0 || failed) {
        errno = failed ? reason : errno;
        return mien_fail_errno(error, path);
    }
    return MIEN_OK;
}

enum mien_status mien_gnuplot_run(struct mien_gnuplot *gnuplot, const char *script, const char *folder,
                                  double seconds, struct mien_error *error)
{
    struct talk talk = {.gnuplot = gnuplot};
    char complaint[512];
    enum mien_status status = put_script(folder, script, error);
    if (status != MIEN_OK)
        return status;
    status = exchange(&talk, folder, "load 'figure.gp'", seconds, error);
    if (status == MIEN_ERR_TOOL && mien_gnuplot_complaint(talk.errors.bytes, complaint, sizeof complaint))
        mien_fail(error, MIEN_ERR_TOOL, "gnuplot: %s (and it ended)", complaint);
    if (status != MIEN_OK) {
        gnuplot->has_windows = false;
        mien_gnuplot_stop(gnuplot);
    } else if (mien_gnuplot_complaint(talk.errors.bytes, complaint, sizeof complaint))
        status = mien_fail(error, MIEN_ERR_TOOL, "gnuplot: %s", complaint);
    end_talk(&talk);
    return status;
}

/* ---- What this gnuplot can do ---- */

static enum mien_status ask_abilities(struct mien_gnuplot *gnuplot, struct mien_error *error)
{
    struct talk talk = {.gnuplot = gnuplot};
    enum mien_status status = exchange(
        &talk, "/", "set print '-'\nprint GPVAL_VERSION\nprint ' '.GPVAL_TERMINALS.' '\n", 20, error);
    if (status == MIEN_OK && strtod(talk.output.bytes, NULL) < 5.395)
        status = mien_fail(error, MIEN_ERR_TOOL, "gnuplot 5.4 or newer is needed; this one is %.*s",
                           (int)strcspn(talk.output.bytes, "\n"), talk.output.bytes);
    if (status == MIEN_OK) {
        const char *list = talk.output.bytes + strcspn(talk.output.bytes, "\n");
        gnuplot->terminals = strdup(list);
        if (!gnuplot->terminals)
            status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    }
    end_talk(&talk);
    return status;
}

bool mien_gnuplot_has_terminal(const struct mien_gnuplot *gnuplot, const char *terminal)
{
    char word[32];
    snprintf(word, sizeof word, " %s ", terminal);
    return gnuplot->terminals && strstr(gnuplot->terminals, word);
}

enum mien_status mien_gnuplot_start(struct mien_gnuplot *gnuplot, struct mien_error *error)
{
    if (gnuplot->process > 0) {
        if (waitpid(gnuplot->process, NULL, WNOHANG) == 0)
            return MIEN_OK;
        /* It has ended and been reaped; its number may belong to another process by now. */
        close(gnuplot->input);
        close(gnuplot->output);
        close(gnuplot->errors);
        gnuplot->process = 0;
        mien_gnuplot_stop(gnuplot);
    }
    enum mien_status status = launch(gnuplot, error);
    if (status == MIEN_OK)
        status = ask_abilities(gnuplot, error);
    if (status != MIEN_OK)
        mien_gnuplot_stop(gnuplot);
    return status;
}
