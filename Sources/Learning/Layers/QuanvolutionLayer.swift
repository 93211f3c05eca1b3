// A circuit slid over images (Henderson et al. 2020).

import Circuits
import Quantum
import Tensors

/// Every patch of channels x kernel pixels, row by row, is one sample of the circuit's inputs; every
/// measured value is an output channel.
///
/// [batch, channels, height, width] to [batch, outputs, rows, columns], or with `channelsLast` to
/// [batch, rows, columns, outputs].  Parameter: weights [weights], in radians, shared by all patches.
public final class QuanvolutionLayer: Layer, SpecifiedLayer {
  public struct Options {
    public var kernelHeight = 2, kernelWidth = 2  // 1 or more
    public var strideHeight = 2, strideWidth = 2  // 1 or more
    public var channelsLast = false
    /// Whether kernel and stride must cover the image; otherwise a rest is left out.
    public var exactFit = true
    public init() {}
  }

  public let runner: CircuitRunner
  public let options: Options

  public init(_ circuit: Circuit, _ options: Options = Options(), run: RunOptions = RunOptions()) throws {
    try checkLayerCircuit(circuit)
    try checkPositive("kernel_size", options.kernelHeight, options.kernelWidth)
    try checkPositive("stride", options.strideHeight, options.strideWidth)
    runner = try CircuitRunner(circuit, options: run)
    self.options = options
    super.init()
  }

  static let kindName = "quanvolution"
  package override var specification: JSON {
    get throws {
      specified(
        Self.kindName,
        [
          ("circuit", try runner.circuit.json),
          ("kernel", [.integer(options.kernelHeight), .integer(options.kernelWidth)]),
          ("stride", [.integer(options.strideHeight), .integer(options.strideWidth)]),
          ("channels_last", .bool(options.channelsLast)), ("exact_fit", .bool(options.exactFit)),
          ("run", runner.options.json),
        ])
    }
  }

  convenience init(specification: JSON) throws {
    var options = Options()
    (options.kernelHeight, options.kernelWidth) = try specification.pair("kernel")
    (options.strideHeight, options.strideWidth) = try specification.pair("stride")
    options.channelsLast = try specification.bool("channels_last")
    options.exactFit = try specification.bool("exact_fit")
    try self.init(specification.circuit("circuit"), options, run: specification.runOptions("run"))
  }

  override var kind: String { Self.kindName }
  override var detail: String {
    "\(options.kernelHeight)x\(options.kernelWidth) patches, \(circuitDetail(runner.circuit))"
  }
  override var isQuantum: Bool { true }
  package override var runners: [CircuitRunner] { [runner] }

  private func patches(_ input: [Int]) -> PatchGeometry {
    PatchGeometry(
      channels: input[0], height: input[1], width: input[2], kernelHeight: options.kernelHeight,
      kernelWidth: options.kernelWidth, strideHeight: options.strideHeight,
      strideWidth: options.strideWidth, channelsLast: options.channelsLast)
  }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    try checkImage(input, kernelHeight: options.kernelHeight, kernelWidth: options.kernelWidth)
    if options.exactFit {
      try checkCovers("height", input[1], options.kernelHeight, options.strideHeight)
      try checkCovers("width", input[2], options.kernelWidth, options.strideWidth)
    }
    let values = input[0] * options.kernelHeight * options.kernelWidth
    guard values == runner.circuit.inputCount else {
      throw EngineError.shape(
        "a patch of \(input[0]) x \(options.kernelHeight) x \(options.kernelWidth) has \(values) values, but the circuit has \(runner.circuit.inputCount) inputs"
      )
    }
    let (patches, outputs) = (patches(input), runner.circuit.outputCount)
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
    runner.circuit.weightCount > 0 ? [.angles(runner.circuit.weightCount)] : []
  }

  override func apply(_ x: Variable) throws -> Variable {
    try runner.expectations(
      images: x, patches: patches(inputShape ?? []), weights: ownParameters.first?.variable)
  }
}

/// Sizes of kernels and strides are 1 or more, and small enough to be multiplied.
func checkPositive(_ name: String, _ height: Int, _ width: Int) throws {
  for size in [height, width] where size < 1 || size > largestSize {
    throw EngineError.value("\(name) is \(height) x \(width); both must be in 1..\(largestSize)")
  }
}

private let largestSize = 65536

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
