/* The walk over files and circuits as JSON of hqnn.h.  See abi_walk.c. */
#include "walk.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static hqnn_tensors *tensors = UNTOUCHED;

static void files_null(void) {
  NULLED(hqnn_circuit_json(NULL, &text));
  NULLED(hqnn_circuit_json(NULL, NULL));
  NULLED(hqnn_circuit_from_json(NULL, &circuit));
  NULLED(hqnn_circuit_from_json("{}", NULL));
  NULLED(hqnn_layer_save(NULL, "x"));
  NULLED(hqnn_layer_load(NULL, &layer));
  NULLED(hqnn_layer_load("x", NULL));
  NULLED(hqnn_layer_save_weights(NULL, "x"));
  NULLED(hqnn_layer_load_weights(NULL, "x", 1, &number));
  NULLED(hqnn_layer_copy(NULL, &layer));
  NULLED(hqnn_tensors_create(NULL));
  NULLED(hqnn_tensors_retain(NULL));
  hqnn_tensors_release(NULL);
  NULLED(hqnn_tensors_add(NULL, "x", NULL));
  NULLED(hqnn_tensors_count(NULL, &number));
  NULLED(hqnn_tensors_name(NULL, 0, &text));
  NULLED(hqnn_tensors_get(NULL, 0, &tensor));
  NULLED(hqnn_tensors_save(NULL, "x"));
  NULLED(hqnn_tensors_load(NULL, &tensors));
  NULLED(hqnn_tensors_load("x", NULL));
  CHECK(tensors == UNTOUCHED);
}

static void circuits(void) {
  hqnn_circuit *made = two_wires(), *again = NULL;
  char *first = NULL, *second = NULL;
  WORKS(hqnn_circuit_json(made, &first));
  WORKS(hqnn_circuit_from_json(first, &again));
  WORKS(hqnn_circuit_json(again, &second));
  CHECK(strcmp(first, second) == 0);
  NULLED(hqnn_circuit_json(made, NULL));
  SAYS(HQNN_ERROR_FILE, "circuit: \"format\" is missing", hqnn_circuit_from_json("{}", &circuit));
  SAYS(HQNN_ERROR_FILE, "JSON, offset 0: expected a value", hqnn_circuit_from_json("x", &circuit));
  hqnn_text_release(first);
  hqnn_text_release(second);
  hqnn_circuit_release(again);
  still_two_gates(made);
}

static void named_tensors(const char *path) {
  const int64_t shape[2] = {2, 2};
  const float values[4] = {1, 2, 3, 4};
  float read[4] = {0, 0, 0, 0};
  hqnn_tensor *one = NULL, *back = NULL;
  hqnn_tensors *list = NULL, *loaded = NULL;
  char *name = NULL;
  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 2, shape, values, &one));
  WORKS(hqnn_tensors_create(&list));
  WORKS(hqnn_tensors_retain(list));
  hqnn_tensors_release(list);
  NULLED(hqnn_tensors_add(list, NULL, one));
  NULLED(hqnn_tensors_add(list, "one", NULL));
  WORKS(hqnn_tensors_add(list, "one", one));
  SAYS(HQNN_ERROR_VALUE, "there is a tensor with the name \"one\" already", hqnn_tensors_add(list, "one", one));
  WORKS(hqnn_tensors_count(list, &number));
  CHECK(number == 1);
  number = -77;
  NULLED(hqnn_tensors_count(list, NULL));
  NULLED(hqnn_tensors_save(list, NULL));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensors_name(list, 1, &text));
  REFUSES(HQNN_ERROR_VALUE, hqnn_tensors_get(list, -1, &tensor));
  NULLED(hqnn_tensors_name(list, 0, NULL));
  NULLED(hqnn_tensors_get(list, 0, NULL));
  WORKS(hqnn_tensors_save(list, path));
  WORKS(hqnn_tensors_load(path, &loaded));
  WORKS(hqnn_tensors_name(loaded, 0, &name));
  CHECK(strcmp(name, "one") == 0);
  WORKS(hqnn_tensors_get(loaded, 0, &back));
  WORKS(hqnn_tensor_read(back, read, sizeof read));
  CHECK(memcmp(read, values, sizeof read) == 0);
  REFUSES(HQNN_ERROR_FILE, hqnn_layer_load(path, &layer));
  hqnn_text_release(name);
  hqnn_tensor_release(one);
  hqnn_tensor_release(back);
  hqnn_tensors_release(list);
  hqnn_tensors_release(loaded);
  REFUSES(HQNN_ERROR_FILE, hqnn_tensors_load("/nowhere/none.safetensors", &tensors));
  CHECK(tensors == UNTOUCHED);
}

static void models(const char *path) {
  const int64_t shape[2] = {1, 2};
  hqnn_layer *model = NULL, *loaded = NULL, *copied = NULL, *other = NULL;
  WORKS(hqnn_layer_dense(3, 1, &model));
  SAYS(HQNN_ERROR_STATE, "the model is not built, so it has no weights to save; build it with its input's shape first",
       hqnn_layer_save(model, path));
  REFUSES(HQNN_ERROR_STATE, hqnn_layer_save_weights(model, path));
  WORKS(hqnn_layer_build(model, HQNN_FLOAT64, 2, shape, 7));
  NULLED(hqnn_layer_save(model, NULL));
  NULLED(hqnn_layer_save_weights(model, NULL));
  NULLED(hqnn_layer_load_weights(model, NULL, 1, NULL));
  NULLED(hqnn_layer_copy(model, NULL));
  REFUSES(HQNN_ERROR_FILE, hqnn_layer_save(model, "/proc/none/m.safetensors"));
  WORKS(hqnn_layer_save(model, path));
  WORKS(hqnn_layer_load(path, &loaded));
  WORKS(hqnn_layer_copy(model, &copied));
  WORKS(hqnn_layer_parameters(loaded, &number));
  CHECK(number == 2);
  WORKS(hqnn_layer_load_weights(model, path, 1, &number));
  CHECK(number == 2);
  number = -77;
  WORKS(hqnn_layer_save_weights(model, path));
  WORKS(hqnn_layer_load_weights(model, path, 0, NULL));
  WORKS(hqnn_layer_dense(4, 0, &other));
  WORKS(hqnn_layer_build(other, HQNN_FLOAT64, 2, shape, 7));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_layer_load_weights(other, path, 1, &number));
  CHECK(strstr(hqnn_last_error(), "tensor \"weights\" is {3, 2}, the model's is {4, 2}") != NULL);
  REFUSES(HQNN_ERROR_FILE, hqnn_layer_load_weights(other, "/nowhere", 1, &number));
  REFUSES(HQNN_ERROR_FILE, hqnn_layer_load("/nowhere", &layer));
  hqnn_layer_release(model);
  hqnn_layer_release(loaded);
  hqnn_layer_release(copied);
  hqnn_layer_release(other);
}

int main(void) {
  char path[] = "/tmp/hqnn-abi-XXXXXX";
  const int file = mkstemp(path);
  if (!CHECK(file >= 0)) return report();
  close(file);
  files_null();
  circuits();
  named_tensors(path);
  models(path);
  unlink(path);
  nothing_was_written();
  return report();
}
