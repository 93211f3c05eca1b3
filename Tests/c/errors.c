/* Messages word by word, option structs of other sizes, releases in every order, threads. */
#include "check.h"

#include <pthread.h>
#include <stdlib.h>

static hqnn_tensor *zeros(int64_t rows, int64_t columns) {
  const int64_t shape[2] = {rows, columns};
  hqnn_tensor *tensor = NULL;
  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 2, shape, NULL, &tensor));
  return tensor;
}

static void messages(void) {
  const int64_t shape[1] = {3}, labels[2] = {0, 5};
  int64_t order[2] = {0, 0};
  const char *names[2] = {"eps", "accuracy"};
  const double row[2] = {0.1, 0.9};
  hqnn_tensor *two = zeros(2, 2), *flat = NULL, *tensor = UNTOUCHED;
  hqnn_dataset *set = UNTOUCHED, *other = UNTOUCHED;
  hqnn_table *table = NULL;
  hqnn_plot_options plot = HQNN_PLOT_OPTIONS;
  hqnn_subset_options subset = HQNN_SUBSET_OPTIONS;
  char *text = NULL;

  SAYS(HQNN_ERROR_NULL, "out is NULL", hqnn_tensor_create(HQNN_FLOAT32, 1, shape, NULL, NULL));
  SAYS(HQNN_ERROR_VALUE, "threads is -1; it must be in 1..4096", hqnn_threads_set(-1));

  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 1, shape, NULL, &flat));
  SAYS(HQNN_ERROR_NULL, "samples is NULL", hqnn_dataset_create(NULL, labels, 2, 2, &set));
  SAYS(HQNN_ERROR_NULL, "labels is NULL but its length is 2",
       hqnn_dataset_create(two, NULL, 2, 2, &set));
  SAYS(HQNN_ERROR_SHAPE, "samples have the shape {3}; it must be {count, features, ...}",
       hqnn_dataset_create(flat, labels, 3, 2, &set));
  SAYS(HQNN_ERROR_SHAPE, "2 samples but -1 labels; there must be one each",
       hqnn_dataset_create(two, labels, -1, 2, &set));
  SAYS(HQNN_ERROR_VALUE, "label 1 is 5; it must be in 0..4", hqnn_dataset_create(two, labels, 2, 5, &set));
  SAYS(HQNN_ERROR_FILE, "nowhere: cannot be opened: No such file or directory",
       hqnn_dataset_idx("also nowhere", "nowhere", &set));
  SAYS(HQNN_ERROR_FILE,
       "MNIST needs the files train-images-idx3-ubyte, train-labels-idx1-ubyte, "
       "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, plain or with .gz; looked in nowhere "
       "(lacks all four) and $HQNN_DATA/mnist (HQNN_DATA is not set); they can be had from "
       "https://yann.lecun.com/exdb/mnist/ or any mirror",
       hqnn_dataset_mnist("nowhere", &set, &other));
  CHECK(set == UNTOUCHED && other == UNTOUCHED);

  WORKS(hqnn_dataset_create(two, labels, 2, 6, &set));
  subset.count = 7;
  SAYS(HQNN_ERROR_VALUE, "count is 7, but there are only 2 samples to choose from",
       hqnn_dataset_subset(set, &subset, &other));
  subset.struct_size = 3;
  SAYS(HQNN_ERROR_VALUE, "struct_size is 3; start the options from their initializer macro",
       hqnn_dataset_subset(set, &subset, &other));
  SAYS(HQNN_ERROR_VALUE, "epoch is -1; it must be 0 or more",
       hqnn_dataset_order(set, 0, -1, order, 2));
  SAYS(HQNN_ERROR_VALUE, "index 1 is 5; it must be in 0..1", hqnn_dataset_select(set, labels, 2, &other));

  WORKS(hqnn_table_create(names, 2, &table));
  WORKS(hqnn_table_add(table, NULL, row, 2));
  SAYS(HQNN_ERROR_VALUE, "a row of 1 cells in a table of 2 columns", hqnn_table_add(table, NULL, row, 1));
  WORKS(hqnn_table_format(table, 2, &text));
  CHECK(strcmp(text, " eps  accuracy\n----  --------\n0.10      0.90\n") == 0);
  hqnn_text_release(text);
  plot.x = "epz";
  plot.y = "accuracy";
  SAYS(HQNN_ERROR_VALUE,
       "there is no column 'epz' (did you mean 'eps'?); the columns are eps, accuracy",
       hqnn_table_plot(table, "never/written", &plot));
  SAYS(HQNN_ERROR_FILE, "/proc/nowhere/x.csv: cannot be written: No such file or directory",
       hqnn_table_write_csv(table, "/proc/nowhere/x.csv"));

  CHECK(tensor == UNTOUCHED && other == UNTOUCHED);
  hqnn_tensor_release(two);
  hqnn_tensor_release(flat);
  hqnn_dataset_release(set);
  hqnn_table_release(table);
}

/* A caller compiled against another version of the header: fewer fields, or more. */
static void option_sizes(void) {
  struct {
    hqnn_subset_options known;
    int64_t added_later;
  } newer = {HQNN_SUBSET_OPTIONS, 99};
  hqnn_subset_options older = HQNN_SUBSET_OPTIONS;
  hqnn_dataset *train = NULL, *test = NULL, *part = NULL;
  int64_t count = 0;
  WORKS(hqnn_dataset_digits(&train, &test));

  newer.known.struct_size = sizeof newer;
  newer.known.count = 7;
  WORKS(hqnn_dataset_subset(test, &newer.known, &part));
  WORKS(hqnn_dataset_count(part, &count));
  CHECK(count == 7);
  hqnn_dataset_release(part);

  older.count = 5;
  older.balanced = 77; /* beyond the size: must not be looked at */
  older.class_count = 99;
  older.struct_size = offsetof(hqnn_subset_options, balanced);
  WORKS(hqnn_dataset_subset(test, &older, &part));
  WORKS(hqnn_dataset_count(part, &count));
  CHECK(count == 5);
  hqnn_dataset_release(part);
  hqnn_dataset_release(train);
  hqnn_dataset_release(test);
}

/* Objects keep alive what they use: every order of three releases works, and nothing is left. */
static void release_orders(void) {
  static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  const int64_t wire = 0;
  const hqnn_angle weight = HQNN_ANGLE_WEIGHT(0), input = HQNN_ANGLE_INPUT(0, 1);
  int64_t before = 0;
  int i, j;
  for (i = 0; i < 6; i++) {
    hqnn_circuit *circuit = NULL;
    hqnn_layer *layer = NULL, *model = NULL;
    hqnn_tensor *x = zeros(3, 1), *y = NULL, *loss = NULL;
    WORKS(hqnn_circuit_create(1, &circuit));
    WORKS(hqnn_circuit_gate(circuit, "RY", &wire, 1, &input, 1));
    WORKS(hqnn_circuit_gate(circuit, "RX", &wire, 1, &weight, 1));
    WORKS(hqnn_circuit_measure(circuit, "Z", &wire, 1));
    WORKS(hqnn_layer_quantum(circuit, NULL, &layer));
    WORKS(hqnn_layer_sequential(&layer, 1, &model));
    WORKS(hqnn_layer_build(model, HQNN_FLOAT32, 2, (const int64_t[2]){3, 1}, 1));
    WORKS(hqnn_layer_forward(model, x, &y));
    WORKS(hqnn_tensor_sum(y, &loss));
    for (j = 0; j < 3; j++) {
      if (orders[i][j] == 0) hqnn_circuit_release(circuit);
      if (orders[i][j] == 1) hqnn_layer_release(layer);
      if (orders[i][j] == 2) hqnn_layer_release(model);
    }
    hqnn_tensor_release(y);
    hqnn_tensor_release(x);
    WORKS(hqnn_tensor_backward(loss));
    REFUSES(HQNN_ERROR_STATE, hqnn_tensor_backward(loss));
    hqnn_tensor_release(loss);
    /* The first round may leave constants that are kept for the next. */
    if (i == 0) before = hqnn_memory_used();
  }
  CHECK(hqnn_memory_used() == before);
}

/* A data set's samples outlive it; references are counted. */
static void references(void) {
  hqnn_dataset *train = NULL, *test = NULL;
  hqnn_tensor *samples = NULL;
  int64_t count = 0, shape[4] = {0, 0, 0, 0};
  double pixel = 0;
  const int64_t before = hqnn_memory_used();
  WORKS(hqnn_dataset_digits(&train, &test));
  WORKS(hqnn_dataset_retain(test));
  hqnn_dataset_release(test);
  WORKS(hqnn_dataset_count(test, &count));
  CHECK(count == 360);
  WORKS(hqnn_dataset_samples(train, &samples));
  hqnn_dataset_release(train);
  hqnn_dataset_release(test);
  WORKS(hqnn_tensor_shape(samples, shape, 4));
  CHECK(shape[0] == 1437 && shape[1] == 1 && shape[2] == 8 && shape[3] == 8);
  WORKS(hqnn_tensor_get(samples, 2, &pixel));
  CHECK(pixel == 5.0 / 16);
  hqnn_tensor_release(samples);
  CHECK(hqnn_memory_used() == before);
}

static void *other_thread(void *ignored) {
  (void)ignored;
  /* Errors belong to a thread. */
  if (strcmp(hqnn_last_error(), "") != 0) return NULL;
  if (hqnn_threads_set(0) != HQNN_ERROR_VALUE) return NULL;
  return (void *)(size_t)(strcmp(hqnn_last_error(), "threads is 0; it must be in 1..4096") == 0);
}

static void threads(void) {
  pthread_t thread;
  void *fine = NULL;
  REFUSES(HQNN_ERROR_NULL, hqnn_tensor_retain(NULL));
  CHECK(pthread_create(&thread, NULL, other_thread, NULL) == 0);
  CHECK(pthread_join(thread, &fine) == 0);
  CHECK(fine != NULL);
  CHECK(strcmp(hqnn_last_error(), "tensor is NULL") == 0);
}

int main(void) {
  messages();
  option_sizes();
  release_orders();
  references();
  threads();
  return report();
}
