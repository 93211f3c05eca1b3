/* The walk over data sets of hqnn.h: files, targets, transforms.  See abi_walk.c. */
#include <stdlib.h>
#include <unistd.h>

#include "walk.h"

static char folder[] = "/tmp/hqnn-abi-data-XXXXXX";

/* The path of a file in the folder; good until the next call but one. */
static const char *file(const char *name) {
  static char paths[2][256];
  static int next = 0;
  next = !next;
  snprintf(paths[next], sizeof paths[next], "%s/%s", folder, name);
  return paths[next];
}

static const char *written(const char *name, const void *bytes, size_t size) {
  const char *path = file(name);
  FILE *out = fopen(path, "wb");
  if (out == NULL || fwrite(bytes, 1, size, out) != size) printf("cannot write %s\n", path);
  if (out != NULL) fclose(out);
  return path;
}

/* [3, 2]: 1 to 6 */
static hqnn_tensor *rows(void) {
  const int64_t shape[2] = {3, 2};
  const float values[6] = {1, 2, 3, 4, 5, 6};
  hqnn_tensor *made = NULL;
  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 2, shape, values, &made));
  return made;
}

static void sets_null(void) {
  const char *const paths[2] = {"nowhere", NULL};
  NULLED(hqnn_dataset_create_targets(NULL, NULL, &dataset));
  NULLED(hqnn_dataset_create_targets(NULL, NULL, NULL));
  NULLED(hqnn_dataset_with_targets(NULL, NULL, &dataset));
  NULLED(hqnn_dataset_targets(NULL, &tensor));
  NULLED(hqnn_dataset_class_name(NULL, 0, &text));
  NULLED(hqnn_dataset_range(NULL, &real, &real2));
  NULLED(hqnn_dataset_range(NULL, NULL, &real2));
  NULLED(hqnn_dataset_load(NULL, NULL, &dataset, NULL, NULL));
  NULLED(hqnn_dataset_load("mnist", NULL, NULL, NULL, NULL));
  NULLED(hqnn_dataset_cifar(NULL, 1, 1, 0, &dataset));
  NULLED(hqnn_dataset_cifar(paths, 2, 1, 0, &dataset));
  NULLED(hqnn_dataset_cifar(paths, 1, 1, 0, NULL));
  NULLED(hqnn_dataset_npz(NULL, "x", "y", 0, &dataset));
  NULLED(hqnn_dataset_npz("nowhere", "x", "y", 0, NULL));
  NULLED(hqnn_dataset_csv(NULL, NULL, &dataset));
  NULLED(hqnn_dataset_csv("nowhere", NULL, NULL));
}

static void targets(void) {
  hqnn_tensor *x = rows(), *y = NULL;
  hqnn_dataset *pairs = NULL, *both = NULL, *labelled = NULL;
  const int64_t labels[3] = {0, 1, 0};
  int64_t held[3];
  WORKS(hqnn_dataset_create_targets(x, x, &pairs));
  WORKS(hqnn_dataset_classes(pairs, &number));
  CHECK(number == 0);
  number = -77;
  REFUSES(HQNN_ERROR_STATE, hqnn_dataset_labels(pairs, held, 3));
  WORKS(hqnn_dataset_targets(pairs, &y));
  WORKS(hqnn_tensor_get(y, 5, &real));
  CHECK(real == 6);
  hqnn_tensor_release(y);
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_class_name(pairs, 0, &text));
  WORKS(hqnn_dataset_create(x, labels, 3, 2, &labelled));
  WORKS(hqnn_dataset_targets(labelled, &y));
  CHECK(y == NULL);
  WORKS(hqnn_dataset_with_targets(labelled, x, &both));
  WORKS(hqnn_dataset_labels(both, held, 3));
  CHECK(held[1] == 1);
  WORKS(hqnn_dataset_range(both, &real, &real2));
  CHECK(real == 1 && real2 == 6);
  real = real2 = -77;
  hqnn_dataset_release(pairs);
  hqnn_dataset_release(both);
  hqnn_dataset_release(labelled);
  hqnn_tensor_release(x);
}

static void files(void) {
  const char table[] = "a,b,kind\n1,2,x\n3,4,y\n";
  const char *const wanted[2] = {"b", "c"};
  unsigned char record[3074] = {7};
  const char *const paths[1] = {written("records.bin", record, 3073)};
  hqnn_csv_options options = HQNN_CSV_OPTIONS;
  hqnn_dataset *set = NULL, *second = UNTOUCHED;
  const char *csv;
  char *name = NULL;

  WORKS(hqnn_dataset_cifar(paths, 1, 1, 0, &set));
  WORKS(hqnn_dataset_count(set, &number));
  CHECK(number == 1);
  number = -77;
  hqnn_dataset_release(set);
  REFUSES(HQNN_ERROR_FILE, hqnn_dataset_cifar(paths, 1, 2, 0, &dataset));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_cifar(paths, 1, 3, 0, &dataset));
  SAYS(HQNN_ERROR_VALUE, "records with one label byte have no coarse labels",
       hqnn_dataset_cifar(paths, 1, 1, 1, &dataset));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_cifar(paths, 0, 1, 0, &dataset));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_cifar(paths, -1, 1, 0, &dataset));

  csv = written("table.csv", table, sizeof table - 1);
  WORKS(hqnn_dataset_csv(csv, NULL, &set));
  WORKS(hqnn_dataset_class_name(set, 1, &name));
  CHECK(strcmp(name, "y") == 0);
  hqnn_text_release(name);
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_class_name(set, 2, &text));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_class_name(set, -1, &text));
  hqnn_dataset_release(set);
  options.label_column = -2;
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_csv(csv, &options, &dataset));
  options.label_column = 2;
  options.targets = wanted;
  options.target_count = -1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_csv(csv, &options, &dataset));
  options.target_count = 2;
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_csv(csv, &options, &dataset));
  options.target_count = 1;
  REFUSES(HQNN_ERROR_FILE, hqnn_dataset_csv(csv, &options, &dataset)); /* 'x' is no feature */
  options.ignored = wanted;
  options.ignored_count = 1;
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_csv(csv, &options, &dataset));
  options.delimiter = '\n';
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_csv(csv, &options, &dataset));
  REFUSES(HQNN_ERROR_FILE, hqnn_dataset_csv("nowhere", NULL, &dataset));

  REFUSES(HQNN_ERROR_FILE, hqnn_dataset_npz(csv, "x", "y", 0, &dataset));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_npz(csv, "x", "y", -1, &dataset));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_load("cifar11", folder, &dataset, NULL, NULL));
  REFUSES(HQNN_ERROR_FILE, hqnn_dataset_load("cifar10", folder, &dataset, &dataset2, NULL));
  written("iris.csv", table, sizeof table - 1);
  WORKS(hqnn_dataset_load("iris", folder, &set, &second, NULL));
  CHECK(second == NULL);
  hqnn_dataset_release(set);
}

int main(void) {
  char command[300];
  if (mkdtemp(folder) == NULL) return 1;
  unsetenv("HQNN_DATA");
  sets_null();
  targets();
  files();
  nothing_was_written();
  snprintf(command, sizeof command, "rm -r %s", folder);
  CHECK(system(command) == 0);
  return report();
}
