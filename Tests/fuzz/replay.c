/* Runs a fuzz target on files, without a fuzzer: replay FILE...  A crash ends it with the file's name above. */
#include "fuzz.h"

int main(int count, char **paths) {
  for (int i = 1; i < count; i++) {
    FILE *file = fopen(paths[i], "rb");
    if (file == NULL) {
      fprintf(stderr, "%s cannot be opened\n", paths[i]);
      return 2;
    }
    static uint8_t data[1 << 20];
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    printf("%s\n", paths[i]);
    fflush(stdout);
    LLVMFuzzerTestOneInput(data, size);
  }
  return 0;
}
