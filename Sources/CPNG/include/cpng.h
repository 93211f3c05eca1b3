/* PNG pictures as rows of samples.  libpng reports errors by longjmp, which must not cross a Swift frame: it
 * stays inside of png.c. */
#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct cpng_picture {
  uint32_t width, height;
  uint32_t channels; /* 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha; palettes become RGB */
  uint32_t depth;    /* bits per sample: 8, or 16 with the high byte first */
  uint8_t *pixels;   /* [height, width, channels], freed by cpng_free */
  char message[160]; /* what was wrong */
} cpng_picture;

/* 1 on success; otherwise 0, and `message` says why.  `most` bounds the bytes of all pixels. */
int cpng_decode(const uint8_t *bytes, size_t size, size_t most, cpng_picture *out);
void cpng_free(cpng_picture *png);

#endif
