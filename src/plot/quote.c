/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/quote.h"

#include <stdbool.h>
#include <string.h>

/* The bytes of the character that begins at text, or 0 when they are no valid UTF-8. The terminating zero
 * byte is never a continuation byte, so nothing is read past the end. */
static size_t character_length(const unsigned char *text, unsigned *value)
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = text[0] < 0x80 ? 1 : text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : 2;
    if (length == 1) {
        *value = text[0];
        return 1;
    }
    if (text[0] < 0xC2 || text[0] > 0xF4)
        return 0;
    *value = text[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
        *value = *value << 6 | (text[i] & 0x3Fu);
    }
    if (*value < least[length] || *value > 0x10FFFF || (*value >= 0xD800 && *value <= 0xDFFF))
        return 0;
    return length;
}

static bool is_space(unsigned value)
{
    return value == '\n' || value == '\r' || value == '\t' || value == '\v' || value == '\f' ||
           value == 0x85 || value == 0x2028 || value == 0x2029;
}

/* Characters that a terminal or an XML reader would obey or refuse rather than show. */
static bool is_control(unsigned value)
{
    return value < 0x20 || (value >= 0x7F && value < 0xA0) || (value >= 0x202A && value <= 0x202E) ||
           (value >= 0x2066 && value <= 0x2069) || value == 0xFFFE || value == 0xFFFF;
}

static int add_character(struct mien_text *script, const unsigned char *text, size_t length, bool tick)
{
    if (*text == '%' && tick)
        return mien_text_add(script, "%%", 2);
    return mien_text_add(script, (const char *)text, length);
}

/* Quotes leave the string, join it as a run of \047 in a string of ours, and enter a new one: gnuplot 5.4
 * reads a doubled quote wrongly at a string's beginning and beside another one. */
static int add_quotes(struct mien_text *script, const unsigned char *text, size_t *length)
{
    int failed = mien_text_print(script, "'.\"");
    for (*length = 0; text[*length] == '\''; ++*length)
        failed |= mien_text_print(script, "\\047");
    return failed | mien_text_print(script, "\".'");
}

static int quote(struct mien_text *script, const char *text, size_t longest, bool tick)
{
    const unsigned char *here = (const unsigned char *)text;
    bool after_space = true;
    int failed = mien_text_add(script, "'", 1);
    /* gnuplot cuts a tick's name at 49 bytes, in the middle of a character too, once it has a % in it. */
    bool bytes_count = tick && strchr(text, '%');
    for (size_t shown = 0; *here;) {
        unsigned value;
        size_t length = character_length(here, &value);
        bool space = length && is_space(value);
        bool dropped = length && !space && is_control(value);
        if (dropped || (space && after_space)) {
            here += length;
            continue;
        }
        shown += bytes_count ? (*here == '%' ? 2 : length ? length : 3) : 1;
        if (shown > longest) {
            failed |= mien_text_add(script, "…", strlen("…"));
            break;
        }
        if (*here == '\'')
            failed |= add_quotes(script, here, &length);
        else if (!length)
            failed |= mien_text_add(script, "\xEF\xBF\xBD", 3);
        else if (space)
            failed |= mien_text_add(script, " ", 1);
        else
            failed |= add_character(script, here, length, tick);
        after_space = space;
        here += length ? length : 1;
    }
    failed |= mien_text_add(script, "'", 1);
    return failed ? -1 : 0;
}

int mien_plot_quote(struct mien_text *script, const char *text, size_t longest)
{
    return quote(script, text, longest, false);
}

int mien_plot_quote_tick(struct mien_text *script, const char *text)
{
    return quote(script, text, MIEN_QUOTE_LONGEST_TICK, true);
}
