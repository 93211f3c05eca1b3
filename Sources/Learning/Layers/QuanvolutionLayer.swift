// A circuit slid over images (Henderson et al. 2020).

import Circuits
import Quantum
import Tensors

/// Every patch of channels x kernel pixels, row by row, is one sample of the circuit's inputs; every
/// measured value is an output channel.  Several filters are several circuits, or one circuit with weights of its own
/// for each; their outputs follow each other.
///
/// [batch, channels, height, width] to [batch, filters * outputs, rows, columns], or with `channelsLast` to
/// [batch, rows, columns, filters * outputs].  With `perChannel` every channel goes through the circuits on its own,
/// and the output has filters * channels * outputs channels, in this order.
/// Parameters, in radians, shared by all patches: weights [weights]; of several filters weights_0, weights_1, ...
public final class QuanvolutionLayer: Layer, SpecifiedLayer, DisturbableLayer {
  public struct Options {
    public var kernelHeight = 2, kernelWidth = 2  // 1 or more
    public var strideHeight = 2, strideWidth = 2  // 1 or more
    public var channelsLast = false
    /// Whether kernel and stride must cover the image; otherwise a rest is left out.
    public var exactFit = true
    public var paddingHeight = 0, paddingWidth = 0    // zeros on both sides, less than the kernel spans
    public var dilationHeight = 1, dilationWidth = 1  // distance of a patch's neighbouring pixels, 1 or more
    /// Whether each channel is a patch of its own; otherwise a patch has the pixels of all channels.
    public var perChannel = false
    public init() {}

    var reachHeight: Int { (kernelHeight - 1) * dilationHeight + 1 }
    var reachWidth: Int { (kernelWidth - 1) * dilationWidth + 1 }
    /// Whether patches lie in the image as they are.
    var isDirect: Bool { paddingHeight == 0 && paddingWidth == 0 && dilationHeight == 1 && dilationWidth == 1 }
  }

  /// One per filter, with random numbers of its own.
  package let filters: [CircuitRunner]
  /// The first filter's.
  public var runner: CircuitRunner { filters[0] }
  public let options: Options
  package var disturbance: AngleDisturbance?

  public convenience init(_ circuit: Circuit, _ options: Options = Options(), run: RunOptions = RunOptions()) throws {
    try self.init([circuit], options, run: run)
  }

  /// Circuits of equal numbers of inputs and outputs, at least one.
  public init(_ circuits: [Circuit], _ options: Options = Options(), run: RunOptions = RunOptions()) throws {
    guard let first = circuits.first else { throw EngineError.value("a quanvolution needs at least one circuit") }
    for (i, circuit) in circuits.enumerated() {
      try checkLayerCircuit(circuit)
      guard circuit.inputCount == first.inputCount, circuit.outputCount == first.outputCount else {
        throw EngineError.value(
          "filter 0 has \(circuitDetail(first)), but filter \(i) has \(circuitDetail(circuit)); they must agree")
      }
    }
    try checkPositive("kernel_size", options.kernelHeight, options.kernelWidth)
    try checkPositive("stride", options.strideHeight, options.strideWidth)
    try checkPositive("dilation", options.dilationHeight, options.dilationWidth)
    guard 0..<options.reachHeight ~= options.paddingHeight, 0..<options.reachWidth ~= options.paddingWidth else {
      throw EngineError.value(
        "padding is \(options.paddingHeight) x \(options.paddingWidth); it must be 0 or more and smaller than what the kernel spans, \(options.reachHeight) x \(options.reachWidth)"
      )
    }
    guard !(options.perChannel && options.channelsLast) else {
      throw EngineError.value("per_channel puts channels before rows and columns; it does not go with channels_last")
    }
    filters = try circuits.enumerated().map { i, circuit in
      var run = run
      run.seed &+= UInt64(i) &* 0x9E37_79B9_7F4A_7C15
      return try CircuitRunner(circuit, options: run)
    }
    self.options = options
    super.init()
  }

  static let kindName = "quanvolution"
  package override var specification: JSON {
    get throws {
      specified(
        Self.kindName,
        [
          ("circuits", .array(try filters.map { try $0.circuit.json })),
          ("kernel", [.integer(options.kernelHeight), .integer(options.kernelWidth)]),
          ("stride", [.integer(options.strideHeight), .integer(options.strideWidth)]),
          ("padding", [.integer(options.paddingHeight), .integer(options.paddingWidth)]),
          ("dilation", [.integer(options.dilationHeight), .integer(options.dilationWidth)]),
          ("channels_last", .bool(options.channelsLast)), ("exact_fit", .bool(options.exactFit)),
          ("per_channel", .bool(options.perChannel)),
          ("run", runner.options.json),
        ])
    }
  }

  convenience init(specification: JSON) throws {
    var options = Options()
    (options.kernelHeight, options.kernelWidth) = try specification.pair("kernel")
    (options.strideHeight, options.strideWidth) = try specification.pair("stride")
    (options.paddingHeight, options.paddingWidth) = try specification.pair("padding")
    (options.dilationHeight, options.dilationWidth) = try specification.pair("dilation")
    options.perChannel = try specification.bool("per_channel")
    options.channelsLast = try specification.bool("channels_last")
    options.exactFit = try specification.bool("exact_fit")
    try self.init(
      specification.array("circuits").map(Circuit.init(json:)), options, run: specification.runOptions("run"))
  }

  override var kind: String { Self.kindName }
  override var detail: String {
    var text = "\(options.kernelHeight)x\(options.kernelWidth) patches, "
    if filters.count > 1 { text += "\(filters.count) filters of " }
    text += circuitDetail(runner.circuit)
    if options.perChannel { text += ", per channel" }
    return text
  }
  override var isQuantum: Bool { true }
  package override var runners: [CircuitRunner] { filters }
  override var isAlwaysRandom: Bool { filters.contains { $0.isRandom } }
  override func circuitRuns(_ input: [Int]) -> Int {
    filters.count * patches(input).patches * (options.perChannel ? input[0] : 1)
  }

  /// What is put in the place of images whose patches do not lie there as they are; nil where they do.
  private func unfolding(_ input: [Int]) -> Unfolding? {
    options.isDirect
      ? nil
      : Unfolding(
        height: input[1], width: input[2], kernelHeight: options.kernelHeight, kernelWidth: options.kernelWidth,
        strideHeight: options.strideHeight, strideWidth: options.strideWidth, paddingHeight: options.paddingHeight,
        paddingWidth: options.paddingWidth, dilationHeight: options.dilationHeight,
        dilationWidth: options.dilationWidth)
  }

  private func patches(_ input: [Int]) -> PatchGeometry {
    let channels = options.perChannel ? 1 : input[0]
    if let unfolding = unfolding(input) {
      return PatchGeometry(
        channels: channels, height: unfolding.outputHeight, width: unfolding.outputWidth,
        kernelHeight: options.kernelHeight, kernelWidth: options.kernelWidth, strideHeight: options.kernelHeight,
        strideWidth: options.kernelWidth, channelsLast: options.channelsLast)
    }
    return PatchGeometry(
      channels: channels, height: input[1], width: input[2], kernelHeight: options.kernelHeight,
      kernelWidth: options.kernelWidth, strideHeight: options.strideHeight,
      strideWidth: options.strideWidth, channelsLast: options.channelsLast)
  }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    try checkImage(
      input, kernelHeight: options.reachHeight, kernelWidth: options.reachWidth, paddingHeight: options.paddingHeight,
      paddingWidth: options.paddingWidth)
    if options.exactFit {
      try checkCovers(
        "height", input[1] + 2 * options.paddingHeight, options.reachHeight, options.strideHeight)
      try checkCovers("width", input[2] + 2 * options.paddingWidth, options.reachWidth, options.strideWidth)
    }
    let channels = options.perChannel ? 1 : input[0]
    let values = channels * options.kernelHeight * options.kernelWidth
    guard values == runner.circuit.inputCount else {
      let hint = !options.perChannel && options.kernelHeight * options.kernelWidth == runner.circuit.inputCount
        ? "; per_channel = true takes each channel on its own" : ""
      throw EngineError.shape(
        "a patch of \(channels) x \(options.kernelHeight) x \(options.kernelWidth) has \(values) values, but the circuit has \(runner.circuit.inputCount) inputs\(hint)"
      )
    }
    let patches = patches(input)
    let outputs = filters.count * (options.perChannel ? input[0] : 1) * runner.circuit.outputCount
    return options.channelsLast
      ? [patches.outputHeight, patches.outputWidth, outputs]
      : [outputs, patches.outputHeight, patches.outputWidth]
  }

  private func checkCovers(_ side: String, _ size: Int, _ kernel: Int, _ stride: Int) throws {
    guard (size - kernel) % stride == 0 else {
      throw EngineError.shape(
        "patches of \(kernel) with stride \(stride) do not cover the \(side) \(size): \((size - kernel) % stride) would be left out; choose others, or switch exact_fit off"
      )
    }
  }

  override func parameterPlans(_ input: [Int]) -> [ParameterPlan] {
    filters.enumerated().compactMap { i, filter in
      guard filter.circuit.weightCount > 0 else { return nil }
      return .angles(of: filter.circuit, filters.count == 1 ? "weights" : "weights_\(i)")
    }
  }

  override func apply(_ x: Variable) throws -> Variable {
    let batch = x.shape[0]
    var patches = self.patches(inputShape ?? [])
    var images = try unfolding(inputShape ?? []).map { try Unfold.apply($0, x) } ?? x
    if options.perChannel {
      images = try images.reshaped([batch * x.shape[1], 1, images.shape[2], images.shape[3]])
    }
    if let disturbance {
      // Only where patches lie side by side in the image: the errors are channels more.
      images = try Variable.concat([images, disturbance.errors], axis: 1)
      patches.channels = images.shape[1]
    }
    var next = 0
    let outputs = try (disturbance?.runners ?? filters).map { filter in
      let hasWeights = filter.circuit.weightCount > 0
      defer { next += hasWeights ? 1 : 0 }
      let output = try filter.expectations(
        images: images, patches: patches, weights: hasWeights ? ownParameters[next].variable : nil)
      guard options.perChannel else { return output }
      return try output.reshaped([batch, -1, patches.outputHeight, patches.outputWidth])
    }
    return outputs.count == 1
      ? outputs[0] : try Variable.concat(outputs, axis: options.channelsLast ? 3 : 1)
  }
}

/// Sizes of kernels and strides are 1 or more, and small enough to be multiplied.
func checkPositive(_ name: String, _ height: Int, _ width: Int) throws {
  for size in [height, width] where size < 1 || size > largestSize {
    throw EngineError.value("\(name) is \(height) x \(width); both must be in 1..\(largestSize)")
  }
  // Times any number of channels or filters that fits into memory it is far from overflow.
  guard name != "kernel_size" || height * width <= largestArea else {
    throw EngineError.value("\(name) is \(height) x \(width), \(height * width) values; at most \(largestArea) are allowed")
  }
}

private let (largestSize, largestArea) = (65536, 1 << 20)

/// An image is channels x height x width and at least as large as the kernel, padding included.
func checkImage(
  _ input: [Int], kernelHeight: Int, kernelWidth: Int, paddingHeight: Int = 0, paddingWidth: Int = 0
) throws {
  guard input.count == 3 else {
    throw EngineError.shape(
      "expected input {batch, channels, height, width}, got \(Layer.batched(input))")
  }
  guard kernelHeight <= input[1] + 2 * paddingHeight, kernelWidth <= input[2] + 2 * paddingWidth else {
    throw EngineError.shape(
      "a kernel of \(kernelHeight) x \(kernelWidth) does not fit into an image of \(input[1]) x \(input[2])")
  }
}
