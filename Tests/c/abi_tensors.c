/* The walk over operations of tensors and losses.  See abi_walk.c. */
#include "walk.h"

static const int64_t shape[2] = {2, 3};
static const double values[6] = {-1, 0.5, 2, 3, -2, 1};
static const int64_t labels[2] = {2, 0};

/* One element, or NaN. */
static double item(const hqnn_tensor *made) {
  double value = (double)NAN;
  WORKS(hqnn_tensor_get(made, 0, &value));
  return value;
}

static int near(double a, double b) { return a - b < 1e-9 && b - a < 1e-9; }

static void functions(hqnn_tensor *x) {
  hqnn_tensor *y = NULL;
  NULLED(hqnn_tensor_map_with(NULL, HQNN_ELU, 1, &tensor));
  NULLED(hqnn_tensor_map_with(x, HQNN_ELU, 1, NULL));
  SAYS(HQNN_ERROR_VALUE, "relu has no parameter, got 1.0", hqnn_tensor_map_with(x, HQNN_RELU, 1, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_map_with(x, HQNN_ELU, (double)NAN, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_map(x, (hqnn_function)99, &tensor));
  WORKS(hqnn_tensor_map_with(x, HQNN_LEAKY_RELU, 0.25, &y));
  CHECK(near(item(y), -0.25));
  hqnn_tensor_release(y);
  WORKS(hqnn_tensor_map(x, HQNN_SIGN, &y));
  CHECK(near(item(y), -1));
  hqnn_tensor_release(y);
  NULLED(hqnn_layer_function_with(HQNN_ELU, 1, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_function_with(HQNN_RELU, 1, &layer));
}

static void losses(hqnn_tensor *x) {
  const double weights[3] = {1, 2, -1};
  hqnn_loss_options options = HQNN_LOSS_OPTIONS;
  hqnn_tensor *y = NULL, *plain = NULL;
  NULLED(hqnn_loss_apply(HQNN_LOSS_MSE, NULL, NULL, NULL, 0, x, &tensor));
  NULLED(hqnn_loss_apply(HQNN_LOSS_MSE, NULL, x, NULL, 0, x, NULL));
  NULLED(hqnn_loss_apply(HQNN_LOSS_NLL, NULL, x, NULL, 2, NULL, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_loss_apply((hqnn_loss_kind)99, NULL, x, NULL, 0, x, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_loss_apply(HQNN_LOSS_NLL, NULL, x, labels, -1, NULL, &tensor));
  SAYS(HQNN_ERROR_VALUE, "the loss mse takes targets of the output's shape",
       hqnn_loss_apply(HQNN_LOSS_MSE, NULL, x, NULL, 0, NULL, &tensor));
  SAYS(HQNN_ERROR_VALUE, "the loss nll takes labels, one per row",
       hqnn_loss_apply(HQNN_LOSS_NLL, NULL, x, NULL, 0, NULL, &tensor));
  SAYS(HQNN_ERROR_VALUE, "the output contains -1.0 (element 0); probabilities are in [0, 1]",
       hqnn_loss_apply(HQNN_LOSS_BCE, NULL, x, NULL, 0, x, &tensor));
  options.reduction = (hqnn_loss_reduction)7;
  REFUSES(HQNN_ERROR_VALUE, hqnn_loss_apply(HQNN_LOSS_MSE, &options, x, NULL, 0, x, &tensor));
  options.reduction = HQNN_LOSS_SUM;
  options.class_weight_count = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_loss_apply(HQNN_LOSS_NLL, &options, x, labels, 2, NULL, &tensor));
  options.class_weight_count = 3;
  NULLED(hqnn_loss_apply(HQNN_LOSS_NLL, &options, x, labels, 2, NULL, &tensor));
  options.class_weights = weights;
  SAYS(HQNN_ERROR_VALUE, "a class weight is -1.0; it must be 0 or more",
       hqnn_loss_apply(HQNN_LOSS_NLL, &options, x, labels, 2, NULL, &tensor));
  options.class_weight_count = 2;
  SAYS(HQNN_ERROR_SHAPE, "there are 2 class weights for 3 classes",
       hqnn_loss_apply(HQNN_LOSS_NLL, &options, x, labels, 2, NULL, &tensor));
  options.class_weight_count = 0;
  options.delta = 0;
  SAYS(HQNN_ERROR_VALUE, "delta is 0.0; it must be above 0",
       hqnn_loss_apply(HQNN_LOSS_HUBER, &options, x, NULL, 0, x, &tensor));
  options.delta = 2;
  SAYS(HQNN_ERROR_VALUE, "delta is no option of the loss mse",
       hqnn_loss_apply(HQNN_LOSS_MSE, &options, x, NULL, 0, x, &tensor));

  WORKS(hqnn_loss_apply(HQNN_LOSS_NLL, NULL, x, labels, 2, NULL, &y));
  CHECK(near(item(y), -(2 + 3) / 2.0));
  hqnn_tensor_release(y);
  WORKS(hqnn_loss_apply(HQNN_LOSS_CROSS_ENTROPY, NULL, x, labels, 2, NULL, &y));
  WORKS(hqnn_loss_cross_entropy(x, labels, 2, &plain));
  CHECK(near(item(y), item(plain)));
  hqnn_tensor_release(y);
  hqnn_tensor_release(plain);
}

static void made(void) {
  const double pi = 3.0;
  hqnn_tensor *y = NULL;
  int64_t order[4], low = -9007199254740993;
  NULLED(hqnn_tensor_bernoulli(HQNN_FLOAT64, 2, NULL, 0.5, 1, &tensor));
  NULLED(hqnn_tensor_bernoulli(HQNN_FLOAT64, 2, shape, 0.5, 1, NULL));
  SAYS(HQNN_ERROR_VALUE, "the probability is 1.5; it must be in [0, 1]",
       hqnn_tensor_bernoulli(HQNN_FLOAT64, 2, shape, 1.5, 1, &tensor));
  NULLED(hqnn_tensor_integers(HQNN_FLOAT64, 2, shape, 0, 1, 1, NULL));
  NULLED(hqnn_tensor_integers(HQNN_FLOAT64, 2, NULL, 0, 1, 1, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_integers(HQNN_FLOAT64, 2, shape, 1, 0, 1, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_integers(HQNN_FLOAT64, 2, shape, low, 0, 1, &tensor));
  WORKS(hqnn_tensor_integers(HQNN_FLOAT64, 2, shape, 4, 4, 1, &y));
  CHECK(near(item(y), 4));
  hqnn_tensor_release(y);
  NULLED(hqnn_tensor_arange(HQNN_FLOAT64, 0, 1, 3, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_arange(HQNN_FLOAT64, 0, 1, -1, &tensor));
  REFUSES(HQNN_ERROR_MEMORY, hqnn_tensor_arange(HQNN_FLOAT64, 0, 1, INT64_MAX, &tensor));
  NULLED(hqnn_tensor_linspace(HQNN_FLOAT64, 0, 1, 3, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_linspace(HQNN_FLOAT64, 0, 1, -1, &tensor));
  WORKS(hqnn_tensor_linspace(HQNN_FLOAT64, pi, 7, 3, &y));
  CHECK(near(item(y), 3));
  hqnn_tensor_release(y);
  NULLED(hqnn_tensor_eye(HQNN_FLOAT64, 2, 2, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_eye(HQNN_FLOAT64, -1, 2, &tensor));
  NULLED(hqnn_tensor_one_hot(HQNN_FLOAT64, NULL, 2, 3, &tensor));
  NULLED(hqnn_tensor_one_hot(HQNN_FLOAT64, labels, 2, 3, NULL));
  SAYS(HQNN_ERROR_VALUE, "label 0 is 2; it must be in 0..<2",
       hqnn_tensor_one_hot(HQNN_FLOAT64, labels, 2, 2, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_one_hot(HQNN_FLOAT64, labels, -1, 2, &tensor));
  NULLED(hqnn_random_permutation(4, 7, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_random_permutation(-1, 7, order));
  WORKS(hqnn_random_permutation(4, 7, order));
  CHECK(order[0] + order[1] + order[2] + order[3] == 6);
}

static void axes(hqnn_tensor *x) {
  const int64_t order[2] = {1, 0}, twice[2] = {1, 1}, big[2] = {INT64_MAX, 2}, low = INT64_MIN;
  int64_t places[2] = {-1, -1};
  hqnn_tensor *y = NULL;
  NULLED(hqnn_tensor_power(NULL, x, &tensor));
  NULLED(hqnn_tensor_maximum(x, NULL, &tensor));
  NULLED(hqnn_tensor_minimum(x, x, NULL));
  NULLED(hqnn_tensor_compare(NULL, x, HQNN_EQUAL, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_compare(x, x, (hqnn_comparison)9, &tensor));
  NULLED(hqnn_tensor_where(NULL, x, x, &tensor));
  NULLED(hqnn_tensor_where(x, NULL, x, &tensor));
  NULLED(hqnn_tensor_clamp(NULL, 0, 1, &tensor));
  SAYS(HQNN_ERROR_VALUE, "clamp: low is 1.0 and high is 0.0; low must be at most high",
       hqnn_tensor_clamp(x, 1, 0, &tensor));
  NULLED(hqnn_tensor_reduce(NULL, HQNN_REDUCE_SUM, NULL, 0, 0, &tensor));
  NULLED(hqnn_tensor_reduce(x, HQNN_REDUCE_SUM, NULL, 1, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_reduce(x, (hqnn_reduction)99, NULL, 0, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_reduce(x, HQNN_REDUCE_SUM, order, -1, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_reduce(x, HQNN_REDUCE_SUM, order, 1000000, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_reduce(x, HQNN_REDUCE_SUM, &low, 1, 0, &tensor));
  SAYS(HQNN_ERROR_VALUE, "axis 1 is given twice", hqnn_tensor_reduce(x, HQNN_REDUCE_SUM, twice, 2, 0, &tensor));
  WORKS(hqnn_tensor_reduce(x, HQNN_REDUCE_MAX, order, 1, 1, &y));
  CHECK(near(item(y), 2));
  hqnn_tensor_release(y);
  NULLED(hqnn_tensor_extremes(NULL, 1, 1, places, 2));
  NULLED(hqnn_tensor_extremes(x, 1, 1, NULL, 2));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_extremes(x, 1, 1, places, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_extremes(x, 1, 2, places, 2));
  WORKS(hqnn_tensor_extremes(x, 1, -1, places, 2));
  CHECK(places[0] == 2 && places[1] == 0);
  NULLED(hqnn_tensor_softmax(NULL, 0, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_softmax(x, 2, 0, &tensor));
  NULLED(hqnn_tensor_cumulative_sum(NULL, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_cumulative_sum(x, -3, &tensor));
  NULLED(hqnn_tensor_permute(NULL, order, 2, &tensor));
  NULLED(hqnn_tensor_permute(x, NULL, 2, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_permute(x, order, -1, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_permute(x, order, 1, &tensor));
  NULLED(hqnn_tensor_slice(NULL, 0, 0, 1, 1, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_slice(x, 0, 0, -1, 1, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_slice(x, 0, INT64_MAX, 2, INT64_MAX, &tensor));
  NULLED(hqnn_tensor_select(NULL, 0, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_select(x, 0, -1, &tensor));
  NULLED(hqnn_tensor_index(NULL, 0, order, 2, &tensor));
  NULLED(hqnn_tensor_index(x, 0, NULL, 2, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_index(x, 0, big, 2, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_index(x, 0, order, -1, &tensor));
  NULLED(hqnn_tensor_flip(NULL, order, 2, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_flip(x, order, -1, &tensor));
  NULLED(hqnn_tensor_expand(NULL, 2, shape, &tensor));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_tensor_expand(x, 2, big, &tensor));
  NULLED(hqnn_tensor_tile(NULL, order, 2, &tensor));
  REFUSES(HQNN_ERROR_MEMORY, hqnn_tensor_tile(x, big, 2, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_tile(x, order, 1, &tensor));
  NULLED(hqnn_tensor_pad(NULL, order, order, 2, 0, &tensor));
  NULLED(hqnn_tensor_pad(x, NULL, order, 2, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_pad(x, big, order, 2, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_pad(x, order, order, 1, 0, &tensor));
  NULLED(hqnn_tensor_concat(NULL, 2, 0, &tensor));
  NULLED(hqnn_tensor_concat(&x, 1, 0, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_concat(&x, 0, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_concat(&x, -1, 0, &tensor));
  NULLED(hqnn_tensor_stack(NULL, 2, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_stack(&x, 1, 4, &tensor));
  NULLED(hqnn_layer_softmax(1, 0, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_softmax(0, 0, &layer));
}

static void gradients(hqnn_tensor *x) {
  hqnn_tensor *leaf = NULL, *square = NULL, *total = NULL, *found = NULL;
  WORKS(hqnn_tensor_detach(x, &leaf));
  WORKS(hqnn_tensor_require_gradient(leaf, 1));
  hqnn_recording_set(0);
  CHECK(hqnn_recording_get() == 0);
  WORKS(hqnn_tensor_map(leaf, HQNN_SQUARE, &square));
  REFUSES(HQNN_ERROR_STATE, hqnn_tensor_gradients(square, x, &leaf, 1, &tensor));
  hqnn_tensor_release(square);
  hqnn_recording_set(1);
  CHECK(hqnn_recording_get() == 1);
  WORKS(hqnn_tensor_map(leaf, HQNN_SQUARE, &square));
  WORKS(hqnn_tensor_sum(square, &total));
  NULLED(hqnn_tensor_gradients(NULL, NULL, &leaf, 1, &tensor));
  NULLED(hqnn_tensor_gradients(total, NULL, NULL, 1, &tensor));
  NULLED(hqnn_tensor_gradients(total, NULL, &leaf, 1, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensor_gradients(total, NULL, &leaf, -1, &tensor));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_tensor_gradients(square, NULL, &leaf, 1, &tensor));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_tensor_gradients(square, total, &leaf, 1, &tensor));
  REFUSES(HQNN_ERROR_STATE, hqnn_tensor_gradients(total, NULL, &x, 1, &tensor));
  WORKS(hqnn_tensor_gradients(total, NULL, &leaf, 1, &found));
  CHECK(near(item(found), -2));
  hqnn_tensor_release(found);
  WORKS(hqnn_tensor_set(leaf, 0, 5));
  REFUSES(HQNN_ERROR_STATE, hqnn_tensor_backward(total));
  hqnn_tensor_release(total);
  hqnn_tensor_release(square);
  hqnn_tensor_release(leaf);
}

int main(void) {
  hqnn_tensor *x = NULL;
  WORKS(hqnn_tensor_create(HQNN_FLOAT64, 2, shape, values, &x));
  functions(x);
  losses(x);
  made();
  axes(x);
  gradients(x);
  nothing_was_written();
  hqnn_tensor_release(x);
  return report();
}
