/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The two groups of an ROC curve, read from an array or column of text, numbers or booleans.
 */
#ifndef MIEN_LUA_STATS_LABEL_H
#define MIEN_LUA_STATS_LABEL_H

#include <lua.h>
#include <stddef.h>

/* Fills label (count items) with MIEN_ROC_POSITIVE, _NEGATIVE or _MISSING from the value at index, by the
 * option `positive` of the table at options, and pushes the positive and the negative label as given, nil
 * where there is none. Raises if the count differs, if there are more than two labels, or if it is not clear
 * which is positive. */
void mien_stats_read_labels(lua_State *L, int index, int options, signed char *label, size_t count);

#endif
