/* hqnn: hybrid quantum-classical neural networks, an embeddable engine.
 *
 * This header is the library's only interface and its manual.  What holds everywhere is said here
 * once; at a function only what is particular to it.
 *
 * OBJECTS   Handles are opaque and reference counted.  A function that stores a handle through an
 *           `out` parameter gives the caller one reference, returned with hqnn_<noun>_release.  An
 *           object keeps alive what it uses, so handles may be released in any order; releasing
 *           NULL does nothing.  Arrays passed in are copied before the call returns.
 * ERRORS    Functions that can fail return hqnn_status: HQNN_OK, or the kind of mistake.
 *           hqnn_last_error() then gives one sentence that names the offending value and what is
 *           right.  Out-parameters are written only on success.  A NULL handle is HQNN_ERROR_NULL.
 * THREADS   Different handles may be used by different threads at once; one handle by one thread at
 *           a time.  Long calls use the OpenMP pool (OMP_NUM_THREADS, hqnn_threads_set), and can be
 *           stopped (hqnn_cancel_set).  To go on using a model elsewhere while it is trained, give
 *           the other thread a copy (hqnn_layer_copy).
 * FORK      Fork while no other thread is in a call.  The parent goes on as before.  The child has
 *           what the library had, and works with one thread: a pool does not survive a fork.
 * UNITS     Angles are in radians.  Attack sizes are in units of the data, whose range is usually
 *           [0, 1].  Counts and dimensions are int64_t, sizes in bytes are size_t.
 * QUBITS    Wires, classes and indices start at 0; wire 0 is the most significant bit of a
 *           basis-state index.  A circuit starts in |0...0> unless it is told another state.
 * RANDOM    Every random choice takes a seed and comes from a counter-based generator
 *           (Philox 4x32-10, Salmon et al. 2011): results depend neither on the number of threads
 *           nor on what was drawn elsewhere.
 * OPTIONS   Start an option struct from its initializer macro (HQNN_FIT_OPTIONS, ...) and change
 *           fields.  Fields are only added, at the end; struct_size tells the library which ones
 *           the caller knows.  A NULL options pointer means the defaults.
 * CALLBACKS are called on the calling thread and must return: no longjmp, no C++ exception.
 * QUIET     The library never prints, installs no signal handler, and changes neither the locale nor
 *           the floating-point modes nor the environment.  What it has to say beside results it
 *           tells those who listen (hqnn_log_set).
 */
#ifndef HQNN_H
#define HQNN_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- status and library ------------------------------------------------------------------- */

typedef enum hqnn_status {
  HQNN_OK = 0,
  HQNN_ERROR_NULL = 1,      /* a handle or pointer that must not be NULL is NULL */
  HQNN_ERROR_VALUE = 2,     /* a number or name out of its range: NaN, negative, unknown */
  HQNN_ERROR_SHAPE = 3,     /* shapes or element types that do not fit together */
  HQNN_ERROR_STATE = 4,     /* the call is not possible now, for instance a second backward */
  HQNN_ERROR_FILE = 5,      /* a file is missing, damaged or cannot be written */
  HQNN_ERROR_MEMORY = 6,    /* the result would not fit into memory */
  HQNN_ERROR_CANCELLED = 7, /* a callback asked to stop */
  HQNN_ERROR_INTERNAL = 8   /* our mistake; please report it */
} hqnn_status;

/* "0.1.0".  Static. */
const char *hqnn_version(void);

/* The binary interface, as in libhqnn.so.0.  A program runs with every library of the number that it was compiled with
 * and of the same version or a later one: functions, fields at the end of option structs and values of enumerations are
 * added, nothing else changes.  hqnn_abi_version is the number of the library that is loaded. */
#define HQNN_ABI_VERSION 0
int hqnn_abi_version(void);

/* Instruction set and libraries this build uses, for instance
 * "hqnn 0.1.0; x86-64 avx2 fma; oneDNN 2.6.3".  Static. */
const char *hqnn_build_info(void);

/* The sentence for this thread's last failed call; "" if there was none.  Valid until the next call
 * of the library from this thread. */
const char *hqnn_last_error(void);

/* Threads that parallel loops of this thread's calls use: 1 or more, HQNN_ERROR_VALUE otherwise.  A thread begins with
 * OMP_NUM_THREADS.  In the child of a fork more than 1 are HQNN_ERROR_STATE. */
hqnn_status hqnn_threads_set(int64_t threads);
int64_t hqnn_threads_get(void);

/* Bytes of native memory held by tensors of this process, for hosts with a garbage collector. */
int64_t hqnn_memory_used(void);

/* Frees a text that a function returned through `char **out`.  NULL does nothing. */
void hqnn_text_release(char *text);

/* ---- what a host may set ------------------------------------------------------------------- */

/* Stops long calls.  The callback belongs to the thread that sets it: every long call of that thread asks it, on that
 * thread, between training steps, layers, chunks of an evaluation, questions of an attack, passes over a large state
 * and pieces of a batch.  As long as it returns 0 nothing changes; anything else ends the call with
 * HQNN_ERROR_CANCELLED.  A model being trained then has the parameters of the last whole step (with keep_best those of
 * the best epoch), an attacked one its modes and weights back; a state to which a circuit was being applied is
 * somewhere on the way.
 *
 * It is asked up to some 100,000 times a second, so let it look at a flag or a clock and no more; of the library it may
 * call hqnn_memory_used alone.  A signal handler sets a flag (volatile sig_atomic_t) that the callback returns.
 * NULL, which is how a thread begins: nobody is asked.  Callbacks of single calls work as before, beside it. */
typedef int (*hqnn_cancel_callback)(void *context);
void hqnn_cancel_set(hqnn_cancel_callback callback, void *context);

/* What calls find out beside their results: HQNN_LOG_WARNING, the sentences of hqnn_fit_progress.warnings;
 * HQNN_LOG_NOTE, the notes of attacks and evaluations, for instance that a model was put into evaluation mode.
 * Messages of the level and more serious ones are passed on, on the thread of the call; the text is valid during the
 * callback.
 * For the whole process; set it while no other thread is in a call.  NULL, as it is at first: nobody is told. */
typedef enum hqnn_log_level { HQNN_LOG_WARNING = 1, HQNN_LOG_NOTE = 2 } hqnn_log_level;
typedef void (*hqnn_log_callback)(void *context, hqnn_log_level level, const char *message);
hqnn_status hqnn_log_set(hqnn_log_callback callback, void *context, hqnn_log_level level);

/* Where the memory of tensors comes from.  Without an allocator the library asks the system and keeps up to 512 MiB of
 * blocks that were given back; with one every block is asked for and given back by these functions, from any thread.
 * Large states are mapped from the system in either case. */
typedef struct hqnn_allocator {
  size_t struct_size;
  /* bytes: a multiple of 64.  The address must be a multiple of alignment, which is 64.  NULL: the block comes from
   * the system instead. */
  void *(*allocate)(void *context, size_t bytes, size_t alignment);
  void (*deallocate)(void *context, void *block, size_t bytes);
  void *context;
} hqnn_allocator;
#define HQNN_ALLOCATOR { sizeof(hqnn_allocator), NULL, NULL, NULL }
/* Before the first tensor of the process, HQNN_ERROR_STATE later; NULL takes it back until then. */
hqnn_status hqnn_allocator_set(const hqnn_allocator *allocator);

/* ---- tensors ------------------------------------------------------------------------------- */

/* A dense row-major array with automatic differentiation.
 *
 * A result of an operation remembers how it came about when one of its operands requires a
 * gradient.  hqnn_tensor_backward then adds the gradient of a one-element tensor to every such
 * operand, and frees the record: a second backward through it is HQNN_ERROR_STATE, and so is one that needs the
 * values of a tensor which was written to in between.
 *
 * Axes are numbered from 0, or from the end by negative numbers, -1 for the last one. */
typedef struct hqnn_tensor hqnn_tensor;

typedef enum hqnn_dtype { HQNN_FLOAT32 = 0, HQNN_FLOAT64 = 1 } hqnn_dtype;

/* data: product of shape elements of the type, or NULL for zeros; each dimension 0 or more. */
hqnn_status hqnn_tensor_create(hqnn_dtype dtype, int64_t rank, const int64_t *shape,
                               const void *data, hqnn_tensor **out);
/* Uniform in [low, high). */
hqnn_status hqnn_tensor_uniform(hqnn_dtype dtype, int64_t rank, const int64_t *shape, double low,
                                double high, uint64_t seed, hqnn_tensor **out);
/* Normal with a mean and a standard deviation of 0 or more. */
hqnn_status hqnn_tensor_normal(hqnn_dtype dtype, int64_t rank, const int64_t *shape, double mean,
                               double deviation, uint64_t seed, hqnn_tensor **out);
/* 1 with a probability in [0, 1], 0 otherwise. */
hqnn_status hqnn_tensor_bernoulli(hqnn_dtype dtype, int64_t rank, const int64_t *shape,
                                  double probability, uint64_t seed, hqnn_tensor **out);
/* Whole numbers from low to high, both included and at most 2^53 in size. */
hqnn_status hqnn_tensor_integers(hqnn_dtype dtype, int64_t rank, const int64_t *shape, int64_t low,
                                 int64_t high, uint64_t seed, hqnn_tensor **out);
/* start, start + step, ...: count numbers, shape [count]. */
hqnn_status hqnn_tensor_arange(hqnn_dtype dtype, double start, double step, int64_t count,
                               hqnn_tensor **out);
/* count numbers at equal distances from first to last, both exact. */
hqnn_status hqnn_tensor_linspace(hqnn_dtype dtype, double first, double last, int64_t count,
                                 hqnn_tensor **out);
/* Ones on the diagonal of [rows, columns]. */
hqnn_status hqnn_tensor_eye(hqnn_dtype dtype, int64_t rows, int64_t columns, hqnn_tensor **out);
/* [count, classes] with a 1 at each row's label, in 0..classes-1. */
hqnn_status hqnn_tensor_one_hot(hqnn_dtype dtype, const int64_t *labels, int64_t count,
                                int64_t classes, hqnn_tensor **out);
/* 0..count-1 in a drawn order, into room for count numbers. */
hqnn_status hqnn_random_permutation(int64_t count, uint64_t seed, int64_t *out);
hqnn_status hqnn_tensor_retain(hqnn_tensor *tensor);
void hqnn_tensor_release(hqnn_tensor *tensor);

hqnn_status hqnn_tensor_dtype(const hqnn_tensor *tensor, hqnn_dtype *out);
hqnn_status hqnn_tensor_rank(const hqnn_tensor *tensor, int64_t *out);
/* Writes rank dimensions; capacity is the room in out. */
hqnn_status hqnn_tensor_shape(const hqnn_tensor *tensor, int64_t *out, int64_t capacity);
hqnn_status hqnn_tensor_count(const hqnn_tensor *tensor, int64_t *out);
/* Copies all elements out of / into the tensor; bytes must be count * element size. */
hqnn_status hqnn_tensor_read(const hqnn_tensor *tensor, void *buffer, size_t bytes);
hqnn_status hqnn_tensor_write(hqnn_tensor *tensor, const void *buffer, size_t bytes);
/* One element by its row-major index, converted from or to double. */
hqnn_status hqnn_tensor_get(const hqnn_tensor *tensor, int64_t index, double *out);
hqnn_status hqnn_tensor_set(hqnn_tensor *tensor, int64_t index, double value);
/* Exchange with NumPy, PyTorch and others by DLPack (https://dmlc.github.io/dlpack): the structure without a version
 * number, as in DLPack 0.6 to 1.x, which programs declare by that project's dlpack.h or as it is written there.
 *
 * Out: the tensor's own memory, row-major, on the CPU; whoever gets it calls its deleter, once.  What others write
 * there changes the tensor, unnoticed by its records: not between forward and backward.  HQNN_ERROR_STATE for the
 * result of an operation with a record: detach it first. */
struct DLManagedTensor;
hqnn_status hqnn_tensor_to_dlpack(hqnn_tensor *tensor, struct DLManagedTensor **out);
/* In: float32 and float64 in memory that the processor reaches.  Row-major memory at a multiple of 64 bytes is borrowed
 * until no tensor uses it any more, everything else is copied; then the deleter is called, from whatever thread comes
 * last.  On failure it is not, and the structure stays the caller's.  HQNN_ERROR_SHAPE for other element types,
 * HQNN_ERROR_VALUE for other devices. */
hqnn_status hqnn_tensor_from_dlpack(struct DLManagedTensor *managed, hqnn_tensor **out);
/* A copy in another element type; not differentiable. */
hqnn_status hqnn_tensor_cast(const hqnn_tensor *tensor, hqnn_dtype dtype, hqnn_tensor **out);

/* Differentiation.  Only tensors that no operation produced may be switched. */
hqnn_status hqnn_tensor_require_gradient(hqnn_tensor *tensor, int required);
/* A copy of the gradient, same shape; HQNN_ERROR_STATE before any backward. */
hqnn_status hqnn_tensor_gradient(const hqnn_tensor *tensor, hqnn_tensor **out);
hqnn_status hqnn_tensor_zero_gradient(hqnn_tensor *tensor);
hqnn_status hqnn_tensor_backward(hqnn_tensor *tensor);
/* Gradients of sum(seed * tensor) with respect to any tensors that took part in making it, results of operations
 * included, each in its tensor's shape.  Nothing else changes: accumulated gradients and records stay.
 *   seed  of the tensor's shape, or NULL: 1 for a tensor of one element
 *   out   room for count handles; release each
 * HQNN_ERROR_STATE for a tensor that does not require a gradient or took no part. */
hqnn_status hqnn_tensor_gradients(hqnn_tensor *tensor, const hqnn_tensor *seed, hqnn_tensor *const *tensors,
                                  int64_t count, hqnn_tensor **out);
/* The same values, without a record. */
hqnn_status hqnn_tensor_detach(const hqnn_tensor *tensor, hqnn_tensor **out);
/* Whether operations of this thread leave records, 1 or 0.  Without them nothing can be differentiated. */
void hqnn_recording_set(int on);
int hqnn_recording_get(void);

/* Element by element.  Shapes broadcast as in NumPy: aligned at the last axis, a dimension of 1
 * stretches.  Both operands have one element type. */
hqnn_status hqnn_tensor_add(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
hqnn_status hqnn_tensor_subtract(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
hqnn_status hqnn_tensor_multiply(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
hqnn_status hqnn_tensor_divide(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
/* a to the power b.  The slope in b is 0 where a is 0. */
hqnn_status hqnn_tensor_power(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
/* The larger and the smaller of two; NaN where either is.  Equal ones get half of the gradient each. */
hqnn_status hqnn_tensor_maximum(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
hqnn_status hqnn_tensor_minimum(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
typedef enum hqnn_comparison {
  HQNN_EQUAL = 0,
  HQNN_NOT_EQUAL = 1,
  HQNN_LESS = 2,
  HQNN_LESS_OR_EQUAL = 3,
  HQNN_GREATER = 4,
  HQNN_GREATER_OR_EQUAL = 5
} hqnn_comparison;
/* 1 where the comparison holds and 0 elsewhere; never differentiable. */
hqnn_status hqnn_tensor_compare(hqnn_tensor *a, hqnn_tensor *b, hqnn_comparison comparison,
                                hqnn_tensor **out);
/* The element of a where the condition is not 0, that of b elsewhere; all three broadcast.  The side that was not
 * chosen gets no gradient, whatever it is. */
hqnn_status hqnn_tensor_where(hqnn_tensor *condition, hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
/* Each element within [low, high], which may be infinite.  The slope is 1 there, the bounds included. */
hqnn_status hqnn_tensor_clamp(hqnn_tensor *tensor, double low, double high, hqnn_tensor **out);
/* scale * tensor + offset */
hqnn_status hqnn_tensor_affine(hqnn_tensor *tensor, double scale, double offset, hqnn_tensor **out);

typedef enum hqnn_function {
  HQNN_RELU = 0,
  HQNN_SIGMOID = 1,
  HQNN_TANH = 2,
  HQNN_EXP = 3,
  HQNN_LOG = 4,
  HQNN_SQRT = 5,
  HQNN_ABS = 6,
  HQNN_SIN = 7,
  HQNN_COS = 8,
  HQNN_SQUARE = 9,
  HQNN_NEGATE = 10,
  HQNN_SIGN = 11,  /* -1, 0 or 1 */
  HQNN_FLOOR = 12,
  HQNN_CEIL = 13,
  HQNN_ROUND = 14, /* halves to the even number; like floor, ceil and sign it has slope 0 everywhere */
  HQNN_LOG1P = 15, /* log(1 + x) */
  HQNN_EXPM1 = 16, /* exp(x) - 1 */
  HQNN_RECIPROCAL = 17,
  HQNN_SOFTPLUS = 18,   /* log(1 + exp(x)) */
  HQNN_GELU = 19,       /* x Phi(x), the form with the error function (Hendrycks and Gimpel 2016) */
  HQNN_SILU = 20,       /* x sigmoid(x) */
  HQNN_LEAKY_RELU = 21, /* x, or slope x below 0; parameter: slope, 0.01 */
  HQNN_ELU = 22,        /* x, or alpha (exp(x) - 1) below 0; parameter: alpha, 1 */
  HQNN_POWER = 23       /* x to the power of the parameter, 1 */
} hqnn_function;
/* With the usual parameter where the function has one.  Slopes at 0: relu and abs 0, leaky_relu and elu those of the
 * negative side. */
hqnn_status hqnn_tensor_map(hqnn_tensor *tensor, hqnn_function function, hqnn_tensor **out);
/* With a parameter of one's own, for the last three; HQNN_ERROR_VALUE for the others. */
hqnn_status hqnn_tensor_map_with(hqnn_tensor *tensor, hqnn_function function, double parameter,
                                 hqnn_tensor **out);

/* [..., m, k] times [..., k, n] is [..., m, n]; the dimensions in front broadcast. */
hqnn_status hqnn_tensor_matmul(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
/* Sum and mean of all elements: one element, shape {}. */
hqnn_status hqnn_tensor_sum(hqnn_tensor *tensor, hqnn_tensor **out);
hqnn_status hqnn_tensor_mean(hqnn_tensor *tensor, hqnn_tensor **out);
/* Over some axes, or over all with count 0. */
typedef enum hqnn_reduction {
  HQNN_REDUCE_SUM = 0,
  HQNN_REDUCE_MEAN = 1,
  HQNN_REDUCE_PRODUCT = 2,
  HQNN_REDUCE_MAX = 3, /* of equal ones the first gets the gradient; NaN counts as the largest and the smallest */
  HQNN_REDUCE_MIN = 4,
  HQNN_REDUCE_LOG_SUM_EXP = 5,
  HQNN_REDUCE_NORM_1 = 6,        /* sum of |x| */
  HQNN_REDUCE_NORM_2 = 7,        /* root of the sum of squares; slope 0 where it is 0 */
  HQNN_REDUCE_NORM_INFINITY = 8, /* largest |x| */
  HQNN_REDUCE_VARIANCE = 9,      /* mean squared distance from the mean */
  HQNN_REDUCE_DEVIATION = 10,    /* its root, whose slope at 0 is not defined: NaN */
  HQNN_REDUCE_SAMPLE_VARIANCE = 11, /* divided by count - 1 */
  HQNN_REDUCE_SAMPLE_DEVIATION = 12
} hqnn_reduction;
/*   axes  each once, in any order; NULL with count 0
 *   keep  1: dimensions of 1 stay where axes were
 * Nothing has sum 0, product 1, norm 0 and log-sum-exp -infinity; its other reductions are HQNN_ERROR_SHAPE.  Sums
 * are added up in double. */
hqnn_status hqnn_tensor_reduce(hqnn_tensor *tensor, hqnn_reduction reduction, const int64_t *axes,
                               int64_t count, int keep, hqnn_tensor **out);
/* Where the largest (or smallest) element along an axis is, from 0; the first of equal ones.
 *   out       product of the other dimensions, row-major
 *   capacity  the room in out */
hqnn_status hqnn_tensor_extremes(const hqnn_tensor *tensor, int largest, int64_t axis, int64_t *out,
                                 int64_t capacity);
/* Column of the largest element of each row of [rows, columns]; out has room for rows. */
hqnn_status hqnn_tensor_argmax(const hqnn_tensor *tensor, int64_t *out, int64_t capacity);
/* exp(x) / sum exp(x) along an axis, or with logarithmic 1 its logarithm; without overflow. */
hqnn_status hqnn_tensor_softmax(hqnn_tensor *tensor, int64_t axis, int logarithmic, hqnn_tensor **out);
/* Sums of the elements up to each, along an axis. */
hqnn_status hqnn_tensor_cumulative_sum(hqnn_tensor *tensor, int64_t axis, hqnn_tensor **out);

/* Same count; at most one dimension may be -1, it is inferred. */
hqnn_status hqnn_tensor_reshape(hqnn_tensor *tensor, int64_t rank, const int64_t *shape,
                                hqnn_tensor **out);
/* Rows [first, first + count) of the first axis. */
hqnn_status hqnn_tensor_rows(hqnn_tensor *tensor, int64_t first, int64_t count, hqnn_tensor **out);
/* Axis k of the result is axis order[k]; every axis once. */
hqnn_status hqnn_tensor_permute(hqnn_tensor *tensor, const int64_t *order, int64_t count,
                                hqnn_tensor **out);
/* count positions of an axis, from start on in steps of step: not 0, negative backwards. */
hqnn_status hqnn_tensor_slice(hqnn_tensor *tensor, int64_t axis, int64_t start, int64_t count,
                              int64_t step, hqnn_tensor **out);
/* One position of an axis, which is then gone. */
hqnn_status hqnn_tensor_select(hqnn_tensor *tensor, int64_t axis, int64_t index, hqnn_tensor **out);
/* The positions of an axis with these numbers, in this order; one may come several times. */
hqnn_status hqnn_tensor_index(hqnn_tensor *tensor, int64_t axis, const int64_t *indices, int64_t count,
                              hqnn_tensor **out);
/* These axes backwards. */
hqnn_status hqnn_tensor_flip(hqnn_tensor *tensor, const int64_t *axes, int64_t count, hqnn_tensor **out);
/* Dimensions of 1 stretched to another shape; -1 keeps a dimension, new ones come in front. */
hqnn_status hqnn_tensor_expand(hqnn_tensor *tensor, int64_t rank, const int64_t *shape,
                               hqnn_tensor **out);
/* The whole tensor so many times along each axis; more counts than axes add axes in front. */
hqnn_status hqnn_tensor_tile(hqnn_tensor *tensor, const int64_t *times, int64_t count, hqnn_tensor **out);
/* A frame of one value: positions before and after, 0 or more, for each of the tensor's axes. */
hqnn_status hqnn_tensor_pad(hqnn_tensor *tensor, const int64_t *before, const int64_t *after,
                            int64_t count, double value, hqnn_tensor **out);
/* One or more tensors along an axis that is there, or of equal shapes along a new one. */
hqnn_status hqnn_tensor_concat(hqnn_tensor *const *tensors, int64_t count, int64_t axis,
                               hqnn_tensor **out);
hqnn_status hqnn_tensor_stack(hqnn_tensor *const *tensors, int64_t count, int64_t axis,
                              hqnn_tensor **out);

/* ---- losses -------------------------------------------------------------------------------- */

/* Losses of an output [batch, ...], with gradients of the output and of targets that require one.
 *   kind                  a row or element costs                                             given
 *   CROSS_ENTROPY         -log softmax(output)[label], of logits [batch, classes]             labels
 *   NLL                   -output[label], of logarithms of probabilities [batch, classes]     labels
 *   BCE                   -(t log p + (1 - t) log(1 - p)); logarithms are cut off at -100     targets
 *   BCE_WITH_LOGITS       the same with p = sigmoid(output), overflowing nowhere              targets
 *   MSE, L1               (output - t)^2, |output - t|                                        targets
 *   HUBER                 d^2/2 up to d = |output - t| = delta, delta (d - delta/2) beyond    targets
 *   HINGE                 sum over c != label of max(0, margin - x[label] + x[c]) / classes   labels
 *   KL                    sum t (log t - output), of logarithms of probabilities              targets
 *   COSINE                1 - cosine of the angle between the rows of output and target       targets
 *   COSINE_EMBEDDING      the same for labels 1; max(0, cosine - margin) for labels -1        both
 * Szegedy et al. 2016 (label smoothing), Huber 1964, Crammer and Singer 2001, Kullback and Leibler 1951, Hadsell,
 * Chopra, LeCun 2006.  At a corner of L1, HINGE and the embedding the slope is 0. */
typedef enum hqnn_loss_kind {
  HQNN_LOSS_CROSS_ENTROPY = 0,
  HQNN_LOSS_NLL = 1,
  HQNN_LOSS_BCE = 2,
  HQNN_LOSS_BCE_WITH_LOGITS = 3,
  HQNN_LOSS_MSE = 4,
  HQNN_LOSS_L1 = 5,
  HQNN_LOSS_HUBER = 6,
  HQNN_LOSS_HINGE = 7,
  HQNN_LOSS_KL = 8,
  HQNN_LOSS_COSINE = 9,
  HQNN_LOSS_COSINE_EMBEDDING = 10
} hqnn_loss_kind;

/* Over what NONE gives: one loss per element for BCE, BCE_WITH_LOGITS, MSE, L1 and HUBER, one per row (of the
 * first axis) for the others.  MEAN and SUM have shape {}. */
typedef enum hqnn_loss_reduction {
  HQNN_LOSS_MEAN = 0,
  HQNN_LOSS_SUM = 1,
  HQNN_LOSS_NONE = 2
} hqnn_loss_reduction;

/* An option that the loss does not have must keep its default. */
typedef struct hqnn_loss_options {
  size_t struct_size;
  hqnn_loss_reduction reduction;
  double label_smoothing;      /* of CROSS_ENTROPY, in [0, 1): spread evenly over all classes */
  const double *class_weights; /* of CROSS_ENTROPY and NLL: 0 or more each; the mean divides by the labels' */
  int64_t class_weight_count;  /* 0 for none */
  double delta;                /* of HUBER, above 0 */
  double margin;               /* of HINGE, above 0; of COSINE_EMBEDDING, in [-1, 1); NaN: 1 and 0 */
} hqnn_loss_options;
#define HQNN_LOSS_OPTIONS \
  { sizeof(hqnn_loss_options), HQNN_LOSS_MEAN, 0.0, NULL, 0, 1.0, (double)NAN }
/*   labels   one per row, or NULL with count 0: class numbers, or 1 and -1
 *   targets  of the output's shape and type, or NULL.  A loss of targets that is given labels instead makes
 *            one-hot rows of them, or takes the numbers 0 and 1 themselves for outputs [batch] and [batch, 1].
 * HQNN_ERROR_VALUE for a label that is no class, or a probability outside [0, 1]. */
hqnn_status hqnn_loss_apply(hqnn_loss_kind kind, const hqnn_loss_options *options, hqnn_tensor *output,
                            const int64_t *labels, int64_t count, hqnn_tensor *targets,
                            hqnn_tensor **out);
/* HQNN_LOSS_CROSS_ENTROPY and HQNN_LOSS_MSE without options. */
hqnn_status hqnn_loss_cross_entropy(hqnn_tensor *logits, const int64_t *labels, int64_t count,
                                    hqnn_tensor **out);
hqnn_status hqnn_loss_mse(hqnn_tensor *prediction, hqnn_tensor *target, hqnn_tensor **out);

/* ---- circuits ------------------------------------------------------------------------------ */

/* A circuit: operations on wires, with angles made of constants, inputs (one value per sample) and weights
 * (shared by the batch), and what is measured at the end: expectation values, variances, probabilities.
 * It may go on growing after it was run; layers made of it keep it as it was. */
typedef struct hqnn_circuit hqnn_circuit;

typedef enum hqnn_slot {
  HQNN_CONSTANT = 0,
  HQNN_INPUT = 1,
  HQNN_WEIGHT = 2,
  HQNN_INPUT_PRODUCT = 3, /* inputs[index] * inputs[other] */
  HQNN_WEIGHT_INPUT = 4   /* weights[index] * inputs[other]: an input with a trainable scale */
} hqnn_slot;

/* An angle in radians: scale * slot + offset (for a constant, offset alone), plus the next one. */
typedef struct hqnn_angle {
  hqnn_slot slot;
  int64_t index; /* column of the inputs or of the weights, from 0; 0 for a constant */
  double scale;
  double offset;
  int64_t other;                 /* column of the second factor of a product; 0 otherwise */
  const struct hqnn_angle *next; /* a further term of a sum, or NULL */
} hqnn_angle;
#define HQNN_ANGLE_CONSTANT(value) { HQNN_CONSTANT, 0, 0.0, (value), 0, NULL }
#define HQNN_ANGLE_INPUT(column, scale) { HQNN_INPUT, (column), (scale), 0.0, 0, NULL }
#define HQNN_ANGLE_WEIGHT(index) { HQNN_WEIGHT, (index), 1.0, 0.0, 0, NULL }

/* ---- circuits: building -------------------------------------------------------------------- */

/* wires: 1 to 30; whether that many fit into memory is checked when the circuit runs. */
hqnn_status hqnn_circuit_create(int64_t wires, hqnn_circuit **out);
hqnn_status hqnn_circuit_copy(const hqnn_circuit *circuit, hqnn_circuit **out);
hqnn_status hqnn_circuit_retain(hqnn_circuit *circuit);
void hqnn_circuit_release(hqnn_circuit *circuit);

/* Appends a gate by name, controls first in wires (docs/circuits.md has all matrices):
 *   I H X Y Z S T SX Sdg Tdg SXdg              on one wire
 *   RX RY RZ PhaseShift GlobalPhase U1         and one angle;  U2 and two;  U3 Rot and three
 *   CNOT CY CZ CH SWAP ISWAP                   on two wires
 *   CRX CRY CRZ ControlledPhase                and one angle;  CRot and three
 *   IsingXX IsingYY IsingZZ IsingXY SingleExcitation  and one angle
 *   Toffoli CCZ CSWAP                          on three wires
 *   MultiRZ                                    on any number, exp(-i angle/2 Z...Z)
 * CX, CCX and CPhase are further names of CNOT, Toffoli and ControlledPhase.  Wires must be distinct,
 * the number of angles the gate's. */
hqnn_status hqnn_circuit_gate(hqnn_circuit *circuit, const char *name, const int64_t *wires,
                              int64_t wire_count, const hqnn_angle *angles, int64_t angle_count);
/* Appends exp(-i angle/2 P) about a Pauli word P: word[i] in "IXYZ" acts on wires[i]. */
hqnn_status hqnn_circuit_pauli_rotation(hqnn_circuit *circuit, const char *word,
                                        const int64_t *wires, int64_t wire_count,
                                        const hqnn_angle *angle);
/* Appends a constant unitary on 1 to 3 wires, the first wire the most significant bit.
 *   matrix  2^k rows of 2^k entries, real and imaginary parts in turn: 2 * 4^k numbers
 *   count   of these numbers
 * HQNN_ERROR_VALUE when an entry of |U*U - 1| is above 1e-8. */
hqnn_status hqnn_circuit_unitary(hqnn_circuit *circuit, const double *matrix, int64_t count,
                                 const int64_t *wires, int64_t wire_count);

/* What is done to all gates between hqnn_circuit_begin and hqnn_circuit_end, or of a sub-circuit: inverted
 * first, then controlled, then made conditional.  Blocks may be nested. */
typedef struct hqnn_block_options {
  size_t struct_size;
  int adjoint;                /* 1: the last gate first, each inverted */
  const int64_t *controls;    /* wires that must be 1 for the gates to act */
  int64_t control_count;
  const int *control_values;  /* 0 or 1 for each control; NULL: all 1 */
  const int64_t *bits;        /* classical bits, of hqnn_circuit_measure_wire */
  const int *bit_values;      /* the value, 0 or 1, that each must have; NULL: all 1 */
  int64_t bit_count;
} hqnn_block_options;
#define HQNN_BLOCK_OPTIONS { sizeof(hqnn_block_options), 0, NULL, 0, NULL, NULL, NULL, 0 }
/* Opens a block.  Until its end the circuit can only be built on, and tell its wires, inputs and weights:
 * everything else is HQNN_ERROR_STATE. */
hqnn_status hqnn_circuit_begin(hqnn_circuit *circuit, const hqnn_block_options *options);
/* Closes the innermost block.  HQNN_ERROR_STATE where none is open, or where the block has something that its
 * options have no meaning for: noise, measurements, resets, a start state.  The block is then dropped. */
hqnn_status hqnn_circuit_end(hqnn_circuit *circuit);

typedef struct hqnn_append_options {
  size_t struct_size;
  const int64_t *wires; /* wire q of the other circuit becomes wires[q]; NULL: the same wires */
  int64_t wire_count;
  int64_t first_input;  /* is added to the numbers of its inputs, 0 or more */
  int64_t first_weight; /* is added to the numbers of its weights; -1: numbered on from those in use */
  hqnn_block_options block;
} hqnn_append_options;
#define HQNN_APPEND_OPTIONS \
  { sizeof(hqnn_append_options), NULL, 0, 0, -1, HQNN_BLOCK_OPTIONS }
/* Appends the operations of another circuit.  Its classical bits are numbered on; what it measures at the end
 * is left out; a start state of its own is HQNN_ERROR_STATE. */
hqnn_status hqnn_circuit_append(hqnn_circuit *circuit, const hqnn_circuit *other,
                                const hqnn_append_options *options);

/* Measures a wire in the Z basis on the way.  bit: the classical bit that keeps the result, or -1 for a new one;
 * out: the bit, may be NULL. */
hqnn_status hqnn_circuit_measure_wire(hqnn_circuit *circuit, int64_t wire, int64_t bit, int64_t *out);
/* Puts a wire back into |0>. */
hqnn_status hqnn_circuit_reset(hqnn_circuit *circuit, int64_t wire);
/* Does nothing; keeps drawings and exports apart.  count 0: all wires. */
hqnn_status hqnn_circuit_barrier(hqnn_circuit *circuit, const int64_t *wires, int64_t count);

/* Starts in a constant state instead of |0...0>, before any gate.
 *   amplitudes  real and imaginary parts in turn, 2 * 2^wires numbers for at most 24 wires
 *   normalize   1: divide by the norm; 0: the norm must be 1 to 1e-10 */
hqnn_status hqnn_circuit_prepare(hqnn_circuit *circuit, const double *amplitudes, int64_t count,
                                 int normalize);

typedef struct hqnn_amplitude_options {
  size_t struct_size;
  int64_t first;        /* column of the inputs that is the first amplitude */
  int64_t count;        /* number of columns; 0: 2^wire_count */
  const int64_t *wires; /* the first one the most significant bit; NULL: all */
  int64_t wire_count;
  int normalize;        /* 1: divide each sample by its norm; 0: it must be 1 to 1e-6 (1e-10 in float64) */
  int pad;              /* 1: amplitudes that are missing are pad_with; 0: none may be missing */
  double pad_with;
} hqnn_amplitude_options;
#define HQNN_AMPLITUDE_OPTIONS { sizeof(hqnn_amplitude_options), 0, 0, NULL, 0, 0, 0, 0.0 }
/* Inputs as amplitudes of the start state, before any gate, on at most 20 wires (Schuld, Petruccione 2018).
 * Gradients go through the norm.  A sample whose amplitudes are all 0 is HQNN_ERROR_VALUE when the circuit runs. */
hqnn_status hqnn_circuit_amplitudes(hqnn_circuit *circuit, const hqnn_amplitude_options *options);

typedef struct hqnn_encoding_options {
  size_t struct_size;
  const int64_t *wires;  /* NULL: all */
  int64_t wire_count;
  const int64_t *inputs; /* the column for each wire; NULL: 0, 1, ... */
  int64_t input_count;
  const char *axis;      /* "X", "Y" or "Z"; of angle and reupload */
  double scale, offset;  /* of angle */
  int hadamard;          /* 1: H on every wire before; of angle and reupload */
  int64_t layers;        /* repetitions, 1 or more */
  const char *pattern;   /* of iqp and zz_feature_map, see hqnn_pattern_pairs */
  uint64_t seed;         /* of the pattern random */
  int64_t first_weight;  /* of reupload; -1: numbered on from those in use */
} hqnn_encoding_options;
#define HQNN_ENCODING_OPTIONS \
  { sizeof(hqnn_encoding_options), NULL, 0, NULL, 0, "Y", 1.0, 0.0, 0, 1, "full", 0, -1 }
/* Inputs as angles, by name:
 *   angle           R_axis(scale * x + offset) on each wire
 *   reupload        R_axis(w * x + v), two weights of its own per wire (Perez-Salinas et al. 2020)
 *   basis           RX(pi * x): inputs 0 and 1 become basis states, up to a phase
 *   iqp             H and RZ(x_i) on each wire, IsingZZ(x_i x_j) on pairs (PennyLane's IQPEmbedding)
 *   zz_feature_map  H and PhaseShift(2 x_i), exp(-i (pi - x_i)(pi - x_j) ZZ) on pairs (Havlicek et al. 2019) */
hqnn_status hqnn_circuit_encode(hqnn_circuit *circuit, const char *name,
                                const hqnn_encoding_options *options);
/* Names of all encodings, separated by spaces.  Static. */
const char *hqnn_encoding_names(void);

/* An approximation of exp(-i time H), exact where the terms of H commute.
 *   words, wires, coefficients  H, as for hqnn_circuit_measure_sum
 *   steps  n, 1 or more
 *   order  1: [prod_j exp(-i c_j time/n P_j)]^n; 2: each step forwards and backwards by half (Suzuki 1990) */
hqnn_status hqnn_circuit_evolve(hqnn_circuit *circuit, const char *const *words,
                                const int64_t *wires, int64_t wire_count,
                                const double *coefficients, int64_t count, const hqnn_angle *time,
                                int64_t steps, int64_t order);

typedef struct hqnn_template_options {
  size_t struct_size;
  int64_t layers;        /* repetitions, 1 or more */
  uint64_t seed;         /* of random gates and of the pattern random */
  int64_t first_weight;  /* -1: weights are numbered on from those in use */
  const int64_t *wires;  /* NULL: all */
  int64_t wire_count;
  /* What only some templates have to choose; NULL is their own choice. */
  const char *rotations; /* gates on one wire, separated by spaces: "RY RZ" */
  const char *entangler; /* a gate on two wires */
  const char *pattern;   /* see hqnn_pattern_pairs */
  const int64_t *pairs;  /* instead of a pattern: 2 * pair_count wires */
  int64_t pair_count;
  const int64_t *ranges; /* of strongly_entangling: distance of the joined wires, one per layer */
  int64_t range_count;
} hqnn_template_options;
#define HQNN_TEMPLATE_OPTIONS \
  { sizeof(hqnn_template_options), 1, 0, -1, NULL, 0, NULL, NULL, NULL, NULL, 0, NULL, 0 }
/* Appends a template: a named ansatz with weights of its own (docs/circuits.md).
 *   rot                    Rot on every wire
 *   zz_full                Rot on every wire, then exp(-i w Z Z) on all pairs
 *   zz_linear, zz_star     ... on neighbours, on the first wire with every other
 *   random                 Rot, RX, RY or RZ drawn per wire, then one CNOT on a drawn pair
 *   ring                   RY and RZ on every wire, then CNOT(q, q + 1 mod n)
 *   hardware_efficient     rotations (RY RZ) wire by wire, entangler (CNOT) on a pattern (linear)
 *   two_local              rotations (RY) gate by gate, entangler (CNOT) on a pattern (full); rotations at the end
 *   basic_entangler        rotations (RX), CNOT on a ring (PennyLane)
 *   strongly_entangling    Rot, entangler (CNOT) on q and q + range (PennyLane; Schuld et al. 2020)
 *   simplified_two_design  Cerezo et al. 2021
 *   qcnn                   layers of convolution and pooling (Cong et al. 2019); the first wire is left
 *   qcnn_convolution, qcnn_pooling  its parts, on a pattern (brick, pairs)
 *   mps, ttn, mera         tensor networks of blocks: rotations (RY) of both wires, entangler (CNOT)
 *   sim_1 ... sim_19       Sim, Johnson, Aspuru-Guzik 2019, Fig. 2
 * options: NULL for the defaults; what a template does not have to choose is HQNN_ERROR_VALUE. */
hqnn_status hqnn_circuit_template(hqnn_circuit *circuit, const char *name,
                                  const hqnn_template_options *options);
/* Names of all templates, separated by spaces.  Static. */
const char *hqnn_template_names(void);
/* Pairs of 0..wires-1 that a pattern joins:
 *   none    no pairs                    linear  (0,1) (1,2) ... (n-2,n-1)
 *   ring    linear and, for n > 2, (n-1,0)      full    every pair p < q
 *   star    (0,1) (0,2) ... (0,n-1)     pairs   (0,1) (2,3) ...
 *   brick   pairs, then (1,2) (3,4) ...         random  the wires in a drawn order, two and two
 *   out    room for capacity numbers, two per pair; wires * wires are enough
 *   count  the number of pairs */
hqnn_status hqnn_pattern_pairs(const char *pattern, int64_t wires, uint64_t seed, int64_t *out,
                               int64_t capacity, int64_t *count);

/* Measures the expectation value of a Pauli word: word[i] in "XYZ" acts on wires[i]. */
hqnn_status hqnn_circuit_measure(hqnn_circuit *circuit, const char *word, const int64_t *wires,
                                 int64_t count);
/* Measures the expectation value of a weighted sum of Pauli words.
 *   words         count texts of letters XYZ; "" is the identity
 *   wires         of all words one after the other, one per letter
 *   coefficients  count numbers */
hqnn_status hqnn_circuit_measure_sum(hqnn_circuit *circuit, const char *const *words,
                                     const int64_t *wires, int64_t wire_count,
                                     const double *coefficients, int64_t count);
/* Measures the variance <H^2> - <H>^2 of such a sum, of at most 256 terms. */
hqnn_status hqnn_circuit_measure_variance(hqnn_circuit *circuit, const char *const *words,
                                          const int64_t *wires, int64_t wire_count,
                                          const double *coefficients, int64_t count);
/* Measures the probabilities of the 2^count results on 1 to 10 wires: as many outputs, the first wire the most
 * significant bit of the result. */
hqnn_status hqnn_circuit_measure_probabilities(hqnn_circuit *circuit, const int64_t *wires,
                                               int64_t count);

/* Names of all gates but MultiRZ, separated by spaces.  Static. */
const char *hqnn_gate_names(void);
/* One of them: wires it acts on and angles it takes. */
hqnn_status hqnn_gate_describe(const char *name, int64_t *wires, int64_t *angles);
/* Gates as mathematics, by name; MultiRZ on two wires.
 *   out       2 * 4^wires numbers, real and imaginary parts in turn, row by row; capacity is the room in it
 *   angle     which one, from 0 */
hqnn_status hqnn_gate_matrix(const char *name, const double *angles, int64_t angle_count,
                             double *out, int64_t capacity);
/* The Hermitian G of an angle, all others 0: the gate is U(0) exp(-i angle G). */
hqnn_status hqnn_gate_generator(const char *name, int64_t angle, double *out, int64_t capacity);
/* The frequencies of expectation values in an angle, differences of G's eigenvalues, from which its shift rule
 * follows (Wierichs et al. 2022).  count: how many there are. */
hqnn_status hqnn_gate_frequencies(const char *name, int64_t angle, double *out, int64_t capacity,
                                  int64_t *count);
/* What drawings show on each wire, separated by spaces. */
hqnn_status hqnn_gate_symbols(const char *name, char **out);
/* The gate of the same matrix, up to a global phase, in OpenQASM's standard includes; "" where there is none. */
hqnn_status hqnn_gate_qasm(const char *name, char **out);

/* What a circuit has so far. */
hqnn_status hqnn_circuit_wires(const hqnn_circuit *circuit, int64_t *out);
hqnn_status hqnn_circuit_inputs(const hqnn_circuit *circuit, int64_t *out);
hqnn_status hqnn_circuit_weights(const hqnn_circuit *circuit, int64_t *out);
hqnn_status hqnn_circuit_outputs(const hqnn_circuit *circuit, int64_t *out);
hqnn_status hqnn_circuit_gates(const hqnn_circuit *circuit, int64_t *out);
/* Length of the longest chain of gates that share wires. */
hqnn_status hqnn_circuit_depth(const hqnn_circuit *circuit, int64_t *out);
/* What cannot matter: gates, noise, measurements and resets that change no measured value, weights without
 * effect, unused wires, constant outputs, inputs that are not seen; one sentence per line, "" if there is nothing
 * to say.  Exact up to 7 wires, by light cones of wires beyond. */
hqnn_status hqnn_circuit_lint(const hqnn_circuit *circuit, char **out);

/* ---- circuits: noise ----------------------------------------------------------------------- */

/* Noise is a channel, rho -> sum K rho K^*.  A noisy circuit runs exactly with HQNN_METHOD_PRODUCT and
 * HQNN_METHOD_DENSITY, which HQNN_METHOD_AUTOMATIC chooses from, or approximately with
 * HQNN_METHOD_TRAJECTORIES (docs/noise.md). */
typedef struct hqnn_channel hqnn_channel;

/* A channel by name; p, gamma and excited are in [0, 1].
 *   bit_flip          (p)      X with probability p
 *   phase_flip        (p)      Z
 *   bit_phase_flip    (p)      Y
 *   depolarizing      (p)      (1-p) rho + p/3 (X rho X + Y rho Y + Z rho Z), as in PennyLane
 *   depolarizing_pair (p)      on two wires: each of the 15 words other than II with p/15
 *   amplitude_damping (gamma)  1 falls into 0 with probability gamma
 *   generalized_amplitude_damping (gamma, excited)  ... towards a population excited of 1
 *   phase_damping     (gamma)  coherence shrinks by sqrt(1-gamma)
 *   thermal_relaxation (t1, t2, time, excited)      t2 <= 2 t1, one unit of time for all three
 * HQNN_ERROR_VALUE for a name or a number that is none of these. */
hqnn_status hqnn_channel_create(const char *name, const double *parameters, int64_t count,
                                hqnn_channel **out);
/* Pauli words at random: words[i], letters of "IXYZ" for 1 to 3 wires, with probabilities[i]; what is missing to 1
 * is that of doing nothing. */
hqnn_status hqnn_channel_pauli(const char *const *words, const double *probabilities, int64_t count,
                               hqnn_channel **out);
/* Any channel on 1 to 3 wires by its operators, the first wire the most significant bit.
 *   operators  one after the other, 2^wires rows of 2^wires entries, real and imaginary parts in turn
 *   count      of all these numbers
 * HQNN_ERROR_VALUE when an entry of sum K^*K is off the identity by more than 1e-10. */
hqnn_status hqnn_channel_kraus(const double *operators, int64_t count, int64_t wires,
                               hqnn_channel **out);
hqnn_status hqnn_channel_retain(hqnn_channel *channel);
void hqnn_channel_release(hqnn_channel *channel);
/* Names for hqnn_channel_create, separated by spaces.  Static. */
const char *hqnn_channel_names(void);
/* Wires that a channel of this name acts on, and parameters that it takes. */
hqnn_status hqnn_channel_describe(const char *name, int64_t *wires, int64_t *parameters);

/* Appends a channel. */
hqnn_status hqnn_circuit_channel(hqnn_circuit *circuit, const hqnn_channel *channel,
                                 const int64_t *wires, int64_t wire_count);
/* Wrong readings of a wire: the probability of reading 1 where it is 0, and 0 where it is 1.  They change what
 * measurements at the end give, whatever the method. */
hqnn_status hqnn_circuit_readout_error(hqnn_circuit *circuit, int64_t wire, double one_of_zero,
                                       double zero_of_one);

/* A noise model: rules, each a channel behind every operation of a kind. */
typedef struct hqnn_noise hqnn_noise;
hqnn_status hqnn_noise_create(hqnn_noise **out);
hqnn_status hqnn_noise_retain(hqnn_noise *noise);
void hqnn_noise_release(hqnn_noise *noise);
/* Adds a rule; rules are applied in their order.  gates is one of
 *   all, one_wire, two_wire   gates by their number of wires
 *   encoding                  gates that read inputs, and amplitude encoding
 *   measure                   before measurements: those on the way, and at the end on every measured wire
 *   or the name of a gate, "CNOT" as well as "cnot".
 * A channel on one wire comes on every wire that the gate touched, one on more wires behind gates of exactly so
 * many. */
hqnn_status hqnn_noise_add(hqnn_noise *noise, const char *gates, const hqnn_channel *channel);
/* Wrong readings of every wire, as in hqnn_circuit_readout_error. */
hqnn_status hqnn_noise_readout(hqnn_noise *noise, double one_of_zero, double zero_of_one);
/* A copy of the circuit with the model's channels; those that it has stay. */
hqnn_status hqnn_circuit_noisy(const hqnn_circuit *circuit, const hqnn_noise *noise,
                               hqnn_circuit **out);

/* ---- circuits: interchange and drawings ---------------------------------------------------- */

/* The circuit as an OpenQASM program, the same up to a global phase (docs/interchange.md).  Wires are
 * q[0], q[1], ...; what is measured at the end becomes a comment.  Release the text.
 *
 *   version  2 (Cross et al. 2017, with no gates beyond those of its qelib1.inc) or 3 (3.0, stdgates.inc)
 *   inputs   one sample, as many finite numbers as the circuit has inputs, in radians or whatever they are;
 *            NULL: they stay parameters x0, x1, ..., which version 3 alone has
 *   weights  likewise, w0, w1, ...
 *
 * HQNN_ERROR_VALUE for noise channels, readout errors and start states given by amplitudes, which OpenQASM
 * lacks, for version 2 without the values, and for conditions that version 2 cannot say;
 * HQNN_ERROR_SHAPE for a wrong number of values. */
hqnn_status hqnn_circuit_qasm(const hqnn_circuit *circuit, int64_t version, const double *inputs,
                              int64_t input_count, const double *weights, int64_t weight_count,
                              char **out);
/* The circuit of an OpenQASM program: version 2, or the gate-level core of version 3.  Qubits are wires and
 * classical bits are bits in the order of their declaration.  `input float` parameters are weights in
 * the order of their declaration, but x0, x1, ... are the inputs of that number.  Nothing is measured at the end
 * yet: add hqnn_circuit_measure.
 *
 *   program  UTF-8
 *   name     what messages call it, such as the file's name; NULL for "qasm"
 *
 * HQNN_ERROR_VALUE with "name:line:column: ..." for what is wrong or not supported, and for programs of more
 * than 30 qubits, 65536 classical bits or 1048576 operations.  No file is read. */
hqnn_status hqnn_circuit_from_qasm(const char *program, const char *name, hqnn_circuit **out);
/* The whole circuit as JSON on one line, exactly: numbers keep their bits (docs/files.md).  Release the text.
 * HQNN_ERROR_VALUE for a gate that is none of the library's. */
hqnn_status hqnn_circuit_json(const hqnn_circuit *circuit, char **out);
/* The circuit that hqnn_circuit_json wrote, checked as building it would.
 * HQNN_ERROR_FILE with a sentence about what is wrong with the text, which may come from anywhere. */
hqnn_status hqnn_circuit_from_json(const char *text, hqnn_circuit **out);
/* A drawing in text, a line per wire.  unicode: 0 for ASCII only.  Release the text. */
hqnn_status hqnn_circuit_draw(const hqnn_circuit *circuit, int unicode, char **out);
/* A picture, self-contained SVG.  width: pixels after which a circuit goes on in a further row, 200 to
 * 100000.  Release the text. */
hqnn_status hqnn_circuit_svg(const hqnn_circuit *circuit, int64_t width, char **out);
/* LaTeX source of a picture, for the TikZ library quantikz2 (Kay 2018).  Release the text. */
hqnn_status hqnn_circuit_quantikz(const hqnn_circuit *circuit, char **out);
/* Writes a text to a file: to a temporary one first, which is then renamed; folders on the way are made. */
hqnn_status hqnn_text_write(const char *text, const char *path);

/* ---- circuits: running --------------------------------------------------------------------- */

/* How a batch is run.  All methods but TRAJECTORIES agree to rounding; AUTOMATIC takes the cheapest one.  A method
 * that does not fit the circuit is HQNN_ERROR_STATE, with the reason. */
typedef enum hqnn_method {
  HQNN_METHOD_AUTOMATIC = 0,
  HQNN_METHOD_PRODUCT = 1, /* outputs as a linear map of the products of (1, cos, sin) */
  HQNN_METHOD_UNITARY = 2, /* gates without inputs folded into matrices once per call */
  HQNN_METHOD_GATES = 3,   /* gate by gate, samples in SIMD lanes */
  HQNN_METHOD_STATE = 4,   /* one large state after the other, threads over its amplitudes */
  HQNN_METHOD_DENSITY = 5, /* exact noise, up to 13 wires */
  HQNN_METHOD_TRAJECTORIES = 6 /* noise by averaging over random runs; never chosen by AUTOMATIC */
} hqnn_method;

typedef enum hqnn_differentiation {
  HQNN_DIFF_ADJOINT = 0,          /* exact, one sweep backwards */
  HQNN_DIFF_PARAMETER_SHIFT = 1,  /* exact, two or four runs per angle */
  HQNN_DIFF_FINITE_DIFFERENCE = 2, /* central, error about step^2 */
  HQNN_DIFF_SPSA = 3,             /* simultaneous perturbation along random directions (Spall 1998) */
  HQNN_DIFF_GENERAL_SHIFT = 4     /* exact, 2R runs per weight or input of R frequencies (Wierichs et al.
                                     2022); one that enters in a product is done by PARAMETER_SHIFT */
} hqnn_differentiation;

/* With shots, every Pauli word of every sample is measured that often on its own, probabilities jointly, and
 * outputs are unbiased estimates (of a variance from 2 shots on); drawn exactly, with any method, noise and readout
 * errors included.  Calls with the same seed give the same result; a layer goes on drawing, so that training sees
 * fresh shots in every step.  Gradients then need a differentiation other than ADJOINT, which is HQNN_ERROR_STATE. */
typedef struct hqnn_run_options {
  size_t struct_size;
  hqnn_method method;
  hqnn_differentiation differentiation;
  double step; /* radians, for finite differences and SPSA; above 0 */
  int64_t shots;        /* measurements per Pauli word and sample; 0 for exact values */
  uint64_t seed;        /* of shots, trajectories and SPSA */
  int64_t trajectories; /* runs that HQNN_METHOD_TRAJECTORIES averages over, 1 or more */
  int64_t directions;   /* that SPSA averages over, 1 or more */
} hqnn_run_options;
#define HQNN_RUN_OPTIONS \
  { sizeof(hqnn_run_options), HQNN_METHOD_AUTOMATIC, HQNN_DIFF_ADJOINT, 1e-4, 0, 0, 1000, 1 }

/* The method that AUTOMATIC stands for with a batch of this size. */
hqnn_status hqnn_circuit_method(hqnn_circuit *circuit, int64_t batch, hqnn_method *out);

/* What is measured at the end, for a batch of inputs; differentiable in inputs and weights.
 *   inputs   [batch, inputs]; NULL when the circuit has none: a batch of one
 *   weights  [weights], shared by the batch; NULL when the circuit has none
 *   out      [batch, outputs]; an expectation value or variance is one output, probabilities of k wires are 2^k */
hqnn_status hqnn_circuit_expect(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                const hqnn_run_options *options, hqnn_tensor **out);
/* The same by HQNN_METHOD_TRAJECTORIES, which options must name, with the standard error of every value: the
 * deviation of single runs over the root of their number.  Not differentiable.
 *   out_values, out_errors  [batch, outputs] */
hqnn_status hqnn_circuit_expect_errors(hqnn_circuit *circuit, hqnn_tensor *inputs,
                                       hqnn_tensor *weights, const hqnn_run_options *options,
                                       hqnn_tensor **out_values, hqnn_tensor **out_errors);
/* Gradient of sum(output_gradient * outputs).
 *   output_gradient  [batch, outputs]; NULL for ones
 *   out_inputs       [batch, inputs], or NULL if not wanted
 *   out_weights      [weights], summed over the batch, or NULL if not wanted */
hqnn_status hqnn_circuit_gradient(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                  hqnn_tensor *output_gradient, const hqnn_run_options *options,
                                  hqnn_tensor **out_inputs, hqnn_tensor **out_weights);
/* The gradient by the weights for every sample on its own: [batch, weights].
 *   output_gradient  [batch, outputs]; NULL for ones */
hqnn_status hqnn_circuit_sample_gradients(hqnn_circuit *circuit, hqnn_tensor *inputs,
                                          hqnn_tensor *weights, hqnn_tensor *output_gradient,
                                          const hqnn_run_options *options, hqnn_tensor **out);
/* All derivatives of a single sample's outputs.
 *   inputs       [1, inputs] or NULL;  weights [weights] or NULL
 *   out_inputs   [outputs, inputs], or NULL if not wanted
 *   out_weights  [outputs, weights], or NULL if not wanted */
hqnn_status hqnn_circuit_jacobian(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                  const hqnn_run_options *options, hqnn_tensor **out_inputs,
                                  hqnn_tensor **out_weights);

/* ---- circuits: states, samples and entanglement -------------------------------------------- */

/* What one can learn about the state that a circuit ends in, whatever it measures.  inputs [batch, inputs] or NULL
 * (a batch of one), weights [weights] or NULL, as for hqnn_circuit_expect; results have their element type and are
 * not differentiable.  Wires may be any, in any order: the first one named is the most significant bit.  A count of
 * 0 means all wires.  Measurements at the very end of a circuit do not change its state here. */

/* Amplitudes [batch, 2^wires, 2], real and imaginary part.  HQNN_ERROR_STATE for a circuit with noise or one that
 * measures or resets on the way: these leave no state vector, but a density matrix. */
hqnn_status hqnn_circuit_state(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                               hqnn_tensor **out);

typedef struct hqnn_readout_options {
  size_t struct_size;
  const int64_t *wires; /* read at the end; NULL: all, unless bits are named */
  int64_t wire_count;
  const int64_t *bits;  /* or classical bits of measurements on the way */
  int64_t bit_count;
  int64_t shots;        /* 1 or more; of sample and counts */
  uint64_t seed;
} hqnn_readout_options;
#define HQNN_READOUT_OPTIONS { sizeof(hqnn_readout_options), NULL, 0, NULL, 0, 1000, 0 }
/* Exact probabilities of the 2^k results, [batch, 2^k], readout errors and noise included; with noise of at most 10
 * wires. */
hqnn_status hqnn_circuit_probabilities(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                       const hqnn_readout_options *options, hqnn_tensor **out);
/* Results of independent runs of every sample, [batch, shots] of float64: whole numbers 0 ... 2^k - 1. */
hqnn_status hqnn_circuit_sample(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                const hqnn_readout_options *options, hqnn_tensor **out);
/* How often each result occurs, [batch, 2^k] of float64, at most 24 bits: the histogram of hqnn_circuit_sample
 * with the same options. */
hqnn_status hqnn_circuit_counts(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                const hqnn_readout_options *options, hqnn_tensor **out);

/* The density matrix of k wires, [batch, 2^k, 2^k, 2]; at most 10 wires, 6 with noise.  Noise is exact; readout
 * errors concern what is read and are left out, here and below. */
hqnn_status hqnn_circuit_density(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                 const int64_t *wires, int64_t count, hqnn_tensor **out);
/* Tr rho^2 of wires, [batch]: 1 for a pure state, 2^-k for the maximally mixed one. */
hqnn_status hqnn_circuit_purity(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                const int64_t *wires, int64_t count, hqnn_tensor **out);
/* Von Neumann entropy -Tr rho log rho of wires, [batch]; base: of the logarithm, 2 for bits, e for nats.  The wires or
 * all others (of noisy circuits: the wires) are at most 8. */
hqnn_status hqnn_circuit_entropy(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                 const int64_t *wires, int64_t count, double base, hqnn_tensor **out);
/* How alike the final states of two circuits of equally many wires are, [batch] in [0, 1]: |<a|b>|^2 of state vectors,
 * (Tr sqrt(sqrt(rho) sigma sqrt(rho)))^2 of density matrices (Uhlmann 1976, Jozsa 1994; at most 6 wires, to about
 * 1e-7).  A batch of one goes with any batch. */
hqnn_status hqnn_circuit_fidelity(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                  hqnn_circuit *other, hqnn_tensor *other_inputs,
                                  hqnn_tensor *other_weights, hqnn_tensor **out);

/* ---- circuits: curvature ------------------------------------------------------------------- */

/* Which derivatives: HQNN_INPUTS, HQNN_WEIGHTS, or both (inputs | weights), inputs first. */
enum { HQNN_INPUTS = 1, HQNN_WEIGHTS = 2 };

/* The rule by which all gates that a weight (HQNN_WEIGHT) or an input (HQNN_INPUT) turns are shifted together
 * (Wierichs et al. 2022): df/dx = sum of factor * f(x + shift).
 *   out_frequencies  [R], float64: all that expectation values can have in it, by the generators' eigenvalues
 *   out_rule         [2R or more, 2], float64: shift, factor
 * HQNN_ERROR_STATE for one that is a factor of a product or an amplitude. */
hqnn_status hqnn_circuit_shift_rule(const hqnn_circuit *circuit, hqnn_slot slot, int64_t index,
                                    hqnn_tensor **out_frequencies, hqnn_tensor **out_rule);
/* Second derivatives of every output, [batch, outputs, p, p], exact by shift rules with any method, noise included.
 * With shots they are unbiased estimates; those of a variance are refused, and so are inputs that are amplitudes. */
hqnn_status hqnn_circuit_hessian(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                 int coordinates, const hqnn_run_options *options, hqnn_tensor **out);

typedef enum hqnn_metric_form {
  HQNN_METRIC_FULL = 0,
  HQNN_METRIC_BLOCKS = 1,  /* within layers of gates that do not follow one another (Stokes et al. 2020) */
  HQNN_METRIC_DIAGONAL = 2 /* entries that are not computed are 0 */
} hqnn_metric_form;
/* Quantum Fisher information of the final states, [batch, p, p]:
 * F_ij = 4 Re(<d_i psi|d_j psi> - <d_i psi|psi><psi|d_j psi>), exact; the Fubini-Study metric tensor is F / 4.
 * Circuits without noise and without measurement on the way. */
hqnn_status hqnn_circuit_fisher(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                int coordinates, hqnn_metric_form form, hqnn_tensor **out);
/* The natural gradient by the weights, [weights]: (F/4 + damping) x = gradient of sum(output_gradient * outputs)
 * (Amari 1998, Stokes et al. 2020), F being the mean over the batch.
 *   output_gradient  [batch, outputs]; NULL for ones
 *   damping          0 or more; HQNN_ERROR_VALUE when the matrix is singular to rounding */
hqnn_status hqnn_circuit_natural_gradient(hqnn_circuit *circuit, hqnn_tensor *inputs,
                                          hqnn_tensor *weights, hqnn_tensor *output_gradient,
                                          const hqnn_run_options *options, hqnn_metric_form form,
                                          double damping, hqnn_tensor **out);

/* ---- circuits: analysis -------------------------------------------------------------------- */

/* What is estimated from random samples depends on the seed and on nothing else. */
typedef struct hqnn_estimate {
  double value;
  double error; /* the standard error of value; NaN for a single sample */
} hqnn_estimate;

/* How much a circuit with random angles explores and entangles (Sim, Johnson, Aspuru-Guzik 2019).
 * Inputs are drawn like weights, uniformly from [0, 2 pi).  Circuits of pure states: without noise and without
 * measurements or resets on the way, on at most 16 wires. */
typedef struct hqnn_descriptor_options {
  size_t struct_size;
  int64_t samples; /* pairs of states for expressibility, states for entanglement; 1 or more */
  int64_t bins;    /* of the fidelity histogram on [0, 1]; 2 or more */
  uint64_t seed;
} hqnn_descriptor_options;
#define HQNN_DESCRIPTOR_OPTIONS { sizeof(hqnn_descriptor_options), 5000, 75, 0 }

typedef struct hqnn_expressibility {
  size_t struct_size;
  double divergence; /* KL divergence in nats of the fidelities from those of Haar-random states; 0 is best */
  double error;      /* its standard error (delta method) */
  double bias;       /* by how much so few samples raise it on average: (occupied bins - 1) / (2 samples) */
} hqnn_expressibility;
#define HQNN_EXPRESSIBILITY { sizeof(hqnn_expressibility), 0.0, 0.0, 0.0 }
hqnn_status hqnn_circuit_expressibility(const hqnn_circuit *circuit,
                                        const hqnn_descriptor_options *options,
                                        hqnn_expressibility *out);
/* The mean Meyer-Wallach measure Q of the states, in [0, 1] (Meyer, Wallach 2002): 0 for product states.
 * bins is not used. */
hqnn_status hqnn_circuit_entanglement(const hqnn_circuit *circuit,
                                      const hqnn_descriptor_options *options, hqnn_estimate *out);
/* divergence and Q of the same states. */
hqnn_status hqnn_circuit_descriptors(const hqnn_circuit *circuit,
                                     const hqnn_descriptor_options *options, double *expressibility,
                                     double *entanglement);

/* How derivatives of an output spread over random weights: they vanish on barren plateaus (McClean et al. 2018). */
typedef struct hqnn_gradient_variance_options {
  size_t struct_size;
  int64_t output;       /* the output that is differentiated */
  int64_t weight;       /* by which weight; -1: the mean over all weights */
  int64_t samples;      /* draws of all weights, 2 or more */
  uint64_t seed;
  double low, high;     /* weights are drawn uniformly from [low, high) */
  const double *inputs; /* a fixed value for each input; NULL: drawn like the weights */
  int64_t input_count;
} hqnn_gradient_variance_options;
#define HQNN_GRADIENT_VARIANCE_OPTIONS \
  { sizeof(hqnn_gradient_variance_options), 0, 0, 1000, 0, 0.0, 6.283185307179586, NULL, 0 }
/* variance        of the derivative, in units of the output squared
 * mean            of the derivative; may be NULL
 * out_per_weight  float64 [weights, 4]: mean, its error, variance, its error; may be NULL */
hqnn_status hqnn_circuit_gradient_variance(const hqnn_circuit *circuit,
                                           const hqnn_gradient_variance_options *options,
                                           hqnn_estimate *variance, hqnn_estimate *mean,
                                           hqnn_tensor **out_per_weight);

/* The Fourier series of an output in some inputs, f(x) = sum c exp(i omega . x), exact: a discrete transform of
 * values on a grid that is as fine as the encoding's generators need (Schuld, Sweke, Meyer 2021). */
typedef struct hqnn_fourier_options {
  size_t struct_size;
  int64_t output;
  const int64_t *columns; /* inputs that vary; NULL: all */
  int64_t column_count;
  const double *inputs;   /* a value for each input, used for those that do not vary; NULL: zeros */
  int64_t input_count;
  const double *weights;  /* a value for each weight */
  int64_t weight_count;
  const double *periods;  /* for each varying input; 0 or NULL: found from the scales of its angles */
  int64_t period_count;
  const int64_t *degrees; /* for each varying input the largest multiple of 2 pi / period; NULL: found.  When */
  int64_t degree_count;   /* given, the series is cut off there, and frequencies beyond fold back */
} hqnn_fourier_options;
#define HQNN_FOURIER_OPTIONS \
  { sizeof(hqnn_fourier_options), 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0 }
/* out: float64 [terms, columns + 3]: omega in radians per unit of each input, real and imaginary part of c, and in
 * how many ways differences of the generators' eigenvalues add up to omega (0: out of reach; NaN: degrees were
 * given).  Rows are sorted by omega, the last input's changing fastest.
 * HQNN_ERROR_VALUE when the scales of an input have no common period, or for more than 2^20 terms. */
hqnn_status hqnn_circuit_fourier(const hqnn_circuit *circuit, const hqnn_fourier_options *options,
                                 hqnn_tensor **out);

/* How outputs stand for the probabilities of a model. */
typedef enum hqnn_probability_model {
  HQNN_MODEL_AUTOMATIC = 0,     /* PROBABILITIES or PARITY where the circuit measures just that, else SOFTMAX */
  HQNN_MODEL_PROBABILITIES = 1, /* the circuit measures probabilities and nothing else */
  HQNN_MODEL_PARITY = 2,        /* (1 + <P>)/2 and (1 - <P>)/2 of the only output, a Pauli word */
  HQNN_MODEL_SOFTMAX = 3        /* exp(output) / sum exp(outputs), two outputs or more */
} hqnn_probability_model;

typedef struct hqnn_effective_dimension_options {
  size_t struct_size;
  const int64_t *counts; /* numbers of data n; NULL: 1000 */
  int64_t count_count;
  double gamma;          /* in (0, 1]; gamma n / (2 pi ln n) must be above 1 */
  int64_t samples;       /* draws of the weights, 2 or more */
  double low, high;      /* weights are drawn uniformly from [low, high) */
  const double *inputs;  /* data [rows, inputs]; NULL: drawn from the standard normal distribution */
  int64_t rows;          /* 1 or more */
  hqnn_probability_model model;
  uint64_t seed;
} hqnn_effective_dimension_options;
#define HQNN_EFFECTIVE_DIMENSION_OPTIONS                                                            \
  { sizeof(hqnn_effective_dimension_options), NULL, 0, 1.0, 100, 0.0, 6.283185307179586, NULL, 100, \
    HQNN_MODEL_AUTOMATIC, 0 }
/* Effective dimension (Abbas et al. 2021): 2 ln(mean over the weights of sqrt det(1 + k F)) / ln k with
 * k = gamma n / (2 pi ln n) and F the Fisher information, normalised to a mean trace of one per weight.
 * Circuits of 1 to 512 weights.
 *   out           one estimate for each n (one when counts is NULL); the error is a jackknife's
 *   out_spectrum  float64 [samples, weights]: eigenvalues of F, ascending in each row; may be NULL */
hqnn_status hqnn_circuit_effective_dimension(const hqnn_circuit *circuit,
                                             const hqnn_effective_dimension_options *options,
                                             hqnn_estimate *out, hqnn_tensor **out_spectrum);

typedef struct hqnn_resources {
  size_t struct_size;
  int64_t wires, inputs, weights, outputs;
  int64_t one_qubit_gates, two_qubit_gates, larger_gates;
  int64_t depth;            /* longest chain of gates that share wires */
  int64_t entangling_depth; /* the same for gates on two or more wires alone */
  int64_t angles;           /* angles that hold an input or a weight */
  int64_t t_count;          /* T gates (7 for Toffoli, CCZ and CSWAP); -1: a gate is outside of Clifford + T */
  int64_t channels, measurements_on_the_way, resets;
} hqnn_resources;
#define HQNN_RESOURCES { sizeof(hqnn_resources), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
/* out_gates: "RY 4\nCNOT 3", gates by name in order of first use; may be NULL.
 * out_text: all of it in sentences, a line each; may be NULL. */
hqnn_status hqnn_circuit_resources(const hqnn_circuit *circuit, hqnn_resources *out,
                                   char **out_gates, char **out_text);

typedef enum hqnn_cone_part {
  HQNN_CONE_WIRES = 0,
  HQNN_CONE_OPERATIONS = 1, /* numbers of gates, channels, ... in the order in which they were appended */
  HQNN_CONE_INPUTS = 2,
  HQNN_CONE_WEIGHTS = 3
} hqnn_cone_part;
/* What can influence an output, ascending.  Up to 7 wires the Pauli words that the observable turns into are
 * followed (so that IsingZZ before Z does not count), beyond that wires alone.
 *   out    room for capacity numbers; the first ones are written
 *   count  how many there are */
hqnn_status hqnn_circuit_light_cone(const hqnn_circuit *circuit, int64_t output,
                                    hqnn_cone_part part, int64_t *out, int64_t capacity,
                                    int64_t *count);

/* ---- states that stay ---------------------------------------------------------------------- */

/* One state of 2^wires amplitudes that circuits are applied to one after the other.  Threads share its amplitudes. */
typedef struct hqnn_state hqnn_state;

/* |0...0> of 1 to 30 wires: 8 (float32) or 16 bytes for each of its 2^wires amplitudes.  HQNN_ERROR_MEMORY, with
 * the bytes needed and free, when it does not fit. */
hqnn_status hqnn_state_create(int64_t wires, hqnn_dtype dtype, hqnn_state **out);
hqnn_status hqnn_state_retain(hqnn_state *state);
void hqnn_state_release(hqnn_state *state);
/* Back to |0...0>. */
hqnn_status hqnn_state_reset(hqnn_state *state);
/* Applies a circuit's gates; what it measures at the end plays no part.  inputs [1, inputs] or NULL, weights [weights]
 * or NULL.  HQNN_ERROR_STATE for a circuit with noise, a start state, or measurement on the way. */
hqnn_status hqnn_state_apply(hqnn_state *state, hqnn_circuit *circuit, hqnn_tensor *inputs,
                             hqnn_tensor *weights);
/* The expectation value of a Pauli word: word[i] in "XYZ" acts on wires[i]. */
hqnn_status hqnn_state_expect(const hqnn_state *state, const char *word, const int64_t *wires,
                              int64_t count, double *out);
/* Amplitudes [first, first + count) in the order of basis states: real and imaginary part in turn, 2 * count
 * numbers. */
hqnn_status hqnn_state_amplitudes(const hqnn_state *state, int64_t first, int64_t count, double *out);
/* How often a state of this type is read and written as a whole when the circuit is applied to it: neighbouring
 * gates share a pass over memory. */
hqnn_status hqnn_circuit_passes(const hqnn_circuit *circuit, hqnn_dtype dtype, int64_t *out);

/* ---- layers -------------------------------------------------------------------------------- */

/* A layer or a whole model.  Shapes of inputs are inferred when it is built. */
typedef struct hqnn_layer hqnn_layer;

typedef struct hqnn_conv2d_options {
  size_t struct_size;
  int64_t filters;                      /* output channels, 1 or more */
  int64_t kernel_height, kernel_width;  /* 1 or more */
  int64_t stride_height, stride_width;  /* 1 or more */
  int64_t padding_height, padding_width; /* zeros on both sides, 0 or more */
  int bias;
  int64_t dilation_height, dilation_width; /* distance of neighbouring kernel values in the image, 1 or more */
  int64_t groups;                       /* of channels and filters that do not see each other; divides both */
  int padding_same;                     /* 1: as much padding as keeps the size at stride 1, for odd kernels */
} hqnn_conv2d_options;
#define HQNN_CONV2D_OPTIONS { sizeof(hqnn_conv2d_options), 1, 3, 3, 1, 1, 0, 0, 1, 1, 1, 1, 0 }
/* [batch, channels, height, width] to [batch, filters, rows, columns] with
 * floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1 rows and columns. */
hqnn_status hqnn_layer_conv2d(const hqnn_conv2d_options *options, hqnn_layer **out);

typedef struct hqnn_quanvolution_options {
  size_t struct_size;
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int channels_last;  /* output [batch, height, width, outputs] instead of [batch, outputs, ...] */
  int exact_fit;      /* 1: kernel and stride must cover the image; 0: a rest is left out */
  hqnn_run_options run;
  int64_t filters;    /* copies of the circuit with weights of their own, 1 or more; outputs follow each other */
  int64_t padding_height, padding_width;   /* zeros on both sides; less than the kernel spans */
  int64_t dilation_height, dilation_width; /* distance of a patch's neighbouring pixels, 1 or more */
  int per_channel;    /* 1: each channel goes through the circuits on its own; output channels are filters x channels
                         x outputs, in this order */
} hqnn_quanvolution_options;
#define HQNN_QUANVOLUTION_OPTIONS \
  { sizeof(hqnn_quanvolution_options), 2, 2, 2, 2, 0, 1, HQNN_RUN_OPTIONS, 1, 0, 0, 1, 1, 0 }
/* A circuit slid over an image: every patch of channels x kernel pixels (row by row) is one sample of
 * the circuit's inputs, every measured value an output channel. */
hqnn_status hqnn_layer_quanvolution(const hqnn_circuit *circuit,
                                    const hqnn_quanvolution_options *options, hqnn_layer **out);
/* The same with a circuit for each filter, of equal numbers of inputs and outputs; options->filters must be 1. */
hqnn_status hqnn_layer_quanvolution_filters(const hqnn_circuit *const *circuits, int64_t count,
                                            const hqnn_quanvolution_options *options, hqnn_layer **out);
/* A circuit as a dense layer: [batch, inputs] to [batch, outputs]. */
hqnn_status hqnn_layer_quantum(const hqnn_circuit *circuit, const hqnn_run_options *options,
                               hqnn_layer **out);
/* The same for a circuit that encodes amplitudes: it takes fewer values too, and zeros follow them. */
hqnn_status hqnn_layer_quantum_padded(const hqnn_circuit *circuit, const hqnn_run_options *options,
                                      hqnn_layer **out);
/* [batch, n] to [batch, units]. */
hqnn_status hqnn_layer_dense(int64_t units, int bias, hqnn_layer **out);
/* Element by element: HQNN_RELU, HQNN_SIGMOID, HQNN_TANH, ... */
hqnn_status hqnn_layer_function(hqnn_function function, hqnn_layer **out);
hqnn_status hqnn_layer_function_with(hqnn_function function, double parameter, hqnn_layer **out);
/* Softmax along an axis, not the batch's; with logarithmic 1 its logarithm. */
hqnn_status hqnn_layer_softmax(int64_t axis, int logarithmic, hqnn_layer **out);
/* [batch, ...] to [batch, product]. */
hqnn_status hqnn_layer_flatten(hqnn_layer **out);
/* One after the other.  A layer may stand in several containers and then shares its weights. */
hqnn_status hqnn_layer_sequential(hqnn_layer *const *layers, int64_t count, hqnn_layer **out);
hqnn_status hqnn_layer_retain(hqnn_layer *layer);
void hqnn_layer_release(hqnn_layer *layer);

/* ---- layers: convolutions, pooling, normalisation, noise, shapes ---- */

typedef struct hqnn_conv1d_options {
  size_t struct_size;
  int64_t filters, kernel, stride; /* 1 or more */
  int64_t padding;                 /* zeros on both sides, 0 or more */
  int64_t dilation, groups;        /* as in hqnn_conv2d_options */
  int padding_same;
  int bias;
} hqnn_conv1d_options;
#define HQNN_CONV1D_OPTIONS { sizeof(hqnn_conv1d_options), 1, 3, 1, 0, 1, 1, 0, 1 }
/* [batch, channels, length] to [batch, filters, positions]. */
hqnn_status hqnn_layer_conv1d(const hqnn_conv1d_options *options, hqnn_layer **out);

typedef struct hqnn_conv_transpose2d_options {
  size_t struct_size;
  int64_t filters;                       /* output channels, 1 or more */
  int64_t kernel_height, kernel_width;   /* 1 or more */
  int64_t stride_height, stride_width;   /* 1 or more */
  int64_t padding_height, padding_width; /* cut off on both sides; less than the kernel */
  int64_t output_padding_height, output_padding_width; /* added below and on the right; less than the stride */
  int bias;
} hqnn_conv_transpose2d_options;
#define HQNN_CONV_TRANSPOSE2D_OPTIONS \
  { sizeof(hqnn_conv_transpose2d_options), 1, 2, 2, 2, 2, 0, 0, 0, 0, 1 }
/* The gradient of a convolution by its input, as a layer (Zeiler et al. 2010): [batch, channels, height, width] to
 * [batch, filters, rows, columns] with (size - 1) stride - 2 padding + kernel + output padding rows and columns. */
hqnn_status hqnn_layer_conv_transpose2d(const hqnn_conv_transpose2d_options *options, hqnn_layer **out);

typedef enum hqnn_upsample {
  HQNN_UPSAMPLE_NEAREST = 0, /* every value becomes a block */
  HQNN_UPSAMPLE_BILINEAR = 1 /* linear between the centres of pixels */
} hqnn_upsample;
/* [batch, channels, height, width] with so many times the rows and columns; scales 1 or more. */
hqnn_status hqnn_layer_upsample(hqnn_upsample mode, int64_t scale_height, int64_t scale_width, hqnn_layer **out);
/* Rows and columns of one value around images; each 0 or more. */
hqnn_status hqnn_layer_pad2d(int64_t top, int64_t bottom, int64_t left, int64_t right, double value,
                             hqnn_layer **out);
/* (x - mean) / deviation per channel of [batch, n] or [batch, channels, ...]; count 1 for all channels, or one each.
 * Deviations are above 0.  Data stay in their units, which attacks need. */
hqnn_status hqnn_layer_normalise(const double *mean, const double *deviation, int64_t count, hqnn_layer **out);
/* The same by the mean and deviation of each channel of samples [count, channels, ...]. */
hqnn_status hqnn_layer_standardise(const hqnn_tensor *samples, hqnn_layer **out);

typedef enum hqnn_pool { HQNN_POOL_MAX = 0, HQNN_POOL_AVERAGE = 1 } hqnn_pool;
typedef struct hqnn_pool_options {
  size_t struct_size;
  hqnn_pool function;
  int64_t dimensions;                    /* 2 for images, 1 for sequences, which use the widths */
  int64_t kernel_height, kernel_width;   /* 1 or more */
  int64_t stride_height, stride_width;   /* 1 or more; 0: the kernel */
  int64_t padding_height, padding_width; /* at most half of the kernel; the largest value does not see it */
  int count_padding;                     /* 1: the mean counts padding as zeros; 0: it leaves it out */
} hqnn_pool_options;
#define HQNN_POOL_OPTIONS { sizeof(hqnn_pool_options), HQNN_POOL_MAX, 2, 2, 2, 0, 0, 0, 0, 1 }
/* [batch, channels, height, width] to [batch, channels, rows, columns] with
 * floor((size + 2 padding - kernel) / stride) + 1 rows and columns; [batch, channels, length] likewise. */
hqnn_status hqnn_layer_pool(const hqnn_pool_options *options, hqnn_layer **out);
/* The same to a given number of rows and columns: window i of n covers floor(i size / n) to
 * ceil((i + 1) size / n). */
hqnn_status hqnn_layer_adaptive_pool(hqnn_pool function, int64_t rows, int64_t columns, hqnn_layer **out);

typedef struct hqnn_batch_norm_options {
  size_t struct_size;
  double momentum; /* of the running statistics: new = (1 - momentum) old + momentum batch; in [0, 1] */
  double eps;      /* added to the variance, above 0 */
  int affine;      /* 1: learns gamma and beta */
} hqnn_batch_norm_options;
#define HQNN_BATCH_NORM_OPTIONS { sizeof(hqnn_batch_norm_options), 0.1, 1e-5, 1 }
/* Every channel of [batch, n] or [batch, channels, ...] to mean 0 and variance 1, then gamma and beta (Ioffe and
 * Szegedy 2015).  In training by the batch's statistics, in evaluation by the running ones (buffers running_mean and
 * running_variance, the latter with n - 1). */
hqnn_status hqnn_layer_batch_norm(const hqnn_batch_norm_options *options, hqnn_layer **out);
/* Every sample over its last axes (0: all of them) to mean 0 and variance 1, then gamma and beta value by value (Ba
 * et al. 2016).  eps above 0; affine 1 learns gamma and beta. */
hqnn_status hqnn_layer_layer_norm(int64_t axes, double eps, int affine, hqnn_layer **out);
/* The same over groups of channels, gamma and beta channel by channel (Wu and He 2018); groups divides the channels.
 * As many groups as channels: instance normalisation. */
hqnn_status hqnn_layer_group_norm(int64_t groups, double eps, int affine, hqnn_layer **out);

/* In training every value is 0 with probability rate, in [0, 1), and divided by 1 - rate otherwise (Srivastava et al.
 * 2014); channels 1: channels as a whole.  In evaluation nothing happens. */
hqnn_status hqnn_layer_dropout(double rate, int channels, hqnn_layer **out);

typedef enum hqnn_noise_kind {
  HQNN_NOISE_GAUSSIAN = 0, /* size is the deviation */
  HQNN_NOISE_UNIFORM = 1   /* size is the bound on both sides */
} hqnn_noise_kind;
/* Adds noise of this size, 0 or more, to every value: in training, with always 1 in evaluation too. */
hqnn_status hqnn_layer_noise(hqnn_noise_kind kind, double size, int always, hqnn_layer **out);

/* What backward does at a layer whose derivative is zero or says nothing. */
typedef enum hqnn_backward_rule {
  HQNN_BACKWARD_NONE = 0,            /* it refuses, naming the layer: zeros would look like robustness */
  HQNN_BACKWARD_STRAIGHT_THROUGH = 1 /* dy/dx is taken as 1 (BPDA, Athalye et al. 2018) */
} hqnn_backward_rule;
/* Transforms of inputs as defences (Xu et al. 2018; docs/defences.md).  Models train behind them as usual, since the
 * data's gradient is not asked for; attacks by gradients need the second rule or a surrogate. */
/* 1 where x is at least the threshold, 0 elsewhere; any shape. */
hqnn_status hqnn_layer_binarise(double threshold, hqnn_backward_rule backward, hqnn_layer **out);
/* Values of [0, 1] rounded to multiples of 1 / (2^bits - 1); bits in 1..16; any shape. */
hqnn_status hqnn_layer_bit_depth(int64_t bits, hqnn_backward_rule backward, hqnn_layer **out);
/* Each pixel of [batch, channels, height, width] becomes the median of size x size pixels around it, an odd number in
 * 3..31; outside the image the nearest pixels count. */
hqnn_status hqnn_layer_median_filter(int64_t size, hqnn_backward_rule backward, hqnn_layer **out);
/* What JPEG loses at a quality in 1..100: the cosine coefficients of 8 x 8 blocks rounded as those of brightness are
 * (ITU-T T.81, annex K.1), channel by channel; pixels in [0, 1] (Guo et al. 2018). */
hqnn_status hqnn_layer_jpeg(int64_t quality, hqnn_backward_rule backward, hqnn_layer **out);

/* In training adds size times the sign of the gradient that its outputs had in the last backward pass, summed over
 * that batch (buffer "direction"): each feature moves the way that hurt before (after You et al. 2019).  size 0 or
 * more. */
hqnn_status hqnn_layer_adversarial_noise(double size, hqnn_layer **out);
/* [batch, n] to [batch, n + count]: random values, uniform in +-bound, behind each sample's own, drawn anew at every
 * pass, in evaluation too.  As angles around a circuit's encoding they make it a random one (after Gong et al. 2024).
 * count 1 or more, bound 0 or more. */
hqnn_status hqnn_layer_random_inputs(int64_t count, double bound, hqnn_layer **out);

/* [batch, ...] to [batch] + shape; one dimension may be -1. */
hqnn_status hqnn_layer_reshape(int64_t rank, const int64_t *shape, hqnn_layer **out);

/* ---- layers: containers ---- */

/* y = layers(x) + shortcut(x), or + x when shortcut is NULL (He et al. 2016). */
hqnn_status hqnn_layer_residual(hqnn_layer *const *layers, int64_t count, hqnn_layer *shortcut,
                                hqnn_layer **out);

typedef enum hqnn_combine {
  HQNN_COMBINE_CONCAT = 0, /* along the axis after the batch: features or channels */
  HQNN_COMBINE_ADD = 1,
  HQNN_COMBINE_MEAN = 2,
  HQNN_COMBINE_MULTIPLY = 3
} hqnn_combine;
/* Every branch (two or more) gets the input; their outputs become one.  names: of the branches, different, without
 * dots and spaces; NULL for "0", "1", ... */
hqnn_status hqnn_layer_parallel(hqnn_layer *const *branches, const char *const *names, int64_t count,
                                hqnn_combine combine, hqnn_layer **out);

typedef struct hqnn_fusion_options {
  size_t struct_size;
  int64_t gate_units; /* of the gate's hidden layer; 0: none */
  int per_class;      /* 1: weights for every value of the output instead of one per branch */
  hqnn_layer *gate;   /* NULL: flatten, dense(gate_units), tanh, dense; else gives {batch, branches}, per class
                         {batch, branches * values}, one branch after the other */
} hqnn_fusion_options;
#define HQNN_FUSION_OPTIONS { sizeof(hqnn_fusion_options), 16, 0, NULL }
/* Adaptive fusion (QShield, arXiv 2604.10933): y = sum of w_i(x) y_i(x) over the branches, w = softmax(gate(x)), so
 * that weights are positive, add up to 1 and depend on the sample. */
hqnn_status hqnn_layer_fusion(hqnn_layer *const *branches, const char *const *names, int64_t count,
                              const hqnn_fusion_options *options, hqnn_layer **out);
/* The weights of a built fusion for a batch: [batch, branches], per class [batch, branches, values]. */
hqnn_status hqnn_layer_fusion_weights(hqnn_layer *fusion, hqnn_tensor *input, hqnn_tensor **out);

/* The layer with its parameters frozen and always in evaluation mode, also while the model around it is trained, so
 * that batch statistics do not move.  Gradients of inputs go through it.  Building the model around it keeps the values
 * of a layer that was built before. */
hqnn_status hqnn_layer_frozen(hqnn_layer *layer, hqnn_layer **out);

/* A trunk with several heads, each {batch, n}: the output is theirs one after the other. */
hqnn_status hqnn_layer_heads(hqnn_layer *trunk, hqnn_layer *const *heads, const char *const *names,
                             int64_t count, hqnn_layer **out);
/* The model of the trunk and one head; it shares all parameters. */
hqnn_status hqnn_layer_head(hqnn_layer *layer, const char *name, hqnn_layer **out);

/* ---- layers: initialisers, modes, building and running ---- */

typedef enum hqnn_initializer_kind {
  HQNN_INIT_UNIFORM = 0,         /* in [low, high) */
  HQNN_INIT_NORMAL = 1,          /* mean, deviation */
  HQNN_INIT_CONSTANT = 2,        /* value */
  HQNN_INIT_KAIMING_UNIFORM = 3, /* +-gain sqrt(3 / fan-in) (He et al. 2015) */
  HQNN_INIT_KAIMING_NORMAL = 4,  /* deviation gain / sqrt(fan-in) */
  HQNN_INIT_XAVIER_UNIFORM = 5,  /* +-gain sqrt(6 / (fan-in + fan-out)) (Glorot and Bengio 2010) */
  HQNN_INIT_XAVIER_NORMAL = 6,   /* deviation gain sqrt(2 / (fan-in + fan-out)) */
  HQNN_INIT_ORTHOGONAL = 7,      /* orthogonal rows of length gain (Saxe et al. 2014) */
  HQNN_INIT_IDENTITY_BLOCKS = 8  /* circuits: gates that mirror each other start as inverses (Grant et al. 2019) */
} hqnn_initializer_kind;
typedef struct hqnn_initializer {
  size_t struct_size;
  hqnn_initializer_kind kind;
  double low, high;
  double mean, deviation; /* deviation 0 or more */
  double value;
  double gain;            /* above 0 */
} hqnn_initializer;
#define HQNN_INITIALIZER { sizeof(hqnn_initializer), HQNN_INIT_UNIFORM, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0 }
/* How the next build draws the parameter "weights", "bias", "gamma" or "beta" of a layer that is no container.  A
 * parameter that the layer does not have, and a circuit without mirrored blocks, are refused by build. */
hqnn_status hqnn_layer_set_initializer(hqnn_layer *layer, const char *parameter,
                                       const hqnn_initializer *initializer);
/* Whether dropout drops and batch normalisation uses the batch, for the layer and all in it.  0 after build; training
 * with hqnn_layer_fit switches it on for its own steps. */
hqnn_status hqnn_layer_set_training(hqnn_layer *layer, int training);
hqnn_status hqnn_layer_training(const hqnn_layer *layer, int *out);
/* Running statistics: tensors shared with the layer that belong to it without being learned by gradients. */
hqnn_status hqnn_layer_buffers(const hqnn_layer *layer, int64_t *count);
hqnn_status hqnn_layer_buffer(const hqnn_layer *layer, int64_t index, hqnn_tensor **out);
/* For instance "1.running_mean"; release the text. */
hqnn_status hqnn_layer_buffer_name(const hqnn_layer *layer, int64_t index, char **out);


/* Creates the parameters for inputs of this shape (the batch dimension is not looked at).  Building
 * again with the same input shape draws them anew.  Circuit weights are uniform in [0, 2 pi), dense and conv2d
 * weights and biases uniform in +-1/sqrt(fan-in). */
hqnn_status hqnn_layer_build(hqnn_layer *layer, hqnn_dtype dtype, int64_t rank,
                             const int64_t *shape, uint64_t seed);
hqnn_status hqnn_layer_built(const hqnn_layer *layer, int *out);
/* The output, with a record for backward; HQNN_ERROR_STATE when not built. */
hqnn_status hqnn_layer_forward(hqnn_layer *layer, hqnn_tensor *input, hqnn_tensor **out);
/* The output alone: faster, in bounded chunks, never differentiable. */
hqnn_status hqnn_layer_infer(hqnn_layer *layer, hqnn_tensor *input, hqnn_tensor **out);
/* 0 freezes the layer and all in it: its parameters stay as they are in training. */
hqnn_status hqnn_layer_set_trainable(hqnn_layer *layer, int trainable);
/* From now on gradients through `layer` are those of `surrogate` at the same input (BPDA; Athalye, Carlini, Wagner
 * 2018), which is built and gives outputs of the same shape; the layer itself for the identity, NULL for its own
 * derivative again.  Outputs stay as they are; the layer's own parameters get no gradients meanwhile. */
hqnn_status hqnn_layer_set_surrogate(hqnn_layer *layer, hqnn_layer *surrogate);
/* Parameter tensors, shared with the layer: writing to one changes the layer. */
hqnn_status hqnn_layer_parameters(const hqnn_layer *layer, int64_t *count);
hqnn_status hqnn_layer_parameter(const hqnn_layer *layer, int64_t index, hqnn_tensor **out);
/* For instance "0.weights"; release the text. */
hqnn_status hqnn_layer_parameter_name(const hqnn_layer *layer, int64_t index, char **out);
/* Layers, shapes, parameter counts, multiply-adds and circuit runs per sample, a line each. */
hqnn_status hqnn_layer_describe(const hqnn_layer *layer, char **out);

/* ---- layers of one's own --------------------------------------------------------------------- */

/* What a build callback says about its layer; valid until the callback returns. */
typedef struct hqnn_layer_plan hqnn_layer_plan;

/* A layer made of callbacks.  Its parameters and inner layers are named, listed, trained, frozen and attacked like
 * those of any other.  A callback returns HQNN_OK, or a status with which the call that led to it then fails; the
 * sentence of hqnn_last_error becomes part of the message. */
typedef struct hqnn_custom_layer {
  size_t struct_size;
  const char *name;              /* letters, digits and _, a letter first: names the layer in messages */
  hqnn_layer *const *layers;     /* inner layers, kept alive; they are built with the layer */
  const char *const *layer_names; /* what stands before their parameters' names: "body" in "body.weights" */
  int64_t layer_count;
  /* For one sample's shape: names parameters, passes shapes through inner layers, says the output's shape
   * (hqnn_layer_plan_...).  Called once per shape. */
  int (*build)(void *context, hqnn_layer_plan *plan, int64_t rank, const int64_t *shape);
  /* The map of [batch, ...] by operations on tensors and hqnn_layer_forward of inner layers.  layer and input are
   * borrowed; own parameters come first in hqnn_layer_parameter, in the order of the plan.  Store one reference in
   * out. */
  int (*forward)(void *context, hqnn_layer *layer, hqnn_tensor *input, hqnn_tensor **out);
  void *context;
  void (*release)(void *context); /* when the layer is gone; not after a failure of hqnn_layer_custom.  May be NULL */
} hqnn_custom_layer;
#define HQNN_CUSTOM_LAYER { sizeof(hqnn_custom_layer), NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL }
hqnn_status hqnn_layer_custom(const hqnn_custom_layer *functions, hqnn_layer **out);
/* A parameter; initializer NULL: uniform in +-1/sqrt(fan-in).  Fan-in is the product of all dimensions but the last,
 * fan-out, as for weights [inputs, units]; a vector's fan-in is its length. */
hqnn_status hqnn_layer_plan_parameter(hqnn_layer_plan *plan, const char *name, int64_t rank,
                                      const int64_t *shape, const hqnn_initializer *initializer);
/* The shape that inner layer `index` makes of one sample of this shape, for which it will be built.
 *   out       room for capacity dimensions; 16 are enough
 *   out_rank  their number */
hqnn_status hqnn_layer_plan_layer(hqnn_layer_plan *plan, int64_t index, int64_t rank,
                                  const int64_t *shape, int64_t *out, int64_t capacity,
                                  int64_t *out_rank);
/* The shape of one sample's output. */
hqnn_status hqnn_layer_plan_output(hqnn_layer_plan *plan, int64_t rank, const int64_t *shape);

/* Layers of one's own in model files: the file has the name and the options, a registered maker makes the layer.
 *   options  a JSON object */
hqnn_status hqnn_layer_set_recipe(hqnn_layer *layer, const char *name, const char *options);
/* Stores one reference in out; returns as the callbacks above. */
typedef int (*hqnn_layer_maker)(void *context, const char *options, hqnn_layer **out);
/* In the place of an earlier maker of this name.  Kept until the process ends. */
hqnn_status hqnn_layer_register(const char *name, hqnn_layer_maker maker, void *context,
                                void (*release)(void *context));

/* ---- files --------------------------------------------------------------------------------- */

/* Models and tensors in safetensors files (docs/files.md), which other programs read too.  A file is written whole or
 * not at all: whatever happens, even to the machine, there is the old file or the new one.  Files that are read may be
 * damaged or made to harm: nothing large is allocated for what they merely promise, and HQNN_ERROR_FILE or
 * HQNN_ERROR_SHAPE comes with a sentence that names the file and the place. */

/* Writes a built model: its layers with circuits and options, input shape, parameters, buffers, what is frozen, and
 * where random draws stand.
 * HQNN_ERROR_STATE when it is not built, or has a layer that cannot be written down. */
hqnn_status hqnn_layer_save(const hqnn_layer *layer, const char *path);
/* The model of such a file, built: the same outputs bit for bit.  Layers that stood in several places are shared. */
hqnn_status hqnn_layer_load(const char *path, hqnn_layer **out);
/* Writes the parameters and buffers alone, by name: a NumPy archive where the path ends in .npz, else safetensors. */
hqnn_status hqnn_layer_save_weights(const hqnn_layer *layer, const char *path);
/* Copies the tensors of a safetensors file, or of a NumPy archive (.npz), into the parameters and buffers of the same
 * names.
 *
 *   strict  1: all must be there, and no others; 0: those that are there are taken, one at least
 *   loaded  how many were taken; may be NULL
 *
 * HQNN_ERROR_SHAPE for the first tensor that is missing, superfluous or of another shape, with both shapes, and for
 * values that the model's element type cannot hold.  Nothing is changed then. */
hqnn_status hqnn_layer_load_weights(hqnn_layer *layer, const char *path, int strict, int64_t *loaded);
/* A model of its own with the same layers and values; as hqnn_layer_save and hqnn_layer_load. */
hqnn_status hqnn_layer_copy(const hqnn_layer *layer, hqnn_layer **out);

/* Tensors with names, in order. */
typedef struct hqnn_tensors hqnn_tensors;

hqnn_status hqnn_tensors_create(hqnn_tensors **out);
hqnn_status hqnn_tensors_retain(hqnn_tensors *tensors);
void hqnn_tensors_release(hqnn_tensors *tensors);
/* Appends a tensor, which is kept, not copied.  HQNN_ERROR_VALUE when the name is there already. */
hqnn_status hqnn_tensors_add(hqnn_tensors *tensors, const char *name, hqnn_tensor *tensor);
hqnn_status hqnn_tensors_count(const hqnn_tensors *tensors, int64_t *out);
/* By index from 0; release the text. */
hqnn_status hqnn_tensors_name(const hqnn_tensors *tensors, int64_t index, char **out);
hqnn_status hqnn_tensors_get(const hqnn_tensors *tensors, int64_t index, hqnn_tensor **out);
/* Writes and reads a safetensors file, or a NumPy archive where the path ends in .npz.  Of safetensors, F32, F16,
 * BF16, U8 and BOOL are read as float32; F64, I32 and I64 as float64, integers beyond 2^53 being HQNN_ERROR_FILE. */
hqnn_status hqnn_tensors_save(const hqnn_tensors *tensors, const char *path);
hqnn_status hqnn_tensors_load(const char *path, hqnn_tensors **out);

/* ---- optimisers ---------------------------------------------------------------------------- */

typedef struct hqnn_optimizer hqnn_optimizer;

/* p <- p - lr v, v <- momentum v + g; Nesterov's variant looks ahead (Sutskever et al. 2013).  Weight decay, here and
 * below, adds weight_decay * p to the gradient, unless it says otherwise. */
typedef struct hqnn_sgd_options {
  size_t struct_size;
  double lr;       /* above 0, here and below */
  double momentum; /* in [0, 1) */
  double weight_decay; /* 0 or more, here and below */
  int nesterov;    /* 1 needs a momentum above 0 */
} hqnn_sgd_options;
#define HQNN_SGD_OPTIONS { sizeof(hqnn_sgd_options), 0.01, 0.0, 0.0, 0 }
hqnn_status hqnn_optimizer_sgd(const hqnn_sgd_options *options, hqnn_optimizer **out);

/* Kingma and Ba 2015, bias-corrected, eps outside the root. */
typedef struct hqnn_adam_options {
  size_t struct_size;
  double lr;
  double beta1, beta2; /* in [0, 1) */
  double eps;          /* above 0 */
  double weight_decay;
} hqnn_adam_options;
#define HQNN_ADAM_OPTIONS { sizeof(hqnn_adam_options), 1e-3, 0.9, 0.999, 1e-8, 0.0 }
hqnn_status hqnn_optimizer_adam(const hqnn_adam_options *options, hqnn_optimizer **out);
/* Adam with decoupled weight decay, p <- (1 - lr weight_decay) p (Loshchilov and Hutter 2019). */
#define HQNN_ADAMW_OPTIONS { sizeof(hqnn_adam_options), 1e-3, 0.9, 0.999, 1e-8, 0.01 }
hqnn_status hqnn_optimizer_adamw(const hqnn_adam_options *options, hqnn_optimizer **out);

/* v <- alpha v + (1 - alpha) g^2, u = g / (sqrt v + eps), p <- p - lr u (Tieleman and Hinton 2012); with momentum
 * b <- momentum b + u, p <- p - lr b. */
typedef struct hqnn_rmsprop_options {
  size_t struct_size;
  double lr;
  double alpha;    /* in [0, 1) */
  double eps;      /* above 0 */
  double momentum; /* in [0, 1) */
  double weight_decay;
} hqnn_rmsprop_options;
#define HQNN_RMSPROP_OPTIONS { sizeof(hqnn_rmsprop_options), 0.01, 0.99, 1e-8, 0.0, 0.0 }
hqnn_status hqnn_optimizer_rmsprop(const hqnn_rmsprop_options *options, hqnn_optimizer **out);

/* v <- v + g^2, p <- p - lr g / (sqrt v + eps) (Duchi et al. 2011). */
typedef struct hqnn_adagrad_options {
  size_t struct_size;
  double lr;
  double eps;     /* above 0 */
  double initial; /* what v starts from, 0 or more */
  double weight_decay;
} hqnn_adagrad_options;
#define HQNN_ADAGRAD_OPTIONS { sizeof(hqnn_adagrad_options), 0.01, 1e-10, 0.0, 0.0 }
hqnn_status hqnn_optimizer_adagrad(const hqnn_adagrad_options *options, hqnn_optimizer **out);

/* Limited-memory BFGS (Liu and Nocedal 1989) with a strong Wolfe line search (Nocedal and Wright 2006).  One step makes
 * up to `iterations` of its own on one batch; it needs hqnn_optimizer_step_loss or hqnn_layer_fit. */
typedef struct hqnn_lbfgs_options {
  size_t struct_size;
  double lr;          /* first trial of each line search */
  int64_t history;    /* pairs that are kept, 1 or more */
  int64_t iterations; /* 1 or more */
  double tolerance;   /* ends when no element of the gradient is larger; 0 or more */
  double weight_decay;
} hqnn_lbfgs_options;
#define HQNN_LBFGS_OPTIONS { sizeof(hqnn_lbfgs_options), 1.0, 10, 20, 1e-7, 0.0 }
hqnn_status hqnn_optimizer_lbfgs(const hqnn_lbfgs_options *options, hqnn_optimizer **out);

/* Quantum natural gradient (Stokes et al. 2020): for weights of circuits p <- p - lr x, (g + damping) x = gradient, g
 * being the Fubini-Study metric averaged over the inputs that the circuit has seen since gradients were cleared; plain
 * SGD for all other tensors.  Circuits with noise are an error. */
typedef struct hqnn_natural_gradient_options {
  size_t struct_size;
  double lr;
  hqnn_metric_form form; /* HQNN_METRIC_BLOCKS: block-diagonal by layers */
  double damping;        /* 0 or more */
  int64_t rows;          /* inputs to average over, evenly spaced, at most; 1 or more */
  double weight_decay;
} hqnn_natural_gradient_options;
#define HQNN_NATURAL_GRADIENT_OPTIONS \
  { sizeof(hqnn_natural_gradient_options), 0.01, HQNN_METRIC_BLOCKS, 1e-3, 256, 0.0 }
hqnn_status hqnn_optimizer_natural_gradient(const hqnn_natural_gradient_options *options, hqnn_optimizer **out);

/* Simultaneous perturbation (Spall 1992, gains of Spall 1998): in step k = 0, 1, ... along a random d of -1 and 1
 * p <- p - a (L(p + c_k d) - L(p - c_k d)) / (2 c_k) d, a = lr / (k + 1 + stability)^alpha, c_k = c / (k + 1)^gamma.
 * Needs no gradients, and hqnn_optimizer_step_loss or hqnn_layer_fit. */
typedef struct hqnn_spsa_options {
  size_t struct_size;
  double lr;
  double c;                       /* above 0 */
  double stability, alpha, gamma; /* 0 or more */
  uint64_t seed;                  /* of the directions */
  double weight_decay;
} hqnn_spsa_options;
#define HQNN_SPSA_OPTIONS { sizeof(hqnn_spsa_options), 0.2, 0.1, 0.0, 0.602, 0.101, 0, 0.0 }
hqnn_status hqnn_optimizer_spsa(const hqnn_spsa_options *options, hqnn_optimizer **out);

/* Rotosolve (Ostaszewski et al. 2021): each weight of a circuit in turn goes to the minimum of the sinusoid that the
 * loss is in it; a move that does not lower the loss is taken back.  For circuits whose weights have one frequency
 * each, and nothing but circuit weights, HQNN_ERROR_STATE otherwise.  Needs hqnn_optimizer_step_loss or
 * hqnn_layer_fit. */
hqnn_status hqnn_optimizer_rotosolve(hqnn_optimizer **out);
hqnn_status hqnn_optimizer_retain(hqnn_optimizer *optimizer);
void hqnn_optimizer_release(hqnn_optimizer *optimizer);

/* What some of the tensors have different from the others.  Groups come before tensors; the first that fits counts. */
typedef enum hqnn_members { HQNN_MEMBERS_QUANTUM = 0, HQNN_MEMBERS_CLASSICAL = 1, HQNN_MEMBERS_LAYER = 2 } hqnn_members;
typedef struct hqnn_group_options {
  size_t struct_size;
  hqnn_members members;
  hqnn_layer *layer;   /* with HQNN_MEMBERS_LAYER, otherwise NULL */
  double lr;           /* 0 or more; -1: the optimiser's.  Schedules scale it in proportion */
  double weight_decay; /* 0 or more; -1: the optimiser's */
} hqnn_group_options;
#define HQNN_GROUP_OPTIONS { sizeof(hqnn_group_options), HQNN_MEMBERS_QUANTUM, NULL, -1.0, -1.0 }
hqnn_status hqnn_optimizer_add_group(hqnn_optimizer *optimizer, const hqnn_group_options *options);
/* Adds a tensor, or all trainable parameters of a built layer, to those that step updates. */
hqnn_status hqnn_optimizer_add_tensor(hqnn_optimizer *optimizer, hqnn_tensor *tensor);
hqnn_status hqnn_optimizer_add_layer(hqnn_optimizer *optimizer, hqnn_layer *layer);
/* Updates from the gradients; tensors without one are left alone.  HQNN_ERROR_STATE where hqnn_optimizer_needs_loss. */
hqnn_status hqnn_optimizer_step(hqnn_optimizer *optimizer);
/* Whether it evaluates the loss itself, several times per step: L-BFGS, SPSA, Rotosolve. */
hqnn_status hqnn_optimizer_needs_loss(const hqnn_optimizer *optimizer, int *out);
/* Computes the loss where the tensors stand: a new tensor of one element, which the library releases.  It must be the
 * same function every time.  Return 0; anything else ends the step with HQNN_ERROR_CANCELLED. */
typedef int (*hqnn_loss_callback)(void *context, hqnn_tensor **out);
/* One step of any optimiser: clears gradients and goes backward itself where that is needed.  out_loss: the loss before
 * the step; may be NULL. */
hqnn_status hqnn_optimizer_step_loss(hqnn_optimizer *optimizer, hqnn_loss_callback loss, void *context,
                                     double *out_loss);
hqnn_status hqnn_optimizer_zero_gradients(hqnn_optimizer *optimizer);
/* The learning rate; 0 or more when set. */
hqnn_status hqnn_optimizer_lr(const hqnn_optimizer *optimizer, double *out);
hqnn_status hqnn_optimizer_set_lr(hqnn_optimizer *optimizer, double lr);
/* Scales all gradients alike so that their norm together is at most `limit`, above 0; out_norm: before, may be NULL. */
hqnn_status hqnn_optimizer_clip_norm(hqnn_optimizer *optimizer, double limit, double *out_norm);
/* Moves every element of the gradients into [-limit, limit]. */
hqnn_status hqnn_optimizer_clip_value(hqnn_optimizer *optimizer, double limit);

/* ---- schedules ----------------------------------------------------------------------------- */

/* A learning rate that changes: a factor of the optimiser's own rate, which follows from the numbers t of steps or
 * epochs done.  For hqnn_layer_fit, or by hand: attach it, call step after each step and epoch after each epoch. */
typedef struct hqnn_schedule hqnn_schedule;

typedef enum hqnn_schedule_kind {
  HQNN_SCHEDULE_CONSTANT = 0,
  HQNN_SCHEDULE_STEP = 1,        /* gamma^floor(t / every) */
  HQNN_SCHEDULE_MULTI_STEP = 2,  /* gamma^(milestones passed) */
  HQNN_SCHEDULE_EXPONENTIAL = 3, /* gamma^t */
  HQNN_SCHEDULE_COSINE = 4,      /* from 1 to low in `period`; restarts: again, stretch times as long (Loshchilov and
                                    Hutter 2017) */
  HQNN_SCHEDULE_ONE_CYCLE = 5,   /* 1/start to 1 in the first `rise` of `period`, then to 1/(start end) (Smith and Topin
                                    2018) */
  HQNN_SCHEDULE_PLATEAU = 6      /* times factor after more than patience epochs without improvement */
} hqnn_schedule_kind;
typedef struct hqnn_schedule_options {
  size_t struct_size;
  hqnn_schedule_kind kind;
  int per_step;              /* 1: t counts steps; 0: epochs */
  int64_t every;             /* step: 1 or more */
  double gamma;              /* step, multi-step, exponential: in (0, 1] */
  const int64_t *milestones; /* multi-step: growing, from 1 */
  int64_t milestone_count;
  int64_t period;            /* cosine, one-cycle: 1 or more */
  double low;                /* cosine, plateau: the least factor, in [0, 1) */
  int restarts;              /* cosine */
  double stretch;            /* cosine: 1 or more */
  double rise;               /* one-cycle: in (0, 1) */
  double start, end;         /* one-cycle: 1 or more */
  double factor;             /* plateau: in (0, 1) */
  int64_t patience, cooldown; /* plateau: epochs, 0 or more */
  double min_delta;          /* plateau: 0 or more */
  int higher_is_better;      /* plateau: of the watched value */
  int64_t warmup_steps;      /* linear from warmup_start in so many steps, before a rule that counts steps; 0: none */
  double warmup_start;       /* in [0, 1) */
} hqnn_schedule_options;
#define HQNN_SCHEDULE_OPTIONS \
  { sizeof(hqnn_schedule_options), HQNN_SCHEDULE_CONSTANT, 0, 10, 0.1, NULL, 0, 100, 0.0, 0, 1.0, 0.3, 25.0, 1e4, 0.1, \
    10, 0, 1e-4, 0, 0, 0.0 }
hqnn_status hqnn_schedule_create(const hqnn_schedule_options *options, hqnn_schedule **out);
hqnn_status hqnn_schedule_retain(hqnn_schedule *schedule);
void hqnn_schedule_release(hqnn_schedule *schedule);
/* Takes the optimiser's learning rate as the base and sets the first one. */
hqnn_status hqnn_schedule_attach(hqnn_schedule *schedule, hqnn_optimizer *optimizer);
hqnn_status hqnn_schedule_step(hqnn_schedule *schedule);
/* value: what HQNN_SCHEDULE_PLATEAU watches; otherwise NaN or anything else. */
hqnn_status hqnn_schedule_epoch(hqnn_schedule *schedule, double value);
/* What the base rate is multiplied with now. */
hqnn_status hqnn_schedule_factor(const hqnn_schedule *schedule, double *out);

/* ---- data ---------------------------------------------------------------------------------- */

/* Images or feature rows [count, ...] (float32), each with a class number, a target tensor, or both.
 * Images are [channels, height, width] with values in [0, 1]; normalise in the model.  Messages about
 * files name the file and the byte (in a compressed file, of its content), or the line.  Damaged
 * files are refused with HQNN_ERROR_FILE; nothing is allocated for what a header promises and the
 * file does not hold. */
typedef struct hqnn_dataset hqnn_dataset;

/* classes: 1 or more; each label in 0..classes-1. */
hqnn_status hqnn_dataset_create(const hqnn_tensor *samples, const int64_t *labels, int64_t count,
                                int64_t classes, hqnn_dataset **out);
/* For regression and reconstruction: targets [count, values, ...], float32.  No labels, no classes. */
hqnn_status hqnn_dataset_create_targets(const hqnn_tensor *samples, const hqnn_tensor *targets,
                                        hqnn_dataset **out);
/* The same samples and labels with (other) targets beside them. */
hqnn_status hqnn_dataset_with_targets(const hqnn_dataset *dataset, const hqnn_tensor *targets,
                                      hqnn_dataset **out);
/* Embedded: Optical Recognition of Handwritten Digits (Alpaydin and Kaynak 1998, UCI, CC BY 4.0),
 * [n, 1, 8, 8], pixels in [0, 1].  The first 1437 images train, the last 360 test. */
hqnn_status hqnn_dataset_digits(hqnn_dataset **out_train, hqnn_dataset **out_test);
/* The four IDX files of MNIST (or of a set of the same form), plain or .gz, in the folder root; when
 * root is NULL or lacks them, in $HQNN_DATA/mnist.  [n, 1, 28, 28], pixels divided by 255. */
hqnn_status hqnn_dataset_mnist(const char *root, hqnn_dataset **out_train, hqnn_dataset **out_test);
/* A public data set by its name, from the folder root or, when that is NULL or lacks files, from
 * the set's folder in $HQNN_DATA.  Files may be plain or .gz.
 *
 *   mnist, fashion_mnist, kmnist    [n, 1, 28, 28]; folders mnist, fashion-mnist, kmnist
 *   cifar10, cifar100,              [n, 3, 32, 32]; the binary version, folders cifar10 (or
 *   cifar100_coarse                 cifar-10-batches-bin) and cifar100 (or cifar-100-binary)
 *   stl10                           [n, 3, 96, 96]; folder stl10 (or stl10_binary)
 *   iris                            [150, 4]; iris/iris.csv, all of it as the training part
 *   pathmnist, chestmnist, ...      the 2D sets of MedMNIST v2 (Yang et al. 2023), [n, 1 or 3, h, w];
 *                                   folder medmnist; "pathmnist_64" for images of 64 pixels, also
 *                                   128 and 224.  The several labels of chestmnist are targets.
 *
 * Parts whose pointer is NULL are not read and may be missing.  A part that the set does not have
 * becomes NULL.  HQNN_ERROR_FILE names the files that are missing and where they were looked for. */
hqnn_status hqnn_dataset_load(const char *name, const char *root, hqnn_dataset **out_train,
                              hqnn_dataset **out_test, hqnn_dataset **out_validation);
/* One pair of IDX files: images (magic 2051) and labels (magic 2049), plain or gzip. */
hqnn_status hqnn_dataset_idx(const char *images, const char *labels, hqnn_dataset **out);
/* Files of records in the binary form of CIFAR, one after the other, plain or gzip.  label_bytes: 1
 * (CIFAR-10), or 2 (CIFAR-100: superclass of 20, then class of 100); coarse: 1 for the superclass. */
hqnn_status hqnn_dataset_cifar(const char *const *paths, int64_t count, int64_t label_bytes,
                               int coarse, hqnn_dataset **out);
/* Two arrays of a NumPy archive, e.g. "train_images" and "train_labels".  Samples of uint8 are
 * divided by 255, [n, h, w] becomes [n, 1, h, w] and [n, h, w, 3] becomes [n, 3, h, w]; other types
 * are taken as they are.  Labels that are integers [n] or [n, 1] are class numbers; other arrays
 * [n, ...] are targets.  classes: 0 for the largest label and one. */
hqnn_status hqnn_dataset_npz(const char *path, const char *samples, const char *labels,
                             int64_t classes, hqnn_dataset **out);

typedef struct hqnn_csv_options {
  size_t struct_size;
  char delimiter;              /* ',' */
  int header;                  /* 1: the first line names the columns; 0: it does not; -1: it does
                                  when no field in it is a number */
  const char *label;           /* the label's column by name; NULL: by number */
  int64_t label_column;        /* from 0; -1 for the last one */
  const char *const *targets;  /* columns to predict as numbers, instead of a label */
  int64_t target_count;
  const char *const *ignored;  /* columns to leave out */
  int64_t ignored_count;
} hqnn_csv_options;
#define HQNN_CSV_OPTIONS { sizeof(hqnn_csv_options), ',', -1, NULL, -1, NULL, 0, NULL, 0 }
/* A table of numbers, a line per sample, plain or gzip; fields may be quoted (RFC 4180).  Labels
 * that are whole numbers from 0 on are class numbers; otherwise the different words, sorted, are the
 * classes 0, 1, ... with these names.  A missing value, NaN or infinity is an error that names line
 * and column (both from 1). */
hqnn_status hqnn_dataset_csv(const char *path, const hqnn_csv_options *options, hqnn_dataset **out);

typedef enum hqnn_resize_mode {
  HQNN_RESIZE_BILINEAR = 0, /* linear between the middles of pixels, without smoothing */
  HQNN_RESIZE_NEAREST = 1,  /* pixel floor(i * old / new) */
  HQNN_RESIZE_AREA = 2      /* mean over the new pixel's area in the old image */
} hqnn_resize_mode;

typedef struct hqnn_png_options {
  size_t struct_size;
  int64_t height, width;  /* resize every picture to this; 0: all must have one size */
  hqnn_resize_mode mode;
  int64_t channels;       /* 1 or 3; 0: 3 where any picture has colours */
} hqnn_png_options;
#define HQNN_PNG_OPTIONS { sizeof(hqnn_png_options), 0, 0, HQNN_RESIZE_AREA, 0 }
/* Pictures in folders: each subfolder with .png files is a class and gives it its name, in the order
 * of the names' bytes.  8 or 16 bits, gray, RGB or palette; alpha is blended over black. */
hqnn_status hqnn_dataset_png_folder(const char *folder, const hqnn_png_options *options,
                                    hqnn_dataset **out);

typedef struct hqnn_synthetic_options {
  size_t struct_size;
  int64_t count;         /* samples */
  uint64_t seed;
  double noise;          /* deviation of normal noise on every value, added last */
  int64_t features;      /* values per sample: blobs, xor, hidden_manifold, linearly_separable */
  int64_t classes;       /* blobs, spirals */
  double factor;         /* circles: the inner radius, between 0 and 1 */
  double turns;          /* spirals */
  double margin;         /* linearly_separable */
  int64_t latent;        /* hidden_manifold: dimensions of the manifold */
  int64_t height, width; /* bars_and_stripes */
} hqnn_synthetic_options;
#define HQNN_SYNTHETIC_OPTIONS \
  { sizeof(hqnn_synthetic_options), 200, 0, 0, 2, 2, 0.5, 1, 0.1, 2, 4, 4 }
/* A set drawn from a seed; two classes in turns unless said otherwise.
 *
 *   moons               t uniform in [0, pi]: (cos t, sin t) and (1 - cos t, 1/2 - sin t)
 *   circles             radius 1 and factor about the origin
 *   blobs               about centres uniform in [-5, 5] per feature, one per class; noise spreads them
 *   spirals             r (cos a, sin a), a = 2 pi (turns r + class / classes), r uniform in [0, 1]
 *   xor                 uniform in [-1, 1]; class 1 where an odd number of features is negative
 *   bars_and_stripes    [1, height, width]: full columns (class 0) or rows (class 1), each on with
 *                       probability 1/2, never none or all (MacKay 2003)
 *   hidden_manifold     x = tanh(F c / sqrt(latent)), c and F normal; class 1 where a random network
 *                       v . tanh(W c / sqrt(latent)) is positive (Goldt et al. 2020)
 *   linearly_separable  uniform in [-1, 1], moved by margin away from a drawn hyperplane through 0 */
hqnn_status hqnn_dataset_synthetic(const char *name, const hqnn_synthetic_options *options,
                                   hqnn_dataset **out);

/* Parts by their shares of the samples, which add up to 1 or less: out has room for `count` handles.
 * stratified: 1 shares out each class alike (to one sample), 0 does not, -1 does where there are
 * labels.  Samples are in drawn order, none in two parts. */
hqnn_status hqnn_dataset_split(const hqnn_dataset *dataset, const double *shares, int64_t count,
                               int stratified, uint64_t seed, hqnn_dataset **out);

typedef struct hqnn_subset_options {
  size_t struct_size;
  int64_t count;          /* samples to keep, from the start; -1 for all */
  int balanced;           /* 1: equally many of each class (counts differ by one at most) */
  int shuffle;            /* 1: draw with seed instead of from the start */
  uint64_t seed;
  const int64_t *classes; /* keep these classes only, renumbered 0, 1, ... in this order */
  int64_t class_count;    /* 0 for all */
} hqnn_subset_options;
#define HQNN_SUBSET_OPTIONS { sizeof(hqnn_subset_options), -1, 0, 0, 0, NULL, 0 }
hqnn_status hqnn_dataset_subset(const hqnn_dataset *dataset, const hqnn_subset_options *options,
                                hqnn_dataset **out);
hqnn_status hqnn_dataset_retain(hqnn_dataset *dataset);
void hqnn_dataset_release(hqnn_dataset *dataset);
hqnn_status hqnn_dataset_count(const hqnn_dataset *dataset, int64_t *out);
hqnn_status hqnn_dataset_classes(const hqnn_dataset *dataset, int64_t *out);
/* All samples; shared with the data set, do not write. */
hqnn_status hqnn_dataset_samples(const hqnn_dataset *dataset, hqnn_tensor **out);
/* The smallest and the largest value among the samples. */
hqnn_status hqnn_dataset_range(const hqnn_dataset *dataset, double *low, double *high);
/* HQNN_ERROR_STATE for a set without labels; hqnn_dataset_classes is 0 then. */
hqnn_status hqnn_dataset_labels(const hqnn_dataset *dataset, int64_t *out, int64_t capacity);
/* The targets, or NULL for a set without; shared with the data set, do not write. */
hqnn_status hqnn_dataset_targets(const hqnn_dataset *dataset, hqnn_tensor **out);
/* What a class is called, or its number where nobody said. */
hqnn_status hqnn_dataset_class_name(const hqnn_dataset *dataset, int64_t class_number, char **out);
/* The order in which epoch `epoch` of a training run with this seed visits the samples. */
hqnn_status hqnn_dataset_order(const hqnn_dataset *dataset, uint64_t seed, int64_t epoch,
                               int64_t *out, int64_t capacity);
/* The samples with these indices, in this order, as a new data set. */
hqnn_status hqnn_dataset_select(const hqnn_dataset *dataset, const int64_t *indices, int64_t count,
                                hqnn_dataset **out);
/* The same as training sees them in an epoch (from 0): augmented, where the data set says so. */
hqnn_status hqnn_dataset_batch(const hqnn_dataset *dataset, const int64_t *indices, int64_t count,
                               int64_t epoch, hqnn_dataset **out);

/* ---- data: transforms ---------------------------------------------------------------------- */

/* A change to every sample.  Draws depend on the seed, the epoch and the sample's index alone. */
typedef struct hqnn_transform hqnn_transform;

typedef struct hqnn_transform_options {
  size_t struct_size;
  int64_t height, width;  /* crops, 0: the image's own; resize, required */
  int64_t padding;        /* crops: pixels of `fill` added on all sides first */
  double fill;            /* crops, random_affine: what lies beyond the image */
  double probability;     /* flips */
  double degrees;         /* random_affine: angles uniform in [-degrees, degrees] */
  double translate;       /* random_affine: moves uniform in +-translate of height and width */
  double low_scale, high_scale; /* random_affine: scales uniform between them */
  hqnn_resize_mode mode;  /* resize */
  double deviation;       /* gaussian_noise */
  int clip;               /* gaussian_noise, min_max: 1 clamps to [0, 1] */
  double threshold;       /* binarise */
  int64_t bits;           /* bit_depth */
  int64_t components;     /* pca */
  int whiten;             /* pca: 1 divides components by their deviation */
} hqnn_transform_options;
#define HQNN_TRANSFORM_OPTIONS \
  { sizeof(hqnn_transform_options), 0, 0, 0, 0, 0.5, 0, 0, 1, 1, HQNN_RESIZE_BILINEAR, 0.1, 0, 0.5, 8, 2, 0 }
/* random_crop, center_crop            a window of the (padded) image
 * horizontal_flip, vertical_flip      with a probability
 * random_affine                       turned, moved and scaled about the middle, bilinear
 * resize                              to height x width
 * gaussian_noise                      independent on every value
 * grayscale                           0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601)
 * binarise                            1 where a value is at least the threshold, else 0
 * bit_depth                           2^bits levels in [0, 1] (Xu, Evans and Qi 2018) */
hqnn_status hqnn_transform_create(const char *name, const hqnn_transform_options *options,
                                  hqnn_transform **out);
/* Fitted on a data set, in Double:
 * standardise  every feature to mean 0 and deviation 1 (rows of features, not images)
 * min_max      every feature to [0, 1]
 * pca          W (x - mean), the rows of W the eigenvectors of the covariance with the largest
 *              eigenvalues, each with its largest entry positive; samples of any shape */
hqnn_status hqnn_transform_fit(const char *name, const hqnn_dataset *dataset,
                               const hqnn_transform_options *options, hqnn_transform **out);
hqnn_status hqnn_transform_retain(hqnn_transform *transform);
void hqnn_transform_release(hqnn_transform *transform);
hqnn_status hqnn_transform_name(const hqnn_transform *transform, char **out);
/* Of pca: float64 [components], the share of the whole variance that each component has. */
hqnn_status hqnn_transform_explained(const hqnn_transform *transform, hqnn_tensor **out);
/* samples [batch, ...]; draws are those of samples first_index, first_index + 1, ... in an epoch. */
hqnn_status hqnn_transform_apply(const hqnn_transform *transform, const hqnn_tensor *samples,
                                 uint64_t seed, int64_t epoch, int64_t first_index, hqnn_tensor **out);
/* The samples after transforms, one after the other, applied once. */
hqnn_status hqnn_dataset_map(const hqnn_dataset *dataset, const hqnn_transform *const *transforms,
                             int64_t count, uint64_t seed, hqnn_dataset **out);
/* The same samples, which hqnn_layer_fit changes anew in each epoch by transforms that keep their
 * shape.  hqnn_layer_evaluate and hqnn_dataset_samples see them as they are. */
hqnn_status hqnn_dataset_augment(const hqnn_dataset *dataset, const hqnn_transform *const *transforms,
                                 int64_t count, uint64_t seed, hqnn_dataset **out);

/* ---- data: arrays of NumPy ----------------------------------------------------------------- */

/* The names of the arrays of a .npz archive, one per line. */
hqnn_status hqnn_array_names(const char *path, char **out);
/* One array of a .npz archive, or, with a NULL name, that of a .npy file.  float32 where every value
 * of the stored type is exact in it (8 and 16 bits, float16, float32, bool), else float64; integers
 * beyond 2^53 are refused. */
hqnn_status hqnn_array_read(const char *path, const char *name, hqnn_tensor **out);
/* Writes an archive, or, with one tensor and NULL names, a .npy file; it appears under its name when
 * it is complete.  The same arrays give the same bytes.  compressed: 1 deflates. */
hqnn_status hqnn_array_write(const char *path, const char *const *names,
                             const hqnn_tensor *const *tensors, int64_t count, int compressed);

/* ---- training ------------------------------------------------------------------------------ */

typedef struct hqnn_fit_progress {
  size_t struct_size;
  int64_t epoch, epochs; /* epoch from 0 */
  int64_t step, steps;   /* steps done in this epoch, of so many */
  int epoch_done;        /* 1 on the last call of an epoch */
  double loss;           /* mean over the epoch so far */
  double accuracy;       /* on the training samples seen in this epoch */
  double validation_loss, validation_accuracy; /* NaN before the end of an epoch or without data */
  double seconds;        /* since the epoch began */
  int64_t samples;       /* seen in this epoch */
  double step_loss, lr;  /* of the last step */
  double cores;          /* kept busy on average: processor time by time */
  int64_t peak_memory;   /* bytes, of the process since it began */
  double gradient_norm, circuit_gradient_norm; /* root mean squares over up to 16 steps of the epoch; NaN without */
  double validation_top_k, validation_mse;     /* NaN where they have no meaning */
  int64_t best_epoch;    /* of the monitored value, from 0; -1 before the first epoch ends */
  int stopping;          /* 1 when early stopping ends the run with this epoch */
  const char *warnings;  /* sentences about this epoch, a line each, or ""; valid during the call */
  int replayed;          /* 1: an epoch of the run that this one goes on from, told again */
} hqnn_fit_progress;
/* accuracy is NaN without classes.  Return 0 to go on; anything else ends the run with HQNN_ERROR_CANCELLED.  The
 * callback may evaluate the model (which is in evaluation mode then) and change the optimiser's learning rate. */
typedef int (*hqnn_fit_callback)(void *context, const hqnn_fit_progress *progress);

typedef enum hqnn_monitor {
  HQNN_MONITOR_AUTOMATIC = 0, /* the validation loss, or the loss without validation samples */
  HQNN_MONITOR_LOSS = 1,
  HQNN_MONITOR_ACCURACY = 2,
  HQNN_MONITOR_VALIDATION_LOSS = 3,
  HQNN_MONITOR_VALIDATION_ACCURACY = 4
} hqnn_monitor;

/* A loss of the caller's own: the mean over a batch, a new tensor of one element that the library releases.
 *
 *   output   of the model, [count, ...]
 *   labels   count class numbers
 *   targets  [count, ...]; NULL without targets
 *
 * Return 0; anything else ends the run with HQNN_ERROR_CANCELLED. */
typedef int (*hqnn_objective_callback)(void *context, hqnn_tensor *output, const int64_t *labels, int64_t count,
                                       hqnn_tensor *targets, hqnn_tensor **out);

typedef enum hqnn_adversarial_method {
  HQNN_ADVERSARIAL_FGSM = 0,   /* one step from a random point of the ball (Wong et al. 2020) */
  HQNN_ADVERSARIAL_PGD = 1,    /* several steps (Madry et al. 2018) */
  HQNN_ADVERSARIAL_FREE = 2,   /* batches replayed, one gradient for weights and samples (Shafahi et al. 2019) */
  HQNN_ADVERSARIAL_TRADES = 3, /* cross-entropy + beta KL(clean, attacked) (Zhang et al. 2019) */
  HQNN_ADVERSARIAL_MART = 4,   /* a margin on attacked samples, weighted by clean mistakes (Wang et al. 2020) */
  HQNN_ADVERSARIAL_INPUT_GRADIENT = 5 /* loss + beta |slope of the loss by the sample|^2 (Ross and Doshi-Velez 2018) */
} hqnn_adversarial_method;
typedef enum hqnn_adversarial_norm { HQNN_ADVERSARIAL_LINF = 0, HQNN_ADVERSARIAL_L2 = 1 } hqnn_adversarial_norm;

/* Training against an attack on each batch (docs/defences.md).  The attack sees the model in evaluation mode, except
 * with HQNN_ADVERSARIAL_FREE, whose gradients are those of the step itself.  Its random starts follow from seed,
 * epoch and the sample's number.  fgsm, pgd and free take any loss; the others have their own, for labels. */
typedef struct hqnn_adversarial_options {
  size_t struct_size;
  hqnn_adversarial_method method;
  hqnn_adversarial_norm norm;
  double eps;       /* radius of the ball around each sample, in units of the data, above 0 */
  double alpha;     /* step size, above 0; 0 takes 1.25 eps (fgsm), eps (free), 2.5 eps / steps (others) */
  int64_t steps;    /* pgd, trades, mart: 1..1000 */
  int random_start; /* fgsm, pgd, mart: begin at a random point of the ball */
  double low, high; /* range of the data, which attacked samples stay in */
  double beta;      /* weight of the second term of trades, mart and input_gradient; 0 or more */
  int64_t replays;  /* free: updates from each batch, 1..1000 */
  double step;      /* input_gradient: length over which the slope is measured, above 0 */
  uint64_t seed;
} hqnn_adversarial_options;
#define HQNN_ADVERSARIAL_OPTIONS \
  { sizeof(hqnn_adversarial_options), HQNN_ADVERSARIAL_PGD, HQNN_ADVERSARIAL_LINF, 0.1, 0.0, 7, 1, 0.0, 1.0, 6.0, 4, \
    0.01, 0 }

typedef struct hqnn_fit_options {
  size_t struct_size;
  int64_t epochs;         /* 1 or more */
  int64_t batch;          /* samples per step, 1 or more; the last step may have fewer */
  uint64_t seed;          /* of the order of the samples */
  int shuffle;            /* 0 keeps the data's order */
  int cache_features;     /* 1: run frozen layers at the front once for all epochs */
  hqnn_fit_callback callback; /* a few times a second and after each epoch; may be NULL */
  void *context;              /* of all callbacks */
  hqnn_fit_callback step_callback; /* after each step; may be NULL */
  hqnn_loss_kind loss;        /* HQNN_LOSS_CROSS_ENTROPY, ...; its mean is what training makes small */
  const hqnn_loss_options *loss_options; /* NULL for the defaults */
  hqnn_objective_callback objective; /* a loss of the caller's own, instead; or NULL */
  const hqnn_tensor *targets;        /* a row per training sample; NULL: the data set's targets or labels */
  const hqnn_tensor *validation_targets;
  int targets_are_inputs;     /* 1: the samples, before augmentation, are the targets */
  hqnn_schedule *schedule;    /* of the learning rate; may be NULL */
  double clip_norm, clip_value; /* bounds of gradients before each step; 0 for none */
  int64_t accumulate;         /* batches whose gradients make one step; 0 and 1 are the same */
  hqnn_monitor monitor;       /* what early stopping and the best weights go by */
  int64_t patience;           /* epochs without an improvement before training ends; 0: never */
  double min_delta;           /* smaller changes are no improvement; 0 or more */
  int keep_best;              /* 1: the weights of the best epoch stand in the model at the end */
  int64_t top_k;              /* for validation_top_k; 0 for none */
  const char *checkpoint;     /* a file that the run is written to as it goes; NULL for none */
  int64_t checkpoint_every;   /* steps between checkpoints; 0: one after each epoch */
  int64_t checkpoint_keep;    /* older ones stay as path.1, path.2, ...: so many in all; 0 is 1 */
  const char *resume;         /* a checkpoint to go on from; NULL starts anew */
  const hqnn_adversarial_options *adversarial; /* NULL: no adversarial training.  With it, loss and accuracy of training
                                 samples are those of what the method makes of them, and cache_features has no effect */
  double encoding_penalty; /* weight of the sum of w^2 |H|^2 over trainable encodings, angles w x of generators H, which
                              makes their Lipschitz bound small (Berberich et al. 2024); 0 for none */
} hqnn_fit_options;
#define HQNN_FIT_OPTIONS \
  { sizeof(hqnn_fit_options), 10, 32, 0, 1, 1, NULL, NULL, NULL, HQNN_LOSS_CROSS_ENTROPY, NULL, NULL, NULL, NULL, 0, \
    NULL, 0.0, 0.0, 1, HQNN_MONITOR_AUTOMATIC, 0, 0.0, 0, 0, NULL, 0, 0, NULL, NULL, 0.0 }
/* Trains a model.  It is built when it is not yet (float32, seed of the options).  optimizer: without
 * tensors of its own it takes the model's parameters.  validation may be NULL.  Layers are in training mode during
 * steps and in evaluation mode otherwise.  A loss that is not finite ends the run with HQNN_ERROR_VALUE and a
 * sentence that names step, layer and a likely reason.
 *
 * A checkpoint holds weights, buffers, the optimiser, the schedule, random draws, the place in the epoch, the history
 * and the best weights (docs/files.md).  A run killed at any moment and resumed with the same model, data, optimiser
 * and options gives the same numbers, bit for bit, as one that was not; more epochs are allowed.  With anything else
 * HQNN_ERROR_STATE says what differs.  The callback is told the epochs of the saved run again, with `replayed`. */
hqnn_status hqnn_layer_fit(hqnn_layer *model, const hqnn_dataset *train,
                           const hqnn_dataset *validation, hqnn_optimizer *optimizer,
                           const hqnn_fit_options *options);
/* Share of samples whose largest logit is the label's, and the mean cross-entropy (may be NULL). */
hqnn_status hqnn_layer_evaluate(hqnn_layer *model, const hqnn_dataset *dataset, double *accuracy,
                                double *loss);
typedef struct hqnn_evaluate_options {
  size_t struct_size;
  hqnn_loss_kind loss;
  const hqnn_loss_options *loss_options; /* NULL for the defaults */
  hqnn_objective_callback objective; /* a loss of the caller's own, instead; or NULL */
  void *context;
  const hqnn_tensor *targets; /* a row per sample; NULL: the data set's targets or labels */
  int targets_are_inputs;
  int64_t top_k;              /* 0 for none */
} hqnn_evaluate_options;
#define HQNN_EVALUATE_OPTIONS \
  { sizeof(hqnn_evaluate_options), HQNN_LOSS_CROSS_ENTROPY, NULL, NULL, NULL, NULL, 0, 0 }
/* NaN where something has no meaning or was not asked for.  Start from HQNN_EVALUATION. */
typedef struct hqnn_evaluation {
  size_t struct_size;
  double loss, accuracy;
  double top_k; /* share of samples whose label is among the k largest outputs */
  double mse;   /* mean of squared differences between outputs and targets */
} hqnn_evaluation;
#define HQNN_EVALUATION { sizeof(hqnn_evaluation), 0, 0, 0, 0 }
hqnn_status hqnn_layer_evaluate_all(hqnn_layer *model, const hqnn_dataset *dataset,
                                    const hqnn_evaluate_options *options, hqnn_evaluation *out);
/* How often samples of each class are taken for each: room for classes * classes counts, [class, predicted], classes
 * being the width of the model's output; capacity is that room.  out may be NULL to ask for out_classes alone. */
hqnn_status hqnn_layer_confusion(hqnn_layer *model, const hqnn_dataset *dataset, int64_t *out, int64_t capacity,
                                 int64_t *out_classes);

/* ---- statistics ---------------------------------------------------------------------------- */

/* The part, from 0, that each sample belongs to in a cross-validation with `folds` parts of equal size (to one sample).
 * stratified: 1 spreads every class evenly over the parts.  folds: 2 up to the number of samples. */
hqnn_status hqnn_dataset_folds(const hqnn_dataset *dataset, int64_t folds, int stratified, uint64_t seed, int64_t *out,
                               int64_t capacity);

typedef struct hqnn_test_result {
  double statistic;
  double p_value;  /* two-sided */
  double degrees;  /* t: degrees of freedom; Wilcoxon: pairs that differ; McNemar: pairs that disagree */
  int exact;       /* 0: a normal or chi-squared approximation */
} hqnn_test_result;
/* Student's t test for pairs (a[i], b[i]), 2 or more. */
hqnn_status hqnn_stats_paired_t(const double *a, const double *b, int64_t count, hqnn_test_result *out);
/* Wilcoxon's signed-rank test for pairs: the statistic is the sum of the ranks of a[i] - b[i] > 0; pairs that are equal
 * do not count, ties get mean ranks.  Exact up to 50 pairs. */
hqnn_status hqnn_stats_wilcoxon(const double *a, const double *b, int64_t count, hqnn_test_result *out);
/* McNemar's test for two classifiers on the same samples: only_first and only_second samples are right with one of them
 * alone.  Exact (binomial) up to 10000 of them, otherwise chi-squared with continuity correction (Edwards 1948). */
hqnn_status hqnn_stats_mcnemar(int64_t only_first, int64_t only_second, hqnn_test_result *out);

/* ---- attacks ------------------------------------------------------------------------------- */

typedef struct hqnn_table hqnn_table; /* "tables and curves" */

/* A way to make adversarial examples, with its options and its threat model: the norm that measures how far a sample
 * may be moved, the radius eps in units of the data, and the range of the data.  Made once, run on any model.  Every
 * sample that comes out is inside the ball and the range; with eps 0 nothing changes. */
typedef struct hqnn_attack hqnn_attack;

/* All kinds of attacks as JSON: [{"kind", "summary" (with its source), "norms", "knowledge" ("gradients", "scores",
 * "decisions", "nothing"), "minimal", "targets", "options": all options with their usual values}].  Free the text with
 * hqnn_text_release. */
hqnn_status hqnn_attack_kinds(char **out);
/* options: a JSON object, or NULL.  Common ones are
 *   "norm"         "linf", "l2", "l1" or "l0"; the first that the kind knows
 *   "eps"          radius, 0 or more: 0.1 (linf), 1 (l2), 10 (l1, l0); without a limit for attacks that look for the
 *                  nearest example ("minimal")
 *   "low", "high"  range of the data: 0 and 1
 *   "target"       "none": away from the label; "least_likely", "runner_up", "random": to that class; "given": see
 *                  hqnn_attack_call
 *   "seed"         0
 *   "eot"          passes over which gradients and outputs of a random model are averaged (Athalye et al. 2018): 1
 *   "restarts"     runs of an attack that draws random numbers; the best example of each sample is kept: 1
 *   "max_queries"  outputs asked for of each sample; 0: without a limit
 *   "max_seconds"  for one run; samples that are left then are counted as unfinished; 0: without a limit
 * and each kind has its own: "steps", "alpha" (step size, 0 for the kind's own choice) ...  An unknown option or a
 * value out of its range is an ERROR_VALUE that names it. */
hqnn_status hqnn_attack_create(const char *kind, const char *options, hqnn_attack **out);
hqnn_status hqnn_attack_retain(hqnn_attack *attack);
void hqnn_attack_release(hqnn_attack *attack);
/* All options with their values as JSON; free the text with hqnn_text_release. */
hqnn_status hqnn_attack_describe(const hqnn_attack *attack, char **out);

/* Attacked samples so far and in all, after each chunk; non-zero cancels. */
typedef int (*hqnn_attack_callback)(void *context, int64_t done, int64_t total);
typedef struct hqnn_attack_call {
  size_t struct_size;
  const int64_t *targets; /* a class to be reached for each sample, or NULL */
  const double *eps;      /* a radius for each sample instead of the attack's, or NULL */
  hqnn_attack_callback callback;
  void *context;
} hqnn_attack_call;
#define HQNN_ATTACK_CALL { sizeof(hqnn_attack_call), NULL, NULL, NULL, NULL }
/* Adversarial versions of samples [n, ...] with labels, of the samples' shape.  The model is attacked in evaluation
 * mode and comes back as it was.
 *
 *   call  NULL for none of its fields
 *   rows  NULL, or what became of each sample: sample, label, target (-1 for none), before and after (predicted
 *         classes), broken (1: the prediction is not the label's, or is the target), finished (0: time ran out),
 *         linf, l2, l1, l0, queries, gradients
 *
 * Of several restarts the first that breaks a sample is kept, otherwise the one of largest loss; of attacks for the
 * nearest example the nearest.  ERROR_VALUE for samples outside the range; ERROR_STATE for an attack that needs
 * gradients of a model that has none. */
hqnn_status hqnn_attack_run(const hqnn_attack *attack, hqnn_layer *model, const hqnn_tensor *samples,
                            const int64_t *labels, int64_t count, const hqnn_attack_call *call,
                            hqnn_tensor **out, hqnn_table **rows);

/* ---- robustness ------------------------------------------------------------------------------ */

/* What an evaluation found. */
typedef struct hqnn_report hqnn_report;

/* The number of the attack, and its samples so far and in all; non-zero cancels. */
typedef int (*hqnn_evaluation_callback)(void *context, int64_t attack, int64_t done, int64_t total);
/* Accuracy of `target` on samples made on `source` (NULL or the same handle: white-box and black-box attacks; another
 * model: a transfer attack), for each attack and each eps; eps 0 is the clean accuracy.  On one model, samples that are
 * wrong when clean count as broken and are not attacked.
 *
 *   attacks, names, count  under names of their own, in the report
 *   eps, eps_count         radii in units of each attack's norm, 0 or more; attacks for the nearest example are run
 *                          once
 *   callback               may be NULL */
hqnn_status hqnn_robustness_evaluate(hqnn_layer *target, hqnn_layer *source, const hqnn_dataset *dataset,
                                     const hqnn_attack *const *attacks, const char *const *names, int64_t count,
                                     const double *eps, int64_t eps_count, hqnn_evaluation_callback callback,
                                     void *context, hqnn_report **out);
hqnn_status hqnn_report_retain(hqnn_report *report);
void hqnn_report_release(hqnn_report *report);
/* The whole report as JSON; figures that there are not (a mean distance of no samples) are null.  "accuracy" is the
 * share of all samples that the model gets right under attack, "lower" and "upper" its 95 % interval (Wilson 1927);
 * "asr", the attack success rate, is the share of the samples right when clean that the attack makes wrong; "area" is
 * that under accuracy over eps, divided by the range of eps; "worst" counts the samples that withstand every attack. */
hqnn_status hqnn_report_json(const hqnn_report *report, char **out);
/* Accuracy under the attack of this name at one of the radii; "worst of all" counts the samples that withstand every
 * attack. */
hqnn_status hqnn_report_accuracy(const hqnn_report *report, const char *attack, double eps, double *out);
/* which: "rows" (attack, eps, accuracy, lower, upper, asr, attacked, broken, unfinished, mean_distance,
 * median_distance, queries, gradients, seconds_per_sample, mse, cosine), "classes" (attack, eps, class, accuracy) or
 * "samples" (sample, label, attack, eps, right). */
hqnn_status hqnn_report_table(const hqnn_report *report, const char *which, hqnn_table **out);

/* Checks whether a robust accuracy measured with PGD can be trusted, after Carlini et al. 2019, Athalye et al. 2018
 * and Zimmermann et al. 2022.
 *
 *   options  a JSON object, or NULL: "norm" ("linf" or "l2"), "eps", "low", "high" as for attacks; "samples" (200;
 *            the first ones are taken), "steps" (20), "restarts" (5), "queries" (1000, of the black-box attack),
 *            "planted" (20, planted examples; 0 for none), "seed"
 *   sources  other models, on which samples for the transfer check are made; NULL with count 0: that check is skipped
 *   callback the number of the check, how many are done, and how many there are; may be NULL
 *
 * The JSON has "verdict" ("supported", "suspicious" or "void"), "accuracy" (the lowest that any attack left),
 * "clean_accuracy" and "checks": [{"name", "verdict" ("passed", "suspicious", "failed" or "skipped"), "says",
 * "figures": {...}}].  One failed check makes the figure void.  Free the text with hqnn_text_release. */
hqnn_status hqnn_audit(hqnn_layer *model, const hqnn_dataset *dataset, const char *options,
                       hqnn_layer *const *sources, int64_t count, hqnn_evaluation_callback callback, void *context,
                       char **out);

/* How well each of several models does on samples that an attack made on each of them (Papernot et al. 2016): JSON with
 * "clean", the models' accuracies on the clean samples, and by source and target "accuracy", that of the target on the
 * source's samples, and "success", the share of the samples right when clean that they make wrong.  The diagonal is
 * the attack on the model itself.  Free the text with hqnn_text_release.
 *
 *   models, count  one or more, of any element types, that take the data set's samples
 *   callback       samples made so far and in all; may be NULL */
hqnn_status hqnn_transfer_matrix(hqnn_layer *const *models, int64_t count, const hqnn_dataset *dataset,
                                 const hqnn_attack *attack, hqnn_attack_callback callback, void *context,
                                 char **report);

/* ---- perturbations of whole sets, and of the quantum part -------------------------------------- */

/* One perturbation for all samples: delta, of a sample's shape, with |delta| <= eps, so that clip(x + delta) fools
 * the model on most samples.  The model is attacked in evaluation mode and comes back as it was.
 *
 *   options   a JSON object, or NULL:
 *     "method"  "sgd": projected steps on batches' mean cross-entropy, each sample's cut off at "clip" (Shafahi et
 *               al. 2020), or "deepfool": sample after sample (Moosavi-Dezfooli et al. 2017, algorithm 1)
 *     "norm"    "linf" or "l2";  "eps": 0.1 (linf), 1 (l2);  "low", "high": the data range, 0 and 1
 *     "epochs"  10;  "goal": fooling rate from which on the search ends, 1 (never);  "seed": order of the samples, 0
 *     sgd: "batch" 64, "alpha" (0: eps / 10, in L2 eps / 5), "clip" 9;  deepfool: "overshoot" 0.02, "iterations" 20
 *   callback  samples seen so far and in all epochs; may be NULL
 *   delta     the perturbation of the epoch with the highest fooling rate; release it
 *   report    JSON: "clean_accuracy", "accuracy", "fooling_rate" (share of predictions that change),
 *             "noise_fooling_rate" (of random signs, in L2 of the same length; mean of five), "history" (by epoch),
 *             "seconds", "notes"; free it with hqnn_text_release */
hqnn_status hqnn_universal_find(hqnn_layer *model, const hqnn_dataset *dataset, const char *options,
                                hqnn_attack_callback callback, void *context, hqnn_tensor **delta,
                                char **report);
/* What a perturbation does to other samples: JSON with "clean_accuracy", "accuracy", "fooling_rate". */
hqnn_status hqnn_universal_evaluate(hqnn_layer *model, const hqnn_dataset *dataset, const hqnn_tensor *delta,
                                    double low, double high, char **report);
/* clip(x + delta) of samples [n, ...], of one element type. */
hqnn_status hqnn_universal_apply(const hqnn_tensor *delta, const hqnn_tensor *samples, double low, double high,
                                 hqnn_tensor **out);

/* Attacks that change the quantum part of a model instead of its data.  kind is one of
 *
 *   "angles"   each sample's encoding angles in one quantum or quanvolution layer are wrong by delta, one for each
 *              gate, with |delta| <= eps radians: gradient steps.  Further column: size, of the error found.
 *   "weights"  the circuits' weights are wrong by one delta for all samples, |delta| <= eps radians: gradient steps
 *              on the whole set (as Wu et al. 2020); the weights come back.  In the report: "delta", and
 *              "random_accuracies" with random errors of the same size.
 *   "states"   the state that a quantum layer leaves for each sample is replaced by the worst one, mixed or pure,
 *              within the trace distance eps (0..1).  Exact, not a bound, for each class: behind the layer the model
 *              has to be linear, with 7 wires at most.  Further columns: margin (the label's output minus the largest
 *              other), worst (the smallest it can be made), bound (Hoelder's, never above), mixture (what mixing with
 *              an eigenvector achieves, never below), radius (the trace distance from which on the sample is broken).
 *
 *   options   a JSON object, or NULL: "layer" (number of the quantum layer, from 0 through the model; weights: -1 for
 *             all), "eps" (0.1); angles and weights also "norm" ("linf", "l2"), "steps" (20), "alpha" (0: 2.5 eps /
 *             steps), "restarts" (1), "seed" (0); angles "random_start"; weights "draws" (10); states "radius" (true)
 *   callback  samples (weights: steps) done and in all; not called by "states"; may be NULL
 *   report    JSON: "samples", "clean_accuracy", "accuracy" under attack, "eps", "seconds", "notes" ...; free it with
 *             hqnn_text_release
 *   rows      NULL, or a row for each sample: sample, label, before and after (predicted classes), broken (1: the
 *             prediction under attack is wrong), and the kind's own columns
 *
 * ERROR_VALUE for a model without a quantum layer, for angles where amplitudes encode the data, for states where the
 * model is not linear behind the circuit. */
hqnn_status hqnn_quantum_attack(hqnn_layer *model, const hqnn_dataset *dataset, const char *kind,
                                const char *options, hqnn_attack_callback callback, void *context, char **report,
                                hqnn_table **rows);
/* ---- certificates ---------------------------------------------------------------------------- */

/* What no attack within a radius can change, sample by sample (docs/certificates.md).  Rows are those of the data
 * set; capacity is the room of the arrays, in rows.  A callback's non-zero result cancels; it may be NULL. */

typedef struct hqnn_smoothing_options {
  size_t struct_size;
  double sigma;   /* deviation of the noise, in units of the data, above 0 */
  int64_t n0, n;  /* noisy copies for choosing the class and for bounding its probability, 1 or more */
  double alpha;   /* chance that a certificate is wrong, in (0, 1) */
  uint64_t seed;
} hqnn_smoothing_options;
#define HQNN_SMOOTHING_OPTIONS { sizeof(hqnn_smoothing_options), 0.25, 100, 1000, 0.001, 0 }
typedef struct hqnn_smoothing_row {
  int64_t label;
  int64_t predicted;  /* the smoothed model's class; -1 where it abstains */
  double radius;      /* in L2, within which that class stays; 0 where it abstains */
  double probability; /* lower bound of the class's probability under noise */
  int64_t count;      /* how often it came out, of n */
} hqnn_smoothing_row;
/* Randomised smoothing (Cohen et al. 2019) of any model: the class that comes out most often under normal noise, the
 * lower Clopper-Pearson bound p of its probability, radius sigma times the normal quantile of p; abstains where p <=
 * 1/2. */
hqnn_status hqnn_certify_smoothing(hqnn_layer *model, const hqnn_dataset *dataset,
                                   const hqnn_smoothing_options *options, hqnn_smoothing_row *rows,
                                   int64_t capacity, hqnn_attack_callback callback, void *context);

typedef enum hqnn_bound_method {
  HQNN_BOUND_INTERVAL = 0, /* an interval for each value, layer by layer (Gowal et al. 2018) */
  HQNN_BOUND_LINEAR = 1,   /* linear functions pulled back through the model, in these intervals (Zhang et al. 2020) */
  HQNN_BOUND_CROWN = 2     /* the same, with intervals before nonlinear layers found so too (Zhang et al. 2018); slow */
} hqnn_bound_method;
typedef struct hqnn_interval_options {
  size_t struct_size;
  double low, high;  /* range of the data, which boxes do not leave */
  double tolerance;  /* how much wider than exact the range of a circuit's output may be, above 0 */
  hqnn_bound_method method;
  hqnn_adversarial_norm norm; /* of eps */
} hqnn_interval_options;
#define HQNN_INTERVAL_OPTIONS \
  { sizeof(hqnn_interval_options), 0.0, 1.0, 1e-3, HQNN_BOUND_INTERVAL, HQNN_ADVERSARIAL_LINF }
/* Bounds of the margins over all points within each eps of each sample, inside the range.  Each method is at least as
 * close as the one before.
 *   eps, count  radii, each 0 or more
 *   margins     [samples, count]: the least that the label's output can be above any other, at least; NaN for samples
 *               that are classified wrongly as they are
 *   certified   [samples, count]: 1 where no perturbation changes the class
 *   predicted   [samples]; may be NULL
 * A layer without a bound is HQNN_ERROR_VALUE and named. */
hqnn_status hqnn_certify_intervals(hqnn_layer *model, const hqnn_dataset *dataset, const double *eps,
                                   int64_t count, const hqnn_interval_options *options, double *margins,
                                   int *certified, int64_t *predicted, int64_t capacity,
                                   hqnn_attack_callback callback, void *context);
/* Bounds of the outputs for all inputs low <= x <= high, both [batch, ...]: two new float64 tensors. */
hqnn_status hqnn_layer_bounds(hqnn_layer *model, const hqnn_tensor *low, const hqnn_tensor *high,
                              double tolerance, hqnn_tensor **out_low, hqnn_tensor **out_high);

typedef struct hqnn_lipschitz_row {
  int64_t label, predicted;
  double margin;                  /* the label's output above the largest other */
  double radius_l2, radius_linf;  /* no smaller perturbation changes the class; 0 where it is wrong as it is */
} hqnn_lipschitz_row;
/* Margins by how fast they can shrink: the product of the layers' Lipschitz bounds and of the head's.
 *   out_l2, out_linf  of the layers before the head; may be NULL
 *   out_parts         a line "place<tab>l2<tab>linf" for each layer; hqnn_text_release; may be NULL */
hqnn_status hqnn_certify_lipschitz(hqnn_layer *model, const hqnn_dataset *dataset, hqnn_lipschitz_row *rows,
                                   int64_t capacity, double *out_l2, double *out_linf, char **out_parts);

typedef struct hqnn_noise_channel_row {
  int64_t label, predicted;
  double distance;          /* trace distance of states within which the class stays */
  double private_distance;  /* the same by Du et al. 2021, never larger */
  double radius_l2, radius_linf; /* in units of the data; NaN where the encoding has no bound */
} hqnn_noise_channel_row;
/* Certificates from depolarising noise (Du et al. 2021) for a model that ends with measured probabilities.
 *   p         the channel before the measurement is (1 - p) rho + p I/D; in (0, 1)
 *   outcomes  of the measurement; 0 takes the model's outputs */
hqnn_status hqnn_certify_noise_channel(hqnn_layer *model, const hqnn_dataset *dataset, double p,
                                       int64_t outcomes, hqnn_noise_channel_row *rows, int64_t capacity);

/* ---- tables and curves ---------------------------------------------------------------------- */

/* Named columns of numbers or texts, in rows: hqnn_table. */

hqnn_status hqnn_table_create(const char *const *columns, int64_t count, hqnn_table **out);
hqnn_status hqnn_table_retain(hqnn_table *table);
void hqnn_table_release(hqnn_table *table);
/* Cell i is texts[i], or numbers[i] where texts[i] is NULL; texts may be NULL altogether. */
hqnn_status hqnn_table_add(hqnn_table *table, const char *const *texts, const double *numbers,
                           int64_t count);
/* Aligned columns for a terminal; numbers with this many digits after the point.  A column of whole
 * numbers with one beyond 1 is shown without digits. */
hqnn_status hqnn_table_format(const hqnn_table *table, int64_t digits, char **out);
/* Written to a temporary file first and then renamed; folders on the way are made. */
hqnn_status hqnn_table_write_csv(const hqnn_table *table, const char *path);
/* A tabular environment for LaTeX (with \toprule and the like of the package booktabs); numbers with this many
 * digits. */
hqnn_status hqnn_table_write_latex(const hqnn_table *table, int64_t digits, const char *path);

typedef struct hqnn_plot_options {
  size_t struct_size;
  const char *title;   /* texts may be NULL for none */
  const char *x, *y;   /* columns; required */
  const char *error;   /* column of half-lengths of error bars */
  const char *series;  /* column whose values name the curves */
  const char *panel;   /* column whose values name the panels, side by side */
  const char *x_label, *y_label;
  int log_x, log_y;    /* 1: a logarithmic axis, for values above 0 */
  int points;          /* 1: markers without lines between them */
} hqnn_plot_options;
#define HQNN_PLOT_OPTIONS \
  { sizeof(hqnn_plot_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0 }
/* Curves through gnuplot: writes stem.csv, stem.gp (which may be edited and run again), stem.svg and stem.png. */
hqnn_status hqnn_table_plot(const hqnn_table *table, const char *stem,
                            const hqnn_plot_options *options);

/* ---- images in a grid ------------------------------------------------------------------------ */

typedef struct hqnn_image_grid_options {
  size_t struct_size;
  double low, high; /* values drawn as black and as white; what lies outside is drawn as these two */
  int64_t scale;    /* pixels of the picture per pixel of an image, 1 to 64; 0: at least 56 per image */
  int64_t gap;      /* white pixels between images, 0 to 64 */
} hqnn_image_grid_options;
#define HQNN_IMAGE_GRID_OPTIONS { sizeof(hqnn_image_grid_options), 0, 1, 0, 4 }
/* Rows of images as one PNG, gray or in colour, written to a temporary file first and then renamed.
 *
 *   rows    count tensors [images, 1 or 3, height, width] of one height and width; a shorter row leaves white
 *   labels  what stands left of each row, in capitals: letters, digits and .,:;-+=/%()'*<>; elements, or the
 *           array, may be NULL for none
 *
 * ERROR_SHAPE for other shapes; ERROR_VALUE for NaN, for a letter that cannot be drawn and for a picture of more
 * than 16,384 pixels on a side. */
hqnn_status hqnn_image_grid_write(const hqnn_tensor *const *rows, int64_t count, const char *const *labels,
                                  const hqnn_image_grid_options *options, const char *path);

/* ---- data: sets on this machine ------------------------------------------------------------ */

/* The table of all sets that hqnn_dataset_load knows: set, state, train, test, validation, shape,
 * classes, MiB, folder.  root: instead of $HQNN_DATA. */
hqnn_status hqnn_data_list(const char *root, hqnn_table **out);
/* Compares the files of a set with the checksums that its authors publish: file, bytes, state
 * ("official", "missing", "not the official file", "no checksum known"), checksum (SHA-256; MD5 for
 * MedMNIST and STL-10). */
hqnn_status hqnn_data_check(const char *name, const char *root, hqnn_table **out);
/* Told each address before it is fetched.  Return 0 to go on; anything else ends with
 * HQNN_ERROR_CANCELLED. */
typedef int (*hqnn_fetch_callback)(void *context, const char *address);
/* Downloads with the program curl what is missing of a set into its folder below root (or
 * $HQNN_DATA): to a temporary file, whose checksum is verified before it gets its name.  base: the
 * address of a folder on another server with the same files, or NULL.  callback may be NULL. */
hqnn_status hqnn_data_get(const char *name, const char *root, const char *base,
                          hqnn_fetch_callback callback, void *context, char **out_folder);
/* SHA-256 (FIPS 180-4) of a file, as 64 hexadecimal digits. */
hqnn_status hqnn_data_sha256(const char *path, char **out);

#ifdef __cplusplus
}
#endif

#endif
