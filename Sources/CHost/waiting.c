/* How long OpenMP's threads spin while they wait for each other, set before libgomp reads it.
 *
 * By default libgomp's threads spin for milliseconds at the end of each parallel loop.  Where other programs want the
 * same cores, a spinning thread keeps the one it waits for from running, and short loops take a time slice each: a
 * study was seen to slow down by a factor of ten.  Spinning for about 10 microseconds and then sleeping costs nothing
 * measurable on idle cores.
 *
 * libgomp reads its settings when it is loaded, before main, so that the program starts again with the setting.  Here,
 * before any library has run its own start, that costs least. */
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static int is_set(const char *entry, const char *name) {
  size_t length = strlen(name);
  return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

static void shorten_waiting(int count, char **words, char **environment) {
  (void)count;
  size_t entries = 0;
  for (; environment[entries] != NULL; entries++) {
    if (is_set(environment[entries], "GOMP_SPINCOUNT") || is_set(environment[entries], "OMP_WAIT_POLICY")) return;
  }
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0) return;
  path[length] = 0;
  char *extended[entries + 2];
  memcpy(extended, environment, entries * sizeof *environment);
  extended[entries] = "GOMP_SPINCOUNT=10000";
  extended[entries + 1] = NULL;
  /* Returns only when it failed, and then the program goes on as it is. */
  execve(path, words, extended);
}

__attribute__((section(".preinit_array"), used)) static void (*const at_start)(int, char **, char **) = shorten_waiting;
