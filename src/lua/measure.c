/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lua/lua_util.h"
#include "lua/modules.h"

int luaopen_mien_measure(lua_State *L)
{
    lua_newtable(L);
    return 1;
}
