/* The walk over the circuits of hqnn.h: describing, running, reading off states.  See abi_walk.c. */
#include "walk.h"

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
}

/* good: RY(input 0) on wire 0 of 2, RX(weight 0) on wire 1, measured Z on both. */
static void interchange_wrong(hqnn_circuit *good) {
  const char *program = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[1];\nh q[1];\n";
  const double value = 0.5, six[6] = {0};
  CHECK(hqnn_circuit_qasm(good, 1, NULL, 0, NULL, 0, &text) != HQNN_OK);
  CHECK(hqnn_circuit_qasm(good, 3, &value, -1, NULL, 0, &text) != HQNN_OK);
  CHECK(hqnn_circuit_qasm(good, 3, NULL, 2, NULL, 0, &text) != HQNN_OK);
  REFUSES(HQNN_ERROR_SHAPE, hqnn_circuit_qasm(good, 3, NULL, 0, six, 6, &text));
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
  const int64_t shape[2] = {2, 3};
  hqnn_tensor *two_by_three = NULL;
  hqnn_circuit *good = two_wires();
  circuits_null();
  building_null();
  states_null();
  nothing_was_written();
  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 2, shape, NULL, &two_by_three));
  circuits_wrong(good, two_by_three);
  building_wrong(good);
  states_wrong(good);
  large_states(good);
  nothing_was_written();
  hqnn_tensor_release(two_by_three);
  still_two_gates(good);
  return report();
}
