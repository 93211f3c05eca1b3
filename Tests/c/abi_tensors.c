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

int main(void) {
  hqnn_tensor *x = NULL;
  WORKS(hqnn_tensor_create(HQNN_FLOAT64, 2, shape, values, &x));
  functions(x);
  losses(x);
  nothing_was_written();
  hqnn_tensor_release(x);
  return report();
}
