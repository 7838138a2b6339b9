/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lua/progress_bar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    BAR_CELLS = 20,
    NOTE_LEAST = 24 /* Columns that the bar leaves to the note. */
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* 1180 becomes "1,180". */
static void with_commas(char *out, size_t size, double value)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%.0f", value);
    size_t used = 0;
    for (int i = 0; i < length && used + 2 < size; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
}

/* 4000 seconds become "1:06:40", 75 become "1:15". */
static void as_clock(char *out, size_t size, double seconds)
{
    int whole = (int)fmin(fmax(0, seconds), 3599999);
    if (whole >= 3600)
        snprintf(out, size, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    else
        snprintf(out, size, "%d:%02d", whole / 60, whole % 60);
}

static int terminal_width(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* Bytes of the first `cells` characters of UTF-8 text, each taken as one cell wide. */
static int bytes_of_cells(const char *text, int cells)
{
    int bytes = 0;
    for (; text[bytes]; bytes++)
        if (((unsigned char)text[bytes] & 0xC0) != 0x80 && cells-- == 0)
            break;
    return bytes;
}

/* What is done per second since work began to show, so that the time a job takes to set out does not count.
 */
static double rate_of(const struct mien_progress_bar *bar, double time, double done)
{
    const double settled = 0.5;
    if (time - bar->first > settled && done > bar->first_done)
        return (done - bar->first_done) / (time - bar->first);
    return time > bar->started ? done / (time - bar->started) : 0;
}

static void draw(const struct mien_progress_bar *bar, double time, double done, double total,
                 const char *unit, const char *note)
{
    char rate_text[32], left_text[32], tail[160], cells[BAR_CELLS * 3 + 1] = "";
    double rate = rate_of(bar, time, done);
    with_commas(rate_text, sizeof rate_text, rate);
    if (done <= 0)
        snprintf(tail, sizeof tail, "starting");
    else if (total > 0) {
        double fraction = done < total ? done / total : 1;
        int full = (int)(fraction * BAR_CELLS);
        as_clock(left_text, sizeof left_text, rate > 0 ? (total - done) / rate : 0);
        snprintf(tail, sizeof tail, "%3.0f %%  %s %s/s  %s left", 100 * fraction, rate_text, unit, left_text);
        /* A line longer than the terminal would stay there: a narrow one goes without the bar. */
        for (int i = 0; i < BAR_CELLS && (int)strlen(tail) + NOTE_LEAST + BAR_CELLS < terminal_width(); i++)
            strcat(cells, i < full ? "█" : "░");
    } else
        snprintf(tail, sizeof tail, "%.0f %s  %s %s/s", done, unit, rate_text, unit);
    int room = terminal_width() - 1 - (int)strlen(tail) - (cells[0] ? BAR_CELLS + 2 : 0) - 2;
    int shown = note && room > 8 ? bytes_of_cells(note, room) : 0;
    fprintf(stderr, "\r\033[K%.*s%s%s%s%s", shown, shown ? note : "", shown ? "  " : "", cells,
            cells[0] ? "  " : "", tail);
    fflush(stderr);
}

static void report(void *context, double done, double total, const char *unit, const char *note)
{
    struct mien_progress_bar *bar = context;
    double time = now();
    if (bar->first_done <= 0 && done > 0) {
        bar->first = time;
        bar->first_done = done;
    }
    if (!bar->enabled || time - bar->started < 0.2 || time - bar->drawn < 0.1)
        return;
    bar->drawn = time;
    bar->visible = true;
    draw(bar, time, done, total, unit, note);
}

struct mien_progress mien_progress_bar_start(struct mien_progress_bar *bar, bool enabled)
{
    *bar = (struct mien_progress_bar){.started = now(), .enabled = enabled && isatty(STDERR_FILENO)};
    return (struct mien_progress){report, bar};
}

void mien_progress_bar_end(struct mien_progress_bar *bar)
{
    if (bar->visible) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    bar->visible = false;
}
