/* The defaults of hqnn.h's option structs as functions: Swift does not import the macros. */
#ifndef HQNN_LUA_DEFAULTS_H
#define HQNN_LUA_DEFAULTS_H

#include "../../../include/hqnn.h"

#define HQNN_LUA_DEFAULT(type, initializer) \
  static inline type type##_default(void) { \
    type options = initializer;             \
    return options;                         \
  }

HQNN_LUA_DEFAULT(hqnn_block_options, HQNN_BLOCK_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_append_options, HQNN_APPEND_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_amplitude_options, HQNN_AMPLITUDE_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_encoding_options, HQNN_ENCODING_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_template_options, HQNN_TEMPLATE_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_loss_options, HQNN_LOSS_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_run_options, HQNN_RUN_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_readout_options, HQNN_READOUT_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_descriptor_options, HQNN_DESCRIPTOR_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_expressibility, HQNN_EXPRESSIBILITY)
HQNN_LUA_DEFAULT(hqnn_gradient_variance_options, HQNN_GRADIENT_VARIANCE_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_fourier_options, HQNN_FOURIER_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_effective_dimension_options, HQNN_EFFECTIVE_DIMENSION_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_resources, HQNN_RESOURCES)
HQNN_LUA_DEFAULT(hqnn_conv2d_options, HQNN_CONV2D_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_quanvolution_options, HQNN_QUANVOLUTION_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_conv1d_options, HQNN_CONV1D_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_conv_transpose2d_options, HQNN_CONV_TRANSPOSE2D_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_pool_options, HQNN_POOL_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_batch_norm_options, HQNN_BATCH_NORM_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_fusion_options, HQNN_FUSION_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_initializer, HQNN_INITIALIZER)
HQNN_LUA_DEFAULT(hqnn_sgd_options, HQNN_SGD_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_adam_options, HQNN_ADAM_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_rmsprop_options, HQNN_RMSPROP_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_adagrad_options, HQNN_ADAGRAD_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_lbfgs_options, HQNN_LBFGS_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_natural_gradient_options, HQNN_NATURAL_GRADIENT_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_spsa_options, HQNN_SPSA_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_group_options, HQNN_GROUP_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_schedule_options, HQNN_SCHEDULE_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_subset_options, HQNN_SUBSET_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_csv_options, HQNN_CSV_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_png_options, HQNN_PNG_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_synthetic_options, HQNN_SYNTHETIC_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_transform_options, HQNN_TRANSFORM_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_adversarial_options, HQNN_ADVERSARIAL_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_fit_options, HQNN_FIT_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_evaluate_options, HQNN_EVALUATE_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_evaluation, HQNN_EVALUATION)
HQNN_LUA_DEFAULT(hqnn_smoothing_options, HQNN_SMOOTHING_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_interval_options, HQNN_INTERVAL_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_plot_options, HQNN_PLOT_OPTIONS)
HQNN_LUA_DEFAULT(hqnn_image_grid_options, HQNN_IMAGE_GRID_OPTIONS)

#undef HQNN_LUA_DEFAULT
#endif
