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
  NULLED(hqnn_layer_adversarial_noise(0.1, NULL));
  NULLED(hqnn_layer_random_inputs(3, 1, NULL));
  SAYS(HQNN_ERROR_VALUE, "size is -1.0; it must be 0 or more", hqnn_layer_adversarial_noise(-1, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_random_inputs(0, 1, &layer));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_random_inputs(3, -1, &layer));
  WORKS(hqnn_layer_adversarial_noise(0.1, &made[0]));
  hqnn_layer_release(made[0]);
  WORKS(hqnn_layer_random_inputs(3, 1, &made[0]));
  hqnn_layer_release(made[0]);
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
  options.encoding_penalty = 0.1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_fit(model, few, NULL, adam, &options));
  CHECK(strstr(hqnn_last_error(), "encoding_penalty is for circuits") != NULL);
  options.encoding_penalty = 0;
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

static int stop(void *context, int64_t done, int64_t total) {
  (void)context;
  return done < total;
}

/* A model of 4 inputs and 2 classes on 5 samples of [0, 1]. */
static void certificates(void) {
  const int64_t shape[2] = {5, 4}, labels[5] = {0, 1, 0, 1, 0};
  const double eps[2] = {0, 0.01}, wrong[1] = {-1};
  hqnn_smoothing_options smoothing = HQNN_SMOOTHING_OPTIONS;
  hqnn_interval_options intervals = HQNN_INTERVAL_OPTIONS;
  hqnn_smoothing_row rows[5];
  hqnn_lipschitz_row speeds[5];
  hqnn_noise_channel_row channels[5];
  double margins[10], l2 = 0, linf = 0;
  int certified[10];
  int64_t predicted[5];
  hqnn_layer *model = NULL, *norm = NULL, *parts[2];
  hqnn_tensor *x = NULL, *low = NULL, *high = NULL;
  hqnn_dataset *data = NULL;
  char *places = NULL;
  WORKS(hqnn_layer_dense(2, 1, &model));
  WORKS(hqnn_layer_build(model, HQNN_FLOAT32, 2, shape, 3));
  WORKS(hqnn_tensor_uniform(HQNN_FLOAT32, 2, shape, 0, 1, 4, &x));
  WORKS(hqnn_dataset_create(x, labels, 5, 2, &data));

  NULLED(hqnn_certify_smoothing(NULL, data, NULL, rows, 5, NULL, NULL));
  NULLED(hqnn_certify_smoothing(model, NULL, NULL, rows, 5, NULL, NULL));
  NULLED(hqnn_certify_smoothing(model, data, NULL, NULL, 5, NULL, NULL));
  SAYS(HQNN_ERROR_VALUE, "capacity is 4; 5 rows need room",
       hqnn_certify_smoothing(model, data, NULL, rows, 4, NULL, NULL));
  smoothing.n = 50;
  WORKS(hqnn_certify_smoothing(model, data, &smoothing, rows, 5, NULL, NULL));
  CHECK(rows[1].label == 1 && rows[1].predicted >= -1 && rows[1].predicted < 2 && rows[1].count <= 50);
  REFUSES(HQNN_ERROR_CANCELLED, hqnn_certify_smoothing(model, data, &smoothing, rows, 5, stop, NULL));
  smoothing.sigma = -1;
  SAYS(HQNN_ERROR_VALUE, "sigma is -1.0; it must be above 0",
       hqnn_certify_smoothing(model, data, &smoothing, rows, 5, NULL, NULL));

  NULLED(hqnn_certify_intervals(NULL, data, eps, 2, NULL, margins, certified, NULL, 5, NULL, NULL));
  NULLED(hqnn_certify_intervals(model, data, NULL, 2, NULL, margins, certified, NULL, 5, NULL, NULL));
  NULLED(hqnn_certify_intervals(model, data, eps, 2, NULL, NULL, certified, NULL, 5, NULL, NULL));
  NULLED(hqnn_certify_intervals(model, data, eps, 2, NULL, margins, NULL, NULL, 5, NULL, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_certify_intervals(model, data, wrong, 1, NULL, margins, certified, NULL, 5, NULL, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_certify_intervals(model, data, eps, -1, NULL, margins, certified, NULL, 5, NULL, NULL));
  WORKS(hqnn_certify_intervals(model, data, eps, 2, &intervals, margins, certified, predicted, 5, NULL, NULL));
  CHECK(predicted[0] == labels[0] ? margins[0] >= margins[1] && certified[0] >= certified[1] : margins[0] != margins[0]);
  intervals.method = HQNN_BOUND_CROWN;
  intervals.norm = HQNN_ADVERSARIAL_L2;
  WORKS(hqnn_certify_intervals(model, data, eps, 2, &intervals, margins, certified, NULL, 5, NULL, NULL));
  intervals.method = (hqnn_bound_method)7;
  SAYS(HQNN_ERROR_VALUE, "method is 7; it must be HQNN_BOUND_INTERVAL ... HQNN_BOUND_CROWN",
       hqnn_certify_intervals(model, data, eps, 2, &intervals, margins, certified, NULL, 5, NULL, NULL));
  intervals.method = HQNN_BOUND_LINEAR;
  intervals.norm = (hqnn_adversarial_norm)7;
  REFUSES(HQNN_ERROR_VALUE, hqnn_certify_intervals(model, data, eps, 2, &intervals, margins, certified, NULL, 5, NULL, NULL));
  intervals.norm = HQNN_ADVERSARIAL_LINF;
  intervals.high = 0;
  REFUSES(HQNN_ERROR_VALUE, hqnn_certify_intervals(model, data, eps, 2, &intervals, margins, certified, NULL, 5, NULL, NULL));

  NULLED(hqnn_layer_bounds(NULL, x, x, 1e-3, &tensor, &tensor));
  NULLED(hqnn_layer_bounds(model, NULL, x, 1e-3, &tensor, &tensor));
  NULLED(hqnn_layer_bounds(model, x, x, 1e-3, NULL, &tensor));
  NULLED(hqnn_layer_bounds(model, x, x, 1e-3, &tensor, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_bounds(model, x, x, 0, &tensor, &tensor));
  WORKS(hqnn_layer_bounds(model, x, x, 1e-3, &low, &high));
  hqnn_tensor_release(low);
  hqnn_tensor_release(high);

  NULLED(hqnn_certify_lipschitz(NULL, data, speeds, 5, &l2, &linf, &text));
  NULLED(hqnn_certify_lipschitz(model, data, NULL, 5, &l2, &linf, &text));
  REFUSES(HQNN_ERROR_VALUE, hqnn_certify_lipschitz(model, data, speeds, -1, &l2, &linf, &text));
  WORKS(hqnn_certify_lipschitz(model, data, speeds, 5, &l2, &linf, &places));
  CHECK(l2 == 1 && linf == 1 && places[0] == 0 && speeds[0].radius_l2 >= speeds[0].radius_linf);
  hqnn_text_release(places);
  WORKS(hqnn_certify_lipschitz(model, data, speeds, 5, NULL, NULL, NULL));
  WORKS(hqnn_layer_layer_norm(0, 1e-5, 1, &norm));
  parts[0] = norm;
  parts[1] = model;
  hqnn_layer_release(model);
  WORKS(hqnn_layer_dense(2, 1, &parts[1]));
  WORKS(hqnn_layer_sequential(parts, 2, &model));
  WORKS(hqnn_layer_build(model, HQNN_FLOAT32, 2, shape, 3));
  REFUSES(HQNN_ERROR_VALUE, hqnn_certify_lipschitz(model, data, speeds, 5, NULL, NULL, NULL));
  CHECK(strstr(hqnn_last_error(), "layer 0 (layer_norm)") != NULL);
  hqnn_layer_release(parts[0]);
  hqnn_layer_release(parts[1]);
  hqnn_layer_release(model);

  NULLED(hqnn_certify_noise_channel(NULL, data, 0.1, 0, channels, 5));
  WORKS(hqnn_layer_softmax(-1, 0, &norm));
  WORKS(hqnn_layer_dense(2, 1, &parts[0]));
  parts[1] = norm;
  WORKS(hqnn_layer_sequential(parts, 2, &model));
  WORKS(hqnn_layer_build(model, HQNN_FLOAT32, 2, shape, 3));
  NULLED(hqnn_certify_noise_channel(model, data, 0.1, 0, NULL, 5));
  REFUSES(HQNN_ERROR_VALUE, hqnn_certify_noise_channel(model, data, 1, 0, channels, 5));
  REFUSES(HQNN_ERROR_VALUE, hqnn_certify_noise_channel(model, data, 0.1, 1, channels, 5));
  WORKS(hqnn_certify_noise_channel(model, data, 0.1, 0, channels, 5));
  CHECK(channels[0].private_distance <= channels[0].distance);
  hqnn_layer_release(parts[0]);
  hqnn_layer_release(parts[1]);
  hqnn_layer_release(model);
  hqnn_tensor_release(x);
  hqnn_dataset_release(data);
  nothing_was_written();
}

int main(void) {
  transforms();
  adversarial_training();
  certificates();
  return report();
}
