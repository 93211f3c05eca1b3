/* What fuzz targets share: inputs as files, and numbers taken from the input one after the other. */
#ifndef HQNN_TEST_FUZZ_H
#define HQNN_TEST_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hqnn.h"

/* One input: called by libFuzzer, or by replay.c for the kept ones. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where inputs become files: what the scripts named, else a folder of this process, in memory where there is one. */
static inline const char *folder(void) {
  static char path[128];
  if (path[0] == 0) {
    const char *named = getenv("FUZZ_FOLDER");
    const char *memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    if (named != NULL && named[0] != 0)
      snprintf(path, sizeof path, "%s", named);
    else
      snprintf(path, sizeof path, "%s/hqnn-fuzz-%ld", memory, (long)getpid());
    mkdir(path, 0700);
  }
  return path;
}

/* Writes bytes to folder()/name; the path stays valid for the process. */
static inline const char *as_file(const char *name, const uint8_t *data, size_t size) {
  static char paths[4][160];
  static int next = 0;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder(), name);
  FILE *file = fopen(path, "wb");
  if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0) abort();
  return path;
}

/* A zero-terminated copy; free it. */
static inline char *as_text(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  if (text == NULL) abort();
  if (size > 0) memcpy(text, data, size);
  text[size] = 0;
  return text;
}

/* What a call may answer: success, or a mistake with a sentence, never one of the library's own. */
static inline int fine(hqnn_status status) {
  if (status == HQNN_ERROR_INTERNAL || (status != HQNN_OK && hqnn_last_error()[0] == 0)) {
    fprintf(stderr, "status %d: %s\n", (int)status, hqnn_last_error());
    abort();
  }
  return status == HQNN_OK;
}

#endif
