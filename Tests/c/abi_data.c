/* The walk over data sets of hqnn.h: files, targets, transforms.  See abi_walk.c. */
#include <stdlib.h>
#include <sys/resource.h>
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

static void made_sets_null(void) {
  const double shares[2] = {0.5, 0.5};
  hqnn_tensor *x = rows();
  const hqnn_tensor *const tensors[2] = {x, NULL};
  const char *const names[2] = {"a", NULL};
  NULLED(hqnn_dataset_png_folder(NULL, NULL, &dataset));
  NULLED(hqnn_dataset_png_folder("nowhere", NULL, NULL));
  NULLED(hqnn_dataset_synthetic(NULL, NULL, &dataset));
  NULLED(hqnn_dataset_synthetic("moons", NULL, NULL));
  NULLED(hqnn_dataset_split(NULL, shares, 2, -1, 0, &dataset));
  NULLED(hqnn_dataset_batch(NULL, NULL, 0, 0, &dataset));
  NULLED(hqnn_transform_create(NULL, NULL, NULL));
  NULLED(hqnn_transform_create("grayscale", NULL, NULL));
  NULLED(hqnn_transform_fit("pca", NULL, NULL, NULL));
  NULLED(hqnn_transform_retain(NULL));
  hqnn_transform_release(NULL);
  NULLED(hqnn_transform_name(NULL, &text));
  NULLED(hqnn_transform_explained(NULL, &tensor));
  NULLED(hqnn_transform_apply(NULL, x, 0, 0, 0, &tensor));
  NULLED(hqnn_dataset_map(NULL, NULL, 0, 0, &dataset));
  NULLED(hqnn_dataset_augment(NULL, NULL, 0, 0, &dataset));
  NULLED(hqnn_array_names(NULL, &text));
  NULLED(hqnn_array_names("nowhere", NULL));
  NULLED(hqnn_array_read(NULL, NULL, &tensor));
  NULLED(hqnn_array_read("nowhere", NULL, NULL));
  NULLED(hqnn_array_write(NULL, NULL, tensors, 1, 0));
  NULLED(hqnn_array_write(file("a.npz"), names, tensors, 2, 0));
  NULLED(hqnn_array_write(file("a.npz"), names, NULL, 1, 0));
  NULLED(hqnn_data_list("nowhere", NULL));
  NULLED(hqnn_data_check(NULL, "nowhere", &table));
  NULLED(hqnn_data_check("mnist", "nowhere", NULL));
  NULLED(hqnn_data_get(NULL, "nowhere", NULL, NULL, NULL, &text));
  NULLED(hqnn_data_get("mnist", "nowhere", NULL, NULL, NULL, NULL));
  NULLED(hqnn_data_sha256(NULL, &text));
  NULLED(hqnn_data_sha256("nowhere", NULL));
  hqnn_tensor_release(x);
}

static void transforms(void) {
  hqnn_synthetic_options moons = HQNN_SYNTHETIC_OPTIONS;
  hqnn_transform_options options = HQNN_TRANSFORM_OPTIONS;
  hqnn_dataset *set = NULL, *mapped = NULL, *parts[2] = {NULL, NULL};
  hqnn_transform *pca = NULL, *noise = NULL, *crop = NULL, *none = UNTOUCHED;
  hqnn_tensor *samples = NULL, *after = NULL;
  const hqnn_transform *list[2] = {NULL, NULL};
  const double shares[2] = {0.75, 0.25}, wrong[2] = {0.75, 0.5};
  const int64_t indices[2] = {3, 1}, beyond[1] = {200};
  char *name = NULL;

  WORKS(hqnn_dataset_synthetic("moons", NULL, &set));
  WORKS(hqnn_dataset_count(set, &number));
  CHECK(number == 200);
  number = -77;
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_synthetic("suns", NULL, &dataset));
  moons.count = -1;
  SAYS(HQNN_ERROR_VALUE, "count is -1; it must be in 1..67108864", hqnn_dataset_synthetic("moons", &moons, &dataset));

  WORKS(hqnn_dataset_split(set, shares, 2, -1, 7, parts));
  WORKS(hqnn_dataset_count(parts[1], &number));
  CHECK(number == 50);
  number = -77;
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_split(set, wrong, 2, -1, 7, &dataset));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_split(set, wrong, -1, -1, 7, &dataset));
  NULLED(hqnn_dataset_split(set, NULL, 2, -1, 7, &dataset));
  NULLED(hqnn_dataset_split(set, shares, 2, -1, 7, NULL));

  options.components = 1;
  WORKS(hqnn_transform_fit("pca", set, &options, &pca));
  WORKS(hqnn_transform_retain(pca));
  hqnn_transform_release(pca);
  WORKS(hqnn_transform_name(pca, &name));
  CHECK(strcmp(name, "pca") == 0);
  hqnn_text_release(name);
  NULLED(hqnn_transform_name(pca, NULL));
  WORKS(hqnn_transform_explained(pca, &after));
  WORKS(hqnn_tensor_get(after, 0, &real));
  CHECK(real > 0.5 && real < 1);
  real = -77;
  hqnn_tensor_release(after);
  NULLED(hqnn_transform_explained(pca, NULL));
  options.components = 3;
  REFUSES(HQNN_ERROR_VALUE, hqnn_transform_fit("pca", set, &options, &none));
  REFUSES(HQNN_ERROR_VALUE, hqnn_transform_fit("resize", set, &options, &none));
  REFUSES(HQNN_ERROR_VALUE, hqnn_transform_create("pca", &options, &none));
  REFUSES(HQNN_ERROR_VALUE, hqnn_transform_create("resize", &options, &none));
  options.mode = (hqnn_resize_mode)9;
  options.height = options.width = 2;
  REFUSES(HQNN_ERROR_VALUE, hqnn_transform_create("resize", &options, &none));
  WORKS(hqnn_transform_create("gaussian_noise", NULL, &noise));
  WORKS(hqnn_transform_create("random_crop", NULL, &crop));
  REFUSES(HQNN_ERROR_STATE, hqnn_transform_explained(noise, &tensor));
  CHECK(none == UNTOUCHED);

  WORKS(hqnn_dataset_samples(set, &samples));
  WORKS(hqnn_transform_apply(noise, samples, 1, 0, 0, &after));
  hqnn_tensor_release(after);
  REFUSES(HQNN_ERROR_VALUE, hqnn_transform_apply(noise, samples, 1, -1, 0, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_transform_apply(noise, samples, 1, 0, -1, &tensor));
  REFUSES(HQNN_ERROR_SHAPE, hqnn_transform_apply(crop, samples, 1, 0, 0, &tensor));
  NULLED(hqnn_transform_apply(noise, NULL, 1, 0, 0, &tensor));
  NULLED(hqnn_transform_apply(noise, samples, 1, 0, 0, NULL));

  list[0] = noise;
  list[1] = pca;
  WORKS(hqnn_dataset_map(set, list, 2, 1, &mapped));
  hqnn_dataset_release(mapped);
  REFUSES(HQNN_ERROR_SHAPE, hqnn_dataset_augment(set, list, 2, 1, &dataset));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_map(set, list, 0, 1, &dataset));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_map(set, list, -1, 1, &dataset));
  WORKS(hqnn_dataset_augment(set, list, 1, 1, &mapped));
  list[1] = NULL;
  NULLED(hqnn_dataset_map(set, list, 2, 1, &dataset));
  NULLED(hqnn_dataset_map(set, NULL, 2, 1, &dataset));
  NULLED(hqnn_dataset_map(set, list, 1, 1, NULL));
  NULLED(hqnn_dataset_augment(set, list, 1, 1, NULL));
  hqnn_dataset_release(parts[0]);
  WORKS(hqnn_dataset_batch(mapped, indices, 2, 1, &parts[0]));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_batch(mapped, beyond, 1, 1, &dataset));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_batch(mapped, indices, 2, -1, &dataset));
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_batch(mapped, indices, -2, 1, &dataset));
  NULLED(hqnn_dataset_batch(mapped, NULL, 2, 1, &dataset));
  NULLED(hqnn_dataset_batch(mapped, indices, 2, 1, NULL));

  hqnn_tensor_release(samples);
  hqnn_transform_release(pca);
  hqnn_transform_release(noise);
  hqnn_transform_release(crop);
  hqnn_dataset_release(mapped);
  hqnn_dataset_release(parts[0]);
  hqnn_dataset_release(parts[1]);
  hqnn_dataset_release(set);
}

static int refuse(void *context, const char *address) {
  strncpy(context, address, 200);
  return 1;
}

static void arrays_and_inventory(void) {
  hqnn_tensor *x = rows(), *back = NULL;
  const hqnn_tensor *const tensors[2] = {x, x};
  const char *const names[2] = {"x", "y"}, *const same[2] = {"x", "x"};
  hqnn_table *list = NULL;
  char *said = NULL, address[201] = "";
  hqnn_png_options pictures = HQNN_PNG_OPTIONS;
  hqnn_dataset *set = NULL;

  WORKS(hqnn_array_write(file("a.npz"), names, tensors, 2, 1));
  WORKS(hqnn_array_names(file("a.npz"), &said));
  CHECK(strcmp(said, "x\ny") == 0);
  hqnn_text_release(said);
  WORKS(hqnn_array_read(file("a.npz"), "y", &back));
  WORKS(hqnn_tensor_get(back, 5, &real));
  CHECK(real == 6);
  real = -77;
  hqnn_tensor_release(back);
  REFUSES(HQNN_ERROR_VALUE, hqnn_array_read(file("a.npz"), "z", &tensor));
  REFUSES(HQNN_ERROR_FILE, hqnn_array_read(file("a.npz"), NULL, &tensor));
  REFUSES(HQNN_ERROR_VALUE, hqnn_array_write(file("a.npz"), same, tensors, 2, 0));
  REFUSES(HQNN_ERROR_VALUE, hqnn_array_write(file("a.npy"), NULL, tensors, 2, 0));
  REFUSES(HQNN_ERROR_VALUE, hqnn_array_write(file("a.npz"), names, tensors, -1, 0));
  REFUSES(HQNN_ERROR_FILE, hqnn_array_write("/proc/nowhere/a.npz", names, tensors, 2, 0));
  WORKS(hqnn_array_write(file("a.npy"), NULL, tensors, 1, 0));
  WORKS(hqnn_array_read(file("a.npy"), NULL, &back));
  hqnn_tensor_release(back);
  WORKS(hqnn_dataset_npz(file("a.npz"), "x", "y", 0, &set));
  hqnn_dataset_release(set);

  WORKS(hqnn_data_list(folder, &list));
  hqnn_table_release(list);
  REFUSES(HQNN_ERROR_VALUE, hqnn_data_check("mnost", folder, &table));
  REFUSES(HQNN_ERROR_FILE, hqnn_data_check("mnist", folder, &table));
  SAYS(HQNN_ERROR_FILE, "HQNN_DATA is not set: name the folder with the data sets",
       hqnn_data_check("mnist", NULL, &table));
  WORKS(hqnn_data_sha256(written("abc", "abc", 3), &said));
  CHECK(strcmp(said, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") == 0);
  hqnn_text_release(said);
  REFUSES(HQNN_ERROR_FILE, hqnn_data_sha256("nowhere", &text));
  REFUSES(HQNN_ERROR_VALUE, hqnn_data_get("mnost", folder, NULL, NULL, NULL, &text));
  REFUSES(HQNN_ERROR_VALUE, hqnn_data_get("iris", folder, NULL, NULL, NULL, &text));
  REFUSES(HQNN_ERROR_CANCELLED, hqnn_data_get("mnist", folder, "file:///nowhere/", refuse, address, &text));
  CHECK(strcmp(address, "file:///nowhere/train-images-idx3-ubyte.gz") == 0);
  REFUSES(HQNN_ERROR_FILE, hqnn_data_get("mnist", folder, "file:///nowhere", NULL, NULL, &text));

  REFUSES(HQNN_ERROR_FILE, hqnn_dataset_png_folder(folder, NULL, &dataset));
  REFUSES(HQNN_ERROR_FILE, hqnn_dataset_png_folder("nowhere", NULL, &dataset));
  pictures.channels = 2;
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_png_folder(folder, &pictures, &dataset));
  pictures.channels = 0;
  pictures.height = 5;
  REFUSES(HQNN_ERROR_VALUE, hqnn_dataset_png_folder(folder, &pictures, &dataset));
  hqnn_tensor_release(x);
}

/* Files that lie about their sizes, and 2,000 with bytes changed, in 64 MiB more than the process has: whoever allocates
 * what a header promises does not come back. */
static void hostile(void) {
  static unsigned char good[8192], bad[8192];
  const unsigned char npy[] = "\x93NUMPY\1\0\x46\0{'descr': '<f8', 'fortran_order': False, 'shape': (99999, 99999), }    \n";
  const char *const names[1] = {"x"};
  hqnn_tensor *x = rows(), *back;
  const hqnn_tensor *const tensors[1] = {x};
  struct rlimit limit, before;
  unsigned long pages = 0;
  unsigned state = 12345;
  size_t size;
  int turn, refused = 0;
  FILE *in;

  WORKS(hqnn_array_write(file("h.npz"), names, tensors, 1, 1));
  in = fopen(file("h.npz"), "rb");
  size = in == NULL ? 0 : fread(good, 1, sizeof good, in);
  if (in != NULL) fclose(in);
  CHECK(size > 100);
  in = fopen("/proc/self/statm", "r");
  CHECK(in != NULL && fscanf(in, "%lu", &pages) == 1);
  if (in != NULL) fclose(in);
  getrlimit(RLIMIT_AS, &before);
  limit = before;
  limit.rlim_cur = pages * (unsigned long)sysconf(_SC_PAGESIZE) + (64ul << 20);
  CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
  REFUSES(HQNN_ERROR_FILE, hqnn_array_read(written("h.npy", npy, sizeof npy - 1), NULL, &tensor));
  for (turn = 0; turn < 2000; turn++) {
    const char *path;
    int changes;
    memcpy(bad, good, size);
    for (changes = 0; changes < 3; changes++) {
      state = state * 1664525u + 1013904223u;
      bad[(state >> 8) % size] = (unsigned char)(state >> 24);
    }
    back = NULL;
    path = written("h.npz", bad, size);
    if (hqnn_array_read(path, "x", &back) != HQNN_OK) refused++;
    hqnn_tensor_release(back);
    if (hqnn_dataset_cifar(&path, 1, 1, 0, &dataset) == HQNN_OK) break;
  }
  CHECK(turn == 2000 && refused > 100);
  CHECK(setrlimit(RLIMIT_AS, &before) == 0);
  hqnn_tensor_release(x);
}

int main(void) {
  char command[300];
  if (mkdtemp(folder) == NULL) return 1;
  unsetenv("HQNN_DATA");
  sets_null();
  targets();
  files();
  made_sets_null();
  transforms();
  arrays_and_inventory();
  hostile();
  nothing_was_written();
  snprintf(command, sizeof command, "rm -r %s", folder);
  CHECK(system(command) == 0);
  return report();
}
