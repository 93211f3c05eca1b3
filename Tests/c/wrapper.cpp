// hqnn.hpp: handles count their references, statuses become exceptions, and exceptions of callbacks come through.
#include <hqnn.hpp>

#include <cmath>
#include <cstdio>
#include <string>
#include <type_traits>

static int passed = 0, failed = 0;

static void check(bool condition, int line, const char *what) {
  if (condition) {
    passed++;
  } else {
    failed++;
    std::printf("wrapper.cpp:%d: failed: %s\n", line, what);
  }
}
#define CHECK(condition) check((condition), __LINE__, #condition)

template <class Function>
static hqnn_status status_of(Function function) {
  try {
    function();
  } catch (const hqnn::error &error) {
    CHECK(*error.what() != '\0');
    return error.status();
  }
  return HQNN_OK;
}

static_assert(sizeof(hqnn::tensor) == sizeof(void *), "a handle is a pointer");
static_assert(std::is_nothrow_move_constructible<hqnn::layer>::value, "handles move without exceptions");
static_assert(std::is_copy_constructible<hqnn::attack>::value, "handles can be copied");

static void handles() {
  const auto before = hqnn_memory_used();
  {
    hqnn::tensor a({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6});
    hqnn::tensor b = a, moved = std::move(b);
    CHECK(b.get() == nullptr && moved.get() == a.get());
    CHECK(hqnn_memory_used() == before + 24);
    a = moved;
    moved.reset();
    CHECK(hqnn_memory_used() == before + 24);
    CHECK(a[5] == 6);
    a.set(5, 7);
    CHECK(a.values() == (std::vector<double>{1, 2, 3, 4, 5, 7}));
    CHECK(a.dimensions() == (hqnn::shape{2, 3}) && a.dtype() == HQNN_FLOAT32);
    // Whatever is not wrapped is called as it is.
    hqnn::tensor largest;
    hqnn::check(hqnn_tensor_softmax(a, -1, 0, largest.out()));
    CHECK(largest.count() == 6);
    hqnn::check(hqnn_tensor_retain(a));
    hqnn::tensor owned(a.get());
    hqnn_tensor *raw = owned.detach();
    CHECK(owned.get() == nullptr);
    hqnn_tensor_release(raw);
  }
  CHECK(hqnn_memory_used() == before);
  CHECK(status_of([] { hqnn::tensor({-1}); }) == HQNN_ERROR_VALUE);
  CHECK(status_of([] { hqnn::tensor({2}, std::vector<double>{1, 2, 3}); }) == HQNN_ERROR_SHAPE);
  CHECK(status_of([] { hqnn::tensor nothing; nothing.count(); }) == HQNN_ERROR_NULL);
  CHECK(hqnn_memory_used() == before);
}

static void gradients() {
  hqnn::tensor x({3}, std::vector<double>{1, 2, 3});
  x.require_gradient();
  auto y = hqnn::sum(x * x - x);
  y.backward();
  CHECK(x.gradient().values() == (std::vector<double>{1, 3, 5}));
  const hqnn::tensor a({1, 2}, std::vector<double>{1, 2}), b({2, 1}, std::vector<double>{3, 4});
  CHECK(hqnn::matmul(a, b)[0] == 11);
  CHECK((a + a / a)[1] == 3);
}

static hqnn::circuit ring() {
  auto circuit = hqnn::circuit::on(2);
  circuit.gate("RY", {0}, {hqnn::input(0)}).gate("RX", {1}, {hqnn::weight(0)}).gate("CNOT", {0, 1});
  return circuit.measure("ZZ", {0, 1}).measure("Z", {0});
}

static void circuits() {
  const auto circuit = ring();
  CHECK(circuit.weights() == 1);
  const hqnn::tensor x({1, 1}, std::vector<double>{0.3}), w({1}, std::vector<double>{0.7});
  const auto y = circuit.expect(x, w);
  CHECK(std::fabs(y[0] - std::cos(0.7)) < 1e-12 && std::fabs(y[1] - std::cos(0.3)) < 1e-12);
  CHECK(circuit.drawing(false).find("RY") != std::string::npos);
  CHECK(status_of([&] { circuit.expect(w); }) == HQNN_ERROR_SHAPE);
  CHECK(status_of([] { hqnn::circuit::on(2).gate("RW", {0}); }) == HQNN_ERROR_VALUE);
}

struct surprise {};

static void training() {
  const auto [train, test] = hqnn::dataset::digits();
  CHECK(train.count() == 1437 && test.count() == 360);
  hqnn_subset_options few = HQNN_SUBSET_OPTIONS;
  few.count = 64;
  const auto part = train.subset(few);

  auto model = hqnn::layer::sequential({hqnn::layer::flatten(), hqnn::layer::dense(1), hqnn::layer::quantum(ring()),
                                        hqnn::layer::function(HQNN_TANH), hqnn::layer::dense(10)});
  CHECK(status_of([&] { model.infer(part.samples()); }) == HQNN_ERROR_STATE);
  hqnn_fit_options options = HQNN_FIT_OPTIONS;
  options.epochs = 2;
  int epochs = 0;
  const auto adam = hqnn::optimizer::adam(0.01);
  model.fit(part, part, adam, options, [&](const hqnn_fit_progress &progress) {
    epochs += progress.epoch_done;
    return true;
  });
  CHECK(epochs == 2);
  CHECK(model.describe().find("quantum") != std::string::npos);

  // A copy is a model of its own.
  const auto copy = model.copy();
  const auto before = copy.infer(part.samples()).values();
  CHECK(before == model.infer(part.samples()).values());
  model.fit(part, hqnn::dataset(), adam, options);
  CHECK(before == copy.infer(part.samples()).values());
  CHECK(before != model.infer(part.samples()).values());

  // Stopping, and exceptions of a callback.
  CHECK(status_of([&] {
          model.fit(part, part, adam, options, [](const hqnn_fit_progress &) { return false; });
        }) == HQNN_ERROR_CANCELLED);
  bool caught = false;
  try {
    model.fit(part, part, adam, options, [](const hqnn_fit_progress &) -> bool { throw surprise(); });
  } catch (const surprise &) {
    caught = true;
  }
  CHECK(caught);

  // Attacks.
  const hqnn::attack fgsm("fgsm", R"({"eps": 0.1})");
  std::vector<std::int64_t> labels(64);
  hqnn::check(hqnn_dataset_labels(part, labels.data(), 64));
  const auto attacked = fgsm.run(model, part.samples(), labels);
  CHECK(attacked.dimensions() == part.samples().dimensions());
  caught = false;
  try {
    fgsm.run(model, part.samples(), labels, [](std::int64_t, std::int64_t) -> bool { throw surprise(); });
  } catch (const surprise &) {
    caught = true;
  }
  CHECK(caught);
  const auto report = hqnn::report::evaluate(model, part, {fgsm}, {"fgsm"}, {0.0, 0.1});
  CHECK(report.accuracy("fgsm", 0.0) == model.accuracy(part));
  CHECK(report.rows().format().find("fgsm") != std::string::npos);
  CHECK(status_of([&] { hqnn::report::evaluate(model, part, {fgsm}, {}, {0.1}); }) == HQNN_ERROR_SHAPE);
  CHECK(status_of([] { hqnn::attack("fgms"); }) == HQNN_ERROR_VALUE);
}

int main() {
  handles();
  gradients();
  circuits();
  training();
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
