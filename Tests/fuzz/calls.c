/* Fuzz target: sequences of calls.  The input is a program; each operation takes its handles from small pools, its
 * numbers from the bytes that follow, and puts what it made back into a pool, releasing what was there. */
#include <math.h>

#include "fuzz.h"

#define POOL 6

typedef struct machine {
  const uint8_t *data;
  size_t left;
  hqnn_tensor *tensors[POOL];
  hqnn_circuit *circuits[POOL];
  hqnn_layer *layers[POOL];
  hqnn_dataset *datasets[POOL];
} machine;

/* ---- numbers ---- */

static unsigned byte(machine *m) {
  if (m->left == 0) return 0;
  m->left--;
  return *m->data++;
}

/* Mostly small, now and then something that nobody should give. */
static int64_t whole(machine *m) {
  static const int64_t odd[] = {-1, INT64_MIN, INT64_MAX, (int64_t)1 << 40, 1000003, -7, (int64_t)1 << 62, 255};
  unsigned b = byte(m);
  return b < 200 ? (int64_t)(b % 6) : odd[b % 8];
}

static double real(machine *m) {
  const double odd[] = {NAN, INFINITY, -INFINITY, 1e300, -1e-300, 0.0, -0.0, 1e18};
  unsigned b = byte(m);
  return b < 208 ? ((double)b - 100) / 40 : odd[b % 8];
}

static hqnn_dtype type(machine *m) { return (hqnn_dtype)(byte(m) % 9 == 8 ? 5 : byte(m) % 2); }

/* Up to three dimensions; returns how many. */
static int64_t shape(machine *m, int64_t out[4]) {
  int64_t rank = (int64_t)(byte(m) % 5);
  for (int i = 0; i < 4; i++) out[i] = whole(m);
  return rank;
}

/* ---- pools: what is empty is NULL, which every function refuses ---- */

static hqnn_tensor *tensor(machine *m) { return m->tensors[byte(m) % POOL]; }
static hqnn_circuit *circuit(machine *m) { return m->circuits[byte(m) % POOL]; }
static hqnn_layer *layer(machine *m) { return m->layers[byte(m) % POOL]; }
static hqnn_dataset *dataset(machine *m) { return m->datasets[byte(m) % POOL]; }

#define KEEP(noun, pool)                                                \
  static void keep_##noun(machine *m, hqnn_status status, hqnn_##noun *made) { \
    if (!fine(status)) {                                                \
      if (made != NULL) abort(); /* written although it failed */       \
      return;                                                           \
    }                                                                   \
    hqnn_##noun **place = &m->pool[byte(m) % POOL];                     \
    hqnn_##noun##_release(*place);                                      \
    *place = made;                                                      \
  }
KEEP(tensor, tensors)
KEEP(circuit, circuits)
KEEP(layer, layers)
KEEP(dataset, datasets)

static void release_all(machine *m) {
  for (int i = 0; i < POOL; i++) {
    hqnn_tensor_release(m->tensors[i]);
    hqnn_circuit_release(m->circuits[i]);
    hqnn_layer_release(m->layers[i]);
    hqnn_dataset_release(m->datasets[i]);
  }
}

/* ---- operations ---- */

static void make_tensor(machine *m) {
  int64_t dims[4];
  int64_t rank = shape(m, dims);
  hqnn_tensor *t = NULL;
  hqnn_dtype dtype = type(m);
  switch (byte(m) % 4) {
  case 0: keep_tensor(m, hqnn_tensor_create(dtype, rank, dims, NULL, &t), t); break;
  case 1: {
    double low = real(m), high = real(m);
    keep_tensor(m, hqnn_tensor_uniform(dtype, rank, dims, low, high, byte(m), &t), t);
    break;
  }
  case 2: keep_tensor(m, hqnn_tensor_arange(dtype, real(m), 0.5, whole(m) % 64, &t), t); break;
  default: keep_tensor(m, hqnn_tensor_eye(dtype, whole(m) % 64, whole(m) % 64, &t), t);
  }
}

static void tensor_operation(machine *m) {
  hqnn_tensor *a = tensor(m), *b = tensor(m), *t = NULL;
  int64_t dims[4], more[4];
  hqnn_status status = HQNN_OK;
  switch (byte(m) % 22) {
  case 0: status = hqnn_tensor_add(a, b, &t); break;
  case 1: status = hqnn_tensor_divide(a, b, &t); break;
  case 2: status = hqnn_tensor_power(a, b, &t); break;
  case 3: status = hqnn_tensor_matmul(a, b, &t); break;
  case 4: status = hqnn_tensor_where(a, b, tensor(m), &t); break;
  case 5: status = hqnn_tensor_clamp(a, real(m), real(m), &t); break;
  case 6: status = hqnn_tensor_map(a, (hqnn_function)(byte(m) % 26), &t); break;
  case 7: status = hqnn_tensor_reduce(a, (hqnn_reduction)(byte(m) % 15), dims, shape(m, dims), byte(m) & 1, &t); break;
  case 8: status = hqnn_tensor_softmax(a, whole(m), byte(m) & 1, &t); break;
  case 9: status = hqnn_tensor_reshape(a, shape(m, dims), dims, &t); break;
  case 10: status = hqnn_tensor_permute(a, dims, shape(m, dims), &t); break;
  case 11: status = hqnn_tensor_slice(a, whole(m), whole(m), whole(m), whole(m), &t); break;
  case 12: status = hqnn_tensor_select(a, whole(m), whole(m), &t); break;
  case 13: {
    int64_t count = shape(m, dims);
    status = hqnn_tensor_index(a, whole(m), dims, count, &t);
    break;
  }
  case 14: {
    int64_t rank = shape(m, dims);
    status = hqnn_tensor_expand(a, rank, dims, &t);
    break;
  }
  case 15: {
    int64_t count = shape(m, dims);
    status = hqnn_tensor_tile(a, dims, count, &t);
    break;
  }
  case 16: {
    int64_t count = shape(m, dims);
    shape(m, more);
    status = hqnn_tensor_pad(a, dims, more, count, real(m), &t);
    break;
  }
  case 17: {
    hqnn_tensor *both[2] = {a, b};
    status = byte(m) & 1 ? hqnn_tensor_concat(both, 2, whole(m), &t) : hqnn_tensor_stack(both, 2, whole(m), &t);
    break;
  }
  case 18: status = hqnn_tensor_cumulative_sum(a, whole(m), &t); break;
  case 19: status = hqnn_tensor_cast(a, type(m), &t); break;
  case 20: status = hqnn_tensor_detach(a, &t); break;
  default: status = hqnn_tensor_sum(a, &t);
  }
  keep_tensor(m, status, t);
}

static void differentiate(machine *m) {
  hqnn_tensor *a = tensor(m), *t = NULL;
  switch (byte(m) % 5) {
  case 0: fine(hqnn_tensor_require_gradient(a, byte(m) & 1)); break;
  case 1: fine(hqnn_tensor_backward(a)); break;
  case 2: keep_tensor(m, hqnn_tensor_gradient(a, &t), t); break;
  case 3: fine(hqnn_tensor_zero_gradient(a)); break;
  default: {
    hqnn_tensor *by = tensor(m);
    keep_tensor(m, hqnn_tensor_gradients(a, NULL, &by, 1, &t), t);
  }
  }
}

static void read_and_write(machine *m) {
  hqnn_tensor *a = tensor(m);
  int64_t dims[8], count = 0;
  double value = 0, buffer[8];
  fine(hqnn_tensor_shape(a, dims, 8));
  fine(hqnn_tensor_count(a, &count));
  fine(hqnn_tensor_get(a, whole(m), &value));
  fine(hqnn_tensor_set(a, whole(m), real(m)));
  fine(hqnn_tensor_read(a, buffer, sizeof buffer));
}

static hqnn_angle angle(machine *m) {
  hqnn_angle a = {(hqnn_slot)(byte(m) % 6), whole(m), real(m), real(m), whole(m), NULL};
  return a;
}

static void grow_circuit(machine *m) {
  static const char *const gates[] = {"H",  "X",    "RX",  "RY",   "RZ",  "CNOT", "CZ",     "SWAP",
                                      "U3", "CRX",  "RZZ", "PHASE", "T",  "CCX",  "nobody", "IsingXX"};
  static const char *const names[] = {"angle", "amplitude", "basis", "iqp", "basic_entangler", "strongly_entangling",
                                      "two_local", "nobody"};
  hqnn_circuit *c = circuit(m), *made = NULL;
  int64_t wires[4];
  switch (byte(m) % 9) {
  case 0: keep_circuit(m, hqnn_circuit_create(whole(m) % 7, &made), made); break;
  case 1:
  case 2:
  case 3: {
    const char *name = gates[byte(m) % 16];
    int64_t count = shape(m, wires);
    hqnn_angle angles[3] = {angle(m), angle(m), angle(m)};
    fine(hqnn_circuit_gate(c, name, wires, count, angles, (int64_t)(byte(m) % 4)));
    break;
  }
  case 4: {
    int64_t count = shape(m, wires);
    fine(hqnn_circuit_measure(c, &"XYZIQ"[byte(m) % 5], wires, count));
    break;
  }
  case 5: {
    hqnn_encoding_options options = HQNN_ENCODING_OPTIONS;
    fine(hqnn_circuit_encode(c, names[byte(m) % 8], &options));
    break;
  }
  case 6: {
    hqnn_template_options options = HQNN_TEMPLATE_OPTIONS;
    fine(hqnn_circuit_template(c, names[byte(m) % 8], &options));
    break;
  }
  case 7: fine(hqnn_circuit_append(c, circuit(m), NULL)); break;
  default: keep_circuit(m, hqnn_circuit_copy(c, &made), made);
  }
}

static void use_circuit(machine *m) {
  hqnn_circuit *c = circuit(m);
  hqnn_tensor *x = tensor(m), *w = tensor(m), *t = NULL, *u = NULL;
  char *text = NULL;
  switch (byte(m) % 8) {
  case 0: keep_tensor(m, hqnn_circuit_expect(c, x, w, NULL, &t), t); break;
  case 1:
    if (fine(hqnn_circuit_jacobian(c, x, w, NULL, &t, &u))) {
      hqnn_tensor_release(t);
      hqnn_tensor_release(u);
    }
    break;
  case 2: keep_tensor(m, hqnn_circuit_state(c, x, w, &t), t); break;
  case 3: keep_tensor(m, hqnn_circuit_probabilities(c, x, w, NULL, &t), t); break;
  case 4: fine(hqnn_circuit_lint(c, &text)); break;
  case 5: fine(hqnn_circuit_draw(c, byte(m) & 1, &text)); break;
  case 6: fine(hqnn_circuit_json(c, &text)); break;
  default: fine(hqnn_circuit_svg(c, 400, &text));
  }
  hqnn_text_release(text);
}

static void make_layer(machine *m) {
  hqnn_layer *l = NULL, *parts[2] = {layer(m), layer(m)};
  hqnn_status status = HQNN_OK;
  switch (byte(m) % 14) {
  case 0: status = hqnn_layer_dense(whole(m), byte(m) & 1, &l); break;
  case 1: status = hqnn_layer_function((hqnn_function)(byte(m) % 26), &l); break;
  case 2: status = hqnn_layer_flatten(&l); break;
  case 3: status = hqnn_layer_sequential(parts, (int64_t)(byte(m) % 3), &l); break;
  case 4: status = hqnn_layer_parallel(parts, NULL, 2, (hqnn_combine)(byte(m) % 5), &l); break;
  case 5: status = hqnn_layer_residual(parts, 1, parts[1], &l); break;
  case 6: status = hqnn_layer_quantum(circuit(m), NULL, &l); break;
  case 7: {
    hqnn_quanvolution_options options = HQNN_QUANVOLUTION_OPTIONS;
    options.filters = whole(m), options.padding_height = whole(m), options.stride_width = whole(m);
    options.exact_fit = 0;
    status = hqnn_layer_quanvolution(circuit(m), &options, &l);
    break;
  }
  case 8: {
    hqnn_pool_options options = HQNN_POOL_OPTIONS;
    options.kernel_height = whole(m), options.padding_width = whole(m);
    status = hqnn_layer_pool(&options, &l);
    break;
  }
  case 9: status = hqnn_layer_softmax(whole(m), byte(m) & 1, &l); break;
  case 10: status = hqnn_layer_dropout(real(m), byte(m) & 1, &l); break;
  case 11: status = hqnn_layer_layer_norm(whole(m), real(m), byte(m) & 1, &l); break;
  case 12: status = hqnn_layer_copy(parts[0], &l); break;
  default: status = hqnn_layer_frozen(parts[0], &l);
  }
  keep_layer(m, status, l);
}

static void use_layer(machine *m) {
  hqnn_layer *l = layer(m);
  hqnn_tensor *t = NULL;
  char *text = NULL;
  int64_t dims[4];
  switch (byte(m) % 6) {
  case 0: {
    int64_t rank = shape(m, dims);
    fine(hqnn_layer_build(l, type(m), rank, dims, byte(m)));
    break;
  }
  case 1: keep_tensor(m, hqnn_layer_forward(l, tensor(m), &t), t); break;
  case 2: keep_tensor(m, hqnn_layer_infer(l, tensor(m), &t), t); break;
  case 3: keep_tensor(m, hqnn_layer_parameter(l, whole(m), &t), t); break;
  case 4: fine(hqnn_layer_set_training(l, byte(m) & 1)); break;
  default: fine(hqnn_layer_describe(l, &text));
  }
  hqnn_text_release(text);
}

static void make_dataset(machine *m) {
  int64_t labels[4] = {whole(m), whole(m), whole(m), whole(m)};
  hqnn_dataset *d = NULL;
  keep_dataset(m, hqnn_dataset_create(tensor(m), labels, (int64_t)(byte(m) % 5), whole(m), &d), d);
}

static void train(machine *m) {
  hqnn_optimizer *optimizer = NULL;
  hqnn_fit_options options = HQNN_FIT_OPTIONS;
  options.epochs = (int64_t)(byte(m) % 3), options.batch = whole(m) % 64;
  if (!fine(hqnn_optimizer_adam(NULL, &optimizer))) return;
  fine(hqnn_layer_fit(layer(m), dataset(m), NULL, optimizer, &options));
  hqnn_optimizer_release(optimizer);
}

static void attack(machine *m) {
  static const char *const kinds[] = {"fgsm", "pgd", "deepfool", "noise", "square", "apgd"};
  hqnn_attack *made = NULL;
  hqnn_tensor *t = NULL;
  hqnn_table *rows = NULL;
  int64_t labels[4] = {whole(m), whole(m), whole(m), whole(m)};
  if (!fine(hqnn_attack_create(kinds[byte(m) % 6], "{\"eps\": 0.1}", &made))) return;
  if (fine(hqnn_attack_run(made, layer(m), tensor(m), labels, (int64_t)(byte(m) % 5), NULL, &t, &rows))) {
    hqnn_tensor_release(t);
    hqnn_table_release(rows);
  }
  hqnn_attack_release(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  machine m = {data, size, {NULL}, {NULL}, {NULL}, {NULL}};
  for (int calls = 0; m.left > 0 && calls < 200; calls++) {
    switch (byte(&m) % 14) {
    case 0: make_tensor(&m); break;
    case 1:
    case 2: tensor_operation(&m); break;
    case 3: differentiate(&m); break;
    case 4: read_and_write(&m); break;
    case 5:
    case 6: grow_circuit(&m); break;
    case 7: use_circuit(&m); break;
    case 8:
    case 9: make_layer(&m); break;
    case 10: use_layer(&m); break;
    case 11: make_dataset(&m); break;
    case 12: train(&m); break;
    default: attack(&m);
    }
  }
  release_all(&m);
  return 0;
}
