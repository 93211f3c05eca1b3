/* hqnn in C++17: the handles of hqnn.h as values that release themselves, its statuses as exceptions.
 *
 * Header-only and small on purpose.  Every class here is a hqnn::handle around one C handle: copying retains, moving
 * moves, the destructor releases, and it converts to the C handle, so that whatever is not wrapped is called as it is:
 *
 *     hqnn::tensor y;
 *     hqnn::check(hqnn_tensor_softmax(x, -1, 0, y.out()));
 *
 * Exceptions must not pass through the C library: a std::function handed to fit, attack or evaluate may throw, the call
 * is cancelled, and the exception goes on from there.
 */
#ifndef HQNN_HPP
#define HQNN_HPP

#include "hqnn.h"

#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hqnn {

/* ---- errors ---------------------------------------------------------------------------------- */

/* A status that is not HQNN_OK, with the sentence of hqnn_last_error(). */
class error : public std::runtime_error {
 public:
  error(hqnn_status status, const char *message) : std::runtime_error(message), status_(status) {}
  hqnn_status status() const noexcept { return status_; }

 private:
  hqnn_status status_;
};

inline void check(hqnn_status status) {
  if (status != HQNN_OK) throw error(status, hqnn_last_error());
}

/* ---- handles --------------------------------------------------------------------------------- */

/* How references of a C handle are counted. */
template <class T>
struct counting;

#define HQNN_COUNTING(name)                                                            \
  template <>                                                                          \
  struct counting<hqnn_##name> {                                                       \
    static void retain(hqnn_##name *handle) { check(hqnn_##name##_retain(handle)); }   \
    static void release(hqnn_##name *handle) noexcept { hqnn_##name##_release(handle); } \
  };
HQNN_COUNTING(tensor)
HQNN_COUNTING(circuit)
HQNN_COUNTING(channel)
HQNN_COUNTING(noise)
HQNN_COUNTING(state)
HQNN_COUNTING(layer)
HQNN_COUNTING(tensors)
HQNN_COUNTING(optimizer)
HQNN_COUNTING(schedule)
HQNN_COUNTING(dataset)
HQNN_COUNTING(transform)
HQNN_COUNTING(attack)
HQNN_COUNTING(report)
HQNN_COUNTING(table)
#undef HQNN_COUNTING

/* One reference to a C object, or none. */
template <class T>
class handle {
 public:
  handle() noexcept = default;
  /* Takes over a reference. */
  explicit handle(T *owned) noexcept : object_(owned) {}
  handle(const handle &other) : object_(other.object_) {
    if (object_ != nullptr) counting<T>::retain(object_);
  }
  handle(handle &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  handle &operator=(handle other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~handle() { reset(); }

  /* The C handle, which stays this object's. */
  T *get() const noexcept { return object_; }
  operator T *() const noexcept { return object_; }
  /* For an out-parameter: what is held is released first. */
  T **out() noexcept {
    reset();
    return &object_;
  }
  void reset() noexcept {
    if (object_ != nullptr) counting<T>::release(std::exchange(object_, nullptr));
  }
  /* Gives the reference away. */
  T *detach() noexcept { return std::exchange(object_, nullptr); }

 private:
  T *object_ = nullptr;
};

using channel = handle<hqnn_channel>;
using noise = handle<hqnn_noise>;
using state = handle<hqnn_state>;
using tensors = handle<hqnn_tensors>;
using schedule = handle<hqnn_schedule>;
using transform = handle<hqnn_transform>;

namespace detail {

/* A text of the library as a string. */
inline std::string text(char *owned) {
  std::string result(owned != nullptr ? owned : "");
  hqnn_text_release(owned);
  return result;
}

/* A C++ function behind a C callback: its exception is kept until the library has returned. */
template <class Function>
struct guarded {
  const Function *function;
  std::exception_ptr thrown;

  template <class... Arguments>
  int call(Arguments &&...arguments) noexcept {
    try {
      return (*function)(std::forward<Arguments>(arguments)...) ? 0 : 1;
    } catch (...) {
      thrown = std::current_exception();
      return 1;
    }
  }
  void check(hqnn_status status) const {
    if (thrown) std::rethrow_exception(thrown);
    hqnn::check(status);
  }
};

template <class Function, class... Arguments>
int trampoline(void *context, Arguments... arguments) noexcept {
  return static_cast<guarded<Function> *>(context)->call(arguments...);
}

}  // namespace detail

/* ---- tensors --------------------------------------------------------------------------------- */

using shape = std::vector<std::int64_t>;

class tensor : public handle<hqnn_tensor> {
 public:
  using handle::handle;

  /* Zeros. */
  explicit tensor(const hqnn::shape &dimensions, hqnn_dtype dtype = HQNN_FLOAT32) {
    check(hqnn_tensor_create(dtype, size(dimensions), dimensions.data(), nullptr, out()));
  }
  /* Values in row-major order, as many as the shape holds. */
  tensor(const hqnn::shape &dimensions, const std::vector<float> &values) : tensor(dimensions, HQNN_FLOAT32) {
    check(hqnn_tensor_write(*this, values.data(), values.size() * sizeof(float)));
  }
  tensor(const hqnn::shape &dimensions, const std::vector<double> &values) : tensor(dimensions, HQNN_FLOAT64) {
    check(hqnn_tensor_write(*this, values.data(), values.size() * sizeof(double)));
  }

  hqnn_dtype dtype() const {
    hqnn_dtype result;
    check(hqnn_tensor_dtype(*this, &result));
    return result;
  }
  std::int64_t count() const {
    std::int64_t result;
    check(hqnn_tensor_count(*this, &result));
    return result;
  }
  hqnn::shape dimensions() const {
    std::int64_t rank;
    check(hqnn_tensor_rank(*this, &rank));
    hqnn::shape result(static_cast<std::size_t>(rank));
    check(hqnn_tensor_shape(*this, result.data(), rank));
    return result;
  }
  /* All elements in row-major order. */
  std::vector<double> values() const {
    std::vector<double> result(static_cast<std::size_t>(count()));
    tensor wide;
    check(hqnn_tensor_cast(*this, HQNN_FLOAT64, wide.out()));
    check(hqnn_tensor_read(wide, result.data(), result.size() * sizeof(double)));
    return result;
  }
  double operator[](std::int64_t index) const {
    double result;
    check(hqnn_tensor_get(*this, index, &result));
    return result;
  }
  void set(std::int64_t index, double value) { check(hqnn_tensor_set(*this, index, value)); }

  void require_gradient(bool required = true) { check(hqnn_tensor_require_gradient(*this, required ? 1 : 0)); }
  void backward() { check(hqnn_tensor_backward(*this)); }
  tensor gradient() const {
    tensor result;
    check(hqnn_tensor_gradient(*this, result.out()));
    return result;
  }

 private:
  static std::int64_t size(const hqnn::shape &dimensions) { return static_cast<std::int64_t>(dimensions.size()); }
};

inline tensor operator+(const tensor &a, const tensor &b) {
  tensor result;
  check(hqnn_tensor_add(a, b, result.out()));
  return result;
}
inline tensor operator-(const tensor &a, const tensor &b) {
  tensor result;
  check(hqnn_tensor_subtract(a, b, result.out()));
  return result;
}
inline tensor operator*(const tensor &a, const tensor &b) {
  tensor result;
  check(hqnn_tensor_multiply(a, b, result.out()));
  return result;
}
inline tensor operator/(const tensor &a, const tensor &b) {
  tensor result;
  check(hqnn_tensor_divide(a, b, result.out()));
  return result;
}
inline tensor matmul(const tensor &a, const tensor &b) {
  tensor result;
  check(hqnn_tensor_matmul(a, b, result.out()));
  return result;
}
inline tensor sum(const tensor &a) {
  tensor result;
  check(hqnn_tensor_sum(a, result.out()));
  return result;
}

/* ---- circuits -------------------------------------------------------------------------------- */

inline hqnn_angle angle(double radians) { return HQNN_ANGLE_CONSTANT(radians); }
/* scale * inputs[column] */
inline hqnn_angle input(std::int64_t column, double scale = 1) { return HQNN_ANGLE_INPUT(column, scale); }
inline hqnn_angle weight(std::int64_t index) { return HQNN_ANGLE_WEIGHT(index); }

class circuit : public handle<hqnn_circuit> {
 public:
  using handle::handle;

  static circuit on(std::int64_t wires) {
    circuit result;
    check(hqnn_circuit_create(wires, result.out()));
    return result;
  }
  circuit &gate(const char *name, std::initializer_list<std::int64_t> wires,
                std::initializer_list<hqnn_angle> angles = {}) {
    check(hqnn_circuit_gate(*this, name, wires.begin(), static_cast<std::int64_t>(wires.size()), angles.begin(),
                            static_cast<std::int64_t>(angles.size())));
    return *this;
  }
  circuit &ansatz(const char *name, const hqnn_template_options *options = nullptr) {
    check(hqnn_circuit_template(*this, name, options));
    return *this;
  }
  /* An expectation value of a Pauli word, "ZZ" on two wires. */
  circuit &measure(const char *word, std::initializer_list<std::int64_t> wires) {
    check(hqnn_circuit_measure(*this, word, wires.begin(), static_cast<std::int64_t>(wires.size())));
    return *this;
  }
  std::int64_t weights() const {
    std::int64_t result;
    check(hqnn_circuit_weights(*this, &result));
    return result;
  }
  tensor expect(const tensor &inputs, const tensor &weights = tensor(),
                const hqnn_run_options *options = nullptr) const {
    tensor result;
    check(hqnn_circuit_expect(*this, inputs, weights, options, result.out()));
    return result;
  }
  std::string drawing(bool unicode = true) const {
    char *owned = nullptr;
    check(hqnn_circuit_draw(*this, unicode ? 1 : 0, &owned));
    return detail::text(owned);
  }
};

/* ---- data, layers, training ------------------------------------------------------------------ */

class dataset : public handle<hqnn_dataset> {
 public:
  using handle::handle;

  /* The embedded digits: training part and test part. */
  static std::pair<dataset, dataset> digits() {
    std::pair<dataset, dataset> result;
    check(hqnn_dataset_digits(result.first.out(), result.second.out()));
    return result;
  }
  std::int64_t count() const {
    std::int64_t result;
    check(hqnn_dataset_count(*this, &result));
    return result;
  }
  tensor samples() const {
    tensor result;
    check(hqnn_dataset_samples(*this, result.out()));
    return result;
  }
  dataset subset(const hqnn_subset_options &options) const {
    dataset result;
    check(hqnn_dataset_subset(*this, &options, result.out()));
    return result;
  }
};

class optimizer : public handle<hqnn_optimizer> {
 public:
  using handle::handle;

  static optimizer adam(double lr = 1e-3) {
    hqnn_adam_options options = HQNN_ADAM_OPTIONS;
    options.lr = lr;
    optimizer result;
    check(hqnn_optimizer_adam(&options, result.out()));
    return result;
  }
};

/* Told what hqnn_layer_fit tells; false stops. */
using fit_function = std::function<bool(const hqnn_fit_progress &)>;
/* Samples done and in all; false stops. */
using attack_function = std::function<bool(std::int64_t done, std::int64_t total)>;

class layer : public handle<hqnn_layer> {
 public:
  using handle::handle;

  static layer dense(std::int64_t units, bool bias = true) {
    layer result;
    check(hqnn_layer_dense(units, bias ? 1 : 0, result.out()));
    return result;
  }
  static layer function(hqnn_function name) {
    layer result;
    check(hqnn_layer_function(name, result.out()));
    return result;
  }
  static layer flatten() {
    layer result;
    check(hqnn_layer_flatten(result.out()));
    return result;
  }
  static layer quantum(const hqnn::circuit &circuit, const hqnn_run_options *options = nullptr) {
    layer result;
    check(hqnn_layer_quantum(circuit, options, result.out()));
    return result;
  }
  static layer quanvolution(const hqnn::circuit &circuit, const hqnn_quanvolution_options *options = nullptr) {
    layer result;
    check(hqnn_layer_quanvolution(circuit, options, result.out()));
    return result;
  }
  static layer sequential(const std::vector<layer> &layers) {
    std::vector<hqnn_layer *> handles(layers.begin(), layers.end());
    layer result;
    check(hqnn_layer_sequential(handles.data(), static_cast<std::int64_t>(handles.size()), result.out()));
    return result;
  }
  static layer load(const std::string &path) {
    layer result;
    check(hqnn_layer_load(path.c_str(), result.out()));
    return result;
  }

  void build(const shape &input, std::uint64_t seed = 0, hqnn_dtype dtype = HQNN_FLOAT32) {
    check(hqnn_layer_build(*this, dtype, static_cast<std::int64_t>(input.size()), input.data(), seed));
  }
  /* With a record for backward. */
  tensor operator()(const tensor &x) const {
    tensor result;
    check(hqnn_layer_forward(*this, x, result.out()));
    return result;
  }
  /* Without one. */
  tensor infer(const tensor &x) const {
    tensor result;
    check(hqnn_layer_infer(*this, x, result.out()));
    return result;
  }
  /* A model of its own with the same values, for another thread. */
  layer copy() const {
    layer result;
    check(hqnn_layer_copy(*this, result.out()));
    return result;
  }
  void save(const std::string &path) const { check(hqnn_layer_save(*this, path.c_str())); }
  std::string describe() const {
    char *owned = nullptr;
    check(hqnn_layer_describe(*this, &owned));
    return detail::text(owned);
  }
  void set_trainable(bool trainable) { check(hqnn_layer_set_trainable(*this, trainable ? 1 : 0)); }

  /* Calls `told` a few times a second and after each epoch; callback and context of the options are set here. */
  void fit(const dataset &train, const dataset &validation, const optimizer &by,
           hqnn_fit_options options = HQNN_FIT_OPTIONS, const fit_function &told = {}) {
    detail::guarded<fit_function> guard{&told, nullptr};
    if (told) {
      options.callback = [](void *context, const hqnn_fit_progress *progress) noexcept {
        return static_cast<detail::guarded<fit_function> *>(context)->call(*progress);
      };
      options.context = &guard;
    }
    guard.check(hqnn_layer_fit(*this, train, validation, by, &options));
  }
  /* Share of samples whose label has the largest output. */
  double accuracy(const dataset &samples) const {
    double result;
    check(hqnn_layer_evaluate(*this, samples, &result, nullptr));
    return result;
  }
};

/* ---- attacks --------------------------------------------------------------------------------- */

class table : public handle<hqnn_table> {
 public:
  using handle::handle;

  std::string format(std::int64_t digits = 3) const {
    char *owned = nullptr;
    check(hqnn_table_format(*this, digits, &owned));
    return detail::text(owned);
  }
};

class attack : public handle<hqnn_attack> {
 public:
  using handle::handle;

  /* options: a JSON object, for instance R"({"eps": 0.1, "steps": 20})". */
  explicit attack(const char *kind, const char *options = nullptr) { check(hqnn_attack_create(kind, options, out())); }

  /* Adversarial versions of labelled samples [count, ...]. */
  tensor run(const layer &model, const tensor &samples, const std::vector<std::int64_t> &labels,
             const attack_function &told = {}) const {
    detail::guarded<attack_function> guard{&told, nullptr};
    hqnn_attack_call call = HQNN_ATTACK_CALL;
    if (told) {
      call.callback = detail::trampoline<attack_function, std::int64_t, std::int64_t>;
      call.context = &guard;
    }
    tensor result;
    guard.check(hqnn_attack_run(*this, model, samples, labels.data(), static_cast<std::int64_t>(labels.size()), &call,
                                result.out(), nullptr));
    return result;
  }
};

class report : public handle<hqnn_report> {
 public:
  using handle::handle;

  /* The accuracy of a model under attacks of several sizes. */
  static report evaluate(const layer &model, const dataset &samples, const std::vector<attack> &attacks,
                         const std::vector<const char *> &names, const std::vector<double> &eps) {
    if (attacks.size() != names.size()) throw error(HQNN_ERROR_SHAPE, "there must be a name for each attack");
    std::vector<const hqnn_attack *> handles(attacks.begin(), attacks.end());
    report result;
    check(hqnn_robustness_evaluate(model, nullptr, samples, handles.data(), names.data(),
                                   static_cast<std::int64_t>(handles.size()), eps.data(),
                                   static_cast<std::int64_t>(eps.size()), nullptr, nullptr, result.out()));
    return result;
  }
  double accuracy(const char *name, double eps) const {
    double result;
    check(hqnn_report_accuracy(*this, name, eps, &result));
    return result;
  }
  table rows() const {
    table result;
    check(hqnn_report_table(*this, "rows", result.out()));
    return result;
  }
};

}  // namespace hqnn

#endif
