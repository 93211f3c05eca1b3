// Convolutions, normalisations, pooling and ReLU one after the other on images of Float, through oneDNN.
// Between the stages images stay in the layout that oneDNN likes best; stages are in ImageStages.swift.

import COneDNN

/// What a chain does, for images [batch, channels, height, width].
public struct ImageChainForm: Hashable, Sendable {
  public enum Stage: Hashable, Sendable {
    /// Parameters: weights [filters, channels / groups, kernel height, kernel width] and, with bias, bias [filters].
    case convolution(ConvolutionStageForm)
    /// (x - mean) / √(variance + epsilon) * scale + shift in each channel; `usesBatch`: with the batch's statistics
    /// (Ioffe and Szegedy 2015), else with those that are given.  Parameters: scale, shift [channels].
    case normalisation(epsilon: Float, usesBatch: Bool)
    case relu
    case pool(PoolStageForm)
  }

  public var batch, channels, height, width: Int
  public var stages: [Stage]

  public init(batch: Int, channels: Int, height: Int, width: Int, stages: [Stage]) {
    (self.batch, self.channels, self.height, self.width) = (batch, channels, height, width)
    self.stages = stages
  }
}

public struct ConvolutionStageForm: Hashable, Sendable {
  public var filters, kernelHeight, kernelWidth: Int
  public var strideHeight = 1, strideWidth = 1
  public var paddingHeight = 0, paddingWidth = 0
  /// 1: neighbouring pixels.
  public var dilationHeight = 1, dilationWidth = 1
  public var groups = 1
  public var hasBias = true

  public init(filters: Int, kernelHeight: Int, kernelWidth: Int) {
    (self.filters, self.kernelHeight, self.kernelWidth) = (filters, kernelHeight, kernelWidth)
  }
}

public struct PoolStageForm: Hashable, Sendable {
  /// The mean, zeros of the padding included; otherwise the largest value.
  public var isAverage: Bool
  public var kernelHeight, kernelWidth, strideHeight, strideWidth: Int
  public var paddingHeight = 0, paddingWidth = 0

  public init(isAverage: Bool, kernelHeight: Int, kernelWidth: Int, strideHeight: Int, strideWidth: Int) {
    self.isAverage = isAverage
    (self.kernelHeight, self.kernelWidth) = (kernelHeight, kernelWidth)
    (self.strideHeight, self.strideWidth) = (strideHeight, strideWidth)
  }
}

/// The tensors of a stage: `parameters` as the stage says; for a normalisation that does not use the batch also
/// `mean` and `variance`, [channels].
public struct StageTensors {
  public var parameters: [Tensor]
  public var mean, variance: Tensor?

  public init(_ parameters: [Tensor], mean: Tensor? = nil, variance: Tensor? = nil) {
    (self.parameters, self.mean, self.variance) = (parameters, mean, variance)
  }
}

/// What a forward pass leaves for the backward pass.
public final class ImageTape {
  /// What each stage needs again, in the order in which they ran.
  var kept: [StageMemory] = []
  let tensors: [StageTensors]
  /// The batch's mean and variance (divided by the count), for each normalisation that uses them; by stage.
  public internal(set) var statistics: [(mean: Tensor, variance: Tensor)?]

  init(_ tensors: [StageTensors]) {
    self.tensors = tensors
    statistics = Array(repeating: nil, count: tensors.count)
  }
}

/// A compiled chain of one form.
public final class ImageChain: @unchecked Sendable {
  private let form: ImageChainForm
  /// In the order in which they run, each with its number in the form.
  private let stages: [(number: Int, stage: ImageStage)]
  private let input, output: Layout
  public let outputShape: [Int]
  private let lock = Mutex()
  private let reorders = Reorders()

  private init(_ form: ImageChainForm) {
    self.form = form
    var numbered = Array(form.stages.enumerated())
    // The largest of rectified values is the rectified largest: ReLU behind the pool has less to do.
    for i in numbered.indices.dropLast() {
      if case .relu = numbered[i].element, case .pool(let pool) = numbered[i + 1].element, !pool.isAverage {
        numbered.swapAt(i, i + 1)
      }
    }
    var shape = [form.batch, form.channels, form.height, form.width]
    input = Layout(plain: shape)
    var layout = input
    var made: [(number: Int, stage: ImageStage)] = []
    var next = 0
    while next < numbered.count {
      let (number, element) = numbered[next]
      next += 1
      let stage: ImageStage
      switch element {
      case .convolution(let form): stage = ConvolutionStage(form, shape, reorders)
      case .normalisation(let epsilon, let usesBatch):
        stage = NormalisationStage(shape, layout, epsilon: epsilon, usesBatch: usesBatch)
      case .relu: stage = ReluStage(shape, layout)
      case .pool(let form):
        let rectifies = next < numbered.count && numbered[next].element == .relu
        if let blocked = BlockedPoolStage(form, shape, layout, rectifies: rectifies) {
          stage = blocked
          if rectifies { next += 1 }
        } else {
          stage = PoolStage(form, shape, layout)
        }
      }
      (shape, layout) = (stage.targetShape, stage.target)
      made.append((number, stage))
    }
    stages = made
    outputShape = shape
    output = Layout(plain: shape)
  }

  /// The result, row-major [batch, channels, height, width]; the tape when it is wanted.
  ///
  /// `tensors` has an entry for each stage of the form.
  public func forward(_ x: Tensor, _ tensors: [StageTensors], keeping: Bool) -> (Tensor, ImageTape) {
    let tape = ImageTape(tensors)
    let result = Tensor(uninitialized: .float32, outputShape)
    lock.locked {
      var block = ImageBlock(x, input)
      for (number, stage) in stages {
        let memory = StageMemory()
        block = stage.forward(block, tensors[number], memory)
        if let mean = memory.mean, let variance = memory.variance, memory.isBatch {
          tape.statistics[number] = (mean, variance)
        }
        if keeping { tape.kept.append(memory) }
      }
      reorders.copy(block, into: ImageBlock(result, output))
    }
    return (result, tape)
  }

  /// Gradients of what was wanted, from that of the result.
  ///
  /// `wanted` says for each stage of the form which of its parameters' gradients are needed.
  public func backward(
    _ tape: ImageTape, _ gradient: Tensor, wanted: [[Bool]], wantsInput: Bool
  ) -> (input: Tensor?, parameters: [[Tensor?]]) {
    var parameters = wanted.map { [Tensor?](repeating: nil, count: $0.count) }
    // Nothing is carried in front of the first stage that needs it.
    let first = wantsInput ? 0 : stages.firstIndex { wanted[$0.number].contains(true) } ?? stages.count
    guard first < stages.count else { return (nil, parameters) }
    return lock.locked {
      var block = reorders.adapted(ImageBlock(gradient, output), to: stages[stages.count - 1].stage.target)
      for i in stride(from: stages.count - 1, through: first, by: -1) {
        let (number, stage) = stages[i]
        let (next, gradients) = stage.backward(
          block, tape.tensors[number], tape.kept[i], wanted: wanted[number], wantsSource: wantsInput || i > first)
        for (j, gradient) in gradients.enumerated() { parameters[number][j] = gradient }
        if let next { block = next }
      }
      guard wantsInput else { return (nil, parameters) }
      let result = Tensor(uninitialized: .float32, [form.batch, form.channels, form.height, form.width])
      reorders.copy(block, into: ImageBlock(result, input))
      return (result, parameters)
    }
  }

  // MARK: the cache

  /// At most this many; then all are made anew, which costs some milliseconds each.
  private static let limit = 64
  nonisolated(unsafe) private static var cache: [ImageChainForm: ImageChain] = [:]
  private static let cacheLock = Mutex()

  public static func cached(_ form: ImageChainForm) -> ImageChain {
    cacheLock.locked {
      if let found = cache[form] { return found }
      if cache.count >= limit { cache.removeAll() }
      let made = ImageChain(form)
      cache[form] = made
      return made
    }
  }
}

/// Elements in some layout: memory of a tensor, or of its own.
struct ImageBlock {
  let layout: Layout
  let pointer: UnsafeMutableRawPointer
  /// Whether nobody else sees the memory.
  let isOwn: Bool
  private let owner: AnyObject

  init(_ tensor: Tensor, _ layout: Layout) {
    (self.layout, pointer, isOwn, owner) = (layout, tensor.raw, false, tensor)
  }

  init(_ layout: Layout) {
    let storage = Storage(bytes: layout.bytes)
    (self.layout, pointer, isOwn, owner) = (layout, storage.pointer, true, storage)
  }
}

/// Copies between layouts, made once each.
final class Reorders {
  private var made: [(from: Layout, to: Layout, primitive: Primitive)] = []

  func copy(_ from: ImageBlock, into to: ImageBlock) {
    if let found = made.first(where: { $0.from === from.layout && $0.to === to.layout }) {
      return found.primitive.run(from.pointer, to.pointer)
    }
    let primitive = Primitive(from: from.layout, to: to.layout)
    made.append((from.layout, to.layout, primitive))
    primitive.run(from.pointer, to.pointer)
  }

  /// The block itself where it lies as wanted, else a copy.
  func adapted(_ block: ImageBlock, to layout: Layout) -> ImageBlock {
    if block.layout.isSame(as: layout) { return block }
    let result = ImageBlock(layout)
    copy(block, into: result)
    return result
  }
}
