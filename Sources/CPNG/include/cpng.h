/* PNG pictures as rows of samples.  libpng reports errors by longjmp, which must not cross a Swift frame: it
 * stays inside of png.c. */
#ifndef HQNN_CPNG_H
#define HQNN_CPNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct hqnn_png {
  uint32_t width, height;
  uint32_t channels; /* 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha; palettes become RGB */
  uint32_t depth;    /* bits per sample: 8, or 16 with the high byte first */
  uint8_t *pixels;   /* [height, width, channels], freed by hqnn_png_free */
  char message[160]; /* what was wrong */
} hqnn_png;

/* 1 on success; otherwise 0, and `message` says why.  `most` bounds the bytes of all pixels. */
int hqnn_png_decode(const uint8_t *bytes, size_t size, size_t most, hqnn_png *out);
void hqnn_png_free(hqnn_png *png);

#endif
