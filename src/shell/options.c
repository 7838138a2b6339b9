/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/options.h"

#include <stdio.h>
#include <string.h>

static int wrong(const char *word, const char *why)
{
    fprintf(stderr, "mien: %s: %s; mien -h lists the options\n", word, why);
    return -1;
}

/* An option that stands alone; false if the word is none. */
static bool take_flag(struct mien_options *options, const char *word)
{
    if (strcmp(word, "-i") == 0)
        options->interactive = true;
    else if (strcmp(word, "--no-init") == 0)
        options->no_init = true;
    else if (strcmp(word, "-V") == 0 || strcmp(word, "--version") == 0)
        options->version = true;
    else if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
        options->help = true;
    else
        return false;
    return true;
}

int mien_options_parse(struct mien_options *options, int count, const char *const *words)
{
    *options = (struct mien_options){.words = words, .count = count};
    int i = 1;
    for (; i < count && words[i][0] == '-'; i++) {
        if (strcmp(words[i], "-") == 0) {
            options->standard_input = true;
            break;
        }
        if (strcmp(words[i], "--") == 0) {
            i++;
            break;
        }
        if (strcmp(words[i], "-e") == 0) {
            if (++i == count)
                return wrong("-e", "needs the code to run");
            options->commands = true;
        } else if (strcmp(words[i], "-m") == 0) {
            if (++i == count)
                return wrong("-m", "needs the name of a shipped script");
            options->module = true;
            break;
        } else if (!take_flag(options, words[i]))
            return wrong(words[i], "no such option");
    }
    options->end = i < count ? i : count;
    return 0;
}

const char *mien_options_command(const struct mien_options *options, int *position)
{
    for (; *position < options->end; ++*position)
        if (strcmp(options->words[*position], "-e") == 0) {
            *position += 2;
            return options->words[*position - 1];
        }
    return NULL;
}
