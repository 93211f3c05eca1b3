/* The walk over defences and certificates of hqnn.h.  See abi_walk.c. */
#include "walk.h"

static void transforms(void) {
  const int64_t image[4] = {2, 1, 9, 8};
  hqnn_layer *made[4] = {NULL, NULL, NULL, NULL};
  hqnn_tensor *x = NULL, *y = NULL;
  int i;
  NULLED(hqnn_layer_binarise(0.5, HQNN_BACKWARD_NONE, NULL));
  NULLED(hqnn_layer_bit_depth(3, HQNN_BACKWARD_NONE, NULL));
  NULLED(hqnn_layer_median_filter(3, HQNN_BACKWARD_NONE, NULL));
  NULLED(hqnn_layer_jpeg(75, HQNN_BACKWARD_NONE, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_binarise(0.0 / 0.0, HQNN_BACKWARD_NONE, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_binarise(0.5, (hqnn_backward_rule)7, &layer));
  SAYS(HQNN_ERROR_VALUE, "bits is -1; it must be in 1..16", hqnn_layer_bit_depth(-1, HQNN_BACKWARD_NONE, &layer));
  SAYS(HQNN_ERROR_VALUE, "size is 2; it must be an odd number in 3..31",
       hqnn_layer_median_filter(2, HQNN_BACKWARD_NONE, &layer));
  SAYS(HQNN_ERROR_VALUE, "quality is 0; it must be in 1..100", hqnn_layer_jpeg(0, HQNN_BACKWARD_NONE, &layer));
  nothing_was_written();

  WORKS(hqnn_layer_binarise(0.5, HQNN_BACKWARD_NONE, &made[0]));
  WORKS(hqnn_layer_bit_depth(3, HQNN_BACKWARD_STRAIGHT_THROUGH, &made[1]));
  WORKS(hqnn_layer_median_filter(3, HQNN_BACKWARD_STRAIGHT_THROUGH, &made[2]));
  WORKS(hqnn_layer_jpeg(60, HQNN_BACKWARD_STRAIGHT_THROUGH, &made[3]));
  for (i = 0; i < 4; i++) {
    WORKS(hqnn_tensor_uniform(HQNN_FLOAT32, 4, image, 0, 1, 2, &x));
    WORKS(hqnn_layer_build(made[i], HQNN_FLOAT32, 4, image, 1));
    WORKS(hqnn_layer_infer(made[i], x, &y));
    hqnn_tensor_release(y);
    WORKS(hqnn_tensor_require_gradient(x, 1));
    if (i == 0) {
      REFUSES(HQNN_ERROR_STATE, hqnn_layer_forward(made[i], x, &tensor));
      CHECK(strstr(hqnn_last_error(), "it has no derivative") != NULL);
    } else {
      WORKS(hqnn_layer_forward(made[i], x, &y));
      hqnn_tensor_release(y);
    }
    hqnn_tensor_release(x);
    hqnn_layer_release(made[i]);
  }
}

static void adversarial_training(void) {
  hqnn_adversarial_options adversarial = HQNN_ADVERSARIAL_OPTIONS;
  hqnn_fit_options options = HQNN_FIT_OPTIONS;
  hqnn_dataset *train = NULL, *test = NULL, *few = NULL;
  hqnn_subset_options subset = HQNN_SUBSET_OPTIONS;
  hqnn_layer *parts[2] = {NULL, NULL}, *model = NULL;
  hqnn_optimizer *adam = NULL;
  int method;
  WORKS(hqnn_dataset_digits(&train, &test));
  subset.count = 60;
  WORKS(hqnn_dataset_subset(train, &subset, &few));
  WORKS(hqnn_layer_flatten(&parts[0]));
  WORKS(hqnn_layer_dense(10, 1, &parts[1]));
  WORKS(hqnn_layer_sequential(parts, 2, &model));
  options.epochs = 1;
  options.adversarial = &adversarial;
  for (method = 0; method <= HQNN_ADVERSARIAL_INPUT_GRADIENT; method++) {
    WORKS(hqnn_optimizer_adam(NULL, &adam));
    adversarial.method = (hqnn_adversarial_method)method;
    adversarial.norm = method % 2 ? HQNN_ADVERSARIAL_L2 : HQNN_ADVERSARIAL_LINF;
    WORKS(hqnn_layer_fit(model, few, NULL, adam, &options));
    hqnn_optimizer_release(adam);
  }
  WORKS(hqnn_optimizer_adam(NULL, &adam));
  REFUSES(HQNN_ERROR_VALUE, (adversarial.method = (hqnn_adversarial_method)99, hqnn_layer_fit(model, few, NULL, adam, &options)));
  adversarial.method = HQNN_ADVERSARIAL_PGD;
  REFUSES(HQNN_ERROR_VALUE, (adversarial.norm = (hqnn_adversarial_norm)9, hqnn_layer_fit(model, few, NULL, adam, &options)));
  adversarial.norm = HQNN_ADVERSARIAL_LINF;
  adversarial.eps = -1;
  SAYS(HQNN_ERROR_VALUE, "eps is -1.0; it must be above 0", hqnn_layer_fit(model, few, NULL, adam, &options));
  adversarial.eps = 0.1;
  adversarial.struct_size = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_fit(model, few, NULL, adam, &options));
  hqnn_optimizer_release(adam);
  hqnn_layer_release(model);
  hqnn_layer_release(parts[0]);
  hqnn_layer_release(parts[1]);
  hqnn_dataset_release(few);
  hqnn_dataset_release(train);
  hqnn_dataset_release(test);
}

int main(void) {
  transforms();
  adversarial_training();
  return report();
}
