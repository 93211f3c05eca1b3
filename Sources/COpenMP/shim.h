/* The part of libgomp's ABI that parallel loops need.  omp.h belongs to GCC's own include folder,
 * which other compilers do not search, so the few functions are declared here. */
#ifndef HQNN_OPENMP_SHIM_H
#define HQNN_OPENMP_SHIM_H

void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
int omp_get_thread_num(void);
int omp_get_num_threads(void);
int omp_get_max_threads(void);
int omp_in_parallel(void);
void omp_set_num_threads(int threads);

/* Whether the instruction set that this library is compiled for has fused multiply-add.  Without it
 * a fused operation becomes a call into software, some fifty times slower than two roundings. */
#ifdef __FMA__
#define HQNN_HAS_FMA 1
#else
#define HQNN_HAS_FMA 0
#endif
#ifdef __AVX512F__
#define HQNN_HAS_AVX512 1
#else
#define HQNN_HAS_AVX512 0
#endif

#endif
