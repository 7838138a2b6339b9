/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was typed becomes something to run: an expression is tried first, then an assignment, then a
 * statement.
 */
#ifndef MIEN_SHELL_EVALUATE_H
#define MIEN_SHELL_EVALUATE_H

#include <lua.h>

enum mien_input {
    MIEN_INPUT_EMPTY,      /* Nothing but space; nothing is pushed. */
    MIEN_INPUT_INCOMPLETE, /* More lines are needed; the message is pushed. */
    MIEN_INPUT_WRONG,      /* A syntax error; the message is pushed. */
    MIEN_INPUT_EXPRESSION, /* The function is pushed; so below. */
    MIEN_INPUT_STATEMENT,
    MIEN_INPUT_SEQUENCE, /* Statements, then an expression; the function returns its values. */
    /* `name = expression`: the function that assigns its argument is pushed, then the one that computes. They
     * are two so that the message of a failed call is not lost. */
    MIEN_INPUT_ASSIGNMENT
};

enum mien_input mien_evaluate_compile(lua_State *L, const char *text);

#endif
