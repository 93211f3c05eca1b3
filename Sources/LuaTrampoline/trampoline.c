/* The one place where the binding raises Lua errors: a longjmp over a Swift frame would skip its
 * clean-up, so native functions return a failure and this one raises it. */
#include "internal.h"
#include "trampoline.h"

#include <string.h>

/* Pushes "script.lua:12: " for the innermost line that is not hqnn's own, or "". */
void hqnn_lua_where(lua_State *L) {
  lua_Debug frame;
  for (int level = 0; lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "Sl", &frame);
    if (frame.currentline > 0 && strncmp(frame.source, "=hqnn/", 6) != 0) {
      lua_pushfstring(L, "%s:%d: ", frame.short_src, frame.currentline);
      return;
    }
  }
  lua_pushliteral(L, "");
}

int hqnn_lua_trampoline(lua_State *L) {
  int results = hqnn_lua_call(L, (int)lua_tointeger(L, lua_upvalueindex(1)));
  if (results >= 0) return results;
  if (results == HQNN_LUA_MESSAGE) {
    hqnn_lua_where(L);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}
