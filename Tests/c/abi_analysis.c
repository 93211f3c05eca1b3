/* The walk over noise and the analyses of hqnn.h.  See abi_walk.c. */
#include "walk.h"

static void noise_null(void) {
  const char *const words[1] = {"X"};
  const double p[1] = {0.1};
  const int64_t wire = 0;
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
  NULLED(hqnn_circuit_channel(NULL, NULL, &wire, 1));
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

int main(void) {
  hqnn_circuit *good = two_wires();
  noise_null();
  analysis_null();
  nothing_was_written();
  noise_wrong(good);
  analysis_wrong(good);
  nothing_was_written();
  still_two_gates(good);
  return report();
}
