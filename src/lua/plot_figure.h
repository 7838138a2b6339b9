/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of the plot binding: figures out of tables, and the numbers behind histograms, boxes and violins.
 *
 * A figure in Lua: title, width, height, legend, equal, bare; x and y axes {label, low, high, from_zero,
 * reversed, ticks = {{at, text}, ...}}; layers {{kind, title, x, y, x2, y2, colour, ...}, ...}; notes {{x, y,
 * text, colour, alignment}, ...}.
 */
#ifndef MIEN_LUA_PLOT_FIGURE_H
#define MIEN_LUA_PLOT_FIGURE_H

#include "plot/script.h"

#include <lua.h>

/* Reads the table at index; what the figure borrows lives as long as the table and the anchor that is pushed.
 */
void mien_lua_plot_figure(lua_State *L, int index, struct mien_figure *figure);
void mien_lua_plot_page(lua_State *L, int index, struct mien_page *page);

/* Adds the functions of src/lua/plot_numbers.c to the table on top of the stack. */
void mien_lua_plot_numbers(lua_State *L);

#endif
