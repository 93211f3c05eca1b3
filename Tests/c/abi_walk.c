/* Calls every function of hqnn.h with NULL for each pointer and -1 for each count: a status, never
 * a crash, and nothing written.  Circuits have abi_circuits.c, noise and analyses abi_analysis.c;
 * run.sh sees to it that none of the header is left out. */
#include "walk.h"

static const int64_t shape[2] = {2, 3};
static double elements[6]; /* twice the bytes of a float32 tensor of this shape */

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
}

/* good: a built dense layer from 3 to 2; data: 2 samples of 3 features. */
static void layers_wrong(hqnn_layer *good, hqnn_tensor *two_by_three, hqnn_dataset *data) {
  hqnn_conv2d_options conv = HQNN_CONV2D_OPTIONS;
  hqnn_quanvolution_options quanv = HQNN_QUANVOLUTION_OPTIONS;
  hqnn_sgd_options sgd = HQNN_SGD_OPTIONS;
  hqnn_adam_options adam = HQNN_ADAM_OPTIONS;
  hqnn_fit_options fit = HQNN_FIT_OPTIONS;
  hqnn_layer *const layers[1] = {good};

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

int main(void) {
  const int64_t labels[2] = {0, 1};
  hqnn_tensor *two_by_three = NULL;
  hqnn_layer *dense = NULL;
  hqnn_dataset *samples = NULL;

  library();
  releases();
  tensors_null();
  layers_null();
  data_null();
  nothing_was_written();

  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 2, shape, NULL, &two_by_three));
  tensors_wrong(two_by_three);
  WORKS(hqnn_dataset_create(two_by_three, labels, 2, 2, &samples));
  data_wrong(samples, two_by_three);
  WORKS(hqnn_layer_dense(2, 1, &dense));
  REFUSES(HQNN_ERROR_STATE, hqnn_layer_forward(dense, two_by_three, &tensor));
  WORKS(hqnn_layer_build(dense, HQNN_FLOAT32, 2, shape, 0));
  layers_wrong(dense, two_by_three, samples);
  tables();
  nothing_was_written();

  hqnn_tensor_release(two_by_three);
  hqnn_layer_release(dense);
  hqnn_dataset_release(samples);
  return report();
}
