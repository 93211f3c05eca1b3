// A hybrid network in C++17: made, trained, attacked.  Handles release themselves, failures are exceptions.
//
//   c++ -std=c++17 train.cpp $(pkg-config --cflags --libs hqnn) -o train_cpp
#include <hqnn.hpp>

#include <cstdio>
#include <cstdlib>

int main(int argc, char **argv) try {
  auto circuit = hqnn::circuit::on(4);
  for (int q = 0; q < 4; q++) circuit.gate("RY", {q}, {hqnn::input(q)});
  circuit.ansatz("ring");
  for (int q = 0; q < 4; q++) circuit.measure("Z", {q});
  std::puts(circuit.drawing().c_str());

  auto model = hqnn::layer::sequential({
      hqnn::layer::flatten(),
      hqnn::layer::dense(4),
      hqnn::layer::function(HQNN_TANH),
      hqnn::layer::quantum(circuit),
      hqnn::layer::dense(10),
  });
  const auto [train, test] = hqnn::dataset::digits();

  hqnn_fit_options options = HQNN_FIT_OPTIONS;
  options.epochs = argc > 1 ? std::atoi(argv[1]) : 10;
  model.fit(train, test, hqnn::optimizer::adam(0.01), options, [](const hqnn_fit_progress &progress) {
    if (progress.epoch_done)
      std::printf("epoch %d: loss %.3f, test accuracy %.3f\n", int(progress.epoch) + 1, progress.loss,
                  progress.validation_accuracy);
    return true;
  });

  const auto report = hqnn::report::evaluate(model, test, {hqnn::attack("fgsm"), hqnn::attack("pgd")}, {"fgsm", "pgd"},
                                             {0.0, 0.05, 0.1});
  std::fputs(report.rows().format().c_str(), stdout);
} catch (const hqnn::error &error) {
  std::fprintf(stderr, "hqnn: %s\n", error.what());
  return 1;
}
