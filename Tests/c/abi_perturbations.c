/* The walk over perturbations of whole sets and of the quantum part, and transfer matrices.  See abi_walk.c. */
#include "walk.h"

static int stop(void *context, int64_t done, int64_t total) {
  CHECK(done <= total);
  ++*(int *)context;
  return 1;
}

static int go_on(void *context, int64_t done, int64_t total) {
  CHECK(done <= total);
  ++*(int *)context;
  return 0;
}

/* RY(input 0) RX(weight 0), Z on both of two wires, then a dense layer of two units. */
static hqnn_layer *hybrid(void) {
  const int64_t shape[2] = {1, 1};
  hqnn_circuit *made = two_wires();
  hqnn_layer *layers[2] = {NULL, NULL}, *model = NULL;
  WORKS(hqnn_layer_quantum(made, NULL, &layers[0]));
  WORKS(hqnn_layer_dense(2, 1, &layers[1]));
  WORKS(hqnn_layer_sequential(layers, 2, &model));
  WORKS(hqnn_layer_build(model, HQNN_FLOAT32, 2, shape, 1));
  hqnn_layer_release(layers[0]);
  hqnn_layer_release(layers[1]);
  hqnn_circuit_release(made);
  return model;
}

static void nothing(void) {
  hqnn_layer *const none[1] = {NULL};
  NULLED(hqnn_universal_find(NULL, NULL, NULL, NULL, NULL, &tensor, &text));
  NULLED(hqnn_universal_evaluate(NULL, NULL, NULL, 0, 1, &text));
  NULLED(hqnn_universal_apply(NULL, NULL, 0, 1, &tensor));
  NULLED(hqnn_quantum_attack(NULL, NULL, "angles", NULL, NULL, NULL, &text, &table));
  NULLED(hqnn_transfer_matrix(NULL, 1, NULL, NULL, NULL, NULL, &text));
  NULLED(hqnn_transfer_matrix(none, 1, NULL, NULL, NULL, NULL, &text));
  nothing_was_written();
}

int main(void) {
  const float values[4] = {0.1f, 0.4f, 0.6f, 0.9f};
  const int64_t shape[2] = {4, 1}, labels[4] = {0, 0, 1, 1}, wide[2] = {4, 2};
  hqnn_layer *model = NULL, *models[2];
  hqnn_dataset *data = NULL;
  hqnn_tensor *samples = NULL, *delta = NULL, *moved = NULL, *other = NULL;
  hqnn_attack *fgsm = NULL;
  hqnn_table *rows = NULL;
  char *words = NULL;
  const char *const kinds[3] = {"angles", "weights", "states"};
  int calls = 0;
  int i;

  nothing();
  model = hybrid();
  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 2, shape, values, &samples));
  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 2, wide, NULL, &other));
  WORKS(hqnn_dataset_create(samples, labels, 4, 2, &data));

  WORKS(hqnn_universal_find(model, data, "{\"eps\": 0.2, \"epochs\": 2}", go_on, &calls, &delta, &words));
  CHECK(calls == 2 && strstr(words, "\"fooling_rate\"") != NULL && strstr(words, "\"history\"") != NULL);
  hqnn_text_release(words);
  WORKS(hqnn_universal_evaluate(model, data, delta, 0, 1, &words));
  CHECK(strstr(words, "\"clean_accuracy\"") != NULL);
  hqnn_text_release(words);
  WORKS(hqnn_universal_apply(delta, samples, 0, 1, &moved));
  hqnn_tensor_release(moved);
  NULLED(hqnn_universal_find(model, data, NULL, NULL, NULL, NULL, &text));
  NULLED(hqnn_universal_find(model, data, NULL, NULL, NULL, &tensor, NULL));
  NULLED(hqnn_universal_evaluate(model, data, NULL, 0, 1, &text));
  NULLED(hqnn_universal_apply(delta, samples, 0, 1, NULL));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_universal_apply(delta, other, 0, 1, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_universal_apply(delta, samples, 1, 0, &tensor));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_universal_evaluate(model, data, other, 0, 1, &text));
  SAYS(HQNN_ERROR_VALUE, "epochs is 0; it must be 1 or more",
       hqnn_universal_find(model, data, "{\"epochs\": 0}", NULL, NULL, &tensor, &text));
  calls = 0;
  REFUSES(HQNN_ERROR_CANCELLED, hqnn_universal_find(model, data, NULL, stop, &calls, &tensor, &text));
  CHECK(calls == 1);
  hqnn_tensor_release(delta);

  for (i = 0; i < 3; i++) {
    calls = 0;
    WORKS(hqnn_quantum_attack(model, data, kinds[i], "{\"eps\": 0.1}", go_on, &calls, &words, &rows));
    CHECK((calls > 0) == (i < 2) && strstr(words, "\"accuracy\"") != NULL);
    CHECK(rows != NULL);
    hqnn_text_release(words);
    hqnn_table_release(rows);
    WORKS(hqnn_quantum_attack(model, data, kinds[i], NULL, NULL, NULL, &words, NULL));
    hqnn_text_release(words);
    NULLED(hqnn_quantum_attack(model, data, kinds[i], NULL, NULL, NULL, NULL, &table));
    REFUSES(HQNN_ERROR_VALUE, hqnn_quantum_attack(model, data, kinds[i], "{\"x\": 1}", NULL, NULL, &text, &table));
    REFUSES(HQNN_ERROR_VALUE, hqnn_quantum_attack(model, data, kinds[i], "{\"eps\": -1}", NULL, NULL, &text, &table));
    REFUSES(HQNN_ERROR_VALUE, hqnn_quantum_attack(model, data, kinds[i], "{\"layer\": 1}", NULL, NULL, &text, &table));
    REFUSES(HQNN_ERROR_FILE, hqnn_quantum_attack(model, data, kinds[i], "{", NULL, NULL, &text, &table));
  }
  REFUSES(HQNN_ERROR_CANCELLED, hqnn_quantum_attack(model, data, "angles", NULL, stop, &calls, &text, &table));
  REFUSES(HQNN_ERROR_CANCELLED, hqnn_quantum_attack(model, data, "weights", NULL, stop, &calls, &text, &table));
  NULLED(hqnn_quantum_attack(model, data, NULL, NULL, NULL, NULL, &text, &table));
  NULLED(hqnn_quantum_attack(model, NULL, "angles", NULL, NULL, NULL, &text, &table));
  SAYS(HQNN_ERROR_VALUE, "there is no quantum attack \"bits\"; there is \"angles\", \"weights\" and \"states\"",
       hqnn_quantum_attack(model, data, "bits", NULL, NULL, NULL, &text, &table));

  models[0] = model;
  models[1] = model;
  WORKS(hqnn_attack_create("fgsm", NULL, &fgsm));
  calls = 0;
  WORKS(hqnn_transfer_matrix(models, 2, data, fgsm, go_on, &calls, &words));
  CHECK(calls == 2 && strstr(words, "\"success\"") != NULL);
  hqnn_text_release(words);
  REFUSES(HQNN_ERROR_VALUE, hqnn_transfer_matrix(models, 0, data, fgsm, NULL, NULL, &text));
  REFUSES(HQNN_ERROR_VALUE, hqnn_transfer_matrix(models, -1, data, fgsm, NULL, NULL, &text));
  NULLED(hqnn_transfer_matrix(models, 2, NULL, fgsm, NULL, NULL, &text));
  NULLED(hqnn_transfer_matrix(models, 2, data, NULL, NULL, NULL, &text));
  NULLED(hqnn_transfer_matrix(models, 2, data, fgsm, NULL, NULL, NULL));
  REFUSES(HQNN_ERROR_CANCELLED, hqnn_transfer_matrix(models, 2, data, fgsm, stop, &calls, &text));
  nothing_was_written();

  hqnn_attack_release(fgsm);
  hqnn_tensor_release(other);
  hqnn_tensor_release(samples);
  hqnn_dataset_release(data);
  hqnn_layer_release(model);
  return report();
}
