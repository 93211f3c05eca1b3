/* See cpng.h. */
#include "cpng.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const uint8_t *bytes;
  size_t size, place;
  cpng_picture *out;
  png_bytep *rows; /* pointers to the rows of out->pixels */
} source;

static void fail(png_structp png, png_const_charp message) {
  source *from = png_get_error_ptr(png);
  snprintf(from->out->message, sizeof from->out->message, "%s", message);
  longjmp(png_jmpbuf(png), 1);
}

/* Remarks on chunks that do not matter for the pixels. */
static void ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void take(png_structp png, png_bytep target, size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->size - from->place) png_error(png, "the file ends too early");
  memcpy(target, from->bytes + from->place, count);
  from->place += count;
}

static void decode(png_structp png, png_infop info, source *from, size_t most) {
  cpng_picture *out = from->out;
  size_t row, stride;
  png_set_user_limits(png, 1 << 15, 1 << 15);
  png_set_chunk_malloc_max(png, 1 << 20);
  png_set_chunk_cache_max(png, 64);
  png_set_read_fn(png, from, take);
  png_read_info(png, info);
  /* Palettes to RGB, few bits of gray to eight, transparent colours to alpha. */
  png_set_expand(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  out->width = png_get_image_width(png, info);
  out->height = png_get_image_height(png, info);
  out->channels = png_get_channels(png, info);
  out->depth = png_get_bit_depth(png, info);
  stride = png_get_rowbytes(png, info);
  if (out->depth != 8 && out->depth != 16) png_error(png, "a depth that is neither 8 nor 16 bits");
  if (stride != (size_t)out->width * out->channels * (out->depth / 8)) png_error(png, "rows of an impossible length");
  if (stride > most / out->height) png_error(png, "more pixels than allowed");
  /* Deflate packs 1032 bytes into one at most; expansion from one bit to RGBA makes 32 of one. */
  if (stride / 32 * out->height / 1032 > from->size) png_error(png, "more pixels promised than the file can hold");
  out->pixels = malloc(stride * out->height);
  from->rows = malloc(out->height * sizeof *from->rows);
  if (out->pixels == NULL || from->rows == NULL) png_error(png, "no memory left");
  for (row = 0; row < out->height; row++) from->rows[row] = out->pixels + row * stride;
  png_read_image(png, from->rows);
  png_read_end(png, NULL);
}

/* The frame that errors jump back to; it has no variables of its own that could be lost. */
static int guarded(png_structp png, png_infop info, source *from, size_t most) {
  if (setjmp(png_jmpbuf(png)) != 0) return 0;
  decode(png, info, from, most);
  return 1;
}

int cpng_decode(const uint8_t *bytes, size_t size, size_t most, cpng_picture *out) {
  source from = {bytes, size, 0, out, NULL};
  png_structp png;
  png_infop info;
  int good;
  memset(out, 0, sizeof *out);
  png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &from, fail, ignore);
  info = png == NULL ? NULL : png_create_info_struct(png);
  if (info == NULL) {
    png_destroy_read_struct(&png, NULL, NULL);
    snprintf(out->message, sizeof out->message, "libpng cannot start");
    return 0;
  }
  good = guarded(png, info, &from, most);
  free(from.rows);
  png_destroy_read_struct(&png, &info, NULL);
  if (!good) cpng_free(out);
  return good;
}

void cpng_free(cpng_picture *png) {
  free(png->pixels);
  png->pixels = NULL;
}
