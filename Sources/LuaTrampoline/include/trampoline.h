/* What the C side of the Lua binding (trampoline, module loader, host) and its Swift side share.
 * Lua's own headers stay out, so that only LuaState.swift sees them. */
#ifndef HQNN_LUA_TRAMPOLINE_H
#define HQNN_LUA_TRAMPOLINE_H

#include <stddef.h>
#include <stdint.h>

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

/* How lines are read where a person types them.  All texts are UTF-8; `read` and `complete` give texts from malloc. */
typedef struct hqnn_lua_editor {
  /* Takes the history from a file; 0 when lines cannot be edited here. */
  int (*start)(const char *history);
  /* A line without its end; NULL at the end of the input, and when it was cancelled, which is then 1. */
  char *(*read)(const char *prompt, int *cancelled);
  void (*remember)(const char *line);
  /* Whom to ask at Tab: what is before the cursor; out: how many of its bytes are replaced, and the candidates, one
   * per line, or NULL. */
  void (*completer)(char *(*complete)(const char *before, size_t *replaced));
  /* Writes the history, atomically and without complaint where it cannot. */
  void (*finish)(const char *history);
} hqnn_lua_editor;

/* One run of the host, in this order: LUA_INIT, steps, tool, script, reading lines. */
typedef struct hqnn_lua_session {
  const char *const *words; /* the whole command line, for `arg` */
  int word_count;
  int script;               /* the script's place in words, "-" is the standard input; 0 without one */
  const char *const *steps; /* "e" and code, or "l" and a library or name=library */
  int step_count;           /* pairs */
  const char *tool;         /* a module "hqnn.…" called with tool_words, before the script; NULL for none */
  const char *const *tool_words;
  int tool_word_count;
  int reads_lines;          /* ends in reading lines */
  int ignores_environment, warns;
  int64_t memory;           /* bytes that Lua and tensors may hold; 0 for any */
  double seconds;           /* until the script is stopped; 0 for never */
  hqnn_lua_editor editor;
} hqnn_lua_session;

/* The exit status: 0, 1 after an error, 130 after an interrupt, or the tool's own when there is no script.  Errors go
 * to stderr with a traceback. */
int hqnn_lua_host(const hqnn_lua_session *session);

/* ---- limits of the host's script ---- */

/* What the script was not yet told: that it was interrupted, or that its time is over.  NULL for nothing.  Says so
 * once for an interrupt, each time for the time. */
const char *hqnn_lua_stopped(void);
/* Whether there is something to tell.  Never changes anything. */
int hqnn_lua_stopping(void);
/* NULL, or what is wrong with the memory held by now. */
const char *hqnn_lua_memory_passed(void);
/* The sentence for it; NULL without a limit. */
const char *hqnn_lua_memory_limit(void);

#endif
