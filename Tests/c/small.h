/* A small hybrid model and data for it: 8x8 digits, two classes, a dense layer, a circuit, a dense layer. */
#ifndef HQNN_TEST_SMALL_H
#define HQNN_TEST_SMALL_H

#include "check.h"

/* count samples of the digits 0 and 1; release the set. */
static inline hqnn_dataset *two_digits(int64_t count) {
  static const int64_t classes[2] = {0, 1};
  hqnn_subset_options options = HQNN_SUBSET_OPTIONS;
  hqnn_dataset *train = NULL, *test = NULL, *part = NULL;
  WORKS(hqnn_dataset_digits(&train, &test));
  options.count = count;
  options.balanced = 1;
  options.classes = classes;
  options.class_count = 2;
  WORKS(hqnn_dataset_subset(train, &options, &part));
  hqnn_dataset_release(train);
  hqnn_dataset_release(test);
  return part;
}

/* Flatten, dense(3), tanh, circuit on three wires, dense(2); built for float32.  Release it. */
static inline hqnn_layer *small_model(void) {
  static const int64_t shape[4] = {1, 1, 8, 8};
  hqnn_circuit *circuit = NULL;
  hqnn_layer *layers[5] = {NULL, NULL, NULL, NULL, NULL}, *model = NULL;
  int64_t q;
  int i;
  WORKS(hqnn_circuit_create(3, &circuit));
  for (q = 0; q < 3; q++) {
    hqnn_angle angle = HQNN_ANGLE_INPUT(0, 1.5);
    angle.index = q;
    WORKS(hqnn_circuit_gate(circuit, "RY", &q, 1, &angle, 1));
  }
  WORKS(hqnn_circuit_template(circuit, "ring", NULL));
  for (q = 0; q < 3; q++) WORKS(hqnn_circuit_measure(circuit, "Z", &q, 1));
  WORKS(hqnn_layer_flatten(&layers[0]));
  WORKS(hqnn_layer_dense(3, 1, &layers[1]));
  WORKS(hqnn_layer_function(HQNN_TANH, &layers[2]));
  WORKS(hqnn_layer_quantum(circuit, NULL, &layers[3]));
  WORKS(hqnn_layer_dense(2, 1, &layers[4]));
  WORKS(hqnn_layer_sequential(layers, 5, &model));
  WORKS(hqnn_layer_build(model, HQNN_FLOAT32, 4, shape, 1));
  for (i = 0; i < 5; i++) hqnn_layer_release(layers[i]);
  hqnn_circuit_release(circuit);
  return model;
}

/* Trains with Adam; the status of the run. */
static inline hqnn_status train_small(hqnn_layer *model, const hqnn_dataset *set, int64_t epochs) {
  hqnn_adam_options adam = HQNN_ADAM_OPTIONS;
  hqnn_fit_options options = HQNN_FIT_OPTIONS;
  hqnn_optimizer *optimizer = NULL;
  hqnn_status status;
  adam.lr = 0.02;
  options.epochs = epochs;
  options.batch = 8;
  WORKS(hqnn_optimizer_adam(&adam, &optimizer));
  status = hqnn_layer_fit(model, set, NULL, optimizer, &options);
  hqnn_optimizer_release(optimizer);
  return status;
}

/* The sum of all parameters, which tells whether two models are the same. */
static inline double parameter_sum(const hqnn_layer *model) {
  int64_t count = 0, i, k, size;
  double sum = 0, value;
  WORKS(hqnn_layer_parameters(model, &count));
  for (i = 0; i < count; i++) {
    hqnn_tensor *parameter = NULL;
    WORKS(hqnn_layer_parameter(model, i, &parameter));
    WORKS(hqnn_tensor_count(parameter, &size));
    for (k = 0; k < size; k++) {
      WORKS(hqnn_tensor_get(parameter, k, &value));
      sum += value * (double)(k + 1);
    }
    hqnn_tensor_release(parameter);
  }
  return sum;
}

#endif
