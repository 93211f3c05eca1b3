/* What the C side of the Lua binding (trampoline, module loader, host) and its Swift side share.
 * Lua's own headers stay out, so that only LuaState.swift sees them. */
#ifndef HQNN_LUA_TRAMPOLINE_H
#define HQNN_LUA_TRAMPOLINE_H

#include <stddef.h>

typedef struct lua_State lua_State;

/* ---- in Swift ---- */

/* Fills the table at the top of the stack with the native functions, in one table per class. */
void hqnn_lua_register(lua_State *L);
/* Calls native function `index` with the arguments on the stack. */
int hqnn_lua_call(lua_State *L, int index);
enum {
  HQNN_LUA_MESSAGE = -1, /* failed; the message on top of the stack lacks its position */
  HQNN_LUA_RETHROW = -2  /* failed; the error value on top is a script's own, complete */
};

/* ---- in C ---- */

/* The lua_CFunction behind every native function: upvalue 1 is its index.  It alone raises errors,
 * after Swift has returned. */
int hqnn_lua_trampoline(lua_State *L);
/* The module: what `require "hqnn"` runs. */
int luaopen_hqnn(lua_State *L);
/* Whether the host was asked to stop (Ctrl-C) and has not yet said so to the script. */
int hqnn_lua_interrupted(void);

/* hqnn's own Lua files, compiled in. */
typedef struct hqnn_lua_file {
  const char *module; /* "hqnn.options" */
  const char *chunk;  /* "=hqnn/options.lua": how positions inside it are told from a script's */
  const char *text;
  size_t size;
} hqnn_lua_file;
extern const hqnn_lua_file hqnn_lua_files[];
extern const int hqnn_lua_file_count;

/* ---- the host program ---- */

/* Runs a script file (or `code` when it is not NULL) with `arg` set; the exit status: 0, 1 after an
 * error, 130 after an interrupt.  Errors go to stderr with a traceback. */
int hqnn_lua_host_run(const char *script, const char *code, int count, const char *const *arguments);
/* Reads, runs and prints lines until the end of the input. */
int hqnn_lua_host_repl(void);

#endif
