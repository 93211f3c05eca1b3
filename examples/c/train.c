/* A hybrid network in C: made, trained, attacked, saved.
 *
 *   cc -std=c99 train.c $(pkg-config --cflags --libs hqnn) -o train
 */
#include <hqnn.h>
#include <stdio.h>
#include <stdlib.h>

static void must(hqnn_status status) {
  if (status == HQNN_OK) return;
  fprintf(stderr, "hqnn: %s\n", hqnn_last_error());
  exit(1);
}

/* Four inputs turn four wires, a trainable ring of gates follows, Z is measured on each. */
static hqnn_circuit *circuit(void) {
  hqnn_circuit *result;
  int64_t q;
  must(hqnn_circuit_create(4, &result));
  for (q = 0; q < 4; q++) {
    hqnn_angle angle = HQNN_ANGLE_INPUT(q, 1);
    must(hqnn_circuit_gate(result, "RY", &q, 1, &angle, 1));
  }
  must(hqnn_circuit_template(result, "ring", NULL));
  for (q = 0; q < 4; q++) must(hqnn_circuit_measure(result, "Z", &q, 1));
  return result;
}

static int after_epoch(void *context, const hqnn_fit_progress *progress) {
  (void)context;
  if (progress->epoch_done)
    printf("epoch %d: loss %.3f, test accuracy %.3f\n", (int)progress->epoch + 1, progress->loss, progress->validation_accuracy);
  return 0;
}

int main(int argc, char **argv) {
  const char *const names[1] = {"pgd"};
  const double eps[3] = {0.0, 0.05, 0.1};
  hqnn_adam_options adam = HQNN_ADAM_OPTIONS;
  hqnn_fit_options fit = HQNN_FIT_OPTIONS;
  hqnn_dataset *train, *test;
  hqnn_circuit *ring = circuit();
  hqnn_layer *layers[5], *model;
  hqnn_optimizer *optimizer;
  hqnn_attack *attack;
  hqnn_report *report;
  double accuracy;
  int i;

  must(hqnn_dataset_digits(&train, &test)); /* 8x8 pixels, part of the library */
  must(hqnn_layer_flatten(&layers[0]));
  must(hqnn_layer_dense(4, 1, &layers[1]));
  must(hqnn_layer_function(HQNN_TANH, &layers[2]));
  must(hqnn_layer_quantum(ring, NULL, &layers[3]));
  must(hqnn_layer_dense(10, 1, &layers[4]));
  must(hqnn_layer_sequential(layers, 5, &model));

  adam.lr = 0.01;
  must(hqnn_optimizer_adam(&adam, &optimizer));
  fit.epochs = argc > 1 ? atoi(argv[1]) : 10;
  fit.callback = after_epoch;
  must(hqnn_layer_fit(model, train, test, optimizer, &fit));

  must(hqnn_attack_create(names[0], NULL, &attack));
  must(hqnn_robustness_evaluate(model, NULL, test, (const hqnn_attack *const *)&attack, names, 1, eps, 3, NULL, NULL, &report));
  for (i = 0; i < 3; i++) {
    must(hqnn_report_accuracy(report, "pgd", eps[i], &accuracy));
    printf("accuracy under PGD, eps %.2f: %.3f\n", eps[i], accuracy);
  }
  if (argc > 2) must(hqnn_layer_save(model, argv[2]));

  hqnn_report_release(report);
  hqnn_attack_release(attack);
  hqnn_optimizer_release(optimizer);
  for (i = 0; i < 5; i++) hqnn_layer_release(layers[i]);
  hqnn_layer_release(model);
  hqnn_circuit_release(ring);
  hqnn_dataset_release(test);
  hqnn_dataset_release(train);
  return 0;
}
