// The header as C++: declarations, initializers of options, a call.
#include <hqnn.h>
#include <hqnn.h>

#include <cstdio>
#include <cstring>

int main() {
  hqnn_run_options run = HQNN_RUN_OPTIONS;
  hqnn_descriptor_options descriptors = HQNN_DESCRIPTOR_OPTIONS;
  hqnn_conv2d_options conv2d = HQNN_CONV2D_OPTIONS;
  hqnn_quanvolution_options quanvolution = HQNN_QUANVOLUTION_OPTIONS;
  hqnn_sgd_options sgd = HQNN_SGD_OPTIONS;
  hqnn_adam_options adam = HQNN_ADAM_OPTIONS;
  hqnn_subset_options subset = HQNN_SUBSET_OPTIONS;
  hqnn_fit_options fit = HQNN_FIT_OPTIONS;
  hqnn_attack_call attack = HQNN_ATTACK_CALL;
  hqnn_plot_options plot = HQNN_PLOT_OPTIONS;
  const bool sizes = run.struct_size == sizeof run && descriptors.struct_size == sizeof descriptors &&
                     conv2d.struct_size == sizeof conv2d &&
                     quanvolution.struct_size == sizeof quanvolution &&
                     quanvolution.run.struct_size == sizeof run && sgd.struct_size == sizeof sgd &&
                     adam.struct_size == sizeof adam && subset.struct_size == sizeof subset &&
                     fit.struct_size == sizeof fit && attack.struct_size == sizeof attack &&
                     plot.struct_size == sizeof plot;
  const bool fine = sizes && std::strcmp(hqnn_version(), "0.1.0") == 0;
  std::printf("%d passed, %d failed\n", fine ? 1 : 0, fine ? 0 : 1);
  return fine ? 0 : 1;
}
