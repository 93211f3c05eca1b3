/* Preloaded into a program it makes writing files slow, in small pieces, so that a kill lands inside of it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

static void pause_ms(long milliseconds) {
  const struct timespec time = {0, milliseconds * 1000000};
  nanosleep(&time, NULL);
}

ssize_t write(int file, const void *buffer, size_t count) {
  ssize_t (*next)(int, const void *, size_t) = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  if (file > 2) {
    pause_ms(2);
    if (count > 256) count = 256;
  }
  return next(file, buffer, count);
}

int fsync(int file) {
  int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  pause_ms(5);
  return next(file);
}

int rename(const char *from, const char *to) {
  int (*next)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  int result;
  pause_ms(5);
  result = next(from, to);
  pause_ms(5);
  return result;
}
