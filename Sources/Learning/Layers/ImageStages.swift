// Layers over images that can run together: convolution, normalisation, pooling, ReLU in a row are one operation,
// in which images stay in the layout of the fastest convolutions (Tensors/ImageChain.swift).

import Tensors

/// A layer that can be a stage of a chain over images in Float.
protocol ImageStageLayer: Layer {
  /// What it does as a stage, as it is built and as its mode is now; nil when it cannot be one.
  var imageStage: ImageChainForm.Stage? { get }
  /// The parameters of the stage, in its order.
  var stageParameters: [Variable] { get }
  /// Mean and variance of a normalisation outside training.
  var stageStatistics: (mean: Tensor, variance: Tensor)? { get }
  /// Takes the statistics of a batch in training: `count` values per channel, variance divided by the count.
  func takeStatistics(mean: Tensor, variance: Tensor, count: Int)
}

extension ImageStageLayer {
  var stageParameters: [Variable] { ownParameters.map(\.variable) }
  var stageStatistics: (mean: Tensor, variance: Tensor)? { nil }
  func takeStatistics(mean: Tensor, variance: Tensor, count: Int) {}
}

/// Consecutive layers as one operation.
struct ImageStages {
  private let layers: [any ImageStageLayer]
  private let stages: [ImageChainForm.Stage]

  var count: Int { layers.count }

  /// The first of these layers that can run together on a batch of this size, where that is faster than one by one.
  init?(_ all: [Layer], _ range: Range<Int>, batch: Int) {
    var layers: [any ImageStageLayer] = []
    var stages: [ImageChainForm.Stage] = []
    for layer in all[range] {
      guard layer.inputShape?.count == 3, layer.surrogate == nil, let next = layer as? any ImageStageLayer, let stage = next.imageStage
      else { break }
      // A ReLU works in place on what another stage made; a batch of one value has no statistics.
      if layers.isEmpty, case .relu = stage { break }
      if case .normalisation(_, usesBatch: true) = stage, let shape = next.inputShape,
        batch * shape[1] * shape[2] < 2
      {
        break
      }
      layers.append(next)
      stages.append(stage)
    }
    guard layers.count >= 2, stages.contains(where: Self.isWorthIt) else { return nil }
    (self.layers, self.stages) = (layers, stages)
  }

  /// Small convolutions are faster through this library's own kernels.
  private static func isWorthIt(_ stage: ImageChainForm.Stage) -> Bool {
    switch stage {
    case .relu: false
    case .convolution(let form): form.filters >= 8
    case .normalisation, .pool: true
    }
  }

  func apply(_ x: Variable) -> Variable {
    let (batch, shape) = (x.shape[0], x.shape)
    let chain = ImageChain.cached(
      ImageChainForm(batch: batch, channels: shape[1], height: shape[2], width: shape[3], stages: stages))
    let parameters = layers.map(\.stageParameters)
    let tensors = zip(layers, parameters).map { layer, parameters in
      let statistics = layer.stageStatistics
      return StageTensors(parameters.map(\.value), mean: statistics?.mean, variance: statistics?.variance)
    }
    let isRecorded =
      Recording.isOn && (x.requiresGradient || parameters.contains { $0.contains(where: \.requiresGradient) })
    let (y, tape) = chain.forward(x.value, tensors, keeping: isRecorded)
    for (layer, statistics) in zip(layers, tape.statistics) {
      guard let statistics, let input = layer.inputShape else { continue }
      layer.takeStatistics(
        mean: statistics.mean, variance: statistics.variance, count: batch * input[1] * input[2])
    }
    guard isRecorded else { return Variable(y) }
    return .result(y, of: ImageChainOperation(chain: chain, tape: tape, x: x, parameters: parameters))
  }
}

struct ImageChainOperation: Operation {
  let chain: ImageChain
  let tape: ImageTape
  let x: Variable
  /// Of each stage.
  let parameters: [[Variable]]

  var operands: [Variable] { [x] + parameters.flatMap { $0 } }

  func backward(_ gradient: Tensor) {
    let wanted = parameters.map { $0.map(\.requiresGradient) }
    let gradients = chain.backward(tape, gradient, wanted: wanted, wantsInput: x.requiresGradient)
    if let gradient = gradients.input { x.accumulate(gradient, shared: false) }
    for (variables, gradients) in zip(parameters, gradients.parameters) {
      for (variable, gradient) in zip(variables, gradients) {
        if let gradient { variable.accumulate(gradient, shared: false) }
      }
    }
  }
}

extension Conv2DLayer: ImageStageLayer {
  var imageStage: ImageChainForm.Stage? {
    var form = ConvolutionStageForm(
      filters: options.filters, kernelHeight: options.kernelHeight, kernelWidth: options.kernelWidth)
    (form.strideHeight, form.strideWidth) = (options.strideHeight, options.strideWidth)
    (form.paddingHeight, form.paddingWidth) = (options.paddingHeight, options.paddingWidth)
    (form.dilationHeight, form.dilationWidth) = (options.dilationHeight, options.dilationWidth)
    (form.groups, form.hasBias) = (options.groups, options.bias)
    return .convolution(form)
  }
}

extension FunctionLayer: ImageStageLayer {
  var imageStage: ImageChainForm.Stage? { function == .relu ? .relu : nil }
}

extension BatchNormLayer: ImageStageLayer {
  var imageStage: ImageChainForm.Stage? {
    options.affine ? .normalisation(epsilon: Float(options.eps), usesBatch: isTraining) : nil
  }

  var stageStatistics: (mean: Tensor, variance: Tensor)? {
    guard let runningMean, let runningVariance else { return nil }
    return (runningMean, runningVariance)
  }

  func takeStatistics(mean: Tensor, variance: Tensor, count: Int) {
    guard let runningMean, let runningVariance else { return }
    keep(
      ChannelStatistics(mean: mean.doubles, variance: variance.doubles), in: runningMean, runningVariance,
      count: Double(count))
  }
}

extension PoolLayer: ImageStageLayer {
  var imageStage: ImageChainForm.Stage? {
    // Means that leave padding out have no stage.
    let isPadded = options.paddingHeight > 0 || options.paddingWidth > 0
    guard options.dimensions == 2, options.function == .max || options.countPadding || !isPadded else { return nil }
    var form = PoolStageForm(
      isAverage: options.function == .average, kernelHeight: options.kernelHeight,
      kernelWidth: options.kernelWidth, strideHeight: options.strideHeight, strideWidth: options.strideWidth)
    (form.paddingHeight, form.paddingWidth) = (options.paddingHeight, options.paddingWidth)
    return .pool(form)
  }
}

extension AdaptivePoolLayer: ImageStageLayer {
  /// Where the output divides the input, windows are all alike and do not overlap.
  var imageStage: ImageChainForm.Stage? {
    guard let inputShape, inputShape[1] % rows == 0, inputShape[2] % columns == 0 else { return nil }
    let (height, width) = (inputShape[1] / rows, inputShape[2] / columns)
    return .pool(
      PoolStageForm(
        isAverage: function == .average, kernelHeight: height, kernelWidth: width, strideHeight: height,
        strideWidth: width))
  }
}
