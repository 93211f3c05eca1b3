/* Does a quanvolutional network resist small changes of its input?  The network of RobQuNN: a fixed
 * random 4-qubit filter slid over the image, then one trained dense layer.  It is trained on MNIST
 * and attacked with FGSM, PGD and MIM.
 *
 *   attack_mnist [folder of the four MNIST files [training images [epochs]]]
 *
 *   cc -std=c99 examples/c/attack_mnist.c -Iinclude -Lbuild/lib -Wl,-rpath,$PWD/build/lib -lhqnn \
 *      -o attack_mnist
 */
#include <hqnn.h>
#include <stdio.h>
#include <stdlib.h>

static void must(hqnn_status status) {
  if (status == HQNN_OK) return;
  fprintf(stderr, "hqnn: %s\n", hqnn_last_error());
  exit(1);
}

/* MNIST, or the digits that are part of the library. */
static void load(const char *root, hqnn_dataset **train, hqnn_dataset **test) {
  if (hqnn_dataset_mnist(root, train, test) == HQNN_OK) return;
  printf("note: %s\n", hqnn_last_error());
  printf("note: the embedded digits (8x8) are used instead\n\n");
  must(hqnn_dataset_digits(train, test));
}

/* The first samples of a set, equally many of each class; the set itself is given back. */
static hqnn_dataset *balanced(hqnn_dataset *set, int64_t wanted) {
  hqnn_subset_options options = HQNN_SUBSET_OPTIONS;
  hqnn_dataset *part;
  int64_t count;
  must(hqnn_dataset_count(set, &count));
  if (wanted <= 0 || wanted >= count) return set;
  options.count = wanted;
  options.balanced = 1;
  must(hqnn_dataset_subset(set, &options, &part));
  hqnn_dataset_release(set);
  return part;
}

/* Four pixels of a 2x2 patch turn four wires, fixed random rotations follow, Z is measured. */
static hqnn_circuit *patch_filter(void) {
  hqnn_circuit *circuit;
  int64_t q;
  must(hqnn_circuit_create(4, &circuit));
  for (q = 0; q < 4; q++) {
    hqnn_angle angle = HQNN_ANGLE_INPUT(0, 3.14159265358979323846);
    angle.index = q;
    must(hqnn_circuit_gate(circuit, "RY", &q, 1, &angle, 1));
  }
  must(hqnn_circuit_template(circuit, "rot", NULL));
  for (q = 0; q < 4; q++) must(hqnn_circuit_measure(circuit, "Z", &q, 1));
  return circuit;
}

static hqnn_layer *network(const hqnn_circuit *filter) {
  hqnn_layer *layers[3], *model;
  int i;
  must(hqnn_layer_quanvolution(filter, NULL, &layers[0])); /* 2x2 patches, stride 2 */
  must(hqnn_layer_set_trainable(layers[0], 0));
  must(hqnn_layer_flatten(&layers[1]));
  must(hqnn_layer_dense(10, 1, &layers[2]));
  must(hqnn_layer_sequential(layers, 3, &model));
  for (i = 0; i < 3; i++) hqnn_layer_release(layers[i]);
  return model;
}

static int after_epoch(void *context, const hqnn_fit_progress *progress) {
  (void)context;
  if (progress->epoch_done)
    printf("epoch %2d: loss %.4f, accuracy %.4f (training), %.4f (test), %.2f s\n",
           (int)progress->epoch + 1, progress->loss, progress->accuracy,
           progress->validation_accuracy, progress->seconds);
  return 0;
}

int main(int argc, char **argv) {
  enum { RADII = 5 };
  static const double eps[RADII] = {0.0, 0.05, 0.1, 0.2, 0.3};
  static const char *const kinds[3] = {"fgsm", "pgd", "mim"};
  hqnn_attack *attacks[3];
  hqnn_report *report;
  hqnn_dataset *train, *test;
  hqnn_circuit *filter;
  hqnn_layer *model;
  hqnn_optimizer *adam;
  hqnn_fit_options fit = HQNN_FIT_OPTIONS;
  hqnn_table *table;
  char *text;
  int i;

  load(argc > 1 ? argv[1] : NULL, &train, &test);
  train = balanced(train, argc > 2 ? atoi(argv[2]) : 5000);
  test = balanced(test, 500);

  filter = patch_filter();
  model = network(filter);
  must(hqnn_optimizer_adam(NULL, &adam)); /* lr 0.001 */
  fit.epochs = argc > 3 ? atoi(argv[3]) : 10;
  fit.batch = 4;
  fit.seed = 7;
  fit.callback = after_epoch;
  must(hqnn_layer_fit(model, train, test, adam, &fit));
  must(hqnn_layer_describe(model, &text));
  printf("\n%s\n", text);
  hqnn_text_release(text);

  /* Accuracy on attacked test images; eps in units of the pixel range [0, 1]. */
  for (i = 0; i < 3; i++) must(hqnn_attack_create(kinds[i], NULL, &attacks[i]));
  must(hqnn_robustness_evaluate(model, NULL, test, (const hqnn_attack *const *)attacks, kinds, 3, eps, RADII, NULL, NULL,
                                &report));
  must(hqnn_report_table(report, "rows", &table));
  must(hqnn_table_format(table, 3, &text));
  printf("accuracy under attack\n%s", text);
  hqnn_text_release(text);

  for (i = 0; i < 3; i++) hqnn_attack_release(attacks[i]);
  hqnn_report_release(report);
  hqnn_table_release(table);
  hqnn_optimizer_release(adam);
  hqnn_layer_release(model);
  hqnn_circuit_release(filter);
  hqnn_dataset_release(train);
  hqnn_dataset_release(test);
  return 0;
}
