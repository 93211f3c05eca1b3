/* Optical Recognition of Handwritten Digits (test part), E. Alpaydin and C. Kaynak 1998,
 * UCI Machine Learning Repository, CC BY 4.0. */
#include "digits.h"

#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char digits[] = {
#embed "digits.csv.gz"
};

const unsigned char *embedded_digits_data(void) { return digits; }
size_t embedded_digits_size(void) { return sizeof digits; }
