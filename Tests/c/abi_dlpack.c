/* DLPack, with a producer and a consumer written by hand: the structures as https://dmlc.github.io/dlpack has them. */
#include "check.h"

#include <stdlib.h>

typedef struct {
  int32_t device_type;
  int32_t device_id;
} DLDevice;
typedef struct {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
} DLDataType;
typedef struct {
  void *data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t *shape;
  int64_t *strides;
  uint64_t byte_offset;
} DLTensor;
typedef struct DLManagedTensor {
  DLTensor dl_tensor;
  void *manager_ctx;
  void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;

/* ---- out ---- */

static void goes_out(hqnn_dtype dtype, int bits) {
  const int64_t shape[3] = {2, 3, 4};
  hqnn_tensor *tensor = NULL, *copy = NULL, *doubled = NULL;
  DLManagedTensor *managed = NULL;
  int64_t before = hqnn_memory_used();
  double value = 0;
  WORKS(hqnn_tensor_uniform(dtype, 3, shape, 0, 1, 1, &tensor));
  WORKS(hqnn_tensor_to_dlpack(tensor, &managed));
  CHECK(managed->dl_tensor.ndim == 3 && managed->dl_tensor.byte_offset == 0);
  CHECK(managed->dl_tensor.device.device_type == 1 && managed->dl_tensor.device.device_id == 0);
  CHECK(managed->dl_tensor.dtype.code == 2 && managed->dl_tensor.dtype.bits == bits && managed->dl_tensor.dtype.lanes == 1);
  CHECK(memcmp(managed->dl_tensor.shape, shape, sizeof shape) == 0);
  CHECK(managed->dl_tensor.strides[0] == 12 && managed->dl_tensor.strides[1] == 4 && managed->dl_tensor.strides[2] == 1);

  /* The memory is the tensor's own. */
  WORKS(hqnn_tensor_set(tensor, 7, 42));
  CHECK(bits == 32 ? ((float *)managed->dl_tensor.data)[7] == 42 : ((double *)managed->dl_tensor.data)[7] == 42);
  if (bits == 32) ((float *)managed->dl_tensor.data)[8] = 43;
  else ((double *)managed->dl_tensor.data)[8] = 43;
  WORKS(hqnn_tensor_get(tensor, 8, &value));
  CHECK(value == 43);

  /* It outlives the handle. */
  hqnn_tensor_release(tensor);
  CHECK(hqnn_memory_used() == before + 24 * bits / 8);
  CHECK(bits == 32 ? ((float *)managed->dl_tensor.data)[7] == 42 : ((double *)managed->dl_tensor.data)[7] == 42);

  /* And comes back without a copy. */
  WORKS(hqnn_tensor_from_dlpack(managed, &copy));
  CHECK(hqnn_memory_used() == before + 24 * bits / 8);
  WORKS(hqnn_tensor_add(copy, copy, &doubled));
  WORKS(hqnn_tensor_get(doubled, 7, &value));
  CHECK(value == 84);
  hqnn_tensor_release(copy);
  hqnn_tensor_release(doubled);
  CHECK(hqnn_memory_used() == before);
}

static void records_stay_inside(void) {
  const int64_t shape[1] = {2};
  hqnn_tensor *tensor = NULL, *result = NULL;
  DLManagedTensor *managed = NULL;
  WORKS(hqnn_tensor_create(HQNN_FLOAT32, 1, shape, NULL, &tensor));
  WORKS(hqnn_tensor_require_gradient(tensor, 1));
  WORKS(hqnn_tensor_add(tensor, tensor, &result));
  REFUSES(HQNN_ERROR_STATE, hqnn_tensor_to_dlpack(result, &managed));
  REFUSES(HQNN_ERROR_NULL, hqnn_tensor_to_dlpack(NULL, &managed));
  REFUSES(HQNN_ERROR_NULL, hqnn_tensor_to_dlpack(tensor, NULL));
  REFUSES(HQNN_ERROR_NULL, hqnn_tensor_from_dlpack(NULL, &result));
  CHECK(managed == NULL);
  hqnn_tensor_release(result);
  hqnn_tensor_release(tensor);
}

/* ---- in ---- */

static int deleted;
static void count_deleted(DLManagedTensor *self) {
  deleted++;
  CHECK(self->manager_ctx == &deleted);
}

static float room[80], *elements;
static int64_t dimensions[3], steps[3];

/* A float32 matrix [2, 3] at the start of `elements`. */
static DLManagedTensor producer(void) {
  DLManagedTensor result;
  int i;
  elements = room + (64 - (uintptr_t)room % 64) % 64 / sizeof(float);
  for (i = 0; i < 64; i++) elements[i] = (float)i;
  dimensions[0] = 2;
  dimensions[1] = 3;
  steps[0] = 3;
  steps[1] = 1;
  deleted = 0;
  memset(&result, 0, sizeof result);
  result.dl_tensor.data = elements;
  result.dl_tensor.device.device_type = 1;
  result.dl_tensor.ndim = 2;
  result.dl_tensor.dtype.code = 2;
  result.dl_tensor.dtype.bits = 32;
  result.dl_tensor.dtype.lanes = 1;
  result.dl_tensor.shape = dimensions;
  result.dl_tensor.strides = steps;
  result.manager_ctx = &deleted;
  result.deleter = count_deleted;
  return result;
}

/* Whether the tensor has these elements, and is released. */
static void has(hqnn_tensor *tensor, const double *expected, int64_t count) {
  int64_t i, size = 0;
  double value;
  WORKS(hqnn_tensor_count(tensor, &size));
  CHECK(size == count);
  for (i = 0; i < count; i++) {
    WORKS(hqnn_tensor_get(tensor, i, &value));
    CHECK(value == expected[i]);
  }
  hqnn_tensor_release(tensor);
}

static void comes_in(void) {
  static const double plain[6] = {0, 1, 2, 3, 4, 5}, columns[6] = {0, 2, 4, 1, 3, 5}, every_other[6] = {16, 18, 20, 26, 28, 30};
  static const double backwards[6] = {5, 4, 3, 2, 1, 0}, off[6] = {1, 2, 3, 4, 5, 6};
  DLManagedTensor managed = producer();
  hqnn_tensor *tensor = NULL;
  int64_t shape[2] = {0, 0}, before = hqnn_memory_used();

  /* Row-major and aligned: borrowed. */
  WORKS(hqnn_tensor_from_dlpack(&managed, &tensor));
  WORKS(hqnn_tensor_shape(tensor, shape, 2));
  CHECK(shape[0] == 2 && shape[1] == 3);
  CHECK(deleted == 0 && hqnn_memory_used() == before);
  elements[4] = 44;
  WORKS(hqnn_tensor_set(tensor, 5, 55));
  CHECK(elements[5] == 55);
  WORKS(hqnn_tensor_retain(tensor));
  has(tensor, (const double[]){0, 1, 2, 3, 44, 55}, 6);
  CHECK(deleted == 0);
  hqnn_tensor_release(tensor);
  CHECK(deleted == 1);

  managed = producer();
  managed.dl_tensor.strides = NULL;
  WORKS(hqnn_tensor_from_dlpack(&managed, &tensor));
  CHECK(deleted == 0);
  has(tensor, plain, 6);
  CHECK(deleted == 1);

  /* Everything else: copied at once. */
  managed = producer();
  steps[0] = 1;
  steps[1] = 2;
  WORKS(hqnn_tensor_from_dlpack(&managed, &tensor));
  CHECK(deleted == 1);
  has(tensor, columns, 6);

  managed = producer();
  managed.dl_tensor.byte_offset = 16 * sizeof(float);
  steps[0] = 10;
  steps[1] = 2;
  WORKS(hqnn_tensor_from_dlpack(&managed, &tensor));
  CHECK(deleted == 1);
  has(tensor, every_other, 6);

  managed = producer();
  managed.dl_tensor.data = elements + 5;
  steps[0] = -3;
  steps[1] = -1;
  WORKS(hqnn_tensor_from_dlpack(&managed, &tensor));
  CHECK(deleted == 1);
  has(tensor, backwards, 6);

  managed = producer();
  managed.dl_tensor.byte_offset = sizeof(float); /* not a multiple of 64 */
  WORKS(hqnn_tensor_from_dlpack(&managed, &tensor));
  CHECK(deleted == 1);
  has(tensor, off, 6);

  managed = producer();
  steps[0] = 0; /* one row, seen twice */
  WORKS(hqnn_tensor_from_dlpack(&managed, &tensor));
  CHECK(deleted == 1);
  has(tensor, (const double[]){0, 1, 2, 0, 1, 2}, 6);

  /* Nothing, and a single number. */
  managed = producer();
  dimensions[1] = 0;
  managed.dl_tensor.data = NULL;
  WORKS(hqnn_tensor_from_dlpack(&managed, &tensor));
  CHECK(deleted == 1);
  has(tensor, plain, 0);

  managed = producer();
  managed.dl_tensor.ndim = 0;
  managed.dl_tensor.shape = NULL;
  managed.dl_tensor.strides = NULL;
  managed.deleter = NULL;
  WORKS(hqnn_tensor_from_dlpack(&managed, &tensor));
  has(tensor, plain, 1);
}

static void is_refused(hqnn_status status, const char *part, DLManagedTensor *managed) {
  hqnn_tensor *tensor = UNTOUCHED;
  CHECK(hqnn_tensor_from_dlpack(managed, &tensor) == status);
  CHECK(strstr(hqnn_last_error(), part) != NULL);
  CHECK(tensor == UNTOUCHED && deleted == 0);
}

static void wrong_ones_are_refused(void) {
  DLManagedTensor managed = producer();
  managed.dl_tensor.device.device_type = 2;
  is_refused(HQNN_ERROR_VALUE, "device of DLPack type 2", &managed);
  managed = producer();
  managed.dl_tensor.dtype.code = 0;
  is_refused(HQNN_ERROR_SHAPE, "type code 0, 32 bits, 1 lanes", &managed);
  managed = producer();
  managed.dl_tensor.dtype.bits = 16;
  is_refused(HQNN_ERROR_SHAPE, "16 bits", &managed);
  managed = producer();
  managed.dl_tensor.dtype.lanes = 4;
  is_refused(HQNN_ERROR_SHAPE, "4 lanes", &managed);
  managed = producer();
  managed.dl_tensor.ndim = -1;
  is_refused(HQNN_ERROR_VALUE, "-1", &managed);
  managed = producer();
  managed.dl_tensor.ndim = 17;
  is_refused(HQNN_ERROR_VALUE, "rank is 17", &managed);
  managed = producer();
  dimensions[0] = -2;
  is_refused(HQNN_ERROR_VALUE, "a dimension is -2", &managed);
  managed = producer();
  dimensions[0] = INT64_MAX;
  is_refused(HQNN_ERROR_MEMORY, "", &managed);
  managed = producer();
  managed.dl_tensor.shape = NULL;
  is_refused(HQNN_ERROR_NULL, "dimensions is NULL", &managed);
  managed = producer();
  managed.dl_tensor.data = NULL;
  is_refused(HQNN_ERROR_NULL, "data is NULL", &managed);
}

int main(void) {
  goes_out(HQNN_FLOAT32, 32);
  goes_out(HQNN_FLOAT64, 64);
  records_stay_inside();
  comes_in();
  wrong_ones_are_refused();
  return report();
}
