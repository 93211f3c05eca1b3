// Two-dimensional convolutions of tensors; picks between this library's kernels and oneDNN.

/// Sizes of one convolution of [batch, channels, height, width] with `filters` kernels.
public struct ConvolutionForm: Hashable, Sendable {
  public var batch, channels, height, width: Int
  public var filters, kernelHeight, kernelWidth: Int
  public var strideHeight, strideWidth: Int
  /// Zeros on both sides.
  public var paddingHeight, paddingWidth: Int
  /// Distance of a kernel's neighbouring values in the image; 1 without gaps.
  public var dilationHeight = 1, dilationWidth = 1
  /// Channels and filters are cut into so many groups that do not see each other.
  public var groups = 1

  public init(
    batch: Int, channels: Int, height: Int, width: Int, filters: Int, kernelHeight: Int,
    kernelWidth: Int, strideHeight: Int, strideWidth: Int, paddingHeight: Int, paddingWidth: Int
  ) {
    (self.batch, self.channels, self.height, self.width) = (batch, channels, height, width)
    (self.filters, self.kernelHeight, self.kernelWidth) = (filters, kernelHeight, kernelWidth)
    (self.strideHeight, self.strideWidth) = (strideHeight, strideWidth)
    (self.paddingHeight, self.paddingWidth) = (paddingHeight, paddingWidth)
  }

  public var outputHeight: Int { (height + 2 * paddingHeight - reachHeight) / strideHeight + 1 }
  public var outputWidth: Int { (width + 2 * paddingWidth - reachWidth) / strideWidth + 1 }
  /// Rows and columns of the image that a kernel spans.
  public var reachHeight: Int { (kernelHeight - 1) * dilationHeight + 1 }
  public var reachWidth: Int { (kernelWidth - 1) * dilationWidth + 1 }

  var imageCount: Int { channels * height * width }
  var channelsPerGroup: Int { channels / groups }
  var filtersPerGroup: Int { filters / groups }
  /// Values that one filter sees at a time.
  var patchCount: Int { channelsPerGroup * kernelHeight * kernelWidth }
  var positions: Int { outputHeight * outputWidth }

  /// oneDNN's blocked layouts pay when there are channels to fill them (measured); it has no Double.
  func prefersOneDNN(_ type: ElementType) -> Bool {
    type == .float32 && filters >= 8 && patchCount >= 16 && groups == 1 && dilationHeight == 1 && dilationWidth == 1
  }
}

/// result[b, f, y, x] = bias[f] + Σ_{c, i, j} weights[f, c, i, j] images[b, c, y s + i d - p, x s + j d - p]
///
/// images [batch, channels, height, width], weights [filters, channels / groups, kernel height, kernel width],
/// bias [filters] or nil, result [batch, filters, output height, output width].
public func convolve(
  _ form: ConvolutionForm, images: Tensor, weights: Tensor, bias: Tensor?, into result: Tensor
) {
  if form.prefersOneDNN(images.type) {
    return OneDNNConvolution.cached(form, .forward, hasBias: bias != nil)
      .run([.source: images, .weights: weights, .bias: bias, .destination: result])
  }
  switch images.type {
  case .float32:
    convolve(
      form, images.pointer(Float.self), weights.pointer(Float.self), bias?.pointer(Float.self),
      result.pointer(Float.self))
  case .float64:
    convolve(
      form, images.pointer(Double.self), weights.pointer(Double.self), bias?.pointer(Double.self),
      result.pointer(Double.self))
  }
}

/// The gradient with respect to the images, of the same shape, from that of the result.
public func convolveBackwardImages(
  _ form: ConvolutionForm, gradient: Tensor, weights: Tensor, into images: Tensor
) {
  if form.prefersOneDNN(gradient.type) {
    return OneDNNConvolution.cached(form, .backwardImages, hasBias: false)
      .run([.source: images, .weights: weights, .destination: gradient])
  }
  switch gradient.type {
  case .float32:
    backwardImages(
      form, gradient.pointer(Float.self), weights.pointer(Float.self), images.pointer(Float.self))
  case .float64:
    backwardImages(
      form, gradient.pointer(Double.self), weights.pointer(Double.self), images.pointer(Double.self))
  }
}

/// The gradient with respect to the weights, of the same shape, from that of the result.
public func convolveBackwardWeights(
  _ form: ConvolutionForm, images: Tensor, gradient: Tensor, into weights: Tensor
) {
  if form.prefersOneDNN(images.type) {
    return OneDNNConvolution.cached(form, .backwardWeights, hasBias: false)
      .run([.source: images, .weights: weights, .destination: gradient])
  }
  switch images.type {
  case .float32:
    backwardWeights(
      form, images.pointer(Float.self), gradient.pointer(Float.self), weights.pointer(Float.self))
  case .float64:
    backwardWeights(
      form, images.pointer(Double.self), gradient.pointer(Double.self), weights.pointer(Double.self))
  }
}

/// The gradient with respect to the bias, [filters]: sums of [batch, filters, ...] over all else.
public func convolveBackwardBias(_ form: ConvolutionForm, gradient: Tensor, into bias: Tensor) {
  switch gradient.type {
  case .float32: backwardBias(form, gradient.pointer(Float.self), bias.pointer(Float.self))
  case .float64: backwardBias(form, gradient.pointer(Double.self), bias.pointer(Double.self))
  }
}
