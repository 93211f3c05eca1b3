/* Layers of C functions: what they may say, what is refused, and that they are let go. */
#include "walk.h"

static int released = 0, builds = 0;
static void gone(void *context) { released += *(int *)context; }

/* x w + body(x), with w [inputs, 2]. */
static int build(void *context, hqnn_layer_plan *plan, int64_t rank, const int64_t *shape) {
  hqnn_initializer half = HQNN_INITIALIZER, wrong = HQNN_INITIALIZER;
  const int64_t weights[2] = {shape[0], 2}, none = 0;
  int64_t output[16], output_rank = 0;
  (void)context;
  builds++;
  half.low = half.high = 0.5;
  wrong.low = 2;
  NULLED(hqnn_layer_plan_parameter(NULL, "w", 2, weights, &half));
  NULLED(hqnn_layer_plan_parameter(plan, NULL, 2, weights, &half));
  NULLED(hqnn_layer_plan_parameter(plan, "w", 2, NULL, &half));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_plan_parameter(plan, "w", -1, weights, &half));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_plan_parameter(plan, "w", 2, weights, &wrong));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_plan_parameter(plan, "a b", 2, weights, &half));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_layer_plan_parameter(plan, "w", 1, &none, &half));
  WORKS(hqnn_layer_plan_parameter(plan, "w", 2, weights, &half));
  NULLED(hqnn_layer_plan_layer(NULL, 0, rank, shape, output, 16, &output_rank));
  NULLED(hqnn_layer_plan_layer(plan, 0, rank, shape, output, 16, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_plan_layer(plan, 1, rank, shape, output, 16, &output_rank));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_plan_layer(plan, -1, rank, shape, output, 16, &output_rank));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_plan_layer(plan, 0, rank, shape, output, 0, &output_rank));
  WORKS(hqnn_layer_plan_layer(plan, 0, rank, shape, output, 16, &output_rank));
  NULLED(hqnn_layer_plan_output(NULL, output_rank, output));
  NULLED(hqnn_layer_plan_output(plan, 1, NULL));
  return (int)hqnn_layer_plan_output(plan, output_rank, output);
}

static hqnn_layer *body = NULL;

static int forward(void *context, hqnn_layer *self, hqnn_tensor *input, hqnn_tensor **out) {
  hqnn_tensor *weights = NULL, *product = NULL, *other = NULL;
  int training = -1;
  hqnn_status status;
  (void)context;
  NULLED(hqnn_layer_training(NULL, &training));
  NULLED(hqnn_layer_training(self, NULL));
  WORKS(hqnn_layer_training(self, &training));
  CHECK(training == 0);
  WORKS(hqnn_layer_parameter(self, 0, &weights));
  WORKS(hqnn_tensor_matmul(input, weights, &product));
  WORKS(hqnn_layer_forward(body, input, &other));
  status = hqnn_tensor_add(product, other, out);
  hqnn_tensor_release(weights);
  hqnn_tensor_release(product);
  hqnn_tensor_release(other);
  return (int)status;
}

static int fails(void *context, hqnn_layer *self, hqnn_tensor *input, hqnn_tensor **out) {
  (void)context;
  (void)self;
  return (int)hqnn_tensor_matmul(input, input, out);
}
static int silent(void *context, hqnn_layer *self, hqnn_tensor *input, hqnn_tensor **out) {
  (void)context;
  (void)self;
  (void)input;
  (void)out;
  return 0;
}

static int same(void *context, hqnn_layer_plan *plan, int64_t rank, const int64_t *shape) {
  (void)context;
  return (int)hqnn_layer_plan_output(plan, rank, shape);
}

static int nothing_said(void *context, hqnn_layer_plan *plan, int64_t rank, const int64_t *shape) {
  (void)context;
  (void)plan;
  (void)rank;
  (void)shape;
  return 0;
}

static int maker(void *context, const char *options, hqnn_layer **out) {
  (void)context;
  (void)options;
  return (int)hqnn_layer_dense(2, 1, out);
}

int main(void) {
  const int64_t shape[2] = {1, 3};
  const double values[3] = {1, 2, 3};
  const char *names[1] = {"body"}, *holes[1] = {NULL};
  int one = 1, many = 100;
  char *name = NULL;
  double value = 0;
  hqnn_custom_layer functions = HQNN_CUSTOM_LAYER;
  hqnn_layer *mine = NULL, *other = NULL;
  hqnn_tensor *x = NULL, *y = NULL;
  WORKS(hqnn_tensor_create(HQNN_FLOAT64, 2, shape, values, &x));
  WORKS(hqnn_layer_dense(2, 0, &body));

  NULLED(hqnn_layer_custom(NULL, &layer));
  NULLED(hqnn_layer_custom(&functions, &layer));
  functions.build = build;
  functions.forward = forward;
  functions.context = &one;
  functions.release = gone;
  NULLED(hqnn_layer_custom(&functions, &layer));
  functions.name = "mine";
  functions.layers = &body;
  functions.layer_count = 1;
  NULLED(hqnn_layer_custom(&functions, &layer));
  functions.layer_names = holes;
  NULLED(hqnn_layer_custom(&functions, &layer));
  functions.layer_names = names;
  NULLED(hqnn_layer_custom(&functions, NULL));
  functions.layer_count = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_custom(&functions, &layer));
  functions.layer_count = 1;
  functions.name = "not a word";
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_custom(&functions, &layer));
  CHECK(released == 0);
  functions.name = "mine";
  WORKS(hqnn_layer_custom(&functions, &mine));
  WORKS(hqnn_layer_build(mine, HQNN_FLOAT64, 2, shape, 3));
  CHECK(builds == 1);
  WORKS(hqnn_layer_parameter_name(mine, 1, &name));
  CHECK(strcmp(name, "body.weights") == 0);
  hqnn_text_release(name);
  WORKS(hqnn_layer_forward(mine, x, &y));
  WORKS(hqnn_tensor_get(y, 0, &value));
  CHECK(value > 3 - 6 && value < 3 + 6);
  hqnn_tensor_release(y);

  NULLED(hqnn_layer_set_recipe(NULL, "mine", "{}"));
  NULLED(hqnn_layer_set_recipe(mine, NULL, "{}"));
  NULLED(hqnn_layer_set_recipe(mine, "mine", NULL));
  REFUSES(HQNN_ERROR_FILE, hqnn_layer_set_recipe(mine, "mine", "{"));
  REFUSES(HQNN_ERROR_STATE, hqnn_layer_set_recipe(body, "mine", "{}"));
  WORKS(hqnn_layer_set_recipe(mine, "mine", "{}"));
  NULLED(hqnn_layer_register(NULL, maker, &one, gone));
  NULLED(hqnn_layer_register("mine", NULL, &one, gone));
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_register("a b", maker, &one, gone));
  CHECK(released == 0);
  WORKS(hqnn_layer_register("mine", maker, &many, gone));
  WORKS(hqnn_layer_register("mine", maker, &many, NULL));
  CHECK(released == 100);
  hqnn_layer_release(mine);
  CHECK(released == 101);

  functions = (hqnn_custom_layer)HQNN_CUSTOM_LAYER;
  functions.name = "odd";
  functions.build = nothing_said;
  functions.forward = fails;
  WORKS(hqnn_layer_custom(&functions, &other));
  SAYS(HQNN_ERROR_STATE, "odd: its build function did not say the output's shape",
       hqnn_layer_build(other, HQNN_FLOAT64, 2, shape, 3));
  hqnn_layer_release(other);
  functions.build = same;
  WORKS(hqnn_layer_custom(&functions, &other));
  WORKS(hqnn_layer_build(other, HQNN_FLOAT64, 2, shape, 3));
  SAYS(HQNN_ERROR_SHAPE,
       "odd: its forward function failed: a matrix product takes {m, k} and {k, n}, got {1, 3} and {1, 3}",
       hqnn_layer_forward(other, x, &tensor));
  hqnn_layer_release(other);
  functions.forward = silent;
  WORKS(hqnn_layer_custom(&functions, &other));
  WORKS(hqnn_layer_build(other, HQNN_FLOAT64, 2, shape, 3));
  SAYS(HQNN_ERROR_STATE, "odd: its forward function gave no result", hqnn_layer_forward(other, x, &tensor));
  hqnn_layer_release(other);
  nothing_was_written();
  hqnn_layer_release(body);
  hqnn_tensor_release(x);
  return report();
}
