/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs a program in a pseudo-terminal as a script of lines says, and fails when what should appear does not:
 *
 *     pty script.tty program
 *
 *     env NAME=value      for the program; before start
 *     shell command       a command of the system; must succeed
 *     start arguments     starts the program; words are parted by spaces
 *     send text           types the text: \r Enter, \t Tab, \e Escape, \xHH a byte, \\ a backslash
 *     expect text         waits until the text has appeared after what was matched before (same escapes)
 *     absent text         the text is not in what has appeared since the last match
 *     signal number       sends the signal to the program
 *     exit status         waits for the end of the program and compares; 128 + n stands for death by signal n
 *
 * Nothing depends on time: every wait is for a text, and 20 seconds without it are a failure. Escape
 * sequences of the terminal and carriage returns are dropped from the output before it is compared.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, OUTPUT_SIZE = 1 << 20, MOST_WORDS = 64 };

struct dialogue {
    const char *script, *program;
    int line;
    int terminal; /* The master side, -1 when nothing runs. */
    pid_t process;
    size_t length, matched; /* Of output: received, and already matched. */
    int escape; /* Inside an escape sequence: 1 after ESC, 2 in a control sequence, 3 in a title. */
    char output[OUTPUT_SIZE];
};

static void fail(const struct dialogue *talk, const char *format, ...)
{
    va_list arguments;
    printf("FAIL  %s:%d: ", talk->script, talk->line);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    size_t from = talk->matched > 600 ? talk->matched - 600 : 0;
    printf("\n---- output, up to what was matched\n%.*s\n---- and after\n%.*s\n----\n",
           (int)(talk->matched - from), talk->output + from, (int)(talk->length - talk->matched),
           talk->output + talk->matched);
    if (talk->process > 0)
        kill(talk->process, SIGKILL);
    exit(1);
}

/* ---- Output ---- */

static void take_byte(struct dialogue *talk, char c)
{
    if (talk->escape == 1)
        talk->escape = c == '[' ? 2 : c == ']' ? 3 : 0;
    else if (talk->escape == 2)
        talk->escape = c >= '@' && c <= '~' ? 0 : 2;
    else if (talk->escape == 3)
        talk->escape = c == '\a' ? 0 : 3;
    else if (c == '\033')
        talk->escape = 1;
    else if (c != '\r' && c != '\a' && c != '\0' && talk->length < OUTPUT_SIZE - 1)
        talk->output[talk->length++] = c;
}

/* Reads what is there, waiting at most that long; false at the end of the program's output or of the
 * patience. */
static bool take_output(struct dialogue *talk, int milliseconds)
{
    char bytes[4096];
    struct pollfd input = {talk->terminal, POLLIN, 0};
    if (talk->terminal < 0 || poll(&input, 1, milliseconds) <= 0)
        return false;
    ssize_t count = read(talk->terminal, bytes, sizeof bytes);
    for (ssize_t i = 0; i < count; i++)
        take_byte(talk, bytes[i]);
    talk->output[talk->length] = '\0';
    return count > 0;
}

static void expect(struct dialogue *talk, const char *text)
{
    for (;;) {
        const char *found = strstr(talk->output + talk->matched, text);
        if (found) {
            talk->matched = (size_t)(found - talk->output) + strlen(text);
            return;
        }
        if (!take_output(talk, PATIENCE_MS))
            fail(talk, "\"%s\" did not appear", text);
    }
}

/* ---- The program ---- */

static int split(char *text, char **words)
{
    int count = 0;
    for (char *word = strtok(text, " "); word && count < MOST_WORDS - 1; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = NULL;
    return count;
}

static void start(struct dialogue *talk, char *arguments)
{
    char *words[MOST_WORDS + 1] = {(char *)talk->program};
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    split(arguments, words + 1);
    talk->process = forkpty(&talk->terminal, NULL, NULL, &size);
    if (talk->process < 0)
        fail(talk, "forkpty: %s", strerror(errno));
    if (talk->process == 0) {
        execv(talk->program, words);
        _exit(127);
    }
}

static void send_text(struct dialogue *talk, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t count = write(talk->terminal, text, length);
        if (count <= 0)
            fail(talk, "cannot type: %s", strerror(errno));
        text += count;
        length -= (size_t)count;
    }
}

static void expect_exit(struct dialogue *talk, int wanted)
{
    int status = 0, waited = 0;
    while (take_output(talk, PATIENCE_MS))
        ;
    while (waitpid(talk->process, &status, WNOHANG) == 0 && waited++ < PATIENCE_MS / 10)
        usleep(10000);
    int got = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (waited > PATIENCE_MS / 10)
        fail(talk, "the program does not end");
    if (got != wanted)
        fail(talk, "exit status %d, not %d", got, wanted);
    close(talk->terminal);
    talk->terminal = -1;
    talk->process = 0;
    talk->matched = talk->length = 0;
    talk->output[0] = '\0';
}

/* ---- The script ---- */

/* Undoes the escapes in place; returns the length. */
static size_t unescape(char *text)
{
    char *out = text;
    for (const char *in = text; *in; in++) {
        if (*in != '\\') {
            *out++ = *in;
            continue;
        }
        switch (*++in) {
        case 'r':
            *out++ = '\r';
            break;
        case 'n':
            *out++ = '\n';
            break;
        case 't':
            *out++ = '\t';
            break;
        case 'e':
            *out++ = '\033';
            break;
        case 'x': {
            char digits[3] = {in[1], in[1] ? in[2] : '\0', '\0'};
            *out++ = (char)strtol(digits, NULL, 16);
            in += strlen(digits);
            break;
        }
        default:
            *out++ = *in;
        }
    }
    *out = '\0';
    return (size_t)(out - text);
}

static void obey(struct dialogue *talk, const char *word, char *rest)
{
    if (strcmp(word, "env") == 0) {
        char *value = strchr(rest, '=');
        if (!value)
            fail(talk, "env needs NAME=value");
        *value = '\0';
        setenv(rest, value + 1, 1);
    } else if (strcmp(word, "shell") == 0) {
        if (system(rest) != 0)
            fail(talk, "the command failed");
    } else if (strcmp(word, "start") == 0)
        start(talk, rest);
    else if (strcmp(word, "send") == 0)
        send_text(talk, rest, unescape(rest));
    else if (strcmp(word, "expect") == 0) {
        unescape(rest);
        expect(talk, rest);
    } else if (strcmp(word, "absent") == 0) {
        unescape(rest);
        if (strstr(talk->output + talk->matched, rest))
            fail(talk, "\"%s\" should not appear", rest);
    } else if (strcmp(word, "signal") == 0)
        kill(talk->process, atoi(rest));
    else if (strcmp(word, "exit") == 0)
        expect_exit(talk, atoi(rest));
    else
        fail(talk, "no such word: %s", word);
}

int main(int argc, char **argv)
{
    static struct dialogue talk;
    if (argc != 3) {
        fprintf(stderr, "usage: pty script.tty program\n");
        return 2;
    }
    talk.script = argv[1];
    talk.program = argv[2];
    talk.terminal = -1;
    FILE *script = fopen(argv[1], "r");
    if (!script) {
        perror(argv[1]);
        return 2;
    }
    char line[4096];
    while (fgets(line, sizeof line, script)) {
        talk.line++;
        line[strcspn(line, "\n")] = '\0';
        if (!*line || *line == '#')
            continue;
        char *rest = line + strcspn(line, " ");
        if (*rest)
            *rest++ = '\0';
        obey(&talk, line, rest);
    }
    fclose(script);
    if (talk.process > 0)
        fail(&talk, "the script ends while the program runs");
    return 0;
}
