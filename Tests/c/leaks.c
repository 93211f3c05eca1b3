/* A little of everything, for valgrind: nothing may be lost, nothing read that was not written. */
#include "small.h"

#include <stdlib.h>
#include <unistd.h>

static void tensors(void) {
  static const int64_t shape[2] = {3, 5};
  hqnn_tensor *a = NULL, *b = NULL, *sum = NULL, *gradient = NULL;
  WORKS(hqnn_tensor_normal(HQNN_FLOAT64, 2, shape, 0, 1, 1, &a));
  WORKS(hqnn_tensor_require_gradient(a, 1));
  WORKS(hqnn_tensor_map(a, HQNN_TANH, &b));
  WORKS(hqnn_tensor_sum(b, &sum));
  WORKS(hqnn_tensor_backward(sum));
  WORKS(hqnn_tensor_gradient(a, &gradient));
  CHECK(hqnn_tensor_get(a, 99, &(double){0}) == HQNN_ERROR_VALUE);
  hqnn_tensor_release(gradient);
  hqnn_tensor_release(sum);
  hqnn_tensor_release(b);
  hqnn_tensor_release(a);
}

static void models(void) {
  char path[] = "/tmp/hqnn-leaks-XXXXXX";
  hqnn_dataset *set = two_digits(8);
  hqnn_layer *model = small_model(), *read = NULL;
  hqnn_tensor *samples = NULL, *out = NULL;
  hqnn_attack *attack = NULL;
  hqnn_table *rows = NULL;
  char *text = NULL;
  double accuracy = 0;
  int64_t labels[8];
  int file = mkstemp(path);
  CHECK(file >= 0);
  close(file);
  WORKS(train_small(model, set, 1));
  WORKS(hqnn_layer_evaluate(model, set, &accuracy, NULL));
  WORKS(hqnn_dataset_samples(set, &samples));
  WORKS(hqnn_dataset_labels(set, labels, 8));
  WORKS(hqnn_attack_create("pgd", "{\"steps\": 2}", &attack));
  WORKS(hqnn_attack_run(attack, model, samples, labels, 8, NULL, &out, &rows));
  WORKS(hqnn_table_format(rows, 3, &text));
  hqnn_text_release(text);
  WORKS(hqnn_layer_save(model, path));
  WORKS(hqnn_layer_load(path, &read));
  WORKS(hqnn_layer_describe(read, &text));
  hqnn_text_release(text);
  unlink(path);
  CHECK(hqnn_layer_load(path, &read) == HQNN_ERROR_FILE);
  hqnn_table_release(rows);
  hqnn_tensor_release(out);
  hqnn_attack_release(attack);
  hqnn_tensor_release(samples);
  hqnn_layer_release(read);
  hqnn_layer_release(model);
  hqnn_dataset_release(set);
}

static void circuits(void) {
  hqnn_circuit *circuit = NULL, *read = NULL;
  hqnn_state *state = NULL;
  hqnn_tensor *values = NULL;
  char *text = NULL;
  WORKS(hqnn_circuit_from_qasm("OPENQASM 2.0; include \"qelib1.inc\"; qreg q[3]; h q[0]; cx q[0],q[1]; rz(0.5) q[2];", NULL,
                               &circuit));
  WORKS(hqnn_circuit_measure(circuit, "ZZ", (const int64_t[]){0, 1}, 2));
  WORKS(hqnn_circuit_expect(circuit, NULL, NULL, NULL, &values));
  WORKS(hqnn_circuit_json(circuit, &text));
  WORKS(hqnn_circuit_from_json(text, &read));
  hqnn_text_release(text);
  WORKS(hqnn_circuit_draw(read, 1, &text));
  hqnn_text_release(text);
  WORKS(hqnn_state_create(6, HQNN_FLOAT32, &state));
  CHECK(hqnn_state_apply(state, circuit, NULL, NULL) == HQNN_ERROR_SHAPE);
  hqnn_state_release(state);
  hqnn_tensor_release(values);
  hqnn_circuit_release(read);
  hqnn_circuit_release(circuit);
}

int main(void) {
  tensors();
  circuits();
  models();
  return report();
}
