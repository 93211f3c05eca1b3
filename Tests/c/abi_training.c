/* The walk over optimisers, schedules, training and statistics of hqnn.h.  See abi_walk.c. */
#include "walk.h"

#include <math.h>
#include <stdlib.h>

static hqnn_schedule *schedule = UNTOUCHED;

static void optimizers_null(void) {
  NULLED(hqnn_optimizer_sgd(NULL, NULL));
  NULLED(hqnn_optimizer_adam(NULL, NULL));
  NULLED(hqnn_optimizer_adamw(NULL, NULL));
  NULLED(hqnn_optimizer_rmsprop(NULL, NULL));
  NULLED(hqnn_optimizer_adagrad(NULL, NULL));
  NULLED(hqnn_optimizer_lbfgs(NULL, NULL));
  NULLED(hqnn_optimizer_natural_gradient(NULL, NULL));
  NULLED(hqnn_optimizer_spsa(NULL, NULL));
  NULLED(hqnn_optimizer_rotosolve(NULL));
  NULLED(hqnn_optimizer_retain(NULL));
  NULLED(hqnn_optimizer_add_group(NULL, NULL));
  NULLED(hqnn_optimizer_step(NULL));
  NULLED(hqnn_optimizer_needs_loss(NULL, &flag));
  NULLED(hqnn_optimizer_step_loss(NULL, NULL, NULL, &real));
  NULLED(hqnn_optimizer_zero_gradients(NULL));
  NULLED(hqnn_optimizer_lr(NULL, &real));
  NULLED(hqnn_optimizer_set_lr(NULL, 1));
  NULLED(hqnn_optimizer_clip_norm(NULL, 1, &real));
  NULLED(hqnn_optimizer_clip_value(NULL, 1));
  NULLED(hqnn_schedule_create(NULL, NULL));
  NULLED(hqnn_schedule_retain(NULL));
  NULLED(hqnn_schedule_attach(NULL, NULL));
  NULLED(hqnn_schedule_step(NULL));
  NULLED(hqnn_schedule_epoch(NULL, 0));
  NULLED(hqnn_schedule_factor(NULL, &real));
  hqnn_schedule_release(NULL);
}

static void training_null(void) {
  hqnn_evaluation evaluation = HQNN_EVALUATION;
  hqnn_test_result result;
  const double values[2] = {1, 2};
  NULLED(hqnn_layer_evaluate_all(NULL, NULL, NULL, &evaluation));
  NULLED(hqnn_layer_evaluate_all(NULL, NULL, NULL, NULL));
  NULLED(hqnn_layer_confusion(NULL, NULL, &number, 1, &number2));
  NULLED(hqnn_layer_confusion(NULL, NULL, &number, 1, NULL));
  NULLED(hqnn_dataset_folds(NULL, 2, 1, 0, &number, 1));
  NULLED(hqnn_dataset_folds(NULL, 2, 1, 0, NULL, 1));
  NULLED(hqnn_stats_paired_t(NULL, values, 2, &result));
  NULLED(hqnn_stats_paired_t(values, values, 2, NULL));
  NULLED(hqnn_stats_wilcoxon(values, NULL, 2, &result));
  NULLED(hqnn_stats_wilcoxon(values, values, 2, NULL));
  NULLED(hqnn_stats_mcnemar(1, 2, NULL));
}

static void wrong_values(void) {
  hqnn_sgd_options sgd = HQNN_SGD_OPTIONS;
  hqnn_adam_options adam = HQNN_ADAMW_OPTIONS;
  hqnn_rmsprop_options rmsprop = HQNN_RMSPROP_OPTIONS;
  hqnn_adagrad_options adagrad = HQNN_ADAGRAD_OPTIONS;
  hqnn_lbfgs_options lbfgs = HQNN_LBFGS_OPTIONS;
  hqnn_natural_gradient_options natural = HQNN_NATURAL_GRADIENT_OPTIONS;
  hqnn_spsa_options spsa = HQNN_SPSA_OPTIONS;
  hqnn_group_options group = HQNN_GROUP_OPTIONS;
  hqnn_schedule_options wanted = HQNN_SCHEDULE_OPTIONS;
  hqnn_test_result result;
  const double values[2] = {1, NAN};
  const int64_t milestones[2] = {3, 2};
  hqnn_optimizer *made = NULL;
  sgd.nesterov = 1;
  SAYS(HQNN_ERROR_VALUE, "nesterov needs a momentum above 0", hqnn_optimizer_sgd(&sgd, &optimizer));
  adam.weight_decay = -1;
  SAYS(HQNN_ERROR_VALUE, "weight_decay is -1.0; it must be 0 or more", hqnn_optimizer_adamw(&adam, &optimizer));
  rmsprop.alpha = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_optimizer_rmsprop(&rmsprop, &optimizer));
  adagrad.lr = NAN;
  REFUSES(HQNN_ERROR_VALUE, hqnn_optimizer_adagrad(&adagrad, &optimizer));
  lbfgs.history = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_optimizer_lbfgs(&lbfgs, &optimizer));
  natural.form = (hqnn_metric_form)9;
  REFUSES(HQNN_ERROR_VALUE, hqnn_optimizer_natural_gradient(&natural, &optimizer));
  natural.form = HQNN_METRIC_FULL;
  natural.rows = 0;
  REFUSES(HQNN_ERROR_VALUE, hqnn_optimizer_natural_gradient(&natural, &optimizer));
  spsa.c = 0;
  REFUSES(HQNN_ERROR_VALUE, hqnn_optimizer_spsa(&spsa, &optimizer));
  WORKS(hqnn_optimizer_sgd(NULL, &made));
  group.members = (hqnn_members)9;
  REFUSES(HQNN_ERROR_VALUE, hqnn_optimizer_add_group(made, &group));
  group.members = HQNN_MEMBERS_LAYER;
  NULLED(hqnn_optimizer_add_group(made, &group));
  group.members = HQNN_MEMBERS_QUANTUM;
  group.lr = -2;
  REFUSES(HQNN_ERROR_VALUE, hqnn_optimizer_add_group(made, &group));
  group.lr = 0.5;
  WORKS(hqnn_optimizer_add_group(made, &group));
  REFUSES(HQNN_ERROR_VALUE, hqnn_optimizer_set_lr(made, -1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_optimizer_clip_norm(made, 0, &real));
  REFUSES(HQNN_ERROR_VALUE, hqnn_optimizer_clip_value(made, NAN));
  NULLED(hqnn_optimizer_step_loss(made, NULL, NULL, &real));
  NULLED(hqnn_optimizer_needs_loss(made, NULL));
  NULLED(hqnn_optimizer_lr(made, NULL));
  hqnn_optimizer_release(made);

  wanted.kind = (hqnn_schedule_kind)99;
  REFUSES(HQNN_ERROR_VALUE, hqnn_schedule_create(&wanted, &schedule));
  wanted.kind = HQNN_SCHEDULE_MULTI_STEP;
  wanted.milestone_count = 2;
  NULLED(hqnn_schedule_create(&wanted, &schedule));
  wanted.milestones = milestones;
  REFUSES(HQNN_ERROR_VALUE, hqnn_schedule_create(&wanted, &schedule));
  wanted.kind = HQNN_SCHEDULE_COSINE;
  wanted.period = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_schedule_create(&wanted, &schedule));
  wanted.struct_size = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_schedule_create(&wanted, &schedule));
  CHECK(schedule == UNTOUCHED);

  REFUSES(HQNN_ERROR_VALUE, hqnn_stats_paired_t(values, values, 2, &result));
  REFUSES(HQNN_ERROR_VALUE, hqnn_stats_paired_t(values, values, 1, &result));
  REFUSES(HQNN_ERROR_VALUE, hqnn_stats_wilcoxon(values, values, -1, &result));
  REFUSES(HQNN_ERROR_VALUE, hqnn_stats_mcnemar(-1, 0, &result));
}

/* ---- minimising (x - 2)^2 ---- */

static int calls = 0;

static int parabola(void *context, hqnn_tensor **out) {
  hqnn_tensor *moved = NULL, *square = NULL;
  calls++;
  if (hqnn_tensor_affine((hqnn_tensor *)context, 1, -2, &moved) != HQNN_OK) return 1;
  if (hqnn_tensor_map(moved, HQNN_SQUARE, &square) != HQNN_OK) return 1;
  hqnn_tensor_release(moved);
  *out = square;
  return 0;
}

static int stops(void *context, hqnn_tensor **out) {
  (void)context;
  (void)out;
  return 1;
}

static int gives_nothing(void *context, hqnn_tensor **out) {
  (void)context;
  (void)out;
  return 0;
}

static void steps(void) {
  hqnn_optimizer *lbfgs = NULL, *sgd = NULL, *roto = NULL;
  hqnn_schedule *halving = NULL;
  hqnn_schedule_options wanted = HQNN_SCHEDULE_OPTIONS;
  hqnn_tensor *x = NULL;
  const int64_t one = 1;
  const double start = 5;
  double value = 0;
  int needs = -1;
  WORKS(hqnn_tensor_create(HQNN_FLOAT64, 1, &one, &start, &x));
  WORKS(hqnn_tensor_require_gradient(x, 1));
  WORKS(hqnn_optimizer_lbfgs(NULL, &lbfgs));
  WORKS(hqnn_optimizer_needs_loss(lbfgs, &needs));
  CHECK(needs == 1);
  WORKS(hqnn_optimizer_add_tensor(lbfgs, x));
  REFUSES(HQNN_ERROR_STATE, hqnn_optimizer_step(lbfgs));
  REFUSES(HQNN_ERROR_CANCELLED, hqnn_optimizer_step_loss(lbfgs, stops, NULL, NULL));
  NULLED(hqnn_optimizer_step_loss(lbfgs, gives_nothing, NULL, NULL));
  WORKS(hqnn_optimizer_step_loss(lbfgs, parabola, x, &value));
  CHECK(value == 9 && calls > 1);
  WORKS(hqnn_tensor_get(x, 0, &value));
  CHECK(fabs(value - 2) < 1e-7);

  WORKS(hqnn_tensor_set(x, 0, 5));
  WORKS(hqnn_optimizer_sgd(NULL, &sgd));
  WORKS(hqnn_optimizer_set_lr(sgd, 0.5));
  WORKS(hqnn_optimizer_add_tensor(sgd, x));
  wanted.kind = HQNN_SCHEDULE_EXPONENTIAL;
  wanted.gamma = 0.5;
  WORKS(hqnn_schedule_create(&wanted, &halving));
  WORKS(hqnn_schedule_retain(halving));
  hqnn_schedule_release(halving);
  REFUSES(HQNN_ERROR_STATE, hqnn_schedule_step(halving));
  NULLED(hqnn_schedule_attach(halving, NULL));
  WORKS(hqnn_schedule_attach(halving, sgd));
  WORKS(hqnn_optimizer_step_loss(sgd, parabola, x, NULL));
  WORKS(hqnn_tensor_get(x, 0, &value));
  CHECK(value == 2);
  WORKS(hqnn_schedule_step(halving));
  WORKS(hqnn_schedule_epoch(halving, NAN));
  NULLED(hqnn_schedule_factor(halving, NULL));
  WORKS(hqnn_schedule_factor(halving, &value));
  CHECK(value == 0.5);
  /* The schedule keeps the optimiser. */
  hqnn_optimizer_release(sgd);
  WORKS(hqnn_schedule_epoch(halving, 0));
  hqnn_schedule_release(halving);

  WORKS(hqnn_optimizer_rotosolve(&roto));
  WORKS(hqnn_optimizer_add_tensor(roto, x));
  REFUSES(HQNN_ERROR_STATE, hqnn_optimizer_step_loss(roto, parabola, x, NULL));
  hqnn_optimizer_release(roto);
  hqnn_optimizer_release(lbfgs);
  hqnn_tensor_release(x);
}

/* ---- training a line ---- */

typedef struct watch {
  int steps, epochs, objectives;
  double last_loss;
} watch;

static int on_step(void *context, const hqnn_fit_progress *progress) {
  watch *w = (watch *)context;
  w->steps++;
  return progress->lr <= 0;
}

static int on_progress(void *context, const hqnn_fit_progress *progress) {
  watch *w = (watch *)context;
  if (progress->epoch_done) {
    w->epochs++;
    w->last_loss = progress->loss;
    CHECK(progress->samples == 8 && progress->peak_memory > 0 && progress->gradient_norm >= 0);
    CHECK(progress->best_epoch >= 0 && progress->warnings != NULL && isnan(progress->accuracy));
  }
  return 0;
}

static int own_loss(void *context, hqnn_tensor *output, const int64_t *labels, int64_t count, hqnn_tensor *targets,
                    hqnn_tensor **out) {
  ((watch *)context)->objectives++;
  if (count != 4 || labels[0] != 0) return 1;
  return hqnn_loss_mse(output, targets, out) != HQNN_OK;
}

static void fits(void) {
  const int64_t samples_shape[2] = {8, 1}, labels[8] = {0};
  const float xs[8] = {-1, -0.7f, -0.4f, -0.1f, 0.2f, 0.5f, 0.8f, 1};
  float ys[8];
  int64_t parts[8], counts[1] = {-77}, classes = -77, seen[2] = {0, 0};
  hqnn_tensor *x = NULL, *y = NULL;
  hqnn_dataset *data = NULL;
  hqnn_layer *line = NULL;
  hqnn_optimizer *sgd = NULL;
  hqnn_sgd_options fast = HQNN_SGD_OPTIONS;
  hqnn_fit_options fit = HQNN_FIT_OPTIONS;
  hqnn_evaluate_options evaluate = HQNN_EVALUATE_OPTIONS;
  hqnn_evaluation evaluation = HQNN_EVALUATION;
  hqnn_test_result result;
  watch w = {0, 0, 0, 0};
  for (int i = 0; i < 8; i++) ys[i] = 3 * xs[i] - 1;
  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 2, samples_shape, xs, &x));
  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 2, samples_shape, ys, &y));
  WORKS(hqnn_dataset_create(x, labels, 8, 1, &data));
  WORKS(hqnn_layer_dense(1, 1, &line));
  fast.lr = 0.3;
  WORKS(hqnn_optimizer_sgd(&fast, &sgd));
  fit.epochs = 60;
  fit.batch = 4;
  fit.context = &w;
  fit.callback = on_progress;
  fit.step_callback = on_step;
  fit.objective = own_loss;
  fit.targets = y;
  WORKS(hqnn_layer_fit(line, data, NULL, sgd, &fit));
  CHECK(w.epochs == 60 && w.steps == 120 && w.objectives == 120 && w.last_loss < 1e-5);

  fit.objective = NULL;
  fit.loss = HQNN_LOSS_MSE;
  fit.epochs = 2;
  fit.clip_norm = 1;
  fit.keep_best = 1;
  WORKS(hqnn_layer_fit(line, data, NULL, sgd, &fit));
  fit.targets_are_inputs = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_fit(line, data, NULL, sgd, &fit));
  fit.targets_are_inputs = 0;
  fit.accumulate = -1;
  SAYS(HQNN_ERROR_VALUE, "accumulate is -1; it must be 1 or more", hqnn_layer_fit(line, data, NULL, sgd, &fit));
  fit.accumulate = 1;
  fit.monitor = (hqnn_monitor)9;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_fit(line, data, NULL, sgd, &fit));
  fit.monitor = HQNN_MONITOR_ACCURACY;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_fit(line, data, NULL, sgd, &fit));

  evaluate.loss = HQNN_LOSS_MSE;
  evaluate.targets = y;
  WORKS(hqnn_layer_evaluate_all(line, data, &evaluate, &evaluation));
  CHECK(evaluation.loss < 1e-4 && fabs(evaluation.mse - evaluation.loss) < 1e-7);
  CHECK(isnan(evaluation.accuracy) && isnan(evaluation.top_k));
  evaluate.top_k = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_evaluate_all(line, data, &evaluate, &evaluation));
  WORKS(hqnn_layer_confusion(line, data, NULL, 0, &classes));
  CHECK(classes == 1);
  REFUSES(HQNN_ERROR_VALUE, hqnn_layer_confusion(line, data, counts, 0, &classes));
  WORKS(hqnn_layer_confusion(line, data, counts, 1, &classes));
  CHECK(counts[0] == 8);

  WORKS(hqnn_dataset_folds(data, 2, 1, 7, parts, 8));
  for (int i = 0; i < 8; i++) seen[parts[i]]++;
  CHECK(seen[0] == 4 && seen[1] == 4);
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_folds(data, 2, 1, 7, parts, 7));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_folds(data, 9, 1, 7, parts, 8));
  WORKS(hqnn_stats_mcnemar(9, 1, &result));
  CHECK(fabs(result.p_value - 22.0 / 1024) < 1e-12 && result.exact == 1 && result.degrees == 10);
  {
    const double a[3] = {1, 2, 4}, b[3] = {0, 0, 0};
    WORKS(hqnn_stats_paired_t(a, b, 3, &result));
    CHECK(result.degrees == 2 && result.statistic > 2 && result.p_value > 0 && result.p_value < 0.2);
    WORKS(hqnn_stats_wilcoxon(a, b, 3, &result));
    CHECK(result.statistic == 6 && fabs(result.p_value - 0.25) < 1e-12);
  }
  hqnn_optimizer_release(sgd);
  hqnn_layer_release(line);
  hqnn_dataset_release(data);
  hqnn_tensor_release(x);
  hqnn_tensor_release(y);
}

/* Every optimiser takes a step. */
static void all_step(void) {
  const int64_t one = 1;
  const double start = 5;
  for (int kind = 0; kind < 7; kind++) {
    hqnn_optimizer *made = NULL;
    hqnn_tensor *x = NULL;
    double value = 5, before = 0;
    WORKS(hqnn_tensor_create(HQNN_FLOAT64, 1, &one, &start, &x));
    WORKS(hqnn_tensor_require_gradient(x, 1));
    switch (kind) {
      case 0: WORKS(hqnn_optimizer_adam(NULL, &made)); break;
      case 1: WORKS(hqnn_optimizer_adamw(NULL, &made)); break;
      case 2: WORKS(hqnn_optimizer_rmsprop(NULL, &made)); break;
      case 3: WORKS(hqnn_optimizer_adagrad(NULL, &made)); break;
      case 4: WORKS(hqnn_optimizer_natural_gradient(NULL, &made)); break;
      case 5: WORKS(hqnn_optimizer_spsa(NULL, &made)); break;
      default: WORKS(hqnn_optimizer_sgd(NULL, &made)); break;
    }
    WORKS(hqnn_optimizer_retain(made));
    hqnn_optimizer_release(made);
    WORKS(hqnn_optimizer_add_tensor(made, x));
    WORKS(hqnn_optimizer_step_loss(made, parabola, x, &before));
    WORKS(hqnn_tensor_get(x, 0, &value));
    CHECK(value < 5 && before > 8.9);
    if (kind != 5) {
      double norm = 0;
      WORKS(hqnn_optimizer_clip_norm(made, 0.5, &norm));
      CHECK(norm == 6);
      WORKS(hqnn_optimizer_clip_value(made, 0.1));
      WORKS(hqnn_optimizer_step(made));
    }
    WORKS(hqnn_optimizer_zero_gradients(made));
    WORKS(hqnn_optimizer_lr(made, &value));
    CHECK(value > 0);
    hqnn_optimizer_release(made);
    hqnn_tensor_release(x);
  }
}

int main(void) {
  optimizers_null();
  training_null();
  wrong_values();
  nothing_was_written();
  steps();
  fits();
  all_step();
  return report();
}
