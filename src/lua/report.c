/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report: the C half, for lua/report.lua: pictures as text inside a page, and the page written whole or not
 * at all.
 */
#include "lua/lua_util.h"
#include "lua/modules.h"
#include "plot/output.h"

#include <string.h>

/* base64(bytes) -> text (RFC 4648) */
static int base64(lua_State *L)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t length;
    const unsigned char *bytes = (const unsigned char *)luaL_checklstring(L, 1, &length);
    luaL_Buffer text;
    luaL_buffinit(L, &text);
    for (size_t i = 0; i < length; i += 3) {
        size_t rest = length - i;
        unsigned value = (unsigned)bytes[i] << 16 | (rest > 1 ? (unsigned)bytes[i + 1] << 8 : 0) |
                         (rest > 2 ? (unsigned)bytes[i + 2] : 0);
        luaL_addchar(&text, digits[value >> 18]);
        luaL_addchar(&text, digits[value >> 12 & 63]);
        luaL_addchar(&text, rest > 1 ? digits[value >> 6 & 63] : '=');
        luaL_addchar(&text, rest > 2 ? digits[value & 63] : '=');
    }
    luaL_pushresult(&text);
    return 1;
}

/* write(text, path, user_alone, caller) -> true */
static int write_page(lua_State *L)
{
    struct mien_error error;
    size_t length;
    const char *bytes = luaL_checklstring(L, 1, &length);
    const char *path = luaL_checkstring(L, 2), *caller = luaL_checkstring(L, 4);
    /* Only read; the text borrows Lua's bytes. */
    struct mien_text page = {.length = length};
    memcpy(&page.bytes, &bytes, sizeof bytes);
    if (mien_picture_write(&page, path, lua_toboolean(L, 3), &error) != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    lua_pushboolean(L, true);
    return 1;
}

int luaopen_mien_report(lua_State *L)
{
    static const luaL_Reg functions[] = {{"base64", base64}, {"write", write_page}, {NULL, NULL}};
    lua_createtable(L, 0, 1);
    luaL_newlib(L, functions);
    lua_setfield(L, -2, "core"); /* Taken away again by lua/report.lua. */
    return 1;
}
