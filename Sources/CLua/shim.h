/* Debian keeps Lua's headers in a folder of the version; others do not. */
#if __has_include(<lua5.4/lua.h>)
#include <lua5.4/lua.h>
#include <lua5.4/lauxlib.h>
#include <lua5.4/lualib.h>
#else
#include <lua.h>
#include <lauxlib.h>
#include <lualib.h>
#endif

/* Swift imports neither function-like macros nor functions with `...`. */
static const int hqnn_clua_registry = LUA_REGISTRYINDEX;
static inline void hqnn_clua_remove(lua_State *L, int index) { lua_remove(L, index); }
static inline int hqnn_clua_pcall(lua_State *L, int arguments, int results) {
  return lua_pcall(L, arguments, results, 0);
}
static inline int hqnn_clua_step(lua_State *L, int kilobytes) {
  return lua_gc(L, LUA_GCSTEP, kilobytes);
}
