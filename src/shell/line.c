/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/line.h"

#include "shell/history.h"
#include "shell/stop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

/* Readline's callbacks take no argument, so the state of the one line that is being typed lives here. */
static struct {
    bool terminal;
    bool finished;
    bool cancelled;
    char *text;
} reading;

enum { CTRL_C = 3 };

static volatile sig_atomic_t caught; /* The last signal that came while a line was typed. */

static void on_signal(int number)
{
    caught = number;
}

static void on_line(char *text)
{
    reading.text = text;
    reading.finished = true;
    rl_callback_handler_remove();
}

/* ---- Ctrl-C while typing ---- */

/* The key arrives as a character, so that it keeps its place among keys typed ahead; a signal would overtake
 * them. */
static void prepare_terminal(int meta)
{
    struct termios settings;
    rl_prep_terminal(meta);
    if (tcgetattr(STDIN_FILENO, &settings) == 0 && settings.c_cc[VINTR] == CTRL_C) {
        settings.c_cc[VINTR] = _POSIX_VDISABLE;
        tcsetattr(STDIN_FILENO, TCSANOW, &settings);
    }
}

static int on_cancel_key(int count, int key)
{
    (void)count;
    (void)key;
    reading.cancelled = true;
    return 0;
}

static int bind_cancel_key(void)
{
    rl_bind_key_in_map(CTRL_C, on_cancel_key, emacs_standard_keymap);
    rl_bind_key_in_map(CTRL_C, on_cancel_key, vi_insertion_keymap);
    rl_bind_key_in_map(CTRL_C, on_cancel_key, vi_movement_keymap);
    return 0;
}

/* ---- Signals while typing ---- */

static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP};
enum { WATCHED = sizeof watched / sizeof *watched };

/* Signals are blocked except while waiting for a key, so that none is missed. */
static void watch_signals(struct sigaction *old, sigset_t *outside)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t blocked;
    sigemptyset(&blocked);
    caught = 0;
    for (int i = 0; i < WATCHED; i++) {
        sigaddset(&blocked, watched[i]);
        sigaction(watched[i], &action, &old[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, outside);
}

static void unwatch_signals(const struct sigaction *old, const sigset_t *outside)
{
    for (int i = 0; i < WATCHED; i++)
        sigaction(watched[i], &old[i], NULL);
    sigprocmask(SIG_SETMASK, outside, NULL);
}

/* Leaves the line as Ctrl-C should: visible, marked, forgotten. */
static void cancel_line(void)
{
    rl_free_line_state();
    rl_callback_sigcleanup();
    rl_point = rl_end;
    rl_redisplay();
    fputs("^C\n", rl_outstream);
    fflush(rl_outstream);
    rl_callback_handler_remove();
}

/* Stops until the user brings the program back, with the terminal as other programs expect it meanwhile. */
static void suspend(void)
{
    rl_deprep_terminal();
    raise(SIGSTOP);
    prepare_terminal(1);
    rl_forced_update_display();
}

/* The history is already on disk: give the terminal back and die as asked. */
static void die_of(int number)
{
    sigset_t none;
    rl_callback_handler_remove();
    signal(number, SIG_DFL);
    raise(number);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Waits for the next key or signal; false when the line was cancelled. */
static bool wait_and_take(const sigset_t *outside)
{
    struct pollfd input = {STDIN_FILENO, POLLIN, 0};
    if (ppoll(&input, 1, NULL, outside) > 0) {
        rl_callback_read_char();
        if (reading.cancelled && !reading.finished)
            cancel_line();
        return !reading.cancelled;
    }
    int number = caught;
    caught = 0;
    if (number == SIGWINCH)
        rl_resize_terminal();
    else if (number == SIGINT) {
        cancel_line();
        return false;
    } else if (number == SIGTSTP)
        suspend();
    else if (number == SIGTERM || number == SIGHUP)
        die_of(number);
    return true;
}

static enum mien_line read_terminal(const char *prompt, char **text)
{
    struct sigaction old[WATCHED];
    sigset_t outside;
    bool cancelled = false;
    reading.finished = reading.cancelled = false;
    reading.text = NULL;
    watch_signals(old, &outside);
    /* The window may have changed while something ran. */
    if (RL_ISSTATE(RL_STATE_INITIALIZED))
        rl_reset_screen_size();
    rl_callback_handler_install(prompt, on_line);
    while (!reading.finished && !cancelled)
        cancelled = !wait_and_take(&outside);
    unwatch_signals(old, &outside);
    if (cancelled)
        return MIEN_LINE_CANCELLED;
    *text = reading.text;
    if (!reading.text)
        fputc('\n', rl_outstream);
    return reading.text ? MIEN_LINE_TEXT : MIEN_LINE_END;
}

static enum mien_line read_plain(char **text)
{
    size_t size = 0;
    *text = NULL;
    ssize_t length = getline(text, &size, stdin);
    if (length < 0) {
        free(*text);
        return MIEN_LINE_END;
    }
    if (length > 0 && (*text)[length - 1] == '\n')
        (*text)[length - 1] = '\0';
    return MIEN_LINE_TEXT;
}

/* ---- Interface ---- */

void mien_line_open(lua_State *L, bool terminal)
{
    reading.terminal = terminal;
    if (!terminal)
        return;
    rl_readline_name = "mien";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_prep_term_function = prepare_terminal;
    rl_startup_hook = bind_cancel_key;
    rl_completion_query_items = 300;
    /* COLUMNS is the user's, or what mien.options{width=} says. */
    rl_change_environment = 0;
    rl_outstream = isatty(STDOUT_FILENO) ? stdout : stderr;
    mien_complete_install(L);
    using_history();
    mien_history_load(add_history);
    stifle_history(MIEN_HISTORY_MOST);
}

enum mien_line mien_line_read(lua_State *L, const char *prompt, char **text)
{
    fflush(stdout);
    mien_stop_clear(L);
    return reading.terminal ? read_terminal(prompt, text) : read_plain(text);
}

void mien_line_remember(const char *entry)
{
    if (!reading.terminal)
        return;
    const HIST_ENTRY *last = history_get(history_base + history_length - 1);
    if (last && strcmp(last->line, entry) == 0)
        return;
    add_history(entry);
    mien_history_append(entry);
}

const char *mien_line_version(void)
{
    return rl_library_version;
}
