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
 *           a time.  Long calls use the OpenMP pool (OMP_NUM_THREADS, hqnn_threads_set).
 * UNITS     Angles are in radians.  Attack sizes are in units of the data, whose range is usually
 *           [0, 1].  Counts and dimensions are int64_t, sizes in bytes are size_t.
 * QUBITS    Wires, classes and indices start at 0; wire 0 is the most significant bit of a
 *           basis-state index.  Every circuit starts in |0...0>.
 * RANDOM    Every random choice takes a seed and comes from a counter-based generator
 *           (Philox 4x32-10, Salmon et al. 2011): results depend neither on the number of threads
 *           nor on what was drawn elsewhere.
 * OPTIONS   Start an option struct from its initializer macro (HQNN_FIT_OPTIONS, ...) and change
 *           fields.  Fields are only added, at the end; struct_size tells the library which ones
 *           the caller knows.  A NULL options pointer means the defaults.
 * CALLBACKS are called on the calling thread and must return: no longjmp, no C++ exception.
 * QUIET     The library never prints, installs no signal handler and changes no locale.
 */
#ifndef HQNN_H
#define HQNN_H

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

/* Instruction set and libraries this build uses, for instance
 * "hqnn 0.1.0; x86-64 avx2 fma; oneDNN 2.6.3".  Static. */
const char *hqnn_build_info(void);

/* The sentence for this thread's last failed call; "" if there was none.  Valid until the next call
 * of the library from this thread. */
const char *hqnn_last_error(void);

/* Threads that parallel loops use: 1 or more.  Returns HQNN_ERROR_VALUE otherwise. */
hqnn_status hqnn_threads_set(int64_t threads);
int64_t hqnn_threads_get(void);

/* Bytes of native memory held by tensors of this process, for hosts with a garbage collector. */
int64_t hqnn_memory_used(void);

/* Frees a text that a function returned through `char **out`.  NULL does nothing. */
void hqnn_text_release(char *text);

/* ---- tensors ------------------------------------------------------------------------------- */

/* A dense row-major array with automatic differentiation.
 *
 * A result of an operation remembers how it came about when one of its operands requires a
 * gradient.  hqnn_tensor_backward then adds the gradient of a one-element tensor to every such
 * operand, and frees the record: a second backward through it is HQNN_ERROR_STATE. */
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
/* A copy in another element type; not differentiable. */
hqnn_status hqnn_tensor_cast(const hqnn_tensor *tensor, hqnn_dtype dtype, hqnn_tensor **out);

/* Differentiation.  Only tensors that no operation produced may be switched. */
hqnn_status hqnn_tensor_require_gradient(hqnn_tensor *tensor, int required);
/* A copy of the gradient, same shape; HQNN_ERROR_STATE before any backward. */
hqnn_status hqnn_tensor_gradient(const hqnn_tensor *tensor, hqnn_tensor **out);
hqnn_status hqnn_tensor_zero_gradient(hqnn_tensor *tensor);
hqnn_status hqnn_tensor_backward(hqnn_tensor *tensor);
/* The same values, without a record. */
hqnn_status hqnn_tensor_detach(const hqnn_tensor *tensor, hqnn_tensor **out);

/* Element by element.  Shapes broadcast as in NumPy: aligned at the last axis, a dimension of 1
 * stretches.  Both operands have one element type. */
hqnn_status hqnn_tensor_add(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
hqnn_status hqnn_tensor_subtract(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
hqnn_status hqnn_tensor_multiply(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
hqnn_status hqnn_tensor_divide(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
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
  HQNN_SQUARE = 9
} hqnn_function;
hqnn_status hqnn_tensor_map(hqnn_tensor *tensor, hqnn_function function, hqnn_tensor **out);

/* [m, k] times [k, n] is [m, n]. */
hqnn_status hqnn_tensor_matmul(hqnn_tensor *a, hqnn_tensor *b, hqnn_tensor **out);
/* Sum and mean of all elements: one element, shape {}. */
hqnn_status hqnn_tensor_sum(hqnn_tensor *tensor, hqnn_tensor **out);
hqnn_status hqnn_tensor_mean(hqnn_tensor *tensor, hqnn_tensor **out);
/* Same count; at most one dimension may be -1, it is inferred. */
hqnn_status hqnn_tensor_reshape(hqnn_tensor *tensor, int64_t rank, const int64_t *shape,
                                hqnn_tensor **out);
/* Rows [first, first + count) of the first axis. */
hqnn_status hqnn_tensor_rows(hqnn_tensor *tensor, int64_t first, int64_t count, hqnn_tensor **out);
/* Column of the largest element of each row of [rows, columns]; out has room for rows. */
hqnn_status hqnn_tensor_argmax(const hqnn_tensor *tensor, int64_t *out, int64_t capacity);

/* ---- losses -------------------------------------------------------------------------------- */

/* Softmax cross-entropy, mean over the batch.  logits [batch, classes]; labels: batch class
 * numbers, each in 0..classes-1. */
hqnn_status hqnn_loss_cross_entropy(hqnn_tensor *logits, const int64_t *labels, int64_t count,
                                    hqnn_tensor **out);
/* Mean of the squared differences over all elements; equal shapes. */
hqnn_status hqnn_loss_mse(hqnn_tensor *prediction, hqnn_tensor *target, hqnn_tensor **out);

/* ---- circuits ------------------------------------------------------------------------------ */

/* A circuit: gates on wires, angles that are constants, inputs (one value per sample) or weights
 * (shared by the batch), and measured expectation values.  It may grow until it is used. */
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

/* Appends a gate by name: H X Y Z S T SX RX RY RZ PhaseShift Rot U3 CNOT CY CZ SWAP CRX CRY CRZ
 * ControlledPhase IsingXX IsingYY IsingZZ Toffoli CSWAP.  Controls come first in wires; matrices are
 * those of hqnn_gate_describe.  Wires must be distinct, the number of angles the gate's. */
hqnn_status hqnn_circuit_gate(hqnn_circuit *circuit, const char *name, const int64_t *wires,
                              int64_t wire_count, const hqnn_angle *angles, int64_t angle_count);
/* Appends a template: a named ansatz with weights numbered on from those already there.
 *   rot        Rot on every wire
 *   zz_full    Rot on every wire, then exp(-i w Z Z) on all pairs
 *   zz_linear  ... on neighbours, an open chain
 *   zz_star    ... on wire 0 with every other
 *   random     Rot, RX, RY or RZ drawn per wire, then one CNOT on a drawn pair
 *   ring       RY and RZ on every wire, then CNOT(q, q + 1 mod n)
 * layers: 1 or more repetitions.  seed: used by random alone. */
hqnn_status hqnn_circuit_template(hqnn_circuit *circuit, const char *name, int64_t layers,
                                  uint64_t seed);
/* Measures the expectation value of a Pauli word: word[i] in "XYZ" acts on wires[i]. */
hqnn_status hqnn_circuit_measure(hqnn_circuit *circuit, const char *word, const int64_t *wires,
                                 int64_t count);

hqnn_status hqnn_circuit_wires(const hqnn_circuit *circuit, int64_t *out);
hqnn_status hqnn_circuit_inputs(const hqnn_circuit *circuit, int64_t *out);
hqnn_status hqnn_circuit_weights(const hqnn_circuit *circuit, int64_t *out);
hqnn_status hqnn_circuit_outputs(const hqnn_circuit *circuit, int64_t *out);
hqnn_status hqnn_circuit_gates(const hqnn_circuit *circuit, int64_t *out);
/* Length of the longest chain of gates that share wires. */
hqnn_status hqnn_circuit_depth(const hqnn_circuit *circuit, int64_t *out);
/* A drawing in text, a line per wire.  unicode: 0 for ASCII only. */
hqnn_status hqnn_circuit_draw(const hqnn_circuit *circuit, int unicode, char **out);
/* What cannot matter: gates that change no measured value, weights without effect, one sentence
 * per line; "" if there is nothing to say. */
hqnn_status hqnn_circuit_lint(const hqnn_circuit *circuit, char **out);

/* ---- circuits: noise ----------------------------------------------------------------------- */

/* ---- circuits: interchange and drawings ---------------------------------------------------- */

/* ---- circuits: running --------------------------------------------------------------------- */

/* Names of all gates, separated by spaces.  Static. */
const char *hqnn_gate_names(void);
/* One gate: wires it acts on and angles it takes. */
hqnn_status hqnn_gate_describe(const char *name, int64_t *wires, int64_t *angles);

/* How a batch is run.  All methods agree to rounding; AUTOMATIC takes the cheapest one. */
typedef enum hqnn_method {
  HQNN_METHOD_AUTOMATIC = 0,
  HQNN_METHOD_PRODUCT = 1, /* outputs as a linear map of the products of (1, cos, sin) */
  HQNN_METHOD_UNITARY = 2, /* gates without inputs folded into matrices once per call */
  HQNN_METHOD_GATES = 3,   /* gate by gate, samples in SIMD lanes */
  HQNN_METHOD_STATE = 4,   /* one large state after the other, threads over its amplitudes */
  HQNN_METHOD_DENSITY = 5, /* exact noise */
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

/* Expectation values for a batch of inputs; differentiable in inputs and weights.
 *   inputs   [batch, inputs]; NULL when the circuit has none: a batch of one
 *   weights  [weights], shared by the batch; NULL when the circuit has none
 *   out      [batch, outputs], each in [-1, 1] */
hqnn_status hqnn_circuit_expect(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                const hqnn_run_options *options, hqnn_tensor **out);
/* Gradient of sum(output_gradient * outputs).
 *   output_gradient  [batch, outputs]; NULL for ones
 *   out_inputs       [batch, inputs], or NULL if not wanted
 *   out_weights      [weights], summed over the batch, or NULL if not wanted */
hqnn_status hqnn_circuit_gradient(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                  hqnn_tensor *output_gradient, const hqnn_run_options *options,
                                  hqnn_tensor **out_inputs, hqnn_tensor **out_weights);
/* All derivatives of a single sample's outputs.
 *   inputs       [1, inputs] or NULL;  weights [weights] or NULL
 *   out_inputs   [outputs, inputs], or NULL if not wanted
 *   out_weights  [outputs, weights], or NULL if not wanted */
hqnn_status hqnn_circuit_jacobian(hqnn_circuit *circuit, hqnn_tensor *inputs, hqnn_tensor *weights,
                                  const hqnn_run_options *options, hqnn_tensor **out_inputs,
                                  hqnn_tensor **out_weights);

/* How much a circuit with random weights explores and entangles (Sim, Johnson, Aspuru-Guzik 2019).
 * Inputs are drawn like weights, uniformly from [0, 2 pi). */
typedef struct hqnn_descriptor_options {
  size_t struct_size;
  int64_t samples; /* pairs of states for expressibility, states for entanglement; 1 or more */
  int64_t bins;    /* of the fidelity histogram; 2 or more */
  uint64_t seed;
} hqnn_descriptor_options;
#define HQNN_DESCRIPTOR_OPTIONS { sizeof(hqnn_descriptor_options), 5000, 75, 0 }
/* expressibility: KL divergence (in nats) of the fidelity distribution from that of Haar-random states, 0 is
 * best; entanglement: mean Meyer-Wallach Q in [0, 1].  Circuits of at most 12 wires. */
hqnn_status hqnn_circuit_descriptors(const hqnn_circuit *circuit,
                                     const hqnn_descriptor_options *options, double *expressibility,
                                     double *entanglement);

/* ---- circuits: states, samples and entanglement -------------------------------------------- */

/* ---- circuits: curvature ------------------------------------------------------------------- */

/* ---- circuits: analysis -------------------------------------------------------------------- */

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
} hqnn_conv2d_options;
#define HQNN_CONV2D_OPTIONS { sizeof(hqnn_conv2d_options), 1, 3, 3, 1, 1, 0, 0, 1 }
/* [batch, channels, height, width] to [batch, filters, ...]. */
hqnn_status hqnn_layer_conv2d(const hqnn_conv2d_options *options, hqnn_layer **out);

typedef struct hqnn_quanvolution_options {
  size_t struct_size;
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int channels_last;  /* output [batch, height, width, outputs] instead of [batch, outputs, ...] */
  int exact_fit;      /* 1: kernel and stride must cover the image; 0: a rest is left out */
  hqnn_run_options run;
} hqnn_quanvolution_options;
#define HQNN_QUANVOLUTION_OPTIONS \
  { sizeof(hqnn_quanvolution_options), 2, 2, 2, 2, 0, 1, HQNN_RUN_OPTIONS }
/* A circuit slid over an image: every patch of channels x kernel pixels (row by row) is one sample of
 * the circuit's inputs, every measured value an output channel. */
hqnn_status hqnn_layer_quanvolution(const hqnn_circuit *circuit,
                                    const hqnn_quanvolution_options *options, hqnn_layer **out);
/* A circuit as a dense layer: [batch, inputs] to [batch, outputs]. */
hqnn_status hqnn_layer_quantum(const hqnn_circuit *circuit, const hqnn_run_options *options,
                               hqnn_layer **out);
/* [batch, n] to [batch, units]. */
hqnn_status hqnn_layer_dense(int64_t units, int bias, hqnn_layer **out);
/* Element by element: HQNN_RELU, HQNN_SIGMOID, HQNN_TANH, ... */
hqnn_status hqnn_layer_function(hqnn_function function, hqnn_layer **out);
/* [batch, ...] to [batch, product]. */
hqnn_status hqnn_layer_flatten(hqnn_layer **out);
/* One after the other.  A layer may stand in several containers and then shares its weights. */
hqnn_status hqnn_layer_sequential(hqnn_layer *const *layers, int64_t count, hqnn_layer **out);
hqnn_status hqnn_layer_retain(hqnn_layer *layer);
void hqnn_layer_release(hqnn_layer *layer);

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
/* Parameter tensors, shared with the layer: writing to one changes the layer. */
hqnn_status hqnn_layer_parameters(const hqnn_layer *layer, int64_t *count);
hqnn_status hqnn_layer_parameter(const hqnn_layer *layer, int64_t index, hqnn_tensor **out);
/* For instance "0.weights"; release the text. */
hqnn_status hqnn_layer_parameter_name(const hqnn_layer *layer, int64_t index, char **out);
/* Layers, shapes and parameter counts, a line each. */
hqnn_status hqnn_layer_describe(const hqnn_layer *layer, char **out);

/* ---- optimisers ---------------------------------------------------------------------------- */

typedef struct hqnn_optimizer hqnn_optimizer;

typedef struct hqnn_sgd_options {
  size_t struct_size;
  double lr;       /* above 0 */
  double momentum; /* in [0, 1) */
} hqnn_sgd_options;
#define HQNN_SGD_OPTIONS { sizeof(hqnn_sgd_options), 0.01, 0.0 }
hqnn_status hqnn_optimizer_sgd(const hqnn_sgd_options *options, hqnn_optimizer **out);

/* Kingma and Ba 2015, bias-corrected, eps outside the root. */
typedef struct hqnn_adam_options {
  size_t struct_size;
  double lr;           /* above 0 */
  double beta1, beta2; /* in [0, 1) */
  double eps;          /* above 0 */
} hqnn_adam_options;
#define HQNN_ADAM_OPTIONS { sizeof(hqnn_adam_options), 1e-3, 0.9, 0.999, 1e-8 }
hqnn_status hqnn_optimizer_adam(const hqnn_adam_options *options, hqnn_optimizer **out);
hqnn_status hqnn_optimizer_retain(hqnn_optimizer *optimizer);
void hqnn_optimizer_release(hqnn_optimizer *optimizer);
/* Adds a tensor, or all trainable parameters of a built layer, to those that step updates. */
hqnn_status hqnn_optimizer_add_tensor(hqnn_optimizer *optimizer, hqnn_tensor *tensor);
hqnn_status hqnn_optimizer_add_layer(hqnn_optimizer *optimizer, hqnn_layer *layer);
/* Updates from the gradients; tensors without one are left alone. */
hqnn_status hqnn_optimizer_step(hqnn_optimizer *optimizer);
hqnn_status hqnn_optimizer_zero_gradients(hqnn_optimizer *optimizer);

/* ---- data ---------------------------------------------------------------------------------- */

/* Images or feature rows [count, ...] (float32) with a class number each. */
typedef struct hqnn_dataset hqnn_dataset;

/* classes: 1 or more; each label in 0..classes-1. */
hqnn_status hqnn_dataset_create(const hqnn_tensor *samples, const int64_t *labels, int64_t count,
                                int64_t classes, hqnn_dataset **out);
/* Embedded: Optical Recognition of Handwritten Digits (Alpaydin and Kaynak 1998, UCI, CC BY 4.0),
 * [n, 1, 8, 8], pixels in [0, 1].  The first 1437 images train, the last 360 test. */
hqnn_status hqnn_dataset_digits(hqnn_dataset **out_train, hqnn_dataset **out_test);
/* The four IDX files of MNIST (or of a set of the same form), plain or .gz, in the folder root; when
 * root is NULL or lacks them, in $HQNN_DATA/mnist.  [n, 1, 28, 28], pixels divided by 255. */
hqnn_status hqnn_dataset_mnist(const char *root, hqnn_dataset **out_train, hqnn_dataset **out_test);
/* One pair of IDX files: images (magic 2051) and labels (magic 2049), plain or gzip. */
hqnn_status hqnn_dataset_idx(const char *images, const char *labels, hqnn_dataset **out);

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
hqnn_status hqnn_dataset_labels(const hqnn_dataset *dataset, int64_t *out, int64_t capacity);
/* The order in which epoch `epoch` of a training run with this seed visits the samples. */
hqnn_status hqnn_dataset_order(const hqnn_dataset *dataset, uint64_t seed, int64_t epoch,
                               int64_t *out, int64_t capacity);
/* The samples with these indices, in this order, as a new data set. */
hqnn_status hqnn_dataset_select(const hqnn_dataset *dataset, const int64_t *indices, int64_t count,
                                hqnn_dataset **out);

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
} hqnn_fit_progress;
/* Return 0 to go on; anything else ends the run with HQNN_ERROR_CANCELLED. */
typedef int (*hqnn_fit_callback)(void *context, const hqnn_fit_progress *progress);

typedef struct hqnn_fit_options {
  size_t struct_size;
  int64_t epochs;         /* 1 or more */
  int64_t batch;          /* samples per step, 1 or more; the last step may have fewer */
  uint64_t seed;          /* of the order of the samples */
  int shuffle;            /* 0 keeps the data's order */
  int cache_features;     /* 1: run frozen layers at the front once for all epochs */
  hqnn_fit_callback callback; /* a few times a second and after each epoch; may be NULL */
  void *context;
} hqnn_fit_options;
#define HQNN_FIT_OPTIONS { sizeof(hqnn_fit_options), 10, 32, 0, 1, 1, NULL, NULL }
/* Trains a classifier with softmax cross-entropy.  The model is built when it is not yet (float32,
 * seed of the options).  optimizer: without tensors of its own it takes the model's parameters.
 * validation may be NULL. */
hqnn_status hqnn_layer_fit(hqnn_layer *model, const hqnn_dataset *train,
                           const hqnn_dataset *validation, hqnn_optimizer *optimizer,
                           const hqnn_fit_options *options);
/* Share of samples whose largest logit is the label's, and the mean cross-entropy (may be NULL). */
hqnn_status hqnn_layer_evaluate(hqnn_layer *model, const hqnn_dataset *dataset, double *accuracy,
                                double *loss);

/* ---- attacks ------------------------------------------------------------------------------- */

typedef enum hqnn_attack_kind {
  HQNN_FGSM = 0, /* one signed gradient step (Goodfellow et al. 2015) */
  HQNN_PGD = 1,  /* projected gradient steps (Madry et al. 2018) */
  HQNN_MIM = 2   /* steps along an accumulated gradient (Dong et al. 2018) */
} hqnn_attack_kind;

/* Untargeted attacks in the L-infinity ball around each sample, on softmax cross-entropy. */
typedef struct hqnn_attack_options {
  size_t struct_size;
  hqnn_attack_kind kind;
  double eps;       /* radius of the ball, in units of the data, above 0 */
  double alpha;     /* step size, above 0; 0 takes 2.5 eps / steps (PGD) or eps / steps (MIM) */
  int64_t steps;    /* 1 or more; FGSM takes one */
  int random_start; /* PGD: begin at a uniform point of the ball */
  int64_t restarts; /* 1 or more; a sample counts as broken when any restart breaks it */
  double decay;     /* MIM: mu, 0 or more */
  double low, high; /* range of the data; every adversarial sample is inside */
  uint64_t seed;
} hqnn_attack_options;
#define HQNN_ATTACK_OPTIONS \
  { sizeof(hqnn_attack_options), HQNN_PGD, 0.1, 0.0, 10, 0, 1, 1.0, 0.0, 1.0, 0 }
/* Adversarial versions of samples [n, ...] with labels.  Of several restarts, the first that changes
 * the prediction to a wrong one is kept per sample, otherwise the one of largest loss. */
hqnn_status hqnn_attack_run(hqnn_layer *model, const hqnn_tensor *samples, const int64_t *labels,
                            int64_t count, const hqnn_attack_options *options, hqnn_tensor **out);

typedef int (*hqnn_attack_callback)(void *context, int64_t done, int64_t total);
/* Accuracy of `target` on samples crafted against `source` (the same handle for a white-box attack,
 * another model for a transfer attack), for each eps; eps 0 is the clean accuracy.
 *   eps, count      radii, each 0 or more
 *   accuracies      room for count values in [0, 1]
 *   callback        after each chunk of samples; non-zero cancels; may be NULL */
hqnn_status hqnn_attack_evaluate(hqnn_layer *source, hqnn_layer *target, const hqnn_dataset *dataset,
                                 const hqnn_attack_options *options, const double *eps,
                                 int64_t count, double *accuracies, hqnn_attack_callback callback,
                                 void *context);

/* ---- tables and curves ---------------------------------------------------------------------- */

/* Named columns of numbers or texts, in rows. */
typedef struct hqnn_table hqnn_table;

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

typedef struct hqnn_plot_options {
  size_t struct_size;
  const char *title;   /* texts may be NULL for none */
  const char *x, *y;   /* columns; required */
  const char *error;   /* column of half-lengths of error bars */
  const char *series;  /* column whose values name the curves */
  const char *panel;   /* column whose values name the panels, side by side */
  const char *x_label, *y_label;
} hqnn_plot_options;
#define HQNN_PLOT_OPTIONS \
  { sizeof(hqnn_plot_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL }
/* Curves through gnuplot: writes stem.csv, stem.gp (which may be edited and run again), stem.svg and stem.png. */
hqnn_status hqnn_table_plot(const hqnn_table *table, const char *stem,
                            const hqnn_plot_options *options);

#ifdef __cplusplus
}
#endif

#endif
