/* A circuit from C: build it, run a batch of inputs, print expectation values and gradients.
 *
 *   cc -std=c99 examples/c/circuit.c -Iinclude -Lbuild/lib -Wl,-rpath,$PWD/build/lib -lhqnn -o circuit
 */
#include <hqnn.h>
#include <stdio.h>
#include <stdlib.h>

/* Every call that can fail returns a status; the sentence is in hqnn_last_error(). */
static void must(hqnn_status status) {
  if (status == HQNN_OK) return;
  fprintf(stderr, "hqnn: %s\n", hqnn_last_error());
  exit(1);
}

static void print(const char *name, const hqnn_tensor *tensor) {
  int64_t rank, shape[2] = {1, 1}, i, j;
  must(hqnn_tensor_rank(tensor, &rank));
  must(hqnn_tensor_shape(tensor, shape + (2 - rank), rank));
  printf("%s\n", name);
  for (i = 0; i < shape[0]; i++) {
    for (j = 0; j < shape[1]; j++) {
      double value;
      must(hqnn_tensor_get(tensor, i * shape[1] + j, &value));
      printf("  %9.6f", value);
    }
    printf("\n");
  }
}

int main(void) {
  enum { WIRES = 3, BATCH = 4 };
  const double pi = 3.14159265358979323846;
  const int64_t input_shape[2] = {BATCH, WIRES};
  double pixels[BATCH * WIRES];
  hqnn_circuit *circuit;
  hqnn_tensor *inputs, *weights, *outputs, *by_input, *by_weight;
  int64_t q, i, weight_count;
  char *drawing;

  /* Each input in [0, 1] turns its wire by up to pi; a trainable ansatz follows; Z is measured. */
  must(hqnn_circuit_create(WIRES, &circuit));
  for (q = 0; q < WIRES; q++) {
    hqnn_angle angle = HQNN_ANGLE_INPUT(0, 0);
    angle.index = q;
    angle.scale = pi;
    must(hqnn_circuit_gate(circuit, "RY", &q, 1, &angle, 1));
  }
  must(hqnn_circuit_template(circuit, "ring", NULL));
  for (q = 0; q < WIRES; q++) must(hqnn_circuit_measure(circuit, "Z", &q, 1));
  must(hqnn_circuit_draw(circuit, 1, &drawing));
  printf("%s\n", drawing);
  hqnn_text_release(drawing);

  for (i = 0; i < BATCH * WIRES; i++) pixels[i] = (double)i / (BATCH * WIRES);
  must(hqnn_tensor_create(HQNN_FLOAT64, 2, input_shape, pixels, &inputs));
  must(hqnn_circuit_weights(circuit, &weight_count));
  must(hqnn_tensor_uniform(HQNN_FLOAT64, 1, &weight_count, 0, 2 * pi, 7, &weights));

  must(hqnn_circuit_expect(circuit, inputs, weights, NULL, &outputs));
  print("expectation values, a row per sample", outputs);
  /* NULL for the outputs' gradient: of the sum of all outputs. */
  must(hqnn_circuit_gradient(circuit, inputs, weights, NULL, NULL, &by_input, &by_weight));
  print("gradient of their sum by the inputs", by_input);
  print("gradient of their sum by the weights", by_weight);

  hqnn_tensor_release(by_weight);
  hqnn_tensor_release(by_input);
  hqnn_tensor_release(outputs);
  hqnn_tensor_release(weights);
  hqnn_tensor_release(inputs);
  hqnn_circuit_release(circuit);
  return 0;
}
