/* The walk over attacks and robustness of hqnn.h.  See abi_walk.c. */
#include "walk.h"

static hqnn_attack *attack = UNTOUCHED;
static hqnn_report *none = UNTOUCHED;

static int stop(void *context, int64_t done, int64_t total) {
  (void)done;
  (void)total;
  ++*(int *)context;
  return 1;
}

static int count(void *context, int64_t which, int64_t done, int64_t total) {
  CHECK(which == 0 && done <= total);
  ++*(int *)context;
  return 0;
}

static int audited(void *context, int64_t which, int64_t done, int64_t total) {
  CHECK(which == done && done <= total);
  ++*(int *)context;
  return 0;
}

static void nothing(void) {
  const char *const names[1] = {"pgd"};
  const int64_t labels[2] = {0, 1};
  const double eps = 0.1;
  const hqnn_attack *attacks[1] = {NULL};
  NULLED(hqnn_attack_kinds(NULL));
  NULLED(hqnn_attack_create(NULL, NULL, &attack));
  NULLED(hqnn_attack_create("pgd", NULL, NULL));
  NULLED(hqnn_attack_retain(NULL));
  NULLED(hqnn_attack_describe(NULL, &text));
  NULLED(hqnn_attack_run(NULL, NULL, NULL, labels, 2, NULL, &tensor, NULL));
  NULLED(hqnn_robustness_evaluate(NULL, NULL, NULL, attacks, names, 1, &eps, 1, NULL, NULL, &none));
  NULLED(hqnn_report_retain(NULL));
  NULLED(hqnn_report_json(NULL, &text));
  NULLED(hqnn_report_table(NULL, "rows", &table));
  NULLED(hqnn_audit(NULL, NULL, NULL, NULL, 0, NULL, NULL, &text));
  NULLED(hqnn_layer_set_surrogate(NULL, NULL));
  hqnn_attack_release(NULL);
  hqnn_report_release(NULL);
  SAYS(HQNN_ERROR_VALUE, "steps is 0; it must be 1 or more", hqnn_attack_create("pgd", "{\"steps\": 0}", &attack));
  REFUSES(HQNN_ERROR_VALUE, hqnn_attack_create("pdg", NULL, &attack));
  REFUSES(HQNN_ERROR_VALUE, hqnn_attack_create("pgd", "{\"stesp\": 2}", &attack));
  REFUSES(HQNN_ERROR_VALUE, hqnn_attack_create("pgd", "[]", &attack));
  REFUSES(HQNN_ERROR_FILE, hqnn_attack_create("pgd", "{", &attack));
  CHECK(attack == UNTOUCHED && none == UNTOUCHED);
}

int main(void) {
  const float values[6] = {0.1f, 0.9f, 0.5f, 0.8f, 0.2f, 0.4f}, weights[6] = {3, -3, 1, -3, 3, -1}, zeros[2] = {0, 0};
  const int64_t two_by_three[2] = {2, 3}, labels[2] = {1, 0}, bad_labels[2] = {0, 2}, targets[2] = {0, 1};
  const double radii[2] = {0.5, 0}, eps[3] = {0, 0.1, 1}, bad = -1;
  const char *const names[1] = {"pgd"};
  hqnn_attack_call call = HQNN_ATTACK_CALL;
  const hqnn_attack *attacks[1];
  hqnn_attack *pgd = NULL;
  hqnn_report *found = NULL;
  hqnn_layer *model = NULL;
  hqnn_tensor *samples = NULL, *made = NULL, *parameter = NULL;
  hqnn_dataset *data = NULL;
  hqnn_table *rows = NULL;
  char *words = NULL;
  int calls = 0;

  nothing();
  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 2, two_by_three, values, &samples));
  WORKS(hqnn_layer_dense(2, 1, &model));
  WORKS(hqnn_layer_build(model, HQNN_FLOAT32, 2, two_by_three, 1));
  WORKS(hqnn_layer_parameter(model, 0, &parameter));
  WORKS(hqnn_tensor_write(parameter, weights, sizeof weights));
  hqnn_tensor_release(parameter);
  WORKS(hqnn_layer_parameter(model, 1, &parameter));
  WORKS(hqnn_tensor_write(parameter, zeros, sizeof zeros));
  hqnn_tensor_release(parameter);
  WORKS(hqnn_dataset_create(samples, labels, 2, 2, &data));

  WORKS(hqnn_attack_kinds(&words));
  CHECK(strstr(words, "\"kind\":\"pgd\"") != NULL && strstr(words, "Madry") != NULL);
  hqnn_text_release(words);
  WORKS(hqnn_attack_create("pgd", "{\"eps\": 1, \"steps\": 5}", &pgd));
  WORKS(hqnn_attack_retain(pgd));
  hqnn_attack_release(pgd);
  WORKS(hqnn_attack_describe(pgd, &words));
  CHECK(strstr(words, "\"steps\":5") != NULL && strstr(words, "\"norm\":\"linf\"") != NULL);
  hqnn_text_release(words);

  REFUSES(HQNN_ERROR_NULL, hqnn_attack_run(pgd, NULL, samples, labels, 2, NULL, &tensor, NULL));
  REFUSES(HQNN_ERROR_NULL, hqnn_attack_run(pgd, model, NULL, labels, 2, NULL, &tensor, NULL));
  REFUSES(HQNN_ERROR_NULL, hqnn_attack_run(pgd, model, samples, NULL, 2, NULL, &tensor, NULL));
  REFUSES(HQNN_ERROR_NULL, hqnn_attack_run(pgd, model, samples, labels, 2, NULL, NULL, NULL));
  CHECK(hqnn_attack_run(pgd, model, samples, labels, -1, NULL, &tensor, NULL) != HQNN_OK);
  CHECK(hqnn_attack_run(pgd, model, samples, bad_labels, 2, NULL, &tensor, NULL) != HQNN_OK);
  WORKS(hqnn_attack_run(pgd, model, samples, labels, 2, NULL, &made, NULL));
  hqnn_tensor_release(made);
  call.targets = targets;
  WORKS(hqnn_attack_run(pgd, model, samples, labels, 2, &call, &made, &rows));
  hqnn_tensor_release(made);
  WORKS(hqnn_table_format(rows, 3, &words));
  CHECK(strstr(words, "finished") != NULL);
  hqnn_text_release(words);
  hqnn_table_release(rows);
  call.targets = labels;
  REFUSES(HQNN_ERROR_VALUE, hqnn_attack_run(pgd, model, samples, labels, 2, &call, &tensor, NULL));
  call.targets = NULL;
  call.eps = radii;
  WORKS(hqnn_attack_run(pgd, model, samples, labels, 2, &call, &made, &rows));
  hqnn_tensor_release(made);
  hqnn_table_release(rows);
  call.callback = stop;
  call.context = &calls;
  REFUSES(HQNN_ERROR_CANCELLED, hqnn_attack_run(pgd, model, samples, labels, 2, &call, &tensor, NULL));
  CHECK(calls == 1);

  attacks[0] = pgd;
  REFUSES(HQNN_ERROR_NULL, hqnn_robustness_evaluate(model, NULL, NULL, attacks, names, 1, eps, 3, NULL, NULL, &none));
  REFUSES(HQNN_ERROR_NULL, hqnn_robustness_evaluate(model, NULL, data, NULL, names, 1, eps, 3, NULL, NULL, &none));
  REFUSES(HQNN_ERROR_NULL, hqnn_robustness_evaluate(model, NULL, data, attacks, NULL, 1, eps, 3, NULL, NULL, &none));
  REFUSES(HQNN_ERROR_NULL, hqnn_robustness_evaluate(model, NULL, data, attacks, names, 1, NULL, 3, NULL, NULL, &none));
  REFUSES(HQNN_ERROR_NULL, hqnn_robustness_evaluate(model, NULL, data, attacks, names, 1, eps, 3, NULL, NULL, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_robustness_evaluate(model, NULL, data, attacks, names, 0, eps, 3, NULL, NULL, &none));
  REFUSES(HQNN_ERROR_VALUE, hqnn_robustness_evaluate(model, NULL, data, attacks, names, -1, eps, 3, NULL, NULL, &none));
  REFUSES(HQNN_ERROR_VALUE, hqnn_robustness_evaluate(model, NULL, data, attacks, names, 1, &bad, 1, NULL, NULL, &none));
  CHECK(none == UNTOUCHED);
  calls = 0;
  WORKS(hqnn_robustness_evaluate(model, NULL, data, attacks, names, 1, eps, 3, count, &calls, &found));
  CHECK(calls == 2);
  WORKS(hqnn_report_retain(found));
  hqnn_report_release(found);
  WORKS(hqnn_report_json(found, &words));
  CHECK(strstr(words, "\"clean_accuracy\":1.0") != NULL);
  hqnn_text_release(words);
  WORKS(hqnn_report_accuracy(found, "pgd", 1, &real));
  CHECK(real == 0);
  real = -77;
  REFUSES(HQNN_ERROR_VALUE, hqnn_report_accuracy(found, "pgd", 0.2, &real));
  REFUSES(HQNN_ERROR_NULL, hqnn_report_accuracy(found, NULL, 1, &real));
  REFUSES(HQNN_ERROR_NULL, hqnn_report_accuracy(found, "pgd", 1, NULL));
  REFUSES(HQNN_ERROR_NULL, hqnn_report_accuracy(NULL, "pgd", 1, &real));
  REFUSES(HQNN_ERROR_NULL, hqnn_report_table(found, NULL, &table));
  REFUSES(HQNN_ERROR_VALUE, hqnn_report_table(found, "columns", &table));
  WORKS(hqnn_report_table(found, "classes", &rows));
  hqnn_table_release(rows);
  WORKS(hqnn_report_table(found, "samples", &rows));
  hqnn_table_release(rows);
  WORKS(hqnn_report_table(found, "rows", &rows));
  REFUSES(HQNN_ERROR_NULL, hqnn_table_write_latex(NULL, 3, "x.tex"));
  REFUSES(HQNN_ERROR_NULL, hqnn_table_write_latex(rows, 3, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_table_write_latex(rows, 99, "x.tex"));
  REFUSES(HQNN_ERROR_FILE, hqnn_table_write_latex(rows, 3, "/dev/null/x.tex"));
  hqnn_table_release(rows);

  REFUSES(HQNN_ERROR_NULL, hqnn_audit(model, NULL, NULL, NULL, 0, NULL, NULL, &text));
  REFUSES(HQNN_ERROR_NULL, hqnn_audit(model, data, NULL, NULL, 0, NULL, NULL, NULL));
  REFUSES(HQNN_ERROR_NULL, hqnn_audit(model, data, NULL, NULL, 1, NULL, NULL, &text));
  REFUSES(HQNN_ERROR_VALUE, hqnn_audit(model, data, "{\"steps\": 0}", NULL, 0, NULL, NULL, &text));
  WORKS(hqnn_audit(model, data, "{\"steps\": 2, \"queries\": 10, \"planted\": 1}", &model, 1, audited, &calls, &words));
  CHECK(strstr(words, "\"verdict\":") != NULL && strstr(words, "planted examples") != NULL);
  CHECK(calls == 15);
  hqnn_text_release(words);
  WORKS(hqnn_layer_set_surrogate(model, model));
  WORKS(hqnn_layer_set_surrogate(model, NULL));

  nothing_was_written();
  hqnn_report_release(found);
  hqnn_attack_release(pgd);
  hqnn_dataset_release(data);
  hqnn_layer_release(model);
  hqnn_tensor_release(samples);
  return report();
}
