/* An allocator of the host's: every block of tensors comes from it and goes back, and no kernel reads or writes beyond
 * what it asked for: blocks end where a page without access begins. */
#define _DEFAULT_SOURCE
#include "small.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long blocks, bytes_out, refused, misused;
static int is_empty;

static size_t page = 4096; /* what the system says, from main */

static size_t pages(size_t bytes) { return (bytes + page - 1) / page * page; }

static void *take(void *context, size_t bytes, size_t alignment) {
  char *start;
  if (is_empty) {
    refused++;
    return NULL;
  }
  start = mmap(NULL, pages(bytes) + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED || mprotect(start + pages(bytes), page, PROT_NONE) != 0) return NULL;
  pthread_mutex_lock(&lock);
  blocks++;
  bytes_out += (long)bytes;
  if (context != &blocks || alignment != 64 || bytes % 64 != 0 || bytes == 0) misused++;
  pthread_mutex_unlock(&lock);
  /* Not zeros: nobody may count on them. */
  memset(start, 0xff, pages(bytes));
  return start + pages(bytes) - bytes;
}

static void give(void *context, void *block, size_t bytes) {
  char *start = (char *)block - (pages(bytes) - bytes);
  size_t i;
  int touched = 0;
  for (i = 0; i < pages(bytes) - bytes; i++) touched |= (unsigned char)start[i] != 0xff;
  pthread_mutex_lock(&lock);
  blocks--;
  bytes_out -= (long)bytes;
  if (context != &blocks || touched) misused++;
  pthread_mutex_unlock(&lock);
  if (munmap(start, pages(bytes) + page) != 0) misused++;
}

static void attack(hqnn_layer *model, hqnn_dataset *set, const char *kind) {
  hqnn_tensor *samples = NULL, *out = NULL;
  hqnn_attack *attack = NULL;
  int64_t labels[24];
  WORKS(hqnn_dataset_samples(set, &samples));
  WORKS(hqnn_dataset_labels(set, labels, 24));
  WORKS(hqnn_attack_create(kind, "{\"eps\": 0.1}", &attack));
  WORKS(hqnn_attack_run(attack, model, samples, labels, 24, NULL, &out, NULL));
  hqnn_tensor_release(out);
  hqnn_tensor_release(samples);
  hqnn_attack_release(attack);
}

/* Convolution, normalisation, pooling and a quanvolution, on images of odd sizes. */
static void images(void) {
  static const int64_t shape[4] = {5, 1, 9, 11};
  hqnn_conv2d_options conv = HQNN_CONV2D_OPTIONS;
  hqnn_layer *layers[5] = {NULL, NULL, NULL, NULL, NULL}, *model = NULL;
  hqnn_tensor *x = NULL, *y = NULL, *sum = NULL;
  int i;
  conv.filters = 3;
  WORKS(hqnn_layer_conv2d(&conv, &layers[0]));
  WORKS(hqnn_layer_batch_norm(NULL, &layers[1]));
  WORKS(hqnn_layer_function(HQNN_RELU, &layers[2]));
  WORKS(hqnn_layer_pool(NULL, &layers[3]));
  WORKS(hqnn_layer_flatten(&layers[4]));
  WORKS(hqnn_layer_sequential(layers, 5, &model));
  WORKS(hqnn_layer_build(model, HQNN_FLOAT32, 4, shape, 1));
  WORKS(hqnn_layer_set_training(model, 1));
  WORKS(hqnn_tensor_uniform(HQNN_FLOAT32, 4, shape, 0, 1, 1, &x));
  WORKS(hqnn_tensor_require_gradient(x, 1));
  WORKS(hqnn_layer_forward(model, x, &y));
  WORKS(hqnn_tensor_sum(y, &sum));
  WORKS(hqnn_tensor_backward(sum));
  hqnn_tensor_release(x);
  hqnn_tensor_release(y);
  hqnn_tensor_release(sum);
  hqnn_layer_release(model);
  for (i = 0; i < 5; i++) hqnn_layer_release(layers[i]);
}

int main(void) {
  hqnn_allocator allocator = HQNN_ALLOCATOR;
  hqnn_dataset *set;
  hqnn_layer *model;
  hqnn_tensor *one = NULL;
  static const int64_t shape[1] = {3};

  page = (size_t)sysconf(_SC_PAGESIZE);
  REFUSES(HQNN_ERROR_NULL, hqnn_allocator_set(&allocator));
  allocator.allocate = take;
  REFUSES(HQNN_ERROR_NULL, hqnn_allocator_set(&allocator));
  allocator.deallocate = give;
  allocator.context = &blocks;
  allocator.struct_size = 0;
  REFUSES(HQNN_ERROR_VALUE, hqnn_allocator_set(&allocator));
  allocator.struct_size = sizeof allocator;
  WORKS(hqnn_allocator_set(&allocator));
  WORKS(hqnn_allocator_set(NULL));
  WORKS(hqnn_allocator_set(&allocator));

  set = two_digits(24);
  model = small_model();
  CHECK(blocks > 0 && bytes_out >= hqnn_memory_used());
  SAYS(HQNN_ERROR_STATE, "the allocator is set after the first tensor was made; set it before any other call",
       hqnn_allocator_set(NULL));
  WORKS(train_small(model, set, 3));
  attack(model, set, "pgd");
  attack(model, set, "square");
  attack(model, set, "cw");
  attack(model, set, "deepfool");
  images();

  /* Where the host has nothing left, the system has. */
  is_empty = 1;
  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 1, shape, NULL, &one));
  CHECK(refused == 1);
  hqnn_tensor_release(one);
  is_empty = 0;

  hqnn_layer_release(model);
  hqnn_dataset_release(set);
  CHECK(misused == 0);
  CHECK(hqnn_memory_used() == 0);
  CHECK(blocks == 0 && bytes_out == 0);
  return report();
}
