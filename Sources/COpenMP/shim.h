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

/* A flag that one thread sets and others look at now and then. */
static inline int hqnn_flag(const int *flag) { return __atomic_load_n(flag, __ATOMIC_RELAXED); }
static inline void hqnn_set_flag(int *flag) { __atomic_store_n(flag, 1, __ATOMIC_RELAXED); }

/* Whether the instruction set that this library is compiled for has fused multiply-add.  Without it
 * a fused operation becomes a call into software, some fifty times slower than two roundings. */
#ifdef __FMA__
#define HQNN_HAS_FMA 1
#else
#define HQNN_HAS_FMA 0
#endif
#ifdef __AVX2__
#define HQNN_HAS_AVX2 1
#else
#define HQNN_HAS_AVX2 0
#endif
#ifdef __AVX512F__
#define HQNN_HAS_AVX512 1
#else
#define HQNN_HAS_AVX512 0
#endif

/* Square roots of a whole vector.  Swift's SIMD types take them one by one, with a branch for
 * negative numbers, and are ten times slower. */
typedef float hqnn_float8 __attribute__((ext_vector_type(8)));
typedef double hqnn_double4 __attribute__((ext_vector_type(4)));
static inline __attribute__((always_inline)) hqnn_float8 hqnn_sqrt_float8(hqnn_float8 x) {
  return __builtin_elementwise_sqrt(x);
}
static inline __attribute__((always_inline)) hqnn_double4 hqnn_sqrt_double4(hqnn_double4 x) {
  return __builtin_elementwise_sqrt(x);
}

#endif
