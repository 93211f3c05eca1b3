/* The defaults of hqnn.h's option structs as functions: Swift does not import the macros. */
#ifndef HQNN_LUA_DEFAULTS_H
#define HQNN_LUA_DEFAULTS_H

#include "../../../include/hqnn.h"

#define HQNN_LUA_DEFAULT(type, initializer) \
  static inline type type##_default(void) { \
    type options = initializer;             \
    return options;                         \
  }

HQNN_LUA_DEFAULT(hqnn_run_options, HQNN_RUN_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_descriptor_options, HQNN_DESCRIPTOR_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_conv2d_options, HQNN_CONV2D_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_quanvolution_options, HQNN_QUANVOLUTION_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_sgd_options, HQNN_SGD_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_adam_options, HQNN_ADAM_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_subset_options, HQNN_SUBSET_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_fit_options, HQNN_FIT_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_attack_options, HQNN_ATTACK_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_plot_options, HQNN_PLOT_OPTIONS)

#undef HQNN_LUA_DEFAULT
#endif
