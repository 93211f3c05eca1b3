/* What stops a script from outside: Ctrl-C, the end of its time, too much memory. */
#include "host.h"

#include "../../include/hqnn.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

enum { EVERY = 1000 /* instructions between two looks, under limits */ };

static lua_State *running;
static volatile sig_atomic_t interrupted;     /* since the start; decides the exit status */
static volatile sig_atomic_t interrupt_waits; /* not yet told to the script */
static volatile sig_atomic_t time_is_over;
static char time_text[64], memory_text[96];
static int64_t memory_limit;
static int is_limited;

const char *hqnn_lua_stopped(void) {
  if (time_is_over) return time_text;
  if (!interrupt_waits) return NULL;
  interrupt_waits = 0;
  return "interrupted!";
}

int hqnn_lua_stopping(void) { return interrupt_waits || time_is_over; }

/* Long calls of the library ask this. */
static int is_enough(void *context) {
  (void)context;
  return hqnn_lua_stopping() || hqnn_lua_memory_passed() != NULL;
}

/* Raises the error at the next Lua instruction.  Past its time a script gets no further than the next one
 * after that, however it catches errors. */
static void look(lua_State *L, lua_Debug *frame) {
  (void)frame;
  const char *text = hqnn_lua_stopped();
  if (time_is_over) lua_sethook(L, look, LUA_MASKCOUNT, 1);
  else if (is_limited) lua_sethook(L, look, LUA_MASKCOUNT, EVERY);
  else lua_sethook(L, NULL, 0, 0);
  if (text == NULL) return;
  hqnn_lua_where(L);
  lua_pushstring(L, text);
  lua_concat(L, 2);
  lua_error(L);
}

/* lua_sethook may be called from a signal handler; it is how lua.c does it. */
static void look_soon(void) {
  lua_sethook(running, look, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

static void on_interrupt(int number) {
  signal(number, SIG_DFL); /* a second Ctrl-C ends the program at once */
  interrupted = 1;
  interrupt_waits = 1;
  look_soon();
}

void hqnn_host_listen(void) {
  interrupt_waits = 0;
  signal(SIGINT, on_interrupt);
}

void hqnn_host_ignore(void) {
  signal(SIGINT, SIG_DFL);
  interrupt_waits = 0;
  if (!is_limited) lua_sethook(running, NULL, 0, 0);
}

int hqnn_host_was_interrupted(void) { return interrupted; }

/* ---- time ---- */

/* First the script is told; a few seconds later it is ended, for neither finalizers nor string patterns run hooks. */
static void on_alarm(int number) {
  (void)number;
  if (time_is_over) {
    static const char ending[] = ", and the script did not stop\n";
    ssize_t ignored = write(STDERR_FILENO, "hqlua: ", 7);
    ignored = write(STDERR_FILENO, time_text, strlen(time_text));
    ignored = write(STDERR_FILENO, ending, sizeof ending - 1);
    (void)ignored;
    _exit(1);
  }
  time_is_over = 1;
  look_soon();
}

static void limit_time(double seconds) {
  snprintf(time_text, sizeof time_text, "the time limit of %g s is over", seconds);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_alarm;
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, NULL);
  double whole = floor(seconds);
  struct itimerval timer = {{2, 0}, {(time_t)whole, (suseconds_t)((seconds - whole) * 1e6)}};
  setitimer(ITIMER_REAL, &timer, NULL);
}

/* ---- memory ---- */

static int64_t lua_bytes;

static void *allocate(void *context, void *block, size_t before, size_t after) {
  (void)context;
  if (block == NULL) before = 0; /* it is a kind of object then */
  if (after == 0) {
    free(block);
    lua_bytes -= (int64_t)before;
    return NULL;
  }
  /* Where tensors alone are too much, the call that made them fails in a moment; its error needs some memory. */
  int64_t native = hqnn_memory_used(), reserve = 0;
  if (after < 1 << 16) reserve = native > memory_limit ? native : 1 << 20;
  if (after > before && lua_bytes + (int64_t)(after - before) + native > memory_limit + reserve) return NULL;
  void *moved = realloc(block, after);
  if (moved != NULL) lua_bytes += (int64_t)after - (int64_t)before;
  return moved;
}

const char *hqnn_lua_memory_passed(void) {
  return memory_limit > 0 && lua_bytes + hqnn_memory_used() > memory_limit ? memory_text : NULL;
}

const char *hqnn_lua_memory_limit(void) { return memory_limit > 0 ? memory_text : NULL; }

/* The last line of defence: the system gives this process no more than the limit and what the engine itself needs. */
static void limit_address_space(int64_t memory) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL) return;
  if (fscanf(file, "%ld", &pages) != 1) pages = 0;
  fclose(file);
  const int64_t engine = (int64_t)1 << 30;
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0) return;
  rlim_t wanted = (rlim_t)memory + (rlim_t)engine + (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
  if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > wanted) limit.rlim_cur = wanted;
  setrlimit(RLIMIT_AS, &limit);
}

static void limit_memory(lua_State *L, int64_t memory) {
  memory_limit = memory;
  snprintf(memory_text, sizeof memory_text, "not enough memory: the limit is %.4g MiB", (double)memory / (1 << 20));
  lua_bytes = (int64_t)lua_gc(L, LUA_GCCOUNT) * 1024 + lua_gc(L, LUA_GCCOUNTB);
  lua_setallocf(L, allocate, NULL);
  limit_address_space(memory);
}

void hqnn_host_limit(lua_State *L, int64_t memory, double seconds) {
  running = L;
  hqnn_cancel_set(is_enough, NULL);
  if (memory > 0) limit_memory(L, memory);
  if (seconds > 0) limit_time(seconds);
  is_limited = memory > 0 || seconds > 0;
  /* From now on, so that coroutines inherit it. */
  if (is_limited) lua_sethook(L, look, LUA_MASKCOUNT, EVERY);
}
