/* What convolutions need of oneDNN, in one form for its versions 2 and 3: version 3 merged operation
 * descriptors into primitive descriptors and made memory descriptors opaque. */
#ifndef HQNN_ONEDNN_SHIM_H
#define HQNN_ONEDNN_SHIM_H

#include <dnnl.h>

/* Which of the three computations of a convolution. */
typedef enum { hqnn_forward, hqnn_backward_data, hqnn_backward_weights } hqnn_pass;

#if DNNL_VERSION_MAJOR >= 3

typedef dnnl_memory_desc_t hqnn_layout;        /* owned */
typedef const_dnnl_memory_desc_t hqnn_layout_ref;
#define HQNN_REF(layout) (layout)
static inline dnnl_status_t hqnn_layout_create(hqnn_layout *out, int rank, const dnnl_dim_t *dims,
                                               dnnl_format_tag_t tag) {
  return dnnl_memory_desc_create_with_tag(out, rank, dims, dnnl_f32, tag);
}
static inline void hqnn_layout_destroy(hqnn_layout *layout) { dnnl_memory_desc_destroy(*layout); }

#else

typedef dnnl_memory_desc_t hqnn_layout;        /* a value */
typedef const dnnl_memory_desc_t *hqnn_layout_ref;
#define HQNN_REF(layout) (&(layout))
static inline dnnl_status_t hqnn_layout_create(hqnn_layout *out, int rank, const dnnl_dim_t *dims,
                                               dnnl_format_tag_t tag) {
  return dnnl_memory_desc_init_by_tag(out, rank, dims, dnnl_f32, tag);
}
static inline void hqnn_layout_destroy(hqnn_layout *layout) { (void)layout; }

#endif

/* Memory in the plain row-major layout; data may be DNNL_MEMORY_NONE and set later. */
static inline dnnl_status_t hqnn_memory_plain(dnnl_memory_t *out, dnnl_engine_t engine, int rank,
                                              const dnnl_dim_t *dims) {
  hqnn_layout layout;
  dnnl_status_t status = hqnn_layout_create(
      &layout, rank, dims, rank == 4 ? dnnl_abcd : rank == 1 ? dnnl_a : dnnl_ab);
  if (status != dnnl_success) return status;
  status = dnnl_memory_create(out, HQNN_REF(layout), engine, DNNL_MEMORY_NONE);
  hqnn_layout_destroy(&layout);
  return status;
}

/* Memory in the layout that a primitive wants for one of its operands, allocated by oneDNN. */
static inline dnnl_status_t hqnn_memory_wanted(dnnl_memory_t *out, const_dnnl_primitive_desc_t pd,
                                               dnnl_query_t what, dnnl_engine_t engine) {
  return dnnl_memory_create(out, dnnl_primitive_desc_query_md(pd, what, 0), engine,
                            DNNL_MEMORY_ALLOCATE);
}

/* Whether plain memory is what a primitive wants for one of its operands. */
static inline int hqnn_memory_fits(dnnl_memory_t plain, const_dnnl_primitive_desc_t pd,
                                   dnnl_query_t what) {
  hqnn_layout_ref wanted = dnnl_primitive_desc_query_md(pd, what, 0);
#if DNNL_VERSION_MAJOR >= 3
  const_dnnl_memory_desc_t have;
#else
  const dnnl_memory_desc_t *have;
#endif
  if (dnnl_memory_get_memory_desc(plain, &have) != dnnl_success) return 0;
  return dnnl_memory_desc_equal(have, wanted);
}

/* Copies between layouts. */
static inline dnnl_status_t hqnn_reorder_create(dnnl_primitive_t *out, dnnl_memory_t from,
                                                dnnl_memory_t to, dnnl_engine_t engine) {
#if DNNL_VERSION_MAJOR >= 3
  const_dnnl_memory_desc_t source, target;
#else
  const dnnl_memory_desc_t *source, *target;
#endif
  dnnl_primitive_desc_t pd;
  dnnl_memory_get_memory_desc(from, &source);
  dnnl_memory_get_memory_desc(to, &target);
  dnnl_status_t status = dnnl_reorder_primitive_desc_create(&pd, source, engine, target, engine, NULL);
  if (status != dnnl_success) return status;
  status = dnnl_primitive_create(out, pd);
  dnnl_primitive_desc_destroy(pd);
  return status;
}

/* A convolution whose layouts oneDNN may choose.  Scratch memory is the caller's: the library's own
 * belongs to the thread that made the primitive. */
static inline dnnl_status_t hqnn_convolution_create(
    dnnl_primitive_desc_t *out, dnnl_engine_t engine, hqnn_pass pass, const dnnl_dim_t *source,
    const dnnl_dim_t *weights, const dnnl_dim_t *bias, const dnnl_dim_t *target,
    const dnnl_dim_t *strides, const dnnl_dim_t *padding) {
  hqnn_layout s, w, b, t;
  dnnl_primitive_attr_t attr;
  dnnl_status_t status = dnnl_primitive_attr_create(&attr);
  if (status != dnnl_success) return status;
  dnnl_primitive_attr_set_scratchpad_mode(attr, dnnl_scratchpad_mode_user);
  hqnn_layout_create(&s, 4, source, dnnl_format_tag_any);
  hqnn_layout_create(&w, 4, weights, dnnl_format_tag_any);
  hqnn_layout_create(&t, 4, target, dnnl_format_tag_any);
  if (bias) hqnn_layout_create(&b, 1, bias, dnnl_a);
  hqnn_layout_ref bias_ref = bias ? HQNN_REF(b) : NULL;
#if DNNL_VERSION_MAJOR >= 3
  dnnl_primitive_desc_t hint = NULL;
  status = dnnl_convolution_forward_primitive_desc_create(
      &hint, engine, dnnl_forward_training, dnnl_convolution_direct, s, w, bias_ref, t, strides,
      NULL, padding, padding, attr);
  if (status == dnnl_success && pass == hqnn_forward) *out = hint;
  if (status == dnnl_success && pass == hqnn_backward_data)
    status = dnnl_convolution_backward_data_primitive_desc_create(
        out, engine, dnnl_convolution_direct, s, w, t, strides, NULL, padding, padding, hint, attr);
  if (status == dnnl_success && pass == hqnn_backward_weights)
    status = dnnl_convolution_backward_weights_primitive_desc_create(
        out, engine, dnnl_convolution_direct, s, w, NULL, t, strides, NULL, padding, padding, hint,
        attr);
  if (hint && pass != hqnn_forward) dnnl_primitive_desc_destroy(hint);
#else
  dnnl_convolution_desc_t forward, backward;
  dnnl_primitive_desc_t hint = NULL;
  status = dnnl_convolution_forward_desc_init(&forward, dnnl_forward_training,
                                              dnnl_convolution_direct, HQNN_REF(s), HQNN_REF(w),
                                              bias_ref, HQNN_REF(t), strides, padding, padding);
  if (status == dnnl_success) status = dnnl_primitive_desc_create(&hint, &forward, attr, engine, NULL);
  if (status == dnnl_success && pass == hqnn_forward) *out = hint;
  if (status == dnnl_success && pass != hqnn_forward) {
    status = pass == hqnn_backward_data
                 ? dnnl_convolution_backward_data_desc_init(&backward, dnnl_convolution_direct,
                                                            HQNN_REF(s), HQNN_REF(w), HQNN_REF(t),
                                                            strides, padding, padding)
                 : dnnl_convolution_backward_weights_desc_init(
                       &backward, dnnl_convolution_direct, HQNN_REF(s), HQNN_REF(w), NULL,
                       HQNN_REF(t), strides, padding, padding);
    if (status == dnnl_success)
      status = dnnl_primitive_desc_create(out, &backward, attr, engine, hint);
  }
  if (hint && pass != hqnn_forward) dnnl_primitive_desc_destroy(hint);
#endif
  dnnl_primitive_attr_destroy(attr);
  hqnn_layout_destroy(&s);
  hqnn_layout_destroy(&w);
  hqnn_layout_destroy(&t);
  if (bias) hqnn_layout_destroy(&b);
  return status;
}

#endif
