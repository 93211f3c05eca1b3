/* Stages of a chain over images: convolution, batch normalisation, pooling, each forward and backward, in one form for
 * oneDNN's versions 2 and 3.  Layouts are passed on from stage to stage, so that images stay in the one that convolutions
 * like best. */
#ifndef HQNN_ONEDNN_STAGES_H
#define HQNN_ONEDNN_STAGES_H

#include "shim.h"

typedef struct {
  dnnl_dim_t source[4], weights[5], bias[1], target[4];
  int weights_rank; /* 5 with groups, 4 without */
  int has_bias;
  dnnl_dim_t strides[2], dilation[2], padding[2]; /* dilation 0: neighbouring pixels */
} hqnn_stage_convolution;

typedef struct {
  dnnl_dim_t target[4];
  int average; /* 0: the largest value; 1: the mean, zeros of the padding included */
  dnnl_dim_t kernel[2], strides[2], padding[2];
} hqnn_stage_pool;

/* The layout of one operand, for the caller to destroy. */
static inline dnnl_status_t hqnn_layout_wanted(hqnn_layout *out, const_dnnl_primitive_desc_t pd,
                                               dnnl_query_t what) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_memory_desc_clone(out, dnnl_primitive_desc_query_md(pd, what, 0));
#else
  *out = *dnnl_primitive_desc_query_md(pd, what, 0);
  return dnnl_success;
#endif
}

static inline dnnl_status_t hqnn_layout_plain(hqnn_layout *out, int rank, const dnnl_dim_t *dims) {
  static const dnnl_format_tag_t tags[] = { dnnl_a, dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd, dnnl_abcde };
  return hqnn_layout_create(out, rank, dims, tags[rank]);
}

static inline size_t hqnn_layout_bytes(const hqnn_layout *layout) {
  return dnnl_memory_desc_get_size(HQNN_REF(*layout));
}

static inline int hqnn_layout_equal(const hqnn_layout *a, const hqnn_layout *b) {
  return dnnl_memory_desc_equal(HQNN_REF(*a), HQNN_REF(*b));
}

/* Memory without data yet. */
static inline dnnl_status_t hqnn_layout_memory(dnnl_memory_t *out, const hqnn_layout *layout,
                                               dnnl_engine_t engine) {
  return dnnl_memory_create(out, HQNN_REF(*layout), engine, DNNL_MEMORY_NONE);
}

static inline dnnl_status_t hqnn_stage_attributes(dnnl_primitive_attr_t *out) {
  dnnl_status_t status = dnnl_primitive_attr_create(out);
  if (status == dnnl_success)
    status = dnnl_primitive_attr_set_scratchpad_mode(*out, dnnl_scratchpad_mode_user);
  return status;
}

/* hint: the forward descriptor for backward passes, else NULL. */
static inline dnnl_status_t hqnn_stage_convolution_create(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
                                                          hqnn_pass pass,
                                                          const hqnn_stage_convolution *form,
                                                          const_dnnl_primitive_desc_t hint) {
  hqnn_layout s, w, b, t;
  dnnl_primitive_attr_t attr;
  dnnl_status_t status = hqnn_stage_attributes(&attr);
  if (status != dnnl_success) return status;
  hqnn_layout_create(&s, 4, form->source, dnnl_format_tag_any);
  hqnn_layout_create(&w, form->weights_rank, form->weights, dnnl_format_tag_any);
  hqnn_layout_create(&b, 1, form->bias, dnnl_a);
  hqnn_layout_create(&t, 4, form->target, dnnl_format_tag_any);
  hqnn_layout_ref bias = form->has_bias ? HQNN_REF(b) : NULL;
#if DNNL_VERSION_MAJOR >= 3
  if (pass == hqnn_forward)
    status = dnnl_convolution_forward_primitive_desc_create(
        out, engine, dnnl_forward_training, dnnl_convolution_direct, s, w, bias, t, form->strides,
        form->dilation, form->padding, form->padding, attr);
  else if (pass == hqnn_backward_data)
    status = dnnl_convolution_backward_data_primitive_desc_create(
        out, engine, dnnl_convolution_direct, s, w, t, form->strides, form->dilation, form->padding,
        form->padding, hint, attr);
  else
    status = dnnl_convolution_backward_weights_primitive_desc_create(
        out, engine, dnnl_convolution_direct, s, w, bias, t, form->strides, form->dilation, form->padding,
        form->padding, hint, attr);
#else
  dnnl_convolution_desc_t description;
  if (pass == hqnn_forward)
    status = dnnl_dilated_convolution_forward_desc_init(
        &description, dnnl_forward_training, dnnl_convolution_direct, HQNN_REF(s), HQNN_REF(w), bias,
        HQNN_REF(t), form->strides, form->dilation, form->padding, form->padding);
  else if (pass == hqnn_backward_data)
    status = dnnl_dilated_convolution_backward_data_desc_init(
        &description, dnnl_convolution_direct, HQNN_REF(s), HQNN_REF(w), HQNN_REF(t), form->strides,
        form->dilation, form->padding, form->padding);
  else
    status = dnnl_dilated_convolution_backward_weights_desc_init(
        &description, dnnl_convolution_direct, HQNN_REF(s), HQNN_REF(w), bias, HQNN_REF(t), form->strides,
        form->dilation, form->padding, form->padding);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create(out, &description, attr, engine, hint);
#endif
  dnnl_primitive_attr_destroy(attr);
  hqnn_layout_destroy(&s);
  hqnn_layout_destroy(&w);
  hqnn_layout_destroy(&b);
  hqnn_layout_destroy(&t);
  return status;
}

/* Normalisation of each channel with scale and shift; uses_batch: with the batch's own statistics, which forward gives,
 * else with those that it is given.  backward takes the forward descriptor as hint. */
static inline dnnl_status_t hqnn_stage_normalisation_create(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
                                                            int backward, const hqnn_layout *data,
                                                            float epsilon, int uses_batch,
                                                            const_dnnl_primitive_desc_t hint) {
  dnnl_primitive_attr_t attr;
  dnnl_status_t status = hqnn_stage_attributes(&attr);
  if (status != dnnl_success) return status;
  unsigned flags = dnnl_use_scale | dnnl_use_shift;
  if (!uses_batch) flags |= dnnl_use_global_stats;
#if DNNL_VERSION_MAJOR >= 3
  if (!backward)
    status = dnnl_batch_normalization_forward_primitive_desc_create(
        out, engine, dnnl_forward_training, *data, *data, epsilon, flags, attr);
  else
    status = dnnl_batch_normalization_backward_primitive_desc_create(
        out, engine, dnnl_backward, *data, *data, *data, epsilon, flags, hint, attr);
#else
  dnnl_batch_normalization_desc_t description;
  if (!backward)
    status = dnnl_batch_normalization_forward_desc_init(&description, dnnl_forward_training,
                                                        HQNN_REF(*data), epsilon, flags);
  else
    status = dnnl_batch_normalization_backward_desc_init(&description, dnnl_backward, HQNN_REF(*data),
                                                         HQNN_REF(*data), epsilon, flags);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create(out, &description, attr, engine, hint);
#endif
  dnnl_primitive_attr_destroy(attr);
  return status;
}

/* source: the layout of the images; backward takes the forward descriptor as hint. */
static inline dnnl_status_t hqnn_stage_pool_create(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
                                                   int backward, const hqnn_layout *source,
                                                   const hqnn_stage_pool *form,
                                                   const_dnnl_primitive_desc_t hint) {
  hqnn_layout t;
  dnnl_primitive_attr_t attr;
  dnnl_status_t status = hqnn_stage_attributes(&attr);
  if (status != dnnl_success) return status;
  const dnnl_alg_kind_t kind = form->average ? dnnl_pooling_avg_include_padding : dnnl_pooling_max;
  hqnn_layout_create(&t, 4, form->target, dnnl_format_tag_any);
#if DNNL_VERSION_MAJOR >= 3
  const dnnl_dim_t dilation[2] = { 0, 0 };
  if (!backward)
    status = dnnl_pooling_forward_primitive_desc_create(out, engine, dnnl_forward_training, kind, *source, t,
                                                        form->strides, form->kernel, dilation,
                                                        form->padding, form->padding, attr);
  else
    status = dnnl_pooling_backward_primitive_desc_create(out, engine, kind, *source, t, form->strides,
                                                         form->kernel, dilation, form->padding,
                                                         form->padding, hint, attr);
#else
  dnnl_pooling_desc_t description;
  if (!backward) {
    status = dnnl_pooling_forward_desc_init(&description, dnnl_forward_training, kind, HQNN_REF(*source),
                                            HQNN_REF(t), form->strides, form->kernel, form->padding,
                                            form->padding);
  } else {
    status = dnnl_pooling_backward_desc_init(&description, kind, HQNN_REF(*source),
                                             dnnl_primitive_desc_query_md(hint, dnnl_query_dst_md, 0),
                                             form->strides, form->kernel, form->padding, form->padding);
  }
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create(out, &description, attr, engine, hint);
#endif
  dnnl_primitive_attr_destroy(attr);
  hqnn_layout_destroy(&t);
  return status;
}

#endif
