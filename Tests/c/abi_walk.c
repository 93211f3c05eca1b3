/* Calls every function of hqnn.h with NULL for each pointer and -1 for each count: a status, never
 * a crash, and nothing written.  run.sh sees to it that none of the header is left out. */
#include "check.h"

/* Each row fails because of its handle or pointer; its out-parameters keep what they held. */
#define NULLED(call) REFUSES(HQNN_ERROR_NULL, call)

static hqnn_tensor *tensor = UNTOUCHED;
static hqnn_circuit *circuit = UNTOUCHED;
static hqnn_layer *layer = UNTOUCHED;
static hqnn_optimizer *optimizer = UNTOUCHED;
static hqnn_dataset *dataset = UNTOUCHED, *dataset2 = UNTOUCHED;
static hqnn_table *table = UNTOUCHED;
static hqnn_channel *channel = UNTOUCHED;
static char *text = UNTOUCHED;
static int64_t number = -77, number2 = -77;
static double real = -77, real2 = -77;
static hqnn_dtype dtype = (hqnn_dtype)77;
static hqnn_method method = (hqnn_method)77;
static int flag = -77;
static const int64_t shape[2] = {2, 3};
static double elements[6]; /* twice the bytes of a float32 tensor of this shape */

static void nothing_was_written(void) {
  CHECK(tensor == UNTOUCHED && circuit == UNTOUCHED && layer == UNTOUCHED);
  CHECK(optimizer == UNTOUCHED && dataset == UNTOUCHED && dataset2 == UNTOUCHED);
  CHECK(table == UNTOUCHED && text == UNTOUCHED);
  CHECK(number == -77 && number2 == -77 && real == -77 && real2 == -77 && flag == -77);
  CHECK(dtype == (hqnn_dtype)77 && method == (hqnn_method)77);
}

/* Releasing NULL does nothing. */
static void releases(void) {
  hqnn_text_release(NULL);
  hqnn_tensor_release(NULL);
  hqnn_circuit_release(NULL);
  hqnn_layer_release(NULL);
  hqnn_optimizer_release(NULL);
  hqnn_dataset_release(NULL);
  hqnn_table_release(NULL);
  hqnn_channel_release(NULL);
  hqnn_noise_release(NULL);
}

static void library(void) {
  CHECK(strcmp(hqnn_version(), "0.1.0") == 0);
  CHECK(strstr(hqnn_build_info(), "hqnn 0.1.0; ") == hqnn_build_info());
  CHECK(strcmp(hqnn_last_error(), "") == 0);
  CHECK(hqnn_threads_get() >= 1);
  SAYS(HQNN_ERROR_VALUE, "threads is 0; it must be in 1..4096", hqnn_threads_set(0));
  REFUSES(HQNN_ERROR_VALUE, hqnn_threads_set(-1));
  CHECK(hqnn_memory_used() == 0);
}

static void tensors_null(void) {
  NULLED(hqnn_tensor_create(HQNN_FLOAT32, 2, shape, NULL, NULL));
  NULLED(hqnn_tensor_create(HQNN_FLOAT32, 2, NULL, NULL, &tensor));
  NULLED(hqnn_tensor_uniform(HQNN_FLOAT32, 2, NULL, 0, 1, 0, &tensor));
  NULLED(hqnn_tensor_uniform(HQNN_FLOAT32, 2, shape, 0, 1, 0, NULL));
  NULLED(hqnn_tensor_normal(HQNN_FLOAT32, 2, NULL, 0, 1, 0, &tensor));
  NULLED(hqnn_tensor_normal(HQNN_FLOAT32, 2, shape, 0, 1, 0, NULL));
  NULLED(hqnn_tensor_retain(NULL));
  NULLED(hqnn_tensor_dtype(NULL, &dtype));
  NULLED(hqnn_tensor_rank(NULL, &number));
  NULLED(hqnn_tensor_shape(NULL, &number, 1));
  NULLED(hqnn_tensor_count(NULL, &number));
  NULLED(hqnn_tensor_read(NULL, elements, sizeof elements));
  NULLED(hqnn_tensor_write(NULL, elements, sizeof elements));
  NULLED(hqnn_tensor_get(NULL, 0, &real));
  NULLED(hqnn_tensor_set(NULL, 0, 1));
  NULLED(hqnn_tensor_cast(NULL, HQNN_FLOAT64, &tensor));
  NULLED(hqnn_tensor_require_gradient(NULL, 1));
  NULLED(hqnn_tensor_gradient(NULL, &tensor));
  NULLED(hqnn_tensor_zero_gradient(NULL));
  NULLED(hqnn_tensor_backward(NULL));
  NULLED(hqnn_tensor_detach(NULL, &tensor));
  NULLED(hqnn_tensor_add(NULL, NULL, &tensor));
  NULLED(hqnn_tensor_subtract(NULL, NULL, &tensor));
  NULLED(hqnn_tensor_multiply(NULL, NULL, &tensor));
  NULLED(hqnn_tensor_divide(NULL, NULL, &tensor));
  NULLED(hqnn_tensor_affine(NULL, 1, 0, &tensor));
  NULLED(hqnn_tensor_map(NULL, HQNN_RELU, &tensor));
  NULLED(hqnn_tensor_matmul(NULL, NULL, &tensor));
  NULLED(hqnn_tensor_sum(NULL, &tensor));
  NULLED(hqnn_tensor_mean(NULL, &tensor));
  NULLED(hqnn_tensor_reshape(NULL, 2, shape, &tensor));
  NULLED(hqnn_tensor_rows(NULL, 0, 1, &tensor));
  NULLED(hqnn_tensor_argmax(NULL, &number, 1));
  NULLED(hqnn_loss_cross_entropy(NULL, shape, 2, &tensor));
  NULLED(hqnn_loss_mse(NULL, NULL, &tensor));
}

static void tensors_wrong(hqnn_tensor *good) {
  const int64_t negative[2] = {2, -1};
  const int64_t index[2] = {0, 0};
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_create(HQNN_FLOAT32, -1, shape, NULL, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_create((hqnn_dtype)9, 2, shape, NULL, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_uniform(HQNN_FLOAT32, -1, shape, 0, 1, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_normal(HQNN_FLOAT32, 2, shape, 0, -1, 0, &tensor));
  CHECK(hqnn_tensor_create(HQNN_FLOAT32, 2, negative, NULL, &tensor) != HQNN_OK);
  CHECK(hqnn_tensor_shape(good, &number, -1) != HQNN_OK);
  CHECK(hqnn_tensor_shape(good, &number, 1) != HQNN_OK);
  CHECK(hqnn_tensor_read(good, elements, 1) != HQNN_OK);
  CHECK(hqnn_tensor_write(good, elements, 1) != HQNN_OK);
  CHECK(hqnn_tensor_get(good, -1, &real) != HQNN_OK);
  CHECK(hqnn_tensor_get(good, 6, &real) != HQNN_OK);
  CHECK(hqnn_tensor_set(good, -1, 0) != HQNN_OK);
  CHECK(hqnn_tensor_cast(good, (hqnn_dtype)9, &tensor) != HQNN_OK);
  REFUSES(HQNN_ERROR_STATE, hqnn_tensor_gradient(good, &tensor));
  CHECK(hqnn_tensor_backward(good) != HQNN_OK);
  CHECK(hqnn_tensor_map(good, (hqnn_function)99, &tensor) != HQNN_OK);
  REFUSES(HQNN_ERROR_SHAPE, hqnn_tensor_matmul(good, good, &tensor));
  CHECK(hqnn_tensor_reshape(good, 2, negative, &tensor) == HQNN_OK);
  hqnn_tensor_release(tensor);
  tensor = UNTOUCHED;
  CHECK(hqnn_tensor_reshape(good, -1, shape, &tensor) != HQNN_OK);
  CHECK(hqnn_tensor_rows(good, -1, 1, &tensor) != HQNN_OK);
  CHECK(hqnn_tensor_rows(good, 0, -1, &tensor) != HQNN_OK);
  CHECK(hqnn_tensor_rows(good, 1, 2, &tensor) != HQNN_OK);
  CHECK(hqnn_tensor_argmax(good, &number, -1) != HQNN_OK);
  CHECK(hqnn_loss_cross_entropy(good, index, -1, &tensor) != HQNN_OK);
  CHECK(hqnn_loss_cross_entropy(good, negative, 2, &tensor) != HQNN_OK);
  NULLED(hqnn_loss_cross_entropy(good, NULL, 2, &tensor));
  NULLED(hqnn_loss_mse(good, NULL, &tensor));
  NULLED(hqnn_tensor_add(good, NULL, &tensor));
  NULLED(hqnn_tensor_add(good, good, NULL));
  NULLED(hqnn_tensor_read(good, NULL, sizeof elements / 2));
  NULLED(hqnn_tensor_write(good, NULL, sizeof elements / 2));
}

static void noise_null(void) {
  const char *const words[1] = {"X"};
  const double p[1] = {0.1};
  NULLED(hqnn_channel_create(NULL, p, 1, &channel));
  NULLED(hqnn_channel_create("bit_flip", NULL, 1, &channel));
  NULLED(hqnn_channel_create("bit_flip", p, 1, NULL));
  NULLED(hqnn_channel_pauli(NULL, p, 1, &channel));
  NULLED(hqnn_channel_pauli(words, NULL, 1, &channel));
  NULLED(hqnn_channel_pauli(words, p, 1, NULL));
  NULLED(hqnn_channel_kraus(NULL, 8, 1, &channel));
  NULLED(hqnn_channel_kraus(p, 1, 1, NULL));
  NULLED(hqnn_channel_retain(NULL));
  NULLED(hqnn_channel_describe(NULL, &number, &number2));
  NULLED(hqnn_channel_describe("bit_flip", NULL, &number2));
  NULLED(hqnn_circuit_channel(NULL, NULL, shape, 1));
  NULLED(hqnn_circuit_readout_error(NULL, 0, 0, 0));
  NULLED(hqnn_noise_create(NULL));
  NULLED(hqnn_noise_retain(NULL));
  NULLED(hqnn_noise_add(NULL, "all", NULL));
  NULLED(hqnn_noise_readout(NULL, 0, 0));
  NULLED(hqnn_circuit_noisy(NULL, NULL, &circuit));
  NULLED(hqnn_circuit_expect_errors(NULL, NULL, NULL, NULL, &tensor, &tensor));
}

/* good: RY(input 0) on wire 0 of 2, RX(weight 0) on wire 1, measured Z on both. */
static void noise_wrong(hqnn_circuit *good) {
  const char *const words[2] = {"X", "XX"};
  const double numbers[2] = {0.1, 1.5};
  const int64_t wires[2] = {0, 5};
  hqnn_run_options options = HQNN_RUN_OPTIONS;
  hqnn_channel *flip = NULL;
  hqnn_noise *noise = NULL;
  hqnn_circuit *noisy = NULL;
  CHECK(strstr(hqnn_channel_names(), "depolarizing") != NULL);
  WORKS(hqnn_channel_describe("thermal_relaxation", &number, &number2));
  CHECK(number == 1 && number2 == 4);
  number = number2 = -77;
  REFUSES(HQNN_ERROR_VALUE, hqnn_channel_describe("none", &number, &number2));
  REFUSES(HQNN_ERROR_VALUE, hqnn_channel_create("bit_flip", numbers, -1, &channel));
  REFUSES(HQNN_ERROR_VALUE, hqnn_channel_create("bit_flip", numbers, 2, &channel));
  REFUSES(HQNN_ERROR_VALUE, hqnn_channel_create("flip", numbers, 1, &channel));
  SAYS(HQNN_ERROR_VALUE, "bit_flip: p is 1.5; it must be in [0, 1]",
       hqnn_channel_create("bit_flip", numbers + 1, 1, &channel));
  REFUSES(HQNN_ERROR_VALUE, hqnn_channel_pauli(words, numbers, -1, &channel));
  REFUSES(HQNN_ERROR_VALUE, hqnn_channel_pauli(words, numbers, 2, &channel));
  REFUSES(HQNN_ERROR_VALUE, hqnn_channel_pauli(words, numbers, 0, &channel));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_channel_kraus(numbers, 2, 1, &channel));
  REFUSES(HQNN_ERROR_VALUE, hqnn_channel_kraus(numbers, -1, 1, &channel));
  REFUSES(HQNN_ERROR_VALUE, hqnn_channel_kraus(numbers, 2, -1, &channel));
  CHECK(channel == UNTOUCHED);

  WORKS(hqnn_channel_create("bit_flip", numbers, 1, &flip));
  WORKS(hqnn_channel_retain(flip));
  hqnn_channel_release(flip);
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_channel(good, flip, wires + 1, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_channel(good, flip, wires, -1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_channel(good, flip, wires, 2));
  NULLED(hqnn_circuit_channel(good, flip, NULL, 1));
  NULLED(hqnn_circuit_channel(good, NULL, wires, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_readout_error(good, -1, 0, 0));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_readout_error(good, 0, 1.5, 0));
  WORKS(hqnn_noise_create(&noise));
  WORKS(hqnn_noise_retain(noise));
  hqnn_noise_release(noise);
  NULLED(hqnn_noise_add(noise, NULL, flip));
  NULLED(hqnn_noise_add(noise, "all", NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_noise_add(noise, "some", flip));
  REFUSES(HQNN_ERROR_VALUE, hqnn_noise_readout(noise, -1, 0));
  WORKS(hqnn_noise_add(noise, "all", flip));
  NULLED(hqnn_circuit_noisy(good, noise, NULL));
  NULLED(hqnn_circuit_noisy(good, NULL, &circuit));
  WORKS(hqnn_circuit_noisy(good, noise, &noisy));
  REFUSES(HQNN_ERROR_STATE, hqnn_circuit_expect_errors(noisy, NULL, NULL, &options, &tensor, &tensor));
  options.method = HQNN_METHOD_TRAJECTORIES;
  REFUSES(HQNN_ERROR_SHAPE, hqnn_circuit_expect_errors(noisy, NULL, NULL, &options, &tensor, &tensor));
  NULLED(hqnn_circuit_expect_errors(noisy, NULL, NULL, &options, NULL, &tensor));
  NULLED(hqnn_circuit_expect_errors(noisy, NULL, NULL, &options, &tensor, NULL));
  hqnn_circuit_release(noisy);
  hqnn_noise_release(noise);
  hqnn_channel_release(flip);
}

static void analysis_null(void) {
  hqnn_expressibility expressibility = HQNN_EXPRESSIBILITY;
  hqnn_resources resources = HQNN_RESOURCES;
  hqnn_estimate estimate = {-77, -77};
  NULLED(hqnn_circuit_descriptors(NULL, NULL, &real, &real2));
  NULLED(hqnn_circuit_expressibility(NULL, NULL, &expressibility));
  NULLED(hqnn_circuit_entanglement(NULL, NULL, &estimate));
  NULLED(hqnn_circuit_gradient_variance(NULL, NULL, &estimate, NULL, &tensor));
  NULLED(hqnn_circuit_fourier(NULL, NULL, &tensor));
  NULLED(hqnn_circuit_effective_dimension(NULL, NULL, &estimate, &tensor));
  NULLED(hqnn_circuit_resources(NULL, &resources, &text, &text));
  NULLED(hqnn_circuit_light_cone(NULL, 0, HQNN_CONE_WIRES, &number, 1, &number2));
  CHECK(estimate.value == -77 && resources.wires == 0 && expressibility.divergence == 0);
}

/* good: RY(input 0) on wire 0 of 2, RX(weight 0) on wire 1, measured Z on both. */
static void analysis_wrong(hqnn_circuit *good) {
  hqnn_descriptor_options descriptors = HQNN_DESCRIPTOR_OPTIONS;
  hqnn_expressibility expressibility = HQNN_EXPRESSIBILITY;
  hqnn_gradient_variance_options variance = HQNN_GRADIENT_VARIANCE_OPTIONS;
  hqnn_fourier_options fourier = HQNN_FOURIER_OPTIONS;
  hqnn_effective_dimension_options dimension = HQNN_EFFECTIVE_DIMENSION_OPTIONS;
  hqnn_resources resources = HQNN_RESOURCES;
  hqnn_estimate estimate = {-77, -77};
  const double one = 1;
  const int64_t minus = -1;
  int64_t room[4];
  descriptors.samples = -1;
  CHECK(hqnn_circuit_descriptors(good, &descriptors, &real, &real2) != HQNN_OK);
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_expressibility(good, &descriptors, &expressibility));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_entanglement(good, &descriptors, &estimate));
  descriptors.samples = 10;
  descriptors.bins = 1;
  CHECK(hqnn_circuit_descriptors(good, &descriptors, &real, &real2) != HQNN_OK);
  descriptors.bins = 20;
  NULLED(hqnn_circuit_descriptors(good, &descriptors, NULL, &real2));
  NULLED(hqnn_circuit_expressibility(good, &descriptors, NULL));
  NULLED(hqnn_circuit_entanglement(good, &descriptors, NULL));
  expressibility.struct_size = 3;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_expressibility(good, &descriptors, &expressibility));
  /* A caller that knows the first field alone gets that one. */
  expressibility.struct_size = 2 * sizeof(size_t);
  expressibility.error = -77;
  WORKS(hqnn_circuit_expressibility(good, &descriptors, &expressibility));
  CHECK(expressibility.divergence > 0 && expressibility.error == -77 &&
        expressibility.struct_size == 2 * sizeof(size_t));

  NULLED(hqnn_circuit_gradient_variance(good, &variance, NULL, NULL, NULL));
  variance.output = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_gradient_variance(good, &variance, &estimate, NULL, &tensor));
  variance.output = 1;
  variance.weight = -2;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_gradient_variance(good, &variance, &estimate, NULL, &tensor));
  variance.weight = -1;
  variance.inputs = &one;
  variance.input_count = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_gradient_variance(good, &variance, &estimate, NULL, &tensor));
  variance.input_count = 1;
  variance.samples = -5;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_gradient_variance(good, &variance, &estimate, NULL, &tensor));
  CHECK(estimate.value == -77);
  variance.samples = 100;
  WORKS(hqnn_circuit_gradient_variance(good, &variance, &estimate, NULL, NULL));
  CHECK(estimate.value > 0.3 && estimate.value < 0.7 && estimate.error > 0);

  NULLED(hqnn_circuit_fourier(good, &fourier, NULL));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_circuit_fourier(good, &fourier, &tensor));
  fourier.weights = &one;
  fourier.weight_count = 1;
  fourier.columns = &minus;
  fourier.column_count = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_fourier(good, &fourier, &tensor));
  fourier.column_count = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_fourier(good, &fourier, &tensor));
  fourier.columns = NULL;
  fourier.degrees = &minus;
  fourier.degree_count = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_fourier(good, &fourier, &tensor));
  fourier.degrees = NULL;
  WORKS(hqnn_circuit_fourier(good, &fourier, &tensor));
  WORKS(hqnn_tensor_get(tensor, 6, &real)); /* the second row: frequency, re, im, degeneracy */
  CHECK(real > -1e-12 && real < 1e-12);
  hqnn_tensor_release(tensor);
  tensor = UNTOUCHED;
  real = -77;

  NULLED(hqnn_circuit_effective_dimension(good, &dimension, NULL, &tensor));
  dimension.counts = &minus;
  dimension.count_count = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_effective_dimension(good, &dimension, &estimate, &tensor));
  dimension.counts = NULL;
  dimension.rows = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_effective_dimension(good, &dimension, &estimate, &tensor));
  dimension.rows = 2;
  dimension.model = (hqnn_probability_model)9;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_effective_dimension(good, &dimension, &estimate, &tensor));
  dimension.model = HQNN_MODEL_AUTOMATIC;
  dimension.gamma = 0;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_effective_dimension(good, &dimension, &estimate, &tensor));
  dimension.gamma = 1;
  WORKS(hqnn_circuit_effective_dimension(good, &dimension, &estimate, NULL));
  CHECK(estimate.value > 0 && estimate.value < 2);

  NULLED(hqnn_circuit_resources(good, NULL, NULL, NULL));
  WORKS(hqnn_circuit_resources(good, &resources, NULL, NULL));
  CHECK(resources.wires == 2 && resources.one_qubit_gates == 2 && resources.t_count == -1);
  NULLED(hqnn_circuit_light_cone(good, 0, HQNN_CONE_WIRES, NULL, 1, &number));
  NULLED(hqnn_circuit_light_cone(good, 0, HQNN_CONE_WIRES, room, 4, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_light_cone(good, -1, HQNN_CONE_WIRES, room, 4, &number));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_light_cone(good, 0, HQNN_CONE_WIRES, room, -4, &number));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_light_cone(good, 0, (hqnn_cone_part)9, room, 4, &number));
  WORKS(hqnn_circuit_light_cone(good, 1, HQNN_CONE_WIRES, room, 4, &number));
  CHECK(number == 1 && room[0] == 1);
  number = -77;
}

static void circuits_null(void) {
  hqnn_angle angle = HQNN_ANGLE_CONSTANT(0);
  const int64_t wire = 0;
  NULLED(hqnn_circuit_create(2, NULL));
  NULLED(hqnn_circuit_copy(NULL, &circuit));
  NULLED(hqnn_circuit_retain(NULL));
  NULLED(hqnn_circuit_gate(NULL, "RX", &wire, 1, &angle, 1));
  NULLED(hqnn_circuit_measure(NULL, "Z", &wire, 1));
  NULLED(hqnn_circuit_wires(NULL, &number));
  NULLED(hqnn_circuit_inputs(NULL, &number));
  NULLED(hqnn_circuit_weights(NULL, &number));
  NULLED(hqnn_circuit_outputs(NULL, &number));
  NULLED(hqnn_circuit_gates(NULL, &number));
  NULLED(hqnn_circuit_depth(NULL, &number));
  NULLED(hqnn_circuit_draw(NULL, 1, &text));
  NULLED(hqnn_circuit_qasm(NULL, 3, NULL, 0, NULL, 0, &text));
  NULLED(hqnn_circuit_from_qasm(NULL, "name", &circuit));
  NULLED(hqnn_circuit_from_qasm("OPENQASM 2.0; qreg q[1];", "name", NULL));
  NULLED(hqnn_circuit_svg(NULL, 960, &text));
  NULLED(hqnn_circuit_quantikz(NULL, &text));
  NULLED(hqnn_text_write(NULL, "/tmp"));
  NULLED(hqnn_text_write("", NULL));
  NULLED(hqnn_circuit_lint(NULL, &text));
  CHECK(strstr(hqnn_gate_names(), "CNOT") != NULL);
  NULLED(hqnn_gate_describe(NULL, &number, &number2));
  NULLED(hqnn_circuit_method(NULL, 1, &method));
  NULLED(hqnn_circuit_expect(NULL, NULL, NULL, NULL, &tensor));
  NULLED(hqnn_circuit_gradient(NULL, NULL, NULL, NULL, NULL, &tensor, NULL));
  NULLED(hqnn_circuit_jacobian(NULL, NULL, NULL, NULL, &tensor, NULL));
  analysis_null();
}

/* good: RY(input 0) on wire 0 of 2, RX(weight 0) on wire 1, measured Z on both. */
static void interchange_wrong(hqnn_circuit *good) {
  const char *program = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[1];\nh q[1];\n";
  const double value = 0.5;
  CHECK(hqnn_circuit_qasm(good, 1, NULL, 0, NULL, 0, &text) != HQNN_OK);
  CHECK(hqnn_circuit_qasm(good, 3, &value, -1, NULL, 0, &text) != HQNN_OK);
  CHECK(hqnn_circuit_qasm(good, 3, NULL, 2, NULL, 0, &text) != HQNN_OK);
  REFUSES(HQNN_ERROR_SHAPE, hqnn_circuit_qasm(good, 3, NULL, 0, elements, 6, &text));
  NULLED(hqnn_circuit_qasm(good, 3, NULL, 0, NULL, 0, NULL));
  SAYS(HQNN_ERROR_VALUE, "file.qasm:4:5: q[1] is not in q[0]..q[0]",
       hqnn_circuit_from_qasm(program, "file.qasm", &circuit));
  SAYS(HQNN_ERROR_VALUE, "qasm:1:1: expected 'OPENQASM 2.0;' or 'OPENQASM 3.0;' at the start, got the end of the text",
       hqnn_circuit_from_qasm("", NULL, &circuit));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_svg(good, -1, &text));
  NULLED(hqnn_circuit_svg(good, 960, NULL));
  NULLED(hqnn_circuit_quantikz(good, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_text_write("", ""));
  REFUSES(HQNN_ERROR_FILE, hqnn_text_write("", "/dev/null/file"));
}

static void circuits_wrong(hqnn_circuit *good, hqnn_tensor *two_by_three) {
  hqnn_angle angle = HQNN_ANGLE_INPUT(-1, 1), fine = HQNN_ANGLE_CONSTANT(0.5);
  hqnn_run_options options = HQNN_RUN_OPTIONS;
  const int64_t wires[2] = {0, 0}, outside = 2, negative = -1;
  interchange_wrong(good);
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_create(0, &circuit));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_create(-1, &circuit));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_create(31, &circuit));
  NULLED(hqnn_circuit_gate(good, NULL, wires, 1, &fine, 1));
  NULLED(hqnn_circuit_gate(good, "RX", NULL, 1, &fine, 1));
  NULLED(hqnn_circuit_gate(good, "RX", wires, 1, NULL, 1));
  CHECK(hqnn_circuit_gate(good, "RX", wires, -1, &fine, 1) != HQNN_OK);
  CHECK(hqnn_circuit_gate(good, "RX", wires, 1, &fine, -1) != HQNN_OK);
  CHECK(hqnn_circuit_gate(good, "RX", wires, 1, &angle, 1) != HQNN_OK);
  CHECK(hqnn_circuit_gate(good, "RX", &outside, 1, &fine, 1) != HQNN_OK);
  CHECK(hqnn_circuit_gate(good, "RX", &negative, 1, &fine, 1) != HQNN_OK);
  CHECK(hqnn_circuit_gate(good, "CNOT", wires, 2, NULL, 0) != HQNN_OK);
  CHECK(hqnn_circuit_gate(good, "NOPE", wires, 1, NULL, 0) != HQNN_OK);
  NULLED(hqnn_circuit_measure(good, NULL, wires, 1));
  NULLED(hqnn_circuit_measure(good, "Z", NULL, 1));
  CHECK(hqnn_circuit_measure(good, "Z", wires, -1) != HQNN_OK);
  CHECK(hqnn_circuit_measure(good, "ZZ", wires, 2) != HQNN_OK);
  CHECK(hqnn_circuit_measure(good, "Z", &outside, 1) != HQNN_OK);
  CHECK(hqnn_circuit_measure(good, "Q", wires, 1) != HQNN_OK);
  CHECK(hqnn_gate_describe("NOPE", &number, &number2) != HQNN_OK);
  CHECK(hqnn_circuit_method(good, -1, &method) != HQNN_OK);
  NULLED(hqnn_circuit_method(good, 1, NULL));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_circuit_expect(good, NULL, NULL, NULL, &tensor));
  CHECK(hqnn_circuit_expect(good, two_by_three, two_by_three, NULL, &tensor) != HQNN_OK);
  CHECK(hqnn_circuit_gradient(good, two_by_three, two_by_three, NULL, NULL, &tensor, NULL) != HQNN_OK);
  CHECK(hqnn_circuit_jacobian(good, two_by_three, two_by_three, NULL, &tensor, NULL) != HQNN_OK);
  options.struct_size = 0;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_expect(good, two_by_three, two_by_three, &options, &tensor));
  analysis_wrong(good);
}

static void building_null(void) {
  const hqnn_angle angle = HQNN_ANGLE_CONSTANT(0);
  const int64_t wire = 0;
  const char *word = "Z";
  double matrix[8] = {1, 0, 0, 0, 0, 0, 1, 0}, one = 1;
  NULLED(hqnn_circuit_pauli_rotation(NULL, "Z", &wire, 1, &angle));
  NULLED(hqnn_circuit_unitary(NULL, matrix, 8, &wire, 1));
  NULLED(hqnn_circuit_begin(NULL, NULL));
  NULLED(hqnn_circuit_end(NULL));
  NULLED(hqnn_circuit_append(NULL, NULL, NULL));
  NULLED(hqnn_circuit_measure_wire(NULL, 0, -1, &number));
  NULLED(hqnn_circuit_reset(NULL, 0));
  NULLED(hqnn_circuit_barrier(NULL, &wire, 1));
  NULLED(hqnn_circuit_prepare(NULL, matrix, 8, 0));
  NULLED(hqnn_circuit_amplitudes(NULL, NULL));
  NULLED(hqnn_circuit_encode(NULL, "angle", NULL));
  CHECK(strstr(hqnn_encoding_names(), "zz_feature_map") != NULL);
  NULLED(hqnn_circuit_evolve(NULL, &word, &wire, 1, &one, 1, &angle, 1, 1));
  NULLED(hqnn_circuit_template(NULL, "ring", NULL));
  CHECK(strstr(hqnn_template_names(), "sim_19") != NULL);
  NULLED(hqnn_pattern_pairs(NULL, 2, 0, &number, 1, &number2));
  NULLED(hqnn_pattern_pairs("ring", 2, 0, NULL, 2, &number2));
  NULLED(hqnn_pattern_pairs("ring", 2, 0, &number, 2, NULL));
  NULLED(hqnn_circuit_measure_sum(NULL, &word, &wire, 1, &one, 1));
  NULLED(hqnn_circuit_measure_variance(NULL, &word, &wire, 1, &one, 1));
  NULLED(hqnn_circuit_measure_probabilities(NULL, &wire, 1));
  NULLED(hqnn_gate_matrix(NULL, NULL, 0, matrix, 8));
  NULLED(hqnn_gate_matrix("H", NULL, 0, NULL, 8));
  NULLED(hqnn_gate_matrix("RX", NULL, 1, matrix, 8));
  NULLED(hqnn_gate_generator(NULL, 0, matrix, 8));
  NULLED(hqnn_gate_generator("RX", 0, NULL, 8));
  NULLED(hqnn_gate_frequencies(NULL, 0, matrix, 8, &number));
  NULLED(hqnn_gate_frequencies("RX", 0, NULL, 8, &number));
  NULLED(hqnn_gate_frequencies("RX", 0, matrix, 8, NULL));
  NULLED(hqnn_gate_symbols(NULL, &text));
  NULLED(hqnn_gate_symbols("H", NULL));
  NULLED(hqnn_gate_qasm(NULL, &text));
  NULLED(hqnn_gate_qasm("H", NULL));
}

/* The circuit has two wires, two gates, and stays as it is. */
static void building_wrong(hqnn_circuit *good) {
  const hqnn_angle angle = HQNN_ANGLE_CONSTANT(0);
  const int64_t wires[2] = {0, 0}, outside = 2;
  const int one_and_two[2] = {1, 2};
  const char *word = "Z", *const none = NULL;
  const double matrix[8] = {1, 0, 0, 0, 0, 0, 1, 0}, half[8] = {1, 0, 0, 0, 0, 0, 0.5, 0}, one = 1;
  double few[2];
  hqnn_block_options block = HQNN_BLOCK_OPTIONS;
  hqnn_append_options append = HQNN_APPEND_OPTIONS;
  hqnn_amplitude_options amplitudes = HQNN_AMPLITUDE_OPTIONS;
  hqnn_encoding_options encoding = HQNN_ENCODING_OPTIONS;
  hqnn_template_options options = HQNN_TEMPLATE_OPTIONS;
  hqnn_circuit *other = NULL;

  NULLED(hqnn_circuit_pauli_rotation(good, NULL, wires, 1, &angle));
  NULLED(hqnn_circuit_pauli_rotation(good, "Z", NULL, 1, &angle));
  NULLED(hqnn_circuit_pauli_rotation(good, "Z", wires, 1, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_pauli_rotation(good, "", wires, 0, &angle));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_pauli_rotation(good, "ZZ", wires, 2, &angle));
  NULLED(hqnn_circuit_unitary(good, NULL, 8, wires, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_unitary(good, matrix, -1, wires, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_unitary(good, matrix, 8, wires, -1));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_circuit_unitary(good, matrix, 7, wires, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_unitary(good, matrix, 8, &outside, 1));
  SAYS(HQNN_ERROR_VALUE, "the matrix is not unitary: the largest entry of |U†U - 1| is 0.75, it may be 1e-08",
       hqnn_circuit_unitary(good, half, 8, wires, 1));

  SAYS(HQNN_ERROR_STATE, "no block is open", hqnn_circuit_end(good));
  block.controls = &outside;
  block.control_count = 1;
  SAYS(HQNN_ERROR_VALUE, "wire 2 is not in 0..1", hqnn_circuit_begin(good, &block));
  block.controls = wires;
  block.control_values = one_and_two + 1;
  SAYS(HQNN_ERROR_VALUE, "the value of a control is 2; it must be 0 or 1", hqnn_circuit_begin(good, &block));
  block.control_values = NULL;
  block.control_count = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_begin(good, &block));
  block.control_count = 1;
  block.bits = wires;
  block.bit_count = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_begin(good, &block)); /* nothing was measured */
  block.bits = NULL;
  block.bit_count = 0;
  WORKS(hqnn_circuit_begin(good, &block));
  SAYS(HQNN_ERROR_STATE, "a block of the circuit is still open; close it with hqnn_circuit_end",
       hqnn_circuit_depth(good, &number));
  REFUSES(HQNN_ERROR_STATE, hqnn_circuit_copy(good, &circuit));
  WORKS(hqnn_circuit_gate(good, "X", wires, 1, NULL, 0));
  SAYS(HQNN_ERROR_VALUE, "X acts on wire 0, which is its control", hqnn_circuit_end(good));

  NULLED(hqnn_circuit_append(good, NULL, NULL));
  append.first_input = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_append(good, good, &append));
  append.first_input = 0;
  append.first_weight = -2;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_append(good, good, &append));
  append.first_weight = -1;
  append.wires = wires;
  append.wire_count = 2;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_append(good, good, &append));
  append.struct_size = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_append(good, good, &append));

  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_measure_wire(good, 2, -1, &number));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_measure_wire(good, 0, -2, &number));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_reset(good, -1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_barrier(good, wires, 2));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_barrier(good, wires, -1));
  NULLED(hqnn_circuit_prepare(good, NULL, 8, 0));
  REFUSES(HQNN_ERROR_STATE, hqnn_circuit_prepare(good, matrix, 8, 0)); /* after gates */
  REFUSES(HQNN_ERROR_STATE, hqnn_circuit_amplitudes(good, &amplitudes));
  WORKS(hqnn_circuit_create(1, &other));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_circuit_prepare(other, matrix, 3, 0));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_prepare(other, matrix, -4, 0));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_prepare(other, half + 1, 4, 0)); /* all 0 */
  amplitudes.count = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_amplitudes(other, &amplitudes));
  amplitudes.count = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_amplitudes(other, &amplitudes)); /* one is missing */
  hqnn_circuit_release(other);

  NULLED(hqnn_circuit_encode(good, NULL, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_encode(good, "nope", NULL));
  encoding.axis = "XY";
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_encode(good, "angle", &encoding));
  encoding.axis = "X";
  encoding.layers = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_encode(good, "angle", &encoding));
  encoding.layers = 1;
  encoding.pattern = "nope";
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_encode(good, "iqp", &encoding));
  encoding.pattern = NULL;
  encoding.inputs = wires;
  encoding.input_count = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_encode(good, "iqp", &encoding));
  NULLED(hqnn_circuit_evolve(good, NULL, wires, 1, &one, 1, &angle, 1, 1));
  NULLED(hqnn_circuit_evolve(good, &none, wires, 1, &one, 1, &angle, 1, 1));
  NULLED(hqnn_circuit_evolve(good, &word, wires, 1, &one, 1, NULL, 1, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_evolve(good, &word, wires, 1, &one, 1, &angle, 0, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_evolve(good, &word, wires, 1, &one, 1, &angle, 1, 7));
  NULLED(hqnn_circuit_template(good, NULL, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_template(good, "nope", NULL));
  options.layers = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_template(good, "ring", &options));
  options.layers = 1;
  options.entangler = "CZ";
  SAYS(HQNN_ERROR_VALUE, "template 'ring' has no entangler to choose", hqnn_circuit_template(good, "ring", &options));
  options.pairs = wires;
  options.pair_count = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_template(good, "hardware_efficient", &options));
  options.pair_count = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_template(good, "hardware_efficient", &options));
  REFUSES(HQNN_ERROR_VALUE, hqnn_pattern_pairs("nope", 2, 0, &number, 1, &number2));
  REFUSES(HQNN_ERROR_VALUE, hqnn_pattern_pairs("ring", -1, 0, &number, 1, &number2));
  REFUSES(HQNN_ERROR_VALUE, hqnn_pattern_pairs("ring", 2, 0, &number, 1, &number2));

  NULLED(hqnn_circuit_measure_sum(good, NULL, wires, 1, &one, 1));
  NULLED(hqnn_circuit_measure_sum(good, &word, NULL, 1, &one, 1));
  NULLED(hqnn_circuit_measure_sum(good, &word, wires, 1, NULL, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_measure_sum(good, &word, wires, 2, &one, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_measure_sum(good, &word, wires, 1, &one, -1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_measure_sum(good, &word, &outside, 1, &one, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_measure_variance(good, &word, wires, -1, &one, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_measure_variance(good, NULL, NULL, 0, NULL, 0));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_measure_probabilities(good, wires, 2));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_measure_probabilities(good, NULL, 0));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_measure_probabilities(good, wires, -1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_gate_matrix("nope", NULL, 0, few, 2));
  REFUSES(HQNN_ERROR_VALUE, hqnn_gate_matrix("H", NULL, 0, few, 2));
  REFUSES(HQNN_ERROR_VALUE, hqnn_gate_matrix("H", NULL, -1, few, 2));
  REFUSES(HQNN_ERROR_VALUE, hqnn_gate_generator("RX", 1, few, 2));
  REFUSES(HQNN_ERROR_VALUE, hqnn_gate_frequencies("RX", -1, few, 2, &number));
  REFUSES(HQNN_ERROR_VALUE, hqnn_gate_frequencies("CRX", 0, few, 1, &number));
  REFUSES(HQNN_ERROR_VALUE, hqnn_gate_symbols("nope", &text));
  REFUSES(HQNN_ERROR_VALUE, hqnn_gate_qasm("nope", &text));
}

static void layers_null(void) {
  hqnn_layer *const none[1] = {NULL};
  NULLED(hqnn_layer_conv2d(NULL, NULL));
  NULLED(hqnn_layer_quanvolution(NULL, NULL, &layer));
  NULLED(hqnn_layer_quantum(NULL, NULL, &layer));
  NULLED(hqnn_layer_dense(10, 1, NULL));
  NULLED(hqnn_layer_function(HQNN_RELU, NULL));
  NULLED(hqnn_layer_flatten(NULL));
  NULLED(hqnn_layer_sequential(NULL, 1, &layer));
  NULLED(hqnn_layer_sequential(none, 1, &layer));
  NULLED(hqnn_layer_retain(NULL));
  NULLED(hqnn_layer_build(NULL, HQNN_FLOAT32, 2, shape, 0));
  NULLED(hqnn_layer_built(NULL, &flag));
  NULLED(hqnn_layer_forward(NULL, NULL, &tensor));
  NULLED(hqnn_layer_infer(NULL, NULL, &tensor));
  NULLED(hqnn_layer_set_trainable(NULL, 1));
  NULLED(hqnn_layer_parameters(NULL, &number));
  NULLED(hqnn_layer_parameter(NULL, 0, &tensor));
  NULLED(hqnn_layer_parameter_name(NULL, 0, &text));
  NULLED(hqnn_layer_describe(NULL, &text));
  NULLED(hqnn_layer_fit(NULL, NULL, NULL, NULL, NULL));
  NULLED(hqnn_layer_evaluate(NULL, NULL, &real, &real2));
  NULLED(hqnn_optimizer_sgd(NULL, NULL));
  NULLED(hqnn_optimizer_adam(NULL, NULL));
  NULLED(hqnn_optimizer_retain(NULL));
  NULLED(hqnn_optimizer_add_tensor(NULL, NULL));
  NULLED(hqnn_optimizer_add_layer(NULL, NULL));
  NULLED(hqnn_optimizer_step(NULL));
  NULLED(hqnn_optimizer_zero_gradients(NULL));
  NULLED(hqnn_attack_run(NULL, NULL, NULL, 1, NULL, &tensor));
  NULLED(hqnn_attack_evaluate(NULL, NULL, NULL, NULL, &real2, 1, &real, NULL, NULL));
}

/* good: a built dense layer from 3 to 2; data: 2 samples of 3 features. */
static void layers_wrong(hqnn_layer *good, hqnn_tensor *two_by_three, hqnn_dataset *data) {
  hqnn_conv2d_options conv = HQNN_CONV2D_OPTIONS;
  hqnn_quanvolution_options quanv = HQNN_QUANVOLUTION_OPTIONS;
  hqnn_sgd_options sgd = HQNN_SGD_OPTIONS;
  hqnn_adam_options adam = HQNN_ADAM_OPTIONS;
  hqnn_fit_options fit = HQNN_FIT_OPTIONS;
  hqnn_attack_options attack = HQNN_ATTACK_OPTIONS;
  hqnn_layer *const layers[1] = {good};
  const int64_t labels[2] = {0, 1}, bad_labels[2] = {0, 2};
  const double eps = -0.1;
  hqnn_optimizer *steps = NULL;
  conv.filters = -1;
  CHECK(hqnn_layer_conv2d(&conv, &layer) != HQNN_OK);
  conv.filters = 1;
  conv.stride_height = 0;
  CHECK(hqnn_layer_conv2d(&conv, &layer) != HQNN_OK);
  conv.struct_size = 0;
  CHECK(hqnn_layer_conv2d(&conv, &layer) != HQNN_OK);
  quanv.kernel_height = -1;
  CHECK(hqnn_layer_quanvolution(NULL, &quanv, &layer) != HQNN_OK);
  CHECK(hqnn_layer_dense(0, 1, &layer) != HQNN_OK);
  CHECK(hqnn_layer_dense(-1, 1, &layer) != HQNN_OK);
  CHECK(hqnn_layer_function((hqnn_function)99, &layer) != HQNN_OK);
  CHECK(hqnn_layer_sequential(layers, -1, &layer) != HQNN_OK);
  CHECK(hqnn_layer_build(good, HQNN_FLOAT32, -1, shape, 0) != HQNN_OK);
  CHECK(hqnn_layer_build(good, (hqnn_dtype)9, 2, shape, 0) != HQNN_OK);
  NULLED(hqnn_layer_build(good, HQNN_FLOAT32, 2, NULL, 0));
  NULLED(hqnn_layer_forward(good, NULL, &tensor));
  NULLED(hqnn_layer_infer(good, NULL, &tensor));
  NULLED(hqnn_layer_forward(good, two_by_three, NULL));
  CHECK(hqnn_layer_parameter(good, -1, &tensor) != HQNN_OK);
  CHECK(hqnn_layer_parameter(good, 2, &tensor) != HQNN_OK);
  CHECK(hqnn_layer_parameter_name(good, -1, &text) != HQNN_OK);
  sgd.lr = -1;
  CHECK(hqnn_optimizer_sgd(&sgd, &optimizer) != HQNN_OK);
  adam.beta1 = 1;
  CHECK(hqnn_optimizer_adam(&adam, &optimizer) != HQNN_OK);
  WORKS(hqnn_optimizer_adam(NULL, &steps));
  NULLED(hqnn_optimizer_add_tensor(steps, NULL));
  NULLED(hqnn_optimizer_add_layer(steps, NULL));
  NULLED(hqnn_layer_fit(good, NULL, NULL, steps, NULL));
  NULLED(hqnn_layer_fit(good, data, NULL, NULL, NULL));
  fit.epochs = -1;
  CHECK(hqnn_layer_fit(good, data, NULL, steps, &fit) != HQNN_OK);
  fit.epochs = 1;
  fit.batch = -1;
  CHECK(hqnn_layer_fit(good, data, NULL, steps, &fit) != HQNN_OK);
  NULLED(hqnn_layer_evaluate(good, NULL, &real, &real2));
  hqnn_optimizer_release(steps);
  NULLED(hqnn_attack_run(good, NULL, labels, 2, NULL, &tensor));
  NULLED(hqnn_attack_run(good, two_by_three, NULL, 2, NULL, &tensor));
  CHECK(hqnn_attack_run(good, two_by_three, labels, -1, NULL, &tensor) != HQNN_OK);
  CHECK(hqnn_attack_run(good, two_by_three, bad_labels, 2, NULL, &tensor) != HQNN_OK);
  attack.steps = -1;
  CHECK(hqnn_attack_run(good, two_by_three, labels, 2, &attack, &tensor) != HQNN_OK);
  attack.steps = 1;
  attack.eps = 0;
  CHECK(hqnn_attack_run(good, two_by_three, labels, 2, &attack, &tensor) != HQNN_OK);
  NULLED(hqnn_attack_evaluate(good, good, data, NULL, NULL, 1, &real, NULL, NULL));
  NULLED(hqnn_attack_evaluate(good, good, data, NULL, &eps, 1, NULL, NULL, NULL));
  CHECK(hqnn_attack_evaluate(good, good, data, NULL, &eps, -1, &real, NULL, NULL) != HQNN_OK);
  CHECK(hqnn_attack_evaluate(good, good, data, NULL, &eps, 1, &real, NULL, NULL) != HQNN_OK);
}

static void data_null(void) {
  const int64_t labels[2] = {0, 1};
  NULLED(hqnn_dataset_create(NULL, labels, 2, 2, &dataset));
  NULLED(hqnn_dataset_digits(NULL, &dataset));
  NULLED(hqnn_dataset_digits(&dataset, NULL));
  NULLED(hqnn_dataset_mnist("nowhere", NULL, &dataset));
  NULLED(hqnn_dataset_mnist("nowhere", &dataset, NULL));
  NULLED(hqnn_dataset_idx(NULL, "nowhere", &dataset));
  NULLED(hqnn_dataset_idx("nowhere", NULL, &dataset));
  NULLED(hqnn_dataset_idx("nowhere", "nowhere", NULL));
  NULLED(hqnn_dataset_subset(NULL, NULL, &dataset));
  NULLED(hqnn_dataset_retain(NULL));
  NULLED(hqnn_dataset_count(NULL, &number));
  NULLED(hqnn_dataset_classes(NULL, &number));
  NULLED(hqnn_dataset_samples(NULL, &tensor));
  NULLED(hqnn_dataset_labels(NULL, &number, 1));
  NULLED(hqnn_dataset_order(NULL, 0, 0, &number, 1));
  NULLED(hqnn_dataset_select(NULL, labels, 2, &dataset));
}

/* good: 2 samples of 3 features, 2 classes. */
static void data_wrong(hqnn_dataset *good, hqnn_tensor *two_by_three) {
  const int64_t labels[2] = {0, 1}, bad[2] = {0, -1};
  hqnn_subset_options subset = HQNN_SUBSET_OPTIONS;
  NULLED(hqnn_dataset_create(two_by_three, NULL, 2, 2, &dataset));
  NULLED(hqnn_dataset_create(two_by_three, labels, 2, 2, NULL));
  CHECK(hqnn_dataset_create(two_by_three, labels, -1, 2, &dataset) != HQNN_OK);
  CHECK(hqnn_dataset_create(two_by_three, labels, 2, -1, &dataset) != HQNN_OK);
  CHECK(hqnn_dataset_create(two_by_three, bad, 2, 2, &dataset) != HQNN_OK);
  REFUSES(HQNN_ERROR_FILE, hqnn_dataset_mnist("nowhere", &dataset, &dataset2));
  REFUSES(HQNN_ERROR_FILE, hqnn_dataset_idx("nowhere", "nowhere", &dataset));
  subset.count = -2;
  CHECK(hqnn_dataset_subset(good, &subset, &dataset) != HQNN_OK);
  subset.count = 3;
  CHECK(hqnn_dataset_subset(good, &subset, &dataset) != HQNN_OK);
  subset.count = -1;
  subset.class_count = 1;
  NULLED(hqnn_dataset_subset(good, &subset, &dataset));
  subset.class_count = -1;
  CHECK(hqnn_dataset_subset(good, &subset, &dataset) != HQNN_OK);
  NULLED(hqnn_dataset_count(good, NULL));
  NULLED(hqnn_dataset_labels(good, NULL, 2));
  CHECK(hqnn_dataset_labels(good, &number, -1) != HQNN_OK);
  CHECK(hqnn_dataset_labels(good, &number, 1) != HQNN_OK);
  CHECK(hqnn_dataset_order(good, 0, 0, &number, 1) != HQNN_OK);
  CHECK(hqnn_dataset_order(good, 0, -1, &number, 2) != HQNN_OK);
  CHECK(hqnn_dataset_select(good, bad, 2, &dataset) != HQNN_OK);
  CHECK(hqnn_dataset_select(good, labels, -1, &dataset) != HQNN_OK);
  NULLED(hqnn_dataset_select(good, NULL, 1, &dataset));
}

static void tables(void) {
  const char *names[2] = {"a", "b"}, *hole[2] = {"a", NULL}, *texts[2] = {"x", NULL};
  const double numbers[2] = {1, 2};
  hqnn_plot_options plot = HQNN_PLOT_OPTIONS;
  hqnn_table *good = NULL;
  NULLED(hqnn_table_create(NULL, 1, &table));
  NULLED(hqnn_table_create(hole, 2, &table));
  NULLED(hqnn_table_create(names, 2, NULL));
  CHECK(hqnn_table_create(names, -1, &table) != HQNN_OK);
  CHECK(hqnn_table_create(names, 0, &table) != HQNN_OK);
  NULLED(hqnn_table_retain(NULL));
  NULLED(hqnn_table_add(NULL, texts, numbers, 2));
  NULLED(hqnn_table_format(NULL, 2, &text));
  NULLED(hqnn_table_write_csv(NULL, "x.csv"));
  NULLED(hqnn_table_plot(NULL, "x", NULL));
  WORKS(hqnn_table_create(names, 2, &good));
  NULLED(hqnn_table_add(good, texts, NULL, 2));
  NULLED(hqnn_table_add(good, NULL, NULL, 2));
  CHECK(hqnn_table_add(good, texts, numbers, -1) != HQNN_OK);
  CHECK(hqnn_table_add(good, texts, numbers, 3) != HQNN_OK);
  CHECK(hqnn_table_format(good, -1, &text) != HQNN_OK);
  NULLED(hqnn_table_format(good, 2, NULL));
  NULLED(hqnn_table_write_csv(good, NULL));
  NULLED(hqnn_table_plot(good, NULL, NULL));
  NULLED(hqnn_table_plot(good, "x", NULL));
  plot.x = "a";
  NULLED(hqnn_table_plot(good, "x", &plot));
  hqnn_table_release(good);
}

static void states_null(void) {
  NULLED(hqnn_circuit_state(NULL, NULL, NULL, &tensor));
  NULLED(hqnn_circuit_probabilities(NULL, NULL, NULL, NULL, &tensor));
  NULLED(hqnn_circuit_sample(NULL, NULL, NULL, NULL, &tensor));
  NULLED(hqnn_circuit_counts(NULL, NULL, NULL, NULL, &tensor));
  NULLED(hqnn_circuit_density(NULL, NULL, NULL, NULL, 0, &tensor));
  NULLED(hqnn_circuit_purity(NULL, NULL, NULL, NULL, 0, &tensor));
  NULLED(hqnn_circuit_entropy(NULL, NULL, NULL, NULL, 0, 2, &tensor));
  NULLED(hqnn_circuit_fidelity(NULL, NULL, NULL, NULL, NULL, NULL, &tensor));
  NULLED(hqnn_circuit_shift_rule(NULL, HQNN_WEIGHT, 0, &tensor, &tensor));
  NULLED(hqnn_circuit_hessian(NULL, NULL, NULL, HQNN_WEIGHTS, NULL, &tensor));
  NULLED(hqnn_circuit_fisher(NULL, NULL, NULL, HQNN_WEIGHTS, HQNN_METRIC_FULL, &tensor));
  NULLED(hqnn_circuit_natural_gradient(NULL, NULL, NULL, NULL, NULL, HQNN_METRIC_FULL, 0, &tensor));
}

/* good: RY(input 0) on wire 0 of 2, RX(weight 0) on wire 1, measured Z on both. */
static void states_wrong(hqnn_circuit *good) {
  const double angle = 0.3, turn = 0.7;
  const int64_t one = 1, sample[2] = {1, 1}, wires[2] = {0, 0}, outside[1] = {2};
  hqnn_readout_options readout = HQNN_READOUT_OPTIONS;
  hqnn_tensor *x = NULL, *w = NULL, *first = NULL, *second = NULL;
  double values[8] = {0};
  WORKS(hqnn_tensor_create(HQNN_FLOAT64, 2, sample, &angle, &x));
  WORKS(hqnn_tensor_create(HQNN_FLOAT64, 1, &one, &turn, &w));

  NULLED(hqnn_circuit_state(good, x, w, NULL));
  NULLED(hqnn_circuit_probabilities(good, x, w, NULL, NULL));
  NULLED(hqnn_circuit_sample(good, x, w, NULL, NULL));
  NULLED(hqnn_circuit_counts(good, x, w, NULL, NULL));
  NULLED(hqnn_circuit_density(good, x, w, NULL, 0, NULL));
  NULLED(hqnn_circuit_density(good, x, w, NULL, 1, &tensor));
  NULLED(hqnn_circuit_purity(good, x, w, NULL, 0, NULL));
  NULLED(hqnn_circuit_entropy(good, x, w, NULL, 0, 2, NULL));
  NULLED(hqnn_circuit_fidelity(good, x, w, NULL, NULL, NULL, &tensor));
  NULLED(hqnn_circuit_shift_rule(good, HQNN_WEIGHT, 0, NULL, &tensor));
  NULLED(hqnn_circuit_shift_rule(good, HQNN_WEIGHT, 0, &tensor, NULL));
  NULLED(hqnn_circuit_hessian(good, x, w, HQNN_WEIGHTS, NULL, NULL));
  NULLED(hqnn_circuit_fisher(good, x, w, HQNN_WEIGHTS, HQNN_METRIC_FULL, NULL));
  NULLED(hqnn_circuit_natural_gradient(good, x, w, NULL, NULL, HQNN_METRIC_FULL, 0, NULL));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_circuit_state(good, NULL, w, &tensor));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_circuit_fisher(good, x, NULL, HQNN_WEIGHTS, HQNN_METRIC_FULL, &tensor));
  SAYS(HQNN_ERROR_VALUE, "wire 2 is not in 0..1", hqnn_circuit_purity(good, x, w, outside, 1, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_density(good, x, w, wires, 2, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_density(good, x, w, wires, -1, &tensor));
  SAYS(HQNN_ERROR_VALUE, "base is 1.0; it must be above 0 and not 1",
       hqnn_circuit_entropy(good, x, w, NULL, 0, 1, &tensor));
  readout.shots = 0;
  SAYS(HQNN_ERROR_VALUE, "shots is 0; it must be 1 or more", hqnn_circuit_sample(good, x, w, &readout, &tensor));
  readout.shots = 10;
  (readout.bits = outside, readout.bit_count = 1);
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_counts(good, x, w, &readout, &tensor));
  (readout.wires = wires, readout.wire_count = 1);
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_probabilities(good, x, w, &readout, &tensor));
  SAYS(HQNN_ERROR_VALUE, "coordinates is 0; it must be HQNN_INPUTS, HQNN_WEIGHTS or both",
       hqnn_circuit_hessian(good, x, w, 0, NULL, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_fisher(good, x, w, 4, HQNN_METRIC_FULL, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_fisher(good, x, w, HQNN_WEIGHTS, (hqnn_metric_form)9, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_natural_gradient(good, x, w, NULL, NULL, HQNN_METRIC_FULL, -1, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_shift_rule(good, HQNN_WEIGHT, 1, &tensor, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_circuit_shift_rule(good, HQNN_CONSTANT, 0, &tensor, &tensor));

  WORKS(hqnn_circuit_shift_rule(good, HQNN_WEIGHT, 0, &first, &second));
  WORKS(hqnn_tensor_read(second, values, 4 * sizeof(double)));
  CHECK(values[1] > 0.499999 && values[1] < 0.500001 && values[3] < -0.499999 && values[3] > -0.500001);
  hqnn_tensor_release(first);
  hqnn_tensor_release(second);
  WORKS(hqnn_circuit_fisher(good, x, w, HQNN_INPUTS | HQNN_WEIGHTS, HQNN_METRIC_FULL, &first));
  WORKS(hqnn_tensor_read(first, values, 4 * sizeof(double)));
  CHECK(values[0] > 0.999999 && values[0] < 1.000001 && values[3] > 0.999999 && values[3] < 1.000001);
  hqnn_tensor_release(first);
  WORKS(hqnn_circuit_state(good, x, w, &first));
  WORKS(hqnn_tensor_read(first, values, sizeof values));
  CHECK(values[0] > 0.92 && values[0] < 0.94); /* cos(0.15) cos(0.35) */
  hqnn_tensor_release(first);
  hqnn_tensor_release(x);
  hqnn_tensor_release(w);
}

/* A state that stays, and a circuit applied to it. */
static void large_states(hqnn_circuit *good) {
  hqnn_state *state = UNTOUCHED, *two = NULL;
  const int64_t wires[2] = {0, 1};
  double amplitudes[8];

  NULLED(hqnn_state_create(2, HQNN_FLOAT32, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_state_create(0, HQNN_FLOAT32, &state));
  REFUSES(HQNN_ERROR_VALUE, hqnn_state_create(31, HQNN_FLOAT32, &state));
  REFUSES(HQNN_ERROR_VALUE, hqnn_state_create(2, (hqnn_dtype)9, &state));
  CHECK(state == UNTOUCHED);
  NULLED(hqnn_state_retain(NULL));
  NULLED(hqnn_state_reset(NULL));
  NULLED(hqnn_state_apply(NULL, good, NULL, NULL));
  NULLED(hqnn_state_expect(NULL, "Z", wires, 1, &real));
  NULLED(hqnn_state_amplitudes(NULL, 0, 1, amplitudes));
  NULLED(hqnn_circuit_passes(NULL, HQNN_FLOAT32, &number));
  NULLED(hqnn_circuit_sample_gradients(NULL, NULL, NULL, NULL, NULL, &tensor));
  NULLED(hqnn_circuit_sample_gradients(good, NULL, NULL, NULL, NULL, NULL));
  hqnn_state_release(NULL);

  WORKS(hqnn_state_create(2, HQNN_FLOAT64, &two));
  WORKS(hqnn_state_retain(two));
  hqnn_state_release(two);
  NULLED(hqnn_state_apply(two, NULL, NULL, NULL));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_state_apply(two, good, NULL, NULL));
  NULLED(hqnn_state_expect(two, NULL, wires, 1, &real));
  NULLED(hqnn_state_expect(two, "Z", NULL, 1, &real));
  NULLED(hqnn_state_expect(two, "Z", wires, 1, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_state_expect(two, "Q", wires, 1, &real));
  REFUSES(HQNN_ERROR_VALUE, hqnn_state_expect(two, "ZZ", wires, 1, &real));
  REFUSES(HQNN_ERROR_VALUE, hqnn_state_amplitudes(two, 0, 5, amplitudes));
  REFUSES(HQNN_ERROR_VALUE, hqnn_state_amplitudes(two, -1, 1, amplitudes));
  NULLED(hqnn_state_amplitudes(two, 0, 1, NULL));
  WORKS(hqnn_state_reset(two));
  WORKS(hqnn_state_amplitudes(two, 0, 4, amplitudes));
  CHECK(amplitudes[0] == 1 && amplitudes[1] == 0 && amplitudes[6] == 0);
  NULLED(hqnn_circuit_passes(good, HQNN_FLOAT32, NULL));
  WORKS(hqnn_circuit_passes(good, HQNN_FLOAT32, &number));
  CHECK(number >= 0);
  number = -77;
  real = -77;
  hqnn_state_release(two);
}

int main(void) {
  const hqnn_angle input = HQNN_ANGLE_INPUT(0, 1), weight = HQNN_ANGLE_WEIGHT(0);
  const int64_t wires[2] = {0, 1}, labels[2] = {0, 1};
  hqnn_tensor *two_by_three = NULL;
  hqnn_circuit *two_wires = NULL;
  hqnn_layer *dense = NULL;
  hqnn_dataset *samples = NULL;

  library();
  releases();
  tensors_null();
  circuits_null();
  building_null();
  noise_null();
  states_null();
  layers_null();
  data_null();
  nothing_was_written();

  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 2, shape, NULL, &two_by_three));
  tensors_wrong(two_by_three);

  WORKS(hqnn_circuit_create(2, &two_wires));
  WORKS(hqnn_circuit_gate(two_wires, "RY", wires, 1, &input, 1));
  WORKS(hqnn_circuit_gate(two_wires, "RX", wires + 1, 1, &weight, 1));
  WORKS(hqnn_circuit_measure(two_wires, "Z", wires, 1));
  WORKS(hqnn_circuit_measure(two_wires, "Z", wires + 1, 1));
  circuits_wrong(two_wires, two_by_three);
  building_wrong(two_wires);
  noise_wrong(two_wires);
  states_wrong(two_wires);
  large_states(two_wires);
  WORKS(hqnn_circuit_gates(two_wires, &number));
  CHECK(number == 2); /* what was refused left nothing behind */
  WORKS(hqnn_circuit_outputs(two_wires, &number));
  CHECK(number == 2);
  number = -77;

  WORKS(hqnn_dataset_create(two_by_three, labels, 2, 2, &samples));
  data_wrong(samples, two_by_three);
  WORKS(hqnn_layer_dense(2, 1, &dense));
  REFUSES(HQNN_ERROR_STATE, hqnn_layer_forward(dense, two_by_three, &tensor));
  WORKS(hqnn_layer_build(dense, HQNN_FLOAT32, 2, shape, 0));
  layers_wrong(dense, two_by_three, samples);
  tables();
  nothing_was_written();

  hqnn_tensor_release(two_by_three);
  hqnn_circuit_release(two_wires);
  hqnn_layer_release(dense);
  hqnn_dataset_release(samples);
  return report();
}
