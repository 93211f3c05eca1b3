// Pooling over windows of a fixed size, of images or of sequences.

import Tensors

/// What is made of a window.  Raw values are those of `hqnn_pool`.
public enum PoolFunction: UInt32, CaseIterable, Sendable {
  case max = 0, average

  public var name: String { "\(self)" }

  init(specification: JSON) throws {
    let name = try specification.string("function")
    guard let function = Self.allCases.first(where: { $0.name == name }) else {
      throw EngineError.file("there is no pooling \"\(name)\" in this version")
    }
    self = function
  }
}

/// [batch, channels, height, width] to [batch, channels, rows, columns], with ⌊(size + 2 padding - kernel) / stride⌋ + 1
/// rows and columns; or [batch, channels, length] to [batch, channels, positions].
public final class PoolLayer: Layer, SpecifiedLayer {
  public struct Options: Sendable {
    public var function = PoolFunction.max
    public var dimensions = 2                        // 1 or 2; of one the width is used
    public var kernelHeight = 2, kernelWidth = 2     // 1 or more
    public var strideHeight = 2, strideWidth = 2     // 1 or more
    /// At most half of the kernel.  The largest value does not see it.
    public var paddingHeight = 0, paddingWidth = 0
    /// Whether the mean counts padding as zeros; otherwise it divides by the values that are there.
    public var countPadding = true
    public init() {}
  }

  public let options: Options

  public init(_ given: Options) throws {
    var options = given
    guard [1, 2].contains(options.dimensions) else {
      throw EngineError.value("a pooling has 1 or 2 dimensions, got \(options.dimensions)")
    }
    if options.dimensions == 1 { (options.kernelHeight, options.strideHeight, options.paddingHeight) = (1, 1, 0) }
    try checkPositive("kernel_size", options.kernelHeight, options.kernelWidth)
    try checkPositive("stride", options.strideHeight, options.strideWidth)
    guard 0...options.kernelHeight / 2 ~= options.paddingHeight, 0...options.kernelWidth / 2 ~= options.paddingWidth else {
      throw EngineError.value(
        "padding is \(options.paddingHeight) x \(options.paddingWidth); it must be 0 or more and at most half of the kernel, \(options.kernelHeight) x \(options.kernelWidth)"
      )
    }
    self.options = options
    super.init()
  }

  static let kindName = "pool"
  package override var specification: JSON {
    get throws {
      specified(
        Self.kindName,
        [
          ("function", .string(options.function.name)), ("dimensions", .integer(options.dimensions)),
          ("kernel", [.integer(options.kernelHeight), .integer(options.kernelWidth)]),
          ("stride", [.integer(options.strideHeight), .integer(options.strideWidth)]),
          ("padding", [.integer(options.paddingHeight), .integer(options.paddingWidth)]),
          ("count_padding", .bool(options.countPadding)),
        ])
    }
  }

  convenience init(specification: JSON) throws {
    var options = Options()
    options.function = try PoolFunction(specification: specification)
    options.dimensions = try specification.integer("dimensions")
    (options.kernelHeight, options.kernelWidth) = try specification.pair("kernel")
    (options.strideHeight, options.strideWidth) = try specification.pair("stride")
    (options.paddingHeight, options.paddingWidth) = try specification.pair("padding")
    options.countPadding = try specification.bool("count_padding")
    try self.init(options)
  }

  override var kind: String { "\(options.function == .max ? "max" : "avg")_pool\(options.dimensions)d" }
  override var detail: String {
    func size(_ height: Int, _ width: Int) -> String { options.dimensions == 1 ? "\(width)" : "\(height)x\(width)" }
    var text = size(options.kernelHeight, options.kernelWidth)
    if options.strideHeight != options.kernelHeight || options.strideWidth != options.kernelWidth {
      text += ", stride \(size(options.strideHeight, options.strideWidth))"
    }
    if options.paddingHeight != 0 || options.paddingWidth != 0 {
      text += ", padding \(size(options.paddingHeight, options.paddingWidth))"
    }
    return text
  }

  private func windows(_ input: [Int]) -> PoolWindows {
    let (height, width) = (input.count == 2 ? 1 : input[1], input[input.count - 1])
    let rows = PoolWindows.sliding(
      height, kernel: options.kernelHeight, stride: options.strideHeight, padding: options.paddingHeight)
    let columns = PoolWindows.sliding(
      width, kernel: options.kernelWidth, stride: options.strideWidth, padding: options.paddingWidth)
    return PoolWindows(
      height: height, width: width, rows: rows, columns: columns,
      rowSizes: rows.map { options.countPadding ? options.kernelHeight : $0.count },
      columnSizes: columns.map { options.countPadding ? options.kernelWidth : $0.count })
  }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    if options.dimensions == 1 { try checkSequence(input) }
    let image = options.dimensions == 1 ? [input[0], 1, input[1]] : input
    try checkImage(
      image, kernelHeight: options.kernelHeight, kernelWidth: options.kernelWidth,
      paddingHeight: options.paddingHeight, paddingWidth: options.paddingWidth)
    try checkPixels(image)
    let windows = windows(input)
    return options.dimensions == 1
      ? [input[0], windows.columns.count] : [input[0], windows.rows.count, windows.columns.count]
  }

  override func apply(_ x: Variable) throws -> Variable {
    x.pooled(options.function, windows(inputShape ?? []), shape: [x.shape[0]] + (outputShape ?? []))
  }
}

/// A sequence is channels x length.
func checkSequence(_ input: [Int]) throws {
  guard input.count == 2 else {
    throw EngineError.shape("expected input {batch, channels, length}, got \(Layer.batched(input))")
  }
}

/// Places in an image are kept in 32 bits.
func checkPixels(_ input: [Int]) throws {
  guard input[1] * input[2] < 1 << 31 else {
    throw EngineError.shape("images of \(input[1]) x \(input[2]) are too large; at most 2^31 - 1 values are allowed")
  }
}
