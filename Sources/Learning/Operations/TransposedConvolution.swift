// The gradient of a convolution by its images, as an operation of its own.

import Tensors

/// y = what `convolveBackwardImages` makes of x and the weights; its gradients are a convolution of dy, and the
/// weights' gradient with the parts of images and gradient exchanged.
struct TransposedConvolution: Operation {
  let form: ConvolutionForm
  let x, weights: Variable

  var operands: [Variable] { [x, weights] }

  static func apply(_ form: ConvolutionForm, _ x: Variable, weights: Variable) -> Variable {
    let y = Tensor(uninitialized: x.type, [form.batch, form.channels, form.height, form.width])
    convolveBackwardImages(form, gradient: x.value, weights: weights.value, into: y)
    return .result(y, of: TransposedConvolution(form: form, x: x, weights: weights))
  }

  func backward(_ gradient: Tensor) {
    if x.requiresGradient {
      let result = Tensor(uninitialized: x.type, x.shape)
      convolve(form, images: gradient, weights: weights.value, bias: nil, into: result)
      x.accumulate(result, shared: false)
    }
    if weights.requiresGradient {
      let result = Tensor(uninitialized: weights.type, weights.shape)
      convolveBackwardWeights(form, images: gradient, gradient: x.value, into: result)
      weights.accumulate(result, shared: false)
    }
  }
}
