/* The module hqnn.host: what the host's tools in lua/hqnn need of the system.  Only they see it. */
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static hqnn_lua_editor editor;
static lua_State *completing;
static const char completer_key = 0;

void hqnn_host_edit_with(const hqnn_lua_editor *given) { editor = *given; }

/* ---- lines ---- */

/* edit_start(history): whether lines can be edited here. */
static int edit_start(lua_State *L) {
  lua_pushboolean(L, editor.start != NULL && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
                         editor.start(luaL_optstring(L, 1, NULL)));
  return 1;
}

static int edit_finish(lua_State *L) {
  editor.finish(luaL_optstring(L, 1, NULL));
  return 0;
}

/* edit_line(prompt): the line; nil at the end, false when it was cancelled. */
static int edit_line(lua_State *L) {
  int cancelled = 0;
  completing = L;
  char *line = editor.read(luaL_checkstring(L, 1), &cancelled);
  completing = NULL;
  if (line != NULL) lua_pushstring(L, line);
  else if (cancelled) lua_pushboolean(L, 0);
  else lua_pushnil(L);
  free(line);
  return 1;
}

static int remember(lua_State *L) {
  editor.remember(luaL_checkstring(L, 1));
  return 0;
}

/* Asks the Lua function; what fails there completes nothing. */
static char *complete(const char *before, size_t *replaced) {
  lua_State *L = completing;
  int top = lua_gettop(L);
  char *list = NULL;
  if (lua_checkstack(L, 8) && lua_rawgetp(L, LUA_REGISTRYINDEX, &completer_key) == LUA_TFUNCTION) {
    lua_pushstring(L, before);
    if (lua_pcall(L, 1, 2, 0) == LUA_OK && lua_isstring(L, -1) && lua_isinteger(L, -2)) {
      *replaced = (size_t)lua_tointeger(L, -2);
      list = strdup(lua_tostring(L, -1));
    }
  }
  lua_settop(L, top);
  return list;
}

/* completer(function(before) return replaced, "candidate\ncandidate" end) */
static int set_completer(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &completer_key);
  editor.completer(complete);
  return 0;
}

/* ---- calls ---- */

/* call(f, ...): true and the results, or false and the message with its traceback; Ctrl-C is an error of f. */
static int guarded(lua_State *L) {
  luaL_checkany(L, 1);
  int good = hqnn_host_call(L, lua_gettop(L) - 1, LUA_MULTRET) == LUA_OK;
  lua_pushboolean(L, good);
  lua_insert(L, 1);
  return lua_gettop(L);
}

/* ---- the system ---- */

/* terminal(): whether standard input and output are one, and its columns and rows. */
static int terminal(lua_State *L) {
  struct winsize size = {0};
  int is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
  if (is_terminal) ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  lua_pushboolean(L, is_terminal);
  lua_pushinteger(L, size.ws_col > 0 ? size.ws_col : 80);
  lua_pushinteger(L, size.ws_row > 0 ? size.ws_row : 24);
  return 3;
}

/* clock(): seconds since some moment. */
static int monotonic(lua_State *L) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  lua_pushnumber(L, (double)now.tv_sec + 1e-9 * (double)now.tv_nsec);
  return 1;
}

/* realpath(path): absolute and without links; nil and a reason when there is no such file. */
static int real_path(lua_State *L) {
  char *path = realpath(luaL_checkstring(L, 1), NULL);
  if (path == NULL) {
    lua_pushnil(L);
    lua_pushstring(L, strerror(errno));
    return 2;
  }
  lua_pushstring(L, path);
  free(path);
  return 1;
}

/* kind(path): "file", "folder", "link" (not followed) or "other"; nil for none. */
static int path_kind(lua_State *L) {
  struct stat info;
  if (lstat(luaL_checkstring(L, 1), &info) != 0) return 0;
  lua_pushstring(L, S_ISREG(info.st_mode) ? "file" : S_ISDIR(info.st_mode) ? "folder"
                                                : S_ISLNK(info.st_mode)   ? "link"
                                                                          : "other");
  return 1;
}

static int processors(lua_State *L) {
  lua_pushinteger(L, sysconf(_SC_NPROCESSORS_ONLN));
  return 1;
}

/* list(folder): the names in it; nil when it cannot be read. */
static int list_folder(lua_State *L) {
  DIR *folder = opendir(luaL_checkstring(L, 1));
  if (folder == NULL) return 0;
  lua_newtable(L);
  lua_Integer count = 0;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    lua_pushstring(L, entry->d_name);
    lua_rawseti(L, -2, ++count);
  }
  closedir(folder);
  return 1;
}

/* temporary(): a new empty folder. */
static int temporary(lua_State *L) {
  const char *base = getenv("TMPDIR");
  lua_pushfstring(L, "%s/hqlua.XXXXXX", base != NULL && base[0] == '/' ? base : "/tmp");
  char *path = strdup(lua_tostring(L, -1));
  char *made = path != NULL ? mkdtemp(path) : NULL;
  if (made != NULL) lua_pushstring(L, made);
  free(path);
  if (made == NULL) return luaL_error(L, "no temporary folder can be made: %s", strerror(errno));
  return 1;
}

/* folder(path): makes it; whether it is there afterwards. */
static int make_folder(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  struct stat info;
  lua_pushboolean(L, mkdir(path, 0777) == 0 || (stat(path, &info) == 0 && S_ISDIR(info.st_mode)));
  return 1;
}

int hqnn_host_library(lua_State *L) {
  static const luaL_Reg functions[] = {{"edit_start", edit_start},
                                       {"edit_finish", edit_finish},
                                       {"edit_line", edit_line},
                                       {"remember", remember},
                                       {"completer", set_completer},
                                       {"call", guarded},
                                       {"terminal", terminal},
                                       {"clock", monotonic},
                                       {"realpath", real_path},
                                       {"kind", path_kind},
                                       {"list", list_folder},
                                       {"processors", processors},
                                       {"temporary", temporary},
                                       {"folder", make_folder},
                                       {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}
