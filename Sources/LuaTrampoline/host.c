/* The host program's Lua: a state with the standard libraries and hqnn, scripts, errors, Ctrl-C.
 * The command line is Swift's (Sources/hqlua). */
#include "internal.h"
#include "trampoline.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- interrupts: as lua.c does it, a hook raises the error at the next Lua instruction ---- */

static lua_State *running;
static volatile sig_atomic_t interrupted;      /* since the start; decides the exit status */
static volatile sig_atomic_t interrupt_waits;  /* not yet told to the script */

static void raise_interrupt(lua_State *L, lua_Debug *frame) {
  (void)frame;
  lua_sethook(L, NULL, 0, 0);
  interrupt_waits = 0;
  hqnn_lua_where(L);
  lua_pushliteral(L, "interrupted");
  lua_concat(L, 2);
  lua_error(L);
}

static void on_interrupt(int number) {
  signal(number, SIG_DFL); /* a second Ctrl-C ends the program at once */
  interrupted = 1;
  interrupt_waits = 1;
  lua_sethook(running, raise_interrupt, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

int hqnn_lua_interrupted(void) {
  if (!interrupt_waits) return 0;
  interrupt_waits = 0;
  lua_sethook(running, NULL, 0, 0);
  return 1;
}

/* ---- a state ---- */

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

static int open_state(lua_State *L) {
  luaL_openlibs(L);
  extend_search_paths(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_hqnn);
  lua_setfield(L, -2, "hqnn");
  return 0;
}

static lua_State *new_state(void) {
  lua_State *L = luaL_newstate();
  if (L == NULL) {
    fputs("hqlua: not enough memory for Lua\n", stderr);
    return NULL;
  }
  lua_pushcfunction(L, open_state);
  if (lua_pcall(L, 0, 0, 0) != LUA_OK) {
    fprintf(stderr, "hqlua: %s\n", lua_tostring(L, -1));
    lua_close(L);
    return NULL;
  }
  running = L;
  return L;
}

/* Calls the function below its arguments; prints an error and returns 0, or returns 1. */
static int call(lua_State *L, int arguments, int results) {
  int base = lua_gettop(L) - arguments;
  lua_pushcfunction(L, add_traceback);
  lua_insert(L, base);
  signal(SIGINT, on_interrupt);
  int status = lua_pcall(L, arguments, results, base);
  signal(SIGINT, SIG_DFL);
  lua_remove(L, base);
  if (status == LUA_OK) return 1;
  fflush(stdout);
  fprintf(stderr, "hqlua: %s\n", lua_tostring(L, -1));
  lua_pop(L, 1);
  return 0;
}

/* ---- scripts ---- */

struct script {
  const char *path, *code;
  int count;
  const char *const *arguments;
};

/* Loads the script and leaves its function and its arguments on the stack. */
static int load_script(lua_State *L) {
  const struct script *script = lua_touserdata(L, 1);
  lua_createtable(L, script->count, 1);
  lua_pushstring(L, script->code != NULL ? "-e" : script->path);
  lua_rawseti(L, -2, 0);
  for (int i = 0; i < script->count; i++) {
    lua_pushstring(L, script->arguments[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setglobal(L, "arg");
  int status = script->code != NULL
                   ? luaL_loadbufferx(L, script->code, strlen(script->code), "=(command line)", "t")
                   : luaL_loadfilex(L, strcmp(script->path, "-") == 0 ? NULL : script->path, "bt");
  if (status != LUA_OK) return lua_error(L);
  luaL_checkstack(L, script->count + 4, "too many arguments");
  for (int i = 0; i < script->count; i++) lua_pushstring(L, script->arguments[i]);
  return script->count + 1;
}

int hqnn_lua_host_run(const char *path, const char *code, int count, const char *const *arguments) {
  lua_State *L = new_state();
  if (L == NULL) return 1;
  struct script script = {path, code, count, arguments};
  lua_pushcfunction(L, load_script);
  lua_pushlightuserdata(L, &script);
  int good = 0;
  if (lua_pcall(L, 1, LUA_MULTRET, 0) != LUA_OK) {
    fprintf(stderr, "hqlua: %s\n", lua_tostring(L, -1));
  } else {
    good = call(L, count, 0);
  }
  lua_close(L);
  return good ? 0 : interrupted ? 130 : 1;
}

/* ---- read, run, print ---- */

/* Pushes what was read so far compiled, as an expression first, or the message; 1 when more lines are
 * needed. */
static int incomplete(lua_State *L, const char *text) {
  const char *expression = lua_pushfstring(L, "return %s", text);
  int status = luaL_loadbufferx(L, expression, strlen(expression), "=input", "t");
  if (status != LUA_OK) {
    lua_pop(L, 1);
    status = luaL_loadbufferx(L, text, strlen(text), "=input", "t");
  }
  lua_remove(L, -2);
  if (status != LUA_ERRSYNTAX) return 0;
  const char *message = lua_tostring(L, -1);
  size_t length = strlen(message);
  return length >= 5 && strcmp(message + length - 5, "<eof>") == 0;
}

static void run_line(lua_State *L) {
  if (!lua_isfunction(L, -1)) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    return;
  }
  if (!call(L, 0, LUA_MULTRET) || lua_gettop(L) == 0) return;
  lua_getglobal(L, "print");
  lua_insert(L, 1);
  call(L, lua_gettop(L) - 1, 0);
}

int hqnn_lua_host_repl(void) {
  lua_State *L = new_state();
  if (L == NULL) return 1;
  int prompt = isatty(STDIN_FILENO);
  lua_pushcfunction(L, luaopen_hqnn);
  if (!call(L, 0, 1)) return 1;
  lua_setglobal(L, "hq");
  if (prompt) puts(LUA_RELEASE " with hqnn as 'hq'; Ctrl-D ends");
  char line[4096];
  for (;;) {
    lua_settop(L, 0);
    int more = 0;
    for (;;) {
      if (prompt) {
        fputs(more ? ">> " : "> ", stdout);
        fflush(stdout);
      }
      if (fgets(line, sizeof line, stdin) == NULL) {
        if (prompt) putchar('\n');
        lua_close(L);
        return 0;
      }
      if (more) {
        lua_pushstring(L, line);
        lua_concat(L, 2);
      } else {
        lua_settop(L, 0);
        lua_pushstring(L, line);
      }
      if (!incomplete(L, lua_tostring(L, 1))) break;
      lua_settop(L, 1);
      more = 1;
    }
    lua_remove(L, 1);
    run_line(L);
  }
}
