// The convolution of images with learned kernels, as an operation.

import Tensors

/// y = images * weights + bias, as in Tensors/Convolution.swift; bias [filters] or nil.
struct Convolution: Operation {
  let form: ConvolutionForm
  let images, weights: Variable
  let bias: Variable?

  var operands: [Variable] { bias.map { [images, weights, $0] } ?? [images, weights] }

  static func apply(
    _ form: ConvolutionForm, _ images: Variable, weights: Variable, bias: Variable?
  ) -> Variable {
    let y = Tensor(
      uninitialized: images.type, [form.batch, form.filters, form.outputHeight, form.outputWidth])
    convolve(form, images: images.value, weights: weights.value, bias: bias?.value, into: y)
    return .result(y, of: Convolution(form: form, images: images, weights: weights, bias: bias))
  }

  func backward(_ gradient: Tensor) {
    if images.requiresGradient {
      let result = Tensor(uninitialized: images.type, images.shape)
      convolveBackwardImages(form, gradient: gradient, weights: weights.value, into: result)
      images.accumulate(result, shared: false)
    }
    if weights.requiresGradient {
      let result = Tensor(uninitialized: weights.type, weights.shape)
      convolveBackwardWeights(form, images: images.value, gradient: gradient, into: result)
      weights.accumulate(result, shared: false)
    }
    if let bias, bias.requiresGradient {
      let result = Tensor(uninitialized: bias.type, bias.shape)
      convolveBackwardBias(form, gradient: gradient, into: result)
      bias.accumulate(result, shared: false)
    }
  }
}
