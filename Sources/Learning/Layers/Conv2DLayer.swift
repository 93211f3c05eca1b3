// Two-dimensional convolution.

import Tensors

/// [batch, channels, height, width] to [batch, filters, rows, columns].  Parameters: weights
/// [filters, channels, kernel height, kernel width], bias [filters].
///
/// A rest of the image that kernel and stride do not reach is left out.
public final class Conv2DLayer: Layer, SpecifiedLayer {
  public struct Options {
    public var filters = 1                           // output channels, 1 or more
    public var kernelHeight = 3, kernelWidth = 3     // 1 or more
    public var strideHeight = 1, strideWidth = 1     // 1 or more
    public var paddingHeight = 0, paddingWidth = 0   // zeros on both sides, 0 or more
    public var bias = true
    public init() {}
  }

  public let options: Options

  public init(_ options: Options) throws {
    guard options.filters >= 1 else {
      throw EngineError.value("filters is \(options.filters); it must be 1 or more")
    }
    try checkPositive("kernel_size", options.kernelHeight, options.kernelWidth)
    try checkPositive("stride", options.strideHeight, options.strideWidth)
    guard options.paddingHeight >= 0, options.paddingWidth >= 0 else {
      throw EngineError.value(
        "padding is \(options.paddingHeight) x \(options.paddingWidth); both must be 0 or more")
    }
    // More padding than kernel would give outputs that see nothing of the image.
    guard options.paddingHeight < options.kernelHeight, options.paddingWidth < options.kernelWidth else {
      throw EngineError.value(
        "padding is \(options.paddingHeight) x \(options.paddingWidth); it must be smaller than the kernel, \(options.kernelHeight) x \(options.kernelWidth)"
      )
    }
    self.options = options
    super.init()
  }

  static let kindName = "conv2d"
  package override var specification: JSON {
    get throws {
      specified(
        Self.kindName,
        [
          ("filters", .integer(options.filters)),
          ("kernel", [.integer(options.kernelHeight), .integer(options.kernelWidth)]),
          ("stride", [.integer(options.strideHeight), .integer(options.strideWidth)]),
          ("padding", [.integer(options.paddingHeight), .integer(options.paddingWidth)]),
          ("bias", .bool(options.bias)),
        ])
    }
  }

  convenience init(specification: JSON) throws {
    var options = Options()
    options.filters = try specification.integer("filters")
    (options.kernelHeight, options.kernelWidth) = try specification.pair("kernel")
    (options.strideHeight, options.strideWidth) = try specification.pair("stride")
    (options.paddingHeight, options.paddingWidth) = try specification.pair("padding")
    options.bias = try specification.bool("bias")
    try self.init(options)
  }

  override var kind: String { Self.kindName }
  override var detail: String {
    var text = "\(options.filters) filters \(options.kernelHeight)x\(options.kernelWidth)"
    if options.strideHeight != 1 || options.strideWidth != 1 {
      text += ", stride \(options.strideHeight)x\(options.strideWidth)"
    }
    if options.paddingHeight != 0 || options.paddingWidth != 0 {
      text += ", padding \(options.paddingHeight)x\(options.paddingWidth)"
    }
    return text
  }

  private func form(batch: Int, _ input: [Int]) -> ConvolutionForm {
    ConvolutionForm(
      batch: batch, channels: input[0], height: input[1], width: input[2], filters: options.filters,
      kernelHeight: options.kernelHeight, kernelWidth: options.kernelWidth,
      strideHeight: options.strideHeight, strideWidth: options.strideWidth,
      paddingHeight: options.paddingHeight, paddingWidth: options.paddingWidth)
  }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    try checkImage(
      input, kernelHeight: options.kernelHeight, kernelWidth: options.kernelWidth,
      paddingHeight: options.paddingHeight, paddingWidth: options.paddingWidth)
    let form = form(batch: 1, input)
    return [form.filters, form.outputHeight, form.outputWidth]
  }

  override func parameterPlans(_ input: [Int]) -> [ParameterPlan] {
    let fanIn = input[0] * options.kernelHeight * options.kernelWidth
    let weights = ParameterPlan.scaled(
      "weights", [options.filters, input[0], options.kernelHeight, options.kernelWidth], fanIn: fanIn)
    return options.bias ? [weights, .scaled("bias", [options.filters], fanIn: fanIn)] : [weights]
  }

  override func apply(_ x: Variable) -> Variable {
    Convolution.apply(
      form(batch: x.shape[0], inputShape ?? []), x, weights: ownParameters[0].variable,
      bias: options.bias ? ownParameters[1].variable : nil)
  }
}
