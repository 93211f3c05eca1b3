/* The module: native functions and hqnn's Lua files become `require "hqnn"`.  What it offers is
 * decided in Swift (LuaBinding) and in lua/hqnn/. */
#include "internal.h"
#include "trampoline.h"

#include <unistd.h>

/* Opens embedded file number upvalue 1; called by require. */
static int open_file(lua_State *L) {
  const hqnn_lua_file *file = &hqnn_lua_files[lua_tointeger(L, lua_upvalueindex(1))];
  if (luaL_loadbufferx(L, file->text, file->size, file->chunk, "t") != LUA_OK) return lua_error(L);
  lua_pushstring(L, file->module);
  lua_call(L, 1, 1);
  return 1;
}

static int open_core(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  return 1;
}

/* raise(message): an error at the script's line, for hqnn's Lua files. */
static int raise_message(lua_State *L) {
  luaL_checkstring(L, 1);
  hqnn_lua_where(L);
  lua_pushvalue(L, 1);
  lua_concat(L, 2);
  return lua_error(L);
}

/* where(): the script's position, "script.lua:12: ". */
static int where(lua_State *L) {
  hqnn_lua_where(L);
  return 1;
}

/* Calls the Lua function in upvalue 1. */
static int call_public(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

/* public(f): f behind a C function, see hqnn.options; f itself when it is one. */
static int public(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  if (!lua_iscfunction(L, 1)) lua_pushcclosure(L, call_public, 1);
  return 1;
}

/* terminal(): whether stderr is one. */
static int terminal(lua_State *L) {
  lua_pushboolean(L, isatty(STDERR_FILENO));
  return 1;
}

/* Makes what the module consists of known to require, once. */
void hqnn_lua_preload(lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  int is_there = lua_getfield(L, -1, "hqnn.core") != LUA_TNIL;
  lua_pop(L, 2);
  if (is_there) return;
  static const luaL_Reg functions[] = {
      {"raise", raise_message}, {"where", where}, {"public", public}, {"terminal", terminal}, {NULL, NULL}};
  luaL_newlib(L, functions);
  hqnn_lua_register(L);

  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_insert(L, -2);
  lua_pushcclosure(L, open_core, 1);
  lua_setfield(L, -2, "hqnn.core");
  for (int i = 0; i < hqnn_lua_file_count; i++) {
    lua_pushinteger(L, i);
    lua_pushcclosure(L, open_file, 1);
    lua_setfield(L, -2, hqnn_lua_files[i].module);
  }
  lua_pop(L, 1);
}

int luaopen_hqnn(lua_State *L) {
  /* Opened again in the same state, it is the same module. */
  static const char key = 0;
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) != LUA_TNIL) return 1;
  lua_pop(L, 1);
  hqnn_lua_preload(L);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, open_file, 1); /* the first file is hqnn.init */
  lua_call(L, 0, 1);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
  return 1;
}
