/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The C half of the model module. Its functions are model.core, which lua/model.lua takes for itself; those
 * files check what users give.
 */
#include "lua/lua_util.h"
#include "lua/model_parts.h"
#include "lua/modules.h"

typedef void (*part_opener)(lua_State *L);

/* Each adds its functions to the table on top of the stack. */
/* clang-format off */
static const part_opener parts[] = {
    mien_lua_model_random,
    mien_lua_model_evaluate,
    mien_lua_model_learner,
    mien_lua_model_clips,
    mien_lua_model_progress,
    mien_lua_model_train,
};
/* clang-format on */

int luaopen_mien_model(lua_State *L)
{
    lua_newtable(L);
    lua_newtable(L);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        parts[i](L);
    lua_setfield(L, -2, "core");
    return 1;
}
