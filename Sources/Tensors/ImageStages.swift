// The stages of chains over images: each one's primitives forward and backward, and what it keeps in between.

import COneDNN
import Glibc

/// What a stage keeps between its forward and backward pass.
final class StageMemory {
  var source, target, workspace: ImageBlock?
  var mean, variance: Tensor?
  /// Whether mean and variance are the batch's.
  var isBatch = false
}

class ImageStage {
  let targetShape: [Int]
  let target: Layout

  init(_ targetShape: [Int], _ target: Layout) { (self.targetShape, self.target) = (targetShape, target) }

  func forward(_ x: ImageBlock, _ tensors: StageTensors, _ memory: StageMemory) -> ImageBlock {
    preconditionFailure("a stage says its map")
  }

  /// The gradient of the source, when wanted, in the source's layout, and those of the wanted parameters.
  func backward(
    _ gradient: ImageBlock, _ tensors: StageTensors, _ memory: StageMemory, wanted: [Bool], wantsSource: Bool
  ) -> (ImageBlock?, [Tensor?]) {
    preconditionFailure("a stage says its gradients")
  }

  static func descriptor(_ make: (UnsafeMutablePointer<dnnl_primitive_desc_t?>) -> dnnl_status_t) -> dnnl_primitive_desc_t {
    var descriptor: dnnl_primitive_desc_t?
    check(make(&descriptor), "a stage")
    guard let descriptor else { preconditionFailure("oneDNN made nothing") }
    return descriptor
  }
}

// MARK: convolution

final class ConvolutionStage: ImageStage {
  private let form: ConvolutionStageForm
  private let source, plainWeights, plainBias: Layout
  private let forwardLayouts: (source: Layout, weights: Layout)
  private let forwardPrimitive: Primitive
  private let dataLayouts: (gradient: Layout, weights: Layout, source: Layout)
  private let dataPrimitive: Primitive
  private let weightLayouts: (source: Layout, gradient: Layout, weights: Layout)
  private let weightPrimitive: Primitive
  private let weightShape, sourceShape: [Int]
  /// The channels that the weights' gradient is worked out with, where there are too few.
  private let widenedChannels: Int?
  private let widenedSource, widenedWeights: Layout
  private let reorders: Reorders

  init(_ form: ConvolutionStageForm, _ shape: [Int], _ reorders: Reorders) {
    (self.form, self.reorders, sourceShape) = (form, reorders, shape)
    func size(_ length: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int) -> Int {
      (length + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
    }
    let targetShape = [
      shape[0], form.filters,
      size(shape[2], form.kernelHeight, form.strideHeight, form.paddingHeight, form.dilationHeight),
      size(shape[3], form.kernelWidth, form.strideWidth, form.paddingWidth, form.dilationWidth),
    ]
    weightShape = [form.filters, shape[1] / form.groups, form.kernelHeight, form.kernelWidth]
    let grouped = [form.groups, form.filters / form.groups] + weightShape.dropFirst()
    let weightDims = form.groups > 1 ? grouped : weightShape
    var stage = hqnn_stage_convolution()
    fill(&stage.source, shape)
    fill(&stage.weights, weightDims)
    fill(&stage.bias, [form.filters])
    fill(&stage.target, targetShape)
    stage.weights_rank = Int32(weightDims.count)
    stage.has_bias = form.hasBias ? 1 : 0
    fill(&stage.strides, [form.strideHeight, form.strideWidth])
    fill(&stage.dilation, [form.dilationHeight - 1, form.dilationWidth - 1])
    fill(&stage.padding, [form.paddingHeight, form.paddingWidth])
    source = Layout(plain: shape)
    plainWeights = Layout(plain: weightDims)
    plainBias = Layout(plain: [form.filters])

    let bias = form.hasBias
    let forward = Self.descriptor { hqnn_stage_convolution_create($0, OneDNN.engine, hqnn_forward, &stage, nil) }
    defer { dnnl_primitive_desc_destroy(forward) }
    let target = Layout(forward, dnnl_query_dst_md)
    forwardLayouts = (Layout(forward, dnnl_query_src_md), Layout(forward, dnnl_query_weights_md))
    forwardPrimitive = Primitive(
      forward,
      [(DNNL_ARG_SRC, forwardLayouts.source), (DNNL_ARG_WEIGHTS, forwardLayouts.weights), (DNNL_ARG_DST, target)]
        + (bias ? [(DNNL_ARG_BIAS, plainBias)] : []))

    let data = Self.descriptor { hqnn_stage_convolution_create($0, OneDNN.engine, hqnn_backward_data, &stage, forward) }
    defer { dnnl_primitive_desc_destroy(data) }
    dataLayouts = (
      Layout(data, dnnl_query_diff_dst_md), Layout(data, dnnl_query_weights_md), Layout(data, dnnl_query_diff_src_md)
    )
    dataPrimitive = Primitive(
      data,
      [
        (DNNL_ARG_DIFF_DST, dataLayouts.gradient), (DNNL_ARG_WEIGHTS, dataLayouts.weights),
        (DNNL_ARG_DIFF_SRC, dataLayouts.source),
      ])

    // One or two channels would be padded to a whole vector of them; for three there is a better way.
    widenedChannels = form.groups == 1 && shape[1] < 3 && form.filters >= 8 ? 3 : nil
    widenedSource = Layout(plain: [shape[0], 3] + shape.dropFirst(2))
    widenedWeights = Layout(plain: [form.filters, 3, form.kernelHeight, form.kernelWidth])
    if widenedChannels != nil {
      fill(&stage.source, [shape[0], 3] + shape.dropFirst(2))
      fill(&stage.weights, [form.filters, 3, form.kernelHeight, form.kernelWidth])
    }
    let hint = Self.descriptor { hqnn_stage_convolution_create($0, OneDNN.engine, hqnn_forward, &stage, nil) }
    defer { dnnl_primitive_desc_destroy(hint) }
    let weights = Self.descriptor {
      hqnn_stage_convolution_create($0, OneDNN.engine, hqnn_backward_weights, &stage, hint)
    }
    defer { dnnl_primitive_desc_destroy(weights) }
    weightLayouts = (
      Layout(weights, dnnl_query_src_md), Layout(weights, dnnl_query_diff_dst_md),
      Layout(weights, dnnl_query_diff_weights_md)
    )
    weightPrimitive = Primitive(
      weights,
      [
        (DNNL_ARG_SRC, weightLayouts.source), (DNNL_ARG_DIFF_DST, weightLayouts.gradient),
        (DNNL_ARG_DIFF_WEIGHTS, weightLayouts.weights),
      ] + (bias ? [(DNNL_ARG_DIFF_BIAS, plainBias)] : []))
    super.init(targetShape, target)
  }

  override func forward(_ x: ImageBlock, _ tensors: StageTensors, _ memory: StageMemory) -> ImageBlock {
    memory.source = x
    let source = reorders.adapted(x, to: forwardLayouts.source)
    let weights = reorders.adapted(ImageBlock(tensors.parameters[0], plainWeights), to: forwardLayouts.weights)
    let result = ImageBlock(target)
    if form.hasBias {
      forwardPrimitive.run(source.pointer, weights.pointer, result.pointer, tensors.parameters[1].raw)
    } else {
      forwardPrimitive.run(source.pointer, weights.pointer, result.pointer)
    }
    return result
  }

  override func backward(
    _ gradient: ImageBlock, _ tensors: StageTensors, _ memory: StageMemory, wanted: [Bool], wantsSource: Bool
  ) -> (ImageBlock?, [Tensor?]) {
    guard let x = memory.source else { preconditionFailure("a forward pass went before") }
    var gradients = [Tensor?](repeating: nil, count: wanted.count)
    if wanted.contains(true) {
      let source = reorders.adapted(widened(x), to: weightLayouts.source)
      let gradient = reorders.adapted(gradient, to: weightLayouts.gradient)
      let result = ImageBlock(weightLayouts.weights)
      let bias = form.hasBias ? Tensor(uninitialized: .float32, [form.filters]) : nil
      if let bias {
        weightPrimitive.run(source.pointer, gradient.pointer, result.pointer, bias.raw)
        if wanted[1] { gradients[1] = bias }
      } else {
        weightPrimitive.run(source.pointer, gradient.pointer, result.pointer)
      }
      if wanted[0] { gradients[0] = plainGradient(result) }
    }
    guard wantsSource else { return (nil, gradients) }
    let weights = reorders.adapted(ImageBlock(tensors.parameters[0], plainWeights), to: dataLayouts.weights)
    let result = ImageBlock(dataLayouts.source)
    dataPrimitive.run(
      reorders.adapted(gradient, to: dataLayouts.gradient).pointer, weights.pointer, result.pointer)
    return (reorders.adapted(result, to: x.layout), gradients)
  }

  /// The images with channels of zeros behind theirs.
  private func widened(_ x: ImageBlock) -> ImageBlock {
    guard let channels = widenedChannels else { return x }
    let plain = reorders.adapted(x, to: source)
    let result = ImageBlock(widenedSource)
    let pixels = sourceShape[2] * sourceShape[3] * MemoryLayout<Float>.size
    let (narrow, wide) = (sourceShape[1] * pixels, channels * pixels)
    for i in 0..<sourceShape[0] {
      (result.pointer + i * wide).copyMemory(from: plain.pointer + i * narrow, byteCount: narrow)
      memset(result.pointer + i * wide + narrow, 0, wide - narrow)
    }
    return result
  }

  /// The weights' gradient in rows, without the channels that were added.
  private func plainGradient(_ weights: ImageBlock) -> Tensor {
    let result = Tensor(uninitialized: .float32, weightShape)
    guard let channels = widenedChannels else {
      reorders.copy(weights, into: ImageBlock(result, plainWeights))
      return result
    }
    let plain = reorders.adapted(weights, to: widenedWeights)
    let kernel = form.kernelHeight * form.kernelWidth * MemoryLayout<Float>.size
    for k in 0..<form.filters {
      (result.raw + k * weightShape[1] * kernel).copyMemory(
        from: plain.pointer + k * channels * kernel, byteCount: weightShape[1] * kernel)
    }
    return result
  }
}

/// Fills the front of a C array.
private func fill<T>(_ array: inout T, _ values: [Int]) {
  withUnsafeMutableBytes(of: &array) { bytes in
    let elements = bytes.bindMemory(to: dnnl_dim_t.self)
    for (i, value) in values.enumerated() { elements[i] = dnnl_dim_t(value) }
  }
}

// MARK: normalisation

final class NormalisationStage: ImageStage {
  private let usesBatch: Bool
  private let channels: Int
  private let forwardPrimitive, backwardPrimitive: Primitive

  init(_ shape: [Int], _ layout: Layout, epsilon: Float, usesBatch: Bool) {
    (self.usesBatch, channels) = (usesBatch, shape[1])
    let vector = Layout(plain: [shape[1]])
    var raw = layout.raw
    let forward = Self.descriptor {
      hqnn_stage_normalisation_create($0, OneDNN.engine, 0, &raw, epsilon, usesBatch ? 1 : 0, nil)
    }
    defer { dnnl_primitive_desc_destroy(forward) }
    forwardPrimitive = Primitive(
      forward,
      [
        (DNNL_ARG_SRC, layout), (DNNL_ARG_SCALE, vector), (DNNL_ARG_SHIFT, vector), (DNNL_ARG_MEAN, vector),
        (DNNL_ARG_VARIANCE, vector), (DNNL_ARG_DST, layout),
      ])
    let backward = Self.descriptor {
      hqnn_stage_normalisation_create($0, OneDNN.engine, 1, &raw, epsilon, usesBatch ? 1 : 0, forward)
    }
    defer { dnnl_primitive_desc_destroy(backward) }
    // Version 2 counts the shift among the operands, though no gradient depends on it.
    backwardPrimitive = Primitive(
      backward,
      [
        (DNNL_ARG_SRC, layout), (DNNL_ARG_SCALE, vector), (DNNL_ARG_SHIFT, vector), (DNNL_ARG_MEAN, vector),
        (DNNL_ARG_VARIANCE, vector),
        (DNNL_ARG_DIFF_DST, layout), (DNNL_ARG_DIFF_SRC, layout), (DNNL_ARG_DIFF_SCALE, vector),
        (DNNL_ARG_DIFF_SHIFT, vector),
      ])
    super.init(shape, layout)
  }

  override func forward(_ x: ImageBlock, _ tensors: StageTensors, _ memory: StageMemory) -> ImageBlock {
    func statistic(_ given: Tensor?) -> Tensor {
      if !usesBatch, let given { return given }
      return Tensor(uninitialized: .float32, [channels])
    }
    let (mean, variance) = (statistic(tensors.mean), statistic(tensors.variance))
    let result = ImageBlock(target)
    forwardPrimitive.run(
      x.pointer, tensors.parameters[0].raw, tensors.parameters[1].raw, mean.raw, variance.raw, result.pointer)
    (memory.source, memory.mean, memory.variance, memory.isBatch) = (x, mean, variance, usesBatch)
    return result
  }

  override func backward(
    _ gradient: ImageBlock, _ tensors: StageTensors, _ memory: StageMemory, wanted: [Bool], wantsSource: Bool
  ) -> (ImageBlock?, [Tensor?]) {
    guard let x = memory.source, let mean = memory.mean, let variance = memory.variance else {
      preconditionFailure("a forward pass went before")
    }
    let result = ImageBlock(target)
    let scale = Tensor(uninitialized: .float32, [channels])
    let shift = Tensor(uninitialized: .float32, [channels])
    backwardPrimitive.run(
      x.pointer, tensors.parameters[0].raw, tensors.parameters[1].raw, mean.raw, variance.raw, gradient.pointer,
      result.pointer, scale.raw, shift.raw)
    return (result, [wanted[0] ? scale : nil, wanted[1] ? shift : nil])
  }
}

// MARK: ReLU

/// In place: what comes before a ReLU needs its own result no more, except when that is the chain's input.
final class ReluStage: ImageStage {
  private let count: Int

  override init(_ shape: [Int], _ layout: Layout) {
    count = layout.bytes / MemoryLayout<Float>.size
    super.init(shape, layout)
  }

  override func forward(_ x: ImageBlock, _ tensors: StageTensors, _ memory: StageMemory) -> ImageBlock {
    let result = x.isOwn ? x : ImageBlock(target)
    rectify(x.pointer, into: result.pointer, count)
    memory.target = result
    return result
  }

  override func backward(
    _ gradient: ImageBlock, _ tensors: StageTensors, _ memory: StageMemory, wanted: [Bool], wantsSource: Bool
  ) -> (ImageBlock?, [Tensor?]) {
    guard let y = memory.target else { preconditionFailure("a forward pass went before") }
    let result = gradient.isOwn ? gradient : ImageBlock(target)
    rectifyBackward(y.pointer, gradient.pointer, into: result.pointer, count)
    return (result, [])
  }
}

// MARK: pooling

/// Means, and largest values in layouts without a kernel of our own, through oneDNN.
final class PoolStage: ImageStage {
  private let forwardPrimitive, backwardPrimitive: Primitive
  private let source: Layout
  /// Where the largest values were.
  private let workspace: Layout?

  init(_ form: PoolStageForm, _ shape: [Int], _ layout: Layout) {
    source = layout
    let targetShape = form.targetShape(shape)
    var stage = hqnn_stage_pool()
    fill(&stage.target, targetShape)
    stage.average = form.isAverage ? 1 : 0
    fill(&stage.kernel, [form.kernelHeight, form.kernelWidth])
    fill(&stage.strides, [form.strideHeight, form.strideWidth])
    fill(&stage.padding, [form.paddingHeight, form.paddingWidth])
    var raw = layout.raw
    let forward = Self.descriptor { hqnn_stage_pool_create($0, OneDNN.engine, 0, &raw, &stage, nil) }
    defer { dnnl_primitive_desc_destroy(forward) }
    let target = Layout(forward, dnnl_query_dst_md)
    workspace = form.isAverage ? nil : Layout(forward, dnnl_query_workspace_md)
    let places = workspace.map { [(DNNL_ARG_WORKSPACE, $0)] } ?? []
    forwardPrimitive = Primitive(forward, [(DNNL_ARG_SRC, layout), (DNNL_ARG_DST, target)] + places)
    let backward = Self.descriptor { hqnn_stage_pool_create($0, OneDNN.engine, 1, &raw, &stage, forward) }
    defer { dnnl_primitive_desc_destroy(backward) }
    backwardPrimitive = Primitive(backward, [(DNNL_ARG_DIFF_DST, target), (DNNL_ARG_DIFF_SRC, layout)] + places)
    super.init(targetShape, target)
  }

  override func forward(_ x: ImageBlock, _ tensors: StageTensors, _ memory: StageMemory) -> ImageBlock {
    let result = ImageBlock(target)
    if let workspace {
      let places = ImageBlock(workspace)
      forwardPrimitive.run(x.pointer, result.pointer, places.pointer)
      memory.workspace = places
    } else {
      forwardPrimitive.run(x.pointer, result.pointer)
    }
    return result
  }

  override func backward(
    _ gradient: ImageBlock, _ tensors: StageTensors, _ memory: StageMemory, wanted: [Bool], wantsSource: Bool
  ) -> (ImageBlock?, [Tensor?]) {
    let result = ImageBlock(source)
    if let places = memory.workspace {
      backwardPrimitive.run(gradient.pointer, result.pointer, places.pointer)
    } else {
      backwardPrimitive.run(gradient.pointer, result.pointer)
    }
    return (result, [])
  }
}

/// Largest values in blocks of eight channels, with the ReLU behind them.
final class BlockedPoolStage: ImageStage {
  private let windows: BlockedWindows
  private let source: Layout

  /// nil for other layouts, and for means.
  init?(_ form: PoolStageForm, _ shape: [Int], _ layout: Layout, rectifies: Bool) {
    guard !form.isAverage, layout.isSame(as: Layout(blocksOfEight: shape)) else { return nil }
    let targetShape = form.targetShape(shape)
    let lanes = BlockedWindows.lanes
    windows = BlockedWindows(
      planes: shape[0] * ((shape[1] + lanes - 1) / lanes), height: shape[2], width: shape[3], rows: targetShape[2],
      columns: targetShape[3], form: form, rectifies: rectifies)
    source = layout
    super.init(targetShape, Layout(blocksOfEight: targetShape))
  }

  override func forward(_ x: ImageBlock, _ tensors: StageTensors, _ memory: StageMemory) -> ImageBlock {
    let result = ImageBlock(target)
    // A place takes as many bytes as a value.
    let places = ImageBlock(target)
    poolBlocks(windows, x.pointer, into: result.pointer, places: places.pointer)
    memory.workspace = places
    return result
  }

  override func backward(
    _ gradient: ImageBlock, _ tensors: StageTensors, _ memory: StageMemory, wanted: [Bool], wantsSource: Bool
  ) -> (ImageBlock?, [Tensor?]) {
    guard let places = memory.workspace else { preconditionFailure("a forward pass went before") }
    let result = ImageBlock(source)
    poolBlocksBackward(windows, gradient.pointer, places: places.pointer, into: result.pointer)
    return (result, [])
  }
}

extension PoolStageForm {
  fileprivate func targetShape(_ shape: [Int]) -> [Int] {
    [
      shape[0], shape[1], (shape[2] + 2 * paddingHeight - kernelHeight) / strideHeight + 1,
      (shape[3] + 2 * paddingWidth - kernelWidth) / strideWidth + 1,
    ]
  }
}
