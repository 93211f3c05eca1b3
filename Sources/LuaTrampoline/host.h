/* What the C files of the host program share among themselves. */
#include "internal.h"
#include "trampoline.h"

/* ---- limits.c ---- */

/* Whose interrupts are meant, and its limits from now on. */
void hqnn_host_limit(lua_State *L, int64_t memory, double seconds);
/* Between these two, Ctrl-C becomes an error of the script. */
void hqnn_host_listen(void);
void hqnn_host_ignore(void);
/* Whether there was a Ctrl-C since the start. */
int hqnn_host_was_interrupted(void);

/* ---- host.c ---- */

/* lua_pcall with a traceback, while Ctrl-C is an error of the script; a status of Lua's. */
int hqnn_host_call(lua_State *L, int arguments, int results);

/* ---- library.c ---- */

/* The module hqnn.host. */
int hqnn_host_library(lua_State *L);
/* The editor that it reads lines with. */
void hqnn_host_edit_with(const hqnn_lua_editor *editor);
