/* The walk over kinds of layers, containers, initialisers and modes of hqnn.h.  See abi_walk.c. */
#include "walk.h"

static void null_handles(void) {
  const double one[1] = {1};
  NULLED(hqnn_layer_conv1d(NULL, NULL));
  NULLED(hqnn_layer_conv_transpose2d(NULL, NULL));
  NULLED(hqnn_layer_upsample(HQNN_UPSAMPLE_NEAREST, 2, 2, NULL));
  NULLED(hqnn_layer_pad2d(0, 0, 0, 0, 0, NULL));
  NULLED(hqnn_layer_normalise(one, one, 1, NULL));
  NULLED(hqnn_layer_normalise(NULL, one, 1, &layer));
  NULLED(hqnn_layer_standardise(NULL, &layer));
  NULLED(hqnn_layer_pool(NULL, NULL));
  NULLED(hqnn_layer_adaptive_pool(HQNN_POOL_MAX, 1, 1, NULL));
  NULLED(hqnn_layer_batch_norm(NULL, NULL));
  NULLED(hqnn_layer_layer_norm(0, 1e-5, 1, NULL));
  NULLED(hqnn_layer_group_norm(1, 1e-5, 1, NULL));
  NULLED(hqnn_layer_dropout(0.5, 0, NULL));
  NULLED(hqnn_layer_noise(HQNN_NOISE_GAUSSIAN, 0.1, 0, NULL));
  NULLED(hqnn_layer_reshape(0, NULL, NULL));
  NULLED(hqnn_layer_reshape(1, NULL, &layer));
  NULLED(hqnn_layer_residual(NULL, 1, NULL, &layer));
  NULLED(hqnn_layer_parallel(NULL, NULL, 2, HQNN_COMBINE_ADD, &layer));
  NULLED(hqnn_layer_fusion(NULL, NULL, 2, NULL, &layer));
  NULLED(hqnn_layer_fusion_weights(NULL, NULL, &tensor));
  NULLED(hqnn_layer_frozen(NULL, &layer));
  NULLED(hqnn_layer_heads(NULL, NULL, NULL, 0, &layer));
  NULLED(hqnn_layer_head(NULL, "a", &layer));
  NULLED(hqnn_layer_set_initializer(NULL, "weights", NULL));
  NULLED(hqnn_layer_set_training(NULL, 1));
  NULLED(hqnn_layer_training(NULL, &flag));
  NULLED(hqnn_layer_buffers(NULL, &number));
  NULLED(hqnn_layer_buffer(NULL, 0, &tensor));
  NULLED(hqnn_layer_buffer_name(NULL, 0, &text));
  NULLED(hqnn_layer_quantum_padded(NULL, NULL, &layer));
  NULLED(hqnn_layer_quanvolution_filters(NULL, 1, NULL, &layer));
  nothing_was_written();
}

static void wrong_values(void) {
  const double numbers[2] = {1, 0};
  const int64_t shape[2] = {-1, -1};
  hqnn_pool_options pool = HQNN_POOL_OPTIONS;
  hqnn_batch_norm_options norm = HQNN_BATCH_NORM_OPTIONS;
  hqnn_conv1d_options conv = HQNN_CONV1D_OPTIONS;
  hqnn_conv_transpose2d_options transpose = HQNN_CONV_TRANSPOSE2D_OPTIONS;
  pool.kernel_width = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_pool(&pool, &layer));
  pool.kernel_width = 2;
  pool.dimensions = 3;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_pool(&pool, &layer));
  pool.dimensions = 2;
  pool.function = (hqnn_pool)9;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_pool(&pool, &layer));
  pool.struct_size = 3;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_pool(&pool, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_adaptive_pool(HQNN_POOL_MAX, 0, 1, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_adaptive_pool((hqnn_pool)7, 1, 1, &layer));
  norm.momentum = 2;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_batch_norm(&norm, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_layer_norm(-1, 1e-5, 1, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_layer_norm(0, 0, 1, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_group_norm(0, 1e-5, 1, &layer));
  SAYS(HQNN_ERROR_VALUE, "rate is 1.0; it must be in [0, 1)", hqnn_layer_dropout(1, 0, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_noise(HQNN_NOISE_UNIFORM, -1, 0, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_noise((hqnn_noise_kind)5, 1, 0, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_reshape(2, shape, &layer));
  conv.filters = 0;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_conv1d(&conv, &layer));
  transpose.output_padding_height = 2;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_conv_transpose2d(&transpose, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_upsample(HQNN_UPSAMPLE_NEAREST, 0, 2, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_upsample((hqnn_upsample)4, 2, 2, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_pad2d(-1, 0, 0, 0, 0, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_normalise(numbers, numbers, 2, &layer));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_layer_normalise(numbers, numbers, 0, &layer));
  nothing_was_written();
}

static hqnn_layer *dense(int64_t units) {
  hqnn_layer *made = NULL;
  WORKS(hqnn_layer_dense(units, 1, &made));
  return made;
}

/* Each layer is built, run in both modes and released. */
static void runs(hqnn_layer *made, int64_t rank, const int64_t *shape) {
  hqnn_tensor *x = NULL, *y = NULL;
  WORKS(hqnn_layer_build(made, HQNN_FLOAT32, rank, shape, 1));
  WORKS(hqnn_tensor_uniform(HQNN_FLOAT32, rank, shape, 0, 1, 2, &x));
  WORKS(hqnn_layer_forward(made, x, &y));
  hqnn_tensor_release(y);
  WORKS(hqnn_layer_set_training(made, 1));
  WORKS(hqnn_layer_training(made, &flag));
  CHECK(flag == 1);
  flag = -77;
  WORKS(hqnn_layer_forward(made, x, &y));
  hqnn_tensor_release(y);
  hqnn_tensor_release(x);
  hqnn_layer_release(made);
}

static void kinds(void) {
  const int64_t image[4] = {2, 4, 6, 6}, sequence[3] = {2, 3, 9}, row[2] = {3, 4}, two[2] = {2, -1};
  const double mean[1] = {0.5}, deviation[1] = {2};
  hqnn_layer *made = NULL;
  hqnn_tensor *samples = NULL;
  WORKS(hqnn_layer_conv1d(NULL, &made));
  runs(made, 3, sequence);
  WORKS(hqnn_layer_conv_transpose2d(NULL, &made));
  runs(made, 4, image);
  WORKS(hqnn_layer_upsample(HQNN_UPSAMPLE_BILINEAR, 2, 1, &made));
  runs(made, 4, image);
  WORKS(hqnn_layer_pad2d(1, 0, 2, 0, 0.5, &made));
  runs(made, 4, image);
  WORKS(hqnn_layer_normalise(mean, deviation, 1, &made));
  runs(made, 2, row);
  WORKS(hqnn_tensor_uniform(HQNN_FLOAT32, 2, row, 0, 1, 2, &samples));
  WORKS(hqnn_layer_standardise(samples, &made));
  hqnn_tensor_release(samples);
  runs(made, 2, row);
  WORKS(hqnn_layer_pool(NULL, &made));
  runs(made, 4, image);
  WORKS(hqnn_layer_adaptive_pool(HQNN_POOL_AVERAGE, 2, 3, &made));
  runs(made, 4, image);
  WORKS(hqnn_layer_batch_norm(NULL, &made));
  runs(made, 4, image);
  WORKS(hqnn_layer_layer_norm(0, 1e-5, 1, &made));
  runs(made, 2, row);
  WORKS(hqnn_layer_group_norm(2, 1e-5, 1, &made));
  runs(made, 4, image);
  WORKS(hqnn_layer_dropout(0.5, 1, &made));
  runs(made, 4, image);
  WORKS(hqnn_layer_noise(HQNN_NOISE_UNIFORM, 0.1, 1, &made));
  runs(made, 2, row);
  WORKS(hqnn_layer_reshape(2, two, &made));
  runs(made, 4, image);
}

static void containers(void) {
  const int64_t row[2] = {3, 4};
  const char *const names[2] = {"a", "b"};
  const char *const twice[2] = {"a", "a"};
  hqnn_layer *pair[2], *made = NULL, *head = NULL, *inner = NULL;
  hqnn_tensor *x = NULL, *w = NULL;
  int64_t shape[2];
  pair[0] = dense(4);
  pair[1] = dense(4);
  WORKS(hqnn_layer_residual(pair, 1, pair[1], &made));
  runs(made, 2, row);
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_residual(pair, 0, NULL, &layer));
  WORKS(hqnn_layer_parallel(pair, NULL, 2, HQNN_COMBINE_CONCAT, &made));
  runs(made, 2, row);
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_parallel(pair, names, 1, HQNN_COMBINE_ADD, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_parallel(pair, names, 2, (hqnn_combine)8, &layer));
  SAYS(HQNN_ERROR_VALUE, "two branches are called 'a'; names must differ",
       hqnn_layer_parallel(pair, twice, 2, HQNN_COMBINE_ADD, &layer));

  WORKS(hqnn_layer_fusion(pair, names, 2, NULL, &made));
  WORKS(hqnn_tensor_uniform(HQNN_FLOAT32, 2, row, 0, 1, 2, &x));
  REFUSES(HQNN_ERROR_STATE, hqnn_layer_fusion_weights(made, x, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_fusion_weights(pair[0], x, &tensor));
  WORKS(hqnn_layer_build(made, HQNN_FLOAT32, 2, row, 1));
  WORKS(hqnn_layer_fusion_weights(made, x, &w));
  WORKS(hqnn_tensor_shape(w, shape, 2));
  CHECK(shape[0] == 3 && shape[1] == 2);
  hqnn_tensor_release(w);
  hqnn_tensor_release(x);
  hqnn_layer_release(made);

  WORKS(hqnn_layer_heads(pair[0], pair + 1, names, 1, &made));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_head(made, "c", &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_head(pair[0], "a", &layer));
  WORKS(hqnn_layer_head(made, "a", &head));
  hqnn_layer_release(made);
  runs(head, 2, row);
  hqnn_layer_release(pair[0]);
  hqnn_layer_release(pair[1]);

  inner = dense(3);
  WORKS(hqnn_layer_frozen(inner, &made));
  hqnn_layer_release(inner);
  runs(made, 2, row);
  nothing_was_written();
}

static void initializers_and_buffers(void) {
  const int64_t row[2] = {3, 4};
  hqnn_initializer zeros = HQNN_INITIALIZER;
  hqnn_layer *made = dense(2);
  hqnn_tensor *weights = NULL, *mean = NULL;
  double value = 1;
  zeros.kind = (hqnn_initializer_kind)77;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_set_initializer(made, "weights", &zeros));
  zeros.kind = HQNN_INIT_NORMAL;
  zeros.deviation = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_set_initializer(made, "weights", &zeros));
  zeros.kind = HQNN_INIT_CONSTANT;
  WORKS(hqnn_layer_set_initializer(made, "weights", &zeros));
  WORKS(hqnn_layer_build(made, HQNN_FLOAT32, 2, row, 1));
  WORKS(hqnn_layer_parameter(made, 0, &weights));
  WORKS(hqnn_tensor_get(weights, 0, &value));
  CHECK(value == 0);
  hqnn_tensor_release(weights);
  hqnn_layer_release(made);
  made = dense(2);
  WORKS(hqnn_layer_set_initializer(made, "gamma", &zeros));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_build(made, HQNN_FLOAT32, 2, row, 1));
  hqnn_layer_release(made);

  WORKS(hqnn_layer_batch_norm(NULL, &made));
  WORKS(hqnn_layer_build(made, HQNN_FLOAT32, 2, row, 1));
  WORKS(hqnn_layer_buffers(made, &number));
  CHECK(number == 2);
  number = -77;
  WORKS(hqnn_layer_buffer(made, 0, &mean));
  hqnn_tensor_release(mean);
  WORKS(hqnn_layer_buffer_name(made, 1, &text));
  CHECK(strcmp(text, "running_variance") == 0);
  hqnn_text_release(text);
  text = UNTOUCHED;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_buffer(made, 2, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_buffer_name(made, -1, &text));
  hqnn_layer_release(made);
  nothing_was_written();
}

static void circuits(void) {
  const int64_t image[4] = {2, 1, 3, 3};
  hqnn_circuit *pair[2];
  hqnn_layer *made = NULL;
  hqnn_quanvolution_options options = HQNN_QUANVOLUTION_OPTIONS;
  pair[0] = two_wires();
  pair[1] = two_wires();
  options.kernel_height = options.kernel_width = 1;
  options.stride_height = options.stride_width = 1;
  WORKS(hqnn_layer_quanvolution_filters((const hqnn_circuit *const *)pair, 2, &options, &made));
  runs(made, 4, image);
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_quanvolution_filters((const hqnn_circuit *const *)pair, 0, &options, &layer));
  options.filters = 2;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_quanvolution_filters((const hqnn_circuit *const *)pair, 2, &options, &layer));
  WORKS(hqnn_layer_quanvolution(pair[0], &options, &made));
  runs(made, 4, image);
  options.filters = 0;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_quanvolution(pair[0], &options, &layer));
  SAYS(HQNN_ERROR_VALUE, "pad fills up amplitudes, but the circuit's inputs are angles; its width is 1",
       hqnn_layer_quantum_padded(pair[0], NULL, &layer));
  hqnn_circuit_release(pair[0]);
  hqnn_circuit_release(pair[1]);
  nothing_was_written();
}

int main(void) {
  null_handles();
  wrong_values();
  kinds();
  containers();
  initializers_and_buffers();
  circuits();
  return report();
}
