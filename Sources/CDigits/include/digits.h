/* The embedded 8x8 digits: a gzipped CSV of 1797 rows `p0,…,p63,label` below a header line. */
#ifndef HQNN_DIGITS_H
#define HQNN_DIGITS_H
#include <stddef.h>

const unsigned char *embedded_digits_data(void);
size_t embedded_digits_size(void);

#endif
