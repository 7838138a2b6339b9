/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lua/modules.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    lua_State *L = luaL_newstate();
    if (!L)
        return 1;
    luaL_openlibs(L);
    mien_modules_install(L);
    lua_newtable(L);
    for (int i = 2; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i - 1);
    }
    lua_pushstring(L, argc > 1 ? argv[1] : argv[0]);
    lua_rawseti(L, -2, 0);
    lua_setglobal(L, "arg");
    int status = LUA_OK;
    if (argc > 2 && strcmp(argv[1], "-e") == 0)
        status = luaL_dostring(L, argv[2]);
    else if (argc > 1)
        status = luaL_dofile(L, argv[1]);
    if (status != LUA_OK)
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
    lua_close(L);
    return status != LUA_OK;
}
