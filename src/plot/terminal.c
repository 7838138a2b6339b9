/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

struct mien_terminal mien_terminal_look(void)
{
    struct mien_terminal terminal = {.columns = 80, .rows = 24};
    struct winsize size;
    terminal.present = isatty(STDOUT_FILENO);
    if (terminal.present && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        if (size.ws_col > 0 && size.ws_row > 0) {
            terminal.columns = size.ws_col;
            terminal.rows = size.ws_row;
        }
        terminal.width = size.ws_xpixel;
        terminal.height = size.ws_ypixel;
    }
    return terminal;
}

bool mien_display_present(void)
{
    const char *x11 = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");
    return (x11 && *x11) || (wayland && *wayland);
}

/* Reads ESC [ ? numbers c; true when it came whole within the time. */
static bool read_answer(int terminal, char *answer, size_t size)
{
    size_t length = 0;
    struct pollfd wait = {terminal, POLLIN, 0};
    while (length + 1 < size && poll(&wait, 1, 200) > 0) {
        if (read(terminal, answer + length, 1) != 1)
            return false;
        length++;
        answer[length] = '\0';
        if (answer[length - 1] == 'c' && strstr(answer, "\033[?"))
            return true;
    }
    return false;
}

/* Sixel is attribute 4. */
static bool lists_sixel(const char *answer)
{
    const char *list = strstr(answer, "\033[?") + 3;
    while (*list) {
        char *end;
        long attribute = strtol(list, &end, 10);
        if (end == list)
            return false;
        if (attribute == 4)
            return true;
        list = *end == ';' ? end + 1 : "";
    }
    return false;
}

bool mien_terminal_has_sixel(void)
{
    static const char question[] = "\033[c";
    struct termios before, raw;
    char answer[64] = "";
    int typed_ahead = 0;
    bool sixel = false;
    const char *kind = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !kind || strcmp(kind, "dumb") == 0)
        return false;
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0)
        return false;
    /* A background job that touched the terminal would be stopped. */
    if (tcgetpgrp(terminal) != getpgrp() || tcgetattr(terminal, &before) != 0)
        goto end;
    raw = before;
    raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(terminal, TCSANOW, &raw) != 0)
        goto end;
    if (ioctl(terminal, FIONREAD, &typed_ahead) == 0 && typed_ahead == 0 &&
        write(terminal, question, sizeof question - 1) == (ssize_t)sizeof question - 1)
        sixel = read_answer(terminal, answer, sizeof answer) && lists_sixel(answer);
    tcsetattr(terminal, TCSANOW, &before);
end:
    close(terminal);
    return sixel;
}
