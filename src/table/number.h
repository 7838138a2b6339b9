/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers as text, the same in every locale.
 */
#ifndef MIEN_TABLE_NUMBER_H
#define MIEN_TABLE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

enum { MIEN_NUMBER_SIZE = 32 };

/* True if all of the bytes are one decimal number ("12", "-.5", "1.5e-3", with `decimal` as decimal sign) or
 * an infinity ("Inf", "-inf", "Infinity"). Hexadecimal numbers, digit grouping and NaN are no numbers here.
 */
bool mien_number_read(const char *bytes, size_t length, char decimal, double *value);

/* True for what looks like a number but is a name: a zero followed by a digit ("007"), or a whole number that
 * a double cannot hold exactly (a long identifier). Such a cell makes its column text. */
bool mien_number_is_label(const char *bytes, size_t length);

/* Writes the shortest of 15, 16 or 17 digits that read back as the same double; "NA" for NaN, "Inf", "-Inf".
 * Returns the length. */
size_t mien_number_write(char out[MIEN_NUMBER_SIZE], double value);

#endif
