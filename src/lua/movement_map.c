#include "lua/movement_map.h"
const luaL_Reg mien_movement_map_functions[] = {{NULL, NULL}};
