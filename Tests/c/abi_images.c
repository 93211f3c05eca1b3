/* The walk over images in a grid.  See abi_walk.c. */
#include "walk.h"

#include <stdlib.h>
#include <unistd.h>

int main(void) {
  const int64_t shape[4] = {2, 1, 3, 3};
  const char *const labels[2] = {"original", NULL};
  const char *const wrong[2] = {"original", "#"};
  const hqnn_tensor *rows[2], *missing[2] = {NULL, NULL};
  hqnn_tensor *made = NULL;
  hqnn_image_grid_options options = HQNN_IMAGE_GRID_OPTIONS;
  char path[] = "/tmp/hqnn-grid-XXXXXX";
  const int file = mkstemp(path);
  CHECK(file >= 0);
  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 4, shape, NULL, &made));
  rows[0] = rows[1] = made;

  NULLED(hqnn_image_grid_write(NULL, 1, labels, &options, path));
  NULLED(hqnn_image_grid_write(missing, 1, labels, &options, path));
  NULLED(hqnn_image_grid_write(rows, 1, labels, &options, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_image_grid_write(rows, -1, labels, &options, path));
  REFUSES(HQNN_ERROR_VALUE, hqnn_image_grid_write(rows, 0, NULL, &options, path));
  REFUSES(HQNN_ERROR_VALUE, hqnn_image_grid_write(rows, 2, wrong, &options, path));
  REFUSES(HQNN_ERROR_FILE, hqnn_image_grid_write(rows, 2, NULL, NULL, "/proc/none/grid.png"));
  options.scale = 65;
  SAYS(HQNN_ERROR_VALUE, "scale is 65; it must be in 1..64", hqnn_image_grid_write(rows, 2, labels, &options, path));
  options.scale = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_image_grid_write(rows, 2, labels, &options, path));
  options.struct_size = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_image_grid_write(rows, 2, labels, &options, path));
  CHECK(lseek(file, 0, SEEK_END) == 0);

  WORKS(hqnn_image_grid_write(rows, 2, labels, NULL, path));
  {
    char start[8] = {0};
    FILE *written = fopen(path, "rb");
    CHECK(written != NULL && fread(start, 1, 8, written) == 8 && memcmp(start, "\211PNG\r\n\032\n", 8) == 0);
    if (written != NULL) fclose(written);
  }
  nothing_was_written();
  hqnn_tensor_release(made);
  close(file);
  remove(path);
  return report();
}
