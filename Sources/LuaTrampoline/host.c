/* The host program's Lua: a state with the standard libraries and hqnn, and what is run in it, as lua.c does it.
 * The command line is Swift's (Sources/hqlua), tools such as the reading of lines are Lua's (lua/hqnn). */
#include "host.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a state ---- */

/* package.path and package.cpath get the folders beside the program: <prefix>/bin/hqlua. */
static void extend_search_paths(lua_State *L) {
  char program[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length <= 0) return;
  program[length] = 0;
  for (int up = 0; up < 2; up++) {
    char *slash = strrchr(program, '/');
    if (slash == NULL) return;
    *slash = 0;
  }
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "path");
  lua_pushfstring(L, "%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua;%s", program, program,
                  lua_tostring(L, -1));
  lua_setfield(L, -3, "path");
  lua_getfield(L, -2, "cpath");
  lua_pushfstring(L, "%s/lib/lua/5.4/?.so;%s", program, lua_tostring(L, -1));
  lua_setfield(L, -4, "cpath");
  lua_pop(L, 3);
}

/* arg, as lua.c makes it: the script is 0, what is before it has negative places. */
static void set_arguments(lua_State *L, const hqnn_lua_session *session) {
  lua_createtable(L, session->word_count - session->script, session->script + 1);
  for (int i = 0; i < session->word_count; i++) {
    lua_pushstring(L, session->words[i]);
    lua_rawseti(L, -2, i - session->script);
  }
  lua_setglobal(L, "arg");
}

static int open_state(lua_State *L) {
  const hqnn_lua_session *session = lua_touserdata(L, 1);
  if (session->ignores_environment) {
    lua_pushboolean(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
  }
  luaL_openlibs(L);
  extend_search_paths(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_hqnn);
  lua_setfield(L, -2, "hqnn");
  if (session->tool != NULL || session->reads_lines) {
    lua_pushcfunction(L, hqnn_host_library);
    lua_setfield(L, -2, "hqnn.host");
    hqnn_lua_preload(L);
  }
  set_arguments(L, session);
  if (session->warns) lua_warning(L, "@on", 0);
  return 0;
}

/* ---- calls and their errors ---- */

/* Text and traceback of an error; an object with __tostring keeps its own text. */
static int add_traceback(lua_State *L) {
  const char *message = lua_tostring(L, 1);
  if (message == NULL) {
    if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING) return 1;
    message = lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  }
  luaL_traceback(L, L, message, 1);
  return 1;
}

int hqnn_host_call(lua_State *L, int arguments, int results) {
  int base = lua_gettop(L) - arguments;
  lua_pushcfunction(L, add_traceback);
  lua_insert(L, base);
  hqnn_host_listen();
  int status = lua_pcall(L, arguments, results, base);
  hqnn_host_ignore();
  lua_remove(L, base);
  return status;
}

/* Prints the message on top after a failure, and pops it; whether all went well. */
static int report(lua_State *L, int status) {
  if (status == LUA_OK) return 1;
  fflush(stdout);
  /* Lua's own sentence for it does not say what the limit is. */
  const char *limit = status == LUA_ERRMEM ? hqnn_lua_memory_limit() : NULL;
  fprintf(stderr, "hqlua: %s\n", limit != NULL ? limit : lua_tostring(L, -1));
  fflush(stderr);
  lua_pop(L, 1);
  return 0;
}

static int call(lua_State *L, int arguments, int results) {
  return report(L, hqnn_host_call(L, arguments, results));
}

/* ---- what is run ---- */

static int run_text(lua_State *L, const char *text, const char *name) {
  int status = luaL_loadbufferx(L, text, strlen(text), name, "t");
  return status == LUA_OK ? call(L, 0, 0) : report(L, status);
}

static int run_file(lua_State *L, const char *path) {
  int status = luaL_loadfilex(L, path, "bt");
  return status == LUA_OK ? call(L, 0, 0) : report(L, status);
}

static int run_environment(lua_State *L) {
  const char *name = "=LUA_INIT_5_4";
  const char *text = getenv(name + 1);
  if (text == NULL) text = getenv((name = "=LUA_INIT") + 1);
  if (text == NULL) return 1;
  return text[0] == '@' ? run_file(L, text + 1) : run_text(L, text, name);
}

/* Code that speaks of `hq` has it; the module is not opened for code that does not. */
static int run_code(lua_State *L, const char *code) {
  if (strstr(code, "hq") == NULL) return run_text(L, code, "=(command line)");
  lua_pushfstring(L, "local hq = require 'hqnn' %s", code);
  int good = run_text(L, lua_tostring(L, -1), "=(command line)");
  lua_pop(L, 1);
  return good;
}

/* "math2" or "m=math2": a global for what require gives. */
static int run_library(lua_State *L, const char *text) {
  const char *equals = strchr(text, '=');
  lua_getglobal(L, "require");
  lua_pushstring(L, equals != NULL ? equals + 1 : text);
  if (!call(L, 1, 1)) return 0;
  if (equals != NULL) lua_pushlstring(L, text, (size_t)(equals - text));
  else lua_pushstring(L, text);
  lua_insert(L, -2);
  lua_pushglobaltable(L);
  lua_insert(L, -3);
  lua_settable(L, -3);
  lua_pop(L, 1);
  return 1;
}

static int run_steps(lua_State *L, const hqnn_lua_session *session) {
  for (int i = 0; i < session->step_count; i++) {
    const char *kind = session->steps[2 * i], *text = session->steps[2 * i + 1];
    if (!(kind[0] == 'l' ? run_library(L, text) : run_code(L, text))) return 0;
  }
  return 1;
}

/* Calls a module that is a function; its result is the exit status, 0 for none. */
static int run_tool(lua_State *L, const char *tool, const char *const *words, int count, int *exit_status) {
  lua_getglobal(L, "require");
  lua_pushfstring(L, "hqnn.%s", tool);
  if (!call(L, 1, 1)) return 0;
  luaL_checkstack(L, count + 8, "too many arguments");
  for (int i = 0; i < count; i++) lua_pushstring(L, words[i]);
  if (!call(L, count, 1)) return 0;
  *exit_status = (int)lua_tointeger(L, -1);
  lua_pop(L, 1);
  return 1;
}

static int run_script(lua_State *L, const hqnn_lua_session *session) {
  const char *path = session->words[session->script];
  int status = luaL_loadfilex(L, strcmp(path, "-") == 0 ? NULL : path, "bt");
  if (status != LUA_OK) return report(L, status);
  int count = session->word_count - session->script - 1;
  if (!lua_checkstack(L, count + 8)) {
    fprintf(stderr, "hqlua: %d arguments are too many for Lua's stack\n", count);
    return 0;
  }
  for (int i = 1; i <= count; i++) lua_pushstring(L, session->words[session->script + i]);
  return call(L, count, 0);
}

static int run_all(lua_State *L, const hqnn_lua_session *session, int *exit_status) {
  if (!session->ignores_environment && !run_environment(L)) return 0;
  if (!run_steps(L, session)) return 0;
  if (session->tool != NULL &&
      !run_tool(L, session->tool, session->tool_words, session->tool_word_count, exit_status))
    return 0;
  if (session->script > 0 && !run_script(L, session) && !session->reads_lines) return 0;
  return !session->reads_lines || run_tool(L, "repl", NULL, 0, exit_status);
}

int hqnn_lua_host(const hqnn_lua_session *session) {
  lua_State *L = luaL_newstate();
  if (L == NULL) {
    fputs("hqlua: not enough memory for Lua\n", stderr);
    return 1;
  }
  hqnn_host_limit(L, session->memory, session->seconds);
  hqnn_host_edit_with(&session->editor);
  lua_pushcfunction(L, open_state);
  lua_pushlightuserdata(L, (void *)session);
  int exit_status = 0;
  int good = report(L, lua_pcall(L, 1, 0, 0)) && run_all(L, session, &exit_status);
  lua_close(L);
  return good ? exit_status : hqnn_host_was_interrupted() ? 130 : 1;
}
