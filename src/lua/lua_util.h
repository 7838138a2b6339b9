/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every binding file needs: arguments read and checked, arrays and columns passed, failures returned.
 *
 * Rules of a binding function: check all arguments first (wrong use raises, naming function and argument);
 * hold no raw resource across a call that may raise (create the userdata first, closed, then open into it;
 * scratch memory is userdata); call the core; push. Failures of the outside world return nil, message, code.
 */
#ifndef MIEN_LUA_LUA_UTIL_H
#define MIEN_LUA_LUA_UTIL_H

#include "base/error.h"
#include "base/memory.h"
#include "face/track.h"
#include "table/column.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/* Names of metatables. */
#define MIEN_COLUMN "mien.column"
#define MIEN_FRAME "mien.frame"
#define MIEN_TRACK "mien.track"
#define MIEN_VIDEO "mien.video"
#define MIEN_IMAGE "mien.image"

/* A function in the registry that the face module puts there, for those that take points out of a Track but
 * are not linked with src/face: (track, options, name of the caller) -> the Track with its points smoothed as
 * the options or the Track itself ask for, and how that was done where it was. */
#define MIEN_TRACK_SMOOTHED "mien.track_smoothed"

/* Pushes nil, "<function>: <text>", code word and returns 3: `return mien_lua_fail(L, "face.track", &error);`
 * A cancelled job raises "stopped" instead, so that it ends the whole script as Ctrl-C should. */
int mien_lua_fail(lua_State *L, const char *function, const struct mien_error *error);

/* ---- Numbers and text ---- */

/* The numbers of the column or array at index (1..#array; booleans and nil raise). A plain array is copied
 * into scratch userdata that takes its place on the stack, so the pointer is valid as long as that stack slot
 * is. what names the argument in the error: "stats.ttest: x must be ...". */
const double *mien_lua_numbers(lua_State *L, int index, const char *what, size_t *count);
/* As above for text: an array of count C strings, NULL for missing (NaN or false in a plain array), and one
 * more NULL at its end. Numbers become their text. */
const char *const *mien_lua_texts(lua_State *L, int index, const char *what, size_t *count);
/* The length of the table at index; raises where a metamethod gives one that no array has. */
size_t mien_lua_length(lua_State *L, int index, const char *what);
/* True if the value could be read by mien_lua_numbers: a number column, or a table whose first item is a
 * number. */
bool mien_lua_is_numbers(lua_State *L, int index);

/* The column userdata at index; raises if it is none. */
struct mien_column *mien_lua_check_column(lua_State *L, int index);
/* NULL if the value is no column. */
struct mien_column *mien_lua_test_column(lua_State *L, int index);
/* Pushes an empty column that the caller fills; it is owned by Lua from the start. */
struct mien_column *mien_lua_push_column(lua_State *L);
/* Pushes a number column of count missing values and returns them for filling. */
double *mien_lua_push_numbers(lua_State *L, size_t count);

/* Pops the topmost `count` values, columns all, and pushes a data frame with these names in this order. */
void mien_lua_push_frame(lua_State *L, const char *const *names, int count);

/* ---- Options: the table at index, where none or nil means no options ---- */

/* Raises on an option that is not in the list (which ends with NULL) and proposes the nearest name; on a
 * value that is no table; on integer keys, which are data. */
void mien_lua_check_options(lua_State *L, int index, const char *function, const char *const *allowed);
/* As above, but gives the message instead of raising it, pushed; NULL where all is well. May leave more on
 * the stack. */
const char *mien_lua_option_problem(lua_State *L, int index, const char *function,
                                    const char *const *allowed);
/* Each returns the default where the option is absent and raises, naming function, option and range, on a bad
 * value. An infinite low or high is no limit. */
double mien_lua_option_number(lua_State *L, int index, const char *function, const char *name, double absent,
                              double low, double high);
long mien_lua_option_integer(lua_State *L, int index, const char *function, const char *name, long absent,
                             long low, long high);
bool mien_lua_option_boolean(lua_State *L, int index, const char *function, const char *name, bool absent);
/* The text stays valid while the options table holds it. */
const char *mien_lua_option_text(lua_State *L, int index, const char *function, const char *name,
                                 const char *absent);
/* The position of the option's text in choices (which ends with NULL). */
int mien_lua_option_choice(lua_State *L, int index, const char *function, const char *name, int absent,
                           const char *const *choices);
/* The option side: "each" (or not given) or "plain". */
enum mien_side mien_lua_option_side(lua_State *L, int index, const char *function);

/* ---- What Lua owns ---- */

/* Pushes an empty pointer of this type that the metatable's __gc frees, and returns where to put it: the
 * resource goes into it, so that nothing is lost when a later call raises. It has one user value. */
void *mien_lua_push_owner(lua_State *L, const char *type, lua_CFunction free_it);
/* As above for memory from malloc. */
void *mien_lua_push_scratch(lua_State *L);
/* An empty text that Lua frees. */
struct mien_text *mien_lua_push_text(lua_State *L);

/* ---- The rest ---- */

/* The name of a file at index; raises when it is no text or cannot be a name. */
const char *mien_lua_check_path(lua_State *L, int index, const char *function);

/* Sets a number, text or boolean field of the table on top of the stack. */
void mien_lua_set_number(lua_State *L, const char *name, double value);
void mien_lua_set_text(lua_State *L, const char *name, const char *value);
void mien_lua_set_boolean(lua_State *L, const char *name, bool value);

/* Distance of two words in edits, for "did you mean"; two letters in the wrong order are one edit; at most 64
 * bytes count. */
int mien_word_distance(const char *a, const char *b);
/* The nearest of the words (list ends with NULL), or NULL if none is near enough to propose. */
const char *mien_word_nearest(const char *word, const char *const *words);

#endif
