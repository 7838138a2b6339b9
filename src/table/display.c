/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/display.h"

#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum {
    PIECE_SIZE = 16 /* The longest escape and a zero byte fit. */
};

/* One character as it is shown. */
struct piece {
    char bytes[PIECE_SIZE];
    size_t length, width;
};

/* Decodes one character; returns its length in bytes, 0 where the bytes are no UTF-8. */
static size_t decode(const char *text, size_t length, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t count = bytes[0] < 0x80 ? 1 : bytes[0] < 0xC2 ? 0 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    if (count == 0 || count > length || bytes[0] > 0xF4)
        return 0;
    *character = count == 1 ? bytes[0] : bytes[0] & (0x7Fu >> count);
    for (size_t i = 1; i < count; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        *character = *character << 6 | (bytes[i] & 0x3F);
    }
    bool surrogate = *character >= 0xD800 && *character < 0xE000;
    return *character < least[count] || *character > 0x10FFFF || surrogate ? 0 : count;
}

/* Marks that change the direction of text or hide, and could make one cell look like another. */
static bool is_hidden(uint32_t c)
{
    return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

/* Returns the bytes consumed. */
static size_t show_character(const char *text, size_t length, struct piece *piece)
{
    static const char letters[] = "abtnvfr";
    uint32_t c = 0;
    size_t count = decode(text, length, &c);
    int cells = count && c >= 0x80 ? wcwidth((wchar_t)c) : 1;
    int escape = 0;
    if (count && c >= 7 && c <= 13)
        escape = snprintf(piece->bytes, PIECE_SIZE, "\\%c", letters[c - 7]);
    else if (!count || c < 0x20 || c == 0x7F)
        escape = snprintf(piece->bytes, PIECE_SIZE, "\\x%02x", (unsigned)(unsigned char)text[0]);
    else if (is_hidden(c) || cells < 0)
        escape = snprintf(piece->bytes, PIECE_SIZE, "\\u{%x}", (unsigned)c);
    else
        memcpy(piece->bytes, text, count);
    piece->length = escape ? (size_t)escape : count;
    piece->width = escape ? (size_t)escape : (size_t)cells;
    return count ? count : 1;
}

static int show_text(struct mien_text *out, const char *text, size_t length, size_t limit, size_t *width)
{
    struct piece piece;
    size_t used = 0, room = out->length, room_width = 0;
    for (size_t at = 0; at < length;) {
        at += show_character(text + at, length - at, &piece);
        if (limit && used + piece.width > limit) {
            /* Back to the last place where the ellipsis still fits. */
            out->length = room;
            *width = room_width + 1;
            return mien_text_add(out, "…", sizeof "…" - 1);
        }
        if (mien_text_add(out, piece.bytes, piece.length) != 0)
            return -1;
        used += piece.width;
        if (used + 1 <= limit) {
            room = out->length;
            room_width = used;
        }
    }
    *width = used;
    return mien_text_add(out, "", 0);
}

int mien_display(struct mien_text *out, const char *text, size_t length, size_t limit, size_t *width)
{
    /* Widths come from the C library, which knows them only within a UTF-8 locale. */
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
    int failed = show_text(out, text, length, limit, width);
    if (utf8) {
        uselocale(before);
        freelocale(utf8);
    }
    return failed;
}

size_t mien_display_columns(void)
{
    enum { NARROWEST = 20, WIDEST = 1000, USUAL = 80 };
    const char *given = getenv("COLUMNS");
    long columns = given ? strtol(given, NULL, 10) : 0;
    if (columns >= NARROWEST && columns <= WIDEST)
        return (size_t)columns;
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROWEST)
        return size.ws_col < WIDEST ? size.ws_col : WIDEST;
    return USUAL;
}
