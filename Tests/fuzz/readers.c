/* Fuzz targets, one per reader of what comes from elsewhere; -DREADER=name chooses.
 * A reader may refuse its input with a sentence.  It must not crash, leak, read elsewhere or take long. */
#include "fuzz.h"

static void use_dataset(hqnn_dataset *dataset) {
  int64_t count = 0;
  if (fine(hqnn_dataset_count(dataset, &count)) && count > 0 && count < 1000) {
    hqnn_tensor *samples = NULL;
    if (fine(hqnn_dataset_samples(dataset, &samples))) hqnn_tensor_release(samples);
  }
  hqnn_dataset_release(dataset);
}

static void use_circuit(hqnn_circuit *circuit) {
  char *text = NULL;
  if (fine(hqnn_circuit_json(circuit, &text))) {
    hqnn_circuit *again = NULL;
    /* What was read and written must be readable. */
    if (!fine(hqnn_circuit_from_json(text, &again))) abort();
    hqnn_circuit_release(again);
  }
  hqnn_text_release(text);
  hqnn_circuit_release(circuit);
}

/* Two files: the first two bytes say how long the first one is. */
static void idx(const uint8_t *data, size_t size) {
  if (size < 2) return;
  size_t length = (size_t)data[0] * 256 + data[1];
  data += 2, size -= 2;
  if (length > size) length = size;
  const char *images = as_file("images", data, length);
  const char *labels = as_file("labels", data + length, size - length);
  hqnn_dataset *dataset = NULL;
  if (fine(hqnn_dataset_idx(images, labels, &dataset))) use_dataset(dataset);
}

static void cifar(const uint8_t *data, size_t size) {
  if (size < 1) return;
  const char *path = as_file("batch.bin", data + 1, size - 1);
  hqnn_dataset *dataset = NULL;
  if (fine(hqnn_dataset_cifar(&path, 1, 1 + (data[0] & 1), data[0] >> 1 & 1, &dataset))) use_dataset(dataset);
}

static void numpy(const uint8_t *data, size_t size) {
  const char *path = as_file("arrays", data, size);
  hqnn_tensor *tensor = NULL;
  if (fine(hqnn_array_read(path, NULL, &tensor))) hqnn_tensor_release(tensor);
  char *names = NULL;
  if (!fine(hqnn_array_names(path, &names))) return;
  char *rest = names;
  for (int i = 0; i < 4 && *rest != 0; i++) {
    char *end = strchr(rest, '\n');
    if (end != NULL) *end = 0;
    hqnn_dataset *dataset = NULL;
    if (fine(hqnn_array_read(path, rest, &tensor))) hqnn_tensor_release(tensor);
    if (fine(hqnn_dataset_npz(path, names, rest, 0, &dataset))) use_dataset(dataset);
    if (end == NULL) break;
    rest = end + 1;
  }
  hqnn_text_release(names);
}

static void csv(const uint8_t *data, size_t size) {
  if (size < 1) return;
  hqnn_csv_options options = HQNN_CSV_OPTIONS;
  options.header = (int)(data[0] % 3) - 1;
  options.delimiter = ",;\t "[data[0] >> 2 & 3];
  options.label_column = (int64_t)(data[0] >> 4) - 1;
  const char *path = as_file("table.csv", data + 1, size - 1);
  hqnn_dataset *dataset = NULL;
  if (fine(hqnn_dataset_csv(path, &options, &dataset))) use_dataset(dataset);
}

static void png(const uint8_t *data, size_t size) {
  char path[160];
  snprintf(path, sizeof path, "%s/class", folder());
  mkdir(path, 0700);
  as_file("class/picture.png", data, size);
  hqnn_png_options options = HQNN_PNG_OPTIONS;
  if (size > 0 && data[size - 1] % 4 == 0) options.height = options.width = 8;
  hqnn_dataset *dataset = NULL;
  if (fine(hqnn_dataset_png_folder(folder(), &options, &dataset))) use_dataset(dataset);
}

static void model(const uint8_t *data, size_t size) {
  const char *path = as_file("model.safetensors", data, size);
  hqnn_layer *layer = NULL;
  hqnn_tensors *tensors = NULL;
  if (fine(hqnn_tensors_load(path, &tensors))) hqnn_tensors_release(tensors);
  if (fine(hqnn_layer_load(path, &layer))) {
    const int64_t shape[2] = {1, 4};
    hqnn_tensor *x = NULL, *y = NULL;
    if (fine(hqnn_tensor_create(HQNN_FLOAT32, 2, shape, NULL, &x)) && fine(hqnn_layer_forward(layer, x, &y)))
      hqnn_tensor_release(y);
    hqnn_tensor_release(x);
    hqnn_layer_release(layer);
  }
}

static void qasm(const uint8_t *data, size_t size) {
  char *program = as_text(data, size);
  hqnn_circuit *circuit = NULL;
  if (fine(hqnn_circuit_from_qasm(program, NULL, &circuit))) use_circuit(circuit);
  free(program);
}

static void circuit_json(const uint8_t *data, size_t size) {
  char *text = as_text(data, size);
  hqnn_circuit *circuit = NULL;
  if (fine(hqnn_circuit_from_json(text, &circuit))) use_circuit(circuit);
  free(text);
}

/* Options of attacks are JSON too; the first byte says of which one. */
static void attack(const uint8_t *data, size_t size) {
  static const char *const kinds[] = {"fgsm", "pgd", "cw", "square", "standard", "noise", "fab", "boundary"};
  if (size < 1) return;
  char *text = as_text(data + 1, size - 1);
  hqnn_attack *made = NULL;
  if (fine(hqnn_attack_create(kinds[data[0] % 8], text, &made))) hqnn_attack_release(made);
  free(text);
}

/* Four samples of a small network, trained on from the checkpoint. */
static void checkpoint(const uint8_t *data, size_t size) {
  static hqnn_dataset *dataset = NULL;
  const int64_t shape[2] = {4, 3}, input[2] = {4, 3}, labels[4] = {0, 1, 0, 1};
  if (dataset == NULL) {
    hqnn_tensor *x = NULL;
    if (!fine(hqnn_tensor_uniform(HQNN_FLOAT32, 2, shape, 0, 1, 1, &x)) ||
        !fine(hqnn_dataset_create(x, labels, 4, 2, &dataset)))
      abort();
    hqnn_tensor_release(x);
  }
  hqnn_layer *dense = NULL;
  hqnn_optimizer *adam = NULL;
  hqnn_adam_options how = HQNN_ADAM_OPTIONS;
  if (!fine(hqnn_layer_dense(2, 1, &dense)) || !fine(hqnn_layer_build(dense, HQNN_FLOAT32, 2, input, 1)) ||
      !fine(hqnn_optimizer_adam(&how, &adam)))
    abort();
  hqnn_fit_options options = HQNN_FIT_OPTIONS;
  options.epochs = 2, options.batch = 2;
  options.resume = as_file("run.checkpoint", data, size);
  fine(hqnn_layer_fit(dense, dataset, NULL, adam, &options));
  hqnn_optimizer_release(adam);
  hqnn_layer_release(dense);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  READER(data, size);
  return 0;
}

/* The readers that this build does not choose. */
void (*const hqnn_readers[])(const uint8_t *, size_t) = {idx,  cifar, numpy,        csv,    png,       model,
                                                         qasm, attack, circuit_json, checkpoint};
