/* Lua's headers, wherever they are, and what the C files of this folder share among themselves. */
#if __has_include(<lua5.4/lua.h>)
#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#else
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#endif

void hqnn_lua_where(lua_State *L);
void hqnn_lua_preload(lua_State *L);
